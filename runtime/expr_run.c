/* Compiles an expression of elements to a list of steps and runs the steps over
 * blocks.  A node met twice in one tree becomes one step. */
#include "tensor_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "par.h"
#include "rng.h"

enum {
    GRAIN = 64 * QW_BLOCK,
    CHUNK = 256 /* elements converted at a time for double kernels */
};

/* ---- compiling ---- */

typedef struct Step {
    QwExpr *e;
    int arg[3]; /* steps */
    int slot;   /* of scratch; constants and others alike */
    int last;   /* step that reads it last */
} Step;

struct QwProg {
    QwTcx *cx;
    QwExpr *root;
    int nsteps, nslots;
    Step step[]; /* operands before their users; the last is the root */
};

static int add_step(QwProg *p, QwExpr *e)
{
    for (int i = 0; i < p->nsteps; i++)
        if (p->step[i].e == e) return i;
    int arg[3] = {-1, -1, -1};
    for (int i = 0; i < 3 && e->arg[i]; i++) arg[i] = add_step(p, e->arg[i]);
    Step *s = &p->step[p->nsteps];
    *s = (Step){.e = e, .slot = -1, .last = p->nsteps};
    memcpy(s->arg, arg, sizeof arg);
    return p->nsteps++;
}

/* Slots are reused after the last reader; an operand's slot is never its
 * reader's.  Constants are filled once and keep theirs. */
static void assign_slots(QwProg *p)
{
    bool used[3 * QWX_MAX_NODES + 4] = {false};
    for (int i = 0; i < p->nsteps; i++)
        for (int a = 0; a < 3; a++)
            if (p->step[i].arg[a] >= 0) p->step[p->step[i].arg[a]].last = i;
    for (int i = 0; i < p->nsteps; i++)
        if (p->step[i].e->kind == EX_CONST) {
            p->step[i].slot = p->nslots;
            used[p->nslots++] = true;
        }
    for (int i = 0; i < p->nsteps; i++) {
        Step *s = &p->step[i];
        if (s->e->kind != EX_CONST) {
            int slot = 0;
            while (used[slot]) slot++;
            used[slot] = true;
            s->slot = slot;
            if (slot >= p->nslots) p->nslots = slot + 1;
        }
        for (int a = 0; a < 3; a++)
            if (s->arg[a] >= 0 && p->step[s->arg[a]].last == i &&
                p->step[s->arg[a]].e->kind != EX_CONST)
                used[p->step[s->arg[a]].slot] = false;
    }
}

QwProg *qwp_new(QwTcx *cx, QwExpr *e)
{
    QwProg *p = calloc(1, sizeof *p + sizeof(Step) * (size_t)e->nnodes);
    if (!p) {
        qwt_fail(cx, QWT_ERR_MEMORY, "no memory for an expression");
        return NULL;
    }
    p->cx = cx;
    p->root = qwx_ref(e);
    add_step(p, e);
    assign_slots(p);
    return p;
}

void qwp_free(QwProg *p)
{
    if (!p) return;
    qwx_unref(p->root);
    free(p);
}

/* ---- running ---- */

/* Scratch: one block a slot, one raw block, one block for a caller. */
static size_t slot_bytes(int64_t n)
{
    return (size_t)(((n < QW_BLOCK ? n : QW_BLOCK) + 7) & ~(int64_t)7) * 8;
}

typedef struct Scratch {
    int64_t block; /* elements; the slots follow, 64-aligned */
} Scratch;
enum { SCRATCH_HEAD = 64 };

static char *slot_at(void *scratch, int slot)
{
    return (char *)scratch + SCRATCH_HEAD +
        (size_t)slot * slot_bytes(((Scratch *)scratch)->block);
}

static void fill_const(const QwExpr *e, int n, void *out)
{
    const QwRep rep = qw_rep(e->dtype);
    if (rep == REP_I) {
        for (int i = 0; i < n; i++) ((int64_t *)out)[i] = e->i[0];
    } else if (rep == REP_D) {
        for (int i = 0; i < n; i++) ((double *)out)[i] = e->d[0];
    } else {
        float x;
        qw_narrow_block(e->dtype, 1, &e->d[0], &x);
        for (int i = 0; i < n; i++) ((float *)out)[i] = x;
    }
    if (rep == REP_I) qw_round_block(e->dtype, n, out);
}

void *qwp_scratch(const QwProg *p, int64_t n)
{
    const int64_t block = n < 1 ? 1 : n < QW_BLOCK ? n : QW_BLOCK;
    Scratch *s = aligned_alloc(64,
                               SCRATCH_HEAD +
                                   slot_bytes(block) * (size_t)(p->nslots + 2));
    if (!s) return NULL; /* silent: this runs in several threads */
    s->block = block;
    for (int i = 0; i < p->nsteps; i++)
        if (p->step[i].e->kind == EX_CONST)
            fill_const(p->step[i].e, (int)block, slot_at(s, p->step[i].slot));
    return s;
}

static bool raw_is_rep(QwDtype d)
{
    return d == QW_F32 || d == QW_F64 || d == QW_I64 || d == QW_U64;
}

/* the block of a leaf: straight from memory where its form allows */
static const void *run_leaf(const QwExpr *e, int64_t pos, int n, void *raw,
                            void *out)
{
    const int size = qw_dtype_size(e->dtype);
    if (qww_is_linear(&e->walk)) {
        const char *at = e->buf->data +
            (e->walk.offset + (e->walk.rank ? pos : 0)) * size;
        if (raw_is_rep(e->dtype)) return at;
        qw_load_block(e->dtype, n, at, out);
        return out;
    }
    void *to = raw_is_rep(e->dtype) ? out : raw;
    qww_load(&e->walk, e->buf->data, size, pos, n, to);
    if (to == raw) qw_load_block(e->dtype, n, raw, out);
    return out;
}

/* doubles d[0..n) as the dtype of e */
static void put_doubles(const QwExpr *e, int n, const double *d, void *out,
                        int at)
{
    qw_convert_block(QW_F64, e->dtype, n, d,
                     (char *)out + at * qw_rep_size(qw_rep(e->dtype)));
}

static void run_arange(const QwExpr *e, int64_t pos, int n, void *out)
{
    if (e->dtype == QW_I64) {
        for (int i = 0; i < n; i++)
            ((uint64_t *)out)[i] = (uint64_t)e->i[0] +
                (uint64_t)(pos + i) * (uint64_t)e->i[1];
        return;
    }
    for (int i = 0; i < n; i++)
        ((double *)out)[i] = e->d[0] + (double)(pos + i) * e->d[1];
}

static void run_random(const QwExpr *e, int64_t pos, int n, void *out)
{
    const bool normal = e->kind == EX_NORMAL;
    const bool plain = e->d[0] == 0 && e->d[1] == 1;
    void (*draw)(uint64_t, uint64_t, int64_t, int64_t,
                 float *) = normal ? qw_rng_normal : qw_rng_uniform;
    if (plain && qw_rep(e->dtype) == REP_F) {
        draw(e->seed, e->draw, pos, n, out);
        qw_round_block(e->dtype, n, out);
        return;
    }
    const double base = e->d[0], scale = normal ? e->d[1] : e->d[1] - e->d[0];
    for (int done = 0; done < n; done += CHUNK) {
        const int m = n - done < CHUNK ? n - done : CHUNK;
        float f[CHUNK];
        double d[CHUNK];
        draw(e->seed, e->draw, pos + done, m, f);
        for (int i = 0; i < m; i++) d[i] = base + scale * (double)f[i];
        put_doubles(e, m, d, out, done);
    }
}

static void run_randint(const QwExpr *e, int64_t pos, int n, void *out)
{
    const int size = qw_rep_size(qw_rep(e->dtype));
    for (int done = 0; done < n; done += CHUNK) {
        const int m = n - done < CHUNK ? n - done : CHUNK;
        int64_t v[CHUNK];
        qw_rng_int(e->seed, e->draw, pos + done, m, e->i[0], e->i[1], v);
        qw_convert_block(QW_I64, e->dtype, m, v, (char *)out + done * size);
    }
}

/* a kernel on doubles for operands and result in F */
static void run_in_double(const QwExpr *e, int n, const void *const *arg,
                          void *out)
{
    const QwOpInfo *info = &qw_op_info[e->op];
    for (int done = 0; done < n; done += CHUNK) {
        const int m = n - done < CHUNK ? n - done : CHUNK;
        double in[2][CHUNK], r[CHUNK];
        const void *in_arg[3] = {in[0], in[1]};
        for (int a = 0; a < info->nargs; a++)
            qw_convert_block(QW_F32, QW_F64, m, (const float *)arg[a] + done,
                             in[a]);
        info->k[REP_D](m, r, in_arg);
        qw_narrow_block(e->dtype, m, r, (float *)out + done);
    }
}

static void run_op(const QwExpr *e, int n, const void *const *arg, void *out)
{
    const QwOpInfo *info = &qw_op_info[e->op];
    const QwRep rep = qw_rep(e->opdt);
    if (rep == REP_F && !info->k[REP_F]) {
        run_in_double(e, n, arg, out);
        return;
    }
    (e->opdt == QW_U64 && info->u64 ? info->u64 : info->k[rep])(n, out, arg);
    if (info->rule != RULE_CMP && info->rule != RULE_LOGIC)
        qw_round_block(e->dtype, n, out);
}

static const void *run_step(const QwProg *p, int i, void *scratch, int64_t pos,
                            int n, const void *const *value, void *out)
{
    const Step *s = &p->step[i];
    const QwExpr *e = s->e;
    const void *arg[3] = {NULL, NULL, NULL};
    for (int a = 0; a < 3 && s->arg[a] >= 0; a++) arg[a] = value[s->arg[a]];
    switch (e->kind) {
    case EX_LEAF: return run_leaf(e, pos, n, slot_at(scratch, p->nslots), out);
    case EX_CONST: return slot_at(scratch, s->slot);
    case EX_ARANGE: run_arange(e, pos, n, out); break;
    case EX_UNIFORM:
    case EX_NORMAL: run_random(e, pos, n, out); break;
    case EX_RANDINT: run_randint(e, pos, n, out); break;
    case EX_OP: run_op(e, n, arg, out); break;
    case EX_CAST:
        qw_convert_block(e->arg[0]->dtype, e->dtype, n, arg[0], out);
        break;
    }
    return out;
}

/* one block; the root's values go to `out` if they have to be put anywhere */
static const void *run_block(const QwProg *p, void *scratch, int64_t pos, int n,
                             void *out)
{
    const void *value[3 * QWX_MAX_NODES + 4];
    for (int i = 0; i < p->nsteps; i++) {
        void *to = i == p->nsteps - 1 && out
            ? out
            : slot_at(scratch, p->step[i].slot);
        value[i] = run_step(p, i, scratch, pos, n, value, to);
    }
    return value[p->nsteps - 1];
}

void qwp_eval(const QwProg *p, void *scratch, int64_t pos, int64_t n, void *rep)
{
    const size_t size = (size_t)qw_rep_size(qw_rep(p->root->dtype));
    const int64_t block = ((Scratch *)scratch)->block;
    char *out = rep;
    for (int64_t done = 0; done < n; done += block) {
        const int m = (int)(n - done < block ? n - done : block);
        const void *v = run_block(p, scratch, pos + done, m, out);
        if (v != out) memcpy(out, v, (size_t)m * size);
        out += (size_t)m * size;
    }
}

static void qwp_eval_raw(const QwProg *p, void *scratch, int64_t pos, int64_t n,
                         void *raw)
{
    const QwDtype d = p->root->dtype;
    if (raw_is_rep(d)) {
        qwp_eval(p, scratch, pos, n, raw);
        return;
    }
    const int64_t block = ((Scratch *)scratch)->block;
    char *out = raw;
    for (int64_t done = 0; done < n; done += block) {
        const int m = (int)(n - done < block ? n - done : block);
        qw_store_block(d, m, run_block(p, scratch, pos + done, m, NULL), out);
        out += m * qw_dtype_size(d);
    }
}

/* ---- pieces ---- */

typedef struct Pieces {
    const QwProg *prog;
    int64_t n, grain;
    void (*fn)(void *, void *, int64_t, int64_t);
    void *arg;
    _Atomic bool failed;
} Pieces;

static void run_piece(void *arg, int64_t i)
{
    Pieces *p = arg;
    const int64_t lo = i * p->grain,
                  hi = p->n - lo < p->grain ? p->n : lo + p->grain;
    /* a unit of a reduction is a row or more of elements */
    void *scratch = p->prog ? qwp_scratch(p->prog, p->prog->root->numel) : NULL;
    if (p->prog && !scratch)
        p->failed = true;
    else
        p->fn(p->arg, scratch, lo, hi);
    free(scratch);
}

bool qw_pieces(QwTcx *cx, const QwProg *prog, int64_t n, int64_t grain,
               void (*fn)(void *arg, void *scratch, int64_t lo, int64_t hi),
               void *arg)
{
    Pieces p = {.prog = prog, .n = n, .grain = grain, .fn = fn, .arg = arg};
    if (n > 0) qw_par_for((n - 1) / grain + 1, run_piece, &p);
    return !p.failed ||
        qwt_fail(cx, QWT_ERR_MEMORY,
                 "no memory for the blocks of an expression");
}

typedef struct StoreJob {
    const QwProg *prog;
    QwWalk walk;
    char *data;
    int size;
} StoreJob;

static void store_piece(void *arg, void *scratch, int64_t lo, int64_t hi)
{
    const StoreJob *j = arg;
    if (qww_is_linear(&j->walk)) {
        qwp_eval_raw(j->prog, scratch, lo, hi - lo,
                     j->data + (j->walk.offset + lo) * j->size);
        return;
    }
    const int64_t block = ((Scratch *)scratch)->block;
    void *raw = slot_at(scratch, j->prog->nslots + 1);
    for (int64_t at = lo; at < hi; at += block) {
        const int64_t m = hi - at < block ? hi - at : block;
        qwp_eval_raw(j->prog, scratch, at, m, raw);
        qww_store(&j->walk, j->data, j->size, at, m, raw);
    }
}

bool qwx_store(QwTcx *cx, QwExpr *e, QwTensor *dst)
{
    if (!e->numel) return true;
    QwProg *p = qwp_new(cx, e);
    if (!p) return false;
    StoreJob j = {.prog = p,
                  .data = dst->st->buf->data,
                  .size = qw_dtype_size(dst->dtype)};
    qww_init(&j.walk, dst->rank, dst->shape, dst->stride, dst->offset);
    const bool ok = qw_pieces(cx, p, e->numel, GRAIN, store_piece, &j);
    qwp_free(p);
    return ok;
}
