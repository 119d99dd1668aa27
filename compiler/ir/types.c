/* Interned types and uniqued constants of a function, and what types say about
 * size.  Equal types are equal pointers, and so are equal constants: floats are
 * compared by their bits. */
#include "ir/ir.h"
#include <string.h>

/* Two open-addressed tables; sizes are powers of two, at most half full. */
struct TypeTable {
    const Type **type;
    IrValue **konst;
    uint32_t type_cap, const_cap;
    int ntypes;
};

static struct TypeTable *table_of(IrFunc *f)
{
    if (!f->types) f->types = NEW(f->arena, struct TypeTable);
    return f->types;
}

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
    struct TypeTable *tt = table_of(f);
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
    struct TypeTable *tt = table_of(f);
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

static uint32_t hash_const(const Type *t, int64_t bits)
{
    return hash_word(hash_word(2166136261u, (uint64_t)(uintptr_t)t >> 4),
                     (uint64_t)bits);
}

static void grow_consts(IrFunc *f)
{
    struct TypeTable *tt = table_of(f);
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
    struct TypeTable *tt = table_of(f);
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
