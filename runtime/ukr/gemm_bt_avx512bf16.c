/* bf16 products with K-contiguous weights on AVX-512-BF16: Q tiles. */
#include "gemm_avx512bf16.h"
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

typedef uint16_t Elem;
enum { OCTET = 8 };

INLINE __m128i load_octet(const Elem *p, int64_t left)
{
    const __mmask8 mask = left >= OCTET ? 0xff : (__mmask8)((1u << left) - 1);
    return _mm_maskz_loadu_epi16(mask, p);
}

INLINE __m512i weights(__m512i w)
{
    return w;
}

INLINE __m512 dot(__m512 sum, __m512i a, __m512i w)
{
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)w);
}

INLINE __m256 dot_half(__m256 sum, __m256i a, __m256i w)
{
    return _mm256_dpbf16_ps(sum, (__m256bh)a, (__m256bh)w);
}

INLINE __m512 add_sums(__m512 x, __m512 y)
{
    return _mm512_add_ps(x, y);
}

INLINE __m128 add_four(__m128 x, __m128 y)
{
    return _mm_add_ps(x, y);
}

#include "gemm_q.inc"

int64_t qwk_gemm_bf16_bt_avx512bf16(const QwkGemm *g)
{
    const int64_t need = packed_size(g) * SIZE;
    if (need > g->scratch_bytes) return need;
    if (!g->packed) pack(g, g->scratch);
    run_product(g, &(Packed){.a = g->scratch, .k = whole_octets(g->k)});
    return 0;
}
