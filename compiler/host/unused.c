/* W0201-W0203 and W0301 of host code: names that are bound and never read.  A
 * static look at the AST of every loaded file: what a kernel names counts as
 * used, and so does what another module imports or `__all__` lists. */
#include "host/golden.h"
#include "host/interp.h"

#include <string.h>

/* ---- functions ---------------------------------------------------------- */

static bool is_silent(Str name)
{
    return name->s[0] == '_';
}

static void report(Interp *in, DiagCode code, Span at, const char *what,
                   Str name)
{
    Diag *d = diag_new(in->se, code, at, "unused %s `%s`", what, name->s);
    diag_help(in->se, d, "delete it, or call it `_%s`", name->s);
}

static void check_import(Interp *in, const Node *s, const Names *used,
                         const Names *also)
{
    for (int i = 0; i < s->import.names.n; i++) {
        const Node *a = s->import.names.p[i];
        const Str full = a->alias.name;
        const Str name = a->alias.as
            ? a->alias.as
            : str_n(in->se, full->s, strcspn(full->s, "."));
        if (is_silent(name) || names_has(used, name) ||
            (also && names_has(also, name)))
            continue;
        Diag *d = diag_new(in->se, W0201, a->span, "unused import `%s`",
                           name->s);
        diag_help(in->se, d, "delete it");
    }
}

static void check_functions(Interp *in, const NodeVec *body);

static bool is_future(const Node *s)
{
    return s->kind == ND_FROM && s->import.module &&
        is_name(s->import.module, "__future__");
}

static void check_local_stmt(Interp *in, const Node *s, const Names *used)
{
    if (s->kind == ND_IMPORT || s->kind == ND_FROM)
        check_import(in, s, used, NULL);
    if (s->kind != ND_ASSIGN) return;
    for (int i = 0; i < s->assign.targets.n; i++) {
        const Node *t = s->assign.targets.p[i];
        if (t->kind == ND_NAME && !is_silent(t->name) &&
            !names_has(used, t->name))
            report(in, W0301, t->span, "variable", t->name);
    }
}

static void check_locals(Interp *in, const NodeVec *body, const Names *used)
{
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        check_local_stmt(in, s, used);
        if (s->kind == ND_IF)
            check_locals(in, &s->if_.then, used),
                check_locals(in, &s->if_.other, used);
        if (s->kind == ND_FOR)
            check_locals(in, &s->for_.body, used),
                check_locals(in, &s->for_.other, used);
        if (s->kind == ND_WHILE) check_locals(in, &s->while_.body, used);
        if (s->kind == ND_WITH) check_locals(in, &s->with.body, used);
        if (s->kind == ND_TRY)
            check_locals(in, &s->try_.body, used),
                check_locals(in, &s->try_.final, used);
    }
}

/* Its name is its caller's choice: it cannot be called `_name`. */
static bool is_given_by_keyword(const Node *p)
{
    for (int i = 0; i < COMPARATOR_KEYWORDS; i++)
        if (!strcmp(p->param.name->s, comparator_keyword[i])) return true;
    return p->param.kwonly;
}

/* *args and **kw are there for what the function does not use */
static bool takes_the_rest(const Node *p)
{
    return p->param.kind == PARAM_STAR || p->param.kind == PARAM_DSTAR;
}

static void check_function(Interp *in, const Node *f)
{
    Names used = {0}, attrs = {0};
    names_read_in(in, &f->def.body, &used, &attrs);
    for (int i = 0; i < f->def.params.n; i++) {
        const Node *p = f->def.params.p[i];
        if (p->param.name && !is_silent(p->param.name) &&
            !is_given_by_keyword(p) && !takes_the_rest(p) &&
            !names_has(&used, p->param.name))
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
        if (s->kind == ND_IF)
            check_functions(in, &s->if_.then),
                check_functions(in, &s->if_.other);
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
        if (s->kind != ND_ASSIGN || s->assign.targets.p[0]->kind != ND_NAME ||
            !is_name(s->assign.targets.p[0]->name, "__all__"))
            continue;
        const Node *v = s->assign.value;
        if (v->kind != ND_LIST && v->kind != ND_TUPLE) continue;
        for (int k = 0; k < v->list.n; k++)
            if (v->list.p[k]->kind == ND_STR)
                names_add(in->se->arena, also, v->list.p[k]->s);
    }
}

/* names that any `from` import takes, wherever it stands */
static void add_imported(Interp *in, const NodeVec *body, Names *also)
{
    for (int i = 0; i < body->n; i++) {
        const Node *s = body->p[i];
        if (s->kind == ND_FROM)
            for (int k = 0; k < s->import.names.n; k++)
                names_add(in->se->arena, also,
                          s->import.names.p[k]->alias.name);
        if (s->kind == ND_DEF) add_imported(in, &s->def.body, also);
        if (s->kind == ND_IF)
            add_imported(in, &s->if_.then, also),
                add_imported(in, &s->if_.other, also);
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
        names_read(in, other->ast, &used, also);
        add_imported(in, &other->ast->list, also);
    }
}

static bool is_found_by_name(Str name)
{
    return !strncmp(name->s, "build_", 6) || !strncmp(name->s, "golden_", 7);
}

/* `main = build(8)`, `build_tensor_specs = specs`:
 * what the command line runs */
static bool is_entry(const Module *m, Str name)
{
    Value v;
    if (!module_get(m, name, &v)) return false;
    return v.kind == V_KERNEL || (v.kind == V_FUNC && is_found_by_name(name));
}

/* Of the main file only: a shared module of constants
 * serves other files, too. */
static void check_constants(Interp *in, const Module *m, const Node *s,
                            const Names *used, const Names *also)
{
    for (int i = 0; i < s->assign.targets.n; i++) {
        const Node *t = s->assign.targets.p[i];
        if (t->kind == ND_NAME && !is_silent(t->name) &&
            !names_has(used, t->name) && !names_has(also, t->name) &&
            !is_entry(m, t->name))
            report(in, W0202, t->span, "constant", t->name);
    }
}

static void check_module(Interp *in, const Module *m)
{
    Names used = {0}, attrs = {0}, also = {0};
    names_read(in, m->ast, &used, &attrs);
    add_exports(in, &m->ast->list, &also);
    add_outside_uses(in, m, &also);
    for (int i = 0; i < m->ast->list.n; i++) {
        const Node *s = m->ast->list.p[i];
        if (s->kind == ND_IMPORT || (s->kind == ND_FROM && !is_future(s)))
            check_import(in, s, &used, &also);
        if (s->kind == ND_ASSIGN && m->is_main)
            check_constants(in, m, s, &used, &also);
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
