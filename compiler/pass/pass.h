/* The passes over the tile IR and the driver that runs them in order.  A pass
 * is `bool pass_x(IrFunc *, PassCtx *)`, returns whether it changed anything,
 * and reports user errors only through diag. */
#ifndef QWC_PASS_H
#define QWC_PASS_H
#include "ir/ir.h"

typedef struct FusionNote { /* one taken or refused pattern, in source terms */
    const char *pattern;    /* "F1 ladder" */
    Str scope;
    Span span, other;
    bool taken;
    int64_t bytes_saved;
    const char *text; /* what, or the first failing condition */
} FusionNote;
typedef struct TaskNote { /* one chunked loop, chapter 11 "Reporting" */
    Str scope, var;
    Span span;
    int64_t trip; /* -1: dynamic */
    int64_t chunk, full, rem, idle, tasks;
    ChunkPolicy policy;
    int64_t bytes, flops; /* per task, -1 unknown */
    const char *text;
} TaskNote;

typedef enum {
    PARALLEL_ON,
    PARALLEL_PROVEN,
    PARALLEL_TRUST,
    PARALLEL_OFF
} Parallel;

typedef struct PassCtx {
    Session *s;
    bool fusion;       /* --fusion=on */
    const char *only;  /* --passes=LIST, "none", or NULL for all */
    Parallel parallel; /* --parallel */
    const char *dump;  /* --dump-ir=lower|PASS|all|changed, or NULL */
    Text *dump_out;
    bool time;   /* --time-passes */
    bool verify; /* run ir_verify after each pass */
    VEC(FusionNote) fusion_notes;
    VEC(TaskNote) tasks;
    struct {
        const char *name;
        double seconds;
        bool changed;
    } timing[32];
    int ntimings;
} PassCtx;

/* for --explain-fusion: a pattern taken or refused at
 * op, together with `other` */
void fusion_note(PassCtx *, const char *pattern, const IrOp *, Span other,
                 bool taken, int64_t bytes, const char *text);

typedef bool PassFn(IrFunc *, PassCtx *);
typedef struct {
    const char *name;
    PassFn *run;
    bool optional;
    const char *what;
} PassInfo;
extern const PassInfo pass_table[];
extern const int pass_count;

/* pass.c: runs the table in order; false when a pass reported an error.
 * `until` NULL: all; else stops after that pass. */
bool pass_run_all(IrFunc *, PassCtx *, const char *until);
/* weights.c: which parameters are weights, after all passes */
void find_weights(IrFunc *, PassCtx *);
bool pass_run_one(IrFunc *, PassCtx *,
                  const char *name); /* --run-pass; false: unknown name */
#endif
