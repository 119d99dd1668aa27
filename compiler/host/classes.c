/* Tolerated classes (2.5): dataclasses with annotated fields and one-return
 * properties, and plain classes that are namespaces of constants.  Any other
 * class statement is E0801 when it is executed.  Program classes: kernels.c. */
#include "host/interp.h"
#include <stdlib.h>

/* of a dataclass; also what field() gives, then without a name */
typedef struct Field {
    Obj o;
    Str name;
    Value dflt, factory; /* V_UNSET: none */
    bool repr, compare;
} Field;

/* arguments of @dataclass */
typedef struct DataFlags {
    bool eq, order, frozen, unsafe_hash, kw_only;
} DataFlags;

typedef struct ClassObj {
    Obj o;
    Str name;
    bool is_data;
    DataFlags flags;
    Field **fields;
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
    DataFlags flags;
} DataDeco;

static Value class_call(Interp *in, CallArgs *a);

/* ---- instances ---------------------------------------------------------- */

static int field_of(const ClassObj *c, Str name)
{
    for (int i = 0; i < c->n; i++)
        if (c->fields[i]->name == name) return i;
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
    if (x->cls->flags.frozen) {
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
    const char *sep = "";
    text_printf(t, "%s(", x->cls->name->s);
    for (int i = 0; i < x->cls->n; i++) {
        if (!x->cls->fields[i]->repr) continue;
        text_printf(t, "%s%s=", sep, x->cls->fields[i]->name->s);
        if (!host_repr(in, x->p[i], t)) return false;
        sep = ", ";
    }
    text_putc(t, ')');
    return true;
}

/* the fields that comparisons look at */
static Value compared(Interp *in, const InstObj *x)
{
    const Value list = v_list(in, x->cls->n);
    for (int i = 0; i < x->cls->n; i++)
        if (x->cls->fields[i]->compare)
            list_push_take(in, list, v_keep(x->p[i]));
    const Value t = v_tuple(in, list.seq->p, list.seq->n);
    v_drop(in, list);
    return t;
}

static Value inst_binary(Interp *in, Operator op, Value a, Value b)
{
    if (!v_has_type(a, &instance_type) || !v_has_type(b, &instance_type))
        return v_notimpl();
    const InstObj *x = (InstObj *)a.o, *y = (InstObj *)b.o;
    const bool equality = op == OPR_EQ || op == OPR_NE;
    const bool order = op == OPR_LT || op == OPR_LE || op == OPR_GT ||
        op == OPR_GE;
    if (equality && (x->cls != y->cls || !x->cls->flags.eq))
        return v_bool((x == y) == (op == OPR_EQ));
    if (!equality && (!order || x->cls != y->cls || !x->cls->flags.order))
        return v_notimpl();
    const Value p = compared(in, x), q = compared(in, y);
    const Value r = host_binary(in, op, p, q);
    v_drop(in, p);
    v_drop(in, q);
    return r;
}

static bool inst_hash(Interp *in, Value self, uint32_t *out)
{
    const InstObj *x = (InstObj *)self.o;
    const DataFlags f = x->cls->flags;
    if (!f.eq && !f.unsafe_hash) {
        *out = (uint32_t)((uintptr_t)self.o >> 4);
        return true;
    }
    if (!f.frozen && !f.unsafe_hash) {
        host_raise(in, EXC_TYPE_ERROR, "unhashable type: '%s'",
                   x->cls->name->s);
        return false;
    }
    const Value t = compared(in, x);
    const bool ok = host_hash(in, t, out);
    v_drop(in, t);
    return ok;
}

Value instance_dict(Interp *in, Value v)
{
    const InstObj *x = (InstObj *)v.o;
    const Value dict = v_dict(in);
    for (int i = 0; i < x->cls->n; i++)
        dict_set_str(in, dict, x->cls->fields[i]->name->s, x->p[i]);
    return dict;
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
    for (int i = 0; i < c->n; i++) v_drop(in, v_obj(&c->fields[i]->o));
    free(c->fields);
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

static bool has_default(const Field *f)
{
    return v_is_set(f->dflt) || v_is_set(f->factory);
}

static bool fill_positional(Interp *in, const ClassObj *c, CallArgs *a,
                            Value *p)
{
    const int most = c->flags.kw_only ? 0 : c->n;
    if (a->npos > most) {
        int least = 1;
        while (least <= most && !has_default(c->fields[least - 1])) least++;
        const ArenaMark m = arena_mark(in->scratch);
        const char *fname = arena_printf(in->scratch, "%s.__init__",
                                         c->name->s);
        raise_too_many(in, fname, least, most + 1, a->npos + 1);
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
        const Field *f = c->fields[i];
        if (v_is_set(p[i])) continue;
        if (v_is_set(f->factory))
            p[i] = host_call(in, f->factory, NULL, 0, NULL, 0, in->at);
        else if (v_is_set(f->dflt))
            p[i] = v_keep(f->dflt);
        else
            missing[n++] = f->name->s;
        if (v_is_error(p[i])) break;
    }
    if (n && !host_failed(in))
        raise_missing(in, arena_printf(in->scratch, "%s.__init__", c->name->s),
                      missing, n, c->flags.kw_only);
    arena_reset(in->scratch, m);
    return !host_failed(in);
}

static InstObj *inst_new(Interp *in, ClassObj *c)
{
    InstObj *x = obj_new(in, V_OBJ, &instance_type, sizeof *x);
    x->cls = (ClassObj *)v_keep(v_obj(&c->o)).o;
    x->p = host_alloc((size_t)c->n * sizeof *x->p);
    for (int i = 0; i < c->n; i++) x->p[i] = v_unset();
    return x;
}

static Value class_call(Interp *in, CallArgs *a)
{
    ClassObj *c = (ClassObj *)a->self.o;
    if (!c->is_data)
        return host_fatal(
            in, E0801,
            "`%s` is a namespace; instances of plain classes are not in the host language",
            c->name->s);
    InstObj *x = inst_new(in, c);
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
    Value arg[6];
    DataFlags f = {.eq = true};
    bool *const flag[] = {&f.eq, &f.order, &f.frozen, &f.unsafe_hash,
                          &f.kw_only};
    if (!args_bind(in, a,
                   "*, eq=, order=, frozen=, unsafe_hash=, kw_only=, slots=",
                   arg))
        return v_error();
    for (size_t i = 0; i < LEN(flag); i++)
        if (v_is_set(arg[i]) && !arg_bool(in, arg[i], "flag", flag[i]))
            return v_error();
    if (f.order && !f.eq)
        return host_raise(in, EXC_VALUE_ERROR,
                          "eq must be true if order is true");
    DataDeco *d = obj_new(in, V_OBJ, &dataclass_decorator_type, sizeof *d);
    d->flags = f;
    return v_obj(&d->o);
}

/* ---- fields, and functions on instances --------------------------------- */

static void field_drop(Interp *in, Obj *o)
{
    v_drop(in, ((Field *)o)->dflt);
    v_drop(in, ((Field *)o)->factory);
}

static Value field_getattr(Interp *in, Value self, Str name)
{
    const Field *f = (Field *)self.o;
    if (is_name(name, "name") && f->name) return v_from_str(in, f->name);
    if (is_name(name, "default") && v_is_set(f->dflt)) return v_keep(f->dflt);
    return v_unset();
}

static const NativeType field_type = {.name = "Field",
                                      .drop = field_drop,
                                      .getattr = field_getattr};

static Field *field_new(Interp *in)
{
    Field *f = obj_new(in, V_OBJ, &field_type, sizeof *f);
    f->dflt = f->factory = v_unset();
    f->repr = f->compare = true;
    return f;
}

Value fn_field(Interp *in, CallArgs *a)
{
    Value arg[4];
    if (!args_bind(in, a,
                   "*, default=, default_factory=, repr=, compare=", arg))
        return v_error();
    if (v_is_set(arg[0]) && v_is_set(arg[1]))
        return host_raise(in, EXC_VALUE_ERROR,
                          "cannot specify both default and default_factory");
    Field *f = field_new(in);
    f->dflt = v_keep(arg[0]);
    f->factory = v_keep(arg[1]);
    if ((!v_is_set(arg[2]) || arg_bool(in, arg[2], "repr", &f->repr)) &&
        (!v_is_set(arg[3]) || arg_bool(in, arg[3], "compare", &f->compare)))
        return v_obj(&f->o);
    v_drop(in, v_obj(&f->o));
    return v_error();
}

static InstObj *inst_arg(Interp *in, CallArgs *a, Value v)
{
    if (v_has_type(v, &instance_type)) return (InstObj *)v.o;
    host_raise(in, EXC_TYPE_ERROR,
               "%s() should be called on dataclass instances", a->fname);
    return NULL;
}

Value fn_replace(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "obj, /, **changes", arg)) return v_error();
    const InstObj *x = inst_arg(in, a, arg[0]);
    if (!x) return v_error();
    InstObj *y = inst_new(in, x->cls);
    CallArgs kw = {.kw = a->kw, .nkw = a->nkw};
    if (!fill_keywords(in, x->cls, &kw, y->p)) {
        v_drop(in, v_obj(&y->o));
        return v_error();
    }
    for (int i = 0; i < x->cls->n; i++)
        if (!v_is_set(y->p[i])) y->p[i] = v_keep(x->p[i]);
    return v_obj(&y->o);
}

static Value plain_value(Interp *in, Value v, bool as_dict);

/* the fields of an instance as a dict, or as a tuple */
static Value plain_inst(Interp *in, const InstObj *x, bool as_dict)
{
    const Value list = v_list(in, x->cls->n), dict = v_dict(in);
    bool ok = true;
    for (int i = 0; ok && i < x->cls->n; i++) {
        const Value v = plain_value(in, x->p[i], as_dict);
        ok = !v_is_error(v) && list_push_take(in, list, v) &&
            dict_set_str(in, dict, x->cls->fields[i]->name->s, v);
    }
    const Value r = !ok ? v_error()
        : as_dict       ? v_keep(dict)
                        : v_tuple(in, list.seq->p, list.seq->n);
    v_drop(in, list);
    v_drop(in, dict);
    return r;
}

static Value plain_dict(Interp *in, Value from, bool as_dict)
{
    const Value dict = v_dict(in);
    Value key, v;
    for (int pos = 0; dict_next(from, &pos, &key, &v);) {
        const Value plain = plain_value(in, v, as_dict);
        const bool ok = !v_is_error(plain) && dict_set(in, dict, key, plain);
        v_drop(in, plain);
        if (ok) continue;
        v_drop(in, dict);
        return v_error();
    }
    return dict;
}

/* as asdict does it: instances inside lists, tuples and dicts, too */
static Value plain_value(Interp *in, Value v, bool as_dict)
{
    if (!stack_ok(in)) return v_error();
    if (v_has_type(v, &instance_type))
        return plain_inst(in, (InstObj *)v.o, as_dict);
    if (v.kind == V_DICT) return plain_dict(in, v, as_dict);
    if (v.kind != V_LIST && v.kind != V_TUPLE) return v_keep(v);
    const Value list = v_list(in, v.seq->n);
    for (int i = 0; i < v.seq->n; i++) {
        const Value plain = plain_value(in, v.seq->p[i], as_dict);
        if (!v_is_error(plain) && list_push_take(in, list, plain)) continue;
        v_drop(in, list);
        return v_error();
    }
    if (v.kind == V_LIST) return list;
    const Value tuple = v_tuple(in, list.seq->p, list.seq->n);
    v_drop(in, list);
    return tuple;
}

static Value plain(Interp *in, CallArgs *a, bool as_dict)
{
    Value obj;
    if (!args_bind(in, a, "obj, /", &obj)) return v_error();
    const InstObj *x = inst_arg(in, a, obj);
    return x ? plain_inst(in, x, as_dict) : v_error();
}

Value fn_asdict(Interp *in, CallArgs *a)
{
    return plain(in, a, true);
}

Value fn_astuple(Interp *in, CallArgs *a)
{
    return plain(in, a, false);
}

static const ClassObj *data_class(Value v)
{
    if (v_has_type(v, &instance_type)) return ((InstObj *)v.o)->cls;
    const bool data = v_has_type(v, &class_type) && ((ClassObj *)v.o)->is_data;
    return data ? (ClassObj *)v.o : NULL;
}

Value fn_is_dataclass(Interp *in, CallArgs *a)
{
    Value obj;
    if (!args_bind(in, a, "obj, /", &obj)) return v_error();
    return v_bool(data_class(obj) != NULL);
}

Value fn_fields(Interp *in, CallArgs *a)
{
    Value obj;
    if (!args_bind(in, a, "class_or_instance, /", &obj)) return v_error();
    const ClassObj *c = data_class(obj);
    if (!c)
        return host_raise(in, EXC_TYPE_ERROR,
                          "must be called with a dataclass type or instance");
    const Value list = v_list(in, c->n);
    for (int i = 0; i < c->n; i++)
        list_push_take(in, list, v_keep(v_obj(&c->fields[i]->o)));
    const Value r = v_tuple(in, list.seq->p, list.seq->n);
    v_drop(in, list);
    return r;
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

/* the field of `name: T = value`; NULL: raised */
static Field *read_field(Interp *in, ClassObj *c, const Node *s, Value value)
{
    const Str name = s->ann.target->name;
    in->at = s->span;
    if (value.kind == V_LIST || value.kind == V_DICT || value.kind == V_SET) {
        host_raise(
            in, EXC_VALUE_ERROR,
            "mutable default <class '%s'> for field %s is not allowed: use default_factory",
            v_type_name(value), name->s);
        return NULL;
    }
    Field *f = field_new(in);
    f->name = name;
    if (v_has_type(value, &field_type)) {
        const Field *given = (Field *)value.o;
        f->dflt = v_keep(given->dflt);
        f->factory = v_keep(given->factory);
        f->repr = given->repr;
        f->compare = given->compare;
    } else
        f->dflt = v_keep(value);
    if (!has_default(f) && c->n && has_default(c->fields[c->n - 1]) &&
        !c->flags.kw_only) {
        host_raise(in, EXC_TYPE_ERROR,
                   "non-default argument '%s' follows default argument",
                   name->s);
        v_drop(in, v_obj(&f->o));
        return NULL;
    }
    return f;
}

static bool add_field(Interp *in, ClassObj *c, const Node *s)
{
    const Node *t = s->ann.target;
    if (t->kind != ND_NAME) return bad_class(in, s, "a field is a name");
    Value value = v_unset();
    if (s->ann.value) value = eval(in, c->ns, s->ann.value);
    if (v_is_error(value)) return false;
    Field *f = read_field(in, c, s, value);
    v_drop(in, value);
    if (!f) return false;
    if (v_is_set(f->dflt))
        env_set(in, c->ns, t->name, v_keep(f->dflt), t->span);
    c->fields = host_realloc(c->fields, (size_t)c->n + 1, sizeof *c->fields);
    c->fields[c->n++] = f;
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

/* flags: of a dataclass, or NULL */
static Flow make_class(Interp *in, Env *env, const Node *n,
                       const DataFlags *flags)
{
    ClassObj *c = obj_new(in, V_OBJ, &class_type, sizeof *c);
    c->name = n->class_.name;
    c->is_data = flags != NULL;
    if (flags) c->flags = *flags;
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
        f = make_class(in, env, n, NULL);
    else if (bare)
        f = make_class(in, env, n, &(DataFlags){.eq = true});
    else if (v_has_type(deco, &dataclass_decorator_type))
        f = make_class(in, env, n, &((DataDeco *)deco.o)->flags);
    else
        bad_class(in, n->class_.decorators.p[0],
                  "this class decorator is not in the host language");
    v_drop(in, deco);
    return f;
}
