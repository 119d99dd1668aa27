/* The dispatch table and the public functions of qwrt.h that go through it.
 * The table starts complete with the ref kernels and is overridden, before
 * main or by qw_set_isa, line by line of ukernels.def up to the level the CPU
 * has; it is not written while calls run. */
#include "cpu.h"
#include "dtype.h"
#include "context.h"
#include "pack.h"
#include "ukr/ukr.h"
#include <stdlib.h>

/* ---- the table ----------------------------------------------------------- */

#define ONLY_ref(text) text
#define ONLY_avx2(text)
#define ONLY_avx512(text)
#define ONLY_avx512vnni(text)
#define ONLY_avx512bf16(text)

typedef struct Table {
#define FIELD(kind, op, t, T) QWK_RET_##kind (*op##_##t)(QWK_PAR_##kind(T));
#define KERNEL(kind, op, t, T, isa) ONLY_##isa(FIELD(kind, op, t, T))
#include "ukr/ukernels.def"
#undef KERNEL
#undef FIELD
} Table;

static Table table = {
#define FIELD(op, t) .op##_##t = qwk_##op##_##t##_ref,
#define KERNEL(kind, op, t, T, isa) ONLY_##isa(FIELD(op, t))
#include "ukr/ukernels.def"
#undef KERNEL
#undef FIELD
};
static QwIsa level = QW_ISA_ref;

/* A tile of weights ahead (60 KB) prefetched into L1 gains 10 % where L1 has
 * 48 KiB (Zen 5) and costs 30 % where it has 32 KiB (Zen 4): measured. */
enum { LARGE_L1 = 48 << 10 };
static bool prefetch_near;

static void fill_table(QwIsa isa)
{
    level = isa;
#define KERNEL(kind, op, t, T, isa_) \
    if (QW_ISA_##isa_ <= isa) table.op##_##t = qwk_##op##_##t##_##isa_;
#include "ukr/ukernels.def"
#undef KERNEL
}

int qw_set_isa(const char *name)
{
    QwIsa isa;
    if (!name || !qw_isa_parse(name, &isa)) return QW_ERR_ARGS;
    const QwIsa best = qw_cpu_isa();
    fill_table(isa < best ? isa : best);
    return QW_OK;
}

__attribute__((constructor)) static void start(void)
{
    prefetch_near = qw_cpu_l1_bytes() >= LARGE_L1;
    if (qw_set_isa(getenv("QWC_ISA")) != QW_OK) fill_table(qw_cpu_isa());
}

const char *qw_isa(void)
{
    return qw_isa_names[level];
}

/* ---- elementwise functions and reductions -------------------------------- */

#define CALL_BINARY d, ldd, a, lda, sa, b, ldb, sb, m, n
#define CALL_UNARY d, ldd, a, lda, sa, m, n
#define CALL_REDUCE d, ldd, a, lda, m, n
#define CALL_ARG d, ldd, a, lda, m, n

#define PUBLIC_BINARY(op, t, T) PUBLIC(BINARY, op, t, T)
#define PUBLIC_UNARY(op, t, T) PUBLIC(UNARY, op, t, T)
#define PUBLIC_REDUCE(op, t, T) PUBLIC(REDUCE, op, t, T)
#define PUBLIC_ARG(op, t, T) PUBLIC(ARG, op, t, T)
#define PUBLIC_NARROW(op, t, T)
#define PUBLIC_WIDEN(op, t, T)
#define PUBLIC_GEMM(op, t, T)
#define PUBLIC_PACK(op, t, T)
#define PUBLIC(kind, op, t, T)            \
    void qw_##op##_##t(QWK_PAR_##kind(T)) \
    {                                     \
        table.op##_##t(CALL_##kind);      \
    }
#define KERNEL(kind, op, t, T, isa) ONLY_##isa(PUBLIC_##kind(op, t, T))
#include "ukr/ukernels.def"
#undef KERNEL

/* ---- conversions --------------------------------------------------------- */

/* The pairs that have kernels of their own; false: not one of them. */
static bool widen(QwDtype from, void *d, int64_t ldd, const void *a,
                  int64_t lda, int64_t m, int64_t n)
{
    switch (from) {
    case QW_BF16: table.widen_bf16(d, ldd, a, lda, m, n); return true;
    case QW_F16: table.widen_f16(d, ldd, a, lda, m, n); return true;
    case QW_I8: table.widen_i8(d, ldd, a, lda, m, n); return true;
    case QW_U8: table.widen_u8(d, ldd, a, lda, m, n); return true;
    case QW_I32: table.widen_i32(d, ldd, a, lda, m, n); return true;
    default: return false;
    }
}

static bool narrow_nearest(QwDtype to, void *d, int64_t ldd, const void *a,
                           int64_t lda, int64_t m, int64_t n)
{
    switch (to) {
    case QW_BF16: table.narrow_bf16(d, ldd, a, lda, m, n); return true;
    case QW_F16: table.narrow_f16(d, ldd, a, lda, m, n); return true;
    case QW_I8: table.rint_i8(d, ldd, a, lda, m, n); return true;
    case QW_U8: table.rint_u8(d, ldd, a, lda, m, n); return true;
    case QW_I32: table.rint_i32(d, ldd, a, lda, m, n); return true;
    default: return false;
    }
}

static bool narrow_away(QwDtype to, void *d, int64_t ldd, const void *a,
                        int64_t lda, int64_t m, int64_t n)
{
    switch (to) {
    case QW_I8: table.away_i8(d, ldd, a, lda, m, n); return true;
    case QW_U8: table.away_u8(d, ldd, a, lda, m, n); return true;
    case QW_I32: table.away_i32(d, ldd, a, lda, m, n); return true;
    default: return false;
    }
}

static bool cast_fast(QwDtype to, void *d, int64_t ldd, QwDtype from,
                      const void *a, int64_t lda, int64_t m, int64_t n,
                      QwRound mode)
{
    if (to == QW_F32) return widen(from, d, ldd, a, lda, m, n);
    if (from != QW_F32) return false;
    const bool away = mode == QW_ROUND ||
        (mode == QW_NONE && !qw_dtype_is_float(to));
    if (away) return narrow_away(to, d, ldd, a, lda, m, n);
    return (mode == QW_NONE || mode == QW_RINT) &&
        narrow_nearest(to, d, ldd, a, lda, m, n);
}

static bool is_half(QwDtype t)
{
    return t == QW_BF16 || t == QW_F16;
}

/* The dtype by way of which the cast is the same, in two steps that are fast;
 * or `to`.  What FP32 cannot hold of 32 bits, qwk_fold keeps. */
static QwDtype way(QwDtype to, QwDtype from)
{
    const bool integer = to >= QW_I8 && to <= QW_I64;
    if (is_half(from) && (integer || is_half(to))) return QW_F32;
    if (is_half(to) && from >= QW_I8 && from <= QW_U32) return QW_F32;
    return from == QW_F32 && integer && to < QW_I32 ? QW_I32 : to;
}

void qw_prefetch(const void *a, int64_t pitch, int64_t rows, int64_t bytes)
{
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < bytes; j += 64)
            __builtin_prefetch((const char *)a + i * pitch + j, 0, 2);
}

enum { CAST_PIECE = 1024, CAST_AHEAD = 8 /* rows */ };

/* In pieces that stay in the first cache. */
static void cast_by(QwDtype via, QwDtype to, void *d, int64_t ldd, QwDtype from,
                    const void *a, int64_t lda, int64_t m, int64_t n,
                    QwRound mode)
{
    _Alignas(64) union {
        float f[CAST_PIECE];
        int32_t i[CAST_PIECE];
    } piece;
    const bool whole = !qw_dtype_is_float(from), half = is_half(to);
    const int64_t size = qw_dtype_size(from), columns = qw_min(n, CAST_PIECE),
                  rows = CAST_PIECE / columns;
    const int64_t ahead = rows > CAST_AHEAD ? rows : CAST_AHEAD;
    for (int64_t i = 0; i < m; i += rows)
        for (int64_t j = 0; j < n; j += columns) {
            const int64_t k = qw_min(rows, m - i), l = qw_min(columns, n - j);
            const char *x = (const char *)a + (i * lda + j) * size;
            char *y = (char *)d + (i * ldd + j) * qw_dtype_size(to);
            if (lda > n)
                qw_prefetch(x + ahead * lda * size, lda * size,
                            qw_min(k, m - ahead - i), l * size);
            if (!half || !qwk_fold(piece.f, l, from, x, lda, k, l))
                qw_cast(via, &piece, l, from, x, lda, k, l, mode);
            qw_cast(to, y, ldd, via, &piece, l, k, l, whole ? QW_NONE : mode);
        }
}

void qw_cast(QwDtype to, void *d, int64_t ldd, QwDtype from, const void *a,
             int64_t lda, int64_t m, int64_t n, QwRound mode)
{
    if (m <= 0 || n <= 0) return;
    const QwDtype via = way(to, from);
    if (to == from)
        qw_copy(qw_dtype_size(to), d, ldd, a, lda, m, n);
    else if (cast_fast(to, d, ldd, from, a, lda, m, n, mode))
        return;
    else if (via != to)
        cast_by(via, to, d, ldd, from, a, lda, m, n, mode);
    else if (!qwk_cast_loop(to, d, ldd, from, a, lda, m, n, mode))
        qwk_cast_ref(to, d, ldd, from, a, lda, m, n, mode);
}

/* ---- matrix products ----------------------------------------------------- */

typedef int64_t GemmKernel(const QwkGemm *g);

/* Does scratch hold operand a of g as `kernel` packed it, still valid? */
static bool is_packed(const QwWorker *w, const QwkGemm *g, GemmKernel *kernel)
{
    const PackedA *p = &w->packed;
    return p->kernel == kernel && p->region == w->ctx->region &&
        w->keep == g->a && w->keep_region == w->ctx->region && p->a == g->a &&
        p->lda == g->lda && p->m == g->m && p->k == g->k &&
        p->flags == (g->flags & ~QW_ACC) && p->from == g->from;
}

static void note_packed(QwWorker *w, const QwkGemm *g, GemmKernel *kernel)
{
    w->packed = (PackedA){.a = g->a,
                          .lda = g->lda,
                          .m = g->m,
                          .k = g->k,
                          .flags = g->flags & ~QW_ACC,
                          .from = g->from,
                          .kernel = kernel,
                          .region = w->ctx->region};
}

QwPackKernel *qw_pack_kernel(QwDtype t)
{
    switch (t) {
    case QW_BF16: return table.pack_bf16;
    case QW_I8: return table.pack_i8;
    case QW_U8: return table.pack_u8;
    default: return NULL;
    }
}

static int run_kernel(QwWorker *w, GemmKernel *kernel, QwkGemm *g)
{
    g->packed = is_packed(w, g, kernel);
    g->scratch = w->scratch;
    g->scratch_bytes = w->scratch_bytes;
    int64_t need = kernel(g);
    if (need > 0) {
        if (!qw_scratch(w, need))
            return qw_fail(w, QW_ERR_NOMEM, NULL, need, 0, 0, NULL);
        g->packed = false;
        g->scratch = w->scratch;
        g->scratch_bytes = w->scratch_bytes;
        (void)kernel(g);
    }
    note_packed(w, g, kernel);
    return QW_OK;
}

static bool casts(GemmKernel *kernel, QwDtype from)
{
    static const struct {
        GemmKernel *kernel;
        QwDtype from;
    } line[] = {
#define KERNEL(kind, op, t, T, isa)
#define CASTS(t, from, isa) {qwk_gemm_##t##_##isa, QW_##from},
#include "ukr/ukernels.def"
#undef KERNEL
    };
    for (size_t i = 0; i < sizeof line / sizeof *line; i++)
        if (line[i].kernel == kernel && line[i].from == from) return true;
    return false;
}

/* Operand b is cast first, some columns at a time, so that what is cast is still
 * in a cache when it is multiplied. */
static int cast_and_run(QwWorker *w, GemmKernel *kernel, const QwkGemm *g,
                        QwDtype t)
{
    enum { BLOCK = 256 << 10, COLUMNS = 64 };
    const int64_t size = qw_dtype_size(t), column = g->k * size;
    const bool bt = (g->flags & QW_BT) != 0;
    int64_t columns = BLOCK / (column + 1) / COLUMNS * COLUMNS;
    if (columns < COLUMNS) columns = COLUMNS;
    columns = qw_min(columns, g->n);
    if (!qw_cast_space(w, columns * column))
        return qw_fail(w, QW_ERR_NOMEM, NULL, columns * column, 0, 0, NULL);
    for (int64_t n = 0; n < g->n; n += columns) {
        QwkGemm part = *g;
        part.n = qw_min(columns, g->n - n);
        part.b = w->cast;
        part.ldb = bt ? g->k : part.n;
        part.from = t;
        part.c = (char *)g->c + n * 4;
        part.next = NULL;
        qw_cast(t, w->cast, part.ldb, g->from,
                (const char *)g->b +
                    n * (bt ? g->ldb : 1) * qw_dtype_size(g->from),
                g->ldb, bt ? part.n : g->k, bt ? g->k : part.n, QW_NONE);
        const int status = run_kernel(w, kernel, &part);
        if (status != QW_OK) return status;
    }
    return QW_OK;
}

static int run_gemm(QwWorker *w, GemmKernel *kernel, QwkGemm *g, QwDtype t,
                    QwUnit unit)
{
    if (g->m <= 0 || g->n <= 0) return QW_OK;
    if (g->k < 0) g->k = 0;
    w->ops[unit] += 2.0 * (double)g->m * (double)g->n * (double)g->k;
    g->near = prefetch_near;
    g->next = w->next_weights;
    w->next_weights = NULL;
    if (g->from != t && !casts(kernel, g->from))
        return cast_and_run(w, kernel, g, t);
    if (w->ctx->packs && g->from == t)
        qw_pack_use(w->ctx, t, qw_pack_kernel(t), g);
    return run_kernel(w, kernel, g);
}

#define PUBLIC_GEMM_FOR(t, A, C, dtype, unit)                                  \
    int qw_gemm_##t##_cast(QwWorker *w, C *c, int64_t ldc, const A *a,         \
                           int64_t lda, QwDtype from, const void *b,           \
                           int64_t ldb, int64_t m, int64_t n, int64_t k,       \
                           int flags)                                          \
    {                                                                          \
        QwkGemm g = {.c = c,                                                   \
                     .ldc = ldc,                                               \
                     .a = a,                                                   \
                     .lda = lda,                                               \
                     .b = b,                                                   \
                     .ldb = ldb,                                               \
                     .from = from,                                             \
                     .m = m,                                                   \
                     .n = n,                                                   \
                     .k = k,                                                   \
                     .flags = flags};                                          \
        return run_gemm(w, table.gemm_##t, &g, QW_##dtype, QW_UNIT_##unit);    \
    }                                                                          \
    int qw_gemm_##t(QwWorker *w, C *c, int64_t ldc, const A *a, int64_t lda,   \
                    const A *b, int64_t ldb, int64_t m, int64_t n, int64_t k,  \
                    int flags)                                                 \
    {                                                                          \
        return qw_gemm_##t##_cast(w, c, ldc, a, lda, QW_##dtype, b, ldb, m, n, \
                                  k, flags);                                   \
    }
PUBLIC_GEMM_FOR(bf16, uint16_t, float, BF16, BF16)
PUBLIC_GEMM_FOR(f16, uint16_t, float, F16, FMA)
PUBLIC_GEMM_FOR(f32, float, float, F32, FMA)
PUBLIC_GEMM_FOR(i8, int8_t, int32_t, I8, INT8)
PUBLIC_GEMM_FOR(u8, uint8_t, int32_t, U8, INT8)

void qw_gemm_next(QwWorker *w, const void *b)
{
    w->next_weights = b;
}

void qw_gemm_keep(QwWorker *w, const void *a)
{
    if (w->keep != a || w->keep_region != w->ctx->region)
        w->packed.kernel = NULL;
    w->keep = a;
    w->keep_region = w->ctx->region;
}
