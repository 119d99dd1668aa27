match = case
match(x)
match[0]: int
case = 3
