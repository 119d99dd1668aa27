from math import (sqrt, +)  #~ error[E0109]: expected a name or `)`, found `+`


def area(r):
    from math import (pi, 3)  #~ error[E0109]: expected a name or `)`, found `3`
    return pi * r * r
