/* qwc bench FILE: measures a kernel (by convention, or the first run of the
 * file's driver) and its scopes beside the limits of the machine.  Variants of
 * the options (--vs) and other programs (--peer) are measured round by round
 * with it.  Each round also measures a stream read of the largest tensor and
 * the peak of the arithmetic that the kernel's products use: the roofline share
 * is max(bytes / stream, operations / peak) / time of the same round.
 *
 * Bytes are those of the rectangles that tasks read and write, each counted
 * once: of a kernel in its parameters, of a scope in any tensor.  Operations
 * are those of matrix products, as they were called. */
#include "cli/bench.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- limits -------------------------------------------------------------- */

typedef struct Limits {
    double stream; /* bytes a second of the largest tensor */
    double peak[QW_UNITS];
} Limits;

static double read_rate(Variant *v, int64_t bytes)
{
    return v->stream ? qw_limit_read(v->ctx, v->stream, bytes) : 0;
}

static Limits limits_now(Variant *v)
{
    Limits l = {.stream = read_rate(v, v->stream_bytes)};
    for (int u = 0; u < QW_UNITS; u++)
        if (v->ops[u] > 0) l.peak[u] = qw_limit_ops(v->ctx, (QwUnit)u);
    return l;
}

static double compute_floor(const Limits *l, const double *ops)
{
    double sum = 0;
    for (int u = 0; u < QW_UNITS; u++)
        if (ops[u] > 0 && l->peak[u] > 0) sum += ops[u] / l->peak[u];
    return sum;
}

/* the floor of moving `bytes`: little of it would come from a cache */
static double memory_floor(Variant *v, const Limits *l, double bytes)
{
    const double small = 64 << 20;
    double rate = l->stream;
    if (bytes >= 64 && bytes < small && bytes < (double)v->stream_bytes)
        rate = read_rate(v, (int64_t)bytes);
    return rate > 0 ? bytes / rate : 0;
}

/* ---- rounds -------------------------------------------------------------- */

static Series series_new(Session *s, int64_t rounds)
{
    return (Series){.time = NEW_ARRAY(s->arena, double, rounds),
                    .share = NEW_ARRAY(s->arena, double, rounds),
                    .ratio = NEW_ARRAY(s->arena, double, rounds),
                    .memory = NEW_ARRAY(s->arena, double, rounds),
                    .compute = NEW_ARRAY(s->arena, double, rounds)};
}

static void note(Series *s, int64_t round, double time, double first,
                 double memory, double compute)
{
    const double least = fmax(memory, compute);
    s->time[round] = time;
    s->share[round] = time > 0 ? fmin(1, least / time) : 0;
    s->ratio[round] = first > 0 ? time / first : 1;
    s->memory[round] = memory;
    s->compute[round] = compute;
}

/* a scope's time beside that of the scope of the same
 * name in the first variant */
static double time_of_scope(const Variant *v, const char *name, int64_t round)
{
    for (int i = 0; i < v->scopes; i++)
        if (strcmp(v->scope[i].name, name) == 0)
            return v->scope[i].s.time[round];
    return 0;
}

static const QwScope *scope_named(const QwSummary *sum, const char *name)
{
    for (int i = 0; i < sum->scopes; i++)
        if (strcmp(sum->scope[i].name, name) == 0) return &sum->scope[i];
    return NULL;
}

static bool measure_scopes(Variant *v, const Variant *first, const Limits *l,
                           int64_t round)
{
    QwSummary sum;
    if (!variant_trace(v, &sum)) return false;
    for (int i = 0; i < v->scopes; i++) {
        ScopeRow *row = &v->scope[i];
        const QwScope *now = scope_named(&sum, row->name);
        if (!now) continue;
        row->bytes = now->bytes;
        row->ops = 0;
        for (int u = 0; u < QW_UNITS; u++) row->ops += now->ops[u];
        note(&row->s, round, now->wall,
             v == first ? 0 : time_of_scope(first, row->name, round),
             memory_floor(v, l, now->bytes), compute_floor(l, now->ops));
    }
    free(sum.scope);
    return true;
}

/* threads of other programs spin for a while after their work */
static void settle(void)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    nanosleep(&pause, NULL);
}

static bool measure_peer(Variant *v, const Variant *first, int64_t round)
{
    settle();
    const double t = peer_call(v->peer);
    settle();
    if (t < 0) {
        v->status = EXIT_ENVIRONMENT;
        return false;
    }
    note(&v->series, round, t, first->series.time[round],
         first->series.memory[round], first->series.compute[round]);
    return true;
}

static double sum_of(const double *ops)
{
    double sum = 0;
    for (int u = 0; u < QW_UNITS; u++) sum += ops[u];
    return sum;
}

/* Operations on padding are no part of the work: a variant on the same tensors
 * has at most as many as the first. */
static void limit_ops(Variant *v, const Variant *first)
{
    const double own = sum_of(v->ops), most = sum_of(first->ops);
    if (v == first || v->whole != first->whole || own <= most) return;
    for (int u = 0; u < QW_UNITS; u++) v->ops[u] *= most / own;
}

static bool measure(Variant *v, const Variant *first, int64_t round)
{
    if (v->peer) return measure_peer(v, first, round);
    const double t = variant_call(v);
    if (t < 0) return false;
    limit_ops(v, first);
    const Limits l = limits_now(v);
    note(&v->series, round, t, v == first ? t : first->series.time[round],
         l.stream > 0 ? v->bytes / l.stream : 0, compute_floor(&l, v->ops));
    return v->scopes == 0 || measure_scopes(v, first, &l, round);
}

static bool find_scopes(Variant *v, int64_t rounds)
{
    QwSummary sum;
    if (!variant_trace(v, &sum)) return false;
    v->scopes = sum.scopes;
    v->scope = NEW_ARRAY(v->s->arena, ScopeRow, sum.scopes + 1);
    for (int i = 0; i < sum.scopes; i++)
        v->scope[i] = (ScopeRow){.name = sum.scope[i].name,
                                 .s = series_new(v->s, rounds)};
    free(sum.scope);
    return true;
}

static int64_t number(const char *option, const char *text, int64_t absent,
                      int64_t least)
{
    int64_t n = absent;
    if (text && (!option_int(text, &n) || n < least || n > BENCH_MAX_ROUNDS))
        fatal(EXIT_USAGE, "`--%s %s`: give a number from %lld to %d", option,
              text, (long long)least, BENCH_MAX_ROUNDS);
    return n;
}

static bool run_rounds(Variant *v, int n, int64_t warm, int64_t rounds)
{
    for (int k = 0; k < n; k++) {
        v[k].series = series_new(v[k].s, rounds);
        if (v[k].peer) {
            for (int64_t i = 0; i < warm; i++) peer_call(v[k].peer);
            continue;
        }
        if (!variant_pack_and_warm_up(&v[k], warm) ||
            !find_scopes(&v[k], rounds))
            return false;
    }
    for (int64_t i = 0; i < rounds; i++)
        for (int k = 0; k < n; k++)
            if (!measure(&v[k], &v[0], i)) return false;
    return true;
}

/* ---- the command --------------------------------------------------------- */

static void add_variant(const Options *o, Variant *v, int k, const char *more)
{
    variant_init(v[0].s, o, &v[k], more, more);
    v[k].twin = &v[0];
    if (!v[k].o.isa) v[k].isa = v[0].isa;
    v[k].s = session_new(); /* limits count for each */
    options_apply(v[k].s, &v[k].o);
}

static int start_peer(Variant *v, const char *command)
{
    const int threads = qw_threads(v[0].ctx);
    Variant *p = v;
    while (p->s) p++;
    *p = (Variant){.s = session_new(), .twin = &v[0]};
    p->peer = peer_start(p->s, command, threads);
    p->label = p->peer ? peer_name(p->peer) : command;
    p->isa = v[0].isa;
    return p->peer ? EXIT_OK : EXIT_ENVIRONMENT;
}

int cmd_bench(Session *s, const Options *o)
{
    int n = 1 + o->vs.n, status = EXIT_OK;
    const int64_t warm = number("warmup", o->warmup, 2, 0),
                  rounds = number("rounds", o->rounds, 11, 1);
    if (n + o->peers.n > BENCH_MAX_VARIANTS)
        fatal(EXIT_USAGE, "`qwc bench` measures at most %d variants and peers",
              BENCH_MAX_VARIANTS);
    Variant *v = NEW_ARRAY(s->arena, Variant, n + o->peers.n + 1);
    variant_init(s, o, &v[0], "", NULL);
    for (int k = 1; k < n; k++) add_variant(o, v, k, o->vs.p[k - 1]);
    for (int k = 0; k < n && !status; k++)
        if (!variant_prepare(&v[k])) status = v[k].status;
    for (int k = 0; k < o->peers.n && !status; k++, n++)
        status = start_peer(v, o->peers.p[k]);
    if (!status && !run_rounds(v, n, warm, rounds))
        for (int k = 0; k < n; k++)
            status = v[k].status > status ? v[k].status : status;
    if (!status) bench_print(o, v, n, (int)rounds);
    for (int k = n; k-- > 0;) variant_drop(&v[k]);
    return status;
}
