# python: no, the expectation is written by hand
import pypto.language as pl
import torch
from pypto import language
from pypto.runtime import RunConfig
import qwc.language as third

ROWS = pl.dynamic("ROWS")

if __name__ == "__main__":
    print(pl is language, pl is third, ROWS is pl.dynamic("ROWS"), ROWS == pl.dynamic("COLS"))
    print(pl.BF16, torch.bfloat16, pl.BF16 == torch.bfloat16, {torch.float32: "f"}[pl.FP32], pl.INDEX == pl.INT64)
    print(pl.Level.CORE_GROUP, pl.Level.CORE_GROUP == pl.Level.CORE_GROUP, pl.PadValue.min is pl.PadValue.max, pl.tile.MaskPattern.P0101)
    print(pl.Tensor[[ROWS, 4], pl.FP32], ROWS, hasattr(pl, "add"), hasattr(pl, "FP31"))
    c = RunConfig(rtol=1e-3, platform="sim")
    print(c, c.rtol)
