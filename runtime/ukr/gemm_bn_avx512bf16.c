/* bf16 products with N-contiguous weights on AVX-512-BF16.
 *
 * vdpbf16ps wants (k, k+1) pairs, so two rows of b are interleaved on the fly.
 * Work goes in steps: 64 rows x 96 columns of b.  While step s is multiplied
 * from scratch, step s + 1 is interleaved into the other half of the scratch
 * and step s + 2 is prefetched, so that neither the shuffles nor the memory
 * are waited for; partial steps are interleaved in a phase of their own.
 *
 * An element is one sum over the pairs (2i, 2i+1), i ascending; between steps
 * it lives in scratch, which does not round.  An odd k pairs with zero. */
#include "gemm_avx512bf16.h"
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

enum {
    STEP_K = 64,
    WIDTH = 96,       /* columns of a step */
    PIECE = 32,       /* columns that one pair of shuffles handles */
    PAIR = 2 * WIDTH, /* bf16 from one k pair to the next, interleaved */
    HALF = STEP_K / 2 * PAIR, /* bf16 of an interleaved step */
    GROUP = 8,                /* rows of a in a tile */
    TURN = 4                  /* k pairs in a turn of the main loop */
};

/* Where a step finds its weights. */
typedef struct Step {
    const uint16_t *b; /* NULL: no such step */
    int64_t rows, columns;
} Step;

typedef struct Tile {
    const uint16_t *a, *x; /* packed a, interleaved b */
    int64_t turns;         /* of 8 k */
    float *sum;            /* [GROUP][WIDTH] in scratch */
    bool first;
    /* the share of the next two steps that this tile works on the side */
    const uint16_t *from;
    uint16_t *to;
    const char *ahead;
    int64_t ldb;
} Tile;

/* ---- interleaving -------------------------------------------------------- */

/* One piece of a row pair: columns come out as 0-3 8-11 16-19 24-27, then
 * 4-7 12-15 20-23 28-31; undone by store_piece. */
INLINE void put_pair(uint16_t *x, __m512i even, __m512i odd)
{
    _mm512_store_si512(x, _mm512_unpacklo_epi16(even, odd));
    _mm512_store_si512(x + PIECE, _mm512_unpackhi_epi16(even, odd));
}

static __mmask32 mask_of(int64_t left)
{
    return left >= PIECE ? ~(__mmask32)0
           : left > 0    ? ((__mmask32)1 << left) - 1
                         : 0;
}

/* Any step; rows are padded with zeros to whole turns. */
static void interleave(const Step *s, int64_t ldb, uint16_t *x)
{
    const int64_t pairs = (s->rows + 2 * TURN - 1) / (2 * TURN) * TURN;
    for (int64_t p = 0; p < pairs; p++, x += PAIR)
        for (int64_t j = 0; j < s->columns; j += PIECE) {
            const __mmask32 mask = mask_of(s->columns - j);
            const uint16_t *b = s->b + 2 * p * ldb + j;
            const __mmask32 even = 2 * p < s->rows ? mask : 0;
            const __mmask32 odd = 2 * p + 1 < s->rows ? mask : 0;
            put_pair(x + 2 * j, _mm512_maskz_loadu_epi16(even, b),
                     _mm512_maskz_loadu_epi16(odd, odd ? b + ldb : b));
        }
}

/* ---- the tile ------------------------------------------------------------ */

/* The pair of one row of a in every lane; asm keeps it in a register for nv
 * uses instead of nv broadcasts from memory. */
INLINE __m512bh pair_of_row(const uint16_t *a)
{
    __m512i v = _mm512_set1_epi32(*(const int32_t *)(const void *)a);
    __asm__("" : "+v"(v));
    return (__m512bh)v;
}

INLINE void multiply(__m512 sum[GROUP][3], const uint16_t *a, const uint16_t *x,
                     const int rows, const int nv)
{
    __m512bh w[3];
    UNROLL
    for (int v = 0; v < nv; v++) {
        __m512i q = _mm512_load_si512(x + 2 * 16 * v);
        __asm__("" : "+v"(q));
        w[v] = (__m512bh)q;
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        const __m512bh y = pair_of_row(a + 2 * r);
        UNROLL
        for (int v = 0; v < nv; v++)
            sum[r][v] = _mm512_dpbf16_ps(sum[r][v], w[v], y);
    }
}

/* One piece of the side work of a turn: `side` row pairs of the next step, 3
 * pieces each, and the prefetch of as many rows two steps ahead. */
INLINE void side_work(Tile *t, const int piece, const int side)
{
    UNROLL
    for (int i = 0; i < side; i++) {
        const uint16_t *even = t->from + 2 * i * t->ldb + PIECE * piece;
        put_pair(t->to + i * PAIR + 2 * PIECE * piece, _mm512_loadu_si512(even),
                 _mm512_loadu_si512(even + t->ldb));
        const char *ahead = t->ahead + 4 * i * t->ldb + 64 * piece;
        _mm_prefetch(ahead, _MM_HINT_T1);
        _mm_prefetch(ahead + 2 * t->ldb, _MM_HINT_T1);
    }
}

/* rows of a x 16 * nv columns over one step */
INLINE void tile(Tile t, const int rows, const int nv, const int side)
{
    __m512 sum[GROUP][3];
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int v = 0; v < nv; v++)
            sum[r][v] = t.first ? _mm512_setzero_ps()
                                : _mm512_load_ps(t.sum + r * WIDTH + 16 * v);
    }
    for (int64_t i = 0; i < t.turns; i++) {
        UNROLL
        for (int u = 0; u < TURN; u++) {
            if (u < WIDTH / PIECE)
                side_work(&t, u, side);
            multiply(sum, t.a + u * 2 * GROUP, t.x + u * PAIR, rows, nv);
        }
        t.a += TURN * 2 * GROUP;
        t.x += TURN * PAIR;
        t.from += 2 * side * t.ldb;
        t.to += side * PAIR;
        t.ahead += 4 * side * t.ldb;
    }
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int v = 0; v < nv; v++)
            _mm512_store_ps(t.sum + r * WIDTH + 16 * v, sum[r][v]);
    }
}

#define TILE(rows, nv, side)                                           \
    static __attribute__((noinline)) void tile_##rows##x##nv##_##side( \
        const Tile *t)                                                 \
    {                                                                  \
        tile(*t, rows, nv, side);                                      \
    }
TILE(4, 2, 0)
TILE(4, 3, 0) TILE(4, 3, 1) TILE(4, 3, 2) TILE(8, 2, 0) TILE(8, 3, 0)
    TILE(8, 3, 1) TILE(8, 3, 2)

        typedef void TileFn(const Tile *t);
static TileFn *const narrow_tile[2] = {tile_4x2_0, tile_8x2_0};
static TileFn *const wide_tile[2][3] = {
    {tile_4x3_0, tile_4x3_1, tile_4x3_2},
    {tile_8x3_0, tile_8x3_1, tile_8x3_2},
};

/* ---- a step for all rows of a -------------------------------------------- */

typedef struct Plan {
    const QwkGemm *g;
    int64_t groups, packed_k;
    int64_t chunks, blocks; /* steps along k, along n */
    uint16_t *a, *x;
    float *sum;
} Plan;

static Step step_at(const Plan *p, int64_t s)
{
    const QwkGemm *g = p->g;
    const int64_t steps = p->chunks * p->blocks;
    const uint16_t *b = s < steps ? g->b : g->next;
    const int64_t k = s % steps % p->chunks * STEP_K;
    const int64_t n = s % steps / p->chunks * WIDTH;
    return (Step){.b = b ? b + k * g->ldb + n : NULL,
                  .rows = g->k - k < STEP_K ? g->k - k : STEP_K,
                  .columns = g->n - n < WIDTH ? g->n - n : WIDTH};
}

static bool is_full(const Step *s)
{
    return s->rows == STEP_K && s->columns == WIDTH;
}

/* Row pairs a turn of each of the first tiles takes on the side, 0 when the
 * next step must be interleaved in a phase of its own. */
static int side_share(const Plan *p, int64_t s)
{
    const int64_t steps = p->chunks * p->blocks;
    const Step now = step_at(p, s), next = step_at(p, s + 1);
    if (s + 1 >= steps || !is_full(&now) || !is_full(&next))
        return 0;
    return p->groups == 1 ? 2 : 1;
}

static void run_step(const Plan *p, int64_t s, int side)
{
    const QwkGemm *g = p->g;
    const Step now = step_at(p, s), next = step_at(p, s + 1);
    const Step ahead = step_at(p, s + 2);
    const int64_t chunk = s % p->chunks;
    const int nv = now.columns > 2 * PIECE ? 3 : 2;
    int64_t pairs = side > 0 ? 0 : STEP_K / 2; /* of the next step, done */
    for (int64_t i = 0; i < p->groups; i++)
        for (int64_t j = 0; j < now.columns; j += 16 * nv) {
            const bool busy = pairs < STEP_K / 2;
            Tile t = {.a = p->a + i * p->packed_k * GROUP +
                           chunk * STEP_K * GROUP,
                      .x = p->x + s % 2 * HALF + 2 * j,
                      .turns = (now.rows + 2 * TURN - 1) / (2 * TURN),
                      .sum = p->sum + i * GROUP * WIDTH + j,
                      .first = chunk == 0,
                      .ldb = g->ldb};
            if (busy) {
                t.from = next.b + 2 * pairs * g->ldb;
                t.to = p->x + (s + 1) % 2 * HALF + pairs * PAIR;
                t.ahead = (const char *)((ahead.b ? ahead.b : next.b) +
                                         2 * pairs * g->ldb);
                pairs += side * STEP_K / (2 * TURN);
            }
            const bool tall = g->m - i * GROUP > 4;
            (nv == 2 ? narrow_tile[tall]
                     : wide_tile[tall][busy ? side : 0])(&t);
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
    const __mmask32 mask = mask_of(columns);
    for (int i = 0; i < 2; i++) {
        const __mmask16 half = (__mmask16)(mask >> 16 * i);
        if (accumulate)
            out[i] =
                _mm512_add_ps(out[i], _mm512_maskz_loadu_ps(half, c + 16 * i));
        _mm512_mask_storeu_ps(c + 16 * i, half, out[i]);
    }
}

static void store_block(const Plan *p, int64_t block)
{
    const QwkGemm *g = p->g;
    const int64_t n = block * WIDTH;
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < WIDTH && n + j < g->n; j += PIECE)
            store_piece((float *)g->c + i * g->ldc + n + j,
                        p->sum + i * WIDTH + j, g->n - n - j,
                        (g->flags & QW_ACC) != 0);
}

/* ---- the product --------------------------------------------------------- */

/* [group][k pair][row][2], zeros where there is no row or no k */
static void pack_a(const Plan *p)
{
    const QwkGemm *g = p->g;
    const bool at = (g->flags & QW_AT) != 0;
    const int64_t row = at ? 1 : g->lda, step = at ? g->lda : 1;
    for (int64_t i = 0; i < p->groups * GROUP; i++) {
        const uint16_t *a = (const uint16_t *)g->a + i * row;
        uint16_t *out = p->a + i / GROUP * GROUP * p->packed_k + i % GROUP * 2;
        for (int64_t k = 0; k < p->packed_k; k += 2, out += 2 * GROUP) {
            out[0] = i < g->m && k < g->k ? a[k * step] : 0;
            out[1] = i < g->m && k + 1 < g->k ? a[(k + 1) * step] : 0;
        }
    }
}

static void run_steps(const Plan *p)
{
    const Step start = step_at(p, 0);
    interleave(&start, p->g->ldb, p->x);
    const int64_t steps = p->chunks * p->blocks;
    for (int64_t s = 0; s < steps; s++) {
        const int side = side_share(p, s);
        run_step(p, s, side);
        const Step next = step_at(p, s + 1);
        if (side == 0 && s + 1 < steps)
            interleave(&next, p->g->ldb, p->x + (s + 1) % 2 * HALF);
        if ((s + 1) % p->chunks == 0)
            store_block(p, s / p->chunks);
    }
}

int64_t qwk_gemm_bf16_bn_avx512bf16(const QwkGemm *g)
{
    Plan p = {.g = g,
              .groups = (g->m + GROUP - 1) / GROUP,
              .packed_k = (g->k + 2 * TURN - 1) / (2 * TURN) * 2 * TURN,
              .chunks = g->k > 0 ? (g->k + STEP_K - 1) / STEP_K : 1,
              .blocks = (g->n + WIDTH - 1) / WIDTH};
    const int64_t a_bytes = p.groups * GROUP * p.packed_k * 2;
    const int64_t sum_bytes = p.groups * GROUP * WIDTH * 4;
    const int64_t need = a_bytes + sum_bytes + 2 * HALF * 2;
    if (need > g->scratch_bytes)
        return need;
    p.a = g->scratch;
    p.sum = (float *)((char *)g->scratch + a_bytes);
    p.x = (uint16_t *)((char *)g->scratch + a_bytes + sum_bytes);
    if (!g->packed)
        pack_a(&p);
    run_steps(&p);
    return 0;
}
