/* Inside of the host interpreter: what its files share and nobody else needs.
 * The public vocabulary is host.h. */
#ifndef QWC_INTERP_H
#define QWC_INTERP_H
#include "host/host.h"
#include <string.h>

typedef struct Names {
    Str *p;
    int n, cap;
    int32_t *index;
    int nindex;
} Names; /* a set, in an arena */

/* Names of one function, lambda or comprehension, found once: parameters
 * first, then every other name it binds. */
typedef struct FuncInfo {
    const Node *node;
    Str *names;
    Span *defs;
    int n;
    int nparams;
    Str *globals;
    int nglobals;
    Str *nonlocals;
    int nnonlocals;
    int32_t *index;
    int nindex;     /* hash of names: slot + 1 */
    bool *captured; /* of each name: a nested function or kernel reads it */
    Names reads;    /* every name read in it, nested functions included */
} FuncInfo;

typedef struct FuncInfoTable {
    const FuncInfo **p;
    int n, cap;
} FuncInfoTable;

struct FuncObj {
    Obj o;
    const Node *def; /* ND_DEF or ND_LAMBDA */
    const FuncInfo *info;
    Env *closure; /* enclosing function call, or NULL */
    Module *module;
    Value *defaults;
    int ndefaults; /* one a parameter, V_UNSET: none */
    Value name;    /* __name__ */
};

typedef struct BoundObj {
    Obj o;
    Value self;
    const NativeDef *def;
} BoundObj;

typedef struct Override { /* one -D */
    const char *text;     /* "NAME=EXPR", "module.NAME=EXPR" */
    Str module;           /* NULL: any */
    Str name;
    const Node *expr;
    Span span; /* of the name in the option's text */
    int used;
    Module *first; /* module where it applied first */
} Override;

typedef enum Flow {
    FLOW_NEXT,
    FLOW_BREAK,
    FLOW_CONTINUE,
    FLOW_RETURN,
    FLOW_ERROR
} Flow;

static inline bool is_name(Str s, const char *lit)
{
    return !strcmp(s->s, lit);
}
/* bytes of the character at s < end, at least 1 */
static inline int char_bytes(const char *s, const char *end)
{
    int len;
    utf8_decode(s, (size_t)(end - s), &len);
    return len;
}
static inline bool v_is_str(Value v)
{
    return v.kind == V_STR;
}
static inline BoundObj *v_bound_of(Value v)
{
    return (BoundObj *)v.o;
}

/* value.c */
void *host_alloc(size_t bytes); /* zeroed; never NULL */
const char *real_path(
    Interp *,
    const char *); /* resolved, in the arena; NULL: there is nothing */
void *host_realloc(void *, size_t n,
                   size_t size); /* checked product; never NULL */
/* before a large allocation of host values; small ones are seen at the next
 * step.  false: fatal E1110 */
bool heap_fits(Interp *, int64_t more);
void obj_drop(Interp *, Obj *);
void obj_drop_all(Interp *);
bool list_insert(Interp *, Value list, int64_t at, Value item); /* takes item */
Value list_remove(Value list, int64_t at);                      /* owned */
Value str_sub(Interp *, StrObj *, int64_t from, int64_t to); /* code points */
Value str_char(Interp *, StrObj *, int64_t i);
bool str_equal(Value a, Value b);
bool v_str_is(Value v, const char *s);
Value v_from_text(Interp *, Text *);

/* env.c */
Env *env_new(Interp *, Env *outer, Module *, const FuncInfo *);
static inline Env *env_keep(Env *e)
{
    if (e) e->o.rc++;
    return e;
}
void env_drop(Interp *, Env *);
void env_free_slots(Interp *, Env *);
Slot *env_find(const Env *, Str name); /* NULL: not there; may be V_UNSET */
void env_set(Interp *, Env *, Str name, Value v, Span def); /* takes v */
const FuncInfo *func_info(Interp *, const Node *def_lambda_or_comp);
Value env_load(Interp *, Env *, Str name); /* owned; raises NameError */
bool env_store(Interp *, Env *, Str name, Value v, Span def); /* takes v */

/* At the end of a call: drops what no nested function can ask for, so that big
 * tensors and the functions themselves do not live in a cycle. */
void env_leave(Interp *, Env *);
/* does the function read any name of the calls around env? */
bool env_is_needed(const Env *, const FuncInfo *);

/* names.c */
bool names_has(const Names *, Str);
void names_add(Arena *, Names *, Str);
void names_read(Interp *, const Node *, Names *names,
                Names *attrs /* may be NULL */);
void names_read_in(Interp *, const NodeVec *body, Names *names, Names *attrs);
void names_captured(Interp *, const NodeVec *body,
                    Names *names); /* read by nested scopes */

/* eval.c */
Value eval(Interp *, Env *, const Node *);
Value eval_index(Interp *, Env *,
                 const Node *index_node); /* the subscript of an INDEX */
bool stack_ok(Interp *);                  /* C stack left; false: fatal */
bool step_fails(Interp *);                /* fatal: says which limit is met */
/* counts a step, and looks at the memory that the
 * last one took; false: fatal */
static inline bool host_step(Interp *in)
{
    return (++in->steps <= in->se->limit[LIM_HOST_STEPS] &&
            in->heap_bytes <= in->memory) ||
        !step_fails(in);
}

/* exec.c */
Flow exec_block(Interp *, Env *, const NodeVec *);
bool assign(Interp *, Env *, const Node *target, Value v); /* borrows v */

/* comp.c */
Value eval_comp(Interp *, Env *, const Node *); /* LISTCOMP DICTCOMP GENEXP */

/* call.c */
Value eval_call(Interp *, Env *, const Node *);
Value func_new(Interp *, Env *, const Node *def);
bool raise_missing(Interp *, const char *fname, const char *const *names, int n,
                   bool kwonly);
bool raise_too_many(Interp *, const char *fname, int least, int most,
                    int given);
const NativeDef *native_find(const NativeDef *, int n, const char *name);

/* attr.c */
const NativeDef *method_find(Value self,
                             Str name); /* str, list, dict and native types */
void raise_no_attr(Interp *, Value of, Str name);

/* strings.c, containers.c: method tables */
extern const NativeDef str_methods[], list_methods[], tuple_methods[],
    dict_methods[];
extern const int n_str_methods, n_list_methods, n_tuple_methods, n_dict_methods;

bool dict_update(Interp *, Value dict, Value src); /* src: dict or pairs */

/* format.c */
Value percent_format(Interp *, StrObj *fmt, Value args);
Value str_format(Interp *, StrObj *fmt, CallArgs *);

/* numbers.c */
Value number_binary(Interp *, Operator, Value a,
                    Value b); /* V_NOTIMPL: not two numbers */
Value number_unary(Interp *, Operator, Value a);
Value number_divmod(Interp *, Value a, Value b);
Value number_round(Interp *, Value x, Value digits);
int number_compare(Value a, Value b); /* -1 0 1, 2 unordered */
double v_as_float(Value number);
bool float_to_int(Interp *, double,
                  int64_t *out); /* truncates; raises like int() */
int host_contains(Interp *, Value container, Value x);
bool value_to_index(Interp *, Value, const char *what, int64_t *out);
Value type_of(Interp *, Value);
Value raise_key(Interp *, ExcType,
                Value key);       /* the exception's argument is key */
bool v_is_same(Value a, Value b); /* Python's `is` */
/* subscript.c */
Value raise_no_key(Interp *, Value dict, Value key); /* KeyError, with a help */
bool host_delitem(Interp *, Value, Value index);

/* builtins.c */
extern const NativeDef builtin_defs[];
extern const int n_builtin_defs;
/* types.c */
extern const NativeDef type_defs[];
extern const int n_type_defs;
const char *type_value_name(Value type);
Value type_call(Interp *, CallArgs *, Value type); /* int(...), list(...) */
/* iterators.c */
Value fn_enumerate(Interp *, CallArgs *);
Value fn_zip(Interp *, CallArgs *);
Value fn_map(Interp *, CallArgs *);
Value fn_filter(Interp *, CallArgs *);
Value fn_iter(Interp *, CallArgs *);
Value fn_next(Interp *, CallArgs *);
Value fn_reversed(Interp *, CallArgs *);
bool is_instance(Interp *, Value v, Value cls, bool *out); /* false: raised */
bool sort_values(Interp *, Value *p, int n, Value key, bool reverse);
FILE *stream_of(Interp *,
                Value stream); /* sys.stdout, sys.stderr; NULL: not one */

/* exceptions.c */
Value exc_new(Interp *, ExcType, CallArgs *); /* the class called */
Value exc_throw(Interp *,
                ExcObj *exc); /* takes a reference; returns v_error() */
Value exc_message(Interp *, ExcObj *); /* str(e) */
void exc_trace(Interp *, ExcObj *, Str func, Span call);
Value fatal_reported(Interp *); /* unwinds; diagnostics are already there */
/* ways_out.c: what to write instead of a name that `of` does not have; NULL */
const char *way_out(const char *of, const char *name);
/* the help of the pending exception: that, or the nearest of n spellings */
void help_out(Interp *, const char *of, Str name, const char *const *near,
              int n);
/* E0801 for a form of the grammar, with the way out */
Value form_unsupported(Interp *, const char *what, const char *where);
Diag *host_fatal_diag(Interp *, DiagCode, const char *fmt, ...)
    PRINTF(3, 4); /* then: return fatal_reported(in) */
Flow exec_try(Interp *, Env *, const Node *);
Flow exec_raise(Interp *, Env *, const Node *);
Flow exec_assert(Interp *, Env *, const Node *);

/* module.c */
Flow exec_import(Interp *, Env *, const Node *);
Flow exec_from(Interp *, Env *, const Node *);
bool module_run(Interp *, Module *, const char *name);
bool is_driver_if(const Node *);
Module *module_read_main(
    Interp *,
    const char *path); /* NULL: fatal exception pending; exit 2 when unreadable */
const ModuleDef *module_def(const char *name); /* importable built-in or NULL */
/* overrides.c */
void overrides_parse(Interp *);
/* 1: *out is the override's value, 0: none, -1: raised */
int override_value(Interp *, Env *, Str name, const Node *target, Value *out);
bool override_tuple(Interp *, Env *,
                    const Node *target); /* E0207 for a tuple target */
bool overrides_check(
    Interp *,
    bool final); /* E0207 for unknown names; not final: before the driver */

/* classes.c */
Flow exec_class(Interp *, Env *, const Node *);
Value property_new(Interp *, Value fn);
Value instance_dict(Interp *, Value); /* field names -> values */
Value fn_dataclass(Interp *, CallArgs *);
Value fn_field(Interp *, CallArgs *);
Value fn_replace(Interp *, CallArgs *);
Value fn_asdict(Interp *, CallArgs *);
Value fn_astuple(Interp *, CallArgs *);
Value fn_fields(Interp *, CallArgs *);
Value fn_is_dataclass(Interp *, CallArgs *);
Str instance_class(Value instance); /* name of its class */
bool instance_can_capture(Interp *, Value, const char **what);
extern const NativeType dataclass_decorator_type, property_type;

/* kernels.c */
extern const NativeType decorator_type;
Flow exec_def(Interp *, Env *, const Node *);
Flow exec_program(Interp *, Env *, const Node *, Value decorator);
void kernel_drop(Interp *, KernelObject *);
enum {
    DECO_JIT,
    DECO_INLINE,
    DECO_OPAQUE,
    DECO_INCORE,
    DECO_HOST,
    DECO_EXTERN,
    DECO_PROGRAM,
    DECO_FUNCTION
};
typedef struct Decorator {
    Obj o;
    int which;
    Value name, auto_scope, type;
} Decorator;
Value decorator_new(Interp *, int which);

/* mod_*.c */
extern const ModuleDef math_module, sys_module, os_module, os_path_module,
    pathlib_module, time_module, typing_module, dataclasses_module,
    argparse_module, golden_module, pl_module, pl_tensor_module, pl_tile_module,
    pl_system_module, pl_array_module, pl_prefetch_module, pypto_module,
    qwc_module, runtime_module, future_module;
extern const NativeType stream_type, path_type, namespace_type, environ_type,
    type_name_type;
Value namespace_new(Interp *, const char *name, Value dict); /* takes dict */
typedef struct NamespaceObj {
    Obj o;
    const char *name;
    Value dict;
} NamespaceObj;
#endif
