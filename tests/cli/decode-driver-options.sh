# What the drivers of the decode kernels accept, and the limits of the batch.
. "$TESTDIR/_configs.sh"
# shellcheck disable=SC2046
{
    $QWC run "$LAYER" $(layer_options micro) -- -p a5 -d 1 -b 2 --max-seq --enable-l2-swimlane --runtime-profiling | tail -n 1
    $QWC run "$FWD" $(layer_options micro) -- -p a5 -d 1 -b 2 --max-seq 32 --num-layers 1 --seed 3 --pass-rate 0.9 \
        --enable-l2-swimlane --runtime-profiling | tail -n 1
    $QWC run "$FWD" $(layer_options micro) -- --compile-only --num-layers 1 | tail -n 1
    $QWC run "$LAYER" $(layer_options micro) -- --max-seq --seq-lens 3 2>&1 | tail -n 1
    # a position that the RoPE table does not have
    $QWC run "$LAYER" --no-golden $(layer_options micro) -- -b 2 --seq-lens 0 2>&1 | grep -o 'error\[E....\]'
    $QWC run "$LAYER" $(layer_options micro) -D config.Q_OUT_CHUNK=48 2>&1 | grep -o 'error\[.*'
}
