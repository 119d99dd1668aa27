/* The contract of micro-kernels.
 *
 * A micro-kernel is a function qwk_<op>_<dtype>_<isa>; ukernels.def lists them
 * all, and prototypes, dispatch (dispatch.c) and tests come from that list.
 * The public function qw_<op>_<dtype> of qwrt.h is the best one the CPU has.
 * The `ref` kernels are the executable specification: plain C, complete.
 *
 * Elementwise, reductions, conversions (layout as in qwrt.h):
 *  - any m, n >= 0, any leading dimension and alignment of an element;
 *  - reads only the elements named by m and n, writes only those of d, so
 *    NaN or unmapped memory beside them is harmless; tails use masked loads
 *    and stores in the very code path of whole vectors, so that a result does
 *    not depend on where its element stands;
 *  - d may be an operand (same address and strides), nothing else overlaps;
 *  - exact operations (language.md 8.1) give the bits of ref on every ISA,
 *    except that any NaN stands for any other; elementary functions keep
 *    2 ULP; sums have the order of ref: 64 partial sums, partial p takes the
 *    elements p, p + 64, ... of the row, then p += p + 32, 16, 8, 4, 2, 1.
 *
 * Matrix products (QwkGemm):
 *  - c = a . b (+ c): without QW_ACC c is never read.  Edges are the kernel's
 *    business.  No load leaves an operand's rows: the last octet is masked.
 *  - Summation order, the same for every m, n, position and blocking:
 *      ref          one sum, k ascending, product and sum rounded apart
 *      avx2, avx512 FMA, the same bits on both; with b [k,n]: one sum, k
 *                   ascending; with b [n,k] (QW_BT), the Q order: 4 partial
 *                   sums, result (p0 + p2) + (p1 + p3); partial p takes k =
 *                   4i + p, of bf16 8i + 2p and 8i + 2p + 1, i ascending
 *      avx512bf16   (bf16) with b [k,n]: pairs (2i, 2i+1) ascending into one
 *                   sum; with b [n,k], the Q order of pairs
 *    then c is added as the last term.  Integers are exact: any order.
 *  - The kernel allocates nothing.  It returns 0 when it is done, or, having
 *    done nothing, the bytes of scratch it needs; scratch is aligned to 64.
 *  - With `packed` scratch still holds what the same kernel left there for
 *    the same a, lda, m, k and flags, whatever n was: packing a may be skipped.
 *  - `next`: where the following call's b begins, to prefetch at the end.
 *  - b is of dtype `from`: that of a, or another one that the kernel, after a
 *    line CASTS of ukernels.def, casts as it goes, with the bits of the cast
 *    followed by the product.
 *
 * Weights that are packed once (QwkPack) and then serve many products:
 *  - pack with to == NULL returns the bytes of the copy, 0: this kernel has no
 *    form of its own.  Else it fills in what rows [first, first + rows) of b
 *    become, and returns 0; both are multiples of the form's depth (pack.c),
 *    but for the last rows.
 *  - bf16 (avx512bf16): panels of 32 columns, in each all pairs (2i, 2i+1) of
 *    rows, interleaved; rows up to a multiple of 8 and columns up to one of 32
 *    are zeros.  A product whose b has such a copy gets `panels`, where the
 *    first panel holds the first row of b, and `panel_stride`, the bytes from
 *    there to the next panel; its k is a multiple of 8 or ends with the copy,
 *    and `next` is NULL or points into panels as well.
 *  - i8, u8: the transposed b, [n, k rounded up to 16]: as b with QW_BT. */
#ifndef QW_UKR_H
#define QW_UKR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "qwrt.h"

typedef struct QwkPack {
    const void *b; /* [k,n] */
    int64_t ldb, k, n, first, rows;
    void *to; /* aligned to 64 */
} QwkPack;

typedef struct QwkGemm {
    void *c; /* float or int32_t [m, n] */
    int64_t ldc;
    const void *a, *b; /* as flags say */
    int64_t lda, ldb;
    QwDtype from;    /* of b */
    int64_t m, n, k; /* m, n >= 1, k >= 0 */
    int flags;       /* QW_AT, QW_BT, QW_ACC */
    bool packed;
    void *scratch;
    int64_t scratch_bytes;
    const void *panels; /* b packed; NULL: it is not */
    int64_t panel_stride;
    const void *next; /* NULL: unknown */
    bool near;        /* prefetch far ahead into L1: it is large enough */
} QwkGemm;

/* Kinds of kernels: result type, parameters, and the arguments of a call. */
#define QWK_RET_BINARY void
#define QWK_PAR_BINARY(T)                                               \
    T *d, int64_t ldd, const T *a, int64_t lda, int64_t sa, const T *b, \
        int64_t ldb, int64_t sb, int64_t m, int64_t n
#define QWK_RET_UNARY void
#define QWK_PAR_UNARY(T) \
    T *d, int64_t ldd, const T *a, int64_t lda, int64_t sa, int64_t m, int64_t n
#define QWK_RET_REDUCE void
#define QWK_PAR_REDUCE(T) \
    T *d, int64_t ldd, const T *a, int64_t lda, int64_t m, int64_t n
#define QWK_RET_ARG void
#define QWK_PAR_ARG(T) \
    int32_t *d, int64_t ldd, const T *a, int64_t lda, int64_t m, int64_t n
#define QWK_RET_NARROW void /* float to another dtype, saturating */
#define QWK_PAR_NARROW(T) \
    T *d, int64_t ldd, const float *a, int64_t lda, int64_t m, int64_t n
#define QWK_RET_WIDEN void
#define QWK_PAR_WIDEN(T) \
    float *d, int64_t ldd, const T *a, int64_t lda, int64_t m, int64_t n
#define QWK_RET_GEMM int64_t
#define QWK_PAR_GEMM(T) const QwkGemm *g
#define QWK_RET_PACK int64_t
#define QWK_PAR_PACK(T) const QwkPack *p

/* Lines of ukernels.def for several dtypes at once. */
#define QWK_INT(kind, op, isa)           \
    KERNEL(kind, op, i8, int8_t, isa)    \
    KERNEL(kind, op, u8, uint8_t, isa)   \
    KERNEL(kind, op, i16, int16_t, isa)  \
    KERNEL(kind, op, u16, uint16_t, isa) \
    KERNEL(kind, op, i32, int32_t, isa)  \
    KERNEL(kind, op, u32, uint32_t, isa) \
    KERNEL(kind, op, i64, int64_t, isa)  \
    KERNEL(kind, op, u64, uint64_t, isa)
#define QWK_FLOAT(kind, op, isa)         \
    KERNEL(kind, op, f32, float, isa)    \
    KERNEL(kind, op, f16, uint16_t, isa) \
    KERNEL(kind, op, bf16, uint16_t, isa)
#define QWK_NUM(kind, op, isa) \
    QWK_INT(kind, op, isa)     \
    QWK_FLOAT(kind, op, isa)

#define QWK_CAST(isa)                       \
    KERNEL(WIDEN, widen, i8, int8_t, isa)   \
    KERNEL(WIDEN, widen, u8, uint8_t, isa)  \
    KERNEL(WIDEN, widen, i32, int32_t, isa) \
    KERNEL(NARROW, rint, i8, int8_t, isa)   \
    KERNEL(NARROW, rint, u8, uint8_t, isa)  \
    KERNEL(NARROW, rint, i32, int32_t, isa) \
    KERNEL(NARROW, away, i8, int8_t, isa)   \
    KERNEL(NARROW, away, u8, uint8_t, isa)  \
    KERNEL(NARROW, away, i32, int32_t, isa)

#define KERNEL(kind, op, t, T, isa) \
    QWK_RET_##kind qwk_##op##_##t##_##isa(QWK_PAR_##kind(T));
#include "ukernels.def"
#undef KERNEL

/* ref_cast.c: any pair of dtypes, any mode; not in the table */
void qwk_cast_ref(QwDtype to, void *d, int64_t ldd, QwDtype from, const void *a,
                  int64_t lda, int64_t m, int64_t n, QwRound mode);

/* cast_loops.c; false: it has no loop for the pair */
bool qwk_cast_loop(QwDtype to, void *d, int64_t ldd, QwDtype from,
                   const void *a, int64_t lda, int64_t m, int64_t n,
                   QwRound mode);
/* INT32 and UINT32 on their way to 16-bit floats */
bool qwk_fold(float *d, int64_t ldd, QwDtype from, const void *a, int64_t lda,
              int64_t m, int64_t n);
#endif
