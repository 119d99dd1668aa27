# Every file of the malformed corpus is refused with E1008 or a plain reason and
# exit 4; nothing crashes, nothing runs.
cat >k.pl <<'PL'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def copy(x: pl.Tensor[[2, 3], pl.FP32], y: pl.Out[pl.Tensor[[2, 3], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="copy"):
        y = pl.assemble(y, x[:, :], [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [2, 3], torch.float32),
        TensorSpec("y", [2, 3], torch.float32, is_output=True),
    ]
PL
for f in "$ROOT"/tests/data/malformed/*.n?? "$ROOT"/tests/data/malformed/*.safetensors; do
    case $(basename "$f") in good*) continue ;; esac
    $QWC run k.pl --input "x=$f" >out 2>err
    status=$?
    [ $status -eq 4 ] || echo "$(basename "$f"): exit $status: $(head -n 1 err)"
done
echo "end of test"
