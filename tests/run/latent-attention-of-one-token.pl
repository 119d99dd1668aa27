# run: --golden
# run: --golden --engine=interp --check
# run: --golden --fusion=verify --threads=7
# DeepSeek-style latent attention, decode step.  The cache holds one compressed vector (KV_LORA) and one
# shared rope key (ROPE_D) per position; queries were absorbed into the latent space beforehand.
from pypto import language as pl
import torch
from golden import TensorSpec

B = pl.dynamic("B")
S = pl.dynamic("S")

cfg = dict(heads=16, kv_lora=128, rope_d=32, page=32)
HEADS, KV_LORA, ROPE_D, PAGE = cfg["heads"], cfg["kv_lora"], cfg["rope_d"], cfg["page"]
SCALE = (KV_LORA + ROPE_D) ** -0.5


@pl.jit
def mla_decode(
    q_lat: pl.Tensor[[B, HEADS, KV_LORA], pl.BF16],
    q_rope: pl.Tensor[[B, HEADS, ROPE_D], pl.BF16],
    c_kv: pl.Tensor[[B, S, KV_LORA], pl.BF16],
    k_rope: pl.Tensor[[B, S, ROPE_D], pl.BF16],
    lens: pl.Tensor[[B], pl.INT32],
    out: pl.Out[pl.Tensor[[B, HEADS, KV_LORA], pl.FP32]],
):
    nb = pl.tensor.dim(lens, 0)
    for b in pl.parallel(nb):
        n = pl.read(lens, [b])
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="mla"):
            ql = q_lat[b, :, :]
            qr = q_rope[b, :, :]
            # first page is never empty
            v0 = pl.min(PAGE, n)
            ck = pl.slice(c_kv, [1, PAGE, KV_LORA], [b, 0, 0], valid_shape=[1, v0, KV_LORA], drop_dims=[0])
            kr = pl.slice(k_rope, [1, PAGE, ROPE_D], [b, 0, 0], valid_shape=[1, v0, ROPE_D], drop_dims=[0])
            s = pl.matmul(ql, ck, b_trans=True, out_dtype=pl.FP32)
            s = pl.matmul_acc(s, qr, kr, b_trans=True)
            s = pl.mul(s, SCALE)
            mi = pl.row_max(s)
            p = pl.exp(pl.row_expand_sub(s, mi))
            li = pl.row_sum(p)
            oi = pl.matmul(pl.cast(p, pl.BF16), ck, out_dtype=pl.FP32)
            for j in pl.range(1, (n + PAGE - 1) // PAGE):
                vj = pl.min(PAGE, n - j * PAGE)
                ck = pl.slice(c_kv, [1, PAGE, KV_LORA], [b, j * PAGE, 0], valid_shape=[1, vj, KV_LORA], drop_dims=[0])
                kr = pl.slice(k_rope, [1, PAGE, ROPE_D], [b, j * PAGE, 0], valid_shape=[1, vj, ROPE_D], drop_dims=[0])
                s = pl.matmul(ql, ck, b_trans=True, out_dtype=pl.FP32)
                s = pl.matmul_acc(s, qr, kr, b_trans=True)
                s = pl.mul(s, SCALE)
                mj = pl.maximum(mi, pl.row_max(s))
                p = pl.exp(pl.row_expand_sub(s, mj))
                a = pl.exp(pl.sub(mi, mj))
                li = pl.add(pl.mul(li, a), pl.row_sum(p))
                oj = pl.matmul(pl.cast(p, pl.BF16), ck, out_dtype=pl.FP32)
                oi = pl.add(pl.row_expand_mul(oi, a), oj)
                mi = mj
            out[b, :, :] = pl.row_expand_div(oi, li)


def build_tensor_specs(batch=3, max_seq=96):
    lens = torch.randint(1, max_seq + 1, (batch,))
    lens[0] = max_seq
    return [
        TensorSpec("q_lat", [batch, HEADS, KV_LORA], torch.bfloat16, init_value=torch.randn),
        TensorSpec("q_rope", [batch, HEADS, ROPE_D], torch.bfloat16, init_value=torch.randn),
        TensorSpec("c_kv", [batch, max_seq, KV_LORA], torch.bfloat16, init_value=torch.randn),
        TensorSpec("k_rope", [batch, max_seq, ROPE_D], torch.bfloat16, init_value=torch.randn),
        TensorSpec("lens", [batch], torch.int32, init_value=lens),
        TensorSpec("out", [batch, HEADS, KV_LORA], torch.float32, is_output=True),
    ]


def golden(t):
    for b, n in enumerate(t["lens"].tolist()):
        c = t["c_kv"][b, :n].float()
        s = t["q_lat"][b].float() @ c.t() + t["q_rope"][b].float() @ t["k_rope"][b, :n].float().t()
        t["out"][b] = torch.softmax(s * SCALE, dim=-1) @ c


if __name__ == "__main__":
    from golden import run_jit
    res = run_jit(fn=mla_decode, specs=build_tensor_specs(), golden_fn=golden, rtol=2e-2, atol=2e-2)
    if not res.passed:
        raise SystemExit(str(res.error))
