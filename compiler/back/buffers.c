/* Plans where tiles live: the pass `buffers`.  In: a function's IR.  Out: for
 * every tile a place in the worker's frame, and scratch for the ops that need
 * it.  Changes no IR.
 *
 *     acc  = matmul(a, b)                 acc, acc1, acc2, r: one buffer;
 *     r    = for k, acc1 = acc {          matmul_acc and add work in place;
 *         acc2 = matmul_acc(acc1, c, d)   c, d: other buffers, free again
 *         yield acc2                      after each iteration;
 *     }                                   s: no buffer, a view of r
 *     s    = slice(r, ...)
 *     y    = add(r, 1.0)                  in r's buffer if r is not read later
 *
 * Ops are numbered in program order, four points an op: operands are read at
 * +0, an operand that the result may overwrite is dead at +1, the result is
 * written at +1, operands it may not overwrite are dead at +2.  Liveness in
 * structured SSA is exact without iteration: a use makes a value live from the
 * start of each region on the way down from its definition to the use, or over
 * the whole of a loop on the way.  Values are merged greedily where their lives
 * do not meet (Sreedhar et al., "Translating out of SSA", 1999): first what a
 * loop carries, then merges of an `if`, then operands updated in place. */
#include "back/buffers.h"
#include <string.h>

typedef struct Class Class;
struct Class { /* values that share a buffer */
    Class *up; /* union-find */
    Intervals live;
    int64_t bytes;
    int slot, group;
    VEC(IrValue *) members;
};
typedef struct Use {
    IrValue *v;
    const IrOp *op;
    int arg;
    int at;
    bool early;
} Use;
typedef struct Move {
    const IrOp *op;
    IrValue *dst, *src;
} Move;
typedef VEC(Move) Moves;

typedef struct Planner {
    IrFunc *f;
    Arena *a;
    Plan *p;
    int *start, *end; /* by op id: numbers */
    int *rstart;      /* by op id * 2 + region index */
    int *opgroup;     /* group of the region an op is in */
    int now;
    Class **cls; /* by value id */
    VEC(Use) uses;
    Moves yields, merges, inits;
    VEC(IrOp *) in_place;
    VEC(IrValue *) tiles; /* in program order */
} Planner;

bool loop_is_outlined(const Plan *p, const IrOp *op)
{
    return p->group[op->id] > 0;
}

const IrOp *loop_nest(const Plan *p, const IrOp *op)
{
    while (op && op->op == IR_FOR && op->at.flat && !loop_is_outlined(p, op))
        op = ir_parent_op(op);
    return op && op->op == IR_FOR && loop_is_outlined(p, op) ? op : NULL;
}

/* ---- numbering, groups, places ------------------------------------------- */

static bool becomes_body(const IrOp *op, int group)
{
    if (op->op != IR_FOR || group || op->nresults) return false;
    if (op->at.loop != LOOP_PARALLEL && op->at.loop != LOOP_SPMD) return false;
    return op->at.verdict == PAR_INDEPENDENT || op->at.verdict == PAR_UNDECIDED;
}

static void new_tile(Planner *pl, IrValue *v, int group)
{
    Where *w = &pl->p->where[v->id];
    int64_t dense = 1;
    for (int k = v->type->rank; k-- > 0; dense *= v->type->shape[k])
        w->stride[k] = dense;
    Class *c = NEW(pl->a, Class);
    c->up = c;
    c->bytes = ir_bytes(v->type);
    c->group = group;
    c->slot = -1;
    pl->cls[v->id] = c;
    vec_push(pl->a, &c->members, v);
    vec_push(pl->a, &pl->tiles, v);
}

static void place_result(Planner *pl, const IrOp *op, IrValue *v, int group)
{
    int64_t stride[TILE_MAX_RANK] = {0};
    if (!is_tile(v)) return;
    new_tile(pl, v, group);
    IrOpcode o = op->op;
    if (o != IR_SLICE && o != IR_SETVALID && o != IR_RESHAPE) return;
    if (!is_tile(op->args[0]) ||
        !place_is_view(pl->f, op, &pl->p->where[op->args[0]->id], stride))
        return;
    pl->p->where[v->id].base = op->args[0];
    memcpy(pl->p->where[v->id].stride, stride, sizeof stride);
}

static void number(Planner *pl, IrRegion *r, int group);

static void number_op(Planner *pl, IrOp *op, int group)
{
    pl->start[op->id] = pl->now;
    pl->opgroup[op->id] = group;
    pl->now += 4;
    int inner = group;
    if (becomes_body(op, group))
        inner = pl->p->group[op->id] = ++pl->p->ngroups;
    for (int i = 0; i < 2 && op->region[i]; i++) {
        pl->rstart[op->id * 2 + i] = pl->now;
        pl->now += 4;
        for (int k = 0; k < op->region[i]->nargs; k++)
            if (is_tile(op->region[i]->args[k]))
                new_tile(pl, op->region[i]->args[k], inner);
        number(pl, op->region[i], inner);
    }
    if (ir_op_info[op->op].flags & OPF_G) {
        pl->end[op->id] = pl->now;
        pl->now += 4;
    } else {
        pl->end[op->id] = pl->start[op->id];
    }
    for (int k = 0; k < op->nresults; k++)
        place_result(pl, op, op->results[k], group);
}

static void number(Planner *pl, IrRegion *r, int group)
{
    for (IrOp *op = r->first; op; op = op->next) number_op(pl, op, group);
}

/* ---- intervals ----------------------------------------------------------- */

static Class *find(Class *c)
{
    while (c->up != c) c = c->up = c->up->up;
    return c;
}

/* the tile whose buffer v is in */
static IrValue *root_of(const Plan *p, IrValue *v)
{
    while (p->where[v->id].base) v = p->where[v->id].base;
    return v;
}

static Class *class_of(Planner *pl, IrValue *v)
{
    return find(pl->cls[root_of(pl->p, v)->id]);
}

/* v fills its buffer from the start, densely: it can stand for the buffer */
static bool is_whole(Planner *pl, IrValue *v)
{
    for (; pl->p->where[v->id].base; v = pl->p->where[v->id].base)
        if (v->def->op == IR_SLICE) return false;
    return true;
}

static IrRegion *region_of(const IrValue *v)
{
    return v->def ? v->def->parent : v->arg_of;
}

static int definition_point(Planner *pl, const IrValue *v)
{
    if (v->def) return pl->end[v->def->id] + 1;
    IrOp *o = v->arg_of->owner;
    return pl->rstart[o->id * 2 + (o->region[1] == v->arg_of)];
}

/* v is live until `at`, a point of op u: over the regions between */
static void live_until(Planner *pl, Intervals *l, IrValue *v, const IrOp *u,
                       int at)
{
    IrRegion *home = region_of(v), *r = u->parent;
    while (r != home) {
        IrOp *o = r->owner;
        if (!o) return;
        if (ir_is_loop(o)) {
            intervals_add(pl->a, l, pl->start[o->id], pl->end[o->id] + 2);
            at = pl->start[o->id];
        } else {
            intervals_add(pl->a, l, pl->rstart[o->id * 2 + (o->region[1] == r)],
                          at);
            at = pl->start[o->id] + 1;
        }
        r = o->parent;
    }
    intervals_add(pl->a, l, definition_point(pl, v), at);
}

static void add_use(Planner *pl, IrValue *v, const IrOp *op, int arg,
                    bool early)
{
    if (!is_tile(v)) return;
    Use u = {v, op, arg, pl->start[op->id], early};
    vec_push(pl->a, &pl->uses, u);
}

/* a transfer writes dst at op: it is live from there to the end of `until` */
static void add_move(Planner *pl, Moves *to, const IrOp *op, IrValue *dst,
                     IrValue *src, int arg, int point, int until)
{
    if (!is_tile(dst)) return;
    Move m = {op, dst, src};
    vec_push(pl->a, to, m);
    Use u = {src, op, arg, point, is_whole(pl, src)};
    vec_push(pl->a, &pl->uses, u);
    Class *c = class_of(pl, dst);
    intervals_add(pl->a, &c->live, point + 1, until);
}

static void unite(Planner *pl, Class *a, Class *b)
{
    for (int i = 0; i < b->live.n; i++)
        intervals_add(pl->a, &a->live, b->live.p[i].lo, b->live.p[i].hi);
    for (int i = 0; i < b->members.n; i++)
        vec_push(pl->a, &a->members, b->members.p[i]);
    b->up = a;
}

static void force_same(Planner *pl, IrValue *a, IrValue *b)
{
    if (!is_tile(a)) return;
    Class *x = class_of(pl, a), *y = class_of(pl, b);
    if (x != y) unite(pl, x, y);
}

/* ---- transfers of structured ops ----------------------------------------- */

static void scan_loop(Planner *pl, IrOp *op)
{
    int skip = op->op == IR_FOR ? 1 : 0, first = op->op == IR_FOR ? 3 : 0;
    IrRegion *r0 = op->region[0];
    int start = pl->start[op->id], end = pl->end[op->id];
    for (int k = 0; k < op->nresults; k++) {
        IrValue *a = r0->args[skip + k];
        if (op->op == IR_WHILE) force_same(pl, a, op->region[1]->args[k]);
        force_same(pl, a, op->results[k]);
        add_move(pl, &pl->inits, op, a, op->args[first + k], first + k, start,
                 pl->rstart[op->id * 2] + 4);
        if (is_tile(a))
            intervals_add(pl->a, &class_of(pl, a)->live, end, end + 2);
    }
}

/* YIELD of a loop body, CONTINUE, BREAK, COND: operands
 * go to the carried buffers */
static void scan_transfer(Planner *pl, IrOp *op)
{
    IrOp *owner = ir_parent_op(op);
    int skip = op->op == IR_COND ? 1 : 0;
    int at = pl->start[op->id];
    if (op->op == IR_YIELD && owner && owner->op != IR_FOR &&
        owner->op != IR_WHILE) {
        int until = at + 4;
        for (int k = 0; k < owner->nresults; k++)
            add_move(pl, &pl->merges, op, owner->results[k], op->args[k], k, at,
                     until);
        for (int k = 0; k < owner->nresults; k++)
            if (is_tile(owner->results[k]))
                intervals_add(pl->a, &class_of(pl, owner->results[k])->live,
                              pl->end[owner->id], pl->end[owner->id] + 2);
        return;
    }
    IrOp *loop = ir_loop_around(op);
    int first = loop->op == IR_FOR ? 1 : 0;
    bool last = op->op == IR_YIELD; /* carried over the back edge */
    int until = last ? pl->end[loop->id] + 2 : at + 4;
    for (int k = skip; k < op->nargs; k++)
        add_move(pl, &pl->yields, op, loop->region[0]->args[first + k - skip],
                 op->args[k], k, at, until);
}

static void scan_op(void *user, IrOp *op)
{
    Planner *pl = user;
    switch (op->op) {
    case IR_FOR:
    case IR_WHILE: scan_loop(pl, op); return;
    case IR_YIELD:
    case IR_COND:
    case IR_BREAK:
    case IR_CONTINUE: scan_transfer(pl, op); return;
    default: break;
    }
    for (int k = 0; k < op->nargs; k++)
        add_use(pl, op->args[k], op, k,
                may_overwrite(op, k) && is_whole(pl, op->args[k]) &&
                    !operand_needs_copy(pl->f, op, k));
    if (op->nresults && is_tile(op->results[0]) && op->nargs &&
        !(ir_op_info[op->op].flags & OPF_G))
        vec_push(pl->a, &pl->in_place, op);
}

/* ---- merging ------------------------------------------------------------- */

static bool try_unite(Planner *pl, IrValue *dst, IrValue *src)
{
    Class *a = class_of(pl, dst), *b = class_of(pl, src);
    if (a == b) return true;
    if (!is_whole(pl, src) || !is_whole(pl, dst) || a->bytes != b->bytes ||
        a->group != b->group || intervals_meet(&a->live, &b->live))
        return false;
    unite(pl, a, b);
    return true;
}

static void unite_moves(Planner *pl, const Moves *all)
{
    for (int i = 0; i < all->n; i++)
        try_unite(pl, all->p[i].dst, all->p[i].src);
}

static void merge_classes(Planner *pl)
{
    unite_moves(pl, &pl->yields);
    unite_moves(pl, &pl->merges);
    unite_moves(pl, &pl->inits);
    for (int i = 0; i < pl->in_place.n; i++) {
        IrOp *op = pl->in_place.p[i];
        if (pl->p->where[op->results[0]->id].base) continue;
        for (int k = 0; k < op->nargs; k++)
            if (may_overwrite(op, k) && !operand_needs_copy(pl->f, op, k) &&
                try_unite(pl, op->results[0], op->args[k]))
                break;
    }
}

/* the class an early use hopes to share; NULL: none */
static Class *sharing_class(Planner *pl, const Use *u)
{
    switch (u->op->op) {
    case IR_FOR: return class_of(pl, u->op->region[0]->args[u->arg - 2]);
    case IR_WHILE: return class_of(pl, u->op->region[0]->args[u->arg]);
    case IR_YIELD:
    case IR_COND:
    case IR_BREAK:
    case IR_CONTINUE: return class_of(pl, ir_handed_to(u->op, u->arg));
    default: return class_of(pl, u->op->results[0]);
    }
}

/* a use that did not come to share its buffer lasts
 * while the result is written */
static void extend_late_uses(Planner *pl)
{
    for (int i = 0; i < pl->uses.n; i++) {
        Use *u = &pl->uses.p[i];
        Class *c = class_of(pl, u->v);
        if (u->early && sharing_class(pl, u) != c)
            intervals_add(pl->a, &c->live, u->at, u->at + 2);
    }
}

/* ---- scratch ------------------------------------------------------------- */

static int new_slot(Planner *pl, int64_t bytes, int group)
{
    Slot *s = NEW(pl->a, Slot);
    s->bytes = bytes;
    s->group = group;
    vec_push(pl->a, &pl->p->slots, s);
    return pl->p->slots.n - 1;
}

static void add_temp(Planner *pl, const IrOp *op, int which, int64_t bytes)
{
    int at = pl->start[op->id], s = new_slot(pl, bytes, pl->opgroup[op->id]);
    intervals_add(pl->a, &pl->p->slots.p[s]->live, at, at + 2);
    pl->p->temp[op->id][which] = s;
}

static void plan_scratch(void *user, IrOp *op)
{
    Planner *pl = user;
    for (int k = 0; k < op->nargs && k < TEMP_SUM; k++)
        if (operand_needs_copy(pl->f, op, k)) {
            Type dense = *op->args[k]->type;
            for (int i = 0; i < dense.rank; i++)
                if (dense.shape[i] < 0)
                    ice(pl->f->s, op->span,
                        "buffers: an operand of dynamic shape");
            add_temp(pl, op, TEMP_ARG + k, ir_bytes(&dense));
        }
    if (op->op == IR_MATMUL &&
        (op->results[0]->type->dtype == QW_BF16 ||
         op->results[0]->type->dtype == QW_F16))
        add_temp(pl, op, TEMP_SUM, ir_bytes(op->results[0]->type) * 2);
}

/* transfers that permute buffers, or move a view within
 * its own, go through scratch */
static void plan_swap(Planner *pl, const Move *m, const Moves *all)
{
    bool same = class_of(pl, m->dst) == class_of(pl, m->src),
         hazard = same && !is_whole(pl, m->src);
    for (int k = 0; k < all->n && !hazard && !same; k++)
        hazard = all->p[k].op == m->op && &all->p[k] != m &&
            class_of(pl, all->p[k].src) == class_of(pl, m->dst);
    int64_t bytes = ir_bytes(m->dst->type);
    int have = pl->p->temp[m->op->id][TEMP_SWAP];
    if (hazard && (have < 0 || pl->p->slots.p[have]->bytes < bytes))
        add_temp(pl, m->op, TEMP_SWAP, bytes);
}

static void plan_swaps(Planner *pl, const Moves *all)
{
    for (int i = 0; i < all->n; i++) plan_swap(pl, &all->p[i], all);
}

static void make_slots(Planner *pl)
{
    for (int i = 0; i < pl->tiles.n; i++) {
        IrValue *v = pl->tiles.p[i];
        Class *c = class_of(pl, v);
        if (c->slot < 0) {
            c->slot = new_slot(pl, c->bytes, c->group);
            pl->p->slots.p[c->slot]->live = c->live;
        }
        pl->p->where[v->id].slot = c->slot;
        vec_push(pl->a, &pl->p->slots.p[c->slot]->members, v);
    }
}

static Planner *planner_new(IrFunc *f)
{
    Arena *a = f->arena;
    Planner *pl = NEW(a, Planner);
    pl->f = f;
    pl->a = a;
    pl->p = NEW(a, Plan);
    pl->p->where = NEW_ARRAY(a, Where, f->next_value + 1);
    pl->p->temp = arena_alloc_array(a, (size_t)f->next_op + 1,
                                    sizeof *pl->p->temp);
    pl->p->group = NEW_ARRAY(a, int, f->next_op + 1);
    pl->start = NEW_ARRAY(a, int, f->next_op + 1);
    pl->end = NEW_ARRAY(a, int, f->next_op + 1);
    pl->rstart = NEW_ARRAY(a, int, 2 * f->next_op + 2);
    pl->opgroup = NEW_ARRAY(a, int, f->next_op + 1);
    pl->cls = NEW_ARRAY(a, Class *, f->next_value + 1);
    for (int i = 0; i <= f->next_value; i++) pl->p->where[i].slot = -1;
    memset(pl->p->temp, -1, ((size_t)f->next_op + 1) * sizeof *pl->p->temp);
    return pl;
}

Plan *plan_buffers(IrFunc *f)
{
    Planner *pl = planner_new(f);
    number(pl, f->body, 0);
    ir_walk(f->body, scan_op, pl);
    for (int i = 0; i < pl->uses.n; i++) {
        const Use *u = &pl->uses.p[i];
        live_until(pl, &class_of(pl, u->v)->live, u->v, u->op,
                   u->at + (u->early ? 1 : 2));
    }
    for (int i = 0; i < pl->tiles.n; i++) {
        IrValue *v = pl->tiles.p[i];
        int at = definition_point(pl, v);
        intervals_add(pl->a, &class_of(pl, v)->live, at, at + 1);
    }
    merge_classes(pl);
    extend_late_uses(pl);
    ir_walk(f->body, plan_scratch, pl);
    plan_swaps(pl, &pl->yields);
    plan_swaps(pl, &pl->merges);
    plan_swaps(pl, &pl->inits);
    make_slots(pl);
    pack_frame(pl->a, pl->p);
    return pl->p;
}
