/* Scalar arithmetic of emitted code that is too long to be inline in qwrt.h.
 * Integers never wrap silently: what does not fit 64 bits is reported (T2).
 * The conversions to and from 16-bit floats are in dtype.c. */
#include "qwrt.h"
#include <math.h>
#include "dtype.h"

int qw_mul_overflows(int64_t a, int64_t b, int64_t *r)
{
    return __builtin_mul_overflow(a, b, r);
}

int qw_shl_overflows(int64_t a, int64_t b, int64_t *r)
{
    if (b < 0 || b > 63) return 1;
    const int64_t shifted = (int64_t)((uint64_t)a << b);
    if (shifted >> b != a) return 1;
    *r = shifted;
    return 0;
}

int64_t qw_trip(int64_t start, int64_t stop, int64_t step)
{
    if (step > 0 ? stop <= start : stop >= start) return 0;
    const uint64_t lo = (uint64_t)(step > 0 ? start : stop);
    const uint64_t hi = (uint64_t)(step > 0 ? stop : start);
    const uint64_t by = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    const uint64_t trips = (hi - lo - 1) / by + 1;
    return trips > INT64_MAX ? INT64_MAX : (int64_t)trips;
}

/* Equal operands differ at most in the sign of zero: max keeps +, min -. */
float qw_fmin(float a, float b)
{
    if (isnan(a) || isnan(b)) return a + b;
    return a == b ? qw_f32_of_bits(qw_f32_bits(a) | qw_f32_bits(b))
        : a < b   ? a
                  : b;
}

float qw_fmax(float a, float b)
{
    if (isnan(a) || isnan(b)) return a + b;
    return a == b ? qw_f32_of_bits(qw_f32_bits(a) & qw_f32_bits(b))
        : a > b   ? a
                  : b;
}

int64_t qw_f32_to_i64(float x)
{
    if (isnan(x)) return 0;
    if (x >= 0x1p63f) return INT64_MAX;
    if (x < -0x1p63f) return INT64_MIN;
    return (int64_t)roundf(x);
}

float qw_i64_to_f32(int64_t x)
{
    return (float)x;
}
