/* Contexts, the worker pool and parallel loops: every index runs once, the
 * lowest failure is the one reported, nesting, several contexts at once,
 * affinity, memory, races.  Clean under TSan. */
#include "qwrt.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

static const QwSite site = {.id = 1,
                            .line = 7,
                            .col = 3,
                            .file = "x.pl",
                            .what = "w",
                            .scope = "lm",
                            .loops = "b,ob",
                            .axis = 1};

static QwCtx *new_ctx(int threads)
{
    QwCtx *ctx = qw_ctx_new();
    assert_non_null(ctx);
    assert_int_equal(qw_set_threads(ctx, threads), QW_OK);
    assert_int_equal(qw_threads(ctx), threads);
    return ctx;
}

/* ---- every index once ---------------------------------------------------- */

enum { MANY = 2000 };

static int count_index(QwWorker *w, const void *env, int64_t i)
{
    _Atomic int *const *hits = env;
    (void)w;
    atomic_fetch_add(&(*hits)[i], 1);
    return QW_OK;
}

static void each_index_runs_once(void **state)
{
    (void)state;
    static _Atomic int hits[MANY];
    _Atomic int *env = hits;
    for (int threads = 1; threads <= 7; threads++) {
        QwCtx *ctx = new_ctx(threads);
        for (int round = 0; round < 20; round++) {
            memset(hits, 0, sizeof hits);
            QwWorker *w = qw_enter(ctx, 0, "t");
            assert_non_null(w);
            const int64_t n = round % 5 == 0 ? MANY : round;
            assert_int_equal(qw_parallel(w, count_index, &env, n, &site), 0);
            for (int64_t i = 0; i < MANY; i++) assert_int_equal(hits[i], i < n);
            assert_int_equal(qw_leave(w, QW_OK), QW_OK);
        }
        qw_ctx_free(ctx);
    }
}

static void many_short_loops(void **state)
{
    (void)state;
    static _Atomic int hits[3];
    _Atomic int *env = hits;
    QwCtx *ctx = new_ctx(2);
    QwWorker *w = qw_enter(ctx, 64, "t");
    for (int i = 0; i < 20000; i++)
        assert_int_equal(qw_parallel(w, count_index, &env, 3, &site), 0);
    qw_leave(w, 0);
    for (int i = 0; i < 3; i++) assert_int_equal(hits[i], 20000);
    qw_ctx_free(ctx);
}

/* Threads that went to sleep wake up again. */
static void loops_after_a_pause(void **state)
{
    (void)state;
    static _Atomic int hits[64];
    _Atomic int *env = hits;
    QwCtx *ctx = new_ctx(3);
    const struct timespec pause = {.tv_nsec = 3000000};
    for (int i = 0; i < 20; i++) {
        QwWorker *w = qw_enter(ctx, 64, "t");
        assert_int_equal(qw_parallel(w, count_index, &env, 64, &site), 0);
        qw_leave(w, 0);
        nanosleep(&pause, NULL);
    }
    for (int i = 0; i < 64; i++) assert_int_equal(hits[i], 20);
    qw_ctx_free(ctx);
}

/* ---- failures ------------------------------------------------------------ */

typedef struct Failing {
    int64_t lowest;
    _Atomic int *hits;
} Failing;

static int fail_from(QwWorker *w, const void *env, int64_t i)
{
    const Failing *f = env;
    const int64_t loops[2] = {i, 2 * i};
    atomic_fetch_add(&f->hits[i], 1);
    if (i < f->lowest) return QW_OK;
    return qw_fail(w, QW_ERR_BOUNDS, &site, i, 4, 100, loops);
}

static void lowest_failure_wins(void **state)
{
    (void)state;
    static _Atomic int hits[MANY];
    for (int threads = 1; threads <= 7; threads += 3) {
        QwCtx *ctx = new_ctx(threads);
        for (int64_t lowest = 0; lowest < MANY; lowest += 173) {
            memset(hits, 0, sizeof hits);
            const Failing f = {lowest, hits};
            QwWorker *w = qw_enter(ctx, 0, "t");
            const int status = qw_parallel(w, fail_from, &f, MANY, &site);
            assert_int_equal(status, QW_ERR_BOUNDS);
            assert_int_equal(qw_leave(w, status), QW_ERR_BOUNDS);
            for (int64_t i = 0; i < lowest; i++) assert_int_equal(hits[i], 1);
            const QwFailure *got = qw_failure(ctx);
            assert_int_equal(got->status, QW_ERR_BOUNDS);
            assert_int_equal(got->value[0], lowest);
            assert_int_equal(got->loop[0], lowest);
            assert_int_equal(got->loop[1], 2 * lowest);
            assert_ptr_equal(got->site, &site);
        }
        qw_ctx_free(ctx);
    }
}

static int bare_status(QwWorker *w, const void *env, int64_t i)
{
    (void)w;
    (void)env;
    return i >= 3 ? QW_ERR_DIVISION : QW_OK;
}

static void messages(void **state)
{
    (void)state;
    static _Atomic int hits[MANY];
    const Failing f = {5, hits};
    QwCtx *ctx = new_ctx(2);
    assert_string_equal(qw_last_error(ctx), "");
    QwWorker *w = qw_enter(ctx, 0, "t");
    qw_leave(w, qw_parallel(w, fail_from, &f, 100, &site));
    assert_string_equal(qw_last_error(ctx),
                        "x.pl:7:3: a window is out of bounds, `w`: axis 1, "
                        "offset 5, extent 4, size 100 (in `lm`, b = 5, "
                        "ob = 10)");
    w = qw_enter(ctx, 0, "t");
    assert_int_equal(qw_leave(w, qw_parallel(w, bare_status, NULL, 9, &site)),
                     QW_ERR_DIVISION);
    assert_string_equal(qw_last_error(ctx), qw_strerror(QW_ERR_DIVISION));
    w = qw_enter(ctx, 0, "t");
    qw_leave(w, qw_fail_text(w, QW_ERR_ASSERT, &site, "k must be even", NULL));
    assert_string_equal(qw_last_error(ctx),
                        "x.pl:7:3: k must be even, `w` (in `lm`)");
    w = qw_enter(ctx, 0, "t");
    qw_leave(w, QW_OK);
    assert_string_equal(qw_last_error(ctx), "");
    qw_ctx_free(ctx);
}

static int warn(QwWorker *w, const void *env, int64_t i)
{
    (void)env;
    return qw_valid(w, -i, &site) == 0 ? QW_OK : QW_ERR_ASSERT;
}

static void warnings_are_counted(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads++) {
        QwCtx *ctx = new_ctx(threads);
        for (int round = 0; round < 2; round++) {
            QwWorker *w = qw_enter(ctx, 0, "t");
            qw_leave(w, qw_parallel(w, warn, NULL, 101, &site));
            const QwWarning *list;
            assert_int_equal(qw_warnings(ctx, &list), 1);
            assert_int_equal(list[0].code, QW_ERR_NEGATIVE_VALID);
            assert_int_equal(list[0].count, 100);
            assert_int_equal(list[0].value, -100);
        }
        qw_leave(qw_enter(ctx, 0, "t"), 0);
        const QwWarning *none;
        assert_int_equal(qw_warnings(ctx, &none), 0);
        qw_ctx_free(ctx);
    }
}

/* ---- nesting ------------------------------------------------------------- */

static int inner(QwWorker *w, const void *env, int64_t i)
{
    (void)w;
    *(int64_t *)*(void *const *)env += i;
    return QW_OK;
}

static int outer(QwWorker *w, const void *env, int64_t i)
{
    int64_t *sums = *(int64_t *const *)env;
    void *mine = &sums[i];
    return qw_parallel(w, inner, &mine, 10, &site);
}

static void nested_loops_run_inline(void **state)
{
    (void)state;
    static int64_t sums[100];
    int64_t *env = sums;
    QwCtx *ctx = new_ctx(3);
    QwWorker *w = qw_enter(ctx, 0, "t");
    assert_int_equal(qw_parallel(w, outer, &env, 100, &site), 0);
    qw_leave(w, 0);
    for (int i = 0; i < 100; i++) assert_int_equal(sums[i], 45);
    qw_ctx_free(ctx);
}

/* ---- several contexts ---------------------------------------------------- */

static void *use_context(void *arg)
{
    (void)arg;
    enum { N = 50 };
    _Atomic int *hits = calloc(N, sizeof *hits);
    QwCtx *ctx = qw_ctx_new();
    qw_set_threads(ctx, 3);
    for (int round = 0; round < 100; round++) {
        QwWorker *w = qw_enter(ctx, 128, "t");
        qw_leave(w, qw_parallel(w, count_index, &hits, N, &site));
    }
    int wrong = 0;
    for (int i = 0; i < N; i++) wrong += hits[i] != 100;
    qw_ctx_free(ctx);
    free(hits);
    return wrong ? (void *)&site : NULL;
}

static void several_contexts(void **state)
{
    (void)state;
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, use_context, NULL),
                         0);
    for (int i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
}

static void one_call_at_a_time(void **state)
{
    (void)state;
    QwCtx *ctx = new_ctx(1);
    QwWorker *w = qw_enter(ctx, 0, "t");
    assert_null(qw_enter(ctx, 0, "t"));
    assert_int_equal(qw_failure(ctx)->status, QW_ERR_BUSY);
    assert_int_equal(qw_set_threads(ctx, 2), QW_ERR_BUSY);
    qw_leave(w, 0);
    assert_int_equal(qw_failure(ctx)->status, QW_ERR_BUSY);
    assert_string_equal(qw_last_error(ctx), qw_strerror(QW_ERR_BUSY));
    qw_leave(qw_enter(ctx, 0, "t"), 0);
    assert_int_equal(qw_failure(ctx)->status, QW_OK);
    assert_null(qw_enter(NULL, 0, "t"));
    assert_int_equal(qw_failure(NULL)->status, QW_ERR_ARGS);
    assert_null(qw_enter(ctx, INT64_MAX, "t"));
    assert_int_equal(qw_failure(ctx)->status, QW_ERR_NOMEM);
    assert_int_equal(qw_refuse(ctx, "t"), QW_ERR_ARGS);
    assert_string_equal(qw_last_error(ctx), qw_strerror(QW_ERR_ARGS));
    assert_int_equal(qw_refuse(NULL, "t"), QW_ERR_ARGS);
    qw_leave(qw_enter(ctx, 0, "t"), 0);
    assert_string_equal(qw_last_error(ctx), "");
    qw_ctx_free(ctx);
    qw_ctx_free(NULL);
}

static void memory_has_a_limit(void **state)
{
    (void)state;
    enum { PAGE = 4096 };
    QwCtx *ctx = new_ctx(2);
    qw_set_memory(ctx, 64 * PAGE);
    assert_null(qw_enter(ctx, 33 * PAGE, "t")); /* two workers */
    assert_int_equal(qw_failure(ctx)->status, QW_ERR_NOMEM);
    QwWorker *w = qw_enter(ctx, 16 * PAGE, "t");
    assert_non_null(w);
    assert_null(qw_alloc(w, 33 * PAGE, NULL));
    assert_int_equal(qw_leave(w, QW_ERR_NOMEM), QW_ERR_NOMEM);
    qw_set_memory(ctx, 0);
    w = qw_enter(ctx, 33 * PAGE, "t");
    assert_non_null(qw_alloc(w, 33 * PAGE, NULL));
    qw_leave(w, 0);
    qw_ctx_free(ctx);
}

/* ---- affinity ------------------------------------------------------------ */

static int note_cpu(QwWorker *w, const void *env, int64_t i)
{
    (void)w;
    (void)i;
    int *const *cpu = env;
    (*cpu)[i] = sched_getcpu();
    return QW_OK;
}

static void caller_is_not_left_pinned(void **state)
{
    (void)state;
    cpu_set_t before, after;
    int cpus[100], *env = cpus;
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    QwCtx *ctx = new_ctx(2);
    for (int round = 0; round < 3; round++) {
        QwWorker *w = qw_enter(ctx, 0, "t");
        qw_parallel(w, note_cpu, &env, 100, &site);
        qw_leave(w, 0);
        sched_getaffinity(0, sizeof after, &after);
        assert_true(CPU_EQUAL(&before, &after));
    }
    qw_ctx_free(ctx);
}

static void affinity_mask_is_respected(void **state)
{
    (void)state;
    cpu_set_t before, one;
    int cpus[100], *env = cpus;
    sched_getaffinity(0, sizeof before, &before);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &before)) cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    unsetenv("QWC_THREADS");
    QwCtx *ctx = qw_ctx_new();
    assert_int_equal(qw_threads(ctx), 1);
    qw_set_threads(ctx, 3);
    QwWorker *w = qw_enter(ctx, 0, "t");
    qw_parallel(w, note_cpu, &env, 100, &site);
    qw_leave(w, 0);
    for (int i = 0; i < 100; i++) assert_int_equal(cpus[i], cpu);
    qw_ctx_free(ctx);
    sched_setaffinity(0, sizeof before, &before);
}

/* ---- memory -------------------------------------------------------------- */

static void buffers_are_zero_and_aligned(void **state)
{
    (void)state;
    QwCtx *ctx = new_ctx(1);
    QwWorker *w = qw_enter(ctx, 100, "t");
    assert_int_equal((uintptr_t)qw_frame(w) % 64, 0);
    memset(qw_frame(w), 1, 100);
    for (int round = 0; round < 3; round++) {
        const int64_t mark = qw_mark(w);
        for (int64_t bytes = 0; bytes < 5000000; bytes = 3 * bytes + 7) {
            char *p = qw_alloc(w, bytes, &site);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % 64, 0);
            for (int64_t i = 0; i < bytes; i++) assert_int_equal(p[i], 0);
            memset(p, 0x55, (size_t)bytes);
        }
        qw_release(w, mark);
    }
    char *big = qw_alloc(w, 3000000, &site);
    const int64_t mark = qw_mark(w);
    char *a = qw_alloc(w, 64, &site);
    qw_release(w, mark);
    assert_ptr_equal(a, qw_alloc(w, 64, &site));
    assert_true(big[2999999] == 0);
    assert_null(qw_alloc(w, INT64_MAX / 2, &site));
    assert_null(qw_alloc(w, -1, &site));
    qw_leave(w, QW_ERR_NOMEM);
    qw_ctx_free(ctx);
}

/* in one worker and, for the large one, spread over all */
/* How many bytes are not 0 in the first `zeroed` of a period, `rest` behind. */
static int64_t wrong_bytes(const char *p, int64_t bytes, int64_t period,
                           int64_t zeroed, char rest)
{
    int64_t wrong = 0;
    for (int64_t i = 0; i < bytes; i += period)
        for (int64_t k = 0; k < period && i + k < bytes; k++)
            wrong += p[i + k] != (k < zeroed ? 0 : rest);
    return wrong;
}

/* The largest is cleared past the caches. */
static void buffers_are_zero_in_part(void **state)
{
    (void)state;
    static const int64_t size[] = {10000, 5000000, 26000001};
    QwCtx *ctx = new_ctx(3);
    QwWorker *w = qw_enter(ctx, 64, "t");
    const int64_t mark = qw_mark(w);
    for (int k = 0; k < 3; k++) {
        memset(qw_alloc(w, size[k], &site), 0x55, (size_t)size[k]);
        qw_release(w, mark);
        char *p = qw_alloc_part(w, size[k], 96, 32, &site);
        assert_int_equal(wrong_bytes(p, size[k], 96, 32, 0x55), 0);
        qw_release(w, mark);
        p = qw_alloc(w, size[k], &site);
        assert_int_equal(wrong_bytes(p, size[k], 96, 96, 0), 0);
        qw_release(w, mark);
    }
    qw_leave(w, QW_OK);
    qw_ctx_free(ctx);
}

static int fill_buffer(QwWorker *w, const void *env, int64_t i)
{
    (void)env;
    int64_t *p = qw_alloc(w, 100000, &site);
    int64_t *frame = qw_frame(w);
    frame[0] = p[i] = i + 1;
    for (int64_t k = 0; k < 12500; k++)
        if (p[k] != (k == i ? i + 1 : 0)) return QW_ERR_ASSERT;
    return frame[0] == i + 1 ? QW_OK : QW_ERR_ASSERT;
}

static void buffers_go_when_a_body_ends(void **state)
{
    (void)state;
    QwCtx *ctx = new_ctx(3);
    QwWorker *w = qw_enter(ctx, 64, "t");
    assert_int_equal(qw_parallel(w, fill_buffer, NULL, 1000, &site), 0);
    qw_leave(w, 0);
    qw_ctx_free(ctx);
}

/* ---- races --------------------------------------------------------------- */

typedef struct Rectangle {
    float *base;
    int64_t per_index; /* elements from one iteration's origin to the next */
    int write;
} Rectangle;

static int touch(QwWorker *w, const void *env, int64_t i)
{
    const Rectangle *r = env;
    const int64_t extent[2] = {4, 8}, stride[2] = {64, 1};
    qw_touch(w, &site, r->write, r->base + i * r->per_index, 4, 2, extent,
             stride);
    return QW_OK;
}

/* as iteration 1 */
static int touch_second(QwWorker *w, const void *env, int64_t i)
{
    const int64_t second = i + 1;
    qw_iteration(w, 1, &second);
    return touch(w, env, i);
}

/* of two levels, four iterations each */
static int touch_nested(QwWorker *w, const void *env, int64_t i)
{
    const int64_t at[2] = {i / 4, i % 4};
    qw_iteration(w, 2, at);
    return touch(w, env, at[1]);
}

/* in steps, as a loop over the pages of a buffer does */
static int touch_pages(QwWorker *w, const void *env, int64_t i)
{
    const Rectangle *r = env;
    const int64_t extent[2] = {1, 8}, stride[2] = {8, 1};
    for (int page = 0; page < 4; page++)
        qw_touch(w, &site, r->write, r->base + i * r->per_index + page * 24, 4,
                 2, extent, stride);
    return QW_OK;
}

static int race_status(QwBody *body, int64_t per_index, int write, int64_t n)
{
    static float memory[4096];
    const Rectangle r = {memory, per_index, write};
    int status = -1;
    for (int threads = 1; threads <= 3; threads++) {
        QwCtx *ctx = new_ctx(threads);
        QwWorker *w = qw_enter(ctx, 0, "t");
        const int now = qw_parallel(w, body, &r, n, &site);
        assert_true(status < 0 || status == now);
        status = now;
        qw_leave(w, status);
        if (status == QW_ERR_RACE) {
            assert_int_equal(qw_failure(ctx)->value[0], 0);
            assert_int_equal(qw_failure(ctx)->value[1], 1);
        }
        qw_ctx_free(ctx);
    }
    return status;
}

static void races_are_found(void **state)
{
    (void)state;
    /* side by side in the same rows, although their address ranges meet */
    assert_int_equal(race_status(touch, 8, 1, 8), QW_OK);
    assert_int_equal(race_status(touch, 7, 1, 8), QW_ERR_RACE);
    assert_int_equal(race_status(touch, 7, 0, 8), QW_OK);
    assert_int_equal(race_status(touch, 7, 2, 8), QW_OK);
    assert_int_equal(race_status(touch, 64, 1, 8), QW_ERR_RACE);
    assert_int_equal(race_status(touch, 256, 1, 8), QW_OK);
    /* the inner iterations are clean, the outer ones collide */
    assert_int_equal(race_status(touch_nested, 8, 1, 4), QW_OK);
    assert_int_equal(race_status(touch_nested, 8, 1, 8), QW_ERR_RACE);
    assert_int_equal(race_status(touch_pages, 96, 1, 8), QW_OK);
    assert_int_equal(race_status(touch_pages, 73, 1, 8), QW_ERR_RACE);
    /* each lies in the gaps of the others */
    assert_int_equal(race_status(touch_pages, 8, 1, 3), QW_OK);
    assert_int_equal(race_status(touch_pages, 7, 1, 3), QW_ERR_RACE);
}

/* What two loops touch is compared together, whatever the runtime does with its
 * workers in between. */
static void held_touches_are_kept(void **state)
{
    static float memory[256];
    const Rectangle r = {memory, 0, 1};
    (void)state;
    for (int threads = 1; threads <= 3; threads++) {
        QwCtx *ctx = new_ctx(threads);
        QwWorker *w = qw_enter(ctx, 0, "t");
        const int64_t mark = qw_mark(w);
        assert_non_null(qw_alloc(w, 1 << 20, &site));
        qw_release(w, mark);
        qw_touch_hold(w);
        assert_int_equal(qw_parallel(w, touch, &r, 1, &site), QW_OK);
        assert_non_null(qw_alloc(w, 1 << 20, &site));
        assert_int_equal(qw_parallel(w, touch_second, &r, 1, &site),
                         QW_ERR_RACE);
        qw_leave(w, QW_ERR_RACE);
        qw_ctx_free(ctx);
    }
}

/* ---- scalars ------------------------------------------------------------- */

static void scalar_functions(void **state)
{
    (void)state;
    int64_t r;
    assert_true(qw_mul_overflows(INT64_MIN, -1, &r));
    assert_false(qw_mul_overflows(1 << 20, 1 << 20, &r));
    assert_true(r == INT64_C(1) << 40);
    assert_true(qw_shl_overflows(1, 63, &r));
    assert_true(qw_shl_overflows(1, 64, &r));
    assert_true(qw_shl_overflows(1, -1, &r));
    assert_false(qw_shl_overflows(-1, 63, &r));
    assert_true(r == INT64_MIN);
    assert_int_equal(qw_trip(0, 10, 3), 4);
    assert_int_equal(qw_trip(10, 0, -3), 4);
    assert_int_equal(qw_trip(10, 0, 3), 0);
    assert_int_equal(qw_trip(5, 5, 1), 0);
    assert_true(qw_trip(INT64_MIN, INT64_MAX, 1) == INT64_MAX);
    assert_true(qw_trip(INT64_MAX, INT64_MIN, INT64_MIN) == 2);
    assert_true(qw_f32_to_i64(2.5f) == 3 && qw_f32_to_i64(-2.5f) == -3);
    assert_true(qw_f32_to_i64(0.0f / 0.0f) == 0);
    assert_true(qw_f32_to_i64(1e30f) == INT64_MAX);
    assert_true(qw_f32_to_i64(-1e30f) == INT64_MIN);
    assert_true(1 / qw_fmax(0.0f, -0.0f) > 0 && 1 / qw_fmin(0.0f, -0.0f) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_index_runs_once),
        cmocka_unit_test(many_short_loops),
        cmocka_unit_test(loops_after_a_pause),
        cmocka_unit_test(lowest_failure_wins),
        cmocka_unit_test(messages),
        cmocka_unit_test(warnings_are_counted),
        cmocka_unit_test(nested_loops_run_inline),
        cmocka_unit_test(several_contexts),
        cmocka_unit_test(one_call_at_a_time),
        cmocka_unit_test(memory_has_a_limit),
        cmocka_unit_test(caller_is_not_left_pinned),
        cmocka_unit_test(affinity_mask_is_respected),
        cmocka_unit_test(buffers_are_zero_and_aligned),
        cmocka_unit_test(buffers_are_zero_in_part),
        cmocka_unit_test(buffers_go_when_a_body_ends),
        cmocka_unit_test(races_are_found),
        cmocka_unit_test(held_touches_are_kept),
        cmocka_unit_test(scalar_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
