# A valid extent that turns out negative is taken as 0 and told once a line
# (W0901); with --strict the run fails (E0901, exit 5).
. "$TESTDIR/_twice.sh"
cat >valid.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def trim(n: pl.Tensor[[4], pl.INT32], y: pl.InOut[pl.Tensor[[4, 8], pl.FP32]]):
    for i in pl.range(4):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="trim"):
            k = pl.read(n, [i])
            t = pl.full([1, 8], dtype=pl.FP32, value=1.0)
            y = pl.assemble(y, pl.set_validshape(t, 1, k), [i, 0])


def build_tensor_specs():
    return [
        TensorSpec("n", [4], torch.int32, init_value=torch.tensor([3, -1, 8, -2])),
        TensorSpec("y", [4, 8], torch.float32, init_value=0.0, is_output=True),
    ]
PL
for engine in jit interp; do
    try run valid.pl -q -Wno-W0401 --engine=$engine
    try run valid.pl -q -Wno-W0401 --engine=$engine --strict
done
try run valid.pl -q --strict
try run valid.pl -q -Wno-W0401 -Werror=W0901
