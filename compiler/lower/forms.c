/* Language forms that are calls but no operations: carried values, assertions,
 * compile-time output, and the scheduling forms that have no effect (10.4). */
#include "lower/lower_int.h"
#include <string.h>

/* ---- constant text ------------------------------------------------------- */

/* conv: 0, or how it becomes text before spec applies */
static bool put_constant(Lower *L, Text *t, Value v, char conv,
                         const char *spec)
{
    if (!conv) return host_format(L->in, v, spec, t);
    Text shown = {.a = L->a};
    if (!(conv == 's' ? host_str : host_repr)(L->in, v, &shown)) return false;
    const Value text = v_str(L->in, text_str(&shown));
    const bool ok = host_format(L->in, text, spec, t);
    v_drop(L->in, text);
    return ok;
}

static bool put_value(Lower *L, Text *t, Sv s, const Node *part)
{
    if (s.kind == K_TUPLE) {
        text_putc(t, s.t->is_list ? '[' : '(');
        for (int i = 0; i < s.t->n; i++) {
            if (i) text_puts(t, ", ");
            if (!put_value(L, t, s.t->p[i], part)) return false;
        }
        text_putc(t, s.t->is_list ? ']' : ')');
        return true;
    }
    int64_t i;
    if (s.kind == K_SCALAR && const_int(s, &i)) s = sv_const(v_int(i), s.span);
    if (s.kind != K_CONST) { /* known only when the kernel runs */
        if (part && !part->fpart.debug)
            text_printf(t, "{%s: %s}", lw_source(L, part->fpart.e->span),
                        lw_what(L, s));
        else
            text_puts(t, lw_what(L, s));
        return true;
    }
    const char *spec = part && part->fpart.spec ? fstring(L, part->fpart.spec)
                                                : "";
    if (!spec) return false;
    char conv = part ? part->fpart.conv : 0;
    if (!conv && part && part->fpart.debug && !*spec) conv = 'r';
    return put_constant(L, t, s.c, conv, spec);
}

const char *fstring(Lower *L, const Node *n)
{
    Text t = {.a = L->a};
    if (n->kind == ND_STR) return n->s->s;
    if (n->kind != ND_FSTR) {
        Sv s = lower_expr(L, n);
        const char *text;
        if (const_string(s, &text)) return text;
        return s.kind != K_ERROR && put_value(L, &t, s, NULL) ? text_str(&t)
                                                              : NULL;
    }
    for (int i = 0; i < n->list.n; i++) {
        const Node *p = n->list.p[i];
        if (p->kind == ND_STR) {
            text_put(&t, p->s->s, p->s->len);
            continue;
        }
        Sv s = lower_expr(L, p->fpart.e);
        if (s.kind == K_ERROR) return NULL;
        if (p->fpart.debug) text_puts(&t, p->fpart.debug->s);
        if (put_value(L, &t, s, p)) continue;
        lw_error(L, E0306, p->span, "this value cannot be formatted: %s",
                 host_failed(L->in)
                     ? host_exc_text(L->in, v_obj(&L->in->exc->o))
                     : "?");
        host_clear(L->in);
        return NULL;
    }
    return text_str(&t);
}

/* ---- assertions ---------------------------------------------------------- */

typedef struct Values {
    Lower *L;
    Diag *d;
    Str seen[8];
    int n;
} Values;

/* the names in a failing condition with their values */
static void note_values(void *cx, const Node *n)
{
    Values *v = cx;
    if (n->kind != ND_NAME) {
        node_each(n, note_values, v);
        return;
    }
    for (int i = 0; i < v->n; i++)
        if (v->seen[i] == n->name) return;
    if (v->n == (int)LEN(v->seen)) return;
    v->seen[v->n++] = n->name;
    Lower *L = v->L;
    Value value;
    const int slot = fn_slot(L->fn->info, n->name);
    Sv s = slot >= 0 ? L->fn->vals[slot] : sv_error();
    if (slot < 0 && host_lookup(L->in, L->fn->kernel, n->name, &value))
        s = sv_const(value, n->span);
    double number;
    if (!const_number(s, &number)) return;
    Text t = {.a = L->a};
    if (put_value(L, &t, s, NULL))
        diag_note(L->s, v->d, (Span){0, 0}, "%s = %s", n->name->s,
                  text_str(&t));
}

static Sv assertion_failed(Lower *L, const Node *cond, const char *msg)
{
    Diag *d = msg ? lw_error(L, E0208, cond->span, "assertion failed: %s", msg)
                  : lw_error(L, E0208, cond->span, "assertion failed");
    Values v = {L, d, {NULL}, 0};
    note_values(&v, cond);
    return sv_error();
}

Sv emit_assert(Lower *L, const Node *cond, const Node *msg, Span sp,
               bool is_static)
{
    Sv c = lower_expr(L, cond);
    if (c.kind == K_ERROR) return c;
    bool known;
    int64_t i;
    if (!const_bool(c, &known) && const_int(c, &i)) {
        known = i != 0;
        c = sv_const(v_bool(known), c.span);
    }
    if (const_bool(c, &known)) {
        if (known) return sv_none(sp);
        const char *text = msg ? fstring(L, msg) : NULL;
        return msg && !text ? sv_error() : assertion_failed(L, cond, text);
    }
    if (is_static) {
        lw_error(L, E0306, cond->span,
                 "`pl.static_assert` needs a compile-time constant, found %s",
                 lw_what(L, c));
        return sv_error();
    }
    IrValue *v = bool_operand(L, c, cond->span, "the condition");
    const char *text = msg ? fstring(L, msg) : lw_source(L, cond->span);
    if (!v || !text) return sv_error();
    IrOp *op = emit(L, IR_ASSERT, sp, 1, &v);
    op->at.name = str(L->s, text);
    return sv_none(sp);
}

static void static_print(Lower *L, const Node *call)
{
    Text t = {.a = L->a};
    for (int i = 0; i < call->call.args.n; i++) {
        const Node *a = call->call.args.p[i];
        Sv s = lower_expr(L, a->kind == ND_KEYWORD ? a->kw.value : a);
        if (s.kind == K_ERROR) return;
        if (i) text_putc(&t, ' ');
        if (s.kind == K_CONST && s.c.kind == V_STR)
            text_puts(&t, s.c.str->s);
        else if (!put_value(L, &t, s, NULL))
            host_clear(L->in);
    }
    text_printf(&L->printed, "%s\n", text_str(&t));
}

bool form_statement(Lower *L, const char *path, const Node *call)
{
    OpCall c = {0};
    if (!strcmp(path, "static_assert")) {
        if (!bind_args(L, "cond msg=", call, E0502, 3, &c)) return true;
        emit_assert(L, c.node[0], c.node[1], call->span, true);
        return true;
    }
    if (!strcmp(path, "static_print")) {
        static_print(L, call);
        return true;
    }
    if (!strcmp(path, "cond")) {
        lw_error(L, E0107, call->span,
                 "`pl.cond` stands first in the body of `pl.while_`");
        return true;
    }
    return false;
}

/* ---- carried values ------------------------------------------------------ */

bool is_yield(Lower *L, const Node *stmt, const Node **call)
{
    const Node *e = stmt->kind == ND_ASSIGN ? stmt->assign.value
        : stmt->kind == ND_EXPR             ? stmt->e
                                            : NULL;
    if (!e || e->kind != ND_CALL) return false;
    const char *path = pl_call_path(L, e);
    *call = e;
    return path && !strcmp(path, "yield_");
}

Sv yield_values(Lower *L, const Node *call)
{
    OpCall c = {0};
    if (!bind_args(L, "v...", call, E0502, 0, &c)) return sv_error();
    if (c.nrest == 1) return c.rest[0];
    return sv_tuple(L, c.nrest, c.rest, call->span);
}

/* ---- scheduling forms ---------------------------------------------------- */

static Sv form_submit(Lower *L, const Node *call)
{
    if (!call->call.args.n) {
        lw_error(L, E0310, call->span, "`pl.submit` needs the kernel to call");
        return sv_error();
    }
    Sv f = lower_expr(L, call->call.args.p[0]);
    if (f.kind == K_ERROR) return f;
    if (f.kind != K_CONST || f.c.kind != V_KERNEL) {
        lw_kind(L, f, call->call.args.p[0], "a kernel");
        return sv_error();
    }
    return call_kernel(L, f.c.kernel, call, 1);
}

static Sv form_array(Lower *L, const Node *call)
{
    OpCall c = {0};
    int64_t n;
    if (!bind_args(L, "n dtype= manual_dep!", call, E0502, 0, &c))
        return sv_error();
    if (!const_int(c.arg[0], &n) || n <= 0) {
        lw_error(L, E0306, c.node[0]->span,
                 "the length of an array is a positive constant, found %s",
                 lw_what(L, c.arg[0]));
        return sv_error();
    }
    if (!c.node[1] ||
        (c.arg[1].kind == K_CONST && c.arg[1].c.kind == V_DTYPE &&
         c.arg[1].c.flag == DT_PL_TASK_ID))
        return (Sv){.kind = K_TASK, .span = call->span};
    QwDtype d;
    if (!dtype_arg(L, c.arg[1], c.node[1]->span, &d)) return sv_error();
    if (d != QW_I32) {
        Diag *e = lw_error(L, E0510, c.node[1]->span,
                           "arrays are of pl.TASK_ID or pl.INT32, not %s",
                           lw_source(L, c.node[1]->span));
        diag_help(L->s, e, "`pl.create_tensor([%lld], dtype=%s)`", (long long)n,
                  lw_source(L, c.node[1]->span));
        return sv_error();
    }
    IrValue *dim = ir_idx(L->f, n);
    if (!L->core)
        return sv_ir(emit_alloc(L, d, 1, &dim, call->span), call->span);
    if (!tile_shape_ok(L, d, 1, &n, call->span)) return sv_error();
    return sv_ir(full_tile(L, tile_type(L, d, 1, &n), 0, 0,
                           !qw_dtype_is_float(d), call->span),
                 call->span);
}

static Sv form_identity(Lower *L, const Node *call)
{
    OpCall c = {0};
    return bind_args(L, "x name!", call, E0502, 0, &c) ? c.arg[0] : sv_error();
}

static Sv form_token(Lower *L, const Node *call)
{
    (void)L;
    return (Sv){.kind = K_TASK, .span = call->span};
}

static Sv form_nothing(Lower *L, const Node *call)
{
    (void)L;
    return sv_none(call->span);
}

static Sv form_yield(Lower *L, const Node *call)
{
    return yield_values(L, call);
}

static const struct {
    const char *path;
    Sv (*fn)(Lower *, const Node *);
} value_forms[] = {
    {"yield_", form_yield},          {"submit", form_submit},
    {"no_dep", form_identity},       {"dump_tag", form_identity},
    {"array.create", form_array},    {"system.task_dummy", form_token},
    {"cross_core_slot", form_token},
};

Sv lower_form(Lower *L, const char *path, const Node *call, bool *known)
{
    *known = true;
    for (size_t i = 0; i < LEN(value_forms); i++)
        if (!strcmp(path, value_forms[i].path))
            return value_forms[i].fn(L, call);
    if (!strncmp(path, "prefetch.", 9)) return form_nothing(L, call);
    *known = op_is_form(path);
    if (!*known) return sv_error();
    const bool loop = !strcmp(path, "range") || !strcmp(path, "parallel") ||
        !strcmp(path, "unroll") || !strcmp(path, "pipeline") ||
        !strcmp(path, "spmd") || !strcmp(path, "while_");
    const bool scope = !strcmp(path, "at") || !strcmp(path, "incore") ||
        !strcmp(path, "scope");
    Diag *d = lw_error(L, E0107, call->span, "`pl.%s` is no value", path);
    if (loop) diag_help(L->s, d, "`for i in %s:`", lw_source(L, call->span));
    if (scope) diag_help(L->s, d, "`with %s:`", lw_source(L, call->span));
    return sv_error();
}
