/* i8 products with N-contiguous weights (b is [k,n]) on AVX-512-VNNI. */
#ifndef QW_GEMM_AVX512VNNI_H
#define QW_GEMM_AVX512VNNI_H
#include "ukr.h"

int64_t qwk_gemm_i8_bn_avx512vnni(const QwkGemm *g);
#endif
