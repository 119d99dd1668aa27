/* Surface values: making and asking them, folding constants by the rules of the
 * host language, and turning scalars into IR of the dtype that is needed. */
#include "lower/lower_int.h"
#include <math.h>
#include <string.h>

Sv sv_ir(IrValue *v, Span sp)
{
    static const Kind kinds[] = {[TY_ERROR] = K_ERROR,
                                 [TY_SCALAR] = K_SCALAR,
                                 [TY_TILE] = K_TILE,
                                 [TY_TENSOR] = K_TENSOR,
                                 [TY_TASKID] = K_TASK};
    return (Sv){.kind = kinds[v->type->kind], .span = sp, .v = v};
}

Sv sv_tuple(Lower *L, int n, const Sv *items, Span sp)
{
    SvTuple *t = NEW(L->a, SvTuple);
    t->n = n;
    t->p = NEW_ARRAY(L->a, Sv, n + 1);
    if (n) memcpy(t->p, items, sizeof *items * (size_t)n);
    return (Sv){.kind = K_TUPLE, .span = sp, .t = t};
}

int sv_len(Sv s)
{
    if (s.kind == K_TUPLE) return s.t->n;
    if (s.kind == K_CONST && (s.c.kind == V_LIST || s.c.kind == V_TUPLE))
        return s.c.seq->n;
    return -1;
}

Sv sv_item(Sv s, int i)
{
    return s.kind == K_TUPLE ? s.t->p[i] : sv_const(s.c.seq->p[i], s.span);
}

bool sv_same(Sv a, Sv b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case K_CONST:
        if (a.c.kind != b.c.kind || a.c.flag != b.c.flag) return false;
        if (a.c.kind == V_FLOAT)
            return a.c.f == b.c.f && signbit(a.c.f) == signbit(b.c.f);
        if (a.c.kind == V_NONE) return true;
        if (a.c.kind == V_DTYPE) return a.c.dt == b.c.dt;
        if (a.c.kind == V_STR)
            return a.c.str->len == b.c.str->len &&
                !memcmp(a.c.str->s, b.c.str->s, (size_t)a.c.str->len);
        return a.c.i == b.c.i;
    case K_SCALAR:
    case K_TILE:
    case K_TENSOR: return a.v == b.v;
    case K_TUPLE:
        if (a.t == b.t) return true;
        if (a.t->n != b.t->n) return false;
        for (int i = 0; i < a.t->n; i++)
            if (!sv_same(a.t->p[i], b.t->p[i])) return false;
        return true;
    case K_UNSET: return a.why == b.why;
    case K_ERROR:
    case K_TASK: return true;
    }
    return false;
}

/* ---- asking -------------------------------------------------------------- */

bool const_int(Sv s, int64_t *out)
{
    int64_t i;
    if (s.kind == K_CONST && s.c.kind == V_INT)
        i = s.c.i;
    else if (s.kind != K_SCALAR || s.v->type->dtype == QW_BOOL ||
             !ir_is_const_int(s.v, &i))
        return false;
    if (out) *out = i;
    return true;
}

bool const_number(Sv s, double *out)
{
    int64_t i;
    if (s.kind == K_CONST && s.c.kind == V_FLOAT)
        *out = s.c.f;
    else if (const_int(s, &i))
        *out = (double)i;
    else
        return false;
    return true;
}

bool const_bool(Sv s, bool *out)
{
    if (s.kind == K_CONST && s.c.kind == V_BOOL)
        *out = s.c.i != 0;
    else if (s.kind == K_SCALAR && s.v->is_const && s.v->type->dtype == QW_BOOL)
        *out = s.v->c.i != 0;
    else
        return false;
    return true;
}

bool const_string(Sv s, const char **out)
{
    if (s.kind != K_CONST || s.c.kind != V_STR) return false;
    *out = s.c.str->s;
    return true;
}

const char *const_enum(Sv s, const char *group)
{
    if (s.kind != K_CONST || s.c.kind != V_ENUM || strcmp(s.c.en->group, group))
        return NULL;
    return s.c.en->name;
}

bool foldable(Sv s)
{
    return s.kind == K_CONST && !v_dynsym(s.c) && s.c.kind != V_KERNEL &&
        s.c.kind != V_MODULE;
}

bool is_int_scalar(Sv s)
{
    if (s.kind == K_CONST) return s.c.kind == V_INT;
    return s.kind == K_SCALAR && qw_dtype_is_int(s.v->type->dtype);
}

bool is_float_scalar(Sv s)
{
    if (s.kind == K_CONST) return s.c.kind == V_FLOAT;
    return s.kind == K_SCALAR && qw_dtype_is_float(s.v->type->dtype);
}

bool is_bool_scalar(Sv s)
{
    if (s.kind == K_CONST) return s.c.kind == V_BOOL;
    return s.kind == K_SCALAR && s.v->type->dtype == QW_BOOL;
}

bool is_number(Sv s)
{
    return is_int_scalar(s) || is_float_scalar(s) || is_bool_scalar(s);
}

/* ---- captured values ----------------------------------------------------- */

Sv from_host(Lower *L, Value v, Span use)
{
    const char *what = NULL;
    if (host_can_capture(L->in, v, &what)) return sv_const(v, use);
    Diag *d = lw_error(L, E0206, use,
                       "`%s` is %s; a kernel cannot use it as a constant",
                       lw_source(L, use), what ? what : "a host value");
    diag_note(
        L->s, d, (Span){0, 0},
        "kernels capture numbers, strings, dtypes, symbols, tuples and lists of them, "
        "tolerated classes, modules and kernels");
    return sv_error();
}

/* the pending host exception as an error of the kernel */
static Sv folding_failed(Lower *L, Span sp)
{
    const ExcObj *e = L->in->exc;
    const char *text = e ? host_exc_text(L->in, v_obj((Obj *)e)) : "no value";
    const DiagCode code = !e                 ? E0306
        : e->type == EXC_ZERO_DIVISION_ERROR ? E0909
        : e->code == E0802                   ? E0802
                                             : E0311;
    if (code == E0909)
        lw_error(L, code, sp, "division by zero in a constant expression");
    else
        lw_error(L, code, sp, "this constant has no value: %s", text);
    host_clear(L->in);
    return sv_error();
}

Sv fold_unary(Lower *L, Operator op, Sv a, Span sp)
{
    L->in->at = sp;
    Value r = host_unary(L->in, op, a.c);
    return v_is_error(r) ? folding_failed(L, sp) : sv_const(r, sp);
}

Sv fold_binary(Lower *L, Operator op, Sv a, Sv b, Span sp)
{
    L->in->at = sp;
    Value r = host_binary(L->in, op, a.c, b.c);
    return v_is_error(r) ? folding_failed(L, sp) : sv_const(r, sp);
}

/* ---- scalars as IR ------------------------------------------------------- */

IrValue *const_of_type(Lower *L, const Type *t, double f, int64_t i,
                       bool is_int)
{
    if (!qw_dtype_is_float(t->dtype)) return ir_const_int(L->f, t, i);
    if (!is_int) return ir_const_float(L->f, t, f);
    uint32_t bits = 0; /* of 16 or 32: rounded once, not by way of a double */
    qw_elem_set_i64(t->dtype, &bits, i);
    return ir_const_float(L->f, t, qw_elem_f64(t->dtype, &bits));
}

IrValue *float_const(Lower *L, Sv s, const Type *t)
{
    double x;
    int64_t i;
    if (const_int(s, &i)) return const_of_type(L, t, 0, i, true);
    return const_number(s, &x) ? const_of_type(L, t, x, 0, false) : NULL;
}

IrValue *scalar_ir(Lower *L, Sv s)
{
    if (s.kind == K_SCALAR) return s.v;
    if (s.c.kind == V_INT) return ir_idx(L->f, s.c.i);
    if (s.c.kind == V_BOOL)
        return ir_const_int(L->f, ir_scalar(L->f, QW_BOOL), s.c.i != 0);
    return const_of_type(L, ir_scalar(L->f, QW_F32), s.c.f, 0, false);
}

static IrValue *emit_scast(Lower *L, IrValue *v, const Type *t, Span sp)
{
    if (v->type == t) return v;
    IrValue *r = emit1(L, IR_SCAST, sp, t, 1, &v);
    r->def->at.nowrap = ir_scalar_fits(L->f, r->def);
    return r;
}

IrValue *to_index(Lower *L, IrValue *v)
{
    if (v->type->is_index) return v;
    if (v->is_const) return ir_idx(L->f, v->c.i);
    return emit_scast(L, v, ir_index(L->f), v->span);
}

static Diag *wrong_scalar(Lower *L, Sv s, Span sp, const char *what,
                          const char *wanted)
{
    if (s.kind == K_ERROR || s.kind == K_UNSET) return NULL;
    if (s.kind == K_CONST && v_dynsym(s.c)) {
        Diag *d = lw_error(L, E0312, sp, "%s cannot be the dynamic symbol `%s`",
                           what, v_dynsym(s.c)->name->s);
        diag_help(
            L->s, d,
            "read the extent of a tensor that has it: `pl.tensor.dim(x, axis)`");
        return d;
    }
    const bool scalar = is_number(s) || s.kind == K_TASK;
    Diag *d = lw_error(L, scalar ? E0307 : E0311, sp, "%s must be %s, found %s",
                       what, wanted, lw_what(L, s));
    lw_label(L, d, s, sp);
    return d;
}

IrValue *int_operand(Lower *L, Sv s, Span sp, const char *what)
{
    if (is_int_scalar(s)) return to_index(L, scalar_ir(L, s));
    wrong_scalar(L, s, sp, what, "an integer scalar");
    return NULL;
}

static void help_compare(Lower *L, Diag *d, Span sp)
{
    const char *text = lw_source(L, sp);
    diag_help(L->s, d,
              strchr(text, ' ') ? "compare it: `(%s) != 0`"
                                : "compare it: `%s != 0`",
              text);
}

IrValue *bool_operand(Lower *L, Sv s, Span sp, const char *what)
{
    if (is_bool_scalar(s)) return scalar_ir(L, s);
    Diag *d = wrong_scalar(L, s, sp, what, "a BOOL scalar");
    if (d && is_int_scalar(s)) help_compare(L, d, sp);
    return NULL;
}

bool int_fits(QwDtype d, int64_t i)
{
    if (d == QW_U64) return i >= 0;
    return i >= qw_dtype_min(d) && i <= (int64_t)qw_dtype_max(d);
}

void does_not_fit(Lower *L, const char *value, QwDtype d, Span sp)
{
    Diag *e = lw_error(L, E0505, sp, "%s does not fit %s", value, lw_dtype(d));
    diag_at(L->s, e, "%s holds %lld to %llu", lw_dtype(d),
            (long long)qw_dtype_min(d), (unsigned long long)qw_dtype_max(d));
}

static IrValue *int_const_for(Lower *L, int64_t i, QwDtype d, Span sp)
{
    if (qw_dtype_is_int(d) && !int_fits(d, i)) {
        does_not_fit(L, arena_printf(L->s->arena, "%lld", (long long)i), d, sp);
        return NULL;
    }
    return const_of_type(L, ir_scalar(L->f, d), 0, i, true);
}

/* numbers are no truth values */
static IrValue *bool_element(Lower *L, Sv s, Span sp)
{
    int64_t i;
    if (is_bool_scalar(s)) return scalar_ir(L, s);
    Diag *e = wrong_scalar(L, s, sp, "an element of pl.BOOL", "True or False");
    if (const_int(s, &i) && (i == 0 || i == 1))
        diag_help(L->s, e, "write `%s`", i ? "True" : "False");
    else if (e && is_number(s))
        help_compare(L, e, sp);
    return NULL;
}

IrValue *scalar_for(Lower *L, Sv s, QwDtype d, Span sp)
{
    int64_t i;
    if (d == QW_BOOL) return bool_element(L, s, sp);
    if (is_bool_scalar(s)) {
        Diag *e = wrong_scalar(L, s, sp, "the scalar operand", "a number");
        if (s.kind == K_CONST)
            diag_help(L->s, e, "write `%d`", s.c.i != 0);
        else
            diag_help(L->s, e, "`pl.cast(%s, %s)`", lw_source(L, sp),
                      lw_dtype(d));
        return NULL;
    }
    if (const_int(s, &i)) return int_const_for(L, i, d, sp);
    if (is_float_scalar(s) && !qw_dtype_is_float(d)) {
        Diag *e = lw_error(L, E0308, sp,
                           "a float scalar does not fit %s elements",
                           lw_dtype(d));
        if (s.kind == K_CONST && s.c.f == floor(s.c.f) && fabs(s.c.f) < 1e15)
            diag_help(L->s, e, "write an integer, `%.0f`", s.c.f);
        else
            diag_help(
                L->s, e,
                "cast the tile first, `pl.cast(..., target_type=pl.FP32)`, or fill one of pl.FP32");
        return NULL;
    }
    if (s.kind == K_CONST && s.c.kind == V_FLOAT)
        return const_of_type(L, ir_scalar(L->f, d), s.c.f, 0, false);
    if (s.kind == K_SCALAR) return emit_scast(L, s.v, ir_scalar(L->f, d), sp);
    wrong_scalar(L, s, sp, "this operand", "a number");
    return NULL;
}

bool dtype_arg(Lower *L, Sv s, Span sp, QwDtype *out)
{
    if (s.kind == K_ERROR) return false;
    if (s.kind != K_CONST || s.c.kind != V_DTYPE) {
        lw_error(L, E0311, sp, "expected a dtype such as `pl.FP32`, found %s",
                 lw_what(L, s));
        return false;
    }
    if (s.c.flag == DT_TORCH) {
        Diag *d = lw_error(L, E0311, sp,
                           "`%s` is a dtype of torch; kernels name those of pl",
                           lw_source(L, sp));
        if (s.c.dt != QW_F64) diag_help(L->s, d, "`%s`", lw_dtype(s.c.dt));
        return false;
    }
    if (s.c.flag == DT_PL_TASK_ID) {
        lw_error(L, E0510, sp, "pl.TASK_ID is no dtype of elements");
        return false;
    }
    *out = s.c.dt;
    return true;
}
