/* Computes straight into memory (pattern F2 and the end of F3): when the only
 * use of a product, of an elementwise result or of a cast is a store, the op
 * moves before the store, which is marked `direct`: the back end lets the op
 * write the store's window.  A set_validshape between the two that only trims
 * becomes the extent that is computed.
 *
 *   %acc: f32[16, 64] = matmul %x, %w b_trans        %acc: f32[16, 64] valid(%rows, _) = matmul %x, %w b_trans
 *   %t: f32[16, 64] valid(%rows, _) = setvalid %acc  store %out, %acc [0, %n0] direct
 *   store %out, %t [0, %n0]                      ->
 *
 * Operands that are read in place must be disjoint from the window and not be
 * written in between; the window's rows must be contiguous.  An `assemble` that
 * follows the only op it puts in its place is marked likewise. */
#include "pass/passes.h"

enum { MAX_STEPS = 8 }; /* of an epilogue */

typedef struct Direct {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    Writers *writers;
    bool changed;
} Direct;

static bool can_write_anywhere(const IrOp *op)
{
    switch (ir_op_info[op->op].cls) {
    case CLS_EW1:
    case CLS_EW2:
    case CLS_REDUCE: return true;
    default: return op->op == IR_MATMUL || op->op == IR_CAST;
    }
}

/* op is the last step of a chain of elementwise
 * operations that a product begins */
static bool is_of_product(const IrOp *op, int steps)
{
    for (int i = 0; i < op->nargs && steps > 0; i++) {
        const IrOp *d = op->args[i]->def;
        if (!d || op->args[i]->type->kind != TY_TILE) continue;
        if (ir_op_info[d->op].cls == CLS_MATRIX ||
            ((ir_is_elementwise(d) || d->op == IR_SETVALID) &&
             is_of_product(d, steps - 1)))
            return true;
    }
    return false;
}

/* every extent of the smaller tile is within that of the larger */
static bool trims(IrFunc *f, IrValue *small, IrValue *large)
{
    for (int k = 0; k < small->type->rank; k++)
        if (!ir_less_equal(f, ir_valid(f, small, k), ir_valid(f, large, k)))
            return false;
    return true;
}

/* elements of a row of the window are neighbours */
static bool contiguous_rows(IrFunc *f, const IrOp *store)
{
    IrValue *t = store->args[0], *x = store->args[1];
    int64_t stride;
    int last = t->type->rank - 1;
    while (last >= 0 && (store->at.drop >> last & 1)) last--;
    if (last < 0 || x->type->rank < 1) return false;
    if (x->type->shape[x->type->rank - 1] == 1) return true;
    return ir_is_const_int(ir_stride(f, t, last), &stride) && stride == 1;
}

/* why not, or NULL */
static const char *refused(Direct *d, IrOp *op, IrOp *store)
{
    Access a[MAX_ACCESS];
    if (!contiguous_rows(d->f, store))
        return "the rows of the destination are not contiguous";
    const int n = region_accesses(d->f, op, a);
    for (int i = 0; i < n; i++)
        if (writers_between(d->f, d->writers, op, store, &a[i].rect))
            return "an operand may be overwritten before it is read";
    return NULL;
}

static void make_direct(Direct *d, IrOp *store)
{
    IrValue *x = store->args[1];
    IrOp *op = x->def, *trim = NULL;
    if (store->at.atomic || store->at.direct || x->type->kind != TY_TILE ||
        !op || uses_count(d->uses, x) != 1)
        return;
    if (op->op == IR_SETVALID && op->parent == store->parent &&
        op->args[0]->def && uses_count(d->uses, op->args[0]) == 1 &&
        trims(d->f, x, op->args[0])) {
        trim = op;
        op = op->args[0]->def;
    }
    if (op->parent != store->parent || op->nresults != 1 ||
        !can_write_anywhere(op))
        return;
    const char *pattern = trim         ? "F2 trim"
        : is_of_product(op, MAX_STEPS) ? "F3 epilogue"
                                       : "direct store",
               *why = refused(d, op, store);
    if (why) {
        fusion_note(d->c, pattern, op, store->span, false, 0, why);
        return;
    }
    fusion_note(d->c, pattern, op, store->span, true, ir_bytes(x->type),
                "computed straight into the destination");
    if (trim) {
        op->results[0]->valid = x->valid;
        x->fwd = op->results[0];
        ir_remove(trim);
    }
    if (store->prev != op) {
        ir_remove(op);
        ir_insert_before(store, op);
    }
    store->at.direct = d->changed = true;
}

/* v shows elements of tile t */
static bool is_part_of(const IrValue *v, const IrValue *t)
{
    while (v != t && v->def &&
           (v->def->op == IR_SLICE || v->def->op == IR_RESHAPE ||
            v->def->op == IR_SETVALID))
        v = v->def->args[0];
    return v == t;
}

/* the same into a part of a tile, right where it is put together */
static void assemble_directly(Direct *d, IrOp *put)
{
    IrValue *t = put->args[0], *x = put->args[1];
    IrOp *op = x->def;
    if (!put->at.safe || put->at.direct || t->valid || !op || put->prev != op ||
        uses_count(d->uses, x) != 1 || !can_write_anywhere(op))
        return;
    for (int i = 0; i < op->nargs; i++)
        if (is_part_of(op->args[i], t)) return;
    put->at.direct = d->changed = true;
}

static void visit(void *user, IrOp *op)
{
    if (op->op == IR_STORE) make_direct(user, op);
    if (op->op == IR_ASSEMBLE) assemble_directly(user, op);
}

bool pass_store(IrFunc *f, PassCtx *c)
{
    Direct d = {f, c, uses_find(f), writers_find(f), false};
    ir_walk(f->body, visit, &d);
    if (d.changed) ir_resolve(f);
    return d.changed;
}
