/* Statements and assignment.  A failed statement leaves in->exc set and answers
 * FLOW_ERROR; a return statement leaves its value in in->frame->ret. */
#include "host/interp.h"

/* ---- assignment --------------------------------------------------------- */

/* Items of v for an unpacking target, exactly n, or at
 * least n - 1 with a star. */
static Value unpack_items(Interp *in, Value v, int n, bool star)
{
    if (v.kind == V_OBJ && !v.o->type->item && !v.o->type->next)
        return host_raise(in, EXC_TYPE_ERROR,
                          "cannot unpack non-iterable %s object",
                          v_type_name(v));
    if (v.kind < V_STR || v.kind == V_FUNC)
        return host_raise(in, EXC_TYPE_ERROR,
                          "cannot unpack non-iterable %s object",
                          v_type_name(v));
    const Value list = host_list_of(in, v);
    if (v_is_error(list)) return list;
    const int got = list.seq->n;
    if (star ? got >= n - 1 : got == n) return list;
    v_drop(in, list);
    if (got > n)
        return host_raise(in, EXC_VALUE_ERROR,
                          "too many values to unpack (expected %d)", n);
    return host_raise(in, EXC_VALUE_ERROR,
                      "not enough values to unpack (expected %s%d, got %d)",
                      star ? "at least " : "", star ? n - 1 : n, got);
}

static bool assign_star(Interp *in, Env *env, const Node *target, Value *p,
                        int n)
{
    const Value rest = v_list(in, n);
    for (int i = 0; i < n; i++) rest.seq->p[rest.seq->n++] = v_keep(p[i]);
    const bool ok = assign(in, env, target, rest);
    v_drop(in, rest);
    return ok;
}

static bool assign_unpacked(Interp *in, Env *env, const Node *target, Value v)
{
    const NodeVec *t = &target->list;
    int star = -1;
    for (int i = 0; i < t->n; i++) {
        if (t->p[i]->kind != ND_STAR) continue;
        if (star >= 0)
            return host_fatal(in, E0801,
                              "two starred targets in one assignment"),
                   false;
        star = i;
    }
    const Value items = unpack_items(in, v, t->n, star >= 0);
    if (v_is_error(items)) return false;
    const int extra = items.seq->n - t->n;
    bool ok = true;
    for (int i = 0; i < t->n && ok; i++) {
        if (i == star)
            ok = assign_star(in, env, t->p[i]->e, items.seq->p + i, extra + 1);
        else
            ok = assign(in, env, t->p[i],
                        items.seq->p[star >= 0 && i > star ? i + extra : i]);
    }
    v_drop(in, items);
    return ok;
}

static bool assign_attr(Interp *in, Env *env, const Node *t, Value v)
{
    const Value of = eval(in, env, t->attr.of);
    if (v_is_error(of)) return false;
    in->at = t->span;
    const bool ok = host_setattr(in, of, t->attr.name, v);
    v_drop(in, of);
    return ok;
}

static bool assign_index(Interp *in, Env *env, const Node *t, Value v)
{
    const Value of = eval(in, env, t->index.of);
    if (v_is_error(of)) return false;
    const Value index = eval_index(in, env, t);
    in->at = t->span;
    const bool ok = !v_is_error(index) && host_setitem(in, of, index, v);
    v_drop(in, of);
    v_drop(in, index);
    return ok;
}

bool assign(Interp *in, Env *env, const Node *t, Value v)
{
    if (!stack_ok(in)) return false;
    in->at = t->span;
    switch (t->kind) {
    case ND_NAME: return env_store(in, env, t->name, v_keep(v), t->span);
    case ND_ATTR: return assign_attr(in, env, t, v);
    case ND_INDEX: return assign_index(in, env, t, v);
    case ND_TUPLE:
    case ND_LIST: return assign_unpacked(in, env, t, v);
    case ND_ERROR: fatal_reported(in); return false;
    default:
        host_fatal(in, E0801, "%s cannot be assigned to", node_describe(t));
        return false;
    }
}

static Flow exec_assign(Interp *in, Env *env, const Node *n)
{
    Value v = v_unset();
    for (int i = 0; i < n->assign.targets.n; i++) {
        const Node *t = n->assign.targets.p[i];
        if (!in->overrides.n || env != env->module->env) break;
        const int r = t->kind == ND_NAME
            ? override_value(in, env, t->name, t, &v)
            : -!override_tuple(in, env, t);
        if (r < 0) return FLOW_ERROR;
        if (r > 0) break;
    }
    if (!v_is_set(v)) v = eval(in, env, n->assign.value);
    bool ok = !v_is_error(v);
    for (int i = 0; i < n->assign.targets.n && ok; i++)
        ok = assign(in, env, n->assign.targets.p[i], v);
    v_drop(in, v);
    return ok ? FLOW_NEXT : FLOW_ERROR;
}

static Flow exec_ann(Interp *in, Env *env, const Node *n)
{
    if (!n->ann.value) return FLOW_NEXT;
    Value v = v_unset();
    if (in->overrides.n && env == env->module->env &&
        n->ann.target->kind == ND_NAME &&
        override_value(in, env, n->ann.target->name, n->ann.target, &v) < 0)
        return FLOW_ERROR;
    if (!v_is_set(v)) v = eval(in, env, n->ann.value);
    const bool ok = !v_is_error(v) && assign(in, env, n->ann.target, v);
    v_drop(in, v);
    return ok ? FLOW_NEXT : FLOW_ERROR;
}

/* x op= e: the place is evaluated once */
static Value aug_value(Interp *in, Env *env, const Node *n, Value old)
{
    if (v_is_error(old)) return old;
    const Value b = eval(in, env, n->aug.value);
    in->at = n->span;
    const Value r = v_is_error(b) ? b : host_inplace(in, n->aug.op, old, b);
    v_drop(in, b);
    v_drop(in, old);
    return r;
}

static bool aug_index(Interp *in, Env *env, const Node *n, Value of)
{
    const Value index = eval_index(in, env, n->aug.target);
    if (v_is_error(index)) return false;
    in->at = n->aug.target->span;
    const Value v = aug_value(in, env, n, host_getitem(in, of, index));
    const bool ok = !v_is_error(v) && host_setitem(in, of, index, v);
    v_drop(in, v);
    v_drop(in, index);
    return ok;
}

static bool aug_attr(Interp *in, Env *env, const Node *n, Value of)
{
    const Str name = n->aug.target->attr.name;
    in->at = n->aug.target->span;
    const Value v = aug_value(in, env, n, host_getattr(in, of, name));
    const bool ok = !v_is_error(v) && host_setattr(in, of, name, v);
    v_drop(in, v);
    return ok;
}

static Flow exec_aug(Interp *in, Env *env, const Node *n)
{
    const Node *t = n->aug.target;
    bool ok;
    if (t->kind == ND_NAME) {
        const Value v = aug_value(in, env, n, eval(in, env, t));
        ok = !v_is_error(v) && env_store(in, env, t->name, v, t->span);
    } else if (t->kind == ND_INDEX || t->kind == ND_ATTR) {
        const Value of = eval(in, env,
                              t->kind == ND_INDEX ? t->index.of : t->attr.of);
        ok = !v_is_error(of) &&
            (t->kind == ND_INDEX ? aug_index : aug_attr)(in, env, n, of);
        v_drop(in, of);
    } else {
        host_fatal(in, E0801, "%s cannot be assigned to", node_describe(t));
        ok = false;
    }
    return ok ? FLOW_NEXT : FLOW_ERROR;
}

static Flow exec_del(Interp *in, Env *env, const Node *n)
{
    for (int i = 0; i < n->list.n; i++) {
        const Node *t = n->list.p[i];
        in->at = t->span;
        if (t->kind != ND_INDEX) {
            host_fatal(
                in, E0801,
                "`del` of anything but `x[i]` is not in the host language");
            return FLOW_ERROR;
        }
        const Value of = eval(in, env, t->index.of);
        if (v_is_error(of)) return FLOW_ERROR;
        const Value index = eval_index(in, env, t);
        in->at = t->span;
        const bool ok = !v_is_error(index) && host_delitem(in, of, index);
        v_drop(in, of);
        v_drop(in, index);
        if (!ok) return FLOW_ERROR;
    }
    return FLOW_NEXT;
}

/* ---- control flow ------------------------------------------------------- */

static int condition(Interp *in, Env *env, const Node *c)
{
    const Value v = eval(in, env, c);
    if (v_is_error(v)) return -1;
    in->at = c->span;
    const int t = host_truth(in, v);
    v_drop(in, v);
    return t;
}

static Flow exec_if(Interp *in, Env *env, const Node *n)
{
    if (in->overrides.n && env == in->main->env && is_driver_if(n) &&
        !overrides_check(in, false))
        return fatal_reported(in), FLOW_ERROR;
    const int t = condition(in, env, n->if_.cond);
    if (t < 0) return FLOW_ERROR;
    return exec_block(in, env, t ? &n->if_.then : &n->if_.other);
}

static Flow exec_while(Interp *in, Env *env, const Node *n)
{
    for (;;) {
        const int t = condition(in, env, n->while_.cond);
        if (t < 0 || !host_step(in)) return FLOW_ERROR;
        if (!t) return exec_block(in, env, &n->while_.other);
        const Flow f = exec_block(in, env, &n->while_.body);
        if (f == FLOW_BREAK) return FLOW_NEXT;
        if (f == FLOW_RETURN || f == FLOW_ERROR) return f;
    }
}

static Flow for_iterations(Interp *in, Env *env, const Node *n, Iter *it)
{
    for (;;) {
        Value item;
        in->at = n->for_.iter->span;
        const int more = iter_next(in, it, &item);
        if (more < 0) return FLOW_ERROR;
        if (!more) return exec_block(in, env, &n->for_.other);
        const bool ok = assign(in, env, n->for_.target, item);
        v_drop(in, item);
        if (!ok) return FLOW_ERROR;
        const Flow f = exec_block(in, env, &n->for_.body);
        if (f == FLOW_BREAK) return FLOW_NEXT;
        if (f == FLOW_RETURN || f == FLOW_ERROR) return f;
    }
}

static Flow exec_for(Interp *in, Env *env, const Node *n)
{
    const Value src = eval(in, env, n->for_.iter);
    if (v_is_error(src)) return FLOW_ERROR;
    in->at = n->for_.iter->span;
    Iter it;
    const bool ok = iter_start(in, &it, src);
    v_drop(in, src);
    const Flow f = ok ? for_iterations(in, env, n, &it) : FLOW_ERROR;
    iter_end(in, &it);
    return f;
}

/* only `with torch.no_grad():`, which does nothing */
static Flow exec_with(Interp *in, Env *env, const Node *n)
{
    const bool call = n->with.ctx->kind == ND_CALL;
    const Value ctx = eval(in, env, call ? n->with.ctx->call.fn : n->with.ctx);
    if (v_is_error(ctx)) return FLOW_ERROR;
    const bool ok = call && ctx.kind == V_NATIVE &&
        !strcmp(ctx.native->name, "no_grad");
    v_drop(in, ctx);
    in->at = n->with.ctx->span;
    if (!ok)
        return host_fatal(
                   in, E0801,
                   "`with` is in the host language only as `with torch.no_grad():`"),
               FLOW_ERROR;
    if (n->with.as && !assign(in, env, n->with.as, v_none())) return FLOW_ERROR;
    return exec_block(in, env, &n->with.body);
}

static Flow exec_return(Interp *in, Env *env, const Node *n)
{
    const Value v = n->e ? eval(in, env, n->e) : v_none();
    if (v_is_error(v)) return FLOW_ERROR;
    v_drop(in, in->frame->ret);
    in->frame->ret = v;
    return FLOW_RETURN;
}

static Flow exec_expr(Interp *in, Env *env, const Node *n)
{
    if (n->e->kind == ND_STR) return FLOW_NEXT; /* a docstring */
    const Value v = eval(in, env, n->e);
    v_drop(in, v);
    return v_is_error(v) ? FLOW_ERROR : FLOW_NEXT;
}

static Flow exec_unsupported(Interp *in, const Node *n)
{
    if (n->kind == ND_ERROR)
        return FLOW_NEXT; /* reported by the parser; the rest goes on */
    form_unsupported(in,
                     n->kind == ND_UNSUPPORTED ? n->unsupported.what
                                               : node_describe(n),
                     "");
    return FLOW_ERROR;
}

static Flow exec(Interp *in, Env *env, const Node *n)
{
    in->at = n->span;
    if (!host_step(in)) return FLOW_ERROR;
    switch (n->kind) {
    case ND_ASSIGN: return exec_assign(in, env, n);
    case ND_ANNASSIGN: return exec_ann(in, env, n);
    case ND_AUGASSIGN: return exec_aug(in, env, n);
    case ND_EXPR: return exec_expr(in, env, n);
    case ND_RETURN: return exec_return(in, env, n);
    case ND_RAISE: return exec_raise(in, env, n);
    case ND_ASSERT: return exec_assert(in, env, n);
    case ND_DEL: return exec_del(in, env, n);
    case ND_IMPORT: return exec_import(in, env, n);
    case ND_FROM: return exec_from(in, env, n);
    case ND_GLOBAL:
    case ND_NONLOCAL:
    case ND_PASS: return FLOW_NEXT;
    case ND_BREAK: return FLOW_BREAK;
    case ND_CONTINUE: return FLOW_CONTINUE;
    case ND_IF: return exec_if(in, env, n);
    case ND_FOR: return exec_for(in, env, n);
    case ND_WHILE: return exec_while(in, env, n);
    case ND_TRY: return exec_try(in, env, n);
    case ND_WITH: return exec_with(in, env, n);
    case ND_DEF: return exec_def(in, env, n);
    case ND_CLASS: return exec_class(in, env, n);
    default: return exec_unsupported(in, n);
    }
}

Flow exec_block(Interp *in, Env *env, const NodeVec *body)
{
    if (!stack_ok(in)) return FLOW_ERROR;
    for (int i = 0; i < body->n; i++) {
        const Flow f = exec(in, env, body->p[i]);
        if (f != FLOW_NEXT) return f;
    }
    return FLOW_NEXT;
}
