# A golden is called with one dict; one that wants the tensors as arguments is told so, at its
# name.
cat >k.pl <<'END'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = pl.mul(x, 2.0)


def build_tensor_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=1.0),
            TensorSpec("y", [4, 8], torch.float32, is_output=True)]


def golden_k(x, y):
    y[:] = x * 2
END
$QWC run -q k.pl --golden 2>&1
echo "exit $?"
