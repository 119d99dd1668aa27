/* Made by qwc from tests/emit/branch-carries-a-tile.pl; do not edit.
 *
 *     accumulate(
 *         x: pl.Tensor[[8, 512], pl.FP32],
 *         y: pl.Out[pl.Tensor[[8, 128], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 7, 10, "tests/emit/branch-carries-a-tile.pl", "", "accumulate", "", -1},
};

static int accumulate_run(QwWorker *worker, const float *x, float *y)
{
    char *const frame = qw_frame(worker);
    /* 7: with pl.at(level=pl.Level.CORE_GROUP, name_hint="accumulate"): */
    { /* task accumulate */
        qw_task(worker, &site[0], 0);
        /* 8: acc = pl.full([8, 128], dtype=pl.FP32, value=0.0) */
        float *const acc = (float *)frame;
        qw_fill(4, acc, 128, &(float){0.0f}, 8, 128);
        /* 9: for k in pl.range(4): */
        for (int64_t k = 0; k < 4; k++) {
            /* 10: part = x[:, k * 128 : k * 128 + 128] */
            const float *const part = x + k * 128;
            /* 11: if k == 0: */
            if (k == 0) {
                /* 12: acc = pl.mul(part, 2.0) */
                qw_mul_f32(acc, 128, part, 512, 1, &(float){2.0f}, 0, 0, 8, 128);
            } else {
                /* 14: acc = pl.add(acc, part) */
                qw_add_f32(acc, 128, acc, 128, 1, part, 512, 1, 8, 128);
            }
        }
        /* 15: y = pl.assemble(y, acc, [0, 0]) */
        qw_copy(4, y, 128, acc, 128, 8, 128);
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x  FP32 [8, 512], read
 *   y  FP32 [8, 128], written
 */
int accumulate(QwCtx *ctx, const float *x, float *y)
{
    if (!ctx || !x || !y)
        return qw_refuse(ctx, "accumulate");
    QwWorker *const worker = qw_enter(ctx, 4096, "accumulate");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, accumulate_run(worker, x, y));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int accumulate__call(QwCtx *ctx, void *const *args)
{
    return accumulate(ctx, args[0], args[1]);
}
