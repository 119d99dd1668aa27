def inner(n):
    return [1, 2][n]  #~ error[E0803]: IndexError: list index out of range


def outer(n):
    return inner(n + 1)  #~ note: `inner` called here


outer(5)  #~ note: `outer` called here
