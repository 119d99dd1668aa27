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

enum { BIG_BYTES = 1 << 20 }; /* from here on pages come from the system, zeroed */

static bool charge(QwTcx *cx, int64_t bytes)
{
    int64_t sum;
    if (__builtin_add_overflow(cx->mem_used, bytes, &sum) ||
        (cx->mem_limit && sum > cx->mem_limit))
        return qwt_fail(cx, QWT_ERR_MEMORY,
                        "%lld bytes of tensors are in use, %lld more would exceed the limit "
                        "`memory` of %lld",
                        (long long)cx->mem_used, (long long)bytes, (long long)cx->mem_limit);
    cx->mem_used = sum;
    if (sum > cx->mem_peak)
        cx->mem_peak = sum;
    return true;
}

static void *pages(int64_t bytes)
{
    void *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return NULL;
    madvise(p, (size_t)bytes, MADV_HUGEPAGE);
    return p;
}

QwBuffer *qwb_new(QwTcx *cx, int64_t bytes, bool zero)
{
    if (!charge(cx, bytes))
        return NULL;
    QwBuffer *b = calloc(1, sizeof *b);
    const bool big = bytes >= BIG_BYTES;
    if (b) {
        const size_t rounded = ((size_t)bytes + 64) & ~(size_t)63;
        b->data = big ? pages(bytes) : aligned_alloc(64, rounded);
    }
    if (!b || !b->data) {
        free(b);
        cx->mem_used -= bytes;
        qwt_fail(cx, QWT_ERR_MEMORY, "no memory for a tensor of %lld bytes", (long long)bytes);
        return NULL;
    }
    if (!big && zero)
        memset(b->data, 0, (size_t)bytes);
    *b = (QwBuffer){.refs = 1, .kind = big ? BUF_MMAP : BUF_HEAP, .data = b->data,
                    .bytes = bytes, .map = b->data, .map_len = (size_t)bytes,
                    .charged = bytes, .cx = cx};
    return b;
}

QwBuffer *qwb_from_map(QwTcx *cx, void *map, size_t map_len, char *data, int64_t bytes,
                       int64_t charged)
{
    QwBuffer *b = charge(cx, charged) ? calloc(1, sizeof *b) : NULL;
    if (!b)
        return NULL;
    *b = (QwBuffer){.refs = 1, .kind = BUF_MMAP, .read_only = true, .data = data, .bytes = bytes,
                    .map = map, .map_len = map_len, .charged = charged, .cx = cx};
    return b;
}

QwBuffer *qwb_ref(QwBuffer *b)
{
    b->refs++;
    return b;
}

void qwb_unref(QwBuffer *b)
{
    if (!b || --b->refs)
        return;
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
        n += (size_t)sprintf(text + n, "%s%lld", d ? ", " : "", (long long)shape[d]);
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
        qwt_fail(cx, QWT_ERR_USE, "a tensor has at most %d dimensions, not %d", QWT_RANK, rank);
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
    const int64_t limit = cx->tensor_limit ? cx->tensor_limit : INT64_C(1) << 40;
    if (!fits || __builtin_mul_overflow(n, qw_dtype_size(dtype), &bytes) || bytes > limit) {
        qwt_fail(cx, QWT_ERR_SIZE, "a %s tensor of shape %s is larger than the limit "
                 "`tensor-bytes` of %lld", qw_dtype_info[dtype].torch,
                 qwt_shape_text(text, rank, shape), (long long)limit);
        return -1;
    }
    return empty ? 0 : n;
}

int64_t qwt_numel(const QwTensor *t)
{
    int64_t n = 1;
    for (int d = 0; d < t->rank; d++)
        n *= t->shape[d];
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
        if (t->shape[d] == 0)
            return true;
        if (t->shape[d] != 1 && t->stride[d] != want)
            return false;
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
    return t->offset == 0 && qwt_numel(t) == t->st->numel && qwt_is_contiguous(t);
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
    if (a->st != b->st || !qwt_numel(a) || !qwt_numel(b))
        return false;
    int64_t alo, ahi, blo, bhi;
    extent(a, &alo, &ahi);
    extent(b, &blo, &bhi);
    return alo <= bhi && blo <= ahi;
}

/* ---- tensors ---- */

static void storage_unref(QwStorage *st)
{
    if (!st || --st->refs)
        return;
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
    if (!t || --t->refs)
        return;
    storage_unref(t->st);
    free(t);
}

static void set_contiguous(QwTensor *t, int rank, const int64_t *shape)
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

static QwTensor *wrap(QwTcx *cx, QwBuffer *buf, QwExpr *expr, QwDtype dtype, int rank,
                      const int64_t *shape)
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
    set_contiguous(t, rank, shape);
    *st = (QwStorage){.refs = 1, .buf = buf, .expr = expr, .numel = qwt_numel(t)};
    return t;
}

QwTensor *qwt_wrap_buffer(QwTcx *cx, QwBuffer *b, QwDtype dtype, int rank, const int64_t *shape)
{
    return wrap(cx, b, NULL, dtype, rank, shape);
}

QwTensor *qwt_wrap_expr(QwTcx *cx, QwExpr *e, QwDtype dtype, int rank, const int64_t *shape)
{
    return wrap(cx, NULL, e, dtype, rank, shape);
}

static QwTensor *make(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape, bool zero)
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

QwTensor *qwt_from_data(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape, const void *data)
{
    QwTensor *t = qwt_empty(cx, dtype, rank, shape);
    if (t && qwt_bytes(t))
        memcpy(t->st->buf->data, data, (size_t)qwt_bytes(t));
    return t;
}

QwTensor *qwt_scalar_f64(QwTcx *cx, QwDtype dtype, double x)
{
    QwTensor *t = qwt_empty(cx, dtype, 0, NULL);
    if (t)
        qw_elem_set_f64(dtype, t->st->buf->data, x);
    return t;
}

QwTensor *qwt_scalar_i64(QwTcx *cx, QwDtype dtype, int64_t x)
{
    QwTensor *t = qwt_empty(cx, dtype, 0, NULL);
    if (t)
        qw_elem_set_i64(dtype, t->st->buf->data, x);
    return t;
}

QwTensor *qwt_from_mapping(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape, void *base,
                           size_t len, const void *data)
{
    const int64_t n = qwt_count(cx, dtype, rank, shape);
    QwBuffer *b = NULL;
    if (n >= 0)
        b = qwb_from_map(cx, base, len, (char *)(uintptr_t)data, n * qw_dtype_size(dtype), 0);
    if (b)
        return qwt_wrap_buffer(cx, b, dtype, rank, shape);
    munmap(base, len);
    return NULL;
}

/* One block in a memory file, its pages seen n times in a row. */
static QwBuffer *map_repeated(QwTcx *cx, const void *data, int64_t bytes, int64_t n)
{
    const int fd = memfd_create("qwc-tensor", MFD_CLOEXEC);
    const size_t total = (size_t)bytes * (size_t)n;
    char *base = MAP_FAILED;
    bool ok = fd >= 0 && !ftruncate(fd, bytes);
    for (int64_t done = 0; ok && done < bytes;) {
        const ssize_t w = pwrite(fd, (const char *)data + done, (size_t)(bytes - done), done);
        ok = w > 0 || (w < 0 && errno == EINTR);
        done += w > 0 ? w : 0;
    }
    if (ok)
        base = mmap(NULL, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    ok = ok && base != MAP_FAILED;
    for (int64_t i = 0; ok && i < n; i++)
        ok = mmap(base + i * bytes, (size_t)bytes, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) !=
             MAP_FAILED;
    if (fd >= 0)
        close(fd);
    QwBuffer *b = ok ? qwb_from_map(cx, base, total, base, bytes * n, bytes) : NULL;
    if (!b) {
        if (base != MAP_FAILED)
            munmap(base, total);
        qwt_fail(cx, QWT_ERR_MEMORY, "cannot map %lld bytes %lld times", (long long)bytes,
                 (long long)n);
    }
    return b;
}

QwTensor *qwt_repeat_mapped(QwTensor *t, int64_t n)
{
    QwTcx *cx = t->cx;
    const int64_t bytes = qwt_bytes(t), page = sysconf(_SC_PAGESIZE);
    if (t->rank < 1 || n < 1 || bytes == 0 || bytes % page) {
        qwt_fail(cx, QWT_ERR_USE, "a block of %lld bytes cannot be repeated %lld times without a "
                 "copy: its size is no positive multiple of the page (%lld bytes)",
                 (long long)bytes, (long long)n, (long long)page);
        return NULL;
    }
    int64_t shape[QWT_RANK];
    memcpy(shape, t->shape, sizeof shape);
    if (__builtin_mul_overflow(shape[0], n, &shape[0]))
        shape[0] = INT64_MAX;
    if (qwt_count(cx, t->dtype, t->rank, shape) < 0)
        return NULL;
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
    if (!st->expr)
        return true;
    QwBuffer *b = qwb_new(t->cx, st->numel * qw_dtype_size(t->dtype), false);
    if (!b)
        return false;
    const int64_t shape[1] = {st->numel};
    QwTensor *whole = qwt_wrap_buffer(t->cx, qwb_ref(b), t->dtype, 1, shape);
    const bool ok = whole && qwx_store(t->cx, st->expr, whole);
    qwt_unref(whole);
    if (!ok) {
        qwb_unref(b);
        return false;
    }
    qwx_become_leaf(st->expr, b); /* others that hold it need not compute it again */
    qwx_unref(st->expr);
    st->expr = NULL;
    st->buf = b;
    return true;
}

typedef struct CopyJob { char *to; const char *from; } CopyJob;

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
    if (st->expr && !all && !qwt_evaluate(t))
        return false;
    if (st->buf && st->buf->refs == 1 && !st->buf->read_only)
        return true;
    const int64_t bytes = st->numel * qw_dtype_size(t->dtype);
    QwBuffer *b = qwb_new(t->cx, bytes, false);
    if (!b)
        return false;
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

bool qwt_read_f64(QwTensor *t, int64_t pos, int64_t n, double *out)
{
    return read_as(t, QW_F64, pos, n, out);
}

bool qwt_read_i64(QwTensor *t, int64_t pos, int64_t n, int64_t *out)
{
    return read_as(t, t->dtype == QW_U64 ? QW_U64 : QW_I64, pos, n, out);
}

static const char *element(QwTensor *t, int64_t pos)
{
    if (!qwt_evaluate(t))
        return NULL;
    QwWalk w;
    int64_t run;
    qww_init(&w, t->rank, t->shape, t->stride, t->offset);
    return t->st->buf->data + qww_at(&w, pos, &run) * qw_dtype_size(t->dtype);
}

bool qwt_get_f64(QwTensor *t, int64_t pos, double *x)
{
    const char *p = element(t, pos);
    if (p)
        *x = qw_elem_f64(t->dtype, p);
    return p != NULL;
}

bool qwt_get_i64(QwTensor *t, int64_t pos, int64_t *x)
{
    const char *p = element(t, pos);
    if (p)
        *x = qw_elem_i64(t->dtype, p);
    return p != NULL;
}

/* ---- walking a view ---- */

/* Joins dimensions that continue each other and drops those of extent 1. */
void qww_init(QwWalk *w, int rank, const int64_t *shape, const int64_t *stride, int64_t offset)
{
    *w = (QwWalk){.offset = offset};
    for (int d = 0; d < rank; d++) {
        if (shape[d] == 1)
            continue;
        const int last = w->rank - 1;
        if (last >= 0 && w->stride[last] == stride[d] * shape[d]) {
            w->shape[last] *= shape[d];
            w->stride[last] = stride[d];
            continue;
        }
        w->shape[w->rank] = shape[d];
        w->stride[w->rank++] = stride[d];
    }
}

int64_t qww_at(const QwWalk *w, int64_t pos, int64_t *run)
{
    int64_t at = w->offset;
    *run = 1;
    for (int d = w->rank - 1; d >= 0; d--) {
        const int64_t i = d ? pos % w->shape[d] : pos;
        if (d == w->rank - 1)
            *run = w->shape[d] - i;
        pos = d ? pos / w->shape[d] : 0;
        at += i * w->stride[d];
    }
    return at;
}

#define STRIDED_CASES(MOVE) \
    switch (size) { \
    case 1: MOVE(uint8_t); break; \
    case 2: MOVE(uint16_t); break; \
    case 4: MOVE(uint32_t); break; \
    default: MOVE(uint64_t); break; \
    }

static void load_run(const char *src, int64_t stride, int size, int64_t n, void *out)
{
    if (stride == 1) {
        memcpy(out, src, (size_t)(n * size));
        return;
    }
#define MOVE(T) \
    do { \
        T *restrict o = out; \
        const T *a = (const T *)(const void *)src; \
        for (int64_t i = 0; i < n; i++) \
            o[i] = a[i * stride]; \
    } while (0)
    STRIDED_CASES(MOVE)
#undef MOVE
}

static void store_run(char *dst, int64_t stride, int size, int64_t n, const void *in)
{
    if (stride == 1) {
        memcpy(dst, in, (size_t)(n * size));
        return;
    }
#define MOVE(T) \
    do { \
        const T *restrict a = in; \
        T *o = (T *)(void *)dst; \
        for (int64_t i = 0; i < n; i++) \
            o[i * stride] = a[i]; \
    } while (0)
    STRIDED_CASES(MOVE)
#undef MOVE
}

/* Calls one of the two above for each run of [pos, pos + n): the odometer is
 * set once and then stepped. */
static void each_run(const QwWalk *w, char *data, int size, int64_t pos, int64_t n, char *packed,
                     bool store)
{
    int64_t index[QWT_RANK] = {0}, at = w->offset;
    const int last = w->rank - 1;
    for (int d = last; d >= 0; d--) {
        index[d] = d ? pos % w->shape[d] : pos;
        pos = d ? pos / w->shape[d] : 0;
        at += index[d] * w->stride[d];
    }
    while (n > 0) {
        const int64_t room = last < 0 ? 1 : w->shape[last] - index[last];
        const int64_t m = n < room ? n : room;
        const int64_t stride = last < 0 ? 1 : w->stride[last];
        if (store)
            store_run(data + at * size, stride, size, m, packed);
        else
            load_run(data + at * size, stride, size, m, packed);
        packed += m * size;
        n -= m;
        if (n <= 0)
            return;
        at -= index[last] * stride;
        index[last] = 0;
        for (int d = last - 1; d >= 0; d--) {
            at += w->stride[d];
            if (++index[d] < w->shape[d] || d == 0)
                break;
            at -= index[d] * w->stride[d];
            index[d] = 0;
        }
    }
}

void qww_load(const QwWalk *w, const char *data, int size, int64_t pos, int64_t n, void *out)
{
    each_run(w, (char *)(uintptr_t)data, size, pos, n, out, false);
}

void qww_store(const QwWalk *w, char *data, int size, int64_t pos, int64_t n, const void *in)
{
    each_run(w, data, size, pos, n, (char *)(uintptr_t)in, true);
}

/* ---- views ---- */

QwTensor *qwt_view(QwTensor *t, int rank, const int64_t *shape, const int64_t *stride,
                   int64_t offset)
{
    QwTensor *v = calloc(1, sizeof *v);
    if (!v) {
        qwt_fail(t->cx, QWT_ERR_MEMORY, "no memory for a tensor");
        return NULL;
    }
    *v = (QwTensor){.refs = 1, .dtype = t->dtype, .rank = rank, .offset = offset, .st = t->st,
                    .cx = t->cx};
    if (rank) {
        memcpy(v->shape, shape, sizeof *shape * (size_t)rank);
        memcpy(v->stride, stride, sizeof *stride * (size_t)rank);
    }
    t->st->refs++;
    return v;
}

int qwt_dim(QwTcx *cx, int dim, int rank)
{
    const int n = rank ? rank : 1;
    if (dim >= -n && dim < n)
        return dim < 0 ? dim + n : dim;
    qwt_fail(cx, QWT_ERR_INDEX, "dimension %d is out of range for a tensor of rank %d (-%d to %d)",
             dim, rank, n, n - 1);
    return -1;
}

static QwTensor *same_view(QwTensor *t)
{
    return qwt_view(t, t->rank, t->shape, t->stride, t->offset);
}

static void drop_dim(QwTensor *v, int dim)
{
    for (int d = dim; d + 1 < v->rank; d++) {
        v->shape[d] = v->shape[d + 1];
        v->stride[d] = v->stride[d + 1];
    }
    v->rank--;
}

/* a dimension of a tensor that has at least one */
static int real_dim(QwTensor *t, int dim)
{
    if (t->rank)
        return qwt_dim(t->cx, dim, t->rank);
    qwt_fail(t->cx, QWT_ERR_USE, "a tensor of rank 0 has no dimension to index");
    return -1;
}

QwTensor *qwt_select(QwTensor *t, int dim, int64_t index)
{
    dim = real_dim(t, dim);
    if (dim < 0)
        return NULL;
    const int64_t n = t->shape[dim], i = index < 0 ? index + n : index;
    if (i < 0 || i >= n) {
        char text[QWT_SHAPE_TEXT];
        qwt_fail(t->cx, QWT_ERR_INDEX, "index %lld is out of range for dimension %d of shape %s",
                 (long long)index, dim, qwt_shape_text(text, t->rank, t->shape));
        return NULL;
    }
    QwTensor *v = same_view(t);
    if (!v)
        return NULL;
    v->offset += i * t->stride[dim];
    drop_dim(v, dim);
    return v;
}

QwTensor *qwt_slice(QwTensor *t, int dim, int64_t start, int64_t len, int64_t step)
{
    dim = real_dim(t, dim);
    if (dim < 0)
        return NULL;
    const int64_t n = t->shape[dim];
    int64_t far;
    const bool inside = len >= 0 && step > 0 && start >= 0 && start <= n &&
                        (len == 0 || (!__builtin_mul_overflow(len - 1, step, &far) &&
                                      far <= n - 1 - start));
    if (!inside) {
        char text[QWT_SHAPE_TEXT];
        qwt_fail(t->cx, QWT_ERR_USE, "%lld elements from %lld do not fit dimension %d of shape %s",
                 (long long)len, (long long)start, dim, qwt_shape_text(text, t->rank, t->shape));
        return NULL;
    }
    QwTensor *v = same_view(t);
    if (!v)
        return NULL;
    v->offset += len ? start * t->stride[dim] : 0;
    v->shape[dim] = len;
    v->stride[dim] = len > 1 ? t->stride[dim] * step : t->stride[dim];
    return v;
}

QwTensor *qwt_permute(QwTensor *t, const int *perm)
{
    bool seen[QWT_RANK] = {false};
    QwTensor *v = same_view(t);
    for (int d = 0; v && d < t->rank; d++) {
        const int from = qwt_dim(t->cx, perm[d], t->rank);
        if (from < 0 || seen[from]) {
            if (from >= 0)
                qwt_fail(t->cx, QWT_ERR_USE, "dimension %d occurs twice in a permutation", from);
            qwt_unref(v);
            return NULL;
        }
        seen[from] = true;
        v->shape[d] = t->shape[from];
        v->stride[d] = t->stride[from];
    }
    return v;
}

QwTensor *qwt_transpose(QwTensor *t, int d0, int d1)
{
    d0 = qwt_dim(t->cx, d0, t->rank);
    d1 = d0 < 0 ? -1 : qwt_dim(t->cx, d1, t->rank);
    if (d0 < 0 || d1 < 0)
        return NULL;
    int perm[QWT_RANK] = {0, 1, 2, 3, 4, 5, 6, 7};
    perm[d0] = d1;
    perm[d1] = d0;
    return qwt_permute(t, perm);
}

QwTensor *qwt_unsqueeze(QwTensor *t, int dim)
{
    if (t->rank == QWT_RANK) {
        qwt_fail(t->cx, QWT_ERR_USE, "a tensor has at most %d dimensions", QWT_RANK);
        return NULL;
    }
    dim = qwt_dim(t->cx, dim, t->rank + 1);
    QwTensor *v = dim < 0 ? NULL : same_view(t);
    if (!v)
        return NULL;
    for (int d = v->rank++; d > dim; d--) {
        v->shape[d] = v->shape[d - 1];
        v->stride[d] = v->stride[d - 1];
    }
    v->stride[dim] = dim + 1 < v->rank ? v->stride[dim + 1] * v->shape[dim + 1] : 1;
    v->shape[dim] = 1;
    return v;
}

QwTensor *qwt_squeeze(QwTensor *t, int dim)
{
    dim = qwt_dim(t->cx, dim, t->rank);
    QwTensor *v = dim < 0 ? NULL : same_view(t);
    if (v && v->rank && v->shape[dim] == 1)
        drop_dim(v, dim);
    return v;
}

QwTensor *qwt_expand(QwTensor *t, int rank, const int64_t *shape)
{
    char from[QWT_SHAPE_TEXT], to[QWT_SHAPE_TEXT];
    int64_t sh[QWT_RANK] = {0}, st[QWT_RANK] = {0};
    bool ok = rank >= t->rank && rank <= QWT_RANK;
    for (int d = 0; ok && d < rank; d++) {
        const int s = d - (rank - t->rank);
        const int64_t have = s < 0 ? 1 : t->shape[s];
        sh[d] = shape[d] == -1 && s >= 0 ? have : shape[d];
        st[d] = s < 0 || (have == 1 && sh[d] != 1) ? 0 : t->stride[s];
        ok = sh[d] >= 0 && (have == 1 || have == sh[d]);
    }
    if (!ok) {
        qwt_fail(t->cx, QWT_ERR_USE, "shape %s cannot be expanded to %s",
                 qwt_shape_text(from, t->rank, t->shape),
                 qwt_shape_text(to, rank < QWT_RANK ? rank : QWT_RANK, shape));
        return NULL;
    }
    if (qwt_count(t->cx, t->dtype, rank, sh) < 0)
        return NULL;
    return qwt_view(t, rank, sh, st, t->offset);
}

/* Strides of t seen with another shape of as many elements: each group of old
 * dimensions that continue each other must be covered by a group of new ones. */
static bool view_strides(const QwTensor *t, int rank, const int64_t *shape, int64_t *stride)
{
    QwWalk w;
    qww_init(&w, t->rank, t->shape, t->stride, t->offset);
    int g = w.rank - 1;
    int64_t left = g >= 0 ? w.shape[g] : 1;
    int64_t step = g >= 0 ? w.stride[g] : 1;
    for (int d = rank - 1; d >= 0; d--) {
        if (shape[d] == 1) {
            stride[d] = step;
            continue;
        }
        if (left == 1 && g > 0) {
            g--;
            left = w.shape[g];
            step = w.stride[g];
        }
        if (left % shape[d])
            return false;
        stride[d] = step;
        left /= shape[d];
        step *= shape[d];
    }
    return true;
}

/* the shape with -1 replaced; false: an error */
static bool infer_shape(QwTensor *t, int rank, const int64_t *shape, int64_t *out)
{
    char from[QWT_SHAPE_TEXT], to[QWT_SHAPE_TEXT];
    const int64_t n = qwt_numel(t);
    int64_t known = 1;
    int hole = -1;
    bool ok = rank <= QWT_RANK;
    for (int d = 0; ok && d < rank; d++) {
        out[d] = shape[d];
        if (shape[d] == -1 && hole < 0)
            hole = d;
        else
            ok = shape[d] >= 0 && !__builtin_mul_overflow(known, shape[d], &known);
    }
    if (ok && hole >= 0) {
        ok = known > 0 && n % known == 0;
        if (ok)
            out[hole] = n / known;
    } else {
        ok = ok && known == n;
    }
    return ok || qwt_fail(t->cx, QWT_ERR_USE, "shape %s (%lld elements) cannot be viewed as %s",
                          qwt_shape_text(from, t->rank, t->shape), (long long)n,
                          qwt_shape_text(to, rank < QWT_RANK ? rank : QWT_RANK, shape));
}

QwTensor *qwt_reshape(QwTensor *t, int rank, const int64_t *shape, bool copy)
{
    int64_t sh[QWT_RANK] = {0}, stride[QWT_RANK] = {0};
    if (!infer_shape(t, rank, shape, sh))
        return NULL;
    if (!qwt_numel(t)) {
        QwTensor c;
        set_contiguous(&c, rank, sh);
        return qwt_view(t, rank, c.shape, c.stride, t->offset);
    }
    if (view_strides(t, rank, sh, stride))
        return qwt_view(t, rank, sh, stride, t->offset);
    if (!copy) {
        char from[QWT_SHAPE_TEXT], to[QWT_SHAPE_TEXT];
        qwt_fail(t->cx, QWT_ERR_USE, "shape %s with these strides cannot be viewed as %s without "
                 "a copy: use reshape", qwt_shape_text(from, t->rank, t->shape),
                 qwt_shape_text(to, rank, sh));
        return NULL;
    }
    QwTensor *c = qwt_contiguous(t);
    QwTensor *v = c ? qwt_reshape(c, rank, sh, false) : NULL;
    qwt_unref(c);
    return v;
}

/* ---- copies ---- */

/* a contiguous tensor of the elements now */
static QwTensor *real_copy(QwTensor *t)
{
    QwTensor *c = qwt_empty(t->cx, t->dtype, t->rank, t->shape);
    QwExpr *e = c ? qwx_of(t) : NULL;
    const bool ok = e && qwx_store(t->cx, e, c);
    qwx_unref(e);
    if (!ok) {
        qwt_unref(c);
        return NULL;
    }
    return c;
}

QwTensor *qwt_contiguous(QwTensor *t)
{
    return qwt_is_contiguous(t) ? qwt_ref(t) : real_copy(t);
}

/* A clone of less than half of a buffer is copied at once: writing it later
 * would otherwise copy the whole buffer. */
QwTensor *qwt_clone(QwTensor *t)
{
    QwStorage *st = t->st;
    if (st->expr && qwt_covers_storage(t))
        return qwt_wrap_expr(t->cx, qwx_ref(st->expr), t->dtype, t->rank, t->shape);
    if (st->expr || !qwt_is_contiguous(t) || qwt_numel(t) < st->numel / 2)
        return real_copy(t);
    QwTensor *c = qwt_wrap_buffer(t->cx, qwb_ref(st->buf), t->dtype, t->rank, t->shape);
    if (c) {
        c->st->numel = st->numel;
        c->offset = t->offset;
    }
    return c;
}

/* Source dimensions in front that the target lacks must be 1. */
static QwTensor *fit_to(QwTensor *src, const QwTensor *dst)
{
    QwTensor *s = qwt_ref(src);
    while (s && s->rank > dst->rank && s->shape[0] == 1) {
        QwTensor *v = qwt_select(s, 0, 0);
        qwt_unref(s);
        s = v;
    }
    QwTensor *e = s ? qwt_expand(s, dst->rank, dst->shape) : NULL;
    qwt_unref(s);
    return e;
}

enum { REPLACE_MIN = 1 << 23 }; /* elements from which a whole store may stay lazy */

bool qwt_copy_into(QwTensor *dst, QwTensor *src)
{
    QwTcx *cx = dst->cx;
    /* an expression that may read dst's memory would force a copy of all of it */
    const bool shared = dst->st->buf && dst->st->buf->refs > 1;
    if (src->st->expr && shared && !qwt_covers_storage(dst) && !qwt_evaluate(src))
        return false;
    QwTensor *from = src->st == dst->st && !src->st->expr ? real_copy(src) : qwt_ref(src);
    QwTensor *fit = from ? fit_to(from, dst) : NULL;
    qwt_unref(from);
    QwExpr *e = fit ? qwx_of(fit) : NULL;
    qwt_unref(fit);
    e = e ? qwx_cast(e, dst->dtype) : NULL;
    if (!e)
        return false;
    if (e->kind != EX_LEAF && e->numel >= REPLACE_MIN && qwt_covers_storage(dst)) {
        qwb_unref(dst->st->buf);
        qwx_unref(dst->st->expr);
        dst->st->buf = NULL;
        dst->st->expr = e;
        return true;
    }
    const bool ok = qwt_prepare_write(dst, true) && qwx_store(cx, e, dst);
    qwx_unref(e);
    return ok;
}

QwTensor *qwt_cat(QwTcx *cx, int n, QwTensor *const *t, int dim)
{
    if (n < 1) {
        qwt_fail(cx, QWT_ERR_USE, "expected at least one tensor to join");
        return NULL;
    }
    dim = qwt_dim(cx, dim, t[0]->rank);
    if (dim < 0)
        return NULL;
    int64_t shape[QWT_RANK];
    memcpy(shape, t[0]->shape, sizeof shape);
    QwDtype dtype = t[0]->dtype;
    for (int i = 1; i < n; i++) {
        bool ok = t[i]->rank == t[0]->rank && t[0]->rank > 0;
        for (int d = 0; ok && d < t[0]->rank; d++)
            ok = d == dim || t[i]->shape[d] == shape[d];
        if (!ok || __builtin_add_overflow(shape[dim], t[i]->shape[dim], &shape[dim])) {
            char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
            qwt_fail(cx, QWT_ERR_USE, "shapes %s and %s cannot be joined along dimension %d",
                     qwt_shape_text(a, t[0]->rank, t[0]->shape),
                     qwt_shape_text(b, t[i]->rank, t[i]->shape), dim);
            return NULL;
        }
        dtype = qwt_promote(dtype, t[i]->dtype);
    }
    QwTensor *out = qwt_zeros(cx, dtype, t[0]->rank, shape);
    int64_t at = 0;
    for (int i = 0; out && i < n; i++) {
        QwTensor *part = out->rank ? qwt_slice(out, dim, at, t[i]->shape[dim], 1) : qwt_ref(out);
        const bool ok = part && qwt_copy_into(part, t[i]);
        qwt_unref(part);
        at += out->rank ? t[i]->shape[dim] : 0;
        if (!ok) {
            qwt_unref(out);
            return NULL;
        }
    }
    return out;
}

QwTensor *qwt_stack(QwTcx *cx, int n, QwTensor *const *t, int dim)
{
    for (int i = 1; i < n; i++)
        if (!qwt_same_shape(t[0], t[i])) {
            char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
            qwt_fail(cx, QWT_ERR_USE, "stack needs equal shapes, not %s and %s",
                     qwt_shape_text(a, t[0]->rank, t[0]->shape),
                     qwt_shape_text(b, t[i]->rank, t[i]->shape));
            return NULL;
        }
    QwTensor **v = calloc((size_t)n + 1, sizeof *v);
    bool ok = v != NULL;
    for (int i = 0; ok && i < n; i++)
        ok = (v[i] = qwt_unsqueeze(t[i], dim)) != NULL;
    QwTensor *out = NULL;
    if (ok)
        out = qwt_cat(cx, n, v, n && dim < 0 ? dim + t[0]->rank + 1 : dim);
    for (int i = 0; v && i < n; i++)
        qwt_unref(v[i]);
    free(v);
    return out;
}

/* t seen as [1, s0, 1, s1, ...], expanded to [r0, s0, r1, s1, ...], copied */
QwTensor *qwt_repeat(QwTensor *t, int n, const int64_t *times)
{
    int64_t shape[QWT_RANK];
    QwTcx *cx = t->cx;
    bool ok = n >= t->rank && n <= QWT_RANK;
    for (int d = 0; ok && d < n; d++) {
        const int s = d - (n - t->rank);
        ok = times[d] >= 0 && !__builtin_mul_overflow(times[d], s < 0 ? 1 : t->shape[s], &shape[d]);
    }
    if (!ok) {
        qwt_fail(cx, QWT_ERR_USE, "repeat needs one count of at least 0 for each of the %d "
                 "dimensions", t->rank);
        return NULL;
    }
    QwTensor *out = qwt_zeros(cx, t->dtype, n, shape);
    const int64_t total = out ? qwt_numel(out) : 0;
    if (!total)
        return out;
    /* fill one period, then double along each dimension from the last */
    int64_t part_shape[QWT_RANK];
    for (int d = 0; d < n; d++)
        part_shape[d] = d < n - t->rank ? 1 : t->shape[d - (n - t->rank)];
    QwTensor *part = qwt_view(out, n, part_shape, out->stride, 0);
    ok = part && qwt_copy_into(part, t);
    qwt_unref(part);
    for (int d = n - 1; ok && d >= 0; d--) {
        const int64_t period = part_shape[d];
        part = qwt_view(out, n, part_shape, out->stride, 0);
        for (int64_t r = 1; ok && part && r < times[d]; r++) {
            QwTensor *to = qwt_view(out, n, part_shape, out->stride, r * period * out->stride[d]);
            ok = to && qwt_copy_into(to, part);
            qwt_unref(to);
        }
        ok = ok && part;
        qwt_unref(part);
        part_shape[d] = shape[d];
    }
    if (!ok) {
        qwt_unref(out);
        return NULL;
    }
    return out;
}

QwTensor *qwt_tril(QwTensor *t, int64_t diagonal, bool upper)
{
    if (t->rank < 2) {
        qwt_fail(t->cx, QWT_ERR_USE, "a triangle needs a tensor of at least two dimensions");
        return NULL;
    }
    QwTensor *out = real_copy(t);
    if (!out)
        return NULL;
    const int64_t m = t->shape[t->rank - 2], n = t->shape[t->rank - 1];
    const int64_t size = qw_dtype_size(t->dtype);
    const int64_t rows = n ? qwt_numel(out) / n : 0;
    for (int64_t r = 0; r < rows; r++) {
        char *row = out->st->buf->data + r * n * size;
        int64_t cut = r % m + diagonal + (upper ? 0 : 1);
        cut = cut < 0 ? 0 : cut > n ? n : cut;
        if (upper)
            memset(row, 0, (size_t)(cut * size));
        else
            memset(row + cut * size, 0, (size_t)((n - cut) * size));
    }
    return out;
}
