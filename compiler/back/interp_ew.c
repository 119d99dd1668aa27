/* Elementwise ops of the reference engine: arithmetic, comparison, elementary
 * functions, broadcasts and casts.  A table gives for each op the float
 * function in double (rounded afterwards: once to FP32, then to the dtype), the
 * bound of language.md 8.5 before the unit of the result, and the integer
 * function.  Only the valid region of the result is computed. */
#include "back/interp.h"
#include <math.h>

/* ---- float functions ----------------------------------------------------- */

static double f_add(double a, double b)
{
    return a + b;
}
static double f_sub(double a, double b)
{
    return a - b;
}
static double f_mul(double a, double b)
{
    return a * b;
}
static double f_div(double a, double b)
{
    return a / b;
}
static double f_expdif(double a, double b)
{
    return exp((double)(float)(a - b));
}
static double f_neg(double x)
{
    return -x;
}
static double f_rsqrt(double x)
{
    return 1 / sqrt(x);
}
static double f_recip(double x)
{
    return 1 / x;
}

/* ---- their bounds: an error of the operands, carried through ------------- */

static bool surely_infinite(double x, double e)
{
    return isinf(x) && e == 0;
}

static double e_add(double a, double ea, double b, double eb)
{
    if (surely_infinite(a, ea) && isfinite(b) && isfinite(eb)) return 0;
    if (surely_infinite(b, eb) && isfinite(a) && isfinite(ea)) return 0;
    return ea + eb;
}

static double e_mul(double a, double ea, double b, double eb)
{
    if (surely_infinite(a, ea) && fabs(b) > eb) return 0;
    if (surely_infinite(b, eb) && fabs(a) > ea) return 0;
    return fabs(a) * eb + fabs(b) * ea + ea * eb;
}

static double e_div(double a, double ea, double b, double eb)
{
    if (ea == 0 && eb == 0) return 0;
    if (surely_infinite(b, eb) && isfinite(a) && isfinite(ea)) return 0;
    if (!(fabs(b) > eb)) return (double)INFINITY;
    if (surely_infinite(a, ea)) return 0;
    const double least = fabs(b) - eb;
    return ea / least + (fabs(a) + ea) * eb / (least * least);
}

static double e_extreme(double r, double a, double ea, double b, double eb)
{
    IExtreme x = iextreme(r);
    iextreme_add(&x, a, ea);
    iextreme_add(&x, b, eb);
    return iextreme_bound(&x);
}

static double e_max(double a, double ea, double b, double eb)
{
    return e_extreme(nan_max(a, b), a, ea, b, eb);
}

static double e_min(double a, double ea, double b, double eb)
{
    return e_extreme(nan_min(a, b), a, ea, b, eb);
}

/* the quotient must not cross an integer within the bounds */
static double e_fmod(double a, double ea, double b, double eb)
{
    if (ea == 0 && eb == 0) return 0;
    if (!(fabs(b) > eb) || !isfinite(a) || !isfinite(ea))
        return (double)INFINITY;
    const double low = trunc(fmax(fabs(a) - ea, 0) / (fabs(b) + eb)),
                 high = trunc((fabs(a) + ea) / (fabs(b) - eb));
    return low == high ? ea + high * eb : (double)INFINITY;
}

static double e_exp(double x, double e)
{
    return e == 0 ? 0 : exp(x + e) * e;
}

/* the difference is rounded to FP32 first */
static double e_expdif(double a, double ea, double b, double eb)
{
    const double d = a - b, e = e_add(a, ea, b, eb);
    return e == 0 ? 0 : e_exp(d, e + iulp(QW_F32, fabs(d) + e));
}

static double e_log(double x, double e)
{
    return e == 0 ? 0 : x - e > 0 ? e / (x - e) : (double)INFINITY;
}

static double e_sqrt(double x, double e)
{
    return e == 0 ? 0 : x - e > 0 ? e / (2 * sqrt(x - e)) : (double)INFINITY;
}

static double e_rsqrt(double x, double e)
{
    return e == 0   ? 0
        : x - e > 0 ? e / (2 * (x - e) * sqrt(x - e))
                    : (double)INFINITY;
}

static double e_recip(double x, double e)
{
    return e_div(1, 0, x, e);
}

static double e_sin(double x, double e)
{
    return fmin(1, fabs(cos(x)) + e) * e;
}

static double e_cos(double x, double e)
{
    return fmin(1, fabs(sin(x)) + e) * e;
}

static double e_same(double x, double e)
{
    (void)x;
    return e;
}

/* ---- integer functions: modulo 2^64, wrapped to the dtype by the caller */

static int64_t i_add(QwDtype d, int64_t a, int64_t b)
{
    (void)d;
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static int64_t i_sub(QwDtype d, int64_t a, int64_t b)
{
    (void)d;
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t i_mul(QwDtype d, int64_t a, int64_t b)
{
    (void)d;
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

/* truncates; x / 0 = 0; the most negative value over -1 wraps */
static int64_t i_div(QwDtype d, int64_t a, int64_t b)
{
    if (b == 0) return 0;
    if (d == QW_U64) return (int64_t)((uint64_t)a / (uint64_t)b);
    return b == -1 ? i_sub(d, 0, a) : a / b;
}

static int64_t i_fmod(QwDtype d, int64_t a, int64_t b)
{
    if (b == 0) return 0;
    if (d == QW_U64) return (int64_t)((uint64_t)a % (uint64_t)b);
    return b == -1 ? 0 : a % b;
}

static int64_t i_max(QwDtype d, int64_t a, int64_t b)
{
    return inum_order(d, a, b) < 0 ? b : a;
}
static int64_t i_min(QwDtype d, int64_t a, int64_t b)
{
    return inum_order(d, a, b) > 0 ? b : a;
}
static int64_t i_and(QwDtype d, int64_t a, int64_t b)
{
    return (void)d, a & b;
}
static int64_t i_or(QwDtype d, int64_t a, int64_t b)
{
    return (void)d, a | b;
}
static int64_t i_xor(QwDtype d, int64_t a, int64_t b)
{
    return (void)d, a ^ b;
}

static bool count_in_range(QwDtype d, int64_t n)
{
    return n >= 0 && n < 8 * qw_dtype_size(d);
}

static int64_t i_shl(QwDtype d, int64_t a, int64_t n)
{
    return count_in_range(d, n) ? (int64_t)((uint64_t)a << n) : 0;
}

static int64_t i_shr(QwDtype d, int64_t a, int64_t n)
{
    if (!count_in_range(d, n)) return 0;
    return d == QW_U64 ? (int64_t)((uint64_t)a >> n) : a >> n;
}

static int64_t i_neg(QwDtype d, int64_t a)
{
    return i_sub(d, 0, a);
}
static int64_t i_abs(QwDtype d, int64_t a)
{
    return inum_order(d, a, 0) < 0 ? i_neg(d, a) : a;
}
static int64_t i_not(QwDtype d, int64_t a)
{
    return d == QW_BOOL ? !a : ~a;
}

/* ---- tables -------------------------------------------------------------- */

typedef struct Binary {
    double (*f)(double, double);
    double (*e)(double, double, double,
                double); /* NULL: undecided if any bound is > 0 */
    int64_t (*i)(QwDtype, int64_t, int64_t);
    int units; /* of the result, for ibound; 0: carried */
} Binary;

static const Binary binaries[IR_OP_COUNT] = {
    [IR_ADD] = {f_add, e_add, i_add, 1},
    [IR_SUB] = {f_sub, e_add, i_sub, 1},
    [IR_MUL] = {f_mul, e_mul, i_mul, 1},
    [IR_DIV] = {f_div, e_div, i_div, 1},
    [IR_MAX] = {nan_max, e_max, i_max, 0},
    [IR_MIN] = {nan_min, e_min, i_min, 0},
    [IR_FMOD] = {fmod, e_fmod, i_fmod, 1},
    [IR_EXPDIF] = {f_expdif, e_expdif, NULL, 3},
    [IR_AND] = {NULL, NULL, i_and, 0},
    [IR_OR] = {NULL, NULL, i_or, 0},
    [IR_XOR] = {NULL, NULL, i_xor, 0},
    [IR_SHL] = {NULL, NULL, i_shl, 0},
    [IR_SHR] = {NULL, NULL, i_shr, 0},
};

typedef struct Unary {
    double (*f)(double);
    double (*e)(double, double);
    int64_t (*i)(QwDtype, int64_t);
    int units;
} Unary;

static const Unary unaries[IR_OP_COUNT] = {
    [IR_NEG] = {f_neg, e_same, i_neg, 0},
    [IR_ABS] = {fabs, e_same, i_abs, 0},
    [IR_NOT] = {NULL, NULL, i_not, 0},
    [IR_EXP] = {exp, e_exp, NULL, 3},
    [IR_LOG] = {log, e_log, NULL, 3},
    [IR_SQRT] = {sqrt, e_sqrt, NULL, 1},
    [IR_RSQRT] = {f_rsqrt, e_rsqrt, NULL, 3},
    [IR_RECIP] = {f_recip, e_recip, NULL, 3},
    [IR_SIN] = {sin, e_sin, NULL, 3},
    [IR_COS] = {cos, e_cos, NULL, 3},
};

/* ---- operands ------------------------------------------------------------ */

/* room for a scalar operand in the form of a tile of one element */
typedef struct Single {
    double v, e;
    int64_t i;
} Single;

static IOperand scalar_operand(In *in, const IrValue *s, Single *one)
{
    *one = (Single){0};
    if (is_floating(s->type->dtype)) {
        one->v = interp_float(in, s, &one->e);
        return (IOperand){.v = &one->v, .e = one->e > 0 ? &one->e : NULL};
    }
    one->i = interp_int(in, s);
    return (IOperand){.i = &one->i};
}

static IOperand operand(In *in, IrOp *op, int k, const ITile *result,
                        Single *one)
{
    if (op->args[k]->type->kind == TY_SCALAR)
        return scalar_operand(in, op->args[k], one);
    return ioperand_tile(itile_arg(in, op, k), result);
}

static double bound_at(const IOperand *x, int64_t at)
{
    return x->e ? x->e[at] : 0;
}

/* an integer operand of a float op is FP32; a scalar
 * takes the dtype of the tile */
static double float_at(const IOperand *x, int64_t at, QwDtype d)
{
    return x->v ? x->v[at] : inum_float(d, QW_I64, x->i[at]);
}

static int64_t int_at(const IOperand *x, int64_t at, QwDtype d)
{
    return x->i ? x->i[at] : inum_int(d, x->v[at], QW_NONE);
}

static bool has_bound(const IOperand *a, const IOperand *b, int units)
{
    return a->e || (b && b->e) || units > 1;
}

/* ---- binary -------------------------------------------------------------- */

static bool surely_nan(double x, double e)
{
    return isnan(x) && e == 0;
}

static bool compare_floats(CmpPred p, double a, double b)
{
    switch (p) {
    case CMP_EQ: return a == b;
    case CMP_NE: return a != b;
    case CMP_LT: return a < b;
    case CMP_LE: return a <= b;
    case CMP_GT: return a > b;
    case CMP_GE: return a >= b;
    }
    return false;
}

/* one row: elements at .. at + n of the result, and
 * operands x from `from` on */
typedef struct Row {
    ITile *t;
    int64_t at, n, from[2];
    IOperand x[2];
} Row;

static int64_t row_index(const Row *r, int k, int64_t j)
{
    return r->from[k] + j * r->x[k].stride[TILE_MAX_RANK - 1];
}

static double row_bound(const Row *r, int k, int64_t j)
{
    return bound_at(&r->x[k], row_index(r, k, j));
}

static double row_float(const Row *r, int k, int64_t j)
{
    return float_at(&r->x[k], row_index(r, k, j), r->t->dt);
}

static int64_t row_int(const Row *r, int k, int64_t j)
{
    return int_at(&r->x[k], row_index(r, k, j), r->t->dt);
}

/* 0 or 1 in the dtype of the operands */
static void cmp_row(In *in, CmpPred p, const Row *r)
{
    const QwDtype d = r->t->dt;
    for (int64_t j = 0; j < r->n; j++) {
        double x, y, e = row_bound(r, 0, j) + row_bound(r, 1, j);
        if (r->t->v) {
            x = row_float(r, 0, j);
            y = row_float(r, 1, j);
            r->t->v[r->at + j] = compare_floats(p, x, y);
        } else {
            const int64_t i = row_int(r, 0, j), k = row_int(r, 1, j);
            x = inum_value(d, i);
            y = inum_value(d, k);
            r->t->i[r->at + j] = compare_floats(p, inum_order(d, i, k), 0);
        }
        if (e == 0 || fabs(x - y) > e) continue;
        in->ambiguous++;
        r->t->e[r->at + j] = (double)INFINITY;
    }
}

static void float_row(const Binary *k, const Row *r)
{
    const QwDtype d = r->t->dt;
    for (int64_t j = 0; j < r->n; j++) {
        const double x = row_float(r, 0, j), y = row_float(r, 1, j),
                     raw = k->f(x, y), z = iround(d, raw);
        r->t->v[r->at + j] = z;
        if (!r->t->e) continue;
        const double ex = row_bound(r, 0, j), ey = row_bound(r, 1, j);
        const bool certain = surely_nan(x, ex) || surely_nan(y, ey);
        r->t->e[r->at + j] = certain
            ? 0
            : ibound(d, raw, z, k->e(x, ex, y, ey), k->units);
    }
}

static double int_bound(In *in, const Binary *k, QwDtype d, int64_t z,
                        int64_t x, double ex, int64_t y, double ey)
{
    if (ex == 0 && ey == 0) return 0;
    if (k->e)
        return ibound(d, 0, inum_value(d, z),
                      k->e(inum_value(d, x), ex, inum_value(d, y), ey),
                      k->units);
    in->ambiguous++;
    return (double)INFINITY;
}

static void int_row(In *in, const Binary *k, const Row *r)
{
    const QwDtype d = r->t->dt;
    for (int64_t j = 0; j < r->n; j++) {
        const int64_t x = row_int(r, 0, j), y = row_int(r, 1, j),
                      z = iwrap(d, k->i(d, x, y));
        r->t->i[r->at + j] = z;
        if (r->t->e)
            r->t->e[r->at + j] = int_bound(in, k, d, z, x, row_bound(r, 0, j),
                                           y, row_bound(r, 1, j));
    }
}

/* checked runs: an integer tile divided by zero */
static bool divisors_ok(In *in, const IrOp *op, const Row *r)
{
    if (!in->checks.bounds || op->op != IR_DIV || r->t->v) return true;
    for (int64_t j = 0; j < r->n; j++)
        if (row_int(r, 1, j) == 0)
            return interp_fail(in, op, QW_ERR_DIVISION, "", -1,
                               row_int(r, 0, j), 0, 0, NULL);
    return true;
}

bool interp_ew2(In *in, IrOp *op)
{
    const Binary *k = &binaries[op->op];
    ITile *t = itile_result(op);
    Single one[2];
    Row r = {.t = t,
             .x = {operand(in, op, 0, t, &one[0]),
                   operand(in, op, 1, t, &one[1])}};
    if (op->op != IR_CMP && (t->v ? !k->f : !k->i))
        ice(in->s, op->span, "interp: %s on this dtype",
            ir_op_info[op->op].text);
    IWalk w;
    bool more = iwalk_start(in, &w, op->results[0]), ok = true;
    r.n = w.extent[TILE_MAX_RANK - 1];
    if (in->bounds && has_bound(&r.x[0], &r.x[1], k->units)) itile_bound(t);
    for (; more && ok; more = iwalk_next(&w)) {
        r.at = iwalk_offset(&w, w.stride);
        for (int i = 0; i < 2; i++) r.from[i] = iwalk_offset(&w, r.x[i].stride);
        ok = divisors_ok(in, op, &r);
        if (op->op == IR_CMP)
            cmp_row(in, op->at.pred, &r);
        else if (t->v)
            float_row(k, &r);
        else
            int_row(in, k, &r);
    }
    itile_set(in, op->results[0], t);
    return ok;
}

/* ---- unary --------------------------------------------------------------- */

static void unary_float(const Unary *k, ITile *t, int64_t at, const IOperand *a,
                        int64_t ai)
{
    const double x = float_at(a, ai, t->dt), e = bound_at(a, ai), raw = k->f(x),
                 r = iround(t->dt, raw);
    t->v[at] = r;
    if (t->e)
        t->e[at] = surely_nan(x, e)
            ? 0
            : ibound(t->dt, raw, r, k->e(x, e), k->units);
}

static void unary_int(const Unary *k, ITile *t, int64_t at, const IOperand *a,
                      int64_t ai)
{
    const double e = bound_at(a, ai);
    t->i[at] = iwrap(t->dt, k->i(t->dt, a->i[ai]));
    if (t->e) t->e[at] = e > 0 && !k->e ? (double)INFINITY : e;
}

bool interp_ew1(In *in, IrOp *op)
{
    const Unary *k = &unaries[op->op];
    ITile *t = itile_result(op);
    const IOperand a = ioperand_tile(itile_arg(in, op, 0), t);
    if (t->v ? !k->f : !k->i)
        ice(in->s, op->span, "interp: %s on this dtype",
            ir_op_info[op->op].text);
    IWalk w;
    bool more = iwalk_start(in, &w, op->results[0]);
    if (in->bounds && has_bound(&a, NULL, k->units)) itile_bound(t);
    for (; more; more = iwalk_next(&w)) {
        int64_t at = iwalk_offset(&w, w.stride),
                ai = iwalk_offset(&w, a.stride);
        for (int64_t j = 0; j < w.extent[TILE_MAX_RANK - 1];
             j++, ai += a.stride[TILE_MAX_RANK - 1]) {
            if (t->v)
                unary_float(k, t, at + j, &a, ai);
            else
                unary_int(k, t, at + j, &a, ai);
        }
    }
    itile_set(in, op->results[0], t);
    return true;
}

/* ---- broadcasts and casts ------------------------------------------------ */

bool interp_expand(In *in, IrOp *op)
{
    ITile *t = itile_result(op);
    Single one;
    const IOperand a = operand(in, op, 0, t, &one);
    IWalk w;
    bool more = iwalk_start(in, &w, op->results[0]);
    if (a.e) itile_bound(t);
    for (; more; more = iwalk_next(&w)) {
        int64_t at = iwalk_offset(&w, w.stride),
                ai = iwalk_offset(&w, a.stride);
        for (int64_t j = 0; j < w.extent[TILE_MAX_RANK - 1];
             j++, ai += a.stride[TILE_MAX_RANK - 1]) {
            if (t->v)
                t->v[at + j] = float_at(&a, ai, t->dt);
            else
                t->i[at + j] = int_at(&a, ai, t->dt);
            if (t->e) t->e[at + j] = a.e[ai];
        }
    }
    itile_set(in, op->results[0], t);
    return true;
}

static bool widens(QwDtype to, QwDtype from)
{
    return is_floating(to) && is_floating(from) && (to == from || to == QW_F32);
}

/* bound of a cast; raw: the value before it */
static double cast_bound(const ITile *t, QwDtype from, double raw, int64_t at,
                         double e, QwRound mode)
{
    if (e == 0) return 0;
    if (t->dt == QW_BOOL) return fabs(raw) > e ? 0 : (double)INFINITY;
    if (t->v)
        return isnan(raw)         ? (double)INFINITY
            : widens(t->dt, from) ? e
                                  : ibound(t->dt, raw, t->v[at], e, 1);
    if (!is_floating(from)) return e; /* saturation brings values closer */
    const bool sure = !isnan(raw) &&
        inum_int(t->dt, raw - e, mode) == inum_int(t->dt, raw + e, mode);
    return sure ? 0 : e + 1;
}

static double cast_at(ITile *t, int64_t at, QwDtype from, const IOperand *a,
                      int64_t ai, QwRound mode)
{
    if (is_floating(from)) {
        const double x = a->v[ai];
        if (t->v)
            t->v[at] = widens(t->dt, from) ? x : iround_mode(t->dt, x, mode);
        else
            t->i[at] = inum_int(t->dt, x, mode);
        return x;
    }
    const int64_t i = a->i[ai];
    if (t->v)
        t->v[at] = inum_float(t->dt, from, i);
    else
        t->i[at] = inum_saturate(t->dt, from, i);
    return inum_value(from, i);
}

bool interp_cast(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    ITile *t = itile_result(op);
    const IOperand a = ioperand_tile(x, t);
    IWalk w;
    bool more = iwalk_start(in, &w, op->results[0]);
    if (a.e) itile_bound(t);
    for (; more; more = iwalk_next(&w)) {
        int64_t at = iwalk_offset(&w, w.stride),
                ai = iwalk_offset(&w, a.stride);
        for (int64_t j = 0; j < w.extent[TILE_MAX_RANK - 1];
             j++, ai += a.stride[TILE_MAX_RANK - 1]) {
            const double raw = cast_at(t, at + j, x->dt, &a, ai, op->at.round);
            if (t->e)
                t->e[at + j] = cast_bound(t, x->dt, raw, at + j, a.e[ai],
                                          op->at.round);
        }
    }
    itile_set(in, op->results[0], t);
    return true;
}
