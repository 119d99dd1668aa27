/* The reference engine: walks the IR as lowered and defines what it means.
 * Control flow, scalars, checks and memory are here, tiles in interp_tile.c.
 * In: IR, parameters in the caller's memory.  Out: the same memory, and bounds
 * (8.5) where the caller gave room.  Nothing here calls a micro-kernel. */
#include "back/interp.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef enum { GO_ON, GO_BREAK, GO_CONTINUE, GO_FAIL } Go;
static Go run_region(In *, IrRegion *);

/* ---- failures ------------------------------------------------------------- */

static const char *loop_names(In *in)
{
    Text t = {.a = in->s->arena};
    for (int i = 0; i < in->nloops && i < 8; i++) {
        Str n = in->loop[i]->at.name;
        text_printf(&t, "%s%s", i ? "," : "", n ? n->s : "i");
    }
    return text_str(&t);
}

bool interp_fail(In *in, const IrOp *op, int status, const char *what, int axis,
                 int64_t v0, int64_t v1, int64_t v2, const char *text)
{
    Place p = source_place(in->s, op->span.lo);
    QwSite site = {.line = p.line, .col = p.col, .file = p.src ? p.src->path : "", .what = what,
                   .scope = in->scope && in->scope->at.name ? in->scope->at.name->s : "",
                   .loops = loop_names(in), .axis = axis};
    EmitSite place = {.span = op->span, .inl = op->inl, .what = what};
    Emitted fake = {.sites = &place, .nsites = 1};
    QwFailure fail = {.status = status, .site = &site, .value = {v0, v1, v2}, .text = text};
    for (int i = 0; i < in->nloops && i < 8; i++) fail.loop[i] = in->iv[i];
    back_report_failure(in->s, &fake, &fail);
    in->status = status;
    return false;
}

static const char *name_of(const IrValue *v)
{
    return v->name ? v->name->s : "";
}

/* ---- scalars --------------------------------------------------------------- */

int64_t interp_int(In *in, const IrValue *v)
{
    return v->is_const ? v->c.i : in->slot[v->id].i;
}

double interp_float(In *in, const IrValue *v, double *e)
{
    *e = v->is_const ? 0 : in->slot[v->id].e;
    return v->is_const ? v->c.f : in->slot[v->id].f;
}

int64_t interp_valid(In *in, const IrValue *v, int axis)
{
    if (v->valid && v->valid[axis]) {
        int64_t n = interp_int(in, v->valid[axis]);
        return n < 0 ? 0 : n;
    }
    if (v->type->kind == TY_TILE) return v->type->shape[axis];
    return interp_int(in, v->dim[axis]);
}

static bool overflow(In *in, const IrOp *op, int64_t a, int64_t b)
{
    return interp_fail(in, op, QW_ERR_OVERFLOW, name_of(op->results[0]), -1, a, b, 0, NULL);
}

static bool int_op(In *in, IrOp *op, int64_t a, int64_t b, int64_t *r)
{
    switch (op->op) {
    case IR_SADD: return add_ok(a, b, r) || overflow(in, op, a, b);
    case IR_SSUB: return sub_ok(a, b, r) || overflow(in, op, a, b);
    case IR_SMUL: return mul_ok(a, b, r) || overflow(in, op, a, b);
    case IR_SNEG: return sub_ok(0, a, r) || overflow(in, op, 0, a);
    case IR_SFLOORDIV: case IR_SMOD:
        if (b == 0) return interp_fail(in, op, QW_ERR_DIVISION, "", -1, a, b, 0, NULL);
        if (b == -1 && op->op == IR_SFLOORDIV) return sub_ok(0, a, r) || overflow(in, op, a, b);
        *r = op->op == IR_SMOD ? (b == -1 ? 0 : floor_mod(a, b)) : floor_div(a, b);
        return true;
    case IR_SSHL:
        if (b < 0 || b > 63 || (a != 0 && (b == 63 || a > INT64_MAX >> b || a < INT64_MIN >> b)))
            return overflow(in, op, a, b);
        *r = (int64_t)((uint64_t)a << b);
        return true;
    case IR_SSHR:
        if (b < 0 || b > 63) return overflow(in, op, a, b);
        *r = a >> b;
        return true;
    case IR_SMIN: *r = a < b ? a : b; return true;
    case IR_SMAX: *r = a > b ? a : b; return true;
    case IR_SAND: *r = a && b; return true;
    case IR_SOR: *r = a || b; return true;
    case IR_SNOT: *r = !a; return true;
    default: ice(in->s, op->span, "interp: scalar op %s on integers", ir_op_info[op->op].text);
    }
}

static double nan_min(double a, double b)
{
    if (isnan(a) || isnan(b)) return NAN;
    if (a == b) return signbit(a) ? a : b;
    return a < b ? a : b;
}

static double nan_max(double a, double b)
{
    return -nan_min(-a, -b);
}

static double float_op(In *in, const IrOp *op, double a, double b)
{
    switch (op->op) {
    case IR_SADD: return a + b;
    case IR_SSUB: return a - b;
    case IR_SMUL: return a * b;
    case IR_SDIV: return a / b;
    case IR_SNEG: return -a;
    case IR_SMIN: return nan_min(a, b);
    case IR_SMAX: return nan_max(a, b);
    default: ice(in->s, op->span, "interp: scalar op %s on floats", ir_op_info[op->op].text);
    }
}

/* bound of a float scalar result: the worst of first-order propagation */
static double scalar_bound(const IrOp *op, QwDtype dt, double a, double ea, double b, double eb, double r)
{
    if (ea == 0 && eb == 0) return 0;
    double e = ea + eb;
    if (op->op == IR_SMUL) e = fabs(a) * eb + fabs(b) * ea + ea * eb;
    if (op->op == IR_SDIV) e = fabs(b) > eb ? (fabs(a) + ea) / (fabs(b) - eb) - fabs(r) + ea / fabs(b) : INFINITY;
    if (op->op == IR_SMIN || op->op == IR_SMAX) return ea > eb ? ea : eb;
    return e + iulp(dt, fabs(r) + e);
}

static bool scalar_arith(In *in, IrOp *op)
{
    ISlot *r = &in->slot[op->results[0]->id];
    QwDtype dt = op->results[0]->type->dtype;
    bool two = op->nargs > 1;
    if (!is_floating(dt))
        return int_op(in, op, interp_int(in, op->args[0]), two ? interp_int(in, op->args[1]) : 0, &r->i);
    double ea, eb = 0, a = interp_float(in, op->args[0], &ea);
    double b = two ? interp_float(in, op->args[1], &eb) : 0;
    r->f = iround(dt, float_op(in, op, a, b));
    r->e = in->bounds ? scalar_bound(op, dt, a, ea, b, eb, r->f) : 0;
    return true;
}

static bool compare(CmpPred p, double a, double b)
{
    switch (p) {
    case CMP_EQ: return a == b;
    case CMP_NE: return a != b;
    case CMP_LT: return a < b;
    case CMP_LE: return a <= b;
    case CMP_GT: return a > b;
    case CMP_GE: return a >= b;
    }
    return false;
}

static bool compare_int(CmpPred p, int64_t a, int64_t b)
{
    int c = a < b ? -1 : a > b;
    return compare(p, c, 0);
}

static bool scalar_cmp(In *in, IrOp *op)
{
    ISlot *r = &in->slot[op->results[0]->id];
    if (!is_floating(op->args[0]->type->dtype)) {
        r->i = compare_int(op->at.pred, interp_int(in, op->args[0]), interp_int(in, op->args[1]));
        return true;
    }
    double ea, eb, a = interp_float(in, op->args[0], &ea), b = interp_float(in, op->args[1], &eb);
    r->i = compare(op->at.pred, a, b);
    if (fabs(a - b) <= ea + eb && ea + eb > 0) in->ambiguous++;
    return true;
}

static bool out_of_range(In *in, const IrOp *op, QwDtype to, double f, int64_t i)
{
    (void)f;
    return interp_fail(in, op, QW_ERR_RANGE, name_of(op->results[0]), -1, i, qw_dtype_min(to),
                       (int64_t)(qw_dtype_max(to) > INT64_MAX ? INT64_MAX : qw_dtype_max(to)), NULL);
}

static bool scalar_cast(In *in, IrOp *op)
{
    ISlot *r = &in->slot[op->results[0]->id];
    QwDtype to = op->results[0]->type->dtype, from = op->args[0]->type->dtype;
    double e = 0;
    if (is_floating(from)) {
        double x = interp_float(in, op->args[0], &e);
        if (is_floating(to)) {
            r->f = iround(to, x);
            r->e = e == 0 ? 0 : e + iulp(to, fabs(r->f) + e);
            return true;
        }
        double y = isnan(x) ? 0 : round(x);
        if (y < -9223372036854775808.0 || y >= 9223372036854775808.0)
            return out_of_range(in, op, to, x, y < 0 ? INT64_MIN : INT64_MAX);
        r->i = (int64_t)y;
    } else {
        r->i = interp_int(in, op->args[0]);
        if (is_floating(to)) {
            r->f = iround(to, (double)(float)r->i);
            r->e = 0;
            return true;
        }
    }
    if (to == QW_BOOL) {
        r->i = r->i != 0;
        return true;
    }
    if (r->i < qw_dtype_min(to) || (r->i > 0 && (uint64_t)r->i > qw_dtype_max(to)))
        return out_of_range(in, op, to, 0, r->i);
    return true;
}

static bool scalar_select(In *in, IrOp *op)
{
    const IrValue *v = op->args[interp_int(in, op->args[0]) ? 1 : 2];
    ISlot *r = &in->slot[op->results[0]->id];
    if (is_floating(v->type->dtype)) r->f = interp_float(in, v, &r->e);
    else r->i = interp_int(in, v);
    return true;
}

static int64_t trip_count(int64_t start, int64_t stop, int64_t step)
{
    if (step > 0 ? start >= stop : start <= stop) return 0;
    uint64_t span = step > 0 ? (uint64_t)stop - (uint64_t)start : (uint64_t)start - (uint64_t)stop;
    uint64_t st = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    return (int64_t)((span - 1) / st + 1);
}

static bool run_scalar(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_SCMP: return scalar_cmp(in, op);
    case IR_SCAST: return scalar_cast(in, op);
    case IR_SELECT: return scalar_select(in, op);
    case IR_TRIP:
        in->slot[op->results[0]->id].i = trip_count(interp_int(in, op->args[0]), interp_int(in, op->args[1]), interp_int(in, op->args[2]));
        return true;
    default: return scalar_arith(in, op);
    }
}

/* ---- checks ---------------------------------------------------------------- */

static void count_negative(In *in, const IrOp *op, int64_t v)
{
    for (int i = 0; i < in->negatives.n; i++)
        if (in->negatives.p[i].op->span.lo == op->span.lo) {
            in->negatives.p[i].count++;
            return;
        }
    struct Negative n = {op, v, 1};
    vec_push(in->s->arena, &in->negatives, n);
}

static bool run_check(In *in, IrOp *op)
{
    int64_t a = interp_int(in, op->args[0]), b = op->nargs > 1 ? interp_int(in, op->args[1]) : 0;
    switch (op->op) {
    case IR_ASSERT:
        return a || interp_fail(in, op, QW_ERR_ASSERT, "", -1, 0, 0, 0, op->at.name ? op->at.name->s : "");
    case IR_CHECK_EQ:
        return a == b || interp_fail(in, op, QW_ERR_DYNAMIC, op->at.name ? op->at.name->s : "", -1, a, b, 0, NULL);
    case IR_CHECK_VALID:
        return a <= b || interp_fail(in, op, QW_ERR_VALID, name_of(op->args[0]), -1, a, b, 0, NULL);
    default: /* CLAMP_VALID */
        if (a < 0) count_negative(in, op, a);
        in->slot[op->results[0]->id].i = a < 0 ? 0 : a;
        return true;
    }
}

/* ---- tensors --------------------------------------------------------------- */

static IBuf *buf_keep(IBuf *b)
{
    if (b) b->refs++;
    return b;
}

static void buf_drop(IBuf *b)
{
    if (!b || --b->refs) return;
    if (b->owned) free(b->data);
    free(b->bound);
    free(b);
}

static void set_tensor(In *in, const IrValue *v, IBuf *b, int64_t off)
{
    ISlot *s = &in->slot[v->id];
    buf_keep(b);
    buf_drop(s->buf);
    s->buf = b;
    s->off = off;
}

static IBuf *buf_new(In *in, QwDtype dt, int64_t n)
{
    IBuf *b = calloc(1, sizeof *b);
    int64_t bytes;
    if (!b || !mul_ok(n, qw_dtype_size(dt), &bytes)) fatal(6, "out of memory");
    b->refs = 1;
    b->dt = dt;
    b->owned = true;
    b->data = calloc((size_t)(n ? n : 1), (size_t)qw_dtype_size(dt));
    if (in->bounds) b->bound = calloc((size_t)(n ? n : 1), sizeof(double));
    if (!b->data || (in->bounds && !b->bound)) fatal(6, "out of memory: a buffer of %lld bytes", (long long)bytes);
    return b;
}

static bool run_alloc(In *in, IrOp *op)
{
    const IrValue *r = op->results[0];
    int64_t n = 1;
    for (int k = 0; k < r->type->rank; k++) {
        int64_t d = interp_int(in, op->args[k]);
        if (d < 0) return interp_fail(in, op, QW_ERR_EXTENT, name_of(r), k, d, 0, 0, NULL);
        if (!mul_ok(n, d, &n)) return interp_fail(in, op, QW_ERR_EXTENT, name_of(r), k, d, 0, 0, NULL);
    }
    IBuf *b = buf_new(in, r->type->dtype, n);
    bool f = is_floating(b->dt);
    if (f ? op->at.fpad != 0 : op->at.ipad != 0)
        for (int64_t i = 0; i < n; i++) {
            if (f) imem_put_float(b, i, iround(b->dt, op->at.fpad), 0);
            else imem_put_int(b, i, op->at.ipad, 0);
        }
    set_tensor(in, r, b, 0);
    buf_drop(b);
    return true;
}

/* window off..off+len of tensor v: inside what backs it? (V3, V4) */
static bool window_ok(In *in, const IrOp *op, const IrValue *v, const int64_t *off, const int64_t *len)
{
    int r = v->type->rank;
    for (int k = 0; k < r; k++)
        if (len[k] <= 0) return true;
    for (int k = 0; k < r; k++) {
        int64_t back = interp_int(in, ir_back(in->f, (IrValue *)v, k)), end;
        if (off[k] < 0 || !add_ok(off[k], len[k], &end) || end > back)
            return interp_fail(in, op, QW_ERR_BOUNDS, name_of(v), k, off[k], len[k], back, NULL);
    }
    return true;
}

static void read_ints(In *in, IrOp *op, int from, int n, int64_t *out)
{
    for (int k = 0; k < n; k++) out[k] = interp_int(in, op->args[from + k]);
}

static int64_t element_at(In *in, const IrValue *v, const int64_t *idx)
{
    int64_t at = in->slot[v->id].off;
    for (int k = 0; k < v->type->rank; k++)
        at += idx[k] * interp_int(in, v->stride[k]);
    return at;
}

static bool run_view(In *in, IrOp *op)
{
    const IrValue *t = op->args[0];
    int r = t->type->rank;
    int64_t off[IR_MAX_RANK], win[IR_MAX_RANK];
    read_ints(in, op, 1, r, off);
    read_ints(in, op, 1 + 2 * r, r, win);
    if (!op->at.clamp && !window_ok(in, op, t, off, win)) return false;
    set_tensor(in, op->results[0], in->slot[t->id].buf, element_at(in, t, off));
    return true;
}

static bool run_same_origin(In *in, IrOp *op)
{
    set_tensor(in, op->results[0], in->slot[op->args[0]->id].buf, in->slot[op->args[0]->id].off);
    return true;
}

static bool run_tensor(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_ALLOC: return run_alloc(in, op);
    case IR_VIEW: return run_view(in, op);
    default: return run_same_origin(in, op);
    }
}

/* ---- memory ---------------------------------------------------------------- */

/* next index inside extent, last axis fastest; false at the end */
static bool next_index(int rank, const int64_t *extent, int64_t *idx)
{
    for (int k = rank; k-- > 0;) {
        if (++idx[k] < extent[k]) return true;
        idx[k] = 0;
    }
    return false;
}

static bool any_empty(int rank, const int64_t *extent)
{
    for (int k = 0; k < rank; k++)
        if (extent[k] <= 0) return true;
    return false;
}

/* copies between tile t (axes: kept ones of the tensor) and the window of v at
 * off; store: tile -> memory, add: atomic add */
static void transfer(In *in, ITile *t, const int64_t *extent, const IrValue *v, const int64_t *off,
                     unsigned drop, bool store, bool add)
{
    int r = v->type->rank, n = 0, axis[IR_MAX_RANK];
    int64_t idx[IR_MAX_RANK] = {0}, at[IR_MAX_RANK];
    IBuf *b = in->slot[v->id].buf;
    if (any_empty(t->rank, extent)) return;
    for (int k = 0; k < r; k++)
        if (!(drop >> k & 1)) axis[n++] = k;
    do {
        int64_t pos = 0;
        memcpy(at, off, sizeof at);
        for (int k = 0; k < t->rank; k++) {
            pos = pos * t->shape[k] + idx[k];
            at[axis[k]] += idx[k];
        }
        int64_t m = element_at(in, v, at);
        double e = b->bound ? b->bound[m] : 0;
        if (t->v && store) {
            double x = t->v[pos], te = t->e ? t->e[pos] : 0;
            if (add) x = iround(t->dt, x + imem_float(b, m)), te = te + e + iulp(t->dt, x);
            imem_put_float(b, m, x, te);
        } else if (store) {
            imem_put_int(b, m, add ? iwrap(t->dt, (int64_t)((uint64_t)t->i[pos] + (uint64_t)imem_int(b, m))) : t->i[pos], t->e ? t->e[pos] : 0);
        } else {
            if (t->v) t->v[pos] = imem_float(b, m);
            else t->i[pos] = imem_int(b, m);
            if (t->e) t->e[pos] = e;
        }
    } while (next_index(t->rank, extent, idx));
}

static void set_tile(In *in, const IrValue *v, ITile *t) /* takes t */
{
    ISlot *s = &in->slot[v->id];
    itile_drop(s->tile);
    s->tile = t;
}

static bool run_load(In *in, IrOp *op)
{
    const IrValue *t = op->args[0], *r = op->results[0];
    int n = t->type->rank;
    int64_t off[IR_MAX_RANK] = {0}, win[IR_MAX_RANK], extent[IR_MAX_RANK];
    read_ints(in, op, 1, n, off);
    read_ints(in, op, 1 + n, n, win);
    if (!op->at.clamp && !window_ok(in, op, t, off, win)) return false;
    ITile *x = itile_new(in, r->type, in->bounds);
    bool empty = any_empty(n, win);
    for (int k = 0; k < r->type->rank; k++) extent[k] = empty ? 0 : interp_valid(in, r, k);
    transfer(in, x, extent, t, off, op->at.drop, false, false);
    set_tile(in, r, x);
    return true;
}

static bool run_store(In *in, IrOp *op)
{
    const IrValue *t = op->args[0], *xv = op->args[1];
    int n = t->type->rank;
    int64_t off[IR_MAX_RANK] = {0}, len[IR_MAX_RANK], extent[IR_MAX_RANK];
    ITile *x = itile_arg(in, op, 1);
    read_ints(in, op, 2, n, off);
    for (int k = 0; k < x->rank; k++) extent[k] = interp_valid(in, xv, k);
    for (int k = 0, j = 0; k < n; k++) len[k] = op->at.drop >> k & 1 ? 1 : extent[j++];
    if (!window_ok(in, op, t, off, len)) return false;
    transfer(in, x, extent, t, off, op->at.drop, true, op->at.atomic);
    return true;
}

/* tensor to tensor: through a tile-shaped copy, so overlap reads first */
static bool run_copy(In *in, IrOp *op)
{
    const IrValue *t = op->args[0], *sv = op->args[1];
    int n = t->type->rank;
    int64_t off[IR_MAX_RANK] = {0}, len[IR_MAX_RANK], zero[IR_MAX_RANK] = {0}, total = 1;
    read_ints(in, op, 2, n, off);
    for (int k = 0; k < n; k++) {
        len[k] = interp_valid(in, sv, k);
        total *= len[k];
    }
    if (any_empty(n, len)) return true;
    if (!window_ok(in, op, t, off, len) || !window_ok(in, op, sv, zero, len)) return false;
    IBuf *sb = in->slot[sv->id].buf, *tb = in->slot[t->id].buf;
    bool f = is_floating(tb->dt);
    double *v = calloc((size_t)total, sizeof *v), *e = calloc((size_t)total, sizeof *e);
    int64_t *iv = calloc((size_t)total, sizeof *iv), idx[IR_MAX_RANK] = {0}, p = 0;
    if (!v || !e || !iv) fatal(6, "out of memory");
    do {
        int64_t m = element_at(in, sv, idx);
        if (f) v[p] = imem_float(sb, m);
        else iv[p] = imem_int(sb, m);
        e[p++] = sb->bound ? sb->bound[m] : 0;
    } while (next_index(n, len, idx));
    p = 0;
    do {
        int64_t at[IR_MAX_RANK];
        for (int k = 0; k < n; k++) at[k] = off[k] + idx[k];
        int64_t m = element_at(in, t, at);
        if (f) imem_put_float(tb, m, v[p], e[p]);
        else imem_put_int(tb, m, iv[p], e[p]);
        p++;
    } while (next_index(n, len, idx));
    free(v);
    free(e);
    free(iv);
    return true;
}

static bool run_read(In *in, IrOp *op)
{
    const IrValue *t = op->args[0];
    int64_t idx[IR_MAX_RANK], one[IR_MAX_RANK] = {1, 1, 1, 1, 1, 1};
    read_ints(in, op, 1, t->type->rank, idx);
    if (!window_ok(in, op, t, idx, one)) return false;
    ISlot *r = &in->slot[op->results[0]->id];
    IBuf *b = in->slot[t->id].buf;
    int64_t m = element_at(in, t, idx);
    if (is_floating(b->dt)) r->f = imem_float(b, m);
    else r->i = imem_int(b, m);
    r->e = b->bound ? b->bound[m] : 0;
    if (r->e > 0 && !is_floating(b->dt)) in->ambiguous++;
    return true;
}

static bool run_write(In *in, IrOp *op)
{
    const IrValue *t = op->args[0];
    int64_t idx[IR_MAX_RANK], one[IR_MAX_RANK] = {1, 1, 1, 1, 1, 1};
    read_ints(in, op, 2, t->type->rank, idx);
    if (!window_ok(in, op, t, idx, one)) return false;
    IBuf *b = in->slot[t->id].buf;
    int64_t m = element_at(in, t, idx);
    double e;
    if (is_floating(b->dt)) {
        double x = interp_float(in, op->args[1], &e);
        imem_put_float(b, m, iround(b->dt, x), e);
    } else
        imem_put_int(b, m, interp_int(in, op->args[1]), 0);
    return true;
}

static bool run_memory(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_LOAD: return run_load(in, op);
    case IR_STORE: return run_store(in, op);
    case IR_COPY: return run_copy(in, op);
    case IR_READ: return run_read(in, op);
    default: return run_write(in, op);
    }
}

/* ---- structure ------------------------------------------------------------- */

static void assign(In *in, const IrValue *to, const IrValue *from)
{
    ISlot *d = &in->slot[to->id];
    switch (from->type->kind) {
    case TY_TILE: {
        ITile *t = in->slot[from->id].tile;
        if (t) t->refs++;
        set_tile(in, to, t);
        break;
    }
    case TY_TENSOR:
        set_tensor(in, to, in->slot[from->id].buf, in->slot[from->id].off);
        break;
    default:
        if (is_floating(from->type->dtype)) d->f = interp_float(in, from, &d->e);
        else d->i = interp_int(in, from);
    }
}

/* to[k] = from[k] at once: a yield may permute */
static void assign_all(In *in, IrValue *const *to, IrValue *const *from, int n)
{
    if (n == 1) {
        assign(in, to[0], from[0]);
        return;
    }
    ISlot *tmp = calloc((size_t)n + 1, sizeof *tmp);
    if (!tmp) fatal(6, "out of memory");
    for (int k = 0; k < n; k++) {
        const IrValue *v = from[k];
        if (v->is_const) {
            tmp[k].i = v->c.i;
            tmp[k].f = v->c.f;
            if (is_floating(v->type->dtype)) tmp[k].i = 0;
            continue;
        }
        tmp[k] = in->slot[v->id];
        if (tmp[k].tile) tmp[k].tile->refs++;
        buf_keep(tmp[k].buf);
    }
    for (int k = 0; k < n; k++) {
        ISlot *d = &in->slot[to[k]->id];
        itile_drop(d->tile);
        buf_drop(d->buf);
        *d = tmp[k];
        if (from[k]->is_const) {
            if (is_floating(from[k]->type->dtype)) d->f = from[k]->c.f;
            else d->i = from[k]->c.i;
        }
    }
    free(tmp);
}

static bool leaves_loop(IrOpcode op)
{
    return op == IR_BREAK || op == IR_CONTINUE;
}

/* the terminator that ended the region last run: the op after which run_region
 * stopped is kept by the caller through the region's last op, except for
 * break/continue nested in ifs, which assign the loop's targets themselves */
static IrOp *loop_around(IrOp *op)
{
    IrOp *p = ir_parent_op(op);
    while (p && p->op != IR_FOR && p->op != IR_WHILE) p = ir_parent_op(p);
    return p;
}

static Go run_leave(In *in, IrOp *op)
{
    IrOp *loop = loop_around(op);
    if (!loop) ice(in->s, op->span, "interp: break outside a loop");
    /* the next iteration's arguments; at the exit they become the results */
    IrRegion *body = loop->region[loop->op == IR_WHILE ? 1 : 0];
    int skip = loop->op == IR_FOR ? 1 : 0;
    assign_all(in, body->args + skip, op->args, op->nargs);
    return op->op == IR_BREAK ? GO_BREAK : GO_CONTINUE;
}

static Go run_for(In *in, IrOp *op)
{
    int64_t start = interp_int(in, op->args[0]), step = interp_int(in, op->args[2]);
    if (step == 0) return interp_fail(in, op, QW_ERR_DIVISION, "", -1, 0, 0, 0, NULL), GO_FAIL;
    int64_t trip = trip_count(start, interp_int(in, op->args[1]), step);
    IrRegion *body = op->region[0];
    int n = op->nargs - 3;
    assign_all(in, body->args + 1, op->args + 3, n);
    int level = in->nloops;
    if (level >= (int)LEN(in->loop)) ice(in->s, op->span, "interp: loops nested too deeply");
    in->nloops++;
    Go g = GO_ON;
    for (int64_t k = 0; k < trip && g != GO_BREAK; k++) {
        in->loop[level] = op;
        in->iv[level] = in->slot[body->args[0]->id].i = start + k * step;
        g = run_region(in, body);
        if (g == GO_FAIL) break;
        if (g == GO_ON) assign_all(in, body->args + 1, body->last->args, n);
    }
    in->nloops--;
    if (g == GO_FAIL) return g;
    assign_all(in, op->results, body->args + 1, n);
    return GO_ON;
}

static Go run_while(In *in, IrOp *op)
{
    IrRegion *cond = op->region[0], *body = op->region[1];
    int n = op->nargs;
    assign_all(in, body->args, op->args, n);
    for (;;) {
        assign_all(in, cond->args, body->args, n);
        if (run_region(in, cond) == GO_FAIL) return GO_FAIL;
        IrOp *c = cond->last;
        assign_all(in, body->args, c->args + 1, n);
        if (!interp_int(in, c->args[0])) break;
        Go g = run_region(in, body);
        if (g == GO_FAIL) return g;
        if (g == GO_BREAK) break;
        if (g == GO_ON) assign_all(in, body->args, body->last->args, n);
    }
    assign_all(in, op->results, body->args, n);
    return GO_ON;
}

static Go run_block(In *in, IrOp *op, IrRegion *r)
{
    Go g = run_region(in, r);
    if (g == GO_ON && r->last && r->last->op == IR_YIELD)
        assign_all(in, op->results, r->last->args, op->nresults);
    return g;
}

static Go run_scope(In *in, IrOp *op)
{
    const IrOp *outer = in->scope;
    in->scope = op;
    Go g = run_block(in, op, op->region[0]);
    in->scope = outer;
    return g;
}

static Go run_struct(In *in, IrOp *op)
{
    switch (op->op) {
    case IR_FOR: return run_for(in, op);
    case IR_WHILE: return run_while(in, op);
    case IR_IF: return run_block(in, op, op->region[interp_int(in, op->args[0]) ? 0 : 1]);
    case IR_SCOPE: return run_scope(in, op);
    case IR_SYNCALL: ice(in->s, op->span, "interp: syncall was not split away");
    default: return leaves_loop(op->op) ? run_leave(in, op) : GO_ON; /* YIELD, COND: the owner reads them */
    }
}

static Go run_op(In *in, IrOp *op)
{
    bool ok = true;
    switch (ir_op_info[op->op].cls) {
    case CLS_STRUCT: return run_struct(in, op);
    case CLS_SCALAR: ok = run_scalar(in, op); break;
    case CLS_CHECK: ok = run_check(in, op); break;
    case CLS_TENSOR: ok = run_tensor(in, op); break;
    case CLS_MEMORY: ok = run_memory(in, op); break;
    default: ok = interp_tile_op(in, op); break;
    }
    return ok ? GO_ON : GO_FAIL;
}

static Go run_region(In *in, IrRegion *r)
{
    for (IrOp *op = r ? r->first : NULL; op; op = op->next) {
        Go g = run_op(in, op);
        if (g != GO_ON) return g;
    }
    return GO_ON;
}

/* ---- entry ------------------------------------------------------------------ */

static void report_negatives(In *in)
{
    for (int i = 0; i < in->negatives.n; i++) {
        const struct Negative *n = &in->negatives.p[i];
        Diag *d = diag_new(in->s, W0901, n->op->span, "a valid extent of %lld was taken as 0", (long long)n->value);
        if (n->count > 1) diag_note(in->s, d, (Span){0, 0}, "this happened %lld times", (long long)n->count);
        diag_help(in->s, d, "write `pl.max(0, ...)` if this is meant");
    }
}

static void bind_params(In *in, InterpArg *args, const int64_t *syms)
{
    IrFunc *f = in->f;
    for (int i = 0; i < f->nsyms; i++) in->slot[f->syms[i].value->id].i = syms[i];
    for (int i = 0; i < f->nparams; i++) {
        IrValue *v = f->params[i].value;
        if (v->type->kind != TY_TENSOR) {
            in->slot[v->id].i = args[i].s.i;
            if (is_floating(v->type->dtype)) in->slot[v->id].f = args[i].s.f;
            continue;
        }
        IBuf *b = calloc(1, sizeof *b);
        if (!b) fatal(6, "out of memory");
        *b = (IBuf){.refs = 1, .dt = v->type->dtype, .data = args[i].t.data};
        if (in->bounds) {
            int64_t n = 1;
            for (int k = 0; k < args[i].t.rank; k++) n *= args[i].t.shape[k];
            b->bound = calloc((size_t)(n ? n : 1), sizeof(double));
            if (!b->bound) fatal(6, "out of memory");
        }
        in->slot[v->id].buf = b;
    }
}

/* bounds of the parameters go back to the caller */
static void return_bounds(In *in, InterpArg *args)
{
    for (int i = 0; i < in->f->nparams; i++) {
        IBuf *b = in->slot[in->f->params[i].value->id].buf;
        if (!b || !args[i].bound || !b->bound) continue;
        int64_t n = 1;
        for (int k = 0; k < args[i].t.rank; k++) n *= args[i].t.shape[k];
        memcpy(args[i].bound, b->bound, (size_t)n * sizeof(double));
    }
}

bool interp_run(IrFunc *f, InterpArg *args, const int64_t *syms, const InterpChecks *checks, InterpResult *out)
{
    (void)checks;
    In in = {.f = f, .s = f->s};
    in.slot = calloc((size_t)f->next_value + 1, sizeof *in.slot);
    if (!in.slot) fatal(6, "out of memory");
    for (int i = 0; i < f->nparams; i++) in.bounds |= args[i].bound != NULL;
    bind_params(&in, args, syms);
    Go g = run_region(&in, f->body);
    report_negatives(&in);
    return_bounds(&in, args);
    for (int i = 0; i < f->next_value; i++) {
        itile_drop(in.slot[i].tile);
        buf_drop(in.slot[i].buf);
    }
    free(in.slot);
    *out = (InterpResult){.status = in.status, .ambiguous = in.ambiguous};
    return g != GO_FAIL;
}
