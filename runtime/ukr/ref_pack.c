/* Weights packed once.  Bytes are transposed, for every kernel to read them
 * with QW_BT; bf16 has no form of its own here. */
#include "ref.h"
#include <string.h>

enum { BLOCK = 64, OCTET = 16 };

int64_t qwk_pack_bf16_ref(const QwkPack *p)
{
    (void)p;
    return 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Rows [k, k + rows) x columns [n, n + columns): both lie in few lines of the
 * first cache. */
static void transpose_block(const QwkPack *p, int64_t stride, int64_t k,
                            int64_t rows, int64_t n, int64_t columns)
{
    const char *b = (const char *)p->b + k * p->ldb + n;
    char *to = (char *)p->to + n * stride + k;
    for (int64_t j = 0; j < columns; j++)
        for (int64_t i = 0; i < rows; i++)
            to[j * stride + i] = b[i * p->ldb + j];
}

static int64_t pack_bytes(const QwkPack *p)
{
    const int64_t stride = (p->k + OCTET - 1) / OCTET * OCTET;
    if (!p->to) return p->n * stride;
    const int64_t end = least(p->k, p->first + p->rows);
    for (int64_t k = p->first; k < end; k += BLOCK)
        for (int64_t n = 0; n < p->n; n += BLOCK)
            transpose_block(p, stride, k, least(BLOCK, end - k), n,
                            least(BLOCK, p->n - n));
    if (end == p->k)
        for (int64_t n = 0; n < p->n; n++)
            memset((char *)p->to + n * stride + end, 0, (size_t)(stride - end));
    return 0;
}

int64_t qwk_pack_i8_ref(const QwkPack *p)
{
    return pack_bytes(p);
}

int64_t qwk_pack_u8_ref(const QwkPack *p)
{
    return pack_bytes(p);
}
