for i, (a, b) in c, d:
    break
else:
    e
while a:
    continue
