/* Factories of torch: constants, ranges, random draws, tensors of nested
 * lists.  `empty` is zero-filled.  Random calls take (seed, draw) from a
 * generator and leave the numbers to runtime/rng.c. */
#include "host/torch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The arguments every sized factory has.  Unknown to the result: out=,
 * requires_grad=, layout=, pin_memory=. */
#define COMMON \
    "dtype=, generator=, device=, requires_grad=, layout=, pin_memory="
typedef struct Made {
    int rank;
    int64_t shape[QWT_RANK];
    QwDtype dtype;
    Value generator;
} Made;

static bool made_common(Interp *in, const Value *v, QwDtype def, Made *m)
{
    m->generator = v[1];
    return torch_dtype_arg(in, v[0], def, &m->dtype) &&
        torch_device_arg(in, v[2]);
}

static bool made_sized(Interp *in, CallArgs *a, Made *m)
{
    Value v[8];
    if (!args_bind(in, a, "*sizes, size=, " COMMON, v)) return false;
    m->rank = torch_sizes(in, v_is_set(v[1]) ? v[1] : v[0], m->shape);
    return m->rank >= 0 && made_common(in, v + 2, QW_F32, m);
}

static Value filled(Interp *in, const Made *m, double x)
{
    return tensor_value(in,
                        x != 0
                            ? qwt_fill_f64(tcx(in), m->dtype, m->rank, m->shape,
                                           x)
                            : qwt_zeros(tcx(in), m->dtype, m->rank, m->shape));
}

Value torch_zeros(Interp *in, CallArgs *a)
{
    Made m;
    return made_sized(in, a, &m) ? filled(in, &m, 0) : v_error();
}

Value torch_empty(Interp *in, CallArgs *a)
{
    return torch_zeros(in, a);
}

Value torch_ones(Interp *in, CallArgs *a)
{
    Made m;
    return made_sized(in, a, &m) ? filled(in, &m, 1) : v_error();
}

typedef struct Draw {
    uint64_t seed, draw;
    bool normal;
    double p, q;
} Draw;

static QwTensor *draw_tensor(Interp *in, const Draw *d, QwDtype dtype, int rank,
                             const int64_t *shape)
{
    QwTcx *cx = tcx(in);
    return d->normal
        ? qwt_normal(cx, dtype, rank, shape, d->seed, d->draw, d->p, d->q)
        : qwt_uniform(cx, dtype, rank, shape, d->seed, d->draw, d->p, d->q);
}

static Value drawn(Interp *in, const Made *m, bool normal, double p, double q)
{
    if (!qw_dtype_is_float(m->dtype))
        return host_tensor_error(
            in, "random numbers of dtype %s: only float dtypes are drawn",
            qw_dtype_info[m->dtype].torch);
    Draw d = {.normal = normal, .p = p, .q = q};
    if (!torch_next_draw(in, m->generator, &d.seed, &d.draw)) return v_error();
    return tensor_value(in, draw_tensor(in, &d, m->dtype, m->rank, m->shape));
}

Value torch_rand(Interp *in, CallArgs *a)
{
    Made m;
    return made_sized(in, a, &m) ? drawn(in, &m, false, 0, 1) : v_error();
}

Value torch_randn(Interp *in, CallArgs *a)
{
    Made m;
    return made_sized(in, a, &m) ? drawn(in, &m, true, 0, 1) : v_error();
}

static Value draw_ints(Interp *in, const Made *m, Value low, Value high)
{
    int64_t lo = 0, hi;
    uint64_t seed, draw;
    if ((v_is_set(low) && !arg_int(in, low, "low", &lo)) ||
        !arg_int(in, high, "high", &hi))
        return v_error();
    if (lo >= hi)
        return host_tensor_error(in,
                                 "randint needs low < high, not %lld and %lld",
                                 (long long)lo, (long long)hi);
    const QwtArg most = {.cls = 'i', .i = hi - 1},
                 least = {.cls = 'i', .i = lo};
    if (!torch_fits(in, m->dtype, &most) || !torch_fits(in, m->dtype, &least))
        return v_error();
    if (!torch_next_draw(in, m->generator, &seed, &draw)) return v_error();
    return tensor_value(in,
                        qwt_randint(tcx(in), m->dtype, m->rank, m->shape, seed,
                                    draw, lo, hi));
}

/* (high, size) or (low, high, size) */
Value torch_randint(Interp *in, CallArgs *a)
{
    Value v[12];
    Made m;
    if (!args_bind(in, a, "a=, b=, c=, low=, high=, size=, " COMMON, v))
        return v_error();
    Value low = v[3], high = v[4], size = v[5];
    Value *const order[3] = {&low, &high, &size};
    const bool two = !v_is_set(v[2]) && !v_is_set(low) &&
        !(v_is_set(v[1]) && v_is_intlike(v[1]));
    const int first = v_is_set(v[0]) && two && !v_is_set(high) ? 1 : 0;
    for (int i = 0, at = first; i < 3 && v_is_set(v[i]); i++, at++) {
        while (at < 3 && v_is_set(*order[at])) at++;
        if (at == 3)
            return host_raise(in, EXC_TYPE_ERROR,
                              "randint() got too many arguments");
        *order[at] = v[i];
    }
    if (!v_is_set(high) || !v_is_set(size))
        return host_raise(in, EXC_TYPE_ERROR,
                          "randint() needs (high, size) or (low, high, size)");
    m.rank = torch_sizes(in, size, m.shape);
    if (m.rank < 0 || !made_common(in, v + 6, QW_I64, &m)) return v_error();
    return draw_ints(in, &m, low, high);
}

/* dtype of a number: bool, int64, float32 */
static QwDtype number_dtype(const QwtArg *n)
{
    return n->cls == 'b' ? QW_BOOL : n->cls == 'i' ? QW_I64 : QW_F32;
}

static Value full_of(Interp *in, const Made *m, const QwtArg *x)
{
    QwTcx *cx = tcx(in);
    if (!torch_fits(in, m->dtype, x)) return v_error();
    QwTensor *t = x->cls == 'f'
        ? qwt_fill_f64(cx, m->dtype, m->rank, m->shape, x->d)
        : qwt_fill_i64(cx, m->dtype, m->rank, m->shape, x->i);
    return tensor_value(in, t);
}

static bool fill_number(Interp *in, Value v, QwtArg *x)
{
    Value item = v.kind == V_TENSOR ? torch_item(in, v_tensor(v)) : v;
    if (v_is_error(item)) return false;
    if (torch_number(item, x)) return true;
    host_raise(in, EXC_TYPE_ERROR, "fill_value must be a number, not %s",
               v_type_name(v));
    return false;
}

Value torch_full(Interp *in, CallArgs *a)
{
    Value v[8];
    Made m;
    QwtArg x;
    if (!args_bind(in, a, "size, fill_value, " COMMON, v) ||
        !fill_number(in, v[1], &x))
        return v_error();
    m.rank = torch_sizes(in, v[0], m.shape);
    if (m.rank < 0 || !made_common(in, v + 2, number_dtype(&x), &m))
        return v_error();
    return full_of(in, &m, &x);
}

/* ---- ..._like ---- */

static bool made_like(Interp *in, const Value *v, Made *m)
{
    const QwTensor *t = torch_tensor_arg(in, v[0], "input");
    if (!t) return false;
    m->rank = t->rank;
    memcpy(m->shape, t->shape, sizeof m->shape);
    return made_common(in, v + 1, t->dtype, m);
}

Value torch_like(Interp *in, CallArgs *a)
{
    Value v[8];
    Made m;
    if (!torch_bind(in, a, "input, " COMMON ", memory_format=", v) ||
        !made_like(in, v, &m))
        return v_error();
    switch (a->fname[0]) {
    case 'o': return filled(in, &m, 1);
    case 'r': return drawn(in, &m, a->fname[4] == 'n', 0, 1);
    default: return filled(in, &m, 0);
    }
}

Value torch_full_like(Interp *in, CallArgs *a)
{
    Value v[8], like[7];
    Made m;
    QwtArg x;
    if (!torch_bind(in, a, "input, fill_value, " COMMON, v) ||
        !fill_number(in, v[1], &x))
        return v_error();
    like[0] = v[0];
    memcpy(like + 1, v + 2, sizeof *v * 6);
    return made_like(in, like, &m) ? full_of(in, &m, &x) : v_error();
}

/* x.new_zeros(sizes), new_ones, new_empty: of x's
 * dtype unless another is given */
Value torch_new(Interp *in, CallArgs *a)
{
    Value v[9];
    Made m;
    if (!torch_bind(in, a, "input, *sizes, size=, " COMMON, v))
        return v_error();
    m.rank = torch_sizes(in, v_is_set(v[2]) ? v[2] : v[1], m.shape);
    if (m.rank < 0 || !made_common(in, v + 3, v_tensor(v[0])->dtype, &m))
        return v_error();
    return filled(in, &m, a->fname[4] == 'o');
}

Value torch_new_full(Interp *in, CallArgs *a)
{
    Value v[9];
    Made m;
    QwtArg x;
    if (!torch_bind(in, a, "input, size, fill_value, " COMMON, v) ||
        !fill_number(in, v[2], &x))
        return v_error();
    m.rank = torch_sizes(in, v[1], m.shape);
    if (m.rank < 0 || !made_common(in, v + 3, v_tensor(v[0])->dtype, &m))
        return v_error();
    return full_of(in, &m, &x);
}

Value torch_randint_like(Interp *in, CallArgs *a)
{
    Value v[9], like[7];
    Made m;
    if (!torch_bind(in, a, "input, low, high=, " COMMON, v)) return v_error();
    like[0] = v[0];
    memcpy(like + 1, v + 3, sizeof *v * 6);
    if (!made_like(in, like, &m)) return v_error();
    return v_is_set(v[2]) ? draw_ints(in, &m, v[1], v[2])
                          : draw_ints(in, &m, v_unset(), v[1]);
}

/* ---- ranges ---- */

static Value int_range(Interp *in, QwDtype dtype, int64_t start, int64_t end,
                       int64_t step)
{
    if (!step || (step > 0 ? end < start : end > start))
        return host_tensor_error(
            in, "arange from %lld to %lld does not go in steps of %lld",
            (long long)start, (long long)end, (long long)step);
    const uint64_t span = step > 0 ? (uint64_t)end - (uint64_t)start
                                   : (uint64_t)start - (uint64_t)end;
    const uint64_t by = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    const uint64_t n = span / by + (span % by != 0);
    return tensor_value(in,
                        qwt_arange_i64(tcx(in), dtype,
                                       n > INT64_MAX ? INT64_MAX : (int64_t)n,
                                       start, step));
}

Value torch_arange(Interp *in, CallArgs *a)
{
    Value v[12];
    Made m;
    if (!args_bind(in, a, "x=, y=, z=, start=, end=, step=, " COMMON, v))
        return v_error();
    Value start = v[3], end = v[4], step = v_is_set(v[2]) ? v[2] : v[5];
    if (v_is_set(v[0]) && !v_is_set(v[1]) && !v_is_set(end))
        end = v[0];
    else if (v_is_set(v[0]))
        start = v[0];
    if (v_is_set(v[1])) end = v[1];
    start = v_is_set(start) ? start : v_int(0);
    step = v_is_set(step) ? step : v_int(1);
    if (!v_is_set(end))
        return host_raise(in, EXC_TYPE_ERROR, "arange() needs an end");
    Value part[3] = {start, end, step};
    bool ints = true;
    double d[3];
    for (int i = 0; i < 3; i++) {
        if (part[i].kind == V_TENSOR)
            part[i] = torch_item(in, v_tensor(part[i]));
        if (v_is_error(part[i]) ||
            !arg_float(in, part[i], "arange's argument", &d[i]))
            return v_error();
        ints = ints && v_is_intlike(part[i]);
    }
    if (!made_common(in, v + 6, ints ? QW_I64 : QW_F32, &m)) return v_error();
    if (ints) return int_range(in, m.dtype, part[0].i, part[1].i, part[2].i);
    const double n = ceil((d[1] - d[0]) / d[2]);
    if (!(n >= 0 && n < 0x1p62))
        return host_tensor_error(
            in, "arange from %g to %g does not go in steps of %g", d[0], d[1],
            d[2]);
    return tensor_value(in,
                        qwt_arange_f64(tcx(in), m.dtype, (int64_t)n, d[0],
                                       d[2]));
}

/* from both ends, as torch does, so that the last element is `end` */
Value torch_linspace(Interp *in, CallArgs *a)
{
    Value v[9];
    Made m;
    double lo, hi;
    if (!args_bind(in, a, "start, end, steps, " COMMON, v) ||
        !arg_float(in, v[0], "start", &lo) ||
        !arg_float(in, v[1], "end", &hi) ||
        !arg_int(in, v[2], "steps", &m.shape[0]) ||
        !made_common(in, v + 3, QW_F32, &m))
        return v_error();
    QwTensor *t = qwt_zeros(tcx(in), m.dtype, 1, m.shape);
    char *p = t ? qwt_data_rw(t) : NULL;
    const int64_t n = m.shape[0];
    const double step = n > 1 ? (hi - lo) / (double)(n - 1) : 0;
    for (int64_t i = 0; p && i < n; i++, p += qw_dtype_size(m.dtype))
        qw_elem_set_f64(m.dtype, p,
                        i < n / 2 || n == 1 ? lo + (double)i * step
                                            : hi - (double)(n - 1 - i) * step);
    return tensor_value(in, t);
}

Value torch_eye(Interp *in, CallArgs *a)
{
    Value v[8];
    Made m;
    if (!args_bind(in, a, "n, m=, " COMMON, v) ||
        !arg_int(in, v[0], "n", &m.shape[0]) ||
        !made_common(in, v + 2, QW_F32, &m))
        return v_error();
    m.shape[1] = m.shape[0];
    if (v_is_set(v[1]) && !arg_int(in, v[1], "m", &m.shape[1]))
        return v_error();
    QwTensor *t = qwt_zeros(tcx(in), m.dtype, 2, m.shape);
    char *p = t ? qwt_data_rw(t) : NULL;
    for (int64_t i = 0; p && i < m.shape[0] && i < m.shape[1]; i++)
        qw_elem_set_i64(m.dtype,
                        p + i * (m.shape[1] + 1) * qw_dtype_size(m.dtype), 1);
    return tensor_value(in, t);
}

/* ---- tensors of values ---- */

typedef struct Nested {
    int rank;
    int64_t shape[QWT_RANK];
    char cls;  /* highest category met: 0, 'b', 'i', 'f' */
    int dtype; /* of tensors inside, -1: none */
} Nested;

static bool is_sequence(Value v)
{
    return v.kind == V_LIST || v.kind == V_TUPLE || v.kind == V_RANGE;
}

static void widen_category(Nested *n, char cls)
{
    static const char order[] = "bif";
    if (!n->cls || strchr(order, cls) > strchr(order, n->cls)) n->cls = cls;
}

/* Shape and category of a nested sequence; ragged ones are an error. */
static bool measure(Interp *in, Value v, int depth, Nested *n)
{
    QwtArg x;
    const bool first = depth > n->rank;
    if (v.kind == V_TENSOR) {
        const QwTensor *t = v_tensor(v);
        n->dtype = n->dtype < 0 ? (int)t->dtype
                                : (int)qwt_promote((QwDtype)n->dtype, t->dtype);
        if (depth + t->rank > QWT_RANK)
            return host_tensor_error(in, "too many dimensions"), false;
        if (first || depth == n->rank) {
            memcpy(n->shape + depth, t->shape,
                   sizeof *t->shape * (size_t)t->rank);
            n->rank = depth + t->rank;
        }
        return true;
    }
    if (!is_sequence(v)) {
        if (!torch_number(v, &x)) {
            host_raise(in, EXC_TYPE_ERROR,
                       "a tensor cannot hold a value of type %s",
                       v_type_name(v));
            return false;
        }
        widen_category(n, x.cls);
        return true;
    }
    const int64_t len = host_len(in, v);
    if (depth == QWT_RANK)
        return host_tensor_error(in, "a tensor has at most %d dimensions",
                                 QWT_RANK),
               false;
    n->shape[depth] = len;
    if (n->rank < depth + 1) n->rank = depth + 1;
    for (int64_t i = 0; i < len; i++) {
        Value item = host_getitem(in, v, v_int(i));
        Nested sub = {.rank = depth + 1, .cls = n->cls, .dtype = n->dtype};
        memcpy(sub.shape, n->shape, sizeof sub.shape);
        bool ok = !v_is_error(item) && measure(in, item, depth + 1, &sub);
        v_drop(in, item);
        const size_t tail = sizeof *n->shape * (size_t)(sub.rank - depth - 1);
        if (ok && i > 0 &&
            (sub.rank != n->rank ||
             memcmp(sub.shape + depth + 1, n->shape + depth + 1, tail)))
            ok = (host_raise(in, EXC_VALUE_ERROR,
                             "a tensor needs rows of equal lengths: item "
                             "%lld of dimension %d differs from the first",
                             (long long)i, depth),
                  false);
        if (!ok) return false;
        *n = sub;
    }
    return true;
}

/* writes the elements in order; *at is the next position */
static bool fill_nested(Interp *in, Value v, QwTensor *t, int64_t *at)
{
    QwtArg x;
    char *p = qwt_data_rw(t);
    const int size = qw_dtype_size(t->dtype);
    if (!p) return torch_failed(in), false;
    if (v.kind == V_TENSOR) {
        QwTensor *part = v_tensor(v);
        const int64_t n = qwt_numel(part), one = 1;
        QwTensor *to = qwt_view(t, 1, &n, &one, *at),
                 *flat = to ? qwt_reshape(part, 1, &n, true) : NULL;
        const bool ok = flat && qwt_copy_into(to, flat);
        qwt_unref(to);
        qwt_unref(flat);
        *at += n;
        return ok || (torch_failed(in), false);
    }
    if (torch_number(v, &x)) {
        if (!torch_fits(in, t->dtype, &x)) return false;
        if (x.cls == 'f')
            qw_elem_set_f64(t->dtype, p + *at * size, x.d);
        else
            qw_elem_set_i64(t->dtype, p + *at * size, x.i);
        ++*at;
        return true;
    }
    const int64_t len = host_len(in, v);
    for (int64_t i = 0; i < len; i++) {
        Value item = host_getitem(in, v, v_int(i));
        const bool ok = !v_is_error(item) && fill_nested(in, item, t, at);
        v_drop(in, item);
        if (!ok) return false;
    }
    return true;
}

QwTensor *torch_from_value(Interp *in, Value v, int dtype)
{
    Nested n = {.dtype = -1};
    int64_t at = 0;
    if (v.kind == V_TENSOR) {
        QwTensor *t = qwt_to(v_tensor(v),
                             dtype < 0 ? v_tensor(v)->dtype : (QwDtype)dtype);
        if (!t) torch_failed(in);
        return t;
    }
    if (!measure(in, v, 0, &n)) return NULL;
    if (dtype < 0)
        dtype = n.dtype >= 0 ? n.dtype
            : n.cls == 'b'   ? QW_BOOL
            : n.cls == 'i'   ? QW_I64
                             : QW_F32;
    QwTensor *t = qwt_zeros(tcx(in), (QwDtype)dtype, n.rank, n.shape);
    if (!t)
        torch_failed(in);
    else if (!fill_nested(in, v, t, &at)) {
        qwt_unref(t);
        return NULL;
    }
    return t;
}

/* as_tensor gives a tensor back as it is; tensor copies it */
Value torch_tensor(Interp *in, CallArgs *a)
{
    Value v[7];
    QwDtype dtype;
    if (!args_bind(in, a,
                   "data, dtype=, device=, requires_grad=, pin_memory=", v) ||
        !torch_dtype_arg(in, v[1], QW_F32, &dtype) ||
        !torch_device_arg(in, v[2]))
        return v_error();
    const bool given = v_is_set(v[1]) && !v_is_none(v[1]);
    QwTensor *t = torch_from_value(in, v[0], given ? (int)dtype : -1);
    if (!t) return v_error();
    if (a->fname[0] == 't' && v[0].kind == V_TENSOR && t == v_tensor(v[0])) {
        QwTensor *c = qwt_clone(t);
        qwt_unref(t);
        t = c;
    }
    return tensor_value(in, t);
}

/* ---- random numbers in place ---- */

static Value draw_into(Interp *in, CallArgs *a, bool normal, const char *sig)
{
    Value v[4];
    Draw d = {.normal = normal, .p = 0, .q = 1};
    if (!torch_bind(in, a, sig, v) ||
        (v_is_set(v[1]) && !arg_float(in, v[1], "argument 1", &d.p)) ||
        (v_is_set(v[2]) && !arg_float(in, v[2], "argument 2", &d.q)))
        return v_error();
    QwTensor *t = v_tensor(v[0]);
    if (!qw_dtype_is_float(t->dtype))
        return host_tensor_error(in, "%s needs a float tensor, not %s",
                                 a->fname, qw_dtype_info[t->dtype].torch);
    if (!torch_next_draw(in, v[3], &d.seed, &d.draw)) return v_error();
    QwTensor *r = draw_tensor(in, &d, t->dtype, t->rank, t->shape);
    const bool ok = r && qwt_copy_into(t, r);
    qwt_unref(r);
    return ok ? v_keep(v[0]) : torch_failed(in);
}

Value torch_uniform_(Interp *in, CallArgs *a)
{
    return draw_into(in, a, false, "input, from=, to=, *, generator=");
}

Value torch_normal_(Interp *in, CallArgs *a)
{
    return draw_into(in, a, true, "input, mean=, std=, *, generator=");
}
