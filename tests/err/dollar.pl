cost = $3
#~^ error[E0102]: the character `$` cannot stand here
rows = 4
