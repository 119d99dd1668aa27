/* Float matrix products on AVX-512: gemm_fma.inc with 32 registers. */
#include "vec_avx512.h"
enum { G_ROWS = 8, Q_ROWS = 6 };
#include "gemm_fma.inc"
