try:
#~^ error[E0109]: expected `except` or `finally` after this `try` block
    rows = 4
cols = 5
