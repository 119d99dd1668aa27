print("%*d" % (-9223372036854775808, 1))  #~ error[E1111]: limit `host-string` is 16777216, met 9223372036854775807
