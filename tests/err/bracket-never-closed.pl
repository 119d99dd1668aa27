x = max(1, 2
#~^ error[E0104]: this `(` is never closed
y = 3
z = [1, 2]
