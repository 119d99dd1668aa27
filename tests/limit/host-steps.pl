# args: --limit host-steps=100000
n = 0
while True:  #~ error[E1111]: host-steps
    n += 1
