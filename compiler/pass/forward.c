/* Reads operands in place: a load whose tile only feeds elementwise ops, casts,
 * expansions, reductions, products or stores becomes a core-plane view.
 *
 *   %x: bf16[16, 64] = load %h [0, %k] [16, 64] shape(16, 64)
 *   %y: f32[16, 64] = cast %x
 * ->
 *   %x: &bf16[16, 64] stride(5120, 1) = view %h [0, %k] [16, 64] [16, 64]
 *   %y: f32[16, 64] = cast %x
 *
 * A load is a snapshot: nothing between it and its last use may store
 * into the window.  The elements of a row must be neighbours; a
 * transposed view is taken for products, which read it with the other
 * flag.  A tile that an op with two operands needs beyond its valid part
 * stays a tile, for that part reads as 0. */
#include "pass/passes.h"

typedef struct Forward {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    Writers *writers;
    bool changed;
} Forward;

/* the op never reads outside of the valid part of operand t */
static bool reads_valid_only(IrFunc *f, const IrOp *op, IrValue *t)
{
    IrValue *r = op->results[0];
    for (int k = 0; k < t->type->rank; k++) {
        IrValue *v = ir_valid(f, t, k);
        const bool repeated = t->type->shape[k] == 1 && r->type->shape[k] != 1;
        if (repeated ? !ir_is_int(v, 1)
                     : !ir_less_equal(f, ir_valid(f, r, k), v))
            return false;
    }
    return true;
}

static bool takes_view(IrFunc *f, const IrOp *op, IrValue *t, bool swapped)
{
    if (ir_is_elementwise(op)) return !swapped && reads_valid_only(f, op, t);
    switch (ir_op_info[op->op].cls) {
    case CLS_MATRIX: return op->op != IR_MATMUL_ACC || op->args[0] != t;
    case CLS_REDUCE: return !swapped;
    default: break;
    }
    return op->op == IR_STORE && !swapped && op->args[1] == t;
}

/* why the load must stay, or NULL */
static const char *must_stay(Forward *x, IrOp *load, InPlace how, Span *where)
{
    IrValue *t = load->results[0];
    const int n = uses_count(x->uses, t);
    IrOp *last = NULL;
    for (int i = 0; i < n; i++) {
        IrOp *user = uses_op(x->uses, t, i);
        *where = user->span;
        if (!takes_view(x->f, user, t, how == IN_PLACE_SWAPPED))
            return "another operation needs the tile itself";
        IrOp *at = op_ancestor_in(user, load->parent);
        if (!at) return "the tile is used elsewhere";
        if (!last || x->writers->pos[at->id] > x->writers->pos[last->id])
            last = at;
    }
    if (!last) return "it is not used";
    Access a[MAX_ACCESS];
    region_accesses(x->f, load, a);
    const IrOp *w = writers_between(x->f, x->writers, load, last, &a[0].rect);
    if (w) *where = w->span;
    return w ? "this may store into the window before its last use" : NULL;
}

static void flip_users(Forward *x, const IrValue *t)
{
    const IrOp *done = NULL;
    for (int i = 0; i < uses_count(x->uses, t); i++) {
        IrOp *op = uses_op(x->uses, t, i);
        const int a = op->op == IR_MATMUL_ACC;
        if (op == done) continue; /* uses of one op follow each other */
        if (op->args[a] == t) op->at.a_trans = !op->at.a_trans;
        if (op->args[a + 1] == t) op->at.b_trans = !op->at.b_trans;
        done = op;
    }
}

static void forward_load(void *ctx, IrOp *load)
{
    Forward *x = ctx;
    if (load->op != IR_LOAD) return;
    const InPlace how = view_in_place(load, -1);
    Span where = load->span;
    if (how == IN_PLACE_NO || (how == IN_PLACE_SWAPPED && load->at.rows))
        return;
    const char *why = must_stay(x, load, how, &where);
    if (why) return;
    IrValue *t = load->results[0];
    IrOp *view = view_of_load(x->f, load, NULL, -1, -1, NULL, NULL);
    ir_insert_before(load, view);
    if (how == IN_PLACE_SWAPPED) {
        IrOp *turn = view_swapped(x->f, view);
        ir_insert_before(load, turn);
        flip_users(x, t);
        t->fwd = turn->results[0];
    } else
        t->fwd = view->results[0];
    fusion_note(x->c, "forward", load, where, true, ir_bytes(t->type),
                "read in place");
    ir_remove(load);
    x->changed = true;
}

bool pass_forward(IrFunc *f, PassCtx *c)
{
    Forward x = {f, c, uses_find(f), writers_find(f), false};
    ir_walk(f->body, forward_load, &x);
    if (x.changed) ir_resolve(f);
    return x.changed;
}
