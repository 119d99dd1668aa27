/* Folds scalars and proves checks away: constants, symbolic index
 * arithmetic, intervals, equal scalars computed twice, constant branches,
 * loops that run never or once; marks overflow-free arithmetic `nowrap` and
 * accesses in bounds `safe`.
 *
 *   %k0: index = smul %kb, 128                 (kb in 0..39)
 *   %k1: index = sadd %k0, 128
 *   %n: index = ssub %k1, %k0                  %k0: index = smul %kb, 128 nowrap
 *   check_valid %n, 128                   ->   %a: ... = load %x [0, %k0] [16, 128] ... safe
 *   %a: ... = load %x [0, %k0] [16, %n] ...
 *
 * One walk in program order, then dead code.  Operands are resolved before an
 * op is looked at, so what folds feeds what follows. */
#include "pass/passes.h"

/* scalars available here, for reuse: a hash table whose newest entries go first
 * when a region ends */
typedef struct Known {
    IrOp *op;
    struct Known *next, *older;
    uint32_t bucket;
} Known;
enum { BUCKETS = 1024 };
typedef struct Fold {
    IrFunc *f;
    int changes;
    Known *bucket[BUCKETS], *newest;
} Fold;

static void fold_region(Fold *x, IrRegion *r);

static void resolve_use(void *ctx, IrValue **v)
{
    (void)ctx;
    while (*v && (*v)->fwd) *v = (*v)->fwd;
}

static void replace(Fold *x, IrOp *op, IrValue *v)
{
    if (!v->name && !v->is_const) v->name = op->results[0]->name;
    op->results[0]->fwd = v;
    ir_remove(op);
    x->changes++;
}

static void drop(Fold *x, IrOp *op)
{
    ir_remove(op);
    x->changes++;
}

static void mark(Fold *x, bool *flag)
{
    x->changes += !*flag;
    *flag = true;
}

/* ---- scalars ------------------------------------------------------------- */

static uint32_t hash_op(const IrOp *op)
{
    uint32_t h = (uint32_t)op->op * 31u + (uint32_t)op->at.pred;
    for (int i = 0; i < op->nargs; i++)
        h = h * 16777619u + (uint32_t)op->args[i]->id;
    return (h ^ h >> 15) % BUCKETS;
}

static bool equal_ops(const IrOp *a, const IrOp *b)
{
    if (a->op != b->op || a->nargs != b->nargs || a->at.pred != b->at.pred)
        return false;
    for (int i = 0; i < a->nargs; i++)
        if (a->args[i] != b->args[i]) return false;
    return a->nresults == b->nresults &&
        (!a->nresults || a->results[0]->type == b->results[0]->type);
}

static IrOp *known_op(Fold *x, IrOp *op)
{
    const uint32_t h = hash_op(op);
    for (Known *k = x->bucket[h]; k; k = k->next)
        if (equal_ops(k->op, op)) return k->op;
    Known *k = NEW(x->f->arena, Known);
    *k = (Known){op, x->bucket[h], x->newest, h};
    x->bucket[h] = x->newest = k;
    return NULL;
}

static void forget_to(Fold *x, const Known *mark_)
{
    for (; x->newest != mark_; x->newest = x->newest->older)
        x->bucket[x->newest->bucket] = x->newest->next;
}

/* FP32 arithmetic on constants, one rounding an operation */
static IrValue *fold_float(IrFunc *f, const IrOp *op)
{
    if (op->nargs != 2 || !op->args[0]->is_const || !op->args[1]->is_const)
        return NULL;
    const Type *t = op->results[0]->type;
    if (t->dtype != QW_F32 || op->args[0]->type != t || op->args[1]->type != t)
        return NULL;
    const float a = (float)op->args[0]->c.f, b = (float)op->args[1]->c.f;
    switch (op->op) {
    case IR_SADD: return ir_const_float(f, t, (double)(a + b));
    case IR_SSUB: return ir_const_float(f, t, (double)(a - b));
    case IR_SMUL: return ir_const_float(f, t, (double)(a * b));
    case IR_SDIV: return ir_const_float(f, t, (double)(a / b));
    default: return NULL;
    }
}

static void fold_scalar(Fold *x, IrOp *op)
{
    IrValue *v = ir_scalar_fold(x->f, op);
    if (!v) v = fold_float(x->f, op);
    if (v) return replace(x, op, v);
    const IrOp *twin = known_op(x, op);
    if (twin) return replace(x, op, twin->results[0]);
    if ((ir_op_info[op->op].flags & OPF_C) && !op->at.nowrap &&
        ir_scalar_fits(x->f, op))
        mark(x, &op->at.nowrap);
}

/* ---- checks -------------------------------------------------------------- */

static void fold_check(Fold *x, IrOp *op)
{
    IrValue **a = op->args;
    int64_t c;
    if (op->op != IR_CLAMP_VALID && known_op(x, op))
        return drop(x, op); /* checked before */
    switch (op->op) {
    case IR_ASSERT:
        if (ir_is_const_int(a[0], &c) && c) drop(x, op);
        return;
    case IR_CHECK_EQ:
        if (ir_equal(x->f, a[0], a[1])) drop(x, op);
        return;
    case IR_CHECK_VALID:
        if (ir_less_equal(x->f, a[0], a[1])) drop(x, op);
        return;
    case IR_CLAMP_VALID:
        if (ir_range(x->f, a[0]).lo >= 0) replace(x, op, a[0]);
        return;
    default: return;
    }
}

/* ---- bounds -------------------------------------------------------------- */

static bool nonnegative(IrFunc *f, IrValue *v)
{
    return ir_less_equal(f, ir_idx(f, 0), v);
}

/* 0 <= off and off + len <= limit */
static bool in_bounds(IrFunc *f, IrValue *off, IrValue *len, IrValue *limit)
{
    IrLinear d;
    const IrLinear o = ir_linear(f, off);
    if (!nonnegative(f, off) || !o.ok || !ir_diff_linear(f, limit, len, &d))
        return false;
    return ir_linear_add(&d, &o, -1) && ir_linear_nonneg(f, &d);
}

/* a window given by r offsets and r extents */
static bool window_in_bounds(IrFunc *f, IrValue *t, IrValue *const *off,
                             IrValue *const *len)
{
    for (int k = 0; k < t->type->rank; k++)
        if (!in_bounds(f, off[k], len[k], ir_back(f, t, k)))
            return false; /* tiles: the nominal extent */
    return true;
}

/* what x, without the dropped axes of t, covers in t */
static bool source_in_bounds(IrFunc *f, IrValue *t, IrValue *x,
                             IrValue *const *off, unsigned dropped)
{
    IrValue *len[IR_MAX_RANK];
    for (int a = 0, k = 0; a < t->type->rank; a++)
        len[a] = dropped >> a & 1 ? ir_idx(f, 1) : ir_valid(f, x, k++);
    return window_in_bounds(f, t, off, len);
}

static bool element_in_bounds(IrFunc *f, IrValue *t, IrValue *const *index)
{
    IrValue *one[IR_MAX_RANK];
    for (int a = 0; a < t->type->rank; a++) one[a] = ir_idx(f, 1);
    return window_in_bounds(f, t, index, one);
}

static bool all_nonnegative(IrFunc *f, int n, IrValue *const *v)
{
    for (int i = 0; i < n; i++)
        if (!nonnegative(f, v[i])) return false;
    return true;
}

static bool same_count(const Type *a, const Type *b)
{
    const int64_t n = ir_elements(a);
    return n >= 0 && n == ir_elements(b);
}

static bool shrinks(IrFunc *f, const IrOp *op)
{
    for (int k = 0; k < 2; k++)
        if (!nonnegative(f, op->args[1 + k]) ||
            !ir_less_equal(f, op->args[1 + k], ir_valid(f, op->args[0], k)))
            return false;
    return true;
}

/* a write converts too: an integer that does not fit is E0908 */
static bool converts(IrFunc *f, IrValue *v, QwDtype to)
{
    return qw_dtype_is_float(to) ||
        (!qw_dtype_is_float(v->type->dtype) && ir_int_fits(f, v, to));
}

static bool is_safe(IrFunc *f, const IrOp *op)
{
    IrValue **a = op->args;
    const int r = op->nargs ? a[0]->type->rank : 0;
    switch (op->op) {
    case IR_LOAD:
    case IR_SLICE: return window_in_bounds(f, a[0], a + 1, a + 1 + r);
    case IR_VIEW:
        return window_in_bounds(f, a[0], a + 1, a + 1 + 2 * r) &&
            all_nonnegative(f, r, a + 1 + r);
    case IR_STORE:
    case IR_COPY: return source_in_bounds(f, a[0], a[1], a + 2, op->at.drop);
    case IR_ASSEMBLE: return source_in_bounds(f, a[0], a[1], a + 2, 0);
    case IR_READ:
    case IR_TREAD: return element_in_bounds(f, a[0], a + 1);
    case IR_WRITE:
    case IR_TWRITE:
        return element_in_bounds(f, a[0], a + 2) &&
            converts(f, a[1], a[0]->type->dtype);
    case IR_ALLOC: return all_nonnegative(f, op->nargs, a);
    case IR_TRESHAPE: return same_count(a[0]->type, op->results[0]->type);
    case IR_TSETVALID: return shrinks(f, op);
    default: return false;
    }
}

/* ---- tiles that are what they were --------------------------------------- */

static void fold_tile(Fold *x, IrOp *op)
{
    const bool identity = op->op == IR_CAST || op->op == IR_RESHAPE;
    if (identity && op->args[0]->type == op->results[0]->type &&
        !op->results[0]->valid && !op->args[0]->valid)
        replace(x, op, op->args[0]);
}

/* ---- structure ----------------------------------------------------------- */

static void fold_if(Fold *x, IrOp *op)
{
    int64_t c;
    if (!ir_is_const_int(op->args[0], &c)) return;
    IrRegion *arm = op->region[!c];
    if (arm->last->op != IR_YIELD) return;
    IrOp *end = arm->last;
    for (int i = 0; i < op->nresults; i++) op->results[i]->fwd = end->args[i];
    ir_remove(end);
    ir_splice_before(op, arm);
    drop(x, op);
}

static void fold_loop(Fold *x, IrOp *op)
{
    int64_t step;
    if (!ir_is_const_int(op->args[2], &step) || step == 0) return;
    IrValue *low = op->args[step > 0], *high = op->args[step < 0];
    const bool never = ir_less_equal(x->f, low, high);
    if (!never) return;
    for (int i = 0; i < op->nresults; i++)
        op->results[i]->fwd = op->args[3 + i];
    drop(x, op);
}

/* a sequential loop that runs exactly once is its body */
static bool runs_once(Fold *x, IrOp *op)
{
    if (op->op != IR_FOR || op->at.chunk ||
        (op->at.loop != LOOP_RANGE && op->at.loop != LOOP_PIPELINE))
        return false;
    int64_t n;
    IrValue *trips = ir_trip(x->f, ir_region(x->f, NULL), op->args[0],
                             op->args[1], op->args[2], op->span);
    if (!ir_is_const_int(trips, &n) || n != 1 ||
        op->region[0]->last->op != IR_YIELD ||
        ir_find_exit(op->region[0], EXIT_LOOP))
        return false;
    IrRegion *r = op->region[0];
    for (int i = 0; i < r->nargs; i++)
        r->args[i]->fwd = i ? op->args[2 + i] : op->args[0];
    return true;
}

static void inline_body(Fold *x, IrOp *op)
{
    IrRegion *r = op->region[0];
    IrOp *end = r->last;
    for (int i = 0; i < op->nresults; i++) op->results[i]->fwd = end->args[i];
    ir_remove(end);
    ir_splice_before(op, r);
    drop(x, op);
}

static void fold_op(Fold *x, IrOp *op)
{
    bool once = false;
    ir_each_use(op, resolve_use, NULL);
    switch (ir_op_info[op->op].cls) {
    case CLS_SCALAR: fold_scalar(x, op); return;
    case CLS_CHECK: fold_check(x, op); return;
    case CLS_STRUCT:
        if (op->op == IR_FOR) fold_loop(x, op);
        once = op->parent && runs_once(x, op);
        break;
    default:
        if ((ir_op_info[op->op].flags & OPF_C) && !op->at.safe &&
            is_safe(x->f, op))
            mark(x, &op->at.safe);
        fold_tile(x, op);
    }
    for (int i = 0; op->parent && i < 2; i++)
        if (op->region[i]) fold_region(x, op->region[i]);
    if (once)
        inline_body(x, op);
    else if (op->parent && op->op == IR_IF)
        fold_if(x, op);
}

static void fold_region(Fold *x, IrRegion *r)
{
    const Known *mark_ = x->newest;
    for (IrOp *op = r->first, *next; op; op = next) {
        next = op->next;
        fold_op(x, op);
    }
    forget_to(x, mark_);
}

bool pass_fold(IrFunc *f, PassCtx *c)
{
    (void)c;
    Fold x = {.f = f};
    fold_region(&x, f->body);
    ir_resolve(f);
    return ir_dce(f) + x.changes > 0;
}
