"""Values through loops, branches and calls: break, continue, while, yield, references, views."""
# run: --golden --engine=jit --spec-arg n=0
# run: --golden --engine=interp --spec-arg n=0
# run: --golden --engine=jit --spec-arg n=1
# run: --golden --engine=interp --spec-arg n=1
# run: --golden --engine=cc --spec-arg n=3
# run: --golden --engine=jit --spec-arg n=3
# run: --golden --engine=interp --spec-arg n=3
# run: --golden --engine=jit --spec-arg n=6
# run: --golden --engine=interp --spec-arg n=6
import pypto.language as pl
import torch
from golden import TensorSpec, ScalarSpec

ROWS = pl.dynamic("ROWS")


@pl.jit.inline
def pick(a: pl.Tensor[[16, 64], pl.FP32], b: pl.Tensor[[16, 64], pl.FP32], k: pl.Scalar[pl.INT32]):
    if k > 2:
        r = pl.add(a, b)
        return r, k + 1
    else:
        return pl.sub(a, b), k - 1


@pl.jit.inline
def bump(t: pl.Tensor[[16, 64], pl.FP32]):
    t = pl.add(t, 1.0)
    return t


@pl.jit
def sem(
    x: pl.Tensor[[ROWS, 64], pl.FP32],
    ix: pl.Tensor[[64], pl.INT32],
    n: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    z: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
    w: pl.Out[pl.Tensor[[8], pl.INT32]],
    v: pl.Out[pl.Tensor[[16, 64], pl.FP32]],
):
    # scalars
    found = -1
    skipped = 0
    for i in pl.range(64):
        e = ix[i]
        if e < 0:
            skipped += 1
            continue
        if e == 7:
            found = i
            break
    w[0] = found
    w[1] = skipped
    m = n
    steps = 0
    while m > 1:
        m = m // 2 if m % 2 == 0 else 3 * m + 1
        steps = steps + 1
    w[2] = steps
    for (r, sq) in pl.while_(init_values=(0, 0)):
        pl.cond(sq <= n)
        r2 = r + 1
        last, _sq = pl.yield_(r2, r2 * r2)
    w[3] = last - 1
    a, b = n, n + 1
    a, b = b, a
    w[4] = a * 100 + b
    # references
    cur = pl.create_tensor([16, 64], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="init"):
        cur[:, :] = x[0:16, :]
    for i in pl.range(n):
        nxt = pl.create_tensor([16, 64], dtype=pl.FP32)
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="layer"):
            t = pl.mul(cur, 1.5)
            if i % 2 == 1:
                t = bump(t)
            nxt = pl.assemble(nxt, t, [0, 0])
        cur = nxt
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="out"):
        y = pl.assemble(y, cur, [0, 0])
        p, q = pick(cur, x[0:16, :], n)
        z = pl.assemble(z, pl.mul(p, q), [0, 0])
    w[5] = q
    view = x[0:16, 0:64]
    if n > 3:
        view = x[1:17, :]
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="v"):
        best = view[:, 0:1]
        for k, (acc, cnt) in pl.range(4, init_values=(best, 0)):
            acc2 = pl.maximum(acc, pl.row_max(view[:, k * 16 : k * 16 + 16]))
            acc, total = pl.yield_(acc2, cnt + k)
        s = view[:, :]
        s[0:16, 5] = pl.reshape(acc, [16])
        before = s
        pl.write(s, [3, 3], 42.0)
        s = pl.add(s, pl.mul(before, 2.0))
        v = pl.assemble(v, s, [0, 0])
    w[6] = total
    for j in pl.range(3, 9, 2):
        pass
    w[7] = j
    return y, z, w, v


def build_tensor_specs(rows=20, n=6):
    def idx():
        t = torch.arange(64, dtype=torch.int32) - 5
        return t
    return [
        TensorSpec("x", [rows, 64], torch.float32, init_value=torch.randn),
        TensorSpec("ix", [64], torch.int32, init_value=idx),
        ScalarSpec("n", torch.int32, n),
        TensorSpec("y", [16, 64], torch.float32, is_output=True),
        TensorSpec("z", [16, 64], torch.float32, is_output=True),
        TensorSpec("w", [8], torch.int32, is_output=True),
        TensorSpec("v", [16, 64], torch.float32, is_output=True),
    ]


def golden_sem(t):
    x, n = t["x"], t["n"]
    cur = x[0:16].clone()
    for i in range(n):
        cur = cur * 1.5
        if i % 2 == 1:
            cur = cur + 1.0
    t["y"][:] = cur
    if n > 2:
        t["z"][:] = (cur + x[0:16]) * (n + 1)
        q = n + 1
    else:
        t["z"][:] = (cur - x[0:16]) * (n - 1)
        q = n - 1
    m, steps = n, 0
    while m > 1:
        m = m // 2 if m % 2 == 0 else 3 * m + 1
        steps += 1
    r = 0
    while r * r <= n:
        r += 1
    view = x[1:17] if n > 3 else x[0:16]
    s = view.clone()
    s[:, 5] = view.max(dim=1).values
    b = s.clone()
    s[3, 3] = 42.0
    t["v"][:] = s + b * 2.0
    for i, e in enumerate([12, 5, steps, r - 1, (n + 1) * 100 + n, q, 6, 7]):
        t["w"][i] = e
