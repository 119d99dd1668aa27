/* i8 products with N-contiguous weights on AVX-512-VNNI.
 *
 * vpdpbusd multiplies unsigned by signed bytes, so weights are taken as w + 128
 * and every sum begins with -128 times the sum of its row of a. */
#include "gemm_avx512vnni.h"
#include "gemm_place.h"

typedef int8_t Elem;
enum { MOST_ROWS = 6, GROUP_ROWS = 6 };
#define SHAPES \
    S(1, 2)    \
    S(2, 2)    \
    S(3, 1)    \
    F(4)       \
    F(5)       \
    F(6)

INLINE __m512i line_of(const char *b)
{
    return _mm512_xor_si512(_mm512_loadu_si512(b), _mm512_set1_epi8(-128));
}

/* Vector v gets columns 4v .. 4v + 3 of every 16. */
#define EACH_SOURCE(make, ...) make(PLAIN, __VA_ARGS__)
#define LIST_SOURCES(name, rows)   \
    {                              \
        tile_##name##_PLAIN_##rows \
    }
INLINE Table cast_table(QwDtype from)
{
    (void)from;
    return (Table){0};
}
INLINE void interleave(__m512i w[4], const char *b, int64_t ldb,
                       const Table *table, const Source source)
{
    (void)table, (void)source;
    const __m512i b0 = line_of(b), b1 = line_of(b + ldb),
                  b2 = line_of(b + 2 * ldb), b3 = line_of(b + 3 * ldb);
    const __m512i low01 = _mm512_unpacklo_epi8(b0, b1),
                  low23 = _mm512_unpacklo_epi8(b2, b3),
                  high01 = _mm512_unpackhi_epi8(b0, b1),
                  high23 = _mm512_unpackhi_epi8(b2, b3);
    w[0] = _mm512_unpacklo_epi16(low01, low23);
    w[1] = _mm512_unpackhi_epi16(low01, low23);
    w[2] = _mm512_unpacklo_epi16(high01, high23);
    w[3] = _mm512_unpackhi_epi16(high01, high23);
}

INLINE void in_order(__m512 out[4], const float *sum)
{
    __m512i v[4];
    UNROLL
    for (int i = 0; i < 4; i++) v[i] = _mm512_load_si512(sum + 16 * i);
    transpose_lanes(v, v);
    UNROLL
    for (int i = 0; i < 4; i++) out[i] = _mm512_castsi512_ps(v[i]);
}

/* Rows from `row` on, units i .. i + 7 of a; a is [k,m]. */
static void gather_at(__m256i out[8], const QwkGemm *g, int64_t row,
                      int64_t rows, int64_t i)
{
    for (int64_t j = 0; j < 8; j++) {
        Elem units[8][4] = {{0}};
        for (int64_t k = 4 * (i + j); k < least(g->k, 4 * (i + j + 1)); k++)
            for (int64_t r = 0; r < rows; r++)
                units[r][k % 4] = ((const Elem *)g->a)[k * g->lda + row + r];
        out[j] = _mm256_loadu_si256((const __m256i *)(const void *)units);
    }
}

#include "gemm_bn_dot.inc"

/* -128 times the sums of the rows of a. */
static void fill_start(const Plan *p)
{
    const __m512i all = _mm512_set1_epi8(1);
    for (int64_t i = 0; i < p->groups; i++) {
        const Group group = group_of(p, i);
        const __mmask16 mask = (__mmask16)((1u << group.rows) - 1);
        const Elem *a = p->a + UNIT * group.row * p->units;
        __m512i sum = _mm512_setzero_si512();
        for (int64_t u = 0; u < p->units; u++, a += UNIT * group.rows)
            sum = _mm512_dpbusd_epi32(sum, all,
                                      _mm512_maskz_loadu_epi32(mask, a));
        sum = _mm512_sub_epi32(_mm512_setzero_si512(),
                               _mm512_slli_epi32(sum, 7));
        _mm512_mask_storeu_epi32(p->start + group.row, mask, sum);
    }
}

int64_t qwk_gemm_i8_bn_avx512vnni(const QwkGemm *g)
{
    Plan p;
    int64_t need;
    if (!make_plan(&p, g, true, &need)) return need;
    if (!g->packed) {
        pack_a(&p);
        fill_start(&p);
    }
    run_places(&p);
    return 0;
}
