import pypto.language as pl

T = pl.BF61  #~ error[E0804]: module `pl` has no name `BF61`  #~ help: did you mean `BF16`?
