x = 12rows
#~^ error[E0109]: expected a number, found `12rows`
y = 0x
#~^ error[E0109]: expected a number, found `0x`
