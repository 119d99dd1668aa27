/* Products cast their right operand while they pack it (pattern F4): weights
 * that are kept in a smaller dtype are read in place, or from the tile that they
 * were unpacked to, and the cast tile is never written whole.
 *
 *   %w: &i8[256, 64] = view %W ...                 %w: &i8[256, 64] = view %W ...
 *   %b: bf16[256, 64] = cast %w                 -> %c: f32[16, 64] = matmul %a, %w b_cast
 *   %c: f32[16, 64] = matmul %a, %b
 *
 * The arms of a branch may each have a product; two products that run one after
 * the other would cast twice.  Nothing between the cast and its last product
 * may store into the window. */
#include "pass/passes.h"

typedef struct Prologue {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    Writers *writers;
    bool changed;
} Prologue;

static bool is_right_operand(const IrOp *op, const IrValue *v)
{
    if (ir_op_info[op->op].cls != CLS_MATRIX || op->at.b_cast) return false;
    int uses = 0;
    for (int i = 0; i < op->nargs; i++) uses += op->args[i] == v;
    return uses == 1 && op->args[op->nargs - 1] == v;
}

/* op is `top` or in it, and no loop is around it there */
static bool runs_at_most_once(const IrOp *op, const IrOp *top)
{
    while (op != top) {
        op = ir_parent_op(op);
        if (op->op != IR_IF && op->op != IR_SCOPE) return false;
    }
    return true;
}

/* a and b stand in different arms of a branch in
 * `top`: only one of them runs */
static bool exclude_each_other(const IrOp *a, IrOp *b, const IrOp *top)
{
    for (; a != top; a = ir_parent_op(a)) {
        const IrOp *owner = ir_parent_op(a);
        const IrRegion *other = owner->region[a->parent == owner->region[0]];
        if (other && op_ancestor_in(b, other)) return true;
    }
    return false;
}

static bool same_extents(IrFunc *f, IrValue *a, IrValue *b)
{
    for (int k = 0; k < a->type->rank; k++)
        if (!ir_equal(f, ir_valid(f, a, k), ir_valid(f, b, k))) return false;
    return true;
}

/* why the products take the cast tile, or NULL; *last: the last product, as an
 * op beside the cast */
static const char *must_cast(const Prologue *x, const IrOp *cast, IrOp **last)
{
    const IrValue *v = cast->results[0];
    const int n = uses_count(x->uses, v);
    *last = NULL;
    for (int i = 0; i < n; i++) {
        IrOp *op = uses_op(x->uses, v, i);
        IrOp *top = op_ancestor_in(op, cast->parent);
        if (!is_right_operand(op, v)) return "another operation needs the tile";
        if (!top || !runs_at_most_once(op, top))
            return "the product runs more often than the cast";
        for (int j = 0; j < i; j++)
            if (!exclude_each_other(op, uses_op(x->uses, v, j), top))
                return "more than one product needs it";
        *last = top;
    }
    return NULL;
}

/* A tile is worth keeping as it is where it is smaller. */
static bool is_source(const IrValue *from, const IrValue *to)
{
    return from->type->kind == TY_TENSOR ||
        qw_dtype_size(from->type->dtype) < qw_dtype_size(to->type->dtype);
}

/* What stores into the window between the cast and the last product. */
static const IrOp *writer(const Prologue *x, IrOp *cast, IrOp *last)
{
    if (cast->args[0]->type->kind != TY_TENSOR) return NULL;
    Access a[MAX_ACCESS];
    region_accesses(x->f, cast, a);
    return writers_between(x->f, x->writers, cast, last, &a[0].rect);
}

static void visit(void *user, IrOp *cast)
{
    Prologue *x = user;
    IrOp *last;
    if (cast->op != IR_CAST || cast->at.round != QW_NONE ||
        uses_count(x->uses, cast->results[0]) == 0)
        return;
    IrValue *from = cast->args[0], *to = cast->results[0];
    IrOp *first = uses_op(x->uses, to, 0);
    if (!is_source(from, to) || !is_right_operand(first, to) ||
        !same_extents(x->f, from, to))
        return;
    const char *why = must_cast(x, cast, &last);
    Span where = first->span;
    const IrOp *w = why ? NULL : writer(x, cast, last);
    if (w) {
        where = w->span;
        why = "this may store into the window before the product";
    }
    fusion_note(x->c, "F4 prologue", cast, where, !why, ir_bytes(to->type),
                why ? why : "the product casts it while packing");
    if (why) return;
    for (int i = 0; i < uses_count(x->uses, to); i++)
        uses_op(x->uses, to, i)->at.b_cast = true;
    to->fwd = from;
    ir_remove(cast);
    x->changed = true;
}

bool pass_prologue(IrFunc *f, PassCtx *c)
{
    Prologue x = {f, c, uses_find(f), writers_find(f), false};
    ir_walk(f->body, visit, &x);
    if (x.changed) ir_resolve(f);
    return x.changed;
}
