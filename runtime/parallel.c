/* Parallel loops over the pool.
 *
 * Indices are handed out in ascending order by one atomic counter.  A worker
 * that sees a failure at index f does nothing more above f, but everything
 * below f that was or will be handed out still runs: so the lowest failing
 * index, the status and the report are the same for every number of threads.
 * Inside a body a parallel loop runs in the calling worker, in order; races are
 * looked for between the iterations of the outermost loop. */
#include "context.h"

typedef struct Region {
    QwCtx *ctx;
    QwBody *body;
    const void *env;
    int64_t n;
    _Alignas(64) _Atomic int64_t cursor;
    _Alignas(64) _Atomic int64_t failed; /* lowest failing index, n if none */
} Region;

static void note_failure(Region *r, int64_t i)
{
    int64_t lowest = atomic_load(&r->failed);
    while (i < lowest)
        if (atomic_compare_exchange_weak(&r->failed, &lowest, i)) return;
}

/* One index; its buffers go when it ends. */
static int run_body(QwWorker *w, QwBody *body, const void *env, int64_t i)
{
    const int64_t mark = qw_mark(w);
    if (w->depth == 1) {
        w->now.value[0] = i;
        w->now.levels = 1;
        w->is_new = true;
    }
    const int status = body(w, env, i);
    qw_trace_end(w);
    qw_release(w, mark);
    return status;
}

/* While many indices are left a worker takes its next one ahead, so that
 * kernels can prefetch for it; near the end that would unbalance the tail. */
static int64_t take_ahead(Region *r, int64_t i)
{
    if (r->n - i <= 4 * (int64_t)r->ctx->workers) return -1;
    return atomic_fetch_add(&r->cursor, 1);
}

static void run_region(void *arg, int slot)
{
    Region *r = arg;
    QwWorker *w = &r->ctx->worker[slot];
    w->depth = 1;
    int64_t i = atomic_fetch_add(&r->cursor, 1);
    while (i < atomic_load(&r->failed)) {
        w->next = take_ahead(r, i);
        const int status = run_body(w, r->body, r->env, i);
        if (status != QW_OK) {
            if (w->failure.status != status)
                w->failure = (QwFailure){.status = status};
            w->failed_index = i;
            note_failure(r, i);
            break;
        }
        i = w->next >= 0 ? w->next : atomic_fetch_add(&r->cursor, 1);
    }
    w->next = -1;
    w->depth = 0;
}

/* The details of the lowest failing index go to the calling worker. */
static int gather_failure(const Region *r, int64_t failed)
{
    QwWorker *all = r->ctx->worker;
    for (int i = 0; i < r->ctx->workers; i++)
        if (all[i].failed_index == failed) {
            all[0].failure = all[i].failure;
            break;
        }
    return all[0].failure.status;
}

static int run_threaded(QwWorker *w, QwBody *body, const void *env, int64_t n)
{
    QwCtx *ctx = w->ctx;
    Region r = {.ctx = ctx, .body = body, .env = env, .n = n};
    atomic_init(&r.cursor, 0);
    atomic_init(&r.failed, n);
    for (int i = 0; i < ctx->workers; i++) ctx->worker[i].failed_index = -1;
    const int most = n < ctx->workers ? (int)n : ctx->workers;
    qw_pool_run(ctx->pool, run_region, &r, most);
    const int64_t failed = atomic_load(&r.failed);
    return failed < n ? gather_failure(&r, failed) : QW_OK;
}

static int run_inline(QwWorker *w, QwBody *body, const void *env, int64_t n)
{
    const int64_t outer_next = w->next;
    int status = QW_OK;
    w->depth++;
    for (int64_t i = 0; i < n && status == QW_OK; i++) {
        w->next = i + 1 < n ? i + 1 : -1;
        status = run_body(w, body, env, i);
    }
    w->depth--;
    w->next = outer_next;
    return status;
}

static int check_races(QwWorker *w)
{
    QwFailure found;
    bool any = false;
    for (int i = 0; i < w->ctx->workers; i++)
        any |= w->ctx->worker[i].runs > 0 || w->ctx->worker[i].lost_touch;
    const int status = any ? qw_touch_compare(w->ctx, &found) : QW_OK;
    if (status != QW_OK) w->failure = found;
    return status;
}

int qw_spread(QwWorker *w, QwBody *body, const void *env, int64_t n)
{
    qw_trace_end(w);
    if (w->depth > 0) return run_inline(w, body, env, n);
    if (n <= 0) return QW_OK;
    w->ctx->region++;
    const int status = n == 1 || w->ctx->workers == 1
        ? run_inline(w, body, env, n)
        : run_threaded(w, body, env, n);
    w->ctx->region++;
    return status;
}

int qw_parallel(QwWorker *w, QwBody *body, const void *env, int64_t n,
                const QwSite *site)
{
    (void)site;
    if (w->depth > 0) return qw_spread(w, body, env, n);
    const bool hold = w->ctx->hold;
    w->ctx->hold = false;
    const int status = qw_spread(w, body, env, n);
    return status != QW_OK || hold ? status : check_races(w);
}

int64_t qw_next_index(const QwWorker *w)
{
    return w->next;
}
