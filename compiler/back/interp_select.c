/* Sorting, gathering and scattering in the reference engine (language.md 9, 59
 * to 65).  Pair lists hold a value and the bits of its index in alternate
 * lanes; lists run from large to small, NaN first, and equal values keep their
 * order.  Order that the bounds do not decide makes index lanes infinite. */
#include "back/interp.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- lanes as bits ------------------------------------------------------- */

static uint64_t lane_bits(const ITile *t, int64_t at)
{
    if (t->i) return (uint64_t)t->i[at];
    if (t->dt == QW_F32) return f32_bits(t->v[at]);
    uint16_t h;
    qw_elem_set_f64(t->dt, &h, t->v[at]);
    return h;
}

static void set_lane_bits(ITile *t, int64_t at, uint64_t bits)
{
    if (t->i) {
        t->i[at] = iwrap(t->dt, (int64_t)bits);
    } else if (t->dt == QW_F32) {
        t->v[at] = f32_value((uint32_t)bits);
    } else {
        const uint16_t h = (uint16_t)bits;
        t->v[at] = qw_elem_f64(t->dt, &h);
    }
}

static double bound_at(const ITile *t, int64_t at)
{
    return t->e ? t->e[at] : 0;
}

/* ---- sorting ------------------------------------------------------------- */

typedef struct Pair {
    double v;
    double index;
    double ev, ei;
} Pair;

/* a must come before b, whatever their order was */
static bool before(const Pair *a, const Pair *b)
{
    if (isnan(a->v) || isnan(b->v)) return isnan(a->v) && !isnan(b->v);
    return a->v > b->v;
}

static Pair pair_at(const ITile *t, int64_t lane)
{
    return (Pair){t->v[lane], t->v[lane + 1], bound_at(t, lane),
                  bound_at(t, lane + 1)};
}

static bool may_swap(const Pair *a, const Pair *b, double e)
{
    return a->v == b->v || (isnan(a->v) && isnan(b->v)) ||
        fabs(a->v - b->v) <= 2 * e;
}

/* The place of an element is certain unless it stands in a cluster: neighbours
 * that are closer than the bounds, some of them not exact.  Within a cluster
 * sorted values move by at most its largest bound, and indices are open. */
static void blur_order(In *in, Pair *p, int64_t n)
{
    double e = 0;
    for (int64_t i = 0; i < n; i++) e = fmax(e, p[i].ev);
    for (int64_t i = 0, end; i < n && e > 0; i = end) {
        double worst = p[i].ev;
        for (end = i + 1; end < n && may_swap(&p[end - 1], &p[end], e); end++)
            worst = fmax(worst, p[end].ev);
        if (worst == 0 || end == i + 1) continue;
        in->ambiguous += end - i;
        for (int64_t j = i; j < end; j++) {
            p[j].ev = worst;
            p[j].ei = (double)INFINITY;
        }
    }
}

static void put_pairs(In *in, ITile *t, int64_t lane, Pair *p, int64_t n)
{
    blur_order(in, p, n);
    for (int64_t i = 0; i < n; i++) {
        t->v[lane + 2 * i] = p[i].v;
        t->v[lane + 2 * i + 1] = p[i].index;
        if (p[i].ev > 0 || t->e) itile_bound(t)[lane + 2 * i] = p[i].ev;
        if (p[i].ei > 0 || t->e) itile_bound(t)[lane + 2 * i + 1] = p[i].ei;
    }
}

enum { SORT_BLOCK = 32 };

static void insert_pair(Pair *p, int n, Pair x)
{
    while (n > 0 && before(&x, &p[n - 1])) {
        p[n] = p[n - 1];
        n--;
    }
    p[n] = x;
}

bool interp_sort32(In *in, IrOp *op)
{
    const ITile *v = itile_arg(in, op, 0), *idx = itile_arg(in, op, 1);
    ITile *t = itile_result(op);
    for (int64_t i = 0; i < v->n; i += SORT_BLOCK) {
        const int n = v->n - i < SORT_BLOCK ? (int)(v->n - i) : SORT_BLOCK;
        Pair p[SORT_BLOCK];
        for (int j = 0; j < n; j++) {
            const double index = f32_value((uint32_t)lane_bits(idx, i + j));
            const Pair x = {v->v[i + j], index, bound_at(v, i + j),
                            bound_at(idx, i + j)};
            insert_pair(p, j, x);
        }
        put_pairs(in, t, 2 * i, p, n);
    }
    itile_set(in, op->results[0], t);
    return true;
}

/* ---- merging ------------------------------------------------------------- */

typedef struct Run {
    const ITile *x;
    int64_t lane, end;
} Run; /* lanes lane .. end */

static bool sorted_run(In *in, const IrOp *op, const Run *r)
{
    for (int64_t at = r->lane; in->checks.sorted && at + 2 < r->end; at += 2) {
        const Pair a = pair_at(r->x, at), b = pair_at(r->x, at + 2);
        if (before(&b, &a))
            return interp_fail(
                in, op, QW_ERR_UNSORTED, interp_name(op->args[0]), -1,
                (at + 2 - r->lane) / 2, 0, 0,
                arena_printf(
                    in->s->arena,
                    "a list to merge is not in descending order at pair %lld",
                    (long long)(at + 2 - r->lane) / 2));
    }
    return true;
}

/* the heads of up to four runs; the first of equals goes first */
static void merge(In *in, Run *run, int count, ITile *t, int64_t lane)
{
    int64_t total = 0, n = 0;
    for (int k = 0; k < count; k++) total += (run[k].end - run[k].lane) / 2;
    Pair *p = interp_alloc(total, sizeof *p);
    for (; n < total; n++) {
        int best = -1;
        for (int k = 0; k < count; k++) {
            if (run[k].lane + 1 >= run[k].end) continue;
            const Pair x = pair_at(run[k].x, run[k].lane);
            if (best >= 0 && !before(&x, &p[n])) continue;
            p[n] = x;
            best = k;
        }
        run[best].lane += 2;
    }
    put_pairs(in, t, lane, p, total);
    free(p);
}

enum { MERGE_RUNS = 4 };

bool interp_mrgsort_block(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    const int64_t block = op->at.block_len, group = MERGE_RUNS * block;
    if (block <= 0 || block % 2 || x->n % group)
        ice(in->s, op->span, "interp: mrgsort of blocks of %lld lanes",
            (long long)block);
    ITile *t = itile_result(op);
    itile_set(in, op->results[0], t);
    for (int64_t i = 0; i < x->n; i += group) {
        Run run[MERGE_RUNS];
        for (int k = 0; k < MERGE_RUNS; k++) {
            run[k] = (Run){x, i + k * block, i + (k + 1) * block};
            if (!sorted_run(in, op, &run[k])) return false;
        }
        merge(in, run, MERGE_RUNS, t, i);
    }
    return true;
}

bool interp_mrgsort_lists(In *in, IrOp *op)
{
    Run run[MERGE_RUNS];
    if (op->nargs > MERGE_RUNS)
        ice(in->s, op->span, "interp: mrgsort of %d lists", op->nargs);
    for (int k = 0; k < op->nargs; k++) {
        const ITile *x = itile_arg(in, op, k);
        run[k] = (Run){x, 0, x->n};
        if (!sorted_run(in, op, &run[k])) return false;
    }
    ITile *t = itile_result(op);
    merge(in, run, op->nargs, t, 0);
    itile_set(in, op->results[0], t);
    return true;
}

/* ---- masks --------------------------------------------------------------- */

static bool kept(const IrAttrs *at, int64_t lane)
{
    return at->period <= 0 || (at->mask >> (lane % at->period) & 1);
}

static void move_lane(ITile *t, int64_t to, const ITile *x, int64_t from)
{
    if (t->dt == x->dt) {
        itile_copy(t, to, x, from, 1);
        return;
    }
    set_lane_bits(t, to, lane_bits(x, from));
    if (x->e && x->e[from] > 0)
        itile_bound(t)[to] = (double)INFINITY; /* other bits are any number */
}

bool interp_gather_mask(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    ITile *t = itile_result(op);
    int64_t n = 0;
    for (int64_t lane = 0; lane < x->n && n < t->n; lane++)
        if (kept(&op->at, lane)) move_lane(t, n++, x, lane);
    itile_set(in, op->results[0], t);
    return true;
}

bool interp_scatter_mask(In *in, IrOp *op)
{
    const ITile *dst = itile_arg(in, op, 0), *src = itile_arg(in, op, 1);
    ITile *t = itile_result(op);
    int64_t n = 0;
    itile_copy(t, 0, dst, 0, t->n);
    for (int64_t lane = 0; lane < t->n && n < src->n; lane++)
        if (kept(&op->at, lane)) move_lane(t, lane, src, n++);
    itile_set(in, op->results[0], t);
    return true;
}

/* ---- indices ------------------------------------------------------------- */

/* the valid indices of an index tile, each with its row and the
 * place of the row's elements */
typedef struct Indices {
    const ITile *x;
    int64_t rows, cols;
} Indices;

static Indices indices_of(In *in, IrOp *op, int k)
{
    const IrValue *v = op->args[k];
    const ITile *x = itile_arg(in, op, k);
    if (x->rank != 2)
        ice(in->s, op->span, "interp: indices of rank %d", x->rank);
    return (Indices){x, interp_valid(in, v, 0), interp_valid(in, v, 1)};
}

static bool index_at(In *in, const IrOp *op, const Indices *ix, int64_t i,
                     int64_t k, int64_t size, int64_t *index)
{
    *index = ix->x->i[i * ix->x->shape[1] + k];
    if (*index >= 0 && *index < size) return true;
    return interp_fail(in, op, QW_ERR_INDEX, interp_name(op->args[1]), 1,
                       *index, size, 0, NULL);
}

bool interp_gather_index(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0);
    const Indices ix = indices_of(in, op, 1);
    ITile *t = itile_result(op);
    itile_set(in, op->results[0], t);
    for (int64_t i = 0; i < ix.rows; i++) {
        for (int64_t k = 0; k < ix.cols; k++) {
            const int64_t at = i * ix.x->shape[1] + k;
            int64_t index;
            if (!index_at(in, op, &ix, i, k, x->shape[1], &index)) return false;
            itile_copy(t, i * t->shape[1] + k, x, i * x->shape[1] + index, 1);
            if (bound_at(ix.x, at) == 0) continue;
            in->ambiguous++;
            itile_bound(t)[i * t->shape[1] + k] = (double)INFINITY;
        }
    }
    return true;
}

static void blur_row(In *in, ITile *t, int64_t row)
{
    double *e = itile_bound(t);
    in->ambiguous++;
    for (int64_t j = 0; j < t->shape[1]; j++)
        e[row * t->shape[1] + j] = (double)INFINITY;
}

bool interp_scatter_index(In *in, IrOp *op)
{
    const ITile *x = itile_arg(in, op, 0), *src = itile_arg(in, op, 2);
    const Indices ix = indices_of(in, op, 1);
    ITile *t = itile_result(op);
    itile_set(in, op->results[0], t);
    itile_copy(t, 0, x, 0, t->n);
    for (int64_t i = 0; i < ix.rows; i++) {
        bool undecided = false;
        for (int64_t k = 0; k < ix.cols; k++) {
            int64_t index;
            if (!index_at(in, op, &ix, i, k, t->shape[1], &index)) return false;
            itile_copy(t, i * t->shape[1] + index, src, i * src->shape[1] + k,
                       1);
            undecided = undecided || bound_at(ix.x, i * ix.x->shape[1] + k) > 0;
        }
        if (undecided) blur_row(in, t, i);
    }
    return true;
}
