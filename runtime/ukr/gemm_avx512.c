/* Float matrix products on AVX-512: 32 registers. */
#include "vec_avx512.h"
enum { T_ROWS = 16, T_VECS = 1 };
#define T_SHAPES(S, ...)     \
    S(1, 8, 8, __VA_ARGS__)  \
    S(2, 4, 4, __VA_ARGS__)  \
    S(3, 1, 2, __VA_ARGS__)  \
    S(4, 1, 2, __VA_ARGS__)  \
    S(5, 1, 2, __VA_ARGS__)  \
    S(6, 1, 2, __VA_ARGS__)  \
    S(7, 1, 2, __VA_ARGS__)  \
    S(8, 1, 1, __VA_ARGS__)  \
    S(9, 1, 1, __VA_ARGS__)  \
    S(10, 1, 1, __VA_ARGS__) \
    S(11, 1, 1, __VA_ARGS__) \
    S(12, 1, 1, __VA_ARGS__) \
    S(13, 1, 1, __VA_ARGS__) \
    S(14, 1, 1, __VA_ARGS__) \
    S(15, 1, 1, __VA_ARGS__) \
    S(16, 1, 1, __VA_ARGS__)
#include "gemm_bn_fma.inc"

/* Tiles that fill the registers. */
#define Q_LIST(Q, type) \
    Q(8, 1, type)       \
    Q(8, 2, type)       \
    Q(8, 3, type)       \
    Q(6, 4, type)
#include "gemm_bt_fma.inc"

/* A vector alone cannot make up for its broadcasts, and those of AVX2 are
 * better filled; the order of sums is the same. */
enum { FEW = 6 };

#define GEMM(t, type)                                                      \
    int64_t qwk_gemm_##t##_avx512(const QwkGemm *g)                        \
    {                                                                      \
        if (!(g->flags & QW_BT)) return product_bn_##t(g);                 \
        return g->m <= FEW ? qwk_gemm_##t##_avx2(g) : product_bt(g, type); \
    }
GEMM(f32, F32)
GEMM(f16, F16)
GEMM(bf16, BF16)
