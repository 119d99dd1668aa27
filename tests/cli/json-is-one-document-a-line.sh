# --json: a document for every run of a kernel and one at the end on stdout,
# diagnostics as documents on stderr; what the program prints goes to stderr, too.
. "$TESTDIR/_twice.sh"
twice off.pl 'TensorSpec("x", [4, 8], torch.float32, init_value=1.0), '"$Y" 'print("golden")
    t["y"][:] = 2.5'
plain() {
    sed 's/"\([a-z_ ]*\)":[0-9.]*[.][0-9]*/"\1":TIME/g'
}
run() {
    echo "\$ qwc run $*"
    $QWC run "$@" --json >out 2>err
    echo "exit $?"
    plain <out
    sed 's/^/stderr: /' err
    $PYTHON -c 'import json, sys; [json.loads(line) for line in sys.stdin]' <out || echo "not JSON"
    echo
}
run off.pl --golden
run off.pl --golden --atol 1
run off.pl
run off.pl --golden --input x=two
run nowhere.pl
try check off.pl --json
