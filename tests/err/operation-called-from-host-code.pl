import pypto.language as pl

f = pl.add
f(1, 2)  #~ error[E0805]: `pl.add` is called from host code
