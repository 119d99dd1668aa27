/* Which names a piece of the AST reads: for the warnings about unused names,
 * and for what a nested function keeps of the call around it. */
#include "host/interp.h"

typedef struct Walk {
    Interp *in;
    Names *names, *attrs; /* attrs may be NULL */
    bool nested_only; /* names inside of functions, classes, comprehensions */
    int depth;
} Walk;

/* ---- sets of names ------------------------------------------------------ */

bool names_has(const Names *s, Str name)
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

void names_add(Arena *a, Names *s, Str name)
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
    if (t->kind == ND_STAR)
        walk_target(w, t->e);
    else if (t->kind == ND_TUPLE || t->kind == ND_LIST)
        for (int i = 0; i < t->list.n; i++) walk_target(w, t->list.p[i]);
    else
        walk(w, t);
}

static void walk_stmt(Walk *w, const Node *n)
{
    switch (n->kind) {
    case ND_ASSIGN:
        for (int i = 0; i < n->assign.targets.n; i++)
            walk_target(w, n->assign.targets.p[i]);
        walk(w, n->assign.value);
        break;
    case ND_ANNASSIGN:
        walk_target(w, n->ann.target), walk(w, n->ann.ann),
            walk(w, n->ann.value);
        break;
    case ND_AUGASSIGN: walk(w, n->aug.target), walk(w, n->aug.value); break;
    case ND_RAISE: walk(w, n->raise.exc), walk(w, n->raise.cause); break;
    case ND_ASSERT: walk(w, n->assert_.cond), walk(w, n->assert_.msg); break;
    case ND_IF:
        walk(w, n->if_.cond), walk_all(w, &n->if_.then),
            walk_all(w, &n->if_.other);
        break;
    case ND_FOR:
        walk_target(w, n->for_.target), walk(w, n->for_.iter);
        walk_all(w, &n->for_.body), walk_all(w, &n->for_.other);
        break;
    case ND_WHILE:
        walk(w, n->while_.cond), walk_all(w, &n->while_.body),
            walk_all(w, &n->while_.other);
        break;
    case ND_TRY:
        walk_all(w, &n->try_.body), walk_all(w, &n->try_.handlers);
        walk_all(w, &n->try_.other), walk_all(w, &n->try_.final);
        break;
    case ND_EXCEPT:
        walk(w, n->except.type), walk_all(w, &n->except.body);
        break;
    case ND_WITH: walk(w, n->with.ctx), walk_all(w, &n->with.body); break;
    case ND_DEF:
        walk_all(w, &n->def.decorators), walk_all(w, &n->def.params);
        walk(w, n->def.result), walk_all(w, &n->def.body);
        break;
    case ND_CLASS:
        walk_all(w, &n->class_.decorators), walk_all(w, &n->class_.bases),
            walk_all(w, &n->class_.body);
        break;
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
    case ND_NAME:
        if (!w->nested_only || w->depth)
            names_add(w->in->se->arena, w->names, n->name);
        break;
    case ND_UNARY:
    case ND_BINARY: walk(w, n->op.a), walk(w, n->op.b); break;
    case ND_COMPARE: walk(w, n->cmp.first), walk_all(w, &n->cmp.rest); break;
    case ND_AND:
    case ND_OR: walk(w, n->pair.a), walk(w, n->pair.b); break;
    case ND_COND:
        walk(w, n->cond.cond), walk(w, n->cond.then), walk(w, n->cond.other);
        break;
    case ND_CALL: walk(w, n->call.fn), walk_all(w, &n->call.args); break;
    case ND_ATTR:
        if (w->attrs) names_add(w->in->se->arena, w->attrs, n->attr.name);
        walk(w, n->attr.of);
        break;
    case ND_INDEX: walk(w, n->index.of), walk_all(w, &n->index.index); break;
    case ND_SLICE:
        walk(w, n->slice.lo), walk(w, n->slice.hi), walk(w, n->slice.step);
        break;
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
    case ND_GENEXP:
        walk(w, n->comp.elt), walk(w, n->comp.value),
            walk_all(w, &n->comp.fors);
        break;
    case ND_COMPFOR:
        walk_target(w, n->compfor.target), walk(w, n->compfor.iter),
            walk_all(w, &n->compfor.ifs);
        break;
    case ND_LAMBDA:
        walk_all(w, &n->lambda.params), walk(w, n->lambda.body);
        break;
    case ND_PARAM: walk(w, n->param.ann), walk(w, n->param.def); break;
    case ND_FPART: walk(w, n->fpart.e), walk(w, n->fpart.spec); break;
    case ND_UNSUPPORTED: walk(w, n->unsupported.e); break;
    default: walk_stmt(w, n);
    }
}

static bool is_scope(NodeKind k)
{
    return k == ND_DEF || k == ND_LAMBDA || k == ND_CLASS || k == ND_LISTCOMP ||
        k == ND_DICTCOMP || k == ND_GENEXP;
}

static void walk(Walk *w, const Node *n)
{
    if (!n) return;
    const char *here = __builtin_frame_address(0);
    const size_t used = (size_t)(w->in->stack_base > here
                                     ? w->in->stack_base - here
                                     : here - w->in->stack_base);
    if (used > w->in->stack_max) return; /* evaluation fails there anyway */
    w->depth += is_scope(n->kind);
    walk_expr(w, n);
    w->depth -= is_scope(n->kind);
}

void names_read(Interp *in, const Node *n, Names *names, Names *attrs)
{
    Walk w = {in, names, attrs, false, 0};
    walk(&w, n);
}

void names_read_in(Interp *in, const NodeVec *body, Names *names, Names *attrs)
{
    Walk w = {in, names, attrs, false, 0};
    walk_all(&w, body);
}

void names_captured(Interp *in, const NodeVec *body, Names *names)
{
    Walk w = {in, names, NULL, true, 0};
    walk_all(&w, body);
}
