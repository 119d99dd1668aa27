/* Judges the iterations of every parallel and spmd loop (language.md 13.2): may
 * one of them store what another one stores or reads?
 *
 *   for parallel %i = 0, 8, 1 {                    for parallel %i = 0, 8, 1 verdict(independent) {
 *       %n0: index = smul %i, 128          ->          ...
 *       scope { ... store %y, %t [0, %n0] }
 *   }
 *
 * Two accesses to one root are compared axis by axis.  Their distance is c
 * * (i - i') + d: terms that are the same in all iterations cancel, what
 * varies inside an iteration counts with its interval.  One axis on which
 * the boxes never meet for i != i' is enough.  So are several that
 * together tell iterations apart: one by i // 4, one by i % 4.  A pair of
 * iterations for which they surely meet is E0710.  Anything else is
 * undecided, and checked at run time. */
#include "pass/passes.h"

typedef struct Touch {
    IrOp *op;
    int index;
    bool write, atomic;
    RootKind kind;
    IrValue *root;
} Touch;
typedef enum { PAIR_DISJOINT, PAIR_OPEN, PAIR_CONFLICT } Pair;
typedef struct Judge {
    IrFunc *f;
    PassCtx *c;
    IrOp *loop;
    IrValue *iv;
    int64_t step; /* 0: not constant */
    VEC(Touch) touch;
    struct Known *agree; /* in what two iterations are taken to agree, or NULL */
    bool changed;
} Judge;

enum { MAX_PAIRS = 20000, MAX_KNOWN = 16 };
typedef struct Known {
    IrValue *v[MAX_KNOWN];
    int n;
} Known;

/* ---- one axis ------------------------------------------------------------ */

typedef struct Axis {
    int64_t c; /* distance where the driver's values are neighbours, 0 if none */
    bool same_c; /* both accesses move alike */
    bool exact;  /* d is the constant lo */
    IrRange d;   /* off1 - off2 without the driver */
} Axis;

static bool varies(const Judge *j, const IrValue *v)
{
    return value_inside(v, j->loop);
}

static void widen(IrRange *r, IrRange by)
{
    if (r->lo == INT64_MIN || by.lo == INT64_MIN ||
        !add_ok(r->lo, by.lo, &r->lo))
        r->lo = INT64_MIN;
    if (r->hi == INT64_MAX || by.hi == INT64_MAX ||
        !add_ok(r->hi, by.hi, &r->hi))
        r->hi = INT64_MAX;
}

static IrRange scaled(Judge *j, IrValue *v, int64_t k)
{
    IrLinear l = {.ok = true};
    ir_linear_add_term(&l, v, k);
    return ir_linear_range(j->f, &l);
}

/* an inner loop that runs the same values in every iteration */
static bool is_free(const Judge *j, const IrValue *v)
{
    const IrOp *loop = v->arg_of ? v->arg_of->owner : NULL;
    if (!loop || loop->op != IR_FOR || v->index != 0) return false;
    for (int i = 0; i < 3; i++)
        if (varies(j, loop->args[i])) return false;
    return true;
}

static bool is_agreed(const Judge *j, const IrValue *v)
{
    for (int i = 0; j->agree && i < j->agree->n; i++)
        if (j->agree->v[i] == v) return true;
    return false;
}

/* the driver: the loop's variable, or what is
 * computed from it; step: its own */
typedef struct Driver {
    IrValue *v;
    int64_t step;
} Driver;

static void add_terms(Judge *j, Axis *a, const IrLinear *l,
                      const IrLinear *other, int sign, IrValue *driver,
                      bool same_op)
{
    for (int i = 0; i < l->n; i++) {
        IrValue *v = l->term[i].v;
        if (v == driver ||
            (is_agreed(j, v) && l->term[i].k == ir_linear_coef(other, v)))
            continue;
        if (varies(j, v)) {
            if (!same_op || !is_free(j, v)) a->exact = false;
            widen(&a->d, scaled(j, v, sign * l->term[i].k));
            continue;
        }
        const int64_t k = l->term[i].k - ir_linear_coef(other, v);
        if (k == 0) continue;
        a->exact = false;
        if (sign > 0 || ir_linear_coef(other, v) == 0)
            widen(&a->d, scaled(j, v, sign * k));
    }
}

static Axis compare_axis(Judge *j, const IrLinear *x, const IrLinear *y,
                         Driver by, bool same_op)
{
    const int64_t cx = ir_linear_coef(x, by.v), cy = ir_linear_coef(y, by.v);
    Axis a = {.same_c = cx == cy && by.step != 0, .exact = true};
    int64_t d;
    const bool near = sub_ok(x->c, y->c, &d);
    if (!mul_ok(cx, by.step, &a.c) || a.c == INT64_MIN || !near)
        a.same_c = a.exact = false;
    if (!a.same_c) a.c = 0;
    a.d = near ? (IrRange){d, d} : (IrRange){INT64_MIN, INT64_MAX};
    add_terms(j, &a, x, y, 1, by.v, same_op);
    add_terms(j, &a, y, x, -1, by.v, same_op);
    if (a.same_c) return a;
    a.exact = false;
    widen(&a.d, scaled(j, by.v, cx));
    widen(&a.d, scaled(j, by.v, -cy));
    return a;
}

static bool axis_disjoint(const Axis *a, int64_t len1, int64_t len2)
{
    const int64_t p = a->c < 0 ? -a->c : a->c;
    int64_t up, down;
    if (a->d.lo == INT64_MIN || a->d.hi == INT64_MAX) return false;
    if (a->same_c && p > 0)
        return add_ok(p, a->d.lo, &up) && sub_ok(p, a->d.hi, &down) &&
            up >= len2 && down >= len1;
    return a->d.lo >= len2 ||
        (a->d.hi <= 0 && a->d.hi > INT64_MIN && -a->d.hi >= len1);
}

/* ---- axes that tell iterations apart together ---------------------------- */

/* the same in all iterations, or computed from the loop's variable */
static bool follows(const Judge *j, const IrValue *v, int depth)
{
    if (v == j->iv || !varies(j, v)) return true;
    if (!v->def || ir_op_info[v->def->op].cls != CLS_SCALAR || depth > 20)
        return false;
    for (int i = 0; i < v->def->nargs; i++)
        if (!follows(j, v->def->args[i], depth + 1)) return false;
    return true;
}

static bool is_digit(const Judge *j, const IrValue *v)
{
    return v->def && (v->def->op == IR_SFLOORDIV || v->def->op == IR_SMOD) &&
        varies(j, v) && follows(j, v, 0);
}

static void learn(Known *k, IrValue *v)
{
    for (int i = 0; i < k->n; i++)
        if (k->v[i] == v) return;
    if (k->n < MAX_KNOWN) k->v[k->n++] = v;
}

static bool divides(const IrValue *d, const IrValue *n, int64_t *quotient)
{
    int64_t a, b;
    if (!ir_is_const_int(d, &a) || !ir_is_const_int(n, &b) || a <= 0 ||
        b <= 0 || b % a != 0)
        return false;
    *quotient = b / a;
    return true;
}

/* a quotient and a remainder give what was divided */
static IrValue *combine(Judge *j, const IrOp *q, const IrOp *r)
{
    IrValue *y = q->args[0], *z = r->args[0];
    int64_t e;
    if (ir_equal(j->f, y, z) && ir_equal(j->f, q->args[1], r->args[1]) &&
        !varies(j, q->args[1]))
        return y;
    /* (x % 8) // 4 and x % 4 give x % 8 */
    if (y->def && y->def->op == IR_SMOD && ir_equal(j->f, y->def->args[0], z) &&
        ir_equal(j->f, q->args[1], r->args[1]) &&
        divides(r->args[1], y->def->args[1], &e))
        return y;
    /* x // 8 and (x // 4) % 2 give x // 4 */
    if (z->def && z->def->op == IR_SFLOORDIV &&
        ir_equal(j->f, z->def->args[0], y) &&
        divides(z->def->args[1], q->args[1], &e) &&
        ir_equal(j->f, r->args[1], ir_idx(j->f, e)))
        return z;
    return NULL;
}

static bool names_iteration(Judge *j, IrValue *v)
{
    const IrLinear l = ir_linear(j->f, v);
    if (ir_linear_coef(&l, j->iv) == 0) return false;
    for (int i = 0; i < l.n; i++)
        if (l.term[i].v != j->iv && varies(j, l.term[i].v)) return false;
    return true;
}

static bool tells_apart(Judge *j, Known *k)
{
    for (int a = 0; a < k->n; a++)
        for (int b = 0;
             b < k->n && k->v[a]->def && k->v[a]->def->op == IR_SFLOORDIV;
             b++) {
            IrValue *v = k->v[b]->def && k->v[b]->def->op == IR_SMOD
                ? combine(j, k->v[a]->def, k->v[b]->def)
                : NULL;
            const int before = k->n;
            if (v && names_iteration(j, v)) return true;
            if (v) learn(k, v);
            if (k->n > before) a = b = 0; /* from the start */
        }
    return false;
}

static void learn_from_axis(Judge *j, const Rect *r1, const Rect *r2, int k,
                            bool same_op)
{
    const int64_t l1 = ir_linear_range(j->f, &r1->len[k]).hi,
                  l2 = ir_linear_range(j->f, &r2->len[k]).hi;
    for (int i = 0; i < r1->off[k].n; i++) {
        const Driver by = {r1->off[k].term[i].v, 1};
        if (!is_digit(j, by.v)) continue;
        const Axis a = compare_axis(j, &r1->off[k], &r2->off[k], by, same_op);
        if (a.same_c && a.c != 0 && axis_disjoint(&a, l1, l2))
            learn(j->agree, by.v);
    }
}

/* iterations that differ in what is learned are
 * disjoint; the others agree in it */
static bool disjoint_by_digits(Judge *j, const Rect *r1, const Rect *r2,
                               bool same_op)
{
    Known known = {.n = 0};
    int before;
    j->agree = &known;
    do {
        before = known.n;
        for (int k = 0; k < r1->rank; k++)
            learn_from_axis(j, r1, r2, k, same_op);
    } while (known.n > before);
    j->agree = NULL;
    return known.n > 1 && tells_apart(j, &known);
}

/* ---- one pair of accesses ------------------------------------------------ */

static bool always_runs(Judge *j, const IrOp *op)
{
    for (const IrOp *o = ir_parent_op(op); o && o != j->loop;
         o = ir_parent_op(o)) {
        if (o->op == IR_SCOPE) continue;
        if (o->op != IR_FOR || ir_find_exit(o->region[0], EXIT_LOOP))
            return false;
        int64_t step;
        IrLinear d;
        if (!ir_is_const_int(o->args[2], &step) || step <= 0) return false;
        if (!ir_diff_linear(j->f, o->args[1], o->args[0], &d) ||
            !sub_ok(d.c, 1, &d.c))
            return false;
        if (!ir_linear_nonneg(j->f, &d)) return false;
    }
    return true;
}

/* iterations i and i + m surely touch a common element */
static bool meet_at(const Judge *j, const Axis *axis, const Rect *r1,
                    const Rect *r2, int64_t m)
{
    for (int k = 0; k < r1->rank; k++) {
        const int64_t l1 = ir_linear_range(j->f, &r1->len[k]).lo,
                      l2 = ir_linear_range(j->f, &r2->len[k]).lo;
        int64_t d;
        if (l1 < 1 || l2 < 1 || !mul_ok(-axis[k].c, m, &d) ||
            !add_ok(d, axis[k].d.lo, &d))
            return false;
        if (d <= -l1 || d >= l2) return false;
    }
    return true;
}

static int64_t least_trips(Judge *j)
{
    IrRegion *tmp = ir_region(j->f, NULL);
    IrValue *t = ir_trip(j->f, tmp, j->loop->args[0], j->loop->args[1],
                         j->loop->args[2], j->loop->span);
    return ir_range(j->f, t).lo;
}

static bool find_meeting(Judge *j, const Axis *axis, const Rect *r1,
                         const Rect *r2, int64_t *m)
{
    const int64_t trips = least_trips(j);
    for (int k = 0; k < r1->rank; k++)
        if (!axis[k].exact || !axis[k].same_c) return false;
    for (int k = -1; k < r1->rank; k++) {
        const int64_t near = k >= 0 && axis[k].c ? axis[k].d.lo / axis[k].c : 0;
        for (int64_t n = near - 1; n <= near + 1; n++)
            if (n != 0 && n > -trips && n < trips &&
                meet_at(j, axis, r1, r2, n))
                return *m = n, true;
    }
    return false;
}

static bool root_inside(const Judge *j, const Touch *t)
{
    return varies(j, t->root);
}

static bool boxes_disjoint(Judge *j, const Rect *r1, const Rect *r2,
                           bool same_op, Axis axis[IR_MAX_RANK])
{
    for (int k = 0; k < r1->rank; k++) {
        axis[k] = compare_axis(j, &r1->off[k], &r2->off[k],
                               (Driver){j->iv, j->step}, same_op);
        const int64_t l1 = ir_linear_range(j->f, &r1->len[k]).hi,
                      l2 = ir_linear_range(j->f, &r2->len[k]).hi;
        if (axis_disjoint(&axis[k], l1, l2)) return true;
    }
    return disjoint_by_digits(j, r1, r2, same_op);
}

static Pair judge_pair(Judge *j, const Touch *s, const Touch *t, int64_t *m)
{
    Access a[MAX_ACCESS], b[MAX_ACCESS];
    region_accesses(j->f, s->op, a);
    region_accesses(j->f, t->op, b);
    const Rect *r1 = &a[s->index].rect, *r2 = &b[t->index].rect;
    const Rect *v1 = r1->shaped, *v2 = r2->shaped;
    const bool same_op = s->op == t->op && s->index == t->index;
    if (!region_same_root_possible(r1, r2)) return PAIR_DISJOINT;
    if (!varies(j, r1->root) && !varies(j, r2->root) &&
        ir_never_same(j->f->arena, r1->root, r2->root))
        return PAIR_DISJOINT;
    Axis axis[IR_MAX_RANK];
    if (v1 && v2 && v1->root == v2->root && !varies(j, v1->root) &&
        !v1->whole && !v2->whole && boxes_disjoint(j, v1, v2, same_op, axis))
        return PAIR_DISJOINT;
    if (r1->root != r2->root || root_inside(j, s)) return PAIR_OPEN;
    if (r1->whole || r2->whole) return PAIR_OPEN;
    if (boxes_disjoint(j, r1, r2, same_op, axis)) return PAIR_DISJOINT;
    if (r1->loose || r2->loose) return PAIR_OPEN;
    /* free inner variables take the same value in both iterations */
    for (int k = 0; same_op && k < r1->rank; k++)
        if (axis[k].exact) axis[k].d = (IrRange){0, 0};
    if (!always_runs(j, s->op) || !always_runs(j, t->op)) return PAIR_OPEN;
    return find_meeting(j, axis, r1, r2, m) ? PAIR_CONFLICT : PAIR_OPEN;
}

/* ---- one loop ------------------------------------------------------------ */

static void collect(void *ctx, IrOp *op)
{
    Judge *j = ctx;
    Access a[MAX_ACCESS];
    const int n = region_accesses(j->f, op, a);
    for (int i = 0; i < n; i++) {
        const Touch t =
            {op, i, a[i].write, a[i].atomic, a[i].rect.kind, a[i].rect.root};
        const bool private = t.kind == ROOT_ALLOC && varies(j, t.root);
        if (!private) vec_push(j->f->arena, &j->touch, t);
    }
}

static const char *iteration(Judge *j, int64_t n)
{
    int64_t start, v;
    const char *name = j->loop->at.name ? j->loop->at.name->s
                                        : "the loop variable";
    if (!ir_is_const_int(j->loop->args[0], &start) || !mul_ok(n, j->step, &v) ||
        !add_ok(start, v, &v))
        return arena_printf(j->f->arena, "iteration %lld", (long long)n);
    return arena_printf(j->f->arena, "`%s` = %lld", name, (long long)v);
}

/* Where iterations store the same elements the rest
 * stays unwritten: said once. */
static void drop_partial(Session *s, const IrValue *root)
{
    int n = 0;
    for (int i = 0; i < s->diags.n; i++) {
        Diag *d = s->diags.p[i];
        const bool drop = d->code == W0602 && d->span.lo == root->span.lo &&
            d->span.hi == root->span.hi;
        if (!drop) s->diags.p[n++] = d;
        if (drop && d->sev == SEV_WARNING) s->nwarnings--;
        if (drop && d->sev == SEV_ERROR) s->nerrors--;
    }
    s->diags.n = n;
}

static void report(Judge *j, const Touch *s, const Touch *t, int64_t m)
{
    const bool swapped = t->write && t->op->span.lo < s->op->span.lo;
    const Touch *first = swapped ? t : s, *other = swapped ? s : t;
    if (first == t) m = -m;
    const char *name = first->root->name
        ? arena_printf(j->f->arena, "`%s`", first->root->name->s)
        : "a tensor";
    Diag *d = diag_new(
        j->c->s, E0710, first->op->span,
        "iterations of this parallel loop conflict: they %s the same elements of %s",
        other->write ? "store" : "store and read", name);
    drop_partial(j->c->s, first->root);
    diag_at(j->c->s, d, "stored here");
    if (other->op != first->op)
        diag_label(j->c->s, d, other->op->span,
                   other->write ? "and here"
                                : "read here by another iteration");
    diag_label(j->c->s, d, j->loop->span, "the parallel loop");
    const int64_t low = m < 0 ? -m : 0;
    diag_note(j->c->s, d, (Span){0, 0}, "for example %s and %s",
              iteration(j, low), iteration(j, low + m));
    diag_help(j->c->s, d, "`pl.range` runs them one after the other%s",
              other->write ? "; for sums, store with `atomic=pl.AtomicType.Add`"
                           : "");
}

/* floats added by several iterations: the order would show in the bits */
static bool order_matters(const Touch *s, const Touch *t)
{
    return s->atomic && t->atomic &&
        qw_dtype_is_float(s->op->args[0]->type->dtype);
}

static ParVerdict judge_touches(Judge *j)
{
    ParVerdict v = PAR_INDEPENDENT;
    int pairs = 0;
    for (int a = 0; a < j->touch.n; a++) {
        const Touch *s = &j->touch.p[a];
        for (int b = s->write ? 0 : j->touch.n; b < j->touch.n; b++) {
            const Touch *t = &j->touch.p[b];
            const bool exact = s->atomic && t->atomic && !order_matters(s, t);
            if ((t->write && b < a) || exact) continue;
            if (s->kind != ROOT_UNKNOWN && t->kind != ROOT_UNKNOWN &&
                s->root != t->root)
                continue;
            if (++pairs > MAX_PAIRS) return PAR_UNDECIDED;
            int64_t m = 0;
            const Pair p = judge_pair(j, s, t, &m);
            if (p == PAIR_DISJOINT) continue;
            if (order_matters(s, t)) {
                fusion_note(
                    j->c, "parallel", s->op, j->loop->span, false, 0,
                    "atomic sums of floats may meet: the loop runs sequentially");
                return PAR_SEQUENTIAL;
            }
            if (p == PAIR_CONFLICT) return report(j, s, t, m), PAR_SEQUENTIAL;
            v = PAR_UNDECIDED;
        }
    }
    return v;
}

/* --parallel */
static ParVerdict as_asked(const PassCtx *c, ParVerdict v)
{
    if (c->parallel == PARALLEL_OFF) return PAR_SEQUENTIAL;
    if (v != PAR_UNDECIDED) return v;
    return c->parallel == PARALLEL_PROVEN ? PAR_SEQUENTIAL
        : c->parallel == PARALLEL_TRUST   ? PAR_INDEPENDENT
                                          : v;
}

static void judge_loop(void *ctx, IrOp *op)
{
    const Judge *outer = ctx;
    if (op->op != IR_FOR ||
        (op->at.loop != LOOP_PARALLEL && op->at.loop != LOOP_SPMD))
        return;
    if (op->at.verdict != PAR_UNKNOWN) return;
    Judge j = {.f = outer->f,
               .c = outer->c,
               .loop = op,
               .iv = op->region[0]->args[0]};
    if (!ir_is_const_int(op->args[2], &j.step)) j.step = 0;
    if (op->nresults)
        op->at.verdict = PAR_SEQUENTIAL;
    else {
        ir_walk(op->region[0], collect, &j);
        op->at.verdict = judge_touches(&j);
    }
    op->at.verdict = as_asked(j.c, op->at.verdict);
    ((Judge *)ctx)->changed = true;
}

bool pass_parallel(IrFunc *f, PassCtx *c)
{
    Judge j = {.f = f, .c = c};
    ir_walk(f->body, judge_loop, &j);
    return j.changed;
}
