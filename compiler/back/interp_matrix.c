/* Matrix products of the reference engine.  Float sums run in float64, k in
 * ascending order, and are rounded once: at the end of the op, or, for the
 * steps of a ladder (F1), when something other than the next step looks at the
 * result (interp_finish).  Integer products are exact and wrap at the end. */
#include "back/interp.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* an operand after its transposition flag; lead:
 * strides of the two leading axes */
typedef struct Matrix {
    const ITile *x;
    int64_t rows, cols; /* valid */
    int64_t row_step, col_step;
    int64_t lead[2]; /* 0 where it broadcasts */
} Matrix;

static Matrix matrix_of(In *in, IrOp *op, int k, bool transposed)
{
    const IrValue *v = op->args[k];
    const ITile *x = itile_arg(in, op, k);
    const int r = x->rank;
    Matrix m = {.x = x, .row_step = x->shape[r - 1], .col_step = 1};
    m.rows = interp_valid(in, v, r - 2);
    m.cols = interp_valid(in, v, r - 1);
    if (transposed) {
        const int64_t rows = m.rows;
        m.rows = m.cols;
        m.cols = rows;
        m.col_step = m.row_step;
        m.row_step = 1;
    }
    int64_t n = x->shape[r - 1] * x->shape[r - 2];
    for (int j = r - 3; j >= 0; j--) {
        m.lead[j + 4 - r] = x->shape[j] == 1 ? 0 : n;
        n *= x->shape[j];
    }
    return m;
}

/* ---- the accumulator ----------------------------------------------------- */

static ITile *partial_new(In *in, const IrOp *op)
{
    ITile *t = itile_result(op);
    t->part = interp_alloc(1, sizeof *t->part);
    *t->part = (Partial){.ladder = op->at.ladder, .amax = 1};
    if (in->bounds) {
        t->part->mag = interp_alloc(t->n, sizeof(double));
        t->part->err = interp_alloc(t->n, sizeof(double));
    }
    return t;
}

/* goes on with the sums of the step before */
static void continue_ladder(ITile *t, const ITile *acc)
{
    const size_t bytes = (size_t)t->n * sizeof(double);
    memcpy(t->v, acc->v, bytes);
    t->part->k = acc->part->k;
    t->part->amax = acc->part->amax;
    if (!t->part->mag) return;
    memcpy(t->part->mag, acc->part->mag, bytes);
    memcpy(t->part->err, acc->part->err, bytes);
}

/* a rounded accumulator is one more term */
static void start_from(ITile *t, const ITile *acc)
{
    memcpy(t->v, acc->v, (size_t)t->n * sizeof(double));
    t->part->k = 1;
    for (int64_t i = 0; t->part->mag && i < t->n; i++) {
        t->part->mag[i] = fabs(acc->v[i]);
        t->part->err[i] = acc->e ? acc->e[i] : 0;
    }
}

static void take_accumulator(In *in, IrOp *op, ITile *t)
{
    const ITile *raw = in->slot[op->args[0]->id].tile;
    if (raw && raw->part && op->at.ladder > 0 &&
        raw->part->ladder == op->at.ladder) {
        continue_ladder(t, raw);
        return;
    }
    const ITile *acc = itile_arg(in, op, 0);
    if (t->v) {
        start_from(t, acc);
        return;
    }
    memcpy(t->i, acc->i, (size_t)t->n * sizeof(int64_t));
    if (acc->e) memcpy(itile_bound(t), acc->e, (size_t)t->n * sizeof(double));
}

ITile *interp_finish(In *in, const ITile *x)
{
    ITile *t = itile_shaped(x->dt, x->rank, x->shape);
    const Partial *p = x->part;
    const double tau = (double)p->k * 0x1p-126 * p->amax;
    double *e = in->bounds && p->mag ? itile_bound(t) : NULL;
    for (int64_t i = 0; i < t->n; i++) {
        t->v[i] = iround_once(t->dt, x->v[i]);
        if (e)
            e[i] = ibound_sum(t->dt, x->v[i], t->v[i], p->mag[i], p->err[i],
                              p->k, tau);
    }
    return t;
}

/* ---- products ------------------------------------------------------------ */

/* rows of b made contiguous: values, bounds, integers */
typedef struct Packed {
    double *v, *e;
    int64_t *i;
} Packed;

static Packed pack(const Matrix *b, int64_t origin, int64_t k, int64_t n)
{
    Packed p = {0};
    const ITile *x = b->x;
    if (x->v)
        p.v = interp_alloc(k * n, sizeof(double));
    else
        p.i = interp_alloc(k * n, sizeof(int64_t));
    if (x->e) p.e = interp_alloc(k * n, sizeof(double));
    for (int64_t i = 0; i < k; i++) {
        int64_t from = origin + i * b->row_step;
        for (int64_t j = i * n; j < (i + 1) * n; j++, from += b->col_step) {
            if (p.v)
                p.v[j] = x->v[from];
            else
                p.i[j] = x->i[from];
            if (p.e) p.e[j] = x->e[from];
        }
    }
    return p;
}

static void packed_free(Packed *p)
{
    free(p->v);
    free(p->e);
    free(p->i);
}

static void add_scaled(double *restrict c, double x, const double *restrict b,
                       int64_t n)
{
    for (int64_t j = 0; j < n; j++) c[j] += x * b[j];
}

static void add_magnitudes(double *restrict mag, double x,
                           const double *restrict b, int64_t n)
{
    for (int64_t j = 0; j < n; j++) mag[j] += fabs(x) * fabs(b[j]);
}

/* |a|e_b + |b|e_a + e_a e_b */
static void add_errors(double *restrict err, double x, double ex,
                       const double *b, const double *eb, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        err[j] += (ex > 0 ? fabs(b[j]) * ex : 0) +
            (eb ? (fabs(x) + ex) * eb[j] : 0);
}

typedef struct Extent {
    int64_t m, n, k;
} Extent;

static void multiply_floats(ITile *t, int64_t to, const Matrix *a, int64_t from,
                            const Packed *b, Extent x)
{
    const int64_t ldc = t->shape[t->rank - 1];
    for (int64_t i = 0; i < x.m; i++) {
        const int64_t c = to + i * ldc;
        for (int64_t k = 0; k < x.k; k++) {
            const int64_t at = from + i * a->row_step + k * a->col_step;
            const double ex = a->x->e ? a->x->e[at] : 0;
            add_scaled(t->v + c, a->x->v[at], b->v + k * x.n, x.n);
            if (!t->part->mag) continue;
            add_magnitudes(t->part->mag + c, a->x->v[at], b->v + k * x.n, x.n);
            const double *eb = b->e ? b->e + k * x.n : NULL;
            if (ex > 0 || eb)
                add_errors(t->part->err + c, a->x->v[at], ex, b->v + k * x.n,
                           eb, x.n);
        }
    }
}

static void multiply_ints(ITile *t, int64_t to, const Matrix *a, int64_t from,
                          const Packed *b, Extent x)
{
    const int64_t ldc = t->shape[t->rank - 1];
    for (int64_t i = 0; i < x.m; i++) {
        for (int64_t k = 0; k < x.k; k++) {
            const int64_t at = from + i * a->row_step + k * a->col_step,
                          f = a->x->i[at];
            const double ef = a->x->e ? a->x->e[at] : 0;
            for (int64_t j = 0; j < x.n; j++) {
                const int64_t c = to + i * ldc + j, g = b->i[k * x.n + j];
                const double eg = b->e ? b->e[k * x.n + j] : 0;
                t->i[c] = (int64_t)((uint64_t)t->i[c] +
                                    (uint64_t)f * (uint64_t)g);
                if (t->e)
                    t->e[c] += fabs((double)f) * eg +
                        (fabs((double)g) + eg) * ef;
            }
        }
    }
}

static void wrap_ints(ITile *t)
{
    for (int64_t i = 0; i < t->n; i++) {
        t->i[i] = iwrap(t->dt, t->i[i]);
        if (t->e) t->e[i] = ibound(t->dt, 0, (double)t->i[i], t->e[i], 1);
    }
}

static double largest(const Matrix *m)
{
    double x = 1;
    for (int64_t i = 0; m->x->v && i < m->x->n; i++)
        if (isfinite(m->x->v[i])) x = fmax(x, fabs(m->x->v[i]));
    return x;
}

static void multiply(In *in, IrOp *op, ITile *t, const Matrix *a,
                     const Matrix *b)
{
    const IrValue *r = op->results[0];
    const int rank = t->rank;
    const int64_t vr = interp_valid(in, r, rank - 2),
                  vc = interp_valid(in, r, rank - 1);
    const Extent x = {a->rows < vr ? a->rows : vr, b->cols < vc ? b->cols : vc,
                      a->cols < b->rows ? a->cols : b->rows};
    const int64_t n1 = rank > 2 ? interp_valid(in, r, rank - 3) : 1,
                  n0 = rank > 3 ? interp_valid(in, r, 0) : 1;
    const int64_t size = t->shape[rank - 1] * t->shape[rank - 2],
                  outer = rank > 2 ? size * t->shape[rank - 3] : size;
    if (x.m <= 0 || x.n <= 0 || x.k <= 0) return;
    for (int64_t i0 = 0; i0 < n0; i0++) {
        for (int64_t i1 = 0; i1 < n1; i1++) {
            Packed p = pack(b, i0 * b->lead[0] + i1 * b->lead[1], x.k, x.n);
            const int64_t to = i0 * outer + i1 * size,
                          from = i0 * a->lead[0] + i1 * a->lead[1];
            if (t->v)
                multiply_floats(t, to, a, from, &p, x);
            else
                multiply_ints(t, to, a, from, &p, x);
            packed_free(&p);
        }
    }
    if (!t->part) return;
    t->part->k += x.k;
    if (t->part->mag)
        t->part->amax = fmax(t->part->amax, fmax(largest(a), largest(b)));
}

bool interp_matmul(In *in, IrOp *op)
{
    const int first = op->op == IR_MATMUL_ACC ? 1 : 0;
    const Matrix a = matrix_of(in, op, first, op->at.a_trans),
                 b = matrix_of(in, op, first + 1, op->at.b_trans);
    const bool floats = is_floating(op->results[0]->type->dtype);
    ITile *t = floats ? partial_new(in, op) : itile_result(op);
    if (first) take_accumulator(in, op, t);
    if (!floats && (a.x->e || b.x->e)) itile_bound(t);
    multiply(in, op, t, &a, &b);
    if (!floats) wrap_ints(t);
    if (floats && op->at.ladder <= 0) {
        ITile *whole = interp_finish(in, t);
        itile_drop(t);
        t = whole;
    }
    itile_set(in, op->results[0], t);
    return true;
}
