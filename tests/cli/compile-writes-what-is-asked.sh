# --emit and the suffix of -o: which files there are, and that they are what they say.
cp "$ROOT/examples/04_softmax.pl" k.pl
kind() {
    case $1 in
    *.o | *.so) readelf -h "$1" | sed -n 's/ *Type: *\([A-Z]*\).*/ELF \1/p' ;;
    *.a) head -c 7 "$1" | tr '\n' ' ' ;;
    *.h) grep -o '^int softmax(' "$1" ;;
    *) grep -o '^static int softmax_run(' "$1" ;;
    esac
}
try() {
    echo "\$ qwc compile $*"
    mkdir -p out
    $QWC compile -q "$@" 2>&1
    echo "exit $?"
    for f in out/*; do [ ! -e "$f" ] || echo "$f: $(kind "$f")"; done
    rm -rf out
}
try k.pl -o out/k.c
try k.pl -o out/k.o
try k.pl -o out/k.so
try k.pl -o out/k.a
try k.pl -o out/k
try k.pl --emit=h -o out/k.h
try k.pl --emit=c,h,obj,so,a -o out/k.c
try k.pl -o out/k.h
try k.pl --emit=c,o -o out/k
try k.pl --emit=c,foo -o out/k.c
try k.pl --emit=c,h -o -
try k.pl --emit=so -o -
try k.pl --emit= -o out/k
try k.pl -o k.pl
CC=no-such-compiler try k.pl -o out/k.o
