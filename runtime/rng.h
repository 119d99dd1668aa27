/* Random numbers as a function of (seed, draw, index): language.md 3.1.3.
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011).  Key = seed, counter = (block, draw); word i of a draw is word
 * i mod 4 of block i div 4.  Nothing has state: any range may be produced by
 * any thread in any order. */
#ifndef QW_RNG_H
#define QW_RNG_H
#include <stdint.h>

/* one block: ctr[4], key[2] -> out[4] (the published function) */
void qw_philox4x32(const uint32_t ctr[4], const uint32_t key[2],
                   uint32_t out[4]);

/* Element range [first, first + n) of one draw, first >= 0.  words: w[i];
 * the others as in the table of 3.1.3, n elements each. */
void qw_rng_words(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                  uint32_t *out);
void qw_rng_uniform(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                    float *out);
void qw_rng_normal(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                   float *out);
/* lo + floor(w * (hi - lo) / 2^32); needs lo < hi; spans over 2^32 take two words */
void qw_rng_int(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                int64_t lo, int64_t hi, int64_t *out);
#endif
