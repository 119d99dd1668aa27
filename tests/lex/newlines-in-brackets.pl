x = [1,
  2,  # two

3]
y
