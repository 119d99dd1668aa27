/* Products of whole tensors: CBLAS in double over fixed blocks of the result,
 * each computed by one thread, operands widened block by block, so neither
 * memory nor the result depends on the size of an operand or the number of
 * threads.  An operand that is not evaluated yet (a widened view of a weight)
 * is read through its expression.  Integers that double cannot hold exactly
 * are multiplied in int64_t. */
#include "tensor_int.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* OpenBLAS has threads of its own; absent from other implementations. */
void openblas_set_num_threads(int) __attribute__((weak));

enum { MB = 256, NB = 256, KB = 512 }; /* block of rows, columns, terms */

/* A matrix inside a storage: element (r, c) of batch b is at position
 * off[b] + r * rs + c * cs; one of the strides is 1. */
typedef struct Mat {
    QwTensor *t;  /* owned */
    QwProg *prog; /* over the whole storage, as double or int64 */
    int64_t rows, cols, rs, cs;
    int nbatch; /* batch dimensions, broadcast to those of the result */
    int64_t stride[QWT_RANK];
} Mat;

typedef struct Job {
    Mat a, b;
    int64_t m, n, k, batch;
    int nbatch;
    int64_t shape[QWT_RANK]; /* batch dimensions */
    QwDtype dtype;
    char *out;
    bool ints;
    _Atomic bool failed;
} Job;

static int64_t batch_offset(const Job *j, const Mat *x, int64_t b)
{
    int64_t at = x->t->offset;
    for (int d = j->nbatch - 1; d >= 0; d--) {
        at += b % j->shape[d] * x->stride[d];
        b /= j->shape[d];
    }
    return at;
}

/* Rows [r0, r0 + m) and columns [c0, c0 + n), packed: row-major [m][n], or
 * [n][m] when only columns are contiguous (returns true). */
static bool read_window(const Mat *x, void *scratch, int64_t at, int64_t r0,
                        int64_t m, int64_t c0, int64_t n, char *out)
{
    const bool by_col = x->cs != 1 && x->cols > 1;
    const int64_t outer = by_col ? n : m, inner = by_col ? m : n;
    const int64_t step = by_col ? x->cs : x->rs;
    at += r0 * x->rs + c0 * x->cs;
    if (step == inner) {
        qwp_eval(x->prog, scratch, at, outer * inner, out);
        return by_col;
    }
    for (int64_t i = 0; i < outer; i++)
        qwp_eval(x->prog, scratch, at + i * step, inner, out + i * inner * 8);
    return by_col;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static void int_block(const int64_t *a, bool at, const int64_t *b, bool bt,
                      uint64_t *c, int64_t m, int64_t n, int64_t k)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t l = 0; l < k; l++) {
            const uint64_t x = (uint64_t)(at ? a[l * m + i] : a[i * k + l]);
            for (int64_t q = 0; q < n; q++)
                c[i * n + q] += x *
                    (uint64_t)(bt ? b[q * k + l] : b[l * n + q]);
        }
}

static void float_block(const double *a, bool at, const double *b, bool bt,
                        double *c, int64_t m, int64_t n, int64_t k, bool add)
{
    cblas_dgemm(CblasRowMajor, at ? CblasTrans : CblasNoTrans,
                bt ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k, 1.0, a,
                (int)(at ? m : k), b, (int)(bt ? k : n), add ? 1.0 : 0.0, c,
                (int)n);
}

static void put_block(const Job *j, int64_t b, int64_t r0, int64_t m,
                      int64_t c0, int64_t n, const char *c)
{
    const bool wraps = !j->ints && !qw_dtype_is_float(j->dtype);
    int64_t exact[NB], rep[NB];
    for (int64_t i = 0; i < m; i++) {
        char *out = j->out +
            ((b * j->m + r0 + i) * j->n + c0) * qw_dtype_size(j->dtype);
        const void *row = c + i * n * 8;
        if (wraps) { /* exact integers in double */
            qw_convert_block(QW_F64, QW_I64, (int)n, row, exact);
            row = exact;
        }
        qw_convert_block(j->ints || wraps ? QW_I64 : QW_F64, j->dtype, (int)n,
                         row, rep);
        qw_store_block(j->dtype, (int)n, rep, out);
    }
}

static void run_block(void *arg, void *unused, int64_t unit, int64_t end)
{
    Job *j = arg;
    (void)unused;
    (void)end;
    const int64_t nblocks = (j->n - 1) / NB + 1, mblocks = (j->m - 1) / MB + 1;
    const int64_t c0 = unit % nblocks * NB, n = least(NB, j->n - c0);
    const int64_t r0 = unit / nblocks % mblocks * MB, m = least(MB, j->m - r0);
    const int64_t b = unit / nblocks / mblocks, kb = least(KB, j->k);
    void *sa = qwp_scratch(j->a.prog, KB), *sb = qwp_scratch(j->b.prog, KB);
    char *mem = aligned_alloc(64,
                              (size_t)((m * kb + n * kb + m * n) * 8 + 63) &
                                  ~(size_t)63);
    if (sa && sb && mem) {
        char *wa = mem, *wb = wa + m * kb * 8, *wc = wb + n * kb * 8;
        memset(wc, 0, (size_t)(m * n * 8));
        const int64_t oa = batch_offset(j, &j->a, b),
                      ob = batch_offset(j, &j->b, b);
        for (int64_t k0 = 0; k0 < j->k; k0 += KB) {
            const int64_t k = least(KB, j->k - k0);
            const bool at = read_window(&j->a, sa, oa, r0, m, k0, k, wa);
            const bool bt = read_window(&j->b, sb, ob, k0, k, c0, n, wb);
            if (j->ints)
                int_block((int64_t *)(void *)wa, at, (int64_t *)(void *)wb, bt,
                          (uint64_t *)(void *)wc, m, n, k);
            else
                float_block((double *)(void *)wa, at, (double *)(void *)wb, bt,
                            (double *)(void *)wc, m, n, k, k0 > 0);
        }
        put_block(j, b, r0, m, c0, n, wc);
    } else {
        j->failed = true;
    }
    free(sa);
    free(sb);
    free(mem);
}

/* ---- operands ---- */

/* Costly expressions would be computed once a block of the other operand. */
static QwTensor *readable(QwTensor *t)
{
    const QwExpr *e = t->st->expr;
    if (e && (e->costly || e->dtype != t->dtype) && !qwt_evaluate(t))
        return NULL;
    const int64_t rs = t->stride[t->rank - 2], cs = t->stride[t->rank - 1];
    const int64_t rows = t->shape[t->rank - 2], cols = t->shape[t->rank - 1];
    if (cs == 1 || rs == 1 || (rows <= 1 && cols <= 1)) return qwt_ref(t);
    QwTensor *c = qwt_empty(t->cx, t->dtype, t->rank, t->shape);
    if (c && !qwt_copy_into(c, t)) {
        qwt_unref(c);
        return NULL;
    }
    return c;
}

static bool mat_start(Job *j, Mat *x, QwTensor *t, QwDtype as)
{
    x->t = readable(t);
    if (!x->t) return false;
    const int r = x->t->rank;
    x->rows = x->t->shape[r - 2];
    x->cols = x->t->shape[r - 1];
    x->rs = x->t->stride[r - 2];
    x->cs = x->cols == 1 ? 1 : x->t->stride[r - 1];
    for (int d = 0; d < j->nbatch; d++) {
        const int s = d - (j->nbatch - (r - 2));
        x->stride[d] = s < 0 || x->t->shape[s] == 1 ? 0 : x->t->stride[s];
    }
    QwExpr *e = qwx_of_storage(x->t);
    e = e ? qwx_cast(e, as) : NULL;
    x->prog = e ? qwp_new(t->cx, e) : NULL;
    qwx_unref(e);
    return x->prog != NULL;
}

static void mat_end(Mat *x)
{
    qwp_free(x->prog);
    qwt_unref(x->t);
}

/* do all partial sums of k products stay exact in double? */
static bool fits_double(QwDtype a, QwDtype b, int64_t k)
{
    const int bits = 8 * (qw_dtype_size(a) + qw_dtype_size(b));
    return bits <= 32 && k < INT64_C(1) << (53 - bits);
}

static bool mm_error(QwTensor *a, QwTensor *b, const char *why)
{
    char ta[QWT_SHAPE_TEXT], tb[QWT_SHAPE_TEXT];
    return qwt_fail(a->cx, QWT_ERR_USE, "matmul of shapes %s and %s: %s",
                    qwt_shape_text(ta, a->rank, a->shape),
                    qwt_shape_text(tb, b->rank, b->shape), why);
}

static QwTensor *product(QwTensor *a, QwTensor *b)
{
    Job j = {.m = a->shape[a->rank - 2],
             .k = a->shape[a->rank - 1],
             .n = b->shape[b->rank - 1],
             .batch = 1};
    QwTcx *cx = a->cx;
    int64_t shape[QWT_RANK];
    if (!qwt_broadcast_shape(cx, a->rank - 2, a->shape, b->rank - 2, b->shape,
                             &j.nbatch, j.shape))
        return NULL;
    memcpy(shape, j.shape, sizeof shape);
    shape[j.nbatch] = j.m;
    shape[j.nbatch + 1] = j.n;
    j.dtype = qwt_promote(a->dtype, b->dtype);
    const bool fl = qw_dtype_is_float(j.dtype);
    j.ints = !fl && !fits_double(a->dtype, b->dtype, j.k);
    for (int d = 0; d < j.nbatch; d++) j.batch *= j.shape[d];
    QwTensor *out = qwt_zeros(cx, j.dtype, j.nbatch + 2, shape);
    if (!out || !qwt_numel(out) || !j.k) return out;
    j.out = out->st->buf->data;
    const QwDtype as = j.ints ? QW_I64 : QW_F64;
    bool ok = mat_start(&j, &j.a, a, as) && mat_start(&j, &j.b, b, as);
    if (ok) {
        if (openblas_set_num_threads) openblas_set_num_threads(1);
        const int64_t units = j.batch * ((j.m - 1) / MB + 1) *
            ((j.n - 1) / NB + 1);
        ok = qw_pieces(cx, NULL, units, 1, run_block, &j) &&
            (!j.failed ||
             qwt_fail(cx, QWT_ERR_MEMORY, "no memory for a matrix product"));
    }
    mat_end(&j.a);
    mat_end(&j.b);
    if (ok) return out;
    qwt_unref(out);
    return NULL;
}

QwTensor *qwt_matmul(QwTensor *a, QwTensor *b)
{
    if (!a->rank || !b->rank) {
        mm_error(a, b, "both need at least one dimension");
        return NULL;
    }
    if (a->dtype == QW_BOOL || b->dtype == QW_BOOL) {
        mm_error(a, b, "bool tensors have no product");
        return NULL;
    }
    const int64_t ka = a->shape[a->rank - 1],
                  kb = b->shape[b->rank < 2 ? 0 : b->rank - 2];
    if (ka != kb) {
        char why[96];
        snprintf(why, sizeof why, "inner extents differ: %lld and %lld",
                 (long long)ka, (long long)kb);
        mm_error(a, b, why);
        return NULL;
    }
    QwTensor *x = a->rank == 1 ? qwt_unsqueeze(a, 0) : qwt_ref(a);
    QwTensor *y = b->rank == 1 ? qwt_unsqueeze(b, 1) : qwt_ref(b);
    QwTensor *r = x && y ? product(x, y) : NULL;
    qwt_unref(x);
    qwt_unref(y);
    if (r && b->rank == 1) {
        QwTensor *s = qwt_select(r, -1, 0);
        qwt_unref(r);
        r = s;
    }
    if (r && a->rank == 1) {
        QwTensor *s = qwt_select(r, b->rank == 1 ? -1 : -2, 0);
        qwt_unref(r);
        r = s;
    }
    return r;
}
