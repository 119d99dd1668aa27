/* Statements: blocks, assignment, `if`, `return`, expression statements. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- assignment ---------------------------------------------------------- */

/* an output parameter of the entry whose name stops meaning the parameter */
static void note_rebound(Lower *L, int slot, Sv v)
{
    if (L->fn->up || slot >= L->f->nparams + (L->fn->kernel->cls != NULL))
        return;
    const int param = slot - (L->fn->kernel->cls != NULL);
    if (param < 0 || !L->f->params[param].dir ||
        (v.kind == K_TENSOR && v.v == L->f->params[param].value))
        return;
    if (L->rebound[param].kind == K_UNSET) L->rebound[param] = v;
}

void assign_slot(Lower *L, int slot, Sv v, Span at)
{
    if (v.kind == K_UNSET && !v.why) v = sv_error();
    if (sv_is_ir(v)) name_value(v.v, L->fn->info->name[slot]);
    if (v.kind != K_UNSET && v.kind != K_ERROR) v.span = at;
    note_rebound(L, slot, v);
    L->fn->vals[slot] = v;
}

static void unpack(Lower *L, const Node *target, Sv v, Span at)
{
    const int n = target->list.n;
    if (v.kind == K_ERROR || v.kind == K_UNSET) {
        for (int i = 0; i < n; i++)
            assign_target(L, target->list.p[i], sv_error(), at);
        return;
    }
    const bool seq = v.kind == K_CONST &&
        (v.c.kind == V_TUPLE || v.c.kind == V_LIST);
    const int have = v.kind == K_TUPLE ? v.t->n : seq ? v.c.seq->n : -1;
    if (have != n) {
        if (have < 0)
            lw_error(L, E0310, at,
                     "%d names on the left, one value on the right: %s", n,
                     lw_what(L, v));
        else
            lw_error(L, E0310, at,
                     "%d names on the left, %d values on the right", n, have);
        for (int i = 0; i < n; i++)
            assign_target(L, target->list.p[i], sv_error(), at);
        return;
    }
    for (int i = 0; i < n; i++)
        assign_target(L, target->list.p[i],
                      v.kind == K_TUPLE ? v.t->p[i]
                                        : sv_const(v.c.seq->p[i], at),
                      target->list.p[i]->span);
}

void assign_target(Lower *L, const Node *target, Sv v, Span at)
{
    switch (target->kind) {
    case ND_NAME:
        assign_slot(L, fn_slot(L->fn->info, target->name), v, target->span);
        break;
    case ND_TUPLE:
    case ND_LIST: unpack(L, target, v, at); break;
    case ND_ERROR: L->errors++; break;
    default:
        lw_error(L, E0107, target->span, "a kernel cannot assign to %s",
                 node_describe(target));
        break;
    }
}

static void assign_result(Lower *L, const Node *target, Sv v, const Node *value)
{
    if (sv_is_none(v) && value->kind == ND_CALL) {
        lw_error(L, E0310, value->span, "this call returns nothing");
        v = sv_error();
    }
    assign_target(L, target, v, value->span);
}

/* one target: front/ refuses chained assignments in kernels */
static void lower_assign(Lower *L, const Node *n)
{
    const Node *value = n->assign.value, *target = n->assign.targets.p[0],
               *call;
    Sv v = is_yield(L, n, &call) ? yield_values(L, call) : lower_expr(L, value);
    if (target->kind == ND_INDEX)
        store_subscript(L, target, v, value, n->span);
    else
        assign_result(L, target, v, value);
}

static void lower_augmented(Lower *L, const Node *n)
{
    const Node *t = n->aug.target;
    if (t->kind != ND_NAME && t->kind != ND_INDEX) {
        lw_error(L, E0107, t->span, "a kernel cannot assign to %s",
                 node_describe(t));
        return;
    }
    Sv a = lower_expr(L, t), b = lower_expr(L, n->aug.value);
    Sv r = arith(L, n->aug.op, a, b, t, n->aug.value, n->span);
    if (t->kind == ND_INDEX)
        store_subscript(L, t, r, n->aug.value, n->span);
    else
        assign_target(L, t, r, n->span);
}

/* ---- if ------------------------------------------------------------------ */

static void seal_arm(Lower *L, Span sp)
{
    const IrOp *last = L->at->last;
    if (!L->dead || (last && ir_is_exit(last)) || !L->loop) return;
    emit(L, IR_BREAK, sp, L->loop->init.n, L->loop->init.p); /* never reached */
}

/* one arm; its names' values */
static Sv *lower_arm(Lower *L, IrRegion *r, const NodeVec *body,
                     const Sv *before, bool tail, bool *live)
{
    const size_t size = sizeof *before * (size_t)(L->fn->info->n + 1);
    L->fn->vals = arena_dup(L->a, before, size);
    L->at = r;
    L->dead = false;
    lower_block(L, body, tail);
    seal_arm(L, r->owner->span);
    *live = !L->dead;
    return L->fn->vals;
}

static void lower_branches(Lower *L, const Node *n, IrValue *cond, bool tail)
{
    IrRegion *at = L->at;
    const Sv *before = L->fn->vals;
    Join j = {.at = n->if_.cond->span};
    j.op = emit(L, IR_IF, n->if_.cond->span, 1, &cond);
    j.op->region[0] = ir_region(L->f, j.op);
    j.op->region[1] = ir_region(L->f, j.op);
    Sv *a = lower_arm(L, j.op->region[0], &n->if_.then, before, tail,
                      &j.live[0]);
    Sv *b = lower_arm(L, j.op->region[1], &n->if_.other, before, tail,
                      &j.live[1]);
    L->at = at;
    L->failed = false;
    if (!j.live[0] && !j.live[1]) {
        L->dead = true;
        L->fn->vals = (Sv *)before;
        return;
    }
    L->dead = false;
    join_names(L, &j, before, a, b, fn_block(L->fn->info, n)->live_after);
    join_finish(L, &j);
}

static void lower_if(Lower *L, const Node *n, bool tail)
{
    Sv c = lower_expr(L, n->if_.cond);
    bool known;
    if (const_bool(c, &known)) {
        lower_block(L, known ? &n->if_.then : &n->if_.other, tail);
        return;
    }
    IrValue *cond = bool_operand(L, c, n->if_.cond->span, "the condition");
    if (!cond)
        cond = scalar_ir(L,
                         sv_const(v_bool(true), n->span)); /* go on checking */
    lower_branches(L, n, cond, tail);
}

/* ---- return -------------------------------------------------------------- */

static void lower_return(Lower *L, const Node *n, bool tail)
{
    if (!tail) { /* reported for the whole body: front_check_kernel_returns */
        L->errors++;
        return;
    }
    Sv v = n->e ? lower_expr(L, n->e) : sv_none(n->span);
    if (v.kind == K_TUPLE && v.t->n == 1 && n->e->kind == ND_TUPLE)
        v = v.t->p[0];
    L->fn->vals[L->fn->info->n] = v;
}

/* ---- expression statements ----------------------------------------------- */

static void warn_discarded(Lower *L, const Node *e, Sv v)
{
    if (v.kind == K_ERROR || L->failed) return;
    Diag *d = lw_warn(L, W0601, e->span,
                      "the result of this expression is not used");
    if (v.kind != K_CONST) diag_at(L->s, d, "%s", lw_what(L, v));
    if (e->kind == ND_CALL)
        diag_help(L->s, d, "assign it to a name: `result = %s`",
                  lw_source(L, e->span));
}

/* pl.write(t, ...) and pl.assemble(t, ...) as
 * statements change the variable t */
static bool update_statement(Lower *L, const Node *call, const char *path)
{
    const OpInfo *op = op_find(path);
    if (!op ||
        (op->handler != OPH_WRITE && op->handler != OPH_ASSEMBLE &&
         op->handler != OPH_STORE))
        return false;
    Sv v = lower_call(L, call);
    if (v.kind != K_TILE) return true;
    const Node *t = fn_updated(call);
    const int slot = t ? fn_slot(L->fn->info, t->name) : -1;
    if (slot >= 0)
        assign_slot(L, slot, v, t->span);
    else
        warn_discarded(L, call, v);
    return true;
}

static bool has_effect_alone(Lower *L, const Node *call)
{
    const char *path = pl_call_path(L, call);
    if (!path) return true; /* a kernel, a method */
    const OpInfo *op = op_find(path);
    if (op) return op->handler == OPH_SYNCALL;
    return op_is_form(path);
}

static void lower_expr_stmt(Lower *L, const Node *e)
{
    if (e->kind == ND_STR || e->kind == ND_ELLIPSIS) return;
    if (e->kind != ND_CALL) {
        warn_discarded(L, e, lower_expr(L, e));
        return;
    }
    const char *path = pl_call_path(L, e);
    if (path && (form_statement(L, path, e) || update_statement(L, e, path)))
        return;
    Sv v = lower_call(L, e);
    if (!has_effect_alone(L, e)) warn_discarded(L, e, v);
}

/* ---- blocks -------------------------------------------------------------- */

/* A statement that front/ rejects: its names silence what depends on them. */
static bool rejected(Lower *L, const Node *n)
{
    if (front_check_kernel_stmt(L->s, n)) return false;
    L->failed = true;
    L->errors++;
    if (n->kind == ND_ASSIGN)
        for (int i = 0; i < n->assign.targets.n; i++)
            if (n->assign.targets.p[i]->kind != ND_INDEX)
                assign_target(L, n->assign.targets.p[i], sv_error(), n->span);
    if (n->kind == ND_ANNASSIGN)
        assign_target(L, n->ann.target, sv_error(), n->span);
    return n->kind != ND_IF && n->kind != ND_FOR && n->kind != ND_WHILE &&
        n->kind != ND_WITH;
}

static void lower_stmt(Lower *L, const Node *n, bool tail)
{
    if (rejected(L, n)) return;
    switch (n->kind) {
    case ND_ASSIGN: lower_assign(L, n); break;
    case ND_ANNASSIGN:
        if (n->ann.value)
            assign_result(L, n->ann.target, lower_expr(L, n->ann.value),
                          n->ann.value);
        break;
    case ND_AUGASSIGN: lower_augmented(L, n); break;
    case ND_EXPR: lower_expr_stmt(L, n->e); break;
    case ND_RETURN: lower_return(L, n, tail); break;
    case ND_ASSERT:
        emit_assert(L, n->assert_.cond, n->assert_.msg, n->span, false);
        break;
    case ND_IF: lower_if(L, n, tail); break;
    case ND_FOR: lower_for(L, n); break;
    case ND_WHILE: lower_while(L, n); break;
    case ND_WITH: lower_with(L, n, tail); break;
    case ND_BREAK:
    case ND_CONTINUE: lower_exit(L, n); break;
    case ND_PASS: break;
    case ND_ERROR: L->errors++; break; /* reported by front/ */
    default:
        lw_error(L, E0107, n->span, "%s is not available in kernels",
                 node_describe(n));
        break;
    }
}

void lower_block(Lower *L, const NodeVec *body, bool tail)
{
    for (int i = 0; i < body->n && !L->dead && !L->too_big; i++) {
        L->failed = L->warned_valid = false;
        lower_stmt(L, body->p[i], tail && i == body->n - 1);
    }
}
