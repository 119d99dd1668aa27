/* bf16 products with K-contiguous weights (QW_BT) on AVX-512-BF16: the Q
 * tiles.
 *
 * A is packed once: for every 8 k (an octet) one vector for each 4 rows, each
 * 128-bit lane being one row's octet.  A weight row contributes its octet by a
 * 16-byte broadcast, so weights stay as they are in memory and are read once
 * for up to 16 rows of a.  A lane of an accumulator ends as the 4 partial sums
 * of one element: the Q order of ukr.h, whatever the shape of the tile.
 *
 * A tile is nr weight rows x ng groups of 4 rows of a.  For every 32 k it
 * prefetches nr lines, walking straight through the rows of a tile to come:
 * this is worth 1.5x on weights in DRAM. */
#include "gemm_avx512bf16.h"
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

enum {
    OCTET = 8,
    LANES = 32,       /* bf16 in a vector */
    STEP = 4 * OCTET, /* k of one turn of the main loop */
    LINE = 64,
    MAX_ROWS = 8,
    MAX_GROUPS = 4
};

/* Walks through rows of weights line by line. */
typedef struct Prefetch {
    const char *at, *row_end;
    int64_t row_bytes, skip; /* skip: from a row's end to the next row */
    bool near;               /* into the first-level cache */
} Prefetch;

typedef struct Tile {
    const uint16_t *w;
    int64_t ldw;
    const uint16_t *a; /* packed */
    int64_t k;
    float *c;
    int64_t ldc, rows; /* rows of a that exist */
    bool accumulate;
    Prefetch next; /* at NULL: nothing to prefetch */
} Tile;

/* ---- packing a ----------------------------------------------------------- */

static int64_t groups_of(int64_t rows)
{
    return (rows + 3) / 4;
}

INLINE __m128i load_octet(const uint16_t *p, int64_t left)
{
    const __mmask8 mask = left >= OCTET ? 0xff : (__mmask8)((1u << left) - 1);
    return _mm_maskz_loadu_epi16(mask, p);
}

static __m128i gather_octet(const uint16_t *p, int64_t stride, int64_t left)
{
    uint16_t octet[OCTET] = {0};
    for (int64_t i = 0; i < OCTET && i < left; i++) octet[i] = p[i * stride];
    return _mm_loadu_si128((const __m128i *)octet);
}

/* Up to 16 rows from row m0 on. */
static void pack_block(const QwkGemm *g, int64_t m0, int64_t rows,
                       uint16_t *out)
{
    const uint16_t *a = g->a;
    const bool at = (g->flags & QW_AT) != 0;
    const int64_t slots = 4 * groups_of(rows);
    for (int64_t k = 0; k < g->k; k += OCTET)
        for (int64_t r = 0; r < slots; r++, out += OCTET) {
            __m128i octet = _mm_setzero_si128();
            if (r < rows)
                octet = at
                    ? gather_octet(a + k * g->lda + m0 + r, g->lda, g->k - k)
                    : load_octet(a + (m0 + r) * g->lda + k, g->k - k);
            _mm_store_si128((__m128i *)out, octet);
        }
}

/* ---- the tile ------------------------------------------------------------ */

INLINE __m512bh octet_of_row(const uint16_t *w)
{
    const __m128i octet = _mm_loadu_si128((const __m128i *)w);
    return (__m512bh)_mm512_broadcast_i32x4(octet);
}

/* Lane l, element i: the sum of lane l of the i-th operand, partials added as
 * (p0 + p2) + (p1 + p3). */
INLINE __m512 sum_partials(__m512 v0, __m512 v1, __m512 v2, __m512 v3)
{
    const __m512 v01 = _mm512_add_ps(_mm512_unpacklo_ps(v0, v1),
                                     _mm512_unpackhi_ps(v0, v1));
    const __m512 v23 = _mm512_add_ps(_mm512_unpacklo_ps(v2, v3),
                                     _mm512_unpackhi_ps(v2, v3));
    const __m512d even = _mm512_unpacklo_pd(_mm512_castps_pd(v01),
                                            _mm512_castps_pd(v23));
    const __m512d odd = _mm512_unpackhi_pd(_mm512_castps_pd(v01),
                                           _mm512_castps_pd(v23));
    return _mm512_add_ps(_mm512_castpd_ps(even), _mm512_castpd_ps(odd));
}

INLINE void store_row(const Tile *t, int64_t row, int64_t column,
                      const int columns, __m128 v)
{
    const __mmask8 mask = (__mmask8)((1u << columns) - 1);
    if (row >= t->rows) return;
    float *c = t->c + row * t->ldc + column;
    if (t->accumulate) v = _mm_add_ps(v, _mm_maskz_loadu_ps(mask, c));
    if (columns == 4)
        _mm_storeu_ps(c, v);
    else
        _mm_mask_storeu_ps(c, mask, v);
}

INLINE void store_lanes(const Tile *t, int64_t row, int64_t column,
                        const int columns, __m512 sums)
{
    store_row(t, row, column, columns, _mm512_castps512_ps128(sums));
    store_row(t, row + 1, column, columns, _mm512_extractf32x4_ps(sums, 1));
    store_row(t, row + 2, column, columns, _mm512_extractf32x4_ps(sums, 2));
    store_row(t, row + 3, column, columns, _mm512_extractf32x4_ps(sums, 3));
}

INLINE void prefetch_lines(Prefetch *p, const int lines)
{
    if (!p->at) return;
    if (p->near) {
        UNROLL
        for (int i = 0; i < lines; i++)
            _mm_prefetch(p->at + LINE * i, _MM_HINT_T0);
    } else {
        UNROLL
        for (int i = 0; i < lines; i++)
            _mm_prefetch(p->at + LINE * i, _MM_HINT_T1);
    }
    p->at += LINE * lines;
    if (p->at >= p->row_end) {
        p->at += p->skip;
        p->row_end += p->skip + p->row_bytes;
    }
}

/* Weight row r is base[r / 3] + (r % 3) * ldw: few address registers, which
 * the empty asm keeps the compiler from undoing. */
INLINE void tile(const Tile *t, const int nr, const int ng)
{
    const int bases = (nr + 2) / 3;
    const uint16_t *base[(MAX_ROWS + 2) / 3], *a = t->a;
    const int64_t ldw = t->ldw;
    __m512 sum[MAX_ROWS][MAX_GROUPS];
    Prefetch next = t->next;
    UNROLL
    for (int i = 0; i < bases; i++) {
        base[i] = t->w + 3 * i * ldw;
        __asm__("" : "+r"(base[i]));
    }
    UNROLL
    for (int r = 0; r < nr; r++) {
        UNROLL
        for (int g = 0; g < ng; g++) sum[r][g] = _mm512_setzero_ps();
    }

    int64_t k = t->k;
    for (; k >= STEP; k -= STEP) {
        prefetch_lines(&next, nr);
        UNROLL
        for (int u = 0; u < 4; u++) {
            __m512bh x[MAX_GROUPS];
            UNROLL
            for (int g = 0; g < ng; g++)
                x[g] = (__m512bh)_mm512_load_si512(a + (u * ng + g) * LANES);
            UNROLL
            for (int r = 0; r < nr; r++) {
                const __m512bh w = octet_of_row(base[r / 3] + (r % 3) * ldw +
                                                u * OCTET);
                UNROLL
                for (int g = 0; g < ng; g++)
                    sum[r][g] = _mm512_dpbf16_ps(sum[r][g], x[g], w);
            }
        }
        a += 4 * ng * LANES;
        UNROLL
        for (int i = 0; i < bases; i++) base[i] += STEP;
    }
    for (; k > 0; k -= OCTET) {
        UNROLL
        for (int r = 0; r < nr; r++) {
            const __m128i octet = load_octet(base[r / 3] + (r % 3) * ldw, k);
            const __m512bh w = (__m512bh)_mm512_broadcast_i32x4(octet);
            UNROLL
            for (int g = 0; g < ng; g++)
                sum[r][g] = _mm512_dpbf16_ps(sum[r][g],
                                             (__m512bh)_mm512_load_si512(
                                                 a + g * LANES),
                                             w);
        }
        a += ng * LANES;
        UNROLL
        for (int i = 0; i < bases; i++) base[i] += OCTET;
    }

    const __m512 none = _mm512_setzero_ps();
    UNROLL
    for (int g = 0; g < ng; g++) {
        UNROLL
        for (int r = 0; r < nr; r += 4)
            store_lanes(t, 4 * g, r, nr - r < 4 ? nr - r : 4,
                        sum_partials(sum[r][g],
                                     r + 1 < nr ? sum[r + 1][g] : none,
                                     r + 2 < nr ? sum[r + 2][g] : none,
                                     r + 3 < nr ? sum[r + 3][g] : none));
    }
}

#define TILE(nr, ng)                                                      \
    static __attribute__((noinline)) void tile_##nr##x##ng(const Tile *t) \
    {                                                                     \
        tile(t, nr, ng);                                                  \
    }
TILE(8, 1)
TILE(4, 1)
TILE(2, 1)
TILE(1, 1)
TILE(8, 2)
TILE(4, 2)
TILE(2, 2)
TILE(1, 2)
TILE(8, 3)
TILE(4, 3)
TILE(2, 3)
TILE(1, 3)
TILE(6, 4)
TILE(4, 4)
TILE(2, 4)
TILE(1, 4)

/* For ng groups: the tile of most weight rows, then those for the rest. */
typedef struct Shape {
    int nr;
    void (*run)(const Tile *);
} Shape;
static const Shape shapes[MAX_GROUPS][4] = {
    {{8, tile_8x1}, {4, tile_4x1}, {2, tile_2x1}, {1, tile_1x1}},
    {{8, tile_8x2}, {4, tile_4x2}, {2, tile_2x2}, {1, tile_1x2}},
    {{8, tile_8x3}, {4, tile_4x3}, {2, tile_2x3}, {1, tile_1x3}},
    {{6, tile_6x4}, {4, tile_4x4}, {2, tile_2x4}, {1, tile_1x4}},
};

/* With few k the end of a tile counts, and 4 columns are cheaper to sum up and
 * to store than 6. */
enum { SHORT_K = 512 };

static const Shape *shape_for(int64_t groups, int64_t columns, int64_t k)
{
    const Shape *s = shapes[groups - 1];
    if (k <= SHORT_K && s->nr % 4 != 0) s++;
    while (s->nr > columns) s++;
    return s;
}

/* ---- the product --------------------------------------------------------- */

/* What the tile of nr rows at n prefetches: the rows of the next one, or of a
 * later one if tiles are small. */
enum { DISTANCE = 16 << 10 };

static Prefetch prefetch_of(const QwkGemm *g, int64_t n, int64_t nr)
{
    const int64_t row_bytes = g->k * 2;
    const int64_t tiles = DISTANCE / (row_bytes * nr + 1) + 1;
    const char *b = g->b;
    n += tiles * nr;
    if (n >= g->n) {
        n -= g->n;
        b = n < g->n ? g->next : NULL;
    }
    const char *at = b ? b + n * g->ldb * 2 : NULL;
    return (Prefetch){.at = at,
                      .row_end = at ? at + row_bytes : at,
                      .row_bytes = row_bytes,
                      .skip = (g->ldb - g->k) * 2,
                      .near = g->near};
}

/* All rows of a for the weight rows from n on; returns how many those are. */
static int64_t run_columns(const QwkGemm *g, int64_t n)
{
    const int64_t packed_k = (g->k + OCTET - 1) / OCTET * OCTET;
    const int64_t first_groups = g->m < 16 ? groups_of(g->m) : MAX_GROUPS;
    const int nr = shape_for(first_groups, g->n - n, g->k)->nr;
    for (int64_t m = 0; m < g->m; m += 16) {
        const int64_t rows = g->m - m < 16 ? g->m - m : 16;
        Tile t = {.ldw = g->ldb,
                  .a = (const uint16_t *)g->scratch + m * packed_k,
                  .k = g->k,
                  .ldc = g->ldc,
                  .rows = rows,
                  .accumulate = (g->flags & QW_ACC) != 0};
        if (m == 0) t.next = prefetch_of(g, n, nr);
        for (int done = 0; done < nr;) {
            const Shape *s = shape_for(groups_of(rows), nr - done, g->k);
            t.w = (const uint16_t *)g->b + (n + done) * g->ldb;
            t.c = (float *)g->c + m * g->ldc + n + done;
            s->run(&t);
            done += s->nr;
        }
    }
    return nr;
}

int64_t qwk_gemm_bf16_bt_avx512bf16(const QwkGemm *g)
{
    const int64_t packed_k = (g->k + OCTET - 1) / OCTET * OCTET;
    const int64_t slots = g->m / 16 * 16 + 4 * groups_of(g->m % 16);
    const int64_t need = slots * packed_k * 2;
    if (need > g->scratch_bytes) return need;
    for (int64_t m = 0; m < g->m && !g->packed; m += 16)
        pack_block(g, m, g->m - m < 16 ? g->m - m : 16,
                   (uint16_t *)g->scratch + m * packed_k);
    for (int64_t n = 0; n < g->n;) n += run_columns(g, n);
    return 0;
}
