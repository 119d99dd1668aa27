/* Verdicts: each rule at its edge, and what the report is made of. */
#include "compare.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static QwTcx cx;
static QwVerdict v;

static QwTensor *floats(QwDtype d, int64_t n, const double *x)
{
    QwTensor *t = qwt_from_data(&cx, QW_F64, 1, &n, x), *r = qwt_to(t, d);
    qwt_unref(t);
    return r;
}

static bool judge(QwDtype d, int64_t n, const double *a, const double *e,
                  const QwCompare *how)
{
    QwTensor *ta = floats(d, n, a), *te = floats(d, n, e);
    assert_true(qw_compare(ta, te, how, &v));
    qwt_unref(ta);
    qwt_unref(te);
    assert_true(v.passed == (v.reason[0] == 0));
    return v.passed;
}

#define CLOSE(r, a) (&(QwCompare){.rule = QW_CMP_CLOSE, .rtol = r, .atol = a})
#define N(x) ((int64_t)(sizeof(x) / sizeof *(x)))

static void close_is_atol_plus_rtol_of_expected(void **state)
{
    const double e[] = {0, 1, -100, INFINITY, -INFINITY};
    const double a[] = {0.5, 1.5, -110.5, INFINITY, -INFINITY};
    (void)state;
    assert_true(judge(QW_F64, 5, a, e, CLOSE(0.1, 0.5)));
    assert_true(v.used == 1 && v.used_at == 0);
    assert_true(v.max_abs == 10.5 && v.max_abs_at == 2);
    assert_true(v.max_rel == 0.5 && v.max_rel_at == 1);
    assert_int_equal(v.compared, 5);
    assert_int_equal(v.inf_actual, 2);
    assert_false(judge(QW_F64, 5, a, e, CLOSE(0.1, 0.499)));
    assert_int_equal(v.mismatched, 2); /* both at the edge */
    assert_int_equal(v.shown[0].pos, 0);
    assert_true(v.shown[0].allowed == 0.499);
}

static void specials_are_never_close(void **state)
{
    const double e[] = {1, INFINITY, NAN, INFINITY},
                 a[] = {NAN, 1, NAN, -INFINITY};
    (void)state;
    assert_false(judge(QW_F32, 4, a, e, CLOSE(1, 1e30)));
    assert_int_equal(v.mismatched, 4);
    assert_int_equal(v.nan_actual, 2);
    assert_int_equal(v.nan_expected, 1);
    assert_int_equal(v.inf_actual, 1);
    assert_int_equal(v.inf_expected, 2);
}

static void sixteen_bits_report_ulps(void **state)
{
    const double e[] = {1, 0x1p-126, -2}, a[] = {1 + 0x3p-7, -0x1p-133, -2};
    (void)state;
    judge(QW_BF16, 3, a, e, CLOSE(1, 1));
    assert_int_equal(v.max_ulp, 129);
    assert_int_equal(v.max_ulp_at, 1);
    judge(QW_F32, 3, a, e, CLOSE(1, 1));
    assert_int_equal(v.max_ulp, -1);
}

static void wide_integers_are_exact(void **state)
{
    const int64_t one = 1, a = INT64_MAX, e = INT64_MAX - 1;
    (void)state;
    QwTensor *ta = qwt_from_data(&cx, QW_I64, 1, &one, &a),
             *te = qwt_from_data(&cx, QW_I64, 1, &one, &e);
    assert_true(qw_compare(ta, te, CLOSE(0, 0), &v));
    assert_false(v.passed);
    assert_true(v.max_abs == 1);
    qwt_unref(ta);
    qwt_unref(te);
}

static void shares_of_mismatches(void **state)
{
    double e[1000] = {0}, a[1000] = {0};
    QwCompare how = {.rule = QW_CMP_RATIO_ALLCLOSE, .max_error_ratio = 0.005};
    (void)state;
    for (int i = 0; i < 5; i++) a[i * 100] = 1;
    assert_true(judge(QW_F32, 1000, a, e, &how));
    a[999] = 1;
    assert_false(judge(QW_F32, 1000, a, e, &how));
    a[999] = a[0] = 0;
    e[5] = a[5] = INFINITY; /* close, but an actual must be finite */
    assert_false(judge(QW_F32, 1000, a, e, &how));
    how = (QwCompare){.rule = QW_CMP_PASS_RATE, .threshold = 0.996};
    assert_true(judge(QW_F32, 1000, a, e, &how));
    how.threshold = 0.9961;
    assert_false(judge(QW_F32, 1000, a, e, &how));
    for (int i = 0; i < 7; i++) a[i] = e[i] = 0, a[i] = 1;
    how.threshold = 0.93; /* exactly so many */
    assert_true(judge(QW_F32, 100, a, e, &how));
}

static void relative_differences(void **state)
{
    const double e[] = {1, 100, 1e-9, 0}, a[] = {1.005, 102, 2e-9, 0.009};
    QwCompare how = {.rule = QW_CMP_RATIO_RELDIFF,
                     .diff_thd = 0.01,
                     .pct_thd = 0.25,
                     .max_diff_hd = INFINITY};
    (void)state;
    assert_true(judge(QW_F64, 4, a, e, &how)); /* only 102 is over 1 % */
    assert_int_equal(v.mismatched, 1);
    assert_int_equal(v.shown[0].pos, 1);
    assert_true(fabs(v.worst - 2.0 / 102) < 1e-12);
    how.max_diff_hd = 2.0 / 102;
    assert_false(judge(QW_F64, 4, a, e, &how));
    how.max_diff_hd = INFINITY;
    how.pct_thd = 0.24;
    assert_false(judge(QW_F64, 4, a, e, &how));
    /* d >= diff_thd is divided by max(|a|, |e|, 2^-14 / diff_thd) */
    const double tiny_e[] = {0}, tiny_a[] = {0.01};
    how.pct_thd = 0;
    assert_false(judge(QW_F64, 1, tiny_a, tiny_e, &how));
    assert_true(v.worst == 1);
}

static void index_swaps_are_legal_where_values_are_ordered(void **state)
{
    const int64_t shape[2] = {2, 3};
    const int64_t e[6] = {4, 2, 9, 1, 2, 3}, a[6] = {2, 4, 9, 1, 2, 7};
    const float ordered[6] = {5, 5, 1, 3, 2, 1}, broken[6] = {5, 5, 1, 3, 1, 2};
    (void)state;
    QwTensor *ta = qwt_from_data(&cx, QW_I64, 2, shape, a),
             *te = qwt_from_data(&cx, QW_I64, 2, shape, e);
    QwTensor *good = qwt_from_data(&cx, QW_F32, 2, shape, ordered);
    QwTensor *bad = qwt_from_data(&cx, QW_F32, 2, shape, broken);
    QwCompare how = {.rule = QW_CMP_TOPK_PAIR,
                     .vals = good,
                     .dim = -1,
                     .descending = true};
    assert_true(qw_compare(ta, te, &how, &v));
    assert_true(v.passed);
    how.vals = bad;
    assert_true(qw_compare(ta, te, &how, &v));
    assert_false(v.passed);
    assert_int_equal(v.mismatched, 1);
    char text[QWT_SHAPE_TEXT];
    assert_string_equal(qw_verdict_index(&v, v.shown[0].pos, text), "[1, 2]");
    how.vals = NULL;
    assert_true(qw_compare(ta, te, &how, &v));
    assert_true(v.meaningless);
    QwTensor *all[] = {ta, te, good, bad};
    for (int i = 0; i < 4; i++) qwt_unref(all[i]);
}

static void derived_bounds(void **state)
{
    enum { COUNT = 400 };
    double e[COUNT], a[COUNT], b[COUNT];
    const int64_t n = COUNT;
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        e[i] = 100;
        a[i] = 100.5;
        b[i] = 1;
    }
    b[3] = INFINITY;
    a[3] = -7;
    e[9] = a[9] = NAN;
    QwTensor *bound = qwt_from_data(&cx, QW_F64, 1, &n, b);
    QwCompare how = {.rule = QW_CMP_BOUND, .bound = bound};
    assert_true(judge(QW_F64, n, a, e, &how));
    assert_int_equal(v.ambiguous, 1);
    assert_true(v.used == 0.5);
    assert_true(fabs(v.median_bound - 0.01) < 1e-9);
    a[17] = 101.01;
    assert_false(judge(QW_F64, n, a, e, &how));
    assert_int_equal(v.shown[0].pos, 17);
    a[17] = 100;
    qwt_unref(bound);
    for (int i = 0; i < 5; i++) b[50 + i] = 1e6; /* more than 1 % say nothing */
    how.bound = bound = qwt_from_data(&cx, QW_F64, 1, &n, b);
    e[9] = a[9] = 100;
    assert_false(judge(QW_F64, n, a, e, &how));
    assert_true(v.meaningless);
    qwt_unref(bound);
}

static void what_cannot_be_judged(void **state)
{
    const double x[] = {1};
    const int64_t zero = 0, one = 1, two[2] = {1, 1};
    (void)state;
    assert_false(judge(QW_F32, 0, x, x, CLOSE(1, 1)));
    assert_true(v.meaningless);
    assert_false(judge(QW_F32, 1, x, x, CLOSE(-1, 1)));
    assert_true(v.meaningless);
    const QwCompare ratio = {.rule = QW_CMP_RATIO_ALLCLOSE,
                             .max_error_ratio = 1.5};
    assert_false(judge(QW_F32, 1, x, x, &ratio));
    assert_true(v.meaningless);
    QwTensor *a = qwt_zeros(&cx, QW_F32, 1, &one),
             *b = qwt_zeros(&cx, QW_F32, 2, two);
    QwTensor *c = qwt_zeros(&cx, QW_I32, 1, &one),
             *d = qwt_zeros(&cx, QW_F32, 1, &zero);
    assert_true(qw_compare(a, b, CLOSE(1, 1), &v));
    assert_false(v.passed || v.meaningless);
    assert_string_equal(v.reason,
                        "actual is float32 [1], expected is float32 [1, 1]");
    assert_true(qw_compare(a, c, CLOSE(1, 1), &v));
    assert_false(v.passed);
    QwTensor *all[] = {a, b, c, d};
    for (int i = 0; i < 4; i++) qwt_unref(all[i]);
}

/* the first twenty mismatches in order, whatever the pieces */
static void many_elements(void **state)
{
    const int64_t n = 300000;
    (void)state;
    QwTensor *e = qwt_zeros(&cx, QW_F32, 1, &n),
             *a = qwt_zeros(&cx, QW_F32, 1, &n);
    float *p = qwt_data_rw(a);
    for (int64_t i = 0; i < 30; i++) p[i * 9999 + 77] = (float)(i + 1);
    assert_true(qw_compare(a, e, CLOSE(0, 0), &v));
    assert_int_equal(v.mismatched, 30);
    assert_int_equal(v.nshown, QW_SHOWN);
    for (int i = 0; i < QW_SHOWN; i++)
        assert_int_equal(v.shown[i].pos, i * 9999 + 77);
    assert_true(v.max_abs == 30 && v.max_abs_at == 29 * 9999 + 77);
    qwt_unref(a);
    qwt_unref(e);
    assert_int_equal(cx.mem_used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(close_is_atol_plus_rtol_of_expected),
        cmocka_unit_test(specials_are_never_close),
        cmocka_unit_test(sixteen_bits_report_ulps),
        cmocka_unit_test(wide_integers_are_exact),
        cmocka_unit_test(shares_of_mismatches),
        cmocka_unit_test(relative_differences),
        cmocka_unit_test(index_swaps_are_legal_where_values_are_ordered),
        cmocka_unit_test(derived_bounds),
        cmocka_unit_test(what_cannot_be_judged),
        cmocka_unit_test(many_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
