A = 3 << 62  #~ error[E0802]: integer overflow: 3 << 62 does not fit 64 bits
