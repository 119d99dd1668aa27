/* Strided views: how positions of one walk through memory, and the functions
 * that make one from another without touching an element. */
#include "tensor_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- walking a view ---- */

/* Joins dimensions that continue each other and drops those of extent 1. */
void qww_init(QwWalk *w, int rank, const int64_t *shape, const int64_t *stride,
              int64_t offset)
{
    *w = (QwWalk){.offset = offset};
    for (int d = 0; d < rank; d++) {
        if (shape[d] == 1) continue;
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
        if (d == w->rank - 1) *run = w->shape[d] - i;
        pos = d ? pos / w->shape[d] : 0;
        at += i * w->stride[d];
    }
    return at;
}

#define STRIDED_CASES(MOVE)         \
    switch (size) {                 \
    case 1: MOVE(uint8_t); break;   \
    case 2: MOVE(uint16_t); break;  \
    case 4: MOVE(uint32_t); break;  \
    default: MOVE(uint64_t); break; \
    }

static void load_run(const char *src, int64_t stride, int size, int64_t n,
                     void *out)
{
    if (stride == 1) {
        memcpy(out, src, (size_t)(n * size));
        return;
    }
#define MOVE(T)                                               \
    do {                                                      \
        T *restrict o = out;                                  \
        const T *a = (const T *)(const void *)src;            \
        for (int64_t i = 0; i < n; i++) o[i] = a[i * stride]; \
    } while (0)
    STRIDED_CASES(MOVE)
#undef MOVE
}

static void store_run(char *dst, int64_t stride, int size, int64_t n,
                      const void *in)
{
    if (stride == 1) {
        memcpy(dst, in, (size_t)(n * size));
        return;
    }
#define MOVE(T)                                               \
    do {                                                      \
        const T *restrict a = in;                             \
        T *o = (T *)(void *)dst;                              \
        for (int64_t i = 0; i < n; i++) o[i * stride] = a[i]; \
    } while (0)
    STRIDED_CASES(MOVE)
#undef MOVE
}

/* Calls one of the two above for each run of [pos, pos + n): the odometer is
 * set once and then stepped. */
static void each_run(const QwWalk *w, char *data, int size, int64_t pos,
                     int64_t n, char *packed, bool store)
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
        if (n <= 0) return;
        at -= index[last] * stride;
        index[last] = 0;
        for (int d = last - 1; d >= 0; d--) {
            at += w->stride[d];
            if (++index[d] < w->shape[d] || d == 0) break;
            at -= index[d] * w->stride[d];
            index[d] = 0;
        }
    }
}

void qww_load(const QwWalk *w, const char *data, int size, int64_t pos,
              int64_t n, void *out)
{
    each_run(w, (char *)(uintptr_t)data, size, pos, n, out, false);
}

void qww_store(const QwWalk *w, char *data, int size, int64_t pos, int64_t n,
               const void *in)
{
    each_run(w, data, size, pos, n, (char *)(uintptr_t)in, true);
}

/* ---- views ---- */

QwTensor *qwt_view(QwTensor *t, int rank, const int64_t *shape,
                   const int64_t *stride, int64_t offset)
{
    QwTensor *v = calloc(1, sizeof *v);
    if (!v) {
        qwt_fail(t->cx, QWT_ERR_MEMORY, "no memory for a tensor");
        return NULL;
    }
    *v = (QwTensor){.refs = 1,
                    .dtype = t->dtype,
                    .rank = rank,
                    .offset = offset,
                    .st = t->st,
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
    if (dim >= -n && dim < n) return dim < 0 ? dim + n : dim;
    qwt_fail(cx, QWT_ERR_INDEX,
             "dimension %d is out of range for a tensor of rank %d (-%d to %d)",
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
    if (t->rank) return qwt_dim(t->cx, dim, t->rank);
    qwt_fail(t->cx, QWT_ERR_USE,
             "a tensor of rank 0 has no dimension to index");
    return -1;
}

QwTensor *qwt_select(QwTensor *t, int dim, int64_t index)
{
    dim = real_dim(t, dim);
    if (dim < 0) return NULL;
    const int64_t n = t->shape[dim], i = index < 0 ? index + n : index;
    if (i < 0 || i >= n) {
        char text[QWT_SHAPE_TEXT];
        qwt_fail(t->cx, QWT_ERR_INDEX,
                 "index %lld is out of range for dimension %d of shape %s",
                 (long long)index, dim,
                 qwt_shape_text(text, t->rank, t->shape));
        return NULL;
    }
    QwTensor *v = same_view(t);
    if (!v) return NULL;
    v->offset += i * t->stride[dim];
    drop_dim(v, dim);
    return v;
}

QwTensor *qwt_slice(QwTensor *t, int dim, int64_t start, int64_t len,
                    int64_t step)
{
    dim = real_dim(t, dim);
    if (dim < 0) return NULL;
    const int64_t n = t->shape[dim];
    int64_t far;
    const bool inside = len >= 0 && step > 0 && start >= 0 && start <= n &&
        (len == 0 ||
         (!__builtin_mul_overflow(len - 1, step, &far) &&
          far <= n - 1 - start));
    if (!inside) {
        char text[QWT_SHAPE_TEXT];
        qwt_fail(t->cx, QWT_ERR_USE,
                 "%lld elements from %lld do not fit dimension %d of shape %s",
                 (long long)len, (long long)start, dim,
                 qwt_shape_text(text, t->rank, t->shape));
        return NULL;
    }
    QwTensor *v = same_view(t);
    if (!v) return NULL;
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
                qwt_fail(t->cx, QWT_ERR_USE,
                         "dimension %d occurs twice in a permutation", from);
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
    if (d0 < 0 || d1 < 0) return NULL;
    int perm[QWT_RANK] = {0, 1, 2, 3, 4, 5, 6, 7};
    perm[d0] = d1;
    perm[d1] = d0;
    return qwt_permute(t, perm);
}

QwTensor *qwt_unsqueeze(QwTensor *t, int dim)
{
    if (t->rank == QWT_RANK) {
        qwt_fail(t->cx, QWT_ERR_USE, "a tensor has at most %d dimensions",
                 QWT_RANK);
        return NULL;
    }
    dim = qwt_dim(t->cx, dim, t->rank + 1);
    QwTensor *v = dim < 0 ? NULL : same_view(t);
    if (!v) return NULL;
    for (int d = v->rank++; d > dim; d--) {
        v->shape[d] = v->shape[d - 1];
        v->stride[d] = v->stride[d - 1];
    }
    v->stride[dim] = dim + 1 < v->rank ? v->stride[dim + 1] * v->shape[dim + 1]
                                       : 1;
    v->shape[dim] = 1;
    return v;
}

QwTensor *qwt_squeeze(QwTensor *t, int dim)
{
    dim = qwt_dim(t->cx, dim, t->rank);
    QwTensor *v = dim < 0 ? NULL : same_view(t);
    if (v && v->rank && v->shape[dim] == 1) drop_dim(v, dim);
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
    if (qwt_count(t->cx, t->dtype, rank, sh) < 0) return NULL;
    return qwt_view(t, rank, sh, st, t->offset);
}

/* Strides of t seen with another shape of as many elements: each group of old
 * dimensions that continue each other must be covered by a group of new ones. */
static bool view_strides(const QwTensor *t, int rank, const int64_t *shape,
                         int64_t *stride)
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
        if (left % shape[d]) return false;
        stride[d] = step;
        left /= shape[d];
        step *= shape[d];
    }
    return true;
}

/* the shape with -1 replaced; false: an error */
static bool infer_shape(QwTensor *t, int rank, const int64_t *shape,
                        int64_t *out)
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
            ok = shape[d] >= 0 &&
                !__builtin_mul_overflow(known, shape[d], &known);
    }
    if (ok && hole >= 0) {
        ok = known > 0 && n % known == 0;
        if (ok) out[hole] = n / known;
    } else {
        ok = ok && known == n;
    }
    return ok ||
        qwt_fail(t->cx, QWT_ERR_USE,
                 "shape %s (%lld elements) cannot be viewed as %s",
                 qwt_shape_text(from, t->rank, t->shape), (long long)n,
                 qwt_shape_text(to, rank < QWT_RANK ? rank : QWT_RANK, shape));
}

QwTensor *qwt_reshape(QwTensor *t, int rank, const int64_t *shape, bool copy)
{
    int64_t sh[QWT_RANK] = {0}, stride[QWT_RANK] = {0};
    if (!infer_shape(t, rank, shape, sh)) return NULL;
    if (!qwt_numel(t)) {
        if (qwt_count(t->cx, t->dtype, rank, sh) < 0) return NULL;
        QwTensor c;
        qwt_set_contiguous(&c, rank, sh);
        return qwt_view(t, rank, c.shape, c.stride, t->offset);
    }
    if (view_strides(t, rank, sh, stride))
        return qwt_view(t, rank, sh, stride, t->offset);
    if (!copy) {
        char from[QWT_SHAPE_TEXT], to[QWT_SHAPE_TEXT];
        qwt_fail(t->cx, QWT_ERR_USE,
                 "shape %s with these strides cannot be viewed as %s without "
                 "a copy: use reshape",
                 qwt_shape_text(from, t->rank, t->shape),
                 qwt_shape_text(to, rank, sh));
        return NULL;
    }
    QwTensor *c = qwt_contiguous(t);
    QwTensor *v = c ? qwt_reshape(c, rank, sh, false) : NULL;
    qwt_unref(c);
    return v;
}
