# exit: 2
import argparse


def main():
    p = argparse.ArgumentParser(prog="tool")
    p.add_argument("-n", type=int, default=1)
    n = p.parse_args(["-n", "3"]).n
    if n > 2:
        p.error(f"n is {n}, at most 2")


if __name__ == "__main__":
    main()
