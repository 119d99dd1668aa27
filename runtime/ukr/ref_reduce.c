/* Specification of the reductions.
 * Float sums run in FP32 in one order given by the extent alone: along a row
 * 64 partial sums added by halving (ukr.h), along a column top to bottom.  Of
 * an empty row or column: sum 0, max the lowest and min the highest finite
 * value (V6), arg 0. */
#include "ref.h"
#include <float.h>
#include <math.h>

enum { PARTIALS = 64 };

/* ---- sums ---------------------------------------------------------------- */

#define INT_SUM(op, t, T)                                                    \
    void qwk_row_sum_##t##_ref(QWK_PAR_REDUCE(T))                            \
    {                                                                        \
        for (int64_t i = 0; i < m; i++) {                                    \
            uint64_t sum = 0;                                                \
            for (int64_t j = 0; j < n; j++) sum += (uint64_t)a[i * lda + j]; \
            d[i * ldd] = (T)sum;                                             \
        }                                                                    \
    }                                                                        \
    void qwk_col_sum_##t##_ref(QWK_PAR_REDUCE(T))                            \
    {                                                                        \
        (void)ldd;                                                           \
        for (int64_t j = 0; j < n; j++) {                                    \
            uint64_t sum = 0;                                                \
            for (int64_t i = 0; i < m; i++) sum += (uint64_t)a[i * lda + j]; \
            d[j] = (T)sum;                                                   \
        }                                                                    \
    }
QW_EACH_INT(INT_SUM, sum)

static float add_partials(float *p)
{
    for (int half = PARTIALS / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) p[i] += p[i + half];
    return p[0];
}

#define FLOAT_SUM(op, t, T)                                                 \
    void qwk_row_sum_##t##_ref(QWK_PAR_REDUCE(T))                           \
    {                                                                       \
        for (int64_t i = 0; i < m; i++) {                                   \
            float p[PARTIALS] = {0};                                        \
            for (int64_t j = 0; j < n; j++)                                 \
                p[j % PARTIALS] += get_##t(a[i * lda + j]);                 \
            d[i * ldd] = put_##t(add_partials(p));                          \
        }                                                                   \
    }                                                                       \
    void qwk_col_sum_##t##_ref(QWK_PAR_REDUCE(T))                           \
    {                                                                       \
        (void)ldd;                                                          \
        for (int64_t j = 0; j < n; j++) {                                   \
            float sum = 0;                                                  \
            for (int64_t i = 0; i < m; i++) sum += get_##t(a[i * lda + j]); \
            d[j] = put_##t(sum);                                            \
        }                                                                   \
    }
QW_EACH_FLOAT(FLOAT_SUM, sum)

/* ---- maximum and minimum ------------------------------------------------- */

#define EXTREME(op, t, T, empty, PICK)                    \
    void qwk_row_##op##_##t##_ref(QWK_PAR_REDUCE(T))      \
    {                                                     \
        for (int64_t i = 0; i < m; i++) {                 \
            T best = n > 0 ? a[i * lda] : (T)(empty);     \
            for (int64_t j = 1; j < n; j++)               \
                best = PICK(op, t, best, a[i * lda + j]); \
            d[i * ldd] = best;                            \
        }                                                 \
    }                                                     \
    void qwk_col_##op##_##t##_ref(QWK_PAR_REDUCE(T))      \
    {                                                     \
        (void)ldd;                                        \
        for (int64_t j = 0; j < n; j++) {                 \
            T best = m > 0 ? a[j] : (T)(empty);           \
            for (int64_t i = 1; i < m; i++)               \
                best = PICK(op, t, best, a[i * lda + j]); \
            d[j] = best;                                  \
        }                                                 \
    }
#define INT_PICK_max(x, y) ((x) > (y) ? (x) : (y))
#define INT_PICK_min(x, y) ((x) < (y) ? (x) : (y))
#define INT_PICK(op, t, x, y) INT_PICK_##op(x, y)
#define FLOAT_PICK(op, t, x, y) put_##t(qw_f##op(get_##t(x), get_##t(y)))

EXTREME(max, i8, int8_t, INT8_MIN, INT_PICK)
EXTREME(max, u8, uint8_t, 0, INT_PICK)
EXTREME(max, i16, int16_t, INT16_MIN, INT_PICK)
EXTREME(max, u16, uint16_t, 0, INT_PICK)
EXTREME(max, i32, int32_t, INT32_MIN, INT_PICK)
EXTREME(max, u32, uint32_t, 0, INT_PICK)
EXTREME(max, i64, int64_t, INT64_MIN, INT_PICK)
EXTREME(max, u64, uint64_t, 0, INT_PICK)
EXTREME(max, f32, float, -FLT_MAX, FLOAT_PICK)
EXTREME(max, f16, uint16_t, 0xfbff, FLOAT_PICK)
EXTREME(max, bf16, uint16_t, 0xff7f, FLOAT_PICK)
EXTREME(min, i8, int8_t, INT8_MAX, INT_PICK)
EXTREME(min, u8, uint8_t, UINT8_MAX, INT_PICK)
EXTREME(min, i16, int16_t, INT16_MAX, INT_PICK)
EXTREME(min, u16, uint16_t, UINT16_MAX, INT_PICK)
EXTREME(min, i32, int32_t, INT32_MAX, INT_PICK)
EXTREME(min, u32, uint32_t, UINT32_MAX, INT_PICK)
EXTREME(min, i64, int64_t, INT64_MAX, INT_PICK)
EXTREME(min, u64, uint64_t, UINT64_MAX, INT_PICK)
EXTREME(min, f32, float, FLT_MAX, FLOAT_PICK)
EXTREME(min, f16, uint16_t, 0x7bff, FLOAT_PICK)
EXTREME(min, bf16, uint16_t, 0x7f7f, FLOAT_PICK)

/* ---- positions ----------------------------------------------------------- */

/* The first of equals wins.  A NaN beats every number, both as maximum and as
 * minimum, and only the first NaN counts. */
#define POSITION(op, t, T, BEATS)                                              \
    void qwk_row_arg##op##_##t##_ref(QWK_PAR_ARG(T))                           \
    {                                                                          \
        for (int64_t i = 0; i < m; i++) {                                      \
            int64_t best = 0;                                                  \
            for (int64_t j = 1; j < n; j++)                                    \
                if (BEATS(op, t, a[i * lda + j], a[i * lda + best])) best = j; \
            d[i * ldd] = (int32_t)best;                                        \
        }                                                                      \
    }
static bool beats_max(float x, float y)
{
    return !isnan(y) && (isnan(x) || x > y);
}

static bool beats_min(float x, float y)
{
    return !isnan(y) && (isnan(x) || x < y);
}

#define INT_BEATS_max(x, y) ((x) > (y))
#define INT_BEATS_min(x, y) ((x) < (y))
#define INT_BEATS(op, t, x, y) INT_BEATS_##op(x, y)
#define FLOAT_BEATS(op, t, x, y) beats_##op(get_##t(x), get_##t(y))
#define INT_POSITION(op, t, T) POSITION(op, t, T, INT_BEATS)
#define FLOAT_POSITION(op, t, T) POSITION(op, t, T, FLOAT_BEATS)
QW_EACH_INT(INT_POSITION, max)
QW_EACH_INT(INT_POSITION, min)
QW_EACH_FLOAT(FLOAT_POSITION, max)
QW_EACH_FLOAT(FLOAT_POSITION, min)
