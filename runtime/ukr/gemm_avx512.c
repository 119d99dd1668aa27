/* Float matrix products on AVX-512: 32 registers. */
#include "vec_avx512.h"
#include "gemm_bn_direct.inc"
enum { B_MOST_ROWS = 12 };
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
