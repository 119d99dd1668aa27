from dataclasses import dataclass

import pypto.language as pl
import torch
from golden import RunResult, ScalarSpec, TensorSpec
from typing import Any, Optional

N = pl.dynamic("N")


@dataclass
class P:
    x: int


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


def main():
    print(pl.Level, pl.PadValue.zero, pl.PadValue.zero.name, pl.add, pl.tensor.dim, pl.system.syncall, N, {N: 1}[N])
    print(pl.prefetch.x, pl.jit, pl.jit.inline, pl.Tensor, pl.FP32, torch.float32)
    print(N == pl.dynamic("N"), N != N)
    print(P, {P: 1}[P], Optional, Any)
    P.y = 3
    print(P.y, P(2).y)
    print(TensorSpec("x", [2, 3], torch.float32), TensorSpec("y", [1], torch.int8, is_output=True))
    print(ScalarSpec("s", torch.float32, 2.5))
    attempt(lambda: RunResult)
    attempt(lambda: pl.dynamic("a b"))
    attempt(lambda: pl.dynamic(3))
    attempt(lambda: TensorSpec("x", 3, torch.float32))
    attempt(lambda: TensorSpec(3, [3], torch.float32))
    attempt(lambda: ScalarSpec("s", torch.int8, 300))
    attempt(lambda: ScalarSpec("s", torch.float16, 1e9))
    attempt(lambda: ScalarSpec("s", torch.int8, "a"))
    attempt(lambda: ScalarSpec("s", torch.int8, torch.tensor(5)))
    attempt(lambda: ScalarSpec("s", torch.float32, "a"))
    attempt(lambda: ScalarSpec("s", torch.float32, float("nan")))


if __name__ == "__main__":
    main()
