/* What the forms of loops (loop_forms.c) hand to what builds them (loops.c).
 * Private to the two. */
#ifndef QWC_LOWER_LOOPS_H
#define QWC_LOWER_LOOPS_H
#include "lower/lower_int.h"

typedef struct LoopPlan {
    const Node *node; /* the for or while statement */
    const BlockFacts *facts;
    const NodeVec *body;
    LoopKind kind;
    IrValue *start, *stop, *step; /* FOR */
    int64_t chunk;
    ChunkPolicy policy;
    int stage;
    const Node *index;   /* target of the loop variable, NULL: none */
    const Node *carried; /* targets of init_values, NULL: none */
    Sv init;             /* init_values */
    bool is_while;
    const Node *cond; /* WHILE: the condition */
    ScopeSpec *scope; /* spmd: the body is this core scope */
    bool nonzero;
} LoopPlan;

void build_loop(Lower *, const LoopPlan *); /* loops.c */
#endif
