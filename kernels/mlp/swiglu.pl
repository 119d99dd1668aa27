"""SwiGLU: y = (silu(x . w_gate) * (x . w_up)) . w_down, BF16 in and out.

Gate and up blocks of one task share the packed rows of `x`; the activation is applied to
the accumulators. The second product starts when the rows of the first are complete.

    qwc run kernels/mlp/swiglu.pl --golden
    qwc run kernels/mlp/swiglu.pl --golden -- -r 5
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
HIDDEN = 128
INTERMEDIATE = 320
ROW_TILE = 16
K_CHUNK = 64
INTER_CHUNK = 64
OUT_CHUNK = 64

assert HIDDEN % K_CHUNK == 0 and HIDDEN % OUT_CHUNK == 0, f"{K_CHUNK=} {OUT_CHUNK=} must divide {HIDDEN=}"
assert INTERMEDIATE % INTER_CHUNK == 0, f"{INTER_CHUNK=} must divide {INTERMEDIATE=}"


@pl.jit
def swiglu(
    x: pl.Tensor[[ROWS, HIDDEN], pl.BF16],
    w_gate: pl.Tensor[[HIDDEN, INTERMEDIATE], pl.BF16],
    w_up: pl.Tensor[[HIDDEN, INTERMEDIATE], pl.BF16],
    w_down: pl.Tensor[[INTERMEDIATE, HIDDEN], pl.BF16],
    y: pl.Out[pl.Tensor[[ROWS, HIDDEN], pl.BF16]],
):
    rows = pl.tensor.dim(x, 0)
    for r0 in pl.parallel(0, rows, ROW_TILE):
        valid_rows = pl.max(0, pl.min(ROW_TILE, rows - r0))
        act = pl.create_tensor([ROW_TILE, INTERMEDIATE], dtype=pl.BF16)

        for n0 in pl.parallel(0, INTERMEDIATE, INTER_CHUNK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="gate_up"):
                x0 = pl.slice(x, [ROW_TILE, K_CHUNK], [r0, 0], valid_shape=[valid_rows, K_CHUNK])
                gate = pl.matmul(x0, w_gate[0:K_CHUNK, n0 : n0 + INTER_CHUNK], out_dtype=pl.FP32)
                up = pl.matmul(x0, w_up[0:K_CHUNK, n0 : n0 + INTER_CHUNK], out_dtype=pl.FP32)
                for k0 in pl.range(K_CHUNK, HIDDEN, K_CHUNK):
                    xk = pl.slice(x, [ROW_TILE, K_CHUNK], [r0, k0], valid_shape=[valid_rows, K_CHUNK])
                    gate = pl.matmul_acc(gate, xk, w_gate[k0 : k0 + K_CHUNK, n0 : n0 + INTER_CHUNK])
                    up = pl.matmul_acc(up, xk, w_up[k0 : k0 + K_CHUNK, n0 : n0 + INTER_CHUNK])
                sigmoid = pl.recip(pl.add(pl.exp(pl.neg(gate)), 1.0))
                t = pl.mul(pl.mul(gate, sigmoid), up)
                act = pl.assemble(act, pl.cast(t, target_type=pl.BF16), [0, n0])

        act_rows = pl.set_validshape(act, valid_rows, INTERMEDIATE)
        for n0 in pl.parallel(0, HIDDEN, OUT_CHUNK):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="down"):
                a0 = act_rows[:, 0:INTER_CHUNK]
                acc = pl.matmul(a0, w_down[0:INTER_CHUNK, n0 : n0 + OUT_CHUNK], out_dtype=pl.FP32)
                for k0 in pl.range(INTER_CHUNK, INTERMEDIATE, INTER_CHUNK):
                    ak = act_rows[:, k0 : k0 + INTER_CHUNK]
                    acc = pl.matmul_acc(acc, ak, w_down[k0 : k0 + INTER_CHUNK, n0 : n0 + OUT_CHUNK])
                y = pl.assemble(y, pl.cast(acc, target_type=pl.BF16), [r0, n0])


def build_tensor_specs(rows=37):
    def weight(k, n):
        return lambda: torch.randn(k, n) / k ** 0.5

    return [
        TensorSpec("x", [rows, HIDDEN], torch.bfloat16, init_value=torch.randn),
        TensorSpec("w_gate", [HIDDEN, INTERMEDIATE], torch.bfloat16, init_value=weight(HIDDEN, INTERMEDIATE)),
        TensorSpec("w_up", [HIDDEN, INTERMEDIATE], torch.bfloat16, init_value=weight(HIDDEN, INTERMEDIATE)),
        TensorSpec("w_down", [INTERMEDIATE, HIDDEN], torch.bfloat16, init_value=weight(INTERMEDIATE, HIDDEN)),
        TensorSpec("y", [rows, HIDDEN], torch.bfloat16, is_output=True),
    ]


def golden_swiglu(tensors):
    x = tensors["x"].float()
    gate, up = x @ tensors["w_gate"].float(), x @ tensors["w_up"].float()
    act = (gate * torch.sigmoid(gate) * up).bfloat16()
    tensors["y"][:] = act.float() @ tensors["w_down"].float()


if __name__ == "__main__":
    import argparse

    from golden import run_jit

    parser = argparse.ArgumentParser(description="the MLP of a decoder layer")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=37, help="rows of the input (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=swiglu,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_swiglu,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-2,
        atol=2e-3,
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
