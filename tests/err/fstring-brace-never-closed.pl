x = f"rows {x + 1"
#~^ error[E0104]: this `{` of an f-string is never closed
y = 3
