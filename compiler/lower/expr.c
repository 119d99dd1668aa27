/* Expressions: names, constants, scalar arithmetic, and the way to operations,
 * language forms and kernels that calls take. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- names ------------------------------------------------------------------------------ */

static int line_of(Lower *L, Span sp)
{
    return source_place(L->s, sp.lo).line;
}

static Sv unassigned(Lower *L, const Node *n, Sv s)
{
    const char *name = n->name->s;
    if (!s.why) {
        lw_error(L, E0301, n->span, "`%s` is used before it is assigned", name);
        return sv_error();
    }
    if (s.why->kind == WHY_CONFLICT) {
        const bool swap = s.why->a.span.lo > s.why->b.span.lo;
        const Sv a = swap ? s.why->b : s.why->a, b = swap ? s.why->a : s.why->b;
        const Span at = b.span.hi ? b.span : n->span;
        Diag *d = lw_error(L, E0304, at,
                           "`%s` is %s on one path and %s on another", name,
                           lw_what(L, a), lw_what(L, b));
        diag_at(L->s, d, "%s", lw_what(L, b));
        if (a.span.hi && a.span.lo != at.lo)
            diag_label(L->s, d, a.span, "%s", lw_what(L, a));
        if (n->span.lo != at.lo)
            diag_label(L->s, d, n->span, "used here, where the paths have met");
        diag_help(L->s, d, "use another name for one of them");
        return sv_error();
    }
    Diag *d = lw_error(L, E0305, n->span, "`%s` may be unassigned here", name);
    const int line = line_of(L, s.why->at);
    switch (s.why->kind) {
    case WHY_IF:
        diag_label(L->s, d, s.why->at, "assigned only when this `if` is taken");
        break;
    case WHY_ELSE:
        diag_label(L->s, d, s.why->at, "not assigned when this `if` is taken");
        break;
    case WHY_LOOP:
        diag_label(L->s, d, s.why->at,
                   "assigned only in this loop, which may run zero times");
        break;
    case WHY_LEFT:
        diag_label(L->s, d, s.why->at,
                   "assigned only in this loop, which may be left before");
        break;
    case WHY_EARLIER:
        diag_label(L->s, d, s.why->at,
                   "assigned only by an earlier iteration of this loop");
        break;
    default: break;
    }
    diag_help(L->s, d, "assign `%s` before line %d", name, line);
    return sv_error();
}

static const char *builtin_rewrite(const char *name)
{
    static const char *const table[][2] = {
        {"min", "pl.min"},
        {"max", "pl.max"},
        {"abs", "pl.abs"},
        {"range", "pl.range"},
        {"float", "pl.cast"},
        {"int", "pl.cast"},
        {"len", "x.shape[0]"},
        {"sum", "pl.row_sum"},
        {"print", "pl.static_print"},
    };
    for (size_t i = 0; i < LEN(table); i++)
        if (!strcmp(table[i][0], name)) return table[i][1];
    return NULL;
}

static bool is_library(const char *name)
{
    static const char *const names[] = {"np", "numpy", "torch", "math",
                                        "F",  "nn",    "jnp"};
    for (size_t i = 0; i < LEN(names); i++)
        if (!strcmp(name, names[i])) return true;
    return false;
}

/* `max(t, 0.0)` of Python on tiles */
static bool extreme_of_tiles(Lower *L, const Node *call)
{
    const Node *fn = call->call.fn;
    const NodeVec *args = &call->call.args;
    bool tile = false;
    if (fn->kind != ND_NAME || fn_slot(L->fn->info, fn->name) >= 0 ||
        args->n != 2)
        return false;
    const bool max = !strcmp(fn->name->s, "max");
    if (!max && strcmp(fn->name->s, "min")) return false;
    for (int i = 0; i < 2; i++) {
        if (args->p[i]->kind == ND_KEYWORD || args->p[i]->kind == ND_STAR)
            return false;
        const Sv s = lower_expr(L, args->p[i]);
        if (s.kind == K_ERROR) return true;
        tile |= s.kind == K_TILE || s.kind == K_TENSOR;
    }
    if (!tile) return false;
    Diag *d = lw_error(L, E0301, fn->span, "unknown name `%s`", fn->name->s);
    diag_help(L->s, d, "`pl.%s(%s, %s)`", max ? "maximum" : "minimum",
              lw_source(L, args->p[0]->span), lw_source(L, args->p[1]->span));
    return true;
}

static Sv unknown_name(Lower *L, const Node *n)
{
    int count;
    const char *const *host = host_names(L->in, L->fn->kernel, &count);
    VEC(const char *) all = {0};
    for (int i = 0; i < L->fn->info->n; i++)
        vec_push(L->a, &all, L->fn->info->name[i]->s);
    for (int i = 0; i < count; i++) vec_push(L->a, &all, host[i]);
    const char *near = str_nearest(n->name->s, all.p, all.n),
               *other = builtin_rewrite(n->name->s);
    Diag *d = lw_error(L, E0301, n->span, "unknown name `%s`", n->name->s);
    if (is_library(n->name->s))
        diag_help(
            L->s, d,
            "kernels compute with `pl`; other constants are named at module level");
    else if (other)
        diag_help(L->s, d, "kernels have no Python built-ins; use `%s`", other);
    else if (near)
        diag_help(L->s, d, "did you mean `%s`?", near);
    else if (op_find(n->name->s))
        diag_help(L->s, d, "`pl.%s`", n->name->s);
    return sv_error();
}

static Sv lower_name(Lower *L, const Node *n)
{
    const int slot = fn_slot(L->fn->info, n->name);
    if (slot >= 0) {
        Sv v = L->fn->vals[slot];
        return v.kind == K_UNSET ? unassigned(L, n, v) : v;
    }
    Value v;
    if (host_lookup(L->in, L->fn->kernel, n->name, &v))
        return from_host(L, v, n->span);
    return unknown_name(L, n);
}

/* ---- pl.x --------------------------------------------------------------------------------- */

static bool is_module(Value v, const char *a, const char *b)
{
    return v.kind == V_MODULE && v.module->def &&
        (!strcmp(v.module->def->name, a) || !strcmp(v.module->def->name, b));
}

static bool captured(Lower *L, const Node *n, Value *v)
{
    return n->kind == ND_NAME && fn_slot(L->fn->info, n->name) < 0 &&
        host_lookup(L->in, L->fn->kernel, n->name, v);
}

static bool is_pl_name(Lower *L, const Node *n)
{
    Value v;
    if (captured(L, n, &v))
        return is_module(v, "pypto.language", "qwc.language") ||
            is_module(v, "pl", "language");
    if (n->kind != ND_ATTR || strcmp(n->attr.name->s, "language")) return false;
    return captured(L, n->attr.of, &v) && is_module(v, "pypto", "qwc");
}

const char *pl_path(Lower *L, const Node *n)
{
    if (n->kind != ND_ATTR) return NULL;
    if (is_pl_name(L, n)) return NULL;
    if (is_pl_name(L, n->attr.of)) return n->attr.name->s;
    const char *of = pl_path(L, n->attr.of);
    return of ? str_printf(L->s, "%s.%s", of, n->attr.name->s)->s : NULL;
}

const char *pl_call_path(Lower *L, const Node *call)
{
    return pl_path(L, call->call.fn);
}

static bool starts(const char *s, const char *with)
{
    return !strncmp(s, with, strlen(with));
}

static Sv unknown_pl(Lower *L, const char *path, const Node *operand, Span sp)
{
    static const char *const low[] = {"FP4", "FP8",  "HF4",  "HF8",
                                      "MX",  "INT4", "UINT4"};
    for (size_t i = 0; i < LEN(low); i++)
        if (starts(path, low[i])) {
            lw_error(
                L, E1201, sp,
                "`pl.%s`: FP4, FP8, HF, MX and INT4 formats are not supported",
                path);
            return sv_error();
        }
    if (starts(path, "distributed") || starts(path, "pld")) {
        Diag *d = lw_error(L, E1202, sp,
                           "distributed programs are not supported");
        diag_help(L->s, d, "run one rank's kernel");
        return sv_error();
    }
    const char *near = op_nearest(L->s, path), *dtype = habit_dtype(path);
    const char *habit = dtype && !operand ? dtype
                                          : habit_operation(L, path, operand);
    Diag *d = lw_error(L, E0501, sp, "`pl.%s` does not exist", path);
    if (habit)
        diag_help(L->s, d, "`%s`", habit);
    else if (near)
        diag_help(L->s, d, "did you mean `pl.%s`?", near);
    return sv_error();
}

/* ---- attributes ------------------------------------------------------------------------------ */

static Sv shape_of(Lower *L, IrValue *x, Span sp)
{
    Sv items[IR_MAX_RANK];
    for (int k = 0; k < x->type->rank; k++) {
        int64_t c;
        IrValue *dim = ir_dim(L->f, x, k);
        items[k] = ir_is_const_int(dim, &c) ? sv_const(v_int(c), sp)
                                            : sv_ir(dim, sp);
    }
    return sv_tuple(L, x->type->rank, items, sp);
}

static Sv attr_of_shaped(Lower *L, const Node *n, Sv of)
{
    const char *name = n->attr.name->s;
    if (!strcmp(name, "shape")) return shape_of(L, of.v, n->span);
    if (!strcmp(name, "dtype"))
        return sv_const(v_dtype(of.v->type->dtype, DT_PL), n->span);
    const char *habit = op_find(name) ? NULL
                                      : habit_operation(L, name, n->attr.of);
    Diag *d = lw_error(L, E0311, n->attr.name_span, "%s has no attribute `%s`",
                       lw_what(L, of), name);
    if (op_find(name))
        diag_help(L->s, d, "`pl.%s(%s, ...)`", name,
                  lw_source(L, n->attr.of->span));
    else if (habit)
        diag_help(L->s, d, "`%s`", habit);
    else
        diag_note(L->s, d, (Span){0, 0},
                  "its attributes are `shape` and `dtype`");
    return sv_error();
}

static const char *nearest_in(Lower *L, const Module *m, const char *word)
{
    VEC(const char *) names = {0};
    int pos = 0;
    Str name;
    Value v;
    while (m->env && module_next(m, &pos, &name, &v))
        vec_push(L->a, &names, name->s);
    return str_nearest(word, names.p, names.n);
}

static Sv attr_of_const(Lower *L, const Node *n, Sv of, const char *path)
{
    Value v;
    if (of.kind == K_CONST && host_attr(L->in, of.c, n->attr.name, &v))
        return from_host(L, v, n->span);
    const bool failed = host_failed(L->in);
    const char *text = failed ? host_exc_text(L->in, v_obj(&L->in->exc->o))
                              : NULL;
    if (path) {
        host_clear(L->in);
        if (!op_find(path) && !op_is_form(path))
            return unknown_pl(L, path, NULL, n->span);
        lw_error(L, E0311, n->span, "`pl.%s` is called: `pl.%s(...)`", path,
                 path);
        return sv_error();
    }
    const bool module = of.kind == K_CONST && of.c.kind == V_MODULE;
    Diag *d = lw_error(L, module ? E0202 : E0311, n->attr.name_span,
                       "%s has no attribute `%s`",
                       module ? arena_printf(L->a, "module `%s`",
                                             of.c.module->name->s)
                              : lw_what(L, of),
                       n->attr.name->s);
    const char *near = module ? nearest_in(L, of.c.module, n->attr.name->s)
                              : NULL;
    if (near)
        diag_help(L->s, d, "did you mean `%s`?", near);
    else if (text)
        diag_note(L->s, d, (Span){0, 0}, "%s", text);
    host_clear(L->in);
    return sv_error();
}

/* what stands before a dot may be a host value that a kernel cannot capture */
static Sv attr_base(Lower *L, const Node *n)
{
    Value v;
    if (captured(L, n, &v)) return sv_const(v, n->span);
    if (n->kind != ND_ATTR || !pl_path(L, n) || op_find(pl_path(L, n)))
        return lower_expr(L, n);
    Sv of = attr_base(L, n->attr.of);
    if (of.kind == K_CONST && host_attr(L->in, of.c, n->attr.name, &v))
        return sv_const(v, n->span);
    host_clear(L->in);
    return lower_expr(L, n);
}

static Sv lower_attr(Lower *L, const Node *n)
{
    const char *path = pl_path(L, n);
    if (path &&
        (op_find(path) || (op_is_form(path) && strcmp(path, "auto_chunk")))) {
        lw_error(L, E0311, n->span, "`pl.%s` is called: `pl.%s(...)`", path,
                 path);
        return sv_error();
    }
    Sv of = attr_base(L, n->attr.of);
    if (of.kind == K_ERROR) return of;
    if (of.kind == K_TENSOR || of.kind == K_TILE)
        return attr_of_shaped(L, n, of);
    return attr_of_const(L, n, of, path);
}

/* ---- scalar arithmetic -------------------------------------------------------------------------- */

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

static Sv mixed(Lower *L, Operator op, Sv a, Sv b, const Node *na,
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
    Diag *d = lw_error(L, E0307, sp, "`%s` of %s and %s", operator_text(op),
                       category(L, a), category(L, b));
    if (is_int_scalar(a) && is_float_scalar(b))
        diag_help(L->s, d, "`pl.cast(%s, pl.FP32)`", lw_source(L, na->span));
    else if (is_int_scalar(b) && is_float_scalar(a))
        diag_help(L->s, d, "`pl.cast(%s, pl.FP32)`", lw_source(L, nb->span));
    return sv_error();
}

static IrValue *float_ir(Lower *L, Sv s, const Type *t)
{
    double d;
    if (const_number(s, &d)) return const_of_type(L, t, d, 0, false);
    if (s.v->type == t) return s.v;
    IrValue *r = emit1(L, IR_SCAST, s.span, t, 1, &s.v);
    r->def->at.nowrap = true;
    return r;
}

/* FP32 arithmetic; 16-bit scalars are widened and rounded back (T5) */
static Sv float_arith(Lower *L, IrOpcode code, Sv a, Sv b, Span sp)
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

static bool is_shaped(Sv s)
{
    return s.kind == K_TILE || s.kind == K_TENSOR;
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
    return sv_error();
}

/* None, strings, tuples ...: constants follow the host's rules */
static bool foldable(Sv s)
{
    return s.kind == K_CONST && !v_dynsym(s.c) && s.c.kind != V_KERNEL &&
        s.c.kind != V_MODULE;
}

Sv arith(Lower *L, Operator op, Sv a, Sv b, const Node *na, const Node *nb,
         Span sp)
{
    if (a.kind == K_ERROR || b.kind == K_ERROR) return sv_error();
    if (is_shaped(a) || is_shaped(b))
        return tile_operator(L, op, a, b, na, nb, sp);
    if (foldable(a) && foldable(b)) return fold_binary(L, op, a, b, sp);
    if (op == OPR_POW) {
        lw_error(L, E0306, sp, "`**` needs constants on both sides");
        return sv_error();
    }
    if (!is_number(a) || !is_number(b) || is_bool_scalar(a) ||
        is_bool_scalar(b))
        return mixed(L, op, a, b, na, nb, sp);
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
        return mixed(L, op, a, b, na, nb, sp);
    if (op > OPR_DIV) {
        lw_error(L, E0307, sp, "`%s` needs integers", operator_text(op));
        return sv_error();
    }
    return float_arith(L, opcode_of(op, false), a, b, sp);
}

static Sv lower_unary(Lower *L, const Node *n)
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

/* ---- comparison and logic ------------------------------------------------------------------------- */

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
        return mixed(L, op, a, b, na, nb, sp);
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

static Sv lower_compare(Lower *L, const Node *n)
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

static Sv lower_logic(Lower *L, const Node *n)
{
    Sv a = lower_expr(L, n->pair.a), b = lower_expr(L, n->pair.b);
    return both(L, n->kind == ND_AND ? IR_SAND : IR_SOR, a, b, n->pair.a,
                n->pair.b, n->span);
}

static Sv select_scalars(Lower *L, IrValue *cond, Sv a, Sv b, const Node *n)
{
    int64_t c;
    IrValue *args[3] = {cond, NULL, NULL};
    const bool ints = is_int_scalar(a) && is_int_scalar(b),
               bools = is_bool_scalar(a) && is_bool_scalar(b);
    if (!is_number(a) || !is_number(b) ||
        is_bool_scalar(a) != is_bool_scalar(b)) {
        if (is_number(a) && is_number(b))
            return mixed(L, OPR_ADD, a, b, n->cond.then, n->cond.other,
                         n->span);
        lw_kind(L, is_number(a) ? b : a,
                is_number(a) ? n->cond.other : n->cond.then,
                "a scalar on both sides of `if else`");
        return sv_error();
    }
    if (ints || bools) {
        args[1] = ints ? to_index(L, scalar_ir(L, a)) : scalar_ir(L, a);
        args[2] = ints ? to_index(L, scalar_ir(L, b)) : scalar_ir(L, b);
    } else {
        if ((is_int_scalar(a) && !const_int(a, &c)) ||
            (is_int_scalar(b) && !const_int(b, &c))) {
            lw_error(L, E0307, n->span, "`if else` of an integer and a float");
            return sv_error();
        }
        const Type *t = a.kind == K_SCALAR && is_float_scalar(a) ? a.v->type
            : b.kind == K_SCALAR                                 ? b.v->type
                                                                 : NULL;
        if (!t ||
            (a.kind == K_SCALAR && b.kind == K_SCALAR &&
             a.v->type != b.v->type))
            t = ir_scalar(L->f, QW_F32);
        args[1] = float_ir(L, a, t);
        args[2] = float_ir(L, b, t);
    }
    if (args[1] == args[2]) return sv_ir(args[1], n->span);
    return sv_ir(emit1(L, IR_SELECT, n->span, args[1]->type, 3, args), n->span);
}

static Sv lower_cond(Lower *L, const Node *n)
{
    Sv c = lower_expr(L, n->cond.cond);
    bool known;
    if (const_bool(c, &known))
        return lower_expr(L, known ? n->cond.then : n->cond.other);
    IrValue *cond = bool_operand(L, c, n->cond.cond->span, "the condition");
    Sv a = lower_expr(L, n->cond.then), b = lower_expr(L, n->cond.other);
    if (!cond || a.kind == K_ERROR || b.kind == K_ERROR) return sv_error();
    return select_scalars(L, cond, a, b, n);
}

/* ---- calls ------------------------------------------------------------------------------------------ */

static Sv call_op(Lower *L, const OpInfo *op, const char *path, const Node *n)
{
    OpCall c = {.op = op, .spelled = path};
    const bool block = op->handler == OPH_BLOCK_IDX ||
        op->handler == OPH_SYNCALL; /* E0604, E0605 */
    if (!op->both_planes && !block && !need_core(L, n->span, path))
        return sv_error();
    if (!bind_args(L, op->sig, n, E0502, 0, &c)) return sv_error();
    return op_handler[op->handler](L, &c);
}

static Sv call_pl(Lower *L, const char *path, const Node *n)
{
    const OpInfo *op = op_find(path);
    bool known = false;
    if (op) return call_op(L, op, path, n);
    Sv v = lower_form(L, path, n, &known);
    return known ? v : unknown_pl(L, path, first_operand(n), n->call.fn->span);
}

static Sv bind_dynamic(Lower *L, const Node *n, IrValue *x)
{
    OpCall c = {0};
    int64_t axis;
    if (!bind_args(L, "axis sym", n, E0502, 0, &c)) return sv_error();
    const int rank = x->type->rank;
    if (!const_int(c.arg[0], &axis) || axis < -rank || axis >= rank) {
        lw_error(L, E0508, c.node[0]->span,
                 "the axis must be a constant from %d to %d", -rank, rank - 1);
        return sv_error();
    }
    if (c.arg[1].kind != K_CONST || !v_dynsym(c.arg[1].c)) {
        lw_kind(L, c.arg[1], c.node[1], "a symbol made by `pl.dynamic`");
        return sv_error();
    }
    return sv_none(n->span);
}

static Sv call_method(Lower *L, const Node *n)
{
    const Node *fn = n->call.fn;
    Sv of = lower_expr(L, fn->attr.of);
    if (of.kind == K_ERROR) return of;
    if (is_shaped(of)) {
        if (!strcmp(fn->attr.name->s, "bind_dynamic"))
            return bind_dynamic(L, n, of.v);
        Diag *d = lw_error(L, E0501, fn->attr.name_span,
                           "%s has no method `%s`", lw_what(L, of),
                           fn->attr.name->s);
        const char *name = fn->attr.name->s;
        const char *habit = op_find(name)
            ? NULL
            : habit_operation(L, name, fn->attr.of);
        if (op_find(name))
            diag_help(L->s, d, "`pl.%s(%s, ...)`", name,
                      lw_source(L, fn->attr.of->span));
        else if (habit)
            diag_help(L->s, d, "`%s`", habit);
        return sv_error();
    }
    if (of.kind == K_CONST && of.c.kind == V_KERNEL) {
        const KernelObject *program = of.c.kernel;
        for (int i = 0; i < program->nmethods; i++)
            if (program->methods[i]->def->def.name == fn->attr.name)
                return call_kernel(L, program->methods[i], n, 0);
    }
    return attr_of_const(L, fn, of, NULL);
}

/* math.sqrt(D) and the like on constants */
static Sv call_math(Lower *L, Value fn, const Node *n)
{
    Value args[4];
    const int count = n->call.args.n;
    for (int i = 0; i < count && i < 4; i++) {
        Sv a = n->call.args.p[i]->kind == ND_KEYWORD
            ? sv_error()
            : lower_expr(L, n->call.args.p[i]);
        if (a.kind == K_ERROR && L->failed) return a;
        if (!foldable(a)) {
            lw_error(L, E0306, n->call.args.p[i]->span,
                     "`%s` is computed at compile time and needs constants",
                     lw_source(L, n->call.fn->span));
            return sv_error();
        }
        args[i] = a.c;
    }
    Value r = host_call(L->in, fn, args, count > 4 ? 4 : count, NULL, 0,
                        n->span);
    if (!v_is_error(r)) return from_host(L, r, n->span);
    lw_error(L, E0311, n->span, "this constant has no value: %s",
             host_failed(L->in) ? host_exc_text(L->in, v_obj(&L->in->exc->o))
                                : "?");
    host_clear(L->in);
    return sv_error();
}

static bool host_function(Lower *L, const Node *fn, Value *v)
{
    Value of;
    if (captured(L, fn, v)) return true;
    return fn->kind == ND_ATTR && captured(L, fn->attr.of, &of) &&
        of.kind == V_MODULE && host_attr(L->in, of, fn->attr.name, v);
}

static Diag *not_in_kernels(Lower *L, const Node *call, DiagCode code)
{
    const Node *fn = call->call.fn;
    Diag *d = lw_error(L, code, fn->span, "`%s` does not compute on tiles",
                       lw_source(L, fn->span));
    const char *habit = habit_operation(L, fn->attr.name->s,
                                        first_operand(call));
    if (habit)
        diag_help(L->s, d, "`%s`", habit);
    else
        diag_help(
            L->s, d,
            "kernels compute with the operations of `pl`: `qwc list ops` names them");
    return d;
}

/* np.exp(t) where nothing is called np */
static bool unknown_library(Lower *L, const Node *call)
{
    const Node *fn = call->call.fn;
    Value v;
    if (fn->kind != ND_ATTR || fn->attr.of->kind != ND_NAME ||
        !is_library(fn->attr.of->name->s))
        return false;
    if (fn_slot(L->fn->info, fn->attr.of->name) >= 0 ||
        captured(L, fn->attr.of, &v))
        return false;
    not_in_kernels(L, call, E0301);
    return true;
}

/* torch.relu(t): the host's functions know no tiles */
static bool library_on_tiles(Lower *L, Value fn, const Node *call)
{
    const Node *operand = first_operand(call);
    if (fn.kind != V_NATIVE || call->call.fn->kind != ND_ATTR || !operand)
        return false;
    const DiagMark mark = diag_mark(L);
    const bool failed = L->failed;
    const Sv s = lower_expr(L, operand);
    if (s.kind == K_TILE || s.kind == K_TENSOR)
        return not_in_kernels(L, call, E0306), true;
    diag_rewind(L, mark);
    L->failed = failed;
    return false;
}

Sv lower_call(Lower *L, const Node *n)
{
    const Node *fn = n->call.fn;
    const char *path = pl_path(L, fn);
    if (path) return call_pl(L, path, n);
    Value v;
    const bool host = host_function(L, fn, &v);
    if ((!host && (extreme_of_tiles(L, n) || unknown_library(L, n))) ||
        (host && library_on_tiles(L, v, n)))
        return sv_error();
    if (host) {
        if (v.kind == V_KERNEL) return call_kernel(L, v.kernel, n, 0);
        if (v.kind == V_NATIVE) return call_math(L, v, n);
        if (v.kind == V_FUNC) {
            Diag *d =
                lw_error(L, E0206, fn->span,
                         "`%s` is a host function; a kernel cannot call it",
                         lw_source(L, fn->span));
            diag_help(
                L->s, d,
                "decorate it with `@pl.jit.inline`, or compute the constant at module level");
            return sv_error();
        }
        if (v.kind == V_TYPE || v.kind == V_EXCTYPE) {
            lw_error(L, E0206, fn->span, "`%s` cannot be called in a kernel",
                     lw_source(L, fn->span));
            return sv_error();
        }
    }
    host_clear(L->in);
    if (fn->kind == ND_ATTR) return call_method(L, n);
    Sv s = lower_expr(L, fn);
    if (s.kind == K_CONST && s.c.kind == V_KERNEL)
        return call_kernel(L, s.c.kernel, n, 0);
    if (s.kind != K_ERROR) lw_kind(L, s, fn, "something to call");
    return sv_error();
}

/* ---- dispatch ------------------------------------------------------------------------------------------ */

static Sv lower_seq(Lower *L, const Node *n)
{
    Sv *items = NEW_ARRAY(L->a, Sv, n->list.n + 1);
    bool ok = true;
    for (int i = 0; i < n->list.n; i++) {
        items[i] = lower_expr(L, n->list.p[i]);
        ok &= items[i].kind != K_ERROR;
    }
    if (!ok) return sv_error();
    Sv s = sv_tuple(L, n->list.n, items, n->span);
    ((SvTuple *)s.t)->is_list = n->kind == ND_LIST;
    return s;
}

static Sv lower_int(Lower *L, const Node *n)
{
    if (!n->i.too_big) return sv_const(v_int(n->i.value), n->span);
    lw_error(L, E0802, n->span, "this integer does not fit 64 bits");
    return sv_error();
}

static Sv lower_string(Lower *L, const Node *n)
{
    if (n->kind == ND_STR) return sv_const(v_from_str(L->in, n->s), n->span);
    const char *s = fstring(L, n);
    return s ? sv_const(v_str(L->in, s), n->span) : sv_error();
}

Sv lower_expr(Lower *L, const Node *n)
{
    switch (n->kind) {
    case ND_NAME: return lower_name(L, n);
    case ND_INT: return lower_int(L, n);
    case ND_FLOAT: return sv_const(v_float(n->f), n->span);
    case ND_STR:
    case ND_FSTR: return lower_string(L, n);
    case ND_TRUE: return sv_const(v_bool(true), n->span);
    case ND_FALSE: return sv_const(v_bool(false), n->span);
    case ND_NONE: return sv_none(n->span);
    case ND_UNARY: return lower_unary(L, n);
    case ND_BINARY: {
        Sv a = lower_expr(L, n->op.a), b = lower_expr(L, n->op.b);
        return arith(L, n->op.op, a, b, n->op.a, n->op.b, n->span);
    }
    case ND_COMPARE: return lower_compare(L, n);
    case ND_AND:
    case ND_OR: return lower_logic(L, n);
    case ND_COND: return lower_cond(L, n);
    case ND_CALL: return lower_call(L, n);
    case ND_ATTR: return lower_attr(L, n);
    case ND_INDEX: return lower_subscript(L, n);
    case ND_TUPLE:
    case ND_LIST: return lower_seq(L, n);
    case ND_ERROR: /* reported by front/ */ L->errors++; return sv_error();
    default: break;
    }
    lw_error(L, E0107, n->span, "%s is not available in kernels",
             node_describe(n));
    return sv_error();
}
