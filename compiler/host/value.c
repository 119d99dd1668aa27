/* Objects of the host language: allocation, reference counts, strings, lists,
 * tuples, ranges and slices.  Every object is linked into in->all, so that
 * interp_drop finds cycles.  Dropping is iterative below a fixed depth: a list
 * nested a million times must not use up the C stack. */
#include "host/interp.h"
#include "qwrt.h"
#include <stdlib.h>

enum {
    DROP_DEPTH = 64,
    OBJ_BYTES = 96 /* what a small object takes, roughly */
};

void *host_alloc(size_t bytes)
{
    void *p = calloc(1, bytes ? bytes : 1);
    if (!p)
        fatal(EXIT_ENVIRONMENT, "out of memory: %zu bytes for a host value",
              bytes);
    return p;
}

void *host_realloc(void *p, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        fatal(EXIT_ENVIRONMENT, "out of memory");
    void *q = realloc(p, bytes ? bytes : 1);
    if (!q)
        fatal(EXIT_ENVIRONMENT, "out of memory: %zu bytes for a host value",
              bytes);
    return q;
}

bool heap_fits(Interp *in, int64_t more)
{
    const int64_t bytes = in->heap_bytes + more;
    if (bytes <= in->memory) return true;
    Diag *d =
        host_fatal_diag(in, E1110,
                        "limit `memory` is %lld bytes, host values take %lld",
                        (long long)in->memory, (long long)bytes);
    diag_help(in->se, d, "raise it: `--limit memory=%lld`",
              (long long)bytes * 2);
    fatal_reported(in);
    return false;
}

void *obj_new(Interp *in, ValueKind kind, const NativeType *type, size_t bytes)
{
    Obj *o = host_alloc(bytes);
    o->rc = 1;
    o->kind = (uint8_t)kind;
    o->type = type;
    o->next = in->all;
    if (in->all) in->all->prev = o;
    in->all = o;
    in->heap_bytes += OBJ_BYTES;
    return o;
}

/* ---- dropping ----------------------------------------------------------- */

static void seq_drop(Interp *in, SeqObj *s)
{
    for (int i = 0; i < s->n; i++) v_drop(in, s->p[i]);
    in->heap_bytes -= (int64_t)s->cap * (int64_t)sizeof(Value);
    free(s->p);
}

static void dict_drop(Interp *in, DictObj *d)
{
    for (int i = 0; i < d->n; i++) {
        v_drop(in, d->e[i].key);
        v_drop(in, d->e[i].value);
    }
    in->heap_bytes -= (int64_t)d->cap * (int64_t)sizeof *d->e;
    free(d->e);
    free(d->index);
}

static void func_drop(Interp *in, FuncObj *f)
{
    for (int i = 0; i < f->ndefaults; i++) v_drop(in, f->defaults[i]);
    free(f->defaults);
    v_drop(in, f->name);
    env_drop(in, f->closure);
}

static void exc_drop(Interp *in, ExcObj *e)
{
    v_drop(in, e->args);
    v_drop(in, e->names);
    if (e->cause) v_drop(in, v_obj(&e->cause->o));
    free(e->trace);
}

static void module_drop(Interp *in, Module *m)
{
    env_drop(in, m->env);
}

/* Releases what o owns. */
static void obj_clear(Interp *in, Obj *o)
{
    in->heap_bytes -= OBJ_BYTES;
    switch ((ValueKind)o->kind) {
    case V_STR: in->heap_bytes -= ((StrObj *)o)->len; break;
    case V_LIST:
    case V_TUPLE: seq_drop(in, (SeqObj *)o); break;
    case V_DICT:
    case V_SET: dict_drop(in, (DictObj *)o); break;
    case V_SLICE:
        v_drop(in, ((SliceObj *)o)->start);
        v_drop(in, ((SliceObj *)o)->stop);
        v_drop(in, ((SliceObj *)o)->step);
        break;
    case V_FUNC: func_drop(in, (FuncObj *)o); break;
    case V_BOUND: v_drop(in, ((BoundObj *)o)->self); break;
    case V_MODULE: module_drop(in, (Module *)o); break;
    case V_EXC: exc_drop(in, (ExcObj *)o); break;
    case V_KERNEL: kernel_drop(in, (KernelObject *)o); break;
    case V_UNSET: env_free_slots(in, (Env *)o); break; /* an Env */
    default:
        if (o->type && o->type->drop) o->type->drop(in, o);
    }
}

static void obj_unlink(Interp *in, Obj *o)
{
    if (o->prev)
        o->prev->next = o->next;
    else
        in->all = o->next;
    if (o->next) o->next->prev = o->prev;
}

static void obj_free(Interp *in, Obj *o)
{
    obj_unlink(in, o);
    obj_clear(in, o);
    free(o);
}

/* The last reference is gone. */
void obj_drop(Interp *in, Obj *o)
{
    if (in->drop_depth >= DROP_DEPTH) {
        obj_unlink(in, o);
        o->prev = NULL;
        o->next = in->trash;
        in->trash = o;
        return;
    }
    in->drop_depth++;
    obj_free(in, o);
    in->drop_depth--;
    while (in->drop_depth == 0 && in->trash) {
        Obj *t = in->trash;
        in->trash = t->next;
        in->drop_depth++;
        obj_clear(in, t);
        free(t);
        in->drop_depth--;
    }
}

void v_drop(Interp *in, Value v)
{
    if (v_is_counted(v) && !in->dying && --v.o->rc == 0) obj_drop(in, v.o);
}

/* At the end of the interpreter: whatever is left, cycles included.  Counts no
 * longer matter: v_drop does nothing now. */
void obj_drop_all(Interp *in)
{
    in->dying = true;
    for (Obj *o = in->all; o; o = o->next) obj_clear(in, o);
    for (Obj *o = in->all, *next; o; o = next) {
        next = o->next;
        free(o);
    }
    in->all = NULL;
}

/* ---- strings ------------------------------------------------------------ */

Value v_str_n(Interp *in, const char *s, size_t n)
{
    if (n > 4096 &&
        (!host_limit(in, LIM_HOST_STRING, (int64_t)n) ||
         !heap_fits(in, (int64_t)n)))
        return v_error();
    in->heap_bytes += (int64_t)n;
    StrObj *o = obj_new(in, V_STR, NULL, sizeof(StrObj) + n + 1);
    if (n) memcpy(o->s, s, n);
    o->len = (int32_t)n;
    o->nchars = (int32_t)utf8_count(s, n);
    return v_obj(&o->o);
}

Value v_str(Interp *in, const char *s)
{
    return v_str_n(in, s, strlen(s));
}

Value v_from_str(Interp *in, Str s)
{
    return v_str_n(in, s->s, s->len);
}

Value v_from_text(Interp *in, Text *t)
{
    return v_str_n(in, text_str(t), t->n);
}

/* byte offset of code point i */
static int32_t char_offset(const StrObj *s, int64_t i)
{
    if (s->len == s->nchars) return (int32_t)i;
    const char *p = s->s, *end = s->s + s->len;
    while (i-- > 0) p += char_bytes(p, end);
    return (int32_t)(p - s->s);
}

Value str_sub(Interp *in, StrObj *s, int64_t from, int64_t to)
{
    if (from >= to) return v_str_n(in, "", 0);
    const int32_t a = char_offset(s, from);
    const int32_t b = char_offset(s, to);
    return v_str_n(in, s->s + a, (size_t)(b - a));
}

Value str_char(Interp *in, StrObj *s, int64_t i)
{
    const char *p = s->s + char_offset(s, i);
    return v_str_n(in, p, (size_t)char_bytes(p, s->s + s->len));
}

bool str_equal(Value a, Value b)
{
    return a.str == b.str ||
        (a.str->len == b.str->len &&
         !memcmp(a.str->s, b.str->s, (size_t)a.str->len));
}

bool v_str_is(Value v, const char *s)
{
    return v.kind == V_STR && (size_t)v.str->len == strlen(s) &&
        !memcmp(v.str->s, s, (size_t)v.str->len);
}

/* ---- lists, tuples ------------------------------------------------------ */

Value v_list(Interp *in, int cap)
{
    SeqObj *s = obj_new(in, V_LIST, NULL, sizeof *s);
    if (cap > 0) s->p = host_realloc(NULL, (size_t)cap, sizeof(Value));
    s->cap = cap > 0 ? cap : 0;
    in->heap_bytes += (int64_t)s->cap * (int64_t)sizeof(Value);
    return v_obj(&s->o);
}

Value v_tuple_take(Interp *in, Value *items, int n)
{
    SeqObj *s = obj_new(in, V_TUPLE, NULL, sizeof *s);
    s->p = host_realloc(NULL, (size_t)n, sizeof(Value));
    s->n = s->cap = n;
    in->heap_bytes += (int64_t)n * (int64_t)sizeof(Value);
    if (n) memcpy(s->p, items, (size_t)n * sizeof(Value));
    return v_obj(&s->o);
}

Value v_tuple(Interp *in, const Value *items, int n)
{
    const Value t = v_tuple_take(in, (Value *)(uintptr_t)items, n);
    for (int i = 0; i < n; i++) v_keep(items[i]);
    return t;
}

Value v_tuple_of_ints(Interp *in, const int64_t *ints, int n)
{
    const Value t = v_tuple_take(in, NULL, 0);
    t.seq->p = host_realloc(t.seq->p, (size_t)n, sizeof(Value));
    t.seq->n = t.seq->cap = n;
    in->heap_bytes += (int64_t)n * (int64_t)sizeof(Value);
    for (int i = 0; i < n; i++) t.seq->p[i] = v_int(ints[i]);
    return t;
}

static bool list_grow(Interp *in, SeqObj *s)
{
    if (s->n < s->cap) return true;
    if (!host_limit(in, LIM_HOST_CONTAINER, (int64_t)s->n + 1)) return false;
    const int cap = s->cap ? s->cap * 2 : 4;
    const int64_t more = (int64_t)(cap - s->cap) * (int64_t)sizeof(Value);
    if (!heap_fits(in, more)) return false;
    in->heap_bytes += more;
    s->p = host_realloc(s->p, (size_t)cap, sizeof(Value));
    s->cap = cap;
    return true;
}

bool list_push_take(Interp *in, Value list, Value item)
{
    if (!list_grow(in, list.seq)) {
        v_drop(in, item);
        return false;
    }
    list.seq->p[list.seq->n++] = item;
    return true;
}

bool list_insert(Interp *in, Value list, int64_t at, Value item)
{
    SeqObj *s = list.seq;
    if (!list_grow(in, s)) {
        v_drop(in, item);
        return false;
    }
    memmove(s->p + at + 1, s->p + at, (size_t)(s->n - at) * sizeof(Value));
    s->p[at] = item;
    s->n++;
    return true;
}

Value list_remove(Value list, int64_t at)
{
    SeqObj *s = list.seq;
    const Value v = s->p[at];
    s->n--;
    memmove(s->p + at, s->p + at + 1, (size_t)(s->n - at) * sizeof(Value));
    return v;
}

/* ---- range, slice, bound ------------------------------------------------ */

Value v_range(Interp *in, int64_t start, int64_t stop, int64_t step)
{
    RangeObj *r = obj_new(in, V_RANGE, NULL, sizeof *r);
    r->start = start;
    r->stop = stop;
    r->step = step;
    r->len = qw_trip(start, stop, step);
    return v_obj(&r->o);
}

Value v_slice(Interp *in, Value start, Value stop, Value step)
{
    SliceObj *s = obj_new(in, V_SLICE, NULL, sizeof *s);
    s->start = v_keep(start);
    s->stop = v_keep(stop);
    s->step = v_keep(step);
    return v_obj(&s->o);
}

/* One bound, clipped to [lo, hi]; None means dflt. */
static bool slice_bound(Interp *in, Value v, int64_t n, int64_t lo, int64_t hi,
                        int64_t dflt, int64_t *out)
{
    *out = dflt;
    if (v_is_none(v)) return true;
    int64_t i;
    if (!value_to_index(
            in, v,
            "slice indices must be integers or None or have an __index__ method",
            &i))
        return false;
    if (i < 0) i = i < -n ? lo : i + n;
    *out = i < lo ? lo : i > hi ? hi : i;
    return true;
}

bool slice_indices(Interp *in, Value slice, int64_t n, int64_t *start,
                   int64_t *stop, int64_t *step, int64_t *count)
{
    const SliceObj *s = slice.slice;
    *step = 1;
    if (!v_is_none(s->step) &&
        !value_to_index(
            in, s->step,
            "slice indices must be integers or None or have an __index__ method",
            step))
        return false;
    if (*step == 0) {
        host_raise(in, EXC_VALUE_ERROR, "slice step cannot be zero");
        return false;
    }
    if (*step == INT64_MIN) *step = -INT64_MAX;
    const bool up = *step > 0;
    const int64_t lo = up ? 0 : -1;
    const int64_t hi = up ? n : n - 1;
    if (!slice_bound(in, s->start, n, lo, hi, up ? lo : hi, start))
        return false;
    if (!slice_bound(in, s->stop, n, lo, hi, up ? hi : lo, stop)) return false;
    *count = qw_trip(*start, *stop, *step);
    return true;
}

Value v_bound(Interp *in, Value self, const NativeDef *def)
{
    BoundObj *b = obj_new(in, V_BOUND, NULL, sizeof *b);
    b->self = v_keep(self);
    b->def = def;
    return v_obj(&b->o);
}
