/* repr() and str() of any value, as Python prints them, and type names. */
#include "host/interp.h"
#include <math.h>
#include <stdlib.h>

const char *v_type_name(Value v)
{
    switch ((ValueKind)v.kind) {
    case V_NONE: return "NoneType";
    case V_BOOL: return "bool";
    case V_INT: return "int";
    case V_FLOAT: return "float";
    case V_ELLIPSIS: return "ellipsis";
    case V_DTYPE: return "dtype";
    case V_ENUM: return v.en->group;
    case V_NATIVE: return "builtin_function_or_method";
    case V_TYPE:
    case V_EXCTYPE: return "type";
    case V_STR: return "str";
    case V_LIST: return "list";
    case V_TUPLE: return "tuple";
    case V_DICT: return "dict";
    case V_SET: return "set";
    case V_RANGE: return "range";
    case V_SLICE: return "slice";
    case V_FUNC: return "function";
    case V_BOUND: return "method";
    case V_MODULE: return "module";
    case V_EXC: return exc_type_name(v.exc->type);
    case V_KERNEL: return "kernel";
    case V_TENSOR:
    case V_OBJ:
        return v.o->type == &instance_type ? instance_class(v)->s
                                           : v.o->type->name;
    default: return "no value";
    }
}

/* ---- floats ------------------------------------------------------------- */

/* Below a power of two doubles lie closer than above it: where the nearest text
 * of that length reads back as the one below, the next may read back as f. */
static bool bumped(char *buf, double f)
{
    char up[40];
    memcpy(up, buf, sizeof up);
    char *last = strchr(up, 'e') - 1;
    if (*last == '9' || *last == '.') return false;
    ++*last;
    if (strtod(up, NULL) != f) return false;
    memcpy(buf, up, sizeof up);
    return true;
}

/* digits of the shortest text that reads back as f; *exp: decimal exponent */
static int shortest_digits(double f, char *digits, int *exp)
{
    char buf[40];
    const bool subnormal = fabs(f) < 2.3e-308; /* fewer digits than 15 may do */
    for (int prec = subnormal ? 0 : 14; prec < 17; prec++) {
        snprintf(buf, sizeof buf, "%.*e", prec, f);
        if (strtod(buf, NULL) == f || bumped(buf, f)) break;
    }
    int n = 0;
    const char *p = buf + (buf[0] == '-');
    for (; *p && *p != 'e'; p++)
        if (*p != '.') digits[n++] = *p;
    *exp = atoi(p + 1);
    while (n > 1 && digits[n - 1] == '0') n--;
    return n;
}

void text_float(Text *t, double f)
{
    if (isnan(f)) {
        text_puts(t, "nan");
        return;
    }
    if (signbit(f)) text_putc(t, '-');
    if (isinf(f)) {
        text_puts(t, "inf");
        return;
    }
    char d[40];
    int exp;
    const int n = shortest_digits(f, d, &exp);
    if (exp < -4 || exp >= 16) {
        text_putc(t, d[0]);
        if (n > 1) text_putc(t, '.'), text_put(t, d + 1, (size_t)(n - 1));
        text_printf(t, "e%c%02d", exp < 0 ? '-' : '+', abs(exp));
        return;
    }
    if (exp < 0) text_printf(t, "0.%.*s", -exp - 1, "0000");
    for (int i = 0; i < n; i++) {
        text_putc(t, d[i]);
        if (i == exp && i + 1 < n) text_putc(t, '.');
    }
    for (int i = n; i <= exp; i++) text_putc(t, '0');
    if (exp >= n - 1) text_puts(t, ".0");
}

/* ---- strings ------------------------------------------------------------ */

static bool is_printable(uint32_t cp)
{
    if (cp < 0x20 || (cp >= 0x7f && cp <= 0xa0) || cp == 0xad) return false;
    if (cp >= 0x2028 && cp <= 0x202e) return false;
    return !(cp >= 0xd800 && cp <= 0xf8ff) && cp != 0xfeff && cp < 0xe0000;
}

static void repr_char(Text *t, uint32_t cp, const char *s, int n, char quote)
{
    if (cp == (uint32_t)quote || cp == '\\')
        text_printf(t, "\\%c", (char)cp);
    else if (cp == '\n')
        text_puts(t, "\\n");
    else if (cp == '\r')
        text_puts(t, "\\r");
    else if (cp == '\t')
        text_puts(t, "\\t");
    else if (is_printable(cp))
        text_put(t, s, (size_t)n);
    else if (cp < 0x100)
        text_printf(t, "\\x%02x", cp);
    else if (cp < 0x10000)
        text_printf(t, "\\u%04x", cp);
    else
        text_printf(t, "\\U%08x", cp);
}

static void repr_str(Text *t, const StrObj *s)
{
    const bool has_single = memchr(s->s, '\'', (size_t)s->len),
               has_double = memchr(s->s, '"', (size_t)s->len);
    const char quote = has_single && !has_double ? '"' : '\'';
    const char *p = s->s, *end = s->s + s->len;
    text_putc(t, quote);
    while (p < end) {
        int n;
        const uint32_t c = utf8_decode(p, (size_t)(end - p), &n);
        repr_char(t, c, p, n, quote);
        p += n;
    }
    text_putc(t, quote);
}

/* ---- containers --------------------------------------------------------- */

static bool repr_items(Interp *in, const Value *p, int n, Text *t)
{
    for (int i = 0; i < n; i++) {
        if (i) text_puts(t, ", ");
        if (!host_repr(in, p[i], t)) return false;
    }
    return true;
}

static bool repr_seq(Interp *in, Value v, Text *t)
{
    const bool tuple = v.kind == V_TUPLE;
    text_putc(t, tuple ? '(' : '[');
    if (!repr_items(in, v.seq->p, v.seq->n, t)) return false;
    text_puts(t, tuple ? (v.seq->n == 1 ? ",)" : ")") : "]");
    return true;
}

static bool repr_dict(Interp *in, Value v, Text *t)
{
    int pos = 0;
    bool first = true;
    Value k, x;
    if (v.kind == V_SET && v.dict->live == 0) {
        text_puts(t, "set()");
        return true;
    }
    text_putc(t, '{');
    while (dict_next(v, &pos, &k, &x)) {
        if (!first) text_puts(t, ", ");
        first = false;
        if (!host_repr(in, k, t)) return false;
        if (v.kind == V_SET) continue;
        text_puts(t, ": ");
        if (!host_repr(in, x, t)) return false;
    }
    text_putc(t, '}');
    return true;
}

static bool repr_slice(Interp *in, const SliceObj *s, Text *t)
{
    text_puts(t, "slice(");
    if (!repr_items(in, (Value[]){s->start, s->stop, s->step}, 3, t))
        return false;
    text_putc(t, ')');
    return true;
}

static void repr_range(const RangeObj *r, Text *t)
{
    text_printf(t, "range(%lld, %lld", (long long)r->start, (long long)r->stop);
    if (r->step != 1) text_printf(t, ", %lld", (long long)r->step);
    text_putc(t, ')');
}

static bool repr_exc(Interp *in, const ExcObj *e, Text *t)
{
    text_printf(t, "%s(", exc_type_name(e->type));
    if (!repr_items(in, e->args.seq->p, e->args.seq->n, t)) return false;
    text_putc(t, ')');
    return true;
}

static void repr_dtype(Value v, Text *t)
{
    const QwDtypeInfo *d = &qw_dtype_info[v.dt];
    if (v.flag == DT_TORCH)
        text_printf(t, "torch.%s", d->torch);
    else
        text_printf(t, "pl.%s",
                    v.flag == DT_PL_INDEX         ? "INDEX"
                        : v.flag == DT_PL_TASK_ID ? "TASK_ID"
                        : d->pl                   ? d->pl
                                                  : d->torch);
}

static bool repr_object(Interp *in, Value v, Text *t)
{
    const NativeType *type = v.o->type;
    if (type->repr) return type->repr(in, v, t);
    text_printf(t, "<%s object>", type->name);
    return true;
}

typedef struct Printing {
    const Obj *o;
    const struct Printing *up;
} Printing;

/* A container inside itself prints as [...] */
static bool repr_container(Interp *in, Value v, Text *t)
{
    for (const Printing *p = in->printing; p; p = p->up)
        if (p->o == v.o) {
            text_puts(t,
                      v.kind == V_LIST        ? "[...]"
                          : v.kind == V_TUPLE ? "(...)"
                                              : "{...}");
            return true;
        }
    const Printing here = {v.o, in->printing};
    in->printing = &here;
    const bool ok = v.kind == V_LIST || v.kind == V_TUPLE ? repr_seq(in, v, t)
                                                          : repr_dict(in, v, t);
    in->printing = here.up;
    return ok;
}

static bool repr_counted(Interp *in, Value v, Text *t)
{
    switch ((ValueKind)v.kind) {
    case V_STR: repr_str(t, v.str); return true;
    case V_LIST:
    case V_TUPLE:
    case V_DICT:
    case V_SET: return repr_container(in, v, t);
    case V_RANGE: repr_range(v.range, t); return true;
    case V_SLICE: return repr_slice(in, v.slice, t);
    case V_FUNC:
        text_printf(t, "<function %s>", v.func->name.str->s);
        return true;
    case V_BOUND:
        text_printf(t, "<built-in method %s of %s object>",
                    v_bound_of(v)->def->name, v_type_name(v_bound_of(v)->self));
        return true;
    case V_MODULE:
        text_printf(t, "<module '%s'>", v.module->name->s);
        return true;
    case V_EXC: return repr_exc(in, v.exc, t);
    case V_KERNEL:
        text_printf(t, "<kernel %s>", v.kernel->name->s);
        return true;
    default: return repr_object(in, v, t);
    }
}

bool host_repr(Interp *in, Value v, Text *t)
{
    switch ((ValueKind)v.kind) {
    case V_NONE: text_puts(t, "None"); return true;
    case V_BOOL: text_puts(t, v.i ? "True" : "False"); return true;
    case V_INT: text_printf(t, "%lld", (long long)v.i); return true;
    case V_FLOAT: text_float(t, v.f); return true;
    case V_ELLIPSIS: text_puts(t, "Ellipsis"); return true;
    case V_DTYPE: repr_dtype(v, t); return true;
    case V_ENUM:
        text_printf(t, "pl.%s.%s", v.en->group, v.en->name);
        return true;
    case V_NATIVE:
        text_printf(t, "<built-in function %s>", v.native->name);
        return true;
    case V_EXCTYPE:
        text_printf(t, "<class '%s'>", exc_type_name(v.exctype));
        return true;
    case V_TYPE: {
        const Value name = host_getattr(in, v, str(in->se, "__name__"));
        text_printf(t, "<class '%s'>", name.str->s);
        v_drop(in, name);
        return true;
    }
    default: break;
    }
    if (!stack_ok(in) || !host_limit(in, LIM_HOST_STRING, (int64_t)t->n))
        return false;
    return repr_counted(in, v, t);
}

bool host_str(Interp *in, Value v, Text *t)
{
    if (v.kind == V_STR) {
        text_put(t, v.str->s, (size_t)v.str->len);
        return true;
    }
    if (v.kind == V_EXC) {
        const Value msg = exc_message(in, v.exc);
        if (v_is_error(msg)) return false;
        text_put(t, msg.str->s, (size_t)msg.str->len);
        v_drop(in, msg);
        return true;
    }
    if (v.kind >= V_TENSOR && v.o->type->str) return v.o->type->str(in, v, t);
    return host_repr(in, v, t);
}

Value host_str_value(Interp *in, Value v)
{
    if (v.kind == V_STR) return v_keep(v);
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const bool ok = host_str(in, v, &t);
    const Value r = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return r;
}
