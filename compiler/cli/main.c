/* qwc: reads the command line and hands over to the command.  Everything a run
 * allocates belongs to its Session, dropped here at the end. */
#include "cli/cli.h"
#include <string.h>

static int run_command(Session *s, const Options *o)
{
    for (int i = 0; i < command_count; i++)
        if (strcmp(o->command, command_table[i].name) == 0)
            return command_table[i].run(s, o);
    return EXIT_INTERNAL;
}

int main(int argc, char **argv)
{
    Session *s = session_new();
    Options o = {0};
    int status = options_parse(s->arena, argc, argv, &o);
    if (status < 0) {
        options_apply(s, &o);
        status = run_command(s, &o);
        diag_flush(s);
    }
    session_free(s);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("qwc: cannot write to standard output\n", stderr);
        if (status == 0) status = EXIT_ENVIRONMENT;
    }
    return status;
}
