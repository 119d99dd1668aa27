/* Planes, tile shapes, and operands as tiles. */
#include "lower/lower_int.h"
#include <string.h>

bool need_core(Lower *L, Span sp, const char *spelled)
{
    if (L->core) return true;
    Diag *d = lw_error(L, E0603, sp,
                       "`pl.%s` computes, but stands outside a core scope",
                       spelled);
    diag_help(
        L->s, d,
        "wrap the statement: `with pl.at(level=pl.Level.CORE_GROUP, name_hint=\"...\"):`");
    return false;
}

bool elements(int rank, const int64_t *shape, int64_t *n)
{
    *n = 1;
    for (int k = 0; k < rank; k++)
        if (!mul_ok(*n, shape[k], n)) return false;
    return true;
}

bool bytes_ok(Lower *L, LimitId id, int64_t bytes, Span sp)
{
    const bool tile = id == LIM_TILE_BYTES;
    if (bytes <= L->s->limit[id]) return true;
    if (bytes == INT64_MAX) {
        lw_error(L, tile ? E1106 : E1105, sp,
                 "the bytes of this %s do not fit 64 bits",
                 tile ? "tile" : "tensor");
        return false;
    }
    L->failed = true;
    L->errors++;
    return limit_check(L->s, id, bytes, sp);
}

bool tile_shape_ok(Lower *L, QwDtype d, int rank, const int64_t *shape, Span sp)
{
    int64_t bytes;
    if (rank < 1 || rank > TILE_MAX_RANK) {
        lw_error(L, E0410, sp, "a tile of rank %d; tiles have 1 to %d axes",
                 rank, TILE_MAX_RANK);
        return false;
    }
    for (int k = 0; k < rank; k++) {
        if (shape[k] > 0) continue;
        lw_error(L, E0410, sp, "extent %lld of axis %d: extents are positive",
                 (long long)shape[k], k);
        return false;
    }
    if (!elements(rank, shape, &bytes) ||
        !mul_ok(bytes, qw_dtype_size(d), &bytes))
        bytes = INT64_MAX;
    return bytes_ok(L, LIM_TILE_BYTES, bytes, sp);
}

const Type *tile_type(Lower *L, QwDtype d, int rank, const int64_t *shape)
{
    return ir_tile(L->f, d, rank, shape);
}

IrValue *full_tile(Lower *L, const Type *t, double value, int64_t i,
                   bool is_int, Span sp)
{
    IrValue *c = const_of_type(L, ir_scalar(L->f, t->dtype), value, i, is_int);
    return emit1(L, IR_FULL, sp, t, 1, &c);
}

IrValue *load_whole(Lower *L, IrValue *T, Span sp)
{
    Window w = {.rank = T->type->rank};
    for (int k = 0; k < w.rank; k++) {
        if (T->type->shape[k] < 0) {
            Diag *d = lw_error(
                L, E0409, sp,
                "`%s` is loaded whole, but axis %d is known only at run time",
                lw_source(L, sp), k);
            diag_help(
                L->s, d,
                "slice it: `pl.slice(%s, [...], [...], valid_shape=[...])`",
                lw_source(L, sp));
            return NULL;
        }
        w.off[k] = ir_idx(L->f, 0);
        w.win[k] = ir_valid(L->f, T, k);
    }
    if (!tile_shape_ok(L, T->type->dtype, w.rank, T->type->shape, sp))
        return NULL;
    return emit_load(L, T, &w, T->type->shape, 0, sp);
}

IrValue *as_tile(Lower *L, Sv s, const Node *node, const char *spelled)
{
    if (s.kind == K_TILE) return s.v;
    if (s.kind == K_TENSOR) return load_whole(L, s.v, node->span);
    if (s.kind == K_ERROR || s.kind == K_UNSET) return NULL;
    Diag *d = lw_error(L, E0311, node->span,
                       "`pl.%s` needs a tile here, found %s", spelled,
                       lw_what(L, s));
    lw_label(L, d, s, node->span);
    const char *x = lw_source(L, node->span);
    if (!strcmp(spelled, "abs"))
        diag_help(L->s, d, "of a scalar: `pl.max(%s, -%s)`", x, x);
    return NULL;
}
