"""Inline functions that other files import."""
import pypto.language as pl

FACTOR = 2.0


@pl.jit.inline
def stats(t: pl.Tensor):
    lo = pl.row_min(t)
    return lo, pl.row_max(t)


@pl.jit.inline
def twice(t: pl.Tensor):
    return pl.mul(t, FACTOR)
