HIDDEN = 1
print(HIDEN)  #~ error[E0803]: NameError: name 'HIDEN' is not defined  #~ help: did you mean `HIDDEN`?
