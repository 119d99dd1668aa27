/* What went wrong in a call, and what was odd about it.
 *
 * A failing check leaves its details in its worker; the worker that failed at
 * the lowest index of a parallel loop is the one that counts (parallel.c), so
 * the report does not depend on the number of threads.  Warnings are counted
 * by each worker for itself and merged when the call ends. */
#include "context.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *qw_strerror(int status)
{
    switch (status) {
    case QW_OK: return "no error";
    case QW_ERR_NOMEM: return "out of memory";
    case QW_ERR_ARGS: return "an argument is NULL, negative or too large";
    case QW_ERR_BUSY: return "the context is serving another call";
    case QW_ERR_NEGATIVE_VALID: return "a valid extent is negative";
    case QW_ERR_VALID: return "a valid extent is larger than the nominal one";
    case QW_ERR_EXTENT: return "a tensor extent is negative";
    case QW_ERR_BOUNDS: return "a window is out of bounds";
    case QW_ERR_INDEX: return "a gather or scatter index is out of range";
    case QW_ERR_DYNAMIC: return "two uses of a dynamic extent disagree";
    case QW_ERR_OVERFLOW: return "an integer operation overflows 64 bits";
    case QW_ERR_RANGE: return "a converted value is out of range";
    case QW_ERR_DIVISION: return "division by zero, or a loop step of zero";
    case QW_ERR_ASSERT: return "an assertion of the kernel failed";
    case QW_ERR_UNSORTED: return "an operand of a merge is not sorted";
    case QW_ERR_VERIFY: return "fused and unfused results differ";
    case QW_ERR_RACE:
        return "two iterations of a parallel loop touch the "
               "same memory";
    case QW_ERR_TASKS: return "more tasks than the limit allows";
    default: return "unknown status";
    }
}

/* ---- recording ----------------------------------------------------------- */

static int count_names(const char *list)
{
    int n = list && *list ? 1 : 0;
    for (const char *p = list; p && *p; p++) n += *p == ',';
    return n < 8 ? n : 8;
}

int qw_fail_text(QwWorker *w, int status, const QwSite *site, const char *text,
                 const int64_t *loops)
{
    w->failure = (QwFailure){.status = status, .site = site, .text = text};
    const int n = site && loops ? count_names(site->loops) : 0;
    w->failure.loops = n;
    for (int i = 0; i < n; i++) w->failure.loop[i] = loops[i];
    return status;
}

int qw_fail(QwWorker *w, int status, const QwSite *site, int64_t v0, int64_t v1,
            int64_t v2, const int64_t *loops)
{
    qw_fail_text(w, status, site, NULL, loops);
    w->failure.value[0] = v0;
    w->failure.value[1] = v1;
    w->failure.value[2] = v2;
    return status;
}

static void add_warning(QwWorker *w, QwWarning add)
{
    for (int i = 0; i < w->warnings; i++) {
        QwWarning *have = &w->warning[i];
        if (have->code != add.code || have->site != add.site) continue;
        have->count += add.count;
        if (add.value < have->value) have->value = add.value;
        return;
    }
    int64_t room = w->warning_room;
    void *items = w->warning;
    if (!qw_grow(&items, &room, w->warnings + 1, (int64_t)sizeof add)) return;
    w->warning = items;
    w->warning_room = (int)room;
    w->warning[w->warnings++] = add;
}

int64_t qw_valid(QwWorker *w, int64_t v, const QwSite *site)
{
    if (v >= 0) return v;
    add_warning(w,
                (QwWarning){.code = QW_ERR_NEGATIVE_VALID,
                            .site = site,
                            .value = v,
                            .count = 1});
    return 0;
}

static int by_place(const void *a, const void *b)
{
    const QwSite *x = ((const QwWarning *)a)->site;
    const QwSite *y = ((const QwWarning *)b)->site;
    if (!x || !y) return (x != NULL) - (y != NULL);
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    return (x->col > y->col) - (x->col < y->col);
}

/* Worker 0's list becomes the context's; the order is that of the source. */
void qw_warnings_merge(QwCtx *ctx)
{
    QwWorker *all = &ctx->worker[0];
    for (int i = 1; i < ctx->workers; i++)
        for (int k = 0; k < ctx->worker[i].warnings; k++)
            add_warning(all, ctx->worker[i].warning[k]);
    if (all->warnings > 0)
        qsort(all->warning, (size_t)all->warnings, sizeof *all->warning,
              by_place);
    QwWarning *list = all->warning;
    all->warning = ctx->warning;
    all->warning_room = 0;
    ctx->warning = list;
    ctx->warnings = all->warnings;
    free(all->warning);
    all->warning = NULL;
    all->warnings = 0;
}

/* ---- telling ------------------------------------------------------------- */

typedef struct Text {
    char *at;
    int64_t length, room;
} Text;

static void append(Text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void append(Text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    void *at = t->at;
    if (n < 0 || !qw_grow(&at, &t->room, t->length + n + 1, 1)) return;
    t->at = at;
    va_start(args, format);
    vsnprintf(t->at + t->length, (size_t)n + 1, format, args);
    va_end(args);
    t->length += n;
}

/* the first or the second one of a race: 3, or (3, 0) of nested loops */
static void append_iteration(Text *t, const QwFailure *f, int which)
{
    const int levels = (int)f->value[2];
    if (levels < 2) {
        append(t, "%" PRId64, f->value[which]);
        return;
    }
    for (int i = 0; i < levels; i++)
        append(t, "%s%" PRId64, i > 0 ? ", " : "(",
               f->loop[which * levels + i]);
    append(t, ")");
}

static void append_values(Text *t, const QwFailure *f)
{
    const int64_t *v = f->value;
    const int axis = f->site ? f->site->axis : -1;
    switch (f->status) {
    case QW_ERR_BOUNDS:
        if (axis >= 0) append(t, ": axis %d,", axis);
        append(t, "%s offset %" PRId64 ", extent %" PRId64 ", size %" PRId64,
               axis >= 0 ? "" : ":", v[0], v[1], v[2]);
        return;
    case QW_ERR_VALID:
        append(t, ": %" PRId64 " of %" PRId64, v[0], v[1]);
        return;
    case QW_ERR_EXTENT:
    case QW_ERR_NEGATIVE_VALID: append(t, ": %" PRId64, v[0]); return;
    case QW_ERR_OVERFLOW:
    case QW_ERR_DIVISION:
        append(t, ": operands %" PRId64 " and %" PRId64, v[0], v[1]);
        return;
    case QW_ERR_RANGE:
        append(t, ": %" PRId64 " is not in %" PRId64 " to %" PRId64, v[0], v[1],
               v[2]);
        return;
    case QW_ERR_DYNAMIC:
        append(t, ": %" PRId64 " and %" PRId64, v[0], v[1]);
        return;
    case QW_ERR_INDEX:
        append(t, ": index %" PRId64 ", size %" PRId64, v[0], v[1]);
        return;
    case QW_ERR_RACE:
        append(t, ": iterations ");
        append_iteration(t, f, 0);
        append(t, " and ");
        append_iteration(t, f, 1);
        return;
    case QW_ERR_NOMEM:
        if (v[0] > 0) append(t, ": %" PRId64 " bytes", v[0]);
        return;
    default: return;
    }
}

/* "b = 3, ob = 7" from the names "b,ob" and the values. */
static void append_loops(Text *t, const QwFailure *f)
{
    const char *name = f->site->loops;
    for (int i = 0; i < f->loops; i++) {
        const int length = (int)strcspn(name, ",");
        append(t, "%s%.*s = %" PRId64, i > 0 ? ", " : "", length, name,
               f->loop[i]);
        name += length + (name[length] == ',');
    }
}

static void append_place(Text *t, const QwFailure *f)
{
    const QwSite *s = f->site;
    const bool has_scope = s->scope && *s->scope;
    const bool has_loops = f->loops > 0;
    if (!has_scope && !has_loops) return;
    append(t, " (");
    if (has_scope) append(t, "in `%s`%s", s->scope, has_loops ? ", " : "");
    if (has_loops) append_loops(t, f);
    append(t, ")");
}

void qw_failure_render(QwCtx *ctx)
{
    const QwFailure *f = &ctx->failure;
    const QwSite *s = f->site;
    Text t = {.at = ctx->text, .room = ctx->text_room};
    if (s && s->file) append(&t, "%s:%d:%d: ", s->file, s->line, s->col);
    append(&t, "%s", f->text ? f->text : qw_strerror(f->status));
    if (s && s->what && *s->what) append(&t, ", `%s`", s->what);
    if (s || f->status == QW_ERR_NOMEM) append_values(&t, f);
    if (s) append_place(&t, f);
    ctx->text = t.at;
    ctx->text_room = t.room;
}

void qw_failure_clear(QwCtx *ctx)
{
    ctx->failure = (QwFailure){.status = QW_OK};
    if (ctx->text) ctx->text[0] = '\0';
    ctx->warnings = 0;
}

void qw_failure_set(QwCtx *ctx, int status, const char *text)
{
    ctx->failure = (QwFailure){.status = status, .text = text};
    qw_failure_render(ctx);
}

/* While the context serves a call its details belong to that call: whoever
 * asks was turned away by qw_enter. */
static bool is_elsewhere(const QwCtx *ctx)
{
    return atomic_load(&ctx->busy) || qw_turned_away(ctx);
}

const QwFailure *qw_failure(const QwCtx *ctx)
{
    static const QwFailure no_context = {.status = QW_ERR_ARGS};
    static const QwFailure busy = {.status = QW_ERR_BUSY};
    if (!ctx) return &no_context;
    return is_elsewhere(ctx) ? &busy : &ctx->failure;
}

const char *qw_last_error(const QwCtx *ctx)
{
    if (!ctx) return qw_strerror(QW_ERR_ARGS);
    if (is_elsewhere(ctx)) return qw_strerror(QW_ERR_BUSY);
    if (ctx->failure.status == QW_OK) return "";
    return ctx->text ? ctx->text : qw_strerror(ctx->failure.status);
}

int qw_warnings(const QwCtx *ctx, const QwWarning **list)
{
    *list = ctx ? ctx->warning : NULL;
    return ctx ? ctx->warnings : 0;
}
