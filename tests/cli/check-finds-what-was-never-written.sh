# --check tells of elements that are read before anything was stored there, and of
# outputs that the run did not fill.
. "$TESTDIR/_twice.sh"
cat >part.pl <<'PL'
import pypto.language as pl
import torch
from golden import ScalarSpec, TensorSpec

ROWS = 6


@pl.jit
def half(x: pl.Tensor[[8, 16], pl.FP32], n: pl.Scalar[pl.INDEX], y: pl.Out[pl.Tensor[[8, 16], pl.FP32]]):
    tmp = pl.create_tensor([8, 16], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="first"):
        for i in pl.range(n):
            tmp = pl.assemble(tmp, pl.mul(x[i : i + 1, :], 2.0), [i, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="second"):
        for i in pl.range(n + 1):
            y = pl.assemble(y, pl.add(tmp[i : i + 1, :], 1.0), [i, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [8, 16], torch.float32, init_value=torch.ones),
        ScalarSpec("n", torch.int64, ROWS),
        TensorSpec("y", [8, 16], torch.float32, is_output=True),
    ]
PL
try run part.pl -q
try run part.pl -q --check
try run part.pl -q --check=uninit
try check part.pl --uninit -D ROWS=7
try run part.pl -q --check=unwritten -D ROWS=-1
# the golden is right; what --check found is no failure of `validate`
cat >>part.pl <<'PL'


def golden_half(tensors):
    tensors["y"][:6] = tensors["x"][:6] * 2.0 + 1.0
    tensors["y"][6] = 1.0
PL
"$QWC" run part.pl --golden --check 2>/dev/null | grep -e ' done' -e ' failed' -e PASS -e FAIL
