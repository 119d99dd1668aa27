x = (1, 2]
#~^ error[E0109]: expected `)`, found `]`
