import pypto.language as pl

for i in pl.range(3):  #~ error[E0805]: `pl.range` is called from host code
    print(i)
