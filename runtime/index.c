/* Selection by index tensors: gather, scatter, advanced subscripts.  Every
 * function turns the indices into int64_t arrays, checks them all, and then
 * moves raw elements or runs of them; nothing is written before an index
 * outside its dimension is found. */
#include "tensor_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The values of an index tensor (malloc), negative ones counted from the end
 * where that is allowed; NULL on failure. */
static int64_t *index_values(QwTensor *index, int64_t extent, int dim,
                             bool from_end)
{
    QwTcx *cx = index->cx;
    const int64_t n = qwt_numel(index);
    if (qw_dtype_is_float(index->dtype) || index->dtype == QW_BOOL) {
        qwt_fail(cx, QWT_ERR_USE,
                 "an index tensor must have an integer dtype, not %s",
                 qw_dtype_info[index->dtype].torch);
        return NULL;
    }
    int64_t *v = malloc((size_t)n * sizeof *v + 1);
    if (!v || !qwt_read_i64(index, 0, n, v)) {
        if (!v)
            qwt_fail(cx, QWT_ERR_MEMORY, "no memory for %lld indices",
                     (long long)n);
        free(v);
        return NULL;
    }
    const bool is_signed = index->dtype != QW_U64;
    for (int64_t i = 0; i < n; i++) {
        const bool back = from_end && is_signed && v[i] < 0;
        const int64_t x = back ? v[i] + extent : v[i];
        if (x < 0 || x >= extent) {
            char text[24];
            snprintf(text, sizeof text, is_signed ? "%" PRId64 : "%" PRIu64,
                     v[i]);
            qwt_fail(cx, QWT_ERR_INDEX,
                     "index %s is out of range for dimension %d with size %lld",
                     text, dim, (long long)extent);
            free(v);
            return NULL;
        }
        v[i] = x;
    }
    return v;
}

static void move(void *to, const void *from, int size)
{
    switch (size) {
    case 1: memcpy(to, from, 1); break;
    case 2: memcpy(to, from, 2); break;
    case 4: memcpy(to, from, 4); break;
    default: memcpy(to, from, 8); break;
    }
}

QwTensor *qwt_index_select(QwTensor *t, int dim, QwTensor *index)
{
    dim = qwt_dim(t->cx, dim, t->rank);
    if (dim < 0) return NULL;
    if (index->rank > 1 || !t->rank) {
        qwt_fail(t->cx, QWT_ERR_USE,
                 "index_select needs a 1-D index and a tensor with dimensions");
        return NULL;
    }
    int64_t *v = index_values(index, t->shape[dim], dim, false);
    if (!v) return NULL;
    free(v); /* only checked: a subscript would count from the end */
    QwTensor *idx[QWT_RANK] = {NULL};
    idx[dim] = index->rank ? qwt_ref(index) : qwt_unsqueeze(index, 0);
    QwTensor *r = idx[dim] ? qwt_index(t, idx) : NULL;
    qwt_unref(idx[dim]);
    return r;
}

/* ---- gather and scatter along one dimension ---- */

static bool check_gather(QwTensor *t, int dim, QwTensor *index,
                         const char *what)
{
    bool ok = t->rank == index->rank;
    for (int d = 0; ok && d < t->rank; d++)
        ok = d == dim || index->shape[d] <= t->shape[d];
    char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
    return ok ||
        qwt_fail(t->cx, QWT_ERR_USE,
                 "%s: index of shape %s does not fit shape %s along "
                 "dimension %d",
                 what, qwt_shape_text(a, index->rank, index->shape),
                 qwt_shape_text(b, t->rank, t->shape), dim);
}

/* Element offset in t for each element of index, in place of the indices. */
static void to_offsets(const QwTensor *t, int dim, const QwTensor *index,
                       int64_t *v)
{
    const int64_t n = qwt_numel(index);
    for (int64_t i = 0; i < n; i++) {
        int64_t pos = i, at = t->offset;
        for (int d = t->rank - 1; d >= 0; d--) {
            const int64_t c = pos % index->shape[d];
            pos /= index->shape[d];
            at += (d == dim ? v[i] : c) * t->stride[d];
        }
        v[i] = at;
    }
}

QwTensor *qwt_gather(QwTensor *t, int dim, QwTensor *index)
{
    dim = qwt_dim(t->cx, dim, t->rank);
    if (dim < 0 || !check_gather(t, dim, index, "gather") || !qwt_evaluate(t))
        return NULL;
    int64_t *v = index_values(index, t->rank ? t->shape[dim] : 1, dim, false);
    QwTensor *out = v ? qwt_empty(t->cx, t->dtype, index->rank, index->shape)
                      : NULL;
    if (out) {
        const int size = qw_dtype_size(t->dtype);
        const int64_t n = qwt_numel(index);
        to_offsets(t, dim, index, v);
        for (int64_t i = 0; i < n; i++)
            move(out->st->buf->data + i * size, t->st->buf->data + v[i] * size,
                 size);
    }
    free(v);
    return out;
}

static void add_to(QwDtype d, char *to, const char *from)
{
    if (qw_dtype_is_float(d))
        *(double *)(void *)to += *(const double *)(const void *)from;
    else
        *(uint64_t *)(void *)to += *(const uint64_t *)(const void *)from;
}

/* add: tensors of float64 or int64 */
static QwTensor *scattered(QwTensor *t, int dim, QwTensor *index, QwTensor *src,
                           bool add)
{
    QwTcx *cx = t->cx;
    dim = qwt_dim(cx, dim, t->rank);
    if (dim < 0 || !check_gather(t, dim, index, "scatter")) return NULL;
    bool fits = src->rank == 0 || src->rank == index->rank;
    for (int d = 0; fits && src->rank && d < index->rank; d++)
        fits = index->shape[d] <= src->shape[d];
    if (!fits) {
        char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
        qwt_fail(cx, QWT_ERR_USE,
                 "scatter: source of shape %s does not cover the index of shape "
                 "%s",
                 qwt_shape_text(a, src->rank, src->shape),
                 qwt_shape_text(b, index->rank, index->shape));
        return NULL;
    }
    int64_t *v = index_values(index, t->rank ? t->shape[dim] : 1, dim, false);
    QwTensor *out = v ? qwt_empty(cx, t->dtype, t->rank, t->shape) : NULL;
    /* the copy of a large t that is lazy shares its expression */
    QwTensor *from = out && qwt_copy_into(out, t) &&
            qwt_prepare_write(out, false)
        ? qwt_to(src, t->dtype)
        : NULL;
    if (from && qwt_evaluate(from)) {
        const int size = qw_dtype_size(t->dtype);
        const int64_t n = qwt_numel(index);
        to_offsets(out, dim, index, v);
        const int64_t zero[QWT_RANK] = {0};
        QwWalk w; /* the part of the source that the index covers */
        qww_init(&w, index->rank, index->shape,
                 from->rank ? from->stride : zero, from->offset);
        for (int64_t i = 0; i < n; i++) {
            int64_t run;
            char *to = out->st->buf->data + v[i] * size;
            const char *x = from->st->buf->data + qww_at(&w, i, &run) * size;
            if (add)
                add_to(t->dtype, to, x);
            else
                move(to, x, size);
        }
        qwt_unref(from);
        free(v);
        return out;
    }
    qwt_unref(from);
    qwt_unref(out);
    free(v);
    return NULL;
}

QwTensor *qwt_scatter(QwTensor *t, int dim, QwTensor *index, QwTensor *src)
{
    return scattered(t, dim, index, src, false);
}

QwTensor *qwt_scatter_add(QwTensor *t, int dim, QwTensor *index, QwTensor *src)
{
    const QwDtype wide = qw_dtype_is_float(t->dtype) ? QW_F64 : QW_I64;
    QwTensor *a = qwt_to(t, wide), *b = a ? qwt_to(src, wide) : NULL;
    QwTensor *r = b ? scattered(a, dim, index, b, true) : NULL;
    QwTensor *out = r ? qwt_to(r, t->dtype) : NULL;
    QwTensor *const part[] = {a, b, r};
    for (int i = 0; i < 3; i++) qwt_unref(part[i]);
    return out;
}

QwTensor *qwt_nonzero(QwTensor *t)
{
    const QwtArg args[3] = {{.t = t}, {.cls = 'i', .i = 0}};
    QwTensor *mask = qwt_op(t->cx, QWT_NE, args);
    const int64_t n = qwt_numel(t);
    const uint8_t *m = mask ? qwt_data(mask) : NULL;
    QwTensor *out = NULL;
    if (m) {
        int64_t count = 0;
        for (int64_t i = 0; i < n; i++) count += m[i];
        out = qwt_empty(t->cx, QW_I64, 2, (const int64_t[2]){count, t->rank});
    }
    int64_t *o = out ? (int64_t *)(void *)out->st->buf->data : NULL;
    for (int64_t i = 0; o && i < n; i++) {
        if (!m[i]) continue;
        int64_t pos = i;
        for (int d = t->rank - 1; d >= 0; d--) {
            o[d] = pos % t->shape[d];
            pos /= t->shape[d];
        }
        o += t->rank;
    }
    qwt_unref(mask);
    return out;
}

/* ---- advanced subscripts ---- */

/* Dimensions with an index are replaced by the broadcast shape of the indices,
 * in the place of the first of them when they are neighbours, else in front. */
typedef struct Plan {
    int64_t *offset; /* element offset in t of each index position */
    int64_t count;   /* positions */
    int nidx;        /* broadcast dimensions */
    int rank;        /* of the result */
    int64_t shape[QWT_RANK];
    int place; /* result dimension of the first broadcast one */
    int nrest; /* dimensions of t without an index */
    int64_t rest_shape[QWT_RANK], rest_stride[QWT_RANK];
} Plan;

static bool plan_shape(QwTensor *t, QwTensor *const *idx, Plan *p,
                       int64_t *ishape)
{
    int first = -1, last = -1, given = 0, before = 0;
    *p = (Plan){0};
    for (int d = 0; d < t->rank; d++) {
        if (!idx[d]) {
            p->rest_shape[p->nrest] = t->shape[d];
            p->rest_stride[p->nrest++] = t->stride[d];
            before += first < 0;
            continue;
        }
        if (!qwt_broadcast_shape(t->cx, p->nidx, ishape, idx[d]->rank,
                                 idx[d]->shape, &p->nidx, ishape))
            return false;
        first = first < 0 ? d : first;
        last = d;
        given++;
    }
    p->place = last - first + 1 == given ? before : 0;
    p->rank = p->nrest + p->nidx;
    if (p->rank > QWT_RANK)
        return qwt_fail(t->cx, QWT_ERR_USE,
                        "the subscripted tensor would have %d dimensions",
                        p->rank);
    memcpy(p->shape, p->rest_shape, sizeof(int64_t) * (size_t)p->place);
    memcpy(p->shape + p->place, ishape, sizeof(int64_t) * (size_t)p->nidx);
    memcpy(p->shape + p->place + p->nidx, p->rest_shape + p->place,
           sizeof(int64_t) * (size_t)(p->nrest - p->place));
    return true;
}

static bool plan_index(QwTensor *t, QwTensor *const *idx, Plan *p)
{
    int64_t ishape[QWT_RANK] = {0};
    if (!plan_shape(t, idx, p, ishape)) return false;
    const int64_t n = qwt_count(t->cx, QW_I64, p->nidx, ishape);
    p->count = n;
    p->offset = n < 0 ? NULL : malloc((size_t)n * sizeof(int64_t) + 1);
    if (!p->offset)
        return n < 0
            ? false
            : qwt_fail(t->cx, QWT_ERR_MEMORY, "no memory for an index");
    for (int64_t i = 0; i < n; i++) p->offset[i] = t->offset;
    for (int d = 0; d < t->rank; d++) {
        if (!idx[d]) continue;
        QwTensor *e = qwt_expand(idx[d], p->nidx, ishape);
        int64_t *v = e ? index_values(e, t->shape[d], d, true) : NULL;
        qwt_unref(e);
        for (int64_t i = 0; v && i < n; i++)
            p->offset[i] += v[i] * t->stride[d];
        free(v);
        if (!v) {
            free(p->offset);
            return false;
        }
    }
    return true;
}

/* Moves every index position's remaining elements between t and r, a
 * contiguous tensor of the result's shape. */
static bool move_all(QwTensor *t, QwTensor *r, const Plan *p, bool store)
{
    const int size = qw_dtype_size(t->dtype);
    int64_t n = 1;
    for (int d = 0; d < p->nrest; d++) n *= p->rest_shape[d];
    char *row = malloc((size_t)(n * size) + 1);
    if (!row)
        return qwt_fail(t->cx, QWT_ERR_MEMORY, "no memory for a subscript");
    /* the rest of one position inside r, and r's walk over positions */
    int64_t rstride[QWT_RANK] = {0};
    memcpy(rstride, r->stride, sizeof(int64_t) * (size_t)p->place);
    memcpy(rstride + p->place, r->stride + p->place + p->nidx,
           sizeof(int64_t) * (size_t)(p->nrest - p->place));
    QwWalk in, out, at;
    qww_init(&in, p->nrest, p->rest_shape, p->rest_stride, 0);
    qww_init(&out, p->nrest, p->rest_shape, rstride, 0);
    qww_init(&at, p->nidx, r->shape + p->place, r->stride + p->place, 0);
    for (int64_t i = 0; n && i < p->count; i++) {
        int64_t run;
        char *a = t->st->buf->data + p->offset[i] * size;
        char *b = r->st->buf->data + qww_at(&at, i, &run) * size;
        qww_load(store ? &out : &in, store ? b : a, size, 0, n, row);
        qww_store(store ? &in : &out, store ? a : b, size, 0, n, row);
    }
    free(row);
    return true;
}

QwTensor *qwt_index(QwTensor *t, QwTensor *const *idx)
{
    Plan p;
    if (!qwt_evaluate(t) || !plan_index(t, idx, &p)) return NULL;
    QwTensor *out = qwt_empty(t->cx, t->dtype, p.rank, p.shape);
    if (out && !move_all(t, out, &p, false)) {
        qwt_unref(out);
        out = NULL;
    }
    free(p.offset);
    return out;
}

bool qwt_index_put(QwTensor *t, QwTensor *const *idx, QwTensor *src)
{
    Plan p;
    if (!plan_index(t, idx, &p)) return false;
    QwTensor *from = qwt_empty(t->cx, t->dtype, p.rank, p.shape);
    const bool ok = from && qwt_copy_into(from, src) && qwt_evaluate(from) &&
        qwt_prepare_write(t, false) && move_all(t, from, &p, true);
    qwt_unref(from);
    free(p.offset);
    return ok;
}
