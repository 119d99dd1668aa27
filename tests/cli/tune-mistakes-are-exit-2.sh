# What qwc tune does not take.
cp "$TESTDIR/_tuned.pl" k.pl
tune() {
    $QWC tune k.pl "$@" >out 2>err
    echo "$? $(wc -l <out) $(head -n 1 err)"
}
tune
tune --param STEP
tune --param STEP=
tune --param STEP=4,,8
tune --param STEP=4 --budget no
tune --param STEP=4 --engine=interp
tune --param STEPS=4 --budget 30
$QWC tune - --param STEP=4 <k.pl 2>err
echo "$? $(cat err)"
$QWC tune --help | head -n 1
ls
