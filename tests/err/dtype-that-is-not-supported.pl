import pypto.language as pl

D = pl.FP4  #~ error[E1201]: `pl.FP4`: FP4, FP8, HF, MX and INT4 formats are not supported
