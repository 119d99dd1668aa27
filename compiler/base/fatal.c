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

/* what a shell takes as it stands */
#define PLAIN                    \
    "abcdefghijklmnopqrstuvwxyz" \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "0123456789_@%+=:,./-"

static void print_word(FILE *to, const char *word)
{
    const size_t plain = strspn(word, PLAIN);
    if (*word && !word[plain]) {
        fprintf(to, " %s", word);
        return;
    }
    fputs(" '", to);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", to);
        else
            fputc((unsigned char)*word < ' ' ? '?' : *word, to);
    fputc('\'', to);
}

/* The command that was typed, for the report;
 * nothing where /proc is missing. */
static void print_command(FILE *to)
{
    FILE *in = fopen("/proc/self/cmdline", "r");
    char *word = NULL;
    size_t room = 0;
    if (!in) return;
    fputs("  reproduce:", to);
    while (getdelim(&word, &room, 0, in) >= 0) print_word(to, word);
    free(word);
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
