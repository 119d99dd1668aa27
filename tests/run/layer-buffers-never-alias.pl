# run: --golden -- -n 0
# run: --golden -- -n 1
# run: --golden -- -n 7
# run: --golden --engine=interp -- -n 7
"""A layer writes its rows in another order than it reads them: one shared buffer would be wrong."""
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec

ROWS = 8


@pl.jit
def k(n: pl.Scalar[pl.INT32], x: pl.Tensor[[ROWS, 4], pl.FP32], y: pl.Out[pl.Tensor[[ROWS, 4], pl.FP32]]):
    hidden = x
    for _layer in pl.range(n):
        next_hidden = pl.create_tensor([ROWS, 4], dtype=pl.FP32)
        for r in pl.parallel(ROWS):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="layer"):
                row = hidden[(ROWS - 1) - r : ROWS - r, :]
                next_hidden = pl.assemble(next_hidden, pl.add(row, hidden[0:1, :]), [r, 0])
        hidden = next_hidden
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
        y = pl.assemble(y, hidden[:, :], [0, 0])


def build_specs(n):
    return [
        ScalarSpec("n", torch.int32, n),
        TensorSpec("x", [ROWS, 4], torch.float32, init_value=lambda: torch.randint(0, 9, (ROWS, 4))),
        TensorSpec("y", [ROWS, 4], torch.float32, is_output=True),
    ]


def golden_k(t):
    hidden = t["x"]
    for _ in range(t["n"]):
        hidden = torch.stack([hidden[ROWS - 1 - r] + hidden[0] for r in range(ROWS)])
    t["y"][:] = hidden


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=2)
    args = parser.parse_args()
    result = run_jit(fn=k, specs=build_specs(args.n), golden_fn=golden_k, rtol=0.0, atol=0.0)
    if not result.passed:
        raise SystemExit(1)
