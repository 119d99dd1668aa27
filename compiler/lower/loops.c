/* Loops.  Every form ends as an IR FOR or WHILE whose region arguments and
 * results are what merge.c says is carried, or is unrolled.  A body is lowered
 * under guesses and, when one proves wrong, dropped and lowered again. */
#include "lower/lower_int.h"
#include "qwrt.h"
#include <string.h>

typedef struct LoopPlan {
    const Node *node; /* the for or while statement */
    const BlockFacts *facts;
    const NodeVec *body;
    LoopKind kind;
    IrValue *start, *stop, *step; /* FOR */
    int64_t chunk;
    ChunkPolicy policy;
    int stage;
    const Node *index;   /* target of the loop variable, NULL: none */
    const Node *carried; /* targets of init_values, NULL: none */
    Sv init;             /* init_values */
    bool is_while;
    const Node *cond; /* WHILE: the condition */
    ScopeSpec *scope; /* spmd: the body is this core scope */
    bool nonzero;
} LoopPlan;

/* ---- the carried values ----------------------------------------------------------- */

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
        lw_error(L, E0310, p->carried->span, "%d names for %d initial values",
                 target_count(p->carried), n);
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

/* order of the carried values is that of carry_begin: implicit, then explicit */
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

/* ---- building one -------------------------------------------------------------------- */

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

static void drop_after(IrRegion *r, IrOp *last)
{
    while (r->last != last) ir_remove(r->last);
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

static void build_loop(Lower *L, const LoopPlan *p)
{
    const Span sp = head_span(p->node);
    IrRegion *at = L->at;
    IrOp *before = at->last;
    Sv *vals = L->fn->vals;
    LoopCx *up = L->loop;
    const size_t size = sizeof *vals * (size_t)(L->fn->info->n + 1);
    LoopCx cx;
    for (int round = 0;; round++) {
        const DiagMark mark = diag_mark(L);
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
        drop_after(at, before);
        diag_rewind(L, mark);
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

/* The header is wrong and reported: the body is still checked, once, with a loop
 * variable that silences what depends on it. */
static void recover(Lower *L, const Node *n, const NodeVec *body,
                    const Node *target)
{
    LoopCx cx = {.node = n};
    LoopCx *up = L->loop;
    L->loop = &cx;
    if (target) assign_target(L, target, sv_error(), target->span);
    lower_block(L, body, false);
    L->loop = up;
    L->dead = false;
}

/* ---- break, continue --------------------------------------------------------------------- */

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

/* ---- unrolling ------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t h, uint64_t x)
{
    h ^= x + 0x9e3779b97f4a7c15ULL + (h << 6) + (h >> 2);
    return h * 0xff51afd7ed558ccdULL;
}

static bool const_bound(Lower *L, Sv s, const Node *n, int64_t *out)
{
    if (const_int(s, out)) return true;
    if (sv_is_error(s)) return false;
    Diag *d = lw_error(L, E0306, n->span,
                       "`pl.unroll` needs constant bounds, found %s",
                       lw_what(L, s));
    diag_help(L->s, d, "`pl.range` takes bounds that are known at run time");
    return false;
}

static bool unroll(Lower *L, const Node *n, const Sv *bound,
                   const Node *const *node)
{
    int64_t start, stop, step;
    if (!const_bound(L, bound[0], node[0], &start) ||
        !const_bound(L, bound[1], node[1], &stop) ||
        !const_bound(L, bound[2], node[2], &step))
        return false;
    const int64_t trips = qw_trip(start, stop, step);
    if (trips > L->s->limit[LIM_UNROLL]) {
        L->failed = true;
        L->errors++;
        limit_check(L->s, LIM_UNROLL, trips, n->for_.iter->span);
        return false;
    }
    const uint64_t path = L->path;
    for (int64_t i = 0; i < trips && !L->dead && !L->too_big; i++) {
        L->path = mix(mix(path, (uint64_t)(uint32_t)n->span.lo),
                      (uint64_t)i + 1);
        assign_target(L, n->for_.target,
                      sv_const(v_int(start + i * step), n->for_.target->span),
                      n->for_.target->span);
        lower_block(L, &n->for_.body, false);
    }
    L->path = path;
    return true;
}

/* ---- the forms of for ------------------------------------------------------------------------- */

typedef struct ForForm {
    const char *path, *sig;
    LoopKind kind;
} ForForm;
enum { A_START, A_STOP, A_STEP, A_INIT, A_CHUNK, A_POLICY };
static const ForForm for_forms[] = {
    {"range", "start stop= step= init_values= chunk= chunk_policy= attrs!",
     LOOP_RANGE},
    {"parallel", "start stop= step= init_values= chunk= chunk_policy= attrs!",
     LOOP_PARALLEL},
    {"pipeline", "start stop= step= init_values= stage=", LOOP_PIPELINE},
    {"unroll", "start stop= step=", LOOP_RANGE},
    {"split_aiv", "start mode!", LOOP_RANGE},
    {"while_", "init_values", LOOP_RANGE},
};

/* stop | start, stop | start, stop, step */
static bool loop_bounds(Lower *L, const OpCall *c, const Node *call,
                        Sv bound[3], const Node *node[3])
{
    const bool one = c->n < 3 || !c->node[A_STOP]; /* split_aiv: (n, mode=) */
    bound[0] = one ? sv_const(v_int(0), call->span) : c->arg[A_START];
    bound[1] = one ? c->arg[A_START] : c->arg[A_STOP];
    bound[2] = c->n > 2 && c->node[A_STEP] ? c->arg[A_STEP]
                                           : sv_const(v_int(1), call->span);
    node[0] = c->node[A_START];
    node[1] = one ? c->node[A_START] : c->node[A_STOP];
    node[2] = c->n > 2 && c->node[A_STEP] ? c->node[A_STEP] : call;
    int64_t step;
    if (const_int(bound[2], &step) && step == 0) {
        lw_error(L, E0704, node[2]->span, "the step of this loop is 0");
        return false;
    }
    return true;
}

static bool chunk_args(Lower *L, const OpCall *c, LoopPlan *p)
{
    const Node *at = c->node[A_CHUNK];
    const char *policy;
    if (c->node[A_POLICY]) {
        if (!const_string(c->arg[A_POLICY], &policy) ||
            (strcmp(policy, "guarded") && strcmp(policy, "leading_full"))) {
            Diag *d = lw_error(L, E0709, c->node[A_POLICY]->span,
                               "unknown chunk policy %s",
                               lw_source(L, c->node[A_POLICY]->span));
            diag_help(L->s, d, "`\"guarded\"` or `\"leading_full\"`");
            return false;
        }
        p->policy = strcmp(policy, "guarded") ? CHUNK_LEADING_FULL
                                              : CHUNK_GUARDED;
    }
    if (!at) return true;
    if (!L->core || !L->core->chunked) {
        Diag *d = lw_error(L, E0707, at->span,
                           "`chunk=` outside a chunked region");
        if (L->core)
            diag_label(L->s, d, L->core->span, "this scope is one task");
        diag_help(L->s, d,
                  "open the scope with `optimizations=[pl.auto_chunk]`");
        return false;
    }
    if (!const_int(c->arg[A_CHUNK], &p->chunk) || p->chunk <= 0) {
        if (sv_is_error(c->arg[A_CHUNK])) return false;
        lw_error(L, E0708, at->span,
                 "a chunk must be a positive constant, found %s",
                 lw_what(L, c->arg[A_CHUNK]));
        return false;
    }
    if (!p->step->is_const) {
        lw_error(L, E0708, c->node[A_STEP] ? c->node[A_STEP]->span : at->span,
                 "a chunked loop needs a constant step");
        return false;
    }
    return true;
}

static bool stage_arg(Lower *L, const OpCall *c, const Node *call, LoopPlan *p)
{
    int64_t stage = 0;
    const Node *at = c->node[A_CHUNK];
    if (at && sv_is_error(c->arg[A_CHUNK])) return false;
    if (!at || !const_int(c->arg[A_CHUNK], &stage) || stage < 1) {
        Diag *d =
            lw_error(L, E0702, at ? at->span : call->span,
                     "`pl.pipeline` needs `stage=`, a constant of at least 1");
        if (!at) diag_help(L->s, d, "`stage=2`");
        return false;
    }
    p->stage = stage > 1 << 20 ? 1 << 20 : (int)stage;
    return true;
}

/* i | i, (a, b) | (a,) of pl.while_ */
static bool split_target(Lower *L, const Node *n, bool is_while, LoopPlan *p)
{
    const Node *t = n->for_.target;
    if (is_while) {
        p->carried = t;
        return true;
    }
    if (t->kind == ND_NAME) {
        p->index = t;
        return true;
    }
    if (t->kind == ND_TUPLE && t->list.n == 2 &&
        t->list.p[0]->kind == ND_NAME) {
        p->index = t->list.p[0];
        p->carried = t->list.p[1];
        return true;
    }
    lw_error(L, E0310, t->span,
             "a loop has one variable, or `i, (a, b)` with `init_values=`");
    return false;
}

static bool check_carried(Lower *L, const LoopPlan *p, const OpCall *c,
                          const Node *call)
{
    const bool given = c->n > A_INIT && c->node[A_INIT];
    if (given == (p->carried != NULL)) return true;
    if (given)
        lw_error(L, E0310, p->index->span,
                 "`init_values` needs names: `for %s, (a, b) in ...`",
                 p->index->name->s);
    else
        lw_error(L, E0702, call->span,
                 "the loop names carried values but has no `init_values=`");
    return false;
}

static bool runs_once(Lower *L, const LoopPlan *p)
{
    int64_t step;
    if (!ir_is_const_int(p->step, &step) || step == 0) return false;
    IrLinear d;
    IrValue *from = step > 0 ? p->start : p->stop,
            *to = step > 0 ? p->stop : p->start;
    if (!ir_diff_linear(L->f, to, from, &d) || !sub_ok(d.c, 1, &d.c))
        return false;
    return ir_linear_nonneg(L->f, &d);
}

static void python_loop(Lower *L, const Node *n)
{
    const Node *it = n->for_.iter;
    if (it->kind == ND_CALL && it->call.fn->kind == ND_NAME &&
        !strcmp(it->call.fn->name->s, "range")) {
        Diag *d = lw_error(L, E0701, it->span, "Python's `range` in a kernel");
        diag_help(L->s, d, "`pl.%s`", lw_source(L, it->span));
        return;
    }
    Diag *d = lw_error(
        L, E0701, it->span,
        "a loop of a kernel runs over `pl.range`, `pl.parallel`, `pl.pipeline`, "
        "`pl.unroll`, `pl.spmd` or `pl.while_`");
    if (it->kind == ND_CALL) diag_at(L->s, d, "this is another call");
}

static bool lower_counted(Lower *L, const Node *n, const ForForm *form)
{
    const Node *call = n->for_.iter;
    OpCall c = {0};
    LoopPlan p = {.node = n,
                  .facts = fn_block(L->fn->info, n),
                  .body = &n->for_.body,
                  .kind = form->kind};
    if (!bind_args(L, form->sig, call, E0702, 0, &c) ||
        !split_target(L, n, false, &p))
        return false;
    Sv bound[3];
    const Node *node[3];
    if (!loop_bounds(L, &c, call, bound, node)) return false;
    if (!strcmp(form->path, "unroll") && !p.facts->exits) {
        return unroll(L, n, bound, node);
    }
    p.start = int_operand(L, bound[0], node[0]->span, "the start of a loop");
    p.stop = int_operand(L, bound[1], node[1]->span, "the end of a loop");
    p.step = int_operand(L, bound[2], node[2]->span, "the step of a loop");
    if (!p.start || !p.stop || !p.step || !check_carried(L, &p, &c, call))
        return false;
    if (p.carried) p.init = c.arg[A_INIT];
    if (form->kind == LOOP_PIPELINE && !stage_arg(L, &c, call, &p))
        return false;
    if (form->kind != LOOP_PIPELINE && c.n > A_POLICY && !chunk_args(L, &c, &p))
        return false;
    p.nonzero = runs_once(L, &p);
    const bool chunk_loop = L->chunk_loop;
    if (p.chunk && p.kind == LOOP_PARALLEL) L->chunk_loop = true;
    build_loop(L, &p);
    L->chunk_loop = chunk_loop;
    return true;
}

static bool lower_while_form(Lower *L, const Node *n, const ForForm *form)
{
    OpCall c = {0};
    LoopPlan p = {.node = n,
                  .facts = fn_block(L->fn->info, n),
                  .body = &n->for_.body,
                  .is_while = true};
    if (!bind_args(L, form->sig, n->for_.iter, E0702, 0, &c) ||
        !split_target(L, n, true, &p))
        return false;
    const Node *first = n->for_.body.n ? n->for_.body.p[0] : NULL;
    const char *path = first && first->kind == ND_EXPR &&
            first->e->kind == ND_CALL
        ? pl_call_path(L, first->e)
        : NULL;
    if (!path || strcmp(path, "cond") || first->e->call.args.n != 1) {
        lw_error(L, E0310, first ? first->span : n->span,
                 "the body of `pl.while_` begins with `pl.cond(condition)`");
        return false;
    }
    p.cond = first->e->call.args.p[0];
    p.init = c.arg[0];
    build_loop(L, &p);
    return true;
}

static bool lower_spmd(Lower *L, const Node *n, const Node *call,
                       const NodeVec *body, const Node *index)
{
    OpCall c = {0};
    ScopeArgs args;
    LoopPlan p = {.node = n,
                  .facts = fn_block(L->fn->info, n),
                  .body = body,
                  .kind = LOOP_SPMD,
                  .index = index};
    if (!bind_args(
            L,
            "n name_hint= sync_start! optimizations= optimization= deps! no_dep_args! allow_early_resolve! "
            "core_num! attrs!",
            call, E0702, 1u << 3 | 1u << 4, &c))
        return false;
    scope_args(L, &c, n, SCOPE_SPMD, 1, &args);
    p.start = ir_idx(L->f, 0);
    p.step = ir_idx(L->f, 1);
    p.stop = int_operand(L, c.arg[0], c.node[0]->span, "the number of blocks");
    if (!p.stop || args.failed) return false;
    ScopeSpec scope = {.span = call->span,
                       .name = args.name,
                       .node = n,
                       .live = p.facts->live_after};
    Bits live = arena_dup(L->a, p.facts->live_after,
                          sizeof *live * (size_t)L->fn->info->words);
    for (int i = 0; i < L->fn->info->words; i++)
        live[i] |= p.facts->live_head[i];
    scope.live = live;
    p.scope = &scope;
    p.nonzero = runs_once(L, &p);
    build_loop(L, &p);
    return true;
}

void lower_for(Lower *L, const Node *n)
{
    const Node *call = n->for_.iter;
    const char *path = call->kind == ND_CALL ? pl_call_path(L, call) : NULL;
    if (n->for_.other.n) {
        lw_error(L, E0107, n->for_.other.p[0]->span,
                 "`else` after a loop does not exist in kernels");
        return;
    }
    if (path && !strcmp(path, "spmd")) {
        if (!lower_spmd(L, n, call, &n->for_.body, n->for_.target))
            recover(L, n, &n->for_.body, n->for_.target);
        return;
    }
    for (size_t i = 0; path && i < LEN(for_forms); i++) {
        if (strcmp(path, for_forms[i].path)) continue;
        const bool is_while = !strcmp(path, "while_");
        if (!(is_while ? lower_while_form : lower_counted)(L, n, &for_forms[i]))
            recover(L, n, &n->for_.body, n->for_.target);
        return;
    }
    python_loop(L, n);
    recover(L, n, &n->for_.body, n->for_.target);
}

void lower_with_spmd(Lower *L, const Node *n)
{
    if (!lower_spmd(L, n, n->with.ctx, &n->with.body, NULL))
        recover(L, n, &n->with.body, NULL);
}

void lower_while(Lower *L, const Node *n)
{
    LoopPlan p = {.node = n,
                  .facts = fn_block(L->fn->info, n),
                  .body = &n->while_.body,
                  .is_while = true,
                  .cond = n->while_.cond};
    if (n->while_.other.n) {
        lw_error(L, E0107, n->while_.other.p[0]->span,
                 "`else` after a loop does not exist in kernels");
        return;
    }
    build_loop(L, &p);
}
