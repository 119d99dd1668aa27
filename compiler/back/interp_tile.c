/* Tiles of the reference engine: their life, walks over them, and the ops that
 * move elements without computing.  In: an op and the slots of its operands;
 * out: a new tile in the slot of its result, zero outside the valid region. */
#include "back/interp.h"
#include <stdlib.h>
#include <string.h>

/* ---- life ---------------------------------------------------------------- */

ITile *itile_shaped(QwDtype dt, int rank, const int64_t *shape)
{
    ITile *t = interp_alloc(1, sizeof *t);
    *t = (ITile){.refs = 1, .rank = rank, .dt = dt, .n = 1};
    for (int k = 0; k < rank; k++) {
        t->shape[k] = shape[k];
        if (!mul_ok(t->n, shape[k], &t->n))
            fatal(EXIT_ENVIRONMENT,
                  "out of memory: a tile of too many elements");
    }
    if (is_floating(dt))
        t->v = interp_alloc(t->n, sizeof(double));
    else
        t->i = interp_alloc(t->n, sizeof(int64_t));
    return t;
}

ITile *itile_new(const Type *type)
{
    return itile_shaped(type->dtype, type->rank, type->shape);
}

ITile *itile_result(const IrOp *op)
{
    return itile_new(op->results[0]->type);
}

ITile *itile_keep(ITile *t)
{
    if (t) t->refs++;
    return t;
}

void itile_drop(ITile *t)
{
    if (!t || --t->refs) return;
    itile_drop(t->whole);
    if (t->part) {
        free(t->part->mag);
        free(t->part->err);
    }
    free(t->part);
    free(t->v);
    free(t->i);
    free(t->e);
    free(t);
}

double *itile_bound(ITile *t)
{
    if (!t->e) t->e = interp_alloc(t->n, sizeof(double));
    return t->e;
}

void itile_copy(ITile *t, int64_t at, const ITile *from, int64_t from_at,
                int64_t n)
{
    if (t->v)
        memcpy(t->v + at, from->v + from_at, (size_t)n * sizeof(double));
    else
        memcpy(t->i + at, from->i + from_at, (size_t)n * sizeof(int64_t));
    if (from->e)
        memcpy(itile_bound(t) + at, from->e + from_at,
               (size_t)n * sizeof(double));
    else if (t->e)
        memset(t->e + at, 0, (size_t)n * sizeof(double));
}

void itile_set(In *in, const IrValue *v, ITile *t)
{
    ISlot *s = &in->slot[v->id];
    itile_drop(s->tile);
    s->tile = t;
}

ITile *itile_arg(In *in, const IrOp *op, int k)
{
    const IrValue *v = op->args[k];
    ISlot *s = &in->slot[v->id];
    if (v->type->kind == TY_TENSOR && !s->tile)
        s->tile = interp_tensor_tile(in, v);
    if (!s->tile)
        ice(in->s, op->span, "interp: operand %d of %s has no tile", k,
            ir_op_info[op->op].text);
    if (!s->tile->part) return s->tile;
    if (!s->tile->whole) s->tile->whole = interp_finish(in, s->tile);
    return s->tile->whole;
}

void itile_args_done(In *in, const IrOp *op)
{
    for (int k = 0; k < op->nargs; k++)
        if (op->args[k]->type->kind == TY_TENSOR)
            itile_set(in, op->args[k], NULL);
}

/* ---- walks --------------------------------------------------------------- */

/* strides that run over t in the index space of a shape of rank
 * `rank`, 0 where t broadcasts */
static void broadcast_strides(const ITile *t, int rank, int64_t *stride)
{
    const int lead = TILE_MAX_RANK - rank;
    int64_t n = 1;
    for (int k = 0; k < TILE_MAX_RANK; k++) stride[k] = 0;
    for (int k = t->rank - 1; k >= 0; k--) {
        stride[lead + rank - t->rank + k] = t->shape[k] == 1 ? 0 : n;
        n *= t->shape[k];
    }
}

IOperand ioperand_tile(const ITile *t, const ITile *result)
{
    IOperand x = {.v = t->v, .i = t->i, .e = t->e};
    broadcast_strides(t, result->rank, x.stride);
    return x;
}

bool iwalk_start(In *in, IWalk *w, const IrValue *result)
{
    const Type *t = result->type;
    const int lead = TILE_MAX_RANK - t->rank;
    int64_t n = 1;
    bool some = true;
    *w = (IWalk){.extent = {1, 1, 1, 1}};
    for (int k = t->rank - 1; k >= 0; k--) {
        const int64_t valid = interp_valid(in, result, k);
        w->extent[lead + k] = valid < t->shape[k] ? valid : t->shape[k];
        w->stride[lead + k] = n;
        n *= t->shape[k];
        some = some && w->extent[lead + k] > 0;
    }
    return some;
}

bool iwalk_next(IWalk *w)
{
    for (int k = TILE_MAX_RANK - 2; k >= 0; k--) {
        if (++w->at[k] < w->extent[k]) return true;
        w->at[k] = 0;
    }
    return false;
}

int64_t iwalk_offset(const IWalk *w, const int64_t *stride)
{
    int64_t at = 0;
    for (int k = 0; k < TILE_MAX_RANK - 1; k++) at += w->at[k] * stride[k];
    return at;
}

/* ---- makers -------------------------------------------------------------- */

static bool run_full(In *in, IrOp *op)
{
    const IrValue *r = op->results[0], *s = op->args[0];
    ITile *t = itile_result(op);
    double e = 0;
    const bool from_float = is_floating(s->type->dtype);
    const double f = from_float ? interp_float(in, s, &e)
                                : inum_float(QW_F32, QW_I64, interp_int(in, s));
    const int64_t i = from_float ? inum_int(t->dt, f, QW_NONE)
                                 : iwrap(t->dt, interp_int(in, s));
    if (e > 0) itile_bound(t);
    IWalk w;
    for (bool some = iwalk_start(in, &w, r); some; some = iwalk_next(&w)) {
        const int64_t first = iwalk_offset(&w, w.stride);
        for (int64_t k = first; k < first + w.extent[TILE_MAX_RANK - 1]; k++) {
            if (t->v)
                t->v[k] = from_float ? iround_once(t->dt, f)
                                     : inum_float(t->dt, QW_I64, i);
            else
                t->i[k] = i;
            if (t->e) t->e[k] = e;
        }
    }
    itile_set(in, r, t);
    return true;
}

/* start + j along the last axis, wrapping */
static bool run_arange(In *in, IrOp *op)
{
    const uint64_t start = (uint64_t)interp_int(in, op->args[0]);
    ITile *t = itile_result(op);
    const int64_t cols = t->shape[t->rank - 1];
    for (int64_t k = 0; k < t->n; k++) {
        const int64_t x = iwrap(t->i ? t->dt : QW_I64,
                                (int64_t)(start + (uint64_t)(k % cols)));
        if (t->i)
            t->i[k] = x;
        else
            t->v[k] = inum_float(t->dt, QW_I64, x);
    }
    itile_set(in, op->results[0], t);
    return true;
}

/* ---- windows of tiles ---------------------------------------------------- */

/* off .. off + len inside the nominal extents of tile v? */
static bool inside(In *in, const IrOp *op, const IrValue *v, const int64_t *off,
                   const int64_t *len)
{
    const Type *t = v->type;
    for (int k = 0; k < t->rank; k++)
        if (len[k] <= 0) return true;
    for (int k = 0; k < t->rank; k++) {
        int64_t end;
        if (off[k] < 0 || !add_ok(off[k], len[k], &end) || end > t->shape[k])
            return interp_fail(in, op, QW_ERR_BOUNDS, interp_name(v), k, off[k],
                               len[k], t->shape[k], NULL);
    }
    return true;
}

/* A box of elements at from_off of one tile to to_off of another, both seen in
 * the axes of the wider one; strides of axes that a tile lacks are 0. */
typedef struct Box {
    int64_t extent[TILE_MAX_RANK], to_stride[TILE_MAX_RANK],
        from_stride[TILE_MAX_RANK];
    int64_t to, from;
    int rank;
} Box;

static void box_copy(const Box *b, ITile *t, const ITile *from)
{
    int64_t idx[TILE_MAX_RANK] = {0};
    for (int k = 0; k < b->rank; k++)
        if (b->extent[k] <= 0) return;
    for (;;) {
        int64_t to_at = b->to, from_at = b->from;
        for (int k = 0; k < b->rank; k++) {
            to_at += idx[k] * b->to_stride[k];
            from_at += idx[k] * b->from_stride[k];
        }
        itile_copy(t, to_at, from, from_at, 1);
        int k = b->rank - 1;
        while (k >= 0 && ++idx[k] == b->extent[k]) idx[k--] = 0;
        if (k < 0) return;
    }
}

/* row-major strides of the axes that `drop` leaves; 0 for the others */
static void kept_strides(const ITile *t, int rank, unsigned drop,
                         int64_t *stride)
{
    int64_t n = 1;
    int j = t->rank - 1;
    for (int k = rank - 1; k >= 0; k--) {
        if (drop >> k & 1) {
            stride[k] = 0;
            continue;
        }
        stride[k] = n;
        n *= t->shape[j--];
    }
}

static bool run_slice(In *in, IrOp *op)
{
    const IrValue *v = op->args[0], *r = op->results[0];
    const int n = v->type->rank;
    const ITile *x = itile_arg(in, op, 0);
    int64_t off[TILE_MAX_RANK], win[TILE_MAX_RANK];
    Box b = {.rank = n};
    interp_ints(in, op, 1, n, off);
    interp_ints(in, op, 1 + n, n, win);
    for (int k = 0; k < n; k++)
        if (op->at.clamp && off[k] >= 0 && win[k] > x->shape[k] - off[k])
            win[k] = off[k] < x->shape[k] ? x->shape[k] - off[k] : 0;
    if (!inside(in, op, v, off, win)) return false;
    ITile *t = itile_result(op);
    kept_strides(t, n, op->at.drop, b.to_stride);
    kept_strides(x, n, 0, b.from_stride);
    bool empty = false;
    for (int k = 0, j = 0; k < n; k++) {
        const int64_t valid = op->at.drop >> k & 1 ? win[k]
                                                   : interp_valid(in, r, j++);
        b.extent[k] = valid < win[k] ? valid : win[k];
        empty = empty || b.extent[k] <= 0;
    }
    for (int k = 0; k < n && !empty; k++) b.from += off[k] * b.from_stride[k];
    box_copy(&b, t, x);
    itile_set(in, r, t);
    return true;
}

static bool run_assemble(In *in, IrOp *op)
{
    const IrValue *v = op->args[0], *u = op->args[1];
    const int n = v->type->rank;
    const ITile *x = itile_arg(in, op, 0), *y = itile_arg(in, op, 1);
    int64_t off[TILE_MAX_RANK];
    Box b = {.rank = n};
    bool empty = false;
    interp_ints(in, op, 2, n, off);
    for (int k = 0, j = 0; k < n; k++) {
        b.extent[k] = op->at.drop >> k & 1 ? 1 : interp_valid(in, u, j++);
        empty = empty || b.extent[k] <= 0;
    }
    if (!inside(in, op, v, off, b.extent)) return false;
    ITile *t = itile_result(op);
    itile_copy(t, 0, x, 0, x->n);
    kept_strides(t, n, 0, b.to_stride);
    kept_strides(y, n, op->at.drop, b.from_stride);
    for (int k = 0; k < n && !empty; k++) b.to += off[k] * b.to_stride[k];
    box_copy(&b, t, y);
    itile_set(in, op->results[0], t);
    return true;
}

/* ---- shape and validity -------------------------------------------------- */

/* the same elements in row-major order: full tiles, or unit
 * axes that come, go or move */
static bool run_reshape(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    ITile *t = itile_result(op);
    if (x->n != t->n)
        ice(in->s, op->span, "interp: reshape of %lld to %lld elements",
            (long long)x->n, (long long)t->n);
    itile_copy(t, 0, x, 0, x->n);
    itile_set(in, op->results[0], t);
    return true;
}

static bool run_transpose(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    const int a = op->at.axis[0], c = op->at.axis[1];
    ITile *t = itile_result(op);
    Box b = {.rank = x->rank};
    kept_strides(t, x->rank, 0, b.to_stride);
    kept_strides(x, x->rank, 0, b.from_stride);
    const int64_t swapped = b.from_stride[a];
    b.from_stride[a] = b.from_stride[c];
    b.from_stride[c] = swapped;
    memcpy(b.extent, t->shape, sizeof b.extent);
    box_copy(&b, t, x);
    itile_set(in, op->results[0], t);
    return true;
}

/* what is newly valid is 0 in memory already; what no
 * longer is, is left behind */
static bool run_setvalid(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    ITile *t = itile_result(op);
    IWalk w;
    if (iwalk_start(in, &w, op->results[0])) {
        do {
            const int64_t at = iwalk_offset(&w, w.stride);
            itile_copy(t, at, x, at, w.extent[TILE_MAX_RANK - 1]);
        } while (iwalk_next(&w));
    }
    itile_set(in, op->results[0], t);
    return true;
}

static double pad_float(PadValue pad, QwDtype d)
{
    if (pad == PAD_ZERO) return 0;
    return pad == PAD_MIN ? -imax_finite(d) : imax_finite(d);
}

static int64_t pad_int(PadValue pad, QwDtype d)
{
    if (pad == PAD_ZERO) return 0;
    return pad == PAD_MIN ? qw_dtype_min(d) : (int64_t)qw_dtype_max(d);
}

/* everything becomes padding, then the valid region
 * of the operand comes back */
static bool run_pad(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    ITile *t = itile_result(op);
    for (int64_t k = 0; k < t->n; k++) {
        if (t->v)
            t->v[k] = pad_float(op->at.pad, t->dt);
        else
            t->i[k] = pad_int(op->at.pad, t->dt);
    }
    Box b = {.rank = x->rank};
    kept_strides(t, t->rank, 0, b.to_stride);
    kept_strides(x, x->rank, 0, b.from_stride);
    for (int k = 0; k < x->rank; k++)
        b.extent[k] = interp_valid(in, op->args[0], k);
    box_copy(&b, t, x);
    itile_set(in, op->results[0], t);
    return true;
}

static bool run_concat(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0), *y = itile_arg(in, op, 1);
    ITile *t = itile_result(op);
    const int64_t a = x->shape[1], c = y->shape[1],
                  rows = interp_valid(in, op->results[0], 0);
    for (int64_t i = 0; i < rows; i++) {
        itile_copy(t, i * (a + c), x, i * a, a);
        itile_copy(t, i * (a + c) + a, y, i * c, c);
    }
    itile_set(in, op->results[0], t);
    return true;
}

/* ---- single elements ----------------------------------------------------- */

static bool element(In *in, IrOp *op, int first, const ITile *x, int64_t *at)
{
    static const int64_t one[TILE_MAX_RANK] = {1, 1, 1, 1};
    int64_t idx[TILE_MAX_RANK];
    interp_ints(in, op, first, x->rank, idx);
    if (!inside(in, op, op->args[0], idx, one)) return false;
    *at = 0;
    for (int k = 0; k < x->rank; k++) *at = *at * x->shape[k] + idx[k];
    return true;
}

/* the element whose indices begin at operand `first` lies
 * outside the valid region of v */
static bool outside_valid(In *in, const IrOp *op, int first, const IrValue *v)
{
    for (int k = 0; k < v->type->rank; k++)
        if (interp_int(in, op->args[first + k]) >= interp_valid(in, v, k))
            return true;
    return false;
}

static bool run_tread(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    ISlot *r = &in->slot[op->results[0]->id];
    int64_t at;
    if (!element(in, op, 1, x, &at)) return false;
    if (in->checks.bounds && outside_valid(in, op, 1, op->args[0]))
        interp_notice(in, W0902, op, 0);
    if (x->v)
        r->f = x->v[at];
    else
        r->i = x->i[at];
    r->e = x->e ? x->e[at] : 0;
    return true;
}

/* a write outside the valid region changes nothing that can be observed */
static bool run_twrite(In *in, IrOp *op)
{
    const IrValue *s = op->args[1];
    const ITile *x = itile_arg(in, op, 0);
    int64_t at;
    if (!element(in, op, 2, x, &at)) return false;
    ITile *t = itile_result(op);
    itile_copy(t, 0, x, 0, x->n);
    itile_set(in, op->results[0], t);
    if (outside_valid(in, op, 2, op->args[0])) return true;
    double e = 0;
    if (t->v) {
        const bool from_float = is_floating(s->type->dtype);
        const double f = from_float
            ? interp_float(in, s, &e)
            : inum_float(t->dt, QW_I64, interp_int(in, s));
        t->v[at] = iround_once(t->dt, f);
        if (s->type->dtype != t->dt) e = ibound(t->dt, f, t->v[at], e, 1);
    } else {
        t->i[at] = interp_int(in, s);
        if (iwrap(t->dt, t->i[at]) != t->i[at])
            return interp_out_of_range(in, op, op->args[0], t->dt, t->i[at]);
    }
    if (e > 0 || t->e) itile_bound(t)[at] = e;
    return true;
}

/* ---- dispatch ------------------------------------------------------------ */

static bool (*const handlers[IR_OP_COUNT])(In *, IrOp *) = {
    [IR_FULL] = run_full,
    [IR_ARANGE] = run_arange,
    [IR_SLICE] = run_slice,
    [IR_ASSEMBLE] = run_assemble,
    [IR_RESHAPE] = run_reshape,
    [IR_TRANSPOSE] = run_transpose,
    [IR_SETVALID] = run_setvalid,
    [IR_PAD] = run_pad,
    [IR_TREAD] = run_tread,
    [IR_TWRITE] = run_twrite,
    [IR_CONCAT] = run_concat,
    [IR_EXPAND] = interp_expand,
    [IR_CAST] = interp_cast,
    [IR_ADD] = interp_ew2,
    [IR_SUB] = interp_ew2,
    [IR_MUL] = interp_ew2,
    [IR_DIV] = interp_ew2,
    [IR_MAX] = interp_ew2,
    [IR_MIN] = interp_ew2,
    [IR_FMOD] = interp_ew2,
    [IR_CMP] = interp_ew2,
    [IR_EXPDIF] = interp_ew2,
    [IR_AND] = interp_ew2,
    [IR_OR] = interp_ew2,
    [IR_XOR] = interp_ew2,
    [IR_SHL] = interp_ew2,
    [IR_SHR] = interp_ew2,
    [IR_NEG] = interp_ew1,
    [IR_ABS] = interp_ew1,
    [IR_NOT] = interp_ew1,
    [IR_EXP] = interp_ew1,
    [IR_LOG] = interp_ew1,
    [IR_SQRT] = interp_ew1,
    [IR_RSQRT] = interp_ew1,
    [IR_RECIP] = interp_ew1,
    [IR_SIN] = interp_ew1,
    [IR_COS] = interp_ew1,
    [IR_ROW_SUM] = interp_sum,
    [IR_COL_SUM] = interp_sum,
    [IR_ROW_MAX] = interp_extreme,
    [IR_ROW_MIN] = interp_extreme,
    [IR_COL_MAX] = interp_extreme,
    [IR_COL_MIN] = interp_extreme,
    [IR_ROW_ARGMAX] = interp_arg,
    [IR_ROW_ARGMIN] = interp_arg,
    [IR_MATMUL] = interp_matmul,
    [IR_MATMUL_ACC] = interp_matmul,
    [IR_SORT32] = interp_sort32,
    [IR_MRGSORT_BLOCK] = interp_mrgsort_block,
    [IR_MRGSORT_LISTS] = interp_mrgsort_lists,
    [IR_GATHER_MASK] = interp_gather_mask,
    [IR_GATHER_INDEX] = interp_gather_index,
    [IR_SCATTER_INDEX] = interp_scatter_index,
    [IR_SCATTER_MASK] = interp_scatter_mask,
};

bool interp_tile_op(In *in, IrOp *op)
{
    if (!handlers[op->op])
        ice(in->s, op->span, "interp: no handler for %s",
            ir_op_info[op->op].text);
    return handlers[op->op](in, op);
}
