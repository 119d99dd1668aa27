# args: --limit memory=50000000
x = list(range(100000))
y = [x[:] for i in range(60)]  #~ error[E1110]: limit `memory` is 50000000 bytes, host values take
# exit: 6
