/* Matrix products: every GEMM line of ukernels.def against the bound of
 * language.md 8.3 around a float64 product, and bit for bit against itself:
 * a row alone, columns from another start, another leading dimension.
 * Operands end at a guard page, gaps hold NaN, c is NaN without QW_ACC. */
#include "cpu.h"
#include "dtype.h"
#include "ukr/ukr.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct Line {
    const char *name, *type;
    QwIsa isa;
    int64_t (*run)(const QwkGemm *);
} Line;

#define LINE_BINARY(op, t, isa)
#define LINE_UNARY(op, t, isa)
#define LINE_REDUCE(op, t, isa)
#define LINE_ARG(op, t, isa)
#define LINE_NARROW(op, t, isa)
#define LINE_WIDEN(op, t, isa)
#define LINE_PACK(op, t, isa)
#define LINE_GEMM(op, t, isa) \
    {"qwk_" #op "_" #t "_" #isa, #t, QW_ISA_##isa, qwk_##op##_##t##_##isa},
static const Line lines[] = {
#define KERNEL(kind, op, t, T, isa) LINE_##kind(op, t, isa)
#include "ukr/ukernels.def"
#undef KERNEL
};
enum { LINES = sizeof lines / sizeof *lines };

static QwDtype type_of(const Line *l)
{
    for (int t = 0; t < QW_DTYPE_COUNT; t++)
        if (strcmp(qw_dtype_info[t].suffix, l->type) == 0) return (QwDtype)t;
    fail_msg("no dtype %s", l->type);
    return QW_F32;
}

/* ---- operands ------------------------------------------------------------ */

enum { ARENA = 4 << 20, SLOTS = 4 };

/* `bytes` that end where unreadable memory begins, filled with NaN. */
static void *guarded(int slot, int64_t bytes)
{
    static char *arena[SLOTS];
    if (!arena[slot]) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE);
        char *p = mmap(NULL, ARENA + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(p != MAP_FAILED);
        assert_int_equal(mprotect(p + ARENA, page, PROT_NONE), 0);
        arena[slot] = p;
    }
    assert_true(bytes >= 0 && bytes <= ARENA);
    return memset(arena[slot] + ARENA - bytes, 0xff, (size_t)bytes);
}

static double random_unit(void)
{
    static uint64_t s = 88172645463325252u;
    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    return (double)(s >> 11) * 0x1p-53;
}

static void *matrix(int slot, QwDtype t, int64_t rows, int64_t columns,
                    int64_t ld)
{
    const int64_t size = qw_dtype_size(t);
    const int64_t count = rows > 0 ? (rows - 1) * ld + columns : 0;
    char *p = guarded(slot, count * size);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            const double x = qw_dtype_is_float(t)
                ? 4 * random_unit() - 2
                : floor(256 * random_unit()) - (t == QW_I8 ? 128 : 0);
            qw_elem_set_f64(t, p + (i * ld + j) * size, x);
        }
    return p;
}

typedef struct Problem {
    QwDtype t;
    int64_t m, n, k, lda, ldb, ldc;
    int flags;
    char *a, *b;
    float *c, *before; /* result, and what c held: floats or int32 bits */
} Problem;

static double a_at(const Problem *p, int64_t i, int64_t k)
{
    const int64_t at = p->flags & QW_AT ? k * p->lda + i : i * p->lda + k;
    return qw_elem_f64(p->t, p->a + at * qw_dtype_size(p->t));
}

static double b_at(const Problem *p, int64_t k, int64_t j)
{
    const int64_t at = p->flags & QW_BT ? j * p->ldb + k : k * p->ldb + j;
    return qw_elem_f64(p->t, p->b + at * qw_dtype_size(p->t));
}

static int64_t c_count(const Problem *p)
{
    return (p->m - 1) * p->ldc + p->n;
}

static Problem make(QwDtype t, int64_t m, int64_t n, int64_t k, int flags,
                    int64_t gap)
{
    const bool at = (flags & QW_AT) != 0, bt = (flags & QW_BT) != 0;
    Problem p = {.t = t,
                 .m = m,
                 .n = n,
                 .k = k,
                 .flags = flags,
                 .lda = (at ? m : k) + gap,
                 .ldb = (bt ? k : n) + gap,
                 .ldc = n + gap};
    p.a = matrix(0, t, at ? k : m, at ? m : k, p.lda);
    p.b = matrix(1, t, bt ? n : k, bt ? k : n, p.ldb);
    p.before = malloc((size_t)c_count(&p) * sizeof *p.before);
    for (int64_t i = 0; i < c_count(&p); i++) {
        const float x = flags & QW_ACC ? (float)(8 * random_unit() - 4) : NAN;
        const int32_t y = (int32_t)(random_unit() * 1000);
        if (qw_dtype_is_float(t))
            p.before[i] = x;
        else
            memcpy(&p.before[i], &y, sizeof y);
    }
    p.c = guarded(2, c_count(&p) * (int64_t)sizeof *p.c);
    memcpy(p.c, p.before, (size_t)c_count(&p) * sizeof *p.c);
    return p;
}

static void run(const Line *l, const Problem *p, float *c, int64_t ldc,
                const char *a, const char *b, int64_t m, int64_t n)
{
    QwkGemm g = {.c = c,
                 .ldc = ldc,
                 .a = a,
                 .b = b,
                 .lda = p->lda,
                 .ldb = p->ldb,
                 .from = p->t,
                 .m = m,
                 .n = n,
                 .k = p->k,
                 .flags = p->flags};
    const int64_t need = l->run(&g);
    if (need == 0) return;
    /* round up: scratch is aligned, and still ends close to the guard */
    g.scratch_bytes = (need + 63) / 64 * 64;
    g.scratch = guarded(3, g.scratch_bytes);
    assert_int_equal(l->run(&g), 0);
}

/* ---- checks -------------------------------------------------------------- */

static void check_float(const Line *l, const Problem *p, int64_t i, int64_t j)
{
    double exact = 0, size = 0, largest = 1;
    for (int64_t k = 0; k < p->k; k++) {
        const double x = a_at(p, i, k), y = b_at(p, k, j);
        exact += x * y;
        size += fabs(x * y);
        largest = fmax(largest, fmax(fabs(x), fabs(y)));
    }
    const bool adds = (p->flags & QW_ACC) != 0;
    if (adds) {
        exact += (double)p->before[i * p->ldc + j];
        size += fabs((double)p->before[i * p->ldc + j]);
    }
    const double terms = (double)(p->k + adds), u = 0x1p-24;
    const double bound = terms * u / (1 - terms * u) * size +
        terms * 0x1p-126 * largest;
    const double got = (double)p->c[i * p->ldc + j];
    if (!(fabs(got - exact) <= bound))
        fail_msg("%s m %d n %d k %d flags %d: [%d,%d] is %g, not %g", l->name,
                 (int)p->m, (int)p->n, (int)p->k, p->flags, (int)i, (int)j, got,
                 exact);
}

static void check_integer(const Line *l, const Problem *p, int64_t i, int64_t j)
{
    int32_t got, before;
    memcpy(&got, &p->c[i * p->ldc + j], sizeof got);
    memcpy(&before, &p->before[i * p->ldc + j], sizeof before);
    double exact = p->flags & QW_ACC ? (double)before : 0;
    for (int64_t k = 0; k < p->k; k++) exact += a_at(p, i, k) * b_at(p, k, j);
    if ((double)got != exact)
        fail_msg("%s [%d,%d] is %d, not %g", l->name, (int)i, (int)j, got,
                 exact);
}

static void check_values(const Line *l, const Problem *p)
{
    for (int64_t i = 0; i < p->m; i++) {
        for (int64_t j = 0; j < p->n; j++)
            (qw_dtype_is_float(p->t) ? check_float : check_integer)(l, p, i, j);
        if (i + 1 < p->m)
            assert_memory_equal(&p->c[i * p->ldc + p->n],
                                &p->before[i * p->ldc + p->n],
                                (size_t)(p->ldc - p->n) * sizeof *p->c);
    }
}

/* Row i computed alone has the bits it has among the others. */
static void check_row_alone(const Line *l, const Problem *p, int64_t i)
{
    const int64_t size = qw_dtype_size(p->t);
    const int64_t at = p->flags & QW_AT ? i : i * p->lda;
    float *row = malloc((size_t)p->n * sizeof *row);
    memcpy(row, p->before + i * p->ldc, (size_t)p->n * sizeof *row);
    run(l, p, row, p->n, p->a + at * size, p->b, 1, p->n);
    assert_memory_equal(row, p->c + i * p->ldc, (size_t)p->n * sizeof *row);
    free(row);
}

/* So have columns from j on, computed as a product of their own. */
static void check_columns(const Line *l, const Problem *p, int64_t j)
{
    const int64_t size = qw_dtype_size(p->t), n = p->n - j;
    const int64_t at = p->flags & QW_BT ? j * p->ldb : j;
    float *c = malloc((size_t)(p->m * n) * sizeof *c);
    for (int64_t i = 0; i < p->m; i++)
        memcpy(c + i * n, p->before + i * p->ldc + j, (size_t)n * sizeof *c);
    run(l, p, c, n, p->a, p->b + at * size, p->m, n);
    for (int64_t i = 0; i < p->m; i++)
        assert_memory_equal(c + i * n, p->c + i * p->ldc + j,
                            (size_t)n * sizeof *c);
    free(c);
}

static void check(const Line *l, int64_t m, int64_t n, int64_t k, int flags,
                  int64_t gap)
{
    Problem p = make(type_of(l), m, n, k, flags, gap);
    run(l, &p, p.c, p.ldc, p.a, p.b, m, n);
    check_values(l, &p);
    check_row_alone(l, &p, m / 2);
    check_columns(l, &p, n / 3);
    free(p.before);
}

/* ---- the tests ----------------------------------------------------------- */

/* Around the tiles' rows (1 2 4 8 16), columns (6 7 9 16 24 48 96) and depths
 * (2 8 32 64 128 256), and beyond them. */
static const int64_t rows[] = {1,  2,  3,  4,  5,  6,  7,  8, 9,
                               10, 12, 13, 14, 15, 16, 17, 33};
static const int64_t columns[] = {1,  5,  6,  7,  9,  13, 24,
                                  31, 33, 49, 95, 96, 97, 200};
static const int64_t depths[] = {0,  1,  2,  7,   8,   9,   31, 33,
                                 63, 64, 65, 130, 200, 256, 328};
#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

/* Shapes in turn, so that all pairs of extents and flags meet soon. */
static void every_line(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++) {
        if (lines[i].isa > qw_cpu_isa()) continue;
        int turn = 0;
        for (int r = 0; r < COUNT(rows); r++)
            for (int c = 0; c < COUNT(columns); c++, turn++) {
                const int64_t k = depths[turn % COUNT(depths)];
                check(&lines[i], rows[r], columns[c], k, turn % 8,
                      turn % 3 == 0 ? 3 : 0);
            }
    }
}

static void long_sums(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++)
        for (int flags = 0; flags < 4 && lines[i].isa <= qw_cpu_isa(); flags++)
            check(&lines[i], 6, 40, 5120, flags, 0);
    for (int i = 0; i < LINES; i++)
        if (lines[i].isa <= qw_cpu_isa())
            check(&lines[i], 9, 14, 6200, QW_BT, 0);
}

/* Sums rest between depths while a band of columns is gone through. */
static void many_columns(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++)
        for (int flags = 0; flags < 8 && lines[i].isa <= qw_cpu_isa(); flags++)
            check(&lines[i], flags % 2 ? 3 : 9, 530, 270, flags, 0);
}

/* Packed a serves products with other columns and other sums. */
static void packed_operand(void **state)
{
    (void)state;
    enum { M = 11, N = 700, K = 70, ROOM = 1 << 20 };
    for (int i = 0; i < LINES; i++)
        for (int flags = 0; flags < 4 && lines[i].isa <= qw_cpu_isa();
             flags++) {
            Problem p = make(type_of(&lines[i]), M, N, K, flags, 0);
            QwkGemm g = {.c = p.c,
                         .ldc = N,
                         .a = p.a,
                         .b = p.b,
                         .lda = p.lda,
                         .ldb = p.ldb,
                         .from = p.t,
                         .m = M,
                         .n = 40,
                         .k = K,
                         .flags = flags,
                         .scratch = guarded(3, ROOM),
                         .scratch_bytes = ROOM};
            assert_int_equal(lines[i].run(&g), 0);
            g.n = N;
            g.packed = true;
            assert_int_equal(lines[i].run(&g), 0);
            check_values(&lines[i], &p);
            free(p.before);
        }
}

/* The public functions: scratch that grows, and the hints. */
static void public_product(void **state)
{
    (void)state;
    static uint16_t a[2][16 * 64], b[64 * 64];
    static float want[2][16 * 64], c[16 * 64];
    for (int i = 0; i < 64 * 64; i++) {
        b[i] = qw_f32_to_bf16((float)random_unit(), QW_NONE);
        a[i / 1024 % 2][i % 1024] = b[i] ^ 0x8000;
    }
    QwCtx *ctx = qw_ctx_new();
    QwWorker *w = qw_enter(ctx, 0, "t");
    for (int i = 0; i < 2; i++)
        assert_int_equal(qw_gemm_bf16(w, want[i], 64, a[i], 64, b, 64, 16, 64,
                                      64, QW_BT),
                         QW_OK);
    qw_gemm_keep(w, a[0]);
    for (int i = 0; i < 6; i++) { /* a[0] is packed once, a[1] each time */
        const int which = i % 3 == 2;
        qw_gemm_next(w, i % 2 ? b : NULL);
        qw_gemm_bf16(w, c, 64, a[which], 64, b, 64, 16, 64, 64, QW_BT);
        assert_memory_equal(c, want[which], sizeof c);
    }
    qw_gemm_keep(w, NULL);
    memcpy(a[0], a[1], sizeof a[0]); /* the promise has ended */
    qw_gemm_bf16(w, c, 64, a[0], 64, b, 64, 16, 64, 64, QW_BT);
    assert_memory_equal(c, want[1], sizeof c);
    assert_int_equal(qw_gemm_bf16(w, c, 64, NULL, 0, NULL, 0, 0, 64, 64, 0),
                     QW_OK);
    qw_leave(w, QW_OK);
    qw_ctx_free(ctx);
}

#define PRODUCT(t)                                                          \
    static int product_##t(QwWorker *w, const Problem *p, float *c,         \
                           QwDtype from, const void *b, int64_t ldb)        \
    {                                                                       \
        return qw_gemm_##t##_cast(w, (void *)c, p->ldc, (const void *)p->a, \
                                  p->lda, from, b, ldb, p->m, p->n, p->k,   \
                                  p->flags);                                \
    }
PRODUCT(bf16)
PRODUCT(f16)
PRODUCT(f32)
PRODUCT(i8)
PRODUCT(u8)

static const struct {
    QwDtype t;
    int (*run)(QwWorker *, const Problem *, float *c, QwDtype from,
               const void *b, int64_t ldb);
} products[] = {{QW_BF16, product_bf16},
                {QW_F16, product_f16},
                {QW_F32, product_f32},
                {QW_I8, product_i8},
                {QW_U8, product_u8}};

/* A product that casts b has the bits of the cast followed by the product. */
static void check_cast(QwWorker *w, int which, QwDtype from, int64_t m,
                       int64_t n, int64_t k, int flags, int64_t gap)
{
    const QwDtype t = products[which].t;
    const bool bt = (flags & QW_BT) != 0;
    const int64_t height = bt ? n : k, width = bt ? k : n;
    Problem p = make(t, m, n, k, flags, gap);
    const char *b = matrix(1, from, height, width, width + gap);
    char *cast = malloc((size_t)(height * width) * 8 + 1);
    float *want = malloc((size_t)c_count(&p) * sizeof *want);
    memcpy(want, p.before, (size_t)c_count(&p) * sizeof *want);
    qwk_cast_ref(t, cast, width, from, b, width + gap, height, width, QW_NONE);
    assert_int_equal(products[which].run(w, &p, want, t, cast, width), QW_OK);
    assert_int_equal(products[which].run(w, &p, p.c, from, b, width + gap),
                     QW_OK);
    if (memcmp(p.c, want, (size_t)c_count(&p) * sizeof *want) != 0)
        fail_msg("%s: %s from %s, m %d n %d k %d flags %d", qw_isa(),
                 qw_dtype_info[t].suffix, qw_dtype_info[from].suffix, (int)m,
                 (int)n, (int)k, flags);
    free(cast);
    free(want);
    free(p.before);
}

static void casts_on_the_way(void **state)
{
    (void)state;
    const char *best = qw_isa();
    QwCtx *ctx = qw_ctx_new();
    for (int isa = 0; isa <= (int)qw_cpu_isa(); isa++) {
        qw_set_isa(qw_isa_names[isa]);
        QwWorker *w = qw_enter(ctx, 0, "t");
        int turn = 0;
        for (int p = 0; p < COUNT(products); p++)
            for (int from = 0; from < QW_DTYPE_COUNT; from++) {
                if (from == QW_BOOL || from == (int)products[p].t) continue;
                for (int i = 0; i < 8; i++, turn++)
                    check_cast(w, p, (QwDtype)from, rows[turn % COUNT(rows)],
                               columns[turn % COUNT(columns)],
                               depths[turn % COUNT(depths)], i,
                               turn % 3 ? 0 : 3);
            }
        check_cast(w, 0, QW_F32, 5, 200, 2500, 0, 1); /* in several parts */
        check_cast(w, 0, QW_F32, 5, 200, 2500, QW_BT, 1);
        qw_leave(w, QW_OK);
    }
    assert_int_equal(qw_set_isa(best), QW_OK);
    qw_ctx_free(ctx);
}

/* Bytes are cast to bf16 by kernels of their own. */
static void bytes_on_the_way(void **state)
{
    (void)state;
    QwCtx *ctx = qw_ctx_new();
    QwWorker *w = qw_enter(ctx, 0, "t");
    int turn = 0;
    for (int r = 0; r < COUNT(rows); r++)
        for (int c = 0; c < COUNT(columns); c++, turn++)
            check_cast(w, 0, turn / 8 % 2 ? QW_U8 : QW_I8, rows[r], columns[c],
                       depths[turn % COUNT(depths)], turn % 8,
                       turn % 3 ? 0 : 3);
    qw_leave(w, QW_OK);
    qw_ctx_free(ctx);
}

static void names_of_levels(void **state)
{
    (void)state;
    const char *best = qw_isa();
    assert_int_equal(qw_set_isa("sse9"), QW_ERR_ARGS);
    assert_int_equal(qw_set_isa(NULL), QW_ERR_ARGS);
    assert_int_equal(qw_set_isa("ref"), QW_OK);
    assert_string_equal(qw_isa(), "ref");
    assert_int_equal(qw_set_isa("avx512bf16"), QW_OK);
    assert_string_equal(qw_isa(), qw_isa_names[qw_cpu_isa()]);
    assert_int_equal(qw_set_isa(best), QW_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line),       cmocka_unit_test(long_sums),
        cmocka_unit_test(many_columns),     cmocka_unit_test(packed_operand),
        cmocka_unit_test(casts_on_the_way), cmocka_unit_test(bytes_on_the_way),
        cmocka_unit_test(public_product),   cmocka_unit_test(names_of_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
