# The compiler tries the body of a loop again until it knows what the loop
# carries; what the body prints is printed once.
cat >k.pl <<'END'
import pypto.language as pl


@pl.jit
def k(y: pl.Out[pl.Tensor[[4], pl.FP32]]):
    pl.static_print("shape", y.shape)
    with pl.at(level=pl.Level.CORE_GROUP):
        acc = pl.full([4], dtype=pl.FP32, value=1.0)
        for i in pl.range(4):
            pl.static_print("outer loop")
            for j in pl.range(i):
                pl.static_print("inner loop")
                acc = pl.slice(acc, [4], [0], valid_shape=[pl.min(j, 3)])
        for i in pl.unroll(2):
            pl.static_print("step", i)
        y[:] = pl.fillpad(acc)
END
$QWC check k.pl
