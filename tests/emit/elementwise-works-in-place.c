/* Made by qwc from tests/emit/elementwise-works-in-place.pl; do not edit.
 *
 *     gate(
 *         x: pl.Tensor[[64, 128], pl.FP32],
 *         y: pl.Out[pl.Tensor[[64, 128], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 7, 10, "tests/emit/elementwise-works-in-place.pl", "", "gate", "", -1},
};

static int gate_run(QwWorker *worker, const float *x, float *y)
{
    char *const frame = qw_frame(worker);
    /* 7: with pl.at(level=pl.Level.CORE_GROUP, name_hint="gate"): */
    { /* task gate */
        qw_task(worker, &site[0], 0);
        /* 9: sigmoid = pl.recip(pl.add(pl.exp(pl.neg(t)), 1.0)) */
        for (int64_t row = 0; row < 64; row += 8) {
            const float *const t = x + row * 128;
            float *const sigmoid = (float *)frame;
            qw_neg_f32(sigmoid, 128, t, 128, 1, 8, 128);
            qw_exp_f32(sigmoid, 128, sigmoid, 128, 1, 8, 128);
            qw_add_f32(sigmoid, 128, sigmoid, 128, 1, &(float){1.0f}, 0, 0, 8, 128);
            qw_recip_f32(sigmoid, 128, sigmoid, 128, 1, 8, 128);
            /* 10: y = pl.assemble(y, pl.mul(t, sigmoid), [0, 0]) */
            qw_mul_f32(y + row * 128, 128, t, 128, 1, sigmoid, 128, 1, 8, 128);
        }
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x  FP32 [64, 128], read
 *   y  FP32 [64, 128], written
 */
int gate(QwCtx *ctx, const float *x, float *y)
{
    if (!ctx || !x || !y)
        return qw_refuse(ctx, "gate");
    QwWorker *const worker = qw_enter(ctx, 4096, "gate");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, gate_run(worker, x, y));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int gate__call(QwCtx *ctx, void *const *args)
{
    return gate(ctx, args[0], args[1]);
}
