/* Sorting of (value, index) pairs (language.md 9, 59-61).  A pair is two
 * floats: the value, then the bits of the index.  Order: descending, NaN
 * first, +0 and -0 equal, equal values keep the order they came in. */
#include "qwrt.h"
#include <math.h>
#include <string.h>

enum { BLOCK = 32, MAX_LISTS = 4 };

static int comes_before(float x, float y)
{
    if (isnan(x) || isnan(y)) return isnan(x) && !isnan(y);
    return x > y;
}

static void put_pair(float *d, const float *pair)
{
    memcpy(d, pair, 2 * sizeof *d);
}

/* Insertion sort: stable, and short blocks are its best case. */
static void sort_block(float *d, const float *v, const uint32_t *idx, int n)
{
    for (int i = 0; i < n; i++) {
        int at = i;
        for (; at > 0 && comes_before(v[i], d[2 * at - 2]); at--)
            put_pair(&d[2 * at], &d[2 * at - 2]);
        d[2 * at] = v[i];
        memcpy(&d[2 * at + 1], &idx[i], sizeof idx[i]);
    }
}

void qw_sort32(float *d, const float *v, const uint32_t *idx, int64_t n)
{
    for (int64_t i = 0; i < n; i += BLOCK)
        sort_block(d + 2 * i, v + i, idx + i,
                   n - i < BLOCK ? (int)(n - i) : BLOCK);
}

/* The list whose head comes first; of equals the earlier list. */
static int first_list(const float *const *head, const int64_t *left, int count)
{
    int best = -1;
    for (int i = 0; i < count; i++) {
        if (left[i] < 2) continue;
        if (best < 0 || comes_before(*head[i], *head[best])) best = i;
    }
    return best;
}

void qw_mrgsort_lists(float *d, const float *const *src, const int64_t *len,
                      int32_t count)
{
    const float *head[MAX_LISTS];
    int64_t left[MAX_LISTS];
    for (int i = 0; i < count; i++) {
        head[i] = src[i];
        left[i] = len[i];
    }
    for (int i; (i = first_list(head, left, count)) >= 0; d += 2) {
        put_pair(d, head[i]);
        head[i] += 2;
        left[i] -= 2;
    }
}

void qw_mrgsort_blocks(float *d, const float *p, int64_t len, int64_t block)
{
    for (int64_t i = 0; i < len; i += MAX_LISTS * block) {
        const float *src[MAX_LISTS];
        int64_t left[MAX_LISTS];
        for (int k = 0; k < MAX_LISTS; k++) {
            const int64_t from = qw_min(i + k * block, len);
            src[k] = p + from;
            left[k] = qw_min(block, len - from);
        }
        qw_mrgsort_lists(d + i, src, left, MAX_LISTS);
    }
}
