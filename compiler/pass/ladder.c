/* One product over the whole K range for each marked ladder (pattern F1), where
 * its last step or loop stood: the operands become views of the tensors, read
 * in place; the accumulator leaves the loops, and a loop disappears when
 * nothing else is left in it.
 *
 *   %a: bf16[16, 64] = load %x [0, 0] [16, 64] ...      %a: &bf16[16, 256] = view %x [0, 0] ...
 *   %b: ...                                             %b: &bf16[128, 256] = view %w [%n0, 0] ...
 *   %acc: ... = matmul %a, %b b_trans ladder(1)     ->  %acc: ... = matmul %a, %b b_trans ladder(1)
 *   %r: ... = for range %k = 1, 4, 1 carry(...) { ... }
 *
 * Bounds checks are those of the union window.  An operand whose rows are not
 * contiguous in memory is loaded whole instead. */
#include "pass/ladders.h"

typedef struct Made {
    const IrOp *before;
    IrOp *view;
} Made;
typedef VEC(Made) MadeVec;
typedef struct Rewrite {
    IrFunc *f;
    PassCtx *c;
    const Ladder *l;
    IrRegion *out; /* what goes before the loop */
    IrMap *map;    /* values of the first iteration */
    MadeVec *made; /* views made so far: those before one op are shared */
} Rewrite;

/* ---- scalars of the first iteration, before the loop --------------------- */

/* the loop that the first product stands in, or NULL */
static IrOp *first_loop(const Ladder *l)
{
    return l->branch ? l->seg.p[0].loop : NULL;
}

/* the product replaces the last step or loop */
static IrOp *last_op(const Ladder *l)
{
    const Segment *g = &vec_last(&l->seg);
    return g->loop ? g->loop : g->step;
}

/* a value of the loop's body as it is in the first iteration */
static IrValue *hoisted(Rewrite *w, IrValue *v, int depth)
{
    IrValue *known = ir_map_get(w->map, v);
    const IrOp *loop = first_loop(w->l);
    if (!v || known != v || !loop || !value_inside(v, loop)) return known;
    if (!v->def || depth > 64) return NULL;
    if (ir_op_info[v->def->op].cls != CLS_SCALAR &&
        v->def->op != IR_CLAMP_VALID)
        return NULL;
    for (int i = 0; i < v->def->nargs; i++)
        if (!hoisted(w, v->def->args[i], depth + 1)) return NULL;
    IrOp *copy = ir_clone(w->f, v->def, w->map);
    IrValue *folded = ir_op_info[copy->op].cls == CLS_SCALAR
        ? ir_scalar_fold(w->f, copy)
        : NULL;
    if (folded)
        ir_map_set(w->map, v, folded);
    else
        ir_append(w->out, copy);
    return folded ? folded : copy->results[0];
}

static bool hoist_valid(Rewrite *w, const IrValue *v)
{
    for (int k = 0; v->valid && k < v->type->rank; k++)
        if (v->valid[k] && !hoisted(w, v->valid[k], 0)) return false;
    return true;
}

static bool hoist_load(Rewrite *w, const IrOp *load)
{
    for (int i = 0; i < load->nargs; i++)
        if (!hoisted(w, load->args[i], 0)) return false;
    return hoist_valid(w, load->results[0]);
}

/* the checks of hoisted extents must come before the product too */
static void hoist_checks(Rewrite *w, const IrRegion *r)
{
    for (const IrOp *op = r->first; op; op = op->next) {
        if (op->op == IR_CHECK_VALID &&
            ir_map_get(w->map, op->args[0]) != op->args[0] &&
            hoisted(w, op->args[1], 0))
            ir_append(w->out, ir_clone(w->f, op, w->map));
        for (int i = 0; i < 2 && op->region[i]; i++)
            hoist_checks(w, op->region[i]);
    }
}

/* the whole K extent: the first window and all that the segments add */
static IrValue *whole_extent(Rewrite *w)
{
    const Ladder *l = w->l;
    IrFunc *f = w->f;
    const Span sp = l->first->span;
    IrValue *sum = ir_idx(f, l->c0);
    for (int i = 0; i < l->seg.n; i++) {
        const Segment *g = &l->seg.p[i];
        IrValue *trips = ir_idx(f, 1);
        if (g->loop)
            trips = ir_trip(f, w->out, g->loop->args[0], g->loop->args[1],
                            g->loop->args[2], sp);
        if (i == 0 && l->branch) {
            if (ir_range(f, trips).lo < 1) return NULL;
            trips = ir_ssub(f, w->out, trips, ir_idx(f, 1), sp);
        }
        sum = ir_sadd(f, w->out, sum,
                      ir_smul(f, w->out, trips, ir_idx(f, g->c), sp), sp);
    }
    return sum;
}

/* ---- operands ------------------------------------------------------------ */

/* of a tile like t whose K axis has the extent k; -1: too many */
static int64_t bytes_with(const Type *t, int axis, int64_t k)
{
    Type whole = *t;
    whole.shape[axis] = k;
    return ir_bytes(&whole);
}

static bool fits_tile(const IrFunc *f, const Type *t, int axis, int64_t k)
{
    const int64_t bytes = bytes_with(t, axis, k);
    return bytes >= 0 && bytes <= f->s->limit[LIM_TILE_BYTES];
}

/* rows that are not contiguous: one load of the whole range */
static IrValue *load_whole(Rewrite *w, const IrOp *view, const IrOp *load,
                           int axis)
{
    IrFunc *f = w->f;
    const int r = load->args[0]->type->rank;
    IrOp *op = ir_op(f, IR_LOAD, load->span, 1 + r, view->args);
    for (int a = 0; a < r; a++) ir_op_add_arg(f, op, view->args[1 + 2 * r + a]);
    op->at = load->at;
    op->at.safe = view->at.safe;
    op->inl = load->inl;
    if (!ir_is_const_int(view->args[1 + r + axis], &op->at.shape[axis]))
        return NULL;
    const IrValue *v = view->results[0];
    IrValue *t = ir_op_result(f, op,
                              ir_tile(f, v->type->dtype, v->type->rank,
                                      v->type->shape));
    t->valid = v->valid;
    t->name = v->name;
    ir_append(w->out, op);
    return t;
}

static bool equal_views(const IrOp *a, const IrOp *b)
{
    if (a->nargs != b->nargs || a->at.drop != b->at.drop ||
        a->at.clamp != b->at.clamp)
        return false;
    for (int i = 0; i < a->nargs; i++)
        if (a->args[i] != b->args[i]) return false;
    return a->results[0]->type == b->results[0]->type;
}

/* the view, or one that another accumulator of the loop has made already */
static IrOp *place_view(Rewrite *w, IrOp *view)
{
    for (int i = 0; i < w->made->n; i++) {
        IrOp *old = w->made->p[i].view;
        if (w->made->p[i].before != last_op(w->l) || !equal_views(old, view))
            continue;
        old->at.safe = old->at.safe && view->at.safe;
        return old;
    }
    const Made m = {last_op(w->l), view};
    vec_push(w->f->arena, w->made, m);
    ir_append(w->out, view);
    return view;
}

static IrValue *operand(Rewrite *w, int s, IrValue *whole, bool *trans)
{
    const Ladder *l = w->l;
    const IrOp *load = l->load0[s];
    int64_t k;
    IrValue *off = ir_map_get(w->map, load->args[1 + l->axis[s]]);
    IrOp *view = view_of_load(w->f, load, w->map, l->axis[s], l->tile_axis[s],
                              off, whole);
    for (int i = 0; i < l->seg.n; i++)
        view->at.safe = view->at.safe && l->seg.p[i].load[s]->at.safe;
    switch (view_in_place(load, l->tile_axis[s])) {
    case IN_PLACE_YES: return place_view(w, view)->results[0];
    case IN_PLACE_SWAPPED:
        view = view_swapped(w->f, place_view(w, view));
        *trans = !*trans;
        break;
    case IN_PLACE_NO:
        if (!ir_is_const_int(whole, &k) ||
            !fits_tile(w->f, load->results[0]->type, l->tile_axis[s], k))
            return NULL;
        return load_whole(w, view, load, l->axis[s]);
    }
    ir_append(w->out, view);
    return view->results[0];
}

static IrOp *product(Rewrite *w, IrValue *a, IrValue *b, bool a_trans,
                     bool b_trans)
{
    const Ladder *l = w->l;
    const IrValue *old = l->first->results[0];
    IrOp *op = ir_op(w->f, IR_MATMUL, l->first->span, 2, (IrValue *[]){a, b});
    op->inl = l->first->inl;
    op->at = l->first->at;
    op->at.a_trans = a_trans;
    op->at.b_trans = b_trans;
    IrValue *r = ir_op_result(w->f, op, old->type);
    ir_clone_attached(w->f, r, old, w->map);
    r->name = l->sum->name ? l->sum->name : old->name;
    r->span = old->span;
    ir_append(w->out, op);
    return op;
}

/* a loop hands its initial value through: dead code from now on */
static void empty_slot(const Segment *g, const IrOp *branch)
{
    IrRegion *body = g->loop->region[0];
    IrValue *arg = body->args[1 + g->slot];
    if (branch) {
        const int k = body->last->args[g->slot]->index;
        for (int i = 0; i < 2; i++)
            if (branch->region[i]->last->op == IR_YIELD)
                branch->region[i]->last->args[k] = arg;
    }
    body->last->args[g->slot] = arg;
}

/* the extents of the sum may be values that the last loop carries: they
 * are those of the product */
static void replace_sum(Rewrite *w, IrValue *product)
{
    const Ladder *l = w->l;
    IrValue *sum = l->sum;
    for (int k = 0; sum->valid && k < sum->type->rank; k++)
        if (sum->valid[k] && sum->valid[k]->def == sum->def)
            sum->valid[k]->fwd = ir_valid(w->f, product, k);
    sum->fwd = product;
    for (int i = 0; i < l->seg.n; i++) {
        const Segment *g = &l->seg.p[i];
        if (!g->loop) continue;
        empty_slot(g, i == 0 ? l->branch : NULL);
        if (g->loop->at.ladder == l->first->at.ladder) g->loop->at.ladder = 0;
    }
    if (l->branch) l->branch->at.ladder = 0;
}

static int64_t bytes_saved(const Ladder *l, const IrValue *whole)
{
    int64_t k, sum = 0;
    if (!ir_is_const_int(whole, &k)) return 0;
    for (int s = 0; s < 2; s++) {
        const int64_t n = bytes_with(l->load0[s]->results[0]->type,
                                     l->tile_axis[s], k);
        if (n < 0 || !add_ok(sum, n, &sum)) return -1;
    }
    return sum;
}

static const char *rewrite(Rewrite *w)
{
    const Ladder *l = w->l;
    IrValue *whole = whole_extent(w);
    if (!whole) return "the loop may run zero times";
    if (first_loop(l))
        ir_map_set(w->map, first_loop(l)->region[0]->args[0],
                   first_loop(l)->args[0]);
    bool trans[2] = {l->first->at.a_trans, l->first->at.b_trans};
    IrValue *x[2];
    if (!hoist_load(w, l->load0[0]) || !hoist_load(w, l->load0[1]) ||
        !hoist_valid(w, l->first->results[0]))
        return "its window is computed in the loop";
    if (first_loop(l)) hoist_checks(w, first_loop(l)->region[0]);
    for (int s = 0; s < 2; s++)
        if (!(x[s] = operand(w, s, whole, &trans[s])))
            return "an operand cannot be read as a whole";
    IrOp *op = product(w, x[0], x[1], trans[0], trans[1]);
    ir_splice_before(last_op(l), w->out);
    replace_sum(w, op->results[0]);
    int64_t k;
    const char *text = ir_is_const_int(whole, &k)
        ? arena_printf(w->f->arena, "one product over K = %lld", (long long)k)
        : "one product over the whole K range";
    fusion_note(w->c, "F1 ladder", op, last_op(l)->span, true,
                bytes_saved(l, whole), text);
    return NULL;
}

/* the steps' loads are covered by the check of the union window */
static void drop_loads(IrFunc *f, const Ladders *found)
{
    ir_dce(f);
    const Uses *u = uses_find(f);
    for (int i = 0; i < found->n; i++) {
        const Ladder *l = &found->p[i];
        for (int s = 0; !l->why && s < 2; s++) {
            if (uses_count(u, l->load0[s]->results[0]) == 0)
                l->load0[s]->at.safe = true;
            for (int k = 0; k < l->seg.n; k++)
                if (uses_count(u, l->seg.p[k].load[s]->results[0]) == 0)
                    l->seg.p[k].load[s]->at.safe = true;
        }
    }
    ir_dce(f);
}

bool pass_ladder(IrFunc *f, PassCtx *c)
{
    Ladders found = ladders_find(f, true);
    MadeVec made = {0};
    bool changed = false;
    for (int i = 0; i < found.n; i++) {
        Ladder *l = &found.p[i];
        Rewrite w = {f, c, l, ir_region(f, NULL), ir_map_new(f), &made};
        if (!l->why) {
            l->why = rewrite(&w);
            l->where = l->first->span;
        }
        if (l->why)
            fusion_note(c, "F1 ladder", l->first, l->where, false, 0, l->why);
        else
            changed = true;
    }
    if (!changed) return false;
    ir_resolve(f);
    drop_loads(f, &found);
    return true;
}
