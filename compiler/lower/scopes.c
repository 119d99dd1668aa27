/* Core scopes: `with pl.at(...)` and its kin.  What a scope assigns and what is
 * read later leaves it as its results. */
#include "lower/lower_int.h"
#include <string.h>

static Str scope_name(Lower *L, const Node *stmt)
{
    return str_printf(L->s, "%s_%d", L->fn->kernel->def->def.name->s,
                      fn_block(L->fn->info, stmt)->scope_index);
}

void lower_scope(Lower *L, const ScopeSpec *spec, BodyFn *body, void *cx)
{
    if (L->core) {
        Diag *d = lw_error(L, E0602, spec->span,
                           "a core scope inside a core scope");
        diag_label(L->s, d, L->core->span, "the outer scope begins here");
        diag_help(L->s, d,
                  "leave this `with` out, or end the outer scope before it");
        L->failed = false;
        body(L, cx); /* go on checking */
        return;
    }
    IrRegion *at = L->at;
    const Sv *before = L->fn->vals;
    CoreScope core = {.span = spec->span,
                      .chunked = spec->chunked,
                      .body_of = spec->node,
                      .block = spec->block,
                      .fn = L->fn};
    Join j = {.at = spec->span, .live = {true, false}, .scope = true};
    j.op = emit(L, IR_SCOPE, spec->span, 0, NULL);
    j.op->at.name = spec->name;
    j.op->at.chunked = spec->chunked;
    L->at = j.op->region[0] = ir_region(L->f, j.op);
    L->core = &core;
    L->fn->vals = arena_dup(L->a, before,
                            sizeof *before * (size_t)(L->fn->info->n + 1));
    body(L, cx);
    L->core = NULL;
    L->at = at;
    L->dead = false;
    L->failed = false;
    join_names(L, &j, before, L->fn->vals, NULL, spec->live);
    join_finish(L, &j);
}

/* ---- arguments ----------------------------------------------------------- */

static bool is_keyword(const char *s)
{
    static const char *const words[] = {
        "and",      "as",     "assert", "async",    "await", "break",  "class",
        "continue", "def",    "del",    "elif",     "else",  "except", "False",
        "finally",  "for",    "from",   "global",   "if",    "import", "in",
        "is",       "lambda", "None",   "nonlocal", "not",   "or",     "pass",
        "raise",    "return", "True",   "try",      "while", "with",   "yield",
    };
    for (size_t i = 0; i < LEN(words); i++)
        if (!strcmp(words[i], s)) return true;
    return false;
}

static bool is_identifier(const char *s)
{
    if (is_keyword(s) || !*s || (*s >= '0' && *s <= '9')) return false;
    for (; *s; s++)
        if (!(*s == '_' || (*s >= '0' && *s <= '9') ||
              (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z')))
            return false;
    return true;
}

static Str hint(Lower *L, const OpCall *c, int i, const Node *stmt,
                bool *failed)
{
    const char *s;
    if (!c->node[i]) return scope_name(L, stmt);
    if (c->arg[i].kind == K_ERROR) {
        *failed = true;
        return scope_name(L, stmt);
    }
    const bool text = const_string(c->arg[i], &s);
    if (text && is_identifier(s)) return str(L->s, s);
    Diag *d = lw_error(L, E0606, c->node[i]->span,
                       "`name_hint` must be an identifier in quotes");
    if (text && is_keyword(s))
        diag_help(L->s, d, "`%s` is a keyword: `name_hint=\"%s_1\"`", s, s);
    else
        diag_help(L->s, d, "`name_hint=\"rms_norm\"`");
    return scope_name(L, stmt);
}

static void deprecated(Lower *L, Span sp, const char *old, const char *now)
{
    Diag *d = lw_warn(L, N0601, sp, "`%s` is deprecated", old);
    diag_help(L->s, d, "`%s`", now);
}

/* no effect, but a slip in it is one all the same */
static void split_args(Lower *L, const Node *call)
{
    OpCall c = {0};
    if (!bind_args(L, "mode slot_num=", call, E0502, 0, &c)) return;
    if (!const_enum(c.arg[0], "SplitMode")) {
        Diag *d = lw_error(L, E0706, c.node[0]->span, "`%s` is no way to split",
                           lw_source(L, c.node[0]->span));
        diag_help(
            L->s, d,
            "`pl.SplitMode.UP_DOWN`, `pl.SplitMode.LEFT_RIGHT` or `pl.SplitMode.NONE`");
    }
}

static void one_optimization(Lower *L, const Node *n, int which, Span seen[2],
                             bool *chunked)
{
    const char *path = n->kind == ND_CALL ? pl_call_path(L, n) : pl_path(L, n);
    const bool chunk = path && n->kind != ND_CALL &&
        !strcmp(path, "auto_chunk");
    const bool split = path && n->kind == ND_CALL && !strcmp(path, "split");
    if (!chunk && !split) {
        Diag *d = lw_error(L, E0706, n->span, "`%s` is no optimization",
                           lw_source(L, n->span));
        diag_help(L->s, d,
                  "`pl.auto_chunk` or `pl.split(pl.SplitMode.UP_DOWN)`");
        return;
    }
    if (chunk && which == SCOPE_SPMD) {
        Diag *d = lw_error(L, E0705, n->span, "`pl.auto_chunk` in `pl.spmd`");
        diag_help(
            L->s, d,
            "the blocks of `pl.spmd` are the tasks; use `pl.at` with a chunked `pl.parallel` loop instead");
        return;
    }
    if (seen[split].hi) {
        Diag *d = lw_error(L, E0706, n->span, "`%s` is given twice",
                           split ? "pl.split" : "pl.auto_chunk");
        diag_label(L->s, d, seen[split], "first here");
        return;
    }
    seen[split] = n->span;
    if (split) split_args(L, n);
    if (chunk) *chunked = true;
}

static void old_optimization(Lower *L, const Node *n, int which, bool *chunked)
{
    const char *path = n->kind == ND_CALL ? pl_call_path(L, n) : pl_path(L, n);
    if (!path || strcmp(path, "chunked_loop_optimizer")) {
        lw_error(L, E0706, n->span, "`%s` is no optimization",
                 lw_source(L, n->span));
        return;
    }
    if (which == SCOPE_SPMD) {
        lw_error(L, E0705, n->span, "`pl.chunked_loop_optimizer` in `pl.spmd`");
        return;
    }
    deprecated(L, n->span, "optimization=pl.chunked_loop_optimizer",
               "optimizations=[pl.auto_chunk]");
    *chunked = true;
}

void scope_args(Lower *L, const OpCall *c, const Node *stmt, int which,
                int first, ScopeArgs *out)
{
    const Node *list = c->node[first + 2], *old = c->node[first + 3];
    Span seen[2] = {{0, 0}, {0, 0}};
    *out = (ScopeArgs){0};
    out->name = hint(L, c, first, stmt, &out->failed);
    if (list && old) {
        Diag *d = lw_error(L, E0706, old->span,
                           "`optimization` and `optimizations` together");
        diag_label(L->s, d, list->span, "also given here");
        return;
    }
    if (old) old_optimization(L, old, which, &out->chunked);
    if (!list) return;
    if (list->kind != ND_LIST && list->kind != ND_TUPLE) {
        lw_error(
            L, E0706, list->span,
            "`optimizations` is a list written in place, such as `[pl.auto_chunk]`");
        return;
    }
    for (int i = 0; i < list->list.n; i++)
        one_optimization(L, list->list.p[i], which, seen, &out->chunked);
}

/* ---- with ---------------------------------------------------------------- */

static void with_body(Lower *L, void *user)
{
    const Node *n = user;
    lower_block(L, &n->with.body, false);
}

static void bind_as(Lower *L, const Node *n)
{
    const Node *as = n->with.as;
    if (!as) return;
    const Sv task = {.kind = K_TASK, .span = as->span};
    /* another target is reported by front/ */
    assign_target(L, as, as->kind == ND_NAME ? task : sv_error(), as->span);
}

static void open_core(Lower *L, const Node *n, Str name, bool chunked)
{
    ScopeSpec spec = {.span = n->with.ctx->span,
                      .name = name,
                      .chunked = chunked,
                      .node = n,
                      .live = fn_block(L->fn->info, n)->live_after};
    lower_scope(L, &spec, with_body, (void *)n);
    bind_as(L, n);
}

static void with_at(Lower *L, const Node *n)
{
    const Node *call = n->with.ctx;
    OpCall c = {0};
    ScopeArgs args = {.name = scope_name(L, n)};
    const bool bound = bind_args(
        L,
        "level= name_hint= role= optimizations= optimization= deps! no_dep_args! "
        "allow_early_resolve! sync_start! auto_scope! attrs!",
        call, E0502, 1u << 2 | 1u << 3 | 1u << 4, &c);
    const char *level = bound && c.node[0] ? const_enum(c.arg[0], "Level")
                                           : NULL;
    if (bound && !c.node[0]) {
        Diag *d = lw_error(L, E0310, call->span, "`pl.at` needs a level");
        diag_help(L->s, d, "`level=pl.Level.CORE_GROUP`");
    } else if (bound && (!level || strcmp(level, "CORE_GROUP"))) {
        lw_error(L, E1202, c.node[0]->span,
                 "`%s`: only `pl.Level.CORE_GROUP` is supported",
                 lw_source(L, c.node[0]->span));
    }
    if (c.node[2])
        lw_error(
            L, E1202, c.node[2]->span,
            "`role=` belongs to distributed programs, which are not supported");
    scope_args(L, &c, n, SCOPE_AT, 1, &args);
    open_core(L, n, args.name, args.chunked);
}

static void with_old(Lower *L, const Node *n, bool chunked)
{
    deprecated(
        L, n->with.ctx->span, chunked ? "pl.auto_incore" : "pl.incore",
        chunked
            ? "pl.at(level=pl.Level.CORE_GROUP, optimizations=[pl.auto_chunk])"
            : "pl.at(level=pl.Level.CORE_GROUP)");
    open_core(L, n, scope_name(L, n), chunked);
}

void lower_with(Lower *L, const Node *n, bool tail)
{
    static const char *const transparent[] = {"scope", "manual_scope",
                                              "cluster"};
    const Node *call = n->with.ctx;
    const char *path = call->kind == ND_CALL ? pl_call_path(L, call) : NULL;
    (void)tail;
    if (path && !strcmp(path, "at")) {
        with_at(L, n);
        return;
    }
    if (path && !strcmp(path, "spmd")) {
        lower_with_spmd(L, n);
        bind_as(L, n);
        return;
    }
    if (path && (!strcmp(path, "incore") || !strcmp(path, "auto_incore"))) {
        with_old(L, n, !strcmp(path, "auto_incore"));
        return;
    }
    bool known = false;
    for (size_t i = 0; path && i < LEN(transparent); i++)
        known |= !strcmp(path, transparent[i]);
    if (!known) {
        Diag *d = lw_error(L,
                           path && !op_is_form(path) && !op_find(path) ? E0501
                                                                       : E0107,
                           call->span, "`with` opens a scope of pl, found `%s`",
                           lw_source(L, call->span));
        diag_help(L->s, d,
                  "`with pl.at(level=pl.Level.CORE_GROUP, name_hint=\"...\"):`");
    }
    bind_as(L, n);
    lower_block(L, &n->with.body, false);
}
