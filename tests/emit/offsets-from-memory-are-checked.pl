"""Offsets that come from memory are checked at run time; the failure names tensor and loop."""
import pypto.language as pl

PAGES = pl.dynamic("PAGES")


@pl.jit
def gather_pages(
    cache: pl.Tensor[[PAGES, 64], pl.BF16],
    table: pl.Tensor[[8], pl.INT32],
    out: pl.Out[pl.Tensor[[8, 64], pl.BF16]],
):
    for j in pl.range(8):
        page = pl.read(table, [j])
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy_page"):
            row = cache[page : page + 1, 0:64]
            out = pl.assemble(out, row, [j, 0])
    return out
