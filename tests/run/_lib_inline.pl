"""Inline functions that other files import."""
import pypto.language as pl

FACTOR = 2.0


@pl.jit.inline
def stats(t):
    lo = pl.row_min(t)
    return lo, pl.row_max(t)


@pl.jit.inline
def twice(t):
    return pl.mul(t, FACTOR)
