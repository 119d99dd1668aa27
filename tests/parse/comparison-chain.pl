a < b <= c
(a < b) < c
a not in b is not c
