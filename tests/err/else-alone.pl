x = 1
else:
#~^ error[E0109]: expected `if` before this `else`
    x = 2
