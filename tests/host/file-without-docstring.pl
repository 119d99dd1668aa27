x = 1
"no docstring: it is not first"

if __name__ == "__main__":
    print(__doc__, x)
