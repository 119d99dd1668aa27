with a as b:
    c
with a(): d
