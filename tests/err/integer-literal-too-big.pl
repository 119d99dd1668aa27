A = 9223372036854775808  #~ error[E0802]: this integer does not fit 64 bits
