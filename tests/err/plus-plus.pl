x = 1
x++
#~^ error[E0109]: expected an expression, found end of line
