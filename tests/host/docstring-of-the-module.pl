"""Adds rows.

    -r N   rows
"""
import argparse

if __name__ == "__main__":
    print(repr(__doc__), __doc__.splitlines()[0])
    parser = argparse.ArgumentParser(prog="rows", description=__doc__)
    parser.print_help()
