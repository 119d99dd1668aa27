# Two iterations that meet are found, and told alike, with every chunk size, policy
# and number of threads, also where one chunk runs both (E0913).
cat >put.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec

C = 4
FULL = False
POLICY = "leading_full" if FULL else "guarded"


@pl.jit
def k(row: pl.Tensor[[8], pl.INT32], y: pl.InOut[pl.Tensor[[8, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="put", optimizations=[pl.auto_chunk]):
        for i in pl.parallel(8, chunk=C, chunk_policy=POLICY):
            for j in pl.parallel(0, 8, 4, chunk=2):
                r = pl.read(row, [i])
                y = pl.assemble(y, pl.full([1, 4], dtype=pl.FP32, value=1.0), [r, j])


def build_tensor_specs():
    return [TensorSpec("row", [8], torch.int32, init_value=torch.tensor([0, 1, 2, 3, 4, 5, 7, 7])),
            TensorSpec("y", [8, 8], torch.float32, init_value=0.0, is_output=True)]
PL
for mode in "-D C=1" "-D C=2 --threads=1" "-D C=3" "-D C=8 --threads=7" "-D C=5 -D FULL=True" "-D C=7 -D FULL=True --engine=cc"; do
    # shellcheck disable=SC2086
    $QWC run put.pl -q --no-golden $mode >out 2>err
    echo "exit $? $mode $(grep '^error' err)"
done
