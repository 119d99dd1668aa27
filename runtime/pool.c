/* The thread pool: pinned threads that spin, then sleep on a futex.
 *
 * One word, the gate, tells everything: [generation:20][open:1][active:11].
 * The caller opens it with a new generation, works, closes it, and waits until
 * nobody is active.  A thread may join only while it is open, by adding 1 with
 * compare-and-swap, and reads fn and arg only after it has joined; hence the
 * caller never waits for a thread that is still waking up, and a thread that
 * comes late (or sleeps through a whole turn of the generation counter) only
 * misses work that others do.
 *
 * Sleeping is Dekker's pattern with sequentially consistent atomics: the
 * sleeper announces itself, then looks at the gate again; the waker changes
 * the gate, then looks for sleepers.
 *
 * Pinning matters: an unpinned caller may spin on the very CPU its thread is
 * woken on, which costs milliseconds.  But setting a mask costs microseconds,
 * and a caller mostly stays where it is: so it is looked at before each loop,
 * without a system call, and pinned for the rest of the call only when it was
 * found elsewhere.  With more threads than CPUs nobody is pinned and spinning is
 * short. */
#include "pool.h"
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    ACTIVE_MASK = (1 << 11) - 1,
    OPEN = 1 << 11,
    GENERATION = 1 << 12,
    SPINS = 2000,      /* pauses before sleep: about 50 us */
    JOIN_SPINS = 4,    /* the joiner's, in spins of a thread */
    SPINS_CROWDED = 32 /* more threads than CPUs */
};

typedef struct Thread {
    QwPool *pool;
    pthread_t id;
    int slot;
} Thread;

struct QwPool {
    _Alignas(64) _Atomic uint32_t gate;   /* futex word of idle threads */
    _Alignas(64) _Atomic uint32_t asleep; /* idle threads on the futex */
    _Atomic uint32_t joiner;              /* 1: the caller sleeps; its futex */
    _Atomic bool stop;
    _Alignas(64) QwPoolFn *fn; /* valid while the gate is open */
    void *arg;
    int spins;
    int threads; /* asked for, the caller included */
    int started; /* running, without the caller */
    bool tried_start, is_pinned;
    bool caller_pinned, tried_pin; /* in this series of runs */
    cpu_set_t allowed;             /* of the creating thread */
    cpu_set_t caller_mask;         /* to restore in qw_pool_leave */
    int caller_cpu;
    Thread thread[];
};

static long futex(_Atomic uint32_t *word, int op, uint32_t value)
{
    return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, NULL, NULL,
                   0);
}

static void relax(void)
{
    __builtin_ia32_pause();
}

/* ---- the threads --------------------------------------------------------- */

static bool has_news(uint32_t gate, uint32_t seen)
{
    return (gate & OPEN) != 0 && gate / GENERATION != seen;
}

/* Waits for an open gate of another generation, or stop. */
static uint32_t wait_for_news(QwPool *p, uint32_t seen)
{
    for (int i = 0; i < p->spins; i++) {
        const uint32_t gate = atomic_load_explicit(&p->gate,
                                                   memory_order_acquire);
        if (has_news(gate, seen) || atomic_load(&p->stop)) return gate;
        relax();
    }
    atomic_fetch_add(&p->asleep, 1);
    uint32_t gate = atomic_load(&p->gate);
    while (!has_news(gate, seen) && !atomic_load(&p->stop)) {
        futex(&p->gate, FUTEX_WAIT, gate);
        gate = atomic_load(&p->gate);
    }
    atomic_fetch_sub(&p->asleep, 1);
    return gate;
}

/* True when this thread is counted in the gate before it closed. */
static bool join_region(QwPool *p, uint32_t gate, uint32_t seen)
{
    while (has_news(gate, seen))
        if (atomic_compare_exchange_weak(&p->gate, &gate, gate + 1))
            return true;
    return false;
}

static void leave_region(QwPool *p)
{
    const uint32_t before = atomic_fetch_sub(&p->gate, 1);
    if ((before & OPEN) != 0 || (before & ACTIVE_MASK) != 1) return;
    if (atomic_exchange(&p->joiner, 0) == 1) futex(&p->joiner, FUTEX_WAKE, 1);
}

static void *thread_main(void *arg)
{
    const Thread *t = arg;
    QwPool *p = t->pool;
    uint32_t seen = 0; /* generations start at 1 */
    while (!atomic_load(&p->stop)) {
        const uint32_t gate = wait_for_news(p, seen);
        if (!join_region(p, gate, seen)) continue;
        seen = gate / GENERATION;
        p->fn(p->arg, t->slot);
        leave_region(p);
    }
    return NULL;
}

/* The CPU of a slot: the caller's own first, then the others in turn. */
static int cpu_of_slot(const cpu_set_t *allowed, int first, int slot)
{
    int cpu = first;
    for (int left = slot; left > 0;) {
        cpu = (cpu + 1) % CPU_SETSIZE;
        if (CPU_ISSET(cpu, allowed)) left--;
    }
    return cpu;
}

static bool start_thread(QwPool *p, int slot)
{
    cpu_set_t mask = p->allowed;
    if (p->is_pinned) {
        CPU_ZERO(&mask);
        CPU_SET(cpu_of_slot(&p->allowed, p->caller_cpu, slot), &mask);
    }
    Thread *t = &p->thread[slot - 1];
    *t = (Thread){.pool = p, .slot = slot};
    pthread_attr_t attr;
    if (pthread_attr_init(&attr) != 0) return false;
    pthread_attr_setaffinity_np(&attr, sizeof mask, &mask);
    const int error = pthread_create(&t->id, &attr, thread_main, t);
    pthread_attr_destroy(&attr);
    return error == 0;
}

/* Signals stay with the program's own threads.  Fewer threads than asked for
 * is no error: results do not depend on their number. */
static void start_threads(QwPool *p)
{
    p->tried_start = true;
    p->caller_cpu = sched_getcpu();
    if (p->caller_cpu < 0 || !CPU_ISSET(p->caller_cpu, &p->allowed))
        p->caller_cpu = cpu_of_slot(&p->allowed, CPU_SETSIZE - 1, 1);
    p->is_pinned = p->threads <= CPU_COUNT(&p->allowed);
    p->spins = p->is_pinned ? SPINS : SPINS_CROWDED;
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    while (p->started < p->threads - 1 && start_thread(p, p->started + 1))
        p->started++;
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* ---- the caller ---------------------------------------------------------- */

static bool current_mask(cpu_set_t *mask)
{
    CPU_ZERO(mask);
    return sched_getaffinity(0, sizeof *mask, mask) == 0 && CPU_COUNT(mask) > 0;
}

int qw_pool_cpus(void)
{
    cpu_set_t mask;
    return current_mask(&mask) ? CPU_COUNT(&mask) : 1;
}

QwPool *qw_pool_new(int threads)
{
    if (threads > QW_MAX_THREADS) threads = QW_MAX_THREADS;
    const size_t bytes = sizeof(QwPool) + (size_t)threads * sizeof(Thread);
    QwPool *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!p) return NULL;
    *p = (QwPool){.threads = threads};
    atomic_init(&p->gate, GENERATION);
    if (!current_mask(&p->allowed)) CPU_SET(0, &p->allowed);
    return p;
}

void qw_pool_free(QwPool *p)
{
    if (!p) return;
    atomic_store(&p->stop, true);
    atomic_fetch_add(&p->gate, GENERATION);
    futex(&p->gate, FUTEX_WAKE, INT32_MAX);
    for (int i = 0; i < p->started; i++) pthread_join(p->thread[i].id, NULL);
    free(p);
}

/* Brings the caller to its CPU and keeps it there; once in a series of runs,
 * since its mask may not allow it. */
static void pin_caller(QwPool *p)
{
    p->tried_pin = true;
    if (!current_mask(&p->caller_mask) ||
        !CPU_ISSET(p->caller_cpu, &p->caller_mask))
        return;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(p->caller_cpu, &one);
    p->caller_pinned = sched_setaffinity(0, sizeof one, &one) == 0;
}

static bool is_elsewhere(const QwPool *p)
{
    return p->is_pinned && !p->tried_pin && sched_getcpu() != p->caller_cpu;
}

void qw_pool_enter(QwPool *p)
{
    p->tried_pin = false;
}

void qw_pool_leave(QwPool *p)
{
    if (p->caller_pinned)
        sched_setaffinity(0, sizeof p->caller_mask, &p->caller_mask);
    p->caller_pinned = false;
}

static void open_gate(QwPool *p, int most)
{
    const uint32_t gate = atomic_load_explicit(&p->gate, memory_order_relaxed);
    atomic_store(&p->gate, (gate / GENERATION + 1) * GENERATION + OPEN);
    if (atomic_load(&p->asleep) > 0)
        futex(&p->gate, FUTEX_WAKE, (uint32_t)(most - 1));
}

/* Afterwards no thread runs fn. */
static void close_gate(QwPool *p)
{
    atomic_fetch_and(&p->gate, ~(uint32_t)OPEN);
    for (int i = 0; i < JOIN_SPINS * p->spins; i++) {
        if ((atomic_load(&p->gate) & ACTIVE_MASK) == 0) return;
        relax();
    }
    for (;;) {
        atomic_store(&p->joiner, 1);
        if ((atomic_load(&p->gate) & ACTIVE_MASK) == 0) break;
        futex(&p->joiner, FUTEX_WAIT, 1);
    }
    atomic_store(&p->joiner, 0);
}

void qw_pool_run(QwPool *p, QwPoolFn *fn, void *arg, int most)
{
    if (most > 1 && !p->tried_start) start_threads(p);
    if (most <= 1 || p->started == 0) {
        fn(arg, 0);
        return;
    }
    if (is_elsewhere(p)) pin_caller(p);
    p->fn = fn;
    p->arg = arg;
    open_gate(p, most);
    fn(arg, 0);
    close_gate(p);
}
