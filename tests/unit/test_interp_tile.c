/* Tile ops of the reference engine, each against formulas written here, over
 * the edges: broadcasts, partial and empty valid shapes, NaN, infinities,
 * subnormals, signed zeros, extremes of the integers. */
#include "interp_bench.h"
#include "dtype.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>

/* ---- elementwise: special values, every pair -------------------------------------- */

static const float special[] = {
    0.0f,   -0.0f,   1.0f,   -1.0f,    0.5f,      3.0f,     -7.25f,
    1e-45f, -1e-45f, 1e-38f, FLT_MIN,  FLT_MAX,   -FLT_MAX, 16777217.0f,
    0.1f,   1e30f,   -1e30f, INFINITY, -INFINITY, NAN,
};
enum { NSPECIAL = (int)LEN(special), NPAIR = NSPECIAL * NSPECIAL };

static bool same(float a, float b)
{
    return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

static float want_max(float a, float b)
{
    if (isnan(a) || isnan(b)) return NAN;
    return a > b || (a == b && !signbit(a)) ? a : b;
}

static float want_min(float a, float b)
{
    if (isnan(a) || isnan(b)) return NAN;
    return a < b || (a == b && signbit(a)) ? a : b;
}

static float want_binary(const char *op, float a, float b)
{
    if (strcmp(op, "add") == 0) return a + b;
    if (strcmp(op, "sub") == 0) return a - b;
    if (strcmp(op, "mul") == 0) return a * b;
    if (strcmp(op, "div") == 0) return a / b;
    if (strcmp(op, "max") == 0) return want_max(a, b);
    if (strcmp(op, "min") == 0) return want_min(a, b);
    if (strcmp(op, "fmod") == 0) return fmodf(a, b);
    return (float)expl((long double)(a - b)); /* expdif */
}

/* loads %x and %y whole, stores %r */
static const char elementwise[] =
    "%%a: %s[1, %d] = load %%x [0, 0] [1, %d] shape(1, %d)\n"
    "%%b: %s[1, %d] = load %%y [0, 0] [1, %d] shape(1, %d)\n"
    "%%r: %s[1, %d] = %s %%a, %%b%s\n"
    "store %%o, %%r [0, 0]";

static void run_binary(const char *op, const char *attr, const char *dt, int n,
                       void *x, void *y, void *out)
{
    char params[200];
    snprintf(params, sizeof params,
             "%%x: &%s[1, %d], %%y: &%s[1, %d], %%o: out &%s[1, %d]", dt, n, dt,
             n, dt, n);
    Bench b = {.data = {x, y, out}};
    assert_int_equal(bench_scope(&b, params, elementwise, dt, n, n, n, dt, n, n,
                                 n, dt, n, op, attr),
                     0);
}

static void pairs_of_specials(float *x, float *y)
{
    for (int i = 0; i < NPAIR; i++) {
        x[i] = special[i / NSPECIAL];
        y[i] = special[i % NSPECIAL];
    }
}

static void float_binaries(void **state)
{
    (void)state;
    static const char *const ops[] = {"add", "sub", "mul",  "div",
                                      "max", "min", "fmod", "expdif"};
    float x[NPAIR], y[NPAIR], r[NPAIR];
    pairs_of_specials(x, y);
    for (size_t k = 0; k < LEN(ops); k++) {
        run_binary(ops[k], "", "f32", NPAIR, x, y, r);
        for (int i = 0; i < NPAIR; i++)
            if (!same(r[i], want_binary(ops[k], x[i], y[i])))
                fail_msg("%s of %a, %a: %a, want %a", ops[k], (double)x[i],
                         (double)y[i], (double)r[i],
                         (double)want_binary(ops[k], x[i], y[i]));
    }
}

/* BF16 and FP16: one FP32 operation, then one rounding */
static void narrow_binaries(void **state)
{
    (void)state;
    static const char *const ops[] = {"add", "sub", "mul", "div",
                                      "max", "min", "fmod"};
    static const char *const dts[] = {"bf16", "f16"};
    uint16_t x[NPAIR], y[NPAIR], r[NPAIR];
    for (int d = 0; d < 2; d++) {
        float (*up)(uint16_t) = d ? qw_f16_to_f32 : qw_bf16_to_f32;
        uint16_t (*down)(float, QwRound) = d ? qw_f32_to_f16 : qw_f32_to_bf16;
        for (int i = 0; i < NPAIR; i++) {
            x[i] = down(special[i / NSPECIAL], QW_RINT);
            y[i] = down(special[i % NSPECIAL], QW_RINT);
        }
        for (size_t k = 0; k < LEN(ops); k++) {
            run_binary(ops[k], "", dts[d], NPAIR, x, y, r);
            for (int i = 0; i < NPAIR; i++) {
                const float want = up(
                    down(want_binary(ops[k], up(x[i]), up(y[i])), QW_RINT));
                if (!same(up(r[i]), want))
                    fail_msg("%s %s of %a, %a: %a, want %a", ops[k], dts[d],
                             (double)up(x[i]), (double)up(y[i]),
                             (double)up(r[i]), (double)want);
            }
        }
    }
}

static void comparisons(void **state)
{
    (void)state;
    static const char *const pred[] = {" pred(eq)", " pred(ne)", " pred(lt)",
                                       " pred(le)", " pred(gt)", " pred(ge)"};
    float x[NPAIR], y[NPAIR], r[NPAIR];
    pairs_of_specials(x, y);
    for (int p = 0; p < 6; p++) {
        run_binary("cmp", pred[p], "f32", NPAIR, x, y, r);
        for (int i = 0; i < NPAIR; i++) {
            const bool want[] = {x[i] == y[i], x[i] != y[i],
                                 x[i]<y[i], x[i] <= y[i], x[i]> y[i],
                                 x[i] >= y[i]};
            assert_true(r[i] == (want[p] ? 1.0f : 0.0f));
        }
    }
}

static float want_unary(const char *op, float x)
{
    const long double w = (long double)x;
    if (strcmp(op, "neg") == 0) return -x;
    if (strcmp(op, "abs") == 0) return fabsf(x);
    if (strcmp(op, "sqrt") == 0) return sqrtf(x);
    if (strcmp(op, "exp") == 0) return (float)expl(w);
    if (strcmp(op, "log") == 0) return (float)logl(w);
    if (strcmp(op, "rsqrt") == 0) return (float)(1 / sqrtl(w));
    if (strcmp(op, "recip") == 0) return 1 / x;
    if (strcmp(op, "sin") == 0) return (float)sinl(w);
    return (float)cosl(w);
}

static void unaries(void **state)
{
    (void)state;
    static const char *const ops[] = {"neg",   "abs",   "sqrt", "exp", "log",
                                      "rsqrt", "recip", "sin",  "cos"};
    enum { N = 2000 };
    float x[N], r[N];
    srand(3);
    for (int i = 0; i < N; i++)
        x[i] = i < NSPECIAL
            ? special[i]
            : ldexpf((float)rand() / (float)RAND_MAX - 0.3f, rand() % 40 - 20);
    for (size_t k = 0; k < LEN(ops); k++) {
        Bench b = {.data = {x, r}};
        const int st = bench_scope(
            &b, "%x: &f32[1, 2000], %o: out &f32[1, 2000]",
            "%%a: f32[1, 2000] = load %%x [0, 0] [1, 2000] shape(1, 2000)\n"
            "%%r: f32[1, 2000] = %s %%a\nstore %%o, %%r [0, 0]",
            ops[k]);
        assert_int_equal(st, 0);
        for (int i = 0; i < N; i++)
            if (!same(r[i], want_unary(ops[k], x[i])))
                fail_msg("%s of %a: %a, want %a", ops[k], (double)x[i],
                         (double)r[i], (double)want_unary(ops[k], x[i]));
    }
}

/* ---- elementwise on integers ---------------------------------------------------------- */

__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UWide;

static Wide want_int(const char *op, Wide x, Wide y, int bits)
{
    if (strcmp(op, "add") == 0) return x + y;
    if (strcmp(op, "sub") == 0) return x - y;
    if (strcmp(op, "mul") == 0) return (Wide)((UWide)x * (UWide)y);
    if (strcmp(op, "div") == 0) return y == 0 ? 0 : x / y;
    if (strcmp(op, "fmod") == 0) return y == 0 ? 0 : x % y;
    if (strcmp(op, "max") == 0) return x > y ? x : y;
    if (strcmp(op, "min") == 0) return x < y ? x : y;
    if (strcmp(op, "and") == 0) return x & y;
    if (strcmp(op, "or") == 0) return x | y;
    if (strcmp(op, "xor") == 0) return x ^ y;
    if (y < 0 || y >= bits) return 0;
    return strcmp(op, "shl") == 0 ? x * ((Wide)1 << y) : x >> y;
}

static Wide int_at(QwDtype d, const void *p, int i)
{
    const int64_t x = qw_elem_i64(d, (const char *)p + i * qw_dtype_size(d));
    return d == QW_U64 ? (Wide)(uint64_t)x : x;
}

/* every op on every pair of edge values of every integer dtype */
static void int_binaries(void **state)
{
    (void)state;
    static const char *const ops[] = {"add",  "sub", "mul", "div",
                                      "fmod", "max", "min", "and",
                                      "or",   "xor", "shl", "shr"};
    static const int64_t value[] = {0,
                                    1,
                                    -1,
                                    2,
                                    7,
                                    8,
                                    15,
                                    16,
                                    31,
                                    32,
                                    63,
                                    64,
                                    100,
                                    -5,
                                    70000,
                                    -70000,
                                    INT64_C(5000000000),
                                    INT64_MAX,
                                    INT64_MIN,
                                    INT32_MIN,
                                    INT16_MIN,
                                    INT8_MIN};
    enum { N = (int)LEN(value), NN = N * N };
    static int64_t x[NN], y[NN], r[NN], want[NN];
    for (QwDtype d = QW_I8; d <= QW_U64; d++) {
        const int size = qw_dtype_size(d);
        for (int i = 0; i < NN; i++) {
            qw_elem_set_i64(d, (char *)x + i * size, value[i / N]);
            qw_elem_set_i64(d, (char *)y + i * size, value[i % N]);
        }
        for (size_t k = 0; k < LEN(ops); k++) {
            run_binary(ops[k], "", qw_dtype_info[d].suffix, NN, x, y, r);
            for (int i = 0; i < NN; i++)
                qw_elem_set_i64(d, (char *)want + i * size,
                                (int64_t)want_int(ops[k], int_at(d, x, i),
                                                  int_at(d, y, i), 8 * size));
            for (int i = 0; i < NN; i++)
                if (int_at(d, r, i) != int_at(d, want, i))
                    fail_msg("%s %s of %lld, %lld", ops[k],
                             qw_dtype_info[d].suffix,
                             (long long)int_at(d, x, i),
                             (long long)int_at(d, y, i));
        }
    }
}

static void int_unaries(void **state)
{
    (void)state;
    int8_t x[4] = {0, 5, -5, INT8_MIN}, r[4];
    static const int8_t neg[4] = {0, -5, 5, INT8_MIN},
                        mag[4] = {0, 5, 5, INT8_MIN},
                        inv[4] = {-1, -6, 4, INT8_MAX};
    static const struct {
        const char *op;
        const int8_t *want;
    } cases[] = {{"neg", neg}, {"abs", mag}, {"not", inv}};
    for (size_t k = 0; k < LEN(cases); k++) {
        Bench b = {.data = {x, r}};
        assert_int_equal(
            bench_scope(&b, "%x: &i8[1, 4], %o: out &i8[1, 4]",
                        "%%a: i8[1, 4] = load %%x [0, 0] [1, 4] shape(1, 4)\n"
                        "%%r: i8[1, 4] = %s %%a\nstore %%o, %%r [0, 0]",
                        cases[k].op),
            0);
        assert_memory_equal(r, cases[k].want, 4);
    }
}

/* ---- broadcasts and validity ------------------------------------------------------------- */

static void ramp(float *x, int n)
{
    for (int i = 0; i < n; i++) x[i] = (float)(i + 1);
}

static void broadcasts(void **state)
{
    (void)state;
    static const struct {
        int ar, ac, br, bc;
    } shapes[] = {{3, 4, 3, 4}, {3, 4, 3, 1}, {3, 4, 1, 4}, {3, 4, 1, 1},
                  {3, 1, 1, 4}, {1, 4, 3, 4}, {1, 1, 3, 4}};
    for (size_t s = 0; s < LEN(shapes); s++) {
        const int ar = shapes[s].ar, ac = shapes[s].ac, br = shapes[s].br,
                  bc = shapes[s].bc;
        float x[12], y[12], r[12];
        char params[200];
        ramp(x, 12);
        for (int i = 0; i < 12; i++) y[i] = (float)(100 * i);
        snprintf(params, sizeof params,
                 "%%x: &f32[%d, %d], %%y: &f32[%d, %d], %%o: out &f32[3, 4]",
                 ar, ac, br, bc);
        Bench b = {.data = {x, y, r}};
        assert_int_equal(
            bench_scope(
                &b, params,
                "%%a: f32[%d, %d] = load %%x [0, 0] [%d, %d] shape(%d, %d)\n"
                "%%b: f32[%d, %d] = load %%y [0, 0] [%d, %d] shape(%d, %d)\n"
                "%%r: f32[3, 4] = sub %%a, %%b\nstore %%o, %%r [0, 0]",
                ar, ac, ar, ac, ar, ac, br, bc, br, bc, br, bc),
            0);
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 4; j++) {
                const float p = x[(ar == 1 ? 0 : i) * ac + (ac == 1 ? 0 : j)],
                            q = y[(br == 1 ? 0 : i) * bc + (bc == 1 ? 0 : j)];
                assert_true(r[4 * i + j] == p - q);
            }
    }
}

static void scalar_operands(void **state)
{
    (void)state;
    float x[3] = {1, 2, 4}, r[6];
    Bench b = {.data = {x, NULL, r}, .scalar = {0, 8}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 3], %s: f32, %o: out &f32[2, 3]",
            "%%a: f32[1, 3] = load %%x [0, 0] [1, 3] shape(1, 3)\n"
            "%%r: f32[1, 3] = div %%a, %%s\n%%q: f32[1, 3] = div %%s, %%a\n"
            "store %%o, %%r [0, 0]\nstore %%o, %%q [1, 0]"),
        0);
    static const float want[6] = {0.125f, 0.25f, 0.5f, 8, 4, 2};
    assert_memory_equal(r, want, sizeof want);
}

static void high_ranks(void **state)
{
    (void)state;
    float x[24], y[6], r[24];
    ramp(x, 24);
    ramp(y, 6);
    Bench b = {.data = {x, y, r}};
    assert_int_equal(
        bench_scope(
            &b,
            "%x: &f32[2, 2, 3, 2], %y: &f32[2, 1, 3, 1], %o: out &f32[2, 2, 3, 2]",
            "%%a: f32[2, 2, 3, 2] = load %%x [0, 0, 0, 0] [2, 2, 3, 2] shape(2, 2, 3, 2)\n"
            "%%b: f32[2, 1, 3, 1] = load %%y [0, 0, 0, 0] [2, 1, 3, 1] shape(2, 1, 3, 1)\n"
            "%%r: f32[2, 2, 3, 2] = mul %%a, %%b\nstore %%o, %%r [0, 0, 0, 0]"),
        0);
    for (int i = 0; i < 24; i++)
        assert_true(r[i] == x[i] * y[i / 12 * 3 + i / 2 % 3]);
}

/* exp(0) = 1 must not show outside the valid region; missing operands are 0 */
static void partial_validity(void **state)
{
    (void)state;
    float x[16], r[16];
    ramp(x, 16);
    for (int i = 0; i < 16; i++) r[i] = -9;
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[4, 4], %o: out &f32[4, 4]",
            "%%a: f32[4, 4] valid(2, 3) = load %%x [0, 0] [2, 3] shape(4, 4)\n"
            "%%b: f32[4, 4] valid(1, 4) = load %%x [0, 0] [1, 4] shape(4, 4)\n"
            "%%e: f32[4, 4] valid(2, 3) = exp %%a\n"
            "%%c: f32[4, 4] valid(2, 3) = sub %%a, %%b\n"
            "%%p: f32[4, 4] = pad %%e fill(zero)\n"
            "%%s: f32[4, 4] = sub %%p, %%p\n"
            "%%q: f32[4, 4] = add %%s, %%p\n"
            "%%t: f32[4, 4] = setvalid %%c\n"
            "%%u: f32[4, 4] = add %%q, %%t\nstore %%o, %%u [0, 0]"),
        0);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            const float a = x[4 * i + j], d = i == 0 ? 0 : a;
            assert_true(
                r[4 * i + j] ==
                (i < 2 && j < 3 ? (float)expl((long double)a) + d : 0.0f));
        }
}

static void empty_validity(void **state)
{
    (void)state;
    float x[4] = {1, 2, 3, 4}, r[4] = {5, 5, 5, 5};
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 2], %o: out &f32[2, 2]",
            "%%a: f32[2, 2] valid(0, 2) = load %%x [-7, 99] [0, 2] shape(2, 2)\n"
            "%%e: f32[2, 2] valid(0, 2) = exp %%a\n"
            "%%m: f32[2, 2] valid(0, 2) = matmul %%e, %%e\n"
            "store %%o, %%m [99, 99]"),
        0);
    for (int i = 0; i < 4; i++) assert_true(r[i] == 5);
}

/* ---- casts ----------------------------------------------------------------------------------- */

static void casts(void **state)
{
    (void)state;
    float x[6] = {2.5f, -2.5f,       1e10f,
                  NAN,  1.00390625f, -INFINITY}; /* 1 + 2^-8: a tie in bf16 */
    int32_t i[6];
    int8_t c[6];
    uint16_t h[6], odd[6];
    Bench b = {.data = {x, i, c, h, odd}};
    assert_int_equal(
        bench_scope(
            &b,
            "%x: &f32[1, 6], %i: out &i32[1, 6], %c: out &i8[1, 6], %h: out &bf16[1, 6], %d: out &bf16[1, 6]",
            "%%a: f32[1, 6] = load %%x [0, 0] [1, 6] shape(1, 6)\n"
            "%%1: i32[1, 6] = cast %%a\nstore %%i, %%1 [0, 0]\n"
            "%%2: i8[1, 6] = cast %%1\nstore %%c, %%2 [0, 0]\n"
            "%%3: bf16[1, 6] = cast %%a\nstore %%h, %%3 [0, 0]\n"
            "%%4: bf16[1, 6] = cast %%a mode(odd)\nstore %%d, %%4 [0, 0]"),
        0);
    static const int32_t wi[6] = {3, -3, INT32_MAX, 0, 1, INT32_MIN};
    static const int8_t wc[6] = {3, -3, 127, 0, 1, -128};
    assert_memory_equal(i, wi, sizeof wi);
    assert_memory_equal(c, wc, sizeof wc);
    assert_int_equal(h[4], 0x3f80);
    assert_int_equal(odd[4], 0x3f81);
    assert_int_equal(h[5], 0xff80);
    assert_true(isnan(qw_bf16_to_f32(h[3])));
}

/* ---- reductions -------------------------------------------------------------------------------- */

static const char reduction[] =
    "%%a: f32[%d, %d] valid(%d, %d) = load %%x [0, 0] [%d, %d] shape(%d, %d)\n"
    "%%r: f32[%d, %d] valid(%d, %d) = %s %%a\n%%f: f32[%d, %d] = setvalid %%r\nstore %%o, %%f [0, 0]";

static float want_reduced(const char *op, const float *x, int n, int step)
{
    double sum = 0;
    float best = op[4] == 'm' && op[5] == 'a' ? -FLT_MAX : FLT_MAX;
    for (int i = 0; i < n; i++, x += step) {
        sum += (double)*x;
        const float f = op[5] == 'a' ? want_max(best, *x) : want_min(best, *x);
        best = i ? f : *x;
    }
    return op[4] == 's' ? (float)sum : best;
}

static void reductions(void **state)
{
    (void)state;
    static const char *const ops[] = {"row_sum", "row_max", "row_min",
                                      "col_sum", "col_max", "col_min"};
    static const int sizes[] = {1, 2, 3, 7, 8};
    float x[64], r[8];
    srand(4);
    for (int i = 0; i < 64; i++) x[i] = (float)(rand() % 2001 - 1000) / 7;
    x[9] = -0.0f;
    for (int c = 0; c < 6 * 25; c++) {
        const char *op = ops[c % 6];
        const bool row = op[0] == 'r';
        const int vr = sizes[c / 6 % 5] - 1,
                  vc = sizes[c / 30] - 1; /* 0 .. 7 valid of 8 */
        const int rr = row ? 8 : 1, rc = row ? 1 : 8, lines = row ? vr : vc;
        char params[100];
        snprintf(params, sizeof params,
                 "%%x: &f32[8, 8], %%o: out &f32[%d, %d]", rr, rc);
        Bench b = {.data = {x, r}};
        assert_int_equal(bench_scope(&b, params, reduction, 8, 8, vr, vc, vr,
                                     vc, 8, 8, rr, rc, row ? vr : 1,
                                     row ? 1 : vc, op, rr, rc),
                         0);
        for (int i = 0; i < 8; i++) {
            const bool read = vr > 0 && vc > 0;
            const float want = row
                ? want_reduced(op, x + 8 * i, read ? vc : 0, 1)
                : want_reduced(op, x + i, read ? vr : 0, 8);
            assert_true(r[i] == (i < lines ? want : 0));
        }
    }
}

static void reductions_of_specials(void **state)
{
    (void)state;
    float x[8] = {1, NAN, 3, -0.0f, 0.0f, INFINITY, -0.0f, -0.0f};
    float r[8];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(&b, "%x: &f32[4, 2], %o: out &f32[4, 2]",
                    "%%a: f32[4, 2] = load %%x [0, 0] [4, 2] shape(4, 2)\n"
                    "%%m: f32[4, 1] = row_max %%a\n%%n: f32[4, 1] = row_min %%a\n"
                    "store %%o, %%m [0, 0]\nstore %%o, %%n [0, 1]"),
        0);
    assert_true(isnan(r[0]) && isnan(r[1]));
    assert_true(r[2] == 3 && r[3] == 0 && signbit(r[3]));
    assert_true(isinf(r[4]) && r[5] == 0);
    assert_true(r[6] == 0 && signbit(r[6]));
}

/* one rounding at the end: adding ones in BF16 would stop at 256 */
static void narrow_sums(void **state)
{
    (void)state;
    uint16_t x[257], r[1];
    for (int i = 0; i < 257; i++) x[i] = qw_f32_to_bf16(1, QW_RINT);
    x[256] = qw_f32_to_bf16(1.5f, QW_RINT);
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(&b, "%x: &bf16[1, 257], %o: out &bf16[1, 1]",
                    "%%a: bf16[1, 257] = load %%x [0, 0] [1, 257] shape(1, 257)\n"
                    "%%s: bf16[1, 1] = row_sum %%a\nstore %%o, %%s [0, 0]"),
        0);
    assert_true(qw_bf16_to_f32(r[0]) ==
                258); /* 257.5 to an even multiple of 2 */
}

static void integer_reductions(void **state)
{
    (void)state;
    uint8_t x[6] = {200, 100, 7, 0, 255, 255}, r[6];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &u8[2, 3], %o: out &u8[2, 3]",
            "%%a: u8[2, 3] = load %%x [0, 0] [2, 3] shape(2, 3)\n"
            "%%s: u8[2, 1] = row_sum %%a\n%%m: u8[2, 1] = row_max %%a\n%%n: u8[2, 1] = row_min %%a\n"
            "store %%o, %%s [0, 0]\nstore %%o, %%m [0, 1]\nstore %%o, %%n [0, 2]"),
        0);
    static const uint8_t want[6] = {51, 200, 7, 254, 255, 0};
    assert_memory_equal(r, want, 6);
}

static void arg_reductions(void **state)
{
    (void)state;
    float x[20] = {1,   5,       5,      2,     /**/ 3,    NAN,     9,
                   NAN, /**/ -1, -1,     -1,    -1,        /**/ 4,  3,
                   2,   1,       /**/ 0, -0.0f, -INFINITY, INFINITY};
    int32_t r[10];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[5, 4], %o: out &i32[5, 2]",
            "%%a: f32[5, 4] = load %%x [0, 0] [5, 4] shape(5, 4)\n"
            "%%m: i32[5, 1] = row_argmax %%a\n%%n: i32[5, 1] = row_argmin %%a\n"
            "store %%o, %%m [0, 0]\nstore %%o, %%n [0, 1]"),
        0);
    static const int32_t want[10] = {1, 0, 1, 1, 0, 0, 0, 3, 3, 2};
    assert_memory_equal(r, want, sizeof want);
}

/* ---- matrix products -------------------------------------------------------------------------------- */

static void fill_random(float *x, int n)
{
    for (int i = 0; i < n; i++) x[i] = (float)(rand() % 2001 - 1000) / 512;
}

static float dot(const float *a, int sa, const float *b, int sb, int k)
{
    double s = 0;
    for (int i = 0; i < k; i++) s += (double)a[i * sa] * (double)b[i * sb];
    return (float)s;
}

static void products(void **state)
{
    (void)state;
    static const int size[] = {1, 2, 5};
    srand(5);
    for (int c = 0; c < 4 * 27; c++) {
        const bool at = c & 1, bt = c & 2;
        const int m = size[c / 4 % 3], n = size[c / 12 % 3], k = size[c / 36];
        float x[25], y[25], r[25];
        char params[200];
        fill_random(x, 25);
        fill_random(y, 25);
        const int ar = at ? k : m, ac = at ? m : k, br = bt ? n : k,
                  bc = bt ? k : n;
        snprintf(params, sizeof params,
                 "%%x: &f32[%d, %d], %%y: &f32[%d, %d], %%o: out &f32[%d, %d]",
                 ar, ac, br, bc, m, n);
        Bench b = {.data = {x, y, r}};
        assert_int_equal(
            bench_scope(
                &b, params,
                "%%a: f32[%d, %d] = load %%x [0, 0] [%d, %d] shape(%d, %d)\n"
                "%%b: f32[%d, %d] = load %%y [0, 0] [%d, %d] shape(%d, %d)\n"
                "%%r: f32[%d, %d] = matmul %%a, %%b%s%s\nstore %%o, %%r [0, 0]",
                ar, ac, ar, ac, ar, ac, br, bc, br, bc, br, bc, m, n,
                at ? " a_trans" : "", bt ? " b_trans" : ""),
            0);
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                assert_true(r[i * n + j] ==
                            dot(x + (at ? i : i * k), at ? m : 1,
                                y + (bt ? j * k : j), bt ? 1 : n, k));
    }
}

/* k runs over the smaller valid extent: infinities beyond it do not meet zeros */
static void product_validity(void **state)
{
    (void)state;
    float x[6] = {1, 2, 3, 4, 5, 6}, y[6] = {1, 10, INFINITY, NAN, 7, 7},
          acc[4] = {100, 200, 300, 400}, r[8];
    Bench b = {.data = {x, y, acc, r}};
    assert_int_equal(
        bench_scope(
            &b,
            "%x: &f32[2, 3], %y: &f32[3, 2], %c: &f32[2, 2], %o: out &f32[4, 2]",
            "%%a: f32[2, 3] valid(1, 1) = load %%x [0, 0] [1, 1] shape(2, 3)\n"
            "%%b: f32[3, 2] = load %%y [0, 0] [3, 2] shape(3, 2)\n"
            "%%c0: f32[2, 2] = load %%c [0, 0] [2, 2] shape(2, 2)\n"
            "%%p: f32[2, 2] valid(1, 2) = matmul %%a, %%b\n%%p1: f32[2, 2] = pad %%p fill(zero)\n"
            "%%q: f32[2, 2] = matmul_acc %%c0, %%a, %%b\n"
            "store %%o, %%p1 [0, 0]\nstore %%o, %%q [2, 0]"),
        0);
    static const float want[8] = {1, 10, 0, 0, 101, 210, 300, 400};
    assert_memory_equal(r, want, sizeof want);
}

static void narrow_products(void **state)
{
    (void)state;
    int8_t x[4] = {127, -128, 3, 4}, y[4] = {-128, 5, 127, 6};
    int32_t r[4];
    Bench b = {.data = {x, y, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &i8[2, 2], %y: &i8[2, 2], %o: out &i32[2, 2]",
            "%%a: i8[2, 2] = load %%x [0, 0] [2, 2] shape(2, 2)\n"
            "%%b: i8[2, 2] = load %%y [0, 0] [2, 2] shape(2, 2)\n"
            "%%p: i32[2, 2] = matmul %%a, %%b\n%%q: i32[2, 2] = matmul_acc %%p, %%a, %%b\n"
            "store %%o, %%q [0, 0]"),
        0);
    static const int32_t want[4] = {2 * (127 * -128 + -128 * 127),
                                    2 * (127 * 5 - 128 * 6),
                                    2 * (3 * -128 + 4 * 127), 2 * (15 + 24)};
    assert_memory_equal(r, want, sizeof want);
    uint16_t h[2] = {0x3f80, 0x3f81}, o[1]; /* 1 and 1 + 2^-7 */
    Bench c = {.data = {h, h, o}};
    assert_int_equal(
        bench_scope(
            &c, "%x: &bf16[1, 2], %y: &bf16[1, 2], %o: out &bf16[1, 1]",
            "%%a: bf16[1, 2] = load %%x [0, 0] [1, 2] shape(1, 2)\n"
            "%%p: bf16[1, 1] = matmul %%a, %%a b_trans\nstore %%o, %%p [0, 0]"),
        0);
    assert_true(o[0] == qw_f32_to_bf16(1 + 1.0078125f * 1.0078125f, QW_RINT));
}

static void batched_products(void **state)
{
    (void)state;
    float x[12], y[6], r[24];
    srand(6);
    fill_random(x, 12);
    fill_random(y, 6);
    Bench b = {.data = {x, y, r}};
    assert_int_equal(
        bench_scope(
            &b,
            "%x: &f32[2, 1, 2, 3], %y: &f32[1, 2, 3, 1], %o: out &f32[2, 2, 2, 1]",
            "%%a: f32[2, 1, 2, 3] = load %%x [0, 0, 0, 0] [2, 1, 2, 3] shape(2, 1, 2, 3)\n"
            "%%b: f32[1, 2, 3, 1] = load %%y [0, 0, 0, 0] [1, 2, 3, 1] shape(1, 2, 3, 1)\n"
            "%%p: f32[2, 2, 2, 1] = matmul %%a, %%b\nstore %%o, %%p [0, 0, 0, 0]"),
        0);
    for (int i = 0; i < 8; i++)
        assert_true(r[i] ==
                    dot(x + i / 4 * 6 + i % 2 * 3, 1, y + i / 2 % 2 * 3, 1, 3));
}

/* 1 + 2^-24 + 2^-24 + 2^-24: stepwise rounding stays at 1, one reduction does not */
static const char ladder_kernel[] =
    "%%a0: f32[1, 1] = load %%x [0, 0] [1, 1] shape(1, 1)\n"
    "%%b0: f32[1, 1] = load %%y [0, 0] [1, 1] shape(1, 1)\n"
    "%%acc: f32[1, 1] = matmul %%a0, %%b0%s\n"
    "%%sum: f32[1, 1] = for range %%k = 1, 4, 1 carry(%%c: f32[1, 1] = %%acc)%s {\n"
    "  %%a: f32[1, 1] = load %%x [0, %%k] [1, 1] shape(1, 1)\n"
    "  %%b: f32[1, 1] = load %%y [%%k, 0] [1, 1] shape(1, 1)\n"
    "  %%n: f32[1, 1] = matmul_acc %%c, %%a, %%b%s\n"
    "  store %%t, %%n [0, %%k]\n"
    "  yield %%n\n}\nstore %%t, %%sum [0, 0]";

static void ladders(void **state)
{
    (void)state;
    float x[4] = {1, 0x1p-12f, 0x1p-12f, 0x1p-12f},
          y[4] = {1, 0x1p-12f, 0x1p-12f, 0x1p-12f}, t[4];
    static const char params[] =
        "%x: &f32[1, 4], %y: &f32[4, 1], %t: out &f32[1, 4]";
    Bench b = {.data = {x, y, t}};
    assert_int_equal(bench_scope(&b, params, ladder_kernel, "", "", ""), 0);
    assert_true(t[0] == 1 && t[1] == 1 && t[3] == 1);
    assert_int_equal(bench_scope(&b, params, ladder_kernel, " ladder(1)",
                                 " ladder(1)", " ladder(1)"),
                     0);
    const float want = (float)(1 + 3 * 0x1p-24);
    assert_true(want > 1 && t[0] == want && t[3] == want);
    assert_true(
        t[1] == 1 &&
        t[2] ==
            (float)(1 +
                    2 * 0x1p-24)); /* a look in between sees each sum rounded once */
}

/* ---- moves ---------------------------------------------------------------------------------------------- */

static void slices(void **state)
{
    (void)state;
    float x[20], r[6], q[4];
    int64_t at[1] = {2};
    ramp(x, 20);
    Bench b = {.data = {x, at, r, q}};
    assert_int_equal(
        bench_scope(
            &b,
            "%x: &f32[4, 5], %i: &i64[1], %o: out &f32[2, 3], %q: out &f32[4]",
            "%%k: index = read %%i [0]\n"
            "%%a: f32[4, 5] valid(3, 5) = load %%x [0, 0] [3, 5] shape(4, 5)\n"
            "%%s: f32[2, 3] valid(1, 3) = slice %%a [%%k, 1] [1, 3] shape(2, 3)\n"
            "%%p: f32[2, 3] = pad %%s fill(max)\nstore %%o, %%p [0, 0]\n"
            "%%c: f32[4] valid(3) = slice %%a [0, 4] [4, 1] shape(4, 1) drop(1)\n"
            "%%d: f32[4] = setvalid %%c\nstore %%q, %%d [0]"),
        0);
    static const float want[6] = {12, 13, 14, FLT_MAX, FLT_MAX, FLT_MAX},
                       column[4] = {5, 10, 15, 0};
    assert_memory_equal(r, want, sizeof want);
    assert_memory_equal(q, column, sizeof column);
    at[0] = 4;
    assert_int_equal(
        bench_scope(
            &b,
            "%x: &f32[4, 5], %i: &i64[1], %o: out &f32[2, 3], %q: out &f32[4]",
            "%%k: index = read %%i [0]\n"
            "%%a: f32[4, 5] = load %%x [0, 0] [4, 5] shape(4, 5)\n"
            "%%s: f32[2, 3] valid(1, 3) = slice %%a [%%k, 1] [1, 3] shape(2, 3)\nstore %%o, %%s [0, 0]"),
        QW_ERR_BOUNDS);
}

static void assembles(void **state)
{
    (void)state;
    float x[4] = {1, 2, 3, 4}, r[12];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 2], %o: out &f32[3, 4]",
            "%%z: f32[3, 4] = full -1.0\n"
            "%%a: f32[2, 2] valid(2, 1) = load %%x [0, 0] [2, 1] shape(2, 2)\n"
            "%%b: f32[2, 2] = load %%x [0, 0] [2, 2] shape(2, 2)\n"
            "%%y: f32[3, 4] = assemble %%z, %%a [1, 3]\n"
            "%%w: f32[3, 4] = assemble %%y, %%b [0, 0]\nstore %%o, %%w [0, 0]"),
        0);
    static const float want[12] = {1, 2, -1, -1, 3, 4, -1, 1, -1, -1, -1, 3};
    assert_memory_equal(r, want, sizeof want);
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 2], %o: out &f32[3, 4]",
            "%%z: f32[3, 4] = full -1.0\n%%b: f32[2, 2] = load %%x [0, 0] [2, 2] shape(2, 2)\n"
            "%%y: f32[3, 4] = assemble %%z, %%b [2, 0]\nstore %%o, %%y [0, 0]"),
        QW_ERR_BOUNDS);
}

static void shapes(void **state)
{
    (void)state;
    float x[6], r[6], q[12];
    ramp(x, 6);
    Bench b = {.data = {x, r, q}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 3], %o: out &f32[3, 2], %q: out &f32[2, 6]",
            "%%a: f32[2, 3] = load %%x [0, 0] [2, 3] shape(2, 3)\n"
            "%%t: f32[3, 2] = transpose %%a axis(0, 1)\nstore %%o, %%t [0, 0]\n"
            "%%f: f32[2, 3] = reshape %%t\n%%c: f32[2, 6] = concat %%a, %%f\nstore %%q, %%c [0, 0]"),
        0);
    static const float t[6] = {1, 4, 2, 5, 3, 6},
                       c[12] = {1, 2, 3, 1, 4, 2, 4, 5, 6, 5, 3, 6};
    assert_memory_equal(r, t, sizeof t);
    assert_memory_equal(q, c, sizeof c);
}

static void transposes_high_ranks(void **state)
{
    (void)state;
    float x[24], r[24];
    ramp(x, 24);
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 3, 4], %o: out &f32[4, 3, 2]",
            "%%a: f32[2, 3, 4] valid(2, 2, 4) = load %%x [0, 0, 0] [2, 2, 4] shape(2, 3, 4)\n"
            "%%t: f32[4, 3, 2] valid(4, 2, 2) = transpose %%a axis(0, 2)\n"
            "%%p: f32[4, 3, 2] = pad %%t fill(zero)\nstore %%o, %%p [0, 0, 0]"),
        0);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 2; k++)
                assert_true(r[(i * 3 + j) * 2 + k] ==
                            (j < 2 ? x[(k * 3 + j) * 4 + i] : 0));
}

static void paddings(void **state)
{
    (void)state;
    int8_t x[4] = {1, 2, 3, 4}, r[12];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &i8[2, 2], %o: out &i8[2, 6]",
            "%%a: i8[2, 2] valid(1, 1) = load %%x [0, 0] [1, 1] shape(2, 2)\n"
            "%%p: i8[2, 2] = pad %%a fill(zero)\n%%q: i8[2, 2] = pad %%a fill(min)\n%%s: i8[2, 2] = pad %%a fill(max)\n"
            "store %%o, %%p [0, 0]\nstore %%o, %%q [0, 2]\nstore %%o, %%s [0, 4]"),
        0);
    static const int8_t want[12] = {1, 0, 1,    -128, 1,   127,
                                    0, 0, -128, -128, 127, 127};
    assert_memory_equal(r, want, sizeof want);
}

static void elements_of_tiles(void **state)
{
    (void)state;
    float x[4] = {1, 2, 3, 4}, r[4];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 2], %o: out &f32[2, 2]",
            "%%a: f32[2, 2] valid(1, 2) = load %%x [0, 0] [1, 2] shape(2, 2)\n"
            "%%s: f32 = tread %%a [0, 1]\n%%z: f32 = tread %%a [1, 1]\n%%u: f32 = sadd %%s, %%z\n"
            "%%b: f32[2, 2] valid(1, 2) = twrite %%a, %%u [0, 0]\n"
            "%%c: f32[2, 2] valid(1, 2) = twrite %%b, 9.0 [1, 1]\n"
            "%%d: f32[2, 2] = setvalid %%c\n%%e: f32[2, 2] = add %%d, %%d\nstore %%o, %%e [0, 0]"),
        0);
    static const float want[4] = {4, 4, 0, 0};
    assert_memory_equal(r, want, sizeof want);
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 2], %o: out &f32[2, 2]",
            "%%a: f32[2, 2] = load %%x [0, 0] [2, 2] shape(2, 2)\n%%s: f32 = tread %%a [0, 2]\n"
            "%%b: f32[2, 2] = twrite %%a, %%s [0, 0]\nstore %%o, %%b [0, 0]"),
        QW_ERR_BOUNDS);
}

static void makers(void **state)
{
    (void)state;
    uint16_t r[6];
    int16_t q[6];
    Bench b = {.data = {r, q}};
    assert_int_equal(
        bench_scope(
            &b, "%o: out &u16[1, 6], %q: out &i16[2, 3]",
            "%%a: u16[1, 6] = arange 65533\nstore %%o, %%a [0, 0]\n"
            "%%f: i16[1, 1] = full -7:i16\n%%e: i16[2, 3] = expand %%f\nstore %%q, %%e [0, 0]"),
        0);
    static const uint16_t want[6] = {65533, 65534, 65535, 0, 1, 2};
    assert_memory_equal(r, want, sizeof want);
    for (int i = 0; i < 6; i++) assert_int_equal(q[i], -7);
}

/* ---- sort, gather, scatter ------------------------------------------------------------------------------------ */

static uint32_t bits_of(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

static void sorts(void **state)
{
    (void)state;
    float v[64], r[128];
    uint32_t idx[64];
    for (int i = 0; i < 64; i++) {
        v[i] = (float)(i * 7 % 5);
        idx[i] = (uint32_t)i |
            (i % 3 ? 0 : 0xffc00000); /* bits of NaN survive */
    }
    v[40] = NAN;
    v[50] = -0.0f;
    v[51] = 0.0f;
    Bench b = {.data = {v, idx, r}};
    assert_int_equal(
        bench_scope(&b,
                    "%x: &f32[1, 64], %i: &u32[1, 64], %o: out &f32[1, 128]",
                    "%%v: f32[1, 64] = load %%x [0, 0] [1, 64] shape(1, 64)\n"
                    "%%j: u32[1, 64] = load %%i [0, 0] [1, 64] shape(1, 64)\n"
                    "%%s: f32[1, 128] = sort32 %%v, %%j\nstore %%o, %%s [0, 0]"),
        0);
    for (int block = 0; block < 2; block++) {
        bool seen[32] = {false};
        for (int i = 0; i < 32; i++) {
            const int k = (int)(bits_of(r[64 * block + 2 * i + 1]) & 0xff) -
                32 * block;
            assert_int_equal(bits_of(r[64 * block + 2 * i + 1]),
                             idx[32 * block + k]);
            assert_int_equal(bits_of(r[64 * block + 2 * i]),
                             bits_of(v[32 * block + k]));
            assert_false(seen[k]);
            seen[k] = true;
            if (i == 0) continue;
            const float before = r[64 * block + 2 * i - 2],
                        now = r[64 * block + 2 * i];
            const int kb = (int)(bits_of(r[64 * block + 2 * i - 1]) & 0xff) -
                32 * block;
            assert_true(isnan(before) || before > now ||
                        (before == now && kb < k));
        }
    }
    assert_true(isnan(r[64]));
}

static void merges(void **state)
{
    (void)state;
    float p[16] = {9,        0, 3, 1, /**/ 9, 2, 1, 3,
                   /**/ NAN, 4, 8, 5, /**/ 3, 6, 2, 7},
          r[16], q[12];
    Bench b = {.data = {p, r, q}, .checks = {.sorted = true}};
    static const char params[] =
        "%x: &f32[1, 16], %o: out &f32[1, 16], %q: out &f32[1, 12]";
    static const char body[] =
        "%%p: f32[1, 16] = load %%x [0, 0] [1, 16] shape(1, 16)\n%%m: f32[1, 16] = mrgsort_block %%p block_len(4)\nstore %%o, %%m [0, 0]\n"
        "%%a: f32[1, 4] = load %%x [0, 0] [1, 4] shape(1, 4)\n%%c: f32[1, 8] = load %%x [0, 8] [1, 8] shape(1, 8)\n"
        "%%d: f32[1, 4] = slice %%c [0, 4] [1, 4] shape(1, 4)\n%%e: f32[1, 4] = slice %%c [0, 0] [1, 4] shape(1, 4)\n"
        "%%l: f32[1, 12] = mrgsort_lists %%d, %%a, %%e\nstore %%q, %%l [0, 0]";
    assert_int_equal(bench_scope(&b, params, body), 0);
    static const float order[8] = {4, 0, 2, 5, 1, 6, 7, 3},
                       lists[6] = {4, 0, 5, 6, 1, 7};
    for (int i = 0; i < 8; i++) assert_true(r[2 * i + 1] == order[i]);
    for (int i = 0; i < 6; i++) assert_true(q[2 * i + 1] == lists[i]);
    assert_true(isnan(r[0]) && r[2] == 9 && r[14] == 1);
    p[2] = 10;
    assert_int_equal(bench_scope(&b, params, body), QW_ERR_UNSORTED);
    b.checks.sorted = false;
    assert_int_equal(bench_scope(&b, params, body), 0);
}

static void masks(void **state)
{
    (void)state;
    float x[8] = {0, 1, 2, 3, 4, 5, 6, 7}, r[8], q[8];
    int32_t bits[4];
    static const struct {
        int period, mask, n;
        float want[8];
    } cases[] = {{2, 1, 4, {0, 2, 4, 6}},
                 {2, 2, 4, {1, 3, 5, 7}},
                 {4, 1, 2, {0, 4}},
                 {4, 2, 2, {1, 5}},
                 {4, 4, 2, {2, 6}},
                 {4, 8, 2, {3, 7}},
                 {1, 1, 8, {0, 1, 2, 3, 4, 5, 6, 7}}};
    for (size_t c = 0; c < LEN(cases); c++) {
        const int n = cases[c].n;
        char params[100];
        snprintf(params, sizeof params,
                 "%%x: &f32[1, 8], %%o: out &f32[1, %d], %%q: out &f32[1, 8]",
                 n);
        Bench b = {.data = {x, r, q}};
        assert_int_equal(
            bench_scope(
                &b, params,
                "%%a: f32[1, 8] = load %%x [0, 0] [1, 8] shape(1, 8)\n"
                "%%g: f32[1, %d] = gather_mask %%a period(%d) mask(%d)\nstore %%o, %%g [0, 0]\n"
                "%%z: f32[1, 8] = full -1.0\n%%s: f32[1, 8] = scatter_mask %%z, %%g period(%d) mask(%d)\nstore %%q, %%s [0, 0]",
                n, cases[c].period, cases[c].mask, cases[c].period,
                cases[c].mask),
            0);
        for (int i = 0; i < n; i++) assert_true(r[i] == cases[c].want[i]);
        for (int i = 0; i < 8; i++)
            assert_true(
                q[i] ==
                (cases[c].mask >> i % cases[c].period & 1 ? (float)i : -1));
    }
    static const int32_t index[4] = {7, -1, 0x7f800001, 1 << 30};
    for (int i = 0; i < 4; i++) memcpy(&x[2 * i + 1], &index[i], 4);
    Bench b = {.data = {x, bits}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 8], %o: out &i32[1, 4]",
            "%%a: f32[1, 8] = load %%x [0, 0] [1, 8] shape(1, 8)\n"
            "%%g: i32[1, 4] = gather_mask %%a period(2) mask(2)\nstore %%o, %%g [0, 0]"),
        0);
    assert_memory_equal(bits, index, sizeof index);
}

static void index_forms(void **state)
{
    (void)state;
    float x[6] = {1, 2, 3, 4, 5, 6}, r[8], q[6];
    int32_t idx[8] = {2, 0, 2, 99,
                      1, 1, 0, -1}; /* the last column is not valid */
    static const char params[] =
        "%x: &f32[2, 3], %i: &i32[2, 4], %o: out &f32[2, 4], %q: out &f32[2, 3]";
    static const char body[] =
        "%%a: f32[2, 3] = load %%x [0, 0] [2, 3] shape(2, 3)\n"
        "%%j: i32[2, 4] valid(2, %d) = load %%i [0, 0] [2, %d] shape(2, 4)\n"
        "%%g: f32[2, 4] valid(2, %d) = gather_index %%a, %%j\n%%p: f32[2, 4] = pad %%g fill(zero)\nstore %%o, %%p [0, 0]\n"
        "%%z: f32[2, 3] = full 0.0\n%%s: f32[2, 3] = scatter_index %%z, %%j, %%p\nstore %%q, %%s [0, 0]";
    Bench b = {.data = {x, idx, r, q}};
    assert_int_equal(bench_scope(&b, params, body, 3, 3, 3), 0);
    static const float want[8] = {3, 1, 3, 0, 5, 5, 4, 0},
                       back[6] = {1, 0, 3, 4, 5, 0};
    assert_memory_equal(r, want, sizeof want);
    assert_memory_equal(q, back, sizeof back);
    assert_int_equal(bench_scope(&b, params, body, 4, 4, 4), QW_ERR_INDEX);
    idx[3] = 0;
    assert_int_equal(bench_scope(&b, params, body, 4, 4, 4), QW_ERR_INDEX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(float_binaries),
        cmocka_unit_test(narrow_binaries),
        cmocka_unit_test(comparisons),
        cmocka_unit_test(unaries),
        cmocka_unit_test(int_binaries),
        cmocka_unit_test(int_unaries),
        cmocka_unit_test(broadcasts),
        cmocka_unit_test(scalar_operands),
        cmocka_unit_test(high_ranks),
        cmocka_unit_test(partial_validity),
        cmocka_unit_test(empty_validity),
        cmocka_unit_test(casts),
        cmocka_unit_test(reductions),
        cmocka_unit_test(reductions_of_specials),
        cmocka_unit_test(narrow_sums),
        cmocka_unit_test(integer_reductions),
        cmocka_unit_test(arg_reductions),
        cmocka_unit_test(products),
        cmocka_unit_test(product_validity),
        cmocka_unit_test(narrow_products),
        cmocka_unit_test(batched_products),
        cmocka_unit_test(ladders),
        cmocka_unit_test(slices),
        cmocka_unit_test(assembles),
        cmocka_unit_test(shapes),
        cmocka_unit_test(transposes_high_ranks),
        cmocka_unit_test(paddings),
        cmocka_unit_test(elements_of_tiles),
        cmocka_unit_test(makers),
        cmocka_unit_test(sorts),
        cmocka_unit_test(merges),
        cmocka_unit_test(masks),
        cmocka_unit_test(index_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
