/* The tensor as a value of the host language: its methods, operators,
 * attributes and conversions; and the pair of values and indices. */
#include "host/interp.h"
#include "host/torch.h"
#include "host/torch_names.h"

#include <string.h>

Value tensor_value(Interp *in, QwTensor *t)
{
    if (!t) return torch_failed(in);
    TensorObj *o = obj_new(in, V_TENSOR, &tensor_type, sizeof *o);
    o->t = t;
    return v_obj(&o->o);
}

static void tensor_drop(Interp *in, Obj *o)
{
    (void)in;
    qwt_unref(((TensorObj *)o)->t);
}

/* ---- operators ---- */

static int binary_op(Operator op)
{
    switch (op) {
    case OPR_ADD: return QWT_ADD;
    case OPR_SUB: return QWT_SUB;
    case OPR_MUL: return QWT_MUL;
    case OPR_DIV: return QWT_DIV;
    case OPR_FLOORDIV: return QWT_FLOORDIV;
    case OPR_MOD: return QWT_MOD;
    case OPR_POW: return QWT_POW;
    case OPR_BITAND: return QWT_AND;
    case OPR_BITOR: return QWT_OR;
    case OPR_BITXOR: return QWT_XOR;
    case OPR_SHL: return QWT_SHL;
    case OPR_SHR: return QWT_SHR;
    case OPR_EQ: return QWT_EQ;
    case OPR_NE: return QWT_NE;
    case OPR_LT: return QWT_LT;
    case OPR_LE: return QWT_LE;
    case OPR_GT: return QWT_GT;
    case OPR_GE: return QWT_GE;
    default: return -1;
    }
}

static bool plain_operand(Value v, QwtArg *x)
{
    if (v.kind == V_TENSOR) {
        *x = qwt_arg(v_tensor(v));
        return true;
    }
    return torch_number(v, x);
}

static Value tensor_binary(Interp *in, Operator op, Value a, Value b)
{
    QwtArg x[3] = {{0}};
    if (!plain_operand(a, &x[0]) || !plain_operand(b, &x[1]))
        return v_notimpl();
    if (op == OPR_MATMUL) {
        if (!x[0].t || !x[1].t) return v_notimpl();
        return tensor_value(in, qwt_matmul(x[0].t, x[1].t));
    }
    const int e = binary_op(op);
    return e < 0 ? v_notimpl() : tensor_value(in, qwt_op(tcx(in), (QwtOp)e, x));
}

static Value tensor_inplace(Interp *in, Operator op, Value a, Value b)
{
    QwtArg x[3] = {{0}};
    const int e = binary_op(op);
    if (e < 0 || a.kind != V_TENSOR || !plain_operand(b, &x[1]))
        return v_notimpl();
    x[0] = qwt_arg(v_tensor(a));
    return qwt_op_into(v_tensor(a), (QwtOp)e, x) ? v_keep(a) : torch_failed(in);
}

static Value tensor_unary(Interp *in, Operator op, Value a)
{
    switch (op) {
    case OPR_NEG: return tensor_value(in, qwt_op1(QWT_NEG, v_tensor(a)));
    case OPR_INVERT: return tensor_value(in, qwt_op1(QWT_BITNOT, v_tensor(a)));
    case OPR_POS: return v_keep(a);
    default: return v_notimpl();
    }
}

/* ---- conversions and iteration ---- */

static Value tensor_to_float(Interp *in, Value self)
{
    double d;
    if (qwt_numel(v_tensor(self)) != 1) return torch_item(in, v_tensor(self));
    return qwt_get_f64(v_tensor(self), 0, &d) ? v_float(d) : torch_failed(in);
}

static Value tensor_to_int(Interp *in, Value self)
{
    const Value v = torch_item(in, v_tensor(self));
    if (v_is_error(v) || v.kind == V_INT) return v;
    if (v.kind == V_BOOL) return v_int(v.i);
    int64_t i;
    return float_to_int(in, v.f, &i) ? v_int(i) : v_error();
}

static Value tensor_to_index(Interp *in, Value self)
{
    const QwTensor *t = v_tensor(self);
    if (qw_dtype_is_float(t->dtype) || t->dtype == QW_BOOL || qwt_numel(t) != 1)
        return host_raise(in, EXC_TYPE_ERROR,
                          "only a tensor of one integer can be an index");
    return torch_item(in, v_tensor(self));
}

static int tensor_truth(Interp *in, Value self)
{
    QwTensor *t = v_tensor(self);
    if (qwt_numel(t) != 1) {
        host_tensor_error(
            in,
            "the truth of a tensor with %lld elements is ambiguous: use any() or "
            "all()",
            (long long)qwt_numel(t));
        return -1;
    }
    const Value v = tensor_to_float(in, self);
    return v_is_error(v) ? -1 : v.f != 0;
}

static int64_t tensor_len(Interp *in, Value self)
{
    if (v_tensor(self)->rank) return v_tensor(self)->shape[0];
    host_raise(in, EXC_TYPE_ERROR, "len() of a 0-d tensor");
    return -1;
}

static Value tensor_iterate(Interp *in, Value self, int64_t i)
{
    QwTensor *t = v_tensor(self);
    if (!t->rank)
        return host_raise(in, EXC_TYPE_ERROR, "iteration over a 0-d tensor");
    return i < t->shape[0] ? tensor_value(in, qwt_select(t, 0, i)) : v_unset();
}

static int tensor_contains(Interp *in, Value self, Value x)
{
    const QwtRedArgs all = {.dtype = -1};
    QwtArg arg[3] = {qwt_arg(v_tensor(self))};
    if (!plain_operand(x, &arg[1])) {
        host_raise(in, EXC_TYPE_ERROR, "a tensor does not contain a %s",
                   v_type_name(x));
        return -1;
    }
    QwTensor *m = qwt_op(tcx(in), QWT_EQ, arg),
             *r = m ? qwt_reduce(m, QWT_ANY, &all) : NULL;
    const Value v = r ? torch_item(in, r) : torch_failed(in);
    qwt_unref(m);
    qwt_unref(r);
    return v_is_error(v) ? -1 : (int)v.i;
}

static bool tensor_format(Interp *in, Value self, const char *spec, Text *out)
{
    QwTensor *t = v_tensor(self);
    int64_t i;
    if (!*spec && t->rank) return tensor_repr(in, self, out);
    if (t->rank) {
        host_raise(in, EXC_TYPE_ERROR,
                   "a tensor of %d dimensions has no format `%s`: use item()",
                   t->rank, spec);
        return false;
    }
    if (!*spec && t->dtype == QW_U64 && qwt_get_i64(t, 0, &i)) {
        text_printf(out, "%llu",
                    (unsigned long long)i); /* no int may hold it */
        return true;
    }
    const Value v = torch_item(in, t);
    return !v_is_error(v) && host_format(in, v, spec, out);
}

/* ---- methods of their own ---- */

static Value method_item(Interp *in, CallArgs *a)
{
    return args_bind(in, a, "", NULL) ? torch_item(in, v_tensor(a->self))
                                      : v_error();
}

static Value element_value(Interp *in, QwDtype d, const char *p)
{
    return qw_dtype_is_float(d) ? v_float(qw_elem_f64(d, p))
                                : torch_integer(in, d, qw_elem_i64(d, p));
}

static Value list_of(Interp *in, const QwTensor *t, int dim, const char *p)
{
    const int64_t n = dim == t->rank ? 0 : t->shape[dim];
    if (dim == t->rank) return element_value(in, t->dtype, p);
    if (!host_limit(in, LIM_HOST_CONTAINER, n)) return v_error();
    const Value list = v_list(in, (int)n);
    for (int64_t i = 0; i < n; i++) {
        const Value item =
            list_of(in, t, dim + 1,
                    p + i * t->stride[dim] * qw_dtype_size(t->dtype));
        if (v_is_error(item) || !list_push_take(in, list, item)) {
            v_drop(in, list);
            return v_error();
        }
    }
    return list;
}

static Value method_tolist(Interp *in, CallArgs *a)
{
    QwTensor *t = v_tensor(a->self);
    if (!args_bind(in, a, "", NULL)) return v_error();
    const char *p = qwt_data(t);
    return p ? list_of(in, t, 0, p) : torch_failed(in);
}

Value torch_numel(Interp *in, CallArgs *a)
{
    Value v[1];
    if (!torch_bind(in, a, "input", v) || !torch_tensor_arg(in, v[0], "input"))
        return v_error();
    return v_int(qwt_numel(v_tensor(v[0])));
}

static Value method_dim(Interp *in, CallArgs *a)
{
    (void)in;
    return v_int(v_tensor(a->self)->rank);
}

static Value sizes_of(Interp *in, CallArgs *a, const int64_t *sizes)
{
    Value v[1];
    int d;
    if (!args_bind(in, a, "dim=", v)) return v_error();
    const QwTensor *t = v_tensor(a->self);
    if (!v_is_set(v[0]) || v_is_none(v[0]))
        return v_tuple_of_ints(in, sizes, t->rank);
    if (!torch_dim_arg(in, v[0], 0, &d)) return v_error();
    d = qwt_dim(tcx(in), d, t->rank);
    return d < 0 || !t->rank ? torch_failed(in) : v_int(sizes[d]);
}

static Value method_size(Interp *in, CallArgs *a)
{
    return sizes_of(in, a, v_tensor(a->self)->shape);
}

static Value method_stride(Interp *in, CallArgs *a)
{
    return sizes_of(in, a, v_tensor(a->self)->stride);
}

static Value method_is_contiguous(Interp *in, CallArgs *a)
{
    (void)in;
    return v_bool(qwt_is_contiguous(v_tensor(a->self)));
}

static Value method_element_size(Interp *in, CallArgs *a)
{
    (void)in;
    return v_int(qw_dtype_size(v_tensor(a->self)->dtype));
}

/* ---- properties ---- */

static Value prop_shape(Interp *in, CallArgs *a)
{
    return v_tuple_of_ints(in, v_tensor(a->self)->shape,
                           v_tensor(a->self)->rank);
}

static Value prop_dtype(Interp *in, CallArgs *a)
{
    (void)in;
    return v_dtype(v_tensor(a->self)->dtype, DT_TORCH);
}

static Value prop_device(Interp *in, CallArgs *a)
{
    (void)a;
    return v_str(in, "cpu");
}

static Value prop_nbytes(Interp *in, CallArgs *a)
{
    (void)in;
    return v_int(qwt_bytes(v_tensor(a->self)));
}

static Value prop_T(Interp *in, CallArgs *a)
{
    return torch_t(in, a);
}

static Value prop_mT(Interp *in, CallArgs *a)
{
    return tensor_value(in, qwt_transpose(v_tensor(a->self), -2, -1));
}

static Value prop_self(Interp *in, CallArgs *a)
{
    (void)in;
    return v_keep(a->self);
}

static Value prop_false(Interp *in, CallArgs *a)
{
    (void)in;
    (void)a;
    return v_bool(false);
}

#define PROP(n_, f)                                   \
    {                                                 \
        .name = n_, .fn = f, .flags = NATIVE_PROPERTY \
    }
#define INP(n_)                          \
    {                                    \
        .name = #n_, .fn = torch_inplace \
    }
static const NativeDef tensor_methods[] = {
    PROP("shape", prop_shape),
    PROP("dtype", prop_dtype),
    PROP("ndim", method_dim),
    PROP("nbytes", prop_nbytes),
    PROP("T", prop_T),
    PROP("mT", prop_mT),
    PROP("device", prop_device),
    PROP("data", prop_self),
    PROP("requires_grad", prop_false),
    PROP("is_cuda", prop_false),
    {.name = "item", .fn = method_item},
    {.name = "tolist", .fn = method_tolist},
    AS("nelement", numel),
    {.name = "dim", .fn = method_dim},
    {.name = "size", .fn = method_size},
    {.name = "stride", .fn = method_stride},
    {.name = "is_contiguous", .fn = method_is_contiguous},
    {.name = "element_size", .fn = method_element_size},
    /* views and copies */
    FN(view),
    FN(expand),
    FN(expand_as),
    AS("view_as", expand_as),
    AS("reshape_as", expand_as),
    FN(contiguous),
    FN(to),
    AS("float", to_named),
    AS("double", to_named),
    AS("half", to_named),
    AS("bfloat16", to_named),
    AS("int", to_named),
    AS("long", to_named),
    AS("short", to_named),
    AS("char", to_named),
    AS("byte", to_named),
    AS("bool", to_named),
    AS("type_as", to_named),
    AS("cpu", self),
    AS("detach", self),
    AS("requires_grad_", self),
    FN(repeat),
    AS("new_zeros", new),
    AS("new_ones", new),
    AS("new_empty", new),
    FN(new_full),
    /* in place */
    AS("zero_", fill_),
    FN(fill_),
    FN(copy_),
    FN(normal_),
    FN(uniform_),
    FN(clamp_),
    AS("clip_", clamp_),
    INP(add_),
    INP(sub_),
    INP(mul_),
    INP(div_),
    INP(pow_),
    INP(neg_),
    INP(abs_),
    INP(exp_),
    INP(sqrt_),
    INP(rsqrt_),
    INP(sigmoid_),
    INP(relu_),
    INP(square_),
    INP(floor_),
    INP(ceil_),
    INP(round_),
    INP(trunc_),
    INP(reciprocal_),
    INP(sign_),
    INP(exp2_),
    INP(expm1_),
    INP(log_),
    INP(log2_),
    INP(log10_),
    INP(log1p_),
    INP(sin_),
    INP(cos_),
    INP(tan_),
    INP(tanh_),
    INP(erf_),
    INP(fmod_),
    INP(remainder_),
    INP(floor_divide_),
    INP(multiply_),
    INP(subtract_),
    INP(divide_),
    AS("scatter_", scatter),
    AS("scatter_add_", scatter),
    AS("index_add_", index_add),
    AS("masked_fill_", masked_fill),
#include "host/torch_both.def"
};

const NativeType tensor_type = {
    .name = "Tensor",
    .methods = tensor_methods,
    .nmethods = LEN(tensor_methods),
    .drop = tensor_drop,
    .binary = tensor_binary,
    .inplace = tensor_inplace,
    .unary = tensor_unary,
    .getitem = tensor_getitem,
    .setitem = tensor_setitem,
    .item = tensor_iterate,
    .len = tensor_len,
    .truth = tensor_truth,
    .contains = tensor_contains,
    .repr = tensor_repr,
    .format = tensor_format,
    .to_int = tensor_to_int,
    .to_float = tensor_to_float,
    .to_index = tensor_to_index,
};

/* ---- (values, indices) ---- */

typedef struct PairObj {
    Obj o;
    const char *of;
    Value item[2];
} PairObj;

static PairObj *pair_of(Value v)
{
    return (PairObj *)v.o;
}

Value torch_pair(Interp *in, const char *of, QwTensor *const t[2])
{
    PairObj *p = obj_new(in, V_OBJ, &pair_type, sizeof *p);
    p->of = of;
    for (int i = 0; i < 2; i++) p->item[i] = tensor_value(in, t[i]);
    return v_obj(&p->o);
}

static void pair_drop(Interp *in, Obj *o)
{
    for (int i = 0; i < 2; i++) v_drop(in, ((PairObj *)o)->item[i]);
}

static Value pair_getattr(Interp *in, Value self, Str name)
{
    (void)in;
    const bool values = !strcmp(name->s, "values");
    if (!values && strcmp(name->s, "indices")) return v_unset();
    return v_keep(pair_of(self)->item[values ? 0 : 1]);
}

static Value pair_item(Interp *in, Value self, int64_t i)
{
    (void)in;
    return i >= 0 && i < 2 ? v_keep(pair_of(self)->item[i]) : v_unset();
}

static Value pair_getitem(Interp *in, Value self, Value index)
{
    int64_t i;
    if (!arg_int(in, index, "index", &i)) return v_error();
    const Value v = pair_item(in, self, i < 0 ? i + 2 : i);
    return v_is_set(v)
        ? v
        : host_raise(in, EXC_INDEX_ERROR, "tuple index out of range");
}

static int64_t pair_len(Interp *in, Value self)
{
    (void)in;
    (void)self;
    return 2;
}

static bool pair_repr(Interp *in, Value self, Text *out)
{
    static const char *const label[2] = {"values", "indices"};
    text_printf(out, "torch.return_types.%s(", pair_of(self)->of);
    for (int i = 0; i < 2; i++) {
        text_printf(out, "\n%s=", label[i]);
        if (!tensor_repr(in, pair_of(self)->item[i], out)) return false;
        text_puts(out, i ? ")" : ",");
    }
    return true;
}

const NativeType pair_type = {
    .name = "return_types",
    .drop = pair_drop,
    .getattr = pair_getattr,
    .getitem = pair_getitem,
    .item = pair_item,
    .len = pair_len,
    .repr = pair_repr,
};
