"""GEMM with weight-only quantisation, W8A16: y = x . (w * scale), BF16 result.

BF16 activations, INT8 weights [K, N] with a scale for every GROUP rows of a column. A
group is one step over K: its product is scaled, not its weights, which are 16 times as
many for 16 rows. The weights are cast to BF16, exactly, on their way into the product:
no BF16 copy of them is ever written.

    qwc run kernels/gemm/gemm_w8a16.pl --golden
    qwc bench kernels/gemm/gemm_w8a16.pl -D K=5120 -D N=5120 -- -r 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
K = 512
N = 512
GROUP = 128
M_TILE = 16
N_CHUNK = 256

assert K % GROUP == 0 and N % N_CHUNK == 0, f"{GROUP=} {N_CHUNK=} must divide {K=} {N=}"


@pl.jit
def gemm_w8a16(
    x: pl.Tensor[[ROWS, K], pl.BF16],
    w: pl.Tensor[[K, N], pl.INT8],
    scale: pl.Tensor[[K // GROUP, N], pl.FP32],
    y: pl.Out[pl.Tensor[[ROWS, N], pl.BF16]],
):
    rows = pl.tensor.dim(x, 0)
    for m0 in pl.parallel(0, rows, M_TILE):
        valid_rows = pl.max(0, pl.min(M_TILE, rows - m0))
        for n0 in pl.parallel(0, N, N_CHUNK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm_w8a16"):
                acc = pl.set_validshape(pl.full([M_TILE, N_CHUNK], dtype=pl.FP32, value=0.0), valid_rows, N_CHUNK)
                for g in pl.range(K // GROUP):
                    k0 = g * GROUP
                    xg = pl.slice(x, [M_TILE, GROUP], [m0, k0], valid_shape=[valid_rows, GROUP])
                    wg = pl.cast(w[k0 : k0 + GROUP, n0 : n0 + N_CHUNK], target_type=pl.BF16)
                    part = pl.matmul(xg, wg, out_dtype=pl.FP32)
                    acc = pl.add(acc, pl.col_expand_mul(part, scale[g : g + 1, n0 : n0 + N_CHUNK]))
                y = pl.assemble(y, pl.cast(acc, target_type=pl.BF16), [m0, n0])


def build_tensor_specs(rows=37):
    return [
        TensorSpec("x", [rows, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w", [K, N], torch.int8, init_value=lambda: torch.randint(-127, 128, (K, N))),
        TensorSpec("scale", [K // GROUP, N], torch.float32,
                   init_value=lambda: (torch.rand(K // GROUP, N) + 0.5) / 127 / K ** 0.5),
        TensorSpec("y", [rows, N], torch.bfloat16, is_output=True),
    ]


def golden_gemm_w8a16(tensors):
    w = tensors["w"].float() * tensors["scale"].repeat_interleave(GROUP, 0)
    tensors["y"][:] = tensors["x"].float() @ w


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="GEMM with INT8 weights and BF16 activations")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=gemm_w8a16,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_gemm_w8a16,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-2,
        atol=1e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
