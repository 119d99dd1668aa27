# Two instances of one `def` are two kernels, named as the module names them; an alias is none.
cat >k.pl <<'EOF'
import pypto.language as pl


def build(rows):
    @pl.jit
    def kernel(x: pl.Tensor[[rows, 8], pl.FP32], y: pl.Out[pl.Tensor[[rows, 8], pl.FP32]]):
        with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
            y = pl.assemble(y, pl.mul(x, 2.0), [0, 0])
    return kernel


small = build(4)
big = build(8)
alias = small
EOF
$QWC run -q k.pl; echo "status $?"
$QWC run -q k.pl --kernel big --input x=ones --save y=y.npy; echo "status $?"
sed /^big/d k.pl >one.pl
$QWC run -q one.pl --input x=ones --save y=y.npy; echo "status $?"
