a not in b
a is not b
a is b
not a
