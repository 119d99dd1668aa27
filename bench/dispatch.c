/* What a call and a parallel loop cost when their bodies do nothing, one JSON
 * object a line: medians, nanoseconds.  `dispatch [threads]`, default 2. */
#include "qwrt.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SAMPLES = 301, IDLE_SAMPLES = 21, BATCH = 100 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int nothing(QwWorker *w, const void *env, int64_t i)
{
    (void)w;
    (void)env;
    (void)i;
    return QW_OK;
}

static void report(const char *name, double *ns, int n)
{
    qsort(ns, (size_t)n, sizeof *ns, by_value);
    printf("{\"name\":\"%s\",\"ns\":%.1f,\"best_ns\":%.1f}\n", name, ns[n / 2],
           ns[0]);
}

/* one call of a kernel without a loop */
static void calls(QwCtx *ctx)
{
    static double ns[SAMPLES];
    for (int s = 0; s < SAMPLES; s++) {
        const double start = now();
        for (int i = 0; i < BATCH; i++)
            qw_leave(qw_enter(ctx, 64, "dispatch"), QW_OK);
        ns[s] = (now() - start) / BATCH;
    }
    report("call without a loop", ns, SAMPLES);
}

/* loops of n indices, back to back inside one call */
static void loops(QwCtx *ctx, const char *name, int64_t n, int per)
{
    static double ns[SAMPLES];
    QwWorker *w = qw_enter(ctx, 64, "dispatch");
    for (int s = 0; s < SAMPLES; s++) {
        const double start = now();
        for (int i = 0; i < BATCH; i++) qw_parallel(w, nothing, NULL, n, NULL);
        ns[s] = (now() - start) / BATCH / per;
    }
    qw_leave(w, QW_OK);
    report(name, ns, SAMPLES);
}

/* a call with a loop, as a program makes one now and then */
static void after(QwCtx *ctx, const char *name, long pause_ns)
{
    static double ns[IDLE_SAMPLES];
    const struct timespec pause = {.tv_nsec = pause_ns};
    for (int s = 0; s < IDLE_SAMPLES; s++) {
        nanosleep(&pause, NULL);
        const double start = now();
        QwWorker *w = qw_enter(ctx, 64, "dispatch");
        qw_leave(w, qw_parallel(w, nothing, NULL, 64, NULL));
        ns[s] = now() - start;
    }
    report(name, ns, IDLE_SAMPLES);
}

int main(int argc, char **argv)
{
    QwCtx *ctx = qw_ctx_new();
    if (!ctx) return 6;
    qw_set_threads(ctx, argc > 1 ? atoi(argv[1]) : 2);
    loops(ctx, "loop of 2, back to back", 2, 1);
    loops(ctx, "loop of 64, back to back", 64, 1);
    loops(ctx, "one of 4096 tasks", 4096, 4096);
    calls(ctx);
    after(ctx, "call with a loop, after 1 ms", 1000000);
    after(ctx, "call with a loop, after 50 ms", 50000000);
    qw_ctx_free(ctx);
    return 0;
}
