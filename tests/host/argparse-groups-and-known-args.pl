import argparse

if __name__ == "__main__":
    p = argparse.ArgumentParser("tool", epilog="See the manual.", description="short")
    g = p.add_mutually_exclusive_group(required=True)
    g.add_argument("--a", type=int)
    g.add_argument("--b", action="store_true")
    p.add_argument("--req-uired", required=True, type=lambda s: s.upper())
    p.add_argument("pos", nargs="+", type=int)
    print(p.parse_known_args(["--a", "1", "--req", "x", "3", "4", "--zz", "9"]))
    p.print_help()
    ns = p.parse_args(["--b", "--req-uired=y", "7"])
    print(ns.req_uired, ns.pos, ns, "a" in ns, "zz" in ns)
    ns.extra = 5
    setattr(ns, "more", 6)
    print(ns.extra + ns.more)
