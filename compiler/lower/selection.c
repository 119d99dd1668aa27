/* Sorting, gathering and scattering. */
#include "lower/lower_int.h"
#include <string.h>

static IrValue *full_operand(Lower *L, const OpCall *c, int i)
{
    IrValue *t = as_tile(L, c->arg[i], c->node[i], c->spelled);
    return t && require_full(L, t, c->node[i], c->spelled) ? t : NULL;
}

static bool one_row(Lower *L, const OpCall *c, int i, IrValue *t,
                    const char *what)
{
    if (t->type->rank == 2 && t->type->shape[0] == 1) return true;
    lw_error(L, E0515, c->node[i]->span,
             "`pl.%s` needs %s of shape [1, N], found %s", c->spelled, what,
             lw_shape(L, t->type));
    return false;
}

static bool pair_dtype(Lower *L, const OpCall *c, int i, IrValue *t)
{
    if (t->type->dtype == QW_F32) return true;
    lw_error(L, E0510, c->node[i]->span, "`pl.%s` takes pl.FP32, found %s",
             c->spelled, lw_dtype(t->type->dtype));
    return false;
}

static IrValue *row_tile(Lower *L, IrOpcode code, QwDtype d, int64_t n,
                         int nargs, IrValue *const *args, Span sp)
{
    const int64_t shape[2] = {1, n};
    if (!tile_shape_ok(L, d, 2, shape, sp)) return NULL;
    return emit1(L, code, sp, tile_type(L, d, 2, shape), nargs, args);
}

static Sv value_or_error(IrValue *v, Span sp)
{
    return v ? sv_ir(v, sp) : sv_error();
}

Sv op_sort32(Lower *L, OpCall *c)
{
    IrValue *v = full_operand(L, c, 0), *idx = v ? full_operand(L, c, 1) : NULL;
    if (!idx || !one_row(L, c, 0, v, "values") ||
        !one_row(L, c, 1, idx, "indices") || !pair_dtype(L, c, 0, v))
        return sv_error();
    if (idx->type->dtype != QW_U32 && idx->type->dtype != QW_I32) {
        lw_error(L, E0510, c->node[1]->span,
                 "the indices of `pl.%s` are pl.UINT32 or pl.INT32, found %s",
                 c->spelled, lw_dtype(idx->type->dtype));
        return sv_error();
    }
    const int64_t n = v->type->shape[1];
    if (n % 32 || idx->type->shape[1] != n) {
        lw_error(
            L, E0515, c->span,
            "`pl.%s` needs values and indices of one length, a multiple of 32: found %lld and %lld",
            c->spelled, (long long)n, (long long)idx->type->shape[1]);
        return sv_error();
    }
    IrValue *args[2] = {v, idx};
    return value_or_error(row_tile(L, IR_SORT32, v->type->dtype, 2 * n, 2, args,
                                   c->span),
                          c->span);
}

static Sv merge_blocks(Lower *L, OpCall *c, IrValue *p)
{
    int64_t block;
    const int64_t n = p->type->shape[1];
    if (!const_int(c->arg[4], &block) || block < 64 || block % 64 ||
        block > INT64_MAX / 4 || n % (4 * block)) {
        lw_error(
            L, E0515, c->node[4]->span,
            "`block_len` is a multiple of 64, and the list of %lld lanes a multiple of four blocks",
            (long long)n);
        return sv_error();
    }
    IrValue *r = row_tile(L, IR_MRGSORT_BLOCK, p->type->dtype, n, 1, &p,
                          c->span);
    if (r) r->def->at.block_len = block;
    return value_or_error(r, c->span);
}

Sv op_mrgsort(Lower *L, OpCall *c)
{
    IrValue *p[4];
    int64_t total = 0;
    int n = 0;
    bool exhausted;
    if (!const_flag(L, c, 5, &exhausted)) return sv_error();
    for (int i = 0; i < 4; i++) {
        if (!c->node[i]) continue;
        if (!(p[n] = full_operand(L, c, i)) ||
            !one_row(L, c, i, p[n], "lists") || !pair_dtype(L, c, i, p[n]))
            return sv_error();
        total += p[n++]->type->shape[1];
    }
    if (c->node[4] && n > 1) {
        lw_error(L, E0515, c->node[4]->span,
                 "`block_len` belongs to `pl.%s` of one list", c->spelled);
        return sv_error();
    }
    if (c->node[4]) return merge_blocks(L, c, p[0]);
    if (n < 2) {
        lw_error(
            L, E0515, c->span,
            "`pl.%s` merges 2 to 4 lists, or the blocks of one with `block_len=`",
            c->spelled);
        return sv_error();
    }
    IrValue *r = row_tile(L, IR_MRGSORT_LISTS, p[0]->type->dtype, total, n, p,
                          c->span);
    if (r) r->def->at.exhausted = exhausted;
    return value_or_error(r, c->span);
}

/* ---- gather -------------------------------------------------------------- */

static bool mask_pattern(Lower *L, Sv s, const Node *node, int *period,
                         int *mask)
{
    static const struct {
        const char *name;
        int period, mask;
    } patterns[] = {
        {"P0101", 2, 1}, {"P1010", 2, 2}, {"P0001", 4, 1}, {"P0010", 4, 2},
        {"P0100", 4, 4}, {"P1000", 4, 8}, {"P1111", 1, 1},
    };
    const char *m = const_enum(s, "MaskPattern");
    for (size_t i = 0; m && i < LEN(patterns); i++) {
        if (strcmp(m, patterns[i].name)) continue;
        *period = patterns[i].period;
        *mask = patterns[i].mask;
        return true;
    }
    Diag *d = lw_error(L, E0311, node->span,
                       "expected a mask pattern, found %s", lw_what(L, s));
    diag_help(L->s, d, "`pl.tile.MaskPattern.P0101`");
    return false;
}

static Sv gather_mask(Lower *L, OpCall *c)
{
    int period, mask;
    IrValue *p = full_operand(L, c, 0);
    if (!p || !one_row(L, c, 0, p, "a list") ||
        !mask_pattern(L, c->arg[3], c->node[3], &period, &mask))
        return sv_error();
    QwDtype d = p->type->dtype;
    if (c->node[4] && !sv_is_none(c->arg[4])) {
        if (!dtype_arg(L, c->arg[4], c->node[4]->span, &d)) return sv_error();
        if (qw_dtype_size(d) != qw_dtype_size(p->type->dtype)) {
            Diag *e = lw_error(
                L, E0516, c->node[4]->span,
                "the bits of %s cannot be read as %s: the widths differ",
                lw_dtype(p->type->dtype), lw_dtype(d));
            diag_help(L->s, e, "take a dtype of %d bits",
                      8 * (int)qw_dtype_size(p->type->dtype));
            return sv_error();
        }
    }
    if (p->type->shape[1] % period) {
        lw_error(L, E0515, c->node[0]->span, "%lld lanes are no multiple of %d",
                 (long long)p->type->shape[1], period);
        return sv_error();
    }
    IrValue *r = row_tile(L, IR_GATHER_MASK, d, p->type->shape[1] / period, 1,
                          &p, c->span);
    if (!r) return sv_error();
    r->def->at.period = period;
    r->def->at.mask = mask;
    return sv_ir(r, c->span);
}

static bool last_dim(Lower *L, const OpCall *c, IrValue *x)
{
    int64_t dim;
    if (!c->node[1]) return true;
    if (const_int(c->arg[1], &dim) && (dim == -1 || dim == x->type->rank - 1))
        return true;
    lw_error(L, E0508, c->node[1]->span,
             "`pl.%s` works along the last axis: `dim=-1`", c->spelled);
    return false;
}

static bool index_tile(Lower *L, const OpCall *c, IrValue *x, IrValue *index)
{
    if (index->type->dtype != QW_I32) {
        lw_error(L, E0510, c->node[2]->span, "indices are pl.INT32, found %s",
                 lw_dtype(index->type->dtype));
        return false;
    }
    if (x->type->rank == 2 && index->type->rank == 2 &&
        x->type->shape[0] == index->type->shape[0])
        return true;
    lw_error(L, E0405, c->node[2]->span,
             "indices %s for %s: both need rank 2 and the same rows",
             lw_shape(L, index->type), lw_shape(L, x->type));
    return false;
}

static Sv gather_index(Lower *L, OpCall *c)
{
    IrValue *x = full_operand(L, c, 0),
            *index = x ? as_tile(L, c->arg[2], c->node[2], c->spelled) : NULL;
    if (!index || !last_dim(L, c, x) || !index_tile(L, c, x, index))
        return sv_error();
    IrValue *args[2] = {x, index};
    IrValue *r = emit1(L, IR_GATHER_INDEX, c->span,
                       tile_type(L, x->type->dtype, 2, index->type->shape), 2,
                       args);
    copy_valid(L, r, index);
    return sv_ir(r, c->span);
}

Sv op_gather(Lower *L, OpCall *c)
{
    if (c->node[3] && !c->node[2]) return gather_mask(L, c);
    if (c->node[2] && !c->node[3]) return gather_index(L, c);
    lw_error(L, E0310, c->span,
             "`pl.%s` needs either `mask_pattern=` or `index=`", c->spelled);
    return sv_error();
}

/* ---- gather_row: a load, transposed on request, put into a tile ---------- */

enum { R_ACC, R_T, R_DST, R_SRC, R_SHAPE, R_TRANS, R_VALID };

static IrValue *row_window(Lower *L, OpCall *c)
{
    OpCall load = *c;
    OpInfo op = *op_find("slice");
    load.op = &op;
    load.arg[0] = c->arg[R_T];
    load.node[0] = c->node[R_T];
    load.arg[1] = c->arg[R_SHAPE];
    load.node[1] = c->node[R_SHAPE];
    load.arg[2] = c->arg[R_SRC];
    load.node[2] = c->node[R_SRC];
    load.arg[3] = c->arg[R_VALID];
    load.node[3] = c->node[R_VALID];
    load.node[4] = load.node[5] = load.node[6] = NULL;
    Sv s = op_slice(L, &load);
    return s.kind == K_TILE ? s.v : NULL;
}

static IrValue *swapped(Lower *L, IrValue *t, const OpCall *c)
{
    if (t->type->rank != 2) {
        lw_error(L, E0507, c->node[R_SHAPE]->span,
                 "`transpose=True` needs a window of rank 2");
        return NULL;
    }
    const int64_t shape[2] = {t->type->shape[1], t->type->shape[0]};
    IrValue *r = emit1(L, IR_TRANSPOSE, c->span,
                       tile_type(L, t->type->dtype, 2, shape), 1, &t);
    r->def->at.axis[0] = 0;
    r->def->at.axis[1] = 1;
    set_valid(L, r, 0, ir_valid(L->f, t, 1));
    set_valid(L, r, 1, ir_valid(L->f, t, 0));
    return r;
}

Sv op_gather_row(Lower *L, OpCall *c)
{
    int n;
    bool transpose;
    IrValue *off[IR_MAX_RANK];
    IrValue *acc = full_operand(L, c, R_ACC);
    if (!acc || !const_flag(L, c, R_TRANS, &transpose)) return sv_error();
    if (c->arg[R_T].kind != K_TENSOR && c->arg[R_T].kind != K_TILE) {
        lw_kind(L, c->arg[R_T], c->node[R_T], "a tensor");
        return sv_error();
    }
    if (!int_list(L, c->arg[R_DST], c->node[R_DST], "the offsets", &n, off))
        return sv_error();
    IrValue *x = row_window(L, c);
    if (x && transpose) x = swapped(L, x, c);
    if (!x) return sv_error();
    return emit_assemble(L, sv_ir(acc, c->span), sv_ir(x, c->span), n, off, 0,
                         false, c->span, c->node[R_T]->span);
}

/* ---- scatter ------------------------------------------------------------- */

enum { C_X, C_DIM, C_INDEX, C_SRC, C_MASK, C_DST };

static Sv scatter_index(Lower *L, OpCall *c)
{
    if (!c->node[C_SRC]) {
        lw_error(L, E0310, c->span, "`pl.%s` with `index=` needs `src=`",
                 c->spelled);
        return sv_error();
    }
    IrValue *x = full_operand(L, c, C_X),
            *index = x ? full_operand(L, c, C_INDEX) : NULL;
    IrValue *src = index ? full_operand(L, c, C_SRC) : NULL;
    if (!src || !last_dim(L, c, x) || !index_tile(L, c, x, index) ||
        !equal_dtype(L, c, C_SRC, x, src))
        return sv_error();
    if (src->type->rank != 2 ||
        memcmp(src->type->shape, index->type->shape, 2 * sizeof(int64_t))) {
        lw_error(L, E0405, c->node[C_SRC]->span, "`src` is %s, `index` %s",
                 lw_shape(L, src->type), lw_shape(L, index->type));
        return sv_error();
    }
    IrValue *args[3] = {x, index, src};
    return sv_ir(emit1(L, IR_SCATTER_INDEX, c->span, x->type, 3, args),
                 c->span);
}

static Sv scatter_mask(Lower *L, OpCall *c)
{
    int period, mask;
    if (!c->node[C_DST]) {
        lw_error(L, E0310, c->span, "`pl.%s` with `mask_pattern=` needs `dst=`",
                 c->spelled);
        return sv_error();
    }
    IrValue *src = full_operand(L, c, C_X),
            *dst = src ? full_operand(L, c, C_DST) : NULL;
    if (!dst || !equal_dtype(L, c, C_DST, src, dst) ||
        !mask_pattern(L, c->arg[C_MASK], c->node[C_MASK], &period, &mask))
        return sv_error();
    if (!one_row(L, c, C_X, src, "a list") ||
        !one_row(L, c, C_DST, dst, "a list"))
        return sv_error();
    if (dst->type->shape[1] != src->type->shape[1] * period) {
        lw_error(
            L, E0405, c->node[C_DST]->span,
            "%lld lanes scattered over every %d need a `dst` of %lld, found %s",
            (long long)src->type->shape[1], period,
            (long long)src->type->shape[1] * period, lw_shape(L, dst->type));
        return sv_error();
    }
    IrValue *args[2] = {dst, src};
    IrValue *r = emit1(L, IR_SCATTER_MASK, c->span, dst->type, 2, args);
    r->def->at.period = period;
    r->def->at.mask = mask;
    return sv_ir(r, c->span);
}

Sv op_scatter(Lower *L, OpCall *c)
{
    if (c->node[C_INDEX] && !c->node[C_MASK]) return scatter_index(L, c);
    if (c->node[C_MASK] && !c->node[C_INDEX]) return scatter_mask(L, c);
    lw_error(L, E0310, c->span,
             "`pl.%s` needs either `mask_pattern=` or `index=`", c->spelled);
    return sv_error();
}
