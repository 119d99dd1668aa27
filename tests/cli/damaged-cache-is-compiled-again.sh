# The engine `cc` keeps its libraries in a cache that it does not trust: what is damaged, linked
# elsewhere, or writable by others is compiled again, and the results are the same.
. "$TESTDIR/_twice.sh"
twice k.pl "$X, $Y" 't["y"][:] = t["x"] * 2'
export XDG_CACHE_HOME="$PWD/cache"
run() {
    $QWC run k.pl --engine cc --golden -q >out 2>&1
    echo "$1: exit $?, $(ls cache/qwc | sed 's/.*\.//' | tr '\n' ' ')$(cat out)"
}
run fresh
so=$(ls cache/qwc/*.so) c=$(ls cache/qwc/*.c)
cp "$so" good.so
run kept
cmp -s "$so" good.so && echo "the same library"
head -c 5000 good.so >"$so"
run "a library cut short"
: >"$so"
run "an empty library"
{ head -c 4096 good.so && head -c 1024 /dev/zero | tr '\0' U && tail -c +5121 good.so; } >"$so"
run "a library with other code"
ln -sf "$PWD/good.so" "$so"
run "a link in place of the library"
[ -h "$so" ] || echo "no link any more"
chmod g+w "$so"
run "a library that the group may write"
cp "$c" elsewhere.c
ln -sf "$PWD/elsewhere.c" "$c"
run "a link in place of the C"
echo '/* library 0123456789abcdef */' >>"$c"
run "C with a line too much"
mv cache/qwc elsewhere
ln -s "$PWD/elsewhere" cache/qwc
cp "$so" before.so
: >"$so"
run "a link in place of the folder"
[ -s "$so" ] || echo "not written there"
