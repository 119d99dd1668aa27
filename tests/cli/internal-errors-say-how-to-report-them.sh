# C that a sound compiler refuses is a bug of qwc: exit 70, with the command that shows it again.
mkdir tmp cache
export TMPDIR="$PWD/tmp" XDG_CACHE_HOME="$PWD/cache"
cat >picky <<'CC'
#!/bin/sh
for arg; do
    case $arg in *.c) grep -q "int qwc;" "$arg" || { echo "picky: no kernels" >&2; exit 1; } ;; esac
done
exec cc "$@"
CC
chmod +x picky
cp "$ROOT/examples/01_hello.pl" 'my kernel.pl'
for args in 'compile -q -o k.so' 'run -q --engine=cc'; do
    # shellcheck disable=SC2086
    CC=./picky $QWC $args 'my kernel.pl' >out 2>err
    echo "exit $?"
    sed -e "s|$QWC|qwc|" -e 's|/[0-9a-f]*\.[0-9]*\.c$|/_.c|' err
done
find tmp -type f
head -n 1 cache/qwc/*.c
