/* Expressions of elements, built by the rules of language.md 3.1.1; expr_run.c
 * runs them.
 *
 * An operation on a small tensor is compiled, run and forgotten at once.  On
 * a big one the node is kept in the result's storage and grows into a chain,
 * until something needs values, or the chain gets long or would pin much
 * memory. */
#include "tensor_int.h"

#include <stdlib.h>
#include <string.h>

enum {
    LAZY_MIN = 1 << 23, /* elements: smaller results are evaluated at once */
    MAX_LEAVES = 2,     /* chains that pin more full-size buffers are, too */
    CHUNK = 256         /* elements looked at at a time */
};

/* ---- nodes ---- */

static QwExpr *node_new(QwTcx *cx, ExprKind kind, QwDtype dtype, int64_t numel)
{
    QwExpr *e = calloc(1, sizeof *e);
    if (!e) {
        qwt_fail(cx, QWT_ERR_MEMORY, "no memory for an expression");
        return NULL;
    }
    *e = (QwExpr){.refs = 1,
                  .kind = kind,
                  .dtype = dtype,
                  .numel = numel,
                  .nnodes = 1,
                  .cx = cx};
    return e;
}

QwExpr *qwx_ref(QwExpr *e)
{
    e->refs++;
    return e;
}

static void drop_inputs(QwExpr *e)
{
    for (int i = 0; i < 3; i++) {
        qwx_unref(e->arg[i]);
        e->arg[i] = NULL;
    }
    qwb_unref(e->buf);
    e->buf = NULL;
}

void qwx_unref(QwExpr *e) /* as deep as QWX_MAX_NODES at most */
{
    if (!e || --e->refs) return;
    drop_inputs(e);
    free(e);
}

void qwx_become_leaf(QwExpr *e, QwBuffer *b)
{
    drop_inputs(e);
    e->kind = EX_LEAF;
    e->buf = qwb_ref(b);
    e->walk = (QwWalk){.rank = 1, .shape = {e->numel}, .stride = {1}};
    e->nnodes = e->nleaves = 1;
    e->costly = false;
}

static QwExpr *leaf(QwTensor *t, int rank, const int64_t *shape,
                    const int64_t *stride, int64_t offset, int64_t numel)
{
    QwExpr *e = node_new(t->cx, EX_LEAF, t->dtype, numel);
    if (!e) return NULL;
    e->buf = qwb_ref(t->st->buf);
    qww_init(&e->walk, rank, shape, stride, offset);
    e->nleaves = t->st->numel >= numel / 2;
    return e;
}

/* A tensor may see its storage as another dtype of the same size. */
QwExpr *qwx_of(QwTensor *t)
{
    if (t->st->expr && t->st->expr->dtype == t->dtype && qwt_covers_storage(t))
        return qwx_ref(t->st->expr);
    if (!qwt_evaluate(t)) return NULL;
    return leaf(t, t->rank, t->shape, t->stride, t->offset, qwt_numel(t));
}

QwExpr *qwx_of_storage(QwTensor *t)
{
    if (t->st->expr) return qwx_ref(t->st->expr);
    const int64_t one = 1;
    return leaf(t, 1, &t->st->numel, &one, 0, t->st->numel);
}

static void adopt(QwExpr *e, int i, QwExpr *arg)
{
    e->arg[i] = arg;
    e->nnodes += arg->nnodes;
    e->nleaves += arg->nleaves;
    e->costly |= arg->costly;
}

QwExpr *qwx_cast(QwExpr *a, QwDtype dtype)
{
    if (a->dtype == dtype) return a;
    QwExpr *e = node_new(a->cx, EX_CAST, dtype, a->numel);
    if (e)
        adopt(e, 0, a);
    else
        qwx_unref(a);
    return e;
}

/* A tensor for e (taken): kept as it is when big, short and light. */
static QwTensor *deliver(QwTcx *cx, QwExpr *e, int rank, const int64_t *shape)
{
    if (!e) return NULL;
    const QwDtype dtype = e->dtype;
    const bool keep = e->numel >= LAZY_MIN && e->nnodes <= QWX_MAX_NODES &&
        e->nleaves <= MAX_LEAVES;
    if (keep || qwt_count(cx, dtype, rank, shape) < 0) {
        if (qwt_count(cx, dtype, rank, shape) >= 0)
            return qwt_wrap_expr(cx, e, dtype, rank, shape);
        qwx_unref(e);
        return NULL;
    }
    QwTensor *t = qwt_empty(cx, dtype, rank, shape);
    const bool ok = t && qwx_store(cx, e, t);
    qwx_unref(e);
    if (!ok) {
        qwt_unref(t);
        return NULL;
    }
    return t;
}

/* ---- factories ---- */

static QwExpr *generator(QwTcx *cx, ExprKind kind, QwDtype dtype, int rank,
                         const int64_t *shape)
{
    const int64_t n = qwt_count(cx, dtype, rank, shape);
    QwExpr *e = n < 0 ? NULL : node_new(cx, kind, dtype, n);
    if (e)
        e->costly = kind == EX_UNIFORM || kind == EX_NORMAL ||
            kind == EX_RANDINT;
    return e;
}

static QwTensor *generated(QwTcx *cx, ExprKind kind, QwDtype dtype, int rank,
                           const int64_t *shape, QwExpr set)
{
    QwExpr *e = generator(cx, kind, dtype, rank, shape);
    if (!e) return NULL;
    memcpy(e->d, set.d, sizeof e->d);
    memcpy(e->i, set.i, sizeof e->i);
    e->seed = set.seed;
    e->draw = set.draw;
    return deliver(cx, e, rank, shape);
}

QwTensor *qwt_fill_f64(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape,
                       double x)
{
    if (!qw_dtype_is_float(dtype))
        return qwt_fill_i64(cx, dtype, rank, shape, qw_f64_to_int(dtype, x));
    return generated(cx, EX_CONST, dtype, rank, shape, (QwExpr){.d = {x}});
}

QwTensor *qwt_fill_i64(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape,
                       int64_t x)
{
    if (qw_dtype_is_float(dtype))
        return qwt_fill_f64(cx, dtype, rank, shape, (double)x);
    return generated(cx, EX_CONST, dtype, rank, shape, (QwExpr){.i = {x}});
}

/* arange in another dtype than the one it is counted in */
static QwTensor *arange(QwTcx *cx, QwDtype dtype, QwDtype counted, int64_t n,
                        QwExpr set)
{
    QwTensor *t = generated(cx, EX_ARANGE, counted, 1, &n, set);
    QwTensor *r = t ? qwt_to(t, dtype) : NULL;
    qwt_unref(t);
    return r;
}

QwTensor *qwt_arange_i64(QwTcx *cx, QwDtype dtype, int64_t n, int64_t start,
                         int64_t step)
{
    return arange(cx, dtype, QW_I64, n, (QwExpr){.i = {start, step}});
}

QwTensor *qwt_arange_f64(QwTcx *cx, QwDtype dtype, int64_t n, double start,
                         double step)
{
    return arange(cx, dtype, QW_F64, n, (QwExpr){.d = {start, step}});
}

QwTensor *qwt_uniform(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape,
                      uint64_t seed, uint64_t draw, double lo, double hi)
{
    return generated(cx, EX_UNIFORM, dtype, rank, shape,
                     (QwExpr){.d = {lo, hi}, .seed = seed, .draw = draw});
}

QwTensor *qwt_normal(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape,
                     uint64_t seed, uint64_t draw, double mean, double std)
{
    return generated(cx, EX_NORMAL, dtype, rank, shape,
                     (QwExpr){.d = {mean, std}, .seed = seed, .draw = draw});
}

QwTensor *qwt_randint(QwTcx *cx, QwDtype dtype, int rank, const int64_t *shape,
                      uint64_t seed, uint64_t draw, int64_t lo, int64_t hi)
{
    if (lo >= hi) {
        qwt_fail(cx, QWT_ERR_USE,
                 "random integers need low < high, not %lld and %lld",
                 (long long)lo, (long long)hi);
        return NULL;
    }
    return generated(cx, EX_RANDINT, dtype, rank, shape,
                     (QwExpr){.i = {lo, hi}, .seed = seed, .draw = draw});
}

QwTensor *qwt_to(QwTensor *t, QwDtype dtype)
{
    if (t->dtype == dtype) return qwt_ref(t);
    QwExpr *e = qwx_of(t);
    return e ? deliver(t->cx, qwx_cast(e, dtype), t->rank, t->shape) : NULL;
}

/* ---- promotion and broadcasting ---- */

static int category(QwDtype d)
{
    return d == QW_BOOL ? 0 : qw_dtype_is_float(d) ? 2 : 1;
}

QwDtype qwt_promote(QwDtype a, QwDtype b)
{
    if (a == b) return a;
    if (category(a) != category(b)) return category(a) > category(b) ? a : b;
    const int sa = qw_dtype_size(a), sb = qw_dtype_size(b);
    if (category(a) == 2)
        return sa == sb ? QW_F32 : sa > sb ? a : b; /* float16 with bfloat16 */
    const bool ua = qw_dtype_info[a].cls == 'u',
               ub = qw_dtype_info[b].cls == 'u';
    if (ua == ub || (ua ? sb > sa : sa > sb)) return sa > sb ? a : b;
    /* mixed signs and the unsigned one is as wide: the next signed width */
    const int su = ua ? sa : sb;
    return su == 1 ? QW_I16 : su == 2 ? QW_I32 : QW_I64;
}

bool qwt_broadcast_shape(QwTcx *cx, int ra, const int64_t *a, int rb,
                         const int64_t *b, int *rank, int64_t *shape)
{
    const int r = ra > rb ? ra : rb;
    int64_t out[QWT_RANK];
    for (int d = 0; d < r; d++) {
        const int ia = d - (r - ra), ib = d - (r - rb);
        const int64_t na = ia < 0 ? 1 : a[ia], nb = ib < 0 ? 1 : b[ib];
        if (na != nb && na != 1 && nb != 1) {
            char ta[QWT_SHAPE_TEXT], tb[QWT_SHAPE_TEXT];
            return qwt_fail(cx, QWT_ERR_USE,
                            "shapes %s and %s do not broadcast: %lld against "
                            "%lld in dimension %d",
                            qwt_shape_text(ta, ra, a),
                            qwt_shape_text(tb, rb, b), (long long)na,
                            (long long)nb, d);
        }
        out[d] = na == 1 ? nb : na;
    }
    *rank = r;
    memcpy(shape, out, sizeof *out * (size_t)r);
    return true;
}

/* ---- operations ---- */

/* How an operand counts: a tensor with dimensions by its dtype, one without
 * and a number by its category only. */
static int arg_weight(const QwtArg *a)
{
    return !a->t ? 0 : a->t->rank ? 2 : 1;
}

static QwDtype arg_dtype(const QwtArg *a)
{
    if (a->t) return a->t->dtype;
    return a->cls == 'b' ? QW_BOOL : a->cls == 'i' ? QW_I64 : QW_F32;
}

static QwDtype common_dtype(const QwtArg *args, int first, int n)
{
    int top = 0;
    for (int i = first; i < n; i++)
        top = arg_weight(&args[i]) > top ? arg_weight(&args[i]) : top;
    QwDtype d = QW_BOOL;
    for (int i = first; i < n; i++)
        if (arg_weight(&args[i]) == top)
            d = qwt_promote(d, arg_dtype(&args[i]));
    for (int i = first; i < n; i++) {
        const QwDtype other = arg_dtype(&args[i]);
        if (arg_weight(&args[i]) < top && category(other) > category(d))
            d = category(other) == 2 ? QW_F32 : QW_I64;
    }
    return d;
}

static bool op_dtype(QwTcx *cx, QwtOp op, const QwtArg *args, QwDtype *out)
{
    const QwOpInfo *info = &qw_op_info[op];
    const int first = info->rule == RULE_WHERE;
    QwDtype d = common_dtype(args, first, info->nargs);
    switch (info->rule) {
    case RULE_FLOAT:
    case RULE_TRANS:
        if (!qw_dtype_is_float(d) && !(info->k[REP_I] && d != QW_BOOL))
            d = QW_F32;
        break;
    case RULE_LOGIC: d = QW_BOOL; break;
    case RULE_ARITH:
        if (d == QW_BOOL)
            return qwt_fail(cx, QWT_ERR_USE,
                            "%s is not defined for bool tensors: convert them "
                            "first, or use logical operators",
                            info->name);
        break;
    case RULE_BIT:
        if (qw_dtype_is_float(d))
            return qwt_fail(cx, QWT_ERR_USE,
                            "%s needs bool or integer tensors, not %s",
                            info->name, qw_dtype_info[d].torch);
        break;
    default: break;
    }
    *out = d;
    return true;
}

static QwExpr *constant(QwTcx *cx, QwDtype dtype, int64_t numel, double d,
                        int64_t i)
{
    QwExpr *e = node_new(cx, EX_CONST, dtype, numel);
    if (e) {
        e->d[0] = d;
        e->i[0] = i;
    }
    return e;
}

/* A number or a 0-d tensor as an operand computed in `dt`: a value of that
 * dtype; but a 16-bit tensor is scaled by a float32, as in torch. */
static QwExpr *number_operand(QwTcx *cx, QwtOp op, QwtArg a, QwDtype dt,
                              int64_t numel)
{
    if (a.t) {
        const bool fl = qw_dtype_is_float(a.t->dtype);
        const bool ok = fl ? qwt_get_f64(a.t, 0, &a.d)
                           : qwt_get_i64(a.t, 0, &a.i);
        if (!ok) return NULL;
        a.cls = fl ? 'f' : 'i';
    }
    if (!qw_dtype_is_float(dt)) {
        const int64_t v = a.cls == 'f' ? qw_f64_to_int(dt, a.d) : a.i;
        return constant(cx, dt, numel, 0, dt == QW_BOOL ? v != 0 : v);
    }
    const bool u64 = a.t && a.t->dtype == QW_U64;
    const double d = a.cls == 'f' ? a.d
        : u64                     ? (double)(uint64_t)a.i
                                  : (double)a.i;
    const bool scales = (op == QWT_MUL || op == QWT_DIV) && dt != QW_F64;
    return constant(cx, scales ? QW_F32 : dt, numel, d, 0);
}

static QwExpr *operand(QwTcx *cx, QwtOp op, const QwtArg *a, QwDtype dt,
                       int rank, const int64_t *shape, int64_t numel)
{
    if (arg_weight(a) < 2) return number_operand(cx, op, *a, dt, numel);
    QwTensor *x = qwt_expand(a->t, rank, shape);
    if (!x) return NULL;
    QwExpr *e = qwx_of(x);
    if (e && e->nnodes > QWX_MAX_NODES / 2) { /* keep trees short */
        qwx_unref(e);
        e = qwt_evaluate(x) ? qwx_of(x) : NULL;
    }
    qwt_unref(x);
    return e ? qwx_cast(e, dt) : NULL;
}

/* Integer quotients and powers have operands without a result. */
static bool check_integer_op(QwTcx *cx, QwtOp op, const QwtArg *args,
                             QwDtype dt)
{
    if (qw_dtype_is_float(dt) ||
        (op != QWT_FLOORDIV && op != QWT_MOD && op != QWT_FMOD &&
         op != QWT_POW))
        return true;
    const QwtArg *b = &args[1];
    if (op == QWT_POW)
        return b->t || b->i >= 0 ||
            qwt_fail(cx, QWT_ERR_USE,
                     "integers to a negative integer power are not defined: "
                     "convert the tensor to a float dtype first");
    bool zero = !b->t && b->i == 0;
    for (int64_t at = 0, n = b->t ? qwt_numel(b->t) : 0; !zero && at < n;) {
        int64_t part[CHUNK];
        const int64_t m = n - at < CHUNK ? n - at : CHUNK;
        if (!qwt_read_i64(b->t, at, m, part)) return false;
        for (int64_t i = 0; i < m; i++) zero |= part[i] == 0;
        at += m;
    }
    return !zero || qwt_fail(cx, QWT_ERR_ZERO, "integer division by zero");
}

static bool op_shape(QwTcx *cx, const QwtArg *args, int n, int *rank,
                     int64_t *shape)
{
    *rank = 0;
    for (int i = 0; i < n; i++)
        if (args[i].t &&
            !qwt_broadcast_shape(cx, *rank, shape, args[i].t->rank,
                                 args[i].t->shape, rank, shape))
            return false;
    return true;
}

static QwDtype result_dtype(QwRule rule, QwDtype computed)
{
    return rule == RULE_CMP || rule == RULE_LOGIC ? QW_BOOL : computed;
}

/* x ** 2 is x * x; other powers stay as they are */
static bool is_two(const QwtArg *a)
{
    return !a->t && (a->cls == 'f' ? a->d == 2 : a->i == 2);
}

QwTensor *qwt_op(QwTcx *cx, QwtOp op, const QwtArg *args)
{
    QwDtype dt = QW_F32;
    int rank;
    int64_t shape[QWT_RANK];
    if (!op_dtype(cx, op, args, &dt) || !check_integer_op(cx, op, args, dt) ||
        !op_shape(cx, args, qw_op_info[op].nargs, &rank, shape))
        return NULL;
    if (dt == QW_BOOL && (op == QWT_SHL || op == QWT_SHR)) {
        qwt_fail(cx, QWT_ERR_USE,
                 "%s needs integer tensors, not bool: convert them first",
                 qwt_op_name(op));
        return NULL;
    }
    if (op == QWT_POW && is_two(&args[1])) op = QWT_SQUARE;
    if (op == QWT_BITNOT && dt == QW_BOOL) op = QWT_LOGICAL_NOT;
    const QwOpInfo *info = &qw_op_info[op];
    const QwDtype out = result_dtype(info->rule, dt);
    const int64_t numel = qwt_count(cx, out, rank, shape);
    QwExpr *e = numel < 0 ? NULL : node_new(cx, EX_OP, out, numel);
    if (!e) return NULL;
    e->op = op;
    e->opdt = dt;
    e->costly = info->rule == RULE_TRANS;
    for (int i = 0; i < info->nargs; i++) {
        const QwDtype want = info->rule == RULE_WHERE && i == 0 ? QW_BOOL : dt;
        QwExpr *a = operand(cx, op, &args[i], want, rank, shape, numel);
        if (!a) {
            qwx_unref(e);
            return NULL;
        }
        adopt(e, i, a);
    }
    return deliver(cx, e, rank, shape);
}

QwTensor *qwt_op1(QwtOp op, QwTensor *a)
{
    return qwt_op(a->cx, op, (const QwtArg[3]){{.t = a}});
}

QwTensor *qwt_op2(QwtOp op, QwTensor *a, QwTensor *b)
{
    return qwt_op(a->cx, op, (const QwtArg[3]){{.t = a}, {.t = b}});
}

bool qwt_op_into(QwTensor *dst, QwtOp op, const QwtArg *args)
{
    QwTcx *cx = dst->cx;
    QwTensor *r = qwt_op(cx, op, args);
    if (!r) return false;
    bool ok = true;
    char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
    if (category(r->dtype) > category(dst->dtype))
        ok =
            qwt_fail(cx, QWT_ERR_USE,
                     "a %s result cannot be stored in place into a tensor of %s",
                     qw_dtype_info[r->dtype].torch,
                     qw_dtype_info[dst->dtype].torch);
    else if (!qwt_same_shape(r, dst))
        ok =
            qwt_fail(cx, QWT_ERR_USE,
                     "a result of shape %s does not fit in place into shape %s",
                     qwt_shape_text(a, r->rank, r->shape),
                     qwt_shape_text(b, dst->rank, dst->shape));
    ok = ok && qwt_copy_into(dst, r);
    qwt_unref(r);
    return ok;
}
