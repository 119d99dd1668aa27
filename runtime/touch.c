/* Races: do two iterations of a parallel loop touch the same memory?
 *
 * Only loops that the compiler could not decide record what they touch, as
 * runs: `count` pieces of `bytes` contiguous bytes, `step` apart.  A rectangle
 * that goes on where an earlier one of the same place in the source and the
 * same iteration ended becomes part of its run, so that a loop over the pages
 * of a buffer leaves one run behind.
 *
 * After the loop every run becomes one interval, from its first byte to its
 * last; the intervals are sorted and swept once.  For each kind of access the
 * sweep keeps the two intervals of different iterations that reach furthest: an
 * earlier interval of another iteration overlaps the present one if and only if
 * one of those two does.  Intervals that overlap may be runs that lie in the
 * gaps of each other: then the memory is looked at in columns as wide as the
 * step of all runs, and if they still overlap, piece by piece.  Sorting makes
 * the reported pair the same on every run. */
#include "context.h"
#include <stdlib.h>
#include <string.h>

enum { READ, WRITE, ADD, KINDS }; /* the `write` of qw_touch */
enum {
    MAX_GAP = 16
}; /* pieces further apart are no run: it would cover much */

typedef struct Interval {
    int64_t lo, hi;
    const Run *run;
    const Iteration *it;
} Interval;

/* ---- recording ----------------------------------------------------------- */

void qw_iteration(QwWorker *w, int levels, const int64_t *value)
{
    if (w->depth != 1) return;
    w->now.levels = levels < QW_NEST ? levels : QW_NEST;
    for (int i = 0; i < w->now.levels; i++) w->now.value[i] = value[i];
    w->is_new = true;
}

void qw_touch_hold(QwWorker *w)
{
    w->ctx->hold = true;
}

/* The iteration that runs gets a place among those that touched something. */
static bool note_iteration(QwWorker *w)
{
    if (!w->is_new) return true;
    void *items = w->iteration;
    if (!qw_grow(&items, &w->iteration_room, w->iterations + 1,
                 (int64_t)sizeof(Iteration)))
        return false;
    w->iteration = items;
    w->iteration[w->iterations++] = w->now;
    w->is_new = false;
    return true;
}

/* Makes `old` contain `add` as well, where both are one run. */
static bool extend(Run *old, const Run *add)
{
    const int64_t ahead = add->lo - old->lo;
    const bool shaped = old->count == add->count &&
        (old->count == 1 || old->step == add->step);
    if (shaped && ahead == 0 && old->bytes == add->bytes) return true;
    if (shaped && ahead == old->bytes) {
        old->bytes += add->bytes;
        return true;
    }
    if (old->bytes != add->bytes || ahead < old->bytes ||
        ahead / MAX_GAP > old->bytes * old->count)
        return false;
    if (old->count == 1 && (add->count == 1 || ahead == add->step)) {
        old->step = ahead;
    } else if (ahead != old->count * old->step ||
               (add->count > 1 && add->step != old->step)) {
        return false;
    }
    old->count += add->count;
    return true;
}

static void add_run(QwWorker *w, const Run *add)
{
    int64_t *recent =
        &w->recent[(uintptr_t)add->site / sizeof(QwSite) % QW_RECENT];
    if (*recent < w->runs) {
        Run *old = &w->run[*recent];
        if (old->site == add->site && old->write == add->write &&
            old->iteration == add->iteration && extend(old, add))
            return;
    }
    void *items = w->run;
    if (!qw_grow(&items, &w->run_room, w->runs + 1, (int64_t)sizeof(Run))) {
        w->lost_touch = true;
        return;
    }
    w->run = items;
    *recent = w->runs;
    w->run[w->runs++] = *add;
}

/* How many trailing axes are one contiguous piece, and its elements. */
static int32_t contiguous_axes(int32_t rank, const int64_t *extent,
                               const int64_t *stride, int64_t *elements)
{
    int32_t axis = rank;
    *elements = 1;
    while (axis > 0 &&
           (extent[axis - 1] == 1 || stride[axis - 1] == *elements)) {
        axis--;
        *elements *= extent[axis];
    }
    return axis;
}

void qw_touch(QwWorker *w, const QwSite *site, int write, const void *origin,
              int64_t elem, int32_t rank, const int64_t *extent,
              const int64_t *stride)
{
    int64_t at[QW_RANK] = {0}, elements;
    if (w->depth == 0 || rank > QW_RANK) return;
    for (int32_t i = 0; i < rank; i++)
        if (extent[i] <= 0) return;
    if (!note_iteration(w)) {
        w->lost_touch = true;
        return;
    }
    int32_t outer = contiguous_axes(rank, extent, stride, &elements);
    Run run = {.site = site,
               .bytes = elements * elem,
               .count = 1,
               .iteration = w->iterations - 1,
               .write = write};
    if (outer > 0 && stride[outer - 1] * elem >= run.bytes) {
        outer--;
        run.count = extent[outer];
        run.step = stride[outer] * elem;
    }
    for (;;) {
        int64_t offset = 0;
        for (int32_t i = 0; i < outer; i++) offset += at[i] * stride[i];
        run.lo = (int64_t)(uintptr_t)origin + offset * elem;
        add_run(w, &run);
        int32_t axis = outer - 1;
        while (axis >= 0 && ++at[axis] == extent[axis]) at[axis--] = 0;
        if (axis < 0) return;
    }
}

/* ---- runs to intervals --------------------------------------------------- */

typedef struct Intervals {
    Interval *at;
    int64_t count, room;
    bool lost;
} Intervals;

static void add_interval(Intervals *list, const Run *run, const Iteration *it,
                         int64_t lo, int64_t hi)
{
    void *items = list->at;
    if (!qw_grow(&items, &list->room, list->count + 1,
                 (int64_t)sizeof(Interval))) {
        list->lost = true;
        return;
    }
    list->at = items;
    list->at[list->count++] =
        (Interval){.lo = lo, .hi = hi, .run = run, .it = it};
}

static int64_t end_of(const Run *r)
{
    return r->lo + (r->count - 1) * r->step + r->bytes;
}

static void add_hull(Intervals *list, const Run *r, const Iteration *it)
{
    add_interval(list, r, it, r->lo, end_of(r));
}

static void add_pieces(Intervals *list, const Run *r, const Iteration *it)
{
    for (int64_t i = 0; i < r->count; i++)
        add_interval(list, r, it, r->lo + i * r->step,
                     r->lo + i * r->step + r->bytes);
}

/* Memory in rows of `step` bytes, told column by column. */
typedef struct Columns {
    int64_t base, end, step, rows;
} Columns;

static void add_box(Intervals *list, const Run *r, const Iteration *it,
                    const Columns *c, int64_t lo, int64_t bytes, int64_t count)
{
    const int64_t row = lo / c->step, column = lo % c->step;
    add_interval(list, r, it, column * c->rows + row,
                 (column + bytes - 1) * c->rows + row + count);
}

/* A piece that passes the end of a row is cut there. */
static void add_columns(Intervals *list, const Run *r, const Iteration *it,
                        const Columns *c)
{
    int64_t lo = r->lo - c->base, left = r->bytes;
    while (left > 0) {
        const int64_t room = c->step - lo % c->step;
        int64_t bytes = left < room ? left : room, rows = 1;
        if (bytes == c->step && r->count == 1) rows = left / bytes;
        add_box(list, r, it, c, lo, bytes, r->count > 1 ? r->count : rows);
        lo += bytes * rows;
        left -= bytes * rows;
    }
}

/* ---- the sweep ----------------------------------------------------------- */

static int compare_iterations(const Iteration *a, const Iteration *b)
{
    for (int i = 0; i < a->levels && i < b->levels; i++)
        if (a->value[i] != b->value[i])
            return a->value[i] < b->value[i] ? -1 : 1;
    return 0;
}

static int by_address(const void *a, const void *b)
{
    const Interval *x = a, *y = b;
    if (x->lo != y->lo) return x->lo < y->lo ? -1 : 1;
    if (x->hi != y->hi) return x->hi < y->hi ? -1 : 1;
    const int order = compare_iterations(x->it, y->it);
    if (order != 0) return order;
    if (x->run->write != y->run->write) return x->run->write - y->run->write;
    return (x->run->site > y->run->site) - (x->run->site < y->run->site);
}

static bool conflicts(int a, int b)
{
    return a != b ? true : a == WRITE;
}

static bool same_iteration(const Interval *a, const Interval *b)
{
    return a->it == b->it || compare_iterations(a->it, b->it) == 0;
}

/* far[0] reaches furthest, far[1] furthest of the other iterations. */
static void keep_far(const Interval **far, const Interval *x)
{
    if (far[0] && same_iteration(far[0], x)) {
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
        if (far[i] && far[i]->hi > x->lo && !same_iteration(far[i], x))
            return far[i];
    return NULL;
}

static bool find_race(Intervals *list, Interval pair[2])
{
    const Interval *far[KINDS][2] = {{NULL}};
    if (list->count > 1)
        qsort(list->at, (size_t)list->count, sizeof *list->at, by_address);
    for (int64_t i = 0; i < list->count; i++) {
        const Interval *x = &list->at[i];
        for (int kind = 0; kind < KINDS; kind++) {
            const Interval *other = conflicts(kind, x->run->write)
                ? overlapping(far[kind], x)
                : NULL;
            if (!other) continue;
            pair[0] = *other;
            pair[1] = *x;
            return true;
        }
        keep_far(far[x->run->write], x);
    }
    return false;
}

/* ---- a loop -------------------------------------------------------------- */

typedef enum Way { BY_HULL, BY_COLUMN, BY_PIECE } Way;

static void collect(const QwCtx *ctx, Way way, const Columns *c,
                    Intervals *list)
{
    list->count = 0;
    for (int i = 0; i < ctx->workers; i++) {
        const QwWorker *w = &ctx->worker[i];
        for (int64_t k = 0; k < w->runs; k++) {
            const Run *r = &w->run[k];
            const Iteration *it = &w->iteration[r->iteration];
            if (way == BY_HULL)
                add_hull(list, r, it);
            else if (way == BY_COLUMN)
                add_columns(list, r, it, c);
            else
                add_pieces(list, r, it);
        }
        list->lost |= w->lost_touch;
    }
}

/* Have all runs of several pieces one step? */
static bool find_columns(const QwCtx *ctx, Columns *c)
{
    *c = (Columns){.base = INT64_MAX};
    for (int i = 0; i < ctx->workers; i++)
        for (int64_t k = 0; k < ctx->worker[i].runs; k++) {
            const Run *r = &ctx->worker[i].run[k];
            if (r->lo < c->base) c->base = r->lo;
            if (end_of(r) > c->end) c->end = end_of(r);
            if (r->count == 1) continue;
            if (c->step != 0 && c->step != r->step) return false;
            c->step = r->step;
        }
    if (c->step == 0) return false;
    c->rows = (c->end - c->base) / c->step + 2;
    return true;
}

/* Cheap ways first: none says that there is no race where there is one, and
 * the last one finds no other. */
static bool race(const QwCtx *ctx, Intervals *list, Interval pair[2])
{
    Columns c;
    collect(ctx, BY_HULL, NULL, list);
    if (list->lost || !find_race(list, pair)) return false;
    if (find_columns(ctx, &c)) {
        collect(ctx, BY_COLUMN, &c, list);
        if (list->lost || !find_race(list, pair)) return false;
    }
    collect(ctx, BY_PIECE, NULL, list);
    return !list->lost && find_race(list, pair);
}

static QwFailure describe(const Interval pair[2])
{
    const bool swap = compare_iterations(pair[0].it, pair[1].it) > 0;
    const Interval *first = &pair[swap], *second = &pair[!swap];
    const int levels = first->it->levels;
    QwFailure f = {.status = QW_ERR_RACE,
                   .site = first->run->site,
                   .other = second->run->site};
    f.value[0] = first->it->value[0];
    f.value[1] = second->it->value[0];
    f.value[2] = levels < QW_NEST / 2 ? levels : QW_NEST / 2;
    for (int i = 0; i < f.value[2]; i++) {
        f.loop[i] = first->it->value[i];
        f.loop[f.value[2] + i] = second->it->value[i];
    }
    return f;
}

int qw_touch_compare(QwCtx *ctx, QwFailure *found)
{
    Intervals list = {NULL, 0, 0, false};
    Interval pair[2];
    int status = QW_OK;
    if (race(ctx, &list, pair)) {
        status = QW_ERR_RACE;
        *found = describe(pair);
    } else if (list.lost) {
        status = QW_ERR_NOMEM;
        *found = (QwFailure){.status = status};
    }
    free(list.at);
    for (int i = 0; i < ctx->workers; i++) qw_touch_forget(&ctx->worker[i]);
    return status;
}

void qw_touch_forget(QwWorker *w)
{
    w->runs = w->iterations = 0;
    for (int i = 0; i < QW_RECENT; i++) w->recent[i] = 0;
}
