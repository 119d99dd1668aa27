/* Specification of the elementwise operations of one operand.
 * neg and abs change the sign bit only, so they are exact in every dtype; the
 * elementary functions are those of ref_math.c. */
#include "ref.h"
#include "int_ops.h"
#include <math.h>

#define UNARY(op, t, T, value)                   \
    void qwk_##op##_##t##_ref(QWK_PAR_UNARY(T))  \
    {                                            \
        for (int64_t i = 0; i < m; i++)          \
            for (int64_t j = 0; j < n; j++) {    \
                const T x = a[i * lda + j * sa]; \
                d[i * ldd + j] = (value);        \
            }                                    \
    }

#define INT_OPS(op, t, T) INT_UNARIES(UNARY, t, T)
QW_EACH_INT(INT_OPS, )

static float f_neg(float x)
{
    return -x;
}

static float f_abs(float x)
{
    return fabsf(x);
}

static float f_exp(float x)
{
    return qwk_exp(x);
}

static float f_log(float x)
{
    return qwk_log(x);
}

static float f_sqrt(float x)
{
    return sqrtf(x);
}

static float f_rsqrt(float x)
{
    return 1.0f / sqrtf(x);
}

static float f_recip(float x)
{
    return 1.0f / x;
}

static float f_sin(float x)
{
    return qwk_sin(x);
}

static float f_cos(float x)
{
    return qwk_cos(x);
}

#define FLOAT(op, t, T) UNARY(op, t, T, put_##t(f_##op(get_##t(x))))
QW_EACH_FLOAT(FLOAT, neg)
QW_EACH_FLOAT(FLOAT, abs)
QW_EACH_FLOAT(FLOAT, exp)
QW_EACH_FLOAT(FLOAT, log)
QW_EACH_FLOAT(FLOAT, sqrt)
QW_EACH_FLOAT(FLOAT, rsqrt)
QW_EACH_FLOAT(FLOAT, recip)
QW_EACH_FLOAT(FLOAT, sin)
QW_EACH_FLOAT(FLOAT, cos)
