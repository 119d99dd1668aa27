/* Makes the text of a C function from its lines: counts uses, drops pure
 * declarations nobody reads, puts an expression that is read once where it is
 * read, finds what a body captures, gives names, wraps lines.  An expression is
 * not moved into a loop, nor into another function (there it is captured). */
#include "back/emit.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 96, INLINE_MAX = 72, INLINE_HEADER = 16 };

/* ---- names --------------------------------------------------------------- */

static bool is_reserved(const char *name)
{
    static const char *const words[] = {
        "auto",      "break",     "case",     "char",     "const",
        "continue",  "default",   "do",       "double",   "else",
        "enum",      "extern",    "float",    "for",      "goto",
        "if",        "inline",    "int",      "long",     "register",
        "restrict",  "return",    "short",    "signed",   "sizeof",
        "static",    "struct",    "switch",   "typedef",  "union",
        "unsigned",  "void",      "volatile", "while",    "asm",
        "typeof",    "bool",      "true",     "false",    "catch",
        "class",     "delete",    "explicit", "export",   "friend",
        "mutable",   "namespace", "new",      "operator", "private",
        "protected", "public",    "template", "this",     "throw",
        "try",       "typename",  "using",    "virtual",  "nullptr",
        "constexpr", "main",      "site",     "worker",   "env",
        "captures",  "frame",     "ctx",      "args",     "NULL",
        "unix",      "linux",     "i386",     "INT64_C",
    };
    for (size_t i = 0; i < LEN(words); i++)
        if (strcmp(words[i], name) == 0) return true;
    size_t n = strlen(name);
    return strncmp(name, "qw_", 3) == 0 || strncmp(name, "Qw", 2) == 0 ||
        strncmp(name, "QW_", 3) == 0 ||
        (n > 2 && strcmp(name + n - 2, "_t") == 0);
}

/* a C identifier that is free to use */
static const char *name_legal(Arena *a, const char *want)
{
    Text t = {.a = a};
    for (const char *s = want; *s; s++) {
        bool ok = isascii((unsigned char)*s) &&
            (isalnum((unsigned char)*s) || *s == '_');
        if (ok)
            text_putc(&t, *s);
        else if (!t.n || t.s[t.n - 1] != '_')
            text_putc(&t, '_');
    }
    const char *name = text_str(&t);
    while (*name == '_')
        name++; /* leading underscores belong to the compiler */
    if (!*name || isdigit((unsigned char)*name))
        name = arena_printf(a, "v%s", name);
    return is_reserved(name) ? arena_printf(a, "%s_", name) : name;
}

static bool is_global(const Em *e, const char *name)
{
    for (int i = 0; i < e->globals.n; i++)
        if (strcmp(e->globals.p[i], name) == 0) return true;
    return false;
}

/* functions that compilers know: a kernel of that name would be taken for it */
static bool is_library(const char *name)
{
    static const char words[] =
        " abort abs acos acosh alloca asin asinh atan atanh bcmp bcopy bzero calloc cabs carg cbrt ceil cexp clog conj cos "
        "cosh cpow creal csin csqrt dcgettext drem erf erfc execl exit exp exp2 expm1 fabs fdim ffs floor fma fmax fmin fmod "
        "fprintf fputs free frexp fscanf gamma gettext hypot ilogb index isalpha isnan isinf j0 j1 jn labs ldexp lgamma "
        "llabs llrint llround log log10 log1p log2 logb lrint lround malloc memchr memcmp memcpy memmove mempcpy memset "
        "modf nan nearbyint pow pow10 printf putchar puts realloc remainder remquo rindex rint round scalb scanf signbit "
        "significand sin sincos sinh snprintf sprintf sqrt sscanf stpcpy strcat strchr strcmp strcpy strdup strlen strncat "
        "strncmp strncpy strstr tan tanh tgamma tolower toupper trunc vprintf y0 y1 yn ";
    size_t n = strlen(name);
    for (const char *at = words; (at = strstr(at, name)) != NULL; at++)
        if (at > words && at[-1] == ' ' && at[n] == ' ') return true;
    return false;
}

const char *name_global(Em *e, const char *want)
{
    const char *base = name_legal(e->a, want), *name = base;
    if (is_library(base)) name = base = arena_printf(e->a, "%s_", base);
    for (int n = 2; is_global(e, name); n++)
        name = arena_printf(e->a, "%s_%d", base, n);
    vec_push(e->a, &e->globals, name);
    return name;
}

/* ---- uses ---------------------------------------------------------------- */

/* next reference at or after s: its variable, context, and *end behind it */
static const char *next_ref(const char *s, int *var, int *context,
                            const char **end)
{
    const char *p = strchr(s, '\1');
    if (!p) return NULL;
    char *q;
    *var = (int)strtol(p + 1, &q, 10);
    *context = (int)strtol(q + 1, &q, 10);
    *end = q + 1;
    return p;
}

static void each_ref(Em *e, const char *text, int by, int line)
{
    int v, context;
    const char *end;
    for (const char *s = text; next_ref(s, &v, &context, &end); s = end) {
        e->vars.p[v].uses += by;
        if (line >= 0) e->vars.p[v].use_line = line;
    }
}

static size_t plain_length(const char *text)
{
    size_t n = 0;
    int v, context;
    const char *end, *s = text;
    for (const char *p; (p = next_ref(s, &v, &context, &end)) != NULL; s = end)
        n += (size_t)(p - s) + 6;
    return n + strlen(s);
}

static bool can_inline(const Fn *fn, const Var *v, const Line *l)
{
    if (v->uses != 1 || v->pinned || !v->init.s || v->fn != fn ||
        v->use_line < 0)
        return false;
    if (v->init.var || v->init.lit) return true;
    const Line *use = &fn->lines.p[v->use_line];
    if (use->outer == l->loop && !strchr(l->text, '('))
        return plain_length(l->text) < INLINE_HEADER;
    return use->loop == l->loop && plain_length(l->text) < INLINE_MAX;
}

/* one pass from the end: later lines decide what earlier ones are for */
static bool prune(Em *e, Fn *fn)
{
    bool changed = false;
    for (int i = fn->lines.n; i-- > 0;) {
        Line *l = &fn->lines.p[i];
        if (l->dead || (l->kind != LN_DECL && l->kind != LN_ASSIGN)) continue;
        Var *v = &e->vars.p[l->var];
        if (v->uses == 0 && l->pure) {
            l->dead = changed = true;
            each_ref(e, l->text, -1, -1);
        } else if (l->kind == LN_DECL && l->pure && can_inline(fn, v, l)) {
            l->dead = v->inlined = true;
            each_ref(e, l->text, 0, v->use_line);
        }
    }
    return changed;
}

/* a comment stays only if code follows before the next
 * comment or the end of its block */
static void drop_idle_comments(Fn *fn)
{
    for (int i = 0; i < fn->lines.n; i++) {
        Line *l = &fn->lines.p[i];
        if (l->kind != LN_COMMENT && l->kind != LN_LINE) continue;
        int k = i + 1;
        while (k < fn->lines.n &&
               (fn->lines.p[k].dead ||
                (l->kind == LN_COMMENT && fn->lines.p[k].kind == LN_LINE)))
            k++;
        if (k == fn->lines.n || fn->lines.p[k].indent < l->indent ||
            fn->lines.p[k].kind == l->kind)
            l->dead = true;
    }
}

static void drop_empty_arms(Fn *fn)
{
    Line *last = NULL;
    for (int i = 0; i < fn->lines.n; i++) {
        Line *l = &fn->lines.p[i];
        if (l->dead) continue;
        if (last && strcmp(last->text, "} else {") == 0 &&
            strcmp(l->text, "}") == 0)
            last->dead = true;
        last = l;
    }
}

static void capture_refs(Em *e, Fn *fn, const char *text)
{
    int v, context;
    const char *end;
    for (const char *s = text; next_ref(s, &v, &context, &end); s = end) {
        bool known = e->vars.p[v].fn == fn;
        for (int k = 0; k < fn->captures.n && !known; k++)
            known = fn->captures.p[k] == v;
        if (!known) vec_push(e->a, &fn->captures, v);
    }
}

static void find_captures(Em *e, Fn *fn)
{
    for (int i = 0; i < fn->lines.n; i++) {
        const Line *l = &fn->lines.p[i];
        bool inlined = l->kind == LN_DECL && e->vars.p[l->var].inlined;
        if (!l->dead || inlined) capture_refs(e, fn, l->text);
    }
}

/* ---- rendering ----------------------------------------------------------- */

static void name_captures(Em *e, Fn *fn)
{
    for (int k = 0; k < fn->captures.n; k++) {
        const char *base = name_legal(e->a, e->vars.p[fn->captures.p[k]].hint),
                   *name = base;
        for (int n = 2, j = 0; j < k; j++) {
            if (strcmp(fn->capture_names.p[j], name)) continue;
            name = arena_printf(e->a, "%s_%d", base, n++);
            j = -1;
        }
        vec_push(e->a, &fn->capture_names, name);
    }
}

const char *capture_name(const Fn *fn, int var)
{
    int k = 0;
    while (fn->captures.p[k] != var) k++;
    return fn->capture_names.p[k];
}

static void render(Em *e, const Fn *fn, const char *text, Text *out)
{
    int v, context;
    const char *end, *s = text;
    for (const char *p; (p = next_ref(s, &v, &context, &end)) != NULL;
         s = end) {
        text_put(out, s, (size_t)(p - s));
        const Var *x = &e->vars.p[v];
        if (x->fn != fn) {
            text_printf(out, "env->%s", capture_name(fn, v));
        } else if (x->inlined) {
            Text t = {.a = e->a};
            ex_put(&t, x->init, context);
            render(e, fn, text_str(&t), out);
        } else {
            text_puts(out, x->name ? x->name : "?");
        }
    }
    text_puts(out, s);
}

typedef struct Scope {
    const char *name;
    int indent;
} Scope;
typedef VEC(Scope) Names;

static void close_names(Names *names, int indent)
{
    while (names->n && vec_last(names).indent > indent) names->n--;
}

/* 1: name is base itself; n: it is base_n; 0: neither */
static int64_t number_of(const char *name, const char *base, size_t len)
{
    if (strncmp(name, base, len) != 0) return 0;
    if (!name[len]) return 1;
    if (name[len] != '_' || name[len + 1] < '1' || name[len + 1] > '9')
        return 0;
    char *end;
    const int64_t n = strtoll(name + len + 1, &end, 10);
    return *end || n < 2 ? 0 : n;
}

static const char *numbered(Em *e, const char *base, int n)
{
    return n > 1 ? arena_printf(e->a, "%s_%d", base, n) : base;
}

/* the first of base, base_2, base_3 ... that nothing here is called */
static const char *free_name(Em *e, const Names *names, const char *base)
{
    const size_t len = strlen(base);
    const ArenaMark mark = arena_mark(e->a);
    bool *taken = NEW_ARRAY(e->a, bool, names->n + 2);
    for (int i = 0; i < names->n; i++) {
        const int64_t n = number_of(names->p[i].name, base, len);
        if (n <= names->n + 1) taken[n] = true;
    }
    int n = 0;
    do {
        n++;
        while (n < names->n + 2 && taken[n]) n++;
    } while (is_global(e, numbered(e, base, n)));
    arena_reset(e->a, mark);
    return numbered(e, base, n);
}

static void give_name(Em *e, Names *names, Var *v, int indent)
{
    if (v->name) return; /* reserved */
    const char *name =
        free_name(e, names,
                  name_legal(e->a, v->hint && *v->hint ? v->hint : "t"));
    v->name = name;
    Scope s = {name, indent};
    vec_push(e->a, names, s);
}

static void indent_to(Text *out, int indent)
{
    for (int i = 0; i < indent * 4; i++) text_putc(out, ' ');
}

static bool may_break(const char *at)
{
    return at[-1] == ',' || at[-1] == ';' || !strncmp(at, " && ", 4) ||
        !strncmp(at, " || ", 4) || !strncmp(at, " ? ", 3) ||
        !strncmp(at, " : ", 3);
}

/* where to break a long line: at the last place of the least nesting in its
 * second half, else at the last place; not inside a string; 0: nowhere */
static size_t break_at(const char *line, size_t room)
{
    size_t best = 0;
    int depth = 0, best_depth = 1000;
    bool quoted = false;
    for (size_t i = 0; line[i] && i < room; i++) {
        if (line[i] == '\\' && quoted && line[i + 1])
            i++;
        else if (line[i] == '"')
            quoted = !quoted;
        if (quoted) continue;
        depth += (line[i] == '(' || line[i] == '{' || line[i] == '[') -
            (line[i] == ')' || line[i] == '}' || line[i] == ']');
        if (line[i] != ' ' || !i || !may_break(line + i)) continue;
        if (depth > best_depth && best > room / 2) continue;
        best = i;
        best_depth = depth;
    }
    return best;
}

void text_wrapped(Text *out, const char *line, int indent)
{
    indent_to(out, indent);
    size_t room = indent * 4 + 24 < WIDTH ? WIDTH - (size_t)indent * 4 : 24;
    bool first = true;
    while (strlen(line) > room) {
        size_t at = break_at(line, room);
        if (!at) break;
        text_put(out, line, at);
        text_putc(out, '\n');
        line += at + 1;
        indent_to(out, indent + 2);
        if (first && room > 32) room -= 8;
        first = false;
    }
    text_puts(out, line);
    text_putc(out, '\n');
}

static void put_comment_lines(Text *out, const char *text, int indent)
{
    indent_to(out, indent);
    text_puts(out, "/* ");
    for (; *text; text++) {
        text_putc(out, *text);
        if (*text != '\n') continue;
        indent_to(out, indent);
        text_puts(out, " * ");
    }
    text_puts(out, " */\n");
}

static const char *declarator(Em *e, const Var *v)
{
    size_t n = strlen(v->type);
    bool pointer = n && v->type[n - 1] == '*';
    const char *k = v->is_const ? "const " : "";
    return pointer ? arena_printf(e->a, "%s%s%s", v->type, k, v->name)
                   : arena_printf(e->a, "%s%s %s", k, v->type, v->name);
}

static void render_line(Em *e, const Fn *fn, const Line *l, Names *names,
                        Text *out)
{
    Text t = {.a = e->a};
    if (l->kind == LN_COMMENT) {
        put_comment_lines(out, l->text, l->indent);
        return;
    }
    if (l->kind == LN_LINE) {
        text_printf(out, "#line %d %s\n", l->src_line, l->text);
        return;
    }
    Text rhs = {.a = e->a};
    if (l->kind == LN_CODE && l->var)
        give_name(e, names, &e->vars.p[l->var], l->indent + 1);
    render(e, fn, l->text, &rhs);
    if (l->kind == LN_CODE) {
        text_puts(&t, text_str(&rhs));
    } else if (l->kind == LN_ASSIGN) {
        text_printf(&t, "%s = %s;", e->vars.p[l->var].name, text_str(&rhs));
    } else if (!e->vars.p[l->var].uses) {
        text_printf(&t, "%s;", text_str(&rhs)); /* only its effect */
    } else {
        give_name(e, names, &e->vars.p[l->var], l->indent);
        const char *d = declarator(e, &e->vars.p[l->var]);
        if (rhs.n)
            text_printf(&t, "%s = %s;", d, text_str(&rhs));
        else
            text_printf(&t, "%s;", d);
    }
    text_wrapped(out, text_str(&t), l->indent);
}

void fn_finish(Em *e, Fn *fn)
{
    for (int i = 0; i < fn->lines.n; i++)
        if (!fn->lines.p[i].dead) each_ref(e, fn->lines.p[i].text, 1, i);
    while (prune(e, fn)) {}
    drop_idle_comments(fn);
    drop_empty_arms(fn);
    find_captures(e, fn);
    name_captures(e, fn);
    Names names = {0};
    Text out = {.a = e->a};
    for (int i = 0; i < fn->params.n; i++)
        give_name(e, &names, &e->vars.p[fn->params.p[i]], 0);
    for (int i = 0; i < fn->lines.n; i++) {
        const Line *l = &fn->lines.p[i];
        if (l->dead) continue;
        close_names(&names, l->indent);
        render_line(e, fn, l, &names, &out);
    }
    fn->text = text_str(&out);
}
