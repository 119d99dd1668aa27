# not our bug, and nothing is left behind
mkdir tmp cache
export TMPDIR="$PWD/tmp" XDG_CACHE_HOME="$PWD/cache"
printf '#!/bin/sh\nkill -9 $$\n' >killed
chmod +x killed
for cc in false true ./none ./killed; do
    CC=$cc $QWC compile "$ROOT/examples/01_hello.pl" -q -o k.so 2>&1
    echo "$?"
    CC=$cc $QWC run "$ROOT/examples/01_hello.pl" -q --engine=cc 2>&1 | head -n 1
done
find . | LC_ALL=C sort
