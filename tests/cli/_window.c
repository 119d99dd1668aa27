/* Calls `window` in every way that fails, and from four threads at once. */
#include "window.h"
#include <pthread.h>
#include <stdio.h>

enum { ROWS = 100, CALLS = 200 };
static float x[ROWS][8];

static void show(const char *what, int status)
{
    printf("%s: %d, %s\n", what, status, qw_strerror(status));
}

static int is_twice(float y[4][8], int start)
{
    int right = 1;
    for (int i = 0; i < 32; i++)
        right &= y[i / 8][i % 8] == 2 * x[start + i / 8][i % 8];
    return right;
}

static void *caller(void *arg)
{
    const int first = *(int *)arg;
    float y[4][8];
    int wrong = 0;
    QwCtx *ctx = qw_ctx_new();
    qw_set_threads(ctx, 2);
    for (int i = 0; i < CALLS; i++) {
        const int start = (first + i) % (ROWS - 3);
        if (window(ctx, &x[0][0], 2 * start, 2, &y[0][0], ROWS) != QW_OK ||
            !is_twice(y, start))
            wrong++;
    }
    qw_ctx_free(ctx);
    *(int *)arg = wrong;
    return NULL;
}

static void from_threads(void)
{
    pthread_t thread[4];
    int arg[4] = {0, 20, 40, 60};
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, caller, &arg[i]);
    for (int i = 0; i < 4; i++) {
        pthread_join(thread[i], NULL);
        printf("thread %d: %d wrong\n", i, arg[i]);
    }
}

int main(void)
{
    float y[4][8];
    const float *data = &x[0][0];
    for (int i = 0; i < ROWS * 8; i++) x[i / 8][i % 8] = (float)i;
    QwCtx *ctx = qw_ctx_new();
    qw_set_memory(ctx, 1 << 20);
    show("little memory", window(ctx, data, 0, 1, &y[0][0], ROWS));
    printf("%s\n", qw_last_error(ctx));
    qw_set_memory(ctx, 0);
    show("fine", window(ctx, data, 96, 1, &y[0][0], ROWS));
    printf("twice: %d, last error: \"%s\"\n", is_twice(y, 96),
           qw_last_error(ctx));
    show("no context", window(NULL, data, 0, 1, &y[0][0], ROWS));
    show("no input", window(ctx, NULL, 0, 1, &y[0][0], ROWS));
    show("no output", window(ctx, data, 0, 1, NULL, ROWS));
    show("negative extent", window(ctx, data, 0, 1, &y[0][0], -1));
    show("huge extent", window(ctx, data, 0, 1, &y[0][0], QW_MAX_EXTENT + 1));
    show("out of bounds", window(ctx, data, 97, 1, &y[0][0], ROWS));
    printf("%s\n", qw_last_error(ctx));
    show("division by zero", window(ctx, data, 97, 0, &y[0][0], ROWS));
    printf("%s\n", qw_last_error(ctx));
    QwWorker *w = qw_enter(ctx, 0, "another call");
    show("busy", window(ctx, data, 0, 1, &y[0][0], ROWS));
    qw_leave(w, QW_OK);
    show("fine again", window(ctx, data, 0, 1, &y[0][0], ROWS));
    show("no such status", 12345);
    qw_ctx_free(ctx);
    from_threads();
    return 0;
}
