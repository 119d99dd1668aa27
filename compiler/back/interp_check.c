/* What --check records while the reference engine runs: which iterations of
 * parallel loops touch the same memory (E0913), which elements of fresh buffers
 * are read before they are written (W0903), and what of an output is never
 * written (W0602).
 *
 * Races.  The iterations that are under way form a tree of strands: a strand is
 * one iteration of a parallel loop, its parent the iteration around.  Two
 * accesses are unordered if and only if their strands are in different
 * iterations of one run of a loop.  Every buffer keeps, for each op that
 * touches it, the last access of that op to each element; an access is held
 * against the accesses of all other ops there.  An older access gives way to a
 * newer one only when the two are ordered: then whatever is unordered with the
 * older one later is unordered with the newer one, too (Feng and Leiserson,
 * "Efficient Detection of Determinacy Races in Cilk Programs", SPAA 1997). */
#include "back/interp.h"
#include <stdlib.h>
#include <string.h>

typedef struct Strand {
    int parent, depth, run;
    const IrOp *loop;
    int64_t iv;
} Strand;
typedef struct Access {
    const IrOp *op, *scope;
    int strand;
} Access;

/* the last access of one op to each element */
typedef struct Shadow {
    const IrOp *op;
    AccessKind kind;
    uint32_t *id; /* index of an Access; 0: none */
    struct Shadow *next;
} Shadow;

typedef struct Watch {
    const IrValue *made; /* parameter or result of an alloc */
    int rank;
    int64_t extent[IR_MAX_RANK];
    int home;              /* strand that made it */
    bool shared;           /* iterations can meet here */
    unsigned char *filled; /* an element each: written; NULL: not of interest */
    Shadow *shadow;
} Watch;

typedef struct Conflict {
    Watch watch;       /* a copy: the buffer may go */
    const IrOp *op[2]; /* the earlier access and the one that met it */
    AccessKind kind[2];
    Access first, second;
    int64_t lo[IR_MAX_RANK], hi[IR_MAX_RANK]; /* of the first meeting */
    int64_t count;                            /* further ones */
} Conflict;

typedef struct Checker {
    VEC(Strand) strands;  /* [0]: outside of all parallel loops */
    VEC(Access) accesses; /* [0]: none */
    VEC(Conflict) conflicts;
    uint32_t *last; /* by op id: its last access */
    int strand, runs;
} Checker;

void checker_start(In *in)
{
    const InterpChecks *c = &in->checks;
    if (!c->races && !c->uninit && !c->unwritten) return;
    Checker *k = in->checker = NEW(in->s->arena, Checker);
    vec_push(in->s->arena, &k->strands, (Strand){.parent = -1});
    vec_push(in->s->arena, &k->accesses, (Access){0});
    k->last = NEW_ARRAY(in->s->arena, uint32_t, in->f->next_op + 1);
}

/* ---- buffers ------------------------------------------------------------- */

void checker_watch(In *in, IBuf *b, const IrValue *made, bool fresh,
                   const int64_t *extent)
{
    const Checker *k = in->checker;
    if (!k) return;
    Watch *w = b->watch = interp_alloc(1, sizeof *w);
    *w = (Watch){.made = made,
                 .rank = made->type->rank,
                 .home = k->strand,
                 .shared = in->checks.races};
    memcpy(w->extent, extent, sizeof *extent * (size_t)w->rank);
    for (int i = 0; i < in->f->nparams; i++)
        if (in->f->params[i].value == made && !in->f->params[i].written)
            w->shared = false;
    if (fresh && (in->checks.uninit || in->checks.unwritten))
        w->filled = interp_alloc(b->n, 1);
}

void checker_forget(IBuf *b)
{
    Watch *w = b->watch;
    if (!w) return;
    for (Shadow *s = w->shadow, *next; s; s = next) {
        next = s->next;
        free(s->id);
        free(s);
    }
    free(w->filled);
    free(w);
    b->watch = NULL;
}

/* element number -> indices of the buffer */
static void unravel(const Watch *w, int64_t at, int64_t *idx)
{
    for (int k = w->rank; k-- > 0;) {
        idx[k] = w->extent[k] ? at % w->extent[k] : 0;
        at = w->extent[k] ? at / w->extent[k] : 0;
    }
}

static const char *box_text(In *in, const Watch *w, const int64_t *lo,
                            const int64_t *hi)
{
    Text t = {.a = in->s->arena};
    text_printf(&t, "%s[", w->made->name ? w->made->name->s : "a tensor");
    for (int k = 0; k < w->rank; k++) {
        text_printf(&t, "%s%lld", k ? ", " : "", (long long)lo[k]);
        if (hi[k] != lo[k] + 1) text_printf(&t, ":%lld", (long long)hi[k]);
    }
    text_putc(&t, ']');
    return text_str(&t);
}

/* ---- strands ------------------------------------------------------------- */

/* one with carried values runs its iterations in order (13.3) */
static bool is_parallel(const IrOp *loop)
{
    return (loop->at.loop == LOOP_PARALLEL || loop->at.loop == LOOP_SPMD) &&
        loop->nresults == 0;
}

int checker_enter(In *in, const IrOp *loop)
{
    Checker *k = in->checker;
    if (!k) return 0;
    if (is_parallel(loop)) k->runs++;
    return k->strand;
}

void checker_iteration(In *in, const IrOp *loop, int64_t iv)
{
    Checker *k = in->checker;
    if (!k || !is_parallel(loop)) return;
    const Strand *s = &k->strands.p[k->strand];
    const bool next = s->loop == loop; /* the iteration before */
    const int parent = next ? s->parent : k->strand;
    const Strand mine = {.parent = parent,
                         .depth = k->strands.p[parent].depth + 1,
                         .run = next ? s->run : k->runs,
                         .loop = loop,
                         .iv = iv};
    k->strand = k->strands.n;
    vec_push(in->s->arena, &k->strands, mine);
}

void checker_leave(In *in, int mark)
{
    if (in->checker) in->checker->strand = mark;
}

static bool unordered(const Checker *k, int a, int b)
{
    const Strand *s = k->strands.p;
    while (s[a].depth > s[b].depth) a = s[a].parent;
    while (s[b].depth > s[a].depth) b = s[b].parent;
    if (a == b) return false;
    for (; s[a].parent != s[b].parent; b = s[b].parent) a = s[a].parent;
    return s[a].run == s[b].run;
}

/* ---- conflicts ----------------------------------------------------------- */

static bool conflicting(AccessKind a, AccessKind b)
{
    return a != b ? true : a == ACCESS_WRITE;
}

static Conflict *conflict_of(In *in, const Watch *w, const Shadow *s,
                             uint32_t met, AccessKind kind, const Access *mine)
{
    Checker *k = in->checker;
    for (int i = 0; i < k->conflicts.n; i++) {
        Conflict *c = &k->conflicts.p[i];
        if (c->op[0] == s->op && c->op[1] == mine->op &&
            c->kind[0] == s->kind && c->kind[1] == kind)
            return c;
    }
    const Conflict c = {.watch = *w,
                        .op = {s->op, mine->op},
                        .kind = {s->kind, kind},
                        .first = k->accesses.p[met],
                        .second = *mine};
    vec_push(in->s->arena, &k->conflicts, c);
    return &vec_last(&k->conflicts);
}

static void note_meeting(Conflict *c, const Watch *w, uint32_t first,
                         const Access *mine, const Checker *k, int64_t at)
{
    int64_t idx[IR_MAX_RANK];
    const bool same = c->first.strand == k->accesses.p[first].strand &&
        c->second.strand == mine->strand;
    c->count++;
    if (!same || c->watch.made != w->made) return;
    unravel(w, at, idx);
    for (int d = 0; d < w->rank; d++) {
        if (!c->hi[d] || idx[d] < c->lo[d]) c->lo[d] = idx[d];
        if (idx[d] >= c->hi[d]) c->hi[d] = idx[d] + 1;
    }
}

typedef struct Row {
    int64_t at, stride, n;
} Row;

/* a row of the running access against the last accesses of another op */
static void hold_against(In *in, const Watch *w, const Shadow *s,
                         AccessKind kind, const Access *mine, Row r)
{
    const Checker *k = in->checker;
    uint32_t seen = 0;
    bool bad = false;
    for (int64_t j = 0, at = r.at; j < r.n; j++, at += r.stride) {
        const uint32_t id = s->id[at];
        if (!id) continue;
        if (id != seen)
            bad = unordered(k, k->accesses.p[id].strand, mine->strand);
        seen = id;
        if (bad)
            note_meeting(conflict_of(in, w, s, id, kind, mine), w, id, mine, k,
                         at);
    }
}

static void remember(const Checker *k, Shadow *s, uint32_t id, Row r)
{
    uint32_t seen = 0;
    bool keep = false;
    for (int64_t j = 0, at = r.at; j < r.n; j++, at += r.stride) {
        if (s->id[at] && s->id[at] != seen) {
            seen = s->id[at];
            keep = unordered(k, k->accesses.p[seen].strand,
                             k->accesses.p[id].strand);
        }
        if (!s->id[at] || !keep) s->id[at] = id;
    }
}

static Shadow *shadow_of(IBuf *b, const IrOp *op, AccessKind kind)
{
    Watch *w = b->watch;
    for (Shadow *s = w->shadow; s; s = s->next)
        if (s->op == op && s->kind == kind) return s;
    Shadow *s = interp_alloc(1, sizeof *s);
    *s = (Shadow){.op = op,
                  .kind = kind,
                  .id = interp_alloc(b->n, sizeof *s->id),
                  .next = w->shadow};
    return w->shadow = s;
}

static uint32_t access_id(In *in)
{
    Checker *k = in->checker;
    uint32_t *last = &k->last[in->running->id];
    if (*last && k->accesses.p[*last].strand == k->strand) return *last;
    *last = (uint32_t)k->accesses.n;
    vec_push(in->s->arena, &k->accesses,
             ((Access){in->running, in->scope, k->strand}));
    return *last;
}

/* ---- never written ------------------------------------------------------- */

static void note_unfilled(In *in, const Watch *w, int64_t at, int64_t count)
{
    int64_t idx[IR_MAX_RANK], end[IR_MAX_RANK];
    const int before = in->notices.n;
    interp_notice(in, W0903, in->running, count);
    if (in->notices.n == before) return;
    unravel(w, at, idx);
    for (int k = 0; k < w->rank; k++) end[k] = idx[k] + 1;
    INotice *n = &vec_last(&in->notices);
    n->what = w->made->name ? w->made->name->s : "a tensor";
    n->created = w->made->def != NULL;
    n->first = arena_printf(in->s->arena,
                            "%lld element%s, the first is `%s` %s",
                            (long long)count, count == 1 ? "" : "s",
                            box_text(in, w, idx, end), interp_where(in));
}

/* ---- an access ----------------------------------------------------------- */

typedef struct Run {
    In *in;
    IBuf *b;
    AccessKind kind;
    bool race;
    Access mine;
    uint32_t id;
    Shadow *own;
    int64_t unfilled, first;
} Run;

static void access_row(Run *u, Row r)
{
    const Watch *w = u->b->watch;
    for (int64_t j = 0, at = r.at; w->filled && j < r.n; j++, at += r.stride) {
        if (u->kind != ACCESS_READ)
            w->filled[at] = 1;
        else if (!w->filled[at] && !u->unfilled++)
            u->first = at;
    }
    if (!u->race) return;
    for (const Shadow *s = w->shadow; s; s = s->next)
        if (conflicting(s->kind, u->kind))
            hold_against(u->in, w, s, u->kind, &u->mine, r);
    remember(u->in->checker, u->own, u->id, r);
}

void checker_access(In *in, IBuf *b, AccessKind kind, const MemBox *x)
{
    const Checker *k = in->checker;
    const Watch *w = b->watch;
    if (!k || !w) return;
    Run u = {.in = in,
             .b = b,
             .kind = kind,
             .race = w->shared && k->strand != w->home};
    if (!u.race && !w->filled) return;
    if (u.race) {
        u.id = access_id(in);
        u.mine = k->accesses.p[u.id];
        u.own = shadow_of(b, in->running, kind);
    }
    int64_t idx[IR_MAX_RANK] = {0};
    const int last = x->rank - 1;
    for (int k0 = 0; k0 < x->rank; k0++)
        if (x->extent[k0] <= 0) return;
    int d;
    do {
        int64_t at = x->at;
        for (d = 0; d < last; d++) at += idx[d] * x->stride[d];
        access_row(&u, (Row){at, x->stride[last], x->extent[last]});
        for (d = last - 1; d >= 0 && ++idx[d] == x->extent[d]; d--) idx[d] = 0;
    } while (d >= 0);
    if (u.unfilled && in->checks.uninit)
        note_unfilled(in, w, u.first, u.unfilled);
}

/* ---- what of an output is written ---------------------------------------- */

void checker_stored_all(IBuf *b)
{
    if (b->watch && b->watch->filled) memset(b->watch->filled, 1, (size_t)b->n);
}

int64_t checker_stored(const IBuf *b)
{
    if (!b->watch || !b->watch->filled) return -1;
    int64_t n = 0;
    for (int64_t i = 0; i < b->n; i++) n += b->watch->filled[i];
    return n;
}

static bool box_unfilled(const Watch *w, const int64_t *lo, const int64_t *hi,
                         int k, int64_t at)
{
    if (k == w->rank) return !w->filled[at];
    for (int64_t i = lo[k]; i < hi[k]; i++)
        if (!box_unfilled(w, lo, hi, k + 1, at * w->extent[k] + i))
            return false;
    return true;
}

/* the first element that is not written, grown to a box, last axis first */
static void grow(const Watch *w, int64_t *lo, int64_t *hi)
{
    for (int k = w->rank - 1; k >= 0; k--)
        for (; hi[k] < w->extent[k]; hi[k]++) {
            int64_t first[IR_MAX_RANK], end[IR_MAX_RANK];
            memcpy(first, lo, sizeof first);
            memcpy(end, hi, sizeof end);
            first[k] = hi[k];
            end[k] = hi[k] + 1;
            if (!box_unfilled(w, first, end, 0, 0)) break;
        }
}

void checker_unwritten(In *in, const IrParam *p, const IBuf *b)
{
    const Watch *w = b->watch;
    const int64_t stored = checker_stored(b);
    if (stored < 0 || stored == b->n || p->gap) return;
    int64_t at = 0, lo[IR_MAX_RANK] = {0}, hi[IR_MAX_RANK] = {0};
    while (w->filled[at]) at++;
    unravel(w, at, lo);
    for (int k = 0; k < w->rank; k++) hi[k] = lo[k] + 1;
    grow(w, lo, hi);
    const char *when = in->dry ? "is never stored"
                               : "was not stored in this run";
    Diag *d = stored
        ? diag_new(in->s, W0602, p->span,
                   "the output `%s` is written only in part: `%s` %s",
                   p->name->s, box_text(in, w, lo, hi), when)
        : diag_new(in->s, W0602, p->span, "nothing %s into the output `%s`%s",
                   in->dry ? "is ever stored" : "was stored", p->name->s,
                   in->dry ? "" : " in this run");
    if (stored)
        diag_note(in->s, d, (Span){0, 0}, "%lld of %lld elements %s stored",
                  (long long)stored, (long long)b->n,
                  in->dry ? "can be" : "were");
    for (int i = 0; in->dry && i < in->f->nsyms; i++)
        diag_note(in->s, d, (Span){0, 0}, "with %s = %lld",
                  in->f->syms[i].name->s,
                  (long long)interp_int(in, in->f->syms[i].value));
    for (int i = 0; in->dry && i < in->f->nparams; i++) {
        const IrValue *v = in->f->params[i].value;
        if (v->type->kind == TY_SCALAR && qw_dtype_is_int(v->type->dtype) &&
            in->slot[v->id].e == 0)
            diag_note(in->s, d, (Span){0, 0}, "with %s = %lld",
                      in->f->params[i].name->s, (long long)interp_int(in, v));
    }
    diag_help(in->s, d, "%s",
              stored ? diag_help_text(W0602)
                     : "store into it, or declare it `pl.InOut[...]`");
}

/* ---- reporting races ----------------------------------------------------- */

static const char *doing(AccessKind k)
{
    return k == ACCESS_READ ? "read"
        : k == ACCESS_WRITE ? "stored"
                            : "added to";
}

/* "in task `x`, with i = 3" of an access */
static const char *strand_text(In *in, const Access *a)
{
    const Checker *k = in->checker;
    Text t = {.a = in->s->arena};
    const char *list[16];
    int n = 0;
    for (int s = a->strand; s > 0 && n < 16; s = k->strands.p[s].parent) {
        const Strand *x = &k->strands.p[s];
        list[n++] = arena_printf(in->s->arena, "%s = %lld",
                                 x->loop->at.name ? x->loop->at.name->s
                                                  : "the block index",
                                 (long long)x->iv);
    }
    if (a->scope && a->scope->at.name)
        text_printf(&t, "in task `%s`, ", a->scope->at.name->s);
    text_puts(&t, "with ");
    for (int i = n; i-- > 0;) text_printf(&t, "%s%s", list[i], i ? ", " : "");
    return text_str(&t);
}

static bool reported_before(const Checker *k, int i)
{
    const Conflict *c = &k->conflicts.p[i];
    for (int j = 0; j < i; j++) {
        const Conflict *d = &k->conflicts.p[j];
        const bool straight = c->op[0]->span.lo == d->op[0]->span.lo &&
            c->op[1]->span.lo == d->op[1]->span.lo;
        const bool crossed = c->op[0]->span.lo == d->op[1]->span.lo &&
            c->op[1]->span.lo == d->op[0]->span.lo;
        if (straight || crossed) return true;
    }
    return false;
}

/* the loop whose iterations met */
static const IrOp *loop_between(const Checker *k, int a, int b)
{
    const Strand *s = k->strands.p;
    while (s[a].depth > s[b].depth) a = s[a].parent;
    while (s[b].depth > s[a].depth) b = s[b].parent;
    for (; s[a].parent != s[b].parent; b = s[b].parent) a = s[a].parent;
    return s[a].loop;
}

static int64_t box_size(const Conflict *c)
{
    int64_t n = 1;
    for (int k = 0; k < c->watch.rank; k++) n *= c->hi[k] - c->lo[k];
    return n;
}

static void report_conflict(In *in, const Conflict *c)
{
    const int store = c->kind[0] == ACCESS_READ ? 1 : 0;
    const IrOp *one = c->op[store], *other = c->op[!store];
    const bool both = c->kind[0] != ACCESS_READ && c->kind[1] != ACCESS_READ;
    Diag *d = diag_new(in->s, E0913, one->span,
                       "iterations of a parallel loop %s the same memory: `%s`",
                       both ? "store into" : "store and read",
                       box_text(in, &c->watch, c->lo, c->hi));
    diag_at(in->s, d, other == one ? "stored here by both" : "%s here",
            doing(c->kind[store]));
    if (other != one)
        diag_label(in->s, d, other->span, "%s here by another iteration",
                   doing(c->kind[!store]));
    diag_label(in->s, d,
               loop_between(in->checker, c->first.strand, c->second.strand)
                   ->span,
               "the parallel loop");
    diag_note(in->s, d, (Span){0, 0}, "%s %s", doing(c->kind[0]),
              strand_text(in, &c->first));
    diag_note(in->s, d, (Span){0, 0}, "%s %s", doing(c->kind[1]),
              strand_text(in, &c->second));
    if (c->count > box_size(c))
        diag_note(
            in->s, d, (Span){0, 0},
            "this is the first place; iterations met at %lld elements in all",
            (long long)c->count);
    for (const InlineFrame *f = one->inl; f; f = f->outer)
        diag_note(in->s, d, f->call, "inlined from this call of `%s`",
                  f->callee ? f->callee->s : "");
    diag_help(in->s, d,
              both ? "use `pl.range`, or `atomic=` for sums"
                   : "use `pl.range`, or two tensors");
}

void checker_report(In *in)
{
    const Checker *k = in->checker;
    for (int i = 0; k && i < k->conflicts.n; i++)
        if (!reported_before(k, i)) report_conflict(in, &k->conflicts.p[i]);
}
