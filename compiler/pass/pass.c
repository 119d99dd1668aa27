/* The passes in order, and the driver: selection, verification after
 * each pass, dumps, times.  The order is the order of the table;
 * `fold` stands in it twice.
 *
 * barriers makes what the interpreter can run, too; mark-ladders looks at
 * the IR that is otherwise as it was lowered, because what is a ladder
 * must not depend on other passes; parallel judges the loops of the
 * source, before chunk cuts them; ladder needs the plain loads that
 * forward would turn into views. */
#include "pass/pass.h"
#include "pass/passes.h"
#include <string.h>
#include <time.h>

const PassInfo pass_table[] = {
    {"barriers", pass_barriers, false,
     "cuts the blocks of spmd loops at their barriers"},
    {"mark-ladders", pass_mark_ladders, false,
     "finds loops of matmul steps over consecutive K windows (F1)"},
    {"fold", pass_fold, false,
     "folds scalars, proves bounds, prunes dead arms and loops"},
    {"parallel", pass_parallel, false,
     "decides which parallel loops have independent iterations"},
    {"chunk", pass_chunk, false,
     "cuts chunked loops and forms tasks from auto_chunk regions"},
    {"fold", pass_fold, false, "folds what chunking made constant"},
    {"nests", pass_nests, false,
     "makes the iterations of nested parallel loops tasks, counted through"},
    {"ladder", pass_ladder, true,
     "makes one matrix product over the whole K range of each ladder"},
    {"staging", pass_staging, true,
     "keeps in a tile what one scope stages in a tensor for the next (F5)"},
    {"rows", pass_rows, true, "leaves out rows that nobody reads"},
    {"unfilled", pass_unfilled, true,
     "finds buffers that need not be filled with zeros"},
    {"forward", pass_forward, true,
     "reads operands in place instead of loading them first"},
    {"prologue", pass_prologue, true,
     "lets products cast their right operand while they pack it (F4)"},
    {"strips", pass_strips, true,
     "runs elementwise chains over strips that stay in the cache (F3, F6)"},
    {"store", pass_store, true,
     "computes straight into the destination of a store, trimmed (F2)"},
};
const int pass_count = (int)LEN(pass_table);

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* is name an item of a list like "ladder,forward" */
static bool listed(const char *list, const char *name)
{
    const size_t n = strlen(name);
    for (const char *p = list; p;
         p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
        if (strncmp(p, name, n) == 0 && (p[n] == 0 || p[n] == ',')) return true;
    return false;
}

static bool selected(const PassInfo *p, const PassCtx *c)
{
    if (!p->optional) return true;
    return c->fusion && (!c->only || listed(c->only, p->name));
}

static void dump(const IrFunc *f, PassCtx *c, const char *name, bool changed)
{
    if (!c->dump || !c->dump_out) return;
    const bool only_changed = strcmp(c->dump, "changed") == 0;
    if (!only_changed && strcmp(c->dump, "all") != 0 &&
        strcmp(c->dump, name) != 0)
        return;
    if (!changed && only_changed) return;
    text_printf(c->dump_out,
                changed ? "// after %s\n" : "// after %s: unchanged\n", name);
    if (changed || strcmp(c->dump, name) == 0) ir_print(f, c->dump_out);
}

static bool run(const PassInfo *p, IrFunc *f, PassCtx *c)
{
    const int errors = c->s->nerrors;
    const double start = seconds();
    ir_facts_reset(f);
    const bool changed = p->run(f, c);
    if (c->ntimings < (int)LEN(c->timing)) {
        c->timing[c->ntimings].name = p->name;
        c->timing[c->ntimings].seconds = seconds() - start;
        c->timing[c->ntimings++].changed = changed;
    }
    if (c->s->nerrors > errors) return false;
    if (c->verify) ir_verify(f, p->name);
    dump(f, c, p->name, changed);
    return true;
}

bool pass_run_all(IrFunc *f, PassCtx *c, const char *until)
{
    if (c->verify) ir_verify(f, "lower");
    if (c->dump && c->dump_out &&
        (strcmp(c->dump, "lower") == 0 || strcmp(c->dump, "all") == 0)) {
        text_puts(c->dump_out, "// lower\n");
        ir_print(f, c->dump_out);
    }
    for (int i = 0; i < pass_count; i++) {
        const PassInfo *p = &pass_table[i];
        if (selected(p, c) && !run(p, f, c)) return false;
        if (until && strcmp(until, p->name) == 0) break;
    }
    return true;
}

bool pass_run_one(IrFunc *f, PassCtx *c, const char *name)
{
    for (int i = 0; i < pass_count; i++)
        if (strcmp(pass_table[i].name, name) == 0)
            return run(&pass_table[i], f, c), true;
    return false;
}
