/* Element types: the table made from dtype.def and the scalar conversions that
 * define language.md 8.4.  Everything faster (vector casts, tile kernels) is
 * tested against this file.  16-bit floats go through the integer bits of a
 * binary32, and directed modes look at the discarded bits, so no step depends
 * on the floating-point environment. */
#include "dtype.h"

#include <math.h>
#include <string.h>

const QwDtypeInfo qw_dtype_info[QW_DTYPE_COUNT] = {
#define DTYPE(id, suffix, pl, torch, ctype, bytes, npy, st, cls) \
    [id] = {#suffix, pl, torch, #ctype, npy, st, bytes, cls},
#include "dtype.def"
#undef DTYPE
};

int64_t qw_dtype_min(QwDtype d)
{
    if (qw_dtype_info[d].cls != 'i') return 0;
    return (int64_t)(UINT64_MAX << (8 * qw_dtype_size(d) - 1));
}

uint64_t qw_dtype_max(QwDtype d)
{
    const int bits = 8 * qw_dtype_size(d);
    switch (qw_dtype_info[d].cls) {
    case 'b': return 1;
    case 'i': return UINT64_MAX >> (65 - bits);
    case 'u': return UINT64_MAX >> (64 - bits);
    default: return 0;
    }
}

float qw_bf16_to_f32(uint16_t h)
{
    return qw_f32_of_bits((uint32_t)h << 16);
}

float qw_f16_to_f32(uint16_t h)
{
    const uint32_t sign = (uint32_t)(h & 0x8000) << 16;
    const uint32_t e = h >> 10 & 31, m = h & 0x3ff;
    const uint32_t quiet = m ? 0x400000 : 0;
    if (e == 31) return qw_f32_of_bits(sign | 0x7f800000 | quiet | m << 13);
    if (e) return qw_f32_of_bits(sign | (e + 112) << 23 | m << 13);
    const float tiny = (float)m * 0x1p-24f; /* exact */
    return sign ? -tiny : tiny;
}

/* One place right of the kept bits decides: `cut` holds the discarded bits,
 * `half` the weight of the first of them.  Says whether |x| grows by one unit. */
static int rounds_up(uint64_t kept, uint64_t cut, uint64_t half, int negative,
                     QwRound mode)
{
    switch (mode) {
    case QW_NONE:
    case QW_RINT: return cut > half || (cut == half && (kept & 1));
    case QW_ROUND: return cut >= half;
    case QW_FLOOR: return cut != 0 && negative;
    case QW_CEIL: return cut != 0 && !negative;
    case QW_TRUNC: return 0;
    case QW_ODD: return cut != 0 && !(kept & 1);
    }
    return 0;
}

/* A finite magnitude mant * 2^exp (mant below 2^54, nonzero) to a small format
 * of `mbits` stored mantissa bits and minimum normal exponent `emin`.  Returns
 * exponent and mantissa bits joined; `inf` when it overflows. */
static uint32_t pack_small(uint64_t mant, int exp, int mbits, int emin,
                           uint32_t inf, int negative, QwRound mode)
{
    const int top = 63 - __builtin_clzll(mant); /* value in [2^(top+exp), ..) */
    int unit = top + exp - mbits;               /* exponent of one unit */
    if (unit < emin - mbits) unit = emin - mbits;
    const int drop = unit - exp;
    uint64_t kept, up;
    if (drop <= 0) {
        kept = mant << -drop;
        up = 0;
    } else if (drop > 62) {
        kept = 0;
        up = (uint64_t)rounds_up(0, 1, 2, negative, mode);
    } else {
        kept = mant >> drop;
        const uint64_t cut = mant & ((UINT64_C(1) << drop) - 1);
        up = (uint64_t)rounds_up(kept, cut, UINT64_C(1) << (drop - 1), negative,
                                 mode);
    }
    kept += up;
    /* a subnormal has kept < 2^mbits and the lowest unit; normals carry the
     * implicit bit, which adding to the exponent field accounts for */
    const uint64_t field = (uint64_t)(unit - (emin - mbits));
    const uint64_t r = (field << mbits) + kept;
    if (r < inf) return (uint32_t)r;
    const int to_max = mode == QW_TRUNC || mode == QW_ODD ||
        (mode == QW_FLOOR && !negative) || (mode == QW_CEIL && negative);
    return to_max ? inf - 1 : inf;
}

static uint16_t small_from_f64(double x, int mbits, int emin, uint32_t inf,
                               QwRound mode)
{
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    const uint32_t sign = (uint32_t)(u >> 48) & 0x8000;
    const int e = (int)(u >> 52 & 0x7ff);
    uint64_t mant = u & 0xfffffffffffff;
    if (e == 0x7ff)
        return (uint16_t)(mant ? sign | inf | 1u << (mbits - 1) : sign | inf);
    if (!e && !mant) return (uint16_t)sign;
    if (e) mant |= UINT64_C(1) << 52;
    const int exp = (e ? e : 1) - 1075;
    return (uint16_t)(sign |
                      pack_small(mant, exp, mbits, emin, inf, sign != 0, mode));
}

uint16_t qw_f32_to_bf16(float x, QwRound mode)
{
    const uint32_t u = qw_f32_bits(x);
    if ((u & 0x7fffffff) > 0x7f800000) return (uint16_t)(u >> 16 | 0x40);
    if (mode == QW_NONE || mode == QW_RINT)
        return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
    return small_from_f64((double)x, 7, -126, 0x7f80, mode);
}

uint16_t qw_f32_to_f16(float x, QwRound mode)
{
    return small_from_f64((double)x, 10, -14, 0x7c00, mode);
}

float qw_f64_to_f32(double x)
{
    return (float)x;
}

uint16_t qw_f64_to_bf16(double x)
{
    return small_from_f64(x, 7, -126, 0x7f80, QW_RINT);
}

uint16_t qw_f64_to_f16(double x)
{
    return small_from_f64(x, 10, -14, 0x7c00, QW_RINT);
}

#define LOAD(T) \
    T v;        \
    memcpy(&v, p, sizeof v)
#define STORE(T, e)              \
    do {                         \
        const T v = (T)(e);      \
        memcpy(p, &v, sizeof v); \
    } while (0)

int64_t qw_f64_to_i64(double x)
{
    if (isnan(x)) return 0;
    if (x >= 0x1p63) return INT64_MAX;
    return x < -0x1p63 ? INT64_MIN : (int64_t)x;
}

int64_t qw_f64_to_int(QwDtype d, double x)
{
    if (d == QW_BOOL) return x != 0; /* NaN is true, as in C */
    if (d == QW_U64) {
        if (!(x > 0)) return 0;
        return x >= 0x1p64 ? -1 : (int64_t)(uint64_t)x;
    }
    const int64_t v = qw_f64_to_i64(x);
    const int64_t lo = qw_dtype_min(d), hi = (int64_t)qw_dtype_max(d);
    return v < lo ? lo : v > hi ? hi : v;
}

double qw_elem_f64(QwDtype d, const void *p)
{
    switch (d) {
    case QW_F64: {
        LOAD(double);
        return v;
    }
    case QW_F32: {
        LOAD(float);
        return (double)v;
    }
    case QW_BF16: {
        LOAD(uint16_t);
        return (double)qw_bf16_to_f32(v);
    }
    case QW_F16: {
        LOAD(uint16_t);
        return (double)qw_f16_to_f32(v);
    }
    case QW_U64: {
        LOAD(uint64_t);
        return (double)v;
    }
    default: return (double)qw_elem_i64(d, p);
    }
}

int64_t qw_elem_i64(QwDtype d, const void *p)
{
    switch (d) {
    case QW_BOOL: {
        LOAD(uint8_t);
        return v != 0;
    }
    case QW_I8: {
        LOAD(int8_t);
        return v;
    }
    case QW_U8: {
        LOAD(uint8_t);
        return v;
    }
    case QW_I16: {
        LOAD(int16_t);
        return v;
    }
    case QW_U16: {
        LOAD(uint16_t);
        return v;
    }
    case QW_I32: {
        LOAD(int32_t);
        return v;
    }
    case QW_U32: {
        LOAD(uint32_t);
        return v;
    }
    case QW_I64:
    case QW_U64: {
        LOAD(int64_t);
        return v;
    }
    default: return qw_f64_to_i64(qw_elem_f64(d, p));
    }
}

void qw_elem_set_f64(QwDtype d, void *p, double x)
{
    switch (d) {
    case QW_F64: STORE(double, x); return;
    case QW_F32: STORE(float, x); return;
    case QW_BF16: STORE(uint16_t, qw_f64_to_bf16(x)); return;
    case QW_F16: STORE(uint16_t, qw_f64_to_f16(x)); return;
    default: qw_elem_set_i64(d, p, qw_f64_to_int(d, x)); return;
    }
}

/* int64 to a 16-bit float without a detour that rounds twice: below 2^53 the
 * double is exact; above, the lost bits become a sticky bit. */
static double i64_sticky(int64_t x)
{
    const uint64_t m = x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
    if (m < UINT64_C(1) << 53) return (double)x;
    const uint64_t s = (m >> 11 | ((m & 0x7ff) != 0)) << 11;
    return x < 0 ? -(double)s : (double)s;
}

void qw_elem_set_i64(QwDtype d, void *p, int64_t x)
{
    switch (d) {
    case QW_BOOL: STORE(uint8_t, x != 0); return;
    case QW_I8:
    case QW_U8: STORE(uint8_t, (uint64_t)x); return;
    case QW_I16:
    case QW_U16: STORE(uint16_t, (uint64_t)x); return;
    case QW_I32:
    case QW_U32: STORE(uint32_t, (uint64_t)x); return;
    case QW_I64:
    case QW_U64: STORE(int64_t, x); return;
    case QW_F64: STORE(double, x); return;
    case QW_F32: STORE(float, x); return;
    case QW_BF16: STORE(uint16_t, qw_f64_to_bf16(i64_sticky(x))); return;
    case QW_F16: STORE(uint16_t, qw_f64_to_f16(i64_sticky(x))); return;
    default: return;
    }
}
