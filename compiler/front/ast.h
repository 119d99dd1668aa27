/* The AST of one module, host and kernel code alike (grammar A.2), and the
 * front end that makes it.  Knows nothing of types.  Nodes live in the
 * session's arena, are never changed after parsing, and carry their span. */
#ifndef QWC_AST_H
#define QWC_AST_H
#include "base/base.h"

typedef enum {
    /* expressions */
    ND_NAME,
    ND_INT,
    ND_FLOAT,
    ND_STR,
    ND_FSTR,
    ND_TRUE,
    ND_FALSE,
    ND_NONE,
    ND_ELLIPSIS,
    ND_UNARY,
    ND_BINARY,
    ND_COMPARE,
    ND_AND,
    ND_OR,
    ND_COND,
    ND_CALL,
    ND_ATTR,
    ND_INDEX,
    ND_SLICE,
    ND_STAR,
    ND_DSTAR,
    ND_KEYWORD,
    ND_TUPLE,
    ND_LIST,
    ND_DICT,
    ND_SET,
    ND_LISTCOMP,
    ND_DICTCOMP,
    ND_GENEXP,
    ND_LAMBDA,
    /* parts */
    ND_FPART,
    ND_COMPFOR,
    ND_PARAM,
    ND_ALIAS,
    ND_EXCEPT,
    ND_ITEM,
    /* statements */
    ND_ASSIGN,
    ND_ANNASSIGN,
    ND_AUGASSIGN,
    ND_EXPR,
    ND_RETURN,
    ND_RAISE,
    ND_ASSERT,
    ND_DEL,
    ND_IMPORT,
    ND_FROM,
    ND_GLOBAL,
    ND_NONLOCAL,
    ND_PASS,
    ND_BREAK,
    ND_CONTINUE,
    ND_IF,
    ND_FOR,
    ND_WHILE,
    ND_TRY,
    ND_WITH,
    ND_DEF,
    ND_CLASS,
    ND_UNSUPPORTED, /* parsed, outside the subset: yield, await, async, walrus, match ... */
    ND_MODULE,
    ND_ERROR /* stands where the parser recovered; never reported again */
} NodeKind;

typedef enum {
    OPR_ADD,
    OPR_SUB,
    OPR_MUL,
    OPR_DIV,
    OPR_FLOORDIV,
    OPR_MOD,
    OPR_POW,
    OPR_MATMUL,
    OPR_SHL,
    OPR_SHR,
    OPR_BITAND,
    OPR_BITOR,
    OPR_BITXOR,
    OPR_EQ,
    OPR_NE,
    OPR_LT,
    OPR_LE,
    OPR_GT,
    OPR_GE,
    OPR_IN,
    OPR_NOTIN,
    OPR_IS,
    OPR_ISNOT,
    OPR_NEG,
    OPR_POS,
    OPR_INVERT,
    OPR_NOT
} Operator;
const char *operator_text(Operator); /* "+", "not in", ... */

typedef struct Node Node;
typedef VEC(Node *) NodeVec;
typedef enum {
    PARAM_PLAIN,
    PARAM_STAR,
    PARAM_DSTAR,
    PARAM_BARESTAR,
    PARAM_SLASH
} ParamKind;

struct Node {
    NodeKind kind;
    Span span;
    uint16_t depth; /* of expressions: height of the tree, at most expr-nesting */
    bool parens;    /* it stood in parentheses, which the span includes */
    union {
        Str name; /* NAME; attribute-free names */
        struct {
            int64_t value;
            bool too_big;
        } i;      /* INT; too_big: does not fit int64 */
        double f; /* FLOAT */
        Str s;    /* STR: decoded, concatenated */
        NodeVec
            list; /* TUPLE LIST SET, GLOBAL NONLOCAL (NAMEs), DEL, FSTR (STR|FPART), MODULE */
        struct {
            Operator op;
            Node *a, *b;
        } op; /* UNARY (b NULL), BINARY */
        struct {
            Node *first;
            NodeVec rest;
            Operator *ops;
        } cmp; /* COMPARE: rest.n operators */
        struct {
            Node *a, *b;
        } pair; /* AND OR */
        struct {
            Node *cond, *then, *other;
        } cond; /* COND */
        struct {
            Node *fn;
            NodeVec args;
        } call; /* args: exprs, KEYWORD, STAR, DSTAR, GENEXP */
        struct {
            Node *of;
            Str name;
            Span name_span;
        } attr;
        struct {
            Node *of;
            NodeVec index;
            bool is_tuple;
        } index; /* x[a, b:c]; is_tuple: a comma was there */
        struct {
            Node *lo, *hi, *step;
            bool has_step;
        } slice; /* any NULL */
        Node *e; /* STAR DSTAR EXPR; RETURN (may be NULL) */
        struct {
            Str name;
            Node *value;
            Span name_span;
        } kw;
        NodeVec items; /* DICT: ITEM or DSTAR */
        struct {
            Node *key, *value;
        } item; /* ITEM */
        struct {
            Node *elt, *value;
            NodeVec fors;
        } comp; /* LISTCOMP GENEXP (value NULL), DICTCOMP (elt=key) */
        struct {
            Node *target, *iter;
            NodeVec ifs;
        } compfor;
        struct {
            NodeVec params;
            Node *body;
        } lambda;
        struct {
            Node *e;
            char conv;
            Node *spec;
            Str debug;
        } fpart; /* {e!conv:spec}; conv 'r' 's' or 0 as written; spec: FSTR or NULL; debug: text of {e=} or NULL (then repr is meant unless conv or spec) */
        struct {
            ParamKind kind;
            Str name;
            Node *ann, *def;
            bool kwonly;
        } param;
        struct {
            NodeVec targets;
            Node *value;
        } assign; /* a = b = e */
        struct {
            Node *target, *ann, *value;
        } ann; /* value may be NULL */
        struct {
            Operator op;
            Node *target, *value;
        } aug;
        struct {
            Node *exc, *cause;
        } raise;
        struct {
            Node *cond, *msg;
        } assert_;
        struct {
            NodeVec names;
            Str module;
            int level;
            bool star;
        } import; /* IMPORT: ALIASes; FROM: module + ALIASes */
        struct {
            Str name, as;
        } alias; /* name dotted "a.b"; as NULL */
        struct {
            Node *cond;
            NodeVec then, other;
        } if_; /* elif: other = one IF */
        struct {
            Node *target, *iter;
            NodeVec body, other;
        } for_;
        struct {
            Node *cond;
            NodeVec body, other;
        } while_;
        struct {
            NodeVec body, handlers, other, final;
        } try_;
        struct {
            Node *type;
            Str name;
            NodeVec body;
        } except; /* type, name may be NULL */
        struct {
            Node *ctx, *as;
            NodeVec body;
        } with; /* one context manager */
        struct {
            Str name;
            Span name_span;
            NodeVec decorators, params;
            Node *result;
            NodeVec body;
            bool is_kernel;
        } def;
        struct {
            Str name;
            Span name_span;
            NodeVec decorators, bases, body;
        } class_;
        struct {
            const char *what;
            Node *e;
        } unsupported; /* what: for messages, "`yield`", "a set comprehension"; e: an inner expression or NULL */
    };
};

/* front.c: E01xx go to the session; the module is returned even then (with
 * ERROR nodes), so that checking goes on.  NULL only if nothing was read. */
Node *front_parse(Session *, const Source *);
/* a single expression, for -D NAME=EXPR and --spec-arg; spans lie in src; NULL
 * and a diagnostic on error */
Node *front_parse_expr(Session *, const Source *);

/* kernel.c: the syntactic rules of kernels (A.1).  Each reports at most one
 * error and returns true if all is well.  Lowering calls them on what is live:
 * nothing is checked in the dead arm of a constant `if`. */
bool front_check_kernel_signature(Session *, const Node *def); /* E0105 */
bool front_check_kernel_returns(Session *,
                                const Node *def); /* E0106, all of the body */
/* E0107, E0108: the statement's own expressions, not its blocks; for IF, FOR,
 * WHILE, WITH the header.  `return` placement is not checked. */
bool front_check_kernel_stmt(Session *, const Node *stmt);

/* dump.c: stable text, valid for tests; one node a line, indented */
void ast_dump(Session *, const Node *, Text *out);
void token_dump(Session *, const Source *, Text *out); /* after layout */
const char *node_describe(
    const Node *); /* "a list comprehension", for messages */
#endif
