def f():
#~^ error[E0109]: expected an indented block after this `:`
#~^^ help: write `pass` for an empty block
x = 1
