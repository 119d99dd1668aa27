/* Stage lines of `qwc run` ("[RUN] compile ...").  On a terminal a stage that
 * takes over a second shows a running clock, which the final line replaces. */
#include "cli/cli.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double now_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void say(const Options *o, const char *fmt, ...)
{
    if (o->quiet || o->json) return;
    va_list ap;
    va_start(ap, fmt);
    fputs("[RUN] ", stdout);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
}

/* The clock: one thread that sleeps a second before it first prints, so short
 * stages show nothing. */
struct Clock {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    const char *name;
    double start;
    bool done, drawn;
};

static void draw_clock(struct Clock *c)
{
    static const char bar[] = "##########";
    double t = now_seconds() - c->start;
    int n = (int)t % 11;
    fprintf(stderr, "\r%s [%-10.*s] %.0fs ", c->name, n, bar, t);
    c->drawn = true;
}

static void *clock_main(void *arg)
{
    struct Clock *c = arg;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    pthread_mutex_lock(&c->lock);
    while (!c->done) {
        until.tv_sec++;
        if (pthread_cond_timedwait(&c->stop, &c->lock, &until) != 0 && !c->done)
            draw_clock(c);
    }
    if (c->drawn) fputs("\r\033[K", stderr);
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

static void clock_start(Stage *st)
{
    if (st->o->quiet || st->o->json || !isatty(2)) return;
    struct Clock *c = st->clock = calloc(1, sizeof *c);
    if (!c) return;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->stop, NULL);
    c->name = st->name;
    c->start = st->start;
    if (pthread_create(&c->thread, NULL, clock_main, c) != 0) {
        free(c);
        st->clock = NULL;
    }
}

static void clock_stop(Stage *st)
{
    struct Clock *c = st->clock;
    if (!c) return;
    pthread_mutex_lock(&c->lock);
    c->done = true;
    pthread_cond_signal(&c->stop);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->thread, NULL);
    pthread_mutex_destroy(&c->lock);
    pthread_cond_destroy(&c->stop);
    free(c);
    st->clock = NULL;
}

Stage stage_begin(const Options *o, const char *name)
{
    Stage st = {.o = o, .name = name, .start = now_seconds()};
    say(o, "%s ...", name);
    fflush(stdout);
    clock_start(&st);
    return st;
}

double stage_end(Stage *st, bool ok)
{
    double t = now_seconds() - st->start;
    clock_stop(st);
    if (ok) say(st->o, "%s done (%.2fs)", st->name, t);
    else say(st->o, "%s failed (%.2fs)", st->name, t);
    return t;
}
