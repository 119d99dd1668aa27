/* What the options say, taken up: values are checked against the tables they
 * name something of, and the session is set. */
#include "cli/cli.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "qwrt.h"
#include "cpu.h"

bool option_int(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 0);
    *out = v;
    return *text && *end == '\0' && errno == 0;
}

int option_threads(const Options *o)
{
    int64_t n = 0;
    if (o->threads) option_int(o->threads, &n);
    return (int)n;
}

bool option_double(const char *text, double *out)
{
    char *end;
    errno = 0;
    *out = strtod(text, &end);
    return *text && *end == '\0' && errno == 0;
}

static bool wants_color(const Options *o)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (o->color != COLOR_AUTO) return o->color == COLOR_ALWAYS;
    return isatty(2) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

static void apply_limit(Session *s, const char *text)
{
    const char *eq = strchr(text, '=');
    int64_t v;
    if (!eq || !option_int(eq + 1, &v) || v <= 0)
        fatal(EXIT_USAGE, "`--limit %s`: write --limit NAME=N with N > 0",
              text);
    const char *cand[LIM_COUNT];
    const char *word = arena_printf(s->arena, "%.*s", (int)(eq - text), text);
    const LimitId id = limit_find(word);
    if (id == LIM_COUNT) {
        for (int i = 0; i < LIM_COUNT; i++)
            cand[i] = limit_info((LimitId)i)->name;
        const char *hint = did_you_mean(s->arena, word, cand, LIM_COUNT, "");
        fatal(EXIT_USAGE, "unknown limit `%s`%s", word,
              *hint ? hint : "; `qwc list limits` shows them");
    }
    if (v > limit_info(id)->hard)
        fatal(EXIT_USAGE, "`--limit %s`: the most that `%s` can be is %lld",
              text, word, (long long)limit_info(id)->hard);
    s->limit[id] = v;
}

/* the value of an option or, where that is absent,
 * of a variable; "" is unset */
static const char *option_or_env(const char *value, const char *variable)
{
    const char *text = value ? value : getenv(variable);
    return text && *text ? text : NULL;
}

/* The runtime is lenient with the environment: a program that embeds a kernel
 * has nobody to complain to.  Here somebody reads. */
static void apply_threads(Session *s, const Options *o)
{
    int64_t n;
    const char *threads = option_or_env(o->threads, "QWC_THREADS");
    const char *isa = option_or_env(o->isa, "QWC_ISA");
    if (threads && (!option_int(threads, &n) || n < 1 || n > 1024))
        fatal(EXIT_USAGE, "`%s%s`: give a number from 1 to 1024",
              o->threads ? "--threads " : "QWC_THREADS=", threads);
    if (o->seed && !option_int(o->seed, &n))
        fatal(EXIT_USAGE, "`--seed %s`: give an integer", o->seed);
    if (isa && qw_set_isa(isa) != 0)
        fatal(EXIT_USAGE, "`QWC_ISA=%s`: choose from %s", isa,
              choices_text(s->arena, qw_isa_names));
}

static void apply_tolerance(const char *name, const char *text)
{
    double x;
    if (text && (!option_double(text, &x) || !(x >= 0 && isfinite(x))))
        fatal(EXIT_USAGE, "`--%s %s`: give a number that is at least 0", name,
              text);
}

static const PassInfo *pass_named(const char *name)
{
    for (int i = 0; i < pass_count; i++)
        if (strcmp(pass_table[i].name, name) == 0) return &pass_table[i];
    return NULL;
}

static void unknown_pass(Session *s, const char *option, const char *word,
                         bool optional_only, const char *others)
{
    Text t = {.a = s->arena};
    for (int i = 0; i < pass_count; i++)
        if ((pass_table[i].optional || !optional_only) &&
            pass_named(pass_table[i].name) == &pass_table[i])
            text_printf(&t, ", %s", pass_table[i].name);
    fatal(EXIT_USAGE, "`%s`: there is no pass `%s`; choose from %s%s", option,
          word, others, text_str(&t));
}

/* --passes=LIST and --dump-ir=WHEN name passes */
static void apply_passes(Session *s, const Options *o)
{
    static const char *const when[] = {"lower", "all", "changed"};
    bool known = !o->dump_ir || pass_named(o->dump_ir);
    for (size_t i = 0; i < LEN(when) && !known; i++)
        known = strcmp(o->dump_ir, when[i]) == 0;
    if (!known)
        unknown_pass(s, arena_printf(s->arena, "--dump-ir=%s", o->dump_ir),
                     o->dump_ir, false, "lower, all, changed");
    if (!o->passes || strcmp(o->passes, "none") == 0) return;
    char *list = arena_printf(s->arena, "%s", o->passes), *save;
    for (char *w = strtok_r(list, ",", &save); w;
         w = strtok_r(NULL, ",", &save))
        if (!pass_named(w))
            unknown_pass(s, arena_printf(s->arena, "--passes=%s", o->passes), w,
                         true, "none");
}

static bool names_a_format(const char *path)
{
    static const char *const suffix[] = {".npy", ".npz", ".safetensors"};
    const size_t n = strlen(path);
    for (size_t i = 0; i < LEN(suffix); i++)
        if (str_ends(path, n, suffix[i])) return true;
    return false;
}

/* OUTPUT=FILE or a folder */
static void apply_saves(const Options *o)
{
    for (int i = 0; i < o->saves.n; i++) {
        const char *text = o->saves.p[i], *eq = strchr(text, '=');
        if (eq ? eq > text && names_a_format(eq + 1)
               : *text && !names_a_format(text))
            continue;
        fatal(
            EXIT_USAGE,
            "`--save %s`: write --save OUTPUT=FILE, where FILE ends in .npy, .npz or .safetensors, or --save DIR",
            text);
    }
}

void options_apply(Session *s, const Options *o)
{
    s->color = wants_color(o);
    s->strict = o->strict;
    s->json = o->json;
    s->werror = o->werror;
    for (int i = 0; i < o->wno.n; i++)
        s->wno_code[diag_find(o->wno.p[i])] = true;
    for (int i = 0; i < o->werror_codes.n; i++)
        s->werror_code[diag_find(o->werror_codes.p[i])] = true;
    for (int i = 0; i < o->limits.n; i++) apply_limit(s, o->limits.p[i]);
    apply_threads(s, o);
    apply_tolerance("rtol", o->rtol);
    apply_tolerance("atol", o->atol);
    apply_passes(s, o);
    apply_saves(o);
    const char *compiled = o->trace  ? "--trace"
        : o->fusion == FUSION_VERIFY ? "--fusion=verify"
                                     : NULL;
    if (compiled && o->engine == ENGINE_INTERP)
        fatal(EXIT_USAGE,
              "`%s` is of compiled code: choose --engine=jit or cc%s", compiled,
              o->check ? ", without --check" : "");
}

int status_of_reports(const Session *s, int otherwise)
{
    for (int i = 0; i < s->diags.n; i++) {
        const DiagCode c = s->diags.p[i]->code;
        if (c >= E1003 && c <= E1009) return EXIT_DATA;
        if (c == E1110) return EXIT_ENVIRONMENT;
        if (c == E1112) return EXIT_RUNTIME;
    }
    return otherwise;
}
