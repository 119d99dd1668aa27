/* Hints to matrix products in outlined loops: that an operand is constant while
 * the loop runs, so its packed copy is kept; and where the operand b of the
 * worker's next product begins, so that it is prefetched.  Neither changes a
 * result.
 *
 *     qw_gemm_keep(worker, x);
 *     const int64_t next = qw_next_index(worker);
 *     qw_gemm_next(worker, next < 0 ? NULL : w + (next - i) * 327680);
 *     qw_gemm_bf16(worker, ..., x, ..., w, ...);
 *
 * The next address follows from the origin of b, which must be linear in the
 * variable of the outlined loop and of at most one loop inside it. */
#include "back/emit.h"

static bool is_inside(const IrValue *v, const IrOp *outer)
{
    const IrOp *op = v->def ? v->def : v->arg_of ? v->arg_of->owner : NULL;
    while (op && op != outer) op = ir_parent_op(op);
    return op != NULL;
}

/* ---- constant operands ------------------------------------------------------------ */

typedef struct Kept {
    Em *e;
    const IrOp *loop;
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

/* nothing in the loop writes the memory of a, which was there before the loop */
static bool is_constant(Em *e, const IrOp *loop, const IrValue *a)
{
    if (a->type->kind != TY_TENSOR) return false;
    Roots roots = em_roots(e, a);
    for (int i = 0; i < roots.n; i++)
        if (is_inside(roots.p[i], loop)) return false;
    Kept k = {e, loop, a, roots.n > 0};
    ir_walk(loop->region[0], meet_writer, &k);
    return k.ok;
}

/* ---- the next address --------------------------------------------------------------- */

typedef struct Chain {
    const IrOp *task;  /* the outlined loop */
    const IrOp *inner; /* the loop between it and the product, or NULL */
    bool ok;
} Chain;

static Chain loops_around(Em *e, const IrOp *op)
{
    Chain c = {0};
    for (const IrOp *o = ir_parent_op(op); o; o = ir_parent_op(o)) {
        if (o->op == IR_FOR && loop_is_outlined(e->plan, o)) {
            c.task = o;
            c.ok = true;
            return c;
        }
        if (o->op == IR_SCOPE) continue;
        if (o->op != IR_FOR || c.inner) return c;
        c.inner = o;
    }
    return c;
}

typedef struct Step {
    Ex task, inner;
    bool ok;
} Step; /* elements that the origin moves an iteration */

static void add_axis(Em *e, const Chain *c, Step *s, IrValue *off,
                     IrValue *stride)
{
    IrLinear l = ir_linear(e->f, off);
    const IrValue *iv = c->task->region[0]->args[0],
                  *jv = c->inner ? c->inner->region[0]->args[0] : NULL;
    if (!l.ok || is_inside(stride, c->task)) s->ok = false;
    for (int i = 0; i < l.n && s->ok; i++) {
        Ex by = ex_mul(e, ex_int(e, l.term[i].k), em_value(e, stride));
        if (l.term[i].v == iv)
            s->task = ex_add(e, s->task, by);
        else if (l.term[i].v == jv)
            s->inner = ex_add(e, s->inner, by);
        else if (is_inside(l.term[i].v, c->task))
            s->ok = false;
    }
}

static Step step_of(Em *e, const Chain *c, const IrValue *t)
{
    Step s = {ex_int(e, 0), ex_int(e, 0), true};
    for (; s.ok && t->def && ir_op_info[t->def->op].cls == CLS_TENSOR &&
         t->def->op != IR_ALLOC;
         t = t->def->args[0]) {
        IrValue *from = t->def->args[0];
        if (t->def->op != IR_VIEW) continue;
        for (int k = 0; k < from->type->rank; k++)
            add_axis(e, c, &s, t->def->args[1 + k], ir_stride(e->f, from, k));
    }
    if (is_inside(t, c->task)) s.ok = false;
    return s;
}

typedef struct Products {
    const IrOp *first;
    int n;
} Products;

static void count_product(void *user, IrOp *op)
{
    Products *p = user;
    if (ir_op_info[op->op].cls == CLS_MATRIX && !p->n++) p->first = op;
}

/* start of the inner loop for the next task, less its variable now: what `inner` moves by */
static bool restart(Em *e, const Chain *c, Ex ahead, Ex *by)
{
    IrLinear l = ir_linear(e->f, c->inner->args[0]);
    const IrValue *iv = c->task->region[0]->args[0];
    for (int i = 0; i < l.n; i++)
        if (l.term[i].v != iv && is_inside(l.term[i].v, c->task)) return false;
    Ex back = ex_sub(e, em_value(e, c->inner->args[0]),
                     em_value(e, c->inner->region[0]->args[0]));
    *by = ex_add(e, back, ex_mul(e, ex_int(e, ir_linear_coef(&l, iv)), ahead));
    return l.ok;
}

/* the address in the next task, where this is the only product */
static bool address_in_next_task(Em *e, const Chain *c, const Step *s, Ex b,
                                 Ex *at)
{
    Products p = {0};
    ir_walk(c->task->region[0], count_product, &p);
    if (p.n != 1) return false;
    int v = var_new(e, "next", "int64_t", true);
    Ex next = ex_var(e, v), delta = ex_int(e, 0), move;
    Ex ahead = ex_mul(e,
                      ex_fmt(e, PREC_ATOM, "(%e - %e)", next,
                             ex_var(e, e->fn->index)),
                      em_value(e, c->task->args[2]));
    if (c->inner) {
        if (!restart(e, c, ahead, &move)) return false;
        delta = ex_mul(e, move, s->inner);
    }
    delta = ex_add(e, delta, ex_mul(e, ahead, s->task));
    if (ex_is(delta, 0)) return false;
    put_decl(e, v, false, "qw_next_index(%w)");
    *at = ex_fmt(e, PREC_COND, "%c < 0 ? NULL : %c", next, ex_add(e, b, delta));
    return true;
}

static void emit_next(Em *e, const Chain *c, const IrValue *t, Ex b)
{
    Ex next_task = ex_fmt(e, PREC_ATOM, "NULL"), all;
    Step s = step_of(e, c, t);
    if (!s.ok) return;
    bool crosses = address_in_next_task(e, c, &s, b, &next_task);
    if (!c->inner || ex_is(s.inner, 0))
        all = next_task;
    else {
        Ex iv = em_value(e, c->inner->region[0]->args[0]),
           step = em_value(e, c->inner->args[2]);
        if (!step.lit || step.k <= 0) return;
        Ex more = ex_bin(e, iv, "<", PREC_REL,
                         ex_sub(e, em_value(e, c->inner->args[1]), step));
        Ex here = ex_add(e, b, ex_mul(e, step, s.inner));
        all = ex_fmt(e, PREC_COND, "%c ? %c : %s", more, here,
                     ex_fmt(e, PREC_COND, "%c", next_task).s);
        crosses = true;
    }
    if (crosses) put_line(e, "qw_gemm_next(%w, %e);", all);
}

void emit_gemm_hints(Em *e, IrOp *op, int first, Ex a, Ex b)
{
    IrValue *x = op->args[first], *y = op->args[first + 1];
    const IrOp *task = NULL;
    for (const IrOp *o = ir_parent_op(op); o; o = ir_parent_op(o))
        if (o->op == IR_FOR && loop_is_outlined(e->plan, o)) task = o;
    if (!task) return;
    if (is_constant(e, task, x)) put_line(e, "qw_gemm_keep(%w, %e);", a);
    Chain c = loops_around(e, op);
    if (c.ok && y->type->kind == TY_TENSOR) emit_next(e, &c, y, b);
}
