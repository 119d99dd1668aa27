/* Reductions of the reference engine, over the valid elements of the last axis
 * (row_*) or the first (col_*).  Sums run in float64 and are rounded once;
 * empty ones give what V6 says; arg reductions give the lowest index, NaN
 * before all numbers. */
#include "back/interp.h"
#include <math.h>

/* `lines` results, each over `n` elements that are `step` apart */
typedef struct Lines {
    const ITile *x;
    ITile *t;
    int64_t lines, n, step, line_step, out_step;
} Lines;

static Lines lines_of(In *in, IrOp *op, bool rows)
{
    const IrValue *v = op->args[0];
    const ITile *x = itile_arg(in, op, 0);
    if (x->rank != 2)
        ice(in->s, op->span, "interp: %s of rank %d", ir_op_info[op->op].text,
            x->rank);
    const int64_t vr = interp_valid(in, v, 0), vc = interp_valid(in, v, 1),
                  cols = x->shape[1];
    Lines l = {.x = x, .t = itile_result(op)};
    l.lines = interp_valid(in, op->results[0], rows ? 0 : 1);
    l.n = rows ? vc : vr;
    l.step = rows ? 1 : cols;
    l.line_step = rows ? cols : 1;
    if (l.lines > (rows ? x->shape[0] : cols))
        ice(in->s, op->span, "interp: %s of too many lines",
            ir_op_info[op->op].text);
    return l;
}

/* ---- sums ---------------------------------------------------------------- */

static void sum_floats(const Lines *l, int64_t line)
{
    const ITile *x = l->x;
    double sum = 0, mag = 0, err = 0;
    int64_t at = line * l->line_step;
    for (int64_t k = 0; k < l->n; k++, at += l->step) {
        sum += x->v[at];
        mag += fabs(x->v[at]);
        if (x->e) err += x->e[at];
    }
    const double r = iround_once(l->t->dt, sum);
    l->t->v[line] = r;
    if (l->t->e)
        l->t->e[line] = ibound_sum(l->t->dt, sum, r, mag, err, l->n, 0);
}

static void sum_ints(const Lines *l, int64_t line)
{
    const ITile *x = l->x;
    uint64_t sum = 0;
    double err = 0;
    int64_t at = line * l->line_step;
    for (int64_t k = 0; k < l->n; k++, at += l->step) {
        sum += (uint64_t)x->i[at];
        if (x->e) err += x->e[at];
    }
    const int64_t r = iwrap(l->t->dt, (int64_t)sum);
    l->t->i[line] = r;
    if (l->t->e)
        l->t->e[line] = ibound_sum(l->t->dt, 0, inum_value(l->t->dt, r), 0, err,
                                   l->n, 0);
}

bool interp_sum(In *in, IrOp *op)
{
    const Lines l = lines_of(in, op, op->op == IR_ROW_SUM);
    if (in->bounds) itile_bound(l.t);
    for (int64_t i = 0; i < l.lines; i++) {
        if (l.t->v)
            sum_floats(&l, i);
        else
            sum_ints(&l, i);
    }
    itile_set(in, op->results[0], l.t);
    return true;
}

/* ---- maximum, minimum ---------------------------------------------------- */

static void extreme_floats(const Lines *l, int64_t line, bool max)
{
    const double worst = imax_finite(l->t->dt);
    int64_t at = line * l->line_step;
    double r = l->n ? l->x->v[at] : max ? -worst : worst;
    for (int64_t k = 1; k < l->n; k++) {
        at += l->step;
        r = max ? nan_max(r, l->x->v[at]) : nan_min(r, l->x->v[at]);
    }
    l->t->v[line] = r;
}

static void extreme_ints(const Lines *l, int64_t line, bool max)
{
    const QwDtype d = l->t->dt;
    int64_t at = line * l->line_step;
    int64_t r = l->n ? l->x->i[at]
        : max        ? qw_dtype_min(d)
                     : (int64_t)qw_dtype_max(d);
    for (int64_t k = 1; k < l->n; k++) {
        at += l->step;
        const int order = inum_order(d, l->x->i[at], r);
        if (max ? order > 0 : order < 0) r = l->x->i[at];
    }
    l->t->i[line] = r;
}

/* a NaN that is certain decides */
static double extreme_bound(const Lines *l, int64_t line)
{
    const ITile *x = l->x;
    IExtreme b = iextreme(x->v ? l->t->v[line]
                               : inum_value(x->dt, l->t->i[line]));
    int64_t at = line * l->line_step;
    for (int64_t k = 0; k < l->n; k++, at += l->step) {
        if (x->v && isnan(x->v[at]) && x->e[at] == 0) return 0;
        iextreme_add(&b, x->v ? x->v[at] : inum_value(x->dt, x->i[at]),
                     x->e[at]);
    }
    return iextreme_bound(&b);
}

bool interp_extreme(In *in, IrOp *op)
{
    const bool max = op->op == IR_ROW_MAX || op->op == IR_COL_MAX;
    const Lines l = lines_of(in, op,
                             op->op == IR_ROW_MAX || op->op == IR_ROW_MIN);
    if (l.x->e) itile_bound(l.t);
    for (int64_t i = 0; i < l.lines; i++) {
        if (l.t->v)
            extreme_floats(&l, i, max);
        else
            extreme_ints(&l, i, max);
        if (l.t->e) l.t->e[i] = extreme_bound(&l, i);
    }
    itile_set(in, op->results[0], l.t);
    return true;
}

/* ---- argmax, argmin ------------------------------------------------------ */

/* element a comes strictly before element b in the order of the op */
static bool wins(const ITile *x, int64_t a, int64_t b, bool max)
{
    if (!x->v)
        return max ? inum_order(x->dt, x->i[a], x->i[b]) > 0
                   : inum_order(x->dt, x->i[a], x->i[b]) < 0;
    if (isnan(x->v[a]) || isnan(x->v[b]))
        return isnan(x->v[a]) && !isnan(x->v[b]);
    return max ? x->v[a] > x->v[b] : x->v[a] < x->v[b];
}

/* some other element may be the winner within the bounds */
static bool undecided(const Lines *l, int64_t line, int64_t best)
{
    const ITile *x = l->x;
    const int64_t base = line * l->line_step, b = base + best * l->step;
    for (int64_t k = 0; k < l->n; k++) {
        const int64_t at = base + k * l->step;
        const double e = x->e[at] + x->e[b];
        const double gap = x->v
            ? x->v[at] - x->v[b]
            : inum_value(x->dt, x->i[at]) - inum_value(x->dt, x->i[b]);
        if (at != b && e > 0 && !(fabs(gap) > e)) return true;
    }
    return false;
}

bool interp_arg(In *in, IrOp *op)
{
    const bool max = op->op == IR_ROW_ARGMAX;
    const Lines l = lines_of(in, op, true);
    if (l.x->e) itile_bound(l.t);
    for (int64_t i = 0; i < l.lines; i++) {
        int64_t best = 0;
        for (int64_t k = 1; k < l.n; k++)
            if (wins(l.x, i * l.line_step + k, i * l.line_step + best, max))
                best = k;
        l.t->i[i] = best;
        if (!l.t->e || !undecided(&l, i, best)) continue;
        l.t->e[i] = (double)INFINITY;
        in->ambiguous++;
    }
    itile_set(in, op->results[0], l.t);
    return true;
}
