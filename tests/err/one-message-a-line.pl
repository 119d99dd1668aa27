x = (1 2) + $ "abc
#~^ error[E0109]: expected `)` or `,`, found `2`
y = 3
