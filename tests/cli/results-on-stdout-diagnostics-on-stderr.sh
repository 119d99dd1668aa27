# A passing run writes nothing to stderr; a failing one tells why there.
$QWC run "$ROOT/examples/04_softmax.pl" --golden >out 2>err
echo "exit $?; stderr has $(wc -c <err) bytes"
tail -n 1 out | cut -d' ' -f1-2
cat >bad.pl <<'PL'
import pypto.language as pl


@pl.jit
def k(x: pl.Tensor[[16, 16], pl.FP32], y: pl.Out[pl.Tensor[[16, 16], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP, name_hint="t"):
        y = pl.assemble(y, pl.exq(x[:, :]), [0, 0])
PL
$QWC run bad.pl >out 2>err
echo "exit $?"
grep -c '^error\[E0501\]' err
$QWC check -q bad.pl >out 2>/dev/null
echo "exit $?; stdout has $(wc -c <out) bytes"
