/* Scalars and checks of the reference engine (language.md 7: T2 to T6).
 * Integers are 64-bit and never wrap; floats are FP32 with a rounding to the
 * dtype after each operation.  Reading a scalar that is not decided within its
 * bound raises `unsure`; the caller of the handlers turns that into infinite
 * bounds (8.5). */
#include "back/interp.h"
#include <math.h>

/* ---- reading ------------------------------------------------------------- */

int64_t interp_int(In *in, const IrValue *v)
{
    if (v->is_const) return v->c.i;
    const ISlot *s = &in->slot[v->id];
    if (s->e > 0) in->unsure = true;
    return s->i;
}

double interp_float(In *in, const IrValue *v, double *e)
{
    *e = v->is_const ? 0 : in->slot[v->id].e;
    return v->is_const ? v->c.f : in->slot[v->id].f;
}

/* CLAMP_VALID and CHECK_VALID have reported what is cut off here */
int64_t interp_valid(In *in, const IrValue *v, int axis)
{
    const int64_t nominal = v->type->kind == TY_TILE
        ? v->type->shape[axis]
        : interp_int(in, v->dim[axis]);
    if (!v->valid || !v->valid[axis]) return nominal;
    const int64_t n = interp_int(in, v->valid[axis]);
    return n < 0 ? 0 : n > nominal ? nominal : n;
}

void interp_ints(In *in, const IrOp *op, int from, int n, int64_t *out)
{
    for (int k = 0; k < n; k++) out[k] = interp_int(in, op->args[from + k]);
}

static ISlot *result_slot(In *in, const IrOp *op)
{
    ISlot *r = &in->slot[op->results[0]->id];
    r->e = 0;
    return r;
}

/* ---- arithmetic ---------------------------------------------------------- */

static bool overflow(In *in, const IrOp *op, int64_t a, int64_t b)
{
    return interp_fail(in, op, QW_ERR_OVERFLOW, interp_name(op->results[0]), -1,
                       a, b, op->op == IR_SSHL || op->op == IR_SSHR, NULL);
}

static bool int_divide(In *in, const IrOp *op, int64_t a, int64_t b, int64_t *r)
{
    if (b == 0)
        return interp_fail(in, op, QW_ERR_DIVISION, "", -1, a, b, 0, NULL);
    if (op->op == IR_SMOD)
        *r = b == -1 ? 0 : floor_mod(a, b);
    else if (b == -1)
        return sub_ok(0, a, r) || overflow(in, op, a, b);
    else
        *r = floor_div(a, b);
    return true;
}

static bool int_shift(In *in, const IrOp *op, int64_t a, int64_t b, int64_t *r)
{
    if (b < 0 || b > 63) return overflow(in, op, a, b);
    *r = op->op == IR_SSHR ? a >> b : (int64_t)((uint64_t)a << b);
    return op->op == IR_SSHR || *r >> b == a || overflow(in, op, a, b);
}

static bool int_op(In *in, const IrOp *op, int64_t a, int64_t b, int64_t *r)
{
    switch (op->op) {
    case IR_SADD: return add_ok(a, b, r) || overflow(in, op, a, b);
    case IR_SSUB: return sub_ok(a, b, r) || overflow(in, op, a, b);
    case IR_SMUL: return mul_ok(a, b, r) || overflow(in, op, a, b);
    case IR_SNEG: return sub_ok(0, a, r) || overflow(in, op, 0, a);
    case IR_SFLOORDIV:
    case IR_SMOD: return int_divide(in, op, a, b, r);
    case IR_SSHL:
    case IR_SSHR: return int_shift(in, op, a, b, r);
    case IR_SMIN: *r = a < b ? a : b; return true;
    case IR_SMAX: *r = a > b ? a : b; return true;
    case IR_SAND: *r = a && b; return true;
    case IR_SOR: *r = a || b; return true;
    case IR_SNOT: *r = !a; return true;
    default:
        ice(in->s, op->span, "interp: scalar op %s on integers",
            ir_op_info[op->op].text);
    }
}

static double float_op(In *in, const IrOp *op, double a, double b)
{
    switch (op->op) {
    case IR_SADD: return a + b;
    case IR_SSUB: return a - b;
    case IR_SMUL: return a * b;
    case IR_SDIV: return a / b;
    case IR_SNEG: return -a;
    case IR_SMIN: return nan_min(a, b);
    case IR_SMAX: return nan_max(a, b);
    default:
        ice(in->s, op->span, "interp: scalar op %s on floats",
            ir_op_info[op->op].text);
    }
}

static double float_bound(const IrOp *op, double raw, double r, double a,
                          double ea, double b, double eb)
{
    const QwDtype dt = op->results[0]->type->dtype;
    if (ea == 0 && eb == 0) return 0;
    switch (op->op) {
    case IR_SNEG: return ea;
    case IR_SMIN:
    case IR_SMAX: return fmax(ea, eb);
    case IR_SMUL:
        return ibound(dt, raw, r, fabs(a) * eb + fabs(b) * ea + ea * eb, 1);
    case IR_SDIV:
        if (fabs(b) <= eb) return (double)INFINITY;
        return ibound(dt, raw, r, (ea + fabs(r) * eb) / (fabs(b) - eb), 1);
    default: return ibound(dt, raw, r, ea + eb, 1);
    }
}

static bool arithmetic(In *in, IrOp *op)
{
    ISlot *r = result_slot(in, op);
    const QwDtype dt = op->results[0]->type->dtype;
    const IrValue *second = op->nargs > 1 ? op->args[1] : NULL;
    if (!is_floating(dt)) {
        const int64_t a = interp_int(in, op->args[0]);
        return int_op(in, op, a, second ? interp_int(in, second) : 0, &r->i);
    }
    double ea, eb = 0;
    const double a = interp_float(in, op->args[0], &ea),
                 b = second ? interp_float(in, second, &eb) : 0;
    const double raw = float_op(in, op, a, b);
    r->f = iround(dt, raw);
    r->e = float_bound(op, raw, r->f, a, ea, b, eb);
    return true;
}

static bool holds(CmpPred p, int less, int equal, int greater)
{
    switch (p) {
    case CMP_EQ: return equal;
    case CMP_NE: return !equal;
    case CMP_LT: return less;
    case CMP_LE: return less || equal;
    case CMP_GT: return greater;
    case CMP_GE: return greater || equal;
    }
    return false;
}

static bool compare(In *in, IrOp *op)
{
    ISlot *r = result_slot(in, op);
    if (!is_floating(op->args[0]->type->dtype)) {
        const int64_t a = interp_int(in, op->args[0]),
                      b = interp_int(in, op->args[1]);
        r->i = holds(op->at.pred, a<b, a == b, a> b);
        return true;
    }
    double ea, eb;
    const double a = interp_float(in, op->args[0], &ea),
                 b = interp_float(in, op->args[1], &eb);
    r->i = holds(op->at.pred, a<b, a == b, a> b);
    if (ea + eb > 0 && !(fabs(a - b) > ea + eb)) in->unsure = true;
    return true;
}

/* ---- casts --------------------------------------------------------------- */

bool interp_out_of_range(In *in, const IrOp *op, const IrValue *what,
                         QwDtype to, int64_t i)
{
    const uint64_t max = qw_dtype_max(to);
    return interp_fail(in, op, QW_ERR_RANGE, interp_name(what), -1, i,
                       qw_dtype_min(to),
                       (int64_t)(max > INT64_MAX ? INT64_MAX : max), NULL);
}

static bool cast_to_float(In *in, const IrOp *op, ISlot *r)
{
    const QwDtype to = op->results[0]->type->dtype,
                  from = op->args[0]->type->dtype;
    if (!is_floating(from)) {
        r->f = inum_float(to, QW_I64, interp_int(in, op->args[0]));
        return true;
    }
    const double x = interp_float(in, op->args[0], &r->e);
    r->f = iround_once(to, x);
    if (to != from && to != QW_F32) r->e = ibound(to, x, r->f, r->e, 1);
    return true;
}

static bool cast_to_int(In *in, const IrOp *op, ISlot *r)
{
    QwDtype to = op->results[0]->type->dtype;
    if (is_floating(op->args[0]->type->dtype)) {
        double e;
        const double x = interp_float(in, op->args[0], &e);
        if (e > 0) in->unsure = true;
        r->i = inum_int(to == QW_BOOL ? to : QW_I64, x, QW_NONE);
        if (to != QW_BOOL && (x >= 0x1p63 || x < -0x1p63))
            return interp_out_of_range(in, op, op->results[0], to, r->i);
    } else {
        r->i = interp_int(in, op->args[0]);
        if (to == QW_BOOL) r->i = r->i != 0;
        if (to == QW_I64 && op->args[0]->type->dtype == QW_U64) to = QW_U64;
    }
    const bool fits = r->i >= qw_dtype_min(to) &&
        (r->i < 0 || (uint64_t)r->i <= qw_dtype_max(to));
    return fits || interp_out_of_range(in, op, op->results[0], to, r->i);
}

static bool cast(In *in, IrOp *op)
{
    ISlot *r = result_slot(in, op);
    return is_floating(op->results[0]->type->dtype) ? cast_to_float(in, op, r)
                                                    : cast_to_int(in, op, r);
}

static bool select_one(In *in, IrOp *op)
{
    const IrValue *v = op->args[interp_int(in, op->args[0]) ? 1 : 2];
    ISlot *r = result_slot(in, op);
    if (is_floating(v->type->dtype))
        r->f = interp_float(in, v, &r->e);
    else
        r->i = interp_int(in, v);
    return true;
}

int64_t interp_trip(int64_t start, int64_t stop, int64_t step)
{
    if (step > 0 ? start >= stop : start <= stop) return 0;
    const uint64_t span = step > 0 ? (uint64_t)stop - (uint64_t)start
                                   : (uint64_t)start - (uint64_t)stop;
    const uint64_t size = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    const uint64_t n = (span - 1) / size + 1;
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static bool trip(In *in, IrOp *op)
{
    int64_t x[3];
    interp_ints(in, op, 0, 3, x);
    if (x[2] == 0)
        return interp_fail(in, op, QW_ERR_DIVISION, "", -1, 0, 0, 0, NULL);
    result_slot(in, op)->i = interp_trip(x[0], x[1], x[2]);
    return true;
}

bool interp_scalar(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_SCMP: return compare(in, op);
    case IR_SCAST: return cast(in, op);
    case IR_SELECT: return select_one(in, op);
    case IR_TRIP: return trip(in, op);
    default: return arithmetic(in, op);
    }
}

/* ---- checks -------------------------------------------------------------- */

bool interp_check(In *in, IrOp *op)
{
    const int64_t a = interp_int(in, op->args[0]),
                  b = op->nargs > 1 ? interp_int(in, op->args[1]) : 0;
    const char *text = op->at.name ? op->at.name->s : "";
    switch (op->op) {
    case IR_ASSERT:
        return a || interp_fail(in, op, QW_ERR_ASSERT, "", -1, 0, 0, 0, text);
    case IR_CHECK_EQ:
        return a == b ||
            interp_fail(in, op, QW_ERR_DYNAMIC, text, -1, a, b, 0, NULL);
    case IR_CHECK_VALID:
        return a <= b ||
            interp_fail(in, op, QW_ERR_VALID, interp_name(op->args[0]), -1, a,
                        b, 0, NULL);
    case IR_CLAMP_VALID:
        if (a < 0) interp_notice(in, W0901, op, a);
        result_slot(in, op)->i = a < 0 ? 0 : a;
        return true;
    default: ice(in->s, op->span, "interp: check %s", ir_op_info[op->op].text);
    }
}
