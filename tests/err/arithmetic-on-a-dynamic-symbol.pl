import pypto.language as pl

ROWS = pl.dynamic("ROWS")
HALF = ROWS // 2  #~ error[E0312]: arithmetic on the dynamic dimension `ROWS`
