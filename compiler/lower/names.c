/* Facts about the names of one function, from its AST alone: its locals, which
 * of them every block assigns, and which may be read after it (liveness).
 * Liveness decides what loops carry and what scopes and branches hand out; it
 * counts reads in arms that constants prune later, which is safe: too much is
 * live, never too little. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- children ------------------------------------------------------------ */

typedef void EachFn(void *, const Node *);

static void each_in(const NodeVec *v, EachFn *fn, void *cx)
{
    for (int i = 0; i < v->n; i++) fn(cx, v->p[i]);
}

static void maybe(const Node *n, EachFn *fn, void *cx)
{
    if (n) fn(cx, n);
}

static void each_comp(const Node *n, EachFn *fn, void *cx)
{
    for (int i = 0; i < n->comp.fors.n; i++) {
        const Node *c = n->comp.fors.p[i];
        maybe(c->compfor.iter, fn, cx);
        each_in(&c->compfor.ifs, fn, cx);
    }
    maybe(n->comp.elt, fn, cx);
    maybe(n->comp.value, fn, cx);
}

static void each_expr(const Node *n, EachFn *fn, void *cx)
{
    switch (n->kind) {
    case ND_UNARY:
    case ND_BINARY:
        maybe(n->op.a, fn, cx);
        maybe(n->op.b, fn, cx);
        break;
    case ND_COMPARE:
        fn(cx, n->cmp.first);
        each_in(&n->cmp.rest, fn, cx);
        break;
    case ND_AND:
    case ND_OR:
        fn(cx, n->pair.a);
        fn(cx, n->pair.b);
        break;
    case ND_COND:
        fn(cx, n->cond.cond);
        fn(cx, n->cond.then);
        fn(cx, n->cond.other);
        break;
    case ND_CALL:
        fn(cx, n->call.fn);
        each_in(&n->call.args, fn, cx);
        break;
    case ND_ATTR: fn(cx, n->attr.of); break;
    case ND_INDEX:
        fn(cx, n->index.of);
        each_in(&n->index.index, fn, cx);
        break;
    case ND_SLICE:
        maybe(n->slice.lo, fn, cx);
        maybe(n->slice.hi, fn, cx);
        maybe(n->slice.step, fn, cx);
        break;
    case ND_STAR:
    case ND_DSTAR: maybe(n->e, fn, cx); break;
    case ND_KEYWORD: maybe(n->kw.value, fn, cx); break;
    case ND_TUPLE:
    case ND_LIST:
    case ND_SET:
    case ND_FSTR: each_in(&n->list, fn, cx); break;
    case ND_DICT: each_in(&n->items, fn, cx); break;
    case ND_ITEM:
        maybe(n->item.key, fn, cx);
        maybe(n->item.value, fn, cx);
        break;
    case ND_FPART:
        maybe(n->fpart.e, fn, cx);
        maybe(n->fpart.spec, fn, cx);
        break;
    case ND_LISTCOMP:
    case ND_DICTCOMP:
    case ND_GENEXP: each_comp(n, fn, cx); break;
    case ND_LAMBDA: maybe(n->lambda.body, fn, cx); break;
    default: break;
    }
}

static void each_stmt(const Node *n, EachFn *fn, void *cx)
{
    switch (n->kind) {
    case ND_ASSIGN:
        maybe(n->assign.value, fn, cx);
        each_in(&n->assign.targets, fn, cx);
        break;
    case ND_ANNASSIGN:
        maybe(n->ann.value, fn, cx);
        maybe(n->ann.target, fn, cx);
        break;
    case ND_AUGASSIGN:
        maybe(n->aug.target, fn, cx);
        maybe(n->aug.value, fn, cx);
        break;
    case ND_EXPR:
    case ND_RETURN: maybe(n->e, fn, cx); break;
    case ND_ASSERT:
        maybe(n->assert_.cond, fn, cx);
        maybe(n->assert_.msg, fn, cx);
        break;
    case ND_IF:
        fn(cx, n->if_.cond);
        each_in(&n->if_.then, fn, cx);
        each_in(&n->if_.other, fn, cx);
        break;
    case ND_FOR:
        fn(cx, n->for_.iter);
        fn(cx, n->for_.target);
        each_in(&n->for_.body, fn, cx);
        each_in(&n->for_.other, fn, cx);
        break;
    case ND_WHILE:
        fn(cx, n->while_.cond);
        each_in(&n->while_.body, fn, cx);
        each_in(&n->while_.other, fn, cx);
        break;
    case ND_WITH:
        fn(cx, n->with.ctx);
        maybe(n->with.as, fn, cx);
        each_in(&n->with.body, fn, cx);
        break;
    default: break;
    }
}

void node_each(const Node *n, EachFn *fn, void *cx)
{
    if (n->kind >= ND_ASSIGN)
        each_stmt(n, fn, cx);
    else
        each_expr(n, fn, cx);
}

/* ---- slots --------------------------------------------------------------- */

static uint32_t hash_ptr(const void *p)
{
    const uint64_t x = (uint64_t)(uintptr_t)p * 0x9e3779b97f4a7c15ULL;
    return (uint32_t)(x >> 32);
}

int fn_slot(const FnInfo *fi, Str name)
{
    if (!fi->cap) return -1;
    for (uint32_t k = hash_ptr(name) & (uint32_t)(fi->cap - 1);;
         k = (k + 1) & (uint32_t)(fi->cap - 1)) {
        if (!fi->hash[k]) return -1;
        if (fi->name[fi->hash[k] - 1] == name) return fi->hash[k] - 1;
    }
}

const BlockFacts *fn_block(const FnInfo *fi, const Node *stmt)
{
    for (uint32_t k = hash_ptr(stmt) & (uint32_t)(fi->block_cap - 1);;
         k = (k + 1) & (uint32_t)(fi->block_cap - 1))
        if (fi->block_hash[k]->node == stmt) return fi->block_hash[k];
}

typedef struct Slots {
    Arena *a;
    FnInfo *fi;
    VEC(Str) names;
    VEC(Span) spans;
    VEC(bool) loop_var;
} Slots;

static void rehash(Slots *s)
{
    FnInfo *fi = s->fi;
    fi->cap = fi->cap ? fi->cap * 2 : 64;
    fi->hash = NEW_ARRAY(s->a, int32_t, fi->cap);
    for (int i = 0; i < s->names.n; i++) {
        uint32_t k = hash_ptr(s->names.p[i]) & (uint32_t)(fi->cap - 1);
        while (fi->hash[k]) k = (k + 1) & (uint32_t)(fi->cap - 1);
        fi->hash[k] = i + 1;
    }
}

static void add_slot(Slots *s, Str name, Span span, bool loop_var)
{
    s->fi->name = s->names.p;
    if (fn_slot(s->fi, name) >= 0) return;
    vec_push(s->a, &s->names, name);
    vec_push(s->a, &s->spans, span);
    vec_push(s->a, &s->loop_var, loop_var);
    s->fi->name = s->names.p;
    if (s->names.n * 2 > s->fi->cap) {
        rehash(s);
        return;
    }
    uint32_t k = hash_ptr(name) & (uint32_t)(s->fi->cap - 1);
    while (s->fi->hash[k]) k = (k + 1) & (uint32_t)(s->fi->cap - 1);
    s->fi->hash[k] = s->names.n;
}

static void add_target(Slots *s, const Node *t, bool loop_var)
{
    if (t->kind == ND_NAME) add_slot(s, t->name, t->span, loop_var);
    if (t->kind == ND_TUPLE || t->kind == ND_LIST)
        for (int i = 0; i < t->list.n; i++)
            add_target(s, t->list.p[i], loop_var);
}

static void collect(void *cx, const Node *n)
{
    Slots *s = cx;
    if (n->kind < ND_ASSIGN) return;
    if (n->kind == ND_ASSIGN)
        for (int i = 0; i < n->assign.targets.n; i++)
            add_target(s, n->assign.targets.p[i], false);
    if (n->kind == ND_ANNASSIGN) add_target(s, n->ann.target, false);
    if (n->kind == ND_AUGASSIGN) add_target(s, n->aug.target, false);
    if (n->kind == ND_FOR) add_target(s, n->for_.target, true);
    if (n->kind == ND_WITH && n->with.as) add_target(s, n->with.as, true);
    node_each(n, collect, s);
}

/* ---- liveness ------------------------------------------------------------ */

typedef struct Live {
    Arena *a;
    FnInfo *fi;
    Bits now; /* live before the statement being looked at */
    Bits on_break, on_continue;
    BlockFacts *loop;
} Live;

static Bits bits_new(const Live *l)
{
    return NEW_ARRAY(l->a, uint64_t, l->fi->words);
}

static Bits bits_copy(const Live *l, const uint64_t *b)
{
    return arena_dup(l->a, b, sizeof *b * (size_t)l->fi->words);
}

static bool bits_or(const Live *l, Bits to, const uint64_t *b)
{
    bool changed = false;
    for (int i = 0; i < l->fi->words; i++) {
        changed |= (b[i] & ~to[i]) != 0;
        to[i] |= b[i];
    }
    return changed;
}

static void bit_set(Bits b, int i)
{
    b[i >> 6] |= (uint64_t)1 << (i & 63);
}

static void bit_clear(Bits b, int i)
{
    b[i >> 6] &= ~((uint64_t)1 << (i & 63));
}

static void reads(void *cx, const Node *n)
{
    Live *l = cx;
    if (n->kind == ND_NAME) {
        const int slot = fn_slot(l->fi, n->name);
        if (slot < 0) return;
        bit_set(l->now, slot);
        l->fi->is_read[slot] = true;
        return;
    }
    if (n->kind < ND_ASSIGN) node_each(n, reads, l);
}

static void defines(Live *l, const Node *t)
{
    if (t->kind == ND_NAME) {
        bit_clear(l->now, fn_slot(l->fi, t->name));
    } else if (t->kind == ND_TUPLE || t->kind == ND_LIST) {
        for (int i = 0; i < t->list.n; i++) defines(l, t->list.p[i]);
    } else {
        reads(l, t); /* x[i] = e reads x */
    }
}

static void note_assigned(const Live *l, Bits to, const Node *t)
{
    if (t->kind == ND_INDEX) t = t->index.of;
    if (t->kind == ND_NAME && fn_slot(l->fi, t->name) >= 0)
        bit_set(to, fn_slot(l->fi, t->name));
    if (t->kind == ND_TUPLE || t->kind == ND_LIST)
        for (int i = 0; i < t->list.n; i++) note_assigned(l, to, t->list.p[i]);
}

const Node *fn_updated(const Node *e)
{
    if (!e || e->kind != ND_CALL || e->call.fn->kind != ND_ATTR) return NULL;
    const char *op = e->call.fn->attr.name->s;
    const bool write = !strcmp(op, "write");
    if (!write && strcmp(op, "assemble")) return NULL;
    for (int i = 0; i < e->call.args.n; i++) {
        const Node *a = e->call.args.p[i];
        if (a->kind == ND_KEYWORD) {
            if (strcmp(a->kw.name->s, write ? "x" : "dst")) continue;
            a = a->kw.value;
        } else if (i) {
            return NULL;
        }
        return a->kind == ND_NAME ? a : NULL;
    }
    return NULL;
}

typedef struct Assigned {
    const Live *l;
    Bits to;
} Assigned;

static void assigned_in(void *cx, const Node *n)
{
    Assigned *as = cx;
    if (n->kind < ND_ASSIGN) return;
    if (n->kind == ND_ASSIGN)
        for (int i = 0; i < n->assign.targets.n; i++)
            note_assigned(as->l, as->to, n->assign.targets.p[i]);
    if (n->kind == ND_ANNASSIGN) note_assigned(as->l, as->to, n->ann.target);
    if (n->kind == ND_AUGASSIGN) note_assigned(as->l, as->to, n->aug.target);
    if (n->kind == ND_FOR) note_assigned(as->l, as->to, n->for_.target);
    if (n->kind == ND_WITH && n->with.as)
        note_assigned(as->l, as->to, n->with.as);
    if (n->kind == ND_EXPR && fn_updated(n->e))
        note_assigned(as->l, as->to, fn_updated(n->e));
    node_each(n, assigned_in, as);
}

static BlockFacts *block_facts(Live *l, const Node *n)
{
    for (int i = 0; i < l->fi->blocks.n; i++)
        if (l->fi->blocks.p[i]->node == n) return l->fi->blocks.p[i];
    BlockFacts *b = NEW(l->a, BlockFacts);
    b->node = n;
    Assigned as = {l, b->assigned = bits_new(l)};
    assigned_in(&as, n);
    vec_push(l->a, &l->fi->blocks, b);
    return b;
}

static void live_block(Live *l, const NodeVec *body);

static void live_if(Live *l, const Node *n)
{
    Bits after = bits_copy(l, l->now);
    live_block(l, &n->if_.then);
    Bits then = l->now;
    l->now = after;
    live_block(l, &n->if_.other);
    bits_or(l, l->now, then);
    reads(l, n->if_.cond);
}

/* one pass over a loop body with `head` live where the next iteration starts */
static Bits live_body(Live *l, BlockFacts *b, const NodeVec *body, Bits head,
                      Bits after)
{
    Live inner = *l;
    inner.now = bits_copy(l, head);
    inner.on_break = after;
    inner.on_continue = head;
    inner.loop = b;
    live_block(&inner, body);
    return inner.now;
}

static void live_loop(Live *l, const Node *n, BlockFacts *b)
{
    const bool is_for = n->kind == ND_FOR, is_while = n->kind == ND_WHILE;
    const NodeVec *body = is_for ? &n->for_.body
        : is_while               ? &n->while_.body
                                 : &n->with.body;
    Bits after = b->live_after, head = bits_copy(l, after);
    for (;;) {
        Bits start = live_body(l, b, body, head, after);
        b->live_head = bits_copy(l, start);
        l->now = start;
        if (is_for) defines(l, n->for_.target);
        if (is_while) {
            reads(l, n->while_.cond);
            b->live_head = bits_copy(l, l->now);
        }
        if (!bits_or(l, head, l->now)) break;
    }
    l->now = head;
    if (is_for) reads(l, n->for_.iter);
}

static bool is_spmd(const Node *call)
{
    return call->kind == ND_CALL && call->call.fn->kind == ND_ATTR &&
        !strcmp(call->call.fn->attr.name->s, "spmd");
}

static void live_stmt(Live *l, const Node *n)
{
    BlockFacts *b = NULL;
    if (n->kind == ND_IF || n->kind == ND_FOR || n->kind == ND_WHILE ||
        n->kind == ND_WITH) {
        b = block_facts(l, n);
        b->live_after = bits_copy(l, l->now);
    }
    switch (n->kind) {
    case ND_IF: live_if(l, n); break;
    case ND_FOR:
    case ND_WHILE: live_loop(l, n, b); break;
    case ND_WITH:
        if (is_spmd(n->with.ctx))
            live_loop(l, n, b); /* its body runs once a block */
        else
            live_block(l, &n->with.body);
        if (n->with.as) defines(l, n->with.as);
        reads(l, n->with.ctx);
        break;
    case ND_BREAK:
    case ND_CONTINUE:
        if (l->loop) l->loop->exits = true;
        if (l->on_break)
            l->now = bits_copy(l,
                               n->kind == ND_BREAK ? l->on_break
                                                   : l->on_continue);
        break;
    case ND_RETURN:
        l->now = bits_new(l);
        if (n->e) reads(l, n->e);
        break;
    case ND_ASSIGN:
        for (int i = 0; i < n->assign.targets.n; i++)
            defines(l, n->assign.targets.p[i]);
        reads(l, n->assign.value);
        break;
    case ND_ANNASSIGN:
        if (!n->ann.value) break;
        defines(l, n->ann.target);
        reads(l, n->ann.value);
        break;
    default: node_each(n, reads, l); break;
    }
}

static void live_block(Live *l, const NodeVec *body)
{
    for (int i = body->n - 1; i >= 0; i--) live_stmt(l, body->p[i]);
}

/* ---- unnamed scopes ------------------------------------------------------ */

static bool has_hint(const Node *call)
{
    if (call->kind != ND_CALL) return true;
    for (int i = 0; i < call->call.args.n; i++) {
        const Node *a = call->call.args.p[i];
        if (a->kind == ND_KEYWORD && !strcmp(a->kw.name->s, "name_hint"))
            return true;
    }
    return false;
}

/* is the call one that opens a core scope, judged by its last name? */
static bool opens_scope(const Node *call)
{
    if (call->kind != ND_CALL || call->call.fn->kind != ND_ATTR) return false;
    const char *s = call->call.fn->attr.name->s;
    return !strcmp(s, "at") || !strcmp(s, "spmd") || !strcmp(s, "incore") ||
        !strcmp(s, "auto_incore");
}

static void number_scopes(void *cx, const Node *n)
{
    FnInfo *fi = cx;
    if (n->kind < ND_ASSIGN) return;
    const Node *call = n->kind == ND_WITH ? n->with.ctx
        : n->kind == ND_FOR               ? n->for_.iter
                                          : NULL;
    if (call && opens_scope(call) && !has_hint(call)) {
        for (int i = 0; i < fi->blocks.n; i++)
            if (fi->blocks.p[i]->node == n)
                fi->blocks.p[i]->scope_index = fi->nscopes;
        fi->nscopes++;
    }
    node_each(n, number_scopes, fi);
}

static void hash_blocks(Arena *a, FnInfo *fi)
{
    fi->block_cap = 16;
    while (fi->block_cap < fi->blocks.n * 2) fi->block_cap *= 2;
    fi->block_hash = NEW_ARRAY(a, BlockFacts *, fi->block_cap);
    for (int i = 0; i < fi->blocks.n; i++) {
        uint32_t k = hash_ptr(fi->blocks.p[i]->node) &
            (uint32_t)(fi->block_cap - 1);
        while (fi->block_hash[k]) k = (k + 1) & (uint32_t)(fi->block_cap - 1);
        fi->block_hash[k] = fi->blocks.p[i];
    }
}

const FnInfo *fn_info(Arena *a, const Node *def)
{
    FnInfo *fi = NEW(a, FnInfo);
    Slots s = {.a = a, .fi = fi};
    fi->def = def;
    for (int i = 0; i < def->def.params.n; i++)
        add_slot(&s, def->def.params.p[i]->param.name,
                 def->def.params.p[i]->span, false);
    const int nparams = s.names.n;
    for (int i = 0; i < def->def.body.n; i++) collect(&s, def->def.body.p[i]);
    fi->n = s.names.n;
    fi->name = s.names.p;
    fi->span = s.spans.p;
    fi->is_loop_var = s.loop_var.p;
    fi->words = fi->n / 64 + 1;
    fi->is_param = NEW_ARRAY(a, bool, fi->n + 1);
    fi->is_read = NEW_ARRAY(a, bool, fi->n + 1);
    for (int i = 0; i < nparams; i++) fi->is_param[i] = true;
    Live l = {.a = a, .fi = fi};
    l.now = bits_new(&l);
    live_block(&l, &def->def.body);
    for (int i = 0; i < def->def.body.n; i++)
        number_scopes(fi, def->def.body.p[i]);
    hash_blocks(a, fi);
    return fi;
}

/* ---- first read of a name ------------------------------------------------ */

typedef struct Find {
    Str name;
    Span at;
} Find;

static void find_read(void *cx, const Node *n)
{
    Find *f = cx;
    if (f->at.hi) return;
    if (n->kind == ND_ASSIGN) {
        find_read(f, n->assign.value);
        for (int i = 0; i < n->assign.targets.n; i++)
            if (n->assign.targets.p[i]->kind == ND_INDEX)
                find_read(f, n->assign.targets.p[i]);
        return;
    }
    if (n->kind == ND_ANNASSIGN) {
        if (n->ann.value) find_read(f, n->ann.value);
        return;
    }
    if (n->kind == ND_FOR) {
        find_read(f, n->for_.iter);
        for (int i = 0; i < n->for_.body.n; i++)
            find_read(f, n->for_.body.p[i]);
        return;
    }
    if (n->kind == ND_NAME && n->name == f->name)
        f->at = n->span;
    else
        node_each(n, find_read, f);
}

Span first_read(const NodeVec *body, Str name)
{
    Find f = {name, {0, 0}};
    for (int i = 0; i < body->n; i++) find_read(&f, body->p[i]);
    return f.at;
}
