# What the compiler has to say of a variant of `qwc bench --vs` is text like all else, without --json.
cat >k.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec

@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        t = pl.full([4, 8], dtype=pl.FP32, value=0.0)
        y = pl.assemble(y, pl.add(t, pl.slice(x, [4, 8], [0, 0], valid_shape=[3, 8])), [0, 0])

def build_tensor_specs():
    return [TensorSpec("x", [4, 8], torch.float32, init_value=torch.randn),
            TensorSpec("y", [4, 8], torch.float32, is_output=True)]
PL
$QWC bench k.pl --rounds 1 --vs "--fusion=off" >out 2>err
echo "exit $?: $(grep -c '^warning\[W0403\]' err) warnings, $(grep -c '^{' err) in JSON"
$QWC bench k.pl --rounds 1 --vs "--fusion=off" --json >out 2>err
echo "exit $?: $(grep -c '^warning\[W0403\]' err) warnings, $(grep -c '^{' err) in JSON"
