/* Bounds of windows, when all of the kernel is known.  Proved inside: the op
 * gets `safe`.  Proved outside: E0412, when every execution is out of bounds,
 * or one is that surely happens (loops with constant bounds around it and
 * nothing that could skip it).  The rest is checked when the kernel runs. */
#include "lower/lower_int.h"
#include <string.h>

typedef struct Access {
    IrOp *op;
    IrValue *of; /* what is accessed */
    int rank;
    IrValue *off[IR_MAX_RANK], *win[IR_MAX_RANK];
    const char *verb;
} Access;

typedef struct Layout {
    IrOpcode op;
    int off, win;
    const char *verb;
} Layout; /* -1: one element; -2: valid of args[1] */
static const Layout layouts[] = {
    {IR_LOAD, 1, 1, "load"},     {IR_SLICE, 1, 1, "slice"},
    {IR_VIEW, 1, 2, "slice"},    {IR_READ, 1, -1, "read"},
    {IR_TREAD, 1, -1, "read"},   {IR_WRITE, 2, -1, "write"},
    {IR_TWRITE, 2, -1, "write"}, {IR_STORE, 2, -2, "store"},
    {IR_COPY, 2, -2, "store"},   {IR_ASSEMBLE, 2, -2, "store"},
};

static bool access_of(Lower *L, IrOp *op, Access *a)
{
    const Layout *y = NULL;
    for (size_t i = 0; i < LEN(layouts); i++)
        if (layouts[i].op == op->op) y = &layouts[i];
    if (!y) return false;
    *a = (Access){.op = op,
                  .of = op->args[0],
                  .rank = op->args[0]->type->rank,
                  .verb = y->verb};
    for (int k = 0, j = 0; k < a->rank; k++) {
        a->off[k] = op->args[y->off + k];
        if (y->win > 0)
            a->win[k] = op->args[y->off + y->win * a->rank + k];
        else if (y->win == -1 || (op->at.drop >> k & 1))
            a->win[k] = ir_idx(L->f, 1);
        else
            a->win[k] = ir_valid(L->f, op->args[1], j++);
    }
    return true;
}

/* off + win - size, the overhang of axis k */
static bool overhang(Lower *L, const Access *a, int k, IrLinear *d)
{
    const IrLinear w = ir_linear(L->f, a->win[k]);
    return ir_diff_linear(L->f, a->off[k], ir_back(L->f, a->of, k), d) &&
        ir_linear_add(d, &w, 1);
}

static bool negated(const IrLinear *a, IrLinear *b)
{
    *b = (IrLinear){.ok = true};
    return ir_linear_add(b, a, -1);
}

static bool axis_safe(Lower *L, const Access *a, int k)
{
    IrLinear d, n;
    if (ir_range(L->f, a->off[k]).lo < 0 &&
        !ir_less_equal(L->f, ir_idx(L->f, 0), a->off[k]))
        return false;
    return overhang(L, a, k, &d) && negated(&d, &n) &&
        ir_linear_nonneg(L->f, &n);
}

/* ---- proved to be outside ------------------------------------------------ */

static bool const_trips(const IrOp *loop)
{
    int64_t start, stop, step;
    if (!ir_is_const_int(loop->args[0], &start) ||
        !ir_is_const_int(loop->args[1], &stop))
        return false;
    if (!ir_is_const_int(loop->args[2], &step) || step == 0) return false;
    return (step > 0 ? start < stop : start > stop) &&
        !ir_find_exit(loop->region[0], EXIT_LOOP);
}

/* runs for every combination of its loops' variables */
static bool surely_runs(const IrOp *op)
{
    for (const IrOp *o = ir_parent_op(op); o; o = ir_parent_op(o)) {
        if (o->op == IR_SCOPE) continue;
        if (o->op != IR_FOR || !const_trips(o)) return false;
    }
    return true;
}

static bool only_loop_vars(const IrLinear *d)
{
    for (int i = 0; i < d->n; i++) {
        const IrValue *v = d->term[i].v;
        if (!v->arg_of || v->index != 0 || !v->arg_of->owner ||
            v->arg_of->owner->op != IR_FOR)
            return false;
        if (!const_trips(v->arg_of->owner)) return false;
    }
    return true;
}

/* is the largest value of d surely above 0? */
static bool surely_positive(Lower *L, const IrOp *op, const IrLinear *d)
{
    const IrRange r = ir_linear_range(L->f, d);
    if (r.lo > 0) return true;
    return r.hi > 0 && r.hi != INT64_MAX && only_loop_vars(d) &&
        surely_runs(op);
}

static bool is_empty_possible(Lower *L, const Access *a)
{
    for (int k = 0; k < a->rank; k++)
        if (ir_range(L->f, a->win[k]).lo < 1) return true;
    return false;
}

static const char *range_text(Lower *L, IrValue *v, const IrLinear *l)
{
    const IrRange r = ir_linear_range(L->f, l);
    if (r.lo == r.hi) return arena_printf(L->a, "%lld", (long long)r.lo);
    if (r.hi == INT64_MAX || r.hi > IR_MAX_EXTENT / 2) {
        const char *text = lw_extent(L, v);
        if (*text != '(') return text;
        return arena_printf(L->a, "%lld or more", (long long)r.lo);
    }
    return arena_printf(L->a, "up to %lld", (long long)r.hi);
}

typedef struct Bounds {
    Lower *L;
    Span reported;
} Bounds;

/* one error a statement: the load inside a store that is
 * reported, and the reverse */
static bool reported(Bounds *b, Span sp)
{
    const bool again = b->reported.hi && sp.lo < b->reported.hi &&
        b->reported.lo < sp.hi;
    if (!again) b->reported = sp;
    return again;
}

/* `a - b` for a help; NULL where the user has no words for it */
static const char *difference(Lower *L, IrValue *a, IrValue *b)
{
    int64_t x, y;
    const bool ca = ir_is_const_int(a, &x), cb = ir_is_const_int(b, &y);
    if (ca && cb)
        return arena_printf(L->a, "%lld", (long long)(x > y ? x - y : 0));
    const char *s = lw_extent(L, a), *t = lw_extent(L, b);
    if (*s == '(' || *t == '(') return NULL;
    if (cb && y == 0) return s;
    return arena_printf(L->a, strchr(t, ' ') ? "%s - (%s)" : "%s - %s", s, t);
}

/* the valid extent on axis k with which a store stays inside */
static const char *trimmed(Lower *L, const Access *a, int k)
{
    IrLinear d, rest;
    int64_t c;
    const char *win = lw_extent(L, a->win[k]),
               *room = difference(L, ir_back(L->f, a->of, k), a->off[k]);
    if (axis_safe(L, a, k)) return *win == '(' ? NULL : win;
    if (!room || *win == '(') return NULL;
    if (ir_is_const_int(a->win[k], &c) &&
        strspn(room, "0123456789") == strlen(room))
        return room;
    const bool known = ir_diff_linear(L->f, ir_back(L->f, a->of, k), a->off[k],
                                      &d) &&
        negated(&d, &rest);
    const bool inside = known && ir_linear_range(L->f, &d).lo >= 0;
    return arena_printf(L->a,
                        inside ? "pl.min(%s, %s)" : "pl.max(0, pl.min(%s, %s))",
                        win, room);
}

/* a store has no clamp=: what is stored must be valid only
 * as far as the target goes */
static void help_store(Lower *L, const Access *a, Diag *d)
{
    const IrValue *x = a->op->args[1];
    const char *name = x->name ? x->name->s : lw_source(L, x->span);
    if (strlen(name) > 30) name = "t";
    Text t = {.a = L->a}, zeros = {.a = L->a};
    const bool two = x->type->rank == 2;
    for (int k = 0; k < a->rank; k++) {
        if (a->op->at.drop >> k & 1) continue;
        const char *n = trimmed(L, a, k);
        text_printf(&t, "%s%s", t.n ? ", " : "",
                    n                      ? n
                        : k == a->rank - 1 ? "cols"
                                           : "rows");
        text_puts(&zeros, zeros.n ? ", 0" : "0");
    }
    if (two)
        diag_help(
            L->s, d,
            "store `pl.set_validshape(%s, %s)`, of which only what fits is valid",
            name, text_str(&t));
    else
        diag_help(
            L->s, d,
            "store `pl.slice(%s, %s, [%s], valid_shape=[%s])`, of which only what fits is valid",
            name, lw_shape(L, x->type), text_str(&zeros), text_str(&t));
}

static void report(Lower *L, const Access *a, int k, bool negative)
{
    const char *name = a->of->name     ? a->of->name->s
        : a->of->type->kind == TY_TILE ? "the tile"
                                       : "the tensor";
    const IrLinear off = ir_linear(L->f, a->off[k]);
    const IrRange r = ir_linear_range(L->f, &off);
    L->failed = false;
    L->inl = a->op->inl;
    Diag *d;
    if (a->of->name) name = arena_printf(L->a, "`%s`", name);
    if (negative) {
        d = lw_error(L, E0412, a->op->span,
                     "the %s of %s begins before axis %d: offset %lld", a->verb,
                     name, k, (long long)r.lo);
    } else {
        d = lw_error(
            L, E0412, a->op->span,
            "the %s of %s leaves axis %d: offset %s, extent %s, size %s",
            a->verb, name, k, range_text(L, a->off[k], &off),
            lw_extent(L, a->win[k]), lw_extent(L, ir_back(L->f, a->of, k)));
    }
    if (a->of->span.hi && a->of->name)
        diag_label(L->s, d, a->of->span, "%s is %s", name,
                   ir_type_text(L->s, a->of->type));
    if (a->op->op == IR_LOAD || a->op->op == IR_VIEW || a->op->op == IR_SLICE)
        diag_help(
            L->s, d,
            "pass `clamp=True` to `pl.slice`, or a `valid_shape=` that stays inside");
    else if (!negative && !strcmp(a->verb, "store") &&
             (a->of->type->shape[k] <= 0 || r.lo < a->of->type->shape[k]))
        help_store(L, a, d);
    else if (a->of->type->shape[k] > 0)
        diag_help(L->s, d, "the indices of axis %d are 0 to %lld", k,
                  (long long)a->of->type->shape[k] - 1);
}

/* a view of negative extent is E0903 */
static bool extents_safe(Lower *L, const IrOp *op)
{
    const int r = op->op == IR_VIEW ? op->args[0]->type->rank : 0;
    for (int k = 0; k < r; k++)
        if (!ir_less_equal(L->f, ir_idx(L->f, 0), op->args[1 + r + k]))
            return false;
    return true;
}

static void check_op(void *cx, IrOp *op)
{
    Bounds *b = cx;
    Lower *L = b->L;
    Access a;
    bool safe = true;
    if (!access_of(L, op, &a)) return;
    for (int k = 0; k < a.rank; k++) safe &= axis_safe(L, &a, k);
    op->at.safe = safe && extents_safe(L, op);
    if (safe || is_empty_possible(L, &a)) return;
    for (int k = 0; k < a.rank; k++) {
        IrLinear d, off, minus;
        off = ir_linear(L->f, a.off[k]);
        if (negated(&off, &minus) && surely_positive(L, op, &minus)) {
            if (!reported(b, op->span)) report(L, &a, k, true);
            return;
        }
        if (overhang(L, &a, k, &d) && surely_positive(L, op, &d)) {
            if (!reported(b, op->span)) report(L, &a, k, false);
            return;
        }
    }
}

void check_bounds(Lower *L)
{
    ir_facts_reset(L->f);
    Bounds b = {L, {0, 0}};
    ir_walk(L->f->body, check_op, &b);
    L->inl = NULL;
    L->failed = false;
}
