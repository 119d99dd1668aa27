/* Inside of the reference interpreter: tiles as doubles (or int64 for integer
 * dtypes), with the bound e of language.md 8.5 beside each element when asked.
 * Invariant: elements outside the valid region are zero in memory (V1). */
#ifndef QWC_INTERP_TILES_H
#define QWC_INTERP_TILES_H
#include "back/back.h"

/* Sums of a matrix product that is not rounded yet (a ladder under way). */
typedef struct Partial {
    double *mag;       /* sum of |a||b| */
    double *err;       /* sum of |a|e_b + |b|e_a + e_a e_b */
    double amax;       /* max(1, max|a|, max|b|): for tau */
    int64_t k;         /* accumulated terms */
} Partial;

typedef struct ITile {
    int refs, rank;
    QwDtype dt;
    int64_t shape[TILE_MAX_RANK], n;
    double *v;         /* floats: values of dt, held exactly; partial: unrounded */
    int64_t *i;        /* integers and bool */
    double *e;         /* bound, or NULL: all 0 */
    Partial *part;     /* or NULL */
} ITile;

typedef struct IBuf {  /* memory of a tensor */
    int refs;
    QwDtype dt;
    void *data;
    double *bound;     /* an element each, or NULL */
    bool owned;
} IBuf;

typedef struct ISlot { /* what a value holds now */
    ITile *tile;
    IBuf *buf; int64_t off;  /* tensor: element offset of its origin */
    int64_t i; double f, e;  /* scalar */
} ISlot;

typedef struct In {
    IrFunc *f;
    Session *s;
    ISlot *slot;             /* by IrValue.id */
    bool bounds;             /* carry e */
    int status;
    int64_t ambiguous;
    const IrOp *loop[32]; int64_t iv[32]; int nloops; /* active loops */
    const IrOp *scope;
    VEC(struct Negative) negatives;
} In;
struct Negative { const IrOp *op; int64_t value, count; };

bool interp_fail(In *, const IrOp *, int status, const char *what, int axis,
                 int64_t v0, int64_t v1, int64_t v2, const char *text); /* false */
int64_t interp_int(In *, const IrValue *);     /* an INDEX or BOOL scalar */
double interp_float(In *, const IrValue *, double *e);
int64_t interp_valid(In *, const IrValue *, int axis);

/* interp_tile.c */
ITile *itile_new(In *, const Type *, bool with_bound);
void itile_drop(ITile *);
ITile *itile_arg(In *, const IrOp *, int k);   /* rounded, borrowed until the op ends; tensors are loaded: owned by slot */
void itile_finish(ITile *);                    /* rounds a partial */
void itile_trim(In *, ITile *, const IrValue *); /* zeroes outside the value's valid region */
bool interp_tile_op(In *, IrOp *);             /* every tile op of irops.def */
double iround(QwDtype, double);                /* to the dtype, RNE through float for 16-bit results */
double iulp(QwDtype, double);                  /* one unit in the last place at |x| */
int64_t iwrap(QwDtype, int64_t);
double imem_float(const IBuf *, int64_t at);
int64_t imem_int(const IBuf *, int64_t at);
void imem_put_float(IBuf *, int64_t at, double v, double e);
void imem_put_int(IBuf *, int64_t at, int64_t v, double e);
static inline bool is_floating(QwDtype d) { return qw_dtype_is_float(d); }
#endif
