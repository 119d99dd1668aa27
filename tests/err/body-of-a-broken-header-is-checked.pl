if x y:
#~^ error[E0109]: expected `:`, found `y`
    z = )
#~^ error[E0109]: expected an opening bracket before, found `)`
else:
    z = 1
