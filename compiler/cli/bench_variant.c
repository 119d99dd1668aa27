/* One variant of a kernel that is measured: loading, inputs, calls.
 *
 * Tensors that are read and written start each measurement from the same
 * contents; what no variant writes they share. */
#include "cli/bench.h"
#include "cli/tune.h"
#include <stdlib.h>
#include <string.h>

/* ---- preparing ----------------------------------------------------------- */

static bool same_shape(const Arg *a, const Arg *b)
{
    return a->dtype == b->dtype && a->rank == b->rank &&
        memcmp(a->shape, b->shape, sizeof(int64_t) * (size_t)a->rank) == 0;
}

/* what the first variant made and the others may read too */
static void share_inputs(Run *r)
{
    const Run *from = r->twin;
    for (int i = 0; i < r->n && from; i++) {
        Arg *a = &r->args[i];
        for (int k = 0; k < from->n; k++) {
            const Arg *b = &from->args[k];
            bool same = strcmp(a->p->name->s, b->p->name->s) == 0 && b->data &&
                !a->data && !a->p->written && !b->p->written &&
                qw_dtype_is_float(a->dtype) && same_shape(a, b);
            if (same) a->data = qwt_ref(b->data);
        }
    }
}

/* the driver's first run is kept and measured later; false ends the driver */
static bool bench_hook(void *user, Interp *in, RunRequest *req, RunResult *out)
{
    Harness *h = user;
    Variant *v = h->user;
    (void)out;
    Run *r = &v->run;
    *r = (Run){.s = h->s,
               .in = in,
               .o = h->o,
               .req = req,
               .golden = GOLDEN_NONE,
               .twin = v->twin ? &v->twin->run : NULL};
    r->times.a = r->verdicts.a = h->s->arena;
    v->ready = run_prepare(r, share_inputs);
    if (v->ready && strcmp(h->o->command, "bench") == 0)
        v->ready = build_measured(h->s, in, h->o, req->kernel, &v->measured);
    if (v->ready) v->pointers = run_pointers(r);
    h->worst = r->status;
    h->runs++;
    r->req = NULL; /* lives no longer than this call */
    return false;
}

static void count_bytes(Variant *v)
{
    for (int i = 0; i < v->run.n; i++) {
        const Arg *a = &v->run.args[i];
        if (!a->data) continue;
        int64_t bytes = qwt_bytes(a->data);
        v->whole += (double)bytes * (a->p->read + a->p->written);
        if (v->stream && bytes <= v->stream_bytes) continue;
        v->stream = v->pointers[i];
        v->stream_bytes = bytes;
    }
    v->bytes = v->whole;
}

/* of a tensor, only what the tasks of the last traced call touched, if anything
 * is known: a kernel may read a part of a cache */
static double touched(const Variant *v, int i, bool write)
{
    const double whole = (double)qwt_bytes(v->run.args[i].data),
                 part = qw_trace_bytes(v->ctx, v->pointers[i],
                                       qwt_bytes(v->run.args[i].data), write);
    return part > 0 && part < whole ? part : whole;
}

static void count_touched(Variant *v)
{
    double sum = 0;
    for (int i = 0; i < v->run.n; i++) {
        const Arg *a = &v->run.args[i];
        if (!a->data) continue;
        if (a->p->read) sum += touched(v, i, false);
        if (a->p->written) sum += touched(v, i, true);
    }
    v->bytes = sum;
}

static void keep_initial(Variant *v)
{
    for (int i = 0; i < v->run.n; i++) {
        Arg *a = &v->run.args[i];
        if (!a->data || !a->p->written || !a->p->read) continue;
        a->initial = qwt_clone(a->data);
        void *p = qwt_data_rw(a->data);
        if (!a->initial || !p)
            fatal(EXIT_ENVIRONMENT, "out of memory: a copy of %s",
                  a->p->name->s);
        v->pointers[i] = p;
    }
}

void variant_share_outputs(Variant *v)
{
    const Run *from = &v->twin->run;
    for (int i = 0; i < v->run.n; i++) {
        Arg *a = &v->run.args[i];
        const Arg *b = &from->args[i];
        if (!a->data || !a->p->written || !b->p->written) continue;
        qwt_unref(a->data);
        qwt_unref(a->initial);
        a->data = qwt_ref(b->data);
        a->initial = b->initial ? qwt_ref(b->initial) : NULL;
        v->pointers[i] = v->twin->pointers[i];
    }
}

bool variant_prepare(Variant *v)
{
    Session *s = v->s;
    v->o.quiet = v->quiet;
    if (strcmp(v->o.command, "bench") == 0) tune_take_up(s, &v->o);
    v->o.quiet = true; /* no stage lines */
    v->o.json = true;  /* what the driver prints goes to stderr */
    Harness h = {.s = s, .o = &v->o, .hook = bench_hook, .user = v};
    int errors = s->nerrors;
    bool want_driver = !v->o.kernel && !v->o.no_main;
    v->in = load_interp(s, &v->o, &h);
    Module *m = interp_load_main(v->in, v->o.files.p[0], want_driver);
    bool driver = m && want_driver && module_has_driver(m);
    if (m && !driver && s->nerrors == errors) run_by_convention(&h, v->in, m);
    interp_flush(v->in);
    diag_flush(s);
    v->status = h.worst ? h.worst : s->nerrors > errors ? EXIT_SOURCE : EXIT_OK;
    if (!v->ready && !v->status) {
        fprintf(stderr, "qwc: %s runs no kernel to measure\n", v->o.files.p[0]);
        v->status = EXIT_SOURCE;
    }
    if (!v->ready || v->status) return false;
    v->ctx = run_context(&v->o);
    keep_initial(v);
    count_bytes(v);
    return true;
}

void variant_init(Session *s, const Options *o, Variant *v, const char *label,
                  const char *more)
{
    *v = (Variant){.s = s,
                   .o = options_copy(s->arena, o),
                   .label = label,
                   .quiet = o->quiet,
                   .repeat = 1};
    if (more && options_more(s->arena, more, &v->o) >= 0) exit(EXIT_USAGE);
    v->isa = v->o.isa ? v->o.isa : qw_isa();
    if (v->o.engine == ENGINE_INTERP)
        fatal(EXIT_USAGE,
              "`qwc %s` measures compiled code: choose --engine=jit or cc",
              o->command);
}

void variant_drop(Variant *v)
{
    if (v->peer) peer_stop(v->peer);
    qw_ctx_free(v->ctx);
    run_free(&v->run);
    build_free(&v->measured);
    if (v->in) interp_drop(v->in);
    if (!v->twin) return;
    diag_flush(v->s);
    session_free(v->s);
}

/* ---- calling ------------------------------------------------------------- */

static void restore_initial(Variant *v)
{
    for (int i = 0; i < v->run.n; i++) {
        Arg *a = &v->run.args[i];
        if (a->initial)
            memcpy(v->pointers[i], qwt_data(a->initial),
                   (size_t)qwt_bytes(a->data));
    }
}

static bool call_once(Variant *v, Run *r)
{
    if (run_call(r, v->ctx, v->pointers)) return true;
    v->status = r->status;
    diag_flush(r->s);
    return false;
}

double variant_call(Variant *v)
{
    qw_set_isa(v->isa);
    restore_initial(v);
    double sum = 0;
    for (int i = 0; i < v->repeat; i++) {
        if (!call_once(v, &v->run)) return -1;
        sum += v->run.seconds;
    }
    for (int u = 0; u < QW_UNITS; u++)
        v->ops[u] = qw_call_ops(v->ctx, (QwUnit)u);
    return sum / v->repeat;
}

bool variant_trace(Variant *v, QwSummary *sum)
{
    Run traced = v->run;
    traced.b = v->measured;
    qw_set_isa(v->isa);
    restore_initial(v);
    qw_trace_start(v->ctx);
    const bool ok = call_once(v, &traced);
    qw_trace_stop(v->ctx);
    *sum = ok ? qw_trace_summary(v->ctx) : (QwSummary){0};
    if (ok && sum->complete) count_touched(v);
    return ok;
}

bool variant_warm_up(Variant *v, int64_t times)
{
    const double least = 1e-3; /* shorter measurements are mostly noise */
    double t = 0;
    for (int64_t i = 0; i < times || i == 0; i++)
        if ((t = variant_call(v)) < 0) return false;
    v->repeat = t < least ? (int)(least / (t > 1e-6 ? t : 1e-6)) + 1 : 1;
    return true;
}

bool variant_pack_and_warm_up(Variant *v, int64_t times)
{
    qw_set_isa(v->isa);
    run_pack(&v->run, v->ctx, v->pointers);
    if (!variant_warm_up(v, times)) return false;
    run_pack_unused(&v->run, v->ctx, v->pointers);
    return true;
}
