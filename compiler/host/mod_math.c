/* The module `math` (3.3).  Domain errors are Python's: ValueError "math domain
 * error", OverflowError "math range error". */
#include "host/interp.h"
#include <math.h>

static const double c_pi_value = 3.141592653589793;

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

/* r is f(x): a NaN from a number is a domain error, inf
 * from a finite one overflow */
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
MATH1(asin, asin(x))
MATH1(acos, acos(x))
MATH1(atan, atan(x))
MATH1(sinh, sinh(x))
MATH1(cosh, cosh(x))
MATH1(asinh, asinh(x))
MATH1(acosh, acosh(x))
MATH1(expm1, expm1(x))
MATH1(exp2, exp2(x))
MATH1(cbrt, cbrt(x))
MATH1(erf, erf(x))
MATH1(erfc, erfc(x))
MATH1(degrees, x *(180 / c_pi_value))
MATH1(radians, x *(c_pi_value / 180))

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

static Value m_log1p(Interp *in, CallArgs *a)
{
    double x;
    if (!one_float(in, a, &x)) return v_error();
    return x <= -1 ? domain(in) : v_float(log1p(x));
}

static Value m_atanh(Interp *in, CallArgs *a)
{
    double x;
    if (!one_float(in, a, &x)) return v_error();
    return fabs(x) >= 1 ? domain(in) : v_float(atanh(x));
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

static bool two_floats(Interp *in, CallArgs *a, double *x, double *y)
{
    Value v[2];
    return args_bind(in, a, "x, y, /", v) && arg_float(in, v[0], "x", x) &&
        arg_float(in, v[1], "y", y);
}

#define MATH2(name, expr)                                        \
    static Value m_##name(Interp *in, CallArgs *a)               \
    {                                                            \
        double x, y;                                             \
        return two_floats(in, a, &x, &y)                         \
            ? checked(in, isfinite(x) || isnan(y) ? y : x, expr) \
            : v_error();                                         \
    }
MATH2(atan2, atan2(x, y))
MATH2(copysign, copysign(x, y))

static Value m_fmod(Interp *in, CallArgs *a)
{
    double x, y;
    if (!two_floats(in, a, &x, &y)) return v_error();
    const double r = fmod(x, y);
    return isnan(r) && !isnan(x) && !isnan(y) ? domain(in) : v_float(r);
}

static Value m_hypot(Interp *in, CallArgs *a)
{
    Value args;
    double r = 0, x;
    bool nan = false, inf = false;
    if (!args_bind(in, a, "*coordinates", &args)) return v_error();
    for (int i = 0; i < args.seq->n; i++) {
        if (!arg_float(in, args.seq->p[i], "coordinate", &x)) return v_error();
        nan |= isnan(x);
        inf |= isinf(x);
        r = hypot(r, x);
    }
    return v_float(inf ? (double)INFINITY : nan ? (double)NAN : r);
}

static Value m_pow(Interp *in, CallArgs *a)
{
    double x, y;
    if (!two_floats(in, a, &x, &y)) return v_error();
    if (x == 0 && y < 0 && isfinite(y)) return domain(in);
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

static Value m_trunc(Interp *in, CallArgs *a)
{
    return rounded(in, a, trunc);
}

static Value m_isfinite(Interp *in, CallArgs *a)
{
    double x;
    return one_float(in, a, &x) ? v_bool(isfinite(x)) : v_error();
}

static Value m_isnan(Interp *in, CallArgs *a)
{
    double x;
    return one_float(in, a, &x) ? v_bool(isnan(x)) : v_error();
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

/* ---- integers ----------------------------------------------------------- */

static bool integer(Interp *in, Value v, int64_t *x)
{
    if (v.kind != V_FLOAT) return arg_int(in, v, "argument", x);
    host_raise(in, EXC_TYPE_ERROR,
               "'float' object cannot be interpreted as an integer");
    return false;
}

static Value unfit(Interp *in, const char *what)
{
    return host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                           "integer overflow: %s does not fit 64 bits", what);
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b) {
        const uint64_t r = a % b;
        a = b;
        b = r;
    }
    return a;
}

/* gcd or lcm of all arguments */
static Value fold_integers(Interp *in, CallArgs *a, bool lcm)
{
    Value args;
    uint64_t r = lcm;
    if (!args_bind(in, a, "*ints", &args)) return v_error();
    for (int i = 0; i < args.seq->n; i++) {
        int64_t x;
        if (!integer(in, args.seq->p[i], &x)) return v_error();
        const uint64_t u = x < 0 ? -(uint64_t)x : (uint64_t)x;
        if (!lcm || !u || !r)
            r = lcm ? 0 : gcd(r, u);
        else if (__builtin_mul_overflow(r / gcd(r, u), u, &r))
            return unfit(in, a->fname);
    }
    return r > INT64_MAX ? unfit(in, a->fname) : v_int((int64_t)r);
}

static Value m_gcd(Interp *in, CallArgs *a)
{
    return fold_integers(in, a, false);
}

static Value m_lcm(Interp *in, CallArgs *a)
{
    return fold_integers(in, a, true);
}

/* n (n-1) ... of k factors, divided by k! if wanted */
static Value falling(Interp *in, const char *what, int64_t n, int64_t k,
                     bool divided)
{
    int64_t r = 1;
    if (divided && k > n - k) k = n - k;
    if (k < 0) return v_int(0);
    for (int64_t i = 1; i <= k; i++) {
        const __int128 wide = (__int128)r * (divided ? n - k + i : n - i + 1) /
            (divided ? i : 1);
        if (wide > INT64_MAX) return unfit(in, what);
        r = (int64_t)wide;
    }
    return v_int(r);
}

static Value m_factorial(Interp *in, CallArgs *a)
{
    Value v;
    int64_t n;
    if (!args_bind(in, a, "n, /", &v) || !integer(in, v, &n)) return v_error();
    if (n < 0)
        return host_raise(in, EXC_VALUE_ERROR,
                          "factorial() not defined for negative values");
    return falling(in, a->fname, n, n, false);
}

static Value choices(Interp *in, CallArgs *a, bool divided)
{
    Value v[2];
    int64_t n, k;
    if (!args_bind(in, a, divided ? "n, k, /" : "n, k=, /", v) ||
        !integer(in, v[0], &n))
        return v_error();
    k = n;
    if (v_is_set(v[1]) && !integer(in, v[1], &k)) return v_error();
    if (n < 0 || k < 0)
        return host_raise(in, EXC_VALUE_ERROR,
                          "%s must be a non-negative integer",
                          n < 0 ? "n" : "k");
    return k > n ? v_int(0) : falling(in, a->fname, n, k, divided);
}

static Value m_comb(Interp *in, CallArgs *a)
{
    return choices(in, a, true);
}

static Value m_perm(Interp *in, CallArgs *a)
{
    return choices(in, a, false);
}

static Value m_isqrt(Interp *in, CallArgs *a)
{
    Value v;
    int64_t n;
    if (!args_bind(in, a, "n, /", &v) || !integer(in, v, &n)) return v_error();
    if (n < 0)
        return host_raise(in, EXC_VALUE_ERROR,
                          "isqrt() argument must be nonnegative");
    int64_t r = (int64_t)sqrt((double)n);
    while ((__int128)r * r > n) r--;
    while ((__int128)(r + 1) * (r + 1) <= n) r++;
    return v_int(r);
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
MATH_CONST(pi, c_pi_value)
MATH_CONST(tau, 2 * c_pi_value)
MATH_CONST(e, 2.718281828459045)
MATH_CONST(inf, (double)INFINITY)
MATH_CONST(nan, (double)NAN)

#define FN(n_)                    \
    {                             \
        .name = #n_, .fn = m_##n_ \
    }
#define CONST(n_)                   \
    {                               \
        .name = #n_, .make = c_##n_ \
    }
static const NativeDef names[] = {
    FN(sqrt),      FN(exp),      FN(log),      FN(log2),   FN(log10),
    FN(log1p),     FN(pow),      FN(floor),    FN(ceil),   FN(trunc),
    FN(fabs),      FN(sin),      FN(cos),      FN(tan),    FN(asin),
    FN(acos),      FN(atan),     FN(atan2),    FN(sinh),   FN(cosh),
    FN(tanh),      FN(asinh),    FN(acosh),    FN(atanh),  FN(expm1),
    FN(exp2),      FN(cbrt),     FN(erf),      FN(erfc),   FN(degrees),
    FN(radians),   FN(hypot),    FN(copysign), FN(fmod),   FN(isnan),
    FN(isinf),     FN(isfinite), FN(isclose),  FN(gcd),    FN(lcm),
    FN(factorial), FN(comb),     FN(perm),     FN(isqrt),  FN(prod),
    CONST(pi),     CONST(e),     CONST(tau),   CONST(inf), CONST(nan),
};
const ModuleDef math_module = {.name = "math", .names = names, .n = LEN(names)};
