hidden = 4
größe = hidden  # the rest of the line is fine
#~^ error[E0102]: the letter `ö` (U+00F6) cannot stand here
