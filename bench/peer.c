/* The frame of a peer program: MODE LAYOUT M NxK[,NxK...], LAYOUT nk or kn.
 * Says "ready NAME", then runs once and prints milliseconds for each line. */
#define _GNU_SOURCE
#include "peer.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

void *peer_memory(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        perror("peer");
        exit(6);
    }
    madvise(p, bytes, MADV_HUGEPAGE);
    return p;
}

/* ---- data ------------------------------------------------------------------- */

/* one of 2001 values in [-1, 1], rounded to bf16 */
static uint16_t value(uint64_t i)
{
    i = (i ^ i >> 31) * UINT64_C(0x9e3779b97f4a7c15);
    i = (i ^ i >> 29) >> 33;
    const float f = (float)((int)(i % 2001) - 1000) * 1e-3f;
    uint32_t u;
    memcpy(&u, &f, 4);
    return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

uint16_t peer_a(const Product *p, int64_t m, int64_t k)
{
    return value((uint64_t)(m * p->k + k) + 1);
}

uint16_t peer_w(const Product *p, int64_t n, int64_t k)
{
    return value((uint64_t)(n * p->k + k) + 1000003);
}

void peer_fill_a(const Product *p, uint16_t *a)
{
    for (int64_t m = 0; m < p->m; m++)
        for (int64_t k = 0; k < p->k; k++) a[m * p->k + k] = peer_a(p, m, k);
}

static void fill_a_f32(const Product *p, float *a)
{
    for (int64_t m = 0; m < p->m; m++)
        for (int64_t k = 0; k < p->k; k++)
            a[m * p->k + k] = peer_float(peer_a(p, m, k));
}

static int64_t rows(const Product *p)
{
    return p->bt ? p->n : p->k;
}

static uint16_t weight(const Product *p, int64_t row, int64_t col)
{
    return p->bt ? peer_w(p, row, col) : peer_w(p, col, row);
}

void peer_fill_w(const Product *p, uint16_t *w)
{
    const int64_t cols = p->bt ? p->k : p->n;
#pragma omp parallel for
    for (int64_t r = 0; r < rows(p); r++)
        for (int64_t c = 0; c < cols; c++) w[r * cols + c] = weight(p, r, c);
}

static void fill_w_f32(const Product *p, float *w)
{
    const int64_t cols = p->bt ? p->k : p->n;
#pragma omp parallel for
    for (int64_t r = 0; r < rows(p); r++)
        for (int64_t c = 0; c < cols; c++)
            w[r * cols + c] = peer_float(weight(p, r, c));
}

void peer_plain(Job *j, bool f32)
{
    const size_t bytes = f32 ? sizeof(float) : sizeof(uint16_t);
    for (int i = 0; i < j->products; i++) {
        Product *p = &j->product[i];
        Plain *own = calloc(1, sizeof *own);
        if (!own) exit(6);
        own->a = peer_memory((size_t)(p->m * p->k) * bytes);
        own->w = peer_memory((size_t)(p->n * p->k) * bytes);
        if (f32) {
            fill_a_f32(p, own->a);
            fill_w_f32(p, own->w);
        } else {
            peer_fill_a(p, own->a);
            peer_fill_w(p, own->w);
        }
        p->own = own;
    }
}

/* ---- checking ----------------------------------------------------------------- */

/* error of one element, relative to the sum of |a w| */
static double error_at(const Product *p, int64_t m, int64_t n)
{
    double sum = 0, size = 0;
    for (int64_t k = 0; k < p->k; k++) {
        const double x = (double)peer_float(peer_a(p, m, k)) *
            (double)peer_float(peer_w(p, n, k));
        sum += x;
        size += fabs(x);
    }
    return fabs(sum - (double)p->c[m * p->n + n]) / size;
}

static void check(const Job *j)
{
    for (int i = 0; i < j->products; i++) {
        const Product *p = &j->product[i];
        for (int64_t q = 0; q < 100; q++) {
            const int64_t n = q * 7919003 % p->n, m = q % p->m;
            const double error = error_at(p, m, n);
            if (error < 1e-4) continue; /* one f32 sum of 17408 */
            fprintf(stderr,
                    "peer: product %d is off by %.1e of sum |a w| at [%d, %d]\n",
                    i, error, (int)m, (int)n);
            exit(1);
        }
    }
}

/* ---- the program ---------------------------------------------------------------- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bool parse(Job *j, int argc, char **argv)
{
    if (argc != 5) return false;
    j->mode = argv[1];
    const int64_t m = atoll(argv[3]);
    for (char *s = argv[4]; *s && j->products < PEER_MAX;) {
        Product *p = &j->product[j->products++];
        p->m = m;
        p->bt = strcmp(argv[2], "nk") == 0;
        p->n = strtoll(s, &s, 10);
        p->k = *s == 'x' ? strtoll(s + 1, &s, 10) : 0;
        if (p->m <= 0 || p->n <= 0 || p->k <= 0) return false;
        p->c = peer_memory((size_t)(p->m * p->n) * sizeof(float));
        if (*s == ',') s++;
    }
    return j->products > 0;
}

int main(int argc, char **argv)
{
    Job j = {0};
    if (!parse(&j, argc, argv)) {
        fprintf(stderr, "usage: %s MODE nk|kn M NxK[,NxK...]\n", argv[0]);
        return 2;
    }
    const char *name = peer_setup(&j);
    if (!name) return 1;
    peer_run(&j);
    check(&j);
    printf("ready %s\n", name);
    fflush(stdout);
    for (int c; (c = getchar()) != EOF;) {
        if (c != '\n') continue;
        const double start = now();
        peer_run(&j);
        printf("%.6f\n", 1e3 * (now() - start));
        fflush(stdout);
    }
    return 0;
}
