/* Inside of `qwc bench`: what is measured of each variant, and its report. */
#ifndef QWC_BENCH_H
#define QWC_BENCH_H
#include "cli/harness.h"
#include "peaks.h"

typedef struct Variant {
    Session *s;
    Options o;
    const char *label; /* the text of --vs; "" for the first */
    const char *isa;
    struct Variant *twin; /* the first variant: shares its inputs */
    Interp *in;
    Run run;
    bool ready;
    int status;
    QwCtx *ctx;
    void **pointers;
    int repeat;   /* calls in one measurement */
    double bytes; /* of parameters, read and written */
    const void *stream;
    int64_t stream_bytes; /* the largest tensor */
    double ops[QW_UNITS]; /* of one call */
    double *time, *share, *memory,
        *ratio; /* a round: seconds; of the roofline; memory floor by
                                    the larger floor; time by that of the first variant */
} Variant;

typedef enum { BENCH_TEXT, BENCH_MD, BENCH_CSV, BENCH_JSON } BenchFormat;

/* bench_report.c */
BenchFormat bench_format(const Options *);
void bench_print(const Options *, Variant *, int n, int rounds,
                 BenchFormat); /* sorts the rounds */
#endif
