if 1 > 2:
    pass
else if 2 > 3:
#~^ error[E0109]: expected `:`, found the keyword `if`
#~^^ help: write `elif`
    pass
else:
    pass
