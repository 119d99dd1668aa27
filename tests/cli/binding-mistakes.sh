# What does not fit between a kernel and its data is told before anything runs:
# E1001 to E1007, with the exit status 3 for the program and 4 for the data.
. "$TESTDIR/_twice.sh"

twice none.pl "$X, $Y" "$GOOD"
sed -i '/@pl.jit/d' none.pl
try run none.pl -q

twice two.pl "$X, $Y" "$GOOD"
cat >>two.pl <<'PL'


@pl.jit
def thrice(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="thrice"):
        y = pl.assemble(y, pl.mul(x[:, :], 3.0), [0, 0])
PL
try run two.pl -q
try run two.pl -q --kernel twise
try run two.pl -q --kernel twice

twice differ.pl "$Y, TensorSpec(\"x\", [4, 9], torch.bfloat16)" "$GOOD"
try run differ.pl -q

twice bare.pl "$X, $Y" "$GOOD"
sed -i '/def build_tensor_specs/,$d; /^import torch/d; /^from golden/d' bare.pl
try run bare.pl -q
try run bare.pl -q --input x=ones
try run bare.pl -q --input x=one
try run bare.pl -q --input z=ones

twice good.pl "$X, $Y" "$GOOD"
$PYTHON - <<'PY'
import numpy
numpy.save("f64.npy", numpy.zeros((4, 8)))
numpy.save("long.npy", numpy.zeros((5, 8), dtype=numpy.float32))
PY
try run good.pl -q --input x=f64.npy
try run good.pl -q --input x=long.npy
try run good.pl -q --input x=nowhere.npy
try run good.pl -q --input 'x=ones*3'
head -c 100 long.npy >cut.npy
try run good.pl -q --input x=cut.npy

cat >symbols.pl <<'PL'
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec

N = pl.dynamic("N")


@pl.jit
def copy(x: pl.Tensor[[N, 8], pl.FP32], k: pl.Scalar[pl.INT8], y: pl.Out[pl.Tensor[[N, 8], pl.FP32]]):
    for i in pl.range(pl.tensor.dim(x, 0)):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
            y = pl.assemble(y, pl.add(x[i : i + 1, :], pl.cast(k, pl.FP32)), [i, 0])


def build_tensor_specs(rows=4, k=3):
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.ones),
        ScalarSpec("k", torch.int8, k),
        TensorSpec("y", [rows, 8], torch.float32, is_output=True),
    ]
PL
try run symbols.pl -q
try run symbols.pl -q --spec-arg rows=5
try run symbols.pl -q --spec-arg k=300
try run symbols.pl -q --input k=300

cat >same.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def grow(x: pl.Tensor[[4, 8], pl.FP32], y: pl.InOut[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="grow"):
        y = pl.assemble(y, pl.add(x[:, :], y[:, :]), [0, 0])


def build_tensor_specs():
    t = torch.ones(4, 8)
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=t),
        TensorSpec("y", [4, 8], torch.float32, init_value=t, is_output=True),
    ]
PL
try run same.pl -q
