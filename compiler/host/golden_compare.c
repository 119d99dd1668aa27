/* Comparators as values (3.2): making and checking them, calling one on an
 * output, and validate_golden.  The judging itself is tensor_compare. */
#include "host/golden.h"
#include <math.h>
#include <stdlib.h>

bool is_callable(Value v)
{
    switch ((ValueKind)v.kind) {
    case V_FUNC:
    case V_NATIVE:
    case V_BOUND:
    case V_TYPE: return true;
    default: return v.kind == V_OBJ && v.o->type->call;
    }
}

/* ---- making ------------------------------------------------------------- */

static Comparator *comparator_new(Interp *in, CompareRule rule,
                                  const char *name)
{
    Comparator *c = obj_new(in, V_OBJ, &comparator_type, sizeof *c);
    c->rule = rule;
    c->name = str(in->se, name);
    c->atol = c->rtol = (double)NAN;
    c->max_show = 10;
    c->dim = -1;
    c->descending = true;
    return c;
}

/* Reads an optional number that must lie in [lo, hi]; else E1009. */
static bool number(Interp *in, Value v, const char *what, double lo, double hi,
                   double *out)
{
    if (!v_is_set(v) || v_is_none(v)) return true;
    if (!arg_float(in, v, what, out)) return false;
    if (*out >= lo && *out <= hi) return true;
    if (isinf(hi))
        host_raise_code(in, EXC_VALUE_ERROR, E1009,
                        "%s is %g; it must not be negative", what, *out);
    else
        host_raise_code(in, EXC_VALUE_ERROR, E1009,
                        "%s is %g; it must lie in [%g, %g]", what, *out, lo,
                        hi);
    return false;
}

static Value made(Interp *in, Comparator *c, bool ok)
{
    if (ok) return v_obj(&c->o);
    v_drop(in, v_obj(&c->o));
    return v_error();
}

Value fn_ratio_allclose(Interp *in, CallArgs *a)
{
    Value arg[4];
    if (!args_bind(in, a, "atol=, rtol=, max_error_ratio=, max_show=", arg))
        return v_error();
    Comparator *c = comparator_new(in, CMP_RATIO_ALLCLOSE, "ratio_allclose");
    c->max_error_ratio = 0.005;
    const double inf = (double)INFINITY;
    return made(in, c,
                number(in, arg[0], "atol", 0, inf, &c->atol) &&
                    number(in, arg[1], "rtol", 0, inf, &c->rtol) &&
                    number(in, arg[2], "max_error_ratio", 0, 1,
                           &c->max_error_ratio) &&
                    (!v_is_set(arg[3]) ||
                     arg_int(in, arg[3], "max_show", &c->max_show)));
}

Value fn_ratio_reldiff(Interp *in, CallArgs *a)
{
    Value arg[3];
    if (!args_bind(in, a, "diff_thd=, pct_thd=, max_diff_hd=", arg))
        return v_error();
    Comparator *c = comparator_new(in, CMP_RATIO_RELDIFF, "ratio_reldiff");
    const double inf = (double)INFINITY;
    c->diff_thd = 0.01;
    c->pct_thd = 0.05;
    c->max_diff_hd = inf;
    return made(in, c,
                number(in, arg[0], "diff_thd", 0, inf, &c->diff_thd) &&
                    number(in, arg[1], "pct_thd", 0, 1, &c->pct_thd) &&
                    number(in, arg[2], "max_diff_hd", 0, inf, &c->max_diff_hd));
}

Value fn_topk_pair_compare(Interp *in, CallArgs *a)
{
    Value arg[4];
    const char *vals;
    if (!args_bind(in, a, "vals_name, *, dim=, descending=, max_show=", arg) ||
        !arg_str(in, arg[0], "vals_name", &vals))
        return v_error();
    Comparator *c = comparator_new(in, CMP_TOPK_PAIR, "topk_pair_compare");
    c->vals_name = str(in->se, vals);
    return made(in, c,
                (!v_is_set(arg[1]) || arg_int(in, arg[1], "dim", &c->dim)) &&
                    (!v_is_set(arg[2]) ||
                     arg_bool(in, arg[2], "descending", &c->descending)) &&
                    (!v_is_set(arg[3]) ||
                     arg_int(in, arg[3], "max_show", &c->max_show)));
}

Value fn_pass_rate_compare(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "threshold", &arg)) return v_error();
    Comparator *c = comparator_new(in, CMP_PASS_RATE, "pass_rate_compare");
    c->threshold = 1;
    return made(in, c, number(in, arg, "threshold", 0, 1, &c->threshold));
}

/* ---- "--compare OUT=ratio_allclose:atol=1e-3,max_error_ratio=0.01" ------- */

static const NativeDef rules[] = {
    {"ratio_allclose", fn_ratio_allclose, 0, NULL},
    {"ratio_reldiff", fn_ratio_reldiff, 0, NULL},
    {"topk_pair_compare", fn_topk_pair_compare, 0, NULL},
    {"pass_rate_compare", fn_pass_rate_compare, 0, NULL},
};

static Value word_value(Interp *in, const char *s, size_t n)
{
    char *end;
    const double f = strtod(s, &end);
    if (n && end == s + n) {
        const bool whole = f == floor(f) && !memchr(s, '.', n) &&
            !memchr(s, 'e', n) && fabs(f) < 1e15;
        return whole ? v_int((int64_t)f) : v_float(f);
    }
    if (n == 4 && !strncmp(s, "True", 4)) return v_bool(true);
    if (n == 5 && !strncmp(s, "False", 5)) return v_bool(false);
    return v_str_n(in, s, n);
}

Value golden_parse_comparator(Interp *in, const char *text)
{
    enum { MAX = 8 };
    const size_t n = strcspn(text, ":");
    const Str name = str_n(in->se, text, n);
    const NativeDef *d = native_find(rules, LEN(rules), name->s);
    if (!d)
        return host_raise(
            in, EXC_VALUE_ERROR,
            "`%s` is not a comparator: use ratio_allclose, ratio_reldiff, topk_pair_compare or pass_rate_compare",
            name->s);
    Value pos[MAX];
    KwArg kw[MAX];
    int npos = 0, nkw = 0;
    for (const char *p = text[n] ? text + n + 1 : text + n; *p;) {
        const size_t len = strcspn(p, ",");
        const char *eq = memchr(p, '=', len);
        if (npos == MAX || nkw == MAX)
            return host_raise(in, EXC_VALUE_ERROR,
                              "too many arguments for `%s`", name->s);
        if (eq)
            kw[nkw++] = (KwArg){str_n(in->se, p, (size_t)(eq - p)),
                                word_value(in, eq + 1,
                                           len - (size_t)(eq + 1 - p))};
        else
            pos[npos++] = word_value(in, p, len);
        p += len + (p[len] == ',');
    }
    const Value c = host_call_native(in, d, v_unset(), pos, npos, kw, nkw);
    for (int i = 0; i < npos; i++) v_drop(in, pos[i]);
    for (int i = 0; i < nkw; i++) v_drop(in, kw[i].value);
    return c;
}

/* ---- judging an output -------------------------------------------------- */

Value golden_comparator(Value compare_fn, Str output)
{
    Value c;
    if (compare_fn.kind != V_DICT) return compare_fn;
    return dict_get_str(compare_fn, output->s, &c) ? c : v_none();
}

const char *golden_label(Interp *in, Value cmp)
{
    if (v_is_none(cmp)) return "default";
    if (v_has_type(cmp, &comparator_type))
        return ((Comparator *)cmp.o)->name->s;
    const Value name = host_find_attr(in, cmp, str(in->se, "__name__"));
    const char *s = name.kind == V_STR
        ? arena_printf(in->se->arena, "%s", name.str->s)
        : v_type_name(cmp);
    if (v_is_error(name)) host_clear(in);
    v_drop(in, name);
    return s;
}

static QwTensor *tensor_of(Interp *in, Value v, const char *what)
{
    QwTensor *t = v_tensor(v);
    if (!t)
        host_raise(in, EXC_TYPE_ERROR, "%s must be a tensor, not %s", what,
                   v_type_name(v));
    return t;
}

static bool compare_rule(Interp *in, const Comparator *c, Value actual,
                         Value expected, Value actual_outputs, double rtol,
                         double atol, bool *ok, const char **message)
{
    Value vals = v_unset();
    QwTensor *a = tensor_of(in, actual, "actual"),
             *e = a ? tensor_of(in, expected, "expected") : NULL;
    if (!a || !e) return false;
    if (c && c->rule == CMP_TOPK_PAIR &&
        (actual_outputs.kind != V_DICT ||
         !dict_get_str(actual_outputs, c->vals_name->s, &vals) ||
         !v_tensor(vals))) {
        host_raise_code(in, EXC_VALUE_ERROR, E1009,
                        "topk_pair_compare: there is no output `%s`",
                        c->vals_name->s);
        return false;
    }
    const int r = tensor_compare(in, c, a, e, v_tensor(vals), rtol, atol,
                                 message);
    *ok = r > 0;
    return r >= 0;
}

/* what a comparator of the file returned: (ok, message) or the verdict alone */
static bool read_verdict(Interp *in, Value v, bool *ok, const char **message)
{
    const bool pair = v.kind == V_TUPLE && v.seq->n == 2;
    const int t = host_truth(in, pair ? v.seq->p[0] : v);
    if (t < 0) return false;
    *ok = t;
    if (!pair || v_is_none(v.seq->p[1])) return true;
    const Value s = host_str_value(in, v.seq->p[1]);
    if (v_is_error(s)) return false;
    *message = arena_printf(in->se->arena, "%s", s.str->s);
    v_drop(in, s);
    return true;
}

const char *const comparator_keyword[COMPARATOR_KEYWORDS] = {"actual_outputs",
                                                             "expected_outputs",
                                                             "inputs", "rtol",
                                                             "atol"};

bool golden_compare(Interp *in, Value cmp, Value actual, Value expected,
                    Value actual_outputs, Value expected_outputs, Value inputs,
                    double rtol, double atol, bool *ok, const char **message)
{
    *message = "";
    const bool rule = v_has_type(cmp, &comparator_type);
    if (rule || v_is_none(cmp))
        return compare_rule(in, rule ? (Comparator *)cmp.o : NULL, actual,
                            expected, actual_outputs, rtol, atol, ok, message);
    const Value pos[2] = {actual, expected};
    const Value given[COMPARATOR_KEYWORDS] = {actual_outputs, expected_outputs,
                                              inputs, v_float(rtol),
                                              v_float(atol)};
    KwArg kw[COMPARATOR_KEYWORDS];
    for (int i = 0; i < COMPARATOR_KEYWORDS; i++)
        kw[i] = (KwArg){str(in->se, comparator_keyword[i]), given[i]};
    const Value v = host_call(in, cmp, pos, 2, kw, LEN(kw), (Span){0, 0});
    if (v_is_error(v)) return false;
    const bool read = read_verdict(in, v, ok, message);
    v_drop(in, v);
    return read;
}

/* ---- the type ----------------------------------------------------------- */

/* cmp(actual, expected, *, actual_outputs, ...) -> (ok, message) */
static Value comparator_call(Interp *in, CallArgs *a)
{
    Value arg[7];
    double rtol = 1e-5, atol = 1e-5;
    if (!args_bind(
            in, a,
            "actual, expected, *, actual_outputs=, expected_outputs=, inputs=, rtol=, atol=",
            arg))
        return v_error();
    if (v_is_set(arg[5]) && !arg_float(in, arg[5], "rtol", &rtol))
        return v_error();
    if (v_is_set(arg[6]) && !arg_float(in, arg[6], "atol", &atol))
        return v_error();
    bool ok;
    const char *message = "";
    if (!compare_rule(in, (Comparator *)a->self.o, arg[0], arg[1], arg[2], rtol,
                      atol, &ok, &message))
        return v_error();
    return v_tuple_take(in,
                        (Value[]){v_bool(ok),
                                  v_str(in, message ? message : "")},
                        2);
}

static Value comparator_getattr(Interp *in, Value self, Str name)
{
    return is_name(name, "__name__")
        ? v_from_str(in, ((Comparator *)self.o)->name)
        : v_unset();
}

static bool comparator_setattr(Interp *in, Value self, Str name, Value v)
{
    if (!is_name(name, "__name__") || v.kind != V_STR)
        return host_raise(
                   in, EXC_ATTRIBUTE_ERROR,
                   "only `__name__` of a comparator can be set, to a str"),
               false;
    ((Comparator *)self.o)->name = str_n(in->se, v.str->s, (size_t)v.str->len);
    return true;
}

const NativeType comparator_type = {
    .name = "comparator",
    .call = comparator_call,
    .getattr = comparator_getattr,
    .setattr = comparator_setattr,
};

/* ---- validate_golden ---------------------------------------------------- */

static bool validate_one(Interp *in, Value name, Value actual, const Value *arg,
                         double rtol, double atol, Text *failed)
{
    Value expected;
    const char *between = failed->n ? "; " : "";
    if (!dict_get_str(arg[1], name.str->s, &expected)) {
        text_printf(failed, "%s'%s' is not in the golden", between,
                    name.str->s);
        return true;
    }
    bool ok;
    const char *message;
    const Value cmp = v_is_set(arg[4])
        ? golden_comparator(arg[4], str(in->se, name.str->s))
        : v_none();
    const Value inputs = v_is_set(arg[5]) ? arg[5] : v_none();
    if (!golden_compare(in, cmp, actual, expected, arg[0], arg[1], inputs, rtol,
                        atol, &ok, &message))
        return false;
    if (!ok)
        text_printf(failed, "%s'%s' does not match the golden%s%s", between,
                    name.str->s, *message ? ": " : "", message);
    return true;
}

Value fn_validate_golden(Interp *in, CallArgs *a)
{
    Value arg[6], name, actual;
    double rtol = 1e-5, atol = 1e-5;
    if (!args_bind(in, a,
                   "outputs, golden, rtol=, atol=, compare_fn=, inputs=", arg))
        return v_error();
    if (!number(in, arg[2], "rtol", 0, (double)INFINITY, &rtol) ||
        !number(in, arg[3], "atol", 0, (double)INFINITY, &atol))
        return v_error();
    if (arg[0].kind != V_DICT || arg[1].kind != V_DICT)
        return host_raise(in, EXC_TYPE_ERROR,
                          "outputs and golden must be dicts of tensors");
    Text failed = {.a = in->se->arena};
    int pos = 0, compared = 0;
    while (dict_next(arg[0], &pos, &name, &actual)) {
        if (name.kind != V_STR)
            return host_raise(in, EXC_TYPE_ERROR,
                              "the names of outputs must be str");
        if (!validate_one(in, name, actual, arg, rtol, atol, &failed))
            return v_error();
        compared++;
    }
    if (!compared)
        return host_raise_code(in, EXC_ASSERTION_ERROR, E1009,
                               "there is no output to compare");
    if (failed.n)
        return host_raise(in, EXC_ASSERTION_ERROR, "%s", text_str(&failed));
    return v_none();
}
