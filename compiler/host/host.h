/* The host language at run time: modules, the interpreter, and what
 * lowering and the harness need from it.  Ownership of values:
 * value.h; errors: native.h. */
#ifndef QWC_HOST_H
#define QWC_HOST_H
#include "compare.h"
#include "host/native.h"

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
/* comparator of an output in compare_fn (dict or callable); V_NONE:
 * the default rule; borrowed */
Value golden_comparator(Value compare_fn, Str output);
const char *golden_label(Interp *, Value cmp); /* cmp.__name__ */
/* Parses "ratio_allclose:atol=1e-3,max_error_ratio=0.01"
 * (--compare); V_ERROR: raised */
Value golden_parse_comparator(Interp *, const char *text);

/* ---- the interpreter ----------------------------------------------------- */

/* Installed by cli; NULL members: the driver's call raises RuntimeError. */
typedef struct HostHooks {
    void *user;
    /* One run_jit / golden.run call of a driver, complete.  Compile,
     * data and run-time errors are reported by it and end in passed =
     * false with error set; false only when the host must unwind (a
     * host exception is pending). */
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

/* mod_pl.c: the names of pl that begin with BEGIN are refused, and why */
typedef struct PlRefused {
    const char *begin;
    DiagCode code;
    const char *why, *help;
} PlRefused;
const PlRefused *pl_refused(const char *path);

/* interp.c */
Interp *interp_new(Session *, const InterpOptions *);
void interp_drop(Interp *);
/* Loads the main file.  run_driver: __name__ == "__main__".  NULL: failed, and
 * reported as diagnostics.  A SystemExit of the module body is not a failure:
 * see interp_exited; the module is returned as far as it got. */
Module *interp_load_main(Interp *, const char *path, bool run_driver);
/* Has `if __name__ == "__main__":` at top level (14.2). */
bool module_has_driver(const Module *);
Span module_driver(const Module *); /* its condition */
/* SystemExit met while running: *status (may be NULL) is its number as given
 * (None: 0; a text was printed on stderr: 1). */
bool interp_exited(const Interp *, int64_t *status);
int interp_runs(const Interp *); /* run_jit/run calls the driver made */
/* Calls fn; on an exception reports it (E0803 ...) and returns false. */
bool interp_call(Interp *, Value fn, const Value *args, int nargs,
                 const KwArg *kw, int nkw, Value *out);
/* Evaluates text (from --spec-arg k=EXPR) in the main module; reports
 * and returns false on error */
bool interp_eval_text(Interp *, const char *what, const char *text, Value *out);
/* A top-level name of a module (borrowed), marking nothing. */
bool module_get(const Module *, Str name, Value *out);
bool module_next(const Module *, int *pos, Str *name,
                 Value *v); /* in order of definition, borrowed */
/* W0201-W0203, W0301 for host code of all loaded files;
 * after compilation (unused.c) */
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
/* what runtime/compare.c is to do; rtol and atol
 * where the comparator has none */
QwCompare comparator_rule(const Comparator *, double rtol, double atol,
                          QwTensor *vals);
/* Judges one output by a Comparator (NULL: default rule); vals: the actual
 * tensor named vals_name for CMP_TOPK_PAIR, else NULL.  *message gets arena
 * text.  Returns 1 pass, 0 mismatch, -1 raised. */
int tensor_compare(Interp *, const Comparator *, QwTensor *actual,
                   QwTensor *expected, QwTensor *vals, double rtol, double atol,
                   const char **message);
#endif
