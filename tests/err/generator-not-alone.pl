x = sum(i for i in (1, 2), 3)
#~^ error[E0109]: expected a generator expression to be the only argument
