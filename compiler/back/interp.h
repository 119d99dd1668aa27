/* Inside of the reference engine: tiles as doubles (or int64 for integer
 * dtypes), with the bound e of language.md 8.5 beside each element.
 *
 * Invariants.  Elements outside the valid region of a value are zero in memory
 * (V1), so operations loop over the valid region of their result and read
 * operands blindly.  A float is held as a double that is a value of the dtype;
 * only a tile with `part` holds sums that are not rounded yet.  Tiles are
 * shared and never changed once they are in a slot.  A bound array that is
 * missing means: all 0. */
#ifndef QWC_INTERP_TILES_H
#define QWC_INTERP_TILES_H
#include "back/back.h"

/* A matrix product that is not rounded yet: a ladder under way. */
typedef struct Partial {
    int ladder;  /* at.ladder of the ops that may go on with it */
    double *mag; /* sum of |a||b|; NULL without bounds */
    double *err; /* sum of |a|e_b + |b|e_a + e_a e_b; NULL without bounds */
    double amax; /* max(1, max|a|, max|b|): for tau */
    int64_t k;   /* accumulated terms */
} Partial;

typedef struct ITile {
    int refs, rank;
    QwDtype dt;
    int64_t shape[TILE_MAX_RANK], n;
    double *v;     /* floats */
    int64_t *i;    /* integers and bool; U64: the bits */
    double *e;     /* bound, or NULL */
    Partial *part; /* or NULL */
    struct ITile
        *whole; /* of a partial: its rounded value, once it was asked for */
} ITile;

typedef struct IBuf { /* memory of a tensor */
    int refs;
    QwDtype dt;
    void *data;
    int64_t n;           /* elements */
    double *bound;       /* an element each, or NULL */
    int64_t *live;       /* bytes of all owned buffers; NULL: not owned */
    struct Watch *watch; /* what --check knows of it, or NULL */
} IBuf;

typedef struct ISlot { /* what a value holds now */
    ITile *tile; /* of a tensor: its contents, while an op reads it as a tile */
    IBuf *buf;
    int64_t off; /* tensor: element offset of its origin */
    int64_t i;
    double f;
    double e; /* scalar: bound; integers and tensors: > 0 when undecided */
} ISlot;

typedef struct ILoop {
    const IrOp *op;
    int64_t iv;
} ILoop;
typedef struct INotice {
    DiagCode code;
    const IrOp *op;
    int line;
    int64_t value, count;
    const char *what, *first;
    bool created; /* by create_tensor */
} INotice;

typedef struct In {
    IrFunc *f;
    Session *s;
    ISlot *slot;         /* by IrValue.id */
    InterpChecks checks; /* beyond those that are always on */
    bool bounds;         /* carry e */
    bool unsure;         /* the running op read a scalar or place with e > 0 */
    bool left_unsure; /* the loop around may have ended at another iteration */
    bool dry;         /* interp_reach.c: no data, only what stores reach */
    bool may_leave;   /* dry, failing: a loop around may end here */
    int64_t steps;    /* dry: ops that may still run */
    int status;
    int64_t ambiguous; /* decisions within the bound */
    VEC(ILoop) loops;  /* active, outermost first */
    const IrOp *scope;
    const IrOp *running;     /* the op under way */
    int64_t tasks;           /* scopes entered */
    int64_t live;            /* bytes of buffers that allocs made */
    struct Checker *checker; /* NULL: nothing is recorded */
    VEC(INotice) notices;    /* W0901, W0902: one a source line */
} In;

/* interp.c */
bool interp_fail(In *, const IrOp *, int status, const char *what, int axis,
                 int64_t v0, int64_t v1, int64_t v2,
                 const char *text); /* false */
void interp_notice(
    In *, DiagCode, const IrOp *,
    int64_t value); /* counts a warning; the lowest value is shown */
const char *interp_name(const IrValue *); /* the user's, or "" */
const char *interp_where(In *);           /* "in task `x`, with i = 3", or "" */
void *interp_alloc(int64_t n, size_t size); /* zeroed; never NULL: exit 6 */

/* interp_check.c: what --check records and reports.  An access is a box of
 * elements: those at `at` and extent[k] steps of stride[k] along each axis. */
typedef enum { ACCESS_READ, ACCESS_WRITE, ACCESS_ADD } AccessKind;
typedef struct MemBox {
    int64_t at;
    int rank;
    const int64_t *extent, *stride;
} MemBox;
void checker_start(In *); /* sets in->checker, when a check needs it */
void checker_watch(In *, IBuf *, const IrValue *made, bool fresh,
                   const int64_t *extent);
void checker_forget(IBuf *); /* the buffer is going */
int checker_enter(
    In *, const IrOp *loop); /* a loop begins; what checker_leave wants back */
void checker_iteration(In *, const IrOp *loop, int64_t iv);
void checker_leave(In *, int mark);
void checker_access(In *, IBuf *, AccessKind,
                    const MemBox *);  /* by in->running */
void checker_stored_all(IBuf *);      /* as far as unwritten goes */
int64_t checker_stored(const IBuf *); /* elements; -1: not counted */
void checker_unwritten(In *, const IrParam *, const IBuf *); /* W0602 */
void checker_report(In *);                                   /* E0913 */

/* interp_reach.c: what a dry run makes of an op that is no structure; false: it
 * cannot be decided, or the time is up */
bool reach_op(In *, IrOp *);
bool reach_blur(In *, const IrOp *); /* nothing of the op is decided */
bool reach_merge(In *, const IrOp *, ISlot *first); /* of both arms of an if */

/* interp_scalar.c: CLS_SCALAR, CLS_CHECK */
int64_t interp_int(In *, const IrValue *); /* an integer or BOOL scalar */
double interp_float(In *, const IrValue *, double *e);
int64_t interp_valid(In *, const IrValue *, int axis);
void interp_ints(In *, const IrOp *, int from, int n, int64_t *out);
int64_t interp_trip(int64_t start, int64_t stop, int64_t step); /* step != 0 */
bool interp_out_of_range(In *, const IrOp *, const IrValue *what, QwDtype,
                         int64_t); /* E0908; false */
bool interp_scalar(In *, IrOp *);
bool interp_check(In *, IrOp *);

/* interp_mem.c: CLS_TENSOR, CLS_MEMORY */
IBuf *ibuf_keep(IBuf *);
void ibuf_drop(IBuf *);
void ibuf_blur(IBuf *); /* every bound becomes infinite */
ITile *interp_tensor_tile(
    In *, const IrValue *); /* the valid part of a tensor, as a tile */
bool interp_tensor(In *, IrOp *);
bool interp_memory(In *, IrOp *);
bool interp_memory_dry(In *, IrOp *);

/* interp_tile.c: CLS_TILE and below; moves are here */
ITile *itile_shaped(QwDtype, int rank, const int64_t *shape); /* zeros */
ITile *itile_new(const Type *);
ITile *itile_result(const IrOp *); /* zeros of the type of its result */
ITile *itile_keep(ITile *);
void itile_drop(ITile *);
double *itile_bound(ITile *); /* its bound array, made when missing */
void itile_copy(ITile *, int64_t at, const ITile *from, int64_t from_at,
                int64_t n); /* a row of one dtype */
ITile *itile_arg(In *, const IrOp *,
                 int k); /* rounded; borrowed until the op ends */
void itile_args_done(In *, const IrOp *); /* gives back what itile_arg loaded */
void itile_set(In *, const IrValue *, ITile *); /* takes the tile */
bool interp_tile_op(In *, IrOp *);              /* every tile op of irops.def */

/* an operand of an elementwise walk: strides are 0 where it broadcasts */
typedef struct IOperand {
    const double *v, *e;
    const int64_t *i;
    int64_t stride[TILE_MAX_RANK];
} IOperand;
typedef struct IWalk { /* rows of a result, rank padded to 4 */
    int64_t extent[TILE_MAX_RANK], stride[TILE_MAX_RANK], at[TILE_MAX_RANK];
} IWalk;
IOperand ioperand_tile(const ITile *, const ITile *result);
bool iwalk_start(In *, IWalk *,
                 const IrValue *result); /* false: nothing is valid */
bool iwalk_next(IWalk *);                /* the next row */
int64_t iwalk_offset(const IWalk *, const int64_t *stride);

/* interp_ew.c */
bool interp_ew1(In *, IrOp *);
bool interp_ew2(In *, IrOp *);
bool interp_expand(In *, IrOp *);
bool interp_cast(In *, IrOp *);
/* interp_reduce.c */
bool interp_sum(In *, IrOp *);
bool interp_extreme(In *, IrOp *);
bool interp_arg(In *, IrOp *);
/* interp_matrix.c */
bool interp_matmul(In *, IrOp *);
ITile *interp_finish(
    In *, const ITile *partial); /* a new tile: each sum rounded once */
/* interp_select.c */
bool interp_sort32(In *, IrOp *);
bool interp_mrgsort_block(In *, IrOp *);
bool interp_mrgsort_lists(In *, IrOp *);
bool interp_gather_mask(In *, IrOp *);
bool interp_gather_index(In *, IrOp *);
bool interp_scatter_index(In *, IrOp *);
bool interp_scatter_mask(In *, IrOp *);

/* interp_num.c: numbers of the dtypes */
static inline bool is_floating(QwDtype d)
{
    return qw_dtype_is_float(d);
}
double iround(QwDtype,
              double); /* of one FP32 operation: through float to 16 bits */
double iround_once(QwDtype, double); /* straight to the dtype, RNE */
double iround_mode(QwDtype, double,
                   QwRound); /* pl.cast; never QW_NONE's integer meaning */
double inum_float(QwDtype to, QwDtype from,
                  int64_t); /* integer to float, RNE */
int64_t inum_int(QwDtype to, double,
                 QwRound); /* float to integer, saturating */
int64_t inum_saturate(QwDtype to, QwDtype from, int64_t);
int64_t iwrap(QwDtype, int64_t);
int inum_order(QwDtype, int64_t, int64_t); /* -1, 0, 1: U64 compares unsigned */
double inum_value(QwDtype, int64_t); /* an integer as a double, for bounds */
double iulp(QwDtype,
            double); /* one unit in the last place at |x|; integers: 1 */
double imax_finite(QwDtype);    /* floats */
double nan_max(double, double); /* 8.1 */
double nan_min(double, double);
uint32_t f32_bits(double); /* NaN payloads survive both ways: index lanes */
double f32_value(uint32_t);
/* bound of a result r (raw: before rounding) whose operands' bounds amount to
 * e; units: 1 for an exact op (rho of 8.5), 3 for an elementary one */
double ibound(QwDtype, double raw, double r, double e, int units);
/* of a sum of k terms of magnitude mag with error err: the Sigma row of 8.5 */
double ibound_sum(QwDtype, double raw, double r, double mag, double err,
                  int64_t k, double tau);
/* of the largest or smallest, r, of some operands: one whose bound
 * does not reach to r cannot take its place, however large the
 * bound is (-1e30 of a mask) */
typedef struct IExtreme {
    double r, over, under; /* the true one is in [r - under, r + over] */
} IExtreme;
IExtreme iextreme(double r);
void iextreme_add(IExtreme *, double x, double e);
double iextreme_bound(const IExtreme *);
#endif
