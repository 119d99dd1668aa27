/* Weights packed by qw_pack: products have the bits that they have without, in
 * every window of the tensor, at every level of the CPU; which windows read the
 * copy; and what qw_pack and qw_unpack refuse.  Around the window the tensor
 * holds NaN, as does the memory that a result replaces. */
#include "cpu.h"
#include "dtype.h"
#include "pack.h"
#include "qwrt.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *const levels[] = {"ref", "avx2", "avx512", "avx512vnni",
                                     "avx512bf16"};
#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

typedef struct Weights {
    QwDtype t;
    int64_t rows, columns;
    char *data;
} Weights;

/* A window [k, n] at (row, column), times a [m, k]. */
typedef struct Window {
    int64_t row, column, k, n, m;
    int flags;
} Window;

static void random_elem(QwDtype t, char *p)
{
    const double x = (double)(rand() % 256);
    qw_elem_set_f64(t, p, t == QW_BF16 ? x / 64 - 2 : t == QW_I8 ? x - 128 : x);
}

static char *random_elems(QwDtype t, int64_t n)
{
    const int64_t size = qw_dtype_size(t);
    char *p = malloc((size_t)(n * size) + 1);
    for (int64_t i = 0; i < n; i++) random_elem(t, p + i * size);
    return p;
}

static Weights weights_new(QwDtype t, int64_t rows, int64_t columns)
{
    return (Weights){t, rows, columns, random_elems(t, rows * columns)};
}

/* NaN wherever the window is not */
static void spoil(Weights *w, const Window *at)
{
    if (w->t != QW_BF16) return;
    for (int64_t i = 0; i < w->rows * w->columns; i++) {
        const int64_t k = i / w->columns - at->row,
                      n = i % w->columns - at->column;
        if (k < 0 || k >= at->k || n < 0 || n >= at->n)
            qw_elem_set_f64(w->t, w->data + 2 * i, NAN);
    }
}

static void multiply(QwCtx *ctx, const Weights *w, const Window *x,
                     const char *a, float *c)
{
    const int64_t lda = (x->flags & QW_AT ? x->m : x->k) + 3, ldc = x->n + 5;
    const char *b = w->data +
        (x->row * w->columns + x->column) * qw_dtype_size(w->t);
    const void *pa = a, *pb = b;
    void *pc = c;
    memset(c, x->flags & QW_ACC ? 0x3f : 0xff,
           (size_t)(x->m * ldc) * sizeof *c);
    QwWorker *worker = qw_enter(ctx, 0, "test");
    qw_gemm_next(worker, x->n % 2 ? b : NULL);
    int status = QW_ERR_ARGS;
    if (w->t == QW_BF16)
        status = qw_gemm_bf16(worker, pc, ldc, pa, lda, pb, w->columns, x->m,
                              x->n, x->k, x->flags);
    else if (w->t == QW_I8)
        status = qw_gemm_i8(worker, pc, ldc, pa, lda, pb, w->columns, x->m,
                            x->n, x->k, x->flags);
    else
        status = qw_gemm_u8(worker, pc, ldc, pa, lda, pb, w->columns, x->m,
                            x->n, x->k, x->flags);
    assert_int_equal(qw_leave(worker, status), QW_OK);
}

/* Is it read from the copy, if there is one?  Every window of bytes is; of bf16
 * those that begin with a panel and end with eight rows or the tensor */
static bool expect_used(const Weights *w, const Window *x)
{
    if (w->t != QW_BF16) return true;
    const bool ends = x->row + x->k == w->rows || x->k % 8 == 0;
    return x->row % 8 == 0 && x->column % 32 == 0 && ends;
}

static void check(QwDtype t, int64_t rows, int64_t columns, Window x)
{
    QwCtx *ctx = qw_ctx_new();
    Weights w = weights_new(t, rows, columns);
    spoil(&w, &x);
    char *a = random_elems(t, (x.m + 3) * (x.k + 3));
    const size_t bytes = (size_t)(x.m * (x.n + 5)) * sizeof(float);
    float *plain = malloc(bytes), *packed = malloc(bytes);
    multiply(ctx, &w, &x, a, plain);
    int64_t copy;
    assert_int_equal(qw_pack(ctx, t, w.data, rows, columns, &copy), QW_OK);
    multiply(ctx, &w, &x, a, packed);
    if (memcmp(plain, packed, bytes) != 0)
        fail_msg("%s %s: m %d, [%d, %d] at (%d, %d) of [%d, %d], flags %d",
                 qw_isa(), qw_dtype_info[t].suffix, (int)x.m, (int)x.k,
                 (int)x.n, (int)x.row, (int)x.column, (int)rows, (int)columns,
                 x.flags);
    const bool has = t != QW_BF16 || strcmp(qw_isa(), "avx512bf16") == 0;
    assert_int_equal(copy > 0, has);
    assert_int_equal(qw_pack_used(ctx, w.data), has ? expect_used(&w, &x) : -1);
    qw_ctx_free(ctx);
    free(w.data);
    free(a);
    free(plain);
    free(packed);
}

static void every_level(void (*test)(QwDtype))
{
    const char *best = qw_isa();
    for (int i = 0; i < COUNT(levels); i++) {
        QwIsa isa;
        if (!qw_isa_parse(levels[i], &isa) || isa > qw_cpu_isa()) continue;
        assert_int_equal(qw_set_isa(levels[i]), QW_OK);
        test(QW_BF16);
        test(QW_I8);
        test(QW_U8);
    }
    qw_set_isa(best);
}

/* ---- bits ---------------------------------------------------------------- */

/* Around panels (8 rows, 32 columns) and blocks (256 rows). */
static void whole_tensors_of(QwDtype t)
{
    static const int64_t m[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 33};
    static const int64_t k[] = {1, 2, 7, 8, 9, 31, 64, 255, 256, 257, 520, 777};
    static const int64_t n[] = {1, 31, 32, 33, 64, 95, 200};
    int turn = 0;
    for (int i = 0; i < COUNT(m); i++)
        for (int j = 0; j < COUNT(k); j++, turn++) {
            const int64_t columns = n[turn % COUNT(n)];
            static const int flags[] = {0, QW_AT, QW_ACC, QW_AT | QW_ACC};
            check(t, k[j], columns,
                  (Window){0, 0, k[j], columns, m[i], flags[turn % 4]});
        }
}

static void whole_tensors(void **state)
{
    (void)state;
    every_level(whole_tensors_of);
}

static void windows_of(QwDtype t)
{
    static const Window list[] =
        {{0, 0, 64, 32, 16, 0},    {32, 32, 64, 64, 16, 0},
         {8, 96, 8, 32, 5, 0},     {0, 64, 16, 17, 16, 0},
         {72, 128, 31, 22, 16, 0}, {96, 0, 7, 150, 3, 0}, /* to the last row */
         {0, 16, 64, 32, 16, 0},   {0, 1, 64, 31, 16, 0}, /* within a panel */
         {4, 0, 64, 32, 16, 0},    {1, 0, 8, 32, 2, 0},   /* within a turn */
         {0, 0, 63, 32, 16, 0},    {8, 32, 4, 32, 16, 0}, /* ends within one */
         {40, 64, 56, 86, 17, 0},  {0, 0, 103, 150, 20, 0}};
    for (int i = 0; i < COUNT(list); i++) check(t, 103, 150, list[i]);
}

static void windows(void **state)
{
    (void)state;
    every_level(windows_of);
}

/* A tensor of another width at the same place is another one. */
static void other_leading_dimension(void **state)
{
    (void)state;
    QwCtx *ctx = qw_ctx_new();
    const Weights wide = weights_new(QW_BF16, 32, 128),
                  view = {QW_BF16, 64, 64, wide.data};
    const Window x = {0, 0, 64, 64, 4, 0};
    char *a = random_elems(QW_BF16, 8 * 70);
    float plain[4 * 69], packed[4 * 69];
    multiply(ctx, &view, &x, a, plain);
    assert_int_equal(qw_pack(ctx, QW_BF16, wide.data, 32, 128, NULL), QW_OK);
    multiply(ctx, &view, &x, a, packed);
    assert_memory_equal(plain, packed, sizeof plain);
    assert_int_equal(qw_pack_used(ctx, wide.data), 0);
    free(wide.data);
    free(a);
    qw_ctx_free(ctx);
}

/* Nor is one whose elements lie across those of the tensor. */
static void elements_between(void **state)
{
    (void)state;
    if (strcmp(qw_isa(), "avx512bf16") != 0) return;
    QwCtx *ctx = qw_ctx_new();
    const Weights w = weights_new(QW_BF16, 32, 64),
                  between = {QW_BF16, 31, 64, w.data + 1};
    const Window x = {0, 0, 16, 32, 1, 0};
    char *a = random_elems(QW_BF16, 19);
    float c[37];
    assert_int_equal(qw_pack(ctx, QW_BF16, w.data, 32, 64, NULL), QW_OK);
    multiply(ctx, &between, &x, a, c);
    assert_int_equal(qw_pack_used(ctx, w.data), 0);
    multiply(ctx, &w, &x, a, c);
    assert_int_equal(qw_pack_used(ctx, w.data), 1);
    free(w.data);
    free(a);
    qw_ctx_free(ctx);
}

/* ---- copies -------------------------------------------------------------- */

static void copies_are_of_their_time(void **state)
{
    (void)state;
    QwCtx *ctx = qw_ctx_new();
    Weights w = weights_new(QW_I8, 64, 64);
    const Window x = {0, 0, 64, 64, 2, 0};
    char *a = random_elems(QW_I8, 2 * 67);
    float before[2 * 69], now[2 * 69], fresh[2 * 69];
    assert_int_equal(qw_pack(ctx, QW_I8, w.data, 64, 64, NULL), QW_OK);
    multiply(ctx, &w, &x, a, before);
    memset(w.data, 1, 64 * 64);
    multiply(ctx, &w, &x, a, now);
    assert_memory_equal(before, now, sizeof now);
    assert_int_equal(qw_unpack(ctx, w.data), QW_OK);
    multiply(ctx, &w, &x, a, fresh);
    assert_memory_not_equal(before, fresh, sizeof fresh);
    assert_int_equal(qw_pack(ctx, QW_I8, w.data, 64, 64, NULL), QW_OK);
    multiply(ctx, &w, &x, a, now);
    assert_memory_equal(fresh, now, sizeof now);
    free(w.data);
    free(a);
    qw_ctx_free(ctx);
}

/* Packing again takes no more memory and copies what the weights are now. */
static void packed_again(void **state)
{
    (void)state;
    QwCtx *ctx = qw_ctx_new();
    Weights w = weights_new(QW_I8, 64, 64);
    const Window x = {0, 0, 64, 64, 2, 0};
    char *a = random_elems(QW_I8, 2 * 67);
    float now[2 * 69], fresh[2 * 69];
    int64_t first, again;
    assert_int_equal(qw_pack(ctx, QW_I8, w.data, 64, 64, &first), QW_OK);
    qw_set_memory(ctx, 1);
    memset(w.data, 1, 64 * 64);
    assert_int_equal(qw_pack(ctx, QW_I8, w.data, 64, 64, &again), QW_OK);
    assert_int_equal(first, again);
    qw_set_memory(ctx, 0);
    multiply(ctx, &w, &x, a, now);
    assert_int_equal(qw_unpack(ctx, w.data), QW_OK);
    assert_int_equal(qw_pack_used(ctx, w.data), -1);
    multiply(ctx, &w, &x, a, fresh);
    assert_memory_equal(fresh, now, sizeof now);
    free(w.data);
    free(a);
    qw_ctx_free(ctx);
}

/* A dtype has a packed form where some CPU has a kernel that makes it. */
static void forms_have_kernels(void **state)
{
    (void)state;
    for (int t = 0; t < QW_DTYPE_COUNT; t++)
        assert_int_equal(qw_dtype_packs((QwDtype)t),
                         qw_pack_kernel((QwDtype)t) != NULL);
}

/* Those of many tensors are found, and outlive a change of threads. */
static void many_tensors(void **state)
{
    (void)state;
    enum { N = 40 };
    QwCtx *ctx = qw_ctx_new();
    Weights w[N];
    const Window x = {0, 0, 16, 32, 3, 0};
    char *a = random_elems(QW_I8, 3 * 19);
    float plain[N][3 * 37], packed[3 * 37];
    for (int i = 0; i < N; i++) {
        w[i] = weights_new(QW_I8, 16, 32);
        multiply(ctx, &w[i], &x, a, plain[i]);
    }
    for (int i = 0; i < N; i++) /* not in the order of addresses */
        assert_int_equal(qw_pack(ctx, QW_I8, w[i * 7 % N].data, 16, 32, NULL),
                         QW_OK);
    assert_int_equal(qw_unpack(ctx, w[5].data), QW_OK);
    assert_int_equal(qw_set_threads(ctx, 1), QW_OK);
    for (int i = 0; i < N; i++) {
        multiply(ctx, &w[i], &x, a, packed);
        assert_memory_equal(plain[i], packed, sizeof packed);
        assert_int_equal(qw_pack_used(ctx, w[i].data), i == 5 ? -1 : 1);
    }
    assert_int_equal(qw_unpack(ctx, NULL), QW_OK);
    assert_int_equal(qw_pack_used(ctx, w[0].data), -1);
    for (int i = 0; i < N; i++) free(w[i].data);
    free(a);
    qw_ctx_free(ctx);
}

static void refusals(void **state)
{
    (void)state;
    static int8_t w[64 * 64];
    int64_t bytes = 7;
    QwCtx *ctx = qw_ctx_new();
    assert_int_equal(qw_pack(NULL, QW_I8, w, 64, 64, &bytes), QW_ERR_ARGS);
    assert_int_equal(bytes, 0);
    assert_int_equal(qw_pack(ctx, QW_I8, NULL, 64, 64, NULL), QW_ERR_ARGS);
    assert_int_equal(qw_pack(ctx, QW_DTYPE_COUNT, w, 1, 1, NULL), QW_ERR_ARGS);
    assert_int_equal(qw_pack(ctx, QW_I8, w, 0, 64, NULL), QW_ERR_ARGS);
    assert_int_equal(qw_pack(ctx, QW_I8, w, INT64_MAX, INT64_MAX, NULL),
                     QW_ERR_ARGS);
    assert_int_equal(qw_unpack(NULL, w), QW_ERR_ARGS);
    assert_int_equal(qw_pack_used(NULL, w), -1);
    assert_int_equal(qw_pack(ctx, QW_F32, w, 8, 8, &bytes), QW_OK);
    assert_int_equal(bytes, 0); /* no form: nothing was done */
    assert_int_equal(qw_pack(ctx, QW_I8, w + 64, 32, 64, &bytes), QW_OK);
    assert_int_equal(bytes, 32 * 64);
    assert_int_equal(qw_pack(ctx, QW_I8, w, 2, 64, NULL), QW_ERR_ARGS);
    assert_int_equal(qw_pack(ctx, QW_I8, w + 64, 1, 64, NULL), QW_ERR_ARGS);
    assert_int_equal(qw_pack(ctx, QW_I8, w, 1, 64, NULL), QW_OK);
    QwWorker *worker = qw_enter(ctx, 0, "call");
    assert_int_equal(qw_pack(ctx, QW_I8, w + 40 * 64, 8, 64, NULL),
                     QW_ERR_BUSY);
    assert_int_equal(qw_unpack(ctx, NULL), QW_ERR_BUSY);
    qw_leave(worker, QW_OK);
    qw_set_memory(ctx, 1);
    assert_int_equal(qw_pack(ctx, QW_I8, w + 40 * 64, 8, 64, NULL),
                     QW_ERR_NOMEM);
    qw_set_memory(ctx, 0);
    assert_int_equal(qw_pack(ctx, QW_I8, w + 40 * 64, 8, 64, NULL), QW_OK);
    qw_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_tensors),
        cmocka_unit_test(windows),
        cmocka_unit_test(other_leading_dimension),
        cmocka_unit_test(elements_between),
        cmocka_unit_test(copies_are_of_their_time),
        cmocka_unit_test(packed_again),
        cmocka_unit_test(forms_have_kernels),
        cmocka_unit_test(many_tensors),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
