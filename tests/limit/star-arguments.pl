def count(*args):
    return len(args)


print(count(*range(20000000)))  #~ error[E1111]: limit `host-container` is 10000000, met 10000001
