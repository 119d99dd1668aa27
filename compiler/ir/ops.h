/* The table of the language's operations (ops.def), by name.  Binding arguments
 * is lower/args.c; what an operation means is its handler in lower/. */
#ifndef QWC_OPS_H
#define QWC_OPS_H
#include "ir/ir.h"

typedef enum {
    OPH_CREATE,
    OPH_FULL,
    OPH_SLICE,
    OPH_ASSEMBLE,
    OPH_RESHAPE,
    OPH_FILLPAD,
    OPH_SETVALID,
    OPH_DIM,
    OPH_READ,
    OPH_WRITE,
    OPH_ARANGE,
    OPH_LOAD,
    OPH_STORE,
    OPH_MOVE,
    OPH_CREATE_TILE,
    OPH_CONCAT,
    OPH_TRANSPOSE,
    OPH_CONST,
    OPH_EXPAND_CLONE,
    OPH_EXPANDS,
    OPH_EW2,
    OPH_EW1,
    OPH_CAST,
    OPH_CMP,
    OPH_ROW_EXPAND2,
    OPH_COL_EXPAND2,
    OPH_ROW_EXPAND,
    OPH_COL_EXPAND,
    OPH_REDUCE,
    OPH_MATMUL,
    OPH_MATMUL_ACC,
    OPH_SORT32,
    OPH_MRGSORT,
    OPH_GATHER,
    OPH_GATHER_ROW,
    OPH_SCATTER,
    OPH_MINMAX,
    OPH_BLOCK_IDX,
    OPH_SYNCALL,
    OPH_COUNT
} OpHandler;
typedef enum {
    TAKES_ANY,
    TAKES_FLOAT,
    TAKES_INT,
    TAKES_SIGNED,
    TAKES_FP32
} OpTakes;

typedef struct OpInfo {
    int number;        /* row of chapter 9 */
    char stage;        /* A to D */
    bool both_planes;  /* legal in orchestration too */
    const char *names; /* "add adds": the first is the name */
    const char *sig;   /* parameters, see ops.def */
    OpTakes takes;
    OpHandler handler;
    IrOpcode ir;
    const char *operands, *dtype, *shape, *valid;
    char num; /* '=' exact, '~' elementary, '+' accumulation, '-' none */
    const char *errors, *remark;
} OpInfo;
extern const OpInfo op_table[];
extern const int op_count;

/* path without the leading pl: "add", "tensor.dim",
 * "system.syncall"; NULL: unknown */
const OpInfo *op_find(const char *path);
/* nearest spelling among operations, loops, scopes and
 * other names of pl, or NULL */
const char *op_nearest(Session *, const char *path);
/* every name reachable as pl.x: operations and language forms; in the arena */
const char *const *op_spellings(Session *, int *n);
bool op_is_form(const char *path); /* a loop, scope or scheduling form of pl */
void ops_list(Text *out, bool json); /* qwc list ops */
#endif
