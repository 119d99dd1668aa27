/* What native functions are written with: exceptions, arguments, types of their
 * own, and operations on any value.
 *
 * Errors.  A function that fails sets in->exc (host_raise) and returns
 * v_error() / false / -1.  The caller passes the failure on at once, after
 * dropping what it owns. */
#ifndef QWC_HOST_NATIVE_H
#define QWC_HOST_NATIVE_H
#include "host/value.h"

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
/* ... with a code of its own when uncaught: host_raise_code(in,
 * EXC_RUNTIME_ERROR, E0806, ...) */
Value host_raise_code(Interp *, ExcType, DiagCode, const char *fmt, ...)
    PRINTF(4, 5);
void host_help(Interp *, const char *fmt, ...)
    PRINTF(2, 3); /* help line of the pending exception */
Value host_tensor_error(Interp *, const char *fmt, ...)
    PRINTF(2, 3); /* RuntimeError, E0806 */
/* Not catchable: reports at once (diag with call chain), then unwinds. */
Value host_fatal(Interp *, DiagCode, const char *fmt, ...) PRINTF(3, 4);
/* limit check of a host limit at the current place: false
 * and fatal when met > limit */
bool host_limit(Interp *, LimitId, int64_t met);
bool host_failed(const Interp *); /* an exception is pending */
void host_clear(Interp *);        /* forgets it */
const char *host_exc_text(Interp *,
                          Value exc); /* "ValueError: message"; arena text */
/* Turns the pending exception into a diagnostic (E0803, E0208, ...),
 * unless already reported, and clears it.  SystemExit is not an error
 * here: see interp_status. */
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

/* Binds arguments like Python and raises Python's TypeErrors.  sig is a
 * list "a, b=, *, c=, **kw": `a` must be given; `b=` may be absent
 * (V_UNSET); names after `*` are keyword-only; names before `/` are
 * positional-only; `*rest` gets a tuple, `**kw` a dict.  out[i] in the
 * order of the names; all borrowed. */
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
    /* a op b in source order; called when either has this
     * type; OPR_ADD..OPR_BITXOR and OPR_EQ..OPR_GE;
     * V_NOTIMPL: not for these operands */
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
bool host_list_extend(Interp *, Value list, Value iterable);
/* format.c */
bool host_repr(Interp *, Value, Text *out);
bool host_str(Interp *, Value, Text *out);
bool host_format(Interp *, Value, const char *spec, Text *out);
/* conv: 's', or 'r', or 'a' (repr with escapes for what is not ASCII) */
bool host_convert(Interp *, Value, char conv, Text *);
Value host_str_value(Interp *, Value); /* str(x) */
void text_float(Text *, double);       /* Python's repr of a float */
const char *v_type_name(Value);        /* "int", "list", "Tensor" */
#endif
