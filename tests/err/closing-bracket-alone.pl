x = 1)
#~^ error[E0109]: expected an opening bracket before, found `)`
