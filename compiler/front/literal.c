/* Numbers and strings.  A string is read by hand because an f-string's end
 * depends on the expressions in it: its braces nest, and quotes inside them
 * belong to strings of their own.  Each expression is parsed where it stands,
 * so its nodes have true places. */
#include "front/front.h"

#include <stdlib.h>
#include <string.h>

enum { FSTRING_DEPTH = 8 };

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    int l = c | 0x20;
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : 99;
}

Node *literal_int(Front *f, Span span, const char *text, size_t n)
{
    Node *e = node_new(f, ND_INT, span);
    int base = 10;
    size_t i = 0;
    if (n > 2 && text[0] == '0') {
        int c = text[1] | 0x20;
        base = c == 'x' ? 16 : c == 'o' ? 8 : c == 'b' ? 2 : 10;
    }
    if (base != 10) i = 2;
    int64_t v = 0;
    for (; i < n; i++) {
        if (text[i] == '_') continue;
        if (!mul_ok(v, base, &v) || !add_ok(v, digit_value(text[i]), &v)) {
            e->i.too_big = true;
            return e;
        }
    }
    e->i.value = v;
    if (base == 10 && v && text[0] == '0') {
        const char *digits = text + strspn(text, "0_");
        Diag *d = front_error(f, E0109, span,
                              "expected a number without "
                              "leading zeros, found `%.*s`",
                              n > 40 ? 40 : (int)n, text);
        diag_help(f->s, d, "write `%.*s`, or `0o%.*s` if it is octal",
                  (int)(text + n - digits), digits, (int)(text + n - digits),
                  digits);
    }
    return e;
}

Node *literal_float(Front *f, Span span, const char *text, size_t n)
{
    Node *e = node_new(f, ND_FLOAT, span);
    char *plain = arena_alloc(f->a, n + 1);
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (text[i] != '_') plain[k++] = text[i];
    e->f = strtod(plain, NULL);
    return e;
}

/* ---- the characters of a string ---- */

typedef struct Lit {
    Front *f;
    const char *text; /* of the source */
    int32_t pos, hi;
    char quote;
    bool triple, raw;
    Text chars;   /* decoded, of the part being read */
    int32_t from; /* where that part begins */
} Lit;

static Span lit_span(const Lit *l, int32_t lo, int32_t hi)
{
    int32_t base = l->f->src->base;
    return (Span){base + lo, base + hi};
}

static bool at_quote(const Lit *l, int32_t p)
{
    if (p >= l->hi || l->text[p] != l->quote) return false;
    if (!l->triple) return true;
    return p + 2 < l->hi && l->text[p + 1] == l->quote &&
        l->text[p + 2] == l->quote;
}

static bool at_end_of_line(const Lit *l, int32_t p)
{
    return !l->triple && p < l->hi && l->text[p] == '\n';
}

static void put_code_point(Lit *l, uint32_t c, int32_t lo, int32_t hi)
{
    char out[4];
    int n = utf8_encode(c, out);
    if (n == 0)
        front_error(l->f, E0109, lit_span(l, lo, hi),
                    "expected a character's code, found 0x%X", (unsigned)c);
    text_put(&l->chars, out, (size_t)n);
}

/* \xHH, \uHHHH, \UHHHHHHHH: pos is behind the letter. */
static void hex_escape(Lit *l, int32_t start, int digits)
{
    uint32_t c = 0;
    for (int i = 0; i < digits; i++, l->pos++) {
        int v = l->pos < l->hi ? digit_value(l->text[l->pos]) : 99;
        if (v > 15) {
            front_error(l->f, E0109, lit_span(l, start, l->pos),
                        "expected %d hexadecimal digits after `\\%c`", digits,
                        l->text[start + 1]);
            return;
        }
        c = c << 4 | (uint32_t)v;
    }
    put_code_point(l, c, start, l->pos);
}

static void octal_escape(Lit *l, int32_t start)
{
    uint32_t c = 0;
    for (int i = 0; i < 3 && l->pos < l->hi; i++, l->pos++) {
        char d = l->text[l->pos];
        if (d < '0' || d > '7') break;
        c = c * 8 + (uint32_t)(d - '0');
    }
    put_code_point(l, c, start, l->pos);
}

static void name_escape(Lit *l, int32_t start)
{
    Diag *d = front_error(l->f, E0109, lit_span(l, start, l->pos),
                          "expected an escape with a number, found `\\N`");
    diag_help(l->f->s, d, "write the character itself, or `\\u` and its code");
}

/* A backslash is at pos. */
static void escape(Lit *l)
{
    static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
    int32_t start = l->pos++;
    if (l->pos >= l->hi) return;
    char c = l->text[l->pos];
    if (c >= '0' && c <= '7') {
        octal_escape(l, start);
        return;
    }
    l->pos++;
    const char *p = c ? strchr(from, c) : NULL;
    if (p)
        text_putc(&l->chars, to[p - from]);
    else if (c == 'x')
        hex_escape(l, start, 2);
    else if (c == 'u')
        hex_escape(l, start, 4);
    else if (c == 'U')
        hex_escape(l, start, 8);
    else if (c == 'N')
        name_escape(l, start);
    else if (c == '\r' && l->pos < l->hi && l->text[l->pos] == '\n')
        l->pos++;
    else if (c != '\n') {
        text_putc(&l->chars, '\\'); /* not an escape: both stay */
        l->pos = start + 1;
    }
}

/* One character of the string, a CRLF as one newline. */
static void one_char(Lit *l)
{
    char c = l->text[l->pos];
    if (c == '\\' && !l->raw) {
        escape(l);
        return;
    }
    if (c == '\r' && l->pos + 1 < l->hi && l->text[l->pos + 1] == '\n')
        c = l->text[++l->pos];
    bool pair = c == '\\' && l->pos + 1 < l->hi &&
        (l->text[l->pos + 1] == l->quote || l->text[l->pos + 1] == '\\' ||
         l->text[l->pos + 1] == '\n');
    if (pair) {
        text_putc(&l->chars, c);
        c = l->text[++l->pos];
    }
    text_putc(&l->chars, c);
    l->pos++;
}

static Node *part_node(Lit *l, int32_t lo, int32_t hi)
{
    Node *n = node_new(l->f, ND_STR, lit_span(l, lo, hi));
    n->s = str_n(l->f->s, text_str(&l->chars), l->chars.n);
    l->chars.n = 0;
    return n;
}

static void never_closed(Lit *l, int32_t start, int32_t body)
{
    Diag *d = front_error(l->f, E0104, lit_span(l, start, body),
                          "this string is never closed");
    if (l->triple)
        diag_help(l->f->s, d, "close it with `%c%c%c`", l->quote, l->quote,
                  l->quote);
    else
        diag_help(l->f->s, d, "close it with `%c` before the end of the line",
                  l->quote);
}

static Node *plain_string(Lit *l, int32_t start, int32_t body)
{
    while (l->pos < l->hi && !at_quote(l, l->pos) && !at_end_of_line(l, l->pos))
        one_char(l);
    if (at_quote(l, l->pos)) {
        l->pos += l->triple ? 3 : 1;
    } else {
        if (l->pos > l->hi) l->pos = l->hi;
        never_closed(l, start, body);
    }
    return part_node(l, start, l->pos);
}

/* ---- f-strings: where things end ---- */

static int32_t skip_string(const Lit *l, int32_t p, int depth);

/* Letters before a quote: is there an f among them? */
static bool is_formatted(const Lit *l, int32_t quote, int32_t from)
{
    for (int k = 1; k <= 2 && quote - k >= from; k++) {
        int c = l->text[quote - k] | 0x20;
        if (c == 'f') return true;
        if (c != 'r') return false;
    }
    return false;
}

/* From behind `{` to the character that ends the expression: `}`, `!`, `:` or
 * the `=` of {x=}; -1 if none is found.  Nested strings are stepped over. */
static int32_t expression_end(const Lit *l, int32_t p, int depth)
{
    int32_t from = p;
    int open = 0;
    for (; p < l->hi; p++) {
        char c = l->text[p], next = p + 1 < l->hi ? l->text[p + 1] : 0;
        if (at_end_of_line(l, p)) return -1;
        if (c == '"' || c == '\'') {
            if (l->triple && at_quote(l, p)) return -1;
            p = skip_string(l, p, is_formatted(l, p, from) ? depth + 1 : -1);
            if (p < 0) return -1;
            p--;
        } else if (c == '#') {
            return -1;
        } else if (c == '(' || c == '[' || c == '{') {
            open++;
        } else if (c == ')' || c == ']' || c == '}') {
            if (open == 0) return c == '}' ? p : -1;
            open--;
        } else if (open == 0 && c == '!' && next != '=') {
            return p;
        } else if (open == 0 && c == ':') {
            return p;
        } else if (c == '=' && next == '=') {
            p++;
        } else if (c == '=' && open == 0 && p > from &&
                   !strchr("!<>=", l->text[p - 1])) {
            return p;
        }
    }
    return -1;
}

/* From behind `:` to the `}` that ends the field; -1 if there is none. */
static int32_t spec_end(const Lit *l, int32_t p, int depth)
{
    for (; p < l->hi; p++) {
        if (at_quote(l, p) || at_end_of_line(l, p)) return -1;
        if (l->text[p] == '}') return p;
        if (l->text[p] != '{') continue;
        if (depth >= FSTRING_DEPTH) {
            l->f->fdeep = true;
            return -1;
        }
        p = expression_end(l, p + 1, depth);
        while (p >= 0 && p < l->hi && l->text[p] != '}') {
            if (l->text[p] == ':') p = spec_end(l, p + 1, depth + 1) - 1;
            if (p < 0) return -1;
            p++;
            if (at_end_of_line(l, p) || at_quote(l, p)) return -1;
        }
        if (p < 0) return -1;
    }
    return -1;
}

/* From behind `{` to its `}`; -1 if there is none. */
static int32_t field_end(const Lit *l, int32_t p, int depth)
{
    p = expression_end(l, p, depth);
    while (p >= 0 && p < l->hi && l->text[p] != '}') {
        if (at_end_of_line(l, p) || at_quote(l, p)) return -1;
        if (l->text[p] == ':') return spec_end(l, p + 1, depth);
        p++;
    }
    return p < l->hi ? p : -1;
}

/* A string inside an expression, p at its quote: the offset behind it, or -1.
 * depth >= 0: it is an f-string at that depth.  A string on one line ends on
 * the line where it began even inside a triple-quoted one. */
static int32_t skip_string(const Lit *outer, int32_t p, int depth)
{
    Lit l = *outer;
    if (depth > FSTRING_DEPTH) {
        l.f->fdeep = true;
        return -1;
    }
    l.quote = l.text[p];
    l.triple = false;
    l.triple = at_quote(&l, p) && p + 2 < l.hi && l.text[p + 1] == l.quote &&
        l.text[p + 2] == l.quote;
    if (l.triple && !outer->triple) {
        for (int32_t q = p + 3; q + 2 < l.hi; q++) {
            if (l.text[q] == '\n') return -1;
            if (at_quote(&l, q)) break;
        }
    }
    for (p += l.triple ? 3 : 1; p < l.hi; p++) {
        if (at_quote(&l, p)) return p + (l.triple ? 3 : 1);
        if (at_end_of_line(&l, p)) return -1;
        if (l.text[p] == '\\' && p + 1 < l.hi && l.text[p + 1] != '{') p++;
        if (depth < 0 || p >= l.hi || l.text[p] != '{') continue;
        if (p + 1 < l.hi && l.text[p + 1] == '{') {
            p++;
            continue;
        }
        p = field_end(&l, p + 1, depth);
        if (p < 0) return -1;
    }
    return -1;
}

/* ---- f-strings: what is in them ---- */

static void read_parts(Lit *l, NodeVec *parts, bool in_spec);

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void flush_chars(Lit *l, NodeVec *parts)
{
    if (l->chars.n) vec_push(l->f->a, parts, part_node(l, l->from, l->pos));
    l->from = l->pos;
}

/* pos at the `=` of {x=}: the text that is printed before the value. */
static void read_debug(Lit *l, Node *part, int32_t lo)
{
    l->pos++;
    while (l->pos < l->hi && is_blank(l->text[l->pos])) l->pos++;
    part->fpart.debug = str_n(l->f->s, l->text + lo, (size_t)(l->pos - lo));
}

static void read_conversion(Lit *l, Node *part)
{
    int32_t at = ++l->pos;
    char c = at < l->hi ? l->text[at] : 0;
    if (c == 'r' || c == 's' || c == 'a') {
        part->fpart.conv = c;
        l->pos++;
        return;
    }
    front_error(l->f, E0109, lit_span(l, at, at + 1),
                "expected `r`, `s` or `a` after `!`");
    while (l->pos < l->hi && l->text[l->pos] != ':' && l->text[l->pos] != '}')
        l->pos++;
}

static Node *read_spec(Lit *l)
{
    NodeVec parts = {0};
    int32_t start = ++l->pos;
    Text kept = l->chars;
    l->chars = (Text){.a = l->f->a};
    l->from = start;
    read_parts(l, &parts, true);
    l->chars = kept;
    return node_list(l->f, lit_span(l, start, l->pos), ND_FSTR, parts);
}

static Node *read_expression(Lit *l, int32_t lo, int32_t hi)
{
    int32_t p = lo;
    while (p < hi && is_blank(l->text[p])) p++;
    if (p < hi) return front_parse_range(l->f, lo, hi);
    front_error(l->f, E0109, lit_span(l, lo - 1, hi + 1),
                "expected an expression in the braces of this f-string");
    return node_error(l->f, lit_span(l, lo, hi));
}

/* pos at `{`; leaves it behind `}`. */
static void read_field(Lit *l, NodeVec *parts)
{
    Front *f = l->f;
    int32_t start = l->pos, lo = start + 1;
    int32_t close = field_end(l, lo, f->fdepth), end = -1;
    if (close >= 0) end = expression_end(l, lo, f->fdepth);
    if (close < 0 || end < 0) {
        if (f->fdeep)
            front_error(f, E1102, lit_span(l, start, lo),
                        "f-strings nest at most %d deep", FSTRING_DEPTH);
        else
            front_error(f, E0104, lit_span(l, start, lo),
                        "this `{` of an f-string is never closed");
        while (l->pos < l->hi && !at_quote(l, l->pos) &&
               !at_end_of_line(l, l->pos))
            l->pos += l->text[l->pos] == '\\' && l->pos + 1 < l->hi ? 2 : 1;
        return;
    }
    Node *part = node_new(f, ND_FPART, lit_span(l, start, close + 1));
    f->fdepth++;
    part->fpart.e = read_expression(l, lo, end);
    l->pos = end;
    if (l->text[l->pos] == '=') read_debug(l, part, lo);
    if (l->pos < l->hi && l->text[l->pos] == '!') read_conversion(l, part);
    if (l->pos < l->hi && l->text[l->pos] == ':')
        part->fpart.spec = read_spec(l);
    f->fdepth--;
    if (l->pos < l->hi && l->text[l->pos] != '}')
        front_error(f, E0109, lit_span(l, l->pos, l->pos + 1),
                    "expected `}` in this f-string");
    l->pos = close + 1;
    int depth = node_depth(part->fpart.e);
    if (node_depth(part->fpart.spec) > depth) depth = part->fpart.spec->depth;
    vec_push(f->a, parts, node_checked(f, part, depth));
    l->from = l->pos;
}

static void lone_brace(Lit *l)
{
    Diag *d =
        front_error(l->f, E0109, lit_span(l, l->pos, l->pos + 1),
                    "expected `}}` for a brace in an f-string, found `}`");
    diag_help(l->f->s, d, "write `}}` for a brace, `{name}` for a value");
    l->pos++;
}

/* Up to the closing quote, or the `}` that ends a format spec. */
static void read_parts(Lit *l, NodeVec *parts, bool in_spec)
{
    while (l->pos < l->hi && !at_quote(l, l->pos) &&
           !at_end_of_line(l, l->pos)) {
        char c = l->text[l->pos];
        bool twice = l->pos + 1 < l->hi && l->text[l->pos + 1] == c && !in_spec;
        if (c == '}' && in_spec) break;
        if ((c == '{' || c == '}') && twice) {
            text_putc(&l->chars, c);
            l->pos += 2;
        } else if (c == '}') {
            lone_brace(l);
        } else if (c == '{' && l->f->fdepth >= FSTRING_DEPTH) {
            front_error(l->f, E1102, lit_span(l, l->pos, l->pos + 1),
                        "f-strings nest at most %d deep", FSTRING_DEPTH);
            l->pos++;
        } else if (c == '{') {
            flush_chars(l, parts);
            read_field(l, parts);
        } else {
            one_char(l);
        }
    }
    flush_chars(l, parts);
}

static Node *format_string(Lit *l, int32_t start, int32_t body)
{
    NodeVec parts = {0};
    read_parts(l, &parts, false);
    if (at_quote(l, l->pos)) {
        l->pos += l->triple ? 3 : 1;
    } else {
        if (l->pos > l->hi) l->pos = l->hi;
        never_closed(l, start, body);
    }
    return node_list(l->f, lit_span(l, start, l->pos), ND_FSTR, parts);
}

Node *literal_string(Front *f, int32_t start, int32_t quote, int32_t hi,
                     bool raw, bool formatted, int32_t *end)
{
    Lit l = {.f = f, .text = f->src->text, .hi = hi, .raw = raw};
    l.quote = l.text[quote];
    l.triple = quote + 2 < hi && l.text[quote + 1] == l.quote &&
        l.text[quote + 2] == l.quote;
    int32_t body = quote + (l.triple ? 3 : 1);
    l.pos = l.from = body;
    l.chars.a = f->a;
    Node *n = formatted ? format_string(&l, start, body)
                        : plain_string(&l, start, body);
    *end = l.pos;
    Span span = lit_span(&l, start, l.pos);
    if (front_limit(f, LIM_TOKEN_BYTES, l.pos - start, span)) return n;
    return node_error(f, span);
}

/* Adjacent literals are one; an f-string among them makes all of it one. */
Node *literal_join(Front *f, NodeVec parts)
{
    if (parts.n == 1) return parts.p[0];
    Text chars = {.a = f->a};
    NodeVec all = {0};
    bool formatted = false;
    Span span = span_join(parts.p[0]->span, vec_last(&parts)->span);
    for (int i = 0; i < parts.n; i++) {
        Node *n = parts.p[i];
        if (n->kind == ND_ERROR) return node_error(f, span);
        if (n->kind == ND_STR) {
            text_put(&chars, n->s->s, n->s->len);
            vec_push(f->a, &all, n);
            continue;
        }
        formatted = true;
        for (int k = 0; k < n->list.n; k++) vec_push(f->a, &all, n->list.p[k]);
    }
    if (formatted) return node_list(f, span, ND_FSTR, all);
    Node *n = node_new(f, ND_STR, span);
    n->s = str_n(f->s, text_str(&chars), chars.n);
    front_limit(f, LIM_HOST_STRING, (int64_t)chars.n, span);
    return n;
}
