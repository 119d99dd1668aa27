/* Elementwise functions, methods and in-place forms.  Most of them are one
 * line of elem.def: torch_elementwise finds the operation by its name. */
#include "host/torch.h"

#include <math.h>
#include <string.h>

/* the operation called name, `_` at its end ignored; -1: none */
static int op_named(const char *name)
{
    static const struct {
        const char *name, *op;
    } alias[] = {{"absolute", "abs"}, {"negative", "neg"},
                 {"multiply", "mul"}, {"subtract", "sub"},
                 {"divide", "div"},   {"true_divide", "div"}};
    size_t n = strlen(name);
    n -= n > 1 && name[n - 1] == '_';
    for (size_t i = 0; i < LEN(alias); i++)
        if (strlen(alias[i].name) == n && !strncmp(alias[i].name, name, n)) {
            name = alias[i].op;
            n = strlen(name);
            break;
        }
    for (int op = 0; op < QWT_OP_COUNT; op++)
        if (strlen(qwt_op_name((QwtOp)op)) == n &&
            !strncmp(qwt_op_name((QwtOp)op), name, n))
            return op;
    return -1;
}

static bool some_tensor(Interp *in, CallArgs *a, const QwtArg *x, int n)
{
    for (int i = 0; i < n; i++)
        if (x[i].t) return true;
    host_raise(in, EXC_TYPE_ERROR, "%s() needs a tensor", a->fname);
    return false;
}

Value torch_elementwise(Interp *in, CallArgs *a)
{
    const int op = op_named(a->fname);
    Value v[4];
    QwtArg x[3] = {{0}};
    if (op < 0)
        return host_raise(in, EXC_NOT_IMPLEMENTED_ERROR, "torch has no %s here",
                          a->fname);
    const int n = qwt_op_nargs((QwtOp)op);
    if (!torch_bind(in, a,
                    n == 1              ? "input, *, out=, inplace="
                        : op == QWT_POW ? "input, exponent, *, out="
                                        : "input, other, *, out=",
                    v))
        return v_error();
    for (int i = 0; i < n; i++)
        if (!torch_operand(in, v[i], &x[i])) return v_error();
    if (!some_tensor(in, a, x, n)) return v_error();
    return tensor_value(in, qwt_op(tcx(in), (QwtOp)op, x));
}

/* NAME_(other): the tensor itself, written */
Value torch_inplace(Interp *in, CallArgs *a)
{
    const int op = op_named(a->fname);
    const int n = qwt_op_nargs((QwtOp)op);
    Value v[3];
    QwtArg x[3] = {{0}};
    if (!torch_bind(in, a, n == 1 ? "input" : "input, other, *, alpha=", v))
        return v_error();
    for (int i = 0; i < n; i++)
        if (!torch_operand(in, v[i], &x[i])) return v_error();
    QwTensor *scaled = NULL;
    if (n == 2 && v_is_set(v[2])) {
        QwtArg by[3] = {x[1]};
        if (!torch_operand(in, v[2], &by[1])) return v_error();
        scaled = qwt_op(tcx(in), QWT_MUL, by);
        if (!scaled) return torch_failed(in);
        x[1] = qwt_arg(scaled);
    }
    const bool ok = qwt_op_into(v_tensor(v[0]), (QwtOp)op, x);
    qwt_unref(scaled);
    return ok ? v_keep(v[0]) : torch_failed(in);
}

/* add and sub: input + alpha * other */
Value torch_addsub(Interp *in, CallArgs *a)
{
    const QwtOp op = a->fname[0] == 'a' ? QWT_ADD : QWT_SUB;
    Value v[4];
    QwtArg x[3] = {{0}}, by[3] = {{0}};
    if (!torch_bind(in, a, "input, other, *, alpha=, out=", v) ||
        !torch_operand(in, v[0], &x[0]) || !torch_operand(in, v[1], &x[1]) ||
        !some_tensor(in, a, x, 2))
        return v_error();
    QwTensor *scaled = NULL;
    if (v_is_set(v[2])) {
        by[0] = x[1];
        if (!torch_operand(in, v[2], &by[1])) return v_error();
        if (!by[0].t && !by[1].t)
            by[0] = qwt_num((by[0].cls == 'f' ? by[0].d : (double)by[0].i) *
                            (by[1].cls == 'f' ? by[1].d : (double)by[1].i));
        else if (!(scaled = qwt_op(tcx(in), QWT_MUL, by)))
            return torch_failed(in);
        x[1] = scaled ? qwt_arg(scaled) : by[0];
    }
    QwTensor *r = qwt_op(tcx(in), op, x);
    qwt_unref(scaled);
    return tensor_value(in, r);
}

Value torch_div(Interp *in, CallArgs *a)
{
    Value v[4];
    QwtArg x[3] = {{0}};
    const char *mode = "";
    if (!torch_bind(in, a, "input, other, *, rounding_mode=, out=", v) ||
        !torch_operand(in, v[0], &x[0]) || !torch_operand(in, v[1], &x[1]) ||
        !some_tensor(in, a, x, 2))
        return v_error();
    if (v_is_set(v[2]) && !v_is_none(v[2]) &&
        !arg_str(in, v[2], "rounding_mode", &mode))
        return v_error();
    if (!strcmp(mode, "floor"))
        return tensor_value(in, qwt_op(tcx(in), QWT_FLOORDIV, x));
    QwTensor *q = qwt_op(tcx(in), QWT_DIV, x);
    if (!q || !*mode) return tensor_value(in, q);
    if (strcmp(mode, "trunc")) {
        qwt_unref(q);
        return host_raise(in, EXC_VALUE_ERROR,
                          "rounding_mode is None, 'floor' or 'trunc', not '%s'",
                          mode);
    }
    QwTensor *r = qwt_op1(QWT_TRUNC, q);
    qwt_unref(q);
    const bool ints = (!x[0].t || !qw_dtype_is_float(x[0].t->dtype)) &&
        (!x[1].t || !qw_dtype_is_float(x[1].t->dtype)) && x[0].cls != 'f' &&
        x[1].cls != 'f';
    if (r && ints) {
        QwTensor *i = qwt_to(r, x[0].t ? x[0].t->dtype : x[1].t->dtype);
        qwt_unref(r);
        r = i;
    }
    return tensor_value(in, r);
}

Value torch_round(Interp *in, CallArgs *a)
{
    Value v[2];
    int64_t decimals = 0;
    if (!torch_bind(in, a, "input, *, decimals=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        (v_is_set(v[1]) && !arg_int(in, v[1], "decimals", &decimals)))
        return v_error();
    if (!decimals) return tensor_value(in, qwt_op1(QWT_ROUND, v_tensor(v[0])));
    const double ten = pow(10, (double)decimals);
    const QwtArg up[3] = {{.t = v_tensor(v[0])}, qwt_num(ten)};
    QwTensor *s = qwt_op(tcx(in), QWT_MUL, up),
             *r = s ? qwt_op1(QWT_ROUND, s) : NULL;
    const QwtArg down[3] = {{.t = r}, qwt_num(ten)};
    QwTensor *out = r ? qwt_op(tcx(in), QWT_DIV, down) : NULL;
    qwt_unref(s);
    qwt_unref(r);
    return tensor_value(in, out);
}

static QwTensor *clamped(Interp *in, Value *v)
{
    QwTensor *t = qwt_ref(v_tensor(v[0]));
    for (int i = 1; i <= 2 && t; i++) {
        QwtArg x[3] = {{.t = t}};
        if (!v_is_set(v[i]) || v_is_none(v[i])) continue;
        if (!torch_operand(in, v[i], &x[1])) {
            qwt_unref(t);
            return NULL;
        }
        QwTensor *r = qwt_op(tcx(in), i == 1 ? QWT_MAXIMUM : QWT_MINIMUM, x);
        qwt_unref(t);
        t = r;
    }
    if (!t) torch_failed(in);
    return t;
}

Value torch_clamp(Interp *in, CallArgs *a)
{
    Value v[4];
    if (!torch_bind(in, a, "input, min=, max=, *, out=", v) ||
        !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    if ((!v_is_set(v[1]) || v_is_none(v[1])) &&
        (!v_is_set(v[2]) || v_is_none(v[2])))
        return host_tensor_error(in, "clamp needs min or max");
    QwTensor *t = clamped(in, v);
    return t ? tensor_value(in, t) : v_error();
}

Value torch_clamp_(Interp *in, CallArgs *a)
{
    Value v[3];
    if (!torch_bind(in, a, "input, min=, max=", v)) return v_error();
    QwTensor *t = clamped(in, v);
    if (!t) return v_error();
    const bool ok = qwt_copy_into(v_tensor(v[0]), t);
    qwt_unref(t);
    return ok ? v_keep(v[0]) : torch_failed(in);
}

Value torch_where(Interp *in, CallArgs *a)
{
    Value v[3];
    QwtArg x[3] = {{0}};
    if (a->self.kind == V_TENSOR) { /* x.where(c, y) */
        if (!args_bind(in, a, "condition, other", v)) return v_error();
        v[2] = v[1];
        v[1] = a->self;
    } else if (!args_bind(in, a, "condition, input=, other=", v)) {
        return v_error();
    }
    if (!torch_tensor_arg(in, v[0], "condition")) return v_error();
    if (!v_is_set(v[1])) { /* where(c): one index tensor a dimension */
        QwTensor *nz = qwt_nonzero(v_tensor(v[0]));
        if (!nz) return torch_failed(in);
        Value item[QWT_RANK];
        int n = 0;
        bool ok = true;
        for (; ok && n < v_tensor(v[0])->rank; n++) {
            QwTensor *col = qwt_select(nz, 1, n);
            item[n] = tensor_value(in, col ? qwt_contiguous(col) : NULL);
            qwt_unref(col);
            ok = !v_is_error(item[n]);
        }
        qwt_unref(nz);
        return ok ? v_tuple_take(in, item, n) : v_error();
    }
    for (int i = 0; i < 3; i++)
        if (!torch_operand(in, v[i], &x[i])) return v_error();
    return tensor_value(in, qwt_op(tcx(in), QWT_WHERE, x));
}

/* ---- closeness ---- */

/* bool tensor: |a - b| <= atol + rtol * |b|, equal infinities, in float64 */
static QwTensor *close_mask(Interp *in, QwTensor *a, QwTensor *b, double rtol,
                            double atol, bool equal_nan)
{
    QwTcx *cx = tcx(in);
    QwTensor *t[12] = {NULL};
    int n = 0;
#define STEP(e) ((n == 0 || t[n - 1]) ? (void)(t[n] = (e), n++) : (void)0)
#define OP(op, p, q) qwt_op(cx, op, (const QwtArg[3]){p, q})
    STEP(qwt_to(a, QW_F64));
    STEP(qwt_to(b, QW_F64));
    STEP(qwt_op2(QWT_SUB, t[0], t[1]));
    STEP(qwt_op1(QWT_ABS, t[2]));
    STEP(qwt_op1(QWT_ABS, t[1]));
    STEP(OP(QWT_MUL, qwt_arg(t[4]), qwt_num(rtol)));
    STEP(OP(QWT_ADD, qwt_arg(t[5]), qwt_num(atol)));
    STEP(OP(QWT_LE, qwt_arg(t[3]), qwt_arg(t[6])));
    STEP(qwt_op1(QWT_ISFINITE, t[1]));
    STEP(OP(QWT_AND, qwt_arg(t[7]), qwt_arg(t[8])));
    STEP(qwt_op2(QWT_EQ, t[0], t[1]));
    STEP(OP(QWT_OR, qwt_arg(t[9]), qwt_arg(t[10])));
    QwTensor *r = n == 12 && t[11] ? qwt_ref(t[11]) : NULL;
    if (r && equal_nan) {
        QwTensor *na = qwt_op1(QWT_ISNAN, t[0]),
                 *nb = na ? qwt_op1(QWT_ISNAN, t[1]) : NULL;
        QwTensor *both = nb ? qwt_op2(QWT_AND, na, nb) : NULL;
        QwTensor *s = both ? qwt_op2(QWT_OR, r, both) : NULL;
        qwt_unref(na);
        qwt_unref(nb);
        qwt_unref(both);
        qwt_unref(r);
        r = s;
    }
#undef STEP
#undef OP
    for (int i = 0; i < 12; i++) qwt_unref(t[i]);
    if (!r) torch_failed(in);
    return r;
}

static QwTensor *closeness(Interp *in, CallArgs *a)
{
    Value v[5];
    double rtol = 1e-5, atol = 1e-8;
    bool nan = false;
    if (!torch_bind(in, a, "input, other, rtol=, atol=, equal_nan=", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_tensor_arg(in, v[1], "other") ||
        (v_is_set(v[2]) && !arg_float(in, v[2], "rtol", &rtol)) ||
        (v_is_set(v[3]) && !arg_float(in, v[3], "atol", &atol)) ||
        (v_is_set(v[4]) && !arg_bool(in, v[4], "equal_nan", &nan)))
        return NULL;
    if (rtol < 0 || atol < 0) {
        host_tensor_error(in, "%s is at least 0, not %g",
                          rtol < 0 ? "rtol" : "atol", rtol < 0 ? rtol : atol);
        return NULL;
    }
    return close_mask(in, v_tensor(v[0]), v_tensor(v[1]), rtol, atol, nan);
}

Value torch_isclose(Interp *in, CallArgs *a)
{
    QwTensor *t = closeness(in, a);
    return t ? tensor_value(in, t) : v_error();
}

/* takes m */
static Value all_of(Interp *in, QwTensor *m)
{
    const QwtRedArgs every = {.dtype = -1};
    QwTensor *r = m ? qwt_reduce(m, QWT_ALL, &every) : NULL;
    qwt_unref(m);
    if (!r) return torch_failed(in);
    const Value v = torch_item(in, r);
    qwt_unref(r);
    return v;
}

Value torch_allclose(Interp *in, CallArgs *a)
{
    QwTensor *t = closeness(in, a);
    return t ? all_of(in, t) : v_error();
}

Value torch_equal(Interp *in, CallArgs *a)
{
    Value v[2];
    if (!torch_bind(in, a, "input, other", v) ||
        !torch_tensor_arg(in, v[0], "input") ||
        !torch_tensor_arg(in, v[1], "other"))
        return v_error();
    if (!qwt_same_shape(v_tensor(v[0]), v_tensor(v[1]))) return v_bool(false);
    return all_of(in, qwt_op2(QWT_EQ, v_tensor(v[0]), v_tensor(v[1])));
}

/* ---- stores ---- */

Value torch_fill_(Interp *in, CallArgs *a)
{
    Value v[2] = {v_unset(), v_int(0)};
    if (!torch_bind(in, a, a->fname[0] == 'z' ? "input" : "input, value", v))
        return v_error();
    QwtArg x;
    if (torch_number(v[1], &x) && !torch_fits(in, v_tensor(v[0])->dtype, &x))
        return v_error();
    QwTensor *src = torch_from_value(in, v[1], -1);
    if (!src) return v_error();
    const bool ok = qwt_copy_into(v_tensor(v[0]), src);
    qwt_unref(src);
    return ok ? v_keep(v[0]) : torch_failed(in);
}

Value torch_copy_(Interp *in, CallArgs *a)
{
    Value v[3];
    if (!torch_bind(in, a, "input, src, non_blocking=", v) ||
        !torch_tensor_arg(in, v[1], "src"))
        return v_error();
    if (!qwt_copy_into(v_tensor(v[0]), v_tensor(v[1]))) return torch_failed(in);
    return v_keep(v[0]);
}
