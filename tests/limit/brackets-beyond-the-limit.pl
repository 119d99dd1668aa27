# args: --limit expr-nesting=3
x = [[[[1], 2], 3], 4]
#~^ error[E1102]: limit `expr-nesting` is 3, met 4
y = [[[1]]]
z = 2 +
#~^ error[E0109]: expected an expression
