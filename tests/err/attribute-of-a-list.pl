x = [1]
x.size = 3  #~ error[E0801]: attribute `size` of a list cannot be set in the host language
