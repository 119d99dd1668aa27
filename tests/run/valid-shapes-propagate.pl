"""Through unary, binary with broadcast, expand, transpose, reshape, fillpad, concat and stores; V1 zeros."""
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@pl.jit
def k(x: pl.Tensor[[6, 8], pl.FP32], r: pl.Scalar[pl.INT32], c: pl.Scalar[pl.INT32], y: pl.Out[pl.Tensor[[7, 8, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        rr = pl.max(0, r)
        cc = pl.max(0, c)
        t = pl.slice(x, [6, 8], [0, 0], valid_shape=[rr, cc])
        y[0, 0:6, :] = pl.exp(t)
        full = x[:, :]
        y[1, 0:6, :] = pl.add(full, t)
        y[2, 0:6, :] = pl.sub(pl.row_max(full), t)
        y[3, 0:8, 0:6] = pl.transpose(t, 0, 1)
        y[4, 0:6, :] = pl.fillpad(t, pad_value=7 * 0)
        y[5, 0:6, :] = pl.row_expand_mul(full, pl.row_sum(pl.cmp(t, t, cmp_type="eq")))
        y[6, 0:6, :] = pl.set_validshape(pl.add(t, 1.0), 6, 8)


def build_specs(r=3, c=5):
    return [TensorSpec("x", [6, 8], torch.float32, init_value=torch.randn),
            ScalarSpec("r", torch.int32, r), ScalarSpec("c", torch.int32, c),
            TensorSpec("y", [7, 8, 8], torch.float32, is_output=True)]


def golden_k(t):
    x, y = t["x"], t["y"]
    r, c = max(0, t["r"]), max(0, t["c"])
    v = x[:r, :c]
    z = torch.zeros(6, 8)
    z[:r, :c] = v
    y[0, :r, :c] = v.exp()
    y[1, :6] = x + z
    y[2, :6, :c] = (x.amax(dim=1, keepdim=True) - z)[:, :c]
    y[3, :c, :r] = v.T
    y[4, :6] = z
    y[5, :6] = 0.0
    y[5, :r] = x[:r] * c
    y[6, :r, :c] = v + 1.0


# run: --golden --rtol 3e-7 --atol 1e-7
# run: --golden --rtol 3e-7 --atol 1e-7 --engine=interp
# run: --golden --rtol 3e-7 --atol 1e-7 --spec-arg r=0
# run: --golden --rtol 3e-7 --atol 1e-7 --spec-arg r=0 --engine=interp
# run: --golden --rtol 3e-7 --atol 1e-7 --spec-arg c=-2 --engine=interp
# run: --golden --rtol 3e-7 --atol 1e-7 --spec-arg c=-2
# run: --golden --rtol 3e-7 --atol 1e-7 --spec-arg r=6 --spec-arg c=8
# run: --golden=interp --spec-arg r=1 --spec-arg c=1 --fusion=verify
# run: --golden=interp --spec-arg r=6 --spec-arg c=7 --passes=none
