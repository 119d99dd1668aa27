# Two kernels that the system compiler made run side by side in one process: each
# variant of a measurement is the library of its own constants, not the first one.
cat >at.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec

LAST = 0


@pl.jit
def k(row: pl.Tensor[[1], pl.INT32], y: pl.Out[pl.Tensor[[8, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="put"):
        r = pl.read(row, [0]) + LAST
        y = pl.assemble(y, pl.full([1, 8], dtype=pl.FP32, value=1.0), [r, 0])


def build_specs():
    return [TensorSpec("row", [1], torch.int32, init_value=0),
            TensorSpec("y", [8, 8], torch.float32, init_value=0.0, is_output=True)]
PL
export XDG_CACHE_HOME=$PWD/cache
for vs in 7 8; do
    $QWC bench at.pl -q --engine=cc --rounds 1 --warmup 0 --vs "-D LAST=$vs" >/dev/null 2>err
    echo "LAST=$vs: exit $?, $(grep -o 'index [^:"]* is outside' err)"
done
