x = "rows
#~^ error[E0104]: this string is never closed
y = 3
