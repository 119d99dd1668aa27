/* The reference engine: walks the IR and defines what it means.  Control flow,
 * parameters and failures are here; scalars, memory and tiles have files of
 * their own.  In: IR, parameters in the caller's memory.  Out: the same memory,
 * and bounds (8.5) where the caller gave room.  Nothing here calls a
 * micro-kernel.
 *
 * Where a branch, a bound of a loop or an index is not decided within its own
 * bound, all that it may affect gets an infinite bound (blur_*): results, and
 * the buffers that either path stores into. */
#include "back/interp.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum { GO_ON, GO_BREAK, GO_CONTINUE, GO_FAIL } Go;
static Go run_region(In *, IrRegion *);

void *interp_alloc(int64_t n, size_t size)
{
    void *p = calloc(n > 0 ? (size_t)n : 1, size);
    if (!p)
        fatal(EXIT_ENVIRONMENT,
              "out of memory: the interpreter needs %lld elements of %zu bytes",
              (long long)n, size);
    return p;
}

/* ---- failures ------------------------------------------------------------ */

enum { SHOWN_LOOPS = (int)LEN(((QwFailure *)0)->loop) };

/* the innermost ones, when there are more than a failure can hold */
static int first_shown_loop(const In *in)
{
    return in->loops.n > SHOWN_LOOPS ? in->loops.n - SHOWN_LOOPS : 0;
}

static const char *loop_names(const In *in)
{
    Text t = {.a = in->s->arena};
    const int first = first_shown_loop(in);
    for (int i = first; i < in->loops.n; i++) {
        const Str n = in->loops.p[i].op->at.name;
        text_printf(&t, "%s%s", i > first ? "," : "", n ? n->s : "i");
    }
    return text_str(&t);
}

const char *interp_name(const IrValue *v)
{
    return v->name ? v->name->s : "";
}

bool interp_fail(In *in, const IrOp *op, int status, const char *what, int axis,
                 int64_t v0, int64_t v1, int64_t v2, const char *text)
{
    if (in->dry) return false;
    const Place p = source_place(in->s, op->span.lo);
    const QwSite site = {.line = p.line,
                         .col = p.col,
                         .file = p.src ? p.src->path : "",
                         .what = what,
                         .scope = in->scope && in->scope->at.name
                             ? in->scope->at.name->s
                             : "",
                         .loops = loop_names(in),
                         .axis = axis};
    EmitSite place = {.span = op->span,
                      .inl = op->inl,
                      .what = what,
                      .store = op->op == IR_STORE || op->op == IR_COPY};
    const Emitted sites = {.sites = &place, .nsites = 1};
    QwFailure fail = {.status = status,
                      .site = &site,
                      .value = {v0, v1, v2},
                      .text = text};
    const int first = first_shown_loop(in);
    fail.loops = in->loops.n - first;
    for (int i = first; i < in->loops.n; i++)
        fail.loop[i - first] = in->loops.p[i].iv;
    back_report_failure(in->s, &sites, &fail);
    in->status = status;
    return false;
}

const char *interp_where(In *in)
{
    Text t = {.a = in->s->arena};
    if (in->scope && in->scope->at.name)
        text_printf(&t, "in task `%s`", in->scope->at.name->s);
    for (int i = first_shown_loop(in); i < in->loops.n; i++) {
        const Str n = in->loops.p[i].op->at.name;
        text_printf(&t, "%s%s = %lld",
                    i > first_shown_loop(in) ? ", "
                        : t.n                ? ", with "
                                             : "with ",
                    n ? n->s : "i", (long long)in->loops.p[i].iv);
    }
    return text_str(&t);
}

/* ---- warnings ------------------------------------------------------------ */

void interp_notice(In *in, DiagCode code, const IrOp *op, int64_t value)
{
    const int line = source_place(in->s, op->span.lo).line;
    for (int i = 0; i < in->notices.n; i++) {
        INotice *n = &in->notices.p[i];
        if (n->code != code || n->line != line ||
            source_of(in->s, n->op->span) != source_of(in->s, op->span))
            continue;
        n->count++;
        if (value < n->value) n->value = value;
        return;
    }
    const INotice n = {.code = code,
                       .op = op,
                       .line = line,
                       .value = value,
                       .count = 1};
    vec_push(in->s->arena, &in->notices, n);
}

static Diag *describe_notice(In *in, const INotice *n)
{
    Diag *d;
    if (n->code == W0903) {
        d = diag_new(in->s, W0903, n->op->span,
                     "this reads elements of `%s` that nothing has written",
                     n->what);
        diag_note(in->s, d, (Span){0, 0}, "%s", n->first);
        if (n->created)
            diag_help(
                in->s, d,
                "`pl.create_tensor(..., init_value=0)` says that zeros are meant");
    } else if (n->code == W0901) {
        d = diag_new(in->s, W0901, n->op->span,
                     "a valid extent of %lld was taken as 0",
                     (long long)n->value);
        diag_help(in->s, d, "write `pl.max(0, ...)` if this is meant");
    } else {
        d = diag_new(
            in->s, W0902, n->op->span,
            "this reads outside the valid region of a tile, where it is 0");
        diag_help(in->s, d, "`pl.fillpad` says what such elements are");
    }
    return d;
}

static void report_notices(In *in, bool checkers)
{
    for (int i = 0; i < in->notices.n; i++) {
        const INotice *n = &in->notices.p[i];
        if ((n->code != W0901) != checkers) continue;
        Diag *d = describe_notice(in, n);
        if (n->count > 1)
            diag_note(in->s, d, (Span){0, 0}, "this happened %lld times",
                      (long long)n->count);
        for (const InlineFrame *f = n->op->inl; f; f = f->outer)
            diag_note(in->s, d, f->call, "inlined from this call of `%s`",
                      f->callee ? f->callee->s : "");
    }
}

/* ---- moving values ------------------------------------------------------- */

static ISlot take(In *in, const IrValue *v)
{
    if (!v->is_const) {
        ISlot s = in->slot[v->id];
        itile_keep(s.tile);
        ibuf_keep(s.buf);
        return s;
    }
    return is_floating(v->type->dtype) ? (ISlot){.f = v->c.f}
                                       : (ISlot){.i = v->c.i};
}

static void put(In *in, const IrValue *v, ISlot s) /* takes its references */
{
    ISlot *d = &in->slot[v->id];
    itile_drop(d->tile);
    ibuf_drop(d->buf);
    *d = s;
}

/* to[k] = from[k] at once: a yield may permute */
static void assign(In *in, IrValue *const *to, IrValue *const *from, int n)
{
    enum { FEW = 16 };
    ISlot few[FEW], *s = n <= FEW ? few : interp_alloc(n, sizeof *s);
    for (int k = 0; k < n; k++) s[k] = take(in, from[k]);
    for (int k = 0; k < n; k++) put(in, to[k], s[k]);
    if (s != few) free(s);
}

static void forget(In *in, const IrValue *v)
{
    put(in, v, (ISlot){0});
}

/* what a region defined is dead when control has left it */
static void forget_region(In *in, const IrRegion *r)
{
    for (int k = 0; k < r->nargs; k++) forget(in, r->args[k]);
    for (const IrOp *op = r->first; op; op = op->next)
        for (int k = 0; k < op->nresults; k++) forget(in, op->results[k]);
}

/* ---- undecided ----------------------------------------------------------- */

static bool stores(IrOpcode op)
{
    return op == IR_STORE || op == IR_COPY || op == IR_WRITE;
}

static void blur_target(In *in, const IrOp *op)
{
    IBuf *here = in->slot[op->args[0]->id].buf,
         *origin = in->slot[ir_before_loops(op->args[0])->id].buf;
    if (here) ibuf_blur(here);
    if (origin && origin != here) ibuf_blur(origin);
}

/* also of a path that was not taken */
static void blur_stores(In *in, const IrRegion *r)
{
    for (const IrOp *op = r ? r->first : NULL; op; op = op->next) {
        if (stores(op->op)) blur_target(in, op);
        blur_stores(in, op->region[0]);
        blur_stores(in, op->region[1]);
    }
}

static void blur_value(In *in, const IrValue *v)
{
    ISlot *s = &in->slot[v->id];
    s->e = (double)INFINITY;
    if (v->type->kind != TY_TILE || !s->tile) return;
    const ITile *old = s->tile->part ? interp_finish(in, s->tile)
                                     : itile_keep(s->tile);
    ITile *t = itile_shaped(old->dt, old->rank, old->shape);
    itile_copy(t, 0, old, 0, old->n);
    itile_drop((ITile *)old);
    double *e = itile_bound(t);
    for (int64_t i = 0; i < t->n; i++) e[i] = (double)INFINITY;
    in->ambiguous += t->n;
    s->e = 0;
    itile_set(in, v, t);
}

static void blur_op(In *in, const IrOp *op)
{
    for (int k = 0; k < op->nresults; k++) blur_value(in, op->results[k]);
    if (stores(op->op)) blur_target(in, op);
    if (op->nresults == 0 || op->results[0]->type->kind != TY_TILE)
        in->ambiguous++;
}

/* control may leave the loop around from inside op */
static bool may_leave(const IrOp *op)
{
    return ir_find_exit(op->region[0], EXIT_LOOP) ||
        ir_find_exit(op->region[1], EXIT_LOOP);
}

static void blur_struct(In *in, const IrOp *op)
{
    blur_op(in, op);
    blur_stores(in, op->region[0]);
    blur_stores(in, op->region[1]);
}

/* ---- structure ----------------------------------------------------------- */

/* The carried values of the loop around become what the op says; the ifs and
 * scopes between just pass the signal on. */
static Go run_leave(In *in, IrOp *op)
{
    const IrOp *loop = ir_loop_around(op);
    if (!loop)
        ice(in->s, op->span, "interp: %s outside a loop",
            ir_op_info[op->op].text);
    const IrRegion *body = loop->region[loop->op == IR_WHILE ? 1 : 0];
    assign(in, body->args + (loop->op == IR_FOR ? 1 : 0), op->args, op->nargs);
    return op->op == IR_BREAK ? GO_BREAK : GO_CONTINUE;
}

static Go run_iterations(In *in, IrOp *op, int64_t start, int64_t step,
                         int64_t trip)
{
    IrRegion *body = op->region[0];
    const ILoop level = {.op = op};
    vec_push(in->s->arena, &in->loops, level);
    const int mark = checker_enter(in, op);
    Go g = GO_ON;
    for (int64_t k = 0; k < trip && g != GO_BREAK && g != GO_FAIL; k++) {
        const int64_t iv = (int64_t)((uint64_t)start +
                                     (uint64_t)k * (uint64_t)step);
        vec_last(&in->loops).iv = iv;
        checker_iteration(in, op, iv);
        put(in, body->args[0], (ISlot){.i = iv});
        g = run_region(in, body);
        if (g == GO_ON)
            assign(in, body->args + 1, body->last->args, op->nargs - 3);
    }
    checker_leave(in, mark);
    in->loops.n--;
    return g;
}

/* a dry run does not know when the loop ends */
static Go run_left(In *in, IrOp *op)
{
    if (!in->may_leave) return GO_FAIL;
    in->may_leave = false;
    return reach_blur(in, op) ? GO_ON : GO_FAIL;
}

static Go run_for(In *in, IrOp *op)
{
    int64_t x[3];
    IrRegion *body = op->region[0];
    in->unsure = false;
    interp_ints(in, op, 0, 3, x);
    const bool outer = in->left_unsure, unsure = in->unsure;
    if (in->dry && unsure) return reach_blur(in, op) ? GO_ON : GO_FAIL;
    if (x[2] == 0) {
        interp_fail(in, op, QW_ERR_DIVISION, op->at.name ? op->at.name->s : "",
                    -1, 0, 0, 0, NULL);
        return GO_FAIL;
    }
    assign(in, body->args + 1, op->args + 3, op->nargs - 3);
    in->left_unsure = false;
    if (run_iterations(in, op, x[0], x[2], interp_trip(x[0], x[1], x[2])) ==
        GO_FAIL)
        return run_left(in, op);
    assign(in, op->results, body->args + 1, op->nargs - 3);
    if (unsure || in->left_unsure) blur_struct(in, op);
    in->left_unsure = outer;
    forget_region(in, body);
    return GO_ON;
}

/* one round; GO_BREAK when the loop is over */
static Go run_round(In *in, IrOp *op)
{
    IrRegion *cond = op->region[0], *body = op->region[1];
    const IrOp *c = cond->last;
    assign(in, cond->args, body->args, op->nargs);
    if (run_region(in, cond) == GO_FAIL) return GO_FAIL;
    assign(in, body->args, c->args + 1, op->nargs);
    in->unsure = false;
    const bool more = interp_int(in, c->args[0]);
    in->may_leave = in->dry && in->unsure;
    if (in->may_leave) return GO_FAIL;
    in->left_unsure |= in->unsure;
    if (!more) return GO_BREAK;
    const Go g = run_region(in, body);
    if (g == GO_ON) assign(in, body->args, body->last->args, op->nargs);
    return g;
}

static Go run_while(In *in, IrOp *op)
{
    const bool outer = in->left_unsure;
    Go g = GO_ON;
    in->left_unsure = false;
    assign(in, op->region[1]->args, op->args, op->nargs);
    while (g == GO_ON || g == GO_CONTINUE) g = run_round(in, op);
    if (g == GO_FAIL) return run_left(in, op);
    assign(in, op->results, op->region[1]->args, op->nargs);
    if (in->left_unsure) blur_struct(in, op);
    in->left_unsure = outer;
    forget_region(in, op->region[0]);
    forget_region(in, op->region[1]);
    return GO_ON;
}

/* the body of a scope, an arm of an if: its yield becomes the op's results */
static Go run_block(In *in, IrOp *op, IrRegion *r)
{
    const Go g = run_region(in, r);
    if (g == GO_ON && r && r->last && r->last->op == IR_YIELD)
        assign(in, op->results, r->last->args, op->nresults);
    return g;
}

/* a dry run takes both arms of an if that it cannot decide */
static Go run_both(In *in, IrOp *op)
{
    in->may_leave = may_leave(op);
    if (in->may_leave) return GO_FAIL;
    if (run_block(in, op, op->region[0]) == GO_FAIL) return GO_FAIL;
    ISlot *first = interp_alloc(op->nresults, sizeof *first);
    for (int k = 0; k < op->nresults; k++)
        first[k] = in->slot[op->results[k]->id];
    const bool ok = run_block(in, op, op->region[1]) != GO_FAIL &&
        reach_merge(in, op, first);
    free(first);
    return ok ? GO_ON : GO_FAIL;
}

static Go run_if(In *in, IrOp *op)
{
    in->unsure = false;
    IrRegion *r = op->region[interp_int(in, op->args[0]) ? 0 : 1];
    const bool unsure = in->unsure;
    if (in->dry && unsure) return run_both(in, op);
    const Go g = run_block(in, op, r);
    if (unsure) {
        blur_struct(in, op);
        in->left_unsure |= may_leave(op);
    }
    if (g == GO_ON && r) forget_region(in, r);
    return g;
}

static Go run_scope(In *in, IrOp *op)
{
    const IrOp *outer = in->scope;
    if (++in->tasks > in->s->limit[LIM_TASKS] && !in->dry) {
        limit_check(in->s, LIM_TASKS, in->tasks, op->span);
        in->status = QW_ERR_TASKS;
        return GO_FAIL;
    }
    in->scope = op;
    const Go g = run_block(in, op, op->region[0]);
    in->scope = outer;
    if (g == GO_ON) forget_region(in, op->region[0]);
    return g;
}

static Go run_struct(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_FOR: return run_for(in, op);
    case IR_WHILE: return run_while(in, op);
    case IR_IF: return run_if(in, op);
    case IR_SCOPE: return run_scope(in, op);
    case IR_BREAK:
    case IR_CONTINUE: return run_leave(in, op);
    case IR_SYNCALL:
        ice(in->s, op->span, "interp: a barrier that was not split away");
    default: return GO_ON; /* YIELD, COND: the owner reads them */
    }
}

static bool run_plain(In *in, IrOp *op)
{
    switch (ir_op_info[op->op].cls) {
    case CLS_SCALAR: return interp_scalar(in, op);
    case CLS_CHECK: return interp_check(in, op);
    case CLS_TENSOR: return interp_tensor(in, op);
    case CLS_MEMORY: return interp_memory(in, op);
    default: return interp_tile_op(in, op);
    }
}

static Go run_op(In *in, IrOp *op)
{
    if (ir_op_info[op->op].cls == CLS_STRUCT) return run_struct(in, op);
    in->unsure = false;
    in->running = op;
    if (in->dry) return reach_op(in, op) ? GO_ON : GO_FAIL;
    const bool ok = run_plain(in, op);
    itile_args_done(in, op);
    if (ok && in->unsure && in->bounds) blur_op(in, op);
    return ok ? GO_ON : GO_FAIL;
}

static Go run_region(In *in, IrRegion *r)
{
    for (IrOp *op = r ? r->first : NULL; op; op = op->next) {
        const Go g = run_op(in, op);
        if (g != GO_ON) return g;
    }
    return GO_ON;
}

/* ---- entry --------------------------------------------------------------- */

static int64_t elements(const TensorArg *t)
{
    int64_t n = 1;
    for (int k = 0; k < t->rank; k++) n *= t->shape[k];
    return n;
}

static void bind_scalar(ISlot *s, const Type *t, const InterpArg *a)
{
    if (is_floating(t->dtype))
        s->f = a->s.f;
    else
        s->i = a->s.i;
}

static void bind_params(In *in, const InterpArg *args, const int64_t *syms)
{
    const IrFunc *f = in->f;
    for (int i = 0; i < f->nsyms; i++)
        in->slot[f->syms[i].value->id].i = syms[i];
    for (int i = 0; i < f->nparams; i++) {
        const IrValue *v = f->params[i].value;
        ISlot *s = &in->slot[v->id];
        if (v->type->kind != TY_TENSOR) {
            bind_scalar(s, v->type, &args[i]);
            continue;
        }
        s->buf = interp_alloc(1, sizeof *s->buf);
        *s->buf = (IBuf){.refs = 1,
                         .dt = v->type->dtype,
                         .data = args[i].t.data,
                         .n = elements(&args[i].t)};
        checker_watch(in, s->buf, v, args[i].fresh, args[i].t.shape);
    }
}

static void return_bounds(In *in, InterpArg *args)
{
    for (int i = 0; i < in->f->nparams; i++) {
        const IBuf *b = in->slot[in->f->params[i].value->id].buf;
        args[i].stored = b ? checker_stored(b) : -1;
        if (!b || !args[i].bound) continue;
        if (b->bound)
            memcpy(args[i].bound, b->bound, (size_t)b->n * sizeof(double));
        else
            memset(args[i].bound, 0, (size_t)b->n * sizeof(double));
    }
}

/* what the checkers found; an output counts as unwritten
 * only in a run that ended */
static void report_findings(In *in, bool ended, InterpResult *out)
{
    const int errors = in->s->nerrors, warnings = in->s->nwarnings;
    report_notices(in, true);
    checker_report(in);
    for (int i = 0; ended && in->checks.unwritten && i < in->f->nparams; i++) {
        const IBuf *b = in->slot[in->f->params[i].value->id].buf;
        if (b) checker_unwritten(in, &in->f->params[i], b);
    }
    out->finding_errors = in->s->nerrors - errors;
    out->findings = out->finding_errors + in->s->nwarnings - warnings;
}

static void close_run(In *in)
{
    for (int i = 0; i < in->f->next_value; i++)
        put(in, &(IrValue){.id = i}, (ISlot){0});
    free(in->slot);
}

/* The extents are known, the data is not: what is read is undecided. */
static bool bind_dry(In *in, const int64_t *syms, const InterpArg *scalars,
                     int64_t limit)
{
    const IrFunc *f = in->f;
    for (int i = 0; i < f->nsyms; i++)
        in->slot[f->syms[i].value->id].i = syms[i];
    for (int i = 0; i < f->nparams; i++) {
        const IrParam *p = &f->params[i];
        const IrValue *v = p->value;
        ISlot *s = &in->slot[v->id];
        int64_t extent[IR_MAX_RANK], n = 1;
        if (v->type->kind != TY_TENSOR) {
            s->e = scalars ? 0 : (double)INFINITY;
            if (scalars) bind_scalar(s, v->type, &scalars[i]);
            continue;
        }
        for (int k = 0; k < v->type->rank; k++) {
            extent[k] = interp_int(in, v->dim[k]);
            if (!mul_ok(n, extent[k], &n)) return false;
        }
        s->buf = interp_alloc(1, sizeof *s->buf);
        *s->buf = (IBuf){.refs = 1, .dt = v->type->dtype, .n = n};
        if (!p->open || p->gap) continue;
        if (n > limit) return false;
        limit -= n;
        checker_watch(in, s->buf, v, true, extent);
    }
    return true;
}

void interp_reach(IrFunc *f, const int64_t *syms, const InterpArg *scalars)
{
    enum { STEPS = 300000, ELEMENTS = 1 << 25 };
    In in = {.f = f,
             .s = f->s,
             .dry = true,
             .steps = STEPS,
             .checks.unwritten = true};
    in.slot = interp_alloc(f->next_value, sizeof *in.slot);
    checker_start(&in);
    const bool ended = bind_dry(&in, syms, scalars, ELEMENTS) &&
        run_region(&in, f->body) != GO_FAIL;
    for (int i = 0; ended && i < f->nparams; i++) {
        IrParam *p = &f->params[i];
        const IBuf *b = in.slot[p->value->id].buf;
        if (!b || !b->watch) continue;
        checker_unwritten(&in, p, b);
        p->gap = checker_stored(b) < b->n;
    }
    close_run(&in);
}

bool interp_run(IrFunc *f, InterpArg *args, const int64_t *syms,
                const InterpChecks *checks, InterpResult *out)
{
    In in = {.f = f, .s = f->s};
    in.slot = interp_alloc(f->next_value, sizeof *in.slot);
    if (checks) in.checks = *checks;
    checker_start(&in);
    for (int i = 0; i < f->nparams; i++) in.bounds |= args[i].bound != NULL;
    bind_params(&in, args, syms);
    const Go g = run_region(&in, f->body);
    report_notices(&in, false);
    *out = (InterpResult){.status = in.status,
                          .ambiguous = in.ambiguous,
                          .tasks = in.tasks};
    report_findings(&in, g != GO_FAIL, out);
    return_bounds(&in, args);
    close_run(&in);
    return g != GO_FAIL;
}
