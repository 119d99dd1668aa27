/* Kernels of the elementwise operations, and the conversions between memory
 * and the three representations (tensor_int.h).  Every loop runs over one
 * block of a few thousand elements in cache; output and operands never
 * overlap, two operands may be the same.  One rounding per operation: float
 * kernels do one float operation; qw_round_block then rounds to 16 bits. */
#include "tensor_int.h"

#include <math.h>
#include <string.h>

/* ---- kernels ---- */

#define UNARY(name, T, R, expr)                                \
    static void name(int n, void *out, const void *const *arg) \
    {                                                          \
        R *restrict o = out;                                   \
        const T *restrict a = arg[0];                          \
        for (int i = 0; i < n; i++) {                          \
            const T x = a[i];                                  \
            o[i] = (R)(expr);                                  \
        }                                                      \
    }
#define BINARY(name, T, R, expr)                               \
    static void name(int n, void *out, const void *const *arg) \
    {                                                          \
        R *restrict o = out;                                   \
        const T *a = arg[0], *b = arg[1];                      \
        for (int i = 0; i < n; i++) {                          \
            const T x = a[i], y = b[i];                        \
            o[i] = (R)(expr);                                  \
        }                                                      \
    }

UNARY(neg_f, float, float, -x)
UNARY(neg_d, double, double, -x)
UNARY(neg_i, uint64_t, uint64_t, 0 - x)
UNARY(abs_f, float, float, fabsf(x))
UNARY(abs_d, double, double, fabs(x))
UNARY(abs_i, int64_t, uint64_t, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)
UNARY(sign_f, float, float, x > 0 ? 1 : x < 0 ? -1 : x != x ? x : 0)
UNARY(sign_d, double, double, x > 0 ? 1 : x < 0 ? -1 : x != x ? x : 0)
UNARY(sign_i, int64_t, int64_t, x > 0 ? 1 : x < 0 ? -1 : 0)
UNARY(sign_u, uint64_t, uint64_t, x != 0)
UNARY(floor_f, float, float, floorf(x))
UNARY(floor_d, double, double, floor(x))
UNARY(ceil_f, float, float, ceilf(x))
UNARY(ceil_d, double, double, ceil(x))
UNARY(trunc_f, float, float, truncf(x))
UNARY(trunc_d, double, double, trunc(x))
UNARY(rint_f, float, float, rintf(x))
UNARY(rint_d, double, double, rint(x))
UNARY(copy_i, int64_t, int64_t, x)
UNARY(relu_f, float, float, x < 0 ? 0 : x)
UNARY(relu_d, double, double, x < 0 ? 0 : x)
UNARY(relu_i, int64_t, int64_t, x < 0 ? 0 : x)
UNARY(square_f, float, float, x *x)
UNARY(square_d, double, double, x *x)
UNARY(square_i, uint64_t, uint64_t, x *x)
UNARY(recip_f, float, float, 1.0f / x)
UNARY(recip_d, double, double, 1.0 / x)
UNARY(sqrt_f, float, float, sqrtf(x))
UNARY(sqrt_d, double, double, sqrt(x))
UNARY(rsqrt_d, double, double, 1.0 / sqrt(x))
UNARY(exp_d, double, double, exp(x))
UNARY(expm1_d, double, double, expm1(x))
UNARY(log_d, double, double, log(x))
UNARY(log2_d, double, double, log2(x))
UNARY(log10_d, double, double, log10(x))
UNARY(log1p_d, double, double, log1p(x))
UNARY(sin_d, double, double, sin(x))
UNARY(cos_d, double, double, cos(x))
UNARY(exp2_d, double, double, exp2(x))
UNARY(asin_d, double, double, asin(x))
UNARY(acos_d, double, double, acos(x))
UNARY(atan_d, double, double, atan(x))
UNARY(sinh_d, double, double, sinh(x))
UNARY(cosh_d, double, double, cosh(x))
UNARY(tan_d, double, double, tan(x))
UNARY(tanh_d, double, double, tanh(x))
UNARY(erf_d, double, double, erf(x))
UNARY(erfc_d, double, double, erfc(x))
UNARY(sigmoid_d, double, double, 1.0 / (1.0 + exp(-x)))
UNARY(silu_d, double, double, x / (1.0 + exp(-x)))
UNARY(isnan_f, float, int64_t, x != x)
UNARY(isnan_d, double, int64_t, x != x)
UNARY(isinf_f, float, int64_t, fabsf(x) == INFINITY)
UNARY(isinf_d, double, int64_t, fabs(x) == (double)INFINITY)
UNARY(isfinite_f, float, int64_t, fabsf(x) < INFINITY)
UNARY(isfinite_d, double, int64_t, fabs(x) < (double)INFINITY)
UNARY(zero_i, int64_t, int64_t, x & 0)
UNARY(one_i, int64_t, int64_t, x | 1 ? 1 : 0)
UNARY(lnot_i, int64_t, int64_t, x == 0)
UNARY(not_i, int64_t, int64_t, ~x)

BINARY(add_f, float, float, x + y)
BINARY(add_d, double, double, x + y)
BINARY(add_i, uint64_t, uint64_t, x + y)
BINARY(sub_f, float, float, x - y)
BINARY(sub_d, double, double, x - y)
BINARY(sub_i, uint64_t, uint64_t, x - y)
BINARY(mul_f, float, float, x *y)
BINARY(mul_d, double, double, x *y)
BINARY(mul_i, uint64_t, uint64_t, x *y)
BINARY(div_f, float, float, x / y)
BINARY(div_d, double, double, x / y)
/* NaN wins, and +0 is above -0 */
BINARY(max_f, float, float,
       x > y        ? x
           : x < y  ? y
           : x == y ? (signbit(x) ? y : x)
                    : x + y)
BINARY(max_d, double, double,
       x > y        ? x
           : x < y  ? y
           : x == y ? (signbit(x) ? y : x)
                    : x + y)
BINARY(max_i, int64_t, int64_t, x > y ? x : y)
BINARY(max_u, uint64_t, uint64_t, x > y ? x : y)
BINARY(min_f, float, float,
       x<y ? x : x> y ? y
           : x == y   ? (signbit(x) ? x : y)
                      : x + y)
BINARY(min_d, double, double,
       x<y ? x : x> y ? y
           : x == y   ? (signbit(x) ? x : y)
                      : x + y)
BINARY(min_i, int64_t, int64_t, x < y ? x : y)
BINARY(min_u, uint64_t, uint64_t, x < y ? x : y)
BINARY(pow_d, double, double, pow(x, y))
BINARY(atan2_d, double, double, atan2(x, y))
BINARY(fmod_f, float, float, fmodf(x, y))
BINARY(fmod_d, double, double, fmod(x, y))
BINARY(and_i, int64_t, int64_t, x &y)
BINARY(or_i, int64_t, int64_t, x | y)
BINARY(xor_i, int64_t, int64_t, x ^ y)

#define COMPARE(name, op)                     \
    BINARY(name##_f, float, int64_t, x op y)  \
    BINARY(name##_d, double, int64_t, x op y) \
    BINARY(name##_i, int64_t, int64_t, x op y)
#define ORDER(name, op) \
    COMPARE(name, op)   \
    BINARY(name##_u, uint64_t, int64_t, x op y)
COMPARE(eq, ==)
COMPARE(ne, !=)
ORDER(lt, <)
ORDER(le, <=)
ORDER(gt, >)
ORDER(ge, >=)

/* Python's remainder and quotient: the sign of the divisor. */
static double mod_of_d(double x, double y)
{
    const double r = fmod(x, y);
    return r != 0 && (y < 0) != (r < 0) ? r + y : r;
}

static float mod_of_f(float x, float y)
{
    const float r = fmodf(x, y);
    return r != 0 && (y < 0) != (r < 0) ? r + y : r;
}

static double floordiv_of_d(double x, double y)
{
    if (y == 0) return x / y;
    const double r = fmod(x, y);
    double q = (x - r) / y;
    if (r != 0 && (y < 0) != (r < 0)) q -= 1;
    if (q == 0) return copysign(0, x / y);
    const double f = floor(q);
    return q - f > 0.5 ? f + 1 : f;
}

/* what a float32 quotient rounds to can only be its floor in double */
static float floordiv_of_f(float x, float y)
{
    return (float)floordiv_of_d((double)x, (double)y);
}

static int64_t mod_of_i(int64_t x, int64_t y)
{
    if (y == 0 || y == -1) return 0;
    const int64_t r = x % y;
    return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

static int64_t floordiv_of_i(int64_t x, int64_t y)
{
    if (y == 0) return 0;
    if (y == -1) return (int64_t)(0 - (uint64_t)x);
    const int64_t q = x / y;
    return x % y != 0 && (x < 0) != (y < 0) ? q - 1 : q;
}

static uint64_t pow_of_u(uint64_t x, uint64_t y)
{
    uint64_t r = 1;
    for (; y; y >>= 1, x *= x)
        if (y & 1) r *= x;
    return r;
}

static int64_t pow_of_i(int64_t x, int64_t y)
{
    if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 ? -1 : 1) : 0;
    return (int64_t)pow_of_u((uint64_t)x, (uint64_t)y);
}

/* a count outside of the dtype shifts every bit out */
static int64_t shl_of(int64_t x, int64_t y)
{
    return y < 0 || y > 63 ? 0 : (int64_t)((uint64_t)x << y);
}

static int64_t shr_of(int64_t x, int64_t y)
{
    return x >> (y < 0 || y > 63 ? 63 : y);
}

BINARY(shl_i, int64_t, int64_t, shl_of(x, y))
BINARY(shr_i, int64_t, int64_t, shr_of(x, y))
BINARY(shr_u, uint64_t, uint64_t, y > 63 ? 0 : x >> y)
BINARY(mod_f, float, float, mod_of_f(x, y))
BINARY(mod_d, double, double, mod_of_d(x, y))
BINARY(mod_i, int64_t, int64_t, mod_of_i(x, y))
BINARY(mod_u, uint64_t, uint64_t, y ? x % y : 0)
BINARY(floordiv_f, float, float, floordiv_of_f(x, y))
BINARY(floordiv_d, double, double, floordiv_of_d(x, y))
BINARY(floordiv_i, int64_t, int64_t, floordiv_of_i(x, y))
BINARY(floordiv_u, uint64_t, uint64_t, y ? x / y : 0)
BINARY(fmod_i, int64_t, int64_t, y == 0 || y == -1 ? 0 : x % y)
BINARY(pow_i, int64_t, int64_t, pow_of_i(x, y))
BINARY(pow_u, uint64_t, uint64_t, pow_of_u(x, y))

#define WHERE(name, T)                                         \
    static void name(int n, void *out, const void *const *arg) \
    {                                                          \
        T *restrict o = out;                                   \
        const int64_t *c = arg[0];                             \
        const T *a = arg[1], *b = arg[2];                      \
        for (int i = 0; i < n; i++) o[i] = c[i] ? a[i] : b[i]; \
    }
WHERE(where_f, float)
WHERE(where_d, double)
WHERE(where_i, int64_t)

const QwOpInfo qw_op_info[QWT_OP_COUNT] = {
#define ELEM(id, name, nargs, rule, kf, kd, ki, ku) \
    [id] = {name, nargs, rule, {kf, kd, ki}, ku},
#include "elem.def"
#undef ELEM
};

const char *qwt_op_name(QwtOp op)
{
    return qw_op_info[op].name;
}

int qwt_op_nargs(QwtOp op)
{
    return qw_op_info[op].nargs;
}

/* ---- rounding to 16 bits inside F ---- */

static void round_bf16(int n, float *x)
{
    for (int i = 0; i < n; i++) {
        const uint32_t u = qw_f32_bits(x[i]);
        const uint32_t near = u + 0x7fff + (u >> 16 & 1);
        const uint32_t r = (u & 0x7fffffff) > 0x7f800000 ? u | 0x400000 : near;
        x[i] = qw_f32_of_bits(r & 0xffff0000);
    }
}

/* Normal results keep 10 mantissa bits; below 2^-14 adding 0.5 leaves exactly
 * the multiples of 2^-24; from 65520 on the value rounds to 2^16: infinity. */
static void round_f16(int n, float *x)
{
    for (int i = 0; i < n; i++) {
        const uint32_t u = qw_f32_bits(x[i]), sign = u & 0x80000000,
                       mag = u & 0x7fffffff;
        const uint32_t big = (mag + 0xfff + (mag >> 13 & 1)) & 0xffffe000;
        const uint32_t small = qw_f32_bits((qw_f32_of_bits(mag) + 0.5f) - 0.5f);
        uint32_t r = mag < 0x38800000 ? small : big;
        r = r >= 0x47800000 ? 0x7f800000 : r;
        r = mag > 0x7f800000 ? 0x7fc00000 : r;
        x[i] = qw_f32_of_bits(r | sign);
    }
}

static void wrap_i(QwDtype d, int n, int64_t *x)
{
#define WRAP(T)                                 \
    for (int i = 0; i < n; i++) x[i] = (T)x[i]; \
    break
    switch (d) {
    case QW_BOOL:
        for (int i = 0; i < n; i++) x[i] = x[i] != 0;
        break;
    case QW_I8: WRAP(int8_t);
    case QW_U8: WRAP(uint8_t);
    case QW_I16: WRAP(int16_t);
    case QW_U16: WRAP(uint16_t);
    case QW_I32: WRAP(int32_t);
    case QW_U32: WRAP(uint32_t);
    default: break;
    }
#undef WRAP
}

void qw_round_block(QwDtype d, int n, void *rep)
{
    if (d == QW_BF16)
        round_bf16(n, rep);
    else if (d == QW_F16)
        round_f16(n, rep);
    else if (!qw_dtype_is_float(d))
        wrap_i(d, n, rep);
}

/* Double to 16 bits in one rounding: `keep` mantissa bits stay; below the
 * normal range adding `magic` leaves the multiples of the smallest subnormal;
 * at `over` the result is infinite. */
static void narrow_small(int n, const double *a, float *out, int keep,
                         double tiny, double magic, double over)
{
    const int drop = 52 - keep;
    const uint64_t half = (UINT64_C(1) << (drop - 1)) - 1;
    for (int i = 0; i < n; i++) {
        uint64_t u;
        memcpy(&u, &a[i], sizeof u);
        const uint64_t sign = u & UINT64_C(1) << 63, mag = u ^ sign;
        uint64_t big = (mag + half + (mag >> drop & 1)) >> drop << drop;
        double m, b;
        memcpy(&m, &mag, sizeof m);
        memcpy(&b, &big, sizeof b);
        double r = m < tiny ? (m + magic) - magic : b;
        r = r >= over ? (double)INFINITY : r;
        r = m != m ? m : r;
        out[i] = (float)(sign ? -r : r);
    }
}

void qw_narrow_block(QwDtype d, int n, const double *a, float *out)
{
    if (d == QW_BF16) {
        narrow_small(n, a, out, 7, 0x1p-126, 0x1p-81, 0x1p128);
        round_bf16(n, out); /* only NaN payloads change */
    } else if (d == QW_F16) {
        narrow_small(n, a, out, 10, 0x1p-14, 0x1p28, 0x1p16);
    } else {
        for (int i = 0; i < n; i++) out[i] = (float)a[i];
    }
}

/* ---- memory to representation and back ---- */

static void load_f16(int n, const uint16_t *a, float *out)
{
    for (int i = 0; i < n; i++) {
        const uint32_t h = a[i], mag = (h & 0x7fff) << 13;
        const float scaled = qw_f32_of_bits(mag) *
            0x1p112f; /* exact, subnormals too */
        const uint32_t inf = mag | 0x7f800000;
        out[i] = qw_f32_of_bits(
            (mag >= 0x0f800000 ? inf : qw_f32_bits(scaled)) |
            (h & 0x8000) << 16);
    }
}

static void store_f16(int n, const float *a, uint16_t *out)
{
    for (int i = 0; i < n; i++) {
        const uint32_t u = qw_f32_bits(a[i]), mag = u & 0x7fffffff;
        const uint32_t normal = (mag >> 13) - (112u << 10);
        const uint32_t small =
            (uint32_t)(int32_t)(qw_f32_of_bits(mag < 0x38800000 ? mag : 0) *
                                0x1p24f);
        uint32_t r = mag < 0x38800000 ? small : normal;
        r = mag >= 0x7f800000 ? 0x7c00 : r;
        r = mag > 0x7f800000 ? 0x7e00 : r;
        out[i] = (uint16_t)(r | (u >> 16 & 0x8000));
    }
}

#define EACH_INT(X)    \
    X(QW_I8, int8_t)   \
    X(QW_U8, uint8_t)  \
    X(QW_I16, int16_t) \
    X(QW_U16, uint16_t) X(QW_I32, int32_t) X(QW_U32, uint32_t)

static void load_int(QwDtype d, int n, const void *raw, int64_t *out)
{
#define CASE(id, T)                                         \
    case id: {                                              \
        const T *a = raw;                                   \
        for (int i = 0; i < n; i++) out[i] = (int64_t)a[i]; \
        break;                                              \
    }
    switch (d) {
        EACH_INT(CASE)
    case QW_BOOL: {
        const uint8_t *a = raw;
        for (int i = 0; i < n; i++) out[i] = a[i] != 0;
        break;
    }
    default: memcpy(out, raw, (size_t)n * 8); break;
    }
#undef CASE
}

void qw_load_block(QwDtype d, int n, const void *raw, void *rep)
{
    if (d == QW_BF16) {
        const uint16_t *a = raw;
        float *o = rep;
        for (int i = 0; i < n; i++) o[i] = qw_f32_of_bits((uint32_t)a[i] << 16);
    } else if (d == QW_F16) {
        load_f16(n, raw, rep);
    } else if (qw_dtype_is_float(d)) {
        memcpy(rep, raw, (size_t)n * (size_t)qw_dtype_size(d));
    } else {
        load_int(d, n, raw, rep);
    }
}

static void store_int(QwDtype d, int n, const int64_t *a, void *raw)
{
#define CASE(id, T)                                 \
    case id: {                                      \
        T *o = raw;                                 \
        for (int i = 0; i < n; i++) o[i] = (T)a[i]; \
        break;                                      \
    }
    switch (d) {
        EACH_INT(CASE)
    case QW_BOOL: {
        uint8_t *o = raw;
        for (int i = 0; i < n; i++) o[i] = a[i] != 0;
        break;
    }
    default: memcpy(raw, a, (size_t)n * 8); break;
    }
#undef CASE
}

void qw_store_block(QwDtype d, int n, const void *rep, void *raw)
{
    if (d == QW_BF16) {
        const float *a = rep;
        uint16_t *o = raw;
        for (int i = 0; i < n; i++) o[i] = (uint16_t)(qw_f32_bits(a[i]) >> 16);
    } else if (d == QW_F16) {
        store_f16(n, rep, raw);
    } else if (qw_dtype_is_float(d)) {
        memcpy(raw, rep, (size_t)n * (size_t)qw_dtype_size(d));
    } else {
        store_int(d, n, rep, raw);
    }
}

/* ---- representation to representation ---- */

static void int_to_double(QwDtype from, int n, const int64_t *a, double *out)
{
    if (from == QW_U64)
        for (int i = 0; i < n; i++) out[i] = (double)(uint64_t)a[i];
    else
        for (int i = 0; i < n; i++) out[i] = (double)a[i];
}

/* Integers of at most 32 bits are exact in double, so narrowing rounds once;
 * 64-bit ones go through the scalar conversion that minds the lost bits. */
static void int_to_float(QwDtype from, QwDtype to, int n, const int64_t *a,
                         float *out)
{
    for (int done = 0; done < n; done += 256) {
        const int m = n - done < 256 ? n - done : 256;
        if (qw_dtype_size(from) < 8) {
            double d[256];
            int_to_double(from, m, a + done, d);
            qw_narrow_block(to, m, d, out + done);
            continue;
        }
        for (int i = 0; i < m; i++) {
            const int64_t v = a[done + i];
            if (from == QW_U64 && v < 0) {
                const double half = (double)((uint64_t)v >> 1 |
                                             (v & 1)); /* sticky */
                qw_narrow_block(to, 1, &half, &out[done + i]);
                out[done + i] *= 2;
                continue;
            }
            if (to == QW_F32) {
                out[done + i] = (float)v;
                continue;
            }
            uint16_t h;
            qw_elem_set_i64(to, &h, v);
            out[done + i] = to == QW_BF16 ? qw_bf16_to_f32(h)
                                          : qw_f16_to_f32(h);
        }
    }
}

static void double_to_int(QwDtype to, int n, const double *a, int64_t *out)
{
    if (to == QW_BOOL || to == QW_U64) {
        for (int i = 0; i < n; i++) out[i] = qw_f64_to_int(to, a[i]);
        return;
    }
    const int64_t lo = qw_dtype_min(to), hi = (int64_t)qw_dtype_max(to);
    const double dlo = (double)lo, dhi = (double)hi;
    for (int i = 0; i < n; i++) {
        const double x = a[i];
        const int64_t v = x > dlo && x < dhi ? (int64_t)x : x >= dhi ? hi : lo;
        out[i] = x != x ? 0 : v;
    }
}

static void float_to_double(int n, const float *a, double *out)
{
    for (int i = 0; i < n; i++) out[i] = (double)a[i];
}

static void float_to_int(QwDtype to, int n, const float *a, int64_t *out)
{
    double d[256];
    for (int done = 0; done < n; done += 256) {
        const int m = n - done < 256 ? n - done : 256;
        float_to_double(m, a + done, d);
        double_to_int(to, m, d, out + done);
    }
}

void qw_convert_block(QwDtype from, QwDtype to, int n, const void *a, void *out)
{
    const QwRep rf = qw_rep(from), rt = qw_rep(to);
    if (rf == rt) {
        memcpy(out, a, (size_t)n * (size_t)qw_rep_size(rf));
        if (from != to && rf != REP_D) qw_round_block(to, n, out);
    } else if (rf == REP_F) {
        if (rt == REP_D)
            float_to_double(n, a, out);
        else
            float_to_int(to, n, a, out);
    } else if (rf == REP_D) {
        if (rt == REP_F)
            qw_narrow_block(to, n, a, out);
        else
            double_to_int(to, n, a, out);
    } else if (rt == REP_D) {
        int_to_double(from, n, a, out);
    } else {
        int_to_float(from, to, n, a, out);
    }
}
