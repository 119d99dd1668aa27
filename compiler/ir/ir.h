/* The typed tile IR: SSA values in structured regions.  Lowering makes it,
 * passes change it, the interpreter and the emitter read it; it prints and
 * parses as text (print.c, parse.c).
 *
 * Values.  A value is a scalar, a tile or a tensor.  Constants are values of
 * their own (no op).  A *tile* is immutable contents of static nominal shape; a
 * *tensor* is a reference into memory.  What is dynamic about them are INDEX
 * scalars attached to the value, kept by everything that copies or rewrites:
 *   tile    valid[k]    valid extent, NULL = the nominal one
 *   tensor  dim[k]      extent (never NULL), stride[k] elements (never NULL),
 *           valid[k]    NULL = dim[k];  back[k] elements that exist from the
 *           view's origin on (bounds checks use it), NULL = dim[k]
 * Attached scalars are uses: dominance, liveness and DCE must see them.
 *
 * Planes.  An op is in the core plane iff a SCOPE is around it (scope attribute
 * `chunked`: an auto_chunk region, gone after pass chunk).
 *
 * Operands (args in order; r = rank of the tensor or tile; every offset, extent
 * and index is an INDEX scalar; `drop`: bit mask of source axes of extent 1
 * that the result does not have):
 *   for       start, stop, step, init...; region args: iv, carried...;
 *             results: final carried...   (attr loop, chunk, policy, stage)
 *   while     init...; regions: [carried -> COND c, carried...], [carried -> YIELD]
 *   if        cond; regions then, else (may be empty: just YIELD); results: yields
 *   scope     regions: body; results: its YIELD (values that outlive it); attr name
 *   break / continue   carried values of the nearest FOR/WHILE
 *   alloc     dim...; attr finit, iinit; result tensor (fresh zeros, O plane)
 *   view      T, off*r, size*r, win*r; attr drop, clamp.  win: the window that is
 *             bounds-checked and becomes valid (V3); size: nominal extents
 *   treshape  T, dim...;   ttranspose T (attr axis[2]);  tsetvalid T, vr, vc
 *   load      T, off*r, win*r; attr shape (r nominal extents), drop, clamp
 *   store     T, x, off*r; attr drop (axes of T that x lacks), atomic; writes
 *             the valid part of tile x
 *   copy      T, S, off*r; writes the valid part of tensor S (read completely first)
 *   read      T, i*r -> scalar;  write  T, s, i*r
 *   slice     t, off*r, win*r; attr shape, drop;  assemble t, u, off*r
 *   tread     t, i*r;  twrite t, s, i*r
 *   full      s (constant);  arange start;  setvalid t (see result's valid:
 *             newly valid elements are 0);  pad t, attr pad
 *   expand    t broadcast to the result's shape
 *   EW2       a, b: tiles whose axes are equal or 1, or scalars of the tile's dtype
 *   matmul    a, b; attr a_trans, b_trans, b_cast; k = min of the valid inner extents
 *   matmul_acc acc, a, b
 *   gather_index x, idx;  scatter_index x, idx, src;  scatter_mask x(dst), src
 * After pass forward a tile operand of EW1/EW2/EXPAND/CAST/REDUCE/MATRIX/STORE
 * may be a *tensor* (a core plane VIEW): it is read in place.
 *
 * Checks.  Ops flagged C check at run time (bounds E0904, overflow E0907 ...)
 * unless attr `safe` says that analysis proved them away.
 *
 * Text form, in words: print.c.  Grammar in BNF: at the top of parse.c. */
#ifndef QWC_IR_H
#define QWC_IR_H
#include "base/base.h"
#include "dtype.h"

enum { IR_MAX_RANK = 6, TILE_MAX_RANK = 4 };

typedef enum { TY_ERROR, TY_SCALAR, TY_TILE, TY_TENSOR, TY_TASKID } TypeKind;
typedef struct Type { /* interned per IrFunc's session: equal = same pointer */
    TypeKind kind;
    QwDtype dtype; /* INDEX is QW_I64 */
    bool is_index; /* INT64 spelled INDEX: only for messages */
    int rank;
    int64_t shape[IR_MAX_RANK]; /* tiles: nominal; tensors: -1 where dynamic */
} Type;

typedef enum {
#define IROP(id, text, cls, nargs, nres, flags) IR_##id,
#include "ir/irops.def"
#undef IROP
    IR_OP_COUNT
} IrOpcode;
typedef enum {
    CLS_STRUCT,
    CLS_SCALAR,
    CLS_CHECK,
    CLS_TENSOR,
    CLS_MEMORY,
    CLS_TILE,
    CLS_EW1,
    CLS_EW2,
    CLS_REDUCE,
    CLS_MATRIX,
    CLS_SELECTION
} IrClass;
enum {
    OPF_P = 1,
    OPF_C = 2,
    OPF_R = 4,
    OPF_W = 8,
    OPF_T = 16,
    OPF_E = 32,
    OPF_G = 64
};
typedef struct {
    const char *text;
    IrClass cls;
    int nargs, nresults;
    unsigned flags;
} IrOpInfo;
extern const IrOpInfo ir_op_info[IR_OP_COUNT];

typedef enum { LOOP_RANGE, LOOP_PARALLEL, LOOP_PIPELINE, LOOP_SPMD } LoopKind;
typedef enum { CHUNK_GUARDED, CHUNK_LEADING_FULL } ChunkPolicy;
typedef enum {
    CMP_EQ,
    CMP_NE,
    CMP_LT,
    CMP_LE,
    CMP_GT,
    CMP_GE
} CmpPred; /* order of cmp_type */
typedef enum { PAD_ZERO, PAD_MIN, PAD_MAX } PadValue;
/* verdict of region analysis on a parallel loop (pass parallel) */
typedef enum {
    PAR_UNKNOWN,
    PAR_INDEPENDENT,
    PAR_UNDECIDED,
    PAR_SEQUENTIAL
} ParVerdict;

typedef struct IrValue IrValue;
typedef struct IrOp IrOp;
typedef struct IrRegion IrRegion;
typedef struct IrFunc IrFunc;
typedef struct IrMap IrMap;

/* where inlined code was called from: for "inlined from" notes */
typedef struct InlineFrame {
    Span call;
    Str callee;
    struct InlineFrame *outer;
} InlineFrame;

struct IrValue {
    int id; /* unique in the function; stable order of creation */
    const Type *type;
    Str name;         /* the user's variable, or NULL */
    Span span;        /* where it was defined */
    IrOp *def;        /* NULL: constant, parameter or region argument */
    int index;        /* result number / argument number */
    IrRegion *arg_of; /* region argument of ... */
    bool is_const, is_param;
    union {
        int64_t i;
        double f;
    } c; /* constant: ints and bool in i, floats in f */
    IrValue **valid, **dim, **stride,
        **back;   /* arrays of type->rank, or NULL = all default */
    IrValue *fwd; /* replaced by; see ir_resolve */
    void *note;   /* scratch of the running pass or back end */
};

typedef struct IrAttrs {
    Str name; /* scope: name_hint; assert: text; for: variable */
    LoopKind loop;
    int64_t chunk; /* 0: none */
    ChunkPolicy policy;
    int stage;
    bool chunked; /* scope: an auto_chunk region */
    bool task;    /* scope: formed by pass chunk */
    ParVerdict verdict;
    bool strips; /* for: over strips of tiles, made by pass strips */
    bool flat; /* for: its iterations are tasks together with those around it */
    /* for: some of a loop's iterations, cut by pass chunk: from the variable of
     * the loop over chunks on, or the rest */
    bool part;
    int64_t shape[IR_MAX_RANK]; /* load, slice: nominal extents before drop */
    unsigned drop;
    /* store, assemble: the op before it writes the window itself */
    bool direct;
    /* load, view, store: > 0: rows that the window has for checks; fewer are
     * valid because nobody reads the others.  alloc: > 0: of `period` rows
     * those that are read */
    int64_t rows;
    bool clamp, atomic, a_trans, b_trans, safe;
    /* matmul, matmul_acc: b is of another dtype and is cast to that of a */
    bool b_cast;
    bool nowrap; /* scalar: proved not to overflow */
    int axis[2];
    QwRound round;
    CmpPred pred;
    PadValue pad;
    double finit; /* alloc: what the buffer holds, of a float dtype */
    int64_t iinit;
    bool unfilled; /* alloc, full: nothing is read before it is stored */
    bool given;    /* alloc: the program gave an initial value */
    int64_t block_len;
    int period, mask; /* gather_mask, scatter_mask */
    bool exhausted;
    /* > 0: this matmul / matmul_acc / FOR belongs to ladder n (F1), found on
     * the unoptimised IR; results of step ops stay unrounded in interp */
    int ladder;
} IrAttrs;

struct IrOp {
    IrOpcode op;
    Span span;
    InlineFrame *inl;
    IrValue **args;
    int nargs;
    IrValue **results;
    int nresults;
    IrRegion *region[2];
    IrAttrs at;
    IrRegion *parent;
    IrOp *prev, *next;
    int id;
};

struct IrRegion {
    IrOp *owner; /* NULL: body of the function */
    IrValue **args;
    int nargs;
    IrOp *first,
        *last; /* last is the terminator (YIELD ...) in every region but the body */
};

typedef struct IrParam {
    Str name;
    Span span;
    IrValue *value;
    int dir;            /* 0 plain, 1 Out, 2 InOut */
    bool written, read; /* by the kernel: filled by lowering */
    bool gap;           /* lowering has reported W0602 */
    bool weights;       /* pass/weights.c: only read, as [K, N] of products */
    bool open; /* an output, and lowering cannot tell what stores cover */
    Str dim_sym[IR_MAX_RANK]; /* name of the dynamic symbol of axis k, or NULL */
} IrParam;
typedef struct IrSym {
    Str name;
    IrValue *value;
    int param, axis;
} IrSym; /* first occurrence binds */

struct IrFunc {
    Session *s;
    Arena *arena;
    Str name;
    Span span;
    const char *signature; /* the .pl signature as text, for emitted comments */
    IrParam *params;
    int nparams;
    IrSym *syms;
    int nsyms; /* dynamic dimensions, in order of first appearance: INDEX parameters */
    IrRegion *body;
    int next_value, next_op, nladders;
    VEC(IrValue *) consts;
    struct TypeTable *types;
    struct IrFacts *facts; /* memo of linear.c and range.c; see ir_facts_reset */
};

/* types.c: types and constants.  Everything lives in the function's arena. */
const Type *ir_scalar(IrFunc *, QwDtype);
const Type *ir_index(IrFunc *);
const Type *ir_tile(IrFunc *, QwDtype, int rank, const int64_t *shape);
const Type *ir_tensor(IrFunc *, QwDtype, int rank, const int64_t *shape);
/* -1: a dynamic extent, or more than 64 bits hold */
int64_t ir_elements(const Type *);
int64_t ir_bytes(const Type *);
const char *ir_type_text(
    Session *, const Type *); /* user terms: "a [16, 256] pl.BF16 tile" */
const char *ir_shape_text(Session *, int rank,
                          const int64_t *shape); /* "[16, 256]", -1 as "?" */
IrValue *ir_const_int(IrFunc *, const Type *, int64_t);
IrValue *ir_const_float(IrFunc *, const Type *,
                        double);    /* rounded to the type, RNE */
IrValue *ir_idx(IrFunc *, int64_t); /* INDEX constant */
bool ir_is_const_int(const IrValue *, int64_t *out);
bool ir_is_int(const IrValue *, int64_t want); /* that constant; NULL is none */

/* build.c: construction and surgery */
IrFunc *ir_func_new(Session *, Str name);
IrValue *ir_value(IrFunc *, const Type *,
                  Span); /* fresh, e.g. for region args */
IrRegion *ir_region(IrFunc *, IrOp *owner);
IrValue *ir_region_arg(IrFunc *, IrRegion *, const Type *, Span);
/* makes an op with room for its args; not yet in a region */
IrOp *ir_op(IrFunc *, IrOpcode, Span, int nargs, IrValue *const *args);
IrValue *ir_op_result(IrFunc *, IrOp *, const Type *); /* appends a result */
void ir_op_add_arg(IrFunc *, IrOp *, IrValue *);       /* appends an argument */
void ir_append(IrRegion *, IrOp *);
void ir_insert_before(IrOp *at, IrOp *);
void ir_insert_after(IrOp *at, IrOp *);
void ir_remove(IrOp *);
void ir_splice_before(IrOp *at, IrRegion *from); /* moves all ops */
IrOp *ir_parent_op(const IrOp *);                /* owner of its region */
bool ir_may_fail(const IrOp *);       /* checks something that is not proved */
bool ir_in_core(const IrOp *);        /* in a core scope */
bool ir_is_elementwise(const IrOp *); /* EW1, EW2, CAST, EXPAND */
bool ir_is_row_reduction(const IrOp *); /* not one of columns */
int ir_attached(
    IrValue *,
    IrValue ***lists[4]); /* its non-NULL lists of type->rank scalars */
IrValue *ir_valid(IrFunc *, IrValue *,
                  int axis); /* effective valid extent, never NULL */
IrValue *ir_dim(IrFunc *, IrValue *, int axis); /* tiles: the constant */
IrValue *ir_back(IrFunc *, IrValue *, int axis);
IrValue *ir_stride(IrFunc *, IrValue *, int axis);
/* visits every op, outer before inner, in program order; fn may remove or
 * replace the op it is given */
void ir_walk(IrRegion *, void (*fn)(void *, IrOp *), void *);
void ir_each_attached(IrValue *, void (*fn)(void *, IrValue **), void *);
/* visits every value an op uses: args, and the scalars attached to its results
 * and to the arguments of its regions (not what is inside the regions) */
void ir_each_use(IrOp *, void (*fn)(void *, IrValue **), void *);
/* replacement: set v->fwd, then one ir_resolve pass rewrites all uses */
void ir_resolve(IrFunc *);

/* clone.c: copies an op with its regions; operands and attached scalars go
 * through the map, which learns the copies of everything defined inside */
IrOp *ir_clone(IrFunc *, const IrOp *, IrMap *);
void ir_clone_attached(IrFunc *, IrValue *to, const IrValue *from,
                       IrMap *); /* map may be NULL */
IrMap *ir_map_new(IrFunc *);
void ir_map_set(IrMap *, const IrValue *from, IrValue *to);
IrValue *ir_map_get(IrMap *, IrValue *); /* itself when not mapped */

/* dce.c: drops unused ops and carried values without
 * effect; returns how many */
int ir_dce(IrFunc *);

/* scalar.c: builders of INDEX arithmetic that fold as they build (constants,
 * x+0, min/max of equals, linear forms: (a + C) - a -> C).  `at` receives new
 * ops at its end.  Provably in-range ones get nowrap. */
IrValue *ir_scalar_op(IrFunc *, IrRegion *at, IrOpcode, IrValue *a, IrValue *b,
                      Span);
IrValue *ir_scmp(IrFunc *, IrRegion *at, CmpPred, IrValue *a, IrValue *b,
                 Span); /* BOOL */
IrValue *ir_trip(IrFunc *, IrRegion *at, IrValue *start, IrValue *stop,
                 IrValue *step, Span);
/* what an existing scalar op folds to: a constant or one of its
 * operands; NULL if nothing */
IrValue *ir_scalar_fold(IrFunc *, const IrOp *);
/* all values that the integer can have are some of the dtype; BOOL: any is */
bool ir_int_fits(IrFunc *, IrValue *, QwDtype);
bool ir_scalar_fits(IrFunc *,
                    const IrOp *); /* its check is proved not to fire */
#define ir_sadd(f, at, a, b, sp) ir_scalar_op(f, at, IR_SADD, a, b, sp)
#define ir_ssub(f, at, a, b, sp) ir_scalar_op(f, at, IR_SSUB, a, b, sp)
#define ir_smul(f, at, a, b, sp) ir_scalar_op(f, at, IR_SMUL, a, b, sp)
#define ir_smin(f, at, a, b, sp) ir_scalar_op(f, at, IR_SMIN, a, b, sp)
#define ir_smax(f, at, a, b, sp) ir_scalar_op(f, at, IR_SMAX, a, b, sp)

/* linear.c, range.c: what is known about INDEX scalars.  Memoised per
 * function: what is asked while a loop is still being built is answered
 * carefully and remembered; ir_facts_reset forgets (the pass driver does so
 * before each pass).  Entries refuse extents beyond IR_MAX_EXTENT, so
 * dimensions are at most that. */
#define IR_MAX_EXTENT ((int64_t)1 << 48)
void ir_facts_reset(IrFunc *);
typedef struct {
    int64_t lo, hi;
} IrRange; /* INT64_MIN / MAX: unbounded */
IrRange ir_range(
    IrFunc *, IrValue *); /* intervals: loop bounds, min/max, dims >= 0 ... */
bool ir_diff_const(IrFunc *, IrValue *a, IrValue *b,
                   int64_t *d);                  /* a - b is the constant d */
bool ir_equal(IrFunc *, IrValue *a, IrValue *b); /* proved */
bool ir_less_equal(IrFunc *, IrValue *a, IrValue *b);
typedef struct {
    int n;
    bool ok;
    int64_t c;
    struct {
        IrValue *v;
        int64_t k;
    } term[16];
} IrLinear;
IrLinear ir_linear(
    IrFunc *, IrValue *); /* sum of k * v + c over opaque v; ok: an integer */
/* false: too many terms or coefficients too large, and the form is spoilt */
bool ir_linear_add(IrLinear *, const IrLinear *, int64_t k); /* += k * other */
bool ir_linear_add_term(IrLinear *, IrValue *, int64_t k);
bool ir_diff_linear(IrFunc *, IrValue *a, IrValue *b, IrLinear *); /* a - b */
int64_t ir_linear_coef(const IrLinear *,
                       const IrValue *);           /* of an opaque value */
bool ir_linear_nonneg(IrFunc *, const IrLinear *); /* proved >= 0 */
IrRange ir_linear_range(IrFunc *, const IrLinear *);

/* flow.c: loops, and what leaves them before they are done */
/* what argument k of a terminator becomes: a result, or the argument of the
 * loop's first region; NULL: the condition of a WHILE */
IrValue *ir_handed_to(const IrOp *terminator, int k);
bool ir_is_loop(const IrOp *);                   /* FOR, WHILE */
bool ir_is_exit(const IrOp *);                   /* BREAK, CONTINUE */
bool ir_inside(const IrOp *, const IrOp *outer); /* outer is; NULL is not */
IrOp *ir_loop_around(const IrOp *);              /* the nearest, or NULL */
typedef enum {
    EXIT_BREAK, /* a BREAK of the loop with this body */
    EXIT_LOOP   /* a BREAK or CONTINUE of the loop with this body */
} IrExit;
const IrOp *ir_find_exit(const IrRegion *body, IrExit); /* the first, or NULL */

/* flow.c: references.  Parameters and allocations are distinct memory; a
 * reference is one of them, a view of a reference, or handed on by a loop, a
 * branch or a scope. */
bool ir_is_view(const IrOp *);
const IrValue *ir_before_loops(
    const IrValue *); /* what it was before the first iteration */
typedef struct {
    VEC(const IrValue *)
    root; /* all parameters and allocations it may be part of */
} IrOrigins;
IrOrigins ir_origins(Arena *, const IrValue *);
/* Are two references never part of one buffer where both are there?  Also of
 * two that a loop swaps. */
bool ir_never_same(Arena *, const IrValue *, const IrValue *);
typedef enum {
    FLOW_FORWARD, /* to what is made of a reference */
    FLOW_BACKWARD /* to what a reference may be made of */
} IrFlow;
/* adds to a set of references, by value id, all that ops in `inside` (NULL: the
 * function) make of its members, or make its members of */
void ir_spread(IrFunc *, const IrOp *inside, IrFlow, bool *set);

/* print.c, parse.c, verify.c */
void ir_print(const IrFunc *, Text *out);
IrFunc *ir_parse(Session *, const Source *); /* NULL after E0109 diagnostics */
bool ir_verify(
    const IrFunc *,
    const char *after_pass); /* false + internal message in Text? calls ice() */
#endif
