# An option whose argument is cut short says its form, exit 2 (data that is missing: 4).
cat >k.pl <<'PL'
import pypto.language as pl

N = pl.dynamic("N")


@pl.jit
def k(
    x: pl.Tensor[[N, 8], pl.FP32],
    s: pl.Scalar[pl.FP32],
    n: pl.Scalar[pl.INT32],
    y: pl.Out[pl.Tensor[[N, 8], pl.FP32]],
):
    for i in pl.parallel(pl.tensor.dim(x, 0)):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y[i : i + 1, :] = pl.add(pl.add(x[i : i + 1, :], s), pl.cast(n, pl.FP32))
PL
cat >specs.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[2, 8], pl.FP32], y: pl.Out[pl.Tensor[[2, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y[:, :] = x[:, :]


def build_tensor_specs(**kw):
    print(sum(kw.values()))
    return [TensorSpec("x", [2, 8], torch.float32), TensorSpec("y", [2, 8], torch.float32, is_output=True)]
PL
try() {
    echo "\$ qwc $*"
    $QWC "$@" 2>&1
    echo "exit $?"
}
try run -q k.pl --in x
try run -q k.pl --quiet=3
try run -q k.pl --engine
try run -q k.pl --engine=
try run -q k.pl --seed abc
try run -q k.pl --limit tile-bytes=999999999999999
try run -q k.pl --dim N
try run -q k.pl --dim N=4 --input x
try run -q k.pl --dim N=4 --input x=ones --input s=abc --input n=1
try run -q k.pl --dim N=4 --input x=ones --input s=0.5 --input n=1.5
try run -q k.pl --dim N=4 --input x=ones --input s=0.5 --input n=1 --compare y
try run -q k.pl --input x=ones
try run -q k.pl --dim N=4 --input x=ones
try run -q k.pl --dim N=4 --input x=ones --input s=0.5 --input n=1 --spec-arg a=1
try run -q specs.pl --spec-arg a
for i in $(seq 20); do set -- "$@" "--spec-arg=a$i=$i"; done
try run -q specs.pl "$@"
printf 'func k() {\n}\n' >k.ir
try compile k.ir --run-pass=folds
try compile k.ir --run-pass=quux
try compile no.ir --run-pass=fold
try check no.pl
try compile -q k.pl -o no/such/folder/k.c
try compile -q k.pl -o /dev/full
$QWC run k.pl -v --dim N=4 --input x=ones --input s=0.5 --input n=3 | grep ' = '
$QWC run -q k.pl --time-passes --dim N=4 --input x=ones --input s=0.5 --input n=3 | awk '{ print $1 }' | tr '\n' ' '
echo
