/* Transfers of values to what a loop carries and to results of branches and
 * scopes.  They happen "at once": a move waits until no other one still reads
 * what it overwrites; cycles go through a temporary. */
#include "back/emit.h"

typedef struct Transfer {
    IrValue *dst, *src;
    Ex from;
    Mat mat;
    bool done;
} Transfer;

static bool same_storage(Em *e, IrValue *a, IrValue *b)
{
    if (is_tile(a) != is_tile(b)) return false;
    if (is_tile(a))
        return e->plan->where[a->id].slot == e->plan->where[b->id].slot;
    return !b->is_const && e->var_of[a->id] == e->var_of[b->id];
}

bool em_is_at_home(Em *e, IrValue *dst, IrValue *src)
{
    if (!same_storage(e, dst, src)) return false;
    if (!is_tile(dst)) return true;
    for (IrValue *v = src; e->plan->where[v->id].base;
         v = e->plan->where[v->id].base)
        if (v->def->op == IR_SLICE) return false;
    return true;
}

static void do_transfer(Em *e, const Transfer *t)
{
    if (is_tile(t->dst))
        mat_copy(e, mat_of(e, t->dst), t->mat, t->mat.valid);
    else
        put_assign(e, e->var_of[t->dst->id], "%e", t->from);
}

/* keeps what others still read in t's destination; a tile: all of its buffer,
 * so that views of it move along */
static Ex save_destination(Em *e, const IrOp *at, const Transfer *t)
{
    Ex dst = em_value(e, t->dst);
    if (!is_tile(t->dst)) {
        int v = var_new(e, "previous", e->vars.p[e->var_of[t->dst->id]].type,
                        true);
        put_decl(e, v, true, "%e", dst);
        return ex_var(e, v);
    }
    Ex saved = temp_pointer(e, at, TEMP_SWAP, t->dst->type->dtype, "previous"),
       bytes = ex_int(e, ir_bytes(t->dst->type));
    put_line(e, "qw_copy(1, %e, %e, %e, %e, 1, %e);", saved, bytes, dst, bytes,
             bytes);
    return saved;
}

static void redirect_readers(Em *e, Transfer *all, int n, const Transfer *t,
                             Ex saved)
{
    for (int i = 0; i < n; i++) {
        Transfer *o = &all[i];
        if (o->done || !o->src || !same_storage(e, t->dst, o->src)) continue;
        if (!is_tile(o->src))
            o->from = saved;
        else if (em_is_at_home(e, t->dst, o->src))
            o->mat.ptr = saved;
        else
            o->mat.ptr = ex_add(e, saved,
                                ex_fmt(e, PREC_ATOM, "(%e - %e)", o->mat.ptr,
                                       em_value(e, t->dst)));
        o->src = NULL; /* reads no carried storage any more */
    }
}

static bool is_blocked(Em *e, const Transfer *all, int n, const Transfer *t)
{
    for (int i = 0; i < n; i++) {
        const Transfer *o = &all[i];
        if (o->done || !o->src) continue;
        if (o == t && !is_tile(t->dst)) continue;
        if (same_storage(e, t->dst, o->src))
            return true; /* o == t: a shifted view of itself */
    }
    return false;
}

static void run_transfers(Em *e, const IrOp *at, Transfer *all, int n)
{
    for (int left = n; left > 0;) {
        Transfer *ready = NULL, *stuck = NULL;
        for (int i = 0; i < n && !ready; i++) {
            if (all[i].done) continue;
            if (!stuck) stuck = &all[i];
            if (!is_blocked(e, all, n, &all[i])) ready = &all[i];
        }
        if (!ready) {
            redirect_readers(e, all, n, stuck, save_destination(e, at, stuck));
            ready = stuck;
        }
        do_transfer(e, ready);
        ready->done = true;
        left--;
    }
}

/* tiles first: their extents may be scalars that move as well */
void emit_moves(Em *e, const IrOp *at, int n, IrValue *const *dst,
                IrValue *const *src)
{
    Transfer *all = NEW_ARRAY(e->a, Transfer, n + 1);
    int scalars = 0, count;
    for (int k = 0; k < n; k++)
        if (!is_tile(dst[k]) && !em_is_at_home(e, dst[k], src[k])) scalars++;
    for (int tiles = 1; tiles >= 0; tiles--) {
        count = 0;
        for (int k = 0; k < n; k++) {
            if (is_tile(dst[k]) != (bool)tiles ||
                em_is_at_home(e, dst[k], src[k]))
                continue;
            if (!tiles && scalars > 1 && !src[k]->is_const)
                var_pin(e, e->var_of[src[k]->id]);
            Transfer t = {.dst = dst[k],
                          .src = src[k],
                          .from = tiles ? (Ex){0} : em_value(e, src[k])};
            if (tiles) t.mat = mat_of(e, src[k]);
            all[count++] = t;
        }
        run_transfers(e, at, all, count);
    }
}
