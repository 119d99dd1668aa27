#!/bin/sh
# Checks what the compiler cannot: who includes whom, the scripts, and banned functions.
# Prints one line for each finding; exit status 1 if there is any.
set -u
cd "$(dirname "$0")/.." || exit 2
findings=$(mktemp) || exit 2
trap 'rm -f "$findings"' EXIT

# includes ROOM...: the lines file:line:header of all #include "header" in these folders.
includes() {
    find "$@" -type f \( -name '*.[chly]' -o -name '*.def' -o -name '*.inc' \) 2>/dev/null | sort |
        while IFS= read -r file; do
            sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\([^"]*\)".*/\1/p' "$file" |
                while IFS= read -r header; do
                    echo "$file:$(grep -nF "\"$header\"" "$file" | head -n 1 | cut -d: -f1):$header"
                done
        done
}

# room NAME ALLOWED...: compiler/NAME may include headers of these rooms and the public
# headers of the runtime, the .h files directly in runtime/.
room() {
    name=$1
    shift
    includes "compiler/$name" | while IFS=: read -r file line header; do
        case $header in
        parse.h)
            case $file in */scan.l | */layout.c | */parse.y) continue ;; esac
            echo "$file:$line: parse.h is for scan.l, layout.c and parse.y only"
            continue
            ;;
        */*) ;;
        *)
            [ -e "runtime/$header" ] ||
                echo "$file:$line: $header is no public header of runtime/; name the room: \"$name/$header\""
            continue
            ;;
        esac
        case " $* " in
        *" ${header%%/*} "*) ;;
        *) echo "$file:$line: $name/ may not include $header (only: $*)" ;;
        esac
    done >>"$findings"
}

room base base
room front base front
room host base front host
room ir base ir
room lower base front host ir lower
room pass base ir pass
room back base ir back
room cli base front host ir lower pass back cli

for entry in compiler/*/; do
    [ -d "$entry" ] || continue
    case ${entry#compiler/} in
    base/ | front/ | host/ | ir/ | lower/ | pass/ | back/ | cli/) ;;
    *) echo "$entry: a room that lint.sh does not know" >>"$findings" ;;
    esac
done

# The runtime includes nothing of the compiler.
includes runtime | while IFS=: read -r file line header; do
    case $file in
    runtime/ukr/*) continue ;;
    esac
    [ -e "runtime/$header" ] || [ -e "$(dirname "$file")/$header" ] ||
        echo "$file:$line: $header is not in runtime/"
done >>"$findings"

# A micro-kernel includes its contract and its neighbours.
includes runtime/ukr | while IFS=: read -r file line header; do
    case $header in
    dtype.h | qwrt.h) ;;
    *) [ -e "runtime/ukr/${header#ukr/}" ] ||
        echo "$file:$line: ukr/ may include ukr.h, dtype.h, qwrt.h and its own files, not $header" ;;
    esac
done >>"$findings"

# ban REASON REGEX PATH...: no line of C in these folders matches.
ban() {
    reason=$1
    regex=$2
    shift 2
    grep -rnE --include='*.[chly]' "$regex" "$@" 2>/dev/null | cut -c1-120 |
        sed "s,\$,   [$reason]," >>"$findings"
}

ban 'use snprintf or the arena' '(^|[^A-Za-z0-9_])(v?sprintf|strcpy|strcat|gets)[[:space:]]*\(' \
    compiler runtime tests/unit
ban 'only back/ uses the JIT' '#[[:space:]]*include[[:space:]]*<libtcc\.h>' runtime compiler/base compiler/front compiler/host compiler/ir compiler/lower compiler/pass
ban 'intrinsics live in runtime/ukr' '#[[:space:]]*include[[:space:]]*<[a-z]*mmintrin\.h>' compiler

scripts='tools/*.sh tools/hooks/* tests/run.sh tests/fuzz/*.sh .ci/run'
cli_scripts=$(find tests/cli -name '*.sh' 2>/dev/null)
if command -v shellcheck >/dev/null 2>&1; then
    # shellcheck disable=SC2086 # lists of words
    {
        shellcheck $scripts
        [ -z "$cli_scripts" ] || shellcheck -s sh -S warning $cli_scripts
    } >>"$findings"
else
    echo "lint.sh: no shellcheck here, the scripts are not checked" >&2
fi

cat "$findings"
[ ! -s "$findings" ]
