def class(x):
#~^ error[E0109]: expected a name, found the keyword `class`
    return x
