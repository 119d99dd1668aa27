/* Dead code.  Liveness by marking: roots are the ops with effects; a live value
 * marks its op and, for carried values, the slots it flows through.  Then one
 * sweep. */
#include "ir/ir.h"

static bool zero_step_possible(const IrOp *op)
{
    int64_t step;
    return op->op == IR_FOR &&
        !(ir_is_const_int(op->args[2], &step) && step != 0);
}

/* must run even if no result is used: memory, checks, control */
static bool ir_has_effect(const IrOp *op)
{
    const IrOpInfo *info = &ir_op_info[op->op];
    if (info->flags & (OPF_W | OPF_T)) return true;
    if (op->op == IR_WHILE || zero_step_possible(op)) return true;
    if (info->flags & OPF_G) return false; /* what is inside decides */
    if (info->flags & OPF_C) {
        if (info->cls == CLS_SCALAR &&
            qw_dtype_is_float(op->results[0]->type->dtype))
            return false;
        if (info->cls == CLS_CHECK)
            return op->op != IR_CLAMP_VALID || !op->at.safe;
        return info->cls == CLS_SCALAR ? !op->at.nowrap : !op->at.safe;
    }
    return false;
}

typedef struct Dce {
    IrFunc *f;
    unsigned char *value, *op; /* live? by id */
    VEC(IrValue *) work;
    VEC(IrOp *) exits; /* every BREAK and CONTINUE */
    int dropped;
} Dce;

static void live_value(void *ctx, IrValue **use)
{
    Dce *d = ctx;
    IrValue *v = *use;
    if (!v || v->is_const || d->value[v->id]) return;
    d->value[v->id] = 1;
    vec_push(d->f->arena, &d->work, v);
}

static void live_args(Dce *d, IrOp *op, int n)
{
    for (int i = 0; i < n; i++) live_value(d, &op->args[i]);
}

/* all that a WHILE carries is live */
static void live_while(Dce *d, IrOp *op)
{
    live_args(d, op, op->nargs);
    for (int i = 0; i < 2; i++)
        live_args(d, op->region[i]->last, op->region[i]->last->nargs);
}

static void live_op(Dce *d, IrOp *op)
{
    for (; op && !d->op[op->id]; op = ir_parent_op(op)) {
        d->op[op->id] = 1;
        if (op->op == IR_WHILE)
            live_while(d, op);
        else if (op->op == IR_FOR)
            live_args(d, op, 3);
        else if (op->op == IR_IF)
            live_args(d, op, 1);
        else if (ir_is_exit(op) && ir_loop_around(op)->op == IR_WHILE)
            live_args(d, op, op->nargs);
        else if (!(ir_op_info[op->op].flags & (OPF_G | OPF_T)))
            ir_each_use(op, live_value, d);
    }
}

static void live_roots(void *ctx, IrOp *op)
{
    Dce *d = ctx;
    if (ir_is_exit(op))
        vec_push(d->f->arena, &d->exits, op);
    else if (ir_op_info[op->op].flags & OPF_T)
        return;
    if (ir_has_effect(op)) live_op(d, op);
}

/* a carried value of a FOR is live: so are its start, its
 * argument, all it becomes */
static void live_slot(Dce *d, IrOp *op, int slot)
{
    live_value(d, &op->args[3 + slot]);
    live_value(d, &op->results[slot]);
    live_value(d, &op->region[0]->args[1 + slot]);
    if (op->region[0]->last->op == IR_YIELD)
        live_value(d, &op->region[0]->last->args[slot]);
    for (int i = 0; i < d->exits.n; i++)
        if (ir_loop_around(d->exits.p[i]) == op)
            live_value(d, &d->exits.p[i]->args[slot]);
}

static void live_through(Dce *d, IrValue *v)
{
    ir_each_attached(v, live_value, d);
    if (v->arg_of && v->arg_of->owner) {
        IrOp *op = v->arg_of->owner;
        live_op(d, op);
        if (op->op == IR_FOR && v->index > 0) live_slot(d, op, v->index - 1);
        return;
    }
    if (!v->def) return;
    live_op(d, v->def);
    if (v->def->op == IR_FOR) live_slot(d, v->def, v->index);
    if (v->def->op != IR_IF && v->def->op != IR_SCOPE) return;
    for (int i = 0; i < 2 && v->def->region[i]; i++)
        if (v->def->region[i]->last->op == IR_YIELD)
            live_value(d, &v->def->region[i]->last->args[v->index]);
}

static void drop_slot(IrValue **list, int *n, int k, bool renumber)
{
    for (int i = k; i + 1 < *n; i++) list[i] = list[i + 1];
    (*n)--;
    for (int i = k; renumber && i < *n; i++) list[i]->index = i;
}

static void drop_result(Dce *d, IrOp *op, int slot)
{
    if (op->op == IR_FOR) {
        for (int i = 0; i < d->exits.n; i++)
            if (ir_loop_around(d->exits.p[i]) == op)
                drop_slot(d->exits.p[i]->args, &d->exits.p[i]->nargs, slot,
                          false);
        drop_slot(op->args, &op->nargs, 3 + slot, false);
        drop_slot(op->region[0]->args, &op->region[0]->nargs, 1 + slot, true);
    }
    drop_slot(op->results, &op->nresults, slot, true);
    for (int i = 0; i < 2 && op->region[i]; i++)
        if (op->region[i]->last->op == IR_YIELD)
            drop_slot(op->region[i]->last->args, &op->region[i]->last->nargs,
                      slot, false);
    d->dropped++;
}

static void sweep(void *ctx, IrOp *op)
{
    Dce *d = ctx;
    if (ir_op_info[op->op].flags & OPF_T) return;
    if (!d->op[op->id]) {
        ir_remove(op);
        d->dropped++;
        return;
    }
    if (op->op != IR_FOR && op->op != IR_IF && op->op != IR_SCOPE) return;
    for (int i = op->nresults - 1; i >= 0; i--)
        if (!d->value[op->results[i]->id]) drop_result(d, op, i);
}

int ir_dce(IrFunc *f)
{
    Dce d = {.f = f};
    d.value = NEW_ARRAY(f->arena, unsigned char, f->next_value + 1);
    d.op = NEW_ARRAY(f->arena, unsigned char, f->next_op + 1);
    for (int i = 0; i < f->nparams; i++)
        ir_each_attached(f->params[i].value, live_value, &d);
    ir_walk(f->body, live_roots, &d);
    while (d.work.n) live_through(&d, d.work.p[--d.work.n]);
    ir_walk(f->body, sweep, &d);
    return d.dropped;
}
