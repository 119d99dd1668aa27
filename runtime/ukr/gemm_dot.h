/* What the products with dot products of neighbours share on AVX-512. */
#ifndef QW_GEMM_DOT_H
#define QW_GEMM_DOT_H
#include <immintrin.h>
#include "dtype.h"
#include "ukr.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

/* 4 x 4 lanes of 128 bits: lane j of out[i] is lane i of v[j]. */
INLINE void transpose_lanes(__m512i out[4], const __m512i v[4])
{
    const __m512i low01 = _mm512_shuffle_i32x4(v[0], v[1], 0x44),
                  high01 = _mm512_shuffle_i32x4(v[0], v[1], 0xee),
                  low23 = _mm512_shuffle_i32x4(v[2], v[3], 0x44),
                  high23 = _mm512_shuffle_i32x4(v[2], v[3], 0xee);
    out[0] = _mm512_shuffle_i32x4(low01, low23, 0x88);
    out[1] = _mm512_shuffle_i32x4(low01, low23, 0xdd);
    out[2] = _mm512_shuffle_i32x4(high01, high23, 0x88);
    out[3] = _mm512_shuffle_i32x4(high01, high23, 0xdd);
}
/* What b holds: the elements that are multiplied, or bytes that are cast. */
typedef enum Source { PLAIN, BYTES, SOURCES } Source;
#endif
