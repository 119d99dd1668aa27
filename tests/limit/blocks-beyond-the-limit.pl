# args: --limit nesting=3
if True:
    if True:
        if True:
            if True:
                x = 1
#~^ error[E1102]: limit `nesting` is 3, met 4
y = 2 +
#~^ error[E0109]: expected an expression
