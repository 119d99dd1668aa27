# the shortest text that reads back, where doubles lie closer below than above
print(2.0**-24, 2.0**-44, 2.0**-500, 2.0**-1022, 2.0**89, 2.0**1000, 5e-324, 1e23, 1.0000000000000002, 9007199254740993.0)
for e in range(-1070, 1020, 37):
    print(2.0**e, 2.0**e * 1.5, -(2.0**e) / 3)

if __name__ == "__main__":
    print("done")
