/* Which iterations touch the same memory is proved from index arithmetic.
 * Random small nests of loops over small tensors run on all their values, and
 * what each iteration touches is recorded element by element: a loop that was
 * called independent must have no two iterations that meet, a loop that was
 * refused (E0710) must have two each time it runs, and accesses that were called
 * disjoint must be. */
#include "ir_eval.h"

enum { PROGRAMS = 3000, RUNS = 6, LONGEST = 3000, MAX_OPS = 200, ROOTS = 8 };

/* ---- random programs ------------------------------------------------------------------ */

typedef struct Tensor {
    const char *name;
    int rank, shape[2];
} Tensor;
typedef struct Gen {
    Text t;
    int names;
    VEC(const char *) index;
    VEC(Tensor) tensor;
} Gen;

static const char *name(Gen *g, const char *letter)
{
    return arena_printf(g->t.a, "%%%s%d", letter, g->names++);
}

static const char *some(Gen *g)
{
    const int last = g->index.n < 4 ? g->index.n : 4;
    if (draw(4) == 0) return arena_printf(g->t.a, "%d", draw(4));
    return g->index.p[draw(3) ? g->index.n - 1 - draw(last) : draw(g->index.n)];
}

static const char *op2(Gen *g, const char *op, const char *a, const char *b)
{
    const char *v = name(g, "e");
    text_printf(&g->t, "%s: index = %s %s, %s\n", v, op, a, b);
    vec_push(g->t.a, &g->index, v);
    return v;
}

static const char *number(Gen *g, int lo, int hi)
{
    return arena_printf(g->t.a, "%d", lo + draw(hi - lo + 1));
}

/* base * q + r and the like, of a value and its digits */
static void digits(Gen *g)
{
    const int d = 2 + draw(3), e = draw(3) ? d : 2 + draw(3);
    const char *v = draw(3) ? some(g)
                            : op2(g, "sadd", some(g), number(g, 0, 3));
    if (!draw(4)) v = op2(g, "smod", v, arena_printf(g->t.a, "%d", d * 2));
    const char *q = op2(g, "sfloordiv", v, arena_printf(g->t.a, "%d", d));
    if (!draw(4)) v = op2(g, "sfloordiv", v, number(g, 1, 2));
    const char *r = op2(g, "smod", v, arena_printf(g->t.a, "%d", e));
    if (draw(2)) q = op2(g, "smul", q, number(g, 1, 4));
    if (draw(2)) r = op2(g, "smul", r, number(g, 1, 4));
    if (!draw(3)) op2(g, "sadd", q, r);
}

static void arithmetic(Gen *g)
{
    switch (draw(6)) {
    case 0: op2(g, "sadd", some(g), some(g)); break;
    case 1: op2(g, "ssub", number(g, 3, 12), some(g)); break;
    case 2: op2(g, "smin", some(g), some(g)); break;
    case 3: digits(g); break;
    default:
        op2(g, "smul", some(g), number(g, 1, 4));
        if (draw(2)) op2(g, "sadd", some(g), some(g));
    }
}

static void put_list(Gen *g, const char *const *v, int n)
{
    text_puts(&g->t, " [");
    for (int i = 0; i < n; i++) text_printf(&g->t, i ? ", %s" : "%s", v[i]);
    text_puts(&g->t, "]");
}

static void put_shape(Gen *g, const int *shape, int n)
{
    text_puts(&g->t, "[");
    for (int i = 0; i < n; i++) text_printf(&g->t, i ? ", %d" : "%d", shape[i]);
    text_puts(&g->t, "]");
}

/* a window of t: offsets and extents */
static void window(Gen *g, const Tensor *t, const char *off[2], int len[2])
{
    for (int k = 0; k < t->rank; k++) {
        off[k] = some(g);
        len[k] = 1 + draw(t->shape[k] < 4 ? t->shape[k] : 4);
    }
}

static const char *tile(Gen *g, const int *shape, int rank)
{
    const char *v = name(g, "t");
    text_printf(&g->t, "%s: f32", v);
    put_shape(g, shape, rank);
    text_puts(&g->t, " = full 0.5\n");
    if (draw(4)) return v;
    const char *n = op2(g, "smin", some(g),
                        arena_printf(g->t.a, "%d", shape[0])),
               *m = op2(g, "smax", n, "0"), *w = name(g, "t");
    text_printf(&g->t, "%s: f32", w);
    put_shape(g, shape, rank);
    text_printf(&g->t, " valid(%s%s) = setvalid %s\n", m, rank > 1 ? ", _" : "",
                v);
    return w;
}

static void access_one(Gen *g)
{
    const Tensor *t = &g->tensor.p[draw(g->tensor.n)];
    const char *off[2], *x;
    int len[2];
    window(g, t, off, len);
    switch (draw(5)) {
    case 0:
        text_printf(&g->t, "%s: f32", name(g, "l"));
        put_shape(g, len, t->rank);
        text_printf(&g->t, " = load %s", t->name);
        put_list(g, off, t->rank);
        text_puts(&g->t, " ");
        put_shape(g, len, t->rank);
        text_printf(&g->t, t->rank > 1 ? " shape(%d, %d)\n" : " shape(%d)\n",
                    len[0], len[t->rank - 1]);
        return;
    case 1:
        text_printf(&g->t, "%s: f32 = read %s", name(g, "s"), t->name);
        break;
    case 2: text_printf(&g->t, "write %s, 0.5", t->name); break;
    default:
        x = tile(g, len, t->rank);
        text_printf(&g->t, "store %s, %s", t->name, x);
    }
    put_list(g, off, t->rank);
    text_puts(&g->t, "\n");
}

static void add_tensor(Gen *g, const char *v, int rank, int a, int b)
{
    const Tensor t = {v, rank, {a, b}};
    vec_push(g->t.a, &g->tensor, t);
}

/* of the 32 x 32 tensors, which have no gaps */
static void make_view(Gen *g)
{
    const char *of = draw(2) ? "%x" : "%y", *v = name(g, "w"), *off[2];
    const Tensor t = {of, 2, {32, 32}};
    int len[2];
    switch (draw(4)) {
    case 0:
        text_printf(&g->t, "%s: &f32[128, 8] = treshape %s [128, 8]\n", v, of);
        add_tensor(g, v, 2, 128, 8);
        return;
    case 1:
        text_printf(
            &g->t,
            "%s: &f32[32, 32] stride(1, 32) = ttranspose %s axis(0, 1)\n", v,
            of);
        add_tensor(g, v, 2, 32, 32);
        return;
    default:
        window(g, &t, off, len);
        len[0] *= 2;
        text_printf(&g->t, "%s: &f32", v);
        put_shape(g, len, 2);
        text_printf(&g->t, " stride(32, 1) = view %s", of);
        put_list(g, off, 2);
        for (int i = 0; i < 2; i++) {
            text_puts(&g->t, " ");
            put_shape(g, len, 2);
        }
        text_puts(&g->t, "\n");
        add_tensor(g, v, 2, len[0], len[1]);
    }
}

static void statements(Gen *g, int depth, int n);

static void body(Gen *g, int depth, int n)
{
    const int index = g->index.n, tensors = g->tensor.n;
    statements(g, depth + 1, n);
    text_puts(&g->t, "}\n");
    g->index.n = index;
    g->tensor.n = tensors;
}

static void loop(Gen *g, int depth, bool parallel)
{
    static const int steps[] = {1, 1, 1, 1, 2, 3, -1};
    const int step = steps[draw(LEN(steps))];
    const char *i = name(g, "i"), *low = draw(3) ? "0" : some(g),
               *high = draw(3) ? number(g, 2, 9) : some(g);
    text_printf(&g->t, "for %s %s = %s, %s, %d {\n",
                parallel ? "parallel" : "range", i, step > 0 ? low : high,
                step > 0 ? high : low, step);
    const int index = g->index.n;
    vec_push(g->t.a, &g->index, i);
    body(g, depth, 2 + draw(6));
    g->index.n = index;
}

static void condition(Gen *g, int depth)
{
    const char *c = name(g, "c");
    text_printf(&g->t, "%s: bool = scmp %s, %s pred(lt)\nif %s {\n", c, some(g),
                some(g), c);
    body(g, depth, 1 + draw(3));
}

static void statements(Gen *g, int depth, int n)
{
    for (; n > 0; n--) {
        const int kind = draw(14);
        if (kind < 2 && depth < 3)
            loop(g, depth, kind == 0);
        else if (kind == 2 && depth < 4)
            condition(g, depth);
        else if (kind == 3)
            make_view(g);
        else if (kind < 9)
            arithmetic(g);
        else
            access_one(g);
    }
}

/* one loop, whose iterations quotients and remainders may tell apart */
static void digit_loop(Gen *g)
{
    const int n = 2 + draw(3), k = 2 + draw(2);
    const char *i = name(g, "i"), *d = arena_printf(g->t.a, "%d", n),
               *dk = arena_printf(g->t.a, "%d", n * k), *odd = number(g, 2, 9);
    text_printf(&g->t, "for parallel %s = 0, %d, 1 {\n", i, 4 + draw(13));
    const char *v = draw(4) ? i : op2(g, "sadd", i, number(g, 1, 3));
    if (!draw(8)) v = op2(g, "ssub", v, op2(g, "smod", v, number(g, 2, 3)));
    const char *h = op2(g, "smod", v, dk), *z = op2(g, "sfloordiv", v, d),
               *digit[5] = {op2(g, "sfloordiv", v, draw(5) ? d : odd),
                            op2(g, "smod", v, draw(5) ? d : odd),
                            op2(g, "sfloordiv", h, draw(5) ? d : odd),
                            op2(g, "sfloordiv", v, draw(5) ? dk : odd),
                            op2(g, "smod", z, draw(5) ? number(g, k, k) : odd)};
    if (!draw(8)) digit[0] = i;
    g->index.n = 0;
    for (int m = 2 + draw(3); m > 0; m--) {
        const char *e = digit[draw(5)];
        if (draw(3)) e = op2(g, "smul", e, number(g, 1, 5));
        if (!draw(3)) e = op2(g, "sadd", e, digit[draw(5)]);
        if (!draw(4)) e = op2(g, "sadd", e, draw(2) ? i : number(g, 0, 4));
        vec_push(g->t.a, &g->index, e);
        if (!draw(3)) op2(g, "sadd", e, number(g, 0, 4));
    }
    for (int m = 1 + draw(2); m > 0; m--) access_one(g);
    text_puts(&g->t, "}\n");
}

static const char *program(Arena *a)
{
    Gen g = {.t = {.a = a}};
    text_puts(&g.t,
              "func k(%x: &f32[32, 32], %y: out &f32[32, 32], "
              "%z: out &f32[96], %m: &f32[N, 4], %p: index) {\n"
              "%u: &f32[32, 32] = alloc [32, 32]\n"
              "scope name(\"s\") {\n");
    vec_push(a, &g.index, "%p");
    vec_push(a, &g.index, "%N");
    add_tensor(&g, "%x", 2, 32, 32);
    add_tensor(&g, "%y", 2, 32, 32);
    add_tensor(&g, "%z", 1, 96, 0);
    add_tensor(&g, "%u", 2, 32, 32);
    if (draw(2)) make_view(&g);
    if (draw(2)) {
        digit_loop(&g);
    } else {
        if (draw(2)) loop(&g, 0, false);
        loop(&g, 0, true);
    }
    text_puts(&g.t, "}\n}\n");
    return text_str(&g.t);
}

/* ---- what happens ------------------------------------------------------------------------ */

typedef struct Touched { /* iterations, as bits, that wrote or read an element */
    uint64_t wrote[ROOTS][ROOT_ELEMENTS], read[ROOTS][ROOT_ELEMENTS];
    int trips;
    bool active;
} Touched;

typedef struct Seen {
    IrFunc *f;
    Touched *of[MAX_OPS];  /* loops, by op id */
    IrOp *access[MAX_OPS]; /* by op id */
    bool element[MAX_OPS][ROOT_ELEMENTS];
    int root[MAX_OPS];
    signed char disjoint[MAX_OPS][MAX_OPS]; /* 0: not asked, else -1, 1 */
} Seen;

static struct { /* loops that ran, and what was said of them */
    int64_t apart, meet, independent, refused, disjoint, pairs;
} count;

static bool is_judged(const IrOp *op)
{
    return op->op == IR_FOR && op->at.loop == LOOP_PARALLEL;
}

static void begin(Machine *m, const IrOp *loop)
{
    Seen *s = m->test;
    if (!is_judged(loop)) return;
    if (!s->of[loop->id]) s->of[loop->id] = NEW(m->f->arena, Touched);
    Touched *t = s->of[loop->id];
    if (!t->active) memset(t, 0, sizeof *t);
    t->active = true;
    if (t->trips++ >= 64) m->budget = 0;
}

static void touch(Machine *m, const IrOp *op, const Access *a,
                  const bool element[ROOT_ELEMENTS], int root)
{
    Seen *s = m->test;
    s->access[op->id] = (IrOp *)op;
    s->root[op->id] = root;
    memcpy(s->element[op->id], element, sizeof s->element[0]);
    for (int l = 0; l < MAX_OPS; l++) {
        Touched *t = s->of[l];
        if (!t || !t->active || t->trips > 64 || root >= ROOTS) continue;
        uint64_t *by = a->write ? t->wrote[root] : t->read[root];
        for (int i = 0; i < ROOT_ELEMENTS; i++)
            if (element[i]) by[i] |= (uint64_t)1 << (t->trips - 1);
    }
}

static bool iterations_meet(const Touched *t)
{
    for (int r = 0; r < ROOTS; r++)
        for (int i = 0; i < ROOT_ELEMENTS; i++) {
            const uint64_t all = t->wrote[r][i] | t->read[r][i];
            if (t->wrote[r][i] && (all & (all - 1))) return true;
        }
    return false;
}

static bool was_refused(const Session *s, const IrOp *loop)
{
    for (int i = 0; i < s->diags.n; i++)
        for (int k = 0; k < s->diags.p[i]->labels.n; k++)
            if (s->diags.p[i]->code == E0710 &&
                s->diags.p[i]->labels.p[k].span.lo == loop->span.lo)
                return true;
    return false;
}

/* whole: no trap ended it */
static void judge(Machine *m, const IrOp *loop, bool whole)
{
    Seen *s = m->test;
    Touched *t = s->of[loop->id];
    const bool meet = t && t->active && iterations_meet(t),
               refused = was_refused(m->f->s, loop),
               independent = loop->at.verdict == PAR_INDEPENDENT;
    if (independent && meet) fail_msg("an independent loop has a conflict");
    if (refused && !meet && whole) fail_msg("a refused loop has no conflict");
    count.apart += !meet && whole;
    count.independent += independent && whole;
    count.meet += meet;
    count.refused += refused && meet;
    if (t) t->active = false;
}

static void done(Machine *m, const IrOp *loop)
{
    if (is_judged(loop)) judge(m, loop, true);
}

static void compare(Machine *m, const IrOp *a, const IrOp *b)
{
    Seen *s = m->test;
    signed char *d = &s->disjoint[a->id][b->id];
    Access x[MAX_ACCESS], y[MAX_ACCESS];
    if (!*d) {
        region_accesses(m->f, (IrOp *)a, x);
        region_accesses(m->f, (IrOp *)b, y);
        *d = region_disjoint(m->f, &x[0].rect, &y[0].rect) ? 1 : -1;
    }
    count.pairs++;
    if (*d < 0) return;
    count.disjoint++;
    if (s->root[a->id] != s->root[b->id]) return;
    for (int i = 0; i < ROOT_ELEMENTS; i++)
        if (s->element[a->id][i] && s->element[b->id][i])
            fail_msg("disjoint accesses meet");
}

/* of the ops in this region and, before it, in those around it */
static void leave(Machine *m, const IrRegion *r)
{
    Seen *s = m->test;
    for (const IrOp *b = r->first; b; b = b->next) {
        if (!s->access[b->id]) continue;
        const IrOp *end = b;
        for (const IrRegion *q = r; q;
             end = q->owner, q = end ? end->parent : 0)
            for (const IrOp *a = q->first; a && a != end; a = a->next)
                if (s->access[a->id]) compare(m, a, b);
    }
}

/* ---- programs ---------------------------------------------------------------------------- */

static void trapped(void *ctx, IrOp *op)
{
    Machine *m = ctx;
    const Seen *s = m->test;
    if (is_judged(op) && s->of[op->id] && s->of[op->id]->active)
        judge(m, op, false);
}

static void one_program(int i)
{
    static const int64_t extents[] = {0, 1, 2, 3, 5, 8};
    Session *s = session_new();
    seed = (uint64_t)i;
    IrFunc *f = parse(s, program(s->arena));
    PassCtx ctx = {.s = s};
    running = f;
    if (f->next_op < MAX_OPS) {
        if (draw(2)) pass_fold(f, &ctx);
        ir_facts_reset(f);
        pass_parallel(f, &ctx);
        Seen *seen = NEW(f->arena, Seen);
        Machine m = {.f = f,
                     .leave = leave,
                     .touch = touch,
                     .begin = begin,
                     .done = done,
                     .test = seen};
        for (int k = 0; k < RUNS; k++) {
            const int64_t p = draw(8) - 2;
            eval_func(&m, &p, &extents[k], LONGEST);
            ir_walk(f->body, trapped, &m);
        }
    }
    running = NULL;
    session_free(s);
}

static void claims_hold(void **state)
{
    (void)state;
    for (int i = 0; i < PROGRAMS; i++) one_program(i);
    assert_true(count.independent > count.apart / 3);
    assert_true(count.refused > count.meet / 4);
    assert_true(count.disjoint > count.pairs / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(claims_hold, show)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
