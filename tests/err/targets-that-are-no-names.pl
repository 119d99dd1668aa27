def f():
    pass


a = "\N{DASH}"  #~ error[E0109]: expected an escape with a number, found `\N`  #~ help: write the character itself, or `\u` and its code
f() = 1  #~ error[E0109]: expected a name left of `=`, found a call  #~ help: write `==` to compare
f() += 1  #~ error[E0109]: expected a name left of `+=`, found a call
3 += 1  #~ error[E0109]: expected a name left of `+=`, found a number
(a, f) += 1  #~ error[E0109]: expected one name left of `+=`, found a tuple
with open("x") as 3:  #~ error[E0109]: expected a name after `as`, found a number
    pass
del f()  #~ error[E0109]: expected a name after `del`, found a call


def i(a, **k, b):  #~ error[E0109]: expected `)` after the `**` parameter
    pass
