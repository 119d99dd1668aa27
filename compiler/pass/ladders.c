/* Recognises pattern F1 (language.md 12):
 *
 *   acc = matmul(A0, B0)                  acc = dead seed
 *   for k: acc = matmul_acc(acc, Ak, Bk)  for k: if k is the first: acc = matmul(A0, B0)
 *                                                else: acc = matmul_acc(acc, Ak, Bk)
 *
 * A and B are loads of one tensor each whose K windows follow each other without
 * a gap and that agree in all other axes; nothing in between stores into them;
 * no accumulator on the way is used twice.  Offsets are compared as linear forms
 * in the loop's variable; equal scalars are recognised by structure, because the
 * IR is not optimised yet. */
#include "pass/ladders.h"

typedef struct Match { IrFunc *f; Uses *uses; Writers *writers; Ladder l; } Match;

static bool refuse(Match *m, Span where, const char *why)
{
    m->l.why = why;
    m->l.where = where;
    return false;
}

/* ---- equal scalars ---------------------------------------------------------------- */

static bool same(IrFunc *f, IrValue *a, IrValue *b, int *fuel);

static bool same_op(IrFunc *f, const IrOp *a, const IrOp *b, int *fuel)
{
    if (!a || !b || a->op != b->op || a->nargs != b->nargs) return false;
    if (ir_op_info[a->op].cls != CLS_SCALAR && a->op != IR_CLAMP_VALID) return false;
    if (a->at.pred != b->at.pred || a->results[0]->type != b->results[0]->type) return false;
    for (int i = 0; i < a->nargs; i++)
        if (!same(f, a->args[i], b->args[i], fuel)) return false;
    return true;
}

/* every term of the difference has a partner of the same structure */
static bool cancels(IrFunc *f, IrLinear *d, int *fuel)
{
    while (d->n) {
        const int last = d->n - 1;
        int i = 0;
        while (i < last && !(d->term[i].k == -d->term[last].k && d->term[i].v->def != d->term[last].v->def &&
                             same_op(f, d->term[i].v->def, d->term[last].v->def, fuel)))
            i++;
        if (i == last) return false;
        d->term[i] = d->term[last - 1];
        d->n -= 2;
    }
    return d->c == 0;
}

static bool same(IrFunc *f, IrValue *a, IrValue *b, int *fuel)
{
    IrLinear d;
    if (a == b) return true;
    if ((*fuel)-- <= 0 || !ir_linear(f, a).ok || !ir_linear(f, b).ok) return false;
    return ir_diff_linear(f, a, b, &d) && cancels(f, &d, fuel);
}

static bool same_scalar(IrFunc *f, IrValue *a, IrValue *b)
{
    int fuel = 200;
    return same(f, a, b, &fuel);
}

static bool same_linear(IrFunc *f, const IrLinear *a, const IrLinear *b)
{
    IrLinear d = *a;
    int fuel = 200;
    return ir_linear_add(&d, b, -1) && cancels(f, &d, &fuel);
}

/* ---- windows ------------------------------------------------------------------------ */

/* the axis of the tensor behind axis k of the loaded tile */
static int source_axis(const IrOp *load, int k)
{
    for (int a = 0; a < load->args[0]->type->rank; a++)
        if (!(load->at.drop >> a & 1) && k-- == 0) return a;
    return 0;
}

static IrValue *offset(const IrOp *load, int axis) { return load->args[1 + axis]; }
static IrValue *window(const IrOp *load, int axis) { return load->args[1 + load->args[0]->type->rank + axis]; }

static bool is_inside(const IrLinear *l, const IrOp *loop)
{
    for (int i = 0; i < l->n; i++)
        if (value_inside(l->term[i].v, loop)) return true;
    return false;
}

/* l with the loop's variable at its first value, plus `steps` iterations */
static bool at_start(Match *m, IrLinear *l, int64_t steps)
{
    const IrOp *loop = m->l.loop;
    IrValue *iv = loop->region[0]->args[0];
    const int64_t k = ir_linear_coef(l, iv);
    const IrLinear start = ir_linear(m->f, loop->args[0]);
    int64_t step, d;
    if (!ir_is_const_int(loop->args[2], &step) || !mul_ok(step, steps, &d) || !mul_ok(d, k, &d)) return false;
    return ir_linear_add_term(l, iv, -k) && ir_linear_add(l, &start, k) && add_ok(l->c, d, &l->c);
}

static bool full_window(Match *m, const IrOp *load, int axis, int tile_axis)
{
    const int64_t n = load->at.shape[axis];
    IrValue *valid = load->results[0]->valid ? load->results[0]->valid[tile_axis] : NULL;
    int64_t w, v;
    if (!ir_is_const_int(window(load, axis), &w) || w != n)
        return refuse(m, load->span, "a K window is only partly valid");
    if (valid && !(ir_is_const_int(valid, &v) && v == n) && !ir_equal(m->f, valid, ir_idx(m->f, n)))
        return refuse(m, load->span, "a K window is only partly valid");
    return true;
}

/* all axes but K: the same rows or columns in every step */
static bool same_other_axes(Match *m, const IrOp *x, const IrOp *y, int k_axis)
{
    for (int a = 0; a < x->args[0]->type->rank; a++) {
        if (a == k_axis) continue;
        const IrLinear off = ir_linear(m->f, offset(y, a));
        if (!same_scalar(m->f, offset(x, a), offset(y, a)) || is_inside(&off, m->l.loop))
            return refuse(m, y->span, "the steps read different rows or columns");
        if (x->at.shape[a] != y->at.shape[a] || !same_scalar(m->f, window(x, a), window(y, a)))
            return refuse(m, y->span, "the steps read windows of different extents");
    }
    return true;
}

static bool same_valid(Match *m, IrOp *x, IrOp *y, int tile_axis)
{
    IrValue *a = x->results[0], *b = y->results[0];
    for (int k = 0; k < a->type->rank; k++)
        if (k != tile_axis && !same_scalar(m->f, ir_valid(m->f, a, k), ir_valid(m->f, b, k)))
            return refuse(m, y->span, "the steps have different valid extents");
    return true;
}

/* the window of the second step begins where the first one ends, and so on */
static bool consecutive(Match *m, const IrOp *x, const IrOp *y, int axis, int s)
{
    IrLinear first = ir_linear(m->f, offset(x, axis)), next = ir_linear(m->f, offset(y, axis));
    int64_t step, advance;
    if (!first.ok || !next.ok || !ir_is_const_int(m->l.loop->args[2], &step)) return refuse(m, y->span, "the step of the loop is not constant");
    const int64_t k = ir_linear_coef(&next, m->l.loop->region[0]->args[0]);
    if (!mul_ok(k, step, &advance) || advance != y->at.shape[axis])
        return refuse(m, y->span, "the K windows are not consecutive");
    if (!at_start(m, &next, m->l.branch ? 1 : 0) || !at_start(m, &first, 0) || is_inside(&next, m->l.loop) || is_inside(&first, m->l.loop))
        return refuse(m, y->span, "the K windows are not consecutive");
    m->l.start[s] = first;
    if (!add_ok(first.c, x->at.shape[axis], &first.c) || !same_linear(m->f, &first, &next))
        return refuse(m, y->span, "the K windows are not consecutive");
    return true;
}

/* ---- what may be stored in between ------------------------------------------------------ */

static bool constant_trip(Match *m, int64_t *n)
{
    const IrOp *loop = m->l.loop;
    int64_t span, step;
    if (!ir_diff_const(m->f, loop->args[1], loop->args[0], &span) || !ir_is_const_int(loop->args[2], &step) || step <= 0)
        return false;
    *n = span <= 0 ? 0 : (span - 1) / step + 1;
    return true;
}

/* nothing from the first load to the end of the loop stores into what is read */
static bool unmodified(Match *m, IrOp *load0, int s)
{
    IrOp *loop = m->l.loop;
    Access a[MAX_ACCESS];
    int64_t trip, len;
    region_accesses(m->f, load0, a);
    Rect r = a[0].rect;
    if (r.rank == load0->args[0]->type->rank && !r.whole) {
        const int axis = m->l.axis[s];
        const bool exact = r.root == load0->args[0] && constant_trip(m, &trip) && mul_ok(trip, m->l.c, &len);
        r.off[axis] = exact ? m->l.start[s] : (IrLinear){.ok = true};
        r.len[axis] = (IrLinear){.ok = true, .c = exact ? len + m->l.c0 : IR_MAX_EXTENT};
        r.whole = r.root != load0->args[0];
    } else r.whole = true;
    IrOp *from = m->l.branch ? loop : load0;
    IrOp *to = m->l.branch ? loop : op_ancestor_in(loop, load0->parent);
    const IrOp *w = writers_between(m->f, m->writers, from, to, &r);
    return w ? refuse(m, w->span, "this may store into what the steps read") : true;
}

/* ---- one accumulator ----------------------------------------------------------------------- */

static bool match_operand(Match *m, int s)
{
    Ladder *l = &m->l;
    IrOp *x = l->first->args[s]->def, *y = l->step->args[1 + s]->def;
    if (!x || !y || x->op != IR_LOAD || y->op != IR_LOAD) return refuse(m, l->step->span, "an operand is not loaded from a tensor");
    if (x->args[0] != y->args[0]) return refuse(m, y->span, "the steps read different tensors");
    if (x->at.drop != y->at.drop || x->at.clamp != y->at.clamp) return refuse(m, y->span, "the steps slice in different ways");
    const int n = x->results[0]->type->rank;
    const bool trans = s ? l->first->at.b_trans : l->first->at.a_trans;
    l->load0[s] = x;
    l->load[s] = y;
    l->tile_axis[s] = (s == 0) == trans ? n - 2 : n - 1;
    const int axis = l->axis[s] = source_axis(x, l->tile_axis[s]);
    l->c0 = x->at.shape[axis];
    l->c = y->at.shape[axis];
    return full_window(m, x, axis, l->tile_axis[s]) && full_window(m, y, axis, l->tile_axis[s]) &&
           same_other_axes(m, x, y, axis) && same_valid(m, x, y, l->tile_axis[s]) &&
           consecutive(m, x, y, axis, s) && unmodified(m, x, s);
}

static bool match_steps(Match *m)
{
    const Ladder *l = &m->l;
    if (l->first->at.a_trans != l->step->at.a_trans || l->first->at.b_trans != l->step->at.b_trans)
        return refuse(m, l->step->span, "the steps transpose different operands");
    if (l->first->results[0]->type != l->step->results[0]->type)
        return refuse(m, l->step->span, "the accumulator changes its type");
    return match_operand(m, 0) && match_operand(m, 1);
}

static bool used_once(const Match *m, const IrValue *v)
{
    return uses_count(m->uses, v) == 1;
}

static bool holds(CmpPred p, int64_t d)
{
    switch (p) {
    case CMP_EQ: return d == 0;
    case CMP_NE: return d != 0;
    case CMP_LT: return d < 0;
    case CMP_LE: return d <= 0;
    case CMP_GT: return d > 0;
    case CMP_GE: return d >= 0;
    }
    return false;
}

/* 0: then-arm in the first iteration and else-arm in all others; 1: reverse; -1 */
static int first_arm(Match *m, const IrOp *branch)
{
    const IrOp *cmp = branch->args[0]->def;
    bool negate = false;
    while (cmp && cmp->op == IR_SNOT) {
        negate = !negate;
        cmp = cmp->args[0]->def;
    }
    IrLinear d;
    int64_t step, move, later;
    if (!cmp || cmp->op != IR_SCMP || !ir_diff_linear(m->f, cmp->args[0], cmp->args[1], &d)) return -1;
    if (!ir_is_const_int(m->l.loop->args[2], &step)) return -1;
    if (!mul_ok(ir_linear_coef(&d, m->l.loop->region[0]->args[0]), step, &move) || move == 0) return -1;
    if (!at_start(m, &d, 0) || d.n || !add_ok(d.c, move, &later)) return -1;
    const CmpPred p = cmp->at.pred;
    if ((p == CMP_EQ || p == CMP_NE) && d.c != 0) return -1;
    if (holds(p, d.c) == holds(p, later)) return -1;
    return holds(p, d.c) != negate ? 0 : 1;
}

/* acc = matmul(...) before the loop */
static bool shape_of_two(Match *m, IrValue *arg, IrValue *end)
{
    Ladder *l = &m->l;
    IrValue *init = l->loop->args[3 + l->slot];
    if (end->def->args[0] != arg || end->def->parent != l->loop->region[0]) return false;
    if (!init->def || init->def->op != IR_MATMUL || init->def->parent != l->loop->parent) return false;
    l->first = init->def;
    l->step = end->def;
    return used_once(m, init) && used_once(m, arg) && used_once(m, end);
}

/* if first: matmul else: matmul_acc */
static bool shape_of_one(Match *m, IrValue *arg, IrValue *end)
{
    Ladder *l = &m->l;
    IrOp *branch = end->def;
    if (branch->parent != l->loop->region[0] || !used_once(m, end)) return false;
    const int first = first_arm(m, branch);
    if (first < 0) return false;
    IrOp *y[2] = {branch->region[first]->last, branch->region[!first]->last};
    if (y[0]->op != IR_YIELD || y[1]->op != IR_YIELD) return false;
    IrOp *a = y[0]->args[end->index]->def, *b = y[1]->args[end->index]->def;
    if (!a || !b || a->op != IR_MATMUL || b->op != IR_MATMUL_ACC || b->args[0] != arg) return false;
    l->branch = branch;
    l->first = a;
    l->step = b;
    return used_once(m, arg) && used_once(m, a->results[0]) && used_once(m, b->results[0]) &&
           op_inside(a, branch) && op_inside(b, branch);
}

static bool has_shape(Match *m)
{
    const IrRegion *body = m->l.loop->region[0];
    if (body->last->op != IR_YIELD) return false;
    IrValue *arg = body->args[1 + m->l.slot], *end = body->last->args[m->l.slot];
    if (arg->type->kind != TY_TILE || !end->def) return false;
    if (end->def->op == IR_MATMUL_ACC) return shape_of_two(m, arg, end);
    return end->def->op == IR_IF && shape_of_one(m, arg, end);
}

typedef struct Search { IrFunc *f; Uses *uses; Writers *writers; bool only_marked; Ladders found; } Search;

static void search_loop(void *ctx, IrOp *op)
{
    Search *s = ctx;
    if (op->op != IR_FOR || (op->at.loop != LOOP_RANGE && op->at.loop != LOOP_PIPELINE)) return;
    for (int i = 0; i < op->nresults; i++) {
        Match m = {s->f, s->uses, s->writers, {.loop = op, .slot = i}};
        if (!has_shape(&m)) continue;
        const int mark = m.l.step->at.ladder;
        if (s->only_marked && (!mark || m.l.first->at.ladder != mark)) continue;
        match_steps(&m);
        vec_push(s->f->arena, &s->found, m.l);
    }
}

Ladders ladders_find(IrFunc *f, bool only_marked)
{
    Search s = {f, uses_find(f), writers_find(f), only_marked, {0}};
    ir_walk(f->body, search_loop, &s);
    return s.found;
}
