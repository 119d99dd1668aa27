/* Control flow in C: loops, branches, core scopes, outlined bodies of parallel
 * loops, and the transfers of values between them.
 *
 * A carried value is one C variable (or one buffer) for the region argument,
 * the yields and the result.  Transfers happen "at once": a move waits until
 * no other one still reads what it overwrites; cycles go through a temporary.
 * Buffers that a loop's body allocates go back at the end of each iteration,
 * except those that the loop carries: they alternate between two. */
#include "back/emit.h"
#include <string.h>

/* ---- transfers --------------------------------------------------------------------- */

typedef struct Transfer {
    IrValue *dst, *src;
    Ex from;
    Mat mat;
    bool done;
} Transfer;

static bool is_tile(const IrValue *v)
{
    return v->type->kind == TY_TILE;
}

static bool same_storage(Em *e, IrValue *a, IrValue *b)
{
    if (is_tile(a) != is_tile(b)) return false;
    if (is_tile(a))
        return e->plan->where[a->id].slot == e->plan->where[b->id].slot;
    return !b->is_const && e->var_of[a->id] == e->var_of[b->id];
}

static bool is_at_home(Em *e, IrValue *dst, IrValue *src)
{
    if (!same_storage(e, dst, src)) return false;
    if (!is_tile(dst)) return true;
    for (IrValue *v = src; e->plan->where[v->id].base;
         v = e->plan->where[v->id].base)
        if (v->def->op == IR_SLICE) return false;
    return true;
}

static void do_transfer(Em *e, const Transfer *t)
{
    if (is_tile(t->dst))
        mat_copy(e, mat_of(e, t->dst), t->mat, t->mat.valid);
    else
        put_assign(e, e->var_of[t->dst->id], "%e", t->from);
}

/* keeps what others still read in t's destination; a tile: all of its buffer,
 * so that views of it move along */
static Ex save_destination(Em *e, const IrOp *at, const Transfer *t)
{
    Ex dst = em_value(e, t->dst);
    if (!is_tile(t->dst)) {
        int v = var_new(e, "previous", e->vars.p[e->var_of[t->dst->id]].type,
                        true);
        put_decl(e, v, true, "%e", dst);
        return ex_var(e, v);
    }
    Ex saved = temp_pointer(e, at, TEMP_SWAP, t->dst->type->dtype, "previous"),
       bytes = ex_int(e, ir_bytes(t->dst->type));
    put_line(e, "qw_copy(1, %e, %e, %e, %e, 1, %e);", saved, bytes, dst, bytes,
             bytes);
    return saved;
}

static void redirect_readers(Em *e, Transfer *all, int n, const Transfer *t,
                             Ex saved)
{
    for (int i = 0; i < n; i++) {
        Transfer *o = &all[i];
        if (o->done || !o->src || !same_storage(e, t->dst, o->src)) continue;
        if (!is_tile(o->src))
            o->from = saved;
        else if (is_at_home(e, t->dst, o->src))
            o->mat.ptr = saved;
        else
            o->mat.ptr = ex_add(e, saved,
                                ex_fmt(e, PREC_ATOM, "(%e - %e)", o->mat.ptr,
                                       em_value(e, t->dst)));
        o->src = NULL; /* reads no carried storage any more */
    }
}

static bool is_blocked(Em *e, const Transfer *all, int n, const Transfer *t)
{
    for (int i = 0; i < n; i++) {
        const Transfer *o = &all[i];
        if (o->done || !o->src) continue;
        if (o == t && !is_tile(t->dst)) continue;
        if (same_storage(e, t->dst, o->src))
            return true; /* o == t: a shifted view of itself */
    }
    return false;
}

static void run_transfers(Em *e, const IrOp *at, Transfer *all, int n)
{
    for (int left = n; left > 0;) {
        Transfer *ready = NULL, *stuck = NULL;
        for (int i = 0; i < n && !ready; i++) {
            if (all[i].done) continue;
            if (!stuck) stuck = &all[i];
            if (!is_blocked(e, all, n, &all[i])) ready = &all[i];
        }
        if (!ready) {
            redirect_readers(e, all, n, stuck, save_destination(e, at, stuck));
            ready = stuck;
        }
        do_transfer(e, ready);
        ready->done = true;
        left--;
    }
}

/* tiles first: their extents may be scalars that move as well */
static void emit_moves(Em *e, const IrOp *at, int n, IrValue *const *dst,
                       IrValue *const *src)
{
    Transfer *all = NEW_ARRAY(e->a, Transfer, n + 1);
    int scalars = 0, count;
    for (int k = 0; k < n; k++)
        if (!is_tile(dst[k]) && !is_at_home(e, dst[k], src[k])) scalars++;
    for (int tiles = 1; tiles >= 0; tiles--) {
        count = 0;
        for (int k = 0; k < n; k++) {
            if (is_tile(dst[k]) != (bool)tiles || is_at_home(e, dst[k], src[k]))
                continue;
            if (!tiles && scalars > 1 && !src[k]->is_const)
                var_pin(e, e->var_of[src[k]->id]);
            Transfer t = {.dst = dst[k],
                          .src = src[k],
                          .from = tiles ? (Ex){0} : em_value(e, src[k])};
            if (tiles) t.mat = mat_of(e, src[k]);
            all[count++] = t;
        }
        run_transfers(e, at, all, count);
    }
}

/* ---- variables that regions share --------------------------------------------------------- */

static const char *value_ctype(Em *e, IrValue *v)
{
    return v->type->kind == TY_TENSOR ? em_pointer_type(e, v)
                                      : scalar_ctype(v->type);
}

/* a variable for a carried value, with its initial one; tiles: a buffer */
static void declare_carried(Em *e, IrValue *arg, IrValue *result, IrValue *init)
{
    const char *name = em_name(arg, em_name(result, em_name(init, "carried")));
    if (is_tile(arg)) {
        tile_define(e, arg);
        return;
    }
    int v = em_bind(e, arg, var_new(e, name, value_ctype(e, arg), false));
    put_decl(e, v, true, "%e", em_value(e, init));
}

/* the variables of results that branches or a scope assign */
static void declare_results(Em *e, const IrOp *op)
{
    for (int k = 0; k < op->nresults; k++) {
        IrValue *r = op->results[k];
        if (is_tile(r))
            tile_define(e, r);
        else
            put_declare(e,
                        em_bind(e, r,
                                var_new(e, em_name(r, "t"), value_ctype(e, r),
                                        false)));
    }
}

static void bind_results(Em *e, const IrOp *op, IrValue *const *args)
{
    for (int k = 0; k < op->nresults; k++) {
        if (is_tile(op->results[k]))
            tile_define(e, op->results[k]);
        else
            em_bind(e, op->results[k], e->var_of[args[k]->id]);
    }
}

static void start_carried(Em *e, IrOp *op, IrValue *const *args,
                          IrValue *const *init)
{
    VEC(IrValue *) dst = {0}, src = {0};
    for (int k = 0; k < op->nresults; k++) {
        declare_carried(e, args[k], op->results[k], init[k]);
        if (!is_tile(args[k])) continue;
        vec_push(e->a, &dst, args[k]);
        vec_push(e->a, &src, init[k]);
    }
    emit_moves(e, op, dst.n, dst.p, src.p);
}

/* ---- buffers of a loop's body ------------------------------------------------------------- */

typedef struct Flow { /* where the buffer of one allocation gets to */
    bool *reached;    /* by value id */
    bool changed;
} Flow;

static void reach(Flow *fl, const IrValue *v)
{
    if (fl->reached[v->id]) return;
    fl->reached[v->id] = fl->changed = true;
}

static void reach_loop(Flow *fl, const IrOp *op)
{
    int skip = op->op == IR_FOR, first = skip ? 3 : 0;
    for (int k = 0; k < op->nresults; k++) {
        const IrValue *a = op->region[0]->args[skip + k],
                      *b = op->region[1] ? op->region[1]->args[k] : a;
        if (fl->reached[op->args[first + k]->id] || fl->reached[a->id] ||
            fl->reached[b->id]) {
            reach(fl, a);
            reach(fl, b);
            reach(fl, op->results[k]);
        }
    }
}

static void reach_terminator(Flow *fl, const IrOp *op)
{
    for (int k = op->op == IR_COND; k < op->nargs; k++)
        if (fl->reached[op->args[k]->id]) reach(fl, ir_handed_to(op, k));
}

static void follow(void *user, IrOp *op)
{
    Flow *fl = user;
    if (ir_is_loop(op))
        reach_loop(fl, op);
    else if (ir_op_info[op->op].flags & OPF_T)
        reach_terminator(fl, op);
    else if (ir_is_view(op) && fl->reached[op->args[0]->id])
        reach(fl, op->results[0]);
}

/* does the buffer outlive an iteration of the loop, in how many carried values? */
static int escapes(Em *e, const IrOp *alloc, const IrOp *loop, int *position)
{
    Flow fl = {.reached = NEW_ARRAY(e->a, bool, e->f->next_value + 1),
               .changed = true};
    fl.reached[alloc->results[0]->id] = true;
    while (fl.changed) {
        fl.changed = false;
        ir_walk(loop->region[0], follow, &fl);
        if (loop->region[1]) ir_walk(loop->region[1], follow, &fl);
    }
    int n = 0, skip = loop->op == IR_FOR;
    for (int k = 0; k < loop->nresults; k++) {
        if (!fl.reached[loop->region[0]->args[skip + k]->id]) continue;
        *position = k;
        n++;
    }
    return n;
}

typedef struct Allocs {
    VEC(IrOp *) ops;
    Arena *a;
} Allocs;

static void collect_alloc(void *user, IrOp *op)
{
    Allocs *all = user;
    if (op->op == IR_ALLOC) vec_push(all->a, &all->ops, op);
}

static bool is_static_alloc(const IrOp *alloc)
{
    int64_t n;
    for (int k = 0; k < alloc->nargs; k++)
        if (!ir_is_const_int(alloc->args[k], &n)) return false;
    return true;
}

/* a reference that points to the start of a buffer: pointers can be compared */
static bool is_whole(const IrValue *t)
{
    while (t->def && (t->def->op == IR_TRESHAPE || t->def->op == IR_TSETVALID))
        t = t->def->args[0];
    if (!t->def || t->def->op == IR_ALLOC) return true;
    for (int i = 0; t->def->op == IR_IF && i < 2; i++) {
        const IrOp *end = t->def->region[i]->last;
        if (end->op == IR_YIELD && !is_whole(end->args[t->index])) return false;
    }
    return t->def->op == IR_IF;
}

typedef struct Handed {
    const IrOp *loop;
    int slot;
    bool whole;
} Handed;

static void hand_on(void *user, IrOp *op)
{
    Handed *h = user;
    if (op->op == IR_CONTINUE && ir_loop_around(op) == h->loop)
        h->whole &= is_whole(op->args[h->slot]);
}

/* does every iteration hand on the start of a buffer? */
static bool carries_whole(const IrOp *loop, int slot)
{
    IrRegion *body = loop->region[0];
    Handed h = {loop, slot, is_whole(body->last->args[slot])};
    ir_walk(body, hand_on, &h);
    return h.whole;
}

/* Decides about the allocations of a loop's body: rotates the carried ones,
 * and says whether the others may be released after each iteration. */
static bool releases_buffers(Em *e, IrOp *loop)
{
    Allocs all = {.a = e->a};
    bool release = true, some = false;
    ir_walk(loop->region[0], collect_alloc, &all);
    if (loop->region[1]) ir_walk(loop->region[1], collect_alloc, &all);
    for (int i = 0; i < all.ops.n; i++) {
        IrOp *alloc = all.ops.p[i];
        int position = 0, n = escapes(e, alloc, loop, &position);
        bool own = ir_loop_around(alloc) == loop;
        bool rotates = n == 1 && own && loop->op == IR_FOR &&
            is_static_alloc(alloc) && carries_whole(loop, position);
        some |= own && !rotates;
        release &= !n || rotates;
        if (!rotates) continue;
        struct Rotation r = {.alloc = alloc,
                             .carried = loop->region[0]->args[1 + position]};
        alloc_pair(e, alloc, r.pair);
        vec_push(e->a, &e->rotations, r);
    }
    return release && some;
}

const int *alloc_rotation(Em *e, const IrOp *alloc, IrValue **carried)
{
    for (int i = 0; i < e->rotations.n; i++) {
        if (e->rotations.p[i].alloc != alloc) continue;
        *carried = e->rotations.p[i].carried;
        return e->rotations.p[i].pair;
    }
    return NULL;
}

static void open_iteration(Em *e, bool release)
{
    int v = 0;
    if (release) {
        v = var_new(e, "mark", "int64_t", true);
        put_decl(e, v, false, "qw_mark(%w)");
    }
    vec_push(e->a, &e->marks, v);
}

static void release_iteration(Em *e)
{
    int v = e->marks.n ? vec_last(&e->marks) : 0;
    if (v) put_line(e, "qw_release(%w, %e);", ex_var(e, v));
}

/* ---- loops ------------------------------------------------------------------------------------ */

/* header: ascending or descending when the variable cannot run over, else counted */
static void open_for(Em *e, IrOp *op)
{
    IrValue *iv = op->region[0]->args[0];
    Ex start = em_value(e, op->args[0]), stop = em_value(e, op->args[1]),
       step = em_value(e, op->args[2]);
    const char *name = op->at.name ? op->at.name->s : em_name(iv, "i");
    IrRange end = ir_range(e->f, op->args[1]);
    bool up = step.k > 0 && end.hi <= INT64_MAX - step.k + 1;
    bool down = step.k < 0 && step.k > -INT64_MAX &&
        end.lo >= INT64_MIN - step.k - 1;
    bool fits = step.lit && (up || down);
    if (fits) {
        int v = em_bind(e, iv, var_new(e, name, "int64_t", false));
        Ex i = ex_var(e, v);
        const char *less = step.k > 0 ? "<" : ">";
        Ex by = ex_int(e, step.k > 0 ? step.k : -step.k);
        Ex next = ex_fmt(e, PREC_ARG, "%e%s", i, step.k > 0 ? "++" : "--");
        if (!ex_is(by, 1))
            next = ex_fmt(e, PREC_ARG, "%e %s= %e", i, step.k > 0 ? "+" : "-",
                          by);
        put_open_loop(e, v, "for (int64_t %e = %e; %e %s %e; %e) {", i, start,
                      i, less, stop, next);
        return;
    }
    int trip = var_new(e, "trip", "int64_t", true),
        v = var_new(e, "n", "int64_t", false);
    put_decl(e, trip, false, "qw_trip(%e, %e, %e)", start, stop, step);
    Ex n = ex_var(e, v);
    put_open_loop(e, v, "for (int64_t %e = 0; %e < %e; %e++) {", n, n,
                  ex_var(e, trip), n);
    em_bind(e, iv,
            var_pure(e, name, "int64_t", ex_add(e, start, ex_mul(e, n, step))));
}

static void check_step(Em *e, IrOp *op)
{
    IrRange step = ir_range(e->f, op->args[2]);
    if (step.lo > 0 || step.hi < 0) return;
    Ex s = em_value(e, op->args[2]), zero = ex_int(e, 0);
    emit_fail(e, op, ex_bin(e, s, "==", PREC_EQ, zero), "QW_ERR_DIVISION",
              op->at.name ? op->at.name->s : "", -1, em_value(e, op->args[0]),
              zero, zero);
}

static void emit_for(Em *e, IrOp *op)
{
    IrValue **args = op->region[0]->args;
    check_step(e, op);
    bool release = releases_buffers(e, op);
    start_carried(e, op, args + 1, op->args + 3);
    open_for(e, op);
    vec_push(e->a, &e->loops, op);
    open_iteration(e, release);
    if (op->at.part) emit_iteration(e, op);
    emit_region(e, op->region[0]);
    put_close(e);
    e->marks.n--;
    e->loops.n--;
    bind_results(e, op, args + 1);
}

static void emit_while(Em *e, IrOp *op)
{
    IrValue **args = op->region[0]->args;
    bool release = releases_buffers(e, op);
    start_carried(e, op, args, op->args);
    for (int k = 0; k < op->nresults; k++)
        if (!is_tile(args[k]))
            em_bind(e, op->region[1]->args[k], e->var_of[args[k]->id]);
    put_open_loop(e, 0, "for (;;) {");
    open_iteration(e, release);
    emit_region(e, op->region[0]);
    for (int k = 0; k < op->nresults; k++)
        if (is_tile(args[k])) tile_define(e, op->region[1]->args[k]);
    emit_region(e, op->region[1]);
    put_close(e);
    e->marks.n--;
    bind_results(e, op, args);
}

/* ---- outlined bodies ------------------------------------------------------------------------------ */

static const char *body_name(Em *e, const IrOp *op)
{
    const IrOp *scope = e->scope, *inner = vec_last(&e->nest).loop;
    for (const IrOp *o = inner->region[0]->first; o && !scope; o = o->next)
        if (o->op == IR_SCOPE) scope = o;
    const char *name = scope && scope->at.name ? scope->at.name->s
        : op->at.name                          ? op->at.name->s
                                               : "loop";
    return name_global(e, arena_printf(e->a, "%s_task", name));
}

static const char *loop_variable(const IrOp *op)
{
    return op->at.name ? op->at.name->s : em_name(op->region[0]->args[0], "i");
}

static IrOp *next_level(const IrOp *loop)
{
    IrOp *op = loop->region[0]->first;
    while (op && !(op->op == IR_FOR && op->at.flat)) op = op->next;
    return op;
}

/* may something fail between a loop of the nest and the next one? */
static bool may_fail(const IrRegion *r)
{
    for (const IrOp *op = r->first; op; op = op->next) {
        if (op->op == IR_FOR) return false;
        if (op->op == IR_IF ? may_fail(op->region[0]) || may_fail(op->region[1])
                            : ir_may_fail(op))
            return true;
    }
    return false;
}

/* Where nothing would run the inner loop, what stands before it still fails as
 * it must: then a task does that alone. */
static bool runs_without(Em *e, const IrOp *inner, Ex trips)
{
    if (trips.lit) return trips.k == 0 && may_fail(inner->parent);
    IrRange from = ir_range(e->f, inner->args[0]),
            to = ir_range(e->f, inner->args[1]);
    return !(ex_is(em_value(e, inner->args[2]), 1) && from.hi < to.lo) &&
        may_fail(inner->parent);
}

static Ex trip_count(Em *e, const IrOp *op)
{
    Ex start = em_value(e, op->args[0]), stop = em_value(e, op->args[1]),
       step = em_value(e, op->args[2]);
    if (start.lit && stop.lit && step.lit && step.k)
        return ex_int(e, qw_trip(start.k, stop.k, step.k));
    if (ex_is(start, 0) && ex_is(step, 1) &&
        ir_range(e->f, op->args[1]).lo >= 0)
        return stop;
    return ex_fmt(e, PREC_POST, "qw_trip(%e, %e, %e)", start, stop, step);
}

/* the loops of the nest and how often they run; inner counts are variables,
 * because tasks divide by them */
static void find_nest(Em *e, IrOp *op)
{
    e->nest.n = 0;
    for (const IrOp *loop = op; loop; loop = next_level(loop)) {
        Level l = {loop, trip_count(e, loop)};
        if (loop != op && runs_without(e, loop, l.trips))
            l.trips = l.trips.lit
                ? ex_int(e, 1)
                : ex_fmt(e, PREC_POST, "qw_max(%e, 1)", l.trips);
        if (loop != op && !l.trips.lit && !l.trips.var)
            l.trips = ex_var(e,
                             var_pure(e,
                                      arena_printf(e->a, "%s_trips",
                                                   loop_variable(loop)),
                                      "int64_t", l.trips));
        vec_push(e->a, &e->nest, l);
    }
}

static Ex count_tasks(Em *e)
{
    Ex n = e->nest.p[0].trips;
    for (int k = 1; k < e->nest.n; k++) {
        Ex m = e->nest.p[k].trips;
        n = n.lit && m.lit ? ex_mul(e, n, m)
                           : ex_fmt(e, PREC_POST, "qw_nest(%e, %e)", n, m);
    }
    return n;
}

Ex nest_variable(Em *e, int level, Ex task)
{
    const Level *l = &e->nest.p[level];
    for (int k = e->nest.n - 1; k > level; k--)
        task = ex_bin(e, task, "/", PREC_MUL, e->nest.p[k].trips);
    if (level > 0) task = ex_bin(e, task, "%", PREC_MUL, l->trips);
    return ex_add(e, em_value(e, l->loop->args[0]),
                  ex_mul(e, task, em_value(e, l->loop->args[2])));
}

static void bind_variables(Em *e, Fn *fn)
{
    const IrOp *op = e->nest.p[0].loop;
    const bool plain = e->nest.n == 1 && ex_is(em_value(e, op->args[0]), 0) &&
        ex_is(em_value(e, op->args[2]), 1);
    fn->index = var_new(e, plain ? loop_variable(op) : "task", "int64_t",
                        false);
    vec_push(e->a, &fn->params, fn->index);
    if (plain) {
        em_bind(e, op->region[0]->args[0], fn->index);
        return;
    }
    for (int k = 0; k < e->nest.n; k++) {
        op = e->nest.p[k].loop;
        em_bind(e, op->region[0]->args[0],
                var_pure(e, loop_variable(op), "int64_t",
                         nest_variable(e, k, ex_var(e, fn->index))));
    }
}

/* an inner loop of the nest, in a task: one iteration */
static void emit_level(Em *e, IrOp *op)
{
    const Ex trips = trip_count(e, op);
    if (runs_without(e, op, trips)) {
        put_line(e, "if (%e == 0)", trips);
        put_then(e, "return QW_OK;");
    }
    vec_push(e->a, &e->loops, op);
    open_iteration(e, false);
    emit_region(e, op->region[0]);
    e->marks.n--;
    e->loops.n--;
}

static Fn *outline_body(Em *e, IrOp *op)
{
    Fn *outer = e->fn, *fn = fn_new(e, body_name(e, op));
    const bool release = releases_buffers(e, op);
    e->fn = fn;
    fn->comment = em_source_line(e, op);
    fn->loop = fn->nloops = 1;
    bind_variables(e, fn);
    vec_push(e->a, &e->loops, op);
    open_iteration(e, release);
    emit_iteration(e, op);
    emit_region(e, op->region[0]);
    put_line(e, "return QW_OK;");
    fn_finish(e, fn);
    e->marks.n--;
    e->loops.n--;
    e->fn = outer;
    vec_push(e->a, &e->bodies, fn);
    return fn;
}

/* const struct x_env shared = {.a = a, ...}; */
static Ex share_captures(Em *e, const Fn *fn)
{
    if (!fn->captures.n) return ex_fmt(e, PREC_ATOM, "NULL");
    Text t = {.a = e->a};
    for (int k = 0; k < fn->captures.n; k++) {
        int c = fn->captures.p[k];
        text_printf(&t, "%s.%s = %s", k ? ", " : "", capture_name(fn, c),
                    ex_fmt(e, 0, "%e", ex_var(e, c)).s);
    }
    int v = var_new(e, "shared", arena_printf(e->a, "struct %s_env", fn->name),
                    true);
    put_decl(e, v, true, "{%s}", text_str(&t));
    return ex_fmt(e, PREC_UNARY, "&%e", ex_var(e, v));
}

static void emit_parallel(Em *e, IrOp *op)
{
    check_step(e, op);
    find_nest(e, op);
    Fn *fn = outline_body(e, op);
    put_open(e, "{");
    if (has_rest(e, op)) put_line(e, "qw_touch_hold(%w);");
    Ex shared = share_captures(e, fn), n = count_tasks(e);
    int status = var_new(e, "status", "int", true);
    put_decl(e, status, false, "qw_parallel(%w, %s, %e, %e, %e)", fn->name,
             shared, n, em_site(e, op, fn->name, -1));
    put_line(e, "if (%e != QW_OK)", ex_var(e, status));
    put_then(e, "return %e;", ex_var(e, status));
    put_close(e);
}

/* ---- branches, scopes, ends of regions ------------------------------------------------------------ */

static bool is_empty(const IrRegion *r)
{
    return !r || !r->first ||
        (r->first == r->last && r->last->op == IR_YIELD && !r->last->nargs);
}

static void emit_if(Em *e, IrOp *op)
{
    Ex c = em_value(e, op->args[0]);
    declare_results(e, op);
    bool negate = is_empty(op->region[0]) && !is_empty(op->region[1]);
    if (negate)
        put_open(e, "if (!%u) {", c);
    else
        put_open(e, "if (%e) {", c);
    emit_region(e, op->region[negate]);
    if (!negate && !is_empty(op->region[1])) {
        put_else(e);
        emit_region(e, op->region[1]);
    }
    put_close(e);
}

static void emit_scope(Em *e, IrOp *op)
{
    declare_results(e, op);
    const IrOp *outer = e->scope;
    put_open(e, "{ /* task %s */",
             op->at.name ? comment_safe(e->a, op->at.name->s) : "");
    Ex index = e->loops.n ? em_value(e, vec_last(&e->loops)->region[0]->args[0])
                          : ex_int(e, 0);
    if (e->opt->measure)
        put_line(e, "qw_task_at(%w, %e, %e, %e);", em_site(e, op, "", -1),
                 index, em_loops(e));
    else
        put_line(e, "qw_task(%w, %e, %e);", em_site(e, op, "", -1), index);
    e->scope = op;
    emit_region(e, op->region[0]);
    e->scope = outer;
    put_close(e);
}

static void emit_end(Em *e, IrOp *op)
{
    IrOp *owner = ir_parent_op(op);
    if (op->op == IR_YIELD && !ir_is_loop(owner)) {
        emit_moves(e, op, op->nargs, owner->results, op->args);
        return;
    }
    IrOp *loop = ir_loop_around(op);
    IrValue **args = loop->region[0]->args; /* NULL: nothing is carried */
    if (loop->op == IR_FOR) args++;
    if (op->op == IR_COND) {
        for (int k = 1; k < op->nargs;
             k++) /* the condition may read what moves */
            if (!op->args[0]->is_const &&
                !is_at_home(e, args[k - 1], op->args[k]))
                var_pin(e, e->var_of[op->args[0]->id]);
        emit_moves(e, op, op->nargs - 1, args, op->args + 1);
        put_line(e, "if (!%u)", em_value(e, op->args[0]));
        put_then(e, "break;");
        return;
    }
    emit_moves(e, op, op->nargs, args, op->args);
    release_iteration(e);
    if (op->op == IR_BREAK) put_line(e, "break;");
    if (op->op == IR_CONTINUE) put_line(e, "continue;");
}

void emit_flow(Em *e, IrOp *op)
{
    switch (op->op) {
    case IR_FOR:
        if (loop_is_outlined(e->plan, op))
            emit_parallel(e, op);
        else if (loop_nest(e->plan, op))
            emit_level(e, op);
        else
            emit_for(e, op);
        return;
    case IR_WHILE: emit_while(e, op); return;
    case IR_IF: emit_if(e, op); return;
    case IR_SCOPE: emit_scope(e, op); return;
    case IR_SYNCALL: ice(e->s, op->span, "emit: syncall was not split away");
    default: emit_end(e, op);
    }
}
