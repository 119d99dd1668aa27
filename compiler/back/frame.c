/* Lays the planned buffers out in the worker's frame: big ones first, each
 * where it first fits among those alive at the same time.  Bodies that run as
 * tasks come behind the kernel's own part, over each other. */
#include "back/buffers.h"
#include <stdlib.h>
#include <string.h>

void intervals_add(Arena *a, Intervals *l, int lo, int hi)
{
    if (lo >= hi) return;
    int i = 0, k;
    while (i < l->n && l->p[i].hi < lo) i++;
    for (k = i; k < l->n && l->p[k].lo <= hi; k++) {
        if (l->p[k].lo < lo) lo = l->p[k].lo;
        if (l->p[k].hi > hi) hi = l->p[k].hi;
    }
    Interval merged = {lo, hi};
    if (k == i) {
        vec_push(a, l, merged); /* room for one more */
        memmove(l->p + i + 1, l->p + i, (size_t)(l->n - 1 - i) * sizeof *l->p);
    } else {
        memmove(l->p + i + 1, l->p + k, (size_t)(l->n - k) * sizeof *l->p);
        l->n -= k - i - 1;
    }
    l->p[i] = merged;
}

bool intervals_meet(const Intervals *a, const Intervals *b)
{
    for (int i = 0, k = 0; i < a->n && k < b->n;) {
        if (a->p[i].lo < b->p[k].hi && b->p[k].lo < a->p[i].hi) return true;
        if (a->p[i].hi < b->p[k].hi)
            i++;
        else
            k++;
    }
    return false;
}

typedef VEC(Slot *) SlotVec;

static int64_t first_fit(const SlotVec *placed, const Slot *s, int64_t base)
{
    int64_t at = base;
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < placed->n; i++) {
            const Slot *o = placed->p[i];
            if (at < o->offset + o->bytes && o->offset < at + s->bytes &&
                intervals_meet(&o->live, &s->live)) {
                at = (o->offset + o->bytes + 63) & ~(int64_t)63;
                moved = true;
            }
        }
    }
    return at;
}

static int by_size(const void *x, const void *y)
{
    const Slot *a = *(Slot *const *)x, *b = *(Slot *const *)y;
    if (a->bytes != b->bytes) return a->bytes < b->bytes ? 1 : -1;
    int p = a->live.n ? a->live.p[0].lo : 0,
        q = b->live.n ? b->live.p[0].lo : 0;
    return p != q
        ? (p > q) - (p < q)
        : (a->members.n < b->members.n) - (a->members.n > b->members.n);
}

/* returns the end of the group's part of the frame */
static int64_t pack_group(Arena *a, Slot **sorted, int n, int group,
                          int64_t base)
{
    SlotVec placed = {0};
    int64_t end = base;
    for (int i = 0; i < n; i++) {
        Slot *s = sorted[i];
        if (s->group != group) continue;
        s->offset = first_fit(&placed, s, base);
        if (s->offset + s->bytes > end)
            end = (s->offset + s->bytes + 63) & ~(int64_t)63;
        vec_push(a, &placed, s);
    }
    return end;
}

void pack_frame(Arena *a, Plan *p)
{
    Slot **sorted = arena_dup(a, p->slots.p,
                              (size_t)p->slots.n * sizeof *sorted);
    if (p->slots.n) qsort(sorted, (size_t)p->slots.n, sizeof *sorted, by_size);
    int64_t own = p->frame = pack_group(a, sorted, p->slots.n, 0, 0);
    for (int g = 1; g <= p->ngroups; g++) {
        int64_t end = pack_group(a, sorted, p->slots.n, g, own);
        if (end > p->frame) p->frame = end;
    }
}
