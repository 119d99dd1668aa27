# --fusion=verify: a ladder may differ by the bound, an overflow in one order of the sum is found,
# and a kernel without a ladder agrees bit for bit.
cat >ladder.pl <<'EOF'
import pypto.language as pl
import torch
from golden import TensorSpec


@pl.jit
def kernel(
    x: pl.Tensor[[16, 128], pl.FP32],
    w: pl.Tensor[[128, 32], pl.FP32],
    y: pl.Out[pl.Tensor[[16, 32], pl.FP32]],
):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="sum"):
        acc = pl.matmul(x[:, 0:64], w[0:64, :])
        for k in pl.range(1, 2):
            acc = pl.matmul_acc(acc, x[:, k * 64 : k * 64 + 64], w[k * 64 : k * 64 + 64, :])
        y = pl.assemble(y, acc, [0, 0])


def build_tensor_specs(big=0.0):
    def init_x():
        x = torch.randn(16, 128)
        x[3, 0:4] = big
        x[3, 64:68] = -big
        return x

    return [
        TensorSpec("x", [16, 128], torch.float32, init_value=init_x),
        TensorSpec("w", [128, 32], torch.float32, init_value=torch.ones),
        TensorSpec("y", [16, 32], torch.float32, is_output=True),
    ]
EOF
for engine in jit cc; do
    $QWC run -q ladder.pl --no-golden --isa=ref --fusion=verify --engine=$engine
    echo "$engine: status $?"
done
$QWC run -q ladder.pl --no-golden --isa=ref --fusion=verify --spec-arg big=2e38
echo "overflow: status $?"
sed 's/acc = pl.matmul_acc(acc, \(.*\))$/acc = pl.exp(acc) + \1[:, 0:32]/; s/, w\[k \* 64.*$/[:, 0:32]/' ladder.pl >exact.pl
$QWC run -q exact.pl --no-golden --fusion=verify
echo "no ladder: status $?"
