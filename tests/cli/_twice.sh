# twice NAME SPECS GOLDEN: writes NAME, a file whose kernel doubles x into y, with
# those specs (a list's inside) and that golden body; try shows a command,
# what it prints, and its exit status.
# shellcheck disable=SC2034 # read by the scripts that source this file
twice() {
    cat >"$1" <<PL
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def twice(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="twice"):
        y = pl.assemble(y, pl.mul(x[:, :], 2.0), [0, 0])


def build_tensor_specs():
    return [$2]


def golden_twice(t):
    $3
PL
}

X='TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn)'
Y='TensorSpec("y", [4, 8], torch.float32, is_output=True)'
GOOD='t["y"][:] = t["x"] * 2'

try() {
    echo "\$ qwc $*"
    $QWC "$@" 2>&1
    echo "exit $?"
    echo
}
