def f(n):
    return f(n + 1)  #~ error[E1111]: host-recursion


f(0)
