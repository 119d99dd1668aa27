/* The bf16 product on AVX-512-BF16: chooses the layout. */
#include "gemm_avx512bf16.h"

int64_t qwk_gemm_bf16_avx512bf16(const QwkGemm *g)
{
    return (g->flags & QW_BT) ? qwk_gemm_bf16_bt_avx512bf16(g)
                              : qwk_gemm_bf16_bn_avx512bf16(g);
}
