from math import sqr  #~ error[E0804]: module `math` has no name `sqr`  #~ help: did you mean `sqrt`?
