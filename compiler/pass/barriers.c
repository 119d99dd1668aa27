/* Cuts the blocks of an spmd loop at their barriers (language.md 9, operation
 * 69): what stands between two barriers becomes an spmd loop of its own.
 *
 *   for spmd %b = 0, 4, 1 {                      %0: &f32[4, 1, 8] = alloc [4, 1, 8]
 *       scope name("x") {                        for spmd %b = 0, 4, 1 {
 *           %t: f32[1, 8] = load %x ...              scope name("x") {
 *           store %y, %t [%b, 0]                         %t: f32[1, 8] = load %x ...
 *           syncall                       ->             store %y, %t [%b, 0]
 *           %u: f32[1, 8] = load %y ...                  store %0, %t [%b, 0, 0] drop(0)
 *           store %z, (%t + %u) ...              } }
 *       }                                        for spmd %b.1 = 0, 4, 1 { scope name("x") {
 *   }                                                %t.1: f32[1, 8] = load %0 [%b.1, 0, 0] ...
 *                                                    ... } }
 *
 * A range loop that holds a barrier moves out of the blocks and runs the pieces
 * of its body one after the other; what it carries lives in memory.
 *
 * A value that a later piece needs is computed again if it is made of
 * scalars that every piece knows, else it goes through a buffer with one
 * element or tile per block.  The last piece keeps the loop and the
 * scope, and so their results. */
#include "pass/passes.h"

enum { OUTSIDE = 0, AROUND = -1 }; /* homes; else 1 + number of the part */
enum { MAX_COPY = 24 };            /* scalar operations worth doing again */

/* one piece of the blocks: a loop with a scope in it */
typedef struct Part {
    IrOp *loop, *scope;
    IrRegion *head;
    IrMap *local;
} Part;
typedef struct Spill {
    int part;
    IrValue *v, *into;
} Spill;
typedef struct Split {
    IrFunc *f;
    PassCtx *c;
    IrOp *loop, *scope;
    VEC(Part) part;
    VEC(Spill) spill; /* what goes to memory at the end of a part */
    int *home;        /* by op id: where its values are */
    IrValue **buffer; /* by value id */
    int nops, nvalues;
    IrRegion *out, *allocs; /* everything; what comes before it */
    IrValue *blocks;
    Span barrier; /* the first one */
    bool failed;
} Split;

static IrValue *local(Split *x, int part, IrValue *v);

static bool has_barrier(const IrRegion *r)
{
    for (const IrOp *op = r->first; op; op = op->next) {
        if (op->op == IR_SYNCALL) return true;
        if (op->op == IR_FOR && has_barrier(op->region[0])) return true;
    }
    return false;
}

static bool is_barrier_loop(const IrOp *op)
{
    return op->op == IR_FOR && has_barrier(op->region[0]);
}

static void fail(Split *x, Span at, const char *why)
{
    if (x->failed) return;
    x->failed = true;
    Diag *d = diag_new(x->c->s, E0605, x->barrier,
                       "the blocks cannot wait for each other here: %s", why);
    diag_label(x->c->s, d, at, "because of this");
    diag_help(
        x->c->s, d,
        "end this `pl.spmd` there and begin another: it waits for all blocks");
}

/* ---- where a value is ---------------------------------------------------- */

static int home(const Split *x, const IrValue *v)
{
    const IrOp *op = v->def ? v->def : v->arg_of ? v->arg_of->owner : NULL;
    return op && op->id < x->nops ? x->home[op->id] : OUTSIDE;
}

/* what the loops around the parts hand on: their variables, references */
static bool is_orchestration(const Split *x, const IrValue *v)
{
    const int h = home(x, v);
    return h == OUTSIDE ||
        (h == AROUND &&
         ((v->arg_of && v->index == 0) || v->type->kind == TY_TENSOR));
}

/* scalars that can be computed again; fuel: how many operations */
static bool is_cheap(const Split *x, const IrValue *v, int *fuel)
{
    if (is_orchestration(x, v) || v == x->loop->region[0]->args[0]) return true;
    if (!v->def || v->def->nresults != 1 || (*fuel)-- <= 0 ||
        home(x, v) == AROUND)
        return false;
    if (ir_op_info[v->def->op].cls != CLS_SCALAR && v->def->op != IR_FULL)
        return false;
    for (int i = 0; i < v->def->nargs; i++)
        if (!is_cheap(x, v->def->args[i], fuel)) return false;
    return true;
}

/* ---- buffers ------------------------------------------------------------- */

static bool is_bool(const IrValue *v)
{
    return v->type->kind == TY_SCALAR && v->type->dtype == QW_BOOL;
}

/* one element or tile per block */
static IrValue *new_buffer(Split *x, const IrValue *v)
{
    IrFunc *f = x->f;
    const int n = v->type->rank + 1;
    int64_t shape[IR_MAX_RANK];
    if (!ir_is_const_int(x->blocks, &shape[0])) shape[0] = -1;
    for (int k = 1; k < n; k++) shape[k] = v->type->shape[k - 1];
    IrOp *op = ir_op(f, IR_ALLOC, v->span, 0, NULL);
    IrValue *t = ir_op_result(f, op,
                              ir_tensor(f, is_bool(v) ? QW_I64 : v->type->dtype,
                                        n, shape));
    t->dim = NEW_ARRAY(f->arena, IrValue *, n);
    t->stride = NEW_ARRAY(f->arena, IrValue *, n);
    t->name = v->name;
    int64_t stride = 1;
    for (int k = n - 1; k >= 0; k--) {
        t->dim[k] = k ? ir_idx(f, shape[k]) : x->blocks;
        t->stride[k] = ir_idx(f, stride);
        stride *= k ? shape[k]
                    : 1; /* a tile: the limit on its bytes bounds it */
    }
    for (int k = 0; k < n; k++) ir_op_add_arg(f, op, t->dim[k]);
    ir_append(x->allocs, op);
    return t;
}

static IrValue *buffer_of(Split *x, IrValue *v)
{
    if (x->buffer[v->id]) return x->buffer[v->id];
    const Spill s = {home(x, v) - 1, v, x->buffer[v->id] = new_buffer(x, v)};
    vec_push(x->f->arena, &x->spill, s);
    return s.into;
}

static void add_zeros(IrFunc *f, IrOp *op, int n)
{
    for (int k = 0; k < n; k++) ir_op_add_arg(f, op, ir_idx(f, 0));
}

static void write_back(Split *x, Spill s)
{
    IrFunc *f = x->f;
    const Part *p = &x->part.p[s.part];
    IrOp *end = p->scope->region[0]->last, *op;
    IrValue *v = local(x, s.part, s.v), *block = p->loop->region[0]->args[0];
    if (is_bool(v)) {
        op = ir_op(f, IR_SELECT, v->span, 3,
                   (IrValue *[]){v, ir_idx(f, 1), ir_idx(f, 0)});
        v = ir_op_result(f, op, ir_index(f));
        ir_insert_before(end, op);
    }
    const bool tile = v->type->kind == TY_TILE;
    op = ir_op(f, tile ? IR_STORE : IR_WRITE, s.v->span, 3,
               (IrValue *[]){s.into, v, block});
    if (tile) add_zeros(f, op, v->type->rank);
    op->at.drop = tile;
    op->at.safe = true;
    ir_insert_before(end, op);
}

static IrValue *read_scalar(Split *x, const Part *p, IrValue *v, IrValue *from)
{
    IrFunc *f = x->f;
    IrOp *op = ir_op(f, IR_READ, v->span, 2,
                     (IrValue *[]){from, p->loop->region[0]->args[0]});
    IrValue *r = ir_op_result(f, op, is_bool(v) ? ir_index(f) : v->type);
    op->at.safe = true;
    ir_append(p->head, op);
    return is_bool(v) ? ir_scmp(f, p->head, CMP_NE, r, ir_idx(f, 0), v->span)
                      : r;
}

static IrValue *read_tile(Split *x, int part, IrValue *v, IrValue *from)
{
    IrFunc *f = x->f;
    const int n = v->type->rank;
    IrValue *valid[IR_MAX_RANK];
    for (int k = 0; k < n; k++) valid[k] = local(x, part, ir_valid(f, v, k));
    const Part *p = &x->part.p[part];
    IrOp *op = ir_op(f, IR_LOAD, v->span, 2,
                     (IrValue *[]){from, p->loop->region[0]->args[0]});
    add_zeros(f, op, n);
    ir_op_add_arg(f, op, ir_idx(f, 1));
    for (int k = 0; k < n; k++) ir_op_add_arg(f, op, valid[k]);
    op->at.drop = 1;
    op->at.safe = true;
    op->at.shape[0] = 1;
    for (int k = 0; k < n; k++) op->at.shape[1 + k] = v->type->shape[k];
    IrValue *r = ir_op_result(f, op, v->type);
    if (v->valid) r->valid = NEW_ARRAY(f->arena, IrValue *, n + 1);
    for (int k = 0; v->valid && k < n; k++)
        r->valid[k] = v->valid[k] ? valid[k] : NULL;
    ir_append(p->head, op);
    return r;
}

/* ---- a value as a part sees it ------------------------------------------- */

/* scalars again, at the end of r */
static IrValue *copy_scalar(Split *x, IrRegion *r, IrMap *m, IrValue *v,
                            IrValue *block)
{
    IrValue *known = ir_map_get(m, v);
    if (v == x->loop->region[0]->args[0]) return block;
    if (known != v || is_orchestration(x, v)) return known;
    for (int i = 0; i < v->def->nargs; i++)
        ir_map_set(m, v->def->args[i],
                   copy_scalar(x, r, m, v->def->args[i], block));
    ir_append(r, ir_clone(x->f, v->def, m));
    return ir_map_get(m, v);
}

static bool has_known_extents(const Split *x, IrValue *t)
{
    IrValue ***list[4];
    const int n = ir_attached(t, list);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < t->type->rank; k++)
            if ((*list[i])[k] && !is_orchestration(x, (*list[i])[k]))
                return false;
    return true;
}

/* may the scalar be had outside the branch that it is in? */
static bool is_free_of_branch(const Split *x, const IrValue *v)
{
    if (is_orchestration(x, v) || v == x->loop->region[0]->args[0]) return true;
    if (ir_parent_op(v->def)->op == IR_SCOPE) return true;
    if ((ir_op_info[v->def->op].flags & OPF_C) && !v->def->at.nowrap)
        return false;
    for (int i = 0; i < v->def->nargs; i++)
        if (!is_free_of_branch(x, v->def->args[i])) return false;
    return true;
}

static bool is_known_condition(const Split *x, const IrValue *v)
{
    int fuel = MAX_COPY;
    return (v->def && ir_parent_op(v->def)->op == IR_SCOPE) ||
        (is_cheap(x, v, &fuel) && is_free_of_branch(x, v));
}

/* `t = y if c else z`, for tensors: the choice is made again.  NULL: v is none,
 * or its condition is there for blocks of one branch only */
static IrValue *choose_again(Split *x, int part, IrValue *v)
{
    const Part *p = &x->part.p[part];
    IrOp *old = v->def;
    IrValue *arm[2];
    if (!old || old->op != IR_IF || !has_known_extents(x, v) ||
        !is_known_condition(x, old->args[0]))
        return NULL;
    for (int i = 0; i < 2; i++) {
        const IrOp *end = old->region[i]->last;
        if (end->op != IR_YIELD) return NULL;
        arm[i] = end->args[v->index];
        if (!is_orchestration(x, arm[i]))
            arm[i] = choose_again(x, part, arm[i]);
        if (!arm[i]) return NULL;
    }
    IrValue *cond = local(x, part, old->args[0]);
    IrOp *op = ir_op(x->f, IR_IF, old->span, 1, &cond);
    for (int i = 0; i < 2; i++) {
        op->region[i] = ir_region(x->f, op);
        ir_append(op->region[i], ir_op(x->f, IR_YIELD, old->span, 1, &arm[i]));
    }
    IrValue *r = ir_op_result(x->f, op, v->type);
    ir_clone_attached(x->f, r, v, NULL);
    r->name = v->name;
    ir_append(p->head, op);
    ir_map_set(p->local, v, r);
    return r;
}

static IrValue *from_elsewhere(Split *x, int part, IrValue *v)
{
    const Part *p = &x->part.p[part];
    int fuel = MAX_COPY;
    if (is_cheap(x, v, &fuel))
        return copy_scalar(x, p->head, p->local, v,
                           p->loop->region[0]->args[0]);
    if (home(x, v) - 1 > part) {
        fail(x, v->span, "a block hands this value to the next one");
        return v;
    }
    if (v->type->kind != TY_SCALAR && v->type->kind != TY_TILE) {
        IrValue *again = v->type->kind == TY_TENSOR ? choose_again(x, part, v)
                                                    : NULL;
        if (again) return again;
        fail(x, v->span,
             "which tensor this is was decided before, by each block for itself");
        return v;
    }
    IrValue *from = buffer_of(x, v);
    IrValue *r = v->type->kind == TY_TILE ? read_tile(x, part, v, from)
                                          : read_scalar(x, p, v, from);
    r->name = v->name;
    ir_map_set(p->local, v, r);
    return r;
}

static IrValue *local(Split *x, int part, IrValue *v)
{
    if (v == x->loop->region[0]->args[0])
        return x->part.p[part].loop->region[0]->args[0];
    if (home(x, v) == 1 + part || is_orchestration(x, v) || x->failed) return v;
    IrValue *known = ir_map_get(x->part.p[part].local, v);
    return known != v ? known : from_elsewhere(x, part, v);
}

/* first everything is looked up, while the values
 * still are those of the source */
typedef struct Rewrite {
    Split *x;
    int part;
    bool look;
} Rewrite;

static void rewrite_use(void *ctx, IrValue **v)
{
    const Rewrite *w = ctx;
    IrValue *to = *v ? local(w->x, w->part, *v) : NULL;
    if (!w->look) *v = to;
}

static void rewrite_op(void *ctx, IrOp *op)
{
    ir_each_use(op, rewrite_use, ctx);
}

static void rewrite_all(Split *x, bool look)
{
    for (int i = 0; i < x->part.n; i++) {
        Rewrite w = {x, i, look};
        ir_walk(x->part.p[i].scope->region[0], rewrite_op, &w);
    }
}

/* ---- cutting ------------------------------------------------------------- */

static int new_part(Split *x, IrRegion *out)
{
    IrFunc *f = x->f;
    const IrOp *old = x->loop;
    Part p = {.head = ir_region(f, NULL), .local = ir_map_new(f)};
    p.loop = ir_op(f, IR_FOR, old->span, 3, old->args);
    p.loop->at = old->at;
    p.loop->inl = old->inl;
    p.loop->region[0] = ir_region(f, p.loop);
    const IrValue *block = old->region[0]->args[0];
    ir_region_arg(f, p.loop->region[0], block->type, block->span)->name =
        block->name;
    p.scope = ir_op(f, IR_SCOPE, x->scope->span, 0, NULL);
    p.scope->at = x->scope->at;
    p.scope->inl = x->scope->inl;
    p.scope->region[0] = ir_region(f, p.scope);
    ir_append(p.loop->region[0], p.scope);
    ir_append(p.loop->region[0], ir_op(f, IR_YIELD, old->span, 0, NULL));
    ir_append(p.scope->region[0], ir_op(f, IR_YIELD, old->span, 0, NULL));
    ir_append(out, p.loop);
    vec_push(f->arena, &x->part, p);
    return x->part.n - 1;
}

/* the original loop and scope, which have the results, are the last part */
static void become_last(Split *x, IrOp *end)
{
    Part *p = &vec_last(&x->part);
    IrRegion *from = p->scope->region[0], *to = x->scope->region[0];
    ir_remove(from->last);
    while (from->first) {
        IrOp *op = from->first;
        ir_remove(op);
        ir_append(to, op);
    }
    ir_append(to, end);
    ir_remove(p->loop);
    ir_remove(x->loop);
    ir_append(x->out, x->loop);
    p->loop = x->loop;
    p->scope = x->scope;
}

static void set_home(Split *x, IrOp *op, int h)
{
    x->home[op->id] = h;
    for (int i = 0; i < 2 && op->region[i]; i++)
        for (IrOp *o = op->region[i]->first; o; o = o->next) set_home(x, o, h);
}

static void cut(Split *x, IrRegion *from, IrRegion *out);

static void spill(Split *x, int part, IrValue *v, IrValue *into)
{
    const Spill s = {part, v, into};
    vec_push(x->f->arena, &x->spill, s);
}

static bool knows_block(const Split *x, const IrValue *v)
{
    if (v == x->loop->region[0]->args[0]) return true;
    for (int i = 0; i < (is_orchestration(x, v) ? 0 : v->def->nargs); i++)
        if (knows_block(x, v->def->args[i])) return true;
    return false;
}

/* for what runs around the parts: the same in every block */
static void orchestrated(Split *x, IrRegion *at, IrValue **v, Span span)
{
    int fuel = 1000;
    if (!is_cheap(x, *v, &fuel) || knows_block(x, *v))
        fail(x, span, "blocks may differ in this loop");
    else
        *v = copy_scalar(x, at, ir_map_new(x->f), *v, NULL);
}

/* tiles and scalars that the loop carries go through memory, references stay */
static void keep_references(Split *x, IrOp *loop, const IrOp *end, IrOp *yield)
{
    IrFunc *f = x->f;
    IrRegion *body = loop->region[0];
    IrValue **args = loop->args, **in = body->args, **results = loop->results;
    const int n = loop->nresults;
    loop->args = body->args = loop->results = NULL;
    loop->nargs = body->nargs = loop->nresults = 0;
    for (int i = 0; i < 3; i++) ir_op_add_arg(f, loop, args[i]);
    body->args = NEW_ARRAY(f->arena, IrValue *, n + 1);
    loop->results = NEW_ARRAY(f->arena, IrValue *, n + 1);
    body->args[body->nargs++] = in[0];
    for (int i = 0; i < n; i++) {
        if (results[i]->type->kind != TY_TENSOR) continue;
        ir_op_add_arg(f, loop, args[3 + i]);
        ir_op_add_arg(f, yield, end->args[i]);
        in[1 + i]->index = body->nargs;
        results[i]->index = loop->nresults;
        body->args[body->nargs++] = in[1 + i];
        loop->results[loop->nresults++] = results[i];
        if (!is_orchestration(x, args[3 + i]) ||
            !is_orchestration(x, end->args[i]) ||
            !has_known_extents(x, in[1 + i]) ||
            !has_known_extents(x, results[i]))
            fail(
                x, results[i]->span,
                "which tensor this is was decided before, by each block for itself");
    }
}

static void cut_loop(Split *x, IrOp *loop, int before, IrRegion *out)
{
    IrRegion *body = loop->region[0], *inside = ir_region(x->f, NULL);
    IrOp *end = body->last;
    const IrOp *leave = ir_find_exit(body, EXIT_LOOP);
    if (leave)
        return fail(x, leave->span,
                    "a block may leave the loop before the others");
    x->home[loop->id] = AROUND;
    for (int i = 0; i < 3; i++)
        orchestrated(x, out, &loop->args[i], loop->span);
    ir_append(out, loop);
    for (int i = 0; i < loop->nresults; i++) {
        IrValue *in = body->args[1 + i];
        if (in->type->kind == TY_TENSOR) continue;
        x->buffer[in->id] = x->buffer[loop->results[i]->id] = new_buffer(x, in);
        spill(x, before, loop->args[3 + i], x->buffer[in->id]);
    }
    cut(x, body, inside);
    if (x->failed) return;
    const int last = x->part.n - 1;
    for (int i = 0; i < loop->nresults; i++)
        if (x->buffer[body->args[1 + i]->id] &&
            end->args[i] != body->args[1 + i])
            spill(x, last, end->args[i], x->buffer[body->args[1 + i]->id]);
    ir_remove(end);
    IrOp *yield = ir_op(x->f, IR_YIELD, end->span, 0, NULL);
    ir_append(inside, yield);
    keep_references(x, loop, end, yield);
    while (inside->first) {
        IrOp *op = inside->first;
        ir_remove(op);
        ir_append(body, op);
    }
}

static void cut(Split *x, IrRegion *from, IrRegion *out)
{
    int p = new_part(x, out);
    for (IrOp *op = from->first, *next; op && !x->failed; op = next) {
        next = op->next;
        if (ir_op_info[op->op].flags & OPF_T) break;
        ir_remove(op);
        if (op->op == IR_SYNCALL)
            p = new_part(x, out);
        else if (is_barrier_loop(op)) {
            cut_loop(x, op, p, out);
            p = new_part(x, out);
        } else {
            set_home(x, op, 1 + p);
            ir_insert_before(x->part.p[p].scope->region[0]->last, op);
        }
    }
}

/* ---- one loop ------------------------------------------------------------ */

static void rewrite_parts(Split *x)
{
    rewrite_all(x, true);
    for (int i = 0; i < x->spill.n && !x->failed; i++)
        write_back(x, x->spill.p[i]); /* may add others */
    rewrite_all(x, false);
    for (int i = 0; i < x->part.n && !x->failed; i++) {
        const Part *p = &x->part.p[i];
        ir_splice_before(p->scope->region[0]->first, p->head);
        if (p->loop != x->loop &&
            p->scope->region[0]->first == p->scope->region[0]->last)
            ir_remove(p->loop);
    }
}

static Span first_barrier(const IrRegion *r)
{
    const IrOp *op = r->first;
    while (op->op != IR_SYNCALL && !is_barrier_loop(op)) op = op->next;
    return op->op == IR_SYNCALL ? op->span : first_barrier(op->region[0]);
}

static void split_loop(IrFunc *f, PassCtx *c, IrOp *loop, IrOp *scope)
{
    Split x = {.f = f,
               .c = c,
               .loop = loop,
               .scope = scope,
               .nops = f->next_op,
               .nvalues = f->next_value};
    x.home = NEW_ARRAY(f->arena, int, x.nops + 1);
    x.buffer = NEW_ARRAY(f->arena, IrValue *, x.nvalues + 1);
    x.out = ir_region(f, NULL);
    x.allocs = ir_region(f, NULL);
    x.barrier = first_barrier(scope->region[0]);
    x.blocks = ir_smax(f, x.allocs, loop->args[1], ir_idx(f, 0), loop->span);
    IrOp *here = ir_op(f, IR_YIELD, loop->span, 0, NULL),
         *end = scope->region[0]->last;
    ir_insert_before(loop, here);
    cut(&x, scope->region[0], x.out);
    if (x.failed) return;
    ir_remove(end);
    become_last(&x, end);
    x.home[loop->id] =
        x.part.n; /* what its body has beside the scope, and what it carries */
    for (IrOp *op = loop->region[0]->first; op; op = op->next)
        if (op != scope) set_home(&x, op, x.part.n);
    rewrite_parts(&x);
    ir_splice_before(here, x.allocs);
    ir_splice_before(here, x.out);
    ir_remove(here);
}

/* ---- the pass ------------------------------------------------------------ */

typedef struct Find {
    Arena *a;
    VEC(IrOp *) scopes;
} Find;

static void find_blocks(void *ctx, IrOp *op)
{
    Find *x = ctx;
    const IrOp *loop = op->op == IR_SCOPE ? ir_parent_op(op) : NULL;
    if (loop && loop->op == IR_FOR && loop->at.loop == LOOP_SPMD &&
        has_barrier(op->region[0]))
        vec_push(x->a, &x->scopes, op);
}

bool pass_barriers(IrFunc *f, PassCtx *c)
{
    Find find = {f->arena, {0}};
    ir_walk(f->body, find_blocks, &find);
    for (int i = 0; i < find.scopes.n; i++)
        split_loop(f, c, ir_parent_op(find.scopes.p[i]), find.scopes.p[i]);
    return find.scopes.n > 0;
}
