/* qwc bench FILE: measures a kernel (by convention, or the first run of the
 * file's driver) beside the limits of the machine.  With --vs a second variant
 * of the options is measured round by round with the first.  Each round also
 * measures a stream read of the largest tensor and the peak of the arithmetic
 * that the kernel's products use: the roofline share is
 * max(bytes / stream, operations / peak) / time of the same round.
 *
 * Bytes are those of the parameters that the kernel reads and writes, each
 * counted once; operations those of matrix products, as they were called. */
#include "cli/bench.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROUNDS = 10000 };

/* ---- preparing ---------------------------------------------------------------- */

/* what the first variant made and the second may read too */
static void share_inputs(Run *r)
{
    const Run *from = r->twin;
    for (int i = 0; i < r->n && from; i++) {
        Arg *a = &r->args[i];
        for (int k = 0; k < from->n; k++) {
            const Arg *b = &from->args[k];
            bool same = a->p->name == b->p->name && b->data && !a->data &&
                a->dtype == b->dtype && a->rank == b->rank && !a->p->written &&
                !b->p->written && qw_dtype_is_float(a->dtype);
            if (same &&
                memcmp(a->shape, b->shape, sizeof(int64_t) * (size_t)a->rank) ==
                    0)
                a->data = qwt_ref(b->data);
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
    if (v->ready) v->pointers = run_pointers(r);
    h->worst = r->status;
    h->runs++;
    r->req = NULL; /* lives no longer than this call */
    return false;
}

static bool prepare(Session *s, Variant *v)
{
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
    if (v->ready) v->ctx = run_context(&v->o);
    return v->ready && !v->status;
}

/* ---- calling ------------------------------------------------------------------------ */

/* tensors that are read and written start each measurement from the same contents */
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

static void restore_initial(Variant *v)
{
    for (int i = 0; i < v->run.n; i++) {
        Arg *a = &v->run.args[i];
        if (a->initial)
            memcpy(v->pointers[i], qwt_data(a->initial),
                   (size_t)qwt_bytes(a->data));
    }
}

/* seconds of one call, the mean of v->repeat; < 0: it failed */
static double call(Variant *v)
{
    qw_set_isa(v->isa);
    restore_initial(v);
    double sum = 0;
    for (int i = 0; i < v->repeat; i++) {
        if (!run_call(&v->run, v->ctx, v->pointers)) {
            v->status = v->run.status;
            diag_flush(v->run.s);
            return -1;
        }
        sum += v->run.seconds;
    }
    return sum / v->repeat;
}

static bool warm_up(Variant *v, int64_t times)
{
    double t = 0;
    v->repeat = 1;
    keep_initial(v);
    for (int64_t i = 0; i < times || i == 0; i++)
        if ((t = call(v)) < 0) return false;
    const double least = 1e-3; /* shorter measurements are mostly noise */
    v->repeat = t < least ? (int)(least / (t > 1e-6 ? t : 1e-6)) + 1 : 1;
    return true;
}

/* ---- limits ---------------------------------------------------------------------------- */

static void count_bytes(Variant *v)
{
    const void *largest = NULL;
    for (int i = 0; i < v->run.n; i++) {
        const Arg *a = &v->run.args[i];
        if (!a->data) continue;
        int64_t bytes = qwt_bytes(a->data);
        v->bytes += (double)bytes * (a->p->read + a->p->written);
        if (largest && bytes <= v->stream_bytes) continue;
        largest = v->pointers[i];
        v->stream_bytes = bytes;
    }
    v->stream = largest;
}

static double floor_now(Variant *v, double *memory)
{
    double read = v->stream ? qw_limit_read(v->ctx, v->stream, v->stream_bytes)
                            : 0,
           compute = 0;
    for (int u = 0; u < QW_UNITS; u++) {
        if (v->ops[u] <= 0) continue;
        double peak = qw_limit_ops(v->ctx, (QwUnit)u);
        if (peak > 0) compute += v->ops[u] / peak;
    }
    *memory = read > 0 ? v->bytes / read : 0;
    return fmax(*memory, compute);
}

/* ---- rounds ------------------------------------------------------------------------------ */

static bool measure(Variant *v, int n, int64_t round)
{
    for (int k = 0; k < n; k++) {
        double t = call(&v[k]), memory;
        if (t < 0) return false;
        for (int u = 0; u < QW_UNITS; u++)
            v[k].ops[u] = qw_call_ops(v[k].ctx, (QwUnit)u);
        double least = floor_now(&v[k], &memory);
        v[k].time[round] = t;
        v[k].share[round] = fmin(1, least / t);
        v[k].memory[round] = memory / fmax(least, 1e-12);
        v[k].ratio[round] = t / v[0].time[round];
    }
    return true;
}

static int64_t number(const char *option, const char *text, int64_t absent,
                      int64_t least)
{
    int64_t n = absent;
    if (text && (!option_int(text, &n) || n < least || n > MAX_ROUNDS))
        fatal(EXIT_USAGE, "`--%s %s`: give a number from %lld to %d", option,
              text, (long long)least, MAX_ROUNDS);
    return n;
}

static bool run_rounds(Session *s, const Options *o, Variant *v, int n,
                       int64_t *rounds)
{
    int64_t warm = number("warmup", o->warmup, 2, 0);
    *rounds = number("rounds", o->rounds, 11, 1);
    for (int k = 0; k < n; k++) {
        v[k].time = NEW_ARRAY(s->arena, double, *rounds);
        v[k].share = NEW_ARRAY(s->arena, double, *rounds);
        v[k].memory = NEW_ARRAY(s->arena, double, *rounds);
        v[k].ratio = NEW_ARRAY(s->arena, double, *rounds);
        if (!warm_up(&v[k], warm)) return false;
        count_bytes(&v[k]);
    }
    for (int64_t i = 0; i < *rounds; i++)
        if (!measure(v, n, i)) return false;
    return true;
}

/* ---- the command ----------------------------------------------------------------------------- */

static void drop(Variant *v)
{
    qw_ctx_free(v->ctx);
    run_free(&v->run);
    if (v->in) interp_drop(v->in);
    if (!v->twin) return;
    diag_flush(v->s);
    session_free(v->s);
}

/* options of both variants: no stage lines, no golden */
static void variant_options(Session *s, const Options *o, Variant *v,
                            const char *label, const char *more)
{
    *v = (Variant){.o = *o, .label = label, .isa = o->isa ? o->isa : qw_isa()};
    v->o.quiet = true;
    v->o.json = true; /* what the driver prints goes to stderr */
    if (more && options_more(s->arena, more, &v->o) >= 0) exit(EXIT_USAGE);
    if (v->o.isa) v->isa = v->o.isa;
    if (v->o.engine == ENGINE_INTERP)
        fatal(EXIT_USAGE,
              "`qwc bench` measures compiled code: choose --engine=jit or cc");
}

int cmd_bench(Session *s, const Options *o)
{
    Variant v[2];
    int64_t rounds = 0;
    int n = o->vs ? 2 : 1, status = EXIT_OK;
    BenchFormat format = bench_format(o);
    variant_options(s, o, &v[0], "", NULL);
    v[0].s = s;
    if (n > 1) {
        variant_options(s, o, &v[1], o->vs, o->vs);
        v[1].twin = &v[0];
        v[1].s = session_new(); /* limits count for each */
        options_apply(v[1].s, &v[1].o);
    }
    for (int k = 0; k < n; k++) {
        if (!status && !prepare(v[k].s, &v[k])) status = v[k].status;
    }
    if (!status && !run_rounds(s, o, v, n, &rounds))
        for (int k = 0; k < n; k++)
            status = v[k].status > status ? v[k].status : status;
    if (!status) bench_print(o, v, n, (int)rounds, format);
    for (int k = n; k-- > 0;) drop(&v[k]);
    return status;
}
