x = dict(a=1, 2)
#~^ error[E0109]: expected `name=` here
