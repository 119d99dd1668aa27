/* Diagnostics of lowering: one error a statement, a warning once a place (a
 * function is spliced in many times), where the code was inlined from, and
 * descriptions of values in the user's terms. */
#include "lower/lower_int.h"
#include <string.h>

static bool seen_before(Lower *L, DiagCode code, Span span)
{
    for (int i = 0; i < L->seen.n; i++)
        if (L->seen.p[i].code == code && L->seen.p[i].span.lo == span.lo &&
            L->seen.p[i].span.hi == span.hi)
            return true;
    vec_push(L->a, &L->seen, ((Seen){code, span}));
    return false;
}

static void note_inlined(Lower *L, Diag *d)
{
    int n = 0;
    for (const InlineFrame *i = L->inl; i && n < 4; i = i->outer, n++)
        diag_note(L->s, d, i->call, "in `%s`, called here", i->callee->s);
}

/* a diagnostic that nobody will see, for callers that decorate it */
static Diag *silent(Lower *L)
{
    return NEW(L->a, Diag);
}

Diag *lw_error(Lower *L, DiagCode code, Span span, const char *fmt, ...)
{
    const bool again = L->failed;
    L->failed = true;
    L->errors++;
    if (again || seen_before(L, code, span)) return silent(L);
    va_list ap;
    va_start(ap, fmt);
    Diag *d = diag_vnew(L->s, code, span, fmt, ap);
    va_end(ap);
    note_inlined(L, d);
    return d;
}

Diag *lw_warn(Lower *L, DiagCode code, Span span, const char *fmt, ...)
{
    if (L->failed || seen_before(L, code, span)) return silent(L);
    va_list ap;
    va_start(ap, fmt);
    Diag *d = diag_vnew(L->s, code, span, fmt, ap);
    va_end(ap);
    note_inlined(L, d);
    return d;
}

LowerMark lower_mark(const Lower *L)
{
    return (LowerMark){.diags = diag_mark(L->s),
                       .nseen = L->seen.n,
                       .errors = L->errors,
                       .nops = L->nops,
                       .printed = L->printed.n,
                       .at = L->at,
                       .last = L->at->last};
}

void lower_rewind(Lower *L, LowerMark m)
{
    while (m.at->last != m.last) ir_remove(m.at->last);
    diag_rewind(L->s, m.diags);
    L->seen.n = m.nseen;
    L->printed.n = m.printed;
    L->errors = m.errors;
    L->nops = m.nops;
}

/* ---- descriptions -------------------------------------------------------- */

const char *lw_dtype(QwDtype d)
{
    static const char *const names[QW_DTYPE_COUNT] = {
        "pl.BOOL",  "pl.INT8",   "pl.UINT8", "pl.INT16",  "pl.UINT16",
        "pl.INT32", "pl.UINT32", "pl.INT64", "pl.UINT64", "pl.FP16",
        "pl.BF16",  "pl.FP32",   "float64",
    };
    return names[d];
}

const char *lw_shape(Lower *L, const Type *t)
{
    return ir_shape_text(L->s, t->rank, t->shape);
}

enum { MAX_EXTENT_TEXT = 30, MAX_EXTENT_DEPTH = 4 };

/* How the language writes what computes v; NULL: it has no words for it, or
 * too many.  An operand of another operation goes into brackets. */
static const char *rewritten(Lower *L, const IrValue *v, int depth,
                             bool operand)
{
    static const struct {
        IrOpcode op;
        const char *before, *between, *after;
    } forms[] = {
        {IR_SADD, "", " + ", ""},        {IR_SSUB, "", " - ", ""},
        {IR_SMUL, "", " * ", ""},        {IR_SFLOORDIV, "", " // ", ""},
        {IR_SMIN, "pl.min(", ", ", ")"}, {IR_SMAX, "pl.max(", ", ", ")"},
    };
    int64_t c;
    if (ir_is_const_int(v, &c)) return arena_printf(L->a, "%lld", (long long)c);
    if (v->name) return v->name->s;
    if (!v->def || depth == MAX_EXTENT_DEPTH) return NULL;
    size_t i = 0;
    while (i < LEN(forms) && forms[i].op != v->def->op) i++;
    if (i == LEN(forms)) return NULL;
    const bool infix = !*forms[i].before, wrap = operand && infix;
    const char *a = rewritten(L, v->def->args[0], depth + 1, infix);
    const char *b = a ? rewritten(L, v->def->args[1], depth + 1, infix) : NULL;
    if (!b) return NULL;
    const char *text = arena_printf(L->a, "%s%s%s%s%s%s%s", wrap ? "(" : "",
                                    forms[i].before, a, forms[i].between, b,
                                    forms[i].after, wrap ? ")" : "");
    return strlen(text) > MAX_EXTENT_TEXT ? NULL : text;
}

const char *lw_extent(Lower *L, IrValue *v)
{
    const bool scalar = v->def && ir_op_info[v->def->op].cls == CLS_SCALAR;
    const char *text = scalar && v->span.hi && !v->name ? lw_source(L, v->span)
                                                        : NULL;
    /* the text of `a[lo:hi]` is no extent */
    if (text && !strchr(text, ':') && strlen(text) <= MAX_EXTENT_TEXT &&
        !ir_is_const_int(v, NULL))
        return text;
    text = rewritten(L, v, 0, false);
    return text ? text : v->def ? "(computed)" : "(carried)";
}

const char *lw_extents(Lower *L, int n, IrValue *const *v)
{
    Text t = {.a = L->a};
    text_putc(&t, '[');
    for (int i = 0; i < n; i++)
        text_printf(&t, "%s%s", i ? ", " : "", lw_extent(L, v[i]));
    text_putc(&t, ']');
    return text_str(&t);
}

void partial_reshape(Lower *L, IrValue *x, const char *to, Span sp)
{
    const int rank = x->type->rank;
    const bool view = x->type->kind != TY_TILE;
    IrValue *valid[IR_MAX_RANK], *full[IR_MAX_RANK];
    for (int k = 0; k < rank; k++) {
        valid[k] = ir_valid(L->f, x, k);
        full[k] = ir_dim(L->f, x, k);
    }
    Diag *d = lw_error(L, E0403, sp,
                       "reshape to %s of a %s that is valid only in %s of %s",
                       to, view ? "view" : "tile", lw_extents(L, rank, valid),
                       lw_extents(L, rank, full));
    diag_note(L->s, d, (Span){0, 0},
              "a partially valid %s may only gain or lose axes of extent 1",
              view ? "view" : "tile");
    diag_help(L->s, d,
              view ? "reshape before the slice, or load it and use `pl.fillpad`"
                   : "use `pl.fillpad` first");
}

const char *lw_source(Lower *L, Span sp)
{
    const Source *src = source_of(L->s, sp);
    if (!src || sp.hi <= sp.lo) return "?";
    Text t = {.a = L->a};
    bool space = false;
    for (int32_t i = sp.lo - src->base;
         i < sp.hi - src->base && i < src->len && t.n < 60; i++) {
        const char c = src->text[i];
        if (c == ' ' || c == '\n' || c == '\r') {
            space = true;
            continue;
        }
        if (space && t.n) text_putc(&t, ' ');
        space = false;
        text_putc(&t, c);
    }
    return t.n >= 60 ? arena_printf(L->a, "%.56s ...", text_str(&t))
                     : text_str(&t);
}

static const char *what_const(Lower *L, Value v)
{
    Text t = {.a = L->a};
    switch (v.kind) {
    case V_INT:
    case V_FLOAT:
    case V_BOOL:
        if (v.kind == V_INT)
            text_printf(&t, "the constant %lld", (long long)v.i);
        else if (v.kind == V_BOOL)
            text_puts(&t, v.i ? "the constant True" : "the constant False");
        else {
            text_puts(&t, "the constant ");
            text_float(&t, v.f);
        }
        return text_str(&t);
    case V_NONE: return "None";
    case V_STR: return "a string";
    case V_DTYPE: return "a dtype";
    case V_KERNEL: return "a kernel";
    case V_MODULE: return "a module";
    default: break;
    }
    if (v_dynsym(v))
        return arena_printf(L->a, "the dynamic symbol `%s`",
                            v_dynsym(v)->name->s);
    const char *name = v_type_name(v);
    return arena_printf(L->a, "%s %s", strchr("aeiouAEIOU", *name) ? "an" : "a",
                        name);
}

/* integers are INDEX in lowering; the user knows the
 * dtype they were declared with */
static const Type *declared_type(const IrValue *v)
{
    const IrOp *op = v->def;
    const bool widened = op && op->op == IR_SCAST && v->type->is_index &&
        qw_dtype_is_int(op->args[0]->type->dtype);
    return widened ? op->args[0]->type : v->type;
}

const char *lw_what(Lower *L, Sv s)
{
    switch (s.kind) {
    case K_CONST: return what_const(L, s.c);
    case K_SCALAR:
        if (s.v->is_const && s.v->type->is_index)
            return arena_printf(L->a, "the constant %lld", (long long)s.v->c.i);
        return ir_type_text(L->s, declared_type(s.v));
    case K_TILE:
    case K_TENSOR: return ir_type_text(L->s, s.v->type);
    case K_TUPLE:
        if (!s.t->n) return s.t->is_list ? "an empty list" : "an empty tuple";
        return arena_printf(L->a, "a %s of %d", s.t->is_list ? "list" : "tuple",
                            s.t->n);
    case K_TASK: return "a TASK_ID";
    case K_UNSET:
    case K_ERROR: break;
    }
    return "nothing";
}

/* Labels stand beside the main caret only where they
 * add a place of their own. */
void lw_label(Lower *L, Diag *d, Sv s, Span main)
{
    const Span sp = sv_is_ir(s) && s.v->span.hi ? s.v->span : s.span;
    if (!sp.hi || (sp.lo <= main.hi && main.lo <= sp.hi)) return;
    diag_label(L->s, d, sp, "this is %s", lw_what(L, s));
}

bool lw_kind(Lower *L, Sv s, const Node *node, const char *expected)
{
    if (s.kind == K_ERROR || s.kind == K_UNSET) return false;
    Diag *d = lw_error(L, E0311, node->span, "expected %s, found %s", expected,
                       lw_what(L, s));
    lw_label(L, d, s, node->span);
    return false;
}
