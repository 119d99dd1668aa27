#!/bin/sh
# Prints the linker's version script of libqwrt.so: the functions that qwrt.h declares.
# usage: CC=cc tools/abi.sh VERSION >OUT.map
set -eu
cd "$(dirname "$0")/.."
echo "$1 {"
echo 'global:'
# Without the bodies of inline functions, what is left of `qw_name(` are declarations.
${CC:-cc} -E -P runtime/qwrt.h | tr '\n' ' ' | sed 's/static inline [^{]*{[^}]*}//g' |
    grep -o '\bqw_[a-z0-9_]* *(' | tr -d ' (' | LC_ALL=C sort -u | sed 's/.*/    &;/'
echo 'local:'
echo '    *;'
echo '};'
