/* Hints that no result depends on.  To matrix products in outlined loops: that
 * an operand is constant while the loop runs, so its packed copy is kept; and
 * where the operand b of the worker's next product begins, so that it is
 * prefetched.
 *
 *     qw_gemm_keep(worker, x);
 *     const int64_t next = qw_next_index(worker);
 *     qw_gemm_next(worker, next >= 0 ? env->w + next * 327680 : NULL);
 *     qw_gemm_bf16(worker, ..., x, ..., w, ...);
 *
 * The next product is the one behind in the program, or the first of the next
 * iteration.  Its address is worked out ahead of time, through reads of tables
 * that nobody writes, under the conditions that make it an address.
 *
 * In loops over strips: rows that are read in place, far apart, are prefetched
 * some strips ahead; an address beyond the last row does no harm. */
#include "back/emit.h"

/* ---- constant operands --------------------------------------------------- */

typedef struct Kept {
    Em *e;
    const IrValue *a;
    bool ok;
} Kept;

static void meet_writer(void *user, IrOp *op)
{
    Kept *k = user;
    if (op->op == IR_SYNCALL) k->ok = false;
    if (k->ok && (ir_op_info[op->op].flags & OPF_W) && op->nargs &&
        op->args[0]->type->kind == TY_TENSOR)
        k->ok = !em_may_overlap(k->e, op->args[0], k->a);
}

/* nothing in the loop writes the memory of a, which
 * was there before the loop */
static bool is_constant(Em *e, const IrOp *loop, const IrValue *a)
{
    if (a->type->kind != TY_TENSOR) return false;
    const IrOrigins o = ir_origins(e->a, a);
    for (int i = 0; i < o.root.n; i++)
        if (ir_inside(o.root.p[i]->def, loop)) return false;
    Kept k = {e, a, o.root.n > 0};
    ir_walk(loop->region[0], meet_writer, &k);
    return k.ok;
}

/* ---- values ahead of time ------------------------------------------------ */

enum { MAX_AHEAD = 6, MAX_STEPS = 64 };

/* What a value will be when its loops stand elsewhere: expressions of C, valid
 * where `cond` holds.  What comes from memory is checked; what does not will
 * pass its checks, or the program ends before it is used. */
typedef struct Peek {
    Em *e;
    const IrOp *task;  /* the outlined loop around */
    const IrOp *outer; /* outermost loop that stands elsewhere, or NULL */
    const IrValue *var[MAX_AHEAD];
    Ex at[MAX_AHEAD];
    int n;
    Ex cond;   /* s NULL: always */
    int steps; /* bounds the work */
    bool ok, reads;
} Peek;

static Peek peek_from(Em *e, const IrOp *task)
{
    return (Peek){.e = e, .task = task, .ok = true, .steps = MAX_STEPS};
}

static Ex give_up(Peek *p)
{
    p->ok = false;
    return ex_int(p->e, 0);
}

static void require(Peek *p, Ex c)
{
    p->cond = p->cond.s ? ex_bin(p->e, p->cond, "&&", PREC_AND, c) : c;
}

static Ex peek(Peek *p, IrValue *v);

/* off >= 0 and off + win <= back, as far as it is not known */
static void require_window(Peek *p, IrValue *off, Ex at, Ex win, Ex back)
{
    Em *e = p->e;
    if (ir_range(e->f, off).lo < 0)
        require(p, ex_bin(e, at, ">=", PREC_REL, ex_int(e, 0)));
    require(p, ex_bin(e, at, "<=", PREC_REL, ex_sub(e, back, win)));
}

static Ex peek_read(Peek *p, IrOp *op)
{
    Em *e = p->e;
    IrValue *t = op->args[0];
    if (!is_constant(e, p->task, t) || !e->var_of[t->id]) return give_up(p);
    Mat m = mat_of(e, t);
    Ex off = ex_int(e, 0), none = ex_int(e, 0);
    for (int k = 0; k < m.rank && p->ok; k++) {
        Ex i = peek(p, op->args[1 + k]);
        if (!op->at.safe)
            require_window(p, op->args[1 + k], i, ex_int(e, 1),
                           em_value(e, ir_back(e->f, t, k)));
        off = ex_add(e, off, ex_mul(e, i, m.stride[k]));
    }
    if (!p->ok) return none;
    Ex x = em_element(e, m.dt, ex_fmt(e, PREC_POST, "%p[%e]", m.ptr, off));
    if (p->cond.s) {
        int known = var_new(e, "known", "int", true);
        put_decl(e, known, true, "%e", p->cond);
        p->cond = ex_var(e, known);
        x = ex_fmt(e, PREC_COND, "%c ? %c : 0", p->cond, x);
    }
    const char *name = em_name(op->results[0], em_name(t, "x"));
    int v = var_new(e, arena_printf(e->a, "%s_ahead", name), "int64_t", true);
    put_decl(e, v, true, "%e", x);
    p->reads = true;
    return ex_var(e, v);
}

/* the divisor may be 0 where the condition does not hold */
static Ex divide(Peek *p, const char *how, Ex a, Ex b)
{
    Ex x = ex_fmt(p->e, PREC_POST, "%s(%e, %e)", how, a, b);
    if (!p->cond.s || (b.lit && b.k)) return x;
    return ex_fmt(p->e, PREC_COND, "%c ? %e : 0", p->cond, x);
}

static Ex peek_op(Peek *p, IrOp *op)
{
    Em *e = p->e;
    const bool exact = op->at.nowrap && op->nargs == 2;
    Ex a, b;
    if (op->op == IR_READ) return peek_read(p, op);
    if (op->op == IR_SCAST && op->at.nowrap &&
        qw_dtype_is_int(op->args[0]->type->dtype))
        return peek(p, op->args[0]);
    if (!exact && op->op != IR_SMIN && op->op != IR_SMAX) return give_up(p);
    a = peek(p, op->args[0]);
    b = peek(p, op->args[1]);
    switch (op->op) {
    case IR_SADD: return ex_add(e, a, b);
    case IR_SSUB: return ex_sub(e, a, b);
    case IR_SMUL: return ex_mul(e, a, b);
    case IR_SMIN: return ex_fmt(e, PREC_POST, "qw_min(%e, %e)", a, b);
    case IR_SMAX: return ex_fmt(e, PREC_POST, "qw_max(%e, %e)", a, b);
    case IR_SFLOORDIV: return divide(p, "qw_floordiv", a, b);
    case IR_SMOD: return divide(p, "qw_floormod", a, b);
    default: return give_up(p);
    }
}

static Ex peek(Peek *p, IrValue *v)
{
    for (int i = 0; i < p->n; i++)
        if (p->var[i] == v) return p->at[i];
    const bool moves = p->outer && ir_inside(v->def, p->outer);
    if (v->is_const || (!moves && p->e->var_of[v->id]))
        return em_value(p->e, v);
    if (!p->ok || p->steps-- <= 0 || !v->def || v->type->kind != TY_SCALAR ||
        !qw_dtype_is_int(v->type->dtype))
        return give_up(p);
    return peek_op(p, v->def);
}

static Ex peek_address(Peek *p, IrValue *t)
{
    Em *e = p->e;
    IrOp *op = t->def;
    if (!(p->outer && ir_inside(t->def, p->outer)) && e->var_of[t->id])
        return em_value(e, t);
    if (!op || t->type->kind != TY_TENSOR || op->op == IR_ALLOC ||
        ir_op_info[op->op].cls != CLS_TENSOR)
        return give_up(p);
    IrValue *from = op->args[0];
    const int r = from->type->rank;
    Ex at = peek_address(p, from);
    for (int k = 0; op->op == IR_VIEW && k < r && p->ok; k++) {
        IrValue *off = op->args[1 + k], *win = op->args[1 + 2 * r + k];
        Ex o = peek(p, off);
        if (p->reads && !o.lit)
            o = ex_var(e,
                       var_pure(e,
                                arena_printf(e->a, "%s_ahead",
                                             em_name(off, "at")),
                                "int64_t", o));
        if (p->reads && !op->at.safe &&
            !window_proved(e, off, win, ir_back(e->f, from, k)))
            require_window(p, off, o, peek(p, win),
                           peek(p, ir_back(e->f, from, k)));
        at = ex_add(e, at, ex_mul(e, o, peek(p, ir_stride(e->f, from, k))));
    }
    return at;
}

/* ---- the product that runs next ------------------------------------------ */

typedef struct Next {
    IrOp *product; /* NULL: unknown */
    Peek peek;
} Next;

static bool has_product(const IrRegion *r)
{
    for (const IrOp *op = r->first; op; op = op->next) {
        if (ir_op_info[op->op].cls == CLS_MATRIX) return true;
        for (int i = 0; i < 2 && op->region[i]; i++)
            if (has_product(op->region[i])) return true;
    }
    return false;
}

static void stand_at(Peek *p, const IrOp *loop, Ex at)
{
    if (p->n == MAX_AHEAD) {
        p->ok = false;
        return;
    }
    p->var[p->n] = loop->region[0]->args[0];
    p->at[p->n++] = at;
    if (!p->outer || !ir_inside(p->outer, loop)) return;
    p->outer = loop;
}

static IrOp *first_product(const IrRegion *r)
{
    for (IrOp *op = r ? r->first : NULL; op; op = op->next) {
        if (ir_op_info[op->op].cls == CLS_MATRIX) return op;
        if (op->region[0]) return NULL;
    }
    return NULL;
}

/* a product that runs in either arm, or another one with its operand b */
static IrOp *product_of_arms(const IrOp *branch)
{
    IrOp *x = first_product(branch->region[0]),
         *y = first_product(branch->region[1]);
    return x && y && x->args[x->nargs - 1] == y->args[y->nargs - 1] ? x : NULL;
}

/* the first product from op on, to the end of its region; false: a branch may
 * or may not run one */
static bool first_from(Next *x, IrOp *op)
{
    Em *e = x->peek.e;
    for (; op && !x->product; op = op->next) {
        if (ir_op_info[op->op].cls == CLS_MATRIX) x->product = op;
        if (!op->region[0] ||
            !(has_product(op->region[0]) ||
              (op->region[1] && has_product(op->region[1]))))
            continue;
        if (op->op == IR_FOR) {
            Ex start = peek(&x->peek, op->args[0]),
               stop = peek(&x->peek, op->args[1]);
            const bool known = start.lit && stop.lit;
            if (known && start.k >= stop.k) continue; /* never runs */
            if (!known)
                require(&x->peek, ex_bin(e, start, "<", PREC_REL, stop));
            stand_at(&x->peek, op, start);
        }
        if (op->op == IR_IF && (x->product = product_of_arms(op))) break;
        if (op->op != IR_FOR && op->op != IR_SCOPE) return false;
        if (!first_from(x, op->region[0]->first)) return false;
    }
    return true;
}

/* the product of the next iteration of the loop */
static Next in_next_iteration(Em *e, const IrOp *task, IrOp *loop)
{
    Next x = {.peek = peek_from(e, task)};
    IrValue *iv = loop->region[0]->args[0];
    Ex step = em_value(e, loop->args[2]);
    x.peek.outer = loop;
    if (loop_nest(e->plan, loop) == task) {
        int v = var_new(e, "next", "int64_t", true);
        put_decl(e, v, true, "qw_next_index(%w)");
        require(&x.peek, ex_bin(e, ex_var(e, v), ">=", PREC_REL, ex_int(e, 0)));
        for (int k = 0; k < e->nest.n; k++)
            stand_at(&x.peek, e->nest.p[k].loop,
                     nest_variable(e, k, ex_var(e, v)));
    } else if (step.lit && step.k > 0) {
        Ex at = ex_add(e, em_value(e, iv), step);
        require(&x.peek,
                ex_bin(e, at, "<", PREC_REL, em_value(e, loop->args[1])));
        stand_at(&x.peek, loop, at);
    } else
        x.peek.ok = false;
    if (x.peek.ok && !first_from(&x, loop->region[0]->first)) x.peek.ok = false;
    return x;
}

static bool put_address(Next *x, Ex *at)
{
    const IrOp *op = x->product;
    if (!op || !x->peek.ok) return false;
    IrValue *b = op->args[op->nargs - 1];
    if (b->type->kind != TY_TENSOR) return false;
    *at = peek_address(&x->peek, b);
    return x->peek.ok;
}

/* what runs behind op: in its region and those around, then in the next
 * iteration of the loop around, else behind that loop; b is the operand now */
static bool emit_next(Em *e, const IrOp *task, IrOp *op, Ex *next)
{
    Next x = {.peek = peek_from(e, task)};
    IrOp *again = NULL;
    for (;; op = ir_parent_op(op)) {
        IrOp *around = ir_parent_op(op);
        if (!first_from(&x, op->next)) return false;
        if (x.product) break;
        if (around->op == IR_WHILE) return false;
        if (around->op != IR_FOR) continue;
        x = in_next_iteration(e, task, again = around);
        break;
    }
    Ex at, other = ex_fmt(e, PREC_ATOM, "NULL");
    if (!put_address(&x, &at)) return false;
    if (again && loop_nest(e->plan, again) != task)
        emit_next(e, task, again, &other);
    *next = x.peek.cond.s
        ? ex_fmt(e, PREC_COND, "%c ? %c : %c", x.peek.cond, at, other)
        : at;
    return true;
}

void emit_gemm_hints(Em *e, IrOp *op, int first, Ex a)
{
    IrValue *x = op->args[first];
    const IrOp *task = NULL;
    Ex next;
    for (const IrOp *o = ir_parent_op(op); o; o = ir_parent_op(o))
        if (o->op == IR_FOR && loop_is_outlined(e->plan, o)) task = o;
    if (!task) return;
    if (is_constant(e, task, x)) {
        put_line(e, "qw_gemm_keep(%w, %e);", a);
        vec_push(e->a, &e->shared, op);
    }
    if (op->args[first + 1]->type->kind == TY_TENSOR &&
        emit_next(e, task, op, &next))
        put_line(e, "qw_gemm_next(%w, %e);", next);
}

/* ---- strips -------------------------------------------------------------- */

enum { AHEAD_ROWS = 8 };

/* the rows of the strip are read in place and do not follow each other */
static bool is_scattered(Em *e, const IrOp *op, const IrValue *iv)
{
    const IrValue *r = op->nresults ? op->results[0] : NULL;
    int64_t stride;
    return op->op == IR_VIEW && op->args[1] == iv && r->type->rank == 2 &&
        !(ir_is_const_int(ir_stride(e->f, (IrValue *)(uintptr_t)r, 0),
                          &stride) &&
          stride <= r->type->shape[1]);
}

void emit_strip_hints(Em *e, IrOp *loop)
{
    IrValue *iv = loop->region[0]->args[0];
    const Ex step = em_value(e, loop->args[2]);
    for (IrOp *op = loop->region[0]->first; op; op = op->next) {
        if (!step.lit || !is_scattered(e, op, iv)) continue;
        IrValue *v = op->results[0];
        const int64_t size = qw_dtype_size(v->type->dtype),
                      rows = v->type->shape[0];
        const int64_t ahead = (AHEAD_ROWS + rows - 1) / rows * step.k;
        Peek p = peek_from(e, NULL);
        p.outer = loop;
        stand_at(&p, loop, ex_add(e, em_value(e, iv), ex_int(e, ahead)));
        const Ex at = peek_address(&p, v);
        if (!p.ok) continue;
        put_line(e, "qw_prefetch(%e, %e, %d, %d);", at,
                 ex_mul(e, em_value(e, ir_stride(e->f, v, 0)), ex_int(e, size)),
                 rows, v->type->shape[1] * size);
    }
}
