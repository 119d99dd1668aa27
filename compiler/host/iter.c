/* Iteration: over containers, ranges, strings, native objects, and the lazy
 * iterators that enumerate, zip, map and reversed return. */
#include "host/interp.h"

bool iter_start(Interp *in, Iter *it, Value v)
{
    it->src = v_unset();
    it->i = 0;
    const NativeType *t = v.kind >= V_TENSOR ? v.o->type : NULL;
    const bool ok = v.kind == V_LIST || v.kind == V_TUPLE || v.kind == V_DICT ||
        v.kind == V_SET || v.kind == V_RANGE || v.kind == V_STR ||
        (t && (t->item || t->next));
    if (!ok) {
        host_raise(in, EXC_TYPE_ERROR, "'%s' object is not iterable",
                   v_type_name(v));
        return false;
    }
    it->src = v_keep(v);
    it->live = v.kind == V_DICT || v.kind == V_SET ? v.dict->live : 0;
    return true;
}

void iter_end(Interp *in, Iter *it)
{
    v_drop(in, it->src);
    it->src = v_unset();
}

static Value next_char(Interp *in, Iter *it)
{
    StrObj *s = it->src.str;
    if (it->i >= s->len) return v_unset();
    const char *p = s->s + it->i;
    const int n = char_bytes(p, s->s + s->len);
    it->i += n;
    return v_str_n(in, p, (size_t)n);
}

static Value next_key(Interp *in, Iter *it)
{
    int pos = (int)it->i;
    Value k, v;
    if (it->src.dict->live != it->live)
        return host_raise(in, EXC_RUNTIME_ERROR,
                          "%s changed size during iteration",
                          it->src.kind == V_SET ? "Set" : "dictionary");
    if (!dict_next(it->src, &pos, &k, &v)) return v_unset();
    it->i = pos;
    return v_keep(k);
}

/* iterators over iterators go as deep as they were nested */
static Value next_native(Interp *in, Iter *it)
{
    if (!stack_ok(in)) return v_error();
    const NativeType *t = it->src.o->type;
    return t->next ? t->next(in, it->src) : t->item(in, it->src, it->i++);
}

int iter_next(Interp *in, Iter *it, Value *out)
{
    if (!host_step(in)) return -1;
    const Value src = it->src;
    switch ((ValueKind)src.kind) {
    case V_LIST:
    case V_TUPLE:
        *out = it->i < src.seq->n ? v_keep(src.seq->p[it->i++]) : v_unset();
        break;
    case V_RANGE:
        *out = it->i < src.range->len
            ? v_int(src.range->start + it->i * src.range->step)
            : v_unset();
        it->i++;
        break;
    case V_STR: *out = next_char(in, it); break;
    case V_DICT:
    case V_SET: *out = next_key(in, it); break;
    default: *out = next_native(in, it);
    }
    return v_is_error(*out) ? -1 : v_is_set(*out);
}

Value host_list_of(Interp *in, Value iterable)
{
    Iter it;
    if (!iter_start(in, &it, iterable)) return v_error();
    const Value list = v_list(in, 0);
    Value item;
    int more;
    while ((more = iter_next(in, &it, &item)) > 0) {
        if (list_push_take(in, list, item)) continue;
        more = -1;
        break;
    }
    iter_end(in, &it);
    if (more == 0) return list;
    v_drop(in, list);
    return v_error();
}
