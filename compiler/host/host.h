/* The host language at run time: values, exceptions, native functions, the
 * interpreter and what lowering and the harness need from it.
 *
 * Ownership.  A Value that a function RETURNS (or stores through an `out`
 * pointer) is owned by the caller, who must drop it; a Value passed IN is
 * borrowed.  Exceptions to this are marked "borrowed".  Functions named
 * *_take consume the reference given to them.  All objects are on one list of
 * the interpreter, so cycles die with interp_drop; everything else is freed
 * with its last reference, tensors' buffers in particular.
 *
 * Errors.  A function that fails sets in->exc (host_raise) and returns
 * v_error() / false / -1.  The caller passes the failure on at once, after
 * dropping what it owns. */
#ifndef QWC_HOST_H
#define QWC_HOST_H
#include "base/base.h"
#include "compare.h"
#include "dtype.h"
#include "front/ast.h"

typedef struct Interp Interp;
typedef struct Value Value;
typedef struct Obj Obj;
typedef struct Env Env;
typedef struct Module Module;
typedef struct NativeType NativeType;
typedef struct NativeDef NativeDef;
typedef struct StrObj StrObj;
typedef struct SeqObj SeqObj;
typedef struct DictObj DictObj;
typedef struct SliceObj SliceObj;
typedef struct RangeObj RangeObj;
typedef struct FuncObj FuncObj;
typedef struct ExcObj ExcObj;
typedef struct KernelObject KernelObject;
typedef struct EnumMember EnumMember;
typedef struct QwTensor QwTensor; /* runtime/tensor.h */

/* ---- values ------------------------------------------------------------- */

typedef enum ValueKind {
    V_ERROR, /* a failed call: in->exc says why */
    V_UNSET, /* no value: absent argument, unbound variable, end of iteration */
    V_NOTIMPL, /* a native operator does not know its operands */
    /* immediate: no reference count */
    V_NONE,
    V_BOOL,
    V_INT,
    V_FLOAT,
    V_ELLIPSIS,
    V_DTYPE,  /* .dt, spelled as .flag says */
    V_ENUM,   /* .en: member of a pl enumeration, compared by pointer */
    V_NATIVE, /* .native: a native function */
    V_TYPE,   /* .type: int, str, list, ... (class objects of built-in types) */
    V_EXCTYPE, /* .exctype: ValueError, ... */
    /* counted objects; the pointer is .o and the named alias */
    V_STR,
    V_LIST,
    V_TUPLE,
    V_DICT,
    V_SET,
    V_RANGE,
    V_SLICE,
    V_FUNC,
    V_BOUND,
    V_MODULE,
    V_EXC,
    V_KERNEL,
    V_TENSOR, /* its NativeType is tensor_type */
    V_OBJ /* any other object with a NativeType: specs, paths, parsers ... */
} ValueKind;

/* .flag of a V_DTYPE: how it was spelled; equality ignores it, except TASK_ID */
typedef enum DtypeSpelling {
    DT_TORCH,
    DT_PL,
    DT_PL_INDEX /* QW_I64 */,
    DT_PL_TASK_ID
} DtypeSpelling;

/* Exception classes, in a tree: exceptions.c has names and parents. */
typedef enum ExcType {
    EXC_EXCEPTION,
    EXC_VALUE_ERROR,
    EXC_TYPE_ERROR,
    EXC_KEY_ERROR,
    EXC_INDEX_ERROR,
    EXC_ATTRIBUTE_ERROR,
    EXC_RUNTIME_ERROR,
    EXC_ASSERTION_ERROR,
    EXC_ZERO_DIVISION_ERROR,
    EXC_OVERFLOW_ERROR,
    EXC_IMPORT_ERROR,
    EXC_MODULE_NOT_FOUND_ERROR,
    EXC_FILE_NOT_FOUND_ERROR,
    EXC_NOT_IMPLEMENTED_ERROR,
    EXC_STOP_ITERATION,
    EXC_SYSTEM_EXIT,
    EXC_KEYBOARD_INTERRUPT,
    EXC_NAME_ERROR,
    EXC_UNBOUND_LOCAL_ERROR,
    EXC_LOOKUP_ERROR,
    EXC_ARITHMETIC_ERROR,
    EXC_OS_ERROR,
    EXC_BASE_EXCEPTION,
    EXC_FATAL, /* no handler catches it: E0801, limits, errors already reported */
    EXC_COUNT
} ExcType;

/* Class objects of built-in types, for isinstance and as converters. */
typedef enum TypeId {
    TYPE_INT,
    TYPE_FLOAT,
    TYPE_BOOL,
    TYPE_STR,
    TYPE_LIST,
    TYPE_TUPLE,
    TYPE_DICT,
    TYPE_SET,
    TYPE_RANGE,
    TYPE_SLICE,
    TYPE_TYPE,
    TYPE_NONE,
    TYPE_OBJECT,
    TYPE_NATIVE /* .ntype names it: torch.Tensor, Path, Namespace ... */
} TypeId;

struct Value {
    uint8_t kind; /* ValueKind */
    uint8_t flag; /* V_DTYPE: DtypeSpelling; V_TYPE: TypeId */
    union {
        bool b;
        int64_t i;
        double f;
        QwDtype dt;
        ExcType exctype;
        const EnumMember *en;
        const NativeDef *native;
        const NativeType *ntype; /* V_TYPE with TYPE_NATIVE */
        Obj *o;
        StrObj *str;
        SeqObj *seq;   /* V_LIST, V_TUPLE */
        DictObj *dict; /* V_DICT, V_SET (values unset) */
        SliceObj *slice;
        RangeObj *range;
        FuncObj *func;
        Module *module;
        ExcObj *exc;
        KernelObject *kernel;
    };
};

struct Obj { /* head of every counted object */
    int32_t rc;
    uint8_t kind;           /* ValueKind */
    const NativeType *type; /* vtable: V_TENSOR, V_OBJ; NULL for the others */
    Obj *prev, *next;       /* list of all objects */
};

struct StrObj {
    Obj o;
    int32_t len /* bytes */, nchars /* code points */;
    char s[]; /* UTF-8, NUL after */
};
struct SeqObj {
    Obj o;
    Value *p;
    int n, cap;
};
typedef struct DictEntry {
    Value key, value;
    uint32_t hash;
} DictEntry; /* key V_UNSET: deleted */
struct DictObj {
    Obj o;
    DictEntry *e;
    int n /* entries, deleted too */, live, cap;
    int32_t *index;
    int nindex;
};
struct SliceObj {
    Obj o;
    Value start, stop, step;
};
struct RangeObj {
    Obj o;
    int64_t start, stop, step, len;
};
struct EnumMember {
    const char *group, *name;
    int value;
}; /* "Level", "CORE_GROUP" */

static inline Value v_of(ValueKind k)
{
    return (Value){.kind = (uint8_t)k, .i = 0};
}
static inline Value v_error(void)
{
    return v_of(V_ERROR);
}
static inline Value v_unset(void)
{
    return v_of(V_UNSET);
}
static inline Value v_notimpl(void)
{
    return v_of(V_NOTIMPL);
}
static inline Value v_none(void)
{
    return v_of(V_NONE);
}
static inline Value v_bool(bool b)
{
    Value v = v_of(V_BOOL);
    v.i = b;
    return v;
}
static inline Value v_int(int64_t i)
{
    Value v = v_of(V_INT);
    v.i = i;
    return v;
}
static inline Value v_float(double f)
{
    Value v = v_of(V_FLOAT);
    v.f = f;
    return v;
}
static inline Value v_dtype(QwDtype dt, DtypeSpelling sp)
{
    Value v = v_of(V_DTYPE);
    v.dt = dt;
    v.flag = (uint8_t)sp;
    return v;
}
static inline Value v_native(const NativeDef *d)
{
    Value v = v_of(V_NATIVE);
    v.native = d;
    return v;
}
static inline Value v_obj(Obj *o)
{
    Value v = v_of((ValueKind)o->kind);
    v.o = o;
    return v;
}
static inline bool v_is_error(Value v)
{
    return v.kind == V_ERROR;
}
static inline bool v_is_set(Value v)
{
    return v.kind > V_NOTIMPL;
}
static inline bool v_is_counted(Value v)
{
    return v.kind >= V_STR;
}
static inline bool v_is_none(Value v)
{
    return v.kind == V_NONE;
}
static inline bool v_is_number(Value v)
{
    return v.kind == V_INT || v.kind == V_FLOAT || v.kind == V_BOOL;
}
static inline bool v_is_intlike(Value v)
{
    return v.kind == V_INT || v.kind == V_BOOL;
} /* .i holds for both */
static inline bool v_has_type(Value v, const NativeType *t)
{
    return v.kind >= V_TENSOR && v.o->type == t;
}
static inline Value v_keep(Value v)
{
    if (v_is_counted(v)) v.o->rc++;
    return v;
} /* another reference */

/* value.c */
void v_drop(Interp *, Value); /* gives one reference back */
void *obj_new(Interp *, ValueKind, const NativeType *,
              size_t bytes); /* rc 1, zeroed; first member is Obj */
Value v_str(Interp *, const char *s);
Value v_str_n(Interp *, const char *s,
              size_t n); /* V_ERROR and E1111 above host-string */
Value v_from_str(Interp *, Str);
Value v_list(Interp *, int cap);
Value v_tuple(Interp *, const Value *items, int n); /* keeps each item */
Value v_tuple_take(Interp *, Value *items, int n);  /* takes each item */
Value v_tuple_of_ints(Interp *, const int64_t *, int n);
bool list_push_take(Interp *, Value list,
                    Value item); /* false and E1111 above host-container */
Value v_dict(Interp *);
Value v_set(Interp *);
bool dict_set(Interp *, Value dict, Value key,
              Value v); /* false: unhashable key */
int dict_get(Interp *, Value dict, Value key,
             Value *out); /* 1 found, 0 not, -1 error; out is borrowed */
bool dict_get_str(Value dict, const char *key, Value *out); /* borrowed */
bool dict_set_str(Interp *, Value dict, const char *key, Value v);
int dict_del(Interp *, Value dict, Value key); /* 1, 0, -1 */
bool dict_next(Value dict, int *pos, Value *key,
               Value *v); /* borrowed, in order; *pos starts at 0 */
Value v_range(Interp *, int64_t start, int64_t stop, int64_t step);
Value v_slice(Interp *, Value start, Value stop, Value step); /* keeps */
/* Python's clipping: start, stop, step and count for a sequence of n; false: raised */
bool slice_indices(Interp *, Value slice, int64_t n, int64_t *start,
                   int64_t *stop, int64_t *step, int64_t *count);
Value v_bound(Interp *, Value self, const NativeDef *); /* keeps self */

/* ---- exceptions (exceptions.c) ----------------------------------------- */

typedef struct TraceEntry {
    Str func;
    Span call;
} TraceEntry; /* innermost first */
struct ExcObj {
    Obj o;
    ExcType type;
    DiagCode code; /* shown when uncaught: E0803, or E0802 E0806 E0804 ... */
    Value args;    /* tuple */
    Span span;     /* the raising expression */
    const Node *assert_; /* raised by this assert statement, or NULL */
    bool module_level;   /* ... in a module body: E0208 */
    Value names;         /* assert: dict name -> value; else unset */
    ExcObj *cause;       /* raise ... from */
    bool reported;       /* its diagnostic exists already */
    const char *help;    /* in the session's arena, or NULL */
    TraceEntry *trace;
    int ntrace, captrace;
};

/* Each sets the pending exception and returns v_error().  The span is that of
 * the innermost expression being evaluated. */
Value host_raise(Interp *, ExcType, const char *fmt, ...) PRINTF(3, 4);
/* ... with a code of its own when uncaught: host_raise_code(in, EXC_RUNTIME_ERROR, E0806, ...) */
Value host_raise_code(Interp *, ExcType, DiagCode, const char *fmt, ...)
    PRINTF(4, 5);
void host_help(Interp *, const char *fmt, ...)
    PRINTF(2, 3); /* help line of the pending exception */
Value host_tensor_error(Interp *, const char *fmt, ...)
    PRINTF(2, 3); /* RuntimeError, E0806 */
/* Not catchable: reports at once (diag with call chain), then unwinds. */
Value host_fatal(Interp *, DiagCode, const char *fmt, ...) PRINTF(3, 4);
/* limit check of a host limit at the current place: false and fatal when met > limit */
bool host_limit(Interp *, LimitId, int64_t met);
bool host_failed(const Interp *); /* an exception is pending */
void host_clear(Interp *);        /* forgets it */
const char *host_exc_text(Interp *,
                          Value exc); /* "ValueError: message"; arena text */
/* Turns the pending exception into a diagnostic (E0803, E0208, ...), unless
 * already reported, and clears it.  SystemExit is not an error here: see interp_status. */
void host_report(Interp *);
const char *exc_type_name(ExcType);
bool exc_type_is(ExcType t, ExcType base);

/* ---- native functions --------------------------------------------------- */

typedef struct KwArg {
    Str name;
    Value value;
} KwArg;
typedef struct CallArgs {
    Value self; /* receiver of a method, else V_UNSET; borrowed */
    const Value *pos;
    int npos; /* borrowed, valid during the call */
    const KwArg *kw;
    int nkw;
    Span span;         /* of the call expression; {0,0} when called from C */
    const char *fname; /* for messages: "zeros" */
    Value rest
        [2]; /* made by args_bind for *name and **name; dropped by the caller */
} CallArgs;
typedef Value (*NativeFn)(Interp *,
                          CallArgs *); /* result owned by the caller */

enum {
    NATIVE_FACTORY =
        1, /* torch.randn/rand/zeros/ones: TensorSpec calls it with (shape, dtype=) */
    NATIVE_PROPERTY = 2 /* in a method table: attribute access calls it */
};
struct NativeDef {
    const char *name;
    NativeFn fn; /* NULL: a constant */
    int flags;
    Value (*make)(Interp *); /* constant: made at first use */
};

/* Binds arguments like Python and raises Python's TypeErrors.  sig is a list
 * "a, b=, *, c=, **kw": `a` must be given; `b=` may be absent (V_UNSET); names
 * after `*` are keyword-only; names before `/` are positional-only; `*rest`
 * gets a tuple, `**kw` a dict.  out[i] in the order of the names; all borrowed. */
bool args_bind(Interp *, CallArgs *, const char *sig, Value *out);
/* Readers of one value; `what` names it in the TypeError ("size", "dim"). */
bool arg_int(Interp *, Value, const char *what, int64_t *out); /* int or bool */
bool arg_float(Interp *, Value, const char *what, double *out); /* any number */
bool arg_bool(Interp *, Value, const char *what,
              bool *out); /* truth of anything */
bool arg_str(Interp *, Value, const char *what,
             const char **out); /* lives as long as the value */
/* ints of a list, tuple, range or single int; -1: raised.  At most cap. */
int arg_ints(Interp *, Value, const char *what, int64_t *out, int cap);

/* ---- native types: V_TENSOR and V_OBJ ----------------------------------- */

/* Every member may be NULL: then the operation is Python's usual error. */
struct NativeType {
    const char *name; /* type(x).__name__ */
    const NativeDef *methods;
    int nmethods; /* bound on access; NATIVE_PROPERTY ones are called */
    void (*drop)(Interp *,
                 Obj *); /* frees what the object owns, not the object */
    /* V_UNSET: no such attribute (the interpreter raises, with did-you-mean) */
    Value (*getattr)(Interp *, Value self, Str name);
    bool (*setattr)(Interp *, Value self, Str name, Value v);
    /* a op b in source order; called when either has this type; OPR_ADD..OPR_BITXOR
     * and OPR_EQ..OPR_GE; V_NOTIMPL: not for these operands */
    Value (*binary)(Interp *, Operator, Value a, Value b);
    Value (*inplace)(
        Interp *, Operator, Value a,
        Value b); /* a op= b: the new value of a; V_NOTIMPL: use binary */
    Value (*unary)(Interp *, Operator, Value a); /* OPR_NEG POS INVERT */
    /* index: int, slice, None, Ellipsis, list, tensor ... or a tuple of them */
    Value (*getitem)(Interp *, Value self, Value index);
    bool (*setitem)(Interp *, Value self, Value index, Value v);
    Value (*call)(Interp *, CallArgs *); /* args->self is the object */
    Value (*item)(Interp *, Value self,
                  int64_t i); /* iteration: item i, V_UNSET at the end */
    Value (*next)(Interp *, Value self); /* an iterator: next item or V_UNSET */
    int64_t (*len)(Interp *, Value self); /* -1: raised */
    int (*truth)(Interp *,
                 Value self); /* 1, 0, -1 raised; NULL: len, else true */
    int (*contains)(Interp *, Value self,
                    Value x); /* 1, 0, -1; NULL: by iteration */
    bool (*repr)(Interp *, Value self, Text *out); /* NULL: <Name object> */
    bool (*str)(Interp *, Value self, Text *out);  /* NULL: repr */
    bool (*format)(Interp *, Value self, const char *spec,
                   Text *out);             /* NULL: str, spec must be "" */
    Value (*to_int)(Interp *, Value self); /* int(x), NULL: TypeError */
    Value (*to_float)(Interp *, Value self);
    Value (*to_index)(Interp *,
                      Value self); /* as an int where an index is wanted */
    bool (*hash)(Interp *, Value self,
                 uint32_t *out); /* NULL: not a dict key */
    const NativeDef
        *ctor; /* the class object is callable: Path(...), Generator() */
};

/* ---- operations on any value -------------------------------------------- */

/* ops.c */
Value host_binary(Interp *, Operator, Value a,
                  Value b); /* + .. ^, == .. >=, in, is */
Value host_inplace(Interp *, Operator, Value a, Value b);
Value host_unary(Interp *, Operator, Value a); /* - + ~ not */
int host_truth(Interp *, Value);               /* 1, 0, -1 raised */
int host_equal(Interp *, Value a, Value b);    /* 1, 0, -1 raised */
int host_less(Interp *, Value a, Value b);
bool host_hash(Interp *, Value, uint32_t *out);
int64_t host_len(Interp *, Value);
Value host_getitem(Interp *, Value, Value index);
bool host_setitem(Interp *, Value, Value index, Value v);
/* attr.c */
Value host_getattr(Interp *, Value, Str name);
Value host_find_attr(Interp *, Value,
                     Str name); /* V_UNSET instead of AttributeError */
bool host_setattr(Interp *, Value, Str name, Value v);
/* call.c */
Value host_call(Interp *, Value fn, const Value *pos, int npos, const KwArg *kw,
                int nkw, Span);
Value host_call_method(Interp *, Value self, const char *name, const Value *pos,
                       int npos);
Value host_call_native(Interp *, const NativeDef *, Value self,
                       const Value *pos, int npos, const KwArg *, int nkw);
/* iter.c */
typedef struct Iter {
    Value src;
    int64_t i;
    int live; /* entries of a dict when it began: it may not change meanwhile */
} Iter;
bool iter_start(Interp *, Iter *, Value iterable);
int iter_next(Interp *, Iter *,
              Value *out);       /* 1 item (owned), 0 end, -1 raised */
void iter_end(Interp *, Iter *); /* always, also after an error */
Value host_list_of(Interp *, Value iterable); /* a new list */
/* format.c */
bool host_repr(Interp *, Value, Text *out);
bool host_str(Interp *, Value, Text *out);
bool host_format(Interp *, Value, const char *spec, Text *out);
/* conv: 's', or 'r', or 'a' (repr with escapes for what is not ASCII) */
bool host_convert(Interp *, Value, char conv, Text *);
Value host_str_value(Interp *, Value); /* str(x) */
void text_float(Text *, double);       /* Python's repr of a float */
const char *v_type_name(Value);        /* "int", "list", "Tensor" */

/* ---- modules ------------------------------------------------------------- */

/* A built-in module is a table; names not in it are E0804. */
typedef struct ModuleDef {
    const char *name; /* "torch", "os.path" */
    const NativeDef *names;
    int n;
    Value (*getattr)(
        Interp *, Str name); /* more names, V_UNSET when unknown; may be NULL */
    const char *const *subs; /* submodules "nn", ends in NULL; may be NULL */
    const char *const *(*spellings)(
        Interp *,
        int *n); /* what getattr knows, for did-you-mean; may be NULL */
} ModuleDef;

typedef struct Slot {
    Str name;
    Value v;
    Span def;
} Slot;
struct Env {    /* variables of a module, class body or call */
    Obj o;      /* counted: closures keep it; never a Value */
    Env *outer; /* enclosing function, NULL at module level */
    Module *module;
    const struct FuncInfo
        *info; /* local names of the function; NULL: module or class */
    Slot *p;
    int n, cap;
    int32_t *index;
    int nindex; /* hash index when many */
};

struct Module {
    Obj o;
    Str name;                      /* file stem, or the built-in's name */
    const ModuleDef *def;          /* built-in, else NULL */
    const char *path, *dir, *real; /* of a file; dir: of the importing search */
    const Source *src;
    const Node *ast;
    Env *env;
    Span import_span; /* the import that loaded it */
    Module *importer;
    bool is_main, loading, loaded, failed,
        reported; /* reported: host_report_unused has seen it */
};

Value host_module(Interp *, const char *name); /* built-in module, borrowed */
Value host_module_attr(Interp *, const char *module,
                       const char *name); /* owned */
extern const ModuleDef torch_module, torch_nn_module, torch_functional_module,
    torch_cuda_module; /* torch*.c: "torch" (subs: "nn", "cuda") ... */

/* ---- kernel objects, symbols -------------------------------------------- */

typedef enum KernelKind {
    KERNEL_JIT,
    KERNEL_INLINE,
    KERNEL_OPAQUE,
    KERNEL_INCORE,
    KERNEL_PROGRAM, /* a @pl.program class: its entry method; params[0] of def is self */
    KERNEL_METHOD /* further @pl.function methods of a program, called as self.f(...) */
} KernelKind;

struct KernelObject {
    Obj o;
    KernelKind kind;
    Str name;        /* of the function; of the class for a program */
    const Node *def; /* ND_DEF; for a program the entry method */
    const Node *cls; /* ND_CLASS of a program and of its methods, else NULL */
    Module *module;
    Env *env; /* enclosing builder call, or NULL at module level */
    Value name_arg, auto_scope; /* decorator keywords, V_UNSET when absent */
    KernelObject **methods;
    int nmethods;          /* program: the others */
    KernelObject *program; /* method: its program (borrowed) */
};

typedef struct DynSym {
    Obj o;
    Str name;
} DynSym; /* one object a name: compare pointers */
extern const NativeType dynsym_type;
extern const NativeType pl_type_type;  /* pl.Tensor[...] named in host code */
extern const NativeType instance_type; /* instance of a dataclass */
extern const NativeType class_type; /* dataclass or plain class (namespace) */

/* What lowering reads.  All results are borrowed. */
/* enclosing builder environments, then the module; no built-ins */
bool host_lookup(Interp *, KernelObject *, Str name, Value *out);
bool host_builtin(const Interp *, Str name, Value *out);
/* names visible there, for did-you-mean; NULL-ended, in the arena */
const char *const *host_names(Interp *, KernelObject *, int *n);
/* attribute of a captured object (module, namespace, dataclass); properties
 * are evaluated; the result is kept alive by the interpreter; false: no such
 * attribute, or raised (host_failed) */
bool host_attr(Interp *, Value of, Str name, Value *out);
/* may a kernel capture it (1.3)?  If not *what describes the value for E0206 */
bool host_can_capture(Interp *, Value, const char **what);
static inline DynSym *v_dynsym(Value v)
{
    return v_has_type(v, &dynsym_type) ? (DynSym *)v.o : NULL;
}

/* ---- golden: objects that the harness reads (mod_golden.c) -------------- */

enum { HOST_MAX_RANK = 6 };
typedef struct TensorSpec {
    Obj o;
    Str name;
    int rank;
    int64_t shape[HOST_MAX_RANK];
    QwDtype dtype;
    Value init;     /* None, number, tensor, callable */
    bool is_output; /* with init: in-out */
    Span span;
} TensorSpec;
typedef struct ScalarSpec {
    Obj o;
    Str name;
    QwDtype dtype;
    Value value; /* bool, int or float, rounded */
    Span span;
} ScalarSpec;
typedef struct RunResult { /* also a Value: V_OBJ of run_result_type */
    Obj o;
    bool passed;
    Value error;           /* str or None */
    double execution_time; /* seconds of the kernel */
    Value work_dir;        /* Path or None */
} RunResult;
extern const NativeType tensor_spec_type, scalar_spec_type, run_result_type;
extern const NativeType comparator_type; /* ratio_allclose(...) and the like */

typedef struct RunRequest {
    KernelObject *kernel;
    Value specs;       /* list of TensorSpec and ScalarSpec */
    Value golden_fn;   /* callable or None */
    Value golden_data; /* str, Path or None */
    double rtol, atol;
    bool rtol_given, atol_given;
    bool by_convention; /* no run_jit said anything (14.2) */
    Value compare_fn;   /* None, callable, or dict output -> callable */
    Value compile_cfg, runtime_cfg; /* dict or None; keys checked (W1003) */
    bool compile_only;
    bool dump_passes;     /* compile_cfg["dump_passes"] */
    const char *platform; /* runtime_cfg["platform"] or NULL */
    Span span;            /* of the call */
} RunRequest;

/* The tensor a spec asks for: zeros, fill, conversion, factory or call (3.2).
 * Raises on failure.  The result is a tensor value. */
Value spec_tensor(Interp *, TensorSpec *);
/* Calls golden_fn(values) and merges a returned dict into it; false: raised. */
bool golden_call(Interp *, Value golden_fn, Value values);
/* Runs one comparator on an output: `cmp` is what compare_fn holds for it.
 * false: raised.  *message is arena text ("" when there is none). */
bool golden_compare(Interp *, Value cmp, Value actual, Value expected,
                    Value actual_outputs, Value expected_outputs, Value inputs,
                    double rtol, double atol, bool *ok, const char **message);
/* comparator of an output in compare_fn (dict or callable); V_NONE: the default rule; borrowed */
Value golden_comparator(Value compare_fn, Str output);
const char *golden_label(Interp *, Value cmp); /* cmp.__name__ */
/* Parses "ratio_allclose:atol=1e-3,max_error_ratio=0.01" (--compare); V_ERROR: raised */
Value golden_parse_comparator(Interp *, const char *text);

/* ---- the interpreter ------------------------------------------------------ */

/* Installed by cli; NULL members: the driver's call raises RuntimeError. */
typedef struct HostHooks {
    void *user;
    /* One run_jit / golden.run call of a driver, complete.  Compile, data and
     * run-time errors are reported by it and end in passed = false with error
     * set; false only when the host must unwind (a host exception is pending). */
    bool (*run_jit)(void *user, Interp *, RunRequest *, RunResult *out);
    /* is this an operation of pl (op table)?  NULL: every lower-case name is */
    bool (*is_op)(void *user, const char *name);
    /* all spellings of operations, for did-you-mean; may be NULL */
    const char *const *(*op_names)(void *user, int *n);
} HostHooks;

typedef struct InterpOptions {
    const char *const *include_dirs;
    int ninclude; /* -I */
    const char *const *overrides;
    int noverrides; /* -D "NAME=EXPR" */
    const char *const *env;
    int nenv; /* --env "NAME" or "NAME=V" */
    const char *const *argv;
    int nargv;              /* program arguments after -- */
    uint64_t seed;          /* --seed */
    int threads;            /* for tensor work; 0: all cores */
    FILE *out, *err;        /* what host code prints; NULL: stdout, stderr */
    const HostHooks *hooks; /* may be NULL */
} InterpOptions;

typedef struct Frame { /* one active call or module body */
    struct Frame *up;
    Str name; /* function name, "<module>" */
    Module *module;
    Env *env;
    Span call; /* where it was called or imported */
    Value ret; /* of the return statement being executed */
} Frame;

struct Interp {
    Session *se;
    InterpOptions opt;
    Arena *scratch;   /* short-lived texts: mark, use, reset, as a stack */
    Obj *all;         /* every object */
    ExcObj *exc;      /* pending exception (owned), NULL: none */
    ExcObj *handling; /* being handled by an except block: for bare raise */
    Span at;          /* innermost expression being evaluated */
    Frame *frame;
    int depth;
    int64_t steps;
    char *stack_base;
    size_t stack_max;      /* bytes of C stack allowed */
    VEC(Module *) modules; /* files and built-ins, in order of loading */
    Module *main;
    const char *main_path; /* as given */
    VEC(struct Override *) overrides;
    struct FuncInfoTable *infos;
    VEC(DynSym *) dynsyms;
    VEC(Value) pinned; /* kept for lowering until the end */
    Env *builtins;
    int nruns; /* run_jit/run calls made (W1004) */
    bool exited;
    int64_t exit_status;      /* SystemExit met */
    struct TorchState *torch; /* owned by torch.c: default generator ... */
    const struct Printing *printing; /* containers that repr is inside of */
    Obj *trash;
    int drop_depth;
    bool dying;         /* of value.c */
    int64_t memory;     /* bytes: --limit memory, or what is available */
    int64_t heap_bytes; /* of host values, tensors' buffers not counted */
};

/* interp.c */
Interp *interp_new(Session *, const InterpOptions *);
void interp_drop(Interp *);
/* Loads the main file.  run_driver: __name__ == "__main__".  NULL: failed, and
 * reported as diagnostics.  A SystemExit of the module body is not a failure: see
 * interp_exited; the module is returned as far as it got. */
Module *interp_load_main(Interp *, const char *path, bool run_driver);
/* Has `if __name__ == "__main__":` at top level (14.2). */
bool module_has_driver(const Module *);
Span module_driver(const Module *); /* its condition */
/* SystemExit met while running: *status (may be NULL) is its number as given (None: 0; a text was
 * printed on stderr: 1). */
bool interp_exited(const Interp *, int64_t *status);
int interp_runs(const Interp *); /* run_jit/run calls the driver made */
/* Calls fn; on an exception reports it (E0803 ...) and returns false. */
bool interp_call(Interp *, Value fn, const Value *args, int nargs,
                 const KwArg *kw, int nkw, Value *out);
/* Evaluates text (from --spec-arg k=EXPR) in the main module; reports and returns false on error */
bool interp_eval_text(Interp *, const char *what, const char *text, Value *out);
/* A top-level name of a module (borrowed), marking nothing. */
bool module_get(const Module *, Str name, Value *out);
bool module_next(const Module *, int *pos, Str *name,
                 Value *v); /* in order of definition, borrowed */
/* W0201-W0203, W0301 for host code of all loaded files; after compilation (unused.c) */
void host_report_unused(Interp *);
void interp_flush(Interp *); /* flushes what host code printed */

/* ---- the part of torch*.c ------------------------------------------------ */

/* Implemented beside the torch module (ModuleDef torch_module above). */
void torch_init(Interp *); /* makes in->torch from in->opt.seed, .threads */
void torch_drop(Interp *); /* after the last tensor is gone */
extern const NativeType tensor_type; /* of V_TENSOR */
/* a call of the native named "no_grad" is the only thing `with` accepts */
typedef struct TensorObj {
    Obj o;
    QwTensor *t;
} TensorObj; /* the object of a V_TENSOR owns one reference of t */
Value tensor_value(Interp *, QwTensor *); /* takes the reference */
static inline QwTensor *v_tensor(Value v)
{
    return v.kind == V_TENSOR ? ((TensorObj *)v.o)->t : NULL;
}
/* comparators' numeric part: what golden.c's objects hold */
typedef enum CompareRule {
    CMP_DEFAULT,
    CMP_RATIO_ALLCLOSE,
    CMP_RATIO_RELDIFF,
    CMP_TOPK_PAIR,
    CMP_PASS_RATE
} CompareRule;
typedef struct Comparator {
    Obj o;
    CompareRule rule;
    double atol, rtol;                     /* NAN: those of the call */
    double max_error_ratio;                /* ratio_allclose */
    double diff_thd, pct_thd, max_diff_hd; /* ratio_reldiff */
    double threshold;                      /* pass_rate_compare */
    Str vals_name;                         /* topk_pair_compare */
    int64_t dim;
    bool descending;
    int64_t max_show;
    Str name; /* __name__ */
} Comparator;
/* what runtime/compare.c is to do; rtol and atol where the comparator has none */
QwCompare comparator_rule(const Comparator *, double rtol, double atol,
                          QwTensor *vals);
/* Judges one output by a Comparator (NULL: default rule); vals: the actual
 * tensor named vals_name for CMP_TOPK_PAIR, else NULL.  *message gets arena
 * text.  Returns 1 pass, 0 mismatch, -1 raised. */
int tensor_compare(Interp *, const Comparator *, QwTensor *actual,
                   QwTensor *expected, QwTensor *vals, double rtol, double atol,
                   const char **message);
#endif
