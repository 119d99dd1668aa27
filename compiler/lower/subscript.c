/* Subscripts: x[i, a:b] as a load, view, slice or read, and as the target of an
 * assignment. */
#include "lower/lower_int.h"
#include <assert.h>
#include <string.h>

typedef struct Indices {
    int rank;
    IrValue *lo[IR_MAX_RANK], *hi[IR_MAX_RANK]; /* hi NULL: a scalar index */
    Span at[IR_MAX_RANK];
    int kept; /* axes that are not scalar */
} Indices;

static bool scalar_index(Lower *L, const Node *n, IrValue **out)
{
    int64_t c;
    Sv s = lower_expr(L, n);
    if (s.kind == K_ERROR) return false;
    if (const_int(s, &c) && c < 0) {
        Diag *d = lw_error(L, E0108, n->span,
                           "a negative index in a kernel subscript");
        diag_help(L->s, d,
                  "count from the front: `pl.tensor.dim(x, axis) - n`");
        return false;
    }
    return (*out = int_operand(L, s, n->span, "an index")) != NULL;
}

static bool one_index(Lower *L, const Node *n, IrValue *x, int k, Indices *ix)
{
    ix->at[k] = n->span;
    ix->hi[k] = NULL;
    if (n->kind != ND_SLICE) return scalar_index(L, n, &ix->lo[k]);
    ix->kept++;
    ix->lo[k] = ir_idx(L->f, 0);
    ix->hi[k] = ir_dim(L->f, x, k);
    assert(!n->slice.step); /* E0108 of front/ */
    return (!n->slice.lo || scalar_index(L, n->slice.lo, &ix->lo[k])) &&
        (!n->slice.hi || scalar_index(L, n->slice.hi, &ix->hi[k]));
}

static bool each_index(Lower *L, const NodeVec *list, IrValue *x, Indices *ix)
{
    const int outer = L->index_from;
    if (!outer) L->index_from = L->f->next_op + 1;
    bool ok = true;
    for (int k = 0; ok && k < list->n; k++)
        ok = one_index(L, list->p[k], x, k, ix);
    L->index_from = outer;
    return ok;
}

static bool read_indices(Lower *L, const Node *n, IrValue *x, Indices *ix)
{
    const NodeVec *list = &n->index.index;
    *ix = (Indices){.rank = x->type->rank};
    if (list->n > ix->rank) {
        Diag *d = lw_error(L, E0414, n->span, "%d indices for %s", list->n,
                           ir_type_text(L->s, x->type));
        diag_at(L->s, d, "expected at most %d", ix->rank);
        return false;
    }
    if (!each_index(L, list, x, ix)) return false;
    for (int k = list->n; k < ix->rank; k++) {
        ix->lo[k] = ir_idx(L->f, 0);
        ix->hi[k] = ir_dim(L->f, x, k);
        ix->at[k] = n->span;
        ix->kept++;
    }
    return true;
}

/* ---- reading ------------------------------------------------------------- */

static bool bad_extent(Lower *L, const Indices *ix, int k, int64_t d)
{
    lw_error(L, E0410, ix->at[k],
             "the extent of `%s` is %lld; extents are positive",
             lw_source(L, ix->at[k]), (long long)d);
    return false;
}

static bool constant_extent(Lower *L, const Node *n, const Indices *ix, int k,
                            int64_t *out)
{
    if (ir_diff_const(L->f, ix->hi[k], ix->lo[k], out))
        return *out > 0 || bad_extent(L, ix, k, *out);
    IrValue *extent = emit_int(L, IR_SSUB, ix->hi[k], ix->lo[k], ix->at[k]);
    const char *text = lw_extent(L, extent);
    Diag *d = lw_error(L, E0406, ix->at[k],
                       "the extent of this slice is not a constant: %s",
                       strcmp(text, "(computed)") ? text
                                                  : lw_source(L, ix->at[k]));
    diag_note(L->s, d, (Span){0, 0},
              "a tile has a static shape; what varies is its valid shape");
    diag_help(
        L->s, d,
        "`pl.slice(%s, [C, ...], [%s, ...], valid_shape=[...])` with a constant C%s",
        lw_source(L, n->index.of->span), lw_extent(L, ix->lo[k]),
        ix->kept < ix->rank
            ? "; before the core scope the subscript is a view of any extent"
            : "");
    return false;
}

static Sv subscript_shaped(Lower *L, const Node *n, Sv x)
{
    Indices ix;
    Window w;
    IrValue *size[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK], kept[IR_MAX_RANK];
    unsigned drop = 0;
    int nkept = 0;
    if (!read_indices(L, n, x.v, &ix)) return sv_error();
    if (!ix.kept) return emit_read(L, x.v, ix.lo, n->span);
    const bool tile = x.kind == K_TILE || L->core;
    w.rank = ix.rank;
    for (int k = 0; k < ix.rank; k++) {
        shape[k] = 1;
        w.off[k] = ix.lo[k];
        if (!ix.hi[k])
            drop |= 1u << k;
        else if (tile && !constant_extent(L, n, &ix, k, &shape[k]))
            return sv_error();
        else if (!tile && ir_diff_const(L->f, ix.hi[k], ix.lo[k], &shape[k]) &&
                 shape[k] <= 0)
            return bad_extent(L, &ix, k, shape[k]), sv_error();
        if (ix.hi[k]) kept[nkept++] = shape[k];
        size[k] = tile || !ix.hi[k]
            ? ir_idx(L->f, shape[k])
            : emit_int(L, IR_SSUB, ix.hi[k], ix.lo[k], ix.at[k]);
        w.win[k] = size[k];
    }
    if (!tile)
        return sv_ir(emit_view(L, x.v, &w, size, drop, n->span), n->span);
    if (!tile_shape_ok(L, x.v->type->dtype, nkept, kept, n->span))
        return sv_error();
    if (x.kind == K_TILE)
        return sv_ir(emit_slice(L, x.v, &w, shape, drop, n->span), n->span);
    return sv_ir(emit_load(L, x.v, &w, shape, drop, n->span), n->span);
}

static Sv subscript_const(Lower *L, const Node *n, Sv x)
{
    Sv index = n->index.index.n == 1 && n->index.index.p[0]->kind != ND_SLICE
        ? lower_expr(L, n->index.index.p[0])
        : sv_error();
    int64_t i;
    if (L->failed) return sv_error();
    if (index.kind == K_CONST && x.kind == K_CONST) {
        Value v = host_getitem(L->in, x.c, index.c);
        if (!v_is_error(v)) return from_host(L, v, n->span);
        lw_error(L, E0311, n->span, "%s",
                 host_failed(L->in)
                     ? host_exc_text(L->in, v_obj(&L->in->exc->o))
                     : "no such item");
        host_clear(L->in);
        return sv_error();
    }
    const int count = x.kind == K_TUPLE             ? x.t->n
        : x.c.kind == V_LIST || x.c.kind == V_TUPLE ? x.c.seq->n
                                                    : -1;
    if (!const_int(index, &i)) {
        lw_error(L, E0306, n->span, "%s is indexed by compile-time integers",
                 lw_what(L, x));
        return sv_error();
    }
    if (i < 0) i += count;
    if (i < 0 || i >= count) {
        lw_error(L, E0414, n->span, "index %lld of %s", (long long)i,
                 lw_what(L, x));
        return sv_error();
    }
    return x.kind == K_TUPLE ? x.t->p[i] : from_host(L, x.c.seq->p[i], n->span);
}

Sv lower_subscript(Lower *L, const Node *n)
{
    Sv x = lower_expr(L, n->index.of);
    switch (x.kind) {
    case K_TILE:
    case K_TENSOR: return subscript_shaped(L, n, x);
    case K_TUPLE: return subscript_const(L, n, x);
    case K_TASK: return x;
    case K_CONST:
        if (x.c.kind == V_LIST || x.c.kind == V_TUPLE || x.c.kind == V_STR ||
            x.c.kind == V_DICT)
            return subscript_const(L, n, x);
        break;
    default: break;
    }
    lw_kind(L, x, n->index.of, "a tensor or tile to index");
    return sv_error();
}

/* ---- writing ------------------------------------------------------------- */

static bool window_differs(Lower *L, const Node *target, const Indices *ix,
                           Sv src, Span sp)
{
    IrValue *want[IR_MAX_RANK], *have[IR_MAX_RANK];
    int n = 0;
    for (int k = 0; k < ix->rank; k++)
        if (ix->hi[k])
            want[n++] = emit_int(L, IR_SSUB, ix->hi[k], ix->lo[k], ix->at[k]);
    for (int k = 0; k < src.v->type->rank; k++)
        have[k] = ir_dim(L->f, src.v, k);
    Diag *d = lw_error(L, E0407, sp,
                       "a value of shape %s is stored into a window of %s",
                       lw_extents(L, src.v->type->rank, have),
                       lw_extents(L, n, want));
    diag_label(L->s, d, target->span, "this window is %s",
               lw_extents(L, n, want));
    diag_help(L->s, d,
              "slice the value or choose the window so that they agree");
    return false;
}

/* the shape of src is that of the window, or has 1
 * where an index drops an axis */
static bool fits_window(Lower *L, const Node *target, const Indices *ix, Sv src,
                        Span sp, unsigned *drop)
{
    const int rank = src.v->type->rank;
    const bool full = rank == ix->rank;
    int j = 0;
    *drop = 0;
    if (!full && rank != ix->kept)
        return window_differs(L, target, ix, src, sp);
    for (int k = 0; k < ix->rank; k++) {
        int64_t d;
        if (!ix->hi[k] && !full) {
            *drop |= 1u << k;
            continue;
        }
        IrValue *have = ir_dim(L->f, src.v, j++);
        IrValue *want = ix->hi[k]
            ? emit_int(L, IR_SSUB, ix->hi[k], ix->lo[k], ix->at[k])
            : ir_idx(L->f, 1);
        if (ir_equal(L->f, have, want)) continue;
        const IrRange a = ir_range(L->f, have), b = ir_range(L->f, want);
        if (ir_diff_const(L->f, have, want, &d) || a.hi < b.lo || b.hi < a.lo ||
            L->core)
            return window_differs(L, target, ix, src, sp);
        IrValue *args[2] = {have, want};
        emit(L, IR_CHECK_EQ, target->span, 2, args)->at.name =
            str(L->s, "the extent of the stored value");
    }
    return true;
}

static Sv store_value(Lower *L, const Node *target, Sv dst, Sv value,
                      const Node *value_node, Span sp)
{
    Indices ix;
    unsigned drop;
    if (!read_indices(L, target, dst.v, &ix)) return sv_error();
    if (is_number(value)) {
        if (!ix.kept)
            return emit_write(L, dst, ix.lo, value, sp, value_node->span);
        Diag *d = lw_error(L, E0311, value_node->span,
                           "a scalar is stored into a window");
        diag_help(L->s, d,
                  "`pl.full([...], dtype=%s, value=...)` makes a tile of it",
                  lw_dtype(dst.v->type->dtype));
        return sv_error();
    }
    if (value.kind != K_TILE && value.kind != K_TENSOR) {
        lw_kind(L, value, value_node, "a tile, tensor or scalar to store");
        return sv_error();
    }
    if (!fits_window(L, target, &ix, value, value_node->span, &drop))
        return sv_error();
    return emit_assemble(L, dst, value, ix.rank, ix.lo, drop, false, sp,
                         value_node->span);
}

void store_subscript(Lower *L, const Node *target, Sv value,
                     const Node *value_node, Span sp)
{
    const Node *of = target->index.of;
    Sv dst = lower_expr(L, of);
    if (dst.kind == K_ERROR || dst.kind == K_TASK || value.kind == K_ERROR)
        return;
    if (dst.kind != K_TILE && dst.kind != K_TENSOR) {
        lw_kind(L, dst, of, "a tensor or tile to store into");
        return;
    }
    Sv r = store_value(L, target, dst, value, value_node, sp);
    if (dst.kind != K_TILE) return;
    const int slot = of->kind == ND_NAME ? fn_slot(L->fn->info, of->name) : -1;
    if (slot >= 0)
        assign_slot(L, slot, r, of->span);
    else if (r.kind != K_ERROR) {
        Diag *d =
            lw_error(L, E0311, of->span,
                     "only a variable that holds a tile can be stored into");
        if (of->kind == ND_INDEX)
            diag_help(
                L->s, d,
                "write all indices in one pair of brackets: `%s[..., ...]`",
                lw_source(L, of->index.of->span));
    }
}
