#!/bin/sh
# Installs qwc, or removes it with -r: one list for both.
# usage: BUILD= PREFIX= DESTDIR= VERSION= ABI= tools/install.sh [-r]
set -eu
cd "$(dirname "$0")/.."
root=$DESTDIR$PREFIX
is_removal=no
[ "${1-}" != -r ] || is_removal=yes

# put MODE FILE PLACE: PLACE is below PREFIX.
put() {
    if [ $is_removal = yes ]; then
        rm -f "$root/$3"
    else
        install -D -m "$1" "$2" "$root/$3"
    fi
}

link() {
    if [ $is_removal = yes ]; then
        rm -f "$root/$2"
    else
        ln -sf "$1" "$root/$2"
    fi
}

# The pkg-config file, with the places it was installed to.
put_pc() {
    pc=$(mktemp)
    cat >"$pc" <<END
prefix=$PREFIX
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: qwrt
Description: runtime library of C that qwc emits
Version: $VERSION
Cflags: -I\${includedir}
Libs: -L\${libdir} -lqwrt
Libs.private: -lm -pthread
END
    put 644 "$pc" lib/pkgconfig/qwrt.pc
    rm -f "$pc"
}

# A page with its links as they lead where it is installed: beside it, to
# share/qwc, or, to what is not installed, nowhere.
put_page() {
    page=$(mktemp)
    sed -E 's,\]\((\.\./)?docs/,](,g
            s,\]\((\.\./)?(examples|kernels),](../../qwc/\2,g
            s,\[([^]]*)\]\((\.\./)?tests/[^)]*\),\1,g' "$1" >"$page"
    put 644 "$page" "share/doc/qwc/${1#docs/}"
    rm -f "$page"
}

put 755 "$BUILD/qwc" bin/qwc
put 644 "$BUILD/libqwrt.a" lib/libqwrt.a
put 755 "$BUILD/libqwrt.so" "lib/libqwrt.so.$VERSION"
link "libqwrt.so.$VERSION" "lib/libqwrt.so.$ABI"
link "libqwrt.so.$ABI" lib/libqwrt.so
put 644 runtime/qwrt.h include/qwrt.h
put_pc
for page in "$BUILD"/share/man/*; do
    put 644 "$page" "share/man/man${page##*.}/${page##*/}"
done
put 644 "$BUILD/share/qwc.bash" share/bash-completion/completions/qwc
for file in README.md docs/*.md; do
    put_page "$file"
done
for file in LICENSE docs/*.svg; do
    [ ! -e "$file" ] || put 644 "$file" "share/doc/qwc/${file#docs/}"
done
find kernels examples -type f | LC_ALL=C sort | while IFS= read -r file; do
    put 644 "$file" "share/qwc/$file"
done

# The loader of programs finds a library below /usr/local in its cache only.
[ -n "$DESTDIR" ] || PATH=$PATH:/usr/sbin:/sbin ldconfig 2>/dev/null || :

# Folders of its own go too, unless somebody put something there.
if [ $is_removal = yes ]; then
    find "$root/share/qwc" "$root/share/doc/qwc" -depth -type d \
        -exec rmdir --ignore-fail-on-non-empty {} + 2>/dev/null || true
else
    echo "installed in $root"
fi
