/* Marks allocations of which nobody reads an element before it is stored: they
 * need not be filled with zeros.
 *
 *   %s: &f32[64, 16] = alloc [64, 16]
 *   for range %i = 0, %n, 1 {  ...  store %s, %x [%at, 0]  }
 *   for range %j = 0, %n, 1 {  %y: f32[8, 16] = load %s [%at2, 0] ...  }
 * ->
 *   %s: &f32[64, 16] = alloc [64, 16] unfilled
 *
 * A load is covered by a store that ran before it: its loops match those of the
 * store, each iteration of it an iteration of the store, and with the variables
 * put equal the window of the store contains that of the load. */
#include "pass/passes.h"

enum { MAX_LOOPS = 6 };

typedef struct Nest { /* what stands around an access, up to a common region */
    IrOp *top;        /* the outermost op, maybe the access itself */
    IrOp *loop[MAX_LOOPS];
    int n;
    bool sure; /* the access runs in each iteration */
} Nest;

typedef struct Match { /* variables of the store's loops and the load's */
    const IrValue *stored[MAX_LOOPS], *loaded[MAX_LOOPS];
    int n;
} Match;

typedef struct Unfilled {
    IrFunc *f;
    PassCtx *c;
    Uses *uses;
    Writers *order;
    bool changed;
} Unfilled;

/* false: a WHILE, or too deep */
static bool nest_of(IrOp *op, const IrRegion *outer, Nest *n)
{
    *n = (Nest){.top = op, .sure = true};
    for (; n->top->parent != outer; n->top = ir_parent_op(n->top)) {
        IrOp *around = ir_parent_op(n->top);
        if (around->op == IR_WHILE) return false;
        if (around->op == IR_IF) n->sure = false;
        if (around->op != IR_FOR) continue;
        if (n->n == MAX_LOOPS) return false;
        if (ir_find_exit(around->region[0], EXIT_LOOP)) n->sure = false;
        n->loop[n->n++] = around;
    }
    for (int i = 0, k = n->n - 1; i < k; i++, k--) { /* outermost first */
        IrOp *t = n->loop[i];
        n->loop[i] = n->loop[k];
        n->loop[k] = t;
    }
    return true;
}

static const IrRegion *common_region(const IrOp *a, const IrOp *b)
{
    for (const IrOp *o = a; o; o = ir_parent_op(o)) {
        const IrOp *p = b;
        while (p && p->parent != o->parent) p = ir_parent_op(p);
        if (p) return o->parent;
    }
    return NULL;
}

/* ---- equal under a match ------------------------------------------------- */

static bool is_unwritten(const IrFunc *f, const IrValue *t)
{
    for (int i = 0; i < f->nparams; i++)
        if (f->params[i].value == t) return !f->params[i].written;
    return false;
}

static bool same(Unfilled *x, const Match *m, IrValue *stored, IrValue *loaded);

static bool same_op(Unfilled *x, const Match *m, const IrOp *a, const IrOp *b)
{
    const bool reads = a->op == IR_READ && is_unwritten(x->f, a->args[0]) &&
        a->args[0] == b->args[0];
    if (a->op != b->op || a->nargs != b->nargs || a->at.pred != b->at.pred ||
        (ir_op_info[a->op].cls != CLS_SCALAR && !reads))
        return false;
    for (int i = reads; i < a->nargs; i++)
        if (!same(x, m, a->args[i], b->args[i])) return false;
    return a->results[0]->type == b->results[0]->type;
}

static bool same(Unfilled *x, const Match *m, IrValue *stored, IrValue *loaded)
{
    for (int i = 0; i < m->n; i++)
        if (m->stored[i] == stored) return m->loaded[i] == loaded;
    if (stored == loaded) return true;
    return stored->def && loaded->def &&
        same_op(x, m, stored->def, loaded->def);
}

/* ---- windows ------------------------------------------------------------- */

static bool within(Unfilled *x, const Match *m, const IrOp *store,
                   const IrOp *load)
{
    IrValue *s = store->args[1], *l = load->results[0];
    for (int k = 0; k < l->type->rank; k++) {
        int64_t so, lo, ahead = 0;
        IrValue *a = store->args[2 + k], *b = load->args[1 + k];
        const IrRange have = ir_range(x->f, ir_valid(x->f, s, k)),
                      want = ir_range(x->f, ir_valid(x->f, l, k));
        if (ir_is_const_int(a, &so) && ir_is_const_int(b, &lo))
            ahead = lo - so;
        else if (!same(x, m, a, b))
            return false;
        if (ahead < 0 || ahead > have.lo || want.hi > have.lo - ahead)
            return false;
    }
    return true;
}

/* each iteration of loop b is one of loop a */
static bool runs_within(Unfilled *x, const Match *m, const IrOp *a,
                        const IrOp *b)
{
    int64_t step, other, from, to;
    if (!ir_is_const_int(a->args[2], &step) ||
        !ir_is_const_int(b->args[2], &other) || step != other || step <= 0)
        return false;
    const bool start = same(x, m, a->args[0], b->args[0]) ||
        (ir_is_const_int(a->args[0], &from) &&
         ir_is_const_int(b->args[0], &to) && from <= to &&
         (to - from) % step == 0);
    const bool stop = same(x, m, a->args[1], b->args[1]) ||
        (ir_is_const_int(a->args[1], &from) &&
         ir_is_const_int(b->args[1], &to) && from >= to);
    return start && stop;
}

/* matches loop i of the store and the following with
 * loops of the load, from j on */
static bool match(Unfilled *x, Match *m, const Nest *s, const Nest *l, int i,
                  int j, const IrOp *store, const IrOp *load)
{
    if (i == s->n) return within(x, m, store, load);
    for (; j < l->n; j++) {
        if (!runs_within(x, m, s->loop[i], l->loop[j])) continue;
        m->stored[i] = s->loop[i]->region[0]->args[0];
        m->loaded[i] = l->loop[j]->region[0]->args[0];
        m->n = i + 1;
        if (match(x, m, s, l, i + 1, j + 1, store, load)) return true;
        m->n = i;
    }
    return false;
}

static bool covers(Unfilled *x, IrOp *store, IrOp *load)
{
    Nest s, l;
    Match m = {.n = 0};
    const IrRegion *r = common_region(store, load);
    if (!r || !nest_of(store, r, &s) || !nest_of(load, r, &l) || !s.sure)
        return false;
    return s.top != l.top &&
        x->order->pos[s.top->id] < x->order->pos[l.top->id] &&
        match(x, &m, &s, &l, 0, 0, store, load);
}

/* ---- allocations --------------------------------------------------------- */

static bool is_covered(Unfilled *x, const IrValue *t, IrOp *load)
{
    for (int i = 0; i < uses_count(x->uses, t); i++) {
        IrOp *store = uses_op(x->uses, t, i);
        if (store->op == IR_STORE && covers(x, store, load)) return true;
    }
    return false;
}

static void visit(void *user, IrOp *alloc)
{
    Unfilled *x = user;
    if (alloc->op != IR_ALLOC || alloc->at.given) return;
    IrValue *t = alloc->results[0];
    const int n = uses_count(x->uses, t);
    for (int i = 0; i < n; i++)
        if (!is_plain_access(uses_op(x->uses, t, i), t)) return;
    for (int i = 0; i < n; i++) {
        IrOp *load = uses_op(x->uses, t, i);
        if (load->op != IR_LOAD || is_covered(x, t, load)) continue;
        fusion_note(x->c, "no zero fill", alloc, load->span, false, 0,
                    "this may read what was never stored");
        return;
    }
    fusion_note(x->c, "no zero fill", alloc, alloc->span, true,
                ir_bytes(t->type), "all that is read was stored before");
    alloc->at.unfilled = x->changed = true;
}

bool pass_unfilled(IrFunc *f, PassCtx *c)
{
    Unfilled x = {f, c, uses_find(f), writers_find(f), false};
    ir_walk(f->body, visit, &x);
    return x.changed;
}
