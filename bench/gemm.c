/* Speed of the bf16 product on the LM head's shape: weights [N, K] read once
 * for M rows, on all threads, in blocks as a kernel's tasks do it.  Every
 * figure stands beside a stream read of the same weights in the same round,
 * because the bandwidth of shared machines changes within minutes. */
#include "qwrt.h"
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/mman.h>

typedef struct Job {
    uint16_t *a, *w;
    float *c;
    int64_t m, n, k, block;
    int flags;
} Job;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int64_t rows_of(const Job *j, int64_t i)
{
    return qw_min(j->block, j->n - i * j->block);
}

static int read_block(QwWorker *w, const void *env, int64_t i)
{
    const Job *j = env;
    const int64_t bytes = rows_of(j, i) * j->k * 2;
    const char *p = (const char *)(j->w + i * j->block * j->k);
    __m128i x = _mm_setzero_si128(), y = x, z = x, u = x;
    for (int64_t o = 0; o + 64 <= bytes; o += 64) {
        x = _mm_xor_si128(x, _mm_loadu_si128((const __m128i *)(p + o)));
        y = _mm_xor_si128(y, _mm_loadu_si128((const __m128i *)(p + o + 16)));
        z = _mm_xor_si128(z, _mm_loadu_si128((const __m128i *)(p + o + 32)));
        u = _mm_xor_si128(u, _mm_loadu_si128((const __m128i *)(p + o + 48)));
    }
    x = _mm_xor_si128(_mm_xor_si128(x, y), _mm_xor_si128(z, u));
    memcpy(qw_frame(w), &x, sizeof x);
    return QW_OK;
}

static int multiply_block(QwWorker *w, const void *env, int64_t i)
{
    const Job *j = env;
    const int64_t next = qw_next_index(w), n0 = i * j->block;
    const int bt = j->flags & QW_BT;
    qw_gemm_keep(w, j->a);
    if (next >= 0)
        qw_gemm_next(w, j->w + next * j->block * (bt ? j->k : 1));
    return qw_gemm_bf16(w, j->c + n0, j->n, j->a, j->k,
                        j->w + n0 * (bt ? j->k : 1), bt ? j->k : j->n, j->m,
                        rows_of(j, i), j->k, j->flags);
}

static double timed(QwCtx *ctx, QwBody *body, const Job *j)
{
    QwWorker *w = qw_enter(ctx, 4096, "bench");
    const double start = now();
    qw_leave(w,
             qw_parallel(w, body, j, (j->n + j->block - 1) / j->block, NULL));
    return now() - start;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum { ROUNDS = 7 };

static double median(double *v)
{
    qsort(v, ROUNDS, sizeof *v, by_value);
    return v[ROUNDS / 2];
}

static void measure(QwCtx *ctx, Job *j, int64_t m)
{
    double t[ROUNDS], read[ROUNDS], ratio[ROUNDS];
    j->m = m;
    timed(ctx, multiply_block, j);
    for (int r = 0; r < ROUNDS; r++) {
        read[r] = timed(ctx, read_block, j);
        t[r] = timed(ctx, multiply_block, j);
        ratio[r] = t[r] / read[r];
    }
    const double bytes = 2.0 * (double)j->n * (double)j->k;
    const double ms = median(t) * 1e3;
    printf("%s M %3d  %8.2f ms  %6.1f GB/s  %7.1f GFLOP/s  stream read "
           "%6.1f GB/s  time/read %.2f\n",
           j->flags & QW_BT ? "[N,K]" : "[K,N]", (int)m, ms, bytes / ms / 1e6,
           bytes * (double)m / ms / 1e6, bytes / median(read) / 1e9,
           median(ratio));
}

static void *pages(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        perror("gemm: mmap");
        exit(6);
    }
    madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

/* gemm [N [K [block [threads [bn]]]]] */
int main(int argc, char **argv)
{
    Job j = {.n = argc > 1 ? atoll(argv[1]) : 152064,
             .k = argc > 2 ? atoll(argv[2]) : 5120,
             .block = argc > 3 ? atoll(argv[3]) : 512,
             .flags = argc > 5 ? 0 : QW_BT};
    const int64_t rows[] = {16, 8, 4, 1, 64};
    j.w = pages((size_t)(j.n * j.k) * 2);
    j.a = pages((size_t)(64 * j.k) * 2);
    j.c = pages((size_t)(64 * j.n) * 4);
    for (int64_t i = 0; i < j.n * j.k; i++)
        j.w[i] = (uint16_t)(0x3c00 + (i * 2654435761u >> 20 & 0x80ff));
    for (int64_t i = 0; i < 64 * j.k; i++)
        j.a[i] = (uint16_t)(0x3f00 + (i * 40503u >> 7 & 0x80ff));
    QwCtx *ctx = qw_ctx_new();
    qw_set_threads(ctx, argc > 4 ? atoi(argv[4]) : 0);
    printf("N %lld  K %lld  block %lld  threads %d  isa %s\n", (long long)j.n,
           (long long)j.k, (long long)j.block, qw_threads(ctx), qw_isa());
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        measure(ctx, &j, rows[i]);
    qw_ctx_free(ctx);
}
