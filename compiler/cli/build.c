/* From a kernel object to something that runs: lowering, passes, emission,
 * JIT; the dumps and tables that show what happened on the way. */
#include "cli/cli.h"
#include "lower/lower.h"
#include <string.h>

static void time_note(Build *b, const char *name, double start)
{
    PassCtx *p = &b->pass;
    if (p->ntimings >= (int)LEN(p->timing)) return;
    p->timing[p->ntimings].name = name;
    p->timing[p->ntimings++].seconds = now_seconds() - start;
}

static PassCtx pass_context(Session *s, const Options *o)
{
    return (PassCtx){.s = s,
                     .fusion = o->fusion != FUSION_OFF,
                     .only = o->passes,
                     .dump = o->dump_ir,
                     .time = o->time_passes,
                     .parallel = o->parallel,
                     .verify = true};
}

/* A second lowering of the same kernel repeats its diagnostics: forget them. */
static IrFunc *lower_quietly(Session *s, Interp *in, KernelObject *k)
{
    const DiagMark before = diag_mark(s);
    IrFunc *f = lower_kernel(s, in, k);
    diag_rewind(s, before);
    return f;
}

/* The interpreter's IR: as lowered, cut at barriers,
 * with the ladders marked. */
static IrFunc *plain_ir(Session *s, Interp *in, KernelObject *k, bool quiet)
{
    const int before = s->nerrors;
    IrFunc *f = quiet ? lower_quietly(s, in, k) : lower_kernel(s, in, k);
    PassCtx p = {.s = s, .fusion = true};
    return f && pass_run_one(f, &p, "barriers") && s->nerrors == before &&
            pass_run_one(f, &p, "mark-ladders")
        ? f
        : NULL;
}

/* What lowering and the passes complain of does not depend on the engine. */
static bool diagnose(Session *s, Interp *in, KernelObject *k, PassCtx p)
{
    const int before = s->nerrors;
    IrFunc *f = lower_kernel(s, in, k);
    p.dump = NULL;
    return f && s->nerrors == before && pass_run_all(f, &p, NULL) &&
        s->nerrors == before;
}

/* #line serves compilers that report on the C we hand them; in text that people
 * read, the comments say the line. */
static bool build_c(Session *s, Interp *in, KernelObject *k, bool run,
                    bool measure, Build *b)
{
    double t = now_seconds();
    const int errors = s->nerrors; /* of other kernels of the file */
    b->ir = lower_kernel(s, in, k);
    time_note(b, "lower", t);
    if (!b->ir || s->nerrors > errors) return false;
    if (!pass_run_all(b->ir, &b->pass, NULL) || s->nerrors > errors)
        return false;
    find_weights(b->ir, &b->pass);
    t = now_seconds();
    EmitOptions eo = {.source_name = k->module->path,
                      .line_directives = run,
                      .measure = measure};
    b->emitted = emit_c(b->ir, &eo);
    time_note(b, "emit", t);
    for (int i = 0; i < b->emitted->nshared; i++) {
        const IrOp *op = b->emitted->shared[i];
        fusion_note(&b->pass, "F7 chunks", op, op->span, true, 0,
                    "iterations of a task share its left operand, packed once");
    }
    return true;
}

static bool has_open_output(const IrFunc *f)
{
    for (int i = 0; i < f->nparams; i++)
        if (f->params[i].open && !f->params[i].gap) return true;
    return false;
}

/* W0602, once dynamic dimensions and scalars are bound: of a kernel without any
 * that is now */
void build_reach(Build *b, const int64_t *syms, const InterpArg *scalars)
{
    if (b->plain && has_open_output(b->plain))
        interp_reach(b->plain, syms, scalars);
}

bool build_kernel(Session *s, Interp *in, const Options *o, KernelObject *k,
                  bool want_interp, Build *b)
{
    double start = now_seconds();
    *b = (Build){.pass = pass_context(s, o)};
    b->pass.dump_out = NEW(s->arena, Text);
    b->pass.dump_out->a = s->arena;
    bool ok;
    if (o->engine == ENGINE_INTERP) {
        ok = o->checked || diagnose(s, in, k, b->pass);
        b->plain = ok ? plain_ir(s, in, k, true) : NULL;
        ok = b->plain != NULL;
    } else {
        bool run = strcmp(o->command, "run") == 0 ||
            strcmp(o->command, "bench") == 0 || strcmp(o->command, "tune") == 0;
        ok = build_c(s, in, k, run, o->trace || o->measure, b);
        if (ok && run) {
            double t = now_seconds();
            b->jit = o->engine == ENGINE_CC ? jit_compile_cc(s, b->emitted)
                                            : jit_compile(s, b->emitted);
            time_note(b, o->engine == ENGINE_CC ? "cc" : "tcc", t);
        }
        if (ok &&
            (want_interp || (has_open_output(b->ir) && (run || !b->ir->nsyms))))
            b->plain = plain_ir(s, in, k, true);
    }
    if (ok && b->plain && !b->plain->nsyms) build_reach(b, NULL, NULL);
    b->seconds = now_seconds() - start;
    return ok;
}

/* What the first build complained of is not said again. */
bool build_measured(Session *s, Interp *in, const Options *o, KernelObject *k,
                    Build *b)
{
    const DiagMark before = diag_mark(s);
    Options measured = *o;
    measured.measure = true;
    const bool ok = build_kernel(s, in, &measured, k, false, b);
    diag_rewind(s, before);
    return ok;
}

void build_free(Build *b)
{
    if (b->jit) jit_free(b->jit);
    b->jit = NULL;
}

static void print_times(const Build *b)
{
    double sum = 0;
    printf("%-14s %9s\n", "pass", "ms");
    for (int i = 0; i < b->pass.ntimings; i++) {
        printf("%-14s %9.3f\n", b->pass.timing[i].name,
               1e3 * b->pass.timing[i].seconds);
        sum += b->pass.timing[i].seconds;
    }
    printf("%-14s %9.3f\n", "total", 1e3 * sum);
}

static void print_fusion(Session *s, const Build *b)
{
    for (int i = 0; i < b->pass.fusion_notes.n; i++) {
        const FusionNote *n = &b->pass.fusion_notes.p[i];
        const Place at = source_place(s, n->span.lo),
                    other = source_place(s, n->other.lo);
        printf("%s %s", n->taken ? "taken  " : "refused", n->pattern);
        if (n->scope) printf(" in `%s`", n->scope->s);
        if (at.src) printf(" (%s:%d)", at.src->path, at.line);
        printf(": %s", n->text ? n->text : "");
        if (other.src && other.line != at.line)
            printf(n->taken ? ", with line %d" : ": line %d", other.line);
        if (n->taken && n->bytes_saved > 0)
            printf("; %lld bytes of copies avoided", (long long)n->bytes_saved);
        putchar('\n');
    }
    if (!b->pass.fusion_notes.n) puts("no fusion pattern was met");
}

void print_tasks(Session *s, const Build *b)
{
    for (int i = 0; i < b->pass.tasks.n; i++) {
        const TaskNote *t = &b->pass.tasks.p[i];
        Place at = source_place(s, t->span.lo);
        printf("task `%s`, loop `%s`", t->scope ? t->scope->s : "",
               t->var ? t->var->s : "");
        if (at.src) printf(" (%s:%d)", at.src->path, at.line);
        if (t->trip >= 0)
            printf(": trip count %lld", (long long)t->trip);
        else
            printf(": trip count known at run time");
        printf(", chunk=%lld %s", (long long)t->chunk,
               t->policy == CHUNK_GUARDED ? "guarded" : "leading_full");
        if (t->trip >= 0)
            printf(", %lld full, remainder %lld, %lld idle, %lld tasks",
                   (long long)t->full, (long long)t->rem, (long long)t->idle,
                   (long long)t->tasks);
        if (t->bytes >= 0) printf(", %lld bytes per task", (long long)t->bytes);
        if (t->flops >= 0) printf(", %lld FLOP per task", (long long)t->flops);
        printf("%s%s\n", t->text ? "; " : "", t->text ? t->text : "");
    }
    if (!b->pass.tasks.n) puts("no chunked loop");
}

void build_print_dumps(const Build *b, const Options *o)
{
    if (b->pass.dump_out && b->pass.dump_out->n)
        fputs(text_str(b->pass.dump_out), stdout);
    if (o->dump_ir && b->plain && !b->ir) {
        Text t = {.a = b->plain->arena};
        ir_print(b->plain, &t);
        fputs(text_str(&t), stdout);
    }
    Session *s = b->pass.s;
    if (o->explain_fusion && b->ir) {
        print_fusion(s, b);
        if (b->pass.tasks.n) print_tasks(s, b);
    }
    if (o->time_passes) print_times(b);
}
