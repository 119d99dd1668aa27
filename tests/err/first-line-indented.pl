  x = 1
#~^ error[E0104]: this line is indented deeper than its block
