/* The generator of language.md 3.1.3: the published vectors of Philox4x32-10
 * (Random123, kat_vectors), and that ranges may be cut anywhere. */
#include "rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void published_vectors(void **state)
{
    static const struct {
        uint32_t ctr[4], key[2], out[4];
    } kat[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof kat / sizeof *kat; i++) {
        uint32_t out[4];
        qw_philox4x32(kat[i].ctr, kat[i].key, out);
        assert_memory_equal(out, kat[i].out, sizeof out);
    }
}

/* word i of a draw is word i mod 4 of block i div 4, wherever a range starts */
static void words_are_blocks_in_order(void **state)
{
    const uint64_t seed = UINT64_C(0x123456789abcdef0),
                   draw = UINT64_C(0x500000007);
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const int64_t starts[] = {0,  1,  5,    63,
                              64, 65, 1000, (INT64_C(1) << 36) - 70};
    (void)state;
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++)
        for (int n = 0; n < 150; n += 7) {
            uint32_t w[150];
            qw_rng_words(seed, draw, starts[s], n, w);
            for (int i = 0; i < n; i++) {
                const uint64_t at = (uint64_t)starts[s] + (uint64_t)i,
                               block = at / 4;
                const uint32_t ctr[4] = {(uint32_t)block,
                                         (uint32_t)(block >> 32),
                                         (uint32_t)draw,
                                         (uint32_t)(draw >> 32)};
                uint32_t out[4];
                qw_philox4x32(ctr, key, out);
                assert_int_equal(w[i], out[at % 4]);
            }
        }
}

static void floats_follow_the_words(void **state)
{
    uint32_t w[3000];
    float u[3000], z[1500];
    (void)state;
    qw_rng_words(7, 3, 11, 3000, w);
    qw_rng_uniform(7, 3, 11, 3000, u);
    for (int i = 0; i < 3000; i++)
        assert_true(u[i] == (float)(w[i] >> 8) / 16777216.0f);
    qw_rng_words(7, 3, 22, 3000, w);
    qw_rng_normal(7, 3, 11, 1500, z);
    for (int i = 0; i < 1500; i++) {
        const double u1 = ((double)(w[2 * i] >> 8) + 1) / 16777216.0;
        const double u2 = (double)(w[2 * i + 1] >> 8) / 16777216.0;
        assert_true(z[i] ==
                    (float)(sqrt(-2 * log(u1)) * cos(2 * acos(-1.0) * u2)));
    }
}

static void integers_cover_their_range(void **state)
{
    int64_t v[4000];
    uint32_t w[8];
    int seen[7] = {0};
    (void)state;
    qw_rng_int(1, 2, 0, 4000, -3, 4, v);
    for (int i = 0; i < 4000; i++) {
        assert_in_range(v[i] + 3, 0, 6);
        seen[v[i] + 3]++;
    }
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 4000 / 7 - 120, 4000 / 7 + 120);
    /* a span of exactly 2^32 takes one word, a larger one two */
    qw_rng_words(1, 2, 0, 8, w);
    qw_rng_int(1, 2, 0, 4, -5, (INT64_C(1) << 32) - 5, v);
    for (int i = 0; i < 4; i++) assert_true(v[i] == (int64_t)w[i] - 5);
    qw_rng_int(1, 2, 0, 4, INT64_MIN, INT64_MAX, v);
    for (int i = 0; i < 4; i++) {
        const uint64_t word = (uint64_t)w[2 * i + 1] << 32 | w[2 * i];
        const uint64_t r = (uint64_t)((unsigned __int128)word * UINT64_MAX >>
                                      64);
        assert_true((uint64_t)v[i] == (uint64_t)INT64_MIN + r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_vectors),
        cmocka_unit_test(words_are_blocks_in_order),
        cmocka_unit_test(floats_follow_the_words),
        cmocka_unit_test(integers_cover_their_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
