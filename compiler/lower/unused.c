/* W0301: parameters and variables of kernels that nothing reads.  Loop
 * variables and `as` names are left alone: they cannot be deleted. */
#include "lower/lower_int.h"
#include <string.h>

/* an output of the entry has diagnostics of its own: E0601, W0602 */
static bool is_output(const Lower *L, Str name)
{
    for (int i = 0; i < L->f->nparams; i++)
        if (L->f->params[i].name == name && L->f->params[i].dir) return true;
    return false;
}

static void report_one(Lower *L, const FnInfo *fi, int i)
{
    const char *name = fi->name[i]->s;
    if (fi->is_read[i] || fi->is_loop_var[i] || name[0] == '_' ||
        !strcmp(name, "self"))
        return;
    Diag *d = lw_warn(L, W0301, fi->span[i], "%s `%s` is never used",
                      fi->is_param[i] ? "the parameter" : "the variable", name);
    diag_help(L->s, d, "delete it, or name it `_%s`", name);
}

void report_unused(Lower *L)
{
    L->failed = false;
    L->inl = NULL;
    for (int k = 0; k < L->infos.n; k++)
        for (int i = 0; i < L->infos.p[k]->n; i++)
            if (k > 0 || !is_output(L, L->infos.p[k]->name[i]))
                report_one(L, L->infos.p[k], i);
}
