/* Reads the text form of the IR (print.c shows it) and checks it as verify.c
 * does; every mistake is a located E0109 and ends the reading.  Op spans point
 * into the text.
 *
 *   file     = "func" NAME "(" [ param { "," param } ] ")" block .
 *   param    = VALUE ":" { "out" | "inout" | "read" | "written" } type attached .
 *   type     = [ "&" ] elem [ "[" extent { "," extent } "]" ] | "task" .
 *   elem     = "index" | "bool" | "i8" | ... | "bf16" | "f32" .
 *   extent   = INT | "?" | NAME .                     NAME: a symbol, in a param
 *   attached = { ( "valid" | "dim" | "stride" | "back" ) "(" slot { "," slot } ")" } .
 *   slot     = "_" | operand .
 *   block    = "{" { op } "}" .
 *   op       = [ def { "," def } "=" ] body .         one a line
 *   def      = VALUE ":" type attached .
 *   body     = "for" LOOP VALUE "=" operand "," operand "," operand [ carry ] { attr } block
 *            | "while" [ carry ] { attr } block "do" [ carry ] block
 *            | "if" operand { attr } block [ "else" block ]
 *            | "scope" { attr } block
 *            | OPNAME [ operands ] { attr } .
 *   carry    = "carry" "(" def [ "=" operand ] { "," def [ "=" operand ] } ")" .
 *   operands = item { [ "," ] item } .                the op says what is grouped
 *   item     = operand | "[" [ operand { "," operand } ] "]" .
 *   operand  = VALUE | INT [ ":" elem ] | FLOAT [ ":" elem ] | "true" | "false" .
 *   attr     = WORD [ "(" ( WORD | STRING | FLOAT | INT { "," INT } ) ")" ] .
 *
 * VALUE is "%" and letters, digits, "_" or "."; the name of the user's variable
 * is what stands before the first ".", none if it is a number.  "//" starts a
 * comment.  An attribute stands on the line of its op. */
#include "ir/ir.h"
#include "ir/text.h"
#include "ir/verify.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 200, MAX_RESULTS = 4096 };
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

/* a definition whose value does not exist yet: results follow their op */
typedef struct Def {
    Tok name;
    const Type *type;
    Str sym[IR_MAX_RANK];
    IrValue **list[4];
} Def;
typedef VEC(Def) DefVec;
/* an attached scalar, looked up when the whole text is known */
typedef struct Fixup {
    IrValue **slot;
    Tok name;
} Fixup;
typedef struct NameSlot {
    Str name;
    IrValue *v;
} NameSlot;

typedef struct Parser {
    Session *s;
    const Source *src;
    IrFunc *f;
    const char *at; /* next character */
    Tok tok;        /* current token */
    bool failed;
    int depth;
    NameSlot *names;
    uint32_t cap;
    int nnames;
    VEC(Fixup) fixups;
} Parser;

/* ---- tokens ------------------------------------------------------------------ */

static Span tok_span(const Parser *p, Tok t)
{
    const int32_t lo = p->src->base + (int32_t)(t.s - p->src->text);
    return (Span){lo, lo + (int32_t)(t.n ? t.n : 1)};
}

static void fail_at(Parser *p, Tok t, const char *fmt, ...) PRINTF(3, 4);
static void fail_at(Parser *p, Tok t, const char *fmt, ...)
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

static bool skip_blank(Parser *p)
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

static TokKind lex_number(Parser *p, Tok *t)
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

static TokKind lex_word(Parser *p, Tok *t)
{
    while (is_word_char(*p->at)) p->at++;
    const size_t n = (size_t)(p->at - t->s);
    if (n == 3 && memcmp(t->s, "inf", 3) == 0)
        return t->d = (double)INFINITY, T_FLOAT;
    if (n == 3 && memcmp(t->s, "nan", 3) == 0)
        return t->d = (double)NAN, T_FLOAT;
    return T_NAME;
}

static TokKind lex_string(Parser *p)
{
    for (p->at++; *p->at && *p->at != '\n' && *p->at != '"'; p->at++)
        if (*p->at == '\\' && p->at[1] && p->at[1] != '\n') p->at++;
    if (*p->at != '"') return T_BAD;
    p->at++;
    return T_STRING;
}

static TokKind lex(Parser *p, Tok *t)
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

static Tok advance(Parser *p)
{
    const Tok old = p->tok;
    const bool first = skip_blank(p);
    Tok t = {.s = p->at, .first = first};
    t.kind = lex(p, &t);
    t.n = (size_t)(p->at - t.s);
    p->tok = t;
    if (t.kind == T_BAD) fail_at(p, t, "this is no token of the IR");
    return old;
}

static bool text_is(Tok t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.s, word, t.n) == 0;
}

static bool at_word(const Parser *p, const char *word)
{
    return p->tok.kind == T_NAME && text_is(p->tok, word);
}

static bool at_punct(const Parser *p, char c)
{
    return p->tok.kind == T_PUNCT && *p->tok.s == c;
}

static void expected(Parser *p, const char *what)
{
    if (p->tok.kind == T_END)
        fail_at(p, p->tok, "expected %s, found the end of the text", what);
    else
        fail_at(p, p->tok, "expected %s, found `%.*s`", what,
                (int)(p->tok.n < 40 ? p->tok.n : 40), p->tok.s);
}

static bool accept(Parser *p, char c)
{
    if (p->failed || !at_punct(p, c)) return false;
    advance(p);
    return true;
}

static bool accept_word(Parser *p, const char *word)
{
    if (p->failed || !at_word(p, word)) return false;
    advance(p);
    return true;
}

static bool expect(Parser *p, char c)
{
    if (accept(p, c)) return true;
    const char what[] = {'`', c, '`', 0};
    expected(p, what);
    return false;
}

static Str tok_str(Parser *p, Tok t)
{
    return str_n(p->s, t.s, t.n);
}

/* ---- names -------------------------------------------------------------------- */

static NameSlot *find_name(const Parser *p, Str name)
{
    uint32_t k = name->hash & (p->cap - 1);
    while (p->names[k].name && p->names[k].name != name)
        k = (k + 1) & (p->cap - 1);
    return &p->names[k];
}

static void grow_names(Parser *p)
{
    const Parser old = *p;
    p->cap = old.cap ? old.cap * 2 : 128;
    p->names = NEW_ARRAY(p->s->arena, NameSlot, p->cap);
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.names[i].name) *find_name(p, old.names[i].name) = old.names[i];
}

static void bind(Parser *p, Tok t, Str name, IrValue *v)
{
    if ((uint32_t)p->nnames * 2 >= p->cap) grow_names(p);
    NameSlot *n = find_name(p, name);
    if (n->name) return fail_at(p, t, "%%%s is defined twice", name->s);
    p->nnames++;
    *n = (NameSlot){name, v};
}

static IrValue *lookup(Parser *p, Tok t)
{
    const Str name = str_n(p->s, t.s + 1, t.n - 1);
    IrValue *v = p->cap ? find_name(p, name)->v : NULL;
    if (!v) fail_at(p, t, "%%%s is not defined before this line", name->s);
    return v;
}

/* the user's variable in %name.2; NULL for %7 */
static Str user_name(Parser *p, Tok t)
{
    const char *dot = memchr(t.s, '.', t.n);
    const size_t n = dot ? (size_t)(dot - t.s) - 1 : t.n - 1;
    if (n == 0 || isdigit((unsigned char)t.s[1])) return NULL;
    return str_n(p->s, t.s + 1, n);
}

static void name_value(Parser *p, Tok t, IrValue *v)
{
    v->name = user_name(p, t);
    v->span = tok_span(p, t);
    bind(p, t, str_n(p->s, t.s + 1, t.n - 1), v);
}

/* ---- types ---------------------------------------------------------------------- */

static const Type *elem_type(Parser *p)
{
    if (accept_word(p, "index")) return ir_index(p->f);
    if (accept_word(p, "task")) {
        static const Type task = {.kind = TY_TASKID};
        return &task;
    }
    for (int d = 0; p->tok.kind == T_NAME && d < QW_DTYPE_COUNT; d++)
        if (accept_word(p, qw_dtype_info[d].suffix))
            return ir_scalar(p->f, (QwDtype)d);
    expected(p, "an element type");
    return NULL;
}

static int64_t extent(Parser *p, Str *sym)
{
    if (accept(p, '?')) return -1;
    if (sym && p->tok.kind == T_NAME) {
        *sym = tok_str(p, advance(p));
        return -1;
    }
    if (p->tok.kind == T_INT && p->tok.i >= 0 && p->tok.i <= IR_MAX_EXTENT)
        return advance(p).i;
    expected(p, "an extent");
    return 0;
}

static const Type *type(Parser *p, Str *syms)
{
    const bool tensor = accept(p, '&');
    int64_t shape[IR_MAX_RANK], bytes = 8;
    int n = 0;
    const Tok at = p->tok;
    const Type *elem = elem_type(p);
    if (!elem || (!tensor && !at_punct(p, '['))) return elem;
    if (elem->kind != TY_SCALAR || elem->is_index)
        return fail_at(p, at, "this type has no shape"), NULL;
    if (!expect(p, '[')) return NULL;
    while (!p->failed && !at_punct(p, ']')) {
        if (n == IR_MAX_RANK)
            return fail_at(p, p->tok, "more than %d extents", IR_MAX_RANK),
                   NULL;
        shape[n] = extent(p, tensor && syms ? &syms[n] : NULL);
        if (!tensor && shape[n] < 1)
            return fail_at(p, at,
                           "the extents of a tile are positive constants"),
                   NULL;
        if (shape[n] > 0 && !mul_ok(bytes, shape[n], &bytes))
            return fail_at(p, at, "this shape is too large"), NULL;
        n++;
        if (!accept(p, ',')) break;
    }
    if (!expect(p, ']')) return NULL;
    return tensor ? ir_tensor(p->f, elem->dtype, n, shape)
                  : ir_tile(p->f, elem->dtype, n, shape);
}

/* ---- operands --------------------------------------------------------------------- */

static IrValue *literal(Parser *p)
{
    const Tok t = advance(p);
    const Type *ty = t.kind == T_INT ? ir_index(p->f) : ir_scalar(p->f, QW_F32);
    const Tok colon = p->tok;
    if (accept(p, ':') && !(ty = elem_type(p))) return NULL;
    if (ty->kind != TY_SCALAR ||
        qw_dtype_is_float(ty->dtype) != (t.kind == T_FLOAT))
        return fail_at(p, colon, "the literal does not fit this type"), NULL;
    return t.kind == T_INT ? ir_const_int(p->f, ty, t.i)
                           : ir_const_float(p->f, ty, t.d);
}

static bool at_operand(const Parser *p)
{
    const TokKind k = p->tok.kind;
    return k == T_VALUE || k == T_INT || k == T_FLOAT || at_word(p, "true") ||
        at_word(p, "false");
}

static IrValue *operand(Parser *p)
{
    if (p->failed) return NULL;
    if (p->tok.kind == T_VALUE) return lookup(p, advance(p));
    if (p->tok.kind == T_INT || p->tok.kind == T_FLOAT) return literal(p);
    if (at_operand(p))
        return ir_const_int(p->f, ir_scalar(p->f, QW_BOOL),
                            text_is(advance(p), "true"));
    expected(p, "a value");
    return NULL;
}

static void slot(Parser *p, IrValue **out)
{
    if (accept_word(p, "_")) return;
    if (p->tok.kind != T_VALUE) {
        *out = operand(p);
        return;
    }
    const Fixup later = {out, advance(p)};
    vec_push(p->s->arena, &p->fixups, later);
}

static void attached(Parser *p, Def *d)
{
    for (int i = 0; i < 4 && !p->failed; i++) {
        if (!at_word(p, ir_attached_words[i]) || p->tok.first) continue;
        const Tok t = advance(p);
        if (d->type->kind != TY_TENSOR && (i || d->type->kind != TY_TILE))
            return fail_at(p, t, "this type has no `%s`", ir_attached_words[i]);
        d->list[i] = NEW_ARRAY(p->s->arena, IrValue *, d->type->rank + 1);
        expect(p, '(');
        for (int k = 0; k < d->type->rank && !p->failed; k++)
            if (k == 0 || expect(p, ',')) slot(p, &d->list[i][k]);
        expect(p, ')');
    }
}

static bool def(Parser *p, Def *d, bool is_param)
{
    *d = (Def){.name = p->tok};
    if (p->tok.kind != T_VALUE) return expected(p, "a value name"), false;
    advance(p);
    if (!expect(p, ':') || is_param) return !p->failed;
    d->type = type(p, NULL);
    if (!p->failed) attached(p, d);
    return !p->failed;
}

/* tensors always have extents and strides */
static void default_layout(Parser *p, const Def *d, IrValue *v)
{
    const int n = d->type->rank;
    if (!v->dim) {
        v->dim = NEW_ARRAY(p->s->arena, IrValue *, n + 1);
        for (int k = 0; k < n; k++) {
            if (d->type->shape[k] < 0)
                return fail_at(p, d->name, "a dynamic tensor needs dim(...)");
            v->dim[k] = ir_idx(p->f, d->type->shape[k]);
        }
    }
    if (v->stride) return;
    v->stride = NEW_ARRAY(p->s->arena, IrValue *, n + 1);
    int64_t step = 1;
    for (int k = n - 1; k >= 0; k--) {
        v->stride[k] = ir_idx(p->f, step);
        if (k == 0) return;
        if (d->type->shape[k] < 0)
            return fail_at(p, d->name, "a dynamic tensor needs stride(...)");
        if (!mul_ok(step, d->type->shape[k], &step))
            return fail_at(p, d->name, "this shape is too large");
    }
}

static void define(Parser *p, const Def *d, IrValue *v)
{
    name_value(p, d->name, v);
    v->valid = d->list[0];
    v->dim = d->list[1];
    v->stride = d->list[2];
    v->back = d->list[3];
    if (d->type->kind == TY_TENSOR) default_layout(p, d, v);
}

/* ---- attributes ------------------------------------------------------------------------ */

static int64_t integer(Parser *p)
{
    if (p->tok.kind == T_INT) return advance(p).i;
    expected(p, "an integer");
    return 0;
}

static Str string(Parser *p)
{
    if (p->tok.kind != T_STRING) return expected(p, "a string"), NULL;
    const Tok t = advance(p);
    Text out = {.a = p->s->arena};
    for (const char *c = t.s + 1; c < t.s + t.n - 1; c++) {
        unsigned byte;
        if (*c != '\\')
            text_putc(&out, *c);
        else if (c[1] == 'x' && c + 3 < t.s + t.n - 1 &&
                 sscanf(c + 2, "%2x", &byte) == 1) {
            text_putc(&out, (char)byte);
            c += 3;
        } else
            text_putc(&out, *++c);
    }
    return str_n(p->s, text_str(&out), out.n);
}

static void attr_word(Parser *p, const IrAttrInfo *at, void *field)
{
    for (unsigned i = 0; at->words[i]; i++)
        if (accept_word(p, at->words[i])) {
            memcpy(field, &i, sizeof i);
            return;
        }
    expected(p, "a word of this attribute");
}

static void attr_ints(Parser *p, const IrAttrInfo *at, void *field)
{
    const int max = at->kind == ATTR_PAIR ? 2 : IR_MAX_RANK;
    for (int n = 0; !p->failed; n++) {
        const Tok t = p->tok;
        const int64_t i = integer(p);
        if (n == max || i < 0 || (at->kind != ATTR_SHAPE && i >= IR_MAX_RANK))
            return fail_at(p, t, "too many or too large");
        if (at->kind == ATTR_SHAPE)
            ((int64_t *)field)[n] = i;
        else if (at->kind == ATTR_PAIR)
            ((int *)field)[n] = (int)i;
        else
            *(unsigned *)field |= 1u << i;
        if (!accept(p, ',')) return;
    }
}

static void attr_value(Parser *p, const IrAttrInfo *at, void *field)
{
    const Tok t = p->tok;
    int64_t i;
    switch (at->kind) {
    case ATTR_FLAG: return;
    case ATTR_INT:
        i = integer(p);
        if (i < 0 || i > 1 << 30)
            fail_at(p, t, "out of range");
        else
            *(int *)field = (int)i;
        return;
    case ATTR_INT64: *(int64_t *)field = integer(p); return;
    case ATTR_FLOAT:
        if (t.kind != T_FLOAT) return expected(p, "a float");
        *(double *)field = advance(p).d;
        return;
    case ATTR_WORD: attr_word(p, at, field); return;
    case ATTR_AXES:
    case ATTR_SHAPE:
    case ATTR_PAIR: attr_ints(p, at, field); return;
    case ATTR_NAME: *(Str *)field = string(p); return;
    }
}

static void attrs(Parser *p, IrOp *op)
{
    while (!p->failed && p->tok.kind == T_NAME && !p->tok.first) {
        int i = 0;
        while (i < ir_attr_count && !text_is(p->tok, ir_attr_table[i].word))
            i++;
        if (i == ir_attr_count) return expected(p, "an attribute");
        const IrAttrInfo *at = &ir_attr_table[i];
        advance(p);
        void *field = (char *)&op->at + at->offset;
        if (at->kind == ATTR_FLAG)
            *(bool *)field = true;
        else if (expect(p, '(')) {
            attr_value(p, at, field);
            expect(p, ')');
        }
    }
    if (op->at.ladder > p->f->nladders) p->f->nladders = op->at.ladder;
}

/* ---- ops ------------------------------------------------------------------------------------ */

static void block(Parser *p, IrRegion *r);

static void carry(Parser *p, IrOp *op, IrRegion *r, bool init)
{
    if (!accept_word(p, "carry") || !expect(p, '(')) return;
    DefVec defs = {0};
    do {
        Def d;
        if (!def(p, &d, false)) return;
        vec_push(p->s->arena, &defs, d);
        if (!init) continue;
        if (!expect(p, '=')) return;
        ir_op_add_arg(p->f, op, operand(p));
    } while (!p->failed && accept(p, ','));
    expect(p, ')');
    for (int i = 0; i < defs.n && !p->failed; i++)
        define(p, &defs.p[i],
               ir_region_arg(p->f, r, defs.p[i].type,
                             tok_span(p, defs.p[i].name)));
}

static void parse_for(Parser *p, IrOp *op)
{
    unsigned kind = 0;
    while (ir_loop_words[kind] && !at_word(p, ir_loop_words[kind])) kind++;
    if (!ir_loop_words[kind]) return expected(p, "the kind of the loop");
    advance(p);
    op->at.loop = (LoopKind)kind;
    const Tok var = p->tok;
    if (var.kind != T_VALUE) return expected(p, "the loop's variable");
    advance(p);
    expect(p, '=');
    for (int i = 0; i < 3 && !p->failed; i++)
        if (i == 0 || expect(p, ',')) ir_op_add_arg(p->f, op, operand(p));
    op->region[0] = ir_region(p->f, op);
    IrValue *iv = ir_region_arg(p->f, op->region[0], ir_index(p->f),
                                tok_span(p, var));
    if (p->failed) return;
    name_value(p, var, iv);
    op->at.name = iv->name;
    carry(p, op, op->region[0], true);
    attrs(p, op);
    if (!p->failed) block(p, op->region[0]);
}

static void parse_while(Parser *p, IrOp *op)
{
    op->region[0] = ir_region(p->f, op);
    op->region[1] = ir_region(p->f, op);
    carry(p, op, op->region[0], true);
    attrs(p, op);
    if (!p->failed) block(p, op->region[0]);
    if (!accept_word(p, "do")) return expected(p, "`do`");
    carry(p, op, op->region[1], false);
    if (!p->failed) block(p, op->region[1]);
}

static void parse_if(Parser *p, IrOp *op)
{
    ir_op_add_arg(p->f, op, operand(p));
    op->region[0] = ir_region(p->f, op);
    op->region[1] = ir_region(p->f, op);
    attrs(p, op);
    if (!p->failed) block(p, op->region[0]);
    if (accept_word(p, "else"))
        block(p, op->region[1]);
    else if (!p->failed)
        ir_append(op->region[1], ir_op(p->f, IR_YIELD, op->span, 0, NULL));
}

static void group(Parser *p, IrOp *op, int want)
{
    const Tok open = p->tok;
    int n = 0;
    if (!expect(p, '[')) return;
    if (!at_punct(p, ']')) do {
            ir_op_add_arg(p->f, op, operand(p));
            n++;
        } while (!p->failed && accept(p, ','));
    expect(p, ']');
    if (!p->failed && want >= 0 && n != want)
        fail_at(p, open, "expected %d values in this group, found %d", want, n);
}

static void parse_plain(Parser *p, IrOp *op)
{
    const char *layout = ir_operand_layout(op->op);
    for (const char *c = layout; c && *c && !p->failed; c++) {
        if (*c == 'v' && c != layout && c[-1] == 'v' && !expect(p, ',')) return;
        if (*c == 'v')
            ir_op_add_arg(p->f, op, operand(p));
        else
            group(p, op, *c == 'G' ? -1 : op->args[0]->type->rank);
    }
    for (bool more = !layout && at_operand(p) && !p->tok.first;
         more && !p->failed; more = accept(p, ','))
        ir_op_add_arg(p->f, op, operand(p));
    attrs(p, op);
    if (p->failed || op->op != IR_SCOPE) return;
    op->region[0] = ir_region(p->f, op);
    block(p, op->region[0]);
}

static bool opcode(Parser *p, IrOpcode *code)
{
    for (int i = 0; p->tok.kind == T_NAME && i < IR_OP_COUNT; i++)
        if (text_is(p->tok, ir_op_info[i].text))
            return *code = (IrOpcode)i, true;
    expected(p, "an operation");
    return false;
}

static void op_body(Parser *p, IrRegion *r, const DefVec *results)
{
    const Tok start = p->tok;
    IrOpcode code;
    if (p->failed || !opcode(p, &code)) return;
    advance(p);
    IrOp *op = ir_op(p->f, code, tok_span(p, start), 0, NULL);
    op->parent = r;
    switch (code) {
    case IR_FOR: parse_for(p, op); break;
    case IR_WHILE: parse_while(p, op); break;
    case IR_IF: parse_if(p, op); break;
    default: parse_plain(p, op); break;
    }
    if (p->failed) return;
    if (!p->tok.first && p->tok.kind != T_END && !at_punct(p, '}'))
        return expected(p, "the end of the line");
    ir_append(r, op);
    for (int i = 0; i < results->n && !p->failed; i++)
        define(p, &results->p[i], ir_op_result(p->f, op, results->p[i].type));
}

static void parse_op(Parser *p, IrRegion *r)
{
    DefVec results = {0};
    while (p->tok.kind == T_VALUE && !p->failed) {
        Def d;
        if (results.n == MAX_RESULTS)
            return fail_at(p, p->tok, "too many results");
        if (!def(p, &d, false)) return;
        vec_push(p->s->arena, &results, d);
        if (!accept(p, ',')) break;
    }
    if (results.n && !expect(p, '=')) return;
    op_body(p, r, &results);
}

static void block(Parser *p, IrRegion *r)
{
    const Tok open = p->tok;
    if (!expect(p, '{')) return;
    if (++p->depth > MAX_DEPTH)
        return fail_at(p, open, "blocks nest deeper than %d", MAX_DEPTH);
    while (!p->failed && !at_punct(p, '}')) {
        if (p->tok.kind == T_END)
            return fail_at(p, open, "this block is never closed");
        parse_op(p, r);
    }
    p->depth--;
    const bool ended = r->last && (ir_op_info[r->last->op].flags & OPF_T);
    if (r->owner && !ended)
        ir_append(r, ir_op(p->f, IR_YIELD, tok_span(p, p->tok), 0, NULL));
    expect(p, '}');
}

/* ---- functions -------------------------------------------------------------------------------- */

typedef VEC(IrParam) ParamVec;
typedef VEC(IrSym) SymVec;

/* the value of a dynamic dimension; its first appearance makes it */
static IrValue *symbol(Parser *p, SymVec *syms, Tok at, Str name, int param,
                       int axis)
{
    for (int i = 0; i < syms->n; i++)
        if (syms->p[i].name == name) return syms->p[i].value;
    IrValue *v = ir_value(p->f, ir_index(p->f), tok_span(p, at));
    v->name = name;
    v->is_param = true;
    bind(p, at, name, v);
    const IrSym sym = {name, v, param, axis};
    vec_push(p->s->arena, syms, sym);
    return v;
}

static void param_dims(Parser *p, const Def *d, IrParam *q, SymVec *syms,
                       int index)
{
    IrValue *v = q->value;
    if (d->type->kind != TY_TENSOR || v->dim) return;
    v->dim = NEW_ARRAY(p->s->arena, IrValue *, d->type->rank + 1);
    for (int k = 0; k < d->type->rank; k++) {
        q->dim_sym[k] = d->sym[k];
        if (d->sym[k])
            v->dim[k] = symbol(p, syms, d->name, d->sym[k], index, k);
        else if (d->type->shape[k] >= 0)
            v->dim[k] = ir_idx(p->f, d->type->shape[k]);
        else
            return fail_at(p, d->name,
                           "a dynamic extent of a parameter needs a name");
    }
}

static void parse_param(Parser *p, ParamVec *params, SymVec *syms)
{
    IrParam q = {0};
    Def d;
    if (!def(p, &d, true)) return;
    for (bool more = true; more;) {
        if (accept_word(p, "out"))
            q.dir = 1;
        else if (accept_word(p, "inout"))
            q.dir = 2;
        else if (accept_word(p, "read"))
            q.read = true;
        else if (accept_word(p, "written"))
            q.written = true;
        else
            more = false;
    }
    d.type = type(p, d.sym);
    if (p->failed) return;
    if (d.type->kind == TY_TILE)
        return fail_at(p, d.name, "a parameter is a tensor or a scalar");
    attached(p, &d);
    if (p->failed) return;
    q.value = ir_value(p->f, d.type, tok_span(p, d.name));
    q.value->is_param = true;
    q.value->index = params->n;
    q.value->dim = d.list[1];
    param_dims(p, &d, &q, syms, params->n);
    if (p->failed) return;
    d.list[1] = q.value->dim;
    define(p, &d, q.value);
    q.name = q.value->name ? q.value->name : str(p->s, "_");
    q.span = q.value->span;
    vec_push(p->s->arena, params, q);
}

static void parse_func(Parser *p)
{
    ParamVec params = {0};
    SymVec syms = {0};
    if (!accept_word(p, "func")) return expected(p, "`func`");
    if (p->tok.kind != T_NAME) return expected(p, "the name of the function");
    const Tok name = advance(p);
    p->f = ir_func_new(p->s, tok_str(p, name));
    p->f->span = tok_span(p, name);
    expect(p, '(');
    while (!p->failed && !at_punct(p, ')')) {
        parse_param(p, &params, &syms);
        if (!accept(p, ',')) break;
    }
    expect(p, ')');
    p->f->params = params.p;
    p->f->nparams = params.n;
    p->f->syms = syms.p;
    p->f->nsyms = syms.n;
    if (!p->failed) block(p, p->f->body);
    if (!p->failed && p->tok.kind != T_END) expected(p, "the end of the text");
}

static void fix_up(Parser *p)
{
    for (int i = 0; i < p->fixups.n && !p->failed; i++)
        *p->fixups.p[i].slot = lookup(p, p->fixups.p[i].name);
}

IrFunc *ir_parse(Session *s, const Source *src)
{
    Parser p = {.s = s, .src = src, .at = src->text};
    advance(&p);
    if (!p.failed) parse_func(&p);
    fix_up(&p);
    if (p.failed) return NULL;
    const IrFault fault = ir_check(p.f);
    if (!fault.text) return p.f;
    diag_new(s, E0109, fault.span.hi ? fault.span : p.f->span, "%s",
             fault.text);
    return NULL;
}
