/* Appending ops: every op made here carries its span and where it was inlined
 * from, and counts towards the limit `ir-nodes`. */
#include "lower/lower_int.h"
#include <string.h>

static void count_op(Lower *L, Span span)
{
    if (++L->nops <= L->s->limit[LIM_IR_NODES] || L->too_big) return;
    L->too_big = true;
    L->errors++;
    limit_check(L->s, LIM_IR_NODES, L->nops, span);
}

IrOp *emit(Lower *L, IrOpcode code, Span span, int nargs, IrValue *const *args)
{
    count_op(L, span);
    IrOp *op = ir_op(L->f, code, span, nargs, args);
    op->inl = L->inl;
    ir_append(L->at, op);
    return op;
}

void emit_behind(Lower *L, IrOp *op)
{
    if (L->at->last == op) return;
    ir_remove(op);
    ir_append(L->at, op);
}

IrValue *emit1(Lower *L, IrOpcode code, Span span, const Type *type, int nargs,
               IrValue *const *args)
{
    return ir_op_result(L->f, emit(L, code, span, nargs, args), type);
}

/* The builder of ir/ folds; what it appends gets its inline frame here. */
IrValue *emit_int(Lower *L, IrOpcode code, IrValue *a, IrValue *b, Span span)
{
    IrOp *last = L->at->last;
    IrValue *v = ir_scalar_op(L->f, L->at, code, a, b, span);
    for (IrOp *op = L->at->last; op && op != last; op = op->prev) {
        op->inl = L->inl;
        count_op(L, span);
    }
    return v;
}

IrValue **new_list(Lower *L, int rank)
{
    return NEW_ARRAY(L->a, IrValue *, rank ? rank : 1);
}

IrValue **copy_list(Lower *L, IrValue **list, int rank)
{
    return list
        ? arena_dup(L->a, list, sizeof *list * (size_t)(rank ? rank : 1))
        : NULL;
}

/* The first name given to a value stays: it names the temporary in the C. */
void name_value(IrValue *v, Str name)
{
    if (!v->name && !v->is_const && !v->is_param) v->name = name;
}

bool defined_inside(const IrValue *v, const IrRegion *region)
{
    const IrRegion *r = v->def ? v->def->parent : v->arg_of;
    while (r && r != region) r = r->owner ? r->owner->parent : NULL;
    return r == region && r;
}
