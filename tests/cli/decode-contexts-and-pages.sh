# Contexts of 1, BS-1, BS, BS+1 and MAX_SEQ positions, pages scattered over the cache, both
# forms of attention: against the paged and against the untiled reference, caches included.
# Each way is options of qwc, then `--` and the driver's.
. "$TESTDIR/_configs.sh"
try() { # CONFIG ENGINE SEQ_LENS OPTIONS...
    config=$1 engine=$2 lens=$3
    shift 3
    for spmd in False True; do
        for way in '--rtol=2e-4 --atol=2e-4 --' '--rtol=1e-3 --atol=1e-3 -- --exact'; do
            # shellcheck disable=SC2046,SC2086
            $QWC run "$LAYER" --golden --engine=$engine -D config.SPMD=$spmd $(layer_options $config) $model $way \
                --caches --seq-lens $lens "$@" >out 2>&1 ||
                { echo "FAIL: $config $engine SPMD=$spmd $way $*"; cat out; }
        done
    done
}
model=
mini='1 15 16 17 31 32 33 48 63 64 2 5 7 11 40 64'
for e in jit interp; do
    try micro $e '1 7 8 9 31 32' -b 16 --shuffle-pages
    try mini $e "$mini" -b 16 --shuffle-pages
    try mini $e 64 -b 3
    try tails $e '1 15 16 17 55 56' -b 9 --shuffle-pages
done
try mini jit 1 -b 1
try small jit '1 63 64 65 255 256' -b 6 --shuffle-pages
# several query groups of a kv head; no padding rows; a kv head for every query head
model='-D config.NUM_HEADS=20 -D config.NUM_KV_HEADS=2'
try micro jit '1 8 32' -b 3
try micro interp '9 31' -b 2
model='-D config.NUM_HEADS=8 -D config.NUM_KV_HEADS=2 -D config.Q_HEAD_BATCH=2 -D config.Q_HEAD_PAD=2 -D config.FINAL_RMS_K_CHUNK=64'
try micro jit '1 8 32' -b 3
model='-D config.NUM_HEADS=8 -D config.NUM_KV_HEADS=8 -D config.Q_HEAD_BATCH=1 -D config.Q_HEAD_PAD=2 -D config.FINAL_RMS_K_CHUNK=64'
try micro jit '1 8 32' -b 3
echo "end of test"
