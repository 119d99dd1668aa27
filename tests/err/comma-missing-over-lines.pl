x = max(
    1,
    2
    3,
#~^ error[E0109]: expected `)` or `,`, found `3`
)
