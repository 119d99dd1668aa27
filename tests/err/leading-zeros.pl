x = 0123
#~^ error[E0109]: expected a number without leading zeros, found `0123`
y = 000
