/* Specification of the matrix products: one sum an element, k ascending, each
 * product and each sum rounded to FP32 (products of 16-bit floats are exact);
 * integers exact modulo 2^32.  c is added last and read only with QW_ACC. */
#include "ref.h"
#include <string.h>

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

/* Elements at a time: sums that do not wait for each other, and weights that
 * are widened once for several rows. */
enum { ROWS = 8, COLUMNS = 16 };

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

#define GEMM(t, T, C, SUM)                                                    \
    static inline void sums_##t(SUM sum[ROWS][COLUMNS], const T *a,           \
                                const T *b, Strides s, int64_t rows,          \
                                int64_t columns, int64_t k)                   \
    {                                                                         \
        memset(sum, 0, sizeof(SUM) * ROWS * COLUMNS);                         \
        for (int64_t i = 0; i < k; i++, a += s.ak, b += s.bk) {               \
            SUM w[COLUMNS] = {0};                                             \
            for (int64_t j = 0; j < columns; j++)                             \
                w[j] = (SUM)get_##t(b[j * s.bn]);                             \
            for (int64_t r = 0; r < rows; r++) {                              \
                const SUM x = (SUM)get_##t(a[r * s.am]);                      \
                for (int64_t j = 0; j < COLUMNS; j++) {                       \
                    const SUM product = x * w[j];                             \
                    sum[r][j] += product;                                     \
                }                                                             \
            }                                                                 \
        }                                                                     \
    }                                                                         \
    int64_t qwk_gemm_##t##_ref(const QwkGemm *g)                              \
    {                                                                         \
        const Strides s = strides_of(g);                                      \
        const bool acc = (g->flags & QW_ACC) != 0;                            \
        for (int64_t n = 0; n < g->n; n += COLUMNS)                           \
            for (int64_t m = 0; m < g->m; m += ROWS) {                        \
                const int64_t rows = least(ROWS, g->m - m),                   \
                              columns = least(COLUMNS, g->n - n);             \
                SUM sum[ROWS][COLUMNS];                                       \
                sums_##t(sum, (const T *)g->a + m * s.am,                     \
                         (const T *)g->b + n * s.bn, s, rows, columns, g->k); \
                for (int64_t r = 0; r < rows; r++)                            \
                    for (int64_t j = 0; j < columns; j++) {                   \
                        C *c = (C *)g->c + (m + r) * g->ldc + n + j;          \
                        *c = acc ? (C)((SUM)*c + sum[r][j]) : (C)sum[r][j];   \
                    }                                                         \
            }                                                                 \
        return 0;                                                             \
    }
GEMM(bf16, uint16_t, float, float)
GEMM(f16, uint16_t, float, float)
GEMM(f32, float, float, float)
GEMM(i8, int8_t, int32_t, uint32_t)
GEMM(u8, uint8_t, int32_t, uint32_t)
