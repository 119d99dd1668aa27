/* Plain loops in C, as gcc -O3 -march=native -ffast-math -fopenmp compiles them.
 * [N, K]: a dot product an element; [K, N]: rows of W added to rows of C. */
#include "peer.h"
#include <string.h>

const char *peer_setup(Job *j)
{
    peer_plain(j, false);
    return "plain loops, gcc -O3";
}

static void dots(const Product *p, const uint16_t *A, const uint16_t *W)
{
#pragma omp parallel for
    for (int64_t n = 0; n < p->n; n++)
        for (int64_t m = 0; m < p->m; m++) {
            const uint16_t *a = A + m * p->k, *w = W + n * p->k;
            float sum = 0;
            for (int64_t k = 0; k < p->k; k++)
                sum += peer_float(a[k]) * peer_float(w[k]);
            p->c[m * p->n + n] = sum;
        }
}

enum { COLUMNS = 256 };

static void rows(const Product *p, const uint16_t *A, const uint16_t *W)
{
#pragma omp parallel for
    for (int64_t b = 0; b < p->n; b += COLUMNS) {
        const int64_t cols = p->n - b < COLUMNS ? p->n - b : COLUMNS;
        for (int64_t m = 0; m < p->m; m++)
            memset(p->c + m * p->n + b, 0, (size_t)cols * sizeof(float));
        for (int64_t k = 0; k < p->k; k++)
            for (int64_t m = 0; m < p->m; m++) {
                const float a = peer_float(A[m * p->k + k]);
                const uint16_t *w = W + k * p->n + b;
                float *c = p->c + m * p->n + b;
                for (int64_t n = 0; n < cols; n++) c[n] += a * peer_float(w[n]);
            }
    }
}

void peer_run(Job *j)
{
    for (int i = 0; i < j->products; i++) {
        const Product *p = &j->product[i];
        const Plain *own = p->own;
        (p->bt ? dots : rows)(p, own->a, own->w);
    }
}
