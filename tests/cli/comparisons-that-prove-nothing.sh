# E1009 and E1010: a comparison that could not fail is none.  An output that the
# kernel never wrote fails, unless the golden expects just that (W1005).
. "$TESTDIR/_twice.sh"

twice good.pl "$X, $Y" "$GOOD"
try run good.pl -q --golden
cat >>good.pl <<'PL'


if __name__ == "__main__":
    from golden import run_jit

    run_jit(twice, build_tensor_specs(), golden_fn=golden_twice, rtol=-1)
PL
try run good.pl -q

twice blind.pl "$X, TensorSpec(\"y\", [4, 8], torch.float32)" "$GOOD"
try run blind.pl -q --golden

twice none.pl "$X, $Y" "$GOOD"
sed -i '/def golden_twice/,$d' none.pl
try run none.pl -q --golden
try run none.pl -q --golden=interp

# one float after the other is subtracted: nothing is left but the bound
cat >cancel.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def cancel(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="cancel"):
        e = pl.exp(x[:, :])
        s = pl.add(e, 1000000.0)
        y = pl.assemble(y, pl.sub(pl.sub(s, 1000000.0), e), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
    ]
PL
try run cancel.pl -q --golden=interp
try run cancel.pl -q --golden=interp --rtol=0 --atol=1

# a branch on a computed float: either path may be the right one
cat >branch.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def branch(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="branch"):
        t = pl.mul(pl.exp(x[:, :]), 1.0)
        d = pl.read(pl.sub(t, pl.exp(x[:, :])), [0, 0])
        if d > 0.0:
            t = pl.mul(t, 2.0)
        y = pl.assemble(y, t, [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
    ]
PL
try run branch.pl -q --golden=interp

cat >unwritten.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec

FILL = 0.000001


@pl.jit
def keep(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]], z: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="keep"):
        z = pl.assemble(z, x[:, :], [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
        TensorSpec("z", [4, 8], torch.float32, is_output=True),
    ]


def golden_keep(t):
    t["y"][:] = FILL
    t["z"][:] = t["x"]
PL
echo '$ qwc run unwritten.pl --golden'
$QWC run unwritten.pl --golden -Wno-W0602 2>&1
echo "exit $?"
try run unwritten.pl -q --golden -Wno-W0602 -D FILL=0
