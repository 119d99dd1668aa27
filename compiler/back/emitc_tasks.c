/* Bodies of parallel loops, alone or in nests, as
 * functions that run as tasks. */
#include "back/emit.h"

static const char *body_name(Em *e, const IrOp *op)
{
    const IrOp *scope = e->scope, *inner = vec_last(&e->nest).loop;
    for (const IrOp *o = inner->region[0]->first; o && !scope; o = o->next)
        if (o->op == IR_SCOPE) scope = o;
    const char *name = scope && scope->at.name ? scope->at.name->s
        : op->at.name                          ? op->at.name->s
                                               : "loop";
    return name_global(e, arena_printf(e->a, "%s_task", name));
}

static const char *loop_variable(const IrOp *op)
{
    return op->at.name ? op->at.name->s : em_name(op->region[0]->args[0], "i");
}

static IrOp *next_level(const IrOp *loop)
{
    IrOp *op = loop->region[0]->first;
    while (op && !(op->op == IR_FOR && op->at.flat)) op = op->next;
    return op;
}

/* may something fail between a loop of the nest and the next one? */
static bool may_fail(const IrRegion *r)
{
    for (const IrOp *op = r->first; op; op = op->next) {
        if (op->op == IR_FOR) return false;
        if (op->op == IR_IF ? may_fail(op->region[0]) || may_fail(op->region[1])
                            : ir_may_fail(op))
            return true;
    }
    return false;
}

/* Where nothing would run the inner loop, what stands before it still fails as
 * it must: then a task does that alone. */
static bool runs_without(Em *e, const IrOp *inner, Ex trips)
{
    if (trips.lit) return trips.k == 0 && may_fail(inner->parent);
    IrRange from = ir_range(e->f, inner->args[0]),
            to = ir_range(e->f, inner->args[1]);
    return !(ex_is(em_value(e, inner->args[2]), 1) && from.hi < to.lo) &&
        may_fail(inner->parent);
}

static Ex trip_count(Em *e, const IrOp *op)
{
    Ex start = em_value(e, op->args[0]), stop = em_value(e, op->args[1]),
       step = em_value(e, op->args[2]);
    if (start.lit && stop.lit && step.lit && step.k)
        return ex_int(e, qw_trip(start.k, stop.k, step.k));
    if (ex_is(start, 0) && ex_is(step, 1) &&
        ir_range(e->f, op->args[1]).lo >= 0)
        return stop;
    return ex_fmt(e, PREC_POST, "qw_trip(%e, %e, %e)", start, stop, step);
}

/* the loops of the nest and how often they run; inner counts are variables,
 * because tasks divide by them */
static void find_nest(Em *e, IrOp *op)
{
    e->nest.n = 0;
    for (const IrOp *loop = op; loop; loop = next_level(loop)) {
        Level l = {loop, trip_count(e, loop)};
        if (loop != op && runs_without(e, loop, l.trips))
            l.trips = l.trips.lit
                ? ex_int(e, 1)
                : ex_fmt(e, PREC_POST, "qw_max(%e, 1)", l.trips);
        if (loop != op && !l.trips.lit && !l.trips.var)
            l.trips = ex_var(e,
                             var_pure(e,
                                      arena_printf(e->a, "%s_trips",
                                                   loop_variable(loop)),
                                      "int64_t", l.trips));
        vec_push(e->a, &e->nest, l);
    }
}

static Ex count_tasks(Em *e)
{
    Ex n = e->nest.p[0].trips;
    for (int k = 1; k < e->nest.n; k++) {
        Ex m = e->nest.p[k].trips;
        n = n.lit && m.lit ? ex_mul(e, n, m)
                           : ex_fmt(e, PREC_POST, "qw_nest(%e, %e)", n, m);
    }
    return n;
}

Ex nest_variable(Em *e, int level, Ex task)
{
    const Level *l = &e->nest.p[level];
    for (int k = e->nest.n - 1; k > level; k--)
        task = ex_bin(e, task, "/", PREC_MUL, e->nest.p[k].trips);
    if (level > 0) task = ex_bin(e, task, "%", PREC_MUL, l->trips);
    return ex_add(e, em_value(e, l->loop->args[0]),
                  ex_mul(e, task, em_value(e, l->loop->args[2])));
}

static void bind_variables(Em *e, Fn *fn)
{
    const IrOp *op = e->nest.p[0].loop;
    const bool plain = e->nest.n == 1 && ex_is(em_value(e, op->args[0]), 0) &&
        ex_is(em_value(e, op->args[2]), 1);
    fn->index = var_new(e, plain ? loop_variable(op) : "task", "int64_t",
                        false);
    vec_push(e->a, &fn->params, fn->index);
    if (plain) {
        em_bind(e, op->region[0]->args[0], fn->index);
        return;
    }
    for (int k = 0; k < e->nest.n; k++) {
        op = e->nest.p[k].loop;
        em_bind(e, op->region[0]->args[0],
                var_pure(e, loop_variable(op), "int64_t",
                         nest_variable(e, k, ex_var(e, fn->index))));
    }
}

void emit_level(Em *e, IrOp *op)
{
    const Ex trips = trip_count(e, op);
    if (runs_without(e, op, trips)) {
        put_line(e, "if (%e == 0)", trips);
        put_then(e, "return QW_OK;");
    }
    vec_push(e->a, &e->loops, op);
    open_iteration(e, false);
    emit_region(e, op->region[0]);
    e->marks.n--;
    e->loops.n--;
}

static Fn *outline_body(Em *e, IrOp *op)
{
    Fn *outer = e->fn, *fn = fn_new(e, body_name(e, op));
    const bool release = releases_buffers(e, op);
    e->fn = fn;
    fn->comment = em_source_line(e, op);
    fn->loop = fn->nloops = 1;
    bind_variables(e, fn);
    vec_push(e->a, &e->loops, op);
    open_iteration(e, release);
    emit_iteration(e, op);
    emit_region(e, op->region[0]);
    put_line(e, "return QW_OK;");
    fn_finish(e, fn);
    e->marks.n--;
    e->loops.n--;
    e->fn = outer;
    vec_push(e->a, &e->bodies, fn);
    return fn;
}

/* const struct x_env shared = {.a = a, ...}; */
static Ex share_captures(Em *e, const Fn *fn)
{
    if (!fn->captures.n) return ex_fmt(e, PREC_ATOM, "NULL");
    Text t = {.a = e->a};
    for (int k = 0; k < fn->captures.n; k++) {
        int c = fn->captures.p[k];
        text_printf(&t, "%s.%s = %s", k ? ", " : "", capture_name(fn, c),
                    ex_fmt(e, 0, "%e", ex_var(e, c)).s);
    }
    int v = var_new(e, "shared", arena_printf(e->a, "struct %s_env", fn->name),
                    true);
    put_decl(e, v, true, "{%s}", text_str(&t));
    return ex_fmt(e, PREC_UNARY, "&%e", ex_var(e, v));
}

void emit_parallel(Em *e, IrOp *op)
{
    emit_step_check(e, op);
    find_nest(e, op);
    Fn *fn = outline_body(e, op);
    put_open(e, "{");
    if (has_rest(e, op)) put_line(e, "qw_touch_hold(%w);");
    Ex shared = share_captures(e, fn), n = count_tasks(e);
    int status = var_new(e, "status", "int", true);
    put_decl(e, status, false, "qw_parallel(%w, %s, %e, %e, %e)", fn->name,
             shared, n, em_site(e, op, fn->name, -1));
    put_line(e, "if (%e != QW_OK)", ex_var(e, status));
    put_then(e, "return %e;", ex_var(e, status));
    put_close(e);
}
