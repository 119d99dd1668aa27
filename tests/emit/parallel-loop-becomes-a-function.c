/* Made by qwc from tests/emit/parallel-loop-becomes-a-function.pl; do not edit.
 *
 *     linear(
 *         x: pl.Tensor[[ROWS, 256], pl.BF16],
 *         w: pl.Tensor[[512, 256], pl.BF16],
 *         b: pl.Tensor[[1, 512], pl.FP32],
 *         y: pl.Out[pl.Tensor[[ROWS, 512], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 16, 14, "tests/emit/parallel-loop-becomes-a-function.pl", "", "linear", "nb", -1},
    {1, 15, 15, "tests/emit/parallel-loop-becomes-a-function.pl", "linear_task", "", "", -1},
};

struct linear_task_env {
    const uint16_t *w;
    const uint16_t *x;
    int64_t rows;
    const float *b;
    float *y;
};

/* 15: for nb in pl.parallel(4): */
static int linear_task(QwWorker *worker, const void *captures, int64_t nb)
{
    const struct linear_task_env *const env = captures;
    char *const frame = qw_frame(worker);
    /* 16: with pl.at(level=pl.Level.CORE_GROUP, name_hint="linear"): */
    { /* task linear */
        qw_task(worker, &site[0], nb);
        /* 17: n0 = nb * 128 */
        const int64_t n0 = nb * 128;
        /* 19: acc = pl.matmul(xa, w[n0 : n0 + 128, 0:128], out_dtype=pl.FP32, b_trans=True) */
        float *const acc = (float *)frame;
        qw_gemm_keep(worker, env->x);
        const int64_t next = qw_next_index(worker);
        qw_gemm_next(worker, next >= 0 ? env->w + next * 128 * 256 : NULL);
        if (qw_gemm_bf16(worker, acc, 128, env->x, 256, env->w + n0 * 256, 256, env->rows, 128,
                256, QW_BT) != QW_OK)
            return QW_ERR_NOMEM;
        /* 24: z = pl.add(acc, b[:, n0 : n0 + 128]) */
        qw_add_f32(env->y + n0, 512, acc, 128, 1, env->b + n0, 0, 1, env->rows, 128);
    }
    return QW_OK;
}

static int linear_run(QwWorker *worker, const uint16_t *x, const uint16_t *w, const float *b,
        float *y, int64_t ROWS)
{
    /* 14: rows = pl.min(16, pl.tensor.dim(x, 0)) */
    const int64_t rows = qw_min(ROWS, 16);
    /* 15: for nb in pl.parallel(4): */
    {
        const struct linear_task_env shared = {.w = w, .x = x, .rows = rows, .b = b, .y = y};
        const int status = qw_parallel(worker, linear_task, &shared, 4, &site[1]);
        if (status != QW_OK)
            return status;
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x     BF16 [ROWS, 256], read
 *   w     BF16 [512, 256], read
 *   b     FP32 [1, 512], read
 *   y     FP32 [ROWS, 512], written
 *   ROWS  extent of axis 0 of x
 */
int linear(QwCtx *ctx, const uint16_t *x, const uint16_t *w, const float *b, float *y,
        int64_t ROWS)
{
    if (!ctx || !x || !w || !b || !y || ROWS < 0 || ROWS > QW_MAX_EXTENT)
        return qw_refuse(ctx, "linear");
    QwWorker *const worker = qw_enter(ctx, 8192, "linear");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, linear_run(worker, x, w, b, y, ROWS));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int linear__call(QwCtx *ctx, void *const *args)
{
    return linear(ctx, args[0], args[1], args[2], args[3], *(const int64_t *)args[4]);
}
