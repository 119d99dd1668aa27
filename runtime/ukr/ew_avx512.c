/* Elementwise kernels and reductions of floats: ew.inc on the vector layer of
 * this ISA.  The results are those of every other ISA. */
#include "vec_avx512.h"
#include "ew.inc"
