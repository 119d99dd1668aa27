/* Control flow in C: loops, branches, core scopes, ends of regions.  A
 * carried value is one C variable (or one buffer) for the region argument,
 * the yields and the result. */
#include "back/emit.h"

/* ---- variables that regions share ---------------------------------------- */

static const char *value_ctype(Em *e, IrValue *v)
{
    return v->type->kind == TY_TENSOR ? em_pointer_type(e, v)
                                      : scalar_ctype(v->type);
}

/* a variable for a carried value, with its initial one; tiles: a buffer */
static void declare_carried(Em *e, IrValue *arg, IrValue *result, IrValue *init)
{
    const char *name = em_name(arg, em_name(result, em_name(init, "carried")));
    if (is_tile(arg)) {
        tile_define(e, arg);
        return;
    }
    int v = em_bind(e, arg, var_new(e, name, value_ctype(e, arg), false));
    put_decl(e, v, true, "%e", em_value(e, init));
}

/* the variables of results that branches or a scope assign */
static void declare_results(Em *e, const IrOp *op)
{
    for (int k = 0; k < op->nresults; k++) {
        IrValue *r = op->results[k];
        if (is_tile(r))
            tile_define(e, r);
        else
            put_declare(e,
                        em_bind(e, r,
                                var_new(e, em_name(r, "t"), value_ctype(e, r),
                                        false)));
    }
}

static void bind_results(Em *e, const IrOp *op, IrValue *const *args)
{
    for (int k = 0; k < op->nresults; k++) {
        if (is_tile(op->results[k]))
            tile_define(e, op->results[k]);
        else
            em_bind(e, op->results[k], e->var_of[args[k]->id]);
    }
}

static void start_carried(Em *e, IrOp *op, IrValue *const *args,
                          IrValue *const *init)
{
    VEC(IrValue *) dst = {0}, src = {0};
    for (int k = 0; k < op->nresults; k++) {
        declare_carried(e, args[k], op->results[k], init[k]);
        if (!is_tile(args[k])) continue;
        vec_push(e->a, &dst, args[k]);
        vec_push(e->a, &src, init[k]);
    }
    emit_moves(e, op, dst.n, dst.p, src.p);
}

/* ---- loops --------------------------------------------------------------- */

/* header: ascending or descending when the variable
 * cannot run over, else counted */
static void open_for(Em *e, IrOp *op)
{
    IrValue *iv = op->region[0]->args[0];
    Ex start = em_value(e, op->args[0]), stop = em_value(e, op->args[1]),
       step = em_value(e, op->args[2]);
    const char *name = op->at.name ? op->at.name->s : em_name(iv, "i");
    IrRange end = ir_range(e->f, op->args[1]);
    bool up = step.k > 0 && end.hi <= INT64_MAX - step.k + 1;
    bool down = step.k < 0 && step.k > -INT64_MAX &&
        end.lo >= INT64_MIN - step.k - 1;
    bool fits = step.lit && (up || down);
    if (fits) {
        int v = em_bind(e, iv, var_new(e, name, "int64_t", false));
        Ex i = ex_var(e, v);
        const char *less = step.k > 0 ? "<" : ">";
        Ex by = ex_int(e, step.k > 0 ? step.k : -step.k);
        Ex next = ex_fmt(e, PREC_ARG, "%e%s", i, step.k > 0 ? "++" : "--");
        if (!ex_is(by, 1))
            next = ex_fmt(e, PREC_ARG, "%e %s= %e", i, step.k > 0 ? "+" : "-",
                          by);
        put_open_loop(e, v, "for (int64_t %e = %e; %e %s %e; %e) {", i, start,
                      i, less, stop, next);
        return;
    }
    int trip = var_new(e, "trip", "int64_t", true),
        v = var_new(e, "n", "int64_t", false);
    put_decl(e, trip, false, "qw_trip(%e, %e, %e)", start, stop, step);
    Ex n = ex_var(e, v);
    put_open_loop(e, v, "for (int64_t %e = 0; %e < %e; %e++) {", n, n,
                  ex_var(e, trip), n);
    em_bind(e, iv,
            var_pure(e, name, "int64_t", ex_add(e, start, ex_mul(e, n, step))));
}

void emit_step_check(Em *e, IrOp *op)
{
    IrRange step = ir_range(e->f, op->args[2]);
    if (step.lo > 0 || step.hi < 0) return;
    Ex s = em_value(e, op->args[2]), zero = ex_int(e, 0);
    emit_fail(e, op, ex_bin(e, s, "==", PREC_EQ, zero), "QW_ERR_DIVISION",
              op->at.name ? op->at.name->s : "", -1, em_value(e, op->args[0]),
              zero, zero);
}

static void emit_for(Em *e, IrOp *op)
{
    IrValue **args = op->region[0]->args;
    emit_step_check(e, op);
    bool release = releases_buffers(e, op);
    start_carried(e, op, args + 1, op->args + 3);
    open_for(e, op);
    vec_push(e->a, &e->loops, op);
    open_iteration(e, release);
    if (op->at.strips) emit_strip_hints(e, op);
    if (op->at.part) emit_iteration(e, op);
    emit_region(e, op->region[0]);
    put_close(e);
    e->marks.n--;
    e->loops.n--;
    bind_results(e, op, args + 1);
}

static void emit_while(Em *e, IrOp *op)
{
    IrValue **args = op->region[0]->args;
    bool release = releases_buffers(e, op);
    start_carried(e, op, args, op->args);
    for (int k = 0; k < op->nresults; k++)
        if (!is_tile(args[k]))
            em_bind(e, op->region[1]->args[k], e->var_of[args[k]->id]);
    put_open_loop(e, 0, "for (;;) {");
    open_iteration(e, release);
    emit_region(e, op->region[0]);
    for (int k = 0; k < op->nresults; k++)
        if (is_tile(args[k])) tile_define(e, op->region[1]->args[k]);
    emit_region(e, op->region[1]);
    put_close(e);
    e->marks.n--;
    bind_results(e, op, args);
}

/* ---- branches, scopes, ends of regions ----------------------------------- */

static bool is_empty(const IrRegion *r)
{
    return !r || !r->first ||
        (r->first == r->last && r->last->op == IR_YIELD && !r->last->nargs);
}

static void emit_if(Em *e, IrOp *op)
{
    Ex c = em_value(e, op->args[0]);
    declare_results(e, op);
    bool negate = is_empty(op->region[0]) && !is_empty(op->region[1]);
    if (negate)
        put_open(e, "if (!%u) {", c);
    else
        put_open(e, "if (%e) {", c);
    emit_region(e, op->region[negate]);
    if (!negate && !is_empty(op->region[1])) {
        put_else(e);
        emit_region(e, op->region[1]);
    }
    put_close(e);
}

static void emit_scope(Em *e, IrOp *op)
{
    declare_results(e, op);
    const IrOp *outer = e->scope;
    put_open(e, "{ /* task %s */",
             op->at.name ? comment_safe(e->a, op->at.name->s) : "");
    Ex index = e->loops.n ? em_value(e, vec_last(&e->loops)->region[0]->args[0])
                          : ex_int(e, 0);
    if (e->opt->measure)
        put_line(e, "qw_task_at(%w, %e, %e, %e);", em_site(e, op, "", -1),
                 index, em_loops(e));
    else
        put_line(e, "qw_task(%w, %e, %e);", em_site(e, op, "", -1), index);
    e->scope = op;
    emit_region(e, op->region[0]);
    e->scope = outer;
    put_close(e);
}

static void emit_end(Em *e, IrOp *op)
{
    IrOp *owner = ir_parent_op(op);
    if (op->op == IR_YIELD && !ir_is_loop(owner)) {
        emit_moves(e, op, op->nargs, owner->results, op->args);
        return;
    }
    IrOp *loop = ir_loop_around(op);
    IrValue **args = loop->region[0]->args; /* NULL: nothing is carried */
    if (loop->op == IR_FOR) args++;
    if (op->op == IR_COND) {
        for (int k = 1; k < op->nargs;
             k++) /* the condition may read what moves */
            if (!op->args[0]->is_const &&
                !em_is_at_home(e, args[k - 1], op->args[k]))
                var_pin(e, e->var_of[op->args[0]->id]);
        emit_moves(e, op, op->nargs - 1, args, op->args + 1);
        put_line(e, "if (!%u)", em_value(e, op->args[0]));
        put_then(e, "break;");
        return;
    }
    emit_moves(e, op, op->nargs, args, op->args);
    release_iteration(e);
    if (op->op == IR_BREAK) put_line(e, "break;");
    if (op->op == IR_CONTINUE) put_line(e, "continue;");
}

void emit_flow(Em *e, IrOp *op)
{
    switch (op->op) {
    case IR_FOR:
        if (loop_is_outlined(e->plan, op))
            emit_parallel(e, op);
        else if (loop_nest(e->plan, op))
            emit_level(e, op);
        else
            emit_for(e, op);
        return;
    case IR_WHILE: emit_while(e, op); return;
    case IR_IF: emit_if(e, op); return;
    case IR_SCOPE: emit_scope(e, op); return;
    case IR_SYNCALL: ice(e->s, op->span, "emit: syncall was not split away");
    default: emit_end(e, op);
    }
}
