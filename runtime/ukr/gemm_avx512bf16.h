/* bf16 products on AVX-512-BF16: sums, and the two layouts of b. */
#ifndef QW_GEMM_AVX512BF16_H
#define QW_GEMM_AVX512BF16_H
#include "gemm_dot.h"

INLINE __m512 dot(__m512 sum, __m512i w, __m512i a)
{
    return _mm512_dpbf16_ps(sum, (__m512bh)w, (__m512bh)a);
}

INLINE __m512 add_sums(__m512 x, __m512 y)
{
    return _mm512_add_ps(x, y);
}

int64_t qwk_gemm_bf16_bt_avx512bf16(const QwkGemm *g); /* b is [n,k] */
int64_t qwk_gemm_bf16_bn_avx512bf16(const QwkGemm *g); /* b is [k,n] */
#endif
