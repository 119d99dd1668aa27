#!/bin/sh
# Prints what the last tests of a coverage build covered: a line a file with what is missing, and
# the sums.  BUILD/html/index.html shows the lines themselves; tests/README.md says why some
# are never reached.  With LINES and BRANCHES it fails where fewer per cent are reached.  Branches
# are those outside of runtime/ukr: each call of a template there has its branches once more, and
# their conditions are constants.
# usage: tools/cover.sh BUILD [LINES BRANCHES]
set -eu
cd "$(dirname "$0")/.."
build=$1
lines=${2:-0} branches=${3:-0}
mkdir -p "$build/html"
gcovr --root . --filter compiler/ --filter runtime/ --exclude-unreachable-branches \
    --exclude-throw-branches -j "$(nproc)" --json "$build/cover.json" "$build"
gcovr --root . -a "$build/cover.json" --html-details "$build/html/index.html" --txt - \
    --fail-under-line "$lines"
exec gcovr --root . -a "$build/cover.json" --exclude runtime/ukr/ --txt "$build/cover.txt" \
    --print-summary --fail-under-branch "$branches"
