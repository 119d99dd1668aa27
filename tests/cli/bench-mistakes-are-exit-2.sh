# What qwc bench does not take is said before any work is done.
. "$TESTDIR/_configs.sh"
for o in "--rounds=0" "--warmup=x" "--format=xml" "--engine=interp" "--golden"; do
    $QWC bench "$HEAD" "$o" >out 2>err
    echo "$? $(wc -l <out) $(head -n 1 err)"
done
$QWC bench "$HEAD" --vs "a.pl b.pl" 2>err
echo "$? $(head -n 1 err)"
$QWC bench "$HEAD" --kernel nope 2>err
echo "$? $(head -n 1 err)"
# shellcheck disable=SC2046
bench() { $QWC bench "$HEAD" $(common micro) $(head_steps micro) --rounds 1 --warmup 0 "$@" 2>err; }
bench --vs "no.pl"
echo "$? $(head -n 1 err)"
bench --peer "exit 3"
echo "$? $(head -n 1 err)"
bench --peer "echo ready x; read -r l; echo later"
echo "$? $(head -n 1 err)"
