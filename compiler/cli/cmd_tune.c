/* qwc tune FILE --param NAME=V1,V2 ...: which values of chunk constants are the
 * fastest here.
 *
 * Every combination is compiled and called once on the inputs of the file as it
 * stands; one that changes a bit of an output, or a shape, is refused.  The
 * others are measured in rounds with the file's own constants, and the slower
 * half is dropped now and then, until the time is spent or few are left.  What
 * is faster than the file's own goes to FILE.tune. */
#include "cli/bench.h"
#include "cli/tune.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_COMBINATIONS = 1000, MOST_ROUNDS = 25, ENOUGH_ROUNDS = 9 };

typedef struct Param {
    const char *name;
    StrVec values;
} Param;

typedef struct Candidate {
    StrVec constants; /* "NAME=VALUE" */
    const char *label;
    Variant v;
    double ratio[MOST_ROUNDS], time[MOST_ROUNDS];
    int rounds;
    bool alive;
    const char *verdict;
} Candidate;

typedef struct Tuning {
    Session *s;
    const Options *o;
    VEC(Param) params;
    Variant base;
    void **expected; /* what the base writes, by argument */
    double base_time[MOST_ROUNDS];
    Candidate *c;
    int n, rounds;
    double start, budget; /* seconds */
    bool bar;
} Tuning;

/* ---- the command line ---------------------------------------------------- */

static void parse_param(Tuning *t, const char *text)
{
    const char *eq = strchr(text, '=');
    if (!eq || eq == text || !eq[1])
        fatal(EXIT_USAGE, "`--param %s`: write --param NAME=V1,V2", text);
    Arena *a = t->s->arena;
    Param p = {.name = arena_printf(a, "%.*s", (int)(eq - text), text)};
    for (const char *v = eq + 1;; v++) {
        const size_t n = strcspn(v, ",");
        if (n == 0)
            fatal(EXIT_USAGE, "`--param %s`: a value between commas is missing",
                  text);
        vec_push(a, &p.values, arena_printf(a, "%.*s", (int)n, v));
        v += n;
        if (!*v) break;
    }
    vec_push(a, &t->params, p);
}

static double budget_of(const Options *o)
{
    double x = 60;
    if (o->budget && (!option_double(o->budget, &x) || !(x > 0) || x > 1e6))
        fatal(EXIT_USAGE, "`--budget %s`: give a number of seconds", o->budget);
    return x;
}

/* every combination, the last parameter fastest */
static void make_candidates(Tuning *t)
{
    Arena *a = t->s->arena;
    t->n = 1;
    for (int i = 0; i < t->params.n; i++) {
        t->n *= t->params.p[i].values.n;
        if (t->n > MOST_COMBINATIONS)
            fatal(EXIT_USAGE, "more than %d combinations: give fewer values",
                  MOST_COMBINATIONS);
    }
    t->c = NEW_ARRAY(a, Candidate, t->n);
    for (int k = 0; k < t->n; k++) {
        Candidate *c = &t->c[k];
        Text label = {.a = a};
        int left = k, block = t->n;
        for (int i = 0; i < t->params.n; i++) {
            const Param *p = &t->params.p[i];
            block /= p->values.n;
            const char *value = p->values.p[left / block];
            left %= block;
            vec_push(a, &c->constants,
                     arena_printf(a, "%s=%s", p->name, value));
            text_printf(&label, "%s%s=%s", i ? " " : "", p->name, value);
        }
        c->label = text_str(&label);
        c->verdict = "not tried: the time was spent";
    }
}

/* ---- the bar ------------------------------------------------------------- */

static double spent(const Tuning *t)
{
    return (now_seconds() - t->start) / t->budget;
}

static void draw(const Tuning *t, const char *what, int at, int of)
{
    static const char full[] = "####################";
    if (!t->bar) return;
    double part = spent(t);
    if (part > 1) part = 1;
    fprintf(stderr, "\r%-10s [%-20.*s] %3.0f s of %.0f s, %d of %d ", what,
            (int)(20 * part), full, part * t->budget, t->budget, at, of);
    fflush(stderr);
}

static void clear_bar(const Tuning *t)
{
    if (t->bar) fputs("\r\033[K", stderr);
}

/* ---- the same bits ------------------------------------------------------- */

static bool is_output(const Arg *a)
{
    return a->data && a->p->written;
}

/* one call on the same initial contents; what is not initialised is zero */
static bool call_from_zero(Variant *v)
{
    for (int i = 0; i < v->run.n; i++) {
        const Arg *a = &v->run.args[i];
        if (is_output(a) && !a->initial)
            memset(v->pointers[i], 0, (size_t)qwt_bytes(a->data));
    }
    return variant_call(v) >= 0;
}

static bool keep_expected(Tuning *t)
{
    const Run *r = &t->base.run;
    t->expected = NEW_ARRAY(t->s->arena, void *, r->n + 1);
    if (!call_from_zero(&t->base)) return false;
    for (int i = 0; i < r->n; i++) {
        if (!is_output(&r->args[i])) continue;
        const size_t bytes = (size_t)qwt_bytes(r->args[i].data);
        t->expected[i] = malloc(bytes + 1);
        if (!t->expected[i])
            fatal(EXIT_ENVIRONMENT, "out of memory: a copy of %s",
                  r->args[i].p->name->s);
        memcpy(t->expected[i], t->base.pointers[i], bytes);
    }
    return true;
}

/* the parameter whose dtype or shape the constants change, or NULL */
static const char *other_shape(const Run *a, const Run *b)
{
    for (int i = 0; i < a->n; i++) {
        const Arg *x = &a->args[i], *y = &b->args[i];
        if (i >= b->n || strcmp(x->p->name->s, y->p->name->s) != 0 ||
            x->dtype != y->dtype || x->rank != y->rank ||
            memcmp(x->shape, y->shape, sizeof(int64_t) * (size_t)x->rank) != 0)
            return x->p->name->s;
    }
    return NULL;
}

static const char *other_bits(const Tuning *t, const Variant *v)
{
    for (int i = 0; i < v->run.n; i++)
        if (t->expected[i] &&
            memcmp(t->expected[i], v->pointers[i],
                   (size_t)qwt_bytes(v->run.args[i].data)) != 0)
            return v->run.args[i].p->name->s;
    return NULL;
}

/* ---- candidates ---------------------------------------------------------- */

static void drop(Candidate *c, const char *verdict)
{
    c->alive = false;
    c->verdict = verdict;
    variant_drop(&c->v);
    c->v = (Variant){0};
}

static void refuse(Tuning *t, Candidate *c, const char *why)
{
    drop(c, arena_printf(t->s->arena, "refused: %s", why));
}

/* the first line of what the compiler said */
static const char *complaint(Tuning *t, const char *text, size_t n)
{
    const char *end = n ? memchr(text, '\n', n) : NULL;
    if (!end) return "it does not compile";
    return arena_printf(t->s->arena, "%.*s", (int)(end - text), text);
}

static bool prepare(Tuning *t, Candidate *c)
{
    Options o = options_copy(t->s->arena, t->o);
    Variant *v = &c->v;
    char *said = NULL;
    size_t n = 0;
    for (int i = 0; i < c->constants.n; i++)
        vec_push(t->s->arena, &o.defines, c->constants.p[i]);
    Session *s = session_new();
    options_apply(s, &o);
    s->json = false; /* its first line is for the table */
    FILE *sink = open_memstream(&said, &n), *err = s->err;
    if (!sink) fatal(EXIT_ENVIRONMENT, "out of memory");
    s->err = sink;
    variant_init(s, &o, v, c->label, NULL);
    v->twin = &t->base;
    const bool ok = variant_prepare(v);
    fclose(sink);
    s->err = err;
    if (!ok) refuse(t, c, complaint(t, said, n));
    free(said);
    return ok;
}

static void admit(Tuning *t, Candidate *c)
{
    if (!prepare(t, c)) return;
    const char *name = other_shape(&t->base.run, &c->v.run);
    if (name) {
        refuse(t, c,
               arena_printf(t->s->arena, "changes the shape of `%s`", name));
        return;
    }
    variant_share_outputs(&c->v);
    if (!call_from_zero(&c->v)) {
        refuse(t, c, "the call fails");
        return;
    }
    name = other_bits(t, &c->v);
    if (name) {
        refuse(t, c, arena_printf(t->s->arena, "changes bits of `%s`", name));
        return;
    }
    c->alive = variant_warm_up(&c->v, 1);
    c->verdict = "";
    if (!c->alive) refuse(t, c, "the call fails");
}

/* ---- rounds -------------------------------------------------------------- */

static double median_of(const double *v, int n)
{
    double copy[MOST_ROUNDS];
    memcpy(copy, v, (size_t)n * sizeof *v);
    return bench_median(copy, n);
}

static int alive(const Tuning *t)
{
    int n = 0;
    for (int i = 0; i < t->n; i++) n += t->c[i].alive;
    return n;
}

static int by_ratio(const void *a, const void *b)
{
    const Candidate *const *x = a, *const *y = b;
    const double p = median_of((*x)->ratio, (*x)->rounds),
                 q = median_of((*y)->ratio, (*y)->rounds);
    return (p > q) - (p < q);
}

/* the fastest first; those still alive */
static Candidate **ranking(Tuning *t, int *n)
{
    Candidate **r = NEW_ARRAY(t->s->arena, Candidate *, t->n + 1);
    *n = 0;
    for (int i = 0; i < t->n; i++)
        if (t->c[i].alive && t->c[i].rounds) r[(*n)++] = &t->c[i];
    qsort(r, (size_t)*n, sizeof(Candidate *), by_ratio);
    return r;
}

static void halve(Tuning *t)
{
    int n;
    Candidate **r = ranking(t, &n);
    for (int i = n > 3 ? (n + 1) / 2 : n; i < n; i++) drop(r[i], "slower half");
}

static bool one_round(Tuning *t)
{
    const double base = variant_call(&t->base);
    if (base < 0) return false;
    t->base_time[t->rounds++] = base;
    for (int i = 0; i < t->n; i++) {
        Candidate *c = &t->c[i];
        if (!c->alive) continue;
        const double x = variant_call(&c->v);
        if (x < 0)
            drop(c, "refused: the call fails");
        else {
            c->time[c->rounds] = x;
            c->ratio[c->rounds++] = x / base;
        }
        if (spent(t) > 1 && t->rounds > 2) break;
    }
    return true;
}

static bool measure(Tuning *t)
{
    while (alive(t) && t->rounds < MOST_ROUNDS) {
        if (spent(t) > 1 && t->rounds > 2) break;
        draw(t, "measuring", t->rounds, ENOUGH_ROUNDS);
        if (!one_round(t)) return false;
        if (t->rounds % 3 == 0) halve(t);
        if (t->rounds >= ENOUGH_ROUNDS && alive(t) <= 3) break;
    }
    return true;
}

/* ---- the result ---------------------------------------------------------- */

static void print_row(const Tuning *t, const char *label, const double *time,
                      const double *ratio, int n, const char *verdict)
{
    if (t->o->json) {
        Text name = {.a = t->s->arena}, said = {.a = t->s->arena};
        text_json(&name, label);
        text_json(&said, verdict);
        printf("{\"constants\":%s,\"rounds\":%d,\"median_ms\":%.6f,"
               "\"ratio\":%.4f,\"verdict\":%s}\n",
               text_str(&name), n, n ? 1e3 * median_of(time, n) : 0,
               n && ratio ? median_of(ratio, n) : 1, text_str(&said));
        return;
    }
    printf("%-44s", label);
    if (n)
        printf(" %12.4f %7.3fx %7d", 1e3 * median_of(time, n),
               ratio ? median_of(ratio, n) : 1, n);
    else
        printf(" %12s %8s %7s", "-", "-", "-");
    printf("%s%s\n", *verdict ? "  " : "", verdict);
}

static void print_table(const Tuning *t, const Candidate *best)
{
    if (!t->o->json)
        printf("%-44s %12s %8s %7s\n", "constants", "median ms", "time",
               "rounds");
    print_row(t, "(as in the file)", t->base_time, NULL, t->rounds,
              best ? "" : "fastest");
    for (int i = 0; i < t->n; i++) {
        const Candidate *c = &t->c[i];
        print_row(t, c->label, c->time, c->ratio, c->rounds,
                  c == best ? "fastest" : c->verdict);
    }
}

/* a gain that the next run would not see is none: 1 % at least, and three
 * rounds of four */
static Candidate *winner(Tuning *t)
{
    int n, faster = 0;
    Candidate **r = ranking(t, &n);
    if (n == 0 || r[0]->rounds < 3) return NULL;
    for (int i = 0; i < r[0]->rounds; i++) faster += r[0]->ratio[i] < 1;
    const bool gain = median_of(r[0]->ratio, r[0]->rounds) < 0.99;
    return gain && 4 * faster >= 3 * r[0]->rounds ? r[0] : NULL;
}

static void write_winner(Tuning *t, const Candidate *best)
{
    Session *s = t->s;
    const char *file = t->o->files.p[0];
    TuneFile out = {.path = t->o->output ? t->o->output : tune_path(s, file)};
    Text note = {.a = s->arena};
    text_printf(&note,
                "Constants for %s, found by `qwc tune` on %d threads, %s.\n",
                file, qw_threads(t->base.ctx), t->base.isa);
    if (best) {
        text_printf(&note, "%.4f ms, %.3f of the time of the file's own.\n",
                    1e3 * median_of(best->time, best->rounds),
                    median_of(best->ratio, best->rounds));
        out.constants = best->constants;
    } else
        text_puts(&note, "The file's own are the fastest.\n");
    text_puts(&note, "Results have the same bits. `--no-tune` runs without.");
    out.comment = text_str(&note);
    tune_write(s, file, &out);
    if (!t->o->quiet && !t->o->json) printf("%s\n", out.path);
}

static int search(Tuning *t)
{
    t->start = now_seconds();
    t->bar = isatty(2) && !t->o->quiet;
    if (!keep_expected(t) || !variant_warm_up(&t->base, 2))
        return t->base.status;
    for (int i = 0; i < t->n; i++) {
        draw(t, "compiling", i, t->n);
        if (spent(t) > 0.6) break;
        admit(t, &t->c[i]);
    }
    const bool ok = measure(t);
    clear_bar(t);
    if (!ok) return t->base.status;
    const Candidate *best = winner(t);
    print_table(t, best);
    if (alive(t) == 0) {
        fputs("qwc: there is nothing to choose from\n", stderr);
        return EXIT_USAGE;
    }
    write_winner(t, best);
    return EXIT_OK;
}

int cmd_tune(Session *s, const Options *o)
{
    Tuning t = {.s = s, .o = o, .budget = budget_of(o)};
    if (strcmp(o->files.p[0], "-") == 0)
        fatal(EXIT_USAGE, "`qwc tune` reads FILE again and again: give a file");
    for (int i = 0; i < o->params.n; i++) parse_param(&t, o->params.p[i]);
    if (!t.params.n)
        fatal(EXIT_USAGE,
              "what to try is missing: --param NAME=V1,V2 (may be repeated)");
    make_candidates(&t);
    variant_init(s, o, &t.base, "", NULL);
    int status = variant_prepare(&t.base) ? search(&t) : t.base.status;
    for (int i = 0; i < t.n; i++)
        if (t.c[i].alive) variant_drop(&t.c[i].v);
    for (int i = 0; t.expected && i < t.base.run.n; i++) free(t.expected[i]);
    variant_drop(&t.base);
    return status;
}
