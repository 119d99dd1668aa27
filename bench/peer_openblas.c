/* OpenBLAS: sgemm on weights widened to f32 beforehand (Debian's library has no
 * product of bf16). */
#include "peer.h"
#include <cblas.h>

const char *peer_setup(Job *j)
{
    peer_plain(j, true);
    return "OpenBLAS sgemm, f32 weights";
}

void peer_run(Job *j)
{
    for (int i = 0; i < j->products; i++) {
        const Product *p = &j->product[i];
        const Plain *o = p->own;
        cblas_sgemm(CblasRowMajor, CblasNoTrans,
                    p->bt ? CblasTrans : CblasNoTrans, (int)p->m, (int)p->n,
                    (int)p->k, 1, o->a, (int)p->k, o->w,
                    (int)(p->bt ? p->k : p->n), 0, p->c, (int)p->n);
    }
}
