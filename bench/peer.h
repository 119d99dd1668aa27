/* What the peers of `qwc bench` share: products C[M, N] = A[M, K] * W, bf16 in,
 * f32 out, of one or more weights, all from one generator.  A peer's file gives
 * peer_setup and peer_run; peer.c talks to qwc and checks what they computed. */
#ifndef PEER_H
#define PEER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEER_MAX = 16 };

typedef struct Product {
    int64_t m, n, k;
    bool bt; /* W is [N, K], else [K, N] */
    float *c;
    void *own; /* the peer's */
} Product;

typedef struct Job {
    const char *mode; /* argv[1] */
    int products;
    Product product[PEER_MAX];
} Job;

/* in the peer's file; setup returns the name to show, NULL when it cannot */
const char *peer_setup(Job *);
void peer_run(Job *);

/* in peer.c */
void *peer_memory(size_t bytes); /* zero, in huge pages; ends without memory */
uint16_t peer_a(const Product *, int64_t m, int64_t k); /* bf16 bits */
uint16_t peer_w(const Product *, int64_t n, int64_t k);
void peer_fill_a(const Product *, uint16_t *a);          /* [M, K] */
void peer_fill_w(const Product *, uint16_t *w);          /* [N, K] or [K, N] */
/* the operands of every product as they are, in bf16 or widened: its `own` */
typedef struct Plain {
    void *a, *w;
} Plain;
void peer_plain(Job *, bool f32);
static inline float peer_float(uint16_t bits)
{
    union {
        uint32_t u;
        float f;
    } x = {.u = (uint32_t)bits << 16};
    return x.f;
}
#endif
