/* The C text of the emitter while it is written: expressions with folding and
 * minimal parentheses, variables, lines.  What becomes of the lines when a
 * function is complete is in emitc_finish.c. */
#include "back/emit.h"
#include <string.h>

/* ---- expressions --------------------------------------------------------- */

Ex ex_int(Em *e, int64_t k)
{
    Ex x = {.prec = k < 0 ? PREC_UNARY : PREC_ATOM, .lit = true, .k = k};
    x.s = k == INT64_MIN ? "(-9223372036854775807 - 1)"
                         : arena_printf(e->a, "%lld", (long long)k);
    return x;
}

Ex ex_var(Em *e, int var)
{
    (void)e;
    return (Ex){.s = "", .prec = PREC_ATOM, .var = var};
}

void ex_put(Text *t, Ex x, int context)
{
    if (x.var)
        text_printf(t, "\1%d:%d\2", x.var, context);
    else if (x.prec < context)
        text_printf(t, "(%s)", x.s);
    else
        text_puts(t, x.s);
}

static void format(Em *e, Text *t, const char *fmt, va_list ap)
{
    for (; *fmt; fmt++) {
        if (*fmt != '%') {
            text_putc(t, *fmt);
            continue;
        }
        switch (*++fmt) {
        case 'e': ex_put(t, va_arg(ap, Ex), PREC_ARG); break;
        case 'p': ex_put(t, va_arg(ap, Ex), PREC_POST); break;
        case 'c': ex_put(t, va_arg(ap, Ex), PREC_OR); break;
        case 'u': ex_put(t, va_arg(ap, Ex), PREC_UNARY); break;
        case 's': text_puts(t, va_arg(ap, const char *)); break;
        case 'd': text_printf(t, "%lld", (long long)va_arg(ap, int64_t)); break;
        case 'w': ex_put(t, ex_var(e, e->fn->w), PREC_ARG); break;
        default: text_putc(t, *fmt);
        }
    }
}

Ex ex_fmt(Em *e, int prec, const char *fmt, ...)
{
    Text t = {.a = e->a};
    va_list ap;
    va_start(ap, fmt);
    format(e, &t, fmt, ap);
    va_end(ap);
    return (Ex){.s = text_str(&t), .prec = prec};
}

/* gcc and clang want parentheses where readers do */
static int operand_context(int prec)
{
    if (prec == PREC_OR || prec == PREC_AND) return PREC_EQ;
    if (prec == PREC_EQ || prec == PREC_REL) return PREC_ADD;
    if (prec == PREC_SHIFT) return PREC_UNARY;
    return prec;
}

Ex ex_bin(Em *e, Ex a, const char *op, int prec, Ex b)
{
    Text t = {.a = e->a};
    int context = operand_context(prec);
    ex_put(&t, a, context);
    text_printf(&t, " %s ", op);
    bool chain = prec == PREC_OR || prec == PREC_AND;
    ex_put(&t, b, context == prec && !chain ? prec + 1 : context);
    return (Ex){.s = text_str(&t), .prec = prec};
}

bool ex_is(Ex x, int64_t k)
{
    return x.lit && x.k == k;
}

/* the variable that v only renames */
static int original(const Em *e, int v)
{
    while (e->vars.p[v].init.s && e->vars.p[v].init.var)
        v = e->vars.p[v].init.var;
    return v;
}

bool ex_same(const Em *e, Ex a, Ex b)
{
    if (a.lit || b.lit) return a.lit && b.lit && a.k == b.k;
    if (a.var || b.var)
        return a.var && b.var && original(e, a.var) == original(e, b.var);
    return strcmp(a.s, b.s) == 0;
}

Ex ex_add(Em *e, Ex a, Ex b)
{
    int64_t k;
    if (ex_is(a, 0)) return b;
    if (ex_is(b, 0)) return a;
    if (a.lit && b.lit && add_ok(a.k, b.k, &k)) return ex_int(e, k);
    if (b.lit && b.k < 0 && b.k > INT64_MIN)
        return ex_bin(e, a, "-", PREC_ADD, ex_int(e, -b.k));
    return ex_bin(e, a, "+", PREC_ADD, b);
}

Ex ex_sub(Em *e, Ex a, Ex b)
{
    int64_t k;
    if (ex_is(b, 0)) return a;
    if (a.lit && b.lit && sub_ok(a.k, b.k, &k)) return ex_int(e, k);
    if (ex_same(e, a, b)) return ex_int(e, 0);
    if (b.lit && b.k < 0 && b.k > INT64_MIN)
        return ex_bin(e, a, "+", PREC_ADD, ex_int(e, -b.k));
    return ex_bin(e, a, "-", PREC_ADD, b);
}

Ex ex_mul(Em *e, Ex a, Ex b)
{
    int64_t k;
    if (ex_is(a, 0) || ex_is(b, 0)) return ex_int(e, 0);
    if (ex_is(a, 1)) return b;
    if (ex_is(b, 1)) return a;
    if (a.lit && b.lit && mul_ok(a.k, b.k, &k)) return ex_int(e, k);
    return a.lit ? ex_bin(e, b, "*", PREC_MUL, a)
                 : ex_bin(e, a, "*", PREC_MUL, b);
}

Ex ex_min(Em *e, Ex a, Ex b)
{
    if (a.lit && b.lit) return a.k < b.k ? a : b;
    if (ex_same(e, a, b)) return a;
    return ex_fmt(e, PREC_POST, "qw_min(%e, %e)", a, b);
}

Ex ex_and(Em *e, Ex a, Ex b)
{
    return ex_is(a, 1) ? b : ex_bin(e, a, "&&", PREC_AND, b);
}

/* ---- variables and lines ------------------------------------------------- */

int var_new(Em *e, const char *hint, const char *type, bool is_const)
{
    Var v = {.hint = hint,
             .type = type,
             .is_const = is_const,
             .fn = e->fn,
             .use_line = -1,
             .fresh = true};
    v.loop = e->fn->loop;
    vec_push(e->a, &e->vars, v);
    return e->vars.n - 1;
}

void var_pin(Em *e, int var)
{
    if (var > 0) e->vars.p[var].pinned = true;
}

static Line *add_line(Em *e, LineKind kind, const char *text)
{
    Line l = {.kind = kind,
              .text = text,
              .indent = e->fn->indent,
              .loop = e->fn->loop,
              .outer = -1};
    vec_push(e->a, &e->fn->lines, l);
    return &vec_last(&e->fn->lines);
}

int var_pure(Em *e, const char *hint, const char *type, Ex init)
{
    int v = var_new(e, hint, type, true);
    e->vars.p[v].init = init;
    Text t = {.a = e->a};
    ex_put(&t, init, PREC_ARG);
    Line *l = add_line(e, LN_DECL, text_str(&t));
    l->var = v;
    l->pure = true;
    return v;
}

#define FORMATTED(e, t, fmt) \
    Text t = {.a = (e)->a};  \
    va_list ap;              \
    va_start(ap, fmt);       \
    format(e, &t, fmt, ap);  \
    va_end(ap)

void put_line(Em *e, const char *fmt, ...)
{
    FORMATTED(e, t, fmt);
    add_line(e, LN_CODE, text_str(&t));
}

void put_then(Em *e, const char *fmt, ...)
{
    e->fn->indent++;
    FORMATTED(e, t, fmt);
    add_line(e, LN_CODE, text_str(&t));
    e->fn->indent--;
}

void put_decl(Em *e, int var, bool pure, const char *fmt, ...)
{
    FORMATTED(e, t, fmt);
    Line *l = add_line(e, LN_DECL, text_str(&t));
    l->var = var;
    l->pure = pure;
}

void put_declare(Em *e, int var)
{
    Line *l = add_line(e, LN_DECL, "");
    l->var = var;
    l->pure = true;
}

void put_assign(Em *e, int var, const char *fmt, ...)
{
    FORMATTED(e, t, fmt);
    Line *l = add_line(e, LN_ASSIGN, text_str(&t));
    l->var = var;
    l->pure = true;
}

void put_open(Em *e, const char *fmt, ...)
{
    FORMATTED(e, t, fmt);
    add_line(e, LN_CODE, text_str(&t));
    vec_push(e->a, &e->fn->outer, e->fn->loop);
    e->fn->indent++;
}

void put_open_loop(Em *e, int var, const char *fmt, ...)
{
    FORMATTED(e, t, fmt);
    Fn *fn = e->fn;
    vec_push(e->a, &fn->outer, fn->loop);
    fn->loop = ++fn->nloops; /* the header's expressions are read in the loop */
    Line *l = add_line(e, LN_CODE, text_str(&t));
    l->var = var;
    l->outer = vec_last(&fn->outer);
    if (var > 0) e->vars.p[var].loop = fn->loop;
    fn->indent++;
}

static void leave_block(Em *e)
{
    Fn *fn = e->fn;
    fn->indent--;
    while (fn->visible.n && vec_last(&fn->visible).indent > fn->indent)
        fn->visible.n--;
}

void put_else(Em *e)
{
    leave_block(e);
    add_line(e, LN_CODE, "} else {");
    e->fn->indent++;
}

void put_close(Em *e)
{
    leave_block(e);
    e->fn->loop = e->fn->outer.p[--e->fn->outer.n];
    add_line(e, LN_CODE, "}");
}

void put_comment(Em *e, const char *text)
{
    add_line(e, LN_COMMENT, comment_safe(e->a, text));
}

void text_c_string(Text *t, const char *s)
{
    text_putc(t, '"');
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            text_printf(t, "\\%c", c);
        else if (c < 32 || c >= 127 || c == '?')
            text_printf(t, "\\%03o", c);
        else
            text_putc(t, (char)c);
    }
    text_putc(t, '"');
}

const char *comment_safe(Arena *a, const char *text)
{
    Text t = {.a = a};
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (t.n && (c == '/' || c == '*') &&
            (t.s[t.n - 1] == '*' || t.s[t.n - 1] == '/') &&
            t.s[t.n - 1] != (char)c)
            text_putc(&t, ' ');
        text_putc(&t, c == '\n' || c >= 32 ? (char)c : ' ');
    }
    while (t.n && (t.s[t.n - 1] == '\\' || t.s[t.n - 1] == ' ')) t.n--;
    return text_str(&t);
}

Fn *fn_new(Em *e, const char *name)
{
    Fn *fn = NEW(e->a, Fn), *outer = e->fn;
    fn->name = name;
    fn->indent = 1;
    e->fn = fn;
    fn->w = var_new(e, "worker", "QwWorker *", false);
    e->vars.p[fn->w].name = "worker";
    fn->env = var_new(e, "env", "const void *", false);
    e->vars.p[fn->env].name = "env";
    fn->frame = var_new(e, "frame", "char *", true);
    e->vars.p[fn->frame].name = "frame";
    put_decl(e, fn->frame, true, "qw_frame(%w)");
    e->fn = outer;
    return fn;
}
