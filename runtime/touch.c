/* Races: do two iterations of a parallel loop touch the same memory?
 *
 * Only loops that the compiler could not decide record rectangles.  After the
 * loop every rectangle becomes intervals of contiguous bytes, which are sorted
 * by address and swept once.  For each kind of access the sweep keeps the two
 * intervals of different iterations that reach furthest: an earlier interval
 * of another iteration overlaps the present one if and only if one of those
 * two does.  Sorting makes the reported pair the same on every run. */
#include "context.h"
#include <stdlib.h>
#include <string.h>

enum { READ, WRITE, ADD, KINDS }; /* the `write` of qw_touch */

typedef struct Interval {
    const char *lo, *hi;
    const Touch *touch;
    int64_t index;
} Interval;

void qw_touch(QwWorker *w, const QwSite *site, int write, const void *origin,
              int64_t elem, int32_t rank, const int64_t *extent,
              const int64_t *stride)
{
    if (w->depth == 0 || rank > QW_RANK) return;
    void *items = w->touch;
    if (!qw_grow(&items, &w->touch_room, w->touches + 1,
                 (int64_t)sizeof(Touch))) {
        w->lost_touch = true;
        return;
    }
    w->touch = items;
    Touch *t = &w->touch[w->touches++];
    *t = (Touch){.site = site,
                 .origin = origin,
                 .elem = elem,
                 .rank = rank,
                 .write = write};
    memcpy(t->index, w->index, sizeof t->index);
    for (int32_t i = 0; i < rank; i++) {
        t->extent[i] = extent[i];
        t->stride[i] = stride[i];
    }
}

/* ---- rectangles to intervals --------------------------------------------- */

typedef struct Intervals {
    Interval *at;
    int64_t count, room;
    bool lost;
} Intervals;

static void add_interval(Intervals *list, const Touch *t, int64_t index,
                         const char *lo, int64_t bytes)
{
    void *items = list->at;
    if (!qw_grow(&items, &list->room, list->count + 1,
                 (int64_t)sizeof(Interval))) {
        list->lost = true;
        return;
    }
    list->at = items;
    list->at[list->count++] =
        (Interval){.lo = lo, .hi = lo + bytes, .touch = t, .index = index};
}

/* How many trailing axes are one contiguous piece, and its elements. */
static int32_t contiguous_axes(const Touch *t, int64_t *elements)
{
    int32_t axis = t->rank;
    *elements = 1;
    while (axis > 0 &&
           (t->extent[axis - 1] == 1 || t->stride[axis - 1] == *elements)) {
        axis--;
        *elements *= t->extent[axis];
    }
    return axis;
}

static void add_touch(Intervals *list, const Touch *t, int64_t index)
{
    int64_t at[QW_RANK] = {0}, elements;
    for (int32_t i = 0; i < t->rank; i++)
        if (t->extent[i] <= 0) return;
    const int32_t outer = contiguous_axes(t, &elements);
    for (;;) {
        int64_t offset = 0;
        for (int32_t i = 0; i < outer; i++) offset += at[i] * t->stride[i];
        add_interval(list, t, index, t->origin + offset * t->elem,
                     elements * t->elem);
        int32_t axis = outer - 1;
        while (axis >= 0 && ++at[axis] == t->extent[axis]) at[axis--] = 0;
        if (axis < 0) return;
    }
}

/* ---- the sweep ----------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
    const Interval *x = a, *y = b;
    if (x->lo != y->lo) return x->lo < y->lo ? -1 : 1;
    if (x->hi != y->hi) return x->hi < y->hi ? -1 : 1;
    if (x->index != y->index) return x->index < y->index ? -1 : 1;
    return x->touch->write - y->touch->write;
}

static bool conflicts(int a, int b)
{
    return a != b ? true : a == WRITE;
}

/* far[0] reaches furthest, far[1] furthest of the other iterations. */
static void keep_far(const Interval **far, const Interval *x)
{
    if (far[0] && far[0]->index == x->index) {
        if (x->hi > far[0]->hi) far[0] = x;
    } else if (!far[0] || x->hi > far[0]->hi) {
        far[1] = far[0];
        far[0] = x;
    } else if (!far[1] || x->hi > far[1]->hi) {
        far[1] = x;
    }
}

static const Interval *overlapping(const Interval **far, const Interval *x)
{
    for (int i = 0; i < 2; i++)
        if (far[i] && far[i]->index != x->index && far[i]->hi > x->lo)
            return far[i];
    return NULL;
}

static bool find_race(const Intervals *list, const Interval *pair[2])
{
    const Interval *far[KINDS][2] = {{NULL}};
    for (int64_t i = 0; i < list->count; i++) {
        const Interval *x = &list->at[i];
        for (int kind = 0; kind < KINDS; kind++) {
            pair[0] = conflicts(kind, x->touch->write)
                ? overlapping(far[kind], x)
                : NULL;
            pair[1] = x;
            if (pair[0]) return true;
        }
        keep_far(far[x->touch->write], x);
    }
    return false;
}

static QwFailure describe(const Interval *pair[2])
{
    const bool swap = pair[0]->index > pair[1]->index;
    const Interval *first = pair[swap], *second = pair[!swap];
    QwFailure f = {.status = QW_ERR_RACE,
                   .site = first->touch->site,
                   .other = second->touch->site};
    f.value[0] = first->index;
    f.value[1] = second->index;
    return f;
}

static bool collect(QwCtx *ctx, int depth, const int64_t *mark, Intervals *list)
{
    const int from = mark ? (int)mark[0] : 0;
    const int to = mark ? from + 1 : ctx->workers;
    for (int i = from; i < to; i++) {
        const QwWorker *w = &ctx->worker[i];
        for (int64_t k = mark ? mark[1] : 0; k < w->touches; k++)
            add_touch(list, &w->touch[k], w->touch[k].index[depth]);
        list->lost |= w->lost_touch;
    }
    return !list->lost;
}

int qw_touch_compare(QwCtx *ctx, int depth, const int64_t *mark,
                     QwFailure *found)
{
    Intervals list = {NULL, 0, 0, false};
    const Interval *pair[2];
    int status = QW_OK;
    if (depth >= QW_NEST) return QW_OK;
    if (!collect(ctx, depth, mark, &list)) {
        status = QW_ERR_NOMEM;
        *found = (QwFailure){.status = status};
    } else if (list.count > 1) {
        qsort(list.at, (size_t)list.count, sizeof *list.at, by_address);
        if (find_race(&list, pair)) {
            *found = describe(pair);
            status = QW_ERR_RACE;
        }
    }
    free(list.at);
    for (int i = 0; !mark && i < ctx->workers; i++) ctx->worker[i].touches = 0;
    return status;
}
