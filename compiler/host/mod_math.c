/* The module `math` (3.3).  Domain errors are Python's: ValueError "math domain
 * error", OverflowError "math range error". */
#include "host/interp.h"
#include <math.h>

static bool one_float(Interp *in, CallArgs *a, double *x)
{
    Value v;
    if (!args_bind(in, a, "x, /", &v)) return false;
    if (v_is_number(v) || v.kind == V_TENSOR)
        return arg_float(in, v, "argument", x);
    host_raise(in, EXC_TYPE_ERROR, "must be real number, not %s",
               v_type_name(v));
    return false;
}

/* r is f(x): a NaN from a number is a domain error, inf from a finite one overflow */
static Value checked(Interp *in, double x, double r)
{
    if (isnan(r) && !isnan(x))
        return host_raise(in, EXC_VALUE_ERROR, "math domain error");
    if (isinf(r) && isfinite(x))
        return host_raise(in, EXC_OVERFLOW_ERROR, "math range error");
    return v_float(r);
}

#define MATH1(name, expr)                                               \
    static Value m_##name(Interp *in, CallArgs *a)                      \
    {                                                                   \
        double x;                                                       \
        return one_float(in, a, &x) ? checked(in, x, expr) : v_error(); \
    }
MATH1(sqrt, sqrt(x))
MATH1(exp, exp(x))
MATH1(fabs, fabs(x))
MATH1(sin, sin(x))
MATH1(cos, cos(x))
MATH1(tan, tan(x))
MATH1(tanh, tanh(x))

static Value domain(Interp *in)
{
    return host_raise(in, EXC_VALUE_ERROR, "math domain error");
}

static Value m_log(Interp *in, CallArgs *a)
{
    Value v[2];
    double x, base;
    if (!args_bind(in, a, "x, base=, /", v) || !arg_float(in, v[0], "x", &x))
        return v_error();
    if (x <= 0) return domain(in);
    if (!v_is_set(v[1])) return v_float(log(x));
    if (!arg_float(in, v[1], "base", &base)) return v_error();
    if (base <= 0) return domain(in);
    if (base == 1)
        return host_raise(in, EXC_ZERO_DIVISION_ERROR,
                          "float division by zero");
    return v_float(log(x) / log(base));
}

static Value m_log2(Interp *in, CallArgs *a)
{
    double x;
    if (!one_float(in, a, &x)) return v_error();
    return x <= 0 ? domain(in) : v_float(log2(x));
}

static Value m_log10(Interp *in, CallArgs *a)
{
    double x;
    if (!one_float(in, a, &x)) return v_error();
    return x <= 0 ? domain(in) : v_float(log10(x));
}

static Value m_pow(Interp *in, CallArgs *a)
{
    Value v[2];
    double x, y;
    if (!args_bind(in, a, "x, y, /", v) || !arg_float(in, v[0], "x", &x) ||
        !arg_float(in, v[1], "y", &y))
        return v_error();
    if (x == 0 && y < 0) return domain(in);
    const double r = pow(x, y);
    if (isnan(r) && !isnan(x) && !isnan(y)) return domain(in);
    if (isinf(r) && isfinite(x) && isfinite(y))
        return host_raise(in, EXC_OVERFLOW_ERROR, "math range error");
    return v_float(r);
}

static Value rounded(Interp *in, CallArgs *a, double (*f)(double))
{
    Value v;
    double x;
    int64_t i;
    if (!args_bind(in, a, "x, /", &v)) return v_error();
    if (v_is_intlike(v)) return v_int(v.i);
    if (!arg_float(in, v, "x", &x) || !float_to_int(in, f(x), &i))
        return v_error();
    return v_int(i);
}

static Value m_floor(Interp *in, CallArgs *a)
{
    return rounded(in, a, floor);
}

static Value m_ceil(Interp *in, CallArgs *a)
{
    return rounded(in, a, ceil);
}

static Value m_isnan(Interp *in, CallArgs *a)
{
    double x;
    return one_float(in, a, &x) ? v_bool(isnan(x)) : v_error();
}

static Value m_isfinite(Interp *in, CallArgs *a)
{
    double x;
    return one_float(in, a, &x) ? v_bool(isfinite(x)) : v_error();
}

static Value m_isinf(Interp *in, CallArgs *a)
{
    double x;
    return one_float(in, a, &x) ? v_bool(isinf(x)) : v_error();
}

static Value m_isclose(Interp *in, CallArgs *a)
{
    Value v[4];
    double x, y, rel = 1e-9, abs_tol = 0;
    if (!args_bind(in, a, "a, b, *, rel_tol=, abs_tol=", v) ||
        !arg_float(in, v[0], "a", &x) || !arg_float(in, v[1], "b", &y))
        return v_error();
    if (v_is_set(v[2]) && !arg_float(in, v[2], "rel_tol", &rel))
        return v_error();
    if (v_is_set(v[3]) && !arg_float(in, v[3], "abs_tol", &abs_tol))
        return v_error();
    if (rel < 0 || abs_tol < 0)
        return host_raise(in, EXC_VALUE_ERROR,
                          "tolerances must be non-negative");
    if (x == y) return v_bool(true);
    if (isinf(x) || isinf(y)) return v_bool(false);
    const double d = fabs(x - y);
    return v_bool(d <= fabs(rel * y) || d <= fabs(rel * x) || d <= abs_tol);
}

static Value m_gcd(Interp *in, CallArgs *a)
{
    Value args;
    uint64_t g = 0;
    if (!args_bind(in, a, "*ints", &args)) return v_error();
    for (int i = 0; i < args.seq->n; i++) {
        int64_t x;
        if (args.seq->p[i].kind == V_FLOAT)
            return host_raise(
                in, EXC_TYPE_ERROR,
                "'float' object cannot be interpreted as an integer");
        if (!arg_int(in, args.seq->p[i], "argument", &x)) return v_error();
        uint64_t b = x < 0 ? -(uint64_t)x : (uint64_t)x;
        while (b) {
            const uint64_t r = g % b;
            g = b;
            b = r;
        }
    }
    if (g > INT64_MAX)
        return host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                               "integer overflow: gcd does not fit 64 bits");
    return v_int((int64_t)g);
}

static Value m_prod(Interp *in, CallArgs *a)
{
    Value arg[2], item;
    Iter it;
    if (!args_bind(in, a, "iterable, /, *, start=", arg) ||
        !iter_start(in, &it, arg[0]))
        return v_error();
    Value r = v_is_set(arg[1]) ? v_keep(arg[1]) : v_int(1);
    int more = 0;
    while (!v_is_error(r) && (more = iter_next(in, &it, &item)) > 0) {
        const Value next = host_binary(in, OPR_MUL, r, item);
        v_drop(in, r);
        v_drop(in, item);
        r = next;
    }
    iter_end(in, &it);
    if (more >= 0) return r;
    v_drop(in, r);
    return v_error();
}

#define MATH_CONST(name, value)       \
    static Value c_##name(Interp *in) \
    {                                 \
        (void)in;                     \
        return v_float(value);        \
    }
MATH_CONST(pi, 3.141592653589793)
MATH_CONST(e, 2.718281828459045)
MATH_CONST(inf, (double)INFINITY)
MATH_CONST(nan, (double)NAN)

static const NativeDef names[] = {
    {"sqrt", m_sqrt, 0, NULL},
    {"exp", m_exp, 0, NULL},
    {"log", m_log, 0, NULL},
    {"log2", m_log2, 0, NULL},
    {"log10", m_log10, 0, NULL},
    {"pow", m_pow, 0, NULL},
    {"floor", m_floor, 0, NULL},
    {"ceil", m_ceil, 0, NULL},
    {"fabs", m_fabs, 0, NULL},
    {"sin", m_sin, 0, NULL},
    {"cos", m_cos, 0, NULL},
    {"tan", m_tan, 0, NULL},
    {"tanh", m_tanh, 0, NULL},
    {"pi", NULL, 0, c_pi},
    {"e", NULL, 0, c_e},
    {"inf", NULL, 0, c_inf},
    {"nan", NULL, 0, c_nan},
    {"isnan", m_isnan, 0, NULL},
    {"isfinite", m_isfinite, 0, NULL},
    {"isinf", m_isinf, 0, NULL},
    {"isclose", m_isclose, 0, NULL},
    {"gcd", m_gcd, 0, NULL},
    {"prod", m_prod, 0, NULL},
};
const ModuleDef math_module = {.name = "math", .names = names, .n = LEN(names)};
