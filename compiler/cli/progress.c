/* Stage lines of `qwc run` ("[RUN] compile ...").  On a terminal a stage that
 * takes over a second shows a running clock, which the final line replaces. */
#include "cli/cli.h"
#include <pthread.h>
#include <signal.h>
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

/* A thread that waits until a moment comes or it is told to stop. */
typedef struct Waiter {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t stop;
    bool done;
} Waiter;

static bool waiter_start(Waiter *w, void *(*body)(void *), void *arg)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->stop, &attr);
    pthread_condattr_destroy(&attr);
    return pthread_create(&w->thread, NULL, body, arg) == 0;
}

/* Returns with the lock held; true once the waiter is told to stop. */
static bool waiter_sleep(Waiter *w, const struct timespec *until)
{
    int err = 0;
    while (!w->done && err == 0)
        err = pthread_cond_timedwait(&w->stop, &w->lock, until);
    return w->done;
}

static void waiter_stop(Waiter *w)
{
    pthread_mutex_lock(&w->lock);
    w->done = true;
    pthread_cond_signal(&w->stop);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->stop);
}

/* The clock sleeps a second before it first prints:
 * short stages show nothing. */
struct Clock {
    Waiter waiter;
    const char *name;
    double start;
    bool drawn;
    struct sigaction interrupt; /* what Ctrl-C did before */
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
    clock_gettime(CLOCK_MONOTONIC, &until);
    pthread_mutex_lock(&c->waiter.lock);
    for (until.tv_sec++; !waiter_sleep(&c->waiter, &until); until.tv_sec++)
        draw_clock(c);
    if (c->drawn) fputs("\r\033[K", stderr);
    pthread_mutex_unlock(&c->waiter.lock);
    return NULL;
}

/* Ctrl-C erases the line of the clock, then does what it does without us. */
static void on_interrupt(int sig)
{
    if (write(2, "\r\033[K", 4) < 0) _exit(128 + sig);
    raise(sig);
}

static void clock_start(Stage *st)
{
    if (st->o->quiet || st->o->json || !isatty(2)) return;
    struct Clock *c = st->clock = calloc(1, sizeof *c);
    if (!c) return;
    c->name = st->name;
    c->start = st->start;
    const struct sigaction erase = {.sa_handler = on_interrupt,
                                    .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
    sigaction(SIGINT, &erase, &c->interrupt);
    if (c->interrupt.sa_handler == SIG_IGN)
        sigaction(SIGINT, &c->interrupt, NULL);
    if (!waiter_start(&c->waiter, clock_main, c)) {
        sigaction(SIGINT, &c->interrupt, NULL);
        free(c);
        st->clock = NULL;
    }
}

static void clock_stop(Stage *st)
{
    struct Clock *c = st->clock;
    if (!c) return;
    waiter_stop(&c->waiter);
    sigaction(SIGINT, &c->interrupt, NULL);
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

/* ---- --limit time -------------------------------------------------------- */

/* The text is made beforehand: when time is up other threads are busy, and
 * only write() is safe. */
struct TimeLimit {
    Waiter waiter;
    struct timespec until;
    const char *text, *json;
};

static void *time_limit_main(void *arg)
{
    TimeLimit *l = arg;
    pthread_mutex_lock(&l->waiter.lock);
    const bool in_time = waiter_sleep(&l->waiter, &l->until);
    pthread_mutex_unlock(&l->waiter.lock);
    if (in_time) return NULL;
    if (isatty(2) && write(2, "\r\033[K", 4) < 0) _exit(EXIT_RUNTIME);
    if (write(2, l->text, strlen(l->text)) >= 0 && l->json &&
        write(1, l->json, strlen(l->json)) < 0)
        _exit(EXIT_RUNTIME);
    _exit(EXIT_RUNTIME);
}

static const char *time_limit_text(Session *s, Span at)
{
    const int64_t seconds = s->limit[LIM_TIME];
    const DiagMark before = diag_mark(s);
    Text t = {.a = s->arena};
    Diag *d =
        diag_new(s, E1112, at,
                 "limit `time` is %lld second%s, and this run takes longer",
                 (long long)seconds, seconds == 1 ? "" : "s");
    diag_help(s, d, "raise it: `--limit time=%lld`", (long long)seconds * 2);
    diag_render(s, d, &t);
    if (!s->json) text_puts(&t, "\n(see `qwc explain E1112`)\n");
    diag_rewind(s, before);
    return text_str(&t);
}

TimeLimit *time_limit_start(Session *s, const Options *o)
{
    const int64_t seconds = s->limit[LIM_TIME];
    if (!seconds) return NULL;
    const char *file = o->files.p[0];
    const Span from = source_unread(s, strcmp(file, "-") ? file : "<stdin>");
    TimeLimit *l = NEW(s->arena, TimeLimit);
    *l = (TimeLimit){.text = time_limit_text(s, from),
                     .json = o->json ? "{\"status\":5,\"passed\":false}\n"
                                     : NULL};
    clock_gettime(CLOCK_MONOTONIC, &l->until);
    l->until.tv_sec += (time_t)seconds;
    if (!waiter_start(&l->waiter, time_limit_main, l))
        fatal(EXIT_ENVIRONMENT, "no thread to watch `--limit time`");
    return l;
}

/* the run that is under way from here on */
void time_limit_at(TimeLimit *l, Session *s, Span at)
{
    if (!l) return;
    const char *text = time_limit_text(s, at);
    pthread_mutex_lock(&l->waiter.lock);
    l->text = text;
    pthread_mutex_unlock(&l->waiter.lock);
}

void time_limit_stop(TimeLimit *l)
{
    if (l) waiter_stop(&l->waiter);
}
