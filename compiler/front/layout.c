/* Physical lines to logical lines and blocks.  The parser's yylex: it hands on
 * the tokens of the scanner and adds NEWLINE, INDENT and DEDENT, in brackets
 * none of them.  It promises the grammar that every block and every bracket is
 * closed: mistakes of layout are reported here and mended with the tokens that
 * are missing, so that one of them does not swallow the rest of the file.
 *
 * After the parser met an error, `skip` is the bracket depth it recovers at:
 * tokens are dropped up to the closer of that depth or the end of the line. */
#include "front/front.h"
#include "parse.h"

#include <ctype.h>
#include <string.h>

enum { TAB_STOP = 8 };

static bool is_opener(int kind)
{
    return kind == '(' || kind == '[' || kind == '{';
}

static bool is_closer(int kind)
{
    return kind == ')' || kind == ']' || kind == '}';
}

static int closer_of(int opener)
{
    return opener == '(' ? ')' : opener == '[' ? ']' : '}';
}

/* ---- the stream below: raw tokens with one put back ---- */

static Token raw(Front *f)
{
    if (f->has_ahead) {
        f->has_ahead = false;
        return f->ahead;
    }
    Token t = scan_token(f);
    if (t.kind == T_NEWLINE) {
        f->line_start = t.span.hi - f->src->base;
        f->line_col = -1;
    }
    return t;
}

static void put_back(Front *f, Token t)
{
    f->ahead = t;
    f->has_ahead = true;
}

/* ---- the queue above ---- */

static void push(Front *f, Token t)
{
    t.line = f->line;
    if (f->skip >= 0) {
        bool ends = t.kind == T_NEWLINE || t.kind == T_END;
        bool closes = is_closer(t.kind) && f->skip > 0 && t.depth == f->skip;
        if (!ends && !closes) return;
        f->skip = -1;
    }
    vec_push(f->a, &f->queue, t);
}

static void push_made(Front *f, int kind, int32_t at)
{
    push(f, (Token){.kind = kind, .span = {at, at}, .depth = f->open.n});
}

/* ---- reading the text around a token ---- */

/* Column of the first visible character of the line being read.  A line that a
 * backslash or a long string continues counts from its beginning. */
static int indentation(Front *f)
{
    int col = 0;
    if (f->line_col >= 0) return f->line_col;
    for (int32_t p = f->line_start; p < f->src->len; p++) {
        char c = f->src->text[p];
        if (c == '\t')
            col = (col / TAB_STOP + 1) * TAB_STOP;
        else if (c == '\f')
            col = 0;
        else if (c == ' ')
            col++;
        else
            break;
    }
    return f->line_col = col;
}

static void check_tabs(Front *f)
{
    int32_t p = f->line_start;
    if (f->tab_told) return;
    while (f->src->text[p] == ' ') p++;
    if (p >= f->src->len || f->src->text[p] != '\t') return;
    int32_t at = f->src->base + p;
    Diag *d = front_error(f, E0103, (Span){at, at + 1},
                          "a tab in the indentation");
    diag_help(f->s, d, "indent with spaces, four a level");
    f->tab_told = true;
}

/* Does the physical line of the token end in `:`?  Good enough for guessing:
 * a `#` in a string counts as a comment. */
static bool line_ends_in_colon(const Front *f, Token t)
{
    const char *p = f->src->text + (t.span.lo - f->src->base), *last = p;
    const char *end = f->src->text + f->src->len;
    for (; p < end && *p != '\n' && *p != '#'; p++)
        if (*p != ' ' && *p != '\t' && *p != '\r') last = p;
    return last < end && *last == ':';
}

static char char_after(const Front *f, Token t)
{
    int32_t p = t.span.hi - f->src->base;
    while (p < f->src->len && f->src->text[p] == ' ') p++;
    return f->src->text[p];
}

/* ---- brackets ---- */

static void say_never_closed(Front *f)
{
    const Bracket *b = &vec_last(&f->open);
    char c = f->src->text[b->span.lo - f->src->base];
    front_error_on(f, f->line, E0104, b->span, "this `%c` is never closed", c);
}

/* What is in an open bracket is not to be trusted: the parser drops it. */
static void drop_content(Front *f, int32_t at)
{
    push_made(f, T_YYerror, at);
    if (f->skip < 0) f->skip = f->open.n;
}

/* Closes the innermost bracket with a token made up at `at`. */
static void close_one(Front *f, int32_t at)
{
    push_made(f, vec_last(&f->open).closer, at);
    f->open.n--;
}

static void close_all(Front *f, int32_t at)
{
    while (f->open.n) close_one(f, at);
}

static bool is_header(int kind)
{
    switch (kind) {
    case T_IF:
    case T_ELIF:
    case T_ELSE:
    case T_FOR:
    case T_WHILE:
    case T_DEF:
    case T_CLASS:
    case T_WITH:
    case T_TRY:
    case T_EXCEPT:
    case T_FINALLY:
    case T_ASYNC:
    case T_MATCH:
    case T_CASE: return true;
    default: return false;
    }
}

static bool ends_operand(int kind)
{
    return kind == T_NAME || kind == T_INT || kind == T_FLOAT ||
        kind == T_STRING || kind == T_TRUE || kind == T_FALSE ||
        kind == T_NONE || is_closer(kind);
}

static bool not_deeper(Front *f)
{
    return f->open.n && indentation(f) <= f->open.p[0].col;
}

/* In brackets, at the first token of a physical line: is it the begin of a
 * statement, so that a bracket above was never closed? */
static bool begins_statement(Front *f, Token t)
{
    switch (t.kind) {
    case T_DEF:
    case T_CLASS:
    case T_RETURN:
    case T_WITH:
    case T_RAISE:
    case T_IMPORT:
    case T_PASS:
    case T_BREAK:
    case T_CONTINUE:
    case T_TRY:
    case T_ASSERT:
    case T_DEL:
    case T_GLOBAL:
    case T_NONLOCAL:
    case T_EXCEPT:
    case T_FINALLY:
    case T_ELIF:
    case T_WHILE: return true;
    case T_IF:
    case T_FOR:
    case T_ELSE:
    case T_ASYNC: return line_ends_in_colon(f, t);
    case '@': return isalpha((unsigned char)char_after(f, t)) && not_deeper(f);
    case T_FROM:
    case T_NAME:
        return (ends_operand(f->last.kind) || f->skip >= 0) && not_deeper(f);
    default: return false;
    }
}

/* What is open is closed here, and a header gets its `:`. */
static void mend_brackets(Front *f, Token next)
{
    int32_t at = f->last.span.hi;
    say_never_closed(f);
    if (!is_header(f->first)) drop_content(f, at);
    close_all(f, at);
    bool deeper = next.kind && indentation(f) > vec_last(&f->levels).col;
    if (deeper && is_header(f->first) && !f->colon) {
        push_made(f, ':', at);
        f->colon = true;
        f->last.kind = ':';
    }
}

static void open_bracket(Front *f, Token t)
{
    Bracket b = {closer_of(t.kind), t.span, indentation(f)};
    vec_push(f->a, &f->open, b);
}

static void end_line(Front *f);

/* Too deep: the rest of the logical line is dropped. */
static void skip_too_deep(Front *f, Token t)
{
    int depth = f->open.n + 1;
    bool fresh = false;
    front_limit(f, LIM_EXPR_NESTING, depth, t.span);
    for (t = raw(f); t.kind != T_END; t = raw(f)) {
        if (t.kind == T_NEWLINE && depth <= 0) break;
        if (fresh && t.kind != T_NAME && begins_statement(f, t)) break;
        fresh = t.kind == T_NEWLINE;
        depth += is_opener(t.kind) - is_closer(t.kind);
        if (!fresh) f->last = t;
    }
    put_back(f, t);
    drop_content(f, f->last.span.hi);
    close_all(f, f->last.span.hi);
    if (t.kind != T_NEWLINE && t.kind != T_END) end_line(f);
}

static bool opened_by(const Front *f, int closer)
{
    for (int i = 0; i < f->open.n; i++)
        if (f->open.p[i].closer == closer) return true;
    return false;
}

/* Returns false if the token closes nothing and is dropped. */
static bool close_bracket(Front *f, Token *t)
{
    if (!f->open.n) {
        front_error(f, E0109, t->span,
                    "expected an opening bracket before, "
                    "found `%c`",
                    t->kind);
        return false;
    }
    if (vec_last(&f->open).closer != t->kind && opened_by(f, t->kind)) {
        say_never_closed(f);
        drop_content(f, t->span.lo);
        while (vec_last(&f->open).closer != t->kind) close_one(f, t->span.lo);
    }
    const Bracket *b = &vec_last(&f->open);
    if (b->closer != t->kind) {
        Diag *d = front_error(f, E0109, t->span, "expected `%c`, found `%c`",
                              b->closer, t->kind);
        diag_label(f->s, d, b->span, "to close this one");
        t->kind = b->closer;
    }
    t->depth = f->open.n;
    f->open.n--;
    return true;
}

/* ---- lines and blocks ---- */

static void say_no_block(Front *f, int32_t colon)
{
    Diag *d = front_error_on(f, f->line, E0109, (Span){colon, colon + 1},
                             "expected an indented block after this `:`");
    diag_help(f->s, d, "write `pass` for an empty block");
}

static void say_matches_nothing(Front *f, Token t)
{
    Text cols = {.a = f->a};
    int n = f->levels.n;
    for (int i = n > 6 ? n - 6 : 0; i < n; i++)
        text_printf(&cols, "%s%d", cols.n ? ", " : "", f->levels.p[i].col + 1);
    Diag *d = front_error(f, E0104, t.span, "this line matches no open block");
    diag_note(f->s, d, (Span){0, 0}, "open blocks begin at column%s %s%s",
              n > 1 ? "s" : "", n > 6 ? "..., " : "", text_str(&cols));
}

/* The next line is deeper than allowed: drop lines until one is not. */
static Token skip_block(Front *f, Token t, int top)
{
    int depth = 0;
    bool fresh = false;
    front_limit(f, LIM_BLOCK_NESTING, f->levels.n, t.span);
    for (; t.kind != T_END; t = raw(f)) {
        bool first = fresh && depth <= 0 && t.kind != T_NEWLINE;
        if (first && indentation(f) <= top) return t;
        if (first) depth = 0;
        fresh = t.kind == T_NEWLINE;
        depth += is_opener(t.kind) - is_closer(t.kind);
    }
    return t;
}

static void dedent_to(Front *f, int col, int32_t at)
{
    while (vec_last(&f->levels).col > col) {
        if (!vec_last(&f->levels).phantom) push_made(f, T_DEDENT, at);
        f->levels.n--;
    }
}

static int level_of(Front *f, Token t)
{
    return t.kind == T_END ? 0 : indentation(f);
}

/* Opens the block of the deeper line t; returns the line to go on with. */
static Token enter_block(Front *f, Token t)
{
    int top = vec_last(&f->levels).col;
    push_made(f, T_INDENT, t.span.lo);
    if (f->levels.n <= f->s->limit[LIM_BLOCK_NESTING]) {
        Level level = {level_of(f, t), false, f->match_next};
        vec_push(f->a, &f->levels, level);
        return t;
    }
    push_made(f, T_DEDENT, t.span.lo);
    t = skip_block(f, t, top);
    f->line++;
    return t;
}

static void say_unexpected_indent(Front *f, Token t)
{
    Diag *d = front_error(f, E0104, t.span,
                          "this line is indented deeper than its block");
    int col = vec_last(&f->levels).col + 1;
    diag_help(f->s, d, "begin it in column %d", col);
}

/* The first token of the next line that holds one. */
static Token next_line(Front *f)
{
    Token t = raw(f);
    while (t.kind == T_NEWLINE) t = raw(f);
    if (t.kind != T_END) check_tabs(f);
    return t;
}

static void say_no_colon(Front *f, int line, int32_t at)
{
    front_error_on(f, line, E0109, (Span){at, at},
                   "expected `:` at the end of this line");
}

static void say_no_def(Front *f, int line, int32_t at, const Token *t)
{
    Text found = {.a = f->a};
    token_describe(f, t, &found);
    front_error_on(f, line, E0109, (Span){at, at},
                   "expected `def` or `class` after the decorator, found %s",
                   text_str(&found));
}

static bool decorated_by(int kind)
{
    return kind == '@' || kind == T_DEF || kind == T_CLASS || kind == T_ASYNC;
}

/* At a physical newline outside of brackets, with tokens on the line. */
static void end_line(Front *f)
{
    int old = f->line++;
    Token t = next_line(f);
    bool deeper = level_of(f, t) > vec_last(&f->levels).col;
    bool header = is_header(f->first), block = f->last.kind == ':';
    int32_t end = f->last.span.hi;
    f->line = old; /* what is pushed now ends the old line */
    if (block && !header && !deeper) block = false;
    if (!block && deeper && f->skip >= 0) block = true;
    if (!block && deeper && header && !f->colon) {
        say_no_colon(f, old, end);
        push_made(f, ':', end);
        block = true;
    }
    push_made(f, T_NEWLINE, end);
    if (f->first == '@' && !decorated_by(t.kind)) {
        say_no_def(f, old, end, &t);
        push_made(f, T_NODEF, end);
    }
    if (block && !deeper) {
        say_no_block(f, end - 1);
        push_made(f, T_INDENT, end);
        push_made(f, T_DEDENT, end);
    }
    f->line = old + 1;
    f->last = (Token){0};
    f->first = 0;
    f->colon = false;
    if (deeper && block) {
        t = enter_block(f, t);
    } else if (deeper) {
        Level level = {level_of(f, t), true, false};
        say_unexpected_indent(f, t);
        vec_push(f->a, &f->levels, level);
    }
    f->match_next = false;
    dedent_to(f, level_of(f, t), end);
    if (t.kind != T_END && vec_last(&f->levels).col != level_of(f, t))
        say_matches_nothing(f, t);
    put_back(f, t);
}

/* ---- tokens that depend on their place ---- */

/* `match` and `case` are keywords only where a block of cases stands. */
static void find_match(Front *f, Token *t)
{
    if (t->kind != T_NAME) return;
    if (t->name->len == 5 && !memcmp(t->name->s, "match", 5)) {
        char next = char_after(f, *t);
        if (!line_ends_in_colon(f, *t) || strchr("=:.,;)", next)) return;
        t->kind = T_MATCH;
        f->match_next = true;
    } else if (vec_last(&f->levels).match && t->name->len == 4 &&
               !memcmp(t->name->s, "case", 4)) {
        t->kind = T_CASE;
    }
}

/* `not in` and `is not` are one operator each. */
static void find_pair(Front *f, Token *t)
{
    int second = t->kind == T_NOT ? T_IN : T_NOT;
    if (t->kind != T_NOT && t->kind != T_IS) return;
    Token next = raw(f);
    if (next.kind != second) {
        put_back(f, next);
        return;
    }
    t->kind = t->kind == T_NOT ? T_NOTIN : T_ISNOT;
    t->span.hi = next.span.hi;
}

static void plain_token(Front *f, Token t)
{
    if (!f->last.kind) {
        if (!f->expr_only) find_match(f, &t);
        f->first = t.kind;
    }
    find_pair(f, &t);
    t.depth = f->open.n;
    if (t.kind == ':' && !f->open.n) f->colon = true;
    if (is_closer(t.kind) && !close_bracket(f, &t)) {
        if (!f->last.kind) f->last = t;
        return;
    }
    f->last = t;
    if (is_opener(t.kind)) {
        if (f->open.n >= f->s->limit[LIM_EXPR_NESTING]) {
            skip_too_deep(f, t);
            return;
        }
        open_bracket(f, t);
    }
    push(f, t);
    if (t.kind == T_YYerror && f->skip < 0) f->skip = t.depth;
}

static void end_of_text(Front *f, Token t)
{
    if (f->open.n) mend_brackets(f, t);
    put_back(f, t);
    if (f->last.kind && !f->expr_only) {
        end_line(f);
        return;
    }
    push(f, t);
}

static void start(Front *f)
{
    f->started = true;
    vec_push(f->a, &f->levels, ((Level){0, false, false}));
    push_made(f, f->expr_only ? T_START_EXPR : T_START_FILE, f->src->base);
    if (f->expr_only) return;
    Token t = next_line(f);
    if (level_of(f, t) > 0) {
        Level level = {level_of(f, t), true, false};
        say_unexpected_indent(f, t);
        vec_push(f->a, &f->levels, level);
    }
    put_back(f, t);
}

static void step(Front *f)
{
    if (!f->started) {
        start(f);
        return;
    }
    Token t = raw(f);
    if (t.kind == T_END) {
        end_of_text(f, t);
    } else if (t.kind == T_NEWLINE) {
        f->fresh = true;
        if (!f->open.n && f->last.kind && !f->expr_only) end_line(f);
    } else if (f->open.n && f->fresh && !f->expr_only &&
               begins_statement(f, t)) {
        mend_brackets(f, t);
        put_back(f, t);
        end_line(f);
    } else {
        f->fresh = false;
        plain_token(f, t);
    }
}

Token layout_token(Front *f)
{
    while (f->head >= f->queue.n) {
        f->head = f->queue.n = 0;
        step(f);
    }
    return f->queue.p[f->head++];
}

/* ---- tokens in words ---- */

TokenClass token_class(int kind)
{
    switch (kind) {
    case T_END: return TOKEN_END;
    case T_NEWLINE: return TOKEN_NEWLINE;
    case T_INDENT: return TOKEN_INDENT;
    case T_DEDENT: return TOKEN_DEDENT;
    case T_NODEF:
    case T_YYerror: return TOKEN_ERROR;
    case T_NAME: return TOKEN_NAME;
    case T_INT:
    case T_FLOAT:
    case T_STRING: return TOKEN_LITERAL;
    default: break;
    }
    bool word = (kind >= T_FALSE && kind <= T_CASE);
    return word ? TOKEN_KEYWORD : TOKEN_OPERATOR;
}

void token_describe(Front *f, const Token *t, Text *out)
{
    int32_t n = t->span.hi - t->span.lo;
    const char *text = f->src->text + (t->span.lo - f->src->base);
    switch (t->kind) {
    case T_END:
        text_puts(out,
                  f->expr_only ? "the end of the expression" : "end of file");
        return;
    case T_NEWLINE: text_puts(out, "end of line"); return;
    case T_INDENT: text_puts(out, "an indented block"); return;
    case T_DEDENT: text_puts(out, "end of block"); return;
    case T_STRING: text_puts(out, "a string"); return;
    default: break;
    }
    if (n <= 0) {
        text_printf(out, "end of line");
        return;
    }
    if (token_class(t->kind) == TOKEN_KEYWORD) text_puts(out, "the keyword ");
    text_printf(out, "`%.*s%s`", n > 40 ? 40 : n, text, n > 40 ? "..." : "");
}
