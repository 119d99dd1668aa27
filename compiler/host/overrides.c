/* `-D NAME=EXPR` (1.5): an override takes the place of the right-hand side
 * where the assignment is executed, in every module that defines the name, or
 * in the one that `module.NAME` says. */
#include "host/interp.h"

/* ---- reading the options ------------------------------------------------ */

static bool is_numeric_function(Str name)
{
    static const char *const names[] = {"abs",   "bool", "divmod", "float",
                                        "int",   "len",  "max",    "min",
                                        "round", "str",  "sum"};
    for (size_t i = 0; i < LEN(names); i++)
        if (is_name(name, names[i])) return true;
    return false;
}

static bool all_simple(const NodeVec *v);

/* literals, constants of the module, operators, built-in numeric functions */
static bool is_simple(const Node *n)
{
    if (!n) return true;
    switch (n->kind) {
    case ND_NAME:
    case ND_INT:
    case ND_FLOAT:
    case ND_STR:
    case ND_TRUE:
    case ND_FALSE:
    case ND_NONE: return true;
    case ND_UNARY:
    case ND_BINARY: return is_simple(n->op.a) && is_simple(n->op.b);
    case ND_AND:
    case ND_OR: return is_simple(n->pair.a) && is_simple(n->pair.b);
    case ND_COND:
        return is_simple(n->cond.cond) && is_simple(n->cond.then) &&
            is_simple(n->cond.other);
    case ND_COMPARE: return is_simple(n->cmp.first) && all_simple(&n->cmp.rest);
    case ND_TUPLE:
    case ND_LIST: return all_simple(&n->list);
    case ND_INDEX: return is_simple(n->index.of) && all_simple(&n->index.index);
    case ND_ATTR:
        return n->attr.of->kind == ND_NAME; /* pl.BF16, torch.float32 */
    case ND_CALL:
        return n->call.fn->kind == ND_NAME &&
            is_numeric_function(n->call.fn->name) && all_simple(&n->call.args);
    default: return false;
    }
}

static bool all_simple(const NodeVec *v)
{
    for (int i = 0; i < v->n; i++)
        if (!is_simple(v->p[i])) return false;
    return true;
}

static void parse_one(Interp *in, const char *text)
{
    const char *eq = strchr(text, '=');
    Override *o = NEW(in->se->arena, Override);
    o->text = text;
    const Source *src = source_from_text(in->se, "-D", text, strlen(text));
    const size_t n = eq ? (size_t)(eq - text) : strlen(text);
    o->span = (Span){src->base, src->base + (int32_t)n};
    const char *dot = memchr(text, '.', n);
    if (dot) o->module = str_n(in->se, text, (size_t)(dot - text));
    const char *name = dot ? dot + 1 : text;
    o->name = str_n(in->se, name, n - (size_t)(name - text));
    vec_push(in->se->arena, &in->overrides, o);
    if (!eq || !o->name->len) {
        diag_new(in->se, E0207, o->span, "`-D %s` is not of the form NAME=EXPR",
                 text);
        return;
    }
    const char *label = arena_printf(in->se->arena, "-D %.*s", (int)n, text);
    o->expr = front_parse_expr(in->se,
                               source_from_text(in->se, label, eq + 1,
                                                strlen(eq + 1)));
    if (!o->expr || is_simple(o->expr) || o->expr->kind == ND_ERROR) return;
    diag_new(
        in->se, E0207, o->expr->span,
        "`-D` takes an expression of literals, constants and built-in numeric functions");
}

void overrides_parse(Interp *in)
{
    for (int i = 0; i < in->opt.noverrides; i++)
        parse_one(in, in->opt.overrides[i]);
}

/* ---- applying ----------------------------------------------------------- */

static bool applies(const Override *o, const Module *m, Str name)
{
    return o->name == name && o->expr && (!o->module || o->module == m->name);
}

static void warn_twice(Interp *in, const Override *o, const Module *other,
                       Span at, const char *which)
{
    Diag *d = diag_new(in->se, W0207, at,
                       "`-D %s` applies here and in module `%s`", o->name->s,
                       other->name->s);
    diag_note(in->se, d, (Span){0, 0}, "the kernels of this file see %s",
              which);
}

int override_value(Interp *in, Env *env, Str name, const Node *target,
                   Value *out)
{
    Override *o = NULL;
    for (int i = 0; i < in->overrides.n; i++)
        if (applies(in->overrides.p[i], env->module, name))
            o = in->overrides.p[i];
    if (!o) return 0;
    if (env->module->is_main && o->first && o->first != env->module &&
        env_find(env, name))
        warn_twice(in, o, o->first, target->span, "this definition");
    o->used++;
    if (!o->first) o->first = env->module;
    *out = eval(in, env, o->expr);
    return v_is_error(*out) ? -1 : 1;
}

static bool has_target(const Node *t, Str name)
{
    if (t->kind == ND_NAME) return t->name == name;
    if (t->kind == ND_STAR) return has_target(t->e, name);
    if (t->kind != ND_TUPLE && t->kind != ND_LIST) return false;
    for (int i = 0; i < t->list.n; i++)
        if (has_target(t->list.p[i], name)) return true;
    return false;
}

bool override_tuple(Interp *in, Env *env, const Node *target)
{
    for (int i = 0; i < in->overrides.n; i++) {
        const Override *o = in->overrides.p[i];
        if (!applies(o, env->module, o->name) || !has_target(target, o->name))
            continue;
        in->at = target->span;
        host_fatal(in, E0207,
                   "`-D %s` cannot override one name of a tuple assignment",
                   o->name->s);
        return false;
    }
    return true;
}

/* ---- names that nothing assigns ----------------------------------------- */

typedef VEC(const char *) NameVec;

static void collect_block(Interp *in, const NodeVec *body, NameVec *names);

static void collect_target(Interp *in, const Node *t, NameVec *names)
{
    if (t->kind == ND_NAME) vec_push(in->se->arena, names, t->name->s);
}

static void collect_stmt(Interp *in, const Node *s, NameVec *names)
{
    if (s->kind == ND_ASSIGN)
        for (int i = 0; i < s->assign.targets.n; i++)
            collect_target(in, s->assign.targets.p[i], names);
    if (s->kind == ND_ANNASSIGN && s->ann.value)
        collect_target(in, s->ann.target, names);
    if (s->kind == ND_IF) {
        collect_block(in, &s->if_.then, names);
        collect_block(in, &s->if_.other, names);
    }
    if (s->kind == ND_TRY) {
        collect_block(in, &s->try_.body, names);
        collect_block(in, &s->try_.other, names);
    }
}

static void collect_block(Interp *in, const NodeVec *body, NameVec *names)
{
    for (int i = 0; i < body->n; i++)
        if (!is_driver_if(body->p[i])) collect_stmt(in, body->p[i], names);
}

static bool is_known(Interp *in, const Override *o, NameVec *names)
{
    for (int i = 0; i < in->modules.n; i++) {
        const Module *m = in->modules.p[i];
        if (!m->ast || (o->module && o->module != m->name)) continue;
        collect_block(in, &m->ast->list, names);
    }
    for (int i = 0; i < names->n; i++)
        if (!strcmp(names->p[i], o->name->s)) return true;
    return false;
}

/* Before the driver runs, a module that a function imports later may still
 * define the name: then the verdict waits for the end. */
static bool may_come_later(const NodeVec *body)
{
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        if ((s->kind == ND_IMPORT &&
             !module_def(s->import.names.p[0]->alias.name->s)) ||
            (s->kind == ND_FROM && s->import.module &&
             !module_def(s->import.module->s)))
            return true;
        if (s->kind == ND_DEF && may_come_later(&s->def.body)) return true;
        if (s->kind == ND_IF &&
            (may_come_later(&s->if_.then) || may_come_later(&s->if_.other)))
            return true;
    }
    return false;
}

static void report_unknown(Interp *in, const Override *o, const NameVec *names)
{
    Diag *d = o->module ? diag_new(in->se, E0207, o->span,
                                   "no constant `%s` in a loaded module `%s`",
                                   o->name->s, o->module->s)
                        : diag_new(in->se, E0207, o->span,
                                   "no loaded module assigns `%s`", o->name->s);
    const char *near = str_nearest(o->name->s, names->p, names->n);
    if (near) diag_help(in->se, d, "did you mean `%s`?", near);
}

/* a name that the main file defines and imports later: the import wins */
static void check_imported_later(Interp *in, const Override *o)
{
    const NodeVec *body = &in->main->ast->list;
    bool defined = false;
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        if (s->kind == ND_ASSIGN)
            for (int k = 0; k < s->assign.targets.n; k++)
                defined |= has_target(s->assign.targets.p[k], o->name);
        if (s->kind != ND_FROM || !defined) continue;
        for (int k = 0; k < s->import.names.n; k++) {
            const Node *a = s->import.names.p[k];
            if ((a->alias.as ? a->alias.as : a->alias.name) == o->name &&
                o->used > 1)
                warn_twice(in, o, o->first, a->span, "the imported one");
        }
    }
}

bool overrides_check(Interp *in, bool final)
{
    bool ok = true;
    for (int i = 0; i < in->overrides.n; i++) {
        const Override *o = in->overrides.p[i];
        NameVec names = {0};
        if (final && !o->module) check_imported_later(in, o);
        if (o->used || !o->expr || is_known(in, o, &names)) continue;
        if (!final && may_come_later(&in->main->ast->list)) continue;
        report_unknown(in, o, &names);
        ok = false;
    }
    return ok;
}
