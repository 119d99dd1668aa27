/* Float matrix products on AVX2 and FMA: gemm_fma.inc with 16 registers. */
#include "vec_avx2.h"
enum { G_ROWS = 6, Q_ROWS = 3 };
#define G_TALL_TILES(source)
#define G_TALL_LIST(s)
#include "gemm_fma.inc"
