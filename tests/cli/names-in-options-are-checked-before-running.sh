# --dim, --save and --compare name parts of the kernel: a mistyped name is exit 2,
# before anything runs; so is an extent that the specs contradict.
. "$TESTDIR/_twice.sh"
twice twice.pl "$X, $Y" "$GOOD"
try run twice.pl --dim ROW=4
try run twice.pl --save yy=y.npy
try run twice.pl --save x=x.npy
try run twice.pl --golden --compare z=default
try run twice.pl --compare y=exact

# this one binds ROWS to 37
cp "$ROOT/examples/08_dynamic_batch.pl" dynamic.pl
try run dynamic.pl -q --dim ROWS=37
try run dynamic.pl -q --dim ROW=37
try run dynamic.pl -q --dim ROWS=38
ls
