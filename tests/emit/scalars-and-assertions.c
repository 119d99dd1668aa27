/* Made by qwc from tests/emit/scalars-and-assertions.pl; do not edit.
 *
 *     scalars(
 *         lens: pl.Tensor[[N], pl.INT32],
 *         out: pl.Out[pl.Tensor[[N], pl.INT64]],
 *         scale: pl.Scalar[pl.INT64])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 13, 5, "tests/emit/scalars-and-assertions.pl", "", "", "", -1},
    {1, 18, 25, "tests/emit/scalars-and-assertions.pl", "", "", "i", -1},
    {2, 18, 17, "tests/emit/scalars-and-assertions.pl", "total", "", "i", -1},
};

static int scalars_run(QwWorker *worker, const int32_t *lens, int64_t *out, int64_t scale,
        int64_t N)
{
    /* 13: assert scale > 0, "the scale is positive" */
    if (!(scale > 0))
        return qw_fail_text(worker, QW_ERR_ASSERT, &site[0], "the scale is positive", NULL);
    /* 15: for i in pl.range(pl.tensor.dim(lens, 0)): */
    int64_t total = 0;
    for (int64_t i = 0; i < N; i++) {
        /* 16: n = pl.read(lens, [i]) */
        const int64_t n = lens[i];
        /* 17: blocks = (n + 15) // 16 */
        const int64_t blocks = qw_floordiv(n + 15, 16);
        /* 18: total = total + blocks * scale */
        int64_t t;
        if (qw_mul_overflows(blocks, scale, &t))
            return qw_fail(worker, QW_ERR_OVERFLOW, &site[1], blocks, scale, 0,
                    (const int64_t[]){i});
        int64_t total_2;
        if (qw_add_overflows(total, t, &total_2))
            return qw_fail(worker, QW_ERR_OVERFLOW, &site[2], total, t, 0,
                    (const int64_t[]){i});
        /* 19: pl.write(out, [i], total) */
        out[i] = total_2;
        total = total_2;
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   lens   INT32 [N], read
 *   out    INT64 [N], written
 *   scale  INT64 scalar
 *   N      extent of axis 0 of lens
 */
int scalars(QwCtx *ctx, const int32_t *lens, int64_t *out, int64_t scale, int64_t N)
{
    if (!ctx || !lens || !out || N < 0 || N > QW_MAX_EXTENT)
        return qw_refuse(ctx, "scalars");
    QwWorker *const worker = qw_enter(ctx, 0, "scalars");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, scalars_run(worker, lens, out, scale, N));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int scalars__call(QwCtx *ctx, void *const *args)
{
    return scalars(ctx, args[0], args[1], *(const int64_t *)args[2], *(const int64_t *)args[3]);
}
