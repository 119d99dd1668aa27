# Row r of a batch of 16 and the same row computed alone have the same bits, at
# every instruction set this machine has.
. "$TESTDIR/_configs.sh"
$PYTHON - <<'PY'
import numpy as np
rng = np.random.default_rng(7)
h = (rng.random((16, 320)) - 0.5).astype(np.float32)
h = (h.view(np.uint32) >> 16).astype(np.uint16)
np.save("h.npy", h)
np.save("lens.npy", np.full(16, 3, np.int32))
np.save("one.npy", np.full(1, 3, np.int32))
for r in (0, 5, 15):
    np.save(f"h{r}.npy", h[r:r + 1])
PY
for isa in ref avx2 avx512 avx512bf16; do
    # shellcheck disable=SC2046
    {
        opt="--isa $isa --no-golden $(common mini) $(tuned_steps mini)"
        # shellcheck disable=SC2086
        $QWC run "$TUNED" $opt --input hidden_states=h.npy --save out=all.npy >log 2>&1 || cat log
        for r in 0 5 15; do
            # shellcheck disable=SC2086
            $QWC run "$TUNED" $opt --input hidden_states=h$r.npy --save out=r$r.npy -- -b 1 >log 2>&1 || cat log
        done
    }
    $PYTHON - <<'PY'
import numpy as np
a = np.load("all.npy")
for r in (0, 5, 15):
    assert np.array_equal(a[r].view(np.uint32), np.load(f"r{r}.npy")[0].view(np.uint32)), r
PY
done
echo "end of test"
