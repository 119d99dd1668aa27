# A positional argument in a group of exclusive ones; and what the usage shows of such a group.
import argparse

if __name__ == "__main__":
    p = argparse.ArgumentParser("tool")
    g = p.add_mutually_exclusive_group()
    g.add_argument("--a", type=int)
    g.add_argument("pos", nargs="?", type=int)
    p.add_argument("--z")
    p.add_argument("last")
    print(p.format_usage())

    p = argparse.ArgumentParser("tool")
    g = p.add_mutually_exclusive_group(required=True)
    g.add_argument("--a", type=int)
    g.add_argument("pos", nargs="*", default=[1], type=int)
    p.print_usage()
    p.print_help()
    print(p.format_help() == p.format_usage(), len(p.format_help()))
    print(p.parse_args(["3"]))
    for words in (["3", "--a", "4"], []):
        try:
            p.parse_args(words)
        except SystemExit as e:
            print("exit", e.code)
    for names, more in ((["q"], {}), (["q"], {"nargs": "+"}), (["q"], {"nargs": "*"}), (["--q"], {"required": True})):
        try:
            g.add_argument(*names, **more)
        except ValueError as e:
            print(e)
