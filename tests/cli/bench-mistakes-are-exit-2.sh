# What qwc bench does not take.
. "$TESTDIR/_configs.sh"
for o in "--rounds=0" "--warmup=x" "--format=xml" "--engine=interp" "--golden"; do
    $QWC bench "$HEAD" "$o" >out 2>err
    echo "$? $(wc -l <out) $(head -n 1 err)"
done
$QWC bench "$HEAD" --vs "a.pl b.pl" 2>err
echo "$? $(head -n 1 err)"
$QWC bench "$HEAD" --kernel nope 2>err
echo "$? $(head -n 1 err)"
$QWC bench "$HEAD" --vs "no.pl" 2>err
echo "$? $(head -n 1 err)"
