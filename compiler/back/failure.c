/* Run-time failures and warnings in the user's terms: a QwFailure of emitted
 * code, or of the interpreter, becomes a diagnostic at the expression that
 * asked for the check, with the tensor, the numbers and the loop indices. */
#include "back/back.h"
#include <limits.h>
#include <string.h>

typedef struct Report {
    Session *s;
    const Emitted *e;
    const QwFailure *f;
    const QwSite *site;
} Report;

static DiagCode code_of(int status)
{
    switch (status) {
    case QW_ERR_NEGATIVE_VALID: return E0901;
    case QW_ERR_VALID: return E0902;
    case QW_ERR_EXTENT: return E0903;
    case QW_ERR_BOUNDS: return E0904;
    case QW_ERR_INDEX: return E0905;
    case QW_ERR_DYNAMIC: return E0906;
    case QW_ERR_OVERFLOW: return E0907;
    case QW_ERR_RANGE: return E0908;
    case QW_ERR_DIVISION: return E0909;
    case QW_ERR_ASSERT: return E0910;
    case QW_ERR_UNSORTED: return E0911;
    case QW_ERR_VERIFY: return E0912;
    case QW_ERR_RACE: return E0913;
    default: return E1110;
    }
}

static const EmitSite *site_of(const Emitted *e, const QwSite *site)
{
    return site && e && site->id >= 0 && site->id < e->nsites
        ? &e->sites[site->id]
        : NULL;
}

static const char *quoted(Session *s, const char *name, const char *other)
{
    return name && *name ? arena_printf(s->arena, "`%s`", name) : other;
}

static Diag *bounds(Report *r, Span at, const char *name)
{
    long long off = r->f->value[0], len = r->f->value[1], size = r->f->value[2];
    int axis = r->site ? r->site->axis : 0;
    if (len == 1 && off >= 0) {
        Diag *d =
            diag_new(r->s, E0904, at,
                     "index %lld is outside %s: axis %d has %lld elements", off,
                     name, axis, size);
        diag_at(r->s, d, "reaches index %lld", off);
        return d;
    }
    Diag *d =
        diag_new(r->s, E0904, at,
                 "the window [%lld, %lld) leaves %s: axis %d has %lld elements",
                 off, len > 0 && off > LLONG_MAX - len ? LLONG_MAX : off + len,
                 name, axis, size);
    diag_at(r->s, d, "offset %lld, extent %lld", off, len);
    const EmitSite *place = site_of(r->e, r->site);
    if (place && place->store)
        diag_help(
            r->s, d,
            "store a tile that is valid only inside: `pl.set_validshape(t, rows, cols)`");
    else if (off >= 0)
        diag_help(
            r->s, d,
            "`clamp=True` trims the window to what is there; `valid_shape=` says how much is");
    return d;
}

static Diag *describe_rare(Report *r, Span at)
{
    const char *text = r->f->text && *r->f->text ? r->f->text : NULL;
    if (r->f->status == QW_ERR_ASSERT)
        return diag_new(r->s, E0910, at, "assertion failed%s%s",
                        text ? ": " : "", text ? text : "");
    return diag_new(r->s, code_of(r->f->status), at, "%s",
                    text ? text : qw_strerror(r->f->status));
}

static Diag *extent(Report *r, Span at, const char *name)
{
    long long n = r->f->value[0];
    Diag *d = diag_new(r->s, E0903, at, "axis %d of %s has extent %lld",
                       r->site ? r->site->axis : 0, name, n);
    if (n >= 0)
        diag_note(r->s, d, (Span){0, 0}, "its bytes do not fit 64 bits");
    return d;
}

/* "b", or "(b, ob)" of nested loops */
static const char *compared(Report *r)
{
    const int levels = (int)r->f->value[2];
    const EmitSite *place = site_of(r->e, r->site);
    const char *name = place && place->nest ? place->nest : "";
    if (levels < 2) return name;
    Text t = {.a = r->s->arena};
    for (int i = 0; i < levels; i++) {
        const size_t n = strcspn(name, ",");
        text_printf(&t, "%s%.*s", i ? ", " : "(", (int)n, name);
        name += n + (name[n] == ',');
    }
    text_putc(&t, ')');
    return text_str(&t);
}

/* "3", or "(3, 0)" of nested loops */
static const char *iteration(Report *r, int which)
{
    const int levels = (int)r->f->value[2];
    Text t = {.a = r->s->arena};
    if (levels < 2)
        return arena_printf(t.a, "%lld", (long long)r->f->value[which]);
    for (int i = 0; i < levels; i++)
        text_printf(&t, "%s%lld", i ? ", " : "(",
                    (long long)r->f->loop[which * levels + i]);
    text_putc(&t, ')');
    return text_str(&t);
}

static Diag *race(Report *r, Span at, const char *name)
{
    Session *s = r->s;
    const EmitSite *other = site_of(r->e, r->f->other);
    Diag *d = diag_new(
        s, E0913, at,
        "the iterations %s = %s and %s of %s touch the same memory of %s",
        compared(r), iteration(r, 0), iteration(r, 1),
        r->f->value[2] > 1 ? "nested parallel loops" : "a parallel loop", name);
    diag_at(s, d,
            other && other->span.lo != at.lo ? "touched here by the one"
                                             : "touched here by both");
    if (other && other->span.lo != at.lo)
        diag_label(s, d, other->span, "and here by the other");
    diag_help(s, d, "use `pl.range`, or `atomic=` for sums");
    return d;
}

static Diag *no_memory(Report *r, Span at, const char *name)
{
    Session *s = r->s;
    if (r->f->value[0] <= 0)
        return diag_new(s, E1110, at, "%s", qw_strerror(QW_ERR_NOMEM));
    Diag *d = diag_new(s, E1110, at, "no memory for %s of %lld bytes", name,
                       (long long)r->f->value[0]);
    if (s->limit[LIM_MEMORY])
        diag_note(s, d, (Span){0, 0},
                  "the limit `memory` is %lld, inputs and outputs included",
                  (long long)s->limit[LIM_MEMORY]);
    return d;
}

static Diag *valid_extent(Report *r, Span at, const char *name)
{
    const long long n = r->f->value[0], most = r->f->value[1];
    Diag *d = diag_new(r->s, E0902, at,
                       "the valid extent %s is %lld, larger than %lld", name, n,
                       most);
    diag_help(r->s, d, "`pl.min(%lld, ...)` caps it", most);
    return d;
}

static Diag *describe(Report *r, Span at)
{
    Session *s = r->s;
    const long long a = r->f->value[0], b = r->f->value[1], c = r->f->value[2];
    const char *what = r->site ? r->site->what : "",
               *valid = quoted(s, what, "here"),
               *it = quoted(s, what, "the value");
    switch (r->f->status) {
    case QW_ERR_NEGATIVE_VALID:
        return diag_new(s, E0901, at, "the valid extent %s is negative: %lld",
                        valid, a);
    case QW_ERR_VALID: return valid_extent(r, at, valid);
    case QW_ERR_EXTENT: return extent(r, at, quoted(s, what, "the tensor"));
    case QW_ERR_BOUNDS: return bounds(r, at, quoted(s, what, "the tensor"));
    case QW_ERR_INDEX:
        return diag_new(
            s, E0905, at,
            "index %lld in %s is out of range: there are %lld columns", a,
            quoted(s, what, "the index tile"), b);
    case QW_ERR_DYNAMIC:
        return diag_new(s, E0906, at, "%s is %lld, expected %lld",
                        what ? what : "an extent", a, b);
    case QW_ERR_OVERFLOW:
        if (c && (b < 0 || b > 63)) /* of a shift */
            return diag_new(s, E0907, at, "%lld is shifted by %lld: %s", a, b,
                            "a shift count is 0 to 63");
        return diag_new(
            s, E0907, at,
            "%s does not fit 64 bits: the operands are %lld and %lld", it, a,
            b);
    case QW_ERR_RANGE:
        if (a >= b && a <= c) /* a float that saturated */
            return diag_new(s, E0908, at, "%s does not fit 64 bits", it);
        return diag_new(s, E0908, at,
                        "%s is %lld, outside [%lld, %lld] of the dtype", it, a,
                        b, c);
    case QW_ERR_DIVISION:
        if (what && *what)
            return diag_new(s, E0909, at, "the step of loop `%s` is 0", what);
        return diag_new(s, E0909, at, "%lld is divided by %lld", a, b);
    case QW_ERR_RACE: return race(r, at, quoted(s, what, "a tensor"));
    case QW_ERR_NOMEM: return no_memory(r, at, quoted(s, what, "a buffer"));
    default: return describe_rare(r, at);
    }
}

/* "in task `lm_head`, with b = 3, ob = 17" */
static void note_where(Report *r, Diag *d)
{
    const QwSite *site = r->site;
    Text t = {.a = r->s->arena};
    if (!site) return;
    if (site->scope && *site->scope)
        text_printf(&t, "in task `%s`", site->scope);
    const char *name = site->loops ? site->loops : "";
    for (int i = 0; *name && i < r->f->loops; i++) {
        size_t n = strcspn(name, ",");
        text_printf(&t, "%s%.*s = %lld",
                    i         ? ", "
                        : t.n ? ", with "
                              : "with ",
                    (int)n, name, (long long)r->f->loop[i]);
        name += n + (name[n] == ',');
    }
    if (t.n) diag_note(r->s, d, (Span){0, 0}, "%s", text_str(&t));
}

static void note_inlining(Session *s, Diag *d, const InlineFrame *inl)
{
    for (; inl; inl = inl->outer)
        diag_note(s, d, inl->call, "inlined from this call of `%s`",
                  inl->callee ? inl->callee->s : "");
}

void back_report_failure(Session *s, const Emitted *e, const QwFailure *f)
{
    if (!f || f->status == QW_OK) return;
    Report r = {s, e, f, f->site};
    const EmitSite *place = site_of(e, f->site);
    Diag *d = describe(&r, place ? place->span : (Span){0, 0});
    note_where(&r, d);
    if (place) note_inlining(s, d, place->inl);
}

void back_report_warnings(Session *s, const Emitted *e, QwCtx *ctx)
{
    const QwWarning *list = NULL;
    int n = qw_warnings(ctx, &list);
    for (int i = 0; i < n; i++) {
        const EmitSite *place = site_of(e, list[i].site);
        Diag *d = diag_new(s, W0901, place ? place->span : (Span){0, 0},
                           "a valid extent of %lld was taken as 0",
                           (long long)list[i].value);
        if (list[i].count > 1)
            diag_note(s, d, (Span){0, 0}, "this happened %lld times",
                      (long long)list[i].count);
        diag_help(s, d, "write `pl.max(0, ...)` if this is meant");
        if (place) note_inlining(s, d, place->inl);
    }
}
