# The statuses of Appendix D: 0 success, 1 mismatch, 3 source, 4 data, 5 run time;
# that of a failed stage wins over what the driver says.
. "$TESTDIR/_twice.sh"
quiet() { # NAME ARGUMENTS: only the status
    $QWC run "$@" >out 2>&1
    echo "exit $? from qwc run $*"
}
twice good.pl "$X, $Y" "$GOOD"
quiet good.pl --golden
quiet nowhere.pl
quiet good.pl --no-such-option
quiet good.pl -Werror -D BATCH=1
quiet good.pl --golden --input x=full:nan
quiet good.pl --golden=y.npy
quiet good.pl --input x=ones --input x=full:maybe

twice raises.pl "$X, $Y" 'raise ValueError("no golden today")'
quiet raises.pl --golden
twice wrong.pl "$X, $Y" 't["y"][:] = t["x"]'
quiet wrong.pl --golden

cat >later.pl <<'PL'
import pypto.language as pl
import sys
import torch
from golden import TensorSpec, run_jit

ROW = 3


@pl.jit
def pick(at: pl.Tensor[[1], pl.INT32], x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[1, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="pick"):
        row = pl.read(at, [0])
        y = pl.assemble(y, x[row : row + 1, :], [0, 0])


def build_tensor_specs():
    return [
        TensorSpec("at", [1], torch.int32, init_value=ROW),
        TensorSpec("x", [4, 8], torch.float32, init_value=torch.ones),
        TensorSpec("y", [1, 8], torch.float32, is_output=True),
    ]


if __name__ == "__main__":
    result = run_jit(pick, build_tensor_specs())
    print(result.passed, result.error)
    sys.exit(int(sys.argv[1]))
PL
quiet later.pl -- 0
quiet later.pl -- 9
quiet later.pl -- 200
quiet later.pl -- -3
quiet later.pl -D ROW=4 -- 0
quiet later.pl -D ROW=4 -- 9
try run later.pl -q -D ROW=4 -- 0
