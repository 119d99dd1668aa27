/* Reductions, products and selection: arguments to runtime calls. */
#include "host/torch.h"

#include <math.h>
#include <string.h>

/* dim= of a reduction: None, an int, or several */
static bool red_dims(Interp *in, Value v, QwtRedArgs *r)
{
    int64_t dims[QWT_RANK];
    if (!v_is_set(v) || v_is_none(v)) return true;
    r->ndims = arg_ints(in, v, "dim", dims, QWT_RANK);
    for (int i = 0; i < r->ndims; i++)
        r->dims[i] = dims[i] > 99 || dims[i] < -99 ? 99 : (int)dims[i];
    return r->ndims >= 0;
}

static bool red_keep(Interp *in, Value v, QwtRedArgs *r)
{
    return !v_is_set(v) || arg_bool(in, v, "keepdim", &r->keepdim);
}

static bool red_dtype(Interp *in, Value v, QwtRedArgs *r)
{
    QwDtype d;
    r->dtype = -1;
    if (!v_is_set(v) || v_is_none(v)) return true;
    if (!torch_dtype_arg(in, v, QW_F32, &d)) return false;
    r->dtype = (int)d;
    return true;
}

static Value given(Value a, Value b)
{
    return v_is_set(a) ? a : b;
}

Value torch_reduce(Interp *in, CallArgs *a)
{
    static const struct {
        const char *name;
        QwtRed red;
    } named[] = {{"sum", QWT_SUM},
                 {"mean", QWT_MEAN},
                 {"prod", QWT_PROD},
                 {"any", QWT_ANY},
                 {"all", QWT_ALL},
                 {"logsumexp", QWT_LOGSUMEXP},
                 {"count_nonzero", QWT_COUNT_NONZERO},
                 {"amax", QWT_MAX},
                 {"amin", QWT_MIN}};
    Value v[6];
    QwtRedArgs r = {0};
    QwtRed red = QWT_SUM;
    if (!torch_bind(in, a,
                    "input, dim=, keepdim=, *, dtype=, axis=, out=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !red_dims(in, given(v[1], v[4]), &r) || !red_keep(in, v[2], &r) ||
        !red_dtype(in, v[3], &r))
        return v_error();
    for (size_t i = 0; i < LEN(named); i++)
        if (!strcmp(named[i].name, a->fname)) red = named[i].red;
    return tensor_value(in, qwt_reduce(v_tensor(v[0]), red, &r));
}

/* max and min: of everything, along dim (a pair), or of two tensors */
Value torch_extreme(Interp *in, CallArgs *a)
{
    const bool max = a->fname[1] == 'a';
    Value v[5];
    QwtRedArgs r = {.dtype = -1};
    if (!torch_bind(in, a, "input, dim=, keepdim=, *, other=, axis=", v) ||
        !torch_tensor_arg(in, v[0], "input") || !red_keep(in, v[2], &r))
        return v_error();
    const Value other = v[1].kind == V_TENSOR ? v[1] : v[3];
    if (v_is_set(other)) {
        if (!torch_tensor_arg(in, other, "other")) return v_error();
        return tensor_value(in,
                            qwt_op2(max ? QWT_MAXIMUM : QWT_MINIMUM,
                                    v_tensor(v[0]), v_tensor(other)));
    }
    const Value dim = given(v[1], v[4]);
    if (!v_is_set(dim) || v_is_none(dim))
        return tensor_value(in,
                            qwt_reduce(v_tensor(v[0]), max ? QWT_MAX : QWT_MIN,
                                       &r));
    QwTensor *out[2];
    int d;
    if (!torch_dim_arg(in, dim, 0, &d)) return v_error();
    return qwt_reduce_pair(v_tensor(v[0]), max, d, r.keepdim, out)
        ? torch_pair(in, a->fname, out)
        : torch_failed(in);
}

Value torch_arg(Interp *in, CallArgs *a)
{
    Value v[4];
    QwtRedArgs r = {.dtype = -1};
    if (!torch_bind(in, a, "input, dim=, keepdim=, *, axis=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !red_dims(in, given(v[1], v[3]), &r) || !red_keep(in, v[2], &r))
        return v_error();
    return tensor_value(in,
                        qwt_reduce(v_tensor(v[0]),
                                   a->fname[4] == 'a' ? QWT_ARGMAX : QWT_ARGMIN,
                                   &r));
}

/* var and std: (dim, unbiased, keepdim), (unbiased), correction= */
Value torch_var(Interp *in, CallArgs *a)
{
    Value v[6];
    QwtRedArgs r = {.dtype = -1, .correction = 1};
    bool unbiased = true;
    if (!torch_bind(in, a,
                    "input, dim=, unbiased=, keepdim=, *, correction=, axis=",
                    v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    if (v[1].kind == V_BOOL) {
        v[2] = v[1];
        v[1] = v_none();
    }
    if (!red_dims(in, given(v[1], v[5]), &r) || !red_keep(in, v[3], &r) ||
        (v_is_set(v[2]) && !arg_bool(in, v[2], "unbiased", &unbiased)) ||
        (v_is_set(v[4]) && !arg_float(in, v[4], "correction", &r.correction)))
        return v_error();
    if (!unbiased) r.correction = 0;
    return tensor_value(in,
                        qwt_reduce(v_tensor(v[0]),
                                   a->fname[0] == 'v' ? QWT_VAR : QWT_STD, &r));
}

Value torch_norm(Interp *in, CallArgs *a)
{
    Value v[5];
    QwtRedArgs r = {.dtype = -1, .p = 2};
    if (!torch_bind(in, a, "input, p=, dim=, keepdim=, dtype=", v) ||
        !torch_tensor_arg(in, v[0], "input") || !red_dims(in, v[2], &r) ||
        !red_keep(in, v[3], &r))
        return v_error();
    if (v[1].kind == V_STR) {
        if (strcmp(v[1].str->s, "fro"))
            return host_tensor_error(in, "norm `%s` is not known", v[1].str->s);
    } else if (v_is_set(v[1]) && !v_is_none(v[1]) &&
               !arg_float(in, v[1], "p", &r.p)) {
        return v_error();
    }
    return tensor_value(in, qwt_reduce(v_tensor(v[0]), QWT_NORM, &r));
}

Value torch_cumsum(Interp *in, CallArgs *a)
{
    Value v[4];
    QwtRedArgs r = {0};
    int dim;
    if (!torch_bind(in, a, "input, dim=, *, dtype=, axis=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, given(v[1], v[3]), 0, &dim) ||
        !red_dtype(in, v[2], &r))
        return v_error();
    return tensor_value(in,
                        qwt_cumulate(v_tensor(v[0]), a->fname[3] == 'p', dim,
                                     r.dtype));
}

Value torch_softmax(Interp *in, CallArgs *a)
{
    Value v[4];
    QwDtype d;
    int dim;
    if (!torch_bind(in, a, "input, dim, dtype=, *, _stacklevel=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], -1, &dim) ||
        !torch_dtype_arg(in, v[2], v_tensor(v[0])->dtype, &d))
        return v_error();
    QwTensor *t = qwt_to(v_tensor(v[0]), d);
    QwTensor *r = t ? qwt_softmax(t, dim, a->fname[0] == 'l') : NULL;
    qwt_unref(t);
    return tensor_value(in, r);
}

/* ---- sorting ---- */

Value torch_topk(Interp *in, CallArgs *a)
{
    Value v[5];
    int64_t k;
    int dim;
    bool largest = true;
    QwTensor *out[2];
    if (!torch_bind(in, a, "input, k, dim=, largest=, sorted=", v) ||
        !torch_tensor_arg(in, v[0], "input") || !arg_int(in, v[1], "k", &k) ||
        !torch_dim_arg(in, v[2], -1, &dim) ||
        (v_is_set(v[3]) && !arg_bool(in, v[3], "largest", &largest)))
        return v_error();
    if (k < 0)
        return host_tensor_error(in, "topk: k is negative: %lld", (long long)k);
    return qwt_topk(v_tensor(v[0]), k, dim, largest, out)
        ? torch_pair(in, a->fname, out)
        : torch_failed(in);
}

static bool sorted(Interp *in, CallArgs *a, QwTensor *out[2])
{
    Value v[4];
    int dim;
    bool descending = false;
    if (!torch_bind(in, a, "input, dim=, descending=, *, stable=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], -1, &dim) ||
        (v_is_set(v[2]) && !arg_bool(in, v[2], "descending", &descending)))
        return false;
    return qwt_topk(v_tensor(v[0]), -1, dim, descending, out) ||
        (torch_failed(in), false);
}

Value torch_sort(Interp *in, CallArgs *a)
{
    QwTensor *out[2];
    return sorted(in, a, out) ? torch_pair(in, a->fname, out) : v_error();
}

Value torch_argsort(Interp *in, CallArgs *a)
{
    QwTensor *out[2];
    if (!sorted(in, a, out)) return v_error();
    qwt_unref(out[0]);
    return tensor_value(in, out[1]);
}

/* ---- products ---- */

/* matmul, mm (2-D), bmm (3-D), mv (2-D, 1-D), dot (1-D) */
Value torch_matmul(Interp *in, CallArgs *a)
{
    static const struct {
        const char *name;
        int ra, rb;
    } fixed[] = {{"mm", 2, 2}, {"bmm", 3, 3}, {"mv", 2, 1}, {"dot", 1, 1}};
    Value v[3];
    if (!torch_bind(in, a, "input, other, *, out=", v)) return v_error();
    QwTensor *x = torch_tensor_arg(in, v[0], "input");
    QwTensor *y = x ? torch_tensor_arg(in, v[1], "other") : NULL;
    if (!y) return v_error();
    for (size_t i = 0; i < LEN(fixed); i++)
        if (!strcmp(a->fname, fixed[i].name) &&
            (x->rank != fixed[i].ra || y->rank != fixed[i].rb))
            return host_tensor_error(
                in, "%s needs tensors of %d and %d dimensions, not %d and %d",
                a->fname, fixed[i].ra, fixed[i].rb, x->rank, y->rank);
    return tensor_value(in, qwt_matmul(x, y));
}

Value torch_outer(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, vec2", v)) return v_error();
    QwTensor *x = torch_tensor_arg(in, v[0], "input");
    QwTensor *y = x ? torch_tensor_arg(in, v[1], "vec2") : NULL;
    if (!y) return v_error();
    if (x->rank != 1 || y->rank != 1)
        return host_tensor_error(in, "outer needs two 1-D tensors");
    QwTensor *c = qwt_unsqueeze(x, 1), *r = c ? qwt_op2(QWT_MUL, c, y) : NULL;
    qwt_unref(c);
    return tensor_value(in, r);
}

/* ---- selection ---- */

/* gather, index_select */
Value torch_gather(Interp *in, CallArgs *a)
{
    Value v[3];
    int dim;
    if (!torch_bind(in, a, "input, dim, index", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], 0, &dim) ||
        !torch_tensor_arg(in, v[2], "index"))
        return v_error();
    QwTensor *(*const of)(QwTensor *, int, QwTensor *) = a->fname[0] == 'g'
        ? qwt_gather
        : qwt_index_select;
    return tensor_value(in, of(v_tensor(v[0]), dim, v_tensor(v[2])));
}

/* r (taken), or for NAME_ the tensor itself with r in it */
static Value new_or_stored(Interp *in, CallArgs *a, Value self, QwTensor *r)
{
    if (!r || a->fname[strlen(a->fname) - 1] != '_') return tensor_value(in, r);
    const bool ok = qwt_copy_into(v_tensor(self), r);
    qwt_unref(r);
    return ok ? v_keep(self) : torch_failed(in);
}

/* scatter, scatter_add and their forms in place */
Value torch_scatter(Interp *in, CallArgs *a)
{
    const bool add = !strncmp(a->fname, "scatter_add", 11);
    Value v[5] = {v_unset(), v_unset(), v_unset(), v_unset(), v_unset()};
    int dim;
    if (!torch_bind(in, a,
                    add ? "input, dim, index, src"
                        : "input, dim, index, src=, value=",
                    v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], 0, &dim) ||
        !torch_tensor_arg(in, v[2], "index") ||
        (add && !torch_tensor_arg(in, v[3], "src")))
        return v_error();
    const Value from = given(v[3], v[4]);
    if (!v_is_set(from))
        return host_raise(in, EXC_TYPE_ERROR, "%s() needs src or value",
                          a->fname);
    QwTensor *src = torch_from_value(in, from, -1);
    if (!src) return v_error();
    QwTensor *r = (add ? qwt_scatter_add : qwt_scatter)(v_tensor(v[0]), dim,
                                                        v_tensor(v[2]), src);
    qwt_unref(src);
    return new_or_stored(in, a, v[0], r);
}

/* index along dim, the same for every other coordinate of a tensor like src */
static QwTensor *spread_index(QwTensor *index, int dim, const QwTensor *src)
{
    int64_t shape[QWT_RANK];
    for (int d = 0; d < src->rank; d++) shape[d] = 1;
    shape[dim] = qwt_numel(index);
    QwTensor *column = qwt_reshape(index, src->rank, shape, true);
    QwTensor *r = column ? qwt_expand(column, src->rank, src->shape) : NULL;
    qwt_unref(column);
    return r;
}

static bool index_add_fits(const QwTensor *t, int dim, const QwTensor *index,
                           const QwTensor *src)
{
    bool fits = t->rank == src->rank && t->rank && index->rank <= 1 &&
        qwt_numel(index) == src->shape[dim];
    for (int d = 0; fits && d < t->rank; d++)
        fits = d == dim || t->shape[d] == src->shape[d];
    return fits;
}

/* index_add and index_add_ */
Value torch_index_add(Interp *in, CallArgs *a)
{
    Value v[5];
    QwtArg x[3] = {{0}};
    int dim;
    if (!torch_bind(in, a, "input, dim, index, source, *, alpha=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_dim_arg(in, v[1], 0, &dim) ||
        !torch_tensor_arg(in, v[2], "index") ||
        !torch_tensor_arg(in, v[3], "source") ||
        (v_is_set(v[4]) && !torch_operand(in, v[4], &x[1])))
        return v_error();
    QwTensor *t = v_tensor(v[0]), *source = v_tensor(v[3]);
    dim = qwt_dim(tcx(in), dim, t->rank);
    if (dim < 0) return torch_failed(in);
    if (!index_add_fits(t, dim, v_tensor(v[2]), source)) {
        char p[QWT_SHAPE_TEXT], q[QWT_SHAPE_TEXT], i[QWT_SHAPE_TEXT];
        return host_tensor_error(
            in,
            "%s: a source of shape %s and an index of shape %s do not fit shape %s along dimension %d",
            a->fname, qwt_shape_text(q, source->rank, source->shape),
            qwt_shape_text(i, v_tensor(v[2])->rank, v_tensor(v[2])->shape),
            qwt_shape_text(p, t->rank, t->shape), dim);
    }
    x[0] = qwt_arg(source);
    QwTensor *index = spread_index(v_tensor(v[2]), dim, source);
    QwTensor *src = !index ? NULL
        : v_is_set(v[4])   ? qwt_op(tcx(in), QWT_MUL, x)
                           : qwt_ref(source);
    QwTensor *r = src ? qwt_scatter_add(t, dim, index, src) : NULL;
    qwt_unref(index);
    qwt_unref(src);
    return new_or_stored(in, a, v[0], r);
}

Value torch_nonzero(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, *, as_tuple=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    bool tuple = false;
    if (v_is_set(v[1]) && !arg_bool(in, v[1], "as_tuple", &tuple))
        return v_error();
    if (tuple) {
        CallArgs one = {.self = v_unset(),
                        .pos = v,
                        .npos = 1,
                        .fname = "where"};
        return torch_where(in, &one);
    }
    return tensor_value(in, qwt_nonzero(v_tensor(v[0])));
}

/* x * rsqrt(mean(x^2 over the last dimensions) + eps) * weight */
Value torch_rms_norm(Interp *in, CallArgs *a)
{
    Value v[4];
    int64_t shape[QWT_RANK];
    double eps = 0;
    QwtRedArgs r = {.keepdim = true, .dtype = -1};
    if (!args_bind(in, a, "input, normalized_shape, weight=, eps=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    r.ndims = arg_ints(in, v[1], "normalized_shape", shape, QWT_RANK);
    if (r.ndims < 0) return v_error();
    const bool no_eps = !v_is_set(v[3]) || v_is_none(v[3]);
    if (!no_eps && !arg_float(in, v[3], "eps", &eps)) return v_error();
    if (no_eps)
        eps = t->dtype == QW_F64  ? 0x1p-52
            : t->dtype == QW_F16  ? 0x1p-10
            : t->dtype == QW_BF16 ? 0x1p-7
                                  : 0x1p-23;
    if (r.ndims > t->rank)
        return host_tensor_error(
            in, "rms_norm: normalized_shape has more dimensions than input");
    for (int i = 0; i < r.ndims; i++) {
        r.dims[i] = i - r.ndims;
        if (t->shape[t->rank - r.ndims + i] != shape[i])
            return host_tensor_error(
                in, "rms_norm: normalized_shape does not match the input");
    }
    const QwtArg plus[3] = {{0}, qwt_num(eps)};
    QwtArg sum[3];
    memcpy(sum, plus, sizeof sum);
    QwTensor *d = qwt_to(t, QW_F64), *sq = d ? qwt_op1(QWT_SQUARE, d) : NULL;
    QwTensor *mean = sq ? qwt_reduce(sq, QWT_MEAN, &r) : NULL;
    sum[0].t = mean;
    QwTensor *ve = mean ? qwt_op(tcx(in), QWT_ADD, sum) : NULL;
    QwTensor *rs = ve ? qwt_op1(QWT_RSQRT, ve) : NULL,
             *y = rs ? qwt_op2(QWT_MUL, d, rs) : NULL;
    if (y && v[2].kind == V_TENSOR) {
        QwTensor *w = qwt_to(v_tensor(v[2]), QW_F64),
                 *yw = w ? qwt_op2(QWT_MUL, y, w) : NULL;
        qwt_unref(w);
        qwt_unref(y);
        y = yw;
    }
    QwTensor *out = y ? qwt_to(y, t->dtype) : NULL;
    QwTensor *tmp[] = {d, sq, mean, ve, rs, y};
    for (size_t i = 0; i < LEN(tmp); i++) qwt_unref(tmp[i]);
    return tensor_value(in, out);
}
