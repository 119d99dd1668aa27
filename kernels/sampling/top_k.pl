"""Top-k of every row, with the softmax over the winners: routing weights of experts, or
the candidates of sampling.

A row is sorted completely: blocks of 32, then merges of four runs. Ties go to the lower
index, as in the reference.

    qwc run kernels/sampling/top_k.pl --golden
    qwc run kernels/sampling/top_k.pl --golden -- -r 1
"""
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = pl.dynamic("ROWS")
N = 512          # 32 * 4 * 4
TOP = 16


@pl.jit
def top_k(
    scores: pl.Tensor[[ROWS, N], pl.FP32],
    weights: pl.Out[pl.Tensor[[ROWS, TOP], pl.FP32]],
    values: pl.Out[pl.Tensor[[ROWS, TOP], pl.FP32]],
    places: pl.Out[pl.Tensor[[ROWS, TOP], pl.INT32]],
):
    for r in pl.parallel(pl.tensor.dim(scores, 0)):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="top_k"):
            # value, index, value, index, ...; runs of 64, 256, 1024 lanes
            pairs = pl.sort32(scores[r : r + 1, :], pl.arange(0, [1, N], dtype=pl.UINT32))
            pairs = pl.mrgsort(pairs, block_len=64)
            pairs = pl.mrgsort(pairs, block_len=256)
            best = pl.slice(pairs, [1, 2 * TOP], [0, 0])
            top = pl.gather(best, mask_pattern=pl.tile.MaskPattern.P0101)
            at = pl.gather(best, mask_pattern=pl.tile.MaskPattern.P1010, output_dtype=pl.INT32)
            p = pl.exp(pl.row_expand_sub(top, pl.row_max(top)))
            weights = pl.assemble(weights, pl.row_expand_div(p, pl.row_sum(p)), [r, 0])
            values = pl.assemble(values, top, [r, 0])
            places = pl.assemble(places, at, [r, 0])


def build_tensor_specs(rows=9):
    return [
        TensorSpec("scores", [rows, N], torch.float32, init_value=torch.randn),
        TensorSpec("weights", [rows, TOP], torch.float32, is_output=True),
        TensorSpec("values", [rows, TOP], torch.float32, is_output=True),
        TensorSpec("places", [rows, TOP], torch.int32, is_output=True),
    ]


def golden_top_k(tensors):
    best = torch.topk(tensors["scores"], TOP, dim=-1)
    tensors["weights"][:] = torch.softmax(best.values, dim=-1)
    tensors["values"][:] = best.values
    tensors["places"][:] = best.indices


if __name__ == "__main__":
    import argparse

    from golden import run_jit, topk_pair_compare

    parser = argparse.ArgumentParser(description="the largest values of every row")
    parser.add_argument("-p", "--platform", default="a2a3sim", help="name recorded in reports (default: %(default)s)")
    parser.add_argument("-d", "--device", type=int, default=0, help="device number (default: %(default)s)")
    parser.add_argument("-r", "--rows", type=int, default=9, help="rows of scores (default: %(default)s)")
    args = parser.parse_args()

    result = run_jit(
        fn=top_k,
        specs=build_tensor_specs(args.rows),
        golden_fn=golden_top_k,
        runtime_cfg=dict(platform=args.platform, device_id=args.device),
        rtol=1e-5,
        atol=1e-6,
        compare_fn=dict(places=topk_pair_compare("values")),
    )
    if not result.passed:
        if result.error:
            print(result.error)
        raise SystemExit(1)
