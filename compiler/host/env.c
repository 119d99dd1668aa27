/* Variables.  A module has a growing table; a call has one slot for each name
 * of its FuncInfo, which is found once per function by looking for everything
 * the body binds.  Lookup order: the call, the calls of the enclosing
 * functions, the module, the built-ins. */
#include "host/interp.h"
#include <stdlib.h>

enum { SMALL = 8 };

/* ---- what a function binds ---------------------------------------------- */

typedef struct Scan {
    Interp *in;
    FuncInfo *info;
    int cap, gcap, ncap;
} Scan;

static bool has_name(Str *names, int n, Str name)
{
    for (int i = 0; i < n; i++)
        if (names[i] == name) return true;
    return false;
}

static void push_name(Interp *in, Str **names, int *n, int *cap, Str name)
{
    *(void **)names = vec_grow(in->se->arena, *names, *n, cap, sizeof **names);
    (*names)[(*n)++] = name;
}

static void bind(Scan *sc, Str name, Span span)
{
    FuncInfo *f = sc->info;
    if (has_name(f->names, f->n, name) ||
        has_name(f->globals, f->nglobals, name) ||
        has_name(f->nonlocals, f->nnonlocals, name))
        return;
    int cap = sc->cap;
    f->defs = vec_grow(sc->in->se->arena, f->defs, f->n, &cap, sizeof *f->defs);
    push_name(sc->in, &f->names, &f->n, &sc->cap, name);
    f->defs[f->n - 1] = span;
}

static void bind_target(Scan *sc, const Node *t)
{
    if (t->kind == ND_NAME) bind(sc, t->name, t->span);
    if (t->kind == ND_STAR) bind_target(sc, t->e);
    if (t->kind == ND_TUPLE || t->kind == ND_LIST)
        for (int i = 0; i < t->list.n; i++) bind_target(sc, t->list.p[i]);
}

static void scan_block(Scan *sc, const NodeVec *body);

/* `import a.b` binds a; `import a.b as c` and `from a import b as c` bind c */
static void scan_aliases(Scan *sc, const Node *s)
{
    for (int i = 0; i < s->import.names.n; i++) {
        const Node *a = s->import.names.p[i];
        const char *dot = strchr(a->alias.name->s, '.');
        Str name = a->alias.as ? a->alias.as : a->alias.name;
        if (!a->alias.as && dot)
            name = str_n(sc->in->se, name->s, (size_t)(dot - name->s));
        bind(sc, name, a->span);
    }
}

static void scan_outer_names(Scan *sc, const Node *s)
{
    FuncInfo *f = sc->info;
    for (int i = 0; i < s->list.n; i++) {
        const Str name = s->list.p[i]->name;
        if (s->kind == ND_GLOBAL)
            push_name(sc->in, &f->globals, &f->nglobals, &sc->gcap, name);
        else
            push_name(sc->in, &f->nonlocals, &f->nnonlocals, &sc->ncap, name);
    }
}

static void scan_try(Scan *sc, const Node *s)
{
    scan_block(sc, &s->try_.body);
    for (int i = 0; i < s->try_.handlers.n; i++) {
        const Node *h = s->try_.handlers.p[i];
        if (h->except.name) bind(sc, h->except.name, h->span);
        scan_block(sc, &h->except.body);
    }
    scan_block(sc, &s->try_.other);
    scan_block(sc, &s->try_.final);
}

static void scan_stmt(Scan *sc, const Node *s)
{
    switch (s->kind) {
    case ND_ASSIGN:
        for (int i = 0; i < s->assign.targets.n; i++)
            bind_target(sc, s->assign.targets.p[i]);
        break;
    case ND_ANNASSIGN: bind_target(sc, s->ann.target); break;
    case ND_AUGASSIGN: bind_target(sc, s->aug.target); break;
    case ND_IMPORT:
    case ND_FROM: scan_aliases(sc, s); break;
    case ND_GLOBAL:
    case ND_NONLOCAL: scan_outer_names(sc, s); break;
    case ND_IF:
        scan_block(sc, &s->if_.then), scan_block(sc, &s->if_.other);
        break;
    case ND_FOR:
        bind_target(sc, s->for_.target);
        scan_block(sc, &s->for_.body), scan_block(sc, &s->for_.other);
        break;
    case ND_WHILE:
        scan_block(sc, &s->while_.body), scan_block(sc, &s->while_.other);
        break;
    case ND_TRY: scan_try(sc, s); break;
    case ND_WITH:
        if (s->with.as) bind_target(sc, s->with.as);
        scan_block(sc, &s->with.body);
        break;
    case ND_DEF: bind(sc, s->def.name, s->def.name_span); break;
    case ND_CLASS: bind(sc, s->class_.name, s->class_.name_span); break;
    default: break;
    }
}

static void scan_block(Scan *sc, const NodeVec *body)
{
    for (int i = 0; i < body->n; i++) scan_stmt(sc, body->p[i]);
}

/* global and nonlocal count wherever they stand, so they are found first */
static void scan_declarations(Scan *sc, const NodeVec *body)
{
    for (int i = 0; i < body->n; i++)
        if (body->p[i]->kind == ND_GLOBAL || body->p[i]->kind == ND_NONLOCAL)
            scan_stmt(sc, body->p[i]);
}

static void scan_params(Scan *sc, const NodeVec *params)
{
    for (int i = 0; i < params->n; i++)
        if (params->p[i]->param.name)
            bind(sc, params->p[i]->param.name, params->p[i]->span);
    sc->info->nparams = sc->info->n;
}

static void make_index(Interp *in, FuncInfo *f)
{
    if (f->n <= SMALL) return;
    int size = 32;
    while (size < f->n * 2) size *= 2;
    f->index = NEW_ARRAY(in->se->arena, int32_t, size);
    f->nindex = size;
    for (int i = 0; i < f->n; i++) {
        uint32_t h = f->names[i]->hash & (uint32_t)(size - 1);
        while (f->index[h]) h = (h + 1) & (uint32_t)(size - 1);
        f->index[h] = i + 1;
    }
}

static void find_captured(Interp *in, FuncInfo *f, const Node *n)
{
    Names nested = {0};
    NodeVec one = {0};
    if (n->kind == ND_LAMBDA) vec_push(in->se->arena, &one, n->lambda.body);
    names_captured(in, n->kind == ND_DEF ? &n->def.body : &one, &nested);
    f->captured = NEW_ARRAY(in->se->arena, bool, f->n + 1);
    for (int i = 0; i < f->n; i++)
        f->captured[i] = names_has(&nested, f->names[i]);
    names_read(in, n, &f->reads, NULL);
}

static const FuncInfo *info_new(Interp *in, const Node *n)
{
    FuncInfo *f = NEW(in->se->arena, FuncInfo);
    f->node = n;
    Scan sc = {in, f, 0, 0, 0};
    if (n->kind == ND_DEF) {
        scan_params(&sc, &n->def.params);
        scan_declarations(&sc, &n->def.body);
        scan_block(&sc, &n->def.body);
    } else if (n->kind == ND_LAMBDA) {
        scan_params(&sc, &n->lambda.params);
    } else {
        for (int i = 0; i < n->comp.fors.n; i++)
            bind_target(&sc, n->comp.fors.p[i]->compfor.target);
    }
    make_index(in, f);
    if (n->kind == ND_DEF || n->kind == ND_LAMBDA) find_captured(in, f, n);
    return f;
}

static uint32_t node_hash(const Node *n)
{
    return (uint32_t)((uintptr_t)n >> 4) * 2654435761u;
}

static void table_put(FuncInfoTable *t, const FuncInfo *f)
{
    uint32_t i = node_hash(f->node) & (uint32_t)(t->cap - 1);
    while (t->p[i]) i = (i + 1) & (uint32_t)(t->cap - 1);
    t->p[i] = f;
}

static void table_grow(Interp *in, FuncInfoTable *t)
{
    const FuncInfoTable old = *t;
    t->cap = old.cap ? old.cap * 2 : 64;
    t->p = (const FuncInfo **)NEW_ARRAY(in->se->arena, FuncInfo *, t->cap);
    for (int i = 0; i < old.cap; i++)
        if (old.p[i]) table_put(t, old.p[i]);
}

const FuncInfo *func_info(Interp *in, const Node *n)
{
    FuncInfoTable *t = in->infos;
    if (t->n * 2 >= t->cap) table_grow(in, t);
    uint32_t i = node_hash(n) & (uint32_t)(t->cap - 1);
    for (; t->p[i]; i = (i + 1) & (uint32_t)(t->cap - 1))
        if (t->p[i]->node == n) return t->p[i];
    t->p[i] = info_new(in, n);
    t->n++;
    return t->p[i];
}

/* ---- environments ------------------------------------------------------- */

Env *env_new(Interp *in, Env *outer, Module *m, const FuncInfo *info)
{
    Env *e = obj_new(in, V_UNSET, NULL, sizeof *e);
    e->outer = env_keep(outer);
    e->module = m;
    e->info = info;
    if (!info) return e;
    e->n = e->cap = info->n;
    e->p = host_alloc((size_t)info->n * sizeof *e->p);
    for (int i = 0; i < info->n; i++)
        e->p[i] = (Slot){info->names[i], v_unset(), info->defs[i]};
    return e;
}

void env_free_slots(Interp *in, Env *e)
{
    for (int i = 0; i < e->n; i++) v_drop(in, e->p[i].v);
    free(e->p);
    free(e->index);
    env_drop(in, e->outer);
}

void env_drop(Interp *in, Env *e)
{
    if (e && !in->dying && --e->o.rc == 0) obj_drop(in, &e->o);
}

void env_leave(Interp *in, Env *e)
{
    if (e->o.rc == 1 || !e->info->captured) return;
    for (int i = 0; i < e->n; i++) {
        if (e->info->captured[i]) continue;
        const Value v = e->p[i].v;
        e->p[i].v = v_unset();
        v_drop(in, v);
    }
}

bool env_is_needed(const Env *e, const FuncInfo *f)
{
    for (; e; e = e->outer)
        for (int i = 0; i < e->n; i++)
            if (names_has(&f->reads, e->p[i].name)) return true;
    return false;
}

static int info_slot(const FuncInfo *f, Str name)
{
    if (!f->index) {
        for (int i = 0; i < f->n; i++)
            if (f->names[i] == name) return i;
        return -1;
    }
    uint32_t h = name->hash & (uint32_t)(f->nindex - 1);
    for (; f->index[h]; h = (h + 1) & (uint32_t)(f->nindex - 1))
        if (f->names[f->index[h] - 1] == name) return f->index[h] - 1;
    return -1;
}

Slot *env_find(const Env *e, Str name)
{
    if (e->info) {
        const int i = info_slot(e->info, name);
        return i < 0 ? NULL : &e->p[i];
    }
    if (!e->index) {
        for (int i = 0; i < e->n; i++)
            if (e->p[i].name == name) return &e->p[i];
        return NULL;
    }
    uint32_t h = name->hash & (uint32_t)(e->nindex - 1);
    for (; e->index[h]; h = (h + 1) & (uint32_t)(e->nindex - 1))
        if (e->p[e->index[h] - 1].name == name) return &e->p[e->index[h] - 1];
    return NULL;
}

static void env_reindex(Env *e)
{
    free(e->index);
    int size = 64;
    while (size < e->n * 3) size *= 2;
    e->index = host_alloc((size_t)size * sizeof *e->index);
    e->nindex = size;
    for (int i = 0; i < e->n; i++) {
        uint32_t h = e->p[i].name->hash & (uint32_t)(size - 1);
        while (e->index[h]) h = (h + 1) & (uint32_t)(size - 1);
        e->index[h] = i + 1;
    }
}

void env_set(Interp *in, Env *e, Str name, Value v, Span def)
{
    Slot *s = env_find(e, name);
    if (s) {
        const Value old = s->v;
        s->v = v;
        if (!s->def.hi) s->def = def;
        v_drop(in, old);
        return;
    }
    if (e->n == e->cap) {
        e->cap = e->cap ? e->cap * 2 : SMALL;
        e->p = host_realloc(e->p, (size_t)e->cap, sizeof *e->p);
    }
    e->p[e->n++] = (Slot){name, v, def};
    if (e->n > SMALL && e->n * 2 > e->nindex) {
        env_reindex(e);
    } else if (e->index) {
        uint32_t h = name->hash & (uint32_t)(e->nindex - 1);
        while (e->index[h]) h = (h + 1) & (uint32_t)(e->nindex - 1);
        e->index[h] = e->n;
    }
}

/* ---- loading and storing ------------------------------------------------ */

static bool is_declared(Str *names, int n, Str name)
{
    return n > 0 && has_name(names, n, name);
}

static Value raise_unset(Interp *in, bool own, Str name)
{
    if (own)
        return host_raise(
            in, EXC_UNBOUND_LOCAL_ERROR,
            "cannot access local variable '%s' where it is not associated with a value",
            name->s);
    return host_raise(
        in, EXC_NAME_ERROR,
        "cannot access free variable '%s' where it is not associated with a value in enclosing scope",
        name->s);
}

typedef VEC(const char *) NameVec;

static void collect(Interp *in, NameVec *v, const Env *e)
{
    for (int i = 0; i < e->n; i++)
        if (v_is_set(e->p[i].v)) vec_push(in->se->arena, v, e->p[i].name->s);
}

static Value raise_unknown(Interp *in, const Env *env, Str name)
{
    NameVec names = {0};
    for (const Env *e = env; e; e = e->outer) collect(in, &names, e);
    collect(in, &names, env->module->env);
    collect(in, &names, in->builtins);
    host_raise(in, EXC_NAME_ERROR, "name '%s' is not defined", name->s);
    help_out(in, "name", name, names.p, names.n);
    return v_error();
}

Value env_load(Interp *in, Env *env, Str name)
{
    for (const Env *e = env; e; e = e->outer) {
        const Slot *s = env_find(e, name);
        if (s && v_is_set(s->v)) return v_keep(s->v);
        if (s) return raise_unset(in, e == env, name);
        if (e->info && is_declared(e->info->globals, e->info->nglobals, name))
            break;
    }
    const Slot *s = env_find(env->module->env, name);
    if (!s || !v_is_set(s->v)) s = env_find(in->builtins, name);
    if (s) return v_keep(s->v);
    return raise_unknown(in, env, name);
}

/* Binds name where the scope rules say; takes v. */
bool env_store(Interp *in, Env *env, Str name, Value v, Span def)
{
    const FuncInfo *f = env->info;
    if (!f) {
        env_set(in, env, name, v, def);
        return true;
    }
    Slot *s = env_find(env, name);
    if (!s && is_declared(f->globals, f->nglobals, name)) {
        env_set(in, env->module->env, name, v, def);
        return true;
    }
    for (const Env *e = env->outer; !s && e; e = e->outer)
        s = env_find(e, name);
    if (!s) {
        v_drop(in, v);
        host_raise(in, EXC_NAME_ERROR, "no binding for nonlocal '%s' found",
                   name->s);
        return false;
    }
    const Value old = s->v;
    s->v = v;
    v_drop(in, old);
    return true;
}
