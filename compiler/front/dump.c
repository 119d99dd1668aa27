/* The AST and the tokens as text, for tests and for people: one node or token a
 * line, children indented by two, places as line:col-line:col.  Also the words
 * for nodes and operators that messages use. */
#include "front/front.h"

static const char *const kind_names[] = {
    [ND_NAME] = "NAME",
    [ND_INT] = "INT",
    [ND_FLOAT] = "FLOAT",
    [ND_STR] = "STR",
    [ND_FSTR] = "FSTR",
    [ND_TRUE] = "TRUE",
    [ND_FALSE] = "FALSE",
    [ND_NONE] = "NONE",
    [ND_ELLIPSIS] = "ELLIPSIS",
    [ND_UNARY] = "UNARY",
    [ND_BINARY] = "BINARY",
    [ND_COMPARE] = "COMPARE",
    [ND_AND] = "AND",
    [ND_OR] = "OR",
    [ND_COND] = "COND",
    [ND_CALL] = "CALL",
    [ND_ATTR] = "ATTR",
    [ND_INDEX] = "INDEX",
    [ND_SLICE] = "SLICE",
    [ND_STAR] = "STAR",
    [ND_DSTAR] = "DSTAR",
    [ND_KEYWORD] = "KEYWORD",
    [ND_TUPLE] = "TUPLE",
    [ND_LIST] = "LIST",
    [ND_DICT] = "DICT",
    [ND_SET] = "SET",
    [ND_LISTCOMP] = "LISTCOMP",
    [ND_DICTCOMP] = "DICTCOMP",
    [ND_GENEXP] = "GENEXP",
    [ND_LAMBDA] = "LAMBDA",
    [ND_FPART] = "FPART",
    [ND_COMPFOR] = "COMPFOR",
    [ND_PARAM] = "PARAM",
    [ND_ALIAS] = "ALIAS",
    [ND_EXCEPT] = "EXCEPT",
    [ND_ITEM] = "ITEM",
    [ND_ASSIGN] = "ASSIGN",
    [ND_ANNASSIGN] = "ANNASSIGN",
    [ND_AUGASSIGN] = "AUGASSIGN",
    [ND_EXPR] = "EXPR",
    [ND_RETURN] = "RETURN",
    [ND_RAISE] = "RAISE",
    [ND_ASSERT] = "ASSERT",
    [ND_DEL] = "DEL",
    [ND_IMPORT] = "IMPORT",
    [ND_FROM] = "FROM",
    [ND_GLOBAL] = "GLOBAL",
    [ND_NONLOCAL] = "NONLOCAL",
    [ND_PASS] = "PASS",
    [ND_BREAK] = "BREAK",
    [ND_CONTINUE] = "CONTINUE",
    [ND_IF] = "IF",
    [ND_FOR] = "FOR",
    [ND_WHILE] = "WHILE",
    [ND_TRY] = "TRY",
    [ND_WITH] = "WITH",
    [ND_DEF] = "DEF",
    [ND_CLASS] = "CLASS",
    [ND_UNSUPPORTED] = "UNSUPPORTED",
    [ND_MODULE] = "MODULE",
    [ND_ERROR] = "ERROR",
};

static const char *const kind_words[] = {
    [ND_NAME] = "a name",
    [ND_INT] = "a number",
    [ND_FLOAT] = "a number",
    [ND_STR] = "a string",
    [ND_FSTR] = "an f-string",
    [ND_TRUE] = "`True`",
    [ND_FALSE] = "`False`",
    [ND_NONE] = "`None`",
    [ND_ELLIPSIS] = "`...`",
    [ND_UNARY] = "an expression",
    [ND_BINARY] = "an expression",
    [ND_COMPARE] = "a comparison",
    [ND_AND] = "an `and` expression",
    [ND_OR] = "an `or` expression",
    [ND_COND] = "a conditional expression",
    [ND_CALL] = "a call",
    [ND_ATTR] = "an attribute",
    [ND_INDEX] = "a subscript",
    [ND_SLICE] = "a slice",
    [ND_STAR] = "a star argument",
    [ND_DSTAR] = "a `**` argument",
    [ND_KEYWORD] = "a keyword argument",
    [ND_TUPLE] = "a tuple",
    [ND_LIST] = "a list",
    [ND_DICT] = "a dict",
    [ND_SET] = "a set",
    [ND_LISTCOMP] = "a list comprehension",
    [ND_DICTCOMP] = "a dict comprehension",
    [ND_GENEXP] = "a generator expression",
    [ND_LAMBDA] = "a lambda",
    [ND_FPART] = "a part of an f-string",
    [ND_COMPFOR] = "a `for` clause",
    [ND_PARAM] = "a parameter",
    [ND_ALIAS] = "an imported name",
    [ND_EXCEPT] = "an `except` clause",
    [ND_ITEM] = "an item of a dict",
    [ND_ASSIGN] = "an assignment",
    [ND_ANNASSIGN] = "an annotated assignment",
    [ND_AUGASSIGN] = "an augmented assignment",
    [ND_EXPR] = "an expression statement",
    [ND_RETURN] = "`return`",
    [ND_RAISE] = "`raise`",
    [ND_ASSERT] = "`assert`",
    [ND_DEL] = "`del`",
    [ND_IMPORT] = "`import`",
    [ND_FROM] = "`from ... import`",
    [ND_GLOBAL] = "`global`",
    [ND_NONLOCAL] = "`nonlocal`",
    [ND_PASS] = "`pass`",
    [ND_BREAK] = "`break`",
    [ND_CONTINUE] = "`continue`",
    [ND_IF] = "an `if` statement",
    [ND_FOR] = "a `for` loop",
    [ND_WHILE] = "a `while` loop",
    [ND_TRY] = "a `try` statement",
    [ND_WITH] = "a `with` statement",
    [ND_DEF] = "a function definition",
    [ND_CLASS] = "a class",
    [ND_UNSUPPORTED] = "an unsupported construct",
    [ND_MODULE] = "a module",
    [ND_ERROR] = "an erroneous part",
};

static const char *const operator_texts[] = {
    [OPR_ADD] = "+",    [OPR_SUB] = "-",        [OPR_MUL] = "*",
    [OPR_DIV] = "/",    [OPR_FLOORDIV] = "//",  [OPR_MOD] = "%",
    [OPR_POW] = "**",   [OPR_MATMUL] = "@",     [OPR_SHL] = "<<",
    [OPR_SHR] = ">>",   [OPR_BITAND] = "&",     [OPR_BITOR] = "|",
    [OPR_BITXOR] = "^", [OPR_EQ] = "==",        [OPR_NE] = "!=",
    [OPR_LT] = "<",     [OPR_LE] = "<=",        [OPR_GT] = ">",
    [OPR_GE] = ">=",    [OPR_IN] = "in",        [OPR_NOTIN] = "not in",
    [OPR_IS] = "is",    [OPR_ISNOT] = "is not", [OPR_NEG] = "-",
    [OPR_POS] = "+",    [OPR_INVERT] = "~",     [OPR_NOT] = "not",
};

const char *node_describe(const Node *n)
{
    return n->kind == ND_UNSUPPORTED ? n->unsupported.what
                                     : kind_words[n->kind];
}

const char *operator_text(Operator op)
{
    return operator_texts[op];
}

/* ---- the AST ---- */

typedef struct Dump {
    Session *s;
    Text *out;
    int indent;
    const Source *src;
    int32_t *chars; /* characters before each byte of src: columns in O(1) */
} Dump;

static void dump(Dump *d, const Node *n);

static void put_quoted(Text *out, Str s)
{
    text_putc(out, '"');
    for (uint32_t i = 0; i < s->len; i++) {
        unsigned char c = (unsigned char)s->s[i];
        if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c == '\n')
            text_puts(out, "\\n");
        else if (c < 0x20 || c == 0x7F)
            text_printf(out, "\\x%02x", c);
        else
            text_putc(out, (char)c);
    }
    text_putc(out, '"');
}

static Dump dump_of(Session *s, const Source *src, Text *out)
{
    Dump d = {.s = s, .out = out, .src = src};
    d.chars = NEW_ARRAY(s->arena, int32_t, src->len + 2);
    for (int32_t i = 0; i <= src->len; i++)
        d.chars[i + 1] = d.chars[i] +
            (((unsigned char)src->text[i] & 0xC0) != 0x80);
    return d;
}

/* source_place counts from the begin of the line: too slow for all nodes of a
 * line of a megabyte. */
static void put_place(Dump *d, int32_t offset)
{
    const Source *src = d->src;
    int32_t at = offset - src->base;
    if (at > src->len) at = src->len;
    const int line = source_line(src, at);
    text_printf(d->out, "%d:%d", line,
                (int)(d->chars[at] - d->chars[src->line[line - 1]] + 1));
}

static void put_span(Dump *d, Span span)
{
    text_puts(d->out, "  @");
    put_place(d, span.lo);
    text_putc(d->out, '-');
    put_place(d, span.hi);
}

static void put_indent(Dump *d)
{
    for (int i = 0; i < d->indent; i++) text_puts(d->out, "  ");
}

/* `- label` above a group of children */
static void group(Dump *d, const char *label, const NodeVec *v)
{
    if (!v->n) return;
    put_indent(d);
    text_printf(d->out, "- %s\n", label);
    d->indent++;
    for (int i = 0; i < v->n; i++) dump(d, v->p[i]);
    d->indent--;
}

static void child(Dump *d, const char *label, const Node *n)
{
    if (!n) return;
    put_indent(d);
    text_printf(d->out, "- %s\n", label);
    d->indent++;
    dump(d, n);
    d->indent--;
}

static void children(Dump *d, const NodeVec *v)
{
    for (int i = 0; i < v->n; i++) dump(d, v->p[i]);
}

/* What stands on the node's own line, behind its kind. */
static void put_attrs(Dump *d, const Node *n)
{
    static const char *const params[] = {
        [PARAM_PLAIN] = "",      [PARAM_STAR] = " *",  [PARAM_DSTAR] = " **",
        [PARAM_BARESTAR] = " *", [PARAM_SLASH] = " /",
    };
    Text *o = d->out;
    switch (n->kind) {
    case ND_NAME: text_printf(o, " %s", n->name->s); break;
    case ND_INT:
        if (n->i.too_big)
            text_puts(o, " too big");
        else
            text_printf(o, " %lld", (long long)n->i.value);
        break;
    case ND_FLOAT: text_printf(o, " %.17g", n->f); break;
    case ND_STR:
        text_putc(o, ' ');
        put_quoted(o, n->s);
        break;
    case ND_UNARY:
    case ND_BINARY: text_printf(o, " %s", operator_text(n->op.op)); break;
    case ND_AUGASSIGN: text_printf(o, " %s=", operator_text(n->aug.op)); break;
    case ND_COMPARE:
        for (int i = 0; i < n->cmp.rest.n; i++)
            text_printf(o, " %s", operator_text(n->cmp.ops[i]));
        break;
    case ND_ATTR: text_printf(o, " .%s", n->attr.name->s); break;
    case ND_INDEX: text_puts(o, n->index.is_tuple ? " tuple" : ""); break;
    case ND_SLICE: text_puts(o, n->slice.has_step ? " step" : ""); break;
    case ND_KEYWORD: text_printf(o, " %s", n->kw.name->s); break;
    case ND_FPART:
        if (n->fpart.conv) text_printf(o, " !%c", n->fpart.conv);
        if (n->fpart.debug) {
            text_putc(o, ' ');
            put_quoted(o, n->fpart.debug);
        }
        break;
    case ND_PARAM:
        text_puts(o, params[n->param.kind]);
        if (n->param.name) text_printf(o, " %s", n->param.name->s);
        if (n->param.kwonly) text_puts(o, " keyword-only");
        break;
    case ND_ALIAS:
        text_printf(o, " %s", n->alias.name->s);
        if (n->alias.as) text_printf(o, " as %s", n->alias.as->s);
        break;
    case ND_FROM:
        text_putc(o, ' ');
        for (int i = 0; i < n->import.level; i++) text_putc(o, '.');
        if (n->import.module) text_puts(o, n->import.module->s);
        if (n->import.star) text_puts(o, " *");
        break;
    case ND_EXCEPT:
        if (n->except.name) text_printf(o, " as %s", n->except.name->s);
        break;
    case ND_DEF:
        text_printf(o, " %s%s", n->def.name->s,
                    n->def.is_kernel ? " kernel" : "");
        break;
    case ND_CLASS: text_printf(o, " %s", n->class_.name->s); break;
    case ND_UNSUPPORTED: text_printf(o, " %s", n->unsupported.what); break;
    default: break;
    }
}

static void dump_children(Dump *d, const Node *n)
{
    switch (n->kind) {
    case ND_FSTR:
    case ND_TUPLE:
    case ND_LIST:
    case ND_SET:
    case ND_GLOBAL:
    case ND_NONLOCAL:
    case ND_DEL:
    case ND_MODULE: children(d, &n->list); break;
    case ND_UNARY: dump(d, n->op.a); break;
    case ND_BINARY:
        dump(d, n->op.a);
        dump(d, n->op.b);
        break;
    case ND_COMPARE:
        dump(d, n->cmp.first);
        children(d, &n->cmp.rest);
        break;
    case ND_AND:
    case ND_OR:
        dump(d, n->pair.a);
        dump(d, n->pair.b);
        break;
    case ND_COND:
        child(d, "if", n->cond.cond);
        child(d, "then", n->cond.then);
        child(d, "else", n->cond.other);
        break;
    case ND_CALL:
        dump(d, n->call.fn);
        children(d, &n->call.args);
        break;
    case ND_ATTR: dump(d, n->attr.of); break;
    case ND_INDEX:
        dump(d, n->index.of);
        children(d, &n->index.index);
        break;
    case ND_SLICE:
        child(d, "from", n->slice.lo);
        child(d, "to", n->slice.hi);
        child(d, "step", n->slice.step);
        break;
    case ND_STAR:
    case ND_DSTAR:
    case ND_EXPR: dump(d, n->e); break;
    case ND_RETURN:
        if (n->e) dump(d, n->e);
        break;
    case ND_KEYWORD: dump(d, n->kw.value); break;
    case ND_DICT: children(d, &n->items); break;
    case ND_ITEM:
        dump(d, n->item.key);
        dump(d, n->item.value);
        break;
    case ND_LISTCOMP:
    case ND_GENEXP:
    case ND_DICTCOMP:
        dump(d, n->comp.elt);
        if (n->comp.value) dump(d, n->comp.value);
        children(d, &n->comp.fors);
        break;
    case ND_COMPFOR:
        dump(d, n->compfor.target);
        dump(d, n->compfor.iter);
        group(d, "if", &n->compfor.ifs);
        break;
    case ND_LAMBDA:
        children(d, &n->lambda.params);
        dump(d, n->lambda.body);
        break;
    case ND_FPART:
        dump(d, n->fpart.e);
        child(d, "spec", n->fpart.spec);
        break;
    case ND_PARAM:
        child(d, "type", n->param.ann);
        child(d, "default", n->param.def);
        break;
    case ND_ASSIGN:
        children(d, &n->assign.targets);
        child(d, "value", n->assign.value);
        break;
    case ND_ANNASSIGN:
        dump(d, n->ann.target);
        child(d, "type", n->ann.ann);
        child(d, "value", n->ann.value);
        break;
    case ND_AUGASSIGN:
        dump(d, n->aug.target);
        dump(d, n->aug.value);
        break;
    case ND_RAISE:
        if (n->raise.exc) dump(d, n->raise.exc);
        child(d, "from", n->raise.cause);
        break;
    case ND_ASSERT:
        dump(d, n->assert_.cond);
        child(d, "message", n->assert_.msg);
        break;
    case ND_IMPORT:
    case ND_FROM: children(d, &n->import.names); break;
    case ND_IF:
        dump(d, n->if_.cond);
        group(d, "then", &n->if_.then);
        group(d, "else", &n->if_.other);
        break;
    case ND_FOR:
        dump(d, n->for_.target);
        dump(d, n->for_.iter);
        group(d, "do", &n->for_.body);
        group(d, "else", &n->for_.other);
        break;
    case ND_WHILE:
        dump(d, n->while_.cond);
        group(d, "do", &n->while_.body);
        group(d, "else", &n->while_.other);
        break;
    case ND_TRY:
        group(d, "do", &n->try_.body);
        children(d, &n->try_.handlers);
        group(d, "else", &n->try_.other);
        group(d, "finally", &n->try_.final);
        break;
    case ND_EXCEPT:
        if (n->except.type) dump(d, n->except.type);
        group(d, "do", &n->except.body);
        break;
    case ND_WITH:
        dump(d, n->with.ctx);
        child(d, "as", n->with.as);
        group(d, "do", &n->with.body);
        break;
    case ND_DEF:
        group(d, "decorators", &n->def.decorators);
        children(d, &n->def.params);
        child(d, "result", n->def.result);
        group(d, "do", &n->def.body);
        break;
    case ND_CLASS:
        group(d, "decorators", &n->class_.decorators);
        group(d, "bases", &n->class_.bases);
        group(d, "do", &n->class_.body);
        break;
    case ND_UNSUPPORTED:
        if (n->unsupported.e) dump(d, n->unsupported.e);
        break;
    default: break;
    }
}

static void dump(Dump *d, const Node *n)
{
    put_indent(d);
    text_puts(d->out, kind_names[n->kind]);
    put_attrs(d, n);
    if (n->parens) text_puts(d->out, " parens");
    if (n->kind != ND_MODULE) put_span(d, n->span);
    text_putc(d->out, '\n');
    d->indent++;
    dump_children(d, n);
    d->indent--;
}

void ast_dump(Session *s, const Node *n, Text *out)
{
    const Source *src = source_of(s, n->span);
    if (!src) return;
    Dump d = dump_of(s, src, out);
    dump(&d, n);
}

/* ---- tokens ---- */

static void put_token(Dump *d, const Token *t, TokenClass c)
{
    static const char *const names[] = {
        [TOKEN_END] = "END",         [TOKEN_NEWLINE] = "NEWLINE",
        [TOKEN_INDENT] = "INDENT",   [TOKEN_DEDENT] = "DEDENT",
        [TOKEN_ERROR] = "ERROR",     [TOKEN_NAME] = "NAME",
        [TOKEN_KEYWORD] = "KEYWORD", [TOKEN_OPERATOR] = "OPERATOR",
    };
    Text *o = d->out;
    put_place(d, t->span.lo);
    if (c == TOKEN_LITERAL && t->node->kind == ND_FSTR)
        text_printf(o, " STRING %s", source_span_text(d->s, t->span));
    else if (c == TOKEN_LITERAL)
        text_printf(o, " %s",
                    t->node->kind == ND_STR ? "STRING"
                                            : kind_names[t->node->kind]);
    else
        text_printf(o, " %s", names[c]);
    if (c == TOKEN_LITERAL) put_attrs(d, t->node);
    if (c != TOKEN_NAME && c != TOKEN_KEYWORD && c != TOKEN_OPERATOR) return;
    bool made = t->span.lo == t->span.hi;
    text_printf(o, " %s", made ? "(made)" : source_span_text(d->s, t->span));
}

void token_dump(Session *s, const Source *src, Text *out)
{
    Front f = {.s = s,
               .a = s->arena,
               .src = src,
               .line = 1,
               .skip = -1,
               .line_col = -1};
    Dump d = dump_of(s, src, out);
    f.root = &f;
    f.in_lex = true;
    scan_open(&f, 0, src->len + 1);
    layout_token(&f); /* START_FILE */
    TokenClass c;
    do {
        f.tok = layout_token(&f);
        f.skip = -1; /* nobody recovers here: show all tokens */
        c = token_class(f.tok.kind);
        put_token(&d, &f.tok, c);
        text_putc(out, '\n');
    } while (c != TOKEN_END);
    scan_close(&f);
}
