/* qwc compile FILE -o OUT.c: the kernel as C and its header, or as what the
 * system compiler makes of it.  Files are written under no name and get one
 * when they are complete, so nothing is ever half-written. */
#include "cli/cli.h"
#include "cli/tune.h"
#include <string.h>
#include <sys/stat.h>
#include "io.h"

/* What can be written, in the order it is: by
 * --emit, or by the suffix of -o. */
typedef enum { EMIT_C, EMIT_H, EMIT_OBJECT, EMIT_LIBRARY, EMIT_ARCHIVE } Emit;
static const struct {
    const char *name, *suffix;
} emit_kinds[] = {
    [EMIT_C] = {"c", ".c"},        [EMIT_H] = {"h", ".h"},
    [EMIT_OBJECT] = {"obj", ".o"}, [EMIT_LIBRARY] = {"so", ".so"},
    [EMIT_ARCHIVE] = {"a", ".a"},
};
enum { EMIT_KINDS = LEN(emit_kinds) };

/* the kind whose suffix a path has, -1: none */
static int kind_of_path(const char *path)
{
    const size_t n = strlen(path);
    for (int k = 0; k < EMIT_KINDS; k++)
        if (str_ends(path, n, emit_kinds[k].suffix)) return k;
    return -1;
}

/* a set of kinds, one bit each, from --emit=LIST */
static unsigned parse_emit(const char *list)
{
    unsigned set = 0;
    for (const char *p = list;; p++) {
        const size_t n = strcspn(p, ",");
        int k = 0;
        while (k < EMIT_KINDS &&
               (strlen(emit_kinds[k].name) != n ||
                strncmp(emit_kinds[k].name, p, n) != 0))
            k++;
        if (k == EMIT_KINDS)
            fatal(EXIT_USAGE, "`--emit=%s`: choose from c, h, obj, so, a",
                  list);
        set |= 1u << k;
        p += n;
        if (!*p) return set;
    }
}

/* Without --emit it is what the suffix of -o says, and the header. */
static unsigned wanted_kinds(const Options *o)
{
    if (o->emit) return parse_emit(o->emit);
    const int k = o->output ? kind_of_path(o->output) : -1;
    if (k == EMIT_H)
        fatal(
            EXIT_USAGE,
            "`-o %s`: give the name of the C file, the header stands beside it; or say --emit=h",
            o->output);
    return 1u << (k < 0 ? EMIT_C : (Emit)k) | 1u << EMIT_H;
}

/* an output that would replace what it was made from */
static void refuse_source(const Options *o, const char *out)
{
    struct stat a, b;
    if (stat(o->files.p[0], &a) != 0 || stat(out, &b) != 0) return;
    if (a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        fatal(EXIT_USAGE, "`-o %s` would overwrite the source", out);
}

static const char *default_output(Session *s, const char *file)
{
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    return arena_printf(s->arena, "%.*s.c",
                        (int)(dot ? dot - base : (ptrdiff_t)strlen(base)),
                        base);
}

/* "k.c" -> "k.h"; the first kind of an OUT without a suffix is OUT itself */
static const char *path_of(Session *s, const char *out, unsigned set, int kind)
{
    const int given = kind_of_path(out);
    const bool is_first = (set & ((1u << kind) - 1)) == 0;
    if (given < 0 && is_first) return out;
    size_t n = strlen(out);
    if (given >= 0) n -= strlen(emit_kinds[given].suffix);
    return arena_printf(s->arena, "%.*s%s", (int)n, out,
                        emit_kinds[kind].suffix);
}

static const char *contents(Session *s, const Emitted *e, int kind, size_t *n)
{
    static const CcOutput made[] = {[EMIT_OBJECT] = CC_OBJECT,
                                    [EMIT_LIBRARY] = CC_LIBRARY,
                                    [EMIT_ARCHIVE] = CC_ARCHIVE};
    if (kind > EMIT_H) return cc_build(s, e, made[kind], n);
    const char *text = kind == EMIT_C ? e->c : e->h;
    *n = strlen(text);
    return text;
}

static void print_outputs(const Options *o, const Emitted *e, unsigned set)
{
    if (o->emit && set == (1u << EMIT_C | 1u << EMIT_H))
        fatal(EXIT_USAGE,
              "`-o -` prints one text: choose --emit=c or --emit=h");
    if (set >> EMIT_OBJECT)
        fatal(EXIT_USAGE, "`-o -` prints text; `--emit=%s` is for files",
              o->emit);
    fputs(set & 1u << EMIT_C ? e->c : e->h, stdout);
}

/* Text IR goes to standard output: there is no C and no header. */
static void refuse_outputs(const Options *o)
{
    if (o->emit || o->output)
        fatal(
            EXIT_USAGE,
            "`--run-pass` prints IR; it writes no files, so `%s` has no meaning",
            o->emit ? "--emit" : "-o");
}

/* everything is made before the first file is written */
static void write_outputs(Session *s, const Options *o, const Emitted *e,
                          unsigned set)
{
    const char *file = o->files.p[0];
    const char *out = o->output  ? o->output
        : strcmp(file, "-") == 0 ? file
                                 : default_output(s, file);
    const char *path[EMIT_KINDS], *bytes[EMIT_KINDS];
    size_t n[EMIT_KINDS];
    QwIoError error;
    if (strcmp(out, "-") == 0) {
        print_outputs(o, e, set);
        return;
    }
    if (strcmp(out, "/dev/null") == 0) return;
    for (int k = 0; k < EMIT_KINDS; k++) {
        if (!(set & 1u << k)) continue;
        path[k] = path_of(s, out, set, k);
        refuse_source(o, path[k]);
        bytes[k] = contents(s, e, k, &n[k]);
    }
    for (int k = 0; k < EMIT_KINDS; k++) {
        if (!(set & 1u << k)) continue;
        if (!qw_io_save_bytes(path[k], bytes[k], n[k], &error))
            fatal(EXIT_USAGE, "%s %s", path[k], error.msg);
        if (!o->quiet) printf("%s\n", path[k]);
    }
}

/* --run-pass: text IR in, text IR out */
static int run_one_pass(Session *s, const Options *o)
{
    const char *err = NULL;
    Source *src = source_load(s, o->files.p[0], (Span){0, 0}, &err);
    if (!src && err)
        fatal(EXIT_USAGE, "cannot read %s: %s", o->files.p[0], err);
    IrFunc *f = src ? ir_parse(s, src) : NULL;
    if (!f || s->nerrors) return EXIT_SOURCE;
    PassCtx p = {.s = s, .fusion = o->fusion != FUSION_OFF, .verify = true};
    if (!ir_verify(f, "parse")) return EXIT_INTERNAL;
    if (strcmp(o->run_pass, "none") != 0 && !pass_run_one(f, &p, o->run_pass)) {
        if (s->nerrors) return EXIT_SOURCE;
        const char *cand[64];
        int n = 0;
        for (; n < pass_count && n < 64; n++) cand[n] = pass_table[n].name;
        fatal(EXIT_USAGE, "there is no pass `%s`%s", o->run_pass,
              did_you_mean(s->arena, o->run_pass, cand, n, ""));
    }
    Text t = {.a = s->arena};
    ir_print(f, &t);
    fputs(text_str(&t), stdout);
    return s->nerrors ? EXIT_SOURCE : EXIT_OK;
}

int cmd_compile(Session *s, const Options *given)
{
    if (given->run_pass) {
        refuse_outputs(given);
        return run_one_pass(s, given);
    }
    Options taken = *given, *o = &taken;
    tune_take_up(s, o);
    const unsigned kinds = wanted_kinds(o);
    Interp *in = load_interp(s, o, NULL);
    Module *m = interp_load_main(in, o->files.p[0], false);
    const bool ended = module_exit(in) >= 0;
    KernelObject *k = m && !s->nerrors && !ended ? load_kernel(s, in, o, m)
                                                 : NULL;
    Build b = {0};
    bool ok = k && build_kernel(s, in, o, k, false, &b);
    if (ok) host_report_unused(in);
    const int failed = ended ? ended_early(in, o)
                             : status_of_reports(s, EXIT_SOURCE);
    int errors = s->nerrors;
    diag_flush(s);
    if (ok && !errors) {
        build_print_dumps(&b, o);
        write_outputs(s, o, b.emitted, kinds);
    }
    build_free(&b);
    interp_drop(in);
    return errors || !ok ? failed : EXIT_OK;
}
