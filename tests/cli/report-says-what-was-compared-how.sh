# The report names the golden and the tolerances. Without a driver they are what the
# dtype can keep; a driver's 1e-5 on bfloat16 fails and says why.
. "$TESTDIR/_twice.sh"
show() { try "$@" | grep -v '\.\.\.$\|done (_s)\|done (\|\] *actual\|more$'; }

cat >half.pl <<'END'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def half(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.BF16]], z: pl.Out[pl.Tensor[[4, 8], pl.FP16]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="half"):
        y = pl.assemble(y, pl.cast(x[:, :], pl.BF16), [0, 0])
        z = pl.assemble(z, pl.cast(x[:, :], pl.FP16), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=1.0),
        TensorSpec("y", [4, 8], torch.bfloat16, is_output=True),
        TensorSpec("z", [4, 8], torch.float16, is_output=True),
    ]


def golden_hlaf(t):
    t["y"][:] = t["x"] * (1 + 2**-7)
    t["z"][:] = t["x"] * (1 + 2**-10)
END
show run half.pl --golden
show run half.pl --golden --rtol=1e-5
show run half.pl --golden --compare y=ratio_allclose:max_error_ratio=1 --compare z=ratio_reldiff:diff_thd=0.01
cat >>half.pl <<'END'


if __name__ == "__main__":
    from golden import run_jit

    run_jit(half, build_tensor_specs(), golden_fn=lambda t: golden_hlaf(t))
END
show run half.pl -Wno-W1006
$QWC run half.pl --no-main --golden --json | sed 's/,"kernel_seconds.*"outputs/,"outputs/; s/,"seconds.*//'
