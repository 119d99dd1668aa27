/* Inside the front end: tokens, and what scanner, layout filter, builder and
 * parser share.  Three thin layers: scan.l turns bytes into tokens, layout.c
 * turns physical lines into logical ones and blocks (and vouches to the grammar
 * that brackets and blocks are balanced), parse.y turns tokens into nodes.
 *
 * One mistake, one message: every error of the front end names the logical line
 * it belongs to, and a second one on the same line is dropped. */
#ifndef QWC_FRONT_H
#define QWC_FRONT_H
#include "front/ast.h"

typedef struct Token {
    int kind; /* of parse.h; characters are themselves; 0 is the end */
    Span span;
    int line;  /* logical line */
    int depth; /* brackets around it; a closer counts as inside */
    union {
        Str name;   /* NAME */
        Node *node; /* INT FLOAT STRING */
    };
} Token;

typedef struct Level {
    int col;
    bool phantom, match;
} Level;

typedef struct Bracket {
    int closer; /* token kind */
    Span span;
    int col; /* column of the first token of its physical line */
} Bracket;

typedef struct Front Front;
struct Front {
    Session *s;
    Arena *a;
    const Source *src;
    Front *root;    /* itself, or the one whose f-string is being read */
    bool expr_only; /* newlines mean nothing, one expression is read */
    int fdepth;     /* f-strings around this one */
    bool fdeep;     /* too many of them were met */
    struct Scan *scan;

    /* layout.c */
    VEC(Token) queue;
    int head;    /* next of the queue */
    Token ahead; /* a raw token that was put back */
    bool has_ahead;
    VEC(Level) levels;
    VEC(Bracket) open;
    Token last;         /* last raw token of this logical line; kind 0: none */
    int first;          /* kind of the first token of this logical line */
    bool colon;         /* a `:` outside of brackets was on it */
    bool fresh;         /* the next raw token begins a physical line */
    bool match_next;    /* the block to come belongs to `match` */
    int32_t line_start; /* offset of the physical line being read */
    int line_col;       /* its indentation, -1 until somebody asks */
    bool tab_told;
    bool started;
    int line;    /* logical line being read, from 1 */
    bool in_lex; /* between a call of yylex and its return */
    int bad[2];  /* the last two logical lines with an error */
    int skip;    /* bracket depth at which the parser recovers, or -1 */

    /* parse.y */
    Token tok, before; /* lookahead and the one before it */
    Node *result;
};

/* front.c */
/* An error on the current line; a diagnostic that nobody sees if that line has
 * one already. */
Diag *front_error(Front *, DiagCode, Span, const char *fmt, ...) PRINTF(4, 5);
Diag *front_error_on(Front *, int line, DiagCode, Span, const char *fmt, ...)
    PRINTF(5, 6);
bool front_line_is_bad(const Front *, int line);
bool front_limit(Front *, LimitId, int64_t met,
                 Span); /* limit_check, once a line */
/* The expression in bytes lo..hi of the source text; ERROR node on failure. */
Node *front_parse_range(Front *, int32_t lo, int32_t hi);

/* scan.l */
void scan_open(Front *, int32_t lo, int32_t hi); /* offsets in the text */
Token scan_token(Front *);
void scan_close(Front *);

/* literal.c: numbers and strings; offsets are those in the source text */
Node *literal_int(Front *, Span, const char *text, size_t n);
Node *literal_float(Front *, Span, const char *text, size_t n);
/* A string whose first quote is at `quote`: the node, and in *end the offset
 * behind it.  `hi` bounds the search. */
Node *literal_string(Front *, int32_t start, int32_t quote, int32_t hi,
                     bool raw, bool formatted, int32_t *end);
Node *literal_join(Front *, NodeVec parts); /* adjacent literals */

/* layout.c */
Token layout_token(Front *);
typedef enum {
    TOKEN_END,
    TOKEN_NEWLINE,
    TOKEN_INDENT,
    TOKEN_DEDENT,
    TOKEN_ERROR,
    TOKEN_NAME,
    TOKEN_LITERAL,
    TOKEN_KEYWORD,
    TOKEN_OPERATOR,
} TokenClass;
TokenClass token_class(int kind);
void token_describe(Front *, const Token *,
                    Text *out); /* "`y`", "end of line" */

/* expressions.c */
Node *node_new(Front *, NodeKind, Span);
Node *node_error(Front *, Span);
Node *node_checked(Front *, Node *, int depth); /* sets depth, E1102 */
int node_depth(const Node *);                   /* 0 for NULL */
int nodes_depth(const NodeVec *);
Node *node_unary(Front *, Span, Operator, Node *);
Node *node_binary(Front *, Span, Operator, Node *, Node *);
Node *node_compare(Front *, Span, Operator, Node *, Node *);
Node *node_pair(Front *, Span, NodeKind, Node *, Node *);
Node *node_list(Front *, Span, NodeKind, NodeVec);
Node *node_wrap(Front *, Span, NodeKind, Node *); /* STAR DSTAR EXPR RETURN */
Node *node_unsupported(Front *, Span, const char *what, Node *);
Node *node_parens(Node *, Span);
Node *node_exprs(Front *, Span, NodeVec, bool comma);
Node *node_call(Front *, Span, Node *fn, NodeVec args);
Node *node_comp(Front *, Span, NodeKind, Node *elt, Node *value, NodeVec fors);
Node *node_param(Front *, Span, ParamKind, Str name, Node *ann, Node *def);
Node *node_name(Front *, Span, Str name);
Node *node_keyword(Front *, Span, Str name, Span name_span, Node *value);
Node *node_item(Front *, Span, Node *key, Node *value);
Node *node_dict(Front *, Span, NodeVec items);
Node *node_slice(Front *, Span, Node *lo, Node *hi, Node *step, bool has_step);
/* a NULL at the end of the list: a trailing comma */
Node *node_subscript(Front *, Span, Node *of, NodeVec index);
Node *node_conditional(Front *, Span, Node *cond, Node *then, Node *other);
Node *node_lambda(Front *, Span, NodeVec params, Node *body);
Node *node_compfor(Front *, Span, Node *target, Node *iter, NodeVec ifs);
bool check_target(Front *, const Node *, const char *where); /* E0109 */
void check_params(Front *, NodeVec *);

/* statements.c */
Node *node_assign(Front *, Span, NodeVec targets, Node *value);
Node *node_alias(Front *, Span, Str name, Str as);
Node *node_from(Front *, Span, int level, Str module, NodeVec names);
Node *node_annotated(Front *, Span, Node *target, Node *ann, Node *value);
Node *node_augmented(Front *, Span, Operator op, Node *target, Node *value);
Node *node_raise(Front *, Span, Node *exc, Node *cause);
Node *node_assertion(Front *, Span, Node *cond, Node *msg);
Node *node_deletion(Front *, Span, Node *e);
Node *node_if(Front *, Span, Node *cond, NodeVec then, NodeVec elifs,
              NodeVec other);
Node *node_context(Front *, Span, Node *ctx, Node *as);
Node *node_with(Front *, Span, NodeVec items, NodeVec body);
Node *node_except(Front *, Span, Node *type, Str as, NodeVec body);
Node *node_try(Front *, Span, Span head, NodeVec body, NodeVec handlers,
               NodeVec other, NodeVec final);
Node *node_def(Front *, Span, Str name, Span name_span, NodeVec params,
               Node *result, NodeVec body);
Node *node_decorated(NodeVec decorators, Node *def);

/* parse.y */
int yyparse(Front *);
#endif
