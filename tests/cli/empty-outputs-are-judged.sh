# An output without elements is fine beside one that has some; a run that compared
# nothing at all is E1009 and says so.
cat >ends.pl <<'END'
import pypto.language as pl
import torch
from golden import TensorSpec

A = pl.dynamic("A")
B = pl.dynamic("B")


@pl.jit
def ends(x: pl.Tensor[[A, 8], pl.FP32], y: pl.Out[pl.Tensor[[A, 8], pl.FP32]], z: pl.Out[pl.Tensor[[B, 8], pl.FP32]]):
    for i in pl.parallel(0, pl.tensor.dim(y, 0)):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="first"):
            y[i : i + 1, :] = pl.mul(x[i : i + 1, :], 2.0)
    for i in pl.parallel(0, pl.tensor.dim(z, 0)):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="second"):
            z[i : i + 1, :] = pl.full([1, 8], dtype=pl.FP32, value=1.0)


def build_tensor_specs(a=0, b=2):
    return [
        TensorSpec("x", [a, 8], torch.float32, init_value=torch.randn),
        TensorSpec("y", [a, 8], torch.float32, is_output=True),
        TensorSpec("z", [b, 8], torch.float32, is_output=True),
    ]


def golden_ends(t):
    t["y"][:] = t["x"] * 2
    t["z"][:] = 1
END
try() {
    echo "\$ qwc $*"
    $QWC "$@" >out 2>&1
    echo "exit $?"
    grep -v '\.\.\.$\|done (' out
}
for e in jit interp; do
    try run ends.pl --golden --engine=$e
    try run ends.pl --golden --spec-arg b=0 --engine=$e
done
try run ends.pl --golden=interp
try run ends.pl --no-golden -q --spec-arg b=0
