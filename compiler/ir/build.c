/* Construction and surgery of the tile IR: functions, regions,
 * ops, replacement, walks.
 *
 * Everything lives in the function's arena and nothing is freed.  Invariants
 * easy to break: `result->def`, `result->index` and `arg->arg_of` always agree
 * with the op or region that holds the value; constants have no op. */
#include "ir/ir.h"
#include <string.h>

enum {
    P = OPF_P,
    C = OPF_C,
    R = OPF_R,
    W = OPF_W,
    T = OPF_T,
    E = OPF_E,
    G = OPF_G
};
const IrOpInfo ir_op_info[IR_OP_COUNT] = {
#define IROP(id, text, cls, nargs, nres, flags) \
    [IR_##id] = {text, CLS_##cls, nargs, nres, flags},
#include "ir/irops.def"
#undef IROP
};

/* ---- functions, regions, ops --------------------------------------------- */

IrFunc *ir_func_new(Session *s, Str name)
{
    IrFunc *f = NEW(s->arena, IrFunc);
    f->s = s;
    f->arena = s->arena;
    f->name = name;
    f->body = ir_region(f, NULL);
    return f;
}

IrRegion *ir_region(IrFunc *f, IrOp *owner)
{
    IrRegion *r = NEW(f->arena, IrRegion);
    r->owner = owner;
    return r;
}

IrValue *ir_value(IrFunc *f, const Type *t, Span span)
{
    IrValue *v = NEW(f->arena, IrValue);
    v->id = f->next_value++;
    v->type = t;
    v->span = span;
    return v;
}

/* Lists of values grow when their length is a power of two (or 0). */
static void push_value(IrFunc *f, IrValue ***list, int *n, IrValue *v)
{
    if ((*n & (*n - 1)) == 0) {
        IrValue **bigger = NEW_ARRAY(f->arena, IrValue *, *n ? *n * 2 : 1);
        if (*n) memcpy(bigger, *list, sizeof *bigger * (size_t)*n);
        *list = bigger;
    }
    (*list)[(*n)++] = v;
}

IrValue *ir_region_arg(IrFunc *f, IrRegion *r, const Type *t, Span span)
{
    IrValue *v = ir_value(f, t, span);
    v->arg_of = r;
    v->index = r->nargs;
    push_value(f, &r->args, &r->nargs, v);
    return v;
}

IrOp *ir_op(IrFunc *f, IrOpcode code, Span span, int nargs,
            IrValue *const *args)
{
    IrOp *op = NEW(f->arena, IrOp);
    op->op = code;
    op->span = span;
    op->id = f->next_op++;
    for (int i = 0; i < nargs; i++)
        push_value(f, &op->args, &op->nargs, args ? args[i] : NULL);
    return op;
}

IrValue *ir_op_result(IrFunc *f, IrOp *op, const Type *t)
{
    IrValue *v = ir_value(f, t, op->span);
    v->def = op;
    v->index = op->nresults;
    push_value(f, &op->results, &op->nresults, v);
    return v;
}

void ir_op_add_arg(IrFunc *f, IrOp *op, IrValue *v)
{
    push_value(f, &op->args, &op->nargs, v);
}

void ir_append(IrRegion *r, IrOp *op)
{
    op->parent = r;
    op->prev = r->last;
    op->next = NULL;
    if (r->last)
        r->last->next = op;
    else
        r->first = op;
    r->last = op;
}

void ir_insert_before(IrOp *at, IrOp *op)
{
    op->parent = at->parent;
    op->next = at;
    op->prev = at->prev;
    if (at->prev)
        at->prev->next = op;
    else
        at->parent->first = op;
    at->prev = op;
}

void ir_insert_after(IrOp *at, IrOp *op)
{
    if (at->next)
        ir_insert_before(at->next, op);
    else
        ir_append(at->parent, op);
}

void ir_remove(IrOp *op)
{
    IrRegion *r = op->parent;
    if (!r) return;
    if (op->prev)
        op->prev->next = op->next;
    else
        r->first = op->next;
    if (op->next)
        op->next->prev = op->prev;
    else
        r->last = op->prev;
    op->parent = NULL;
    op->prev = op->next = NULL;
}

void ir_splice_before(IrOp *at, IrRegion *from)
{
    while (from->first) {
        IrOp *op = from->first;
        ir_remove(op);
        ir_insert_before(at, op);
    }
}

IrOp *ir_parent_op(const IrOp *op)
{
    return op->parent ? op->parent->owner : NULL;
}

bool ir_may_fail(const IrOp *op)
{
    return (ir_op_info[op->op].flags & OPF_C) && !op->at.safe && !op->at.nowrap;
}

bool ir_in_core(const IrOp *op)
{
    for (const IrOp *o = ir_parent_op(op); o; o = ir_parent_op(o))
        if (o->op == IR_SCOPE) return true;
    return false;
}

bool ir_is_elementwise(const IrOp *op)
{
    return ir_op_info[op->op].flags & OPF_E;
}

bool ir_is_row_reduction(const IrOp *op)
{
    return ir_op_info[op->op].cls == CLS_REDUCE &&
        (op->op < IR_COL_SUM || op->op > IR_COL_MIN);
}

/* ---- attached scalars ---------------------------------------------------- */

int ir_attached(IrValue *v, IrValue ***lists[4])
{
    int n = 0;
    if (v->valid) lists[n++] = &v->valid;
    if (v->dim) lists[n++] = &v->dim;
    if (v->stride) lists[n++] = &v->stride;
    if (v->back) lists[n++] = &v->back;
    return n;
}

IrValue *ir_dim(IrFunc *f, IrValue *v, int axis)
{
    if (v->type->kind == TY_TENSOR && v->dim && v->dim[axis])
        return v->dim[axis];
    return ir_idx(f, v->type->shape[axis]);
}

IrValue *ir_valid(IrFunc *f, IrValue *v, int axis)
{
    return v->valid && v->valid[axis] ? v->valid[axis] : ir_dim(f, v, axis);
}

IrValue *ir_back(IrFunc *f, IrValue *v, int axis)
{
    return v->back && v->back[axis] ? v->back[axis] : ir_dim(f, v, axis);
}

IrValue *ir_stride(IrFunc *f, IrValue *v, int axis)
{
    if (v->stride && v->stride[axis]) return v->stride[axis];
    int64_t n = 1;
    for (int k = axis + 1; k < v->type->rank; k++)
        if (!mul_ok(n, v->type->shape[k], &n)) break;
    return ir_idx(f, n);
}

void ir_each_attached(IrValue *v, void (*fn)(void *, IrValue **), void *ctx)
{
    IrValue ***list[4];
    const int n = ir_attached(v, list);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < v->type->rank; k++)
            if ((*list[i])[k]) fn(ctx, &(*list[i])[k]);
}

void ir_each_use(IrOp *op, void (*fn)(void *, IrValue **), void *ctx)
{
    for (int i = 0; i < op->nargs; i++) fn(ctx, &op->args[i]);
    for (int i = 0; i < op->nresults; i++)
        ir_each_attached(op->results[i], fn, ctx);
    for (int i = 0; i < 2 && op->region[i]; i++)
        for (int k = 0; k < op->region[i]->nargs; k++)
            ir_each_attached(op->region[i]->args[k], fn, ctx);
}

void ir_walk(IrRegion *r, void (*fn)(void *, IrOp *), void *ctx)
{
    for (IrOp *op = r->first, *next; op; op = next) {
        next = op->next;
        fn(ctx, op);
        if (op->parent != r) continue; /* removed */
        for (int i = 0; i < 2; i++)
            if (op->region[i]) ir_walk(op->region[i], fn, ctx);
        next = op->next;
    }
}

/* ---- replacement --------------------------------------------------------- */

static IrValue *chase(IrValue *v)
{
    IrValue *end = v;
    while (end->fwd) end = end->fwd;
    while (v->fwd) { /* shorten the path */
        IrValue *next = v->fwd;
        v->fwd = end;
        v = next;
    }
    return end;
}

static void resolve_use(void *ctx, IrValue **use)
{
    (void)ctx;
    if (*use && (*use)->fwd) *use = chase(*use);
}

static void resolve_op(void *ctx, IrOp *op)
{
    ir_each_use(op, resolve_use, ctx);
}

void ir_resolve(IrFunc *f)
{
    for (int i = 0; i < f->nparams; i++)
        ir_each_attached(f->params[i].value, resolve_use, NULL);
    ir_walk(f->body, resolve_op, NULL);
}
