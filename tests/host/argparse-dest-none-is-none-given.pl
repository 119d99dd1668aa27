import argparse


def main():
    p = argparse.ArgumentParser(prog="prog")
    p.add_argument("--dump-all", nargs="?", const="all", dest=None)
    p.add_argument("-v", action="count", default=1, dest=None)
    print(p.parse_args(["--dump-all", "-vv"]))


if __name__ == "__main__":
    main()
