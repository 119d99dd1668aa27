/* Intervals of integer scalars, and symbolic comparison on top of them.
 *
 * ir_range looks at definitions: constants, dimensions, loop variables with
 * bounds and step, min, max, arithmetic, what regions yield.  A value that is
 * asked for while it is being computed (a loop carries it) is unbounded, which
 * is safe.  Every op traps on overflow, so a value always lies in 64 bits and
 * an interval that leaves them is cut off there.
 *
 * ir_linear_nonneg proves c + sum k*v >= 0: by intervals, else by replacing one
 * v by a symbolic bound (loop variable < stop, min(x, y) <= x ...) and trying
 * again, within a small budget. */
#include "ir/ir.h"
#include "ir/facts.h"

static const IrRange ALL = {INT64_MIN, INT64_MAX};

static IrRange range(IrFunc *f, IrValue *v, int depth);

static IrRange join(IrRange a, IrRange b)
{
    return (IrRange){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

/* of two facts that both hold */
static IrRange meet(IrRange a, IrRange b)
{
    IrRange m = {a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
    if (m.lo > m.hi) m.hi = m.lo; /* code that never runs */
    return m;
}

static int64_t add_sat(int64_t a, int64_t b)
{
    int64_t r;
    return add_ok(a, b, &r) ? r : b < 0 ? INT64_MIN : INT64_MAX;
}

static int64_t sub_sat(int64_t a, int64_t b)
{
    int64_t r;
    return sub_ok(a, b, &r) ? r : b > 0 ? INT64_MIN : INT64_MAX;
}

static int64_t mul_sat(int64_t a, int64_t b)
{
    int64_t r;
    return mul_ok(a, b, &r) ? r : (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
}

static int64_t neg_sat(int64_t a)
{
    return a == INT64_MIN ? INT64_MAX : -a;
}

static IrRange range_scale(IrRange a, int64_t k)
{
    const int64_t x = mul_sat(a.lo, k), y = mul_sat(a.hi, k);
    return k < 0 ? (IrRange){y, x} : (IrRange){x, y};
}

static IrRange range_mul(IrRange a, IrRange b)
{
    return join(range_scale(a, b.lo), range_scale(a, b.hi));
}

static IrRange range_of_dtype(QwDtype d)
{
    if (d == QW_BOOL) return (IrRange){0, 1};
    if (!qw_dtype_is_int(d) || d == QW_U64) return ALL;
    return (IrRange){qw_dtype_min(d), (int64_t)qw_dtype_max(d)};
}

/* ---- values that loops and branches make --------------------------------- */

/* the last value that a counted loop reaches, if its
 * ends are known well enough */
static IrRange range_up(IrRange start, IrRange stop, int64_t step)
{
    IrRange r = {start.lo, stop.hi == INT64_MIN ? INT64_MIN : stop.hi - 1};
    int64_t span;
    if (start.lo == start.hi && stop.hi != INT64_MAX &&
        sub_ok(r.hi, start.lo, &span) && span >= 0)
        r.hi = start.lo + span / step * step;
    return r.hi < r.lo ? (IrRange){r.lo, r.lo} : r;
}

static IrRange range_down(IrRange start, IrRange stop, int64_t step)
{
    const IrRange up = range_up((IrRange){neg_sat(start.hi), neg_sat(start.lo)},
                                (IrRange){neg_sat(stop.hi), neg_sat(stop.lo)},
                                neg_sat(step));
    return (IrRange){neg_sat(up.hi), neg_sat(up.lo)};
}

static IrRange range_loop_var(IrFunc *f, const IrOp *op, int depth)
{
    const IrRange start = range(f, op->args[0], depth),
                  stop = range(f, op->args[1], depth);
    const IrRange step = range(f, op->args[2], depth);
    if (step.lo > 0)
        return range_up(start, stop, step.lo == step.hi ? step.lo : 1);
    if (step.hi < 0)
        return range_down(start, stop, step.lo == step.hi ? step.lo : -1);
    return join(start, stop);
}

/* slot of what a FOR carries: where it starts or what a pass yields */
static IrRange range_carried(IrFunc *f, const IrOp *op, int slot, int depth)
{
    const IrRegion *r = op->region[0];
    if (!r || !r->last || r->last->op != IR_YIELD || ir_find_exit(r, EXIT_LOOP))
        return ALL;
    if (slot >= r->last->nargs || 3 + slot >= op->nargs) return ALL;
    return join(range(f, op->args[3 + slot], depth),
                range(f, r->last->args[slot], depth));
}

static IrRange range_arg(IrFunc *f, const IrValue *v, int depth)
{
    const IrOp *op = v->arg_of->owner;
    if (!op || op->op != IR_FOR || op->nargs < 3) return ALL;
    return v->index == 0 ? range_loop_var(f, op, depth)
                         : range_carried(f, op, v->index - 1, depth);
}

/* results of IF and SCOPE: what the regions yield */
static IrRange range_yielded(IrFunc *f, const IrOp *op, int index, int depth)
{
    IrRange r = ALL;
    bool any = false;
    for (int i = 0; i < 2 && op->region[i]; i++) {
        const IrOp *last = op->region[i]->last;
        if (!last || ir_is_exit(last)) continue;
        if (last->op != IR_YIELD || index >= last->nargs) return ALL;
        const IrRange y = range(f, last->args[index], depth);
        r = any ? join(r, y) : y;
        any = true;
    }
    return r;
}

/* ---- arithmetic ---------------------------------------------------------- */

static IrRange range_quotient(IrRange a, IrRange b)
{
    if (b.lo == 0) b.lo = 1; /* 0 traps */
    if (b.lo < 0 || b.hi < b.lo) return ALL;
    const int64_t q[4] = {floor_div(a.lo, b.lo), floor_div(a.lo, b.hi),
                          floor_div(a.hi, b.lo), floor_div(a.hi, b.hi)};
    IrRange r = {q[0], q[0]};
    for (int i = 1; i < 4; i++) r = join(r, (IrRange){q[i], q[i]});
    return r;
}

static IrRange range_modulo(IrRange a, IrRange b)
{
    if (b.lo == 0) b.lo = 1; /* 0 traps */
    if (b.lo > 0 && b.hi >= b.lo) {
        if (a.lo >= 0 && a.hi < b.lo) return a;
        return (IrRange){0, a.lo >= 0 && a.hi < b.hi - 1 ? a.hi : b.hi - 1};
    }
    return b.hi < 0 && b.lo > INT64_MIN ? (IrRange){b.lo + 1, 0} : ALL;
}

static IrRange range_trip(IrRange start, IrRange stop, IrRange step)
{
    if (step.lo <= 0) return (IrRange){0, INT64_MAX};
    int64_t span;
    IrRange r = {0, INT64_MAX};
    if (sub_ok(stop.hi, start.lo, &span))
        r.hi = span <= 0 ? 0 : (span - 1) / step.lo + 1;
    if (sub_ok(stop.lo, start.hi, &span) && span > 0)
        r.lo = (span - 1) / step.hi + 1;
    return r;
}

static IrRange range_shift(IrRange a, IrRange n, bool left)
{
    if (n.lo < 0 || n.hi > 62) return ALL;
    if (left)
        return range_mul(a, (IrRange){(int64_t)1 << n.lo, (int64_t)1 << n.hi});
    return range_quotient(a, (IrRange){(int64_t)1 << n.lo, (int64_t)1 << n.hi});
}

static IrRange range_op(IrFunc *f, const IrValue *v, int depth)
{
    const IrOp *op = v->def;
    IrRange r[3] = {ALL, ALL, ALL};
    if (ir_op_info[op->op].cls == CLS_SCALAR || op->op == IR_CLAMP_VALID)
        for (int i = 0; i < op->nargs && i < 3; i++)
            r[i] = range(f, op->args[i], depth);
    const IrRange a = r[0], b = r[1], all = range_of_dtype(v->type->dtype);
    switch (op->op) {
    case IR_SADD: return (IrRange){add_sat(a.lo, b.lo), add_sat(a.hi, b.hi)};
    case IR_SSUB: return (IrRange){sub_sat(a.lo, b.hi), sub_sat(a.hi, b.lo)};
    case IR_SMUL: return range_mul(a, b);
    case IR_SFLOORDIV: return range_quotient(a, b);
    case IR_SMOD: return range_modulo(a, b);
    case IR_SSHL: return range_shift(a, b, true);
    case IR_SSHR: return range_shift(a, b, false);
    case IR_SNEG: return (IrRange){neg_sat(a.hi), neg_sat(a.lo)};
    case IR_SMIN:
        return (IrRange){a.lo < b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
    case IR_SMAX:
        return (IrRange){a.lo > b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
    case IR_SELECT: return join(b, r[2]);
    case IR_SCAST:
        return qw_dtype_is_int(op->args[0]->type->dtype) &&
                v->type->dtype != QW_BOOL
            ? meet(a, all)
            : all;
    case IR_TRIP: return range_trip(a, b, r[2]);
    case IR_CLAMP_VALID:
        return (IrRange){a.lo < 0 ? 0 : a.lo, a.hi < 0 ? 0 : a.hi};
    case IR_IF:
    case IR_SCOPE: return range_yielded(f, op, v->index, depth);
    case IR_FOR: return range_carried(f, op, v->index, depth);
    default: return all;
    }
}

static bool is_dimension(const IrFunc *f, const IrValue *v)
{
    for (int i = 0; i < f->nsyms; i++)
        if (f->syms[i].value == v) return true;
    return false;
}

/* a form need not fit 64 bits: what once was unbounded stays so */
IrRange ir_linear_range(IrFunc *f, const IrLinear *l)
{
    IrRange r = {l->c, l->c};
    for (int i = 0; i < l->n; i++) {
        const IrRange t = range_scale(range(f, l->term[i].v, 0), l->term[i].k);
        const bool below = r.lo == INT64_MIN || t.lo == INT64_MIN,
                   above = r.hi == INT64_MAX || t.hi == INT64_MAX;
        r.lo = below ? INT64_MIN : add_sat(r.lo, t.lo);
        r.hi = above ? INT64_MAX : add_sat(r.hi, t.hi);
    }
    return r;
}

static IrRange range_compute(IrFunc *f, IrValue *v, int depth)
{
    if (v->is_const) return (IrRange){v->c.i, v->c.i};
    if (v->arg_of) return range_arg(f, v, depth);
    if (!v->def)
        return is_dimension(f, v) ? (IrRange){0, IR_MAX_EXTENT}
                                  : range_of_dtype(v->type->dtype);
    const IrRange direct = range_op(f, v, depth);
    if (v->def->op != IR_SADD && v->def->op != IR_SSUB) return direct;
    const IrLinear l = ir_linear(f, v); /* terms that cancel make it tighter */
    if (l.n == 1 && l.term[0].v == v) return direct;
    return meet(direct, ir_linear_range(f, &l));
}

static IrRange range(IrFunc *f, IrValue *v, int depth)
{
    if (v->type->kind != TY_SCALAR || qw_dtype_is_float(v->type->dtype) ||
        depth >= IR_FACT_DEPTH)
        return ALL;
    struct IrFacts *k = ir_facts(f, v);
    if (k->state[v->id] == 2) return k->range[v->id];
    if (k->state[v->id] == 1) return ALL;
    k->state[v->id] = 1;
    const IrRange r = range_compute(f, v, depth + 1);
    k = ir_facts(f, v);
    k->state[v->id] = 2;
    return k->range[v->id] = r;
}

IrRange ir_range(IrFunc *f, IrValue *v)
{
    return range(f, v, 0);
}

/* ---- symbolic comparison ------------------------------------------------- */

typedef struct Proof {
    IrFunc *f;
    int budget;
} Proof;

static bool nonneg(Proof *p, const IrLinear *d, int depth);

/* d with k * term replaced by k * (x + c) / div */
static bool replaced(Proof *p, const IrLinear *d, int i, IrValue *x, int64_t c,
                     int64_t div, int depth)
{
    IrLinear e = *d;
    const int64_t k = d->term[i].k;
    IrLinear m = x ? ir_linear(p->f, x) : (IrLinear){.ok = true};
    if (k % div != 0 || !m.ok || !add_ok(m.c, c, &m.c)) return false;
    if (!ir_linear_add_term(&e, d->term[i].v, -k) ||
        !ir_linear_add(&e, &m, k / div))
        return false;
    return nonneg(p, &e, depth + 1);
}

/* stop - start divisible by the step: the last value is stop - step */
static int64_t last_distance(IrFunc *f, const IrOp *loop, int64_t step)
{
    IrLinear d;
    if (!ir_diff_linear(f, loop->args[1], loop->args[0], &d) || d.c % step != 0)
        return 1;
    for (int i = 0; i < d.n; i++)
        if (d.term[i].k % step != 0) return 1;
    return step;
}

static bool replace_loop_var(Proof *p, const IrLinear *d, int i, int depth)
{
    const IrOp *loop = d->term[i].v->arg_of->owner;
    int64_t step;
    if (!loop || loop->op != IR_FOR || d->term[i].v->index != 0) return false;
    if (!ir_is_const_int(loop->args[2], &step) || step == 0 ||
        step == INT64_MIN)
        return false;
    if ((d->term[i].k > 0) == (step > 0))
        return replaced(p, d, i, loop->args[0], 0, 1, depth);
    const int64_t away = last_distance(p->f, loop, step < 0 ? -step : step);
    return replaced(p, d, i, loop->args[1], step > 0 ? -away : away, 1, depth);
}

/* v is x or y, and at least / at most both: one of them, or both must do */
static bool replace_choice(Proof *p, const IrLinear *d, int i, IrValue *x,
                           IrValue *y, bool either, int depth)
{
    const bool first = replaced(p, d, i, x, 0, 1, depth);
    if (either && first) return true;
    return (either || first) && replaced(p, d, i, y, 0, 1, depth);
}

static bool replace_term(Proof *p, const IrLinear *d, int i, int depth)
{
    const IrValue *v = d->term[i].v;
    const int64_t k = d->term[i].k;
    int64_t c;
    if (v->arg_of) return replace_loop_var(p, d, i, depth);
    if (!v->def) return false;
    IrValue **arg = v->def->args;
    switch (v->def->op) {
    case IR_SMIN: return replace_choice(p, d, i, arg[0], arg[1], k < 0, depth);
    case IR_SMAX: return replace_choice(p, d, i, arg[0], arg[1], k > 0, depth);
    case IR_SELECT:
        return replace_choice(p, d, i, arg[1], arg[2], false, depth);
    case IR_CLAMP_VALID:
        return replace_choice(p, d, i, arg[0], NULL, k > 0, depth);
    case IR_SFLOORDIV:
        if (!ir_is_const_int(arg[1], &c) || c <= 0) return false;
        return replaced(p, d, i, arg[0], k > 0 ? 1 - c : 0, c, depth);
    default: return false;
    }
}

static bool nonneg(Proof *p, const IrLinear *d, int depth)
{
    if (ir_linear_range(p->f, d).lo >= 0) return true;
    if (depth >= 8) return false;
    for (int i = 0; i < d->n; i++) {
        if (p->budget-- <= 0) return false;
        if (replace_term(p, d, i, depth)) return true;
    }
    return false;
}

bool ir_linear_nonneg(IrFunc *f, const IrLinear *d)
{
    Proof p = {f, 64};
    return nonneg(&p, d, 0);
}

bool ir_less_equal(IrFunc *f, IrValue *a, IrValue *b)
{
    IrLinear d;
    if (a == b) return true;
    if (!ir_linear(f, a).ok || !ir_linear(f, b).ok) return false;
    const IrRange ra = ir_range(f, a), rb = ir_range(f, b);
    if (ra.hi <= rb.lo) return true;
    if (ra.lo > rb.hi) return false;
    return ir_diff_linear(f, b, a, &d) && ir_linear_nonneg(f, &d);
}
