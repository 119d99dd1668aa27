/* Format specs, [[fill]align][sign][#][0][width][,][.prec][type], with the
 * three users of them: format() and f-strings, str.format, and "..." % x. */
#include "host/interp.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

typedef struct Spec {
    char fill[5]; /* one character, UTF-8 */
    char align;   /* < > = ^, 0: default */
    char sign;    /* + - space */
    bool alt, zero;
    char group; /* , or _ */
    int64_t width;
    int prec;   /* -1: none */
    int digits; /* of integers, at least */
    char type;  /* 0: none */
} Spec;

/* ---- reading a spec ----------------------------------------------------- */

static bool is_align(char c)
{
    return c == '<' || c == '>' || c == '=' || c == '^';
}

static int64_t read_number(const char **p)
{
    int64_t n = 0;
    while (isdigit((unsigned char)**p)) {
        if (n < INT32_MAX) n = n * 10 + (**p - '0');
        (*p)++;
    }
    return n;
}

static const char *spec_align(Spec *s, const char *p)
{
    if (!*p) return p;
    const int n = char_bytes(p, p + strlen(p));
    if (is_align(p[n])) {
        memcpy(s->fill, p, (size_t)n);
        s->fill[n] = 0;
        s->align = p[n];
        return p + n + 1;
    }
    if (is_align(*p)) s->align = *p++;
    return p;
}

/* text: what is formatted begins at the left */
static bool spec_parse(Interp *in, const char *spec, bool text, Spec *s)
{
    *s = (Spec){.prec = -1};
    const char *p = spec_align(s, spec);
    if (*p == '+' || *p == '-' || *p == ' ') s->sign = *p++;
    if (*p == '#') s->alt = true, p++;
    if (*p == '0' && !s->fill[0]) {
        s->fill[0] = '0';
        if (!s->align && !text) s->align = '=';
        p++;
    }
    if (!s->fill[0]) s->fill[0] = ' ';
    s->width = read_number(&p);
    if (*p == ',' || *p == '_') s->group = *p++;
    if (*p == '.') {
        p++;
        if (!isdigit((unsigned char)*p)) {
            host_raise(in, EXC_VALUE_ERROR,
                       "Format specifier missing precision");
            return false;
        }
        const int64_t prec = read_number(&p);
        s->prec = prec > INT32_MAX ? INT32_MAX : (int)prec;
    }
    if (*p) s->type = *p++;
    if (*p) {
        host_raise(in, EXC_VALUE_ERROR, "Invalid format specifier");
        return false;
    }
    return host_limit(in, LIM_HOST_STRING, s->width);
}

/* ---- padding ------------------------------------------------------------ */

static void put_fill(Text *t, const Spec *s, int64_t n)
{
    while (n-- > 0) text_puts(t, s->fill);
}

/* sign and body, padded to the width */
static void put_padded(Text *t, const Spec *s, const char *sign,
                       const char *body, size_t n, char align)
{
    const int64_t len = (int64_t)(strlen(sign) + utf8_count(body, n));
    const int64_t pad = s->width > len ? s->width - len : 0;
    const int64_t left = align == '>' ? pad : align == '^' ? pad / 2 : 0;
    if (align != '=') put_fill(t, s, left);
    text_puts(t, sign);
    if (align == '=') put_fill(t, s, pad);
    text_put(t, body, n);
    if (align != '=') put_fill(t, s, pad - left);
}

/* ---- numbers ------------------------------------------------------------ */

/* Separators into the digits before the point; zero padding is grouped too. */
static void group_digits(Text *out, const char *body, size_t n, const Spec *s,
                         int every, size_t want)
{
    size_t whole = 0;
    while (whole < n && isxdigit((unsigned char)body[whole]) &&
           body[whole] != 'e')
        whole++;
    size_t zeros = 0;
    while (s->align == '=' && s->fill[0] == '0' && s->width > 0 &&
           whole + zeros + (whole + zeros - 1) / (size_t)every + (n - whole) <
               want)
        zeros++;
    for (size_t i = 0; i < whole + zeros; i++) {
        if (i && (whole + zeros - i) % (size_t)every == 0)
            text_putc(out, s->group);
        text_putc(out, i < zeros ? '0' : body[i - zeros]);
    }
    text_put(out, body + whole, n - whole);
}

static void put_number(Interp *in, Text *t, const Spec *s, bool negative,
                       const char *prefix, const char *body, size_t n)
{
    char sign[4];
    snprintf(sign, sizeof sign, "%s%s",
             negative             ? "-"
                 : s->sign == '+' ? "+"
                 : s->sign == ' ' ? " "
                                  : "",
             prefix);
    Text grouped = {.a = in->scratch};
    if (s->group) {
        const size_t used = strlen(sign);
        const size_t want = (size_t)s->width > used ? (size_t)s->width - used
                                                    : 0;
        group_digits(&grouped, body, n, s,
                     strchr("bxXo", s->type ? s->type : 'd') ? 4 : 3, want);
        body = text_str(&grouped);
        n = grouped.n;
    }
    put_padded(t, s, sign, body, n, s->align ? s->align : '>');
}

static size_t int_digits(char *buf, uint64_t u, int base, bool upper)
{
    char tmp[72];
    size_t n = 0;
    do {
        tmp[n++] = (upper ? "0123456789ABCDEF"
                          : "0123456789abcdef")[u % (unsigned)base];
        u /= (unsigned)base;
    } while (u);
    for (size_t i = 0; i < n; i++) buf[i] = tmp[n - 1 - i];
    return n;
}

static bool bad_type(Interp *in, char type, const char *what)
{
    host_raise(in, EXC_VALUE_ERROR,
               "Unknown format code '%c' for object of type '%s'", type, what);
    return false;
}

static bool format_float(Interp *in, double f, const Spec *s, Text *t);

static bool format_char(Interp *in, int64_t i, const Spec *s, Text *t)
{
    char c[4];
    const int n = i < 0 || i > 0x10ffff ? 0 : utf8_encode((uint32_t)i, c);
    if (n == 0) {
        host_raise(in, EXC_OVERFLOW_ERROR, "%%c arg not in range(0x110000)");
        return false;
    }
    put_padded(t, s, "", c, (size_t)n, s->align ? s->align : '>');
    return true;
}

/* signs, # and separators where the type has no place for them */
static bool plain_spec(Interp *in, const Spec *s, const char *what)
{
    if (!s->sign && !s->alt && !s->group) return true;
    if (s->group)
        host_raise(in, EXC_VALUE_ERROR, "Cannot specify '%c' with '%c'.",
                   s->group, s->type ? s->type : 's');
    else
        host_raise(in, EXC_VALUE_ERROR, "%s not allowed %s",
                   s->alt               ? "Alternate form (#)"
                       : s->sign == ' ' ? "Space"
                                        : "Sign",
                   what);
    return false;
}

static bool format_int(Interp *in, int64_t i, const Spec *s, Text *t)
{
    if (s->type && strchr("eEfFgG%", s->type))
        return format_float(in, (double)i, s, t);
    if (s->type && !strchr("bcdoxXn", s->type))
        return bad_type(in, s->type, "int");
    if (s->prec >= 0) {
        host_raise(in, EXC_VALUE_ERROR,
                   "Precision not allowed in integer format specifier");
        return false;
    }
    if (s->type == 'c')
        return plain_spec(in, s, "with integer format specifier 'c'") &&
            format_char(in, i, s, t);
    if (s->group == ',' && s->type && !strchr("dn", s->type)) {
        host_raise(in, EXC_VALUE_ERROR, "Cannot specify ',' with '%c'.",
                   s->type);
        return false;
    }
    const int base = s->type == 'b'        ? 2
        : s->type == 'o'                   ? 8
        : s->type == 'x' || s->type == 'X' ? 16
                                           : 10;
    const char *prefix = !s->alt ? ""
        : s->type == 'b'         ? "0b"
        : s->type == 'o'         ? "0o"
        : s->type == 'x'         ? "0x"
        : s->type == 'X'         ? "0X"
                                 : "";
    char buf[72];
    const size_t n = int_digits(buf, i < 0 ? -(uint64_t)i : (uint64_t)i, base,
                                s->type == 'X');
    Text body = {.a = in->scratch};
    for (int k = s->digits; k > (int)n; k--) text_putc(&body, '0');
    text_put(&body, buf, n);
    put_number(in, t, s, i < 0, prefix, text_str(&body), body.n);
    return true;
}

enum { MOST_DIGITS = 5000 };

/* %g as Python's default float format: a digit follows the point, and the
 * exponent form starts one digit earlier */
static void put_general(Text *b, double f, int prec)
{
    char e[MOST_DIGITS + 400];
    if (prec == 0) prec = 1;
    snprintf(e, sizeof e, "%.*e", prec - 1, f);
    const int exp = atoi(strchr(e, 'e') + 1);
    char g[MOST_DIGITS + 400];
    snprintf(g, sizeof g, "%.*g", prec, f);
    if (exp == prec - 1 && !strchr(g, 'e')) {
        char *mant = strchr(e, 'e');
        char tail[16];
        snprintf(tail, sizeof tail, "%s", mant);
        if (strchr(e, '.')) {
            while (mant[-1] == '0') mant--;
            if (mant[-1] == '.') mant--;
        }
        text_put(b, e, (size_t)(mant - e));
        text_puts(b, tail);
        return;
    }
    text_puts(b, g);
    if (!strpbrk(g, ".e")) text_puts(b, ".0");
}

static void float_body(Text *b, double f, const Spec *s)
{
    const int prec = s->prec < 0 ? 6 : s->prec;
    if (!isfinite(f)) {
        text_puts(b,
                  isnan(f) ? (s->type == 'F' || s->type == 'E' || s->type == 'G'
                                  ? "NAN"
                                  : "nan")
                           : (s->type == 'F' || s->type == 'E' || s->type == 'G'
                                  ? "INF"
                                  : "inf"));
        if (s->type == '%') text_putc(b, '%');
        return;
    }
    if (!s->type) {
        if (s->prec < 0)
            text_float(b, f);
        else
            put_general(b, f, prec);
        return;
    }
    if (s->type == '%') {
        text_printf(b, "%.*f%%", prec, f * 100.0);
        return;
    }
    char fmt[16], buf[MOST_DIGITS + 400];
    snprintf(fmt, sizeof fmt, "%%%s.*%c", s->alt ? "#" : "",
             s->type == 'n' ? 'g' : s->type);
    snprintf(buf, sizeof buf, fmt, prec, f);
    text_puts(b, buf);
}

static bool format_float(Interp *in, double f, const Spec *s, Text *t)
{
    if (s->type && !strchr("eEfFgGn%", s->type))
        return bad_type(in, s->type, "float");
    if (s->prec > MOST_DIGITS) {
        host_raise(in, EXC_VALUE_ERROR, "precision too big: at most %d",
                   MOST_DIGITS);
        return false;
    }
    if (s->alt && (!s->type || s->type == '%')) {
        host_raise(in, EXC_VALUE_ERROR,
                   "Alternate form (#) of a float needs one of the types e f g");
        return false;
    }
    Text body = {.a = in->scratch};
    float_body(&body, fabs(f), s);
    put_number(in, t, s, signbit(f) && !isnan(f), "", text_str(&body), body.n);
    return true;
}

/* ---- r, s and a ---------------------------------------------------------- */

static void put_ascii(Text *t, const char *p, const char *end)
{
    while (p < end) {
        int len;
        const uint32_t c = utf8_decode(p, (size_t)(end - p), &len);
        if (c < 0x80)
            text_putc(t, (char)c);
        else
            text_printf(t,
                        c < 0x100         ? "\\x%02x"
                            : c < 0x10000 ? "\\u%04x"
                                          : "\\U%08x",
                        (unsigned)c);
        p += len;
    }
}

bool host_convert(Interp *in, Value v, char conv, Text *t)
{
    if (conv == 'r') return host_repr(in, v, t);
    if (conv != 'a') return host_str(in, v, t);
    Text r = {.a = in->scratch};
    if (!host_repr(in, v, &r)) return false;
    put_ascii(t, text_str(&r), text_str(&r) + r.n);
    return true;
}

/* ---- strings and the rest ----------------------------------------------- */

static bool format_str(Interp *in, Value v, const Spec *s, Text *t)
{
    if (s->type && s->type != 's') return bad_type(in, s->type, "str");
    if (!plain_spec(in, s, "in string format specifier")) return false;
    if (s->align == '=') {
        host_raise(in, EXC_VALUE_ERROR,
                   "'=' alignment not allowed in string format specifier");
        return false;
    }
    Value shown = v_keep(v);
    if (s->prec >= 0 && s->prec < v.str->nchars) {
        v_drop(in, shown);
        shown = str_sub(in, v.str, 0, s->prec);
    }
    put_padded(t, s, "", shown.str->s, (size_t)shown.str->len,
               s->align ? s->align : '<');
    v_drop(in, shown);
    return true;
}

bool host_format(Interp *in, Value v, const char *text, Text *t)
{
    if (!*text && v.kind != V_TENSOR) return host_str(in, v, t);
    Spec s;
    if (v.kind == V_TENSOR || v.kind == V_OBJ) {
        if (v.o->type->format) return v.o->type->format(in, v, text, t);
    } else if (v_is_number(v) || v.kind == V_STR) {
        if (!spec_parse(in, text, v.kind == V_STR, &s)) return false;
        if (v.kind == V_STR) return format_str(in, v, &s, t);
        return v.kind == V_FLOAT ? format_float(in, v.f, &s, t)
                                 : format_int(in, v.i, &s, t);
    }
    host_raise(in, EXC_TYPE_ERROR,
               "unsupported format string passed to %s.__format__",
               v_type_name(v));
    return false;
}

/* ---- "..." % args ------------------------------------------------------- */

typedef struct Percent {
    Interp *in;
    const char *p, *end;
    Value args;
    int used;
    Text *out;
} Percent;

static bool percent_arg(Percent *c, Value *v)
{
    const bool tuple = c->args.kind == V_TUPLE;
    const int n = tuple ? c->args.seq->n : 1;
    if (c->used >= n) {
        host_raise(c->in, EXC_TYPE_ERROR,
                   "not enough arguments for format string");
        return false;
    }
    *v = tuple ? c->args.seq->p[c->used] : c->args;
    c->used++;
    return true;
}

static bool percent_star(Percent *c, int64_t *out)
{
    Value v;
    if (*c->p != '*') {
        *out = read_number(&c->p);
        return true;
    }
    c->p++;
    if (!percent_arg(c, &v)) return false;
    if (v_is_intlike(v)) {
        *out = v.i;
        return true;
    }
    host_raise(c->in, EXC_TYPE_ERROR, "* wants int");
    return false;
}

/* %(name)s: the argument is a mapping */
static bool percent_key(Percent *c, Value *v, bool *found)
{
    *found = false;
    if (*c->p != '(') return true;
    const char *close = memchr(c->p, ')', (size_t)(c->end - c->p));
    if (!close || c->args.kind != V_DICT) {
        host_raise(c->in, EXC_TYPE_ERROR,
                   close ? "format requires a mapping"
                         : "incomplete format key");
        return false;
    }
    const Value key = v_str_n(c->in, c->p + 1, (size_t)(close - c->p - 1));
    const int r = dict_get(c->in, c->args, key, v);
    if (!r) raise_no_key(c->in, c->args, key);
    v_drop(c->in, key);
    c->p = close + 1;
    c->used = 1;
    *found = true;
    return r > 0;
}

static bool percent_number(Percent *c, Value v, Spec *s)
{
    if (strchr("diuxXo", s->type)) {
        const char conv = s->type;
        int64_t i = v.i;
        if (!v_is_number(v) || (v.kind == V_FLOAT && strchr("xXo", conv))) {
            host_raise(c->in, EXC_TYPE_ERROR,
                       "%%%c format: %s is required, not %s", conv,
                       strchr("xXo", conv) ? "an integer" : "a real number",
                       v_type_name(v));
            return false;
        }
        if (v.kind == V_FLOAT && !float_to_int(c->in, v.f, &i)) return false;
        if (strchr("iu", conv)) s->type = 'd';
        if (!host_limit(c->in, LIM_HOST_STRING, s->prec)) return false;
        s->digits = s->prec;
        s->prec = -1;
        return format_int(c->in, i, s, c->out);
    }
    double f;
    if (!v_is_number(v) && !(v.kind >= V_TENSOR && v.o->type->to_float)) {
        host_raise(c->in, EXC_TYPE_ERROR, "must be real number, not %s",
                   v_type_name(v));
        return false;
    }
    if (!arg_float(c->in, v, "argument", &f)) return false;
    return format_float(c->in, f, s, c->out);
}

static bool percent_text(Percent *c, Value v, Spec *s)
{
    Text t = {.a = c->in->scratch};
    const char conv = s->type;
    if (conv == 'c' && v_is_intlike(v))
        return format_char(c->in, v.i, s, c->out);
    if (conv == 'c' && (v.kind != V_STR || v.str->nchars != 1)) {
        host_raise(c->in, EXC_TYPE_ERROR, "%%c requires int or char");
        return false;
    }
    if (!host_convert(c->in, v, conv, &t)) return false;
    const Value text = v_from_text(c->in, &t);
    s->type = 's';
    s->sign = 0;
    s->alt = false;
    if (!s->align) s->align = '>';
    const bool ok = !v_is_error(text) && format_str(c->in, text, s, c->out);
    v_drop(c->in, text);
    return ok;
}

static void percent_flags(Percent *c, Spec *s)
{
    for (;; c->p++) {
        if (*c->p == '-')
            s->align = '<';
        else if (*c->p == '+')
            s->sign = '+';
        else if (*c->p == ' ' && s->sign != '+')
            s->sign = ' ';
        else if (*c->p == '#')
            s->alt = true;
        else if (*c->p == '0')
            s->zero = true;
        else if (*c->p != ' ')
            return;
    }
}

static bool percent_one(Percent *c)
{
    Spec s = {.fill = " ", .prec = -1};
    Value v = v_unset();
    bool keyed;
    if (!percent_key(c, &v, &keyed)) return false;
    percent_flags(c, &s);
    if (!percent_star(c, &s.width)) return false;
    if (s.width < 0)
        s.align = '<', s.width = s.width == INT64_MIN ? INT64_MAX : -s.width;
    if (*c->p == '.') {
        c->p++;
        int64_t prec;
        if (!percent_star(c, &prec)) return false;
        s.prec = prec < 0 ? 0 : prec > INT32_MAX ? INT32_MAX : (int)prec;
    }
    if (!host_limit(c->in, LIM_HOST_STRING, s.width)) return false;
    s.type = *c->p;
    if (s.type) c->p++;
    if (s.type == '%') {
        text_putc(c->out, '%');
        return true;
    }
    if (!s.type || !strchr("diuxXoeEfFgGrsac", s.type)) {
        host_raise(c->in, EXC_VALUE_ERROR,
                   s.type ? "unsupported format character '%c'"
                          : "incomplete format%c",
                   s.type ? s.type : ' ');
        return false;
    }
    if (!keyed && !percent_arg(c, &v)) return false;
    if (strchr("rsac", s.type)) return percent_text(c, v, &s);
    if (s.zero && !s.align) s.align = '=', s.fill[0] = '0';
    return percent_number(c, v, &s);
}

static bool percent_run(Percent *c)
{
    while (c->p < c->end) {
        const char *mark = memchr(c->p, '%', (size_t)(c->end - c->p));
        const char *stop = mark ? mark : c->end;
        text_put(c->out, c->p, (size_t)(stop - c->p));
        c->p = stop;
        if (!mark) break;
        c->p++;
        if (!percent_one(c)) return false;
    }
    const bool all = c->args.kind == V_TUPLE
        ? c->used >= c->args.seq->n
        : c->used > 0 || c->args.kind == V_DICT;
    if (!all)
        host_raise(c->in, EXC_TYPE_ERROR,
                   "not all arguments converted during string formatting");
    return all;
}

Value percent_format(Interp *in, StrObj *fmt, Value args)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    Percent c = {in, fmt->s, fmt->s + fmt->len, args, 0, &t};
    const bool ok = percent_run(&c);
    const Value v = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return v;
}

/* ---- str.format --------------------------------------------------------- */

typedef struct Braces {
    Interp *in;
    CallArgs *a;
    int next;    /* of automatic numbering */
    bool manual; /* a number was given by hand */
} Braces;

static bool braces_put(Braces *b, const char *p, const char *end, Text *out,
                       int depth);

/* the argument that `name` (up to . [ ! : ) selects; owned */
static Value braces_arg(Braces *b, const char *name, size_t n)
{
    if (n == 0 || isdigit((unsigned char)*name)) {
        int64_t i = b->next;
        if (n ? b->next > 0 : b->manual)
            return host_raise(b->in, EXC_VALUE_ERROR,
                              "cannot switch from %s to %s",
                              n ? "automatic field numbering"
                                : "manual field specification",
                              n ? "manual field specification"
                                : "automatic field numbering");
        b->manual = n > 0;
        if (n)
            i = read_number(&name);
        else
            b->next++;
        if (i < b->a->npos) return v_keep(b->a->pos[i]);
        return host_raise(
            b->in, EXC_INDEX_ERROR,
            "Replacement index %lld out of range for positional args tuple",
            (long long)i);
    }
    for (int i = 0; i < b->a->nkw; i++) {
        const Str k = b->a->kw[i].name;
        if (k->len == n && !memcmp(k->s, name, n))
            return v_keep(b->a->kw[i].value);
    }
    const Value key = v_str_n(b->in, name, n);
    raise_key(b->in, EXC_KEY_ERROR, key);
    v_drop(b->in, key);
    return v_error();
}

static Value braces_index(Braces *b, Value of, const char *s, size_t n)
{
    const bool number = n && isdigit((unsigned char)*s);
    const Value index = number ? v_int(read_number(&s)) : v_str_n(b->in, s, n);
    const Value v = host_getitem(b->in, of, index);
    v_drop(b->in, index);
    return v;
}

/* name.attr[0]... */
static Value braces_field(Braces *b, const char *p, const char *end)
{
    size_t n = strcspn(p, ".[!:}");
    if (p + n > end) n = (size_t)(end - p);
    Value v = braces_arg(b, p, n);
    p += n;
    while (!v_is_error(v) && p < end) {
        const bool attr = *p++ == '.';
        n = attr ? strcspn(p, ".[") : strcspn(p, "]");
        if (p + n > end) n = (size_t)(end - p);
        const Value of = v;
        v = attr ? host_getattr(b->in, of, str_n(b->in->se, p, n))
                 : braces_index(b, of, p, n);
        v_drop(b->in, of);
        p += n + !attr;
    }
    return v;
}

static bool braces_value(Braces *b, Value v, char conv, const char *spec,
                         const char *end, Text *out, int depth)
{
    Text s = {.a = b->in->scratch};
    if (spec && !braces_put(b, spec, end, &s, depth + 1)) return false;
    if (!conv) return host_format(b->in, v, text_str(&s), out);
    Text shown = {.a = b->in->scratch};
    if (!host_convert(b->in, v, conv, &shown)) return false;
    const Value text = v_from_text(b->in, &shown);
    const bool ok = !v_is_error(text) &&
        host_format(b->in, text, text_str(&s), out);
    v_drop(b->in, text);
    return ok;
}

/* one {field!conv:spec}, without the braces */
static bool braces_one(Braces *b, const char *p, const char *end, Text *out,
                       int depth)
{
    const char *stop = p;
    while (stop < end && *stop != '!' && *stop != ':')
        stop += *stop == '[' ? strcspn(stop, "]") : 1;
    if (stop > end) stop = end;
    const Value v = braces_field(b, p, stop);
    if (v_is_error(v)) return false;
    char conv = 0;
    if (stop < end && *stop == '!') {
        conv = stop + 1 < end ? stop[1] : 0;
        stop = stop + 2 < end ? stop + 2 : end;
    }
    bool ok = true;
    if (conv && conv != 'r' && conv != 's' && conv != 'a') {
        host_raise(b->in, EXC_VALUE_ERROR, "Unknown conversion specifier '%c'",
                   conv);
        ok = false;
    }
    const char *spec = stop < end && *stop == ':' ? stop + 1 : NULL;
    ok = ok && braces_value(b, v, conv, spec, end, out, depth);
    v_drop(b->in, v);
    return ok;
}

static const char *closing(const char *p, const char *end)
{
    int depth = 1;
    for (; p < end; p++) {
        if (*p == '{') depth++;
        if (*p == '}' && --depth == 0) return p;
    }
    return NULL;
}

static bool braces_put(Braces *b, const char *p, const char *end, Text *out,
                       int depth)
{
    if (depth > 2) {
        host_raise(b->in, EXC_VALUE_ERROR, "Max string recursion exceeded");
        return false;
    }
    while (p < end) {
        if (p + 1 < end && (*p == '{' || *p == '}') && p[1] == *p) {
            text_putc(out, *p);
            p += 2;
            continue;
        }
        if (*p == '}') {
            host_raise(b->in, EXC_VALUE_ERROR,
                       "Single '}' encountered in format string");
            return false;
        }
        if (*p != '{') {
            text_putc(out, *p++);
            continue;
        }
        const char *close = closing(p + 1, end);
        if (!close) {
            host_raise(b->in, EXC_VALUE_ERROR,
                       "Single '{' encountered in format string");
            return false;
        }
        if (!braces_one(b, p + 1, close, out, depth)) return false;
        p = close + 1;
    }
    return true;
}

Value str_format(Interp *in, StrObj *fmt, CallArgs *a)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    Braces b = {in, a, 0, false};
    const bool ok = braces_put(&b, fmt->s, fmt->s + fmt->len, &t, 0);
    const Value v = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return v;
}
