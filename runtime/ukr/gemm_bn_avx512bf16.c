/* bf16 products with N-contiguous weights on AVX-512-BF16.
 *
 * vdpbf16ps wants (k, k+1) pairs, so two rows of b are interleaved on the fly.
 * The first group of rows of a reads b itself and leaves it interleaved in
 * scratch for the other groups: rows of b are far apart and fall in few sets of
 * the caches, so each line is taken from the second level once.
 *
 * Work goes in places of DEPTH rows x WIDTH columns.  While one is multiplied,
 * the next is prefetched into the second level, some lines of a row at a time:
 * single lines far apart are slow to come from DRAM.
 *
 * Panels are b interleaved once and for all: a block of one is multiplied by
 * all groups of rows of a, while memory far ahead is prefetched.
 *
 * An element is one sum over the pairs (2i, 2i+1), i ascending; between places
 * it lives in scratch, which does not round.  Missing k are zeros. */
#include <immintrin.h>
#include "gemm_avx512bf16.h"
#include "gemm_place.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

enum {
    LINE = 32, /* columns in a cache line */
    PAIR = 2 * LINE,
    WIDTH = 4 * LINE, /* columns of a place */
    DEPTH = 256,      /* its rows */
    BAND = 4 * WIDTH, /* columns whose sums are kept at a time */
    TURN = 8,         /* rows of b in a turn of the main loop */
    MOST_ROWS = 14,   /* of a in a tile ... */
    GROUP_ROWS = 12,  /* ... of one of several groups */
    BLOCK = 256,      /* rows of a panel that are multiplied at a time ... */
    AHEAD = 64 << 10  /* ... and bytes from there to what is prefetched */
};

typedef struct Tile {
    const uint16_t *a; /* [pair][rows][2] */
    const uint16_t *b;
    int64_t ldb;
    uint16_t *x; /* [pair][PAIR]: b interleaved */
    int64_t turns;
    float *sum; /* [line][rows][LINE] */
    bool first;
    Ahead *ahead;
} Tile;

/* ---- the tile ------------------------------------------------------------ */

/* Columns come out as 0-3 8-11 16-19 24-27, then 4-7 12-15 20-23 28-31; undone
 * by store_piece. */
INLINE void interleave(__m512bh w[2], const uint16_t *b, int64_t ldb)
{
    const __m512i even = _mm512_loadu_si512(b);
    const __m512i odd = _mm512_loadu_si512(b + ldb);
    w[0] = (__m512bh)_mm512_unpacklo_epi16(even, odd);
    w[1] = (__m512bh)_mm512_unpackhi_epi16(even, odd);
}

/* The pair of one row of a in every lane; asm keeps it in a register for all
 * its uses instead of a broadcast from memory for each. */
INLINE __m512bh pair_of_row(const uint16_t *a)
{
    __m512i v = _mm512_set1_epi32(*(const int32_t *)(const void *)a);
    __asm__("" : "+v"(v));
    return (__m512bh)v;
}

/* Who reads b: the only group; the first one, which fills x; a later one,
 * which takes x. */
typedef enum Role { ONLY, FIRST, LATER } Role;

INLINE void multiply(__m512 sum[MOST_ROWS][8], const uint16_t *a,
                     const uint16_t *b, int64_t ldb, uint16_t *x,
                     const int rows, const int lines, const Role role)
{
    __m512bh w[8];
    if (role == LATER) {
        w[0] = (__m512bh)_mm512_load_si512(x);
        w[1] = (__m512bh)_mm512_load_si512(x + LINE);
    } else {
        UNROLL
        for (int l = 0; l < lines; l++)
            interleave(w + 2 * l, b + l * LINE, ldb);
    }
    if (role == FIRST) {
        _mm512_store_si512(x, (__m512i)w[0]);
        _mm512_store_si512(x + LINE, (__m512i)w[1]);
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        const __m512bh y = pair_of_row(a + 2 * r);
        UNROLL
        for (int v = 0; v < 2 * lines; v++)
            sum[r][v] = _mm512_dpbf16_ps(sum[r][v], w[v], y);
    }
}

INLINE void tile(const Tile *t, const int rows, const int lines,
                 const Role role)
{
    __m512 sum[MOST_ROWS][8];
    const uint16_t *a = t->a, *b = t->b;
    uint16_t *x = t->x;
    const int64_t ldb = t->ldb;
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int v = 0; v < 2 * lines; v++)
            sum[r][v] = t->first
                ? _mm512_setzero_ps()
                : _mm512_load_ps(t->sum + r * LINE + v / 2 * rows * LINE +
                                 v % 2 * 16);
    }
    for (int64_t i = 0; i < t->turns; i++) {
        prefetch_rows(t->ahead);
        UNROLL
        for (int u = 0; u < TURN / 2; u++) {
            multiply(sum, a, b, ldb, x, rows, lines, role);
            a += 2 * rows;
            b += 2 * ldb;
            x += PAIR;
        }
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int v = 0; v < 2 * lines; v++)
            _mm512_store_ps(t->sum + r * LINE + v / 2 * rows * LINE +
                                v % 2 * 16,
                            sum[r][v]);
    }
}

#define TILE(rows, lines, role)                                           \
    static __attribute__((noinline)) void tile_##role##_##rows##x##lines( \
        const Tile *t)                                                    \
    {                                                                     \
        tile(t, rows, lines, role);                                       \
    }
#define TILES(role)   \
    TILE(1, 1, role)  \
    TILE(2, 1, role)  \
    TILE(3, 1, role)  \
    TILE(4, 1, role)  \
    TILE(5, 1, role)  \
    TILE(6, 1, role)  \
    TILE(7, 1, role)  \
    TILE(8, 1, role)  \
    TILE(9, 1, role)  \
    TILE(10, 1, role) \
    TILE(11, 1, role) \
    TILE(12, 1, role) \
    TILE(13, 1, role) \
    TILE(14, 1, role)
TILES(ONLY)
TILES(LATER)
TILE(8, 1, FIRST)
TILE(9, 1, FIRST)
TILE(10, 1, FIRST)
TILE(11, 1, FIRST)
TILE(12, 1, FIRST)
TILE(1, 4, ONLY)
TILE(2, 4, ONLY)
TILE(3, 2, ONLY)
TILE(4, 2, ONLY)
TILE(5, 2, ONLY)
TILE(6, 2, ONLY)

/* By rows of a: the tile of most lines, that of one line, and those of one
 * line in a product of several groups; panels take `later`. */
typedef struct Shape {
    int lines;
    void (*wide)(const Tile *), (*only)(const Tile *), (*first)(const Tile *),
        (*later)(const Tile *);
} Shape;
#define SHAPE(rows, lines, first)                                       \
    {                                                                   \
        lines, tile_ONLY_##rows##x##lines, tile_ONLY_##rows##x1, first, \
            tile_LATER_##rows##x1                                       \
    }
static const Shape shapes[MOST_ROWS + 1] = {
    [1] = SHAPE(1, 4, NULL),
    [2] = SHAPE(2, 4, NULL),
    [3] = SHAPE(3, 2, NULL),
    [4] = SHAPE(4, 2, NULL),
    [5] = SHAPE(5, 2, NULL),
    [6] = SHAPE(6, 2, NULL),
    [7] = SHAPE(7, 1, NULL),
    [8] = SHAPE(8, 1, tile_FIRST_8x1),
    [9] = SHAPE(9, 1, tile_FIRST_9x1),
    [10] = SHAPE(10, 1, tile_FIRST_10x1),
    [11] = SHAPE(11, 1, tile_FIRST_11x1),
    [12] = SHAPE(12, 1, tile_FIRST_12x1),
    [13] = SHAPE(13, 1, NULL),
    [14] = SHAPE(14, 1, NULL),
};

/* Several groups hold 7 rows or more, the first 8 or more. */
static int64_t groups_for(int64_t m)
{
    return m <= MOST_ROWS ? 1 : (m + GROUP_ROWS - 1) / GROUP_ROWS;
}

/* ---- places -------------------------------------------------------------- */

typedef struct Plan {
    const QwkGemm *g;
    Grid grid;
    int64_t groups; /* of rows of a */
    int64_t pairs;  /* of k, in whole turns */
    uint16_t *a;    /* [group][pair][rows of it][2] */
    uint16_t *x, *edge;
    float *sum; /* [line of the band][m][LINE] */
} Plan;

/* A line at the edge of b, copied and filled up with zeros. */
static void copy_edge(const Plan *p, const uint16_t *b, int64_t rows,
                      int64_t columns)
{
    const __mmask32 mask = columns < LINE ? ((__mmask32)1 << columns) - 1
                                          : ~(__mmask32)0;
    for (int64_t i = 0; i < (rows + TURN - 1) / TURN * TURN; i++)
        _mm512_store_si512(p->edge + i * LINE,
                           _mm512_maskz_loadu_epi16(i < rows ? mask : 0,
                                                    b + i * p->g->ldb));
}

/* Rows [row, row + rows) of a are group i. */
typedef struct Group {
    int64_t row, rows;
} Group;

static Group group_of(const Plan *p, int64_t i)
{
    const int64_t row = first_row(p->g, p->groups, i);
    return (Group){row, first_row(p->g, p->groups, i + 1) - row};
}

/* Its a from row k of b on. */
static const uint16_t *packed_at(const Plan *p, Group group, int64_t k)
{
    return p->a + 2 * (group.row * p->pairs + k / 2 * group.rows);
}

/* The tiles of some lines of a place. */
static void run_lines(const Plan *p, Tile *t, int64_t k, const int64_t lines)
{
    float *const sum = t->sum;
    for (int64_t i = 0; i < p->groups; i++) {
        const Group group = group_of(p, i);
        const Shape *s = &shapes[group.rows];
        t->a = packed_at(p, group, k);
        t->sum = sum + group.row * LINE;
        if (p->groups > 1)
            (i ? s->later : s->first)(t);
        else
            (lines > 1 ? s->wide : s->only)(t);
    }
}

static void run_place(const Plan *p, Place s, Place after)
{
    const QwkGemm *g = p->g;
    const int64_t rows = least(DEPTH, g->k - s.k);
    const int64_t end = least(s.n + WIDTH, g->n);
    const int64_t wide = p->groups == 1 ? shapes[g->m].lines : 1;
    const int64_t turns = (rows + TURN - 1) / TURN;
    Ahead ahead = ahead_of(&p->grid, after,
                           turns * p->groups * (end - s.n) / (wide * LINE));
    for (int64_t n = s.n, lines; n < end; n += lines * LINE) {
        const uint16_t *b = (const uint16_t *)g->b + s.k * g->ldb + n;
        const bool inside = rows % TURN == 0 && n + LINE <= end;
        lines = inside && n + wide * LINE <= end ? wide : 1;
        if (!inside) copy_edge(p, b, rows, end - n);
        Tile t = {.b = inside ? b : p->edge,
                  .ldb = inside ? g->ldb : LINE,
                  .x = p->x,
                  .turns = turns,
                  .sum = p->sum + (n - s.band) * g->m,
                  .first = s.k == 0,
                  .ahead = &ahead};
        run_lines(p, &t, s.k, lines);
    }
}

/* ---- results ------------------------------------------------------------- */

static void store_piece(float *c, const float *sum, int64_t columns,
                        bool accumulate)
{
    const __m512i low = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6,
                                          7, 20, 21, 22, 23);
    const __m512i high = _mm512_setr_epi32(8, 9, 10, 11, 24, 25, 26, 27, 12, 13,
                                           14, 15, 28, 29, 30, 31);
    const __m512 v0 = _mm512_load_ps(sum), v1 = _mm512_load_ps(sum + 16);
    __m512 out[2] = {_mm512_permutex2var_ps(v0, low, v1),
                     _mm512_permutex2var_ps(v0, high, v1)};
    const __mmask32 mask = columns < LINE ? ((__mmask32)1 << columns) - 1
                                          : ~(__mmask32)0;
    for (int i = 0; i < 2; i++) {
        const __mmask16 half = (__mmask16)(mask >> 16 * i);
        if (accumulate)
            out[i] = _mm512_add_ps(out[i],
                                   _mm512_maskz_loadu_ps(half, c + 16 * i));
        _mm512_mask_storeu_ps(c + 16 * i, half, out[i]);
    }
}

static void store_place(const Plan *p, Place s)
{
    const QwkGemm *g = p->g;
    const float *sum = p->sum + (s.n - s.band) * g->m;
    for (int64_t n = s.n; n < least(s.n + WIDTH, g->n); n += LINE)
        for (int64_t i = 0; i < g->m; i++, sum += LINE)
            store_piece((float *)g->c + i * g->ldc + n, sum, g->n - n,
                        (g->flags & QW_ACC) != 0);
}

/* ---- packing a ----------------------------------------------------------- */

/* out[i] gets element i of each of the 8 rows. */
static void transpose(__m256i out[8], const __m256i r[8])
{
    __m256i t[8], u[8];
    for (int i = 0; i < 4; i++) {
        t[2 * i] = _mm256_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm256_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++)
        for (int h = 0; h < 2; h++) {
            const __m256i lo = t[4 * i + h], hi = t[4 * i + h + 2];
            u[4 * i + 2 * h] = _mm256_unpacklo_epi64(lo, hi);
            u[4 * i + 2 * h + 1] = _mm256_unpackhi_epi64(lo, hi);
        }
    for (int i = 0; i < 4; i++) {
        out[i] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x20);
        out[i + 4] = _mm256_permute2x128_si256(u[i], u[i + 4], 0x31);
    }
}

INLINE __m256i load_pairs(const uint16_t *a, int64_t left)
{
    const __mmask16 mask = left < 16 ? (__mmask16)((1u << left) - 1) : 0xffff;
    return _mm256_maskz_loadu_epi16(mask, a);
}

/* Row r, pairs i .. i + 7 of a group; a is [m,k]. */
static void gather_pairs(__m256i out[8], const QwkGemm *g, int64_t row,
                         int64_t rows, int64_t i)
{
    __m256i in[8];
    for (int64_t r = 0; r < 8; r++) {
        const uint16_t *a = (const uint16_t *)g->a + (row + r) * g->lda;
        in[r] = r < rows ? load_pairs(a + 2 * i, g->k - 2 * i)
                         : _mm256_setzero_si256();
    }
    transpose(out, in);
}

/* The same, a is [k,m]. */
static void gather_pairs_at(__m256i out[8], const QwkGemm *g, int64_t row,
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

/* The pairs of 8 rows, or less, of a group of so many; `row` is the first. */
static void pack_rows(const Plan *p, int64_t row, int64_t rows, int64_t group,
                      uint16_t *out)
{
    const bool at = (p->g->flags & QW_AT) != 0;
    const __mmask8 mask = (__mmask8)((1u << rows) - 1);
    for (int64_t k = 0; k < p->pairs; k += 8) {
        __m256i v[8];
        (at ? gather_pairs_at : gather_pairs)(v, p->g, row, rows, k);
        for (int64_t j = 0; j < 8 && k + j < p->pairs; j++)
            _mm256_mask_storeu_epi32(out + 2 * group * (k + j), mask, v[j]);
    }
}

static void pack_a(const Plan *p)
{
    for (int64_t i = 0; i < p->groups; i++) {
        const Group group = group_of(p, i);
        uint16_t *out = p->a + 2 * group.row * p->pairs;
        for (int64_t r = 0; r < group.rows; r += 8)
            pack_rows(p, group.row + r, least(8, group.rows - r), group.rows,
                      out + 2 * r);
    }
}

/* ---- the product --------------------------------------------------------- */

static void run_places(const Plan *p)
{
    const QwkGemm *g = p->g;
    for (Place s = {0}, after; s.n < g->n; s = after) {
        after = place_after(&p->grid, s);
        run_place(p, s, after);
        if (s.k + DEPTH >= g->k) store_place(p, s);
    }
}

/* ---- panels -------------------------------------------------------------- */

enum { ROW = 2 * LINE }; /* bytes of a row of a panel */

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
    const int64_t each = (lines + turns * p->groups - 1) / (turns * p->groups);
    const char *const far = far_ahead(p, panel, k);
    Ahead ahead = {.at = far,
                   .step = 64,
                   .left = far ? lines : 0,
                   .rows = each,
                   .lines = 1};
    Tile t = {.x = (uint16_t *)(uintptr_t)g->panels +
                  (panel * g->panel_stride + k * ROW) / 2,
              .turns = turns,
              .first = k == 0,
              .ahead = &ahead};
    for (int64_t i = 0; i < p->groups; i++) {
        const Group group = group_of(p, i);
        t.a = packed_at(p, group, k);
        t.sum = p->sum + group.row * LINE;
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
    Plan p = {.g = g,
              .grid = {g, sizeof(uint16_t), DEPTH, WIDTH, BAND},
              .groups = groups_for(g->m),
              .pairs = (g->k + TURN - 1) / TURN * (TURN / 2)};
    const int64_t x = DEPTH * LINE, edge = DEPTH * LINE;
    const int64_t a = (2 * g->m * p.pairs + LINE - 1) / LINE * LINE;
    const int64_t sums = least(BAND, (g->n + LINE - 1) / LINE * LINE) * g->m;
    const int64_t need = (x + edge + a) * 2 + sums * 4;
    if (need > g->scratch_bytes) return need;
    p.x = g->scratch;
    p.edge = p.x + x;
    p.a = p.edge + edge;
    p.sum = (float *)(void *)(p.a + a);
    if (!g->packed) pack_a(&p);
    if (g->panels && g->k > 0)
        run_panels(&p);
    else
        run_places(&p);
    return 0;
}
