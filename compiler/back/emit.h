/* Inside of the C emitter: the plan of buffers (buffers.c), the C text
 * under construction (emitc_text.c, emitc_finish.c), and one handler a
 * class of ops (emitc_*.c).
 *
 * Text is written with references to variables in it, "\1 number : context \2".
 * Only when a C function is complete are uses counted, dead declarations
 * dropped, single-use pure expressions put where they are used, and names
 * given.  So handlers never ask "is this used, and how often".  Invariant easy
 * to break: an Ex may be placed in text only while its variables are in scope,
 * and an expression that reads a loop-carried variable must not move behind
 * its assignment (var_pin). */
#ifndef QWC_EMIT_H
#define QWC_EMIT_H
#include "back/back.h"

/* ---- buffers.c: where tiles live ----------------------------------------- */
typedef struct Interval {
    int lo, hi;
} Interval; /* half open; 4 points an op */
typedef VEC(Interval) Intervals;
typedef struct Slot { /* a buffer in the worker's frame */
    int64_t bytes, offset;
    Intervals live;         /* sorted, disjoint */
    int group;              /* 0 the kernel, n the n-th outlined body */
    VEC(IrValue *) members; /* in program order; they follow each other in it */
} Slot;
typedef struct Where {             /* where one tile value is, by value id */
    int slot;                      /* -1: nowhere */
    IrValue *base;                 /* it is a view of this tile, or NULL */
    int64_t stride[TILE_MAX_RANK]; /* elements */
} Where;
static inline bool is_tile(const IrValue *v)
{
    return v->type->kind == TY_TILE;
}
typedef struct Plan {
    Where *where;   /* by value id */
    int (*temp)[4]; /* by op id: slots of scratch; index TEMP_* */
    VEC(Slot *) slots;
    int *group; /* by op id: > 0 for an outlined loop */
    int ngroups;
    int64_t frame; /* bytes, all groups */
} Plan;
/* scratch of an op: a padded or densely packed copy of operand k; the f32 sum
 * of a product that is rounded; one value of a permuting yield */
enum { TEMP_ARG, TEMP_SUM = 3, TEMP_SWAP = 0 };
Plan *plan_buffers(IrFunc *);
bool loop_is_outlined(const Plan *, const IrOp *);
/* the outlined loop whose tasks are iterations of this one, too; NULL: none */
const IrOp *loop_nest(const Plan *, const IrOp *);

/* ---- emitc_text.c: expressions, variables, lines ------------------------- */
enum { /* C precedence, loosest first */
       PREC_ARG = 1,
       PREC_COND,
       PREC_OR,
       PREC_AND,
       PREC_EQ = 8,
       PREC_REL,
       PREC_SHIFT,
       PREC_ADD,
       PREC_MUL,
       PREC_UNARY,
       PREC_POST,
       PREC_ATOM
};
typedef struct Ex { /* a C expression */
    const char *s;
    int prec;
    int var;  /* > 0: nothing but this variable */
    bool lit; /* nothing but the integer k */
    int64_t k;
} Ex;

typedef struct Fn Fn;
typedef struct Var {
    const char *hint, *name; /* the name wanted; the name it got */
    const char *type;        /* "int64_t", "const float *" */
    Fn *fn;
    Ex init; /* pure initializer; s NULL: none */
    int uses, use_line;
    bool is_const; /* never assigned after its declaration */
    bool pinned;   /* never put into its use */
    bool inlined;
    bool fresh,
        made_up; /* bound to no value yet; bound to an unnamed one first */
    int loop;    /* loop nest at its declaration */
} Var;
typedef enum { LN_CODE, LN_DECL, LN_ASSIGN, LN_COMMENT, LN_LINE } LineKind;
typedef struct Line {
    LineKind kind;
    const char *text; /* DECL, ASSIGN: the right-hand side, "" none */
    int var;          /* DECL, ASSIGN, or loop variable of a header */
    int indent, loop;
    int outer; /* loop around a loop's header, else -1 */
    bool pure; /* DECL, ASSIGN: may be dropped with its variable */
    bool dead;
    int src_line; /* LN_LINE */
} Line;
struct Fn { /* one C function */
    const char *name;
    VEC(Line) lines;
    int indent, loop, nloops;
    VEC(int) outer; /* loop around each open block */
    int w, env, frame,
        index; /* its variables: worker, captures, workspace, body index */
    VEC(int) captures; /* variables of the caller that it reads */
    VEC(const char *) capture_names;
    VEC(int) params;
    VEC(struct Visible) visible;
    const char *comment; /* above it, or NULL */
    const char *text;    /* when finished */
};
struct Visible {
    int slot, var, indent;
};

enum { MAX_CARRIED = 3 };
struct Rotation { /* buffers that an allocation in a loop takes in turn */
    const IrOp *alloc;
    int n;
    IrValue *carried[MAX_CARRIED]; /* the loop's references to them */
    int buffer[MAX_CARRIED + 1];   /* n + 1 variables */
};

typedef struct Level { /* a loop of a nest whose iterations are tasks */
    const IrOp *loop;
    Ex trips; /* in terms of the function around the tasks */
} Level;

typedef struct Em {
    IrFunc *f;
    Session *s;
    Arena *a;
    const EmitOptions *opt;
    Plan *plan;
    int *var_of;      /* by value id; 0: none */
    bool *written;    /* by value id: memory written through this tensor */
    VEC(Var) vars;    /* [0] unused */
    Fn *fn;           /* being written */
    VEC(Fn *) bodies; /* outlined and finished */
    VEC(const char *) globals; /* file scope names in use */
    VEC(EmitSite) sites;
    VEC(const char *) site_rows;
    VEC(const IrOp *) loops;  /* around the current op */
    VEC(const IrOp *) shared; /* see Emitted */
    const IrOp *scope;
    const Source *last_source; /* line of the last comment */
    int last_line;
    VEC(int)
    marks; /* variables of the C loops around that release buffers, 0: none */
    VEC(struct Rotation) rotations;
    VEC(Level) nest; /* of the body under way, outermost first */
} Em;

Ex ex_int(Em *, int64_t);
void ex_put(Text *, Ex, int context);
Ex ex_var(Em *, int var);
/* %e an Ex as an argument, %c as an operand of ?:, %u of a unary operator or
 * cast, %p of []; %s, %d int64_t; %w the worker */
Ex ex_fmt(Em *, int prec, const char *fmt, ...);
Ex ex_bin(Em *, Ex a, const char *op, int prec, Ex b); /* left associative */
Ex ex_add(Em *, Ex a, Ex b);
Ex ex_sub(Em *, Ex a, Ex b);
Ex ex_mul(Em *, Ex a, Ex b);
Ex ex_min(Em *, Ex a, Ex b);
Ex ex_and(Em *, Ex a, Ex b); /* of conditions; a: 1 is always true */
bool ex_is(Ex, int64_t);
bool ex_same(const Em *, Ex a, Ex b); /* surely equal */

int var_new(Em *, const char *hint, const char *type, bool is_const);
/* declares a variable with a pure initializer: dropped when
 * unused, inlined when used once */
int var_pure(Em *, const char *hint, const char *type, Ex init);
void var_pin(Em *, int var);
void put_line(Em *, const char *fmt, ...); /* a statement */
void put_then(Em *, const char *fmt, ...); /* the statement under an `if` */
void put_decl(Em *, int var, bool pure, const char *fmt, ...); /* T v = ...; */
void put_declare(Em *, int var);                               /* T v; */
void put_assign(Em *, int var, const char *fmt,
                ...);                      /* v = ...; dropped with v */
void put_open(Em *, const char *fmt, ...); /* "...{" */
void put_open_loop(Em *, int var, const char *fmt,
                   ...); /* for header that declares var */
void put_else(Em *);
void put_close(Em *);
void put_comment(Em *, const char *text); /* made safe */
Fn *fn_new(Em *, const char *name);
const char *comment_safe(Arena *, const char *text);
void text_c_string(Text *, const char *); /* in quotes, as C reads it */

/* ---- emitc_finish.c ------------------------------------------------------ */
void fn_finish(Em *, Fn *);                      /* sets text and captures */
const char *name_global(Em *, const char *want); /* unique at file scope */
const char *capture_name(const Fn *, int var);
void text_wrapped(Text *, const char *line, int indent);

/* ---- emitc.c ------------------------------------------------------------- */
void emit_region(Em *,
                 IrRegion *); /* its ops; terminators emit their transfers */
void emit_op(Em *, IrOp *);
Ex em_value(Em *, IrValue *); /* a scalar, or the address of a tensor */
int em_bind(Em *, IrValue *, int var);
void em_rename(Em *, int var,
               const IrValue *); /* an unnamed value turns out to have a name */
Ex em_site(Em *, const IrOp *, const char *what, int axis); /* &site[n] */
Ex em_loops(Em *); /* values of the loops around, or NULL */
const char *em_source_line(
    Em *, const IrOp *); /* "41: acc = pl.matmul(a, b)", or NULL */
const char *em_name(IrValue *, const char *other); /* the user's name */
const char *em_subject(
    IrValue *); /* whose window is checked: looks through views */
const char *ctype(QwDtype);
const char *dsuffix(QwDtype);
const char *dtype_enum(QwDtype);
const char *em_pointer_type(Em *, IrValue *tensor);
void emit_fail(Em *, const IrOp *, Ex cond, const char *status,
               const char *what, int axis, Ex v0, Ex v1, Ex v2);

/* ---- emitc_scalar.c ------------------------------------------------------ */
void emit_scalar(Em *, IrOp *);
void emit_check(Em *, IrOp *);
const char *scalar_ctype(const Type *);
Ex ex_float(Em *, double v);
Ex em_scalar_bits(Em *, QwDtype,
                  Ex value); /* as an element of that dtype in memory */
Ex em_element(Em *, QwDtype, Ex lvalue); /* the scalar that an element holds */

/* ---- emitc_memory.c ------------------------------------------------------ */
/* A tile or tensor as the calls see it. */
typedef struct Mat {
    Ex ptr; /* element [0, ..., 0] */
    int rank;
    QwDtype dt;
    Ex stride[IR_MAX_RANK], valid[IR_MAX_RANK];
    int64_t shape[IR_MAX_RANK]; /* -1: dynamic */
} Mat;
void emit_tensor(Em *, IrOp *);
void emit_memory(Em *, IrOp *);
Mat mat_of(Em *, IrValue *);
Ex mat_at(Em *, const Mat *, IrValue *const *index); /* an element's address */
Ex mat_element(Em *, const Mat *,
               IrValue *const *index); /* it, to be assigned */
/* the part of tile or tensor t at off, without the dropped axes */
Mat mat_window(Em *, IrValue *t, IrValue *const *off, unsigned drop);
/* copies the first extent[k] elements of each axis */
void mat_copy(Em *, Mat dst, Mat src, const Ex *extent);
void mat_fill(Em *, Mat dst, Ex address_of_value, const Ex *extent);
/* opens loops over all axes but the last `inner`; the mats
 * move to the current element */
int mat_open(Em *, int n, Mat *const *m, const Ex *extent, int inner);
void mat_close(Em *, int opened);
Ex mat_ld(Em *, const Mat *); /* row stride */
Ex mat_extent(Em *, int rank, const Ex *extent,
              int from_end); /* 1 where there is no such axis */
/* range analysis shows that the window lies inside; win NULL: 1 */
bool window_proved(Em *, IrValue *off, IrValue *win, IrValue *back);
/* win[k] NULL: 1 */
void emit_window_check(Em *, IrOp *, IrValue *t, IrValue *const *off,
                       IrValue *const *win);
Ex ex_literal(
    Em *, QwDtype,
    IrValue *scalar); /* address of a scalar as an element: &(float){0.5f} */

bool em_may_overlap(Em *, const IrValue *, const IrValue *);
/* n buffers like that of the allocation, in variables */
void alloc_several(Em *, IrOp *alloc, int n, int *var);

/* the store that takes op's only result straight from
 * it, or NULL; where it goes */
IrOp *direct_store(const IrOp *op);
Mat direct_target(Em *, IrOp *store);
/* the same of an assemble right behind the op */
bool direct_assemble(Em *, const IrOp *);
Mat assemble_target(Em *, IrOp *assemble);

/* ---- emitc_tile.c -------------------------------------------------------- */
void emit_tile(Em *, IrOp *);
void tile_define(
    Em *, IrValue *); /* gives a tile its pointer before the op writes it */
Mat tile_begin(
    Em *, IrOp *,
    int k); /* result as a copy of operand k, or operand k itself in place */
Ex ex_zero(Em *, QwDtype); /* address of a zero */
Ex temp_pointer(Em *, const IrOp *, int which, QwDtype, const char *hint);
void mat_pad(Em *, Mat m, const Ex *valid,
             Ex address_of_value); /* fills shape outside valid */

/* ---- emitc_compute.c ----------------------------------------------------- */
void emit_compute(
    Em *, IrOp *); /* EW1, EW2, REDUCE, MATRIX, SELECTION, CAST, EXPAND */

/* ---- emitc_touch.c ------------------------------------------------------- */
/* records what op reads and writes, where an undecided
 * loop around it needs that */
void emit_touches(Em *, IrOp *);
/* at the beginning of a body of a nest: says which iteration that is */
void emit_iteration(Em *, const IrOp *loop);
/* the names for EmitSite.nest */
const char *compared_loops(Em *);
/* what the tasks of the loop touch is compared with what the next loop's do */
bool has_rest(Em *, const IrOp *loop);
void emit_traffic(Em *, IrOp *); /* in code for measuring */

/* ---- emitc_hints.c ------------------------------------------------------- */
/* prefetches of the strips to come, at the start of an iteration */
void emit_strip_hints(Em *, IrOp *loop);
/* before a product of operands first and first + 1, the first at a */
void emit_gemm_hints(Em *, IrOp *, int first, Ex a);

/* ---- emitc_flow.c -------------------------------------------------------- */
void emit_flow(Em *, IrOp *);
void emit_step_check(Em *, IrOp *loop);

/* ---- emitc_moves.c ------------------------------------------------------- */
void emit_moves(Em *, const IrOp *at, int n, IrValue *const *dst,
                IrValue *const *src);
bool em_is_at_home(Em *, IrValue *dst, IrValue *src); /* no move is needed */

/* ---- emitc_release.c ----------------------------------------------------- */
/* Decides about the allocations of a loop's body: rotates the carried ones,
 * and says whether the others may be released after each iteration. */
bool releases_buffers(Em *, IrOp *loop);
void open_iteration(Em *, bool release); /* until e->marks.n-- */
void release_iteration(Em *);
/* NULL: it allocates where it stands */
const struct Rotation *alloc_rotation(const Em *, const IrOp *alloc);

/* ---- emitc_tasks.c ------------------------------------------------------- */
void emit_parallel(Em *, IrOp *loop);
void emit_level(Em *, IrOp *loop); /* an inner one of a nest, in a task */
/* the variable of a loop of the nest under way in the task of that number */
Ex nest_variable(Em *, int level, Ex task);
#endif
