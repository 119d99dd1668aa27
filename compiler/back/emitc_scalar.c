/* Scalars and checks in C: integers are int64_t and checked unless analysis
 * proved them safe, BF16 and FP16 scalars are floats rounded after each
 * operation, BOOL is int.  Pure ones become expressions where they are used. */
#include "back/emit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *scalar_ctype(const Type *t)
{
    if (qw_dtype_is_float(t->dtype)) return "float";
    return t->dtype == QW_BOOL ? "int" : "int64_t";
}

Ex ex_float(Em *e, double v)
{
    float f = (float)v;
    if (isnan(f)) return ex_fmt(e, PREC_ATOM, "(0.0f / 0.0f)");
    if (isinf(f))
        return ex_fmt(e, PREC_ATOM, f < 0 ? "(-1.0f / 0.0f)" : "(1.0f / 0.0f)");
    char s[40];
    for (int digits = 1; digits <= 9; digits++) {
        snprintf(s, sizeof s, "%.*g", digits, (double)f);
        if (strtof(s, NULL) == f) break;
    }
    const char *dot = strpbrk(s, ".e") ? "" : ".0";
    return ex_fmt(e, s[0] == '-' ? PREC_UNARY : PREC_ATOM, "%s%sf", s, dot);
}

static bool is_half(QwDtype d)
{
    return d == QW_BF16 || d == QW_F16;
}

/* one rounding to a 16-bit float, RNE */
static Ex round_to(Em *e, QwDtype d, Ex x)
{
    if (!is_half(d)) return x;
    return ex_fmt(e, PREC_POST, "qw_%s_to_f32(qw_f32_to_%s(%e, QW_RINT))",
                  dsuffix(d), dsuffix(d), x);
}

Ex em_scalar_bits(Em *e, QwDtype d, Ex x)
{
    if (is_half(d))
        return ex_fmt(e, PREC_POST, "qw_f32_to_%s(%e, QW_RINT)", dsuffix(d), x);
    if (d == QW_F32 || d == QW_I64 || x.lit) return x;
    return ex_fmt(e, PREC_UNARY, "(%s)%u", ctype(d), x);
}

Ex em_element(Em *e, QwDtype d, Ex x)
{
    if (is_half(d))
        return ex_fmt(e, PREC_POST, "qw_%s_to_f32(%e)", dsuffix(d), x);
    if (d == QW_U64) return ex_fmt(e, PREC_UNARY, "(int64_t)%u", x);
    return x;
}

static void set(Em *e, IrOp *op, Ex x)
{
    IrValue *r = op->results[0];
    if (x.var) {
        em_rename(e, x.var, r);
        em_bind(e, r, x.var);
        return;
    }
    em_bind(e, r, var_pure(e, em_name(r, "t"), scalar_ctype(r->type), x));
}

static bool proved(const IrOp *op)
{
    return op->at.nowrap || op->at.safe;
}

/* int64_t r; if (qw_add_overflows(a, b, &r)) return ... */
static void checked(Em *e, IrOp *op, const char *what, Ex a, Ex b)
{
    IrValue *r = op->results[0];
    int v = em_bind(e, r, var_new(e, em_name(r, "t"), "int64_t", false));
    put_declare(e, v);
    emit_fail(e, op,
              ex_fmt(e, PREC_POST, "qw_%s_overflows(%e, %e, &%e)", what, a, b,
                     ex_var(e, v)),
              "QW_ERR_OVERFLOW", em_name(r, ""), -1, a, b,
              ex_int(e, op->op == IR_SSHL));
}

static void emit_division(Em *e, IrOp *op, Ex a, Ex b)
{
    IrFunc *f = e->f;
    IrRange divisor = ir_range(f, op->args[1]),
            dividend = ir_range(f, op->args[0]);
    bool floor = op->op == IR_SFLOORDIV,
         zero = divisor.lo <= 0 && divisor.hi >= 0;
    if (zero && !proved(op))
        emit_fail(e, op, ex_bin(e, b, "==", PREC_EQ, ex_int(e, 0)),
                  "QW_ERR_DIVISION", "", -1, a, b, ex_int(e, 0));
    bool minus_one = divisor.lo <= -1 && divisor.hi >= -1 &&
        dividend.lo == INT64_MIN;
    if (floor && minus_one && !proved(op)) {
        Ex lowest = ex_bin(e, a, "==", PREC_EQ, ex_int(e, INT64_MIN)),
           minus = ex_bin(e, b, "==", PREC_EQ, ex_int(e, -1));
        emit_fail(e, op, ex_bin(e, lowest, "&&", PREC_AND, minus),
                  "QW_ERR_OVERFLOW", em_name(op->results[0], ""), -1, a, b,
                  ex_int(e, 0));
    }
    if (dividend.lo >= 0 && divisor.lo > 0)
        set(e, op, ex_bin(e, a, floor ? "/" : "%", PREC_MUL, b));
    else
        set(e, op,
            ex_fmt(e, PREC_POST, "qw_%s(%e, %e)",
                   floor ? "floordiv" : "floormod", a, b));
}

static void emit_shift(Em *e, IrOp *op, Ex a, Ex b)
{
    if (op->op == IR_SSHL) {
        if (!proved(op))
            checked(e, op, "shl", a, b);
        else
            set(e, op,
                ex_mul(e, a, ex_fmt(e, PREC_SHIFT, "(int64_t)1 << %u", b)));
        return;
    }
    IrRange count = ir_range(e->f, op->args[1]);
    if ((count.lo < 0 || count.hi > 63) && !proved(op)) {
        Ex low = ex_bin(e, b, "<", PREC_REL, ex_int(e, 0)),
           high = ex_bin(e, b, ">", PREC_REL, ex_int(e, 63));
        emit_fail(e, op, ex_bin(e, low, "||", PREC_OR, high), "QW_ERR_OVERFLOW",
                  em_name(op->results[0], ""), -1, a, b, ex_int(e, 1));
    }
    set(e, op, ex_bin(e, a, ">>", PREC_SHIFT, b));
}

static void emit_int(Em *e, IrOp *op, Ex a, Ex b)
{
    bool ok = proved(op);
    switch (op->op) {
    case IR_SADD:
        ok ? set(e, op, ex_add(e, a, b)) : checked(e, op, "add", a, b);
        return;
    case IR_SSUB:
        ok ? set(e, op, ex_sub(e, a, b)) : checked(e, op, "sub", a, b);
        return;
    case IR_SMUL:
        ok ? set(e, op, ex_mul(e, a, b)) : checked(e, op, "mul", a, b);
        return;
    case IR_SNEG:
        ok ? set(e, op, ex_fmt(e, PREC_UNARY, "-%u", a))
           : checked(e, op, "sub", ex_int(e, 0), a);
        return;
    case IR_SFLOORDIV:
    case IR_SMOD: emit_division(e, op, a, b); return;
    case IR_SSHL:
    case IR_SSHR: emit_shift(e, op, a, b); return;
    case IR_SMIN:
        set(e, op, ex_fmt(e, PREC_POST, "qw_min(%e, %e)", a, b));
        return;
    case IR_SMAX:
        set(e, op, ex_fmt(e, PREC_POST, "qw_max(%e, %e)", a, b));
        return;
    default:
        ice(e->s, op->span, "emit: scalar op %s on integers",
            ir_op_info[op->op].text);
    }
}

static void emit_float(Em *e, IrOp *op, Ex a, Ex b)
{
    Ex x;
    switch (op->op) {
    case IR_SADD: x = ex_bin(e, a, "+", PREC_ADD, b); break;
    case IR_SSUB: x = ex_bin(e, a, "-", PREC_ADD, b); break;
    case IR_SMUL: x = ex_bin(e, a, "*", PREC_MUL, b); break;
    case IR_SDIV: x = ex_bin(e, a, "/", PREC_MUL, b); break;
    case IR_SNEG: x = ex_fmt(e, PREC_UNARY, "-%u", a); break;
    case IR_SMIN: x = ex_fmt(e, PREC_POST, "qw_fmin(%e, %e)", a, b); break;
    case IR_SMAX: x = ex_fmt(e, PREC_POST, "qw_fmax(%e, %e)", a, b); break;
    default:
        ice(e->s, op->span, "emit: scalar op %s on floats",
            ir_op_info[op->op].text);
    }
    set(e, op, round_to(e, op->results[0]->type->dtype, x));
}

/* the range check of a conversion, where analysis
 * does not show that it holds */
static void check_range(Em *e, IrOp *op, QwDtype to, Ex x)
{
    if (to == QW_I64 && op->args[0]->type->dtype == QW_U64) to = QW_U64;
    if (op->at.safe || to == QW_I64 || to == QW_BOOL) return;
    int64_t lo = qw_dtype_min(to),
            hi = to == QW_U64 ? INT64_MAX : (int64_t)qw_dtype_max(to);
    IrRange r = {INT64_MIN, INT64_MAX};
    if (!qw_dtype_is_float(op->args[0]->type->dtype))
        r = ir_range(e->f, op->args[0]);
    Ex low = ex_bin(e, x, "<", PREC_REL, ex_int(e, lo)),
       high = ex_bin(e, x, ">", PREC_REL, ex_int(e, hi)), bad;
    if (r.lo >= lo && r.hi <= hi) return;
    if (r.lo >= lo)
        bad = high;
    else
        bad = r.hi <= hi ? low : ex_bin(e, low, "||", PREC_OR, high);
    emit_fail(e, op, bad, "QW_ERR_RANGE", em_name(op->results[0], ""), -1, x,
              ex_int(e, lo), ex_int(e, hi));
}

static void emit_float_to_int(Em *e, IrOp *op, QwDtype to, Ex x)
{
    if (to == QW_BOOL) {
        set(e, op, ex_bin(e, x, "!=", PREC_EQ, ex_float(e, 0)));
        return;
    }
    IrValue *r = op->results[0];
    if (!op->at.safe && (to == QW_I64 || to == QW_U64)) {
        Ex low = ex_bin(e, x, "<", PREC_REL,
                        ex_float(e, -9223372036854775808.0));
        Ex high = ex_bin(e, x, ">=", PREC_REL,
                         ex_float(e, 9223372036854775808.0));
        emit_fail(e, op, ex_bin(e, low, "||", PREC_OR, high), "QW_ERR_RANGE",
                  em_name(r, ""), -1,
                  ex_fmt(e, PREC_POST, "qw_f32_to_i64(%e)", x),
                  ex_int(e, to == QW_I64 ? INT64_MIN : 0),
                  ex_int(e, INT64_MAX));
    }
    int v = em_bind(e, r,
                    var_pure(e, em_name(r, "t"), "int64_t",
                             ex_fmt(e, PREC_POST, "qw_f32_to_i64(%e)", x)));
    check_range(e, op, to, ex_var(e, v));
}

static void emit_scast(Em *e, IrOp *op, Ex x)
{
    QwDtype to = op->results[0]->type->dtype, from = op->args[0]->type->dtype;
    if (qw_dtype_is_float(from) && qw_dtype_is_float(to)) {
        set(e, op, to == QW_F32 || to == from ? x : round_to(e, to, x));
    } else if (qw_dtype_is_float(from)) {
        emit_float_to_int(e, op, to, x);
    } else if (qw_dtype_is_float(to)) {
        set(e, op,
            round_to(e, to, ex_fmt(e, PREC_POST, "qw_i64_to_f32(%e)", x)));
    } else if (to == QW_BOOL && from != QW_BOOL) {
        set(e, op, ex_bin(e, x, "!=", PREC_EQ, ex_int(e, 0)));
    } else {
        check_range(e, op, to, x);
        set(e, op, x);
    }
}

static Ex compared(Em *e, const IrOp *op, Ex a, Ex b)
{
    static const char *const sign[] = {"==", "!=", "<", "<=", ">", ">="};
    if (!qw_dtype_is_float(op->args[0]->type->dtype) &&
        ex_same(e, a, b)) /* compilers warn of it */
        return ex_int(e,
                      op->at.pred == CMP_EQ || op->at.pred == CMP_LE ||
                          op->at.pred == CMP_GE);
    return ex_bin(e, a, sign[op->at.pred],
                  op->at.pred <= CMP_NE ? PREC_EQ : PREC_REL, b);
}

void emit_scalar(Em *e, IrOp *op)
{
    Ex x[3] = {{0}};
    for (int k = 0; k < op->nargs && k < 3; k++)
        x[k] = em_value(e, op->args[k]);
    switch (op->op) {
    case IR_SCMP: set(e, op, compared(e, op, x[0], x[1])); return;
    case IR_SAND: set(e, op, ex_bin(e, x[0], "&&", PREC_AND, x[1])); return;
    case IR_SOR: set(e, op, ex_bin(e, x[0], "||", PREC_OR, x[1])); return;
    case IR_SNOT: set(e, op, ex_fmt(e, PREC_UNARY, "!%u", x[0])); return;
    case IR_SCAST: emit_scast(e, op, x[0]); return;
    case IR_TRIP:
        set(e, op,
            ex_fmt(e, PREC_POST, "qw_trip(%e, %e, %e)", x[0], x[1], x[2]));
        return;
    case IR_SELECT:
        set(e, op, ex_fmt(e, PREC_COND, "%c ? %c : %c", x[0], x[1], x[2]));
        return;
    default: break;
    }
    if (qw_dtype_is_float(op->results[0]->type->dtype))
        emit_float(e, op, x[0], x[1]);
    else
        emit_int(e, op, x[0], x[1]);
}

/* ---- checks -------------------------------------------------------------- */

static void emit_assert(Em *e, IrOp *op, Ex cond)
{
    Text message = {.a = e->a};
    text_c_string(&message, op->at.name ? op->at.name->s : "");
    put_line(e, "if (!%u)", cond);
    put_then(e, "return qw_fail_text(%w, QW_ERR_ASSERT, %e, %s, %e);",
             em_site(e, op, "", -1), text_str(&message), em_loops(e));
}

void emit_check(Em *e, IrOp *op)
{
    Ex a = em_value(e, op->args[0]),
       b = op->nargs > 1 ? em_value(e, op->args[1]) : ex_int(e, 0),
       zero = ex_int(e, 0);
    IrValue *r = op->nresults ? op->results[0] : NULL;
    if (op->op == IR_CLAMP_VALID && op->at.safe) set(e, op, a);
    if (op->at.safe) return;
    const char *what = op->at.name ? op->at.name->s : em_name(op->args[0], "");
    switch (op->op) {
    case IR_ASSERT: emit_assert(e, op, a); return;
    case IR_CHECK_EQ:
        emit_fail(e, op, ex_bin(e, a, "!=", PREC_EQ, b), "QW_ERR_DYNAMIC", what,
                  -1, a, b, zero);
        return;
    case IR_CHECK_VALID:
        emit_fail(e, op, ex_bin(e, a, ">", PREC_REL, b), "QW_ERR_VALID", what,
                  -1, a, b, zero);
        return;
    default: /* CLAMP_VALID: counts, so it stays where it is */
        em_bind(e, r, var_new(e, em_name(r, "valid"), "int64_t", true));
        put_decl(e, e->var_of[r->id], false, "qw_valid(%w, %e, %e)", a,
                 em_site(e, op, what, -1));
    }
}
