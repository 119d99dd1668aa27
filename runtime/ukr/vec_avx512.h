/* The vector layer on AVX-512: what ew.inc and the products with FMA are
 * written in.  vec_avx2.h defines the same names, so a kernel is one source for
 * both.
 *
 * A load or store of `left` elements (1 <= left < V_LANES) touches no other
 * memory; lanes beyond read as +0. */
#ifndef QW_VEC_AVX512_H
#define QW_VEC_AVX512_H
#include <immintrin.h>
#include <string.h>
#include "ukr.h"

#define V_FN(name) name##_avx512
#define V_INLINE static inline __attribute__((always_inline))

enum { V_LANES = 16 };
typedef __m512 Vec;
typedef __m512i VecInt;
typedef __mmask16 VecMask;

/* ---- memory -------------------------------------------------------------- */

V_INLINE VecMask v_first(int64_t left)
{
    return (VecMask)((1u << left) - 1);
}
V_INLINE Vec v_load_f32(const float *p)
{
    return _mm512_loadu_ps(p);
}
V_INLINE Vec v_load_some_f32(const float *p, int64_t left)
{
    return _mm512_maskz_loadu_ps(v_first(left), p);
}
V_INLINE void v_store_f32(float *p, Vec x)
{
    _mm512_storeu_ps(p, x);
}
V_INLINE void v_store_some_f32(float *p, Vec x, int64_t left)
{
    _mm512_mask_storeu_ps(p, v_first(left), x);
}

V_INLINE Vec v_from_bf16(__m256i h)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(h), 16));
}
/* Round to nearest even by adding just under half a unit; NaN stays NaN. */
V_INLINE __m256i v_to_bf16(Vec x)
{
    const VecInt u = _mm512_castps_si512(x);
    const VecInt odd = _mm512_and_si512(_mm512_srli_epi32(u, 16),
                                        _mm512_set1_epi32(1));
    const VecInt up =
        _mm512_add_epi32(u, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    const VecInt quiet = _mm512_or_si512(u, _mm512_set1_epi32(1 << 22));
    const VecMask nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    return _mm512_cvtepi32_epi16(
        _mm512_srli_epi32(_mm512_mask_mov_epi32(up, nan, quiet), 16));
}
V_INLINE Vec v_load_bf16(const uint16_t *p)
{
    return v_from_bf16(_mm256_loadu_si256((const __m256i *)p));
}
V_INLINE Vec v_load_some_bf16(const uint16_t *p, int64_t left)
{
    return v_from_bf16(_mm256_maskz_loadu_epi16(v_first(left), p));
}
V_INLINE void v_store_bf16(uint16_t *p, Vec x)
{
    _mm256_storeu_si256((__m256i *)p, v_to_bf16(x));
}
V_INLINE void v_store_some_bf16(uint16_t *p, Vec x, int64_t left)
{
    _mm256_mask_storeu_epi16(p, v_first(left), v_to_bf16(x));
}

V_INLINE __m256i v_to_f16(Vec x)
{
    return _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
V_INLINE Vec v_load_f16(const uint16_t *p)
{
    return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}
V_INLINE Vec v_load_some_f16(const uint16_t *p, int64_t left)
{
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(v_first(left), p));
}
V_INLINE void v_store_f16(uint16_t *p, Vec x)
{
    _mm256_storeu_si256((__m256i *)p, v_to_f16(x));
}
V_INLINE void v_store_some_f16(uint16_t *p, Vec x, int64_t left)
{
    _mm256_mask_storeu_epi16(p, v_first(left), v_to_f16(x));
}

/* Integers as FP32, and back: whole numbers, saturating, NaN is 0. */
V_INLINE Vec v_zero_if_nan(Vec x)
{
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(x, x, _CMP_ORD_Q), x);
}
V_INLINE VecInt v_to_int(Vec x)
{
    const __mmask16 high = _mm512_cmp_ps_mask(x, _mm512_set1_ps(0x1p31f),
                                              _CMP_GE_OQ);
    return _mm512_mask_mov_epi32(_mm512_cvtps_epi32(v_zero_if_nan(x)), high,
                                 _mm512_set1_epi32(INT32_MAX));
}
V_INLINE __m128i v_to_i8(Vec x)
{
    return _mm512_cvtsepi32_epi8(v_to_int(x));
}
V_INLINE __m128i v_to_u8(Vec x)
{
    return _mm512_cvtusepi32_epi8(
        _mm512_max_epi32(v_to_int(x), _mm512_setzero_si512()));
}
V_INLINE Vec v_load_i8(const int8_t *p)
{
    return _mm512_cvtepi32_ps(
        _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
V_INLINE Vec v_load_some_i8(const int8_t *p, int64_t left)
{
    return _mm512_cvtepi32_ps(
        _mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(v_first(left), p)));
}
V_INLINE void v_store_i8(int8_t *p, Vec x)
{
    _mm_storeu_si128((__m128i *)p, v_to_i8(x));
}
V_INLINE void v_store_some_i8(int8_t *p, Vec x, int64_t left)
{
    _mm_mask_storeu_epi8(p, v_first(left), v_to_i8(x));
}
V_INLINE Vec v_load_u8(const uint8_t *p)
{
    return _mm512_cvtepi32_ps(
        _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}
V_INLINE Vec v_load_some_u8(const uint8_t *p, int64_t left)
{
    return _mm512_cvtepi32_ps(
        _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(v_first(left), p)));
}
V_INLINE void v_store_u8(uint8_t *p, Vec x)
{
    _mm_storeu_si128((__m128i *)p, v_to_u8(x));
}
V_INLINE void v_store_some_u8(uint8_t *p, Vec x, int64_t left)
{
    _mm_mask_storeu_epi8(p, v_first(left), v_to_u8(x));
}
V_INLINE Vec v_load_i32(const int32_t *p)
{
    return _mm512_cvtepi32_ps(_mm512_loadu_si512(p));
}
V_INLINE Vec v_load_some_i32(const int32_t *p, int64_t left)
{
    return _mm512_cvtepi32_ps(_mm512_maskz_loadu_epi32(v_first(left), p));
}
V_INLINE void v_store_i32(int32_t *p, Vec x)
{
    _mm512_storeu_si512(p, v_to_int(x));
}
V_INLINE void v_store_some_i32(int32_t *p, Vec x, int64_t left)
{
    _mm512_mask_storeu_epi32(p, v_first(left), v_to_int(x));
}

/* ---- arithmetic ---------------------------------------------------------- */

V_INLINE Vec v_splat(float x)
{
    return _mm512_set1_ps(x);
}
V_INLINE VecInt v_splat_int(int32_t x)
{
    return _mm512_set1_epi32(x);
}
V_INLINE Vec v_add(Vec x, Vec y)
{
    return _mm512_add_ps(x, y);
}
V_INLINE Vec v_sub(Vec x, Vec y)
{
    return _mm512_sub_ps(x, y);
}
V_INLINE Vec v_mul(Vec x, Vec y)
{
    return _mm512_mul_ps(x, y);
}
V_INLINE Vec v_div(Vec x, Vec y)
{
    return _mm512_div_ps(x, y);
}
V_INLINE Vec v_sqrt(Vec x)
{
    return _mm512_sqrt_ps(x);
}
V_INLINE Vec v_fma(Vec x, Vec y, Vec z) /* x y + z, one rounding */
{
    return _mm512_fmadd_ps(x, y, z);
}
V_INLINE Vec v_round(Vec x)
{
    return _mm512_roundscale_ps(x,
                                _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
V_INLINE Vec v_trunc(Vec x)
{
    return _mm512_roundscale_ps(x, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
}
V_INLINE Vec v_bits_and(Vec x, Vec y)
{
    return _mm512_and_ps(x, y);
}
V_INLINE Vec v_bits_or(Vec x, Vec y)
{
    return _mm512_or_ps(x, y);
}
V_INLINE Vec v_bits_xor(Vec x, Vec y)
{
    return _mm512_xor_ps(x, y);
}
/* The hardware's: the second operand when one is NaN or both are zero. */
V_INLINE Vec v_raw_max(Vec x, Vec y)
{
    return _mm512_max_ps(x, y);
}
V_INLINE Vec v_raw_min(Vec x, Vec y)
{
    return _mm512_min_ps(x, y);
}
V_INLINE Vec v_scale(Vec x, Vec n) /* x 2^n, n whole; one rounding */
{
    return _mm512_scalef_ps(x, n);
}

/* ---- masks --------------------------------------------------------------- */

V_INLINE VecMask v_eq(Vec x, Vec y)
{
    return _mm512_cmp_ps_mask(x, y, _CMP_EQ_OQ);
}
V_INLINE VecMask v_ne(Vec x, Vec y)
{
    return _mm512_cmp_ps_mask(x, y, _CMP_NEQ_UQ);
}
V_INLINE VecMask v_lt(Vec x, Vec y)
{
    return _mm512_cmp_ps_mask(x, y, _CMP_LT_OQ);
}
V_INLINE VecMask v_le(Vec x, Vec y)
{
    return _mm512_cmp_ps_mask(x, y, _CMP_LE_OQ);
}
V_INLINE VecMask v_unordered(Vec x, Vec y)
{
    return _mm512_cmp_ps_mask(x, y, _CMP_UNORD_Q);
}
V_INLINE unsigned v_mask_bits(VecMask m) /* bit i: lane i */
{
    return m;
}
V_INLINE Vec v_select(VecMask m, Vec yes, Vec no)
{
    return _mm512_mask_blend_ps(m, no, yes);
}

/* ---- integers ------------------------------------------------------------ */

V_INLINE VecInt v_bits(Vec x)
{
    return _mm512_castps_si512(x);
}
V_INLINE Vec v_of_bits(VecInt x)
{
    return _mm512_castsi512_ps(x);
}
V_INLINE VecInt v_add_int(VecInt x, VecInt y)
{
    return _mm512_add_epi32(x, y);
}
V_INLINE VecInt v_sub_int(VecInt x, VecInt y)
{
    return _mm512_sub_epi32(x, y);
}
V_INLINE VecInt v_shift_left_23(VecInt x)
{
    return _mm512_slli_epi32(x, 23);
}
V_INLINE VecInt v_shift_right_23(VecInt x) /* of the sign bit too */
{
    return _mm512_srai_epi32(x, 23);
}
V_INLINE Vec v_float_of_int(VecInt x)
{
    return _mm512_cvtepi32_ps(x);
}

/* ---- lanes --------------------------------------------------------------- */

/* Lane i gets lane i xor `half`; half = 8, 4, 2, 1. */
V_INLINE Vec v_swap(Vec x, int half)
{
    switch (half) {
    case 8: return _mm512_shuffle_f32x4(x, x, 0x4e);
    case 4: return _mm512_shuffle_f32x4(x, x, 0xb1);
    case 2: return _mm512_shuffle_ps(x, x, 0x4e);
    default: return _mm512_shuffle_ps(x, x, 0xb1);
    }
}
V_INLINE float v_lane0(Vec x)
{
    return _mm512_cvtss_f32(x);
}

/* ---- quads and pairs, for matrix products --------------------------------- */

/* 4 elements, in every place of a vector. */
V_INLINE Vec v_load_quad(const float *p)
{
    return _mm512_broadcast_f32x4(_mm_loadu_ps(p));
}
V_INLINE Vec v_load_quad_f16(const uint16_t *p)
{
    int64_t four;
    memcpy(&four, p, sizeof four);
    return _mm512_cvtph_ps(_mm256_set1_epi64x(four));
}
/* Of each quad of x and y, one after the other, their first or last halves;
 * the same of pairs. */
V_INLINE Vec v_low(Vec x, Vec y)
{
    return _mm512_unpacklo_ps(x, y);
}
V_INLINE Vec v_high(Vec x, Vec y)
{
    return _mm512_unpackhi_ps(x, y);
}
V_INLINE Vec v_low_pairs(Vec x, Vec y)
{
    return _mm512_castpd_ps(
        _mm512_unpacklo_pd(_mm512_castps_pd(x), _mm512_castps_pd(y)));
}
V_INLINE Vec v_high_pairs(Vec x, Vec y)
{
    return _mm512_castpd_ps(
        _mm512_unpackhi_pd(_mm512_castps_pd(x), _mm512_castps_pd(y)));
}
/* What pairs of bf16 hold: their even and their odd ones. */
V_INLINE Vec v_even(Vec pairs)
{
    return _mm512_castsi512_ps(
        _mm512_slli_epi32(_mm512_castps_si512(pairs), 16));
}
V_INLINE Vec v_odd(Vec pairs)
{
    return _mm512_castsi512_ps(
        _mm512_and_si512(_mm512_castps_si512(pairs),
                         _mm512_set1_epi32((int32_t)0xffff0000)));
}
/* v_odd in two shifts, for want of a register to hold the mask. */
V_INLINE Vec v_odd_shifted(Vec pairs)
{
    return v_even(
        _mm512_castsi512_ps(_mm512_srli_epi32(_mm512_castps_si512(pairs), 16)));
}
/* x[0] of the even, x[1] of the odd ones: in order. */
V_INLINE void v_zip(Vec x[2])
{
    const VecInt low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5,
                                         21, 6, 22, 7, 23);
    const VecInt high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    const Vec even = x[0];
    x[0] = _mm512_permutex2var_ps(even, low, x[1]);
    x[1] = _mm512_permutex2var_ps(even, high, x[1]);
}
#endif
