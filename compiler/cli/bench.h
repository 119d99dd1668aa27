/* Inside of `qwc bench`: what is measured of each variant, and its report.
 * tune.c measures candidates with the same. */
#ifndef QWC_BENCH_H
#define QWC_BENCH_H
#include "cli/harness.h"
#include "peaks.h"
#include "trace.h"

enum { BENCH_MAX_ROUNDS = 10000, BENCH_MAX_VARIANTS = 64 };

/* One figure a round. */
typedef struct Series {
    double *time;             /* seconds */
    double *share;            /* of the roofline */
    double *ratio;            /* time by that of the first variant */
    double *memory, *compute; /* the floors, seconds */
} Series;

typedef struct ScopeRow {
    const char *name;
    double bytes, ops; /* of one call */
    Series s;
} ScopeRow;

typedef struct Peer Peer;

typedef struct Variant {
    Session *s;
    Options o;
    const char *label; /* the text of --vs; "" for the first */
    const char *isa;
    struct Variant *twin; /* the first variant: shares its inputs */
    Peer *peer;           /* another program; then only `s` is used */
    Interp *in;
    Run run;
    Build measured;    /* the same kernel, for traces */
    bool ready, quiet; /* quiet: -q was given */
    int status;
    QwCtx *ctx;
    void **pointers;
    int repeat;   /* calls in one measurement */
    double bytes; /* of parameters, read and written: what tasks touch ... */
    double whole; /* ... and all */
    const void *stream;
    int64_t stream_bytes; /* the largest tensor */
    double ops[QW_UNITS]; /* of one call */
    Series series;
    ScopeRow *scope;
    int scopes;
} Variant;

/* bench_variant.c: preparing and calling one variant */
void variant_init(Session *, const Options *, Variant *, const char *label,
                  const char *more); /* more: options in one string, or NULL */
bool variant_prepare(Variant *);     /* compiles, makes inputs; else status */
/* it writes where its twin does: one writes at a time,
 * from its initial contents */
void variant_share_outputs(Variant *);
bool variant_warm_up(Variant *, int64_t times);
/* the same, with its weights packed before if --pack says so */
bool variant_pack_and_warm_up(Variant *, int64_t times);
/* seconds of one call, the mean of v->repeat; < 0: it failed */
double variant_call(Variant *);
bool variant_trace(Variant *, QwSummary *); /* one call of v->measured */
void variant_drop(Variant *);
/* bench_peer.c: programs that are measured beside the kernel */
Peer *peer_start(Session *, const char *command, int threads);
const char *peer_name(const Peer *);
double peer_call(Peer *); /* seconds; < 0: it ended, which has been said */
void peer_stop(Peer *);
/* bench_report.c */
void bench_print(const Options *, Variant *, int n,
                 int rounds);         /* sorts the rounds */
double bench_median(double *, int n); /* sorts */
#endif
