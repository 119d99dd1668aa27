/* Comparators as golden.c calls them: the rule and its numbers go to
 * runtime/compare.c, the verdict becomes a message of a few lines. */
#include "host/torch.h"

#include <math.h>

#include "compare.h"

QwCompare comparator_rule(const Comparator *c, double rtol, double atol,
                          QwTensor *vals)
{
    static const QwCompareRule rules[] =
        {[CMP_DEFAULT] = QW_CMP_CLOSE,
         [CMP_RATIO_ALLCLOSE] = QW_CMP_RATIO_ALLCLOSE,
         [CMP_RATIO_RELDIFF] = QW_CMP_RATIO_RELDIFF,
         [CMP_TOPK_PAIR] = QW_CMP_TOPK_PAIR,
         [CMP_PASS_RATE] = QW_CMP_PASS_RATE};
    QwCompare h = {.rule = QW_CMP_CLOSE,
                   .rtol = rtol,
                   .atol = atol,
                   .vals = vals};
    if (!c) return h;
    h.rule = rules[c->rule];
    if (c->rule == CMP_RATIO_ALLCLOSE || c->rule == CMP_DEFAULT) {
        h.rtol = isnan(c->rtol) ? rtol : c->rtol;
        h.atol = isnan(c->atol) ? atol : c->atol;
    }
    h.max_error_ratio = c->max_error_ratio;
    h.diff_thd = c->diff_thd;
    h.pct_thd = c->pct_thd;
    h.max_diff_hd = c->max_diff_hd;
    h.threshold = c->threshold;
    h.dim = c->dim > 99 || c->dim < -99 ? 99 : (int)c->dim;
    h.descending = c->descending;
    return h;
}

static const char *explain(Interp *in, const QwVerdict *v, int64_t show)
{
    char at[QWT_SHAPE_TEXT];
    Text t = {.a = in->se->arena};
    text_puts(&t, v->reason);
    if (v->max_abs_at >= 0)
        text_printf(&t, "; max abs error %.6g at %s", v->max_abs,
                    qw_verdict_index(v, v->max_abs_at, at));
    for (int i = 0; i < v->nshown && i < show; i++) {
        const QwMismatch *m = &v->shown[i];
        text_printf(&t, "\n  %s: actual %.9g, expected %.9g",
                    qw_verdict_index(v, m->pos, at), m->actual, m->expected);
    }
    return text_str(&t);
}

int tensor_compare(Interp *in, const Comparator *c, QwTensor *actual,
                   QwTensor *expected, QwTensor *vals, double rtol, double atol,
                   const char **message)
{
    QwVerdict v;
    const QwCompare how = comparator_rule(c, rtol, atol, vals);
    *message = "";
    if (!qw_compare(actual, expected, &how, &v)) {
        torch_failed(in);
        return -1;
    }
    if (!v.passed)
        *message = explain(in, &v, v.meaningless ? 0 : c ? c->max_show : 10);
    return v.passed;
}
