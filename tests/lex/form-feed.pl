x

y
z
