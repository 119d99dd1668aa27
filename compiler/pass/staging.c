/* Keeps in a tile what one core scope stages in a tensor for the next (pattern
 * F5): the scopes are joined, the tensor, its store and its loads disappear.
 *
 *   %s: &f32[16, 64] = alloc [16, 64]         scope {
 *   scope { store %s, %acc [0, 0] }       ->    %t: f32[16, 64] valid(%rows, _) = setvalid %acc
 *   scope {                                     store %out, %t [%b0, %v0]
 *     %t: ... = load %s [0, 0] [%rows, 64]    }
 *     store %out, %t [%b0, %v0]
 *   }
 *
 * The one store must fill all of the tensor, the loads must take it from its
 * origin in its full shape, and between the scopes only index arithmetic, views
 * and allocations may stand: those move before the first one. */
#include "pass/passes.h"

typedef struct Staging {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    bool changed;
} Staging;

/* the tile covers the tensor: origin 0, nominal shape, all valid */
static bool fills(IrFunc *f, const IrOp *alloc, const IrOp *store)
{
    IrValue *t = alloc->results[0], *x = store->args[1];
    if (store->at.drop || store->at.atomic || x->type->kind != TY_TILE ||
        x->type->rank != t->type->rank)
        return false;
    for (int k = 0; k < t->type->rank; k++)
        if (!ir_is_int(store->args[2 + k], 0) ||
            !ir_is_int(ir_dim(f, t, k), x->type->shape[k]) ||
            !ir_is_int(ir_valid(f, x, k), x->type->shape[k]))
            return false;
    return true;
}

static bool takes_all(IrFunc *f, const IrOp *load, const IrValue *x)
{
    const int r = x->type->rank;
    if (load->at.drop || load->at.clamp || load->results[0]->type != x->type)
        return false;
    for (int k = 0; k < r; k++)
        if (!ir_is_int(load->args[1 + k], 0) ||
            !ir_less_equal(f, load->args[1 + r + k],
                           ir_idx(f, x->type->shape[k])))
            return false;
    return true;
}

/* the store of t, if the other uses are loads that stand in scopes behind it */
static IrOp *only_store(Staging *g, const IrOp *alloc)
{
    const IrValue *t = alloc->results[0];
    IrOp *store = NULL;
    for (int i = 0; i < uses_count(g->uses, t); i++) {
        IrOp *op = uses_op(g->uses, t, i);
        if (op->op == IR_LOAD) continue;
        if (op->op != IR_STORE || store || op->args[0] != t || op->args[1] == t)
            return NULL;
        store = op;
    }
    if (!store || !fills(g->f, alloc, store)) return NULL;
    const IrOp *scope = ir_parent_op(store);
    return scope && scope->op == IR_SCOPE && !scope->at.chunked &&
            scope->parent == alloc->parent
        ? store
        : NULL;
}

/* ---- joining ------------------------------------------------------------- */

typedef struct Reads {
    const IrOp *scope;
    bool found;
} Reads;

static void read_from(void *user, IrValue **v)
{
    Reads *r = user;
    if (*v && (*v)->def == r->scope) r->found = true;
}

/* may op stand before the scope? */
static bool can_move(IrOp *op, const IrOp *scope)
{
    const IrClass c = ir_op_info[op->op].cls;
    Reads r = {scope, false};
    if ((c != CLS_SCALAR && c != CLS_TENSOR) || ir_may_fail(op)) return false;
    ir_each_use(op, read_from, &r);
    return !r.found;
}

static bool can_join(const IrOp *first, const IrOp *second)
{
    if (second->op != IR_SCOPE || second->nresults || second->at.chunked ||
        second->parent != first->parent)
        return false;
    if (first->at.task != second->at.task) return false;
    for (IrOp *op = first->next; op != second; op = op->next)
        if (!op || !can_move(op, first)) return false;
    return second->region[0]->last->op == IR_YIELD &&
        first->region[0]->last->op == IR_YIELD;
}

/* a result of the scope is, inside of it, what it yields */
static void join(IrOp *first, IrOp *second)
{
    while (first->next != second) {
        IrOp *op = first->next;
        ir_remove(op);
        ir_insert_before(first, op);
    }
    IrOp *end = first->region[0]->last, *yield = second->region[0]->last;
    for (IrOp *op = second->region[0]->first; op != yield;) {
        IrOp *next = op->next;
        ir_remove(op);
        ir_insert_before(end, op);
        op = next;
    }
    ir_remove(second);
}

typedef struct Inner {
    const IrOp *scope;
    bool uses_result;
} Inner;

static void find_result_use(void *user, IrOp *op)
{
    Inner *in = user;
    Reads r = {in->scope, false};
    ir_each_use(op, read_from, &r);
    in->uses_result |= r.found;
}

/* what `second` takes from `first` by other ways than memory */
static bool takes_results(const IrOp *first, const IrOp *second)
{
    Inner in = {first, false};
    ir_walk(second->region[0], find_result_use, &in);
    return in.uses_result;
}

/* ---- one tensor ---------------------------------------------------------- */

static void replace_load(Staging *g, IrOp *load, IrValue *x)
{
    IrValue *old = load->results[0];
    IrOp *op = ir_op(g->f, IR_SETVALID, load->span, 1, &x);
    op->inl = load->inl;
    IrValue *r = ir_op_result(g->f, op, x->type);
    r->valid = old->valid;
    r->name = old->name;
    r->span = old->span;
    ir_insert_before(load, op);
    old->fwd = r;
    ir_remove(load);
}

static void keep_in_tile(Staging *g, IrOp *alloc)
{
    IrOp *store = only_store(g, alloc), *scope;
    const int n = store ? uses_count(g->uses, alloc->results[0]) : 0;
    if (n < 2) return;
    scope = ir_parent_op(store);
    IrValue *x = store->args[1];
    for (int i = 0; i < n; i++) {
        IrOp *load = uses_op(g->uses, alloc->results[0], i);
        IrOp *second = load == store ? NULL
                                     : op_ancestor_in(load, scope->parent);
        if (load == store) continue;
        if (!second || second == scope || !takes_all(g->f, load, x) ||
            !can_join(scope, second) || takes_results(scope, second)) {
            fusion_note(g->c, "F5 staging", store, load->span, false, 0,
                        "the tensor is also read in another way");
            return;
        }
    }
    IrOp *second = NULL; /* all loads are in the one scope behind */
    for (int i = 0; i < n; i++) {
        IrOp *load = uses_op(g->uses, alloc->results[0], i);
        if (load == store) continue;
        IrOp *in = op_ancestor_in(load, scope->parent);
        if (second && in != second) return;
        second = in;
    }
    fusion_note(g->c, "F5 staging", store, second->span, true,
                ir_bytes(x->type), "kept in a tile, the scopes are joined");
    join(scope, second);
    for (int i = 0; i < n; i++) {
        IrOp *load = uses_op(g->uses, alloc->results[0], i);
        if (load != store) replace_load(g, load, x);
    }
    ir_remove(store);
    ir_remove(alloc);
    ir_resolve(g->f);
    g->changed = true;
}

typedef VEC(IrOp *) OpVec;
typedef struct Found {
    Arena *a;
    OpVec ops;
} Found;

static void find_alloc(void *user, IrOp *op)
{
    Found *found = user;
    if (op->op == IR_ALLOC) vec_push(found->a, &found->ops, op);
}

bool pass_staging(IrFunc *f, PassCtx *c)
{
    Staging g = {.f = f, .c = c};
    Found found = {.a = f->arena};
    ir_walk(f->body, find_alloc, &found);
    for (int i = 0; i < found.ops.n; i++) {
        g.uses = uses_find(f);
        keep_in_tile(&g, found.ops.p[i]);
    }
    return g.changed;
}
