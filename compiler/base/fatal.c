/* The two ends that are nobody's mistake in a .pl file: trouble with the
 * environment, and our own bugs.  Both write one short text to stderr and end
 * the program. */
#include "base/base.h"

#include <stdlib.h>

void fatal(int exit_code, const char *fmt, ...)
{
    va_list ap;
    fflush(stdout);
    fputs("qwc: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(exit_code);
}

/* The command that was typed, for the report; nothing where /proc is missing. */
static void print_command(FILE *to)
{
    FILE *in = fopen("/proc/self/cmdline", "r");
    if (!in) return;
    fputs("  reproduce: ", to);
    for (int c, gap = 0; (c = getc(in)) != EOF; gap = !c) {
        if (gap) fputc(' ', to);
        if (c) fputc(c < ' ' ? '?' : c, to);
    }
    fputc('\n', to);
    fclose(in);
}

void ice(Session *s, Span span, const char *fmt, ...)
{
    va_list ap;
    fflush(stdout);
    if (s) diag_flush(s);
    fputs("internal compiler error: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    const Source *src = s ? source_of(s, span) : NULL;
    if (src) {
        Place p = source_place(s, span.lo);
        fprintf(stderr, " --> %s:%d:%d\n", src->path, p.line, p.col);
    }
    print_command(stderr);
    fputs("  this is a bug of qwc: please report it with the file\n", stderr);
    exit(70);
}
