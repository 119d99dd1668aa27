/* Finding the ladders of a function (pattern F1): shared by mark-ladders, which
 * decides, and ladder, which rewrites.  Private to pass/. */
#ifndef QWC_PASS_LADDERS_H
#define QWC_PASS_LADDERS_H
#include "pass/passes.h"

typedef struct Ladder {
    IrOp *loop;
    int slot;                  /* of the carried accumulator */
    IrOp *first;               /* MATMUL: before the loop, or in an arm of `branch` */
    IrOp *step;                /* MATMUL_ACC in the loop */
    IrOp *branch;              /* IF of the single-loop form, or NULL */
    IrOp *load0[2], *load[2];  /* of a and b: of `first` and of `step` */
    int axis[2];               /* of K in the loaded tensors */
    int tile_axis[2];          /* and in the tiles */
    int64_t c0, c;             /* extents of the first window and of the others */
    IrLinear start[2];         /* offset of the first window */
    const char *why;           /* first failing condition, or NULL: a ladder */
    Span where;                /* of what fails */
} Ladder;

/* every accumulator of every loop that has the shape of a ladder; those with
 * `why` are refused */
typedef VEC(Ladder) Ladders;
Ladders ladders_find(IrFunc *, bool only_marked);
#endif
