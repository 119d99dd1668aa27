/* Made by qwc from tests/emit/valid-rows-and-padding.pl; do not edit.
 *
 *     padded_softmax(
 *         x: pl.Tensor[[B, 128], pl.FP32],
 *         y: pl.Out[pl.Tensor[[16, 128], pl.FP32]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 10, 10, "tests/emit/valid-rows-and-padding.pl", "", "softmax", "", -1},
};

static int padded_softmax_run(QwWorker *worker, const float *x, float *y, int64_t B)
{
    char *const frame = qw_frame(worker);
    /* 9: rows = pl.min(16, pl.tensor.dim(x, 0)) */
    const int64_t rows = qw_min(B, 16);
    /* 10: with pl.at(level=pl.Level.CORE_GROUP, name_hint="softmax"): */
    { /* task softmax */
        qw_task(worker, &site[0], 0);
        /* 12: m = pl.row_max(t) */
        float *const m = (float *)(frame + 8192);
        qw_row_max_f32(m, 1, x, 128, rows, 128);
        /* 13: e = pl.exp(pl.row_expand_sub(t, m)) */
        float *const e = (float *)frame;
        qw_sub_f32(e, 128, x, 128, 1, m, 1, 0, rows, 128);
        qw_exp_f32(e, 128, e, 128, 1, rows, 128);
        /* 14: p = pl.row_expand_div(e, pl.row_sum(e)) */
        float *const row_sum = (float *)(frame + 8192);
        qw_row_sum_f32(row_sum, 1, e, 128, rows, 128);
        float *const p = e;
        qw_div_f32(p, 128, e, 128, 1, row_sum, 1, 0, rows, 128);
        /* 15: y = pl.assemble(y, pl.fillpad(p, pad_value=pl.PadValue.zero), [0, 0]) */
        qw_pad(4, p, 128, &(float){0.0f}, rows, 128, 16, 128);
        qw_copy(4, y, 128, p, 128, 16, 128);
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x  FP32 [B, 128], read
 *   y  FP32 [16, 128], written
 *   B  extent of axis 0 of x
 */
int padded_softmax(QwCtx *ctx, const float *x, float *y, int64_t B)
{
    if (!ctx || !x || !y || B < 0 || B > QW_MAX_EXTENT)
        return qw_refuse(ctx, "padded_softmax");
    QwWorker *const worker = qw_enter(ctx, 8256, "padded_softmax");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, padded_softmax_run(worker, x, y, B));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int padded_softmax__call(QwCtx *ctx, void *const *args)
{
    return padded_softmax(ctx, args[0], args[1], *(const int64_t *)args[2]);
}
