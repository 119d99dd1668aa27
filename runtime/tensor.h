/* Whole tensors on the host: what specs, goldens and array files are made of.
 *
 * A QwTensor is a strided view (shape and strides in elements, rank <= 8) of a
 * reference-counted storage; several views share one storage and see each
 * other's writes.  A storage holds memory, or an expression not yet evaluated:
 * random numbers, fills, elementwise chains and conversions on big tensors are
 * computed block by block, in parallel, when something needs the values.
 * Memory is shared between storages until one of them is written, so a clone
 * that nobody writes costs nothing, and a mapped file is copied when written.
 *
 * Ownership: functions that return a QwTensor * give the caller one reference,
 * to be returned with qwt_unref; arguments are borrowed.  NULL (or false)
 * means failure; cx->err and cx->msg say which.  One thread at a time may use
 * the tensors of a QwTcx, which must outlive them; big work is spread over
 * threads inside (par.h), and no result depends on their number.
 *
 * Meaning of every operation: language.md 3.1.  Sizes are int64_t and checked:
 * a product that overflows is QWT_ERR_SIZE. */
#ifndef QW_TENSOR_H
#define QW_TENSOR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dtype.h"

#define QWT_RANK 8

typedef enum QwtErr {
    QWT_OK,
    QWT_ERR_USE,    /* shapes, dtypes do not fit: E0806 */
    QWT_ERR_INDEX,  /* an index outside its dimension: E0806 */
    QWT_ERR_SIZE,   /* larger than tensor_limit, or a size overflows: E1105 */
    QWT_ERR_MEMORY, /* beyond mem_limit, or the system has none: E1110 */
    QWT_ERR_ZERO    /* integer division by zero */
} QwtErr;

/* What the tensors of one run share. Zero-initialised is usable. */
typedef struct QwTcx {
    int64_t mem_used,
        mem_peak;         /* bytes held by buffers; mapped files count 0 */
    int64_t mem_limit;    /* bytes, 0: none */
    int64_t tensor_limit; /* bytes of one tensor, 0: 2^40 */
    QwtErr err;           /* of the last call that failed */
    char msg[640];        /* its text: lower case, no final period */
} QwTcx;

typedef struct QwBuffer QwBuffer;   /* memory */
typedef struct QwStorage QwStorage; /* what views share */

typedef struct QwTensor {
    int refs;
    QwDtype dtype;
    int rank;
    int64_t shape[QWT_RANK];  /* >= 0 */
    int64_t stride[QWT_RANK]; /* elements; may be 0 or negative */
    int64_t offset;           /* of element [0, 0, ...], elements */
    QwStorage *st;
    QwTcx *cx;
} QwTensor;

/* false, with cx->err and cx->msg set */
bool qwt_fail(QwTcx *, QwtErr, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- making (tensor.c) ---- */
QwTensor *qwt_ref(QwTensor *);
void qwt_unref(QwTensor *); /* NULL: nothing */
QwTensor *qwt_zeros(QwTcx *, QwDtype, int rank, const int64_t *shape);
QwTensor *qwt_from_data(QwTcx *, QwDtype, int rank, const int64_t *shape,
                        const void *data); /* copies */
/* 0-d */
QwTensor *qwt_scalar_f64(QwTcx *, QwDtype, double);
/* t, n times along axis 0 (shape[0] * n), one copy of its bytes in memory, not
 * writable in place (a write copies).  t needs rank >= 1 and a size that is a
 * positive multiple of the page; else QWT_ERR_USE. */
QwTensor *qwt_repeat_mapped(QwTensor *t, int64_t n);
/* Memory from elsewhere: [data, data + bytes) inside the mapping [base, base +
 * len), which the tensor takes over (munmap with the last reference).  Read
 * only.  data must be aligned for dtype. */
QwTensor *qwt_from_mapping(QwTcx *, QwDtype, int rank, const int64_t *shape,
                           void *base, size_t len, const void *data);

/* ---- lazy factories (expr.c): element i of the row-major order ---- */
QwTensor *qwt_fill_f64(QwTcx *, QwDtype, int rank, const int64_t *shape,
                       double);
QwTensor *qwt_fill_i64(QwTcx *, QwDtype, int rank, const int64_t *shape,
                       int64_t);
QwTensor *qwt_arange_i64(QwTcx *, QwDtype, int64_t n, int64_t start,
                         int64_t step);
QwTensor *qwt_arange_f64(QwTcx *, QwDtype, int64_t n, double start,
                         double step);
/* draws of 3.1.3: lo + (hi - lo) * u, mean + std * z, integers in [lo, hi) */
QwTensor *qwt_uniform(QwTcx *, QwDtype, int rank, const int64_t *shape,
                      uint64_t seed, uint64_t draw, double lo, double hi);
QwTensor *qwt_normal(QwTcx *, QwDtype, int rank, const int64_t *shape,
                     uint64_t seed, uint64_t draw, double mean, double std);
QwTensor *qwt_randint(QwTcx *, QwDtype, int rank, const int64_t *shape,
                      uint64_t seed, uint64_t draw, int64_t lo, int64_t hi);

/* ---- looking (tensor.c) ---- */
int64_t qwt_numel(const QwTensor *);
int64_t qwt_bytes(const QwTensor *); /* numel * element size */
bool qwt_is_contiguous(const QwTensor *);
bool qwt_is_lazy(const QwTensor *); /* not yet evaluated */
bool qwt_same_shape(const QwTensor *, const QwTensor *);
bool qwt_shares_memory(const QwTensor *,
                       const QwTensor *); /* one storage, address ranges meet */
/* Address of element [0, ...] after evaluating what is lazy; the others are
 * strides away.  NULL on failure.  `data` must not be written through;
 * `data_rw` first gives the storage memory of its own if it is shared or read
 * only.  Valid until the next write through another view, or the last unref. */
const void *qwt_data(QwTensor *);
void *qwt_data_rw(QwTensor *);
bool qwt_evaluate(QwTensor *); /* makes lazy contents real */
/* one element, by logical row-major position */
bool qwt_get_f64(QwTensor *, int64_t pos, double *);
bool qwt_get_i64(QwTensor *, int64_t pos, int64_t *);
/* n elements from a logical position, as doubles / int64 (floats truncate) */
bool qwt_read_i64(QwTensor *, int64_t pos, int64_t n, int64_t *);
/* "[2, 3]" into text[QWT_SHAPE_TEXT]; returns text */
#define QWT_SHAPE_TEXT 192
char *qwt_shape_text(char *text, int rank, const int64_t *shape);

/* ---- views (view.c): share the storage; dims may be negative ---- */
QwTensor *qwt_view(
    QwTensor *, int rank, const int64_t *shape, const int64_t *stride,
    int64_t offset); /* unchecked: for callers that have checked */
QwTensor *qwt_select(QwTensor *, int dim,
                     int64_t index); /* drops dim; index may be negative */
QwTensor *qwt_slice(QwTensor *, int dim, int64_t start, int64_t len,
                    int64_t step); /* checked */
QwTensor *qwt_permute(QwTensor *, const int *perm);
QwTensor *qwt_transpose(QwTensor *, int d0, int d1);
QwTensor *qwt_unsqueeze(QwTensor *, int dim);
QwTensor *qwt_squeeze(QwTensor *, int dim);
QwTensor *qwt_expand(QwTensor *, int rank, const int64_t *shape); /* -1: keep */
/* -1 once in shape: whatever fits.  NULL: QWT_ERR_USE with copy false when
 * strides cannot express it; copy true then copies. */
QwTensor *qwt_reshape(QwTensor *, int rank, const int64_t *shape, bool copy);
int qwt_dim(QwTcx *, int dim,
            int rank); /* normalised, -1 and an error if outside */

/* ---- copies and stores (copy.c) ---- */
QwTensor *qwt_contiguous(QwTensor *); /* the same tensor when it already is */
QwTensor *qwt_clone(
    QwTensor *); /* contiguous; memory is copied at the first write of either */
QwTensor *qwt_to(QwTensor *, QwDtype); /* the same tensor when it already is */
/* Every element of dst from src, converted and broadcast, as if src were
 * copied first. */
bool qwt_copy_into(QwTensor *dst, QwTensor *src);
QwTensor *qwt_cat(QwTcx *, int n, QwTensor *const *,
                  int dim); /* dtypes promoted */
QwTensor *qwt_stack(QwTcx *, int n, QwTensor *const *, int dim);
QwTensor *qwt_repeat(QwTensor *, int n, const int64_t *times);
QwTensor *qwt_tril(QwTensor *, int64_t diagonal, bool upper); /* upper: triu */

/* ---- elementwise (expr.c, elem.c) ---- */
typedef enum QwtOp {
#define ELEM(id, name, nargs, rule, kf, kd, ki, ku) id,
#include "elem.def"
#undef ELEM
    QWT_OP_COUNT
} QwtOp;
/* an operand: a tensor, or (t NULL) a number of category cls 'b', 'i', 'f' */
typedef struct QwtArg {
    QwTensor *t;
    char cls;
    int64_t i; /* 'b', 'i' */
    double d;  /* 'f' */
} QwtArg;
static inline QwtArg qwt_arg(QwTensor *t)
{
    return (QwtArg){.t = t};
}
static inline QwtArg qwt_num(double d)
{
    return (QwtArg){.cls = 'f', .d = d};
}
static inline QwtArg qwt_int(int64_t i)
{
    return (QwtArg){.cls = 'i', .i = i};
}
QwTensor *qwt_op(QwTcx *, QwtOp, const QwtArg *args);
QwTensor *qwt_op1(QwtOp, QwTensor *);
QwTensor *qwt_op2(QwtOp, QwTensor *, QwTensor *);
/* dst = op(dst, b, c): the result is converted to dst's dtype, which must have
 * the category of the result or a higher one */
bool qwt_op_into(QwTensor *dst, QwtOp, const QwtArg *args);
const char *qwt_op_name(QwtOp);
int qwt_op_nargs(QwtOp);
QwDtype qwt_promote(QwDtype, QwDtype); /* two tensors of rank >= 1 */
bool qwt_broadcast_shape(QwTcx *, int ra, const int64_t *a, int rb,
                         const int64_t *b, int *rank, int64_t *shape);

/* ---- reductions (reduce.c) ---- */
typedef enum QwtRed {
    QWT_SUM,
    QWT_MEAN,
    QWT_PROD,
    QWT_MAX,
    QWT_MIN,
    QWT_ARGMAX,
    QWT_ARGMIN,
    QWT_ANY,
    QWT_ALL,
    QWT_VAR,
    QWT_STD,
    QWT_NORM,
    QWT_LOGSUMEXP,
    QWT_COUNT_NONZERO,
    QWT_RED_COUNT
} QwtRed;
typedef struct QwtRedArgs {
    int ndims;          /* 0: over everything */
    int dims[QWT_RANK]; /* may be negative */
    bool keepdim;
    int dtype;         /* of the result of sum, mean, prod; -1: the rule */
    double correction; /* var, std: divisor is n - correction */
    double p;          /* norm: order; infinity allowed */
} QwtRedArgs;
QwTensor *qwt_reduce(QwTensor *, QwtRed, const QwtRedArgs *);
/* values and lowest indices (int64) along dim; false on failure */
bool qwt_reduce_pair(QwTensor *, bool max, int dim, bool keepdim,
                     QwTensor *out[2]);
/* sums or products up to each element along dim; dtype -1: the rule */
QwTensor *qwt_cumulate(QwTensor *, bool product, int dim, int dtype);
QwTensor *qwt_softmax(QwTensor *, int dim, bool log);
/* sorted along dim, ties: lowest index first, NaN largest; k -1: all */
bool qwt_topk(QwTensor *, int64_t k, int dim, bool largest, QwTensor *out[2]);

/* ---- selection (index.c): index tensors are integer; negative counts from the end ---- */
QwTensor *qwt_index_select(QwTensor *, int dim, QwTensor *index);
QwTensor *qwt_gather(QwTensor *, int dim, QwTensor *index);
QwTensor *qwt_scatter(QwTensor *, int dim, QwTensor *index, QwTensor *src);
/* what falls on one element is added to it, in float64, and rounded once */
QwTensor *qwt_scatter_add(QwTensor *, int dim, QwTensor *index, QwTensor *src);
QwTensor *qwt_nonzero(QwTensor *); /* [count, rank] int64 */
/* Advanced subscript: idx[d] for each dim of t, NULL: whole dim; bool tensors
 * must have been replaced by their nonzero columns.  Placement as in NumPy. */
QwTensor *qwt_index(QwTensor *, QwTensor *const *idx);
bool qwt_index_put(QwTensor *, QwTensor *const *idx, QwTensor *src);

/* ---- products (matmul.c): 1-D, 2-D, batched with broadcasting ---- */
QwTensor *qwt_matmul(QwTensor *, QwTensor *);
#endif
