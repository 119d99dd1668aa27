/* Arithmetic on int, float and bool with Python's meaning: floor division,
 * exact quotients and comparisons, and E0802 where 64 bits do not suffice. */
#include "host/interp.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 U128;

double v_as_float(Value v)
{
    return v.kind == V_FLOAT ? v.f : (double)v.i;
}

static Value overflow(Interp *in, int64_t a, const char *op, int64_t b)
{
    return host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                           "integer overflow: %lld %s %lld does not fit 64 bits",
                           (long long)a, op, (long long)b);
}

static Value zero_division(Interp *in, const char *what)
{
    return host_raise(in, EXC_ZERO_DIVISION_ERROR, "%s", what);
}

/* ---- integers ----------------------------------------------------------- */

static uint64_t magnitude(int64_t a)
{
    return a < 0 ? -(uint64_t)a : (uint64_t)a;
}

/* a / b rounded once.  Beyond 2^53 the quotient is made with 64 and more bits
 * and a sticky bit, so that the conversion rounds correctly. */
static double int_quotient(int64_t a, int64_t b)
{
    const uint64_t ua = magnitude(a), ub = magnitude(b);
    if (ua <= (uint64_t)1 << 53 && ub <= (uint64_t)1 << 53)
        return (double)a / (double)b;
    if (!ua) return 0.0;
    const int shift = 64 + __builtin_clzll(ua);
    const U128 num = (U128)ua << shift;
    U128 q = num / ub;
    int drop = 0;
    bool sticky = num % ub != 0;
    while (q >> 64) {
        sticky |= q & 1;
        q >>= 1;
        drop++;
    }
    const uint64_t q64 = (uint64_t)q;
    const bool round = (q64 >> 10) & 1, rest = (q64 & 1023) || sticky;
    uint64_t top = q64 >> 11;
    if (round && (rest || (top & 1))) top++;
    const double r = ldexp((double)top, 11 + drop - shift);
    return (a < 0) != (b < 0) ? -r : r;
}

static Value int_pow(Interp *in, int64_t base, int64_t exp)
{
    if (exp < 0) {
        if (!base)
            return zero_division(in,
                                 "0.0 cannot be raised to a negative power");
        return v_float(pow((double)base, (double)exp));
    }
    int64_t r = 1, b = base;
    for (int64_t e = exp; e; e >>= 1) {
        if ((e & 1) && !mul_ok(r, b, &r)) return overflow(in, base, "**", exp);
        if (e > 1 && !mul_ok(b, b, &b)) return overflow(in, base, "**", exp);
    }
    return v_int(r);
}

static Value int_shift(Interp *in, Operator op, int64_t a, int64_t b)
{
    if (b < 0) return host_raise(in, EXC_VALUE_ERROR, "negative shift count");
    if (op == OPR_SHR) return v_int(b > 63 ? (a < 0 ? -1 : 0) : a >> b);
    int64_t r;
    if (a == 0) return v_int(0);
    if (b > 62 || !mul_ok(a, (int64_t)1 << b, &r)) {
        if (b == 63 && a == -1) return v_int(INT64_MIN);
        return overflow(in, a, "<<", b);
    }
    return v_int(r);
}

static Value int_floordiv(Interp *in, int64_t a, int64_t b)
{
    if (!b) return zero_division(in, "integer division or modulo by zero");
    if (b == -1 && a == INT64_MIN) return overflow(in, a, "//", b);
    return v_int(floor_div(a, b));
}

static Value int_mod(Interp *in, int64_t a, int64_t b)
{
    if (!b) return zero_division(in, "integer modulo by zero");
    return v_int(b == -1 ? 0 : floor_mod(a, b));
}

static Value int_binary(Interp *in, Operator op, int64_t a, int64_t b)
{
    int64_t r;
    switch (op) {
    case OPR_ADD: return add_ok(a, b, &r) ? v_int(r) : overflow(in, a, "+", b);
    case OPR_SUB: return sub_ok(a, b, &r) ? v_int(r) : overflow(in, a, "-", b);
    case OPR_MUL: return mul_ok(a, b, &r) ? v_int(r) : overflow(in, a, "*", b);
    case OPR_DIV:
        return b ? v_float(int_quotient(a, b))
                 : zero_division(in, "division by zero");
    case OPR_FLOORDIV: return int_floordiv(in, a, b);
    case OPR_MOD: return int_mod(in, a, b);
    case OPR_POW: return int_pow(in, a, b);
    case OPR_SHL:
    case OPR_SHR: return int_shift(in, op, a, b);
    case OPR_BITAND: return v_int(a & b);
    case OPR_BITOR: return v_int(a | b);
    case OPR_BITXOR: return v_int(a ^ b);
    default: return v_notimpl();
    }
}

/* ---- floats ------------------------------------------------------------- */

static double float_mod(double a, double b)
{
    double m = fmod(a, b);
    if (m != 0.0) {
        if ((b < 0) != (m < 0)) m += b;
    } else {
        m = copysign(0.0, b);
    }
    return m;
}

static double float_floordiv(double a, double b)
{
    const double m = fmod(a, b);
    const bool below = m != 0.0 && (b < 0) != (m < 0);
    const double div = (a - m) / b - below;
    if (div == 0.0) return copysign(0.0, a / b);
    const double f = floor(div);
    return div - f > 0.5 ? f + 1.0 : f;
}

static Value float_pow(Interp *in, double a, double b)
{
    if (a == 0.0 && b < 0)
        return zero_division(in, "0.0 cannot be raised to a negative power");
    if (a < 0 && isfinite(a) && isfinite(b) && b != floor(b))
        return host_fatal(
            in, E0801,
            "a negative number to a fractional power is complex; complex numbers are not in the subset");
    const double r = pow(a, b);
    if (isinf(r) && isfinite(a) && isfinite(b))
        return host_raise(in, EXC_OVERFLOW_ERROR,
                          "(34, 'Numerical result out of range')");
    return v_float(r);
}

static Value float_binary(Interp *in, Operator op, double a, double b)
{
    switch (op) {
    case OPR_ADD: return v_float(a + b);
    case OPR_SUB: return v_float(a - b);
    case OPR_MUL: return v_float(a * b);
    case OPR_DIV:
        return b != 0.0 ? v_float(a / b)
                        : zero_division(in, "float division by zero");
    case OPR_FLOORDIV:
        return b != 0.0 ? v_float(float_floordiv(a, b))
                        : zero_division(in, "float floor division by zero");
    case OPR_MOD:
        return b != 0.0 ? v_float(float_mod(a, b))
                        : zero_division(in, "float modulo");
    case OPR_POW: return float_pow(in, a, b);
    default: return v_notimpl();
    }
}

Value number_binary(Interp *in, Operator op, Value a, Value b)
{
    if (!v_is_number(a) || !v_is_number(b)) return v_notimpl();
    if (a.kind == V_FLOAT || b.kind == V_FLOAT)
        return float_binary(in, op, v_as_float(a), v_as_float(b));
    const Value r = int_binary(in, op, a.i, b.i);
    const bool logic = op == OPR_BITAND || op == OPR_BITOR || op == OPR_BITXOR;
    if (logic && a.kind == V_BOOL && b.kind == V_BOOL) return v_bool(r.i != 0);
    return r;
}

Value number_divmod(Interp *in, Value a, Value b)
{
    if (!v_is_number(a) || !v_is_number(b)) return v_notimpl();
    if ((a.kind == V_FLOAT || b.kind == V_FLOAT) && v_as_float(b) == 0.0)
        return zero_division(in, "float divmod()");
    const Value q = number_binary(in, OPR_FLOORDIV, a, b);
    if (v_is_error(q)) return q;
    return v_tuple_take(in, (Value[]){q, number_binary(in, OPR_MOD, a, b)}, 2);
}

Value number_unary(Interp *in, Operator op, Value a)
{
    if (!v_is_number(a)) return v_notimpl();
    if (a.kind == V_FLOAT) {
        if (op == OPR_NEG) return v_float(-a.f);
        return op == OPR_POS ? a : v_notimpl();
    }
    if (op == OPR_POS) return v_int(a.i);
    if (op == OPR_INVERT) return v_int(~a.i);
    if (op != OPR_NEG) return v_notimpl();
    if (a.i == INT64_MIN)
        return host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                               "integer overflow: -(%lld) does not fit 64 bits",
                               (long long)a.i);
    return v_int(-a.i);
}

/* ---- comparison, conversion, rounding ----------------------------------- */

/* -1 0 1, 2 unordered */
static int cmp_int_float(int64_t i, double f)
{
    if (isnan(f)) return 2;
    if (f >= 9223372036854775808.0) return -1;
    if (f < -9223372036854775808.0) return 1;
    const double whole = trunc(f);
    const int64_t w = (int64_t)whole;
    if (i != w) return i < w ? -1 : 1;
    return f > whole ? -1 : f < whole ? 1 : 0;
}

int number_compare(Value a, Value b)
{
    if (a.kind == V_FLOAT && b.kind == V_FLOAT) {
        if (isnan(a.f) || isnan(b.f)) return 2;
        return a.f < b.f ? -1 : a.f > b.f;
    }
    if (a.kind == V_FLOAT) {
        const int c = cmp_int_float(b.i, a.f);
        return c == 2 ? 2 : -c;
    }
    if (b.kind == V_FLOAT) return cmp_int_float(a.i, b.f);
    return a.i < b.i ? -1 : a.i > b.i;
}

bool float_to_int(Interp *in, double f, int64_t *out)
{
    if (isnan(f)) {
        host_raise(in, EXC_VALUE_ERROR, "cannot convert float NaN to integer");
        return false;
    }
    if (isinf(f)) {
        host_raise(in, EXC_OVERFLOW_ERROR,
                   "cannot convert float infinity to integer");
        return false;
    }
    if (f >= 9223372036854775808.0 || f < -9223372036854775808.0) {
        host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                        "integer overflow: %g does not fit 64 bits", f);
        return false;
    }
    *out = (int64_t)f;
    return true;
}

/* to a multiple of 10^digits, ties to even */
static Value int_round(Interp *in, int64_t x, int64_t digits)
{
    int64_t p = 1;
    if (digits == 19 && magnitude(x) > 5000000000000000000u)
        return host_raise_code(
            in, EXC_OVERFLOW_ERROR, E0802,
            "integer overflow: round(%lld, -19) does not fit 64 bits",
            (long long)x);
    for (int64_t i = 0; i < digits; i++)
        if (!mul_ok(p, 10, &p)) return v_int(0);
    const int64_t q = floor_div(x, p), r = floor_mod(x, p);
    const bool up = r > p / 2 || (r == p / 2 && p % 2 == 0 && q % 2 != 0);
    int64_t out;
    if (!mul_ok(q + (up && p > 1), p, &out)) return overflow(in, q + 1, "*", p);
    return v_int(out);
}

static Value float_round(double x, int64_t digits)
{
    if (!isfinite(x) || digits > 323) return v_float(x);
    if (digits < -308) return v_float(copysign(0.0, x));
    char buf[700];
    if (digits >= 0) {
        snprintf(buf, sizeof buf, "%.*f", (int)digits, x);
        return v_float(strtod(buf, NULL));
    }
    const double p = pow(10.0, (double)-digits);
    return v_float(nearbyint(x / p) * p);
}

Value number_round(Interp *in, Value x, Value digits)
{
    if (!v_is_set(digits) || v_is_none(digits)) {
        if (x.kind != V_FLOAT) return v_int(x.i);
        int64_t i;
        return float_to_int(in, nearbyint(x.f), &i) ? v_int(i) : v_error();
    }
    int64_t d;
    if (!arg_int(in, digits, "ndigits", &d)) return v_error();
    if (x.kind == V_FLOAT) return float_round(x.f, d);
    return d >= 0 ? v_int(x.i) : int_round(in, x.i, d > -64 ? -d : 64);
}
