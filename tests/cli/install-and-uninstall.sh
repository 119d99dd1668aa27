# What `make install` puts where; `make uninstall` leaves nothing of it, and what is not its own.
. "$TESTDIR/_installed.sh"
cd root || exit
touch usr/lib/other usr/share/qwc/kernels/mine.pl
find . ! -type d ! -path './usr/share/qwc/*' ! -path './usr/share/doc/*' | sort
for folder in kernels examples; do
    (cd "$ROOT" && find $folder -type f) | sort >../wanted
    (cd usr/share/qwc && find $folder -type f ! -name mine.pl) | sort | diff ../wanted - && echo "$folder: all"
done
[ -e usr/share/doc/qwc/README.md ] && [ -e usr/share/doc/qwc/language.md ] && echo "docs: there"
readlink usr/lib/libqwrt.so usr/lib/libqwrt.so.0
cat usr/lib/pkgconfig/qwrt.pc
usr/bin/qwc run -q usr/share/qwc/examples/01_hello.pl --golden && echo "hello: runs"
cd .. && make_ uninstall
echo "after uninstall:"
find root ! -type d | sort
