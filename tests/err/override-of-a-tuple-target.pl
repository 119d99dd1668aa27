# args: -D A=3
A, B = 1, 2  #~ error[E0207]: `-D A` cannot override one name of a tuple assignment
