rows = 4
x = f"{rows} rows, {rows +} more"
#~^ error[E0109]: expected an expression, found the end of the expression
