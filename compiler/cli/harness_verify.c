/* --fusion=verify: the kernel once more without fusion, on copies of what it
 * writes; the two must leave the same memory (E0912).  Without a ladder that is
 * bit for bit.  With one, each may differ from the exact value by the bound of
 * 8.5 that the interpreter derives, which is 0 for what depends on no sum. */
#include "cli/harness.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* args as they are before the kernel runs, with memory of their own */
Arg *verify_keep(Run *r)
{
    if (r->o->fusion != FUSION_VERIFY) return NULL;
    Arg *kept = arena_dup(r->s->arena, r->args,
                          sizeof *kept * (size_t)(r->n + 1));
    for (int i = 0; i < r->n; i++) {
        Arg *a = &kept[i];
        a->expected = NULL;
        a->bound = NULL;
        if (!a->data || !a->p->written) continue;
        a->data = qwt_clone(a->data);
        if (!a->data)
            fatal(EXIT_ENVIRONMENT, "out of memory: a copy of %s",
                  a->p->name->s);
    }
    return kept;
}

void verify_drop(Run *r, Arg *kept)
{
    for (int i = 0; kept && i < r->n; i++) {
        Arg *a = &kept[i];
        if (!a->data || !a->p->written) continue;
        qwt_unref(a->data);
        qwt_unref(a->expected);
        free(a->bound);
    }
}

/* the diagnostics of the first build are enough */
static bool build_unfused(Run *v, const Options *o, bool want_interp)
{
    Session *s = v->s;
    const DiagMark before = diag_mark(s);
    const bool ok = build_kernel(s, v->in, o, v->req->kernel, want_interp,
                                 &v->b);
    diag_rewind(s, before);
    return ok || run_fail(v, EXIT_SOURCE, "the unfused kernel does not build");
}

static bool run_unfused(Run *v)
{
    QwCtx *ctx = run_context(v->o);
    const bool ok = run_call(v, ctx, run_pointers(v));
    qw_ctx_free(ctx);
    return ok;
}

/* ---- comparing ----------------------------------------------------------- */

static bool same_number(double x, double y, double allowed)
{
    if (isnan(x) || isnan(y)) return isnan(x) && isnan(y);
    if (x == y) return allowed > 0 || signbit(x) == signbit(y);
    return fabs(x - y) <= allowed; /* an infinity never is */
}

typedef struct Difference {
    int64_t count, first, n;
    double fused, unfused;
} Difference;

static Difference compare(const Arg *fused, const Arg *unfused)
{
    const char *x = qwt_data(fused->data), *y = qwt_data(unfused->data);
    const QwDtype dt = fused->dtype;
    const int size = qw_dtype_size(dt);
    Difference d = {.n = qwt_numel(fused->data)};
    for (int64_t i = 0; i < d.n; i++) {
        const double a = qw_elem_f64(dt, x + i * size),
                     b = qw_elem_f64(dt, y + i * size);
        const bool same = qw_dtype_is_float(dt)
            ? same_number(a, b, unfused->bound ? 2 * unfused->bound[i] : 0)
            : memcmp(x + i * size, y + i * size, (size_t)size) == 0;
        if (same || d.count++) continue;
        d.first = i;
        d.fused = isnan(a) ? fabs(a) : a;
        d.unfused = isnan(b) ? fabs(b) : b;
    }
    return d;
}

static const char *index_text(Run *r, const Arg *a, int64_t at)
{
    int64_t idx[IR_MAX_RANK];
    Text t = {.a = r->s->arena};
    for (int k = a->rank; k-- > 0; at /= a->shape[k]) idx[k] = at % a->shape[k];
    for (int k = 0; k < a->rank; k++)
        text_printf(&t, "%s%lld", k ? ", " : "", (long long)idx[k]);
    return text_str(&t);
}

static void report(Run *r, const Arg *a, const Difference *d)
{
    const char *name = a->p->name->s, *at = index_text(r, a, d->first);
    Diag *e =
        diag_new(r->s, E0912, run_store_span(r, a),
                 "with and without fusion the kernel stores different values: "
                 "`%s[%s]` is %.9g fused, %.9g unfused",
                 name, at, d->fused, d->unfused);
    diag_at(r->s, e, "`%s` is stored here", name);
    diag_note(r->s, e, (Span){0, 0}, "%lld of %lld elements of `%s` differ",
              (long long)d->count, (long long)d->n, name);
    diag_help(r->s, e, "`--fusion=off` runs the kernel as it is written");
}

bool run_verify(Run *r, Arg *kept)
{
    Options off = *r->o;
    Run v = *r;
    off.fusion = FUSION_OFF;
    v.o = &off;
    v.args = kept;
    v.b = (Build){0};
    const bool ladders = r->b.ir->nladders > 0;
    bool ok = build_unfused(&v, &off, ladders) &&
        (!ladders || run_interp_golden(&v)) && run_unfused(&v);
    for (int i = 0; ok && i < r->n; i++) {
        const Arg *a = &r->args[i];
        if (!a->data || !a->p->written) continue;
        const Difference d = compare(a, &kept[i]);
        if (d.count) report(r, a, &d);
    }
    if (!ok) run_fail(r, v.status, "the unfused kernel failed");
    build_free(&v.b);
    return ok;
}
