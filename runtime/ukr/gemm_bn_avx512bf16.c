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
    BAND = 6,         /* blocks of WIDTH columns */
    PIECE = 32,       /* columns that one pair of shuffles handles */
    PAIR = 2 * WIDTH, /* bf16 from one k pair to the next, interleaved */
    HALF = STEP_K / 2 * PAIR, /* bf16 of an interleaved step */
    GROUP = 8,                /* rows of a in a tile */
    TURN = 4                  /* k pairs in a turn of the main loop */
};

/* Where a step stands and finds its weights. */
typedef struct Step {
    const uint16_t *base; /* b of its product, NULL: there is none */
    const uint16_t *b;    /* base + its corner */
    int64_t rows, columns;
    int64_t chunk, block,
        band; /* in rows; in columns; first block of its band */
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
        : left > 0       ? ((__mmask32)1 << left) - 1
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
            if (u < WIDTH / PIECE) side_work(&t, u, side);
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
TILE(4, 3, 0)
TILE(4, 3, 1)
TILE(4, 3, 2)
TILE(8, 2, 0)
TILE(8, 3, 0)
TILE(8, 3, 1)
TILE(8, 3, 2)

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
    float *sum; /* [block of the band][row][WIDTH] */
} Plan;

static Step place_step(const Plan *p, Step s)
{
    const int64_t k = s.chunk * STEP_K, n = s.block * WIDTH;
    s.rows = p->g->k - k < STEP_K ? p->g->k - k : STEP_K;
    s.columns = p->g->n - n < WIDTH ? p->g->n - n : WIDTH;
    s.b = s.base ? s.base + k * p->g->ldb + n : NULL;
    return s;
}

static Step step_after(const Plan *p, Step s)
{
    if (++s.block < p->blocks && s.block < s.band + BAND)
        return place_step(p, s);
    s.block = s.band;
    if (++s.chunk < p->chunks) return place_step(p, s);
    s.chunk = 0;
    s.block = s.band += BAND;
    if (s.band >= p->blocks) {
        s.block = s.band = 0;
        s.base = p->g->next;
    }
    return place_step(p, s);
}

static bool is_full(const Step *s)
{
    return s->rows == STEP_K && s->columns == WIDTH;
}

/* The steps in work: s is multiplied, the others are made ready. */
typedef struct Flow {
    Step now, next, ahead;
    uint16_t *x, *next_x; /* interleaved, to be interleaved */
    bool last;            /* next is of the following product */
} Flow;

/* Row pairs a turn of each of the first tiles takes on the side, 0 when the
 * next step must be interleaved in a phase of its own. */
static int side_share(const Plan *p, const Flow *f)
{
    if (f->last || !is_full(&f->now) || !is_full(&f->next)) return 0;
    return p->groups == 1 ? 2 : 1;
}

static float *sums_of(const Plan *p, const Step *s)
{
    return p->sum + (s->block - s->band) * p->groups * GROUP * WIDTH;
}

static void run_step(const Plan *p, const Flow *f, int side)
{
    const QwkGemm *g = p->g;
    const int64_t chunk = f->now.chunk;
    const int nv = f->now.columns > 2 * PIECE ? 3 : 2;
    const uint16_t *ahead = f->ahead.b ? f->ahead.b : f->next.b;
    int64_t pairs = side > 0 ? 0 : STEP_K / 2; /* of the next step, done */
    for (int64_t i = 0; i < p->groups; i++)
        for (int64_t j = 0; j < f->now.columns; j += 16 * nv) {
            const bool busy = pairs < STEP_K / 2;
            Tile t = {.a = p->a + i * p->packed_k * GROUP +
                          chunk * STEP_K * GROUP,
                      .x = f->x + 2 * j,
                      .turns = (f->now.rows + 2 * TURN - 1) / (2 * TURN),
                      .sum = sums_of(p, &f->now) + i * GROUP * WIDTH + j,
                      .first = chunk == 0,
                      .ldb = g->ldb};
            if (busy) {
                t.from = f->next.b + 2 * pairs * g->ldb;
                t.to = f->next_x + pairs * PAIR;
                t.ahead = (const char *)(ahead + 2 * pairs * g->ldb);
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
            out[i] = _mm512_add_ps(out[i],
                                   _mm512_maskz_loadu_ps(half, c + 16 * i));
        _mm512_mask_storeu_ps(c + 16 * i, half, out[i]);
    }
}

static void store_block(const Plan *p, const Step *s)
{
    const QwkGemm *g = p->g;
    const int64_t n = s->block * WIDTH;
    for (int64_t i = 0; i < g->m; i++)
        for (int64_t j = 0; j < s->columns; j += PIECE)
            store_piece((float *)g->c + i * g->ldc + n + j,
                        sums_of(p, s) + i * WIDTH + j, s->columns - j,
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

static void prefetch_step(const Plan *p, const Step *s)
{
    for (int64_t i = 0; s->b && i < s->rows; i++)
        for (int64_t j = 0; j < s->columns; j += PIECE)
            _mm_prefetch(s->b + i * p->g->ldb + j, _MM_HINT_T1);
}

static void run_steps(const Plan *p)
{
    const Step start = place_step(p, (Step){.base = p->g->b});
    const Step second = step_after(p, start);
    Flow f = {.now = start,
              .next = second,
              .ahead = step_after(p, second),
              .x = p->x,
              .next_x = p->x + HALF};
    interleave(&start, p->g->ldb, f.x);
    for (int64_t left = p->chunks * p->blocks; left > 0; left--) {
        f.last = left == 1;
        const int side = side_share(p, &f);
        if (side == 0) prefetch_step(p, &f.ahead);
        run_step(p, &f, side);
        if (side == 0 && !f.last) interleave(&f.next, p->g->ldb, f.next_x);
        if (f.now.chunk == p->chunks - 1) store_block(p, &f.now);
        uint16_t *const x = f.x;
        f = (Flow){.now = f.next,
                   .next = f.ahead,
                   .ahead = step_after(p, f.ahead),
                   .x = f.next_x,
                   .next_x = x};
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
    const int64_t band = p.blocks < BAND ? p.blocks : BAND;
    const int64_t sum_bytes = band * p.groups * GROUP * WIDTH * 4;
    const int64_t need = a_bytes + sum_bytes + 2 * HALF * 2;
    if (need > g->scratch_bytes) return need;
    p.a = g->scratch;
    p.sum = (float *)((char *)g->scratch + a_bytes);
    p.x = (uint16_t *)((char *)g->scratch + a_bytes + sum_bytes);
    if (!g->packed) pack_a(&p);
    run_steps(&p);
    return 0;
}
