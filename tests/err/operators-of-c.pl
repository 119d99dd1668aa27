x = 1 && 2
#~^ error[E0109]: expected an operator, found `&&`
#~^^ help: write `and`
y = !x
#~^ error[E0109]: expected an operator, found `!`
