# Per ladder: taken with its lines and K range, or refused with the first failing condition and its line.
cp "$TESTDIR/_ladders.pl" ladders.pl
$QWC check --explain-fusion ladders.pl | grep "F1 ladder"
