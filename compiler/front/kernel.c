/* The syntactic rules of kernels (Appendix A.1 and chapter 4.2) on the AST of
 * the one grammar: which statements and expressions there are, where `return`
 * stands, what a subscript may hold.  A construct that is not available is
 * named and its rewrite is shown.  Lowering calls these statement by statement
 * on what is live: a dead arm is not checked. */
#include "front/ast.h"

#include <ctype.h>
#include <string.h>

/* What may stand below: f-strings in messages, lists of any kind in deps=. */
typedef enum { IN_CODE, IN_MESSAGE, IN_ANYTHING } Where;

static bool check_expr(Session *s, const Node *e, Where w);

static const char *source(Session *s, const Node *n)
{
    return source_span_text(s, n->span);
}

/* E0107: `what` names the construct, help is the rewrite. */
static bool not_available(Session *s, Span span, const char *what,
                          const char *help)
{
    Diag *d = diag_new(s, E0107, span, "%s is not available in kernels", what);
    if (help) diag_help(s, d, "%s", help);
    return false;
}

static bool all(Session *s, const NodeVec *v, Where w)
{
    for (int i = 0; i < v->n; i++)
        if (!check_expr(s, v->p[i], w)) return false;
    return true;
}

/* ---- subscripts ---- */

static bool negative_constant(const Node *e)
{
    return e && e->kind == ND_UNARY && e->op.op == OPR_NEG &&
        e->op.a->kind == ND_INT && e->op.a->i.value != 0;
}

static bool bad_index(Session *s, const Node *at, const char *fmt,
                      const char *help)
{
    Diag *d = diag_new(s, E0108, at->span, "%s in a kernel subscript", fmt);
    diag_help(s, d, "%s", help);
    return false;
}

static bool check_index(Session *s, const Node *i)
{
    static const char from_end[] =
        "count from the front: `pl.tensor.dim(x, axis) - n`";
    if (i->kind == ND_NONE)
        return bad_index(s, i, "`None`", "add an axis with `pl.reshape`");
    if (i->kind == ND_ELLIPSIS)
        return bad_index(s, i, "`...`", "write a `:` for every axis");
    if (i->kind == ND_STAR)
        return bad_index(s, i, "a starred index",
                         "write the indices one by one");
    if (negative_constant(i))
        return bad_index(s, i, "a negative index", from_end);
    if (i->kind != ND_SLICE) return true;
    if (i->slice.has_step)
        return bad_index(s, i, "a slice step",
                         "take the window with `pl.slice`, or loop over it");
    if (negative_constant(i->slice.lo))
        return bad_index(s, i->slice.lo, "a negative bound", from_end);
    if (negative_constant(i->slice.hi))
        return bad_index(s, i->slice.hi, "a negative bound", from_end);
    return true;
}

static bool check_indices(Session *s, const Node *index)
{
    for (int i = 0; i < index->index.index.n; i++)
        if (!check_index(s, index->index.index.p[i])) return false;
    return true;
}

/* A captured list or a shape: host rules hold, which lowering applies. */
static bool may_be_constant(const Node *of)
{
    if (of->kind == ND_ATTR) return true;
    if (of->kind == ND_INDEX) return may_be_constant(of->index.of);
    if (of->kind != ND_NAME) return of->kind == ND_LIST || of->kind == ND_TUPLE;
    bool upper = false;
    for (const char *p = of->name->s; *p; p++) {
        if (islower((unsigned char)*p)) return false;
        upper |= isupper((unsigned char)*p) != 0;
    }
    return upper;
}

static bool check_subscript(Session *s, const Node *e, Where w)
{
    if (!may_be_constant(e->index.of) && !check_indices(s, e)) return false;
    return check_expr(s, e->index.of, w) && all(s, &e->index.index, w);
}

/* ---- operators ---- */

static const char *tile_op(Operator op)
{
    switch (op) {
    case OPR_MATMUL: return "pl.matmul";
    case OPR_BITAND: return "pl.and_";
    case OPR_BITOR: return "pl.or_";
    case OPR_BITXOR: return "pl.xor_";
    default: return NULL;
    }
}

static bool check_binary(Session *s, const Node *e, Where w)
{
    const char *op = tile_op(e->op.op);
    if (!op) return check_expr(s, e->op.a, w) && check_expr(s, e->op.b, w);
    const char *logic = e->op.op == OPR_BITAND
        ? ", on conditions `and`, on masks of 0 and 1 `pl.mul`"
        : e->op.op == OPR_BITOR
        ? ", on conditions `or`, on masks of 0 and 1 `pl.maximum`"
        : "";
    const char *what = arena_printf(s->arena, "the operator `%s`",
                                    operator_text(e->op.op));
    const char *help = arena_printf(s->arena, "write `%s(%s, %s)`%s", op,
                                    source(s, e->op.a), source(s, e->op.b),
                                    logic);
    return not_available(s, e->span, what, help);
}

static bool check_unary(Session *s, const Node *e, Where w)
{
    if (e->op.op != OPR_INVERT) return check_expr(s, e->op.a, w);
    const char *help =
        arena_printf(s->arena, "write `pl.not_(%s)`, on conditions `not %s`",
                     source(s, e->op.a), source(s, e->op.a));
    return not_available(s, e->span, "the operator `~`", help);
}

static bool check_compare(Session *s, const Node *e, Where w)
{
    for (int i = 0; i < e->cmp.rest.n; i++) {
        Operator op = e->cmp.ops[i];
        if (op < OPR_IN || op > OPR_ISNOT) continue;
        const char *what = arena_printf(s->arena, "the operator `%s`",
                                        operator_text(op));
        const char *help = op == OPR_IS ? "write `==`"
            : op == OPR_ISNOT           ? "write `!=`"
            : op == OPR_IN              ? "write `x == a or x == b`"
                                        : "write `x != a and x != b`";
        return not_available(s, e->span, what, help);
    }
    return check_expr(s, e->cmp.first, w) && all(s, &e->cmp.rest, w);
}

/* ---- calls ---- */

/* The last name of a call's function: `static_assert` of pl.static_assert. */
static const char *callee(const Node *call)
{
    const Node *fn = call->call.fn;
    if (fn->kind == ND_ATTR) return fn->attr.name->s;
    return fn->kind == ND_NAME ? fn->name->s : "";
}

static Where keyword_place(const Node *kw, Where w)
{
    const char *name = kw->kw.name->s;
    if (!strcmp(name, "deps") || !strcmp(name, "attrs")) return IN_ANYTHING;
    return !strcmp(name, "name_hint") ? IN_MESSAGE : w;
}

static bool check_call(Session *s, const Node *e, Where w)
{
    const char *name = callee(e);
    bool prints = !strcmp(name, "static_print");
    bool asserts = !strcmp(name, "static_assert");
    if (!check_expr(s, e->call.fn, w)) return false;
    for (int i = 0; i < e->call.args.n; i++) {
        const Node *a = e->call.args.p[i];
        Where at = prints || (asserts && i == 1) ? IN_MESSAGE : w;
        if (a->kind == ND_KEYWORD) {
            at = keyword_place(a, at);
            a = a->kw.value;
        }
        if (!check_expr(s, a, at)) return false;
    }
    return true;
}

/* ---- expressions ---- */

typedef struct {
    NodeKind kind;
    const char *help;
} Rewrite;

static const Rewrite expr_rewrites[] = {
    {ND_LAMBDA, "write a function with `@pl.jit.inline`"},
    {ND_LISTCOMP, "write the list out, or loop with `pl.range`"},
    {ND_DICTCOMP, "write a loop with `pl.range`"},
    {ND_GENEXP, "write a loop with `pl.range`"},
    {ND_STAR, "write the values one by one"},
    {ND_DSTAR, "write the arguments one by one"},
    {ND_DICT, "use names of their own for its values"},
    {ND_SET, "use a list"},
    {ND_ELLIPSIS, "write `pass` for an empty block"},
    {ND_SLICE, "use it in a subscript"},
};

static const Rewrite stmt_rewrites[] = {
    {ND_DEF, "define it at module level, with `@pl.jit.inline`"},
    {ND_CLASS, "define it at module level"},
    {ND_TRY, "remove it: kernels raise nothing"},
    {ND_RAISE, "write `assert condition, \"message\"`"},
    {ND_DEL, "remove it: names need not be deleted"},
    {ND_GLOBAL, "pass the value as a parameter"},
    {ND_NONLOCAL, "pass the value as a parameter and return it"},
    {ND_IMPORT, "import at the top of the file"},
    {ND_FROM, "import at the top of the file"},
};

static const char *rewrite(const Rewrite *r, size_t n, NodeKind k)
{
    for (size_t i = 0; i < n; i++)
        if (r[i].kind == k) return r[i].help;
    return NULL;
}

static bool check_unsupported(Session *s, const Node *e)
{
    static const char *const help[][2] = {
        {"`:=`", "assign in a statement of its own"},
        {"`yield`", "use `pl.yield_` at the end of a loop body"},
        {"a set comprehension", "write a loop with `pl.range`"},
        {"a `with` of several context managers", "nest one `with` in another"},
        {"`match`", "write `if` and `elif`"},
    };
    const char *what = e->unsupported.what, *found = NULL;
    for (size_t i = 0; i < LEN(help); i++)
        if (!strcmp(help[i][0], what)) found = help[i][1];
    return not_available(s, e->span, what, found);
}

static bool check_fstring(Session *s, const Node *e, Where w)
{
    if (w != IN_CODE) return true;
    return not_available(s, e->span, "an f-string",
                         "use a plain string: f-strings are for messages and "
                         "`name_hint`");
}

static bool check_expr(Session *s, const Node *e, Where w)
{
    if (!e || w == IN_ANYTHING) return true;
    switch (e->kind) {
    case ND_FSTR: return check_fstring(s, e, w);
    case ND_UNARY: return check_unary(s, e, w);
    case ND_BINARY: return check_binary(s, e, w);
    case ND_COMPARE: return check_compare(s, e, w);
    case ND_AND:
    case ND_OR:
        return check_expr(s, e->pair.a, w) && check_expr(s, e->pair.b, w);
    case ND_COND:
        return check_expr(s, e->cond.then, w) &&
            check_expr(s, e->cond.cond, w) && check_expr(s, e->cond.other, w);
    case ND_CALL: return check_call(s, e, w);
    case ND_ATTR: return check_expr(s, e->attr.of, w);
    case ND_INDEX: return check_subscript(s, e, w);
    case ND_SLICE:
        return check_expr(s, e->slice.lo, w) && check_expr(s, e->slice.hi, w) &&
            check_expr(s, e->slice.step, w);
    case ND_TUPLE:
    case ND_LIST: return all(s, &e->list, w);
    case ND_UNSUPPORTED: return check_unsupported(s, e);
    default: break;
    }
    const char *help = rewrite(expr_rewrites, LEN(expr_rewrites), e->kind);
    if (!help) return true; /* names, literals, errors */
    return not_available(s, e->span, node_describe(e), help);
}

/* ---- statements ---- */

static bool is_names(const Node *n)
{
    if (n->kind != ND_TUPLE) return false;
    for (int i = 0; i < n->list.n; i++)
        if (n->list.p[i]->kind != ND_NAME) return false;
    return true;
}

static bool check_assign_target(Session *s, const Node *t)
{
    if (t->kind == ND_NAME || t->kind == ND_ERROR || is_names(t)) return true;
    if (t->kind == ND_INDEX) return check_subscript(s, t, IN_CODE);
    const char *what = t->kind == ND_ATTR ? "assignment to an attribute"
        : t->kind == ND_TUPLE || t->kind == ND_LIST
        ? "a nested or starred target"
        : "this target";
    return not_available(s, t->span, what, "assign to names, `a, b = ...`");
}

static bool check_assign(Session *s, const Node *n)
{
    const NodeVec *t = &n->assign.targets;
    if (t->n > 1) {
        const char *a = source(s, t->p[0]), *b = source(s, t->p[1]);
        const char *help = arena_printf(s->arena,
                                        "write `%s = %s`, then "
                                        "`%s = %s`",
                                        b, source(s, n->assign.value), a, b);
        return not_available(s, n->span, "a chained assignment", help);
    }
    return check_assign_target(s, t->p[0]) &&
        check_expr(s, n->assign.value, IN_CODE);
}

static bool check_annassign(Session *s, const Node *n)
{
    if (n->ann.target->kind != ND_NAME)
        return not_available(s, n->span, "an annotation on this target",
                             "leave the annotation out");
    if (!n->ann.value)
        return not_available(s, n->span, "an annotation without a value",
                             "assign a value, or leave the line out");
    return check_expr(s, n->ann.value, IN_CODE);
}

static bool check_augassign(Session *s, const Node *n)
{
    const char *op = operator_text(n->aug.op), *name = source(s, n->aug.target);
    const char *value = source(s, n->aug.value), *tile = tile_op(n->aug.op);
    if (tile) {
        const char *what = arena_printf(s->arena, "the operator `%s=`", op);
        const char *help = arena_printf(s->arena, "write `%s = %s(%s, %s)`",
                                        name, tile, name, value);
        return not_available(s, n->span, what, help);
    }
    if (n->aug.target->kind == ND_NAME || n->aug.target->kind == ND_ERROR)
        return check_expr(s, n->aug.value, IN_CODE);
    const char *what = arena_printf(s->arena, "`%s=` on %s", op,
                                    node_describe(n->aug.target));
    const char *help = arena_printf(s->arena, "write `%s = %s %s %s`", name,
                                    name, op, value);
    return not_available(s, n->span, what, help);
}

static bool check_for(Session *s, const Node *n)
{
    const Node *t = n->for_.target;
    bool pair = t->kind == ND_TUPLE && t->list.n == 2 &&
        t->list.p[0]->kind == ND_NAME && is_names(t->list.p[1]);
    if (t->kind != ND_NAME && t->kind != ND_ERROR && !is_names(t) && !pair)
        return not_available(s, t->span, "this loop target",
                             "write `for i in ...` or `for i, (a, b) in ...`");
    if (n->for_.other.n)
        return not_available(s, n->for_.other.p[0]->span, "`else` of a loop",
                             "put the statements behind the loop");
    return check_expr(s, n->for_.iter, IN_CODE);
}

static bool check_while(Session *s, const Node *n)
{
    if (n->while_.other.n)
        return not_available(s, n->while_.other.p[0]->span, "`else` of a loop",
                             "put the statements behind the loop");
    return check_expr(s, n->while_.cond, IN_CODE);
}

static bool check_with(Session *s, const Node *n)
{
    if (n->with.as && n->with.as->kind != ND_NAME &&
        n->with.as->kind != ND_ERROR)
        return not_available(s, n->with.as->span, "this target of `as`",
                             "write `as name`");
    return check_expr(s, n->with.ctx, IN_CODE);
}

bool front_check_kernel_stmt(Session *s, const Node *n)
{
    switch (n->kind) {
    case ND_ASSIGN: return check_assign(s, n);
    case ND_ANNASSIGN: return check_annassign(s, n);
    case ND_AUGASSIGN: return check_augassign(s, n);
    case ND_EXPR:
    case ND_RETURN: return check_expr(s, n->e, IN_CODE);
    case ND_ASSERT:
        return check_expr(s, n->assert_.cond, IN_CODE) &&
            check_expr(s, n->assert_.msg, IN_MESSAGE);
    case ND_IF: return check_expr(s, n->if_.cond, IN_CODE);
    case ND_FOR: return check_for(s, n);
    case ND_WHILE: return check_while(s, n);
    case ND_WITH: return check_with(s, n);
    case ND_UNSUPPORTED: return check_unsupported(s, n);
    default: break;
    }
    const char *help = rewrite(stmt_rewrites, LEN(stmt_rewrites), n->kind);
    if (!help) return true; /* pass, break, continue, errors */
    return not_available(s, n->span, node_describe(n), help);
}

/* ---- the whole function ---- */

bool front_check_kernel_signature(Session *s, const Node *def)
{
    for (int i = 0; i < def->def.params.n; i++) {
        const Node *p = def->def.params.p[i];
        if (p->kind != ND_PARAM) continue;
        if (p->param.kind == PARAM_PLAIN && !p->param.def) continue;
        Diag *d;
        if (p->param.kind == PARAM_PLAIN)
            d = diag_new(s, E0105, p->span,
                         "the kernel parameter `%s` has a "
                         "default value",
                         p->param.name->s);
        else
            d = diag_new(s, E0105, p->span,
                         "kernels take no `%s` in their parameters",
                         source(s, p));
        diag_help(s, d, "%s",
                  p->param.kind == PARAM_PLAIN ? "pass the value at the call"
                                               : "list the parameters by name");
        return false;
    }
    return true;
}

static const Node *last_of(const NodeVec *body)
{
    return body->n ? body->p[body->n - 1] : NULL;
}

/* Does the block end in `return`, on every path? */
static bool returns(const NodeVec *body)
{
    const Node *n = last_of(body);
    if (!n || n->kind == ND_ERROR) return n != NULL;
    if (n->kind == ND_RETURN) return true;
    return n->kind == ND_IF && returns(&n->if_.then) && returns(&n->if_.other);
}

static bool misplaced(Session *s, const Node *n, const char *where)
{
    Diag *d = diag_new(s, E0106, n->span, "`return` %s", where);
    diag_help(s, d, "%s", diag_help_text(E0106));
    return false;
}

static bool check_returns(Session *s, const NodeVec *body, bool tail,
                          const char *where);

/* where: why a `return` below does not stand at the end; NULL while it may. */
static bool check_return(Session *s, const Node *n, bool tail,
                         const char *where)
{
    static const char in_loop[] = "inside a loop";
    switch (n->kind) {
    case ND_RETURN: return tail || misplaced(s, n, where);
    case ND_IF: {
        bool both = tail && returns(&n->if_.then) && returns(&n->if_.other);
        if (tail && !both) where = "in one arm of an `if` only";
        bool a = check_returns(s, &n->if_.then, both, where);
        return check_returns(s, &n->if_.other, both, where) && a;
    }
    case ND_FOR: return check_returns(s, &n->for_.body, false, in_loop);
    case ND_WHILE: return check_returns(s, &n->while_.body, false, in_loop);
    case ND_WITH:
        return check_returns(s, &n->with.body, false, "inside a `with` block");
    default: return true; /* other blocks are E0107 themselves */
    }
}

static bool check_returns(Session *s, const NodeVec *body, bool tail,
                          const char *where)
{
    bool fine = true;
    for (int i = 0; i < body->n; i++) {
        bool last = i + 1 == body->n;
        const char *why = tail && !last ? "before the end of the kernel"
                                        : where;
        if (!check_return(s, body->p[i], tail && last, why)) fine = false;
    }
    return fine;
}

bool front_check_kernel_returns(Session *s, const Node *def)
{
    return check_returns(s, &def->def.body, true, NULL);
}
