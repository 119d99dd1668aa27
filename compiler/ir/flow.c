/* What the nesting of regions says: which loop an op belongs to,
 * who leaves it early, what memory a reference may have been made
 * from and where it gets to. */
#include "ir/ir.h"

bool ir_is_loop(const IrOp *op)
{
    return op->op == IR_FOR || op->op == IR_WHILE;
}

bool ir_is_exit(const IrOp *op)
{
    return op->op == IR_BREAK || op->op == IR_CONTINUE;
}

bool ir_inside(const IrOp *op, const IrOp *outer)
{
    while (op && op != outer) op = ir_parent_op(op);
    return op != NULL;
}

IrOp *ir_loop_around(const IrOp *op)
{
    IrOp *p = ir_parent_op(op);
    while (p && !ir_is_loop(p)) p = ir_parent_op(p);
    return p;
}

IrValue *ir_handed_to(const IrOp *end, int k)
{
    const IrOp *owner = ir_parent_op(end), *loop = ir_loop_around(end);
    const bool cond = end->op == IR_COND;
    if (end->op == IR_YIELD && !ir_is_loop(owner)) return owner->results[k];
    if (cond && k == 0) return NULL;
    return loop->region[0]->args[k - cond + (loop->op == IR_FOR)];
}

const IrOp *ir_find_exit(const IrRegion *body, IrExit which)
{
    for (const IrOp *op = body ? body->first : NULL; op; op = op->next) {
        if (op->op == IR_BREAK ||
            (op->op == IR_CONTINUE && which != EXIT_BREAK))
            return op;
        if (ir_is_loop(op)) continue; /* its own */
        for (int i = 0; i < 2; i++) {
            const IrOp *found = ir_find_exit(op->region[i], which);
            if (found) return found;
        }
    }
    return NULL;
}

/* ---- references ---------------------------------------------------------- */

bool ir_is_view(const IrOp *op)
{
    return ir_op_info[op->op].cls == CLS_TENSOR && op->op != IR_ALLOC;
}

static const IrValue *ir_behind_views(const IrValue *v)
{
    while (v->def && ir_is_view(v->def)) v = v->def->args[0];
    return v;
}

/* the slot of a loop's argument; -1: its variable */
static int carried_slot(const IrValue *v)
{
    return v->index - (v->arg_of->owner->op == IR_FOR);
}

static const IrValue *first_carried(const IrOp *loop, int slot)
{
    return loop->args[slot + (loop->op == IR_FOR ? 3 : 0)];
}

const IrValue *ir_before_loops(const IrValue *v)
{
    for (;;) {
        v = ir_behind_views(v);
        const IrOp *loop = v->arg_of ? v->arg_of->owner : NULL;
        if (!loop || !ir_is_loop(loop) || carried_slot(v) < 0) return v;
        v = first_carried(loop, carried_slot(v));
    }
}

typedef struct Search {
    Arena *a;
    VEC(const IrValue *) seen;
    IrOrigins found;
} Search;

typedef struct Slot {
    Search *s;
    const IrOp *loop;
    int k;
} Slot;

static void find_origins(Search *s, const IrValue *v);

/* YIELD of the body, COND, BREAK, CONTINUE: what they put into slot k */
static void follow_transfer(void *user, IrOp *op)
{
    const Slot *c = user;
    const bool ends = ir_is_exit(op) || op->op == IR_COND ||
        (op->op == IR_YIELD && ir_parent_op(op) == c->loop);
    const int at = c->k + (op->op == IR_COND);
    if (ends && ir_loop_around(op) == c->loop && at < op->nargs)
        find_origins(c->s, op->args[at]);
}

static void follow_loop(Search *s, const IrOp *loop, int k)
{
    Slot c = {s, loop, k};
    find_origins(s, first_carried(loop, k));
    for (int i = 0; i < 2 && loop->region[i]; i++)
        ir_walk(loop->region[i], follow_transfer, &c);
}

static void find_origins(Search *s, const IrValue *v)
{
    v = ir_behind_views(v);
    for (int i = 0; i < s->seen.n; i++)
        if (s->seen.p[i] == v) return;
    vec_push(s->a, &s->seen, v);
    if (v->arg_of) {
        follow_loop(s, v->arg_of->owner, carried_slot(v));
    } else if (!v->def || v->def->op == IR_ALLOC) {
        vec_push(s->a, &s->found.root, v);
    } else if (ir_is_loop(v->def)) {
        follow_loop(s, v->def, v->index);
    } else {
        for (int i = 0; i < 2 && v->def->region[i]; i++) {
            const IrOp *end = v->def->region[i]->last;
            if (end && end->op == IR_YIELD)
                find_origins(s, end->args[v->index]);
        }
    }
}

IrOrigins ir_origins(Arena *a, const IrValue *v)
{
    Search s = {.a = a};
    find_origins(&s, v);
    return s.found;
}

/* ---- where references get to --------------------------------------------- */

typedef struct Edge {
    int to; /* a value id */
    struct Edge *next;
} Edge;

typedef struct Edges {
    Arena *a;
    Edge **of; /* by value id */
    IrFlow direction;
} Edges;

static void add_edge(Edges *e, const IrValue *from, const IrValue *to)
{
    if (!to || to->type->kind != TY_TENSOR) return;
    const IrValue *at = e->direction == FLOW_FORWARD ? from : to;
    Edge *edge = NEW(e->a, Edge);
    edge->to = (at == from ? to : from)->id;
    edge->next = e->of[at->id];
    e->of[at->id] = edge;
}

static void add_edges(void *user, IrOp *op)
{
    Edges *e = user;
    if (ir_is_view(op)) add_edge(e, op->args[0], op->results[0]);
    for (int k = 0; ir_is_loop(op) && k < op->nresults; k++) {
        const IrValue *arg = op->region[0]->args[k + (op->op == IR_FOR)];
        add_edge(e, first_carried(op, k), arg);
        if (op->region[1]) add_edge(e, arg, op->region[1]->args[k]);
        add_edge(e, arg, op->results[k]);
    }
    for (int k = 0; ir_op_info[op->op].flags & OPF_T && k < op->nargs; k++)
        add_edge(e, op->args[k], ir_handed_to(op, k));
}

void ir_spread(IrFunc *f, const IrOp *inside, IrFlow direction, bool *set)
{
    Edges e = {f->arena, NEW_ARRAY(f->arena, Edge *, f->next_value + 1),
               direction};
    VEC(int) work = {0};
    for (int i = 0; i < 2 && inside; i++)
        if (inside->region[i]) ir_walk(inside->region[i], add_edges, &e);
    if (!inside) ir_walk(f->body, add_edges, &e);
    for (int id = 0; id < f->next_value; id++)
        if (set[id]) vec_push(f->arena, &work, id);
    while (work.n)
        for (const Edge *k = e.of[work.p[--work.n]]; k; k = k->next) {
            if (set[k->to]) continue;
            set[k->to] = true;
            vec_push(f->arena, &work, k->to);
        }
}
