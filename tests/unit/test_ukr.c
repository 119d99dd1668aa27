/* Micro-kernels: every line of ukernels.def that is not a matrix product
 * against its ref kernel, on edges, strides, broadcasts and specials, with
 * operands that end at a guard page and gaps that must stay as they are; then
 * facts of the specification itself.  Matrix products: test_gemm.c. */
#include "cpu.h"
#include "dtype.h"
#include "ukr/ukr.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

/* ---- the kernels under test ---------------------------------------------- */

typedef struct Case {
    void *d;
    const void *a, *b;
    int64_t ldd, lda, sa, ldb, sb, m, n;
} Case;

typedef enum Kind { BINARY, UNARY, REDUCE, ARG, NARROW, WIDEN } Kind;

typedef struct Line {
    const char *name, *op, *type;
    Kind kind;
    QwIsa isa;
    void (*fast)(const Case *), (*ref)(const Case *);
} Line;

#define ARGS_BINARY(T) \
    c->d, c->ldd, c->a, c->lda, c->sa, c->b, c->ldb, c->sb, c->m, c->n
#define ARGS_UNARY(T) c->d, c->ldd, c->a, c->lda, c->sa, c->m, c->n
#define ARGS_REDUCE(T) c->d, c->ldd, c->a, c->lda, c->m, c->n
#define ARGS_ARG(T) c->d, c->ldd, c->a, c->lda, c->m, c->n
#define ARGS_NARROW(T) c->d, c->ldd, c->a, c->lda, c->m, c->n
#define ARGS_WIDEN(T) c->d, c->ldd, c->a, c->lda, c->m, c->n
#define CALL_GEMM(op, t, T, isa)
#define CALL_PACK(op, t, T, isa)
#define CALL_BINARY(op, t, T, isa) CALL(BINARY, op, t, T, isa)
#define CALL_UNARY(op, t, T, isa) CALL(UNARY, op, t, T, isa)
#define CALL_REDUCE(op, t, T, isa) CALL(REDUCE, op, t, T, isa)
#define CALL_ARG(op, t, T, isa) CALL(ARG, op, t, T, isa)
#define CALL_NARROW(op, t, T, isa) CALL(NARROW, op, t, T, isa)
#define CALL_WIDEN(op, t, T, isa) CALL(WIDEN, op, t, T, isa)
#define CALL(kind, op, t, T, isa)                      \
    static void call_##op##_##t##_##isa(const Case *c) \
    {                                                  \
        qwk_##op##_##t##_##isa(ARGS_##kind(T));        \
    }
#define KERNEL(kind, op, t, T, isa) CALL_##kind(op, t, T, isa)
#include "ukr/ukernels.def"
#undef KERNEL

#define LINE_GEMM(op, t, isa)
#define LINE_PACK(op, t, isa)
#define LINE_BINARY(op, t, isa) LINE(BINARY, op, t, isa)
#define LINE_UNARY(op, t, isa) LINE(UNARY, op, t, isa)
#define LINE_REDUCE(op, t, isa) LINE(REDUCE, op, t, isa)
#define LINE_ARG(op, t, isa) LINE(ARG, op, t, isa)
#define LINE_NARROW(op, t, isa) LINE(NARROW, op, t, isa)
#define LINE_WIDEN(op, t, isa) LINE(WIDEN, op, t, isa)
#define LINE(kind, op, t, isa)   \
    {"qwk_" #op "_" #t "_" #isa, \
     #op,                        \
     #t,                         \
     kind,                       \
     QW_ISA_##isa,               \
     call_##op##_##t##_##isa,    \
     call_##op##_##t##_ref},
static const Line lines[] = {
#define KERNEL(kind, op, t, T, isa) LINE_##kind(op, t, isa)
#include "ukr/ukernels.def"
#undef KERNEL
};
enum { LINES = sizeof lines / sizeof *lines };

static bool can_run(const Line *l)
{
    return l->isa <= qw_cpu_isa();
}

static QwDtype type_of(const char *suffix)
{
    for (int t = 0; t < QW_DTYPE_COUNT; t++)
        if (strcmp(qw_dtype_info[t].suffix, suffix) == 0) return (QwDtype)t;
    fail_msg("no dtype %s", suffix);
    return QW_F32;
}

static QwDtype input_type(const Line *l)
{
    return l->kind == NARROW ? QW_F32 : type_of(l->type);
}

static QwDtype output_type(const Line *l)
{
    return l->kind == WIDEN ? QW_F32
        : l->kind == ARG    ? QW_I32
                            : type_of(l->type);
}

/* ---- operands ------------------------------------------------------------ */

enum { ARENA = 1 << 16 };

/* `bytes` that end where unreadable memory begins. */
static char *guarded(int slot, int64_t bytes)
{
    static char *arena[4];
    if (!arena[slot]) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE);
        char *p = mmap(NULL, ARENA + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert_true(p != MAP_FAILED);
        assert_int_equal(mprotect(p + ARENA, page, PROT_NONE), 0);
        arena[slot] = p;
    }
    assert_true(bytes <= ARENA);
    return arena[slot] + ARENA - bytes;
}

static uint64_t random_bits(void)
{
    static uint64_t s = 88172645463325252u;
    s ^= s << 13;
    s ^= s >> 7;
    s ^= s << 17;
    return s;
}

static const float specials[] = {0.0f,      -0.0f,      1.0f,
                                 -1.0f,     0.5f,       3.0f,
                                 INFINITY,  -INFINITY,  NAN,
                                 FLT_MAX,   -FLT_MAX,   FLT_MIN,
                                 0x1p-149f, -0x1p-140f, 88.5f,
                                 -87.5f,    -103.5f,    65504.0f,
                                 0x1p-24f,  2.5f,       0x1.fffffep-127f,
                                 0x1.01p0f, 0x1.03p0f};
enum { SPECIALS = sizeof specials / sizeof *specials };

static void put_random(QwDtype t, void *p, bool with_specials)
{
    const uint64_t r = random_bits();
    if (!qw_dtype_is_float(t)) {
        qw_elem_set_i64(t, p,
                        r % 4 == 0 ? (int64_t)(r >> 8 & 15) - 8
                                   : (int64_t)random_bits());
        return;
    }
    const float plain = ((float)(r >> 40) * 0x1p-24f - 0.5f) * 8;
    const bool special = with_specials && r % 5 == 0;
    const float x = special ? specials[r / 5 % SPECIALS] : plain;
    if (t == QW_F32)
        memcpy(p, &x, sizeof x);
    else
        *(uint16_t *)p = t == QW_BF16 ? qw_f32_to_bf16(x, QW_NONE)
                                      : qw_f32_to_f16(x, QW_NONE);
}

/* An operand of m x n elements in rows of ld; the gaps hold garbage. */
static const void *operand(int slot, QwDtype t, int64_t m, int64_t n,
                           int64_t ld, bool with_specials)
{
    const int64_t size = qw_dtype_size(t);
    char *p = guarded(slot, ((m - 1) * ld + n) * size);
    memset(p, 0xff, (size_t)(((m - 1) * ld + n) * size)); /* NaN */
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++)
            put_random(t, p + (i * ld + j) * size, with_specials);
    return p;
}

/* ---- comparison ---------------------------------------------------------- */

/* Position among the values of a 16-bit or 32-bit float, for distances. */
static int64_t rank_of(QwDtype t, const void *p)
{
    uint32_t u = 0;
    memcpy(&u, p, (size_t)qw_dtype_size(t));
    const uint32_t sign = t == QW_F32 ? 0x80000000u : 0x8000u;
    return u & sign ? -(int64_t)(u - sign) : (int64_t)u;
}

static bool is_nan_at(QwDtype t, const void *p)
{
    return qw_dtype_is_float(t) && isnan(qw_elem_f64(t, p));
}

static bool alike(QwDtype t, const void *x, const void *y, int64_t ulps)
{
    if (is_nan_at(t, x) || is_nan_at(t, y))
        return is_nan_at(t, x) && is_nan_at(t, y);
    if (memcmp(x, y, (size_t)qw_dtype_size(t)) == 0) return true;
    return ulps > 0 && llabs(rank_of(t, x) - rank_of(t, y)) <= ulps;
}

static int64_t allowed_ulps(const Line *l)
{
    static const char *const inexact[] = {"exp", "log", "sin", "cos", "expdif"};
    for (size_t i = 0; i < sizeof inexact / sizeof *inexact; i++)
        if (strcmp(l->op, inexact[i]) == 0)
            return type_of(l->type) == QW_F32 ? 2 : 1;
    return 0;
}

static void compare(const Line *l, const Case *c, const char *got,
                    const char *want, int64_t rows, int64_t columns)
{
    const QwDtype t = output_type(l);
    const int64_t size = qw_dtype_size(t);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            const int64_t at = (i * c->ldd + j) * size;
            if (!alike(t, got + at, want + at, allowed_ulps(l)))
                fail_msg("%s m %d n %d sa %d sb %d: [%d,%d] is %g, not %g",
                         l->name, (int)c->m, (int)c->n, (int)c->sa, (int)c->sb,
                         (int)i, (int)j, qw_elem_f64(t, got + at),
                         qw_elem_f64(t, want + at));
        }
}

/* Rows and columns of the result. */
static void result_shape(const Line *l, const Case *c, int64_t *rows,
                         int64_t *columns)
{
    const bool by_column = strncmp(l->op, "col_", 4) == 0;
    const bool reduces = l->kind == REDUCE || l->kind == ARG;
    *rows = by_column ? 1 : c->m;
    *columns = reduces && !by_column ? 1 : c->n;
}

static void check_case(const Line *l, Case c)
{
    int64_t rows, columns;
    result_shape(l, &c, &rows, &columns);
    const int64_t size = qw_dtype_size(output_type(l));
    const size_t bytes = (size_t)(((rows - 1) * c.ldd + columns) * size);
    char *got = guarded(2, (int64_t)bytes), *want = malloc(bytes);
    memset(got, 0x5a, bytes);
    memset(want, 0x5a, bytes);
    c.d = want;
    l->ref(&c);
    c.d = got;
    l->fast(&c);
    compare(l, &c, got, want, rows, columns);
    for (int64_t i = 0; i + 1 < rows; i++)
        assert_memory_equal(got + (i * c.ldd + columns) * size,
                            want + (i * c.ldd + columns) * size,
                            (size_t)((c.ldd - columns) * size));
    free(want);
}

/* ---- every line against ref ---------------------------------------------- */

static const int64_t extents[] = {1,  2,  7,  8,  9,  15,  16,  17,
                                  31, 33, 63, 64, 65, 100, 129, 200};

static void check_shape(const Line *l, int64_t m, int64_t n, int64_t gap,
                        int broadcast)
{
    const QwDtype t = input_type(l);
    const bool with_specials = l->kind != REDUCE || !strstr(l->op, "sum");
    /* bits of broadcast: one column of a, one row of a, the same of b */
    Case c = {.m = m,
              .n = n,
              .ldd = n + gap,
              .sa = !(broadcast & 1),
              .sb = !(broadcast & 4)};
    const int64_t an = c.sa ? n : 1, bn = c.sb ? n : 1;
    c.lda = broadcast & 2 ? 0 : an + gap;
    c.ldb = broadcast & 8 ? 0 : bn + gap;
    c.a = operand(0, t, c.lda ? m : 1, an, c.lda, with_specials);
    c.b = operand(1, t, c.ldb ? m : 1, bn, c.ldb, with_specials);
    if (l->kind == REDUCE || l->kind == ARG) c.ldd = 1 + gap;
    if (strncmp(l->op, "col_", 4) == 0) c.ldd = n;
    check_case(l, c);
}

static void check_line(const Line *l)
{
    const int broadcasts = l->kind == BINARY ? 16 : l->kind == UNARY ? 4 : 1;
    for (size_t i = 0; i < sizeof extents / sizeof *extents; i++)
        for (int64_t m = 1; m <= 3; m += 2)
            for (int64_t gap = 0; gap <= 3; gap += 3)
                for (int b = 0; b < broadcasts; b++)
                    check_shape(l, m, extents[i], gap, b);
}

static void every_line_equals_ref(void **state)
{
    (void)state;
    int skipped = 0;
    for (int i = 0; i < LINES; i++) {
        skipped += !can_run(&lines[i]);
        if (can_run(&lines[i]) && lines[i].isa != QW_ISA_ref)
            check_line(&lines[i]);
    }
    if (skipped > 0) print_message("%d kernels need a better CPU\n", skipped);
}

static void nothing_to_do(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++) {
        if (!can_run(&lines[i])) continue;
        const bool reduces = lines[i].kind == REDUCE || lines[i].kind == ARG;
        for (int64_t m = -1; m <= 1; m++) {
            if (m > 0 && reduces) continue;
            uint64_t d = 7;
            const Case c = {.d = &d,
                            .a = &d,
                            .b = &d,
                            .sa = 1,
                            .sb = 1,
                            .m = m,
                            .n = m > 0 ? 0 : -m};
            if (m == -1 && strncmp(lines[i].op, "col_", 4) == 0)
                continue; /* an empty column has a value */
            lines[i].fast(&c);
            assert_int_equal(d, 7);
        }
    }
}

static void in_place(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++) {
        const Line *l = &lines[i];
        if (!can_run(l) || (l->kind != BINARY && l->kind != UNARY)) continue;
        const QwDtype t = input_type(l);
        const int64_t size = qw_dtype_size(t);
        enum { N = 37 };
        char want[N * 8], got[N * 8];
        memcpy(got, operand(0, t, 1, N, N, true), (size_t)(N * size));
        Case c = {.d = want,
                  .a = got,
                  .b = got,
                  .ldd = N,
                  .lda = N,
                  .sa = 1,
                  .ldb = N,
                  .sb = 1,
                  .m = 1,
                  .n = N};
        l->fast(&c);
        c.d = got;
        l->fast(&c);
        for (int k = 0; k < N; k++)
            assert_true(alike(t, got + k * size, want + k * size, 0));
    }
}

/* The same input gives the same bits alone and anywhere in a row. */
static void position_does_not_show(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++) {
        const Line *l = &lines[i];
        if (!can_run(l) || allowed_ulps(l) == 0) continue;
        const QwDtype t = input_type(l);
        const int64_t size = qw_dtype_size(t);
        enum { N = 75 };
        char whole[N * 4], alone[4];
        const char *a = operand(0, t, 1, N, N, true);
        const char *b = operand(1, t, 1, N, N, true);
        Case c = {.d = whole,
                  .a = a,
                  .b = b,
                  .ldd = N,
                  .lda = N,
                  .sa = 1,
                  .ldb = N,
                  .sb = 1,
                  .m = 1,
                  .n = N};
        l->fast(&c);
        for (int k = 0; k < N; k++) {
            c = (Case){.d = alone,
                       .a = a + k * size,
                       .b = b + k * size,
                       .ldd = 1,
                       .lda = 1,
                       .sa = 1,
                       .ldb = 1,
                       .sb = 1,
                       .m = 1,
                       .n = 1};
            l->fast(&c);
            assert_true(alike(t, alone, whole + k * size, 0));
        }
    }
}

/* ---- accuracy ------------------------------------------------------------ */

typedef struct Function {
    const char *op;
    double (*exact)(double);
} Function;

static double exact_rsqrt(double x)
{
    return 1 / sqrt(x);
}

static double exact_recip(double x)
{
    return 1 / x;
}

static const Function functions[] = {{"exp", exp},
                                     {"log", log},
                                     {"sin", sin},
                                     {"cos", cos},
                                     {"sqrt", sqrt},
                                     {"rsqrt", exact_rsqrt},
                                     {"recip", exact_recip}};

static const Function *function_of(const Line *l)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i].op, l->op) == 0) return &functions[i];
    return NULL;
}

/* Distance in units of the last place of FP32 at the exact value. */
static double ulps_between(float got, double exact)
{
    if (isnan(exact) || isnan(got))
        return isnan(exact) && isnan(got) ? 0 : HUGE_VAL;
    if (got == (float)exact) return 0;
    if (isinf(got) || isinf((float)exact)) return HUGE_VAL;
    int e;
    frexp(exact, &e);
    return fabs((double)got - exact) / ldexp(1, e < -125 ? -149 : e - 24);
}

static void check_floats(const Line *l, const float *x, int n, double *worst)
{
    float y[256];
    const Case c = {.d = y, .a = x, .ldd = n, .lda = n, .sa = 1, .m = 1, .n = n};
    l->fast(&c);
    for (int i = 0; i < n; i++) {
        const double u = ulps_between(y[i],
                                      function_of(l)->exact((double)x[i]));
        if (u > 2)
            fail_msg("%s(%a) = %a is %g ULP off", l->name, (double)x[i],
                     (double)y[i], u);
        if (u > *worst) *worst = u;
    }
}

static void two_ulp_over_all_floats(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++) {
        const Line *l = &lines[i];
        if (!can_run(l) || !function_of(l) || type_of(l->type) != QW_F32)
            continue;
        double worst = 0;
        float x[256];
        int n = 0;
        for (uint64_t u = 0; u <= UINT32_MAX; u += 6007) {
            const uint32_t bits = (uint32_t)u;
            memcpy(&x[n++], &bits, sizeof bits);
            if (n < 256) continue;
            check_floats(l, x, n, &worst);
            n = 0;
        }
        check_floats(l, x, n, &worst);
        check_floats(l, specials, SPECIALS, &worst);
        print_message("%-24s %.3f ULP\n", l->name, worst);
    }
}

/* Where a sine is nearly zero all bits of the reduced argument count. */
static void sines_beside_multiples_of_pi(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++) {
        const Line *l = &lines[i];
        const bool sine = strcmp(l->op, "sin") == 0 ||
            strcmp(l->op, "cos") == 0;
        if (!can_run(l) || !sine || type_of(l->type) != QW_F32) continue;
        double worst = 0;
        for (int k = -25000; k < 25000; k += 64) {
            float x[3 * 64];
            for (int j = 0; j < 64; j++) {
                const float at = (float)((k + j) * (M_PI / 2));
                x[3 * j] = at;
                x[3 * j + 1] = nextafterf(at, INFINITY);
                x[3 * j + 2] = nextafterf(at, -INFINITY);
            }
            check_floats(l, x, 3 * 64, &worst);
        }
        print_message("%-24s %.3f ULP\n", l->name, worst);
    }
}

/* All 65536 inputs: the FP32 result is within 2 ULP, so the rounded one is at
 * most the neighbour of the exact function's rounding. */
static void all_inputs_of_16_bits(void **state)
{
    (void)state;
    static uint16_t in[65536], out[65536];
    for (int i = 0; i < 65536; i++) in[i] = (uint16_t)i;
    const Case c = {.d = out,
                    .a = in,
                    .ldd = 65536,
                    .lda = 65536,
                    .sa = 1,
                    .m = 1,
                    .n = 65536};
    for (int i = 0; i < LINES; i++) {
        const Line *l = &lines[i];
        const QwDtype t = type_of(l->type);
        if (!can_run(l) || !function_of(l) || t == QW_F32) continue;
        l->fast(&c);
        for (int k = 0; k < 65536; k++) {
            const double x = qw_elem_f64(t, &in[k]);
            const double y = function_of(l)->exact(x);
            uint16_t want;
            qw_elem_set_f64(t, &want, y);
            if (!alike(t, &out[k], &want, 1))
                fail_msg("%s(%a) = %a, not %a", l->name, x,
                         qw_elem_f64(t, &out[k]), y);
        }
    }
}

static void special_values(void **state)
{
    (void)state;
    for (int i = 0; i < LINES; i++) {
        const Line *l = &lines[i];
        if (!can_run(l) || !function_of(l) || type_of(l->type) != QW_F32)
            continue;
        const float x[] = {-INFINITY, 89.0f, 0.0f, -1.0f, INFINITY, -0.0f};
        float y[6];
        const Case c =
            {.d = y, .a = x, .ldd = 6, .lda = 6, .sa = 1, .m = 1, .n = 6};
        l->fast(&c);
        if (strcmp(l->op, "exp") == 0)
            assert_true(y[0] == 0 && y[1] == INFINITY && y[2] == 1);
        else if (strcmp(l->op, "log") == 0)
            assert_true(y[2] == -INFINITY && isnan(y[3]) && y[4] == INFINITY);
        else if (strcmp(l->op, "rsqrt") == 0)
            assert_true(y[2] == INFINITY && isnan(y[3]) && y[4] == 0);
        else if (strcmp(l->op, "recip") == 0)
            assert_true(y[2] == INFINITY && y[5] == -INFINITY && y[4] == 0);
        else if (strcmp(l->op, "sin") == 0)
            assert_true(isnan(y[0]) && isnan(y[4]) && signbit(y[5]));
    }
}

/* ---- the specification --------------------------------------------------- */

static void integers(void **state)
{
    (void)state;
    int32_t d[3];
    const int32_t a[3] = {INT32_MIN, 7, -7}, b[3] = {-1, 0, 2};
    qw_div_i32(d, 3, a, 3, 1, b, 3, 1, 1, 3);
    assert_true(d[0] == INT32_MIN && d[1] == 0 && d[2] == -3);
    qw_fmod_i32(d, 3, a, 3, 1, b, 3, 1, 1, 3);
    assert_true(d[0] == 0 && d[1] == 0 && d[2] == -1);
    qw_abs_i32(d, 3, a, 3, 1, 1, 3);
    assert_true(d[0] == INT32_MIN && d[1] == 7 && d[2] == 7);
    const int32_t count[3] = {31, 32, -1};
    qw_shl_i32(d, 3, a, 3, 1, count, 3, 1, 1, 3);
    assert_true(d[0] == 0 && d[1] == 0 && d[2] == 0);
    qw_shr_i32(d, 3, a, 3, 1, count, 3, 1, 1, 3);
    assert_true(d[0] == -1 && d[1] == 0 && d[2] == 0);
    uint8_t e[2];
    const uint8_t x[2] = {200, 3}, y[2] = {100, 5};
    qw_add_u8(e, 2, x, 2, 1, y, 2, 1, 1, 2);
    assert_true(e[0] == 44 && e[1] == 8);
    qw_sub_u8(e, 2, x, 2, 1, y, 2, 1, 1, 2);
    assert_true(e[0] == 100 && e[1] == 254);
    qw_cmp_lt_u8(e, 2, x, 2, 1, y, 2, 1, 1, 2);
    assert_true(e[0] == 0 && e[1] == 1);
    qw_row_sum_u8(e, 1, x, 2, 1, 2);
    assert_int_equal(e[0], 203);
}

static void reductions_of_nothing(void **state)
{
    (void)state;
    float f[2] = {9, 9};
    uint16_t h = 9;
    int8_t i = 9;
    int32_t at = 9;
    qw_row_sum_f32(f, 1, NULL, 0, 2, 0);
    assert_true(f[0] == 0 && f[1] == 0);
    qw_row_max_f32(f, 1, NULL, 0, 2, 0);
    assert_true(f[0] == -FLT_MAX && f[1] == -FLT_MAX);
    qw_col_min_f32(f, 1, NULL, 0, 0, 2);
    assert_true(f[0] == FLT_MAX && f[1] == FLT_MAX);
    qw_row_max_bf16(&h, 1, NULL, 0, 1, 0);
    assert_int_equal(h, 0xff7f);
    qw_row_min_f16(&h, 1, NULL, 0, 1, 0);
    assert_int_equal(h, 0x7bff);
    qw_row_min_i8(&i, 1, NULL, 0, 1, 0);
    assert_int_equal(i, 127);
    qw_row_argmax_f32(&at, 1, NULL, 0, 1, 0);
    assert_int_equal(at, 0);
}

static void positions(void **state)
{
    (void)state;
    int32_t at;
    const float ties[] = {1, 3, 3, -0.0f, 0.0f, -2, -2};
    qw_row_argmax_f32(&at, 1, ties, 7, 1, 7);
    assert_int_equal(at, 1);
    qw_row_argmin_f32(&at, 1, ties, 7, 1, 7);
    assert_int_equal(at, 5);
    const float nan[] = {1, NAN, 5, NAN};
    qw_row_argmax_f32(&at, 1, nan, 4, 1, 4);
    assert_int_equal(at, 1);
    qw_row_argmin_f32(&at, 1, nan, 4, 1, 4);
    assert_int_equal(at, 1);
    const float zeros[] = {-0.0f, 0.0f};
    qw_row_argmax_f32(&at, 1, zeros, 2, 1, 2);
    assert_int_equal(at, 0);
}

static int64_t cast_to_int(float x, QwDtype to, QwRound mode)
{
    int64_t v = 0;
    qw_cast(to, &v, 1, QW_F32, &x, 1, 1, 1, mode);
    return qw_elem_i64(to, &v);
}

static void casts_to_integers(void **state)
{
    (void)state;
    static const struct {
        QwRound mode;
        int at_25, at_minus_25, at_35;
    } t[] = {{QW_NONE, 3, -3, 4},  {QW_RINT, 2, -2, 4}, {QW_ROUND, 3, -3, 4},
             {QW_FLOOR, 2, -3, 3}, {QW_CEIL, 3, -2, 4}, {QW_TRUNC, 2, -2, 3},
             {QW_ODD, 3, -3, 3}};
    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        assert_int_equal(cast_to_int(2.5f, QW_I32, t[i].mode), t[i].at_25);
        assert_int_equal(cast_to_int(-2.5f, QW_I32, t[i].mode),
                         t[i].at_minus_25);
        assert_int_equal(cast_to_int(3.5f, QW_I32, t[i].mode), t[i].at_35);
    }
    assert_int_equal(cast_to_int(NAN, QW_I8, QW_NONE), 0);
    assert_int_equal(cast_to_int(300, QW_I8, QW_NONE), 127);
    assert_int_equal(cast_to_int(-300, QW_I8, QW_NONE), -128);
    assert_int_equal(cast_to_int(-5, QW_U8, QW_NONE), 0);
    assert_true(cast_to_int(INFINITY, QW_I64, QW_NONE) == INT64_MAX);
    assert_true(cast_to_int(-INFINITY, QW_I64, QW_NONE) == INT64_MIN);
    assert_true((uint64_t)cast_to_int(1e30f, QW_U64, QW_NONE) == UINT64_MAX);
}

static void casts_of_integers(void **state)
{
    (void)state;
    float f;
    uint16_t h;
    int8_t small;
    uint64_t big = UINT64_MAX;
    qw_cast(QW_F32, &f, 1, QW_U64, &big, 1, 1, 1, QW_NONE);
    assert_true(f == 0x1p64f);
    qw_cast(QW_I8, &small, 1, QW_U64, &big, 1, 1, 1, QW_NONE);
    assert_int_equal(small, 127);
    /* one rounding: through FP32 this would tie to even, downwards */
    const int64_t tie = (INT64_C(0x101) << 32) + (INT64_C(1) << 31) - 1 +
        (INT64_C(1) << 31) + 1 - (INT64_C(1) << 31);
    qw_cast(QW_BF16, &h, 1, QW_I64, &tie, 1, 1, 1, QW_NONE);
    uint16_t want;
    qw_elem_set_i64(QW_BF16, &want, tie);
    assert_int_equal(h, want);
    const int32_t huge = 1 << 20;
    qw_cast(QW_F16, &h, 1, QW_I32, &huge, 1, 1, 1, QW_NONE);
    assert_int_equal(h, 0x7c00);
    const int64_t low = -1;
    qw_cast(QW_U64, &big, 1, QW_I64, &low, 1, 1, 1, QW_NONE);
    assert_true(big == 0);
    const float half = 0.5f;
    uint8_t flag;
    qw_cast(QW_BOOL, &flag, 1, QW_F32, &half, 1, 1, 1, QW_NONE);
    assert_int_equal(flag, 1);
}

static void casts_between_floats(void **state)
{
    (void)state;
    const float x = 0x1.01p0f; /* halfway between two bf16 */
    static const uint16_t want[] = {0x3f80, 0x3f80, 0x3f81, 0x3f80,
                                    0x3f81, 0x3f80, 0x3f81};
    for (int mode = 0; mode <= QW_ODD; mode++) {
        uint16_t h;
        qw_cast(QW_BF16, &h, 1, QW_F32, &x, 1, 1, 1, (QwRound)mode);
        assert_int_equal(h, want[mode]);
    }
    const uint16_t h[2] = {0x3f80, 0x7f80}; /* bf16: 1, inf */
    uint16_t to[2];
    qw_cast(QW_F16, to, 2, QW_BF16, h, 2, 1, 2, QW_NONE);
    assert_true(to[0] == 0x3c00 && to[1] == 0x7c00);
}

/* Every pair of dtypes, every mode: what goes another way than the
 * specification gives the same bits, in rows that are far apart, too. */
static void casts_equal_the_specification(void **state)
{
    (void)state;
    enum { M = 37, N = 1800, LD = N + 5, ROOM = M * LD };
    static uint64_t a[ROOM], got[ROOM], want[ROOM];
    for (int from = 0; from < QW_DTYPE_COUNT; from++) {
        const int size = qw_dtype_size((QwDtype)from);
        uint64_t x = 88172645463325252u;
        for (int64_t i = 0; i < ROOM; i++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            const uint64_t bits = size <= 2 ? (uint64_t)i : x >> (i % 40);
            const uint64_t value = from == QW_BOOL ? bits & 1 : bits;
            memcpy((char *)a + i * size, &value, (size_t)size);
        }
        for (int to = 0; to < QW_DTYPE_COUNT; to++)
            for (int mode = 0; mode <= QW_ODD; mode++) {
                const int to_bytes = qw_dtype_size((QwDtype)to);
                const int64_t n = mode % 2 ? N : 9, ld = LD;
                memset(got, 1, sizeof got);
                memset(want, 1, sizeof want);
                qw_cast((QwDtype)to, got, ld, (QwDtype)from, a, ld, M, n,
                        (QwRound)mode);
                if (to == from)
                    qw_copy(size, want, ld, a, ld, M, n);
                else
                    qwk_cast_ref((QwDtype)to, want, ld, (QwDtype)from, a, ld, M,
                                 n, (QwRound)mode);
                for (int64_t i = 0; i < ROOM; i++)
                    assert_true(alike((QwDtype)to, (char *)got + i * to_bytes,
                                      (char *)want + i * to_bytes, 0));
            }
    }
}

static void moves(void **state)
{
    (void)state;
    const int16_t a[6] = {1, 2, 3, 4, 5, 6};
    int16_t d[6] = {0};
    qw_gather_strided(2, d, 2, a, 1, 3, 3, 2);
    const int16_t transposed[6] = {1, 4, 2, 5, 3, 6};
    assert_memory_equal(d, transposed, sizeof d);
    qw_scatter_strided(2, d, 1, 3, transposed, 2, 3, 2);
    assert_memory_equal(d, a, sizeof d);
    const int16_t pad = -1, padded[6] = {1, -1, -1, -1, -1, -1};
    qw_pad(2, d, 3, &pad, 1, 1, 2, 3);
    assert_memory_equal(d, padded, sizeof d);
    uint16_t wraps[3];
    qw_arange(QW_U16, wraps, 65535, 3);
    assert_true(wraps[0] == 65535 && wraps[1] == 0 && wraps[2] == 1);
    int8_t sum[2] = {100, 1};
    const int8_t more[2] = {100, 2};
    qw_atomic_add(QW_I8, sum, 2, more, 2, 1, 2);
    assert_true(sum[0] == -56 && sum[1] == 3);
    int16_t kept[2];
    qw_gather_mask(2, kept, a, 4, 4, 0xa);
    assert_true(kept[0] == 2 && kept[1] == 4);
    qw_scatter_mask(2, d, a, 4, 4, 5);
    assert_true(d[0] == 1 && d[1] == -1 && d[2] == 2 && d[3] == -1);
    int64_t bad = 0;
    const int32_t index[3] = {2, 0, 3};
    assert_int_equal(qw_gather_index(2, d, 3, a, 3, 3, index, 3, 1, 3, &bad),
                     QW_ERR_INDEX);
    assert_int_equal(bad, 3);
    assert_int_equal(qw_gather_index(2, d, 2, a, 3, 3, index, 3, 1, 2, &bad),
                     QW_OK);
    assert_true(d[0] == 3 && d[1] == 1);
}

static void sorting_is_stable(void **state)
{
    (void)state;
    enum { N = 128 };
    float v[N], d[2 * N], merged[2 * N];
    uint32_t index[N];
    for (int i = 0; i < N; i++) {
        v[i] = i % 40 == 5 ? NAN : (float)(i * 7 % 11) - 5;
        index[i] = (uint32_t)i;
    }
    qw_sort32(d, v, index, N);
    qw_mrgsort_blocks(merged, d, 2 * N, 64);
    for (int i = 0; i + 1 < N; i++) {
        const float x = merged[2 * i], y = merged[2 * i + 2];
        uint32_t ix, iy;
        memcpy(&ix, &merged[2 * i + 1], sizeof ix);
        memcpy(&iy, &merged[2 * i + 3], sizeof iy);
        assert_true(isnan(x) || x >= y);
        if (x == y || isnan(y)) assert_true(ix < iy);
        assert_true(isnan(x) ? isnan(v[ix]) : v[ix] == x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_equals_ref),
        cmocka_unit_test(nothing_to_do),
        cmocka_unit_test(in_place),
        cmocka_unit_test(position_does_not_show),
        cmocka_unit_test(two_ulp_over_all_floats),
        cmocka_unit_test(sines_beside_multiples_of_pi),
        cmocka_unit_test(all_inputs_of_16_bits),
        cmocka_unit_test(special_values),
        cmocka_unit_test(integers),
        cmocka_unit_test(reductions_of_nothing),
        cmocka_unit_test(positions),
        cmocka_unit_test(casts_to_integers),
        cmocka_unit_test(casts_of_integers),
        cmocka_unit_test(casts_between_floats),
        cmocka_unit_test(casts_equal_the_specification),
        cmocka_unit_test(moves),
        cmocka_unit_test(sorting_is_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
