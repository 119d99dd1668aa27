# args: --rtol 1e-5 --atol 1e-5 -Wno-W1005
"""Every class of operation on tiles of odd strides whose valid part is empty, one, tile-1 or all."""
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec

M = 9
N = 17
OPS = 26


@pl.jit
def k(
    a: pl.Tensor[[2 * M, N + 4], pl.FP32],
    b: pl.Tensor[[N, M], pl.FP32],
    r: pl.Scalar[pl.INT32],
    c: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[OPS, M, N], pl.FP32]],
    rows: pl.Out[pl.Tensor[[6, M, 1], pl.FP32]],
    cols: pl.Out[pl.Tensor[[3, 1, N], pl.FP32]],
    args: pl.Out[pl.Tensor[[2, M, 1], pl.INT32]],
    p: pl.Out[pl.Tensor[[2, M, M], pl.FP32]],
    g: pl.Out[pl.Tensor[[M, 2 * N], pl.FP32]],
):
    vr = pl.max(0, pl.min(M, r))
    vc = pl.max(0, pl.min(N, c))
    odd = a[1 : M + 1, 3 : N + 3]
    bt = pl.transpose(b, 0, 1)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.slice(odd, [M, N], [0, 0], valid_shape=[vr, vc])
        u = pl.slice(bt, [M, N], [0, 0], valid_shape=[vr, vc])
        v = pl.slice(a, [M, 1], [2, 1], valid_shape=[vr, 1])
        w = pl.slice(a, [1, N], [5, 2], valid_shape=[1, vc])
        pos = pl.abs(t) + 0.5
        y[0, :, :] = pl.fillpad(t + u)
        y[1, :, :] = pl.fillpad(t - u)
        y[2, :, :] = pl.fillpad(t * u)
        y[3, :, :] = pl.fillpad(t / pos)
        y[4, :, :] = pl.fillpad(pl.maximum(t, u))
        y[5, :, :] = pl.fillpad(pl.minimum(t, u))
        y[6, :, :] = pl.fillpad(-t)
        y[7, :, :] = pl.fillpad(pl.exp(t))
        y[8, :, :] = pl.fillpad(pl.sqrt(pos))
        y[9, :, :] = pl.fillpad(pl.rsqrt(pos))
        y[10, :, :] = pl.fillpad(pl.recip(pos))
        y[11, :, :] = pl.fillpad(pl.log(pos))
        y[12, :, :] = pl.fillpad(pl.sin(t))
        y[13, :, :] = pl.fillpad(pl.cos(t))
        y[14, :, :] = pl.fillpad(pl.cmp(t, u, cmp_type="lt"))
        y[15, :, :] = pl.fillpad(pl.fmod(t, pos))
        y[16, :, :] = pl.fillpad(pl.row_expand_add(t, v))
        y[17, :, :] = pl.fillpad(pl.row_expand_sub(t, v))
        y[18, :, :] = pl.fillpad(pl.row_expand_mul(t, v))
        y[19, :, :] = pl.fillpad(pl.row_expand_div(t, pl.exp(v)))
        y[20, :, :] = pl.fillpad(pl.col_expand_mul(t, w))
        y[21, :, :] = pl.fillpad(pl.col_expand_add(t, w))
        y[22, :, :] = pl.fillpad(pl.col_expand_sub(t, w))
        y[23, :, :] = pl.fillpad(pl.col_expand_div(t, pl.exp(w)))
        y[24, :, :] = pl.fillpad(pl.cast(pl.cast(t, pl.BF16), pl.FP32))
        y[25, :, :] = pl.fillpad(pl.col_expand_expdif(t, w))
        rows[0, :, :] = pl.fillpad(pl.row_sum(t))
        rows[1, :, :] = pl.fillpad(pl.row_max(t))
        rows[2, :, :] = pl.fillpad(pl.row_min(t))
        rows[3, :, :] = pl.fillpad(pl.row_sum(t * u))
        rows[4, :, :] = pl.fillpad(pl.row_max(pl.row_expand(t, v)))
        rows[5, :, :] = pl.fillpad(pl.row_max(pl.expands(t, 2.5)))
        cols[0, :, :] = pl.fillpad(pl.col_sum(t))
        cols[1, :, :] = pl.fillpad(pl.col_max(t))
        cols[2, :, :] = pl.fillpad(pl.col_min(t))
        args[0, :, :] = pl.fillpad(pl.row_argmax(t))
        args[1, :, :] = pl.fillpad(pl.row_argmin(t))
        q = pl.matmul(t, u, b_trans=True)
        p[0, :, :] = pl.fillpad(q)
        p[1, :, :] = pl.fillpad(pl.matmul_acc(q, t, u, b_trans=True))
        g[:, :] = pl.fillpad(pl.concat(pl.fillpad(t), pl.fillpad(u)))


def build_tensor_specs(r=5, c=7):
    return [
        TensorSpec("a", [2 * M, N + 4], torch.float32, init_value=torch.randn),
        TensorSpec("b", [N, M], torch.float32, init_value=torch.randn),
        ScalarSpec("r", torch.int32, r),
        ScalarSpec("c", torch.int32, c),
        TensorSpec("y", [OPS, M, N], torch.float32, is_output=True),
        TensorSpec("rows", [6, M, 1], torch.float32, is_output=True),
        TensorSpec("cols", [3, 1, N], torch.float32, is_output=True),
        TensorSpec("args", [2, M, 1], torch.int32, is_output=True),
        TensorSpec("p", [2, M, M], torch.float32, is_output=True),
        TensorSpec("g", [M, 2 * N], torch.float32, is_output=True),
    ]


def golden_k(d):
    r, c = max(0, min(M, d["r"])), max(0, min(N, d["c"]))
    whole, other = d["a"][1 : M + 1, 3 : N + 3], d["b"].T
    t, u = whole[:r, :c], other[:r, :c]
    v, w = d["a"][2 : M + 2, 1:2][:r], d["a"][5:6, 2 : N + 2][:, :c]
    pos = t.abs() + 0.5
    results = [
        t + u, t - u, t * u, t / pos, torch.maximum(t, u), torch.minimum(t, u), -t, t.exp(),
        pos.sqrt(), pos.rsqrt(), pos.reciprocal(), pos.log(), t.sin(), t.cos(), (t < u).float(),
        torch.fmod(t, pos), t + v, t - v, t * v, t / v.exp(), t * w, t + w, t - w, t / w.exp(),
        t.bfloat16().float(), (t - w).exp(),
    ]
    for i, e in enumerate(results):
        d["y"][i, :r, :c] = e
    big = torch.finfo(torch.float32).max
    rows, cols = d["rows"], d["cols"]
    if c > 0:
        rows[0, :r] = t.sum(dim=1, keepdim=True)
        rows[1, :r] = t.amax(dim=1, keepdim=True)
        rows[2, :r] = t.amin(dim=1, keepdim=True)
        rows[3, :r] = (t * u).sum(dim=1, keepdim=True)
        rows[4, :r] = v
        rows[5, :r] = 2.5
        d["args"][0, :r] = t.argmax(dim=1, keepdim=True).int()
        d["args"][1, :r] = t.argmin(dim=1, keepdim=True).int()
        d["p"][0, :r, :r] = t @ u.T
        d["p"][1, :r, :r] = 2.0 * (t @ u.T)
    else:
        rows[1, :r] = -big
        rows[2, :r] = big
        rows[4:6, :r] = -big
    if r > 0:
        cols[0, :, :c] = t.sum(dim=0, keepdim=True)
        cols[1, :, :c] = t.amax(dim=0, keepdim=True)
        cols[2, :, :c] = t.amin(dim=0, keepdim=True)
    else:
        cols[1, :, :c] = -big
        cols[2, :, :c] = big
    d["g"][:r, :c] = t
    d["g"][:r, N : N + c] = u


# run: --golden
# run: --golden --engine=interp --spec-arg r=8 --spec-arg c=16
# run: --golden --engine=cc --spec-arg r=9 --spec-arg c=17
# run: --golden --spec-arg r=0 --spec-arg c=5
# run: --golden --engine=interp --spec-arg r=3 --spec-arg c=0
# run: --golden --engine=cc --spec-arg r=3 --spec-arg c=0
# run: --golden --spec-arg r=1 --spec-arg c=1
# run: --golden --spec-arg r=10 --spec-arg c=18 --isa=ref
# run: --golden --spec-arg r=-1 --spec-arg c=16 --fusion=off
# run: --golden=interp --spec-arg r=8 --spec-arg c=15 --passes=none
# run: --golden=interp --spec-arg r=7 --spec-arg c=8 --fusion=verify -D M=33 -D N=65
