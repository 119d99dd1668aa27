/* What the scopes of the last call come to.
 *
 * Time is swept once: between two events (a slice begins or ends) each worker
 * is in one scope or in none, and the interval belongs to the scopes in it, by
 * their workers.  So the walls of all scopes and the time when nothing ran add
 * up to the call.  Workers that idle meanwhile are charged the same way; the
 * part after their last slice of a parallel loop is the tail. */
#include "trace.h"
#include <stdlib.h>
#include <string.h>
#include "context.h"

typedef struct Event {
    double at;
    int worker, scope; /* scope -1: the slice ends */
} Event;

typedef struct Sweep {
    const QwCtx *ctx;
    QwSummary *sum;
    int64_t room;
    Event *event;
    int64_t events;
} Sweep;

static int scope_of(Sweep *s, const char *name)
{
    QwSummary *sum = s->sum;
    for (int i = 0; i < sum->scopes; i++)
        if (strcmp(sum->scope[i].name, name) == 0) return i;
    void *items = sum->scope;
    if (!qw_grow(&items, &s->room, sum->scopes + 1, (int64_t)sizeof(QwScope))) {
        sum->complete = false;
        return -1;
    }
    sum->scope = items;
    sum->scope[sum->scopes] = (QwScope){.name = name};
    return sum->scopes++;
}

/* ---- events --------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
    const Event *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return (x->scope >= 0) - (y->scope >= 0); /* ends first */
}

static void add_slice(Sweep *s, int worker, const Slice *l)
{
    const int k = scope_of(s, *l->site->scope ? l->site->scope : "task");
    if (k < 0) return;
    QwScope *scope = &s->sum->scope[k];
    const double at = l->start - s->ctx->trace_start;
    if (scope->tasks++ == 0 || at < scope->first) scope->first = at;
    scope->busy += l->end - l->start;
    scope->moved += (double)l->bytes;
    for (int u = 0; u < QW_UNITS; u++) scope->ops[u] += l->ops[u];
    s->event[s->events++] = (Event){l->start, worker, k};
    s->event[s->events++] = (Event){l->end, worker, -1};
}

static void charge(Sweep *s, const int *in, double dt)
{
    const int workers = s->ctx->workers;
    int active = 0;
    for (int i = 0; i < workers; i++) active += in[i] >= 0;
    if (active == 0) return;
    for (int i = 0; i < workers; i++) {
        if (in[i] < 0) continue;
        QwScope *k = &s->sum->scope[in[i]];
        k->wall += dt / active;
        k->idle += dt * (workers - active) / active;
    }
}

static void sweep(Sweep *s)
{
    int *in = malloc((size_t)s->ctx->workers * sizeof *in);
    if (!in) {
        s->sum->complete = false;
        return;
    }
    for (int i = 0; i < s->ctx->workers; i++) in[i] = -1;
    qsort(s->event, (size_t)s->events, sizeof(Event), by_time);
    double last = s->events ? s->event[0].at : 0;
    for (int64_t i = 0; i < s->events; i++) {
        const Event *e = &s->event[i];
        charge(s, in, e->at - last);
        last = e->at;
        in[e->worker] = e->scope;
    }
    free(in);
}

/* ---- tails ----------------------------------------------------------------- */

/* the first slice of a worker behind `from` in a later region, and its end in
 * this one: slices of a worker are in order of time */
static int64_t end_of_region(const QwWorker *w, int64_t from, int64_t region)
{
    while (from < w->slices && w->slice[from].region == region) from++;
    return from;
}

static int64_t next_region(const QwCtx *ctx, const int64_t *at)
{
    int64_t next = INT64_MAX;
    for (int i = 0; i < ctx->workers; i++) {
        const QwWorker *w = &ctx->worker[i];
        if (at[i] < w->slices && w->slice[at[i]].region < next)
            next = w->slice[at[i]].region;
    }
    return next;
}

/* worker seconds between each worker's last slice and the last of all */
static void tail_of_region(Sweep *s, int64_t *at, int64_t region)
{
    double last = 0, sum = 0;
    const Slice *latest = NULL;
    int in_region = 0;
    for (int i = 0; i < s->ctx->workers; i++) {
        const QwWorker *w = &s->ctx->worker[i];
        const int64_t end = end_of_region(w, at[i], region);
        if (end == at[i]) continue;
        const Slice *l = &w->slice[end - 1];
        at[i] = end;
        sum += l->end;
        in_region++;
        if (l->end > last) latest = l;
        if (l->end > last) last = l->end;
    }
    const int k = latest && in_region > 1
        ? scope_of(s, *latest->site->scope ? latest->site->scope : "task")
        : -1;
    if (k >= 0) s->sum->scope[k].tail += in_region * last - sum;
}

static void tails(Sweep *s)
{
    int64_t *at = calloc((size_t)s->ctx->workers, sizeof *at), region;
    if (!at) {
        s->sum->complete = false;
        return;
    }
    while ((region = next_region(s->ctx, at)) != INT64_MAX)
        tail_of_region(s, at, region);
    free(at);
    for (int i = 0; i < s->sum->scopes; i++) {
        QwScope *k = &s->sum->scope[i];
        if (k->tail > k->idle) k->tail = k->idle;
        k->idle -= k->tail;
    }
}

/* ---- bytes ------------------------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
    const Move *x = a, *y = b;
    const int scope = strcmp(x->scope, y->scope);
    if (scope) return scope;
    if (x->origin != y->origin) return x->origin < y->origin ? -1 : 1;
    return (x->shape > y->shape) - (x->shape < y->shape);
}

static int by_origin(const void *a, const void *b)
{
    const Move *x = a, *y = b;
    if (x->origin != y->origin) return x->origin < y->origin ? -1 : 1;
    return (x->shape > y->shape) - (x->shape < y->shape);
}

/* moves of all workers, sorted; to be freed; NULL: none, or no memory */
static Move *all_moves(const QwCtx *ctx, int64_t *n,
                       int (*order)(const void *, const void *))
{
    *n = 0;
    for (int i = 0; i < ctx->workers; i++) *n += ctx->worker[i].moves;
    Move *all = *n ? malloc((size_t)*n * sizeof *all) : NULL;
    if (!all) return NULL;
    int64_t at = 0;
    for (int i = 0; i < ctx->workers; i++) {
        const QwWorker *w = &ctx->worker[i];
        if (w->moves) memcpy(all + at, w->move, (size_t)w->moves * sizeof *all);
        at += w->moves;
    }
    qsort(all, (size_t)*n, sizeof *all, order);
    return all;
}

static void distinct_bytes(Sweep *s)
{
    int64_t n;
    Move *all = all_moves(s->ctx, &n, by_place);
    if (n && !all) s->sum->complete = false;
    for (int64_t i = 0; all && i < n; i++) {
        if (i && by_place(&all[i - 1], &all[i]) == 0) continue;
        const int k = scope_of(s, *all[i].scope ? all[i].scope : "task");
        if (k >= 0) s->sum->scope[k].bytes += (double)all[i].bytes;
    }
    free(all);
}

double qw_trace_bytes(const QwCtx *ctx, const void *p, int64_t bytes,
                      bool write)
{
    int64_t n;
    Move *all = all_moves(ctx, &n, by_origin);
    const char *lo = p;
    double sum = 0;
    for (int64_t i = 0; all && i < n; i++) {
        const char *at = all[i].origin;
        if (at < lo || at - lo >= bytes || all[i].write != write) continue;
        if (i && by_origin(&all[i - 1], &all[i]) == 0) continue;
        sum += (double)all[i].bytes;
    }
    free(all);
    return sum;
}

/* ---- all --------------------------------------------------------------------- */

static int by_first(const void *a, const void *b)
{
    const QwScope *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

QwSummary qw_trace_summary(const QwCtx *ctx)
{
    QwSummary sum = {.wall = ctx->trace_end - ctx->trace_start,
                     .complete = true};
    Sweep s = {.ctx = ctx, .sum = &sum};
    int64_t slices = 0;
    for (int i = 0; i < ctx->workers; i++) {
        slices += ctx->worker[i].slices;
        if (ctx->worker[i].lost_slice) sum.complete = false;
    }
    s.event = malloc((size_t)(2 * slices + 1) * sizeof(Event));
    if (!s.event) {
        sum.complete = false;
        return sum;
    }
    for (int i = 0; i < ctx->workers; i++)
        for (int64_t k = 0; k < ctx->worker[i].slices; k++)
            add_slice(&s, i, &ctx->worker[i].slice[k]);
    sweep(&s);
    tails(&s);
    distinct_bytes(&s);
    free(s.event);
    if (sum.scopes)
        qsort(sum.scope, (size_t)sum.scopes, sizeof(QwScope), by_first);
    return sum;
}
