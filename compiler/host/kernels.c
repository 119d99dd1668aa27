/* Kernel objects: what the pl decorators make of a def or class statement, and
 * how lowering reads the host values a kernel captures (1.3).  Kernel bodies
 * are never executed here. */
#include "host/interp.h"
#include <stdlib.h>

/* ---- decorators --------------------------------------------------------- */

static const char *const deco_names[] = {
    [DECO_JIT] = "pl.jit",           [DECO_INLINE] = "pl.jit.inline",
    [DECO_OPAQUE] = "pl.jit.opaque", [DECO_INCORE] = "pl.jit.incore",
    [DECO_HOST] = "pl.jit.host",     [DECO_EXTERN] = "pl.jit.extern",
    [DECO_PROGRAM] = "pl.program",   [DECO_FUNCTION] = "pl.function",
};

Value decorator_new(Interp *in, int which)
{
    Decorator *d = obj_new(in, V_OBJ, &decorator_type, sizeof *d);
    d->which = which;
    d->name = d->auto_scope = d->type = v_unset();
    return v_obj(&d->o);
}

static void deco_drop(Interp *in, Obj *o)
{
    Decorator *d = (Decorator *)o;
    v_drop(in, d->name);
    v_drop(in, d->auto_scope);
    v_drop(in, d->type);
}

/* pl.jit.inline and its like */
static Value deco_getattr(Interp *in, Value self, Str name)
{
    static const struct {
        const char *name;
        int which;
    } subs[] = {
        {"inline", DECO_INLINE}, {"opaque", DECO_OPAQUE},
        {"incore", DECO_INCORE}, {"host", DECO_HOST},
        {"extern", DECO_EXTERN},
    };
    if (((Decorator *)self.o)->which != DECO_JIT) return v_unset();
    for (size_t i = 0; i < LEN(subs); i++)
        if (is_name(name, subs[i].name))
            return decorator_new(in, subs[i].which);
    return v_unset();
}

/* @pl.jit(auto_scope=False, name="x"), @pl.function(type=...) */
static Value deco_call(Interp *in, CallArgs *a)
{
    const Decorator *d = (Decorator *)a->self.o;
    a->fname = deco_names[d->which];
    Value arg[3];
    if (d->which == DECO_HOST || d->which == DECO_EXTERN)
        return decorator_new(in, d->which); /* refused at the `def` */
    if (a->npos)
        return host_fatal(
            in, E0805,
            "`%s` is a decorator: write it as `@%s` above the function",
            a->fname, a->fname);
    if (!args_bind(in, a,
                   d->which == DECO_FUNCTION ? "*, name=, auto_scope=, type="
                                             : "*, name=, auto_scope=",
                   arg))
        return v_error();
    const Value v = decorator_new(in, d->which);
    Decorator *made = (Decorator *)v.o;
    made->name = v_keep(arg[0]);
    made->auto_scope = v_keep(arg[1]);
    if (d->which == DECO_FUNCTION) made->type = v_keep(arg[2]);
    return v;
}

static bool deco_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "<decorator %s>", deco_names[((Decorator *)self.o)->which]);
    return true;
}

const NativeType decorator_type = {
    .name = "decorator",
    .drop = deco_drop,
    .getattr = deco_getattr,
    .call = deco_call,
    .repr = deco_repr,
};

/* ---- kernel objects ----------------------------------------------------- */

void kernel_drop(Interp *in, KernelObject *k)
{
    v_drop(in, k->name_arg);
    v_drop(in, k->auto_scope);
    for (int i = 0; i < k->nmethods; i++) v_drop(in, v_obj(&k->methods[i]->o));
    free(k->methods);
    env_drop(in, k->env);
}

static KernelObject *kernel_new(Interp *in, Env *env, KernelKind kind, Str name,
                                const Node *def, const Decorator *d)
{
    KernelObject *k = obj_new(in, V_KERNEL, NULL, sizeof *k);
    k->kind = kind;
    k->name = name;
    k->def = def;
    k->module = env->module;
    k->env = env == env->module->env ? NULL : env_keep(env);
    k->name_arg = v_keep(d->name);
    k->auto_scope = v_keep(d->auto_scope);
    return k;
}

static KernelKind kind_of(int which)
{
    switch (which) {
    case DECO_INLINE: return KERNEL_INLINE;
    case DECO_OPAQUE: return KERNEL_OPAQUE;
    case DECO_INCORE: return KERNEL_INCORE;
    default: return KERNEL_JIT;
    }
}

/* Rejected decorators are reported; the name is bound all the same, so that
 * its uses give no second message. */
static bool check_decorator(Interp *in, const Decorator *d)
{
    switch (d->which) {
    case DECO_HOST:
        host_fatal_diag(
            in, E1202,
            "distributed programs are not supported; run one rank's kernel");
        return true;
    case DECO_EXTERN:
        host_fatal_diag(in, E1203,
                        "kernels with embedded C++ sources are not supported");
        return true;
    case DECO_PROGRAM:
        host_fatal(in, E0801, "`@pl.program` decorates classes");
        return false;
    case DECO_FUNCTION:
        host_fatal(
            in, E0801,
            "`@pl.function` decorates the methods of a `@pl.program` class; a kernel function is `@pl.jit`");
        return false;
    default: return true;
    }
}

static Flow decorated_def(Interp *in, Env *env, const Node *n)
{
    const Value deco = eval(in, env, n->def.decorators.p[0]);
    if (v_is_error(deco)) return FLOW_ERROR;
    in->at = n->def.decorators.p[0]->span;
    bool ok = v_has_type(deco, &decorator_type) && n->def.decorators.n == 1;
    if (!ok)
        host_fatal(
            in, E0801,
            n->def.decorators.n > 1
                ? "a function with several decorators is not in the host language"
                : "this decorator is not in the host language");
    const Decorator *d = (Decorator *)deco.o;
    ok = ok && check_decorator(in, d);
    if (ok) {
        KernelObject *k = kernel_new(in, env, kind_of(d->which), n->def.name, n,
                                     d);
        ok = env_store(in, env, n->def.name, v_obj(&k->o), n->def.name_span);
    }
    v_drop(in, deco);
    return ok ? FLOW_NEXT : FLOW_ERROR;
}

Flow exec_def(Interp *in, Env *env, const Node *n)
{
    if (n->def.decorators.n) return decorated_def(in, env, n);
    const Value fn = func_new(in, env, n);
    if (v_is_error(fn)) return FLOW_ERROR;
    return env_store(in, env, n->def.name, fn, n->def.name_span) ? FLOW_NEXT
                                                                 : FLOW_ERROR;
}

/* ---- @pl.program -------------------------------------------------------- */

static Flow bad_program(Interp *in, Span at, const char *why, const char *arg)
{
    in->at = at;
    host_fatal(in, E0801, why, arg);
    return FLOW_ERROR;
}

static bool is_entry(const Decorator *d)
{
    return d->type.kind == V_ENUM &&
        !strcmp(d->type.en->group, "FunctionType") &&
        (!strcmp(d->type.en->name, "Opaque") ||
         !strcmp(d->type.en->name, "Orchestration"));
}

static bool has_self(const Node *def)
{
    return def->def.params.n && def->def.params.p[0]->param.name &&
        is_name(def->def.params.p[0]->param.name, "self");
}

static void push_method(KernelObject *k, KernelObject *m)
{
    k->methods = host_realloc(k->methods, (size_t)k->nmethods + 1,
                              sizeof(KernelObject *));
    k->methods[k->nmethods++] = m;
}

/* One member of the class body: the entry goes to k->def, others to methods. */
static Flow program_member(Interp *in, Env *env, KernelObject *k, const Node *s)
{
    if (s->kind == ND_PASS || s->kind == ND_ERROR ||
        (s->kind == ND_EXPR && s->e->kind == ND_STR))
        return FLOW_NEXT;
    if (s->kind != ND_DEF || s->def.decorators.n != 1)
        return bad_program(
            in, s->span,
            "only `@pl.function` methods are possible in program class `%s`",
            k->name->s);
    const Value deco = eval(in, env, s->def.decorators.p[0]);
    if (v_is_error(deco)) return FLOW_ERROR;
    const Decorator *d = (Decorator *)deco.o;
    Flow f = FLOW_NEXT;
    if (!v_has_type(deco, &decorator_type) || d->which != DECO_FUNCTION) {
        f = bad_program(
            in, s->span,
            "only `@pl.function` methods are possible in program class `%s`",
            k->name->s);
    } else if (!has_self(s)) {
        f = bad_program(in, s->span,
                        "the first parameter of method `%s` must be `self`",
                        s->def.name->s);
    } else if (!is_entry(d)) {
        KernelObject *m = kernel_new(in, env, KERNEL_METHOD, s->def.name, s, d);
        m->cls = k->cls;
        m->program = k;
        push_method(k, m);
    } else if (k->def) {
        f = bad_program(
            in, s->span,
            "program class `%s` has two entry methods; one that is "
            "called by the other is `@pl.function()`, without `type=`",
            k->name->s);
    } else {
        k->def = s;
    }
    v_drop(in, deco);
    return f;
}

Flow exec_program(Interp *in, Env *env, const Node *n, Value decorator)
{
    const Decorator *d = (Decorator *)decorator.o;
    if (d->which != DECO_PROGRAM)
        return bad_program(in, n->span, "`%s` does not decorate classes",
                           deco_names[d->which]);
    KernelObject *k = kernel_new(in, env, KERNEL_PROGRAM, n->class_.name, NULL,
                                 d);
    k->cls = n;
    Flow f = FLOW_NEXT;
    for (int i = 0; i < n->class_.body.n && f == FLOW_NEXT; i++)
        f = program_member(in, env, k, n->class_.body.p[i]);
    if (f == FLOW_NEXT && !k->def)
        f = bad_program(
            in, n->class_.name_span,
            "program class `%s` has no `@pl.function(type=pl.FunctionType.Opaque)` or `Orchestration` method",
            k->name->s);
    if (f == FLOW_NEXT)
        return env_store(in, env, n->class_.name, v_obj(&k->o),
                         n->class_.name_span)
            ? FLOW_NEXT
            : FLOW_ERROR;
    v_drop(in, v_obj(&k->o));
    return f;
}

/* ---- what lowering reads ------------------------------------------------ */

bool host_lookup(Interp *in, KernelObject *k, Str name, Value *out)
{
    (void)in;
    for (const Env *e = k->env; e; e = e->outer) {
        const Slot *s = env_find(e, name);
        if (!s || !v_is_set(s->v)) continue;
        *out = s->v;
        return true;
    }
    const Slot *s = env_find(k->module->env, name);
    if (!s || !v_is_set(s->v)) return false;
    *out = s->v;
    return true;
}

bool host_builtin(const Interp *in, Str name, Value *out)
{
    const Slot *s = env_find(in->builtins, name);
    if (!s) return false;
    *out = s->v;
    return true;
}

const char *const *host_names(Interp *in, KernelObject *k, int *n)
{
    VEC(const char *) names = {0};
    for (const Env *e = k->env ? k->env : k->module->env; e;) {
        for (int i = 0; i < e->n; i++)
            if (v_is_set(e->p[i].v))
                vec_push(in->se->arena, &names, e->p[i].name->s);
        if (e == k->module->env) break;
        e = e->outer ? e->outer : k->module->env;
    }
    *n = names.n;
    vec_push(in->se->arena, &names, NULL);
    return names.p;
}

bool host_attr(Interp *in, Value of, Str name, Value *out)
{
    const Value v = host_find_attr(in, of, name);
    if (!v_is_set(v)) return false;
    vec_push(in->se->arena, &in->pinned, v);
    *out = v;
    return true;
}

static bool capture_items(Interp *in, const Value *p, int n, const char **what)
{
    if (!stack_ok(in)) return false;
    for (int i = 0; i < n; i++)
        if (!host_can_capture(in, p[i], what)) return false;
    return true;
}

bool host_can_capture(Interp *in, Value v, const char **what)
{
    switch ((ValueKind)v.kind) {
    case V_INT:
    case V_FLOAT:
    case V_BOOL:
    case V_STR:
    case V_NONE:
    case V_DTYPE:
    case V_ENUM:
    case V_MODULE:
    case V_KERNEL: return true;
    case V_TUPLE:
    case V_LIST:
        *what = "a sequence";
        return capture_items(in, v.seq->p, v.seq->n, what);
    case V_OBJ:
        if (v.o->type == &dynsym_type || v.o->type == &class_type) return true;
        if (v.o->type == &instance_type)
            return instance_can_capture(in, v, what);
        break;
    default: break;
    }
    *what = arena_printf(in->se->arena, "of type `%s`", v_type_name(v));
    return false;
}
