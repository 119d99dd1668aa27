# A wrong kernel fails against its golden and says where.
cat >wrong.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def twice(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="twice"):
        t = pl.mul(x[:, :], 2.0)
        y = pl.assemble(y, pl.set_validshape(t, 3, 8), [0, 0])  # forgets a row


def build_tensor_specs():
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.ones),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
    ]


def golden_twice(t):
    t["y"][:] = t["x"] * 2
PL
$QWC run wrong.pl --golden -Wno-W0602
echo "exit $?"
