/* Operations on tensors: allocation, views and loads, stores, reshape,
 * transpose, valid shapes. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- create_tensor ------------------------------------------------------- */

static const Node *assigned_value(const Node *stmt, Str name)
{
    if (stmt->kind == ND_ANNASSIGN && stmt->ann.target->kind == ND_NAME &&
        stmt->ann.target->name == name)
        return stmt->ann.value;
    if (stmt->kind != ND_ASSIGN) return NULL;
    for (int i = 0; i < stmt->assign.targets.n; i++)
        if (stmt->assign.targets.p[i]->kind == ND_NAME &&
            stmt->assign.targets.p[i]->name == name)
            return stmt->assign.value;
    return NULL;
}

typedef struct Rebinds {
    Lower *L;
    const Node *creation;
    Str name;
    bool to_tile, aug;
} Rebinds;

static void find_creation(void *cx, const Node *n)
{
    Rebinds *r = cx;
    const Node *v = n->kind == ND_ASSIGN ? n->assign.value
        : n->kind == ND_ANNASSIGN        ? n->ann.value
                                         : NULL;
    if (v == r->creation && v) {
        const Node *t = n->kind == ND_ASSIGN ? n->assign.targets.p[0]
                                             : n->ann.target;
        if (t->kind == ND_NAME) r->name = t->name;
        return;
    }
    if (n->kind >= ND_ASSIGN) node_each(n, find_creation, r);
}

static bool makes_tile(Lower *L, const Node *v)
{
    if (v->kind == ND_BINARY || v->kind == ND_UNARY) return true;
    const char *path = v->kind == ND_CALL ? pl_call_path(L, v) : NULL;
    const OpInfo *op = path ? op_find(path) : NULL;
    return op && op->handler != OPH_ASSEMBLE && op->handler != OPH_STORE &&
        op->handler != OPH_WRITE && op->handler != OPH_CREATE &&
        op->handler != OPH_DIM && op->handler != OPH_MINMAX &&
        op->handler != OPH_READ;
}

static void find_rebinding(void *cx, const Node *n)
{
    Rebinds *r = cx;
    const Node *v = assigned_value(n, r->name);
    if (v && v != r->creation && makes_tile(r->L, v)) r->to_tile = true;
    if (n->kind >= ND_ASSIGN) node_each(n, find_rebinding, r);
}

/* In a chunked region a created tensor is real memory, unless its name later
 * holds a tile (the dead seed of a ladder) or a chunk task makes it (11). */
static bool region_tensor(Lower *L, const Node *call)
{
    if (!L->core->chunked || L->chunk_loop) return false;
    Rebinds r = {.L = L, .creation = call};
    const NodeVec *body = &L->fn->info->def->def.body;
    for (int i = 0; i < body->n; i++) find_creation(&r, body->p[i]);
    for (int i = 0; r.name && i < body->n; i++) find_rebinding(&r, body->p[i]);
    return !r.to_tile;
}

static bool check_dims(Lower *L, QwDtype d, int rank, IrValue *const *dim,
                       const Node *node)
{
    int64_t bytes = qw_dtype_size(d), n;
    if (rank < 1) {
        lw_error(L, E0410, node->span, "a tensor needs at least one axis");
        return false;
    }
    for (int k = 0; k < rank; k++) {
        if (!ir_is_const_int(dim[k], &n)) continue;
        if (n <= 0) {
            lw_error(L, E0410, node->span, "extent %lld: extents are positive",
                     (long long)n);
            return false;
        }
        if (!mul_ok(bytes, n, &bytes)) bytes = INT64_MAX;
    }
    return bytes_ok(L, LIM_TENSOR_BYTES, bytes, node->span);
}

static Sv with_valid_shape(Lower *L, Sv x, Sv list, const Node *node)
{
    int n;
    IrValue *v[IR_MAX_RANK];
    if (!node || sv_is_none(list)) return x;
    if (!int_list(L, list, node, "the valid shape", &n, v) ||
        !check_index_count(L, x.v, n, node->span, "valid extent",
                           "valid extents"))
        return sv_error();
    IrValue *r;
    for (int k = 0; k < n; k++)
        if (!(v[k] = valid_extent(L, v[k], ir_dim(L->f, x.v, k), node->span,
                                  "the extent")))
            return sv_error();
    if (x.kind == K_TILE) {
        r = emit1(L, IR_SETVALID, node->span, x.v->type, 1, &x.v);
    } else {
        Window w = {.rank = n};
        for (int k = 0; k < n; k++) {
            w.off[k] = ir_idx(L->f, 0);
            w.win[k] = v[k];
        }
        return sv_ir(emit_view(L, x.v, &w, x.v->dim, 0, node->span),
                     node->span);
    }
    for (int k = 0; k < n; k++) set_valid(L, r, k, v[k]);
    return sv_ir(r, node->span);
}

static Sv create_in_memory(Lower *L, OpCall *c, QwDtype d)
{
    int rank;
    IrValue *dim[IR_MAX_RANK];
    if (!int_list(L, c->arg[0], c->node[0], "the shape", &rank, dim) ||
        !check_dims(L, d, rank, dim, c->node[0]))
        return sv_error();
    IrValue *v = emit_alloc(L, d, rank, dim, c->span);
    if (c->node[5] && !sv_is_none(c->arg[5])) {
        IrValue *init = scalar_for(L, c->arg[5], d, c->node[5]->span);
        if (!init) return sv_error();
        if (!init->is_const) {
            lw_error(L, E0504, c->node[5]->span,
                     "`init_value` must be a compile-time constant");
            return sv_error();
        }
        v->def->at.given = true;
        if (qw_dtype_is_float(d))
            v->def->at.finit = init->c.f;
        else
            v->def->at.iinit = init->c.i;
    }
    return with_valid_shape(L, sv_ir(v, c->span), c->arg[4], c->node[4]);
}

static Sv create_tile(Lower *L, OpCall *c, QwDtype d)
{
    int rank;
    int64_t shape[IR_MAX_RANK];
    if (!static_list(L, c->arg[0], c->node[0], "the shape", &rank, shape) ||
        !tile_shape_ok(L, d, rank, shape, c->node[0]->span))
        return sv_error();
    const Type *t = tile_type(L, d, rank, shape);
    IrValue *v;
    if (c->node[5] && !sv_is_none(c->arg[5])) {
        IrValue *init = scalar_for(L, c->arg[5], d, c->node[5]->span);
        if (!init) return sv_error();
        v = emit1(L, IR_FULL, c->span, t, 1, &init);
    } else {
        v = full_tile(L, t, 0, 0, !qw_dtype_is_float(d), c->span);
    }
    return with_valid_shape(L, sv_ir(v, c->span), c->arg[4], c->node[4]);
}

Sv op_create(Lower *L, OpCall *c)
{
    QwDtype d;
    if (!need_dtype(L, c, 1, &d)) return sv_error();
    if (L->core && !region_tensor(L, c->call)) return create_tile(L, c, d);
    return create_in_memory(L, c, d);
}

/* ---- slice, load --------------------------------------------------------- */

typedef struct SliceArgs {
    IrValue *x;
    Window w;
    IrValue *size[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK];
    unsigned drop;
} SliceArgs;

static bool slice_size(Lower *L, SliceArgs *a, Sv shape, const Node *node,
                       bool is_static)
{
    int n;
    if (is_static) {
        if (!static_list(L, shape, node, "the shape", &n, a->shape))
            return false;
        for (int k = 0; k < n; k++) a->size[k] = ir_idx(L->f, a->shape[k]);
    } else if (!int_list(L, shape, node, "the shape", &n, a->size)) {
        return false;
    }
    if (!check_index_count(L, a->x, n, node->span, "extent", "extents"))
        return false;
    for (int k = 0; k < n; k++) {
        int64_t c;
        if (!ir_is_const_int(a->size[k], &c) || c > 0) continue;
        lw_error(L, E0410, node->span, "extent %lld: extents are positive",
                 (long long)c);
        return false;
    }
    return true;
}

/* the tile that is left when axes are dropped */
static bool slice_fits(Lower *L, const SliceArgs *a, Span sp)
{
    int64_t kept[IR_MAX_RANK];
    int n = 0;
    for (int k = 0; k < a->w.rank; k++)
        if (!(a->drop >> k & 1)) kept[n++] = a->shape[k];
    return tile_shape_ok(L, a->x->type->dtype, n, kept, sp);
}

static bool slice_valid(Lower *L, SliceArgs *a, Sv valid, const Node *node)
{
    int n;
    IrValue *v[IR_MAX_RANK];
    for (int k = 0; k < a->w.rank; k++) a->w.win[k] = a->size[k];
    if (!node || sv_is_none(valid)) return true;
    if (!int_list(L, valid, node, "the valid shape", &n, v) ||
        !check_index_count(L, a->x, n, node->span, "valid extent",
                           "valid extents"))
        return false;
    for (int k = 0; k < n; k++)
        if (!(a->w.win[k] = valid_extent(L, v[k], a->size[k],
                                         list_item_span(node, k),
                                         "the extent")))
            return false;
    return true;
}

static bool slice_drop(Lower *L, SliceArgs *a, Sv drop, const Node *node)
{
    int n;
    int64_t axis[IR_MAX_RANK], c;
    if (!node || sv_is_none(drop)) return true;
    if (!static_list(L, drop, node, "drop_dims", &n, axis)) return false;
    for (int i = 0; i < n; i++) {
        if (axis[i] < 0) axis[i] += a->w.rank;
        if (axis[i] < 0 || axis[i] >= a->w.rank || (a->drop >> axis[i] & 1)) {
            lw_error(L, E0508, list_item_span(node, i),
                     "`drop_dims` names distinct axes from 0 to %d",
                     a->w.rank - 1);
            return false;
        }
        if (!ir_is_const_int(a->size[axis[i]], &c) || c != 1) {
            lw_error(L, E0405, list_item_span(node, i),
                     "axis %lld cannot be dropped: its extent is %s, expected 1",
                     (long long)axis[i], lw_extent(L, a->size[axis[i]]));
            return false;
        }
        a->drop |= 1u << axis[i];
    }
    if (n < a->w.rank) return true;
    lw_error(L, E0508, node->span,
             "`drop_dims` leaves no axis; `pl.read` reads one element");
    return false;
}

static void clamp_window(Lower *L, SliceArgs *a, Span sp)
{
    for (int k = 0; k < a->w.rank; k++) {
        IrValue *rest = emit_int(L, IR_SSUB, ir_back(L->f, a->x, k),
                                 a->w.off[k], sp);
        IrValue *win = emit_int(L, IR_SMIN, a->w.win[k], rest, sp);
        a->w.win[k] = emit_int(L, IR_SMAX, win, ir_idx(L->f, 0), sp);
    }
}

static Sv take(Lower *L, Sv x, const SliceArgs *a, Span sp)
{
    if (x.kind == K_TILE)
        return sv_ir(emit_slice(L, a->x, &a->w, a->shape, a->drop, sp), sp);
    if (L->core)
        return sv_ir(emit_load(L, a->x, &a->w, a->shape, a->drop, sp), sp);
    return sv_ir(emit_view(L, a->x, &a->w, a->size, a->drop, sp), sp);
}

/* `pl.assemble(y, t, r, 0)`: offsets that are given one by one */
static bool offsets_apart(Lower *L, const OpCall *c, int i)
{
    const Node *a = c->node[i], *b = i + 1 < c->n ? c->node[i + 1] : NULL;
    if (!b || !is_int_scalar(c->arg[i]) || !is_int_scalar(c->arg[i + 1]))
        return false;
    Diag *d = lw_error(L, E0311, span_join(a->span, b->span),
                       "the offsets are one list, found two numbers");
    diag_help(L->s, d, "`[%s, %s]`", lw_source(L, a->span),
              lw_source(L, b->span));
    return true;
}

enum { S_X, S_SHAPE, S_OFF, S_VALID, S_DROP, S_CLAMP, S_PAD };

Sv op_slice(Lower *L, OpCall *c)
{
    if (!shaped_arg(L, c, S_X, "a tensor or tile")) return sv_error();
    SliceArgs a = {.x = c->arg[S_X].v};
    bool clamp;
    int n;
    const bool is_static = L->core || c->arg[S_X].kind == K_TILE;
    a.w.rank = a.x->type->rank;
    if (offsets_apart(L, c, S_OFF)) return sv_error();
    if (!int_list(L, c->arg[S_OFF], c->node[S_OFF], "the offsets", &n,
                  a.w.off) ||
        !check_index_count(L, a.x, n, c->node[S_OFF]->span, "offset",
                           "offsets"))
        return sv_error();
    if (!slice_size(L, &a, c->arg[S_SHAPE], c->node[S_SHAPE], is_static))
        return sv_error();
    if (!slice_valid(L, &a, c->arg[S_VALID], c->node[S_VALID]) ||
        !slice_drop(L, &a, c->arg[S_DROP], c->node[S_DROP]))
        return sv_error();
    if (!const_flag(L, c, S_CLAMP, &clamp)) return sv_error();
    if (clamp) clamp_window(L, &a, c->span);
    if (is_static && !slice_fits(L, &a, c->node[S_SHAPE]->span))
        return sv_error();
    Sv r = take(L, c->arg[S_X], &a, c->span);
    if (r.kind == K_TENSOR && c->node[S_PAD] && !sv_is_none(c->arg[S_PAD])) {
        need_core(L, c->node[S_PAD]->span, "slice(..., pad_value=...)");
        return sv_error();
    }
    return pad_result(L, r, c->arg[S_PAD], c->node[S_PAD], c->span);
}

Sv op_load(Lower *L, OpCall *c)
{
    OpCall s = *c;
    const int valid = c->node[4] ? 4 : 3;
    if (c->node[3] && c->node[4]) {
        lw_error(L, E0502, c->node[4]->span,
                 "`valid_shape` is given twice: `valid_shapes` is the same");
        return sv_error();
    }
    if (c->arg[0].kind != K_TENSOR) {
        lw_kind(L, c->arg[0], c->node[0], "a tensor");
        return sv_error();
    }
    s.arg[S_SHAPE] = c->arg[2];
    s.node[S_SHAPE] = c->node[2];
    s.arg[S_OFF] = c->arg[1];
    s.node[S_OFF] = c->node[1];
    s.arg[S_VALID] = c->arg[valid];
    s.node[S_VALID] = c->node[valid];
    s.node[S_DROP] = s.node[S_CLAMP] = s.node[S_PAD] = NULL;
    return op_slice(L, &s);
}

/* ---- assemble, store ----------------------------------------------------- */

Sv op_assemble(Lower *L, OpCall *c)
{
    int n;
    IrValue *off[IR_MAX_RANK];
    bool atomic = false;
    if (!shaped_arg(L, c, 0, "a tensor or tile")) return sv_error();
    if (offsets_apart(L, c, 2)) return sv_error();
    if (!int_list(L, c->arg[2], c->node[2], "the offsets", &n, off))
        return sv_error();
    if (c->node[3] && !sv_is_none(c->arg[3])) {
        const char *m = const_enum(c->arg[3], "AtomicType");
        if (!m ||
            (strcmp(m, "Add") && strcmp(m, "None_") && strcmp(m, "NONE"))) {
            Diag *d = lw_error(L, E0311, c->node[3]->span,
                               "`atomic=` takes `pl.AtomicType.Add`, found %s",
                               lw_what(L, c->arg[3]));
            diag_help(L->s, d, "`atomic=pl.AtomicType.Add`");
            return sv_error();
        }
        atomic = !strcmp(m, "Add");
    }
    return emit_assemble(L, c->arg[0], c->arg[1], n, off, 0, atomic, c->span,
                         c->node[1]->span);
}

Sv op_store(Lower *L, OpCall *c)
{
    int n, rank;
    IrValue *off[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK];
    if (c->arg[2].kind != K_TENSOR) {
        lw_kind(L, c->arg[2], c->node[2], "a tensor to store into");
        return sv_error();
    }
    if (!int_list(L, c->arg[1], c->node[1], "the offsets", &n, off))
        return sv_error();
    if (c->node[3] && !sv_is_none(c->arg[3])) {
        if (!static_list(L, c->arg[3], c->node[3], "`shapes`", &rank, shape))
            return sv_error();
        const bool shaped = c->arg[0].kind == K_TILE ||
            c->arg[0].kind == K_TENSOR;
        const Type *t = shaped ? c->arg[0].v->type : NULL;
        bool same = t && t->rank == rank;
        for (int k = 0; same && k < rank; k++) same = t->shape[k] == shape[k];
        if (t && !same) {
            lw_error(L, E0405, c->node[3]->span,
                     "`shapes` is %s, the stored tile is %s",
                     ir_shape_text(L->s, rank, shape), lw_shape(L, t));
            return sv_error();
        }
    }
    return emit_assemble(L, c->arg[2], c->arg[0], n, off, 0, false, c->span,
                         c->node[0]->span);
}

/* ---- reshape ------------------------------------------------------------- */

/* strides of x in row-major order of its elements, as far as they are known */
static bool contiguous(Lower *L, IrValue *x)
{
    IrValue *want = NULL;
    for (int k = x->type->rank - 1; k >= 0; k--) {
        if (ir_is_int(x->dim[k], 1)) continue;
        if (want && !ir_equal(L->f, ir_stride(L->f, x, k), want)) return false;
        want = emit_int(L, IR_SMUL, ir_stride(L->f, x, k), x->dim[k], x->span);
    }
    return true;
}

static IrValue *innermost_stride(Lower *L, IrValue *x)
{
    for (int k = x->type->rank - 1; k >= 0; k--)
        if (!ir_is_int(x->dim[k], 1)) return ir_stride(L->f, x, k);
    return ir_idx(L->f, 1);
}

/* the axes that are not 1 are the same ones in the same order */
static bool only_units(Lower *L, IrValue *x, int rank, IrValue *const *dim,
                       int *from)
{
    int i = 0;
    for (int j = 0; j < rank; j++) {
        from[j] = -1;
        if (ir_is_int(dim[j], 1)) continue;
        while (i < x->type->rank && ir_is_int(x->dim[i], 1)) i++;
        if (i == x->type->rank || !ir_equal(L->f, x->dim[i], dim[j]))
            return false;
        from[j] = i++;
    }
    while (i < x->type->rank && ir_is_int(x->dim[i], 1)) i++;
    return i == x->type->rank;
}

/* What a unit axis lacks empties the first of the other axes. */
static void narrow_by_units(Lower *L, IrValue *r, IrValue *x, const int *from)
{
    int at = 0;
    while (at < r->type->rank && from[at] < 0) at++;
    if (at == r->type->rank) at = 0;
    for (int i = 0; i < x->type->rank; i++) {
        if (!ir_is_int(x->dim[i], 1)) continue;
        if (!full_on(L, x, i))
            narrow_valid(L, r, at, ir_valid(L->f, x, i), r->span);
        if (x->back && x->back[i]) narrow_back(L, r, at, x->back[i], r->span);
    }
}

static void attach_reshaped(Lower *L, IrValue *r, IrValue *x, bool units,
                            const int *from)
{
    const int rank = r->type->rank;
    IrValue *inner = units ? NULL : innermost_stride(L, x);
    r->stride = new_list(L, rank);
    for (int k = rank - 1; k >= 0; k--) {
        if (units) {
            r->stride[k] = from[k] >= 0 ? ir_stride(L->f, x, from[k])
                : k + 1 < rank
                ? emit_int(L, IR_SMUL, r->stride[k + 1], r->dim[k + 1], r->span)
                : ir_idx(L->f, 1);
            if (from[k] >= 0 && !full_on(L, x, from[k]))
                set_valid(L, r, k, x->valid[from[k]]);
            if (from[k] >= 0 && x->back && x->back[from[k]]) {
                if (!r->back) r->back = new_list(L, rank);
                r->back[k] = x->back[from[k]];
            }
        } else {
            r->stride[k] = k + 1 < rank
                ? emit_int(L, IR_SMUL, r->stride[k + 1], r->dim[k + 1], r->span)
                : inner;
        }
    }
    if (units) narrow_by_units(L, r, x, from);
}

static bool count_matches(Lower *L, IrValue *x, int rank, IrValue *const *dim,
                          Span sp, const Node *node)
{
    IrValue *have = ir_idx(L->f, 1), *want = ir_idx(L->f, 1);
    for (int k = 0; k < x->type->rank; k++)
        have = emit_int(L, IR_SMUL, have, x->dim[k], sp);
    for (int k = 0; k < rank; k++)
        want = emit_int(L, IR_SMUL, want, dim[k], sp);
    int64_t d;
    if (ir_equal(L->f, have, want)) return true;
    const IrRange a = ir_range(L->f, have), b = ir_range(L->f, want);
    if ((ir_diff_const(L->f, have, want, &d) && d) || a.hi < b.lo ||
        b.hi < a.lo) {
        Diag *e = lw_error(L, E0413, node->span, "reshape of %s to %s",
                           ir_type_text(L->s, x->type),
                           lw_extents(L, rank, dim));
        diag_at(L->s, e, "%s elements, expected %s", lw_extent(L, want),
                lw_extent(L, have));
        return false;
    }
    IrValue *args[2] = {want, have};
    emit(L, IR_CHECK_EQ, sp, 2, args)->at.name =
        str(L->s, "the number of elements of the reshape");
    return true;
}

/* -1, the extent that NumPy and PyTorch work out */
static bool extent_left_out(Lower *L, const Type *t, int rank, int64_t *shape,
                            Span sp)
{
    int64_t all, rest = 1;
    int at = -1;
    for (int k = 0; k < rank; k++) {
        if (shape[k] == -1 && at < 0)
            at = k;
        else if (shape[k] <= 0 || !mul_ok(rest, shape[k], &rest))
            return false;
    }
    for (int k = 0; k < t->rank; k++)
        if (t->shape[k] < 0) return false;
    if (at < 0 || !elements(t->rank, t->shape, &all) || all % rest)
        return false;
    Diag *d = lw_error(L, E0410, sp,
                       "extent -1: a kernel says all extents of a shape");
    shape[at] = all / rest;
    diag_help(L->s, d, "`%s`", ir_shape_text(L->s, rank, shape));
    return true;
}

static Sv reshape_tensor(Lower *L, OpCall *c, IrValue *x)
{
    int rank, from[IR_MAX_RANK];
    IrValue *args[1 + IR_MAX_RANK] = {x};
    int64_t shape[IR_MAX_RANK];
    if (!int_list(L, c->arg[1], c->node[1], "the shape", &rank, args + 1))
        return sv_error();
    bool constant = true;
    for (int k = 0; k < rank; k++)
        if (!ir_is_const_int(args[1 + k], &shape[k])) constant = false;
    if (constant && extent_left_out(L, x->type, rank, shape, c->node[1]->span))
        return sv_error();
    if (!check_dims(L, x->type->dtype, rank, args + 1, c->node[1]) ||
        !count_matches(L, x, rank, args + 1, c->span, c->node[1]))
        return sv_error();
    const bool units = only_units(L, x, rank, args + 1, from);
    if (!units && !is_full(L, x)) {
        partial_reshape(L, x, lw_extents(L, rank, args + 1), c->span);
        return sv_error();
    }
    if (!units && (x->back || !contiguous(L, x))) {
        Diag *d = lw_error(
            L, E0408, c->span,
            "`%s` has gaps between its rows and cannot be reshaped to %s without a copy",
            lw_source(L, c->node[0]->span), lw_extents(L, rank, args + 1));
        diag_help(
            L->s, d,
            "load it into a tile, or reshape the tensor before slicing it");
        return sv_error();
    }
    for (int k = 0; k < rank; k++)
        if (!ir_is_const_int(args[1 + k], &shape[k])) shape[k] = -1;
    IrValue *r = ir_op_result(L->f,
                              ir_op(L->f, IR_TRESHAPE, c->span, 1 + rank, args),
                              ir_tensor(L->f, x->type->dtype, rank, shape));
    r->def->inl = L->inl;
    r->dim = copy_list(L, args + 1, rank);
    attach_reshaped(L, r, x, units, from);
    ir_append(L->at, r->def);
    return sv_ir(r, c->span);
}

Sv op_reshape(Lower *L, OpCall *c)
{
    if (!shaped_arg(L, c, 0, "a tensor or tile")) return sv_error();
    if (c->arg[0].kind == K_TENSOR && !L->core)
        return reshape_tensor(L, c, c->arg[0].v);
    int rank;
    int64_t shape[IR_MAX_RANK];
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    if (!t ||
        !static_list(L, c->arg[1], c->node[1], "the shape", &rank, shape) ||
        extent_left_out(L, t->type, rank, shape, c->node[1]->span))
        return sv_error();
    IrValue *r = emit_reshape_tile(L, t, rank, shape, c->span, c->node[1]);
    return r ? sv_ir(r, c->span) : sv_error();
}

/* ---- transpose ----------------------------------------------------------- */

static void swap_list(IrValue **list, const int *axis)
{
    if (!list) return;
    IrValue *x = list[axis[0]];
    list[axis[0]] = list[axis[1]];
    list[axis[1]] = x;
}

static IrValue *transposed(Lower *L, IrValue *x, const int *axis, Span sp)
{
    int64_t shape[IR_MAX_RANK];
    const bool tensor = x->type->kind == TY_TENSOR;
    const int r = x->type->rank;
    memcpy(shape, x->type->shape, sizeof shape);
    shape[axis[0]] = x->type->shape[axis[1]];
    shape[axis[1]] = x->type->shape[axis[0]];
    const Type *t = tensor ? ir_tensor(L->f, x->type->dtype, r, shape)
                           : ir_tile(L->f, x->type->dtype, r, shape);
    IrValue *v = emit1(L, tensor ? IR_TTRANSPOSE : IR_TRANSPOSE, sp, t, 1, &x);
    v->def->at.axis[0] = axis[0];
    v->def->at.axis[1] = axis[1];
    v->valid = copy_list(L, x->valid, r);
    swap_list(v->valid, axis);
    if (!tensor) return v;
    v->dim = copy_list(L, x->dim, r);
    v->stride = copy_list(L, x->stride, r);
    v->back = copy_list(L, x->back, r);
    swap_list(v->dim, axis);
    swap_list(v->stride, axis);
    swap_list(v->back, axis);
    return v;
}

Sv op_transpose(Lower *L, OpCall *c)
{
    int axis[2];
    if (!shaped_arg(L, c, 0, "a tensor or tile")) return sv_error();
    const bool view = c->arg[0].kind == K_TENSOR && !L->core;
    IrValue *x = view ? c->arg[0].v
                      : as_tile(L, c->arg[0], c->node[0], c->spelled);
    if (!x || !const_axis(L, c, 1, x->type->rank, &axis[0]) ||
        !const_axis(L, c, 2, x->type->rank, &axis[1]))
        return sv_error();
    if (axis[0] == axis[1]) {
        lw_error(L, E0508, c->node[2]->span,
                 "`pl.transpose` swaps two different axes");
        return sv_error();
    }
    return sv_ir(transposed(L, x, axis, c->span), c->span);
}

/* ---- valid shapes -------------------------------------------------------- */

/* for a help, where the user puts in what has no short text */
static const char *in_words(Lower *L, IrValue *v)
{
    const char *text = lw_extent(L, v);
    return *text == '(' ? "..." : text;
}

static void warn_widening(Lower *L, IrValue *x, IrValue *const *v,
                          const OpCall *c)
{
    for (int k = 0; k < 2; k++) {
        IrValue *now = ir_valid(L->f, x, k);
        if (full_on(L, x, k) || ir_less_equal(L->f, v[k], now)) continue;
        Diag *d = lw_warn(
            L, W0402, c->node[1 + k]->span,
            "`pl.set_validshape` may widen the valid extent of axis %d from %s to %s",
            k, lw_extent(L, now), lw_extent(L, v[k]));
        diag_at(L->s, d, "newly valid elements are 0");
        diag_help(L->s, d,
                  "narrow it with `pl.min(%s, %s)`, or use `pl.fillpad`",
                  in_words(L, now), in_words(L, v[k]));
    }
}

static Sv setvalid_tensor(Lower *L, OpCall *c, IrValue *x, IrValue *const *v)
{
    for (int k = 0; k < 2; k++) {
        IrValue *now = ir_valid(L->f, x, k), *args[2] = {v[k], now};
        if (ir_less_equal(L->f, v[k], now)) continue;
        if (ir_range(L->f, v[k]).lo > ir_range(L->f, now).hi) {
            lw_error(L, E0402, c->node[1 + k]->span,
                     "the valid extent %s is larger than the %s of the view",
                     lw_extent(L, v[k]), lw_extent(L, now));
            return sv_error();
        }
        if (!full_on(L, x, k)) emit(L, IR_CHECK_VALID, c->span, 2, args);
    }
    IrValue *args[3] = {x, v[0], v[1]};
    IrValue *r = emit1(L, IR_TSETVALID, c->span, x->type, 3, args);
    r->dim = copy_list(L, x->dim, 2);
    r->stride = copy_list(L, x->stride, 2);
    r->back = copy_list(L, x->back, 2);
    for (int k = 0; k < 2; k++) set_valid(L, r, k, v[k]);
    return sv_ir(r, c->span);
}

Sv op_setvalid(Lower *L, OpCall *c)
{
    if (!shaped_arg(L, c, 0, "a tensor or tile")) return sv_error();
    IrValue *x = c->arg[0].v, *v[2];
    if (x->type->rank != 2) {
        Diag *d = lw_error(L, E0507, c->node[0]->span,
                           "`pl.set_validshape` needs rank 2, found %s",
                           ir_type_text(L->s, x->type));
        diag_help(L->s, d,
                  "`pl.slice(..., valid_shape=[...])` narrows any rank");
        return sv_error();
    }
    for (int k = 0; k < 2; k++) {
        v[k] = int_operand(L, c->arg[1 + k], c->node[1 + k]->span,
                           "a valid extent");
        if (!v[k] ||
            !(v[k] = valid_extent(L, v[k], ir_dim(L->f, x, k),
                                  c->node[1 + k]->span, "the extent")))
            return sv_error();
    }
    if (c->arg[0].kind == K_TENSOR && !L->core)
        return setvalid_tensor(L, c, x, v);
    if (!(x = as_tile(L, c->arg[0], c->node[0], c->spelled))) return sv_error();
    warn_widening(L, x, v, c);
    IrValue *r = emit1(L, IR_SETVALID, c->span, x->type, 1, &x);
    for (int k = 0; k < 2; k++) set_valid(L, r, k, v[k]);
    return sv_ir(r, c->span);
}
