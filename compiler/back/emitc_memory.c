/* Tensors and memory in C.  A tensor is a pointer; its extents, strides and
 * what backs it are INDEX scalars of the IR, so a view is pointer arithmetic
 * and bounds checks compare scalars.  Mat describes tiles and tensors alike;
 * copies between any two of them are loops over the leading axes around one
 * call on the last two. */
#include "back/emit.h"
#include <math.h>
#include <string.h>

/* ---- tiles and tensors as matrices --------------------------------------- */

Mat mat_of(Em *e, IrValue *v)
{
    Mat m = {.ptr = em_value(e, v),
             .rank = v->type->rank,
             .dt = v->type->dtype};
    for (int k = 0; k < m.rank; k++) {
        m.shape[k] = v->type->shape[k];
        m.valid[k] = em_value(e, ir_valid(e->f, v, k));
        if (v->type->kind == TY_TENSOR)
            m.stride[k] = em_value(e, ir_stride(e->f, v, k));
        else
            m.stride[k] = ex_int(e, e->plan->where[v->id].stride[k]);
    }
    return m;
}

static Ex moved(Em *e, Ex from, const Mat *m, IrValue *const *index)
{
    for (int k = 0; k < m->rank; k++)
        from = ex_add(e, from, ex_mul(e, em_value(e, index[k]), m->stride[k]));
    return from;
}

Ex mat_at(Em *e, const Mat *m, IrValue *const *index)
{
    return moved(e, m->ptr, m, index);
}

Ex mat_element(Em *e, const Mat *m, IrValue *const *index)
{
    return ex_fmt(e, PREC_POST, "%p[%e]", m->ptr,
                  moved(e, ex_int(e, 0), m, index));
}

int mat_open(Em *e, int n, Mat *const *m, const Ex *extent, int inner)
{
    static const char *const names[] = {"i0", "i1", "i2", "i3", "i4", "i5"};
    int opened = 0, rank = m[0]->rank;
    for (int k = 0; k < rank - inner; k++) {
        if (ex_is(extent[k], 1)) continue;
        int v = var_new(e, names[k], "int64_t", false);
        put_open_loop(e, v, "for (int64_t %e = 0; %e < %e; %e++) {",
                      ex_var(e, v), ex_var(e, v), extent[k], ex_var(e, v));
        for (int i = 0; i < n; i++)
            m[i]->ptr = ex_add(e, m[i]->ptr,
                               ex_mul(e, ex_var(e, v), m[i]->stride[k]));
        opened++;
    }
    return opened;
}

void mat_close(Em *e, int opened)
{
    while (opened--) put_close(e);
}

Ex mat_ld(Em *e, const Mat *m)
{
    if (m->rank >= 2) return m->stride[m->rank - 2];
    return m->rank ? ex_int(e, m->shape[0] > 0 ? m->shape[0] : 0)
                   : ex_int(e, 0);
}

Ex mat_extent(Em *e, int rank, const Ex *extent, int from_end)
{
    return rank >= from_end ? extent[rank - from_end] : ex_int(e, 1);
}

static bool adjacent(const Mat *m)
{
    return m->rank == 0 || m->shape[m->rank - 1] == 1 ||
        ex_is(m->stride[m->rank - 1], 1);
}

void mat_copy(Em *e, Mat dst, Mat src, const Ex *extent)
{
    Mat *both[] = {&dst, &src};
    int r = dst.rank, size = qw_dtype_size(dst.dt);
    bool to = adjacent(&dst), from = adjacent(&src);
    int opened = mat_open(e, 2, both, extent, to || from ? 2 : 1);
    Ex m = mat_extent(e, r, extent, 2), n = mat_extent(e, r, extent, 1),
       ldd = mat_ld(e, &dst), lds = mat_ld(e, &src);
    if (to && from)
        put_line(e, "qw_copy(%d, %e, %e, %e, %e, %e, %e);", (int64_t)size,
                 dst.ptr, ldd, src.ptr, lds, m, n);
    else if (to)
        put_line(e, "qw_gather_strided(%d, %e, %e, %e, %e, %e, %e, %e);",
                 (int64_t)size, dst.ptr, ldd, src.ptr, lds, src.stride[r - 1],
                 m, n);
    else if (from)
        put_line(e, "qw_scatter_strided(%d, %e, %e, %e, %e, %e, %e, %e);",
                 (int64_t)size, dst.ptr, ldd, dst.stride[r - 1], src.ptr, lds,
                 m, n);
    else /* a column at a time: as many rows of one element */
        put_line(e, "qw_copy(%d, %e, %e, %e, %e, %e, 1);", (int64_t)size,
                 dst.ptr, dst.stride[r - 1], src.ptr, src.stride[r - 1], n);
    mat_close(e, opened);
}

void mat_fill(Em *e, Mat dst, Ex value, const Ex *extent)
{
    Mat *one[] = {&dst};
    int opened = mat_open(e, 1, one, extent, 2);
    put_line(e, "qw_fill(%d, %e, %e, %e, %e, %e);",
             (int64_t)qw_dtype_size(dst.dt), dst.ptr, mat_ld(e, &dst), value,
             mat_extent(e, dst.rank, extent, 2),
             mat_extent(e, dst.rank, extent, 1));
    mat_close(e, opened);
}

Ex ex_literal(Em *e, QwDtype d, IrValue *s)
{
    const char *t = ctype(d);
    if (s->is_const && d == QW_BF16)
        return ex_fmt(e, PREC_UNARY, "&(uint16_t){%d}",
                      (int64_t)qw_f64_to_bf16(s->c.f));
    if (s->is_const && d == QW_F16)
        return ex_fmt(e, PREC_UNARY, "&(uint16_t){%d}",
                      (int64_t)qw_f64_to_f16(s->c.f));
    return ex_fmt(e, PREC_UNARY, "&(%s){%e}", t,
                  em_scalar_bits(e, d, em_value(e, s)));
}

/* ---- bounds -------------------------------------------------------------- */

bool window_proved(Em *e, IrValue *off, IrValue *win, IrValue *back)
{
    IrFunc *f = e->f;
    IrRange o = ir_range(f, off), w = win ? ir_range(f, win) : (IrRange){1, 1},
            b = ir_range(f, back);
    int64_t end;
    if (o.lo < 0) return false;
    if (add_ok(o.hi, w.hi, &end) && end <= b.lo) return true;
    return o.lo == 0 && o.hi == 0 && win && ir_less_equal(f, win, back);
}

/* the part of the window that can be empty: "rows > 0 && " */
static Ex window_nonempty(Em *e, int rank, IrValue *const *win)
{
    Ex all = ex_int(e, 1);
    for (int k = 0; k < rank; k++) {
        if (!win[k] || ir_range(e->f, win[k]).lo > 0) continue;
        Ex some = ex_bin(e, em_value(e, win[k]), ">", PREC_REL, ex_int(e, 0));
        all = ex_and(e, all, some);
    }
    return all;
}

/* o + w > b, without overflow */
static Ex ends_behind(Em *e, Ex o, Ex w, Ex b)
{
    int64_t end;
    if (o.lit && w.lit && add_ok(o.k, w.k, &end))
        return ex_bin(e, b, "<", PREC_REL, ex_int(e, end));
    if (ex_is(o, 0)) return ex_bin(e, w, ">", PREC_REL, b);
    return ex_is(w, 1) ? ex_bin(e, o, ">=", PREC_REL, b)
                       : ex_bin(e, o, ">", PREC_REL, ex_sub(e, b, w));
}

void emit_window_check(Em *e, IrOp *op, IrValue *t, IrValue *const *off,
                       IrValue *const *win)
{
    if (op->at.safe || op->at.clamp) return;
    for (int k = 0; k < t->type->rank; k++) {
        IrValue *back = ir_back(e->f, t, k);
        if (window_proved(e, off[k], win[k], back)) continue;
        Ex o = em_value(e, off[k]),
           w = win[k] ? em_value(e, win[k]) : ex_int(e, 1),
           b = em_value(e, back);
        Ex low = ex_bin(e, o, "<", PREC_REL, ex_int(e, 0)),
           high = ends_behind(e, o, w, b);
        bool from_zero = ir_range(e->f, off[k]).lo >= 0;
        Ex bad = from_zero ? high : ex_bin(e, low, "||", PREC_OR, high),
           some = window_nonempty(e, t->type->rank, win);
        emit_fail(e, op, ex_and(e, some, bad), "QW_ERR_BOUNDS", em_subject(t),
                  k, o, w, b);
    }
}

/* ---- tensors ------------------------------------------------------------- */

static void bind_address(Em *e, IrValue *v, Ex address)
{
    if (address.var)
        em_bind(e, v, address.var);
    else
        em_bind(e, v,
                var_pure(e, em_name(v, "view"), em_pointer_type(e, v),
                         address));
}

static void emit_extent_check(Em *e, IrOp *op, IrValue *extent,
                              const char *name, int k)
{
    if (ir_range(e->f, extent).lo >= 0) return;
    Ex x = em_value(e, extent), zero = ex_int(e, 0);
    emit_fail(e, op, ex_bin(e, x, "<", PREC_REL, zero), "QW_ERR_EXTENT", name,
              k, x, zero, zero);
}

static void emit_view(Em *e, IrOp *op)
{
    IrValue *t = op->args[0];
    int r = t->type->rank;
    for (int k = 0; k < r && !op->at.safe; k++)
        emit_extent_check(e, op, op->args[1 + r + k],
                          em_name(op->results[0], ""), k);
    emit_window_check(e, op, t, op->args + 1, op->args + 1 + 2 * r);
    Mat m = mat_of(e, t);
    bind_address(e, op->results[0], mat_at(e, &m, op->args + 1));
}

/* bytes of a buffer: a number, or a product that is
 * checked where it could overflow */
static Ex buffer_bytes(Em *e, IrOp *op)
{
    IrValue *r = op->results[0];
    int64_t known = qw_dtype_size(r->type->dtype), d, limit;
    for (int k = 0; k < r->type->rank; k++)
        if (ir_is_const_int(op->args[k], &d) && !mul_ok(known, d, &known))
            known = INT64_MAX;
    Ex n = ex_int(e, known), zero = ex_int(e, 0);
    limit = known;
    for (int k = 0; k < r->type->rank; k++) {
        if (ir_is_const_int(op->args[k], &d)) continue;
        Ex x = em_value(e, op->args[k]);
        emit_extent_check(e, op, op->args[k], em_name(r, ""), k);
        if (mul_ok(limit, ir_range(e->f, op->args[k]).hi, &limit)) {
            n = ex_mul(e, x, n);
            continue;
        }
        int v = var_new(e, "bytes", "int64_t", false);
        put_declare(e, v);
        emit_fail(e, op,
                  ex_fmt(e, PREC_POST, "qw_mul_overflows(%e, %e, &%e)", x, n,
                         ex_var(e, v)),
                  "QW_ERR_EXTENT", em_name(r, ""), k, x, zero, zero);
        n = ex_var(e, v);
        limit = INT64_MAX;
    }
    return n;
}

/* a new buffer in a variable of that name */
static int allocate(Em *e, IrOp *op, const char *name, Ex bytes)
{
    const Type *t = op->results[0]->type;
    int v = var_new(e, name, em_pointer_type(e, op->results[0]), true);
    Ex site = em_site(e, op, em_name(op->results[0], ""), -1);
    int64_t row = qw_dtype_size(t->dtype);
    for (int k = 1; k < t->rank; k++) row *= t->shape[k];
    if (op->at.unfilled)
        put_decl(e, v, false, "qw_alloc_part(%w, %e, 0, 0, %e)", bytes, site);
    else if (op->at.rows)
        put_decl(e, v, false, "qw_alloc_part(%w, %e, %d, %d, %e)", bytes,
                 op->at.period * row, op->at.rows * row, site);
    else
        put_decl(e, v, false, "qw_alloc(%w, %e, %e)", bytes, site);
    put_line(e, "if (!%u)", ex_var(e, v));
    put_then(e, "return QW_ERR_NOMEM;");
    return v;
}

static void fill_buffer(Em *e, IrOp *op)
{
    IrValue *r = op->results[0];
    Mat m = mat_of(e, r);
    IrValue init = {.type = ir_scalar(e->f, r->type->dtype), .is_const = true};
    if (qw_dtype_is_float(r->type->dtype))
        init.c.f = op->at.finit;
    else
        init.c.i = op->at.iinit;
    Ex dims[IR_MAX_RANK] = {{0}};
    for (int k = 0; k < m.rank; k++) dims[k] = em_value(e, op->args[k]);
    mat_fill(e, m, ex_literal(e, r->type->dtype, &init), dims);
}

/* anything but the zeros that a buffer has; -0.0 is not one of them */
static bool has_init(const IrOp *op)
{
    if (!qw_dtype_is_float(op->results[0]->type->dtype))
        return op->at.iinit != 0;
    return op->at.finit != 0 || signbit(op->at.finit);
}

/* before the loop whose iterations take them in turn */
void alloc_several(Em *e, IrOp *op, int n, int *var)
{
    Ex bytes = buffer_bytes(e, op);
    for (int i = 0; i < n; i++)
        var[i] = allocate(e, op,
                          arena_printf(e->a, "%s_%c",
                                       em_name(op->results[0], "buffer"),
                                       "abcd"[i]),
                          bytes);
}

/* the first buffer that no carried reference holds */
static Ex free_buffer(Em *e, const struct Rotation *r)
{
    Ex pick = ex_var(e, r->buffer[r->n]);
    if (r->n == 1)
        return ex_fmt(e, PREC_COND, "%c == %e ? %e : %e",
                      em_value(e, r->carried[0]), ex_var(e, r->buffer[0]), pick,
                      ex_var(e, r->buffer[0]));
    for (int i = r->n; i-- > 0;) {
        Ex b = ex_var(e, r->buffer[i]), is_free = ex_int(e, 1);
        for (int k = 0; k < r->n; k++)
            is_free = ex_and(e, is_free,
                             ex_bin(e, em_value(e, r->carried[k]),
                                    "!=", PREC_EQ, b));
        pick = ex_fmt(e, PREC_COND, "%c ? %e : %c", is_free, b, pick);
    }
    return pick;
}

static void emit_alloc(Em *e, IrOp *op)
{
    IrValue *r = op->results[0];
    const struct Rotation *turns = alloc_rotation(e, op);
    if (!turns) {
        em_bind(e, r,
                allocate(e, op, em_name(r, "buffer"), buffer_bytes(e, op)));
        if (has_init(op)) fill_buffer(e, op);
        return;
    }
    int v = em_bind(e, r,
                    var_new(e, em_name(r, "buffer"), em_pointer_type(e, r),
                            true));
    put_decl(e, v, true, "%e", free_buffer(e, turns));
    if (!op->at.unfilled) fill_buffer(e, op);
}

void emit_tensor(Em *e, IrOp *op)
{
    switch (op->op) {
    case IR_ALLOC: emit_alloc(e, op); return;
    case IR_VIEW: emit_view(e, op); return;
    default:
        bind_address(e, op->results[0],
                     em_value(e, op->args[0])); /* same origin, other extents */
    }
}

/* ---- memory -------------------------------------------------------------- */

static Mat drop_axes(Mat m, unsigned drop)
{
    Mat r = m;
    r.rank = 0;
    for (int k = 0; k < m.rank; k++) {
        if (drop >> k & 1) continue;
        r.stride[r.rank] = m.stride[k];
        r.valid[r.rank] = m.valid[k];
        r.shape[r.rank++] = m.shape[k];
    }
    return r;
}

Mat mat_window(Em *e, IrValue *t, IrValue *const *off, unsigned drop)
{
    Mat m = mat_of(e, t);
    m.ptr = mat_at(e, &m, off);
    return drop_axes(m, drop);
}

static void emit_load(Em *e, IrOp *op)
{
    IrValue *t = op->args[0], *r = op->results[0];
    emit_window_check(e, op, t, op->args + 1, op->args + 1 + t->type->rank);
    tile_define(e, r);
    Mat d = mat_of(e, r), s = mat_window(e, t, op->args + 1, op->at.drop);
    memcpy(s.shape, d.shape, sizeof d.shape);
    mat_copy(e, d, s, d.valid);
}

/* where x goes: bounds, then the window of t with x's shape */
static Mat store_window(Em *e, IrOp *op, const Mat *x)
{
    IrValue *t = op->args[0], *win[IR_MAX_RANK];
    int r = t->type->rank;
    for (int k = 0, j = 0; k < r; k++) {
        win[k] = op->at.drop >> k & 1 ? NULL : ir_valid(e->f, op->args[1], j++);
        if (win[k] && j == 1 && op->at.rows) win[k] = ir_idx(e->f, op->at.rows);
    }
    emit_window_check(e, op, t, op->args + 2, win);
    Mat d = mat_window(e, t, op->args + 2, op->at.drop);
    memcpy(d.shape, x->shape, sizeof d.shape);
    return d;
}

static void atomic_add(Em *e, Mat d, Mat s)
{
    Mat *both[] = {&d, &s};
    bool rows = adjacent(&d) && adjacent(&s);
    Ex n = mat_extent(e, s.rank, s.valid, 1);
    int opened = mat_open(e, 2, both, s.valid, rows ? 2 : 1);
    const char *dt = dtype_enum(d.dt);
    if (rows)
        put_line(e, "qw_atomic_add(%s, %e, %e, %e, %e, %e, %e);", dt, d.ptr,
                 mat_ld(e, &d), s.ptr, mat_ld(e, &s),
                 mat_extent(e, s.rank, s.valid, 2), n);
    else
        put_line(e, "qw_atomic_add(%s, %e, %e, %e, %e, %e, 1);", dt, d.ptr,
                 d.stride[d.rank - 1], s.ptr, s.stride[s.rank - 1], n);
    mat_close(e, opened);
}

IrOp *direct_store(const IrOp *op)
{
    IrOp *s = op->next;
    bool direct = s && s->op == IR_STORE && s->at.direct && op->nresults == 1 &&
        s->args[1] == op->results[0];
    return direct ? s : NULL;
}

Mat direct_target(Em *e, IrOp *store)
{
    Mat x = {.rank = store->args[1]->type->rank};
    for (int k = 0; k < x.rank; k++) {
        x.shape[k] = store->args[1]->type->shape[k];
        x.valid[k] = em_value(e, ir_valid(e->f, store->args[1], k));
    }
    Mat d = store_window(e, store, &x);
    memcpy(d.valid, x.valid, sizeof d.valid);
    return d;
}

static void emit_store(Em *e, IrOp *op)
{
    if (op->at.direct && op->prev && direct_store(op->prev) == op) return;
    Mat x = mat_of(e, op->args[1]), d = store_window(e, op, &x);
    if (op->at.atomic)
        atomic_add(e, d, x);
    else
        mat_copy(e, d, x, x.valid);
}

/* ---- which buffers a reference may point into ---------------------------- */

/* parameters and allocations are distinct memory */
bool em_may_overlap(Em *e, const IrValue *t, const IrValue *s)
{
    const IrOrigins a = ir_origins(e->a, t), b = ir_origins(e->a, s);
    for (int i = 0; i < a.root.n; i++)
        for (int k = 0; k < b.root.n; k++)
            if (a.root.p[i] == b.root.p[k]) return true;
    return false;
}

/* through a dense copy, since the windows may overlap */
static void copy_buffered(Em *e, IrOp *op, Mat d, Mat x)
{
    Mat dense = x;
    put_open(e,
             "{ /* source and destination may overlap: read all, then write */");
    Ex n = ex_int(e, 1);
    for (int k = x.rank; k-- > 0;) {
        dense.stride[k] = n;
        n = ex_mul(e, n, x.valid[k]);
    }
    int mark = var_new(e, "mark", "int64_t", true),
        v = var_new(e, "copy", arena_printf(e->a, "%s *", ctype(x.dt)), true);
    put_decl(e, mark, false, "qw_mark(%w)");
    put_decl(e, v, false, "qw_alloc(%w, %e, %e)",
             ex_mul(e, n, ex_int(e, qw_dtype_size(x.dt))),
             em_site(e, op, em_subject(op->args[1]), -1));
    put_line(e, "if (!%u)", ex_var(e, v));
    put_then(e, "return QW_ERR_NOMEM;");
    dense.ptr = ex_var(e, v);
    mat_copy(e, dense, x, x.valid);
    mat_copy(e, d, dense, x.valid);
    put_line(e, "qw_release(%w, %e);", ex_var(e, mark));
    put_close(e);
}

static void emit_copy(Em *e, IrOp *op)
{
    IrValue *t = op->args[0], *s = op->args[1], *zero[IR_MAX_RANK],
            *win[IR_MAX_RANK];
    for (int k = 0; k < s->type->rank; k++) {
        zero[k] = ir_idx(e->f, 0);
        win[k] = ir_valid(e->f, s, k);
    }
    emit_window_check(e, op, s, zero, win);
    Mat x = mat_of(e, s), d = store_window(e, op, &x);
    if (em_may_overlap(e, t, s))
        copy_buffered(e, op, d, x);
    else
        mat_copy(e, d, x, x.valid);
}

static void emit_read(Em *e, IrOp *op)
{
    IrValue *t = op->args[0], *r = op->results[0], *one[IR_MAX_RANK] = {0};
    emit_window_check(e, op, t, op->args + 1, one);
    int v = em_bind(e, r,
                    var_new(e, em_name(r, em_name(t, "x")),
                            scalar_ctype(r->type), true));
    Mat m = mat_of(e, t);
    put_decl(e, v, true, "%e",
             em_element(e, m.dt, mat_element(e, &m, op->args + 1)));
}

static void emit_write(Em *e, IrOp *op)
{
    IrValue *t = op->args[0], *one[IR_MAX_RANK] = {0};
    emit_window_check(e, op, t, op->args + 2, one);
    Mat m = mat_of(e, t);
    Ex bits = em_scalar_bits(e, m.dt, em_value(e, op->args[1]));
    put_line(e, "%e = %e;", mat_element(e, &m, op->args + 2), bits);
}

void emit_memory(Em *e, IrOp *op)
{
    switch (op->op) {
    case IR_LOAD: emit_load(e, op); return;
    case IR_STORE: emit_store(e, op); return;
    case IR_COPY: emit_copy(e, op); return;
    case IR_READ: emit_read(e, op); return;
    default: emit_write(e, op);
    }
}
