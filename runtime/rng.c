/* Philox4x32-10 in lanes: sixteen counters go through the rounds together, in
 * loops that gcc turns into vector multiplies.  Words are delivered by whole
 * groups of 64; a range that starts or ends inside a group is cut out of a
 * scratch group, so every word has one way to be made. */
#include "rng.h"

#include <math.h>
#include <string.h>

enum { LANES = 16, GROUP = 4 * LANES };

#define MUL0 UINT64_C(0xD2511F53)
#define MUL1 UINT64_C(0xCD9E8D57)
#define WEYL0 0x9E3779B9u
#define WEYL1 0xBB67AE85u

void qw_philox4x32(const uint32_t ctr[4], const uint32_t key[2],
                   uint32_t out[4])
{
    uint32_t c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = MUL0 * c0, p1 = MUL1 * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += WEYL0;
        k1 += WEYL1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The state of each lane sits in 64-bit cells with the upper half zero or
 * ignored: that is the operand form of the vector multiply. */
static void group_words(uint64_t seed, uint64_t draw, uint64_t block,
                        uint32_t *out)
{
    uint64_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
    const uint64_t low = UINT32_MAX;
    for (int i = 0; i < LANES; i++) {
        const uint64_t b = block + (uint64_t)i;
        c0[i] = b & low;
        c1[i] = b >> 32;
        c2[i] = draw & low;
        c3[i] = draw >> 32;
    }
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < LANES; i++) {
            const uint64_t p0 = MUL0 * (c0[i] & low), p1 = MUL1 * (c2[i] & low);
            c0[i] = (p1 >> 32) ^ c1[i] ^ k0;
            c2[i] = (p0 >> 32) ^ c3[i] ^ k1;
            c1[i] = p1;
            c3[i] = p0;
        }
        k0 += WEYL0;
        k1 += WEYL1;
    }
    for (int i = 0; i < LANES; i++) {
        out[4 * i] = (uint32_t)c0[i];
        out[4 * i + 1] = (uint32_t)c1[i];
        out[4 * i + 2] = (uint32_t)c2[i];
        out[4 * i + 3] = (uint32_t)c3[i];
    }
}

void qw_rng_words(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                  uint32_t *out)
{
    uint64_t at = (uint64_t)first;
    while (n > 0) {
        const int64_t skip = (int64_t)(at % GROUP);
        const uint64_t block = at / GROUP * LANES;
        if (!skip && n >= GROUP) {
            group_words(seed, draw, block, out);
            at += GROUP;
            out += GROUP;
            n -= GROUP;
            continue;
        }
        uint32_t part[GROUP];
        const int64_t take = n < GROUP - skip ? n : GROUP - skip;
        group_words(seed, draw, block, part);
        memcpy(out, part + skip, (size_t)take * sizeof *out);
        at += (uint64_t)take;
        out += take;
        n -= take;
    }
}

enum { PIECE = 1024 };

void qw_rng_uniform(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                    float *out)
{
    uint32_t w[PIECE];
    for (int64_t done = 0; done < n; done += PIECE) {
        const int m = n - done < PIECE ? (int)(n - done) : PIECE;
        qw_rng_words(seed, draw, first + done, m, w);
        for (int i = 0; i < m; i++)
            out[done + i] = (float)(int32_t)(w[i] >> 8) * 0x1p-24f;
    }
}

void qw_rng_normal(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                   float *out)
{
    const double tau = 6.283185307179586476925286766559;
    uint32_t w[2 * PIECE];
    for (int64_t done = 0; done < n; done += PIECE) {
        const int m = n - done < PIECE ? (int)(n - done) : PIECE;
        qw_rng_words(seed, draw, 2 * (first + done), 2 * m, w);
        for (int i = 0; i < m; i++) {
            const double u1 = (double)((w[2 * i] >> 8) + 1) * 0x1p-24;
            const double u2 = (double)(w[2 * i + 1] >> 8) * 0x1p-24;
            out[done + i] = (float)(sqrt(-2.0 * log(u1)) * cos(tau * u2));
        }
    }
}

/* x in [0, 2^64) as a part of span */
static uint64_t scaled(uint64_t x, uint64_t span)
{
    return (uint64_t)((unsigned __int128)x * span >> 64);
}

void qw_rng_int(uint64_t seed, uint64_t draw, int64_t first, int64_t n,
                int64_t lo, int64_t hi, int64_t *out)
{
    const uint64_t span = (uint64_t)hi - (uint64_t)lo;
    const int per = span > UINT64_C(1) << 32 ? 2 : 1;
    uint32_t w[2 * PIECE];
    for (int64_t done = 0; done < n; done += PIECE) {
        const int m = n - done < PIECE ? (int)(n - done) : PIECE;
        qw_rng_words(seed, draw, per * (first + done), per * m, w);
        for (int i = 0; i < m; i++) {
            uint64_t r;
            if (per == 1) /* span may be 2^32 itself */
                r = (uint64_t)((unsigned __int128)w[i] * span >> 32);
            else
                r = scaled((uint64_t)w[2 * i + 1] << 32 | w[2 * i], span);
            out[done + i] = (int64_t)((uint64_t)lo + r);
        }
    }
}
