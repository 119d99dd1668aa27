/* The forms of loops: reads their headers and says
 * what to build, or unrolls. */
#include "lower/loops.h"
#include "qwrt.h"
#include <string.h>

/* The header is wrong and reported: the body is still checked, once, with a
 * loop variable that silences what depends on it. */
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

/* ---- unrolling ----------------------------------------------------------- */

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

/* ---- the forms of for ---------------------------------------------------- */

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

/* what `enumerate(SIZES)` and the like go over */
static const Node *walked_by(Lower *L, const Node *call)
{
    Value v;
    const Node *fn = call->call.fn;
    return fn->kind == ND_NAME && host_builtin(L->in, fn->name, &v)
        ? first_operand(call)
        : NULL;
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
    const Node *of = it->kind == ND_CALL ? walked_by(L, it) : it;
    const bool is_list = of && sv_len(lower_expr(L, of)) >= 0;
    if (is_list)
        diag_help(L->s, d, "`for i in pl.unroll(len(%s)):`, then `%s[i]`",
                  lw_source(L, of->span), lw_source(L, of->span));
}

/* pl.split_aiv shares the work of a task */
static bool splits_core(Lower *L, const Node *call)
{
    if (L->core) return true;
    Diag *d = lw_error(L, E0603, call->span,
                       "`pl.split_aiv` stands outside a core scope");
    diag_help(
        L->s, d,
        "`pl.range`, or put the loop into `with pl.at(level=pl.Level.CORE_GROUP, name_hint=\"...\"):`");
    return false;
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
        !split_target(L, n, false, &p) ||
        (!strcmp(form->path, "split_aiv") && !splits_core(L, call)))
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
