/* Back ends: the C emitter, the JIT that compiles its text, the interpreter
 * that defines the semantics. */
#ifndef QWC_BACK_H
#define QWC_BACK_H
#include "ir/ir.h"
#include "qwrt.h"

/* ---- buffers.c + emitc.c ---- */
typedef struct EmitOptions {
    const char *source_name; /* for #line and the header comment */
    bool line_directives;
    bool measure; /* tasks tell their loop indices and what they move */
} EmitOptions;
/* one check or scope of the emitted C: site id -> place in the source */
typedef struct EmitSite {
    Span span;
    InlineFrame *inl;
    const char *what;
    bool store;
    const char *nest; /* "b,ob": the undecided loops whose iterations are
                       * compared here; or NULL */
} EmitSite;
typedef struct Emitted {
    const char *c;     /* the C text */
    const char *h;     /* its header: the entry's prototype and documentation */
    const char *entry; /* "rms_lm_head" */
    const char
        *call; /* "rms_lm_head__call": int call(QwCtx *, void *const *args):
                                  one pointer a parameter in the kernel's order (data of a
                                  tensor, never NULL; a scalar in its own dtype), then one
                                  int64_t pointer a dynamic symbol */
    EmitSite *sites;
    int nsites;
    int64_t frame;       /* bytes of workspace a worker */
    const IrOp **shared; /* products whose left operand is packed once for all
                            iterations of a task (F7) */
    int nshared;
} Emitted;
Emitted *emit_c(IrFunc *, const EmitOptions *);

/* ---- jit_tcc.c ---- */
typedef int EntryFn(QwCtx *, void *const *args);
typedef struct Jit {
    void *code;
    size_t bytes;  /* libtcc: mapped read-execute */
    void *library; /* cc: from dlopen ... */
    int fd;        /* ... under the name of this descriptor */
    EntryFn *entry;
} Jit;
/* the C text with its #include of qwrt.h replaced by the header itself */
const char *emitted_whole(Arena *, const Emitted *);
/* compiles text in memory; never NULL: an error of libtcc is internal (exit 70,
 * writes the text to a file and names it) */
Jit *jit_compile(Session *, const Emitted *);
EntryFn *jit_entry(Jit *);
void jit_free(Jit *);

/* ---- jit_cc.c: the system compiler, -O3, dlopen ---- */
/* Compiled libraries are kept under $XDG_CACHE_HOME/qwc; NULL after a message
 * on stderr when there is no compiler (exit 6). */
Jit *jit_compile_cc(Session *, const Emitted *);

/* ---- cc.c: the system compiler, for files ---- */
typedef enum { CC_OBJECT, CC_LIBRARY, CC_ARCHIVE } CcOutput;
/* the bytes of that file; fatal (exit 6) when there is no compiler */
const char *cc_build(Session *, const Emitted *, CcOutput, size_t *size);

/* ---- interp.c: walks the IR; memory is the caller's ---- */
typedef struct TensorArg {
    void *data;
    int rank;
    int64_t shape[IR_MAX_RANK];
} TensorArg;
typedef struct InterpArg { /* one parameter of the kernel */
    TensorArg t;           /* tensors */
    union {
        int64_t i;
        double f;
    } s; /* scalars */
    double *
        bound; /* out: bound e of 8.5 per element of a written tensor, or NULL */
    bool fresh; /* an output that holds nothing yet: for uninit and unwritten */
    int64_t stored; /* out: elements that the kernel stored; -1: not counted */
} InterpArg;
typedef struct InterpChecks {
    bool bounds, uninit, races, unwritten, sorted;
    int64_t memory; /* bytes that buffers may take, 0: no limit */
} InterpChecks;
typedef struct InterpResult {
    int status;         /* QwStatus */
    int64_t ambiguous;  /* elements whose bound is infinite (8.5) */
    int findings;       /* diagnostics of the checkers that were shown */
    int finding_errors; /* those of them that are errors: races */
    int64_t tasks;      /* executions of scopes */
} InterpResult;
/* failures are reported through diag with source locations; false on failure.
 * checks NULL: only those that are always on */
bool interp_run(IrFunc *, InterpArg *args, const int64_t *syms,
                const InterpChecks *checks, InterpResult *out);
/* W0602 of outputs that are `open`, with these extents and scalars (NULL: not
 * known): follows control flow without any data, and says nothing of what it
 * cannot decide or is too long */
void interp_reach(IrFunc *, const int64_t *syms, const InterpArg *scalars);
/* renders a run-time failure of emitted code as a located diagnostic */
void back_report_failure(Session *, const Emitted *, const QwFailure *);
void back_report_warnings(Session *, const Emitted *, QwCtx *);
#endif
