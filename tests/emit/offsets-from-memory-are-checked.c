/* Made by qwc from tests/emit/offsets-from-memory-are-checked.pl; do not edit.
 *
 *     gather_pages(
 *         cache: pl.Tensor[[PAGES, 64], pl.BF16],
 *         table: pl.Tensor[[8], pl.INT32],
 *         out: pl.Out[pl.Tensor[[8, 64], pl.BF16]])
 */
#include "qwrt.h"

/* id, line, column, file, tensor or variable, scope, loops, axis */
static const QwSite site[] = {
    {0, 15, 14, "tests/emit/offsets-from-memory-are-checked.pl", "", "copy_page", "j", -1},
    {1, 16, 19, "tests/emit/offsets-from-memory-are-checked.pl", "cache", "copy_page", "j", 0},
};

static int gather_pages_run(QwWorker *worker, const uint16_t *cache, const int32_t *table,
        uint16_t *out, int64_t PAGES)
{
    /* 13: for j in pl.range(8): */
    for (int64_t j = 0; j < 8; j++) {
        /* 14: page = pl.read(table, [j]) */
        const int64_t page = table[j];
        /* 15: with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy_page"): */
        { /* task copy_page */
            qw_task(worker, &site[0], j);
            /* 16: row = cache[page : page + 1, 0:64] */
            if (page < 0 || page >= PAGES)
                return qw_fail(worker, QW_ERR_BOUNDS, &site[1], page, 1, PAGES,
                        (const int64_t[]){j});
            /* 17: out = pl.assemble(out, row, [j, 0]) */
            qw_copy(2, out + j * 64, 64, cache + page * 64, 64, 1, 64);
        }
    }
    return QW_OK;
}

/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats
 * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.
 *
 *   cache  BF16 [PAGES, 64], read
 *   table  INT32 [8], read
 *   out    BF16 [8, 64], written
 *   PAGES  extent of axis 0 of cache
 */
int gather_pages(QwCtx *ctx, const uint16_t *cache, const int32_t *table, uint16_t *out,
        int64_t PAGES)
{
    if (!ctx || !cache || !table || !out || PAGES < 0 || PAGES > QW_MAX_EXTENT)
        return qw_refuse(ctx, "gather_pages");
    QwWorker *const worker = qw_enter(ctx, 0, "gather_pages");
    if (!worker)
        return qw_failure(ctx)->status;
    return qw_leave(worker, gather_pages_run(worker, cache, table, out, PAGES));
}

/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */
int gather_pages__call(QwCtx *ctx, void *const *args)
{
    return gather_pages(ctx, args[0], args[1], args[2], *(const int64_t *)args[3]);
}
