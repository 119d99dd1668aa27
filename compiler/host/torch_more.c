/* Functions that are made of others: the cheap neighbours of what the language
 * asks for.  Inexact ones are computed in float64 and rounded once (3.1.2). */
#include "host/torch.h"

#include <math.h>
#include <string.h>

/* Intermediate tensors of one function; a failed step
 * makes the later ones fail. */
typedef struct Steps {
    QwTcx *cx;
    QwTensor *t[24];
    int n;
} Steps;

static QwTensor *keep(Steps *s, QwTensor *t)
{
    if (t) s->t[s->n++] = t;
    return t;
}

static QwTensor *op1(Steps *s, QwtOp op, QwTensor *x)
{
    return x ? keep(s, qwt_op1(op, x)) : NULL;
}

static QwTensor *op2(Steps *s, QwtOp op, QwTensor *x, QwTensor *y)
{
    return x && y ? keep(s, qwt_op2(op, x, y)) : NULL;
}

static QwTensor *by(Steps *s, QwtOp op, QwTensor *x, double c)
{
    const QwtArg arg[3] = {{.t = x}, qwt_num(c)};
    return x ? keep(s, qwt_op(s->cx, op, arg)) : NULL;
}

static QwTensor *wide(Steps *s, QwTensor *x)
{
    return x ? keep(s, qwt_to(x, QW_F64)) : NULL;
}

/* the result, in dtype d; NULL: raises what failed */
static Value finish(Interp *in, Steps *s, QwTensor *r, QwDtype d)
{
    const Value v = tensor_value(in, r ? qwt_to(r, d) : NULL);
    for (int i = 0; i < s->n; i++) qwt_unref(s->t[i]);
    return v;
}

static Steps begin(Interp *in)
{
    return (Steps){.cx = tcx(in)};
}

static bool float_arg(Interp *in, const char *fname, Value v, QwTensor **t)
{
    *t = torch_tensor_arg(in, v, "input");
    if (!*t || qw_dtype_is_float((*t)->dtype)) return *t != NULL;
    host_tensor_error(in, "%s needs a float tensor, not %s: convert it first",
                      fname, qw_dtype_info[(*t)->dtype].torch);
    return false;
}

static bool is_given(Value v)
{
    return v_is_set(v) && !v_is_none(v);
}

/* ---- torch.nn.functional ---- */

Value torch_gelu(Interp *in, CallArgs *a)
{
    Value v[2];
    QwTensor *t;
    const char *how = "none";
    if (!args_bind(in, a, "input, *, approximate=", v) ||
        !float_arg(in, a->fname, v[0], &t) ||
        (is_given(v[1]) && !arg_str(in, v[1], "approximate", &how)))
        return v_error();
    const bool is_tanh = !strcmp(how, "tanh");
    if (!is_tanh && strcmp(how, "none"))
        return host_tensor_error(
            in, "gelu: approximate is 'none' or 'tanh', not '%s'", how);
    Steps s = begin(in);
    QwTensor *x = wide(&s, t), *g;
    if (is_tanh) {
        QwTensor *cube = by(&s, QWT_MUL, by(&s, QWT_POW, x, 3), 0.044715);
        g = op1(&s, QWT_TANH,
                by(&s, QWT_MUL, op2(&s, QWT_ADD, x, cube),
                   0.79788456080286535588));
    } else {
        g = op1(&s, QWT_ERF, by(&s, QWT_MUL, x, 0.70710678118654752440));
    }
    g = by(&s, QWT_MUL, by(&s, QWT_ADD, g, 1), 0.5);
    return finish(in, &s, op2(&s, QWT_MUL, x, g), t->dtype);
}

/* input @ weight.T + bias */
Value torch_linear(Interp *in, CallArgs *a)
{
    Value v[3];
    QwTensor *x, *w, *b = NULL;
    if (!args_bind(in, a, "input, weight, bias=", v) ||
        !(x = torch_tensor_arg(in, v[0], "input")) ||
        !(w = torch_tensor_arg(in, v[1], "weight")) ||
        (is_given(v[2]) && !(b = torch_tensor_arg(in, v[2], "bias"))))
        return v_error();
    Steps s = begin(in);
    QwTensor *wt = w->rank == 2 ? keep(&s, qwt_transpose(w, 0, 1)) : w;
    QwTensor *y = wt ? keep(&s, qwt_matmul(x, wt)) : NULL;
    if (b) y = op2(&s, QWT_ADD, y, b);
    return finish(in, &s, y, y ? y->dtype : x->dtype);
}

Value torch_layer_norm(Interp *in, CallArgs *a)
{
    Value v[5];
    QwTensor *t, *wb[2] = {NULL};
    int64_t shape[QWT_RANK];
    double eps = 1e-5;
    QwtRedArgs r = {.keepdim = true, .dtype = -1};
    if (!args_bind(in, a, "input, normalized_shape, weight=, bias=, eps=", v) ||
        !float_arg(in, a->fname, v[0], &t) ||
        (is_given(v[4]) && !arg_float(in, v[4], "eps", &eps)))
        return v_error();
    for (int i = 0; i < 2; i++)
        if (is_given(v[2 + i]) &&
            !(wb[i] = torch_tensor_arg(in, v[2 + i], i ? "bias" : "weight")))
            return v_error();
    r.ndims = arg_ints(in, v[1], "normalized_shape", shape, QWT_RANK);
    if (r.ndims < 0) return v_error();
    bool fits = r.ndims > 0 && r.ndims <= t->rank;
    for (int i = 0; fits && i < r.ndims; i++) {
        r.dims[i] = i - r.ndims;
        fits = t->shape[t->rank - r.ndims + i] == shape[i];
    }
    if (!fits)
        return host_tensor_error(
            in, "layer_norm: normalized_shape does not match the input");
    Steps s = begin(in);
    QwTensor *x = wide(&s, t);
    QwTensor *mean = x ? keep(&s, qwt_reduce(x, QWT_MEAN, &r)) : NULL;
    QwTensor *c = op2(&s, QWT_SUB, x, mean), *sq = op1(&s, QWT_SQUARE, c);
    QwTensor *var = sq ? keep(&s, qwt_reduce(sq, QWT_MEAN, &r)) : NULL;
    QwTensor *y = op2(&s, QWT_MUL, c,
                      op1(&s, QWT_RSQRT, by(&s, QWT_ADD, var, eps)));
    if (wb[0]) y = op2(&s, QWT_MUL, y, wide(&s, wb[0]));
    if (wb[1]) y = op2(&s, QWT_ADD, y, wide(&s, wb[1]));
    return finish(in, &s, y, t->dtype);
}

/* the largest or least of all elements, which there are */
static bool extreme(Steps *s, QwTensor *t, QwtRed red, int64_t *out)
{
    const QwtRedArgs all = {.dtype = -1};
    QwTensor *m = keep(s, qwt_reduce(t, red, &all));
    if (!m || !qwt_get_i64(m, 0, out)) return false;
    if (m->dtype == QW_U64 && *out < 0) *out = INT64_MAX;
    return true;
}

Value torch_one_hot(Interp *in, CallArgs *a)
{
    Value v[2];
    QwTensor *t;
    int64_t n = -1, most = -1, least = 0;
    if (!args_bind(in, a, "input, num_classes=", v) ||
        !(t = torch_tensor_arg(in, v[0], "input")) ||
        (is_given(v[1]) && !arg_int(in, v[1], "num_classes", &n)))
        return v_error();
    if (qw_dtype_is_float(t->dtype))
        return host_tensor_error(in, "one_hot needs integers, not %s",
                                 qw_dtype_info[t->dtype].torch);
    Steps s = begin(in);
    if (qwt_numel(t) &&
        (!extreme(&s, t, QWT_MAX, &most) || !extreme(&s, t, QWT_MIN, &least)))
        return finish(in, &s, NULL, QW_I64);
    if (n < 0) n = most < INT64_MAX ? most + 1 : most;
    if (least < 0 || most >= n)
        qwt_fail(s.cx, QWT_ERR_USE, "one_hot: class %lld is not one of %lld",
                 (long long)(least < 0 ? least : most), (long long)n);
    if (least < 0 || most >= n) return finish(in, &s, NULL, QW_I64);
    QwTensor *classes = keep(&s,
                             qwt_arange_i64(s.cx, QW_I64, n < 0 ? 0 : n, 0, 1));
    QwTensor *col = keep(&s, qwt_unsqueeze(t, -1));
    return finish(in, &s, op2(&s, QWT_EQ, col, classes), QW_I64);
}

/* rows of weight, in the shape of input */
Value torch_embedding(Interp *in, CallArgs *a)
{
    Value v[2];
    QwTensor *t, *w;
    const int64_t flat[1] = {-1};
    int64_t shape[QWT_RANK];
    if (!args_bind(in, a, "input, weight", v) ||
        !(t = torch_tensor_arg(in, v[0], "input")) ||
        !(w = torch_tensor_arg(in, v[1], "weight")))
        return v_error();
    if (w->rank != 2 || t->rank == QWT_RANK)
        return host_tensor_error(
            in,
            "embedding needs a 2-D weight and an input of at most %d "
            "dimensions",
            QWT_RANK - 1);
    memcpy(shape, t->shape, sizeof shape);
    shape[t->rank] = w->shape[1];
    Steps s = begin(in);
    QwTensor *index = keep(&s, qwt_reshape(t, 1, flat, true));
    QwTensor *r = index ? keep(&s, qwt_index_select(w, 0, index)) : NULL;
    if (r) r = keep(&s, qwt_reshape(r, t->rank + 1, shape, true));
    return finish(in, &s, r, w->dtype);
}

/* (left, right) of the last dimension, then of the one before ... */
Value torch_pad(Interp *in, CallArgs *a)
{
    Value v[4];
    QwTensor *t;
    int64_t pad[2 * QWT_RANK], shape[QWT_RANK];
    const char *mode = "constant";
    QwtArg fill = qwt_int(0);
    if (!args_bind(in, a, "input, pad, mode=, value=", v) ||
        !(t = torch_tensor_arg(in, v[0], "input")) ||
        (is_given(v[2]) && !arg_str(in, v[2], "mode", &mode)))
        return v_error();
    const int n = arg_ints(in, v[1], "pad", pad, 2 * QWT_RANK);
    if (n < 0) return v_error();
    if (strcmp(mode, "constant") || n % 2 || n / 2 > t->rank)
        return host_tensor_error(
            in,
            "pad: only mode='constant' with a pair for each of at most %d dimensions",
            t->rank);
    if (is_given(v[3]) && !torch_number(v[3], &fill))
        return host_raise(in, EXC_TYPE_ERROR, "value must be a number, not %s",
                          v_type_name(v[3]));
    memcpy(shape, t->shape, sizeof shape);
    for (int i = 0; i < n / 2; i++) {
        if (pad[2 * i] < 0 || pad[2 * i + 1] < 0 || pad[2 * i] > INT32_MAX ||
            pad[2 * i + 1] > INT32_MAX)
            return host_tensor_error(in, "pad: widths are at least 0");
        shape[t->rank - 1 - i] += pad[2 * i] + pad[2 * i + 1];
    }
    Steps s = begin(in);
    const double d = fill.cls == 'f' ? fill.d : (double)fill.i;
    QwTensor *lazy = keep(&s, qwt_fill_f64(s.cx, t->dtype, t->rank, shape, d));
    QwTensor *r = lazy ? keep(&s, qwt_clone(lazy)) : NULL, *part = r;
    for (int i = 0; part && i < n / 2; i++)
        part = keep(&s,
                    qwt_slice(part, t->rank - 1 - i, pad[2 * i],
                              t->shape[t->rank - 1 - i], 1));
    const bool ok = part && qwt_copy_into(part, t);
    return finish(in, &s, ok ? r : NULL, t->dtype);
}

/* ---- tensors ---- */

/* masked_fill and masked_fill_ */
Value torch_masked_fill(Interp *in, CallArgs *a)
{
    Value v[3];
    QwtArg x[3] = {{0}};
    if (!torch_bind(in, a, "input, mask, value", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_tensor_arg(in, v[1], "mask") ||
        !torch_operand(in, v[1], &x[0]) || !torch_operand(in, v[2], &x[1]) ||
        !torch_operand(in, v[0], &x[2]))
        return v_error();
    if (x[0].t->dtype != QW_BOOL)
        return host_tensor_error(in, "%s needs a bool mask, not %s", a->fname,
                                 qw_dtype_info[x[0].t->dtype].torch);
    QwTensor *r = qwt_op(tcx(in), QWT_WHERE, x);
    if (!r) return torch_failed(in);
    if (a->fname[strlen(a->fname) - 1] == '_') {
        const bool ok = qwt_copy_into(v_tensor(v[0]), r);
        qwt_unref(r);
        return ok ? v_keep(v[0]) : torch_failed(in);
    }
    QwTensor *out = qwt_to(r, v_tensor(v[0])->dtype);
    qwt_unref(r);
    return tensor_value(in, out);
}

Value torch_masked_select(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, mask", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_tensor_arg(in, v[1], "mask"))
        return v_error();
    return tensor_getitem(in, v[0], v[1]);
}

/* every element n times, side by side */
Value torch_repeat_interleave(Interp *in, CallArgs *a)
{
    Value v[3];
    int64_t n, shape[QWT_RANK];
    int dim = 0;
    if (!torch_bind(in, a, "input, repeats, dim=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    if (v[1].kind == V_TENSOR && qwt_numel(v_tensor(v[1])) != 1)
        return host_raise(in, EXC_NOT_IMPLEMENTED_ERROR,
                          "repeat_interleave() takes one number of repeats");
    if (!arg_int(in, v[1], "repeats", &n) || !torch_dim_arg(in, v[2], 0, &dim))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    const int64_t flat[1] = {-1};
    Steps s = begin(in);
    if (!is_given(v[2])) t = keep(&s, qwt_reshape(t, 1, flat, true));
    dim = t ? qwt_dim(s.cx, dim, t->rank) : -1;
    if (n < 0 || (t && t->rank >= QWT_RANK))
        qwt_fail(
            s.cx, QWT_ERR_USE,
            "repeat_interleave: repeats is at least 0, and a tensor has at most %d dimensions",
            QWT_RANK - 1);
    QwTensor *u = dim >= 0 && n >= 0 && t->rank < QWT_RANK
        ? keep(&s, qwt_unsqueeze(t, dim + 1))
        : NULL;
    QwTensor *e = NULL, *r = NULL;
    if (u) {
        memcpy(shape, u->shape, sizeof shape);
        shape[dim + 1] = n;
        e = keep(&s, qwt_expand(u, u->rank, shape));
    }
    if (e) {
        memcpy(shape, t->shape, sizeof shape);
        shape[dim] *= n;
        r = keep(&s, qwt_reshape(e, t->rank, shape, true));
    }
    QwTensor *c = r ? keep(&s, qwt_clone(r)) : NULL;
    return finish(in, &s, c, c ? c->dtype : QW_F32);
}

/* the integers below n in random order: the order of n random words */
Value torch_randperm(Interp *in, CallArgs *a)
{
    Value v[4];
    int64_t n;
    uint64_t seed, draw;
    QwDtype d;
    if (!args_bind(in, a, "n, *, generator=, dtype=, device=", v) ||
        !arg_int(in, v[0], "n", &n) || !torch_device_arg(in, v[3]) ||
        !torch_dtype_arg(in, v[2], QW_I64, &d) ||
        !torch_next_draw(in, v[1], &seed, &draw))
        return v_error();
    if (n < 0)
        return host_tensor_error(in, "randperm: n is at least 0, not %lld",
                                 (long long)n);
    Steps s = begin(in);
    QwTensor *pair[2] = {NULL};
    QwTensor *w =
        keep(&s, qwt_randint(s.cx, QW_I64, 1, &n, seed, draw, 0, INT64_MAX));
    const bool ok = w && qwt_topk(w, -1, 0, false, pair);
    if (ok) keep(&s, pair[0]), keep(&s, pair[1]);
    return finish(in, &s, ok ? pair[1] : NULL, d);
}

/* input + a @ b, for matrices and batches of them */
Value torch_addmm(Interp *in, CallArgs *a)
{
    Value v[5];
    QwTensor *c, *x, *y;
    double beta = 1, alpha = 1;
    if (!torch_bind(in, a, "input, mat1, mat2, *, beta=, alpha=", v) ||
        !(c = torch_tensor_arg(in, v[0], "input")) ||
        !(x = torch_tensor_arg(in, v[1], "mat1")) ||
        !(y = torch_tensor_arg(in, v[2], "mat2")) ||
        (is_given(v[3]) && !arg_float(in, v[3], "beta", &beta)) ||
        (is_given(v[4]) && !arg_float(in, v[4], "alpha", &alpha)))
        return v_error();
    Steps s = begin(in);
    QwTensor *p = keep(&s, qwt_matmul(x, y));
    if (p && alpha != 1) p = by(&s, QWT_MUL, p, alpha);
    if (beta != 1) c = by(&s, QWT_MUL, c, beta);
    QwTensor *r = op2(&s, QWT_ADD, c, p);
    return finish(in, &s, r, r ? r->dtype : QW_F32);
}

Value torch_is_floating_point(Interp *in, CallArgs *a)
{
    Value v[1];
    if (!torch_bind(in, a, "input", v) || !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    return v_bool(qw_dtype_is_float(v_tensor(v[0])->dtype));
}

/* ---- einsum ---- */

typedef struct Labels {
    char c[QWT_RANK + 1];
    int n;
} Labels;

static int label_at(const Labels *l, char c)
{
    for (int i = 0; i < l->n; i++)
        if (l->c[i] == c) return i;
    return -1;
}

static bool add_label(Labels *l, char c)
{
    if (l->n == QWT_RANK) return false;
    l->c[l->n++] = c;
    l->c[l->n] = 0;
    return true;
}

/* t with its dimensions in the order `want`; sums over those that want lacks */
static QwTensor *arranged(Steps *s, QwTensor *t, const Labels *have,
                          const Labels *want)
{
    QwtRedArgs r = {.dtype = -1};
    Labels left = {.n = 0};
    for (int i = 0; i < have->n; i++)
        if (label_at(want, have->c[i]) < 0)
            r.dims[r.ndims++] = i;
        else
            add_label(&left, have->c[i]);
    if (r.ndims) t = keep(s, qwt_reduce(t, QWT_SUM, &r));
    int perm[QWT_RANK];
    for (int i = 0; i < want->n; i++) perm[i] = label_at(&left, want->c[i]);
    return t ? keep(s, qwt_permute(t, perm)) : NULL;
}

static int64_t product(const QwTensor *t, int from, int to)
{
    int64_t n = 1;
    for (int i = from; i < to; i++) n *= t->shape[i];
    return n;
}

/* The product of two operands as one batched matmul: labels of both that are
 * wanted later are the batch, those that are not are contracted. */
static QwTensor *contract(Steps *s, QwTensor *x, Labels *lx, QwTensor *y,
                          const Labels *ly, const char *later)
{
    Labels batch = {.n = 0}, inner = {.n = 0}, px = {.n = 0}, py = {.n = 0};
    Labels out = {.n = 0};
    for (int i = 0; i < lx->n; i++)
        if (label_at(ly, lx->c[i]) >= 0)
            add_label(strchr(later, lx->c[i]) ? &batch : &inner, lx->c[i]);
    px = py = out = batch;
    bool ok = true;
    for (int i = 0; i < lx->n; i++)
        if (label_at(ly, lx->c[i]) < 0 && strchr(later, lx->c[i]))
            ok = add_label(&px, lx->c[i]) && add_label(&out, lx->c[i]) && ok;
    const int nx = px.n;
    for (int i = 0; i < inner.n; i++)
        ok = add_label(&px, inner.c[i]) && add_label(&py, inner.c[i]) && ok;
    const int ny = py.n;
    for (int i = 0; i < ly->n; i++)
        if (label_at(lx, ly->c[i]) < 0 && strchr(later, ly->c[i]))
            ok = add_label(&py, ly->c[i]) && add_label(&out, ly->c[i]) && ok;
    if (!ok) {
        qwt_fail(s->cx, QWT_ERR_USE, "einsum: more than %d dimensions",
                 QWT_RANK);
        return NULL;
    }
    QwTensor *a = arranged(s, x, lx, &px);
    QwTensor *b = a ? arranged(s, y, ly, &py) : NULL;
    if (!b) return NULL;
    int64_t shape[QWT_RANK];
    for (int i = 0; i < nx; i++) shape[i] = a->shape[i];
    for (int i = ny; i < py.n; i++) shape[nx + i - ny] = b->shape[i];
    const int64_t n = product(a, 0, batch.n);
    const int64_t sa[3] = {n, product(a, batch.n, nx), product(a, nx, px.n)};
    const int64_t sb[3] = {n, product(b, batch.n, ny), product(b, ny, py.n)};
    QwTensor *ra = keep(s, qwt_reshape(a, 3, sa, true));
    QwTensor *rb = keep(s, qwt_reshape(b, 3, sb, true));
    QwTensor *p = ra && rb ? keep(s, qwt_matmul(ra, rb)) : NULL;
    *lx = out;
    return p ? keep(s, qwt_reshape(p, out.n, shape, false)) : NULL;
}

/* "ij,jk->ik" without blanks: reads the labels of one operand */
static bool read_labels(Interp *in, const char **p, Labels *l)
{
    for (l->n = 0; **p && **p != ',' && **p != '-'; ++*p) {
        const char c = **p;
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter && label_at(l, c) < 0 && add_label(l, c)) continue;
        host_tensor_error(
            in,
            "einsum: letters name dimensions, each once an operand; `%c` does not",
            c);
        return false;
    }
    return true;
}

enum { EINSUM_MOST = 8 };
typedef struct Einsum {
    Labels l[EINSUM_MOST], out;
    QwTensor *t[EINSUM_MOST];
    int n;
} Einsum;

static bool extents_agree(Interp *in, const Einsum *e)
{
    for (int i = 0; i < e->n; i++)
        for (int k = 0; k < e->l[i].n; k++)
            for (int j = 0; j < i; j++) {
                const int at = label_at(&e->l[j], e->l[i].c[k]);
                if (at < 0 || e->t[j]->shape[at] == e->t[i]->shape[k]) continue;
                host_tensor_error(in, "einsum: `%c` is %lld and %lld",
                                  e->l[i].c[k], (long long)e->t[j]->shape[at],
                                  (long long)e->t[i]->shape[k]);
                return false;
            }
    return true;
}

/* without -> the labels that occur once, in alphabetical order */
static bool implied_output(Einsum *e)
{
    bool ok = true;
    for (int c = 'A'; c <= 'z'; c++) {
        int times = 0;
        for (int i = 0; i < e->n; i++)
            times += label_at(&e->l[i], (char)c) >= 0;
        if (times == 1) ok = add_label(&e->out, (char)c) && ok;
    }
    return ok;
}

static bool read_equation(Interp *in, const char *p, Einsum *e)
{
    for (int i = 0; i < e->n; i++) {
        if (!read_labels(in, &p, &e->l[i])) return false;
        if ((*p == ',') != (i + 1 < e->n)) {
            host_tensor_error(
                in,
                "einsum: the equation needs a group of labels for each of %d tensors",
                e->n);
            return false;
        }
        if (e->l[i].n != e->t[i]->rank) {
            host_tensor_error(
                in,
                "einsum: the equation has %d labels for operand %d, which has %d dimensions",
                e->l[i].n, i, e->t[i]->rank);
            return false;
        }
        if (i + 1 < e->n) p++;
    }
    if (!*p && implied_output(e)) return extents_agree(in, e);
    bool ok = p[0] == '-' && p[1] == '>';
    p += 2;
    if (ok && !read_labels(in, &p, &e->out)) return false;
    for (int i = 0; ok && i < e->out.n; i++) {
        ok = false;
        for (int k = 0; k < e->n; k++)
            ok |= label_at(&e->l[k], e->out.c[i]) >= 0;
    }
    if (ok && !*p) return extents_agree(in, e);
    host_tensor_error(
        in,
        "einsum: write one group of labels an operand and `->` with labels of these");
    return false;
}

Value torch_einsum(Interp *in, CallArgs *a)
{
    Value v[2];
    const char *text;
    Einsum e = {.n = 0};
    char eq[128];
    size_t len = 0;
    if (!args_bind(in, a, "equation, *operands", v) ||
        !arg_str(in, v[0], "equation", &text))
        return v_error();
    for (const char *p = text; *p && len + 1 < sizeof eq; p++)
        if (*p != ' ') eq[len++] = *p;
    eq[len] = 0;
    e.n = v[1].seq->n;
    if (e.n < 1 || e.n > EINSUM_MOST)
        return host_tensor_error(in, "einsum takes 1 to %d tensors, not %d",
                                 EINSUM_MOST, e.n);
    for (int i = 0; i < e.n; i++)
        if (!(e.t[i] = torch_tensor_arg(in, v[1].seq->p[i], "every operand")))
            return v_error();
    if (!read_equation(in, eq, &e)) return v_error();
    QwTensor *x = qwt_ref(e.t[0]);
    for (int i = 1; x && i < e.n; i++) {
        Text later = {.a = in->se->arena};
        text_puts(&later, e.out.c);
        for (int k = i + 1; k < e.n; k++) text_puts(&later, e.l[k].c);
        Steps s = begin(in);
        QwTensor *p = contract(&s, x, &e.l[0], e.t[i], &e.l[i],
                               text_str(&later));
        qwt_unref(x);
        x = p ? qwt_ref(p) : NULL;
        for (int k = 0; k < s.n; k++) qwt_unref(s.t[k]);
    }
    if (!x) return torch_failed(in);
    Steps s = begin(in);
    keep(&s, x);
    QwTensor *r = arranged(&s, x, &e.l[0], &e.out);
    return finish(in, &s, r, x->dtype);
}
