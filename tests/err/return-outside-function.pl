return 3
#~^ error[E0109]: `return` stands outside a function
break
#~^ error[E0109]: `break` stands outside a loop
