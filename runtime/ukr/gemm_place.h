/* Walking over b in places of some rows (k) x some columns (n), and spreading
 * the prefetch of the next place over the work on the present one. */
#ifndef QW_GEMM_PLACE_H
#define QW_GEMM_PLACE_H
#include <xmmintrin.h>
#include "ukr.h"

enum { PLACE_LINE = 64 }; /* bytes */

typedef struct Grid {
    const QwkGemm *g;
    int64_t size;               /* bytes of an element of b */
    int64_t depth, width, band; /* of a place; columns done for all k at once */
} Grid;

/* Where a place begins; n = g->n is the end. */
typedef struct Place {
    int64_t k, n, band; /* band: its first column */
} Place;

/* Rows of memory in the next place that are still to be prefetched: `rows` in
 * all, evenly over so many portions.  Too many at a time would be lost: where
 * the queue to memory is full, processors drop prefetches. */
typedef struct Ahead {
    const char *at;
    int64_t step, left, lines; /* from row to row; rows; of a row */
    int64_t rows, portions, due;
} Ahead;

static inline int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t round_up(int64_t x, int64_t to)
{
    return (x + to - 1) / to * to;
}

/* Along the band, then along k, then to the next band. */
static inline Place place_after(const Grid *p, Place s)
{
    s.n = least(s.n + p->width, p->g->n);
    if (s.n < p->g->n && s.n < s.band + p->band) return s;
    s.k += p->depth;
    if (s.k >= p->g->k) {
        s.k = 0;
        s.band = s.n;
    }
    s.n = s.band;
    return s;
}

/* The place `after`, or where it has no columns the first ones of the next
 * product, to be prefetched in so many portions. */
static inline Ahead ahead_of(const Grid *p, Place after, int64_t portions)
{
    const QwkGemm *g = p->g;
    const bool end = after.n >= g->n, bt = (g->flags & QW_BT) != 0;
    if (end && !g->next) return (Ahead){.at = NULL};
    if (end) after = (Place){.k = after.k};
    const char *b = end ? g->next : g->b;
    const int64_t k = least(p->depth, g->k - after.k);
    const int64_t n = least(p->width, g->n - after.n);
    const int64_t row = bt ? after.n : after.k, column = bt ? after.k : after.n;
    const int64_t rows = bt ? n : k, columns = bt ? k : n;
    return (Ahead){.at = b + (row * g->ldb + column) * p->size,
                   .step = g->ldb * p->size,
                   .left = rows,
                   .lines = (columns * p->size + PLACE_LINE - 1) / PLACE_LINE,
                   .rows = rows,
                   .portions = portions > 0 ? portions : 1};
}

static inline void prefetch_rows(Ahead *p)
{
    p->due += p->rows;
    for (; p->due >= p->portions && p->left > 0; p->left--) {
        for (int64_t l = 0; l < p->lines; l++)
            _mm_prefetch(p->at + PLACE_LINE * l, _MM_HINT_T1);
        p->at += p->step;
        p->due -= p->portions;
    }
}

/* The same line by line: `lines` in all, evenly over so many turns. */
typedef struct Walk {
    const char *at, *row_end;
    int64_t pitch, skip; /* from row to row; from a row's end to the next */
    int64_t lines, turns;
    int64_t due; /* lines x turns that are behind */
    bool near;   /* into the first-level cache */
} Walk;

static inline Walk walk_over(const char *at, int64_t pitch, int64_t rows,
                             int64_t bytes, int64_t turns, bool near)
{
    const int64_t lines = (bytes + PLACE_LINE - 1) / PLACE_LINE;
    if (turns < 1) return (Walk){.lines = 0};
    return (Walk){.at = at,
                  .row_end = at + lines * PLACE_LINE,
                  .pitch = pitch,
                  .skip = pitch - lines * PLACE_LINE,
                  .lines = rows * lines,
                  .turns = turns,
                  .near = near};
}

/* Prefetches what is due in a turn. */
static inline __attribute__((always_inline)) void walk_on(Walk *p)
{
    for (p->due += p->lines; p->due > 0; p->due -= p->turns) {
        if (p->near)
            _mm_prefetch(p->at, _MM_HINT_T0);
        else
            _mm_prefetch(p->at, _MM_HINT_T1);
        p->at += PLACE_LINE;
        if (p->at < p->row_end) continue;
        p->at += p->skip;
        p->row_end += p->pitch;
    }
}

/* The rows of a in `groups` groups, as equal as can be, larger ones first:
 * where a group begins. */
static inline int64_t first_row(const QwkGemm *g, int64_t groups, int64_t group)
{
    return group * (g->m / groups) + least(group, g->m % groups);
}
#endif
