/* Casts of the pairs of dtypes that no ISA has a kernel for, as loops over one
 * pair each: integers among each other, integers to FP32, FP32 to integers.
 * ref_cast.c says what they compute. */
#include "ref.h"

typedef void Loop(void *d, int64_t ldd, const void *a, int64_t lda, int64_t m,
                  int64_t n);

#define LOOP(name, T, F, value)                                        \
    static void name(void *d, int64_t ldd, const void *a, int64_t lda, \
                     int64_t m, int64_t n)                             \
    {                                                                  \
        for (int64_t i = 0; i < m; i++) {                              \
            T *const row = (T *)d + i * ldd;                           \
            const F *const from = (const F *)a + i * lda;              \
            for (int64_t j = 0; j < n; j++) {                          \
                const F x = from[j];                                   \
                row[j] = value;                                        \
            }                                                          \
        }                                                              \
    }

/* ---- integers ------------------------------------------------------------ */

static inline int32_t clamp_int32_t(int32_t x, int64_t low, int64_t high)
{
    const int32_t l = low < INT32_MIN ? INT32_MIN : (int32_t)low,
                  h = high > INT32_MAX ? INT32_MAX : (int32_t)high;
    return x < l ? l : x > h ? h : x;
}

static inline int64_t clamp_int64_t(int64_t x, int64_t low, int64_t high)
{
    return x < low ? low : x > high ? high : x;
}

/* W: holds every F */
#define INTO(t, T, least, most, f, F, W) \
    LOOP(f##_##t, T, F, (T)clamp_##W(x, least, most))
#define FROM(f, F, W)                                 \
    INTO(i8, int8_t, INT8_MIN, INT8_MAX, f, F, W)     \
    INTO(u8, uint8_t, 0, UINT8_MAX, f, F, W)          \
    INTO(i16, int16_t, INT16_MIN, INT16_MAX, f, F, W) \
    INTO(u16, uint16_t, 0, UINT16_MAX, f, F, W)       \
    INTO(i32, int32_t, INT32_MIN, INT32_MAX, f, F, W) \
    INTO(u32, uint32_t, 0, UINT32_MAX, f, F, W)       \
    INTO(i64, int64_t, INT64_MIN, INT64_MAX, f, F, W) \
    LOOP(f##_f32, float, F, (float)x)
FROM(i8, int8_t, int32_t)
FROM(u8, uint8_t, int32_t)
FROM(i16, int16_t, int32_t)
FROM(u16, uint16_t, int32_t)
FROM(i32, int32_t, int32_t)
FROM(u32, uint32_t, int64_t)
FROM(i64, int64_t, int64_t)

enum { INTEGERS = QW_I64 - QW_I8 + 1 };

#define ROW(f)                                                      \
    {                                                               \
        f##_i8, f##_u8, f##_i16, f##_u16, f##_i32, f##_u32, f##_i64 \
    }
static Loop *const among_integers[INTEGERS][INTEGERS] = {ROW(i8),  ROW(u8),
                                                         ROW(i16), ROW(u16),
                                                         ROW(i32), ROW(u32),
                                                         ROW(i64)};
static Loop *const to_f32[INTEGERS] = {i8_f32,  u8_f32,  i16_f32, u16_f32,
                                       i32_f32, u32_f32, i64_f32};

/* ---- FP32 to integers ---------------------------------------------------- */

/* x, truncated to t, leaves this much */
static inline float left(float x, int64_t t)
{
    return x - (float)t;
}

static inline int64_t outwards(float x, int64_t t)
{
    return x < 0 ? t - 1 : t + 1;
}

static inline int64_t to_odd(float x, int64_t t)
{
    return left(x, t) != 0 && t % 2 == 0 ? outwards(x, t) : t;
}

static inline int64_t to_even(float x, int64_t t)
{
    const float r = left(x, t), size = r < 0 ? -r : r;
    return size > 0.5f || (size == 0.5f && t % 2 != 0) ? outwards(x, t) : t;
}

static inline int64_t away(float x, int64_t t)
{
    const float r = left(x, t);
    return r >= 0.5f || r <= -0.5f ? outwards(x, t) : t;
}

static inline int64_t down(float x, int64_t t)
{
    return left(x, t) < 0 ? t - 1 : t;
}

static inline int64_t up(float x, int64_t t)
{
    return left(x, t) > 0 ? t + 1 : t;
}

static inline int64_t cut(float x, int64_t t)
{
    (void)x;
    return t;
}

#define ROUNDED(mode, t, T, least, most)                        \
    LOOP(mode##_##t, T, float,                                  \
         !(x >= (float)(least))   ? (x < 0 ? (T)(least) : (T)0) \
             : x >= (float)(most) ? (T)(most)                   \
                                  : (T)mode(x, (int64_t)x))
#define MODES(t, T, least, most)        \
    ROUNDED(away, t, T, least, most)    \
    ROUNDED(to_even, t, T, least, most) \
    ROUNDED(down, t, T, least, most)    \
    ROUNDED(up, t, T, least, most)      \
    ROUNDED(cut, t, T, least, most)     \
    ROUNDED(to_odd, t, T, least, most)
MODES(i32, int32_t, INT32_MIN, INT32_MAX)
MODES(u32, uint32_t, 0, UINT32_MAX)
MODES(i64, int64_t, INT64_MIN, INT64_MAX)

/* in the order of QwRound */
#define OF(t)                                                                  \
    {                                                                          \
        away_##t, to_even_##t, away_##t, down_##t, up_##t, cut_##t, to_odd_##t \
    }
static Loop *const of_f32[][QW_ODD + 1] = {OF(i32), OF(u32), OF(i64)};

/* ---- which one ----------------------------------------------------------- */

static bool is_integer(QwDtype t)
{
    return t >= QW_I8 && t <= QW_I64;
}

bool qwk_cast_loop(QwDtype to, void *d, int64_t ldd, QwDtype from,
                   const void *a, int64_t lda, int64_t m, int64_t n,
                   QwRound mode)
{
    Loop *loop;
    if (is_integer(from) && is_integer(to))
        loop = among_integers[from - QW_I8][to - QW_I8];
    else if (is_integer(from) && to == QW_F32)
        loop = to_f32[from - QW_I8];
    else if (from == QW_F32 && to >= QW_I32 && to <= QW_I64)
        loop = of_f32[to - QW_I32][mode];
    else
        return false;
    loop(d, ldd, a, lda, m, n);
    return true;
}

/* Bits that FP32 cannot hold are folded into its last one, so that rounding the
 * result to 16 bits is the only rounding. */
#define FOLDED(x, bits)             \
    (((x) & ~((1 << (bits)) - 1)) | \
     ((x) & ((1 << (bits)) - 1) ? 1 << (bits) : 0))
LOOP(fold_i32, float, int32_t,
     (float)(x >= -(1 << 24) && x <= 1 << 24 ? x : FOLDED(x, 7)))
LOOP(fold_u32, float, uint32_t, (float)(x <= 1u << 24 ? x : FOLDED(x, 8u)))

bool qwk_fold(float *d, int64_t ldd, QwDtype from, const void *a, int64_t lda,
              int64_t m, int64_t n)
{
    if (from != QW_I32 && from != QW_U32) return false;
    (from == QW_I32 ? fold_i32 : fold_u32)(d, ldd, a, lda, m, n);
    return true;
}
