/* What the machine can do at best, measured now: stream reads and arithmetic on
 * the threads of a context.  Bandwidth of shared machines changes within
 * minutes, so a figure of a kernel stands beside these of the same round. */
#ifndef QW_PEAKS_H
#define QW_PEAKS_H
#include <stdint.h>
#include "qwrt.h"

/* Kinds of products: what multiplies and adds. */
typedef enum QwUnit {
    QW_UNIT_FMA,
    QW_UNIT_BF16,
    QW_UNIT_INT8,
    QW_UNITS
} QwUnit;

/* Bytes a second of reading [p, p + bytes) once; small buffers are read again
 * and again, so they come from a cache.  0: nothing to read, or no memory. */
double qw_limit_read(QwCtx *, const void *p, int64_t bytes);
/* Operations a second (a multiply-add counts 2) of what the present ISA has
 * for that unit; 0: it has none. */
double qw_limit_ops(QwCtx *, QwUnit);
/* Operations of the matrix products of the last call. */
double qw_call_ops(const QwCtx *, QwUnit);
#endif
