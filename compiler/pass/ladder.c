/* One product over the whole K range for each marked ladder (pattern F1): the
 * operands become views of the tensors, read in place; the accumulator leaves
 * the loop, and the loop disappears when nothing else is left in it.
 *
 *   %a: bf16[16, 64] = load %x [0, 0] [16, 64] ...      %a: &bf16[16, 256] = view %x [0, 0] ...
 *   %b: ...                                             %b: &bf16[128, 256] = view %w [%n0, 0] ...
 *   %acc: ... = matmul %a, %b b_trans ladder(1)     ->  %acc: ... = matmul %a, %b b_trans ladder(1)
 *   %r: ... = for range %k = 1, 4, 1 carry(...) { ... }
 *
 * Bounds checks are those of the union window.  An operand whose rows are not
 * contiguous in memory is loaded whole instead. */
#include "pass/ladders.h"

typedef struct Made { const IrOp *loop; IrOp *view; } Made;
typedef VEC(Made) MadeVec;
typedef struct Rewrite {
    IrFunc *f;
    PassCtx *c;
    const Ladder *l;
    IrRegion *out;             /* what goes before the loop */
    IrMap *map;                /* values of the first iteration */
    MadeVec *made;             /* views made so far: ladders of one loop share them */
} Rewrite;

/* ---- scalars of the first iteration, before the loop -------------------------------- */

/* a value of the loop's body as it is in the first iteration */
static IrValue *hoisted(Rewrite *w, IrValue *v, int depth)
{
    IrValue *known = ir_map_get(w->map, v);
    if (!v || known != v || !value_inside(v, w->l->loop)) return known;
    if (!v->def || depth > 64) return NULL;
    if (ir_op_info[v->def->op].cls != CLS_SCALAR && v->def->op != IR_CLAMP_VALID) return NULL;
    for (int i = 0; i < v->def->nargs; i++)
        if (!hoisted(w, v->def->args[i], depth + 1)) return NULL;
    IrOp *copy = ir_clone(w->f, v->def, w->map);
    ir_append(w->out, copy);
    return copy->results[0];
}

static bool hoist_load(Rewrite *w, const IrOp *load)
{
    for (int i = 0; i < load->nargs; i++)
        if (!hoisted(w, load->args[i], 0)) return false;
    const IrValue *t = load->results[0];
    for (int k = 0; t->valid && k < t->type->rank; k++)
        if (t->valid[k] && !hoisted(w, t->valid[k], 0)) return false;
    return true;
}

static bool hoist_valid(Rewrite *w, const IrValue *v)
{
    for (int k = 0; v->valid && k < v->type->rank; k++)
        if (v->valid[k] && !hoisted(w, v->valid[k], 0)) return false;
    return true;
}

/* the whole K extent: the first window and all that the loop adds */
static IrValue *whole_extent(Rewrite *w)
{
    const Ladder *l = w->l;
    IrFunc *f = w->f;
    IrValue **b = l->loop->args;
    IrValue *trips = ir_trip(f, w->out, b[0], b[1], b[2], l->loop->span);
    if (l->branch) {
        if (ir_range(f, trips).lo < 1) return NULL;
        trips = ir_ssub(f, w->out, trips, ir_idx(f, 1), l->loop->span);
    }
    IrValue *rest = ir_smul(f, w->out, trips, ir_idx(f, l->c), l->loop->span);
    return ir_sadd(f, w->out, rest, ir_idx(f, l->c0), l->loop->span);
}

/* ---- operands --------------------------------------------------------------------------- */

static bool fits_tile(const IrFunc *f, const Type *t, int axis, int64_t k)
{
    int64_t bytes = qw_dtype_size(t->dtype);
    for (int i = 0; i < t->rank; i++)
        if (!mul_ok(bytes, i == axis ? k : t->shape[i], &bytes)) return false;
    return bytes <= f->s->limit[LIM_TILE_BYTES];
}

/* rows that are not contiguous: one load of the whole range */
static IrValue *load_whole(Rewrite *w, const IrOp *view, const IrOp *load, int axis)
{
    IrFunc *f = w->f;
    const int r = load->args[0]->type->rank;
    IrOp *op = ir_op(f, IR_LOAD, load->span, 1 + r, view->args);
    for (int a = 0; a < r; a++) ir_op_add_arg(f, op, view->args[1 + 2 * r + a]);
    op->at = load->at;
    op->at.safe = view->at.safe;
    op->inl = load->inl;
    if (!ir_is_const_int(view->args[1 + r + axis], &op->at.shape[axis])) return NULL;
    const IrValue *v = view->results[0];
    IrValue *t = ir_op_result(f, op, ir_tile(f, v->type->dtype, v->type->rank, v->type->shape));
    t->valid = v->valid;
    t->name = v->name;
    ir_append(w->out, op);
    return t;
}

static bool equal_views(const IrOp *a, const IrOp *b)
{
    if (a->nargs != b->nargs || a->at.drop != b->at.drop || a->at.clamp != b->at.clamp) return false;
    for (int i = 0; i < a->nargs; i++)
        if (a->args[i] != b->args[i]) return false;
    return a->results[0]->type == b->results[0]->type;
}

/* the view, or one that another accumulator of the loop has made already */
static IrOp *place_view(Rewrite *w, IrOp *view)
{
    for (int i = 0; i < w->made->n; i++) {
        IrOp *old = w->made->p[i].view;
        if (w->made->p[i].loop != w->l->loop || !equal_views(old, view)) continue;
        old->at.safe = old->at.safe && view->at.safe;
        return old;
    }
    const Made m = {w->l->loop, view};
    vec_push(w->f->arena, w->made, m);
    ir_append(w->out, view);
    return view;
}

static IrValue *operand(Rewrite *w, int s, IrValue *whole, bool *trans)
{
    const Ladder *l = w->l;
    const IrOp *load = l->load0[s];
    int64_t k;
    if (!hoist_load(w, load)) return NULL;
    IrValue *off = ir_map_get(w->map, load->args[1 + l->axis[s]]);
    IrOp *view = view_of_load(w->f, load, w->map, l->axis[s], l->tile_axis[s], off, whole);
    view->at.safe = load->at.safe && l->load[s]->at.safe;
    switch (view_in_place(load)) {
    case IN_PLACE_YES: return place_view(w, view)->results[0];
    case IN_PLACE_SWAPPED:
        view = view_swapped(w->f, place_view(w, view));
        *trans = !*trans;
        break;
    case IN_PLACE_NO:
        if (!ir_is_const_int(whole, &k) || !fits_tile(w->f, load->results[0]->type, l->tile_axis[s], k)) return NULL;
        return load_whole(w, view, load, l->axis[s]);
    }
    ir_append(w->out, view);
    return view->results[0];
}

static IrOp *product(Rewrite *w, IrValue *a, IrValue *b, bool a_trans, bool b_trans)
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
    r->name = l->loop->results[l->slot]->name ? l->loop->results[l->slot]->name : old->name;
    r->span = old->span;
    ir_append(w->out, op);
    return op;
}

/* the slot hands its initial value through: dead code from now on */
static void empty_slot(const Ladder *l)
{
    IrRegion *body = l->loop->region[0];
    IrValue *arg = body->args[1 + l->slot];
    if (l->branch) {
        const int k = body->last->args[l->slot]->index;
        for (int i = 0; i < 2; i++)
            if (l->branch->region[i]->last->op == IR_YIELD) l->branch->region[i]->last->args[k] = arg;
    }
    body->last->args[l->slot] = arg;
}

static int64_t bytes_saved(const Ladder *l, const IrValue *whole)
{
    int64_t k, sum = 0;
    if (!ir_is_const_int(whole, &k)) return 0;
    for (int s = 0; s < 2; s++) {
        const Type *t = l->load0[s]->results[0]->type;
        int64_t n = qw_dtype_size(t->dtype);
        for (int i = 0; i < t->rank; i++) n *= i == l->tile_axis[s] ? k : t->shape[i];
        sum += n;
    }
    return sum;
}

static const char *rewrite(Rewrite *w)
{
    const Ladder *l = w->l;
    IrValue *whole = whole_extent(w);
    if (!whole) return "the loop may run zero times";
    ir_map_set(w->map, l->loop->region[0]->args[0], l->loop->args[0]);
    bool trans[2] = {l->first->at.a_trans, l->first->at.b_trans};
    IrValue *x[2];
    for (int s = 0; s < 2; s++)
        if (!(x[s] = operand(w, s, whole, &trans[s]))) return "an operand cannot be read as a whole";
    if (!hoist_valid(w, l->first->results[0])) return "the valid extents are computed in the loop";
    IrOp *op = product(w, x[0], x[1], trans[0], trans[1]);
    splice_before(l->loop, w->out);
    l->loop->results[l->slot]->fwd = op->results[0];
    empty_slot(l);
    if (l->loop->at.ladder == op->at.ladder) l->loop->at.ladder = 0;
    if (l->branch) l->branch->at.ladder = 0;
    int64_t k;
    const char *text = ir_is_const_int(whole, &k) ? arena_printf(w->f->arena, "one product over K = %lld", (long long)k)
                                                  : "one product over the whole K range";
    fusion_note(w->c, "F1 ladder", op, l->loop->span, true, bytes_saved(l, whole), text);
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
            if (uses_count(u, l->load0[s]->results[0]) == 0) l->load0[s]->at.safe = true;
            if (uses_count(u, l->load[s]->results[0]) == 0) l->load[s]->at.safe = true;
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
            l->where = l->loop->span;
        }
        if (l->why) fusion_note(c, "F1 ladder", l->step, l->where, false, 0, l->why);
        else changed = true;
    }
    if (!changed) return false;
    ir_resolve(f);
    drop_loads(f, &found);
    return true;
}
