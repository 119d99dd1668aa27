/* Arguments of operations and language forms.  A signature is a list of words
 * in order: `x` must be given, `x=` may be, `x!` is accepted and never
 * evaluated, `x...` takes all that is left. */
#include "lower/lower_int.h"
#include <assert.h>
#include <string.h>

static void parse_sig(Lower *L, const char *sig, OpCall *c, char *mark)
{
    for (const char *p = sig; *p; c->n++) {
        const size_t n = strcspn(p, " ");
        const char last = p[n - 1];
        mark[c->n] = last == '=' || last == '!' || last == '.' ? last : ' ';
        c->name[c->n] = str_n(L->s, p,
                              n - (last == '.' ? 3 : mark[c->n] != ' '));
        p += n;
        p += *p == ' ';
    }
}

static const char *call_name(Lower *L, const Node *call)
{
    return lw_source(L, call->call.fn->span);
}

static void note_signature(Lower *L, Diag *d, const OpCall *c, const char *mark)
{
    Text t = {.a = L->a};
    text_printf(&t, "%s(", call_name(L, c->call));
    const char *sep = "";
    for (int i = 0; i < c->n; i++) {
        if (mark[i] == '!') continue;
        text_printf(&t, "%s%s%s", sep, c->name[i]->s,
                    mark[i] == '='       ? "="
                        : mark[i] == '.' ? "..."
                                         : "");
        sep = ", ";
    }
    diag_note(L->s, d, (Span){0, 0}, "the signature is `%s)`", text_str(&t));
}

void explain_kinds(Lower *L, const char *sig, const OpCall *c, int from)
{
    char mark[MAX_ARGS * 2];
    OpCall again = {.call = c->call};
    parse_sig(L, sig, &again, mark);
    if (again.n < 2) return;
    for (int i = from; i < L->s->diags.n; i++) {
        Diag *d = L->s->diags.p[i];
        if (d->code != E0311 || d->helps.n || d->notes.n) continue;
        for (int k = 0; k < c->n; k++)
            if (c->node[k] && c->node[k]->span.lo == d->span.lo)
                note_signature(L, d, &again, mark);
    }
}

static bool unknown_keyword(Lower *L, const OpCall *c, const char *mark,
                            const Node *kw, DiagCode code)
{
    const char *names[MAX_ARGS * 2];
    int n = 0;
    for (int i = 0; i < c->n; i++) names[n++] = c->name[i]->s;
    const char *near = str_nearest(kw->kw.name->s, names, n);
    Diag *d = lw_error(L, code, kw->kw.name_span, "`%s` takes no keyword `%s`",
                       call_name(L, c->call), kw->kw.name->s);
    const Node *tile = first_operand(c->call);
    if (near)
        diag_help(L->s, d, "did you mean `%s`?", near);
    else
        note_signature(L, d, c, mark);
    if (!near && tile && c->op && c->spelled && habit_known(c->spelled))
        diag_help(L->s, d, "`%s`", habit_operation(L, c->spelled, tile));
    return false;
}

static bool bind_keyword(Lower *L, OpCall *c, const char *mark, const Node *kw,
                         DiagCode code)
{
    for (int i = 0; i < c->n; i++) {
        if (c->name[i] != kw->kw.name || mark[i] == '.') continue;
        if (c->node[i]) {
            Diag *d = lw_error(L, code, kw->kw.name_span, "`%s` is given twice",
                               kw->kw.name->s);
            diag_label(L->s, d, c->node[i]->span, "first here");
            return false;
        }
        c->node[i] = kw->kw.value;
        return true;
    }
    return unknown_keyword(L, c, mark, kw, code);
}

static bool bind_nodes(Lower *L, OpCall *c, const char *mark, DiagCode code)
{
    const NodeVec *args = &c->call->call.args;
    int pos = 0;
    for (int i = 0; i < args->n; i++) {
        const Node *a = args->p[i];
        if (a->kind == ND_KEYWORD) {
            if (!bind_keyword(L, c, mark, a, code)) return false;
            continue;
        }
        if (pos < c->n && mark[pos] == '.') {
            c->rest_node[c->nrest++] = a;
        } else if (pos < c->n) {
            assert(!c->node[pos]); /* keywords stand behind: E0109 of front/ */
            c->node[pos++] = a;
        } else {
            Diag *d = lw_error(L, E0310, a->span, "too many arguments for `%s`",
                               call_name(L, c->call));
            note_signature(L, d, c, mark);
            return false;
        }
    }
    for (int i = 0; i < c->n; i++) {
        if (mark[i] != ' ' || c->node[i]) continue;
        Diag *d = lw_error(L, E0310, c->call->span,
                           "`%s` lacks the argument `%s`",
                           call_name(L, c->call), c->name[i]->s);
        note_signature(L, d, c, mark);
        return false;
    }
    return true;
}

bool bind_args(Lower *L, const char *sig, const Node *call, DiagCode unknown,
               unsigned skip, OpCall *c)
{
    char mark[MAX_ARGS * 2];
    const OpInfo *op = c->op;
    const char *spelled = c->spelled;
    *c = (OpCall){.call = call, .span = call->span};
    c->op = op;
    c->spelled = spelled;
    c->rest_node = NEW_ARRAY(L->a, const Node *, call->call.args.n + 1);
    c->rest = NEW_ARRAY(L->a, Sv, call->call.args.n + 1);
    parse_sig(L, sig, c, mark);
    if (!bind_nodes(L, c, mark, unknown)) return false;
    bool ok = true;
    for (int i = 0; i < c->n; i++) {
        if (!c->node[i]) continue;
        if (mark[i] == '!' || (skip >> i & 1)) continue;
        c->arg[i] = lower_expr(L, c->node[i]);
        ok &= c->arg[i].kind != K_ERROR;
    }
    for (int i = 0; i < c->nrest; i++) {
        c->rest[i] = lower_expr(L, c->rest_node[i]);
        ok &= c->rest[i].kind != K_ERROR;
    }
    return ok;
}

/* ---- reading arguments --------------------------------------------------- */

bool const_flag(Lower *L, const OpCall *c, int i, bool *out)
{
    *out = false;
    if (!c->node[i]) return true;
    if (const_bool(c->arg[i], out)) return true;
    int64_t n;
    if (const_int(c->arg[i], &n) && (n == 0 || n == 1)) {
        *out = n == 1;
        return true;
    }
    lw_error(L, E0306, c->node[i]->span, "`%s` must be True or False, found %s",
             c->name[i]->s, lw_what(L, c->arg[i]));
    return false;
}

Span list_item_span(const Node *node, int i)
{
    const bool literal = (node->kind == ND_LIST || node->kind == ND_TUPLE) &&
        i < node->list.n;
    return literal ? node->list.p[i]->span : node->span;
}

static bool is_plural(const char *what)
{
    return what[strlen(what) - 1] == 's';
}

static bool list_of(Lower *L, Sv s, const Node *node, const char *what, int *n)
{
    *n = sv_len(s);
    if (*n < 0) {
        Diag *d = lw_error(L, E0311, node->span, "%s %s a list, found %s", what,
                           is_plural(what) ? "are" : "is", lw_what(L, s));
        if (is_number(s))
            diag_help(L->s, d, "`[%s]`", lw_source(L, node->span));
        return false;
    }
    if (*n > IR_MAX_RANK) {
        lw_error(L, E0410, node->span,
                 "%s %s %d entries; tensors have at most %d axes", what,
                 is_plural(what) ? "have" : "has", *n, IR_MAX_RANK);
        return false;
    }
    return true;
}

bool int_list(Lower *L, Sv s, const Node *node, const char *what, int *n,
              IrValue **out)
{
    if (!list_of(L, s, node, what, n)) return false;
    for (int i = 0; i < *n; i++)
        if (!(out[i] = int_operand(L, sv_item(s, i), list_item_span(node, i),
                                   what)))
            return false;
    return true;
}

bool static_list(Lower *L, Sv s, const Node *node, const char *what, int *n,
                 int64_t *out)
{
    if (!list_of(L, s, node, what, n)) return false;
    for (int i = 0; i < *n; i++) {
        const Sv e = sv_item(s, i);
        if (const_int(e, &out[i])) continue;
        if (e.kind == K_CONST && v_dynsym(e.c)) {
            int_operand(L, e, list_item_span(node, i), "an extent");
            return false;
        }
        Diag *d = lw_error(
            L, E0410, list_item_span(node, i),
            "the extents of a tile are compile-time constants, found %s",
            lw_what(L, e));
        if (is_int_scalar(e))
            diag_help(
                L->s, d,
                "use a constant extent, and `valid_shape=` for what varies");
        return false;
    }
    return true;
}

bool need_dtype(Lower *L, const OpCall *c, int i, QwDtype *d)
{
    if (c->node[i]) return dtype_arg(L, c->arg[i], c->node[i]->span, d);
    Diag *e = lw_error(L, E0310, c->span, "`pl.%s` needs `dtype=`", c->spelled);
    diag_help(L->s, e, "`dtype=pl.FP32`");
    return false;
}

bool equal_dtype(Lower *L, const OpCall *c, int i, IrValue *a, IrValue *b)
{
    if (a->type->dtype == b->type->dtype) return true;
    Diag *d = lw_error(L, E0308, c->node[i]->span, "`pl.%s` of %s and %s tiles",
                       c->spelled, lw_dtype(a->type->dtype),
                       lw_dtype(b->type->dtype));
    diag_help(L->s, d, "`pl.cast(%s, target_type=%s)`",
              lw_source(L, c->node[i]->span), lw_dtype(a->type->dtype));
    return false;
}

bool shaped_arg(Lower *L, const OpCall *c, int i, const char *what)
{
    if (is_shaped(c->arg[i])) return true;
    return lw_kind(L, c->arg[i], c->node[i], what);
}

bool const_axis(Lower *L, const OpCall *c, int i, int rank, int *out)
{
    int64_t a;
    if (const_int(c->arg[i], &a) && a >= -rank && a < rank) {
        *out = (int)(a < 0 ? a + rank : a);
        return true;
    }
    if (const_int(c->arg[i], &a))
        lw_error(L, E0508, c->node[i]->span,
                 "axis %lld of rank %d; axes are %d to %d", (long long)a, rank,
                 -rank, rank - 1);
    else
        lw_error(L, E0508, c->node[i]->span,
                 "an axis is a compile-time constant, found %s",
                 lw_what(L, c->arg[i]));
    return false;
}

bool check_index_count(Lower *L, IrValue *x, int n, Span sp, const char *one,
                       const char *many)
{
    if (n == x->type->rank) return true;
    Diag *d = lw_error(L, E0414, sp, "%d %s for %s", n, n == 1 ? one : many,
                       ir_type_text(L->s, x->type));
    diag_at(L->s, d, "expected %d", x->type->rank);
    return false;
}
