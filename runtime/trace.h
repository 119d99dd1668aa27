/* Traces: when which task ran on which worker, what it moved and computed; the
 * sums of each scope.  Only code emitted for measuring says what it moves and
 * the values of loop variables.  Nothing is recorded, and a task costs one test
 * of a flag, unless a context has been asked to. */
#ifndef QW_TRACE_H
#define QW_TRACE_H
#include <stdbool.h>
#include <stdio.h>
#include "peaks.h"
#include "qwrt.h"

/* From the next call on every task becomes a slice; each call starts anew. */
void qw_trace_start(QwCtx *);
void qw_trace_stop(QwCtx *);
/* Writes the slices of the last call as Chrome trace JSON (Perfetto reads it):
 * a lane a worker, microseconds from the start of the call; values of the loop
 * variables, bytes moved and operations of matrix products as arguments.
 * false: a write failed or slices were lost. */
bool qw_trace_write(const QwCtx *, FILE *);

/* All tasks of one name in the last call. */
typedef struct QwScope {
    const char *name;
    int64_t tasks;
    double first; /* when its first task began: seconds from the call's start */
    double wall; /* seconds; while several scopes run, the part of its workers */
    double busy;          /* seconds of workers */
    double idle;          /* of workers while it ran: bubbles, without ... */
    double tail;          /* ... after their last task of a parallel loop */
    double moved, bytes;  /* memory of tensors; the same rectangle once */
    double ops[QW_UNITS]; /* of matrix products */
} QwScope;
typedef struct QwSummary {
    QwScope *scope; /* in order of their first task; to be freed */
    int scopes;
    double wall;   /* seconds of the call */
    bool complete; /* no memory was short */
} QwSummary;
QwSummary qw_trace_summary(const QwCtx *);
/* Bytes of distinct rectangles inside [p, p + bytes) that the last call moved. */
double qw_trace_bytes(const QwCtx *, const void *p, int64_t bytes, bool write);
#endif
