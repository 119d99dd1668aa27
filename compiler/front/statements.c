/* Statements, as the grammar's actions make them, and what is said of one that
 * the grammar takes and the language does not. */
#include "front/front.h"
#include <string.h>

Node *node_assign(Front *f, Span span, NodeVec targets, Node *value)
{
    Node *n = node_new(f, ND_ASSIGN, span);
    n->assign.targets = targets;
    n->assign.value = value;
    for (int i = 0; i < targets.n; i++)
        if (!check_target(f, targets.p[i], "left of `=`"))
            return node_error(f, span);
    return n;
}

Node *node_annotated(Front *f, Span span, Node *target, Node *ann, Node *value)
{
    Node *n = node_new(f, ND_ANNASSIGN, span);
    n->ann.target = target;
    n->ann.ann = ann;
    n->ann.value = value;
    bool one_name = target->kind == ND_NAME || target->kind == ND_ATTR ||
        target->kind == ND_INDEX || target->kind == ND_ERROR;
    if (one_name) return n;
    front_error(f, E0109, target->span, "expected a name before `:`, found %s",
                node_describe(target));
    return node_error(f, span);
}

Node *node_augmented(Front *f, Span span, Operator op, Node *target,
                     Node *value)
{
    Node *n = node_new(f, ND_AUGASSIGN, span);
    n->aug.op = op;
    n->aug.target = target;
    n->aug.value = value;
    bool several = target->kind == ND_TUPLE || target->kind == ND_LIST;
    if (several)
        front_error(f, E0109, target->span,
                    "expected one name left of `%s=`, found %s",
                    operator_text(op), node_describe(target));
    else if (check_target(f, target,
                          arena_printf(f->a, "left of `%s=`",
                                       operator_text(op))))
        return n;
    return node_error(f, span);
}

Node *node_deletion(Front *f, Span span, Node *e)
{
    Node *n = node_new(f, ND_DEL, span);
    if (!check_target(f, e, "after `del`")) return node_error(f, span);
    if (e->kind == ND_TUPLE)
        n->list = e->list;
    else
        vec_push(f->a, &n->list, e);
    return n;
}

Node *node_raise(Front *f, Span span, Node *exc, Node *cause)
{
    Node *n = node_new(f, ND_RAISE, span);
    n->raise.exc = exc;
    n->raise.cause = cause;
    return n;
}

Node *node_assertion(Front *f, Span span, Node *cond, Node *msg)
{
    Node *n = node_new(f, ND_ASSERT, span);
    n->assert_.cond = cond;
    n->assert_.msg = msg;
    return n;
}

Node *node_alias(Front *f, Span span, Str name, Str as)
{
    Node *n = node_new(f, ND_ALIAS, span);
    n->alias.name = name;
    n->alias.as = as;
    return n;
}

Node *node_from(Front *f, Span span, int level, Str module, NodeVec names)
{
    Node *n = node_new(f, ND_FROM, span);
    n->import.names = names;
    n->import.module = module;
    n->import.level = level;
    n->import.star = names.n == 0;
    if (!module && !level)
        front_error(f, E0109, span, "expected a module name after `from`");
    else if (!names.n || names.p[0]->kind == ND_ALIAS)
        return n;
    return node_error(f, span);
}

/* Later rooms walk a chain of `elif` by recursion: it has an end. */
enum { ELIF_MAX = 1000 };

/* elifs are IF nodes whose span begins at `elif`;
 * they are linked last first. */
Node *node_if(Front *f, Span span, Node *cond, NodeVec then, NodeVec elifs,
              NodeVec other)
{
    Node *n = node_new(f, ND_IF, span);
    n->if_.cond = cond;
    n->if_.then = then;
    if (elifs.n > ELIF_MAX) {
        diag_new(f->s, E1102, elifs.p[ELIF_MAX]->span,
                 "an `if` has at most %d `elif` arms, met %d", ELIF_MAX,
                 elifs.n);
        elifs.n = ELIF_MAX;
    }
    for (int i = elifs.n - 1; i >= 0; i--) {
        NodeVec one = {0};
        elifs.p[i]->if_.other = other;
        elifs.p[i]->span.hi = span.hi;
        vec_push(f->a, &one, elifs.p[i]);
        other = one;
    }
    n->if_.other = other;
    return n;
}

Node *node_context(Front *f, Span span, Node *ctx, Node *as)
{
    Node *n = node_new(f, ND_WITH, span);
    n->with.ctx = ctx;
    n->with.as = as;
    if (as && !check_target(f, as, "after `as`"))
        n->with.as = node_error(f, as->span);
    return n;
}

Node *node_with(Front *f, Span span, NodeVec items, NodeVec body)
{
    if (items.n > 1)
        return node_unsupported(f, span, "a `with` of several context managers",
                                NULL);
    Node *n = items.p[0];
    n->span = span;
    n->with.body = body;
    return n;
}

Node *node_except(Front *f, Span span, Node *type, Str as, NodeVec body)
{
    Node *n = node_new(f, ND_EXCEPT, span);
    n->except.type = type;
    n->except.name = as;
    n->except.body = body;
    return n;
}

Node *node_try(Front *f, Span span, Span head, NodeVec body, NodeVec handlers,
               NodeVec other, NodeVec final)
{
    Node *n = node_new(f, ND_TRY, span);
    n->try_.body = body;
    n->try_.handlers = handlers;
    n->try_.other = other;
    n->try_.final = final;
    if (!handlers.n && !final.n)
        front_error(f, E0109, head,
                    "expected `except` or `finally` after this `try` block");
    return n;
}

Node *node_def(Front *f, Span span, Str name, Span name_span, NodeVec params,
               Node *result, NodeVec body)
{
    Node *n = node_new(f, ND_DEF, span);
    n->def.name = name;
    n->def.name_span = name_span;
    n->def.params = params;
    n->def.result = result;
    n->def.body = body;
    return n;
}

/* @X.jit, @X.jit.inline ..., @X.function(...), called or not. */
static bool marks_kernel(const Node *d)
{
    if (d->kind == ND_CALL) d = d->call.fn;
    if (d->kind != ND_ATTR) return false;
    const char *last = d->attr.name->s;
    const Node *of = d->attr.of;
    if (of->kind == ND_NAME)
        return !strcmp(last, "jit") || !strcmp(last, "function");
    return of->kind == ND_ATTR && of->attr.of->kind == ND_NAME &&
        !strcmp(of->attr.name->s, "jit");
}

Node *node_decorated(NodeVec decorators, Node *def)
{
    if (def->kind == ND_CLASS) def->class_.decorators = decorators;
    if (def->kind != ND_DEF) return def;
    def->def.decorators = decorators;
    for (int i = 0; i < decorators.n; i++)
        if (marks_kernel(decorators.p[i])) def->def.is_kernel = true;
    return def;
}
