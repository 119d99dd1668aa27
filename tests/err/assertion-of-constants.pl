HIDDEN = 5120
HEADS = 48
assert HIDDEN % HEADS == 0  #~ error[E0208]: assertion failed  #~ note: with HIDDEN=5120, HEADS=48
