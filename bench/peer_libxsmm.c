/* libxsmm: its JIT-compiled bf16 kernel on weights packed in pairs of k
 * beforehand, [N / 64][K / 2][64][2], in a parallel loop over the blocks. */
#include "peer.h"
#include <libxsmm.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = 64 };

typedef struct Own {
    uint16_t *a, *w;
    libxsmm_bsmmfunction kernel;
} Own;

static void pack(const Product *p, uint16_t *w)
{
#pragma omp parallel for
    for (int64_t b = 0; b < p->n; b += BLOCK)
        for (int64_t k = 0; k < p->k; k++)
            for (int64_t i = 0; i < BLOCK; i++)
                w[b * p->k + (k / 2 * BLOCK + i) * 2 + k % 2] =
                    peer_w(p, b + i, k);
}

static libxsmm_bsmmfunction kernel_for(const Product *p)
{
    const libxsmm_blasint lda = BLOCK, ldb = (libxsmm_blasint)p->k,
                          ldc = (libxsmm_blasint)p->n;
    const float alpha = 1, beta = 0;
    const int flags = LIBXSMM_GEMM_FLAG_VNNI_A,
              prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
    return libxsmm_bsmmdispatch(BLOCK, (libxsmm_blasint)p->m, ldb, &lda, &ldb,
                                &ldc, &alpha, &beta, &flags, &prefetch);
}

const char *peer_setup(Job *j)
{
    libxsmm_init();
    for (int i = 0; i < j->products; i++) {
        Product *p = &j->product[i];
        Own *own = calloc(1, sizeof *own);
        if (!own) exit(6);
        own->kernel = kernel_for(p);
        if (!own->kernel || p->n % BLOCK) {
            fprintf(stderr, "libxsmm: no kernel for this shape\n");
            return NULL;
        }
        own->a = peer_memory((size_t)(p->m * p->k) * 2);
        own->w = peer_memory((size_t)(p->n * p->k) * 2);
        peer_fill_a(p, own->a);
        pack(p, own->w);
        p->own = own;
    }
    return "libxsmm " LIBXSMM_VERSION ", packed weights";
}

void peer_run(Job *j)
{
    for (int i = 0; i < j->products; i++) {
        const Product *p = &j->product[i];
        const Own *o = p->own;
#pragma omp parallel for schedule(dynamic, 1)
        for (int64_t n = 0; n < p->n; n += BLOCK)
            o->kernel((const libxsmm_bfloat16 *)(o->w + n * p->k),
                      (const libxsmm_bfloat16 *)o->a, p->c + n);
    }
}
