# exit: 3
import math


def main():
    for f in [lambda: math.factorial(21), lambda: math.comb(100, 50), lambda: math.perm(30), lambda: math.lcm(2**62, 3)]:
        try:
            print(f())
        except OverflowError as e:
            print(e)
    math.factorial(21)


if __name__ == "__main__":
    main()
