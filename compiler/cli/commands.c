/* The commands of qwc: the table that dispatch, help and suggestions are made
 * from.  Apart from main.c so that unit tests link it. */
#include "cli/cli.h"

const Command command_table[] = {
    {"run", cmd_run, "qwc run FILE [options] [-- program arguments]",
     "compile a kernel, run it and judge it against its golden"},
    {"compile", cmd_compile, "qwc compile FILE [-o OUT.c] [options]",
     "write a kernel as readable C99 and a header"},
    {"check", cmd_check, "qwc check FILE [options]",
     "report everything that is provably wrong without running"},
    {"list", cmd_list, "qwc list ops|passes|limits|codes",
     "print what this version knows"},
    {"explain", cmd_explain, "qwc explain CODE",
     "print the long text of a diagnostic"},
    {"bench", cmd_bench, "qwc bench FILE [options] [-- program arguments]",
     "measure a kernel beside the limits of the machine"},
};
const int command_count = (int)LEN(command_table);
