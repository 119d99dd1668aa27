/* Specification of the matrix products: one sum an element, k ascending, each
 * product and each sum rounded to FP32 (products of 16-bit floats are exact);
 * integers exact modulo 2^32.  c is added last and read only with QW_ACC. */
#include "ref.h"

static inline int32_t get_i8(int8_t x)
{
    return x;
}
static inline int32_t get_u8(uint8_t x)
{
    return x;
}

typedef struct Strides {
    int64_t am, ak, bn, bk;
} Strides;

static Strides strides_of(const QwkGemm *g)
{
    const bool at = (g->flags & QW_AT) != 0, bt = (g->flags & QW_BT) != 0;
    return (Strides){.am = at ? 1 : g->lda,
                     .ak = at ? g->lda : 1,
                     .bn = bt ? g->ldb : 1,
                     .bk = bt ? 1 : g->ldb};
}

#define GEMM(t, T, C, SUM)                                                \
    static SUM dot_##t(const T *a, int64_t sa, const T *b, int64_t sb,    \
                       int64_t k)                                         \
    {                                                                     \
        SUM sum = 0;                                                      \
        for (int64_t i = 0; i < k; i++) {                                 \
            const SUM x = (SUM)get_##t(a[i * sa]),                        \
                      y = (SUM)get_##t(b[i * sb]);                        \
            const SUM product = x * y;                                    \
            sum += product;                                               \
        }                                                                 \
        return sum;                                                       \
    }                                                                     \
    int64_t qwk_gemm_##t##_ref(const QwkGemm *g)                          \
    {                                                                     \
        const Strides s = strides_of(g);                                  \
        const T *a = g->a, *b = g->b;                                     \
        C *c = g->c;                                                      \
        for (int64_t i = 0; i < g->m; i++)                                \
            for (int64_t j = 0; j < g->n; j++) {                          \
                const SUM sum = dot_##t(a + i * s.am, s.ak, b + j * s.bn, \
                                        s.bk, g->k);                      \
                C *at = &c[i * g->ldc + j];                               \
                *at = (g->flags & QW_ACC) ? (C)((SUM)*at + sum) : (C)sum; \
            }                                                             \
        return 0;                                                         \
    }
GEMM(bf16, uint16_t, float, float)
GEMM(f16, uint16_t, float, float)
GEMM(f32, float, float, float)
GEMM(i8, int8_t, int32_t, uint32_t)
GEMM(u8, uint8_t, int32_t, uint32_t)
