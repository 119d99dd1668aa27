/* qw_par_for over plain threads and one shared counter.  The number of threads
 * is the only state; it is set once at start and read afterwards. */
#include "par.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>

enum { MAX_THREADS = 256 };

static _Atomic int chosen; /* 0: the default */

typedef struct Loop {
    _Atomic int64_t next;
    int64_t n;
    void (*fn)(void *, int64_t);
    void *arg;
} Loop;

static void *loop_work(void *p)
{
    Loop *l = p;
    for (;;) {
        const int64_t i = atomic_fetch_add(&l->next, 1);
        if (i >= l->n) return NULL;
        l->fn(l->arg, i);
    }
}

static int cores(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set)) return 1;
    const int n = CPU_COUNT(&set);
    return n < 1 ? 1 : n;
}

/* >= 1; default: the cores of this process */
static int threads(void)
{
    const int n = atomic_load(&chosen);
    return n ? n : cores();
}

void qw_par_set_threads(int n)
{
    atomic_store(&chosen, n <= 0 ? 0 : n > MAX_THREADS ? MAX_THREADS : n);
}

void qw_par_for(int64_t n, void (*fn)(void *arg, int64_t i), void *arg)
{
    Loop l = {.n = n, .fn = fn, .arg = arg};
    pthread_t thread[MAX_THREADS];
    int started = 0;
    int want = n > 1 ? threads() : 1;
    if (want > n) want = (int)n;
    if (want > MAX_THREADS) want = MAX_THREADS;
    while (started < want - 1 &&
           !pthread_create(&thread[started], NULL, loop_work, &l))
        started++;
    loop_work(&l);
    for (int i = 0; i < started; i++) pthread_join(thread[i], NULL);
}
