"""12 paged gather: follow a table to where the data lies.

    qwc run examples/12_paged_gather.pl --golden

A KV cache keeps the positions of a sequence in pages that lie anywhere; a table names
them in order. `pl.read` takes a scalar out of a tensor, and the scalar may be used in the
offset of a load. The compiler cannot know where such a load goes, so it is checked while
the kernel runs: a wrong page number is an error that names tensor, axis and offset.
"""
import pypto.language as pl
import torch
from golden import TensorSpec

SEQS = 4
PAGES = 3        # pages of a sequence
PAGE = 8         # positions of a page
DIM = 32


@pl.jit
def mean_of_sequence(
    cache: pl.Tensor[[SEQS * PAGES * PAGE, DIM], pl.FP32],
    table: pl.Tensor[[SEQS * PAGES], pl.INT32],
    lens: pl.Tensor[[SEQS], pl.INT32],
    mean: pl.Out[pl.Tensor[[SEQS, DIM], pl.FP32]],
):
    for b in pl.parallel(SEQS):
        n = pl.read(lens, [b])
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="mean"):
            total = pl.full([1, DIM], dtype=pl.FP32, value=0.0)
            for j in pl.range((n + PAGE - 1) // PAGE):
                row = pl.read(table, [b * PAGES + j]) * PAGE
                valid = pl.max(0, pl.min(PAGE, n - j * PAGE))
                page = pl.slice(cache, [PAGE, DIM], [row, 0], valid_shape=[valid, DIM])
                total = pl.add(total, pl.col_sum(page))
            mean = pl.assemble(mean, pl.div(total, pl.cast(n, pl.FP32)), [b, 0])


def build_tensor_specs():
    pages = SEQS * PAGES
    return [
        TensorSpec("cache", [pages * PAGE, DIM], torch.float32, init_value=torch.randn),
        TensorSpec("table", [pages], torch.int32, init_value=lambda: (torch.arange(pages) * 5 + 2) % pages),
        TensorSpec("lens", [SEQS], torch.int32, init_value=lambda: torch.tensor([1, 8, 17, 24])),
        TensorSpec("mean", [SEQS, DIM], torch.float32, is_output=True),
    ]


def golden_mean_of_sequence(tensors):
    cache, table = tensors["cache"], tensors["table"].tolist()
    for b in range(SEQS):
        n = tensors["lens"][b].item()
        rows = [table[b * PAGES + i // PAGE] * PAGE + i % PAGE for i in range(n)]
        tensors["mean"][b, :] = cache[rows].mean(dim=0)
