/* Tokens of the text form of the IR.  Private to ir/. */
#ifndef QWC_IR_LEX_H
#define QWC_IR_LEX_H
#include "ir/ir.h"

typedef enum {
    T_END,
    T_NAME,
    T_VALUE,
    T_INT,
    T_FLOAT,
    T_STRING,
    T_PUNCT,
    T_BAD
} TokKind;
typedef struct Tok {
    TokKind kind;
    const char *s;
    size_t n;
    bool first; /* of its line */
    int64_t i;
    double d;
} Tok;

typedef struct Reader {
    Session *s;
    const Source *src;
    const char *at; /* next character */
    Tok tok;        /* current token */
    bool failed;
} Reader;

Span tok_span(const Reader *, Tok);
Str tok_str(Reader *, Tok);
bool tok_is(Tok, const char *word);
void tok_fail(Reader *, Tok, const char *fmt, ...) PRINTF(3, 4); /* E0109 */
void tok_expected(Reader *, const char *what); /* E0109 at the current token */
Tok tok_advance(Reader *);                     /* returns the token it leaves */
bool tok_at_word(const Reader *, const char *word);
bool tok_at_punct(const Reader *, char);
/* skip the token if it is that one; expect: else E0109 */
bool tok_accept(Reader *, char);
bool tok_accept_word(Reader *, const char *word);
bool tok_expect(Reader *, char);
#endif
