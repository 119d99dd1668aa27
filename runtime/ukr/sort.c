/* Sorting of (value, index) pairs (language.md 9, 59-61).  A pair is two
 * floats: the value, then the bits of the index.  Order: descending, NaN
 * first, +0 and -0 equal, equal values keep the order they came in. */
#include "qwrt.h"
#include <string.h>

enum { BLOCK = 32, MAX_LISTS = 4 };

static void put_pair(float *d, const float *pair)
{
    memcpy(d, pair, 2 * sizeof *d);
}

/* The larger comes first: NaN, then as the numbers, both zeros alike. */
static inline int32_t rank_of(float x)
{
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int32_t size = bits & INT32_MAX;
    const int32_t rank = bits < 0 ? -size : size;
    return size > 0x7f800000 ? INT32_MAX : rank;
}

/* How many come before each element: many comparisons at a time, and no branch
 * that data decides but one.  Without equals all counts are different. */
static void count_before(int32_t at[BLOCK], const int32_t rank[BLOCK], int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < BLOCK; j++) at[j] += rank[i] > rank[j];
    for (int i = 0; i < n; i++) sum += at[i];
    if (sum == n * (n - 1) / 2) return;
    for (int i = 0; i < n; i++)
        for (int j = i + 1; j < n; j++) at[j] += rank[i] == rank[j];
}

static void sort_block(float *d, const float *v, const uint32_t *idx, int n)
{
    int32_t rank[BLOCK], at[BLOCK] = {0};
    for (int i = 0; i < BLOCK; i++) rank[i] = i < n ? rank_of(v[i]) : INT32_MIN;
    count_before(at, rank, n);
    for (int i = 0; i < n; i++) {
        d[2 * at[i]] = v[i];
        memcpy(&d[2 * at[i] + 1], &idx[i], sizeof idx[i]);
    }
}

void qw_sort32(float *d, const float *v, const uint32_t *idx, int64_t n)
{
    for (int64_t i = 0; i < n; i += BLOCK)
        sort_block(d + 2 * i, v + i, idx + i,
                   n - i < BLOCK ? (int)(n - i) : BLOCK);
}

/* Where the lists stand; one that is at its end comes behind all others. */
typedef struct Lists {
    const float *head[MAX_LISTS];
    int64_t pairs[MAX_LISTS]; /* left */
    int64_t rank[MAX_LISTS];  /* of the head */
} Lists;

static inline void look(Lists *l, int i)
{
    l->rank[i] = l->pairs[i] > 0 ? rank_of(*l->head[i]) : INT64_MIN;
}

/* Of equals the earlier list; arithmetic, for a branch would be a guess. */
static inline int first_of(const Lists *l, int i, int j)
{
    return i ^ ((i ^ j) & -(l->rank[j] > l->rank[i]));
}

void qw_mrgsort_lists(float *d, const float *const *src, const int64_t *len,
                      int32_t count)
{
    Lists l = {.pairs = {0}};
    int64_t pairs = 0;
    for (int i = 0; i < MAX_LISTS; i++) {
        if (i < count) {
            l.head[i] = src[i];
            l.pairs[i] = len[i] / 2;
        }
        pairs += l.pairs[i];
        look(&l, i);
    }
    for (; pairs > 0; pairs--, d += 2) {
        const int i = first_of(&l, first_of(&l, 0, 1), first_of(&l, 2, 3));
        put_pair(d, l.head[i]);
        l.head[i] += 2;
        l.pairs[i]--;
        look(&l, i);
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
