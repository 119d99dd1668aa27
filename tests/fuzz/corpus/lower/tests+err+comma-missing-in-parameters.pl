def f(a b):
#~^ error[E0109]: expected `)`, `,` or `:`, found `b`
    return a
