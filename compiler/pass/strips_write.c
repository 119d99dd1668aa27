/* Writes the loop over strips of a chain that strips.c has found, in the place
 * where the chain ended, and takes the chain away. */
#include "pass/strips.h"

typedef struct Extent { /* of a value along an axis, and of its strips */
    int axis;
    IrValue *whole, *strip;
} Extent;

typedef struct Part { /* a strip of a value from outside */
    const IrValue *of;
    IrValue *extent[2], *strip;
} Part;

typedef struct Cut { /* the loop being written */
    IrFunc *f;
    const Strips *found;
    const Chain *chain;
    IrOp *loop[2], *yield[2]; /* over rows, over columns, or one of them */
    int nloops;
    IrRegion *body;   /* of the inner one */
    IrMap *map;       /* results of members -> their strips */
    IrValue *stop[2]; /* end of the loop along each axis */
    IrValue *at[2];   /* where the strip begins; NULL: it does not move */
    VEC(Extent) extents;
    VEC(Part) parts;
} Cut;

/* ---- extents of strips --------------------------------------------------- */

/* the extent that all results of the chain have along the
 * axis, else the nominal one */
static IrValue *common_extent(Cut *x, int axis)
{
    const Chain *c = x->chain;
    IrValue *all = NULL;
    for (int i = 0; i < c->op.n; i++) {
        IrValue *v = c->op.p[i]->nresults ? c->op.p[i]->results[0] : NULL;
        if (!v || v->type->shape[axis] != c->shape[axis]) continue;
        IrValue *e = ir_valid(x->f, v, axis);
        if (all && !ir_equal(x->f, all, e)) return ir_idx(x->f, c->shape[axis]);
        all = e;
    }
    return all ? all : ir_idx(x->f, c->shape[axis]);
}

static IrValue *new_strip_extent(Cut *x, int axis, IrValue *whole)
{
    IrFunc *f = x->f;
    const bool to_the_end = ir_equal(f, whole, x->stop[axis]);
    const int64_t n = x->chain->size[axis];
    IrValue *size = ir_idx(f, n);
    int64_t end;
    if (!x->at[axis]) return whole;
    if (to_the_end &&
        (n == 1 || (ir_is_const_int(whole, &end) && end % n == 0)))
        return size;
    const Span sp = x->chain->op.p[0]->span;
    IrValue *left = ir_ssub(f, x->body, whole, x->at[axis], sp);
    if (left->def->parent == x->body)
        left->def->at.nowrap = true; /* neither is negative */
    IrValue *e = ir_smin(f, x->body, left, size, sp);
    return to_the_end ? e : ir_smax(f, x->body, e, ir_idx(f, 0), sp);
}

static IrValue *strip_extent(Cut *x, int axis, IrValue *whole)
{
    for (int i = 0; i < x->extents.n; i++)
        if (x->extents.p[i].axis == axis &&
            ir_equal(x->f, x->extents.p[i].whole, whole))
            return x->extents.p[i].strip;
    const Extent e = {axis, whole, new_strip_extent(x, axis, whole)};
    vec_push(x->f->arena, &x->extents, e);
    return e.strip;
}

/* sets the valid extents of a strip, NULL where they are its shape */
static void set_valid(Cut *x, IrValue *strip, IrValue *const *extent)
{
    for (int k = 0; k < 2; k++) {
        if (ir_is_int(extent[k], strip->type->shape[k])) continue;
        if (!strip->valid) strip->valid = NEW_ARRAY(x->f->arena, IrValue *, 2);
        strip->valid[k] = extent[k];
    }
}

/* ---- strips of values ---------------------------------------------------- */

/* v repeats along the axis, or the loop does not move along it */
static bool stays(const Cut *x, const IrValue *v, int axis)
{
    return !x->at[axis] || v->type->shape[axis] != x->chain->shape[axis];
}

/* of its strip */
static IrValue *offset(Cut *x, const IrValue *v, int axis)
{
    return stays(x, v, axis) ? ir_idx(x->f, 0) : x->at[axis];
}

static IrOp *append(Cut *x, IrOpcode code, const IrOp *from)
{
    IrOp *op = ir_op(x->f, code, from->span, 0, NULL);
    op->inl = from->inl;
    ir_append(x->body, op);
    return op;
}

static IrOp *open_part(Cut *x, IrValue *v, IrValue *const *extent,
                       const IrOp *user)
{
    IrFunc *f = x->f;
    const bool tensor = v->type->kind == TY_TENSOR;
    int64_t shape[2];
    IrOp *op = append(x, tensor ? IR_VIEW : IR_SLICE, user);
    op->at.safe = true;
    ir_op_add_arg(f, op, v);
    for (int k = 0; k < 2; k++) {
        shape[k] = stays(x, v, k) ? v->type->shape[k] : x->chain->size[k];
        op->at.shape[k] = tensor ? 0 : shape[k];
        ir_op_add_arg(f, op, offset(x, v, k));
    }
    for (int k = 0; tensor && k < 2; k++)
        ir_op_add_arg(f, op, ir_idx(f, shape[k]));
    for (int k = 0; k < 2; k++) ir_op_add_arg(f, op, extent[k]);
    IrValue *r = ir_op_result(f, op,
                              tensor ? ir_tensor(f, v->type->dtype, 2, shape)
                                     : ir_tile(f, v->type->dtype, 2, shape));
    for (int k = 0; tensor && k < 2; k++) {
        if (!k) r->dim = NEW_ARRAY(f->arena, IrValue *, 2);
        if (!k) r->stride = NEW_ARRAY(f->arena, IrValue *, 2);
        r->dim[k] = ir_idx(f, shape[k]);
        r->stride[k] = v->stride[k];
    }
    r->name = v->name;
    set_valid(x, r, extent);
    return op;
}

/* the strip of v, of which `need` is read */
static IrValue *part_of(Cut *x, IrValue *v, IrValue *const *need,
                        const IrOp *user)
{
    IrFunc *f = x->f;
    IrValue *extent[2];
    if (v->type->kind == TY_SCALAR || (stays(x, v, 0) && stays(x, v, 1)))
        return v;
    for (int k = 0; k < 2; k++) {
        IrValue *have = ir_valid(f, v, k);
        if (!stays(x, v, k))
            extent[k] = strip_extent(x, k,
                                     ir_less_equal(f, need[k], have) ? need[k]
                                                                     : have);
        else
            extent[k] = have;
    }
    for (int i = 0; i < x->parts.n; i++) {
        const Part *p = &x->parts.p[i];
        if (p->of == v && p->extent[0] == extent[0] &&
            p->extent[1] == extent[1])
            return p->strip;
    }
    Part p = {v, {extent[0], extent[1]}, NULL};
    p.strip = open_part(x, v, extent, user)->results[0];
    vec_push(f->arena, &x->parts, p);
    return p.strip;
}

static IrValue *operand(Cut *x, const IrOp *op, int k)
{
    IrValue *v = op->args[k], *need[2];
    if (strips_makes(x->found, v)) return ir_map_get(x->map, v);
    for (int a = 0; a < 2; a++) {
        const IrValue *r = op->results[0];
        need[a] = ir_valid(x->f,
                           ir_is_row_reduction(op) && a == 1
                               ? v
                               : (IrValue *)(uintptr_t)r,
                           a);
    }
    return part_of(x, v, need, op);
}

static void strip_of_member(Cut *x, const IrOp *op)
{
    IrFunc *f = x->f;
    const IrValue *old = op->results[0];
    IrValue *arg[3], *extent[2];
    int64_t shape[2];
    for (int i = 0; i < op->nargs; i++) arg[i] = operand(x, op, i);
    for (int k = 0; k < 2; k++) {
        const bool stay = stays(x, old, k);
        IrValue *e = ir_valid(f, (IrValue *)(uintptr_t)old, k);
        shape[k] = stay ? old->type->shape[k] : x->chain->size[k];
        extent[k] = stay ? e : strip_extent(x, k, e);
    }
    IrOp *copy = append(x, op->op, op);
    for (int i = 0; i < op->nargs; i++) ir_op_add_arg(f, copy, arg[i]);
    copy->at = op->at;
    IrValue *r = ir_op_result(f, copy, ir_tile(f, old->type->dtype, 2, shape));
    r->name = old->name;
    r->span = old->span;
    set_valid(x, r, extent);
    ir_map_set(x->map, old, r);
}

/* ---- stores -------------------------------------------------------------- */

/* the window of a store, where the store stood: its bounds are checked there */
static IrValue *window_of(Cut *x, IrOp *store)
{
    IrFunc *f = x->f;
    IrValue *t = store->args[0], *v = store->args[1];
    const int r = t->type->rank;
    IrOp *view = ir_op(f, IR_VIEW, store->span, 0, NULL);
    view->inl = store->inl;
    view->at = store->at;
    ir_op_add_arg(f, view, t);
    for (int a = 0; a < r; a++) ir_op_add_arg(f, view, store->args[2 + a]);
    for (int win = 0; win < 2; win++)
        for (int a = 0, k = 0; a < r; a++) {
            if (store->at.drop >> a & 1) {
                ir_op_add_arg(f, view, ir_idx(f, 1));
                continue;
            }
            IrValue *e = win ? ir_valid(f, v, k) : ir_dim(f, v, k);
            if (win && !k && store->at.rows) e = ir_idx(f, store->at.rows);
            ir_op_add_arg(f, view, e);
            k++;
        }
    IrValue *w = ir_op_result(f, view,
                              ir_tensor(f, t->type->dtype, 2, v->type->shape));
    w->dim = NEW_ARRAY(f->arena, IrValue *, 2);
    w->stride = NEW_ARRAY(f->arena, IrValue *, 2);
    for (int a = 0, k = 0; a < r; a++) {
        if (store->at.drop >> a & 1) continue;
        w->dim[k] = ir_dim(f, v, k);
        w->stride[k++] = t->stride[a];
    }
    IrValue *extent[2] = {ir_valid(f, v, 0), ir_valid(f, v, 1)};
    set_valid(x, w, extent);
    w->name = t->name;
    ir_insert_before(store, view);
    return w;
}

static void strip_of_store(Cut *x, const IrOp *store, IrValue *window)
{
    IrFunc *f = x->f;
    IrOp *copy = append(x, IR_STORE, store);
    copy->at.safe = true;
    ir_op_add_arg(f, copy, window);
    ir_op_add_arg(f, copy, ir_map_get(x->map, store->args[1]));
    for (int k = 0; k < 2; k++) ir_op_add_arg(f, copy, offset(x, window, k));
}

/* ---- the loop ------------------------------------------------------------ */

static IrOp *open_loop(Cut *x, int axis, const IrOp *first)
{
    IrFunc *f = x->f;
    IrOp *loop = ir_op(f, IR_FOR, first->span, 0, NULL);
    loop->inl = first->inl;
    loop->at.loop = LOOP_RANGE;
    loop->at.verdict = PAR_SEQUENTIAL;
    loop->at.strips = true;
    loop->at.name = str(f->s, axis ? "col" : "row");
    ir_op_add_arg(f, loop, ir_idx(f, 0));
    ir_op_add_arg(f, loop, x->stop[axis]);
    ir_op_add_arg(f, loop, ir_idx(f, x->chain->size[axis]));
    loop->region[0] = ir_region(f, loop);
    x->at[axis] = ir_region_arg(f, loop->region[0], ir_index(f), first->span);
    x->at[axis]->name = loop->at.name;
    return loop;
}

/* v passes through the loops, a strip at a time; returns it put together */
static void carry(Cut *x, IrValue *v)
{
    IrFunc *f = x->f;
    const Type *t = v->type, *elem = ir_scalar(f, t->dtype);
    IrOp *seed = ir_op(f, IR_FULL, v->span, 0, NULL);
    ir_op_add_arg(f, seed,
                  qw_dtype_is_float(t->dtype) ? ir_const_float(f, elem, 0)
                                              : ir_const_int(f, elem, 0));
    seed->at.unfilled = true;
    IrValue *now = ir_op_result(f, seed, t);
    ir_insert_before(x->loop[0], seed);
    for (int i = 0; i < x->nloops; i++) {
        now->name = v->name;
        ir_op_add_arg(f, x->loop[i], now);
        now = ir_region_arg(f, x->loop[i]->region[0], t, v->span);
    }
    now->name = v->name;
    IrOp *put = append(x, IR_ASSEMBLE, v->def);
    put->at.safe = true;
    ir_op_add_arg(f, put, now);
    ir_op_add_arg(f, put, ir_map_get(x->map, v));
    for (int k = 0; k < 2; k++) ir_op_add_arg(f, put, offset(x, v, k));
    now = ir_op_result(f, put, t);
    for (int i = x->nloops; i-- > 0;) {
        now->name = v->name;
        ir_op_add_arg(f, x->yield[i], now);
        now = ir_op_result(f, x->loop[i], t);
    }
    now->name = v->name;
    v->fwd = now;
    if (!v->valid) return;
    IrOp *trim = ir_op(f, IR_SETVALID, v->span, 1, &now);
    ir_insert_after(x->loop[0], trim);
    v->fwd = ir_op_result(f, trim, t);
    v->fwd->valid = v->valid;
    v->fwd->name = v->name;
}

static void open_loops(Cut *x, const IrOp *first)
{
    for (int k = 0; k < 2; k++) {
        x->stop[k] = common_extent(x, k);
        if (x->chain->size[k] == x->chain->shape[k]) continue;
        IrOp *loop = open_loop(x, k, first);
        x->yield[x->nloops] = ir_op(x->f, IR_YIELD, first->span, 0, NULL);
        if (x->nloops) ir_append(x->loop[0]->region[0], loop);
        x->loop[x->nloops++] = loop;
        x->body = loop->region[0];
    }
}

void strips_write(const Strips *found)
{
    IrFunc *f = found->f;
    const Chain *c = &found->chain;
    Cut cut = {.f = f, .found = found, .chain = c, .map = ir_map_new(f)};
    Cut *x = &cut;
    open_loops(x, c->op.p[0]);
    ir_insert_after(vec_last(&c->op), x->loop[0]);
    for (int i = 0; i < c->op.n; i++) {
        IrOp *op = c->op.p[i];
        if (op->op == IR_STORE)
            strip_of_store(x, op, window_of(x, op));
        else
            strip_of_member(x, op);
    }
    for (int i = 0; i < c->op.n; i++)
        if (c->op.p[i]->nresults &&
            strips_needs_whole(x->found, c->op.p[i]->results[0]))
            carry(x, c->op.p[i]->results[0]);
    for (int i = 0; i < x->nloops; i++)
        ir_append(x->loop[i]->region[0], x->yield[i]);
    for (int i = 0; i < c->op.n; i++) ir_remove(c->op.p[i]);
}
