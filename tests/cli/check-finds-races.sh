# Iterations of a parallel loop that touch the same memory are found by --check,
# also where the offsets come from memory; the report names both sides.
. "$TESTDIR/_twice.sh"
cat >race.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def scatter(at: pl.Tensor[[4], pl.INT32], y: pl.InOut[pl.Tensor[[8, 16], pl.FP32]]):
    for i in pl.parallel(4):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="put"):
            row = pl.read(at, [i])
            t = pl.add(y[row : row + 1, :], 1.0)
            y = pl.assemble(y, t, [row, 0])


def build_tensor_specs():
    return [
        TensorSpec("at", [4], torch.int32, init_value=lambda: torch.tensor(ROWS)),
        TensorSpec("y", [8, 16], torch.float32, init_value=1.0, is_output=True),
    ]


ROWS = [3, 5, 3, 7]
PL
try check race.pl
try check race.pl --races
try run race.pl -q --check
try run race.pl -q --check=uninit,bounds
try run race.pl -q --check -D 'ROWS=[3, 5, 2, 7]'
try run race.pl -q --check=rases

# nothing meets between blocks: the loop inside is what conflicts
cat >nested.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def nested(at: pl.Tensor[[2], pl.INT32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]], z: pl.InOut[pl.Tensor[[1, 8], pl.FP32]]):
    for b in pl.parallel(2):
        for i in pl.parallel(2):
            with pl.at(level=pl.Level.CORE_GROUP, name_hint="rows"):
                k = pl.read(at, [i])
                t = pl.full([1, 8], dtype=pl.FP32, value=1.0)
                y = pl.assemble(y, t, [2 * b + k, 0])
                z = pl.assemble(z, t, [0, 0], atomic=pl.AtomicType.Add)


def build_tensor_specs():
    return [
        TensorSpec("at", [2], torch.int32, init_value=1),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
        TensorSpec("z", [1, 8], torch.float32, init_value=0, is_output=True),
    ]
PL
try run nested.pl -q --check=races

# blocks of an spmd loop, and the tasks of a chunked one, are unordered as well
cat >tasks.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def tasks(at: pl.Tensor[[4], pl.INT32], y: pl.InOut[pl.Tensor[[4, 8], pl.FP32]], z: pl.InOut[pl.Tensor[[4, 8], pl.FP32]]):
    for b in pl.spmd(4, name_hint="block"):
        k = pl.read(at, [b])
        y = pl.assemble(y, pl.full([1, 8], dtype=pl.FP32, value=1.0), [k, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="chunk", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(4, chunk=2):
            j = pl.read(at, [i])
            t = pl.add(y[j : j + 1, :], 1.0)
            z = pl.assemble(z, t, [i, 0])
            y = pl.assemble(y, t, [i, 0])


def build_tensor_specs():
    return [
        TensorSpec("at", [4], torch.int32, init_value=torch.tensor([0, 1, 1, 2])),
        TensorSpec("y", [4, 8], torch.float32, init_value=0.0, is_output=True),
        TensorSpec("z", [4, 8], torch.float32, init_value=0.0, is_output=True),
    ]
PL
try check tasks.pl --races
