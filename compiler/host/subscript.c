/* x[i], x[i] = v and del x[i] for the built-in containers; native types have
 * their own. */
#include "host/interp.h"

static const char *index_error(Value seq)
{
    switch ((ValueKind)seq.kind) {
    case V_LIST: return "list index out of range";
    case V_TUPLE: return "tuple index out of range";
    case V_RANGE: return "range object index out of range";
    default: return "string index out of range";
    }
}

/* An int in [0, n) from a possibly negative index. */
static bool seq_position(Interp *in, Value seq, Value index, int64_t n,
                         const char *error, int64_t *out)
{
    const char *what = seq.kind == V_STR
        ? "string indices must be integers, not '%s'"
        : seq.kind == V_RANGE
        ? "range indices must be integers or slices, not %s"
        : seq.kind == V_LIST
        ? "list indices must be integers or slices, not %s"
        : "tuple indices must be integers or slices, not %s";
    if (!v_is_intlike(index)) {
        const ArenaMark m = arena_mark(in->scratch);
        const char *wrong = arena_printf(in->scratch, what, v_type_name(index));
        const bool ok = value_to_index(in, index, wrong, out);
        arena_reset(in->scratch, m);
        if (!ok) return false;
    } else {
        *out = index.i;
    }
    if (*out < 0) *out += n;
    if (*out >= 0 && *out < n) return true;
    host_raise(in, EXC_INDEX_ERROR, "%s", error);
    return false;
}

static Value seq_slice(Interp *in, Value seq, int64_t start, int64_t step,
                       int64_t count)
{
    const Value r = v_list(in, (int)count);
    for (int64_t i = 0; i < count; i++)
        r.seq->p[r.seq->n++] = v_keep(seq.seq->p[start + i * step]);
    r.o->kind = seq.kind;
    return v_obj(r.o);
}

static Value str_slice(Interp *in, Value s, int64_t start, int64_t step,
                       int64_t count)
{
    if (step == 1) return str_sub(in, s.str, start, start + count);
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    for (int64_t i = 0; i < count; i++) {
        const Value c = str_char(in, s.str, start + i * step);
        text_put(&t, c.str->s, (size_t)c.str->len);
        v_drop(in, c);
    }
    const Value r = v_from_text(in, &t);
    arena_reset(in->scratch, m);
    return r;
}

/* element i, also one past the ends; clipped where it does not fit */
static int64_t range_at(const RangeObj *r, int64_t i)
{
    const __int128 x = (__int128)i * r->step + r->start;
    return x > INT64_MAX ? INT64_MAX : x < INT64_MIN ? INT64_MIN : (int64_t)x;
}

static Value range_slice(Interp *in, const RangeObj *r, int64_t start,
                         int64_t stop, int64_t step)
{
    int64_t s;
    if (!mul_ok(r->step, step, &s))
        return host_raise(in, EXC_OVERFLOW_ERROR,
                          "range step does not fit 64 bits");
    return v_range(in, range_at(r, start), range_at(r, stop), s);
}

static Value slice_get(Interp *in, Value v, Value slice)
{
    int64_t start, stop, step, count;
    const int64_t n = host_len(in, v);
    if (!slice_indices(in, slice, n, &start, &stop, &step, &count))
        return v_error();
    if (v.kind == V_STR) return str_slice(in, v, start, step, count);
    if (v.kind == V_RANGE) return range_slice(in, v.range, start, stop, step);
    return seq_slice(in, v, start, step, count);
}

enum { KEYS_SHOWN = 12 };

/* the nearest of the keys that are texts, or all of them if they are few */
static void help_keys(Interp *in, Value d, Value key)
{
    VEC(const char *) names = {0};
    Text all = {.a = in->se->arena};
    Value k, v;
    for (int pos = 0; dict_next(d, &pos, &k, &v);) {
        if (k.kind != V_STR) continue;
        vec_push(in->se->arena, &names, k.str->s);
        if (names.n <= KEYS_SHOWN)
            text_printf(&all, "%s`%s`", all.n ? ", " : "", k.str->s);
    }
    if (key.kind != V_STR || !names.n) return;
    const char *near = str_nearest(key.str->s, names.p, names.n);
    if (near)
        host_help(in, "did you mean `%s`?",
                  arena_printf(in->se->arena, "%s", near));
    else if (names.n <= KEYS_SHOWN)
        host_help(in, "the keys are %s", text_str(&all));
}

Value raise_no_key(Interp *in, Value d, Value key)
{
    raise_key(in, EXC_KEY_ERROR, key);
    help_keys(in, d, key);
    return v_error();
}

static Value dict_lookup(Interp *in, Value d, Value key)
{
    Value v;
    const int r = dict_get(in, d, key, &v);
    if (r > 0) return v_keep(v);
    return r < 0 ? v_error() : raise_no_key(in, d, key);
}

Value host_getitem(Interp *in, Value v, Value index)
{
    int64_t i;
    switch ((ValueKind)v.kind) {
    case V_DICT: return dict_lookup(in, v, index);
    case V_LIST:
    case V_TUPLE:
    case V_STR:
    case V_RANGE:
        if (index.kind == V_SLICE) return slice_get(in, v, index);
        if (!seq_position(in, v, index, host_len(in, v), index_error(v), &i))
            return v_error();
        if (v.kind == V_STR) return str_char(in, v.str, i);
        return v.kind == V_RANGE ? v_int(v.range->start + i * v.range->step)
                                 : v_keep(v.seq->p[i]);
    default: break;
    }
    if (v.kind >= V_TENSOR && v.o->type->getitem)
        return v.o->type->getitem(in, v, index);
    return host_raise(in, EXC_TYPE_ERROR, "'%s' object is not subscriptable",
                      v_type_name(v));
}

/* list[a:b] = items; with a step the counts must agree */
static bool slice_set(Interp *in, Value list, Value slice, Value items)
{
    int64_t start, stop, step, count;
    if (!slice_indices(in, slice, list.seq->n, &start, &stop, &step, &count))
        return false;
    const Value src = host_list_of(in, items);
    if (v_is_error(src)) return false;
    if (step != 1 && src.seq->n != count) {
        host_raise(
            in, EXC_VALUE_ERROR,
            "attempt to assign sequence of size %d to extended slice of size %lld",
            src.seq->n, (long long)count);
        v_drop(in, src);
        return false;
    }
    bool ok = true;
    int64_t i = 0;
    for (; i < count && i < src.seq->n; i++) {
        const Value old = list.seq->p[start + i * step];
        list.seq->p[start + i * step] = v_keep(src.seq->p[i]);
        v_drop(in, old);
    }
    for (int64_t k = i; k < count; k++)
        v_drop(in, list_remove(list, start + i));
    for (; ok && i < src.seq->n; i++)
        ok = list_insert(in, list, start + i, v_keep(src.seq->p[i]));
    v_drop(in, src);
    return ok;
}

bool host_setitem(Interp *in, Value v, Value index, Value x)
{
    int64_t i;
    if (v.kind == V_DICT) return dict_set(in, v, index, x);
    if (v.kind == V_LIST && index.kind == V_SLICE)
        return slice_set(in, v, index, x);
    if (v.kind == V_LIST) {
        if (!seq_position(in, v, index, v.seq->n,
                          "list assignment index out of range", &i))
            return false;
        const Value old = v.seq->p[i];
        v.seq->p[i] = v_keep(x);
        v_drop(in, old);
        return true;
    }
    if (v.kind >= V_TENSOR && v.o->type->setitem)
        return v.o->type->setitem(in, v, index, x);
    host_raise(in, EXC_TYPE_ERROR,
               "'%s' object does not support item assignment", v_type_name(v));
    return false;
}

static bool slice_del(Interp *in, Value list, Value slice)
{
    int64_t start, stop, step, count;
    if (!slice_indices(in, slice, list.seq->n, &start, &stop, &step, &count))
        return false;
    if (step < 0) {
        start += (count - 1) * step;
        step = -step;
    }
    for (int64_t k = count - 1; k >= 0; k--)
        v_drop(in, list_remove(list, start + k * step));
    return true;
}

bool host_delitem(Interp *in, Value v, Value index)
{
    int64_t i;
    if (v.kind == V_DICT) {
        const int r = dict_del(in, v, index);
        if (!r) raise_no_key(in, v, index);
        return r > 0;
    }
    if (v.kind == V_LIST && index.kind == V_SLICE)
        return slice_del(in, v, index);
    if (v.kind == V_LIST) {
        if (!seq_position(in, v, index, v.seq->n,
                          "list assignment index out of range", &i))
            return false;
        v_drop(in, list_remove(v, i));
        return true;
    }
    host_raise(in, EXC_TYPE_ERROR, "'%s' object doesn't support item deletion",
               v_type_name(v));
    return false;
}
