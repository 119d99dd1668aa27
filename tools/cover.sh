#!/bin/sh
# Prints the coverage that the last tests of a build gave: a line a file, the sums at the end.
# What tests cannot reach is marked in the source, with the reason behind it:
#     GCOVR_EXCL_LINE, GCOVR_EXCL_START ... GCOVR_EXCL_STOP
# usage: tools/cover.sh BUILD [gcovr's options]
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
exec gcovr --root . --filter 'compiler/' --filter 'runtime/' --gcov-ignore-parse-errors \
    --exclude-unreachable-branches --exclude-throw-branches --merge-mode-functions=separate \
    --object-directory "$build" --html-details "$build/cover.html" --txt-metric line --print-summary \
    "$@" "$build"
