/* Buffers that a loop's body allocates go back at the end of each iteration,
 * except those that the loop carries: they alternate between one more than the
 * values that carry them. */
#include "back/emit.h"

/* in how many of its carried values the loop hands the buffer to its next
 * iteration; the first MAX_CARRIED of them are put into `slot` */
static int escapes(Em *e, const IrOp *alloc, const IrOp *loop,
                   int slot[MAX_CARRIED])
{
    bool *reached = NEW_ARRAY(e->a, bool, e->f->next_value + 1);
    reached[alloc->results[0]->id] = true;
    ir_spread(e->f, loop, FLOW_FORWARD, reached);
    int n = 0, skip = loop->op == IR_FOR;
    for (int k = 0; k < loop->nresults; k++) {
        if (!reached[loop->region[0]->args[skip + k]->id]) continue;
        if (n < MAX_CARRIED) slot[n] = k;
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

/* Of n + 1 buffers one is in none of the n values that the loop carries. */
static bool can_rotate(const IrOp *alloc, const IrOp *loop, const int *slot,
                       int n)
{
    if (n < 1 || n > MAX_CARRIED || ir_loop_around(alloc) != loop ||
        loop->op != IR_FOR || !is_static_alloc(alloc))
        return false;
    for (int i = 0; i < n; i++)
        if (!carries_whole(loop, slot[i])) return false;
    return true;
}

static void rotate(Em *e, IrOp *alloc, const IrOp *loop, const int *slot, int n)
{
    struct Rotation r = {.alloc = alloc, .n = n};
    for (int i = 0; i < n; i++)
        r.carried[i] = loop->region[0]->args[1 + slot[i]];
    alloc_several(e, alloc, n + 1, r.buffer);
    vec_push(e->a, &e->rotations, r);
}

/* is there something to release at the end of an iteration: a buffer of the
 * body itself, or those between which a loop in it alternates */
static bool leaves_buffers(Em *e, const IrOp *alloc, const IrOp *loop)
{
    int slot[MAX_CARRIED];
    const IrOp *nearest = ir_loop_around(alloc);
    return nearest == loop || escapes(e, alloc, nearest, slot) > 0;
}

bool releases_buffers(Em *e, IrOp *loop)
{
    Allocs all = {.a = e->a};
    bool release = true, some = false;
    ir_walk(loop->region[0], collect_alloc, &all);
    if (loop->region[1]) ir_walk(loop->region[1], collect_alloc, &all);
    for (int i = 0; i < all.ops.n; i++) {
        IrOp *alloc = all.ops.p[i];
        int slot[MAX_CARRIED], n = escapes(e, alloc, loop, slot);
        if (can_rotate(alloc, loop, slot, n)) {
            rotate(e, alloc, loop, slot, n);
            continue;
        }
        release &= n == 0;
        some |= leaves_buffers(e, alloc, loop);
    }
    return release && some;
}

const struct Rotation *alloc_rotation(const Em *e, const IrOp *alloc)
{
    for (int i = 0; i < e->rotations.n; i++)
        if (e->rotations.p[i].alloc == alloc) return &e->rotations.p[i];
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
