/* Operators, comparison, truth, hashing and membership of any two values.
 * Native types are asked first; numbers, strings and sequences follow. */
#include "host/interp.h"
#include <math.h>

Value raise_key(Interp *in, ExcType type, Value key)
{
    host_raise(in, type, "key");
    if (!in->exc || in->exc->type != type) return v_error();
    v_drop(in, in->exc->args);
    in->exc->args = v_tuple(in, &key, 1);
    return v_error();
}

/* ---- native types ------------------------------------------------------- */

static const NativeType *native_of(Value v)
{
    return v.kind >= V_TENSOR ? v.o->type : NULL;
}

static Value native_binary(Interp *in, Operator op, Value a, Value b)
{
    const NativeType *ta = native_of(a), *tb = native_of(b);
    if (ta && ta->binary) {
        const Value r = ta->binary(in, op, a, b);
        if (r.kind != V_NOTIMPL) return r;
    }
    if (tb && tb != ta && tb->binary) return tb->binary(in, op, a, b);
    return v_notimpl();
}

/* ---- sequences ---------------------------------------------------------- */

static Value str_concat(Interp *in, const StrObj *a, const StrObj *b)
{
    Text t = {.a = in->scratch};
    if (!host_limit(in, LIM_HOST_STRING, (int64_t)a->len + b->len))
        return v_error();
    const ArenaMark m = arena_mark(in->scratch);
    text_put(&t, a->s, (size_t)a->len);
    text_put(&t, b->s, (size_t)b->len);
    const Value v = v_from_text(in, &t);
    arena_reset(in->scratch, m);
    return v;
}

static Value seq_concat(Interp *in, Value a, Value b)
{
    if (!host_limit(in, LIM_HOST_CONTAINER, (int64_t)a.seq->n + b.seq->n))
        return v_error();
    const Value r = v_list(in, a.seq->n + b.seq->n);
    for (int i = 0; i < a.seq->n + b.seq->n; i++) {
        const Value item = i < a.seq->n ? a.seq->p[i] : b.seq->p[i - a.seq->n];
        if (!list_push_take(in, r, v_keep(item))) {
            v_drop(in, r);
            return v_error();
        }
    }
    r.o->kind = a.kind;
    return v_obj(r.o);
}

static Value str_repeat(Interp *in, const StrObj *s, int64_t times)
{
    int64_t len;
    if (times < 0) times = 0;
    if (!mul_ok(s->len, times, &len)) len = INT64_MAX;
    if (!host_limit(in, LIM_HOST_STRING, len)) return v_error();
    Text t = {.a = in->scratch};
    const ArenaMark m = arena_mark(in->scratch);
    for (int64_t i = 0; s->len && i < times; i++)
        text_put(&t, s->s, (size_t)s->len);
    const Value v = v_from_text(in, &t);
    arena_reset(in->scratch, m);
    return v;
}

static Value seq_repeat(Interp *in, Value seq, int64_t times)
{
    if (seq.kind == V_STR) return str_repeat(in, seq.str, times);
    int64_t len;
    if (times < 0) times = 0;
    if (!mul_ok(seq.seq->n, times, &len)) len = INT64_MAX;
    if (!host_limit(in, LIM_HOST_CONTAINER, len)) return v_error();
    if (!heap_fits(in, len * (int64_t)sizeof(Value))) return v_error();
    const Value r = v_list(in, (int)len);
    for (int64_t i = 0; i < len; i++)
        r.seq->p[r.seq->n++] = v_keep(seq.seq->p[i % seq.seq->n]);
    r.o->kind = seq.kind;
    return v_obj(r.o);
}

static bool is_seq(Value v)
{
    return v.kind == V_LIST || v.kind == V_TUPLE;
}

static Value seq_binary(Interp *in, Operator op, Value a, Value b)
{
    if (op == OPR_ADD && a.kind == V_STR && b.kind == V_STR)
        return str_concat(in, a.str, b.str);
    if (op == OPR_ADD && is_seq(a) && a.kind == b.kind)
        return seq_concat(in, a, b);
    if (op == OPR_MOD && a.kind == V_STR) return percent_format(in, a.str, b);
    if (op != OPR_MUL) return v_notimpl();
    if ((a.kind == V_STR || is_seq(a)) && v_is_intlike(b))
        return seq_repeat(in, a, b.i);
    if ((b.kind == V_STR || is_seq(b)) && v_is_intlike(a))
        return seq_repeat(in, b, a.i);
    return v_notimpl();
}

/* ---- identity, equality, order ------------------------------------------ */

static uint64_t float_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

bool v_is_same(Value a, Value b)
{
    if (a.kind != b.kind) return false;
    if (v_is_counted(a)) return a.o == b.o;
    switch ((ValueKind)a.kind) {
    case V_FLOAT: return float_bits(a.f) == float_bits(b.f);
    case V_BOOL:
    case V_INT: return a.i == b.i;
    case V_DTYPE:
        return a.dt == b.dt &&
            (a.flag == DT_PL_TASK_ID) == (b.flag == DT_PL_TASK_ID);
    case V_EXCTYPE: return a.exctype == b.exctype;
    case V_ENUM: return a.en == b.en;
    case V_NATIVE: return a.native == b.native;
    case V_TYPE:
        return a.flag == b.flag &&
            (a.flag != TYPE_NATIVE || a.ntype == b.ntype);
    default: return true;
    }
}

static int seq_equal(Interp *in, const SeqObj *a, const SeqObj *b)
{
    if (a->n != b->n) return 0;
    if (!stack_ok(in)) return -1;
    for (int i = 0; i < a->n && i < b->n; i++) {
        const int r = host_equal(in, a->p[i], b->p[i]);
        if (r <= 0) return r;
    }
    return 1;
}

static int dict_equal(Interp *in, Value a, Value b)
{
    if (a.dict->live != b.dict->live) return 0;
    if (!stack_ok(in)) return -1;
    int pos = 0;
    Value k, v, w;
    while (dict_next(a, &pos, &k, &v)) {
        const int found = dict_get(in, b, k, &w);
        if (found <= 0) return found;
        const int r = a.kind == V_SET ? 1 : host_equal(in, v, w);
        if (r <= 0) return r;
    }
    return 1;
}

static bool range_equal(const RangeObj *a, const RangeObj *b)
{
    if (a->len != b->len) return false;
    if (a->len == 0) return true;
    return a->start == b->start && (a->len == 1 || a->step == b->step);
}

int host_equal(Interp *in, Value a, Value b)
{
    if (v_is_number(a) && v_is_number(b)) return number_compare(a, b) == 0;
    if (v_is_same(a, b) && a.kind != V_TENSOR) return 1;
    if (native_of(a) || native_of(b)) {
        const Value r = native_binary(in, OPR_EQ, a, b);
        if (r.kind == V_NOTIMPL) return v_is_same(a, b);
        if (v_is_error(r)) return -1;
        const int t = host_truth(in, r);
        v_drop(in, r);
        return t;
    }
    if (a.kind != b.kind) return 0;
    switch ((ValueKind)a.kind) {
    case V_STR: return str_equal(a, b);
    case V_LIST:
    case V_TUPLE: return seq_equal(in, a.seq, b.seq);
    case V_DICT:
    case V_SET: return dict_equal(in, a, b);
    case V_RANGE: return range_equal(a.range, b.range);
    case V_BOUND:
        return v_bound_of(a)->def == v_bound_of(b)->def &&
            v_is_same(v_bound_of(a)->self, v_bound_of(b)->self);
    default: return 0;
    }
}

static int str_order(const StrObj *a, const StrObj *b)
{
    const int n = a->len < b->len ? a->len : b->len;
    const int c = memcmp(a->s, b->s,
                         (size_t)n); /* UTF-8 keeps the order of code points */
    return c ? (c < 0 ? -1 : 1) : a->len < b->len ? -1 : a->len > b->len;
}

static Value not_ordered(Interp *in, Operator op, Value a, Value b)
{
    return host_raise(in, EXC_TYPE_ERROR,
                      "'%s' not supported between instances of '%s' and '%s'",
                      operator_text(op), v_type_name(a), v_type_name(b));
}

static Value order_result(Operator op, int c)
{
    switch (op) {
    case OPR_LT: return v_bool(c == -1);
    case OPR_LE: return v_bool(c == -1 || c == 0);
    case OPR_GT: return v_bool(c == 1);
    default: return v_bool(c == 1 || c == 0);
    }
}

static Value host_order(Interp *in, Operator op, Value a, Value b);

/* lexicographic: the first pair that differs decides */
static Value seq_order(Interp *in, Operator op, const SeqObj *a,
                       const SeqObj *b)
{
    if (!stack_ok(in)) return v_error();
    for (int i = 0; i < a->n && i < b->n; i++) {
        const int same = host_equal(in, a->p[i], b->p[i]);
        if (same < 0) return v_error();
        if (!same) return host_order(in, op, a->p[i], b->p[i]);
    }
    return order_result(op, a->n < b->n ? -1 : a->n > b->n);
}

static Value host_order(Interp *in, Operator op, Value a, Value b)
{
    if (v_is_number(a) && v_is_number(b))
        return order_result(op, number_compare(a, b));
    if (native_of(a) || native_of(b)) {
        const Value r = native_binary(in, op, a, b);
        return r.kind == V_NOTIMPL ? not_ordered(in, op, a, b) : r;
    }
    if (a.kind == V_STR && b.kind == V_STR)
        return order_result(op, str_order(a.str, b.str));
    if (is_seq(a) && a.kind == b.kind) return seq_order(in, op, a.seq, b.seq);
    return not_ordered(in, op, a, b);
}

int host_less(Interp *in, Value a, Value b)
{
    const Value r = host_order(in, OPR_LT, a, b);
    if (v_is_error(r)) return -1;
    const int t = host_truth(in, r);
    v_drop(in, r);
    return t;
}

static Value host_equality(Interp *in, Operator op, Value a, Value b)
{
    if (native_of(a) || native_of(b)) {
        const Value r = native_binary(in, op, a, b);
        if (r.kind != V_NOTIMPL) return r;
        if (op == OPR_NE) {
            const int same = host_equal(in, a, b);
            return same < 0 ? v_error() : v_bool(!same);
        }
        return v_bool(v_is_same(a, b));
    }
    const int r = host_equal(in, a, b);
    return r < 0 ? v_error() : v_bool(op == OPR_EQ ? r == 1 : r == 0);
}

/* ---- membership --------------------------------------------------------- */

static int iter_contains(Interp *in, Value c, Value x)
{
    Iter it;
    if (!iter_start(in, &it, c)) return -1;
    int r = 0;
    Value item;
    for (;;) {
        const int more = iter_next(in, &it, &item);
        if (more <= 0) {
            r = more;
            break;
        }
        r = v_is_same(item, x) ? 1 : host_equal(in, item, x);
        v_drop(in, item);
        if (r) break;
    }
    iter_end(in, &it);
    return r;
}

static int range_contains(const RangeObj *r, int64_t x)
{
    const bool between = r->step > 0 ? x >= r->start && x < r->stop
                                     : x <= r->start && x > r->stop;
    return between && ((__int128)x - r->start) % r->step == 0;
}

int host_contains(Interp *in, Value c, Value x)
{
    Value unused;
    switch ((ValueKind)c.kind) {
    case V_STR:
        if (x.kind == V_STR)
            return memmem(c.str->s, (size_t)c.str->len, x.str->s,
                          (size_t)x.str->len) != NULL;
        host_raise(in, EXC_TYPE_ERROR,
                   "'in <string>' requires string as left operand, not %s",
                   v_type_name(x));
        return -1;
    case V_DICT:
    case V_SET: return dict_get(in, c, x, &unused);
    case V_RANGE:
        if (v_is_intlike(x)) return range_contains(c.range, x.i);
        return iter_contains(in, c, x);
    case V_LIST:
    case V_TUPLE: return iter_contains(in, c, x);
    default: break;
    }
    const NativeType *t = native_of(c);
    if (t && t->contains) return t->contains(in, c, x);
    if (t && (t->item || t->next)) return iter_contains(in, c, x);
    host_raise(in, EXC_TYPE_ERROR, "argument of type '%s' is not iterable",
               v_type_name(c));
    return -1;
}

/* ---- dispatch ----------------------------------------------------------- */

static Value unsupported(Interp *in, Operator op, Value a, Value b,
                         bool inplace)
{
    if (op == OPR_ADD && a.kind == V_STR)
        return host_raise(in, EXC_TYPE_ERROR,
                          "can only concatenate str (not \"%s\") to str",
                          v_type_name(b));
    if (op == OPR_ADD && is_seq(a))
        return host_raise(in, EXC_TYPE_ERROR,
                          "can only concatenate %s (not \"%s\") to %s",
                          v_type_name(a), v_type_name(b), v_type_name(a));
    if (op == OPR_MUL && (a.kind == V_STR || is_seq(a)))
        return host_raise(in, EXC_TYPE_ERROR,
                          "can't multiply sequence by non-int of type '%s'",
                          v_type_name(b));
    if (op == OPR_MUL && (b.kind == V_STR || is_seq(b)))
        return host_raise(in, EXC_TYPE_ERROR,
                          "can't multiply sequence by non-int of type '%s'",
                          v_type_name(a));
    const char *text = op == OPR_POW && !inplace ? "** or pow()"
                                                 : operator_text(op);
    return host_raise(in, EXC_TYPE_ERROR,
                      "unsupported operand type(s) for %s%s: '%s' and '%s'",
                      text, inplace ? "=" : "", v_type_name(a), v_type_name(b));
}

static Value arithmetic(Interp *in, Operator op, Value a, Value b, bool inplace)
{
    Value r = number_binary(in, op, a, b);
    if (r.kind != V_NOTIMPL) return r;
    if (native_of(a) || native_of(b)) {
        r = native_binary(in, op, a, b);
        if (r.kind != V_NOTIMPL) return r;
    }
    r = seq_binary(in, op, a, b);
    return r.kind != V_NOTIMPL ? r : unsupported(in, op, a, b, inplace);
}

Value host_binary(Interp *in, Operator op, Value a, Value b)
{
    int r;
    switch (op) {
    case OPR_IS: return v_bool(v_is_same(a, b));
    case OPR_ISNOT: return v_bool(!v_is_same(a, b));
    case OPR_EQ:
    case OPR_NE: return host_equality(in, op, a, b);
    case OPR_LT:
    case OPR_LE:
    case OPR_GT:
    case OPR_GE: return host_order(in, op, a, b);
    case OPR_IN:
    case OPR_NOTIN:
        r = host_contains(in, b, a);
        return r < 0 ? v_error() : v_bool((r != 0) == (op == OPR_IN));
    default: return arithmetic(in, op, a, b, false);
    }
}

bool host_list_extend(Interp *in, Value list, Value items)
{
    const Value more = host_list_of(in, items);
    if (v_is_error(more)) return false;
    bool ok = true;
    for (int i = 0; i < more.seq->n && ok; i++)
        ok = list_push_take(in, list, v_keep(more.seq->p[i]));
    v_drop(in, more);
    return ok;
}

Value host_inplace(Interp *in, Operator op, Value a, Value b)
{
    const NativeType *t = native_of(a);
    if (t && t->inplace) {
        const Value r = t->inplace(in, op, a, b);
        if (r.kind != V_NOTIMPL) return r;
    }
    if (op == OPR_ADD && a.kind == V_LIST && !native_of(b)) /* a changes */
        return host_list_extend(in, a, b) ? v_keep(a) : v_error();
    return arithmetic(in, op, a, b, true);
}

Value host_unary(Interp *in, Operator op, Value a)
{
    if (op == OPR_NOT) {
        const int t = host_truth(in, a);
        return t < 0 ? v_error() : v_bool(!t);
    }
    Value r = number_unary(in, op, a);
    if (r.kind != V_NOTIMPL) return r;
    const NativeType *t = native_of(a);
    if (t && t->unary) {
        r = t->unary(in, op, a);
        if (r.kind != V_NOTIMPL) return r;
    }
    return host_raise(in, EXC_TYPE_ERROR, "bad operand type for unary %s: '%s'",
                      op == OPR_NEG       ? "-"
                          : op == OPR_POS ? "+"
                                          : "~",
                      v_type_name(a));
}

/* ---- truth, length, hash ------------------------------------------------ */

int host_truth(Interp *in, Value v)
{
    switch ((ValueKind)v.kind) {
    case V_NONE: return 0;
    case V_BOOL:
    case V_INT: return v.i != 0;
    case V_FLOAT: return v.f != 0.0;
    case V_STR: return v.str->len != 0;
    case V_LIST:
    case V_TUPLE: return v.seq->n != 0;
    case V_DICT:
    case V_SET: return v.dict->live != 0;
    case V_RANGE: return v.range->len != 0;
    default: break;
    }
    const NativeType *t = native_of(v);
    if (t && t->truth) return t->truth(in, v);
    if (t && t->len) {
        const int64_t n = t->len(in, v);
        return n < 0 ? -1 : n != 0;
    }
    return 1;
}

int64_t host_len(Interp *in, Value v)
{
    switch ((ValueKind)v.kind) {
    case V_STR: return v.str->nchars;
    case V_LIST:
    case V_TUPLE: return v.seq->n;
    case V_DICT:
    case V_SET: return v.dict->live;
    case V_RANGE: return v.range->len;
    default: break;
    }
    const NativeType *t = native_of(v);
    if (t && t->len) return t->len(in, v);
    host_raise(in, EXC_TYPE_ERROR, "object of type '%s' has no len()",
               v_type_name(v));
    return -1;
}

static uint32_t hash_u64(uint64_t x)
{
    x *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(x >> 32);
}

/* equal numbers of any type have equal hashes */
static uint32_t hash_number(Value v)
{
    if (v.kind != V_FLOAT) return hash_u64((uint64_t)v.i);
    if (v.f == floor(v.f) && fabs(v.f) < 9.2e18)
        return hash_u64((uint64_t)(int64_t)v.f);
    return hash_u64(float_bits(v.f));
}

static bool hash_tuple(Interp *in, const SeqObj *s, uint32_t *out)
{
    if (!stack_ok(in)) return false;
    uint32_t h = 17;
    for (int i = 0; i < s->n; i++) {
        uint32_t one;
        if (!host_hash(in, s->p[i], &one)) return false;
        h = (h ^ one) * 1000003u;
    }
    *out = h;
    return true;
}

bool host_hash(Interp *in, Value v, uint32_t *out)
{
    switch ((ValueKind)v.kind) {
    case V_INT:
    case V_BOOL:
    case V_FLOAT: *out = hash_number(v); return true;
    case V_STR: *out = str_hash(v.str->s, (size_t)v.str->len); return true;
    case V_TUPLE: return hash_tuple(in, v.seq, out);
    case V_DTYPE: *out = 31u * (uint32_t)v.dt + 7; return true;
    case V_NONE:
    case V_ELLIPSIS: *out = 5; return true;
    case V_EXCTYPE: *out = (uint32_t)v.exctype; return true;
    case V_ENUM: *out = hash_u64((uintptr_t)v.en); return true;
    case V_NATIVE: *out = hash_u64((uintptr_t)v.native); return true;
    case V_TYPE: *out = v.flag; return true;
    case V_FUNC:
    case V_MODULE:
    case V_EXC:
    case V_KERNEL: *out = hash_u64((uintptr_t)v.o); return true;
    default: break;
    }
    const NativeType *t = native_of(v);
    if (t && t->hash) return t->hash(in, v, out);
    host_raise(in, EXC_TYPE_ERROR, "unhashable type: '%s'", v_type_name(v));
    return false;
}

bool value_to_index(Interp *in, Value v, const char *error, int64_t *out)
{
    if (v_is_intlike(v)) {
        *out = v.i;
        return true;
    }
    const NativeType *t = native_of(v);
    if (t && t->to_index) {
        const Value i = t->to_index(in, v);
        *out = i.i;
        return !v_is_error(i);
    }
    host_raise(in, EXC_TYPE_ERROR, "%s", error);
    return false;
}
