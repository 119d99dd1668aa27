# FILE.tune beside the source: run, compile and bench take it up and say so; not
# with --no-tune, without fusion, or after the source has changed.
cp "$TESTDIR/_tuned.pl" k.pl
$QWC tune k.pl --param STEP=8 --budget 30 -q >/dev/null
sed -i "/^STEP/d" k.tune
sed -n 's/^# Constants for k.pl.*/header/p; s/^source = [0-9a-f]\{16\}$/checksum/p' k.tune
echo "STEP = 16" >>k.tune
$QWC run k.pl --golden | head -n 1
$QWC run k.pl --golden | tail -n 1 | cut -c 1-10
$QWC compile k.pl -o - 2>err | sed -n 's/.*qw_parallel(.*, \([0-9]*\), .*/\1 tasks/p'
cat err
$QWC compile k.pl -o - -D STEP=32 2>err | sed -n 's/.*qw_parallel(.*, \([0-9]*\), .*/\1 tasks/p'
$QWC compile k.pl -o - --no-tune 2>err | sed -n 's/.*qw_parallel(.*, \([0-9]*\), .*/\1 tasks/p'
cat err
$QWC bench k.pl --rounds 1 --warmup 0 -q --json 2>&1 | wc -l
$QWC bench k.pl --rounds 1 --warmup 0 --json 2>err >/dev/null
cat err
$QWC run k.pl --fusion=off | head -n 1
echo "STEP" >>k.tune
$QWC run k.pl 2>err
echo "$? $(cat err)"
sed -i '$d' k.tune
echo "# another text" >>k.pl
$QWC run k.pl | head -n 1
