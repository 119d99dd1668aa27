x = 1
del x  #~ error[E0801]: `del` of anything but `x[i]` is not in the host language
