# args: --limit host-steps=100000
print(sum(range(10**15)))  #~ error[E1111]: host-steps
