import pypto.language as pl

D = pl.FP4  #~ error[E1201]: `pl.FP4` is not supported
