/* qwc compile FILE -o OUT.c: the kernel as C and its header.  Files are written
 * beside their final place and renamed, so nothing is ever half-written. */
#include "cli/cli.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_file(Session *s, const char *path, const char *text)
{
    char *tmp = arena_printf(s->arena, "%s.tmp%ld", path, (long)getpid());
    FILE *f = fopen(tmp, "wbx");
    if (!f) fatal(EXIT_USAGE, "cannot write %s: %s", path, strerror(errno));
    bool ok = fputs(text, f) >= 0;
    ok = fclose(f) == 0 && ok;
    if (ok && rename(tmp, path) == 0) return;
    int e = errno;
    unlink(tmp);
    fatal(EXIT_ENVIRONMENT, "cannot write %s: %s", path, strerror(e));
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
    return arena_printf(s->arena, "%.*s.c", (int)(dot ? dot - base : (ptrdiff_t)strlen(base)), base);
}

static void write_outputs(Session *s, const Options *o, const Emitted *e)
{
    const char *emit = o->emit ? o->emit : "c,h";
    bool c = strcmp(emit, "c") == 0 || strstr(emit, "c,") || strstr(emit, ",c");
    bool h = strcmp(emit, "h") == 0 || strstr(emit, "h,") || strstr(emit, ",h");
    if (!c && !h) fatal(EXIT_USAGE, "`--emit %s`: choose from c, h", emit);
    if (o->output && strcmp(o->output, "-") == 0) {
        fputs(c ? e->c : e->h, stdout);
        return;
    }
    const char *out = o->output ? o->output : default_output(s, o->files.p[0]);
    if (strcmp(out, "/dev/null") == 0) return;
    if (c) write_file(s, out, e->c);
    if (h) write_file(s, header_path(s, out), e->h);
    if (!o->quiet && c) printf("%s\n", out);
    if (!o->quiet && h) printf("%s\n", header_path(s, out));
}

/* --run-pass: text IR in, text IR out */
static int run_one_pass(Session *s, const Options *o)
{
    const char *err = NULL;
    Source *src = source_load(s, o->files.p[0], (Span){0, 0}, &err);
    if (!src && err) fatal(EXIT_USAGE, "cannot read %s: %s", o->files.p[0], err);
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
        fatal(EXIT_USAGE, "there is no pass `%s`%s%s%s", o->run_pass, best ? "; did you mean `" : "", best ? best : "", best ? "`?" : "");
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
