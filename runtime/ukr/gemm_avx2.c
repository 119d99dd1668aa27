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

/* Tiles that fill the registers. */
#define Q_LIST(Q, type) \
    Q(8, 1, type)       \
    Q(6, 2, type)       \
    Q(4, 3, type)       \
    Q(3, 4, type)
#include "gemm_bt_fma.inc"

#define GEMM(t, type)                                                      \
    int64_t qwk_gemm_##t##_avx2(const QwkGemm *g)                          \
    {                                                                      \
        return g->flags & QW_BT ? product_bt(g, type) : product_bn_##t(g); \
    }
GEMM(f32, F32)
GEMM(f16, F16)
GEMM(bf16, BF16)
