/* Specification of pl.cast (language.md 8.4) for every pair of dtypes.
 * An element travels as a double where that is exact (all floats), as an
 * integer otherwise; every conversion rounds once. */
#include "ref.h"
#include <math.h>
#include <string.h>

/* Any value of any integer dtype. */
typedef struct Integer {
    bool negative; /* value is `magnitude` below zero */
    uint64_t magnitude;
} Integer;

static Integer int_of(QwDtype t, const void *p)
{
    if (t == QW_U64) {
        uint64_t u;
        memcpy(&u, p, sizeof u);
        return (Integer){false, u};
    }
    const int64_t v = qw_elem_i64(t, p);
    return (Integer){v < 0, v < 0 ? 0 - (uint64_t)v : (uint64_t)v};
}

/* Saturates. */
static void put_int(QwDtype t, void *p, Integer v)
{
    const uint64_t max = qw_dtype_max(t);
    const uint64_t min = 0 - (uint64_t)qw_dtype_min(t); /* magnitude */
    const uint64_t bound = v.negative ? min : max;
    const uint64_t u = v.magnitude < bound ? v.magnitude : bound;
    qw_elem_set_i64(t, p, (int64_t)(v.negative ? 0 - u : u));
}

/* ---- float to integer ---------------------------------------------------- */

static double to_odd(double x)
{
    const double whole = trunc(x);
    if (whole == x || fmod(whole, 2) != 0) return whole;
    return whole + (x < 0 ? -1 : 1);
}

static double round_to_whole(double x, QwRound mode)
{
    switch (mode) {
    case QW_RINT: return rint(x);
    case QW_FLOOR: return floor(x);
    case QW_CEIL: return ceil(x);
    case QW_TRUNC: return trunc(x);
    case QW_ODD: return to_odd(x);
    default: return round(x); /* ties away from zero */
    }
}

static Integer int_of_float(double x, QwRound mode)
{
    if (isnan(x)) return (Integer){false, 0};
    const double whole = round_to_whole(x, mode), size = fabs(whole);
    return (Integer){whole < 0, size < 0x1p64 ? (uint64_t)size : UINT64_MAX};
}

/* ---- to float ------------------------------------------------------------ */

/* A double that rounds to FP32 and narrower as v does: the bits a double
 * cannot hold are folded into its last one. */
static double double_of_int(Integer v)
{
    uint64_t u = v.magnitude;
    if (u >> 53 != 0)
        u = (u & ~UINT64_C(0x7ff)) | ((u & 0x7ff) != 0 ? 0x800 : 0);
    return v.negative ? -(double)u : (double)u;
}

static void put_double(QwDtype t, void *p, double x)
{
    const float f = t == QW_F32 ? qw_f64_to_f32(x) : 0;
    const uint16_t h = t == QW_BF16 ? qw_f64_to_bf16(x)
        : t == QW_F16               ? qw_f64_to_f16(x)
                                    : 0;
    if (t == QW_F64)
        memcpy(p, &x, sizeof x);
    else if (t == QW_F32)
        memcpy(p, &f, sizeof f);
    else
        memcpy(p, &h, sizeof h);
}

/* Only FP32 and 16-bit sources can be narrowed in another mode than RNE. */
static void put_float(QwDtype t, void *p, QwDtype from, double x, QwRound mode)
{
    if (from == QW_F64 || t == QW_F32 || t == QW_F64) {
        put_double(t, p, x);
        return;
    }
    const float f = (float)x;
    const uint16_t h = t == QW_BF16 ? qw_f32_to_bf16(f, mode)
                                    : qw_f32_to_f16(f, mode);
    memcpy(p, &h, sizeof h);
}

/* ---- the cast ------------------------------------------------------------ */

static void cast_element(QwDtype to, void *d, QwDtype from, const void *a,
                         QwRound mode)
{
    const bool of_float = qw_dtype_is_float(from);
    const double x = of_float ? qw_elem_f64(from, a) : 0;
    const Integer v = of_float ? int_of_float(x, mode) : int_of(from, a);
    if (to == QW_BOOL)
        *(uint8_t *)d = of_float ? x != 0 : v.magnitude != 0;
    else if (!qw_dtype_is_float(to))
        put_int(to, d, v);
    else if (of_float)
        put_float(to, d, from, x, mode);
    else
        put_double(to, d, double_of_int(v));
}

void qwk_cast_ref(QwDtype to, void *d, int64_t ldd, QwDtype from, const void *a,
                  int64_t lda, int64_t m, int64_t n, QwRound mode)
{
    const int64_t to_bytes = qw_dtype_size(to);
    const int64_t from_bytes = qw_dtype_size(from);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < n; j++)
            cast_element(to, (char *)d + (i * ldd + j) * to_bytes, from,
                         (const char *)a + (i * lda + j) * from_bytes, mode);
}

#define NARROW(t)                                         \
    void qwk_narrow_##t##_ref(QWK_PAR_NARROW(uint16_t))   \
    {                                                     \
        for (int64_t i = 0; i < m; i++)                   \
            for (int64_t j = 0; j < n; j++)               \
                d[i * ldd + j] = put_##t(a[i * lda + j]); \
    }                                                     \
    void qwk_widen_##t##_ref(QWK_PAR_WIDEN(uint16_t))     \
    {                                                     \
        for (int64_t i = 0; i < m; i++)                   \
            for (int64_t j = 0; j < n; j++)               \
                d[i * ldd + j] = get_##t(a[i * lda + j]); \
    }
NARROW(bf16)
NARROW(f16)

#define INTEGER(t, T, dtype)                                         \
    void qwk_widen_##t##_ref(QWK_PAR_WIDEN(T))                       \
    {                                                                \
        qwk_cast_ref(QW_F32, d, ldd, dtype, a, lda, m, n, QW_NONE);  \
    }                                                                \
    void qwk_rint_##t##_ref(QWK_PAR_NARROW(T))                       \
    {                                                                \
        qwk_cast_ref(dtype, d, ldd, QW_F32, a, lda, m, n, QW_RINT);  \
    }                                                                \
    void qwk_away_##t##_ref(QWK_PAR_NARROW(T))                       \
    {                                                                \
        qwk_cast_ref(dtype, d, ldd, QW_F32, a, lda, m, n, QW_ROUND); \
    }
INTEGER(i8, int8_t, QW_I8)
INTEGER(u8, uint8_t, QW_U8)
INTEGER(i32, int32_t, QW_I32)
