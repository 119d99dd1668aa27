/* Elementwise chains over a large tile become one loop over strips of it that
 * stay in the first cache (patterns F3 and F6): what flows from one operation to
 * the next is as large as a strip, and memory is read and written once.
 *
 *   %a: &f32[64, 4096] = view %x ...          %a: ...
 *   %b: f32[64, 4096] = exp %a                %o: &f32[64, 4096] = view %y ...
 *   %c: f32[64, 4096] = add %b, 1.0        -> for range %row = 0, 64, 1 {
 *   store %y, %c [%r, 0]                          for range %col = 0, 4096, 1024 {
 *                                                     %a1: &f32[1, 1024] = view %a [%row, %col] ...
 *                                                     %b1: f32[1, 1024] = exp %a1
 *                                                     %c1: f32[1, 1024] = add %b1, 1.0
 *                                                     store %o, %c1 [%row, %col] safe
 *                                                 }
 *                                             }
 *
 * A chain with row reductions keeps whole rows, so sums keep their order.  A
 * value that is needed whole later is put together by `assemble`.  The loop
 * stands where the chain ended: no other op of the chain's region between its
 * members may read what they make or store, and a window that is stored must be
 * apart from what members read, or the very window, strip by strip.  The bounds
 * of a store are checked where it stood, by a view. */
#include "pass/passes.h"

enum {
    STRIP_BYTES = 4096, /* of the widest value, about */
    TILE_BYTES = 32768, /* of the widest that is worth cutting, at least */
    ROW_BYTES = 65536,  /* of an FP32 row that is kept whole, at most */
    MAX_STORES = 8,
};

typedef struct Chain {
    IrRegion *home;
    int64_t shape[2];
    bool rows; /* its rows stay whole */
    VEC(IrOp *) op;
    VEC(Access) read;
    VEC(IrOp *) store;
} Chain;

typedef struct Extent { /* of a value along an axis, and of its strips */
    int axis;
    IrValue *whole, *strip;
} Extent;

typedef struct Part { /* a strip of a value from outside */
    const IrValue *of;
    IrValue *extent[2], *strip;
} Part;

typedef struct Strips {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    bool *member; /* by op id: of the chain at hand */
    Chain chain;
    bool changed;
    /* the loop being written */
    IrOp *loop[2], *yield[2]; /* over rows, over columns, or one of them */
    int nloops;
    IrRegion *body;   /* of the inner one */
    IrMap *map;       /* results of members -> their strips */
    int64_t size[2];  /* of a strip */
    IrValue *stop[2]; /* end of the loop along each axis */
    IrValue *at[2];   /* where the strip begins */
    VEC(Extent) extents;
    VEC(Part) parts;
} Strips;

/* ---- which ops make a chain ------------------------------------------------------ */

static bool is_matrix(const IrValue *v)
{
    return v->type->kind != TY_SCALAR && v->type->rank == 2;
}

static bool has_shape(const IrValue *v, const int64_t shape[2])
{
    return is_matrix(v) && v->type->shape[0] == shape[0] &&
        v->type->shape[1] == shape[1];
}

static bool is_row_op(const IrOp *op)
{
    return ir_op_info[op->op].cls == CLS_REDUCE && ir_is_row_reduction(op);
}

static bool is_elementwise(const IrOp *op)
{
    const IrClass c = ir_op_info[op->op].cls;
    if (c != CLS_EW1 && c != CLS_EW2 && op->op != IR_CAST &&
        op->op != IR_EXPAND)
        return false;
    for (int i = 0; i < op->nargs; i++)
        if (op->args[i]->type->kind != TY_SCALAR && !is_matrix(op->args[i]))
            return false;
    return is_matrix(op->results[0]);
}

static bool is_made_inside(const Strips *x, const IrValue *v)
{
    return v->def && v->type->kind == TY_TILE && x->member[v->def->id];
}

static bool uses_chain(const Strips *x, const IrOp *op)
{
    for (int i = 0; i < op->nargs; i++)
        if (is_made_inside(x, op->args[i])) return true;
    return false;
}

/* only leaves out valid elements */
static bool is_trim(IrFunc *f, const IrOp *op)
{
    if (op->op != IR_SETVALID) return false;
    for (int k = 0; k < 2; k++)
        if (!ir_less_equal(f, ir_valid(f, op->results[0], k),
                           ir_valid(f, op->args[0], k)))
            return false;
    return true;
}

static bool row_fits(const Chain *c)
{
    return c->shape[0] > 1 && c->shape[1] * 4 <= ROW_BYTES;
}

/* op belongs to a chain over tiles of this shape */
static bool suits(Strips *x, const IrOp *op)
{
    const Chain *c = &x->chain;
    const int64_t column[2] = {c->shape[0], 1};
    if (is_row_op(op)) return has_shape(op->args[0], c->shape) && row_fits(c);
    if (op->op == IR_STORE)
        return !op->at.atomic && !op->at.direct && uses_chain(x, op) &&
            c->store.n < MAX_STORES;
    if (op->op == IR_SETVALID) return uses_chain(x, op) && is_trim(x->f, op);
    if (!is_elementwise(op)) return false;
    return has_shape(op->results[0], c->shape) ||
        (has_shape(op->results[0], column) && uses_chain(x, op));
}

/* ---- what may stand between members ---------------------------------------------- */

static bool same_window(IrFunc *f, const IrValue *read, const IrOp *store)
{
    const IrOp *v = read->def;
    const IrValue *t = store->args[0];
    if (!v || v->op != IR_VIEW || v->args[0] != t ||
        v->at.drop != store->at.drop ||
        !has_shape(store->args[1], read->type->shape))
        return false;
    for (int a = 0; a < t->type->rank; a++)
        if (!ir_equal(f, v->args[1 + a], store->args[2 + a])) return false;
    return true;
}

static bool is_apart(Strips *x, IrOp *store, const Access *other)
{
    Access w[MAX_ACCESS];
    region_accesses(x->f, store, w);
    return region_disjoint(x->f, &w[0].rect, &other->rect);
}

/* a store and a read that members make in any order, strip by strip */
static bool go_together(Strips *x, IrOp *store, const Access *read)
{
    return is_apart(x, store, read) ||
        (has_shape(read->tensor, x->chain.shape) &&
         same_window(x->f, read->tensor, store));
}

static bool may_join(Strips *x, IrOp *op)
{
    Chain *c = &x->chain;
    Access a[MAX_ACCESS];
    const bool writes = op->op == IR_STORE;
    const int n = region_accesses(x->f, op, a);
    for (int i = writes; i < n; i++)
        for (int k = 0; k < c->store.n; k++)
            if (!go_together(x, c->store.p[k], &a[i])) return false;
    for (int k = 0; writes && k < c->store.n; k++)
        if (!is_apart(x, c->store.p[k], &a[0])) return false;
    for (int k = 0; writes && k < c->read.n; k++)
        if (!go_together(x, op, &c->read.p[k])) return false;
    return true;
}

/* op does its work before the loop instead of between members */
static bool may_come_first(Strips *x, IrOp *op)
{
    Access a[MAX_ACCESS];
    if (op->region[0] || ir_op_info[op->op].flags & (OPF_W | OPF_T) ||
        uses_chain(x, op))
        return false;
    const int n = region_accesses(x->f, op, a);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < x->chain.store.n; k++)
            if (!is_apart(x, x->chain.store.p[k], &a[i])) return false;
    return true;
}

static void join(Strips *x, IrOp *op)
{
    Chain *c = &x->chain;
    Access a[MAX_ACCESS];
    const bool writes = op->op == IR_STORE;
    const int n = region_accesses(x->f, op, a);
    for (int i = writes; i < n; i++) vec_push(x->f->arena, &c->read, a[i]);
    if (writes) vec_push(x->f->arena, &c->store, op);
    vec_push(x->f->arena, &c->op, op);
    c->rows |= is_row_op(op);
    x->member[op->id] = true;
}

/* ---- what it is worth -------------------------------------------------------------- */

static bool is_needed_whole(const Strips *x, const IrValue *v)
{
    for (int i = 0; i < uses_count(x->uses, v); i++)
        if (!x->member[uses_op(x->uses, v, i)->id]) return true;
    return false;
}

static bool is_read_inside(const Strips *x, const IrValue *v)
{
    for (int i = 0; i < uses_count(x->uses, v); i++)
        if (x->member[uses_op(x->uses, v, i)->id]) return true;
    return false;
}

/* not only stored, for what is computed straight into memory costs nothing */
static bool is_read_again(const Strips *x, const IrValue *v)
{
    for (int i = 0; i < uses_count(x->uses, v); i++) {
        const IrOp *op = uses_op(x->uses, v, i);
        if (op->op != IR_STORE && op->op != IR_SETVALID) return true;
    }
    return false;
}

/* bytes that no longer go through memory; 0: not worth it */
static int64_t gain(const Strips *x)
{
    const Chain *c = &x->chain;
    int64_t saved = 0;
    int inner = 0, whole = 0;
    for (int i = 0; i < c->op.n; i++) {
        const IrOp *op = c->op.p[i];
        if (!op->nresults || op->op == IR_SETVALID ||
            !has_shape(op->results[0], c->shape))
            continue;
        if (is_needed_whole(x, op->results[0])) {
            whole++;
        } else if (is_read_again(x, op->results[0])) {
            saved += ir_bytes(op->results[0]->type);
            inner++;
        }
    }
    return inner > whole ? saved : 0;
}

/* ---- extents of strips ----------------------------------------------------------------- */

static int64_t divisor_near(int64_t n, int64_t limit)
{
    if (n <= limit) return n;
    for (int64_t d = limit; d > limit / 2; d--)
        if (n % d == 0) return d;
    return limit;
}

static int64_t widest_element(const Chain *c)
{
    int64_t size = 1;
    for (int i = 0; i < c->op.n; i++) {
        const IrOp *op = c->op.p[i];
        const IrValue *v = op->nresults ? op->results[0] : op->args[1];
        const int64_t n = qw_dtype_size(v->type->dtype);
        if (n > size) size = n;
    }
    return size;
}

/* false: the chain is not worth cutting */
static bool choose_size(Strips *x)
{
    const Chain *c = &x->chain;
    const int64_t rows = c->shape[0], cols = c->shape[1],
                  bytes = widest_element(c), n = STRIP_BYTES / bytes;
    const bool whole_rows = c->rows || cols <= 2 * n;
    x->size[1] = whole_rows ? cols : divisor_near(cols, n);
    x->size[0] = x->size[1] >= n ? 1 : divisor_near(rows, n / x->size[1]);
    return rows * cols * bytes >= TILE_BYTES &&
        (x->size[0] < rows || x->size[1] < cols);
}

/* the extent that all results of the chain have along the axis, else the nominal one */
static IrValue *common_extent(Strips *x, int axis)
{
    const Chain *c = &x->chain;
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

static IrValue *new_strip_extent(Strips *x, int axis, IrValue *whole)
{
    IrFunc *f = x->f;
    const bool to_the_end = ir_equal(f, whole, x->stop[axis]);
    const int64_t n = x->size[axis];
    IrValue *size = ir_idx(f, n);
    int64_t end;
    if (!x->at[axis]) return whole;
    if (to_the_end &&
        (n == 1 || (ir_is_const_int(whole, &end) && end % n == 0)))
        return size;
    const Span sp = x->chain.op.p[0]->span;
    IrValue *left = ir_ssub(f, x->body, whole, x->at[axis], sp);
    if (left->def->parent == x->body)
        left->def->at.nowrap = true; /* neither is negative */
    IrValue *e = ir_smin(f, x->body, left, size, sp);
    return to_the_end ? e : ir_smax(f, x->body, e, ir_idx(f, 0), sp);
}

static IrValue *strip_extent(Strips *x, int axis, IrValue *whole)
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
static void set_valid(Strips *x, IrValue *strip, IrValue *const *extent)
{
    for (int k = 0; k < 2; k++) {
        if (ir_is_int(extent[k], strip->type->shape[k])) continue;
        if (!strip->valid) strip->valid = NEW_ARRAY(x->f->arena, IrValue *, 2);
        strip->valid[k] = extent[k];
    }
}

/* ---- strips of values -------------------------------------------------------------------- */

/* v repeats along the axis, or the loop does not move along it */
static bool stays(const Strips *x, const IrValue *v, int axis)
{
    return !x->at[axis] || v->type->shape[axis] != x->chain.shape[axis];
}

/* of its strip */
static IrValue *offset(Strips *x, const IrValue *v, int axis)
{
    return stays(x, v, axis) ? ir_idx(x->f, 0) : x->at[axis];
}

static IrOp *append(Strips *x, IrOpcode code, const IrOp *from)
{
    IrOp *op = ir_op(x->f, code, from->span, 0, NULL);
    op->inl = from->inl;
    ir_append(x->body, op);
    return op;
}

static IrOp *open_part(Strips *x, IrValue *v, IrValue *const *extent,
                       const IrOp *user)
{
    IrFunc *f = x->f;
    const bool tensor = v->type->kind == TY_TENSOR;
    int64_t shape[2];
    IrOp *op = append(x, tensor ? IR_VIEW : IR_SLICE, user);
    op->at.safe = true;
    ir_op_add_arg(f, op, v);
    for (int k = 0; k < 2; k++) {
        shape[k] = stays(x, v, k) ? v->type->shape[k] : x->size[k];
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
static IrValue *part_of(Strips *x, IrValue *v, IrValue *const *need,
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

static IrValue *operand(Strips *x, const IrOp *op, int k)
{
    IrValue *v = op->args[k], *need[2];
    if (is_made_inside(x, v)) return ir_map_get(x->map, v);
    for (int a = 0; a < 2; a++) {
        const IrValue *r = op->results[0];
        need[a] =
            ir_valid(x->f,
                     is_row_op(op) && a == 1 ? v : (IrValue *)(uintptr_t)r, a);
    }
    return part_of(x, v, need, op);
}

static void strip_of_member(Strips *x, const IrOp *op)
{
    IrFunc *f = x->f;
    const IrValue *old = op->results[0];
    IrValue *arg[3], *extent[2];
    int64_t shape[2];
    for (int i = 0; i < op->nargs; i++) arg[i] = operand(x, op, i);
    for (int k = 0; k < 2; k++) {
        const bool stay = stays(x, old, k);
        IrValue *e = ir_valid(f, (IrValue *)(uintptr_t)old, k);
        shape[k] = stay ? old->type->shape[k] : x->size[k];
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

/* ---- stores ---------------------------------------------------------------------------------- */

/* the window of a store, where the store stood: its bounds are checked there */
static IrValue *window_of(Strips *x, IrOp *store)
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

static void strip_of_store(Strips *x, const IrOp *store, IrValue *window)
{
    IrFunc *f = x->f;
    IrOp *copy = append(x, IR_STORE, store);
    copy->at.safe = true;
    ir_op_add_arg(f, copy, window);
    ir_op_add_arg(f, copy, ir_map_get(x->map, store->args[1]));
    for (int k = 0; k < 2; k++) ir_op_add_arg(f, copy, offset(x, window, k));
}

/* ---- the loop ---------------------------------------------------------------------------------- */

static IrOp *open_loop(Strips *x, int axis, const IrOp *first)
{
    IrFunc *f = x->f;
    IrOp *loop = ir_op(f, IR_FOR, first->span, 0, NULL);
    loop->inl = first->inl;
    loop->at.loop = LOOP_RANGE;
    loop->at.verdict = PAR_SEQUENTIAL;
    loop->at.name = str(f->s, axis ? "col" : "row");
    ir_op_add_arg(f, loop, ir_idx(f, 0));
    ir_op_add_arg(f, loop, x->stop[axis]);
    ir_op_add_arg(f, loop, ir_idx(f, x->size[axis]));
    loop->region[0] = ir_region(f, loop);
    x->at[axis] = ir_region_arg(f, loop->region[0], ir_index(f), first->span);
    x->at[axis]->name = loop->at.name;
    return loop;
}

/* v passes through the loops, a strip at a time; returns it put together */
static void carry(Strips *x, IrValue *v)
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

static void open_loops(Strips *x, const IrOp *first)
{
    x->nloops = 0;
    x->at[0] = x->at[1] = NULL;
    for (int k = 0; k < 2; k++) {
        x->stop[k] = common_extent(x, k);
        if (x->size[k] == x->chain.shape[k]) continue;
        IrOp *loop = open_loop(x, k, first);
        x->yield[x->nloops] = ir_op(x->f, IR_YIELD, first->span, 0, NULL);
        if (x->nloops) ir_append(x->loop[0]->region[0], loop);
        x->loop[x->nloops++] = loop;
        x->body = loop->region[0];
    }
}

static void rewrite(Strips *x)
{
    const Chain *c = &x->chain;
    IrFunc *f = x->f;
    x->map = ir_map_new(f);
    x->extents.n = x->parts.n = 0;
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
        if (c->op.p[i]->nresults && is_needed_whole(x, c->op.p[i]->results[0]))
            carry(x, c->op.p[i]->results[0]);
    for (int i = 0; i < x->nloops; i++)
        ir_append(x->loop[i]->region[0], x->yield[i]);
    for (int i = 0; i < c->op.n; i++) ir_remove(c->op.p[i]);
    x->changed = true;
}

/* ---- all chains ---------------------------------------------------------------------------------- */

/* the first chain op of a shape; false: not one */
static bool begin(Strips *x, IrOp *op)
{
    const bool reduces = is_row_op(op);
    if (!reduces && !is_elementwise(op)) return false;
    const IrValue *v = reduces ? op->args[0] : op->results[0];
    if (!is_matrix(v) || ir_elements(v->type) * 8 < TILE_BYTES) return false;
    x->chain = (Chain){.shape = {v->type->shape[0], v->type->shape[1]}};
    if (!suits(x, op)) return false;
    join(x, op);
    return true;
}

/* undecided loops record what each op touches */
static bool is_recorded(const IrOp *op)
{
    for (; op; op = ir_parent_op(op))
        if (op->op == IR_FOR && op->at.verdict == PAR_UNDECIDED) return true;
    return false;
}

static const char *pattern_of(const Chain *c)
{
    for (int i = 0; i < c->op.n; i++)
        for (int k = 0; k < c->op.p[i]->nargs; k++) {
            const IrOp *d = c->op.p[i]->args[k]->def;
            if (d && ir_op_info[d->op].cls == CLS_MATRIX && c->store.n)
                return "F3 epilogue";
        }
    return "F6 rows";
}

/* an op that only another one after the chain needs goes without it */
static void drop_loners(Strips *x)
{
    Chain *c = &x->chain;
    int n = 0;
    for (int i = 0; i < c->op.n; i++) {
        IrOp *op = c->op.p[i];
        x->member[op->id] = op->op == IR_STORE || uses_chain(x, op) ||
            is_read_inside(x, op->results[0]) || !may_come_first(x, op);
        if (x->member[op->id]) c->op.p[n++] = op;
    }
    c->op.n = n;
}

static void finish(Strips *x)
{
    Chain *c = &x->chain;
    drop_loners(x);
    if (!c->op.n) return;
    const IrOp *first = c->op.p[0], *last = vec_last(&c->op);
    const int64_t saved = gain(x);
    if (choose_size(x) && saved) {
        const char *text = is_recorded(first)
            ? "the loop around is undecided, and records what each operation touches"
            : arena_printf(x->c->s->arena,
                           "%d operations in strips of %lld x %lld", c->op.n,
                           (long long)x->size[0], (long long)x->size[1]);
        fusion_note(x->c, pattern_of(c), first, last->span, !is_recorded(first),
                    saved, text);
        if (!is_recorded(first)) rewrite(x);
    }
    for (int i = 0; i < c->op.n; i++) x->member[c->op.p[i]->id] = false;
    c->op.n = 0;
}

static void find_chains(Strips *x, IrRegion *r)
{
    for (IrOp *op = r->first, *next; op; op = next) {
        next = op->next;
        if (x->chain.op.n && suits(x, op) && may_join(x, op)) {
            join(x, op);
            continue;
        }
        if (x->chain.op.n && may_come_first(x, op)) continue;
        if (x->chain.op.n && suits(x, op) && op->op == IR_STORE)
            fusion_note(
                x->c, "F6 rows", op, op->span, false, 0,
                "it stores where an operation of the chain reads or stores");
        finish(x);
        for (int i = 0; i < 2 && op->region[i]; i++)
            find_chains(x, op->region[i]);
        begin(x, op);
    }
    finish(x);
}

bool pass_strips(IrFunc *f, PassCtx *c)
{
    Strips x = {.f = f,
                .c = c,
                .uses = uses_find(f),
                .member = NEW_ARRAY(f->arena, bool, f->next_op + 1)};
    find_chains(&x, f->body);
    if (x.changed) ir_resolve(f);
    return x.changed;
}
