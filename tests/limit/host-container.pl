a = [0] * (10**7 + 1)  #~ error[E1111]: host-container
