/* Records for parallel loops that the compiler could not decide (language.md
 * 13.2): before an op in such a loop reads or writes a tensor that the loop
 * writes, a qw_touch tells the runtime which valid rectangle.  The runtime
 * compares the rectangles of different iterations after the loop (E0913).
 *
 * Memory that an iteration allocates for itself is left out, and so are loops
 * inside a task: they run in order.
 *
 * Code for measuring tells the same of every access, for traces. */
#include "back/emit.h"

static const IrOp *undecided_loop(Em *e, const IrOp *op)
{
    const IrOp *nest = NULL;
    for (const IrOp *o = ir_parent_op(op); o && !nest; o = ir_parent_op(o))
        if (o->op == IR_FOR && o->at.verdict == PAR_UNDECIDED)
            nest = loop_nest(e->plan, o);
    return nest;
}

static Ex list(Em *e, int n, const Ex *x)
{
    Text t = {.a = e->a};
    for (int k = 0; k < n; k++)
        text_printf(&t, "%s%s", k ? ", " : "", ex_fmt(e, 0, "%e", x[k]).s);
    return (Ex){.s = arena_printf(e->a, "(const int64_t[]){%s}",
                                  n ? text_str(&t) : "1"),
                .prec = PREC_POST};
}

/* ---- which iteration runs ------------------------------------------------ */

typedef struct Part {
    const IrValue *from;
    const IrOp *loop;
} Part;

static void find_part(void *user, IrOp *op)
{
    Part *p = user;
    if (op->op == IR_FOR && op->at.part && op->args[0] == p->from) p->loop = op;
}

/* the loop over the iterations of the source: this one, or if it goes over
 * chunks the one in it */
static const IrOp *source_loop(const IrOp *loop)
{
    Part p = {loop->region[0]->args[0], loop};
    ir_walk(loop->region[0], find_part, &p);
    return p.loop;
}

static bool counts_from_0(const IrOp *loop)
{
    return ir_is_int(loop->args[0], 0) && ir_is_int(loop->args[2], 1);
}

/* Iterations are told by the variables of the source, so that neither the chunk
 * nor the order in which tasks are counted shows: where a task begins, its
 * first one, which does what stands before the loops in the task; there each
 * one.  A lone loop from 0 on is told by the index. */
void emit_iteration(Em *e, const IrOp *loop)
{
    const bool begins = e->nest.n && loop == e->nest.p[0].loop;
    const IrOp *innermost = NULL;
    bool undecided = false, plain = e->nest.n == 1;
    Ex value[IR_MAX_RANK + 2];
    int n = 0;
    for (int k = 0; k < e->nest.n && n < (int)LEN(value); k++) {
        const IrOp *level = e->nest.p[k].loop, *source = source_loop(level);
        undecided |= level->at.verdict == PAR_UNDECIDED;
        plain &= source == level && counts_from_0(level);
        if (source != level && (!innermost || ir_inside(source, innermost)))
            innermost = source;
        n++;
    }
    if (!undecided || plain || !(begins || loop == innermost)) return;
    for (int k = 0; k < n; k++) {
        const IrOp *level = e->nest.p[k].loop,
                   *told = begins ? level : source_loop(level);
        value[k] = em_value(e, told->region[0]->args[0]);
    }
    put_line(e, "qw_iteration(%w, %d, %e);", (int64_t)n, list(e, n, value));
}

const char *compared_loops(Em *e)
{
    Text t = {.a = e->a};
    bool undecided = false;
    for (int k = 0; k < e->nest.n; k++)
        undecided |= e->nest.p[k].loop->at.verdict == PAR_UNDECIDED;
    for (int k = 0; undecided && k < e->nest.n; k++) {
        const Str name = source_loop(e->nest.p[k].loop)->at.name;
        text_printf(&t, "%s%s", k ? "," : "", name ? name->s : "_");
    }
    return undecided ? text_str(&t) : NULL;
}

/* a loop of tasks in the scope behind this one takes
 * the rest of its iterations */
bool has_rest(Em *e, const IrOp *loop)
{
    const IrOp *scope = loop->next;
    if (loop->at.verdict != PAR_UNDECIDED || !scope || scope->op != IR_SCOPE)
        return false;
    for (const IrOp *op = scope->region[0]->first; op; op = op->next)
        if (op->op == IR_FOR && op->at.part && loop_is_outlined(e->plan, op))
            return true;
    return false;
}

/* ---- what it touches ----------------------------------------------------- */

typedef struct Written {
    Em *e;
    IrValue *t;
    const IrOp *loop;
    bool found;
} Written;

static bool is_shared(Em *e, const IrValue *t, const IrOp *loop)
{
    const IrOrigins o = ir_origins(e->a, t);
    for (int i = 0; i < o.root.n; i++)
        if (!ir_inside(o.root.p[i]->def, loop)) return true;
    return false;
}

static void find_writer(void *user, IrOp *op)
{
    Written *w = user;
    if (w->found || !(ir_op_info[op->op].flags & OPF_W) || !op->nargs ||
        op->args[0]->type->kind != TY_TENSOR)
        return;
    w->found = em_may_overlap(w->e, op->args[0], w->t);
}

/* could another iteration write what this one touches? */
static bool is_recorded(Em *e, IrValue *t, const IrOp *loop)
{
    Written w = {e, t, loop, false};
    if (!is_shared(e, t, loop)) return false;
    ir_walk(((IrOp *)(uintptr_t)loop)->region[0], find_writer, &w);
    return w.found;
}

enum { MOVED_READ = 4, MOVED_WRITE }; /* kinds that only a trace wants */

static void touch(Em *e, const IrOp *op, IrValue *t, int kind, Mat m,
                  const Ex *extent)
{
    if (kind >= MOVED_READ) {
        put_line(e, "qw_moved(%w, %d, %e, %d, %d, %e, %e);",
                 (int64_t)(kind == MOVED_WRITE), m.ptr,
                 (int64_t)qw_dtype_size(m.dt), (int64_t)m.rank,
                 list(e, m.rank, extent), list(e, m.rank, m.stride));
        return;
    }
    put_line(e, "qw_touch(%w, %e, %d, %e, %d, %d, %e, %e);",
             em_site(e, op, em_subject(t), -1), (int64_t)kind, m.ptr,
             (int64_t)qw_dtype_size(m.dt), (int64_t)m.rank,
             list(e, m.rank, extent), list(e, m.rank, m.stride));
}

static void touch_valid(Em *e, const IrOp *op, IrValue *t, int kind)
{
    Mat m = mat_of(e, t);
    if (t->def && t->def->at.rows) m.valid[0] = ex_int(e, t->def->at.rows);
    touch(e, op, t, kind, m, m.valid);
}

/* the window of args[0] at args[first..] with the
 * extents of x; NULL: one element */
static void touch_window(Em *e, IrOp *op, int first, IrValue *x, int kind)
{
    IrValue *t = op->args[0];
    Ex extent[IR_MAX_RANK];
    Mat m = mat_window(e, t, op->args + first, x ? op->at.drop : 0);
    for (int k = 0; k < m.rank; k++)
        extent[k] = x ? em_value(e, ir_valid(e->f, x, k)) : ex_int(e, 1);
    if (op->at.rows) extent[0] = ex_int(e, op->at.rows);
    touch(e, op, t, kind, m, extent);
}

static void touch_operands(Em *e, IrOp *op, int from, const IrOp *loop)
{
    for (int k = from; k < op->nargs; k++)
        if (op->args[k]->type->kind == TY_TENSOR &&
            is_recorded(e, op->args[k], loop))
            touch_valid(e, op, op->args[k], 0);
}

void emit_touches(Em *e, IrOp *op)
{
    const IrClass c = ir_op_info[op->op].cls;
    const IrOp *loop = c == CLS_MEMORY || c >= CLS_TILE ? undecided_loop(e, op)
                                                        : NULL;
    if (!loop) return;
    const bool memory = c == CLS_MEMORY,
               recorded = memory && is_recorded(e, op->args[0], loop);
    if (recorded && op->op == IR_LOAD)
        touch_window(e, op, 1, op->results[0], 0);
    if (recorded && op->op == IR_READ) touch_window(e, op, 1, NULL, 0);
    if (recorded && op->op == IR_WRITE) touch_window(e, op, 2, NULL, 1);
    if (recorded && (op->op == IR_STORE || op->op == IR_COPY))
        touch_window(e, op, 2, op->args[1], op->at.atomic ? 2 : 1);
    touch_operands(e, op, memory ? 1 : 0, loop);
}

void emit_traffic(Em *e, IrOp *op)
{
    const IrClass c = ir_op_info[op->op].cls;
    if (op->op == IR_LOAD)
        touch_window(e, op, 1, op->results[0], MOVED_READ);
    else if (op->op == IR_STORE || op->op == IR_COPY)
        touch_window(e, op, 2, op->args[1], MOVED_WRITE);
    if (op->op != IR_COPY && c < CLS_TILE) return;
    for (int k = op->op == IR_COPY; k < op->nargs; k++)
        if (op->args[k]->type->kind == TY_TENSOR)
            touch_valid(e, op, op->args[k], MOVED_READ);
}
