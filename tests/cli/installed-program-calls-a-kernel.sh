# examples/aot builds with nothing but what `make install` put there, with gcc, clang and ASan,
# with the shared library and the static one, and prints what its README shows.
. "$TESTDIR/_installed.sh"
cp -r "$USR/share/qwc/examples/aot" aot
awk '/^```/ { n++; next } n == 1' aot/README.md >shown
for cc in $COMPILERS; do
    cc=$(echo "$cc" | tr + ' ')
    for libs in shared static; do
        qwrt=$(pkg-config --cflags --libs qwrt)
        [ $libs = shared ] ||
            qwrt=$(pkg-config --cflags --libs --static qwrt | sed 's/-lqwrt/-l:libqwrt.a/')
        make -s -C aot clean
        make -s -C aot CC="$cc" CFLAGS='-Wall -Wextra -Werror' QWC="$USR/bin/qwc" QWRT="$qwrt"
        ./aot/app | diff shown - && echo "$libs: as its README shows"
    done
done | sort -u
# what the compiler would be run for, already done
cd aot || exit
for kind in obj:o so:so a:a; do
    $QWC compile -q rms_norm.pl --emit="h,${kind%:*}" -o "rms_norm.${kind#*:}"
    # shellcheck disable=SC2046,SC2086 # lists of words
    gcc $FLAGS app.c "./rms_norm.${kind#*:}" $(pkg-config --cflags --libs qwrt) -o app
    ./app | diff ../shown - && echo "${kind%:*}: as its README shows"
done
# The example of the installed manual page, built as it says.
sed -n '/^\.EX$/,/^\.EE$/p' "$USR/share/man/man3/qwrt.3" | sed '/^\.EE$/q' | sed '/^\.E/d; s/\\e/\\/g; s/\\-/-/g' >manual.c
for cc in $COMPILERS; do
    # shellcheck disable=SC2046 # pkg-config answers in words
    $(echo "$cc" | tr + ' ') -Wall -Wextra -Werror manual.c rms_norm.c $(pkg-config --cflags --libs qwrt) -o manual &&
        ./manual && echo "the example of qwrt(3) runs"
done | sort -u
