#!/bin/sh
# Feeds the rooms that read files with bytes, guided by coverage (libFuzzer): none may end the
# process.  What does is kept in fuzz-failures/; make it a file of tests/fuzz/corpus/TARGET when
# it is mended, named for the fact that it checks.
#
# usage: tests/fuzz/guided.sh [-t SECONDS] [TARGET...]      (default: 60, all targets)
#        tests/fuzz/guided.sh -m [TARGET...]   keeps what found new ground: merges it into the corpus
# environment: GUIDED (build-guided/guided), KEEP (fuzz-failures)
set -u
cd "$(dirname "$0")/../.." || exit 2

GUIDED=${GUIDED:-build-guided/guided}
KEEP=${KEEP:-fuzz-failures}
SHA='????????????????????????????????????????' # the names that libFuzzer gives
SECONDS_EACH=60 MERGE=""
while getopts mt: o; do
    case $o in
    m) MERGE=yes ;;
    t) SECONDS_EACH=$OPTARG ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" && exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- front host lower ir data
[ -x "$GUIDED" ] || { echo "$0: no $GUIDED; \`make fuzz-guided\` builds it" >&2; exit 2; }

# seeds TARGET: the tests that are such files.
seeds() {
    case $1 in
    front) set -- tests/lex tests/parse tests/err tests/limit tests/run ;;
    host) set -- tests/host tests/err tests/cli ;;
    lower) set -- tests/ir tests/run tests/emit tests/err examples kernels ;;
    ir) set -- tests/pass tests/ir ;;
    data) set -- tests/data/malformed ;;
    esac
    find "$@" -type f -size -16k
}

failed=0
for target; do
    work=${GUIDED%/*}/corpus/$target
    seed=${GUIDED%/*}/seeds/$target
    mkdir -p "$work" "$seed" "$KEEP"
    seeds "$target" | while IFS= read -r file; do
        case $target:$file in
        ir:*.ir | data:* | [fhl]*:*.pl) cp "$file" "$seed/$(echo "$file" | tr / +)" ;;
        esac
    done
    tests/fuzz/dictionary.sh "$target" >"$work.dict"
    export FUZZ_TARGET="$target"
    kept=tests/fuzz/corpus/$target
    mkdir -p "$kept"
    if [ -n "$MERGE" ]; then
        # What the tests cover already is not kept twice.
        rm -rf "$work.min" && mkdir "$work.min"
        find "$kept" -type f ! -name "$SHA" -exec cp {} "$work.min" \;
        find "$seed" -type f -exec cp {} "$work.min" \;
        "$GUIDED" -merge=1 -max_len=16384 "$work.min" "$kept" "$work" >"$work.log" 2>&1 || exit 1
        find "$kept" -type f -name "$SHA" -delete
        find "$work.min" -type f -size -3 -name "$SHA" | sort | head -n 200 | # of any size, by chance
            while IFS= read -r file; do cp "$file" "$kept"; done
        echo "$target: $(find "$kept" -type f | wc -l) files"
        continue
    fi
    "$GUIDED" -max_total_time="$SECONDS_EACH" -timeout=20 -rss_limit_mb=4000 -max_len=8192 \
        -dict="$work.dict" -artifact_prefix="$KEEP/$target-" -print_final_stats=1 -close_fd_mask=1 \
        "$work" "$kept" "$seed" >"$work.log" 2>&1
    status=$?
    echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work.log") executions, status $status"
    [ $status -eq 0 ] || { failed=1 && tail -n 40 "$work.log"; }
done
exit $failed
