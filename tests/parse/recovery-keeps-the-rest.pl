# exit: 3
a = 1
b = (1 2) + c
if x y:
    d
e = f(1, = 2).g
h = 3
