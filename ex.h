/* Made by qwc from /tmp/wt/scratch-host/cli/ex.pl; do not edit.
 *
 *     k(
 *         x: pl.Tensor[[4, 8], pl.FP32],
 *         y: pl.Out[pl.Tensor[[4, 8], pl.FP32]])
 */
#ifndef K_H
#define K_H
#include "qwrt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   x  FP32 [4, 8], read
 *   y  FP32 [4, 8], written
 */
int k(QwCtx *ctx, const float *x, float *y);

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar
 * (of its own dtype), a pointer to each extent (int64_t). */
int k__call(QwCtx *ctx, void *const *args);

#ifdef __cplusplus
}
#endif
#endif
