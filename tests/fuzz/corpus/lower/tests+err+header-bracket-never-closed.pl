def f(a, b:
#~^ error[E0104]: this `(` is never closed
    return a + b
y = f(1 2)
#~^ error[E0109]: expected `)` or `,`, found `2`
