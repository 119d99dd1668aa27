"""GEMM with weights of 4 bits, W4A16: y = x . ((code - zero) * scale), BF16 result.

Scale and zero point belong to GROUP rows of a column. A byte holds two rows of a group:
its low half one of the first GROUP / 2, its high half the one GROUP / 2 below, so that
each half of a group of bytes is a plain matrix. The codes go into the product as they
are; what the zero points take away from a group is the sum of its activations times
`zero`, one product for a column instead of a subtraction for a weight.

    qwc run kernels/gemm/gemm_w4a16.pl --golden
    qwc bench kernels/gemm/gemm_w4a16.pl -D K=5120 -D N=5120 -- -r 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
K = 512
N = 512
GROUP = 128
HALF = GROUP // 2
M_TILE = 16
N_CHUNK = 256

assert GROUP % 2 == 0 and K % GROUP == 0, f"{GROUP=} must be even and divide {K=}"
assert N % N_CHUNK == 0, f"{N_CHUNK=} must divide {N=}"


@pl.jit
def gemm_w4a16(
    x: pl.Tensor[[ROWS, K], pl.BF16],
    codes: pl.Tensor[[K // 2, N], pl.UINT8],
    scale: pl.Tensor[[K // GROUP, N], pl.FP32],
    zero: pl.Tensor[[K // GROUP, N], pl.UINT8],
    y: pl.Out[pl.Tensor[[ROWS, N], pl.BF16]],
):
    rows = pl.tensor.dim(x, 0)
    for m0 in pl.parallel(0, rows, M_TILE):
        valid_rows = pl.max(0, pl.min(M_TILE, rows - m0))
        for n0 in pl.parallel(0, N, N_CHUNK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="gemm_w4a16"):
                acc = pl.set_validshape(pl.full([M_TILE, N_CHUNK], dtype=pl.FP32, value=0.0), valid_rows, N_CHUNK)
                for g in pl.range(K // GROUP):
                    low = pl.slice(x, [M_TILE, HALF], [m0, g * GROUP], valid_shape=[valid_rows, HALF])
                    high = pl.slice(x, [M_TILE, HALF], [m0, g * GROUP + HALF], valid_shape=[valid_rows, HALF])
                    pairs = codes[g * HALF : g * HALF + HALF, n0 : n0 + N_CHUNK]
                    part = pl.matmul(low, pl.cast(pl.and_(pairs, 15), target_type=pl.BF16), out_dtype=pl.FP32)
                    part = pl.matmul_acc(part, high, pl.cast(pl.shr(pairs, 4), target_type=pl.BF16))

                    total = pl.row_sum(pl.cast(low, target_type=pl.FP32))
                    total = pl.add(total, pl.row_sum(pl.cast(high, target_type=pl.FP32)))
                    offset = pl.cast(zero[g : g + 1, n0 : n0 + N_CHUNK], target_type=pl.FP32)
                    part = pl.sub(part, pl.mul(total, offset))
                    acc = pl.add(acc, pl.col_expand_mul(part, scale[g : g + 1, n0 : n0 + N_CHUNK]))
                y = pl.assemble(y, pl.cast(acc, target_type=pl.BF16), [m0, n0])


def build_tensor_specs(rows=37):
    groups = K // GROUP
    return [
        TensorSpec("x", [rows, K], torch.bfloat16, init_value=torch.randn),
        TensorSpec("codes", [K // 2, N], torch.uint8, init_value=lambda: torch.randint(0, 256, (K // 2, N))),
        TensorSpec("scale", [groups, N], torch.float32,
                   init_value=lambda: (torch.rand(groups, N) + 0.5) / 8 / K ** 0.5),
        TensorSpec("zero", [groups, N], torch.uint8, init_value=lambda: torch.randint(0, 16, (groups, N))),
        TensorSpec("y", [rows, N], torch.bfloat16, is_output=True),
    ]


def golden_gemm_w4a16(tensors):
    pairs = tensors["codes"].to(torch.int32).view(K // GROUP, HALF, N)
    codes = torch.cat([pairs % 16, pairs // 16], dim=1).float()
    w = (codes - tensors["zero"].float().unsqueeze(1)) * tensors["scale"].unsqueeze(1)
    tensors["y"][:] = tensors["x"].float() @ w.view(K, N)


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="GEMM with weights of 4 bits and BF16 activations")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=gemm_w4a16,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_gemm_w4a16,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-2,
        atol=1e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
