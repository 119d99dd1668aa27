def f():
    if True:
        x = 1
      y = 2
#~^ error[E0104]: this line matches no open block
    return x
