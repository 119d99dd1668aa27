# Installs into the current folder; the variables below say how to build with what is there.
# shellcheck disable=SC2034 # read by the scripts that source this file
unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
build=$(dirname "$QWC")
USR=$PWD/root/usr
. "$TESTDIR/_flags.sh"
# One at a time: tests that install run side by side, and all may have to make the pages.
make_() { flock "$build/.installing" make -s -C "$ROOT" --no-print-directory BUILD="$build" PREFIX=/usr DESTDIR="$PWD/root" "$@"; }
make_ install >install.log 2>&1 || { cat install.log; exit 1; }
export PKG_CONFIG_LIBDIR="$USR/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$PWD/root" LD_LIBRARY_PATH="$USR/lib"
# every compiler a program is built with
COMPILERS="gcc clang gcc+-fsanitize=address,undefined"
[ -z "$FLAGS" ] || COMPILERS=gcc+$FLAGS
