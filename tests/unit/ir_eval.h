/* For the tests that hold what passes claim against what happens: runs IR on
 * integers alone.  It knows nothing of intervals or forms, only of the meaning
 * of each op.  A tensor is where its elements lie in its root; an access is
 * told to the test as the set of elements it touches.  Functions are static
 * inline: each test program includes this once. */
#ifndef IR_EVAL_H
#define IR_EVAL_H
#include "pass/passes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { MAX_SINKS = 4096, MAX_HANDED = 8, ROOT_ELEMENTS = 1024 };
typedef enum { WENT_ON, TRAPPED, BROKE, CONTINUED, TOO_LONG } Outcome;

typedef struct Cell { /* a scalar, or where a tensor's elements lie */
    int64_t i;
    int root;
    int64_t base, stride[IR_MAX_RANK], back[IR_MAX_RANK];
} Cell;

typedef struct Machine {
    IrFunc *f;
    Cell *cell; /* by value id */
    int nroots, budget;
    Cell handed[MAX_HANDED]; /* by the last terminator */
    int64_t sink[MAX_SINKS]; /* what was written, in order */
    int nsinks;
    /* a terminator is reached; all values of the regions around it are there */
    void (*leave)(struct Machine *, const IrRegion *);
    void (*touch)(struct Machine *, const IrOp *, const Access *,
                  const bool element[ROOT_ELEMENTS], int root);
    void (*begin)(struct Machine *, const IrOp *loop); /* of an iteration */
    void (*done)(struct Machine *, const IrOp *loop);  /* after the last one */
    void *test;
} Machine;

static inline int64_t eval(const Machine *m, const IrValue *v)
{
    return v->is_const ? v->c.i : m->cell[v->id].i;
}

static inline bool to_int64(__int128 x, int64_t *r)
{
    *r = (int64_t)x;
    return x >= INT64_MIN && x <= INT64_MAX;
}

static inline __int128 floor_quotient(__int128 a, __int128 b)
{
    const __int128 q = a / b;
    return q * b != a && (a < 0) != (b < 0) ? q - 1 : q;
}

static inline bool eval_compare(CmpPred p, int64_t a, int64_t b)
{
    const bool is[] = {a == b, a != b, a<b, a <= b, a> b, a >= b};
    return is[p];
}

/* language.md T2, T3: 64 bits, floor, nothing wraps; false: it traps */
static inline bool eval_binary(IrOpcode op, int64_t a, int64_t b, int64_t *r)
{
    const __int128 x = a, y = b;
    switch (op) {
    case IR_SADD: return to_int64(x + y, r);
    case IR_SSUB: return to_int64(x - y, r);
    case IR_SMUL: return to_int64(x * y, r);
    case IR_SFLOORDIV: return b && to_int64(floor_quotient(x, y), r);
    case IR_SMOD: return b && to_int64(x - floor_quotient(x, y) * y, r);
    case IR_SSHL:
        return b >= 0 && b < 64 && to_int64(x * ((__int128)1 << b), r);
    case IR_SSHR:
        return b >= 0 && b < 64 &&
            to_int64(floor_quotient(x, (__int128)1 << b), r);
    case IR_SMIN: return *r = a < b ? a : b, true;
    case IR_SMAX: return *r = a > b ? a : b, true;
    case IR_SAND: return *r = a && b, true;
    case IR_SOR: return *r = a || b, true;
    default: fail_msg("no scalar op of two"); return false;
    }
}

/* as many as 64 bits can say */
static inline int64_t eval_trips(int64_t start, int64_t stop, int64_t step)
{
    const __int128 span = (__int128)stop - start,
                   n = -floor_quotient(-span, step);
    return n < 0 ? 0 : n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static inline bool eval_cast(const Type *t, int64_t a, int64_t *r)
{
    *r = t->dtype == QW_BOOL ? a != 0 : a;
    return t->dtype == QW_BOOL || t->dtype == QW_I64 ||
        (a >= qw_dtype_min(t->dtype) && a <= (int64_t)qw_dtype_max(t->dtype));
}

static inline bool eval_scalar(const Machine *m, const IrOp *op, int64_t *r)
{
    int64_t a[3] = {0};
    for (int i = 0; i < op->nargs; i++) a[i] = eval(m, op->args[i]);
    switch (op->op) {
    case IR_SNEG: return to_int64(-(__int128)a[0], r);
    case IR_SNOT: return *r = !a[0], true;
    case IR_SCMP: return *r = eval_compare(op->at.pred, a[0], a[1]), true;
    case IR_SELECT: return *r = a[0] ? a[1] : a[2], true;
    case IR_SCAST: return eval_cast(op->results[0]->type, a[0], r);
    case IR_TRIP: return *r = eval_trips(a[0], a[1], a[2]), true;
    default: return eval_binary(op->op, a[0], a[1], r);
    }
}

/* ---- memory ----------------------------------------------------------------------- */

static inline void eval_root(Machine *m, const IrValue *t)
{
    Cell c = {.root = m->nroots++};
    int64_t n = 1;
    for (int k = t->type->rank - 1; k >= 0; k--) {
        c.stride[k] = n;
        c.back[k] = t->type->shape[k];
        n *= t->type->shape[k];
    }
    if (n > 0) assert_true(n <= ROOT_ELEMENTS);
    m->cell[t->id] = c;
}

static inline bool eval_view(Machine *m, const IrOp *op)
{
    const Cell s = m->cell[op->args[0]->id];
    const int rank = op->args[0]->type->rank;
    Cell c = {.root = s.root, .base = s.base};
    for (int a = 0, k = 0; a < rank; a++) {
        const int64_t off = eval(m, op->args[1 + a]),
                      win = eval(m, op->args[1 + 2 * rank + a]);
        if (off < 0 || win < 0 || off + win > s.back[a]) return false;
        c.base += off * s.stride[a];
        if (op->at.drop >> a & 1) continue;
        c.stride[k] = s.stride[a];
        c.back[k] = eval(m, ir_back(m->f, op->results[0], k));
        k++;
    }
    m->cell[op->results[0]->id] = c;
    return true;
}

static inline bool eval_tensor(Machine *m, const IrOp *op)
{
    const IrValue *r = op->results[0];
    const Cell s = op->nargs ? m->cell[op->args[0]->id] : (Cell){0};
    switch (op->op) {
    case IR_VIEW: return eval_view(m, op);
    case IR_ALLOC: eval_root(m, r); return true;
    case IR_TRESHAPE: /* only of what has no gaps */
        eval_root(m, r);
        m->nroots--;
        m->cell[r->id].root = s.root;
        m->cell[r->id].base = s.base;
        return true;
    case IR_TTRANSPOSE: {
        Cell *c = &m->cell[r->id];
        const int a = op->at.axis[0], b = op->at.axis[1];
        *c = s;
        c->stride[a] = s.stride[b];
        c->stride[b] = s.stride[a];
        c->back[a] = s.back[b];
        c->back[b] = s.back[a];
        return true;
    }
    default: fail_msg("no tensor op"); return false;
    }
}

static inline void mark_box(bool *element, const Cell *c, const int64_t *off,
                            const int64_t *len, int rank, int64_t at, int k)
{
    if (k == rank) {
        assert_true(at >= 0 && at < ROOT_ELEMENTS);
        element[at] = true;
        return;
    }
    for (int64_t i = 0; i < len[k]; i++)
        mark_box(element, c, off, len, rank, at + (off[k] + i) * c->stride[k],
                 k + 1);
}

/* the elements of one access; false: out of bounds */
static inline bool eval_box(Machine *m, const IrOp *op, const Access *a,
                            IrValue *const *index)
{
    const int rank = a->tensor->type->rank;
    const Cell *c = &m->cell[a->tensor->id];
    bool element[ROOT_ELEMENTS] = {false}, none = false, inside = true;
    int64_t off[IR_MAX_RANK], len[IR_MAX_RANK];
    for (int k = 0, x = 0; k < rank; k++) {
        off[k] = eval(m, index[k]);
        len[k] = 1;
        if (op->op == IR_LOAD) len[k] = eval(m, op->args[1 + rank + k]);
        if (op->op == IR_STORE && !(op->at.drop >> k & 1))
            len[k] = eval(m, ir_valid(m->f, op->args[1], x++));
        none = none || len[k] == 0;
        inside = inside && off[k] >= 0 && off[k] <= c->back[k] - len[k];
    }
    if (op->at.safe && !inside && !none)
        fail_msg("an access marked safe is outside");
    if (!inside && !none) return false;
    if (!none) mark_box(element, c, off, len, rank, c->base, 0);
    if (m->touch) m->touch(m, op, a, element, c->root);
    return true;
}

static inline bool eval_memory(Machine *m, IrOp *op)
{
    Access a[MAX_ACCESS];
    assert_int_equal(region_accesses(m->f, op, a), 1);
    const int skip = op->op == IR_LOAD || op->op == IR_READ ? 1 : 2;
    if (!eval_box(m, op, a, op->args + skip)) return false;
    if (op->op == IR_READ) m->cell[op->results[0]->id].i = 0;
    if (op->op == IR_WRITE && m->nsinks < MAX_SINKS)
        m->sink[m->nsinks++] = eval(m, op->args[1]);
    return true;
}

/* ---- structure ---------------------------------------------------------------------- */

static inline Outcome eval_region(Machine *m, const IrRegion *r);

static inline void hand(Machine *m, IrValue *const *to, int from, int n)
{
    for (int i = 0; i < n; i++) m->cell[to[i]->id] = m->handed[from + i];
}

static inline void take(Machine *m, IrValue *const *args, int n)
{
    assert_true(n <= MAX_HANDED);
    for (int i = 0; i < n; i++)
        m->handed[i] = args[i]->is_const ? (Cell){.i = args[i]->c.i}
                                         : m->cell[args[i]->id];
}

static inline Outcome eval_for(Machine *m, const IrOp *op)
{
    const IrRegion *body = op->region[0];
    const int64_t start = eval(m, op->args[0]), stop = eval(m, op->args[1]),
                  step = eval(m, op->args[2]);
    if (step == 0) return TRAPPED;
    take(m, op->args + 3, op->nargs - 3);
    for (__int128 i = start; step > 0 ? i < stop : i > stop; i += step) {
        m->cell[body->args[0]->id].i = (int64_t)i;
        hand(m, body->args + 1, 0, op->nresults);
        if (m->begin) m->begin(m, op);
        const Outcome o = eval_region(m, body);
        if (o == TRAPPED || o == TOO_LONG) return o;
        if (o == BROKE) break;
    }
    hand(m, op->results, 0, op->nresults);
    if (m->done) m->done(m, op);
    return WENT_ON;
}

static inline Outcome eval_struct(Machine *m, const IrOp *op)
{
    if (op->op == IR_FOR) return eval_for(m, op);
    const int arm = op->op == IR_IF && !eval(m, op->args[0]);
    const Outcome o = eval_region(m, op->region[arm]);
    if (o == WENT_ON) hand(m, op->results, 0, op->nresults);
    return o;
}

static inline Outcome eval_end(Machine *m, const IrOp *op)
{
    take(m, op->args, op->nargs);
    if (m->leave) m->leave(m, op->parent);
    return op->op == IR_BREAK   ? BROKE
        : op->op == IR_CONTINUE ? CONTINUED
                                : WENT_ON;
}

static inline bool eval_check(Machine *m, const IrOp *op)
{
    const int64_t a = eval(m, op->args[0]);
    switch (op->op) {
    case IR_ASSERT: return a != 0;
    case IR_CHECK_EQ: return a == eval(m, op->args[1]);
    case IR_CHECK_VALID: return a <= eval(m, op->args[1]);
    default: m->cell[op->results[0]->id].i = a < 0 ? 0 : a; return true;
    }
}

static inline Outcome eval_op(Machine *m, IrOp *op)
{
    const IrClass cls = ir_op_info[op->op].cls;
    int64_t r = 0;
    bool ok = true;
    if (ir_op_info[op->op].flags & OPF_T) return eval_end(m, op);
    switch (cls) {
    case CLS_STRUCT: return eval_struct(m, op);
    case CLS_CHECK: ok = eval_check(m, op); break;
    case CLS_TENSOR: ok = eval_tensor(m, op); break;
    case CLS_MEMORY: ok = eval_memory(m, op); break;
    case CLS_SCALAR:
        ok = eval_scalar(m, op, &r);
        if (!ok && op->at.nowrap)
            fail_msg("marked nowrap, yet it traps: %s",
                     ir_op_info[op->op].text);
        m->cell[op->results[0]->id].i = r;
        break;
    default: break; /* tiles have no numbers here */
    }
    return ok ? WENT_ON : TRAPPED;
}

static inline Outcome eval_region(Machine *m, const IrRegion *r)
{
    for (IrOp *op = r->first; op; op = op->next) {
        if (m->budget-- <= 0) return TOO_LONG;
        const Outcome o = eval_op(m, op);
        if (o != WENT_ON || (ir_op_info[op->op].flags & OPF_T)) return o;
    }
    if (m->leave) m->leave(m, r);
    return WENT_ON;
}

/* scalars: of the parameters that are some; syms: of the dimensions */
static inline Outcome eval_func(Machine *m, const int64_t *scalars,
                                const int64_t *syms, int budget)
{
    IrFunc *f = m->f;
    m->cell = NEW_ARRAY(f->arena, Cell, f->next_value);
    m->nroots = m->nsinks = 0;
    m->budget = budget;
    for (int i = 0; i < f->nsyms; i++)
        m->cell[f->syms[i].value->id].i = syms[i];
    for (int i = 0; i < f->nparams; i++) {
        const IrValue *v = f->params[i].value;
        if (v->type->kind == TY_TENSOR)
            eval_root(m, v);
        else
            m->cell[v->id].i = *scalars++;
    }
    return eval_region(m, f->body);
}

/* ---- random programs ----------------------------------------------------- */

static uint64_t seed;
static inline int draw(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (unsigned)n);
}

static inline IrFunc *parse(Session *s, const char *text)
{
    IrFunc *f = ir_parse(s, source_from_text(s, "t.ir", text, strlen(text)));
    if (!f) {
        Text t = {.a = s->arena};
        for (int i = 0; i < s->diags.n; i++) diag_render(s, s->diags.p[i], &t);
        fail_msg("%s\n%s", text_str(&t), text);
    }
    return f;
}

static IrFunc *running; /* shown when a claim fails */

static inline int show(void **state)
{
    (void)state;
    Text t = {0};
    if (!running) return 0;
    t.a = running->arena;
    ir_print(running, &t);
    fputs(text_str(&t), stderr);
    return 0;
}
#endif
