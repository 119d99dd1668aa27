/* The vector layer on AVX2, FMA and F16C; see vec_avx512.h. */
#ifndef QW_VEC_AVX2_H
#define QW_VEC_AVX2_H
#include <immintrin.h>
#include <string.h>
#include "ukr.h"

#define V_FN(name) name##_avx2
#define V_INLINE static inline __attribute__((always_inline))

enum { V_LANES = 8 };
typedef __m256 Vec;
typedef __m256i VecInt;
typedef __m256 VecMask; /* all bits of a lane set or clear */

/* ---- memory -------------------------------------------------------------- */

V_INLINE __m256i v_first(int64_t left)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)left), lane);
}
V_INLINE Vec v_load_f32(const float *p)
{
    return _mm256_loadu_ps(p);
}
V_INLINE Vec v_load_some_f32(const float *p, int64_t left)
{
    return _mm256_maskload_ps(p, v_first(left));
}
V_INLINE void v_store_f32(float *p, Vec x)
{
    _mm256_storeu_ps(p, x);
}
V_INLINE void v_store_some_f32(float *p, Vec x, int64_t left)
{
    _mm256_maskstore_ps(p, v_first(left), x);
}

/* There are no masked moves of 16 bits: tails go through a padded copy. */
V_INLINE __m128i v_load_halves(const uint16_t *p, int64_t left)
{
    uint16_t padded[V_LANES] = {0};
    memcpy(padded, p, (size_t)left * sizeof *p);
    return _mm_loadu_si128((const __m128i *)padded);
}
V_INLINE void v_store_halves(uint16_t *p, __m128i h, int64_t left)
{
    uint16_t padded[V_LANES];
    _mm_storeu_si128((__m128i *)padded, h);
    memcpy(p, padded, (size_t)left * sizeof *p);
}

V_INLINE Vec v_from_bf16(__m128i h)
{
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(h), 16));
}
/* Round to nearest even by adding just under half a unit; NaN stays NaN. */
V_INLINE __m128i v_to_bf16(Vec x)
{
    const VecInt u = _mm256_castps_si256(x);
    const VecInt odd = _mm256_and_si256(_mm256_srli_epi32(u, 16),
                                        _mm256_set1_epi32(1));
    const VecInt up =
        _mm256_add_epi32(u, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff)));
    const VecInt quiet = _mm256_or_si256(u, _mm256_set1_epi32(1 << 22));
    const Vec nan = _mm256_cmp_ps(x, x, _CMP_UNORD_Q);
    const VecInt r =
        _mm256_srli_epi32(_mm256_blendv_epi8(up, quiet,
                                             _mm256_castps_si256(nan)),
                          16);
    return _mm_packus_epi32(_mm256_castsi256_si128(r),
                            _mm256_extracti128_si256(r, 1));
}
V_INLINE Vec v_load_bf16(const uint16_t *p)
{
    return v_from_bf16(_mm_loadu_si128((const __m128i *)p));
}
V_INLINE Vec v_load_some_bf16(const uint16_t *p, int64_t left)
{
    return v_from_bf16(v_load_halves(p, left));
}
V_INLINE void v_store_bf16(uint16_t *p, Vec x)
{
    _mm_storeu_si128((__m128i *)p, v_to_bf16(x));
}
V_INLINE void v_store_some_bf16(uint16_t *p, Vec x, int64_t left)
{
    v_store_halves(p, v_to_bf16(x), left);
}

V_INLINE __m128i v_to_f16(Vec x)
{
    return _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT);
}
V_INLINE Vec v_load_f16(const uint16_t *p)
{
    return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}
V_INLINE Vec v_load_some_f16(const uint16_t *p, int64_t left)
{
    return _mm256_cvtph_ps(v_load_halves(p, left));
}
V_INLINE void v_store_f16(uint16_t *p, Vec x)
{
    _mm_storeu_si128((__m128i *)p, v_to_f16(x));
}
V_INLINE void v_store_some_f16(uint16_t *p, Vec x, int64_t left)
{
    v_store_halves(p, v_to_f16(x), left);
}

/* Integers as FP32, and back: whole numbers, saturating, NaN is 0. */
V_INLINE VecInt v_to_int(Vec x)
{
    const Vec known = _mm256_and_ps(x, _mm256_cmp_ps(x, x, _CMP_ORD_Q)),
              high = _mm256_cmp_ps(x, _mm256_set1_ps(0x1p31f), _CMP_GE_OQ);
    return _mm256_blendv_epi8(_mm256_cvtps_epi32(known),
                              _mm256_set1_epi32(INT32_MAX),
                              _mm256_castps_si256(high));
}
V_INLINE __m128i v_to_words(Vec x) /* 8 x 16 bits, saturating */
{
    const VecInt i = v_to_int(x);
    return _mm_packs_epi32(_mm256_castsi256_si128(i),
                           _mm256_extracti128_si256(i, 1));
}
V_INLINE Vec v_load_i8(const int8_t *p)
{
    return _mm256_cvtepi32_ps(
        _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
V_INLINE void v_store_i8(int8_t *p, Vec x)
{
    const __m128i w = v_to_words(x);
    _mm_storel_epi64((__m128i *)p, _mm_packs_epi16(w, w));
}
V_INLINE Vec v_load_u8(const uint8_t *p)
{
    return _mm256_cvtepi32_ps(
        _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}
V_INLINE void v_store_u8(uint8_t *p, Vec x)
{
    const __m128i w = v_to_words(x);
    _mm_storel_epi64((__m128i *)p, _mm_packus_epi16(w, w));
}
V_INLINE Vec v_load_i32(const int32_t *p)
{
    return _mm256_cvtepi32_ps(_mm256_loadu_si256((const VecInt *)p));
}
V_INLINE void v_store_i32(int32_t *p, Vec x)
{
    _mm256_storeu_si256((VecInt *)p, v_to_int(x));
}
#define V_SOME_INT(t, T)                                      \
    V_INLINE Vec v_load_some_##t(const T *p, int64_t left)    \
    {                                                         \
        T padded[V_LANES] = {0};                              \
        memcpy(padded, p, (size_t)left * sizeof *p);          \
        return v_load_##t(padded);                            \
    }                                                         \
    V_INLINE void v_store_some_##t(T *p, Vec x, int64_t left) \
    {                                                         \
        T padded[V_LANES];                                    \
        v_store_##t(padded, x);                               \
        memcpy(p, padded, (size_t)left * sizeof *p);          \
    }
V_SOME_INT(i8, int8_t)
V_SOME_INT(u8, uint8_t)
V_SOME_INT(i32, int32_t)

/* ---- arithmetic ---------------------------------------------------------- */

V_INLINE Vec v_splat(float x)
{
    return _mm256_set1_ps(x);
}
V_INLINE VecInt v_splat_int(int32_t x)
{
    return _mm256_set1_epi32(x);
}
V_INLINE Vec v_add(Vec x, Vec y)
{
    return _mm256_add_ps(x, y);
}
V_INLINE Vec v_sub(Vec x, Vec y)
{
    return _mm256_sub_ps(x, y);
}
V_INLINE Vec v_mul(Vec x, Vec y)
{
    return _mm256_mul_ps(x, y);
}
V_INLINE Vec v_div(Vec x, Vec y)
{
    return _mm256_div_ps(x, y);
}
V_INLINE Vec v_sqrt(Vec x)
{
    return _mm256_sqrt_ps(x);
}
V_INLINE Vec v_fma(Vec x, Vec y, Vec z)
{
    return _mm256_fmadd_ps(x, y, z);
}
V_INLINE Vec v_round(Vec x)
{
    return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
V_INLINE Vec v_trunc(Vec x)
{
    return _mm256_round_ps(x, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
}
V_INLINE Vec v_bits_and(Vec x, Vec y)
{
    return _mm256_and_ps(x, y);
}
V_INLINE Vec v_bits_or(Vec x, Vec y)
{
    return _mm256_or_ps(x, y);
}
V_INLINE Vec v_bits_xor(Vec x, Vec y)
{
    return _mm256_xor_ps(x, y);
}
V_INLINE Vec v_raw_max(Vec x, Vec y)
{
    return _mm256_max_ps(x, y);
}
V_INLINE Vec v_raw_min(Vec x, Vec y)
{
    return _mm256_min_ps(x, y);
}

/* ---- masks --------------------------------------------------------------- */

V_INLINE VecMask v_eq(Vec x, Vec y)
{
    return _mm256_cmp_ps(x, y, _CMP_EQ_OQ);
}
V_INLINE VecMask v_ne(Vec x, Vec y)
{
    return _mm256_cmp_ps(x, y, _CMP_NEQ_UQ);
}
V_INLINE VecMask v_lt(Vec x, Vec y)
{
    return _mm256_cmp_ps(x, y, _CMP_LT_OQ);
}
V_INLINE VecMask v_le(Vec x, Vec y)
{
    return _mm256_cmp_ps(x, y, _CMP_LE_OQ);
}
V_INLINE VecMask v_unordered(Vec x, Vec y)
{
    return _mm256_cmp_ps(x, y, _CMP_UNORD_Q);
}
V_INLINE unsigned v_mask_bits(VecMask m) /* bit i: lane i */
{
    return (unsigned)_mm256_movemask_ps(m);
}
V_INLINE Vec v_select(VecMask m, Vec yes, Vec no)
{
    return _mm256_blendv_ps(no, yes, m);
}

/* ---- integers ------------------------------------------------------------ */

V_INLINE VecInt v_bits(Vec x)
{
    return _mm256_castps_si256(x);
}
V_INLINE Vec v_of_bits(VecInt x)
{
    return _mm256_castsi256_ps(x);
}
V_INLINE VecInt v_add_int(VecInt x, VecInt y)
{
    return _mm256_add_epi32(x, y);
}
V_INLINE VecInt v_sub_int(VecInt x, VecInt y)
{
    return _mm256_sub_epi32(x, y);
}
V_INLINE VecInt v_shift_left_23(VecInt x)
{
    return _mm256_slli_epi32(x, 23);
}
V_INLINE VecInt v_shift_right_23(VecInt x)
{
    return _mm256_srai_epi32(x, 23);
}
V_INLINE Vec v_float_of_int(VecInt x)
{
    return _mm256_cvtepi32_ps(x);
}
V_INLINE Vec v_power_of_two(VecInt n)
{
    return v_of_bits(v_shift_left_23(v_add_int(n, v_splat_int(127))));
}
/* In two factors, so that each is a normal number; only the second product
 * can round.  |n| <= 250. */
V_INLINE Vec v_scale(Vec x, Vec n)
{
    const VecInt whole = _mm256_cvtps_epi32(n);
    const VecInt half = _mm256_srai_epi32(whole, 1);
    return v_mul(v_mul(x, v_power_of_two(half)),
                 v_power_of_two(v_sub_int(whole, half)));
}

/* ---- lanes --------------------------------------------------------------- */

/* Lane i gets lane i xor `half`; half = 4, 2, 1. */
V_INLINE Vec v_swap(Vec x, int half)
{
    switch (half) {
    case 4: return _mm256_permute2f128_ps(x, x, 1);
    case 2: return _mm256_shuffle_ps(x, x, 0x4e);
    default: return _mm256_shuffle_ps(x, x, 0xb1);
    }
}
V_INLINE float v_lane0(Vec x)
{
    return _mm256_cvtss_f32(x);
}

/* ---- quads and pairs, for matrix products --------------------------------- */

/* 4 elements, in every place of a vector. */
V_INLINE Vec v_load_quad(const float *p)
{
    return _mm256_broadcast_ps((const __m128 *)(const void *)p);
}
V_INLINE Vec v_load_quad_f16(const uint16_t *p)
{
    int64_t four;
    memcpy(&four, p, sizeof four);
    return _mm256_cvtph_ps(_mm_set1_epi64x(four));
}
/* Of each quad of x and y, one after the other, their first or last halves;
 * the same of pairs. */
V_INLINE Vec v_low(Vec x, Vec y)
{
    return _mm256_unpacklo_ps(x, y);
}
V_INLINE Vec v_high(Vec x, Vec y)
{
    return _mm256_unpackhi_ps(x, y);
}
V_INLINE Vec v_low_pairs(Vec x, Vec y)
{
    return _mm256_castpd_ps(
        _mm256_unpacklo_pd(_mm256_castps_pd(x), _mm256_castps_pd(y)));
}
V_INLINE Vec v_high_pairs(Vec x, Vec y)
{
    return _mm256_castpd_ps(
        _mm256_unpackhi_pd(_mm256_castps_pd(x), _mm256_castps_pd(y)));
}
/* What pairs of bf16 hold: their even and their odd ones. */
V_INLINE Vec v_even(Vec pairs)
{
    return _mm256_castsi256_ps(
        _mm256_slli_epi32(_mm256_castps_si256(pairs), 16));
}
V_INLINE Vec v_odd(Vec pairs)
{
    return _mm256_and_ps(pairs,
                         _mm256_castsi256_ps(
                             _mm256_set1_epi32((int32_t)0xffff0000)));
}
/* v_odd in two shifts, for want of a register to hold the mask. */
V_INLINE Vec v_odd_shifted(Vec pairs)
{
    return v_even(
        _mm256_castsi256_ps(_mm256_srli_epi32(_mm256_castps_si256(pairs), 16)));
}
/* x[0] of the even, x[1] of the odd ones: in order. */
V_INLINE void v_zip(Vec x[2])
{
    const Vec lo = _mm256_unpacklo_ps(x[0], x[1]),
              hi = _mm256_unpackhi_ps(x[0], x[1]);
    x[0] = _mm256_permute2f128_ps(lo, hi, 0x20);
    x[1] = _mm256_permute2f128_ps(lo, hi, 0x31);
}
#endif
