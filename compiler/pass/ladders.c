/* Recognises pattern F1 (language.md 12):
 *
 *   acc = matmul(A0, B0)                  acc = dead seed
 *   for k: acc = matmul_acc(acc, Ak, Bk)  for k: if k is the first: acc = matmul(A0, B0)
 *                                                else: acc = matmul_acc(acc, Ak, Bk)
 *
 * and chains of such steps: an unrolled loop, steps before or after a loop.  A
 * and B are loads of one tensor each whose K windows follow each other without
 * a gap and that agree in all other axes; nothing in between stores into them;
 * no accumulator on the way is used twice.  Offsets are compared as linear
 * forms in the loop's variable; equal scalars are recognised by structure,
 * because the IR is not optimised yet. */
#include "pass/ladders.h"

typedef struct Match {
    IrFunc *f;
    Uses *uses;
    Writers *writers;
    bool only_marked;
    Ladder l;
} Match;

static bool refuse(Match *m, Span where, const char *why)
{
    m->l.why = why;
    m->l.where = where;
    return false;
}

/* ---- equal scalars ------------------------------------------------------- */

static bool same(IrFunc *f, IrValue *a, IrValue *b, int *fuel);

static bool same_op(IrFunc *f, const IrOp *a, const IrOp *b, int *fuel)
{
    if (!a || !b || a->op != b->op || a->nargs != b->nargs) return false;
    if (ir_op_info[a->op].cls != CLS_SCALAR && a->op != IR_CLAMP_VALID)
        return false;
    if (a->at.pred != b->at.pred || a->results[0]->type != b->results[0]->type)
        return false;
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
        while (i < last &&
               !(d->term[i].k == -d->term[last].k &&
                 d->term[i].v->def != d->term[last].v->def &&
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
    if ((*fuel)-- <= 0 || !ir_linear(f, a).ok || !ir_linear(f, b).ok)
        return false;
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

/* the same in every iteration: made of values from
 * outside by pure scalar ops */
static bool invariant(IrValue *v, const IrOp *loop, int *fuel)
{
    if (!value_inside(v, loop)) return true;
    if (!v->def || (*fuel)-- <= 0) return false;
    if (ir_op_info[v->def->op].cls != CLS_SCALAR &&
        v->def->op != IR_CLAMP_VALID)
        return false;
    for (int i = 0; i < v->def->nargs; i++)
        if (!invariant(v->def->args[i], loop, fuel)) return false;
    return true;
}

static bool is_invariant(IrValue *v, const IrOp *loop)
{
    int fuel = 100;
    return !loop || invariant(v, loop, &fuel);
}

static bool form_invariant(const IrLinear *l, const IrOp *loop)
{
    for (int i = 0; i < l->n; i++)
        if (!is_invariant(l->term[i].v, loop)) return false;
    return true;
}

/* ---- windows ------------------------------------------------------------- */

/* the axis of the tensor behind axis k of the loaded tile */
static int source_axis(const IrOp *load, int k)
{
    for (int a = 0; a < load->args[0]->type->rank; a++)
        if (!(load->at.drop >> a & 1) && k-- == 0) return a;
    return 0;
}

static IrValue *offset(const IrOp *load, int axis)
{
    return load->args[1 + axis];
}
static IrValue *window(const IrOp *load, int axis)
{
    return load->args[1 + load->args[0]->type->rank + axis];
}

/* l with the loop's variable at its first value, plus `steps` iterations */
static bool at_start(Match *m, const IrOp *loop, IrLinear *l, int64_t steps)
{
    IrValue *iv = loop->region[0]->args[0];
    const int64_t k = ir_linear_coef(l, iv);
    const IrLinear start = ir_linear(m->f, loop->args[0]);
    int64_t step, d;
    if (!ir_is_const_int(loop->args[2], &step) || !mul_ok(step, steps, &d) ||
        !mul_ok(d, k, &d))
        return false;
    return ir_linear_add_term(l, iv, -k) && ir_linear_add(l, &start, k) &&
        add_ok(l->c, d, &l->c);
}

static bool full_window(Match *m, const IrOp *load, int s)
{
    const int64_t n = load->at.shape[m->l.axis[s]];
    const IrValue *t = load->results[0];
    IrValue *valid = t->valid ? t->valid[m->l.tile_axis[s]] : NULL;
    int64_t w;
    const bool full = ir_is_const_int(window(load, m->l.axis[s]), &w) && w == n;
    if (!full || (valid && !ir_equal(m->f, valid, ir_idx(m->f, n))))
        return refuse(m, load->span, "a K window is only partly valid");
    return true;
}

/* all axes but K: the same rows or columns in every step */
static bool same_other_axes(Match *m, const IrOp *x, const IrOp *y,
                            const IrOp *loop, int s)
{
    for (int a = 0; a < x->args[0]->type->rank; a++) {
        if (a == m->l.axis[s]) continue;
        const IrLinear off = ir_linear(m->f, offset(y, a));
        if (!same_scalar(m->f, offset(x, a), offset(y, a)) ||
            (loop && !form_invariant(&off, loop)))
            return refuse(m, y->span,
                          "the steps read different rows or columns");
        if (x->at.shape[a] != y->at.shape[a] ||
            !same_scalar(m->f, window(x, a), window(y, a)) ||
            !is_invariant(window(y, a), loop))
            return refuse(m, y->span,
                          "the steps read windows of different extents");
    }
    for (int k = 0; k < x->results[0]->type->rank; k++) {
        IrValue *v = ir_valid(m->f, y->results[0], k);
        if (k == m->l.tile_axis[s]) continue;
        if (same_scalar(m->f, ir_valid(m->f, x->results[0], k), v) &&
            is_invariant(v, loop))
            continue;
        return refuse(m, y->span, "the steps have different valid extents");
    }
    return true;
}

/* the K windows of two steps are not next to each other; by: how far apart
 * those of a loop begin, of extent c; 0: not known */
static bool gap(Match *m, const IrOp *load, int64_t by, int64_t c)
{
    const IrValue *t = load->args[0];
    const char *name = t->name ? arena_printf(m->f->arena, "`%s`", t->name->s)
                               : "an operand";
    return refuse(
        m, load->span,
        by ? arena_printf(m->f->arena,
                          "%s is loaded with stride %lld between steps of %lld, "
                          "so the K windows are not consecutive",
                          name, (long long)by, (long long)c)
           : arena_printf(m->f->arena,
                          "the K windows of %s are not consecutive", name));
}

/* the window of a step begins where those before it end, and so on */
static bool consecutive(Match *m, const Segment *g, int s)
{
    const IrOp *load = g->load[s];
    const int axis = m->l.axis[s];
    IrLinear off = ir_linear(m->f, offset(load, axis));
    if (!off.ok || m->l.open) return gap(m, load, 0, 0);
    if (g->loop) {
        int64_t step, advance;
        if (!ir_is_const_int(g->loop->args[2], &step))
            return refuse(m, load->span,
                          "the step of the loop is not constant");
        const int64_t k = ir_linear_coef(&off, g->loop->region[0]->args[0]);
        if (!mul_ok(k, step, &advance)) return gap(m, load, 0, 0);
        if (advance != g->c) return gap(m, load, advance, g->c);
        const bool second = m->l.branch && g == m->l.seg.p;
        if (!at_start(m, g->loop, &off, second) ||
            !form_invariant(&off, g->loop))
            return gap(m, load, 0, 0);
    }
    return same_linear(m->f, &m->l.end[s], &off) || gap(m, load, 0, 0);
}

/* ---- what may be stored in between --------------------------------------- */

static bool constant_trip(Match *m, const IrOp *loop, int64_t *n)
{
    int64_t span, step;
    if (!ir_is_const_int(loop->args[2], &step) || step <= 0) return false;
    if (!ir_diff_const(m->f, loop->args[1], loop->args[0], &span)) return false;
    *n = span <= 0 ? 0 : (span - 1) / step + 1;
    return true;
}

/* the end of the windows after a segment */
static void move_end(Match *m, const Segment *g)
{
    Ladder *l = &m->l;
    int64_t trips = 1, k;
    if (g->loop && !constant_trip(m, g->loop, &trips)) l->open = true;
    if (g->loop && l->branch && g == l->seg.p) trips--;
    if (!mul_ok(trips, g->c, &k)) l->open = true;
    for (int s = 0; s < 2 && !l->open; s++)
        if (!add_ok(l->end[s].c, k, &l->end[s].c)) l->open = true;
}

static IrOp *last_op(const Ladder *l)
{
    const Segment *g = &vec_last(&l->seg);
    return g->loop ? g->loop : g->step;
}

/* the load that stands first; of those in the loop of
 * a branch the loop itself */
static IrOp *earliest_load(const Match *m, int s)
{
    const Ladder *l = &m->l;
    const int *pos = m->writers->pos;
    IrOp *first = l->branch ? l->seg.p[0].loop : l->load0[s];
    if (pos[l->load0[s]->id] < pos[first->id]) first = l->load0[s];
    for (int i = 0; i < l->seg.n; i++)
        if (pos[l->seg.p[i].load[s]->id] < pos[first->id])
            first = l->seg.p[i].load[s];
    return first;
}

/* nothing from the first load to the last step stores into what is read */
static bool unmodified(Match *m, int s)
{
    const Ladder *l = &m->l;
    IrOp *load0 = l->load0[s], *last = last_op(l);
    Access a[MAX_ACCESS];
    region_accesses(m->f, load0, a);
    Rect r = a[0].rect;
    if (r.root != load0->args[0]) r.whole = true;
    if (!r.whole) {
        const int axis = l->axis[s];
        IrLinear len = l->end[s];
        const bool exact = !l->open && ir_linear_add(&len, &l->start[s], -1);
        r.off[axis] = exact ? l->start[s] : (IrLinear){.ok = true};
        r.len[axis] = exact ? len : (IrLinear){.ok = true, .c = IR_MAX_EXTENT};
    }
    IrOp *from = earliest_load(m, s);
    const IrOp *w = writers_between(m->f, m->writers, from,
                                    op_ancestor_in(last, from->parent), &r);
    return w ? refuse(m, w->span, "this may store into what the steps read")
             : true;
}

/* ---- first product and steps --------------------------------------------- */

static bool match_first(Match *m, int s)
{
    Ladder *l = &m->l;
    IrOp *x = l->first->args[s]->def;
    if (!x || x->op != IR_LOAD)
        return refuse(m, l->first->span,
                      "an operand is not loaded from a tensor");
    const int n = x->results[0]->type->rank;
    const bool trans = s ? l->first->at.b_trans : l->first->at.a_trans;
    l->load0[s] = x;
    l->tile_axis[s] = (s == 0) == trans ? n - 2 : n - 1;
    l->axis[s] = source_axis(x, l->tile_axis[s]);
    l->c0 = x->at.shape[l->axis[s]];
    l->start[s] = ir_linear(m->f, offset(x, l->axis[s]));
    const IrOp *loop = l->branch ? l->seg.p[0].loop : NULL;
    if (!l->start[s].ok ||
        (loop &&
         (!at_start(m, loop, &l->start[s], 0) ||
          !form_invariant(&l->start[s], loop))))
        return gap(m, x, 0, 0);
    l->end[s] = l->start[s];
    if (!add_ok(l->end[s].c, l->c0, &l->end[s].c)) return gap(m, x, 0, 0);
    return full_window(m, x, s);
}

static bool match_operand(Match *m, Segment *g, int s)
{
    const IrOp *x = m->l.load0[s];
    IrOp *y = g->step->args[1 + s]->def;
    if (!y || y->op != IR_LOAD)
        return refuse(m, g->step->span,
                      "an operand is not loaded from a tensor");
    if (x->args[0] != y->args[0])
        return refuse(m, y->span, "the steps read different tensors");
    if (x->at.drop != y->at.drop || x->at.clamp != y->at.clamp)
        return refuse(m, y->span, "the steps slice in different ways");
    g->load[s] = y;
    g->c = y->at.shape[m->l.axis[s]];
    return full_window(m, y, s) && same_other_axes(m, x, y, g->loop, s) &&
        consecutive(m, g, s);
}

static bool match_segment(Match *m, Segment *g)
{
    const IrOp *first = m->l.first;
    if (first->at.a_trans != g->step->at.a_trans ||
        first->at.b_trans != g->step->at.b_trans)
        return refuse(m, g->step->span,
                      "the steps transpose different operands");
    if (first->results[0]->type != g->step->results[0]->type)
        return refuse(m, g->step->span, "the accumulator changes its type");
    return match_operand(m, g, 0) && match_operand(m, g, 1);
}

/* ---- following the accumulator ------------------------------------------- */

static IrOp *only_user(const Match *m, const IrValue *v)
{
    return uses_count(m->uses, v) == 1 ? uses_op(m->uses, v, 0) : NULL;
}

static int arg_index(const IrOp *op, const IrValue *v)
{
    int i = op->nargs - 1;
    while (i >= 0 && op->args[i] != v) i--;
    return i;
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

/* 0: then-arm in the first iteration and else-arm in
 * all others; 1: reverse; -1 */
static int first_arm(Match *m, const IrOp *branch, const IrOp *loop)
{
    const IrOp *cmp = branch->args[0]->def;
    bool negate = false;
    while (cmp && cmp->op == IR_SNOT) {
        negate = !negate;
        cmp = cmp->args[0]->def;
    }
    IrLinear d;
    int64_t step, move, later;
    if (!cmp || cmp->op != IR_SCMP ||
        !ir_diff_linear(m->f, cmp->args[0], cmp->args[1], &d))
        return -1;
    if (!ir_is_const_int(loop->args[2], &step)) return -1;
    if (!mul_ok(ir_linear_coef(&d, loop->region[0]->args[0]), step, &move) ||
        move == 0)
        return -1;
    if (!at_start(m, loop, &d, 0) || d.n || !add_ok(d.c, move, &later))
        return -1;
    const CmpPred p = cmp->at.pred;
    if ((p == CMP_EQ || p == CMP_NE) && d.c != 0) return -1;
    if (holds(p, d.c) == holds(p, later)) return -1;
    return holds(p, d.c) != negate ? 0 : 1;
}

static bool is_ladder_loop(const IrOp *op)
{
    return op->op == IR_FOR &&
        (op->at.loop == LOOP_RANGE || op->at.loop == LOOP_PIPELINE) &&
        op->region[0]->last->op == IR_YIELD;
}

/* if first: matmul else: matmul_acc, all in a loop */
static bool begins_in_branch(Match *m)
{
    Ladder *l = &m->l;
    IrOp *yield = only_user(m, l->first->results[0]),
         *branch = ir_parent_op(l->first);
    if (!branch || branch->op != IR_IF || !yield) return false;
    if (yield->op != IR_YIELD || yield->parent != l->first->parent)
        return false;
    IrOp *loop = ir_parent_op(branch);
    const int k = arg_index(yield, l->first->results[0]),
              arm = yield->parent == branch->region[1];
    if (!loop || !is_ladder_loop(loop) || first_arm(m, branch, loop) != arm)
        return false;
    IrOp *other = branch->region[!arm]->last,
         *end = only_user(m, branch->results[k]);
    if (other->op != IR_YIELD || end != loop->region[0]->last) return false;
    const int slot = arg_index(end, branch->results[k]);
    IrOp *step = other->args[k]->def;
    const IrValue *arg = loop->region[0]->args[1 + slot];
    if (!step || step->op != IR_MATMUL_ACC ||
        step->parent != branch->region[!arm] || step->args[0] != arg)
        return false;
    if (only_user(m, step->results[0]) != other || only_user(m, arg) != step)
        return false;
    l->branch = branch;
    const Segment g = {.step = step, .loop = loop, .slot = slot};
    vec_push(m->f->arena, &l->seg, g);
    l->sum = loop->results[slot];
    return true;
}

/* the matmul_acc or the loop of them that alone takes the sum so far */
static bool next_segment(Match *m, Segment *g)
{
    IrOp *user = only_user(m, m->l.sum);
    const IrOp *here = m->l.branch ? m->l.seg.p[0].loop : m->l.first;
    if (!user || user->parent != here->parent) return false;
    *g = (Segment){.step = user};
    if (user->op == IR_MATMUL_ACC) return user->args[0] == m->l.sum;
    if (!is_ladder_loop(user)) return false;
    g->loop = user;
    g->slot = arg_index(user, m->l.sum) - 3;
    if (g->slot < 0) return false;
    const IrRegion *body = user->region[0];
    const IrValue *arg = body->args[1 + g->slot];
    g->step = body->last->args[g->slot]->def;
    if (!g->step || g->step->op != IR_MATMUL_ACC || g->step->parent != body ||
        g->step->args[0] != arg)
        return false;
    return (only_user(m, arg) == g->step &&
            only_user(m, g->step->results[0]) == body->last) ||
        refuse(m, g->step->span, "the accumulator is used between the steps");
}

static bool belongs(const Match *m, const Segment *g)
{
    return !m->only_marked ||
        (g->step->at.ladder && g->step->at.ladder == m->l.first->at.ladder);
}

static void follow(Match *m)
{
    Ladder *l = &m->l;
    const bool in_branch = begins_in_branch(m);
    Segment g;
    if (!in_branch) {
        l->sum = l->first->results[0];
        if (!next_segment(m, &g) || !belongs(m, &g)) return;
    } else if (!belongs(m, &l->seg.p[0])) {
        l->seg.n = 0;
        return;
    }
    if (!match_first(m, 0) || !match_first(m, 1)) return;
    if (in_branch) {
        if (!match_segment(m, &l->seg.p[0])) return;
        move_end(m, &l->seg.p[0]);
    }
    while (next_segment(m, &g) && belongs(m, &g)) {
        if (!match_segment(m, &g)) break;
        vec_push(m->f->arena, &l->seg, g);
        move_end(m, &l->seg.p[l->seg.n - 1]);
        l->sum = g.loop ? g.loop->results[g.slot] : g.step->results[0];
    }
    if (!l->seg.n) return;
    l->why = NULL; /* as far as it goes it is a ladder */
    if (unmodified(m, 0)) unmodified(m, 1);
}

typedef struct Search {
    IrFunc *f;
    Uses *uses;
    Writers *writers;
    bool only_marked;
    Ladders found;
} Search;

static void search(void *ctx, IrOp *op)
{
    Search *s = ctx;
    if (op->op != IR_MATMUL || (s->only_marked && !op->at.ladder)) return;
    Match m = {s->f, s->uses, s->writers, s->only_marked, {.first = op}};
    follow(&m);
    if (m.l.seg.n || m.l.why) vec_push(s->f->arena, &s->found, m.l);
}

Ladders ladders_find(IrFunc *f, bool only_marked)
{
    Search s = {f, uses_find(f), writers_find(f), only_marked, {0}};
    ir_walk(f->body, search, &s);
    return s.found;
}
