"""Scheduling forms have no effect; dataclasses, math, tuples and mixed branches do what they say."""
# run: --golden --engine=jit --spec-arg n=0
# run: --golden --engine=interp --spec-arg n=0
# run: --golden --engine=jit --spec-arg n=1
# run: --golden --engine=interp --spec-arg n=1
# run: --golden --engine=jit --spec-arg n=3
# run: --golden --engine=interp --spec-arg n=3
# run: --golden --engine=jit --spec-arg n=6
# run: --golden --engine=interp --spec-arg n=6
from dataclasses import dataclass
import math
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec


@dataclass(frozen=True)
class Cfg:
    rows: int = 16
    cols: int = 64
    @property
    def total(self):
        return self.rows * self.cols

CFG = Cfg()
B = pl.dynamic("B")


@pl.jit.incore
def scale(t: pl.Tensor[[16, 64], pl.FP32], s: pl.Scalar[pl.FP32]):
    return pl.mul(t, s)


@pl.jit.inline
def either(a: pl.Tensor[[16, 64], pl.FP32], n: pl.Scalar[pl.INT32]):
    if n > 4:
        return pl.add(a, 1.0)
    else:
        return pl.sub(a, 1.0)


@pl.jit(auto_scope=False)
def misc(
    x: pl.Tensor[[B, 16, 64], pl.FP32],
    n: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    z: pl.Out[pl.Tensor[[4, 16, 64], pl.FP32]],
    k: pl.Out[pl.Tensor[[6], pl.INT64]],
):
    x.bind_dynamic(0, B)
    tids = pl.array.create(4, pl.TASK_ID)
    counts = pl.array.create(4, pl.INT32)
    with pl.manual_scope():
        for b in pl.parallel(4):
            with pl.at(pl.Level.CORE_GROUP, name_hint=f"part_{CFG.rows}", deps=[tids[i] for i in range(3)]) as tid:
                z[b] = x[b, :, :]
            tids[b] = tid
            counts[b] = b * 2
    with pl.cluster():
        total = 0
        for b in pl.range(4):
            total += counts[b]
    k[0] = total
    first = x[0]
    t = pl.submit(scale, first, 2.0, deps=[tids[0]])
    t2 = scale(pl.no_dep(first), 1.0 / math.sqrt(4.0))
    pair = (t, 0)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="loop"):
        flag = n > 2
        for i in pl.pipeline(3, stage=2):
            a, c = pair
            if flag:
                a = either(a, n)
            elif i == 1:
                a = pl.neg(a)
            else:
                c = c + 10
            pair = (a, c + i)
        u, cc = pair
        j = 0
        while j < 10:
            j = j + 1
            if j == 7:
                break
            u = pl.add(u, 0.25)
        for q in pl.unroll(3):
            u = pl.add(u, CFG.cols * q)
        for half in pl.split_aiv(2, mode=0):
            u = pl.add(u, half)
        y = pl.assemble(y, pl.add(u, t2), [0, 0])
    k[1] = cc
    k[2] = j
    k[3] = CFG.total if flag else -1
    k[4] = 1 if x.shape[1] == 16 and x.dtype == pl.FP32 else 0
    lo, hi = pl.min(n, 3, 9), pl.max(n, 3)
    k[5] = lo * 100 + hi


def build_tensor_specs(n=6):
    return [TensorSpec("x", [4, 16, 64], torch.float32, init_value=torch.randn), ScalarSpec("n", torch.int32, n),
            TensorSpec("y", [16, 64], torch.float32, is_output=True), TensorSpec("z", [4, 16, 64], torch.float32, is_output=True),
            TensorSpec("k", [6], torch.int64, is_output=True)]


def golden_misc(t):
    x, n = t["x"], t["n"]
    t["z"][:] = x
    u, c = x[0] * 2.0, 0
    for i in range(3):
        if n > 2:
            u = u + 1.0 if n > 4 else u - 1.0
        elif i == 1:
            u = -u
        else:
            c += 10
        c += i
    for j in range(6):
        u = u + 0.25
    u = u + 0.0
    u = u + 64.0
    u = u + 128.0
    u = u + 0.0
    u = u + 1.0
    t["y"][:] = u + x[0] * 0.5
    for i, e in enumerate([12, c, 7, 1024 if n > 2 else -1, 1, min(n, 3) * 100 + max(n, 3)]):
        t["k"][i] = e
