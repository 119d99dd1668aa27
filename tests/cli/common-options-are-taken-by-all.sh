# Chapter 14.8: run, compile and check take the same options; what has no effect on one is no mistake.
cat >k.pl <<'PL'
import pypto.language as pl

N = 2

@pl.jit
def k(x: pl.Tensor[[N, 8], pl.FP32], y: pl.Out[pl.Tensor[[N, 8], pl.FP32]]):
    with pl.at(level=pl.Level.CORE_GROUP):
        y = pl.assemble(y, pl.add(x, x), [0, 0])
    return y
PL
for c in run compile check; do
    data="--input x=ones"
    [ $c != compile ] || data=""
    for o in "--seed 3" "--threads 2" "--isa avx2" "--engine interp" "--fusion=off" "--passes=none" \
        "--parallel off" "--check=bounds" "--strict" "--limit tasks=9" "--save out"; do
        # shellcheck disable=SC2086 # two words
        $QWC $c k.pl $data $o -q >/dev/null 2>err || :
        grep -H "is for\|unknown option" err
    done
    echo "$c"
done
