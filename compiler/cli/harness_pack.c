/* Packing weights before the kernel is called.  The kernel only reads them, and
 * nothing else changes them while the context lives. */
#include "cli/harness.h"
#include <string.h>

static bool wanted(const Options *o)
{
    return o->pack == PACK_AUTO ? strcmp(o->command, "bench") == 0
                                : o->pack == PACK_ON;
}

static void pack(Run *r, QwCtx *ctx, const Arg *a, const void *w)
{
    int64_t rows = 1, bytes;
    for (int k = 0; k + 1 < a->rank; k++) rows *= a->shape[k];
    const int status = qw_pack(ctx, a->dtype, w, rows, a->shape[a->rank - 1],
                               &bytes);
    if (status == QW_ERR_NOMEM)
        text_printf(&r->packing, "%sno memory for %s", r->packing.n ? ", " : "",
                    a->p->name->s);
    if (status || !bytes) return;
    r->packed_bytes += bytes;
    const bool large = bytes >= 1000000;
    text_printf(&r->packing, "%s%s %.1f %s", r->packing.n ? ", " : "",
                a->p->name->s, (large ? 1e-6 : 1e-3) * (double)bytes,
                large ? "MB" : "kB");
}

void run_pack(Run *r, QwCtx *ctx, void *const *ptr)
{
    r->packing = (Text){.a = r->s->arena};
    if (!wanted(r->o)) return;
    const double start = now_seconds();
    for (int i = 0; i < r->n; i++)
        if (r->args[i].p->weights && r->args[i].data && ptr[i])
            pack(r, ctx, &r->args[i], ptr[i]);
    r->packing_seconds = now_seconds() - start;
    if (r->packing.n)
        text_printf(&r->packing, " in %.0f ms", 1e3 * r->packing_seconds);
}

void run_pack_unused(Run *r, QwCtx *ctx, void *const *ptr)
{
    Text names = {.a = r->s->arena};
    for (int i = 0; i < r->n; i++) {
        if (!r->args[i].p->weights || !r->args[i].data ||
            qw_pack_used(ctx, ptr[i]) != 0)
            continue;
        text_printf(&names, "%s%s", names.n ? ", " : "", r->args[i].p->name->s);
        qw_unpack(ctx, ptr[i]);
    }
    if (names.n)
        text_printf(&r->packing,
                    "; given up: %s, no product takes a window of whole panels",
                    text_str(&names));
}
