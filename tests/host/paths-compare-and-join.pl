import os
import sys
import time
from pathlib import Path


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    attempt(lambda: Path("a") != Path("b"))
    attempt(lambda: Path("a") < Path("b"))
    attempt(lambda: Path("a") == "a")
    attempt(lambda: Path("a") / 3)
    attempt(lambda: {Path("a"): 1}[Path("a")])
    attempt(lambda: Path(Path("a")) / Path("b"))
    attempt(lambda: os.path.join(Path("a"), "b"))
    attempt(lambda: os.cpu_count() > 0)
    attempt(lambda: sys.stdout.write(3))
    attempt(lambda: sys.stdout.flush())
    attempt(lambda: time.perf_counter() > 0)
    attempt(lambda: time.perf_counter() <= time.perf_counter())


if __name__ == "__main__":
    main()
