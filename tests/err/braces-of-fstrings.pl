x = f"{}"
#~^ error[E0109]: expected an expression in the braces of this f-string
y = f"rows }"
#~^ error[E0109]: expected `}}` for a brace in an f-string, found `}`
z = f"{y!b}"
#~^ error[E0109]: expected `r`, `s` or `a` after `!`
