#!/bin/sh
# Builds the tree as it stands in a folder of another name, and compares what `make install` would
# take from it with the build that is there, byte for byte.
# usage: BUILD=build tools/repro.sh
set -eu
cd "$(dirname "$0")/.."
build=${BUILD:-build}
other=$(mktemp -d)/a-folder-of-another-name
trap 'rm -rf "${other%/*}"' EXIT
mkdir "$other"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t "$other"
make -s -j"$(nproc)" -C "$other" BUILD=build all build/share/.made
status=0
for file in qwc libqwrt.a libqwrt.so share/qwc.bash $(cd "$build" && ls share/man/*); do
    cmp "$build/$file" "$other/build/$file" || status=1
done
[ $status -ne 0 ] || echo "the same bytes in $PWD and $other"
exit $status
