/* Buffers that a loop's body allocates go back at the end of each iteration,
 * except those that the loop carries: they alternate between two. */
#include "back/emit.h"

/* does the buffer outlive an iteration of the loop, in how many carried values? */
static int escapes(Em *e, const IrOp *alloc, const IrOp *loop, int *position)
{
    bool *reached = NEW_ARRAY(e->a, bool, e->f->next_value + 1);
    reached[alloc->results[0]->id] = true;
    ir_spread(e->f, loop, FLOW_FORWARD, reached);
    int n = 0, skip = loop->op == IR_FOR;
    for (int k = 0; k < loop->nresults; k++) {
        if (!reached[loop->region[0]->args[skip + k]->id]) continue;
        *position = k;
        n++;
    }
    return n;
}

typedef struct Allocs {
    VEC(IrOp *) ops;
    Arena *a;
} Allocs;

static void collect_alloc(void *user, IrOp *op)
{
    Allocs *all = user;
    if (op->op == IR_ALLOC) vec_push(all->a, &all->ops, op);
}

static bool is_static_alloc(const IrOp *alloc)
{
    int64_t n;
    for (int k = 0; k < alloc->nargs; k++)
        if (!ir_is_const_int(alloc->args[k], &n)) return false;
    return true;
}

/* a reference that points to the start of a buffer: pointers can be compared */
static bool is_whole(const IrValue *t)
{
    while (t->def && (t->def->op == IR_TRESHAPE || t->def->op == IR_TSETVALID))
        t = t->def->args[0];
    if (!t->def || t->def->op == IR_ALLOC) return true;
    for (int i = 0; t->def->op == IR_IF && i < 2; i++) {
        const IrOp *end = t->def->region[i]->last;
        if (end->op == IR_YIELD && !is_whole(end->args[t->index])) return false;
    }
    return t->def->op == IR_IF;
}

typedef struct Handed {
    const IrOp *loop;
    int slot;
    bool whole;
} Handed;

static void hand_on(void *user, IrOp *op)
{
    Handed *h = user;
    if (op->op == IR_CONTINUE && ir_loop_around(op) == h->loop)
        h->whole &= is_whole(op->args[h->slot]);
}

/* does every iteration hand on the start of a buffer? */
static bool carries_whole(const IrOp *loop, int slot)
{
    IrRegion *body = loop->region[0];
    Handed h = {loop, slot, is_whole(body->last->args[slot])};
    ir_walk(body, hand_on, &h);
    return h.whole;
}

bool releases_buffers(Em *e, IrOp *loop)
{
    Allocs all = {.a = e->a};
    bool release = true, some = false;
    ir_walk(loop->region[0], collect_alloc, &all);
    if (loop->region[1]) ir_walk(loop->region[1], collect_alloc, &all);
    for (int i = 0; i < all.ops.n; i++) {
        IrOp *alloc = all.ops.p[i];
        int position = 0, n = escapes(e, alloc, loop, &position);
        bool own = ir_loop_around(alloc) == loop;
        bool rotates = n == 1 && own && loop->op == IR_FOR &&
            is_static_alloc(alloc) && carries_whole(loop, position);
        some |= own && !rotates;
        release &= !n || rotates;
        if (!rotates) continue;
        struct Rotation r = {.alloc = alloc,
                             .carried = loop->region[0]->args[1 + position]};
        alloc_pair(e, alloc, r.pair);
        vec_push(e->a, &e->rotations, r);
    }
    return release && some;
}

const int *alloc_rotation(Em *e, const IrOp *alloc, IrValue **carried)
{
    for (int i = 0; i < e->rotations.n; i++) {
        if (e->rotations.p[i].alloc != alloc) continue;
        *carried = e->rotations.p[i].carried;
        return e->rotations.p[i].pair;
    }
    return NULL;
}

void open_iteration(Em *e, bool release)
{
    int v = 0;
    if (release) {
        v = var_new(e, "mark", "int64_t", true);
        put_decl(e, v, false, "qw_mark(%w)");
    }
    vec_push(e->a, &e->marks, v);
}

void release_iteration(Em *e)
{
    int v = e->marks.n ? vec_last(&e->marks) : 0;
    if (v) put_line(e, "qw_release(%w, %e);", ex_var(e, v));
}
