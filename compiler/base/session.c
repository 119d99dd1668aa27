/* A session: what one run of the compiler shares, and the table of limits
 * (chapter 16 of the language) with their defaults and hard maxima. */
#include "base/base.h"

#include <string.h>

static const Limit limits[LIM_COUNT] = {
#define LIMIT(id, name, def, hard, code, what) \
    [id] = {name, def, hard, code, what},
#include "base/limits.def"
#undef LIMIT
};

Session *session_new(void)
{
    Arena *a = arena_new();
    Session *s = NEW(a, Session);
    s->arena = a;
    s->next_base = 1; /* offset 0 is "no location" */
    s->err = stderr;
    for (int i = 0; i < LIM_COUNT; i++) s->limit[i] = limits[i].value;
    return s;
}

void session_free(Session *s)
{
    if (s) arena_free(s->arena);
}

const Limit *limit_info(LimitId id)
{
    return &limits[id];
}

LimitId limit_find(const char *name)
{
    for (int i = 0; i < LIM_COUNT; i++)
        if (!strcmp(limits[i].name, name)) return (LimitId)i;
    return LIM_COUNT;
}

bool limit_check(Session *s, LimitId id, int64_t met, Span span)
{
    const Limit *l = &limits[id];
    if (met <= s->limit[id]) return true;
    Diag *d = diag_new(s, l->code, span, "limit `%s` is %lld, met %lld",
                       l->name, (long long)s->limit[id], (long long)met);
    if (met <= l->hard)
        diag_help(s, d, "raise it: `--limit %s=%lld`", l->name, (long long)met);
    else if (l->value == l->hard)
        diag_note(s, d, (Span){0, 0}, "this limit is fixed");
    else
        diag_note(s, d, (Span){0, 0}, "it can be raised to %lld at most",
                  (long long)l->hard);
    return false;
}
