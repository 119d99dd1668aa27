/* Packed weights: copies that qw_pack makes, and the windows of them that
 * products read.
 *
 * A copy stands for an address range: element (k, n) of the tensor is the one
 * at w + (k * columns + n), whatever view a kernel has of it.  So a product
 * whose b lies in the range with the same leading dimension may read the copy
 * instead, if its window begins where a panel does.  Copies change between
 * calls only. */
#include "pack.h"
#include "context.h"
#include "dtype.h"
#include <stdlib.h>
#include <string.h>

/* How weights of a dtype are packed: windows begin at multiples of `width`
 * columns and `depth` rows; a row of a panel takes `row` bytes.  pad: a panel's
 * rows are so many, rounded up.  A dtype without a line has no packed form. */
typedef struct Form {
    int64_t width, depth, row, pad;
} Form;

static const Form form_of[QW_DTYPE_COUNT] = {
    [QW_BF16] = {32, 8, 64, 8},
    [QW_I8] = {1, 1, 1, 16},
    [QW_U8] = {1, 1, 1, 16},
};

bool qw_dtype_packs(QwDtype t)
{
    return form_of[t].width > 0;
}

/* ---- reading ------------------------------------------------------------- */

/* The first copy of what lies behind w. */
static int first_behind(const QwCtx *ctx, const char *w)
{
    int lo = 0, hi = ctx->packs;
    while (lo < hi) {
        const int mid = (lo + hi) / 2;
        if (ctx->pack[mid]->w <= w)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static QwPacked *find(const QwCtx *ctx, const void *b)
{
    const int i = first_behind(ctx, b);
    if (i == 0) return NULL;
    QwPacked *p = ctx->pack[i - 1];
    return (const char *)b < p->w + p->bytes ? p : NULL;
}

typedef struct Window {
    QwPacked *p;
    int64_t row, column;
    const char *at; /* in the copy; NULL: it begins within a panel */
} Window;

static Window window_at(const QwCtx *ctx, QwDtype t, QwPackKernel *kernel,
                        const void *b)
{
    Window w = {.p = find(ctx, b)};
    if (!w.p || w.p->dtype != t || w.p->kernel != kernel) return (Window){0};
    const Form f = form_of[t];
    const int64_t size = qw_dtype_size(t), bytes = (const char *)b - w.p->w,
                  at = bytes / size;
    w.row = at / w.p->columns;
    w.column = at % w.p->columns;
    if (bytes % size == 0 && w.row % f.depth == 0 && w.column % f.width == 0)
        w.at = w.p->copy + w.column / f.width * w.p->stride + w.row * f.row;
    return w;
}

static bool holds(const Window *w, const QwkGemm *g, Form f)
{
    const QwPacked *p = w->p;
    return w->at && g->ldb == p->columns && w->column + g->n <= p->columns &&
        (w->row + g->k == p->rows ||
         (w->row + g->k < p->rows && g->k % f.depth == 0));
}

void qw_pack_use(const QwCtx *ctx, QwDtype t, QwPackKernel *kernel, QwkGemm *g)
{
    if (g->flags & QW_BT) return;
    const Window w = window_at(ctx, t, kernel, g->b);
    if (!w.p || !holds(&w, g, form_of[t])) return;
    if (!atomic_load_explicit(&w.p->used, memory_order_relaxed))
        atomic_store_explicit(&w.p->used, true, memory_order_relaxed);
    if (g->next) g->next = window_at(ctx, t, kernel, g->next).at;
    if (t == QW_BF16) {
        g->panels = w.at;
        g->panel_stride = w.p->stride;
    } else {
        g->b = w.at;
        g->ldb = w.p->stride;
        g->flags |= QW_BT;
    }
}

/* ---- packing ------------------------------------------------------------- */

enum { PIECE = 256 }; /* rows that one worker packs at a time */

static int pack_piece(QwWorker *worker, const void *env, int64_t i)
{
    (void)worker;
    const QwPacked *p = env;
    const QwkPack job = {.b = p->w,
                         .ldb = p->columns,
                         .k = p->rows,
                         .n = p->columns,
                         .first = i * PIECE,
                         .rows = PIECE,
                         .to = p->copy};
    (void)p->kernel(&job);
    return QW_OK;
}

static void drop(QwCtx *ctx, int i)
{
    QwPacked *p = ctx->pack[i];
    qw_pages_free(p->copy, p->copy_bytes);
    qw_unreserve(ctx, p->copy_bytes);
    free(p);
    ctx->packs--;
    memmove(&ctx->pack[i], &ctx->pack[i + 1],
            (size_t)(ctx->packs - i) * sizeof *ctx->pack);
}

void qw_pack_free(QwCtx *ctx)
{
    while (ctx->packs) drop(ctx, ctx->packs - 1);
    free(ctx->pack);
}

static bool insert(QwCtx *ctx, QwPacked *p)
{
    int64_t room = ctx->pack_room;
    void *items = ctx->pack;
    if (!qw_grow(&items, &room, ctx->packs + 1, (int64_t)sizeof(QwPacked *)))
        return false;
    ctx->pack = items;
    ctx->pack_room = (int)room;
    const int at = first_behind(ctx, p->w);
    memmove(&ctx->pack[at + 1], &ctx->pack[at],
            (size_t)(ctx->packs - at) * sizeof *ctx->pack);
    ctx->pack[at] = p;
    ctx->packs++;
    return true;
}

/* Does [w, w + bytes) meet what is packed already? */
static bool meets(const QwCtx *ctx, const char *w, int64_t bytes)
{
    const int i = first_behind(ctx, w + bytes - 1);
    return i > 0 && ctx->pack[i - 1]->w + ctx->pack[i - 1]->bytes > w;
}

static int fill(QwWorker *worker, const QwPacked *p)
{
    return qw_spread(worker, pack_piece, p, (p->rows + PIECE - 1) / PIECE);
}

/* The copy of these very weights, made by the kernel that would make it now. */
static const QwPacked *find_same(const QwCtx *ctx, const QwPacked *want)
{
    const QwPacked *p = find(ctx, want->w);
    const bool is_same = p && p->w == want->w && p->dtype == want->dtype &&
        p->rows == want->rows && p->columns == want->columns &&
        p->kernel == want->kernel;
    return is_same ? p : NULL;
}

static int add(QwWorker *worker, QwPacked want)
{
    QwCtx *ctx = worker->ctx;
    if (!qw_reserve(ctx, want.copy_bytes)) return QW_ERR_NOMEM;
    QwPacked *p = malloc(sizeof *p);
    want.copy = qw_pages_new(want.copy_bytes);
    if (p) *p = want;
    if (!p || !want.copy || !insert(ctx, p)) {
        free(p);
        qw_pages_free(want.copy, want.copy_bytes);
        qw_unreserve(ctx, want.copy_bytes);
        return QW_ERR_NOMEM;
    }
    return fill(worker, p);
}

static bool describe(QwPacked *p, QwDtype t, const void *w, int64_t rows,
                     int64_t columns)
{
    if (!w || (int)t < 0 || t >= QW_DTYPE_COUNT || rows < 1 || columns < 1 ||
        rows > QW_MAX_EXTENT / columns)
        return false;
    *p = (QwPacked){.w = w,
                    .dtype = t,
                    .rows = rows,
                    .columns = columns,
                    .bytes = rows * columns * qw_dtype_size(t),
                    .kernel = qw_pack_kernel(t)};
    const Form f = form_of[t];
    if (p->kernel) p->stride = (rows + f.pad - 1) / f.pad * f.pad * f.row;
    return true;
}

int qw_pack(QwCtx *ctx, QwDtype t, const void *w, int64_t rows, int64_t columns,
            int64_t *bytes)
{
    QwPacked p;
    if (bytes) *bytes = 0;
    if (!ctx || !describe(&p, t, w, rows, columns)) return QW_ERR_ARGS;
    const QwkPack ask = {.ldb = columns, .k = rows, .n = columns};
    p.copy_bytes = p.kernel ? p.kernel(&ask) : 0;
    QwWorker *worker = qw_enter(ctx, 0, "qw_pack");
    if (!worker) return qw_turned_away(ctx) ? QW_ERR_BUSY : QW_ERR_NOMEM;
    const QwPacked *same = find_same(ctx, &p);
    int status = QW_OK;
    if (same)
        status = fill(worker, same);
    else if (meets(ctx, p.w, p.bytes))
        status = QW_ERR_ARGS;
    else if (p.copy_bytes)
        status = add(worker, p);
    if (!status && bytes) *bytes = p.copy_bytes;
    return qw_leave(worker, status);
}

int qw_unpack(QwCtx *ctx, const void *w)
{
    if (!ctx) return QW_ERR_ARGS;
    if (atomic_exchange(&ctx->busy, true)) return QW_ERR_BUSY;
    for (int i = ctx->packs; i-- > 0;)
        if (!w || ctx->pack[i]->w == w) drop(ctx, i);
    atomic_store(&ctx->busy, false);
    return QW_OK;
}

int qw_pack_used(const QwCtx *ctx, const void *w)
{
    const QwPacked *p = ctx ? find(ctx, w) : NULL;
    return p ? atomic_load(&p->used) : -1;
}
