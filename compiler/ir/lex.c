/* Tokens of the text form of the IR (parse.c says what they make up).  The
 * first mistake is reported and remembered; nothing is accepted after it. */
#include "ir/lex.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

Span tok_span(const Reader *p, Tok t)
{
    const int32_t lo = p->src->base + (int32_t)(t.s - p->src->text);
    return (Span){lo, lo + (int32_t)(t.n ? t.n : 1)};
}

void tok_fail(Reader *p, Tok t, const char *fmt, ...)
{
    if (p->failed) return;
    p->failed = true;
    va_list ap;
    va_start(ap, fmt);
    diag_vnew(p->s, E0109, tok_span(p, t), fmt, ap);
    va_end(ap);
}

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool skip_blank(Reader *p)
{
    bool newline = p->at == p->src->text;
    for (;; p->at++) {
        if (p->at[0] == '/' && p->at[1] == '/')
            while (*p->at && *p->at != '\n') p->at++;
        if (*p->at == '\n')
            newline = true;
        else if (*p->at != ' ' && *p->at != '\t' && *p->at != '\r')
            return newline;
    }
}

static TokKind lex_number(Reader *p, Tok *t)
{
    const char *c = p->at + (*p->at == '-');
    bool real = false;
    char *end;
    if (strncmp(c, "inf", 3) == 0) {
        p->at = c + 3;
        t->d = *t->s == '-' ? -(double)INFINITY : (double)INFINITY;
        return T_FLOAT;
    }
    while (isdigit((unsigned char)*c)) c++;
    if (*c == '.' || *c == 'e' || *c == 'E') real = true;
    errno = 0;
    if (real)
        t->d = strtod(p->at, &end);
    else
        t->i = strtoll(p->at, &end, 10);
    if (end == p->at || (!real && errno == ERANGE)) return p->at++, T_BAD;
    p->at = end;
    return real ? T_FLOAT : T_INT;
}

static TokKind lex_word(Reader *p, Tok *t)
{
    while (is_word_char(*p->at)) p->at++;
    const size_t n = (size_t)(p->at - t->s);
    if (n == 3 && memcmp(t->s, "inf", 3) == 0)
        return t->d = (double)INFINITY, T_FLOAT;
    if (n == 3 && memcmp(t->s, "nan", 3) == 0)
        return t->d = (double)NAN, T_FLOAT;
    return T_NAME;
}

static TokKind lex_string(Reader *p)
{
    for (p->at++; *p->at && *p->at != '\n' && *p->at != '"'; p->at++)
        if (*p->at == '\\' && p->at[1] && p->at[1] != '\n') p->at++;
    if (*p->at != '"') return T_BAD;
    p->at++;
    return T_STRING;
}

static TokKind lex(Reader *p, Tok *t)
{
    const char c = *p->at;
    if (p->at >= p->src->text + p->src->len && c == 0) return T_END;
    if (c == '%') {
        for (p->at++; is_word_char(*p->at) || *p->at == '.';) p->at++;
        return p->at - t->s > 1 ? T_VALUE : T_BAD;
    }
    if (isdigit((unsigned char)c) || c == '-') return lex_number(p, t);
    if (is_word_char(c)) return lex_word(p, t);
    if (c == '"') return lex_string(p);
    p->at++;
    return c && strchr("(){}[]:,=&?", c) ? T_PUNCT : T_BAD;
}

Tok tok_advance(Reader *p)
{
    const Tok old = p->tok;
    const bool first = skip_blank(p);
    Tok t = {.s = p->at, .first = first};
    t.kind = lex(p, &t);
    t.n = (size_t)(p->at - t.s);
    p->tok = t;
    if (t.kind == T_BAD) tok_fail(p, t, "this is no token of the IR");
    return old;
}

bool tok_is(Tok t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.s, word, t.n) == 0;
}

bool tok_at_word(const Reader *p, const char *word)
{
    return p->tok.kind == T_NAME && tok_is(p->tok, word);
}

bool tok_at_punct(const Reader *p, char c)
{
    return p->tok.kind == T_PUNCT && *p->tok.s == c;
}

void tok_expected(Reader *p, const char *what)
{
    if (p->tok.kind == T_END)
        tok_fail(p, p->tok, "expected %s, found the end of the text", what);
    else
        tok_fail(p, p->tok, "expected %s, found `%.*s`", what,
                 (int)(p->tok.n < 40 ? p->tok.n : 40), p->tok.s);
}

bool tok_accept(Reader *p, char c)
{
    if (p->failed || !tok_at_punct(p, c)) return false;
    tok_advance(p);
    return true;
}

bool tok_accept_word(Reader *p, const char *word)
{
    if (p->failed || !tok_at_word(p, word)) return false;
    tok_advance(p);
    return true;
}

bool tok_expect(Reader *p, char c)
{
    if (tok_accept(p, c)) return true;
    const char what[] = {'`', c, '`', 0};
    tok_expected(p, what);
    return false;
}

Str tok_str(Reader *p, Tok t)
{
    return str_n(p->s, t.s, t.n);
}
