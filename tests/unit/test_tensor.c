/* Whole tensors: conversions against the scalar definitions, views, sharing
 * of memory, lazy chains, products, errors and the accounting of memory. */
#include "tensor.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "par.h"

static QwTcx cx;

static int fresh(void **state)
{
    (void)state;
    memset(&cx, 0, sizeof cx);
    return 0;
}

/* every test gives all its memory back */
static int all_returned(void **state)
{
    (void)state;
    return cx.mem_used == 0 ? 0 : -1;
}

static QwTensor *ints(int rank, const int64_t *shape)
{
    int64_t n = 1;
    for (int d = 0; d < rank; d++) n *= shape[d];
    QwTensor *t = qwt_arange_i64(&cx, QW_F32, n, 0, 1),
             *r = qwt_reshape(t, rank, shape, false);
    qwt_unref(t);
    assert_non_null(r);
    return r;
}

static double at(QwTensor *t, int64_t pos)
{
    double x = 0;
    assert_true(qwt_get_f64(t, pos, &x));
    return x;
}

/* ---- dtypes ---- */

static bool same_float(double a, double b)
{
    return (isnan(a) && isnan(b)) || (a == b && !signbit(a) == !signbit(b));
}

/* every 16-bit pattern through float32 and back; halfway cases by hand */
static void sixteen_bit_formats(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < 65536; h++) {
        const float b = qw_bf16_to_f32((uint16_t)h),
                    f = qw_f16_to_f32((uint16_t)h);
        for (int mode = QW_NONE; mode <= QW_ODD; mode++) {
            if (!isnan(b))
                assert_int_equal(qw_f32_to_bf16(b, (QwRound)mode), h);
            if (!isnan(f)) assert_int_equal(qw_f32_to_f16(f, (QwRound)mode), h);
        }
        if (!isnan(f) && !isinf(f)) {
            const int e = h >> 10 & 31, m = h & 1023;
            const double v = e ? ldexp(1024 + m, e - 25) : ldexp(m, -24);
            assert_true(same_float((double)f, h & 0x8000 ? -v : v));
        }
    }
    assert_int_equal(qw_f32_to_f16(65519.996f, QW_RINT), 0x7bff);
    assert_int_equal(qw_f32_to_f16(65520.0f, QW_RINT), 0x7c00);
    assert_int_equal(qw_f32_to_f16(1e9f, QW_TRUNC), 0x7bff);
    assert_int_equal(qw_f32_to_f16(1e9f, QW_FLOOR), 0x7bff);
    assert_int_equal(qw_f32_to_f16(1e9f, QW_CEIL), 0x7c00);
    assert_int_equal(qw_f32_to_f16(0x1p-25f, QW_RINT), 0);
    assert_int_equal(qw_f32_to_f16(0x1p-25f, QW_ROUND), 1);
    assert_int_equal(qw_f32_to_f16(0x1p-60f, QW_CEIL), 1);
    assert_int_equal(qw_f32_to_f16(-0x1p-60f, QW_FLOOR), 0x8001);
    assert_int_equal(qw_f32_to_f16(0x1p-60f, QW_ODD), 1);
    assert_int_equal(qw_f32_to_bf16(1.00390625f, QW_RINT), 0x3f80);
    assert_int_equal(qw_f32_to_bf16(1.00390625f, QW_ROUND), 0x3f81);
    assert_int_equal(qw_f32_to_bf16(1.00390625f, QW_ODD), 0x3f81);
    assert_int_equal(qw_f32_to_bf16(0x1.fffffep127f, QW_RINT), 0x7f80);
    /* one rounding from double: just above a tie that float32 would hit */
    assert_int_equal(qw_f64_to_bf16(1.00390625 + 0x1p-40), 0x3f81);
    assert_int_equal(qw_f64_to_f16(1 + 0x1p-11 + 0x1p-40), 0x3c01);
    assert_int_equal(qw_f64_to_bf16(0x1p-134), 0);
    assert_int_equal(qw_f64_to_bf16(0x1.8p-134), 1);
}

/* whole-tensor conversions against the one-element functions, all pairs */
static void conversions_match_the_scalar_ones(void **state)
{
    static const double seed[] = {0,          -0.0,       1,     -1,
                                  0.5,        1.5,        2.5,   -2.5,
                                  127.5,      128,        255,   256,
                                  -129,       32767.5,    65504, 65520,
                                  65535,      70000,      1e9,   -1e9,
                                  3e9,        1e10,       2e19,  -1e19,
                                  1e-8,       3e-8,       6e-8,  1e-40,
                                  1e-45,      3.4e38,     1e39,  1e300,
                                  1.00390625, 1.01171875, 0.1,   INFINITY,
                                  -INFINITY,  NAN};
    const int64_t n = sizeof seed / sizeof *seed;
    (void)state;
    QwTensor *base = qwt_from_data(&cx, QW_F64, 1, &n, seed);
    for (int from = 0; from < QW_DTYPE_COUNT; from++) {
        QwTensor *a = qwt_to(base, (QwDtype)from);
        const char *pa = qwt_data(a);
        for (int to = 0; to < QW_DTYPE_COUNT; to++) {
            QwTensor *b = qwt_to(a, (QwDtype)to);
            const char *pb = qwt_data(b);
            for (int64_t i = 0; i < n; i++) {
                char want[8];
                const void *src = pa + i * qw_dtype_size((QwDtype)from);
                if (qw_dtype_is_float((QwDtype)from))
                    qw_elem_set_f64((QwDtype)to, want,
                                    qw_elem_f64((QwDtype)from, src));
                else if (from == QW_U64 && qw_dtype_is_float((QwDtype)to))
                    qw_elem_set_f64((QwDtype)to, want,
                                    qw_elem_f64((QwDtype)from, src));
                else
                    qw_elem_set_i64((QwDtype)to, want,
                                    qw_elem_i64((QwDtype)from, src));
                const void *got = pb + i * qw_dtype_size((QwDtype)to);
                if (qw_dtype_is_float((QwDtype)to))
                    assert_true(same_float(qw_elem_f64((QwDtype)to, got),
                                           qw_elem_f64((QwDtype)to, want)));
                else
                    assert_int_equal(qw_elem_i64((QwDtype)to, got),
                                     qw_elem_i64((QwDtype)to, want));
            }
            qwt_unref(b);
        }
        qwt_unref(a);
    }
    qwt_unref(base);
}

/* all 2^16 values through the vector paths */
static void vector_paths_of_16_bits(void **state)
{
    const int64_t n = 65536;
    uint16_t *h = malloc(n * 2);
    (void)state;
    for (int64_t i = 0; i < n; i++) h[i] = (uint16_t)i;
    const QwDtype d[2] = {QW_F16, QW_BF16};
    for (int k = 0; k < 2; k++) {
        QwTensor *a = qwt_from_data(&cx, d[k], 1, &n, h),
                 *f = qwt_to(a, QW_F32);
        QwTensor *b = qwt_to(f, d[k]), *w = qwt_to(f, QW_F64),
                 *c = qwt_to(w, d[k]);
        const float *pf = qwt_data(f);
        const uint16_t *pb = qwt_data(b), *pc = qwt_data(c);
        for (int64_t i = 0; i < n; i++) {
            const float want = k ? qw_bf16_to_f32((uint16_t)i)
                                 : qw_f16_to_f32((uint16_t)i);
            assert_true(same_float((double)pf[i], (double)want));
            if (isnan(want)) {
                assert_true(
                    isnan(k ? qw_bf16_to_f32(pb[i]) : qw_f16_to_f32(pb[i])));
                continue;
            }
            assert_int_equal(pb[i], i);
            assert_int_equal(pc[i], i);
        }
        QwTensor *all[] = {a, f, b, w, c};
        for (int i = 0; i < 5; i++) qwt_unref(all[i]);
    }
    free(h);
}

/* ---- views and memory ---- */

static void views_share_and_copies_do_not(void **state)
{
    (void)state;
    QwTensor *a = ints(2, (const int64_t[]){3, 4});
    QwTensor *t = qwt_transpose(a, 0, 1), *row = qwt_select(t, 0, 2),
             *c = qwt_clone(a);
    QwTensor *seven = qwt_scalar_f64(&cx, QW_F64, 7.0);
    assert_true(qwt_copy_into(row, seven)); /* column 2 of a */
    assert_true(at(a, 2) == 7 && at(a, 6) == 7 && at(a, 10) == 7 &&
                at(a, 5) == 5);
    assert_true(at(c, 2) == 2 && at(c, 6) == 6);
    assert_true(qwt_shares_memory(a, row));
    assert_false(qwt_shares_memory(a, c));
    assert_null(qwt_reshape(t, 1, (const int64_t[]){12}, false));
    assert_int_equal(cx.err, QWT_ERR_USE);
    QwTensor *flat = qwt_reshape(t, 1, (const int64_t[]){-1}, true);
    assert_true(at(flat, 1) == 4 && at(flat, 3) == 1);
    QwTensor *all[] = {a, t, row, c, seven, flat};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) qwt_unref(all[i]);
}

/* a clone costs memory only when one side is written */
static void clones_are_copied_at_the_first_write(void **state)
{
    const int64_t n = 1 << 20;
    (void)state;
    QwTensor *a = qwt_fill_f64(&cx, QW_F32, 1, &n, 2.0);
    const int64_t one = cx.mem_used;
    QwTensor *b = qwt_clone(a), *c = qwt_clone(a);
    assert_int_equal(cx.mem_used, one);
    assert_ptr_equal(qwt_data(a), qwt_data(b));
    ((float *)qwt_data_rw(b))[5] = 9;
    assert_int_equal(cx.mem_used, 2 * one);
    assert_true(at(a, 5) == 2 && at(b, 5) == 9 && at(c, 5) == 2);
    ((float *)qwt_data_rw(a))[5] = 3;
    assert_true(at(c, 5) == 2 && at(a, 5) == 3);
    qwt_unref(a);
    assert_true(at(c, 5) == 2);
    qwt_unref(b);
    qwt_unref(c);
}

static void one_block_mapped_many_times(void **state)
{
    const int64_t shape[2] = {2, 1024};
    (void)state;
    QwTensor *a = ints(2, shape), *r = qwt_repeat_mapped(a, 40);
    assert_non_null(r);
    assert_int_equal(r->shape[0], 80);
    assert_int_equal(cx.mem_used, 2 * 8192);
    for (int i = 0; i < 40; i++)
        assert_memory_equal((const char *)qwt_data(r) + i * 8192, qwt_data(a),
                            8192);
    QwTensor *c = qwt_clone(r);
    ((float *)qwt_data_rw(c))[2048] = -1; /* a write copies the whole */
    assert_true(at(c, 2048) == -1 && at(r, 2048) == 0 && at(c, 4096) == 0);
    QwTensor *odd = ints(1, (const int64_t[]){5});
    assert_null(qwt_repeat_mapped(odd, 2));
    const int64_t used = cx.mem_used;
    cx.mem_limit = used + 8191;
    assert_null(qwt_repeat_mapped(a, 40)); /* the limit's message, not mmap's */
    assert_non_null(strstr(cx.msg, "would exceed the limit `memory`"));
    assert_int_equal(cx.mem_used, used);
    cx.mem_limit = 0;
    QwTensor *all[] = {a, r, c, odd};
    for (int i = 0; i < 4; i++) qwt_unref(all[i]);
}

static void sizes_and_memory_are_limited(void **state)
{
    const int64_t huge[2] = {INT64_C(1) << 40, INT64_C(1) << 40},
                  some[1] = {1 << 20};
    (void)state;
    assert_null(qwt_zeros(&cx, QW_F32, 2, huge));
    assert_int_equal(cx.err, QWT_ERR_SIZE);
    assert_null(qwt_zeros(&cx, QW_F32, 1, (const int64_t[]){-1}));
    assert_int_equal(cx.err, QWT_ERR_USE);
    cx.mem_limit = 6 << 20;
    QwTensor *a = qwt_zeros(&cx, QW_F32, 1, some);
    assert_non_null(a);
    assert_null(qwt_zeros(&cx, QW_F32, 1, some));
    assert_int_equal(cx.err, QWT_ERR_MEMORY);
    qwt_unref(a);
    a = qwt_zeros(&cx, QW_F32, 1, some);
    assert_non_null(a);
    qwt_unref(a);
}

/* ---- lazy chains ---- */

static QwTensor *with_number(QwtOp op, QwTensor *a, double x)
{
    return qwt_op(&cx, op, (const QwtArg[3]){{.t = a}, qwt_num(x)});
}

/* 0.5 * (rand - 0.5) / sqrt(h) to bfloat16: no temporaries, right values */
static void long_chains_make_no_temporaries(void **state)
{
    const int64_t shape[2] = {4096, 2304};
    (void)state;
    QwTensor *r = qwt_uniform(&cx, QW_F32, 2, shape, 5, 9, 0, 1);
    QwTensor *s = with_number(QWT_SUB, r, 0.5),
             *m = with_number(QWT_MUL, s, 0.5);
    QwTensor *d = with_number(QWT_DIV, m, 48.0), *b = qwt_to(d, QW_BF16);
    assert_true(qwt_is_lazy(b));
    assert_int_equal(cx.mem_used, 0);
    assert_true(qwt_evaluate(b));
    assert_int_equal(cx.mem_peak, qwt_bytes(b));
    const int64_t spots[] = {0, 1, 2047, 2048, 131071, 131072, 9437183};
    for (size_t i = 0; i < sizeof spots / sizeof *spots; i++) {
        QwTensor *one = qwt_reshape(b, 1, (const int64_t[]){-1}, false);
        const float u = (float)at(r, spots[i]);
        const float want = (u - 0.5f) * 0.5f / 48.0f;
        assert_true(at(one, spots[i]) ==
                    (double)qw_bf16_to_f32(qw_f32_to_bf16(want, QW_RINT)));
        qwt_unref(one);
    }
    QwTensor *all[] = {r, s, m, d, b};
    for (int i = 0; i < 5; i++) qwt_unref(all[i]);
}

static void lazy_values_are_those_of_the_moment(void **state)
{
    const int64_t n = (1 << 23) + 5;
    (void)state;
    QwTensor *a = qwt_arange_i64(&cx, QW_F32, n, 0, 1);
    assert_true(qwt_evaluate(a));
    QwTensor *b = with_number(QWT_ADD, a, 1.0), *c = qwt_clone(b);
    assert_true(qwt_is_lazy(b));
    QwTensor *zero = qwt_scalar_f64(&cx, QW_F32, 0.0);
    assert_true(qwt_copy_into(a, zero));
    assert_true(at(a, 100) == 0 && at(b, 100) == 101 &&
                at(c, n - 1) == (double)n);
    QwTensor *all[] = {a, b, c, zero};
    for (int i = 0; i < 4; i++) qwt_unref(all[i]);
}

static void results_do_not_depend_on_threads(void **state)
{
    const int64_t shape[2] = {700, 3001};
    double sum[2], var[2];
    (void)state;
    for (int k = 0; k < 2; k++) {
        const QwtRedArgs all = {.dtype = -1, .correction = 1};
        qw_par_set_threads(k ? 5 : 1);
        QwTensor *r = qwt_normal(&cx, QW_F32, 2, shape, 1, 0, 0, 1);
        QwTensor *t = qwt_transpose(r, 0, 1), *p = qwt_matmul(r, t);
        QwTensor *s = qwt_reduce(r, QWT_SUM, &all),
                 *v = qwt_reduce(p, QWT_VAR, &all);
        sum[k] = at(s, 0);
        var[k] = at(v, 0);
        QwTensor *gone[] = {r, t, p, s, v};
        for (int i = 0; i < 5; i++) qwt_unref(gone[i]);
    }
    qw_par_set_threads(0);
    assert_true(sum[0] == sum[1] && var[0] == var[1]);
}

/* ---- products ---- */

static void check_product(QwTensor *a, QwTensor *b)
{
    QwTensor *p = qwt_matmul(a, b);
    const int64_t m = a->shape[0], k = a->shape[1], n = b->shape[1];
    QwTensor *ca = qwt_to(a, QW_F64), *cb = qwt_to(b, QW_F64);
    assert_non_null(p);
    for (int64_t i = 0; i<m; i += m> 40 ? 37 : 1)
        for (int64_t j = 0; j<n; j += n> 40 ? 41 : 1) {
            double s = 0;
            for (int64_t l = 0; l < k; l++)
                s += at(ca, i * k + l) * at(cb, l * n + j);
            char want[8]; /* small integers: exact, then rounded once */
            qw_elem_set_f64(p->dtype, want, s);
            assert_true(at(p, i * n + j) == qw_elem_f64(p->dtype, want));
        }
    qwt_unref(p);
    qwt_unref(ca);
    qwt_unref(cb);
}

/* blocks and their edges, every layout of the operands */
static void products_in_blocks(void **state)
{
    static const int64_t size[][3] = {{1, 1, 1},
                                      {3, 5, 2},
                                      {16, 513, 257},
                                      {257, 40, 600}};
    (void)state;
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        const int64_t m = size[i][0], k = size[i][1], n = size[i][2];
        QwTensor *a = qwt_randint(&cx, QW_F32, 2, (const int64_t[]){m, k}, 1, 0,
                                  -4, 5);
        QwTensor *at_ = qwt_randint(&cx, QW_BF16, 2, (const int64_t[]){k, m}, 1,
                                    1, -4, 5);
        QwTensor *b = qwt_randint(&cx, QW_BF16, 2, (const int64_t[]){k, n}, 1,
                                  2, -4, 5);
        QwTensor *bt = qwt_randint(&cx, QW_I32, 2, (const int64_t[]){n, k}, 1,
                                   3, -4, 5);
        QwTensor *av = qwt_transpose(at_, 0, 1), *bv = qwt_transpose(bt, 0, 1);
        check_product(a, b);
        check_product(a, bv);
        check_product(av, b);
        check_product(av, bv);
        QwTensor *all[] = {a, at_, b, bt, av, bv};
        for (int x = 0; x < 6; x++) qwt_unref(all[x]);
    }
}

/* a widened weight is never held whole */
static void a_lazy_operand_stays_lazy(void **state)
{
    const int64_t shape[2] = {8192, 1100};
    (void)state;
    QwTensor *w = qwt_randint(&cx, QW_BF16, 2, shape, 3, 0, -3, 4);
    assert_true(qwt_evaluate(w));
    QwTensor *wf = qwt_to(w, QW_F32), *k = qwt_slice(wf, 1, 100, 128, 1);
    QwTensor *kt = qwt_transpose(k, 0, 1),
             *x = ints(2, (const int64_t[]){2, 128});
    QwTensor *p = qwt_matmul(x, kt);
    assert_non_null(p);
    assert_true(qwt_is_lazy(wf));
    assert_true(cx.mem_peak < qwt_bytes(w) + (1 << 20));
    double s = 0;
    for (int64_t l = 0; l < 128; l++)
        s += at(x, 128 + l) * at(w, 4321 * 1100 + 100 + l);
    assert_true(at(p, 8192 + 4321) == s);
    QwTensor *all[] = {w, wf, k, kt, x, p};
    for (int i = 0; i < 6; i++) qwt_unref(all[i]);
}

static void long_integer_products_wrap(void **state)
{
    const int64_t big[2] = {INT64_C(0x123456789abcdef), -77}, two[2] = {1, 2};
    (void)state;
    QwTensor *a = qwt_from_data(&cx, QW_I64, 2, two, big);
    QwTensor *t = qwt_transpose(a, 0, 1), *p = qwt_matmul(a, t);
    int64_t v = 0;
    assert_true(qwt_get_i64(p, 0, &v));
    assert_true((uint64_t)v == (uint64_t)big[0] * (uint64_t)big[0] + 77 * 77);
    qwt_unref(a);
    qwt_unref(t);
    qwt_unref(p);
}

/* ---- reductions ---- */

/* sums of many float32: the exact sum rounded once */
static void sums_round_once(void **state)
{
    const int64_t shape[2] = {3, 400001};
    const QwtRedArgs rows = {.ndims = 1, .dims = {-1}, .dtype = -1},
                     cols = {.ndims = 1, .dtype = -1};
    (void)state;
    QwTensor *a = ints(2, shape), *s = qwt_reduce(a, QWT_SUM, &rows);
    for (int64_t i = 0; i < 3; i++) {
        const double first = (double)(i * 400001), n = 400001;
        assert_true(at(s, i) == (double)(float)(n * first + n * (n - 1) / 2));
    }
    QwTensor *c = qwt_reduce(a, QWT_SUM, &cols);
    assert_int_equal(c->shape[0], 400001);
    assert_true(at(c, 7) == 7 * 3 + 3.0 * 400001);
    QwTensor *pair[2];
    assert_true(qwt_reduce_pair(a, true, 1, true, pair));
    assert_int_equal(pair[0]->rank, 2);
    assert_true(at(pair[1], 2) == 400000);
    QwTensor *all[] = {a, s, c, pair[0], pair[1]};
    for (int i = 0; i < 5; i++) qwt_unref(all[i]);
}

/* NaN wins max and min, the first one; ties: the lowest index */
static void extremes(void **state)
{
    const float v[8] = {1, 5, 5, -2, 0, NAN, 9, NAN};
    const int64_t n = 8, five = 5;
    QwTensor *out[2];
    (void)state;
    QwTensor *a = qwt_from_data(&cx, QW_F32, 1, &n, v),
             *b = qwt_from_data(&cx, QW_F32, 1, &five, v);
    assert_true(qwt_reduce_pair(a, true, 0, false, out));
    assert_true(isnan(at(out[0], 0)) && at(out[1], 0) == 5);
    qwt_unref(out[0]);
    qwt_unref(out[1]);
    assert_true(qwt_reduce_pair(b, true, 0, false, out));
    assert_true(at(out[0], 0) == 5 && at(out[1], 0) == 1);
    qwt_unref(out[0]);
    qwt_unref(out[1]);
    assert_true(qwt_topk(a, 4, 0, true, out));
    assert_true(at(out[1], 0) == 5 && at(out[1], 1) == 7 &&
                at(out[1], 2) == 6 && at(out[1], 3) == 1);
    qwt_unref(out[0]);
    qwt_unref(out[1]);
    qwt_unref(a);
    qwt_unref(b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, all_returned)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sixteen_bit_formats),
        TEST(conversions_match_the_scalar_ones),
        TEST(vector_paths_of_16_bits),
        TEST(views_share_and_copies_do_not),
        TEST(clones_are_copied_at_the_first_write),
        TEST(one_block_mapped_many_times),
        TEST(sizes_and_memory_are_limited),
        TEST(long_chains_make_no_temporaries),
        TEST(lazy_values_are_those_of_the_moment),
        TEST(results_do_not_depend_on_threads),
        TEST(products_in_blocks),
        TEST(a_lazy_operand_stays_lazy),
        TEST(long_integer_products_wrap),
        TEST(sums_round_once),
        TEST(extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
