len(x) = 3
#~^ error[E0109]: expected a name left of `=`, found a call
1 = x
#~^ error[E0109]: expected a name left of `=`, found a number
