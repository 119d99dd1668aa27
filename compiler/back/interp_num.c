/* Numbers of the reference engine: rounding to the dtypes, casts with every
 * mode of language.md 8.4, units in the last place and the bounds of 8.5.
 * Written from the text and from the definition of a binary format, not from
 * the runtime's kernels; only plain RNE conversions are shared (dtype.h). */
#include "back/interp.h"
#include <float.h>
#include <math.h>
#include <string.h>

typedef struct Format {
    int digits, emin;
    double max;
} Format; /* digits with the implicit one */

static Format format_of(QwDtype d)
{
    switch (d) {
    case QW_F16: return (Format){11, -14, 65504};
    case QW_BF16: return (Format){8, -126, 0x1.fep127};
    case QW_F64: return (Format){53, -1022, DBL_MAX};
    default: return (Format){24, -126, (double)FLT_MAX};
    }
}

double imax_finite(QwDtype d)
{
    return format_of(d).max;
}

double iround_once(QwDtype d, double x)
{
    switch (d) {
    case QW_F16: return (double)qw_f16_to_f32(qw_f64_to_f16(x));
    case QW_BF16: return (double)qw_bf16_to_f32(qw_f64_to_bf16(x));
    case QW_F64: return x;
    default: return (double)(float)x;
    }
}

double iround(QwDtype d, double x)
{
    const double f = (double)(float)x;
    return d == QW_F32 ? f : iround_once(d, f);
}

/* ---- casts --------------------------------------------------------------- */

static double to_integer(double x, QwRound mode)
{
    switch (mode) {
    case QW_NONE:
    case QW_RINT: return rint(x);
    case QW_ROUND: return round(x);
    case QW_FLOOR: return floor(x);
    case QW_CEIL: return ceil(x);
    case QW_TRUNC: return trunc(x);
    case QW_ODD: break;
    }
    const double t = trunc(x);
    return t != x && fmod(t, 2) == 0 ? t + copysign(1, x) : t;
}

/* what a magnitude above the largest finite value becomes */
static double overflowed(double max, double x, QwRound mode)
{
    const bool away = mode == QW_NONE || mode == QW_RINT || mode == QW_ROUND ||
        (mode == QW_CEIL && x > 0) || (mode == QW_FLOOR && x < 0);
    return copysign(away ? (double)INFINITY : max, x);
}

/* scale so that one unit in the last place is 1, round
 * to an integer, scale back */
double iround_mode(QwDtype d, double x, QwRound mode)
{
    if (!isfinite(x) || x == 0) return x;
    const Format f = format_of(d);
    const int e = ilogb(x) < f.emin ? f.emin : ilogb(x),
              unit = e - (f.digits - 1);
    const double y = ldexp(to_integer(ldexp(x, -unit), mode), unit);
    return fabs(y) > f.max ? overflowed(f.max, x, mode) : copysign(y, x);
}

int64_t inum_int(QwDtype to, double x, QwRound mode)
{
    if (to == QW_BOOL) return x != 0;
    if (isnan(x)) return 0;
    const double y = to_integer(x, mode == QW_NONE ? QW_ROUND : mode);
    if (y <= (double)qw_dtype_min(to)) return qw_dtype_min(to);
    if (y >= (double)qw_dtype_max(to)) return (int64_t)qw_dtype_max(to);
    return to == QW_U64 ? (int64_t)(uint64_t)y : (int64_t)y;
}

/* Beyond 2^53 the lost bits become a sticky bit, so that
 * only one rounding counts. */
double inum_float(QwDtype to, QwDtype from, int64_t i)
{
    const bool negative = from != QW_U64 && i < 0;
    const uint64_t m = negative ? 0 - (uint64_t)i : (uint64_t)i;
    const uint64_t kept = m >> 53 ? (m >> 11 | ((m & 0x7ff) != 0)) << 11 : m;
    const double x = iround_once(to, (double)kept);
    return negative ? -x : x;
}

int inum_order(QwDtype d, int64_t a, int64_t b)
{
    if (d == QW_U64)
        return (uint64_t)a < (uint64_t)b ? -1 : (uint64_t)a > (uint64_t)b;
    return a < b ? -1 : a > b;
}

int64_t inum_saturate(QwDtype to, QwDtype from, int64_t i)
{
    if (to == QW_BOOL) return i != 0;
    if (from == QW_U64 && i < 0)
        return (int64_t)qw_dtype_max(to); /* all ones for U64 */
    if (i < qw_dtype_min(to)) return qw_dtype_min(to);
    return i > 0 && (uint64_t)i > qw_dtype_max(to) ? (int64_t)qw_dtype_max(to)
                                                   : i;
}

int64_t iwrap(QwDtype d, int64_t i)
{
    switch (d) {
    case QW_BOOL: return i != 0;
    case QW_I8: return (int8_t)i;
    case QW_U8: return (uint8_t)i;
    case QW_I16: return (int16_t)i;
    case QW_U16: return (uint16_t)i;
    case QW_I32: return (int32_t)i;
    case QW_U32: return (uint32_t)i;
    default: return i;
    }
}

double inum_value(QwDtype d, int64_t i)
{
    return d == QW_U64 ? (double)(uint64_t)i : (double)i;
}

/* ---- NaN ----------------------------------------------------------------- */

double nan_min(double a, double b)
{
    if (isnan(a) || isnan(b)) return (double)NAN;
    if (a == b) return signbit(a) ? a : b;
    return a < b ? a : b;
}

double nan_max(double a, double b)
{
    if (isnan(a) || isnan(b)) return (double)NAN;
    if (a == b) return signbit(a) ? b : a;
    return a > b ? a : b;
}

double f32_value(uint32_t bits)
{
    float f;
    double d;
    memcpy(&f, &bits, sizeof f);
    if (!isnan(f)) return (double)f;
    const uint64_t wide = (uint64_t)(bits & 0x80000000) << 32 |
        UINT64_C(0x7ff) << 52 | (uint64_t)(bits & 0x7fffff) << 29;
    memcpy(&d, &wide, sizeof d);
    return d;
}

uint32_t f32_bits(double d)
{
    uint64_t wide;
    uint32_t bits;
    memcpy(&wide, &d, sizeof wide);
    if (isnan(d)) {
        bits = (uint32_t)(wide >> 29) & 0x7fffff;
        return (uint32_t)(wide >> 32 & 0x80000000) | 0x7f800000 |
            (bits ? bits : 0x400000);
    }
    const float f = (float)d;
    memcpy(&bits, &f, sizeof bits);
    return bits;
}

/* ---- bounds -------------------------------------------------------------- */

double iulp(QwDtype d, double x)
{
    if (!is_floating(d)) return 1;
    if (!isfinite(x)) return (double)INFINITY;
    const Format f = format_of(d);
    const int e = x == 0 || ilogb(x) < f.emin ? f.emin : ilogb(x);
    return ldexp(1, e - (f.digits - 1));
}

/* the farthest value within e of r still is one of the
 * dtype: no wrap, no overflow */
static bool stays_inside(QwDtype d, double r, double e)
{
    if (is_floating(d)) return fabs(r) + e <= imax_finite(d);
    return r - e >= (double)qw_dtype_min(d) && r + e <= (double)qw_dtype_max(d);
}

/* bound of an infinite result: every engine overflows, or one may just not */
static double overflow_bound(QwDtype d, double raw, double e)
{
    const double max = imax_finite(d);
    return fabs(raw) - e > max + 4 * iulp(d, max) ? 0 : (double)INFINITY;
}

double ibound(QwDtype d, double raw, double r, double e, int units)
{
    if (e == 0 && units <= 1) return 0;
    if (isnan(e) || (isnan(r) && e > 0)) return (double)INFINITY;
    if (isnan(r)) return 0;
    if (isinf(r)) return overflow_bound(d, raw, e);
    const double total = e + units * iulp(d, fabs(r) + e);
    return stays_inside(d, r, total) ? total : (double)INFINITY;
}

double ibound_sum(QwDtype d, double raw, double r, double mag, double err,
                  int64_t k, double tau)
{
    if (!is_floating(d)) return ibound(d, r, r, err, 1);
    if (err == 0 && (mag == 0 || (k == 1 && tau == 0))) return 0; /* exact */
    if (!isfinite(mag))
        return err == 0
            ? 0
            : (double)INFINITY; /* NaN or infinity in, the same out */
    const double ku = (double)k * 0x1p-24;
    if (ku >= 1 || mag > imax_finite(QW_F32)) return (double)INFINITY;
    return ibound(d, raw, r, err + ku / (1 - ku) * mag + tau, 1);
}

IExtreme iextreme(double r)
{
    return (IExtreme){r, 0, (double)INFINITY};
}

void iextreme_add(IExtreme *b, double x, double e)
{
    const double d = fabs(b->r - x), off = isnan(d) ? 0 : d;
    b->over = fmax(b->over, isinf(e) ? e : e - off);
    b->under = fmin(b->under, e + off);
}

double iextreme_bound(const IExtreme *b)
{
    return isinf(b->under) ? b->over : fmax(b->over, b->under);
}
