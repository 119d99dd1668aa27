/* The rules that every pass must keep: what is used is defined before (attached
 * scalars too), operands and results are as irops.def and ir.h say, regions end
 * in their terminator and agree with the op around them, tile shapes fit, and
 * computation stands in the core plane.
 *
 * One walk in program order; a value is visible from its definition to the end
 * of its region.  The first fault ends the walk. */
#include "ir/ir.h"
#include "ir/verify.h"
#include <string.h>

typedef struct Check {
    const IrFunc *f;
    unsigned char *visible; /* by value id */
    IrFault fault;
    int core; /* SCOPEs around */
    bool in_chunked;
} Check;

static bool fault(Check *c, const IrOp *op, const char *fmt, ...) PRINTF(3, 4);
static bool fault(Check *c, const IrOp *op, const char *fmt, ...)
{
    if (c->fault.text) return false;
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(c->f->arena, fmt, ap);
    va_end(ap);
    c->fault.text = arena_printf(c->f->arena, "`%s`: %s",
                                 ir_op_info[op->op].text, text);
    c->fault.span = op->span;
    return false;
}

/* ---- values -------------------------------------------------------------- */

static bool is_kind(const IrValue *v, TypeKind k)
{
    return v && v->type->kind == k;
}

static bool is_int(const IrValue *v)
{
    return is_kind(v, TY_SCALAR) && !qw_dtype_is_float(v->type->dtype);
}

/* a tile, or a core-plane view that is read in place */
static bool is_shaped(const IrValue *v)
{
    return v && (v->type->kind == TY_TILE || v->type->kind == TY_TENSOR);
}

static bool is_visible(const Check *c, const IrValue *v)
{
    return v->is_const || (v->id < c->f->next_value && c->visible[v->id]);
}

static void check_use(Check *c, const IrOp *op, const IrValue *v)
{
    if (!v)
        fault(c, op, "an operand is missing");
    else if (!is_visible(c, v))
        fault(c, op, "uses a value that is not defined here");
}

static void check_attached(Check *c, const IrOp *op, IrValue *v)
{
    IrValue ***list[4];
    const int n = ir_attached(v, list);
    if (n && v->type->kind != TY_TILE && v->type->kind != TY_TENSOR)
        fault(c, op, "a scalar has extents");
    for (int i = 0; i < n; i++)
        for (int k = 0; k < v->type->rank; k++) {
            const IrValue *x = (*list[i])[k];
            if (x && !is_int(x))
                fault(c, op, "an extent is not an integer scalar");
            if (x) check_use(c, op, x);
            if (!x && list[i] != &v->valid && list[i] != &v->back)
                fault(c, op, "an extent is missing");
        }
    if (v->type->kind != TY_TENSOR || c->fault.text) return;
    if (!v->dim || !v->stride)
        fault(c, op, "a tensor without extents or strides");
    for (int k = 0; v->dim && k < v->type->rank; k++) {
        int64_t d;
        const bool same = ir_is_const_int(v->dim[k], &d) &&
            d == v->type->shape[k];
        if (v->type->shape[k] >= 0 && !same)
            fault(c, op, "an extent differs from that of the type");
    }
}

static void define(Check *c, const IrOp *op, IrValue *v)
{
    if (v->id >= c->f->next_value || v->is_const)
        fault(c, op, "a value of another function");
    else if (c->visible[v->id])
        fault(c, op, "a value is defined twice");
    else
        c->visible[v->id] = 1;
}

/* ---- shapes of tiles ----------------------------------------------------- */

static bool same_shape(const Type *a, const Type *b)
{
    return a->rank == b->rank &&
        memcmp(a->shape, b->shape, sizeof a->shape[0] * (size_t)a->rank) == 0;
}

/* may a value of type b stand where one of type a is
 * expected (carried, yielded) */
static bool merges(const Type *a, const Type *b)
{
    if (a == b) return true;
    if (a->kind != b->kind || a->rank != b->rank) return false;
    if (a->kind == TY_SCALAR &&
        qw_dtype_is_float(a->dtype) == qw_dtype_is_float(b->dtype))
        return true;
    if (a->kind != TY_TENSOR || a->dtype != b->dtype)
        return a->kind == TY_TASKID;
    for (int i = 0; i < a->rank; i++)
        if (a->shape[i] != b->shape[i] && a->shape[i] >= 0) return false;
    return true;
}

static bool broadcasts(const Type *from, const Type *to)
{
    if (from->rank != to->rank) return false;
    for (int i = 0; i < to->rank; i++)
        if (from->shape[i] != to->shape[i] && from->shape[i] != 1) return false;
    return true;
}

static bool check_elementwise(Check *c, const IrOp *op)
{
    const Type *r = op->results[0]->type;
    if (r->kind != TY_TILE) return fault(c, op, "the result is not a tile");
    for (int i = 0; i < op->nargs; i++) {
        const IrValue *a = op->args[i];
        if (is_kind(a, TY_SCALAR)) {
            if (op->nargs == 1 ||
                qw_dtype_is_float(a->type->dtype) !=
                    qw_dtype_is_float(r->dtype))
                return fault(c, op, "a scalar operand of another kind");
            continue;
        }
        if (!is_shaped(a) || !broadcasts(a->type, r))
            return fault(c, op, "operand %d does not broadcast", i + 1);
        if (a->type->dtype != r->dtype && op->op != IR_CAST)
            return fault(c, op, "operand %d has another dtype", i + 1);
    }
    return true;
}

static bool check_reduce(Check *c, const IrOp *op)
{
    const Type *a = op->args[0]->type, *r = op->results[0]->type;
    const bool col = op->op == IR_COL_SUM || op->op == IR_COL_MAX ||
        op->op == IR_COL_MIN;
    if (!is_shaped(op->args[0]) || a->rank != 2 || r->kind != TY_TILE ||
        r->rank != 2)
        return fault(c, op, "needs tiles of rank 2");
    if (r->shape[col ? 0 : 1] != 1 ||
        r->shape[col ? 1 : 0] != a->shape[col ? 1 : 0])
        return fault(c, op, "the result has the wrong shape");
    return true;
}

static bool check_matrix(Check *c, const IrOp *op)
{
    const int first = op->op == IR_MATMUL_ACC;
    const Type *r = op->results[0]->type;
    if (!is_shaped(op->args[first]) || !is_shaped(op->args[first + 1]))
        return fault(c, op, "needs tiles");
    const Type *a = op->args[first]->type, *b = op->args[first + 1]->type;
    const int n = r->rank;
    if (n < 2 || a->rank != n || b->rank != n || r->kind != TY_TILE)
        return fault(c, op, "ranks differ");
    const int64_t m = a->shape[op->at.a_trans ? n - 1 : n - 2],
                  ka = a->shape[op->at.a_trans ? n - 2 : n - 1];
    const int64_t kb = b->shape[op->at.b_trans ? n - 1 : n - 2],
                  w = b->shape[op->at.b_trans ? n - 2 : n - 1];
    if (ka != kb)
        return fault(c, op, "inner extents %lld and %lld", (long long)ka,
                     (long long)kb);
    if (r->shape[n - 2] != m || r->shape[n - 1] != w)
        return fault(c, op, "the result has the wrong shape");
    if ((a->dtype != b->dtype) != op->at.b_cast)
        return fault(c, op,
                     op->at.b_cast ? "nothing to cast"
                                   : "operand dtypes differ");
    if (first && !merges(r, op->args[0]->type))
        return fault(c, op, "the accumulator has another type");
    return true;
}

/* the shape attribute without the dropped axes */
static bool check_window_shape(Check *c, const IrOp *op)
{
    const Type *t = op->args[0]->type, *r = op->results[0]->type;
    int k = 0;
    for (int i = 0; i < t->rank; i++) {
        if (op->at.drop >> i & 1) {
            if (op->at.shape[i] != 1)
                return fault(c, op, "a dropped axis is not 1");
            continue;
        }
        if (k >= r->rank || r->shape[k++] != op->at.shape[i])
            return fault(c, op, "the result has the wrong shape");
    }
    return k == r->rank ? true : fault(c, op, "the result has the wrong rank");
}

/* what is fully valid comes from a full window */
static bool check_window_valid(Check *c, const IrOp *op)
{
    const IrValue *r = op->results[0];
    const int n = op->args[0]->type->rank;
    for (int a = 0, k = 0; a < n; a++) {
        int64_t w;
        const bool one = ir_is_const_int(op->args[1 + n + a], &w) && w == 1;
        if ((op->at.drop >> a & 1) && !one && !op->at.clamp)
            return fault(c, op, "the window of a dropped axis is not 1");
        if (op->at.drop >> a & 1) continue;
        if (!(r->valid && r->valid[k]) &&
            !(ir_is_const_int(op->args[1 + n + a], &w) && w == op->at.shape[a]))
            return fault(
                c, op,
                "the window is smaller than the result, which says that it is fully valid");
        k++;
    }
    return true;
}

static bool check_swapped(Check *c, const IrOp *op);

static bool check_tile_op(Check *c, const IrOp *op)
{
    const IrValue *a = op->args[0], *r = op->results[0];
    const bool makes = op->op == IR_FULL || op->op == IR_ARANGE;
    if (!is_kind(r, TY_TILE) && op->op != IR_TREAD)
        return fault(c, op, "the result is not a tile");
    if (makes)
        return is_kind(a, TY_SCALAR) ? true : fault(c, op, "needs a scalar");
    if (!is_shaped(a)) return fault(c, op, "needs a tile");
    switch (op->op) {
    case IR_SLICE: return check_window_shape(c, op);
    case IR_RESHAPE:
        return ir_elements(a->type) == ir_elements(r->type)
            ? true
            : fault(c, op, "element counts differ");
    case IR_SETVALID:
    case IR_PAD:
        return same_shape(a->type, r->type) ? true
                                            : fault(c, op, "shapes differ");
    case IR_ASSEMBLE:
    case IR_TWRITE:
        return merges(r->type, a->type)
            ? true
            : fault(c, op, "the result has another type");
    case IR_EXPAND:
        return broadcasts(a->type, r->type)
            ? true
            : fault(c, op, "does not broadcast");
    case IR_CAST: return check_elementwise(c, op);
    case IR_TRANSPOSE: return check_swapped(c, op);
    default: return true;
    }
}

/* ---- tensors and memory -------------------------------------------------- */

static int bits(unsigned x)
{
    int n = 0;
    for (; x; x &= x - 1) n++;
    return n;
}

static bool check_ints(Check *c, const IrOp *op, int from)
{
    for (int i = from; i < op->nargs; i++)
        if (!is_int(op->args[i]))
            return fault(c, op, "operand %d is not an integer scalar", i + 1);
    return true;
}

static bool check_counts(Check *c, const IrOp *op, int fixed, int groups)
{
    const int r = op->args[0]->type->rank;
    if (op->nargs != fixed + groups * r)
        return fault(c, op, "%d operands, expected %d", op->nargs,
                     fixed + groups * r);
    return check_ints(c, op,
                      op->op == IR_WRITE || op->op == IR_TWRITE ? 2 : fixed);
}

static bool check_store(Check *c, const IrOp *op)
{
    const Type *t = op->args[0]->type, *x = op->args[1]->type;
    if (!is_shaped(op->args[1])) return fault(c, op, "stores no tile");
    if (x->rank + bits(op->at.drop) != t->rank)
        return fault(c, op, "ranks differ");
    if (x->dtype != t->dtype) return fault(c, op, "dtypes differ");
    return check_counts(c, op, 2, 1);
}

static bool check_memory(Check *c, const IrOp *op)
{
    if (op->nargs < 1 || !is_kind(op->args[0], TY_TENSOR))
        return fault(c, op, "needs a tensor");
    switch (op->op) {
    case IR_LOAD:
        return check_counts(c, op, 1, 2) && check_window_shape(c, op) &&
            check_window_valid(c, op);
    case IR_STORE:
        return op->nargs < 2 ? fault(c, op, "stores nothing")
                             : check_store(c, op);
    case IR_COPY:
        if (op->nargs < 2 || !is_kind(op->args[1], TY_TENSOR))
            return fault(c, op, "copies no tensor");
        return check_store(c, op);
    case IR_READ: return check_counts(c, op, 1, 1);
    default:
        if (op->nargs < 2 || !is_kind(op->args[1], TY_SCALAR))
            return fault(c, op, "writes no scalar");
        return check_counts(c, op, 2, 1);
    }
}

/* r is t with two axes exchanged */
static bool check_swapped(Check *c, const IrOp *op)
{
    Type t = *op->args[0]->type;
    const Type *r = op->results[0]->type;
    const int i = op->at.axis[0], j = op->at.axis[1];
    if (i >= t.rank || j >= t.rank || r->rank != t.rank)
        return fault(c, op, "no such axis");
    const int64_t keep = t.shape[i];
    t.shape[i] = t.shape[j];
    t.shape[j] = keep;
    return same_shape(&t, r) ? true
                             : fault(c, op, "the result has the wrong shape");
}

static bool check_alloc(Check *c, const IrOp *op)
{
    const IrValue *r = op->results[0];
    if (op->nargs != r->type->rank || !r->dim)
        return fault(c, op, "wrong number of extents");
    for (int k = 0; k < op->nargs; k++)
        if (op->args[k] != r->dim[k])
            return fault(c, op, "the result has other extents");
    return check_ints(c, op, 0);
}

static bool check_tensor_op(Check *c, const IrOp *op)
{
    const Type *r = op->results[0]->type;
    if (r->kind != TY_TENSOR) return fault(c, op, "the result is not a tensor");
    if (op->op == IR_ALLOC) return check_alloc(c, op);
    if (op->nargs < 1 || !is_kind(op->args[0], TY_TENSOR))
        return fault(c, op, "needs a tensor");
    const Type *t = op->args[0]->type;
    switch (op->op) {
    case IR_VIEW:
        if (r->rank + bits(op->at.drop) != t->rank)
            return fault(c, op, "ranks differ");
        return check_counts(c, op, 1, 3);
    case IR_TRESHAPE:
        return op->nargs == 1 + r->rank
            ? check_ints(c, op, 1)
            : fault(c, op, "wrong number of extents");
    case IR_TTRANSPOSE: return check_swapped(c, op);
    default:
        return r->rank == 2 && t->rank == 2 ? check_ints(c, op, 1)
                                            : fault(c, op, "ranks differ");
    }
}

/* ---- structure ----------------------------------------------------------- */

static bool yields(Check *c, const IrOp *end, int skip, IrValue *const *to,
                   int n)
{
    if (end->nargs != n + skip)
        return fault(c, end, "%d values, expected %d", end->nargs - skip, n);
    for (int i = 0; i < n; i++)
        if (!end->args[skip + i] ||
            !merges(to[i]->type, end->args[skip + i]->type))
            return fault(c, end, "value %d has another type", i + 1);
    return true;
}

static bool check_carried(Check *c, const IrOp *op, int fixed,
                          const IrRegion *r, int args)
{
    const int n = op->nresults;
    if (op->nargs != fixed + n || r->nargs != args + n)
        return fault(c, op, "carried values do not match");
    for (int i = 0; i < n; i++)
        if (!merges(r->args[args + i]->type, op->args[fixed + i]->type) ||
            !merges(op->results[i]->type, r->args[args + i]->type))
            return fault(c, op, "carried value %d has another type", i + 1);
    return true;
}

static bool check_ends(Check *c, const IrOp *op)
{
    for (int i = 0; i < 2; i++) {
        const IrRegion *r = op->region[i];
        if (!r) continue;
        if (r->owner != op || !r->last)
            return fault(c, op, "a region is not closed");
        if (!(ir_op_info[r->last->op].flags & OPF_T))
            return fault(c, op, "a region has no terminator");
        if (ir_is_exit(r->last)) continue;
        const bool cond = op->op == IR_WHILE && i == 0;
        if ((r->last->op == IR_COND) != cond)
            return fault(c, r->last, "ends the wrong region");
        if (!yields(c, r->last, cond, op->results, op->nresults)) return false;
        if (cond && (!r->last->nargs || !is_int(r->last->args[0])))
            return fault(c, r->last, "needs a condition");
    }
    return true;
}

/* the last of the body of a loop, neither carries anything */
static bool is_level(const IrOp *op)
{
    const IrOp *around = ir_parent_op(op);
    return around && around->op == IR_FOR && op->next == op->parent->last &&
        !op->nresults && !around->nresults;
}

static bool check_struct(Check *c, const IrOp *op)
{
    const int want = op->op == IR_IF || op->op == IR_WHILE ? 2
        : ir_op_info[op->op].flags & OPF_G                 ? 1
                                                           : 0;
    for (int i = 0; i < 2; i++)
        if ((i < want) != (op->region[i] != NULL))
            return fault(c, op, "wrong number of regions");
    switch (op->op) {
    case IR_FOR:
        if (op->nargs < 3 || op->region[0]->nargs < 1)
            return fault(c, op, "a loop without bounds");
        for (int i = 0; i < 3; i++)
            if (!is_int(op->args[i]))
                return fault(c, op, "a bound is not an integer scalar");
        if (op->at.flat && !is_level(op))
            return fault(c, op, "no part of a nest");
        return check_carried(c, op, 3, op->region[0], 1) && check_ends(c, op);
    case IR_WHILE:
        return check_carried(c, op, 0, op->region[0], 0) &&
            check_carried(c, op, 0, op->region[1], 0) && check_ends(c, op);
    case IR_IF:
        return is_int(op->args[0])
            ? check_ends(c, op)
            : fault(c, op, "the condition is not a BOOL scalar");
    case IR_SCOPE: return check_ends(c, op);
    default: return true;
    }
}

static bool check_exit(Check *c, const IrOp *op)
{
    const IrOp *o = ir_loop_around(op);
    if (!o) return fault(c, op, "stands outside of a loop");
    return yields(c, op, 0, o->results, o->nresults);
}

static bool check_plane(Check *c, const IrOp *op)
{
    const IrClass cls = ir_op_info[op->op].cls;
    const bool compute = ir_is_elementwise(op) || cls == CLS_REDUCE ||
        cls == CLS_MATRIX || cls == CLS_SELECTION || op->op == IR_LOAD;
    if (compute && !c->core)
        return fault(c, op, "computation outside of a scope");
    if (op->op == IR_SCOPE && c->core)
        return fault(c, op, "a scope inside of a scope");
    if (op->op == IR_ALLOC && c->core && !c->in_chunked)
        return fault(c, op, "allocation inside of a scope");
    return true;
}

static bool check_by_class(Check *c, const IrOp *op)
{
    switch (ir_op_info[op->op].cls) {
    case CLS_STRUCT:
        return ir_is_exit(op) ? check_exit(c, op) : check_struct(c, op);
    case CLS_SCALAR:
        for (int i = 0; i < op->nargs; i++)
            if (!is_kind(op->args[i], TY_SCALAR))
                return fault(c, op, "operand %d is not a scalar", i + 1);
        return is_kind(op->results[0], TY_SCALAR)
            ? true
            : fault(c, op, "the result is not a scalar");
    case CLS_CHECK: return check_ints(c, op, 0);
    case CLS_TENSOR: return check_tensor_op(c, op);
    case CLS_MEMORY: return check_memory(c, op);
    case CLS_TILE:
        if (op->nargs < 1) return fault(c, op, "has no operand");
        if (op->op == IR_SLICE && !check_counts(c, op, 1, 2)) return false;
        if ((op->op == IR_ASSEMBLE || op->op == IR_TWRITE) &&
            !check_counts(c, op, 2, 1))
            return false;
        if (op->op == IR_TREAD && !check_counts(c, op, 1, 1)) return false;
        return check_tile_op(c, op);
    case CLS_EW1:
    case CLS_EW2: return check_elementwise(c, op);
    case CLS_REDUCE: return check_reduce(c, op);
    case CLS_MATRIX: return check_matrix(c, op);
    case CLS_SELECTION:
        return is_kind(op->results[0], TY_TILE)
            ? true
            : fault(c, op, "the result is not a tile");
    }
    return true;
}

static void check_region(Check *c, IrRegion *r);

static void check_op(Check *c, IrOp *op)
{
    const IrOpInfo *info = &ir_op_info[op->op];
    for (int i = 0; i < op->nargs; i++) check_use(c, op, op->args[i]);
    if (c->fault.text) return;
    if (info->nargs >= 0 && op->nargs != info->nargs)
        fault(c, op, "%d operands, expected %d", op->nargs, info->nargs);
    if (info->nresults >= 0 && op->nresults != info->nresults)
        fault(c, op, "%d results, expected %d", op->nresults, info->nresults);
    if (c->fault.text || !check_plane(c, op) || !check_by_class(c, op)) return;
    c->core += op->op == IR_SCOPE;
    const bool outer = c->in_chunked;
    if (op->op == IR_SCOPE) c->in_chunked = op->at.chunked;
    for (int i = 0; i < 2 && !c->fault.text; i++)
        if (op->region[i]) check_region(c, op->region[i]);
    c->core -= op->op == IR_SCOPE;
    c->in_chunked = outer;
    for (int i = 0; i < op->nresults && !c->fault.text; i++) {
        if (op->results[i]->def != op || op->results[i]->index != i)
            fault(c, op, "a result belongs to another op");
        define(c, op, op->results[i]);
    }
    for (int i = 0; i < op->nresults && !c->fault.text; i++)
        check_attached(c, op, op->results[i]);
}

static void hide(Check *c, const IrRegion *r)
{
    for (int i = 0; i < r->nargs; i++) c->visible[r->args[i]->id] = 0;
    for (const IrOp *op = r->first; op; op = op->next)
        for (int i = 0; i < op->nresults; i++)
            c->visible[op->results[i]->id] = 0;
}

static void check_region(Check *c, IrRegion *r)
{
    for (int i = 0; i < r->nargs && !c->fault.text; i++) {
        if (r->args[i]->arg_of != r || r->args[i]->index != i)
            fault(c, r->owner, "an argument belongs to another region");
        define(c, r->owner, r->args[i]);
    }
    /* what is carried cannot depend on the loop's variable */
    const bool loop = r->owner && r->owner->op == IR_FOR && r->nargs > 0;
    if (loop) c->visible[r->args[0]->id] = 0;
    for (int i = 0; i < r->nargs && !c->fault.text; i++)
        check_attached(c, r->owner, r->args[i]);
    if (loop) c->visible[r->args[0]->id] = 1;
    for (IrOp *op = r->first; op && !c->fault.text; op = op->next) {
        if (op->parent != r ||
            (op->next ? op->next->prev != op : r->last != op))
            fault(c, op, "a broken list");
        if ((ir_op_info[op->op].flags & OPF_T) && (op->next || !r->owner))
            fault(c, op, "code after a terminator");
        check_op(c, op);
    }
    if (!c->fault.text) hide(c, r);
}

/* strides and extents of parameters may be computed at the head of the body */
static void check_params(Check *c)
{
    static const IrOp entry = {.op = IR_ALLOC};
    for (int i = 0; i < c->f->nparams; i++) {
        IrValue *v = c->f->params[i].value, ***lists[4];
        const int n = ir_attached(v, lists);
        for (int j = 0; j < n; j++)
            for (int k = 0; k < v->type->rank; k++) {
                const IrValue *x = (*lists[j])[k];
                if (x && x->def && x->def->parent != c->f->body)
                    fault(c, &entry, "a parameter's extent is made in a block");
                if (x && !is_int(x))
                    fault(c, &entry, "a parameter's extent is not an integer");
            }
        if (v->type->kind == TY_TENSOR && (!v->dim || !v->stride))
            fault(c, &entry, "a parameter without extents");
    }
}

IrFault ir_check(const IrFunc *f)
{
    Check c = {.f = f};
    c.visible = NEW_ARRAY(f->arena, unsigned char, f->next_value + 1);
    for (int i = 0; i < f->nparams; i++) c.visible[f->params[i].value->id] = 1;
    for (int i = 0; i < f->nsyms; i++) c.visible[f->syms[i].value->id] = 1;
    check_params(&c);
    if (!c.fault.text) check_region(&c, f->body);
    return c.fault;
}

bool ir_verify(const IrFunc *f, const char *after_pass)
{
    const IrFault x = ir_check(f);
    if (!x.text) return true;
    ice(f->s, x.span, "the IR is broken after %s: %s", after_pass, x.text);
}
