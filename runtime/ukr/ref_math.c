/* Elementary functions of the ref kernels: FP32 in, FP32 out, computed in
 * doubles with + - * / alone and rounded once, so the error stays under
 * 0.51 ULP and the bits do not depend on libm or on FMA.
 *
 * Argument reduction is exact to far more bits than a double result needs:
 * for sin and cos of huge arguments by multiplying the significand with a
 * window of the bits of 2/pi (Payne and Hanek, SIGNUM 1983). */
#include "ref.h"
#include <math.h>
#include <string.h>

static double power_of_two(int n) /* -1022..1023 */
{
    const uint64_t bits = (uint64_t)(n + 1023) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* sum of c[i] x^i */
static double polynomial(const double *c, int terms, double x)
{
    double sum = c[terms - 1];
    for (int i = terms - 2; i >= 0; i--) sum = sum * x + c[i];
    return sum;
}

/* exp(x) = 2^n exp(r), |r| <= ln(2)/2; the clamp keeps n small and ends
 * beyond every finite result. */
float qwk_exp(float x)
{
    static const double taylor[] =
        {1,          1,           1. / 2,       1. / 6,
         1. / 24,    1. / 120,    1. / 720,     1. / 5040,
         1. / 40320, 1. / 362880, 1. / 3628800, 1. / 39916800};
    const double ln2_hi = 0x1.62e42feep-1, ln2_lo = 0x1.a39ef35793c76p-33;
    if (isnan(x)) return x + x;
    const double c = x > 128 ? 128 : x < -150 ? -150 : (double)x;
    const double n = rint(c * 0x1.71547652b82fep+0);
    const double r = (c - n * ln2_hi) - n * ln2_lo;
    return (float)(polynomial(taylor, 12, r) * power_of_two((int)n));
}

/* x = 2^e m, m in [sqrt(1/2), sqrt(2)): log m = 2 artanh((m - 1)/(m + 1)) */
float qwk_log(float x)
{
    static const double series[] = {2,       2. / 3,  2. / 5,  2. / 7,
                                    2. / 9,  2. / 11, 2. / 13, 2. / 15,
                                    2. / 17, 2. / 19, 2. / 21};
    if (x == 0) return -INFINITY;
    if (isnan(x) || x < 0) return NAN;
    if (isinf(x)) return x;
    const double d = (double)x;
    int64_t bits;
    memcpy(&bits, &d, sizeof bits);
    const int64_t half = INT64_C(0x3fe6a09e667f3bcd); /* sqrt(1/2) */
    const int64_t e = (bits - half) >> 52;
    bits -= e * (INT64_C(1) << 52);
    double m;
    memcpy(&m, &bits, sizeof m);
    const double s = (m - 1) / (m + 1);
    return (float)((double)e * 0x1.62e42fefa39efp-1 +
                   s * polynomial(series, 11, s * s));
}

/* ---- sine and cosine ----------------------------------------------------- */

typedef struct Angle {
    int quadrant;
    double r; /* |r| <= pi/4, about */
} Angle;

/* |x| < 2^26: n times each of the first two parts of pi/2 is exact. */
static Angle reduce_small(double x)
{
    const double n = rint(x * 0x1.45f306dc9c883p-1);
    double r = x - n * 0x1.921fb54p+0;
    r -= n * 0x1.10b461p-30;
    r -= n * 0x1.a62633145c06ep-58;
    return (Angle){(int)((int64_t)n & 3), r};
}

/* 96 bits of 2/pi = 0.b1 b2 ..., from b(first + 1) on. */
static unsigned __int128 two_over_pi(int first)
{
    static const uint32_t word[] = {0xa2f9836e, 0x4e441529, 0xfc2757d1,
                                    0xf534ddc0, 0xdb629599, 0x3c439041,
                                    0xfe5163ab, 0xdebbc561};
    const int at = first / 32, shift = first % 32;
    unsigned __int128 w = 0;
    for (int i = 0; i < 4; i++) w = w << 32 | word[at + i];
    return w << shift >> 32 & (((unsigned __int128)1 << 96) - 1);
}

/* x = m 2^e with a 24-bit m.  The product of m with the window that starts at
 * weight 2 (higher bits give multiples of 4) is x 2/pi modulo 4, scaled by
 * 2^94. */
static Angle reduce_large(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int e = (int)(bits >> 23 & 0xff) - 150;
    const uint32_t m = (bits & 0x7fffff) | 0x800000;
    const unsigned __int128 turn = (unsigned __int128)m * two_over_pi(e - 2);
    const uint64_t top = (uint64_t)(turn >> 32); /* 2^62 a quadrant */
    const uint64_t n = (top + (UINT64_C(1) << 61)) >> 62;
    const int64_t rest = (int64_t)(top - (n << 62));
    const double low = (double)(uint32_t)turn * 0x1p-32;
    const double f = ((double)rest + low) * 0x1p-62;
    const double r = f * 0x1.921fb54442d18p+0;
    const int quadrant = (int)(n & 3);
    return (bits >> 31) != 0 ? (Angle){-quadrant & 3, -r}
                             : (Angle){quadrant, r};
}

static double sin_near_zero(double r)
{
    static const double taylor[] =
        {1,           -1. / 6,        1. / 120,        -1. / 5040,
         1. / 362880, -1. / 39916800, 1. / 6227020800.};
    return r * polynomial(taylor, 7, r * r);
}

static double cos_near_zero(double r)
{
    static const double taylor[] =
        {1,          -1. / 2,       1. / 24,        -1. / 720,
         1. / 40320, -1. / 3628800, 1. / 479001600, -1. / 87178291200.};
    return polynomial(taylor, 8, r * r);
}

/* sin(x + quadrants pi/2) */
static float sin_shifted(float x, int quadrants)
{
    if (!isfinite(x)) return NAN;
    const Angle a = fabsf(x) < 0x1p26f ? reduce_small((double)x)
                                       : reduce_large(x);
    const int q = (a.quadrant + quadrants) & 3;
    const double y = q & 1 ? cos_near_zero(a.r) : sin_near_zero(a.r);
    return (float)(q & 2 ? -y : y);
}

float qwk_sin(float x)
{
    return fabsf(x) < 0x1p-13f ? x : sin_shifted(x, 0);
}

float qwk_cos(float x)
{
    return sin_shifted(x, 1);
}
