rows = 4
if rows = 3:
#~^ error[E0109]: expected `:`, found `=`
#~^^ help: write `==` to compare
    print(rows)
else:
    print("none")
