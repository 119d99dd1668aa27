# iterators over iterators are followed one by one
x = [1]
for i in range(100000):
    x = map(lambda v: v, x)
y = list(x)  #~ error[E1111]: limit `host-recursion`: nested too deeply for the stack
