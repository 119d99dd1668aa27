# qwc tune: values that change bits of an output, the shape of a parameter, or do
# not compile are refused; those that are steps are measured.
cp "$TESTDIR/_tuned.pl" k.pl
tune() { $QWC tune k.pl --budget 30 --threads 1 "$@"; }
verdicts() { sed 's/"rounds":\([1-9]\)[0-9]*,/measured /; s/"rounds":0,/not measured /; s/"median_ms.*"verdict"://; s/"slower half"\|"fastest"/""/'; }
tune --json --param SCALE=2,3 | verdicts
tune --json --param N=32,64 | verdicts
tune --json --param STEP=4,7,64 | verdicts
tune --param SCALE=3 | grep -c refused
ls k.*
