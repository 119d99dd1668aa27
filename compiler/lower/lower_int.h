/* Inside of lowering: what its files share.
 *
 * A name of a kernel holds an Sv, a surface value: a compile-time constant (a
 * host Value), a scalar, tile or tensor (an IrValue), a tuple of them, or
 * nothing yet.  Lowering walks the AST of one kernel with the calls spliced in
 * (a Frame each) and appends ops to Lower.at; structured control flow turns the
 * values of names into region arguments and results (merge.c, loops.c).
 *
 * An Sv of kind K_ERROR stands for something already reported: whatever it
 * touches becomes K_ERROR silently.  One statement reports one error. */
#ifndef QWC_LOWER_INT_H
#define QWC_LOWER_INT_H
#include "ir/ops.h"
#include "lower/lower.h"

typedef enum {
    K_UNSET,
    K_ERROR,
    K_CONST,
    K_SCALAR,
    K_TILE,
    K_TENSOR,
    K_TUPLE,
    K_TASK
} Kind;
typedef struct Sv Sv;
typedef struct SvTuple SvTuple;
typedef struct Why Why;
struct Sv {
    Kind kind;
    Span span; /* where the value was made: labels of diagnostics */
    union {
        Value c;          /* K_CONST */
        IrValue *v;       /* K_SCALAR K_TILE K_TENSOR */
        const SvTuple *t; /* K_TUPLE */
        const Why *why;   /* K_UNSET; NULL: no path assigns it */
    };
};
struct SvTuple {
    int n;
    Sv *p;
    bool is_list;
};
typedef enum {
    WHY_IF,
    WHY_ELSE,
    WHY_LOOP,
    WHY_LEFT,
    WHY_EARLIER,
    WHY_CARRIED,
    WHY_CONFLICT
} WhyKind;
struct Why { /* why a name has no value here */
    WhyKind kind;
    Span at; /* the statement whose paths meet */
    Sv a, b; /* WHY_CONFLICT: earlier and later definition */
};

typedef VEC(IrValue *) IrValueVec;

/* ---- names.c: facts about one function's names, from its AST alone ------- */

typedef uint64_t *Bits;     /* one bit a slot */
typedef struct BlockFacts { /* of a for, while, if or with statement */
    const Node *node;
    Bits assigned;   /* in its body */
    Bits live_after; /* may be read after it */
    Bits live_head; /* loops: may be read at the start of the body, before being assigned */
    bool exits;      /* loops: a break or continue of this loop */
    int scope_index; /* with and spmd: its number among the unnamed scopes */
} BlockFacts;
typedef struct FnInfo {
    const Node *def;
    int n, words; /* slots; words of a Bits */
    Str *name;
    Span *span; /* of the first binding */
    bool *is_param, *is_read, *is_loop_var;
    int32_t *hash;
    int cap; /* name -> slot + 1 */
    VEC(BlockFacts *) blocks;
    BlockFacts **block_hash;
    int block_cap;
    int nscopes;
} FnInfo;
const FnInfo *fn_info(Arena *, const Node *def);
int fn_slot(const FnInfo *, Str name); /* -1: not a local */
/* the variable that pl.write(t, ...) or pl.assemble(t, ...) updates as a
 * statement, where t is a name */
const Node *fn_updated(const Node *call);
const BlockFacts *fn_block(const FnInfo *, const Node *stmt);
static inline bool bit_of(const uint64_t *b, int i)
{
    return b[i >> 6] >> (i & 63) & 1;
}
/* calls fn for each child of a node, expressions and
 * statements, in source order */
void node_each(const Node *, void (*fn)(void *, const Node *), void *);
/* first read of a name in the statements, or {0, 0} */
Span first_read(const NodeVec *, Str name);

/* ---- the state ----------------------------------------------------------- */

typedef struct FnFrame { /* one function being spliced in */
    const FnInfo *info;
    KernelObject *kernel;
    struct FnFrame *up;
    Sv *vals; /* info->n names, then the returned value */
    int depth;
} FnFrame;

typedef struct CoreScope { /* the core scope around the current point */
    Span span;
    bool chunked; /* an auto_chunk region */
    const Node *
        body_of; /* its with statement, for looking at names; NULL: an incore call */
    IrValue *block; /* index of the block, inside pl.spmd */
    struct FnFrame *fn;
} CoreScope;

/* What turned out to be wrong about a first guess of what a loop carries; the
 * loop is lowered again with it.  Kept for the whole lowering, so each is
 * learnt once, however deep loops are nested. */
typedef struct CarryFact {
    uint64_t path;
    const Node *node;
    int slot, item; /* key */
    bool moved;     /* a tensor reference that changes */
    bool late; /* first assigned inside, at least one trip: starts from a dummy */
    bool conflict;                     /* kinds or types differ: unreadable */
    Sv a, b;                           /* the definitions in conflict */
    const Type *type;                  /* late, or a float scalar's dtype */
    unsigned valid, dim, stride, back; /* axes whose scalar changes too */
} CarryFact;

typedef struct Carry {
    int slot; /* -1: an item of init_values */
    int item;
    enum { CARRY_NONE, CARRY_SAME, CARRY_VALUE, CARRY_TUPLE } mode;
    Sv init;
    const Type *type;
    CarryFact *fact;  /* NULL: nothing known against the first guess */
    int first, count; /* its values among the carried ones */
    bool head_live;   /* may be read before it is assigned in the body */
    bool changed;     /* an iteration may hand on another value than it got */
    Sv arg;           /* what the body sees first */
    struct Carry *kids;
    int nkids;
} Carry;

typedef struct LoopCx { /* an IR loop being built */
    const Node *node;
    IrOp *op;
    LoopKind kind;
    bool nonzero; /* runs at least once */
    Carry *carry;
    int ncarry;
    Carry *explicit_;
    int nexplicit; /* of init_values */
    IrValueVec init;
    Sv *yielded; /* values given to pl.yield_, NULL: not met */
    const Node *yield_node;
    bool violated;   /* a guess was wrong: lower again */
    CoreScope *core; /* around the loop: break may not leave a scope */
    struct LoopCx *up;
} LoopCx;

typedef struct Seen {
    DiagCode code;
    Span span;
} Seen;
typedef struct Lower {
    Session *s;
    Interp *in;
    IrFunc *f;
    Arena *a;
    IrRegion *at; /* ops are appended here */
    FnFrame *fn;
    InlineFrame *inl;
    LoopCx *loop;      /* innermost loop of this frame */
    CoreScope *core;   /* NULL: orchestration */
    bool chunk_loop;   /* in a chunked parallel loop of the region */
    bool failed;       /* this statement has reported its error */
    bool warned_valid; /* this statement has its W0403 */
    bool dead;         /* after break, continue: nothing more runs here */
    int errors;
    int nops; /* towards limit ir-nodes */
    bool too_big;
    uint64_t path;  /* names the chain of calls and unrolled iterations */
    int index_from; /* 1 + id of the first op of the subscript being lowered */
    VEC(const FnInfo *) infos;
    VEC(CarryFact *) facts;
    VEC(Seen) seen;
    Text printed; /* by pl.static_print: shown when lowering is done */
    Sv *rebound;  /* of entry parameters: what else the name was bound to */
} Lower;

/* for what is lowered to see whether it can be; rewinding drops its ops, too */
typedef struct {
    DiagMark diags;
    int nseen, errors, nops;
    size_t printed;
    IrRegion *at;
    IrOp *last;
} LowerMark;
LowerMark lower_mark(const Lower *);
void lower_rewind(Lower *, LowerMark);

/* ---- report.c ------------------------------------------------------------ */

/* one error a statement; the result can always be decorated */
Diag *lw_error(Lower *, DiagCode, Span, const char *fmt, ...) PRINTF(4, 5);
/* warnings and notes: once for a place */
Diag *lw_warn(Lower *, DiagCode, Span, const char *fmt, ...) PRINTF(4, 5);
const char *lw_what(Lower *,
                    Sv); /* "a [16, 256] pl.BF16 tile", "the constant 5" */
const char *lw_source(Lower *, Span); /* source text on one line, shortened */
const char *lw_dtype(QwDtype);        /* "pl.BF16" */
const char *lw_shape(Lower *, const Type *);              /* "[16, 256]" */
const char *lw_extents(Lower *, int n, IrValue *const *); /* "[rows, 256]" */
const char *lw_extent(Lower *, IrValue *);
void partial_reshape(Lower *, IrValue *x, const char *to, Span); /* E0403 */
void lw_label(Lower *, Diag *, Sv,
              Span main); /* "`x` is ..." under the definition of a value */
bool lw_kind(Lower *, Sv, const Node *,
             const char *expected); /* E0311: another kind expected */

/* ---- constant.c ---------------------------------------------------------- */

bool int_fits(QwDtype, int64_t);
void does_not_fit(Lower *, const char *value, QwDtype, Span); /* E0505 */

static inline Sv sv_error(void)
{
    return (Sv){.kind = K_ERROR, .c = {.i = 0}};
}
static inline Sv sv_const(Value c, Span sp)
{
    return (Sv){.kind = K_CONST, .span = sp, .c = c};
}
static inline Sv sv_none(Span sp)
{
    return sv_const(v_none(), sp);
}
static inline bool sv_is_error(Sv s)
{
    return s.kind == K_ERROR;
}
static inline bool sv_is_none(Sv s)
{
    return s.kind == K_CONST && s.c.kind == V_NONE;
}
static inline bool sv_is_ir(Sv s)
{
    return s.kind == K_SCALAR || s.kind == K_TILE || s.kind == K_TENSOR;
}
Sv sv_ir(IrValue *, Span); /* kind from the type */
Sv sv_tuple(Lower *, int n, const Sv *, Span);
int sv_len(Sv); /* of a list or tuple, host constants included; else -1 */
Sv sv_item(Sv, int i);
bool sv_same(Sv, Sv);            /* the very same value */
bool const_int(Sv, int64_t *);   /* an int constant, also a folded scalar */
bool const_number(Sv, double *); /* int or float */
bool const_bool(Sv, bool *);
bool const_string(Sv, const char **);
const char *const_enum(
    Sv, const char *group); /* member name of a pl enumeration, or NULL */
bool is_number(Sv);         /* a number or BOOL, constant or not */
static inline bool is_shaped(Sv s)
{
    return s.kind == K_TILE || s.kind == K_TENSOR;
}
bool foldable(Sv); /* a constant that host arithmetic takes */
bool is_int_scalar(Sv);
bool is_float_scalar(Sv);
bool is_bool_scalar(Sv);
Sv from_host(Lower *, Value, Span use); /* E0206 */
Sv fold_unary(Lower *, Operator, Sv, Span);
Sv fold_binary(Lower *, Operator, Sv, Sv, Span);
IrValue *const_of_type(Lower *, const Type *, double f, int64_t i, bool is_int);
/* a number as a constant of a float type, rounded once; NULL: no constant */
IrValue *float_const(Lower *, Sv, const Type *);
/* a scalar as IR: INDEX, BOOL, FP32 for constants */
IrValue *scalar_ir(Lower *, Sv);
IrValue *to_index(Lower *, IrValue *); /* integer scalar as INDEX */
/* an integer scalar, NULL after E0311/E0307; what: "an offset" */
IrValue *int_operand(Lower *, Sv, Span, const char *what);
IrValue *bool_operand(Lower *, Sv, Span, const char *what);
/* a scalar for use with a tile of this dtype (T1, T8); NULL after an error */
IrValue *scalar_for(Lower *, Sv, QwDtype, Span);
bool dtype_arg(Lower *, Sv, Span,
               QwDtype *); /* a pl dtype that tensors can have */

/* ---- emit.c -------------------------------------------------------------- */

IrOp *emit(Lower *, IrOpcode, Span, int nargs, IrValue *const *args);
IrValue *emit1(Lower *, IrOpcode, Span, const Type *, int nargs,
               IrValue *const *args);
IrValue *emit_int(Lower *, IrOpcode, IrValue *a, IrValue *b,
                  Span);           /* folding */
void emit_behind(Lower *, IrOp *); /* what was emitted since: computed before */
IrValue **new_list(Lower *, int rank);
IrValue **copy_list(Lower *, IrValue **, int rank); /* NULL stays NULL */
void name_value(IrValue *, Str);
bool defined_inside(const IrValue *, const IrRegion *);

/* ---- merge.c ------------------------------------------------------------- */

typedef struct Join { /* where the paths through op's regions meet again */
    IrOp *op;
    bool live[2]; /* does this region reach the end? */
    IrValueVec yield[2];
    Span at;    /* the statement */
    bool scope; /* straight line: one region, always run */
} Join;
Sv join_value(Lower *, Join *, Sv a, Sv b, Str name);
void join_names(Lower *, Join *, const Sv *before, Sv *a, Sv *b,
                const uint64_t *live);
void join_finish(Lower *, Join *); /* appends the YIELDs */

void carry_begin(Lower *, LoopCx *,
                 Carry *); /* decides, appends to loop->init */
Sv carry_arg(Lower *, const Carry *, IrRegion *); /* region arguments */
void carry_now(Lower *, LoopCx *, Carry *, Sv now,
               IrValueVec *out); /* at back edge, break, continue */
Sv carry_result(Lower *, const Carry *, IrOp *, bool leaving);

/* ---- statements and control: stmt.c loops.c scopes.c call.c forms.c ------ */

void lower_block(Lower *, const NodeVec *,
                 bool tail); /* tail: a return may end it */
void lower_for(Lower *, const Node *);
void lower_while(Lower *, const Node *);
void lower_with(Lower *, const Node *, bool tail);
void lower_exit(Lower *, const Node *); /* break, continue */
void assign_target(Lower *, const Node *target, Sv, Span value);
void assign_slot(Lower *, int slot, Sv, Span at);
Sv yield_values(Lower *,
                const Node *call); /* pl.yield_(...): a value or a tuple */
bool is_yield(Lower *, const Node *stmt, const Node **call);

typedef void BodyFn(Lower *, void *);
typedef struct ScopeSpec {
    Span span;
    Str name;
    bool chunked;
    const Node *node;
    IrValue *block;
    const uint64_t *live;
} ScopeSpec;
void lower_scope(Lower *, const ScopeSpec *, BodyFn *, void *);
Sv call_kernel(Lower *, KernelObject *, const Node *call, int first);
void bind_entry(Lower *, KernelObject *);
Sv lower_form(Lower *, const char *path, const Node *call, bool *known);
bool form_statement(Lower *, const char *path,
                    const Node *call); /* static_assert ... handled */
Sv emit_assert(Lower *, const Node *cond, const Node *msg, Span,
               bool is_static);
const char *fstring(Lower *,
                    const Node *); /* a constant text; NULL after an error */

/* ---- expressions: expr.c operators.c subscript.c args.c ------------------ */
/* FP32 arithmetic; 16-bit scalars are widened and rounded back (T5) */
Sv float_arith(Lower *, IrOpcode, Sv a, Sv b, Span);
/* a scalar as IR of a type that it can have: floats round, integers widen */
IrValue *scalar_as(Lower *, Sv, const Type *);

Sv lower_expr(Lower *, const Node *);
Sv lower_call(Lower *, const Node *);
/* dotted path behind `pl` ("tensor.dim"), or NULL when the node is none */
const char *pl_path(Lower *, const Node *);
const char *pl_call_path(Lower *, const Node *call);
Sv lower_unary(Lower *, const Node *);
Sv lower_compare(Lower *, const Node *);
Sv lower_logic(Lower *, const Node *);
Sv lower_cond(Lower *, const Node *);
Sv arith(Lower *, Operator, Sv a, Sv b, const Node *na, const Node *nb, Span);
Sv lower_subscript(Lower *, const Node *);
void store_subscript(Lower *, const Node *target, Sv value,
                     const Node *value_node, Span);

void lower_with_spmd(Lower *, const Node *);

/* hostcall.c: math.sqrt(D), int(X) and the like on constants.  False: the call
 * is of nothing of the host. */
bool lower_host_call(Lower *, const Node *call, Sv *out);
const char *builtin_help(Lower *, const char *name); /* NULL: not refused */
bool is_library(const char *name);                   /* "np", "torch", ... */
/* a name that is no local of the kernel */
bool captured(Lower *, const Node *, Value *);

/* habits.c: what a kernel writes for a name from elsewhere, or NULL.  The first
 * argument of the call, or NULL, stands for the operand. */
const char *habit_operation(Lower *, const char *name, const Node *operand);
bool habit_known(const char *name);        /* not as an operation of `pl` */
const char *habit_dtype(const char *name); /* "float32" -> "pl.FP32" */
const Node *first_operand(const Node *call);

enum { MAX_ARGS = 16 };
typedef struct OpCall {
    const OpInfo *op;    /* NULL: a form */
    const char *spelled; /* without pl. */
    const Node *call;
    Span span;
    int n; /* parameters of the signature */
    Str name[MAX_ARGS];
    Sv arg[MAX_ARGS];
    const Node *node[MAX_ARGS]; /* NULL: not given */
    Sv *rest;
    const Node **rest_node;
    int nrest;
} OpCall;
/* binds and evaluates; false after an error.  unknown: code of an unknown
 * keyword; skip: arguments that are not evaluated here (bit mask) */
/* an argument of the wrong kind, without a way out: the signature of what it was
 * given to, for the diagnostics since `from` */
void explain_kinds(Lower *, const char *sig, const OpCall *, int from);
bool bind_args(Lower *, const char *sig, const Node *call, DiagCode unknown,
               unsigned skip, OpCall *);
/* name_hint, optimizations, optimization: arguments
 * first, first + 2 and first + 3 */
typedef struct ScopeArgs {
    Str name;
    bool chunked, failed;
} ScopeArgs;
enum { SCOPE_AT, SCOPE_SPMD };
void scope_args(Lower *, const OpCall *, const Node *stmt, int which, int first,
                ScopeArgs *);
bool const_flag(Lower *, const OpCall *, int i,
                bool *out); /* a BOOL constant argument */
bool int_list(Lower *, Sv, const Node *, const char *what, int *n,
              IrValue **out); /* at most IR_MAX_RANK */
bool static_list(Lower *, Sv, const Node *, const char *what, int *n,
                 int64_t *out); /* E0410 */
/* argument i is a tensor or tile */
bool shaped_arg(Lower *, const OpCall *, int i, const char *what);
/* argument i, the dtype, which has no default */
bool need_dtype(Lower *, const OpCall *, int i, QwDtype *);
/* E0308 at argument i, b, unless its elements are of a's dtype */
bool equal_dtype(Lower *, const OpCall *, int i, IrValue *a, IrValue *b);
/* the two operands of an expansion: [M, N], and [M, 1] where ROW, else [1, N] */
bool tile_and_vector(Lower *, const OpCall *, bool row, IrValue **tile,
                     IrValue **vector);
/* of item k where the list is written out, else of the whole argument */
Span list_item_span(const Node *, int k);
bool const_axis(Lower *, const OpCall *, int i, int rank, int *axis);
bool check_index_count(Lower *, IrValue *x, int n, Span, const char *one,
                       const char *many); /* E0414 */

/* ---- shapes, valid shapes, memory: shape.c validity.c access.c ----------- */

bool need_core(Lower *, Span, const char *spelled); /* E0603 */
IrValue *as_tile(Lower *, Sv, const Node *,
                 const char *spelled); /* loads tensors; NULL after an error */
bool bytes_ok(Lower *, LimitId, int64_t bytes,
              Span); /* INT64_MAX: they overflow */
bool tile_shape_ok(Lower *, QwDtype, int rank, const int64_t *shape,
                   Span); /* E0410 E1106 */
const Type *tile_type(Lower *, QwDtype, int rank, const int64_t *shape);
bool elements(int rank, const int64_t *shape, int64_t *n);
IrValue *full_tile(Lower *, const Type *, double value, int64_t i, bool is_int,
                   Span);
/* given valid extent against a nominal one: clamped,
 * checked; NULL after an error */
IrValue *valid_extent(Lower *, IrValue *given, IrValue *nominal, Span,
                      const char *of);
void set_valid(Lower *, IrValue *, int axis,
               IrValue *extent); /* NULL or nominal: none */
void copy_valid(Lower *, IrValue *to, IrValue *from);
bool is_full(Lower *, IrValue *);
bool full_on(Lower *, IrValue *, int axis);
IrValue *pad_zero(Lower *, IrValue *, Span);
/* b as an operand beside a: equal valid extents or padded; warn: W0403 */
IrValue *match_valid(Lower *, IrValue *a, IrValue *b, bool warn, const OpCall *,
                     Span);
bool require_full(Lower *, IrValue *, const Node *,
                  const char *spelled); /* E0404 */
IrValue *intersect(Lower *, IrValue *win, IrValue *src_valid, IrValue *off,
                   Span);

typedef struct Window {
    int rank;
    IrValue *off[IR_MAX_RANK], *win[IR_MAX_RANK];
} Window;
/* what an axis that is gone lacks, an extent of 0 or 1, empties this one */
void narrow_valid(Lower *, IrValue *, int axis, IrValue *by, Span);
void narrow_back(Lower *, IrValue *, int axis, IrValue *room, Span);
IrValue *emit_load(Lower *, IrValue *T, const Window *, const int64_t *shape,
                   unsigned drop, Span);
IrValue *emit_slice(Lower *, IrValue *t, const Window *, const int64_t *shape,
                    unsigned drop, Span);
IrValue *emit_view(Lower *, IrValue *T, const Window *, IrValue *const *size,
                   unsigned drop, Span);
IrValue *load_whole(Lower *, IrValue *T, Span);
Sv emit_read(Lower *, IrValue *x, IrValue *const *index, Span);
Sv emit_assemble(Lower *, Sv dst, Sv src, int n, IrValue *const *off,
                 unsigned drop, bool atomic, Span, Span src_span);
Sv emit_write(Lower *, Sv dst, IrValue *const *index, Sv value, Span,
              Span value_span);
IrValue *emit_alloc(Lower *, QwDtype, int rank, IrValue *const *dim, Span);
IrValue *emit_reshape_tile(Lower *, IrValue *t, int rank, const int64_t *shape,
                           Span, const Node *);
Sv pad_result(Lower *, Sv tile, Sv pad_value, const Node *node,
              Span); /* pad_value= of slice */
Sv ew_binary(Lower *, IrOpcode, Sv a, Sv b, const Node *na, const Node *nb,
             const OpCall *, Span, const char *spelled);
Sv ew_unary(Lower *, IrOpcode, OpTakes, Sv, const Node *, Span,
            const char *spelled);

/* ---- handlers of operations ---------------------------------------------- */

typedef Sv OpFn(Lower *, OpCall *);
extern OpFn *const op_handler[OPH_COUNT]; /* dispatch.c */
/* tensorops.c */
OpFn op_create, op_slice, op_assemble, op_reshape, op_setvalid, op_dim, op_read,
    op_write, op_load, op_store, op_transpose, op_const, op_minmax,
    op_block_idx, op_syncall;
/* tileops.c */
OpFn op_full, op_fillpad, op_arange, op_move, op_create_tile, op_concat,
    op_expand_clone, op_expands, op_row_expand, op_col_expand, op_reduce;
/* elementwise.c */
OpFn op_ew1, op_ew2, op_cast, op_cmp, op_row_expand2, op_col_expand2;
/* matrixops.c */
OpFn op_matmul, op_matmul_acc;
/* selection.c */
OpFn op_sort32, op_mrgsort, op_gather, op_gather_row, op_scatter;

/* ---- after the walk: bounds.c coverage.c unused.c ------------------------ */

void check_bounds(Lower *);  /* E0412; attr safe */
void mark_accesses(Lower *); /* IrParam.read, .written */
void check_outputs(Lower *); /* E0601, W0602 */
void report_unused(Lower *); /* W0301 */
#endif
