/* Marks the nests whose iterations, counted through, become the
 * tasks: of loops that stand in one another the outermost alone would
 * leave threads without work.
 *
 *   for parallel %b = 0, %n, 1 verdict(independent) {
 *       %len: i32 = read %lens [%b]
 *       for parallel %g = 0, 8, 1 verdict(independent) { ... }
 *   }
 * ->
 *       for parallel %g = 0, 8, 1 verdict(independent) flat { ... }
 *
 * A task does what stands between the loops again.  So that must be scalars and
 * references, give the same in each of its tasks, and count nothing (W0901);
 * the inner loop is the last of its body, its bounds are those of all
 * iterations, and its step is never 0. */
#include "pass/passes.h"

enum { MAX_REPEATED = 64 }; /* ops between two loops */

typedef struct Nests {
    IrFunc *f;
    PassCtx *c;
    bool changed;
} Nests;

/* ---- what stands between the loops --------------------------------------- */

typedef struct Meets {
    IrFunc *f;
    const Rect *read;
    bool found;
} Meets;

static void meet_writer(void *user, IrOp *op)
{
    Meets *m = user;
    Access a[MAX_ACCESS];
    if (!(ir_op_info[op->op].flags & OPF_W) || m->found) return;
    m->found = region_accesses(m->f, op, a) == 0 ||
        !region_disjoint(m->f, &a[0].rect, m->read);
}

/* does the inner loop leave alone what the op reads before it? */
static bool reads_the_same(IrFunc *f, IrOp *read, IrOp *inner)
{
    Access a[MAX_ACCESS];
    region_accesses(f, read, a);
    Meets m = {f, &a[0].rect, false};
    ir_walk(inner->region[0], meet_writer, &m);
    return !m.found;
}

/* how many ops a task repeats; more than enough where it must not */
static int repeated(IrFunc *f, const IrRegion *r, IrOp *inner)
{
    int n = 0;
    for (IrOp *op = r->first; op && op != inner; op = op->next, n++) {
        const IrClass c = ir_op_info[op->op].cls;
        if (op->op == IR_YIELD) return n;
        if (op->op == IR_IF) {
            n += repeated(f, op->region[0], inner) +
                repeated(f, op->region[1], inner);
            continue;
        }
        const bool counts = op->op == IR_CLAMP_VALID && !op->at.safe;
        const bool plain = c == CLS_SCALAR || (c == CLS_CHECK && !counts) ||
            ir_is_view(op);
        if (!plain && !(op->op == IR_READ && reads_the_same(f, op, inner)))
            return n + MAX_REPEATED + 1;
    }
    return n;
}

/* ---- bounds -------------------------------------------------------------- */

/* has the value before the loop, or may be given it there */
static bool is_fixed(const IrValue *v, const IrOp *outer, int *steps)
{
    if (!value_inside(v, outer)) return true;
    const IrOp *op = v->def;
    if (--*steps < 0 || !op || ir_op_info[op->op].cls != CLS_SCALAR ||
        ir_may_fail(op))
        return false;
    for (int i = 0; i < op->nargs; i++)
        if (!is_fixed(op->args[i], outer, steps)) return false;
    return true;
}

static void move_before(IrValue *v, IrOp *outer)
{
    if (!value_inside(v, outer)) return;
    for (int i = 0; i < v->def->nargs; i++) move_before(v->def->args[i], outer);
    ir_remove(v->def);
    ir_insert_before(outer, v->def);
}

/* ---- nests --------------------------------------------------------------- */

static bool makes_tasks(const IrOp *op)
{
    return op->op == IR_FOR && !op->nresults &&
        (op->at.loop == LOOP_PARALLEL || op->at.loop == LOOP_SPMD) &&
        (op->at.verdict == PAR_INDEPENDENT || op->at.verdict == PAR_UNDECIDED);
}

static IrOp *inner_loop(const IrOp *loop)
{
    for (IrOp *op = loop->region[0]->first; op; op = op->next)
        if (makes_tasks(op)) return op;
    return NULL;
}

/* why the loop in `loop` is no level of the nest that begins with `outer` */
static const char *obstacle(Nests *x, const IrOp *outer, const IrOp *loop,
                            IrOp *inner)
{
    if (inner->next != loop->region[0]->last)
        return "something follows the inner loop";
    const IrRange step = ir_range(x->f, inner->args[2]);
    int steps = MAX_REPEATED;
    if (step.lo <= 0 && step.hi >= 0) /* fails where the loop stands */
        return "the inner loop's step may be 0";
    for (int i = 0; i < 3; i++)
        if (!is_fixed(inner->args[i], outer, &steps))
            return "the inner loop's bounds differ between iterations";
    if (repeated(x->f, loop->region[0], inner) > MAX_REPEATED)
        return "more than scalars stands before the inner loop";
    return NULL;
}

static void flatten(Nests *x, IrOp *outer)
{
    IrOp *loop = outer, *inner;
    for (; (inner = inner_loop(loop)) != NULL; loop = inner) {
        const char *why = obstacle(x, outer, loop, inner);
        fusion_note(x->c, "nest", inner, outer->span, !why, 0,
                    why ? why : "each iteration of the nest is a task");
        if (why) return;
        for (int i = 0; i < 3; i++) move_before(inner->args[i], outer);
        inner->at.flat = x->changed = true;
    }
}

static void find_outermost(Nests *x, IrRegion *r)
{
    for (IrOp *op = r->first; op; op = op->next) {
        if (makes_tasks(op)) {
            flatten(x, op);
            continue;
        }
        for (int i = 0; i < 2 && op->region[i]; i++)
            find_outermost(x, op->region[i]);
    }
}

bool pass_nests(IrFunc *f, PassCtx *c)
{
    Nests x = {f, c, false};
    find_outermost(&x, f->body);
    return x.changed;
}
