/* Methods of str.  Positions are code points, as in Python. */
#include "host/interp.h"
#include <ctype.h>

static StrObj *self_str(CallArgs *a)
{
    return a->self.str;
}

static Value m_format(Interp *in, CallArgs *a)
{
    return str_format(in, self_str(a), a);
}

static bool join_item(Interp *in, Text *t, const StrObj *sep, Value item, int i)
{
    if (item.kind != V_STR) {
        host_raise(in, EXC_TYPE_ERROR,
                   "sequence item %d: expected str instance, %s found", i,
                   v_type_name(item));
        return false;
    }
    if (i) text_put(t, sep->s, (size_t)sep->len);
    text_put(t, item.str->s, (size_t)item.str->len);
    return host_limit(in, LIM_HOST_STRING, (int64_t)t->n);
}

static Value m_join(Interp *in, CallArgs *a)
{
    Value items;
    if (!args_bind(in, a, "iterable, /", &items)) return v_error();
    const Value list = host_list_of(in, items);
    if (v_is_error(list)) return list;
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    bool ok = true;
    for (int i = 0; i < list.seq->n && ok; i++)
        ok = join_item(in, &t, self_str(a), list.seq->p[i], i);
    const Value r = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    v_drop(in, list);
    return r;
}

/* ---- split -------------------------------------------------------------- */

static bool push_part(Interp *in, Value list, const char *s, const char *e)
{
    const Value v = v_str_n(in, s, (size_t)(e - s));
    return !v_is_error(v) && list_push_take(in, list, v);
}

static bool split_space(Interp *in, Value list, const char *p, const char *end,
                        int64_t max)
{
    for (;; max--) {
        while (p < end && isspace((unsigned char)*p)) p++;
        if (p >= end) return true;
        const char *e = p;
        if (max == 0) e = end;
        while (max != 0 && e < end && !isspace((unsigned char)*e)) e++;
        if (!push_part(in, list, p, e)) return false;
        if (max == 0) return true;
        p = e;
    }
}

static bool split_sep(Interp *in, Value list, const char *p, const char *end,
                      const StrObj *sep, int64_t max)
{
    for (; max != 0; max--) {
        const char *q = memmem(p, (size_t)(end - p), sep->s, (size_t)sep->len);
        if (!q) break;
        if (!push_part(in, list, p, q)) return false;
        p = q + sep->len;
    }
    return push_part(in, list, p, end);
}

static Value m_split(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "sep=, maxsplit=", arg)) return v_error();
    int64_t max = -1;
    if (v_is_set(arg[1]) && !arg_int(in, arg[1], "maxsplit", &max))
        return v_error();
    const StrObj *s = self_str(a);
    const bool space = !v_is_set(arg[0]) || v_is_none(arg[0]);
    if (!space && arg[0].kind != V_STR)
        return host_raise(in, EXC_TYPE_ERROR, "must be str or None, not %s",
                          v_type_name(arg[0]));
    if (!space && arg[0].str->len == 0)
        return host_raise(in, EXC_VALUE_ERROR, "empty separator");
    const Value list = v_list(in, 4);
    const bool ok = space
        ? split_space(in, list, s->s, s->s + s->len, max)
        : split_sep(in, list, s->s, s->s + s->len, arg[0].str, max);
    if (ok) return list;
    v_drop(in, list);
    return v_error();
}

static Value m_splitlines(Interp *in, CallArgs *a)
{
    Value arg;
    bool keep = false;
    if (!args_bind(in, a, "keepends=", &arg) ||
        (v_is_set(arg) && !arg_bool(in, arg, "keepends", &keep)))
        return v_error();
    const Value list = v_list(in, 4);
    const char *p = self_str(a)->s, *end = p + self_str(a)->len;
    while (p < end) {
        const char *e = p;
        while (e < end && *e != '\n' && *e != '\r') e++;
        const char *next = e < end ? e + 1 : e;
        if (next < end && *e == '\r' && *next == '\n') next++;
        if (!push_part(in, list, p, keep ? next : e)) {
            v_drop(in, list);
            return v_error();
        }
        p = next;
    }
    return list;
}

/* ---- strip -------------------------------------------------------------- */

static bool strips(const char *c, int n, Value set)
{
    if (set.kind != V_STR) return n == 1 && isspace((unsigned char)*c);
    return memmem(set.str->s, (size_t)set.str->len, c, (size_t)n) != NULL;
}

static Value strip(Interp *in, CallArgs *a, bool left, bool right)
{
    Value set;
    if (!args_bind(in, a, "chars=, /", &set)) return v_error();
    if (v_is_set(set) && !v_is_none(set) && set.kind != V_STR)
        return host_raise(in, EXC_TYPE_ERROR, "%s arg must be None or str",
                          a->fname);
    const char *p = self_str(a)->s, *end = p + self_str(a)->len;
    for (int n; left && p < end; p += n) {
        n = char_bytes(p, end);
        if (!strips(p, n, set)) break;
    }
    while (right && end > p) {
        const char *c = end - 1;
        while (c > p && (*c & 0xc0) == 0x80) c--;
        if (!strips(c, (int)(end - c), set)) break;
        end = c;
    }
    return v_str_n(in, p, (size_t)(end - p));
}

static Value m_strip(Interp *in, CallArgs *a)
{
    return strip(in, a, true, true);
}

static Value m_lstrip(Interp *in, CallArgs *a)
{
    return strip(in, a, true, false);
}

static Value m_rstrip(Interp *in, CallArgs *a)
{
    return strip(in, a, false, true);
}

/* ---- tests and searches ------------------------------------------------- */

static bool has_affix(const StrObj *s, const StrObj *x, bool end)
{
    return x->len <= s->len &&
        !memcmp(s->s + (end ? s->len - x->len : 0), x->s, (size_t)x->len);
}

/* s[start:stop] of optional arguments, as a new str; V_UNSET: not even empty */
static Value window(Interp *in, StrObj *s, const Value *arg, int64_t *start)
{
    int64_t stop, step, count;
    if (v_is_intlike(arg[0]) && arg[0].i > s->nchars) return v_unset();
    const Value w = v_slice(in, v_is_set(arg[0]) ? arg[0] : v_none(),
                            v_is_set(arg[1]) ? arg[1] : v_none(), v_none());
    const bool ok = slice_indices(in, w, s->nchars, start, &stop, &step,
                                  &count);
    v_drop(in, w);
    if (!ok) return v_error();
    return *start > stop ? v_unset() : str_sub(in, s, *start, stop);
}

/* 1, 0, or -1: x is neither str nor a tuple of them */
static int has_any_affix(const StrObj *s, Value x, bool end)
{
    if (x.kind == V_STR) return has_affix(s, x.str, end);
    if (x.kind != V_TUPLE) return -1;
    for (int i = 0; i < x.seq->n; i++) {
        if (x.seq->p[i].kind != V_STR) return -1;
        if (has_affix(s, x.seq->p[i].str, end)) return 1;
    }
    return 0;
}

static Value affix(Interp *in, CallArgs *a, bool end)
{
    Value x[3];
    int64_t start;
    if (!args_bind(in, a, "prefix, start=, end=, /", x)) return v_error();
    const Value part = window(in, self_str(a), x + 1, &start);
    if (v_is_error(part)) return part;
    const int r = v_is_set(part) ? has_any_affix(part.str, x[0], end) : 0;
    v_drop(in, part);
    if (r >= 0) return v_bool(r);
    for (int i = 0; x[0].kind == V_TUPLE && i < x[0].seq->n; i++)
        if (x[0].seq->p[i].kind != V_STR)
            return host_raise(in, EXC_TYPE_ERROR,
                              "tuple for %s must only contain str, not %s",
                              a->fname, v_type_name(x[0].seq->p[i]));
    return host_raise(in, EXC_TYPE_ERROR,
                      "%s first arg must be str or a tuple of str, not %s",
                      a->fname, v_type_name(x[0]));
}

/* removeprefix, removesuffix */
static Value without_affix(Interp *in, CallArgs *a, bool end)
{
    Value x;
    if (!args_bind(in, a, "prefix, /", &x)) return v_error();
    if (x.kind != V_STR)
        return host_raise(in, EXC_TYPE_ERROR,
                          "%s() argument must be str, not %s", a->fname,
                          v_type_name(x));
    const StrObj *s = self_str(a);
    if (!has_affix(s, x.str, end)) return v_keep(a->self);
    return v_str_n(in, s->s + (end ? 0 : x.str->len),
                   (size_t)(s->len - x.str->len));
}

static Value m_removeprefix(Interp *in, CallArgs *a)
{
    return without_affix(in, a, false);
}

static Value m_removesuffix(Interp *in, CallArgs *a)
{
    return without_affix(in, a, true);
}

static Value m_startswith(Interp *in, CallArgs *a)
{
    return affix(in, a, false);
}

static Value m_endswith(Interp *in, CallArgs *a)
{
    return affix(in, a, true);
}

static bool text_arg(Interp *in, Value v)
{
    if (v.kind == V_STR) return true;
    host_raise(in, EXC_TYPE_ERROR, "must be str, not %s", v_type_name(v));
    return false;
}

/* where x stands in s, the first or the last time; NULL: nowhere */
static const char *find_text(const StrObj *s, const StrObj *x, bool last)
{
    if (!last) return memmem(s->s, (size_t)s->len, x->s, (size_t)x->len);
    for (const char *p = s->s + s->len - x->len; p >= s->s; p--)
        if (!memcmp(p, x->s, (size_t)x->len)) return p;
    return NULL;
}

static Value search(Interp *in, CallArgs *a, bool last, bool must)
{
    Value arg[3];
    int64_t start;
    if (!args_bind(in, a, "sub, start=, end=, /", arg) || !text_arg(in, arg[0]))
        return v_error();
    const Value part = window(in, self_str(a), arg + 1, &start);
    if (v_is_error(part)) return part;
    const char *q = v_is_set(part) ? find_text(part.str, arg[0].str, last)
                                   : NULL;
    const int64_t at = q
        ? start + (int64_t)utf8_count(part.str->s, (size_t)(q - part.str->s))
        : -1;
    v_drop(in, part);
    if (at < 0 && must)
        return host_raise(in, EXC_VALUE_ERROR, "substring not found");
    return v_int(at);
}

static Value m_find(Interp *in, CallArgs *a)
{
    return search(in, a, false, false);
}

static Value m_rfind(Interp *in, CallArgs *a)
{
    return search(in, a, true, false);
}

static Value m_index(Interp *in, CallArgs *a)
{
    return search(in, a, false, true);
}

static Value m_rindex(Interp *in, CallArgs *a)
{
    return search(in, a, true, true);
}

static int64_t count_text(const StrObj *s, const StrObj *x)
{
    if (x->len == 0) return s->nchars + 1;
    int64_t n = 0;
    const char *p = s->s, *end = s->s + s->len;
    while ((p = memmem(p, (size_t)(end - p), x->s, (size_t)x->len))) {
        n++;
        p += x->len;
    }
    return n;
}

static Value m_count(Interp *in, CallArgs *a)
{
    Value x[3];
    int64_t start;
    if (!args_bind(in, a, "sub, start=, end=, /", x) || !text_arg(in, x[0]))
        return v_error();
    const Value part = window(in, self_str(a), x + 1, &start);
    if (v_is_error(part)) return part;
    const int64_t n = v_is_set(part) ? count_text(part.str, x[0].str) : 0;
    v_drop(in, part);
    return v_int(n);
}

static Value partition(Interp *in, CallArgs *a, bool last)
{
    Value x;
    if (!args_bind(in, a, "sep, /", &x) || !text_arg(in, x)) return v_error();
    if (x.str->len == 0)
        return host_raise(in, EXC_VALUE_ERROR, "empty separator");
    const StrObj *s = self_str(a);
    const char *q = find_text(s, x.str, last), *end = s->s + s->len;
    const size_t head = q ? (size_t)(q - s->s) : last ? 0 : (size_t)s->len;
    const char *tail = q ? q + x.str->len : last ? s->s : end;
    Value part[3] = {v_str_n(in, s->s, head),
                     v_str_n(in, x.str->s, q ? (size_t)x.str->len : 0),
                     v_str_n(in, tail, (size_t)(end - tail))};
    return v_tuple_take(in, part, 3);
}

static Value m_partition(Interp *in, CallArgs *a)
{
    return partition(in, a, false);
}

static Value m_rpartition(Interp *in, CallArgs *a)
{
    return partition(in, a, true);
}

/* replacing "" puts `to` before every character and at the end */
static bool replace_empty(Interp *in, Text *t, const StrObj *s,
                          const StrObj *to, int64_t max)
{
    const char *p = s->s, *end = s->s + s->len;
    for (;; max--) {
        if (max != 0) text_put(t, to->s, (size_t)to->len);
        if (p >= end) return true;
        if (!host_limit(in, LIM_HOST_STRING, (int64_t)t->n)) return false;
        const int n = char_bytes(p, end);
        text_put(t, p, (size_t)n);
        p += n;
        if (max == 0) max = 1;
        if (max == 1) {
            text_put(t, p, (size_t)(end - p));
            return true;
        }
    }
}

static bool replace_text(Interp *in, Text *t, const StrObj *s,
                         const StrObj *from, const StrObj *to, int64_t max)
{
    const char *p = s->s, *end = s->s + s->len;
    for (; max != 0; max--) {
        const char *q = memmem(p, (size_t)(end - p), from->s,
                               (size_t)from->len);
        if (!q) break;
        text_put(t, p, (size_t)(q - p));
        text_put(t, to->s, (size_t)to->len);
        p = q + from->len;
        if (!host_limit(in, LIM_HOST_STRING, (int64_t)t->n)) return false;
    }
    text_put(t, p, (size_t)(end - p));
    return true;
}

static Value m_replace(Interp *in, CallArgs *a)
{
    Value arg[3];
    if (!args_bind(in, a, "old, new, count=, /", arg) ||
        !text_arg(in, arg[0]) || !text_arg(in, arg[1]))
        return v_error();
    int64_t max = -1;
    if (v_is_set(arg[2]) && !arg_int(in, arg[2], "count", &max))
        return v_error();
    if (max == 0) return v_keep(a->self);
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const bool ok = arg[0].str->len
        ? replace_text(in, &t, self_str(a), arg[0].str, arg[1].str, max)
        : replace_empty(in, &t, self_str(a), arg[1].str, max);
    const Value r = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return r;
}

/* ---- letters and padding ------------------------------------------------ */

/* What a character beyond ASCII is, Unicode's tables would have to say. */
static bool only_ascii(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return false;
    const StrObj *s = self_str(a);
    for (int i = 0; i < s->len; i++) {
        if ((unsigned char)s->s[i] < 0x80) continue;
        host_fatal(in, E0801,
                   "`%s` of text with `%.*s` is not in the host language: "
                   "letters, digits and spaces are those of ASCII",
                   a->fname, char_bytes(s->s + i, s->s + s->len), s->s + i);
        return false;
    }
    return true;
}

static Value map_letters(Interp *in, CallArgs *a, int (*letter)(int))
{
    if (!only_ascii(in, a)) return v_error();
    const Value r = v_str_n(in, self_str(a)->s, (size_t)self_str(a)->len);
    for (int i = 0; !v_is_error(r) && i < r.str->len; i++) {
        const unsigned char c = (unsigned char)r.str->s[i];
        r.str->s[i] = (char)letter(c);
    }
    return r;
}

static Value m_lower(Interp *in, CallArgs *a)
{
    return map_letters(in, a, tolower);
}

static Value m_upper(Interp *in, CallArgs *a)
{
    return map_letters(in, a, toupper);
}

/* the first letter of each word (title) or of the
 * text large, the others small */
static Value capital(Interp *in, CallArgs *a, bool words)
{
    const Value r = map_letters(in, a, tolower);
    bool first = true;
    for (int i = 0; !v_is_error(r) && i < r.str->len; i++) {
        const unsigned char c = (unsigned char)r.str->s[i];
        if (first) r.str->s[i] = (char)toupper(c);
        first = words && !isalpha(c);
    }
    return r;
}

static Value m_title(Interp *in, CallArgs *a)
{
    return capital(in, a, true);
}

static Value m_capitalize(Interp *in, CallArgs *a)
{
    return capital(in, a, false);
}

static Value every(Interp *in, CallArgs *a, int (*is)(int))
{
    if (!only_ascii(in, a)) return v_error();
    const StrObj *s = self_str(a);
    for (int i = 0; i < s->len; i++)
        if (!is((unsigned char)s->s[i])) return v_bool(false);
    return v_bool(s->len > 0);
}

static Value m_isdigit(Interp *in, CallArgs *a)
{
    return every(in, a, isdigit);
}

static Value m_isspace(Interp *in, CallArgs *a)
{
    return every(in, a, isspace);
}

static Value m_isalpha(Interp *in, CallArgs *a)
{
    return every(in, a, isalpha);
}

static Value m_isalnum(Interp *in, CallArgs *a)
{
    return every(in, a, isalnum);
}

/* has a letter, and none of the other size */
static Value all_letters(Interp *in, CallArgs *a, int (*is)(int),
                         int (*other)(int))
{
    bool any = false;
    if (!only_ascii(in, a)) return v_error();
    for (int i = 0; i < self_str(a)->len; i++) {
        const unsigned char c = (unsigned char)self_str(a)->s[i];
        if (other(c)) return v_bool(false);
        any |= is(c) != 0;
    }
    return v_bool(any);
}

static Value m_islower(Interp *in, CallArgs *a)
{
    return all_letters(in, a, islower, isupper);
}

static Value m_isupper(Interp *in, CallArgs *a)
{
    return all_letters(in, a, isupper, islower);
}

static Value pad(Interp *in, const StrObj *s, int64_t left, int64_t right,
                 const char *fill, int n)
{
    int64_t bytes;
    if (!mul_ok(left + right, n, &bytes) ||
        !host_limit(in, LIM_HOST_STRING, bytes))
        return v_error();
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    for (int64_t i = 0; i < left; i++) text_put(&t, fill, (size_t)n);
    text_put(&t, s->s, (size_t)s->len);
    for (int64_t i = 0; i < right; i++) text_put(&t, fill, (size_t)n);
    const Value r = v_from_text(in, &t);
    arena_reset(in->scratch, m);
    return r;
}

static Value justify(Interp *in, CallArgs *a, char align)
{
    Value arg[2];
    int64_t width;
    if (!args_bind(in, a, "width, fillchar=, /", arg) ||
        !arg_int(in, arg[0], "width", &width))
        return v_error();
    const bool filled = v_is_set(arg[1]);
    if (filled && (arg[1].kind != V_STR || arg[1].str->nchars != 1))
        return host_raise(
            in, EXC_TYPE_ERROR,
            "The fill character must be exactly one character long");
    const int64_t n = width > self_str(a)->nchars ? width - self_str(a)->nchars
                                                  : 0;
    const int64_t before = align == '<' ? 0
        : align == '>'                  ? n
                                        : n / 2 + (n & width & 1);
    return pad(in, self_str(a), before, n - before,
               filled ? arg[1].str->s : " ", filled ? arg[1].str->len : 1);
}

static Value m_ljust(Interp *in, CallArgs *a)
{
    return justify(in, a, '<');
}

static Value m_rjust(Interp *in, CallArgs *a)
{
    return justify(in, a, '>');
}

static Value m_center(Interp *in, CallArgs *a)
{
    return justify(in, a, '^');
}

static Value m_zfill(Interp *in, CallArgs *a)
{
    Value w;
    int64_t width;
    if (!args_bind(in, a, "width, /", &w) || !arg_int(in, w, "width", &width))
        return v_error();
    const StrObj *s = self_str(a);
    const int64_t n = width > s->nchars ? width - s->nchars : 0;
    const Value r = pad(in, s, n, 0, "0", 1);
    if (n && !v_is_error(r) && (s->s[0] == '-' || s->s[0] == '+')) {
        r.str->s[0] = s->s[0];
        r.str->s[n] = '0';
    }
    return r;
}

const NativeDef str_methods[] = {
    {"format", m_format, 0, NULL},
    {"join", m_join, 0, NULL},
    {"split", m_split, 0, NULL},
    {"strip", m_strip, 0, NULL},
    {"lstrip", m_lstrip, 0, NULL},
    {"rstrip", m_rstrip, 0, NULL},
    {"startswith", m_startswith, 0, NULL},
    {"endswith", m_endswith, 0, NULL},
    {"lower", m_lower, 0, NULL},
    {"upper", m_upper, 0, NULL},
    {"replace", m_replace, 0, NULL},
    {"find", m_find, 0, NULL},
    {"count", m_count, 0, NULL},
    {"isdigit", m_isdigit, 0, NULL},
    {"ljust", m_ljust, 0, NULL},
    {"rjust", m_rjust, 0, NULL},
    {"zfill", m_zfill, 0, NULL},
    {"center", m_center, 0, NULL},
    {"rfind", m_rfind, 0, NULL},
    {"index", m_index, 0, NULL},
    {"rindex", m_rindex, 0, NULL},
    {"partition", m_partition, 0, NULL},
    {"rpartition", m_rpartition, 0, NULL},
    {"title", m_title, 0, NULL},
    {"capitalize", m_capitalize, 0, NULL},
    {"isspace", m_isspace, 0, NULL},
    {"isalpha", m_isalpha, 0, NULL},
    {"isalnum", m_isalnum, 0, NULL},
    {"islower", m_islower, 0, NULL},
    {"isupper", m_isupper, 0, NULL},
    {"splitlines", m_splitlines, 0, NULL},
    {"removeprefix", m_removeprefix, 0, NULL},
    {"removesuffix", m_removesuffix, 0, NULL},
};
const int n_str_methods = LEN(str_methods);
