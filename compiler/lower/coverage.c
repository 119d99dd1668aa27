/* What happens to the parameters' memory: which are read and written, outputs
 * that are rebound instead of stored into (E0601), and outputs that no store,
 * or not every store together, covers (W0602).  What stores can reach is taken
 * at its largest, so only a region that surely stays as it was is reported;
 * where that leaves it `open`, a dry run decides (back/interp_reach.c). */
#include "lower/lower_int.h"
#include <stdlib.h>
#include <string.h>

/* ---- which memory is read and written ------------------------------------ */

typedef struct Touched { /* references, by value id */
    bool *written, *read;
} Touched;

static void touch(void *cx, IrOp *op)
{
    Touched *t = cx;
    const unsigned flags = ir_op_info[op->op].flags;
    if (ir_op_info[op->op].cls != CLS_MEMORY) return;
    if (flags & OPF_W) t->written[op->args[0]->id] = true;
    if (((flags & OPF_R) && op->op != IR_COPY) || op->at.atomic)
        t->read[op->args[0]->id] = true;
    if (op->op == IR_COPY) t->read[op->args[1]->id] = true;
}

void mark_accesses(Lower *L)
{
    const int n = L->f->next_value + 1;
    Touched t = {NEW_ARRAY(L->a, bool, n), NEW_ARRAY(L->a, bool, n)};
    ir_walk(L->f->body, touch, &t);
    ir_spread(L->f, NULL, FLOW_BACKWARD, t.written);
    ir_spread(L->f, NULL, FLOW_BACKWARD, t.read);
    for (int i = 0; i < L->f->nparams; i++) {
        IrParam *p = &L->f->params[i];
        p->written = t.written[p->value->id];
        p->read = p->value->type->kind != TY_TENSOR || t.read[p->value->id];
    }
}

/* ---- rectangles ---------------------------------------------------------- */

enum { MAX_SPANS = 4096, MAX_RECTS = 64, MAX_CELLS = 200000 };
typedef struct Spans {
    int n;
    struct {
        int64_t lo, hi;
    } * p;
} Spans; /* sorted, disjoint */
typedef struct Rect {
    Spans axis[IR_MAX_RANK];
} Rect;
typedef struct Cover {
    Lower *L;
    IrParam *param;
    bool unknown;
    bool open; /* what a store reaches is taken larger than it may be */
    Rect rect[MAX_RECTS];
    int n;
} Cover;

static int by_lo(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void normalise(Spans *s)
{
    qsort(s->p, (size_t)s->n, sizeof *s->p, by_lo);
    int k = 0;
    for (int i = 1; i < s->n; i++) {
        if (s->p[i].lo <= s->p[k].hi) {
            if (s->p[i].hi > s->p[k].hi) s->p[k].hi = s->p[i].hi;
        } else {
            s->p[++k] = s->p[i];
        }
    }
    if (s->n) s->n = k + 1;
}

typedef struct Bounds {
    int64_t start, step, trips;
} Bounds;

static bool loop_bounds(const IrValue *v, Bounds *b)
{
    const IrOp *loop = v->arg_of ? v->arg_of->owner : NULL;
    int64_t stop;
    if (!loop || loop->op != IR_FOR || v->index != 0) return false;
    if (!ir_is_const_int(loop->args[0], &b->start) ||
        !ir_is_const_int(loop->args[1], &stop))
        return false;
    if (!ir_is_const_int(loop->args[2], &b->step) || b->step == 0 ||
        b->step == INT64_MIN)
        return false;
    const int64_t span = b->step > 0 ? stop - b->start : b->start - stop,
                  step = b->step > 0 ? b->step : -b->step;
    b->trips = span <= 0 ? 0 : (span - 1) / step + 1;
    return true;
}

/* the store runs whenever the kernel does, as often as its loops say */
static bool is_certain(const IrOp *op)
{
    for (const IrOp *o = ir_parent_op(op); o; o = ir_parent_op(o))
        if (o->op != IR_SCOPE && o->op != IR_FOR) return false;
    return true;
}

/* every position of [off, off + win) as its loops run */
static bool spans_of(Lower *L, const IrLinear *off, int64_t win, Spans *out)
{
    out->p = arena_alloc_array(L->a, MAX_SPANS, sizeof *out->p);
    out->n = 1;
    out->p[0].lo = off->c;
    out->p[0].hi = off->c + win;
    for (int i = 0; i < off->n; i++) {
        Bounds b;
        if (!loop_bounds(off->term[i].v, &b)) return false;
        const int n = out->n;
        if (b.trips == 0) return out->n = 0, true;
        if (b.trips > MAX_SPANS / n) return false;
        for (int64_t t = b.trips - 1; t >= 0; t--)
            for (int k = 0; k < n; k++) {
                const int64_t at = off->term[i].k * (b.start + t * b.step);
                out->p[t * n + k].lo = out->p[k].lo + at;
                out->p[t * n + k].hi = out->p[k].hi + at;
            }
        out->n = (int)(n * b.trips);
        normalise(out);
    }
    normalise(out);
    return true;
}

/* a dynamic axis counts as one position, which every store covers */
static int64_t extent(const Cover *c, int k)
{
    const int64_t n = c->param->value->type->shape[k];
    return n < 0 ? 1 : n;
}

static void whole_axis(const Cover *c, int k, Spans *out)
{
    out->n = 1;
    out->p = arena_alloc_array(c->L->a, 1, sizeof *out->p);
    out->p[0].lo = 0;
    out->p[0].hi = extent(c, k);
}

/* At least what the store can reach: an axis that analysis cannot follow counts
 * whole, a store under a condition counts, too. */
static bool rect_of(Cover *c, IrOp *op, Rect *r)
{
    Lower *L = c->L;
    const Type *t = c->param->value->type;
    if (op->args[0] != c->param->value) return false;
    for (int k = 0, j = 0; k < t->rank; k++) {
        const IrLinear off = ir_linear(L->f, op->args[2 + k]);
        int64_t win = 1;
        if (op->op != IR_WRITE && !(op->at.drop >> k & 1)) {
            if (!ir_is_const_int(ir_valid(L->f, op->args[1], j), &win)) {
                win = op->args[1]->type->shape[j];
                c->open = true;
            }
            j++;
        }
        if (t->shape[k] < 0 || win < 0 || !off.ok ||
            !spans_of(L, &off, win, &r->axis[k])) {
            whole_axis(c, k, &r->axis[k]);
            c->open = true;
        }
    }
    if (!is_certain(op)) c->open = true;
    return true;
}

static void collect(void *cx, IrOp *op)
{
    Cover *c = cx;
    if (c->unknown || ir_op_info[op->op].cls != CLS_MEMORY ||
        !(ir_op_info[op->op].flags & OPF_W))
        return;
    const IrValue *t = op->args[0];
    if (t->is_param && t != c->param->value) return;
    if (!t->is_param && t->def && t->def->op == IR_ALLOC) return;
    if (c->n == MAX_RECTS || !rect_of(c, op, &c->rect[c->n]))
        c->unknown = true;
    else
        c->n++;
}

/* ---- what is left -------------------------------------------------------- */

typedef struct Grid {
    int rank, n[IR_MAX_RANK];
    int64_t *cut[IR_MAX_RANK];
    unsigned char *cell;
} Grid;

static bool make_grid(Cover *c, Grid *g)
{
    const Type *t = c->param->value->type;
    int64_t cells = 1;
    g->rank = t->rank;
    for (int k = 0; k < t->rank; k++) {
        int n = 2;
        for (int i = 0; i < c->n; i++) n += 2 * c->rect[i].axis[k].n;
        int64_t *cut = NEW_ARRAY(c->L->a, int64_t, n);
        n = 0;
        cut[n++] = 0;
        cut[n++] = extent(c, k);
        for (int i = 0; i < c->n; i++)
            for (int j = 0; j < c->rect[i].axis[k].n; j++) {
                const int64_t lo = c->rect[i].axis[k].p[j].lo,
                              hi = c->rect[i].axis[k].p[j].hi;
                if (lo > 0 && lo < extent(c, k)) cut[n++] = lo;
                if (hi > 0 && hi < extent(c, k)) cut[n++] = hi;
            }
        qsort(cut, (size_t)n, sizeof *cut, by_lo);
        int m = 1;
        for (int i = 1; i < n; i++)
            if (cut[i] != cut[m - 1]) cut[m++] = cut[i];
        g->cut[k] = cut;
        g->n[k] = m - 1;
        if (!mul_ok(cells, m - 1, &cells) || cells > MAX_CELLS) return false;
    }
    g->cell = NEW_ARRAY(c->L->a, unsigned char, cells + 1);
    return true;
}

static bool in_spans(const Spans *s, int64_t x)
{
    for (int i = 0; i < s->n; i++)
        if (x >= s->p[i].lo && x < s->p[i].hi) return true;
    return false;
}

/* marks the cells of axis k on; index is the number of the cell so far */
static void mark(Grid *g, const Rect *r, int k, int64_t index)
{
    if (k == g->rank) {
        g->cell[index] = 1;
        return;
    }
    for (int i = 0; i < g->n[k]; i++)
        if (in_spans(&r->axis[k], g->cut[k][i]))
            mark(g, r, k + 1, index * g->n[k] + i);
}

static bool box_is_free(const Grid *g, const int *lo, const int *hi, int k,
                        int64_t index)
{
    if (k == g->rank) return !g->cell[index];
    for (int i = lo[k]; i < hi[k]; i++)
        if (!box_is_free(g, lo, hi, k + 1, index * g->n[k] + i)) return false;
    return true;
}

/* the first cell that no store covers, grown to a box */
static bool uncovered(const Grid *g, int *lo, int *hi)
{
    int64_t cells = 1, first = 0;
    for (int k = 0; k < g->rank; k++) cells *= g->n[k];
    while (first < cells && g->cell[first]) first++;
    if (first == cells) return false;
    for (int k = g->rank - 1; k >= 0; k--) {
        lo[k] = (int)(first % g->n[k]);
        hi[k] = lo[k] + 1;
        first /= g->n[k];
    }
    for (int k = g->rank - 1; k >= 0; k--)
        while (hi[k] < g->n[k]) {
            hi[k]++;
            if (box_is_free(g, lo, hi, 0, 0)) continue;
            hi[k]--;
            break;
        }
    return true;
}

static void warn_part(Lower *L, IrParam *p, const Grid *g, const int *lo,
                      const int *hi)
{
    p->gap = true;
    Text t = {.a = L->a};
    for (int k = 0; k < g->rank; k++) {
        if (k) text_printf(&t, ", ");
        if (p->value->type->shape[k] < 0)
            text_printf(&t, ":");
        else
            text_printf(&t, "%lld:%lld", (long long)g->cut[k][lo[k]],
                        (long long)g->cut[k][hi[k]]);
    }
    Diag *d = lw_warn(
        L, W0602, p->span,
        "the output `%s` is written only in part: `%s[%s]` is never stored",
        p->name->s, p->name->s, text_str(&t));
    diag_at(L->s, d, "%s", ir_type_text(L->s, p->value->type));
    diag_help(L->s, d, "%s", diag_help_text(W0602));
}

static void check_coverage(Lower *L, IrParam *p)
{
    Cover *c = NEW(L->a, Cover);
    Grid g;
    int lo[IR_MAX_RANK], hi[IR_MAX_RANK];
    *c = (Cover){.L = L, .param = p};
    ir_walk(L->f->body, collect, c);
    const bool given_up = c->unknown || !make_grid(c, &g);
    p->open = given_up || c->open;
    if (given_up) return;
    for (int i = 0; i < c->n; i++) mark(&g, &c->rect[i], 0, 0);
    if (uncovered(&g, lo, hi)) warn_part(L, p, &g, lo, hi);
}

static void check_unwritten(Lower *L, IrParam *p, Sv rebound)
{
    if (rebound.kind != K_UNSET && rebound.kind != K_ERROR) {
        Diag *d =
            lw_error(L, E0601, rebound.span,
                     "the output `%s` is rebound to %s and never stored into",
                     p->name->s, lw_what(L, rebound));
        diag_label(L->s, d, p->span, "the output parameter");
        if (is_shaped(rebound))
            diag_help(L->s, d, "`%s = pl.assemble(%s, ..., [%s])`", p->name->s,
                      p->name->s,
                      rebound.v->type->rank == 1       ? "0"
                          : rebound.v->type->rank == 2 ? "0, 0"
                                                       : "0, ...");
        return;
    }
    p->gap = true;
    Diag *d = lw_warn(L, W0602, p->span, "the output `%s` is never written",
                      p->name->s);
    diag_help(L->s, d, "store into it: `%s = pl.assemble(%s, value, [...])`",
              p->name->s, p->name->s);
}

void check_outputs(Lower *L)
{
    L->inl = NULL;
    for (int i = 0; i < L->f->nparams; i++) {
        IrParam *p = &L->f->params[i];
        L->failed = false;
        if (!p->dir || p->value->type->kind != TY_TENSOR) continue;
        if (!p->written)
            check_unwritten(L, p, L->rebound[i]);
        else if (p->dir == 1)
            check_coverage(L, p);
    }
}
