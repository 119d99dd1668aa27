# --pack=on: weights that a kernel only reads are read from a copy, and no output
# differs.  What is packed is said: bytes on every CPU, bf16 (w, v) on some only.
k=$TESTDIR/_packed.pl
$QWC run "$k" --save plain | grep -c packed
bytes() { sed -n 's/.*packed: \(w .*v [0-9.]* kB, \)\{0,1\}\(.*\) in [0-9]* ms.*/\2/p'; }
for more in "" "--threads 1" "--isa avx512vnni" "--isa ref" "--engine=cc" "--fusion=off" "--fusion=verify"; do
    rm -rf plain packed
    # shellcheck disable=SC2086
    $QWC run -q "$k" --golden $more --save plain && $QWC run "$k" --golden $more --pack=on --save packed | bytes
    diff -r plain packed
done
$QWC run "$k" --isa avx512vnni --pack=no 2>&1 | head -n 1
echo "-- bench packs, and says so"
bench() { $QWC bench "$k" --isa avx512vnni --rounds 1 --warmup 0 "$@"; }
bench | bytes
bench --pack=off | bytes
bench --vs "--pack=off" --json | grep '"kind":"kernel"' | grep -o '"variant":"[^"]*"\|"packed_bytes":.*,\|"packing_ms"'
echo "-- explained"
$QWC compile "$k" --explain-fusion -o out.c | grep packing | cut -d : -f 3-
