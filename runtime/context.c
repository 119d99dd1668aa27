/* Contexts: the calls they serve, their workers, and the memory that workers
 * hand to emitted code.
 *
 * A context serves one call at a time; `busy` is the lock.  Workspaces are
 * kept between calls and only grow, so a kernel that is called again does not
 * allocate.  A worker's buffers form a stack: memory given back by qw_release
 * is reused, and is cleared again only as far as it was used before. */
#include "context.h"
#include "pack.h"
#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

enum {
    PAGE = 4096,
    HUGE_PAGE = 2 << 20,
    CHUNK_BYTES = 1 << 20,
    MARK_SHIFT = 48 /* a mark is (chunk, offset) in one integer */
};
static const int64_t max_bytes = INT64_C(1) << 46;

/* ---- memory -------------------------------------------------------------- */

static int64_t round_up(int64_t bytes, int64_t to)
{
    return (bytes + to - 1) / to * to;
}

/* Pages straight from the system: zero-filled, never moved. */
void *qw_pages_new(int64_t bytes)
{
    if (bytes > max_bytes) return NULL;
    const size_t size = (size_t)round_up(bytes, PAGE);
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    if (size >= HUGE_PAGE) (void)madvise(p, size, MADV_HUGEPAGE);
    return p;
}

void qw_pages_free(void *p, int64_t bytes)
{
    if (p) munmap(p, (size_t)round_up(bytes, PAGE));
}

double qw_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool qw_grow(void **items, int64_t *room, int64_t need, int64_t item_bytes)
{
    if (need <= *room) return true;
    int64_t wanted = *room < 8 ? 8 : 2 * *room;
    if (wanted < need) wanted = need;
    if (wanted > max_bytes / item_bytes) return false;
    void *grown = realloc(*items, (size_t)(wanted * item_bytes));
    if (!grown) return false;
    *items = grown;
    *room = wanted;
    return true;
}

/* Replaces a block by a larger one without keeping its contents. */
static bool enlarge(char **block, int64_t *bytes, int64_t need)
{
    if (need <= *bytes) return true;
    char *p = qw_pages_new(need);
    if (!p) return false;
    qw_pages_free(*block, *bytes);
    *block = p;
    *bytes = need;
    return true;
}

bool qw_reserve(QwCtx *ctx, int64_t bytes)
{
    const int64_t before = atomic_fetch_add(&ctx->held, bytes);
    if (ctx->memory == 0 || bytes <= ctx->memory - before) return true;
    qw_unreserve(ctx, bytes);
    return false;
}

void qw_unreserve(QwCtx *ctx, int64_t bytes)
{
    atomic_fetch_sub(&ctx->held, bytes);
}

/* A block of a worker that lasts as long as the worker, counted. */
static bool workspace(QwWorker *w, char **block, int64_t *bytes, int64_t need)
{
    const int64_t more = need - *bytes;
    if (more <= 0) return true;
    if (!qw_reserve(w->ctx, more)) return false;
    if (enlarge(block, bytes, need)) return true;
    qw_unreserve(w->ctx, more);
    return false;
}

bool qw_scratch(QwWorker *w, int64_t bytes)
{
    if (bytes <= w->scratch_bytes) return true;
    w->packed.kernel = NULL;
    return workspace(w, &w->scratch, &w->scratch_bytes, bytes + bytes / 4) ||
        workspace(w, &w->scratch, &w->scratch_bytes, bytes);
}

bool qw_cast_space(QwWorker *w, int64_t bytes)
{
    return workspace(w, &w->cast, &w->cast_bytes, bytes);
}

/* ---- the stack of buffers ------------------------------------------------ */

static void free_chunk(QwCtx *ctx, const Chunk *c)
{
    qw_unreserve(ctx, c->size);
    qw_pages_free(c->base, c->size);
}

static bool push_chunk(QwWorker *w, int64_t bytes)
{
    int64_t room = w->chunk_room;
    void *items = w->chunk;
    if (!qw_grow(&items, &room, w->chunks + 1, (int64_t)sizeof(Chunk)))
        return false;
    w->chunk = items;
    w->chunk_room = (int)room;
    const int64_t exact = round_up(bytes, PAGE);
    int64_t size = bytes > CHUNK_BYTES ? exact : CHUNK_BYTES;
    if (!qw_reserve(w->ctx, size)) {
        size = exact;
        if (!qw_reserve(w->ctx, size)) return false;
    }
    char *base = qw_pages_new(size);
    if (!base) {
        qw_unreserve(w->ctx, size);
        return false;
    }
    w->chunk[w->chunks++] = (Chunk){.base = base, .size = size};
    return true;
}

/* The chunk that takes `bytes`: the top one, a later one, or a new one.  Later
 * chunks that are too small are given up, they are empty. */
static Chunk *chunk_for(QwWorker *w, int64_t bytes)
{
    for (; w->top < w->chunks; w->top++) {
        Chunk *c = &w->chunk[w->top];
        if (bytes <= c->size - c->used) return c;
        if (c->used > 0) continue;
        free_chunk(w->ctx, c);
        *c = w->chunk[--w->chunks];
        w->top--;
    }
    if (!push_chunk(w, bytes)) return NULL;
    w->top = w->chunks - 1;
    return &w->chunk[w->top];
}

/* Zeros for the first `zeroed` bytes of every period. */
typedef struct Zeroing {
    char *at;
    int64_t bytes, period, zeroed;
    bool past;
} Zeroing;

enum {
    ZERO_PIECE = 1 << 18, /* bytes that one worker fills at a time */
    ZERO_PAST = 8 << 20   /* so many zeros go to memory past the caches, which
                           * would read each line only to have it overwritten */
};

static void zero_past_caches(char *p, int64_t bytes)
{
    const __m128i none = _mm_setzero_si128();
    for (int64_t i = 0; i < bytes; i += 16)
        _mm_stream_si128((__m128i *)(void *)(p + i), none);
}

static int zero_piece(QwWorker *w, const void *env, int64_t i)
{
    (void)w;
    const Zeroing *z = env;
    const int64_t piece = round_up(ZERO_PIECE, z->period),
                  end = z->bytes - i * piece < piece ? z->bytes
                                                     : (i + 1) * piece;
    for (int64_t k = i * piece; k < end; k += z->period) {
        const int64_t bytes = end - k < z->zeroed ? end - k : z->zeroed;
        if (z->past)
            zero_past_caches(z->at + k, bytes);
        else
            memset(z->at + k, 0, (size_t)bytes);
    }
    if (z->past) _mm_sfence();
    return QW_OK;
}

static void zero(QwWorker *w, Zeroing z)
{
    if (z.zeroed <= 0 || z.bytes <= 0) return;
    if (z.zeroed >= z.period) z.period = z.zeroed = ZERO_PIECE;
    z.past = z.bytes / z.period * z.zeroed >= ZERO_PAST && z.period % 16 == 0 &&
        z.zeroed % 16 == 0 && z.bytes % 16 == 0;
    const int64_t piece = round_up(ZERO_PIECE, z.period);
    qw_spread(w, zero_piece, &z, (z.bytes + piece - 1) / piece);
}

void *qw_alloc_part(QwWorker *w, int64_t bytes, int64_t period, int64_t zeroed,
                    const QwSite *site)
{
    if (bytes < 0) {
        qw_fail(w, QW_ERR_EXTENT, site, bytes, 0, 0, NULL);
        return NULL;
    }
    const int64_t size = bytes > max_bytes ? bytes : round_up(bytes + 1, 64);
    Chunk *c = size <= max_bytes ? chunk_for(w, size) : NULL;
    if (!c) {
        qw_fail(w, QW_ERR_NOMEM, site, bytes, 0, 0, NULL);
        return NULL;
    }
    char *p = c->base + c->used;
    const int64_t used_before = c->dirty - c->used;
    c->used += size;
    if (c->dirty < c->used) c->dirty = c->used;
    zero(w,
         (Zeroing){p, used_before < size ? used_before : size, period, zeroed,
                   false});
    return p;
}

void *qw_alloc(QwWorker *w, int64_t bytes, const QwSite *site)
{
    return qw_alloc_part(w, bytes, 1, 1, site);
}

int64_t qw_mark(QwWorker *w)
{
    if (w->chunks == 0) return 0;
    const int top = w->top < w->chunks ? w->top : w->chunks - 1;
    return ((int64_t)top << MARK_SHIFT) | w->chunk[top].used;
}

void qw_release(QwWorker *w, int64_t mark)
{
    const int top = (int)(mark >> MARK_SHIFT);
    for (int i = top; i < w->chunks; i++)
        w->chunk[i].used = i == top ? mark & ((INT64_C(1) << MARK_SHIFT) - 1)
                                    : 0;
    w->top = top;
}

/* ---- contexts ------------------------------------------------------------ */

/* The context that turned this thread's last call away: by the time the thread
 * asks why, the call in the way may have ended. */
static _Thread_local const QwCtx *turned_away;

bool qw_turned_away(const QwCtx *ctx)
{
    return turned_away == ctx;
}

static int default_threads(void)
{
    const char *text = getenv("QWC_THREADS");
    char *end;
    const long n = text ? strtol(text, &end, 10) : 0;
    if (n > 0 && *end == '\0')
        return n < QW_MAX_THREADS ? (int)n : QW_MAX_THREADS;
    return qw_pool_cpus();
}

QwCtx *qw_ctx_new(void)
{
    QwCtx *ctx = calloc(1, sizeof *ctx);
    if (!ctx) return NULL;
    if (turned_away == ctx) turned_away = NULL; /* an older one's address */
    ctx->threads = default_threads();
    ctx->pool = qw_pool_new(ctx->threads);
    if (!ctx->pool) {
        free(ctx);
        return NULL;
    }
    qw_failure_clear(ctx);
    return ctx;
}

static void worker_free(QwWorker *w)
{
    for (int i = 0; i < w->chunks; i++) free_chunk(w->ctx, &w->chunk[i]);
    free(w->chunk);
    qw_pages_free(w->frame, w->frame_bytes);
    qw_pages_free(w->scratch, w->scratch_bytes);
    qw_pages_free(w->cast, w->cast_bytes);
    qw_unreserve(w->ctx, w->frame_bytes + w->scratch_bytes + w->cast_bytes);
    free(w->warning);
    free(w->run);
    free(w->iteration);
    free(w->slice);
    free(w->move);
}

/* Joins the threads first: they run as the workers. */
static void stop_workers(QwCtx *ctx)
{
    qw_pool_free(ctx->pool);
    ctx->pool = NULL;
    for (int i = 0; i < ctx->workers; i++) worker_free(&ctx->worker[i]);
    free(ctx->worker);
    ctx->worker = NULL;
    ctx->workers = 0;
}

void qw_ctx_free(QwCtx *ctx)
{
    if (!ctx) return;
    stop_workers(ctx);
    qw_pack_free(ctx);
    free(ctx->warning);
    free(ctx->text);
    free(ctx);
}

int qw_set_threads(QwCtx *ctx, int n)
{
    if (!ctx) return QW_ERR_ARGS;
    if (atomic_exchange(&ctx->busy, true)) return QW_ERR_BUSY;
    const int wanted = n > QW_MAX_THREADS ? QW_MAX_THREADS
        : n > 0                           ? n
                                          : default_threads();
    int status = QW_OK;
    if (wanted != ctx->threads) {
        QwPool *pool = qw_pool_new(wanted);
        if (pool) {
            stop_workers(ctx);
            ctx->pool = pool;
            ctx->threads = wanted;
        }
        status = pool ? QW_OK : QW_ERR_NOMEM;
    }
    atomic_store(&ctx->busy, false);
    return status;
}

int qw_threads(const QwCtx *ctx)
{
    return ctx ? ctx->threads : 0;
}

/* ---- calls --------------------------------------------------------------- */

static bool make_workers(QwCtx *ctx)
{
    if (ctx->worker) return true;
    const size_t bytes = (size_t)ctx->threads * sizeof(QwWorker);
    ctx->worker = aligned_alloc(_Alignof(QwWorker), bytes);
    if (!ctx->worker) return false;
    memset(ctx->worker, 0, bytes);
    ctx->workers = ctx->threads;
    for (int i = 0; i < ctx->workers; i++) {
        ctx->worker[i].ctx = ctx;
        ctx->worker[i].slot = i;
    }
    return true;
}

static void begin_call(QwWorker *w)
{
    w->depth = 0;
    w->next = -1;
    w->task = NULL;
    w->warnings = 0;
    qw_touch_forget(w);
    w->ctx->hold = false;
    w->tasks = 0;
    w->lost_touch = false;
    w->packed.kernel = NULL;
    w->keep = NULL;
    w->next_weights = NULL;
    memset(w->ops, 0, sizeof w->ops);
    w->failure = (QwFailure){.status = QW_OK};
    qw_release(w, 0);
}

static bool prepare(QwCtx *ctx, int64_t frame)
{
    if (!make_workers(ctx)) return false;
    for (int i = 0; i < ctx->workers; i++) {
        QwWorker *w = &ctx->worker[i];
        if (!workspace(w, &w->frame, &w->frame_bytes, frame > 0 ? frame : 1))
            return false;
        begin_call(w);
    }
    return true;
}

QwWorker *qw_enter(QwCtx *ctx, int64_t frame, const char *entry)
{
    if (!ctx) return NULL;
    const bool is_busy = atomic_exchange(&ctx->busy, true);
    turned_away = is_busy ? ctx : NULL;
    if (is_busy) return NULL;
    qw_failure_clear(ctx);
    ctx->entry = entry ? entry : "";
    ctx->region++;
    if (frame < 0 || !prepare(ctx, frame)) {
        qw_failure_set(ctx, QW_ERR_NOMEM, NULL);
        atomic_store(&ctx->busy, false);
        return NULL;
    }
    qw_pool_enter(ctx->pool);
    if (ctx->traced) qw_trace_call(ctx);
    return &ctx->worker[0];
}

int qw_refuse(QwCtx *ctx, const char *entry)
{
    if (!ctx || atomic_exchange(&ctx->busy, true)) return QW_ERR_ARGS;
    qw_failure_clear(ctx);
    ctx->entry = entry ? entry : "";
    qw_failure_set(ctx, QW_ERR_ARGS, NULL);
    atomic_store(&ctx->busy, false);
    return QW_ERR_ARGS;
}

int qw_leave(QwWorker *w, int status)
{
    QwCtx *ctx = w->ctx;
    if (ctx->traced) qw_trace_leave(w);
    if (status != QW_OK) {
        ctx->failure = w->failure;
        if (w->failure.status != status)
            ctx->failure = (QwFailure){.status = status};
        qw_failure_render(ctx);
    }
    qw_warnings_merge(ctx);
    qw_pool_leave(ctx->pool);
    atomic_store(&ctx->busy, false);
    return status;
}

void *qw_frame(QwWorker *w)
{
    return w->frame;
}

void qw_task(QwWorker *w, const QwSite *site, int64_t index)
{
    w->task = site;
    w->task_index = index;
    if (w->ctx->traced) qw_trace_begin(w, site);
    w->tasks++;
}

void qw_set_memory(QwCtx *ctx, int64_t bytes)
{
    if (ctx) ctx->memory = bytes > 0 ? bytes : 0;
}

int64_t qw_tasks(const QwCtx *c)
{
    int64_t n = 0;
    for (int i = 0; c && i < c->workers; i++) n += c->worker[i].tasks;
    return n;
}
