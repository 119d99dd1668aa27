/* The modules sys, os, time, typing, dataclasses, and the packages pypto and
 * qwc.  Nothing here opens or writes a file; the environment is what --env
 * passes. */
#include "host/interp.h"
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* ---- sys ---------------------------------------------------------------- */

typedef struct StreamObj {
    Obj o;
    bool is_err;
} StreamObj;

static FILE *stream_file(Interp *in, Value v)
{
    return ((StreamObj *)v.o)->is_err ? in->opt.err : in->opt.out;
}

FILE *stream_of(Interp *in, Value v)
{
    return v_has_type(v, &stream_type) ? stream_file(in, v) : NULL;
}

static Value stream_write(Interp *in, CallArgs *a)
{
    Value v;
    if (!args_bind(in, a, "text, /", &v)) return v_error();
    if (v.kind != V_STR)
        return host_raise(in, EXC_TYPE_ERROR,
                          "write() argument must be str, not %s",
                          v_type_name(v));
    fwrite(v.str->s, 1, (size_t)v.str->len, stream_file(in, a->self));
    return v_int(v.str->nchars);
}

static Value stream_flush(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    fflush(stream_file(in, a->self));
    return v_none();
}

static const NativeDef stream_methods[] = {
    {"write", stream_write, 0, NULL},
    {"flush", stream_flush, 0, NULL},
};
const NativeType stream_type = {.name = "TextIOWrapper",
                                .methods = stream_methods,
                                .nmethods = LEN(stream_methods)};

static Value make_stream(Interp *in, bool is_err)
{
    StreamObj *s = obj_new(in, V_OBJ, &stream_type, sizeof *s);
    s->is_err = is_err;
    return v_obj(&s->o);
}

static Value sys_stdout(Interp *in)
{
    return make_stream(in, false);
}

static Value sys_stderr(Interp *in)
{
    return make_stream(in, true);
}

static Value sys_argv(Interp *in)
{
    const Value list = v_list(in, in->opt.nargv + 1);
    list_push_take(in, list, v_str(in, in->main_path ? in->main_path : ""));
    for (int i = 0; i < in->opt.nargv; i++)
        list_push_take(in, list, v_str(in, in->opt.argv[i]));
    return list;
}

/* inert: changing it does not change where modules are found */
static Value sys_path(Interp *in)
{
    const Value list = v_list(in, 1);
    list_push_take(in, list,
                   v_str(in, in->main && in->main->dir ? in->main->dir : "."));
    return list;
}

static Value sys_platform(Interp *in)
{
    return v_str(in, "linux");
}

static Value sys_exit(Interp *in, CallArgs *a)
{
    Value v;
    if (!args_bind(in, a, "status=, /", &v)) return v_error();
    CallArgs args = {.self = v_unset(), .pos = &v, .npos = v_is_set(v)};
    const Value e = exc_new(in, EXC_SYSTEM_EXIT, &args);
    e.exc->span = in->at;
    return exc_throw(in, e.exc);
}

static const NativeDef sys_names[] = {
    {"argv", NULL, 0, sys_argv},     {"exit", sys_exit, 0, NULL},
    {"stdout", NULL, 0, sys_stdout}, {"stderr", NULL, 0, sys_stderr},
    {"path", NULL, 0, sys_path},     {"platform", NULL, 0, sys_platform},
};
const ModuleDef sys_module = {.name = "sys",
                              .names = sys_names,
                              .n = LEN(sys_names)};

/* ---- os ----------------------------------------------------------------- */

/* Value of a variable that --env names; NULL: not passed or not set. */
static const char *env_value(Interp *in, const char *name)
{
    const size_t n = strlen(name);
    const char *found = NULL;
    for (int i = 0; i < in->opt.nenv; i++) {
        const char *e = in->opt.env[i];
        if (strncmp(e, name, n) || (e[n] && e[n] != '=')) continue;
        found = e[n] ? e + n + 1 : getenv(name);
    }
    return found;
}

static Value env_get(Interp *in, CallArgs *a)
{
    Value arg[2];
    const char *name;
    if (!args_bind(in, a, "key, default=", arg) ||
        !arg_str(in, arg[0], "key", &name))
        return v_error();
    const char *value = env_value(in, name);
    if (value) return v_str(in, value);
    return v_is_set(arg[1]) ? v_keep(arg[1]) : v_none();
}

static Value environ_getitem(Interp *in, Value self, Value key)
{
    const char *name;
    (void)self;
    if (!arg_str(in, key, "key", &name)) return v_error();
    const char *value = env_value(in, name);
    if (value) return v_str(in, value);
    raise_key(in, EXC_KEY_ERROR, key);
    host_help(in, "host code sees what `--env %s` or `--env %s=VALUE` passes",
              name, name);
    return v_error();
}

static int environ_contains(Interp *in, Value self, Value key)
{
    (void)self;
    return key.kind == V_STR && env_value(in, key.str->s) != NULL;
}

static const NativeDef environ_methods[] = {{"get", env_get, 0, NULL}};
const NativeType environ_type = {
    .name = "_Environ",
    .methods = environ_methods,
    .nmethods = LEN(environ_methods),
    .getitem = environ_getitem,
    .contains = environ_contains,
};

static Value os_environ(Interp *in)
{
    return v_obj(obj_new(in, V_OBJ, &environ_type, sizeof(Obj)));
}

static Value os_cpu_count(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    return v_int(n > 0 ? n : 1);
}

static const NativeDef os_names[] = {
    {"environ", NULL, 0, os_environ},
    {"getenv", env_get, 0, NULL},
    {"cpu_count", os_cpu_count, 0, NULL},
};
static const char *const os_subs[] = {"path", NULL};
const ModuleDef os_module = {.name = "os",
                             .names = os_names,
                             .n = LEN(os_names),
                             .subs = os_subs};

/* ---- time --------------------------------------------------------------- */

static Value clock_value(Interp *in, CallArgs *a, clockid_t id)
{
    struct timespec t;
    if (!args_bind(in, a, "", NULL)) return v_error();
    clock_gettime(id, &t);
    return v_float((double)t.tv_sec + (double)t.tv_nsec * 1e-9);
}

static Value time_time(Interp *in, CallArgs *a)
{
    return clock_value(in, a, CLOCK_REALTIME);
}

static Value time_perf_counter(Interp *in, CallArgs *a)
{
    return clock_value(in, a, CLOCK_MONOTONIC);
}

static const NativeDef time_names[] = {
    {"time", time_time, 0, NULL},
    {"perf_counter", time_perf_counter, 0, NULL},
};
const ModuleDef time_module = {.name = "time",
                               .names = time_names,
                               .n = LEN(time_names)};

/* ---- typing, dataclasses ------------------------------------------------ */

/* A name that is good for annotations: subscripting and `|` give it back. */
typedef struct TypeName {
    Obj o;
    Str name;
} TypeName;

static Value type_name_getitem(Interp *in, Value self, Value index)
{
    (void)in, (void)index;
    return v_keep(self);
}

static Value type_name_binary(Interp *in, Operator op, Value a, Value b)
{
    (void)in;
    if (op != OPR_BITOR) return v_notimpl();
    return v_keep(v_has_type(a, &type_name_type) ? a : b);
}

static bool type_name_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "typing.%s", ((TypeName *)self.o)->name->s);
    return true;
}

const NativeType type_name_type = {
    .name = "typing",
    .getitem = type_name_getitem,
    .binary = type_name_binary,
    .repr = type_name_repr,
};

static Value typing_getattr(Interp *in, Str name)
{
    static const char *const known[] = {
        "Any",      "Callable", "Dict",     "Final",    "Iterable",
        "Iterator", "List",     "Literal",  "Mapping",  "NamedTuple",
        "NoReturn", "Optional", "Sequence", "Set",      "Tuple",
        "Type",     "TypeVar",  "Union",    "ClassVar", "TYPE_CHECKING",
    };
    for (size_t i = 0; i < LEN(known); i++) {
        if (!is_name(name, known[i])) continue;
        if (is_name(name, "TYPE_CHECKING")) return v_bool(false);
        TypeName *t = obj_new(in, V_OBJ, &type_name_type, sizeof *t);
        t->name = name;
        return v_obj(&t->o);
    }
    return v_unset();
}

const ModuleDef typing_module = {.name = "typing", .getattr = typing_getattr};

static const NativeDef dataclasses_names[] = {
    {"dataclass", fn_dataclass, 0, NULL},       {"field", fn_field, 0, NULL},
    {"replace", fn_replace, 0, NULL},           {"asdict", fn_asdict, 0, NULL},
    {"astuple", fn_astuple, 0, NULL},           {"fields", fn_fields, 0, NULL},
    {"is_dataclass", fn_is_dataclass, 0, NULL},
};
const ModuleDef dataclasses_module = {.name = "dataclasses",
                                      .names = dataclasses_names,
                                      .n = LEN(dataclasses_names)};

/* ---- pypto, pypto.runtime, qwc ------------------------------------------ */

/* RunConfig(**kw): a namespace that golden.run(config=...) takes */
static Value run_config(Interp *in, CallArgs *a)
{
    Value kw;
    if (!args_bind(in, a, "**kw", &kw)) return v_error();
    return namespace_new(in, "RunConfig", v_keep(kw));
}

static const NativeDef runtime_names[] = {{"RunConfig", run_config, 0, NULL}};
const ModuleDef runtime_module = {.name = "pypto.runtime",
                                  .names = runtime_names,
                                  .n = LEN(runtime_names)};

static const char *const pypto_subs[] = {"language", "runtime", NULL};
const ModuleDef pypto_module = {.name = "pypto", .subs = pypto_subs};

static const char *const qwc_subs[] = {"language", NULL};
const ModuleDef qwc_module = {.name = "qwc", .subs = qwc_subs};
