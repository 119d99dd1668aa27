/* The bf16 product on AVX-512-BF16: chooses the layout, and knows bytes. */
#include "gemm_avx512bf16.h"

/* ---- bytes as bf16 ------------------------------------------------------- */

/* i in 0 .. 255; 8 significant bits are exact. */
#define EXPONENT(i) (31 - __builtin_clz((i) | 1))
#define BF16(i) \
    ((i) ? (127 + EXPONENT(i)) << 7 | ((i) << 7 >> EXPONENT(i) & 127) : 0)
#define NEGATIVE(i) (BF16(128 - (i)) | 1 << 15) /* of byte 128 + i: i - 128 */
#define LARGE(i) BF16(128 + (i))

#define LOW(x) (x) & 255
#define HIGH(x) (x) >> 8
#define R4(half, of, i) \
    half(of(i)), half(of(i + 1)), half(of(i + 2)), half(of(i + 3))
#define R16(half, of, i)                                       \
    R4(half, of, i), R4(half, of, i + 4), R4(half, of, i + 8), \
        R4(half, of, i + 12)
#define R64(half, of, i)                                                \
    {                                                                   \
        R16(half, of, i), R16(half, of, i + 16), R16(half, of, i + 32), \
            R16(half, of, i + 48)                                       \
    }
#define R128(half, of)                      \
    {                                       \
        R64(half, of, 0), R64(half, of, 64) \
    }
#define HALVES(of)                    \
    {                                 \
        R128(LOW, of), R128(HIGH, of) \
    }

const ByteTable *qwk_byte_table(QwDtype t)
{
    static const ByteTable i8
        __attribute__((aligned(64))) = {HALVES(BF16), HALVES(NEGATIVE)};
    static const ByteTable u8
        __attribute__((aligned(64))) = {HALVES(BF16), HALVES(LARGE)};
    return t == QW_U8 ? &u8 : &i8;
}

/* ---- the product --------------------------------------------------------- */

int64_t qwk_gemm_bf16_avx512bf16(const QwkGemm *g)
{
    return (g->flags & QW_BT) ? qwk_gemm_bf16_bt_avx512bf16(g)
                              : qwk_gemm_bf16_bn_avx512bf16(g);
}
