import argparse


def main():
    p = argparse.ArgumentParser(prog="tool", description="%(prog)s does what it should.")
    p.add_argument("--kind", choices=["big", "small"], default="big", help="one of %(choices)s, %(default)s if left out")
    p.add_argument("input", help="read by %(prog)s")
    for i in range(9):
        p.add_argument(f"--a-rather-long-option-{i}", type=int, default=i, metavar="NUMBER", help="100 %% of %(default)d")
    p.print_help()
    p.print_usage()
    q = argparse.ArgumentParser(prog="a-program-with-a-name-of-quite-some-length-that-leaves-no-room")
    q.add_argument("--first-option-of-all", type=int)
    q.add_argument("--second-option-of-all", nargs="+")
    q.add_argument("words", nargs="*")
    q.print_usage()
    n = p.parse_args(["x", "--kind", "small"])
    print(n == p.parse_args(["x", "--kind=small"]), n != p.parse_args(["y"]), n == 3)
    print(sorted(vars(n).items())[-2:], n.__dict__["kind"], len(n.__dict__))


if __name__ == "__main__":
    main()
