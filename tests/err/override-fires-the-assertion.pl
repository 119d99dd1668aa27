# args: -D KC=100
D_IN = 512
KC = 128
assert D_IN % KC == 0, f"{D_IN=} must be a multiple of {KC=}"  #~ error[E0208]: assertion failed: D_IN=512 must be a multiple of KC=100  #~ note: with D_IN=512, KC=100
