# args: -D 'A=print(1)'
# exit: 3
A = 1
#~? error[E0207]: `-D` takes an expression of literals, constants and built-in numeric functions
