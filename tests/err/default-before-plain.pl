def f(a=1, b):
#~^ error[E0109]: expected a default value for `b`: the parameter before it has one
    return b
