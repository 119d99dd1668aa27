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
#include "ir/lex.h"
#include "ir/text.h"
#include "ir/verify.h"
#include <ctype.h>
#include <string.h>

enum { MAX_DEPTH = 200, MAX_RESULTS = 4096 };
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
    Reader r;
    IrFunc *f;
    int depth;
    NameSlot *names;
    uint32_t cap;
    int nnames;
    VEC(Fixup) fixups;
} Parser;

/* ---- names --------------------------------------------------------------- */

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
    p->names = NEW_ARRAY(p->r.s->arena, NameSlot, p->cap);
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.names[i].name) *find_name(p, old.names[i].name) = old.names[i];
}

static void bind(Parser *p, Tok t, Str name, IrValue *v)
{
    if ((uint32_t)p->nnames * 2 >= p->cap) grow_names(p);
    NameSlot *n = find_name(p, name);
    if (n->name) return tok_fail(&p->r, t, "%%%s is defined twice", name->s);
    p->nnames++;
    *n = (NameSlot){name, v};
}

static IrValue *lookup(Parser *p, Tok t)
{
    const Str name = str_n(p->r.s, t.s + 1, t.n - 1);
    IrValue *v = p->cap ? find_name(p, name)->v : NULL;
    if (!v) tok_fail(&p->r, t, "%%%s is not defined before this line", name->s);
    return v;
}

/* the user's variable in %name.2; NULL for %7 */
static Str user_name(Parser *p, Tok t)
{
    const char *dot = memchr(t.s, '.', t.n);
    const size_t n = dot ? (size_t)(dot - t.s) - 1 : t.n - 1;
    if (n == 0 || isdigit((unsigned char)t.s[1])) return NULL;
    return str_n(p->r.s, t.s + 1, n);
}

static void name_value(Parser *p, Tok t, IrValue *v)
{
    v->name = user_name(p, t);
    v->span = tok_span(&p->r, t);
    bind(p, t, str_n(p->r.s, t.s + 1, t.n - 1), v);
}

/* ---- types --------------------------------------------------------------- */

static const Type *elem_type(Parser *p)
{
    if (tok_accept_word(&p->r, "index")) return ir_index(p->f);
    if (tok_accept_word(&p->r, "task")) {
        static const Type task = {.kind = TY_TASKID};
        return &task;
    }
    for (int d = 0; p->r.tok.kind == T_NAME && d < QW_DTYPE_COUNT; d++)
        if (tok_accept_word(&p->r, qw_dtype_info[d].suffix))
            return ir_scalar(p->f, (QwDtype)d);
    tok_expected(&p->r, "an element type");
    return NULL;
}

static int64_t extent(Parser *p, Str *sym)
{
    if (tok_accept(&p->r, '?')) return -1;
    if (sym && p->r.tok.kind == T_NAME) {
        *sym = tok_str(&p->r, tok_advance(&p->r));
        return -1;
    }
    if (p->r.tok.kind == T_INT && p->r.tok.i >= 0 &&
        p->r.tok.i <= IR_MAX_EXTENT)
        return tok_advance(&p->r).i;
    tok_expected(&p->r, "an extent");
    return 0;
}

static const Type *type(Parser *p, Str *syms)
{
    const bool tensor = tok_accept(&p->r, '&');
    int64_t shape[IR_MAX_RANK], bytes = 8;
    int n = 0;
    const Tok at = p->r.tok;
    const Type *elem = elem_type(p);
    if (!elem || (!tensor && !tok_at_punct(&p->r, '['))) return elem;
    if (elem->kind != TY_SCALAR || elem->is_index)
        return tok_fail(&p->r, at, "this type has no shape"), NULL;
    if (!tok_expect(&p->r, '[')) return NULL;
    while (!p->r.failed && !tok_at_punct(&p->r, ']')) {
        if (n == IR_MAX_RANK)
            return tok_fail(&p->r, p->r.tok, "more than %d extents",
                            IR_MAX_RANK),
                   NULL;
        shape[n] = extent(p, tensor && syms ? &syms[n] : NULL);
        if (!tensor && shape[n] < 1)
            return tok_fail(&p->r, at,
                            "the extents of a tile are positive constants"),
                   NULL;
        if (shape[n] > 0 && !mul_ok(bytes, shape[n], &bytes))
            return tok_fail(&p->r, at, "this shape is too large"), NULL;
        n++;
        if (!tok_accept(&p->r, ',')) break;
    }
    if (!tok_expect(&p->r, ']')) return NULL;
    return tensor ? ir_tensor(p->f, elem->dtype, n, shape)
                  : ir_tile(p->f, elem->dtype, n, shape);
}

/* ---- operands ------------------------------------------------------------ */

static IrValue *literal(Parser *p)
{
    const Tok t = tok_advance(&p->r);
    const Type *ty = t.kind == T_INT ? ir_index(p->f) : ir_scalar(p->f, QW_F32);
    const Tok colon = p->r.tok;
    if (tok_accept(&p->r, ':') && !(ty = elem_type(p))) return NULL;
    if (ty->kind != TY_SCALAR ||
        qw_dtype_is_float(ty->dtype) != (t.kind == T_FLOAT))
        return tok_fail(&p->r, colon, "the literal does not fit this type"),
               NULL;
    return t.kind == T_INT ? ir_const_int(p->f, ty, t.i)
                           : ir_const_float(p->f, ty, t.d);
}

static bool at_operand(const Parser *p)
{
    const TokKind k = p->r.tok.kind;
    return k == T_VALUE || k == T_INT || k == T_FLOAT ||
        tok_at_word(&p->r, "true") || tok_at_word(&p->r, "false");
}

static IrValue *operand(Parser *p)
{
    if (p->r.failed) return NULL;
    if (p->r.tok.kind == T_VALUE) return lookup(p, tok_advance(&p->r));
    if (p->r.tok.kind == T_INT || p->r.tok.kind == T_FLOAT) return literal(p);
    if (at_operand(p))
        return ir_const_int(p->f, ir_scalar(p->f, QW_BOOL),
                            tok_is(tok_advance(&p->r), "true"));
    tok_expected(&p->r, "a value");
    return NULL;
}

static void slot(Parser *p, IrValue **out)
{
    if (tok_accept_word(&p->r, "_")) return;
    if (p->r.tok.kind != T_VALUE) {
        *out = operand(p);
        return;
    }
    const Fixup later = {out, tok_advance(&p->r)};
    vec_push(p->r.s->arena, &p->fixups, later);
}

static void attached(Parser *p, Def *d)
{
    for (int i = 0; i < 4 && !p->r.failed; i++) {
        if (!tok_at_word(&p->r, ir_attached_words[i]) || p->r.tok.first)
            continue;
        const Tok t = tok_advance(&p->r);
        if (d->type->kind != TY_TENSOR && (i || d->type->kind != TY_TILE))
            return tok_fail(&p->r, t, "this type has no `%s`",
                            ir_attached_words[i]);
        d->list[i] = NEW_ARRAY(p->r.s->arena, IrValue *, d->type->rank + 1);
        tok_expect(&p->r, '(');
        for (int k = 0; k < d->type->rank && !p->r.failed; k++)
            if (k == 0 || tok_expect(&p->r, ',')) slot(p, &d->list[i][k]);
        tok_expect(&p->r, ')');
    }
}

static bool def(Parser *p, Def *d, bool is_param)
{
    *d = (Def){.name = p->r.tok};
    if (p->r.tok.kind != T_VALUE)
        return tok_expected(&p->r, "a value name"), false;
    tok_advance(&p->r);
    if (!tok_expect(&p->r, ':') || is_param) return !p->r.failed;
    d->type = type(p, NULL);
    if (!p->r.failed) attached(p, d);
    return !p->r.failed;
}

/* tensors always have extents and strides */
static void default_layout(Parser *p, const Def *d, IrValue *v)
{
    const int n = d->type->rank;
    if (!v->dim) {
        v->dim = NEW_ARRAY(p->r.s->arena, IrValue *, n + 1);
        for (int k = 0; k < n; k++) {
            if (d->type->shape[k] < 0)
                return tok_fail(&p->r, d->name,
                                "a dynamic tensor needs dim(...)");
            v->dim[k] = ir_idx(p->f, d->type->shape[k]);
        }
    }
    if (v->stride) return;
    v->stride = NEW_ARRAY(p->r.s->arena, IrValue *, n + 1);
    int64_t step = 1;
    for (int k = n - 1; k >= 0; k--) {
        v->stride[k] = ir_idx(p->f, step);
        if (k == 0) return;
        if (d->type->shape[k] < 0)
            return tok_fail(&p->r, d->name,
                            "a dynamic tensor needs stride(...)");
        if (!mul_ok(step, d->type->shape[k], &step))
            return tok_fail(&p->r, d->name, "this shape is too large");
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

/* ---- attributes ---------------------------------------------------------- */

static int64_t integer(Parser *p)
{
    if (p->r.tok.kind == T_INT) return tok_advance(&p->r).i;
    tok_expected(&p->r, "an integer");
    return 0;
}

static Str string(Parser *p)
{
    if (p->r.tok.kind != T_STRING) return tok_expected(&p->r, "a string"), NULL;
    const Tok t = tok_advance(&p->r);
    Text out = {.a = p->r.s->arena};
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
    return str_n(p->r.s, text_str(&out), out.n);
}

static void attr_word(Parser *p, const IrAttrInfo *at, void *field)
{
    for (unsigned i = 0; at->words[i]; i++)
        if (tok_accept_word(&p->r, at->words[i])) {
            memcpy(field, &i, sizeof i);
            return;
        }
    tok_expected(&p->r, "a word of this attribute");
}

static void attr_ints(Parser *p, const IrAttrInfo *at, void *field)
{
    const int max = at->kind == ATTR_PAIR ? 2 : IR_MAX_RANK;
    for (int n = 0; !p->r.failed; n++) {
        const Tok t = p->r.tok;
        const int64_t i = integer(p);
        if (n == max || i < 0 || (at->kind != ATTR_SHAPE && i >= IR_MAX_RANK))
            return tok_fail(&p->r, t, "too many or too large");
        if (at->kind == ATTR_SHAPE)
            ((int64_t *)field)[n] = i;
        else if (at->kind == ATTR_PAIR)
            ((int *)field)[n] = (int)i;
        else
            *(unsigned *)field |= 1u << i;
        if (!tok_accept(&p->r, ',')) return;
    }
}

static void attr_value(Parser *p, const IrAttrInfo *at, void *field)
{
    const Tok t = p->r.tok;
    int64_t i;
    switch (at->kind) {
    case ATTR_FLAG: return;
    case ATTR_INT:
        i = integer(p);
        if (i < 0 || i > 1 << 30)
            tok_fail(&p->r, t, "out of range");
        else
            *(int *)field = (int)i;
        return;
    case ATTR_INT64: *(int64_t *)field = integer(p); return;
    case ATTR_FLOAT:
        if (t.kind != T_FLOAT) return tok_expected(&p->r, "a float");
        *(double *)field = tok_advance(&p->r).d;
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
    while (!p->r.failed && p->r.tok.kind == T_NAME && !p->r.tok.first) {
        int i = 0;
        while (i < ir_attr_count && !tok_is(p->r.tok, ir_attr_table[i].word))
            i++;
        if (i == ir_attr_count) return tok_expected(&p->r, "an attribute");
        const IrAttrInfo *at = &ir_attr_table[i];
        tok_advance(&p->r);
        void *field = (char *)&op->at + at->offset;
        if (at->kind == ATTR_FLAG)
            *(bool *)field = true;
        else if (tok_expect(&p->r, '(')) {
            attr_value(p, at, field);
            tok_expect(&p->r, ')');
        }
    }
    if (op->at.ladder > p->f->nladders) p->f->nladders = op->at.ladder;
}

/* ---- ops ----------------------------------------------------------------- */

static void block(Parser *p, IrRegion *r);

static void carry(Parser *p, IrOp *op, IrRegion *r, bool init)
{
    if (!tok_accept_word(&p->r, "carry") || !tok_expect(&p->r, '(')) return;
    DefVec defs = {0};
    do {
        Def d;
        if (!def(p, &d, false)) return;
        vec_push(p->r.s->arena, &defs, d);
        if (!init) continue;
        if (!tok_expect(&p->r, '=')) return;
        ir_op_add_arg(p->f, op, operand(p));
    } while (!p->r.failed && tok_accept(&p->r, ','));
    tok_expect(&p->r, ')');
    for (int i = 0; i < defs.n && !p->r.failed; i++)
        define(p, &defs.p[i],
               ir_region_arg(p->f, r, defs.p[i].type,
                             tok_span(&p->r, defs.p[i].name)));
}

static void parse_for(Parser *p, IrOp *op)
{
    unsigned kind = 0;
    while (ir_loop_words[kind] && !tok_at_word(&p->r, ir_loop_words[kind]))
        kind++;
    if (!ir_loop_words[kind])
        return tok_expected(&p->r, "the kind of the loop");
    tok_advance(&p->r);
    op->at.loop = (LoopKind)kind;
    const Tok var = p->r.tok;
    if (var.kind != T_VALUE) return tok_expected(&p->r, "the loop's variable");
    tok_advance(&p->r);
    tok_expect(&p->r, '=');
    for (int i = 0; i < 3 && !p->r.failed; i++)
        if (i == 0 || tok_expect(&p->r, ','))
            ir_op_add_arg(p->f, op, operand(p));
    op->region[0] = ir_region(p->f, op);
    IrValue *iv = ir_region_arg(p->f, op->region[0], ir_index(p->f),
                                tok_span(&p->r, var));
    if (p->r.failed) return;
    name_value(p, var, iv);
    op->at.name = iv->name;
    carry(p, op, op->region[0], true);
    attrs(p, op);
    if (!p->r.failed) block(p, op->region[0]);
}

static void parse_while(Parser *p, IrOp *op)
{
    op->region[0] = ir_region(p->f, op);
    op->region[1] = ir_region(p->f, op);
    carry(p, op, op->region[0], true);
    attrs(p, op);
    if (!p->r.failed) block(p, op->region[0]);
    if (!tok_accept_word(&p->r, "do")) return tok_expected(&p->r, "`do`");
    carry(p, op, op->region[1], false);
    if (!p->r.failed) block(p, op->region[1]);
}

static void parse_if(Parser *p, IrOp *op)
{
    ir_op_add_arg(p->f, op, operand(p));
    op->region[0] = ir_region(p->f, op);
    op->region[1] = ir_region(p->f, op);
    attrs(p, op);
    if (!p->r.failed) block(p, op->region[0]);
    if (tok_accept_word(&p->r, "else"))
        block(p, op->region[1]);
    else if (!p->r.failed)
        ir_append(op->region[1], ir_op(p->f, IR_YIELD, op->span, 0, NULL));
}

static void group(Parser *p, IrOp *op, int want)
{
    const Tok open = p->r.tok;
    int n = 0;
    if (!tok_expect(&p->r, '[')) return;
    if (!tok_at_punct(&p->r, ']')) do {
            ir_op_add_arg(p->f, op, operand(p));
            n++;
        } while (!p->r.failed && tok_accept(&p->r, ','));
    tok_expect(&p->r, ']');
    if (!p->r.failed && want >= 0 && n != want)
        tok_fail(&p->r, open, "expected %d values in this group, found %d",
                 want, n);
}

static void parse_plain(Parser *p, IrOp *op)
{
    const char *layout = ir_operand_layout(op->op);
    for (const char *c = layout; c && *c && !p->r.failed; c++) {
        if (*c == 'v' && c != layout && c[-1] == 'v' && !tok_expect(&p->r, ','))
            return;
        if (*c == 'v')
            ir_op_add_arg(p->f, op, operand(p));
        else
            group(p, op, *c == 'G' ? -1 : op->args[0]->type->rank);
    }
    for (bool more = !layout && at_operand(p) && !p->r.tok.first;
         more && !p->r.failed; more = tok_accept(&p->r, ','))
        ir_op_add_arg(p->f, op, operand(p));
    attrs(p, op);
    if (p->r.failed || op->op != IR_SCOPE) return;
    op->region[0] = ir_region(p->f, op);
    block(p, op->region[0]);
}

static bool opcode(Parser *p, IrOpcode *code)
{
    for (int i = 0; p->r.tok.kind == T_NAME && i < IR_OP_COUNT; i++)
        if (tok_is(p->r.tok, ir_op_info[i].text))
            return *code = (IrOpcode)i, true;
    tok_expected(&p->r, "an operation");
    return false;
}

static void op_body(Parser *p, IrRegion *r, const DefVec *results)
{
    const Tok start = p->r.tok;
    IrOpcode code;
    if (p->r.failed || !opcode(p, &code)) return;
    tok_advance(&p->r);
    IrOp *op = ir_op(p->f, code, tok_span(&p->r, start), 0, NULL);
    op->parent = r;
    switch (code) {
    case IR_FOR: parse_for(p, op); break;
    case IR_WHILE: parse_while(p, op); break;
    case IR_IF: parse_if(p, op); break;
    default: parse_plain(p, op); break;
    }
    if (p->r.failed) return;
    if (!p->r.tok.first && p->r.tok.kind != T_END && !tok_at_punct(&p->r, '}'))
        return tok_expected(&p->r, "the end of the line");
    ir_append(r, op);
    for (int i = 0; i < results->n && !p->r.failed; i++)
        define(p, &results->p[i], ir_op_result(p->f, op, results->p[i].type));
}

static void parse_op(Parser *p, IrRegion *r)
{
    DefVec results = {0};
    while (p->r.tok.kind == T_VALUE && !p->r.failed) {
        Def d;
        if (results.n == MAX_RESULTS)
            return tok_fail(&p->r, p->r.tok, "too many results");
        if (!def(p, &d, false)) return;
        vec_push(p->r.s->arena, &results, d);
        if (!tok_accept(&p->r, ',')) break;
    }
    if (results.n && !tok_expect(&p->r, '=')) return;
    op_body(p, r, &results);
}

static void block(Parser *p, IrRegion *r)
{
    const Tok open = p->r.tok;
    if (!tok_expect(&p->r, '{')) return;
    if (++p->depth > MAX_DEPTH)
        return tok_fail(&p->r, open, "blocks nest deeper than %d", MAX_DEPTH);
    while (!p->r.failed && !tok_at_punct(&p->r, '}')) {
        if (p->r.tok.kind == T_END)
            return tok_fail(&p->r, open, "this block is never closed");
        parse_op(p, r);
    }
    p->depth--;
    const bool ended = r->last && (ir_op_info[r->last->op].flags & OPF_T);
    if (r->owner && !ended)
        ir_append(r, ir_op(p->f, IR_YIELD, tok_span(&p->r, p->r.tok), 0, NULL));
    tok_expect(&p->r, '}');
}

/* ---- functions ----------------------------------------------------------- */

typedef VEC(IrParam) ParamVec;
typedef VEC(IrSym) SymVec;

/* the value of a dynamic dimension; its first appearance makes it */
static IrValue *symbol(Parser *p, SymVec *syms, Tok at, Str name, int param,
                       int axis)
{
    for (int i = 0; i < syms->n; i++)
        if (syms->p[i].name == name) return syms->p[i].value;
    IrValue *v = ir_value(p->f, ir_index(p->f), tok_span(&p->r, at));
    v->name = name;
    v->is_param = true;
    bind(p, at, name, v);
    const IrSym sym = {name, v, param, axis};
    vec_push(p->r.s->arena, syms, sym);
    return v;
}

static void param_dims(Parser *p, const Def *d, IrParam *q, SymVec *syms,
                       int index)
{
    IrValue *v = q->value;
    if (d->type->kind != TY_TENSOR || v->dim) return;
    v->dim = NEW_ARRAY(p->r.s->arena, IrValue *, d->type->rank + 1);
    for (int k = 0; k < d->type->rank; k++) {
        q->dim_sym[k] = d->sym[k];
        if (d->sym[k])
            v->dim[k] = symbol(p, syms, d->name, d->sym[k], index, k);
        else if (d->type->shape[k] >= 0)
            v->dim[k] = ir_idx(p->f, d->type->shape[k]);
        else
            return tok_fail(&p->r, d->name,
                            "a dynamic extent of a parameter needs a name");
    }
}

static void parse_param(Parser *p, ParamVec *params, SymVec *syms)
{
    IrParam q = {0};
    Def d;
    if (!def(p, &d, true)) return;
    for (bool more = true; more;) {
        if (tok_accept_word(&p->r, "out"))
            q.dir = 1;
        else if (tok_accept_word(&p->r, "inout"))
            q.dir = 2;
        else if (tok_accept_word(&p->r, "read"))
            q.read = true;
        else if (tok_accept_word(&p->r, "written"))
            q.written = true;
        else
            more = false;
    }
    d.type = type(p, d.sym);
    if (p->r.failed) return;
    if (d.type->kind == TY_TILE)
        return tok_fail(&p->r, d.name, "a parameter is a tensor or a scalar");
    attached(p, &d);
    if (p->r.failed) return;
    q.value = ir_value(p->f, d.type, tok_span(&p->r, d.name));
    q.value->is_param = true;
    q.value->index = params->n;
    q.value->dim = d.list[1];
    param_dims(p, &d, &q, syms, params->n);
    if (p->r.failed) return;
    d.list[1] = q.value->dim;
    define(p, &d, q.value);
    q.name = q.value->name ? q.value->name : str(p->r.s, "_");
    q.span = q.value->span;
    vec_push(p->r.s->arena, params, q);
}

static void parse_func(Parser *p)
{
    ParamVec params = {0};
    SymVec syms = {0};
    if (!tok_accept_word(&p->r, "func")) return tok_expected(&p->r, "`func`");
    if (p->r.tok.kind != T_NAME)
        return tok_expected(&p->r, "the name of the function");
    const Tok name = tok_advance(&p->r);
    p->f = ir_func_new(p->r.s, tok_str(&p->r, name));
    p->f->span = tok_span(&p->r, name);
    tok_expect(&p->r, '(');
    while (!p->r.failed && !tok_at_punct(&p->r, ')')) {
        parse_param(p, &params, &syms);
        if (!tok_accept(&p->r, ',')) break;
    }
    tok_expect(&p->r, ')');
    p->f->params = params.p;
    p->f->nparams = params.n;
    p->f->syms = syms.p;
    p->f->nsyms = syms.n;
    if (!p->r.failed) block(p, p->f->body);
    if (!p->r.failed && p->r.tok.kind != T_END)
        tok_expected(&p->r, "the end of the text");
}

static void fix_up(Parser *p)
{
    for (int i = 0; i < p->fixups.n && !p->r.failed; i++)
        *p->fixups.p[i].slot = lookup(p, p->fixups.p[i].name);
}

IrFunc *ir_parse(Session *s, const Source *src)
{
    Parser p = {.r = {.s = s, .src = src, .at = src->text}};
    tok_advance(&p.r);
    if (!p.r.failed) parse_func(&p);
    fix_up(&p);
    if (p.r.failed) return NULL;
    const IrFault fault = ir_check(p.f);
    if (!fault.text) return p.f;
    diag_new(s, E0109, fault.span.hi ? fault.span : p.f->span, "%s",
             fault.text);
    return NULL;
}
