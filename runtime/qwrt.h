/* qwrt.h: the ABI between C emitted by qwc and its runtime; the only header
 * emitted C includes.  Plain C99.  Under __TINYC__ (the JIT) it includes
 * nothing and defines its own integer types.
 *
 * Layout conventions.  A tile is a row-major matrix [m, n] of elements with a
 * leading dimension `ld` (elements from one row to the next).  Operands of
 * elementwise functions also carry a column stride `s` of 1 or 0: ld = 0
 * repeats one row, s = 0 repeats one column, both 0 is a scalar.  bf16 and f16
 * are uint16_t bits.  m, n <= 0 does nothing.  A destination may be the very
 * operand of an elementwise function (same address and strides), never a
 * partial overlap.  Functions that can fail return 0 or a QwStatus and leave
 * the details in the context; all others cannot fail.  NaN in memory that the
 * contract does not read is harmless. */
#ifndef QWRT_H
#define QWRT_H
#ifdef __TINYC__
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef unsigned long size_t;
#ifndef NULL
#define NULL ((void *)0)
#endif
#define INT64_C(x) x##LL
#else
#include <stddef.h>
#include <stdint.h>
#ifdef __GNUC__
#pragma GCC visibility push(default) /* all else in the library is hidden */
#endif
#endif
#ifdef __cplusplus
extern "C" {
#endif

/* Element types, in the order of dtype.def. */
typedef enum QwDtype {
    QW_BOOL,
    QW_I8,
    QW_U8,
    QW_I16,
    QW_U16,
    QW_I32,
    QW_U32,
    QW_I64,
    QW_U64,
    QW_F16,
    QW_BF16,
    QW_F32,
    QW_F64,
    QW_DTYPE_COUNT
} QwDtype;

/* Rounding modes of pl.cast, in the order of their numbers 0..6. */
typedef enum QwRound {
    QW_NONE,
    QW_RINT,
    QW_ROUND,
    QW_FLOOR,
    QW_CEIL,
    QW_TRUNC,
    QW_ODD
} QwRound;

/* What an entry returns.  0 is success; the others are the run-time codes of
 * the language (E0901 is 901) and the three below. */
typedef enum QwStatus {
    QW_OK = 0,
    QW_ERR_NOMEM = 1, /* a buffer or workspace could not be had */
    QW_ERR_ARGS = 2,  /* NULL context, NULL pointer or extent out of range */
    QW_ERR_BUSY = 3,  /* the context is serving another call */
    QW_ERR_NEGATIVE_VALID = 901,
    QW_ERR_VALID = 902,
    QW_ERR_EXTENT = 903,
    QW_ERR_BOUNDS = 904,
    QW_ERR_INDEX = 905,
    QW_ERR_DYNAMIC = 906,
    QW_ERR_OVERFLOW = 907,
    QW_ERR_RANGE = 908,
    QW_ERR_DIVISION = 909,
    QW_ERR_ASSERT = 910,
    QW_ERR_UNSORTED = 911,
    QW_ERR_VERIFY = 912,
    QW_ERR_RACE = 913,
    QW_ERR_TASKS = 1112
} QwStatus;

/* A dimension that a caller passes is at most this. */
#define QW_MAX_EXTENT ((int64_t)1 << 48)

typedef struct QwCtx QwCtx; /* pool, workspaces, last error; one call at a time */
typedef struct QwWorker
    QwWorker; /* one thread of a context while it runs a task */

/* ---- for callers (context.c) -------------------------------------------- */
/* An entry that qwc emitted is
 *     int NAME(QwCtx *, tensors and scalars of the kernel, int64_t extents...)
 * Tensors are dense, row-major and aligned as their elements are; one that is
 * written overlaps no other.  An entry returns QW_OK or a QwStatus and does not
 * print, exit or raise a signal; after a failure outputs may hold parts of a
 * result.  A context may move between threads; threads that call at the same
 * time have one each, and share the cores by qw_set_threads. */
QwCtx *qw_ctx_new(void); /* NULL: no memory */
void qw_ctx_free(QwCtx *);
/* Worker threads, the caller included; n <= 0: QWC_THREADS, or all cores.
 * QW_ERR_BUSY, QW_ERR_NOMEM, QW_ERR_ARGS (NULL): nothing has changed. */
int qw_set_threads(QwCtx *, int n);
int qw_threads(const QwCtx *);
/* Most that its workspaces and buffers may take, kept between calls; beyond it
 * entries return QW_ERR_NOMEM.  0: no limit. */
void qw_set_memory(QwCtx *, int64_t bytes);
/* Copies w, weights [rows, columns] that calls only read as the right operand
 * [k, n] of products, into the order in which the CPU multiplies fastest; from
 * here on calls of this context read the copy wherever a product takes a window
 * of w that lies right for it.  No result changes.  The copy is of now: before
 * w changes or is freed, say qw_unpack.  It takes about as much memory as w,
 * *bytes of it (bytes may be NULL), counted by qw_set_memory; 0: there is no
 * better order for this dtype on this CPU, and nothing was done.  Contexts have
 * copies of their own.  Said again of the same w, it copies what w holds then.
 * QW_ERR_NOMEM, QW_ERR_BUSY, QW_ERR_ARGS (NULL, no extent, or w meets other
 * weights that are packed already): nothing has changed. */
int qw_pack(QwCtx *, QwDtype, const void *w, int64_t rows, int64_t columns,
            int64_t *bytes);
/* Drops the copy of w; w NULL: all.  QW_ERR_BUSY, QW_ERR_ARGS (no context). */
int qw_unpack(QwCtx *, const void *w);
/* -1: w is not packed; 1: a product has read the copy, 0: none has. */
int qw_pack_used(const QwCtx *, const void *w);
const char *qw_strerror(int status); /* static text, never NULL */
/* Of the last call that was not refused by QW_ERR_ARGS: a full sentence with
 * the place in the source, valid until the next call; "" if none. */
const char *qw_last_error(const QwCtx *);
const char *qw_isa(void); /* "avx512bf16" ... after the QWC_ISA cap */
/* Caps the ISA (ref avx2 avx512 avx512vnni avx512bf16) like QWC_ISA; before
 * any call runs.  QW_ERR_ARGS: no such name.  An unknown QWC_ISA is ignored. */
int qw_set_isa(const char *name);

/* ---- places in the source, for errors and traces ------------------------- */
typedef struct QwSite {
    int32_t id; /* key for qwc's own tables, -1: none */
    int32_t line, col;
    const char *file;
    const char *what;  /* tensor or variable the check is about; "" */
    const char *scope; /* name_hint of the scope around, or "" */
    const char *loops; /* names of the loop variables around: "b,ob"; "" */
    int32_t axis;      /* axis of the tensor, -1: none */
} QwSite;

/* Details of the last failure (also of warnings counted during a call). */
typedef struct QwFailure {
    int status;
    const QwSite *site;
    int64_t value[4];    /* as the function that reported it documents */
    int64_t loop[8];     /* values of the loop variables of site->loops */
    int loops;           /* how many of them are known */
    const char *text;    /* assertion message or NULL */
    const QwSite *other; /* RACE: the site of the second access, else NULL */
} QwFailure;
/* RACE: value {first iteration, second iteration, levels}: the variable of the
 * parallel loop; of `levels` nested ones all are in loop, the first iteration's
 * and then the second's.  For a thread that qw_enter
 * turned away it is QW_ERR_BUSY until that thread calls again. */
const QwFailure *qw_failure(const QwCtx *);
/* run-time warnings (W0901): one record a site, counted over the call, with
 * the lowest value; in source order */
typedef struct QwWarning {
    int code;
    const QwSite *site;
    int64_t value, count;
} QwWarning;
int qw_warnings(const QwCtx *, const QwWarning **list);
int64_t qw_tasks(const QwCtx *); /* core scopes that the last call ran */

/* ---- for emitted code: calls, memory, parallel loops --------------------- */
/* Starts a call: every worker gets `frame` bytes of 64-byte-aligned workspace.
 * Returns the worker of the calling thread, NULL if busy or out of memory
 * (then qw_failure says).  qw_leave ends it and returns status. */
QwWorker *qw_enter(QwCtx *, int64_t frame, const char *entry);
/* QW_ERR_ARGS, for qw_last_error too: what an entry returns that turns its
 * arguments away.  The context may be NULL. */
int qw_refuse(QwCtx *, const char *entry);
int qw_leave(QwWorker *, int status);
void *qw_frame(QwWorker *); /* this worker's workspace */
/* A fresh zero-filled buffer, 64-byte aligned, owned by this worker until
 * qw_release(mark); NULL when there is no memory (reported). */
void *qw_alloc(QwWorker *, int64_t bytes, const QwSite *);
/* The same, but of every `period` bytes only the first `zeroed` are zero, the
 * others anything; zeroed 0: none. */
void *qw_alloc_part(QwWorker *, int64_t bytes, int64_t period, int64_t zeroed,
                    const QwSite *);
int64_t qw_mark(QwWorker *);
void qw_release(QwWorker *, int64_t mark);

/* body(w, env, i) for i in [0, n), on all workers; inside a body it runs in
 * the calling worker.  Returns the status of the lowest i that failed. */
typedef int QwBody(QwWorker *, const void *env, int64_t i);
int qw_parallel(QwWorker *, QwBody *, const void *env, int64_t n,
                const QwSite *);
/* The index this worker will run after the present one, -1 when unknown:
 * lets a body tell qw_gemm_next what comes. */
int64_t qw_next_index(const QwWorker *);
/* Brackets a core scope (one task): names it in errors and traces. */
void qw_task(QwWorker *, const QwSite *, int64_t index);
/* In code for measuring: the same with one value a name in site->loops (or
 * NULL), and what an operation moves: a rectangle of a tensor. */
void qw_task_at(QwWorker *, const QwSite *, int64_t index,
                const int64_t *loops);
void qw_moved(QwWorker *, int write, const void *origin, int64_t elem,
              int32_t rank, const int64_t *extent, const int64_t *stride);

/* A failed check: records the details and returns `status`.  values: the
 * meaning by status: BOUNDS {offset, extent, size, 0}; VALID {value, nominal};
 * EXTENT {value}; OVERFLOW, DIVISION {a, b}; RANGE {value, lo, hi}; ASSERT {};
 * DYNAMIC {first, second}; INDEX {index, size}.  loops: one value a name in
 * site->loops, or NULL. */
int qw_fail(QwWorker *, int status, const QwSite *, int64_t v0, int64_t v1,
            int64_t v2, const int64_t *loops);
int qw_fail_text(QwWorker *, int status, const QwSite *, const char *text,
                 const int64_t *loops);
/* valid extent: v < 0 is counted as W0901 and becomes 0 */
int64_t qw_valid(QwWorker *, int64_t v, const QwSite *);
/* which iteration of `levels` loops of the source runs from here on in the
 * calling body, by the values of their variables; else it is the body's index */
void qw_iteration(QwWorker *, int levels, const int64_t *value);
/* the next qw_parallel runs the first part of a loop, and the one behind it the
 * rest: what both touched is compared after the second */
void qw_touch_hold(QwWorker *);
/* rectangles touched by undecided parallel loops; compared after the loop.
 * write: 0 read, 1 write, 2 atomic add (does not meet other adds) */
void qw_touch(QwWorker *, const QwSite *, int write, const void *origin,
              int64_t elem, int32_t rank, const int64_t *extent,
              const int64_t *stride);

/* ---- scalar arithmetic --------------------------------------------------- */
/* Each returns 1 when the exact result does not fit 64 bits, else stores it. */
static inline int qw_add_overflows(int64_t a, int64_t b, int64_t *r)
{
    if (b > 0 ? a > INT64_C(9223372036854775807) - b
              : a < (-INT64_C(9223372036854775807) - 1) - b)
        return 1;
    *r = a + b;
    return 0;
}
static inline int qw_sub_overflows(int64_t a, int64_t b, int64_t *r)
{
    if (b < 0 ? a > INT64_C(9223372036854775807) + b
              : a < (-INT64_C(9223372036854775807) - 1) + b)
        return 1;
    *r = a - b;
    return 0;
}
int qw_mul_overflows(int64_t a, int64_t b, int64_t *r);
int qw_shl_overflows(int64_t a, int64_t b,
                     int64_t *r); /* also count outside 0..63 */
/* floor semantics; b != 0 and not INT64_MIN / -1: the emitter has checked */
static inline int64_t qw_floordiv(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
static inline int64_t qw_floormod(int64_t a, int64_t b)
{
    int64_t r = b == -1 ? 0 : a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}
static inline int64_t qw_min(int64_t a, int64_t b)
{
    return a < b ? a : b;
}
static inline int64_t qw_max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}
/* trip count of range(start, stop, step), step != 0, in unsigned arithmetic */
int64_t qw_trip(int64_t start, int64_t stop, int64_t step);
/* a * b for counts >= 0; at most INT64_MAX, which nobody counts to */
static inline int64_t qw_nest(int64_t a, int64_t b)
{
    return a && b > INT64_C(9223372036854775807) / a
        ? INT64_C(9223372036854775807)
        : a * b;
}
/* scalar floats: one operation, NaN-propagating min/max (8.1) */
float qw_fmin(float, float);
float qw_fmax(float, float);
float qw_bf16_to_f32(uint16_t);
float qw_f16_to_f32(uint16_t);
uint16_t qw_f32_to_bf16(float, QwRound);
uint16_t qw_f32_to_f16(float, QwRound);
/* scalar float -> int64, ties away, NaN -> 0, saturating (8.4) */
int64_t qw_f32_to_i64(float);
float qw_i64_to_f32(int64_t); /* RNE */

/* ---- tile operations ------------------------------------------------------ */
#define QW_EACH_INT(X, op) \
    X(op, i8, int8_t)      \
    X(op, u8, uint8_t)     \
    X(op, i16, int16_t)    \
    X(op, u16, uint16_t)   \
    X(op, i32, int32_t)    \
    X(op, u32, uint32_t) X(op, i64, int64_t) X(op, u64, uint64_t)
#define QW_EACH_FLOAT(X, op) \
    X(op, f32, float) X(op, f16, uint16_t) X(op, bf16, uint16_t)
#define QW_EACH_NUM(X, op) QW_EACH_INT(X, op) QW_EACH_FLOAT(X, op)

/* d[i,j] = a[i*lda + j*sa] op b[i*ldb + j*sb] for i < m, j < n */
#define QW_BINARY(op, t, T)                                                    \
    void qw_##op##_##t(T *d, int64_t ldd, const T *a, int64_t lda, int64_t sa, \
                       const T *b, int64_t ldb, int64_t sb, int64_t m,         \
                       int64_t n);
QW_EACH_NUM(QW_BINARY, add)
QW_EACH_NUM(QW_BINARY, sub)
QW_EACH_NUM(QW_BINARY, mul)
QW_EACH_NUM(QW_BINARY, div) /* ints truncate, x / 0 = 0 */
QW_EACH_NUM(QW_BINARY, max)
QW_EACH_NUM(QW_BINARY, min)
QW_EACH_NUM(QW_BINARY, fmod)   /* ints: sign of the dividend, x % 0 = 0 */
QW_EACH_NUM(QW_BINARY, cmp_eq) /* 0 or 1 in the operands' dtype */
QW_EACH_NUM(QW_BINARY, cmp_ne)
QW_EACH_NUM(QW_BINARY, cmp_lt)
QW_EACH_NUM(QW_BINARY, cmp_le)
QW_EACH_NUM(QW_BINARY, cmp_gt)
QW_EACH_NUM(QW_BINARY, cmp_ge)
QW_EACH_FLOAT(QW_BINARY, expdif) /* exp(a - b) */
QW_EACH_INT(QW_BINARY, and)
QW_EACH_INT(QW_BINARY, or)
QW_EACH_INT(QW_BINARY, xor)
QW_EACH_INT(QW_BINARY, shl)
QW_EACH_INT(QW_BINARY, shr)

/* d[i,j] = op a[i*lda + j*sa]; sa as for the binary ones */
#define QW_UNARY(op, t, T)                                                     \
    void qw_##op##_##t(T *d, int64_t ldd, const T *a, int64_t lda, int64_t sa, \
                       int64_t m, int64_t n);
QW_EACH_NUM(QW_UNARY, neg)
QW_EACH_NUM(QW_UNARY, abs)
QW_EACH_INT(QW_UNARY, not )
QW_EACH_FLOAT(QW_UNARY, exp)
QW_EACH_FLOAT(QW_UNARY, log)
QW_EACH_FLOAT(QW_UNARY, sqrt)
QW_EACH_FLOAT(QW_UNARY, rsqrt)
QW_EACH_FLOAT(QW_UNARY, recip)
QW_EACH_FLOAT(QW_UNARY, sin)
QW_EACH_FLOAT(QW_UNARY, cos)

/* d[i*ldd] = reduction of a[i, 0..n); empty rows: V6.  float sums accumulate
 * in FP32 in a fixed order (8.3). */
#define QW_ROW_REDUCE(op, t, T)                                               \
    void qw_##op##_##t(T *d, int64_t ldd, const T *a, int64_t lda, int64_t m, \
                       int64_t n);
QW_EACH_NUM(QW_ROW_REDUCE, row_sum)
QW_EACH_NUM(QW_ROW_REDUCE, row_max)
QW_EACH_NUM(QW_ROW_REDUCE, row_min)
QW_EACH_NUM(QW_ROW_REDUCE, col_sum) /* d[j] = over i; ldd is ignored */
QW_EACH_NUM(QW_ROW_REDUCE, col_max)
QW_EACH_NUM(QW_ROW_REDUCE, col_min)
#define QW_ARG_REDUCE(op, t, T)                                          \
    void qw_##op##_##t(int32_t *d, int64_t ldd, const T *a, int64_t lda, \
                       int64_t m, int64_t n);
QW_EACH_NUM(QW_ARG_REDUCE, row_argmax)
QW_EACH_NUM(QW_ARG_REDUCE, row_argmin)

/* size: bytes of an element */
void qw_copy(int64_t size, void *d, int64_t ldd, const void *a, int64_t lda,
             int64_t m, int64_t n);
/* column stride of the source in elements (transposed or broadcast source) */
void qw_gather_strided(int64_t size, void *d, int64_t ldd, const void *a,
                       int64_t lda, int64_t csa, int64_t m, int64_t n);
/* column stride of the destination (stores through a transposed view) */
void qw_scatter_strided(int64_t size, void *d, int64_t ldd, int64_t csd,
                        const void *a, int64_t lda, int64_t m, int64_t n);
void qw_fill(int64_t size, void *d, int64_t ldd, const void *value, int64_t m,
             int64_t n);
/* fills [m, n] outside [vm, vn] */
void qw_pad(int64_t size, void *d, int64_t ldd, const void *value, int64_t vm,
            int64_t vn, int64_t m, int64_t n);
void qw_arange(QwDtype, void *d, int64_t start, int64_t n); /* wraps */
/* Hint: rows of so many bytes, `pitch` bytes apart, are read soon.  Any address
 * will do. */
void qw_prefetch(const void *, int64_t pitch, int64_t rows, int64_t bytes);
/* pl.cast of tiles: 8.4, any pair of dtypes */
void qw_cast(QwDtype to, void *d, int64_t ldd, QwDtype from, const void *a,
             int64_t lda, int64_t m, int64_t n, QwRound mode);
/* element-wise atomic add into memory other tasks add to as well */
void qw_atomic_add(QwDtype, void *d, int64_t ldd, const void *a, int64_t lda,
                   int64_t m, int64_t n);

/* ---- matrix products ------------------------------------------------------ */
/* c[m,n] = a[m,k] . b[k,n] (+ c with QW_ACC).  QW_AT: a is stored [k,m];
 * QW_BT: b is stored [n,k].  Without QW_ACC c is never read.  float: FP32
 * accumulation in an order fixed by k, the layout flags and the ISA alone;
 * integers exact in INT32, wrapping.  k <= 0 gives zeros.  Returns a status
 * (QW_ERR_NOMEM for packing scratch).
 * _cast: the same with b of dtype `from`, each element cast to that of a as
 * qw_cast does (QW_NONE): bits are those of the cast followed by the product. */
enum { QW_AT = 1, QW_BT = 2, QW_ACC = 4 };
#define QW_GEMM(t, A, C)                                                      \
    int qw_gemm_##t(QwWorker *, C *c, int64_t ldc, const A *a, int64_t lda,   \
                    const A *b, int64_t ldb, int64_t m, int64_t n, int64_t k, \
                    int flags);                                               \
    int qw_gemm_##t##_cast(QwWorker *, C *c, int64_t ldc, const A *a,         \
                           int64_t lda, QwDtype from, const void *b,          \
                           int64_t ldb, int64_t m, int64_t n, int64_t k,      \
                           int flags);
QW_GEMM(bf16, uint16_t, float)
QW_GEMM(f16, uint16_t, float)
QW_GEMM(f32, float, float)
QW_GEMM(i8, int8_t, int32_t)
QW_GEMM(u8, uint8_t, int32_t)
#undef QW_GEMM
/* Hint: operand b of this worker's next product starts here (NULL: unknown);
 * the end of the product that runs next prefetches it. */
void qw_gemm_next(QwWorker *, const void *b);
/* Promise: from here to the end of the outermost qw_parallel around it (or to
 * the next one, or to the end of the call) nobody writes the operand at a, so
 * this worker may reuse its packed copy in products with the same a, lda, m
 * and k. */
void qw_gemm_keep(QwWorker *, const void *a);

/* ---- sort, gather, scatter (language.md 9, 59-65) ------------------------- */
/* d[0..2n): each block of 32 sorted descending, value and index bits in turn */
void qw_sort32(float *d, const float *v, const uint32_t *idx, int64_t n);
void qw_mrgsort_blocks(float *d, const float *p, int64_t len, int64_t block);
/* src/len: 2..4 descending pair lists (len in lanes) */
void qw_mrgsort_lists(float *d, const float *const *src, const int64_t *len,
                      int32_t count);
/* pattern: bit i of a period of `period` lanes is kept */
void qw_gather_mask(int64_t size, void *d, const void *p, int64_t len,
                    int32_t period, int32_t mask);
/* INDEX failures are returned; *bad gets the offending index */
int qw_gather_index(int64_t size, void *d, int64_t ldd, const void *x,
                    int64_t ldx, int64_t nx, const int32_t *idx, int64_t ldi,
                    int64_t m, int64_t k, int64_t *bad);
int qw_scatter_index(int64_t size, void *d, int64_t ldd, int64_t nd,
                     const int32_t *idx, int64_t ldi, const void *src,
                     int64_t lds, int64_t m, int64_t k, int64_t *bad);
void qw_scatter_mask(int64_t size, void *d, const void *x, int64_t len,
                     int32_t period, int32_t mask);

#ifdef __cplusplus
}
#endif
#if defined __GNUC__ && !defined __TINYC__
#pragma GCC visibility pop
#endif
#endif
