/* Calls a kernel that was compiled ahead of time, and checks what comes back.
 *
 *     qwc compile rms_norm.pl -o rms_norm.c
 *     cc app.c rms_norm.c $(pkg-config --cflags --libs qwrt) -o app
 */
#include "rms_norm.h"
#include <stdio.h>

enum { ROWS = 37, HIDDEN = 256 };

static float x[ROWS][HIDDEN], weight[HIDDEN], y[ROWS][HIDDEN];

static void fill(void)
{
    for (int j = 0; j < HIDDEN; j++) weight[j] = 1.0f + (float)(j % 5) / 8;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < HIDDEN; j++)
            x[i][j] = (float)((31 * i + 17 * j) % 101 - 50) / 25;
}

/* Whether each row of y is a multiple of x times weight, with a mean square of
 * 1 before the weight. */
static int is_right(void)
{
    for (int i = 0; i < ROWS; i++) {
        double sum = 0, scale = y[i][0] / ((double)x[i][0] * weight[0]);
        for (int j = 0; j < HIDDEN; j++) {
            double z = y[i][j] / (double)weight[j], off = z - scale * x[i][j];
            if (off > 1e-5 || off < -1e-5) return 0;
            sum += z * z;
        }
        if (sum < 0.9999 * HIDDEN || sum > 1.0001 * HIDDEN) return 0;
    }
    return 1;
}

int main(void)
{
    /* A context holds the worker threads and their memory.  It serves one call
     * at a time; threads that call kernels have one each. */
    QwCtx *ctx = qw_ctx_new();
    if (!ctx) {
        fprintf(stderr, "no memory\n");
        return 1;
    }
    qw_set_threads(ctx, 2);       /* default: all cores */
    qw_set_memory(ctx, 64 << 20); /* most that it may take; default: no limit */

    fill();
    int status = rms_norm(ctx, &x[0][0], weight, &y[0][0], ROWS);
    if (status != QW_OK) {
        fprintf(stderr, "%s: %s\n", qw_strerror(status), qw_last_error(ctx));
        qw_ctx_free(ctx);
        return 1;
    }
    printf("%d rows: %s\n", ROWS, is_right() ? "right" : "wrong");

    /* What cannot work is refused with a status. */
    status = rms_norm(ctx, NULL, weight, &y[0][0], ROWS);
    printf("without x: %s\n", qw_strerror(status));

    qw_ctx_free(ctx);
    return is_right() ? 0 : 1;
}
