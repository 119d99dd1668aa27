for i in range(3)
#~^ error[E0109]: expected `:` at the end of this line
    print(i)
else:
    print("end")
