/* Interned strings, texts under construction and the nearest spelling of a
 * word.  The string table is open-addressed, at most half full, and belongs to
 * one Session; records live in its arena and never move, so equal text is an
 * equal pointer. */
#include "base/base.h"

#include <ctype.h>
#include <string.h>

struct StrTable {
    StrRec **slot;
    uint32_t mask; /* slots - 1 */
    uint32_t used;
};

uint32_t str_hash(const char *s, size_t n)
{
    uint32_t h = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h ^ h >> 15;
}

bool str_ends(const char *s, size_t n, const char *end)
{
    const size_t m = strlen(end);
    return n >= m && memcmp(s + n - m, end, m) == 0;
}

static void table_grow(Session *s)
{
    struct StrTable *t = s->strs;
    StrRec **old = t->slot;
    uint32_t n = t->mask ? t->mask + 1 : 0;
    uint32_t grown = n ? 2 * n : 1024;
    t->slot = NEW_ARRAY(s->arena, StrRec *, grown);
    t->mask = grown - 1;
    for (uint32_t i = 0; i < n; i++) {
        if (!old[i]) continue;
        uint32_t k = old[i]->hash & t->mask;
        while (t->slot[k]) k = (k + 1) & t->mask;
        t->slot[k] = old[i];
    }
}

Str str_n(Session *s, const char *text, size_t n)
{
    if (n >= UINT32_MAX)
        fatal(EXIT_ENVIRONMENT, "out of memory: a string of %zu bytes", n);
    if (!s->strs) s->strs = NEW(s->arena, struct StrTable);
    struct StrTable *t = s->strs;
    if (2 * t->used >= t->mask) table_grow(s);
    uint32_t hash = str_hash(text, n), k = hash & t->mask;
    for (; t->slot[k]; k = (k + 1) & t->mask) {
        const StrRec *r = t->slot[k];
        if (r->hash != hash || r->len != n) continue;
        if (!n || !memcmp(r->s, text, n)) return r;
    }
    StrRec *r = arena_alloc(s->arena, sizeof *r + n + 1);
    r->len = (uint32_t)n;
    r->hash = hash;
    if (n) memcpy(r->s, text, n);
    t->slot[k] = r;
    t->used++;
    return r;
}

Str str(Session *s, const char *text)
{
    return str_n(s, text, strlen(text));
}

Str str_printf(Session *s, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(s->arena, fmt, ap);
    va_end(ap);
    return str(s, text);
}

static void text_reserve(Text *t, size_t more)
{
    size_t need;
    if (__builtin_add_overflow(t->n, more + 1, &need))
        fatal(EXIT_ENVIRONMENT, "out of memory: a text of %zu bytes", more);
    if (need <= t->cap) return;
    size_t cap = t->cap ? t->cap : 64;
    while (cap < need) cap *= 2;
    char *s = arena_alloc(t->a, cap);
    if (t->n) memcpy(s, t->s, t->n);
    t->s = s;
    t->cap = cap;
}

void text_put(Text *t, const char *s, size_t n)
{
    if (!n) return;
    text_reserve(t, n);
    memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = '\0';
}

void text_putc(Text *t, char c)
{
    text_put(t, &c, 1);
}

void text_puts(Text *t, const char *s)
{
    text_put(t, s, strlen(s));
}

void text_printf(Text *t, const char *fmt, ...)
{
    char small[256];
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        text_put(t, small, (size_t)n);
    } else if (n > 0) {
        text_reserve(t, (size_t)n);
        vsnprintf(t->s + t->n, (size_t)n + 1, fmt, again);
        t->n += (size_t)n;
    }
    va_end(again);
    va_end(ap);
}

const char *text_str(Text *t)
{
    return t->n ? t->s : "";
}

enum { WORD_MAX = 63 };

/* Edits (insert, delete, change, swap of neighbours) that turn a into b; more
 * than `limit` is reported as limit + 1.  Both at most WORD_MAX long. */
static int edit_distance(const char *a, int m, const char *b, int n, int limit)
{
    int row[3][WORD_MAX + 1];
    if (m - n > limit || n - m > limit) return limit + 1;
    for (int j = 0; j <= n; j++) row[0][j] = j;
    for (int i = 1; i <= m; i++) {
        int *cur = row[i % 3], *up = row[(i + 2) % 3], *up2 = row[(i + 1) % 3];
        cur[0] = i;
        int best = i;
        for (int j = 1; j <= n; j++) {
            int d = up[j - 1] + (a[i - 1] != b[j - 1]);
            if (up[j] + 1 < d) d = up[j] + 1;
            if (cur[j - 1] + 1 < d) d = cur[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1];
            if (swapped && up2[j - 2] + 1 < d) d = up2[j - 2] + 1;
            cur[j] = d;
            if (d < best) best = d;
        }
        if (best > limit + 1) return limit + 1;
    }
    return row[m % 3][n];
}

static bool same_but_case(const char *a, const char *b)
{
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b))
        a++, b++;
    return !*a && !*b;
}

const char *str_nearest(const char *word, const char *const *cand, int n)
{
    int m = (int)strnlen(word, WORD_MAX + 1);
    if (m < 2 || m > WORD_MAX) return NULL;
    int best = m / 3 + 1;
    const char *found = NULL;
    for (int i = 0; i < n; i++) {
        int len = (int)strnlen(cand[i], WORD_MAX + 1);
        if (len > WORD_MAX) continue;
        if (same_but_case(word, cand[i]) && best > 0) {
            found = cand[i];
            best = 0;
            continue;
        }
        int d = edit_distance(word, m, cand[i], len, best);
        if (d >= best) continue;
        found = cand[i];
        best = d;
    }
    return found;
}
