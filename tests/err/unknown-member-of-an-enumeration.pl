import pypto.language as pl

L = pl.Level.COREGROUP  #~ error[E0804]: `pl.Level` has no member `COREGROUP`  #~ help: did you mean `CORE_GROUP`?
