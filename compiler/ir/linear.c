/* Linear forms of INDEX scalars: c + sum of k * v over opaque values v.  This
 * is what makes (k0 + 128) - k0 the constant 128, and two windows consecutive.
 *
 * Forms are exact in integers: every scalar op traps on overflow, so a value
 * that exists equals its form.  A form that would need more than 16 terms or
 * coefficients beyond 64 bits is the value itself as one opaque term. */
#include "ir/ir.h"
#include "ir/facts.h"
#include <string.h>

enum { MAX_TERMS = LEN(((IrLinear *)0)->term) };

void ir_facts_reset(IrFunc *f)
{
    f->facts = NULL;
}

static void *grow_list(IrFunc *f, const void *old, int n, int cap, size_t size)
{
    void *list = arena_alloc_array(f->arena, (size_t)cap, size);
    if (n) memcpy(list, old, (size_t)n * size);
    return list;
}

struct IrFacts *ir_facts(IrFunc *f, const IrValue *v)
{
    if (!f->facts) f->facts = NEW(f->arena, struct IrFacts);
    struct IrFacts *k = f->facts;
    if (v->id < k->cap) return k;
    const int cap = f->next_value + f->next_value / 2 + 64, n = k->cap;
    k->linear = grow_list(f, k->linear, n, cap, sizeof *k->linear);
    k->range = grow_list(f, k->range, n, cap, sizeof *k->range);
    k->state = grow_list(f, k->state, n, cap, sizeof *k->state);
    k->cap = cap;
    return k;
}

static IrLinear opaque(IrValue *v)
{
    IrLinear l = {.n = 1, .ok = true};
    l.term[0].v = v;
    l.term[0].k = 1;
    return l;
}

bool ir_linear_add_term(IrLinear *l, IrValue *v, int64_t k)
{
    int i = 0;
    while (i < l->n && l->term[i].v != v) i++;
    if (i == MAX_TERMS) return false;
    if (i == l->n) {
        l->term[i].v = v;
        l->term[i].k = 0;
        l->n++;
    }
    if (!add_ok(l->term[i].k, k, &l->term[i].k)) return false;
    if (l->term[i].k == 0) l->term[i] = l->term[--l->n];
    return true;
}

bool ir_linear_add(IrLinear *l, const IrLinear *m, int64_t k)
{
    int64_t t;
    if (!mul_ok(m->c, k, &t) || !add_ok(l->c, t, &l->c)) return false;
    for (int i = 0; i < m->n; i++)
        if (!mul_ok(m->term[i].k, k, &t) ||
            !ir_linear_add_term(l, m->term[i].v, t))
            return false;
    return true;
}

static IrLinear linear(IrFunc *f, IrValue *v, int depth);

/* one operand is a constant */
static bool linear_product(IrFunc *f, const IrOp *op, int depth, IrLinear *out)
{
    const IrLinear a = linear(f, op->args[0], depth),
                   b = linear(f, op->args[1], depth);
    if (b.n == 0) return ir_linear_add(out, &a, b.c);
    return a.n == 0 && ir_linear_add(out, &b, a.c);
}

/* the quotient is linear where every coefficient is divisible */
static bool linear_quotient(IrFunc *f, const IrOp *op, int depth, IrLinear *out)
{
    int64_t d;
    if (!ir_is_const_int(op->args[1], &d) || d <= 0) return false;
    const IrLinear a = linear(f, op->args[0], depth);
    for (int i = 0; i < a.n; i++)
        if (a.term[i].k % d != 0 ||
            !ir_linear_add_term(out, a.term[i].v, a.term[i].k / d))
            return false;
    out->c = floor_div(a.c, d);
    return true;
}

static bool linear_of_op(IrFunc *f, const IrOp *op, int depth, IrLinear *out)
{
    IrLinear a;
    int64_t k;
    switch (op->op) {
    case IR_SADD:
    case IR_SSUB:
        *out = linear(f, op->args[0], depth);
        a = linear(f, op->args[1], depth);
        return ir_linear_add(out, &a, op->op == IR_SADD ? 1 : -1);
    case IR_SNEG:
        a = linear(f, op->args[0], depth);
        return ir_linear_add(out, &a, -1);
    case IR_SMUL: return linear_product(f, op, depth, out);
    case IR_SSHL:
        if (!ir_is_const_int(op->args[1], &k) || k < 0 || k > 62) return false;
        a = linear(f, op->args[0], depth);
        return ir_linear_add(out, &a, (int64_t)1 << k);
    case IR_SFLOORDIV: return linear_quotient(f, op, depth, out);
    case IR_SCAST:
        if (!qw_dtype_is_int(op->args[0]->type->dtype) ||
            op->results[0]->type->dtype == QW_BOOL)
            return false; /* to BOOL: is it not 0 */
        *out = linear(f, op->args[0], depth);
        return true;
    default: return false;
    }
}

static bool is_int_scalar(const IrValue *v)
{
    return v->type->kind == TY_SCALAR && qw_dtype_is_int(v->type->dtype);
}

static bool same_number(IrFunc *f, IrValue *a, IrValue *b, int depth)
{
    if (a == b) return true;
    if (!is_int_scalar(a) || !is_int_scalar(b)) return false;
    IrLinear d = linear(f, a, depth);
    const IrLinear m = linear(f, b, depth);
    return ir_linear_add(&d, &m, -1) && d.n == 0 && d.c == 0;
}

/* the same quotient, remainder ... a little before v, or
 * NULL: i % 4 + 1 - i % 4 is 1 */
static IrValue *twin(IrFunc *f, const IrOp *op, int depth)
{
    if (op->op != IR_SFLOORDIV && op->op != IR_SMOD && op->op != IR_SMUL)
        return NULL;
    int left = 32;
    for (const IrOp *o = op->prev; o && left > 0; o = o->prev, left--)
        if (o->op == op->op && is_int_scalar(o->results[0]) &&
            same_number(f, o->args[0], op->args[0], depth) &&
            same_number(f, o->args[1], op->args[1], depth))
            return o->results[0];
    return NULL;
}

static IrLinear *remember(IrFunc *f, const IrLinear *l)
{
    const size_t size = offsetof(IrLinear, term) +
        (size_t)l->n * sizeof l->term[0];
    return arena_dup(f->arena, l, size);
}

static IrLinear linear(IrFunc *f, IrValue *v, int depth)
{
    IrLinear l = {.ok = true};
    if (v->is_const && is_int_scalar(v)) {
        l.c = v->c.i;
        return l;
    }
    if (!is_int_scalar(v) || depth >= IR_FACT_DEPTH) return opaque(v);
    struct IrFacts *k = ir_facts(f, v);
    if (k->linear[v->id]) {
        memcpy(&l, k->linear[v->id],
               offsetof(IrLinear, term) +
                   (size_t)k->linear[v->id]->n * sizeof l.term[0]);
        return l;
    }
    if (!v->def || !linear_of_op(f, v->def, depth + 1, &l)) {
        IrValue *t = v->def ? twin(f, v->def, depth + 1) : NULL;
        l = t ? linear(f, t, depth + 1) : opaque(v);
    }
    l.ok = true;
    k = ir_facts(f, v);
    k->linear[v->id] = remember(f, &l);
    return l;
}

IrLinear ir_linear(IrFunc *f, IrValue *v)
{
    IrLinear l = linear(f, v, 0);
    l.ok = is_int_scalar(v);
    return l;
}

int64_t ir_linear_coef(const IrLinear *l, const IrValue *v)
{
    for (int i = 0; i < l->n; i++)
        if (l->term[i].v == v) return l->term[i].k;
    return 0;
}

bool ir_diff_linear(IrFunc *f, IrValue *a, IrValue *b, IrLinear *d)
{
    *d = ir_linear(f, a);
    const IrLinear m = ir_linear(f, b);
    return ir_linear_add(d, &m, -1);
}

bool ir_diff_const(IrFunc *f, IrValue *a, IrValue *b, int64_t *d)
{
    IrLinear l;
    if (a != b && (!is_int_scalar(a) || !is_int_scalar(b))) return false;
    if (!ir_diff_linear(f, a, b, &l) || l.n) return false;
    *d = l.c;
    return true;
}

bool ir_equal(IrFunc *f, IrValue *a, IrValue *b)
{
    int64_t d;
    return a == b || (ir_diff_const(f, a, b, &d) && d == 0);
}
