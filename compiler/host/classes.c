/* Tolerated classes (2.5): dataclasses with annotated fields and one-return
 * properties, and plain classes that are namespaces of constants.  Any other
 * class statement is E0801 when it is executed.  Program classes: kernels.c. */
#include "host/interp.h"
#include <stdlib.h>

typedef struct ClassObj {
    Obj o;
    Str name;
    bool is_data, frozen;
    Str *fields;
    Value *defaults;
    int n;   /* dataclass, in order */
    Env *ns; /* constants, defaults, properties */
} ClassObj;

typedef struct InstObj {
    Obj o;
    ClassObj *cls;
    Value *p;
} InstObj;
typedef struct PropertyObj {
    Obj o;
    Value fn;
} PropertyObj; /* in ns */
typedef struct DataDeco {
    Obj o;
    bool frozen;
} DataDeco;

static Value class_call(Interp *in, CallArgs *a);

/* ---- instances ---------------------------------------------------------- */

static int field_of(const ClassObj *c, Str name)
{
    for (int i = 0; i < c->n; i++)
        if (c->fields[i] == name) return i;
    return -1;
}

static void inst_drop(Interp *in, Obj *o)
{
    InstObj *x = (InstObj *)o;
    for (int i = 0; x->p && i < x->cls->n; i++) v_drop(in, x->p[i]);
    free(x->p);
    v_drop(in, v_obj(&x->cls->o));
}

static Value inst_getattr(Interp *in, Value self, Str name)
{
    InstObj *x = (InstObj *)self.o;
    const int i = field_of(x->cls, name);
    if (i >= 0) return v_keep(x->p[i]);
    if (is_name(name, "__class__")) return v_keep(v_obj(&x->cls->o));
    const Slot *s = env_find(x->cls->ns, name);
    if (!s || !v_is_set(s->v)) return v_unset();
    if (!v_has_type(s->v, &property_type)) return v_keep(s->v);
    return host_call(in, ((PropertyObj *)s->v.o)->fn, &self, 1, NULL, 0,
                     in->at);
}

static bool inst_setattr(Interp *in, Value self, Str name, Value v)
{
    InstObj *x = (InstObj *)self.o;
    const int i = field_of(x->cls, name);
    if (x->cls->frozen) {
        host_raise(in, EXC_ATTRIBUTE_ERROR, "cannot assign to field '%s'",
                   name->s);
        return false;
    }
    if (i < 0) {
        host_raise(in, EXC_ATTRIBUTE_ERROR, "'%s' object has no field '%s'",
                   x->cls->name->s, name->s);
        return false;
    }
    const Value old = x->p[i];
    x->p[i] = v_keep(v);
    v_drop(in, old);
    return true;
}

static bool inst_repr(Interp *in, Value self, Text *t)
{
    const InstObj *x = (InstObj *)self.o;
    text_printf(t, "%s(", x->cls->name->s);
    for (int i = 0; i < x->cls->n; i++) {
        text_printf(t, "%s%s=", i ? ", " : "", x->cls->fields[i]->s);
        if (!host_repr(in, x->p[i], t)) return false;
    }
    text_putc(t, ')');
    return true;
}

static Value inst_binary(Interp *in, Operator op, Value a, Value b)
{
    if (op != OPR_EQ && op != OPR_NE) return v_notimpl();
    if (!v_has_type(a, &instance_type) || !v_has_type(b, &instance_type))
        return v_notimpl();
    const InstObj *x = (InstObj *)a.o, *y = (InstObj *)b.o;
    bool same = x->cls == y->cls;
    for (int i = 0; same && i < x->cls->n; i++) {
        const int r = host_equal(in, x->p[i], y->p[i]);
        if (r < 0) return v_error();
        same = r;
    }
    return v_bool(same == (op == OPR_EQ));
}

static bool inst_hash(Interp *in, Value self, uint32_t *out)
{
    const InstObj *x = (InstObj *)self.o;
    if (!x->cls->frozen) {
        host_raise(in, EXC_TYPE_ERROR, "unhashable type: '%s'",
                   x->cls->name->s);
        return false;
    }
    const Value t = v_tuple(in, x->p, x->cls->n);
    const bool ok = host_hash(in, t, out);
    v_drop(in, t);
    return ok;
}

Str instance_class(Value v)
{
    return ((InstObj *)v.o)->cls->name;
}

bool instance_can_capture(Interp *in, Value v, const char **what)
{
    const InstObj *x = (InstObj *)v.o;
    for (int i = 0; i < x->cls->n; i++)
        if (!host_can_capture(in, x->p[i], what)) return false;
    return true;
}

const NativeType instance_type = {
    .name = "object",
    .drop = inst_drop,
    .getattr = inst_getattr,
    .setattr = inst_setattr,
    .repr = inst_repr,
    .binary = inst_binary,
    .hash = inst_hash,
};

/* ---- class objects ------------------------------------------------------ */

static void class_drop(Interp *in, Obj *o)
{
    ClassObj *c = (ClassObj *)o;
    for (int i = 0; i < c->n; i++) v_drop(in, c->defaults[i]);
    free(c->fields);
    free(c->defaults);
    env_drop(in, c->ns);
}

static Value class_getattr(Interp *in, Value self, Str name)
{
    const ClassObj *c = (ClassObj *)self.o;
    const Slot *s = env_find(c->ns, name);
    if (s && v_is_set(s->v)) return v_keep(s->v);
    return is_name(name, "__name__") || is_name(name, "__qualname__")
        ? v_from_str(in, c->name)
        : v_unset();
}

static bool class_setattr(Interp *in, Value self, Str name, Value v)
{
    ClassObj *c = (ClassObj *)self.o;
    env_set(in, c->ns, name, v_keep(v), (Span){0, 0});
    return true;
}

static bool class_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "<class '%s'>", ((ClassObj *)self.o)->name->s);
    return true;
}

static bool class_hash(Interp *in, Value self, uint32_t *out)
{
    (void)in;
    *out = (uint32_t)((uintptr_t)self.o >> 4);
    return true;
}

const NativeType class_type = {
    .name = "type",
    .drop = class_drop,
    .getattr = class_getattr,
    .setattr = class_setattr,
    .repr = class_repr,
    .call = class_call,
    .hash = class_hash,
};

/* ---- construction ------------------------------------------------------- */

static bool fill_positional(Interp *in, const ClassObj *c, CallArgs *a,
                            Value *p)
{
    if (a->npos > c->n) {
        int least = 1;
        while (least <= c->n && !v_is_set(c->defaults[least - 1])) least++;
        const ArenaMark m = arena_mark(in->scratch);
        const char *fname = arena_printf(in->scratch, "%s.__init__",
                                         c->name->s);
        raise_too_many(in, fname, least, c->n + 1, a->npos + 1);
        arena_reset(in->scratch, m);
        return false;
    }
    for (int i = 0; i < a->npos; i++) p[i] = v_keep(a->pos[i]);
    return true;
}

static bool fill_keywords(Interp *in, const ClassObj *c, CallArgs *a, Value *p)
{
    for (int i = 0; i < a->nkw; i++) {
        const int f = field_of(c, a->kw[i].name);
        if (f < 0 || v_is_set(p[f])) {
            host_raise(
                in, EXC_TYPE_ERROR,
                f < 0 ? "%s.__init__() got an unexpected keyword argument '%s'"
                      : "%s.__init__() got multiple values for argument '%s'",
                c->name->s, a->kw[i].name->s);
            return false;
        }
        p[f] = v_keep(a->kw[i].value);
    }
    return true;
}

static bool fill_defaults(Interp *in, const ClassObj *c, Value *p)
{
    const ArenaMark m = arena_mark(in->scratch);
    const char **missing = NEW_ARRAY(in->scratch, const char *, c->n + 1);
    int n = 0;
    for (int i = 0; i < c->n; i++) {
        if (v_is_set(p[i])) continue;
        if (v_is_set(c->defaults[i]))
            p[i] = v_keep(c->defaults[i]);
        else
            missing[n++] = c->fields[i]->s;
    }
    if (n)
        raise_missing(in, arena_printf(in->scratch, "%s.__init__", c->name->s),
                      missing, n, false);
    arena_reset(in->scratch, m);
    return n == 0;
}

static Value class_call(Interp *in, CallArgs *a)
{
    ClassObj *c = (ClassObj *)a->self.o;
    if (!c->is_data)
        return host_fatal(
            in, E0801,
            "`%s` is a namespace; instances of plain classes are not in the host language",
            c->name->s);
    InstObj *x = obj_new(in, V_OBJ, &instance_type, sizeof *x);
    v_keep(a->self);
    x->cls = c;
    x->p = host_alloc((size_t)c->n * sizeof *x->p);
    for (int i = 0; i < c->n; i++) x->p[i] = v_unset();
    if (fill_positional(in, c, a, x->p) && fill_keywords(in, c, a, x->p) &&
        fill_defaults(in, c, x->p))
        return v_obj(&x->o);
    v_drop(in, v_obj(&x->o));
    return v_error();
}

/* ---- decorators --------------------------------------------------------- */

static void property_drop(Interp *in, Obj *o)
{
    v_drop(in, ((PropertyObj *)o)->fn);
}

const NativeType property_type = {.name = "property", .drop = property_drop};
const NativeType dataclass_decorator_type = {.name = "dataclass"};

Value property_new(Interp *in, Value fn)
{
    PropertyObj *p = obj_new(in, V_OBJ, &property_type, sizeof *p);
    p->fn = v_keep(fn); /* V_NONE: the decorator itself */
    return v_obj(&p->o);
}

/* dataclasses.dataclass(frozen=True): the bare name is the native itself */
Value fn_dataclass(Interp *in, CallArgs *a)
{
    Value arg[3];
    bool frozen = false;
    if (!args_bind(in, a, "*, frozen=, slots=, eq=", arg)) return v_error();
    if (v_is_set(arg[0]) && !arg_bool(in, arg[0], "frozen", &frozen))
        return v_error();
    DataDeco *d = obj_new(in, V_OBJ, &dataclass_decorator_type, sizeof *d);
    d->frozen = frozen;
    return v_obj(&d->o);
}

/* ---- the class statement ------------------------------------------------ */

static bool bad_class(Interp *in, const Node *at, const char *why)
{
    in->at = at->span;
    Diag *d = host_fatal_diag(in, E0801, "%s", why);
    diag_help(
        in->se, d,
        "use a @dataclass with annotated fields, a namespace of constants, or functions");
    fatal_reported(in);
    return false;
}

static bool is_docstring(const Node *s)
{
    return s->kind == ND_EXPR && s->e->kind == ND_STR;
}

static bool is_one_return(const NodeVec *body)
{
    const int first = body->n && is_docstring(body->p[0]);
    return body->n == first + 1 && body->p[first]->kind == ND_RETURN;
}

static bool add_constant(Interp *in, ClassObj *c, const Node *s,
                         const Node *target, const Node *value)
{
    if (target->kind != ND_NAME)
        return bad_class(in, s, "a class body assigns to names only");
    const Value v = eval(in, c->ns, value);
    if (v_is_error(v)) return false;
    env_set(in, c->ns, target->name, v, target->span);
    return true;
}

static bool add_field(Interp *in, ClassObj *c, const Node *s)
{
    const Node *t = s->ann.target;
    if (t->kind != ND_NAME) return bad_class(in, s, "a field is a name");
    Value dflt = v_unset();
    if (s->ann.value) {
        dflt = eval(in, c->ns, s->ann.value);
        if (v_is_error(dflt)) return false;
        env_set(in, c->ns, t->name, v_keep(dflt), t->span);
    }
    in->at = s->span;
    if (dflt.kind == V_LIST || dflt.kind == V_DICT || dflt.kind == V_SET) {
        host_raise(
            in, EXC_VALUE_ERROR,
            "mutable default <class '%s'> for field %s is not allowed: use default_factory",
            v_type_name(dflt), t->name->s);
        v_drop(in, dflt);
        return false;
    }
    if (!v_is_set(dflt) && c->n && v_is_set(c->defaults[c->n - 1])) {
        host_raise(in, EXC_TYPE_ERROR,
                   "non-default argument '%s' follows default argument",
                   t->name->s);
        return false;
    }
    c->fields = host_realloc(c->fields, (size_t)c->n + 1, sizeof *c->fields);
    c->defaults = host_realloc(c->defaults, (size_t)c->n + 1,
                               sizeof *c->defaults);
    c->fields[c->n] = t->name;
    c->defaults[c->n++] = dflt;
    return true;
}

static bool add_property(Interp *in, Env *env, ClassObj *c, const Node *s)
{
    if (s->def.decorators.n != 1)
        return bad_class(in, s, "a dataclass method must be a @property");
    const Value deco = eval(in, env, s->def.decorators.p[0]);
    if (v_is_error(deco)) return false;
    const bool ok = v_has_type(deco, &property_type);
    v_drop(in, deco);
    if (!ok) return bad_class(in, s, "a dataclass method must be a @property");
    if (!is_one_return(&s->def.body))
        return bad_class(in, s, "a property must consist of one `return`");
    const Value fn = func_new(in, env, s);
    if (v_is_error(fn)) return false;
    env_set(in, c->ns, s->def.name, property_new(in, fn), s->span);
    v_drop(in, fn);
    return true;
}

static bool add_member(Interp *in, Env *env, ClassObj *c, const Node *s)
{
    if (!host_step(in)) return false;
    if (s->kind == ND_PASS || s->kind == ND_ERROR || is_docstring(s))
        return true;
    if (s->kind == ND_ANNASSIGN && c->is_data) return add_field(in, c, s);
    if (s->kind == ND_ANNASSIGN)
        return !s->ann.value ||
            add_constant(in, c, s, s->ann.target, s->ann.value);
    if (s->kind == ND_ASSIGN && s->assign.targets.n == 1)
        return add_constant(in, c, s, s->assign.targets.p[0], s->assign.value);
    if (s->kind == ND_DEF && c->is_data) return add_property(in, env, c, s);
    return bad_class(
        in, s,
        c->is_data
            ? "only annotated fields and properties are possible in a dataclass"
            : "only `NAME = constant` is possible in a plain class");
}

static Flow make_class(Interp *in, Env *env, const Node *n, bool is_data,
                       bool frozen)
{
    ClassObj *c = obj_new(in, V_OBJ, &class_type, sizeof *c);
    c->name = n->class_.name;
    c->is_data = is_data;
    c->frozen = frozen;
    c->ns = env_new(in, env == env->module->env ? NULL : env, env->module,
                    NULL);
    for (int i = 0; i < n->class_.body.n; i++) {
        if (add_member(in, env, c, n->class_.body.p[i])) continue;
        v_drop(in, v_obj(&c->o));
        return FLOW_ERROR;
    }
    return env_store(in, env, c->name, v_obj(&c->o), n->class_.name_span)
        ? FLOW_NEXT
        : FLOW_ERROR;
}

Flow exec_class(Interp *in, Env *env, const Node *n)
{
    if (n->class_.decorators.n > 1)
        return bad_class(in, n->class_.decorators.p[1],
                         "one decorator at most"),
               FLOW_ERROR;
    Value deco = v_unset();
    if (n->class_.decorators.n) deco = eval(in, env, n->class_.decorators.p[0]);
    if (v_is_error(deco)) return FLOW_ERROR;
    Flow f = FLOW_ERROR;
    const bool bare = deco.kind == V_NATIVE && deco.native->fn == fn_dataclass;
    if (n->class_.bases.n)
        bad_class(in, n->class_.bases.p[0],
                  "classes with a base class are not in the host language");
    else if (v_has_type(deco, &decorator_type))
        f = exec_program(in, env, n, deco);
    else if (!v_is_set(deco))
        f = make_class(in, env, n, false, false);
    else if (bare)
        f = make_class(in, env, n, true, false);
    else if (v_has_type(deco, &dataclass_decorator_type))
        f = make_class(in, env, n, true, ((DataDeco *)deco.o)->frozen);
    else
        bad_class(in, n->class_.decorators.p[0],
                  "this class decorator is not in the host language");
    v_drop(in, deco);
    return f;
}
