/* Buffers, storages and views: who owns memory and who sees whose writes.
 *
 * A buffer is memory with a reference count.  A storage is what views share;
 * it owns one reference of a buffer or of an expression.  Two storages may
 * hold one buffer: that is a clone nobody has written yet, and the first write
 * through either gives the writer a buffer of its own (qwt_prepare_write).
 * Expressions hold buffers in the same way, so they keep old values. */
#include "tensor_int.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool qwt_fail(QwTcx *cx, QwtErr err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(cx->msg, sizeof cx->msg, fmt, ap);
    va_end(ap);
    cx->err = err;
    return false;
}

/* ---- buffers ---- */

enum {
    BIG_BYTES = 1 << 20
}; /* from here on pages come from the system, zeroed */

static bool charge(QwTcx *cx, int64_t bytes)
{
    int64_t sum;
    if (__builtin_add_overflow(cx->mem_used, bytes, &sum) ||
        (cx->mem_limit && sum > cx->mem_limit))
        return qwt_fail(
            cx, QWT_ERR_MEMORY,
            "%lld bytes of tensors are in use, %lld more would exceed the limit "
            "`memory` of %lld",
            (long long)cx->mem_used, (long long)bytes,
            (long long)cx->mem_limit);
    cx->mem_used = sum;
    if (sum > cx->mem_peak) cx->mem_peak = sum;
    return true;
}

static void *pages(int64_t bytes)
{
    void *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED) return NULL;
    madvise(p, (size_t)bytes, MADV_HUGEPAGE);
    return p;
}

static QwBuffer *qwb_new(QwTcx *cx, int64_t bytes, bool zero)
{
    if (!charge(cx, bytes)) return NULL;
    QwBuffer *b = calloc(1, sizeof *b);
    const bool big = bytes >= BIG_BYTES;
    if (b) {
        const size_t rounded = ((size_t)bytes + 64) & ~(size_t)63;
        b->data = big ? pages(bytes) : aligned_alloc(64, rounded);
    }
    if (!b || !b->data) {
        free(b);
        cx->mem_used -= bytes;
        qwt_fail(cx, QWT_ERR_MEMORY, "no memory for a tensor of %lld bytes",
                 (long long)bytes);
        return NULL;
    }
    if (!big && zero) memset(b->data, 0, (size_t)bytes);
    *b = (QwBuffer){.refs = 1,
                    .kind = big ? BUF_MMAP : BUF_HEAP,
                    .data = b->data,
                    .bytes = bytes,
                    .map = b->data,
                    .map_len = (size_t)bytes,
                    .charged = bytes,
                    .cx = cx};
    return b;
}

static QwBuffer *qwb_from_map(QwTcx *cx, void *map, size_t map_len, char *data,
                              int64_t bytes, int64_t charged)
{
    if (!charge(cx, charged)) return NULL;
    QwBuffer *b = calloc(1, sizeof *b);
    if (!b) {
        cx->mem_used -= charged;
        qwt_fail(cx, QWT_ERR_MEMORY, "no memory for a tensor");
        return NULL;
    }
    *b = (QwBuffer){.refs = 1,
                    .kind = BUF_MMAP,
                    .read_only = true,
                    .data = data,
                    .bytes = bytes,
                    .map = map,
                    .map_len = map_len,
                    .charged = charged,
                    .cx = cx};
    return b;
}

QwBuffer *qwb_ref(QwBuffer *b)
{
    b->refs++;
    return b;
}

void qwb_unref(QwBuffer *b)
{
    if (!b || --b->refs) return;
    b->cx->mem_used -= b->charged;
    if (b->kind == BUF_MMAP)
        munmap(b->map, b->map_len);
    else
        free(b->data);
    free(b);
}

/* ---- sizes and texts ---- */

char *qwt_shape_text(char *text, int rank, const int64_t *shape)
{
    size_t n = 0;
    text[n++] = '[';
    for (int d = 0; d < rank && n + 24 < QWT_SHAPE_TEXT; d++)
        n += (size_t)snprintf(text + n, QWT_SHAPE_TEXT - n, "%s%lld",
                              d ? ", " : "", (long long)shape[d]);
    text[n++] = ']';
    text[n] = 0;
    return text;
}

int64_t qwt_count(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape)
{
    char text[QWT_SHAPE_TEXT];
    int64_t n = 1;
    bool fits = true, empty = false;
    if (rank > QWT_RANK) {
        qwt_fail(cx, QWT_ERR_USE, "a tensor has at most %d dimensions, not %d",
                 QWT_RANK, rank);
        return -1;
    }
    for (int d = 0; d < rank; d++) {
        if (shape[d] < 0) {
            qwt_fail(cx, QWT_ERR_USE, "negative dimension in shape %s",
                     qwt_shape_text(text, rank, shape));
            return -1;
        }
        if (!shape[d])
            empty = true;
        else if (__builtin_mul_overflow(n, shape[d], &n))
            fits = false;
    }
    int64_t bytes;
    const int64_t limit = cx->tensor_limit ? cx->tensor_limit
                                           : INT64_C(1) << 40;
    if (!fits || __builtin_mul_overflow(n, qw_dtype_size(dtype), &bytes) ||
        bytes > limit) {
        qwt_fail(cx, QWT_ERR_SIZE,
                 "a %s tensor of shape %s is larger than the limit "
                 "`tensor-bytes` of %lld",
                 qw_dtype_info[dtype].torch, qwt_shape_text(text, rank, shape),
                 (long long)limit);
        return -1;
    }
    return empty ? 0 : n;
}

int64_t qwt_numel(const QwTensor *t)
{
    int64_t n = 1;
    for (int d = 0; d < t->rank; d++) n *= t->shape[d];
    return n;
}

int64_t qwt_bytes(const QwTensor *t)
{
    return qwt_numel(t) * qw_dtype_size(t->dtype);
}

bool qwt_is_contiguous(const QwTensor *t)
{
    int64_t want = 1;
    for (int d = t->rank - 1; d >= 0; d--) {
        if (t->shape[d] == 0) return true;
        if (t->shape[d] != 1 && t->stride[d] != want) return false;
        want *= t->shape[d];
    }
    return true;
}

bool qwt_is_lazy(const QwTensor *t)
{
    return t->st->expr != NULL;
}

bool qwt_same_shape(const QwTensor *a, const QwTensor *b)
{
    return a->rank == b->rank &&
        !memcmp(a->shape, b->shape, sizeof *a->shape * (size_t)a->rank);
}

bool qwt_covers_storage(const QwTensor *t)
{
    return t->offset == 0 && qwt_numel(t) == t->st->numel &&
        qwt_is_contiguous(t);
}

/* first and last element offset of a view */
static void extent(const QwTensor *t, int64_t *lo, int64_t *hi)
{
    *lo = *hi = t->offset;
    for (int d = 0; d < t->rank; d++) {
        const int64_t far = (t->shape[d] - 1) * t->stride[d];
        *(far < 0 ? lo : hi) += far;
    }
}

bool qwt_shares_memory(const QwTensor *a, const QwTensor *b)
{
    if (a->st != b->st || !qwt_numel(a) || !qwt_numel(b)) return false;
    int64_t alo, ahi, blo, bhi;
    extent(a, &alo, &ahi);
    extent(b, &blo, &bhi);
    return alo <= bhi && blo <= ahi;
}

/* ---- tensors ---- */

static void storage_unref(QwStorage *st)
{
    if (!st || --st->refs) return;
    qwb_unref(st->buf);
    qwx_unref(st->expr);
    free(st);
}

QwTensor *qwt_ref(QwTensor *t)
{
    t->refs++;
    return t;
}

void qwt_unref(QwTensor *t)
{
    if (!t || --t->refs) return;
    storage_unref(t->st);
    free(t);
}

void qwt_set_contiguous(QwTensor *t, int rank, const int64_t *shape)
{
    t->rank = rank;
    t->offset = 0;
    int64_t step = 1;
    for (int d = rank - 1; d >= 0; d--) {
        t->shape[d] = shape[d];
        t->stride[d] = step;
        step *= shape[d] > 0 ? shape[d] : 1;
    }
}

static QwTensor *wrap(QwTcx *cx, QwBuffer *buf, QwExpr *expr, QwDtype dtype,
                      int rank, const int64_t *shape)
{
    QwTensor *t = calloc(1, sizeof *t);
    QwStorage *st = calloc(1, sizeof *st);
    if (!t || !st) {
        free(t);
        free(st);
        qwb_unref(buf);
        qwx_unref(expr);
        qwt_fail(cx, QWT_ERR_MEMORY, "no memory for a tensor");
        return NULL;
    }
    t->refs = st->refs = 1;
    t->cx = cx;
    t->dtype = dtype;
    t->st = st;
    qwt_set_contiguous(t, rank, shape);
    *st =
        (QwStorage){.refs = 1, .buf = buf, .expr = expr, .numel = qwt_numel(t)};
    return t;
}

QwTensor *qwt_wrap_buffer(QwTcx *cx, QwBuffer *b, QwDtype dtype, int rank,
                          const int64_t *shape)
{
    return wrap(cx, b, NULL, dtype, rank, shape);
}

QwTensor *qwt_wrap_expr(QwTcx *cx, QwExpr *e, QwDtype dtype, int rank,
                        const int64_t *shape)
{
    return wrap(cx, NULL, e, dtype, rank, shape);
}

static QwTensor *make(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape,
                      bool zero)
{
    const int64_t n = qwt_count(cx, dtype, rank, shape);
    QwBuffer *b = n < 0 ? NULL : qwb_new(cx, n * qw_dtype_size(dtype), zero);
    return b ? qwt_wrap_buffer(cx, b, dtype, rank, shape) : NULL;
}

QwTensor *qwt_zeros(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape)
{
    return make(cx, dtype, rank, shape, true);
}

QwTensor *qwt_empty(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape)
{
    return make(cx, dtype, rank, shape, false);
}

QwTensor *qwt_from_data(QwTcx *cx, QwDtype dtype, int rank,
                        const int64_t *shape, const void *data)
{
    QwTensor *t = qwt_empty(cx, dtype, rank, shape);
    if (t && qwt_bytes(t)) memcpy(t->st->buf->data, data, (size_t)qwt_bytes(t));
    return t;
}

QwTensor *qwt_scalar_f64(QwTcx *cx, QwDtype dtype, double x)
{
    QwTensor *t = qwt_empty(cx, dtype, 0, NULL);
    if (t) qw_elem_set_f64(dtype, t->st->buf->data, x);
    return t;
}

QwTensor *qwt_from_mapping(QwTcx *cx, QwDtype dtype, int rank,
                           const int64_t *shape, void *base, size_t len,
                           const void *data)
{
    const int64_t n = qwt_count(cx, dtype, rank, shape);
    QwBuffer *b = NULL;
    if (n >= 0)
        b = qwb_from_map(cx, base, len, (char *)(uintptr_t)data,
                         n * qw_dtype_size(dtype), 0);
    if (b) return qwt_wrap_buffer(cx, b, dtype, rank, shape);
    munmap(base, len);
    return NULL;
}

/* One block in a memory file, its pages seen n times in a row. */
static QwBuffer *map_repeated(QwTcx *cx, const void *data, int64_t bytes,
                              int64_t n)
{
    const int fd = memfd_create("qwc-tensor", MFD_CLOEXEC);
    const size_t total = (size_t)bytes * (size_t)n;
    char *base = MAP_FAILED;
    bool ok = fd >= 0 && !ftruncate(fd, bytes);
    for (int64_t done = 0; ok && done < bytes;) {
        const ssize_t w = pwrite(fd, (const char *)data + done,
                                 (size_t)(bytes - done), done);
        ok = w > 0 || (w < 0 && errno == EINTR);
        done += w > 0 ? w : 0;
    }
    if (ok)
        base = mmap(NULL, total, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ok = ok && base != MAP_FAILED;
    for (int64_t i = 0; ok && i < n; i++)
        ok = mmap(base + i * bytes, (size_t)bytes, PROT_READ,
                  MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED;
    if (!ok)
        qwt_fail(cx, QWT_ERR_MEMORY, "cannot map %lld bytes %lld times: %s",
                 (long long)bytes, (long long)n, strerror(errno));
    if (fd >= 0) close(fd);
    QwBuffer *b = ok ? qwb_from_map(cx, base, total, base, bytes * n, bytes)
                     : NULL;
    if (!b && base != MAP_FAILED) munmap(base, total);
    return b;
}

QwTensor *qwt_repeat_mapped(QwTensor *t, int64_t n)
{
    QwTcx *cx = t->cx;
    const int64_t bytes = qwt_bytes(t), page = sysconf(_SC_PAGESIZE);
    if (t->rank < 1 || n < 1 || bytes == 0 || bytes % page) {
        qwt_fail(
            cx, QWT_ERR_USE,
            "a block of %lld bytes cannot be repeated %lld times without a "
            "copy: its size is no positive multiple of the page (%lld bytes)",
            (long long)bytes, (long long)n, (long long)page);
        return NULL;
    }
    int64_t shape[QWT_RANK];
    memcpy(shape, t->shape, sizeof shape);
    if (__builtin_mul_overflow(shape[0], n, &shape[0])) shape[0] = INT64_MAX;
    if (qwt_count(cx, t->dtype, t->rank, shape) < 0) return NULL;
    QwTensor *c = qwt_contiguous(t);
    const void *data = c ? qwt_data(c) : NULL;
    QwBuffer *b = data ? map_repeated(cx, data, bytes, n) : NULL;
    qwt_unref(c);
    return b ? qwt_wrap_buffer(cx, b, t->dtype, t->rank, shape) : NULL;
}

/* ---- values ---- */

bool qwt_evaluate(QwTensor *t)
{
    QwStorage *st = t->st;
    if (!st->expr) return true;
    QwBuffer *b = qwb_new(t->cx, st->numel * qw_dtype_size(t->dtype), false);
    if (!b) return false;
    const int64_t shape[1] = {st->numel};
    QwTensor *whole = qwt_wrap_buffer(t->cx, qwb_ref(b), t->dtype, 1, shape);
    const bool ok = whole && qwx_store(t->cx, st->expr, whole);
    qwt_unref(whole);
    if (!ok) {
        qwb_unref(b);
        return false;
    }
    qwx_become_leaf(st->expr,
                    b); /* others that hold it need not compute it again */
    qwx_unref(st->expr);
    st->expr = NULL;
    st->buf = b;
    return true;
}

typedef struct CopyJob {
    char *to;
    const char *from;
} CopyJob;

static void copy_piece(void *arg, void *scratch, int64_t lo, int64_t hi)
{
    const CopyJob *j = arg;
    (void)scratch;
    memcpy(j->to + lo, j->from + lo, (size_t)(hi - lo));
}

bool qwt_prepare_write(QwTensor *t, bool all)
{
    QwStorage *st = t->st;
    all = all && qwt_covers_storage(t);
    if (st->expr && !all && !qwt_evaluate(t)) return false;
    if (st->buf && st->buf->refs == 1 && !st->buf->read_only) return true;
    const int64_t bytes = st->numel * qw_dtype_size(t->dtype);
    QwBuffer *b = qwb_new(t->cx, bytes, false);
    if (!b) return false;
    if (!all) {
        CopyJob j = {b->data, st->buf->data};
        qw_pieces(t->cx, NULL, bytes, 1 << 22, copy_piece, &j);
    }
    qwb_unref(st->buf);
    qwx_unref(st->expr);
    st->expr = NULL;
    st->buf = b;
    return true;
}

const void *qwt_data(QwTensor *t)
{
    return qwt_evaluate(t) ? qwt_raw(t) : NULL;
}

void *qwt_data_rw(QwTensor *t)
{
    return qwt_prepare_write(t, false) ? qwt_raw(t) : NULL;
}

/* n elements from pos, converted through the expression machinery */
static bool read_as(QwTensor *t, QwDtype as, int64_t pos, int64_t n, void *out)
{
    QwExpr *e = qwt_evaluate(t) ? qwx_of(t) : NULL;
    e = e ? qwx_cast(e, as) : NULL;
    QwProg *p = e ? qwp_new(t->cx, e) : NULL;
    void *scratch = p ? qwp_scratch(p, n) : NULL;
    if (scratch)
        qwp_eval(p, scratch, pos, n, out);
    else if (p)
        qwt_fail(t->cx, QWT_ERR_MEMORY, "no memory to read a tensor");
    free(scratch);
    qwp_free(p);
    qwx_unref(e);
    return scratch != NULL;
}

bool qwt_read_i64(QwTensor *t, int64_t pos, int64_t n, int64_t *out)
{
    return read_as(t, t->dtype == QW_U64 ? QW_U64 : QW_I64, pos, n, out);
}

static const char *element(QwTensor *t, int64_t pos)
{
    if (!qwt_evaluate(t)) return NULL;
    QwWalk w;
    int64_t run;
    qww_init(&w, t->rank, t->shape, t->stride, t->offset);
    return t->st->buf->data + qww_at(&w, pos, &run) * qw_dtype_size(t->dtype);
}

bool qwt_get_f64(QwTensor *t, int64_t pos, double *x)
{
    const char *p = element(t, pos);
    if (p) *x = qw_elem_f64(t->dtype, p);
    return p != NULL;
}

bool qwt_get_i64(QwTensor *t, int64_t pos, int64_t *x)
{
    const char *p = element(t, pos);
    if (p) *x = qw_elem_i64(t->dtype, p);
    return p != NULL;
}
