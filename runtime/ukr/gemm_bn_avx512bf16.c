/* bf16 products with N-contiguous weights on AVX-512-BF16.
 *
 * Panels are b interleaved once and for all: a block of one is multiplied by
 * all groups of rows of a, while memory far ahead is prefetched.
 *
 * An element is one sum over the pairs (2i, 2i+1), i ascending. */
#include "gemm_avx512bf16.h"
#include "gemm_place.h"

typedef uint16_t Elem;
enum { MOST_ROWS = 14, GROUP_ROWS = 12 };
#define SHAPES \
    S(1, 4)    \
    S(2, 4)    \
    S(3, 2)    \
    S(4, 2)    \
    S(5, 2)    \
    S(6, 2)    \
    S(7, 1)    \
    F(8)       \
    F(9)       \
    F(10)      \
    F(11)      \
    F(12)      \
    S(13, 1)   \
    S(14, 1)

INLINE Table cast_table(QwDtype from)
{
    return load_table(qwk_byte_table(from));
}

#define EACH_SOURCE(make, ...) make(PLAIN, __VA_ARGS__) make(BYTES, __VA_ARGS__)
#define LIST_SOURCES(name, rows)                               \
    {                                                          \
        tile_##name##_PLAIN_##rows, tile_##name##_BYTES_##rows \
    }

static const uint8_t alternately[64] __attribute__((aligned(
    64))) = {0,  32, 1,  33, 2,  34, 3,  35, 4,  36, 5,  37, 6,  38, 7,  39,
             8,  40, 9,  41, 10, 42, 11, 43, 12, 44, 13, 45, 14, 46, 15, 47,
             16, 48, 17, 49, 18, 50, 19, 51, 20, 52, 21, 53, 22, 54, 23, 55,
             24, 56, 25, 57, 26, 58, 27, 59, 28, 60, 29, 61, 30, 62, 31, 63};

/* 32 bytes of two rows, alternately. */
INLINE __m512i pairs_of_bytes(const char *even, const char *odd)
{
    const __m256i x = _mm256_loadu_si256((const void *)even),
                  y = _mm256_loadu_si256((const void *)odd);
    return _mm512_permutexvar_epi8(_mm512_load_si512(alternately),
                                   _mm512_inserti64x4(_mm512_castsi256_si512(x),
                                                      y, 1));
}

/* Columns come out as 0-3 8-11 16-19 24-27, then 4-7 12-15 20-23 28-31. */
INLINE void interleave(__m512i w[2], const char *b, int64_t ldb,
                       const Table *table, const Source source)
{
    if (source == BYTES) {
        cast_bytes(w, pairs_of_bytes(b, b + ldb), table);
        return;
    }
    const __m512i even = _mm512_loadu_si512(b);
    const __m512i odd = _mm512_loadu_si512(b + ldb);
    w[0] = _mm512_unpacklo_epi16(even, odd);
    w[1] = _mm512_unpackhi_epi16(even, odd);
}

INLINE void in_order(__m512 out[2], const float *sum)
{
    const __m512i low = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6,
                                          7, 20, 21, 22, 23);
    const __m512i high = _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13,
                                           14, 15, 28, 29, 30, 31);
    const __m512 v0 = _mm512_load_ps(sum), v1 = _mm512_load_ps(sum + 16);
    out[0] = _mm512_permutex2var_ps(v0, low, v1);
    out[1] = _mm512_permutex2var_ps(v0, high, v1);
}

/* Rows from `row` on, units i .. i + 7 of a; a is [k,m]. */
static void gather_at(__m256i out[8], const QwkGemm *g, int64_t row,
                      int64_t rows, int64_t i)
{
    const __mmask8 mask = (__mmask8)((1u << rows) - 1);
    for (int64_t j = 0; j < 8; j++) {
        const int64_t k = 2 * (i + j);
        const uint16_t *a = (const uint16_t *)g->a + k * g->lda + row;
        const __m128i even = _mm_maskz_loadu_epi16(k < g->k ? mask : 0, a);
        const __m128i odd = _mm_maskz_loadu_epi16(k + 1 < g->k ? mask : 0,
                                                  a + g->lda);
        out[j] = _mm256_set_m128i(_mm_unpackhi_epi16(even, odd),
                                  _mm_unpacklo_epi16(even, odd));
    }
}

#include "gemm_bn_dot.inc"

/* ---- panels -------------------------------------------------------------- */

enum {
    PAIR = 2 * LINE,
    ROW = 2 * LINE,  /* bytes of a row of a panel */
    BLOCK = 256,     /* rows of a panel that are multiplied at a time ... */
    AHEAD = 64 << 10 /* ... and bytes from there to what is prefetched */
};

/* Where the window's panels stand AHEAD bytes behind the given place. */
static const char *far_ahead(const Plan *p, int64_t panel, int64_t k)
{
    const QwkGemm *g = p->g;
    const int64_t size = round_up(g->k, TURN) * ROW,
                  panels = (g->n + LINE - 1) / LINE;
    const int64_t at = panel * size + k * ROW + AHEAD;
    if (at / size < panels)
        return (const char *)g->panels + at / size * g->panel_stride +
            at % size;
    return g->next ? (const char *)g->next + (at - panels * size) : NULL;
}

static void run_block(const Plan *p, int64_t panel, int64_t k, int64_t rows)
{
    const QwkGemm *g = p->g;
    const int64_t turns = rows / TURN, lines = rows * ROW / 64;
    const char *const far = far_ahead(p, panel, k);
    Ahead ahead = {.at = far,
                   .step = 64,
                   .left = far ? lines : 0,
                   .lines = 1,
                   .rows = lines,
                   .portions = turns * p->groups};
    Tile t = {.x = (uint16_t *)(uintptr_t)g->panels +
                  (panel * g->panel_stride + k * ROW) / 2,
              .turns = turns,
              .first = k == 0,
              .ahead = &ahead};
    for (int64_t i = 0; i < p->groups; i++) {
        const Group group = group_of(p, i);
        take_group(p, &t, group, k, p->sum);
        shapes[group.rows].later(&t);
    }
}

static void run_panels(const Plan *p)
{
    const QwkGemm *g = p->g;
    const int64_t depth = round_up(g->k, TURN);
    for (int64_t n = 0; n < g->n; n += LINE) {
        for (int64_t k = 0; k < depth; k += BLOCK)
            run_block(p, n / LINE, k, least(BLOCK, depth - k));
        for (int64_t i = 0; i < g->m; i++)
            store_piece((float *)g->c + i * g->ldc + n, p->sum + i * LINE,
                        g->n - n, (g->flags & QW_ACC) != 0);
    }
}

INLINE __m512i row_piece(const QwkPack *p, int64_t k, int64_t n)
{
    const int64_t columns = p->n - n;
    const __mmask32 mask = columns < LINE ? ((__mmask32)1 << columns) - 1
                                          : ~(__mmask32)0;
    return _mm512_maskz_loadu_epi16(k < p->k ? mask : 0,
                                    (const uint16_t *)p->b + k * p->ldb + n);
}

int64_t qwk_pack_bf16_avx512bf16(const QwkPack *p)
{
    const int64_t depth = round_up(p->k, TURN), size = depth * LINE;
    if (!p->to) return (p->n + LINE - 1) / LINE * size * 2;
    const int64_t end = least(depth, p->first + p->rows);
    for (int64_t n = 0; n < p->n; n += LINE) {
        uint16_t *to = (uint16_t *)p->to + n / LINE * size + p->first * LINE;
        for (int64_t k = p->first; k < end; k += 2, to += PAIR) {
            const __m512i even = row_piece(p, k, n),
                          odd = row_piece(p, k + 1, n);
            _mm512_stream_si512((void *)to, _mm512_unpacklo_epi16(even, odd));
            _mm512_stream_si512((void *)(to + LINE),
                                _mm512_unpackhi_epi16(even, odd));
        }
    }
    _mm_sfence(); /* streamed: other threads read it after this call */
    return 0;
}

int64_t qwk_gemm_bf16_bn_avx512bf16(const QwkGemm *g)
{
    Plan p;
    int64_t need;
    if (!make_plan(&p, g, false, &need)) return need;
    if (!g->packed) pack_a(&p);
    if (g->panels && g->k > 0)
        run_panels(&p);
    else
        run_places(&p);
    return 0;
}
