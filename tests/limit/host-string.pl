s = "ab" * 2**24  #~ error[E1111]: host-string
