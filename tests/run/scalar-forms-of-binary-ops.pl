# args: --rtol 0 --atol 0
"""adds, subs, ... the names of the scalar forms, and a scalar that only the run knows."""
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec

OUT = 10


@pl.jit
def k(
    x: pl.Tensor[[5, 33], pl.FP32],
    i: pl.Tensor[[5, 33], pl.INT32],
    s: pl.Scalar[pl.FP32],
    n: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[8, 5, 33], pl.FP32]],
    z: pl.Out[pl.Tensor[[OUT, 5, 33], pl.INT32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[0, :, :] = pl.adds(x, s)
        y[1, :, :] = pl.subs(x, s)
        y[2, :, :] = pl.muls(x, s)
        y[3, :, :] = pl.divs(x, s)
        y[4, :, :] = pl.maximums(x, s)
        y[5, :, :] = pl.minimums(x, s)
        y[6, :, :] = pl.cmps(x, s, cmp_type="ge")
        y[7, :, :] = pl.fmods(x, s)
        z[0, :, :] = pl.ands(i, n)
        z[1, :, :] = pl.ors(i, n)
        z[2, :, :] = pl.xors(i, n)
        z[3, :, :] = pl.shls(i, n)
        z[4, :, :] = pl.shrs(i, n)
        z[5, :, :] = pl.adds(i, n)
        z[6, :, :] = pl.muls(i, n)
        z[7, :, :] = pl.divs(i, n)
        z[8, :, :] = pl.cmps(i, n, cmp_type=2)
        z[9, :, :] = pl.fmods(i, n)


def build_tensor_specs(s=0.75, n=3):
    return [
        TensorSpec("x", [5, 33], torch.float32, init_value=torch.randn),
        TensorSpec("i", [5, 33], torch.int32, init_value=lambda: torch.randint(-50, 50, [5, 33])),
        ScalarSpec("s", torch.float32, s),
        ScalarSpec("n", torch.int32, n),
        TensorSpec("y", [8, 5, 33], torch.float32, is_output=True),
        TensorSpec("z", [OUT, 5, 33], torch.int32, is_output=True),
    ]


def golden_k(t):
    x, s, y = t["x"], t["s"], t["y"]
    y[0] = x + s
    y[1] = x - s
    y[2] = x * s
    y[3] = x / s
    y[4] = torch.clamp(x, min=s)
    y[5] = torch.clamp(x, max=s)
    y[6] = x >= s
    y[7] = torch.fmod(x, s)
    i, n, z = t["i"], t["n"], t["z"]
    two = 2**n
    z[0] = torch.tensor([[e & n for e in row] for row in i.tolist()])
    z[1] = torch.tensor([[e | n for e in row] for row in i.tolist()])
    z[2] = torch.tensor([[e ^ n for e in row] for row in i.tolist()])
    z[3] = i * two
    z[4] = i // two
    z[5] = i + n
    z[6] = i * n
    z[7] = torch.tensor([[int(e / n) for e in row] for row in i.tolist()])
    z[8] = i < n
    z[9] = i - z[7] * n
