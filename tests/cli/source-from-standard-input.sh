# FILE may be -: run, check and compile read standard input, named <stdin> in messages.
hello="$ROOT/examples/01_hello.pl"
$QWC run - --golden -q <"$hello"
echo "run $?"
$QWC check - --races <"$hello"
echo "check $?"
$QWC compile - <"$hello" | cmp - - <<C && echo "the same C"
$($QWC compile - -o - <"$hello")
C
echo 'import argparse; print(__name__, __file__); x = 1 / 0' | $QWC run - -D stdin.x=1 2>&1
printf 'x = "\377"' | $QWC run - 2>&1
: | $QWC check - 2>&1
echo "exit $?"
