/* A loop spread over the cores, for work outside kernels: generating,
 * converting and comparing whole tensors.  Threads live for one call, so n
 * should be small and each step large (a millisecond or more). */
#ifndef QW_PAR_H
#define QW_PAR_H
#include <stdint.h>

/* fn(arg, i) for every i in [0, n), in no particular order, on up to
 * as many threads as were set; returns when all are done.  fn must not call
 * qw_par_for.  A thread that cannot be started is done without. */
void qw_par_for(int64_t n, void (*fn)(void *arg, int64_t i), void *arg);
void qw_par_set_threads(int n); /* n <= 0: the default; once, at start */
#endif
