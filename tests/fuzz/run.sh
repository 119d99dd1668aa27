#!/bin/sh
# Runs random programs on every engine, with passes and fusion on, off and verified, with 1, 2
# and 7 threads and on the reference ISA: all must agree.
#
# usage: tests/fuzz/run.sh [-q] [-n COUNT] [-s SEED]   programs SEED ... SEED + COUNT - 1
#        tests/fuzz/run.sh [-q] FILE                   one program; prints why it fails
#        tests/fuzz/run.sh -m [-n COUNT] [-s SEED]     mutants of the tests, the examples and the
#                                                      kernels: each is refused or runs
#    -q  quick: one or two runs a program instead of ten, without the engine cc
# environment: QWC (build/qwc), PYTHON (python3), KEEP (a folder for what fails: fuzz-failures)
set -u

HERE=$(cd "$(dirname "$0")" && pwd)
ROOT=${HERE%/tests/fuzz}
QWC=${QWC:-$ROOT/build/qwc}
PYTHON=${PYTHON:-python3}
KEEP=${KEEP:-fuzz-failures}
COUNT=100 SEED=1 QUICK="" MUTATE=""
while getopts qmn:s: o; do
    case $o in
    q) QUICK=-q ;;
    m) MUTATE=yes ;;
    n) COUNT=$OPTARG ;;
    s) SEED=$OPTARG ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0" && exit 2 ;;
    esac
done
shift $((OPTIND - 1))
WORK=$(mktemp -d) || exit 1
XDG_CACHE_HOME=$WORK # libraries of the engine cc
export XDG_CACHE_HOME
trap 'rm -rf "$WORK"' EXIT
trap 'exit 1' INT TERM

# --- One program ------------------------------------------------------------------------------

# try ARGS...: one run; what goes wrong is told in the words that the minimiser compares.
try() {
    timeout "${FUZZ_TIMEOUT:-30}" "$QWC" run "$FILE" "$@" >"$WORK/out" 2>&1
    status=$?
    [ $status -eq 0 ] && return 0
    # Where values cancel the derived bound may be wider than they are: no verdict.
    grep -q 'derived bound exceeds' "$WORK/out" && ! grep -q 'outside the tolerance' "$WORK/out" && return 0
    code=$(sed -nE 's/^error\[(E[0-9]+)\].*/ \1/p' "$WORK/out" | head -n 1)
    echo "status $status$code: qwc run $FILE $*"
    return 1
}

# same ARGS...: the outputs must be those of the first run, bit for bit.
same() {
    rm -rf "$WORK/new"
    try "$@" --no-golden --save "$WORK/new" || return 1
    diff -r "$WORK/base" "$WORK/new" >/dev/null && return 0
    echo "other bits: qwc run $FILE $*"
    return 1
}

# quick NUMBER: one way for each program, so that few programs go all ways.
quick() {
    case $(($1 % 6)) in
    0) try --golden=interp --fusion=off --threads=1 ;;
    1) try --golden=interp --passes=none --threads=7 ;;
    2) try --golden=interp --fusion=verify --threads=2 ;;
    3) try --golden=interp --isa=ref ;;
    4) try --golden=interp --threads=7 ;;
    5)
        rm -rf "$WORK/base"
        try --no-golden --threads=2 --save "$WORK/base" && same --threads=1 || return 1
        if [ "$kind" = exact ]; then same --engine=interp; else try --engine=interp --check=bounds,races --no-golden; fi
        ;;
    esac
}

check() {
    FILE=$1
    { read -r _ _ number && read -r _ _ kind; } <"$FILE"
    if [ -n "$QUICK" ]; then
        quick "${number%%[!0-9]*}"
        return
    fi
    rm -rf "$WORK/base"
    try --golden=interp --threads=2 --save "$WORK/base" || return 1
    [ -d "$WORK/base" ] || try --no-golden --threads=2 --save "$WORK/base" || return 1
    same --threads=1 && same --threads=7 && same --engine=cc || return 1
    rm -rf "$XDG_CACHE_HOME/qwc"
    if [ "$kind" = ladder ]; then
        try --golden=interp --fusion=off && try --golden=interp --passes=none || return 1
    else
        same --fusion=off && same --passes=none || return 1
    fi
    try --golden=interp --isa=ref && try --no-golden --fusion=verify || return 1
    try --engine=interp --no-golden --check=bounds,races || return 1
    [ "$kind" != exact ] || { same --engine=interp && same --isa=ref; }
}

one() {
    why=$(check "$WORK/$1.pl") && return 0
    mkdir -p "$KEEP"
    cp "$WORK/$1.pl" "$KEEP/$1.pl"
    echo "seed $1: $(echo "$why" | sed "s,$WORK/,$KEEP/,g")"
    "$PYTHON" "$HERE/minimise.py" "$KEEP/$1.pl" "$KEEP/$1.min.pl" sh "$0" $QUICK
    echo "  smallest: $KEEP/$1.min.pl; again: tests/fuzz/run.sh $QUICK -n 1 -s $1"
    return 1
}

# --- Mutants ------------------------------------------------------------------------------------

mutant() {
    source=$(sed -n 's/^# mutant of //p' "$WORK/m$1.pl" | tail -n 1)
    do="run --golden --engine=jit --limit time=4"
    [ $(($1 % 2)) -eq 0 ] || do="run --golden --engine=interp --limit time=4"
    case $source in "$ROOT"/kernels/*) do=check ;; esac # they are too large to run
    # shellcheck disable=SC2086 # words
    timeout "${FUZZ_TIMEOUT:-10}" "$QWC" $do -q "$WORK/m$1.pl" -I "$(dirname "$source")" \
        --limit host-steps=1000000 --limit memory=1000000000 </dev/null >"$WORK/out" 2>&1
    status=$?
    if [ $status -gt 6 ] || { [ $status -ge 3 ] && [ ! -s "$WORK/out" ]; }; then
        mkdir -p "$KEEP"
        cp "$WORK/m$1.pl" "$KEEP/m$1.pl"
        echo "mutant $1 of $source: status $status: qwc $do $KEEP/m$1.pl"
        return 1
    fi
    rm -f "$WORK/m$1.pl"
}

# --- All of them ----------------------------------------------------------------------------------

if [ $# -gt 0 ]; then
    check "$1"
    exit
fi
if [ -n "$MUTATE" ]; then
    "$PYTHON" -B "$HERE/mutate.py" "$WORK" "$SEED" "$COUNT" "$ROOT"/tests/run/*.pl "$ROOT"/examples/*.pl \
        "$ROOT"/kernels/*/*.pl || exit 1
else
    "$PYTHON" -B "$HERE/generate.py" "$WORK" "$SEED" "$COUNT" || exit 1
fi
failed=0
seed=$SEED
while [ "$seed" -lt $((SEED + COUNT)) ]; do
    if [ -n "$MUTATE" ]; then mutant "$seed"; else one "$seed"; fi || failed=$((failed + 1))
    rm -f "$WORK/$seed.pl"
    seed=$((seed + 1))
done
echo "$COUNT from seed $SEED: $failed failed"
[ "$failed" -eq 0 ]
