/* Verdicts: every output against its expectation, and the report of 14.4. */
#include "cli/harness.h"
#include <math.h>
#include <string.h>

/* ---- which stores write a parameter -------------------------------------- */

static const IrValue *root_of(const IrValue *v)
{
    for (int hops = 0; v && hops < 64; hops++) {
        if (v->def && ir_op_info[v->def->op].cls == CLS_TENSOR &&
            v->def->op != IR_ALLOC)
            v = v->def->args[0];
        else if (v->arg_of && v->arg_of->owner &&
                 v->arg_of->owner->op == IR_FOR && v->index > 0)
            v = v->arg_of->owner->args[2 + v->index];
        else
            return v;
    }
    return v;
}

typedef struct Stores {
    Session *s;
    const IrValue *param;
    int n, last;
    Span first;
    Text text;
} Stores;

static void note_store(void *arg, IrOp *op)
{
    Stores *st = arg;
    if (op->op != IR_STORE && op->op != IR_COPY && op->op != IR_WRITE) return;
    if (root_of(op->args[0]) != st->param) return;
    Place at = source_place(st->s, op->span.lo);
    if (at.line == st->last || st->n >= 3) return;
    if (!st->n) st->first = op->span;
    st->last = at.line;
    const IrOp *scope = op;
    while (scope && scope->op != IR_SCOPE) scope = ir_parent_op(scope);
    text_printf(&st->text, "%s", st->n++ ? ", " : "");
    if (scope && scope->at.name)
        text_printf(&st->text, "scope `%s` at ", scope->at.name->s);
    text_printf(&st->text, "%s:%d", at.src ? at.src->path : "?", at.line);
}

static const char *stored_by(Run *r, const Arg *a)
{
    Stores st = {.s = r->s, .param = a->p->value, .text = {.a = r->s->arena}};
    ir_walk(r->f->body, note_store, &st);
    return st.n ? text_str(&st.text) : NULL;
}

Span run_store_span(Run *r, const Arg *a)
{
    Stores st = {.s = r->s,
                 .param = a->p->value,
                 .first = a->p->span,
                 .text = {.a = r->s->arena}};
    ir_walk(r->f->body, note_store, &st);
    return st.first;
}

/* ---- printing ------------------------------------------------------------ */

static const char *shape_tuple(Run *r, const Arg *a)
{
    Text t = {.a = r->s->arena};
    text_putc(&t, '(');
    for (int k = 0; k < a->rank; k++)
        text_printf(&t, "%s%lld", k ? ", " : "", (long long)a->shape[k]);
    text_puts(&t, a->rank == 1 ? ",)" : ")");
    return text_str(&t);
}

/* what was asked of the elements, and how much of it they used */
static void print_rule(Run *r, const QwCompare *c, const QwVerdict *v)
{
    Text t = {.a = r->s->arena};
    switch (c->rule) {
    case QW_CMP_RATIO_RELDIFF:
        text_printf(&t, "ratio_reldiff: diff_thd=%g, pct_thd=%g", c->diff_thd,
                    c->pct_thd);
        if (isfinite(c->max_diff_hd))
            text_printf(&t, ", max_diff_hd=%g", c->max_diff_hd);
        break;
    case QW_CMP_TOPK_PAIR:
        text_puts(&t, "topk_pair_compare: equal, or the values stay ordered");
        break;
    case QW_CMP_BOUND:
        if (isnan(v->used)) return;
        text_printf(&t, "%.3g %% of the derived bound used", 100 * v->used);
        break;
    case QW_CMP_CLOSE:
    case QW_CMP_RATIO_ALLCLOSE:
    case QW_CMP_PASS_RATE:
        if (!isnan(v->used))
            text_printf(&t, "%.3g %% of the tolerance used: ", 100 * v->used);
        text_printf(&t, "rtol=%g, atol=%g", c->rtol, c->atol);
        if (c->rule == QW_CMP_RATIO_ALLCLOSE)
            text_printf(&t, ", %g %% of the elements may be outside",
                        100 * c->max_error_ratio);
        if (c->rule == QW_CMP_PASS_RATE)
            text_printf(&t, ", %g %% of the elements must be inside",
                        100 * c->threshold);
        break;
    }
    say(r->o, "    %s", text_str(&t));
}

static void print_numbers(Run *r, const QwCompare *c, const QwVerdict *v)
{
    char at[QWT_SHAPE_TEXT];
    Text t = {.a = r->s->arena};
    text_printf(&t, "%lld elements", (long long)v->compared);
    if (v->max_abs_at >= 0)
        text_printf(&t, ", max abs error %.3g at %s", v->max_abs,
                    qw_verdict_index(v, v->max_abs_at, at));
    if (v->max_rel_at >= 0)
        text_printf(&t, ", max rel error %.3g at %s", v->max_rel,
                    qw_verdict_index(v, v->max_rel_at, at));
    if (v->max_ulp >= 0)
        text_printf(&t, ", max %lld ulp", (long long)v->max_ulp);
    say(r->o, "    %s", text_str(&t));
    if (v->nan_actual || v->nan_expected || v->inf_actual || v->inf_expected)
        say(r->o, "    NaN: %lld, expected %lld; Inf: %lld, expected %lld",
            (long long)v->nan_actual, (long long)v->nan_expected,
            (long long)v->inf_actual, (long long)v->inf_expected);
    print_rule(r, c, v);
    if (!isnan(v->median_bound))
        say(r->o, "    median of bound / |expected|: %.3g", v->median_bound);
}

/* 16-bit values that are next to each other, judged
 * by a tolerance for float32 */
static void print_coarse(Run *r, const Arg *a, const QwCompare *c,
                         const QwVerdict *v)
{
    const double step = a->dtype == QW_BF16 ? 0x1p-7
        : a->dtype == QW_F16                ? 0x1p-10
                                            : 0;
    if (c->rule != QW_CMP_CLOSE || c->rtol >= step || v->max_ulp > 4 ||
        v->nan_actual != v->nan_expected)
        return;
    say(r->o,
        "    neighbours in %s differ by up to %.2g %%: `--rtol=%.2g` would allow two such steps",
        qw_dtype_info[a->dtype].torch, 100 * step, 2 * step);
}

/* long sums in float32 are rounded by more than the
 * tolerance that holds for elements */
static void print_rounding(Run *r, const Arg *a, const QwCompare *c,
                           const QwVerdict *v)
{
    if (c->rule != QW_CMP_CLOSE || a->dtype != QW_F32 || !(v->used < 100) ||
        c->rtol > 1e-4 || c->atol > 1e-4 || v->nan_actual != v->nan_expected)
        return;
    say(r->o,
        "    so little may be rounding: `--golden=interp` knows how far a right kernel may be off");
}

static void print_mismatches(Run *r, const Arg *a, const QwVerdict *v)
{
    char at[QWT_SHAPE_TEXT];
    const char *where = stored_by(r, a);
    if (v->reason[0]) say(r->o, "    %s", v->reason);
    if (where && v->mismatched) say(r->o, "    stored by %s", where);
    for (int i = 0; i < v->nshown; i++) {
        const QwMismatch *m = &v->shown[i];
        say(r->o,
            "      %-14s actual %-14.9g expected %-14.9g |diff| %.3g%s%.3g",
            qw_verdict_index(v, m->pos, at), m->actual, m->expected,
            fabs(m->actual - m->expected), isnan(m->allowed) ? " " : " > ",
            m->allowed);
    }
    if (v->mismatched > v->nshown)
        say(r->o, "      and %lld more",
            (long long)(v->mismatched - v->nshown));
}

static void json_number(Text *t, const char *key, double x)
{
    if (isfinite(x)) text_printf(t, ",\"%s\":%.9g", key, x);
}

/* one member of "outputs" in the document of the run */
static void json_verdict(Run *r, const Arg *a, bool ok, const QwVerdict *v,
                         const QwCompare *c, const char *message)
{
    Text *t = &r->verdicts;
    if (!r->o->json) return;
    text_printf(t, "%s{\"name\":\"%s\",\"passed\":%s,\"shape\":[",
                t->n ? "," : "", a->p->name->s, ok ? "true" : "false");
    for (int k = 0; k < a->rank; k++)
        text_printf(t, "%s%lld", k ? "," : "", (long long)a->shape[k]);
    text_printf(t, "],\"dtype\":\"%s\"", qw_dtype_info[a->dtype].torch);
    if (v) {
        text_printf(t, ",\"compared\":%lld,\"mismatched\":%lld",
                    (long long)v->compared, (long long)v->mismatched);
        text_printf(t, ",\"nan\":%lld,\"inf\":%lld", (long long)v->nan_actual,
                    (long long)v->inf_actual);
        if (v->max_abs_at >= 0) json_number(t, "max_abs", v->max_abs);
        if (v->max_rel_at >= 0) json_number(t, "max_rel", v->max_rel);
        if (v->max_ulp >= 0)
            text_printf(t, ",\"max_ulp\":%lld", (long long)v->max_ulp);
        json_number(t, "tolerance_used", v->used);
        if (c->rule != QW_CMP_BOUND) {
            json_number(t, "rtol", c->rtol);
            json_number(t, "atol", c->atol);
        }
    }
    if (message && *message) {
        text_puts(t, ",\"message\":");
        text_json(t, message);
    }
    text_putc(t, '}');
}

/* c and v: NULL where no rule of ours judged */
static void print_verdict(Run *r, const Arg *a, bool ok, const QwCompare *c,
                          const QwVerdict *v, const char *message)
{
    say(r->o, "  '%s' %s  shape=%s dtype=%s", a->p->name->s,
        ok ? "PASS" : "FAIL", shape_tuple(r, a), qw_dtype_info[a->dtype].torch);
    if (v && !v->empty) print_numbers(r, c, v);
    if (v && !ok) {
        print_coarse(r, a, c, v);
        print_rounding(r, a, c, v);
        print_mismatches(r, a, v);
    }
    if (message && *message) say(r->o, "    %s", message);
    json_verdict(r, a, ok, v, c,
                 message && *message ? message
                     : v && !ok      ? v->reason
                                     : NULL);
}

/* ---- judging ------------------------------------------------------------- */

static QwTensor *find_tensor(Run *r, Str name)
{
    for (int i = 0; i < r->n; i++)
        if (r->args[i].p->name == name) return r->args[i].data;
    return NULL;
}

/* Where nobody named a tolerance it is one that the dtype can keep. */
static QwCompare default_rule(const Run *r, const Arg *a)
{
    QwCompare c = {.rule = QW_CMP_CLOSE, .rtol = r->rtol, .atol = r->atol};
    if (!r->req->by_convention || r->o->rtol) return c;
    if (a->dtype == QW_BF16) c.rtol = 1.6e-2;
    if (a->dtype == QW_F16) c.rtol = 1e-3;
    return c;
}

/* the comparator as a rule of compare.h; false: a host function */
static bool as_rule(Run *r, const Arg *a, Value cmp, QwCompare *c)
{
    *c = default_rule(r, a);
    if (v_is_none(cmp)) return true;
    if (!v_has_type(cmp, &comparator_type)) return false;
    const Comparator *k = (const Comparator *)cmp.o;
    QwTensor *vals = k->rule == CMP_TOPK_PAIR ? find_tensor(r, k->vals_name)
                                              : NULL;
    *c = comparator_rule(k, c->rtol, c->atol, vals);
    return c->rule != QW_CMP_TOPK_PAIR || c->vals;
}

static Value tensors_dict(Run *r, bool expected, bool outputs)
{
    Value d = v_dict(r->in);
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        QwTensor *t = expected ? a->expected : a->data;
        if (!t || a->is_output != outputs) continue;
        Value v = tensor_value(r->in, qwt_ref(t));
        dict_set_str(r->in, d, a->p->name->s, v);
        v_drop(r->in, v);
    }
    return d;
}

/* a comparator written in the file */
static bool judge_by_host(Run *r, Arg *a, Value cmp)
{
    Value actual = tensor_value(r->in, qwt_ref(a->data)),
          want = tensor_value(r->in, qwt_ref(a->expected));
    Value outs = tensors_dict(r, false, true),
          wants = tensors_dict(r, true, true),
          ins = tensors_dict(r, false, false);
    bool ok = false;
    const char *message = "";
    bool ran = golden_compare(r->in, cmp, actual, want, outs, wants, ins,
                              r->rtol, r->atol, &ok, &message);
    if (!ran) {
        host_report(r->in);
        run_fail(r, EXIT_SOURCE, "a comparator failed");
    }
    Value drop[] = {actual, want, outs, wants, ins};
    for (size_t i = 0; i < LEN(drop); i++) v_drop(r->in, drop[i]);
    if (ran) print_verdict(r, a, ok, NULL, NULL, ok ? "" : message);
    r->compared += qwt_numel(a->data);
    return ran && ok;
}

static bool all_zero(QwTensor *t)
{
    QwtRedArgs ra = {.dtype = -1};
    QwTensor *any = qwt_reduce(t, QWT_ANY, &ra);
    double v = 0;
    bool got = any && qwt_get_f64(any, 0, &v);
    qwt_unref(any);
    return got && v == 0;
}

/* bit for bit, NaN aside */
static bool same_contents(Run *r, Arg *a)
{
    QwVerdict v;
    const QwCompare exact = {.rule = QW_CMP_CLOSE};
    (void)r;
    return qw_compare(a->data, a->expected, &exact, &v) && v.passed;
}

/* An output that the kernel never wrote still holds its initial fill: a golden
 * that differs from it has not been met, whatever the tolerance. */
static bool judge_unwritten(Run *r, Arg *a)
{
    const bool unwritten = !a->p->written || a->stored == 0;
    if (!unwritten &&
        (!a->fresh || !all_zero(a->data) || !all_zero(a->expected)))
        return true;
    if (same_contents(r, a)) {
        Diag *d = diag_new(
            r->s, W1005, a->p->span,
            "the golden of `%s` equals its initial fill, so comparing it says little",
            a->p->name->s);
        if (unwritten)
            diag_note(r->s, d, (Span){0, 0}, "the kernel writes nothing to it");
        return true;
    }
    if (unwritten)
        print_verdict(r, a, false, NULL, NULL,
                      "the kernel stored nothing into it");
    return !unwritten;
}

/* The way out of a bound that says nothing: what the tolerances of this run
 * would say. */
static void help_tolerances(Run *r, Diag *d, const Arg *a)
{
    const QwCompare c = default_rule(r, a);
    QwVerdict v;
    Text t = {.a = r->s->arena};
    if (!qw_compare(a->data, a->expected, &c, &v)) return;
    if (v.mismatched)
        text_printf(&t, "%lld of %lld elements are outside",
                    (long long)v.mismatched, (long long)v.compared);
    else if (v.compared == 1)
        text_puts(&t, "its element is inside");
    else
        text_printf(&t, "all %lld elements are inside", (long long)v.compared);
    diag_help(
        r->s, d,
        "judge by tolerances: with `--rtol=%g --atol=%g` %s; the largest difference is %.3g",
        c.rtol, c.atol, text_str(&t), v.max_abs);
}

static void meaningless_bounds(Run *r, const Arg *a)
{
    Diag *d = diag_new(
        r->s, E1009, a->p->span,
        "the derived bounds cannot judge `%s`: for more than 1 %% of its elements they exceed the values",
        a->p->name->s);
    if (r->ambiguous)
        diag_note(
            r->s, d, (Span){0, 0},
            "%lld branches, indices or elements were decided within their own bound; all that depends on them is open",
            (long long)r->ambiguous);
    else
        diag_note(
            r->s, d, (Span){0, 0},
            "the bounds are those of the worst case; they grow with every operation");
    help_tolerances(r, d, a);
}

static bool judge_meaning(Run *r, Arg *a, const QwVerdict *v)
{
    if (!v->meaningless) return true;
    if (r->golden == GOLDEN_INTERP && v->compared)
        meaningless_bounds(r, a);
    else
        diag_new(r->s, E1009, a->p->span,
                 "comparing `%s` cannot be meaningful: %s", a->p->name->s,
                 v->reason);
    run_fail(r, EXIT_DATA, v->reason);
    return false;
}

static bool judge_by_rule(Run *r, Arg *a, QwCompare *c)
{
    QwVerdict v;
    QwTensor *bound = NULL;
    if (r->golden == GOLDEN_INTERP && !r->tolerance_given && a->bound) {
        bound = qwt_from_data(run_tcx(r), QW_F64, a->rank, a->shape, a->bound);
        c->rule = QW_CMP_BOUND;
        c->bound = bound;
    }
    bool done = qw_compare(a->data, a->expected, c, &v);
    qwt_unref(bound);
    if (!done) return run_fail(r, EXIT_ENVIRONMENT, run_tcx(r)->msg);
    r->compared += v.compared;
    bool ok = v.empty || (judge_meaning(r, a, &v) && v.passed);
    print_verdict(r, a, ok, c, &v, v.empty ? v.reason : "");
    if (v.ambiguous)
        say(r->o,
            "    %lld elements are ambiguous: a branch or an index was decided within the bound",
            (long long)v.ambiguous);
    return ok;
}

static void judge_golden_filled(Run *r, Arg *a)
{
    if (r->golden != GOLDEN_FILE || (a->ts && !v_is_none(a->ts->init))) return;
    if (!all_zero(a->expected) || all_zero(a->data)) return;
    Diag *d = diag_new(r->s, W1002, r->req->span,
                       "the golden left `%s` all zero, the kernel did not",
                       a->p->name->s);
    diag_help(r->s, d, "fill it in place: `tensors[\"%s\"][:] = ...`",
              a->p->name->s);
}

Value run_comparator(Run *r, const char *option, const char *rule)
{
    Value cmp = golden_parse_comparator(r->in, rule);
    if (v_is_error(cmp))
        fatal(EXIT_USAGE, "`--compare %s`: %s", option,
              host_exc_text(r->in, v_obj(&r->in->exc->o)));
    return cmp;
}

/* --compare OUT=RULE:...; V_UNSET: not given */
static Value option_comparator(Run *r, const Arg *a)
{
    size_t n = strlen(a->p->name->s);
    for (int i = 0; i < r->o->compares.n; i++) {
        const char *c = r->o->compares.p[i];
        if (strncmp(c, a->p->name->s, n) == 0 && c[n] == '=')
            return run_comparator(r, c, c + n + 1);
    }
    return v_unset();
}

static bool judge_output(Run *r, Arg *a)
{
    QwCompare c;
    Value cmp = option_comparator(r, a);
    bool own = v_is_set(cmp);
    if (!own)
        cmp = v_is_none(r->req->compare_fn) || r->golden == GOLDEN_INTERP
            ? v_none()
            : golden_comparator(r->req->compare_fn, a->p->name);
    judge_golden_filled(r, a);
    bool ok = (!qwt_numel(a->data) || judge_unwritten(r, a)) &&
        (as_rule(r, a, cmp, &c) ? judge_by_rule(r, a, &c)
                                : judge_by_host(r, a, cmp));
    if (own) v_drop(r->in, cmp);
    return ok;
}

static void print_reference(Run *r)
{
    const char *name = "the interpreter";
    if (r->golden == GOLDEN_SAVED)
        name = r->o->golden_path ? r->o->golden_path : "golden_data";
    if (r->golden == GOLDEN_FILE) name = golden_label(r->in, r->req->golden_fn);
    say(r->o, "  golden: %s", name);
}

/* An empty output beside others is fine; a run that compared nothing at all
 * has proved nothing. */
static void nothing_compared(Run *r, int outputs)
{
    Diag *d = diag_new(r->s, E1009, r->req->span, "nothing was compared: %s",
                       outputs ? "every output is empty"
                               : "no spec is an output");
    if (!outputs)
        diag_help(r->s, d, "mark it: `TensorSpec(..., is_output=True)`");
    for (int i = 0; outputs && i < r->n; i++)
        if (r->args[i].is_output)
            diag_note(r->s, d, (Span){0, 0}, "`%s` has shape %s",
                      r->args[i].p->name->s, shape_tuple(r, &r->args[i]));
    if (outputs)
        diag_help(r->s, d,
                  "bind larger extents, or see that it runs with `--no-golden`");
    run_fail(r, EXIT_DATA, "nothing was compared");
}

void run_judge(Run *r)
{
    int outputs = 0;
    print_reference(r);
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        if (!a->is_output || !a->expected) continue;
        outputs++;
        if (!judge_output(r, a)) r->mismatch = true;
    }
    if (!r->compared && !r->mismatch && !r->status)
        nothing_compared(r, outputs);
}
