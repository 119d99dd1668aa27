/* Float matrix products on AVX-512: 32 registers. */
#include "vec_avx512.h"
enum { G_ROWS = 8, B_MOST_ROWS = 12 };
#define G_TALL_TILES(source, type) \
    G_TILE(7, 2, source, type)     \
    G_TILE(8, 2, source, type)
#define G_TALL_LIST(s, t) , g_##s##_##t##_7x2, g_##s##_##t##_8x2
#include "gemm_bn_fma.inc"
#include "gemm_bt_fma.inc"

B_TILES(12, 1)
B_TILES(12, 2)

static int64_t b_rows(const QwkGemm *g)
{
    (void)g;
    return B_MOST_ROWS;
}

static const BShape *b_shapes(const QwkGemm *g)
{
    static const BShape shapes[] = {B_LIST(12, 1), B_LIST(12, 2)};
    (void)g;
    return shapes;
}

B_PRODUCT(f32, float)
B_PRODUCT(f16, uint16_t)
B_PRODUCT(bf16, uint16_t)

/* Where lanes of rows would be half empty, those of AVX2 are better filled; the
 * order of sums is the same. */
enum { FEW = V_LANES / 2 };

#define GEMM(t)                                                          \
    int64_t qwk_gemm_##t##_avx512(const QwkGemm *g)                      \
    {                                                                    \
        if (!(g->flags & QW_BT)) return product_bn_##t(g);               \
        return g->m <= FEW ? qwk_gemm_##t##_avx2(g) : product_bt_##t(g); \
    }
GEMM(f32)
GEMM(f16)
GEMM(bf16)
