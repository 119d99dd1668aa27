/* Made by qwc from tests/emit/hint-leaves-out-loops-that-never-run.pl; do not edit.
 *
 *     solve(
 *         l: pl.Tensor[[64, 64], pl.FP32],
 *         b: pl.Tensor[[M, 64], pl.FP32],
 *         x: pl.Out[pl.Tensor[[M, 64], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 15, 14, "tests/emit/hint-leaves-out-loops-that-never-run.pl", "", "solve", "m0", -1},
    {1, 13, 15, "tests/emit/hint-leaves-out-loops-that-never-run.pl", "solve_task", "", "", -1},
};

struct solve_task_env {
    int64_t M;
    const float *b;
    float *x;
    const float *l;
};

/* 13: for m0 in pl.parallel(0, pl.tensor.dim(b, 0), 16): */
static int solve_task(QwWorker *worker, const void *captures, int64_t task)
{
    const struct solve_task_env *const env = captures;
    char *const frame = qw_frame(worker);
    const int64_t m0 = task * 16;
    /* 14: rows = pl.min(16, pl.tensor.dim(b, 0) - m0) */
    const int64_t rows = qw_min(env->M - m0, 16);
    /* 15: with pl.at(level=pl.Level.CORE_GROUP, name_hint="solve"): */
    { /* task solve */
        qw_task(worker, &site[0], m0);
        /* 16: for j in pl.range(0, 64, 16): */
        for (int64_t j = 0; j < 64; j += 16) {
            /* 17: r = pl.slice(b, [16, 16], [m0, j], valid_shape=[rows, 16]) */
            float *const r = (float *)frame;
            qw_copy(4, r, 16, env->b + m0 * 64 + j, 64, rows, 16);
            /* 18: for k in pl.range(0, j, 16): */
            for (int64_t k = 0; k < j; k += 16) {
                /* 20: r = pl.sub(r, pl.matmul(done, l[j : j + 16, k : k + 16], b_trans=True)) */
                float *const matmul = (float *)(frame + 1024);
                qw_gemm_next(worker, k + 16 < j ? env->l + j * 64 + (k + 16)
                        : (j + 16 < 64 && 0 < j + 16 ? env->l + (j + 16) * 64 : NULL));
                if (qw_gemm_f32(worker, matmul, 16, env->x + m0 * 64 + k, 64,
                        env->l + j * 64 + k, 64, rows, 16, 16, QW_BT) != QW_OK)
                    return QW_ERR_NOMEM;
                qw_sub_f32(r, 16, r, 16, 1, matmul, 16, 1, rows, 16);
            }
            /* 21: x = pl.assemble(x, r, [m0, j]) */
            qw_copy(4, env->x + m0 * 64 + j, 64, r, 16, rows, 16);
        }
    }
    return QW_OK;
}

static int solve_run(QwWorker *worker, const float *l, const float *b, float *x, int64_t M)
{
    /* 13: for m0 in pl.parallel(0, pl.tensor.dim(b, 0), 16): */
    {
        const struct solve_task_env shared = {.M = M, .b = b, .x = x, .l = l};
        const int status = qw_parallel(worker, solve_task, &shared, qw_trip(0, M, 16),
                &site[1]);
        if (status != QW_OK)
            return status;
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   l  FP32 [64, 64], read
 *   b  FP32 [M, 64], read
 *   x  FP32 [M, 64], written
 *   M  extent of axis 0 of b
 */
int solve(QwCtx *ctx, const float *l, const float *b, float *x, int64_t M)
{
    if (!ctx || !l || !b || !x || M < 0 || M > QW_MAX_EXTENT)
        return qw_refuse(ctx, "solve");
    QwWorker *const worker = qw_enter(ctx, 2048, "solve");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, solve_run(worker, l, b, x, M));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int solve__call(QwCtx *ctx, void *const *args)
{
    return solve(ctx, args[0], args[1], args[2], *(const int64_t *)args[3]);
}
