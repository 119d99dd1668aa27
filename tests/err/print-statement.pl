print "rows"
#~^ error[E0109]: expected an operator or end of line, found a string
#~^^ help: `print` is a function: write `print(...)`
