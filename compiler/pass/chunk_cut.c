/* Cuts one chunked loop, with those directly nested in it that can be
 * interchanged, and says what was cut and what could not be. */
#include "pass/chunk.h"

enum { MAX_LEVELS = 8 };

/* ---- strip-mining -------------------------------------------------------- */

typedef struct Level {
    IrOp *loop;
    int64_t chunk, step, width, trip;
    IrOp *outer;
} Level;

/* C * step; a chunk beyond the trip count is one chunk */
static bool measure(Chunk *x, IrOp *loop, Level *l)
{
    IrRegion *tmp = ir_region(x->f, NULL);
    *l = (Level){.loop = loop, .chunk = loop->at.chunk, .trip = -1};
    if (!ir_is_const_int(loop->args[2], &l->step) || l->step == 0) return false;
    ir_is_const_int(ir_trip(x->f, tmp, loop->args[0], loop->args[1],
                            loop->args[2], loop->span),
                    &l->trip);
    if (l->trip > 0 && l->chunk > l->trip) l->chunk = l->trip;
    return mul_ok(l->chunk, l->step, &l->width);
}

/* the loop over chunks; takes over the results of the loop it is made from */
static IrOp *outer_loop(Chunk *x, Level *l, IrValue *start, IrValue *stop)
{
    IrFunc *f = x->f;
    IrOp *loop = l->loop, *o = ir_op(f, IR_FOR, loop->span, 0, NULL);
    ir_op_add_arg(f, o, start);
    ir_op_add_arg(f, o, stop);
    ir_op_add_arg(f, o, ir_idx(f, l->width));
    for (int i = 3; i < loop->nargs; i++) ir_op_add_arg(f, o, loop->args[i]);
    o->inl = loop->inl;
    o->at.loop = loop->at.loop;
    o->at.verdict = loop->at.verdict;
    o->at.name = loop->at.name ? str_printf(f->s, "%s_chunk", loop->at.name->s)
                               : NULL;
    o->region[0] = ir_region(f, o);
    ir_region_arg(f, o->region[0], ir_index(f), loop->region[0]->args[0]->span)
        ->name = o->at.name;
    return l->outer = o;
}

/* names and extents of what is carried; map sends the
 * loop's values to the new ones */
static void copy_facts(Chunk *x, IrValue *to, const IrValue *from, IrMap *m)
{
    to->name = from->name;
    to->span = from->span;
    ir_clone_attached(x->f, to, from, m);
}

/* new arguments in the outer body, new results for the
 * loop, which moves inside */
static void split_carried(Chunk *x, IrOp *loop, IrOp *outer)
{
    IrMap *args = ir_map_new(x->f), *results = ir_map_new(x->f);
    const IrRegion *body = loop->region[0];
    outer->results = loop->results;
    outer->nresults = loop->nresults;
    loop->results = NULL;
    loop->nresults = 0;
    for (int i = 0; i < outer->nresults; i++) {
        IrValue *arg = ir_region_arg(x->f, outer->region[0],
                                     body->args[1 + i]->type, loop->span);
        ir_map_set(args, body->args[1 + i], arg);
        outer->results[i]->def = outer;
        ir_map_set(results, outer->results[i],
                   ir_op_result(x->f, loop, outer->results[i]->type));
        loop->args[3 + i] = arg;
    }
    for (int i = 0; i < outer->nresults; i++) {
        copy_facts(x, outer->region[0]->args[1 + i], body->args[1 + i], args);
        copy_facts(x, loop->results[i], outer->results[i], results);
    }
}

/* what the loop in the task ends with becomes
 * results of the task, yielded on */
static void yield_task(Chunk *x, IrOp *scope, IrOp *inner, IrOp *yield)
{
    IrMap *m = ir_map_new(x->f);
    for (int i = 0; i < inner->nresults; i++) {
        IrValue *r = ir_op_result(x->f, scope, inner->results[i]->type);
        ir_map_set(m, inner->results[i], r);
        ir_op_add_arg(x->f, scope->region[0]->last, inner->results[i]);
        ir_op_add_arg(x->f, yield, r);
    }
    for (int i = 0; i < inner->nresults; i++)
        copy_facts(x, scope->results[i], inner->results[i], m);
}

/* end of the chunk that begins at lo; full: the whole width is there */
static IrValue *chunk_end(Chunk *x, IrRegion *at, const Level *l, IrValue *lo,
                          IrValue *stop, bool full)
{
    const Span sp = l->loop->span;
    IrValue *hi = ir_sadd(x->f, at, lo, ir_idx(x->f, l->width), sp);
    if (full) return hi;
    return l->step > 0 ? ir_smin(x->f, at, hi, stop, sp)
                       : ir_smax(x->f, at, hi, stop, sp);
}

static void set_bounds(IrOp *loop, IrValue *lo, IrValue *hi)
{
    loop->args[0] = lo;
    loop->args[1] = hi;
    loop->at.part = loop->at.loop != LOOP_RANGE;
    loop->at.chunk = 0;
    loop->at.policy = CHUNK_GUARDED;
}

/* O1(O2(TASK{I1(I2(body))})) put before `at`; scalars between the levels stay
 * between the outer loops */
static void build_nest(Chunk *x, Level *level, int n, IrValue *first_stop,
                       bool full, IrOp *at)
{
    IrFunc *f = x->f;
    const Span span = level[0].loop->span;
    IrOp *scope = chunk_task(x, span, "");
    IrRegion *inside = scope->region[0], *out = ir_region(f, NULL), *o = out;
    for (int k = 0; k < n; k++) {
        Level *l = &level[k];
        IrOp *outer = outer_loop(x, l, l->loop->args[0],
                                 k == 0 ? first_stop : l->loop->args[1]);
        ir_append(o, outer);
        o = outer->region[0];
        for (IrOp *op = l->loop->region[0]->first;
             k + 1 < n && op != level[k + 1].loop;) {
            IrOp *next = op->next; /* hoisted with their loop */
            ir_remove(op);
            ir_append(o, op);
            op = next;
        }
    }
    ir_append(o, scope);
    for (int k = 0; k < n; k++) {
        const bool whole = k == 0
            ? full
            : level[k].loop->at.policy == CHUNK_LEADING_FULL;
        IrValue *lo = level[k].outer->region[0]->args[0],
                *stop = level[k].loop->args[1];
        set_bounds(level[k].loop, lo,
                   chunk_end(x, inside, &level[k], lo, stop, whole));
    }
    split_carried(x, level[0].loop, level[0].outer);
    ir_remove(level[0].loop);
    ir_append(inside, level[0].loop);
    chunk_close(x, inside, span);
    for (int k = n - 1; k >= 0; k--)
        chunk_close(x, level[k].outer->region[0], span);
    yield_task(x, scope, level[0].loop, level[0].outer->region[0]->last);
    ir_splice_before(at, out);
}

/* the last T mod C iterations, one task */
static void build_rest(Chunk *x, IrOp *rest, IrValue *lo, IrOp *at)
{
    IrOp *scope = chunk_task(x, rest->span, ".rem");
    set_bounds(rest, lo, rest->args[1]);
    ir_append(scope->region[0], rest);
    chunk_close(x, scope->region[0], rest->span);
    IrOp *none = ir_op(x->f, IR_YIELD, rest->span, 0, NULL);
    yield_task(x, scope, rest, none);
    ir_insert_before(at, scope);
}

/* full chunks, then what remains; carried values go through both */
static void build_leading_full(Chunk *x, Level *level, int n, IrOp *at)
{
    IrFunc *f = x->f;
    Level *l = &level[0];
    IrOp *loop = l->loop;
    const Span sp = loop->span;
    IrRegion *tmp = ir_region(f, NULL);
    IrValue *trips = ir_trip(f, tmp, loop->args[0], loop->args[1],
                             loop->args[2], sp);
    IrValue *chunks = ir_scalar_op(f, tmp, IR_SFLOORDIV, trips,
                                   ir_idx(f, l->chunk), sp);
    IrValue *split = ir_sadd(f, tmp, loop->args[0],
                             ir_smul(f, tmp, chunks, ir_idx(f, l->width), sp),
                             sp);
    const bool no_rest = l->trip >= 0 && l->trip % l->chunk == 0;
    ir_splice_before(at, tmp);
    IrOp *rest = no_rest ? NULL : ir_clone(f, loop, ir_map_new(f));
    build_nest(x, level, n, split, true, at);
    if (!rest) return;
    IrOp *outer = level[0].outer;
    for (int i = 0; i < outer->nresults; i++)
        rest->args[3 + i] = outer->results[i];
    build_rest(x, rest, split, at);
    IrOp *scope = at->prev; /* its results are what the loop as a whole gives */
    for (int i = 0; i < outer->nresults; i++) {
        IrValue *final = scope->results[i], *whole = outer->results[i];
        ir_clone_attached(f, final, whole, NULL);
        scope->results[i] = whole;
        outer->results[i] = final;
        whole->def = scope;
        final->def = outer;
        rest->args[3 + i] = final;
    }
    IrMap *m = ir_map_new(f);
    for (int i = 0; i < outer->nresults; i++)
        ir_map_set(m, scope->results[i], outer->results[i]);
    for (int i = 0; i < outer->nresults; i++)
        ir_clone_attached(f, outer->results[i], scope->results[i], m);
}

/* ---- chains and reports -------------------------------------------------- */

static bool hoistable(Chunk *x, const IrOp *op, const IrOp *loop)
{
    for (int i = 0; i < op->nargs; i++) {
        const IrValue *v = op->args[i];
        if (v->arg_of == loop->region[0]) return false;
        if (v->def && v->def->parent == loop->region[0] &&
            !hoistable(x, v->def, loop))
            return false;
    }
    return ir_op_info[op->op].cls == CLS_SCALAR;
}

bool chunk_is_loop(const IrOp *op)
{
    return op->op == IR_FOR && op->at.chunk > 0;
}

/* the loop that can be interchanged with this one, or NULL and why not */
static IrOp *next_level(Chunk *x, const Level *l, Level *next, const char **why)
{
    const IrRegion *body = l->loop->region[0];
    IrOp *inner = NULL;
    for (IrOp *op = body->first; op && !inner; op = op->next)
        if (chunk_is_loop(op)) inner = op;
    if (!inner) return NULL;
    *why = "it does not make up the whole body of the outer loop";
    if (inner->next != body->last) return NULL;
    for (IrOp *op = body->first; op != inner; op = op->next)
        if (ir_op_info[op->op].cls != CLS_SCALAR) return NULL;
    *why = "what stands before it depends on the outer loop's variable";
    for (IrOp *op = body->first; op != inner; op = op->next)
        if (!hoistable(x, op, l->loop)) return NULL;
    *why = "only directly nested `pl.parallel` loops are interchanged";
    if (l->loop->at.loop != LOOP_PARALLEL || inner->at.loop != LOOP_PARALLEL)
        return NULL;
    *why = "a value is carried through it";
    if (l->loop->nresults || inner->nresults) return NULL;
    *why = "it contains an atomic store";
    if (chunk_has(x, inner) & HAS_ATOMIC) return NULL;
    *why = "its bounds depend on the outer loop's variable";
    for (int i = 0; i < 3; i++) {
        const IrValue *v = inner->args[i];
        if (v->arg_of == body ||
            (v->def && v->def->parent == body &&
             !hoistable(x, v->def, l->loop)))
            return NULL;
    }
    *why = "its remainder is a loop of its own";
    if (!measure(x, inner, next)) return NULL;
    if (inner->at.policy == CHUNK_LEADING_FULL &&
        (next->trip < 0 || next->trip % next->chunk))
        return NULL;
    return inner;
}

static void drop_chunk(Chunk *x, IrOp *op, const char *why)
{
    Diag *d = chunk_report(
        x, N0701, op->span,
        "this chunked loop stays inside the task of the loop around it");
    if (d && why) diag_note(x->c->s, d, (Span){0, 0}, "%s", why);
    op->at.chunk = 0;
    op->at.policy = CHUNK_GUARDED;
}

static void drop_nested(Chunk *x, IrRegion *r, const IrOp *direct,
                        const char *why)
{
    for (IrOp *op = r->first; op; op = op->next) {
        if (chunk_is_loop(op))
            drop_chunk(x, op, op == direct || !direct ? why : NULL);
        for (int i = 0; i < 2 && op->region[i]; i++)
            drop_nested(x, op->region[i], direct, why);
    }
}

static void note_level(Chunk *x, const Level *l, Cost task, const char *text)
{
    const int64_t t = l->trip, c = l->loop->at.chunk;
    TaskNote n = {.scope = x->region->at.name,
                  .var = l->loop->at.name,
                  .span = l->loop->span,
                  .trip = t,
                  .chunk = c,
                  .policy = l->loop->at.policy,
                  .full = -1,
                  .rem = -1,
                  .idle = -1,
                  .tasks = -1,
                  .bytes = task.bytes,
                  .flops = task.flops,
                  .text = text};
    if (t >= 0) {
        const bool lead = n.policy == CHUNK_LEADING_FULL;
        n.full = t / c;
        n.rem = lead ? t % c : 0;
        n.idle = lead || t % c == 0 ? 0 : c - t % c;
        n.tasks = t / c + (t % c != 0);
    }
    vec_push(x->f->arena, &x->c->tasks, n);
}

static void report_counts(Chunk *x, Span span, const char *fmt, int64_t c,
                          int64_t t, int64_t n)
{
    char text[160];
    snprintf(text, sizeof text, fmt, (long long)c, (long long)t, (long long)n);
    chunk_report(x, N0702, span, text);
}

static void warn_level(Chunk *x, const Level *l)
{
    Session *s = x->c->s;
    const int64_t t = l->trip, c = l->loop->at.chunk;
    Diag *d;
    if (l->loop->at.loop == LOOP_RANGE) {
        d = chunk_report(
            x, W0703, l->loop->span,
            "`chunk=` on a sequential loop makes tasks that run one after the other");
        if (d)
            diag_help(s, d,
                      "use `pl.parallel` if the iterations are independent");
    }
    if (t < 0 || (t > 0 && t % c == 0)) return;
    if (c > t) {
        chunk_report(
            x, W0702, l->loop->span,
            arena_printf(
                s->arena,
                "the chunk of %lld iterations is larger than the loop, which runs %lld: one task",
                (long long)c, (long long)t));
        return;
    }
    const bool rest = l->loop->at.policy == CHUNK_LEADING_FULL;
    const char *fmt = rest
        ? "%lld does not divide the trip count %lld: a remainder task runs %lld"
        : "%lld does not divide the trip count %lld: %lld idle in the last task";
    report_counts(x, l->loop->span, fmt, c, t, rest ? t % c : c - t % c);
}

bool chunk_cut(Chunk *x, IrOp *loop)
{
    Level level[MAX_LEVELS];
    int n = 1;
    const char *why = NULL;
    x->found_loop = true;
    const bool ok = measure(x, loop, &level[0]);
    const bool left = ir_find_exit(loop->region[0], EXIT_BREAK);
    if (!ok || level[0].trip == 0 || left) {
        if (ok) {
            warn_level(x, &level[0]);
            if (left) level[0].trip = -1;
            note_level(x, &level[0], (Cost){-1, -1},
                       left ? "not cut: a `break` leaves it" : "never runs");
        }
        loop->at.chunk = 0;
        return false;
    }
    while (n < MAX_LEVELS && next_level(x, &level[n - 1], &level[n], &why)) n++;
    drop_nested(x, level[n - 1].loop->region[0], NULL, why);
    Cost task = cost_of(x->f, level[n - 1].loop->region[0]);
    for (int k = 0; k < n; k++) task = cost_times(task, level[k].chunk);
    for (int k = 0; k < n; k++) {
        warn_level(x, &level[k]);
        note_level(x, &level[k], task,
                   k ? "interchanged with the loop around it" : NULL);
    }
    IrOp *at = loop->next; /* regions end in a terminator */
    if (loop->at.policy == CHUNK_LEADING_FULL)
        build_leading_full(x, level, n, at);
    else
        build_nest(x, level, n, loop->args[1], false, at);
    return true;
}
