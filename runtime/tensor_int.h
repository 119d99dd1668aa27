/* Inside the tensor library: buffers, storages, expressions.
 *
 * An expression is a tree of nodes that all describe the same number of
 * elements by linear position (row-major order of the result).  Leaves hold a
 * reference to a buffer, so they keep the values of the moment they were made:
 * a later write to the storage finds its buffer shared and copies it first.
 *
 * While it is evaluated, a block of elements of a dtype has one of three
 * representations: F float (f16, bf16, f32: always a value of the dtype),
 * D double (f64), I int64_t (bool and integers; U64 modulo 2^64). */
#ifndef QW_TENSOR_INT_H
#define QW_TENSOR_INT_H
#include "tensor.h"

/* ---- memory ---- */
typedef enum BufKind { BUF_HEAP, BUF_MMAP } BufKind;
struct QwBuffer {
    int refs;
    BufKind kind;
    bool read_only; /* pages that must not be written */
    char *data;
    int64_t bytes;
    void *map; /* BUF_MMAP: what to unmap */
    size_t map_len;
    int64_t charged; /* bytes counted in cx */
    QwTcx *cx;
};
typedef struct QwExpr QwExpr;
struct QwStorage {
    int refs;
    QwBuffer *buf; /* or */
    QwExpr *expr;  /* not evaluated; position p is element p */
    int64_t numel; /* elements of the dtype of its views */
};
QwBuffer *qwb_ref(QwBuffer *);
void qwb_unref(QwBuffer *);

/* checked product of a shape; -1 and an error on overflow or above the limit */
int64_t qwt_count(QwTcx *, QwDtype, int rank, const int64_t *shape);
/* takes the reference of buf or expr; contiguous; NULL (and drops it) on failure */
QwTensor *qwt_wrap_buffer(QwTcx *, QwBuffer *, QwDtype, int rank,
                          const int64_t *shape);
QwTensor *qwt_wrap_expr(QwTcx *, QwExpr *, QwDtype, int rank,
                        const int64_t *shape);
/* fresh contiguous memory, not cleared */
QwTensor *qwt_empty(QwTcx *, QwDtype, int rank, const int64_t *shape);
static inline char *qwt_raw(const QwTensor *t) /* evaluated tensors only */
{
    return t->st->buf->data + t->offset * qw_dtype_size(t->dtype);
}
void qwt_set_contiguous(QwTensor *, int rank,
                        const int64_t *shape); /* shape, strides, offset 0 */
bool qwt_covers_storage(const QwTensor *); /* contiguous, offset 0, all of it */
/* before writing: evaluated, own memory; all: old contents need not survive */
bool qwt_prepare_write(QwTensor *, bool all);

/* ---- positions of a strided view ---- */
/* Walks the linear positions of a shape in runs along the innermost
 * (coalesced) dimension. */
typedef struct QwWalk {
    int rank;
    int64_t shape[QWT_RANK], stride[QWT_RANK];
    int64_t offset;
} QwWalk;
void qww_init(QwWalk *, int rank, const int64_t *shape, const int64_t *stride,
              int64_t offset);
static inline bool qww_is_linear(const QwWalk *w)
{
    return w->rank == 0 || (w->rank == 1 && w->stride[0] == 1);
}
/* element offset of position pos and how many positions follow in its run (1..) */
int64_t qww_at(const QwWalk *, int64_t pos, int64_t *run);
/* raw elements [pos, pos + n) of the view at data, packed; and the reverse */
void qww_load(const QwWalk *, const char *data, int size, int64_t pos,
              int64_t n, void *out);
void qww_store(const QwWalk *, char *data, int size, int64_t pos, int64_t n,
               const void *in);

/* ---- representations (elem.c) ---- */
typedef enum QwRep { REP_F, REP_D, REP_I } QwRep;
static inline QwRep qw_rep(QwDtype d)
{
    return d == QW_F64 ? REP_D : qw_dtype_is_float(d) ? REP_F : REP_I;
}
static inline int qw_rep_size(QwRep r)
{
    return r == REP_F ? 4 : 8;
}
void qw_load_block(QwDtype, int n, const void *raw,
                   void *rep); /* raw -> its rep */
void qw_store_block(QwDtype, int n, const void *rep,
                    void *raw); /* its rep -> raw */
void qw_convert_block(QwDtype from, QwDtype to, int n, const void *a,
                      void *out); /* rep -> rep */
void qw_round_block(QwDtype, int n,
                    void *rep); /* after an op: back to values of the dtype */
void qw_narrow_block(QwDtype, int n, const double *,
                     float *); /* one rounding to an F dtype */

typedef void QwKernel(int n, void *out, const void *const *arg);
typedef enum QwRule {
    RULE_ARITH,  /* common dtype; not bool */
    RULE_ARITHB, /* common dtype; bool too */
    RULE_KEEP,   /* like ARITHB, exact: no rounding needed */
    RULE_FLOAT,  /* integers become float32; one float32 operation */
    RULE_TRANS,  /* integers become float32; in double, rounded once */
    RULE_CMP,    /* common dtype -> bool */
    RULE_LOGIC,  /* truth values -> bool */
    RULE_BIT,    /* bool and integers */
    RULE_WHERE   /* arg 0 is bool, the others ARITHB */
} QwRule;
typedef struct QwOpInfo {
    const char *name;
    int nargs;
    QwRule rule;
    QwKernel *k[3]; /* by representation of the operands; NULL: see the rule */
    QwKernel *u64;  /* on U64, where the one on I sees signs; or NULL */
} QwOpInfo;
extern const QwOpInfo qw_op_info[QWT_OP_COUNT];

/* ---- expressions (expr.c) ---- */
typedef enum ExprKind {
    EX_LEAF,
    EX_CONST,
    EX_ARANGE,
    EX_UNIFORM,
    EX_NORMAL,
    EX_RANDINT,
    EX_OP,
    EX_CAST
} ExprKind;
struct QwExpr {
    int refs;
    ExprKind kind;
    QwDtype dtype;
    QwDtype opdt; /* EX_OP: dtype in which it is computed */
    QwtOp op;
    int64_t numel;
    int nnodes;  /* of the tree, an upper bound */
    int nleaves; /* leaves that hold a full-size buffer */
    bool costly; /* more than loads, arithmetic and conversions */
    QwTcx *cx;
    QwExpr *arg[3];
    QwBuffer *buf; /* EX_LEAF */
    QwWalk walk;
    double
        d[2]; /* EX_CONST, EX_ARANGE start and step, EX_UNIFORM lo and hi, ... */
    int64_t i[2];
    uint64_t seed, draw;
};
enum { QWX_MAX_NODES = 48 }; /* longer chains are evaluated */
QwExpr *qwx_ref(QwExpr *);
void qwx_unref(QwExpr *);
/* the elements of t by position: its expression, or a leaf; NULL on failure */
QwExpr *qwx_of(QwTensor *);
/* the elements of t's whole storage by position (t: any view of it) */
QwExpr *qwx_of_storage(QwTensor *);
QwExpr *qwx_cast(QwExpr *, QwDtype); /* takes the reference */
/* its values are now known: drops what it was computed from */
void qwx_become_leaf(QwExpr *, QwBuffer *);

/* expr_run.c.  A compiled expression: shared by threads, each with scratch of its own. */
typedef struct QwProg QwProg;
enum { QW_BLOCK = 2048 };
QwProg *qwp_new(QwTcx *, QwExpr *);
void qwp_free(QwProg *);
void *qwp_scratch(
    const QwProg *,
    int64_t n); /* for ranges up to n; freed with free(); NULL: no memory */
/* elements [pos, pos + n) of the expression's dtype: in its representation,
 * or raw */
void qwp_eval(const QwProg *, void *scratch, int64_t pos, int64_t n, void *rep);
bool qwx_store(QwTcx *, QwExpr *, QwTensor *dst); /* dst prepared for writing */

/* fn(arg, scratch, lo, hi) over [0, n) in fixed pieces of `grain`, in parallel;
 * scratch of p (may be NULL: none) is per thread.  false: no memory. */
bool qw_pieces(QwTcx *, const QwProg *p, int64_t n, int64_t grain,
               void (*fn)(void *arg, void *scratch, int64_t lo, int64_t hi),
               void *arg);
#endif
