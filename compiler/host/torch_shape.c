/* Views and copies, exactly by the table of language.md 3.1: what shares its
 * elements with the tensor it came from, and what does not. */
#include "host/torch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* one tensor (v) and sizes: several arguments, a sequence, or name= */
static int bind_sizes(Interp *in, CallArgs *a, const char *name, Value *v,
                      int64_t *shape)
{
    char sig[48];
    Value arg[3];
    snprintf(sig, sizeof sig, "input, *sizes, %s=", name);
    if (!torch_bind(in, a, sig, arg) || !torch_tensor_arg(in, arg[0], "input"))
        return -1;
    *v = arg[0];
    return torch_sizes(in, v_is_set(arg[2]) ? arg[2] : arg[1], shape);
}

/* view(*shape), and view(dtype): the same bytes as another dtype */
Value torch_view(Interp *in, CallArgs *a)
{
    Value v;
    int64_t shape[QWT_RANK];
    if (a->npos == 1 && a->pos[0].kind == V_DTYPE) {
        QwTensor *t = v_tensor(a->self);
        const QwDtype d = a->pos[0].dt;
        if (qw_dtype_size(d) != qw_dtype_size(t->dtype))
            return host_tensor_error(
                in, "%s elements cannot be seen as %s: the sizes differ",
                qw_dtype_info[t->dtype].torch, qw_dtype_info[d].torch);
        QwTensor *r = qwt_evaluate(t)
            ? qwt_view(t, t->rank, t->shape, t->stride, t->offset)
            : NULL;
        if (r) r->dtype = d;
        return tensor_value(in, r);
    }
    const int n = bind_sizes(in, a, "size", &v, shape);
    return n < 0 ? v_error()
                 : tensor_value(in, qwt_reshape(v_tensor(v), n, shape, false));
}

Value torch_reshape(Interp *in, CallArgs *a)
{
    Value v;
    int64_t shape[QWT_RANK];
    const int n = bind_sizes(in, a, "shape", &v, shape);
    return n < 0 ? v_error()
                 : tensor_value(in, qwt_reshape(v_tensor(v), n, shape, true));
}

Value torch_permute(Interp *in, CallArgs *a)
{
    Value v;
    int64_t dims[QWT_RANK];
    int perm[QWT_RANK];
    const int n = bind_sizes(in, a, "dims", &v, dims);
    if (n < 0) return v_error();
    if (n != v_tensor(v)->rank)
        return host_tensor_error(in, "permute needs %d dimensions, not %d",
                                 v_tensor(v)->rank, n);
    for (int i = 0; i < n; i++)
        perm[i] = dims[i] < -QWT_RANK || dims[i] > QWT_RANK ? QWT_RANK + 1
                                                            : (int)dims[i];
    return tensor_value(in, qwt_permute(v_tensor(v), perm));
}

Value torch_transpose(Interp *in, CallArgs *a)
{
    Value v[3];
    int d0, d1;
    if (!torch_bind(in, a, "input, dim0, dim1", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], 0, &d0) || !torch_dim_arg(in, v[2], 0, &d1))
        return v_error();
    return tensor_value(in, qwt_transpose(v_tensor(v[0]), d0, d1));
}

/* t() and .T: at most two dimensions */
Value torch_t(Interp *in, CallArgs *a)
{
    Value v[1];
    if (!torch_bind(in, a, "input", v) || !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    if (t->rank > 2)
        return host_tensor_error(
            in,
            "a transpose without dimensions needs a 2-D tensor, this one "
            "has %d dimensions: use permute",
            t->rank);
    return tensor_value(in, t->rank < 2 ? qwt_ref(t) : qwt_transpose(t, 0, 1));
}

Value torch_unsqueeze(Interp *in, CallArgs *a)
{
    Value v[2];
    int d;
    if (!torch_bind(in, a, "input, dim", v) ||
        !torch_tensor_arg(in, v[0], "input") || !torch_dim_arg(in, v[1], 0, &d))
        return v_error();
    return tensor_value(in, qwt_unsqueeze(v_tensor(v[0]), d));
}

Value torch_squeeze(Interp *in, CallArgs *a)
{
    Value v[2];
    int64_t dims[QWT_RANK];
    if (!torch_bind(in, a, "input, dim=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    QwTensor *t = qwt_ref(v_tensor(v[0]));
    const bool all = !v_is_set(v[1]) || v_is_none(v[1]);
    int n = all ? t->rank : arg_ints(in, v[1], "dim", dims, QWT_RANK);
    if (n < 0) {
        qwt_unref(t);
        return v_error();
    }
    for (int i = 0; all && i < n; i++) dims[i] = i;
    bool drop[QWT_RANK] = {false};
    for (int i = 0; i < n; i++) {
        const int d = qwt_dim(tcx(in),
                              dims[i] > 99 || dims[i] < -99 ? 99 : (int)dims[i],
                              t->rank);
        if (d < 0) {
            qwt_unref(t);
            return torch_failed(in);
        }
        drop[d] = true;
    }
    for (int d = t->rank - 1; t && d >= 0; d--) {
        QwTensor *s = drop[d] ? qwt_squeeze(t, d) : qwt_ref(t);
        qwt_unref(t);
        t = s;
    }
    return tensor_value(in, t);
}

Value torch_flatten(Interp *in, CallArgs *a)
{
    Value v[3];
    int first, last;
    int64_t shape[QWT_RANK];
    if (!torch_bind(in, a, "input, start_dim=, end_dim=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], 0, &first) ||
        !torch_dim_arg(in, v[2], -1, &last))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    first = qwt_dim(tcx(in), first, t->rank);
    last = first < 0 ? -1 : qwt_dim(tcx(in), last, t->rank);
    if (first < 0 || last < 0) return torch_failed(in);
    if (first > last)
        return host_tensor_error(in,
                                 "flatten: start_dim %d comes after end_dim %d",
                                 first, last);
    int n = 0;
    int64_t joined = 1;
    for (int d = 0; d < t->rank; d++) {
        joined = d >= first && d <= last ? joined * t->shape[d] : 1;
        if (d < first || d > last)
            shape[n++] = t->shape[d];
        else if (d == last)
            shape[n++] = joined;
    }
    if (!t->rank) shape[n++] = 1;
    return tensor_value(in, qwt_reshape(t, n, shape, true));
}

Value torch_expand(Interp *in, CallArgs *a)
{
    Value v;
    int64_t shape[QWT_RANK];
    const int n = bind_sizes(in, a, "size", &v, shape);
    return n < 0 ? v_error()
                 : tensor_value(in, qwt_expand(v_tensor(v), n, shape));
}

Value torch_expand_as(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, other", v) ||
        !torch_tensor_arg(in, v[1], "other"))
        return v_error();
    const QwTensor *o = v_tensor(v[1]);
    if (!strcmp(a->fname, "view_as") || !strcmp(a->fname, "reshape_as"))
        return tensor_value(in,
                            qwt_reshape(v_tensor(v[0]), o->rank, o->shape,
                                        a->fname[0] == 'r'));
    return tensor_value(in, qwt_expand(v_tensor(v[0]), o->rank, o->shape));
}

Value torch_narrow(Interp *in, CallArgs *a)
{
    Value v[4];
    int dim;
    int64_t start, len;
    if (!torch_bind(in, a, "input, dim, start, length", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], 0, &dim) ||
        !arg_int(in, v[2], "start", &start) ||
        !arg_int(in, v[3], "length", &len))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    const int d = qwt_dim(tcx(in), dim, t->rank);
    if (d >= 0 && start < 0 && t->rank) start += t->shape[d];
    return tensor_value(in, d < 0 ? NULL : qwt_slice(t, d, start, len, 1));
}

Value torch_select(Interp *in, CallArgs *a)
{
    Value v[3];
    int dim;
    int64_t i;
    if (!torch_bind(in, a, "input, dim, index", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], 0, &dim) || !arg_int(in, v[2], "index", &i))
        return v_error();
    return tensor_value(in, qwt_select(v_tensor(v[0]), dim, i));
}

/* Consecutive slices along dim as a tuple; sizes of the pieces in v. */
static Value slices(Interp *in, QwTensor *t, int dim, const int64_t *size,
                    int n, bool drop)
{
    Value out = v_error();
    Value *item = calloc((size_t)n + 1, sizeof *item);
    int64_t at = 0;
    int done = 0;
    bool ok = true;
    if (!item) fatal(EXIT_ENVIRONMENT, "out of memory");
    for (; ok && done < n; done++) {
        item[done] = tensor_value(in,
                                  drop ? qwt_select(t, dim, at)
                                       : qwt_slice(t, dim, at, size[done], 1));
        ok = !v_is_error(item[done]);
        at += drop ? 1 : size[done];
    }
    if (ok)
        out = v_tuple_take(in, item, n);
    else
        for (int i = 0; i < done - 1; i++) v_drop(in, item[i]);
    free(item);
    return out;
}

/* pieces of `each` elements, the last one shorter */
static Value even_slices(Interp *in, QwTensor *t, int dim, int64_t each)
{
    const int64_t len = t->shape[dim], n = len ? (len - 1) / each + 1 : 1;
    if (!host_limit(in, LIM_HOST_CONTAINER, n)) return v_error();
    int64_t *size = calloc((size_t)n, sizeof *size);
    if (!size) fatal(EXIT_ENVIRONMENT, "out of memory");
    for (int64_t i = 0; i < n; i++)
        size[i] = len - i * each < each ? len - i * each : each;
    const Value r = slices(in, t, dim, size, (int)n, false);
    free(size);
    return r;
}

static int whole_dim(Interp *in, QwTensor *t, Value v)
{
    int d;
    if (!torch_dim_arg(in, v, 0, &d)) return -1;
    d = qwt_dim(tcx(in), d, t->rank);
    if (d < 0)
        torch_failed(in);
    else if (!t->rank)
        host_tensor_error(in, "a tensor of rank 0 has no dimension to split");
    return t->rank ? d : -1;
}

Value torch_chunk(Interp *in, CallArgs *a)
{
    Value v[3];
    int64_t n;
    if (!torch_bind(in, a, "input, chunks, dim=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !arg_int(in, v[1], "chunks", &n))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    const int d = whole_dim(in, t, v[2]);
    if (d < 0) return v_error();
    if (n < 1)
        return host_tensor_error(in, "chunk needs at least one chunk, not %lld",
                                 (long long)n);
    const int64_t len = t->shape[d], each = len ? (len - 1) / n + 1 : 1;
    return even_slices(in, t, d, each);
}

Value torch_split(Interp *in, CallArgs *a)
{
    Value v[3];
    if (!torch_bind(in, a, "input, split_size, dim=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    const int d = whole_dim(in, t, v[2]);
    if (d < 0) return v_error();
    if (v_is_intlike(v[1])) {
        if (v[1].i < 1)
            return host_tensor_error(
                in, "split needs a size of at least 1, not %lld",
                (long long)v[1].i);
        return even_slices(in, t, d, v[1].i);
    }
    int64_t size[256], sum = 0;
    const int n = arg_ints(in, v[1], "split_size", size, LEN(size));
    if (n < 0) return v_error();
    for (int i = 0; i < n; i++)
        if (size[i] < 0 || !add_ok(sum, size[i], &sum))
            return host_tensor_error(in,
                                     "split: a size is negative or too large");
    if (sum != t->shape[d])
        return host_tensor_error(
            in, "split: the sizes add up to %lld, dimension %d has %lld",
            (long long)sum, d, (long long)t->shape[d]);
    return slices(in, t, d, size, n, false);
}

Value torch_unbind(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, dim=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    const int d = whole_dim(in, t, v[1]);
    if (d < 0 || !host_limit(in, LIM_HOST_CONTAINER, t->shape[d]))
        return v_error();
    return slices(in, t, d, NULL, (int)t->shape[d], true);
}

/* ---- copies ---- */

Value torch_clone(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, *, memory_format=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    return tensor_value(in, qwt_clone(v_tensor(v[0])));
}

Value torch_contiguous(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, *, memory_format=", v)) return v_error();
    if (qwt_is_contiguous(v_tensor(v[0]))) return v_keep(v[0]);
    return tensor_value(in, qwt_contiguous(v_tensor(v[0])));
}

static Value converted(Interp *in, Value self, QwDtype d, bool copy)
{
    QwTensor *t = v_tensor(self);
    if (t->dtype == d)
        return copy ? tensor_value(in, qwt_clone(t)) : v_keep(self);
    return tensor_value(in, qwt_to(t, d));
}

/* to(dtype), to("cpu"), to("cpu", dtype), to(other) and the keywords */
Value torch_to(Interp *in, CallArgs *a)
{
    Value v[7];
    bool copy = false;
    if (!torch_bind(
            in, a,
            "input, target=, second=, non_blocking=, copy=, dtype=, device=",
            v) ||
        (v_is_set(v[4]) && !arg_bool(in, v[4], "copy", &copy)))
        return v_error();
    QwDtype d = v_tensor(v[0])->dtype;
    for (int i = 1; i <= 2; i++) {
        if (!v_is_set(v[i]) || v_is_none(v[i]) || v[i].kind == V_BOOL) continue;
        if (v[i].kind == V_TENSOR)
            d = v_tensor(v[i])->dtype;
        else if (torch_is_dtype(v[i]) ? !torch_dtype_arg(in, v[i], d, &d)
                                      : !torch_device_arg(in, v[i]))
            return v_error();
    }
    if (!torch_dtype_arg(in, v[5], d, &d) || !torch_device_arg(in, v[6]))
        return v_error();
    return converted(in, v[0], d, copy);
}

/* float(), bfloat16(), long() ...; type_as(other) */
Value torch_to_named(Interp *in, CallArgs *a)
{
    static const struct {
        const char *name;
        QwDtype dtype;
    } named[] = {{"float", QW_F32},     {"double", QW_F64}, {"half", QW_F16},
                 {"bfloat16", QW_BF16}, {"int", QW_I32},    {"long", QW_I64},
                 {"short", QW_I16},     {"char", QW_I8},    {"byte", QW_U8},
                 {"bool", QW_BOOL}};
    Value v[2];
    const bool as = !strcmp(a->fname, "type_as");
    if (!torch_bind(in, a,
                    as ? "input, other" : "input, *, memory_format=", v) ||
        (as && !torch_tensor_arg(in, v[1], "other")))
        return v_error();
    QwDtype d = as ? v_tensor(v[1])->dtype : QW_F32;
    for (size_t i = 0; i < LEN(named) && !as; i++)
        if (!strcmp(named[i].name, a->fname)) d = named[i].dtype;
    return converted(in, v[0], d, false);
}

/* cpu(), detach(), requires_grad_(): the tensor itself */
Value torch_self(Interp *in, CallArgs *a)
{
    Value v[3];
    return torch_bind(in, a, "input, *rest, **kw", v) ? v_keep(v[0])
                                                      : v_error();
}

/* the tensors of a sequence in a new array (borrowed); count, -1: raised */
static int tensor_list(Interp *in, Value seq, QwTensor ***out)
{
    if (seq.kind != V_LIST && seq.kind != V_TUPLE) {
        host_raise(in, EXC_TYPE_ERROR,
                   "expected a list or tuple of tensors, not %s",
                   v_type_name(seq));
        return -1;
    }
    *out = calloc((size_t)seq.seq->n + 1, sizeof **out);
    if (!*out) fatal(EXIT_ENVIRONMENT, "out of memory");
    for (int i = 0; i < seq.seq->n; i++)
        if (!((*out)[i] = torch_tensor_arg(in, seq.seq->p[i], "every item"))) {
            free(*out);
            return -1;
        }
    return seq.seq->n;
}

static Value joined(Interp *in, CallArgs *a,
                    QwTensor *(*join)(QwTcx *, int, QwTensor *const *, int))
{
    Value v[4];
    int dim;
    QwTensor **t;
    if (!torch_bind(in, a, "tensors, dim=, *, out=, axis=", v) ||
        !torch_dim_arg(in, v_is_set(v[3]) ? v[3] : v[1], 0, &dim))
        return v_error();
    const int n = tensor_list(in, v[0], &t);
    if (n < 0) return v_error();
    QwTensor *r = n ? join(tcx(in), n, t, dim) : qwt_cat(tcx(in), 0, t, 0);
    free(t);
    return tensor_value(in, r);
}

/* An empty 1-D tensor joins anything: how loops begin that collect rows. */
static int without_empty(QwTensor **t, int n)
{
    int rank = -1, kept = 0;
    for (int i = 0; i < n; i++)
        if (t[i]->rank != 1 || t[i]->shape[0]) rank = t[i]->rank;
    if (rank < 0 || rank == 1) return n;
    for (int i = 0; i < n; i++)
        if (t[i]->rank != 1 || t[i]->shape[0]) t[kept++] = t[i];
    return kept;
}

static QwTensor *cat(QwTcx *cx, int n, QwTensor *const *t, int dim)
{
    return qwt_cat(cx, without_empty((QwTensor **)t, n), t, dim);
}

Value torch_cat(Interp *in, CallArgs *a)
{
    return joined(in, a, cat);
}

Value torch_stack(Interp *in, CallArgs *a)
{
    return joined(in, a, qwt_stack);
}

Value torch_repeat(Interp *in, CallArgs *a)
{
    Value v;
    int64_t times[QWT_RANK];
    const int n = bind_sizes(in, a, "repeats", &v, times);
    return n < 0 ? v_error()
                 : tensor_value(in, qwt_repeat(v_tensor(v), n, times));
}

/* repeat, with 1 for the leading dimensions that are not named */
Value torch_tile(Interp *in, CallArgs *a)
{
    Value v;
    int64_t times[QWT_RANK], all[QWT_RANK];
    const int n = bind_sizes(in, a, "dims", &v, times);
    if (n < 0) return v_error();
    const int rank = n > v_tensor(v)->rank ? n : v_tensor(v)->rank;
    for (int i = 0; i < rank; i++)
        all[i] = i < rank - n ? 1 : times[i - (rank - n)];
    return tensor_value(in, qwt_repeat(v_tensor(v), rank, all));
}

Value torch_tril(Interp *in, CallArgs *a)
{
    Value v[2];
    int64_t diagonal = 0;
    if (!torch_bind(in, a, "input, diagonal=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        (v_is_set(v[1]) && !arg_int(in, v[1], "diagonal", &diagonal)))
        return v_error();
    if (diagonal > INT32_MAX || diagonal < -INT32_MAX)
        diagonal = diagonal > 0 ? INT32_MAX : -INT32_MAX;
    return tensor_value(in,
                        qwt_tril(v_tensor(v[0]), diagonal, a->fname[3] == 'u'));
}

/* a copy with some dimensions reversed */
Value torch_flip(Interp *in, CallArgs *a)
{
    Value v;
    int64_t dims[QWT_RANK];
    unsigned seen = 0;
    const int n = bind_sizes(in, a, "dims", &v, dims);
    QwTensor *t = n < 0 ? NULL : v_tensor(v);
    if (!t) return v_error();
    QwTensor *r = qwt_view(t, t->rank, t->shape, t->stride, t->offset);
    for (int i = 0; r && i < n; i++) {
        const int d = qwt_dim(tcx(in),
                              dims[i] > 99 || dims[i] < -99 ? 99 : (int)dims[i],
                              t->rank);
        if (d < 0) {
            qwt_unref(r);
            return torch_failed(in);
        }
        if (seen >> d & 1) {
            qwt_unref(r);
            return host_tensor_error(in, "flip names dimension %d twice", d);
        }
        seen |= 1u << d;
        if (r->shape[d] > 0) r->offset += (r->shape[d] - 1) * r->stride[d];
        r->stride[d] = -r->stride[d];
    }
    QwTensor *c = r ? qwt_zeros(tcx(in), t->dtype, t->rank, t->shape) : NULL;
    const bool ok = c && qwt_copy_into(c, r);
    qwt_unref(r);
    if (ok) return tensor_value(in, c);
    qwt_unref(c);
    return torch_failed(in);
}
