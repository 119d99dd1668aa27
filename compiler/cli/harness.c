/* One run: compile, generate inputs, compute golden, run, validate.  A failed
 * stage is reported at once and ends the run; the driver goes on (14.7). */
#include "cli/harness.h"
#include "host/torch.h"
#include "io.h"
#include "trace.h"
#include <stdlib.h>
#include <string.h>

QwTcx *run_tcx(Run *r)
{
    return tcx(r->in);
}

bool run_fail(Run *r, int status, const char *error)
{
    if (r->status < status) r->status = status;
    if (!r->error)
        r->error = arena_printf(r->s->arena, "%s",
                                error); /* it may live in a caller's frame */
    return false;
}

static void end_stage(Run *r, Stage *st, bool ok)
{
    text_printf(&r->times, "%s\"%s\":%.6f", r->times.n ? "," : "", st->name,
                stage_end(st, ok));
}

static bool stage_compile(Run *r)
{
    Stage st = stage_begin(r->o, "compile");
    bool want = r->golden == GOLDEN_INTERP;
    const int before = r->s->nerrors; /* those of other runs of the driver */
    bool ok = build_kernel(r->s, r->in, r->o, r->req->kernel, want, &r->b);
    if (ok && r->s->nerrors == before) host_report_unused(r->in);
    ok = ok && r->s->nerrors == before;
    end_stage(r, &st, ok);
    diag_flush(r->s);
    if (!ok) return run_fail(r, EXIT_SOURCE, "the kernel does not compile");
    build_print_dumps(&r->b, r->o);
    r->f = r->b.ir ? r->b.ir : r->b.plain;
    return true;
}

/* warnings that -Werror made errors are 3 */
static int status_of_errors(const Session *s)
{
    for (int i = 0; i < s->diags.n; i++)
        if (diag_code_name(s->diags.p[i]->code)[0] == 'E') return EXIT_RUNTIME;
    return EXIT_SOURCE;
}

static bool stage(Run *r, const char *name, bool (*fn)(Run *))
{
    Stage st = stage_begin(r->o, name);
    int before = r->s->nerrors;
    bool ok = fn(r);
    if (ok && r->s->nerrors > before + r->known_errors)
        ok = run_fail(r, status_of_errors(r->s), "a run-time check failed");
    end_stage(r, &st, ok);
    diag_flush(r->s);
    return ok;
}

/* ---- running ------------------------------------------------------------- */

static void *arg_pointer(Run *r, Arg *a)
{
    if (a->p->value->type->kind != TY_TENSOR) return a->bytes;
    void *p = a->p->written ? qwt_data_rw(a->data)
                            : (void *)(uintptr_t)qwt_data(a->data);
    if (!p) fatal(EXIT_ENVIRONMENT, "%s: %s", a->p->name->s, run_tcx(r)->msg);
    return p;
}

void **run_pointers(Run *r)
{
    void **ptr = NEW_ARRAY(r->s->arena, void *, r->n + r->nsyms);
    for (int i = 0; i < r->n; i++) ptr[i] = arg_pointer(r, &r->args[i]);
    for (int i = 0; i < r->nsyms; i++) ptr[r->n + i] = &r->syms[i];
    return ptr;
}

bool run_call(Run *r, QwCtx *ctx, void *const *ptr)
{
    double t = now_seconds();
    int status = jit_entry(r->b.jit)(ctx, ptr);
    r->seconds = now_seconds() - t;
    if (status == QW_OK &&
        !limit_check(r->s, LIM_TASKS, qw_tasks(ctx), r->f->span))
        status = QW_ERR_TASKS;
    else if (status != QW_OK)
        back_report_failure(r->s, r->b.emitted, qw_failure(ctx));
    if (status == QW_ERR_NOMEM)
        return run_fail(r, EXIT_ENVIRONMENT, qw_strerror(status));
    return status == QW_OK || run_fail(r, EXIT_RUNTIME, qw_strerror(status));
}

QwCtx *run_context(const Options *o)
{
    QwCtx *ctx = qw_ctx_new();
    if (!ctx)
        fatal(EXIT_ENVIRONMENT, "out of memory: no context for the kernel");
    qw_set_threads(ctx, option_threads(o));
    return ctx;
}

int64_t run_memory_left(Run *r)
{
    const QwTcx *cx = run_tcx(r);
    if (!cx->mem_limit) return 0;
    return cx->mem_used < cx->mem_limit ? cx->mem_limit - cx->mem_used : 1;
}

/* made in memory, so that the file is whole or not there */
static bool write_trace(Run *r, const QwCtx *ctx)
{
    const char *path = r->o->trace;
    QwIoError e = {.msg = "cannot be written: out of memory"};
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    bool ok = f && qw_trace_write(ctx, f);
    if (f) ok = fclose(f) == 0 && ok;
    ok = ok && qw_io_save_bytes(path, text, size, &e);
    free(text);
    if (ok) return true;
    fprintf(r->s->err, "qwc: %s %s\n", path, e.msg);
    return run_fail(r, EXIT_USAGE, "the trace could not be written");
}

/* where the time of the call went; shares of all workers' time in a scope */
static void say_scopes(const Run *r, const QwCtx *ctx)
{
    QwSummary sum = qw_trace_summary(ctx);
    double rest = sum.wall;
    say(r->o, "  %-26s %8s %10s %6s %8s %6s %9s %9s", "scope", "tasks", "ms",
        "busy", "bubbles", "tail", "GB/s", "GFLOP/s");
    for (int i = 0; i < sum.scopes; i++) {
        const QwScope *k = &sum.scope[i];
        const double all = (k->busy + k->idle + k->tail) / 100;
        double ops = 0;
        for (int u = 0; u < QW_UNITS; u++) ops += k->ops[u];
        rest -= k->wall;
        say(r->o, "  %-26s %8lld %10.3f %5.1f%% %7.1f%% %5.1f%% %9.2f %9.2f",
            k->name, (long long)k->tasks, 1e3 * k->wall, k->busy / all,
            k->idle / all, k->tail / all, k->moved / k->wall / 1e9,
            ops / k->wall / 1e9);
    }
    say(r->o, "  %-26s %8s %10.3f", "(between scopes)", "", 1e3 * rest);
    say(r->o, "  %-26s %8s %10.3f", "(all)", "", 1e3 * sum.wall);
    free(sum.scope);
}

static bool run_compiled(Run *r)
{
    QwCtx *ctx = run_context(r->o);
    qw_set_memory(ctx, run_memory_left(r));
    if (r->o->trace) qw_trace_start(ctx);
    void **const ptr = run_pointers(r);
    run_pack(r, ctx, ptr);
    bool ok = run_call(r, ctx, ptr);
    run_pack_unused(r, ctx, ptr);
    if (ok && r->packing.n) say(r->o, "packed: %s", text_str(&r->packing));
    if (r->o->trace && !write_trace(r, ctx)) ok = false;
    if (r->o->trace && ok) say_scopes(r, ctx);
    back_report_warnings(r->s, r->b.emitted, ctx);
    qw_ctx_free(ctx);
    return ok;
}

static void scalar_arg(const Arg *a, InterpArg *ia)
{
    ia->s.i = a->i;
    if (qw_dtype_is_float(a->dtype)) ia->s.f = a->f;
}

static void interp_args(Run *r, InterpArg *ia, bool golden)
{
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        scalar_arg(a, &ia[i]);
        if (a->p->value->type->kind != TY_TENSOR) continue;
        ia[i].t.rank = a->rank;
        memcpy(ia[i].t.shape, a->shape, sizeof a->shape);
        QwTensor *t = golden && a->p->written ? a->expected : a->data;
        ia[i].t.data = golden && a->p->written ? qwt_data_rw(t)
                                               : arg_pointer(r, a);
        if (!ia[i].t.data)
            fatal(EXIT_ENVIRONMENT, "%s: %s", a->p->name->s, run_tcx(r)->msg);
        ia[i].bound = golden ? a->bound : NULL;
        ia[i].fresh = a->fresh;
    }
}

static InterpChecks checks_of(Run *r)
{
    const char *l = r->o->check;
    if (!l) return (InterpChecks){.memory = run_memory_left(r)};
    return (InterpChecks){.memory = run_memory_left(r),
                          .bounds = options_check(l, "bounds"),
                          .uninit = options_check(l, "uninit"),
                          .races = options_check(l, "races"),
                          .unwritten = options_check(l, "unwritten"),
                          .sorted = options_check(l, "sorted")};
}

static bool run_interpreted(Run *r)
{
    InterpArg *ia = NEW_ARRAY(r->s->arena, InterpArg, r->n + 1);
    InterpResult res = {0};
    interp_args(r, ia, false);
    double t = now_seconds();
    const InterpChecks checks = checks_of(r);
    bool ok = interp_run(r->b.plain, ia, r->syms, &checks, &res);
    r->seconds = now_seconds() - t;
    for (int i = 0; i < r->n; i++)
        r->args[i].stored = checks.unwritten ? ia[i].stored : -1;
    r->known_errors += res.finding_errors;
    if (ok && res.findings)
        run_fail(r, EXIT_MISMATCH, "the checks found something");
    return ok ||
        run_fail(r,
                 res.status == QW_ERR_NOMEM ? EXIT_ENVIRONMENT : EXIT_RUNTIME,
                 qw_strerror(res.status));
}

/* the interpreter as reference: on copies of what the kernel writes */
bool run_interp_golden(Run *r)
{
    InterpArg *ia = NEW_ARRAY(r->s->arena, InterpArg, r->n + 1);
    InterpResult res = {0};
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        if (!a->data || !a->p->written) continue;
        a->expected = qwt_clone(a->data);
        a->bound = calloc((size_t)qwt_numel(a->data) + 1, sizeof(double));
        if (!a->expected || !a->bound)
            fatal(EXIT_ENVIRONMENT, "out of memory: reference for %s",
                  a->p->name->s);
    }
    interp_args(r, ia, true);
    const InterpChecks checks = {.memory = run_memory_left(r)};
    bool ok = interp_run(r->b.plain, ia, r->syms, &checks, &res);
    r->ambiguous = res.ambiguous;
    return ok ||
        run_fail(r,
                 res.status == QW_ERR_NOMEM ? EXIT_ENVIRONMENT : EXIT_RUNTIME,
                 qw_strerror(res.status));
}

static bool stage_run(Run *r)
{
    if (r->o->engine == ENGINE_INTERP) return run_interpreted(r);
    Arg *kept = verify_keep(r);
    const bool ok = run_compiled(r) && (!kept || run_verify(r, kept));
    verify_drop(r, kept);
    return ok;
}

/* ---- saving -------------------------------------------------------------- */

static bool stage_save(Run *r)
{
    Str *names = NEW_ARRAY(r->s->arena, Str, r->n + 1);
    QwTensor **ts = NEW_ARRAY(r->s->arena, QwTensor *, r->n + 1);
    int n = 0;
    for (int i = 0; i < r->n; i++)
        if (r->args[i].data && r->args[i].is_output) {
            names[n] = r->args[i].p->name;
            ts[n++] = r->args[i].data;
        }
    return save_outputs(r->s, r->o, n, names, ts) ||
        run_fail(r, EXIT_DATA, "an output could not be saved");
}

/* ---- all stages ---------------------------------------------------------- */

static GoldenMode golden_mode(const Options *o, const RunRequest *q)
{
    if (o->golden == GOLDEN_INTERP || o->golden == GOLDEN_SAVED ||
        o->golden == GOLDEN_NONE)
        return o->golden;
    if (!v_is_none(q->golden_data)) return GOLDEN_SAVED;
    if (!v_is_none(q->golden_fn)) return GOLDEN_FILE;
    return GOLDEN_NONE;
}

static void set_tolerance(Run *r)
{
    const Options *o = r->o;
    r->rtol = r->req->rtol;
    r->atol = r->req->atol;
    if (o->rtol) option_double(o->rtol, &r->rtol);
    if (o->atol) option_double(o->atol, &r->atol);
    r->tolerance_given = o->rtol || o->atol;
}

bool run_prepare(Run *r, void (*bound)(Run *))
{
    if (!stage_compile(r) || r->req->compile_only) return false;
    if (!run_bind(r)) {
        diag_flush(r->s);
        return false;
    }
    if (bound) bound(r);
    return stage(r, "generate inputs", run_inputs);
}

static void say_details(const Run *r)
{
    char text[QWT_SHAPE_TEXT];
    if (!r->o->verbose) return;
    QwCtx *ctx = run_context(r->o);
    if (r->o->engine == ENGINE_INTERP)
        say(r->o, "  engine %s", engine_name(r->o->engine));
    else
        say(r->o, "  engine %s, isa %s, %d threads", engine_name(r->o->engine),
            qw_isa(), qw_threads(ctx));
    qw_ctx_free(ctx);
    for (int i = 0; i < r->n; i++) {
        const Arg *a = &r->args[i];
        const char *name = a->p->name->s,
                   *dtype = qw_dtype_info[a->dtype].torch;
        if (a->data)
            say(r->o, "  '%s' shape=%s dtype=%s, %lld bytes%s", name,
                qwt_shape_text(text, a->rank, a->shape), dtype,
                (long long)qwt_bytes(a->data), a->is_output ? ", output" : "");
        else if (qw_dtype_is_float(a->dtype))
            say(r->o, "  '%s' = %g dtype=%s", name, a->f, dtype);
        else
            say(r->o, "  '%s' = %lld dtype=%s", name, (long long)a->i, dtype);
    }
}

/* what stores reach with the extents and scalars of this run */
static void reach_of_run(Run *r)
{
    InterpArg *ia = NEW_ARRAY(r->s->arena, InterpArg, r->n + 1);
    bool late = r->f->nsyms > 0;
    for (int i = 0; i < r->n; i++) {
        scalar_arg(&r->args[i], &ia[i]);
        late |= r->args[i].p->value->type->kind != TY_TENSOR;
    }
    if (late) build_reach(&r->b, r->syms, ia);
}

static void run_stages(Run *r)
{
    if (!run_prepare(r, NULL)) return;
    say_details(r);
    if (!(r->o->check && options_check(r->o->check, "unwritten")))
        reach_of_run(r);
    if (r->golden != GOLDEN_NONE && !stage(r, "compute golden", run_golden))
        return;
    if (!stage(r, "run", stage_run)) return;
    if (r->golden != GOLDEN_NONE) {
        Stage st = stage_begin(r->o, "validate");
        const int before = r->status;
        run_judge(r);
        end_stage(r, &st, !r->mismatch && r->status == before);
        diag_flush(r->s);
    } else
        say(r->o, "not validated: %s",
            r->o->golden == GOLDEN_NONE
                ? "--no-golden"
                : "add --golden to compare with the file's golden");
    if (r->o->saves.n && r->status <= EXIT_MISMATCH) stage_save(r);
    diag_flush(r->s);
}

void run_free(Run *r)
{
    for (int i = 0; i < r->n; i++) {
        qwt_unref(r->args[i].data);
        qwt_unref(r->args[i].initial);
        qwt_unref(r->args[i].expected);
        free(r->args[i].bound);
    }
    build_free(&r->b);
}

/* one document on one line: what this run came to */
static void json_run(Run *r)
{
    static const char *const goldens[] = {"default", "file", "interp", "saved",
                                          "none"};
    Text t = {.a = r->s->arena};
    const int status = r->status ? r->status
        : r->mismatch            ? EXIT_MISMATCH
                                 : EXIT_OK;
    text_puts(&t, "{\"kernel\":");
    text_json(&t, r->req->kernel->name->s);
    text_printf(
        &t, ",\"engine\":\"%s\",\"status\":%d,\"passed\":%s,\"golden\":\"%s\"",
        engine_name(r->o->engine), status, status ? "false" : "true",
        goldens[r->golden]);
    if (status) {
        text_puts(&t, ",\"error\":");
        text_json(&t,
                  r->error ? r->error : "the result differs from the golden");
    }
    text_printf(&t, ",\"kernel_seconds\":%.6f,\"seconds\":{%s}", r->seconds,
                text_str(&r->times));
    text_printf(&t, ",\"outputs\":[%s]}", text_str(&r->verdicts));
    puts(text_str(&t));
}

bool harness_hook(void *user, Interp *in, RunRequest *req, RunResult *out)
{
    Harness *h = user;
    Run r = {.s = h->s,
             .in = in,
             .o = h->o,
             .req = req,
             .golden = golden_mode(h->o, req)};
    r.times.a = r.verdicts.a = h->s->arena;
    set_tolerance(&r);
    h->runs++;
    time_limit_at(h->limit, h->s, req->span);
    if (h->o->golden == GOLDEN_FILE && r.golden == GOLDEN_NONE) {
        diag_new(h->s, E1010, req->span,
                 "this run has no golden to compare with");
        run_fail(&r, EXIT_SOURCE, "no golden");
    } else
        run_stages(&r);
    diag_flush(h->s);
    if (h->o->json && !h->o->checked) json_run(&r);
    out->passed = !r.status && !r.mismatch;
    out->execution_time = r.seconds;
    out->error = out->passed
        ? v_none()
        : v_str(in, r.error ? r.error : "the result differs from the golden");
    if (!out->passed && !h->failed_runs++) h->failed_at = req->span;
    if (r.mismatch && h->worst < EXIT_MISMATCH) h->worst = EXIT_MISMATCH;
    if (r.status > h->worst) h->worst = r.status;
    run_free(&r);
    return !host_failed(in);
}
