/* Construction and surgery of the tile IR: interned types, uniqued constants,
 * values, ops, regions, cloning, replacement, dead code, walks.
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

/* ---- types and constants -------------------------------------------------- */

/* Two open-addressed tables; sizes are powers of two, at most half full. */
struct TypeTable {
    const Type **type;
    IrValue **konst;
    uint32_t type_cap, const_cap;
    int ntypes, nconsts;
};

static uint32_t hash_word(uint32_t h, uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 29;
    return (h ^ (uint32_t)x ^ (uint32_t)(x >> 32)) * 16777619u;
}

static uint32_t hash_type(const Type *t)
{
    uint32_t h = hash_word(2166136261u,
                           (uint64_t)t->kind * 64 + (uint64_t)t->dtype * 2 +
                               t->is_index);
    for (int i = 0; i < t->rank; i++) h = hash_word(h, (uint64_t)t->shape[i]);
    return h;
}

static bool type_equal(const Type *a, const Type *b)
{
    return a->kind == b->kind && a->dtype == b->dtype &&
        a->is_index == b->is_index && a->rank == b->rank &&
        memcmp(a->shape, b->shape, sizeof a->shape[0] * (size_t)a->rank) == 0;
}

static void grow_types(IrFunc *f)
{
    struct TypeTable *tt = f->types;
    uint32_t cap = tt->type_cap ? tt->type_cap * 2 : 64;
    const Type **tab = NEW_ARRAY(f->arena, const Type *, cap);
    for (uint32_t i = 0; i < tt->type_cap; i++) {
        if (!tt->type[i]) continue;
        uint32_t k = hash_type(tt->type[i]) & (cap - 1);
        while (tab[k]) k = (k + 1) & (cap - 1);
        tab[k] = tt->type[i];
    }
    tt->type = tab;
    tt->type_cap = cap;
}

static const Type *intern_type(IrFunc *f, const Type *t)
{
    struct TypeTable *tt = f->types;
    if ((uint32_t)tt->ntypes * 2 >= tt->type_cap) grow_types(f);
    uint32_t k = hash_type(t) & (tt->type_cap - 1);
    for (; tt->type[k]; k = (k + 1) & (tt->type_cap - 1))
        if (type_equal(tt->type[k], t)) return tt->type[k];
    tt->ntypes++;
    return tt->type[k] = arena_dup(f->arena, t, sizeof *t);
}

const Type *ir_scalar(IrFunc *f, QwDtype d)
{
    return intern_type(f, &(Type){.kind = TY_SCALAR, .dtype = d});
}

const Type *ir_index(IrFunc *f)
{
    return intern_type(f,
                       &(Type){.kind = TY_SCALAR,
                               .dtype = QW_I64,
                               .is_index = true});
}

static const Type *shaped_type(IrFunc *f, TypeKind kind, QwDtype d, int rank,
                               const int64_t *shape)
{
    Type t = {.kind = kind, .dtype = d, .rank = rank};
    for (int i = 0; i < rank; i++) t.shape[i] = shape[i];
    return intern_type(f, &t);
}

const Type *ir_tile(IrFunc *f, QwDtype d, int rank, const int64_t *shape)
{
    return shaped_type(f, TY_TILE, d, rank, shape);
}

const Type *ir_tensor(IrFunc *f, QwDtype d, int rank, const int64_t *shape)
{
    return shaped_type(f, TY_TENSOR, d, rank, shape);
}

const char *ir_shape_text(Session *s, int rank, const int64_t *shape)
{
    Text t = {.a = s->arena};
    text_putc(&t, '[');
    for (int i = 0; i < rank; i++) {
        if (i) text_puts(&t, ", ");
        if (shape[i] < 0)
            text_putc(&t, '?');
        else
            text_printf(&t, "%lld", (long long)shape[i]);
    }
    text_putc(&t, ']');
    return text_str(&t);
}

int64_t ir_elements(const Type *t)
{
    int64_t n = 1;
    for (int k = 0; k < t->rank; k++)
        if (t->shape[k] < 0 || !mul_ok(n, t->shape[k], &n)) return -1;
    return n;
}

int64_t ir_bytes(const Type *t)
{
    int64_t n = ir_elements(t);
    return n < 0 || !mul_ok(n, qw_dtype_size(t->dtype), &n) ? -1 : n;
}

const char *ir_type_text(Session *s, const Type *t)
{
    const char *d = qw_dtype_info[t->dtype].pl ? qw_dtype_info[t->dtype].pl
                                               : "FP64";
    switch (t->kind) {
    case TY_SCALAR:
        return arena_printf(s->arena, "a pl.%s scalar",
                            t->is_index ? "INDEX" : d);
    case TY_TILE:
        return arena_printf(s->arena, "a %s pl.%s tile",
                            ir_shape_text(s, t->rank, t->shape), d);
    case TY_TENSOR:
        return arena_printf(s->arena, "a %s pl.%s tensor",
                            ir_shape_text(s, t->rank, t->shape), d);
    case TY_TASKID: return "a TASK_ID";
    case TY_ERROR: break;
    }
    return "a value with an error";
}

IrValue *ir_value(IrFunc *f, const Type *t, Span span)
{
    IrValue *v = NEW(f->arena, IrValue);
    v->id = f->next_value++;
    v->type = t;
    v->span = span;
    return v;
}

static uint32_t hash_const(const Type *t, int64_t bits)
{
    return hash_word(hash_word(2166136261u, (uint64_t)(uintptr_t)t >> 4),
                     (uint64_t)bits);
}

static void grow_consts(IrFunc *f)
{
    struct TypeTable *tt = f->types;
    uint32_t cap = tt->const_cap ? tt->const_cap * 2 : 64;
    IrValue **tab = NEW_ARRAY(f->arena, IrValue *, cap);
    for (int i = 0; i < f->consts.n; i++) {
        uint32_t k = hash_const(f->consts.p[i]->type, f->consts.p[i]->c.i) &
            (cap - 1);
        while (tab[k]) k = (k + 1) & (cap - 1);
        tab[k] = f->consts.p[i];
    }
    tt->konst = tab;
    tt->const_cap = cap;
}

/* floats are compared by their bits: -0 and 0 differ, a NaN equals itself */
static IrValue *intern_const(IrFunc *f, const Type *t, int64_t bits)
{
    struct TypeTable *tt = f->types;
    if ((uint32_t)f->consts.n * 2 >= tt->const_cap) grow_consts(f);
    uint32_t k = hash_const(t, bits) & (tt->const_cap - 1);
    for (; tt->konst[k]; k = (k + 1) & (tt->const_cap - 1))
        if (tt->konst[k]->type == t && tt->konst[k]->c.i == bits)
            return tt->konst[k];
    IrValue *v = ir_value(f, t, (Span){0, 0});
    v->is_const = true;
    v->c.i = bits;
    vec_push(f->arena, &f->consts, v);
    return tt->konst[k] = v;
}

IrValue *ir_const_int(IrFunc *f, const Type *t, int64_t i)
{
    return intern_const(f, t, i);
}

/* a constant is a value of its type: rounded once, here */
static double round_to(QwDtype t, double d)
{
    switch (t) {
    case QW_F32: return (double)qw_f64_to_f32(d);
    case QW_BF16: return (double)qw_bf16_to_f32(qw_f64_to_bf16(d));
    case QW_F16: return (double)qw_f16_to_f32(qw_f64_to_f16(d));
    default: return d;
    }
}

IrValue *ir_const_float(IrFunc *f, const Type *t, double d)
{
    int64_t bits;
    d = round_to(t->dtype, d);
    memcpy(&bits, &d, sizeof bits);
    return intern_const(f, t, bits);
}

IrValue *ir_idx(IrFunc *f, int64_t i)
{
    return intern_const(f, ir_index(f), i);
}

bool ir_is_const_int(const IrValue *v, int64_t *out)
{
    if (!v->is_const || qw_dtype_is_float(v->type->dtype)) return false;
    if (out) *out = v->c.i;
    return true;
}

bool ir_is_int(const IrValue *v, int64_t want)
{
    int64_t i;
    return v && ir_is_const_int(v, &i) && i == want;
}

/* ---- functions, regions, ops ---------------------------------------------- */

IrFunc *ir_func_new(Session *s, Str name)
{
    IrFunc *f = NEW(s->arena, IrFunc);
    f->s = s;
    f->arena = s->arena;
    f->name = name;
    f->types = NEW(f->arena, struct TypeTable);
    f->body = ir_region(f, NULL);
    return f;
}

IrRegion *ir_region(IrFunc *f, IrOp *owner)
{
    IrRegion *r = NEW(f->arena, IrRegion);
    r->owner = owner;
    return r;
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

/* ---- attached scalars ------------------------------------------------------ */

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

static void each_attached(IrValue *v, void (*fn)(void *, IrValue **), void *ctx)
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
        each_attached(op->results[i], fn, ctx);
    for (int i = 0; i < 2 && op->region[i]; i++)
        for (int k = 0; k < op->region[i]->nargs; k++)
            each_attached(op->region[i]->args[k], fn, ctx);
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

/* ---- cloning ---------------------------------------------------------------- */

typedef struct MapSlot {
    const IrValue *from;
    IrValue *to;
} MapSlot;
struct IrMap {
    Arena *arena;
    MapSlot *slot;
    uint32_t cap;
    int n;
};

IrMap *ir_map_new(IrFunc *f)
{
    IrMap *m = NEW(f->arena, IrMap);
    m->arena = f->arena;
    return m;
}

static MapSlot *map_find(const IrMap *m, const IrValue *from)
{
    uint32_t k = hash_word(2166136261u, (uint64_t)from->id) & (m->cap - 1);
    while (m->slot[k].from && m->slot[k].from != from)
        k = (k + 1) & (m->cap - 1);
    return &m->slot[k];
}

static void map_grow(IrMap *m)
{
    const IrMap old = *m;
    m->cap = old.cap ? old.cap * 2 : 32;
    m->slot = NEW_ARRAY(m->arena, MapSlot, m->cap);
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.slot[i].from) *map_find(m, old.slot[i].from) = old.slot[i];
}

void ir_map_set(IrMap *m, const IrValue *from, IrValue *to)
{
    if ((uint32_t)m->n * 2 >= m->cap) map_grow(m);
    MapSlot *s = map_find(m, from);
    if (!s->from) m->n++;
    *s = (MapSlot){from, to};
}

IrValue *ir_map_get(IrMap *m, IrValue *v)
{
    if (!v || !m || !m->cap) return v;
    const MapSlot *s = map_find(m, v);
    return s->from ? s->to : v;
}

static IrValue **clone_list(IrFunc *f, IrValue **list, int n, IrMap *m)
{
    if (!list) return NULL;
    IrValue **copy = NEW_ARRAY(f->arena, IrValue *, n);
    for (int i = 0; i < n; i++) copy[i] = ir_map_get(m, list[i]);
    return copy;
}

void ir_clone_attached(IrFunc *f, IrValue *to, const IrValue *from, IrMap *m)
{
    const int rank = from->type->rank;
    to->valid = clone_list(f, from->valid, rank, m);
    to->dim = clone_list(f, from->dim, rank, m);
    to->stride = clone_list(f, from->stride, rank, m);
    to->back = clone_list(f, from->back, rank, m);
}

static void clone_value_facts(IrFunc *f, IrValue *to, const IrValue *from,
                              IrMap *m)
{
    to->name = from->name;
    to->span = from->span;
    ir_map_set(m, from, to);
    ir_clone_attached(f, to, from, m);
}

static IrRegion *clone_region(IrFunc *f, const IrRegion *r, IrOp *owner,
                              IrMap *m)
{
    IrRegion *copy = ir_region(f, owner);
    for (int i = 0; i < r->nargs; i++)
        clone_value_facts(f,
                          ir_region_arg(f, copy, r->args[i]->type,
                                        r->args[i]->span),
                          r->args[i], m);
    for (int i = 0; i < r->nargs;
         i++) /* an argument's extents may be other arguments */
        ir_clone_attached(f, copy->args[i], r->args[i], m);
    for (const IrOp *op = r->first; op; op = op->next)
        ir_append(copy, ir_clone(f, op, m));
    return copy;
}

IrOp *ir_clone(IrFunc *f, const IrOp *op, IrMap *m)
{
    IrOp *copy = ir_op(f, op->op, op->span, op->nargs, op->args);
    for (int i = 0; i < op->nargs; i++)
        copy->args[i] = ir_map_get(m, op->args[i]);
    copy->inl = op->inl;
    copy->at = op->at;
    for (int i = 0; i < 2; i++)
        if (op->region[i])
            copy->region[i] = clone_region(f, op->region[i], copy, m);
    for (int i = 0; i < op->nresults; i++)
        clone_value_facts(f, ir_op_result(f, copy, op->results[i]->type),
                          op->results[i], m);
    for (int i = 0; i < op->nresults; i++)
        ir_clone_attached(f, copy->results[i], op->results[i], m);
    return copy;
}

/* ---- replacement -------------------------------------------------------------- */

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
        each_attached(f->params[i].value, resolve_use, NULL);
    ir_walk(f->body, resolve_op, NULL);
}

/* ---- dead code -------------------------------------------------------------------
 * Liveness by marking: roots are the ops with effects; a live value marks its op
 * and, for carried values, the slots it flows through.  Then one sweep. */

static bool zero_step_possible(const IrOp *op)
{
    int64_t step;
    return op->op == IR_FOR &&
        !(ir_is_const_int(op->args[2], &step) && step != 0);
}

bool ir_is_row_reduction(const IrOp *op)
{
    return ir_op_info[op->op].cls == CLS_REDUCE &&
        (op->op < IR_COL_SUM || op->op > IR_COL_MIN);
}

/* must run even if no result is used: memory, checks, control */
static bool ir_has_effect(const IrOp *op)
{
    const IrOpInfo *info = &ir_op_info[op->op];
    if (info->flags & (OPF_W | OPF_T)) return true;
    if (op->op == IR_WHILE || zero_step_possible(op)) return true;
    if (info->flags & OPF_G) return false; /* what is inside decides */
    if (info->flags & OPF_C) {
        if (info->cls == CLS_SCALAR &&
            qw_dtype_is_float(op->results[0]->type->dtype))
            return false;
        if (info->cls == CLS_CHECK)
            return op->op != IR_CLAMP_VALID || !op->at.safe;
        return info->cls == CLS_SCALAR ? !op->at.nowrap : !op->at.safe;
    }
    return false;
}

typedef struct Dce {
    IrFunc *f;
    unsigned char *value, *op; /* live? by id */
    VEC(IrValue *) work;
    VEC(IrOp *) exits; /* every BREAK and CONTINUE */
    int dropped;
} Dce;

static void live_value(void *ctx, IrValue **use)
{
    Dce *d = ctx;
    IrValue *v = *use;
    if (!v || v->is_const || d->value[v->id]) return;
    d->value[v->id] = 1;
    vec_push(d->f->arena, &d->work, v);
}

static void live_args(Dce *d, IrOp *op, int n)
{
    for (int i = 0; i < n; i++) live_value(d, &op->args[i]);
}

/* all that a WHILE carries is live */
static void live_while(Dce *d, IrOp *op)
{
    live_args(d, op, op->nargs);
    for (int i = 0; i < 2; i++)
        live_args(d, op->region[i]->last, op->region[i]->last->nargs);
}

static void live_op(Dce *d, IrOp *op)
{
    for (; op && !d->op[op->id]; op = ir_parent_op(op)) {
        d->op[op->id] = 1;
        if (op->op == IR_WHILE)
            live_while(d, op);
        else if (op->op == IR_FOR)
            live_args(d, op, 3);
        else if (op->op == IR_IF)
            live_args(d, op, 1);
        else if (ir_is_exit(op) && ir_loop_around(op)->op == IR_WHILE)
            live_args(d, op, op->nargs);
        else if (!(ir_op_info[op->op].flags & (OPF_G | OPF_T)))
            ir_each_use(op, live_value, d);
    }
}

static void live_roots(void *ctx, IrOp *op)
{
    Dce *d = ctx;
    if (ir_is_exit(op))
        vec_push(d->f->arena, &d->exits, op);
    else if (ir_op_info[op->op].flags & OPF_T)
        return;
    if (ir_has_effect(op)) live_op(d, op);
}

/* a carried value of a FOR is live: so are its start, its argument, all it becomes */
static void live_slot(Dce *d, IrOp *op, int slot)
{
    live_value(d, &op->args[3 + slot]);
    live_value(d, &op->results[slot]);
    live_value(d, &op->region[0]->args[1 + slot]);
    if (op->region[0]->last->op == IR_YIELD)
        live_value(d, &op->region[0]->last->args[slot]);
    for (int i = 0; i < d->exits.n; i++)
        if (ir_loop_around(d->exits.p[i]) == op)
            live_value(d, &d->exits.p[i]->args[slot]);
}

static void live_through(Dce *d, IrValue *v)
{
    each_attached(v, live_value, d);
    if (v->arg_of && v->arg_of->owner) {
        IrOp *op = v->arg_of->owner;
        live_op(d, op);
        if (op->op == IR_FOR && v->index > 0) live_slot(d, op, v->index - 1);
        return;
    }
    if (!v->def) return;
    live_op(d, v->def);
    if (v->def->op == IR_FOR) live_slot(d, v->def, v->index);
    if (v->def->op != IR_IF && v->def->op != IR_SCOPE) return;
    for (int i = 0; i < 2 && v->def->region[i]; i++)
        if (v->def->region[i]->last->op == IR_YIELD)
            live_value(d, &v->def->region[i]->last->args[v->index]);
}

static void drop_slot(IrValue **list, int *n, int k, bool renumber)
{
    for (int i = k; i + 1 < *n; i++) list[i] = list[i + 1];
    (*n)--;
    for (int i = k; renumber && i < *n; i++) list[i]->index = i;
}

static void drop_result(Dce *d, IrOp *op, int slot)
{
    if (op->op == IR_FOR) {
        for (int i = 0; i < d->exits.n; i++)
            if (ir_loop_around(d->exits.p[i]) == op)
                drop_slot(d->exits.p[i]->args, &d->exits.p[i]->nargs, slot,
                          false);
        drop_slot(op->args, &op->nargs, 3 + slot, false);
        drop_slot(op->region[0]->args, &op->region[0]->nargs, 1 + slot, true);
    }
    drop_slot(op->results, &op->nresults, slot, true);
    for (int i = 0; i < 2 && op->region[i]; i++)
        if (op->region[i]->last->op == IR_YIELD)
            drop_slot(op->region[i]->last->args, &op->region[i]->last->nargs,
                      slot, false);
    d->dropped++;
}

static void sweep(void *ctx, IrOp *op)
{
    Dce *d = ctx;
    if (ir_op_info[op->op].flags & OPF_T) return;
    if (!d->op[op->id]) {
        ir_remove(op);
        d->dropped++;
        return;
    }
    if (op->op != IR_FOR && op->op != IR_IF && op->op != IR_SCOPE) return;
    for (int i = op->nresults - 1; i >= 0; i--)
        if (!d->value[op->results[i]->id]) drop_result(d, op, i);
}

int ir_dce(IrFunc *f)
{
    Dce d = {.f = f};
    d.value = NEW_ARRAY(f->arena, unsigned char, f->next_value + 1);
    d.op = NEW_ARRAY(f->arena, unsigned char, f->next_op + 1);
    for (int i = 0; i < f->nparams; i++)
        each_attached(f->params[i].value, live_value, &d);
    ir_walk(f->body, live_roots, &d);
    while (d.work.n) live_through(&d, d.work.p[--d.work.n]);
    ir_walk(f->body, sweep, &d);
    return d.dropped;
}
