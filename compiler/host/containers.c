/* Methods of list, tuple and dict. */
#include "host/interp.h"

/* ---- list --------------------------------------------------------------- */

static Value l_append(Interp *in, CallArgs *a)
{
    Value v;
    if (!args_bind(in, a, "object, /", &v)) return v_error();
    return list_push_take(in, a->self, v_keep(v)) ? v_none() : v_error();
}

static Value l_extend(Interp *in, CallArgs *a)
{
    Value v;
    if (!args_bind(in, a, "iterable, /", &v)) return v_error();
    return host_list_extend(in, a->self, v) ? v_none() : v_error();
}

static Value l_insert(Interp *in, CallArgs *a)
{
    Value arg[2];
    int64_t i;
    if (!args_bind(in, a, "index, object, /", arg) ||
        !arg_int(in, arg[0], "index", &i))
        return v_error();
    const int64_t n = a->self.seq->n;
    if (i < 0) i = i + n < 0 ? 0 : i + n;
    return list_insert(in, a->self, i > n ? n : i, v_keep(arg[1])) ? v_none()
                                                                   : v_error();
}

static Value l_pop(Interp *in, CallArgs *a)
{
    Value arg;
    int64_t i = -1;
    if (!args_bind(in, a, "index=, /", &arg)) return v_error();
    if (v_is_set(arg) && !arg_int(in, arg, "index", &i)) return v_error();
    const int64_t n = a->self.seq->n;
    if (n == 0) return host_raise(in, EXC_INDEX_ERROR, "pop from empty list");
    if (i < 0) i += n;
    if (i < 0 || i >= n)
        return host_raise(in, EXC_INDEX_ERROR, "pop index out of range");
    return list_remove(a->self, i);
}

static Value seq_find(Interp *in, CallArgs *a)
{
    Value x;
    if (!args_bind(in, a, "value, /", &x)) return v_error();
    for (int i = 0; i < a->self.seq->n; i++) {
        const int r = host_equal(in, a->self.seq->p[i], x);
        if (r) return r < 0 ? v_error() : v_int(i);
    }
    if (a->self.kind == V_TUPLE)
        return host_raise(in, EXC_VALUE_ERROR,
                          "tuple.index(x): x not in tuple");
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    if (host_repr(in, x, &t))
        host_raise(in, EXC_VALUE_ERROR, "%s is not in list", text_str(&t));
    arena_reset(in->scratch, m);
    return v_error();
}

static Value seq_count(Interp *in, CallArgs *a)
{
    Value x;
    int64_t n = 0;
    if (!args_bind(in, a, "value, /", &x)) return v_error();
    for (int i = 0; i < a->self.seq->n; i++) {
        const int r = host_equal(in, a->self.seq->p[i], x);
        if (r < 0) return v_error();
        n += r;
    }
    return v_int(n);
}

static void swap_items(SeqObj *a, SeqObj *b)
{
    const SeqObj t = *a;
    a->p = b->p, a->n = b->n, a->cap = b->cap;
    b->p = t.p, b->n = t.n, b->cap = t.cap;
}

static Value l_sort(Interp *in, CallArgs *a)
{
    Value arg[2];
    bool reverse = false;
    if (!args_bind(in, a, "*, key=, reverse=", arg)) return v_error();
    if (v_is_set(arg[1]) && !arg_bool(in, arg[1], "reverse", &reverse))
        return v_error();
    const Value work =
        v_list(in, 0); /* the list is empty meanwhile, as in Python */
    swap_items(work.seq, a->self.seq);
    const bool ok = sort_values(in, work.seq->p, work.seq->n,
                                v_is_set(arg[0]) ? arg[0] : v_none(), reverse);
    swap_items(work.seq, a->self.seq);
    v_drop(in, work);
    return ok ? v_none() : v_error();
}

static Value l_reverse(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    SeqObj *s = a->self.seq;
    for (int i = 0, j = s->n - 1; i < j; i++, j--) {
        const Value t = s->p[i];
        s->p[i] = s->p[j];
        s->p[j] = t;
    }
    return v_none();
}

static Value l_remove(Interp *in, CallArgs *a)
{
    Value x;
    if (!args_bind(in, a, "value, /", &x)) return v_error();
    for (int i = 0; i < a->self.seq->n; i++) {
        const int r = host_equal(in, a->self.seq->p[i], x);
        if (r < 0) return v_error();
        if (!r || i >= a->self.seq->n) continue; /* comparing may shorten it */
        v_drop(in, list_remove(a->self, i));
        return v_none();
    }
    return host_raise(in, EXC_VALUE_ERROR, "list.remove(x): x not in list");
}

static Value l_clear(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    const Value was = v_list(in, 0);
    swap_items(was.seq, a->self.seq);
    v_drop(in, was);
    return v_none();
}

static Value l_copy(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    return host_list_of(in, a->self);
}

const NativeDef list_methods[] = {
    {"append", l_append, 0, NULL}, {"extend", l_extend, 0, NULL},
    {"insert", l_insert, 0, NULL}, {"pop", l_pop, 0, NULL},
    {"index", seq_find, 0, NULL},  {"count", seq_count, 0, NULL},
    {"sort", l_sort, 0, NULL},     {"reverse", l_reverse, 0, NULL},
    {"copy", l_copy, 0, NULL},     {"remove", l_remove, 0, NULL},
    {"clear", l_clear, 0, NULL},
};
const int n_list_methods = LEN(list_methods);

const NativeDef tuple_methods[] = {
    {"index", seq_find, 0, NULL},
    {"count", seq_count, 0, NULL},
};
const int n_tuple_methods = LEN(tuple_methods);

/* ---- dict --------------------------------------------------------------- */

/* Views are made as lists of what is there now. */
static Value dict_list(Interp *in, CallArgs *a, char what)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    const Value list = v_list(in, a->self.dict->live);
    int pos = 0;
    Value k, v;
    while (dict_next(a->self, &pos, &k, &v)) {
        const Value item = what == 'k' ? v_keep(k)
            : what == 'v'              ? v_keep(v)
                                       : v_tuple(in, (Value[]){k, v}, 2);
        if (list_push_take(in, list, item)) continue;
        v_drop(in, list);
        return v_error();
    }
    return list;
}

/* What keys(), values() and items() return: prints like Python's view. */
typedef struct ViewObj {
    Obj o;
    Value list;
    const char *name;
} ViewObj;

static void view_drop(Interp *in, Obj *o)
{
    v_drop(in, ((ViewObj *)o)->list);
}

static Value view_item(Interp *in, Value self, int64_t i)
{
    (void)in;
    const SeqObj *s = ((ViewObj *)self.o)->list.seq;
    return i < s->n ? v_keep(s->p[i]) : v_unset();
}

static int64_t view_len(Interp *in, Value self)
{
    (void)in;
    return ((ViewObj *)self.o)->list.seq->n;
}

static bool view_repr(Interp *in, Value self, Text *t)
{
    const ViewObj *v = (ViewObj *)self.o;
    text_printf(t, "%s(", v->name);
    if (!host_repr(in, v->list, t)) return false;
    text_putc(t, ')');
    return true;
}

static const NativeType view_type = {
    .name = "dict_view",
    .drop = view_drop,
    .item = view_item,
    .len = view_len,
    .repr = view_repr,
};

static Value view_new(Interp *in, CallArgs *a, char what)
{
    const Value list = dict_list(in, a, what);
    if (v_is_error(list)) return list;
    ViewObj *v = obj_new(in, V_OBJ, &view_type, sizeof *v);
    v->list = list;
    v->name = what == 'k' ? "dict_keys"
        : what == 'v'     ? "dict_values"
                          : "dict_items";
    return v_obj(&v->o);
}

static Value d_items(Interp *in, CallArgs *a)
{
    return view_new(in, a, 'i');
}

static Value d_keys(Interp *in, CallArgs *a)
{
    return view_new(in, a, 'k');
}

static Value d_values(Interp *in, CallArgs *a)
{
    return view_new(in, a, 'v');
}

static Value d_get(Interp *in, CallArgs *a)
{
    Value arg[2], v;
    if (!args_bind(in, a, "key, default=, /", arg)) return v_error();
    const int r = dict_get(in, a->self, arg[0], &v);
    if (r < 0) return v_error();
    if (r) return v_keep(v);
    return v_is_set(arg[1]) ? v_keep(arg[1]) : v_none();
}

static Value d_setdefault(Interp *in, CallArgs *a)
{
    Value arg[2], v;
    if (!args_bind(in, a, "key, default=, /", arg)) return v_error();
    const int r = dict_get(in, a->self, arg[0], &v);
    if (r < 0) return v_error();
    if (r) return v_keep(v);
    v = v_is_set(arg[1]) ? arg[1] : v_none();
    return dict_set(in, a->self, arg[0], v) ? v_keep(v) : v_error();
}

static Value d_pop(Interp *in, CallArgs *a)
{
    Value arg[2], v;
    if (!args_bind(in, a, "key, default=, /", arg)) return v_error();
    const int r = dict_get(in, a->self, arg[0], &v);
    if (r < 0) return v_error();
    if (!r)
        return v_is_set(arg[1]) ? v_keep(arg[1])
                                : raise_no_key(in, a->self, arg[0]);
    v_keep(v);
    dict_del(in, a->self, arg[0]);
    return v;
}

/* pairs of an iterable, as dict(...) and update() take them */
static bool update_pairs(Interp *in, Value dict, Value src)
{
    const Value list = host_list_of(in, src);
    if (v_is_error(list)) return false;
    bool ok = true;
    for (int i = 0; i < list.seq->n && ok; i++) {
        const Value pair = host_list_of(in, list.seq->p[i]);
        ok = !v_is_error(pair);
        if (ok && pair.seq->n != 2) {
            host_raise(
                in, EXC_VALUE_ERROR,
                "dictionary update sequence element #%d has length %d; 2 is required",
                i, pair.seq->n);
            ok = false;
        }
        ok = ok && dict_set(in, dict, pair.seq->p[0], pair.seq->p[1]);
        v_drop(in, pair);
    }
    v_drop(in, list);
    return ok;
}

bool dict_update(Interp *in, Value dict, Value src)
{
    if (src.kind != V_DICT) return update_pairs(in, dict, src);
    int pos = 0;
    Value k, v;
    while (dict_next(src, &pos, &k, &v))
        if (!dict_set(in, dict, k, v)) return false;
    return true;
}

static Value d_update(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "other=, /, **kw", arg)) return v_error();
    if (v_is_set(arg[0]) && !dict_update(in, a->self, arg[0])) return v_error();
    return dict_update(in, a->self, arg[1]) ? v_none() : v_error();
}

static Value d_copy(Interp *in, CallArgs *a)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    const Value d = v_dict(in);
    if (dict_update(in, d, a->self)) return d;
    v_drop(in, d);
    return v_error();
}

const NativeDef dict_methods[] = {
    {"get", d_get, 0, NULL},
    {"items", d_items, 0, NULL},
    {"keys", d_keys, 0, NULL},
    {"values", d_values, 0, NULL},
    {"setdefault", d_setdefault, 0, NULL},
    {"update", d_update, 0, NULL},
    {"pop", d_pop, 0, NULL},
    {"copy", d_copy, 0, NULL},
};
const int n_dict_methods = LEN(dict_methods);
