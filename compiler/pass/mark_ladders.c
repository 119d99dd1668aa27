/* Marks the ladders (pattern F1) on the IR as it was lowered: the first
 * product, the accumulating one, the branch between them and the loop
 * get one number.  What is a ladder is part of the meaning (language.md
 * 8.3): it is one sum, so the interpreter needs the marks too, and later
 * passes must not add any.
 *
 *   %acc: ... = matmul %a, %b                %acc: ... = matmul %a, %b ladder(1)
 *   %r: ... = for range %k = 1, 4, 1 ... {   %r: ... = for range %k = 1, 4, 1 ... ladder(1) {
 *       %s: ... = matmul_acc %c, %d, %e  ->      %s: ... = matmul_acc %c, %d, %e ladder(1)
 *       yield %s                                 yield %s
 *   }                                        }
 */
#include "pass/ladders.h"

bool pass_mark_ladders(IrFunc *f, PassCtx *c)
{
    const Ladders found = ladders_find(f, false);
    bool changed = false;
    for (int i = 0; i < found.n; i++) {
        const Ladder *l = &found.p[i];
        if (l->why) {
            fusion_note(c, "F1 ladder", l->first, l->where, false, 0, l->why);
            continue;
        }
        const int n = ++f->nladders;
        l->first->at.ladder = n;
        if (l->branch) l->branch->at.ladder = n;
        for (int k = 0; k < l->seg.n; k++) {
            l->seg.p[k].step->at.ladder = n;
            if (l->seg.p[k].loop) l->seg.p[k].loop->at.ladder = n;
        }
        changed = true;
    }
    return changed;
}
