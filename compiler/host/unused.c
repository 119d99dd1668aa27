/* W0201-W0203 and W0301 of host code: names that are bound and never read.  A
 * static look at the AST of every loaded file: what a kernel names counts as
 * used, and so does what another module imports or `__all__` lists. */
#include "host/interp.h"

typedef struct Names { Str *p; int n, cap; int32_t *index; int nindex; } Names; /* a set */
typedef struct Walk { Interp *in; Names *names, *attrs; } Walk;

/* ---- sets of names ------------------------------------------------------ */

static bool names_has(const Names *s, Str name)
{
    if (!s->nindex) return false;
    uint32_t h = name->hash & (uint32_t)(s->nindex - 1);
    for (; s->index[h]; h = (h + 1) & (uint32_t)(s->nindex - 1))
        if (s->p[s->index[h] - 1] == name) return true;
    return false;
}

static void names_index(Names *s, int i)
{
    uint32_t h = s->p[i]->hash & (uint32_t)(s->nindex - 1);
    while (s->index[h]) h = (h + 1) & (uint32_t)(s->nindex - 1);
    s->index[h] = i + 1;
}

static void names_add(Arena *a, Names *s, Str name)
{
    if (names_has(s, name)) return;
    s->p = vec_grow(a, s->p, s->n, &s->cap, sizeof *s->p);
    s->p[s->n++] = name;
    if (s->n * 2 <= s->nindex) {
        names_index(s, s->n - 1);
        return;
    }
    s->nindex = s->nindex ? s->nindex * 2 : 64;
    s->index = NEW_ARRAY(a, int32_t, s->nindex);
    for (int i = 0; i < s->n; i++) names_index(s, i);
}

/* ---- what is read ------------------------------------------------------- */

static void walk(Walk *w, const Node *n);

static void walk_all(Walk *w, const NodeVec *v)
{
    for (int i = 0; i < v->n; i++) walk(w, v->p[i]);
}

static void walk_target(Walk *w, const Node *t)
{
    if (t->kind == ND_NAME) return;
    if (t->kind == ND_STAR) walk_target(w, t->e);
    else if (t->kind == ND_TUPLE || t->kind == ND_LIST)
        for (int i = 0; i < t->list.n; i++) walk_target(w, t->list.p[i]);
    else walk(w, t);
}

static void walk_stmt(Walk *w, const Node *n)
{
    switch (n->kind) {
    case ND_ASSIGN:
        for (int i = 0; i < n->assign.targets.n; i++) walk_target(w, n->assign.targets.p[i]);
        walk(w, n->assign.value);
        break;
    case ND_ANNASSIGN: walk_target(w, n->ann.target), walk(w, n->ann.ann), walk(w, n->ann.value); break;
    case ND_AUGASSIGN: walk(w, n->aug.target), walk(w, n->aug.value); break;
    case ND_RAISE: walk(w, n->raise.exc), walk(w, n->raise.cause); break;
    case ND_ASSERT: walk(w, n->assert_.cond), walk(w, n->assert_.msg); break;
    case ND_IF: walk(w, n->if_.cond), walk_all(w, &n->if_.then), walk_all(w, &n->if_.other); break;
    case ND_FOR:
        walk_target(w, n->for_.target), walk(w, n->for_.iter);
        walk_all(w, &n->for_.body), walk_all(w, &n->for_.other);
        break;
    case ND_WHILE: walk(w, n->while_.cond), walk_all(w, &n->while_.body), walk_all(w, &n->while_.other); break;
    case ND_TRY:
        walk_all(w, &n->try_.body), walk_all(w, &n->try_.handlers);
        walk_all(w, &n->try_.other), walk_all(w, &n->try_.final);
        break;
    case ND_EXCEPT: walk(w, n->except.type), walk_all(w, &n->except.body); break;
    case ND_WITH: walk(w, n->with.ctx), walk_all(w, &n->with.body); break;
    case ND_DEF:
        walk_all(w, &n->def.decorators), walk_all(w, &n->def.params);
        walk(w, n->def.result), walk_all(w, &n->def.body);
        break;
    case ND_CLASS: walk_all(w, &n->class_.decorators), walk_all(w, &n->class_.bases), walk_all(w, &n->class_.body); break;
    case ND_GLOBAL:
    case ND_NONLOCAL:
    case ND_DEL:
    case ND_MODULE: walk_all(w, &n->list); break;
    case ND_EXPR:
    case ND_RETURN: walk(w, n->e); break;
    default: break;
    }
}

static void walk_expr(Walk *w, const Node *n)
{
    switch (n->kind) {
    case ND_NAME: names_add(w->in->se->arena, w->names, n->name); break;
    case ND_UNARY:
    case ND_BINARY: walk(w, n->op.a), walk(w, n->op.b); break;
    case ND_COMPARE: walk(w, n->cmp.first), walk_all(w, &n->cmp.rest); break;
    case ND_AND:
    case ND_OR: walk(w, n->pair.a), walk(w, n->pair.b); break;
    case ND_COND: walk(w, n->cond.cond), walk(w, n->cond.then), walk(w, n->cond.other); break;
    case ND_CALL: walk(w, n->call.fn), walk_all(w, &n->call.args); break;
    case ND_ATTR: names_add(w->in->se->arena, w->attrs, n->attr.name), walk(w, n->attr.of); break;
    case ND_INDEX: walk(w, n->index.of), walk_all(w, &n->index.index); break;
    case ND_SLICE: walk(w, n->slice.lo), walk(w, n->slice.hi), walk(w, n->slice.step); break;
    case ND_STAR:
    case ND_DSTAR: walk(w, n->e); break;
    case ND_KEYWORD: walk(w, n->kw.value); break;
    case ND_FSTR:
    case ND_TUPLE:
    case ND_LIST:
    case ND_SET: walk_all(w, &n->list); break;
    case ND_DICT: walk_all(w, &n->items); break;
    case ND_ITEM: walk(w, n->item.key), walk(w, n->item.value); break;
    case ND_LISTCOMP:
    case ND_DICTCOMP:
    case ND_GENEXP: walk(w, n->comp.elt), walk(w, n->comp.value), walk_all(w, &n->comp.fors); break;
    case ND_COMPFOR: walk_target(w, n->compfor.target), walk(w, n->compfor.iter), walk_all(w, &n->compfor.ifs); break;
    case ND_LAMBDA: walk_all(w, &n->lambda.params), walk(w, n->lambda.body); break;
    case ND_PARAM: walk(w, n->param.ann), walk(w, n->param.def); break;
    case ND_FPART: walk(w, n->fpart.e), walk(w, n->fpart.spec); break;
    case ND_UNSUPPORTED: walk(w, n->unsupported.e); break;
    default: walk_stmt(w, n);
    }
}

static void walk(Walk *w, const Node *n)
{
    if (!n) return;
    const char *here = __builtin_frame_address(0);
    const bool deep = (size_t)(w->in->stack_base > here ? w->in->stack_base - here : here - w->in->stack_base) > w->in->stack_max;
    if (!deep) walk_expr(w, n); /* too deep: nothing is reported for it, and evaluation fails anyway */
}

/* ---- functions ---------------------------------------------------------- */

static bool is_silent(Str name)
{
    return name->s[0] == '_';
}

static void report(Interp *in, DiagCode code, Span at, const char *what, Str name)
{
    Diag *d = diag_new(in->se, code, at, "unused %s `%s`", what, name->s);
    diag_help(in->se, d, "delete it, or call it `_%s`", name->s);
}

static void check_import(Interp *in, const Node *s, const Names *used, const Names *also)
{
    for (int i = 0; i < s->import.names.n; i++) {
        const Node *a = s->import.names.p[i];
        const Str full = a->alias.name;
        const Str name = a->alias.as ? a->alias.as : str_n(in->se, full->s, strcspn(full->s, "."));
        if (is_silent(name) || names_has(used, name) || (also && names_has(also, name))) continue;
        Diag *d = diag_new(in->se, W0201, a->span, "unused import `%s`", name->s);
        diag_help(in->se, d, "delete it");
    }
}

static void check_functions(Interp *in, const NodeVec *body);

static bool is_future(const Node *s)
{
    return s->kind == ND_FROM && s->import.module && is_name(s->import.module, "__future__");
}

static void check_local_stmt(Interp *in, const Node *s, const Names *used)
{
    if (s->kind == ND_IMPORT || s->kind == ND_FROM) check_import(in, s, used, NULL);
    if (s->kind != ND_ASSIGN) return;
    for (int i = 0; i < s->assign.targets.n; i++) {
        const Node *t = s->assign.targets.p[i];
        if (t->kind == ND_NAME && !is_silent(t->name) && !names_has(used, t->name)) report(in, W0301, t->span, "variable", t->name);
    }
}

static void check_locals(Interp *in, const NodeVec *body, const Names *used)
{
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        check_local_stmt(in, s, used);
        if (s->kind == ND_IF) check_locals(in, &s->if_.then, used), check_locals(in, &s->if_.other, used);
        if (s->kind == ND_FOR) check_locals(in, &s->for_.body, used), check_locals(in, &s->for_.other, used);
        if (s->kind == ND_WHILE) check_locals(in, &s->while_.body, used);
        if (s->kind == ND_WITH) check_locals(in, &s->with.body, used);
        if (s->kind == ND_TRY) check_locals(in, &s->try_.body, used), check_locals(in, &s->try_.final, used);
    }
}

static void check_function(Interp *in, const Node *f)
{
    Names used = {0}, attrs = {0};
    Walk w = {in, &used, &attrs};
    walk_all(&w, &f->def.body);
    for (int i = 0; i < f->def.params.n; i++) {
        const Node *p = f->def.params.p[i];
        if (p->param.name && !is_silent(p->param.name) && !names_has(&used, p->param.name))
            report(in, W0203, p->span, "parameter", p->param.name);
    }
    check_locals(in, &f->def.body, &used);
    check_functions(in, &f->def.body);
}

/* undecorated functions, wherever they stand */
static void check_functions(Interp *in, const NodeVec *body)
{
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        if (s->kind == ND_DEF && !s->def.decorators.n) check_function(in, s);
        if (s->kind == ND_IF) check_functions(in, &s->if_.then), check_functions(in, &s->if_.other);
        if (s->kind == ND_FOR) check_functions(in, &s->for_.body);
        if (s->kind == ND_TRY) check_functions(in, &s->try_.body);
    }
}

/* ---- modules ------------------------------------------------------------ */

/* names in `__all__ = [...]` */
static void add_exports(Interp *in, const NodeVec *body, Names *also)
{
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        if (s->kind != ND_ASSIGN || s->assign.targets.p[0]->kind != ND_NAME || !is_name(s->assign.targets.p[0]->name, "__all__")) continue;
        const Node *v = s->assign.value;
        if (v->kind != ND_LIST && v->kind != ND_TUPLE) continue;
        for (int k = 0; k < v->list.n; k++)
            if (v->list.p[k]->kind == ND_STR) names_add(in->se->arena, also, v->list.p[k]->s);
    }
}

/* names that any `from` import takes, wherever it stands */
static void add_imported(Interp *in, const NodeVec *body, Names *also)
{
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        if (s->kind == ND_FROM)
            for (int k = 0; k < s->import.names.n; k++) names_add(in->se->arena, also, s->import.names.p[k]->alias.name);
        if (s->kind == ND_DEF) add_imported(in, &s->def.body, also);
        if (s->kind == ND_IF) add_imported(in, &s->if_.then, also), add_imported(in, &s->if_.other, also);
        if (s->kind == ND_TRY) add_imported(in, &s->try_.body, also);
    }
}

/* what the other loaded files take from this one */
static void add_outside_uses(Interp *in, const Module *m, Names *also)
{
    for (int i = 0; i < in->modules.n; i++) {
        const Module *other = in->modules.p[i];
        if (!other->ast || other == m) continue;
        Names used = {0};
        Walk w = {in, &used, also};
        walk(&w, other->ast);
        add_imported(in, &other->ast->list, also);
    }
}

/* Of the main file only: a shared module of constants serves other files, too. */
static void check_constants(Interp *in, const Node *s, const Names *used, const Names *also)
{
    for (int i = 0; i < s->assign.targets.n; i++) {
        const Node *t = s->assign.targets.p[i];
        if (t->kind == ND_NAME && !is_silent(t->name) && !names_has(used, t->name) && !names_has(also, t->name))
            report(in, W0202, t->span, "constant", t->name);
    }
}

static void check_module(Interp *in, const Module *m)
{
    Names used = {0}, attrs = {0}, also = {0};
    Walk w = {in, &used, &attrs};
    walk(&w, m->ast);
    add_exports(in, &m->ast->list, &also);
    add_outside_uses(in, m, &also);
    for (int i = 0; i < m->ast->list.n; i++) {
        const Node *s = m->ast->list.p[i];
        if (s->kind == ND_IMPORT || (s->kind == ND_FROM && !is_future(s))) check_import(in, s, &used, &also);
        if (s->kind == ND_ASSIGN && m->is_main) check_constants(in, s, &used, &also);
    }
    check_functions(in, &m->ast->list);
}

void host_report_unused(Interp *in)
{
    for (int i = 0; i < in->modules.n; i++) {
        Module *m = in->modules.p[i];
        if (!m->ast || m->failed || m->reported) continue;
        m->reported = true;
        check_module(in, m);
    }
}
