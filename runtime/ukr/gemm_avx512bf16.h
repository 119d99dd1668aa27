/* The two layouts of b in bf16 products on AVX-512-BF16. */
#ifndef QW_GEMM_AVX512BF16_H
#define QW_GEMM_AVX512BF16_H
#include "ukr.h"

int64_t qwk_gemm_bf16_bt_avx512bf16(const QwkGemm *g); /* b is [n,k] */
int64_t qwk_gemm_bf16_bn_avx512bf16(const QwkGemm *g); /* b is [k,n] */
#endif
