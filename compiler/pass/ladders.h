/* Finding the ladders of a function (pattern F1): shared by mark-ladders, which
 * decides, and ladder, which rewrites.  Private to pass/. */
#ifndef QWC_PASS_LADDERS_H
#define QWC_PASS_LADDERS_H
#include "pass/passes.h"

/* one matmul_acc, or a loop of them */
typedef struct Segment {
    IrOp *step;    /* MATMUL_ACC */
    IrOp *loop;    /* FOR around it, or NULL */
    int slot;      /* of the accumulator that the loop carries */
    IrOp *load[2]; /* of a and b */
    int64_t c;     /* K extent of the step */
} Segment;

typedef struct Ladder {
    IrOp *first;    /* MATMUL: before the segments, or in an arm of `branch` */
    IrOp *branch;   /* IF in the loop of the first segment, or NULL */
    IrOp *load0[2]; /* of `first` */
    VEC(Segment) seg;  /* in program order */
    IrValue *sum;      /* the accumulator after the last segment */
    int axis[2];       /* of K in the loaded tensors */
    int tile_axis[2];  /* and in the tiles */
    int64_t c0;        /* K extent of `first` */
    IrLinear start[2]; /* offset of the first window */
    IrLinear end[2];   /* where the windows so far end ... */
    bool open;         /* ... unless that is not known any more */
    const char *why;   /* first failing condition, or NULL: a ladder */
    Span where;        /* of what fails */
} Ladder;

/* every product that begins a ladder or looks as if it did; those with `why` do
 * not.  only_marked: what mark-ladders found before. */
typedef VEC(Ladder) Ladders;
Ladders ladders_find(IrFunc *, bool only_marked);
#endif
