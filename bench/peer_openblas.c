/* OpenBLAS: sgemm on weights widened to f32 beforehand (Debian's library has no
 * product of bf16). */
#include "peer.h"
#include <cblas.h>
#include <stdlib.h>

typedef struct Own {
    float *a, *w;
} Own;

const char *peer_setup(Job *j)
{
    for (int i = 0; i < j->products; i++) {
        Product *p = &j->product[i];
        Own *own = calloc(1, sizeof *own);
        if (!own) exit(6);
        own->a = peer_memory((size_t)(p->m * p->k) * 4);
        own->w = peer_memory((size_t)(p->n * p->k) * 4);
        peer_fill_a_f32(p, own->a);
        peer_fill_w_f32(p, own->w);
        p->own = own;
    }
    return "OpenBLAS sgemm, f32 weights";
}

void peer_run(Job *j)
{
    for (int i = 0; i < j->products; i++) {
        const Product *p = &j->product[i];
        const Own *o = p->own;
        cblas_sgemm(CblasRowMajor, CblasNoTrans,
                    p->bt ? CblasTrans : CblasNoTrans, (int)p->m, (int)p->n,
                    (int)p->k, 1, o->a, (int)p->k, o->w,
                    (int)(p->bt ? p->k : p->n), 0, p->c, (int)p->n);
    }
}
