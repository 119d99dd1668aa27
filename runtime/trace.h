/* Traces: when which task ran on which worker.  Nothing is recorded, and a
 * task costs one test of a pointer, unless a context has been asked to. */
#ifndef QW_TRACE_H
#define QW_TRACE_H
#include <stdbool.h>
#include <stdio.h>
#include "qwrt.h"

/* From the next call on every task becomes a slice; false: no memory. */
bool qw_trace_start(QwCtx *);
/* Writes the slices so far as Chrome trace JSON (Perfetto reads it): a lane a
 * worker, microseconds from the first call; operations of matrix products and
 * the index of the task as arguments.  false: a write failed or slices were lost. */
bool qw_trace_write(const QwCtx *, FILE *);
#endif
