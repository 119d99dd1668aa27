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
    if (ok)
        say(st->o, "%s done (%.2fs)", st->name, t);
    else
        say(st->o, "%s failed (%.2fs)", st->name, t);
    return t;
}

/* ---- --limit time ------------------------------------------------------------ */

/* The text is made beforehand: when time is up other threads are busy, and
 * only write() is safe. */
typedef struct TimeLimit {
    int64_t seconds;
    const char *text, *json;
} TimeLimit;

static void *time_limit_main(void *arg)
{
    const TimeLimit *l = arg;
    struct timespec left = {.tv_sec = (time_t)l->seconds};
    while (nanosleep(&left, &left) != 0) continue;
    if (isatty(2) && write(2, "\r\033[K", 4) < 0) _exit(EXIT_RUNTIME);
    if (write(2, l->text, strlen(l->text)) >= 0 && l->json &&
        write(1, l->json, strlen(l->json)) < 0)
        _exit(EXIT_RUNTIME);
    _exit(EXIT_RUNTIME);
}

static const char *time_limit_text(Session *s, int64_t seconds)
{
    const int n = s->diags.n, errors = s->nerrors;
    Text t = {.a = s->arena};
    Diag *d =
        diag_new(s, E1112, (Span){0, 0},
                 "limit `time` is %lld second%s, and this run takes longer",
                 (long long)seconds, seconds == 1 ? "" : "s");
    diag_help(s, d, "raise it: `--limit time=%lld`", (long long)seconds * 2);
    diag_render(s, d, &t);
    if (!s->json) text_puts(&t, "\n(see `qwc explain E1112`)\n");
    s->diags.n = n;
    s->nerrors = errors;
    return text_str(&t);
}

void time_limit_start(Session *s, const Options *o)
{
    pthread_t thread;
    const int64_t seconds = s->limit[LIM_TIME];
    if (!seconds) return;
    TimeLimit *l = NEW(s->arena, TimeLimit);
    *l = (TimeLimit){seconds, time_limit_text(s, seconds),
                     o->json ? "{\"status\":5,\"passed\":false}\n" : NULL};
    if (pthread_create(&thread, NULL, time_limit_main, l) != 0)
        fatal(EXIT_ENVIRONMENT, "no thread to watch `--limit time`");
    pthread_detach(thread);
}
