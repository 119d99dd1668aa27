# args: --limit memory=1
# exit: 6
x = 1  #~ error[E1110]: limit `memory` is 1 bytes, host values take
#~^ help: raise it: `--limit memory=
y = 2
