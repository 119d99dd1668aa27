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

/* YIELD of the body, COND, BREAK, CONTINUE: what puts values into slots */
static bool hands_on(const IrOp *op, const IrOp *loop)
{
    const bool ends = ir_is_exit(op) || op->op == IR_COND ||
        (op->op == IR_YIELD && ir_parent_op(op) == loop);
    return ends && ir_loop_around(op) == loop;
}

static void follow_transfer(void *user, IrOp *op)
{
    const Slot *c = user;
    const int at = c->k + (op->op == IR_COND);
    if (hands_on(op, c->loop) && at < op->nargs)
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

/* ---- references that are never the same ----------------------------------- */

typedef struct Both {
    const IrValue *x, *y;
} Both;

typedef struct Apart {
    Arena *a;
    VEC(Both) assumed; /* of an earlier iteration: that the proof is for */
} Apart;

typedef struct Slots {
    Apart *p;
    const IrOp *loop;
    int x, y;
    bool ok;
} Slots;

static bool apart(Apart *p, const IrValue *x, const IrValue *y);

static bool is_buffer(const IrValue *v)
{
    return !v->arg_of && (!v->def || v->def->op == IR_ALLOC);
}

static bool origins_apart(Arena *a, const IrValue *x, const IrValue *y)
{
    const IrOrigins ox = ir_origins(a, x), oy = ir_origins(a, y);
    for (int i = 0; i < ox.root.n; i++)
        for (int k = 0; k < oy.root.n; k++)
            if (ox.root.p[i] == oy.root.p[k]) return false;
    return true;
}

static void transfer_apart(void *user, IrOp *op)
{
    Slots *c = user;
    const int from = op->op == IR_COND;
    if (!hands_on(op, c->loop) || !c->ok) return;
    c->ok = c->x + from < op->nargs && c->y + from < op->nargs &&
        apart(c->p, op->args[c->x + from], op->args[c->y + from]);
}

/* Two slots of a loop: apart before it, and whatever puts something into them
 * puts in what is apart. */
static bool slots_apart(Apart *p, const IrOp *loop, int x, int y)
{
    Slots c = {p, loop, x, y, true};
    if (!apart(p, first_carried(loop, x), first_carried(loop, y))) return false;
    for (int i = 0; i < 2 && loop->region[i]; i++)
        ir_walk(loop->region[i], transfer_apart, &c);
    return c.ok;
}

/* x is a result of a branch or a scope; y may be another one of it */
static bool arms_apart(Apart *p, const IrValue *x, const IrValue *y)
{
    for (int i = 0; i < 2 && x->def->region[i]; i++) {
        const IrOp *end = x->def->region[i]->last;
        if (!end || end->op != IR_YIELD) return false;
        const IrValue *other = y->def == x->def ? end->args[y->index] : y;
        if (!apart(p, end->args[x->index], other)) return false;
    }
    return true;
}

static bool is_merged(const IrValue *v)
{
    return v->def && !ir_is_loop(v->def) && v->def->region[0];
}

static bool apart(Apart *p, const IrValue *x, const IrValue *y)
{
    x = ir_behind_views(x);
    y = ir_behind_views(y);
    if (x == y) return false;
    if (is_buffer(x) && is_buffer(y)) return true;
    for (int i = 0; i < p->assumed.n; i++) {
        const Both b = p->assumed.p[i];
        if ((b.x == x && b.y == y) || (b.x == y && b.y == x)) return true;
    }
    vec_push(p->a, &p->assumed, ((Both){x, y}));
    if (x->arg_of && x->arg_of == y->arg_of)
        return slots_apart(p, x->arg_of->owner, carried_slot(x),
                           carried_slot(y));
    if (x->def && x->def == y->def && ir_is_loop(x->def))
        return slots_apart(p, x->def, x->index, y->index);
    if (is_merged(x)) return arms_apart(p, x, y);
    if (is_merged(y)) return arms_apart(p, y, x);
    return origins_apart(p->a, x, y);
}

bool ir_never_same(Arena *a, const IrValue *x, const IrValue *y)
{
    Apart p = {.a = a};
    return apart(&p, x, y);
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
