/* The reference engine outside of tiles: control flow, carried values, scalars,
 * references and memory, checks that are always on, and the bounds of
 * language.md 8.5 with what makes them infinite. */
#include "interp_bench.h"
#include <math.h>
#include <stdlib.h>

#define INF ((double)INFINITY)

/* a kernel without a scope, of one output */
static int plain(Bench *b, const char *params, const char *body)
{
    char text[BENCH_TEXT];
    snprintf(text, sizeof text, "func k(%s) {\n%s\n}\n", params, body);
    return bench_run(b, text);
}

/* ---- loops ---------------------------------------------------------------------------- */

/* sum over the loop of i, and the number of iterations */
static void expect_loop(int64_t start, int64_t stop, int64_t step, int64_t sum,
                        int64_t count)
{
    int64_t in[3] = {start, stop, step}, out[2] = {-1, -1};
    Bench b = {.data = {in, out}};
    assert_int_equal(
        plain(
            &b, "%x: &i64[3], %o: out &i64[2]",
            "%a: index = read %x [0]\n%b: index = read %x [1]\n%c: index = read %x [2]\n"
            "%s: index, %n: index = for range %i = %a, %b, %c carry(%p: index = 0, %q: index = 0) {\n"
            "  %p1: index = sadd %p, %i\n  %q1: index = sadd %q, 1\n  yield %p1, %q1\n}\n"
            "write %o, %s [0]\nwrite %o, %n [1]"),
        0);
    assert_int_equal(out[0], sum);
    assert_int_equal(out[1], count);
}

static void loop_bounds(void **state)
{
    (void)state;
    expect_loop(0, 5, 1, 10, 5);
    expect_loop(0, 5, 2, 6, 3);
    expect_loop(5, 0, -2, 9, 3);
    expect_loop(0, 0, 1, 0, 0);
    expect_loop(3, 1, 1, 0, 0);
    expect_loop(1, 3, -1, 0, 0);
    expect_loop(INT64_MAX - 1, INT64_MAX, 1, INT64_MAX - 1, 1);
    expect_loop(INT64_MIN + 2, INT64_MAX, INT64_MAX, INT64_MIN + 3, 2);
    expect_loop(INT64_MAX, INT64_MIN, INT64_MIN, INT64_MAX - 1, 2);
    int64_t in[3] = {0, 1, 0}, out[2];
    Bench b = {.data = {in, out}};
    assert_int_equal(
        plain(
            &b, "%x: &i64[3], %o: out &i64[2]",
            "%c: index = read %x [2]\nfor range %i = 0, 1, %c {\n  write %o, %i [0]\n}"),
        QW_ERR_DIVISION);
}

static void permuting_yields(void **state)
{
    (void)state;
    int64_t out[2];
    Bench b = {.data = {out}};
    assert_int_equal(
        plain(
            &b, "%o: out &i64[2]",
            "%a: index, %b: index = for range %i = 0, 7, 1 carry(%x: index = 0, %y: index = 1) {\n"
            "  %z: index = sadd %x, %y\n  yield %y, %z\n}\nwrite %o, %a [0]\nwrite %o, %b [1]"),
        0);
    assert_int_equal(out[0], 13); /* Fibonacci */
    assert_int_equal(out[1], 21);
    /* tiles and references swap too */
    float x[2] = {1, 2}, y[2] = {5, 6};
    Bench c = {.data = {x, y}};
    assert_int_equal(
        plain(&c, "%x: inout &f32[1, 2], %y: inout &f32[1, 2]",
              "%p: &f32[1, 2], %q: &f32[1, 2] = for range %i = 0, 3, 1 carry(%a: &f32[1, 2] = %x, %b: &f32[1, 2] = %y) {\n"
              "  yield %b, %a\n}\n"
              "scope {\n%t: f32[1, 2] = full 9.0\nstore %p, %t [0, 0]\n}"),
        0);
    assert_true(x[0] == 1 && y[0] == 9 && y[1] == 9);
}

/* break and continue below two ifs, in an inner loop; the outer one goes on */
static void leaving_loops(void **state)
{
    (void)state;
    int64_t out[2];
    Bench b = {.data = {out}};
    assert_int_equal(
        plain(
            &b, "%o: out &i64[2]",
            "%r: index = for range %i = 0, 4, 1 carry(%s: index = 0) {\n"
            "  %t: index = for range %j = 0, 10, 1 carry(%u: index = %s) {\n"
            "    %odd: index = smod %j, 2\n    %is: bool = scmp %odd, 1 pred(eq)\n"
            "    if %is {\n"
            "      %far: bool = scmp %j, 6 pred(gt)\n"
            "      if %far {\n        %m: index = sadd %u, 1000\n        break %m\n      }\n"
            "      continue %u\n"
            "    }\n"
            "    %v: index = sadd %u, %j\n    yield %v\n  }\n"
            "  yield %t\n}\nwrite %o, %r [0]\nwrite %o, 0 [1]"),
        0);
    assert_int_equal(out[0], 4 * (0 + 2 + 4 + 6 + 1000));
}

static void break_on_the_last_round(void **state)
{
    (void)state;
    int64_t out[1];
    Bench b = {.data = {out}};
    assert_int_equal(
        plain(&b, "%o: out &i64[1]",
              "%r: index = for range %i = 0, 3, 1 carry(%s: index = 5) {\n"
              "  %e: bool = scmp %i, 2 pred(eq)\n"
              "  %v: index = if %e {\n    continue 77\n  } else {\n    %w: index = sadd %s, 1\n    yield %w\n  }\n"
              "  yield %v\n}\nwrite %o, %r [0]"),
        0);
    assert_int_equal(out[0], 77);
}

static void while_loops(void **state)
{
    (void)state;
    int64_t out[2];
    Bench b = {.data = {out}};
    assert_int_equal(
        plain(
            &b, "%o: out &i64[2]", /* Collatz from 6 */
            "%n: index, %k: index = while carry(%x: index = 6, %c: index = 0) {\n"
            "  %go: bool = scmp %x, 1 pred(ne)\n  cond %go, %x, %c\n} do carry(%y: index, %d: index) {\n"
            "  %h: index = sfloordiv %y, 2\n  %m: index = smod %y, 2\n  %even: bool = scmp %m, 0 pred(eq)\n"
            "  %t: index = smul %y, 3\n  %u: index = sadd %t, 1\n  %z: index = select %even, %h, %u\n"
            "  %e: index = sadd %d, 1\n  %stop: bool = scmp %e, 100 pred(gt)\n"
            "  if %stop {\n    break %z, %e\n  }\n  yield %z, %e\n}\nwrite %o, %n [0]\nwrite %o, %k [1]"),
        0);
    assert_int_equal(out[0], 1);
    assert_int_equal(out[1], 8);
}

static void deep_nests(void **state)
{
    (void)state;
    enum { DEPTH = 50 };
    static char text[BENCH_TEXT];
    int64_t out[1] = {0};
    int n = snprintf(text, sizeof text, "func k(%%o: inout &i64[1]) {\n");
    for (int i = 0; i < DEPTH; i++)
        n += snprintf(text + n, sizeof text - (size_t)n,
                      "for range %%i%d = 0, %d, 1 {\n", i, i % 10 ? 1 : 2);
    n += snprintf(
        text + n, sizeof text - (size_t)n,
        "%%v: index = read %%o [0]\n%%w: index = sadd %%v, 1\nwrite %%o, %%w [0]\n");
    for (int i = 0; i <= DEPTH; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "}\n");
    Bench b = {.data = {out}};
    assert_int_equal(bench_run(&b, text), 0);
    assert_int_equal(out[0], 32);
    n = (int)(strstr(text, "%w: index = sadd %v, 1") - text);
    n += snprintf(text + n, sizeof text - (size_t)n,
                  "%%w: index = read %%o [1]\nwrite %%o, %%w [0]\n");
    for (int i = 0; i <= DEPTH; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "}\n");
    assert_int_equal(bench_run(&b, text), QW_ERR_BOUNDS);
}

static void values_outlive_scopes(void **state)
{
    (void)state;
    float x[4] = {1, 2, 3, 4}, r[4];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        plain(
            &b, "%x: &f32[2, 2], %o: out &f32[2, 2]",
            "%t: f32[2, 2] = scope {\n %a: f32[2, 2] = load %x [0, 0] [2, 2] shape(2, 2)\n"
            " %b: f32[2, 2] = add %a, %a\n yield %b\n}\n"
            "%s: f32[1, 2] = slice %t [1, 0] [1, 2] shape(1, 2)\nstore %o, %t [0, 0]\nstore %o, %s [0, 0]"),
        0);
    assert_true(r[0] == 6 && r[1] == 8 && r[2] == 6 && r[3] == 8);
}

/* ---- scalars ------------------------------------------------------------------------------ */

static int scalar_op(const char *op, int64_t x, int64_t y, int64_t *r)
{
    int64_t in[2] = {x, y};
    char body[200];
    Bench b = {.data = {in, r}};
    snprintf(
        body, sizeof body,
        "%%a: index = read %%x [0]\n%%b: index = read %%x [1]\n%%r: index = %s %%a, %%b\nwrite %%o, %%r [0]",
        op);
    return plain(&b, "%x: &i64[2], %o: out &i64[1]", body);
}

static void integer_scalars(void **state)
{
    (void)state;
    static const struct {
        const char *op;
        int64_t a, b, want;
        int status;
    } cases[] = {
        {"sadd", 3, 4, 7, 0},
        {"sadd", INT64_MAX, 1, 0, 907},
        {"ssub", INT64_MIN, 1, 0, 907},
        {"ssub", 3, 5, -2, 0},
        {"smul", 1 << 30, 1 << 30, INT64_C(1) << 60, 0},
        {"smul", INT64_MIN, -1, 0, 907},
        {"sfloordiv", 7, 2, 3, 0},
        {"sfloordiv", -7, 2, -4, 0},
        {"sfloordiv", 7, -2, -4, 0},
        {"sfloordiv", INT64_MIN, -1, 0, 907},
        {"sfloordiv", 1, 0, 0, 909},
        {"smod", -7, 2, 1, 0},
        {"smod", 7, -2, -1, 0},
        {"smod", INT64_MIN, -1, 0, 0},
        {"smod", 1, 0, 0, 909},
        {"sshl", 1, 62, INT64_C(1) << 62, 0},
        {"sshl", 1, 63, 0, 907},
        {"sshl", -1, 63, INT64_MIN, 0},
        {"sshl", 0, 63, 0, 0},
        {"sshl", 1, 64, 0, 907},
        {"sshl", 1, -1, 0, 907},
        {"sshr", -8, 1, -4, 0},
        {"sshr", -1, 63, -1, 0},
        {"sshr", 1, 64, 0, 907},
        {"smin", -3, 2, -3, 0},
        {"smax", -3, 2, 2, 0},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        int64_t r = 0;
        assert_int_equal(scalar_op(cases[i].op, cases[i].a, cases[i].b, &r),
                         cases[i].status);
        if (!cases[i].status) assert_int_equal(r, cases[i].want);
    }
}

static void float_scalars(void **state)
{
    (void)state;
    uint16_t x[2] = {0x3f80, 0x3b80}, r[1]; /* 1, 2^-8: their sum is a tie */
    float q[3];
    Bench b = {.data = {x, r, q}};
    assert_int_equal(
        plain(
            &b, "%x: &bf16[2], %o: out &bf16[1], %q: out &f32[3]",
            "%a: bf16 = read %x [0]\n%b: bf16 = read %x [1]\n%s: bf16 = sadd %a, %b\nwrite %o, %s [0]\n"
            "%f: f32 = scast %b\n%g: f32 = sdiv 1.0, %f\nwrite %q, %g [0]\n%m: f32 = smax -0.0, 0.0\nwrite %q, %m [1]\n"
            "%n: f32 = sneg %g\nwrite %q, %n [2]"),
        0);
    assert_int_equal(r[0], 0x3f80);
    assert_true(q[0] == 256 && q[1] == 0 && !signbit(q[1]) && q[2] == -256);
}

static int cast_to_i8(float x, int8_t *r)
{
    Bench b = {.data = {&x, r}};
    return plain(&b, "%x: &f32[1], %o: out &i8[1]",
                 "%a: f32 = read %x [0]\n%b: i8 = scast %a\nwrite %o, %b [0]");
}

static void scalar_casts(void **state)
{
    (void)state;
    int8_t r = 0;
    assert_int_equal(cast_to_i8(2.5f, &r), 0);
    assert_int_equal(r, 3);
    assert_int_equal(cast_to_i8(-128.4f, &r), 0);
    assert_int_equal(r, -128);
    assert_int_equal(cast_to_i8(NAN, &r), 0);
    assert_int_equal(r, 0);
    assert_int_equal(cast_to_i8(128, &r), QW_ERR_RANGE);
    assert_int_equal(cast_to_i8(INFINITY, &r), QW_ERR_RANGE);
}

/* ---- memory -------------------------------------------------------------------------------------- */

static void windows(void **state)
{
    (void)state;
    float x[12], r[12];
    for (int i = 0; i < 12; i++) x[i] = (float)i;
    static const struct {
        int off, win;
        int status;
    } cases[] = {{0, 3, 0}, {1, 2, 0},  {1, 3, 904}, {-1, 1, 904},
                 {3, 0, 0}, {99, 0, 0}, {3, 1, 904}};
    for (size_t i = 0; i < LEN(cases); i++) {
        Bench b = {.data = {x, r}};
        memset(r, 0, sizeof r);
        const int st = bench_scope(
            &b, "%x: &f32[3, 4], %o: out &f32[3, 4]",
            "%%a: f32[3, 4] valid(%d, 4) = load %%x [%d, 0] [%d, 4] shape(3, 4)\nstore %%o, %%a [0, 0]",
            cases[i].win, cases[i].off, cases[i].win);
        assert_int_equal(st, cases[i].status);
        for (int k = 0; !st && k < 12; k++)
            assert_true(r[k] ==
                        (k < 4 * cases[i].win ? x[4 * cases[i].off + k] : 0));
    }
}

static void clamped_windows(void **state)
{
    (void)state;
    float x[4] = {1, 2, 3, 4}, r[4] = {0};
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 4], %o: out &f32[1, 4]",
            "%%a: f32[1, 4] valid(1, 2) = load %%x [0, 2] [1, 4] shape(1, 4) clamp\nstore %%o, %%a [0, 0]"),
        0);
    assert_true(r[0] == 3 && r[1] == 4 && r[2] == 0);
}

static void views(void **state)
{
    (void)state;
    float x[24], r[24] = {0};
    for (int i = 0; i < 24; i++) x[i] = (float)i;
    Bench b = {.data = {x, r}};
    /* x[1:3, 2:6] transposed, its column 1 as a row; stores through a view; a reshape */
    assert_int_equal(
        plain(
            &b, "%x: &f32[4, 6], %o: out &f32[4, 6]",
            "%v: &f32[2, 4] stride(6, 1) = view %x [1, 2] [2, 4] [2, 4]\n"
            "%t: &f32[4, 2] stride(1, 6) = ttranspose %v axis(0, 1)\n"
            "%w: &f32[2, 4] stride(6, 1) = view %o [2, 1] [2, 4] [2, 4]\n"
            "%f: &f32[24] = treshape %o [24]\n"
            "scope {\n %a: f32[1, 2] = load %t [1, 0] [1, 2] shape(1, 2)\n store %w, %a [1, 2]\n"
            " %b: f32[4] valid(2) = load %t [2, 0] [2, 1] shape(4, 1) drop(1)\n store %f, %b [0]\n}"),
        0);
    assert_true(r[3 * 6 + 3] == 9 && r[3 * 6 + 4] == 15);
    assert_true(r[0] == 10 && r[1] == 11 && r[2] == 0);
    assert_int_equal(
        plain(
            &b, "%x: &f32[4, 6], %o: out &f32[4, 6]",
            "%v: &f32[2, 4] stride(6, 1) = view %x [3, 0] [2, 4] [2, 4]\n"
            "scope {\n %a: f32[1, 2] = load %v [0, 0] [1, 2] shape(1, 2)\n store %o, %a [0, 0]\n}"),
        QW_ERR_BOUNDS);
}

/* a view that overhangs: what backs it is smaller than its extents */
static void overhanging_views(void **state)
{
    (void)state;
    float x[6] = {1, 2, 3, 4, 5, 6}, r[8] = {0};
    Bench b = {.data = {x, r}};
    static const char params[] = "%x: &f32[1, 6], %o: out &f32[1, 8]";
    assert_int_equal(
        plain(
            &b, params,
            "%v: &f32[1, 8] valid(1, 2) back(1, 2) = view %x [0, 4] [1, 8] [1, 2]\n"
            "scope {\n %a: f32[1, 8] valid(1, 2) = load %v [0, 0] [1, 2] shape(1, 8)\n store %o, %a [0, 1]\n}"),
        0);
    assert_true(r[1] == 5 && r[2] == 6 && r[3] == 0);
    assert_int_equal(
        plain(
            &b, params,
            "%v: &f32[1, 8] valid(1, 2) back(1, 2) = view %x [0, 4] [1, 8] [1, 2]\n"
            "scope {\n %a: f32[1, 8] valid(1, 2) = load %v [0, 0] [1, 3] shape(1, 8)\n store %o, %a [0, 1]\n}"),
        QW_ERR_BOUNDS);
}

static void tensors_as_operands(void **state)
{
    (void)state;
    float x[6] = {1, 2, 3, 4, 5, 6}, r[4];
    Bench b = {.data = {x, r}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[2, 3], %o: out &f32[2, 2]",
            "%%v: &f32[2, 2] stride(3, 1) = view %%x [0, 1] [2, 2] [2, 2]\n"
            "%%s: f32[2, 2] = mul %%v, %%v\n%%p: f32[2, 2] = matmul %%v, %%s b_trans\nstore %%o, %%p [0, 0]"),
        0);
    assert_true(r[0] == 2 * 4 + 3 * 9 && r[1] == 2 * 25 + 3 * 36 &&
                r[3] == 5 * 25 + 6 * 36);
}

static void copies_read_first(void **state)
{
    (void)state;
    int32_t x[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    Bench b = {.data = {x}};
    assert_int_equal(plain(&b, "%x: inout &i32[8]",
                           "%v: &i32[6] = view %x [0] [6] [6]\ncopy %x, %v [2]"),
                     0);
    static const int32_t want[8] = {1, 2, 1, 2, 3, 4, 5, 6};
    assert_memory_equal(x, want, sizeof want);
    assert_int_equal(plain(&b, "%x: inout &i32[8]",
                           "%v: &i32[6] = view %x [0] [6] [6]\ncopy %x, %v [3]"),
                     QW_ERR_BOUNDS);
}

static void atomic_stores(void **state)
{
    (void)state;
    int8_t x[2] = {100, 1};
    float y[2] = {1, 2};
    Bench b = {.data = {x, y}};
    assert_int_equal(
        bench_scope(
            &b, "%x: inout &i8[1, 2], %y: inout &f32[1, 2]",
            "%%a: i8[1, 2] = full 100:i8\nstore %%x, %%a [0, 0] atomic\n%%c: f32[1, 2] = full 0.5\nstore %%y, %%c [0, 0] atomic"),
        0);
    assert_int_equal(x[0], -56);
    assert_int_equal(x[1], 101);
    assert_true(y[0] == 1.5f && y[1] == 2.5f);
}

/* each execution of alloc is a fresh zero buffer; a carried one keeps its own */
static void allocations(void **state)
{
    (void)state;
    float r[3] = {0};
    Bench b = {.data = {r}};
    assert_int_equal(
        plain(
            &b, "%o: out &f32[1, 3]",
            "%z: &f32[1, 1] = alloc [1, 1]\n"
            "%last: &f32[1, 1] = for range %i = 0, 3, 1 carry(%prev: &f32[1, 1] = %z) {\n"
            " %n: &f32[1, 1] = alloc [1, 1]\n"
            " scope {\n  %a: f32[1, 1] = load %prev [0, 0] [1, 1] shape(1, 1)\n  %b: f32[1, 1] = load %n [0, 0] [1, 1] shape(1, 1)\n"
            "  %c: f32[1, 1] = add %a, 1.0\n  %d: f32[1, 1] = add %c, %b\n  store %n, %d [0, 0]\n  store %o, %d [0, %i]\n }\n"
            " yield %n\n}"),
        0);
    assert_true(r[0] == 1 && r[1] == 2 && r[2] == 3);
    int64_t n[1] = {-1};
    Bench c = {.data = {n}};
    static const char body[] =
        "%n: index = read %x [0]\n%a: &f32[?, 4] dim(%n, 4) stride(4, 1) = alloc [%n, 4]";
    assert_int_equal(plain(&c, "%x: &i64[1]", body), QW_ERR_EXTENT);
    n[0] = INT64_MAX / 4;
    assert_int_equal(plain(&c, "%x: &i64[1]", body), QW_ERR_EXTENT);
    n[0] = 0;
    assert_int_equal(plain(&c, "%x: &i64[1]", body), 0);
}

static void writes(void **state)
{
    (void)state;
    int64_t x[1] = {300};
    uint8_t r[2] = {0};
    Bench b = {.data = {x, r}};
    assert_int_equal(plain(&b, "%x: &i64[1], %o: out &u8[2]",
                           "%a: index = read %x [0]\nwrite %o, %a [1]"),
                     QW_ERR_RANGE);
    x[0] = 255;
    assert_int_equal(plain(&b, "%x: &i64[1], %o: out &u8[2]",
                           "%a: index = read %x [0]\nwrite %o, %a [1]"),
                     0);
    assert_int_equal(r[1], 255);
    assert_int_equal(plain(&b, "%x: &i64[1], %o: out &u8[2]",
                           "%a: index = read %x [0]\nwrite %o, %a [2]"),
                     QW_ERR_BOUNDS);
}

static void checks(void **state)
{
    (void)state;
    int64_t x[2] = {-3, 7}, r[1] = {9};
    Bench b = {.data = {x, r}};
    static const char params[] = "%x: &i64[2], %o: out &i64[1]";
    assert_int_equal(
        plain(
            &b, params,
            "%a: index = read %x [0]\n%v: index = clamp_valid %a\nwrite %o, %v [0]"),
        0);
    assert_int_equal(r[0], 0);
    assert_int_equal(b.warnings, 1);
    assert_int_equal(
        plain(
            &b, params,
            "%a: index = read %x [1]\ncheck_valid %a, 7\ncheck_eq %a, 7\n%t: bool = scmp %a, 7 pred(eq)\nassert %t"),
        0);
    assert_int_equal(plain(&b, params,
                           "%a: index = read %x [1]\ncheck_valid %a, 6"),
                     QW_ERR_VALID);
    assert_int_equal(plain(&b, params,
                           "%a: index = read %x [1]\ncheck_eq %a, 6"),
                     QW_ERR_DYNAMIC);
    assert_int_equal(
        plain(
            &b, params,
            "%a: index = read %x [1]\n%t: bool = scmp %a, 7 pred(ne)\nassert %t"),
        QW_ERR_ASSERT);
}

/* checked runs report reads outside the valid region and integer divisions by zero */
static void checked_runs(void **state)
{
    (void)state;
    int32_t r[2] = {0};
    static const char body[] =
        "%%a: i32[1, 2] = full 7:i32\n%%b: i32[1, 2] valid(1, 1) = setvalid %%a\n%%s: i32 = tread %%b [0, 1]\n"
        "%%d: i32[1, 2] valid(1, 1) = div %%b, %%b\nstore %%o, %%d [0, 0]\n%%e: i32[1, 2] = div %%a, %%s\nstore %%o, %%e [0, 0]";
    Bench b = {.data = {r}};
    assert_int_equal(bench_scope(&b, "%o: out &i32[1, 2]", body), 0);
    assert_int_equal(b.warnings, 0);
    assert_int_equal(r[0], 0);
    b.checks.bounds = true;
    assert_int_equal(bench_scope(&b, "%o: out &i32[1, 2]", body),
                     QW_ERR_DIVISION);
    assert_int_equal(b.warnings, 1);
    assert_int_equal(r[0], 1);
}

static void dynamic_dimensions(void **state)
{
    (void)state;
    float x[6] = {1, 2, 3, 4, 5, 6}, r[8] = {0};
    Bench b = {.data = {x, r}, .sym = {3}};
    assert_int_equal(
        bench_run(
            &b,
            "func k(%x: &f32[B, 2], %o: out &f32[4, 2]) {\n scope {\n"
            "%t: f32[4, 2] valid(%B, _) = load %x [0, 0] [%B, 2] shape(4, 2)\nstore %o, %t [0, 0]\n }\n}\n"),
        0);
    for (int i = 0; i < 8; i++)
        assert_true(r[i] == (i < 6 ? (float)(i + 1) : 0));
}

/* ---- bounds (8.5) --------------------------------------------------------------------------------------- */

static void exact_ops_have_no_bound(void **state)
{
    (void)state;
    float x[4] = {1, 1.0f / 3, 3, 1e-40f}, r[4];
    double e[4] = {-1, -1, -1, -1};
    Bench b = {.data = {x, r}, .bound = {NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 4], %o: out &f32[1, 4]",
            "%%a: f32[1, 4] = load %%x [0, 0] [1, 4] shape(1, 4)\n%%b: f32[1, 4] = div %%a, 7.0\n"
            "%%c: f32[1, 4] = sqrt %%b\n%%d: bf16[1, 4] = cast %%c\n%%f: f32[1, 4] = cast %%d\nstore %%o, %%f [0, 0]"),
        0);
    for (int i = 0; i < 4; i++) assert_true(e[i] == 0);
}

static double unit(float x)
{
    return (double)(nextafterf(fabsf(x), INFINITY) - fabsf(x));
}

/* exp: three units; then add, mul, log as the table says */
static void bounds_propagate(void **state)
{
    (void)state;
    float x[1] = {1.25f}, r[5];
    double e[5];
    Bench b = {.data = {x, r}, .bound = {NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 1], %o: out &f32[1, 5]",
            "%%a: f32[1, 1] = load %%x [0, 0] [1, 1] shape(1, 1)\n"
            "%%p: f32[1, 1] = exp %%a\nstore %%o, %%p [0, 0]\n%%q: f32[1, 1] = add %%p, %%a\nstore %%o, %%q [0, 1]\n"
            "%%s: f32[1, 1] = mul %%p, %%q\nstore %%o, %%s [0, 2]\n%%t: f32[1, 1] = log %%p\nstore %%o, %%t [0, 3]\n"
            "%%m: f32[1, 1] = max %%p, %%q\nstore %%o, %%m [0, 4]"),
        0);
    assert_true(e[0] == 3 * unit(r[0]));
    assert_true(e[1] == e[0] + unit(r[1]));
    assert_true(e[2] ==
                (double)r[0] * e[1] + (double)r[1] * e[0] + e[0] * e[1] +
                    unit(r[2]));
    assert_true(e[3] == e[0] / ((double)r[0] - e[0]) + 3 * unit(r[3]));
    assert_true(e[4] == e[1]);
}

static void bounds_of_products(void **state)
{
    (void)state;
    float x[3] = {1, -2, 3}, r[2];
    double e[2];
    Bench b = {.data = {x, r}, .bound = {NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 3], %o: out &f32[1, 2]",
            "%%a: f32[1, 3] = load %%x [0, 0] [1, 3] shape(1, 3)\n%%p: f32[1, 1] = matmul %%a, %%a b_trans\n"
            "store %%o, %%p [0, 0]\n%%q: f32[1, 1] = matmul_acc %%p, %%a, %%a b_trans\nstore %%o, %%q [0, 1]"),
        0);
    const double u = 0x1p-24, g3 = 3 * u / (1 - 3 * u),
                 g4 = 4 * u / (1 - 4 * u), tau3 = 3 * 0x1p-126 * 3,
                 tau4 = 4 * 0x1p-126 * 3;
    assert_true(r[0] == 14 && e[0] == g3 * 14 + tau3 + unit(14));
    assert_true(r[1] == 28 && e[1] == e[0] + g4 * 28 + tau4 + unit(28));
}

/* if k == 0: matmul, else: matmul_acc, on a dead seed: the bits and the bound of one product over all k */
static void bounds_of_ladders(void **state)
{
    (void)state;
    float x[8], r[2];
    double e[2];
    for (int i = 0; i < 8; i++) x[i] = 1.0f / (float)(i + 3);
    Bench b = {.data = {x, r}, .bound = {NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 8], %o: out &f32[1, 2]",
            "%%z: f32[1, 1] = full 0.0\n"
            "%%s: f32[1, 1] = for range %%k = 0, 8, 2 carry(%%c: f32[1, 1] = %%z) ladder(3) {\n"
            "  %%a: f32[1, 2] = load %%x [0, %%k] [1, 2] shape(1, 2)\n  %%first: bool = scmp %%k, 0 pred(eq)\n"
            "  %%n: f32[1, 1] = if %%first {\n    %%p: f32[1, 1] = matmul %%a, %%a b_trans ladder(3)\n    yield %%p\n"
            "  } else {\n    %%q: f32[1, 1] = matmul_acc %%c, %%a, %%a b_trans ladder(3)\n    yield %%q\n  }\n  yield %%n\n}\n"
            "%%w: f32[1, 8] = load %%x [0, 0] [1, 8] shape(1, 8)\n%%t: f32[1, 1] = matmul %%w, %%w b_trans\n"
            "store %%o, %%s [0, 0]\nstore %%o, %%t [0, 1]"),
        0);
    assert_true(r[0] == r[1] && e[0] == e[1] && e[0] > 0);
}

/* values in a cluster take its largest bound and lose their indices; the others keep theirs */
static void bounds_of_sorts(void **state)
{
    (void)state;
    float x[32], r[64];
    uint32_t idx[32];
    double e[64];
    for (int i = 0; i < 32; i++) {
        x[i] = i < 2
            ? 1e-9f * (float)i
            : (float)(i / 4); /* exp of the first two: equal within the bound */
        idx[i] = (uint32_t)i;
    }
    Bench b = {.data = {x, idx, r}, .bound = {NULL, NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 32], %i: &u32[1, 32], %o: out &f32[1, 64]",
            "%%a: f32[1, 32] = load %%x [0, 0] [1, 32] shape(1, 32)\n%%j: u32[1, 32] = load %%i [0, 0] [1, 32] shape(1, 32)\n"
            "%%h: f32[1, 2] = slice %%a [0, 0] [1, 2] shape(1, 2)\n%%p: f32[1, 2] = exp %%h\n%%q: f32[1, 2] = sub %%p, 100.0\n"
            "%%v: f32[1, 32] = assemble %%a, %%q [0, 0]\n%%s: f32[1, 64] = sort32 %%v, %%j\nstore %%o, %%s [0, 0]"),
        0);
    for (int i = 0; i < 30; i++)
        assert_true(e[2 * i] == 0 &&
                    e[2 * i + 1] == 0); /* exact ties keep their order */
    for (int i = 30; i < 32; i++)
        assert_true(e[2 * i] > 0 && e[2 * i] < 1e-4 && isinf(e[2 * i + 1]));
    assert_int_equal(b.ambiguous, 2);
}

/* an exact -inf mask stays exact: exp gives an exact zero's neighbourhood, no infinite bounds */
static void masks_stay_finite(void **state)
{
    (void)state;
    float x[4] = {1, 2, 3, 4}, m[4] = {0, 0, -INFINITY, -INFINITY}, r[4];
    double e[4];
    Bench b = {.data = {x, m, r}, .bound = {NULL, NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 4], %m: &f32[1, 4], %o: out &f32[1, 4]",
            "%%a: f32[1, 4] = load %%x [0, 0] [1, 4] shape(1, 4)\n%%k: f32[1, 4] = load %%m [0, 0] [1, 4] shape(1, 4)\n"
            "%%l: f32[1, 4] = exp %%a\n%%s: f32[1, 4] = add %%l, %%k\n%%h: f32[1, 1] = row_max %%s\n"
            "%%d: f32[1, 4] = sub %%s, %%h\n%%p: f32[1, 4] = exp %%d\n%%t: f32[1, 1] = row_sum %%p\n"
            "%%q: f32[1, 4] = div %%p, %%t\nstore %%o, %%q [0, 0]"),
        0);
    assert_int_equal(b.ambiguous, 0);
    for (int i = 0; i < 4; i++)
        assert_true(e[i] < 1e-5 && (i < 2 || r[i] == 0));
}

static void undecided_comparisons(void **state)
{
    (void)state;
    float x[2] = {0, 1}, r[6];
    double e[6];
    Bench b = {.data = {x, r}, .bound = {NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 2], %o: out &f32[1, 6]",
            "%%a: f32[1, 2] = load %%x [0, 0] [1, 2] shape(1, 2)\n%%p: f32[1, 2] = exp %%a\n"
            "%%c: f32[1, 2] = cmp %%p, 1.0 pred(gt)\nstore %%o, %%c [0, 0]\n"
            "%%d: f32[1, 2] = cmp %%a, 1.0 pred(ge)\nstore %%o, %%d [0, 2]\n"
            "%%i: i32[1, 1] = row_argmax %%p\n%%q: f32[1, 1] = full 2.0\nstore %%o, %%q [0, 4]"),
        0);
    assert_true(isinf(e[0]) && e[1] == 0 && e[2] == 0 && e[3] == 0 &&
                e[4] == 0);
    assert_int_equal(b.ambiguous, 1);
}

static void undecided_branches(void **state)
{
    (void)state;
    float x[1] = {0}, r[2], q[2], s[1];
    double er[2], eq[2], es[1];
    Bench b = {.data = {x, r, q, s}, .bound = {NULL, er, eq, es}};
    assert_int_equal(
        bench_scope(
            &b,
            "%x: &f32[1, 1], %r: out &f32[1, 2], %q: out &f32[1, 2], %s: out &f32[1, 1]",
            "%%a: f32[1, 1] = load %%x [0, 0] [1, 1] shape(1, 1)\n%%p: f32[1, 1] = exp %%a\n%%v: f32 = tread %%p [0, 0]\n"
            "%%c: bool = scmp %%v, 1.0 pred(gt)\n"
            "%%t: f32[1, 1] = if %%c {\n  store %%q, %%a [0, 0]\n  yield %%a\n} else {\n"
            "  %%w: &f32[1, 1] stride(2, 1) = view %%r [0, 1] [1, 1] [1, 1]\n  store %%w, %%a [0, 0]\n  yield %%p\n}\n"
            "store %%s, %%t [0, 0]"),
        0);
    assert_true(isinf(er[0]) && isinf(er[1]) && isinf(eq[0]) && isinf(es[0]));
    assert_true(b.ambiguous > 0);
}

static void undecided_indices(void **state)
{
    (void)state;
    float x[4] = {0, 1, 2, 3}, r[2];
    double e[2];
    Bench b = {.data = {x, r}, .bound = {NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 4], %o: out &f32[1, 2]",
            "%%a: f32[1, 4] = load %%x [0, 0] [1, 4] shape(1, 4)\n%%p: f32[1, 4] = exp %%a\n%%v: f32 = tread %%p [0, 0]\n"
            "%%i: i64 = scast %%v\n%%s: f32[1, 1] = slice %%a [0, %%i] [1, 1] shape(1, 1)\n"
            "%%t: f32[1, 1] = slice %%a [0, 1] [1, 1] shape(1, 1)\nstore %%o, %%s [0, 0]\nstore %%o, %%t [0, 1]"),
        0);
    assert_true(isinf(e[0]) && e[1] == 0);
}

static void undecided_breaks(void **state)
{
    (void)state;
    float x[1] = {0}, r[1];
    double e[1];
    Bench b = {.data = {x, r}, .bound = {NULL, e}};
    assert_int_equal(
        bench_scope(
            &b, "%x: &f32[1, 1], %o: out &f32[1, 1]",
            "%%a: f32[1, 1] = load %%x [0, 0] [1, 1] shape(1, 1)\n"
            "%%z: f32[1, 1] = for range %%i = 0, 3, 1 carry(%%c: f32[1, 1] = %%a) {\n"
            "  %%p: f32[1, 1] = exp %%a\n  %%v: f32 = tread %%p [0, 0]\n  %%t: bool = scmp %%v, 1.0 pred(lt)\n"
            "  if %%t {\n    break %%c\n  }\n  %%n: f32[1, 1] = add %%c, 1.0\n  yield %%n\n}\nstore %%o, %%z [0, 0]"),
        0);
    assert_true(r[0] == 3 && isinf(e[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loop_bounds),
        cmocka_unit_test(permuting_yields),
        cmocka_unit_test(leaving_loops),
        cmocka_unit_test(break_on_the_last_round),
        cmocka_unit_test(while_loops),
        cmocka_unit_test(deep_nests),
        cmocka_unit_test(values_outlive_scopes),
        cmocka_unit_test(integer_scalars),
        cmocka_unit_test(float_scalars),
        cmocka_unit_test(scalar_casts),
        cmocka_unit_test(windows),
        cmocka_unit_test(clamped_windows),
        cmocka_unit_test(views),
        cmocka_unit_test(overhanging_views),
        cmocka_unit_test(tensors_as_operands),
        cmocka_unit_test(copies_read_first),
        cmocka_unit_test(atomic_stores),
        cmocka_unit_test(allocations),
        cmocka_unit_test(writes),
        cmocka_unit_test(checks),
        cmocka_unit_test(checked_runs),
        cmocka_unit_test(dynamic_dimensions),
        cmocka_unit_test(exact_ops_have_no_bound),
        cmocka_unit_test(bounds_propagate),
        cmocka_unit_test(bounds_of_products),
        cmocka_unit_test(bounds_of_ladders),
        cmocka_unit_test(bounds_of_sorts),
        cmocka_unit_test(masks_stay_finite),
        cmocka_unit_test(undecided_comparisons),
        cmocka_unit_test(undecided_branches),
        cmocka_unit_test(undecided_indices),
        cmocka_unit_test(undecided_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
