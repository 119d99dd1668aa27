# $CC of the engine `cc` is split into words, as make does.
cat >k.pl <<'EOF'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def k(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, pl.mul(x, 2.0), [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.ones),
        TensorSpec("y", [4, 8], torch.float32, is_output=True),
    ]


def golden_k(t):
    t["y"][:] = 2.0
EOF
cat >launcher <<'EOF'
#!/bin/sh
echo "launcher: $1 $2"
exec "$@"
EOF
chmod +x launcher
export XDG_CACHE_HOME="$PWD/cache"
CC="./launcher gcc   -DTWICE" $QWC run -q k.pl --golden --engine=cc; echo "status $?"
CC="no-such-compiler -m64" $QWC run -q k.pl --golden --engine=cc; echo "status $?"
CC="  " $QWC run -q k.pl --golden --engine=cc; echo "status $?"
