/* Operations that make tiles and move their elements; reductions. */
#include "lower/lower_int.h"
#include <math.h>
#include <string.h>

static const Type *tile_arg(Lower *L, const OpCall *c, QwDtype d)
{
    int rank;
    int64_t shape[IR_MAX_RANK];
    if (!static_list(L, c->arg[0], c->node[0], "the shape", &rank, shape))
        return NULL;
    return tile_shape_ok(L, d, rank, shape, c->node[0]->span)
        ? tile_type(L, d, rank, shape)
        : NULL;
}

/* a tile of one constant; value NULL: zero */
static Sv filled(Lower *L, const Type *t, Sv value, const Node *node, Span sp)
{
    double x = 0;
    bool b;
    if (!node)
        return sv_ir(full_tile(L, t, 0, 0, !qw_dtype_is_float(t->dtype), sp),
                     sp);
    const bool constant = const_number(value, &x) || const_bool(value, &b) ||
        (value.kind == K_SCALAR && value.v->is_const && is_float_scalar(value));
    if (!constant) {
        Diag *d = lw_error(L, E0504, node->span,
                           "the value must be a compile-time number, found %s",
                           lw_what(L, value));
        if (is_number(value) && value.kind == K_SCALAR)
            diag_help(
                L->s, d,
                "`pl.expands(tile, %s)` fills a tile with a run-time scalar",
                lw_source(L, node->span));
        return sv_error();
    }
    IrValue *c = scalar_for(L, value, t->dtype, node->span);
    return c ? sv_ir(emit1(L, IR_FULL, sp, t, 1, &c), sp) : sv_error();
}

Sv op_full(Lower *L, OpCall *c)
{
    QwDtype d;
    if (!need_dtype(L, c, 1, &d)) return sv_error();
    const Type *t = tile_arg(L, c, d);
    if (!t) return sv_error();
    if (!c->node[2]) {
        lw_error(L, E0310, c->span, "`pl.full` needs `value=`");
        return sv_error();
    }
    return filled(L, t, c->arg[2], c->node[2], c->span);
}

Sv op_create_tile(Lower *L, OpCall *c)
{
    QwDtype d;
    if (!need_dtype(L, c, 1, &d)) return sv_error();
    const Type *t = tile_arg(L, c, d);
    return t ? filled(L, t, sv_error(), NULL, c->span) : sv_error();
}

Sv op_arange(Lower *L, OpCall *c)
{
    QwDtype d;
    int rank;
    int64_t shape[IR_MAX_RANK];
    if (!c->node[2])
        d = QW_I32;
    else if (!dtype_arg(L, c->arg[2], c->node[2]->span, &d))
        return sv_error();
    if (d != QW_I16 && d != QW_I32 && d != QW_U16 && d != QW_U32 &&
        d != QW_I64) {
        lw_error(
            L, E0510, c->node[2]->span,
            "`pl.%s` takes pl.INT16, pl.INT32, pl.UINT16, pl.UINT32 or pl.INT64, found %s",
            c->spelled, lw_dtype(d));
        return sv_error();
    }
    if (!static_list(L, c->arg[1], c->node[1], "the shape", &rank, shape) ||
        !tile_shape_ok(L, d, rank, shape, c->node[1]->span))
        return sv_error();
    for (int k = 0; k < rank - 1; k++) {
        if (shape[k] == 1) continue;
        lw_error(
            L, E0509, c->node[1]->span,
            "`pl.%s` fills the last axis only; the others must be 1, found %s",
            c->spelled, ir_shape_text(L->s, rank, shape));
        return sv_error();
    }
    IrValue *start = int_operand(L, c->arg[0], c->node[0]->span, "the start");
    if (!start) return sv_error();
    return sv_ir(emit1(L, IR_ARANGE, c->span, tile_type(L, d, rank, shape), 1,
                       &start),
                 c->span);
}

/* ---- padding ------------------------------------------------------------- */

static bool pad_value(Sv s, PadValue *out)
{
    double x;
    const char *m = const_enum(s, "PadValue");
    if (m) {
        *out = !strcmp(m, "min") ? PAD_MIN
            : !strcmp(m, "max")  ? PAD_MAX
                                 : PAD_ZERO;
        return !strcmp(m, "min") || !strcmp(m, "max") || !strcmp(m, "zero");
    }
    if (!const_number(s, &x)) return false;
    *out = x == 0 ? PAD_ZERO : x > 0 ? PAD_MAX : PAD_MIN;
    return x == 0 || isinf(x);
}

static Sv fillpad(Lower *L, IrValue *t, Sv value, const Node *node, Span sp)
{
    PadValue pad = PAD_ZERO;
    if (node && !pad_value(value, &pad)) {
        Diag *d = lw_error(L, E0506, node->span, "`%s` is no pad value",
                           lw_source(L, node->span));
        diag_help(
            L->s, d,
            "`pl.PadValue.zero`, `pl.PadValue.min`, `pl.PadValue.max`, 0, or an infinity");
        return sv_error();
    }
    IrValue *r = emit1(L, IR_PAD, sp, t->type, 1, &t);
    r->def->at.pad = pad;
    return sv_ir(r, sp);
}

Sv op_fillpad(Lower *L, OpCall *c)
{
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    return t ? fillpad(L, t, c->arg[1], c->node[1], c->span) : sv_error();
}

Sv pad_result(Lower *L, Sv s, Sv value, const Node *node, Span sp)
{
    return s.kind == K_TILE && node && !sv_is_none(value)
        ? fillpad(L, s.v, value, node, sp)
        : s;
}

Sv op_move(Lower *L, OpCall *c)
{
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    return t ? sv_ir(t, c->span) : sv_error();
}

/* ---- reshape ------------------------------------------------------------- */

static bool unit_axes_differ_only(int n, const int64_t *a, int m,
                                  const int64_t *b)
{
    int i = 0, j = 0;
    for (;;) {
        while (i < n && a[i] == 1) i++;
        while (j < m && b[j] == 1) j++;
        if (i == n || j == m) return i == n && j == m;
        if (a[i++] != b[j++]) return false;
    }
}

/* Valid extents follow the axes that are not 1; what a unit axis lacks empties
 * the first of them. */
static void map_valid(Lower *L, IrValue *from, IrValue *to, Span sp)
{
    int first = -1, j = 0;
    for (int i = 0; i < from->type->rank; i++) {
        if (from->type->shape[i] == 1) continue;
        while (to->type->shape[j] == 1) j++;
        if (first < 0) first = j;
        set_valid(L, to, j++, ir_valid(L->f, from, i));
    }
    if (first < 0) first = 0;
    for (int i = 0; i < from->type->rank; i++)
        if (from->type->shape[i] == 1 && !full_on(L, from, i))
            narrow_valid(L, to, first, ir_valid(L->f, from, i), sp);
    emit_behind(L, to->def);
}

IrValue *emit_reshape_tile(Lower *L, IrValue *t, int rank, const int64_t *shape,
                           Span sp, const Node *node)
{
    int64_t have = 0, want = 0;
    if (!tile_shape_ok(L, t->type->dtype, rank, shape, node->span)) return NULL;
    if (!elements(t->type->rank, t->type->shape, &have) ||
        !elements(rank, shape, &want) || have != want) {
        Diag *d = lw_error(L, E0413, node->span, "reshape of %s to %s",
                           ir_type_text(L->s, t->type),
                           ir_shape_text(L->s, rank, shape));
        diag_at(L->s, d, "%lld elements, expected %lld", (long long)want,
                (long long)have);
        return NULL;
    }
    const bool full = is_full(L, t);
    IrValue *r = emit1(L, IR_RESHAPE, sp,
                       tile_type(L, t->type->dtype, rank, shape), 1, &t);
    if (full) return r;
    if (unit_axes_differ_only(t->type->rank, t->type->shape, rank, shape)) {
        map_valid(L, t, r, sp);
        return r;
    }
    partial_reshape(L, t, ir_shape_text(L->s, rank, shape), sp);
    return NULL;
}

/* ---- joining and spreading ----------------------------------------------- */

Sv op_concat(Lower *L, OpCall *c)
{
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    IrValue *u = t ? as_tile(L, c->arg[1], c->node[1], c->spelled) : NULL;
    if (!u || !equal_dtype(L, c, 1, t, u)) return sv_error();
    if (t->type->rank != 2 || u->type->rank != 2) {
        lw_error(L, E0507, c->span,
                 "`pl.concat` needs tiles of rank 2, found %s and %s",
                 lw_shape(L, t->type), lw_shape(L, u->type));
        return sv_error();
    }
    if (t->type->shape[0] != u->type->shape[0]) {
        lw_error(L, E0405, c->span,
                 "shapes %s and %s have different numbers of rows",
                 lw_shape(L, t->type), lw_shape(L, u->type));
        return sv_error();
    }
    if (!full_on(L, t, 1)) {
        Diag *d = lw_error(
            L, E0404, c->node[0]->span,
            "the left operand of `pl.concat` must have all its columns valid");
        diag_help(L->s, d, "`pl.fillpad(%s)`", lw_source(L, c->node[0]->span));
        return sv_error();
    }
    IrValue *rows = ir_valid(L->f, t, 0), *args[2] = {t, u};
    if (!ir_equal(L->f, rows, ir_valid(L->f, u, 0))) {
        Diag *d = lw_warn(
            L, W0403, c->span,
            "the operands of `pl.concat` have different valid rows: %s and %s",
            lw_extent(L, rows), lw_extent(L, ir_valid(L->f, u, 0)));
        diag_note(
            L->s, d, (Span){0, 0},
            "the result has those of the first operand; missing elements read as 0");
        if (!ir_less_equal(L->f, rows, ir_valid(L->f, u, 0)))
            args[1] = pad_zero(L, u, c->span);
    }
    const int64_t shape[2] = {t->type->shape[0],
                              t->type->shape[1] + u->type->shape[1]};
    if (!tile_shape_ok(L, t->type->dtype, 2, shape, c->span)) return sv_error();
    IrValue *cols = emit_int(L, IR_SADD, ir_idx(L->f, t->type->shape[1]),
                             ir_valid(L->f, u, 1), c->span);
    IrValue *r = emit1(L, IR_CONCAT, c->span,
                       tile_type(L, t->type->dtype, 2, shape), 2, args);
    set_valid(L, r, 0, rows);
    set_valid(L, r, 1, cols);
    return sv_ir(r, c->span);
}

static IrValue *expand_to(Lower *L, IrValue *x, IrValue *target, Span sp)
{
    const Type *t = ir_tile(L->f, x->type->dtype, target->type->rank,
                            target->type->shape);
    return emit1(L, IR_EXPAND, sp, t, 1, &x);
}

Sv op_expand_clone(Lower *L, OpCall *c)
{
    IrValue *x = as_tile(L, c->arg[0], c->node[0], c->spelled);
    IrValue *t = x ? as_tile(L, c->arg[1], c->node[1], c->spelled) : NULL;
    if (!t) return sv_error();
    bool ok = x->type->rank == t->type->rank;
    for (int k = 0; ok && k < t->type->rank; k++)
        ok = x->type->shape[k] == 1 || x->type->shape[k] == t->type->shape[k];
    if (!ok) {
        lw_error(L, E0405, c->span, "shape %s does not broadcast to %s",
                 lw_shape(L, x->type), lw_shape(L, t->type));
        return sv_error();
    }
    if (!is_full(L, x)) x = pad_zero(L, x, c->span);
    return sv_ir(expand_to(L, x, t, c->span), c->span);
}

Sv op_expands(Lower *L, OpCall *c)
{
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    IrValue *s = t ? scalar_for(L, c->arg[1], t->type->dtype, c->node[1]->span)
                   : NULL;
    if (!s) return sv_error();
    IrValue *r = emit1(L, IR_FULL, c->span, t->type, 1, &s);
    copy_valid(L, r, t);
    return sv_ir(r, c->span);
}

static Sv expand_vector(Lower *L, OpCall *c, bool row)
{
    IrValue *t, *v;
    if (!tile_and_vector(L, c, row, &t, &v)) return sv_error();
    const int axis = row ? 0 : 1;
    const bool covered = ir_less_equal(L->f, ir_valid(L->f, t, axis),
                                       ir_valid(L->f, v, axis)) &&
        full_on(L, v, !axis);
    IrValue *r = expand_to(L, covered ? v : pad_zero(L, v, c->span), t,
                           c->span);
    copy_valid(L, r, t);
    return sv_ir(r, c->span);
}

Sv op_row_expand(Lower *L, OpCall *c)
{
    return expand_vector(L, c, true);
}

Sv op_col_expand(Lower *L, OpCall *c)
{
    return expand_vector(L, c, false);
}

/* ---- reductions ---------------------------------------------------------- */

Sv op_reduce(Lower *L, OpCall *c)
{
    const IrOpcode code = c->op->ir;
    const bool col = code == IR_COL_SUM || code == IR_COL_MAX ||
        code == IR_COL_MIN;
    const bool arg = code == IR_ROW_ARGMAX || code == IR_ROW_ARGMIN;
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    if (!t) return sv_error();
    if (t->type->rank != 2) {
        Diag *d = lw_error(L, E0507, c->node[0]->span,
                           "`pl.%s` needs a tile of rank 2, found %s",
                           c->spelled, ir_type_text(L->s, t->type));
        diag_help(L->s, d, "`pl.reshape` it first");
        return sv_error();
    }
    if (t->type->dtype == QW_BOOL) {
        lw_error(L, E0510, c->node[0]->span,
                 "`pl.%s` takes numbers, found a tile of pl.BOOL", c->spelled);
        return sv_error();
    }
    const int64_t shape[2] = {col ? 1 : t->type->shape[0],
                              col ? t->type->shape[1] : 1};
    IrValue *r = emit1(L, code, c->span,
                       tile_type(L, arg ? QW_I32 : t->type->dtype, 2, shape), 1,
                       &t);
    set_valid(L, r, col, ir_valid(L->f, t, col));
    return sv_ir(r, c->span);
}
