/* Speed of the matrix products beside the limits of the machine.
 *
 *     gemm [-i ISA]... [-t THREADS]... [-m ROWS]... [-c COLUMNS] [-r ROUNDS]
 *          [-p] [NAME]...
 *
 * runs the cases whose name begins with a NAME (default: all) at each ISA level
 * and number of threads.  Weights are read once, in blocks of columns as the
 * tasks of a kernel take them; -p: from packed copies.  Each round measures a stream read and the
 * multiply-adds of the unit, then the products; a line shows the median time
 * and the median share of the floor, which is the larger of the two limits of
 * the same round: the bandwidth of shared machines changes within minutes. */
#include "dtype.h"
#include "peaks.h"
#include "qwrt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef struct Type {
    const char *name;
    int64_t bytes;
    QwUnit unit;
} Type;
static const Type BF16 = {"bf16", 2, QW_UNIT_BF16};
static const Type F16 = {"f16", 2, QW_UNIT_FMA};
static const Type F32 = {"f32", 4, QW_UNIT_FMA};
static const Type I8 = {"i8", 1, QW_UNIT_INT8};
static const Type W8 = {"w8", 1, QW_UNIT_BF16}; /* bytes, cast to bf16 */

enum { MOST_ROWS = 64 };
static int64_t columns = 256; /* of a task, where the case has no other */
static bool packed;

/* `count` products of consecutive weights: [n,k] with QW_BT, else [k,n]. */
typedef struct Case {
    const char *name;
    const Type *type;
    int64_t n, k, block, count;
    int flags;
} Case;

static const Case cases[] = {
    {"head", &BF16, 152064, 5120, 512, 1, QW_BT},
    {"qo", &BF16, 5120, 5120, 0, 1, 0},
    {"kv", &BF16, 1024, 5120, 0, 1, 0},
    {"gateup", &BF16, 17408, 5120, 0, 1, 0},
    {"down", &BF16, 5120, 17408, 0, 1, 0},
    {"qk", &BF16, 256, 128, 256, 2048, QW_BT},
    {"pv", &BF16, 128, 256, 128, 2048, 0},
    {"hot", &BF16, 192, 1024, 192, 1, 0},
    {"hot_bt", &BF16, 192, 1024, 192, 1, QW_BT},
    {"hot_w8", &W8, 192, 1024, 192, 1, 0},
    {"hot_w8_bt", &W8, 192, 1024, 192, 1, QW_BT},
    {"w8", &W8, 17408, 5120, 0, 1, 0},
    {"w8_bt", &W8, 17408, 5120, 0, 1, QW_BT},
    {"f16", &F16, 17408, 5120, 0, 1, 0},
    {"f16_bt", &F16, 17408, 5120, 0, 1, QW_BT},
    {"f32", &F32, 17408, 5120, 0, 1, 0},
    {"f32_bt", &F32, 17408, 5120, 0, 1, QW_BT},
    {"i8", &I8, 17408, 5120, 0, 1, 0},
    {"i8_bt", &I8, 152064, 5120, 512, 1, QW_BT},
};
enum { CASES = sizeof cases / sizeof *cases };

/* Those of a decoder layer, in order. */
static const char *const layer[] = {"qo",     "kv",     "kv",  "qo",
                                    "gateup", "gateup", "down"};
enum { LAYER = sizeof layer / sizeof *layer };

static const int64_t ROOM = INT64_C(152064) * 5120 * 2;
static char *weights;
static void *a_rows;
static float *result;

/* ---- one round ----------------------------------------------------------- */

typedef struct Job {
    const Case *c;
    const char *w;
    int64_t m;
} Job;

static int64_t block_of(const Case *c)
{
    return c->block ? c->block : columns;
}

static int64_t blocks_of(const Case *c)
{
    return (c->n + block_of(c) - 1) / block_of(c);
}

static const char *block_at(const Job *j, int64_t i)
{
    const Case *c = j->c;
    const int64_t blocks = blocks_of(c), n0 = i % blocks * block_of(c);
    const int64_t at = i / blocks * c->n * c->k +
        n0 * (c->flags & QW_BT ? c->k : 1);
    return j->w + at * c->type->bytes;
}

static int multiply_block(QwWorker *w, const void *env, int64_t i)
{
    const Job *j = env;
    const Case *c = j->c;
    const int64_t next = qw_next_index(w), n0 = i % blocks_of(c) * block_of(c);
    const int64_t n = qw_min(block_of(c), c->n - n0);
    const int64_t ldb = c->flags & QW_BT ? c->k : c->n;
    const void *b = block_at(j, i);
    qw_gemm_keep(w, a_rows);
    if (next >= 0) qw_gemm_next(w, block_at(j, next));
    if (c->type == &I8)
        return qw_gemm_i8(w, (int32_t *)(void *)(result + n0), c->n, a_rows,
                          c->k, b, ldb, j->m, n, c->k, c->flags);
    if (c->type == &F32)
        return qw_gemm_f32(w, result + n0, c->n, a_rows, c->k, b, ldb, j->m, n,
                           c->k, c->flags);
    if (c->type == &F16)
        return qw_gemm_f16(w, result + n0, c->n, a_rows, c->k, b, ldb, j->m, n,
                           c->k, c->flags);
    if (c->type == &W8)
        return qw_gemm_bf16_cast(w, result + n0, c->n, a_rows, c->k, QW_I8, b,
                                 ldb, j->m, n, c->k, c->flags);
    return qw_gemm_bf16(w, result + n0, c->n, a_rows, c->k, b, ldb, j->m, n,
                        c->k, c->flags);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double bytes_of(const Case *c)
{
    return (double)(c->n * c->k * c->count * c->type->bytes);
}

static double ops_of(const Case *c, int64_t m)
{
    return 2.0 * (double)(c->n * c->k * c->count * m);
}

/* Each call takes the weights behind those of the call before, so that small
 * ones do not stay in a cache; what is meant to be hot is repeated in one. */
static double seconds(QwCtx *ctx, const Case *c, int64_t m)
{
    static int64_t used;
    const int64_t bytes = (int64_t)bytes_of(c);
    if (used + bytes > ROOM) used = 0;
    const Job j = {c, weights + used, m};
    const bool hot = strncmp(c->name, "hot", 3) == 0;
    const int turns = hot ? 100 : 1;
    used += bytes;
    if (packed && !(c->flags & QW_BT) &&
        qw_pack(ctx, c->type == &I8 ? QW_I8 : QW_BF16, j.w, c->k * c->count,
                c->n, NULL) != QW_OK)
        exit(1);
    QwWorker *w = qw_enter(ctx, 4096, "bench");
    int status = QW_OK;
    const double start = now();
    for (int i = 0; i < turns; i++)
        status |= qw_parallel(w, multiply_block, &j, blocks_of(c) * c->count,
                              NULL);
    const double end = now();
    if (qw_leave(w, status) != QW_OK || qw_unpack(ctx, NULL) != QW_OK) exit(1);
    return (end - start) / turns;
}

/* ---- medians ------------------------------------------------------------- */

enum { MOST_ROUNDS = 99 };
static int rounds = 7;

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v)
{
    qsort(v, (size_t)rounds, sizeof *v, by_value);
    return v[rounds / 2];
}

/* One line of the table; the cases run one after the other in each round. */
static void measure(QwCtx *ctx, const char *name, const Case *const *list,
                    int count, int64_t m)
{
    double t[MOST_ROUNDS], share[MOST_ROUNDS], read[MOST_ROUNDS],
        ops[MOST_ROUNDS];
    double bytes = 0, work = 0;
    for (int i = 0; i < count; i++) {
        bytes += bytes_of(list[i]);
        work += ops_of(list[i], m);
    }
    const bool hot = strncmp(name, "hot", 3) == 0;
    for (int r = -1; r < rounds; r++) {
        double sum = 0;
        const double by_read = hot
            ? 0
            : bytes / qw_limit_read(ctx, weights, ROOM / 4);
        const double peak = qw_limit_ops(ctx, list[0]->type->unit);
        for (int i = 0; i < count; i++) sum += seconds(ctx, list[i], m);
        if (r < 0) continue;
        const double by_ops = peak > 0 ? work / peak : 0;
        t[r] = sum;
        read[r] = by_read;
        ops[r] = by_ops;
        share[r] = (by_read > by_ops ? by_read : by_ops) / sum;
    }
    const double s = median(t), middle = median(share);
    printf("%-10s %dT  %-7s M %2d  %9.3f ms  %6.1f GB/s  %7.1f GFLOP/s  read "
           "%8.3f ms  peak %8.3f ms  share %.2f (%.2f-%.2f)\n",
           qw_isa(), qw_threads(ctx), name, (int)m, s * 1e3, bytes / s * 1e-9,
           work / s * 1e-9, median(read) * 1e3, median(ops) * 1e3, middle,
           share[0], share[rounds - 1]);
    fflush(stdout);
}

/* ---- the command --------------------------------------------------------- */

enum { MOST = 16 };
typedef struct Options {
    const char *isa[MOST];
    int threads[MOST], isas, thread_counts, row_counts;
    int64_t rows[MOST];
} Options;

static bool wanted(const char *name, char **names)
{
    if (!*names) return true;
    for (; *names; names++)
        if (strncmp(name, *names, strlen(*names)) == 0) return true;
    return false;
}

static void measure_layer(QwCtx *ctx, int64_t m)
{
    const Case *list[LAYER];
    for (int i = 0; i < LAYER; i++)
        for (int c = 0; c < CASES; c++)
            if (strcmp(cases[c].name, layer[i]) == 0) list[i] = &cases[c];
    measure(ctx, "layer", list, LAYER, m);
}

static void measure_all(const Options *o, QwCtx *ctx, char **names)
{
    for (int r = 0; r < o->row_counts; r++) {
        const int64_t m = o->rows[r];
        for (int c = 0; c < CASES; c++) {
            const Case *one = &cases[c];
            if (wanted(one->name, names)) measure(ctx, one->name, &one, 1, m);
        }
        if (wanted("layer", names)) measure_layer(ctx, m);
    }
}

static void *pages(int64_t bytes)
{
    void *p = mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        perror("gemm: mmap");
        exit(6);
    }
    madvise(p, (size_t)bytes, MADV_HUGEPAGE);
    return p;
}

/* Patterns that are small numbers in every type. */
static void fill(char *p, int64_t bytes)
{
    uint16_t *x = (uint16_t *)(void *)p;
    for (int64_t i = 0; i < bytes / 2; i++)
        x[i] = (uint16_t)(0x3c00 + (i * 2654435761u >> 20 & 0x80ff));
}

static bool parse(Options *o, int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "i:t:m:c:r:p")) != -1;) {
        if (c == 'i' && o->isas < MOST)
            o->isa[o->isas++] = optarg;
        else if (c == 't' && o->thread_counts < MOST)
            o->threads[o->thread_counts++] = atoi(optarg);
        else if (c == 'm' && o->row_counts < MOST && atoi(optarg) <= MOST_ROWS)
            o->rows[o->row_counts++] = atoi(optarg);
        else if (c == 'c' && atoi(optarg) > 0)
            columns = atoi(optarg);
        else if (c == 'p')
            packed = true;
        else if (c == 'r' && atoi(optarg) > 0 && atoi(optarg) <= MOST_ROUNDS)
            rounds = atoi(optarg);
        else
            return false;
    }
    if (!o->isas) o->isa[o->isas++] = qw_isa();
    if (!o->thread_counts) o->threads[o->thread_counts++] = 0;
    if (!o->row_counts) o->rows[o->row_counts++] = 16;
    return true;
}

int main(int argc, char **argv)
{
    Options o = {0};
    if (!parse(&o, argc, argv)) {
        fprintf(stderr,
                "usage: gemm [-i ISA]... [-t THREADS]... [-m ROWS]... "
                "[-c COLUMNS] [-r ROUNDS] [-p] [NAME]...\n");
        return 2;
    }
    const int64_t a_bytes = INT64_C(17408) * MOST_ROWS * 4;
    weights = pages(ROOM);
    a_rows = pages(a_bytes);
    result = pages(INT64_C(152064) * MOST_ROWS * 4);
    fill(weights, ROOM);
    fill(a_rows, a_bytes);
    for (int i = 0; i < o.isas; i++)
        for (int t = 0; t < o.thread_counts; t++) {
            if (qw_set_isa(o.isa[i]) != QW_OK) return 2;
            QwCtx *ctx = qw_ctx_new();
            qw_set_threads(ctx, o.threads[t]);
            measure_all(&o, ctx, argv + optind);
            qw_ctx_free(ctx);
        }
}
