/* Products of bytes on AVX-512 without VNNI. */
#include <immintrin.h>
#include <string.h>
#include "ukr.h"

#define V_FN(name) name##_avx512
#define INLINE static inline __attribute__((always_inline))

enum { LANES = 32, I_ROWS = 4, P_ROWS = 5, P_VECS = 4, I_COLUMNS = 4 };
#define P_DIRECT D(1, 4) D(2, 4) D(3, 4) D(4, 4) D(5, 4)
typedef __m256i Half;
typedef __m512i Vec16;
typedef __m512i Vec32;

INLINE Half load_bytes(const uint8_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}
INLINE Vec16 widen(Half x, const bool is_signed)
{
    return is_signed ? _mm512_cvtepi8_epi16(x) : _mm512_cvtepu8_epi16(x);
}
/* Two rows of bytes, in pairs and widened; the columns keep their order. */
INLINE void interleave(Vec16 w[2], const uint8_t *even, const uint8_t *odd,
                       const bool is_signed)
{
    const __m256i lo = _mm256_permute4x64_epi64(load_bytes(even), 0xd8),
                  hi = _mm256_permute4x64_epi64(load_bytes(odd), 0xd8);
    w[0] = widen(_mm256_unpacklo_epi8(lo, hi), is_signed);
    w[1] = widen(_mm256_unpackhi_epi8(lo, hi), is_signed);
}
INLINE Vec16 load_wide(const int16_t *p)
{
    return _mm512_loadu_si512(p);
}
INLINE void store_wide(int16_t *p, Vec16 x)
{
    _mm512_storeu_si512(p, x);
}
/* asm: the compiler would add in another order, which takes more registers. */
INLINE Vec32 multiply_add(Vec32 sum, Vec16 x, Vec16 y)
{
    __asm__("vpaddd %1, %0, %0" : "+v"(sum) : "v"(_mm512_madd_epi16(x, y)));
    return sum;
}
INLINE Vec32 zero_wide(void)
{
    return _mm512_setzero_si512();
}
INLINE Vec32 load_sums(const int32_t *p)
{
    return _mm512_loadu_si512(p);
}
INLINE void store_sums(int32_t *p, Vec32 x)
{
    _mm512_storeu_si512(p, x);
}
INLINE Vec16 splat_pair(const int16_t *p)
{
    int32_t pair;
    memcpy(&pair, p, sizeof pair);
    return _mm512_set1_epi32(pair);
}
INLINE uint32_t sum_of(Vec32 x)
{
    return (uint32_t)_mm512_reduce_add_epi32(x);
}

#include "gemm_int.inc"
