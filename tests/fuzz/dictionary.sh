#!/bin/sh
# Prints the words of a target's files for libFuzzer, made from the tables of the compiler.
# usage: tests/fuzz/dictionary.sh TARGET
set -u
cd "$(dirname "$0")/../.." || exit 2

# strings FILE...: the words inside string literals.
strings() {
    grep -ohE '"([^"\\]|\\.)*"' "$@" | tr -c 'A-Za-z0-9_.|<' '\n'
}

keywords() {
    sed -nE 's/^("?[^ ]+"?) +return .*/\1/p' compiler/front/scan.l | tr -d '"' | grep -v '[{|\\].'
}

case ${1-} in
front) keywords ;;
host | lower)
    keywords
    strings compiler/ir/ops.def runtime/dtype.def | grep -E '^[a-zA-Z]'
    sed -nE 's/.*\{ *"([^"]+)", .*/\1/p' compiler/host/*.c | tr ' ' '\n'
    ;;
ir) strings compiler/ir/irops.def compiler/ir/text.c compiler/ir/parse.c runtime/dtype.def ;;
data) strings runtime/io/*.c runtime/dtype.def ;;
*) echo "usage: $0 TARGET" >&2 && exit 2 ;;
esac | grep -vE '^.?$|^.{32,}' | sort -u | sed 's/.*/"&"/'
