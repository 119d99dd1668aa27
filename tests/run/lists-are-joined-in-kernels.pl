# shapes made with `+`, of literals, host constants and runtime values
# run: --golden
# run: --golden --engine=interp
# run: --golden --spec-arg n=7
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")
STEP = 4
TAIL = [3, 5]
TUPLE = (3, 5)


@pl.jit
def twice(x: pl.Tensor[[N, 3, 5], pl.FP32], y: pl.Out[pl.Tensor[[N, 3, 5], pl.FP32]]):
    n = pl.tensor.dim(x, 0)
    for i in pl.parallel(0, n, STEP):
        valid = pl.min(STEP, n - i)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="twice"):
            t = pl.slice(x, [STEP] + TAIL, [i] + [0, 0], valid_shape=[valid] + TAIL)
            u = pl.slice(t, (STEP,) + TUPLE, [0] + [0] + [0])
            y = pl.assemble(y, pl.mul(u, 2.0), [i] + ([0] + [0]))


def build_tensor_specs(n=10):
    return [
        TensorSpec("x", [n] + TAIL, torch.float32, init_value=torch.randn),
        TensorSpec("y", [n] + TAIL, torch.float32, is_output=True),
    ]


def golden_twice(tensors):
    tensors["y"][:] = tensors["x"] * 2.0
