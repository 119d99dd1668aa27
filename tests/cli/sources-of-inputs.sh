# Every form of --input: what it makes, and what is told when it does not fit.
cat >k.pl <<'PL'
import pypto.language as pl

ROWS = pl.dynamic("ROWS")


@pl.jit
def floats(x: pl.Tensor[[4, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, x[:, :], [0, 0])


@pl.jit
def whole(x: pl.Tensor[[4, 8], pl.INT64], y: pl.Out[pl.Tensor[[4, 8], pl.INT64]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        y = pl.assemble(y, x[:, :], [0, 0])


@pl.jit
def rows(x: pl.Tensor[[ROWS, 8], pl.FP32], y: pl.Out[pl.Tensor[[4, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="k"):
        t = pl.slice(x, [4, 8], [0, 0], valid_shape=[pl.min(4, pl.tensor.dim(x, 0)), 8])
        y = pl.assemble(y, pl.fillpad(t), [0, 0])
PL
cat >show.py <<'PY'
import numpy

y = numpy.load("y.npy")
print(" ", y.dtype, y.ravel()[:9].tolist(), "same rows" if (y == y[0]).all() else "")
PY
$PYTHON - <<'PY'
import numpy

row = numpy.arange(8, dtype=numpy.float32)[None]
numpy.save("row.npy", row)
numpy.save("ints.npy", row.astype(numpy.int64))
numpy.savez("two.npz", a=row, b=row + 1)
PY
try() {
    echo "$1 $2"
    $QWC run -q k.pl --kernel "$1" --input "x=$2" --save y=y.npy >out 2>err && $PYTHON show.py
    sed -n 's/^error/  error/p' err
}
for source in zeros ones full:2.5 arange 'row.npy*4' two.npz:a; do try floats "$source"; done
for source in full:3 full:-9007199254740991; do try whole "$source"; done
$QWC run -q k.pl --kernel whole --input x=ints:7 --save y=y.npy >/dev/null
$PYTHON -c 'import numpy; y = numpy.load("y.npy"); print("ints:", abs(y).max() <= 4, (y != y[0, 0]).any())'
$QWC run -q k.pl --kernel floats --input x=rand:5 --save y=a.npy >/dev/null
$QWC run -q k.pl --kernel floats --input x=rand:5:2 --save y=b.npy >/dev/null
$PYTHON -c 'import numpy; print("scaled:", (numpy.load("b.npy") == 2 * numpy.load("a.npy")).all())'

for source in full full:x full:2:3 rand rand:x randn:1:y ints nothing 'ones*3' 'row.npy*3' \
    'row.npy*9223372036854775807' two.npz:c two.npz none.npy ints.npy; do
    try floats "$source"
done
for source in full:2.5 full:1e30 full:9223372036854775808 full:nan rand:1 randn:1; do try whole "$source"; done
for source in ones 'ones*2' 'row.npy*3' 'row.npy*9223372036854775807'; do try rows "$source"; done
