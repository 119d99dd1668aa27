x = 3 +
#~^ error[E0109]: expected an expression, found end of line
y = (1 * )
#~^ error[E0109]: expected an expression, found `)`
z = [1, 2, , 3]
#~^ error[E0109]: expected an expression, found `,`
