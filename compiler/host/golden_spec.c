/* TensorSpec and ScalarSpec (3.2): reading and checking their arguments, and
 * the tensor that a spec asks for. */
#include "host/golden.h"
#include <math.h>

/* ---- TensorSpec --------------------------------------------------------- */

static bool read_shape(Interp *in, Value v, TensorSpec *s)
{
    int64_t shape[64];
    const int n = arg_ints(in, v, "shape", shape, 64);
    if (n < 0) return false;
    if (n > HOST_MAX_RANK)
        return host_fatal(in, E1104, "tensor `%s` has rank %d; the limit is %d",
                          s->name->s, n, HOST_MAX_RANK),
               false;
    for (int i = 0; i < n; i++) {
        if (shape[i] < 0)
            return host_raise(
                       in, EXC_VALUE_ERROR,
                       "TensorSpec `%s`: extent %lld of axis %d is negative",
                       s->name->s, (long long)shape[i], i),
                   false;
        s->shape[i] = shape[i];
    }
    s->rank = n;
    return true;
}

static bool read_dtype(Interp *in, Value v, const char *what, QwDtype *out)
{
    if (v.kind != V_DTYPE)
        return host_raise(in, EXC_TYPE_ERROR,
                          "%s: dtype must be a torch dtype, not %s", what,
                          v_type_name(v)),
               false;
    *out = v.dt;
    return true;
}

static bool read_name(Interp *in, Value v, const char *what, Str *out)
{
    if (v.kind != V_STR || !v.str->len)
        return host_raise(in, EXC_TYPE_ERROR,
                          "%s: name must be a non-empty str, not %s", what,
                          v_type_name(v)),
               false;
    *out = str_n(in->se, v.str->s, (size_t)v.str->len);
    return true;
}

/* keywords of later versions of the dialect */
static void warn_ignored(Interp *in, const char *what, Value kw)
{
    int pos = 0;
    Value k, v;
    while (dict_next(kw, &pos, &k, &v))
        diag_new(in->se, W1001, in->at, "%s: keyword `%s` is ignored", what,
                 k.str->s);
}

static bool check_init(Interp *in, TensorSpec *s)
{
    const Value v = s->init;
    if (v_is_none(v) || v_is_number(v) || v.kind == V_TENSOR || is_callable(v))
        return true;
    host_raise(
        in, EXC_TYPE_ERROR,
        "TensorSpec `%s`: init_value must be None, a number, a tensor or callable, not %s",
        s->name->s, v_type_name(v));
    return false;
}

static Value spec_new(Interp *in, CallArgs *a)
{
    Value arg[6];
    a->fname = "TensorSpec";
    if (!args_bind(in, a, "name, shape, dtype, init_value=, is_output=, **kw",
                   arg))
        return v_error();
    TensorSpec *s = obj_new(in, V_OBJ, &tensor_spec_type, sizeof *s);
    s->init = v_is_set(arg[3]) ? v_keep(arg[3]) : v_none();
    s->span = a->span;
    if (read_name(in, arg[0], "TensorSpec", &s->name) &&
        read_shape(in, arg[1], s) &&
        read_dtype(in, arg[2], "TensorSpec", &s->dtype) &&
        (!v_is_set(arg[4]) ||
         arg_bool(in, arg[4], "is_output", &s->is_output)) &&
        check_init(in, s)) {
        warn_ignored(in, "TensorSpec", arg[5]);
        return v_obj(&s->o);
    }
    v_drop(in, v_obj(&s->o));
    return v_error();
}

static TensorSpec *spec_of(Value v)
{
    return (TensorSpec *)v.o;
}

static void spec_drop(Interp *in, Obj *o)
{
    v_drop(in, ((TensorSpec *)o)->init);
}

static Value spec_getattr(Interp *in, Value self, Str name)
{
    const TensorSpec *s = spec_of(self);
    if (is_name(name, "name")) return v_from_str(in, s->name);
    if (is_name(name, "dtype")) return v_dtype(s->dtype, DT_TORCH);
    if (is_name(name, "init_value")) return v_keep(s->init);
    if (is_name(name, "is_output")) return v_bool(s->is_output);
    if (!is_name(name, "shape")) return v_unset();
    const Value t = v_tuple_of_ints(in, s->shape, s->rank);
    t.o->kind = V_LIST;
    return v_obj(t.o);
}

static Value spec_create(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    return spec_tensor(in, spec_of(a->self));
}

static bool spec_repr(Interp *in, Value self, Text *t)
{
    const TensorSpec *s = spec_of(self);
    (void)in;
    text_printf(t, "TensorSpec('%s', [", s->name->s);
    for (int i = 0; i < s->rank; i++)
        text_printf(t, "%s%lld", i ? ", " : "", (long long)s->shape[i]);
    text_printf(t, "], torch.%s%s)", qw_dtype_info[s->dtype].torch,
                s->is_output ? ", is_output=True" : "");
    return true;
}

static const NativeDef spec_methods[] = {
    {"create_tensor", spec_create, 0, NULL}};
static const NativeDef spec_ctor = {"TensorSpec", spec_new, 0, NULL};
const NativeType tensor_spec_type = {
    .name = "TensorSpec",
    .methods = spec_methods,
    .nmethods = LEN(spec_methods),
    .drop = spec_drop,
    .getattr = spec_getattr,
    .repr = spec_repr,
    .ctor = &spec_ctor,
};

/* ---- the tensor of a spec ----------------------------------------------- */

/* torch.NAME(shape[, value], dtype=...) */
static Value make_tensor(Interp *in, const TensorSpec *s, Value fn,
                         const Value *value)
{
    Value pos[2] = {v_tuple_of_ints(in, s->shape, s->rank),
                    value ? *value : v_none()};
    const KwArg kw = {str(in->se, "dtype"), v_dtype(s->dtype, DT_TORCH)};
    const Value t = host_call(in, fn, pos, value ? 2 : 1, &kw, 1, s->span);
    v_drop(in, pos[0]);
    return t;
}

static Value make_named(Interp *in, const TensorSpec *s, const char *name,
                        const Value *value)
{
    const Value fn = host_module_attr(in, "torch", name);
    if (v_is_error(fn)) return fn;
    const Value t = make_tensor(in, s, fn, value);
    v_drop(in, fn);
    return t;
}

static void put_shape(Text *t, const int64_t *shape, int rank)
{
    text_putc(t, '[');
    for (int i = 0; i < rank; i++)
        text_printf(t, "%s%lld", i ? ", " : "", (long long)shape[i]);
    text_putc(t, ']');
}

static bool same_shape(Interp *in, const TensorSpec *s, Value t)
{
    const Value shape = host_getattr(in, t, str(in->se, "shape"));
    if (v_is_error(shape)) return false;
    int64_t got[64];
    const int n = arg_ints(in, shape, "shape", got, 64);
    v_drop(in, shape);
    if (n < 0) return false;
    if (n == s->rank && !memcmp(got, s->shape, (size_t)n * sizeof *got))
        return true;
    Text want = {.a = in->scratch}, have = {.a = in->scratch};
    put_shape(&want, s->shape, s->rank);
    put_shape(&have, got, n);
    host_raise_code(in, EXC_VALUE_ERROR, E1005,
                    "the initial value of `%s` has shape %s, the spec says %s",
                    s->name->s, text_str(&have), text_str(&want));
    if (in->exc) in->exc->span = s->span;
    return false;
}

/* v (owned) as a tensor of the spec's shape and dtype */
static Value convert(Interp *in, const TensorSpec *s, Value v)
{
    if (v_is_error(v)) return v;
    Value t = v;
    if (v_is_number(v))
        t = make_named(in, s, "full", &v);
    else if (v.kind != V_TENSOR) {
        const Value fn = host_module_attr(in, "torch", "tensor");
        t = v_is_error(fn) ? fn : host_call(in, fn, &v, 1, NULL, 0, s->span);
        v_drop(in, v);
    }
    if (v_is_error(t)) return t;
    const Value dtype = v_dtype(s->dtype, DT_TORCH);
    const ArenaMark m = arena_mark(in->scratch);
    const Value r = same_shape(in, s, t)
        ? host_call_method(in, t, "to", &dtype, 1)
        : v_error();
    arena_reset(in->scratch, m);
    v_drop(in, t);
    return r;
}

Value spec_tensor(Interp *in, TensorSpec *s)
{
    const Value init = s->init;
    if (v_is_none(init)) return make_named(in, s, "zeros", NULL);
    if (v_is_number(init)) return make_named(in, s, "full", &init);
    if (init.kind == V_TENSOR) return convert(in, s, v_keep(init));
    if (init.kind == V_NATIVE && init.native->flags & NATIVE_FACTORY)
        return convert(in, s, make_tensor(in, s, init, NULL));
    const Value t = host_call(in, init, NULL, 0, NULL, 0, s->span);
    if (v_is_error(t) && in->exc && in->exc->span.lo == s->span.lo)
        host_help(
            in,
            "`init_value=lambda: ...`: it is called without arguments; torch.randn and torch.rand themselves get the shape");
    return convert(in, s, t);
}

/* ---- ScalarSpec --------------------------------------------------------- */

static bool scalar_dtype(QwDtype d)
{
    return d == QW_I8 || d == QW_I32 || d == QW_I64 || d == QW_U8 ||
        d == QW_BOOL || d == QW_F32 || d == QW_F16 || d == QW_BF16;
}

static double round_to(QwDtype d, double x)
{
    switch (d) {
    case QW_F32: return (double)qw_f64_to_f32(x);
    case QW_F16: return (double)qw_f16_to_f32(qw_f64_to_f16(x));
    default: return (double)qw_bf16_to_f32(qw_f64_to_bf16(x));
    }
}

static bool bad_scalar(Interp *in, const ScalarSpec *s, Value v,
                       const char *why)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    if (host_repr(in, v, &t))
        host_raise_code(in, EXC_VALUE_ERROR, E1004,
                        "scalar `%s`: %s %s torch.%s", s->name->s, text_str(&t),
                        why, qw_dtype_info[s->dtype].torch);
    arena_reset(in->scratch, m);
    return false;
}

static bool set_float(Interp *in, ScalarSpec *s, Value v)
{
    double x;
    if (!v_is_number(v) && v.kind != V_TENSOR)
        return bad_scalar(in, s, v, "is not a number for");
    if (!arg_float(in, v, "value", &x)) return false;
    const double r = round_to(s->dtype, x);
    if (isinf(r) && isfinite(x))
        return bad_scalar(in, s, v, "is out of range for");
    s->value = v_float(r);
    return true;
}

static bool set_int(Interp *in, ScalarSpec *s, Value v)
{
    if (v.kind == V_TENSOR) {
        const Value item = host_call_method(in, v, "item", NULL, 0);
        return !v_is_error(item) && set_int(in, s, item);
    }
    if (!v_is_intlike(v)) return bad_scalar(in, s, v, "is not an integer for");
    const bool is_bool = s->dtype == QW_BOOL;
    const int64_t lo = is_bool ? 0 : qw_dtype_min(s->dtype);
    const int64_t hi = is_bool ? 1 : (int64_t)qw_dtype_max(s->dtype);
    if (v.i < lo || v.i > hi)
        return bad_scalar(in, s, v, "is out of range for");
    s->value = is_bool ? v_bool(v.i != 0) : v_int(v.i);
    return true;
}

static bool set_scalar(Interp *in, ScalarSpec *s, Value v)
{
    if (!scalar_dtype(s->dtype))
        return host_raise_code(in, EXC_VALUE_ERROR, E1004,
                               "scalar `%s`: torch.%s is not a scalar dtype",
                               s->name->s, qw_dtype_info[s->dtype].torch),
               false;
    return qw_dtype_is_float(s->dtype) ? set_float(in, s, v)
                                       : set_int(in, s, v);
}

static Value scalar_spec_new(Interp *in, CallArgs *a)
{
    Value arg[4];
    a->fname = "ScalarSpec";
    if (!args_bind(in, a, "name, dtype, value, **kw", arg)) return v_error();
    ScalarSpec *s = obj_new(in, V_OBJ, &scalar_spec_type, sizeof *s);
    s->value = v_none();
    s->span = a->span;
    if (read_name(in, arg[0], "ScalarSpec", &s->name) &&
        read_dtype(in, arg[1], "ScalarSpec", &s->dtype) &&
        set_scalar(in, s, arg[2])) {
        warn_ignored(in, "ScalarSpec", arg[3]);
        return v_obj(&s->o);
    }
    v_drop(in, v_obj(&s->o));
    return v_error();
}

static Value scalar_getattr(Interp *in, Value self, Str name)
{
    const ScalarSpec *s = (ScalarSpec *)self.o;
    if (is_name(name, "name")) return v_from_str(in, s->name);
    if (is_name(name, "dtype")) return v_dtype(s->dtype, DT_TORCH);
    if (is_name(name, "is_output")) return v_bool(false);
    return is_name(name, "value") ? v_keep(s->value) : v_unset();
}

static bool scalar_repr(Interp *in, Value self, Text *t)
{
    const ScalarSpec *s = (ScalarSpec *)self.o;
    text_printf(t, "ScalarSpec('%s', torch.%s, ", s->name->s,
                qw_dtype_info[s->dtype].torch);
    if (!host_repr(in, s->value, t)) return false;
    text_putc(t, ')');
    return true;
}

static const NativeDef scalar_ctor = {"ScalarSpec", scalar_spec_new, 0, NULL};
const NativeType scalar_spec_type = {
    .name = "ScalarSpec",
    .getattr = scalar_getattr,
    .repr = scalar_repr,
    .ctor = &scalar_ctor,
};
