# args: --limit expr-nesting=4
x = 1 + 2 + 3 + 4 + 5 + 6
#~^ error[E1102]: limit `expr-nesting` is 4, met 5
y = 1 + 2 + 3 + 4 + 5
z = 2 +
#~^ error[E0109]: expected an expression
