/* Float matrix products on AVX2 and FMA: 16 registers. */
#include "vec_avx2.h"
enum { T_ROWS = 6, T_VECS = 2 };
#define T_SHAPES(S, ...)    \
    S(1, 8, 8, __VA_ARGS__) \
    S(2, 4, 4, __VA_ARGS__) \
    S(3, 2, 4, __VA_ARGS__) \
    S(4, 2, 2, __VA_ARGS__) \
    S(5, 2, 2, __VA_ARGS__) \
    S(6, 2, 2, __VA_ARGS__)
#include "gemm_bn_fma.inc"
#include "gemm_bt_fma.inc"

/* By vectors of rows of a: tiles that fill the registers. */
#define SHAPES(type)                                                \
    Q_TILES(8, 1, type)                                             \
    Q_TILES(6, 2, type)                                             \
    Q_TILES(4, 3, type)                                             \
    Q_TILES(3, 4, type)                                             \
    static const QShape shapes_##type[][3] = {Q_SHAPES(8, 1, type), \
                                              Q_SHAPES(6, 2, type), \
                                              Q_SHAPES(4, 3, type), \
                                              Q_SHAPES(3, 4, type)};
SHAPES(F32)
SHAPES(F16)
SHAPES(BF16)
static const QShape (*const shapes[])[3] =
    {[F32] = shapes_F32, [F16] = shapes_F16, [BF16] = shapes_BF16};

#define GEMM(t, type)                                         \
    int64_t qwk_gemm_##t##_avx2(const QwkGemm *g)             \
    {                                                         \
        return g->flags & QW_BT ? product_bt(g, type, shapes) \
                                : product_bn_##t(g);          \
    }
GEMM(f32, F32)
GEMM(f16, F16)
GEMM(bf16, BF16)
