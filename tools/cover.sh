#!/bin/sh
# Prints what the last tests of a coverage build covered: a line a file with what is missing, and
# the sums.  BUILD/html/index.html shows the lines themselves; tests/README.md says why some
# are never reached.
# usage: tools/cover.sh BUILD [gcovr's options]
set -eu
cd "$(dirname "$0")/.."
build=$1
shift
mkdir -p "$build/html"
exec gcovr --root . --filter compiler/ --filter runtime/ --exclude-unreachable-branches \
    --exclude-throw-branches -j "$(nproc)" --html-details "$build/html/index.html" \
    --txt - --print-summary "$@" "$build"
