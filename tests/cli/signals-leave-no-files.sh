# what ends qwc while the C compiler works ends the compiler, and its files go
mkdir tmp
export TMPDIR="$PWD/tmp" XDG_CACHE_HOME="$PWD/tmp"
printf '#!/bin/sh\necho $$ >started\nexec sleep 60\n' >slow
chmod +x slow
ended() { # SIGNAL ARGUMENTS
    rm -f started
    CC=./slow $QWC "$@" >/dev/null 2>&1 &
    while [ ! -s started ]; do sleep 0.02; done
    kill -s "$signal" $!
    wait $! 2>/dev/null
    echo "$signal $?"
    kill -0 "$(cat started)" 2>/dev/null && echo "the compiler still runs"
    find tmp -type f
}
for signal in TERM HUP; do
    ended compile "$ROOT/examples/01_hello.pl" -o k.o
    ended run "$ROOT/examples/01_hello.pl" --engine=cc
done
ls tmp
