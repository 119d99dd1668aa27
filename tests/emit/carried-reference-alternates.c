/* Made by qwc from tests/emit/carried-reference-alternates.pl; do not edit.
 *
 *     steps(
 *         x: pl.Tensor[[16, 64], pl.FP32],
 *         bias: pl.Tensor[[STEPS, 64], pl.FP32],
 *         y: pl.Out[pl.Tensor[[16, 64], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 15, 21, "tests/emit/carried-reference-alternates.pl", "following", "", "", -1},
    {1, 16, 14, "tests/emit/carried-reference-alternates.pl", "", "step", "i", -1},
    {2, 20, 10, "tests/emit/carried-reference-alternates.pl", "", "result", "", -1},
};

static int steps_run(QwWorker *worker, const float *x, const float *bias, float *y,
        int64_t STEPS)
{
    char *const frame = qw_frame(worker);
    /* 14: for i in pl.range(pl.tensor.dim(bias, 0)): */
    float *const following_a = qw_alloc(worker, 4096, &site[0]);
    if (!following_a)
        return QW_ERR_NOMEM;
    float *const following_b = qw_alloc(worker, 4096, &site[0]);
    if (!following_b)
        return QW_ERR_NOMEM;
    const float *current = x;
    for (int64_t i = 0; i < STEPS; i++) {
        /* 15: following = pl.create_tensor([16, 64], dtype=pl.FP32) */
        float *const following = current == following_a ? following_b : following_a;
        qw_fill(4, following, 64, &(float){0.0f}, 16, 64);
        /* 16: with pl.at(level=pl.Level.CORE_GROUP, name_hint="step"): */
        { /* task step */
            qw_task(worker, &site[1], i);
            /* 17: t = pl.add(current[0:16, 0:64], bias[i : i + 1, 0:64]) */
            float *const t = (float *)frame;
            qw_add_f32(t, 64, current, 64, 1, bias + i * 64, 0, 1, 16, 64);
            /* 18: following = pl.assemble(following, t, [0, 0]) */
            qw_copy(4, following, 64, t, 64, 16, 64);
        }
        current = following;
    }
    /* 20: with pl.at(level=pl.Level.CORE_GROUP, name_hint="result"): */
    { /* task result */
        qw_task(worker, &site[2], 0);
        /* 21: y = pl.assemble(y, current[0:16, 0:64], [0, 0]) */
        qw_copy(4, y, 64, current, 64, 16, 64);
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x      FP32 [16, 64], read
 *   bias   FP32 [STEPS, 64], read
 *   y      FP32 [16, 64], written
 *   STEPS  extent of axis 0 of bias
 */
int steps(QwCtx *ctx, const float *x, const float *bias, float *y, int64_t STEPS)
{
    if (!ctx || !x || !bias || !y || STEPS < 0 || STEPS > QW_MAX_EXTENT)
        return qw_refuse(ctx, "steps");
    QwWorker *const worker = qw_enter(ctx, 4096, "steps");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, steps_run(worker, x, bias, y, STEPS));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int steps__call(QwCtx *ctx, void *const *args)
{
    return steps(ctx, args[0], args[1], args[2], *(const int64_t *)args[3]);
}
