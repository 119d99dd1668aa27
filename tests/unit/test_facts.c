/* What is proved about integer scalars decides which checks vanish.  Random
 * small programs of loops, branches and index arithmetic run on all their
 * values; every interval, linear form, comparison, `nowrap` and folded value
 * must hold each time.  How much is proved is asserted too, or saying nothing
 * would pass. */
#include "ir_eval.h"

enum {
    PROGRAMS = 1000,
    RUNS = 12,
    MAX_SEEN = 200,
    MAX_MADE = 64,
    LONGEST = 4000
};

/* ---- random programs ---------------------------------------------------------------- */

typedef struct Gen {
    Text t;
    int names, loops; /* loops: around here */
    VEC(int) ints;    /* names that are visible */
    VEC(int) bools;
    int carried;
} Gen;

static const char *operand(Gen *g)
{
    static const char *const given[] = {"%N", "%M", "%p", "%N", "%M", "%q"};
    static const int64_t small[] = {0, 1, 2, 3, 4, 5, 7, 8, 16, -1, -2, -3};
    static const char *const large[] = {"9223372036854775807",
                                        "-9223372036854775807",
                                        "4611686018427387904", "3037000500"};
    const int kind = draw(10);
    if (kind < 5 && g->ints.n) {
        const int last = g->ints.n < 6 ? g->ints.n : 6;
        const int k = draw(3) ? g->ints.n - 1 - draw(last) : draw(g->ints.n);
        return arena_printf(g->t.a, "%%v%d", g->ints.p[k]);
    }
    if (kind < 7) return given[draw(LEN(given))];
    if (!draw(60)) return large[draw(LEN(large))];
    return arena_printf(g->t.a, "%lld", (long long)small[draw(LEN(small))]);
}

static const char *index_operand(Gen *g)
{
    const char *v = operand(g);
    return strcmp(v, "%q") == 0 ? "%p" : v;
}

static void arithmetic(Gen *g)
{
    static const char *const op[] = {"sadd",      "ssub", "smul",      "sadd",
                                     "ssub",      "smul", "sfloordiv", "smod",
                                     "smin",      "smax", "sshl",      "sshr",
                                     "sfloordiv", "smod"};
    const char *a = operand(g), *b = operand(g);
    const int v = g->names++;
    switch (draw(9)) {
    case 0: text_printf(&g->t, "%%v%d: index = sneg %s\n", v, a); break;
    case 1: text_printf(&g->t, "%%v%d: index = clamp_valid %s\n", v, a); break;
    case 2:
        text_printf(&g->t, "%%v%d: index = trip %s, %s, %d\n", v,
                    index_operand(g), index_operand(g), 1 + draw(3));
        break;
    case 3:
        text_printf(&g->t,
                    "%%v%d.q: index = sfloordiv %s, %d\n"
                    "%%v%d: index = smul %%v%d.q, %d\n",
                    v, a, 2 + draw(3), v, v, 1 + draw(4));
        break;
    case 4:
        text_printf(&g->t,
                    "%%v%d.c: i8 = scast %s\n%%v%d: index = scast %%v%d.c\n", v,
                    a, v, v);
        break;
    default:
        text_printf(&g->t, "%%v%d: index = %s %s, %s\n", v, op[draw(LEN(op))],
                    a, b);
    }
    vec_push(g->t.a, &g->ints, v);
}

static void condition(Gen *g)
{
    static const char *const pred[] = {"eq", "ne", "lt", "le", "gt", "ge"};
    const int v = g->names++;
    if (g->bools.n > 1 && !draw(3))
        text_printf(&g->t, "%%v%d: bool = %s %%v%d, %%v%d\n", v,
                    draw(2) ? "sand" : "sor", g->bools.p[draw(g->bools.n)],
                    g->bools.p[draw(g->bools.n)]);
    else
        text_printf(&g->t, "%%v%d: bool = scmp %s, %s pred(%s)\n", v,
                    operand(g), operand(g), pred[draw(6)]);
    vec_push(g->t.a, &g->bools, v);
}

static void choice(Gen *g)
{
    if (!g->bools.n) condition(g);
    const int v = g->names++;
    text_printf(&g->t, "%%v%d: index = select %%v%d, %s, %s\n", v,
                g->bools.p[draw(g->bools.n)], index_operand(g),
                index_operand(g));
    vec_push(g->t.a, &g->ints, v);
}

static void statements(Gen *g, int depth, int n);

/* leaves what is visible as it was */
static void block(Gen *g, int depth, const char *end)
{
    const int ints = g->ints.n, bools = g->bools.n;
    statements(g, depth, 2 + draw(4));
    if (strcmp(end, "yield") == 0 && g->loops && !draw(3))
        end = draw(2) ? "break" : "continue";
    if (strcmp(end, "yield") == 0)
        text_printf(&g->t, "yield %s\n", index_operand(g));
    else {
        text_puts(&g->t, end);
        for (int i = 0; i < g->carried; i++)
            text_printf(&g->t, " %s", index_operand(g));
        text_puts(&g->t, "\n");
    }
    g->ints.n = ints;
    g->bools.n = bools;
}

static void branch(Gen *g, int depth)
{
    if (!g->bools.n) condition(g);
    const int v = g->names++;
    text_printf(&g->t, "%%v%d: index = if %%v%d {\n", v,
                g->bools.p[draw(g->bools.n)]);
    block(g, depth + 1, "yield");
    text_puts(&g->t, "} else {\n");
    const int loops = g->loops;
    g->loops = 0; /* one arm goes on */
    block(g, depth + 1, "yield");
    g->loops = loops;
    text_puts(&g->t, "}\n");
    vec_push(g->t.a, &g->ints, v);
}

static void counted(Gen *g, int depth)
{
    static const int steps[] = {1, 1, 1, 2, 3, 4, -1, -2};
    const int v = g->names++, outer = g->carried, ints = g->ints.n;
    const char *step = draw(12)
        ? arena_printf(g->t.a, "%d", steps[draw(LEN(steps))])
        : index_operand(g);
    text_printf(&g->t,
                "%%v%d: index = for range %%v%d.i = %s, %s, %s "
                "carry(%%v%d.c: index = %s) {\n",
                v, v, index_operand(g), index_operand(g), step, v,
                index_operand(g));
    const int i = g->names++;
    text_printf(&g->t, "%%v%d: index = sadd %%v%d.i, 0\n", i, v);
    vec_push(g->t.a, &g->ints, i);
    const int c = g->names++;
    text_printf(&g->t, "%%v%d: index = smin %%v%d.c, %d\n", c, v, draw(9));
    vec_push(g->t.a, &g->ints, c);
    g->carried = 1;
    g->loops++;
    const int loops = g->loops;
    statements(g, depth + 1, 1 + draw(5));
    g->loops = loops - 1;
    text_printf(&g->t, "yield %s\n}\n", index_operand(g));
    g->carried = outer;
    g->ints.n = ints;
    vec_push(g->t.a, &g->ints, v);
}

static void statements(Gen *g, int depth, int n)
{
    const int bools = g->bools.n;
    for (; n > 0; n--) {
        const int kind = draw(12);
        if (kind == 0)
            condition(g);
        else if (kind == 1)
            choice(g);
        else if (kind == 2)
            text_printf(&g->t, "write %%y, %s [0]\n", index_operand(g));
        else if (kind == 3 && depth < 3)
            branch(g, depth);
        else if (kind < 6 && depth < 3)
            counted(g, depth);
        else
            arithmetic(g);
    }
    g->bools.n = bools;
}

static const char *program(Arena *a)
{
    Gen g = {.t = {.a = a}};
    text_puts(
        &g.t,
        "func k(%x: &f32[N, 4], %z: &f32[M, 4], %y: out &i64[4], %p: index, "
        "%q: i8) {\n");
    statements(&g, 0, 4 + draw(6));
    text_puts(&g.t, "}\n");
    return text_str(&g.t);
}

/* ---- claims ------------------------------------------------------------------------------ */

typedef struct Made { /* a builder was asked for op(a, b) at the end of a region */
    const IrRegion *at;
    IrOpcode op;
    CmpPred pred;
    IrValue *a, *b, *value;
} Made;

typedef struct Combination { /* proved: k * a + l * b + c >= 0 */
    const IrRegion *at;
    IrValue *a, *b;
    int64_t k, l, c;
} Combination;

enum { ASKED = 1, LESS = 2, SAME = 4 };
typedef struct Claims {
    unsigned char *pair; /* of value ids */
    int n;
    Made made[MAX_MADE];
    Combination sum[MAX_MADE];
    int nmade, nsums;
    bool *low, *high; /* the ends of its interval were met */
} Claims;

static struct { /* claims that were made, and what could have been */
    int64_t less, holds, ranges, bounded, tight, sums, folded;
} count;

static bool is_number(const IrValue *v)
{
    return v->type->kind == TY_SCALAR && qw_dtype_is_int(v->type->dtype) &&
        v->type->dtype != QW_BOOL;
}

static int collect_from(const IrRegion *r, const IrOp *end, IrValue **out,
                        int n)
{
    for (int i = 0; i < r->nargs && n < MAX_SEEN; i++)
        if (is_number(r->args[i])) out[n++] = r->args[i];
    for (const IrOp *op = r->first; op && op != end; op = op->next)
        for (int i = 0; i < op->nresults && n < MAX_SEEN; i++)
            if (is_number(op->results[i])) out[n++] = op->results[i];
    return n;
}

/* the numbers that can be seen at the end of a region */
static int visible(const IrFunc *f, const IrRegion *r, IrValue **out)
{
    int n = 0;
    for (int i = 0; i < f->nsyms; i++) out[n++] = f->syms[i].value;
    for (int i = 0; i < f->nparams; i++)
        if (is_number(f->params[i].value)) out[n++] = f->params[i].value;
    for (const IrOp *end = NULL; r;
         end = r->owner, r = end ? end->parent : NULL)
        n = collect_from(r, end, out, n);
    return n;
}

static void check_range(Machine *m, Claims *c, IrValue *v)
{
    const IrRange r = ir_range(m->f, v);
    const int64_t x = eval(m, v);
    if (x < r.lo || x > r.hi)
        fail_msg("%%%d is %lld, not in [%lld, %lld]", v->id, (long long)x,
                 (long long)r.lo, (long long)r.hi);
    c->low[v->id] |= x == r.lo;
    c->high[v->id] |= x == r.hi;
}

static void check_form(Machine *m, IrValue *v)
{
    const IrLinear l = ir_linear(m->f, v);
    assert_true(l.ok);
    __int128 x = l.c;
    for (int i = 0; i < l.n; i++)
        x += (__int128)l.term[i].k * eval(m, l.term[i].v);
    if (x != eval(m, v)) fail_msg("the form of %%%d is wrong", v->id);
}

static void check_pair(Machine *m, Claims *c, IrValue *a, IrValue *b)
{
    unsigned char *is = &c->pair[a->id * c->n + b->id];
    if (!*is) {
        *is = ASKED;
        if (ir_less_equal(m->f, a, b)) *is |= LESS;
        if (ir_equal(m->f, a, b)) *is |= SAME;
    }
    const int64_t x = eval(m, a), y = eval(m, b);
    count.less += (*is & LESS) != 0;
    count.holds += x <= y;
    if ((*is & LESS) && x > y)
        fail_msg("%%%d <= %%%d was proved: %lld, %lld", a->id, b->id,
                 (long long)x, (long long)y);
    if ((*is & SAME) && x != y)
        fail_msg("%%%d == %%%d was proved: %lld, %lld", a->id, b->id,
                 (long long)x, (long long)y);
}

static void check_made(Machine *m, const Made *d)
{
    const int64_t a = eval(m, d->a), b = eval(m, d->b), r = eval(m, d->value);
    int64_t want;
    bool goes = true;
    if (d->op == IR_SCMP)
        want = eval_compare(d->pred, a, b);
    else
        goes = eval_binary(d->op, a, b, &want);
    if (!goes || r != want)
        fail_msg("built %s %lld, %lld as %lld%s", ir_op_info[d->op].text,
                 (long long)a, (long long)b, (long long)r,
                 goes ? "" : ", which traps");
}

static void check_sum(Machine *m, const Combination *s)
{
    const __int128 x = (__int128)s->k * eval(m, s->a) +
        (__int128)s->l * eval(m, s->b) + s->c;
    if (x < 0)
        fail_msg("%lld * %%%d + %lld * %%%d + %lld >= 0 was proved",
                 (long long)s->k, s->a->id, (long long)s->l, s->b->id,
                 (long long)s->c);
}

static void check_claims(Machine *m, const IrRegion *r)
{
    Claims *c = m->test;
    IrValue *v[MAX_SEEN];
    const int n = visible(m->f, r, v);
    for (int i = 0; i < n; i++) {
        check_range(m, c, v[i]);
        check_form(m, v[i]);
        for (int k = 0; k < n; k++) check_pair(m, c, v[i], v[k]);
    }
    for (int i = 0; i < c->nmade; i++)
        if (c->made[i].at == r) check_made(m, &c->made[i]);
    for (int i = 0; i < c->nsums; i++)
        if (c->sum[i].at == r) check_sum(m, &c->sum[i]);
}

/* asks the builders for ops at the end of a region, before its terminator */
static void build_some(Claims *c, IrFunc *f, IrRegion *r)
{
    static const IrOpcode ops[] = {IR_SADD, IR_SSUB,      IR_SMUL, IR_SMIN,
                                   IR_SMAX, IR_SFLOORDIV, IR_SMOD, IR_SCMP,
                                   IR_SSHL, IR_SSHR};
    IrValue *v[MAX_SEEN];
    const int n = visible(f, r, v);
    IrOp *end = r->last && (ir_op_info[r->last->op].flags & OPF_T) ? r->last
                                                                   : NULL;
    IrRegion *made = end ? ir_region(f, NULL) : r;
    for (int i = 0; i < 3 && c->nmade < MAX_MADE; i++) {
        Made d = {.at = r, .op = ops[draw(LEN(ops))], .pred = (CmpPred)draw(6)};
        d.a = draw(4) ? v[draw(n)] : ir_idx(f, draw(19) - 9);
        d.b = draw(2) ? v[draw(n)] : ir_idx(f, draw(19) - 9);
        d.value = d.op == IR_SCMP
            ? ir_scmp(f, made, d.pred, d.a, d.b, f->span)
            : ir_scalar_op(f, made, d.op, d.a, d.b, f->span);
        count.folded += d.value->is_const;
        c->made[c->nmade++] = d;
    }
    while (end && made->first) {
        IrOp *op = made->first;
        ir_remove(op);
        ir_insert_before(end, op);
    }
}

static void prove_some(Claims *c, IrFunc *f, IrRegion *r)
{
    IrValue *v[MAX_SEEN];
    const int n = visible(f, r, v);
    for (int i = 0; i < 6 && c->nsums < MAX_MADE; i++) {
        const Combination s = {r,           v[draw(n)],  v[draw(n)],
                               draw(9) - 4, draw(9) - 4, draw(33) - 16};
        const IrLinear a = ir_linear(f, s.a), b = ir_linear(f, s.b);
        IrLinear sum = {.ok = true, .c = s.c};
        if (!ir_linear_add(&sum, &a, s.k) || !ir_linear_add(&sum, &b, s.l) ||
            !ir_linear_nonneg(f, &sum))
            continue;
        c->sum[c->nsums++] = s;
    }
}

static void in_regions(Claims *c, IrFunc *f, IrRegion *r,
                       void (*fn)(Claims *, IrFunc *, IrRegion *))
{
    for (IrOp *op = r->first; op; op = op->next)
        for (int i = 0; i < 2; i++)
            if (op->region[i]) in_regions(c, f, op->region[i], fn);
    fn(c, f, r);
}

static void measure(const IrFunc *f, const Claims *c, const IrValue *v)
{
    const IrRange r = ir_range((IrFunc *)f, (IrValue *)v);
    count.ranges++;
    count.bounded += r.lo > INT64_MIN || r.hi < INT64_MAX;
    count.tight += c->low[v->id] && c->high[v->id];
}

static void measure_op(void *test, IrOp *op)
{
    Machine *m = test;
    for (int i = 0; i < op->nresults; i++)
        if (is_number(op->results[i])) measure(m->f, m->test, op->results[i]);
}

static Claims *claims_of(IrFunc *f)
{
    Claims *c = NEW(f->arena, Claims);
    c->n = f->next_value;
    c->pair = NEW_ARRAY(f->arena, unsigned char, c->n * c->n);
    c->low = NEW_ARRAY(f->arena, bool, c->n);
    c->high = NEW_ARRAY(f->arena, bool, c->n);
    return c;
}

static void choose(int run, int64_t sym[2], int64_t scalar[2])
{
    static const int64_t extents[] = {0, 1, 2, 3, 5, 8},
                         index[] = {-4, -1, 0, 1, 6, 100},
                         bytes[] = {-128, -1, 0, 2, 9, 127};
    sym[0] = extents[(run + draw(2)) % 6];
    sym[1] = extents[draw(6)];
    scalar[0] = index[draw(6)];
    scalar[1] = bytes[draw(6)];
}

typedef struct Result {
    Outcome how;
    int n;
    int64_t sink[MAX_SINKS];
} Result;

static void run_all(IrFunc *f, Claims *c, Result *out)
{
    Machine m = {.f = f, .test = c, .leave = check_claims};
    for (int i = 0; i < RUNS; i++) {
        int64_t sym[2], scalar[2];
        choose(i, sym, scalar);
        out[i].how = eval_func(&m, scalar, sym, LONGEST);
        out[i].n = m.nsinks;
        memcpy(out[i].sink, m.sink, sizeof m.sink);
    }
    ir_walk(f->body, measure_op, &m);
}

static void same_results(const Result *a, const Result *b)
{
    for (int i = 0; i < RUNS; i++) {
        if (a[i].how == TOO_LONG || b[i].how == TOO_LONG) continue;
        assert_int_equal(a[i].how, b[i].how);
        assert_int_equal(a[i].n, b[i].n);
        assert_memory_equal(a[i].sink, b[i].sink,
                            (size_t)a[i].n * sizeof a[i].sink[0]);
    }
}

static void one_program(int i)
{
    static Result before[RUNS], after[RUNS];
    Session *s = session_new();
    seed = (uint64_t)i;
    const char *text = program(s->arena);
    const uint64_t runs = seed;
    IrFunc *f = parse(s, text);
    running = f;
    Claims *c = claims_of(f);
    in_regions(c, f, f->body, prove_some);
    seed = runs;
    run_all(f, c, before);
    PassCtx ctx = {.s = s};
    ir_facts_reset(f);
    pass_fold(f, &ctx);
    assert_true(ir_verify(f, "fold"));
    ir_facts_reset(f);
    seed = runs;
    run_all(f, claims_of(f), after);
    same_results(before, after);
    count.sums += c->nsums;
    running = f = parse(s, text);
    Claims *built = claims_of(f);
    in_regions(built, f, f->body, build_some);
    c = claims_of(f);
    memcpy(c->made, built->made, sizeof c->made);
    c->nmade = built->nmade;
    ir_facts_reset(f);
    seed = runs;
    run_all(f, c, after);
    running = NULL;
    session_free(s);
}

static void claims_hold(void **state)
{
    (void)state;
    for (int i = 0; i < PROGRAMS; i++) one_program(i);
    assert_true(count.less > count.holds / 5);
    assert_true(count.bounded > count.ranges / 2);
    assert_true(count.tight > count.ranges / 20);
    assert_true(count.sums > PROGRAMS && count.folded > PROGRAMS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(claims_hold, show)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
