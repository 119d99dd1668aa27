/* The IR as text.  One op a line; constants stand inline as literals; a value
 * shows its type where it is defined, and the attached scalars that differ from
 * the default (tiles: fully valid; tensors: constant extents, row-major).
 *
 *   func scale(%x: &f32[B, 64], %y: out &f32[B, 64]) {
 *       scope name("scale") {
 *           %t: f32[16, 64] valid(%B, _) = load %x [0, 0] [%B, 64] shape(16, 64)
 *           %u: f32[16, 64] valid(%B, _) = mul %t, 2.0
 *           store %y, %u [0, 0]
 *       }
 *   }
 *
 * `f32[16, 64]` is a tile, `&f32[B, 64]` a tensor, `f32` a scalar, `index` the
 * 64-bit integer of loops and extents.  Values are `%name`, or `%name.2` when
 * the name is taken, or a number; they are numbered in the order of the text,
 * so the text is stable.  A final `yield` without operands is left out.  Spans
 * and call frames are not part of the text.  Grammar: parse.c. */
#include "ir/ir.h"
#include "ir/text.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct NameCount {
    Str name;
    int used;
} NameCount;
typedef struct Printer {
    const IrFunc *f;
    Arena *arena;
    Text *out;
    const char **name; /* by value id */
    NameCount *count;  /* hash table: how often a name was given */
    uint32_t cap;
    int nnames, unnamed, depth;
} Printer;

/* ---- names --------------------------------------------------------------- */

static NameCount *find_count(const Printer *p, Str name)
{
    uint32_t k = name->hash & (p->cap - 1);
    while (p->count[k].name && p->count[k].name != name)
        k = (k + 1) & (p->cap - 1);
    return &p->count[k];
}

static void grow_counts(Printer *p)
{
    const Printer old = *p;
    p->cap = old.cap ? old.cap * 2 : 64;
    p->count = NEW_ARRAY(p->arena, NameCount, p->cap);
    for (uint32_t i = 0; i < old.cap; i++)
        if (old.count[i].name) *find_count(p, old.count[i].name) = old.count[i];
}

static int next_use(Printer *p, Str name)
{
    if ((uint32_t)p->nnames * 2 >= p->cap) grow_counts(p);
    NameCount *c = find_count(p, name);
    if (!c->name) p->nnames++;
    c->name = name;
    return c->used++;
}

static const char *name_of(Printer *p, const IrValue *v)
{
    if (p->name[v->id]) return p->name[v->id];
    const int n = v->name ? next_use(p, v->name) : 0;
    const char *text = !v->name ? arena_printf(p->arena, "%d", p->unnamed++)
        : n                     ? arena_printf(p->arena, "%s.%d", v->name->s, n)
                                : v->name->s;
    return p->name[v->id] = text;
}

/* ---- types and values ---------------------------------------------------- */

static void print_elem(Printer *p, const Type *t)
{
    text_puts(p->out, t->is_index ? "index" : qw_dtype_info[t->dtype].suffix);
}

static void print_type(Printer *p, const Type *t, const Str *sym)
{
    if (t->kind == TY_TASKID || t->kind == TY_ERROR) {
        text_puts(p->out, t->kind == TY_TASKID ? "task" : "error");
        return;
    }
    if (t->kind == TY_TENSOR) text_putc(p->out, '&');
    print_elem(p, t);
    if (t->kind == TY_SCALAR) return;
    for (int i = 0; i < t->rank; i++) {
        text_puts(p->out, i ? ", " : "[");
        if (sym && sym[i])
            text_puts(p->out, sym[i]->s);
        else if (t->shape[i] < 0)
            text_putc(p->out, '?');
        else
            text_printf(p->out, "%lld", (long long)t->shape[i]);
    }
    text_puts(p->out, t->rank ? "]" : "[]");
}

/* the shortest text that reads back as the same value; single: of an FP32 or
 * narrower type, which the reader rounds to */
static void print_double(Text *out, double d, bool single)
{
    char buf[40];
    if (isnan(d)) return text_puts(out, "nan");
    if (isinf(d)) return text_puts(out, d < 0 ? "-inf" : "inf");
    for (int digits = 3; digits <= 17; digits++) {
        snprintf(buf, sizeof buf, "%.*g", digits, d);
        const double back = strtod(buf, NULL);
        if (back == d || (single && (double)(float)back == d)) break;
    }
    text_puts(out, buf);
    if (!strpbrk(buf, ".e")) text_puts(out, ".0");
}

static void print_const(Printer *p, const IrValue *v)
{
    const Type *t = v->type;
    if (t->dtype == QW_BOOL && (v->c.i == 0 || v->c.i == 1))
        return text_puts(p->out, v->c.i ? "true" : "false");
    if (qw_dtype_is_float(t->dtype))
        print_double(p->out, v->c.f, t->dtype != QW_F64);
    else
        text_printf(p->out, "%lld", (long long)v->c.i);
    if (t->is_index || t->dtype == QW_F32) return;
    text_putc(p->out, ':');
    print_elem(p, t);
}

static void print_value(Printer *p, const IrValue *v)
{
    if (!v) return text_putc(p->out, '_');
    if (v->is_const) return print_const(p, v);
    text_printf(p->out, "%%%s", name_of(p, v));
}

static bool default_dims(const IrValue *v, const Str *sym, const IrFunc *f)
{
    for (int k = 0; k < v->type->rank; k++) {
        bool same = v->type->shape[k] >= 0 &&
            ir_is_int(v->dim[k], v->type->shape[k]);
        for (int i = 0; sym && sym[k] && i < f->nsyms; i++)
            if (f->syms[i].name == sym[k] && f->syms[i].value == v->dim[k])
                same = true;
        if (!same) return false;
    }
    return true;
}

static bool default_strides(const IrValue *v)
{
    int64_t n = 1;
    for (int k = v->type->rank - 1; k >= 0; k--) {
        if (!ir_is_int(v->stride[k], n)) return false;
        if (k && (v->type->shape[k] < 0 || !mul_ok(n, v->type->shape[k], &n)))
            return false;
    }
    return true;
}

static void print_list(Printer *p, const char *word, IrValue *const *list,
                       int n)
{
    text_printf(p->out, " %s(", word);
    for (int i = 0; i < n; i++) {
        if (i) text_puts(p->out, ", ");
        print_value(p, list[i]);
    }
    text_putc(p->out, ')');
}

static bool any(IrValue *const *list, int n)
{
    for (int i = 0; list && i < n; i++)
        if (list[i]) return true;
    return false;
}

static void print_attached(Printer *p, const IrValue *v, const Str *sym)
{
    const int n = v->type->rank;
    if (any(v->valid, n)) print_list(p, "valid", v->valid, n);
    if (v->type->kind != TY_TENSOR) return;
    if (v->dim && !default_dims(v, sym, p->f)) print_list(p, "dim", v->dim, n);
    if (v->stride && !default_strides(v)) print_list(p, "stride", v->stride, n);
    if (any(v->back, n)) print_list(p, "back", v->back, n);
}

static void print_def(Printer *p, const IrValue *v)
{
    text_printf(p->out, "%%%s: ", name_of(p, v));
    print_type(p, v->type, NULL);
    print_attached(p, v, NULL);
}

/* ---- attributes ---------------------------------------------------------- */

static void print_ints(Printer *p, const char *word, int n, const int64_t *x)
{
    text_printf(p->out, " %s(", word);
    for (int i = 0; i < n; i++)
        text_printf(p->out, i ? ", %lld" : "%lld", (long long)x[i]);
    text_putc(p->out, ')');
}

static void print_string(Text *out, Str s)
{
    text_putc(out, '"');
    for (uint32_t i = 0; i < s->len; i++) {
        const unsigned char c = (unsigned char)s->s[i];
        if (c == '"' || c == '\\') text_putc(out, '\\');
        if (c < 32 || c == 127)
            text_printf(out, "\\x%02x", c);
        else
            text_putc(out, (char)c);
    }
    text_putc(out, '"');
}

static void print_axes(Printer *p, const char *word, unsigned bits)
{
    int64_t axis[32];
    int n = 0;
    for (int i = 0; i < 32; i++)
        if (bits >> i & 1) axis[n++] = i;
    print_ints(p, word, n, axis);
}

static void print_attr(Printer *p, const IrOp *op, const IrAttrInfo *at)
{
    const void *field = (const char *)&op->at + at->offset;
    const bool always = ir_attr_always(op->op, at);
    int64_t i = 0, pair[2];
    double d;
    unsigned bits;
    switch (at->kind) {
    case ATTR_FLAG:
        if (*(const bool *)field) text_printf(p->out, " %s", at->word);
        return;
    case ATTR_INT:
        i = *(const int *)field;
        if (i) print_ints(p, at->word, 1, &i);
        return;
    case ATTR_INT64:
        i = *(const int64_t *)field;
        if (i) print_ints(p, at->word, 1, &i);
        return;
    case ATTR_FLOAT:
        d = *(const double *)field;
        if (d == 0) return;
        text_printf(p->out, " %s(", at->word);
        print_double(p->out, d, false);
        return text_putc(p->out, ')');
    case ATTR_WORD:
        memcpy(&bits, field, sizeof bits);
        if (bits || always)
            text_printf(p->out, " %s(%s)", at->word, at->words[bits]);
        return;
    case ATTR_AXES:
        bits = *(const unsigned *)field;
        if (bits) print_axes(p, at->word, bits);
        return;
    case ATTR_SHAPE:
        if (always) print_ints(p, at->word, op->args[0]->type->rank, field);
        return;
    case ATTR_PAIR:
        pair[0] = ((const int *)field)[0];
        pair[1] = ((const int *)field)[1];
        if (always) print_ints(p, at->word, 2, pair);
        return;
    case ATTR_NAME:
        if (!op->at.name || op->op == IR_FOR)
            return; /* a loop's name is its variable's */
        text_printf(p->out, " %s(", at->word);
        print_string(p->out, op->at.name);
        return text_putc(p->out, ')');
    }
}

static void print_attrs(Printer *p, const IrOp *op)
{
    for (int i = 0; i < ir_attr_count; i++)
        print_attr(p, op, &ir_attr_table[i]);
}

/* ---- ops ----------------------------------------------------------------- */

static void print_region(Printer *p, const IrRegion *r);

static void indent(Printer *p)
{
    for (int i = 0; i < p->depth; i++) text_puts(p->out, "    ");
}

static void print_block(Printer *p, const IrRegion *r)
{
    text_puts(p->out, "{\n");
    p->depth++;
    print_region(p, r);
    p->depth--;
    indent(p);
    text_putc(p->out, '}');
}

/* (%arg: type = init, ...) */
static void print_carried(Printer *p, const char *word, IrValue *const *args,
                          IrValue *const *init, int n)
{
    if (!n) return;
    text_printf(p->out, " %s(", word);
    for (int i = 0; i < n; i++) {
        if (i) text_puts(p->out, ", ");
        print_def(p, args[i]);
        if (!init) continue;
        text_puts(p->out, " = ");
        print_value(p, init[i]);
    }
    text_putc(p->out, ')');
}

static void print_for(Printer *p, const IrOp *op)
{
    const IrRegion *r = op->region[0];
    text_printf(p->out, "for %s ", ir_loop_words[op->at.loop]);
    print_value(p, r->args[0]);
    for (int i = 0; i < 3; i++) {
        text_puts(p->out, i ? ", " : " = ");
        print_value(p, op->args[i]);
    }
    print_carried(p, "carry", r->args + 1, op->args + 3, op->nargs - 3);
    print_attrs(p, op);
    text_putc(p->out, ' ');
    print_block(p, r);
}

static void print_while(Printer *p, const IrOp *op)
{
    text_puts(p->out, "while");
    print_carried(p, "carry", op->region[0]->args, op->args, op->nargs);
    print_attrs(p, op);
    text_putc(p->out, ' ');
    print_block(p, op->region[0]);
    text_puts(p->out, " do");
    print_carried(p, "carry", op->region[1]->args, NULL, op->region[1]->nargs);
    text_putc(p->out, ' ');
    print_block(p, op->region[1]);
}

static bool is_empty(const IrRegion *r)
{
    return !r || !r->first ||
        (r->first->op == IR_YIELD && r->first->nargs == 0);
}

static void print_if(Printer *p, const IrOp *op)
{
    text_puts(p->out, "if ");
    print_value(p, op->args[0]);
    print_attrs(p, op);
    text_putc(p->out, ' ');
    print_block(p, op->region[0]);
    if (is_empty(op->region[1])) return;
    text_puts(p->out, " else ");
    print_block(p, op->region[1]);
}

static void print_group(Printer *p, const IrOp *op, int from, int n)
{
    text_puts(p->out, " [");
    for (int i = 0; i < n; i++) {
        if (i) text_puts(p->out, ", ");
        print_value(p, op->args[from + i]);
    }
    text_putc(p->out, ']');
}

static void print_args(Printer *p, const IrOp *op)
{
    const char *layout = ir_operand_layout(op->op);
    int i = 0;
    for (const char *c = layout ? layout : ""; *c && i <= op->nargs; c++) {
        if (*c == 'v') {
            if (i >= op->nargs) return;
            text_puts(p->out, i ? ", " : " ");
            print_value(p, op->args[i++]);
            continue;
        }
        int n = *c == 'G' || !op->nargs ? op->nargs - i
                                        : op->args[0]->type->rank;
        if (n > op->nargs - i) n = op->nargs - i;
        print_group(p, op, i, n);
        i += n;
    }
    for (; i < op->nargs; i++) {
        text_puts(p->out, i ? ", " : " ");
        print_value(p, op->args[i]);
    }
}

static void print_op(Printer *p, const IrOp *op)
{
    indent(p);
    for (int i = 0; i < op->nresults; i++) {
        if (i) text_puts(p->out, ", ");
        print_def(p, op->results[i]);
    }
    if (op->nresults) text_puts(p->out, " = ");
    switch (op->op) {
    case IR_FOR: print_for(p, op); break;
    case IR_WHILE: print_while(p, op); break;
    case IR_IF: print_if(p, op); break;
    default:
        text_puts(p->out, ir_op_info[op->op].text);
        print_args(p, op);
        print_attrs(p, op);
        if (!op->region[0]) break;
        text_putc(p->out, ' ');
        print_block(p, op->region[0]);
    }
    text_putc(p->out, '\n');
}

static void print_region(Printer *p, const IrRegion *r)
{
    for (const IrOp *op = r->first; op; op = op->next)
        if (op->op != IR_YIELD || op->nargs || op->next) print_op(p, op);
}

static void print_param(Printer *p, const IrParam *q)
{
    static const char *const dirs[] = {"", "out ", "inout "};
    text_printf(p->out, "%%%s: %s", name_of(p, q->value), dirs[q->dir]);
    if (q->read) text_puts(p->out, "read ");
    if (q->written) text_puts(p->out, "written ");
    print_type(p, q->value->type, q->dim_sym);
    print_attached(p, q->value, q->dim_sym);
}

void ir_print(const IrFunc *f, Text *out)
{
    Printer p = {.f = f, .arena = f->arena, .out = out};
    p.name = NEW_ARRAY(f->arena, const char *, f->next_value + 1);
    for (int i = 0; i < f->nsyms; i++) {
        next_use(&p, f->syms[i].name);
        p.name[f->syms[i].value->id] = f->syms[i].name->s;
    }
    text_printf(out, "func %s(", f->name->s);
    for (int i = 0; i < f->nparams; i++) {
        text_puts(out, i ? ",\n    " : "\n    ");
        print_param(&p, &f->params[i]);
    }
    text_puts(out, f->nparams ? "\n) " : ") ");
    print_block(&p, f->body);
    text_putc(out, '\n');
}
