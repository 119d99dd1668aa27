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

/* Bytes of a dtype as bf16, by table: [top bit of the byte][low, high half of
 * the bf16][its other bits, in two vectors].  Looking up both halves takes less
 * than half the time of a conversion by way of FP32. */
typedef uint8_t ByteTable[2][2][2][64];

/* Of i8 or u8. */
const ByteTable *qwk_byte_table(QwDtype t);

typedef struct Table {
    __m512i v[2][2][2];
} Table;

INLINE Table load_table(const ByteTable *t)
{
    Table r;
    UNROLL
    for (int i = 0; i < 8; i++)
        r.v[i / 4][i / 2 % 2][i % 2] = _mm512_load_si512(
            (*t)[i / 4][i / 2 % 2][i % 2]);
    return r;
}

INLINE __m512i half_of_bytes(__m512i bytes, const Table *t, const int half)
{
    const __m512i plain = _mm512_permutex2var_epi8(t->v[0][half][0], bytes,
                                                   t->v[0][half][1]),
                  top = _mm512_permutex2var_epi8(t->v[1][half][0], bytes,
                                                 t->v[1][half][1]);
    return _mm512_mask_mov_epi8(plain, _mm512_movepi8_mask(bytes), top);
}

/* Of every 16 bytes, the first 8 in out[0], the last 8 in out[1]. */
INLINE void cast_bytes(__m512i out[2], __m512i bytes, const Table *t)
{
    const __m512i low = half_of_bytes(bytes, t, 0),
                  high = half_of_bytes(bytes, t, 1);
    out[0] = _mm512_unpacklo_epi8(low, high);
    out[1] = _mm512_unpackhi_epi8(low, high);
}

int64_t qwk_gemm_bf16_bt_avx512bf16(const QwkGemm *g); /* b is [n,k] */
int64_t qwk_gemm_bf16_bn_avx512bf16(const QwkGemm *g); /* b is [k,n] */
#endif
