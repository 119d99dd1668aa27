/* Values of the host language, the objects they refer to, and what makes them.
 *
 * Ownership.  A Value that a function RETURNS (or stores through an `out`
 * pointer) is owned by the caller, who must drop it; a Value passed IN is
 * borrowed.  Exceptions to this are marked "borrowed".  Functions named
 * *_take consume the reference given to them.  All objects are on one list of
 * the interpreter, so cycles die with interp_drop; everything else is freed
 * with its last reference, tensors' buffers in particular. */
#ifndef QWC_HOST_VALUE_H
#define QWC_HOST_VALUE_H
#include "base/base.h"
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

/* .flag of a V_DTYPE: how it was spelled; equality
 * ignores it, except TASK_ID */
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
/* Python's clipping: start, stop, step and count for a
 * sequence of n; false: raised */
bool slice_indices(Interp *, Value slice, int64_t n, int64_t *start,
                   int64_t *stop, int64_t *step, int64_t *count);
Value v_bound(Interp *, Value self, const NativeDef *); /* keeps self */
#endif
