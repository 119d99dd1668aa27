/* Cuts chunked loops and forms the tasks of auto_chunk
 * regions (language.md 11).
 *
 *   scope name("x") chunked {                    for parallel %i_chunk = 0, 8, 2 {
 *       for parallel %i = 0, 8, 1 chunk(2) {         scope name("x") task {
 *           ...                              ->          %hi: index = sadd %i_chunk, 2
 *       }                                                for parallel %i = %i_chunk, %hi, 1 { ... }
 *   }                                            } }
 *
 * Strip-mining walks the loop's own values: the outer loop steps by C *
 * step, the inner one runs from there to min(that + C * step, stop), which
 * is the guard of the text taken to its end.  The loop itself becomes the
 * inner one, so nothing in its body changes.  Directly nested parallel
 * chunks are interchanged.
 *
 * Then the statements of the region are walked in order: what computes is
 * gathered into tasks, scalars and references stay in orchestration, a loop or
 * branch that holds a task stays there too and is walked itself.  A value that
 * leaves its task becomes a result of the task's scope; uses outside are
 * redirected in one walk at the end. */
#include "pass/chunk.h"

typedef enum {
    STATE_OUT,
    STATE_TASK,
    STATE_SOFT,
    STATE_INSIDE,
    STATE_HOISTED
} State;

typedef VEC(IrOp *) Group;

/* ---- what stands in an op ------------------------------------------------ */

static bool is_compute(const IrOp *op)
{
    const IrClass c = ir_op_info[op->op].cls;
    return c == CLS_TILE || c >= CLS_EW1 || op->op == IR_LOAD ||
        op->op == IR_STORE;
}

static unsigned find_contents(Chunk *x, const IrOp *op)
{
    unsigned h = is_compute(op) ? HAS_COMPUTE : 0;
    if (op->op == IR_FOR && op->at.chunk > 0) h |= HAS_CHUNK;
    if (op->op == IR_ALLOC) h |= HAS_ALLOC;
    if (ir_is_exit(op)) h |= HAS_EXIT;
    if (op->op == IR_STORE && op->at.atomic) h |= HAS_ATOMIC;
    if (ir_may_fail(op)) h |= HAS_CHECK;
    if (op->op == IR_READ || op->op == IR_WRITE || op->op == IR_COPY)
        h |= HAS_COMPUTE;
    for (int i = 0; i < 2 && op->region[i]; i++)
        for (const IrOp *o = op->region[i]->first; o; o = o->next)
            h |= find_contents(x, o);
    x->has[op->id] = (unsigned char)h;
    /* an exit of a loop inside does not leave the loop */
    return ir_is_loop(op) ? h & ~(unsigned)HAS_EXIT : h;
}

unsigned chunk_has(const Chunk *x, const IrOp *op)
{
    return op->id < x->nops ? x->has[op->id] : 0;
}

/* leaves a loop around op */
static bool exits(const Chunk *x, const IrOp *op)
{
    return (chunk_has(x, op) & HAS_EXIT) && !ir_is_loop(op);
}

static State state(const Chunk *x, const IrOp *op)
{
    return op && op->id < x->nops ? (State)x->state[op->id] : STATE_OUT;
}

static bool is_in_task(const Chunk *x, const IrOp *op)
{
    return state(x, op) == STATE_TASK || state(x, op) == STATE_INSIDE;
}

/* ---- diagnostics --------------------------------------------------------- */

/* an inlined function is lowered at each call: one report a place is enough */
Diag *chunk_report(Chunk *x, DiagCode code, Span span, const char *text)
{
    Session *s = x->c->s;
    for (int i = 0; i < s->diags.n; i++)
        if (s->diags.p[i]->code == code && s->diags.p[i]->span.lo == span.lo)
            return NULL;
    return diag_new(s, code, span, "%s", text);
}

/* ---- values that leave a task -------------------------------------------- */

static IrValue *escape(Chunk *x, IrOp *scope, IrValue *v)
{
    if (v->id >= x->nvalues) return v;
    if (x->escape[v->id].scope == scope) return x->escape[v->id].result;
    IrValue *r = ir_op_result(x->f, scope, v->type);
    r->name = v->name;
    r->span = v->span;
    x->escape[v->id] = (Escape){scope, r};
    ir_op_add_arg(x->f, scope->region[0]->last, v);
    return r;
}

/* the result's extents must be visible outside too */
static void escape_attached(Chunk *x, IrOp *scope, IrValue *r, const IrValue *v)
{
    ir_clone_attached(x->f, r, v, NULL);
    IrValue ***list[4];
    const int n = ir_attached(r, list);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < r->type->rank; k++) {
            IrValue **s = &(*list[i])[k];
            if (*s && (*s)->def && ir_inside((*s)->def, scope))
                *s = escape(x, scope, *s);
        }
}

static void escape_with_extents(Chunk *x, IrOp *scope, IrValue *v)
{
    escape_attached(x, scope, escape(x, scope, v), v);
}

static void redirect_use(void *ctx, IrValue **use)
{
    Chunk *x = ((void **)ctx)[0];
    const IrOp *op = ((void **)ctx)[1];
    IrValue *v = *use;
    if (!v || v->id >= x->nvalues || !x->escape[v->id].scope) return;
    if (!ir_inside(op, x->escape[v->id].scope)) *use = x->escape[v->id].result;
}

static void redirect_op(void *ctx, IrOp *op)
{
    void *pair[2] = {ctx, op};
    ir_each_use(op, redirect_use, pair);
}

IrOp *chunk_task(Chunk *x, Span span, const char *suffix)
{
    IrOp *scope = ir_op(x->f, IR_SCOPE, span, 0, NULL);
    const Str name = x->region->at.name;
    scope->inl = x->region->inl;
    scope->at.name = name && *suffix
        ? str_printf(x->f->s, "%s%s", name->s, suffix)
        : name;
    scope->at.task = true;
    scope->region[0] = ir_region(x->f, scope);
    return scope;
}

void chunk_close(Chunk *x, IrRegion *r, Span span)
{
    ir_append(r, ir_op(x->f, IR_YIELD, span, 0, NULL));
}

/* ---- task formation ------------------------------------------------------ */

typedef struct Depends {
    Chunk *x;
    bool found;
} Depends;

static void depends_use(void *ctx, IrValue **v)
{
    Depends *d = ctx;
    if (!*v || !(*v)->def) return;
    if (is_in_task(d->x, (*v)->def)) d->found = true;
}

static void depends_op(void *ctx, IrOp *op)
{
    ir_each_use(op, depends_use, ctx);
}

/* uses what the task under way computes */
static bool depends_on_task(Chunk *x, IrOp *op)
{
    Depends d = {x, false};
    depends_op(&d, op);
    for (int i = 0; i < 2 && op->region[i]; i++)
        ir_walk(op->region[i], depends_op, &d);
    return d.found;
}

static bool inside_task(const Chunk *x, IrOp *user, const IrRegion *r)
{
    return is_in_task(x, op_ancestor_in(user, r));
}

static bool used_inside_only(Chunk *x, const IrOp *op)
{
    int n = 0;
    for (int i = 0; i < op->nresults; i++)
        for (int k = 0; k < uses_count(x->uses, op->results[i]); k++, n++)
            if (!inside_task(x, uses_op(x->uses, op->results[i], k),
                             op->parent))
                return false;
    return n > 0;
}

/* scalars that only the task needs go into it, others before it unless they
 * need what it computes, or would fail before something in it does */
static void place_soft(Chunk *x, const Group *g)
{
    bool checked = false;
    for (int i = g->n - 1; i >= 0; i--)
        if (state(x, g->p[i]) == STATE_SOFT &&
            ir_op_info[g->p[i]->op].cls != CLS_TENSOR &&
            used_inside_only(x, g->p[i]))
            x->state[g->p[i]->id] = STATE_INSIDE;
    for (int i = 0; i < g->n; i++) {
        const bool checks = chunk_has(x, g->p[i]) & HAS_CHECK;
        if (state(x, g->p[i]) == STATE_SOFT)
            x->state[g->p[i]->id] = depends_on_task(x, g->p[i]) ||
                    (checks && checked)
                ? STATE_INSIDE
                : STATE_HOISTED;
        checked |= checks && is_in_task(x, g->p[i]);
    }
}

static bool may_fail(const Chunk *x, const Group *g)
{
    for (int i = 0; i < g->n; i++)
        if (chunk_has(x, g->p[i]) & HAS_CHECK) return true;
    return false;
}

static void make_escapes(Chunk *x, const Group *g, IrOp *scope)
{
    for (int i = 0; i < g->n; i++) {
        if (!inside_task(x, g->p[i], scope->region[0])) continue;
        for (int k = 0; k < g->p[i]->nresults; k++) {
            IrValue *v = g->p[i]->results[k];
            bool out = false;
            for (int u = 0; u < uses_count(x->uses, v); u++) {
                const IrOp *user = uses_op(x->uses, v, u);
                if (!ir_inside(user, scope)) out = true;
            }
            if (out) escape_with_extents(x, scope, v);
        }
    }
}

static void flush(Chunk *x, Group *g)
{
    while (g->n && state(x, vec_last(g)) == STATE_SOFT)
        x->state[g->p[--g->n]->id] = STATE_OUT;
    if (!g->n) return;
    place_soft(x, g);
    IrOp *scope = chunk_task(x, g->p[0]->span, ""), *first = NULL;
    for (int i = 0; i < g->n; i++) {
        IrOp *op = g->p[i];
        if (state(x, op) == STATE_HOISTED) continue;
        if (!first) ir_insert_before(first = op, scope);
        ir_remove(op);
        ir_append(scope->region[0], op);
    }
    for (int i = 0; i < g->n; i++)
        if (state(x, g->p[i]) == STATE_HOISTED) {
            ir_remove(g->p[i]);
            ir_insert_before(scope, g->p[i]);
        }
    chunk_close(x, scope->region[0], scope->span);
    make_escapes(x, g, scope);
    for (int i = 0; i < g->n; i++) x->state[g->p[i]->id] = STATE_OUT;
    g->n = 0;
}

static void form_tasks(Chunk *x, IrRegion *r);

/* must its body be walked, because it cannot be (part of) one task */
static bool is_orchestration(const Chunk *x, const IrOp *op)
{
    return op->region[0] &&
        ((chunk_has(x, op) & (HAS_CHUNK | HAS_ALLOC)) || exits(x, op));
}

static bool is_soft(const Chunk *x, const IrOp *op)
{
    const IrClass c = ir_op_info[op->op].cls;
    if (c == CLS_SCALAR || c == CLS_CHECK || c == CLS_TENSOR) return true;
    return op->op == IR_IF && !(chunk_has(x, op) & HAS_COMPUTE);
}

static void form_op(Chunk *x, Group *g, IrOp *op)
{
    if (chunk_is_loop(op) &&
        (op->at.loop != LOOP_RANGE || !(chunk_has(x, op) & HAS_ALLOC))) {
        flush(x, g);
        if (chunk_cut(x, op)) return;
    }
    if (is_orchestration(x, op)) {
        flush(x, g);
        if (chunk_is_loop(op)) x->found_loop = true;
        op->at.chunk = 0;
        for (int i = 0; i < 2 && op->region[i]; i++)
            form_tasks(x, op->region[i]);
        return;
    }
    if (op->op == IR_READ || op->op == IR_WRITE || op->op == IR_COPY ||
        op->op == IR_SYNCALL)
        return flush(x, g);
    const bool soft = is_soft(x, op);
    if (soft && !g->n) return;
    if (soft && ir_op_info[op->op].cls == CLS_TENSOR &&
        (depends_on_task(x, op) || (ir_may_fail(op) && may_fail(x, g))))
        return flush(x, g);
    vec_push(x->f->arena, g, op);
    x->state[op->id] = soft ? STATE_SOFT : STATE_TASK;
}

static void form_tasks(Chunk *x, IrRegion *r)
{
    Group g = {0};
    for (IrOp *op = r->first, *next; op; op = next) {
        next = op->next;
        if (ir_op_info[op->op].flags & OPF_T) break;
        form_op(x, &g, op);
    }
    flush(x, &g);
}

/* ---- the pass ------------------------------------------------------------ */

static void form_region(Chunk *x, IrOp *scope)
{
    IrRegion *r = scope->region[0];
    x->region = scope;
    x->found_loop = false;
    for (const IrOp *op = r->first; op; op = op->next) find_contents(x, op);
    form_tasks(x, r);
    if (!x->found_loop) {
        Diag *d = chunk_report(x, W0701, scope->span,
                               "this `auto_chunk` scope has no chunked loop");
        if (d)
            diag_help(
                x->c->s, d,
                "give a loop in it `chunk=`, or drop `optimizations=[pl.auto_chunk]`");
    }
    IrOp *end = r->last;
    for (int i = 0; i < scope->nresults; i++) {
        IrValue *v = end->args[i];
        redirect_use((void *[]){x, end}, &v);
        scope->results[i]->fwd = v;
    }
    ir_remove(end);
    ir_splice_before(scope, r);
    ir_remove(scope);
}

typedef struct Find {
    Arena *a;
    VEC(IrOp *) scopes;
} Find;

static void find_scope(void *ctx, IrOp *op)
{
    Find *x = ctx;
    if (op->op == IR_SCOPE && op->at.chunked) vec_push(x->a, &x->scopes, op);
}

bool pass_chunk(IrFunc *f, PassCtx *c)
{
    Find find = {f->arena, {0}};
    ir_walk(f->body, find_scope, &find);
    if (!find.scopes.n) return false;
    Chunk x = {.f = f, .c = c, .nops = f->next_op, .nvalues = f->next_value};
    x.uses = uses_find(f);
    x.has = NEW_ARRAY(f->arena, unsigned char, x.nops + 1);
    x.state = NEW_ARRAY(f->arena, unsigned char, x.nops + 1);
    x.escape = NEW_ARRAY(f->arena, Escape, x.nvalues + 1);
    for (int i = 0; i < find.scopes.n; i++) form_region(&x, find.scopes.p[i]);
    ir_walk(f->body, redirect_op, &x);
    ir_resolve(f);
    return true;
}
