/* enumerate, zip, map and reversed: objects that hold iterators and make one
 * item at a time. */
#include "host/interp.h"
#include <stdlib.h>

typedef struct LazyObj {
    Obj o;
    Value fn;      /* map */
    int64_t count; /* enumerate; reversed: next position */
    bool full;     /* enumerate: the next count does not fit */
    Iter *it;
    int n; /* sources */
} LazyObj;

static void lazy_drop(Interp *in, Obj *o)
{
    LazyObj *z = (LazyObj *)o;
    for (int i = 0; i < z->n; i++) iter_end(in, &z->it[i]);
    free(z->it);
    v_drop(in, z->fn);
}

static Value enumerate_next(Interp *in, Value self)
{
    LazyObj *z = (LazyObj *)self.o;
    Value item;
    const int more = iter_next(in, &z->it[0], &item);
    if (more <= 0) return more ? v_error() : v_unset();
    if (!z->full) {
        const Value i = v_int(z->count);
        z->full = !add_ok(z->count, 1, &z->count);
        return v_tuple_take(in, (Value[]){i, item}, 2);
    }
    v_drop(in, item);
    return host_raise_code(
        in, EXC_OVERFLOW_ERROR, E0802,
        "integer overflow: the count of enumerate() does not fit 64 bits");
}

/* one item of each source; V_UNSET when any is at its end */
static Value next_tuple(Interp *in, LazyObj *z)
{
    if (z->n == 0) return v_unset();
    const Value list = v_list(in, z->n);
    for (int i = 0; i < z->n; i++) {
        Value item;
        const int more = iter_next(in, &z->it[i], &item);
        if (more > 0 && list_push_take(in, list, item)) continue;
        v_drop(in, list);
        return more == 0 ? v_unset() : v_error();
    }
    list.o->kind = V_TUPLE;
    return v_obj(list.o);
}

static Value zip_next(Interp *in, Value self)
{
    return next_tuple(in, (LazyObj *)self.o);
}

static Value map_next(Interp *in, Value self)
{
    LazyObj *z = (LazyObj *)self.o;
    const Value args = next_tuple(in, z);
    if (!v_is_set(args)) return args;
    const Value v = host_call(in, z->fn, args.seq->p, args.seq->n, NULL, 0,
                              in->at);
    v_drop(in, args);
    return v;
}

static Value filter_next(Interp *in, Value self)
{
    LazyObj *z = (LazyObj *)self.o;
    Value item;
    int more;
    while ((more = iter_next(in, &z->it[0], &item)) > 0) {
        const Value v = v_is_none(z->fn)
            ? v_keep(item)
            : host_call(in, z->fn, &item, 1, NULL, 0, in->at);
        const int keep = v_is_error(v) ? -1 : host_truth(in, v);
        if (!v_is_error(v)) v_drop(in, v);
        if (keep > 0) return item;
        v_drop(in, item);
        if (keep < 0) return v_error();
    }
    return more ? v_error() : v_unset();
}

static Value plain_next(Interp *in, Value self)
{
    Value item;
    const int more = iter_next(in, &((LazyObj *)self.o)->it[0], &item);
    return more > 0 ? item : more ? v_error() : v_unset();
}

static Value reversed_next(Interp *in, Value self)
{
    LazyObj *z = (LazyObj *)self.o;
    if (z->count < 0) return v_unset();
    return host_getitem(in, z->it[0].src, v_int(z->count--));
}

static const NativeType enumerate_type = {.name = "enumerate",
                                          .drop = lazy_drop,
                                          .next = enumerate_next};
static const NativeType zip_type = {.name = "zip",
                                    .drop = lazy_drop,
                                    .next = zip_next};
static const NativeType map_type = {.name = "map",
                                    .drop = lazy_drop,
                                    .next = map_next};
static const NativeType filter_type = {.name = "filter",
                                       .drop = lazy_drop,
                                       .next = filter_next};
static const NativeType iterator_type = {.name = "iterator",
                                         .drop = lazy_drop,
                                         .next = plain_next};
static const NativeType reversed_type = {.name = "reversed",
                                         .drop = lazy_drop,
                                         .next = reversed_next};

static Value lazy_new(Interp *in, const NativeType *type, const Value *src,
                      int n)
{
    LazyObj *z = obj_new(in, V_OBJ, type, sizeof *z);
    z->fn = v_unset();
    z->it = host_alloc((size_t)n * sizeof *z->it);
    for (int i = 0; i < n; i++) {
        if (iter_start(in, &z->it[z->n++], src[i])) continue;
        v_drop(in, v_obj(&z->o));
        return v_error();
    }
    return v_obj(&z->o);
}

Value fn_enumerate(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "iterable, start=", arg)) return v_error();
    int64_t start = 0;
    if (v_is_set(arg[1]) && !arg_int(in, arg[1], "start", &start))
        return v_error();
    const Value v = lazy_new(in, &enumerate_type, arg, 1);
    if (!v_is_error(v)) ((LazyObj *)v.o)->count = start;
    return v;
}

/* strict=True compares the lengths first */
static bool same_lengths(Interp *in, const Value *p, int n)
{
    for (int i = 1; i < n; i++) {
        const int64_t a = host_len(in, p[0]), b = host_len(in, p[i]);
        if (a < 0 || b < 0) return false;
        if (a == b) continue;
        host_raise(in, EXC_VALUE_ERROR,
                   "zip() argument %d is %s than argument%s", i + 1,
                   b < a ? "shorter" : "longer",
                   i == 1 ? " 1" : "s 1 and before");
        return false;
    }
    return true;
}

Value fn_zip(Interp *in, CallArgs *a)
{
    Value arg[2];
    bool strict = false;
    if (!args_bind(in, a, "*iterables, strict=", arg)) return v_error();
    if (v_is_set(arg[1]) && !arg_bool(in, arg[1], "strict", &strict))
        return v_error();
    if (strict && !same_lengths(in, arg[0].seq->p, arg[0].seq->n))
        return v_error();
    return lazy_new(in, &zip_type, arg[0].seq->p, arg[0].seq->n);
}

Value fn_map(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "func, *iterables", arg)) return v_error();
    if (arg[1].seq->n == 0)
        return host_raise(in, EXC_TYPE_ERROR,
                          "map() must have at least two arguments.");
    const Value v = lazy_new(in, &map_type, arg[1].seq->p, arg[1].seq->n);
    if (!v_is_error(v)) ((LazyObj *)v.o)->fn = v_keep(arg[0]);
    return v;
}

Value fn_filter(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "function, iterable, /", arg)) return v_error();
    const Value v = lazy_new(in, &filter_type, &arg[1], 1);
    if (!v_is_error(v)) ((LazyObj *)v.o)->fn = v_keep(arg[0]);
    return v;
}

static bool is_iterator(Value v)
{
    return v.kind >= V_TENSOR && v.o->type && v.o->type->next;
}

Value fn_iter(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "iterable, /", &arg)) return v_error();
    return is_iterator(arg) ? v_keep(arg)
                            : lazy_new(in, &iterator_type, &arg, 1);
}

Value fn_next(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "iterator, default=, /", arg)) return v_error();
    if (!is_iterator(arg[0]))
        return host_raise(in, EXC_TYPE_ERROR, "'%s' object is not an iterator",
                          v_type_name(arg[0]));
    const Value v = arg[0].o->type->next(in, arg[0]);
    if (v_is_error(v) || v_is_set(v)) return v;
    if (v_is_set(arg[1])) return v_keep(arg[1]);
    return host_raise(in, EXC_STOP_ITERATION, "the iterator is at its end");
}

Value fn_reversed(Interp *in, CallArgs *a)
{
    Value arg;
    if (!args_bind(in, a, "sequence, /", &arg)) return v_error();
    Value seq = arg;
    const bool listed = arg.kind == V_DICT ||
        arg.kind == V_OBJ; /* dicts and their views go by position, too */
    if (listed) seq = host_list_of(in, arg);
    if (v_is_error(seq)) return seq;
    const int64_t n = host_len(in, seq);
    const Value v = n < 0 ? v_error() : lazy_new(in, &reversed_type, &seq, 1);
    if (!v_is_error(v)) ((LazyObj *)v.o)->count = n - 1;
    if (listed) v_drop(in, seq);
    return v;
}
