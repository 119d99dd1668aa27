# The whole forward pass, several layers, at every small configuration. A layer whose input
# and output shared a buffer, or a cache row of the wrong layer, would show.
. "$TESTDIR/_configs.sh"
try() { # CONFIG ENGINE LAYERS MAX_SEQ BATCH...
    config=$1 engine=$2 layers=$3 max_seq=$4
    shift 4
    for b; do
        # shellcheck disable=SC2046
        $QWC run "$FWD" --golden --engine=$engine --rtol=5e-4 --atol=5e-4 $(layer_options $config) -- \
            -b $b --num-layers $layers --max-seq $max_seq --pass-rate 1 --caches --seed $b >out 2>&1 ||
            { echo "FAIL: $config $engine -b $b"; cat out; }
    done
}
for e in jit interp; do
    try micro $e 2 32 1 3 8 9 16
    try mini $e 2 64 3 15
    try tails $e 3 56 1 9 16
done
try micro jit 40 8 5
try small jit 2 128 3
try mini cc 2 64 5
for fusion in off verify; do
    # shellcheck disable=SC2046
    $QWC run -q "$FWD" --fusion=$fusion --rtol=5e-4 --atol=5e-4 $(layer_options mini) -- -b 5 --num-layers 2 --max-seq 64
done
echo "end of test"
