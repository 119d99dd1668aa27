# 38 layers more cost the memory of their weights, no more: every buffer of a layer, 1.2 MB
# here, is used again by the next. The padded batch is large so that buffers outweigh weights.
. "$TESTDIR/_configs.sh"
# shellcheck disable=SC2046
$PYTHON - "$QWC" run "$FWD" --no-golden --threads 2 $(layer_options micro) -D config.BATCH=512 -D config.BATCH_TILE=512 <<'END'
import resource, subprocess, sys

peak = []
for layers in "2", "40":
    subprocess.run([*sys.argv[1:], "-q", "--", "-b", "1", "--max-seq", "8", "--num-layers", layers], check=True)
    peak.append(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
weights = 38 * 2 * 160 * (160 * 2 + 32 * 2 + 256 * 3) / 1024
if peak[1] - peak[0] > weights + 15000:
    print("peak KB:", *peak, "of that weights:", weights)
END
echo "end of test"
