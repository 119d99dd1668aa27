/* The commands of qwc: the table that dispatch, help and suggestions are made
 * from.  Apart from main.c so that unit tests link it. */
#include "cli/cli.h"

static const char bench_more[] =
    "The rows: the kernel and each of its scopes (`name_hint`), for every variant;\n"
    "then the peers.  Scopes are measured in calls of their own, which note when each\n"
    "task ran; where tasks are short that takes a part of the time.  `spread` is the\n"
    "distance between the quartiles; `time` the median of the ratios to the first\n"
    "variant, round by round.  The roofline share is max(bytes / stream read,\n"
    "operations / peak) / time, where stream read and peak are measured in the same\n"
    "round on the same threads.  Bytes are what tasks touch, each place counted once:\n"
    "of a kernel in its parameters, of a scope in any tensor; operations those of\n"
    "matrix products.  Markdown, CSV and JSON have a row a line with the same fields.\n"
    "\n"
    "  qwc bench kernel.pl\n"
    "  qwc bench kernel.pl --vs \"--fusion=off\" --vs \"--threads 1\" --rounds 21\n"
    "  qwc bench tuned.pl --vs baseline.pl --format=md\n"
    "  qwc bench kernel.pl --peer ./other-library -- -b 4\n";

static const char tune_more[] =
    "Every combination is compiled and called once: one that changes a bit of an\n"
    "output, or the shape of a parameter, is refused.  The others are measured in\n"
    "rounds with the constants as they stand in the file; the slower half is dropped\n"
    "every third round.  A winner must be 1 % faster than the file, and faster in\n"
    "three rounds of four.\n"
    "\n"
    "It goes to x.tune beside x.pl: lines `NAME = VALUE` that `qwc run`, `compile`\n"
    "and `bench` take up, and say so, as if each were -D before those on the command\n"
    "line.  They do not where --no-tune, --fusion=off or --passes is given, nor after\n"
    "the source has changed.  Delete the file to be rid of it.\n"
    "\n"
    "  qwc tune kernel.pl --param K_CHUNK=64,128,256 --param N_CHUNK=128,256\n"
    "  qwc tune kernel.pl --param config.K_CHUNK=128,512 --budget 20 -- -b 4\n";

const Command command_table[] = {
    {"run", cmd_run, "qwc run FILE [options] [-- program arguments]",
     "compile a kernel, run it and judge it against its golden", NULL},
    {"compile", cmd_compile, "qwc compile FILE [-o OUT.c] [options]",
     "write a kernel as readable C99 and a header", NULL},
    {"check", cmd_check, "qwc check FILE [options]",
     "report everything that is provably wrong without running", NULL},
    {"list", cmd_list, "qwc list ops|passes|limits|codes",
     "print what this version knows", NULL},
    {"explain", cmd_explain, "qwc explain CODE",
     "print the long text of a diagnostic", NULL},
    {"bench", cmd_bench, "qwc bench FILE [options] [-- program arguments]",
     "measure a kernel beside the limits of the machine", bench_more},
    {"tune", cmd_tune,
     "qwc tune FILE --param NAME=V1,V2 ... [options] [-- program arguments]",
     "find the fastest values of chunk constants", tune_more},
};
const int command_count = (int)LEN(command_table);
