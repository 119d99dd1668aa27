x = b"rows"
#~^ error[E0109]: expected a text string, found the prefix `b`
