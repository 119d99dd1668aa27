/* i8 products on AVX-512-VNNI: Q tiles.
 *
 * vpdpbusd multiplies unsigned by signed bytes and adds exactly, so weights are
 * taken as w + 128 and every sum begins with -128 times the sum of its row of
 * a. */
#include "gemm_avx512vnni.h"

typedef int8_t Elem;
enum { OCTET = 16 };

INLINE __m128i load_octet(const Elem *p, int64_t left)
{
    const __mmask16 mask = left >= OCTET ? 0xffff
                                         : (__mmask16)((1u << left) - 1);
    return _mm_maskz_loadu_epi8(mask, p);
}

INLINE __m512i weights(__m512i w)
{
    return _mm512_xor_si512(w, _mm512_set1_epi8(-128));
}

#define EACH_SOURCE(make, ...) make(PLAIN, __VA_ARGS__)
#define LIST_SOURCES(name) \
    {                      \
        tile_PLAIN_##name  \
    }
INLINE Table cast_table(QwDtype from)
{
    (void)from;
    return (Table){0};
}
INLINE void cast_rows(Elem (*to)[4 * OCTET], const char *first,
                      const char *second, int64_t k, const Table *table)
{
    (void)to, (void)first, (void)second, (void)k, (void)table;
}

INLINE __m256 dot_half(__m256 sum, __m256i w, __m256i a)
{
    return _mm256_castsi256_ps(
        _mm256_dpbusd_epi32(_mm256_castps_si256(sum), w, a));
}

INLINE __m128 add_four(__m128 x, __m128 y)
{
    return _mm_castsi128_ps(
        _mm_add_epi32(_mm_castps_si128(x), _mm_castps_si128(y)));
}

#include "gemm_q.inc"

/* Where sums begin: dword 0 of a lane is its row's -128 sum, the others are
 * zeros.  a is packed. */
static void start_block(const Packed *p, int64_t m, int64_t rows, float *start)
{
    const __m512i first = _mm512_maskz_set1_epi32(0x1111, -1);
    const int64_t groups = groups_of(rows);
    const Elem *a = p->a + m * p->k;
    const __m512i all = _mm512_set1_epi8(1);
    for (int64_t i = 0; i < groups; i++) {
        __m512i sum = _mm512_setzero_si512();
        for (int64_t o = 0; o < p->k; o += OCTET)
            sum = _mm512_dpbusd_epi32(sum, all,
                                      _mm512_load_si512(
                                          a +
                                          (o * groups / OCTET + i) * LANES));
        sum = _mm512_add_epi32(sum, _mm512_shuffle_epi32(sum, 0x4e));
        sum = _mm512_add_epi32(sum, _mm512_shuffle_epi32(sum, 0xb1));
        sum = _mm512_and_si512(first, _mm512_slli_epi32(sum, 7));
        sum = _mm512_sub_epi32(_mm512_setzero_si512(), sum);
        _mm512_store_si512(start + 16 * i, sum);
    }
}

int64_t qwk_gemm_i8_avx512vnni(const QwkGemm *g)
{
    if (!(g->flags & QW_BT)) return qwk_gemm_i8_bn_avx512vnni(g);
    const int64_t blocks = (g->m + 15) / 16;
    const int64_t start = blocks * MAX_GROUPS * 16;
    const int64_t need = start * (int64_t)sizeof(float) + packed_size(g);
    if (need > g->scratch_bytes) return need;
    float *const at = g->scratch;
    Elem *const packed = (Elem *)(void *)(at + start);
    const Packed p = {.a = packed, .start = at, .k = whole_octets(g->k)};
    if (!g->packed) {
        pack(g, packed);
        for (int64_t m = 0; m < g->m; m += 16)
            start_block(&p, m, g->m - m < 16 ? g->m - m : 16,
                        at + m * MAX_GROUPS);
    }
    run_product(g, &p);
    return 0;
}
