/* --input NAME=SRC and --save NAME=FILE: array files, pseudo-inputs and
 * numbers become tensors of exactly the dtype and shape that a spec asks for. */
#include "cli/cli.h"
#include "io.h"
#include <string.h>
#include <sys/stat.h>

const char *input_source(const Options *o, const char *name)
{
    size_t n = strlen(name);
    for (int i = o->inputs.n - 1; i >= 0; i--)
        if (strncmp(o->inputs.p[i], name, n) == 0 && o->inputs.p[i][n] == '=')
            return o->inputs.p[i] + n + 1;
    return NULL;
}
