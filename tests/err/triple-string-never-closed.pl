x = 1
"""a text
#~^ error[E0104]: this string is never closed
y = 3
