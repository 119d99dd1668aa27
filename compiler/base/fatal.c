/* The two ends that are nobody's mistake in a .pl file: trouble with the
 * environment, and our own bugs.  Both write one short text to stderr and end
 * the program. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

/* What is quoted may be a file name of a stranger: it reaches the terminal only
 * in visible characters. */
void complain_line(const char *fmt, va_list ap)
{
    char line[4096]; /* memory may be what is missing */
    fflush(stdout);
    fputs("qwc: ", stderr);
    vsnprintf(line, sizeof line, fmt, ap);
    for (size_t i = 0, n = strlen(line); i < n;) {
        int len;
        const uint32_t c = utf8_decode(line + i, n - i, &len);
        if (c < 0x80 ? c < 0x20 || c == 0x7f : utf8_is_control(c))
            fprintf(stderr, c < 0x80 ? "\\x%02x" : "\\u%04x", (unsigned)c);
        else
            fwrite(line + i, 1, (size_t)len, stderr);
        i += (size_t)len;
    }
    fputc('\n', stderr);
}

void fatal(ExitCode code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain_line(fmt, ap);
    va_end(ap);
    exit(code);
}

/* The command that was typed, for the report;
 * nothing where /proc is missing. */
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
    exit(EXIT_INTERNAL);
}
