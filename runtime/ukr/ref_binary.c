/* Specification of the elementwise operations of two operands.
 * Floats: one IEEE operation in FP32, then one rounding to the dtype.
 * Integers: int_ops.h. */
#include "ref.h"
#include "int_ops.h"
#include <math.h>

#define BINARY(op, t, T, value)                                           \
    void qwk_##op##_##t##_ref(QWK_PAR_BINARY(T))                          \
    {                                                                     \
        for (int64_t i = 0; i < m; i++)                                   \
            for (int64_t j = 0; j < n; j++) {                             \
                const T x = a[i * lda + j * sa], y = b[i * ldb + j * sb]; \
                d[i * ldd + j] = (value);                                 \
            }                                                             \
    }

/* ---- integers ------------------------------------------------------------ */

/* A divisor of -1 negates (INT_MIN stays), which the hardware would trap. */
#define INT_div(op, t, T)                                   \
    BINARY(op, t, T,                                        \
           y == 0                    ? 0                    \
               : y == (T)-1 && y < 1 ? (T)(0 - (uint64_t)x) \
                                     : (T)(x / y))
#define INT_fmod(op, t, T) \
    BINARY(op, t, T, y == 0 || (y == (T)-1 && y < 1) ? 0 : (T)(x % y))

#define INT_OPS(op, t, T) INT_BINARIES(BINARY, t, T) INT_SHIFTS(BINARY, t, T)

QW_EACH_INT(INT_OPS, )
QW_EACH_INT(INT_div, div)
QW_EACH_INT(INT_fmod, fmod)

/* ---- floats -------------------------------------------------------------- */

static float f_add(float x, float y)
{
    return x + y;
}

static float f_sub(float x, float y)
{
    return x - y;
}

static float f_mul(float x, float y)
{
    return x * y;
}

static float f_div(float x, float y)
{
    return x / y;
}

/* fmod is exact, so every correct libm gives the same bits. */
static float f_fmod(float x, float y)
{
    return fmodf(x, y);
}

static float f_max(float x, float y)
{
    return qw_fmax(x, y);
}

static float f_min(float x, float y)
{
    return qw_fmin(x, y);
}

static float f_cmp_eq(float x, float y)
{
    return x == y ? 1.0f : 0.0f;
}

static float f_cmp_ne(float x, float y)
{
    return x != y ? 1.0f : 0.0f;
}

static float f_cmp_lt(float x, float y)
{
    return x < y ? 1.0f : 0.0f;
}

static float f_cmp_le(float x, float y)
{
    return x <= y ? 1.0f : 0.0f;
}

static float f_cmp_gt(float x, float y)
{
    return x > y ? 1.0f : 0.0f;
}

static float f_cmp_ge(float x, float y)
{
    return x >= y ? 1.0f : 0.0f;
}

static float f_expdif(float x, float y)
{
    return qwk_exp(x - y);
}

#define FLOAT(op, t, T) \
    BINARY(op, t, T, put_##t(f_##op(get_##t(x), get_##t(y))))
QW_EACH_FLOAT(FLOAT, add)
QW_EACH_FLOAT(FLOAT, sub)
QW_EACH_FLOAT(FLOAT, mul)
QW_EACH_FLOAT(FLOAT, div)
QW_EACH_FLOAT(FLOAT, max)
QW_EACH_FLOAT(FLOAT, min)
QW_EACH_FLOAT(FLOAT, fmod)
QW_EACH_FLOAT(FLOAT, cmp_eq)
QW_EACH_FLOAT(FLOAT, cmp_ne)
QW_EACH_FLOAT(FLOAT, cmp_lt)
QW_EACH_FLOAT(FLOAT, cmp_le)
QW_EACH_FLOAT(FLOAT, cmp_gt)
QW_EACH_FLOAT(FLOAT, cmp_ge)
QW_EACH_FLOAT(FLOAT, expdif)
