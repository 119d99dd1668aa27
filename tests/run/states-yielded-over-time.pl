# run: -q --golden
# run: -q --golden --engine=interp --check
# run: -q --golden --engine=cc --fusion=off --threads=7
# run: -q --golden --fusion=verify -- --t 1 -b 1
# run: -q --golden --fusion=verify -- --t 5 -b 13
"""One LSTM layer over time: h and c carried as tiles through init_values/yield_, outputs of every step stored."""
import argparse
import pypto.language as pl
import torch
from golden import TensorSpec, run_jit

B = pl.dynamic("B")
T = pl.dynamic("T")
I, H, BT = 10, 12, 8


@pl.jit.inline
def sigmoid(x: pl.Tensor):
    return pl.recip(1.0 + pl.exp(-x))


@pl.jit.inline
def cell(g: pl.Tensor, c: pl.Tensor):
    i = sigmoid(g[:, 0:H])
    f = sigmoid(g[:, H : 2 * H])
    z = g[:, 2 * H : 3 * H]
    o = sigmoid(g[:, 3 * H : 4 * H])
    zt = 2.0 * sigmoid(2.0 * z) - 1.0
    cn = f * c + i * zt
    hn = o * (2.0 * sigmoid(2.0 * cn) - 1.0)
    return hn, cn


@pl.jit
def lstm(x: pl.Tensor[[T, B, I], pl.FP32], wx: pl.Tensor[[I, 4 * H], pl.FP32], wh: pl.Tensor[[H, 4 * H], pl.FP32], bias: pl.Tensor[[1, 4 * H], pl.FP32],
         y: pl.Out[pl.Tensor[[T, B, H], pl.FP32]], hT: pl.Out[pl.Tensor[[B, H], pl.FP32]], cT: pl.Out[pl.Tensor[[B, H], pl.FP32]]):
    steps, batch, _ = x.shape
    for b in pl.parallel(0, batch, BT):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="lstm"):
            v = pl.min(BT, batch - b)
            h0 = pl.full([BT, H], dtype=pl.FP32, value=0.0)
            c0 = pl.full([BT, H], dtype=pl.FP32, value=0.0)
            for t, (h, c) in pl.range(steps, init_values=(h0, c0)):
                xt = pl.fillpad(pl.slice(x, [1, BT, I], [t, b, 0], valid_shape=[1, v, I], drop_dims=[0]))
                g = pl.matmul(xt, wx[:, :])
                g = pl.matmul_acc(g, h, wh[:, :])
                g = pl.col_expand_add(g, bias[:, :])
                h1, c1 = cell(g, c)
                y = pl.assemble(y, pl.reshape(pl.set_validshape(h1, v, H), [1, BT, H]), [t, b, 0])
                hl, cl = pl.yield_(h1, c1)
            hT = pl.assemble(hT, pl.set_validshape(hl, v, H), [b, 0])
            cT = pl.assemble(cT, pl.set_validshape(cl, v, H), [b, 0])


def golden(t):
    x = t["x"].double()
    steps, batch = x.shape[:2]
    h = torch.zeros(batch, H, dtype=torch.float64)
    c = torch.zeros_like(h)
    for s in range(steps):
        gates = x[s] @ t["wx"].double() + h @ t["wh"].double() + t["bias"].double()
        i, f, g, o = gates.chunk(4, dim=-1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = torch.sigmoid(o) * torch.tanh(c)
        t["y"][s] = h
    t["hT"][:], t["cT"][:] = h, c


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--t", type=int, default=4)
    ap.add_argument("-b", type=int, default=9)
    a = ap.parse_args()
    shapes = {"x": (a.t, a.b, I), "wx": (I, 4 * H), "wh": (H, 4 * H), "bias": (1, 4 * H)}
    outs = {"y": (a.t, a.b, H), "hT": (a.b, H), "cT": (a.b, H)}
    sp = [TensorSpec(k, list(s), torch.float32, init_value=torch.randn) for k, s in shapes.items()]
    sp += [TensorSpec(k, list(s), torch.float32, is_output=True) for k, s in outs.items()]
    assert run_jit(lstm, sp, golden_fn=golden, rtol=1e-4, atol=1e-5).passed
