/* Attribute access: method tables of the built-in types, module members,
 * exceptions, functions, and whatever native types add. */
#include "host/interp.h"

const NativeDef *method_find(Value v, Str name)
{
    switch ((ValueKind)v.kind) {
    case V_STR: return native_find(str_methods, n_str_methods, name->s);
    case V_LIST: return native_find(list_methods, n_list_methods, name->s);
    case V_TUPLE: return native_find(tuple_methods, n_tuple_methods, name->s);
    case V_DICT: return native_find(dict_methods, n_dict_methods, name->s);
    case V_TENSOR:
    case V_OBJ:
        return native_find(v.o->type->methods, v.o->type->nmethods, name->s);
    default: return NULL;
    }
}

/* ---- modules ------------------------------------------------------------ */

static Value submodule(Interp *in, const ModuleDef *def, Str name)
{
    for (const char *const *sub = def->subs; sub && *sub; sub++)
        if (is_name(name, *sub))
            return v_keep(
                host_module(in,
                            str_printf(in->se, "%s.%s", def->name, *sub)->s));
    return v_unset();
}

static Value module_attr(Interp *in, Module *m, Str name)
{
    const Slot *s = env_find(m->env, name);
    if (s && v_is_set(s->v)) return v_keep(s->v);
    if (is_name(name, "__name__")) return v_from_str(in, m->name);
    if (!m->def) return v_unset();
    Value v = v_unset();
    const NativeDef *d = native_find(m->def->names, m->def->n, name->s);
    if (d) v = d->fn ? v_native(d) : d->make(in);
    if (v.kind == V_UNSET) v = submodule(in, m->def, name);
    if (v.kind == V_UNSET && m->def->getattr) v = m->def->getattr(in, name);
    if (v_is_set(v)) env_set(in, m->env, name, v_keep(v), (Span){0, 0});
    return v;
}

static void raise_no_member(Interp *in, Module *m, Str name)
{
    VEC(const char *) names = {0};
    if (!m->def) {
        for (int i = 0; i < m->env->n; i++)
            if (m->env->p[i].name->s[0] != '_')
                vec_push(in->se->arena, &names, m->env->p[i].name->s);
        host_raise_code(in, EXC_ATTRIBUTE_ERROR, E0202,
                        "module `%s` has no name `%s`", m->name->s, name->s);
    } else {
        for (int i = 0; i < m->def->n; i++)
            vec_push(in->se->arena, &names, m->def->names[i].name);
        for (const char *const *sub = m->def->subs; sub && *sub; sub++)
            vec_push(in->se->arena, &names, *sub);
        int more = 0;
        const char *const *p = m->def->spellings ? m->def->spellings(in, &more)
                                                 : NULL;
        for (int i = 0; i < more; i++) vec_push(in->se->arena, &names, p[i]);
        host_raise_code(in, EXC_ATTRIBUTE_ERROR, E0804,
                        "module `%s` has no name `%s`", m->def->name, name->s);
    }
    help_out(in, m->def ? m->def->name : "", name, names.p, names.n);
}

/* ---- other built-in values ---------------------------------------------- */

static Value exc_attr(Interp *in, ExcObj *e, Str name)
{
    if (is_name(name, "args")) return v_keep(e->args);
    if (is_name(name, "code") && e->type == EXC_SYSTEM_EXIT)
        return e->args.seq->n ? v_keep(e->args.seq->p[0]) : v_none();
    if (is_name(name, "__cause__"))
        return e->cause ? v_keep(v_obj(&e->cause->o)) : v_none();
    (void)in;
    return v_unset();
}

static Value doc_of(Interp *in, const NodeVec *body)
{
    if (body->n && body->p[0]->kind == ND_EXPR && body->p[0]->e->kind == ND_STR)
        return v_from_str(in, body->p[0]->e->s);
    return v_none();
}

static Value func_attr(Interp *in, FuncObj *f, Str name)
{
    if (is_name(name, "__name__") || is_name(name, "__qualname__"))
        return v_keep(f->name);
    if (is_name(name, "__doc__"))
        return f->def->kind == ND_DEF ? doc_of(in, &f->def->def.body)
                                      : v_none();
    return v_unset();
}

static Value kernel_attr(Interp *in, KernelObject *k, Str name)
{
    if (is_name(name, "__name__")) return v_from_str(in, k->name);
    if (is_name(name, "__doc__"))
        return doc_of(in, k->cls ? &k->cls->class_.body : &k->def->def.body);
    return v_unset();
}

static Value slice_attr(SliceObj *s, Str name)
{
    if (is_name(name, "start")) return v_keep(s->start);
    if (is_name(name, "stop")) return v_keep(s->stop);
    return is_name(name, "step") ? v_keep(s->step) : v_unset();
}

static Value range_attr(RangeObj *r, Str name)
{
    if (is_name(name, "start")) return v_int(r->start);
    if (is_name(name, "stop")) return v_int(r->stop);
    return is_name(name, "step") ? v_int(r->step) : v_unset();
}

static Value enum_attr(Interp *in, const EnumMember *e, Str name)
{
    if (is_name(name, "name")) return v_str(in, e->name);
    return is_name(name, "value") ? v_int(e->value) : v_unset();
}

static Value dtype_attr(Value of, Str name)
{
    if (of.flag != DT_TORCH) return v_unset();
    if (is_name(name, "is_floating_point"))
        return v_bool(qw_dtype_is_float(of.dt));
    if (is_name(name, "is_complex")) return v_bool(false);
    if (is_name(name, "is_signed"))
        return v_bool(qw_dtype_is_float(of.dt) || qw_dtype_min(of.dt) < 0);
    return is_name(name, "itemsize") ? v_int(qw_dtype_size(of.dt)) : v_unset();
}

static Value builtin_attr(Interp *in, Value of, Str name)
{
    const bool is_dunder_name = is_name(name, "__name__") ||
        is_name(name, "__qualname__");
    switch ((ValueKind)of.kind) {
    case V_MODULE: return module_attr(in, of.module, name);
    case V_EXC: return exc_attr(in, of.exc, name);
    case V_FUNC: return func_attr(in, of.func, name);
    case V_KERNEL: return kernel_attr(in, of.kernel, name);
    case V_SLICE: return slice_attr(of.slice, name);
    case V_RANGE: return range_attr(of.range, name);
    case V_ENUM: return enum_attr(in, of.en, name);
    case V_DTYPE: return dtype_attr(of, name);
    case V_TYPE:
        return is_dunder_name ? v_str(in, type_value_name(of)) : v_unset();
    case V_EXCTYPE:
        return is_dunder_name ? v_str(in, exc_type_name(of.exctype))
                              : v_unset();
    case V_NATIVE:
        return is_dunder_name ? v_str(in, of.native->name) : v_unset();
    case V_BOUND:
        return is_dunder_name ? v_str(in, v_bound_of(of)->def->name)
                              : v_unset();
    default: return v_unset();
    }
}

Value host_find_attr(Interp *in, Value of, Str name)
{
    const NativeDef *m = method_find(of, name);
    if (m)
        return m->flags & NATIVE_PROPERTY
            ? host_call_native(in, m, of, NULL, 0, NULL, 0)
            : v_bound(in, of, m);
    Value v = builtin_attr(in, of, name);
    if (v.kind == V_UNSET && of.kind >= V_TENSOR && of.o->type->getattr)
        v = of.o->type->getattr(in, of, name);
    if (v.kind == V_UNSET && is_name(name, "__class__")) return type_of(in, of);
    return v;
}

void raise_no_attr(Interp *in, Value of, Str name)
{
    if (of.kind == V_MODULE) {
        raise_no_member(in, of.module, name);
        return;
    }
    if (of.kind == V_TYPE)
        host_raise(in, EXC_ATTRIBUTE_ERROR,
                   "type object '%s' has no attribute '%s'",
                   type_value_name(of), name->s);
    else
        host_raise(in, EXC_ATTRIBUTE_ERROR, "'%s' object has no attribute '%s'",
                   v_type_name(of), name->s);
    VEC(const char *) names = {0};
    const NativeType *t = of.kind < V_TENSOR ? NULL : of.o->type;
    for (int i = 0; t && i < t->nmethods; i++)
        vec_push(in->se->arena, &names, t->methods[i].name);
    help_out(in, v_type_name(of), name, names.p, names.n);
}

Value host_getattr(Interp *in, Value of, Str name)
{
    const Value v = host_find_attr(in, of, name);
    if (v.kind == V_UNSET) {
        raise_no_attr(in, of, name);
        return v_error();
    }
    return v;
}

bool host_setattr(Interp *in, Value of, Str name, Value v)
{
    if (of.kind == V_FUNC && is_name(name, "__name__")) {
        if (v.kind != V_STR) {
            host_raise(in, EXC_TYPE_ERROR,
                       "__name__ must be set to a string object");
            return false;
        }
        v_drop(in, of.func->name);
        of.func->name = v_keep(v);
        return true;
    }
    if (of.kind >= V_TENSOR && of.o->type->setattr)
        return of.o->type->setattr(in, of, name, v);
    host_fatal(in, E0801,
               "attribute `%s` of a %s cannot be set in the host language",
               name->s, v_type_name(of));
    return false;
}
