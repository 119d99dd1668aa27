/* The passes, and what several of them need: use lists, memory regions, notes.
 * Private to pass/. */
#ifndef QWC_PASS_PASSES_H
#define QWC_PASS_PASSES_H
#include "pass/pass.h"

bool pass_barriers(IrFunc *, PassCtx *);
bool pass_mark_ladders(IrFunc *, PassCtx *);
bool pass_fold(IrFunc *, PassCtx *);
bool pass_parallel(IrFunc *, PassCtx *);
bool pass_chunk(IrFunc *, PassCtx *);
bool pass_nests(IrFunc *, PassCtx *);
bool pass_ladder(IrFunc *, PassCtx *);
bool pass_staging(IrFunc *, PassCtx *);
bool pass_rows(IrFunc *, PassCtx *);
bool pass_unfilled(IrFunc *, PassCtx *);
bool pass_forward(IrFunc *, PassCtx *);
bool pass_prologue(IrFunc *, PassCtx *);
bool pass_strips(IrFunc *, PassCtx *);
bool pass_store(IrFunc *, PassCtx *);

/* uses.c: who uses a value, as an argument or as an attached scalar, in program
 * order; a snapshot of the moment it is made */
typedef struct Uses {
    int *start;
    IrOp **op;
    int nvalues;
} Uses;
Uses *uses_find(IrFunc *);
int uses_count(const Uses *, const IrValue *);
IrOp *uses_op(const Uses *, const IrValue *, int i);
bool value_inside(const IrValue *,
                  const IrOp *outer); /* defined by an op or region in outer */
IrOp *op_ancestor_in(
    IrOp *, const IrRegion *); /* the op of that region around it, or NULL */
/* a load or store of t itself whose window is as it is written */
bool is_plain_access(const IrOp *, const IrValue *t);

/* region.c: what memory an op may touch */
typedef enum { ROOT_UNKNOWN, ROOT_PARAM, ROOT_ALLOC } RootKind;
enum { MAX_ROOTS = 8 };
typedef struct Rect { /* a box of a root tensor, in its coordinates */
    RootKind kind;
    IrValue *root;
    const IrValue *maybe[MAX_ROOTS]; /* ROOT_UNKNOWN: what it may be part of */
    int nmaybe;                      /* -1: anything */
    int rank;
    bool whole; /* the box is not known: anywhere in the root */
    bool loose; /* the box is larger than what is touched */
    const struct Rect *
        shaped; /* the same in the coordinates of a reshaped tensor on the way, or NULL */
    IrLinear off[IR_MAX_RANK], len[IR_MAX_RANK]; /* len: upper bound */
} Rect;
typedef struct Access {
    IrOp *op;
    bool write, atomic;
    IrValue *tensor;
    Rect rect;
} Access;
enum { MAX_ACCESS = 8 };
/* what op itself touches (not its regions); returns how many */
int region_accesses(IrFunc *, IrOp *, Access out[MAX_ACCESS]);
Rect region_window(IrFunc *, IrValue *tensor, IrValue *const *off,
                   IrValue *const *len);
bool region_disjoint(IrFunc *, const Rect *, const Rect *); /* proved */
bool region_same_root_possible(const Rect *, const Rect *);

/* every op that writes memory, with positions in program order */
typedef struct Writers {
    int *pos, *end; /* by op id: own position, last position inside */
    VEC(IrOp *) op; /* in program order */
    VEC(int) at;    /* position of each */
} Writers;
Writers *writers_find(IrFunc *);
/* an op after `from` up to `to` (with its regions) that may
 * write into rect; NULL: none */
IrOp *writers_between(IrFunc *, const Writers *, const IrOp *from,
                      const IrOp *to, const Rect *);

/* views.c: a load as a view that is read in place */
typedef enum { IN_PLACE_NO, IN_PLACE_YES, IN_PLACE_SWAPPED } InPlace;
/* SWAPPED: only for a product, transposed.  longer: the axis of the tile along
 * which the view takes more than the load, or -1 */
InPlace view_in_place(const IrOp *load, int longer);
/* a VIEW of what `load` loads; values go through the map; K axis: axis < 0:
 * none, else tile_axis gets offset off and extent len */
IrOp *view_of_load(IrFunc *, const IrOp *load, IrMap *, int axis, int tile_axis,
                   IrValue *off, IrValue *len);
IrOp *view_swapped(IrFunc *, IrOp *view); /* TTRANSPOSE of a matrix */

/* cost.c */
typedef struct Cost {
    int64_t bytes, flops; /* -1: unknown */
} Cost;
Cost cost_of(IrFunc *, const IrRegion *);
Cost cost_times(Cost, int64_t n);
#endif
