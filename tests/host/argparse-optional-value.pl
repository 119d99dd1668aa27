# args: -- --dump passes k -vv
import argparse

if __name__ == "__main__":
    p = argparse.ArgumentParser(prog="prog", description="Runs the kernel on some inputs, and compares what comes out with a golden that was written by hand for it.")
    p.add_argument("kernel", help="name of the kernel")
    p.add_argument("files", nargs="*", help="inputs")
    p.add_argument("-b", "--batch", type=int, default=16, help="rows of the batch (default: %(default)s)")
    p.add_argument("-p", "--platform", choices=["a2a3", "a5", "sim"], default="sim")
    p.add_argument("--rtol", type=float, default="1e-3", metavar="R", help="relative tolerance, 100%% sure")
    p.add_argument("--enable-profiling", action="store_true", default=False, help="a long help text that has to be wrapped because it does not fit into the line at all")
    p.add_argument("--no-check", dest="check", action="store_false")
    p.add_argument("-D", "--define", action="append", help="may be repeated")
    p.add_argument("-v", action="count", default=0)
    p.add_argument("--dump", nargs="?", const="all", default=None)
    p.add_argument("--shape", nargs=2, type=int)
    g = p.add_mutually_exclusive_group()
    g.add_argument("--fast", action="store_true")
    g.add_argument("--slow", action="store_true")
    print(p.parse_args())
