/* Products of bytes on AVX2. */
#include <immintrin.h>
#include <string.h>
#include "ukr.h"

#define V_FN(name) name##_avx2
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 16, I_ROWS = 4, P_ROWS = 5, P_VECS = 2, I_COLUMNS = 2 };
#define P_DIRECT D(1, 8) D(2, 4) D(3, 4)
typedef __m128i Half;
typedef __m256i Vec16;
typedef __m256i Vec32;

INLINE Half load_bytes(const uint8_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}
INLINE Vec16 widen(Half x, const bool is_signed)
{
    return is_signed ? _mm256_cvtepi8_epi16(x) : _mm256_cvtepu8_epi16(x);
}
/* Two rows of bytes, in pairs and widened; the columns keep their order. */
INLINE void interleave(Vec16 w[2], const uint8_t *even, const uint8_t *odd,
                       const bool is_signed)
{
    const __m128i lo = load_bytes(even), hi = load_bytes(odd);
    w[0] = widen(_mm_unpacklo_epi8(lo, hi), is_signed);
    w[1] = widen(_mm_unpackhi_epi8(lo, hi), is_signed);
}
INLINE Vec16 load_wide(const int16_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}
INLINE void store_wide(int16_t *p, Vec16 x)
{
    _mm256_storeu_si256((__m256i *)(void *)p, x);
}
/* asm: the compiler would add in another order, which takes more registers. */
INLINE Vec32 multiply_add(Vec32 sum, Vec16 x, Vec16 y)
{
    __asm__("vpaddd %1, %0, %0" : "+x"(sum) : "x"(_mm256_madd_epi16(x, y)));
    return sum;
}
INLINE Vec32 zero_wide(void)
{
    return _mm256_setzero_si256();
}
INLINE Vec32 load_sums(const int32_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}
INLINE void store_sums(int32_t *p, Vec32 x)
{
    _mm256_storeu_si256((__m256i *)(void *)p, x);
}
INLINE Vec16 splat_pair(const int16_t *p)
{
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return _mm256_set1_epi32(pair);
}
INLINE uint32_t sum_of(Vec32 x)
{
    __m128i v = _mm_add_epi32(_mm256_castsi256_si128(x),
                              _mm256_extracti128_si256(x, 1));
    v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
    v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(v);
}

#include "gemm_int.inc"
