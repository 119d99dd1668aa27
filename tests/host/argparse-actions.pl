# the expected text is what Python prints
import argparse

if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--fast", dest="mode", action="store_const", const="fast", default="slow", help="be %(const)s")
    p.add_argument("--slow", dest="mode", action="store_const", const="slow")
    p.add_argument("-n", action="store_const", const=3)
    p.add_argument("--none", action="store_const")
    p.add_argument("-v", action="store_true")
    p.add_argument("-w", action="store_false", default=None)
    for words in [], ["--fast"], ["--fast", "--slow", "-n", "-v", "-w"], ["--none"]:
        print(p.parse_args(words))
    p.print_help()
    for bad in dict(action="store_true", const=1), dict(action="store_const", nargs=2), dict(action="store_const", type=int):
        try:
            p.add_argument("--bad", **bad)
        except (TypeError, ValueError) as e:
            print("refused", list(bad)[1] in str(e))
