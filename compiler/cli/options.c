/* Options: one table says name, commands, kind and help; parsing, --help and
 * the nearest-spelling complaint are made from it.  GNU style: long options
 * may be abbreviated when unambiguous, --x=v and --x v, operands anywhere,
 * everything after -- belongs to the program. */
#include "cli/cli.h"
#include <stdlib.h>
#include <string.h>
#include "cpu.h"

enum {
    ON_RUN = 1,
    ON_COMPILE = 2,
    ON_CHECK = 4,
    ON_LIST = 8,
    ON_EXPLAIN = 16,
    ON_BENCH = 32,
    ON_TUNE = 64,
    ON_MEASURE = ON_BENCH | ON_TUNE,
    ON_KERNEL = ON_RUN | ON_COMPILE | ON_CHECK | ON_MEASURE,
    ON_ALL = 127
};
/* 14.8: these commands take the option, too, so that one line of options does
 * for all of them; it has no effect there and their help leaves it out */
#define IDLE(commands) ((unsigned)(commands) << 16)

static unsigned takes(unsigned on)
{
    return (on | on >> 16) & ON_ALL;
}

typedef enum {
    OPT_FLAG,
    OPT_TEXT,
    OPT_LIST,
    OPT_CHOICE, /* an enum of which `choices` has the names, the default first */
    OPT_GOLDEN,
    OPT_NO_GOLDEN,
    OPT_OPTIONAL /* --x or --x=v */
} OptKind;
typedef struct {
    const char *name;
    char letter;
    OptKind kind;
    unsigned on;
    size_t at;                        /* offset in Options */
    const char *meta, *absent, *help; /* absent: value of --x without =v */
    const char *const *choices; /* the only values, NULL-ended; NULL: any */
} OptInfo;

static const char *const engines[] = {"jit", "cc", "interp", NULL};
static const char *const fusions[] = {"on", "off", "verify", NULL};
static const char *const packings[] = {"auto", "on", "off", NULL};
static const char *const parallels[] = {"on", "proven", "trust", "off", NULL};
static const char *const colors[] = {"auto", "always", "never", NULL};
static const char *const formats[] = {"text", "md", "csv", "json", NULL};
static const char *const checks[] = {"bounds",    "uninit", "races",
                                     "unwritten", "sorted", NULL};

#define AT(f) offsetof(Options, f)
static const OptInfo opt_table[] = {
    {"kernel", 0, OPT_TEXT, ON_KERNEL, AT(kernel), "NAME", NULL,
     "the kernel to take when the file has several", NULL},
    {"define", 'D', OPT_LIST, ON_KERNEL, AT(defines), "NAME=EXPR", NULL,
     "override a module constant (MODULE.NAME=EXPR for one module)", NULL},
    {"include", 'I', OPT_LIST, ON_KERNEL, AT(include_dirs), "DIR", NULL,
     "also search DIR for imported modules", NULL},
    {"dim", 0, OPT_LIST, ON_RUN | ON_CHECK | ON_MEASURE | IDLE(ON_COMPILE),
     AT(dims), "SYM=N", NULL,
     "extent of a dynamic dimension when no spec gives it", NULL},
    {"spec-arg", 0, OPT_LIST, ON_RUN | ON_CHECK | ON_MEASURE | IDLE(ON_COMPILE),
     AT(spec_args), "K=V", NULL, "keyword argument for build_tensor_specs",
     NULL},
    {"input", 0, OPT_LIST, ON_RUN | ON_MEASURE | ON_CHECK, AT(inputs),
     "NAME=SRC", NULL,
     "data of an input: F.npy, F.npz:M, F.safetensors:T, zeros, ones, full:V, arange, rand:SEED, randn:SEED[:SCALE], ints:SEED, a number; SRC*L repeats",
     NULL},
    {"save", 0, OPT_LIST, ON_RUN | IDLE(ON_COMPILE | ON_CHECK), AT(saves),
     "NAME=FILE", NULL,
     "write an output as .npy, .npz or .safetensors (DIR: all of them)", NULL},
    {"golden", 0, OPT_GOLDEN, ON_RUN, AT(golden), "REF", "file",
     "compare with the file's golden; REF: interp, a directory or F.npz", NULL},
    {"no-golden", 0, OPT_NO_GOLDEN, ON_RUN, AT(golden), NULL, NULL,
     "run without comparing", NULL},
    {"rtol", 0, OPT_TEXT, ON_RUN, AT(rtol), "X", NULL, "relative tolerance",
     NULL},
    {"atol", 0, OPT_TEXT, ON_RUN, AT(atol), "X", NULL, "absolute tolerance",
     NULL},
    {"compare", 0, OPT_LIST, ON_RUN, AT(compares), "OUT=RULE", NULL,
     "comparator of an output, e.g. y=ratio_allclose:max_error_ratio=0.01",
     NULL},
    {"no-main", 0, OPT_FLAG, ON_RUN | ON_CHECK | ON_MEASURE, AT(no_main), NULL,
     NULL, "ignore the driver under `if __name__ == \"__main__\"`", NULL},
    {"engine", 0, OPT_CHOICE, ON_RUN | ON_MEASURE | IDLE(ON_COMPILE | ON_CHECK),
     AT(engine), "NAME", NULL, "what runs the kernel", engines},
    {"seed", 0, OPT_TEXT, ON_RUN | ON_MEASURE | IDLE(ON_COMPILE | ON_CHECK),
     AT(seed), "N", NULL, "seed of the default random generator", NULL},
    {"threads", 0, OPT_TEXT, ON_RUN | ON_MEASURE | IDLE(ON_COMPILE | ON_CHECK),
     AT(threads), "N", NULL,
     "worker threads (default: all cores, or QWC_THREADS)", NULL},
    {"isa", 0, OPT_TEXT, ON_RUN | ON_MEASURE | IDLE(ON_COMPILE | ON_CHECK),
     AT(isa), "NAME", NULL, "cap of the vector instructions, also QWC_ISA",
     qw_isa_names},
    {"fusion", 0, OPT_CHOICE, ON_RUN | ON_COMPILE | ON_CHECK | ON_BENCH,
     AT(fusion), "MODE", NULL, "keep intermediate results in caches", fusions},
    {"pack", 0, OPT_CHOICE, ON_RUN | ON_BENCH | IDLE(ON_COMPILE | ON_CHECK),
     AT(pack), "MODE", NULL,
     "copy weights that the kernel only reads into a faster order before the first call (auto: only bench does)",
     packings},
    {"passes", 0, OPT_TEXT, ON_RUN | ON_COMPILE | ON_CHECK | ON_BENCH,
     AT(passes), "LIST", NULL,
     "optional passes to run, comma-separated, or none", NULL},
    {"parallel", 0, OPT_CHOICE, ON_KERNEL, AT(parallel), "MODE", NULL,
     "which loops have parallel iterations", parallels},
    {"check", 0, OPT_OPTIONAL, ON_RUN | ON_CHECK | IDLE(ON_COMPILE), AT(check),
     "LIST", "all", "run on interp with checks", checks},
    {"races", 0, OPT_FLAG, ON_CHECK, AT(check_races), NULL, NULL,
     "also run on interp: report iterations that touch the same memory", NULL},
    {"bounds", 0, OPT_FLAG, ON_CHECK, AT(check_bounds), NULL, NULL,
     "also run on interp: report reads outside valid regions", NULL},
    {"uninit", 0, OPT_FLAG, ON_CHECK, AT(check_uninit), NULL, NULL,
     "also run on interp: report reads of what was never written", NULL},
    {"strict", 0, OPT_FLAG, ON_KERNEL, AT(strict), NULL, NULL,
     "doubtful valid extents and carried values are errors", NULL},
    {"limit", 0, OPT_LIST, ON_KERNEL, AT(limits), "NAME=N", NULL,
     "change a limit (`qwc list limits`)", NULL},
    {"env", 0, OPT_LIST, ON_KERNEL, AT(env), "NAME[=V]", NULL,
     "let host code see an environment variable", NULL},
    {"output", 'o', OPT_TEXT, ON_COMPILE, AT(output), "FILE", NULL,
     "where the C goes (- for standard output); the header stands beside it. The suffix .o, .so or .a asks the system compiler for that",
     NULL},
    {"output", 'o', OPT_TEXT, ON_TUNE, AT(output), "FILE", NULL,
     "where the winner goes (default: beside the source, x.tune for x.pl)",
     NULL},
    {"param", 0, OPT_LIST, ON_TUNE, AT(params), "NAME=V1,V2", NULL,
     "values to try for a constant; with several, every combination", NULL},
    {"budget", 0, OPT_TEXT, ON_TUNE, AT(budget), "SECONDS", NULL,
     "how long to try and measure (default 60)", NULL},
    {"no-tune", 0, OPT_FLAG, ON_RUN | ON_COMPILE | ON_BENCH, AT(no_tune), NULL,
     NULL, "ignore the constants that `qwc tune` left beside the file", NULL},
    {"emit", 0, OPT_TEXT, ON_COMPILE, AT(emit), "LIST", NULL,
     "what to write: c, h, obj, so, a (default c,h)", NULL},
    {"tasks", 0, OPT_FLAG, ON_CHECK, AT(tasks), NULL, NULL,
     "print the tasks that chunked loops form", NULL},
    {"dump-tokens", 0, OPT_FLAG, ON_CHECK, AT(dump_tokens), NULL, NULL,
     "print the tokens after layout and stop", NULL},
    {"dump-ast", 0, OPT_FLAG, ON_CHECK, AT(dump_ast), NULL, NULL,
     "print the syntax tree and stop", NULL},
    {"dump-ir", 0, OPT_OPTIONAL, ON_KERNEL, AT(dump_ir), "WHEN", "all",
     "print the IR: lower, a pass, all, changed", NULL},
    {"run-pass", 0, OPT_TEXT, ON_COMPILE, AT(run_pass), "PASS", NULL,
     "FILE is text IR: run one pass and print the result", NULL},
    {"time-passes", 0, OPT_FLAG, ON_KERNEL, AT(time_passes), NULL, NULL,
     "print where the compile time went", NULL},
    {"explain-fusion", 0, OPT_FLAG, ON_KERNEL, AT(explain_fusion), NULL, NULL,
     "say what was fused, what was not, and why", NULL},
    {"trace", 0, OPT_TEXT, ON_RUN, AT(trace), "FILE", NULL,
     "write when each task ran, as Chrome trace JSON (Perfetto reads it)",
     NULL},
    {"rounds", 0, OPT_TEXT, ON_BENCH, AT(rounds), "N", NULL,
     "how often each variant is measured (default 11)", NULL},
    {"warmup", 0, OPT_TEXT, ON_BENCH, AT(warmup), "N", NULL,
     "calls before the first round (default 2)", NULL},
    {"vs", 0, OPT_LIST, ON_BENCH, AT(vs), "OPTIONS", NULL,
     "measure a variant beside the first, round by round: options, another file, or -- and other program arguments, e.g. `--vs \"--fusion=off\"` `--vs \"-D CHUNK=64\"` `--vs baseline.pl`",
     NULL},
    {"peer", 0, OPT_LIST, ON_BENCH, AT(peers), "COMMAND", NULL,
     "measure another program beside the kernel, round by round: it says \"ready NAME\", then runs once and prints milliseconds for each line",
     NULL},
    {"format", 0, OPT_CHOICE, ON_BENCH, AT(format), "NAME", NULL,
     "of the table", formats},
    {"json", 0, OPT_FLAG, ON_ALL, AT(json), NULL, NULL,
     "machine-readable results and diagnostics", NULL},
    {"color", 0, OPT_CHOICE, ON_ALL, AT(color), "WHEN", NULL,
     "of diagnostics on a terminal", colors},
    {"quiet", 'q', OPT_FLAG, ON_ALL, AT(quiet), NULL, NULL,
     "only diagnostics and what the program prints", NULL},
    {"verbose", 'v', OPT_FLAG, ON_RUN | IDLE(ON_ALL), AT(verbose), NULL, NULL,
     "also what runs the kernel, and the data of each parameter", NULL},
    {"help", 'h', OPT_FLAG, ON_ALL, AT(help), NULL, NULL, "this text", NULL},
};

static int complain(const char *command, const char *fmt, ...) PRINTF(2, 3);
static int complain(const char *command, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain_line(fmt, ap);
    va_end(ap);
    fprintf(stderr, "Try `qwc %s%s--help`.\n", command ? command : "",
            command ? " " : "");
    return EXIT_USAGE;
}

static unsigned command_bit(const char *command)
{
    for (int i = 0; i < command_count; i++)
        if (strcmp(command, command_table[i].name) == 0) return 1u << i;
    return 0;
}

const char *did_you_mean(Arena *a, const char *word, const char *const *cand,
                         int n, const char *dashes)
{
    const char *best = str_nearest(word, cand, n);
    return best ? arena_printf(a, "; did you mean `%s%s`?", dashes, best) : "";
}

/* "`qwc run` and `qwc bench`": where else an option is known; NULL: nowhere */
static const char *commands_with(Arena *a, const char *name, size_t len)
{
    unsigned on = 0;
    for (size_t i = 0; i < LEN(opt_table); i++)
        if (strlen(opt_table[i].name) == len &&
            strncmp(opt_table[i].name, name, len) == 0)
            on |= opt_table[i].on;
    Text t = {.a = a};
    for (int i = 0; i < command_count; i++) {
        if (!(on & 1u << i)) continue;
        on &= ~(1u << i);
        text_printf(&t, "%s`qwc %s`",
                    !t.n     ? ""
                        : on ? ", "
                             : " and ",
                    command_table[i].name);
    }
    return t.n ? text_str(&t) : NULL;
}

/* the option of that name or unambiguous prefix; NULL after a complaint */
static const OptInfo *find_long(Arena *a, const Options *o, unsigned bit,
                                const char *name, size_t len)
{
    const OptInfo *found = NULL;
    const char *cand[LEN(opt_table)];
    Text fits = {.a = a};
    int n = 0, hits = 0;
    for (size_t i = 0; i < LEN(opt_table); i++) {
        const OptInfo *p = &opt_table[i];
        if (!(takes(p->on) & bit)) continue;
        cand[n++] = p->name;
        if (strncmp(p->name, name, len) != 0) continue;
        if (p->name[len] == '\0') return p;
        found = p;
        text_printf(&fits, "%s`--%s`", hits++ ? ", " : "", p->name);
    }
    if (hits == 1) return found;
    char *word = arena_printf(a, "%.*s", (int)len, name);
    if (hits > 1) {
        complain(o->command, "option `--%s` could be one of %s", word,
                 text_str(&fits));
        return NULL;
    }
    const char *others = commands_with(a, name, len);
    if (others)
        complain(o->command, "`--%s` is for %s", word, others);
    else
        complain(o->command, "unknown option `--%s`%s", word,
                 did_you_mean(a, word, cand, n, "--"));
    return NULL;
}

const char *choices_text(Arena *a, const char *const *choices)
{
    Text t = {.a = a};
    for (int i = 0; choices[i]; i++)
        text_printf(&t, "%s%s", i ? ", " : "", choices[i]);
    return text_str(&t);
}

static int find_choice(const char *const *choices, const char *word, size_t n)
{
    for (int i = 0; choices[i]; i++)
        if (strlen(choices[i]) == n && strncmp(choices[i], word, n) == 0)
            return i;
    return -1;
}

/* the words of a value that are separated by commas; only OPT_OPTIONAL has more
 * than one, or `all` */
static bool is_choice(const OptInfo *p, const char *value)
{
    if (p->kind != OPT_OPTIONAL)
        return find_choice(p->choices, value, strlen(value)) >= 0;
    if (strcmp(value, p->absent) == 0) return true;
    for (;; value++) {
        const size_t n = strcspn(value, ",");
        if (find_choice(p->choices, value, n) < 0) return false;
        value += n;
        if (!*value) return true;
    }
}

static int refuse_choice(Arena *a, const Options *o, const OptInfo *p,
                         const char *value)
{
    return complain(o->command, "`--%s=%s`: choose from %s", p->name, value,
                    choices_text(a, p->choices));
}

static void set_golden(Options *o, const char *value)
{
    if (strcmp(value, "file") == 0)
        o->golden = GOLDEN_FILE;
    else if (strcmp(value, "interp") == 0)
        o->golden = GOLDEN_INTERP;
    else {
        o->golden = GOLDEN_SAVED;
        o->golden_path = value;
    }
}

static int set_option(Arena *a, Options *o, const OptInfo *p, const char *value)
{
    char *field = (char *)o + p->at;
    if (p->choices && !is_choice(p, value))
        return refuse_choice(a, o, p, value);
    switch (p->kind) {
    case OPT_FLAG: *(bool *)(void *)field = true; break;
    case OPT_TEXT:
    case OPT_OPTIONAL: *(const char **)(void *)field = value; break;
    case OPT_LIST: vec_push(a, (StrVec *)(void *)field, value); break;
    case OPT_CHOICE:
        *(unsigned *)(void *)field = (unsigned)find_choice(p->choices, value,
                                                           strlen(value));
        break;
    case OPT_GOLDEN: set_golden(o, value); break;
    case OPT_NO_GOLDEN: o->golden = GOLDEN_NONE; break;
    }
    return -1;
}

static bool takes_value(OptKind k)
{
    return k == OPT_TEXT || k == OPT_LIST || k == OPT_CHOICE;
}

static int parse_long(Arena *a, Options *o, unsigned bit, int argc, char **argv,
                      int *i)
{
    const char *name = argv[*i] + 2, *eq = strchr(name, '=');
    const OptInfo *p = find_long(a, o, bit, name,
                                 eq ? (size_t)(eq - name) : strlen(name));
    if (!p) return EXIT_USAGE;
    const char *value = eq ? eq + 1 : p->absent;
    if (takes_value(p->kind) && !eq) {
        if (*i + 1 >= argc)
            return complain(o->command, "option `--%s` needs a value: --%s=%s",
                            p->name, p->name, p->meta);
        value = argv[++*i];
    }
    if (eq && (p->kind == OPT_FLAG || p->kind == OPT_NO_GOLDEN))
        return complain(o->command, "option `--%s` takes no value", p->name);
    return set_option(a, o, p, value);
}

/* -Werror, -Werror=CODE, -Wno-CODE */
static int parse_warning(Arena *a, Options *o, const char *w)
{
    if (strcmp(w, "error") == 0) {
        o->werror = true;
        return -1;
    }
    bool err = strncmp(w, "error=", 6) == 0, no = strncmp(w, "no-", 3) == 0;
    const char *code = w + (err ? 6 : 3);
    if ((!err && !no) || diag_find(code) == DIAG_COUNT || *code != 'W')
        return complain(o->command,
                        "`-W%s`: write -Werror, -Werror=W0401 or -Wno-W0401",
                        w);
    if (err)
        vec_push(a, &o->werror_codes, code);
    else
        vec_push(a, &o->wno, code);
    return -1;
}

static int parse_short(Arena *a, Options *o, unsigned bit, int argc,
                       char **argv, int *i)
{
    const char *s = argv[*i] + 1;
    if (*s == 'W') return parse_warning(a, o, s + 1);
    for (; *s; s++) {
        const OptInfo *p = NULL;
        for (size_t k = 0; k < LEN(opt_table) && !p; k++)
            if (opt_table[k].letter == *s && (takes(opt_table[k].on) & bit))
                p = &opt_table[k];
        if (!p) return complain(o->command, "unknown option `-%c`", *s);
        if (!takes_value(p->kind)) {
            set_option(a, o, p, NULL);
            continue;
        }
        const char *value = s[1] ? s + 1 : *i + 1 < argc ? argv[++*i] : NULL;
        if (!value)
            return complain(o->command, "option `-%c` needs a value: -%c %s",
                            *s, *s, p->meta);
        return set_option(a, o, p, value);
    }
    return -1;
}

/* ---- --help -------------------------------------------------------------- */

enum { HELP_COLUMN = 31, HELP_WIDTH = 80 - HELP_COLUMN };

/* from HELP_COLUMN on; `code` stays on one line */
static void help_text(FILE *f, const char *text)
{
    for (size_t col = 0; *text;) {
        bool code = false;
        size_t n = 0;
        for (; text[n] && (code || text[n] != ' '); n++) code ^= text[n] == '`';
        if (col + 1 + n > HELP_WIDTH) {
            fprintf(f, "\n%*s", HELP_COLUMN, "");
            col = 0;
        }
        col += (size_t)fprintf(f, "%s%.*s", col ? " " : "", (int)n, text);
        text += n + (text[n] == ' ');
    }
    fputc('\n', f);
}

/* "HELP: a (default), b, c" */
static const char *option_help(Arena *a, const OptInfo *p)
{
    if (!p->choices) return p->help;
    if (p->kind != OPT_CHOICE)
        return arena_printf(a, "%s: %s", p->help, choices_text(a, p->choices));
    return arena_printf(a, "%s: %s (default), %s", p->help, p->choices[0],
                        choices_text(a, p->choices + 1));
}

static void help_option(Arena *a, FILE *f, const OptInfo *p)
{
    char left[64];
    const bool optional = p->kind == OPT_OPTIONAL || p->kind == OPT_GOLDEN;
    const char *eq = optional ? "[=" : "=";
    snprintf(left, sizeof left, "  %c%c%s --%s%s%s%s", p->letter ? '-' : ' ',
             p->letter ? p->letter : ' ', p->letter ? "," : " ", p->name,
             p->meta ? eq : "", p->meta ? p->meta : "",
             p->meta && *eq == '[' ? "]" : "");
    fprintf(f, "%-*s ", HELP_COLUMN - 1, left);
    help_text(f, option_help(a, p));
}

static void options_help(Arena *a, FILE *f, const char *command)
{
    if (!command) {
        fputs("qwc compiles tile kernels written in the pl language to C, runs them and\n"
              "says whether they are right.\n\nCommands:\n",
              f);
        for (int i = 0; i < command_count; i++)
            fprintf(f, "  %-9s %s\n", command_table[i].name,
                    command_table[i].what);
        fputs(
            "\n`qwc COMMAND --help` lists the options of a command; `qwc --version`\n"
            "prints the version.  Start with: qwc run examples/01_hello.pl --golden\n",
            f);
        return;
    }
    unsigned bit = command_bit(command);
    const Command *c = NULL;
    for (int i = 0; i < command_count; i++)
        if (bit == 1u << i) c = &command_table[i];
    fprintf(f, "Usage: %s\n\n%c%s.\n\nOptions:\n", c->usage,
            c->what[0] - 'a' + 'A', c->what + 1);
    for (size_t i = 0; i < LEN(opt_table); i++)
        if (opt_table[i].on & bit) help_option(a, f, &opt_table[i]);
    if (bit & ON_KERNEL)
        fputs("      -Werror[=CODE], -Wno-CODE  promote or silence warnings\n",
              f);
    if (bit & ON_KERNEL & ~(unsigned)ON_TUNE)
        fputs("\nFILE - is standard input.\n", f);
    if (c->more) fprintf(f, "\n%s", c->more);
}

/* ---- the command line ---------------------------------------------------- */

static int unknown_command(Arena *a, const char *word, const char *before)
{
    const char **cand = NEW_ARRAY(a, const char *, command_count);
    for (int i = 0; i < command_count; i++) cand[i] = command_table[i].name;
    return complain(NULL, "unknown command `%s`%s", word,
                    did_you_mean(a, word, cand, command_count, before));
}

static int parse_command(Arena *a, int argc, char **argv, Options *o)
{
    if (argc < 2) {
        options_help(a, stderr, NULL);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("qwc %s\n", QWC_VERSION);
        return EXIT_OK;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        if (argc > 2 && strcmp(argv[2], "help") != 0 && argv[2][0] != '-' &&
            !command_bit(argv[2]))
            return unknown_command(a, argv[2], "qwc help ");
        options_help(a, stdout,
                     argc > 2 && command_bit(argv[2]) ? argv[2] : NULL);
        return EXIT_OK;
    }
    if (str_ends(argv[1], strlen(argv[1]), ".pl"))
        return complain(NULL, "`%s` is no command; did you mean `qwc run %s`?",
                        argv[1], argv[1]);
    if (!command_bit(argv[1])) return unknown_command(a, argv[1], "qwc ");
    o->command = argv[1];
    return -1;
}

/* one word of the command line; -1: go on */
static int parse_word(Arena *a, Options *o, int argc, char **argv, int *i)
{
    unsigned bit = command_bit(o->command);
    const char *w = argv[*i];
    if (w[0] == '-' && w[1] == '-') return parse_long(a, o, bit, argc, argv, i);
    if (w[0] == '-' && w[1]) return parse_short(a, o, bit, argc, argv, i);
    vec_push(a, &o->files, w);
    return -1;
}

Options options_copy(Arena *a, const Options *from)
{
    Options o = *from;
    for (size_t i = 0; i < LEN(opt_table); i++) {
        const OptInfo *p = &opt_table[i];
        if (p->kind != OPT_LIST) continue;
        const void *field = (const char *)from + p->at;
        const StrVec *old = field;
        StrVec list = {0};
        for (int k = 0; k < old->n; k++) vec_push(a, &list, old->p[k]);
        *(StrVec *)(void *)((char *)&o + p->at) = list;
    }
    StrVec files = {0};
    for (int k = 0; k < from->files.n; k++)
        vec_push(a, &files, from->files.p[k]);
    o.files = files;
    return o;
}

/* words are separated by blanks; no quotes; those after -- replace the program
 * arguments */
int options_more(Arena *a, const char *text, Options *o)
{
    char *copy = arena_printf(a, "%s", text), *save;
    VEC(char *) words = {0};
    int files = o->files.n;
    for (char *w = strtok_r(copy, " \t", &save); w;
         w = strtok_r(NULL, " \t", &save))
        vec_push(a, &words, w);
    for (int i = 0; i < words.n; i++) {
        if (strcmp(words.p[i], "--") == 0) {
            o->program_args = (StrVec){0};
            while (++i < words.n) vec_push(a, &o->program_args, words.p[i]);
            break;
        }
        int r = parse_word(a, o, words.n, words.p, &i);
        if (r >= 0) return r;
    }
    if (o->files.n > files + 1)
        return complain(o->command,
                        "`--vs` takes one file, found `%s` and `%s`",
                        o->files.p[files], o->files.p[files + 1]);
    if (o->files.n > files) o->files.p[0] = o->files.p[files];
    return -1;
}

const char *engine_name(Engine e)
{
    return engines[e];
}

bool options_check(const char *list, const char *name)
{
    const size_t n = strlen(name);
    if (strcmp(list, "all") == 0) return true;
    for (const char *p = list; p; p = strchr(p, ','), p = p ? p + 1 : NULL)
        if (strncmp(p, name, n) == 0 && (p[n] == ',' || !p[n])) return true;
    return false;
}

int options_parse(Arena *a, int argc, char **argv, Options *o)
{
    int r = parse_command(a, argc, argv, o);
    if (r >= 0) return r;
    unsigned bit = command_bit(o->command);
    for (int i = 2; i < argc; i++) {
        const char *w = argv[i];
        if (strcmp(w, "--") == 0) {
            while (++i < argc) vec_push(a, &o->program_args, argv[i]);
            break;
        }
        if ((r = parse_word(a, o, argc, argv, &i)) >= 0) return r;
    }
    if (o->help) {
        options_help(a, stdout, o->command);
        return EXIT_OK;
    }
    if (o->check) o->engine = ENGINE_INTERP; /* the checks run there */
    if (o->program_args.n && !(bit & (ON_RUN | ON_MEASURE)))
        return complain(
            o->command,
            "only `qwc run`, `bench` and `tune` take program arguments after --");
    if (o->files.n > 1)
        return complain(o->command,
                        "one operand is expected, found `%s` and `%s`",
                        o->files.p[0], o->files.p[1]);
    if (o->files.n == 0)
        return complain(o->command, "%s is missing",
                        bit == ON_EXPLAIN ? "CODE"
                            : bit == ON_LIST
                            ? "what to list (ops, passes, limits, codes)"
                            : "FILE");
    return -1;
}
