from __future__ import annotations

from typing import Any, Optional, List

T = Optional[int]
Pair = List[Any]


def f(x: Optional[int] = None, *rest: Any, y: "List[str]" = ()) -> Undefined[0]:
    z: NeverEvaluated = 5
    w: int
    return z, rest, y


if __name__ == "__main__":
    print(f())
