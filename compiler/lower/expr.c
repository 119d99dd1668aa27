/* Expressions: names, constants, attributes, and the way to operations,
 * language forms and kernels that calls take. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- names --------------------------------------------------------------- */

static int line_of(Lower *L, Span sp)
{
    return source_place(L->s, sp.lo).line;
}

static Sv unassigned(Lower *L, const Node *n, Sv s)
{
    const char *name = n->name->s;
    if (!s.why) {
        lw_error(L, E0301, n->span, "`%s` is used before it is assigned", name);
        return sv_error();
    }
    if (s.why->kind == WHY_CONFLICT) {
        const bool swap = s.why->a.span.lo > s.why->b.span.lo;
        const Sv a = swap ? s.why->b : s.why->a, b = swap ? s.why->a : s.why->b;
        const Span at = b.span.hi ? b.span : n->span;
        Diag *d = lw_error(L, E0304, at,
                           "`%s` is %s on one path and %s on another", name,
                           lw_what(L, a), lw_what(L, b));
        diag_at(L->s, d, "%s", lw_what(L, b));
        if (a.span.hi && a.span.lo != at.lo)
            diag_label(L->s, d, a.span, "%s", lw_what(L, a));
        if (n->span.lo != at.lo)
            diag_label(L->s, d, n->span, "used here, where the paths have met");
        int64_t whole;
        if (const_int(a, &whole) && is_float_scalar(b))
            diag_help(L->s, d, "write `%lld.0`, so that both are floats",
                      (long long)whole);
        else
            diag_help(L->s, d, "use another name for one of them");
        return sv_error();
    }
    Diag *d = lw_error(L, E0305, n->span, "`%s` may be unassigned here", name);
    const int line = line_of(L, s.why->at);
    switch (s.why->kind) {
    case WHY_IF:
        diag_label(L->s, d, s.why->at, "assigned only when this `if` is taken");
        break;
    case WHY_ELSE:
        diag_label(L->s, d, s.why->at, "not assigned when this `if` is taken");
        break;
    case WHY_LOOP:
        diag_label(L->s, d, s.why->at,
                   "assigned only in this loop, which may run zero times");
        break;
    case WHY_LEFT:
        diag_label(L->s, d, s.why->at,
                   "assigned only in this loop, which may be left before");
        break;
    case WHY_EARLIER:
        diag_label(L->s, d, s.why->at,
                   "assigned only by an earlier iteration of this loop");
        break;
    default: break;
    }
    diag_help(L->s, d, "assign `%s` before line %d", name, line);
    return sv_error();
}

static Sv unknown_name(Lower *L, const Node *n)
{
    int count;
    const char *const *host = host_names(L->in, L->fn->kernel, &count);
    VEC(const char *) all = {0};
    for (int i = 0; i < L->fn->info->n; i++)
        vec_push(L->a, &all, L->fn->info->name[i]->s);
    for (int i = 0; i < count; i++) vec_push(L->a, &all, host[i]);
    const char *near = str_nearest(n->name->s, all.p, all.n),
               *other = builtin_help(L, n->name->s);
    Diag *d = lw_error(L, E0301, n->span, "unknown name `%s`", n->name->s);
    if (is_library(n->name->s))
        diag_help(
            L->s, d,
            "kernels compute with `pl`; other constants are named at module level");
    else if (other)
        diag_help(L->s, d, "%s", other);
    else if (near)
        diag_help(L->s, d, "did you mean `%s`?", near);
    else if (op_find(n->name->s))
        diag_help(L->s, d, "`pl.%s`", n->name->s);
    return sv_error();
}

static Sv lower_name(Lower *L, const Node *n)
{
    const int slot = fn_slot(L->fn->info, n->name);
    if (slot >= 0) {
        Sv v = L->fn->vals[slot];
        return v.kind == K_UNSET ? unassigned(L, n, v) : v;
    }
    Value v;
    if (host_lookup(L->in, L->fn->kernel, n->name, &v))
        return from_host(L, v, n->span);
    return unknown_name(L, n);
}

/* ---- pl.x ---------------------------------------------------------------- */

static bool is_module(Value v, const char *a, const char *b)
{
    return v.kind == V_MODULE && v.module->def &&
        (!strcmp(v.module->def->name, a) || !strcmp(v.module->def->name, b));
}

bool captured(Lower *L, const Node *n, Value *v)
{
    return n->kind == ND_NAME && fn_slot(L->fn->info, n->name) < 0 &&
        host_lookup(L->in, L->fn->kernel, n->name, v);
}

static bool is_pl_name(Lower *L, const Node *n)
{
    Value v;
    if (captured(L, n, &v))
        return is_module(v, "pypto.language", "qwc.language") ||
            is_module(v, "pl", "language");
    if (n->kind != ND_ATTR || strcmp(n->attr.name->s, "language")) return false;
    return captured(L, n->attr.of, &v) && is_module(v, "pypto", "qwc");
}

const char *pl_path(Lower *L, const Node *n)
{
    if (n->kind != ND_ATTR) return NULL;
    if (is_pl_name(L, n)) return NULL;
    if (is_pl_name(L, n->attr.of)) return n->attr.name->s;
    const char *of = pl_path(L, n->attr.of);
    return of ? str_printf(L->s, "%s.%s", of, n->attr.name->s)->s : NULL;
}

const char *pl_call_path(Lower *L, const Node *call)
{
    return pl_path(L, call->call.fn);
}

static Sv refused(Lower *L, const PlRefused *no, const char *path, Span sp)
{
    Diag *d = lw_error(L, no->code, sp, "`pl.%s`: %s", path, no->why);
    if (no->help) diag_help(L->s, d, "%s", no->help);
    return sv_error();
}

static Sv unknown_pl(Lower *L, const char *path, const Node *operand, Span sp)
{
    const PlRefused *no = pl_refused(path);
    if (no) return refused(L, no, path, sp);
    const char *near = op_nearest(L->s, path), *dtype = habit_dtype(path);
    const char *habit = dtype && !operand ? dtype
                                          : habit_operation(L, path, operand);
    Diag *d = lw_error(L, E0501, sp, "`pl.%s` does not exist", path);
    if (habit)
        diag_help(L->s, d, "`%s`", habit);
    else if (near)
        diag_help(L->s, d, "did you mean `pl.%s`?", near);
    return sv_error();
}

/* ---- attributes ---------------------------------------------------------- */

static Sv shape_of(Lower *L, IrValue *x, Span sp)
{
    Sv items[IR_MAX_RANK];
    for (int k = 0; k < x->type->rank; k++) {
        int64_t c;
        IrValue *dim = ir_dim(L->f, x, k);
        items[k] = ir_is_const_int(dim, &c) ? sv_const(v_int(c), sp)
                                            : sv_ir(dim, sp);
    }
    return sv_tuple(L, x->type->rank, items, sp);
}

static Sv attr_of_shaped(Lower *L, const Node *n, Sv of)
{
    const char *name = n->attr.name->s;
    if (!strcmp(name, "shape")) return shape_of(L, of.v, n->span);
    if (!strcmp(name, "dtype"))
        return sv_const(v_dtype(of.v->type->dtype, DT_PL), n->span);
    const bool is_op = op_find(name) && !habit_known(name);
    const char *habit = is_op ? NULL : habit_operation(L, name, n->attr.of);
    Diag *d = lw_error(L, E0311, n->attr.name_span, "%s has no attribute `%s`",
                       lw_what(L, of), name);
    if (is_op)
        diag_help(L->s, d, "`pl.%s(%s, ...)`", name,
                  lw_source(L, n->attr.of->span));
    else if (habit)
        diag_help(L->s, d, "`%s`", habit);
    else
        diag_note(L->s, d, (Span){0, 0},
                  "its attributes are `shape` and `dtype`");
    return sv_error();
}

static const char *nearest_in(Lower *L, const Module *m, const char *word)
{
    VEC(const char *) names = {0};
    int pos = 0;
    Str name;
    Value v;
    while (m->env && module_next(m, &pos, &name, &v))
        vec_push(L->a, &names, name->s);
    return str_nearest(word, names.p, names.n);
}

static Sv attr_of_const(Lower *L, const Node *n, Sv of, const char *path)
{
    Value v;
    if (of.kind == K_CONST && host_attr(L->in, of.c, n->attr.name, &v))
        return from_host(L, v, n->span);
    const bool failed = host_failed(L->in);
    const char *text = failed ? host_exc_text(L->in, v_obj(&L->in->exc->o))
                              : NULL;
    if (path) {
        const char *members = failed ? L->in->exc->help : NULL;
        host_clear(L->in);
        if (members) {
            Diag *d = lw_error(L, E0501, n->span, "`pl.%s` does not exist",
                               path);
            diag_help(L->s, d, "%s", members);
            return sv_error();
        }
        if (!op_find(path) && !op_is_form(path))
            return unknown_pl(L, path, NULL, n->span);
        lw_error(L, E0311, n->span, "`pl.%s` is called: `pl.%s(...)`", path,
                 path);
        return sv_error();
    }
    const bool module = of.kind == K_CONST && of.c.kind == V_MODULE;
    Diag *d = lw_error(L, module ? E0202 : E0311, n->attr.name_span,
                       "%s has no attribute `%s`",
                       module ? arena_printf(L->a, "module `%s`",
                                             of.c.module->name->s)
                              : lw_what(L, of),
                       n->attr.name->s);
    const char *near = module ? nearest_in(L, of.c.module, n->attr.name->s)
                              : NULL;
    if (near)
        diag_help(L->s, d, "did you mean `%s`?", near);
    else if (of.kind == K_TUPLE && !strcmp(n->attr.name->s, "append"))
        diag_help(L->s, d, "`%s = %s + [...]`, also in a loop over `pl.unroll`",
                  lw_source(L, n->attr.of->span),
                  lw_source(L, n->attr.of->span));
    else if (of.kind == K_SCALAR && !strcmp(n->attr.name->s, "item"))
        diag_help(L->s, d, "`%s` is a number already: leave `.item()` out",
                  lw_source(L, n->attr.of->span));
    else if (text)
        diag_note(L->s, d, (Span){0, 0}, "%s", text);
    host_clear(L->in);
    return sv_error();
}

/* what stands before a dot may be a host value that a kernel cannot capture */
static Sv attr_base(Lower *L, const Node *n)
{
    Value v;
    if (captured(L, n, &v)) return sv_const(v, n->span);
    if (n->kind != ND_ATTR || !pl_path(L, n) || op_find(pl_path(L, n)))
        return lower_expr(L, n);
    Sv of = attr_base(L, n->attr.of);
    if (of.kind == K_CONST && host_attr(L->in, of.c, n->attr.name, &v))
        return sv_const(v, n->span);
    host_clear(L->in);
    return lower_expr(L, n);
}

static Sv lower_attr(Lower *L, const Node *n)
{
    const char *path = pl_path(L, n);
    if (path &&
        (op_find(path) || (op_is_form(path) && strcmp(path, "auto_chunk")))) {
        lw_error(L, E0311, n->span, "`pl.%s` is called: `pl.%s(...)`", path,
                 path);
        return sv_error();
    }
    const PlRefused *no = path ? pl_refused(path) : NULL;
    if (no) return refused(L, no, path, n->span);
    Sv of = attr_base(L, n->attr.of);
    if (of.kind == K_ERROR) return of;
    if (is_shaped(of)) return attr_of_shaped(L, n, of);
    return attr_of_const(L, n, of, path);
}

/* ---- calls --------------------------------------------------------------- */

static Sv call_op(Lower *L, const OpInfo *op, const char *path, const Node *n)
{
    OpCall c = {.op = op, .spelled = path};
    const bool block = op->handler == OPH_BLOCK_IDX ||
        op->handler == OPH_SYNCALL; /* E0604, E0605 */
    if (!op->both_planes && !block && !need_core(L, n->span, path))
        return sv_error();
    if (!bind_args(L, op->sig, n, E0502, 0, &c)) return sv_error();
    const int before = L->s->diags.n;
    Sv r = op_handler[op->handler](L, &c);
    if (r.kind == K_ERROR) explain_kinds(L, op->sig, &c, before);
    return r;
}

/* pl.FP32(x): a name of pl that is no operation */
static bool member_called(Lower *L, const char *path, const Node *n)
{
    Value v;
    const Node *fn = n->call.fn;
    const Sv of = pl_refused(path) ? sv_error() : attr_base(L, fn->attr.of);
    if (of.kind != K_CONST || !host_attr(L->in, of.c, fn->attr.name, &v)) {
        host_clear(L->in);
        return false;
    }
    const Node *x = first_operand(n);
    Diag *d = lw_error(L, E0311, fn->span,
                       "`pl.%s` is %s and cannot be called in a kernel", path,
                       lw_what(L, sv_const(v, fn->span)));
    if (v.kind == V_DTYPE)
        diag_help(L->s, d, "`pl.cast(%s, pl.%s)`",
                  x ? lw_source(L, x->span) : "x", path);
    return true;
}

static Sv call_pl(Lower *L, const char *path, const Node *n)
{
    const OpInfo *op = op_find(path);
    bool known = false;
    if (op) return call_op(L, op, path, n);
    Sv v = lower_form(L, path, n, &known);
    if (known) return v;
    return member_called(L, path, n)
        ? sv_error()
        : unknown_pl(L, path, first_operand(n), n->call.fn->span);
}

static Sv bind_dynamic(Lower *L, const Node *n, IrValue *x)
{
    OpCall c = {0};
    int64_t axis;
    if (!bind_args(L, "axis sym", n, E0502, 0, &c)) return sv_error();
    const int rank = x->type->rank;
    if (!const_int(c.arg[0], &axis) || axis < -rank || axis >= rank) {
        lw_error(L, E0508, c.node[0]->span,
                 "the axis must be a constant from %d to %d", -rank, rank - 1);
        return sv_error();
    }
    if (c.arg[1].kind != K_CONST || !v_dynsym(c.arg[1].c)) {
        lw_kind(L, c.arg[1], c.node[1], "a symbol made by `pl.dynamic`");
        return sv_error();
    }
    return sv_none(n->span);
}

static Sv call_method(Lower *L, const Node *n)
{
    const Node *fn = n->call.fn;
    Sv of = lower_expr(L, fn->attr.of);
    if (of.kind == K_ERROR) return of;
    if (is_shaped(of)) {
        if (!strcmp(fn->attr.name->s, "bind_dynamic"))
            return bind_dynamic(L, n, of.v);
        Diag *d = lw_error(L, E0501, fn->attr.name_span,
                           "%s has no method `%s`", lw_what(L, of),
                           fn->attr.name->s);
        const char *name = fn->attr.name->s;
        const bool is_op = op_find(name) && !habit_known(name);
        const char *habit = is_op ? NULL
                                  : habit_operation(L, name, fn->attr.of);
        if (is_op)
            diag_help(L->s, d, "`pl.%s(%s, ...)`", name,
                      lw_source(L, fn->attr.of->span));
        else if (habit)
            diag_help(L->s, d, "`%s`", habit);
        return sv_error();
    }
    if (of.kind == K_CONST && of.c.kind == V_KERNEL) {
        const KernelObject *program = of.c.kernel;
        for (int i = 0; i < program->nmethods; i++)
            if (program->methods[i]->def->def.name == fn->attr.name)
                return call_kernel(L, program->methods[i], n, 0);
    }
    return attr_of_const(L, fn, of, NULL);
}

Sv lower_call(Lower *L, const Node *n)
{
    const Node *fn = n->call.fn;
    const char *path = pl_path(L, fn);
    if (path) return call_pl(L, path, n);
    Sv s;
    if (lower_host_call(L, n, &s)) return s;
    host_clear(L->in);
    if (fn->kind == ND_ATTR) return call_method(L, n);
    s = lower_expr(L, fn);
    if (s.kind == K_CONST && s.c.kind == V_KERNEL)
        return call_kernel(L, s.c.kernel, n, 0);
    if (s.kind != K_ERROR) lw_kind(L, s, fn, "something to call");
    return sv_error();
}

/* ---- dispatch ------------------------------------------------------------ */

static Sv lower_seq(Lower *L, const Node *n)
{
    Sv *items = NEW_ARRAY(L->a, Sv, n->list.n + 1);
    bool ok = true;
    for (int i = 0; i < n->list.n; i++) {
        items[i] = lower_expr(L, n->list.p[i]);
        ok &= items[i].kind != K_ERROR;
    }
    if (!ok) return sv_error();
    Sv s = sv_tuple(L, n->list.n, items, n->span);
    ((SvTuple *)s.t)->is_list = n->kind == ND_LIST;
    return s;
}

static Sv lower_int(Lower *L, const Node *n)
{
    if (!n->i.too_big) return sv_const(v_int(n->i.value), n->span);
    lw_error(L, E0802, n->span, "this integer does not fit 64 bits");
    return sv_error();
}

static Sv lower_string(Lower *L, const Node *n)
{
    if (n->kind == ND_STR) return sv_const(v_from_str(L->in, n->s), n->span);
    const char *s = fstring(L, n);
    return s ? sv_const(v_str(L->in, s), n->span) : sv_error();
}

Sv lower_expr(Lower *L, const Node *n)
{
    switch (n->kind) {
    case ND_NAME: return lower_name(L, n);
    case ND_INT: return lower_int(L, n);
    case ND_FLOAT: return sv_const(v_float(n->f), n->span);
    case ND_STR:
    case ND_FSTR: return lower_string(L, n);
    case ND_TRUE: return sv_const(v_bool(true), n->span);
    case ND_FALSE: return sv_const(v_bool(false), n->span);
    case ND_NONE: return sv_none(n->span);
    case ND_UNARY: return lower_unary(L, n);
    case ND_BINARY: {
        Sv a = lower_expr(L, n->op.a), b = lower_expr(L, n->op.b);
        return arith(L, n->op.op, a, b, n->op.a, n->op.b, n->span);
    }
    case ND_COMPARE: return lower_compare(L, n);
    case ND_AND:
    case ND_OR: return lower_logic(L, n);
    case ND_COND: return lower_cond(L, n);
    case ND_CALL: return lower_call(L, n);
    case ND_ATTR: return lower_attr(L, n);
    case ND_INDEX: return lower_subscript(L, n);
    case ND_TUPLE:
    case ND_LIST: return lower_seq(L, n);
    case ND_ERROR: /* reported by front/ */ L->errors++; return sv_error();
    default: break;
    }
    lw_error(L, E0107, n->span, "%s is not available in kernels",
             node_describe(n));
    return sv_error();
}
