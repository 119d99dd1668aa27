/* Numbers of the reference engine: roundings and casts against exhaustive
 * search over the 16-bit formats, integers against C's own conversions, units
 * in the last place, the bounds of language.md 8.5. */
#include "back/interp.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define INF ((double)INFINITY)

/* ---- 16-bit floats by search ------------------------------------------------------ */

/* all finite values of a format in ascending order of magnitude */
static double magnitude(QwDtype d, int k)
{
    return d == QW_F16 ? (double)qw_f16_to_f32((uint16_t)k)
                       : (double)qw_bf16_to_f32((uint16_t)k);
}

static int last_finite(QwDtype d)
{
    return d == QW_F16 ? 0x7bff : 0x7f7f;
}

/* the largest k whose magnitude is <= |x| */
static int below(QwDtype d, double x)
{
    int lo = 0, hi = last_finite(d);
    while (lo < hi) {
        const int mid = (lo + hi + 1) / 2;
        if (magnitude(d, mid) <= fabs(x))
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

/* what lies above the largest finite value, for finding the midpoint */
static double next_magnitude(QwDtype d, int k)
{
    const int last = last_finite(d);
    return k < last ? magnitude(d, k + 1)
                    : 2 * magnitude(d, last) - magnitude(d, last - 1);
}

static bool goes_up(QwDtype d, double x, QwRound mode)
{
    const int k = below(d, x);
    const double lo = magnitude(d, k), hi = next_magnitude(d, k), a = fabs(x);
    switch (mode) {
    case QW_NONE:
    case QW_RINT: return a - lo > hi - a || (a - lo == hi - a && k % 2 == 1);
    case QW_ROUND: return a - lo >= hi - a;
    case QW_FLOOR: return a > lo && x < 0;
    case QW_CEIL: return a > lo && x > 0;
    case QW_TRUNC: return false;
    case QW_ODD: return a > lo && k % 2 == 0;
    }
    return false;
}

static double expected(QwDtype d, double x, QwRound mode)
{
    const int k = below(d, x) + goes_up(d, x, mode);
    const double r = k > last_finite(d) ? INF : magnitude(d, k);
    return copysign(r, x);
}

static double random_double(QwDtype d)
{
    const int k = rand() % (last_finite(d) + 1);
    const double lo = magnitude(d, k), hi = next_magnitude(d, k);
    static const double part[] =
        {0,       0.5,         0.25,          0.75,
         0x1p-20, 1 - 0x1p-20, 0.5 + 0x1p-20, 0.5 - 0x1p-20};
    const double x = lo + (hi - lo) * part[rand() % 8];
    return rand() % 2 ? x : -x;
}

static void rounding_modes(void **state)
{
    (void)state;
    static const QwDtype dt[] = {QW_F16, QW_BF16};
    srand(1);
    for (int i = 0; i < 40000; i++) {
        const QwDtype d = dt[i % 2];
        const double x = random_double(d);
        for (QwRound m = QW_NONE; m <= QW_ODD; m++) {
            const double r = iround_mode(d, x, m), want = expected(d, x, m);
            if (r != want || signbit(r) != signbit(want))
                fail_msg("dtype %d mode %d of %a: %a, want %a", d, m, x, r,
                         want);
        }
        assert_true(iround_once(d, x) == expected(d, x, QW_RINT));
    }
}

static void overflow_and_specials(void **state)
{
    (void)state;
    assert_true(isinf(iround_mode(QW_F16, 65520, QW_RINT)));
    assert_true(iround_mode(QW_F16, 65519.99, QW_RINT) == 65504);
    assert_true(iround_mode(QW_F16, 1e6, QW_TRUNC) == 65504);
    assert_true(iround_mode(QW_F16, 1e6, QW_FLOOR) == 65504);
    assert_true(iround_mode(QW_F16, -1e6, QW_FLOOR) == -INF);
    assert_true(iround_mode(QW_F16, 1e6, QW_CEIL) == INF);
    assert_true(iround_mode(QW_F16, 1e6, QW_ROUND) == INF);
    assert_true(iround_mode(QW_F16, -1e6, QW_ODD) == -65504);
    assert_true(isinf(iround_mode(QW_BF16, -INF, QW_TRUNC)));
    assert_true(isnan(iround_mode(QW_BF16, (double)NAN, QW_RINT)));
    assert_true(signbit(iround_mode(QW_BF16, -0.0, QW_CEIL)));
    assert_true(signbit(iround_mode(QW_BF16, -1e-300, QW_CEIL)));
    assert_true(iround_mode(QW_BF16, 1e-300, QW_CEIL) == 0x1p-133);
    assert_true(iround(QW_F32, 0x1p-150) == 0);
    assert_true(iround(QW_F32, 0x1.8p-150) == 0x1p-149);
    /* one FP32 operation first: 1 + 2^-8 + 2^-40 is a tie in FP32's result */
    assert_true(iround(QW_BF16, 1 + 0x1p-8 + 0x1p-40) == 1);
    assert_true(iround_once(QW_BF16, 1 + 0x1p-8 + 0x1p-40) == 1 + 0x1p-7);
}

/* ---- integers ---------------------------------------------------------------------- */

static void float_to_integer(void **state)
{
    (void)state;
    static const double x[] = {0.5, 1.5,  2.5, -0.5, -1.5, -2.5, 0.49999999,
                               2.3, -2.3, 2.7, -2.7, 3,    -3};
    static const int want[QW_ODD + 1][13] = {
        [QW_NONE] = {1, 2, 3, -1, -2, -3, 0, 2, -2, 3, -3, 3, -3},
        [QW_RINT] = {0, 2, 2, 0, -2, -2, 0, 2, -2, 3, -3, 3, -3},
        [QW_ROUND] = {1, 2, 3, -1, -2, -3, 0, 2, -2, 3, -3, 3, -3},
        [QW_FLOOR] = {0, 1, 2, -1, -2, -3, 0, 2, -3, 2, -3, 3, -3},
        [QW_CEIL] = {1, 2, 3, 0, -1, -2, 1, 3, -2, 3, -2, 3, -3},
        [QW_TRUNC] = {0, 1, 2, 0, -1, -2, 0, 2, -2, 2, -2, 3, -3},
        [QW_ODD] = {1, 1, 3, -1, -1, -3, 1, 3, -3, 3, -3, 3, -3},
    };
    for (QwRound m = QW_NONE; m <= QW_ODD; m++)
        for (int i = 0; i < 13; i++)
            if (inum_int(QW_I32, x[i], m) != want[m][i])
                fail_msg("mode %d of %g: %d", m, x[i],
                         (int)inum_int(QW_I32, x[i], m));
}

static void saturation(void **state)
{
    (void)state;
    assert_int_equal(inum_int(QW_I8, 127.4, QW_NONE), 127);
    assert_int_equal(inum_int(QW_I8, 1e9, QW_NONE), 127);
    assert_int_equal(inum_int(QW_I8, -128.6, QW_NONE), -128);
    assert_int_equal(inum_int(QW_U8, -3, QW_NONE), 0);
    assert_int_equal(inum_int(QW_U8, 255.5, QW_NONE), 255);
    assert_int_equal(inum_int(QW_I64, 0x1p63, QW_NONE), INT64_MAX);
    assert_int_equal(inum_int(QW_I64, -INF, QW_NONE), INT64_MIN);
    assert_int_equal(inum_int(QW_U64, 0x1p63, QW_NONE), INT64_MIN);
    assert_int_equal(inum_int(QW_U64, INF, QW_NONE), -1);
    assert_int_equal(inum_int(QW_I32, (double)NAN, QW_NONE), 0);
    assert_int_equal(inum_saturate(QW_I8, QW_I32, 300), 127);
    assert_int_equal(inum_saturate(QW_I8, QW_I32, -300), -128);
    assert_int_equal(inum_saturate(QW_U32, QW_I64, -1), 0);
    assert_int_equal(inum_saturate(QW_I64, QW_U64, -1), INT64_MAX);
    assert_int_equal(inum_saturate(QW_U64, QW_I8, -1), 0);
    assert_int_equal(inum_saturate(QW_U64, QW_U64, -1), -1);
    assert_int_equal(inum_order(QW_U64, -1, 1), 1);
    assert_int_equal(inum_order(QW_I64, -1, 1), -1);
}

static void integer_to_float(void **state)
{
    (void)state;
    srand(2);
    for (int i = 0; i < 20000; i++) {
        const uint64_t bits = ((uint64_t)rand() << 42) ^
            ((uint64_t)rand() << 21) ^ (uint64_t)rand();
        const int64_t x = (int64_t)(bits >> rand() % 64) *
            (rand() % 2 ? 1 : -1);
        assert_true(inum_float(QW_F32, QW_I64, x) == (double)(float)x);
        assert_true(inum_float(QW_F32, QW_U64, x) ==
                    (double)(float)(uint64_t)x);
    }
    /* just above a tie of bf16, below what a double can see */
    const int64_t tie = INT64_C(0x4040000000000000);
    assert_true(inum_float(QW_BF16, QW_I64, tie) == 0x1p62);
    assert_true(inum_float(QW_BF16, QW_I64, tie + 1) == 0x1.02p62);
    assert_true(inum_float(QW_BF16, QW_I64, -tie - 1) == -0x1.02p62);
    assert_true(isinf(inum_float(QW_F16, QW_I32, 70000)));
}

/* ---- bits, units, bounds --------------------------------------------------------------- */

static void nan_payloads_survive(void **state)
{
    (void)state;
    static const uint32_t bits[] = {0x7f800001, 0x7fc00000, 0xffffffff,
                                    0xff800001, 0x00000001, 0x80000000,
                                    0x7f800000, 0x3f800000, 5};
    for (size_t i = 0; i < LEN(bits); i++)
        assert_int_equal(f32_bits(f32_value(bits[i])), bits[i]);
}

static void signed_zeros(void **state)
{
    (void)state;
    assert_false(signbit(nan_max(0.0, -0.0)));
    assert_false(signbit(nan_max(-0.0, 0.0)));
    assert_true(signbit(nan_max(-0.0, -0.0)));
    assert_true(signbit(nan_min(0.0, -0.0)));
    assert_true(signbit(nan_min(-0.0, 0.0)));
    assert_true(isnan(nan_max((double)NAN, 1)) &&
                isnan(nan_min(1, (double)NAN)));
}

static void units(void **state)
{
    (void)state;
    assert_true(iulp(QW_F32, 1) == 0x1p-23);
    assert_true(iulp(QW_F32, 0) == 0x1p-149);
    assert_true(iulp(QW_F32, -3) == 0x1p-22);
    assert_true(iulp(QW_BF16, 1) == 0x1p-7);
    assert_true(iulp(QW_F16, 0x1p-20) == 0x1p-24);
    assert_true(iulp(QW_I32, 12345) == 1);
    assert_true(isinf(iulp(QW_F32, INF)));
}

static void bounds(void **state)
{
    (void)state;
    assert_true(ibound(QW_F32, 1, 1, 0, 1) == 0);
    assert_true(ibound(QW_F32, 1, 1, 0, 3) == 3 * 0x1p-23);
    assert_true(ibound(QW_F32, 1, 1, 0.5, 1) == 0.5 + 0x1p-23);
    assert_true(isinf(ibound(QW_F32, (double)FLT_MAX, (double)FLT_MAX, 0, 3)));
    assert_true(ibound(QW_F32, INF, INF, 0, 3) == 0);
    assert_true(ibound(QW_F32, 4e38, INF, 1, 1) == 0);
    assert_true(isinf(ibound(QW_F32, 0x1p128, INF, 0, 3)));
    assert_true(isinf(ibound(QW_I8, 0, 127, 1, 1)));
    assert_true(ibound(QW_I8, 0, 100, 1, 1) == 2);
    const double ku = 4 * 0x1p-24, g = ku / (1 - ku);
    assert_true(ibound_sum(QW_F32, 3, 3, 5, 0, 4, 0) ==
                g * 5 + iulp(QW_F32, 3 + g * 5));
    assert_true(ibound_sum(QW_F32, 3, 3, 3, 0, 1, 0) == 0);
    assert_true(ibound_sum(QW_F32, 0, 0, 0, 0, 100, 1) == 0);
    assert_true(isinf(ibound_sum(QW_F32, 3, 3, 5, 0, 1 << 24, 0)));
    assert_true(isinf(ibound_sum(QW_F32, 3, 3, 1e39, 0, 4, 0)));
}

/* Small integers, so that all sums are exact: the largest of four operands, each
 * moved to either end of its bound, against the bound of the largest. */
static void extremes(void **state)
{
    (void)state;
    srand(3);
    for (int i = 0; i < 20000; i++) {
        double x[4], e[4], r = -INF, far = 0;
        for (int k = 0; k < 4; k++) {
            x[k] = rand() % 16;
            e[k] = rand() % 8;
            r = fmax(r, x[k]);
        }
        IExtreme b = iextreme(r);
        for (int k = 0; k < 4; k++) iextreme_add(&b, x[k], e[k]);
        for (int ends = 0; ends < 16; ends++) {
            double other = -INF;
            for (int k = 0; k < 4; k++)
                other = fmax(other, x[k] + (ends >> k & 1 ? e[k] : -e[k]));
            far = fmax(far, fabs(other - r));
        }
        assert_true(iextreme_bound(&b) == far);
    }
    IExtreme b = iextreme(1);
    iextreme_add(&b, 1, 1e-20);
    iextreme_add(&b, -1e30, 6e22);
    assert_true(iextreme_bound(&b) == 1e-20);
    iextreme_add(&b, -INF, INF);
    assert_true(isinf(iextreme_bound(&b)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounding_modes),
        cmocka_unit_test(overflow_and_specials),
        cmocka_unit_test(float_to_integer),
        cmocka_unit_test(saturation),
        cmocka_unit_test(integer_to_float),
        cmocka_unit_test(nan_payloads_survive),
        cmocka_unit_test(signed_zeros),
        cmocka_unit_test(units),
        cmocka_unit_test(bounds),
        cmocka_unit_test(extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
