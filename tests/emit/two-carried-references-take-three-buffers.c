/* Made by qwc from tests/emit/two-carried-references-take-three-buffers.pl; do not edit.
 *
 *     averages(
 *         x: pl.Tensor[[2, 512], pl.FP32],
 *         y: pl.Out[pl.Tensor[[40, 512], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 10, 17, "tests/emit/two-carried-references-take-three-buffers.pl", "after", "", "", -1},
    {1, 11, 14, "tests/emit/two-carried-references-take-three-buffers.pl", "", "step", "i", -1},
    {2, 16, 14, "tests/emit/two-carried-references-take-three-buffers.pl", "", "out", "i", -1},
};

static int averages_run(QwWorker *worker, const float *x, float *y)
{
    char *const frame = qw_frame(worker);
    /* 9: for i in pl.range(40): */
    float *const after_a = qw_alloc(worker, 2048, &site[0]);
    if (!after_a)
        return QW_ERR_NOMEM;
    float *const after_b = qw_alloc(worker, 2048, &site[0]);
    if (!after_b)
        return QW_ERR_NOMEM;
    float *const after_c = qw_alloc(worker, 2048, &site[0]);
    if (!after_c)
        return QW_ERR_NOMEM;
    const float *before = x;
    const float *now = x + 512;
    for (int64_t i = 0; i < 40; i++) {
        /* 10: after = pl.create_tensor([1, 512], dtype=pl.FP32) */
        float *const after = before != after_a && now != after_a ? after_a
                : (before != after_b && now != after_b ? after_b : after_c);
        qw_fill(4, after, 512, &(float){0.0f}, 1, 512);
        /* 11: with pl.at(level=pl.Level.CORE_GROUP, name_hint="step"): */
        { /* task step */
            qw_task(worker, &site[1], i);
            /* 12: t = pl.mul(pl.add(before[0:1, :], now[0:1, :]), 0.5) */
            float *const t = (float *)frame;
            qw_add_f32(t, 512, before, 512, 1, now, 512, 1, 1, 512);
            qw_mul_f32(after, 512, t, 512, 1, &(float){0.5f}, 0, 0, 1, 512);
        }
        /* 16: with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"): */
        { /* task out */
            qw_task(worker, &site[2], i);
            /* 17: y = pl.assemble(y, pl.sub(now[0:1, :], before[0:1, :]), [i, 0]) */
            qw_sub_f32(y + i * 512, 512, after, 512, 1, now, 512, 1, 1, 512);
        }
        before = now;
        now = after;
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x  FP32 [2, 512], read
 *   y  FP32 [40, 512], written
 */
int averages(QwCtx *ctx, const float *x, float *y)
{
    if (!ctx || !x || !y)
        return qw_refuse(ctx, "averages");
    QwWorker *const worker = qw_enter(ctx, 2048, "averages");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, averages_run(worker, x, y));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int averages__call(QwCtx *ctx, void *const *args)
{
    return averages(ctx, args[0], args[1]);
}
