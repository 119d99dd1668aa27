/* The way in: one kernel object becomes one IrFunc with everything it calls
 * spliced in.  Errors are reported through diag; the result is NULL then. */
#include "lower/lower_int.h"

IrFunc *lower_kernel(Session *s, Interp *in, KernelObject *k)
{
    const int errors = s->nerrors;
    Lower L = {.s = s, .in = in, .a = s->arena};
    L.printed.a = L.a;
    L.f = ir_func_new(s, k->def->def.name);
    L.at = L.f->body;
    bind_entry(&L, k);
    L.at = L.f->body;
    fputs(text_str(&L.printed), in->opt.out ? in->opt.out : stdout);
    check_bounds(&L);
    if (L.errors || s->nerrors > errors) return NULL;
    ir_facts_reset(L.f);
    ir_dce(L.f);
    mark_accesses(&L);
    check_outputs(&L);
    if (!errors) report_unused(&L);
    return s->nerrors > errors ? NULL : L.f;
}
