/* qwc compile FILE -o OUT.c: the kernel as C and its header.  Files are written
 * beside their final place and renamed, so nothing is ever half-written. */
#include "cli/cli.h"
#include <string.h>
#include <sys/stat.h>
#include "io.h"

static void write_file(const char *path, const char *text)
{
    QwIoError e;
    if (!qw_io_save_bytes(path, text, strlen(text), &e))
        fatal(EXIT_USAGE, "%s %s", path, e.msg);
}

/* an output that would replace what it was made from */
static void refuse_source(const Options *o, const char *out)
{
    struct stat a, b;
    if (stat(o->files.p[0], &a) != 0 || stat(out, &b) != 0) return;
    if (a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        fatal(EXIT_USAGE, "`-o %s` would overwrite the source", out);
}

/* "k.c" -> "k.h"; OUT without .c gets .h appended */
static const char *header_path(Session *s, const char *out)
{
    size_t n = strlen(out);
    if (n > 2 && strcmp(out + n - 2, ".c") == 0) n -= 2;
    return arena_printf(s->arena, "%.*s.h", (int)n, out);
}

static const char *default_output(Session *s, const char *file)
{
    const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    return arena_printf(s->arena, "%.*s.c",
                        (int)(dot ? dot - base : (ptrdiff_t)strlen(base)),
                        base);
}

static void write_outputs(Session *s, const Options *o, const Emitted *e)
{
    const char *emit = o->emit ? o->emit : "c,h";
    bool c = strcmp(emit, "c") == 0 || strstr(emit, "c,") || strstr(emit, ",c");
    bool h = strcmp(emit, "h") == 0 || strstr(emit, "h,") || strstr(emit, ",h");
    if (!c && !h) fatal(EXIT_USAGE, "`--emit %s`: choose from c, h", emit);
    const char *file = o->files.p[0];
    const char *out = o->output  ? o->output
        : strcmp(file, "-") == 0 ? file
                                 : default_output(s, file);
    if (strcmp(out, "-") == 0) {
        fputs(c ? e->c : e->h, stdout);
        return;
    }
    size_t n = strlen(out);
    if (n > 2 && strcmp(out + n - 2, ".h") == 0)
        fatal(
            EXIT_USAGE,
            "`-o %s`: give the name of the C file; the header stands beside it",
            out);
    if (strcmp(out, "/dev/null") == 0) return;
    refuse_source(o, out);
    if (c) write_file(out, e->c);
    if (h) write_file(header_path(s, out), e->h);
    if (!o->quiet && c) printf("%s\n", out);
    if (!o->quiet && h) printf("%s\n", header_path(s, out));
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
        const char *best = str_nearest(o->run_pass, cand, n);
        fatal(EXIT_USAGE, "there is no pass `%s`%s%s%s", o->run_pass,
              best ? "; did you mean `" : "", best ? best : "",
              best ? "`?" : "");
    }
    Text t = {.a = s->arena};
    ir_print(f, &t);
    fputs(text_str(&t), stdout);
    return s->nerrors ? EXIT_SOURCE : EXIT_OK;
}

int cmd_compile(Session *s, const Options *o)
{
    if (o->run_pass) return run_one_pass(s, o);
    Interp *in = load_interp(s, o, NULL);
    Module *m = interp_load_main(in, o->files.p[0], false);
    KernelObject *k = m && !s->nerrors ? load_kernel(s, in, o, m) : NULL;
    Build b = {0};
    bool ok = k && build_kernel(s, in, o, k, false, &b);
    if (ok) host_report_unused(in);
    int errors = s->nerrors;
    diag_flush(s);
    if (ok && !errors) {
        build_print_dumps(&b, o);
        write_outputs(s, o, b.emitted);
    }
    build_free(&b);
    interp_drop(in);
    return errors || !ok ? EXIT_SOURCE : EXIT_OK;
}
