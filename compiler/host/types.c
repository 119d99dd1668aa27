/* The class objects int, float, str, list ... : what calling them makes, and
 * what isinstance() and type() say. */
#include "host/interp.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

static Value type_value(TypeId id)
{
    Value v = v_of(V_TYPE);
    v.flag = (uint8_t)id;
    v.ntype = NULL;
    return v;
}

/* types that have a name only */
static Value opaque_type(Value v)
{
    static const NativeType types[] = {
        {.name = "function"},    {.name = "builtin_function_or_method"},
        {.name = "method"},      {.name = "module"},
        {.name = "dtype"},       {.name = "kernel"},
        {.name = "enumeration"}, {.name = "ellipsis"},
    };
    static const ValueKind kinds[] = {V_FUNC,  V_NATIVE, V_BOUND, V_MODULE,
                                      V_DTYPE, V_KERNEL, V_ENUM,  V_ELLIPSIS};
    for (size_t i = 0; i < LEN(kinds); i++) {
        if (v.kind != kinds[i]) continue;
        Value t = type_value(TYPE_NATIVE);
        t.ntype = &types[i];
        return t;
    }
    return type_value(TYPE_OBJECT);
}

Value type_of(Interp *in, Value v)
{
    Value t;
    (void)in;
    switch ((ValueKind)v.kind) {
    case V_NONE: return type_value(TYPE_NONE);
    case V_BOOL: return type_value(TYPE_BOOL);
    case V_INT: return type_value(TYPE_INT);
    case V_FLOAT: return type_value(TYPE_FLOAT);
    case V_STR: return type_value(TYPE_STR);
    case V_LIST: return type_value(TYPE_LIST);
    case V_TUPLE: return type_value(TYPE_TUPLE);
    case V_DICT: return type_value(TYPE_DICT);
    case V_SET: return type_value(TYPE_SET);
    case V_RANGE: return type_value(TYPE_RANGE);
    case V_SLICE: return type_value(TYPE_SLICE);
    case V_TYPE:
    case V_EXCTYPE: return type_value(TYPE_TYPE);
    case V_EXC:
        t = v_of(V_EXCTYPE);
        t.exctype = v.exc->type;
        return t;
    case V_TENSOR:
    case V_OBJ:
        if (v.o->type == &instance_type)
            return host_find_attr(in, v, str(in->se, "__class__"));
        t = type_value(TYPE_NATIVE);
        t.ntype = v.o->type;
        return t;
    default: return opaque_type(v);
    }
}

static bool instance_of_one(Interp *in, Value v, Value cls, bool *out)
{
    if (cls.kind == V_EXCTYPE) {
        *out = v.kind == V_EXC && exc_type_is(v.exc->type, cls.exctype);
        return true;
    }
    if (v_has_type(cls, &class_type)) {
        const Value own = v_has_type(v, &instance_type) ? type_of(in, v)
                                                        : v_none();
        *out = v_is_same(own, cls);
        v_drop(in, own);
        return true;
    }
    if (cls.kind != V_TYPE) {
        host_raise(
            in, EXC_TYPE_ERROR,
            "isinstance() arg 2 must be a type, a tuple of types, or a union");
        return false;
    }
    const Value own = type_of(in, v);
    *out = v_is_same(own, cls) || cls.flag == TYPE_OBJECT ||
        (cls.flag == TYPE_INT && v.kind == V_BOOL);
    v_drop(in, own);
    return true;
}

bool is_instance(Interp *in, Value v, Value cls, bool *out)
{
    *out = false;
    if (!stack_ok(in)) return false;
    if (cls.kind != V_TUPLE) return instance_of_one(in, v, cls, out);
    for (int i = 0; i < cls.seq->n && !*out; i++)
        if (!is_instance(in, v, cls.seq->p[i], out)) return false;
    return true;
}

/* ---- int ---------------------------------------------------------------- */

static int digit_of(char c)
{
    if (isdigit((unsigned char)c)) return c - '0';
    return isalpha((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                     : 99;
}

/* skips a prefix that fits the base; base 0 takes it from the prefix */
static const char *base_prefix(const char *p, int64_t *base)
{
    const char c = p[0] == '0' ? (char)tolower((unsigned char)p[1]) : 0;
    const int64_t of = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 0;
    if (of && (*base == 0 || *base == of)) {
        *base = of;
        return p + 2 + (p[2] == '_');
    }
    if (*base == 0) *base = 10;
    return p;
}

static Value bad_literal(Interp *in, Value s, int64_t base)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    if (host_repr(in, s, &t))
        host_raise(in, EXC_VALUE_ERROR,
                   "invalid literal for int() with base %lld: %s",
                   (long long)base, text_str(&t));
    arena_reset(in->scratch, m);
    return v_error();
}

static Value int_from_str(Interp *in, Value s, int64_t base)
{
    const int64_t asked = base;
    const char *p = s.str->s, *end = s.str->s + s.str->len;
    while (p < end && isspace((unsigned char)*p)) p++;
    while (end > p && isspace((unsigned char)end[-1])) end--;
    const bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    p = base_prefix(p, &base);
    if (p >= end) return bad_literal(in, s, asked);
    int64_t n = 0;
    for (bool sep = true; p < end; p++) {
        if (*p == '_' && !sep && p + 1 < end) {
            sep = true;
            continue;
        }
        sep = false;
        const int d = digit_of(*p);
        if (d >= base) return bad_literal(in, s, asked);
        if (!mul_ok(n, base, &n) || !sub_ok(n, d, &n))
            return host_raise_code(
                in, EXC_OVERFLOW_ERROR, E0802,
                "integer overflow: int(%.60s) does not fit 64 bits", s.str->s);
    }
    if (negative) return v_int(n);
    if (n == INT64_MIN)
        return host_raise_code(in, EXC_OVERFLOW_ERROR, E0802,
                               "integer overflow: int(%s) does not fit 64 bits",
                               s.str->s);
    return v_int(-n);
}

static Value make_int(Interp *in, CallArgs *a)
{
    Value arg[2];
    int64_t i;
    if (!args_bind(in, a, "x=, /, base=", arg)) return v_error();
    if (!v_is_set(arg[0])) return v_int(0);
    if (v_is_set(arg[1])) {
        if (!arg_int(in, arg[1], "base", &i)) return v_error();
        if (arg[0].kind != V_STR)
            return host_raise(
                in, EXC_TYPE_ERROR,
                "int() can't convert non-string with explicit base");
        if (i != 0 && (i < 2 || i > 36))
            return host_raise(in, EXC_VALUE_ERROR,
                              "int() base must be >= 2 and <= 36, or 0");
        return int_from_str(in, arg[0], i);
    }
    if (v_is_intlike(arg[0])) return v_int(arg[0].i);
    if (arg[0].kind == V_FLOAT)
        return float_to_int(in, arg[0].f, &i) ? v_int(i) : v_error();
    if (arg[0].kind == V_STR) return int_from_str(in, arg[0], 10);
    if (arg[0].kind >= V_TENSOR && arg[0].o->type->to_int)
        return arg[0].o->type->to_int(in, arg[0]);
    return host_raise(
        in, EXC_TYPE_ERROR,
        "int() argument must be a string, a bytes-like object or a real number, not '%s'",
        v_type_name(arg[0]));
}

/* ---- float -------------------------------------------------------------- */

static Value bad_float(Interp *in, Value s)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    if (host_repr(in, s, &t))
        host_raise(in, EXC_VALUE_ERROR, "could not convert string to float: %s",
                   text_str(&t));
    arena_reset(in->scratch, m);
    return v_error();
}

static Value float_from_str(Interp *in, Value s)
{
    char buf[512];
    size_t n = 0;
    const char *p = s.str->s, *end = s.str->s + s.str->len;
    while (p < end && isspace((unsigned char)*p)) p++;
    while (end > p && isspace((unsigned char)end[-1])) end--;
    for (; p < end && n + 1 < sizeof buf; p++) {
        const bool between = p > s.str->s && isdigit((unsigned char)p[-1]) &&
            isdigit((unsigned char)p[1]);
        if (*p == '_' && between) continue;
        if (*p == 'x' || *p == 'X' || *p == '(' || !*p) return bad_float(in, s);
        buf[n++] = *p;
    }
    buf[n] = 0;
    char *stop;
    const double f = strtod(buf, &stop);
    return n && p == end && !*stop ? v_float(f) : bad_float(in, s);
}

static Value make_float(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "x=, /", &arg)) return v_error();
    if (!v_is_set(arg)) return v_float(0.0);
    if (v_is_number(arg)) return v_float(v_as_float(arg));
    if (arg.kind == V_STR) return float_from_str(in, arg);
    if (arg.kind >= V_TENSOR && arg.o->type->to_float)
        return arg.o->type->to_float(in, arg);
    return host_raise(
        in, EXC_TYPE_ERROR,
        "float() argument must be a string or a real number, not '%s'",
        v_type_name(arg));
}

/* ---- the others --------------------------------------------------------- */

static Value make_bool(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "x=, /", &arg)) return v_error();
    const int t = v_is_set(arg) ? host_truth(in, arg) : 0;
    return t < 0 ? v_error() : v_bool(t);
}

static Value make_str(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "object=", &arg)) return v_error();
    return v_is_set(arg) ? host_str_value(in, arg) : v_str(in, "");
}

static Value make_seq(Interp *in, CallArgs *a, ValueKind kind)
{
    Value arg;
    if (!args_bind(in, a, "iterable=, /", &arg)) return v_error();
    const Value list = v_is_set(arg) ? host_list_of(in, arg) : v_list(in, 0);
    if (v_is_error(list)) return list;
    list.o->kind = (uint8_t)kind;
    return v_obj(list.o);
}

static Value make_dict(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "other=, /, **kw", arg)) return v_error();
    const Value d = v_dict(in);
    if ((!v_is_set(arg[0]) || dict_update(in, d, arg[0])) &&
        dict_update(in, d, arg[1]))
        return d;
    v_drop(in, d);
    return v_error();
}

static Value make_set(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "iterable=, /", &arg)) return v_error();
    const Value list = v_is_set(arg) ? host_list_of(in, arg) : v_list(in, 0);
    if (v_is_error(list)) return list;
    const Value s = v_set(in);
    bool ok = true;
    for (int i = 0; i < list.seq->n && ok; i++)
        ok = dict_set(in, s, list.seq->p[i], v_none());
    v_drop(in, list);
    if (ok) return s;
    v_drop(in, s);
    return v_error();
}

static bool index_arg(Interp *in, Value v, int64_t *out)
{
    const ArenaMark m = arena_mark(in->scratch);
    const bool ok = value_to_index(
        in, v,
        arena_printf(in->scratch,
                     "'%s' object cannot be interpreted as an integer",
                     v_type_name(v)),
        out);
    arena_reset(in->scratch, m);
    return ok;
}

static Value make_range(Interp *in, CallArgs *a)
{
    Value arg[3];
    int64_t n[3] = {0, 0, 1};
    if (!args_bind(in, a, "start, stop=, step=, /", arg)) return v_error();
    for (int i = 0; i < 3; i++)
        if (v_is_set(arg[i]) && !index_arg(in, arg[i], &n[i])) return v_error();
    if (!v_is_set(arg[1])) n[1] = n[0], n[0] = 0;
    if (n[2] == 0)
        return host_raise(in, EXC_VALUE_ERROR,
                          "range() arg 3 must not be zero");
    return v_range(in, n[0], n[1], n[2]);
}

static Value make_slice(Interp *in, CallArgs *a)
{
    Value arg[3];
    if (!args_bind(in, a, "start, stop=, step=, /", arg)) return v_error();
    const bool one = !v_is_set(arg[1]);
    return v_slice(in, one ? v_none() : arg[0], one ? arg[0] : arg[1],
                   v_is_set(arg[2]) ? arg[2] : v_none());
}

static Value make_type(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "object, /", &arg)) return v_error();
    return type_of(in, arg);
}

const char *type_value_name(Value v)
{
    static const char *const names[] = {
        [TYPE_INT] = "int",       [TYPE_FLOAT] = "float",
        [TYPE_BOOL] = "bool",     [TYPE_STR] = "str",
        [TYPE_LIST] = "list",     [TYPE_TUPLE] = "tuple",
        [TYPE_DICT] = "dict",     [TYPE_SET] = "set",
        [TYPE_RANGE] = "range",   [TYPE_SLICE] = "slice",
        [TYPE_TYPE] = "type",     [TYPE_NONE] = "NoneType",
        [TYPE_OBJECT] = "object",
    };
    return v.flag == TYPE_NATIVE ? v.ntype->name : names[v.flag];
}

Value type_call(Interp *in, CallArgs *a, Value type)
{
    if (type.flag == TYPE_NATIVE) {
        a->fname = type.ntype->name;
        if (type.ntype->ctor) return type.ntype->ctor->fn(in, a);
        return host_raise(in, EXC_TYPE_ERROR, "cannot create '%s' instances",
                          type.ntype->name);
    }
    a->fname = type_value_name(type);
    switch ((TypeId)type.flag) {
    case TYPE_INT: return make_int(in, a);
    case TYPE_FLOAT: return make_float(in, a);
    case TYPE_BOOL: return make_bool(in, a);
    case TYPE_STR: return make_str(in, a);
    case TYPE_LIST: return make_seq(in, a, V_LIST);
    case TYPE_TUPLE: return make_seq(in, a, V_TUPLE);
    case TYPE_DICT: return make_dict(in, a);
    case TYPE_SET: return make_set(in, a);
    case TYPE_RANGE: return make_range(in, a);
    case TYPE_SLICE: return make_slice(in, a);
    case TYPE_TYPE: return make_type(in, a);
    default:
        return host_raise(in, EXC_TYPE_ERROR, "cannot create '%s' instances",
                          a->fname);
    }
}

#define TYPE_MAKER(id)               \
    static Value of_##id(Interp *in) \
    {                                \
        (void)in;                    \
        return type_value(id);       \
    }
TYPE_MAKER(TYPE_INT)
TYPE_MAKER(TYPE_FLOAT)
TYPE_MAKER(TYPE_BOOL)
TYPE_MAKER(TYPE_STR)
TYPE_MAKER(TYPE_LIST)
TYPE_MAKER(TYPE_TUPLE)
TYPE_MAKER(TYPE_DICT)
TYPE_MAKER(TYPE_SET)
TYPE_MAKER(TYPE_RANGE)
TYPE_MAKER(TYPE_SLICE)
TYPE_MAKER(TYPE_TYPE)
TYPE_MAKER(TYPE_OBJECT)

const NativeDef type_defs[] = {
    {"int", NULL, 0, of_TYPE_INT},     {"float", NULL, 0, of_TYPE_FLOAT},
    {"bool", NULL, 0, of_TYPE_BOOL},   {"str", NULL, 0, of_TYPE_STR},
    {"list", NULL, 0, of_TYPE_LIST},   {"tuple", NULL, 0, of_TYPE_TUPLE},
    {"dict", NULL, 0, of_TYPE_DICT},   {"set", NULL, 0, of_TYPE_SET},
    {"range", NULL, 0, of_TYPE_RANGE}, {"slice", NULL, 0, of_TYPE_SLICE},
    {"type", NULL, 0, of_TYPE_TYPE},   {"object", NULL, 0, of_TYPE_OBJECT},
};
const int n_type_defs = LEN(type_defs);
