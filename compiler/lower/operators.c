/* Operators: arithmetic, comparison, logic and the conditional expression, on
 * scalars, and on tiles where an operation of tiles stands behind them. */
#include "host/native.h"
#include "lower/lower_int.h"

/* ---- scalar arithmetic --------------------------------------------------- */

static const struct {
    Operator op;
    IrOpcode ir, tile;
} scalar_ops[] = {
    {OPR_ADD, IR_SADD, IR_ADD},
    {OPR_SUB, IR_SSUB, IR_SUB},
    {OPR_MUL, IR_SMUL, IR_MUL},
    {OPR_DIV, IR_SDIV, IR_DIV},
    {OPR_FLOORDIV, IR_SFLOORDIV, IR_OP_COUNT},
    {OPR_MOD, IR_SMOD, IR_OP_COUNT},
    {OPR_SHL, IR_SSHL, IR_OP_COUNT},
    {OPR_SHR, IR_SSHR, IR_OP_COUNT},
};

static IrOpcode opcode_of(Operator op, bool tile)
{
    for (size_t i = 0; i < LEN(scalar_ops); i++)
        if (scalar_ops[i].op == op)
            return tile ? scalar_ops[i].tile : scalar_ops[i].ir;
    return IR_OP_COUNT;
}

static const char *category(Lower *L, Sv s)
{
    if (is_bool_scalar(s)) return "a BOOL";
    if (s.kind == K_TASK) return "a TASK_ID";
    if (is_int_scalar(s))
        return s.kind == K_SCALAR && !s.v->is_const ? "an integer"
                                                    : lw_what(L, s);
    return is_float_scalar(s) ? "a float" : lw_what(L, s);
}

static Sv mixed(Lower *L, const char *what, Sv a, Sv b, const Node *na,
                const Node *nb, Span sp)
{
    for (int i = 0; i < 2; i++) {
        const Sv s = i ? b : a;
        if (s.kind != K_CONST || !v_dynsym(s.c)) continue;
        Diag *d = lw_error(L, E0312, (i ? nb : na)->span,
                           "arithmetic on the dynamic symbol `%s`",
                           v_dynsym(s.c)->name->s);
        diag_help(
            L->s, d,
            "read the extent of a tensor that has it: `pl.tensor.dim(x, axis)`");
        return sv_error();
    }
    Diag *d = lw_error(L, E0307, sp, "`%s` of %s and %s", what, category(L, a),
                       category(L, b));
    if (is_int_scalar(a) && is_float_scalar(b))
        diag_help(L->s, d, "`pl.cast(%s, pl.FP32)`", lw_source(L, na->span));
    else if (is_int_scalar(b) && is_float_scalar(a))
        diag_help(L->s, d, "`pl.cast(%s, pl.FP32)`", lw_source(L, nb->span));
    return sv_error();
}

static IrValue *float_ir(Lower *L, Sv s, const Type *t)
{
    IrValue *c = float_const(L, s, t);
    if (c || s.v->type == t) return c ? c : s.v;
    IrValue *r = emit1(L, IR_SCAST, s.span, t, 1, &s.v);
    r->def->at.nowrap = true;
    return r;
}

IrValue *scalar_as(Lower *L, Sv s, const Type *t)
{
    if (qw_dtype_is_float(t->dtype)) return float_ir(L, s, t);
    IrValue *v = scalar_ir(L, s);
    return t->is_index ? to_index(L, v) : v;
}

Sv float_arith(Lower *L, IrOpcode code, Sv a, Sv b, Span sp)
{
    const Type *f32 = ir_scalar(L->f, QW_F32);
    const Type *ta = a.kind == K_SCALAR ? a.v->type : NULL,
               *tb = b.kind == K_SCALAR ? b.v->type : NULL;
    const Type *t = !ta || (tb && tb != ta && tb->dtype == QW_F32) ? tb : ta;
    if (ta && tb && ta != tb) t = f32;
    IrValue *args[2] = {float_ir(L, a, f32), float_ir(L, b, f32)};
    IrValue *r = emit1(L, code, sp, f32, 2, args);
    r->def->at.nowrap = true;
    return sv_ir(t == f32 ? r : float_ir(L, sv_ir(r, sp), t), sp);
}

static Sv int_arith(Lower *L, Operator op, Sv a, Sv b, const Node *nb, Span sp)
{
    int64_t d;
    if ((op == OPR_FLOORDIV || op == OPR_MOD) && const_int(b, &d) && d == 0) {
        lw_error(L, E0909, nb->span, "division by zero");
        return sv_error();
    }
    if ((op == OPR_SHL || op == OPR_SHR) && const_int(b, &d) &&
        (d < 0 || d > 63)) {
        lw_error(L, E0907, nb->span, "a shift by %lld; counts are 0 to 63",
                 (long long)d);
        return sv_error();
    }
    if (op == OPR_FLOORDIV && const_int(b, &d) && d == 1) return a;
    return sv_ir(emit_int(L, opcode_of(op, false), scalar_ir(L, a),
                          scalar_ir(L, b), sp),
                 sp);
}

static void help_power(Lower *L, Diag *d, Sv b, const Node *na, const Node *nb)
{
    const char *x = lw_source(L, na->span);
    double p;
    if (const_number(b, &p) && p == 2)
        diag_help(L->s, d, "`pl.mul(%s, %s)`", x, x);
    else if (const_number(b, &p) && p == 0.5)
        diag_help(L->s, d, "`pl.sqrt(%s)`", x);
    else
        diag_help(L->s, d, "`pl.exp(pl.mul(pl.log(%s), %s))`", x,
                  lw_source(L, nb->span));
}

static bool int_elements(Sv s)
{
    return is_shaped(s) ? qw_dtype_is_int(s.v->type->dtype) : is_int_scalar(s);
}

static Sv tile_operator(Lower *L, Operator op, Sv a, Sv b, const Node *na,
                        const Node *nb, Span sp)
{
    static const char *const names[] = {"add", "sub", "mul", "div"};
    const IrOpcode code = opcode_of(op, true);
    if (code != IR_OP_COUNT)
        return ew_binary(L, code, a, b, na, nb, NULL, sp, names[op - OPR_ADD]);
    Diag *d = lw_error(
        L, E0311, sp,
        "`%s` does not apply to tiles; the operators on tiles are + - * /",
        operator_text(op));
    if (op == OPR_MATMUL)
        diag_help(L->s, d, "`pl.matmul(%s, %s)`", lw_source(L, na->span),
                  lw_source(L, nb->span));
    else if (op >= OPR_EQ && op <= OPR_GE)
        diag_help(L->s, d, "`pl.cmp(%s, %s, cmp_type=\"...\")`",
                  lw_source(L, na->span), lw_source(L, nb->span));
    else if (op == OPR_POW)
        help_power(L, d, b, na, nb);
    else if (op == OPR_MOD)
        diag_help(L->s, d, "`pl.fmod(%s, %s)`", lw_source(L, na->span),
                  lw_source(L, nb->span));
    else if (op == OPR_FLOORDIV && int_elements(a) && int_elements(b))
        diag_help(L->s, d, "`pl.div(%s, %s)`, which truncates toward zero",
                  lw_source(L, na->span), lw_source(L, nb->span));
    else if (op == OPR_SHL || op == OPR_SHR)
        diag_help(L->s, d, "`pl.%s(%s, %s)`", op == OPR_SHL ? "shl" : "shr",
                  lw_source(L, na->span), lw_source(L, nb->span));
    return sv_error();
}

static bool is_list(Sv s)
{
    return s.kind == K_TUPLE ? s.t->is_list : s.c.kind == V_LIST;
}

/* `[rows] + SHAPE` */
static Sv joined(Lower *L, Sv a, Sv b, Span sp)
{
    const int na = sv_len(a), n = na + sv_len(b);
    Sv *items = NEW_ARRAY(L->a, Sv, n + 1);
    for (int i = 0; i < n; i++)
        items[i] = i < na ? sv_item(a, i) : sv_item(b, i - na);
    Sv s = sv_tuple(L, n, items, sp);
    ((SvTuple *)s.t)->is_list = is_list(a);
    return s;
}

/* None, strings, tuples ...: constants follow the host's rules */
Sv arith(Lower *L, Operator op, Sv a, Sv b, const Node *na, const Node *nb,
         Span sp)
{
    if (a.kind == K_ERROR || b.kind == K_ERROR) return sv_error();
    if (is_shaped(a) || is_shaped(b))
        return tile_operator(L, op, a, b, na, nb, sp);
    if (foldable(a) && foldable(b)) return fold_binary(L, op, a, b, sp);
    if (op == OPR_ADD && sv_len(a) >= 0 && sv_len(b) >= 0 &&
        is_list(a) == is_list(b))
        return joined(L, a, b, sp);
    if (op == OPR_POW) {
        Diag *d = lw_error(L, E0306, sp, "`**` needs constants on both sides");
        int64_t n;
        if (const_int(b, &n) && n == 2)
            diag_help(L->s, d, "`%s * %s`", lw_source(L, na->span),
                      lw_source(L, na->span));
        else
            diag_help(L->s, d, "multiply, in a loop if need be");
        return sv_error();
    }
    if (!is_number(a) || !is_number(b) || is_bool_scalar(a) ||
        is_bool_scalar(b))
        return mixed(L, operator_text(op), a, b, na, nb, sp);
    const bool ints = is_int_scalar(a) && is_int_scalar(b);
    int64_t c;
    if (opcode_of(op, false) == IR_OP_COUNT) {
        lw_error(L, E0107, sp, "`%s` is not available in kernels",
                 operator_text(op));
        return sv_error();
    }
    if (ints && op == OPR_DIV) {
        Diag *d = lw_error(L, E0307, sp, "`/` of two integers");
        diag_help(L->s, d, "`%s // %s`, or cast to pl.FP32 first",
                  lw_source(L, na->span), lw_source(L, nb->span));
        return sv_error();
    }
    if (ints) return int_arith(L, op, a, b, nb, sp);
    if ((is_int_scalar(a) && !const_int(a, &c)) ||
        (is_int_scalar(b) && !const_int(b, &c)))
        return mixed(L, operator_text(op), a, b, na, nb, sp);
    if (op > OPR_DIV) {
        lw_error(L, E0307, sp, "`%s` needs integers", operator_text(op));
        return sv_error();
    }
    return float_arith(L, opcode_of(op, false), a, b, sp);
}

Sv lower_unary(Lower *L, const Node *n)
{
    Sv a = lower_expr(L, n->op.a);
    if (a.kind == K_ERROR) return a;
    if (foldable(a)) return fold_unary(L, n->op.op, a, n->span);
    if (n->op.op == OPR_NOT) {
        IrValue *v = bool_operand(L, a, n->op.a->span, "the operand of `not`");
        return v ? sv_ir(emit_int(L, IR_SNOT, v, NULL, n->span), n->span)
                 : sv_error();
    }
    if (n->op.op == OPR_POS && is_number(a) && !is_bool_scalar(a)) return a;
    if (is_shaped(a) && n->op.op == OPR_NEG)
        return ew_unary(L, IR_NEG, TAKES_SIGNED, a, n->op.a, n->span, "neg");
    if (n->op.op != OPR_NEG || !is_number(a) || is_bool_scalar(a)) {
        const bool dynamic = a.kind == K_CONST && v_dynsym(a.c);
        lw_error(L, dynamic ? E0312 : E0307, n->span, "`%s` of %s",
                 operator_text(n->op.op), lw_what(L, a));
        return sv_error();
    }
    if (is_int_scalar(a))
        return sv_ir(emit_int(L, IR_SNEG, a.v, NULL, n->span), n->span);
    IrValue *v = emit1(L, IR_SNEG, n->span, a.v->type, 1, &a.v);
    v->def->at.nowrap = true;
    return sv_ir(v, n->span);
}

/* ---- comparison and logic ------------------------------------------------ */

static Sv compare(Lower *L, Operator op, Sv a, Sv b, const Node *na,
                  const Node *nb, Span sp)
{
    int64_t c;
    if (a.kind == K_ERROR || b.kind == K_ERROR) return sv_error();
    if (is_shaped(a) || is_shaped(b))
        return tile_operator(L, op, a, b, na, nb, sp);
    if (foldable(a) && foldable(b)) return fold_binary(L, op, a, b, sp);
    const bool bools = is_bool_scalar(a) && is_bool_scalar(b) &&
        (op == OPR_EQ || op == OPR_NE);
    const bool ints = is_int_scalar(a) && is_int_scalar(b);
    const bool numbers = is_number(a) && is_number(b) && !is_bool_scalar(a) &&
        !is_bool_scalar(b);
    const bool adapts = (!is_int_scalar(a) || const_int(a, &c)) &&
        (!is_int_scalar(b) || const_int(b, &c));
    if (op > OPR_GE || op < OPR_EQ || (!bools && !ints && !(numbers && adapts)))
        return mixed(L, operator_text(op), a, b, na, nb, sp);
    const Type *f32 = ir_scalar(L->f, QW_F32);
    IrValue *x = ints || bools ? scalar_ir(L, a) : float_ir(L, a, f32);
    IrValue *y = ints || bools ? scalar_ir(L, b) : float_ir(L, b, f32);
    IrValue *r = ir_scmp(L->f, L->at, (CmpPred)(op - OPR_EQ), x, y, sp);
    if (r->def) r->def->inl = L->inl;
    return sv_ir(r, sp);
}

static Sv both(Lower *L, IrOpcode code, Sv a, Sv b, const Node *na,
               const Node *nb, Span sp)
{
    if (a.kind == K_ERROR || b.kind == K_ERROR) return sv_error();
    IrValue *x = bool_operand(L, a, na->span, "an operand of `and`, `or`");
    IrValue *y = x ? bool_operand(L, b, nb->span, "an operand of `and`, `or`")
                   : NULL;
    if (!y) return sv_error();
    IrValue *v = emit_int(L, code, x, y, sp);
    return v->is_const ? sv_const(v_bool(v->c.i != 0), sp) : sv_ir(v, sp);
}

Sv lower_compare(Lower *L, const Node *n)
{
    Sv left = lower_expr(L, n->cmp.first), r = sv_error();
    const Node *nl = n->cmp.first;
    for (int i = 0; i < n->cmp.rest.n; i++) {
        Sv right = lower_expr(L, n->cmp.rest.p[i]);
        const Span sp = n->cmp.rest.n == 1
            ? n->span
            : span_join(nl->span, n->cmp.rest.p[i]->span);
        Sv one = compare(L, n->cmp.ops[i], left, right, nl, n->cmp.rest.p[i],
                         sp);
        r = i == 0 ? one : both(L, IR_SAND, r, one, n, n, n->span);
        left = right;
        nl = n->cmp.rest.p[i];
    }
    return r;
}

Sv lower_logic(Lower *L, const Node *n)
{
    Sv a = lower_expr(L, n->pair.a), b = lower_expr(L, n->pair.b);
    if (foldable(a) && foldable(b)) /* by the rules of the host */
        return host_truth(L->in, a.c) == (n->kind == ND_AND) ? b : a;
    return both(L, n->kind == ND_AND ? IR_SAND : IR_SOR, a, b, n->pair.a,
                n->pair.b, n->span);
}

/* ---- the conditional expression ------------------------------------------ */

/* the type in which the arms meet; NULL after an error */
static const Type *type_of_arms(Lower *L, Sv a, Sv b, const Node *n)
{
    int64_t c;
    if (!is_number(a) || !is_number(b)) {
        lw_kind(
            L, is_number(a) ? b : a,
            is_number(a) ? n->cond.other : n->cond.then,
            "a scalar on both sides of `if else` (tiles: the statement `if`)");
        return NULL;
    }
    if (is_bool_scalar(a) && is_bool_scalar(b)) return ir_scalar(L->f, QW_BOOL);
    if (is_int_scalar(a) && is_int_scalar(b)) return ir_index(L->f);
    if (is_bool_scalar(a) || is_bool_scalar(b) ||
        (is_int_scalar(a) && !const_int(a, &c)) ||
        (is_int_scalar(b) && !const_int(b, &c))) {
        mixed(L, "if else", a, b, n->cond.then, n->cond.other, n->span);
        return NULL;
    }
    const Type *ta = a.kind == K_SCALAR ? a.v->type : NULL,
               *tb = b.kind == K_SCALAR ? b.v->type : NULL;
    const Type *t = ta ? ta : tb;
    return t && (!ta || !tb || ta == tb) ? t : ir_scalar(L->f, QW_F32);
}

/* nothing in it can fail or costs more than a choice does */
static bool is_mere_arithmetic(const IrRegion *r)
{
    for (const IrOp *op = r->first; op; op = op->next)
        if (ir_op_info[op->op].cls != CLS_SCALAR || ir_may_fail(op))
            return false;
    return true;
}

/* Only the chosen arm is evaluated: what may fail stays in the branches of an
 * IF, mere arithmetic is done before a choice of values. */
static Sv choose(Lower *L, IrValue *cond, const Node *n)
{
    IrRegion *at = L->at;
    IrOp *op = emit(L, IR_IF, n->span, 1, &cond);
    const Node *const node[2] = {n->cond.then, n->cond.other};
    Sv arm[2];
    for (int i = 0; i < 2; i++) {
        L->at = op->region[i] = ir_region(L->f, op);
        arm[i] = lower_expr(L, node[i]);
    }
    const bool ok = arm[0].kind != K_ERROR && arm[1].kind != K_ERROR;
    const Type *t = ok ? type_of_arms(L, arm[0], arm[1], n) : NULL;
    IrValue *args[3] = {cond, NULL, NULL};
    for (int i = 0; t && i < 2; i++) {
        L->at = op->region[i];
        args[1 + i] = scalar_as(L, arm[i], t);
    }
    L->at = at;
    const bool same = t && args[1] == args[2];
    if (!t ||
        (is_mere_arithmetic(op->region[0]) &&
         is_mere_arithmetic(op->region[1]))) {
        for (int i = 0; i < 2; i++) ir_splice_before(op, op->region[i]);
        ir_remove(op);
        if (!t) return sv_error();
        return sv_ir(same ? args[1] : emit1(L, IR_SELECT, n->span, t, 3, args),
                     n->span);
    }
    for (int i = 0; i < 2; i++) {
        L->at = op->region[i];
        emit(L, IR_YIELD, n->span, !same, args + 1 + i);
    }
    L->at = at;
    return sv_ir(same ? args[1] : ir_op_result(L->f, op, t), n->span);
}

Sv lower_cond(Lower *L, const Node *n)
{
    Sv c = lower_expr(L, n->cond.cond);
    bool known;
    if (const_bool(c, &known))
        return lower_expr(L, known ? n->cond.then : n->cond.other);
    IrValue *cond = bool_operand(L, c, n->cond.cond->span, "the condition");
    if (!cond) {
        lower_expr(L, n->cond.then);
        lower_expr(L, n->cond.other);
        return sv_error();
    }
    return choose(L, cond, n);
}
