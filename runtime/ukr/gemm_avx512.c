/* Float matrix products on AVX-512: gemm_fma.inc with 32 registers. */
#include "vec_avx512.h"
enum { G_ROWS = 8, Q_ROWS = 6 };
#define G_TALL_TILES(source) G_TILE(7, source) G_TILE(8, source)
#define G_TALL_LIST(s) , g_##s##_7, g_##s##_8
#include "gemm_fma.inc"
