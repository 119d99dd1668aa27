/* The built-in functions (2.4).  Class objects are in types.c, lazy
 * iterators in iterators.c; `open`, `eval`, `exec`, `input` and
 * `__import__` do not exist. */
#include "host/interp.h"
#include <math.h>
#include <stdlib.h>

/* ---- numbers ------------------------------------------------------------ */

static Value fn_abs(Interp *in, CallArgs *a)
{
    Value x;
    if (!args_bind(in, a, "x, /", &x)) return v_error();
    if (x.kind == V_FLOAT) return v_float(fabs(x.f));
    if (v_is_intlike(x))
        return x.i < 0 ? number_unary(in, OPR_NEG, x) : v_int(x.i);
    if (x.kind == V_TENSOR) return host_call_method(in, x, "abs", NULL, 0);
    return host_raise(in, EXC_TYPE_ERROR, "bad operand type for abs(): '%s'",
                      v_type_name(x));
}

static Value fn_divmod(Interp *in, CallArgs *a)
{
    Value x[2];
    if (!args_bind(in, a, "x, y, /", x)) return v_error();
    const Value r = number_divmod(in, x[0], x[1]);
    if (r.kind != V_NOTIMPL) return r;
    return host_raise(in, EXC_TYPE_ERROR,
                      "unsupported operand type(s) for divmod(): '%s' and '%s'",
                      v_type_name(x[0]), v_type_name(x[1]));
}

static Value fn_round(Interp *in, CallArgs *a)
{
    Value x[2];
    if (!args_bind(in, a, "number, ndigits=", x)) return v_error();
    if (v_is_number(x[0])) return number_round(in, x[0], x[1]);
    return host_raise(in, EXC_TYPE_ERROR,
                      "type %s doesn't define __round__ method",
                      v_type_name(x[0]));
}

static Value fn_pow(Interp *in, CallArgs *a)
{
    Value x[3];
    if (!args_bind(in, a, "base, exp, mod=", x)) return v_error();
    const Value p = host_binary(in, OPR_POW, x[0], x[1]);
    if (v_is_error(p) || !v_is_set(x[2]) || v_is_none(x[2])) return p;
    const Value r = host_binary(in, OPR_MOD, p, x[2]);
    v_drop(in, p);
    return r;
}

/* bin, oct, hex: format() with the prefix */
static Value in_base(Interp *in, CallArgs *a, const char *spec)
{
    Value x;
    int64_t i;
    Text t = {.a = in->scratch};
    if (!args_bind(in, a, "number, /", &x) || !arg_int(in, x, a->fname, &i))
        return v_error();
    const ArenaMark m = arena_mark(in->scratch);
    const bool ok = host_format(in, v_int(i), spec, &t);
    const Value r = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return r;
}

static Value fn_bin(Interp *in, CallArgs *a)
{
    return in_base(in, a, "#b");
}

static Value fn_oct(Interp *in, CallArgs *a)
{
    return in_base(in, a, "#o");
}

static Value fn_hex(Interp *in, CallArgs *a)
{
    return in_base(in, a, "#x");
}

static Value fn_chr(Interp *in, CallArgs *a)
{
    Value x;
    int64_t i;
    char utf8[4];
    if (!args_bind(in, a, "i, /", &x) || !arg_int(in, x, "chr()", &i))
        return v_error();
    if (i < 0 || i > 0x10FFFF || (i >= 0xD800 && i < 0xE000))
        return host_raise(in, EXC_VALUE_ERROR,
                          "chr() arg not in range(0x110000)");
    return v_str_n(in, utf8, (size_t)utf8_encode((uint32_t)i, utf8));
}

static Value fn_ord(Interp *in, CallArgs *a)
{
    Value x;
    int len;
    if (!args_bind(in, a, "character, /", &x)) return v_error();
    if (x.kind != V_STR)
        return host_raise(in, EXC_TYPE_ERROR,
                          "ord() expected string of length 1, but %s found",
                          v_type_name(x));
    if (x.str->nchars != 1)
        return host_raise(
            in, EXC_TYPE_ERROR,
            "ord() expected a character, but string of length %lld found",
            (long long)x.str->nchars);
    return v_int(utf8_decode(x.str->s, (size_t)x.str->len, &len));
}

/* ---- over iterables ----------------------------------------------------- */

/* all: stops at the first false; any: at the first true */
static Value quantify(Interp *in, CallArgs *a, int stop)
{
    Value src, item;
    Iter it;
    if (!args_bind(in, a, "iterable, /", &src) || !iter_start(in, &it, src))
        return v_error();
    int more, t = !stop;
    while (t == !stop && (more = iter_next(in, &it, &item)) != 0) {
        t = more < 0 ? -1 : host_truth(in, item);
        if (more > 0) v_drop(in, item);
    }
    iter_end(in, &it);
    return t < 0 ? v_error() : v_bool(t);
}

static Value fn_all(Interp *in, CallArgs *a)
{
    return quantify(in, a, 0);
}

static Value fn_any(Interp *in, CallArgs *a)
{
    return quantify(in, a, 1);
}

static Value fn_sum(Interp *in, CallArgs *a)
{
    Value arg[2], item;
    Iter it;
    if (!args_bind(in, a, "iterable, start=", arg)) return v_error();
    if (arg[1].kind == V_STR)
        return host_raise(in, EXC_TYPE_ERROR,
                          "sum() can't sum strings [use ''.join(seq) instead]");
    if (!iter_start(in, &it, arg[0])) return v_error();
    Value total = v_is_set(arg[1]) ? v_keep(arg[1]) : v_int(0);
    int more = 0;
    while (!v_is_error(total) && (more = iter_next(in, &it, &item)) > 0) {
        const Value next = host_binary(in, OPR_ADD, total, item);
        v_drop(in, total);
        v_drop(in, item);
        total = next;
    }
    iter_end(in, &it);
    if (more >= 0) return total;
    v_drop(in, total);
    return v_error();
}

/* Is x better than best?  1, 0, -1 */
static int better(Interp *in, Value x, Value best, bool max)
{
    return max ? host_less(in, best, x) : host_less(in, x, best);
}

static Value key_of(Interp *in, Value key, Value item)
{
    return v_is_none(key) ? v_keep(item)
                          : host_call(in, key, &item, 1, NULL, 0, in->at);
}

/* Takes item; keeps the better of it and *best. */
static bool consider(Interp *in, Value item, Value key, bool max, Value *best,
                     Value *best_key)
{
    const Value k = key_of(in, key, item);
    int r = v_is_error(k) ? -1 : 1;
    if (r > 0 && v_is_set(*best)) r = better(in, k, *best_key, max);
    if (r > 0) {
        v_drop(in, *best);
        v_drop(in, *best_key);
        *best = item;
        *best_key = k;
        return true;
    }
    v_drop(in, item);
    v_drop(in, k);
    return r == 0;
}

static Value extreme(Interp *in, CallArgs *a, bool max)
{
    Value arg[3], item;
    Iter it;
    if (!args_bind(in, a, "*args, key=, default=", arg)) return v_error();
    const SeqObj *args = arg[0].seq;
    if (args->n == 0)
        return host_raise(in, EXC_TYPE_ERROR,
                          "%s expected at least 1 argument, got 0", a->fname);
    if (args->n > 1 && v_is_set(arg[2]))
        return host_raise(
            in, EXC_TYPE_ERROR,
            "Cannot specify a default for %s() with multiple positional arguments",
            a->fname);
    if (!iter_start(in, &it, args->n == 1 ? args->p[0] : arg[0]))
        return v_error();
    Value best = v_unset(), best_key = v_unset();
    int more;
    while ((more = iter_next(in, &it, &item)) > 0)
        if (!consider(in, item, v_is_set(arg[1]) ? arg[1] : v_none(), max,
                      &best, &best_key)) {
            more = -1;
            break;
        }
    iter_end(in, &it);
    v_drop(in, best_key);
    if (more == 0 && v_is_set(best)) return best;
    v_drop(in, best);
    if (more < 0) return v_error();
    if (v_is_set(arg[2])) return v_keep(arg[2]);
    return host_raise(in, EXC_VALUE_ERROR, "%s() arg is an empty sequence",
                      a->fname);
}

static Value fn_max(Interp *in, CallArgs *a)
{
    return extreme(in, a, true);
}

static Value fn_min(Interp *in, CallArgs *a)
{
    return extreme(in, a, false);
}

/* ---- sorting ------------------------------------------------------------ */

typedef struct Pair {
    Value key, item;
} Pair;

/* May b go before a, which stands before it?  Equal ones keep their order. */
static int goes_first(Interp *in, const Pair *a, const Pair *b, bool reverse)
{
    return reverse ? host_less(in, a->key, b->key)
                   : host_less(in, b->key, a->key);
}

static bool merge(Interp *in, Pair *p, Pair *tmp, int n, int mid, bool reverse)
{
    memcpy(tmp, p, (size_t)n * sizeof *p);
    int i = 0, j = mid, k = 0;
    bool ok = true;
    while (i < mid && j < n) {
        const int r = ok ? goes_first(in, &tmp[i], &tmp[j], reverse) : 0;
        if (r < 0) ok = false;
        p[k++] = r > 0 ? tmp[j++] : tmp[i++];
    }
    while (i < mid) p[k++] = tmp[i++];
    while (j < n) p[k++] = tmp[j++];
    return ok;
}

static bool merge_sort(Interp *in, Pair *p, Pair *tmp, int n, bool reverse)
{
    if (n < 2) return true;
    const int mid = n / 2;
    return merge_sort(in, p, tmp, mid, reverse) &&
        merge_sort(in, p + mid, tmp, n - mid, reverse) &&
        merge(in, p, tmp, n, mid, reverse);
}

bool sort_values(Interp *in, Value *p, int n, Value key, bool reverse)
{
    Pair *pair = host_alloc((size_t)n * 2 * sizeof *pair);
    bool ok = true;
    int made = 0;
    for (; made < n && ok; made++) {
        pair[made] = (Pair){key_of(in, key, p[made]), p[made]};
        ok = !v_is_error(pair[made].key);
    }
    ok = ok && merge_sort(in, pair, pair + n, n, reverse);
    for (int i = 0; i < made; i++) {
        v_drop(in, pair[i].key);
        if (made == n) p[i] = pair[i].item;
    }
    free(pair);
    return ok;
}

static Value fn_sorted(Interp *in, CallArgs *a)
{
    Value arg[3];
    bool reverse = false;
    if (!args_bind(in, a, "iterable, /, *, key=, reverse=", arg))
        return v_error();
    if (v_is_set(arg[2]) && !arg_bool(in, arg[2], "reverse", &reverse))
        return v_error();
    const Value list = host_list_of(in, arg[0]);
    if (v_is_error(list)) return list;
    if (sort_values(in, list.seq->p, list.seq->n,
                    v_is_set(arg[1]) ? arg[1] : v_none(), reverse))
        return list;
    v_drop(in, list);
    return v_error();
}

/* ---- objects ------------------------------------------------------------ */

static Value fn_len(Interp *in, CallArgs *a)
{
    Value x;
    if (!args_bind(in, a, "obj, /", &x)) return v_error();
    const int64_t n = host_len(in, x);
    return n < 0 ? v_error() : v_int(n);
}

static Value shown(Interp *in, CallArgs *a, char conv)
{
    Value x;
    if (!args_bind(in, a, "obj, /", &x)) return v_error();
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const bool ok = host_convert(in, x, conv, &t);
    const Value r = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return r;
}

static Value fn_repr(Interp *in, CallArgs *a)
{
    return shown(in, a, 'r');
}

static Value fn_ascii(Interp *in, CallArgs *a)
{
    return shown(in, a, 'a');
}

static Value fn_format(Interp *in, CallArgs *a)
{
    Value x[2];
    Text t = {.a = in->scratch};
    if (!args_bind(in, a, "value, format_spec=, /", x)) return v_error();
    if (v_is_set(x[1]) && x[1].kind != V_STR)
        return host_raise(in, EXC_TYPE_ERROR,
                          "format() argument 2 must be str, not %s",
                          v_type_name(x[1]));
    const ArenaMark m = arena_mark(in->scratch);
    const char *spec = v_is_set(x[1]) ? x[1].str->s : "";
    const bool ok = host_format(in, x[0], spec, &t);
    const Value r = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return r;
}

static Value fn_callable(Interp *in, CallArgs *a)
{
    Value x;
    if (!args_bind(in, a, "obj, /", &x)) return v_error();
    switch ((ValueKind)x.kind) {
    case V_FUNC:
    case V_NATIVE:
    case V_BOUND:
    case V_TYPE:
    case V_EXCTYPE:
    case V_KERNEL: return v_bool(true);
    default: return v_bool(x.kind >= V_TENSOR && x.o->type->call);
    }
}

static Value fn_isinstance(Interp *in, CallArgs *a)
{
    Value x[2];
    bool r;
    if (!args_bind(in, a, "obj, class_or_tuple, /", x) ||
        !is_instance(in, x[0], x[1], &r))
        return v_error();
    return v_bool(r);
}

static bool attr_name(Interp *in, Value v, Str *name)
{
    if (v.kind != V_STR) {
        host_raise(in, EXC_TYPE_ERROR,
                   "attribute name must be string, not '%s'", v_type_name(v));
        return false;
    }
    *name = str_n(in->se, v.str->s, (size_t)v.str->len);
    return true;
}

/* V_UNSET when there is no such attribute */
static Value find_attr(Interp *in, Value of, Str name)
{
    const Value v = host_find_attr(in, of, name);
    if (!v_is_error(v) || !exc_type_is(in->exc->type, EXC_ATTRIBUTE_ERROR))
        return v;
    host_clear(in);
    return v_unset();
}

static Value fn_getattr(Interp *in, CallArgs *a)
{
    Value arg[3];
    Str name;
    if (!args_bind(in, a, "object, name, default=, /", arg) ||
        !attr_name(in, arg[1], &name))
        return v_error();
    if (!v_is_set(arg[2])) return host_getattr(in, arg[0], name);
    const Value v = find_attr(in, arg[0], name);
    return v.kind == V_UNSET ? v_keep(arg[2]) : v;
}

static Value fn_hasattr(Interp *in, CallArgs *a)
{
    Value arg[2];
    Str name;
    if (!args_bind(in, a, "object, name, /", arg) ||
        !attr_name(in, arg[1], &name))
        return v_error();
    const Value v = find_attr(in, arg[0], name);
    v_drop(in, v);
    return v_is_error(v) ? v : v_bool(v_is_set(v));
}

static Value fn_setattr(Interp *in, CallArgs *a)
{
    Value arg[3];
    Str name;
    if (!args_bind(in, a, "object, name, value, /", arg) ||
        !attr_name(in, arg[1], &name))
        return v_error();
    return host_setattr(in, arg[0], name, arg[2]) ? v_none() : v_error();
}

static Value fn_vars(Interp *in, CallArgs *a)
{
    Value x;
    if (!args_bind(in, a, "object, /", &x)) return v_error();
    if (v_has_type(x, &namespace_type))
        return v_keep(((NamespaceObj *)x.o)->dict);
    if (v_has_type(x, &instance_type)) return instance_dict(in, x);
    return host_raise(in, EXC_TYPE_ERROR,
                      "vars() argument must be a namespace or a dataclass "
                      "instance, not %s",
                      v_type_name(x));
}

/* ---- print -------------------------------------------------------------- */

static bool is_separator(Interp *in, Value v, const char *what)
{
    if (!v_is_set(v) || v_is_none(v) || v.kind == V_STR) return true;
    host_raise(in, EXC_TYPE_ERROR, "%s must be None or a string, not %s", what,
               v_type_name(v));
    return false;
}

static void put_separator(Value v, const char *dflt, Text *t)
{
    if (v.kind == V_STR)
        text_put(t, v.str->s, (size_t)v.str->len);
    else
        text_puts(t, dflt);
}

static bool put_line(Interp *in, const SeqObj *args, Value sep, Value end,
                     Text *t)
{
    if (!is_separator(in, sep, "sep") || !is_separator(in, end, "end"))
        return false;
    for (int i = 0; i < args->n; i++) {
        if (i) put_separator(sep, " ", t);
        if (!host_str(in, args->p[i], t)) return false;
    }
    put_separator(end, "\n", t);
    return true;
}

static Value fn_print(Interp *in, CallArgs *a)
{
    Value arg[5];
    if (!args_bind(in, a, "*args, sep=, end=, file=, flush=", arg))
        return v_error();
    FILE *f = v_is_set(arg[3]) && !v_is_none(arg[3]) ? stream_of(in, arg[3])
                                                     : in->opt.out;
    if (!f)
        return host_raise(in, EXC_TYPE_ERROR,
                          "file must be sys.stdout or sys.stderr, not %s",
                          v_type_name(arg[3]));
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const bool ok = put_line(in, arg[0].seq, arg[1], arg[2], &t);
    if (ok) fwrite(text_str(&t), 1, t.n, f);
    arena_reset(in->scratch, m);
    if (ok && v_is_set(arg[4]) && host_truth(in, arg[4]) > 0) fflush(f);
    return ok ? v_none() : v_error();
}

/* `property` is a decorator of dataclass methods: see classes.c */
static Value make_property(Interp *in)
{
    return property_new(in, v_none());
}

const NativeDef builtin_defs[] = {
    {"abs", fn_abs, 0, NULL},
    {"all", fn_all, 0, NULL},
    {"any", fn_any, 0, NULL},
    {"ascii", fn_ascii, 0, NULL},
    {"bin", fn_bin, 0, NULL},
    {"callable", fn_callable, 0, NULL},
    {"chr", fn_chr, 0, NULL},
    {"divmod", fn_divmod, 0, NULL},
    {"enumerate", fn_enumerate, 0, NULL},
    {"filter", fn_filter, 0, NULL},
    {"format", fn_format, 0, NULL},
    {"getattr", fn_getattr, 0, NULL},
    {"hasattr", fn_hasattr, 0, NULL},
    {"hex", fn_hex, 0, NULL},
    {"isinstance", fn_isinstance, 0, NULL},
    {"iter", fn_iter, 0, NULL},
    {"len", fn_len, 0, NULL},
    {"map", fn_map, 0, NULL},
    {"max", fn_max, 0, NULL},
    {"min", fn_min, 0, NULL},
    {"next", fn_next, 0, NULL},
    {"oct", fn_oct, 0, NULL},
    {"ord", fn_ord, 0, NULL},
    {"pow", fn_pow, 0, NULL},
    {"print", fn_print, 0, NULL},
    {"property", NULL, 0, make_property},
    {"repr", fn_repr, 0, NULL},
    {"reversed", fn_reversed, 0, NULL},
    {"round", fn_round, 0, NULL},
    {"setattr", fn_setattr, 0, NULL},
    {"sorted", fn_sorted, 0, NULL},
    {"sum", fn_sum, 0, NULL},
    {"vars", fn_vars, 0, NULL},
    {"zip", fn_zip, 0, NULL},
};
const int n_builtin_defs = LEN(builtin_defs);
