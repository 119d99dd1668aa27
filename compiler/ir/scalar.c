/* Builders of integer scalars that fold while they build, and the same rules
 * for ops that exist already (pass fold).  A rule returns a constant, an
 * operand or something simpler; what remains becomes an op, `nowrap` where its
 * interval stays in 64 bits.  Rules never drop a check that could fire: the
 * operands keep their own ops. */
#include "ir/ir.h"

static bool is_int(const IrValue *v)
{
    return v->type->kind == TY_SCALAR && !qw_dtype_is_float(v->type->dtype);
}

static IrValue *const_of(IrFunc *f, const Type *t, int64_t i)
{
    return ir_const_int(f, t, i);
}

/* a literal adapts; of two others the wider one decides */
static const Type *result_type(const IrValue *a, const IrValue *b)
{
    if (!b || a->type == b->type) return a->type;
    if (a->is_const && a->type->is_index) return b->type;
    if (b->is_const && b->type->is_index) return a->type;
    return qw_dtype_size(b->type->dtype) > qw_dtype_size(a->type->dtype)
        ? b->type
        : a->type;
}

static bool fold_consts(IrOpcode code, int64_t a, int64_t b, int64_t *r)
{
    switch (code) {
    case IR_SADD: return add_ok(a, b, r);
    case IR_SSUB: return sub_ok(a, b, r);
    case IR_SMUL: return mul_ok(a, b, r);
    case IR_SFLOORDIV:
        if (b == 0 || (a == INT64_MIN && b == -1)) return false;
        return *r = floor_div(a, b), true;
    case IR_SMOD:
        if (b == 0) return false;
        return *r = b == -1 ? 0 : floor_mod(a, b), true;
    case IR_SSHL: return b >= 0 && b < 63 && mul_ok(a, (int64_t)1 << b, r);
    case IR_SSHR:
        if (b < 0 || b > 63) return false;
        return *r = a < 0 ? ~(~a >> b) : a >> b, true;
    case IR_SNEG: return sub_ok(0, a, r);
    case IR_SMIN: return *r = a < b ? a : b, true;
    case IR_SMAX: return *r = a > b ? a : b, true;
    case IR_SAND: return *r = a && b, true;
    case IR_SOR: return *r = a || b, true;
    case IR_SNOT: return *r = !a, true;
    default: return false;
    }
}

/* sums and products whose linear form is a constant or a single value */
static IrValue *fold_linear(IrFunc *f, IrOpcode code, const Type *t, IrValue *a,
                            IrValue *b)
{
    IrLinear l = ir_linear(f, a);
    const IrLinear m = ir_linear(f, b);
    if (!l.ok || !m.ok) return NULL;
    if (code == IR_SADD || code == IR_SSUB) {
        if (!ir_linear_add(&l, &m, code == IR_SADD ? 1 : -1)) return NULL;
    } else {
        IrLinear product = {.ok = true};
        if (m.n && l.n) return NULL;
        if (!(m.n ? ir_linear_add(&product, &m, l.c)
                  : ir_linear_add(&product, &l, m.c)))
            return NULL;
        l = product;
    }
    if (l.n == 0) return const_of(f, t, l.c);
    if (l.n == 1 && l.term[0].k == 1 && l.c == 0 && l.term[0].v->type == t)
        return l.term[0].v;
    return NULL;
}

static IrValue *fold_quotient(IrFunc *f, IrOpcode code, const Type *t,
                              IrValue *a, IrValue *b)
{
    int64_t d;
    if (!ir_is_const_int(b, &d) || d <= 0) return NULL;
    if (d == 1 && code == IR_SFLOORDIV && a->type == t) return a;
    const IrRange r = ir_range(f, a);
    if (r.lo >= 0 && r.hi < d)
        return code == IR_SMOD && a->type == t ? a
            : code == IR_SMOD                  ? NULL
                                               : const_of(f, t, 0);
    IrLinear l = ir_linear(f, a);
    if (!l.ok) return NULL;
    for (int i = 0; i < l.n; i++) {
        if (l.term[i].k % d != 0) return NULL;
        l.term[i].k /= d;
    }
    if (code == IR_SMOD) return const_of(f, t, floor_mod(l.c, d));
    if (l.n == 1 && l.term[0].k == 1 && floor_div(l.c, d) == 0 &&
        l.term[0].v->type == t)
        return l.term[0].v;
    return l.n == 0 ? const_of(f, t, floor_div(l.c, d)) : NULL;
}

static IrValue *fold_extreme(IrFunc *f, IrOpcode code, const Type *t,
                             IrValue *a, IrValue *b)
{
    IrValue *small = ir_less_equal(f, a, b) ? a
        : ir_less_equal(f, b, a)            ? b
                                            : NULL;
    if (!small) return NULL;
    IrValue *pick = code == IR_SMIN ? small : small == a ? b : a;
    if (pick->type == t) return pick;
    return pick->is_const ? const_of(f, t, pick->c.i) : NULL;
}

static IrValue *fold_logic(IrFunc *f, IrOpcode code, IrValue *a, IrValue *b)
{
    int64_t k;
    (void)f;
    if (a == b) return a;
    if (ir_is_const_int(b, &k)) return (k != 0) == (code == IR_SAND) ? a : b;
    if (ir_is_const_int(a, &k)) return (k != 0) == (code == IR_SAND) ? b : a;
    return NULL;
}

static IrValue *fold2(IrFunc *f, IrOpcode code, const Type *t, IrValue *a,
                      IrValue *b)
{
    int64_t x, y = 0, r = 0;
    if (!is_int(a) || (b && !is_int(b))) return NULL;
    if (ir_is_const_int(a, &x) && (!b || ir_is_const_int(b, &y)))
        return fold_consts(code, x, y, &r) ? const_of(f, t, r) : NULL;
    switch (code) {
    case IR_SADD:
    case IR_SSUB:
    case IR_SMUL: return fold_linear(f, code, t, a, b);
    case IR_SFLOORDIV:
    case IR_SMOD: return fold_quotient(f, code, t, a, b);
    case IR_SSHL:
    case IR_SSHR:
        return ir_is_const_int(b, &y) && y == 0 && a->type == t ? a : NULL;
    case IR_SMIN:
    case IR_SMAX: return fold_extreme(f, code, t, a, b);
    case IR_SAND:
    case IR_SOR: return fold_logic(f, code, a, b);
    default: return NULL;
    }
}

/* ---- comparison ---------------------------------------------------------- */

static bool below(IrFunc *f, IrValue *a, IrValue *b) /* a < b proved */
{
    IrLinear d;
    if (!ir_diff_linear(f, b, a, &d) || !sub_ok(d.c, 1, &d.c)) return false;
    return ir_linear_nonneg(f, &d);
}

static int fold_cmp(IrFunc *f, CmpPred pred, IrValue *a,
                    IrValue *b) /* 0, 1, -1: open */
{
    switch (pred) {
    case CMP_LT: return below(f, a, b) ? 1 : ir_less_equal(f, b, a) ? 0 : -1;
    case CMP_LE: return ir_less_equal(f, a, b) ? 1 : below(f, b, a) ? 0 : -1;
    case CMP_GT: return fold_cmp(f, CMP_LT, b, a);
    case CMP_GE: return fold_cmp(f, CMP_LE, b, a);
    case CMP_NE:
    case CMP_EQ: break;
    }
    if (ir_equal(f, a, b)) return pred == CMP_EQ;
    return below(f, a, b) || below(f, b, a) ? pred == CMP_NE : -1;
}

static IrValue *cmp_result(IrFunc *f, CmpPred pred, IrValue *a, IrValue *b)
{
    if (!is_int(a) || !is_int(b)) return NULL;
    const int known = fold_cmp(f, pred, a, b);
    return known < 0 ? NULL : const_of(f, ir_scalar(f, QW_BOOL), known);
}

/* ---- overflow ------------------------------------------------------------ */

static bool product_fits(IrRange a, IrRange b)
{
    int64_t r;
    return mul_ok(a.lo, b.lo, &r) && mul_ok(a.lo, b.hi, &r) &&
        mul_ok(a.hi, b.lo, &r) && mul_ok(a.hi, b.hi, &r);
}

bool ir_int_fits(IrFunc *f, IrValue *v, QwDtype to)
{
    if (to == QW_BOOL) return true;
    const IrRange r = ir_range(f, v);
    if (to == QW_U64) return r.lo >= 0;
    return r.lo >= qw_dtype_min(to) && r.hi <= (int64_t)qw_dtype_max(to);
}

static bool cast_fits(IrFunc *f, const IrOp *op)
{
    QwDtype to = op->results[0]->type->dtype;
    if (!is_int(op->args[0]) || qw_dtype_is_float(to))
        return qw_dtype_is_float(to);
    /* an element of UINT64 of 2^63 and more is a negative scalar */
    if (to == QW_I64 && op->args[0]->type->dtype == QW_U64) to = QW_U64;
    return ir_int_fits(f, op->args[0], to);
}

bool ir_scalar_fits(IrFunc *f, const IrOp *op)
{
    if (op->op == IR_SCAST) return cast_fits(f, op);
    if (!is_int(op->results[0])) return true;
    const IrRange a = ir_range(f, op->args[0]);
    const IrRange b = op->nargs > 1 ? ir_range(f, op->args[1])
                                    : (IrRange){0, 0};
    int64_t r;
    switch (op->op) {
    case IR_SADD: return add_ok(a.lo, b.lo, &r) && add_ok(a.hi, b.hi, &r);
    case IR_SSUB: return sub_ok(a.lo, b.hi, &r) && sub_ok(a.hi, b.lo, &r);
    case IR_SMUL: return product_fits(a, b);
    case IR_SFLOORDIV:
        return b.lo > 0 || (b.hi < 0 && (b.hi < -1 || a.lo > INT64_MIN));
    case IR_SMOD: return b.lo > 0 || b.hi < 0;
    case IR_SSHL:
        return b.lo >= 0 && b.hi <= 62 &&
            product_fits(a, (IrRange){(int64_t)1 << b.lo, (int64_t)1 << b.hi});
    case IR_SSHR: return b.lo >= 0 && b.hi <= 63;
    case IR_SNEG: return a.lo > INT64_MIN;
    default: return true;
    }
}

/* ---- building ------------------------------------------------------------ */

static IrValue *build(IrFunc *f, IrRegion *at, IrOpcode code, const Type *t,
                      int n, IrValue *const *args, Span sp)
{
    IrOp *op = ir_op(f, code, sp, n, args);
    IrValue *r = ir_op_result(f, op, t);
    ir_append(at, op);
    op->at.nowrap = (ir_op_info[code].flags & OPF_C) && ir_scalar_fits(f, op);
    return r;
}

static bool commutes(IrOpcode code)
{
    return code == IR_SADD || code == IR_SMUL || code == IR_SMIN ||
        code == IR_SMAX;
}

/* (x + 3) + 4 is x + 7: both sides trap exactly when
 * the other does or x + 3 did */
static void merge_constant(IrFunc *f, IrOpcode *code, const Type *t,
                           IrValue **a, IrValue **b)
{
    int64_t c, d;
    if (!*b) return;
    if ((*code != IR_SADD && *code != IR_SSUB) || !ir_is_const_int(*b, &c))
        return;
    if (*code == IR_SSUB && !sub_ok(0, c, &c)) return;
    const IrOp *in = (*a)->def;
    const bool inner = in && (in->op == IR_SADD || in->op == IR_SSUB) &&
        ir_is_const_int(in->args[1], &d) &&
        (in->op == IR_SADD || sub_ok(0, d, &d)) && in->args[0]->type == t;
    int64_t both;
    if (inner && add_ok(c, d, &both) && both != INT64_MIN) {
        *a = in->args[0];
        c = both;
    }
    if (c == INT64_MIN) return;
    *code = c < 0 ? IR_SSUB : IR_SADD;
    *b = const_of(f, (*b)->type, c < 0 ? -c : c);
}

IrValue *ir_scalar_op(IrFunc *f, IrRegion *at, IrOpcode code, IrValue *a,
                      IrValue *b, Span sp)
{
    if (b && commutes(code) && a->is_const && !b->is_const) {
        IrValue *swap = a;
        a = b;
        b = swap;
    }
    const bool logic = code == IR_SAND || code == IR_SOR || code == IR_SNOT;
    const Type *t = logic ? ir_scalar(f, QW_BOOL) : result_type(a, b);
    IrValue *r = fold2(f, code, t, a, b);
    if (r) return r;
    int64_t c;
    if (is_int(a)) merge_constant(f, &code, t, &a, &b);
    if (code == IR_SADD && a->type == t && ir_is_const_int(b, &c) && c == 0)
        return a;
    IrValue *args[2] = {a, b};
    return build(f, at, code, t, b ? 2 : 1, args, sp);
}

IrValue *ir_scmp(IrFunc *f, IrRegion *at, CmpPred pred, IrValue *a, IrValue *b,
                 Span sp)
{
    IrValue *r = cmp_result(f, pred, a, b), *args[2] = {a, b};
    if (r) return r;
    r = build(f, at, IR_SCMP, ir_scalar(f, QW_BOOL), 2, args, sp);
    r->def->at.pred = pred;
    return r;
}

static bool const_trip(IrFunc *f, IrValue *start, IrValue *stop, IrValue *step,
                       int64_t *n)
{
    int64_t s, span, k;
    if (!ir_is_const_int(step, &s) || s == 0 || s == INT64_MIN ||
        !ir_diff_const(f, stop, start, &span))
        return false;
    if (s < 0 && !sub_ok(0, span, &span)) return false;
    k = s < 0 ? -s : s;
    *n = span <= 0 ? 0 : (span - 1) / k + 1;
    return true;
}

IrValue *ir_trip(IrFunc *f, IrRegion *at, IrValue *start, IrValue *stop,
                 IrValue *step, Span sp)
{
    int64_t n, zero, one;
    if (const_trip(f, start, stop, step, &n)) return ir_idx(f, n);
    if (ir_is_const_int(start, &zero) && zero == 0 &&
        ir_is_const_int(step, &one) && one == 1)
        return ir_smax(f, at, stop, ir_idx(f, 0), sp);
    IrValue *args[3] = {start, stop, step};
    return build(f, at, IR_TRIP, ir_index(f), 3, args, sp);
}

static IrValue *fold_select(IrFunc *f, const IrOp *op)
{
    int64_t c;
    (void)f;
    if (ir_is_const_int(op->args[0], &c)) return c ? op->args[1] : op->args[2];
    return op->args[1] == op->args[2] ? op->args[1] : NULL;
}

IrValue *ir_scalar_fold(IrFunc *f, const IrOp *op)
{
    const Type *t = op->results[0]->type;
    IrValue *v = NULL;
    int64_t n;
    switch (op->op) {
    case IR_SCMP: return cmp_result(f, op->at.pred, op->args[0], op->args[1]);
    case IR_SELECT: v = fold_select(f, op); break;
    case IR_TRIP:
        if (const_trip(f, op->args[0], op->args[1], op->args[2], &n))
            return ir_idx(f, n);
        return NULL;
    case IR_SCAST:
        if (!is_int(op->args[0]) || !is_int(op->results[0]) ||
            !cast_fits(f, op))
            return NULL;
        if (ir_is_const_int(op->args[0], &n))
            return const_of(f, t, t->dtype == QW_BOOL ? n != 0 : n);
        v = op->args[0];
        break;
    default:
        v = fold2(f, op->op, t, op->args[0],
                  op->nargs > 1 ? op->args[1] : NULL);
        break;
    }
    return v && v->type == t ? v : NULL;
}
