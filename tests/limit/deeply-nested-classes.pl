kinds = (int,)
for i in range(400000):
    kinds = (kinds,)
print(isinstance("x", kinds))  #~ error[E1111]: nested too deeply
