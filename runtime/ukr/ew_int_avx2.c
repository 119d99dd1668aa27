/* Elementwise kernels and reductions of integers on AVX2. */
#define V_FN(name) name##_avx2
#include "ew_int.inc"
