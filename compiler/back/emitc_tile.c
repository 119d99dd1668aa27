/* Tiles in C: where a tile's pointer comes from, and the ops that move or mark
 * elements: full, slice, assemble, reshape, set_validshape, fillpad, read,
 * write ...  Elements outside the valid region may be garbage in a buffer, so
 * whatever makes them valid writes them first. */
#include "back/emit.h"
#include <string.h>

/* ---- pointers ------------------------------------------------------------ */

/* the name for a tile the user did not name: the next
 * user's name in the same buffer */
static const char *tile_hint(Em *e, IrValue *v)
{
    if (v->name) return v->name->s;
    const Slot *s = e->plan->slots.p[e->plan->where[v->id].slot];
    const char *any = NULL;
    bool passed = false;
    for (int i = 0; i < s->members.n; i++) {
        passed |= s->members.p[i] == v;
        if (!s->members.p[i]->name) continue;
        if (passed) return s->members.p[i]->name->s;
        any = s->members.p[i]->name->s;
    }
    return any ? any : v->def ? ir_op_info[v->def->op].text : "tile";
}

void tile_define(Em *e, IrValue *v)
{
    int slot = e->plan->where[v->id].slot, same = 0;
    const char *hint = tile_hint(e, v),
               *type = arena_printf(e->a, "%s *", ctype(v->type->dtype));
    Fn *fn = e->fn;
    for (int i = fn->visible.n; i-- > 0;) {
        const struct Visible *seen = &fn->visible.p[i];
        if (seen->slot != slot || strcmp(e->vars.p[seen->var].type, type))
            continue;
        if (!same) same = seen->var;
        if (strcmp(e->vars.p[seen->var].hint, hint)) continue;
        em_bind(e, v, seen->var);
        return;
    }
    int var;
    if (same) {
        var = var_pure(e, hint, type, ex_var(e, same)); /* works in place */
    } else {
        var = var_new(e, hint, type, true);
        Ex at = ex_add(e, ex_var(e, fn->frame),
                       ex_int(e, e->plan->slots.p[slot]->offset));
        put_decl(e, var, true, "(%s)%u", type, at);
    }
    em_bind(e, v, var);
    struct Visible now = {slot, var, fn->indent};
    vec_push(e->a, &fn->visible, now);
}

Ex temp_pointer(Em *e, const IrOp *op, int which, QwDtype d, const char *hint)
{
    int slot = e->plan->temp[op->id][which];
    if (slot < 0)
        ice(e->s, op->span, "emit: %s has no scratch", ir_op_info[op->op].text);
    const char *type = arena_printf(e->a, "%s *", ctype(d));
    int var = var_new(e, hint, type, true);
    Ex at = ex_add(e, ex_var(e, e->fn->frame),
                   ex_int(e, e->plan->slots.p[slot]->offset));
    put_decl(e, var, true, "(%s)%u", type, at);
    return ex_var(e, var);
}

/* result and operand k are one buffer */
static bool tile_in_place(Em *e, const IrOp *op, int k)
{
    IrValue *a = op->args[k], *r = op->results[0];
    if (a->type->kind != TY_TILE ||
        e->plan->where[a->id].slot != e->plan->where[r->id].slot)
        return false;
    return memcmp(e->plan->where[a->id].stride, e->plan->where[r->id].stride,
                  sizeof(int64_t[TILE_MAX_RANK])) == 0;
}

Mat tile_begin(Em *e, IrOp *op, int k)
{
    IrValue *a = op->args[k];
    bool here = tile_in_place(e, op, k);
    Mat x = mat_of(e, a);
    tile_define(e, op->results[0]);
    Mat d = mat_of(e, op->results[0]);
    if (!here) mat_copy(e, d, x, x.valid);
    return d;
}

/* ---- filling outside the valid region ------------------------------------ */

static bool is_full(const Mat *m, const Ex *valid)
{
    for (int k = 0; k < m->rank; k++)
        if (!ex_is(valid[k], m->shape[k])) return false;
    return true;
}

static void nominal(Em *e, const Mat *m, Ex *shape)
{
    for (int k = 0; k < m->rank; k++) shape[k] = ex_int(e, m->shape[k]);
}

void mat_pad(Em *e, Mat m, const Ex *valid, Ex value)
{
    if (is_full(&m, valid)) return;
    Mat *one[] = {&m};
    Ex shape[IR_MAX_RANK], inside = ex_int(e, 1);
    nominal(e, &m, shape);
    int first = e->vars.n, opened = mat_open(e, 1, one, shape, 2);
    for (int k = 0, v = first; k < m.rank - 2; k++) {
        Ex at = ex_is(shape[k], 1) ? ex_int(e, 0) : ex_var(e, v++);
        if (ex_is(valid[k], m.shape[k])) continue;
        Ex in = ex_bin(e, at, "<", PREC_REL, valid[k]);
        inside = ex_and(e, inside, in);
    }
    int r = m.rank;
    Ex rows = mat_extent(e, r, valid, 2);
    if (!ex_is(inside, 1))
        rows = ex_fmt(e, PREC_COND, "%c ? %c : 0", inside, rows);
    put_line(e, "qw_pad(%d, %e, %e, %e, %e, %e, %e, %e);",
             (int64_t)qw_dtype_size(m.dt), m.ptr, mat_ld(e, &m), value, rows,
             mat_extent(e, r, valid, 1), mat_extent(e, r, shape, 2),
             mat_extent(e, r, shape, 1));
    mat_close(e, opened);
}

Ex ex_zero(Em *e, QwDtype d)
{
    return ex_fmt(e, PREC_UNARY, d == QW_F32 ? "&(%s){0.0f}" : "&(%s){0}",
                  ctype(d));
}

/* pl.PadValue: the finite extremes of the dtype (language.md 9, op 6) */
static Ex pad_value(Em *e, QwDtype d, PadValue p)
{
    if (p == PAD_ZERO) return ex_zero(e, d);
    bool low = p == PAD_MIN;
    const char *t = ctype(d);
    if (d == QW_F32)
        return ex_fmt(e, PREC_UNARY, "&(float){%s3.40282347e+38f}",
                      low ? "-" : "");
    if (d == QW_BF16)
        return ex_fmt(e, PREC_UNARY, "&(uint16_t){%s}",
                      low ? "0xff7f" : "0x7f7f");
    if (d == QW_F16)
        return ex_fmt(e, PREC_UNARY, "&(uint16_t){%s}",
                      low ? "0xfbff" : "0x7bff");
    if (d == QW_U64 && !low)
        return ex_fmt(e, PREC_UNARY, "&(uint64_t){18446744073709551615u}");
    return ex_fmt(e, PREC_UNARY, "&(%s){%e}", t,
                  ex_int(e, low ? qw_dtype_min(d) : (int64_t)qw_dtype_max(d)));
}

/* ---- handlers ------------------------------------------------------------ */

static void emit_full(Em *e, IrOp *op)
{
    IrValue *r = op->results[0];
    Ex shape[IR_MAX_RANK];
    tile_define(e, r);
    if (op->at.unfilled) return;
    Mat d = mat_of(e, r);
    if (d.rank > 2) { /* dense: one call on all rows */
        for (int k = 1; k < d.rank - 1; k++) d.shape[0] *= d.shape[k];
        d.shape[1] = d.shape[d.rank - 1];
        d.stride[0] = d.stride[d.rank - 2];
        d.rank = 2;
    }
    nominal(e, &d, shape);
    mat_fill(e, d, ex_literal(e, r->type->dtype, op->args[0]), shape);
}

static void emit_arange(Em *e, IrOp *op)
{
    IrValue *r = op->results[0];
    tile_define(e, r);
    put_line(e, "qw_arange(%s, %e, %e, %d);", dtype_enum(r->type->dtype),
             em_value(e, r), em_value(e, op->args[0]),
             r->type->shape[r->type->rank - 1]);
}

static void emit_slice(Em *e, IrOp *op)
{
    IrValue *t = op->args[0], *r = op->results[0];
    int n = t->type->rank;
    emit_window_check(e, op, t, op->args + 1, op->args + 1 + n);
    Mat s = mat_window(e, t, op->args + 1, op->at.drop);
    if (e->plan->where[r->id].base) {
        const char *type = arena_printf(e->a, "const %s *",
                                        ctype(r->type->dtype));
        em_bind(e, r, var_pure(e, em_name(r, "part"), type, s.ptr));
        return;
    }
    tile_define(e, r);
    Mat d = mat_of(e, r);
    mat_copy(e, d, s, d.valid);
}

bool direct_assemble(Em *e, const IrOp *op)
{
    IrOp *put = op->next;
    return put && put->op == IR_ASSEMBLE && put->at.direct &&
        op->nresults == 1 && put->args[1] == op->results[0] &&
        tile_in_place(e, put, 0);
}

Mat assemble_target(Em *e, IrOp *put)
{
    const IrValue *u = put->args[1];
    Mat d = tile_begin(e, put, 0);
    d.ptr = mat_at(e, &d, put->args + 2);
    for (int k = 0; k < d.rank; k++) {
        d.shape[k] = u->type->shape[k];
        d.valid[k] = em_value(e, ir_valid(e->f, (IrValue *)(uintptr_t)u, k));
    }
    return d;
}

static void emit_assemble(Em *e, IrOp *op)
{
    if (op->prev && direct_assemble(e, op->prev)) return;
    IrValue *t = op->args[0], *u = op->args[1], *win[IR_MAX_RANK];
    for (int k = 0; k < u->type->rank; k++) win[k] = ir_valid(e->f, u, k);
    emit_window_check(e, op, t, op->args + 2, win);
    Mat old = mat_of(e, t), x = mat_of(e, u), d = tile_begin(e, op, 0);
    mat_pad(e, d, old.valid, ex_zero(e, d.dt));
    d.ptr = mat_at(e, &d, op->args + 2);
    mat_copy(e, d, x, x.valid);
}

/* a view shows the operand's memory under the operand's pointer */
static void bind_view(Em *e, IrOp *op)
{
    IrValue *a = op->args[0], *r = op->results[0];
    int var = e->var_of[a->id];
    if (!r->name || (a->name && a->name == r->name))
        em_bind(e, r, var);
    else
        em_bind(e, r,
                var_pure(e, r->name->s, e->vars.p[var].type, ex_var(e, var)));
}

static void emit_reshape(Em *e, IrOp *op)
{
    if (e->plan->where[op->results[0]->id].base) {
        bind_view(e, op);
        return;
    }
    Mat s = mat_of(e, op->args[0]);
    tile_define(e, op->results[0]);
    Mat d = s; /* densely, in the shape of the source */
    d.ptr = em_value(e, op->results[0]);
    int64_t dense = 1;
    for (int k = d.rank; k-- > 0; dense *= s.shape[k])
        d.stride[k] = ex_int(e, dense);
    mat_copy(e, d, s, s.valid);
}

static void emit_transpose(Em *e, IrOp *op)
{
    Mat s = mat_of(e, op->args[0]);
    tile_define(e, op->results[0]);
    Mat d = mat_of(e, op->results[0]);
    int a = op->at.axis[0], b = op->at.axis[1];
    Ex stride = s.stride[a];
    s.stride[a] = s.stride[b];
    s.stride[b] = stride;
    memcpy(s.shape, d.shape, sizeof d.shape);
    mat_copy(e, d, s, d.valid);
}

/* nobody reads beyond the valid part of the result */
static Mat within_valid(Mat d)
{
    for (int k = 0; k < d.rank; k++)
        if (d.valid[k].lit) d.shape[k] = d.valid[k].k;
    return d;
}

static void emit_setvalid(Em *e, IrOp *op)
{
    if (e->plan->where[op->results[0]->id].base) {
        bind_view(e, op);
        return;
    }
    Mat old = mat_of(e, op->args[0]), d = tile_begin(e, op, 0);
    mat_pad(e, within_valid(d), old.valid, ex_zero(e, d.dt));
}

static void emit_pad(Em *e, IrOp *op)
{
    Mat old = mat_of(e, op->args[0]), d = tile_begin(e, op, 0);
    mat_pad(e, within_valid(d), old.valid, pad_value(e, d.dt, op->at.pad));
}

static void emit_tread(Em *e, IrOp *op)
{
    IrValue *t = op->args[0], *r = op->results[0], *one[IR_MAX_RANK] = {0};
    emit_window_check(e, op, t, op->args + 1, one);
    Mat m = mat_of(e, t);
    Ex inside = ex_int(e, 1);
    for (int k = 0; k < m.rank; k++) {
        IrValue *v = t->valid ? t->valid[k] : NULL;
        if (!v || ir_range(e->f, op->args[1 + k]).hi < ir_range(e->f, v).lo)
            continue;
        Ex in = ex_bin(e, em_value(e, op->args[1 + k]), "<", PREC_REL,
                       m.valid[k]);
        inside = ex_and(e, inside, in);
    }
    Ex x = em_element(e, m.dt, mat_element(e, &m, op->args + 1));
    if (!ex_is(inside, 1)) x = ex_fmt(e, PREC_COND, "%c ? %c : 0", inside, x);
    int v = em_bind(e, r,
                    var_new(e, em_name(r, "x"), scalar_ctype(r->type), true));
    put_decl(e, v, true, "%e", x);
}

static void emit_twrite(Em *e, IrOp *op)
{
    IrValue *one[IR_MAX_RANK] = {0};
    emit_window_check(e, op, op->args[0], op->args + 2, one);
    Mat d = tile_begin(e, op, 0);
    Ex x = em_scalar_bits(e, d.dt, em_value(e, op->args[1]));
    put_line(e, "%e = %e;", mat_element(e, &d, op->args + 2), x);
}

static void emit_concat(Em *e, IrOp *op)
{
    Mat a = mat_of(e, op->args[0]), b = mat_of(e, op->args[1]);
    tile_define(e, op->results[0]);
    Mat d = mat_of(e, op->results[0]), right = d;
    int last = d.rank - 1;
    mat_copy(e, d, a, a.valid);
    right.ptr = ex_add(e, d.ptr, ex_int(e, a.shape[last]));
    right.shape[last] = b.shape[last];
    mat_copy(e, right, b, b.valid);
    bool rows_match = d.rank < 2 ||
        ex_same(e, b.valid[last - 1], d.valid[last - 1]);
    if (!rows_match) mat_pad(e, right, b.valid, ex_zero(e, d.dt));
}

void emit_tile(Em *e, IrOp *op)
{
    switch (op->op) {
    case IR_FULL: emit_full(e, op); return;
    case IR_ARANGE: emit_arange(e, op); return;
    case IR_SLICE: emit_slice(e, op); return;
    case IR_ASSEMBLE: emit_assemble(e, op); return;
    case IR_RESHAPE: emit_reshape(e, op); return;
    case IR_TRANSPOSE: emit_transpose(e, op); return;
    case IR_SETVALID: emit_setvalid(e, op); return;
    case IR_PAD: emit_pad(e, op); return;
    case IR_TREAD: emit_tread(e, op); return;
    case IR_TWRITE: emit_twrite(e, op); return;
    case IR_CONCAT: emit_concat(e, op); return;
    default: emit_compute(e, op); /* EXPAND, CAST */
    }
}
