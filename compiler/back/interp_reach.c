/* The dry run of the reference engine: control flow and scalars that follow
 * from the extents alone, no data, no tiles.  It answers which elements of an
 * output stores can reach at most (W0602).  A slot with e > 0 holds what is not
 * decided: something read from memory, or made of it. */
#include "back/interp.h"
#include <math.h>

static bool known(const In *in, const IrValue *v)
{
    return v->is_const || !(in->slot[v->id].e > 0);
}

static bool known_args(const In *in, const IrOp *op)
{
    for (int k = 0; k < op->nargs; k++)
        if (!known(in, op->args[k])) return false;
    return true;
}

/* a store that may run: into which buffers, and where, is not known */
static bool store_anywhere(In *in, const IrOp *op)
{
    const IrValue *root = ir_before_loops(op->args[0]);
    IBuf *here = in->slot[op->args[0]->id].buf,
         *origin = in->slot[root->id].buf;
    if (here) checker_stored_all(here);
    if (origin) checker_stored_all(origin);
    return here || origin || (root->def && root->def->op == IR_ALLOC);
}

static bool stores_anywhere(In *in, const IrRegion *r)
{
    for (const IrOp *op = r ? r->first : NULL; op; op = op->next) {
        const bool stores = ir_op_info[op->op].cls == CLS_MEMORY &&
            (ir_op_info[op->op].flags & OPF_W);
        if (stores && !store_anywhere(in, op)) return false;
        if (!stores_anywhere(in, op->region[0]) ||
            !stores_anywhere(in, op->region[1]))
            return false;
    }
    return true;
}

/* a reference to one of several buffers cannot be followed */
bool reach_blur(In *in, const IrOp *op)
{
    for (int k = 0; k < op->nresults; k++) {
        if (op->results[k]->type->kind == TY_TENSOR) return false;
        in->slot[op->results[k]->id].e = (double)INFINITY;
    }
    return stores_anywhere(in, op->region[0]) &&
        stores_anywhere(in, op->region[1]);
}

bool reach_merge(In *in, const IrOp *op, ISlot *first)
{
    for (int k = 0; k < op->nresults; k++) {
        ISlot *s = &in->slot[op->results[k]->id];
        const bool tensor = op->results[k]->type->kind == TY_TENSOR;
        if (tensor && s->buf != first[k].buf) return false;
        if (!tensor || s->off != first[k].off || first[k].e > 0)
            s->e = (double)INFINITY;
    }
    return true;
}

bool reach_op(In *in, IrOp *op)
{
    if (--in->steps < 0) return false;
    switch (ir_op_info[op->op].cls) {
    case CLS_SCALAR:
        return known_args(in, op) ? interp_scalar(in, op) : reach_blur(in, op);
    case CLS_CHECK:
        return known_args(in, op) ? interp_check(in, op) : reach_blur(in, op);
    case CLS_TENSOR: return interp_tensor(in, op);
    case CLS_MEMORY: return interp_memory_dry(in, op);
    default: return reach_blur(in, op);
    }
}
