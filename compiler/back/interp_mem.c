/* Tensors and memory of the reference engine: references are a buffer and an
 * element offset; extents and strides are the scalars attached to the value.
 * Every window is checked here (V3, V4), whatever analysis proved; every
 * element passes through load_row and store_row, the place for recorders of
 * what is read and written. */
#include "back/interp.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- buffers ------------------------------------------------------------- */

IBuf *ibuf_keep(IBuf *b)
{
    if (b) b->refs++;
    return b;
}

void ibuf_drop(IBuf *b)
{
    if (!b || --b->refs) return;
    checker_forget(b);
    if (b->live) {
        *b->live -= b->n * qw_dtype_size(b->dt);
        free(b->data);
    }
    free(b->bound);
    free(b);
}

static double *ibuf_bound(IBuf *b)
{
    if (!b->bound) b->bound = interp_alloc(b->n, sizeof(double));
    return b->bound;
}

void ibuf_blur(IBuf *b)
{
    double *e = ibuf_bound(b);
    for (int64_t i = 0; i < b->n; i++) e[i] = (double)INFINITY;
}

/* a tensor as memory sees it */
typedef struct TRef {
    IBuf *buf;
    int rank;
    int64_t off, stride[IR_MAX_RANK];
} TRef;

static TRef ref_of(In *in, const IrValue *v)
{
    const ISlot *s = &in->slot[v->id];
    TRef t = {.buf = s->buf, .off = s->off, .rank = v->type->rank};
    if (s->e > 0) in->unsure = true;
    for (int k = 0; k < t.rank; k++) t.stride[k] = interp_int(in, v->stride[k]);
    return t;
}

/* unsigned: the offset of an empty window is never looked at, but may be any */
static int64_t place_of(const TRef *t, const int64_t *idx)
{
    uint64_t at = (uint64_t)t->off;
    for (int k = 0; k < t->rank; k++)
        at += (uint64_t)idx[k] * (uint64_t)t->stride[k];
    return (int64_t)at;
}

static void set_tensor(In *in, const IrValue *v, IBuf *b, int64_t off, double e)
{
    ISlot *s = &in->slot[v->id];
    ibuf_keep(b);
    ibuf_drop(s->buf);
    s->buf = b;
    s->off = off;
    s->e = e;
}

/* ---- rows ---------------------------------------------------------------- */

/* elements outside of memory: floats or integers, and bounds */
typedef struct Cells {
    double *v;
    int64_t *i;
    double *e;
} Cells;

static double load_float(const IBuf *b, int64_t at)
{
    if (b->dt == QW_F32) {
        uint32_t bits;
        memcpy(&bits, (const char *)b->data + at * 4, sizeof bits);
        return f32_value(bits);
    }
    return qw_elem_f64(b->dt,
                       (const char *)b->data + at * qw_dtype_size(b->dt));
}

static void store_float(IBuf *b, int64_t at, double x)
{
    if (b->dt == QW_F32) {
        const uint32_t bits = f32_bits(x);
        memcpy((char *)b->data + at * 4, &bits, sizeof bits);
    } else {
        qw_elem_set_f64(b->dt, (char *)b->data + at * qw_dtype_size(b->dt), x);
    }
}

static int64_t load_int(const IBuf *b, int64_t at)
{
    return qw_elem_i64(b->dt,
                       (const char *)b->data + at * qw_dtype_size(b->dt));
}

static void store_int(IBuf *b, int64_t at, int64_t x)
{
    qw_elem_set_i64(b->dt, (char *)b->data + at * qw_dtype_size(b->dt), x);
}

static void store_bound(IBuf *b, int64_t at, double e)
{
    if (e != 0 || b->bound) ibuf_bound(b)[at] = e;
}

static double load_bound(const IBuf *b, int64_t at)
{
    return b->bound ? b->bound[at] : 0;
}

static void load_row(const IBuf *b, int64_t at, int64_t stride, int64_t n,
                     Cells c, int64_t pos)
{
    for (int64_t j = 0; j < n; j++, at += stride) {
        if (c.v)
            c.v[pos + j] = load_float(b, at);
        else
            c.i[pos + j] = load_int(b, at);
        if (c.e) c.e[pos + j] = load_bound(b, at);
    }
}

static void store_row(IBuf *b, int64_t at, int64_t stride, int64_t n, Cells c,
                      int64_t pos)
{
    for (int64_t j = 0; j < n; j++, at += stride) {
        if (c.v)
            store_float(b, at, c.v[pos + j]);
        else
            store_int(b, at, c.i[pos + j]);
        store_bound(b, at, c.e ? c.e[pos + j] : 0);
    }
}

static void add_row(IBuf *b, int64_t at, int64_t stride, int64_t n, Cells c,
                    int64_t pos)
{
    for (int64_t j = 0; j < n; j++, at += stride) {
        const double e = (c.e ? c.e[pos + j] : 0) + load_bound(b, at);
        if (c.v) {
            const double raw = load_float(b, at) + c.v[pos + j],
                         r = iround(b->dt, raw);
            store_float(b, at, r);
            store_bound(b, at, ibound(b->dt, raw, r, e, 1));
        } else {
            const int64_t r = iwrap(b->dt,
                                    (int64_t)((uint64_t)load_int(b, at) +
                                              (uint64_t)c.i[pos + j]));
            store_int(b, at, r);
            store_bound(b, at, ibound(b->dt, 0, inum_value(b->dt, r), e, 1));
        }
    }
}

static bool any_empty(int rank, const int64_t *extent)
{
    for (int k = 0; k < rank; k++)
        if (extent[k] <= 0) return true;
    return false;
}

/* next index inside extent, last axis fastest; false at the end */
static bool next_index(int rank, const int64_t *extent, int64_t *idx)
{
    for (int k = rank; k-- > 0;) {
        if (++idx[k] < extent[k]) return true;
        idx[k] = 0;
    }
    return false;
}

/* A window of memory at `off` and cells of the nominal extents `shape`, of
 * which `extent` move; axis[k] is the tensor's axis of the cells' axis k. */
typedef struct Move {
    TRef t;
    Cells c;
    int rank;
    int axis[IR_MAX_RANK];
    int64_t off[IR_MAX_RANK], shape[IR_MAX_RANK], extent[IR_MAX_RANK];
} Move;
typedef enum { MOVE_LOAD, MOVE_STORE, MOVE_ADD } MoveKind;

static void watch_move(In *in, const Move *m, MoveKind kind)
{
    static const AccessKind access[] = {ACCESS_READ, ACCESS_WRITE, ACCESS_ADD};
    int64_t stride[IR_MAX_RANK];
    if (!m->t.buf->watch) return;
    for (int k = 0; k < m->rank; k++) stride[k] = m->t.stride[m->axis[k]];
    checker_access(in, m->t.buf, access[kind],
                   &(MemBox){place_of(&m->t, m->off), m->rank, m->extent,
                             stride});
}

static void move(In *in, const Move *m, MoveKind kind)
{
    if (any_empty(m->rank, m->extent)) return;
    watch_move(in, m, kind);
    const int last = m->rank - 1;
    int64_t idx[IR_MAX_RANK] = {0}, at[IR_MAX_RANK];
    do {
        int64_t pos = 0;
        memcpy(at, m->off, sizeof at);
        for (int k = 0; k < m->rank; k++) {
            pos = pos * m->shape[k] + idx[k];
            at[m->axis[k]] += idx[k];
        }
        const int64_t from = place_of(&m->t, at),
                      stride = m->t.stride[m->axis[last]], n = m->extent[last];
        if (kind == MOVE_LOAD)
            load_row(m->t.buf, from, stride, n, m->c, pos);
        else if (kind == MOVE_STORE)
            store_row(m->t.buf, from, stride, n, m->c, pos);
        else
            add_row(m->t.buf, from, stride, n, m->c, pos);
    } while (next_index(last, m->extent, idx));
}

static Move move_of(In *in, const IrValue *tensor, unsigned drop)
{
    Move m = {.t = ref_of(in, tensor)};
    for (int k = 0; k < m.t.rank; k++)
        if (!(drop >> k & 1)) m.axis[m.rank++] = k;
    return m;
}

static void move_tile(Move *m, ITile *t)
{
    m->c = (Cells){t->v, t->i, t->e};
    memcpy(m->shape, t->shape, sizeof t->shape);
}

/* ---- windows ------------------------------------------------------------- */

/* off .. off + len inside what backs tensor v?  Empty windows are (V3, V4). */
static bool window_ok(In *in, const IrOp *op, const IrValue *v,
                      const int64_t *off, const int64_t *len)
{
    const int r = v->type->rank;
    if (any_empty(r, len)) return true;
    for (int k = 0; k < r; k++) {
        const int64_t back = interp_int(in, ir_back(in->f, (IrValue *)v, k));
        int64_t end;
        if (off[k] < 0 || !add_ok(off[k], len[k], &end) || end > back)
            return interp_fail(in, op, QW_ERR_BOUNDS, interp_name(v), k, off[k],
                               len[k], back, NULL);
    }
    return true;
}

/* attr clamp: the window becomes what of it is in bounds */
static void clamp_window(In *in, const IrOp *op, const IrValue *v,
                         const int64_t *off, int64_t *len)
{
    for (int k = 0; op->at.clamp && k < v->type->rank; k++) {
        const int64_t back = interp_int(in, ir_back(in->f, (IrValue *)v, k));
        int64_t room;
        if (!sub_ok(back, off[k], &room)) room = off[k] < 0 ? INT64_MAX : 0;
        if (len[k] > room) len[k] = room < 0 ? 0 : room;
    }
}

/* ---- references ---------------------------------------------------------- */

static void fill_buffer(IBuf *b, const IrAttrs *at)
{
    const bool f = is_floating(b->dt);
    const double x = f ? iround_once(b->dt, at->finit) : 0;
    if (f ? x == 0 && !signbit(x) : at->iinit == 0) return;
    for (int64_t i = 0; i < b->n; i++) {
        if (f)
            store_float(b, i, x);
        else
            store_int(b, i, at->iinit);
    }
}

/* E0903: a negative extent, or bytes that do not fit 64 bits */
static bool count_elements(In *in, const IrOp *op, int64_t *n)
{
    const IrValue *r = op->results[0];
    int64_t bytes = qw_dtype_size(r->type->dtype), d;
    bool empty = false;
    *n = 1;
    for (int k = 0; k < r->type->rank; k++)
        empty |= interp_int(in, op->args[k]) == 0;
    for (int k = 0; k < r->type->rank; k++) {
        d = interp_int(in, op->args[k]);
        if (d < 0 || (!empty && !mul_ok(bytes, d, &bytes)))
            return interp_fail(in, op, QW_ERR_EXTENT, interp_name(r), k, d, 0,
                               0, NULL);
        *n = empty ? 0 : *n * d;
    }
    return true;
}

static bool run_alloc(In *in, IrOp *op)
{
    const IrValue *r = op->results[0];
    int64_t n, extent[IR_MAX_RANK];
    if (!count_elements(in, op, &n)) return false;
    const int64_t bytes = n * qw_dtype_size(r->type->dtype);
    if (in->checks.memory && bytes > in->checks.memory - in->live)
        return interp_fail(in, op, QW_ERR_NOMEM, interp_name(r), -1, bytes, 0,
                           0, NULL);
    in->live += bytes;
    IBuf *b = interp_alloc(1, sizeof *b);
    *b = (IBuf){.refs = 1, .dt = r->type->dtype, .n = n, .live = &in->live};
    if (in->dry) return set_tensor(in, r, b, 0, 0), ibuf_drop(b), true;
    b->data = interp_alloc(n, (size_t)qw_dtype_size(b->dt));
    fill_buffer(b, &op->at);
    interp_ints(in, op, 0, r->type->rank, extent);
    checker_watch(in, b, r, !op->at.given, extent);
    set_tensor(in, r, b, 0, 0);
    ibuf_drop(b);
    return true;
}

static bool extents_ok(In *in, const IrOp *op, int n, IrValue *const *extent)
{
    for (int k = 0; k < n; k++) {
        const int64_t d = interp_int(in, extent[k]);
        if (d < 0)
            return interp_fail(in, op, QW_ERR_EXTENT,
                               interp_name(op->results[0]), k, d, 0, 0, NULL);
    }
    return true;
}

static bool run_view(In *in, IrOp *op)
{
    const IrValue *t = op->args[0];
    const int r = t->type->rank;
    int64_t off[IR_MAX_RANK], win[IR_MAX_RANK];
    interp_ints(in, op, 1, r, off);
    const TRef ref = ref_of(in, t);
    const bool unsure = in->unsure;
    interp_ints(in, op, 1 + 2 * r, r, win);
    clamp_window(in, op, t, off, win);
    if (!in->dry &&
        (!extents_ok(in, op, r, op->args + 1 + r) ||
         !window_ok(in, op, t, off, win)))
        return false;
    set_tensor(in, op->results[0], ref.buf, place_of(&ref, off), unsure);
    return true;
}

/* reshape, transpose, set_validshape: other extents and strides, same origin */
static bool run_same_origin(In *in, IrOp *op)
{
    const ISlot *s = &in->slot[op->args[0]->id];
    set_tensor(in, op->results[0], s->buf, s->off, s->e);
    return true;
}

bool interp_tensor(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_ALLOC: return run_alloc(in, op);
    case IR_VIEW: return run_view(in, op);
    case IR_TRESHAPE:
    case IR_TTRANSPOSE:
    case IR_TSETVALID: return run_same_origin(in, op);
    default:
        ice(in->s, op->span, "interp: tensor op %s", ir_op_info[op->op].text);
    }
}

/* ---- memory -------------------------------------------------------------- */

static bool run_load(In *in, IrOp *op)
{
    const IrValue *t = op->args[0], *r = op->results[0];
    const int n = t->type->rank;
    int64_t win[IR_MAX_RANK];
    Move m = move_of(in, t, op->at.drop);
    interp_ints(in, op, 1, n, m.off);
    interp_ints(in, op, 1 + n, n, win);
    clamp_window(in, op, t, m.off, win);
    if (!window_ok(in, op, t, m.off, win)) return false;
    ITile *x = itile_new(r->type);
    if (m.t.buf->bound) itile_bound(x);
    move_tile(&m, x);
    const bool empty = any_empty(n, win);
    for (int k = 0; k < x->rank; k++) {
        const int64_t valid = interp_valid(in, r, k), w = win[m.axis[k]];
        m.extent[k] = empty ? 0 : valid < w ? valid : w;
    }
    move(in, &m, MOVE_LOAD);
    itile_set(in, r, x);
    return true;
}

static bool run_store(In *in, IrOp *op)
{
    const IrValue *t = op->args[0], *xv = op->args[1];
    const int n = t->type->rank;
    int64_t len[IR_MAX_RANK] = {1, 1, 1, 1, 1, 1};
    ITile *x = itile_arg(in, op, 1);
    Move m = move_of(in, t, op->at.drop);
    interp_ints(in, op, 2, n, m.off);
    move_tile(&m, x);
    for (int k = 0; k < x->rank; k++)
        len[m.axis[k]] = m.extent[k] = interp_valid(in, xv, k);
    if (any_empty(n, len)) return true;
    if (!window_ok(in, op, t, m.off, len)) return false;
    move(in, &m, op->at.atomic ? MOVE_ADD : MOVE_STORE);
    return true;
}

/* tensor to tensor, by way of cells: where they overlap all is read first */
static bool run_copy(In *in, IrOp *op)
{
    const IrValue *t = op->args[0], *s = op->args[1];
    const int n = t->type->rank, rank = s->type->rank;
    int64_t len[IR_MAX_RANK] = {1, 1, 1, 1, 1, 1}, total = 1;
    Move from = move_of(in, s, 0), to = move_of(in, t, op->at.drop);
    interp_ints(in, op, 2, n, to.off);
    for (int k = 0; k < rank; k++)
        len[to.axis[k]] = from.extent[k] = interp_valid(in, s, k);
    if (any_empty(n, len)) return true;
    if (!window_ok(in, op, t, to.off, len) ||
        !window_ok(in, op, s, from.off, from.extent))
        return false;
    for (int k = 0; k < rank; k++) total *= from.extent[k];
    const bool f = is_floating(to.t.buf->dt);
    if (f)
        from.c.v = interp_alloc(total, sizeof(double));
    else
        from.c.i = interp_alloc(total, sizeof(int64_t));
    if (from.t.buf->bound) from.c.e = interp_alloc(total, sizeof(double));
    memcpy(from.shape, from.extent, sizeof from.shape);
    move(in, &from, MOVE_LOAD);
    memcpy(to.shape, from.shape, sizeof to.shape);
    memcpy(to.extent, from.extent, sizeof to.extent);
    to.c = from.c;
    move(in, &to, MOVE_STORE);
    free(from.c.v);
    free(from.c.i);
    free(from.c.e);
    return true;
}

static bool element(In *in, IrOp *op, int first, TRef *ref, int64_t *at)
{
    static const int64_t one[IR_MAX_RANK] = {1, 1, 1, 1, 1, 1};
    const IrValue *t = op->args[0];
    int64_t idx[IR_MAX_RANK];
    interp_ints(in, op, first, t->type->rank, idx);
    if (!window_ok(in, op, t, idx, one)) return false;
    *ref = ref_of(in, t);
    *at = place_of(ref, idx);
    return true;
}

static void watch_element(In *in, const TRef *ref, AccessKind kind, int64_t at)
{
    static const int64_t one[1] = {1};
    if (ref->buf->watch)
        checker_access(in, ref->buf, kind, &(MemBox){at, 1, one, one});
}

static bool run_read(In *in, IrOp *op)
{
    ISlot *r = &in->slot[op->results[0]->id];
    TRef ref;
    int64_t at;
    if (!element(in, op, 1, &ref, &at)) return false;
    watch_element(in, &ref, ACCESS_READ, at);
    if (is_floating(ref.buf->dt))
        r->f = load_float(ref.buf, at);
    else
        r->i = load_int(ref.buf, at);
    r->e = load_bound(ref.buf, at);
    return true;
}

static bool run_write(In *in, IrOp *op)
{
    const IrValue *s = op->args[1];
    TRef ref;
    int64_t at;
    if (!element(in, op, 2, &ref, &at)) return false;
    const QwDtype dt = ref.buf->dt;
    if (!is_floating(dt)) {
        const int64_t x = interp_int(in, s);
        if (iwrap(dt, x) != x)
            return interp_out_of_range(in, op, op->args[0], dt, x);
        watch_element(in, &ref, ACCESS_WRITE, at);
        store_int(ref.buf, at, x);
        store_bound(ref.buf, at, 0);
        return true;
    }
    double e;
    const double x = interp_float(in, s, &e), r = iround_once(dt, x);
    watch_element(in, &ref, ACCESS_WRITE, at);
    store_float(ref.buf, at, r);
    store_bound(ref.buf, at, s->type->dtype == dt ? e : ibound(dt, x, r, e, 1));
    return true;
}

bool interp_memory(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_LOAD: return run_load(in, op);
    case IR_STORE: return run_store(in, op);
    case IR_COPY: return run_copy(in, op);
    case IR_READ: return run_read(in, op);
    case IR_WRITE: return run_write(in, op);
    default:
        ice(in->s, op->span, "interp: memory op %s", ir_op_info[op->op].text);
    }
}

/* extent[k]: of the window that a store writes, at its largest */
static void stored_extent(In *in, const IrOp *op, Move *m)
{
    const IrValue *x = op->args[1];
    for (int k = 0; k < m->rank; k++) {
        in->unsure = false;
        m->extent[k] = op->op == IR_WRITE ? 1 : interp_valid(in, x, k);
        if (in->unsure && op->op == IR_STORE) m->extent[k] = x->type->shape[k];
        in->unsure &= op->op == IR_COPY;
    }
}

/* of a dry run; a store into a place that is not known counts as one to all */
bool interp_memory_dry(In *in, IrOp *op)
{
    const IrValue *t = op->args[0];
    int64_t len[IR_MAX_RANK] = {1, 1, 1, 1, 1, 1};
    if (op->op == IR_LOAD) return true;
    if (op->op == IR_READ) return reach_blur(in, op);
    Move m = move_of(in, t, op->op == IR_STORE ? op->at.drop : 0);
    if (!m.t.buf->watch) return true;
    interp_ints(in, op, 2, m.t.rank, m.off);
    if (!in->unsure) stored_extent(in, op, &m);
    if (in->unsure) return checker_stored_all(m.t.buf), true;
    for (int k = 0; k < m.rank; k++) len[m.axis[k]] = m.extent[k];
    if (any_empty(m.rank, m.extent)) return true;
    if (!window_ok(in, op, t, m.off, len)) return false;
    watch_move(in, &m, MOVE_STORE);
    return true;
}

ITile *interp_tensor_tile(In *in, const IrValue *v)
{
    Move m = move_of(in, v, 0);
    bool missing = false;
    if (m.rank > TILE_MAX_RANK)
        ice(in->s, v->span, "interp: a tensor of rank %d as a tile", m.rank);
    for (int k = 0; k < m.rank; k++) {
        const int64_t valid = interp_valid(in, v, k),
                      back = interp_int(in, ir_back(in->f, (IrValue *)v, k));
        m.shape[k] = interp_int(in, v->dim[k]);
        m.extent[k] = valid < back ? valid : back;
        missing |= m.extent[k] <= 0;
    }
    ITile *t = itile_shaped(v->type->dtype, m.rank, m.shape);
    if (m.t.buf->bound) itile_bound(t);
    move_tile(&m, t);
    if (!missing) move(in, &m, MOVE_LOAD);
    return t;
}
