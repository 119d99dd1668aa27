/* Valid shapes (chapter 6): clamping and checking what the user gives, carrying
 * it through operations, and what to do where operands disagree. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- extents that may be negative ---------------------------------------- */

/* Bounds wider than this come from memory or an integer's dtype: analysis does
 * not know the value, and only the run can tell. */
static const int64_t known_bound = -((int64_t)1 << 31);

typedef struct Reasons {
    Lower *L;
    Text text;
    int n;
    IrValue *seen[8];
    int depth;
} Reasons;

static void add_bound(Reasons *r, int64_t x)
{
    if (x <= -IR_MAX_EXTENT)
        text_puts(&r->text, "-inf");
    else if (x >= IR_MAX_EXTENT)
        text_puts(&r->text, "inf");
    else
        text_printf(&r->text, "%lld", (long long)x);
}

static void add_range(Reasons *r, IrRange x)
{
    text_putc(&r->text, '[');
    add_bound(r, x.lo);
    text_puts(&r->text, ", ");
    add_bound(r, x.hi);
    text_putc(&r->text, ']');
}

/* the named values that an extent is computed from, with their ranges */
static void reasons(Reasons *r, IrValue *v, bool top)
{
    if (v->is_const || r->depth > 40) return;
    const bool computed = v->def && ir_op_info[v->def->op].cls == CLS_SCALAR;
    if (v->name && !top) {
        for (int i = 0; i < r->n; i++)
            if (r->seen[i] == v) return;
        if (r->n == (int)LEN(r->seen)) return;
        r->seen[r->n] = v;
        text_printf(&r->text, "%s`%s` is in ", r->n++ ? ", " : "", v->name->s);
        add_range(r, ir_range(r->L->f, v));
        return;
    }
    r->depth++;
    for (int i = 0; computed && i < v->def->nargs; i++)
        reasons(r, v->def->args[i], false);
    r->depth--;
}

/* no value that it can have is right */
static void always_negative(Lower *L, IrValue *v, Span sp)
{
    Diag *d = v->is_const
        ? lw_error(L, E0401, sp, "the valid extent %s is negative",
                   lw_extent(L, v))
        : lw_warn(L, W0401, sp, "the valid extent `%s` is always negative",
                  lw_source(L, sp));
    if (!v->is_const) diag_at(L->s, d, "a negative extent counts as 0");
    diag_help(
        L->s, d,
        "a valid extent is a number of elements, 0 or more, from the start of its axis");
}

static void warn_negative(Lower *L, IrValue *v, Span sp)
{
    if (ir_range(L->f, v).hi < 0) {
        always_negative(L, v, sp);
        return;
    }
    Reasons range = {.L = L, .text = {.a = L->a}},
            why = {.L = L, .text = {.a = L->a}};
    add_range(&range, ir_range(L->f, v));
    reasons(&why, v, true);
    Diag *d = lw_warn(L, W0401, sp,
                      "the valid extent `%s` may be negative: its range is %s",
                      lw_source(L, sp), text_str(&range.text));
    diag_at(L->s, d, "a negative extent counts as 0");
    if (v->span.hi && (v->span.lo >= sp.hi || v->span.hi <= sp.lo))
        diag_label(L->s, d, v->span, "computed here");
    if (why.n)
        diag_note(L->s, d, (Span){0, 0}, "because %s", text_str(&why.text));
    diag_help(L->s, d, "`pl.max(0, %s)`", lw_source(L, sp));
}

static bool proved_nonneg(Lower *L, IrValue *v)
{
    return ir_range(L->f, v).lo >= 0 || ir_less_equal(L->f, ir_idx(L->f, 0), v);
}

static IrValue *clamped(Lower *L, IrValue *v, Span sp)
{
    if (proved_nonneg(L, v)) return v;
    if (ir_range(L->f, v).lo > known_bound) warn_negative(L, v, sp);
    if (v->is_const) return ir_idx(L->f, 0);
    IrValue *r = emit1(L, IR_CLAMP_VALID, sp, ir_index(L->f), 1, &v);
    r->name = v->name;
    return r;
}

IrValue *valid_extent(Lower *L, IrValue *given, IrValue *nominal, Span sp,
                      const char *of)
{
    IrValue *v = clamped(L, given, sp);
    if (ir_less_equal(L->f, v, nominal)) return v;
    const IrRange r = ir_range(L->f, v), n = ir_range(L->f, nominal);
    if (r.lo > n.hi) {
        lw_error(L, E0402, sp, "the valid extent %s is larger than %s %s",
                 lw_extent(L, v), of, lw_extent(L, nominal));
        return NULL;
    }
    IrValue *args[2] = {v, nominal};
    emit(L, IR_CHECK_VALID, sp, 2, args);
    return v;
}

/* ---- attaching ----------------------------------------------------------- */

void set_valid(Lower *L, IrValue *v, int axis, IrValue *extent)
{
    if (!extent || ir_equal(L->f, extent, ir_dim(L->f, v, axis))) return;
    if (!v->valid) v->valid = new_list(L, v->type->rank);
    v->valid[axis] = extent;
}

void copy_valid(Lower *L, IrValue *to, IrValue *from)
{
    for (int k = 0; from->valid && k < from->type->rank; k++)
        set_valid(L, to, k, ir_valid(L->f, from, k));
}

bool full_on(Lower *L, IrValue *v, int axis)
{
    if (!v->valid || !v->valid[axis]) return true;
    IrValue *dim = ir_dim(L->f, v, axis);
    return ir_equal(L->f, v->valid[axis], dim) ||
        ir_less_equal(L->f, dim, v->valid[axis]);
}

bool is_full(Lower *L, IrValue *v)
{
    for (int k = 0; k < v->type->rank; k++)
        if (!full_on(L, v, k)) return false;
    return true;
}

IrValue *pad_zero(Lower *L, IrValue *v, Span sp)
{
    IrValue *r = emit1(L, IR_PAD, sp, v->type, 1, &v);
    r->def->at.pad = PAD_ZERO;
    return r;
}

/* what of a window lies in the source's valid region (V3) */
IrValue *intersect(Lower *L, IrValue *win, IrValue *src_valid, IrValue *off,
                   Span sp)
{
    IrValue *rest = emit_int(L, IR_SSUB, src_valid, off, sp);
    return emit_int(L, IR_SMAX, emit_int(L, IR_SMIN, win, rest, sp),
                    ir_idx(L->f, 0), sp);
}

/* ---- operands that disagree ---------------------------------------------- */

/* b may lack elements that the result has; one warning a statement */
static void warn_differ(Lower *L, IrValue *a, IrValue *b, const OpCall *c,
                        Span sp)
{
    IrValue *va[IR_MAX_RANK], *vb[IR_MAX_RANK];
    for (int k = 0; k < a->type->rank; k++) {
        va[k] = ir_valid(L->f, a, k);
        vb[k] = ir_valid(L->f, b, k);
    }
    if (L->warned_valid) return;
    L->warned_valid = true;
    Diag *d = lw_warn(L, W0403, sp,
                      "the valid shapes of the operands differ: %s and %s",
                      lw_extents(L, a->type->rank, va),
                      lw_extents(L, b->type->rank, vb));
    if (c && c->n > 1 && c->node[0] && c->node[1]) {
        diag_label(L->s, d, c->node[0]->span, "valid %s",
                   lw_extents(L, a->type->rank, va));
        diag_label(L->s, d, c->node[1]->span, "valid %s",
                   lw_extents(L, b->type->rank, vb));
    }
    diag_note(
        L->s, d, (Span){0, 0},
        "the result has the valid shape of the first operand; what the second lacks reads as 0");
    diag_help(
        L->s, d,
        "trim both to one valid shape with `pl.set_validshape`, or fill one with `pl.fillpad`");
}

IrValue *match_valid(Lower *L, IrValue *a, IrValue *b, bool warn,
                     const OpCall *c, Span sp)
{
    bool pad = false, differ = false;
    if (!a->valid && !b->valid) return b;
    for (int k = 0; k < a->type->rank; k++) {
        IrValue *va = ir_valid(L->f, a, k), *vb = ir_valid(L->f, b, k);
        const int64_t na = a->type->shape[k], nb = b->type->shape[k];
        if (na !=
            nb) { /* b broadcasts: its one element must exist; or a does, and b decides */
            if (nb == 1) pad |= ir_range(L->f, vb).lo < 1;
        } else {
            differ |= !full_on(L, b, k) && !ir_less_equal(L->f, va, vb);
        }
    }
    pad |= differ;
    if (differ && warn) warn_differ(L, a, b, c, sp);
    return pad ? pad_zero(L, b, sp) : b;
}

bool require_full(Lower *L, IrValue *v, const Node *node, const char *spelled)
{
    if (is_full(L, v)) return true;
    IrValue *valid[IR_MAX_RANK];
    for (int k = 0; k < v->type->rank; k++) valid[k] = ir_valid(L->f, v, k);
    Diag *d = lw_error(
        L, E0404, node->span,
        "`pl.%s` needs a fully valid operand; this one is valid only in %s of %s",
        spelled, lw_extents(L, v->type->rank, valid), lw_shape(L, v->type));
    diag_help(L->s, d, "`pl.fillpad(%s)`", lw_source(L, node->span));
    return false;
}
