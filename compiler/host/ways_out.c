/* What to write instead of names that are not in the host language. */
#include "host/interp.h"
#include <string.h>

#define HOST_NO_FILES                                       \
    "host code opens no files: data comes by --input, and " \
    "outputs go by --save"
#define HOST_NO_PACKAGES                                                  \
    "packages of Python are not there: `import torch` has whole tensors " \
    "for host code, `pl` has the operations of kernels"
#define HOST_NO_COMPLEX                                      \
    "there are no complex tensors: keep real and imaginary " \
    "parts, or cos and sin, in two"

const char *way_out(const char *of, const char *name)
{
    static const struct {
        const char *of, *name, *help;
    } ways[] = {
#define WAY(of, name, help) {of, name, help},
#include "host/ways_out.def"
#undef WAY
    };
    for (size_t i = 0; i < LEN(ways); i++)
        if (!strcmp(ways[i].name, name) && !strcmp(ways[i].of, of))
            return ways[i].help;
    return NULL;
}

void help_out(Interp *in, const char *of, Str name, const char *const *near,
              int n)
{
    const char *help = way_out(of, name->s);
    if (help) {
        host_help(in, "%s", help);
        return;
    }
    const char *word = str_nearest(name->s, near, n);
    if (word) host_help(in, "did you mean `%s`?", word);
}
