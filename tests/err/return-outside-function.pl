return 3
#~^ error[E0109]: expected `return` only inside a function
break
#~^ error[E0109]: expected `break` only inside a loop
