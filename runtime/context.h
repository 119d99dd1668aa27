/* The inside of a context: what the files of the runtime share and emitted C
 * does not see.
 *
 * Who may touch what: a QwWorker belongs to the one thread that runs as it;
 * the QwCtx is written by the calling thread only, and only while no parallel
 * loop runs. */
#ifndef QW_CONTEXT_H
#define QW_CONTEXT_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include "peaks.h"
#include "pool.h"
#include "qwrt.h"

enum {
    QW_NEST = 8, /* nested parallel loops that an iteration is told by */
    QW_RANK = 6,
    QW_RECENT = 16 /* places in the source whose last run may go on */
};

/* A piece of a worker's stack of buffers. */
typedef struct Chunk {
    char *base;
    int64_t size, used;
    int64_t dirty; /* bytes from here on are still zero from the system */
} Chunk;

/* An iteration of the loops of the source, by the values of their variables. */
typedef struct Iteration {
    int64_t value[QW_NEST];
    int levels;
} Iteration;

/* What an iteration of undecided loops touched: `count` pieces of memory. */
typedef struct Run {
    const QwSite *site;
    int64_t lo, bytes, step, count; /* first byte; of a piece; from one to the
                                       next, >= bytes where count > 1 */
    int64_t iteration;              /* its place in the worker's list */
    int write;
} Run;

/* One task in a trace. */
typedef struct Slice {
    const QwSite *site;
    int64_t loop[QW_NEST]; /* values of the loop variables of site->loops */
    int loops;             /* how many of them are known */
    int64_t region;
    double start, end; /* seconds */
    int64_t bytes;
    double ops[QW_UNITS]; /* while it is open: those before it */
} Slice;

/* A rectangle of a tensor that a task read or wrote. */
typedef struct Move {
    const char *scope;
    const char *origin;
    int64_t bytes;
    uint64_t shape; /* hash of extents, strides and direction */
    bool write;
} Move;

/* A operand that the worker's scratch holds in packed form. */
typedef struct PackedA {
    const void *a;
    int64_t lda, m, k;
    int flags;
    QwDtype from;       /* of operand b */
    const void *kernel; /* NULL: nothing packed */
    int64_t region;
} PackedA;

struct QwWorker {
    _Alignas(64) QwCtx *ctx;
    int slot;     /* 0: the calling thread */
    int depth;    /* parallel loops this worker is inside */
    int64_t next; /* index it runs after this one, -1: unknown */

    char *frame;
    int64_t frame_bytes;
    Chunk *chunk;
    int chunks, chunk_room, top; /* chunk[top] is being filled */
    char *scratch;               /* packing space of matrix products */
    int64_t scratch_bytes;
    char *cast; /* operands of products, cast */
    int64_t cast_bytes;
    PackedA packed;
    const void *keep; /* operand a that is constant in keep_region */
    int64_t keep_region;
    const void *next_weights;
    double ops[QW_UNITS]; /* of the products of this call */

    const QwSite *task; /* the core scope it is in, or NULL */
    int64_t task_index;
    int64_t tasks;     /* of this call */
    QwFailure failure; /* of the lowest index that failed here */
    int64_t failed_index;
    QwWarning *warning;
    int warnings, warning_room;
    Iteration now; /* the one that runs in the outermost loop */
    bool is_new;   /* it has touched nothing yet */
    Iteration *iteration;
    int64_t iterations, iteration_room;
    Run *run;
    int64_t runs, run_room;
    int64_t recent[QW_RECENT]; /* of a place in the source: its last run */
    bool lost_touch;           /* no memory for a record */
    Slice *slice;              /* the trace */
    int64_t slices, slice_room;
    Move *move;
    int64_t moves, move_room;
    bool slice_open, lost_slice;
};

struct QwCtx {
    atomic_bool busy; /* a call is being served */
    int threads;
    QwPool *pool;     /* NULL until the first call */
    QwWorker *worker; /* [workers] */
    int workers;
    int64_t memory;       /* most that `held` may become, 0: no limit */
    _Atomic int64_t held; /* bytes of frames, scratch, chunks, packed weights */
    struct QwPacked **pack; /* packed weights by address (pack.h) */
    int packs, pack_room;
    int64_t region; /* serial number of the parallel loop that runs */
    bool hold;      /* what the next loop touches is not yet compared */
    const char *entry;
    bool traced;
    double trace_start, trace_end;
    QwFailure failure;
    char *text; /* qw_last_error */
    int64_t text_room;
    QwWarning *warning; /* merged at the end of a call */
    int warnings;
};

/* context.c */
double qw_now(void); /* seconds that only grow */
bool qw_grow(void **items, int64_t *room, int64_t need, int64_t item_bytes);
/* Was this thread's last call refused, because ctx serves another one? */
bool qw_turned_away(const QwCtx *ctx);
/* whole pages, mapped apart from the heap */
void *qw_pages_new(int64_t bytes); /* zero-filled; NULL: no memory */
void qw_pages_free(void *, int64_t bytes);
/* Takes `bytes` out of what qw_set_memory leaves; false: there is less. */
bool qw_reserve(QwCtx *, int64_t bytes);
void qw_unreserve(QwCtx *, int64_t bytes);
/* At least `bytes` of scratch in w->scratch; false: no memory. */
bool qw_scratch(QwWorker *, int64_t bytes);
/* The same for w->cast. */
bool qw_cast_space(QwWorker *, int64_t bytes);

/* parallel.c: qw_parallel for the runtime's own work, which does not come between
 * what loops of the program touch and its comparison */
int qw_spread(QwWorker *, QwBody *, const void *env, int64_t n);

/* failure.c */
void qw_failure_clear(QwCtx *);
void qw_failure_set(QwCtx *, int status, const char *text);
void qw_failure_render(QwCtx *); /* ctx->failure to ctx->text */
void qw_warnings_merge(QwCtx *); /* of all workers, in source order */

/* trace.c */
void qw_trace_call(QwCtx *); /* a traced call begins */
void qw_trace_begin(QwWorker *, const QwSite *);
void qw_trace_end(QwWorker *);
void qw_trace_leave(QwWorker *); /* a traced call ends */

/* touch.c: 0, or QW_ERR_RACE with *found filled */
int qw_touch_compare(QwCtx *, QwFailure *found);
void qw_touch_forget(QwWorker *);
#endif
