class Sizes:
    A = 1


s = Sizes()  #~ error[E0801]: `Sizes` is a namespace; instances of plain classes are not in the host language
