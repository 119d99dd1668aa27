/* Elementwise chains over a large tile become one loop over strips of it that
 * stay in the first cache (patterns F3 and F6): what flows from one operation
 * to the next is as large as a strip, and memory is read and written once.
 *
 *   %a: &f32[64, 4096] = view %x ...          %a: ...
 *   %b: f32[64, 4096] = exp %a                %o: &f32[64, 4096] = view %y ...
 *   %c: f32[64, 4096] = add %b, 1.0        -> for range %row = 0, 64, 1 {
 *   store %y, %c [%r, 0]                          for range %col = 0, 4096, 1024 {
 *                                                     %a1: &f32[1, 1024] = view %a [%row, %col] ...
 *                                                     %b1: f32[1, 1024] = exp %a1
 *                                                     %c1: f32[1, 1024] = add %b1, 1.0
 *                                                     store %o, %c1 [%row, %col] safe
 *                                                 }
 *                                             }
 *
 * A chain with row reductions keeps whole rows, so sums keep their order.  A
 * value that is needed whole later is put together by `assemble`.  The loop
 * stands where the chain ended: no other op of the chain's region between its
 * members may read what they make or store, and a window that is stored must be
 * apart from what members read, or the very window, strip by strip.  The bounds
 * of a store are checked where it stood, by a view. */
#include "pass/strips.h"

enum {
    STRIP_BYTES = 4096, /* of the widest value, about */
    TILE_BYTES = 32768, /* of the widest that is worth cutting, at least */
    ROW_BYTES = 65536,  /* of an FP32 row that is kept whole, at most */
    MAX_STORES = 8,
};

/* ---- which ops make a chain ---------------------------------------------- */

static bool is_matrix(const IrValue *v)
{
    return v->type->kind != TY_SCALAR && v->type->rank == 2;
}

static bool has_shape(const IrValue *v, const int64_t shape[2])
{
    return is_matrix(v) && v->type->shape[0] == shape[0] &&
        v->type->shape[1] == shape[1];
}

static bool is_elementwise_2d(const IrOp *op)
{
    if (!ir_is_elementwise(op)) return false;
    for (int i = 0; i < op->nargs; i++)
        if (op->args[i]->type->kind != TY_SCALAR && !is_matrix(op->args[i]))
            return false;
    return is_matrix(op->results[0]);
}

bool strips_makes(const Strips *x, const IrValue *v)
{
    return v->def && v->type->kind == TY_TILE && x->member[v->def->id];
}

static bool uses_chain(const Strips *x, const IrOp *op)
{
    for (int i = 0; i < op->nargs; i++)
        if (strips_makes(x, op->args[i])) return true;
    return false;
}

/* only leaves out valid elements */
static bool is_trim(IrFunc *f, const IrOp *op)
{
    if (op->op != IR_SETVALID) return false;
    for (int k = 0; k < 2; k++)
        if (!ir_less_equal(f, ir_valid(f, op->results[0], k),
                           ir_valid(f, op->args[0], k)))
            return false;
    return true;
}

static bool row_fits(const Chain *c)
{
    return c->shape[0] > 1 && c->shape[1] * 4 <= ROW_BYTES;
}

/* op belongs to a chain over tiles of this shape */
static bool suits(Strips *x, const IrOp *op)
{
    const Chain *c = &x->chain;
    const int64_t column[2] = {c->shape[0], 1};
    if (ir_is_row_reduction(op))
        return has_shape(op->args[0], c->shape) && row_fits(c);
    if (op->op == IR_STORE)
        return !op->at.atomic && !op->at.direct && uses_chain(x, op) &&
            c->store.n < MAX_STORES;
    if (op->op == IR_SETVALID) return uses_chain(x, op) && is_trim(x->f, op);
    if (!is_elementwise_2d(op)) return false;
    return has_shape(op->results[0], c->shape) ||
        (has_shape(op->results[0], column) && uses_chain(x, op));
}

/* ---- what may stand between members -------------------------------------- */

static bool same_window(IrFunc *f, const IrValue *read, const IrOp *store)
{
    const IrOp *v = read->def;
    const IrValue *t = store->args[0];
    if (!v || v->op != IR_VIEW || v->args[0] != t ||
        v->at.drop != store->at.drop ||
        !has_shape(store->args[1], read->type->shape))
        return false;
    for (int a = 0; a < t->type->rank; a++)
        if (!ir_equal(f, v->args[1 + a], store->args[2 + a])) return false;
    return true;
}

static bool is_apart(Strips *x, IrOp *store, const Access *other)
{
    Access w[MAX_ACCESS];
    region_accesses(x->f, store, w);
    return region_disjoint(x->f, &w[0].rect, &other->rect);
}

/* a store and a read that members make in any order, strip by strip */
static bool go_together(Strips *x, IrOp *store, const Access *read)
{
    return is_apart(x, store, read) ||
        (has_shape(read->tensor, x->chain.shape) &&
         same_window(x->f, read->tensor, store));
}

static bool may_join(Strips *x, IrOp *op)
{
    Chain *c = &x->chain;
    Access a[MAX_ACCESS];
    const bool writes = op->op == IR_STORE;
    const int n = region_accesses(x->f, op, a);
    for (int i = writes; i < n; i++)
        for (int k = 0; k < c->store.n; k++)
            if (!go_together(x, c->store.p[k], &a[i])) return false;
    for (int k = 0; writes && k < c->store.n; k++)
        if (!is_apart(x, c->store.p[k], &a[0])) return false;
    for (int k = 0; writes && k < c->read.n; k++)
        if (!go_together(x, op, &c->read.p[k])) return false;
    return true;
}

/* op does its work before the loop instead of between members */
static bool may_come_first(Strips *x, IrOp *op)
{
    Access a[MAX_ACCESS];
    if (op->region[0] || ir_op_info[op->op].flags & (OPF_W | OPF_T) ||
        uses_chain(x, op))
        return false;
    const int n = region_accesses(x->f, op, a);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < x->chain.store.n; k++)
            if (!is_apart(x, x->chain.store.p[k], &a[i])) return false;
    return true;
}

static void join(Strips *x, IrOp *op)
{
    Chain *c = &x->chain;
    Access a[MAX_ACCESS];
    const bool writes = op->op == IR_STORE;
    const int n = region_accesses(x->f, op, a);
    for (int i = writes; i < n; i++) vec_push(x->f->arena, &c->read, a[i]);
    if (writes) vec_push(x->f->arena, &c->store, op);
    vec_push(x->f->arena, &c->op, op);
    c->rows |= ir_is_row_reduction(op);
    x->member[op->id] = true;
}

/* ---- what it is worth ---------------------------------------------------- */

bool strips_needs_whole(const Strips *x, const IrValue *v)
{
    for (int i = 0; i < uses_count(x->uses, v); i++)
        if (!x->member[uses_op(x->uses, v, i)->id]) return true;
    return false;
}

static bool is_read_inside(const Strips *x, const IrValue *v)
{
    for (int i = 0; i < uses_count(x->uses, v); i++)
        if (x->member[uses_op(x->uses, v, i)->id]) return true;
    return false;
}

/* not only stored, for what is computed straight into memory costs nothing */
static bool is_read_again(const Strips *x, const IrValue *v)
{
    for (int i = 0; i < uses_count(x->uses, v); i++) {
        const IrOp *op = uses_op(x->uses, v, i);
        if (op->op != IR_STORE && op->op != IR_SETVALID) return true;
    }
    return false;
}

/* bytes that no longer go through memory; 0: not worth it */
static int64_t gain(const Strips *x)
{
    const Chain *c = &x->chain;
    int64_t saved = 0;
    int inner = 0, whole = 0;
    for (int i = 0; i < c->op.n; i++) {
        const IrOp *op = c->op.p[i];
        if (!op->nresults || op->op == IR_SETVALID ||
            !has_shape(op->results[0], c->shape))
            continue;
        if (strips_needs_whole(x, op->results[0])) {
            whole++;
        } else if (is_read_again(x, op->results[0])) {
            saved += ir_bytes(op->results[0]->type);
            inner++;
        }
    }
    return inner > whole ? saved : 0;
}

/* ---- how large a strip is ------------------------------------------------ */

static int64_t divisor_near(int64_t n, int64_t limit)
{
    if (n <= limit) return n;
    for (int64_t d = limit; d > limit / 2; d--)
        if (n % d == 0) return d;
    return limit;
}

static int64_t widest_element(const Chain *c)
{
    int64_t size = 1;
    for (int i = 0; i < c->op.n; i++) {
        const IrOp *op = c->op.p[i];
        const IrValue *v = op->nresults ? op->results[0] : op->args[1];
        const int64_t n = qw_dtype_size(v->type->dtype);
        if (n > size) size = n;
    }
    return size;
}

/* false: the chain is not worth cutting */
static bool choose_size(Strips *x)
{
    Chain *c = &x->chain;
    const int64_t rows = c->shape[0], cols = c->shape[1],
                  bytes = widest_element(c), n = STRIP_BYTES / bytes;
    const bool whole_rows = c->rows || cols <= 2 * n;
    c->size[1] = whole_rows ? cols : divisor_near(cols, n);
    c->size[0] = c->size[1] >= n ? 1 : divisor_near(rows, n / c->size[1]);
    return rows * cols * bytes >= TILE_BYTES &&
        (c->size[0] < rows || c->size[1] < cols);
}

/* ---- all chains ---------------------------------------------------------- */

/* a chain with op, if it can be the first of one */
static void begin(Strips *x, IrOp *op)
{
    const bool reduces = ir_is_row_reduction(op);
    if (!reduces && !is_elementwise_2d(op)) return;
    const IrValue *v = reduces ? op->args[0] : op->results[0];
    if (!is_matrix(v) || ir_elements(v->type) * 8 < TILE_BYTES) return;
    x->chain = (Chain){.shape = {v->type->shape[0], v->type->shape[1]}};
    if (suits(x, op)) join(x, op);
}

/* undecided loops record what each op touches */
static bool is_recorded(const IrOp *op)
{
    for (; op; op = ir_parent_op(op))
        if (op->op == IR_FOR && op->at.verdict == PAR_UNDECIDED) return true;
    return false;
}

static const char *pattern_of(const Chain *c)
{
    for (int i = 0; i < c->op.n; i++)
        for (int k = 0; k < c->op.p[i]->nargs; k++) {
            const IrOp *d = c->op.p[i]->args[k]->def;
            if (d && ir_op_info[d->op].cls == CLS_MATRIX && c->store.n)
                return "F3 epilogue";
        }
    return "F6 rows";
}

/* an op that only another one after the chain needs goes without it */
static void drop_loners(Strips *x)
{
    Chain *c = &x->chain;
    int n = 0;
    for (int i = 0; i < c->op.n; i++) {
        IrOp *op = c->op.p[i];
        x->member[op->id] = op->op == IR_STORE || uses_chain(x, op) ||
            is_read_inside(x, op->results[0]) || !may_come_first(x, op);
        if (x->member[op->id]) c->op.p[n++] = op;
    }
    c->op.n = n;
}

static void finish(Strips *x)
{
    Chain *c = &x->chain;
    drop_loners(x);
    if (!c->op.n) return;
    const IrOp *first = c->op.p[0], *last = vec_last(&c->op);
    const int64_t saved = gain(x);
    if (choose_size(x) && saved) {
        const char *text = is_recorded(first)
            ? "the loop around is undecided, and records what each operation touches"
            : arena_printf(x->c->s->arena,
                           "%d operations in strips of %lld x %lld", c->op.n,
                           (long long)x->chain.size[0],
                           (long long)x->chain.size[1]);
        fusion_note(x->c, pattern_of(c), first, last->span, !is_recorded(first),
                    saved, text);
        if (!is_recorded(first)) {
            strips_write(x);
            x->changed = true;
        }
    }
    for (int i = 0; i < c->op.n; i++) x->member[c->op.p[i]->id] = false;
    c->op.n = 0;
}

static void find_chains(Strips *x, IrRegion *r)
{
    for (IrOp *op = r->first, *next; op; op = next) {
        next = op->next;
        if (x->chain.op.n && suits(x, op) && may_join(x, op)) {
            join(x, op);
            continue;
        }
        if (x->chain.op.n && may_come_first(x, op)) continue;
        if (x->chain.op.n && suits(x, op) && op->op == IR_STORE)
            fusion_note(
                x->c, "F6 rows", op, op->span, false, 0,
                "it stores where an operation of the chain reads or stores");
        finish(x);
        for (int i = 0; i < 2 && op->region[i]; i++)
            find_chains(x, op->region[i]);
        begin(x, op);
    }
    finish(x);
}

bool pass_strips(IrFunc *f, PassCtx *c)
{
    Strips x = {.f = f,
                .c = c,
                .uses = uses_find(f),
                .member = NEW_ARRAY(f->arena, bool, f->next_op + 1)};
    find_chains(&x, f->body);
    if (x.changed) ir_resolve(f);
    return x.changed;
}
