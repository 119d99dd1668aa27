/* What strips.c finds and strips_write.c writes: a chain of elementwise ops
 * over tiles of one shape.  Private to the two. */
#ifndef QWC_PASS_STRIPS_H
#define QWC_PASS_STRIPS_H
#include "pass/passes.h"

typedef struct Chain {
    int64_t shape[2];
    int64_t size[2]; /* of a strip */
    bool rows;       /* its rows stay whole */
    VEC(IrOp *) op;
    VEC(Access) read;
    VEC(IrOp *) store;
} Chain;

typedef struct Strips {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    bool *member; /* by op id: of the chain at hand */
    Chain chain;
    bool changed;
} Strips;

/* strips.c */
bool strips_makes(const Strips *, const IrValue *); /* in the chain */
bool strips_needs_whole(const Strips *,
                        const IrValue *); /* an op outside of the chain */
/* strips_write.c */
void strips_write(const Strips *);
#endif
