/* The torch module: its table of names, dtypes, generators, and the readers of
 * arguments that all of torch*.c use.  Functions and methods are one C
 * function: torch_bind puts a method's receiver in front. */
#include "host/torch.h"
#include "host/torch_names.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "par.h"

/* ---- state and errors ---- */

void torch_init(Interp *in)
{
    in->torch = calloc(1, sizeof *in->torch);
    if (!in->torch) fatal(EXIT_ENVIRONMENT, "out of memory");
    in->torch->cx.mem_limit = in->memory;
    in->torch->cx.tensor_limit = in->se->limit[LIM_TENSOR_BYTES];
    in->torch->seed = in->opt.seed;
    qw_par_set_threads(in->opt.threads);
}

void torch_drop(Interp *in)
{
    free(in->torch);
    in->torch = NULL;
}

Value torch_failed(Interp *in)
{
    const QwTcx *cx = tcx(in);
    switch (cx->err) {
    case QWT_ERR_SIZE: return host_fatal(in, E1105, "%s", cx->msg);
    case QWT_ERR_MEMORY: return host_fatal(in, E1110, "%s", cx->msg);
    case QWT_ERR_INDEX:
        return host_raise_code(in, EXC_INDEX_ERROR, E0806, "%s", cx->msg);
    case QWT_ERR_ZERO:
        return host_raise(in, EXC_ZERO_DIVISION_ERROR, "%s", cx->msg);
    default: return host_tensor_error(in, "%s", cx->msg);
    }
}

/* ---- arguments ---- */

bool torch_bind(Interp *in, CallArgs *a, const char *sig, Value *out)
{
    enum { MOST = 40 };
    if (a->self.kind != V_TENSOR) return args_bind(in, a, sig, out);
    Value pos[MOST];
    CallArgs c = *a;
    if (a->npos + 1 > MOST) {
        host_raise(in, EXC_TYPE_ERROR, "%s() got too many arguments", a->fname);
        return false;
    }
    pos[0] = a->self;
    memcpy(pos + 1, a->pos, sizeof *pos * (size_t)a->npos);
    c.pos = pos;
    c.npos++;
    const bool ok = args_bind(in, &c, sig, out);
    a->rest[0] = c.rest[0];
    a->rest[1] = c.rest[1];
    return ok;
}

QwTensor *torch_tensor_arg(Interp *in, Value v, const char *what)
{
    if (v.kind == V_TENSOR) return v_tensor(v);
    host_raise(in, EXC_TYPE_ERROR, "%s must be a tensor, not %s", what,
               v_type_name(v));
    return NULL;
}

static bool absent(Value v)
{
    return !v_is_set(v) || v_is_none(v);
}

bool torch_dim_arg(Interp *in, Value v, int def, int *dim)
{
    int64_t d = def;
    if (!absent(v) && !arg_int(in, v, "dim", &d)) return false;
    *dim = d < -1000 ? -1000 : d > 1000 ? 1000 : (int)d;
    return true;
}

bool torch_is_dtype(Value v)
{
    return v.kind == V_DTYPE ||
        (v.kind == V_TYPE &&
         (v.flag == TYPE_INT || v.flag == TYPE_FLOAT || v.flag == TYPE_BOOL));
}

bool torch_dtype_arg(Interp *in, Value v, QwDtype def, QwDtype *out)
{
    *out = def;
    if (absent(v)) return true;
    if (!torch_is_dtype(v)) {
        host_raise(in, EXC_TYPE_ERROR, "dtype must be a torch.dtype, not %s",
                   v_type_name(v));
        return false;
    }
    if (v.kind == V_TYPE)
        *out = v.flag == TYPE_INT  ? QW_I64
            : v.flag == TYPE_FLOAT ? QW_F64
                                   : QW_BOOL;
    else
        *out = v.dt;
    return true;
}

bool torch_device_arg(Interp *in, Value v)
{
    const char *s;
    if (absent(v)) return true;
    if (!arg_str(in, v, "device", &s)) return false;
    if (!strcmp(s, "cpu")) return true;
    host_tensor_error(in, "device `%s` does not exist: tensors live on the CPU",
                      s);
    return false;
}

int torch_sizes(Interp *in, Value v, int64_t shape[QWT_RANK])
{
    if (v.kind == V_TUPLE && v.seq->n == 1 && !v_is_intlike(v.seq->p[0]) &&
        v.seq->p[0].kind != V_TENSOR)
        v = v.seq->p[0];
    return arg_ints(in, v, "size", shape, QWT_RANK);
}

bool torch_number(Value v, QwtArg *out)
{
    switch ((ValueKind)v.kind) {
    case V_INT: *out = (QwtArg){.cls = 'i', .i = v.i}; return true;
    case V_BOOL: *out = (QwtArg){.cls = 'b', .i = v.i}; return true;
    case V_FLOAT: *out = (QwtArg){.cls = 'f', .d = v.f}; return true;
    default: return false;
    }
}

/* As torch does, a whole negative number wraps to an unsigned dtype. */
bool torch_fits(Interp *in, QwDtype d, const QwtArg *x)
{
    const double hi = (double)qw_dtype_max(d), lo = (double)qw_dtype_min(d);
    if (!qw_dtype_is_int(d)) return true;
    Text t = {.a = in->se->arena};
    if (x->cls == 'f') {
        if (x->d >= lo && x->d <= hi) return true;
        text_float(&t, x->d);
    } else {
        const double i = (double)x->i;
        if (qw_dtype_size(d) == 8) return true;
        if (i >= (lo < 0 ? lo : -hi) && i <= hi) return true;
        text_printf(&t, "%lld", (long long)x->i);
    }
    host_tensor_error(in, "%s does not fit %s, which holds %lld to %llu",
                      text_str(&t), qw_dtype_info[d].torch,
                      (long long)qw_dtype_min(d),
                      (unsigned long long)qw_dtype_max(d));
    return false;
}

bool torch_operand(Interp *in, Value v, QwtArg *out)
{
    if (v.kind == V_TENSOR) {
        *out = qwt_arg(v_tensor(v));
        return true;
    }
    if (torch_number(v, out)) return true;
    host_raise(in, EXC_TYPE_ERROR, "expected a tensor or a number, not %s",
               v_type_name(v));
    return false;
}

Value torch_integer(Interp *in, QwDtype d, int64_t i)
{
    if (d == QW_U64 && i < 0)
        return host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                               "integer overflow: %llu does not fit 64 bits "
                               "with a sign",
                               (unsigned long long)i);
    return d == QW_BOOL ? v_bool(i != 0) : v_int(i);
}

Value torch_item(Interp *in, QwTensor *t)
{
    double d;
    int64_t i;
    char text[QWT_SHAPE_TEXT];
    if (qwt_numel(t) != 1)
        return host_tensor_error(in, "a tensor of shape %s is not one number",
                                 qwt_shape_text(text, t->rank, t->shape));
    if (qw_dtype_is_float(t->dtype))
        return qwt_get_f64(t, 0, &d) ? v_float(d) : torch_failed(in);
    return qwt_get_i64(t, 0, &i) ? torch_integer(in, t->dtype, i)
                                 : torch_failed(in);
}

/* ---- generators ---- */

static Generator *generator_of(Value v)
{
    return v_has_type(v, &generator_type) ? (Generator *)v.o : NULL;
}

bool torch_next_draw(Interp *in, Value v, uint64_t *seed, uint64_t *draw)
{
    if (absent(v)) {
        *seed = in->torch->seed;
        *draw = in->torch->draw++;
        return true;
    }
    Generator *g = generator_of(v);
    if (!g) {
        host_raise(in, EXC_TYPE_ERROR,
                   "generator must be a torch.Generator, not %s",
                   v_type_name(v));
        return false;
    }
    *seed = g->seed;
    *draw = g->draw++;
    return true;
}

static Value generator_new(Interp *in, CallArgs *a)
{
    Value v[1];
    if (!args_bind(in, a, "device=", v) || !torch_device_arg(in, v[0]))
        return v_error();
    Generator *g = obj_new(in, V_OBJ, &generator_type, sizeof *g);
    return v_obj(&g->o);
}

static Value generator_manual_seed(Interp *in, CallArgs *a)
{
    Value v[1];
    int64_t seed;
    if (!args_bind(in, a, "seed", v) || !arg_int(in, v[0], "seed", &seed))
        return v_error();
    Generator *g = generator_of(a->self);
    g->seed = (uint64_t)seed;
    g->draw = 0;
    return v_keep(a->self);
}

static Value generator_initial_seed(Interp *in, CallArgs *a)
{
    (void)in;
    return v_int((int64_t)generator_of(a->self)->seed);
}

static const NativeDef generator_methods[] = {
    {.name = "manual_seed", .fn = generator_manual_seed},
    {.name = "initial_seed", .fn = generator_initial_seed},
};
static const NativeDef generator_ctor = {.name = "Generator",
                                         .fn = generator_new};
const NativeType generator_type = {
    .name = "Generator",
    .methods = generator_methods,
    .nmethods = LEN(generator_methods),
    .ctor = &generator_ctor,
};

static Value torch_manual_seed(Interp *in, CallArgs *a)
{
    Value v[1];
    int64_t seed;
    if (!args_bind(in, a, "seed", v) || !arg_int(in, v[0], "seed", &seed))
        return v_error();
    in->torch->seed = (uint64_t)seed;
    in->torch->draw = 0;
    return v_none();
}

/* ---- finfo, iinfo ---- */

typedef struct InfoObj {
    Obj o;
    QwDtype dtype;
} InfoObj;

static Value info_getattr(Interp *in, Value self, Str name)
{
    static const struct {
        QwDtype dtype;
        double max, eps, tiny;
    } floats[] = {
        {QW_F16, 65504.0, 0x1p-10, 0x1p-14},
        {QW_BF16, 0x1.fep127, 0x1p-7, 0x1p-126},
        {QW_F32, (double)FLT_MAX, (double)FLT_EPSILON, (double)FLT_MIN},
        {QW_F64, DBL_MAX, DBL_EPSILON, DBL_MIN},
    };
    const QwDtype d = ((InfoObj *)self.o)->dtype;
    const char *s = name->s;
    if (!strcmp(s, "bits")) return v_int(8 * qw_dtype_size(d));
    if (!strcmp(s, "dtype")) return v_str(in, qw_dtype_info[d].torch);
    if (!qw_dtype_is_float(d)) {
        if (!strcmp(s, "min")) return v_int(qw_dtype_min(d));
        return !strcmp(s, "max")
            ? torch_integer(in, d, (int64_t)qw_dtype_max(d))
            : v_unset();
    }
    for (size_t i = 0; i < LEN(floats); i++) {
        if (floats[i].dtype != d) continue;
        if (!strcmp(s, "max")) return v_float(floats[i].max);
        if (!strcmp(s, "min")) return v_float(-floats[i].max);
        if (!strcmp(s, "eps") || !strcmp(s, "resolution"))
            return v_float(floats[i].eps);
        if (!strcmp(s, "tiny") || !strcmp(s, "smallest_normal"))
            return v_float(floats[i].tiny);
    }
    return v_unset();
}

static const NativeType finfo_type = {.name = "finfo", .getattr = info_getattr};
static const NativeType iinfo_type = {.name = "iinfo", .getattr = info_getattr};

static Value info_of(Interp *in, CallArgs *a, bool floats)
{
    Value v[1];
    QwDtype d;
    if (!args_bind(in, a, "type=", v) || !torch_dtype_arg(in, v[0], QW_F32, &d))
        return v_error();
    if (qw_dtype_is_float(d) != floats || d == QW_BOOL)
        return host_raise(in, EXC_TYPE_ERROR,
                          "%s() needs %s dtype, not torch.%s", a->fname,
                          floats ? "a float" : "an integer",
                          qw_dtype_info[d].torch);
    InfoObj *o = obj_new(in, V_OBJ, floats ? &finfo_type : &iinfo_type,
                         sizeof *o);
    o->dtype = d;
    return v_obj(&o->o);
}

static Value torch_finfo(Interp *in, CallArgs *a)
{
    return info_of(in, a, true);
}

static Value torch_iinfo(Interp *in, CallArgs *a)
{
    return info_of(in, a, false);
}

/* ---- small functions ---- */

static Value torch_is_tensor(Interp *in, CallArgs *a)
{
    Value v[1];
    if (!args_bind(in, a, "obj", v)) return v_error();
    return v_bool(v[0].kind == V_TENSOR);
}

static Value torch_ignored(Interp *in, CallArgs *a)
{
    Value v[2];
    return args_bind(in, a, "*rest, **kw", v) ? v_none() : v_error();
}

static Value torch_device(Interp *in, CallArgs *a)
{
    Value v[1];
    if (!args_bind(in, a, "device=", v) || !torch_device_arg(in, v[0]))
        return v_error();
    return v_str(in, "cpu");
}

/* ---- the table ---- */

static Value make_inf(Interp *in)
{
    (void)in;
    return v_float((double)INFINITY);
}

static Value make_nan(Interp *in)
{
    (void)in;
    return v_float((double)NAN);
}

static Value make_pi(Interp *in)
{
    (void)in;
    return v_float(3.141592653589793);
}

static Value make_tensor_type(Interp *in)
{
    (void)in;
    Value v = v_of(V_TYPE);
    v.flag = TYPE_NATIVE;
    v.ntype = &tensor_type;
    return v;
}

/* a shape is a tuple here */
static Value make_size_type(Interp *in)
{
    (void)in;
    Value v = v_of(V_TYPE);
    v.flag = TYPE_TUPLE;
    return v;
}

static Value make_generator_type(Interp *in)
{
    Value v = make_tensor_type(in);
    v.ntype = &generator_type;
    return v;
}

static const NativeDef torch_names[] = {
    {.name = "zeros", .fn = torch_zeros, .flags = NATIVE_FACTORY},
    {.name = "ones", .fn = torch_ones, .flags = NATIVE_FACTORY},
    {.name = "rand", .fn = torch_rand, .flags = NATIVE_FACTORY},
    {.name = "randn", .fn = torch_randn, .flags = NATIVE_FACTORY},
    {.name = "empty", .fn = torch_empty, .flags = NATIVE_FACTORY},
    FN(full),
    FN(arange),
    FN(linspace),
    FN(eye),
    FN(tensor),
    FN(randint),
    AS("as_tensor", tensor),
    AS("from_list", tensor),
    AS("zeros_like", like),
    AS("ones_like", like),
    AS("empty_like", like),
    AS("rand_like", like),
    AS("randn_like", like),
    FN(full_like),
    FN(randint_like),
    OP(silu),
    FN(cat),
    AS("concat", cat),
    AS("concatenate", cat),
    FN(stack),
    FN(manual_seed),
    FN(finfo),
    FN(iinfo),
    FN(is_tensor),
    FN(randperm),
    FN(einsum),
    AS("set_num_threads", ignored),
    AS("no_grad", ignored),
    AS("set_printoptions", ignored),
    AS("use_deterministic_algorithms", ignored),
    FN(device),
    {.name = "Generator", .make = make_generator_type},
    {.name = "Tensor", .make = make_tensor_type},
    {.name = "Size", .make = make_size_type},
    {.name = "inf", .make = make_inf},
    {.name = "nan", .make = make_nan},
    {.name = "pi", .make = make_pi},
#include "host/torch_both.def"
};

static Value torch_getattr(Interp *in, Str name)
{
    static const struct {
        const char *name;
        QwDtype dtype;
    } alias[] = {{"float", QW_F32}, {"double", QW_F64}, {"half", QW_F16},
                 {"long", QW_I64},  {"int", QW_I32},    {"short", QW_I16}};
    (void)in;
    for (size_t i = 0; i < LEN(alias); i++)
        if (!strcmp(alias[i].name, name->s))
            return v_dtype(alias[i].dtype, DT_TORCH);
    for (int i = 0; i < QW_DTYPE_COUNT; i++)
        if (!strcmp(qw_dtype_info[i].torch, name->s))
            return v_dtype((QwDtype)i, DT_TORCH);
    return v_unset();
}

static const char *const *torch_spellings(Interp *in, int *n)
{
    static const char *const names[] = {
        "float", "double", "half", "long", "int", "short",
#define DTYPE(id, suffix, pl, torch, ctype, bytes, npy, st, cls) torch,
#include "dtype.def"
#undef DTYPE
    };
    (void)in;
    *n = LEN(names);
    return names;
}

static Value torch_no_gpu(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    return a->fname[0] == 'i' ? v_bool(false) : v_int(0);
}

static const NativeDef cuda_names[] = {AS("is_available", no_gpu),
                                       AS("device_count", no_gpu)};
const ModuleDef torch_cuda_module = {.name = "torch.cuda",
                                     .names = cuda_names,
                                     .n = LEN(cuda_names)};

static const char *const torch_subs[] = {"nn", "cuda", NULL};
const ModuleDef torch_module = {
    .name = "torch",
    .names = torch_names,
    .n = LEN(torch_names),
    .getattr = torch_getattr,
    .spellings = torch_spellings,
    .subs = torch_subs,
};

static const char *const nn_subs[] = {"functional", NULL};
const ModuleDef torch_nn_module = {.name = "torch.nn", .subs = nn_subs};

static const NativeDef functional_names[] = {
    OP(silu),       OP(relu),    OP(sigmoid),
    OP(tanh),       FN(softmax), AS("log_softmax", softmax),
    FN(rms_norm),   FN(gelu),    FN(linear),
    FN(layer_norm), FN(one_hot), FN(embedding),
    FN(pad),
};
const ModuleDef torch_functional_module = {
    .name = "torch.nn.functional",
    .names = functional_names,
    .n = LEN(functional_names),
};
