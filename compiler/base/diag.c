/* Diagnostics: the catalogue (diags.def), making them, and flushing them in the
 * order of the source.  How one looks is render.c.
 *
 * Severity is settled when a diagnostic is made: the code's first letter, then
 * --strict (which turns three warnings into the errors of chapter 15), then
 * -Wno-CODE and -Werror.  A suppressed one is made, so that callers can add to
 * it, but is not collected. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

enum { ERRORS_MAX = 50 };

typedef struct {
    const char *name, *gist, *help, *text;
} Entry;

static const Entry catalogue[DIAG_COUNT] = {
#define DIAG(code, gist, help, text) [code] = {#code, gist, help, text},
#include "base/diags.def"
#undef DIAG
};

const char *diag_code_name(DiagCode c)
{
    return catalogue[c].name;
}

const char *diag_gist(DiagCode c)
{
    return catalogue[c].gist;
}

const char *diag_help_text(DiagCode c)
{
    return catalogue[c].help;
}

const char *diag_explain_text(DiagCode c)
{
    return catalogue[c].text;
}

DiagCode diag_find(const char *name)
{
    for (int i = 0; i < DIAG_COUNT; i++)
        if (!strcmp(catalogue[i].name, name)) return (DiagCode)i;
    return DIAG_COUNT;
}

static DiagCode strict_code(DiagCode c)
{
    switch (c) {
    case W0401: return E0401;
    case W0901: return E0901;
    case W0704: return E0711;
    default: return c;
    }
}

static Severity severity(const Session *s, DiagCode c)
{
    char first = catalogue[c].name[0];
    if (first == 'E') return SEV_ERROR;
    if (first == 'N') return SEV_NOTE;
    return s->werror || s->werror_code[c] ? SEV_ERROR : SEV_WARNING;
}

static bool wanted(Session *s, const Diag *d)
{
    if (d->sev != SEV_ERROR || catalogue[d->code].name[0] != 'E')
        if (s->wno_code[d->code]) return false;
    if (d->sev == SEV_WARNING) s->nwarnings++;
    if (d->sev != SEV_ERROR) return true;
    return s->nerrors++ < ERRORS_MAX;
}

Diag *diag_vnew(Session *s, DiagCode code, Span span, const char *fmt,
                va_list ap)
{
    Diag *d = NEW(s->arena, Diag);
    d->code = s->strict && !s->wno_code[code] ? strict_code(code) : code;
    d->sev = severity(s, d->code);
    d->span = span;
    d->msg = arena_vprintf(s->arena, fmt, ap);
    d->order = s->diags.n;
    if (wanted(s, d)) vec_push(s->arena, &s->diags, d);
    return d;
}

Diag *diag_new(Session *s, DiagCode code, Span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Diag *d = diag_vnew(s, code, span, fmt, ap);
    va_end(ap);
    return d;
}

void diag_at(Session *s, Diag *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    d->label = arena_vprintf(s->arena, fmt, ap);
    va_end(ap);
}

void diag_label(Session *s, Diag *d, Span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    DiagPart part = {span, arena_vprintf(s->arena, fmt, ap)};
    va_end(ap);
    vec_push(s->arena, &d->labels, part);
}

void diag_note(Session *s, Diag *d, Span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    DiagPart part = {span, arena_vprintf(s->arena, fmt, ap)};
    va_end(ap);
    vec_push(s->arena, &d->notes, part);
}

void diag_help(Session *s, Diag *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(s->arena, fmt, ap);
    va_end(ap);
    vec_push(s->arena, &d->helps, text);
}

static int by_position(const void *pa, const void *pb)
{
    const Diag *a = *(Diag *const *)pa, *b = *(Diag *const *)pb;
    if (a->span.lo != b->span.lo) return a->span.lo < b->span.lo ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

/* A kernel that is instantiated twice says everything twice. */
static bool repeats(const Diag *d, const Diag *before)
{
    return before && d->code == before->code && d->span.lo == before->span.lo &&
        d->span.hi == before->span.hi && !strcmp(d->msg, before->msg);
}

DiagMark diag_mark(const Session *s)
{
    return (DiagMark){s->diags.n, s->nerrors, s->nwarnings};
}

void diag_rewind(Session *s, DiagMark m)
{
    s->diags.n = m.ndiags;
    s->nerrors = m.nerrors;
    s->nwarnings = m.nwarnings;
}

void diag_flush(Session *s)
{
    if (!s->diags.n) return;
    ArenaMark mark = arena_mark(s->arena);
    Text out = {.a = s->arena};
    qsort(s->diags.p, (size_t)s->diags.n, sizeof *s->diags.p, by_position);
    const Diag *before = NULL, *error = NULL;
    for (int i = 0; i < s->diags.n; i++) {
        const Diag *d = s->diags.p[i];
        if (repeats(d, before)) continue;
        diag_render(s, d, &out);
        if (!s->json) text_putc(&out, '\n');
        if (d->sev == SEV_ERROR && !error) error = d;
        before = d;
    }
    if (error && !s->json)
        text_printf(&out, "(see `qwc explain %s`)\n",
                    diag_code_name(error->code));
    fflush(stdout);
    fwrite(text_str(&out), 1, out.n, s->err);
    fflush(s->err);
    s->diags.n = 0;
    arena_reset(s->arena, mark);
}
