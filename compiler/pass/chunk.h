/* What chunk.c, which forms the tasks of auto_chunk regions, and chunk_cut.c,
 * which cuts their loops, share.  Private to the two. */
#ifndef QWC_PASS_CHUNK_H
#define QWC_PASS_CHUNK_H
#include "pass/passes.h"

enum {
    HAS_CHUNK = 1,
    HAS_ALLOC = 2,
    HAS_EXIT = 4,
    HAS_COMPUTE = 8,
    HAS_ATOMIC = 16,
    HAS_CHECK = 32 /* that is not proved */
};

typedef struct Escape {
    IrOp *scope;
    IrValue *result;
} Escape;
typedef struct Chunk {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    IrOp *region;         /* the chunked scope under work */
    unsigned char *has;   /* by op id: what stands in it */
    unsigned char *state; /* by op id: see State */
    int nops;             /* length of both */
    Escape *escape;       /* by value id */
    int nvalues;
    bool found_loop;
} Chunk;

/* chunk.c */
unsigned chunk_has(const Chunk *,
                   const IrOp *); /* what stands in an op: HAS_* */
/* NULL: this place has its report */
Diag *chunk_report(Chunk *, DiagCode, Span, const char *text);
/* a scope that is a task, still empty, named after the region */
IrOp *chunk_task(Chunk *, Span, const char *suffix);
void chunk_close(Chunk *, IrRegion *, Span); /* with a YIELD of nothing */

/* chunk_cut.c */
bool chunk_is_loop(const IrOp *);
/* false: the loop cannot be cut and is an ordinary one from now on */
bool chunk_cut(Chunk *, IrOp *loop);
#endif
