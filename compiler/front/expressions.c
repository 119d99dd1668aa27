/* Expressions and parameters, as the grammar's actions make them.  Every
 * expression gets its height here, so that the limit on nesting holds for all
 * later rooms, which walk trees by recursion.  A child beyond the limit is
 * replaced by an ERROR node.  Also here: what a grammar says badly, such as
 * what can be assigned to. */
#include "front/front.h"
#include <string.h>

Node *node_new(Front *f, NodeKind kind, Span span)
{
    Node *n = NEW(f->a, Node);
    n->kind = kind;
    n->span = span;
    return n;
}

Node *node_error(Front *f, Span span)
{
    return node_new(f, ND_ERROR, span);
}

int node_depth(const Node *n)
{
    return n ? n->depth : 0;
}

int nodes_depth(const NodeVec *v)
{
    int most = 0;
    for (int i = 0; i < v->n; i++)
        if (v->p[i]->depth > most) most = v->p[i]->depth;
    return most;
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

Node *node_checked(Front *f, Node *n, int depth)
{
    n->depth = (uint16_t)(depth + 1);
    if (depth < f->s->limit[LIM_EXPR_NESTING]) return n;
    front_limit(f, LIM_EXPR_NESTING, depth + 1, n->span);
    return node_error(f, n->span);
}

Node *node_unary(Front *f, Span span, Operator op, Node *a)
{
    Node *n = node_new(f, ND_UNARY, span);
    n->op.op = op;
    n->op.a = a;
    return node_checked(f, n, node_depth(a));
}

Node *node_binary(Front *f, Span span, Operator op, Node *a, Node *b)
{
    Node *n = node_new(f, ND_BINARY, span);
    n->op.op = op;
    n->op.a = a;
    n->op.b = b;
    return node_checked(f, n, max(node_depth(a), node_depth(b)));
}

/* `a < b < c` is one node: a chain grows at its left operand. */
Node *node_compare(Front *f, Span span, Operator op, Node *a, Node *b)
{
    Node *n = a;
    if (a->kind != ND_COMPARE || a->parens) {
        n = node_new(f, ND_COMPARE, span);
        n->cmp.first = a;
        n->depth = (uint16_t)(node_depth(a) + 1);
    }
    n->span = span;
    int had = n->cmp.rest.cap;
    vec_push(f->a, &n->cmp.rest, b);
    if (n->cmp.rest.cap != had) {
        Operator *ops = NEW_ARRAY(f->a, Operator, n->cmp.rest.cap);
        for (int i = 0; i + 1 < n->cmp.rest.n; i++) ops[i] = n->cmp.ops[i];
        n->cmp.ops = ops;
    }
    n->cmp.ops[n->cmp.rest.n - 1] = op;
    return node_checked(f, n, max(n->depth - 1, node_depth(b)));
}

Node *node_pair(Front *f, Span span, NodeKind kind, Node *a, Node *b)
{
    Node *n = node_new(f, kind, span);
    n->pair.a = a;
    n->pair.b = b;
    return node_checked(f, n, max(node_depth(a), node_depth(b)));
}

Node *node_list(Front *f, Span span, NodeKind kind, NodeVec v)
{
    Node *n = node_new(f, kind, span);
    n->list = v;
    return node_checked(f, n, nodes_depth(&v));
}

Node *node_wrap(Front *f, Span span, NodeKind kind, Node *e)
{
    Node *n = node_new(f, kind, span);
    n->e = e;
    return node_checked(f, n, node_depth(e));
}

Node *node_unsupported(Front *f, Span span, const char *what, Node *e)
{
    Node *n = node_new(f, ND_UNSUPPORTED, span);
    n->unsupported.what = what;
    n->unsupported.e = e;
    return node_checked(f, n, node_depth(e));
}

Node *node_parens(Node *n, Span span)
{
    n->span = span;
    n->parens = true;
    return n;
}

/* `a` itself, or the tuple of `a, b` and `a,` */
Node *node_exprs(Front *f, Span span, NodeVec v, bool comma)
{
    if (comma || v.n > 1) return node_list(f, span, ND_TUPLE, v);
    if (v.p[0]->kind != ND_STAR) return v.p[0];
    front_error(f, E0109, span,
                "expected a starred expression only in a list or a call");
    return node_error(f, span);
}

static bool check_args(Front *f, const NodeVec *args)
{
    bool named = false, fine = true;
    for (int i = 0; i < args->n; i++) {
        const Node *a = args->p[i];
        if (a->kind == ND_KEYWORD || a->kind == ND_DSTAR) {
            named = true;
        } else if (a->kind == ND_GENEXP && !a->parens && args->n > 1) {
            Diag *d = front_error(f, E0109, a->span,
                                  "expected a generator "
                                  "expression to be the only argument");
            diag_help(f->s, d, "put it in parentheses");
            fine = false;
        } else if (named && a->kind != ND_STAR) {
            front_error(f, E0109, a->span,
                        "expected `name=` here: a positional argument cannot "
                        "follow a keyword argument");
            fine = false;
        }
    }
    return fine;
}

Node *node_call(Front *f, Span span, Node *fn, NodeVec args)
{
    if (!check_args(f, &args)) return node_error(f, span);
    Node *n = node_new(f, ND_CALL, span);
    n->call.fn = fn;
    n->call.args = args;
    return node_checked(f, n, max(node_depth(fn), nodes_depth(&args)));
}

Node *node_comp(Front *f, Span span, NodeKind kind, Node *elt, Node *value,
                NodeVec fors)
{
    Node *n = node_new(f, kind, span);
    int depth = max(node_depth(elt), node_depth(value));
    n->comp.elt = elt;
    n->comp.value = value;
    n->comp.fors = fors;
    for (int i = 0; i < fors.n; i++)
        if (fors.p[i]->kind == ND_UNSUPPORTED)
            return node_unsupported(f, span, fors.p[i]->unsupported.what, elt);
    return node_checked(f, n, max(depth, nodes_depth(&fors)));
}

Node *node_param(Front *f, Span span, ParamKind kind, Str name, Node *ann,
                 Node *def)
{
    Node *n = node_new(f, ND_PARAM, span);
    n->param.kind = kind;
    n->param.name = name;
    n->param.ann = ann;
    n->param.def = def;
    return node_checked(f, n, max(node_depth(ann), node_depth(def)));
}

static bool repeated_name(const NodeVec *params, int i)
{
    Str name = params->p[i]->param.name;
    for (int k = 0; name && k < i; k++)
        if (params->p[k]->param.name == name) return true;
    return false;
}

static void check_param(Front *f, NodeVec *params, int i, bool named,
                        const Node *defaulted)
{
    Node *p = params->p[i];
    if (p->kind != ND_PARAM) return;
    p->param.kwonly = named && p->param.kind == PARAM_PLAIN;
    if (i > 0 && params->p[i - 1]->param.kind == PARAM_DSTAR)
        front_error(f, E0109, p->span, "expected `)` after the `**` parameter");
    else if (named &&
             (p->param.kind == PARAM_STAR || p->param.kind == PARAM_BARESTAR))
        front_error(f, E0109, p->span, "expected one `*` parameter at most");
    else if (defaulted && !named && p->param.kind == PARAM_PLAIN &&
             !p->param.def)
        front_error(f, E0109, p->span,
                    "expected a default value for `%s`: the parameter before "
                    "it has one",
                    p->param.name->s);
    else if (i < 256 && repeated_name(params, i))
        front_error(f, E0109, p->span,
                    "expected different names, found the parameter `%s` twice",
                    p->param.name->s);
}

void check_params(Front *f, NodeVec *params)
{
    bool named = false;
    const Node *defaulted = NULL;
    for (int i = 0; i < params->n; i++) {
        const Node *p = params->p[i];
        check_param(f, params, i, named, defaulted);
        if (p->param.kind == PARAM_STAR || p->param.kind == PARAM_BARESTAR)
            named = true;
        if (p->param.def) defaulted = p;
    }
}

static bool is_target(const Node *n)
{
    return n->kind == ND_NAME || n->kind == ND_ATTR || n->kind == ND_INDEX ||
        n->kind == ND_ERROR;
}

bool check_target(Front *f, const Node *n, const char *where)
{
    if (is_target(n)) return true;
    if (n->kind == ND_STAR) return check_target(f, n->e, where);
    if (n->kind == ND_TUPLE || n->kind == ND_LIST) {
        bool fine = true;
        for (int i = 0; i < n->list.n; i++)
            fine &= check_target(f, n->list.p[i], where);
        return fine;
    }
    Diag *d = front_error(f, E0109, n->span, "expected a name %s, found %s",
                          where, node_describe(n));
    const bool plain = strstr(where, "`=`") != NULL;
    if (plain && (n->kind == ND_COMPARE || n->kind == ND_CALL))
        diag_help(f->s, d, "write `==` to compare");
    return false;
}

Node *node_name(Front *f, Span span, Str name)
{
    Node *n = node_new(f, ND_NAME, span);
    n->name = name;
    return n;
}

Node *node_keyword(Front *f, Span span, Str name, Span name_span, Node *value)
{
    Node *n = node_new(f, ND_KEYWORD, span);
    n->kw.name = name;
    n->kw.name_span = name_span;
    n->kw.value = value;
    return node_checked(f, n, node_depth(value));
}

Node *node_item(Front *f, Span span, Node *key, Node *value)
{
    Node *n = node_new(f, ND_ITEM, span);
    n->item.key = key;
    n->item.value = value;
    return node_checked(f, n, max(node_depth(key), node_depth(value)));
}

Node *node_dict(Front *f, Span span, NodeVec items)
{
    Node *n = node_new(f, ND_DICT, span);
    n->items = items;
    return node_checked(f, n, nodes_depth(&items));
}

Node *node_slice(Front *f, Span span, Node *lo, Node *hi, Node *step,
                 bool has_step)
{
    Node *n = node_new(f, ND_SLICE, span);
    n->slice.lo = lo;
    n->slice.hi = hi;
    n->slice.step = step;
    n->slice.has_step = has_step;
    const int ends = max(node_depth(lo), node_depth(hi));
    return node_checked(f, n, max(ends, node_depth(step)));
}

/* A NULL at the end of the list stands for a trailing comma. */
Node *node_subscript(Front *f, Span span, Node *of, NodeVec index)
{
    Node *n = node_new(f, ND_INDEX, span);
    bool comma = !vec_last(&index);
    if (comma) index.n--;
    n->index.of = of;
    n->index.index = index;
    n->index.is_tuple = comma || index.n > 1;
    return node_checked(f, n, max(node_depth(of), nodes_depth(&index)));
}

Node *node_conditional(Front *f, Span span, Node *cond, Node *then, Node *other)
{
    Node *n = node_new(f, ND_COND, span);
    n->cond.cond = cond;
    n->cond.then = then;
    n->cond.other = other;
    const int arms = max(node_depth(then), node_depth(other));
    return node_checked(f, n, max(arms, node_depth(cond)));
}

Node *node_lambda(Front *f, Span span, NodeVec params, Node *body)
{
    Node *n = node_new(f, ND_LAMBDA, span);
    n->lambda.params = params;
    n->lambda.body = body;
    return node_checked(f, n, max(nodes_depth(&params), node_depth(body)));
}

Node *node_compfor(Front *f, Span span, Node *target, Node *iter, NodeVec ifs)
{
    Node *n = node_new(f, ND_COMPFOR, span);
    n->compfor.target = target;
    n->compfor.iter = iter;
    n->compfor.ifs = ifs;
    const int from = max(node_depth(target), node_depth(iter));
    return node_checked(f, n, max(from, nodes_depth(&ifs)));
}
