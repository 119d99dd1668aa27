# E1105, E1106, E1110 to E1112: what a run may use is limited, and says by which limit.
. "$TESTDIR/_twice.sh"
cat >big.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec

ROWS = 1024


@pl.jit
def big(x: pl.Tensor[[ROWS, 256], pl.FP32], y: pl.Out[pl.Tensor[[ROWS, 256], pl.FP32]]):
    for i in pl.range(ROWS // 64):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="big"):
            y = pl.assemble(y, pl.mul(x[64 * i : 64 * i + 64, :], 2.0), [64 * i, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [ROWS, 256], torch.float32, init_value=torch.ones),
        TensorSpec("y", [ROWS, 256], torch.float32, is_output=True),
    ]


def golden_big(t):
    t["y"][:] = torch.stack([t["x"], t["x"]]).sum(0)
PL
try run big.pl -q --golden
try run big.pl -q --golden --limit tensor-bytes=1000000
try run big.pl -q --golden --limit tensor-bytes=1500000
try run big.pl -q --limit tile-bytes=65535
try run big.pl -q --limit memory=1500000
try run big.pl -q --golden --limit memory=2200000
try run big.pl -q --limit tasks=15
try run big.pl -q --limit tasks=15 --engine=interp
try run big.pl -q --limit tasks=16

twice slow.pl "$X, $Y" 'while True:
        t["y"][0, 0] = 1'
try run slow.pl -q --golden --limit time=1
try run slow.pl -q --golden --limit host-steps=1000
try run slow.pl -q --limit time=60
printf 'while True:\n    pass\n' >endless.pl # no kernel runs yet
try run endless.pl -q --limit time=1 --limit source-files=1
try run - -q --limit time=1 <endless.pl

# a check that executes, and specs that never end
cat >endless.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec

STEPS = 1


@pl.jit
def endless(x: pl.Tensor[[4, 16], pl.FP32], y: pl.Out[pl.Tensor[[4, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="endless"):
        t = x[:, :]
        while pl.read(t, [0, 0]) < 2.0:
            t = pl.mul(t, 1.0)
        y = pl.assemble(y, t, [0, 0])


def build_tensor_specs():
    i = 0
    while i < STEPS:
        i += 1
    return [
        TensorSpec("x", [4, 16], torch.float32, init_value=torch.ones),
        TensorSpec("y", [4, 16], torch.float32, is_output=True),
    ]
PL
try check endless.pl --races --limit time=1
try run endless.pl -q -D STEPS=2**60 --limit time=1 --limit host-steps=1000000000000

# buffers that the kernel makes count as well
cat >buffers.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def buffers(x: pl.Tensor[[64, 64], pl.FP32], n: pl.Tensor[[1], pl.INT32], y: pl.Out[pl.Tensor[[64, 64], pl.FP32]]):
    rows = pl.read(n, [0])
    large = pl.create_tensor([rows, 64], dtype=pl.FP32)
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="fill"):
        large = pl.assemble(large, x[:, :], [rows - 64, 0])
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="take"):
        y = pl.assemble(y, pl.slice(large, [64, 64], [rows - 64, 0]), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [64, 64], torch.float32, init_value=torch.ones),
        TensorSpec("n", [1], torch.int32, init_value=100000),
        TensorSpec("y", [64, 64], torch.float32, is_output=True),
    ]
PL
try run buffers.pl -q
try run buffers.pl -q --limit memory=20000000
try run buffers.pl -q --limit memory=20000000 --engine=interp
try run buffers.pl -q --limit memory=30000000 --engine=interp
