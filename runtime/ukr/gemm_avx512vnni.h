/* i8 products on AVX-512-VNNI: sums, handled as floats, and the product with
 * N-contiguous weights (b is [k,n]). */
#ifndef QW_GEMM_AVX512VNNI_H
#define QW_GEMM_AVX512VNNI_H
#include "gemm_dot.h"

INLINE __m512 dot(__m512 sum, __m512i w, __m512i a)
{
    return _mm512_castsi512_ps(
        _mm512_dpbusd_epi32(_mm512_castps_si512(sum), w, a));
}

INLINE __m512 add_sums(__m512 x, __m512 y)
{
    return _mm512_castsi512_ps(
        _mm512_add_epi32(_mm512_castps_si512(x), _mm512_castps_si512(y)));
}

/* No weights are cast. */
typedef struct Table {
    int none;
} Table;

int64_t qwk_gemm_i8_bn_avx512vnni(const QwkGemm *g);
#endif
