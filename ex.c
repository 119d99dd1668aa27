/* Made by qwc from /tmp/wt/scratch-host/cli/ex.pl; do not edit.
 *
 *     k(
 *         x: pl.Tensor[[4, 8], pl.FP32],
 *         y: pl.Out[pl.Tensor[[4, 8], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 8, 10, "/tmp/wt/scratch-host/cli/ex.pl", "", "k_0", "", -1},
};

static int k_run(QwWorker *worker, const float *x, float *y)
{
    /* 8: with pl.at(level=pl.Level.CORE_GROUP): */
    { /* task k_0 */
        qw_task(worker, &site[0], 0);
        /* 9: y = pl.assemble(y, pl.mul(x[:, :], 2.0), [0, 0]) */
        qw_mul_f32(y, 8, x, 8, 1, &(float){2.0f}, 0, 0, 4, 8);
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x  FP32 [4, 8], read
 *   y  FP32 [4, 8], written
 */
int k(QwCtx *ctx, const float *x, float *y)
{
    if (!ctx || !x || !y)
        return qw_refuse(ctx, "k");
    QwWorker *const worker = qw_enter(ctx, 128, "k");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, k_run(worker, x, y));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int k__call(QwCtx *ctx, void *const *args)
{
    return k(ctx, args[0], args[1]);
}
