/* Copies of ops with all that is in them, and the map from a value to what
 * stands for it in the copy. */
#include "ir/ir.h"

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
    uint32_t k = (uint32_t)from->id * 2654435769u & (m->cap - 1);
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
