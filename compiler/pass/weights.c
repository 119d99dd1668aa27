/* Which parameters are weights: right operands [K, N] that products read in
 * place and that the kernel only reads.  The runtime has faster orders for
 * them than that of the tensor (qw_pack), but making one costs as much as some
 * products, so who calls the kernel decides.
 *
 *     %b = view %w[...]                  // %w: a parameter nobody writes
 *     %c = matmul %a, %b                 // not b_trans
 *
 * No pass: it runs behind them and changes no op. */
#include "pass/passes.h"

static void note_weights(IrFunc *f, PassCtx *c, const IrOp *op, IrParam *p)
{
    if (p->written || p->value->type->rank < 2) return;
    if (!p->weights)
        fusion_note(c, "packing", op, op->span, true, 0,
                    arena_printf(f->arena,
                                 "`%s` is only read, as [K, N] of products: "
                                 "packed once by `qwc bench`, by `--pack=on` "
                                 "and by qw_pack",
                                 p->name->s));
    p->weights = true;
}

typedef struct Find {
    IrFunc *f;
    PassCtx *c;
} Find;

static void meet_product(void *user, IrOp *op)
{
    const Find *x = user;
    if (ir_op_info[op->op].cls != CLS_MATRIX || op->at.b_trans || op->at.b_cast)
        return;
    const IrValue *b = op->args[op->nargs - 1];
    if (b->type->kind != TY_TENSOR || !qw_dtype_packs(b->type->dtype)) return;
    const IrOrigins o = ir_origins(x->f->arena, b);
    for (int i = 0; i < o.root.n; i++)
        for (int k = 0; k < x->f->nparams; k++)
            if (x->f->params[k].value == o.root.p[i])
                note_weights(x->f, x->c, op, &x->f->params[k]);
}

void find_weights(IrFunc *f, PassCtx *c)
{
    Find x = {f, c};
    ir_walk(f->body, meet_product, &x);
}
