/* Matrix products. */
#include "lower/lower_int.h"
#include <string.h>

typedef struct Product {
    IrValue *a, *b;
    bool a_trans, b_trans;
    int rank;
    int64_t m, n, k;
    int64_t lead[IR_MAX_RANK]; /* extents before the last two */
    QwDtype acc;               /* accumulation: FP32 or INT32 */
} Product;

static bool operand_dtypes(Lower *L, const OpCall *c, Product *p, int ia,
                           int ib)
{
    const QwDtype da = p->a->type->dtype, db = p->b->type->dtype;
    if (da != db) {
        Diag *d = lw_error(L, E0308, c->span, "`pl.%s` of %s and %s tiles",
                           c->spelled, lw_dtype(da), lw_dtype(db));
        diag_label(L->s, d, c->node[ia]->span, "%s",
                   ir_type_text(L->s, p->a->type));
        diag_label(L->s, d, c->node[ib]->span, "%s",
                   ir_type_text(L->s, p->b->type));
        const bool cast_b = qw_dtype_size(da) >= qw_dtype_size(db);
        diag_help(L->s, d, "`pl.cast(%s, target_type=%s)`",
                  lw_source(L, c->node[cast_b ? ib : ia]->span),
                  lw_dtype(cast_b ? da : db));
        return false;
    }
    if (da == QW_F32 || da == QW_BF16 || da == QW_F16)
        p->acc = QW_F32;
    else if (da == QW_I8 || da == QW_U8)
        p->acc = QW_I32;
    else {
        lw_error(
            L, E0510, c->node[ia]->span,
            "`pl.%s` takes pl.FP32, pl.BF16, pl.FP16, pl.INT8 or pl.UINT8, found %s",
            c->spelled, lw_dtype(da));
        return false;
    }
    return true;
}

static bool operand_ranks(Lower *L, const OpCall *c, Product *p)
{
    const Type *a = p->a->type, *b = p->b->type;
    p->rank = a->rank;
    if (a->rank < 2 || a->rank != b->rank) {
        lw_error(
            L, a->rank == b->rank ? E0507 : E0405, c->span,
            "`pl.%s` needs two operands of one rank, at least 2: found %s and %s",
            c->spelled, lw_shape(L, a), lw_shape(L, b));
        return false;
    }
    for (int i = 0; i < a->rank - 2; i++) {
        if (a->shape[i] != b->shape[i] && a->shape[i] != 1 &&
            b->shape[i] != 1) {
            lw_error(L, E0405, c->span,
                     "shapes %s and %s do not broadcast in axis %d",
                     lw_shape(L, a), lw_shape(L, b), i);
            return false;
        }
        p->lead[i] = a->shape[i] == 1 ? b->shape[i] : a->shape[i];
    }
    return true;
}

static bool inner_extents(Lower *L, const OpCall *c, Product *p, int ia, int ib)
{
    const int r = p->rank;
    const int64_t *a = p->a->type->shape, *b = p->b->type->shape;
    const int64_t ka = a[p->a_trans ? r - 2 : r - 1],
                  kb = b[p->b_trans ? r - 1 : r - 2];
    p->m = a[p->a_trans ? r - 1 : r - 2];
    p->n = b[p->b_trans ? r - 2 : r - 1];
    p->k = ka;
    if (ka == kb) return true;
    Diag *d =
        lw_error(L, E0513, c->span,
                 "the inner extents of `pl.%s` differ: lhs K=%lld, rhs K=%lld",
                 c->spelled, (long long)ka, (long long)kb);
    diag_label(L->s, d, c->node[ia]->span, "%s%s",
               ir_type_text(L->s, p->a->type),
               p->a_trans ? ", transposed" : "");
    diag_label(L->s, d, c->node[ib]->span, "%s%s",
               ir_type_text(L->s, p->b->type),
               p->b_trans ? ", transposed" : "");
    if (!p->b_trans && b[r - 1] == ka)
        diag_help(L->s, d, "`b_trans=True` reads the right operand as [N, K]");
    else if (p->b_trans && b[r - 2] == ka)
        diag_help(L->s, d,
                  "without `b_trans=True` the right operand is [K, N]");
    else if (!p->a_trans && a[r - 2] == kb)
        diag_help(L->s, d, "`a_trans=True` reads the left operand as [K, M]");
    return false;
}

static bool read_product(Lower *L, OpCall *c, int ia, int ib, int flags,
                         Product *p)
{
    *p = (Product){.a = as_tile(L, c->arg[ia], c->node[ia], c->spelled)};
    if (!p->a || !(p->b = as_tile(L, c->arg[ib], c->node[ib], c->spelled)))
        return false;
    if (!const_flag(L, c, flags, &p->a_trans) ||
        !const_flag(L, c, flags + 1, &p->b_trans))
        return false;
    if (!operand_dtypes(L, c, p, ia, ib) || !operand_ranks(L, c, p) ||
        !inner_extents(L, c, p, ia, ib))
        return false;
    if (p->acc == QW_I32 && p->k > 131072)
        lw_warn(L, N0501, c->span,
                "the INT32 accumulator may wrap: K = %lld is larger than 131072",
                (long long)p->k);
    return true;
}

/* the product's valid extent in a leading axis */
static IrValue *leading_valid(Lower *L, const Product *p, int i)
{
    const bool repeated = p->a->type->shape[i] == 1 &&
        p->b->type->shape[i] != 1;
    return ir_valid(L->f, repeated ? p->b : p->a, i);
}

static void product_valid(Lower *L, IrValue *r, const Product *p)
{
    const int n = p->rank;
    for (int i = 0; i < n - 2; i++) set_valid(L, r, i, leading_valid(L, p, i));
    set_valid(L, r, n - 2, ir_valid(L->f, p->a, p->a_trans ? n - 1 : n - 2));
    set_valid(L, r, n - 1, ir_valid(L->f, p->b, p->b_trans ? n - 2 : n - 1));
}

static bool out_dtype(Lower *L, const OpCall *c, const Product *p, QwDtype *out)
{
    const QwDtype d = p->a->type->dtype;
    if (!c->node[2] || sv_is_none(c->arg[2])) {
        *out = p->acc == QW_I32 ? QW_I32 : d;
        if (*out != QW_BF16 && *out != QW_F16) return true;
        Diag *w = lw_warn(L, W0501, c->span,
                          "the FP32 accumulator is rounded to %s", lw_dtype(d));
        diag_help(
            L->s, w,
            "`out_dtype=pl.FP32` keeps it, `out_dtype=%s` says that this is meant",
            lw_dtype(d));
        return true;
    }
    if (!dtype_arg(L, c->arg[2], c->node[2]->span, out)) return false;
    if (p->acc == QW_I32 ? *out == QW_I32
                         : *out == QW_F32 || *out == QW_BF16 || *out == QW_F16)
        return true;
    lw_error(L, E0510, c->node[2]->span,
             "`out_dtype` of a product of %s tiles is %s, found %s",
             lw_dtype(d),
             p->acc == QW_I32 ? "pl.INT32" : "pl.FP32, pl.BF16 or pl.FP16",
             lw_dtype(*out));
    return false;
}

static IrValue *emit_product(Lower *L, IrOpcode code, const Product *p,
                             const Type *t, int n, IrValue *const *args,
                             Span sp)
{
    IrValue *r = emit1(L, code, sp, t, n, args);
    r->def->at.a_trans = p->a_trans;
    r->def->at.b_trans = p->b_trans;
    return r;
}

/* An operand with zeros where the product's valid region goes on in the leading
 * axes and its own does not (V1); rows and columns keep their valid extents. */
static IrValue *with_leading(Lower *L, IrValue *x, IrValue *const *lead,
                             Span sp)
{
    const int n = x->type->rank;
    bool there = true;
    for (int i = 0; i < n - 2; i++)
        there &= full_on(L, x, i) ||
            ir_less_equal(L->f, lead[i], ir_valid(L->f, x, i));
    if (there) return x;
    IrValue *z = pad_zero(L, x, sp),
            *r = emit1(L, IR_SETVALID, sp, x->type, 1, &z);
    for (int i = n - 2; i < n; i++) set_valid(L, r, i, ir_valid(L->f, x, i));
    return r;
}

static const Type *product_type(Lower *L, const Product *p, QwDtype d)
{
    int64_t shape[IR_MAX_RANK];
    memcpy(shape, p->lead, sizeof shape);
    shape[p->rank - 2] = p->m;
    shape[p->rank - 1] = p->n;
    return ir_tile(L->f, d, p->rank, shape);
}

Sv op_matmul(Lower *L, OpCall *c)
{
    Product p;
    QwDtype d;
    if (!read_product(L, c, 0, 1, 3, &p) || !out_dtype(L, c, &p, &d))
        return sv_error();
    const Type *t = product_type(L, &p, d);
    if (!tile_shape_ok(L, d, t->rank, t->shape, c->span)) return sv_error();
    IrValue *lead[IR_MAX_RANK];
    for (int i = 0; i < p.rank - 2; i++) lead[i] = leading_valid(L, &p, i);
    IrValue *args[2] = {with_leading(L, p.a, lead, c->span),
                        with_leading(L, p.b, lead, c->span)};
    IrValue *r = emit_product(L, IR_MATMUL, &p, t, 2, args, c->span);
    product_valid(L, r, &p);
    return sv_ir(r, c->span);
}

Sv op_matmul_acc(Lower *L, OpCall *c)
{
    Product p;
    IrValue *acc = as_tile(L, c->arg[0], c->node[0], c->spelled);
    if (!acc || !read_product(L, c, 1, 2, 3, &p)) return sv_error();
    if (acc->type->dtype != p.acc) {
        Diag *d = lw_error(L, E0503, c->node[0]->span,
                           "the accumulator is %s, expected %s",
                           lw_dtype(acc->type->dtype), lw_dtype(p.acc));
        lw_label(L, d, sv_ir(acc, c->arg[0].span), c->node[0]->span);
        if (p.acc == QW_F32)
            diag_help(L->s, d,
                      "make it with `pl.matmul(..., out_dtype=pl.FP32)`");
        return sv_error();
    }
    const Type *t = product_type(L, &p, p.acc);
    if (acc->type != t) {
        Diag *d = lw_error(L, E0514, c->node[0]->span,
                           "the accumulator is %s, the product %s",
                           lw_shape(L, acc->type), lw_shape(L, t));
        diag_label(L->s, d, c->node[1]->span, "%s%s",
                   ir_type_text(L->s, p.a->type),
                   p.a_trans ? ", transposed" : "");
        diag_label(L->s, d, c->node[2]->span, "%s%s",
                   ir_type_text(L->s, p.b->type),
                   p.b_trans ? ", transposed" : "");
        return sv_error();
    }
    IrValue *lead[IR_MAX_RANK];
    for (int i = 0; i < p.rank - 2; i++) lead[i] = ir_valid(L->f, acc, i);
    IrValue *args[3] = {acc, with_leading(L, p.a, lead, c->span),
                        with_leading(L, p.b, lead, c->span)};
    IrValue *r = emit_product(L, IR_MATMUL_ACC, &p, t, 3, args, c->span);
    copy_valid(L, r, acc);
    return sv_ir(r, c->span);
}
