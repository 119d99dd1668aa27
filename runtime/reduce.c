/* Reductions of whole tensors.  The tensor is seen as [rows, k] with the
 * reduced dimensions last; every row is cut into segments of a fixed length,
 * each segment is accumulated from left to right (floats in double, integers
 * in int64_t), and the segments of a row are joined in order.  So a result
 * depends on the values and k alone, not on threads or neighbours. */
#include "tensor_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT = 1 << 17 };

typedef struct Acc {
    double s;   /* sum, product, best value */
    int64_t i;  /* the same for integers; counts */
    int64_t at; /* index of the best, -1: nothing yet */
} Acc;

typedef enum Pass {
    P_SUM,
    P_PROD,
    P_MAX,
    P_MIN,
    P_NONZERO,
    P_ABS,
    P_SQUARE,
    P_POW,
    P_ABSMAX,
    P_ABSMIN,
    P_SQDEV, /* (x - param)^2 */
    P_EXP    /* exp(x - param) */
} Pass;

typedef struct Job {
    QwTcx *cx;
    QwProg *prog;
    bool ints;        /* accumulate int64_t */
    bool is_unsigned; /* U64 compares unsigned */
    Pass pass;
    int64_t rows, k, nseg, per; /* per: rows of one unit when nseg is 1 */
    double p;                   /* P_POW */
    const double *param;        /* one a row, or NULL */
    Acc *acc;                   /* [rows * nseg] */
} Job;

/* ---- accumulating ---- */

static double sum_of(const double *x, int64_t n)
{
    double s[4] = {0, 0, 0, 0};
    int64_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (int l = 0; l < 4; l++) s[l] += x[i + l];
    for (; i < n; i++) s[0] += x[i];
    return (s[0] + s[1]) + (s[2] + s[3]);
}

static void best_of(Acc *a, const double *x, int64_t n, int64_t first, bool max)
{
    if (a->at >= 0 && isnan(a->s)) return;
    for (int64_t i = 0; i < n; i++) {
        const bool better = a->at < 0 || (max ? x[i] > a->s : x[i] < a->s);
        if (!better && !isnan(x[i])) continue;
        a->s = x[i];
        a->at = first + i;
        if (isnan(x[i])) return;
    }
}

/* order of int64_t, or of uint64_t, as order of int64_t */
static int64_t int_key(int64_t x, bool is_unsigned)
{
    return (int64_t)((uint64_t)x ^ (uint64_t)is_unsigned << 63);
}

static void best_of_ints(Acc *a, const int64_t *x, int64_t n, int64_t first,
                         bool max, bool is_unsigned)
{
    for (int64_t i = 0; i < n; i++) {
        const int64_t v = int_key(x[i], is_unsigned),
                      b = int_key(a->i, is_unsigned);
        if (a->at >= 0 && !(max ? v > b : v < b)) continue;
        a->i = x[i];
        a->at = first + i;
    }
}

static void add_ints(const Job *j, Acc *a, const int64_t *x, int64_t n,
                     int64_t first)
{
    uint64_t r = (uint64_t)a->i;
    switch (j->pass) {
    case P_SUM:
        for (int64_t i = 0; i < n; i++) r += (uint64_t)x[i];
        break;
    case P_PROD:
        for (int64_t i = 0; i < n; i++) r *= (uint64_t)x[i];
        break;
    case P_NONZERO:
        for (int64_t i = 0; i < n; i++) r += x[i] != 0;
        break;
    default:
        best_of_ints(a, x, n, first, j->pass == P_MAX, j->is_unsigned);
        return;
    }
    a->i = (int64_t)r;
}

static double term(const Job *j, double x, double param)
{
    switch (j->pass) {
    case P_ABS: return fabs(x);
    case P_SQUARE: return x * x;
    case P_POW: return pow(fabs(x), j->p);
    case P_SQDEV: return (x - param) * (x - param);
    case P_EXP: return exp(x - param);
    default: return x;
    }
}

static void add_doubles(const Job *j, Acc *a, double *x, int64_t n,
                        int64_t first, double param)
{
    switch (j->pass) {
    case P_MAX:
    case P_MIN: best_of(a, x, n, first, j->pass == P_MAX); return;
    case P_ABSMAX:
    case P_ABSMIN:
        for (int64_t i = 0; i < n; i++) x[i] = fabs(x[i]);
        best_of(a, x, n, first, j->pass == P_ABSMAX);
        return;
    case P_PROD:
        for (int64_t i = 0; i < n; i++) a->s *= x[i];
        return;
    case P_NONZERO:
        for (int64_t i = 0; i < n; i++) a->i += x[i] != 0;
        return;
    case P_SUM: a->s += sum_of(x, n); return;
    default:
        for (int64_t i = 0; i < n; i++) x[i] = term(j, x[i], param);
        a->s += sum_of(x, n);
    }
}

static Acc acc_start(const Job *j)
{
    return (Acc){.s = j->pass == P_PROD, .i = j->pass == P_PROD, .at = -1};
}

/* b continues a */
static void acc_join(const Job *j, Acc *a, Acc *b)
{
    const int64_t at = b->at;
    switch (j->pass) {
    case P_MAX:
    case P_MIN:
    case P_ABSMAX:
    case P_ABSMIN:
        if (at < 0) return;
        if (j->ints)
            best_of_ints(a, &b->i, 1, at, j->pass == P_MAX, j->is_unsigned);
        else
            best_of(a, &b->s, 1, at, j->pass == P_MAX || j->pass == P_ABSMAX);
        return;
    case P_PROD:
        a->s *= b->s;
        a->i = (int64_t)((uint64_t)a->i * (uint64_t)b->i);
        return;
    default: a->s += b->s; a->i = (int64_t)((uint64_t)a->i + (uint64_t)b->i);
    }
}

static void accumulate(const Job *j, int64_t row, Acc *a, void *x, int64_t n,
                       int64_t first)
{
    if (j->ints)
        add_ints(j, a, x, n, first);
    else
        add_doubles(j, a, x, n, first, j->param ? j->param[row] : 0);
}

/* One unit: a segment of a row, or some whole short rows read together. */
static void run_unit(void *arg, void *scratch, int64_t unit, int64_t end)
{
    const Job *j = arg;
    union {
        double d[QW_BLOCK];
        int64_t i[QW_BLOCK];
    } x;
    (void)end;
    if (j->nseg > 1 || j->k > QW_BLOCK) {
        const int64_t row = unit / j->nseg, lo = unit % j->nseg * SEGMENT;
        const int64_t hi = j->k - lo < SEGMENT ? j->k : lo + SEGMENT;
        Acc a = acc_start(j);
        for (int64_t at = lo; at < hi; at += QW_BLOCK) {
            const int64_t n = hi - at < QW_BLOCK ? hi - at : QW_BLOCK;
            qwp_eval(j->prog, scratch, row * j->k + at, n, &x);
            accumulate(j, row, &a, &x, n, at);
        }
        j->acc[unit] = a;
        return;
    }
    const int64_t group = j->k ? QW_BLOCK / j->k : j->per;
    const int64_t first = unit * j->per;
    const int64_t last = j->rows - first < j->per ? j->rows : first + j->per;
    for (int64_t row = first; row < last; row += group) {
        const int64_t m = last - row < group ? last - row : group;
        if (j->k) qwp_eval(j->prog, scratch, row * j->k, m * j->k, &x);
        for (int64_t r = 0; r < m; r++) {
            j->acc[row + r] = acc_start(j);
            if (j->k)
                accumulate(j, row + r, &j->acc[row + r], x.d + r * j->k, j->k,
                           0);
        }
    }
}

/* leaves the result of row r in acc[r] */
static bool run_pass(Job *j, Pass pass)
{
    j->pass = pass;
    j->nseg = j->k > SEGMENT ? (j->k - 1) / SEGMENT + 1 : 1;
    j->per = j->k > QW_BLOCK ? 1 : j->k > 0 ? SEGMENT / j->k : j->rows;
    const int64_t units = j->nseg > 1 ? j->rows * j->nseg
        : j->per                      ? (j->rows - 1) / j->per + 1
                                      : 0;
    free(j->acc);
    j->acc = calloc((size_t)(j->rows * j->nseg) + 1, sizeof *j->acc);
    if (!j->acc)
        return qwt_fail(j->cx, QWT_ERR_MEMORY, "no memory for a reduction");
    if (!qw_pieces(j->cx, j->prog, j->rows ? units : 0, 1, run_unit, j))
        return false;
    for (int64_t r = 0; j->nseg > 1 && r < j->rows; r++) {
        Acc a = j->acc[r * j->nseg];
        for (int64_t s = 1; s < j->nseg; s++)
            acc_join(j, &a, &j->acc[r * j->nseg + s]);
        j->acc[r] = a;
    }
    return true;
}

/* ---- the shape of a reduction ---- */

typedef struct Plan {
    bool reduced[QWT_RANK];
    int perm[QWT_RANK];
    int rank; /* of the result */
    int64_t shape[QWT_RANK];
    int64_t rows, k;
} Plan;

static bool plan_dims(QwTensor *t, const QwtRedArgs *args, Plan *p)
{
    *p = (Plan){.rows = 1, .k = 1};
    for (int d = 0; d < t->rank; d++) p->reduced[d] = args->ndims == 0;
    for (int i = 0; i < args->ndims; i++) {
        const int d = qwt_dim(t->cx, args->dims[i], t->rank);
        if (d < 0) return false;
        if (t->rank && p->reduced[d])
            return qwt_fail(t->cx, QWT_ERR_USE, "dimension %d is reduced twice",
                            d);
        p->reduced[d] = true;
    }
    int n = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int d = 0; d < t->rank; d++)
            if (p->reduced[d] == (pass == 1)) {
                p->perm[n++] = d;
                *(pass ? &p->k : &p->rows) *= t->shape[d];
            }
    for (int d = 0; d < t->rank; d++)
        if (!p->reduced[d])
            p->shape[p->rank++] = t->shape[d];
        else if (args->keepdim)
            p->shape[p->rank++] = 1;
    return true;
}

/* the program that reads t in the order of the plan, as doubles or int64 */
static QwProg *reader(QwTensor *t, const int *perm, bool ints)
{
    QwTensor *v = qwt_permute(t, perm);
    QwExpr *e = v ? qwx_of(v) : NULL;
    qwt_unref(v);
    e = e ? qwx_cast(e, ints ? QW_I64 : QW_F64) : NULL;
    QwProg *p = e ? qwp_new(t->cx, e) : NULL;
    qwx_unref(e);
    return p;
}

static QwTensor *result(QwTcx *cx, const Plan *p, QwDtype dtype,
                        const double *d, const int64_t *i)
{
    QwTensor *t = qwt_zeros(cx, dtype, p->rank, p->shape);
    char *out = t ? t->st->buf->data : NULL;
    for (int64_t r = 0; t && r < p->rows; r++, out += qw_dtype_size(dtype)) {
        if (d)
            qw_elem_set_f64(dtype, out, d[r]);
        else
            qw_elem_set_i64(dtype, out, i[r]);
    }
    return t;
}

/* ---- the reductions ---- */

static const struct {
    const char *name;
    bool float_only, nonempty;
} red_info[QWT_RED_COUNT] = {
    [QWT_SUM] = {"sum", false, false},
    [QWT_MEAN] = {"mean", true, false},
    [QWT_PROD] = {"prod", false, false},
    [QWT_MAX] = {"max", false, true},
    [QWT_MIN] = {"min", false, true},
    [QWT_ARGMAX] = {"argmax", false, true},
    [QWT_ARGMIN] = {"argmin", false, true},
    [QWT_ANY] = {"any", false, false},
    [QWT_ALL] = {"all", false, false},
    [QWT_VAR] = {"var", true, false},
    [QWT_STD] = {"std", true, false},
    [QWT_NORM] = {"norm", true, false},
    [QWT_LOGSUMEXP] = {"logsumexp", true, false},
    [QWT_COUNT_NONZERO] = {"count_nonzero", false, false},
};

static bool take_param(Job *j, double *param, double scale)
{
    for (int64_t r = 0; r < j->rows; r++) param[r] = j->acc[r].s * scale;
    j->param = param;
    return true;
}

static bool run_var(Job *j, double *out, double correction, bool root)
{
    const double k = (double)j->k;
    if (!run_pass(j, P_SUM) || !take_param(j, out, 1 / k) ||
        !run_pass(j, P_SQDEV))
        return false;
    const double div = k - correction > 0 ? k - correction : 0;
    for (int64_t r = 0; r < j->rows; r++)
        out[r] = root ? sqrt(j->acc[r].s / div) : j->acc[r].s / div;
    return true;
}

static bool run_norm(Job *j, double *out, double p)
{
    j->p = p;
    const Pass pass = isinf(p) ? (p > 0 ? P_ABSMAX : P_ABSMIN)
        : p == 0               ? P_NONZERO
        : p == 1               ? P_ABS
        : p == 2               ? P_SQUARE
                               : P_POW;
    if (!run_pass(j, pass)) return false;
    for (int64_t r = 0; r < j->rows; r++) {
        const double s = j->acc[r].s;
        out[r] = p == 0          ? (double)j->acc[r].i
            : isinf(p) || p == 1 ? s
            : p == 2             ? sqrt(s)
                                 : pow(s, 1 / p);
    }
    return true;
}

static bool run_logsumexp(Job *j, double *out)
{
    if (!run_pass(j, P_MAX)) return false;
    for (int64_t r = 0; r < j->rows; r++)
        out[r] = isinf(j->acc[r].s) || j->acc[r].at < 0 ? 0 : j->acc[r].s;
    j->param = out;
    if (!run_pass(j, P_EXP)) return false;
    for (int64_t r = 0; r < j->rows; r++) out[r] += log(j->acc[r].s);
    return true;
}

/* runs red; out gets doubles or, when it says so, int64s */
static bool run_red(Job *j, QwtRed red, const QwtRedArgs *args, double *d,
                    int64_t *i)
{
    static const Pass pass_of[QWT_RED_COUNT] =
        {[QWT_SUM] = P_SUM,     [QWT_MEAN] = P_SUM,
         [QWT_PROD] = P_PROD,   [QWT_MAX] = P_MAX,
         [QWT_ARGMAX] = P_MAX,  [QWT_MIN] = P_MIN,
         [QWT_ARGMIN] = P_MIN,  [QWT_ANY] = P_NONZERO,
         [QWT_ALL] = P_NONZERO, [QWT_COUNT_NONZERO] = P_NONZERO};
    switch (red) {
    case QWT_VAR:
    case QWT_STD: return run_var(j, d, args->correction, red == QWT_STD);
    case QWT_NORM: return run_norm(j, d, args->p);
    case QWT_LOGSUMEXP: return run_logsumexp(j, d);
    default: break;
    }
    if (!run_pass(j, pass_of[red])) return false;
    for (int64_t r = 0; r < j->rows; r++) {
        const Acc *a = &j->acc[r];
        switch (red) {
        case QWT_MEAN: d[r] = a->s / (double)j->k; break;
        case QWT_ARGMAX:
        case QWT_ARGMIN: i[r] = a->at; break;
        case QWT_ANY: i[r] = a->i != 0; break;
        case QWT_ALL: i[r] = a->i == j->k; break;
        case QWT_COUNT_NONZERO: i[r] = a->i; break;
        default: d[r] = a->s; i[r] = a->i;
        }
    }
    return true;
}

static QwDtype red_dtype(QwtRed red, QwDtype in, int asked)
{
    switch (red) {
    case QWT_SUM:
    case QWT_PROD:
        return asked >= 0           ? (QwDtype)asked
            : qw_dtype_is_float(in) ? in
                                    : QW_I64;
    case QWT_ARGMAX:
    case QWT_ARGMIN:
    case QWT_COUNT_NONZERO: return QW_I64;
    case QWT_ANY:
    case QWT_ALL: return QW_BOOL;
    default: return in;
    }
}

static bool check_red(QwTensor *t, QwtRed red, const Plan *p)
{
    char text[QWT_SHAPE_TEXT];
    if (red_info[red].float_only && !qw_dtype_is_float(t->dtype))
        return qwt_fail(t->cx, QWT_ERR_USE,
                        "%s needs a float tensor, not %s: convert it first",
                        red_info[red].name, qw_dtype_info[t->dtype].torch);
    if (red_info[red].nonempty && p->k == 0 && p->rows)
        return qwt_fail(t->cx, QWT_ERR_USE, "%s of no elements: shape %s",
                        red_info[red].name,
                        qwt_shape_text(text, t->rank, t->shape));
    return true;
}

static bool job_start(Job *j, QwTensor *t, const Plan *p)
{
    const bool ints = !qw_dtype_is_float(t->dtype);
    *j = (Job){.cx = t->cx,
               .ints = ints,
               .is_unsigned = t->dtype == QW_U64,
               .rows = p->rows,
               .k = p->k,
               .prog = reader(t, p->perm, ints)};
    return j->prog != NULL;
}

static void job_end(Job *j)
{
    qwp_free(j->prog);
    free(j->acc);
}

QwTensor *qwt_reduce(QwTensor *t, QwtRed red, const QwtRedArgs *args)
{
    Plan p;
    Job j;
    QwTensor *in = qwt_ref(t), *out = NULL;
    if (args->dtype >= 0 &&
        (red == QWT_SUM || red == QWT_MEAN || red == QWT_PROD)) {
        qwt_unref(in);
        in = qwt_to(t, (QwDtype)args->dtype);
    }
    if (!in || !plan_dims(in, args, &p) || !check_red(in, red, &p) ||
        !job_start(&j, in, &p)) {
        qwt_unref(in);
        return NULL;
    }
    double *d = calloc((size_t)p.rows + 1, sizeof *d);
    int64_t *i = calloc((size_t)p.rows + 1, sizeof *i);
    if (!d || !i)
        qwt_fail(t->cx, QWT_ERR_MEMORY, "no memory for a reduction");
    else if (run_red(&j, red, args, d, i)) {
        const QwDtype dtype = red_dtype(red, in->dtype, args->dtype);
        const bool by_int = !qw_dtype_is_float(dtype);
        out = result(t->cx, &p, dtype, by_int ? NULL : d, i);
    }
    free(d);
    free(i);
    job_end(&j);
    qwt_unref(in);
    return out;
}

bool qwt_reduce_pair(QwTensor *t, bool max, int dim, bool keepdim,
                     QwTensor *out[2])
{
    const QwtRedArgs args = {.ndims = 1,
                             .dims = {dim},
                             .keepdim = keepdim,
                             .dtype = -1};
    Plan p;
    Job j;
    out[0] = out[1] = NULL;
    if (!plan_dims(t, &args, &p) ||
        !check_red(t, max ? QWT_MAX : QWT_MIN, &p) || !job_start(&j, t, &p))
        return false;
    double *d = calloc((size_t)p.rows + 1, sizeof *d);
    int64_t *i = calloc((size_t)p.rows + 1, sizeof *i),
            *at = calloc((size_t)p.rows + 1, sizeof *at);
    if (!d || !i || !at)
        qwt_fail(t->cx, QWT_ERR_MEMORY, "no memory for a reduction");
    else if (run_pass(&j, max ? P_MAX : P_MIN)) {
        for (int64_t r = 0; r < p.rows; r++) {
            d[r] = j.acc[r].s;
            i[r] = j.acc[r].i;
            at[r] = j.acc[r].at;
        }
        out[0] = result(t->cx, &p, t->dtype, j.ints ? NULL : d, i);
        out[1] = out[0] ? result(t->cx, &p, QW_I64, NULL, at) : NULL;
    }
    free(d);
    free(i);
    free(at);
    job_end(&j);
    if (out[1]) return true;
    qwt_unref(out[0]);
    out[0] = NULL;
    return false;
}

/* ---- functions of a whole row ---- */

typedef struct RowJob {
    const QwProg *prog;
    bool ints;
    int64_t k, nout;   /* elements of a row in and out */
    bool flag;         /* log of softmax; largest of topk */
    QwDtype dtype;     /* of out[0] */
    char *out, *index; /* contiguous; index: int64, or NULL */
    void (*fn)(const struct RowJob *, int64_t row, void *x, void *work);
    _Atomic bool failed; /* no memory for a row */
} RowJob;

static void run_rows(void *arg, void *scratch, int64_t lo, int64_t hi)
{
    RowJob *j = arg;
    char *x = malloc((size_t)j->k * 8 + 8),
         *work = malloc((size_t)j->k * 16 + 16);
    for (int64_t r = lo; x && work && r < hi; r++) {
        qwp_eval(j->prog, scratch, r * j->k, j->k, x);
        j->fn(j, r, x, work);
    }
    if (!x || !work) j->failed = true;
    free(x);
    free(work);
}

/* Runs fn over the rows of t along dim.  out[0] has nout elements there and
 * the given dtype, out[1] (if not NULL) int64 of the same shape. */
static bool each_row(QwTensor *t, int dim, RowJob *j, QwDtype dtype,
                     QwTensor *out[2], bool pair)
{
    QwTcx *cx = t->cx;
    dim = qwt_dim(cx, dim, t->rank);
    if (dim < 0) return false;
    int perm[QWT_RANK], back[QWT_RANK], n = 0;
    int64_t shape[QWT_RANK], rows = 1;
    for (int d = 0; d < t->rank; d++)
        if (d != dim) {
            rows *= t->shape[d];
            shape[n] = t->shape[d];
            back[d] = n;
            perm[n++] = d;
        }
    if (t->rank) {
        perm[n] = dim;
        back[dim] = n;
        shape[n] = j->nout;
    }
    j->k = t->rank ? t->shape[dim] : 1;
    j->ints = !qw_dtype_is_float(t->dtype);
    j->dtype = dtype;
    QwProg *prog = reader(t, perm, j->ints);
    QwTensor *o0 = prog ? qwt_empty(cx, dtype, t->rank, shape) : NULL;
    QwTensor *o1 = o0 && pair ? qwt_empty(cx, QW_I64, t->rank, shape) : NULL;
    bool ok = o0 && (o1 || !pair);
    if (ok) {
        j->prog = prog;
        j->out = o0->st->buf->data;
        j->index = o1 ? o1->st->buf->data : NULL;
        const int64_t grain = j->k > 0 && j->k < 1 << 15 ? (1 << 15) / j->k : 1;
        ok = qw_pieces(cx, prog, rows, grain, run_rows, j) &&
            (!j->failed || qwt_fail(cx, QWT_ERR_MEMORY, "no memory for a row"));
    }
    qwp_free(prog);
    QwTensor *done[2] = {o0, o1};
    for (int i = 0; i < 2; i++) {
        QwTensor *v = ok && done[i] ? qwt_permute(done[i], back) : NULL;
        out[i] = v ? qwt_contiguous(v) : NULL;
        qwt_unref(v);
        qwt_unref(done[i]);
    }
    if (ok && out[0] && (out[1] || !pair)) return true;
    qwt_unref(out[0]);
    qwt_unref(out[1]);
    out[0] = out[1] = NULL;
    return false;
}

static void put_row(const RowJob *j, int64_t row, int64_t i, double x)
{
    qw_elem_set_f64(j->dtype,
                    j->out + (row * j->nout + i) * qw_dtype_size(j->dtype), x);
}

static void put_row_int(const RowJob *j, int64_t row, int64_t i, int64_t x)
{
    qw_elem_set_i64(j->dtype,
                    j->out + (row * j->nout + i) * qw_dtype_size(j->dtype), x);
}

/* sums, or products with the flag */
static void cumulate_row(const RowJob *j, int64_t row, void *data, void *work)
{
    double s = j->flag;
    uint64_t n = j->flag;
    (void)work;
    for (int64_t i = 0; i < j->k; i++) {
        if (j->ints) {
            const uint64_t x = ((uint64_t *)data)[i];
            put_row_int(j, row, i, (int64_t)(n = j->flag ? n * x : n + x));
        } else {
            const double x = ((double *)data)[i];
            put_row(j, row, i, s = j->flag ? s * x : s + x);
        }
    }
}

QwTensor *qwt_cumulate(QwTensor *t, bool product, int dim, int dtype)
{
    const QwDtype as = red_dtype(QWT_SUM, t->dtype, dtype);
    QwTensor *in = qwt_to(t, as), *out[2] = {NULL, NULL};
    const int d = in ? qwt_dim(t->cx, dim, t->rank) : -1;
    if (d >= 0) {
        RowJob j = {.fn = cumulate_row,
                    .nout = t->rank ? t->shape[d] : 1,
                    .flag = product};
        each_row(in, d, &j, as, out, false);
    }
    qwt_unref(in);
    return out[0];
}

static void softmax_row(const RowJob *j, int64_t row, void *data, void *work)
{
    const double *x = data;
    double *e = work, max = -(double)INFINITY, s = 0;
    for (int64_t i = 0; i < j->k; i++)
        max = x[i] > max || isnan(x[i]) ? x[i] : max;
    for (int64_t i = 0; i < j->k; i++) s += e[i] = exp(x[i] - max);
    for (int64_t i = 0; i < j->k; i++)
        put_row(j, row, i, j->flag ? x[i] - max - log(s) : e[i] / s);
}

QwTensor *qwt_softmax(QwTensor *t, int dim, bool log)
{
    QwTensor *out[2] = {NULL, NULL};
    const int d = qwt_dim(t->cx, dim, t->rank);
    if (!qw_dtype_is_float(t->dtype))
        qwt_fail(t->cx, QWT_ERR_USE,
                 "softmax needs a float tensor, not %s: convert it first",
                 qw_dtype_info[t->dtype].torch);
    else if (d >= 0) {
        RowJob j = {.fn = softmax_row,
                    .nout = t->rank ? t->shape[d] : 1,
                    .flag = log};
        each_row(t, d, &j, t->dtype, out, false);
    }
    return out[0];
}

typedef struct Ranked {
    int64_t key, at;
} Ranked;

static int by_key(const void *a, const void *b)
{
    const Ranked *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->at < y->at ? -1 : 1;
}

/* order of doubles as integers: -0 equals +0, NaN is above infinity */
static int64_t double_key(double x)
{
    if (isnan(x)) return INT64_MAX;
    x = x == 0 ? 0 : x;
    int64_t k;
    memcpy(&k, &x, sizeof k);
    return k < 0 ? (int64_t)((uint64_t)INT64_MAX ^ (uint64_t)k) : k;
}

static void topk_row(const RowJob *j, int64_t row, void *x, void *work)
{
    Ranked *r = work;
    for (int64_t i = 0; i < j->k; i++) {
        const int64_t key = j->ints
            ? int_key(((int64_t *)x)[i], j->dtype == QW_U64)
            : double_key(((double *)x)[i]);
        r[i] = (Ranked){j->flag ? ~key : key, i};
    }
    qsort(r, (size_t)j->k, sizeof *r, by_key);
    for (int64_t i = 0; i < j->nout; i++) {
        if (j->ints)
            put_row_int(j, row, i, ((int64_t *)x)[r[i].at]);
        else
            put_row(j, row, i, ((double *)x)[r[i].at]);
        memcpy(j->index + (row * j->nout + i) * 8, &r[i].at, 8);
    }
}

bool qwt_topk(QwTensor *t, int64_t k, int dim, bool largest, QwTensor *out[2])
{
    const int d = qwt_dim(t->cx, dim, t->rank);
    out[0] = out[1] = NULL;
    if (d < 0) return false;
    const int64_t n = t->rank ? t->shape[d] : 1;
    if (k < -1 || k > n)
        return qwt_fail(t->cx, QWT_ERR_USE,
                        "topk: k is %lld, dimension %d has %lld elements",
                        (long long)k, d, (long long)n);
    RowJob j = {.fn = topk_row, .nout = k < 0 ? n : k, .flag = largest};
    return each_row(t, d, &j, t->dtype, out, true);
}
