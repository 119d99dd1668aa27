x = 1
    y = 2
#~^ error[E0104]: this line is indented deeper than its block
z = 3
