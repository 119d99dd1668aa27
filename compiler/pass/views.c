/* Turns a LOAD into a core-plane VIEW that its users read in place.  The view
 * keeps the window, so the same bounds checks fire. */
#include "pass/passes.h"

/* elements of a row must be neighbours: micro-kernels
 * take one leading dimension */
InPlace view_in_place(const IrOp *load, int longer)
{
    const IrValue *t = load->args[0];
    const Type *tile = load->results[0]->type;
    int kept[IR_MAX_RANK], n = 0;
    for (int a = 0; a < t->type->rank; a++)
        if (!(load->at.drop >> a & 1)) kept[n++] = a;
    if (n != tile->rank || n < 1 || n > 2) return IN_PLACE_NO;
    const bool one = tile->shape[n - 1] == 1 && longer != n - 1;
    if (one || ir_is_int(t->stride[kept[n - 1]], 1)) return IN_PLACE_YES;
    return n == 2 && ir_is_int(t->stride[kept[0]], 1) ? IN_PLACE_SWAPPED
                                                      : IN_PLACE_NO;
}

static void view_args(IrFunc *f, IrOp *view, const IrOp *load, IrMap *m,
                      int axis, IrValue *off, IrValue *len)
{
    const int r = load->args[0]->type->rank;
    ir_op_add_arg(f, view, ir_map_get(m, load->args[0]));
    for (int a = 0; a < r; a++)
        ir_op_add_arg(f, view,
                      a == axis ? off : ir_map_get(m, load->args[1 + a]));
    for (int a = 0; a < r; a++)
        ir_op_add_arg(f, view, a == axis ? len : ir_idx(f, load->at.shape[a]));
    for (int a = 0; a < r; a++)
        ir_op_add_arg(f, view,
                      a == axis ? len : ir_map_get(m, load->args[1 + r + a]));
}

static void view_layout(IrFunc *f, IrValue *v, const IrOp *load, IrMap *m,
                        int tile_axis, IrValue *len)
{
    const IrValue *t = load->args[0], *tile = load->results[0];
    const int n = v->type->rank;
    v->dim = NEW_ARRAY(f->arena, IrValue *, n + 1);
    v->stride = NEW_ARRAY(f->arena, IrValue *, n + 1);
    if (tile->valid) v->valid = NEW_ARRAY(f->arena, IrValue *, n + 1);
    for (int a = 0, k = 0; a < t->type->rank; a++) {
        if (load->at.drop >> a & 1) continue;
        v->dim[k] = k == tile_axis ? len : ir_idx(f, load->at.shape[a]);
        v->stride[k] = ir_map_get(m, t->stride[a]);
        if (tile->valid && k != tile_axis)
            v->valid[k] = ir_map_get(m, tile->valid[k]);
        k++;
    }
    v->name = tile->name;
    v->span = tile->span;
}

IrOp *view_of_load(IrFunc *f, const IrOp *load, IrMap *m, int axis,
                   int tile_axis, IrValue *off, IrValue *len)
{
    const Type *tile = load->results[0]->type;
    int64_t shape[IR_MAX_RANK];
    for (int k = 0; k < tile->rank; k++) shape[k] = tile->shape[k];
    if (axis < 0)
        tile_axis = -1;
    else if (!ir_is_const_int(len, &shape[tile_axis]))
        shape[tile_axis] = -1;
    IrOp *view = ir_op(f, IR_VIEW, load->span, 0, NULL);
    view->inl = load->inl;
    view->at.drop = load->at.drop;
    view->at.clamp = load->at.clamp;
    view->at.safe = load->at.safe;
    view->at.rows = load->at.rows;
    view_args(f, view, load, m, axis, off, len);
    view_layout(f,
                ir_op_result(f, view,
                             ir_tensor(f, tile->dtype, tile->rank, shape)),
                load, m, tile_axis, len);
    return view;
}

static void swap(IrValue **list)
{
    if (!list) return;
    IrValue *first = list[0];
    list[0] = list[1];
    list[1] = first;
}

IrOp *view_swapped(IrFunc *f, IrOp *view)
{
    IrValue *v = view->results[0];
    const int64_t shape[2] = {v->type->shape[1], v->type->shape[0]};
    IrOp *op = ir_op(f, IR_TTRANSPOSE, view->span, 1, &v);
    op->inl = view->inl;
    op->at.axis[0] = 0;
    op->at.axis[1] = 1;
    IrValue *r = ir_op_result(f, op, ir_tensor(f, v->type->dtype, 2, shape));
    ir_clone_attached(f, r, v, NULL);
    swap(r->valid);
    swap(r->dim);
    swap(r->stride);
    r->name = v->name;
    return op;
}
