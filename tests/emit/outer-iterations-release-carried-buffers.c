/* Made by qwc from tests/emit/outer-iterations-release-carried-buffers.pl; do not edit.
 *
 *     layers(
 *         x: pl.Tensor[[8, 1024], pl.FP32],
 *         z: pl.Tensor[[1, 1024], pl.FP32],
 *         y: pl.Out[pl.Tensor[[100, 1024], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 14, 21, "tests/emit/outer-iterations-release-carried-buffers.pl", "after", "", "i", -1},
    {1, 15, 18, "tests/emit/outer-iterations-release-carried-buffers.pl", "", "step", "i,j", -1},
    {2, 18, 14, "tests/emit/outer-iterations-release-carried-buffers.pl", "", "out", "i", -1},
};

static int layers_run(QwWorker *worker, const float *x, const float *z, float *y)
{
    char *const frame = qw_frame(worker);
    /* 11: for i in pl.range(100): */
    for (int64_t i = 0; i < 100; i++) {
        const int64_t mark = qw_mark(worker);
        /* 13: for j in pl.range(8): */
        float *const after_a = qw_alloc(worker, 4096, &site[0]);
        if (!after_a)
            return QW_ERR_NOMEM;
        float *const after_b = qw_alloc(worker, 4096, &site[0]);
        if (!after_b)
            return QW_ERR_NOMEM;
        const float *now = z;
        for (int64_t j = 0; j < 8; j++) {
            /* 14: after = pl.create_tensor([1, 1024], dtype=pl.FP32) */
            float *const after = now == after_a ? after_b : after_a;
            qw_fill(4, after, 1024, &(float){0.0f}, 1, 1024);
            /* 15: with pl.at(level=pl.Level.CORE_GROUP, name_hint="step"): */
            { /* task step */
                qw_task(worker, &site[1], j);
                /* 16: after = pl.assemble(after, pl.add(x[j : j + 1, :], now[0:1, :]), [0, 0]) */
                float *const add = (float *)frame;
                qw_add_f32(add, 1024, x + j * 1024, 1024, 1, now, 1024, 1, 1, 1024);
                qw_copy(4, after, 1024, add, 1024, 1, 1024);
            }
            now = after;
        }
        /* 18: with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"): */
        { /* task out */
            qw_task(worker, &site[2], i);
            /* 19: y = pl.assemble(y, now[0:1, :], [i, 0]) */
            qw_copy(4, y + i * 1024, 1024, now, 1024, 1, 1024);
        }
        qw_release(worker, mark);
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x  FP32 [8, 1024], read
 *   z  FP32 [1, 1024], read
 *   y  FP32 [100, 1024], written
 */
int layers(QwCtx *ctx, const float *x, const float *z, float *y)
{
    if (!ctx || !x || !z || !y)
        return qw_refuse(ctx, "layers");
    QwWorker *const worker = qw_enter(ctx, 4096, "layers");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, layers_run(worker, x, z, y));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int layers__call(QwCtx *ctx, void *const *args)
{
    return layers(ctx, args[0], args[1], args[2]);
}
