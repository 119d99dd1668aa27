/* Which memory an op may touch: a box of a root tensor (a parameter, an ALLOC),
 * its corner and an upper bound of its extents as linear forms.
 *
 * Different parameters never overlap (language.md 5.11: binding one tensor
 * twice is refused if either is written), nor do different allocations.  A
 * tensor that a loop or branch hands on may be any of those that flow into
 * it.  Views compose; what a reshaped tensor is read or written through lies
 * somewhere in its source, and two accesses through the same one are
 * compared in its coordinates. */
#include "pass/passes.h"

static IrLinear zero(void)
{
    return (IrLinear){.ok = true};
}

/* how far an access to `t` reaches, in the
 * coordinates of what t is a view of */
static bool step_to_source(IrFunc *f, Rect *r, const IrOp *op)
{
    const IrValue *src = op->args[0];
    Rect out = {.rank = src->type->rank,
                .whole = r->whole,
                .loose = r->loose,
                .shaped = r->shaped};
    switch (op->op) {
    case IR_TSETVALID: return true;
    case IR_TTRANSPOSE:
        out = *r;
        out.off[op->at.axis[0]] = r->off[op->at.axis[1]];
        out.off[op->at.axis[1]] = r->off[op->at.axis[0]];
        out.len[op->at.axis[0]] = r->len[op->at.axis[1]];
        out.len[op->at.axis[1]] = r->len[op->at.axis[0]];
        break;
    case IR_VIEW:
        for (int a = 0, k = 0; a < out.rank; a++) {
            out.off[a] = ir_linear(f, op->args[1 + a]);
            out.len[a] = zero();
            out.len[a].c = 1;
            if (op->at.drop >> a & 1) continue;
            if (!ir_linear_add(&out.off[a], &r->off[k], 1)) out.whole = true;
            out.len[a] = r->len[k++];
        }
        break;
    default: /* reshape */
        if (!r->shaped) out.shaped = arena_dup(f->arena, r, sizeof *r);
        out.whole = op->results[0]->back != NULL;
        out.loose = true;
        for (int a = 0; a < out.rank; a++) {
            out.off[a] = zero();
            out.len[a] = ir_linear(f, ir_dim(f, op->args[0], a));
        }
    }
    *r = out;
    return true;
}

static void find_root(IrFunc *f, Rect *r, IrValue *t)
{
    while (t->def && ir_is_view(t->def)) {
        r->root = t;
        step_to_source(f, r, t->def);
        t = t->def->args[0];
    }
    r->root = t;
    r->kind = t->is_param                  ? ROOT_PARAM
        : t->def && t->def->op == IR_ALLOC ? ROOT_ALLOC
                                           : ROOT_UNKNOWN;
    if (r->kind == ROOT_UNKNOWN) {
        const IrOrigins o = ir_origins(f->arena, t);
        r->nmaybe = o.root.n > MAX_ROOTS ? -1 : o.root.n;
        for (int i = 0; i < r->nmaybe; i++) r->maybe[i] = o.root.p[i];
    }
    for (int i = 0; i < r->rank; i++)
        if (!r->off[i].ok || !r->len[i].ok) r->whole = true;
}

Rect region_window(IrFunc *f, IrValue *t, IrValue *const *off,
                   IrValue *const *len)
{
    Rect r = {.rank = t->type->rank};
    for (int i = 0; i < r.rank; i++) {
        r.off[i] = off ? ir_linear(f, off[i]) : zero();
        r.len[i] = ir_linear(f, len ? len[i] : ir_dim(f, t, i));
    }
    find_root(f, &r, t);
    return r;
}

/* what a store of x into T touches: valid part of x, 1 on dropped axes */
static Rect stored_window(IrFunc *f, const IrOp *op)
{
    IrValue *t = op->args[0], *x = op->args[1], *len[IR_MAX_RANK];
    for (int a = 0, k = 0; a < t->type->rank; a++)
        len[a] = op->at.drop >> a & 1 ? ir_idx(f, 1) : ir_valid(f, x, k++);
    return region_window(f, t, op->args + 2, len);
}

static Rect element(IrFunc *f, IrValue *t, IrValue *const *index)
{
    IrValue *len[IR_MAX_RANK];
    for (int a = 0; a < t->type->rank; a++) len[a] = ir_idx(f, 1);
    return region_window(f, t, index, len);
}

static Rect valid_part(IrFunc *f, IrValue *t)
{
    IrValue *len[IR_MAX_RANK];
    for (int a = 0; a < t->type->rank; a++) len[a] = ir_valid(f, t, a);
    return region_window(f, t, NULL, len);
}

/* tiles that are read in place */
static int read_operands(IrFunc *f, IrOp *op, int from, Access *out, int n)
{
    for (int i = from; i < op->nargs && n < MAX_ACCESS; i++)
        if (op->args[i]->type->kind == TY_TENSOR)
            out[n++] = (Access){op, false, false, op->args[i],
                                valid_part(f, op->args[i])};
    return n;
}

int region_accesses(IrFunc *f, IrOp *op, Access out[MAX_ACCESS])
{
    IrValue **a = op->args;
    switch (op->op) {
    case IR_LOAD:
        out[0] = (Access){op, false, false, a[0],
                          region_window(f, a[0], a + 1,
                                        a + 1 + a[0]->type->rank)};
        return 1;
    case IR_READ:
        out[0] = (Access){op, false, false, a[0], element(f, a[0], a + 1)};
        return 1;
    case IR_WRITE:
        out[0] = (Access){op, true, false, a[0], element(f, a[0], a + 2)};
        return 1;
    case IR_STORE:
    case IR_COPY:
        out[0] = (Access){op, true, op->at.atomic, a[0], stored_window(f, op)};
        return read_operands(f, op, 1, out, 1);
    default: break;
    }
    const IrClass c = ir_op_info[op->op].cls;
    return c == CLS_TILE || c >= CLS_EW1 ? read_operands(f, op, 0, out, 0) : 0;
}

/* may r be part of this parameter or allocation */
static bool may_be(const Rect *r, const IrValue *root)
{
    if (r->kind != ROOT_UNKNOWN) return r->root == root;
    for (int i = 0; i < r->nmaybe; i++)
        if (r->maybe[i] == root) return true;
    return r->nmaybe < 0;
}

bool region_same_root_possible(const Rect *a, const Rect *b)
{
    if (a->root == b->root) return true;
    if (a->root->type->dtype != b->root->type->dtype) return false;
    if (a->kind != ROOT_UNKNOWN) return may_be(b, a->root);
    for (int i = 0; i < a->nmaybe; i++)
        if (may_be(b, a->maybe[i])) return true;
    return a->nmaybe < 0;
}

/* a ends before b begins */
static bool before(IrFunc *f, const IrLinear *aoff, const IrLinear *alen,
                   const IrLinear *boff)
{
    IrLinear d = *boff;
    if (!ir_linear_add(&d, aoff, -1)) return false;
    IrLinear e = d;
    return (ir_linear_add(&e, alen, -1) && ir_linear_nonneg(f, &e));
}

bool region_disjoint(IrFunc *f, const Rect *a, const Rect *b)
{
    if (!region_same_root_possible(a, b)) return true;
    if (a->shaped && b->shaped && a->shaped->root == b->shaped->root &&
        region_disjoint(f, a->shaped, b->shaped))
        return true;
    if (a->root != b->root || a->whole || b->whole) return false;
    for (int i = 0; i < a->rank; i++)
        if (before(f, &a->off[i], &a->len[i], &b->off[i]) ||
            before(f, &b->off[i], &b->len[i], &a->off[i]))
            return true;
    return false;
}

/* ---- writers in program order -------------------------------------------- */

static void find_in(IrFunc *f, Writers *w, int *pos, IrRegion *r)
{
    for (IrOp *op = r->first; op; op = op->next) {
        w->pos[op->id] = (*pos)++;
        if (ir_op_info[op->op].flags & OPF_W) {
            vec_push(f->arena, &w->op, op);
            vec_push(f->arena, &w->at, w->pos[op->id]);
        }
        for (int i = 0; i < 2; i++)
            if (op->region[i]) find_in(f, w, pos, op->region[i]);
        w->end[op->id] = *pos - 1;
    }
}

Writers *writers_find(IrFunc *f)
{
    Writers *w = NEW(f->arena, Writers);
    int pos = 0;
    w->pos = NEW_ARRAY(f->arena, int, f->next_op + 1);
    w->end = NEW_ARRAY(f->arena, int, f->next_op + 1);
    find_in(f, w, &pos, f->body);
    return w;
}

/* the write is the first access of its op; a barrier may bring any write */
static bool may_write(IrFunc *f, IrOp *op, const Rect *r)
{
    Access a[MAX_ACCESS];
    return op->op == IR_SYNCALL ||
        (region_accesses(f, op, a) && !region_disjoint(f, &a[0].rect, r));
}

IrOp *writers_between(IrFunc *f, const Writers *w, const IrOp *from,
                      const IrOp *to, const Rect *r)
{
    int lo = 0, hi = w->at.n;
    const int begin = w->pos[from->id], end = w->end[to->id];
    while (lo < hi) {
        const int mid = (lo + hi) / 2;
        if (w->at.p[mid] > begin)
            hi = mid;
        else
            lo = mid + 1;
    }
    for (; lo < w->at.n && w->at.p[lo] <= end; lo++)
        if (may_write(f, w->op.p[lo], r)) return w->op.p[lo];
    return NULL;
}
