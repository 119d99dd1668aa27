/* Float matrix products on AVX2 and FMA: gemm_fma.inc with 16 registers. */
#include "vec_avx2.h"
enum { G_ROWS = 4, Q_ROWS = 3 };
#include "gemm_fma.inc"
