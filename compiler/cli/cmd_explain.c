/* qwc explain CODE and qwc list WHAT: print the tables for people. */
#include "cli/cli.h"
#include "ir/ops.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* `E0412`, `e412` and `412` name E0412; without a letter all of that number are
 * meant */
static bool is_meant(DiagCode c, const char *word)
{
    const char *name = diag_code_name(c), *digits = word;
    if (isalpha((unsigned char)*word)) {
        if (toupper((unsigned char)*word) != name[0]) return false;
        digits++;
    }
    const size_t n = strspn(digits, "0123456789");
    return n > 0 && n <= 4 && !digits[n] &&
        strtol(digits, NULL, 10) == strtol(name + 1, NULL, 10);
}

static void explain(DiagCode c)
{
    printf("%s: %s\n\n%s\n", diag_code_name(c), diag_gist(c),
           diag_explain_text(c));
    if (diag_help_text(c)) printf("\nhelp: %s\n", diag_help_text(c));
}

int cmd_explain(Session *s, const Options *o)
{
    const char *word = o->files.p[0], *cand[DIAG_COUNT];
    int found = 0;
    for (int i = 0; i < DIAG_COUNT; i++) {
        cand[i] = diag_code_name((DiagCode)i);
        if (!is_meant((DiagCode)i, word)) continue;
        if (found++) putchar('\n');
        explain((DiagCode)i);
    }
    if (found) return EXIT_OK;
    fprintf(stderr, "qwc: there is no diagnostic `%s`%s\n", word,
            did_you_mean(s->arena, word, cand, DIAG_COUNT, ""));
    fputs("`qwc list codes` prints them all.\n", stderr);
    return EXIT_USAGE;
}

static int list_codes(void)
{
    for (int i = 0; i < DIAG_COUNT; i++)
        printf("%s  %s\n", diag_code_name((DiagCode)i), diag_gist((DiagCode)i));
    return EXIT_OK;
}

static int list_passes(void)
{
    for (int i = 0; i < pass_count; i++)
        printf("%-14s %-9s %s\n", pass_table[i].name,
               pass_table[i].optional ? "optional" : "always",
               pass_table[i].what);
    return EXIT_OK;
}

static int list_limits(Session *s)
{
    printf("%-14s %-5s %19s %19s  %s\n", "limit", "code", "value", "most",
           "counts");
    for (int i = 0; i < LIM_COUNT; i++) {
        const Limit *l = limit_info((LimitId)i);
        const int64_t v = s->limit[i];
        printf("%-14s %-5s %19s %19lld  %s\n", l->name, diag_code_name(l->code),
               v ? arena_printf(s->arena, "%lld", (long long)v) : "unset",
               (long long)l->hard, l->what);
    }
    return EXIT_OK;
}

int cmd_list(Session *s, const Options *o)
{
    const char *what = o->files.p[0];
    if (strcmp(what, "ops") == 0) {
        Text t = {.a = s->arena};
        ops_list(&t, o->json);
        fputs(text_str(&t), stdout);
        return EXIT_OK;
    }
    if (strcmp(what, "codes") == 0) return list_codes();
    if (strcmp(what, "passes") == 0) return list_passes();
    if (strcmp(what, "limits") == 0) return list_limits(s);
    fprintf(stderr,
            "qwc: cannot list `%s`: choose from ops, passes, limits, codes\n",
            what);
    return EXIT_USAGE;
}
