/* Small questions that passes ask: who uses a value,
 * what stands inside what. */
#include "pass/passes.h"

typedef struct Counter {
    Uses *u;
    int *fill;
    IrOp *op;
} Counter;

static void count_use(void *ctx, IrValue **v)
{
    Counter *c = ctx;
    if (*v) c->u->start[(*v)->id + 1]++;
}

static void count_op(void *ctx, IrOp *op)
{
    ir_each_use(op, count_use, ctx);
}

static void fill_use(void *ctx, IrValue **v)
{
    Counter *c = ctx;
    if (*v) c->u->op[c->fill[(*v)->id]++] = c->op;
}

static void fill_op(void *ctx, IrOp *op)
{
    ((Counter *)ctx)->op = op;
    ir_each_use(op, fill_use, ctx);
}

Uses *uses_find(IrFunc *f)
{
    Uses *u = NEW(f->arena, Uses);
    const int n = u->nvalues = f->next_value;
    u->start = NEW_ARRAY(f->arena, int, n + 1);
    Counter c = {.u = u};
    ir_walk(f->body, count_op, &c);
    for (int i = 0; i < n; i++) u->start[i + 1] += u->start[i];
    u->op = NEW_ARRAY(f->arena, IrOp *, u->start[n] + 1);
    c.fill = NEW_ARRAY(f->arena, int, n + 1);
    for (int i = 0; i < n; i++) c.fill[i] = u->start[i];
    ir_walk(f->body, fill_op, &c);
    return u;
}

int uses_count(const Uses *u, const IrValue *v)
{
    return v->id < u->nvalues ? u->start[v->id + 1] - u->start[v->id] : 0;
}

IrOp *uses_op(const Uses *u, const IrValue *v, int i)
{
    return u->op[u->start[v->id] + i];
}

bool value_inside(const IrValue *v, const IrOp *outer)
{
    if (v->def) return v->def != outer && ir_inside(v->def, outer);
    return v->arg_of && v->arg_of->owner && ir_inside(v->arg_of->owner, outer);
}

IrOp *op_ancestor_in(IrOp *op, const IrRegion *r)
{
    while (op && op->parent != r) op = ir_parent_op(op);
    return op;
}

bool is_plain_access(const IrOp *op, const IrValue *t)
{
    const bool load = op->op == IR_LOAD, store = op->op == IR_STORE;
    return (load || store) && op->args[0] == t && !op->at.drop &&
        !op->at.clamp && !op->at.atomic && (load || op->args[1] != t);
}

/* of the scope around it, or NULL */
static Str op_scope_name(const IrOp *op)
{
    for (; op; op = ir_parent_op(op))
        if (op->op == IR_SCOPE && op->at.name) return op->at.name;
    return NULL;
}

void fusion_note(PassCtx *c, const char *pattern, const IrOp *op, Span other,
                 bool taken, int64_t bytes, const char *text)
{
    const FusionNote n = {.pattern = pattern,
                          .scope = op_scope_name(op),
                          .span = op->span,
                          .other = other,
                          .taken = taken,
                          .bytes_saved = bytes,
                          .text = text};
    vec_push(c->s->arena, &c->fusion_notes, n);
}
