/* Copies and stores between tensors: contiguous and lazy clones, assignment
 * with conversion and broadcasting, joining, repeating. */
#include "tensor_int.h"

#include <stdlib.h>
#include <string.h>

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
    if (st->expr && st->expr->dtype == t->dtype && qwt_covers_storage(t))
        return qwt_wrap_expr(t->cx, qwx_ref(st->expr), t->dtype, t->rank,
                             t->shape);
    if (st->expr || !qwt_is_contiguous(t) || qwt_numel(t) < st->numel / 2)
        return real_copy(t);
    QwTensor *c = qwt_wrap_buffer(t->cx, qwb_ref(st->buf), t->dtype, t->rank,
                                  t->shape);
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

enum {
    REPLACE_MIN = 1 << 23
}; /* elements from which a whole store may stay lazy */

/* Elements of an expanded view lie on each other: which of the values is stored
 * last would depend on threads, unless there is one value only. */
static bool check_apart(const QwTensor *dst, const QwTensor *src)
{
    bool meet = false;
    for (int d = 0; d < dst->rank; d++)
        meet |= dst->shape[d] > 1 && dst->stride[d] == 0;
    char text[QWT_SHAPE_TEXT];
    return !meet || qwt_numel(src) <= 1 ||
        qwt_fail(dst->cx, QWT_ERR_USE,
                 "several elements of the expanded tensor of shape %s are one "
                 "place in memory: clone() it before it is written",
                 qwt_shape_text(text, dst->rank, dst->shape));
}

bool qwt_copy_into(QwTensor *dst, QwTensor *src)
{
    QwTcx *cx = dst->cx;
    if (!check_apart(dst, src)) return false;
    /* an expression that may read dst's memory would force a copy of all of it */
    const bool shared = dst->st->buf && dst->st->buf->refs > 1;
    if (src->st->expr && shared && !qwt_covers_storage(dst) &&
        !qwt_evaluate(src))
        return false;
    QwTensor *from = src->st == dst->st && !src->st->expr ? real_copy(src)
                                                          : qwt_ref(src);
    QwTensor *fit = from ? fit_to(from, dst) : NULL;
    qwt_unref(from);
    QwExpr *e = fit ? qwx_of(fit) : NULL;
    qwt_unref(fit);
    e = e ? qwx_cast(e, dst->dtype) : NULL;
    if (!e) return false;
    if (e->kind != EX_LEAF && e->numel >= REPLACE_MIN &&
        qwt_covers_storage(dst)) {
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
    if (dim < 0) return NULL;
    int64_t shape[QWT_RANK];
    memcpy(shape, t[0]->shape, sizeof shape);
    QwDtype dtype = t[0]->dtype;
    for (int i = 1; i < n; i++) {
        bool ok = t[i]->rank == t[0]->rank && t[0]->rank > 0;
        for (int d = 0; ok && d < t[0]->rank; d++)
            ok = d == dim || t[i]->shape[d] == shape[d];
        if (!ok ||
            __builtin_add_overflow(shape[dim], t[i]->shape[dim], &shape[dim])) {
            char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
            qwt_fail(cx, QWT_ERR_USE,
                     "shapes %s and %s cannot be joined along dimension %d",
                     qwt_shape_text(a, t[0]->rank, t[0]->shape),
                     qwt_shape_text(b, t[i]->rank, t[i]->shape), dim);
            return NULL;
        }
        dtype = qwt_promote(dtype, t[i]->dtype);
    }
    QwTensor *out = qwt_zeros(cx, dtype, t[0]->rank, shape);
    int64_t at = 0;
    for (int i = 0; out && i < n; i++) {
        QwTensor *part = out->rank
            ? qwt_slice(out, dim, at, t[i]->shape[dim], 1)
            : qwt_ref(out);
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
    if (ok) out = qwt_cat(cx, n, v, n && dim < 0 ? dim + t[0]->rank + 1 : dim);
    for (int i = 0; v && i < n; i++) qwt_unref(v[i]);
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
        ok = times[d] >= 0 &&
            !__builtin_mul_overflow(times[d], s < 0 ? 1 : t->shape[s],
                                    &shape[d]);
    }
    if (!ok) {
        qwt_fail(cx, QWT_ERR_USE,
                 "repeat needs one count of at least 0 for each of the %d "
                 "dimensions",
                 t->rank);
        return NULL;
    }
    QwTensor *out = qwt_zeros(cx, t->dtype, n, shape);
    const int64_t total = out ? qwt_numel(out) : 0;
    if (!total) return out;
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
            QwTensor *to = qwt_view(out, n, part_shape, out->stride,
                                    r * period * out->stride[d]);
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
        qwt_fail(t->cx, QWT_ERR_USE,
                 "a triangle needs a tensor of at least two dimensions");
        return NULL;
    }
    QwTensor *out = real_copy(t);
    if (!out) return NULL;
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
