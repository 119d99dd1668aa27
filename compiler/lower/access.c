/* Memory: allocation, views, loads, slices, reads and stores.  Bounds are
 * checked by bounds.c when all is known. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- windows ------------------------------------------------------------- */

/* The window of a partly valid view: it must lie in the nominal extents; only
 * what is valid there is touched, which its source backs. */
static Window effective(Lower *L, IrValue *T, const Window *w, unsigned drop,
                        Span sp)
{
    Window e = *w;
    for (int k = 0; T->valid && k < w->rank; k++) {
        IrLinear d;
        const IrLinear win = ir_linear(L->f, w->win[k]);
        if (full_on(L, T, k)) continue;
        if (ir_diff_linear(L->f, w->off[k], ir_dim(L->f, T, k), &d) &&
            ir_linear_add(&d, &win, 1) && ir_linear_range(L->f, &d).lo > 0)
            lw_error(L, E0412, sp,
                     "the window leaves axis %d: offset %s, extent %s, size %s",
                     k, lw_extent(L, w->off[k]), lw_extent(L, w->win[k]),
                     lw_extent(L, ir_dim(L->f, T, k)));
        if (!(drop >> k & 1))
            e.win[k] = intersect(L, w->win[k], T->valid[k], w->off[k], sp);
    }
    return e;
}

void narrow_valid(Lower *L, IrValue *r, int axis, IrValue *by, Span sp)
{
    set_valid(L, r, axis,
              emit_int(L, IR_SMUL, ir_valid(L->f, r, axis), by, sp));
}

void narrow_back(Lower *L, IrValue *r, int axis, IrValue *room, Span sp)
{
    IrValue *one = ir_idx(L->f, 1), *none = ir_idx(L->f, 0);
    IrValue *some = emit_int(L, IR_SMIN, room, one, sp);
    some = emit_int(L, IR_SMAX, some, none, sp);
    if (!r->back) r->back = new_list(L, r->type->rank);
    r->back[axis] = emit_int(L, IR_SMUL, ir_back(L->f, r, axis), some, sp);
}

/* An axis that is dropped but may be invalid empties the whole result. */
static void narrow_by_dropped(Lower *L, IrValue *r, IrValue *src,
                              const Window *w, unsigned drop, Span sp)
{
    for (int k = 0; src->valid && k < w->rank; k++) {
        if (!(drop >> k & 1) || full_on(L, src, k)) continue;
        IrValue *one = intersect(L, w->win[k], src->valid[k], w->off[k], sp);
        if (ir_range(L->f, one).lo >= 1) continue;
        narrow_valid(L, r, 0, one, sp);
    }
}

static int first_kept(const Window *w, unsigned drop)
{
    int k = 0;
    while (k < w->rank && drop >> k & 1) k++;
    return k;
}

static bool may_be_empty(const Window *w, unsigned drop, int k)
{
    int64_t n;
    return (drop >> k & 1) && !(ir_is_const_int(w->win[k], &n) && n == 1);
}

/* A dropped axis has an extent of 1; a valid extent that may be 0 empties the
 * first axis that is kept. */
static Window fold_dropped(Lower *L, const Window *w, unsigned drop, Span sp)
{
    Window r = *w;
    const int to = first_kept(w, drop);
    for (int k = 0; k < w->rank && to < w->rank; k++) {
        if (!may_be_empty(w, drop, k)) continue;
        r.win[to] = emit_int(L, IR_SMUL, r.win[to], w->win[k], sp);
        r.win[k] = ir_idx(L->f, 1);
    }
    return r;
}

static void window_valid(Lower *L, IrValue *r, IrValue *src, const Window *w,
                         unsigned drop, Span sp)
{
    for (int k = 0, j = 0; k < w->rank; k++) {
        if (drop >> k & 1) continue;
        IrValue *v = w->win[k];
        if (src->type->kind == TY_TILE && !full_on(L, src, k))
            v = intersect(L, v, src->valid[k], w->off[k], sp);
        set_valid(L, r, j++, v);
    }
    narrow_by_dropped(L, r, src, w, drop, sp);
}

static const Type *window_type(Lower *L, QwDtype d, int rank,
                               const int64_t *shape, unsigned drop)
{
    int64_t kept[IR_MAX_RANK] = {0};
    int n = 0;
    for (int k = 0; k < rank; k++)
        if (!(drop >> k & 1)) kept[n++] = shape[k];
    return ir_tile(L->f, d, n, kept);
}

static IrValue *windowed(Lower *L, IrOpcode code, IrValue *src, const Window *w,
                         const int64_t *shape, unsigned drop, Span sp)
{
    IrValue *args[1 + 2 * IR_MAX_RANK] = {src};
    const int r = w->rank;
    for (int k = 0; k < r; k++) {
        args[1 + k] = w->off[k];
        args[1 + r + k] = w->win[k];
    }
    IrValue *v = emit1(L, code, sp,
                       window_type(L, src->type->dtype, r, shape, drop),
                       1 + 2 * r, args);
    for (int k = 0; k < r; k++) v->def->at.shape[k] = shape[k];
    v->def->at.drop = drop;
    window_valid(L, v, src, w, drop, sp);
    emit_behind(L, v->def);
    return v;
}

IrValue *emit_load(Lower *L, IrValue *T, const Window *w, const int64_t *shape,
                   unsigned drop, Span sp)
{
    const Window e = effective(L, T, w, drop, sp),
                 f = fold_dropped(L, &e, drop, sp);
    return windowed(L, IR_LOAD, T, &f, shape, drop, sp);
}

IrValue *emit_slice(Lower *L, IrValue *t, const Window *w, const int64_t *shape,
                    unsigned drop, Span sp)
{
    const Window f = fold_dropped(L, w, drop, sp);
    return windowed(L, IR_SLICE, t, &f, shape, drop, sp);
}

/* elements that exist behind the view's origin, where
 * the view may overhang them */
static void view_back(Lower *L, IrValue *v, IrValue *T, const Window *w,
                      IrValue *const *size, unsigned drop, Span sp)
{
    for (int k = 0, j = 0; k < w->rank; k++) {
        if (drop >> k & 1) continue;
        if (w->win[k] != size[k] && !ir_equal(L->f, w->win[k], size[k])) {
            IrValue *back = emit_int(L, IR_SSUB, ir_back(L->f, T, k), w->off[k],
                                     sp);
            if (!ir_less_equal(L->f, size[k], back)) {
                if (!v->back) v->back = new_list(L, v->type->rank);
                v->back[j] = back;
            }
        }
        j++;
    }
}

/* ... and behind a dropped axis that may lie outside altogether: none */
static void dropped_back(Lower *L, IrValue *v, IrValue *T, const Window *given,
                         unsigned drop, Span sp)
{
    for (int k = 0; k < given->rank; k++)
        if (may_be_empty(given, drop, k))
            narrow_back(L, v, 0,
                        emit_int(L, IR_SSUB, ir_back(L->f, T, k), given->off[k],
                                 sp),
                        sp);
}

IrValue *emit_view(Lower *L, IrValue *T, const Window *given,
                   IrValue *const *size, unsigned drop, Span sp)
{
    const Window e = effective(L, T, given, drop, sp),
                 f = fold_dropped(L, &e, drop, sp), *w = &f;
    IrValue *args[1 + 3 * IR_MAX_RANK] = {T}, *dim[IR_MAX_RANK],
                          *stride[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK];
    const int r = w->rank;
    int n = 0;
    for (int k = 0; k < r; k++) {
        args[1 + k] = w->off[k];
        args[1 + r + k] = size[k];
        args[1 + 2 * r + k] = w->win[k];
        if (drop >> k & 1) continue;
        dim[n] = size[k];
        stride[n] = ir_stride(L->f, T, k);
        if (!ir_is_const_int(size[k], &shape[n])) shape[n] = -1;
        n++;
    }
    IrValue *v = emit1(L, IR_VIEW, sp,
                       ir_tensor(L->f, T->type->dtype, n, shape), 1 + 3 * r,
                       args);
    v->def->at.drop = drop;
    v->dim = copy_list(L, dim, n);
    v->stride = copy_list(L, stride, n);
    window_valid(L, v, T, w, drop, sp);
    view_back(L, v, T, w, size, drop, sp);
    dropped_back(L, v, T, given, drop, sp);
    emit_behind(L, v->def);
    return v;
}

IrValue *emit_alloc(Lower *L, QwDtype d, int rank, IrValue *const *dim, Span sp)
{
    int64_t shape[IR_MAX_RANK];
    IrValue *stride[IR_MAX_RANK];
    stride[rank - 1] = ir_idx(L->f, 1);
    for (int k = rank - 2; k >= 0; k--)
        stride[k] = emit_int(L, IR_SMUL, stride[k + 1], dim[k + 1], sp);
    for (int k = 0; k < rank; k++)
        if (!ir_is_const_int(dim[k], &shape[k])) shape[k] = -1;
    IrValue *v = emit1(L, IR_ALLOC, sp, ir_tensor(L->f, d, rank, shape), rank,
                       dim);
    v->dim = new_list(L, rank);
    memcpy(v->dim, dim, sizeof *dim * (size_t)rank);
    v->stride = copy_list(L, stride, rank);
    return v;
}

/* ---- single elements ----------------------------------------------------- */

/* what the subscript being lowered has read already: x[at[i] : at[i] + 4] has an
 * extent of 4 */
static IrValue *read_before(Lower *L, IrOpcode code, int n,
                            IrValue *const *args)
{
    if (!L->index_from) return NULL;
    for (IrOp *o = L->at->last; o && o->id >= L->index_from - 1; o = o->prev) {
        if (ir_op_info[o->op].flags & (OPF_W | OPF_G)) return NULL;
        bool same = o->op == code && o->nargs == n && o->args[0] == args[0];
        for (int k = 1; same && k < n; k++)
            same = ir_equal(L->f, o->args[k], args[k]);
        if (same) return o->results[0];
    }
    return NULL;
}

Sv emit_read(Lower *L, IrValue *x, IrValue *const *index, Span sp)
{
    IrValue *args[1 + IR_MAX_RANK] = {x};
    const int r = x->type->rank;
    for (int k = 0; k < r; k++) args[1 + k] = index[k];
    const IrOpcode code = x->type->kind == TY_TENSOR ? IR_READ : IR_TREAD;
    IrValue *v = read_before(L, code, 1 + r, args);
    if (!v)
        v = emit1(L, code, sp, ir_scalar(L->f, x->type->dtype), 1 + r, args);
    return sv_ir(qw_dtype_is_int(v->type->dtype) ? to_index(L, v) : v, sp);
}

Sv emit_write(Lower *L, Sv dst, IrValue *const *index, Sv value, Span sp,
              Span value_span)
{
    IrValue *args[2 + IR_MAX_RANK] = {dst.v};
    const int r = dst.v->type->rank;
    args[1] = scalar_for(L, value, dst.v->type->dtype, value_span);
    if (!args[1]) return sv_error();
    for (int k = 0; k < r; k++) args[2 + k] = index[k];
    if (dst.kind == K_TENSOR) {
        emit(L, IR_WRITE, sp, 2 + r, args);
        return dst;
    }
    IrValue *v = emit1(L, IR_TWRITE, sp, dst.v->type, 2 + r, args);
    copy_valid(L, v, dst.v);
    return sv_ir(v, sp);
}

/* ---- stores -------------------------------------------------------------- */

/* The warning of a rounded product is said by the
 * error on its dtype already. */
static void drop_rounded(Lower *L, Span sp)
{
    for (int i = L->s->diags.n - 1; i >= 0; i--) {
        const Diag *d = L->s->diags.p[i];
        if (d->code != W0501 || d->span.lo != sp.lo || d->span.hi != sp.hi)
            continue;
        if (d->sev == SEV_WARNING) L->s->nwarnings--;
        if (d->sev == SEV_ERROR) L->s->nerrors--;
        L->s->diags.n--;
        for (int k = i; k < L->s->diags.n; k++)
            L->s->diags.p[k] = L->s->diags.p[k + 1];
    }
}

/* where the dtype comes from is the place to change it */
static void help_dtype(Lower *L, Diag *d, IrValue *src, QwDtype want, Span sp)
{
    const IrOp *op = src->def;
    const bool wide = want == QW_F32 || want == QW_BF16 || want == QW_F16;
    const bool product = op && op->op == IR_MATMUL && wide &&
        qw_dtype_is_float(src->type->dtype);
    const bool cast = op && op->op == IR_CAST && op->span.hi;
    const bool apart = op && (op->span.lo >= sp.hi || op->span.hi <= sp.lo);
    if (!product && !cast) {
        diag_help(L->s, d, "`pl.cast(%s, target_type=%s)`", lw_source(L, sp),
                  lw_dtype(want));
        return;
    }
    if (product) drop_rounded(L, op->span);
    if (apart)
        diag_label(L->s, d, op->span, "%s comes from here",
                   lw_dtype(src->type->dtype));
    if (product)
        diag_help(L->s, d, "`out_dtype=%s` in `pl.matmul`", lw_dtype(want));
    else if (op->args[0]->type->dtype == want)
        diag_help(L->s, d, "leave the cast out: its operand is %s already",
                  lw_dtype(want));
    else
        diag_help(L->s, d, "cast to the dtype of the target: `target_type=%s`",
                  lw_dtype(want));
}

static bool stored_dtype(Lower *L, IrValue *dst, IrValue *src, Span sp)
{
    const QwDtype want = dst->type->dtype;
    if (src->type->dtype == want) return true;
    Diag *d = lw_error(L, E0309, sp, "`%s` is %s, but the target holds %s",
                       lw_source(L, sp), lw_dtype(src->type->dtype),
                       lw_dtype(want));
    if (dst->name)
        diag_note(L->s, d, dst->span, "`%s` is %s", dst->name->s,
                  ir_type_text(L->s, dst->type));
    help_dtype(L, d, src, want, sp);
    return false;
}

static bool atomic_dtype(Lower *L, QwDtype d, Span sp)
{
    if (d == QW_F32 || d == QW_F16 || d == QW_I8 || d == QW_I16 || d == QW_I32)
        return true;
    lw_error(
        L, E0510, sp,
        "atomic adds take pl.FP32, pl.FP16, pl.INT8, pl.INT16 or pl.INT32, found %s",
        lw_dtype(d));
    return false;
}

static int dropped(unsigned m)
{
    return __builtin_popcount(m);
}

static bool stored_rank(Lower *L, IrValue *dst, IrValue *src, unsigned drop,
                        Span sp)
{
    if (src->type->rank + dropped(drop) == dst->type->rank) return true;
    lw_error(L, E0405, sp, "%s does not fit %s: the ranks differ",
             ir_type_text(L->s, src->type), ir_type_text(L->s, dst->type));
    return false;
}

static Sv store(Lower *L, Sv dst, Sv src, IrValue *const *off, unsigned drop,
                bool atomic, Span sp, Span src_span)
{
    IrValue *args[2 + IR_MAX_RANK] = {dst.v, src.v};
    const int r = dst.v->type->rank;
    for (int k = 0; k < r; k++) args[2 + k] = off[k];
    if (atomic && !atomic_dtype(L, dst.v->type->dtype, src_span))
        return sv_error();
    IrOp *op = emit(L, src.kind == K_TILE ? IR_STORE : IR_COPY, sp, 2 + r,
                    args);
    op->at.drop = drop;
    op->at.atomic = atomic;
    return dst;
}

/* a tile with unit axes where the target has axes that it lacks */
static IrValue *with_units(Lower *L, IrValue *x, int rank, unsigned drop,
                           Span sp)
{
    int64_t shape[IR_MAX_RANK];
    if (!drop) return x;
    for (int k = 0, j = 0; k < rank; k++)
        shape[k] = drop >> k & 1 ? 1 : x->type->shape[j++];
    IrValue *r = emit1(L, IR_RESHAPE, sp,
                       ir_tile(L->f, x->type->dtype, rank, shape), 1, &x);
    for (int k = 0, j = 0; k < rank; k++)
        if (!(drop >> k & 1)) set_valid(L, r, k, ir_valid(L->f, x, j++));
    return r;
}

static Sv into_tile(Lower *L, Sv dst, Sv src, IrValue *const *off,
                    unsigned drop, Span sp, Span src_span)
{
    IrValue *x = src.v;
    if (src.kind == K_TENSOR) {
        if (!need_core(L, src_span, "assemble")) return sv_error();
        x = load_whole(L, src.v, src_span);
    }
    if (!x) return sv_error();
    const int r = dst.v->type->rank;
    x = with_units(L, x, r, drop, sp);
    IrValue *args[2 + IR_MAX_RANK] = {is_full(L, dst.v)
                                          ? dst.v
                                          : pad_zero(L, dst.v, sp),
                                      x};
    for (int k = 0; k < r; k++) args[2 + k] = off[k];
    return sv_ir(emit1(L, IR_ASSEMBLE, sp, dst.v->type, 2 + r, args), sp);
}

Sv emit_assemble(Lower *L, Sv dst, Sv src, int n, IrValue *const *off,
                 unsigned drop, bool atomic, Span sp, Span src_span)
{
    if (src.kind != K_TILE && src.kind != K_TENSOR) {
        Diag *d = lw_error(L, E0311, src_span,
                           "a tile or tensor is stored here, found %s",
                           lw_what(L, src));
        if (is_number(src))
            diag_help(L->s, d, "`pl.write(x, [...], %s)` stores one element",
                      lw_source(L, src_span));
        return sv_error();
    }
    if (!check_index_count(L, dst.v, n, sp, "offset", "offsets") ||
        !stored_rank(L, dst.v, src.v, drop, src_span) ||
        !stored_dtype(L, dst.v, src.v, src_span))
        return sv_error();
    if (dst.kind == K_TENSOR)
        return store(L, dst, src, off, drop, atomic, sp, src_span);
    if (!atomic) return into_tile(L, dst, src, off, drop, sp, src_span);
    lw_error(L, E0311, sp, "`atomic=` stores into a tensor, found %s",
             lw_what(L, dst));
    return sv_error();
}
