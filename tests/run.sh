#!/bin/sh
# Runs file tests, unit test programs and examples; the folder says what a test is: README.md.
#
# usage: tests/run.sh [-b] [PATH...]
#   -b    bless: write what qwc prints now into the expectation files
#   PATH  a test or a folder, from the root of the project (default: tests examples)
# environment: QWC (build/qwc), JOBS (cores), QWC_THREADS (2), LIMIT (seconds a command, 120)
set -u

# --- One test, in a process of its own ------------------------------------------------------

# header KEY: the values of the lines `# KEY: value` (in IR files `// KEY: value`).
header() {
    sed -nE "s,^(#|//) $1: *,,p" "$file"
}

# qwc ARGS...: runs qwc; leaves out, err and status, and the command in cmds.
qwc() {
    echo "$NAME $*" >>"$tmp/cmds"
    timeout "$LIMIT" "$QWC" "$@" </dev/null >"$tmp/out" 2>"$tmp/err"
    status=$?
}

want_status() {
    [ "$status" -eq "$1" ] && return
    printf 'exit status is %s, expected %s\n' "$status" "$1" >>"$tmp/why"
    [ -s "$tmp/err" ] && sed 's/^/  stderr: /' "$tmp/err" | head -n 40 >>"$tmp/why"
}

# normalise FILE: times and folders become fixed words.
normalise() {
    sed -e 's/([0-9][0-9.]*s)/(_s)/g' -e "s,$tmp/scratch,TMP,g" -e "s,$ROOT,ROOT,g" "$1"
}

# same EXT ACTUAL: ACTUAL must equal the expectation file beside the test.
same() {
    if [ "$BLESS" = yes ]; then
        cmp -s "$2" "$base.$1" || { cp "$2" "$base.$1" && echo "blessed $base.$1"; }
    elif [ ! -e "$base.$1" ]; then
        echo "no $base.$1; make bless T=$file writes it" >>"$tmp/why"
    else
        diff -u "$base.$1" "$2" >>"$tmp/why"
    fi
}

same_if_present() {
    [ ! -e "$base.$1" ] || same "$1" "$2"
}

# dump EXT ARGS...: what qwc ARGS prints must equal the expectation file.
dump() {
    ext=$1
    shift
    qwc "$@"
    want_status "$(header exit | grep . || echo 0)"
    same "$ext" "$tmp/out"
}

# diagnostics: the announcements `#~ error[E0405]: text` of the file against stderr.
diagnostics() {
    qwc check "$file" "$@"
    awk -v file="$file" -f "${0%/*}/expect.awk" "$file" "$tmp/err" >>"$tmp/why"
    grep -q '#~[?^]* *error' "$file" && default=3 || default=0
    want_status "$(header exit | grep . || echo "$default")"
    same_if_present err "$tmp/err"
}

emitted() {
    dump c compile "$file" -o - "$@"
    cp "$tmp/out" "$tmp/emit.c"
    for compiler in "${CC:-cc}" clang tcc; do
        command -v "$compiler" >/dev/null 2>&1 || continue
        "$compiler" -Wall -Wextra -Werror -std=c99 -Iruntime -c -o "$tmp/emit.o" "$tmp/emit.c" \
            >"$tmp/cc" 2>&1 || { echo "$compiler refuses it:"; cat "$tmp/cc"; } >>"$tmp/why"
    done
}

# every_way: the runs of a test that names none.
every_way() {
    echo '--golden --engine=jit'
    echo '--golden --engine=interp'
    echo '--golden --engine=cc'
    echo '--golden=interp --fusion=off --threads=1'
    echo '--golden=interp --passes=none --threads=7'
    echo '--golden --isa=ref'
}

runs() {
    mkdir "$tmp/scratch"
    header run >"$tmp/runs"
    [ -s "$tmp/runs" ] || every_way >"$tmp/runs"
    while IFS= read -r line; do
        eval "TMP=\$tmp/scratch; qwc run \"\$file\" $line \"\$@\"" # so that a line may quote and use $TMP
        want_status "$(header exit | grep . || echo 0)"
        normalise "$tmp/out" >>"$tmp/stdout"
        normalise "$tmp/err" >>"$tmp/stderr"
    done <"$tmp/runs"
    same_if_present stdout "$tmp/stdout"
    same_if_present stderr "$tmp/stderr"
}

# a driver that runs no kernel: what the host language prints
host() {
    qwc run -q -Wno-W1004 "$file" "$@"
    want_status "$(header exit | grep . || { cat "$base.exit" 2>/dev/null || echo 0; })"
    same stdout "$tmp/out"
    same_if_present stderr "$tmp/err"
}

example() {
    for engine in jit interp; do
        qwc run "$file" --golden --engine=$engine
        want_status 0
        tail -n 1 "$tmp/out" | grep -q '^\[RUN\] PASS' || echo 'no [RUN] PASS' >>"$tmp/why"
        cat "$tmp/err" >>"$tmp/why" # an example compiles without a warning
    done
}

script() {
    mkdir "$tmp/scratch"
    echo "(in an empty folder) QWC=... TESTDIR=$ROOT/tests/cli ROOT=$ROOT sh $ROOT/$file" >"$tmp/cmds"
    (cd "$tmp/scratch" && TESTDIR=$ROOT/tests/cli timeout "$LIMIT" sh "$ROOT/$file") \
        </dev/null >"$tmp/out" 2>"$tmp/err"
    status=$?
    for stream in out err; do normalise "$tmp/$stream" >"$tmp/std$stream"; done
    if [ "$BLESS" = yes ] && [ -z "$(ls "$base.stdout" "$base.stderr" "$base.exit" 2>/dev/null)" ]; then
        for stream in stdout stderr; do [ ! -s "$tmp/$stream" ] || touch "$base.$stream"; done
        [ "$status" -eq 0 ] || touch "$base.exit"
    fi
    echo "$status" >"$tmp/exit"
    if [ -e "$base.exit" ]; then same exit "$tmp/exit"; else want_status 0; fi
    same_if_present stdout "$tmp/stdout"
    same_if_present stderr "$tmp/stderr"
}

unit() {
    program=${QWC%/*}/unit/$(basename "$base")
    echo "$program" >"$tmp/cmds"
    timeout "$LIMIT" "$program" </dev/null >"$tmp/out" 2>&1 || cat "$tmp/out" >>"$tmp/why"
}

one() {
    file=$1
    base=${file%.*}
    tmp=$WORK/$(echo "$file" | tr / +)
    mkdir "$tmp" && : >"$tmp/why" && : >"$tmp/cmds"
    eval "set -- $(header args)"
    case $file in
    tests/lex/*) dump tok check --dump-tokens "$file" "$@" ;;
    tests/parse/*) dump ast check --dump-ast "$file" "$@" ;;
    tests/ir/*) dump ir compile --dump-ir=lower "$file" -o /dev/null "$@" ;;
    tests/pass/*) dump out compile "--run-pass=$(basename "$(dirname "$file")")" "$file" "$@" ;;
    tests/err/* | tests/limit/*) diagnostics "$@" ;;
    tests/emit/*) emitted "$@" ;;
    tests/run/*) runs "$@" ;;
    tests/host/*) host "$@" ;;
    tests/cli/*) script ;;
    tests/unit/*) unit ;;
    examples/*) example ;;
    esac
    [ -s "$tmp/why" ] || return 0
    {
        echo "--- FAIL $file"
        cat "$tmp/why"
        sed 's/^/command: /' "$tmp/cmds"
        echo "rerun:   make check T=$file"
        echo
    } >"$tmp/fail"
}

if [ "${1-}" = --one ]; then
    one "$2"
    exit 0
fi

# --- All tests -------------------------------------------------------------------------------

BLESS=no
if [ "${1-}" = -b ]; then
    BLESS=yes
    shift
fi
cd "$(dirname "$0")/.." || exit 2
ROOT=$PWD
NAME=${QWC:-build/qwc}
case $NAME in /*) QWC=$NAME ;; *) QWC=$ROOT/$NAME ;; esac
LIMIT=${LIMIT:-120}
QWC_THREADS=${QWC_THREADS:-2}
# The interpreter that has NumPy need not be the first one.
for PYTHON in python3 /usr/bin/python3; do "$PYTHON" -c 'import numpy' 2>/dev/null && break; done
LC_ALL=C
WORK=$(mktemp -d) || exit 2
trap 'rm -rf "$WORK"' EXIT
trap 'exit 130' INT TERM
export BLESS ROOT NAME QWC LIMIT QWC_THREADS PYTHON LC_ALL WORK
unset NO_COLOR QWC_ISA

export XDG_CACHE_HOME="${QWC%/*}/cache" # libraries of the engine cc
[ -x "$QWC" ] || { echo "run.sh: no $NAME; build it with make" >&2; exit 2; }
[ $# -gt 0 ] || set -- tests examples
for path in "$@"; do
    [ -e "$path" ] || { echo "run.sh: no $path" >&2; exit 2; }
    find "$path" -type f ! -name '_*' # a file named _x.pl is imported by tests, not one itself
done | sed 's,^\./,,; s,//*,/,g' | sort -u | grep -E \
    -e '^tests/(lex|parse|err|ir|emit|run|host|limit)/.*\.pl$' -e '^tests/pass/[^/]+/.*\.ir$' \
    -e '^tests/cli/.*\.sh$' -e '^tests/unit/test_[^/]*\.c$' -e '^examples/.*\.pl$' >"$WORK/tests"
[ -s "$WORK/tests" ] || { echo "run.sh: no test in $*" >&2; exit 2; }

xargs -P "${JOBS:-$(nproc)}" -n 1 "$ROOT/tests/run.sh" --one <"$WORK/tests"

total=$(grep -c . "$WORK/tests")
failed=$(find "$WORK" -name fail | grep -c .)
find "$WORK" -name fail | sort | while IFS= read -r report; do cat "$report"; done
echo "$((total - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
