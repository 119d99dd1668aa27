x = max(1 2)
#~^ error[E0109]: expected `)` or `,`, found `2`
y = min(1, 2)
