# The decoder layer passes at every small configuration and batch. The tolerance is far
# below the driver's: at 3e-3 a mistake in attention could hide.
. "$TESTDIR/_configs.sh"
try() { # CONFIG ENGINE BATCH...
    config=$1 engine=$2
    shift 2
    for b; do
        # shellcheck disable=SC2046
        $QWC run "$LAYER" --golden --engine=$engine --rtol=2e-4 --atol=2e-4 $(layer_options $config) -- -b $b \
            >out 2>&1 || { echo "FAIL: $config $engine -b $b"; cat out; }
    done
}
for c in micro mini tails; do
    try $c jit 1 3 5 8 9 15 16
    try $c interp 1 8 9 16
done
try small jit 5 16
try mini cc 9
echo "end of test"
