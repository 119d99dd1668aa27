# Baseline and tuned form, thread counts, chunk sizes and policies, K steps: the
# same inputs give the same bits.
. "$TESTDIR/_configs.sh"
run() { # OUT FILE OPTIONS...
    out=$1 file=$2
    shift 2
    # shellcheck disable=SC2046
    $QWC run "$file" --save "out=$out" $(common mini) "$@" >log 2>&1 || { echo "FAIL: $*"; cat log; }
}
# shellcheck disable=SC2046
{
    run base.npy "$HEAD" $(head_steps mini)
    for t in 1 2 7; do
        run "h$t.npy" "$HEAD" $(head_steps mini) --threads $t
        run "t$t.npy" "$TUNED" $(tuned_steps mini) --threads $t
    done
    for ob in 1 2 3 7 100; do run "ob$ob.npy" "$TUNED" $(tuned_steps mini) -D LM_HEAD_OB_CHUNK=$ob; done
    for k in 32 64 160 320; do run "k$k.npy" "$TUNED" $(tuned_steps mini) -D rms_lm_head_tuned.LM_HEAD_K_CHUNK=$k; done
    for k in 16 32 80; do run "hk$k.npy" "$HEAD" $(head_steps mini) -D config.LM_HEAD_K_CHUNK=$k; done
}
for f in *.npy; do cmp base.npy "$f"; done
echo "end of test"
