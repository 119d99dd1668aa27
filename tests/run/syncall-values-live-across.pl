# run: --golden --engine interp
# run: --golden --threads 1
# run: --golden --threads 7
# run: --golden --engine cc
# run: --golden --fusion off --parallel off
"""What lives across a barrier: tiles with dynamic valid rows, scalars of every kind, values that loops carry,
references that a loop exchanges, what is read after the loop."""
import pypto.language as pl
import torch
from golden import TensorSpec

N = pl.dynamic("N")


@pl.jit
def k(x: pl.Tensor[[N, 16], pl.FP32], rows: pl.Tensor[[N], pl.INT32], steps: pl.Tensor[[2], pl.INT32],
      y: pl.Out[pl.Tensor[[N, 16], pl.FP32]], last: pl.Out[pl.Tensor[[4, 4], pl.FP32]]):
    n = pl.tensor.dim(x, 0)
    here = pl.create_tensor([n, 16], dtype=pl.FP32)
    there = pl.create_tensor([n, 16], dtype=pl.FP32)
    rounds = pl.read(steps, [0])
    inner = pl.read(steps, [1])
    for b in pl.spmd(pl.max(n, 1), name_hint="ring"):
        r = pl.cast(pl.read(rows, [b]), pl.INDEX)
        odd = r % 2 == 1
        scale = pl.read(x, [b, 0])
        t = pl.set_validshape(pl.reshape(x[b : b + 1, :], [4, 4]), r, 4)
        here[b : b + 1, :] = x[b : b + 1, :]
        old = here
        new = there
        count = 0
        for i in pl.range(rounds):
            pl.system.syncall()
            left = old[(b + n - 1) % n : (b + n - 1) % n + 1, :]
            total = pl.row_sum(left)
            for j in pl.range(i, i + inner):
                new[b : b + 1, :] = pl.add(left, pl.cast(j, pl.FP32))
                pl.system.syncall()
                right = pl.slice(new, [1, 16], [(b + 1) % n, 0])
                total = pl.add(total, pl.row_sum(right))
                count = count + r
                pl.system.syncall()
            old[b : b + 1, :] = pl.row_expand_mul(pl.mul(left, 0.5), pl.mul(total, 0.0625))
            old, new = new, old
        pl.system.syncall()
        if odd:
            t = pl.add(t, scale)
        u = pl.fillpad(t)
        v = pl.add(pl.reshape(u, [1, 16]), pl.cast(count, pl.FP32))
        y[b : b + 1, :] = pl.add(v, old[b : b + 1, :])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="after"):
        last[:, :] = pl.add(u, 1.0)


def build_specs():
    return [TensorSpec("x", [5, 16], torch.float32, init_value=torch.randn),
            TensorSpec("rows", [5], torch.int32, init_value=torch.tensor([3, 0, 4, 1, 2], dtype=torch.int32)),
            TensorSpec("steps", [2], torch.int32, init_value=torch.tensor([3, 2], dtype=torch.int32)),
            TensorSpec("y", [5, 16], torch.float32, is_output=True),
            TensorSpec("last", [4, 4], torch.float32, is_output=True)]


def golden_k(t):
    x = t["x"]
    here = x.clone()
    there = torch.zeros([5, 16])
    count = [0, 0, 0, 0, 0]
    for i in range(3):
        left = torch.cat([here[4:], here[:4]])
        total = left.sum(1, keepdim=True)
        for j in range(i, i + 2):
            there = left + j
            right = torch.cat([there[1:], there[:1]])
            total = total + right.sum(1, keepdim=True)
            for b in range(5):
                count[b] += [3, 0, 4, 1, 2][b]
        here = left * 0.5 * (total * 0.0625)
        here, there = there, here
    for b in range(5):
        r = [3, 0, 4, 1, 2][b]
        u = x[b].clone().reshape([4, 4])
        u[r:] = 0.0
        if r % 2 == 1:
            u[:r] += x[b, 0]
        t["y"][b] = u.reshape([16]) + count[b] + here[b]
    t["last"][:] = u + 1.0
