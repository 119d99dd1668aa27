# What lies outside the valid region of a tile reads as 0; --check says where that happens.
. "$TESTDIR/_twice.sh"
cat >valid.pl <<'PL'
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec


@pl.jit
def sums(x: pl.Tensor[[4, 8], pl.FP32], n: pl.Scalar[pl.INDEX], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="sums"):
        b = pl.slice(x, [4, 8], [0, 0], valid_shape=[pl.max(0, pl.min(n, 4)), 8])
        s = pl.read(b, [3, 0])
        y = pl.assemble(y, pl.add(pl.fillpad(b), s), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.ones),
        ScalarSpec("n", torch.int64, 3),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
    ]
PL
try run valid.pl -q --check
try run valid.pl -q --check --input n=4
try check valid.pl --bounds --json
