/* Subscripts of tensors.  Ints, slices, None and ... make a view; tensors and
 * lists of indices, and bool masks, select by copying (advanced).  Both kinds
 * may stand in one subscript: the basic ones are applied first. */
#include "host/torch.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ITEMS = 3 * QWT_RANK };

typedef struct Subscript {
    QwTensor *view;          /* after the basic subscripts; owned */
    QwTensor *idx[QWT_RANK]; /* per dimension of view: owned, or NULL */
    bool advanced;
} Subscript;

static void subscript_end(Subscript *s)
{
    qwt_unref(s->view);
    for (int d = 0; d < QWT_RANK; d++) qwt_unref(s->idx[d]);
}

/* view becomes v (taken); false: v is NULL, raised */
static bool advance(Interp *in, Subscript *s, QwTensor *v)
{
    if (!v) return torch_failed(in), false;
    qwt_unref(s->view);
    s->view = v;
    return true;
}

static bool apply_slice(Interp *in, Subscript *s, int dim, Value slice)
{
    int64_t start, stop, step, count;
    if (!slice_indices(in, slice, s->view->shape[dim], &start, &stop, &step,
                       &count))
        return false;
    if (step < 1) {
        host_raise(in, EXC_VALUE_ERROR,
                   "the step of a tensor slice must be positive, not %lld",
                   (long long)step);
        return false;
    }
    return advance(in, s,
                   qwt_slice(s->view, dim, count ? start : 0, count, step));
}

/* A bool mask takes the place of its dimensions: the columns of its nonzero
 * positions index them. */
static bool apply_mask(Interp *in, Subscript *s, int dim, QwTensor *mask)
{
    for (int d = 0; d < mask->rank; d++)
        if (dim + d >= s->view->rank ||
            mask->shape[d] != s->view->shape[dim + d]) {
            char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
            host_tensor_error(
                in,
                "a mask of shape %s does not fit shape %s from dimension %d",
                qwt_shape_text(a, mask->rank, mask->shape),
                qwt_shape_text(b, s->view->rank, s->view->shape), dim);
            return false;
        }
    QwTensor *nz = qwt_nonzero(mask);
    if (!nz) return torch_failed(in), false;
    bool ok = true;
    for (int d = 0; ok && d < mask->rank; d++) {
        s->idx[dim + d] = qwt_select(nz, 1, d);
        ok = s->idx[dim + d] != NULL;
    }
    qwt_unref(nz);
    s->advanced = true;
    return ok || (torch_failed(in), false);
}

static bool is_mask(Value v)
{
    return v.kind == V_TENSOR && v_tensor(v)->dtype == QW_BOOL &&
        v_tensor(v)->rank > 0;
}

/* dimensions that an item uses up; -1: not a subscript */
static int dims_of(Value v)
{
    switch ((ValueKind)v.kind) {
    case V_INT:
    case V_SLICE:
    case V_LIST:
    case V_TUPLE:
    case V_RANGE: return 1;
    case V_TENSOR: return is_mask(v) ? v_tensor(v)->rank : 1;
    case V_NONE:
    case V_ELLIPSIS: return 0;
    default: return -1;
    }
}

static bool int_like(Value v, int64_t *i)
{
    if (v.kind == V_INT) {
        *i = v.i;
        return true;
    }
    QwTensor *t = v_tensor(v);
    return t && t->rank == 0 && !qw_dtype_is_float(t->dtype) &&
        t->dtype != QW_BOOL && qwt_get_i64(t, 0, i) &&
        (t->dtype != QW_U64 || *i >= 0);
}

/* One item at dimension *dim, which it moves on. */
static bool apply_item(Interp *in, Subscript *s, Value v, int *dim)
{
    int64_t i;
    if (v.kind == V_NONE) {
        QwTensor *wider =
            qwt_unsqueeze(s->view, *dim); /* later dims have no index yet */
        ++*dim;
        return advance(in, s, wider);
    }
    if (int_like(v, &i)) return advance(in, s, qwt_select(s->view, *dim, i));
    if (v.kind == V_SLICE) return apply_slice(in, s, (*dim)++, v);
    QwTensor *t = torch_from_value(in, v, -1);
    if (!t) return false;
    if (t->dtype == QW_U8 && t->rank > 0) { /* which of the two is meant? */
        qwt_unref(t);
        host_tensor_error(
            in,
            "a uint8 tensor as a subscript is a mask in PyTorch and an index in NumPy: write .bool() or .long()");
        return false;
    }
    if (t->dtype == QW_BOOL && t->rank > 0) {
        const int rank = t->rank;
        const bool ok = apply_mask(in, s, *dim, t);
        qwt_unref(t);
        *dim += rank;
        return ok;
    }
    if (qw_dtype_is_float(t->dtype) && !qwt_numel(t)) { /* [] */
        QwTensor *empty = qwt_to(t, QW_I64);
        qwt_unref(t);
        t = empty;
    }
    s->idx[(*dim)++] = t;
    s->advanced = true;
    return t != NULL || (torch_failed(in), false);
}

static bool too_many(Interp *in, const QwTensor *t, int used)
{
    char text[QWT_SHAPE_TEXT];
    host_raise_code(in, EXC_INDEX_ERROR, E0806,
                    "%d subscripts for a tensor of shape %s", used,
                    qwt_shape_text(text, t->rank, t->shape));
    return false;
}

static bool subscript(Interp *in, QwTensor *t, Value index, Subscript *s)
{
    const Value *item = &index;
    int n = 1, used = 0, dim = 0;
    bool dots = false;
    *s = (Subscript){.view = qwt_ref(t)};
    if (index.kind == V_TUPLE) {
        item = index.seq->p;
        n = index.seq->n;
    }
    if (n > MAX_ITEMS) return too_many(in, t, n);
    for (int i = 0; i < n; i++) {
        const int k = dims_of(item[i]);
        if (k < 0) {
            host_raise(in, EXC_TYPE_ERROR,
                       "a tensor has no subscript of type %s",
                       v_type_name(item[i]));
            return false;
        }
        if (item[i].kind == V_ELLIPSIS && dots) {
            host_raise(in, EXC_INDEX_ERROR, "a subscript has at most one ...");
            return false;
        }
        dots |= item[i].kind == V_ELLIPSIS;
        used += k;
    }
    if (used > t->rank) return too_many(in, t, used);
    for (int i = 0; i < n; i++) {
        if (item[i].kind == V_ELLIPSIS)
            dim += t->rank - used;
        else if (!apply_item(in, s, item[i], &dim))
            return false;
    }
    return true;
}

Value tensor_getitem(Interp *in, Value self, Value index)
{
    Subscript s;
    Value r = v_error();
    if (subscript(in, v_tensor(self), index, &s)) {
        if (!s.advanced) {
            if (s.view == v_tensor(self)) { /* t[...] is a new view object */
                QwTensor *t = s.view;
                r = tensor_value(in,
                                 qwt_view(t, t->rank, t->shape, t->stride,
                                          t->offset));
            } else {
                r = tensor_value(in, qwt_ref(s.view));
            }
        } else {
            r = tensor_value(in, qwt_index(s.view, s.idx));
        }
    }
    subscript_end(&s);
    return r;
}

bool tensor_setitem(Interp *in, Value self, Value index, Value v)
{
    Subscript s;
    QwTensor *src =
        torch_from_value(in, v,
                         v.kind == V_TENSOR ? -1 : (int)v_tensor(self)->dtype);
    if (!src) return false;
    bool ok = subscript(in, v_tensor(self), index, &s);
    if (ok) {
        ok = s.advanced ? qwt_index_put(s.view, s.idx, src)
                        : qwt_copy_into(s.view, src);
        if (!ok) torch_failed(in);
    }
    subscript_end(&s);
    qwt_unref(src);
    return ok;
}
