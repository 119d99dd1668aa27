A = 2**62
B = A * 2  #~ error[E0802]: integer overflow: 4611686018427387904 * 2 does not fit 64 bits
