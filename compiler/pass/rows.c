/* Leaves out the rows of tiles that nobody reads.  A row is needed if it
 * reaches a parameter, a scalar or memory that the pass does not follow;
 * elementwise ops, casts, row reductions and the left operand of a product keep
 * rows apart, and so does a buffer that is stored and loaded at offsets which
 * are multiples of one period.
 *
 *   %s: f32[16, 64] = load %T [%at, 0] [16, 64] shape(16, 64)
 *   %e: f32[16, 64] = exp %s
 *   %h: f32[5, 64] = slice %e [0, 0] [5, 64] shape(5, 64)
 * ->
 *   %s: f32[16, 64] valid(5, _) = load %T [%at, 0] [16, 64] shape(16, 64) rows(16)
 *   %e: f32[16, 64] valid(5, _) = exp %s
 *   %h: f32[5, 64] = slice %e [0, 0] [5, 64] shape(5, 64)
 *
 * Windows keep their extents, so the same checks fire, and `rows` says how many
 * rows count as touched.  A value whose valid rows are not constant stays. */
#include "pass/passes.h"

enum { MAX_PERIOD = 64 };

typedef struct Buffer { /* an allocation that is only loaded and stored */
    int64_t period;     /* 0: not followed */
    uint64_t needed;    /* residues of the rows that somebody reads */
} Buffer;

typedef struct Rows {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    int64_t *need;  /* rows of a tile, by value id */
    Buffer *buffer; /* by value id */
    bool again, changed;
} Rows;

static bool is_matrix(const IrValue *v)
{
    return v->type->kind == TY_TILE && v->type->rank == 2;
}

static bool constant_rows(const IrValue *v, int64_t *n)
{
    if (v->valid && v->valid[0]) return ir_is_const_int(v->valid[0], n);
    *n = v->type->shape[0];
    return true;
}

/* ---- buffers ------------------------------------------------------------- */

static IrValue *first_offset(const IrOp *op)
{
    return op->args[op->op == IR_LOAD ? 1 : 2];
}

static int64_t residue(IrLinear l, int64_t period)
{
    const int64_t r = l.c % period;
    return r < 0 ? r + period : r;
}

/* all offsets are multiples of the rows that the loads take, plus a constant */
static Buffer follow(Rows *x, const IrValue *t)
{
    Buffer b = {.period = 1};
    const int n = uses_count(x->uses, t);
    if (t->type->rank != 2) return (Buffer){0};
    for (int i = 0; i < n; i++) {
        const IrOp *op = uses_op(x->uses, t, i);
        if (!is_plain_access(op, t)) return (Buffer){0};
        if (op->op == IR_LOAD && op->at.shape[0] > b.period)
            b.period = op->at.shape[0];
    }
    for (int i = 0; i < n && b.period <= MAX_PERIOD; i++) {
        const IrLinear l = ir_linear(x->f,
                                     first_offset(uses_op(x->uses, t, i)));
        if (!l.ok) return (Buffer){0};
        for (int k = 0; k < l.n; k++)
            if (l.term[k].k % b.period) return (Buffer){0};
    }
    return b.period <= MAX_PERIOD ? b : (Buffer){0};
}

static void find_buffer(void *user, IrOp *op)
{
    Rows *x = user;
    if (op->op == IR_ALLOC)
        x->buffer[op->results[0]->id] = follow(x, op->results[0]);
}

static Buffer *buffer_of(Rows *x, const IrOp *op)
{
    Buffer *b = &x->buffer[op->args[0]->id];
    return b->period ? b : NULL;
}

/* ---- what is needed, backwards ------------------------------------------- */

static void need(Rows *x, const IrValue *v, int64_t rows)
{
    int64_t n, most = is_matrix(v) ? v->type->shape[0] : 1;
    if (v->type->kind != TY_TILE || rows <= 0) return;
    if (rows > most || !constant_rows(v, &n)) rows = most;
    if (rows <= x->need[v->id]) return;
    x->need[v->id] = rows;
    x->again = true;
}

static void need_all(Rows *x, const IrValue *v)
{
    need(x, v, INT64_MAX);
}

static void need_all_args(Rows *x, const IrOp *op)
{
    for (int i = 0; i < op->nargs; i++) need_all(x, op->args[i]);
}

static void need_loaded(Rows *x, const IrOp *load)
{
    Buffer *b = buffer_of(x, load);
    if (!b) return;
    const int64_t rows = x->need[load->results[0]->id],
                  at = residue(ir_linear(x->f, load->args[1]), b->period);
    for (int64_t i = 0; i < rows && i < b->period; i++) {
        const uint64_t bit = (uint64_t)1 << (at + i) % b->period;
        if (b->needed & bit) continue;
        b->needed |= bit;
        x->again = true;
    }
}

/* how many rows of what is stored somebody may read */
static int64_t stored_rows(Rows *x, const IrOp *store)
{
    const IrValue *v = store->args[1];
    const Buffer *b = buffer_of(x, store);
    if (!b || !is_matrix(v)) return INT64_MAX;
    const int64_t at = residue(ir_linear(x->f, store->args[2]), b->period);
    int64_t last = 0;
    for (int64_t i = 0; i < v->type->shape[0]; i++)
        if (b->needed >> (at + i) % b->period & 1) last = i + 1;
    return last;
}

/* operand k of a result of which `rows` rows are needed, row by row */
static void need_aligned(Rows *x, const IrOp *op, int k, int64_t rows)
{
    const IrValue *v = op->args[k], *r = op->results[0];
    if (!is_matrix(v) || !is_matrix(r))
        need_all(x, v);
    else
        need(x, v, v->type->shape[0] == 1 ? 1 : rows);
}

static void need_part(Rows *x, const IrOp *op, const IrValue *v,
                      const IrValue *off, int64_t rows, bool into)
{
    int64_t at;
    if (op->at.drop || !is_matrix(v) || !ir_is_const_int(off, &at))
        need_all(x, v);
    else
        need(x, v, into ? rows - at : rows + at);
}

/* a window keeps the extents that its check needs */
static void need_assembled(Rows *x, const IrOp *op, int64_t rows)
{
    need_aligned(x, op, 0, rows);
    if (op->at.safe)
        need_part(x, op, op->args[1], op->args[2], rows, true);
    else
        need_all(x, op->args[1]);
}

static void need_operands(Rows *x, const IrOp *op, int64_t rows)
{
    if (ir_is_elementwise(op) || ir_is_row_reduction(op)) {
        for (int k = 0; k < op->nargs; k++) need_aligned(x, op, k, rows);
        return;
    }
    switch (op->op) {
    case IR_PAD:
    case IR_SETVALID: need_aligned(x, op, 0, rows); return;
    case IR_CONCAT:
        need_aligned(x, op, 0, rows);
        need_aligned(x, op, 1, rows);
        return;
    case IR_MATMUL:
    case IR_MATMUL_ACC:
        for (int k = 0; k < op->nargs; k++)
            if (k + 1 == op->nargs || (k + 2 == op->nargs && op->at.a_trans))
                need_all(x, op->args[k]);
            else
                need_aligned(x, op, k, rows);
        return;
    case IR_SLICE:
        need_part(x, op, op->args[0], op->args[1], rows, false);
        return;
    case IR_ASSEMBLE: need_assembled(x, op, rows); return;
    case IR_TWRITE: need_aligned(x, op, 0, rows); return;
    default: need_all_args(x, op);
    }
}

/* the start, the argument, what is yielded and the result are one value */
static void need_carried(Rows *x, const IrOp *loop)
{
    const IrRegion *r = loop->region[0];
    for (int k = 0; k < loop->nresults; k++) {
        const IrValue *arg = r->args[1 + k], *result = loop->results[k];
        need(x, arg, x->need[result->id]);
        need(x, result, x->need[arg->id]);
        need(x, loop->args[3 + k], x->need[arg->id]);
        if (r->last->op == IR_YIELD)
            need(x, r->last->args[k], x->need[arg->id]);
    }
}

static void need_yielded(Rows *x, const IrOp *op)
{
    for (int i = 0; i < 2 && op->region[i]; i++)
        if (op->region[i]->last->op == IR_YIELD)
            for (int k = 0; k < op->nresults; k++)
                need(x, op->region[i]->last->args[k],
                     x->need[op->results[k]->id]);
}

static void need_for(Rows *x, const IrOp *op)
{
    switch (op->op) {
    case IR_FOR: need_carried(x, op); return;
    case IR_IF:
    case IR_SCOPE: need_yielded(x, op); return;
    case IR_YIELD:
        if (ir_parent_op(op)->op == IR_WHILE) need_all_args(x, op);
        return;
    case IR_LOAD: need_loaded(x, op); return;
    case IR_STORE: need(x, op->args[1], stored_rows(x, op)); return;
    case IR_WHILE: need_all_args(x, op); return;
    default: break;
    }
    if (op->nresults != 1 || op->results[0]->type->kind != TY_TILE)
        need_all_args(x, op);
    else if (x->need[op->results[0]->id])
        need_operands(x, op, x->need[op->results[0]->id]);
}

static void need_region(Rows *x, const IrRegion *r)
{
    for (const IrOp *op = r->last; op; op = op->prev) {
        need_for(x, op);
        for (int i = 2; i-- > 0;)
            if (op->region[i]) need_region(x, op->region[i]);
    }
}

/* ---- what is left out ---------------------------------------------------- */

static bool can_shrink(const IrOp *op)
{
    switch (ir_op_info[op->op].cls) {
    case CLS_STRUCT:
    case CLS_REDUCE:
    case CLS_MATRIX: return op->op != IR_WHILE;
    default:
        return ir_is_elementwise(op) || op->op == IR_LOAD || op->op == IR_PAD ||
            op->op == IR_SETVALID;
    }
}

/* how many rows of v are valid now, if fewer are needed; 0: v stays */
static int64_t shrinks_from(const Rows *x, const IrValue *v)
{
    const int64_t needed = x->need[v->id];
    const IrOp *loop = v->def ? NULL : v->arg_of->owner;
    int64_t rows;
    if (v->def ? !can_shrink(v->def) : !loop || loop->op != IR_FOR) return 0;
    if (!is_matrix(v) || !needed || !constant_rows(v, &rows)) return 0;
    return needed < rows ? rows : 0;
}

static int64_t shrink(Rows *x, IrValue *v)
{
    const int64_t rows = shrinks_from(x, v);
    if (!rows) return 0;
    IrValue **valid = NEW_ARRAY(x->f->arena, IrValue *, 2);
    valid[0] = ir_idx(x->f, x->need[v->id]);
    valid[1] = v->valid ? v->valid[1] : NULL;
    v->valid = valid;
    x->changed = true;
    return rows;
}

static int64_t row_bytes(const IrValue *v)
{
    return ir_bytes(v->type) / v->type->shape[0];
}

static void shrink_results(void *user, IrOp *op)
{
    Rows *x = user;
    for (int i = 0; i < op->nresults; i++) {
        const int64_t before = shrink(x, op->results[i]);
        if (op->op == IR_LOAD && before) op->at.rows = before;
    }
    for (int i = 1; op->op == IR_FOR && i < op->region[0]->nargs; i++)
        shrink(x, op->region[0]->args[i]);
}

static bool is_recorded(const IrOp *store)
{
    for (const IrOp *o = ir_parent_op(store); o; o = ir_parent_op(o))
        if (o->op == IR_FOR && o->at.verdict == PAR_UNDECIDED &&
            !value_inside(store->args[0], o))
            return true;
    return false;
}

/* before the tiles shrink */
static void shrink_store(void *user, IrOp *store)
{
    Rows *x = user;
    int64_t rows;
    if (store->op != IR_STORE || !buffer_of(x, store)) return;
    const IrValue *v = store->args[1];
    if (!is_matrix(v) || !constant_rows(v, &rows)) return;
    if (!stored_rows(x, store) && store->at.safe && !is_recorded(store)) {
        fusion_note(x->c, "dead rows", store, store->span, true,
                    rows * row_bytes(v), "nobody reads what is stored");
        ir_remove(store);
        x->changed = true;
        return;
    }
    if (!shrinks_from(x, v)) return;
    store->at.rows = rows;
    rows -= x->need[v->id];
    fusion_note(x->c, "dead rows", store, store->span, true,
                rows * row_bytes(v),
                arena_printf(x->f->arena, "%lld of %lld rows have no reader",
                             (long long)rows, (long long)store->at.rows));
}

/* bytes of so many rows of a buffer; -1: its columns
 * are dynamic, or too many */
static int64_t bytes_of_rows(const Type *t, int64_t rows)
{
    Type part = *t;
    part.shape[0] = rows;
    return ir_bytes(&part);
}

/* rows are left out from the end of the period: zeros are needed before them */
static void shrink_buffer(void *user, IrOp *alloc)
{
    Rows *x = user;
    if (alloc->op != IR_ALLOC) return;
    const Buffer *b = &x->buffer[alloc->results[0]->id];
    int64_t last = 0;
    const IrLinear l = b->period > 1 ? ir_linear(x->f, alloc->args[0])
                                     : (IrLinear){0};
    if (!l.ok || l.c % b->period || alloc->at.given) return;
    for (int k = 0; k < l.n; k++)
        if (l.term[k].k % b->period) return;
    for (int64_t i = 0; i < b->period; i++)
        if (b->needed >> i & 1) last = i + 1;
    if (!last || last == b->period ||
        bytes_of_rows(alloc->results[0]->type, b->period) < 0)
        return;
    alloc->at.period = (int)b->period;
    alloc->at.rows = last;
    x->changed = true;
}

bool pass_rows(IrFunc *f, PassCtx *c)
{
    Rows x = {.f = f, .c = c, .uses = uses_find(f)};
    x.need = NEW_ARRAY(f->arena, int64_t, f->next_value + 1);
    x.buffer = NEW_ARRAY(f->arena, Buffer, f->next_value + 1);
    ir_walk(f->body, find_buffer, &x);
    do {
        x.again = false;
        need_region(&x, f->body);
    } while (x.again);
    ir_walk(f->body, shrink_store, &x);
    ir_walk(f->body, shrink_results, &x);
    ir_walk(f->body, shrink_buffer, &x);
    return x.changed;
}
