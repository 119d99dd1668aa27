/* What the nesting of regions says: which loop an op belongs to, who leaves it
 * early, and what memory a reference may have been made from. */
#include "ir/ir.h"

bool ir_is_loop(const IrOp *op)
{
    return op->op == IR_FOR || op->op == IR_WHILE;
}

bool ir_is_exit(const IrOp *op)
{
    return op->op == IR_BREAK || op->op == IR_CONTINUE;
}

IrOp *ir_loop_around(const IrOp *op)
{
    IrOp *p = ir_parent_op(op);
    while (p && !ir_is_loop(p)) p = ir_parent_op(p);
    return p;
}

const IrOp *ir_find_exit(const IrRegion *body, IrExit which)
{
    for (const IrOp *op = body ? body->first : NULL; op; op = op->next) {
        if (op->op == IR_BREAK ||
            (op->op == IR_CONTINUE && which != EXIT_BREAK))
            return op;
        if (ir_is_loop(op) && which != EXIT_ANY) continue;
        for (int i = 0; i < 2; i++) {
            const IrOp *found = ir_find_exit(op->region[i], which);
            if (found) return found;
        }
    }
    return NULL;
}
