/* A pool of pinned threads that one caller at a time runs a function on.  It
 * knows nothing of tasks, contexts or errors: see parallel.c. */
#ifndef QW_POOL_H
#define QW_POOL_H

typedef struct QwPool QwPool;
typedef void QwPoolFn(void *arg, int slot); /* slot 0 is the caller */

enum { QW_MAX_THREADS = 1024 };

int qw_pool_cpus(void); /* CPUs the calling thread may run on */
/* `threads` counts the caller.  Remembers the caller's affinity mask; threads
 * start at the first run.  NULL: no memory. */
QwPool *qw_pool_new(int threads);
void qw_pool_free(QwPool *);
/* Brackets a series of runs from one thread: between the two the caller may
 * be pinned; afterwards it has its old affinity mask again. */
void qw_pool_enter(QwPool *);
void qw_pool_leave(QwPool *);
/* Runs fn(arg, 0) here and fn(arg, slot) in those threads that come in time;
 * returns when all have come back.  most: no more than these have work, so no
 * more are woken. */
void qw_pool_run(QwPool *, QwPoolFn *fn, void *arg, int most);
#endif
