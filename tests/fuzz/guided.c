/* The entry points that libFuzzer calls: $FUZZ_TARGET says which room is fed.
 *
 * Texts are mutated by bytes, as libFuzzer does it, and by words and lines: a
 * program survives the second more often and gets further. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "targets.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t n, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t max,
                               unsigned seed);
static const FuzzTarget *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    const char *name = getenv("FUZZ_TARGET");
    target = name ? fuzz_target(name) : NULL;
    if (target) return 0;
    fprintf(stderr, "%s: FUZZ_TARGET must be one of", **argv);
    for (int i = 0; i < fuzz_target_count; i++)
        fprintf(stderr, " %s", fuzz_targets[i].name);
    fputc('\n', stderr);
    exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    fuzz_run(target, bytes, n);
    return 0;
}

/* ---- words and lines ------------------------------------------------------------ */

typedef struct Piece {
    size_t at, n;
} Piece;

static unsigned draw(unsigned *state, size_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return below ? (unsigned)((*state >> 8) % below) : 0;
}

static bool is_word(uint8_t c)
{
    return isalnum(c) || c == '_' || c == '.';
}

/* a word or a number somewhere near `at`; n 0: none */
static Piece word_at(const uint8_t *b, size_t n, size_t at)
{
    while (at < n && !is_word(b[at])) at++;
    const size_t lo = at;
    while (at < n && is_word(b[at])) at++;
    return (Piece){lo, at - lo};
}

/* the line that holds `at`, with its newline */
static Piece line_at(const uint8_t *b, size_t n, size_t at)
{
    size_t hi = at;
    while (at > 0 && b[at - 1] != '\n') at--;
    while (hi < n && b[hi] != '\n') hi++;
    return (Piece){at, (hi < n ? hi + 1 : hi) - at};
}

/* b[to] becomes the m bytes at `from`; the new length, or n where it has no room */
static size_t replace(uint8_t *b, size_t n, size_t max, Piece to,
                      const uint8_t *from, size_t m)
{
    uint8_t copy[512];
    if (m > sizeof copy || n - to.n + m > max) return n;
    memcpy(copy, from, m);
    memmove(b + to.at + m, b + to.at + to.n, n - to.at - to.n);
    memcpy(b + to.at, copy, m);
    return n - to.n + m;
}

static size_t change_words(uint8_t *b, size_t n, size_t max, unsigned *r)
{
    static const char *const numbers[] =
        {"0", "1",          "2",
         "7", "2147483648", "1e30",
         "3", "16",         "9223372036854775807"};
    const Piece to = word_at(b, n, draw(r, n)),
                from = word_at(b, n, draw(r, n));
    if (!to.n || !isdigit(b[to.at]) || draw(r, 2))
        return replace(b, n, max, to, b + from.at, from.n);
    const char *number = numbers[draw(r, sizeof numbers / sizeof *numbers)];
    return replace(b, n, max, to, (const uint8_t *)number, strlen(number));
}

static size_t change_lines(uint8_t *b, size_t n, size_t max, unsigned *r)
{
    Piece to = line_at(b, n, draw(r, n));
    const Piece from = line_at(b, n, draw(r, n));
    switch (draw(r, 3)) {
    case 0: return replace(b, n, max, to, b, 0); /* deleted */
    case 1: to.n = 0;                            /* doubled elsewhere */
    }
    return replace(b, n, max, to, b + from.at, from.n);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t n, size_t max,
                               unsigned seed)
{
    if (!n || !target->text || draw(&seed, 3) == 0)
        return LLVMFuzzerMutate(bytes, n, max);
    for (unsigned i = 0, times = 1 + draw(&seed, 3); i < times && n; i++)
        n = draw(&seed, 3) ? change_words(bytes, n, max, &seed)
                           : change_lines(bytes, n, max, &seed);
    return n;
}
