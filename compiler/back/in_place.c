/* What an op allows the buffer planner: to read an operand where it is, to
 * write the result over one, to have no buffer at all. */
#include "back/buffers.h"
#include <string.h>

static bool same_shape(const Type *a, const Type *b)
{
    return a == b ||
        (a->dtype == b->dtype && a->rank == b->rank &&
         memcmp(a->shape, b->shape, sizeof a->shape[0] * (size_t)a->rank) == 0);
}

bool may_overwrite(const IrOp *op, int k)
{
    IrClass c = ir_op_info[op->op].cls;
    if (!op->nresults || !is_tile(op->args[k]) ||
        !same_shape(op->args[k]->type, op->results[0]->type))
        return false;
    if (c == CLS_EW1 || c == CLS_EW2) return true;
    switch (op->op) {
    case IR_MATMUL_ACC:
    case IR_ASSEMBLE:
    case IR_TWRITE:
    case IR_PAD:
    case IR_SETVALID:
    case IR_SCATTER_INDEX:
    case IR_SCATTER_MASK: return k == 0;
    default: return false;
    }
}

/* the largest valid extent the op reads of operand k on an axis; NULL: all */
static IrValue *needed_extent(IrFunc *f, const IrOp *op, int k, int axis)
{
    const IrValue *r = op->results[0];
    const Type *t = op->args[k]->type;
    if (t->shape[axis] == 1 && r->type->shape[axis] != 1) return ir_idx(f, 1);
    return ir_valid(f, (IrValue *)(uintptr_t)r, axis);
}

static bool covers(IrFunc *f, const IrOp *op, int k)
{
    IrValue *v = op->args[k];
    if (!v->valid) return true;
    for (int i = 0; i < v->type->rank; i++) {
        if (!v->valid[i]) continue;
        IrValue *need = needed_extent(f, op, k, i);
        if (!ir_equal(f, need, v->valid[i]) &&
            !ir_less_equal(f, need, v->valid[i]))
            return false;
    }
    return true;
}

static bool adjacent_columns(IrFunc *f, IrValue *v)
{
    int64_t s;
    int r = v->type->rank;
    if (v->type->kind != TY_TENSOR || v->type->shape[r - 1] == 1) return true;
    return ir_is_const_int(ir_stride(f, v, r - 1), &s) && s == 1;
}

bool operand_needs_copy(IrFunc *f, const IrOp *op, int k)
{
    IrValue *v = op->args[k];
    if (v->type->kind != TY_TILE && v->type->kind != TY_TENSOR) return false;
    IrClass c = ir_op_info[op->op].cls;
    if (ir_is_elementwise(op))
        return !covers(f, op, k) || !adjacent_columns(f, v);
    if (c == CLS_REDUCE || c == CLS_MATRIX || c == CLS_SELECTION)
        return !adjacent_columns(f, v);
    return false;
}

bool place_is_view(IrFunc *f, const IrOp *op, const Where *base,
                   int64_t *stride)
{
    const Type *from = op->args[0]->type,
               *to = op->nresults ? op->results[0]->type : NULL;
    if (op->op == IR_SLICE) {
        int n = 0;
        for (int k = 0; k < from->rank; k++)
            if (!(op->at.drop >> k & 1)) stride[n++] = base->stride[k];
        return n == to->rank && n > 0 &&
            (stride[n - 1] == 1 || to->shape[n - 1] == 1);
    }
    if (op->op == IR_SETVALID) {
        memcpy(stride, base->stride, sizeof base->stride);
        IrValue *r = op->results[0], *x = op->args[0];
        for (int k = 0; k < to->rank; k++) {
            if (!x->valid || !x->valid[k]) continue;
            if (!ir_less_equal(f, ir_valid(f, r, k), x->valid[k])) return false;
        }
        return true;
    }
    if (op->op == IR_RESHAPE) {
        int64_t dense = 1;
        for (int k = from->rank; k-- > 0; dense *= from->shape[k])
            if (from->shape[k] != 1 && base->stride[k] != dense) return false;
        dense = 1;
        for (int k = to->rank; k-- > 0; dense *= to->shape[k])
            stride[k] = dense;
        return true;
    }
    return false;
}
