/* Slices of tasks.  A slice begins at qw_task and ends at the next one of the
 * same worker, at the end of the loop's iteration, where a parallel loop
 * begins, or at the end of the call.  Each worker has its own lists, so
 * recording needs no lock.  trace_summary.c adds them up. */
#include "trace.h"
#include <string.h>
#include "context.h"

/* ---- recording ----------------------------------------------------------- */

void qw_trace_start(QwCtx *ctx)
{
    ctx->traced = true;
}

void qw_trace_stop(QwCtx *ctx)
{
    ctx->traced = false;
}

void qw_trace_call(QwCtx *ctx)
{
    for (int i = 0; i < ctx->workers; i++) {
        QwWorker *w = &ctx->worker[i];
        w->slices = w->moves = 0;
        w->slice_open = w->lost_slice = false;
    }
    ctx->trace_start = qw_now();
}

void qw_trace_leave(QwWorker *w)
{
    qw_trace_end(w);
    w->ctx->trace_end = qw_now();
}

void qw_trace_end(QwWorker *w)
{
    if (!w->slice_open) return;
    Slice *s = &w->slice[w->slices - 1];
    s->end = qw_now();
    for (int u = 0; u < QW_UNITS; u++) s->ops[u] = w->ops[u] - s->ops[u];
    w->slice_open = false;
}

static Slice *begin(QwWorker *w, const QwSite *site)
{
    qw_trace_end(w);
    void *items = w->slice;
    if (!qw_grow(&items, &w->slice_room, w->slices + 1,
                 (int64_t)sizeof(Slice))) {
        w->lost_slice = true;
        return NULL;
    }
    w->slice = items;
    Slice *s = &w->slice[w->slices++];
    *s = (Slice){.site = site, .region = w->ctx->region};
    memcpy(s->ops, w->ops, sizeof s->ops);
    w->slice_open = true;
    return s;
}

void qw_trace_begin(QwWorker *w, const QwSite *site)
{
    Slice *s = begin(w, site);
    if (s) s->start = qw_now();
}

void qw_task_at(QwWorker *w, const QwSite *site, int64_t index,
                const int64_t *loops)
{
    qw_task(w, site, index);
    if (!w->slice_open || !loops) return;
    Slice *s = &w->slice[w->slices - 1];
    const char *name = site->loops;
    while (*name && s->loops < QW_NEST) {
        s->loop[s->loops] = loops[s->loops];
        s->loops++;
        name += strcspn(name, ",");
        name += *name == ',';
    }
}

static uint64_t mix(uint64_t h, int64_t x)
{
    return (h ^ (uint64_t)x) * UINT64_C(0x9e3779b97f4a7c15) >> 7 ^ h << 9;
}

void qw_moved(QwWorker *w, int write, const void *origin, int64_t elem,
              int32_t rank, const int64_t *extent, const int64_t *stride)
{
    if (!w->slice_open) return;
    int64_t bytes = elem;
    uint64_t shape = (uint64_t)write;
    for (int32_t i = 0; i < rank; i++) {
        if (extent[i] <= 0) return;
        bytes *= stride[i] ? extent[i] : 1;
        shape = mix(mix(shape, extent[i]), stride[i]);
    }
    void *items = w->move;
    if (!qw_grow(&items, &w->move_room, w->moves + 1, (int64_t)sizeof(Move))) {
        w->lost_slice = true;
        return;
    }
    w->move = items;
    Slice *s = &w->slice[w->slices - 1];
    s->bytes += bytes;
    w->move[w->moves++] = (Move){s->site->scope, origin, bytes, shape,
                                 write != 0};
}

/* ---- writing ------------------------------------------------------------- */

static void put_text(FILE *f, const char *s, size_t n)
{
    fputc('"', f);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"' || s[i] == '\\') fputc('\\', f);
        fputc((unsigned char)s[i] < ' ' ? ' ' : s[i], f);
    }
    fputc('"', f);
}

/* values of the loop variables: "b":0,"ob":3, */
static void put_loops(FILE *f, const Slice *s)
{
    const char *name = s->site->loops;
    for (int i = 0; i < s->loops; i++) {
        const size_t n = strcspn(name, ",");
        put_text(f, name, n);
        fprintf(f, ":%lld,", (long long)s->loop[i]);
        name += n + (name[n] == ',');
    }
}

static void put_slice(FILE *f, const QwCtx *ctx, const QwWorker *w,
                      const Slice *s)
{
    const QwSite *site = s->site;
    const char *name = *site->scope ? site->scope : "task";
    double ops = 0;
    for (int u = 0; u < QW_UNITS; u++) ops += s->ops[u];
    fprintf(f, ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"name\":", w->slot);
    put_text(f, name, strlen(name));
    fprintf(f, ",\"ts\":%.3f,\"dur\":%.3f,\"args\":{",
            1e6 * (s->start - ctx->trace_start), 1e6 * (s->end - s->start));
    put_loops(f, s);
    fprintf(f, "\"line\":%d,\"bytes\":%lld,\"flop\":%.0f}}", (int)site->line,
            (long long)s->bytes, ops);
}

bool qw_trace_write(const QwCtx *ctx, FILE *f)
{
    bool complete = true;
    fputs(
        "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
        "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":",
        f);
    const char *entry = ctx->entry ? ctx->entry : "";
    put_text(f, entry, strlen(entry));
    fputs("}}", f);
    for (int i = 0; i < ctx->workers; i++) {
        const QwWorker *w = &ctx->worker[i];
        fprintf(
            f,
            ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"name\":\"thread_name\",\"args\":{\"name\":\"worker %d\"}}",
            i, i);
        for (int64_t k = 0; k < w->slices; k++)
            put_slice(f, ctx, w, &w->slice[k]);
        complete = complete && !w->lost_slice;
    }
    fputs("\n]}\n", f);
    return complete && !ferror(f);
}
