x = {"a": [1, 2, 3]
#~^ error[E0104]: this `{` is never closed
