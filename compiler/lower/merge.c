/* Where paths meet: the values of names after an `if`, out of a scope, and
 * around a loop.
 *
 * A join takes what the regions of an IF or SCOPE leave and makes results of
 * it.  What is dynamic about a tile or tensor (valid extents, dims, strides)
 * stays as it is where both sides provably agree, else it becomes a result too.
 *
 * A loop guesses: a tensor reference does not change, a tile keeps its valid
 * extents.  A wrong guess is noted as a CarryFact and the loop is lowered again
 * with it.  Kinds or types that differ are no error by themselves: the name
 * becomes unreadable, and reading it is E0304. */
#include "lower/lower_int.h"
#include <string.h>

static Sv conflict(Lower *L, Span at, Sv a, Sv b)
{
    Why *w = NEW(L->a, Why);
    *w = (Why){WHY_CONFLICT, at, a, b};
    return (Sv){.kind = K_UNSET, .span = b.span, .why = w};
}

static Sv unset(Lower *L, WhyKind kind, Span at)
{
    Why *w = NEW(L->a, Why);
    *w = (Why){.kind = kind, .at = at};
    return (Sv){.kind = K_UNSET, .span = at, .why = w};
}

/* ---- joins --------------------------------------------------------------- */

static IrValue *push_result(Lower *L, Join *j, IrValue *a, IrValue *b)
{
    if (j->live[0]) vec_push(L->a, &j->yield[0], a);
    if (j->live[1]) vec_push(L->a, &j->yield[1], b);
    IrValue *r = ir_op_result(L->f, j->op, (j->live[0] ? a : b)->type);
    r->span = (j->live[0] ? a : b)->span;
    return r;
}

static bool outside(const Join *j, const IrValue *v)
{
    for (int i = 0; i < 2; i++)
        if (j->op->region[i] && defined_inside(v, j->op->region[i]))
            return false;
    return true;
}

/* a and b have one type; where only one path is live the other is ignored */
static IrValue *join_ir(Lower *L, Join *j, IrValue *a, IrValue *b)
{
    if (!j->live[0]) a = b;
    if (!j->live[1]) b = a;
    if ((a == b || ir_equal(L->f, a, b)) && outside(j, a)) return a;
    if (ir_equal(L->f, a, b) && outside(j, b)) return b;
    return push_result(L, j, a, b);
}

typedef IrValue *Extent(IrFunc *, IrValue *, int);

static IrValue **join_list(Lower *L, Join *j, IrValue *a, IrValue *b,
                           Extent *get)
{
    IrValue **list = new_list(L, a->type->rank);
    for (int k = 0; k < a->type->rank; k++)
        list[k] = join_ir(L, j, get(L->f, a, k), get(L->f, b, k));
    return list;
}

/* without the extents that are nominal anyway */
static IrValue **plain_valid(Lower *L, IrValue *v, IrValue **list)
{
    bool any = false;
    for (int k = 0; list && k < v->type->rank; k++) {
        if (ir_equal(L->f, list[k], ir_dim(L->f, v, k))) list[k] = NULL;
        any |= list[k] != NULL;
    }
    return any ? list : NULL;
}

static IrValue *join_shaped(Lower *L, Join *j, IrValue *a, IrValue *b)
{
    if (!j->live[0]) a = b;
    if (!j->live[1]) b = a;
    if (a == b && outside(j, a)) return a;
    IrValue *r = push_result(L, j, a, b);
    if (a->type->kind == TY_TENSOR) r->dim = join_list(L, j, a, b, ir_dim);
    if (a->valid || b->valid)
        r->valid = plain_valid(L, r, join_list(L, j, a, b, ir_valid));
    if (a->type->kind != TY_TENSOR) return r;
    r->stride = join_list(L, j, a, b, ir_stride);
    if (a->back || b->back) r->back = join_list(L, j, a, b, ir_back);
    return r;
}

/* the type in which two scalars meet; NULL: categories differ */
static const Type *common_scalar(Lower *L, Sv a, Sv b)
{
    if (is_int_scalar(a) && is_int_scalar(b)) {
        if (a.kind == K_SCALAR && b.kind == K_SCALAR && a.v->type == b.v->type)
            return a.v->type;
        return ir_index(L->f);
    }
    if (is_bool_scalar(a) && is_bool_scalar(b)) return ir_scalar(L->f, QW_BOOL);
    if (a.kind == K_CONST && b.kind == K_SCALAR && is_float_scalar(b) &&
        is_number(a) && !is_bool_scalar(a))
        return b.v->type;
    if (b.kind == K_CONST && a.kind == K_SCALAR && is_float_scalar(a) &&
        is_number(b) && !is_bool_scalar(b))
        return a.v->type;
    if (a.kind == K_CONST && b.kind == K_CONST && !is_bool_scalar(a) &&
        !is_bool_scalar(b))
        return ir_scalar(L->f, QW_F32);
    return a.kind == K_SCALAR && b.kind == K_SCALAR && a.v->type == b.v->type
        ? a.v->type
        : NULL;
}

static Sv join_scalars(Lower *L, Join *j, Sv a, Sv b)
{
    const Type *t = common_scalar(L, a, b);
    if (!t) return conflict(L, j->at, a, b);
    IrRegion *at = L->at;
    L->at = j->op->region[0];
    IrValue *x = scalar_as(L, a, t);
    L->at = j->op->region[1];
    IrValue *y = scalar_as(L, b, t);
    L->at = at;
    return sv_ir(join_ir(L, j, x, y), b.span);
}

static Sv join_tuples(Lower *L, Join *j, Sv a, Sv b, Str name)
{
    if (a.t->n != b.t->n) return conflict(L, j->at, a, b);
    Sv *items = NEW_ARRAY(L->a, Sv, a.t->n + 1);
    for (int i = 0; i < a.t->n; i++)
        items[i] = join_value(L, j, a.t->p[i], b.t->p[i], name);
    return sv_tuple(L, a.t->n, items, b.span);
}

static Sv join_both(Lower *L, Join *j, Sv a, Sv b, Str name)
{
    if (a.kind == K_ERROR || b.kind == K_ERROR) return sv_error();
    if (a.kind == K_UNSET && a.why && a.why->kind == WHY_CONFLICT) return a;
    if (b.kind == K_UNSET && b.why && b.why->kind == WHY_CONFLICT) return b;
    if (a.kind == K_UNSET && b.kind == K_UNSET) return a.why ? a : b;
    if (a.kind == K_UNSET || b.kind == K_UNSET)
        return unset(L, a.kind == K_UNSET ? WHY_ELSE : WHY_IF, j->at);
    if (is_number(a) && is_number(b)) return join_scalars(L, j, a, b);
    if (a.kind != b.kind) return conflict(L, j->at, a, b);
    if (a.kind == K_TUPLE) return join_tuples(L, j, a, b, name);
    if (a.kind != K_TILE && a.kind != K_TENSOR) return conflict(L, j->at, a, b);
    if (a.v->type != b.v->type) return conflict(L, j->at, a, b);
    return sv_ir(join_shaped(L, j, a.v, b.v), b.span);
}

static Sv join_one(Lower *L, Join *j, Sv s, Str name)
{
    if (s.kind == K_SCALAR) return sv_ir(join_ir(L, j, s.v, s.v), s.span);
    if (is_shaped(s)) return sv_ir(join_shaped(L, j, s.v, s.v), s.span);
    if (s.kind != K_TUPLE) return s;
    Sv *items = NEW_ARRAY(L->a, Sv, s.t->n + 1);
    for (int i = 0; i < s.t->n; i++) items[i] = join_one(L, j, s.t->p[i], name);
    Sv r = sv_tuple(L, s.t->n, items, s.span);
    ((SvTuple *)r.t)->is_list = s.t->is_list;
    return r;
}

Sv join_value(Lower *L, Join *j, Sv a, Sv b, Str name)
{
    Sv r;
    if (!j->live[0] || !j->live[1])
        r = join_one(L, j, j->live[0] ? a : b, name);
    else
        r = sv_same(a, b) ? a : join_both(L, j, a, b, name);
    if (sv_is_ir(r) && name) name_value(r.v, name);
    return r;
}

void join_names(Lower *L, Join *j, const Sv *before, Sv *a, Sv *b,
                const uint64_t *live)
{
    const FnInfo *fi = L->fn->info;
    Sv *out = NEW_ARRAY(L->a, Sv, fi->n + 1);
    for (int i = 0; i <= fi->n; i++) {
        const bool needed = i == fi->n || !live || bit_of(live, i);
        const Sv x = a[i], y = b ? b[i] : a[i];
        if ((j->live[0] && !sv_same(x, before[i])) ||
            (j->live[1] && !sv_same(y, before[i]))) {
            out[i] = needed
                ? join_value(L, j, x, y, i < fi->n ? fi->name[i] : NULL)
                : unset(L, WHY_IF, j->at);
        } else {
            out[i] = before[i];
        }
    }
    L->fn->vals = out;
}

void join_finish(Lower *L, Join *j)
{
    for (int i = 0; i < 2 && j->op->region[i]; i++) {
        if (!j->live[i]) continue;
        IrRegion *at = L->at;
        L->at = j->op->region[i];
        emit(L, IR_YIELD, j->op->span, j->yield[i].n, j->yield[i].p);
        L->at = at;
    }
}

/* ---- what loops carry ---------------------------------------------------- */

static CarryFact *find_fact(Lower *L, const LoopCx *cx, const Carry *c)
{
    for (int i = 0; i < L->facts.n; i++) {
        CarryFact *f = L->facts.p[i];
        if (f->path == L->path && f->node == cx->node && f->slot == c->slot &&
            f->item == c->item)
            return f;
    }
    return NULL;
}

static CarryFact *learn(Lower *L, LoopCx *cx, Carry *c)
{
    cx->violated = true;
    CarryFact *f = find_fact(L, cx, c);
    if (f) return f;
    f = NEW(L->a, CarryFact);
    *f = (CarryFact){.path = L->path,
                     .node = cx->node,
                     .slot = c->slot,
                     .item = c->item};
    vec_push(L->a, &L->facts, f);
    return f;
}

static void push_list(Lower *L, IrValueVec *out, IrValue *v, unsigned axes,
                      Extent *get)
{
    for (int k = 0; k < IR_MAX_RANK; k++)
        if (axes >> k & 1) vec_push(L->a, out, get(L->f, v, k));
}

static void push_values(Lower *L, const Carry *c, IrValue *v, IrValueVec *out)
{
    vec_push(L->a, out, v);
    if (!c->fact) return;
    push_list(L, out, v, c->fact->valid, ir_valid);
    push_list(L, out, v, c->fact->dim, ir_dim);
    push_list(L, out, v, c->fact->stride, ir_stride);
    push_list(L, out, v, c->fact->back, ir_back);
}

/* a value of the type that nobody reads: the loop runs at least once */
static IrValue *dummy_value(Lower *L, const Type *t, Span sp)
{
    if (t->kind == TY_SCALAR)
        return const_of_type(L, t, 0.0, 0, !qw_dtype_is_float(t->dtype));
    if (t->kind == TY_TENSOR) {
        IrValue *dim[IR_MAX_RANK];
        for (int k = 0; k < t->rank; k++)
            dim[k] = ir_idx(L->f, t->shape[k] < 0 ? 0 : t->shape[k]);
        return emit_alloc(L, t->dtype, t->rank, dim, sp);
    }
    if (L->core) return full_tile(L, t, 0, 0, false, sp);
    IrOp *scope = emit(L, IR_SCOPE, sp, 0, NULL);
    IrRegion *at = L->at;
    scope->at.name = str(L->s, "init");
    L->at = scope->region[0] = ir_region(L->f, scope);
    IrValue *v = full_tile(L, t, 0, 0, false, sp);
    emit(L, IR_YIELD, sp, 1, &v);
    L->at = at;
    return ir_op_result(L->f, scope, t);
}

static void begin_value(Lower *L, LoopCx *cx, Carry *c, IrValue *init)
{
    c->mode = CARRY_VALUE;
    c->type = init->type;
    c->init = sv_ir(init, c->init.span);
    push_values(L, c, init, &cx->init);
    c->count = cx->init.n - c->first;
}

static const Type *carried_scalar_type(Lower *L, const Carry *c)
{
    if (c->fact && c->fact->type) return c->fact->type;
    if (is_int_scalar(c->init)) return ir_index(L->f);
    if (is_bool_scalar(c->init)) return ir_scalar(L->f, QW_BOOL);
    return c->init.kind == K_SCALAR ? c->init.v->type : ir_scalar(L->f, QW_F32);
}

static void begin_tuple(Lower *L, LoopCx *cx, Carry *c)
{
    c->mode = CARRY_TUPLE;
    c->nkids = c->init.t->n;
    c->kids = NEW_ARRAY(L->a, Carry, c->nkids + 1);
    for (int i = 0; i < c->nkids; i++) {
        c->kids[i] = (Carry){.slot = c->slot,
                             .item = c->item * 64 + i + 1,
                             .init = c->init.t->p[i],
                             .head_live = c->head_live};
        carry_begin(L, cx, &c->kids[i]);
    }
}

void carry_begin(Lower *L, LoopCx *cx, Carry *c)
{
    c->fact = find_fact(L, cx, c);
    c->first = cx->init.n;
    c->mode = CARRY_NONE;
    if (c->fact && c->fact->late) {
        begin_value(L, cx, c, dummy_value(L, c->fact->type, cx->node->span));
        return;
    }
    if (c->fact && c->fact->conflict) {
        c->init = conflict(L, cx->node->span, c->fact->a, c->fact->b);
        return;
    }
    const bool moved = c->fact && c->fact->moved;
    if (is_number(c->init))
        begin_value(L, cx, c, scalar_as(L, c->init, carried_scalar_type(L, c)));
    else if (c->init.kind == K_TILE || (c->init.kind == K_TENSOR && moved))
        begin_value(L, cx, c, c->init.v);
    else if (c->init.kind == K_TUPLE)
        begin_tuple(L, cx, c);
    else if (c->init.kind != K_UNSET && c->init.kind != K_ERROR)
        c->mode = CARRY_SAME;
}

/* the scalars of one kind: those of `like`, the changing ones from vals */
static IrValue **attach_list(Lower *L, IrValue **like, IrValue *of,
                             unsigned axes, Extent *get, IrValue *const **vals)
{
    if (!like && !axes) return NULL;
    IrValue **list = new_list(L, of->type->rank);
    for (int k = 0; k < of->type->rank; k++)
        list[k] = axes >> k & 1 ? *(*vals)++ : get(L->f, of, k);
    return list;
}

static Sv attached(Lower *L, const Carry *c, IrValue *const *vals)
{
    IrValue *v = vals[0], *like = c->init.v;
    const CarryFact none = {0}, *f = c->fact ? c->fact : &none;
    vals++;
    v->valid = attach_list(L, like->valid, like, f->valid, ir_valid, &vals);
    if (v->type->kind == TY_TENSOR) {
        v->dim = attach_list(L, like->dim, like, f->dim, ir_dim, &vals);
        v->stride = attach_list(L, like->stride, like, f->stride, ir_stride,
                                &vals);
        v->back = attach_list(L, like->back, like, f->back, ir_back, &vals);
    }
    v->valid = plain_valid(L, v, v->valid);
    if (c->slot >= 0) name_value(v, L->fn->info->name[c->slot]);
    return sv_ir(v, c->init.span);
}

static Sv tuple_of_kids(Lower *L, const Carry *c,
                        Sv (*get)(Lower *, const Carry *, void *), void *cx)
{
    Sv *items = NEW_ARRAY(L->a, Sv, c->nkids + 1);
    for (int i = 0; i < c->nkids; i++) items[i] = get(L, &c->kids[i], cx);
    return sv_tuple(L, c->nkids, items, c->init.span);
}

static Sv arg_of_kid(Lower *L, const Carry *c, void *region)
{
    return carry_arg(L, c, region);
}

Sv carry_arg(Lower *L, const Carry *c, IrRegion *region)
{
    Carry *mine = (Carry *)c;
    if (c->mode == CARRY_TUPLE)
        return mine->arg = tuple_of_kids(L, c, arg_of_kid, region);
    if (c->mode != CARRY_VALUE) {
        const bool plain = c->init.kind == K_UNSET &&
            !(c->init.why && c->init.why->kind == WHY_CONFLICT);
        return mine->arg = plain ? unset(L, WHY_EARLIER, region->owner->span)
                                 : c->init;
    }
    IrValue **vals = new_list(L, c->count);
    vals[0] = ir_region_arg(L->f, region, c->type, c->init.span);
    for (int i = 1; i < c->count; i++)
        vals[i] = ir_region_arg(L->f, region, ir_index(L->f), c->init.span);
    return mine->arg = attached(L, c, vals);
}

static void push_placeholder(Lower *L, const LoopCx *cx, const Carry *c,
                             IrValueVec *out)
{
    for (int i = 0; i < c->count; i++)
        vec_push(L->a, out, cx->init.p[c->first + i]);
}

/* kinds or types differ: unreadable, unless only the last
 * iteration's value counts */
static void carry_conflict(Lower *L, LoopCx *cx, Carry *c, Sv now,
                           IrValueVec *out)
{
    CarryFact *f = learn(L, cx, c);
    const bool typed = sv_is_ir(now) || (now.kind == K_CONST && is_number(now));
    if (!f->late && !f->conflict && !c->head_live && cx->nonzero && typed &&
        (now.kind != K_TENSOR || !L->core)) {
        f->late = true;
        f->type = now.kind == K_CONST ? scalar_ir(L, now)->type : now.v->type;
    } else {
        f->late = false;
        f->conflict = true;
        f->a = c->init;
        f->b = now;
        if (now.kind == K_UNSET && now.why && now.why->kind == WHY_CONFLICT)
            f->b = sv_same(now.why->b, c->arg) ? now.why->a : now.why->b;
    }
    push_placeholder(L, cx, c, out);
}

/* the scalars that change although the guess was that they do not */
static unsigned changed_axes(Lower *L, IrValue *now, IrValue *arg, Extent *get)
{
    unsigned m = 0;
    for (int k = 0; k < now->type->rank; k++)
        if (!ir_equal(L->f, get(L->f, now, k), get(L->f, arg, k))) m |= 1u << k;
    return m;
}

static void learn_axes(Lower *L, LoopCx *cx, Carry *c, unsigned now,
                       size_t field)
{
    CarryFact *f = find_fact(L, cx, c);
    const unsigned old = f ? *(unsigned *)((char *)f + field) : 0;
    if (!(now & ~old)) return;
    f = learn(L, cx, c);
    *(unsigned *)((char *)f + field) |= now;
}

static void now_shaped(Lower *L, LoopCx *cx, Carry *c, IrValue *now,
                       IrValueVec *out)
{
    IrValue *arg = c->arg.v;
    if (now != arg) {
        if (now->valid || arg->valid)
            learn_axes(L, cx, c, changed_axes(L, now, arg, ir_valid),
                       offsetof(CarryFact, valid));
        if (now->type->kind == TY_TENSOR) {
            learn_axes(L, cx, c, changed_axes(L, now, arg, ir_dim),
                       offsetof(CarryFact, dim));
            learn_axes(L, cx, c, changed_axes(L, now, arg, ir_stride),
                       offsetof(CarryFact, stride));
            if (now->back || arg->back)
                learn_axes(L, cx, c, changed_axes(L, now, arg, ir_back),
                           offsetof(CarryFact, back));
        }
    }
    if (cx->violated)
        push_placeholder(L, cx, c, out);
    else
        push_values(L, c, now, out);
}

static void now_scalar(Lower *L, LoopCx *cx, Carry *c, Sv now, IrValueVec *out)
{
    const bool was_const = !c->fact || !c->fact->type;
    if (is_int_scalar(now) && c->type->is_index) {
        vec_push(L->a, out, to_index(L, scalar_ir(L, now)));
    } else if (is_bool_scalar(now) && c->type->dtype == QW_BOOL) {
        vec_push(L->a, out, scalar_ir(L, now));
    } else if (qw_dtype_is_float(c->type->dtype) && now.kind == K_CONST &&
               !is_bool_scalar(now)) {
        vec_push(L->a, out, scalar_as(L, now, c->type));
    } else if (now.kind == K_SCALAR && now.v->type == c->type) {
        vec_push(L->a, out, now.v);
    } else if (was_const && is_float_scalar(now) && c->init.v->is_const &&
               c->type->dtype != QW_BOOL) {
        learn(L, cx, c)->type = now.kind == K_SCALAR ? now.v->type
                                                     : ir_scalar(L->f, QW_F32);
        push_placeholder(L, cx, c, out);
    } else {
        carry_conflict(L, cx, c, now, out);
    }
}

static void now_same(Lower *L, LoopCx *cx, Carry *c, Sv now, IrValueVec *out)
{
    if (sv_same(now, c->init) || now.kind == K_ERROR) return;
    c->changed = true;
    if (c->init.kind == K_TENSOR && now.kind == K_TENSOR &&
        now.v->type == c->init.v->type)
        learn(L, cx, c)->moved = true;
    else
        carry_conflict(L, cx, c, now, out);
}

/* assigned only inside, and read after a loop that
 * runs: carried from a dummy */
static void now_new(Lower *L, LoopCx *cx, Carry *c, Sv now)
{
    if (c->fact && c->fact->conflict) return;
    if (!cx->nonzero || c->head_live || !(sv_is_ir(now) || is_number(now)))
        return;
    if (now.kind == K_TENSOR && L->core) return;
    CarryFact *f = learn(L, cx, c);
    f->late = true;
    f->type = sv_is_ir(now) ? now.v->type : scalar_ir(L, now)->type;
}

void carry_now(Lower *L, LoopCx *cx, Carry *c, Sv now, IrValueVec *out)
{
    if (c->mode == CARRY_NONE) {
        if (c->init.kind == K_UNSET) now_new(L, cx, c, now);
        return;
    }
    if (c->mode == CARRY_SAME) {
        now_same(L, cx, c, now, out);
        return;
    }
    if (!sv_same(now, c->arg)) c->changed = true;
    if (now.kind == K_ERROR) {
        push_placeholder(L, cx, c, out);
    } else if (c->mode == CARRY_TUPLE) {
        const bool fits = now.kind == K_TUPLE && now.t->n == c->nkids;
        for (int i = 0; i < c->nkids; i++)
            carry_now(L, cx, &c->kids[i], fits ? now.t->p[i] : now, out);
    } else if (c->type->kind == TY_SCALAR && is_number(now)) {
        now_scalar(L, cx, c, now, out);
    } else if (sv_is_ir(now) && now.v->type == c->type) {
        now_shaped(L, cx, c, now.v, out);
    } else {
        carry_conflict(L, cx, c, now, out);
    }
}

static Sv result_of_kid(Lower *L, const Carry *c, void *op)
{
    return carry_result(L, c, op, false);
}

Sv carry_result(Lower *L, const Carry *c, IrOp *op, bool assigned)
{
    if (c->mode == CARRY_TUPLE) return tuple_of_kids(L, c, result_of_kid, op);
    if (c->mode == CARRY_VALUE) return attached(L, c, op->results + c->first);
    const bool plain = c->init.kind == K_UNSET &&
        !(c->init.why && c->init.why->kind == WHY_CONFLICT);
    return plain && assigned ? unset(L, WHY_LOOP, op->span) : c->init;
}
