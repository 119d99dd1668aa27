a = []
for i in range(100000):
    a = [a]
print(len(str(a)))  #~ error[E1111]: nested too deeply
