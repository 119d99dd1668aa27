# a list made of two lists is as long as both
x = [1]
while True:
    x = x + x  #~ error[E1111]: limit `host-container` is 10000000, met 16777216
