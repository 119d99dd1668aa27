/* Float matrix products on AVX2 and FMA: 16 registers. */
#include "vec_avx2.h"
enum { G_ROWS = 6, B_MOST_ROWS = 12 };
#include "gemm_bn_fma.inc"
#include "gemm_bt_fma.inc"

B_TILES(12, 1)
B_TILES(6, 1)
B_TILES(6, 2)

/* One vector of rows of a needs more rows of b for enough sums. */
static const BShape tall[] = {B_LIST(12, 1)};
static const BShape wide[] = {B_LIST(6, 1), B_LIST(6, 2)};

static int64_t b_rows(const QwkGemm *g)
{
    return g->m <= V_LANES ? 12 : 6;
}

static const BShape *b_shapes(const QwkGemm *g)
{
    return g->m <= V_LANES ? tall : wide;
}

B_PRODUCT(f32, float)
B_PRODUCT(f16, uint16_t)
B_PRODUCT(bf16, uint16_t)

/* ---- few rows of a ------------------------------------------------------- */

/* With few rows, lanes of rows would be empty: columns stand in them, as when
 * b is [k,n], and panels are transposed, which costs more where elements are
 * large.  Places are panels, all k of one after the other. */
enum { FEW_f32 = 4, FEW_f16 = G_ROWS, FEW_bf16 = G_ROWS };

#define TURN_TILES(type)     \
    G_TILE(1, 2, TURN, type) \
    G_TILE(2, 2, TURN, type) \
    G_TILE(3, 2, TURN, type) \
    G_TILE(4, 2, TURN, type) \
    G_TILE(5, 2, TURN, type) \
    G_TILE(6, 2, TURN, type)
TURN_TILES(F32)
TURN_TILES(F16)
TURN_TILES(BF16)
static GTileFn *const turns[][G_ROWS] = {[F32] = G_LIST(TURN, F32),
                                         [F16] = G_LIST(TURN, F16),
                                         [BF16] = G_LIST(TURN, BF16)};

static void turn_eight(const Panels *p, float *x, const char *b, int64_t ldb)
{
    if (p->type == BF16)
        g_turn(x, b, ldb, BF16);
    else if (p->type == F16)
        g_turn(x, b, ldb, F16);
    else
        g_turn(x, b, ldb, F32);
}

/* What does not exist becomes zeros. */
static void fill_bt(const Panels *p, float *x, int64_t k, int64_t n,
                    int64_t depth)
{
    const QwkGemm *g = p->g;
    const int64_t size = p->grid.size;
    for (int64_t i = 0; i < depth; i += 8)
        for (int64_t j = 0; j < G_COLUMNS; j += 8) {
            char some[8][8 * sizeof(float)] = {{0}};
            const char *b = (const char *)g->b +
                ((n + j) * g->ldb + k + i) * size;
            const bool whole = i + 8 <= depth && n + j + 8 <= g->n;
            for (int64_t c = 0; c < 8 && !whole && n + j + c < g->n; c++)
                memcpy(some[c], b + c * g->ldb * size,
                       (size_t)(least(8, depth - i) * size));
            turn_eight(p, x + i * G_COLUMNS + j, whole ? b : some[0],
                       whole ? g->ldb * size : (int64_t)sizeof some[0]);
        }
}

static void run_few(Panels *p)
{
    const QwkGemm *g = p->g;
    bool filled = false;
    for (Place s = {0}, after; s.n < g->n; s = after) {
        after = place_after(&p->grid, s);
        const int64_t depth = least(G_DEPTH, g->k - s.k);
        const int64_t then = least(G_DEPTH, g->k - after.k);
        const bool feed = after.n + G_COLUMNS <= g->n && then == depth &&
            depth % G_TURN == 0;
        const Place below = {.k = s.k, .n = s.n + G_COLUMNS};
        Ahead ahead = ahead_of(&p->grid, below, depth / G_TURN * p->groups);
        GTile t = tile_at(p, s, s.n, &ahead);
        if (!filled) fill_bt(p, p->x, s.k, s.n, depth);
        t.b = (const char *)g->b + (after.n * g->ldb + after.k) * p->grid.size;
        t.panel = p->x;
        t.fed = p->spare;
        run_groups(p, &t, s.k, feed);
        p->spare = p->x;
        p->x = t.fed;
        filled = feed;
        if (s.k + G_DEPTH >= g->k) store_place(p, s);
    }
}

#define FEW_ROWS(t, T, weights)                                            \
    static int64_t product_few_##t(const QwkGemm *g)                       \
    {                                                                      \
        int64_t need;                                                      \
        Panels p = {.g = g,                                                \
                    .grid = {g, sizeof(T), G_DEPTH, G_COLUMNS, G_COLUMNS}, \
                    .type = weights,                                       \
                    .feed = turns[weights],                                \
                    .groups = (g->m + G_ROWS - 1) / G_ROWS};               \
        if (!place_panels(&p, &need)) return need;                         \
        if (!g->packed) pack_groups_##t(g, p.groups, p.a);                 \
        run_few(&p);                                                       \
        return 0;                                                          \
    }
FEW_ROWS(f32, float, F32)
FEW_ROWS(f16, uint16_t, F16)
FEW_ROWS(bf16, uint16_t, BF16)

#define GEMM(t)                                                          \
    int64_t qwk_gemm_##t##_avx2(const QwkGemm *g)                        \
    {                                                                    \
        if (!(g->flags & QW_BT)) return product_bn_##t(g);               \
        return g->m <= FEW_##t ? product_few_##t(g) : product_bt_##t(g); \
    }
GEMM(f32)
GEMM(f16)
GEMM(bf16)
