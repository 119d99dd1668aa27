# Threads, form of attention and MLP, steps of the projections: the same inputs give the
# same bits.
. "$TESTDIR/_configs.sh"
run() { # OUT OPTIONS...
    out=$1
    shift
    # shellcheck disable=SC2046
    $QWC run "$FWD" --save "out=$out" $(layer_options mini) "$@" -- -b 7 --num-layers 2 --max-seq 64 >log 2>&1 ||
        { echo "FAIL: $*"; cat log; }
}
run base.npy
for t in 1 2 7; do
    run "t$t.npy" --threads $t
    run "s$t.npy" --threads $t -D config.SPMD=True
done
run off.npy --parallel=off
run tile.npy -D config.BATCH_TILE=8
run inner.npy -D config.SPMD=True -D config.MLP_SPMD_INNER=3
for step in INPUT_PROJ_K_CHUNK KV_PROJ_K_CHUNK Q_OUT_CHUNK K_CHUNK OUT_PROJ_K_CHUNK OUT_PROJ_N_CHUNK DOWN_MLP_CHUNK DOWN_OUT_CHUNK; do
    run "$step.npy" -D config.$step=32
done
for f in *.npy; do cmp base.npy "$f"; done
echo "end of test"
