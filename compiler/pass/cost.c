/* What a region moves and computes, in nominal extents: what is reported about
 * a task, nothing that decides. */
#include "pass/passes.h"

static int64_t times(int64_t a, int64_t b)
{
    int64_t r;
    return a < 0 || b < 0 || !mul_ok(a, b, &r) ? -1 : r;
}

static int64_t plus(int64_t a, int64_t b)
{
    int64_t r;
    return a < 0 || b < 0 || !add_ok(a, b, &r) ? -1 : r;
}

static Cost sum_of(Cost a, Cost b)
{
    return (Cost){plus(a.bytes, b.bytes), plus(a.flops, b.flops)};
}

Cost cost_times(Cost c, int64_t n)
{
    return (Cost){times(c.bytes, n), times(c.flops, n)};
}

static Cost cost_of_op(IrFunc *f, const IrOp *op)
{
    const IrClass cls = ir_op_info[op->op].cls;
    if (op->op == IR_LOAD) return (Cost){ir_bytes(op->results[0]->type), 0};
    if (op->op == IR_STORE) return (Cost){ir_bytes(op->args[1]->type), 0};
    if (cls == CLS_MATRIX) {
        const int first = op->op == IR_MATMUL_ACC;
        const Type *a = op->args[first]->type;
        const int64_t k = a->shape[op->at.a_trans ? a->rank - 2 : a->rank - 1];
        return (Cost){0, times(2 * k, ir_elements(op->results[0]->type))};
    }
    if (cls == CLS_EW1 || cls == CLS_EW2)
        return (Cost){0, ir_elements(op->results[0]->type)};
    if (cls == CLS_REDUCE) return (Cost){0, ir_elements(op->args[0]->type)};
    Cost sum = {0, 0};
    int64_t trips = 1;
    if (op->op == IR_WHILE) trips = -1;
    if (op->op == IR_FOR) {
        trips = -1;
        ir_is_const_int(ir_trip(f, ir_region(f, NULL), op->args[0], op->args[1],
                                op->args[2], op->span),
                        &trips);
    }
    for (int i = 0; i < 2 && op->region[i]; i++) {
        const Cost c = cost_of(f, op->region[i]);
        if (op->op == IR_IF && i == 1 && c.flops <= sum.flops)
            continue; /* the dearer arm */
        sum = op->op == IR_IF ? c : sum_of(sum, c);
    }
    if (!op->region[0]) return sum;
    return (Cost){sum.bytes ? times(sum.bytes, trips) : 0,
                  sum.flops ? times(sum.flops, trips) : 0};
}

Cost cost_of(IrFunc *f, const IrRegion *r)
{
    Cost sum = {0, 0};
    for (const IrOp *op = r->first; op; op = op->next) {
        sum = sum_of(sum, cost_of_op(f, op));
    }
    return sum;
}
