/* Expressions.  A walk over the AST; the order of evaluation is Python's.
 * Every case evaluates its parts, sets in->at to its own span again, applies
 * the operation and drops the parts. */
#include "host/interp.h"

/* Runaway recursion ends with a message, never with a crash: the C stack is
 * measured, whatever the nesting is made of. */
bool stack_ok(Interp *in)
{
    const char *here = __builtin_frame_address(0);
    const size_t used = here < in->stack_base ? (size_t)(in->stack_base - here)
                                              : (size_t)(here - in->stack_base);
    if (used <= in->stack_max) return true;
    host_fatal(in, E1111,
               "limit `host-recursion`: nested too deeply for the stack");
    return false;
}

bool step_fails(Interp *in)
{
    return !host_limit(in, LIM_HOST_STEPS, in->steps) || !heap_fits(in, 0);
}

/* ---- displays ----------------------------------------------------------- */

/* Appends the element, or all of them for *e. */
static bool push_element(Interp *in, Env *env, const Node *e, Value list)
{
    const bool star = e->kind == ND_STAR;
    const Value v = eval(in, env, star ? e->e : e);
    if (v_is_error(v)) return false;
    if (!star) return list_push_take(in, list, v);
    in->at = e->span;
    const Value r = host_inplace(in, OPR_ADD, list, v);
    v_drop(in, v);
    v_drop(in, r);
    return !v_is_error(r);
}

static Value eval_sequence(Interp *in, Env *env, const Node *n)
{
    const Value list = v_list(in, n->list.n);
    for (int i = 0; i < n->list.n; i++) {
        if (push_element(in, env, n->list.p[i], list)) continue;
        v_drop(in, list);
        return v_error();
    }
    list.o->kind = n->kind == ND_TUPLE ? V_TUPLE : V_LIST;
    return v_obj(list.o);
}

static bool merge_dict(Interp *in, Env *env, const Node *e, Value dict)
{
    const Value m = eval(in, env, e->e);
    if (v_is_error(m)) return false;
    in->at = e->span;
    bool ok = m.kind == V_DICT;
    if (!ok)
        host_raise(in, EXC_TYPE_ERROR, "'%s' object is not a mapping",
                   v_type_name(m));
    int pos = 0;
    Value k, v;
    while (ok && dict_next(m, &pos, &k, &v)) ok = dict_set(in, dict, k, v);
    v_drop(in, m);
    return ok;
}

static bool add_entry(Interp *in, Env *env, const Node *e, Value dict)
{
    if (e->kind == ND_DSTAR) return merge_dict(in, env, e, dict);
    const Value k = eval(in, env, e->item.key);
    if (v_is_error(k)) return false;
    const Value v = eval(in, env, e->item.value);
    in->at = e->item.key->span;
    const bool ok = !v_is_error(v) && dict_set(in, dict, k, v);
    v_drop(in, k);
    v_drop(in, v);
    return ok;
}

static Value eval_dict(Interp *in, Env *env, const Node *n)
{
    const Value dict = v_dict(in);
    for (int i = 0; i < n->items.n; i++) {
        if (add_entry(in, env, n->items.p[i], dict)) continue;
        v_drop(in, dict);
        return v_error();
    }
    return dict;
}

/* ---- f-strings ---------------------------------------------------------- */

static bool put_fstr(Interp *in, Env *env, const Node *n, Text *t);

/* v under !r, !s or !a, then the format spec */
static bool put_converted(Interp *in, char conv, const char *spec, Value v,
                          Text *t)
{
    Text shown = {.a = in->scratch};
    if (!host_convert(in, v, conv, &shown)) return false;
    const Value s = v_from_text(in, &shown);
    const bool ok = !v_is_error(s) && host_format(in, s, spec, t);
    v_drop(in, s);
    return ok;
}

static bool put_value(Interp *in, Env *env, const Node *part, Value v, Text *t)
{
    const char conv = part->fpart.conv           ? part->fpart.conv
        : part->fpart.debug && !part->fpart.spec ? 'r'
                                                 : 0;
    Text spec = {.a = in->scratch};
    if (part->fpart.spec && !put_fstr(in, env, part->fpart.spec, &spec))
        return false;
    in->at = part->fpart.e->span;
    return conv ? put_converted(in, conv, text_str(&spec), v, t)
                : host_format(in, v, text_str(&spec), t);
}

static bool put_part(Interp *in, Env *env, const Node *part, Text *t)
{
    if (part->kind == ND_STR) {
        text_put(t, part->s->s, part->s->len);
        return true;
    }
    if (part->fpart.debug)
        text_put(t, part->fpart.debug->s, part->fpart.debug->len);
    const Value v = eval(in, env, part->fpart.e);
    if (v_is_error(v)) return false;
    const bool ok = put_value(in, env, part, v, t);
    v_drop(in, v);
    return ok;
}

static bool put_fstr(Interp *in, Env *env, const Node *n, Text *t)
{
    if (n->kind == ND_STR) return put_part(in, env, n, t);
    for (int i = 0; i < n->list.n; i++)
        if (!put_part(in, env, n->list.p[i], t)) return false;
    return true;
}

static Value eval_fstr(Interp *in, Env *env, const Node *n)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const bool ok = put_fstr(in, env, n, &t);
    in->at = n->span;
    const Value v = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return v;
}

/* ---- operators ---------------------------------------------------------- */

/* -2**63 is an int, although 2**63 is none */
static bool is_two_63(Interp *in, Span span)
{
    const Source *src = source_of(in->se, span);
    static const char digits[] = "9223372036854775808";
    return src && (size_t)(span.hi - span.lo) == sizeof digits - 1 &&
        !memcmp(src->text + (span.lo - src->base), digits, sizeof digits - 1);
}

static Value eval_unary(Interp *in, Env *env, const Node *n)
{
    const Node *x = n->op.a;
    if (n->op.op == OPR_NEG && x->kind == ND_INT && x->i.too_big &&
        is_two_63(in, x->span))
        return v_int(INT64_MIN);
    const Value a = eval(in, env, x);
    if (v_is_error(a)) return a;
    in->at = n->span;
    const Value r = host_unary(in, n->op.op, a);
    v_drop(in, a);
    return r;
}

static Value eval_binary(Interp *in, Env *env, const Node *n)
{
    const Value a = eval(in, env, n->op.a);
    if (v_is_error(a)) return a;
    const Value b = eval(in, env, n->op.b);
    in->at = n->span;
    const Value r = v_is_error(b) ? b : host_binary(in, n->op.op, a, b);
    v_drop(in, a);
    v_drop(in, b);
    return r;
}

/* a < b < c: each operand once, stops at the first false */
static Value eval_compare(Interp *in, Env *env, const Node *n)
{
    Value a = eval(in, env, n->cmp.first);
    if (v_is_error(a)) return a;
    for (int i = 0;; i++) {
        const Value b = eval(in, env, n->cmp.rest.p[i]);
        in->at = n->span;
        const Value r = v_is_error(b) ? b
                                      : host_binary(in, n->cmp.ops[i], a, b);
        v_drop(in, a);
        a = b;
        const bool last = i + 1 == n->cmp.rest.n;
        const int t = v_is_error(r) || last ? 0 : host_truth(in, r);
        if (v_is_error(r) || t <= 0) {
            v_drop(in, b);
            if (t < 0) v_drop(in, r);
            return t < 0 ? v_error() : r;
        }
        v_drop(in, r);
    }
}

static Value eval_logic(Interp *in, Env *env, const Node *n)
{
    const Value a = eval(in, env, n->pair.a);
    if (v_is_error(a)) return a;
    in->at = n->pair.a->span;
    const int t = host_truth(in, a);
    if (t >= 0 && (t != 0) == (n->kind == ND_OR)) return a;
    v_drop(in, a);
    return t < 0 ? v_error() : eval(in, env, n->pair.b);
}

static Value eval_cond(Interp *in, Env *env, const Node *n)
{
    const Value c = eval(in, env, n->cond.cond);
    if (v_is_error(c)) return c;
    in->at = n->cond.cond->span;
    const int t = host_truth(in, c);
    v_drop(in, c);
    return t < 0 ? v_error() : eval(in, env, t ? n->cond.then : n->cond.other);
}

/* ---- attributes, subscripts --------------------------------------------- */

static Value eval_attr(Interp *in, Env *env, const Node *n)
{
    const Value of = eval(in, env, n->attr.of);
    if (v_is_error(of)) return of;
    in->at = n->span;
    const Value v = host_getattr(in, of, n->attr.name);
    v_drop(in, of);
    return v;
}

static Value eval_bound(Interp *in, Env *env, const Node *n)
{
    return n ? eval(in, env, n) : v_none();
}

static Value eval_slice(Interp *in, Env *env, const Node *n)
{
    Value part[3] = {v_none(), v_none(), v_none()};
    const Node *of[3] = {n->slice.lo, n->slice.hi, n->slice.step};
    Value r = v_unset();
    for (int i = 0; i < 3 && !v_is_error(r); i++) {
        part[i] = eval_bound(in, env, of[i]);
        if (v_is_error(part[i])) r = v_error();
    }
    if (!v_is_error(r)) r = v_slice(in, part[0], part[1], part[2]);
    for (int i = 0; i < 3; i++) v_drop(in, part[i]);
    return r;
}

static Value eval_one_index(Interp *in, Env *env, const Node *n)
{
    return n->kind == ND_SLICE ? eval_slice(in, env, n) : eval(in, env, n);
}

Value eval_index(Interp *in, Env *env, const Node *n)
{
    if (!n->index.is_tuple && n->index.index.n == 1)
        return eval_one_index(in, env, n->index.index.p[0]);
    const Value list = v_list(in, n->index.index.n);
    for (int i = 0; i < n->index.index.n; i++) {
        const Value v = eval_one_index(in, env, n->index.index.p[i]);
        if (!v_is_error(v) && list_push_take(in, list, v)) continue;
        v_drop(in, list);
        return v_error();
    }
    list.o->kind = V_TUPLE;
    return v_obj(list.o);
}

static Value eval_subscript(Interp *in, Env *env, const Node *n)
{
    const Value of = eval(in, env, n->index.of);
    if (v_is_error(of)) return of;
    const Value index = eval_index(in, env, n);
    in->at = n->span;
    const Value v = v_is_error(index) ? index : host_getitem(in, of, index);
    v_drop(in, of);
    v_drop(in, index);
    return v;
}

/* ---- dispatch ----------------------------------------------------------- */

static Value eval_int(Interp *in, const Node *n)
{
    if (!n->i.too_big) return v_int(n->i.value);
    return host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                           "this integer does not fit 64 bits");
}

static Value eval_other(Interp *in, const Node *n)
{
    if (n->kind == ND_ERROR) return fatal_reported(in);
    if (n->kind == ND_UNSUPPORTED)
        return form_unsupported(in, n->unsupported.what, "");
    return form_unsupported(in, node_describe(n), " here");
}

static Value eval_compound(Interp *in, Env *env, const Node *n)
{
    if (!stack_ok(in)) return v_error();
    switch (n->kind) {
    case ND_FSTR: return eval_fstr(in, env, n);
    case ND_UNARY: return eval_unary(in, env, n);
    case ND_BINARY: return eval_binary(in, env, n);
    case ND_COMPARE: return eval_compare(in, env, n);
    case ND_AND:
    case ND_OR: return eval_logic(in, env, n);
    case ND_COND: return eval_cond(in, env, n);
    case ND_CALL: return eval_call(in, env, n);
    case ND_ATTR: return eval_attr(in, env, n);
    case ND_INDEX: return eval_subscript(in, env, n);
    case ND_TUPLE:
    case ND_LIST: return eval_sequence(in, env, n);
    case ND_DICT: return eval_dict(in, env, n);
    case ND_LISTCOMP:
    case ND_DICTCOMP:
    case ND_GENEXP: return eval_comp(in, env, n);
    case ND_LAMBDA: return func_new(in, env, n);
    default: return eval_other(in, n);
    }
}

Value eval(Interp *in, Env *env, const Node *n)
{
    in->at = n->span;
    switch (n->kind) {
    case ND_NAME: return env_load(in, env, n->name);
    case ND_INT: return eval_int(in, n);
    case ND_FLOAT: return v_float(n->f);
    case ND_STR: return v_from_str(in, n->s);
    case ND_TRUE: return v_bool(true);
    case ND_FALSE: return v_bool(false);
    case ND_NONE: return v_none();
    case ND_ELLIPSIS: return v_of(V_ELLIPSIS);
    default: return eval_compound(in, env, n);
    }
}
