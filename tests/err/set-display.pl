s = {1, 2}  #~ error[E0801]: is not in the host language
