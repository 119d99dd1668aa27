# A function that gives a spec its data is called without arguments; one that wants the shape is
# told so, where the spec is.  What is wrong inside it is said without that.
write() { # INIT
    cat >k.pl <<END
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = pl.mul(x, 2.0)


def init_x(n=None):
    return torch.randn(4, 8).reshape(n)


def build_tensor_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=$1),
            TensorSpec("y", [4, 8], torch.float32, is_output=True)]
END
}
write "lambda shape: torch.randn(shape)"
$QWC run -q k.pl 2>&1
write init_x
$QWC run -q k.pl 2>&1
