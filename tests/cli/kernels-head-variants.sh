# Two cut-down LM heads: the norm alone leaves `out` untouched, and says so; so does the first
# vocabulary block alone, whose logits are those of the whole head.
. "$TESTDIR/_configs.sh"
cp "$ROOT/kernels/qwen3_14b/config.pl" .
sed '/for vb in pl.parallel/,/out = pl.assemble(out, logits/d' "$HEAD" >norm_only.pl
sed 's/pl.parallel(VOCAB .*)/pl.parallel(1)/' "$HEAD" >first_block.pl
run() { # FILE OPTIONS...
    # shellcheck disable=SC2046
    $QWC run -q --no-golden $(common mini) $(head_steps mini) "$@" -- -b 5 2>&1 | grep 'W0602\|rror'
}
run norm_only.pl
run first_block.pl --save out=first.npy
run "$HEAD" --save out=whole.npy
$PYTHON - <<'END'
import numpy as np

first, whole = np.load("first.npy"), np.load("whole.npy")
print((first[:, :64] == whole[:, :64]).all(), np.count_nonzero(first[:, 64:]))
END
