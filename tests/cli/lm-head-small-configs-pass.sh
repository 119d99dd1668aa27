# Both LM heads pass at every small configuration and batch, on jit and interp.
. "$TESTDIR/_configs.sh"
for c in micro mini tails small; do
    for b in 1 3 5 8 9 15 16; do
        for e in jit interp; do
            [ $c$e = smallinterp ] && continue
            for f in head tuned; do
                steps=$(${f}_steps $c)
                [ $f = head ] && file=$HEAD || file=$TUNED
                # shellcheck disable=SC2046,SC2086
                $QWC run "$file" --engine=$e $(common $c) $steps -- -b $b >out 2>&1 ||
                    { echo "FAIL: $f $c b=$b $e"; cat out; }
            done
        done
    done
done
echo "end of test"
