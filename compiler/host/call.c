/* Calls: evaluating arguments, binding them to the parameters of functions and
 * natives, running bodies.  Messages about arguments are Python's. */
#include "host/interp.h"
#include <stdlib.h>

/* ---- argument lists ----------------------------------------------------- */

enum { FEW = 8 };

typedef struct ArgList {
    Value few[FEW], *pos;
    KwArg kwfew[FEW], *kw;
    int npos, cap, nkw, kwcap;
} ArgList;

static void args_init(ArgList *a)
{
    a->pos = a->few;
    a->kw = a->kwfew;
    a->npos = a->nkw = 0;
    a->cap = a->kwcap = FEW;
}

static void args_end(Interp *in, ArgList *a)
{
    for (int i = 0; i < a->npos; i++) v_drop(in, a->pos[i]);
    for (int i = 0; i < a->nkw; i++) v_drop(in, a->kw[i].value);
    if (a->pos != a->few) free(a->pos);
    if (a->kw != a->kwfew) free(a->kw);
}

/* twice the room; the first time moves out of the fixed array */
static void *grow(void *p, const void *fixed, int n, int *cap, size_t size)
{
    const bool moved = p != fixed;
    void *q = host_realloc(moved ? p : NULL, (size_t)*cap * 2, size);
    if (!moved) memcpy(q, fixed, (size_t)n * size);
    *cap *= 2;
    return q;
}

static void push_pos(ArgList *a, Value v)
{
    if (a->npos == a->cap)
        a->pos = grow(a->pos, a->few, a->npos, &a->cap, sizeof *a->pos);
    a->pos[a->npos++] = v;
}

static bool push_kw(Interp *in, ArgList *a, Str name, Value v)
{
    for (int i = 0; i < a->nkw; i++) {
        if (a->kw[i].name != name) continue;
        v_drop(in, v);
        host_raise(in, EXC_TYPE_ERROR,
                   "got multiple values for keyword argument '%s'", name->s);
        return false;
    }
    if (a->nkw == a->kwcap)
        a->kw = grow(a->kw, a->kwfew, a->nkw, &a->kwcap, sizeof *a->kw);
    a->kw[a->nkw++] = (KwArg){name, v};
    return true;
}

static bool push_star(Interp *in, ArgList *a, Value seq)
{
    Iter it;
    if (!iter_start(in, &it, seq)) return false;
    Value item;
    int more;
    while ((more = iter_next(in, &it, &item)) > 0) {
        push_pos(a, item);
        if (host_limit(in, LIM_HOST_CONTAINER, a->npos)) continue;
        more = -1;
        break;
    }
    iter_end(in, &it);
    return more == 0;
}

static bool push_map(Interp *in, ArgList *a, Value map)
{
    if (map.kind != V_DICT) {
        host_raise(in, EXC_TYPE_ERROR,
                   "argument after ** must be a mapping, not %s",
                   v_type_name(map));
        return false;
    }
    int pos = 0;
    Value k, v;
    while (dict_next(map, &pos, &k, &v)) {
        if (k.kind != V_STR) {
            host_raise(in, EXC_TYPE_ERROR, "keywords must be strings");
            return false;
        }
        if (!push_kw(in, a, str_n(in->se, k.str->s, (size_t)k.str->len),
                     v_keep(v)))
            return false;
    }
    return true;
}

static bool eval_arg(Interp *in, Env *env, const Node *n, ArgList *a)
{
    const bool star = n->kind == ND_STAR || n->kind == ND_DSTAR;
    const Value v = eval(in, env,
                         star                        ? n->e
                             : n->kind == ND_KEYWORD ? n->kw.value
                                                     : n);
    if (v_is_error(v)) return false;
    in->at = n->span;
    if (n->kind == ND_KEYWORD) return push_kw(in, a, n->kw.name, v);
    if (!star) {
        push_pos(a, v);
        return true;
    }
    const bool ok = (n->kind == ND_STAR ? push_star : push_map)(in, a, v);
    v_drop(in, v);
    return ok;
}

/* ---- natives ------------------------------------------------------------ */

static Value call_args(Interp *in, NativeFn fn, CallArgs *a)
{
    a->rest[0] = a->rest[1] = v_unset();
    const Value v = fn(in, a);
    v_drop(in, a->rest[0]);
    v_drop(in, a->rest[1]);
    return v;
}

static Value call_native(Interp *in, const NativeDef *d, Value self,
                         const Value *pos, int npos, const KwArg *kw, int nkw,
                         Span span)
{
    CallArgs a = {.self = self,
                  .pos = pos,
                  .npos = npos,
                  .kw = kw,
                  .nkw = nkw,
                  .span = span,
                  .fname = d->name};
    static const Value none;
    if (!d->fn)
        return host_raise(in, EXC_TYPE_ERROR, "'%s' object is not callable",
                          d->name);
    if (!pos) a.pos = &none;
    return call_args(in, d->fn, &a);
}

Value host_call_native(Interp *in, const NativeDef *d, Value self,
                       const Value *pos, int npos, const KwArg *kw, int nkw)
{
    return call_native(in, d, self, pos, npos, kw, nkw, in->at);
}

const NativeDef *native_find(const NativeDef *defs, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(defs[i].name, name)) return &defs[i];
    return NULL;
}

/* ---- the errors of binding ---------------------------------------------- */

/* "'a', 'b', and 'c'" */
static void put_names(Text *t, const char *const *names, int n)
{
    for (int i = 0; i < n; i++) {
        const char *sep = i == 0 ? ""
            : n == 2             ? " and "
            : i == n - 1         ? ", and "
                                 : ", ";
        text_printf(t, "%s'%s'", sep, names[i]);
    }
}

bool raise_missing(Interp *in, const char *fname, const char *const *names,
                   int n, bool kwonly)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    put_names(&t, names, n);
    host_raise(in, EXC_TYPE_ERROR, "%s() missing %d required %s argument%s: %s",
               fname, n, kwonly ? "keyword-only" : "positional",
               n == 1 ? "" : "s", text_str(&t));
    arena_reset(in->scratch, m);
    return false;
}

bool raise_too_many(Interp *in, const char *fname, int least, int most,
                    int given)
{
    if (least < most)
        host_raise(
            in, EXC_TYPE_ERROR,
            "%s() takes from %d to %d positional arguments but %d %s given",
            fname, least, most, given, given == 1 ? "was" : "were");
    else
        host_raise(in, EXC_TYPE_ERROR,
                   "%s() takes %d positional argument%s but %d %s given", fname,
                   most, most == 1 ? "" : "s", given,
                   given == 1 ? "was" : "were");
    return false;
}

static bool raise_unknown_kw(Interp *in, const char *fname, const char *kw,
                             const char *const *names, int n)
{
    host_raise(in, EXC_TYPE_ERROR,
               "%s() got an unexpected keyword argument '%s'", fname, kw);
    const char *near = str_nearest(kw, names, n);
    if (near) host_help(in, "did you mean `%s=`?", near);
    return false;
}

/* ---- signatures of natives ---------------------------------------------- */

enum { MAX_SIG = 32 };

typedef struct SigParam {
    char name[32];
    bool required, kwonly, posonly;
    int star;
} SigParam;

/* "a, b=, *, c=, **kw" */
static int sig_parse(const char *sig, SigParam *p)
{
    int n = 0;
    bool kwonly = false;
    while (*sig) {
        const size_t len = strcspn(sig, ",");
        const int star = (int)strspn(sig, "*");
        const char *name = sig + star;
        const size_t namelen = strcspn(name, "=,");
        if (*sig == '/') {
            for (int i = 0; i < n; i++) p[i].posonly = true;
        } else if (star == 1 && namelen == 0) {
            kwonly = true;
        } else {
            SigParam *q = &p[n++];
            *q = (SigParam){.required = !star && name[namelen] != '=',
                            .kwonly = kwonly,
                            .star = star};
            memcpy(q->name, name,
                   namelen < sizeof q->name ? namelen : sizeof q->name - 1);
            kwonly |= star == 1;
        }
        sig += len;
        sig += strspn(sig, ", ");
    }
    return n;
}

static bool sig_positional(const SigParam *p)
{
    return !p->star && !p->kwonly;
}

static int sig_find(const SigParam *p, int n, const char *name, int star)
{
    for (int i = 0; i < n; i++)
        if (p[i].star == star &&
            (!name || (!p[i].posonly && !strcmp(p[i].name, name))))
            return i;
    return -1;
}

static bool bind_positional(Interp *in, CallArgs *a, const SigParam *p, int n,
                            Value *out)
{
    int used = 0, least = 0, most = 0;
    for (int i = 0; i < n; i++) {
        if (!sig_positional(&p[i])) continue;
        most++;
        least += p[i].required;
        if (used < a->npos) out[i] = a->pos[used++];
    }
    const int star = sig_find(p, n, NULL, 1);
    if (star >= 0)
        out[star] = a->rest[0] = v_tuple(in, a->pos + used, a->npos - used);
    else if (used < a->npos)
        return raise_too_many(in, a->fname, least, most, a->npos);
    return true;
}

static bool bind_keyword(Interp *in, CallArgs *a, const SigParam *p, int n,
                         const KwArg *kw, Value *out)
{
    const int i = sig_find(p, n, kw->name->s, 0);
    if (i >= 0 && v_is_set(out[i])) {
        host_raise(in, EXC_TYPE_ERROR,
                   "%s() got multiple values for argument '%s'", a->fname,
                   kw->name->s);
        return false;
    }
    if (i >= 0) {
        out[i] = kw->value;
        return true;
    }
    const int star = sig_find(p, n, NULL, 2);
    if (star >= 0) return dict_set_str(in, out[star], kw->name->s, kw->value);
    const char *names[MAX_SIG];
    int m = 0;
    for (int k = 0; k < n; k++)
        if (!p[k].star && !p[k].posonly) names[m++] = p[k].name;
    return raise_unknown_kw(in, a->fname, kw->name->s, names, m);
}

static bool check_missing(Interp *in, CallArgs *a, const SigParam *p, int n,
                          const Value *out, bool kwonly)
{
    const char *names[MAX_SIG];
    int m = 0;
    for (int i = 0; i < n; i++)
        if (p[i].required && p[i].kwonly == kwonly && !v_is_set(out[i]))
            names[m++] = p[i].name;
    return m == 0 || raise_missing(in, a->fname, names, m, kwonly);
}

bool args_bind(Interp *in, CallArgs *a, const char *sig, Value *out)
{
    SigParam p[MAX_SIG];
    const int n = sig_parse(sig, p);
    for (int i = 0; i < n; i++) out[i] = v_unset();
    const int map = sig_find(p, n, NULL, 2);
    if (map >= 0) out[map] = a->rest[1] = v_dict(in);
    if (!bind_positional(in, a, p, n, out)) return false;
    for (int i = 0; i < a->nkw; i++)
        if (!bind_keyword(in, a, p, n, &a->kw[i], out)) return false;
    return check_missing(in, a, p, n, out, false) &&
        check_missing(in, a, p, n, out, true);
}

bool arg_int(Interp *in, Value v, const char *what, int64_t *out)
{
    if (v_is_intlike(v)) {
        *out = v.i;
        return true;
    }
    const ArenaMark m = arena_mark(in->scratch);
    const bool ok = value_to_index(in, v,
                                   arena_printf(in->scratch,
                                                "%s must be int, not %s", what,
                                                v_type_name(v)),
                                   out);
    arena_reset(in->scratch, m);
    return ok;
}

bool arg_float(Interp *in, Value v, const char *what, double *out)
{
    if (v_is_number(v)) {
        *out = v_as_float(v);
        return true;
    }
    if (v.kind >= V_TENSOR && v.o->type->to_float) {
        const Value f = v.o->type->to_float(in, v);
        *out = f.f;
        return !v_is_error(f);
    }
    host_raise(in, EXC_TYPE_ERROR, "%s must be a number, not %s", what,
               v_type_name(v));
    return false;
}

bool arg_bool(Interp *in, Value v, const char *what, bool *out)
{
    (void)what;
    const int t = host_truth(in, v);
    *out = t > 0;
    return t >= 0;
}

bool arg_str(Interp *in, Value v, const char *what, const char **out)
{
    if (v.kind != V_STR) {
        host_raise(in, EXC_TYPE_ERROR, "%s must be str, not %s", what,
                   v_type_name(v));
        return false;
    }
    *out = v.str->s;
    return true;
}

int arg_ints(Interp *in, Value v, const char *what, int64_t *out, int cap)
{
    if (v_is_intlike(v)) return cap > 0 ? (*out = v.i, 1) : 0;
    if (v.kind != V_LIST && v.kind != V_TUPLE && v.kind != V_RANGE) {
        host_raise(in, EXC_TYPE_ERROR,
                   "%s must be an int or a sequence of ints, not %s", what,
                   v_type_name(v));
        return -1;
    }
    const int64_t n = host_len(in, v);
    if (n > cap) {
        host_raise(in, EXC_VALUE_ERROR,
                   "%s has %lld elements, at most %d are possible", what,
                   (long long)n, cap);
        return -1;
    }
    for (int64_t i = 0; i < n; i++) {
        const Value item = v.kind == V_RANGE
            ? v_int(v.range->start + i * v.range->step)
            : v.seq->p[i];
        if (!arg_int(in, item, what, &out[i])) return -1;
    }
    return (int)n;
}

/* ---- functions of the file ---------------------------------------------- */

static const NodeVec *params_of(const FuncObj *f)
{
    return f->def->kind == ND_DEF ? &f->def->def.params
                                  : &f->def->lambda.params;
}

Value func_new(Interp *in, Env *env, const Node *def)
{
    FuncObj *f = obj_new(in, V_FUNC, NULL, sizeof *f);
    const Value v = v_obj(&f->o);
    f->def = def;
    f->info = func_info(in, def);
    f->module = env->module;
    f->closure = env != env->module->env && env_is_needed(env, f->info)
        ? env_keep(env)
        : NULL;
    f->name = def->kind == ND_DEF ? v_from_str(in, def->def.name)
                                  : v_str(in, "<lambda>");
    const NodeVec *params = params_of(f);
    f->defaults = host_alloc((size_t)params->n * sizeof *f->defaults);
    for (int i = 0; i < params->n; i++) {
        const Node *d = params->p[i]->param.def;
        f->defaults[f->ndefaults++] = d ? eval(in, env, d) : v_unset();
        if (!v_is_error(f->defaults[i])) continue;
        v_drop(in, v);
        return v_error();
    }
    return v;
}

static bool is_positional(const Node *p)
{
    return p->param.kind == PARAM_PLAIN && !p->param.kwonly;
}

static void set_param(Interp *in, Env *e, const Node *p, Value v)
{
    Slot *s = env_find(e, p->param.name);
    v_drop(in, s->v);
    s->v = v;
}

static bool is_unset_param(Env *e, const Node *p)
{
    return !v_is_set(env_find(e, p->param.name)->v);
}

static const Node *param_of_kind(const NodeVec *params, ParamKind k)
{
    for (int i = 0; i < params->n; i++)
        if (params->p[i]->param.kind == k) return params->p[i];
    return NULL;
}

static bool take_positional(Interp *in, FuncObj *f, Env *e, const Value *pos,
                            int npos)
{
    const NodeVec *params = params_of(f);
    int used = 0, least = 0, most = 0;
    for (int i = 0; i < params->n; i++) {
        if (!is_positional(params->p[i])) continue;
        most++;
        least += !v_is_set(f->defaults[i]);
        if (used < npos) set_param(in, e, params->p[i], v_keep(pos[used++]));
    }
    const Node *star = param_of_kind(params, PARAM_STAR);
    if (star)
        set_param(in, e, star, v_tuple(in, pos + used, npos - used));
    else if (used < npos)
        return raise_too_many(in, f->name.str->s, least, most, npos);
    return true;
}

/* the parameter that keyword `name` may set;
 * positional-only ones are skipped */
static const Node *keyword_param(const NodeVec *params, Str name)
{
    const Node *slash = param_of_kind(params, PARAM_SLASH);
    bool after = !slash;
    for (int i = 0; i < params->n; i++) {
        const Node *p = params->p[i];
        if (p == slash) after = true;
        if (after && p->param.kind == PARAM_PLAIN && p->param.name == name)
            return p;
    }
    return NULL;
}

static bool unknown_keyword(Interp *in, FuncObj *f, Str name)
{
    const NodeVec *params = params_of(f);
    const char *names[MAX_SIG];
    int n = 0;
    for (int i = 0; i < params->n && n < MAX_SIG; i++)
        if (params->p[i]->param.kind == PARAM_PLAIN)
            names[n++] = params->p[i]->param.name->s;
    return raise_unknown_kw(in, f->name.str->s, name->s, names, n);
}

static bool take_keywords(Interp *in, FuncObj *f, Env *e, const KwArg *kw,
                          int nkw)
{
    const NodeVec *params = params_of(f);
    const Node *dstar = param_of_kind(params, PARAM_DSTAR);
    const Value map = dstar ? v_dict(in) : v_unset();
    if (dstar) set_param(in, e, dstar, map);
    for (int i = 0; i < nkw; i++) {
        const Node *p = keyword_param(params, kw[i].name);
        if (!p && dstar && dict_set_str(in, map, kw[i].name->s, kw[i].value))
            continue;
        if (!p) return dstar ? false : unknown_keyword(in, f, kw[i].name);
        if (!is_unset_param(e, p)) {
            host_raise(in, EXC_TYPE_ERROR,
                       "%s() got multiple values for argument '%s'",
                       f->name.str->s, kw[i].name->s);
            return false;
        }
        set_param(in, e, p, v_keep(kw[i].value));
    }
    return true;
}

static bool take_defaults(Interp *in, FuncObj *f, Env *e, bool kwonly)
{
    const NodeVec *params = params_of(f);
    const char *missing[MAX_SIG];
    int n = 0;
    for (int i = 0; i < params->n; i++) {
        const Node *p = params->p[i];
        if (p->param.kind != PARAM_PLAIN || p->param.kwonly != kwonly ||
            !is_unset_param(e, p))
            continue;
        if (v_is_set(f->defaults[i]))
            set_param(in, e, p, v_keep(f->defaults[i]));
        else if (n < MAX_SIG)
            missing[n++] = p->param.name->s;
    }
    return n == 0 || raise_missing(in, f->name.str->s, missing, n, kwonly);
}

static Value run_body(Interp *in, FuncObj *f, Env *e)
{
    if (f->def->kind == ND_LAMBDA) return eval(in, e, f->def->lambda.body);
    const Flow flow = exec_block(in, e, &f->def->def.body);
    const Value ret = in->frame->ret;
    in->frame->ret = v_unset();
    if (flow == FLOW_RETURN) return ret;
    v_drop(in, ret);
    return flow == FLOW_ERROR ? v_error() : v_none();
}

static Value run_in_frame(Interp *in, FuncObj *f, Env *e, Span span)
{
    const Str name = f->def->kind == ND_DEF ? f->def->def.name
                                            : str(in->se, "<lambda>");
    Frame frame = {.up = in->frame,
                   .name = name,
                   .module = f->module,
                   .env = e,
                   .call = span,
                   .ret = v_unset()};
    in->frame = &frame;
    in->depth++;
    const Value v = run_body(in, f, e);
    in->depth--;
    in->frame = frame.up;
    if (v_is_error(v) && in->exc && in->exc->type != EXC_FATAL)
        exc_trace(in, in->exc, name, span);
    return v;
}

static Value call_func(Interp *in, FuncObj *f, const Value *pos, int npos,
                       const KwArg *kw, int nkw, Span span)
{
    if (!stack_ok(in) || !host_step(in) ||
        !host_limit(in, LIM_HOST_RECURSION, in->depth + 1))
        return v_error();
    Env *e = env_new(in, f->closure, f->module, f->info);
    const bool bound = take_positional(in, f, e, pos, npos) &&
        take_keywords(in, f, e, kw, nkw) && take_defaults(in, f, e, false) &&
        take_defaults(in, f, e, true);
    v_keep(v_obj(&f->o));
    const Value v = bound ? run_in_frame(in, f, e, span) : v_error();
    v_drop(in, v_obj(&f->o));
    env_leave(in, e);
    env_drop(in, e);
    return v;
}

/* ---- calling anything --------------------------------------------------- */

static Value call_object(Interp *in, Value fn, CallArgs *a)
{
    const NativeType *t = fn.o->type;
    if (!t->call)
        return host_raise(in, EXC_TYPE_ERROR, "'%s' object is not callable",
                          t->name);
    a->self = fn;
    a->fname = t->name;
    return call_args(in, t->call, a);
}

static Value call_type(Interp *in, Value type, CallArgs *a)
{
    a->rest[0] = a->rest[1] = v_unset();
    const Value v = type_call(in, a, type);
    v_drop(in, a->rest[0]);
    v_drop(in, a->rest[1]);
    return v;
}

Value host_call(Interp *in, Value fn, const Value *pos, int npos,
                const KwArg *kw, int nkw, Span span)
{
    CallArgs a = {.self = v_unset(),
                  .pos = pos,
                  .npos = npos,
                  .kw = kw,
                  .nkw = nkw,
                  .span = span,
                  .fname = ""};
    switch ((ValueKind)fn.kind) {
    case V_FUNC: return call_func(in, fn.func, pos, npos, kw, nkw, span);
    case V_NATIVE:
        return call_native(in, fn.native, v_unset(), pos, npos, kw, nkw, span);
    case V_BOUND:
        return call_native(in, v_bound_of(fn)->def, v_bound_of(fn)->self, pos,
                           npos, kw, nkw, span);
    case V_TYPE: return call_type(in, fn, &a);
    case V_EXCTYPE: return exc_new(in, fn.exctype, &a);
    case V_TENSOR:
    case V_OBJ: return call_object(in, fn, &a);
    case V_KERNEL:
        return host_fatal(
            in, E0805,
            "kernel `%s` is called from host code; kernels run through `golden.run_jit`",
            fn.kernel->name->s);
    default:
        return host_raise(in, EXC_TYPE_ERROR, "'%s' object is not callable",
                          v_type_name(fn));
    }
}

Value host_call_method(Interp *in, Value self, const char *name,
                       const Value *pos, int npos)
{
    const Value fn = host_getattr(in, self, str(in->se, name));
    if (v_is_error(fn)) return fn;
    const Value v = host_call(in, fn, pos, npos, NULL, 0, in->at);
    v_drop(in, fn);
    return v;
}

/* The callee; for x.method(...) of a native method the receiver goes to *self
 * and no bound object is made. */
static Value eval_callee(Interp *in, Env *env, const Node *fn, Value *self)
{
    *self = v_unset();
    if (fn->kind != ND_ATTR) return eval(in, env, fn);
    const Value of = eval(in, env, fn->attr.of);
    if (v_is_error(of)) return of;
    in->at = fn->span;
    const NativeDef *m = method_find(of, fn->attr.name);
    if (m && !(m->flags & NATIVE_PROPERTY)) {
        *self = of;
        return v_native(m);
    }
    const Value v = host_getattr(in, of, fn->attr.name);
    v_drop(in, of);
    return v;
}

Value eval_call(Interp *in, Env *env, const Node *n)
{
    Value self;
    const Value fn = eval_callee(in, env, n->call.fn, &self);
    if (v_is_error(fn)) return fn;
    ArgList a;
    args_init(&a);
    bool ok = true;
    for (int i = 0; i < n->call.args.n && ok; i++)
        ok = eval_arg(in, env, n->call.args.p[i], &a);
    in->at = n->span;
    Value v = v_error();
    if (ok && v_is_set(self))
        v = call_native(in, fn.native, self, a.pos, a.npos, a.kw, a.nkw,
                        n->span);
    else if (ok)
        v = host_call(in, fn, a.pos, a.npos, a.kw, a.nkw, n->span);
    in->at = n->span;
    args_end(in, &a);
    v_drop(in, self);
    v_drop(in, fn);
    return v;
}
