/* FP32 to BF16 by the instruction for it, which takes subnormals for zeros:
 * where a vector has one, the rounding of AVX-512 does it. */
#include "vec_avx512.h"

V_INLINE __m256i narrow(Vec x)
{
    enum { SUBNORMAL = 0x20 };
    if (__builtin_expect(_mm512_fpclass_ps_mask(x, SUBNORMAL) != 0, 0))
        return v_to_bf16(x);
    return (__m256i)_mm512_cvtneps_pbh(x);
}

static void narrow_row(uint16_t *d, const float *a, int64_t n)
{
    for (; n >= V_LANES; n -= V_LANES, d += V_LANES, a += V_LANES)
        _mm256_storeu_si256((__m256i *)(void *)d, narrow(v_load_f32(a)));
    if (n > 0)
        _mm256_mask_storeu_epi16(d, v_first(n), narrow(v_load_some_f32(a, n)));
}

void qwk_narrow_bf16_avx512bf16(uint16_t *d, int64_t ldd, const float *a,
                                int64_t lda, int64_t m, int64_t n)
{
    if (m > 1 && ldd == n && lda == n) {
        n *= m;
        m = 1;
    }
    for (int64_t i = 0; i < m; i++) narrow_row(d + i * ldd, a + i * lda, n);
}
