/* Handlers of the operations, in the order of enum OpHandler. */
#include "lower/lower_int.h"

OpFn *const op_handler[OPH_COUNT] = {
    [OPH_CREATE] = op_create, [OPH_FULL] = op_full, [OPH_SLICE] = op_slice, [OPH_ASSEMBLE] = op_assemble,
    [OPH_RESHAPE] = op_reshape, [OPH_FILLPAD] = op_fillpad, [OPH_SETVALID] = op_setvalid, [OPH_DIM] = op_dim,
    [OPH_READ] = op_read, [OPH_WRITE] = op_write, [OPH_ARANGE] = op_arange, [OPH_LOAD] = op_load,
    [OPH_STORE] = op_store, [OPH_MOVE] = op_move, [OPH_CREATE_TILE] = op_create_tile, [OPH_CONCAT] = op_concat,
    [OPH_TRANSPOSE] = op_transpose, [OPH_CONST] = op_const, [OPH_EXPAND_CLONE] = op_expand_clone,
    [OPH_EXPANDS] = op_expands, [OPH_EW2] = op_ew2, [OPH_EW1] = op_ew1, [OPH_CAST] = op_cast, [OPH_CMP] = op_cmp,
    [OPH_ROW_EXPAND2] = op_row_expand2, [OPH_COL_EXPAND2] = op_col_expand2, [OPH_ROW_EXPAND] = op_row_expand,
    [OPH_COL_EXPAND] = op_col_expand, [OPH_REDUCE] = op_reduce, [OPH_MATMUL] = op_matmul,
    [OPH_MATMUL_ACC] = op_matmul_acc, [OPH_SORT32] = op_sort32, [OPH_MRGSORT] = op_mrgsort, [OPH_GATHER] = op_gather,
    [OPH_GATHER_ROW] = op_gather_row, [OPH_SCATTER] = op_scatter, [OPH_MINMAX] = op_minmax,
    [OPH_BLOCK_IDX] = op_block_idx, [OPH_SYNCALL] = op_syncall,
};
