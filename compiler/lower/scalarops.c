/* Operations that give or take scalars: extents, elements, constants,
 * minima, and those of blocks. */
#include "lower/lower_int.h"
#include <math.h>

/* ---- extents and elements ------------------------------------------------ */

Sv op_dim(Lower *L, OpCall *c)
{
    int axis;
    int64_t n;
    if (!shaped_arg(L, c, 0, "a tensor or tile") ||
        !const_axis(L, c, 1, c->arg[0].v->type->rank, &axis))
        return sv_error();
    IrValue *d = ir_dim(L->f, c->arg[0].v, axis);
    return ir_is_const_int(d, &n) ? sv_const(v_int(n), c->span)
                                  : sv_ir(d, c->span);
}

static bool element_index(Lower *L, OpCall *c, IrValue **index)
{
    int n;
    if (!shaped_arg(L, c, 0, "a tensor or tile")) return false;
    if (is_int_scalar(c->arg[1]) &&
        c->arg[0].v->type->rank == 1) /* pl.read(x, i) of a vector */
        return (index[0] = int_operand(L, c->arg[1], c->node[1]->span,
                                       "an index")) != NULL;
    return int_list(L, c->arg[1], c->node[1], "the indices", &n, index) &&
        check_index_count(L, c->arg[0].v, n, c->node[1]->span, "index",
                          "indices");
}

Sv op_read(Lower *L, OpCall *c)
{
    IrValue *index[IR_MAX_RANK];
    return element_index(L, c, index)
        ? emit_read(L, c->arg[0].v, index, c->span)
        : sv_error();
}

Sv op_write(Lower *L, OpCall *c)
{
    IrValue *index[IR_MAX_RANK];
    if (!element_index(L, c, index)) return sv_error();
    return emit_write(L, c->arg[0], index, c->arg[2], c->span,
                      c->node[2]->span);
}

Sv op_const(Lower *L, OpCall *c)
{
    QwDtype d;
    double x = 0;
    bool b;
    if (!dtype_arg(L, c->arg[1], c->node[1]->span, &d)) return sv_error();
    if (!const_number(c->arg[0], &x) && !const_bool(c->arg[0], &b)) {
        lw_error(L, E0504, c->node[0]->span,
                 "`pl.const` needs a compile-time constant, found %s",
                 lw_what(L, c->arg[0]));
        return sv_error();
    }
    if (qw_dtype_is_int(d) && x != floor(x)) {
        does_not_fit(L, lw_source(L, c->node[0]->span), d, c->node[0]->span);
        return sv_error();
    }
    IrValue *v = scalar_for(L, c->arg[0], d, c->node[0]->span);
    return v ? sv_ir(v, c->span) : sv_error();
}

/* ---- minimum, maximum of scalars ----------------------------------------- */

/* NaN wins, and +0 is above -0, as at run time */
static Sv extreme_const(Lower *L, const OpCall *c, Sv a, Sv b, bool min)
{
    double x = 0, y = 0;
    const_number(a, &x);
    const_number(b, &y);
    if (isnan(x) || isnan(y)) return isnan(x) ? a : b;
    if (x == 0 && y == 0) return !signbit(y) == min ? a : b;
    Sv less = fold_binary(L, OPR_LT, b, a, c->span);
    bool b_less;
    if (less.kind == K_ERROR || !const_bool(less, &b_less)) return sv_error();
    return b_less == min ? b : a;
}

static Sv extreme(Lower *L, const OpCall *c, Sv a, Sv b, const Node *nb)
{
    const bool min = c->op->ir == IR_SMIN;
    if (a.kind == K_CONST && b.kind == K_CONST)
        return extreme_const(L, c, a, b, min);
    if (is_int_scalar(a) && is_int_scalar(b))
        return sv_ir(emit_int(L, c->op->ir, scalar_ir(L, a), scalar_ir(L, b),
                              c->span),
                     c->span);
    int64_t k;
    if ((is_int_scalar(a) && !const_int(a, &k)) ||
        (is_int_scalar(b) && !const_int(b, &k))) {
        Diag *d = lw_error(L, E0307, nb->span,
                           "`pl.%s` of an integer and a float", c->spelled);
        int whole = 0; /* an operand before b, or b */
        while (!is_int_scalar(c->rest[whole]) || const_int(c->rest[whole], &k))
            whole++;
        diag_help(L->s, d, "`pl.cast(%s, pl.FP32)`",
                  lw_source(L, c->rest_node[whole]->span));
        return sv_error();
    }
    return float_arith(L, c->op->ir, a, b, c->span);
}

Sv op_minmax(Lower *L, OpCall *c)
{
    for (int i = 0; i < c->nrest; i++) {
        if (is_shaped(c->rest[i])) {
            const bool min = c->op->ir == IR_SMIN;
            Diag *d = lw_error(L, E0517, c->rest_node[i]->span,
                               "`pl.%s` takes scalars, found %s", c->spelled,
                               lw_what(L, c->rest[i]));
            if (c->nrest == 2 && !sv_is_none(c->rest[1]))
                diag_help(L->s, d, "`pl.%s(%s, %s)`",
                          min ? "minimum" : "maximum",
                          lw_source(L, c->rest_node[0]->span),
                          lw_source(L, c->rest_node[1]->span));
            else
                diag_help(
                    L->s, d,
                    min ? "`pl.minimum` of two tiles, or `pl.row_min` of one"
                        : "`pl.maximum` of two tiles, or `pl.row_max` of one");
            return sv_error();
        }
        if (is_number(c->rest[i]) && !is_bool_scalar(c->rest[i])) continue;
        if (c->rest[i].kind == K_CONST && v_dynsym(c->rest[i].c))
            int_operand(L, c->rest[i], c->rest_node[i]->span, "an operand");
        else
            lw_error(L, E0307, c->rest_node[i]->span,
                     "`pl.%s` takes numbers, found %s", c->spelled,
                     lw_what(L, c->rest[i]));
        return sv_error();
    }
    if (c->nrest < 2) {
        lw_error(L, E0310, c->span, "`pl.%s` takes two or more scalars",
                 c->spelled);
        return sv_error();
    }
    Sv r = c->rest[0];
    for (int i = 1; i < c->nrest && r.kind != K_ERROR; i++)
        r = extreme(L, c, r, c->rest[i], c->rest_node[i]);
    return r;
}

/* ---- blocks -------------------------------------------------------------- */

Sv op_block_idx(Lower *L, OpCall *c)
{
    if (L->core && L->core->block) return sv_ir(L->core->block, c->span);
    Diag *d = lw_error(L, E0604, c->span, "`pl.%s` outside `pl.spmd`",
                       c->spelled);
    if (L->core) diag_label(L->s, d, L->core->span, "this scope has no blocks");
    diag_help(L->s, d,
              "`with pl.spmd(n, name_hint=\"...\"):` runs its body in n blocks");
    return sv_error();
}

static bool made_in_a_block(const IrValue *v, const IrRegion *blocks)
{
    const IrRegion *r = v->def ? v->def->parent : v->arg_of;
    while (r && r != blocks) r = r->owner ? r->owner->parent : NULL;
    return r != NULL;
}

/* the same for every block of the spmd loop */
static bool uniform(const IrValue *v, const IrValue *block, int depth)
{
    if (v == block || depth > 50) return false;
    if (v->is_const || v->is_param || !made_in_a_block(v, block->arg_of))
        return true;
    if (v->arg_of) {
        const IrOp *loop = v->arg_of->owner;
        if (!loop || loop->op != IR_FOR || v->index != 0) return false;
        return uniform(loop->args[0], block, depth + 1) &&
            uniform(loop->args[1], block, depth + 1) &&
            uniform(loop->args[2], block, depth + 1);
    }
    if (!v->def || ir_op_info[v->def->op].cls != CLS_SCALAR)
        return v->def == NULL;
    for (int i = 0; i < v->def->nargs; i++)
        if (!uniform(v->def->args[i], block, depth + 1)) return false;
    return true;
}

Sv op_syncall(Lower *L, OpCall *c)
{
    const IrRegion *r = L->at;
    const IrValue *block = L->core ? L->core->block : NULL;
    const char *why = block ? NULL : "stands outside `pl.spmd`";
    for (; !why && r->owner && r->owner->op != IR_SCOPE; r = r->owner->parent) {
        const IrOp *o = r->owner;
        if (o->op != IR_FOR || o->at.loop != LOOP_RANGE)
            why = "stands in a block that some blocks of `pl.spmd` may skip";
        else if (!uniform(o->args[0], block, 0) ||
                 !uniform(o->args[1], block, 0) ||
                 !uniform(o->args[2], block, 0))
            why = "stands in a loop that may run differently in each block";
    }
    if (why) {
        Diag *d = lw_error(L, E0605, c->span, "`pl.%s` %s", c->spelled, why);
        diag_note(
            L->s, d, (Span){0, 0},
            "every block must reach it: directly in the body of `pl.spmd`, or in a `pl.range` of it");
        diag_help(L->s, d, "%s",
                  block
                      ? "move it out, to where every block comes by"
                      : "delete it: a scope sees what those before it stored");
        return sv_error();
    }
    emit(L, IR_SYNCALL, c->span, 0, NULL);
    return sv_none(c->span);
}
