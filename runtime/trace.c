/* Slices of tasks.  A slice begins at qw_task and ends at the next one of the
 * same worker, at the end of the loop's iteration, where a parallel loop
 * begins, or at the end of the call.  Each worker has its own list, so
 * recording needs no lock. */
#include "trace.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "context.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double all_ops(const QwWorker *w)
{
    double sum = 0;
    for (int i = 0; i < QW_UNITS; i++) sum += w->ops[i];
    return sum;
}

bool qw_trace_start(QwCtx *ctx)
{
    ctx->traced = true;
    ctx->trace_start = now();
    return true;
}

void qw_trace_end(QwWorker *w)
{
    if (!w->slice_open) return;
    Slice *s = &w->slice[w->slices - 1];
    s->end = now();
    s->ops = all_ops(w) - s->ops;
    w->slice_open = false;
}

void qw_trace_begin(QwWorker *w, const QwSite *site, int64_t index)
{
    qw_trace_end(w);
    void *items = w->slice;
    if (!qw_grow(&items, &w->slice_room, w->slices + 1,
                 (int64_t)sizeof(Slice))) {
        w->lost_slice = true;
        return;
    }
    w->slice = items;
    w->slice[w->slices++] = (Slice){.site = site,
                                    .index = index,
                                    .ops = all_ops(w),
                                    .start = now()};
    w->slice_open = true;
}

/* ---- writing ------------------------------------------------------------- */

static void put_text(FILE *f, const char *s)
{
    fputc('"', f);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') fputc('\\', f);
        fputc((unsigned char)*s < ' ' ? ' ' : *s, f);
    }
    fputc('"', f);
}

static void put_slice(FILE *f, const QwCtx *ctx, const QwWorker *w,
                      const Slice *s)
{
    const QwSite *site = s->site;
    fprintf(f, ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"name\":", w->slot);
    put_text(f, *site->scope ? site->scope : "task");
    fprintf(
        f,
        ",\"ts\":%.3f,\"dur\":%.3f,\"args\":{\"%s\":%lld,\"line\":%d,\"flop\":%.0f}}",
        1e6 * (s->start - ctx->trace_start), 1e6 * (s->end - s->start), "index",
        (long long)s->index, (int)site->line, s->ops);
}

bool qw_trace_write(const QwCtx *ctx, FILE *f)
{
    bool complete = true;
    fputs(
        "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
        "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":",
        f);
    put_text(f, ctx->entry ? ctx->entry : "");
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
