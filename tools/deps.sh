#!/bin/sh
# Installs the Debian 12 packages that qwc needs and that are missing. Quick when none is.
# Not root: prints the command to run, and fails.
#
# usage: tools/deps.sh [-n] [build] [test] [cover] [fuzz] [dev]
#   build  what `make` needs beside make and a C compiler (default)
#   test   what `make check` needs too: cmocka, NumPy, other C compilers
#   cover  what `make cover` needs too
#   fuzz   what `make fuzz-guided` needs too
#   dev    what `make lint` and `make fmt` need
#   -n     only say what is missing
set -eu

build_packages='libc6-dev flex bison pkg-config libtcc-dev libopenblas-dev libjansson-dev zlib1g-dev'
test_packages='libcmocka-dev python3-numpy tcc clang groff-base'
cover_packages='gcovr'
fuzz_packages='clang libclang-rt-dev'
dev_packages='clang-format clang-tidy shellcheck'

is_dry=no
wanted=
while [ $# -gt 0 ]; do
    case $1 in
    -n) is_dry=yes ;;
    build) wanted="$wanted $build_packages" ;;
    test) wanted="$wanted $build_packages $test_packages" ;;
    cover) wanted="$wanted $cover_packages" ;;
    fuzz) wanted="$wanted $fuzz_packages" ;;
    dev) wanted="$wanted $dev_packages" ;;
    *)
        echo "usage: tools/deps.sh [-n] [build] [test] [cover] [fuzz] [dev]" >&2
        exit 2
        ;;
    esac
    shift
done
wanted=${wanted:-$build_packages}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps.sh: not a Debian system; please install what these packages hold:" >&2
    echo "   $wanted" >&2
    exit 0
fi

is_installed() {
    case $1 in
    pkg-config) command -v pkg-config >/dev/null 2>&1 ;;
    tcc | clang | flex | bison | clang-format | clang-tidy | shellcheck | gcovr) command -v "$1" >/dev/null 2>&1 ;;
    *) dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii' ;;
    esac
}

missing=
for package in $wanted; do
    case " $missing " in *" $package "*) continue ;; esac
    is_installed "$package" || missing="$missing $package"
done
missing=${missing# }
[ -n "$missing" ] || exit 0

if [ "$is_dry" = yes ] || [ "$(id -u)" -ne 0 ]; then
    echo "Some packages are missing. Please run:" >&2
    echo "    sudo apt-get install --no-install-recommends $missing" >&2
    exit 1
fi

apt_install() {
    # shellcheck disable=SC2086 # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
}

echo "Installing: $missing"
has_index() {
    for index in /var/lib/apt/lists/*_Packages*; do
        [ -e "$index" ] && return 0
    done
    return 1
}
has_index || apt-get update -q
# An index that is too old names files that are gone: refresh it and try once more.
apt_install || { apt-get update -q && apt_install; }
