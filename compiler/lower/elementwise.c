/* Elementwise operations, casts, comparison, and the row and column expansions,
 * which are elementwise with a vector on one side. */
#include "lower/lower_int.h"
#include <math.h>
#include <string.h>

/* ---- dtypes -------------------------------------------------------------- */

static const char *const takes_text[] = {
    [TAKES_ANY] = "numbers",  [TAKES_FLOAT] = "floats",
    [TAKES_INT] = "integers", [TAKES_SIGNED] = "signed numbers",
    [TAKES_FP32] = "pl.FP32",
};

static bool takes(OpTakes t, QwDtype d)
{
    if (d == QW_BOOL) return false;
    switch (t) {
    case TAKES_FLOAT: return qw_dtype_is_float(d);
    case TAKES_INT: return qw_dtype_is_int(d);
    case TAKES_SIGNED: return qw_dtype_info[d].cls != 'u';
    case TAKES_FP32: return d == QW_F32;
    case TAKES_ANY: break;
    }
    return true;
}

static bool check_dtype(Lower *L, OpTakes t, QwDtype d, Span sp,
                        const char *spelled)
{
    if (takes(t, d)) return true;
    Diag *e = lw_error(L, E0510, sp, "`pl.%s` takes %s, found a tile of %s",
                       spelled, takes_text[t], lw_dtype(d));
    if (t == TAKES_FP32)
        diag_help(L->s, e, "`pl.cast(%s, target_type=pl.FP32)`",
                  lw_source(L, sp));
    return false;
}

/* arithmetic that rounds to 16 bits each time (T9) */
static void note_16bit(Lower *L, IrOpcode code, QwDtype d, Span sp)
{
    static const IrOpcode rounding[] = {IR_ADD,    IR_SUB,  IR_MUL, IR_DIV,
                                        IR_EXPDIF, IR_EXP,  IR_LOG, IR_SQRT,
                                        IR_RSQRT,  IR_RECIP};
    if (d != QW_BF16 && d != QW_F16) return;
    for (size_t i = 0; i < LEN(rounding); i++) {
        if (rounding[i] != code) continue;
        Diag *n = lw_warn(L, N0302, sp,
                          "arithmetic on %s rounds at every operation",
                          lw_dtype(d));
        diag_help(L->s, n, "cast to pl.FP32 once, before");
    }
}

/* ---- one operand --------------------------------------------------------- */

static IrValue *cast_tile(Lower *L, IrValue *t, QwDtype d, QwRound round,
                          Span sp)
{
    IrValue *r = emit1(L, IR_CAST, sp,
                       ir_tile(L->f, d, t->type->rank, t->type->shape), 1, &t);
    r->def->at.round = round;
    copy_valid(L, r, t);
    return r;
}

Sv ew_unary(Lower *L, IrOpcode code, OpTakes t, Sv s, const Node *node, Span sp,
            const char *spelled)
{
    if (!need_core(L, sp, spelled)) return sv_error();
    IrValue *x = as_tile(L, s, node, spelled);
    if (!x) return sv_error();
    if (t == TAKES_FLOAT && qw_dtype_is_int(x->type->dtype))
        x = cast_tile(L, x, QW_F32, QW_NONE, sp);
    if (!check_dtype(L, t, x->type->dtype, node->span, spelled))
        return sv_error();
    note_16bit(L, code, x->type->dtype, sp);
    IrValue *r = emit1(L, code, sp, x->type, 1, &x);
    copy_valid(L, r, x);
    return sv_ir(r, sp);
}

Sv op_ew1(Lower *L, OpCall *c)
{
    return ew_unary(L, c->op->ir, c->op->takes, c->arg[0], c->node[0], c->span,
                    c->spelled);
}

/* ---- two operands -------------------------------------------------------- */

static Sv dtypes_differ(Lower *L, IrValue *a, IrValue *b, const Node *na,
                        const Node *nb, Span sp, const char *spelled)
{
    Diag *d = lw_error(L, E0308, sp, "`pl.%s` of %s and %s tiles", spelled,
                       lw_dtype(a->type->dtype), lw_dtype(b->type->dtype));
    diag_label(L->s, d, na->span, "%s", ir_type_text(L->s, a->type));
    diag_label(L->s, d, nb->span, "%s", ir_type_text(L->s, b->type));
    const bool cast_b = qw_dtype_size(a->type->dtype) >=
        qw_dtype_size(b->type->dtype);
    const QwDtype to = cast_b ? a->type->dtype : b->type->dtype;
    diag_help(L->s, d, "`pl.cast(%s, target_type=%s)`",
              lw_source(L, (cast_b ? nb : na)->span), lw_dtype(to));
    return sv_error();
}

static bool broadcast_shape(Lower *L, const Type *a, const Type *b,
                            int64_t *shape)
{
    (void)L;
    if (a->rank != b->rank) return false;
    for (int k = 0; k < a->rank; k++) {
        if (a->shape[k] != b->shape[k] && a->shape[k] != 1 && b->shape[k] != 1)
            return false;
        shape[k] = a->shape[k] == 1 ? b->shape[k] : a->shape[k];
    }
    return true;
}

static Sv shapes_differ(Lower *L, IrValue *a, IrValue *b, const Node *na,
                        const Node *nb, Span sp)
{
    Diag *d = lw_error(L, E0405, sp, "shapes %s and %s do not broadcast",
                       lw_shape(L, a->type), lw_shape(L, b->type));
    diag_label(L->s, d, na->span, "%s", ir_type_text(L->s, a->type));
    diag_label(L->s, d, nb->span, "%s", ir_type_text(L->s, b->type));
    if (a->type->rank == b->type->rank)
        diag_note(L->s, d, (Span){0, 0},
                  "an axis broadcasts only where one extent is 1");
    else
        diag_help(L->s, d,
                  "the ranks must agree: `pl.reshape` adds axes of extent 1");
    return sv_error();
}

/* valid extents of the result: the first operand's, the second's
 * where the first broadcasts */
static void broadcast_valid(Lower *L, IrValue *r, IrValue *a, IrValue *b)
{
    for (int k = 0; k < r->type->rank; k++) {
        IrValue *from = a->type->shape[k] == 1 && b->type->shape[k] != 1 ? b
                                                                         : a;
        set_valid(L, r, k, ir_valid(L->f, from, k));
    }
}

static Sv tiles2(Lower *L, IrOpcode code, IrValue *a, IrValue *b, bool warn,
                 const Node *na, const Node *nb, const OpCall *c, Span sp,
                 const char *spelled)
{
    int64_t shape[IR_MAX_RANK];
    if (a->type->dtype != b->type->dtype)
        return dtypes_differ(L, a, b, na, nb, sp, spelled);
    if (!broadcast_shape(L, a->type, b->type, shape))
        return shapes_differ(L, a, b, na, nb, sp);
    const Type *t = ir_tile(L->f, a->type->dtype, a->type->rank, shape);
    IrValue *args[2] = {a, match_valid(L, a, b, warn, c, sp)};
    if (a->valid &&
        t != a->type) /* where a broadcasts its one element must exist */
        for (int k = 0; k < t->rank && args[0] == a; k++)
            if (a->type->shape[k] != t->shape[k] &&
                ir_range(L->f, ir_valid(L->f, a, k)).lo < 1)
                args[0] = pad_zero(L, a, sp);
    IrValue *r = emit1(L, code, sp, t, 2, args);
    broadcast_valid(L, r, a, b);
    return sv_ir(r, sp);
}

static Sv tile_scalar(Lower *L, IrOpcode code, Sv s, IrValue *t,
                      bool scalar_first, Span scalar_span, Span sp)
{
    IrValue *v = scalar_for(L, s, t->type->dtype, scalar_span);
    if (!v) return sv_error();
    IrValue *args[2] = {scalar_first ? v : t, scalar_first ? t : v};
    IrValue *r = emit1(L, code, sp, t->type, 2, args);
    copy_valid(L, r, t);
    return sv_ir(r, sp);
}

Sv ew_binary(Lower *L, IrOpcode code, Sv a, Sv b, const Node *na,
             const Node *nb, const OpCall *c, Span sp, const char *spelled)
{
    const OpTakes t = c ? c->op->takes : TAKES_ANY;
    if (!need_core(L, sp, spelled)) return sv_error();
    if (!is_shaped(a) && !is_shaped(b)) {
        lw_kind(L, a, na, "a tile on one side at least");
        return sv_error();
    }
    if (!is_shaped(a) && !is_number(a))
        return lw_kind(L, a, na, "a tile or a number"), sv_error();
    if (!is_shaped(b) && !is_number(b))
        return lw_kind(L, b, nb, "a tile or a number"), sv_error();
    IrValue *x = is_shaped(a) ? as_tile(L, a, na, spelled) : NULL,
            *y = is_shaped(b) ? as_tile(L, b, nb, spelled) : NULL;
    if ((is_shaped(a) && !x) || (is_shaped(b) && !y)) return sv_error();
    if (x && !check_dtype(L, t, x->type->dtype, na->span, spelled))
        return sv_error();
    if (y && !check_dtype(L, t, y->type->dtype, nb->span, spelled))
        return sv_error();
    note_16bit(L, code, (x ? x : y)->type->dtype, sp);
    if (x && y) return tiles2(L, code, x, y, true, na, nb, c, sp, spelled);
    return x ? tile_scalar(L, code, b, x, false, nb->span, sp)
             : tile_scalar(L, code, a, y, true, na->span, sp);
}

Sv op_ew2(Lower *L, OpCall *c)
{
    return ew_binary(L, c->op->ir, c->arg[0], c->arg[1], c->node[0], c->node[1],
                     c, c->span, c->spelled);
}

static bool cmp_type(Lower *L, const OpCall *c, CmpPred *out)
{
    static const char *const names[] = {"eq", "ne", "lt", "le", "gt", "ge"};
    const char *s;
    int64_t i;
    *out = CMP_EQ;
    if (!c->node[2]) return true;
    if (const_int(c->arg[2], &i) && i >= 0 && i <= 5)
        return *out = (CmpPred)i, true;
    for (int k = 0; const_string(c->arg[2], &s) && k < 6; k++)
        if (!strcmp(s, names[k])) return *out = (CmpPred)k, true;
    Diag *d = lw_error(L, E0504, c->node[2]->span, "unknown comparison %s",
                       lw_source(L, c->node[2]->span));
    diag_help(L->s, d,
              "0 to 5, or \"eq\", \"ne\", \"lt\", \"le\", \"gt\", \"ge\"");
    return false;
}

Sv op_cmp(Lower *L, OpCall *c)
{
    CmpPred pred;
    if (!cmp_type(L, c, &pred)) return sv_error();
    Sv r = op_ew2(L, c);
    if (r.kind == K_TILE) r.v->def->at.pred = pred;
    return r;
}

/* ---- expansions ---------------------------------------------------------- */

static void bad_vector(Lower *L, const OpCall *c, IrValue *t, IrValue *v,
                       bool row)
{
    const char *want = row ? "[M, 1]" : "[1, N]";
    Diag *d =
        lw_error(L, E0512, c->node[1]->span,
                 "`pl.%s` needs a vector %s beside a tile of shape %s, found %s",
                 c->spelled, want, lw_shape(L, t->type), lw_shape(L, v->type));
    const long long m = (long long)t->type->shape[0],
                    n = (long long)t->type->shape[1];
    const char *vector = lw_source(L, c->node[1]->span);
    int64_t count = 0;
    if (!elements(v->type->rank, v->type->shape, &count)) count = 0;
    if (v->type->rank == 2 && count == (row ? n : m) &&
        v->type->shape[row] == count)
        diag_help(L->s, d, "`pl.%s%s(%s, %s)`", row ? "col" : "row",
                  strchr(c->spelled, '_'), lw_source(L, c->node[0]->span),
                  vector);
    else if (row && count == m)
        diag_help(L->s, d, "`pl.reshape(%s, [%lld, 1])`", vector, m);
    else if (!row && count == n)
        diag_help(L->s, d, "`pl.reshape(%s, [1, %lld])`", vector, n);
}

bool tile_and_vector(Lower *L, const OpCall *c, bool row, IrValue **tile,
                     IrValue **vector)
{
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    IrValue *v = t ? as_tile(L, c->arg[1], c->node[1], c->spelled) : NULL;
    if (!v) return false;
    if (t->type->rank != 2) {
        lw_error(L, E0507, c->node[0]->span,
                 "`pl.%s` needs a tile of rank 2, found %s", c->spelled,
                 ir_type_text(L->s, t->type));
        return false;
    }
    *tile = t;
    *vector = v;
    const int64_t *n = t->type->shape, *m = v->type->shape;
    if (v->type->rank == 2 &&
        (row ? m[1] == 1 && m[0] == n[0] : m[0] == 1 && m[1] == n[1]))
        return true;
    bad_vector(L, c, t, v, row);
    return false;
}

static Sv expand2(Lower *L, OpCall *c, bool row)
{
    IrValue *t, *v;
    if (!tile_and_vector(L, c, row, &t, &v)) return sv_error();
    if (!check_dtype(L, c->op->takes, t->type->dtype, c->node[0]->span,
                     c->spelled))
        return sv_error();
    note_16bit(L, c->op->ir, t->type->dtype, c->span);
    return tiles2(L, c->op->ir, t, v, false, c->node[0], c->node[1], c, c->span,
                  c->spelled);
}

Sv op_row_expand2(Lower *L, OpCall *c)
{
    return expand2(L, c, true);
}

Sv op_col_expand2(Lower *L, OpCall *c)
{
    return expand2(L, c, false);
}

/* ---- cast ---------------------------------------------------------------- */

static bool cast_mode(Lower *L, const OpCall *c, QwRound *out)
{
    static const char *const names[] = {"none", "rint",  "round", "floor",
                                        "ceil", "trunc", "odd"};
    const char *s;
    int64_t i;
    *out = QW_NONE;
    if (!c->node[2] || sv_is_none(c->arg[2])) return true;
    if (const_int(c->arg[2], &i) && i >= 0 && i < (int)LEN(names))
        return *out = (QwRound)i, true;
    const bool text = const_string(c->arg[2], &s);
    for (size_t k = 0; text && k < LEN(names); k++)
        if (!strcmp(s, names[k])) return *out = (QwRound)k, true;
    Diag *d = lw_error(L, E0511, c->node[2]->span, "unknown cast mode %s",
                       lw_source(L, c->node[2]->span));
    const char *near = text ? str_nearest(s, names, LEN(names)) : NULL;
    if (near)
        diag_help(L->s, d, "did you mean \"%s\"?", near);
    else
        diag_help(L->s, d, "one of none, rint, round, floor, ceil, trunc, odd");
    return false;
}

static Sv cast_const(Lower *L, const OpCall *c, QwDtype d)
{
    const Sv s = c->arg[0];
    int64_t i = 0;
    bool b = false;
    bool whole = const_int(s, &i) || const_bool(s, &b);
    if (b) i = 1;
    const double x = whole ? 0 : s.kind == K_SCALAR ? s.v->c.f : s.c.f;
    if (d == QW_BOOL) return sv_const(v_bool(i || x != 0), c->span);
    if (qw_dtype_is_float(d))
        return sv_ir(const_of_type(L, ir_scalar(L->f, d), x, i, whole),
                     c->span);
    if (!whole && round(x) >= -0x1p63 && round(x) < 0x1p63) {
        i = (int64_t)round(x); /* ties away from zero */
        whole = true;
    }
    if (whole && int_fits(d, i)) return sv_const(v_int(i), c->span);
    does_not_fit(L, lw_source(L, c->node[0]->span), d, c->node[0]->span);
    return sv_error();
}

static void warn_same(Lower *L, const OpCall *c, QwDtype d)
{
    Diag *w = lw_warn(L, W0502, c->span, "`%s` is %s already",
                      lw_source(L, c->node[0]->span), lw_dtype(d));
    diag_help(L->s, w, "remove the cast");
}

static Sv cast_scalar(Lower *L, const OpCall *c, QwDtype d, QwRound mode)
{
    const Sv s = c->arg[0];
    if (mode != QW_NONE) {
        lw_error(L, E0511, c->node[2]->span,
                 "casts of scalars have the default mode only");
        return sv_error();
    }
    if (s.kind == K_CONST || s.v->is_const) return cast_const(L, c, d);
    IrValue *v = s.v;
    if (v->type->dtype == d && !v->type->is_index) {
        if (d != QW_I64) warn_same(L, c, d); /* INT64 to INDEX says something */
        return s;
    }
    IrValue *r = emit1(L, IR_SCAST, c->span, ir_scalar(L->f, d), 1, &v);
    r->def->at.nowrap = ir_scalar_fits(L->f, r->def);
    return sv_ir(r, c->span);
}

Sv op_cast(Lower *L, OpCall *c)
{
    QwDtype d;
    QwRound mode;
    const bool index = c->arg[1].kind == K_CONST &&
        c->arg[1].c.kind == V_DTYPE && c->arg[1].c.flag == DT_PL_INDEX;
    if (!dtype_arg(L, c->arg[1], c->node[1]->span, &d) ||
        !cast_mode(L, c, &mode))
        return sv_error();
    if (is_number(c->arg[0])) {
        Sv r = cast_scalar(L, c, d, mode);
        return index && r.kind == K_SCALAR ? sv_ir(to_index(L, r.v), c->span)
                                           : r;
    }
    if (c->arg[0].kind == K_CONST && v_dynsym(c->arg[0].c)) {
        int_operand(L, c->arg[0], c->node[0]->span, "the operand");
        return sv_error();
    }
    if (!is_shaped(c->arg[0]))
        return lw_kind(L, c->arg[0], c->node[0], "a tile or a scalar"),
               sv_error();
    if (!need_core(L, c->span, c->spelled)) return sv_error();
    IrValue *t = as_tile(L, c->arg[0], c->node[0], c->spelled);
    if (!t) return sv_error();
    if (t->type->dtype == d) {
        warn_same(L, c, d);
        return sv_ir(t, c->span);
    }
    return sv_ir(cast_tile(L, t, d, mode, c->span), c->span);
}
