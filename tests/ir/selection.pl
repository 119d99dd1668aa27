"""Sort, merge, gather, scatter and the other operations of stages B to D."""
import pypto.language as pl


@pl.jit
def select(x: pl.Tensor[[1, 512], pl.FP32], g: pl.Tensor[[16, 64], pl.FP32], ix: pl.Tensor[[16, 8], pl.INT32], v: pl.Out[pl.Tensor[[1, 1024], pl.FP32]], w: pl.Out[pl.Tensor[[16, 64], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="sort"):
        pairs = pl.sort32(x[:, :], pl.arange(0, [1, 512], dtype=pl.UINT32))
        merged = pl.mrgsort(pairs, block_len=64)
        both = pl.mrgsort(merged[:, 0:256], merged[:, 256:512])
        v = pl.assemble(v, both, [0, 0])
        v = pl.assemble(v, pl.gather(merged, mask_pattern=pl.tile.MaskPattern.P0101), [0, 512])
        few = pl.gather(g[:, :], dim=-1, index=ix[:, :])
        back = pl.scatter(pl.full([16, 64], dtype=pl.FP32, value=0.0), dim=-1, index=ix[:, :], src=few)
        back = pl.gather_row(back, g, [0, 0], [0, 32], [8, 16], transpose=False)
        w = pl.assemble(w, pl.col_expand_sub(back, pl.col_max(back)), [0, 0])
        w = pl.assemble(w, pl.concat(few, few), [0, 0])
