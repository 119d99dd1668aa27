rows = 0128
cols = “8”
if rows = 3:
    cols = 4
def f(a, b:
    return a
      c = 2
for i in range(3)
    print(i)
text = "abc
data = [1, 2
class C:
    pass
1 = rows
last = dict(a=1, 2)
#~^^^^^^^^^^^^^^^ error[E0109]: expected a number without leading zeros
#~^^^^^^^^^^^^^^^ error[E0102]: the character `“` (U+201C)
#~^^^^^^^^^^^^^^^ error[E0109]: expected `:`, found `=`
#~^^^^^^^^^^^^^^ error[E0104]: this `(` is never closed
#~^^^^^^^^^^^^^ error[E0104]: this line is indented deeper than its block
#~^^^^^^^^^^^^^ error[E0109]: expected `:` at the end of this line
#~^^^^^^^^^^^^ error[E0104]: this string is never closed
#~^^^^^^^^^^^^ error[E0104]: this `[` is never closed
#~^^^^^^^^^^ error[E0109]: expected a name left of `=`, found a number
#~^^^^^^^^^^ error[E0109]: expected `name=` here
