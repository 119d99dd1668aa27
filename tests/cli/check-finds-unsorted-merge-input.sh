# The merge form of mrgsort wants sorted operands; --check=sorted looks (E0911).
. "$TESTDIR/_twice.sh"
cat >merge.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec

SORTED = True


@pl.jit
def merge(x: pl.Tensor[[1, 64], pl.FP32], y: pl.Out[pl.Tensor[[1, 128], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="merge"):
        i = pl.arange(0, [1, 64], dtype=pl.UINT32)
        pairs = pl.sort32(x[:, :], i)
        left = pl.slice(pairs, [1, 64], [0, 0])
        right = pl.slice(pairs, [1, 64], [0, 64])
        if not SORTED:
            right = pl.concat(pl.slice(pairs, [1, 32], [0, 96]), pl.slice(pairs, [1, 32], [0, 64]))
        y = pl.assemble(y, pl.mrgsort(left, right), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [1, 64], torch.float32, init_value=torch.randn),
        TensorSpec("y", [1, 128], torch.float32, is_output=True),
    ]
PL
try run merge.pl -q --check
try run merge.pl -q --check -D SORTED=False
try run merge.pl -q -D SORTED=False
