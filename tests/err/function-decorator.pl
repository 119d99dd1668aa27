def trace(f):
    return f


@trace  #~ error[E0801]: this decorator is not in the host language
def g():
    return 1
