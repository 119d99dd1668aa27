/* Loops.  Every form ends as an IR FOR or WHILE whose region arguments and
 * results are what merge.c says is carried; loop_forms.c reads the headers, and
 * unrolls.  A body is lowered under guesses and, when one proves wrong, dropped
 * and lowered again. */
#include "lower/loops.h"
#include <string.h>

/* ---- the carried values -------------------------------------------------- */

static bool is_yield_target(const LoopCx *cx, Str name)
{
    const Node *n = cx->yield_node;
    if (!n || n->kind != ND_ASSIGN) return false;
    const Node *t = n->assign.targets.p[0];
    if (t->kind == ND_NAME) return t->name == name;
    if (t->kind != ND_TUPLE && t->kind != ND_LIST) return false;
    for (int i = 0; i < t->list.n; i++)
        if (t->list.p[i]->kind == ND_NAME && t->list.p[i]->name == name)
            return true;
    return false;
}

static bool is_target(const Node *t, Str name)
{
    if (!t) return false;
    if (t->kind == ND_NAME) return t->name == name;
    for (int i = 0;
         (t->kind == ND_TUPLE || t->kind == ND_LIST) && i < t->list.n; i++)
        if (is_target(t->list.p[i], name)) return true;
    return false;
}

static void begin_implicit(Lower *L, LoopCx *cx, const LoopPlan *p)
{
    const FnInfo *fi = L->fn->info;
    cx->carry = NEW_ARRAY(L->a, Carry, fi->n + 1);
    for (int i = 0; i < fi->n; i++) {
        const bool head = bit_of(p->facts->live_head, i),
                   after = bit_of(p->facts->live_after, i);
        if (!bit_of(p->facts->assigned, i) || !(head || after)) continue;
        if (p->carried &&
            (is_yield_target(cx, fi->name[i]) ||
             is_target(p->carried, fi->name[i])))
            continue;
        if (is_target(p->index, fi->name[i]) && !after) continue;
        Carry *c = &cx->carry[cx->ncarry++];
        *c = (Carry){.slot = i,
                     .init = L->fn->vals[i],
                     .head_live = head && !is_target(p->index, fi->name[i])};
        carry_begin(L, cx, c);
    }
}

static int target_count(const Node *t)
{
    return t->kind == ND_TUPLE || t->kind == ND_LIST ? t->list.n : 1;
}

static bool begin_explicit(Lower *L, LoopCx *cx, const LoopPlan *p)
{
    if (!p->carried) return true;
    const bool tuple = p->init.kind == K_TUPLE;
    const int n = tuple ? p->init.t->n : 1;
    if (p->init.kind == K_ERROR) return false;
    if (n != target_count(p->carried)) {
        lw_error(L, E0310, p->carried->span,
                 "%d names, but `init_values` has %d", target_count(p->carried),
                 n);
        return false;
    }
    cx->explicit_ = NEW_ARRAY(L->a, Carry, n + 1);
    cx->nexplicit = n;
    for (int i = 0; i < n; i++) {
        cx->explicit_[i] = (Carry){.slot = -1,
                                   .item = i,
                                   .init = tuple ? p->init.t->p[i] : p->init,
                                   .head_live = true};
        carry_begin(L, cx, &cx->explicit_[i]);
    }
    return true;
}

static const Node *target_item(const Node *t, int i)
{
    return t->kind == ND_TUPLE || t->kind == ND_LIST ? t->list.p[i] : t;
}

/* names of the body start with the region's arguments */
static void bind_args_of(Lower *L, LoopCx *cx, const LoopPlan *p,
                         IrRegion *region)
{
    for (int i = 0; i < cx->ncarry; i++)
        L->fn->vals[cx->carry[i].slot] = carry_arg(L, &cx->carry[i], region);
    for (int i = 0; i < L->fn->info->n;
         i++) /* assigned in the body, dead before that */
        if (bit_of(p->facts->assigned, i) && !bit_of(p->facts->live_head, i) &&
            !bit_of(p->facts->live_after, i))
            L->fn->vals[i] = (Sv){.kind = K_UNSET, .why = NULL};
    for (int i = 0; i < cx->nexplicit; i++)
        assign_target(L, target_item(p->carried, i),
                      carry_arg(L, &cx->explicit_[i], region),
                      p->carried->span);
}

/* order of the carried values is that of
 * carry_begin: implicit, then explicit */
static void push_now(Lower *L, LoopCx *cx, bool at_end, IrValueVec *out)
{
    for (int i = 0; i < cx->ncarry; i++)
        carry_now(L, cx, &cx->carry[i], L->fn->vals[cx->carry[i].slot], out);
    for (int i = 0; i < cx->nexplicit; i++) {
        Carry *c = &cx->explicit_[i];
        carry_now(L, cx, c, at_end && cx->yielded ? cx->yielded[i] : c->arg,
                  out);
    }
}

/* A loop that surely runs is not why a name has no value after it. */
static Sv better_why(Lower *L, const LoopCx *cx, const LoopPlan *p, Sv r,
                     Sv last)
{
    if (r.kind != K_UNSET || !r.why || r.why->kind != WHY_LOOP || !cx->nonzero)
        return r;
    const bool inside = last.kind == K_UNSET && last.why &&
        (last.why->kind == WHY_IF || last.why->kind == WHY_ELSE);
    if (inside)
        return (Sv){.kind = K_UNSET, .span = last.span, .why = last.why};
    if (!p->facts->exits || last.kind == K_UNSET) return r;
    Why *w = NEW(L->a, Why);
    *w = *r.why;
    w->kind = WHY_LEFT;
    r.why = w;
    return r;
}

static void bind_results(Lower *L, LoopCx *cx, const LoopPlan *p,
                         const Sv *before)
{
    Sv *vals = NEW_ARRAY(L->a, Sv, L->fn->info->n + 1);
    memcpy(vals, before, sizeof *vals * (size_t)(L->fn->info->n + 1));
    Sv *body_vals = L->fn->vals;
    L->fn->vals = vals;
    for (int i = 0; i < L->fn->info->n; i++)
        if (bit_of(p->facts->assigned, i) && !bit_of(p->facts->live_after, i))
            vals[i] = (Sv){.kind = K_UNSET};
    for (int i = 0; i < cx->ncarry; i++) {
        const Carry *c = &cx->carry[i];
        Sv r = carry_result(L, c, cx->op, true);
        const Sv last = body_vals[c->slot];
        /* a constant or outer value that every iteration assigns alike */
        if (c->mode == CARRY_NONE && cx->nonzero && !p->facts->exits &&
            r.kind == K_UNSET && last.kind != K_UNSET &&
            !(sv_is_ir(last) && defined_inside(last.v, cx->op->region[0])) &&
            last.kind != K_TUPLE)
            r = last;
        vals[c->slot] = better_why(L, cx, p, r, last);
    }
    for (int i = 0; i < cx->nexplicit; i++) {
        Sv r = carry_result(L, &cx->explicit_[i], cx->op, false);
        assign_target(L, target_item(p->carried, i), r, p->carried->span);
        if (cx->yield_node && cx->yield_node->kind == ND_ASSIGN)
            assign_target(L,
                          target_item(cx->yield_node->assign.targets.p[0], i),
                          r, cx->yield_node->span);
    }
}

/* ---- building one -------------------------------------------------------- */

/* a region whose end is never reached still needs a terminator */
static void seal(Lower *L, const LoopCx *cx, Span sp)
{
    const IrOp *last = L->at->last;
    if (last && ir_is_exit(last)) return;
    emit(L, IR_BREAK, sp, cx->init.n, cx->init.p);
}

typedef struct BodyCx {
    const LoopPlan *p;
    LoopCx *cx;
} BodyCx;

static void lower_plain_body(Lower *L, void *user)
{
    const BodyCx *b = user;
    for (int i = 0; i < b->p->body->n && !L->dead; i++) {
        const Node *stmt = b->p->body->p[i], *call;
        if (i == 0 && b->p->is_while && b->p->node->kind == ND_FOR)
            continue; /* pl.cond */
        if (b->cx->nexplicit && i == b->p->body->n - 1 &&
            is_yield(L, stmt, &call)) {
            L->failed = false;
            Sv y = yield_values(L, call);
            if (y.kind == K_ERROR) break;
            const int n = y.kind == K_TUPLE ? y.t->n : 1;
            if (n != b->cx->nexplicit) {
                lw_error(L, E0310, call->span,
                         "`pl.yield_` gives %d values, the loop carries %d", n,
                         b->cx->nexplicit);
                break;
            }
            b->cx->yielded = NEW_ARRAY(L->a, Sv, n);
            for (int k = 0; k < n; k++)
                b->cx->yielded[k] = y.kind == K_TUPLE ? y.t->p[k] : y;
            continue;
        }
        NodeVec one = {.p = &b->p->body->p[i], .n = 1};
        lower_block(L, &one, false);
    }
}

static void lower_loop_body(Lower *L, const LoopPlan *p, LoopCx *cx)
{
    BodyCx b = {p, cx};
    if (p->scope)
        lower_scope(L, p->scope, lower_plain_body, &b);
    else
        lower_plain_body(L, &b);
    if (cx->nexplicit && !cx->yielded && !L->dead && !L->errors)
        lw_error(L, E0310, p->node->span,
                 "a loop with `init_values` ends with `pl.yield_`");
}

static void end_body(Lower *L, LoopCx *cx, Span sp)
{
    if (L->dead) {
        seal(L, cx, sp);
        return;
    }
    IrValueVec out = {0};
    push_now(L, cx, true, &out);
    emit(L, IR_YIELD, sp, out.n, out.p);
}

static IrOp *open_for(Lower *L, const LoopPlan *p, LoopCx *cx, Span sp)
{
    IrValueVec args = {0};
    vec_push(L->a, &args, p->start);
    vec_push(L->a, &args, p->stop);
    vec_push(L->a, &args, p->step);
    for (int i = 0; i < cx->init.n; i++) vec_push(L->a, &args, cx->init.p[i]);
    IrOp *op = emit(L, IR_FOR, sp, args.n, args.p);
    op->at.loop = p->kind;
    op->at.chunk = p->chunk;
    op->at.policy = p->policy;
    op->at.stage = p->stage;
    op->region[0] = ir_region(L->f, op);
    return op;
}

static void try_for(Lower *L, const LoopPlan *p, LoopCx *cx, Span sp)
{
    cx->op = open_for(L, p, cx, sp);
    L->at = cx->op->region[0];
    IrValue *iv = ir_region_arg(L->f, L->at, ir_index(L->f),
                                p->index ? p->index->span : sp);
    bind_args_of(L, cx, p, L->at);
    if (p->scope) p->scope->block = iv;
    if (p->index) {
        assign_target(L, p->index, sv_ir(iv, p->index->span), p->index->span);
        cx->op->at.name = p->index->kind == ND_NAME ? p->index->name : NULL;
    }
    lower_loop_body(L, p, cx);
    end_body(L, cx, sp);
}

static void try_while(Lower *L, const LoopPlan *p, LoopCx *cx, Span sp)
{
    cx->op = emit(L, IR_WHILE, sp, cx->init.n, cx->init.p);
    L->at = cx->op->region[0] = ir_region(L->f, cx->op);
    cx->op->region[1] = ir_region(L->f, cx->op);
    bind_args_of(L, cx, p, L->at);
    L->failed = false;
    Sv c = lower_expr(L, p->cond);
    IrValue *cond = bool_operand(L, c, p->cond->span, "the condition");
    if (!cond) cond = ir_const_int(L->f, ir_scalar(L->f, QW_BOOL), 0);
    IrValueVec out = {0};
    vec_push(L->a, &out, cond);
    for (int i = 0; i < L->at->nargs; i++) vec_push(L->a, &out, L->at->args[i]);
    emit(L, IR_COND, sp, out.n, out.p);
    L->at = cx->op->region[1];
    bind_args_of(L, cx, p, L->at);
    lower_loop_body(L, p, cx);
    end_body(L, cx, sp);
}

static void add_results(Lower *L, LoopCx *cx)
{
    for (int i = 0; i < cx->init.n; i++) {
        IrValue *r = ir_op_result(L->f, cx->op, cx->init.p[i]->type);
        r->span = cx->init.p[i]->span.hi ? cx->init.p[i]->span : cx->op->span;
    }
}

/* what says how often the body runs */
static Span head_span(const Node *n)
{
    switch (n->kind) {
    case ND_FOR: return n->for_.iter->span;
    case ND_WITH: return n->with.ctx->span;
    default: return n->while_.cond->span;
    }
}

/* a value that flows from one parallel iteration to the next (13.3) */
static void warn_carried(Lower *L, const LoopPlan *p, const Carry *c)
{
    if (!c->changed || c->mode == CARRY_NONE || c->mode == CARRY_SAME ||
        !c->head_live)
        return;
    if (c->mode == CARRY_VALUE && c->type->kind == TY_TENSOR) return;
    Str name = c->slot >= 0 ? L->fn->info->name[c->slot] : NULL;
    const Span read = name ? first_read(p->body, name) : p->carried->span;
    if (!read.hi) return;
    L->failed = false;
    Diag *d = lw_warn(L, W0704, read,
                      "`%s` is carried from one parallel iteration to the next",
                      name ? name->s : lw_source(L, read));
    diag_at(L->s, d, "the value that an earlier iteration assigned");
    diag_label(
        L->s, d, head_span(p->node),
        "the iterations of this loop are declared independent; they run in sequence");
    diag_help(L->s, d, "use `pl.range`%s",
              p->kind == LOOP_PARALLEL
                  ? ", or store sums with `atomic=pl.AtomicType.Add`"
                  : "");
}

void build_loop(Lower *L, const LoopPlan *p)
{
    const Span sp = head_span(p->node);
    IrRegion *at = L->at;
    Sv *vals = L->fn->vals;
    LoopCx *up = L->loop;
    const size_t size = sizeof *vals * (size_t)(L->fn->info->n + 1);
    LoopCx cx;
    for (int round = 0;; round++) {
        const LowerMark mark = lower_mark(L);
        cx = (LoopCx){.node = p->node,
                      .kind = p->kind,
                      .core = L->core,
                      .up = up,
                      .nonzero = p->nonzero};
        const Node *call;
        const Node *last = p->body->n ? p->body->p[p->body->n - 1] : NULL;
        if (p->carried && last && is_yield(L, last, &call))
            cx.yield_node = last;
        L->fn->vals = arena_dup(L->a, vals, size);
        begin_implicit(L, &cx, p);
        if (!begin_explicit(L, &cx, p)) break;
        L->loop = &cx;
        if (p->is_while)
            try_while(L, p, &cx, sp);
        else
            try_for(L, p, &cx, sp);
        L->loop = up;
        L->at = at;
        L->dead = false;
        if (!cx.violated || L->too_big) break;
        if (round > 1000)
            ice(L->s, sp, "the values that this loop carries do not settle");
        lower_rewind(L, mark);
    }
    L->loop = up;
    if (!cx.op) {
        L->fn->vals = arena_dup(L->a, vals, size);
        return;
    }
    add_results(L, &cx);
    bind_results(L, &cx, p, vals);
    if (p->kind == LOOP_PARALLEL || p->kind == LOOP_SPMD) {
        for (int i = 0; i < cx.ncarry; i++) warn_carried(L, p, &cx.carry[i]);
        for (int i = 0; i < cx.nexplicit; i++)
            warn_carried(L, p, &cx.explicit_[i]);
    }
}

/* ---- break, continue ----------------------------------------------------- */

void lower_exit(Lower *L, const Node *n)
{
    const char *what = n->kind == ND_BREAK ? "break" : "continue";
    LoopCx *cx = L->loop;
    if (cx && !cx->op) { /* a loop whose header is wrong */
        L->dead = true;
        return;
    }
    if (!cx) {
        lw_error(L, E0703, n->span, "`%s` outside a loop", what);
        return;
    }
    if (cx->kind == LOOP_PARALLEL || cx->kind == LOOP_SPMD) {
        Diag *d = lw_error(L, E0703, n->span, "`%s` in a parallel loop", what);
        diag_label(L->s, d, cx->op->span,
                   "iterations of this loop are independent");
        diag_help(L->s, d, "use `pl.range`");
        return;
    }
    if (cx->core != L->core) {
        Diag *d = lw_error(L, E0703, n->span, "`%s` would leave a core scope",
                           what);
        diag_label(L->s, d, L->core->span, "this scope is one task");
        diag_help(L->s, d, "decide outside the scope, or put the loop into it");
        return;
    }
    IrValueVec out = {0};
    push_now(L, cx, false, &out);
    emit(L, n->kind == ND_BREAK ? IR_BREAK : IR_CONTINUE, n->span, out.n,
         out.p);
    L->dead = true;
}
