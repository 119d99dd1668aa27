/* Comparison in fixed pieces: each piece makes a verdict of its own, the
 * pieces are joined in order, so reports do not depend on threads. */
#include "compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tensor_int.h"

enum { PIECE = 1 << 16, BLOCK = 1024 };

typedef struct Job {
    const QwCompare *how;
    QwDtype dtype;
    QwProg *a, *e, *bound,
        *vals;       /* bound, vals: NULL where the rule has none */
    QwProg *ai, *ei; /* as int64, for 64-bit integers */
    int64_t n;
    int64_t vals_step, vals_len; /* TOPK_PAIR: stride and extent of dim */
    double rms;                  /* of expected, for BOUND */
    QwVerdict *part;             /* one a piece */
    int64_t *vague;              /* BOUND: elements whose bound says nothing */
    float *ratio;                /* BOUND: bound / |expected| */
    _Atomic bool failed;
} Job;

typedef struct Block {
    double a[BLOCK], e[BLOCK], bound[BLOCK];
    int64_t ai[BLOCK], ei[BLOCK];
} Block;

/* ---- one element ---- */

static int64_t ulp_key(QwDtype d, double x)
{
    const uint16_t h = d == QW_BF16 ? qw_f64_to_bf16(x) : qw_f64_to_f16(x);
    return h & 0x8000 ? -(int64_t)(h & 0x7fff) : h;
}

static double int_distance(int64_t a, int64_t e, bool is_unsigned)
{
    const bool less = is_unsigned ? (uint64_t)a < (uint64_t)e : a < e;
    return (double)(less ? (uint64_t)e - (uint64_t)a
                         : (uint64_t)a - (uint64_t)e);
}

static void count_specials(QwVerdict *v, double a, double e)
{
    v->nan_actual += isnan(a) != 0;
    v->nan_expected += isnan(e) != 0;
    v->inf_actual += isinf(a) != 0;
    v->inf_expected += isinf(e) != 0;
}

static void note_difference(QwVerdict *v, QwDtype dtype, double a, double e,
                            double d, int64_t pos)
{
    if (d > v->max_abs || v->max_abs_at < 0) {
        v->max_abs = d;
        v->max_abs_at = pos;
    }
    const double rel = e != 0 ? d / fabs(e) : 0;
    if (e != 0 && (rel > v->max_rel || v->max_rel_at < 0)) {
        v->max_rel = rel;
        v->max_rel_at = pos;
    }
    if (dtype != QW_BF16 && dtype != QW_F16) return;
    const int64_t ulp = llabs(ulp_key(dtype, a) - ulp_key(dtype, e));
    if (ulp > v->max_ulp) {
        v->max_ulp = ulp;
        v->max_ulp_at = pos;
    }
}

static void note_used(QwVerdict *v, double d, double allowed, int64_t pos)
{
    const double used = d == 0 ? 0 : d / allowed;
    if (isnan(v->used) || used > v->used) {
        v->used = used;
        v->used_at = pos;
    }
}

static double reldiff(const QwCompare *how, double a, double e)
{
    double d = fabs(a - e);
    if (!(d >= how->diff_thd)) return d;
    const double floor = 0x1p-14 / how->diff_thd;
    const double big = fmax(fabs(a), fabs(e));
    return d / fmax(big, floor);
}

/* Do the actual values around pos stay in order? */
static bool ordered_around(const Job *j, void *scratch, int64_t pos)
{
    const int64_t at = pos / j->vals_step % j->vals_len;
    double here, there;
    qwp_eval(j->vals, scratch, pos, 1, &here);
    if (isnan(here)) return false;
    for (int64_t side = -1; side <= 1; side += 2) {
        if (at + side < 0 || at + side >= j->vals_len) continue;
        qwp_eval(j->vals, scratch, pos + side * j->vals_step, 1, &there);
        const double first = side < 0 ? there : here,
                     second = side < 0 ? here : there;
        if (isnan(there) ||
            (j->how->descending ? first < second : first > second))
            return false;
    }
    return true;
}

/* Is the element inside the rule?  d = |a - e|. */
static bool element_ok(const Job *j, QwVerdict *v, void *vals_scratch, double a,
                       double e, double d, double bound, int64_t pos,
                       double *allowed)
{
    const QwCompare *how = j->how;
    *allowed = (double)NAN;
    switch (how->rule) {
    case QW_CMP_RATIO_RELDIFF: {
        const double r = isinf(a) && a == e ? 0 : reldiff(how, a, e);
        if (r > v->worst || isnan(r))
            v->worst = isnan(r) ? (double)INFINITY : r;
        return r <= how->diff_thd;
    }
    case QW_CMP_TOPK_PAIR:
        return d == 0 || ordered_around(j, vals_scratch, pos);
    case QW_CMP_BOUND:
        *allowed = bound;
        if (isinf(bound) && bound > 0) {
            v->ambiguous++;
            return true;
        }
        if (isnan(a) && isnan(e)) return true;
        break;
    default: *allowed = how->atol + how->rtol * fabs(e);
    }
    if (!isfinite(a) || !isfinite(e)) return isinf(a) && a == e;
    note_used(v, d, *allowed, pos);
    return d <= *allowed;
}

/* ---- pieces ---- */

static QwVerdict fresh(void)
{
    return (QwVerdict){.max_abs_at = -1,
                       .max_rel_at = -1,
                       .max_ulp = -1,
                       .max_ulp_at = -1,
                       .used = (double)NAN,
                       .used_at = -1,
                       .median_bound = (double)NAN};
}

static void judge_block(Job *j, QwVerdict *v, int64_t *vague,
                        void *vals_scratch, Block *b, int64_t pos, int n)
{
    const bool is_unsigned = j->dtype == QW_U64;
    for (int i = 0; i < n; i++) {
        const double a = b->a[i], e = b->e[i],
                     bound = j->bound ? b->bound[i] : 0;
        const double d = j->ai ? int_distance(b->ai[i], b->ei[i], is_unsigned)
                               : fabs(a - e);
        double allowed;
        v->compared++;
        if (isfinite(a) && isfinite(e))
            note_difference(v, j->dtype, a, e, d, pos + i);
        else
            count_specials(v, a, e);
        if (j->bound) {
            *vague += bound > fmax(fabs(e), j->rms);
            j->ratio[pos + i] = (float)(e != 0          ? bound / fabs(e)
                                            : bound > 0 ? HUGE_VAL
                                                        : 0);
        }
        if (element_ok(j, v, vals_scratch, a, e, d, bound, pos + i, &allowed))
            continue;
        v->mismatched++;
        if (v->nshown < QW_SHOWN)
            v->shown[v->nshown++] = (QwMismatch){pos + i, a, e, allowed};
    }
}

static void judge_piece(void *arg, void *unused, int64_t lo, int64_t hi)
{
    Job *j = arg;
    QwProg *prog[6] = {j->a, j->e, j->bound, j->vals, j->ai, j->ei};
    void *scratch[6] = {NULL};
    Block *b = malloc(sizeof *b);
    bool ok = b != NULL;
    (void)unused;
    for (int i = 0; ok && i < 6; i++)
        ok = !prog[i] || (scratch[i] = qwp_scratch(prog[i], BLOCK)) != NULL;
    QwVerdict *v = &j->part[lo / PIECE];
    for (int64_t at = lo; ok && at < hi; at += BLOCK) {
        const int n = (int)(hi - at < BLOCK ? hi - at : BLOCK);
        void *into[6] = {b->a, b->e, b->bound, NULL, b->ai, b->ei};
        for (int i = 0; i < 6; i++)
            if (prog[i] && into[i])
                qwp_eval(prog[i], scratch[i], at, n, into[i]);
        judge_block(j, v, &j->vague[lo / PIECE], scratch[3], b, at, n);
    }
    if (!ok) j->failed = true;
    for (int i = 0; i < 6; i++) free(scratch[i]);
    free(b);
}

static void join_max(double *max, int64_t *at, double other, int64_t other_at)
{
    if (other_at >= 0 && (*at < 0 || other > *max)) {
        *max = other;
        *at = other_at;
    }
}

static void join(QwVerdict *v, const QwVerdict *p)
{
    v->compared += p->compared;
    v->mismatched += p->mismatched;
    v->nan_actual += p->nan_actual;
    v->nan_expected += p->nan_expected;
    v->inf_actual += p->inf_actual;
    v->inf_expected += p->inf_expected;
    v->ambiguous += p->ambiguous;
    join_max(&v->max_abs, &v->max_abs_at, p->max_abs, p->max_abs_at);
    join_max(&v->max_rel, &v->max_rel_at, p->max_rel, p->max_rel_at);
    join_max(&v->used, &v->used_at, p->used, p->used_at);
    if (p->max_ulp > v->max_ulp) {
        v->max_ulp = p->max_ulp;
        v->max_ulp_at = p->max_ulp_at;
    }
    v->worst = p->worst > v->worst ? p->worst : v->worst;
    for (int i = 0; i < p->nshown && v->nshown < QW_SHOWN; i++)
        v->shown[v->nshown++] = p->shown[i];
}

/* ---- the whole ---- */

static bool refuse(QwVerdict *v, const char *why)
{
    v->meaningless = true;
    snprintf(v->reason, sizeof v->reason, "%s", why);
    return false;
}

static bool can_judge(const QwCompare *h, QwVerdict *v)
{
    const bool by_tolerance = h->rule == QW_CMP_CLOSE ||
        h->rule == QW_CMP_RATIO_ALLCLOSE || h->rule == QW_CMP_PASS_RATE;
    if (by_tolerance && !(h->rtol >= 0 && h->atol >= 0))
        return refuse(v, "a tolerance is negative or not a number");
    if (h->rule == QW_CMP_RATIO_ALLCLOSE &&
        !(h->max_error_ratio >= 0 && h->max_error_ratio <= 1))
        return refuse(v, "max_error_ratio is outside [0, 1]");
    if (h->rule == QW_CMP_RATIO_RELDIFF &&
        !(h->diff_thd > 0 && h->pct_thd >= 0))
        return refuse(v, "diff_thd must be positive and pct_thd at least 0");
    if (h->rule == QW_CMP_PASS_RATE &&
        !(h->threshold >= 0 && h->threshold <= 1))
        return refuse(v, "the pass rate is outside [0, 1]");
    return true;
}

static bool same_form(const QwTensor *a, const QwTensor *e, QwVerdict *v)
{
    char ta[QWT_SHAPE_TEXT], te[QWT_SHAPE_TEXT];
    if (a->dtype == e->dtype && qwt_same_shape(a, e)) return true;
    snprintf(v->reason, sizeof v->reason, "actual is %s %s, expected is %s %s",
             qw_dtype_info[a->dtype].torch,
             qwt_shape_text(ta, a->rank, a->shape),
             qw_dtype_info[e->dtype].torch,
             qwt_shape_text(te, e->rank, e->shape));
    return false;
}

static QwProg *reader(QwTensor *t, QwDtype as)
{
    if (!qwt_evaluate(t)) return NULL;
    QwExpr *e = qwx_of(t);
    e = e ? qwx_cast(e, as) : NULL;
    QwProg *p = e ? qwp_new(t->cx, e) : NULL;
    qwx_unref(e);
    return p;
}

static bool job_start(Job *j, QwTensor *a, QwTensor *e, const QwCompare *h)
{
    *j = (Job){.how = h, .dtype = a->dtype, .n = qwt_numel(a)};
    const int64_t pieces = (j->n - 1) / PIECE + 1;
    j->part = calloc((size_t)pieces, sizeof *j->part);
    j->vague = calloc((size_t)pieces, sizeof *j->vague);
    j->ratio = h->rule == QW_CMP_BOUND ? malloc((size_t)j->n * sizeof *j->ratio)
                                       : NULL;
    if (!j->part || !j->vague || (h->rule == QW_CMP_BOUND && !j->ratio))
        return qwt_fail(a->cx, QWT_ERR_MEMORY, "no memory for a comparison");
    for (int64_t i = 0; i < pieces; i++) j->part[i] = fresh();
    bool ok = (j->a = reader(a, QW_F64)) && (j->e = reader(e, QW_F64));
    if (a->dtype == QW_I64 || a->dtype == QW_U64)
        ok = ok && (j->ai = reader(a, a->dtype)) &&
            (j->ei = reader(e, a->dtype));
    if (h->rule == QW_CMP_BOUND)
        ok = ok && (j->bound = reader(h->bound, QW_F64));
    if (h->rule == QW_CMP_TOPK_PAIR) {
        ok = ok && (j->vals = reader(h->vals, QW_F64));
        const int dim = h->dim < 0 ? h->dim + a->rank : h->dim;
        j->vals_len = a->rank ? a->shape[dim] : 1;
        j->vals_step = 1;
        for (int d = dim + 1; d < a->rank; d++) j->vals_step *= a->shape[d];
    }
    return ok;
}

static void job_end(Job *j)
{
    QwProg *prog[6] = {j->a, j->e, j->bound, j->vals, j->ai, j->ei};
    for (int i = 0; i < 6; i++) qwp_free(prog[i]);
    free(j->part);
    free(j->vague);
    free(j->ratio);
}

static bool rms_of(QwTensor *t, double *rms)
{
    const QwtRedArgs all = {.dtype = -1, .p = 2};
    QwTensor *d = qwt_to(t, QW_F64),
             *r = d ? qwt_reduce(d, QWT_NORM, &all) : NULL;
    const bool ok = r && qwt_get_f64(r, 0, rms);
    if (ok) *rms /= sqrt((double)qwt_numel(t));
    qwt_unref(d);
    qwt_unref(r);
    return ok;
}

static int by_value(const void *a, const void *b)
{
    const float x = *(const float *)a, y = *(const float *)b;
    return x < y ? -1 : x > y;
}

/* of at most a million elements, evenly spread */
static double median(float *x, int64_t n)
{
    const int64_t step = n / (1 << 20) + 1;
    int64_t m = 0;
    for (int64_t i = 0; i < n; i += step) x[m++] = x[i];
    qsort(x, (size_t)m, sizeof *x, by_value);
    return (double)x[m / 2];
}

static void decide_share(QwVerdict *v, double share, double limit,
                         const char *what)
{
    v->passed = share <= limit;
    if (!v->passed)
        snprintf(v->reason, sizeof v->reason,
                 "%.4g %% of the elements are %s, %.4g %% allowed", 100 * share,
                 what, 100 * limit);
}

static void decide(const QwCompare *h, QwVerdict *v, int64_t vague)
{
    const double n = (double)v->compared, bad = (double)v->mismatched / n;
    switch (h->rule) {
    case QW_CMP_RATIO_ALLCLOSE:
        if (v->nan_actual + v->inf_actual) {
            snprintf(v->reason, sizeof v->reason,
                     "%lld elements are not finite",
                     (long long)(v->nan_actual + v->inf_actual));
            return;
        }
        decide_share(v, bad, h->max_error_ratio, "outside the tolerance");
        return;
    case QW_CMP_RATIO_RELDIFF:
        decide_share(v, bad, h->pct_thd, "over the threshold");
        if (v->passed && !(v->worst < h->max_diff_hd)) {
            v->passed = false;
            snprintf(v->reason, sizeof v->reason,
                     "the worst difference %.6g is not below %.6g", v->worst,
                     h->max_diff_hd);
        }
        return;
    case QW_CMP_PASS_RATE: {
        const double close = (n - (double)v->mismatched) / n;
        v->passed = close >= h->threshold;
        if (!v->passed)
            snprintf(v->reason, sizeof v->reason,
                     "%.4g %% of the elements are close, %.4g %% wanted",
                     100 * close, 100 * h->threshold);
        return;
    }
    case QW_CMP_BOUND:
        if ((double)vague > 0.01 * n) {
            refuse(
                v,
                "the derived bound exceeds the values it bounds for more than 1 % of the "
                "elements: give tolerances, or compare per scope");
            return;
        }
        break;
    default: break;
    }
    v->passed = v->mismatched == 0;
    if (!v->passed)
        snprintf(v->reason, sizeof v->reason, "%lld of %lld elements %s",
                 (long long)v->mismatched, (long long)v->compared,
                 h->rule == QW_CMP_TOPK_PAIR
                     ? "differ where the values are not ordered"
                     : "are outside the tolerance");
}

bool qw_compare(QwTensor *actual, QwTensor *expected, const QwCompare *how,
                QwVerdict *v)
{
    *v = fresh();
    v->rank = actual->rank;
    memcpy(v->shape, actual->shape, sizeof v->shape);
    if (!can_judge(how, v) || !same_form(actual, expected, v)) return true;
    if (how->rule == QW_CMP_TOPK_PAIR &&
        (!how->vals || !qwt_same_shape(how->vals, actual) ||
         how->dim >= (actual->rank ? actual->rank : 1) ||
         how->dim < -(actual->rank ? actual->rank : 1)))
        return refuse(
                   v,
                   "the values that go with the indices are missing or shaped otherwise"),
               true;
    v->empty = qwt_numel(actual) == 0;
    if (v->empty) return refuse(v, "no elements to compare"), true;
    Job j;
    double rms = 0;
    bool ok = how->rule != QW_CMP_BOUND || rms_of(expected, &rms);
    if (!ok) return false;
    ok = job_start(&j, actual, expected, how);
    j.rms = rms;
    ok = ok && qw_pieces(actual->cx, NULL, j.n, PIECE, judge_piece, &j);
    if (ok && j.failed)
        ok = qwt_fail(actual->cx, QWT_ERR_MEMORY, "no memory for a comparison");
    if (ok) {
        int64_t vague = 0;
        for (int64_t i = 0; i <= (j.n - 1) / PIECE; i++) {
            join(v, &j.part[i]);
            vague += j.vague[i];
        }
        if (j.ratio) v->median_bound = median(j.ratio, j.n);
        decide(how, v, vague);
    }
    job_end(&j);
    return ok;
}

char *qw_verdict_index(const QwVerdict *v, int64_t pos, char *text)
{
    int64_t index[QWT_RANK] = {0};
    for (int d = v->rank - 1; d >= 0; d--) {
        index[d] = v->shape[d] ? pos % v->shape[d] : 0;
        pos = v->shape[d] ? pos / v->shape[d] : 0;
    }
    return qwt_shape_text(text, v->rank, index);
}
