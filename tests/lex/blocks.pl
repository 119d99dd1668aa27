if a:
    if b:
        c
  # a comment has no column
    d

e
