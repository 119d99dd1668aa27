# One line a chunked loop: trip count, chunk, policy, chunks, remainder, idle iterations, tasks, bytes and FLOP.
cp "$TESTDIR/_chunked.pl" chunked.pl
$QWC check --tasks chunked.pl
