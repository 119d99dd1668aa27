/* Tile arithmetic in C: each op is one call on the last two axes, with the
 * valid extents of the result, inside loops over the leading axes.  Operands
 * that are smaller repeat by strides of zero.  An operand whose columns are not
 * adjacent, or that has fewer valid elements than the op reads, goes through a
 * padded copy that buffers.c made room for. */
#include "back/emit.h"
#include <string.h>

/* ---- operands ------------------------------------------------------------ */

static void make_dense(Em *e, Mat *m)
{
    int64_t dense = 1;
    for (int i = m->rank; i-- > 0; dense *= m->shape[i])
        m->stride[i] = ex_int(e, dense);
}

/* as the call can read it */
static Mat operand(Em *e, IrOp *op, int k)
{
    Mat m = mat_of(e, op->args[k]);
    if (k >= TEMP_SUM || e->plan->temp[op->id][TEMP_ARG + k] < 0) return m;
    Mat d = m;
    d.ptr = temp_pointer(e, op, TEMP_ARG + k, m.dt,
                         arena_printf(e->a, "%s_padded",
                                      em_name(op->args[k], "x")));
    make_dense(e, &d);
    mat_copy(e, d, m, m.valid);
    mat_pad(e, d, m.valid, ex_zero(e, m.dt));
    return d;
}

/* repeated to the shape `to` by zero strides; a scalar repeats on all axes */
static Mat operand_at(Em *e, IrOp *op, int k, const Type *to)
{
    IrValue *v = op->args[k];
    Mat m = {.rank = to->rank, .dt = to->dtype};
    if (v->type->kind == TY_SCALAR) {
        m.ptr = ex_literal(e, to->dtype, v);
        for (int i = 0; i < to->rank; i++)
            m.stride[i] = ex_int(e, 0), m.shape[i] = 1;
        return m;
    }
    m = operand(e, op, k);
    for (int i = 0; i < to->rank; i++)
        if (m.shape[i] == 1 && to->shape[i] != 1) m.stride[i] = ex_int(e, 0);
    return m;
}

static Mat result(Em *e, IrOp *op)
{
    if (direct_store(op)) return direct_target(e, direct_store(op));
    if (direct_assemble(e, op)) return assemble_target(e, op->next);
    tile_define(e, op->results[0]);
    return mat_of(e, op->results[0]);
}

/* column stride as the calls take it: 0 repeats */
static Ex column_stride(Em *e, const Mat *m)
{
    return ex_is(m->stride[m->rank - 1], 0) ? ex_int(e, 0) : ex_int(e, 1);
}

static bool is_dense_column(const Mat *m)
{
    return m->rank == 2 && m->shape[1] == 1 &&
        (ex_is(m->stride[0], 1) || ex_is(m->stride[0], 0));
}

/* columns [M, 1] side by side in memory are one row of M for the call */
static bool turn_columns(Em *e, int n, Mat *const *m)
{
    for (int i = 0; i < n; i++)
        if (!is_dense_column(m[i])) return false;
    if (!ex_is(m[0]->stride[0], 1) || !ex_is(m[0]->valid[1], 1) ||
        m[0]->shape[0] == 1)
        return false;
    for (int i = 0; i < n; i++) {
        m[i]->stride[1] = m[i]->stride[0];
        m[i]->stride[0] = ex_is(m[i]->stride[1], 0) ? ex_int(e, 0)
                                                    : ex_int(e, m[0]->shape[0]);
    }
    m[0]->valid[1] = m[0]->valid[0];
    m[0]->valid[0] = ex_int(e, 1);
    return true;
}

static Ex rows_of(Em *e, const Mat *m)
{
    return mat_extent(e, m->rank, m->valid, 2);
}
static Ex columns_of(Em *e, const Mat *m)
{
    return mat_extent(e, m->rank, m->valid, 1);
}

/* ---- elementwise --------------------------------------------------------- */

static const char *function_name(Em *e, const IrOp *op)
{
    static const char *const cmp[] = {"cmp_eq", "cmp_ne", "cmp_lt",
                                      "cmp_le", "cmp_gt", "cmp_ge"};
    const char *name = op->op == IR_CMP ? cmp[op->at.pred]
                                        : ir_op_info[op->op].text;
    return arena_printf(e->a, "qw_%s_%s", name,
                        dsuffix(op->args[0]->type->kind == TY_SCALAR
                                    ? op->args[1]->type->dtype
                                    : op->args[0]->type->dtype));
}

static void emit_elementwise(Em *e, IrOp *op)
{
    const Type *t = op->results[0]->type;
    Mat a = operand_at(e, op, 0, t), b = {0}, d;
    bool two = op->nargs > 1;
    if (two) b = operand_at(e, op, 1, t);
    d = result(e, op);
    Mat *all[] = {&d, &a, &b};
    int n = two ? 3 : 2;
    turn_columns(e, n, all);
    int opened = mat_open(e, n, all, d.valid, 2);
    Ex m = rows_of(e, &d), w = columns_of(e, &d);
    Ex head = ex_fmt(e, PREC_POST, "%s(%e, %e, %e, %e, %e",
                     function_name(e, op), d.ptr, mat_ld(e, &d), a.ptr,
                     mat_ld(e, &a), column_stride(e, &a));
    if (two)
        put_line(e, "%s, %e, %e, %e, %e, %e);", head.s, b.ptr, mat_ld(e, &b),
                 column_stride(e, &b), m, w);
    else
        put_line(e, "%s, %e, %e);", head.s, m, w);
    mat_close(e, opened);
}

static void emit_cast(Em *e, IrOp *op)
{
    static const char *const mode[] = {"QW_NONE",  "QW_RINT", "QW_ROUND",
                                       "QW_FLOOR", "QW_CEIL", "QW_TRUNC",
                                       "QW_ODD"};
    Mat a = operand(e, op, 0), d = result(e, op), *both[] = {&d, &a};
    turn_columns(e, 2, both);
    int opened = mat_open(e, 2, both, d.valid, 2);
    put_line(e, "qw_cast(%s, %e, %e, %s, %e, %e, %e, %e, %s);",
             dtype_enum(d.dt), d.ptr, mat_ld(e, &d), dtype_enum(a.dt), a.ptr,
             mat_ld(e, &a), rows_of(e, &d), columns_of(e, &d),
             mode[op->at.round]);
    mat_close(e, opened);
}

static void emit_expand(Em *e, IrOp *op)
{
    Mat a = operand_at(e, op, 0, op->results[0]->type), d = result(e, op);
    memcpy(a.shape, d.shape, sizeof d.shape);
    mat_copy(e, d, a, d.valid);
}

/* ---- reductions ---------------------------------------------------------- */

static void emit_reduce(Em *e, IrOp *op)
{
    bool rows = ir_is_row_reduction(op);
    Mat a = operand(e, op, 0), d = result(e, op);
    Ex m = rows ? rows_of(e, &d) : rows_of(e, &a),
       n = rows ? columns_of(e, &a) : columns_of(e, &d);
    put_line(e, "%s(%e, %e, %e, %e, %e, %e);", function_name(e, op), d.ptr,
             mat_ld(e, &d), a.ptr, mat_ld(e, &a), m, n);
}

/* ---- products ------------------------------------------------------------ */

static const char *gemm_flags(const IrOp *op, bool acc)
{
    static const char *const text[] = {
        "0",      "QW_AT",          "QW_BT",          "QW_AT | QW_BT",
        "QW_ACC", "QW_AT | QW_ACC", "QW_BT | QW_ACC", "QW_AT | QW_BT | QW_ACC",
    };
    return text[op->at.a_trans + 2 * op->at.b_trans + 4 * acc];
}

/* leading axes of extent 1 repeat */
static void repeat_leading(Em *e, Mat *m, int rank)
{
    for (int k = 0; k < rank - 2; k++)
        if (m->shape[k] == 1) m->stride[k] = ex_int(e, 0);
}

static void emit_gemm(Em *e, IrOp *op, Mat d, Ex m, Ex n, int first, bool acc)
{
    Mat a = operand(e, op, first), b = operand(e, op, first + 1),
        *all[] = {&d, &a, &b};
    int r = d.rank;
    IrValue *ka = ir_valid(e->f, op->args[first],
                           op->at.a_trans ? r - 2 : r - 1);
    IrValue *kb = ir_valid(e->f, op->args[first + 1],
                           op->at.b_trans ? r - 1 : r - 2);
    Ex k = ir_equal(e->f, ka, kb) ? em_value(e, ka)
                                  : ex_min(e, em_value(e, ka), em_value(e, kb));
    repeat_leading(e, &a, r);
    repeat_leading(e, &b, r);
    int opened = mat_open(e, 3, all, d.valid, 2);
    if (!opened) emit_gemm_hints(e, op, first, a.ptr);
    const bool cast = op->at.b_cast;
    put_line(
        e,
        "if (qw_gemm_%s%s(%w, %e, %e, %e, %e, %s%s%e, %e, %e, %e, %e, %s) != QW_OK)",
        dsuffix(a.dt), cast ? "_cast" : "", d.ptr, mat_ld(e, &d), a.ptr,
        mat_ld(e, &a), cast ? dtype_enum(b.dt) : "", cast ? ", " : "", b.ptr,
        mat_ld(e, &b), m, n, k, gemm_flags(op, acc));
    put_then(e, "return QW_ERR_NOMEM;");
    mat_close(e, opened);
}

static void emit_matmul(Em *e, IrOp *op)
{
    Mat d = result(e, op);
    Ex m = rows_of(e, &d), n = columns_of(e, &d);
    if (e->plan->temp[op->id][TEMP_SUM] < 0) {
        emit_gemm(e, op, d, m, n, 0, false);
        return;
    }
    Mat sum = d;
    sum.ptr = temp_pointer(e, op, TEMP_SUM, QW_F32,
                           arena_printf(e->a, "%s_sum",
                                        em_name(op->results[0], "product")));
    make_dense(e, &sum); /* d may be a window of a tensor */
    emit_gemm(e, op, sum, m, n, 0, false);
    Mat *both[] = {&d, &sum};
    int opened = mat_open(e, 2, both, d.valid, 2);
    put_line(e, "qw_cast(%s, %e, %e, QW_F32, %e, %e, %e, %e, QW_NONE);",
             dtype_enum(d.dt), d.ptr, mat_ld(e, &d), sum.ptr, mat_ld(e, &sum),
             m, n);
    mat_close(e, opened);
}

static void emit_matmul_acc(Em *e, IrOp *op)
{
    IrFunc *f = e->f;
    IrValue *acc = op->args[0], *a = op->args[1], *b = op->args[2];
    int r = acc->type->rank;
    Mat d = tile_begin(e, op, 0);
    IrValue *m = ir_valid(f, acc, r - 2), *n = ir_valid(f, acc, r - 1);
    IrValue *am = ir_valid(f, a, op->at.a_trans ? r - 1 : r - 2),
            *bn = ir_valid(f, b, op->at.b_trans ? r - 2 : r - 1);
    Ex rows = ir_less_equal(f, m, am)
        ? em_value(e, m)
        : ex_min(e, em_value(e, m), em_value(e, am));
    Ex cols = ir_less_equal(f, n, bn)
        ? em_value(e, n)
        : ex_min(e, em_value(e, n), em_value(e, bn));
    emit_gemm(e, op, d, rows, cols, 1, true);
}

/* ---- sort, gather, scatter ----------------------------------------------- */

static void emit_merge_lists(Em *e, IrOp *op)
{
    Text src = {.a = e->a}, len = {.a = e->a};
    for (int k = 0; k < op->nargs; k++) {
        Mat p = mat_of(e, op->args[k]);
        text_printf(&src, "%s%s", k ? ", " : "", ex_fmt(e, 0, "%e", p.ptr).s);
        text_printf(&len, "%s%lld", k ? ", " : "",
                    (long long)ir_elements(op->args[k]->type));
    }
    Mat d = result(e, op);
    put_line(
        e,
        "qw_mrgsort_lists(%e, (const float *const[]){%s}, (const int64_t[]){%s}, %d);",
        d.ptr, text_str(&src), text_str(&len), (int64_t)op->nargs);
}

/* a call that fails on an index out of range */
static void emit_indexed(Em *e, IrOp *op, Ex call, int64_t size, int bad)
{
    put_line(e, "if (%e)", call);
    put_then(e, "return qw_fail(%w, QW_ERR_INDEX, %e, %e, %d, 0, %e);",
             em_site(e, op, em_name(op->args[1], "index"), -1), ex_var(e, bad),
             size, em_loops(e));
}

static void emit_gather_index(Em *e, IrOp *op)
{
    Mat x = operand(e, op, 0), i = operand(e, op, 1), d = result(e, op);
    int bad = var_new(e, "bad", "int64_t", false);
    put_declare(e, bad);
    Ex call =
        ex_fmt(e, PREC_POST,
               "qw_gather_index(%d, %e, %e, %e, %e, %d, %e, %e, %e, %e, &%e)",
               (int64_t)qw_dtype_size(d.dt), d.ptr, mat_ld(e, &d), x.ptr,
               mat_ld(e, &x), x.shape[x.rank - 1], i.ptr, mat_ld(e, &i),
               rows_of(e, &d), columns_of(e, &d), ex_var(e, bad));
    emit_indexed(e, op, call, x.shape[x.rank - 1], bad);
}

static void emit_scatter_index(Em *e, IrOp *op)
{
    Mat d = tile_begin(e, op, 0), i = operand(e, op, 1), s = operand(e, op, 2);
    int bad = var_new(e, "bad", "int64_t", false);
    put_declare(e, bad);
    Ex call =
        ex_fmt(e, PREC_POST,
               "qw_scatter_index(%d, %e, %e, %d, %e, %e, %e, %e, %e, %e, &%e)",
               (int64_t)qw_dtype_size(d.dt), d.ptr, mat_ld(e, &d),
               d.shape[d.rank - 1], i.ptr, mat_ld(e, &i), s.ptr, mat_ld(e, &s),
               rows_of(e, &i), columns_of(e, &i), ex_var(e, bad));
    emit_indexed(e, op, call, d.shape[d.rank - 1], bad);
}

static void emit_selection(Em *e, IrOp *op)
{
    IrValue *p = op->args[0];
    int64_t n = ir_elements(p->type), size = qw_dtype_size(p->type->dtype);
    switch (op->op) {
    case IR_GATHER_INDEX: emit_gather_index(e, op); return;
    case IR_SCATTER_INDEX: emit_scatter_index(e, op); return;
    case IR_MRGSORT_LISTS: emit_merge_lists(e, op); return;
    case IR_SCATTER_MASK: {
        Mat d = tile_begin(e, op, 0), s = operand(e, op, 1);
        put_line(e, "qw_scatter_mask(%d, %e, %e, %d, %d, %d);", size, d.ptr,
                 s.ptr, ir_elements(op->results[0]->type),
                 (int64_t)op->at.period, (int64_t)op->at.mask);
        return;
    }
    default: break;
    }
    Mat a = operand(e, op, 0), i = {0}, d;
    if (op->op == IR_SORT32) i = operand(e, op, 1);
    d = result(e, op);
    if (op->op == IR_SORT32) {
        const char *cast = i.dt == QW_U32 ? "" : "(const uint32_t *)";
        put_line(e, "qw_sort32(%e, %e, %s%u, %d);", d.ptr, a.ptr, cast, i.ptr,
                 n);
    } else if (op->op == IR_MRGSORT_BLOCK) {
        put_line(e, "qw_mrgsort_blocks(%e, %e, %d, %d);", d.ptr, a.ptr, n,
                 op->at.block_len);
    } else {
        put_line(e, "qw_gather_mask(%d, %e, %e, %d, %d, %d);", size, d.ptr,
                 a.ptr, n, (int64_t)op->at.period, (int64_t)op->at.mask);
    }
}

void emit_compute(Em *e, IrOp *op)
{
    switch (ir_op_info[op->op].cls) {
    case CLS_EW1:
    case CLS_EW2: emit_elementwise(e, op); return;
    case CLS_REDUCE: emit_reduce(e, op); return;
    case CLS_SELECTION: emit_selection(e, op); return;
    case CLS_MATRIX:
        if (op->op == IR_MATMUL)
            emit_matmul(e, op);
        else
            emit_matmul_acc(e, op);
        return;
    default:
        if (op->op == IR_CAST)
            emit_cast(e, op);
        else
            emit_expand(e, op);
    }
}
