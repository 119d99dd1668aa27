/* Inside of the harness: one run of one kernel, stage by stage. */
#ifndef QWC_HARNESS_H
#define QWC_HARNESS_H
#include "cli/cli.h"
#include "compare.h"

/* A parameter of the kernel and its data. */
typedef struct Arg {
    const IrParam *p;
    TensorSpec *ts; /* NULL: a scalar, or no specs */
    ScalarSpec *ss;
    bool is_output;
    QwDtype dtype;
    int rank;
    int64_t shape[IR_MAX_RANK];
    QwTensor *data; /* what the kernel gets; owned */
    QwTensor
        *initial; /* what an output held before the kernel; owned, lazy copy */
    QwTensor *expected; /* owned; NULL: not compared */
    bool fresh;         /* an output without initial contents */
    int64_t stored;     /* elements that the kernel stored; -1: not counted */
    double *bound;      /* --golden=interp: e of 8.5 an element */
    int64_t i;
    double f;      /* scalar value */
    char bytes[8]; /* scalar in its dtype, for emitted code */
} Arg;

typedef struct Run {
    Session *s;
    Interp *in;
    const Options *o;
    RunRequest *req;
    Build b;
    const IrFunc *f; /* signature: b.ir or b.plain */
    Arg *args;
    int n;
    int64_t syms[IR_MAX_RANK * 16];
    int nsyms;
    GoldenMode golden;
    double rtol, atol;
    bool tolerance_given;
    double seconds; /* kernel only */
    int status;     /* exit code of the failing stage, 0 so far */
    bool mismatch;
    int64_t compared;     /* elements, by all verdicts */
    int known_errors;     /* diagnostics of severity error that are findings */
    const char *error;    /* for RunResult.error */
    Text times, verdicts; /* members of the JSON document */
    int64_t ambiguous;
    Text packing; /* what was packed before the call, in words; "": nothing */
    int64_t packed_bytes;
    double packing_seconds;
    const struct Run *twin; /* another variant of the same run, or NULL */
} Run;

/* harness.c */
bool run_prepare(
    Run *,
    void (*bound)(Run *));  /* compiles, binds (then `bound`), makes inputs */
void **run_pointers(Run *); /* what the entry takes */
QwCtx *run_context(const Options *);
bool run_call(Run *, QwCtx *,
              void *const *pointers); /* seconds; a failure is reported */
void run_free(Run *);
/* harness_pack.c: packs weights, if --pack asks for
 * it (r->packing says which) */
void run_pack(Run *, QwCtx *, void *const *pointers);
/* after calls: gives up copies that no product has read, and says so */
void run_pack_unused(Run *, QwCtx *, void *const *pointers);
/* harness_bind.c */
bool run_bind(Run *);   /* E1002, E1003, E1006; fills args and syms */
bool run_inputs(Run *); /* makes every tensor and scalar */
/* harness_golden.c */
bool run_golden(Run *);        /* fills args[].expected (and bound) */
bool run_interp_golden(Run *); /* harness.c */
/* harness_verify.c */
Arg *verify_keep(Run *);           /* NULL: nothing is to be verified */
bool run_verify(Run *, Arg *kept); /* E0912 */
void verify_drop(Run *, Arg *kept);
/* harness_judge.c */
Span run_store_span(Run *, const Arg *); /* the first store, or the parameter */
void run_judge(Run *);                   /* prints verdicts, sets mismatch */
/* of --compare OUT=RULE; fatal on nonsense */
Value run_comparator(Run *, const char *option, const char *rule);
bool run_fail(Run *, int status, const char *error); /* false */
QwTcx *run_tcx(Run *);
int64_t run_memory_left(Run *); /* bytes below --limit memory; 0: no limit */
#endif
